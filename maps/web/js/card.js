// The card of an event: a panel at the side, a sheet at the foot of a phone.
(function (durand) {
  "use strict";
  const { html } = durand;

  durand.Card = class {
    constructor(layer, host) {
      this.layer = layer;
      this.words = layer.words;
      this.say = (key, fields) => durand.say(this.words, key, fields);
      this.node = html("section", { class: "durand-card", hidden: true, "aria-label": this.say("card") });
      if (host) document.getElementById(host).append(this.node);
      else {
        layer._map.getContainer().append(this.node);
        this.node.classList.add("over-map");
        L.DomEvent.disableClickPropagation(this.node);
        L.DomEvent.disableScrollPropagation(this.node);
      }
      this.onKey = (key) => {
        if (this.node.hidden) return;
        if (key.key === "Escape") this.close();
        else if (this.node.contains(document.activeElement) && (key.key === "ArrowLeft" || key.key === "ArrowRight"))
          this.go(key.key === "ArrowLeft" ? -1 : 1);
        else return;
        key.preventDefault();
      };
      document.addEventListener("keydown", this.onKey);
      const counted = layer.calm(() => this.count());
      this.unfollow = layer.state.follow((what) => what === "mask" && counted());
    }

    // The event's place among those shown, when their number changes under an open card.
    count() {
      const node = this.node.querySelector(".card-count");
      if (this.node.hidden || !node || !this.event) return;
      node.textContent = this.position(this.event);
    }

    position(event) {
      const { state } = this.layer;
      const place = state.rank(event.i);
      return place < 0 ? this.say("filtered out") : this.say("position", { i: place + 1, n: state.shown() });
    }

    remove() {
      document.removeEventListener("keydown", this.onKey);
      this.unfollow();
      this.node.remove();
    }

    // One event, or a list of several; a lead stands above the list and makes one of any number.
    open(group, from, lead) {
      this.from = from;
      this.lead = lead || null;
      this.group = group.n > 1 || lead ? group : null;
      this.listed = group.list(durand.LISTED);
      if (this.group) this.list();
      else this.show(this.layer.event(this.listed[0]));
    }

    close() {
      const last = this.layer.state.selected;
      this.node.hidden = true;
      document.body.classList.remove("card-open");
      this.layer.select(null);
      if (this.from && this.from.isConnected && this.from.matches("button, a, [role=button]")) this.from.focus();
      else if (
        !(last !== null && this.layer.focusEvent(last)) &&
        !(this.group && this.layer.focusEvent(this.group.first))
      ) {
        this.layer._map.getContainer().focus({ preventScroll: true });
      }
    }

    fill(...children) {
      const bar = html(
        "div",
        { class: "card-bar" },
        ...(this.bar || []),
        html(
          "button",
          { type: "button", class: "card-close", "aria-label": this.say("close"), onclick: () => this.close() },
          durand.svg(
            "svg",
            { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
            durand.svg("path", { d: "M3,3L13,13M13,3L3,13" })
          )
        )
      );
      this.node.replaceChildren(bar, html("div", { class: "card-body" }, ...children));
      this.node.hidden = false;
      document.body.classList.add("card-open");
      this.node.scrollTop = 0;
      this.node.querySelector(".card-body").scrollTop = 0;
      const heading = this.node.querySelector("h2");
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
      if (document.documentElement.classList.contains("embedded")) this.node.scrollIntoView({ block: "nearest" });
    }

    covered() {
      const map = this.layer._map.getContainer().getBoundingClientRect();
      const card = this.node.getBoundingClientRect();
      return card.left < map.right && card.top < map.bottom && card.width > map.width * 0.8
        ? Math.max(0, map.bottom - card.top)
        : 0;
    }

    list() {
      this.bar = null;
      this.event = null;
      const { listed } = this;
      const events = listed.map((i) => this.layer.event(i));
      this.fill(
        html("h2", { dir: "auto", text: this.lead ? this.lead.title : this.say("here", { n: listed.total }) }),
        ...(this.lead ? this.lead.nodes : []),
        listed.total > events.length &&
          html("p", { class: "quiet", text: this.say("first of", { n: events.length, all: listed.total }) }),
        html(
          "ul",
          { class: "card-list" },
          ...events.map((event) =>
            html(
              "li",
              {},
              this.layer.entry(event, () => this.show(event))
            )
          )
        )
      );
      this.layer.select(this.lead ? null : events[0]);
      if (!this.lead) this.layer.reveal(events[0], this.covered());
    }

    go(by) {
      const next = this.event && this.layer.state.neighbour(this.event.i, by);
      if (next === null) return;
      if (this.group && !this.listed.includes(next)) this.group = null;
      this.show(this.layer.event(next));
    }

    show(event) {
      this.event = event;
      const card = this.layer.card(event.i);
      if (card.then) {
        // Its texts are still packed; by the time they are read another event may have been chosen.
        card.then(() => this.event === event && this.show(event));
        return;
      }
      const arrow = (by, key, d) =>
        html(
          "button",
          { type: "button", "aria-label": this.say(key), onclick: () => this.go(by) },
          durand.svg(
            "svg",
            { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", class: "arrow" },
            durand.svg("path", { d })
          )
        );
      this.bar = [
        arrow(-1, "previous", "M10,3L5,8L10,13"),
        html("span", { class: "card-count", text: this.position(event) }),
        arrow(1, "next", "M6,3L11,8L6,13"),
        this.group &&
          html("button", { type: "button", class: "card-back", text: this.say("back"), onclick: () => this.list() }),
      ];
      const type = this.layer.types[event.type];
      this.fill(
        html(
          "p",
          { class: "card-type" },
          this.layer.glyph(event.type, event.look, 16),
          html("span", { text: type.one })
        ),
        html("h2", { dir: "auto", text: event.head }),
        card.summary && html("p", { class: "card-summary", dir: "auto", text: card.summary }),
        event.why && html("p", { class: "card-why", dir: "auto", text: `${this.say("not mapped one")}: ${event.why}` }),
        html(
          "dl",
          {},
          ...card.facts.flatMap(([name, text]) => [html("dt", { text: name }), html("dd", { dir: "auto", text })])
        ),
        ...this.gate(event),
        html("h3", { text: this.say("claims") }),
        ...this.claims(card.claims),
        card.notes && html("h3", { text: this.say("notes") }),
        card.notes && html("p", { class: "card-notes", dir: "auto", text: card.notes }),
        html("h3", { text: this.say("sources") }),
        this.sources(card.sources)
      );
      this.layer.select(event);
      this.layer.reveal(event, this.covered());
    }

    // Of an event at a crossing: when it was shut and open, for whom.
    gate(event) {
      const { place, mark } = this.layer.columns;
      const gate = this.layer.gateOf(mark[place[event.i]] - 1);
      return gate && gate.traffic ? [html("h3", { text: this.say("gate card") }), this.layer.gateLines(gate)] : [];
    }

    claims(rows) {
      if (!rows.length) return [html("p", { class: "quiet", text: this.say("no claims") })];
      const head = ["says", "counted", "killed", "injured"].map((key, n) =>
        html("th", { scope: "col", class: n > 1 && "figure", text: this.say(key) })
      );
      const none = this.say("no figure");
      const figure = (text) => html("td", { class: text === none ? "figure quiet" : "figure", dir: "auto", text });
      // Every figure of the killed on one scale: a dot, a line between low and high, an arrow where there is no end.
      const most = Math.max(...rows.map((row) => (row[7] ? row[7][1] : 0)));
      const compared = rows.filter((row) => row[7]).length > 1;
      const reach = ([low, high, open]) => {
        const [a, b] = [low, high].map((value) => 3 + (52 * value) / Math.max(most, 1));
        const line = `M${a},5H${b}${open ? `H${b + 9}m-3,-3l3,3l-3,3` : ""}`;
        return durand.svg(
          "svg",
          { class: "d-reach", viewBox: "0 0 68 10", "aria-hidden": "true" },
          durand.svg("path", { d: line }),
          ...Array.from(new Set([a, b]), (x) => durand.svg("circle", { cx: x, cy: 5, r: 2.5 }))
        );
      };
      const lines = rows.map(([who, counted, killed, injured, day, link, note, span]) => {
        const dead = figure(killed);
        if (compared && span) dead.append(reach(span));
        const address = durand.address(link);
        const name = address
          ? html("a", { href: address, rel: "noopener noreferrer", target: "_blank", dir: "auto", text: who })
          : html("span", { dir: "auto", text: who });
        return html(
          "tr",
          {},
          html(
            "th",
            { scope: "row" },
            name,
            day && html("span", { class: "quiet day", text: this.say("stated", { date: day }) }),
            note && html("span", { class: "quiet day", dir: "auto", text: note })
          ),
          html("td", { dir: "auto", text: counted }),
          dead,
          figure(injured)
        );
      });
      return [
        html("table", {}, html("thead", {}, html("tr", {}, ...head)), html("tbody", {}, ...lines)),
        html("p", { class: "quiet", text: this.say("claims note") }),
      ];
    }

    sources(rows) {
      if (!rows.length) return html("p", { class: "quiet", text: this.say("no sources") });
      return html(
        "ul",
        { class: "card-sources" },
        ...rows.map(([title, about, link]) => {
          const address = durand.address(link);
          const words = title || about;
          return html(
            "li",
            {},
            address
              ? html("a", { href: address, rel: "noopener noreferrer", target: "_blank", dir: "auto", text: words })
              : html("span", { dir: "auto", text: words }),
            title && about && html("span", { class: "quiet", dir: "auto", text: ` ${about}` })
          );
        })
      );
    }
  };
})(window.durand);
