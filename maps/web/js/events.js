// The events of a map: what is in view, drawn anew after each move. Marks stand in marks.js, areas in areas.js;
// above a few thousand in view the places are drawn on a canvas (canvas.js).
(function (durand) {
  "use strict";
  const [PLACE, AREA, STRETCH, NOWHERE] = [0, 1, 2, 3];
  const FEW = 5000; // more events in view than this are drawn on the canvas
  const AT_ONCE = 400; // maps of more events than this follow a moving handle with places alone, and settle when it rests
  const ALL = 500; // up to this number, those outside the view are looked at too
  const PAD = 120; // px round the view in which places are drawn
  const LISTED = 200; // events that a list shows at once
  const KEPT = 20000; // events kept as objects
  const SETTLE_MS = 120;
  const DOT = "M-0.85,0A0.85,0.85 0 1 1 0.85,0A0.85,0.85 0 1 1 -0.85,0Z";

  const brief = (n) =>
    n < 1000
      ? String(n)
      : n < 9950
        ? `${(n / 1000).toFixed(1)}k`
        : n < 999500
          ? `${Math.round(n / 1000)}k`
          : `${(n / 1e6).toFixed(1)}M`;

  durand.Events = L.Layer.extend({
    initialize(source, options) {
      this.source = source;
      this.options = options;
      this.words = source.words;
      this.types = source.types;
      this.shapes = source.shapes;
      this.provinces = source.provinces;
      this.phases = source.phases;
      this.rules = source.plan.rules;
      this.items = [];
      this.said = [];
      this.made = new Map();
      this.plans = new Map();
      this.kept = null; // room for the words that count what finds none
      this.ready = source.ready.then(() => this.load());
    },

    load() {
      const c = (this.columns = this.source.columns);
      const places = c.grain.length;
      this.state = this.source.state();
      this.world = { x: new Float64Array(places), y: new Float64Array(places) };
      for (let p = 0; p < places; p++)
        [this.world.x[p], this.world.y[p]] = durand.toWorld([c.lat[p] / 1e4, c.lon[p] / 1e4]);
      this.px = new Float32Array(places);
      this.py = new Float32Array(places);
      this.cell = new Int32Array(places);
      this.regions();
      return this;
    },

    // The province of each place as a number, 0 where it may lie in several.
    regions() {
      const { start, within, grain } = this.columns;
      this.regionCodes = ["", ...this.source.plan.within];
      this.region = Int32Array.from(grain, (_, p) => (start[p + 1] - start[p] === 1 ? within[start[p]] + 1 : 0));
    },

    // One event as an object.
    event(i) {
      const found = this.made.get(i);
      if (found) return found;
      const { source } = this;
      const c = this.columns;
      const p = c.place[i];
      const event = {
        i,
        type: c.type[i],
        day: c.day[i],
        at: source.at(p),
        grain: c.grain[p],
        area: c.area[p] - 1,
        look: source.look(i),
        head: source.head(i),
        date: source.date(i),
        why: source.why(i),
        get id() {
          return source.id ? source.id(i) : null;
        },
      };
      if (this.made.size >= KEPT) this.made.clear();
      this.made.set(i, event);
      return event;
    },

    // The index of an event by its id, or null; the ids must be there.
    indexOf(id) {
      for (let i = 0; i < this.source.n; i++) if (this.source.id(i) === id) return i;
      return null;
    },

    card(i) {
      return this.source.card(i);
    },

    // Call when the state has changed: at once, or with many events when it rests.
    calm(act) {
      let wait = 0;
      return () => {
        clearTimeout(wait);
        if (this.source.n <= AT_ONCE) act();
        else wait = setTimeout(act, SETTLE_MS);
      };
    },

    onAdd(map) {
      this.ready.then(
        () => this._map === map && this.start(map),
        (error) => console.warn(`durand: the events cannot be shown: ${error.message}`)
      );
    },

    start(map) {
      durand.panes(map);
      this.uid = `durand-${L.stamp(this)}`;
      this.told = this.options.stretches && document.getElementById(this.options.stretches);
      this.maskGroup = durand.svg("defs", {});
      this.areaGroup = durand.svg("g", {});
      this.ringGroup = durand.svg("g", { class: "durand-rings" });
      this.litGroup = durand.svg("g", { class: "durand-lit" });
      this.under = durand.svg(
        "svg",
        { class: "durand-overlay durand-areas", "aria-hidden": "true" },
        this.maskGroup,
        this.areaGroup,
        this.litGroup,
        this.ringGroup
      );
      this.dots = durand.html("canvas", { class: "durand-canvas", "aria-hidden": "true" });
      map.getPane("durand-areas").append(this.under);
      this.over = durand.svg("svg", {
        class: "durand-overlay durand-symbols",
        role: "group",
        "aria-label": this.words["symbols label"],
      });
      map.getPane("durand-symbols").append(this.dots, this.over);
      this.tip = durand.html("div", { class: "durand-tip", hidden: true, "aria-hidden": "true" });
      this.chips = durand.html("div", { class: "durand-chips" });
      L.DomEvent.disableClickPropagation(this.chips);
      map.getContainer().append(this.chips, this.tip);
      map.durandMetres = durand.metresPerPixel(map);
      map.on("moveend resize", this.draw, this);
      map.on("mousemove", this.pointAt, this);
      map.on("durand:print", this.onPaper, this);
      map.on("click", this.clickAt, this);
      map.on("mouseout", this.leave, this);
      this.over.addEventListener("keydown", (key) => this.step(key));
      for (const svg of [this.over, this.under]) L.DomEvent.on(svg, "dblclick", L.DomEvent.stopPropagation);
      this.panel = this.options.panelOf ? this.options.panelOf.panel : new durand.Card(this, this.options.panel);
      const settled = this.calm(() => this._map && this.draw());
      this.unfollow = this.state.follow((what) => {
        if (what !== "mask") return;
        if (this.source.n > AT_ONCE) this.drawQuick();
        settled();
      });
      durand.layers.add(this);
      this.draw();
      performance.mark("durand-events");
    },

    onRemove(map) {
      if (!this.over) return;
      durand.layers.delete(this);
      map.off("moveend resize", this.draw, this);
      map.off("mousemove", this.pointAt, this);
      map.off("durand:print", this.onPaper, this);
      map.off("click", this.clickAt, this);
      map.off("mouseout", this.leave, this);
      delete map.durandPlacer;
      for (const node of [this.under, this.over, this.dots, this.tip, this.chips]) node.remove();
      this.unfollow();
      if (!this.options.panelOf) this.panel.remove();
      this.over = null;
    },

    onPaper({ paper }) {
      this.draw();
      this._map.eachLayer((layer) => layer instanceof durand.Base && layer.labels.draw());
      if (this.bubbles) this.printed(paper);
    },

    draw() {
      const map = this._map;
      if (!map || !this.over) return;
      const kept = this.keptFocus();
      this.begin();
      // Another layer stands for the events.
      if (this.options.quiet) return;
      this.tally();
      this.areasClear();
      const few = this.inView <= FEW;
      this.drawMarks(few);
      if (!few) this.drawMany();
      this.listStretches();
      this.items.sort((a, b) => a.group.first - b.group.first);
      this.over.replaceChildren(
        ...this.items
          .slice()
          .sort((a, b) => (a.tag ? 0 : 1) - (b.tag ? 0 : 1) || a.y - b.y)
          .map((item) => item.node)
      );
      this.items.forEach((item, n) => item.node.setAttribute("tabindex", n === 0 ? 0 : -1));
      this.mark();
      if (kept !== null) this.focusEvent(kept);
      map.fire("durand:drawn");
    },

    begin() {
      const zoom = this._map.getZoom();
      const [small, large] = this.rules.sizes;
      this.size = zoom < this.rules.size_zoom ? small : large;
      this.shift = this._map.containerPointToLayerPoint([0, 0]);
      this.items = [];
      this.dotsClear();
    },

    // While a handle moves: places alone, on the canvas. Marks and names follow when it rests.
    drawQuick() {
      if (!this._map || !this.over || this.options.quiet) return;
      this.begin();
      this.tally();
      this.drawMany(true);
      this.areaGroup.replaceChildren();
      this.over.replaceChildren();
    },

    // Not latLngToContainerPoint, which rounds to whole pixels: at the line that is the other country.
    point(latlng) {
      const map = this._map;
      const p = map.project(latlng, map.getZoom()).subtract(map.getPixelOrigin());
      const { x, y } = map.layerPointToContainerPoint(p);
      return [x, y];
    },

    // Where places lie in the view, and how many events are shown there.
    tally() {
      const { px, py, world, columns, state } = this;
      const { crowd } = state;
      const kinds = this.types.length;
      const size = this._map.getSize();
      const scale = 2 ** this._map.getZoom();
      const corner = this._map.getPixelOrigin().add(this.shift);
      this.inView = 0;
      for (let p = 0; p < px.length; p++) {
        const x = (px[p] = world.x[p] * scale - corner.x);
        const y = (py[p] = world.y[p] * scale - corner.y);
        if (columns.grain[p] !== PLACE || x < -PAD || y < -PAD || x > size.x + PAD || y > size.y + PAD) continue;
        for (let k = p * kinds; k < (p + 1) * kinds; k++) this.inView += crowd[k];
      }
    },

  });

  // All events as objects: for maps of few. (Leaflet's classes copy values, not getters.)
  Object.defineProperty(durand.Events.prototype, "events", {
    get() {
      return Array.from({ length: this.source.n }, (_, i) => this.event(i));
    },
  });

  Object.assign(durand, { PLACE, AREA, STRETCH, NOWHERE, FEW, ALL, LISTED, DOT, PAD, brief });
  durand.events = (id, options) =>
    new durand.Events((durand.sources[id] = durand.sources[id] || new durand.Source(id)), options || {});
  durand.sources = {};
})(window.durand);
