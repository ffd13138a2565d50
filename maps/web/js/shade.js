// Units coloured by the expected number of the events shown: provinces, districts, sectors of the line. Or a surface.
(function (durand) {
  "use strict";
  const { html, svg } = durand;
  const [NONE, NO_DATA] = [-1, -2];
  const EXACT = 1000; // more doubtful events than this are taken as normal
  const Z95 = 1.959963984540054;
  const SLACK = 1e-9;

  // The 2.5 and 97.5 % points of how many of independent events happened, by their probabilities.
  durand.range = (shares) => {
    const sure = shares.filter((p) => p > 1 - 1e-9).length;
    const loose = shares.filter((p) => p <= 1 - 1e-9 && p > 0);
    if (loose.length > EXACT) {
      const middle = loose.reduce((sum, p) => sum + p, 0);
      const spread = Z95 * Math.sqrt(loose.reduce((sum, p) => sum + p * (1 - p), 0));
      return [
        sure + Math.round(Math.max(middle - spread, 0)),
        sure + Math.round(Math.min(middle + spread, loose.length)),
      ];
    }
    let odds = [1];
    for (const p of loose) {
      const next = new Array(odds.length + 1).fill(0);
      odds.forEach((chance, k) => {
        next[k] += chance * (1 - p);
        next[k + 1] += chance * p;
      });
      odds = next;
    }
    const at = (share) => {
      let below = 0;
      for (let k = 0; k < odds.length; k++) if ((below += odds[k]) >= share - 1e-12) return k;
      return loose.length;
    };
    return [sure + at(0.025), sure + at(0.975)];
  };

  durand.Shade = L.Layer.extend({
    // `number` tells which of two maps it is.
    initialize(data, events, number) {
      this.data = data;
      this.events = events;
      this.number = number || 0;
      this.words = { ...events.words, ...data.words };
      this.ready = events.ready.then(() => this);
    },

    say(key, fields) {
      return durand.say(this.words, key, fields);
    },

    onAdd(map) {
      this.ready = this.events.ready.then(() => {
        if (this._map === map) this.start(map);
        return this;
      });
    },

    start(map) {
      durand.panes(map);
      this.uid = `durand-shade-${L.stamp(this)}`;
      if (this.data.images) {
        this.parts = this.data.images.map(([url, scheme]) =>
          L.imageOverlay(url, this.data.bounds, {
            pane: "durand-areas",
            className: `d-density d-density-${scheme}`,
          }).addTo(map)
        );
        return;
      }
      const pen = L.svg({ pane: "durand-areas", padding: 0.4 });
      const look = { className: "d-unit", interactive: false, renderer: pen, pane: "durand-areas", smoothFactor: 0 };
      const shapes = this.shapes(map);
      this.band = this.data.by === "sector";
      this.parts = this.data.codes.map((code) => {
        const shape = shapes.get(code) || [];
        return (
          this.band
            ? L.polyline(shape, { ...look, className: "d-unit d-unit-band", smoothFactor: 1.5 })
            : L.polygon(shape, look)
        ).addTo(map);
      });
      const root = this.parts[0].getElement().parentNode;
      root.setAttribute("role", "group");
      root.setAttribute("aria-label", this.say("units label"));
      root.prepend(
        svg(
          "defs",
          {},
          svg(
            "pattern",
            {
              id: this.uid,
              class: "d-no-data",
              patternUnits: "userSpaceOnUse",
              width: 7,
              height: 7,
              patternTransform: "rotate(45)",
            },
            svg("rect", { width: 7, height: 7 }),
            svg("line", { x1: 0, y1: 0, x2: 0, y2: 7 })
          )
        )
      );
      this.ring = svg("path", { class: `d-unit-ring${this.band ? " d-unit-ring-band" : ""}`, "aria-hidden": "true" });
      root.append(this.ring);
      this.nodes = this.parts.map((part, n) => this.dress(part.getElement(), n));
      this.tip = html("div", { class: "durand-tip", hidden: true, "aria-hidden": "true" });
      map.getContainer().append(this.tip);
      map.on("moveend zoomend", this.follow, this);
      this.unfollow = this.events.state.follow((what) => what === "mask" && this.count());
      this.count();
    },

    onRemove(map) {
      if (!this.parts) return;
      for (const part of this.parts) part.remove();
      if (this.data.images) return;
      map.off("moveend zoomend", this.follow, this);
      this.unfollow();
      this.tip.remove();
      this.ring.remove();
    },

    // Outlines by code: own ones, or the provinces that the base has.
    shapes(map) {
      const own = this.data.shapes;
      if (own)
        return new Map(
          this.data.codes
            .filter((code) => own[code])
            .map((code) => [
              code,
              own[code].map((part) => (this.data.by === "sector" ? durand.unpack(part) : part.map(durand.unpack))),
            ])
        );
      const out = new Map();
      map.eachLayer((layer) => {
        if (layer instanceof durand.Base) for (const unit of layer.shapes("provinces")) out.set(unit.id, unit.parts);
      });
      return out;
    },

    dress(node, n) {
      node.setAttribute("role", "button");
      node.addEventListener("click", (click) => {
        click.stopPropagation();
        if (!this._map.dragging.moved()) this.open(n, node);
      });
      node.addEventListener("mousemove", (move) => this.hover(n, move.clientX, move.clientY));
      node.addEventListener("mouseleave", () => this.hover(null));
      node.addEventListener("focus", () => this.focused(n));
      node.addEventListener("blur", () => this.focused(null));
      node.addEventListener("keydown", (key) => this.step(key, n));
      return node;
    },

    // Expected, certain and possible number of the events shown, by unit; all that drawing needs.
    count() {
      const { patterns, places, codes, covered, breaks, steps, fixed } = this.data;
      const { crowd } = this.events.state;
      const kinds = this.events.types.length;
      this.tally = new Int32Array(patterns.length);
      places.forEach((pattern, p) => {
        for (let k = p * kinds; k < (p + 1) * kinds; k++) this.tally[pattern] += crowd[k];
      });
      const [expected, certain, possible] = [0, 1, 2].map(() => new Float64Array(codes.length));
      patterns.forEach((pattern, k) => {
        for (let j = 0; j < pattern.length; j += 2) {
          expected[pattern[j]] += this.tally[k] * pattern[j + 1];
          possible[pattern[j]] += this.tally[k];
          if (pattern[j + 1] >= this.events.rules.certain) certain[pattern[j]] += this.tally[k];
        }
      });
      // Where no event may be passed on, the counts themselves are all there is.
      this.fixed = fixed && fixed[this.number];
      if (this.fixed) this.fixed.forEach((count, n) => ([expected[n], , , certain[n], possible[n]] = count));
      Object.assign(this, { expected, certain, possible });
      const level = (n) => {
        if (!covered[n]) return NO_DATA;
        if (expected[n] <= 0) return NONE;
        const k = breaks.findIndex((end) => expected[n] <= end + SLACK);
        return k < 0 ? breaks.length - 1 : k;
      };
      this.levels = codes.map((_, n) => level(n));
      this.order = codes.map((_, n) => n).filter((n) => this.nodes[n].getAttribute("d") !== null);
      this.order.sort((a, b) => expected[b] - expected[a] || (this.data.names[a] < this.data.names[b] ? -1 : 1));
      this.nodes.forEach((node, n) => {
        const look = this.levels[n] === NO_DATA ? "no-data" : this.levels[n] === NONE ? "none" : steps[this.levels[n]];
        node.setAttribute("class", `d-unit${this.band ? " d-unit-band" : ""} d-shade-${look}`);
        const hatch = this.levels[n] === NO_DATA ? `url(#${this.uid})` : "none";
        node.setAttribute(this.band ? "stroke" : "fill", hatch);
        node.setAttribute("aria-label", this.words_of(n));
      });
      this.rove(
        this.nodes.includes(document.activeElement) ? this.nodes.indexOf(document.activeElement) : this.order[0]
      );
      this.fire("counted");
    },

    words_of(n) {
      const name = this.data.names[n];
      if (this.levels[n] === NO_DATA) return this.say("unit without", { name });
      if (this.levels[n] === NONE) return this.say("unit none", { name });
      return this.say("unit said", {
        name,
        n: this.figure(this.expected[n]),
        certain: this.certain[n],
        possible: this.possible[n],
      });
    },

    figure(value) {
      return durand.number(this.words, (Math.floor(value * 10 + 0.5 + SLACK) / 10).toFixed(1));
    },

    rove(n) {
      this.nodes.forEach((node, k) => node.setAttribute("tabindex", k === n ? 0 : -1));
    },

    step(key, n) {
      const now = this.order.indexOf(n);
      const to = durand.stepOf(key, now, this.order.length);
      if (to !== undefined) {
        const next = this.order[to];
        this.rove(next);
        this.nodes[next].focus({ preventScroll: true });
        this.bringIn(next);
      } else if (key.key === "Enter" || key.key === " ") this.open(n, this.nodes[n]);
      else return;
      key.preventDefault();
      key.stopPropagation();
    },

    bringIn(n) {
      const bounds = this.parts[n].getBounds();
      if (!this._map.getBounds().pad(-0.05).intersects(bounds)) this._map.panTo(bounds.getCenter(), { animate: false });
    },

    // The ring follows the outline of the unit that has the focus or is pointed at.
    follow() {
      const d = this.at === null || this.at === undefined ? "" : this.nodes[this.at].getAttribute("d") || "";
      this.ring.setAttribute("d", d);
    },

    focused(n) {
      this.at = n;
      this.follow();
      this.ring.classList.toggle("focus", n !== null && this.nodes[n].matches(":focus-visible"));
      if (n === null) return this.hover(null);
      const size = this._map.getSize();
      const box = this._map.getContainer().getBoundingClientRect();
      const c = this._map.latLngToContainerPoint(
        this.parts[n].getCenter ? this.parts[n].getCenter() : this.parts[n].getBounds().getCenter()
      );
      return this.hover(
        n,
        box.left + Math.max(60, Math.min(size.x - 60, c.x)),
        box.top + Math.max(60, Math.min(size.y - 40, c.y))
      );
    },

    hover(n, x, y) {
      if (!this.nodes.includes(document.activeElement)) {
        this.at = n;
        this.follow();
      }
      this.tip.hidden = n === null;
      if (n === null) return;
      this.tip.textContent = this.words_of(n);
      const box = this._map.getContainer().getBoundingClientRect();
      const width = this.tip.offsetWidth;
      const [left, top] = [x - box.left, y - box.top];
      this.tip.style.left = `${Math.max(4, Math.min(left - width / 2, box.width - width - 4))}px`;
      this.tip.style.top = `${top > 70 ? top - this.tip.offsetHeight - 16 : top + 18}px`;
    },

    // The card of a unit: the counts, how they are made, the events that may have happened there.
    open(n, from) {
      this.hover(null);
      const { patterns, places } = this.data;
      const shares = [];
      patterns.forEach((pattern, k) => {
        for (let j = 0; j < pattern.length; j += 2)
          if (pattern[j] === n) for (let t = 0; t < this.tally[k]; t++) shares.push(pattern[j + 1]);
      });
      const [low, high] = this.fixed ? this.fixed[n].slice(1, 3) : durand.range(shares);
      const has = patterns.map((pattern) => pattern.some((unit, j) => j % 2 === 0 && unit === n));
      const { state, columns } = this.events;
      const group = durand.Group.of(
        this.events,
        state.list(Infinity, (i) => has[places[columns.place[i]]])
      );
      const row = (key, text) => [html("dt", { text: this.say(key) }), html("dd", { text })];
      const facts = html(
        "dl",
        {},
        ...row("expected short", this.say("expected of", { n: this.figure(this.expected[n]), low, high })),
        ...row("certain", durand.number(this.words, this.certain[n])),
        ...row("possible", durand.number(this.words, this.possible[n]))
      );
      const quiet = this.levels[n] < 0;
      const said = { [NO_DATA]: this.data.noData, [NONE]: this.data.none }[this.levels[n]];
      this.events.open(group, from, {
        title: this.data.names[n],
        nodes: [
          quiet ? html("p", { class: "card-why", text: said }) : facts,
          html("p", { class: "quiet", text: this.data.note }),
          group.n ? html("h3", { text: this.say("may be there") }) : null,
        ],
      });
    },

    // Classes for the key, with the number of units in each on the map, or on each of two.
    key(others) {
      const { texts, heading, steps, none, noData } = this.data;
      const all = [this, ...(others || [])];
      const lines = [
        ...texts.map((text, k) => [k, text]),
        ...(this.data.images
          ? []
          : [
              [NONE, none],
              [NO_DATA, noData],
            ]),
      ];
      const made = lines.map(([level, text]) => {
        const look = level === NO_DATA ? "no-data" : level === NONE ? "none" : steps[level];
        const picture = svg(
          "svg",
          { width: 26, height: 14, viewBox: "0 0 26 14", "aria-hidden": "true" },
          svg("rect", {
            x: 0.5,
            y: 0.5,
            width: 25,
            height: 13,
            class: `key-shade d-shade-${look}`,
            fill: level === NO_DATA ? `url(#${this.uid})` : "none",
          })
        );
        const count = html("span", { class: "count" });
        return { level, count, item: html("li", {}, picture, html("span", { text }), count) };
      });
      const follow = () => {
        for (const { level, count, item } of made) {
          const held = all.map((one) => one.levels.filter((k) => k === level).length);
          durand.tally(count, this.words, held);
          item.hidden = level < 0 && held.every((k) => k === 0);
        }
      };
      if (!this.data.images) {
        for (const one of all) one.on("counted", follow);
        follow();
      }
      return html(
        "fieldset",
        { class: "shade-key" },
        html("legend", { text: heading }),
        html("ul", { class: "keys" }, ...made.map(({ item }) => item)),
        html("p", { class: "quiet", text: this.data.note })
      );
    },
  });

  durand.shade = (data, events) => new durand.Shade(data, events);
})(window.durand);
