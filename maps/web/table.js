// All events as a table: sorted by a click on a heading, narrowed by words, linked with the map both ways.
(function (durand) {
  "use strict";
  const { html } = durand;
  const PAGE = 200; // rows shown at once

  durand.Table = class {
    constructor(layer, host) {
      this.layer = layer;
      this.words = layer.words;
      this.say = (key, fields) => durand.say(this.words, key, fields);
      const c = layer.state.columns;
      const precision = ["site", "town", "near", "district", "province", "border", "country", "unknown"];
      const sure = ["reported", "claimed", "verified", "disputed"];
      const side = ["side AF", "side PK", "side unclear"];
      const short = (key, keys, n) => (keys[n] ? this.say(`${keys[n]}${key}`) : this.say("not known"));
      const text = new Intl.Collator(document.documentElement.lang || "en");
      this.columns = [
        { key: "when", text: (e) => e.date, by: (a, b) => a.day - b.day || a.i - b.i },
        { key: "event", text: (e) => e.head, by: (a, b) => text.compare(a.head, b.head) },
        { key: "province", text: (e) => (c.provinces[e.i].length > 3 ? this.say("several provinces", { n: c.provinces[e.i].length }) : c.provinces[e.i].map((n) => layer.provinces[n]).join(" / ")) || this.say("not known") },
        { key: "side", text: (e) => short("", side, c.side[e.i]) },
        { key: "place known to", text: (e) => short(" short", precision, c.precision[e.i]), by: (a, b) => c.precision[a.i] - c.precision[b.i] },
        { key: "verification", text: (e) => short(" short", sure, c.verification[e.i]) },
      ];
      for (const column of this.columns) column.by = column.by || ((a, b) => text.compare(column.text(a), column.text(b)));
      this.sort = { column: this.columns[0], down: false };
      this.limit = PAGE;
      this.summary = html("summary", {});
      this.search = html("input", { type: "search", maxlength: 100, oninput: () => this.again() });
      this.said = html("p", { class: "table-said", role: "status" });
      this.heads = this.columns.map((column) => {
        const button = html("button", { type: "button", onclick: () => this.order(column) }, html("span", { text: this.say(column.key) }), html("span", { class: "sort", "aria-hidden": "true" }));
        return html("th", { scope: "col" }, button);
      });
      this.body = html("tbody", {});
      this.more = html("button", { type: "button", class: "show-all", onclick: () => ((this.limit += PAGE), this.fill()) });
      this.details = html(
        "details",
        { ontoggle: () => this.fill() },
        this.summary,
        html("div", { class: "table-tools" }, html("label", {}, html("span", { text: this.say("find") }), this.search), this.said),
        html("div", { class: "table-box", role: "region", tabindex: 0, "aria-label": this.say("all events") }, html("table", {}, html("thead", {}, html("tr", {}, ...this.heads)), this.body)),
        this.more
      );
      document.getElementById(host).append(this.details);
      layer.state.follow((what) => (what === "mask" ? this.fill() : this.mark()));
      this.fill();
    }

    order(column) {
      this.sort = { column, down: this.sort.column === column && !this.sort.down };
      this.again();
    }

    again() {
      this.limit = PAGE;
      this.fill();
    }

    fill() {
      const { layer } = this;
      this.summary.textContent = this.say("table", { n: layer.layers ? layer.visible().length : layer.state.shown() });
      if (!this.details.open) return;
      this.heads.forEach((head, n) => {
        const on = this.columns[n] === this.sort.column;
        head.setAttribute("aria-sort", on ? (this.sort.down ? "descending" : "ascending") : "none");
        head.querySelector(".sort").textContent = on ? (this.sort.down ? "\u25bc" : "\u25b2") : "";
      });
      const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const has = (event) => {
        if (!words.length) return true;
        const all = this.columns.map((column) => column.text(event)).join(" ").toLowerCase();
        return words.every((word) => all.includes(word));
      };
      const rows = layer.visible().filter(has);
      rows.sort((a, b) => this.sort.column.by(a, b) * (this.sort.down ? -1 : 1));
      const kept = document.activeElement && document.activeElement.closest ? document.activeElement.closest("[data-event]") : null;
      this.body.replaceChildren(...rows.slice(0, this.limit).map((event) => this.row(event)));
      this.said.textContent = this.say("shown of", { n: rows.length, all: layer.events.length });
      this.more.hidden = rows.length <= this.limit;
      this.more.textContent = this.say("more rows", { n: rows.length - this.limit });
      this.mark();
      if (kept) {
        const row = this.body.querySelector(`[data-event="${Number(kept.dataset.event)}"] button`);
        if (row) row.focus({ preventScroll: true });
      }
    }

    row(event) {
      const { layer } = this;
      const cells = this.columns.map((column, n) =>
        n === 1
          ? html(
              "td",
              {},
              html(
                "button",
                { type: "button", class: "row-open", onclick: (click) => layer.open([event], click.currentTarget) },
                durand.glyph(layer.path(event.type, event.sure), event.type, 14, !event.sure),
                html("span", { dir: "auto", text: event.head })
              ),
              event.why && html("span", { class: "quiet", text: `${this.say("not mapped one")}: ${event.why}` })
            )
          : html("td", { dir: "auto", text: column.text(event) })
      );
      const row = html("tr", { "data-event": event.i }, ...cells);
      row.addEventListener("mouseenter", () => layer.pointOut(event.i));
      row.addEventListener("mouseleave", () => layer.pointOut(null));
      row.addEventListener("focusin", () => layer.pointOut(event.i));
      row.addEventListener("focusout", () => layer.pointOut(null));
      return row;
    }

    // The row of the selected event.
    mark() {
      if (!this.details.open) return;
      for (const row of this.body.children) {
        const on = Number(row.dataset.event) === this.layer.state.selected;
        row.classList.toggle("selected", on);
        if (on) row.setAttribute("aria-current", "true");
        else row.removeAttribute("aria-current");
        if (on && !row.contains(document.activeElement)) this.into(row);
      }
    }

    // Into view within the box of the table alone, so that the page does not jump.
    into(row) {
      const box = row.closest(".table-box");
      const top = row.offsetTop - box.querySelector("thead").offsetHeight;
      if (top < box.scrollTop || row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = top;
    }
  };
})(window.durand);
