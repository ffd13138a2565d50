// What is told of the crossings on the day that the page shows, by statements and never by events: words at the marks
// that stand at them, squares where none does, the intervals in the card.
(function (durand) {
  "use strict";
  const { html, svg } = durand;
  const STATES = ["closed", "partly", "open", "differ"];
  const HALF = 4; // px
  const RIM = 1.5;
  const SQUARE = `M${-HALF},${-HALF}H${HALF}V${HALF}H${-HALF}Z`;
  const INK = { closed: SQUARE, partly: `M${-HALF},0H${HALF}V${HALF}H${-HALF}Z`, differ: "M-2.4,-4V4M0,-4V4M2.4,-4V4" };

  // A square: full closed, half partly open, empty open, striped where reports differ; broken and pale where no page
  // speaks of the day.
  durand.gateSquare = ([, , state, told]) => {
    const name = STATES[state];
    return svg(
      "g",
      { class: `d-gate d-gate-${name}${told ? "" : " unended"}` },
      svg("path", { class: "halo", d: SQUARE }),
      INK[name] && svg("path", { class: "ink", d: INK[name] }),
      svg("path", { class: "rim", d: SQUARE })
    );
  };

  durand.Events.include({
    // The last day chosen; without a choice that of the map, which may have none.
    gateDay() {
      const { range, span } = this.state;
      return range[0] !== span[0] || range[1] !== span[1] ? range[1] : this.source.plan.gates.day;
    },

    gateSays([, , state, told]) {
      return this.source.plan.gates.words[told][state];
    },

    // First day, last day or null, number of the state, whether pages speak of the day.
    gateRun(gate) {
      const day = this.gateDay();
      if (day === null) return null;
      return gate.runs.find(([first, last]) => first <= day && (last === null || day <= last)) || null;
    },

    // The crossing at which a mark is.
    gateOf(m) {
      const { marks, list } = this.source.plan.gates;
      return m in marks ? list[marks[m]] : null;
    },

    gateWord({ key }) {
      const gate = this.gateOf(key);
      const run = gate && this.gateRun(gate);
      return run && run[3] ? this.gateSays(run) : "";
    },

    // Crossings at which events are shown.
    gatesShown() {
      const { place, mark } = this.columns;
      const shown = new Set();
      for (let i = 0; i < this.state.n; i++) if (this.state.mask[i]) shown.add(this.gateOf(mark[place[i]] - 1));
      shown.delete(null);
      return shown;
    },

    // Crossings in the view at which no event is shown, with what is told of them.
    gatesAlone() {
      const { alone, list } = this.source.plan.gates;
      if (!alone || this.options.quiet) return [];
      const shown = this.gatesShown();
      const size = this._map.getSize();
      return list
        .filter((gate) => !shown.has(gate))
        .map((gate) => ({ gate, run: this.gateRun(gate), at: this.point(gate.at) }))
        .filter(({ run, at: [x, y] }) => run && x > HALF && y > HALF && x < size.x - HALF && y < size.y - HALF);
    },

    // Names and symbols keep off the squares, which stand whatever is round them.
    keepGates() {
      this.alone = this.gatesAlone();
      for (const { at } of this.alone) this.placer.symbols.take(durand.gateBox(at));
    },

    gateLines(gate) {
      return html(
        "ul",
        { class: "card-gate" },
        ...(gate.traffic || []).map(([kinds, told]) =>
          html("li", {}, html("b", { dir: "auto", text: kinds }), ...told.map((text) => html("span", { dir: "auto", text })))
        )
      );
    },

    openGate(gate) {
      const nodes = [html("h3", { text: this.words["gate card"] }), this.gateLines(gate)];
      const run = this.gateRun(gate);
      const title = run ? durand.say(this.words, "tag state", { name: gate.name, state: this.gateSays(run) }) : gate.name;
      this.open([], null, { title, nodes });
    },

    // The day of which states are told, and what the squares mean.
    gateKey() {
      const day = this.gateDay();
      const alone = this.gatesAlone();
      const told = !this.options.quiet && [...this.gatesShown()].some((gate) => (this.gateRun(gate) || [])[3]);
      if (day === null || !(alone.length || told)) return [];
      const date = durand.day(this.words, day);
      if (!alone.length) return [html("span", { text: durand.say(this.words, "gates as told", { date }) })];
      const runs = new Map(alone.map(({ run }) => [`${run[2]} ${run[3]}`, run]));
      return [
        html("span", { text: durand.say(this.words, "gates on", { date }) }),
        ...[...runs.entries()]
          .sort((a, b) => (a[0] < b[0] ? -1 : 1))
          .map(([, run]) => {
            const box = { width: 12, height: 12, viewBox: "-6 -6 12 12", "aria-hidden": "true" };
            return html("span", {}, svg("svg", box, durand.gateSquare(run)), html("span", { text: this.gateSays(run) }));
          }),
      ];
    },
  });

  durand.gateBox = ([x, y]) => [x - HALF - RIM, y - HALF - RIM, x + HALF + RIM, y + HALF + RIM];
})(window.durand);
