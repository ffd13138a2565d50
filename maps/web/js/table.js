// All events as a table: sorted by a click on a heading, narrowed by words, linked with the map both ways.
// Rows are indices; what is compared and searched are places, types and spans of days, of which there are few.
(function (durand) {
  "use strict";
  const { html } = durand;
  const PAGE = 200; // rows shown at once
  const CLAIMED = 1000; // events whose claims are listed at once
  const PRECISION = ["site", "town", "near", "district", "province", "border", "country", "unknown"];
  const VERIFICATION = ["reported", "claimed", "verified", "disputed"];
  const SIDE = ["side AF", "side PK", "side unclear"];

  // The place of each value in the order of the values: equal ones have the same.
  const ranks = (values, compare) => {
    const different = [...new Set(values)].sort(compare);
    const rank = new Map(different.map((value, n) => [value, n]));
    return Int32Array.from(values, (value) => rank.get(value));
  };

  // Rows by a key, in time that grows with their number alone; rows of one key keep their order.
  const sorted = (rows, key, down) => {
    let most = 0;
    for (let k = 0; k < rows.length; k++) most = Math.max(most, key(rows[k]));
    const starts = new Int32Array(most + 2);
    const slot = (row) => (down ? most - key(row) : key(row));
    for (let k = 0; k < rows.length; k++) starts[slot(rows[k]) + 1]++;
    for (let k = 0; k <= most; k++) starts[k + 1] += starts[k];
    const out = new Int32Array(rows.length);
    for (let k = 0; k < rows.length; k++) out[starts[slot(rows[k])]++] = rows[k];
    return out;
  };

  durand.Table = class {
    constructor(layer, host) {
      this.layer = layer;
      this.words = layer.words;
      this.say = (key, fields) => durand.say(this.words, key, fields);
      const { source } = layer;
      const c = layer.columns;
      const short = (key, keys, n) => (keys[n] ? this.say(`${keys[n]}${key}`) : this.say("not known"));
      const provinces = (p) => {
        const within = c.within.subarray(c.start[p], c.start[p + 1]);
        if (within.length > 3) return this.say("several provinces", { n: within.length });
        return Array.from(within, (n) => source.provinces[n]).join(" / ") || this.say("not known");
      };
      // `of`: what the text depends on. `keys`: columns to sort by, the last the weightiest; by text if not given.
      this.columns = [
        { key: "when", text: (i) => source.date(i), keys: [] },
        { key: "event", text: (i) => source.head(i), keys: ["place", "type"] },
        { key: "province", of: "place", text: (i) => provinces(c.place[i]), value: provinces },
        {
          key: "side",
          of: "place",
          text: (i) => short("", SIDE, c.side[c.place[i]]),
          value: (p) => short("", SIDE, c.side[p]),
        },
        {
          key: "place known to",
          of: "place",
          text: (i) => short(" short", PRECISION, c.precision[c.place[i]]),
          value: (p) => short(" short", PRECISION, c.precision[p]),
          number: (p) => c.precision[p],
        },
        {
          key: "verification",
          of: "verification",
          text: (i) => short(" short", VERIFICATION, c.verification[i]),
          value: (n) => short(" short", VERIFICATION, n),
        },
      ];
      this.collator = new Intl.Collator(document.documentElement.lang || "en");
      this.keys = new Map();
      this.sort = { column: this.columns[0], down: false };
      this.first = 0;
      this.limit = PAGE;
      this.summary = html("summary", {});
      this.search = html("input", { type: "search", maxlength: 100, oninput: () => searched() });
      this.said = html("p", { class: "table-said", role: "status" });
      this.heads = this.columns.map((column) => {
        const button = html(
          "button",
          { type: "button", onclick: () => this.order(column) },
          html("span", { text: this.say(column.key) }),
          html("span", { class: "sort", "aria-hidden": "true" })
        );
        return html("th", { scope: "col" }, button);
      });
      this.body = html("tbody", {});
      this.less = html("button", { type: "button", class: "show-all", onclick: () => this.turn(-1) });
      this.more = html("button", { type: "button", class: "show-all", onclick: () => this.turn(1) });
      this.details = html(
        "details",
        { ontoggle: () => this.fill() },
        this.summary,
        html(
          "div",
          { class: "table-tools" },
          html("label", {}, html("span", { text: this.say("find") }), this.search),
          this.said
        ),
        this.less,
        html(
          "div",
          { class: "table-box", role: "region", tabindex: 0, "aria-label": this.say("all events") },
          html("table", {}, html("thead", {}, html("tr", {}, ...this.heads)), this.body)
        ),
        this.more
      );
      document.getElementById(host).append(this.details, this.told());
      const searched = layer.calm(() => this.again());
      const settled = layer.calm(() => {
        this.fill();
        this.tell();
      });
      layer.state.follow((what) => {
        if (what !== "mask") return this.mark();
        this.count();
        return settled();
      });
      this.fill();
    }

    // Beside the events, what is claimed of those that are shown: a line a claim, none added to another.
    told() {
      const heads = ["when", "event", "says", "counted", "killed", "injured"];
      this.claims = html("tbody", {});
      this.claimed = html(
        "details",
        { ontoggle: () => this.tell() },
        html("summary", { text: this.say("claims") }),
        html("p", { class: "table-tools quiet", text: this.say("claims note") }),
        html(
          "div",
          { class: "table-box", role: "region", tabindex: 0, "aria-label": this.say("claims") },
          html(
            "table",
            {},
            html("thead", {}, html("tr", {}, ...heads.map((key) => html("th", { scope: "col", text: this.say(key) })))),
            this.claims
          )
        )
      );
      return this.claimed;
    }

    async tell() {
      if (!this.claimed.open) return;
      const { layer } = this;
      const shown = Array.from(layer.state.list(Infinity, null)).slice(0, CLAIMED);
      const asked = (this.asked = shown);
      const cards = await Promise.all(shown.map((i) => layer.source.card(i)));
      if (asked !== this.asked) return;
      const rows = cards.flatMap((card, n) => card.claims.map((claim) => this.claim(layer.event(shown[n]), claim)));
      this.claims.replaceChildren(...rows);
    }

    claim(event, [who, counted, killed, injured, day, link]) {
      const { layer } = this;
      const address = durand.address(link);
      const name = address
        ? html("a", { href: address, rel: "noopener noreferrer", target: "_blank", dir: "auto", text: who })
        : html("span", { dir: "auto", text: who });
      const open = (click) => layer.open([event], click.currentTarget);
      return html(
        "tr",
        {},
        html("td", { text: layer.source.date(event.i) }),
        html("td", {}, html("button", { type: "button", class: "row-open", onclick: open, dir: "auto", text: event.head })),
        html("td", {}, name, day && html("span", { class: "quiet", text: ` ${this.say("stated", { date: day })}` })),
        html("td", { dir: "auto", text: counted }),
        html("td", { dir: "auto", text: killed }),
        html("td", { dir: "auto", text: injured })
      );
    }

    order(column) {
      this.sort = { column, down: this.sort.column === column && !this.sort.down };
      this.again();
    }

    again() {
      this.first = 0;
      this.limit = PAGE;
      this.fill();
    }

    // Another page of rows before or after those shown, which stay.
    turn(by) {
      if (by < 0) {
        const start = Math.max(0, this.first - PAGE);
        this.limit += this.first - start;
        this.first = start;
      } else this.limit += PAGE;
      this.show();
    }

    count() {
      this.summary.textContent = this.say("table", { n: this.layer.state.mapped });
    }

    // What a column is sorted by: a number of each place, type or verification.
    keyOf(name) {
      if (this.keys.has(name)) return this.keys.get(name);
      const { source, columns } = this.layer;
      const compare = (a, b) => this.collator.compare(a, b);
      const all = (n, value) => Array.from({ length: n }, (_, k) => value(k));
      const places = columns.grain.length;
      const column = this.columns.find((one) => one.key === name);
      let key = null;
      if (name === "type")
        key = ranks(
          all(source.types.length, (n) => source.types[n].one),
          compare
        );
      else if (name === "place")
        key = ranks(
          all(places, (p) => source.line(p)),
          compare
        );
      else {
        const n = column.of === "place" ? places : VERIFICATION.length + 1;
        key = column.number ? Int32Array.from(all(n, column.number)) : ranks(all(n, column.value), compare);
      }
      const by = columns[name === "type" || name === "place" ? name : column.of];
      const found = (i) => key[by[i]];
      this.keys.set(name, found);
      return found;
    }

    // A test for the words looked for: each must stand in what is said of the event.
    matching(words) {
      const { source, columns, state } = this.layer;
      const holds = (text, word) => text.toLowerCase().includes(word);
      const flags = (n, texts, word) =>
        Uint8Array.from({ length: n }, (_, k) => (texts(k).some((text) => holds(text, word)) ? 1 : 0));
      const [, , province, side, precision, verification] = this.columns;
      const spans = this.spans();
      const tests = words.map((word) => ({
        types: flags(source.types.length, (n) => [source.types[n].one], word),
        places: flags(
          columns.grain.length,
          (p) => [source.line(p), province.value(p), side.value(p), precision.value(p)],
          word
        ),
        sure: flags(VERIFICATION.length + 1, (n) => [verification.value(n)], word),
        spans: flags(spans.first.length, (k) => [source.date(spans.first[k])], word),
      }));
      const { type, place, verification: sure } = columns;
      return (i) =>
        state.mask[i] === 1 &&
        tests.every(
          (test) => test.types[type[i]] | test.places[place[i]] | test.sure[sure[i]] | test.spans[spans.of[i]]
        );
    }

    // Events of the same days share the words for them.
    spans() {
      if (this.known) return this.known;
      const { day, length, date } = this.layer.columns;
      const numbers = new Map();
      const of = new Int32Array(day.length);
      const first = [];
      for (let i = 0; i < of.length; i++) {
        const key = (day[i] * 4096 + Math.min(length[i], 4095)) * 8 + date[i];
        let number = length[i] < 4095 ? numbers.get(key) : undefined;
        if (number === undefined) {
          numbers.set(key, (number = first.length));
          first.push(i);
        }
        of[i] = number;
      }
      this.known = { of, first };
      return this.known;
    }

    fill() {
      const { state } = this.layer;
      this.count();
      if (!this.details.open) return;
      this.heads.forEach((head, n) => {
        const on = this.columns[n] === this.sort.column;
        head.setAttribute("aria-sort", on ? (this.sort.down ? "descending" : "ascending") : "none");
        head.querySelector(".sort").textContent = on ? (this.sort.down ? "\u25bc" : "\u25b2") : "";
      });
      // A mark after a word, as in "Torkham,", stands between columns.
      const words = this.search.value
        .toLowerCase()
        .split(/\s+/)
        .map((word) => word.replace(/[,;]+$/, ""))
        .filter(Boolean);
      let rows = Int32Array.from(state.list(Infinity, words.length ? this.matching(words) : null));
      const { column, down } = this.sort;
      const keys = column.keys || [column.key];
      for (const name of keys) rows = sorted(rows, this.keyOf(name), down);
      if (!keys.length && down) rows.reverse();
      this.rows = rows;
      this.show();
    }

    show() {
      const { rows, layer } = this;
      const kept =
        document.activeElement && document.activeElement.closest
          ? document.activeElement.closest("[data-event]")
          : null;
      const end = Math.min(rows.length, this.first + this.limit);
      this.body.replaceChildren(...Array.from(rows.subarray(this.first, end), (i) => this.row(layer.event(i))));
      // What is not on the map stands in the table, counted apart.
      const { place, grain } = layer.columns;
      const out = rows.filter((i) => grain[place[i]] === durand.NOWHERE).length;
      const said = this.say("shown of", { n: rows.length - out, all: layer.mapped() });
      this.said.textContent = out ? `${said}; ${this.say("not mapped one")}: ${durand.number(this.words, out)}` : said;
      for (const [button, key, n] of [
        [this.less, "earlier rows", this.first],
        [this.more, "more rows", rows.length - end],
      ]) {
        button.hidden = n <= 0;
        button.textContent = this.say(key, { n });
      }
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
                layer.glyph(event.type, event.look, 14),
                html("span", { dir: "auto", text: event.head })
              ),
              event.why && html("span", { class: "quiet", text: `${this.say("not mapped one")}: ${event.why}` })
            )
          : html("td", { dir: "auto", text: column.text(event.i) })
      );
      const row = html("tr", { "data-event": event.i }, ...cells);
      row.addEventListener("mouseenter", () => layer.pointOut(event.i));
      row.addEventListener("mouseleave", () => layer.pointOut(null));
      row.addEventListener("focusin", () => layer.pointOut(event.i));
      row.addEventListener("focusout", () => layer.pointOut(null));
      return row;
    }

    // The row of the selected event; if it stands on another page, that page is shown.
    mark() {
      if (!this.details.open || !this.rows) return;
      const { selected } = this.layer.state;
      const at = selected === null ? -1 : this.rows.indexOf(selected);
      if (at >= 0 && (at < this.first || at >= this.first + this.limit)) {
        this.first = Math.floor(at / PAGE) * PAGE;
        this.limit = PAGE;
        this.show();
        return;
      }
      for (const row of this.body.children) {
        const on = Number(row.dataset.event) === selected;
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
      if (top < box.scrollTop || row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight)
        box.scrollTop = top;
    }
  };
})(window.durand);
