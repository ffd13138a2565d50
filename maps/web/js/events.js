// The events: symbols side by side at a place, hatched areas with a tag, bands along the line.
// Above a few thousand in view the places are drawn on a canvas (canvas.js).
(function (durand) {
  "use strict";
  const [PLACE, AREA, STRETCH, NOWHERE] = [0, 1, 2, 3];
  const FEW = 5000; // more events in view than this are drawn on the canvas
  const AT_ONCE = 400; // maps of more events than this follow a moving handle with places alone, and settle when it rests
  const QUICK = 800; // up to this number in view, a moving handle leaves symbols, and does not change to the canvas
  const ALL = 500; // up to this number, those outside the view are drawn too
  const PAD = 120; // px round the view in which places are drawn
  const PACK = 7; // more events than this at one place become a ring with their number
  const RING = 15;
  const PACK_CELL = 34; // px; no two packs that touch are further than two of these apart
  const LISTED = 200; // events that a list shows at once
  const KEPT = 20000; // events kept as objects
  const SETTLE_MS = 120;
  const WORLD = 256; // px of the world at zoom 0
  const TAG = { height: 18, glyph: 11, pad: 4, gap: 3, digit: 7.2, most: 4 };
  const HATCH = { area: 7, wide: 11, band: 7 };
  const DOT = "M-0.85,0A0.85,0.85 0 1 1 0.85,0A0.85,0.85 0 1 1 -0.85,0Z";

  // Where n symbols stand around a place, in symbol widths.
  const around = (n) => {
    const ring = (k, r, from) => Array.from({ length: k }, (_, i) => [r * Math.cos(from + (2 * Math.PI * i) / k), r * Math.sin(from + (2 * Math.PI * i) / k)]);
    if (n === 1) return [[0, 0]];
    if (n === 2) return [[-0.5, 0], [0.5, 0]];
    if (n === 3) return [[-0.5, -0.42], [0.5, -0.42], [0, 0.45]];
    if (n === 4) return [[-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5], [0.5, 0.5]];
    if (n === 5) return [[-0.5, -0.5], [0.5, -0.5], [-1, 0.42], [0, 0.42], [1, 0.42]];
    return [[0, 0], ...ring(n - 1, 1.02, -Math.PI / 2)];
  };

  const brief = (n) => (n < 1000 ? String(n) : n < 9950 ? `${(n / 1000).toFixed(1)}k` : n < 999500 ? `${Math.round(n / 1000)}k` : `${(n / 1e6).toFixed(1)}M`);
  const digits = (n) => (n > 1 ? brief(n).length * TAG.digit + 2 : 0);
  const tagWidth = (parts) => parts.reduce((sum, [, { n }]) => sum + TAG.glyph + digits(n) + TAG.gap, 2 * TAG.pad - TAG.gap);

  const within = ([x, y], ring) => {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
    return inside;
  };

  // Steps of 1e-4 degree to pixels at zoom 0 in Web Mercator, as Leaflet's EPSG3857.
  const toWorld = (lon, lat) => {
    const s = Math.sin((lat * Math.PI) / 1.8e6);
    return [WORLD * (lon / 3.6e6 + 0.5), WORLD * (0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI))];
  };

  // Events that are drawn, pointed at and opened together: a list of them, or a test and what is known of their number.
  durand.Group = class {
    // `parts`: for each type its number and whether one of them is sure; `first`: index of the earliest.
    constructor(layer, parts, first, has) {
      Object.assign(this, { layer, parts, first, has });
      this.n = parts.reduce((sum, [, { n }]) => sum + n, 0);
    }

    static of(layer, indices) {
      const { type } = layer.state.columns;
      const counts = new Map();
      for (const i of indices) {
        const entry = counts.get(type[i]) || { n: 0, sure: false };
        entry.n += 1;
        entry.sure = entry.sure || layer.source.sure(i);
        counts.set(type[i], entry);
      }
      const own = new Set(indices);
      const group = new durand.Group(layer, [...counts].sort((a, b) => a[0] - b[0]), Math.min(...indices), (i) => own.has(i));
      group.indices = [...own].sort((a, b) => a - b);
      return group;
    }

    static union(groups) {
      if (groups.length === 1) return groups[0];
      if (groups.every((group) => group.indices)) return durand.Group.of(groups[0].layer, groups.flatMap((group) => group.indices));
      const counts = new Map();
      for (const [type, { n, sure }] of groups.flatMap((group) => group.parts)) {
        const entry = counts.get(type) || { n: 0, sure: false };
        counts.set(type, { n: entry.n + n, sure: entry.sure || sure });
      }
      return new durand.Group(groups[0].layer, [...counts].sort((a, b) => a[0] - b[0]), Math.min(...groups.map((group) => group.first)), (i) => groups.some((group) => group.has(i)));
    }

    // The first of them, by index; `total` says how many there are.
    list(most) {
      if (this.indices) return Object.assign(this.indices.slice(0, most), { total: this.indices.length });
      return this.layer.state.list(most, this.has);
    }

    get events() {
      return this.list(Infinity).map((i) => this.layer.event(i));
    }

    get look() {
      return this.parts.length === 1 ? this.parts[0][0] : "mixed";
    }

    get head() {
      return this.n === 1 ? this.layer.source.head(this.first) : durand.say(this.layer.words, "here", { n: this.n });
    }
  };

  durand.Events = L.Layer.extend({
    initialize(source, options) {
      this.source = source;
      this.options = options;
      this.words = source.words;
      this.types = source.types;
      this.shapes = source.shapes;
      this.provinces = source.provinces;
      this.phases = source.phases;
      this.items = [];
      this.boxes = [];
      this.made = new Map();
      this.ready = source.ready.then(() => this.load());
    },

    load() {
      const c = (this.columns = this.source.columns);
      const places = c.grain.length;
      this.state = this.source.state();
      this.world = { x: new Float64Array(places), y: new Float64Array(places) };
      for (let p = 0; p < places; p++) [this.world.x[p], this.world.y[p]] = toWorld(c.lon[p], c.lat[p]);
      this.px = new Float32Array(places);
      this.py = new Float32Array(places);
      this.cell = new Int32Array(places);
      return this;
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
        sure: source.sure(i),
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
      this.under = durand.svg("svg", { class: "durand-overlay durand-areas", "aria-hidden": "true" }, this.patterns());
      this.areaGroup = durand.svg("g", {});
      this.under.append(this.areaGroup);
      this.soft = durand.html("canvas", { class: "durand-canvas durand-soft", "aria-hidden": "true" });
      this.dots = durand.html("canvas", { class: "durand-canvas", "aria-hidden": "true" });
      map.getPane("durand-areas").append(this.soft, this.under);
      this.over = durand.svg("svg", { class: "durand-overlay durand-symbols", role: "group", "aria-label": this.words["symbols label"] });
      map.getPane("durand-symbols").append(this.dots, this.over);
      this.tip = durand.html("div", { class: "durand-tip", hidden: true, "aria-hidden": "true" });
      map.getContainer().append(this.tip);
      this.obstacles = () => this.boxes;
      map.durandObstacles = (map.durandObstacles || []).concat(this.obstacles);
      map.on("moveend viewreset resize", this.draw, this);
      map.on("mousemove", this.pointAt, this);
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
      this.draw();
      performance.mark("durand-events");
    },

    onRemove(map) {
      if (!this.over) return;
      map.off("moveend viewreset resize", this.draw, this);
      map.off("mousemove", this.pointAt, this);
      map.off("click", this.clickAt, this);
      map.off("mouseout", this.leave, this);
      map.durandObstacles = map.durandObstacles.filter((boxes) => boxes !== this.obstacles);
      for (const node of [this.under, this.over, this.soft, this.dots, this.tip]) node.remove();
      this.unfollow();
      if (!this.options.panelOf) this.panel.remove();
      this.over = null;
    },

    patterns() {
      const looks = this.types.map((_, n) => [n, `d-type-${n}`]).concat([["mixed", "d-type-mixed"]]);
      return durand.svg(
        "defs",
        {},
        ...looks.flatMap(([n, look]) =>
          ["area", "wide", "band"].map((kind) =>
            durand.svg(
              "pattern",
              { id: `${this.uid}-${kind}-${n}`, class: `d-hatch d-hatch-${kind} ${look}`, patternUnits: "userSpaceOnUse", width: HATCH[kind], height: HATCH[kind], patternTransform: "rotate(45)" },
              durand.svg("rect", { width: HATCH[kind], height: HATCH[kind] }),
              durand.svg("line", { x1: 0, y1: 0, x2: 0, y2: HATCH[kind] })
            )
          )
        )
      );
    },

    draw() {
      const map = this._map;
      if (!map || !this.over) return;
      const kept = this.keptFocus();
      const zoom = map.getZoom();
      this.size = zoom < 5.8 ? 5.6 : zoom < 8 ? 6.4 : 7.2;
      const size = map.getSize();
      this.view = [2, 2, size.x - 2, size.y - 2];
      this.shift = map.containerPointToLayerPoint([0, 0]);
      this.items = [];
      this.boxes = [];
      // Another layer stands for the events.
      if (this.options.quiet) {
        this.patches = [];
        return;
      }
      this.tally();
      this.drawDiscs();
      this.drawPlaces(this.inView <= FEW);
      this.drawAreas();
      this.items.sort((a, b) => a.group.first - b.group.first);
      this.over.replaceChildren(
        ...this.items
          .slice()
          .sort((a, b) => (a.tag ? 0 : 1) - (b.tag ? 0 : 1) || a.y - b.y)
          .flatMap((item) => (item.words ? [item.node, item.words] : [item.node]))
      );
      this.items.forEach((item, n) => item.node.setAttribute("tabindex", n === 0 ? 0 : -1));
      this.mark();
      if (kept !== null) this.focusEvent(kept);
      map.fire("durand:drawn");
    },

    // While a handle moves: places alone. Outlines, tags and names follow when it rests.
    drawQuick() {
      if (!this._map || !this.over || this.options.quiet) return;
      this.shift = this._map.containerPointToLayerPoint([0, 0]);
      this.items = [];
      this.boxes = [];
      this.tally();
      this.drawDiscs(true);
      this.dotsClear();
      if (this.inView <= QUICK) this.drawFew();
      else this.drawMany(true);
      this.over.replaceChildren(...this.items.map((item) => item.node));
    },

    point(latlng) {
      const p = this._map.latLngToContainerPoint(latlng);
      return [p.x, p.y];
    },

    // Places --------------------------------------------------------------------------------------------------

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

    drawPlaces(few) {
      this.dotsClear();
      if (few) this.drawFew();
      else this.drawMany();
    },

    drawFew() {
      const { mask, n } = this.state;
      const { place, lon, lat, grain } = this.columns;
      const size = this._map.getSize();
      const room = this.state.shown() <= ALL ? Infinity : PAD;
      const groups = new Map();
      for (let i = 0; i < n; i++) {
        const p = place[i];
        if (!mask[i] || grain[p] !== PLACE) continue;
        const [x, y] = [this.px[p], this.py[p]];
        if (x < -room || y < -room || x > size.x + room || y > size.y + room) continue;
        // Two places may share a point: what is said of them differs.
        const key = lon[p] * 4194304 + lat[p];
        const group = groups.get(key);
        if (group) group.events.push(i);
        else groups.set(key, { xy: [x, y], events: [i] });
      }
      const packs = this.merge([...groups.values()].map((pack) => ({ ...this.spread(pack.events.length), ...pack })));
      const { type } = this.columns;
      for (const pack of packs) {
        pack.events.sort((a, b) => type[a] - type[b] || a - b);
        if (pack.events.length > PACK) this.addRing(pack);
        else this.addSymbols(pack);
      }
    },

    spread(n) {
      const width = this.size * 2 + 1;
      if (n > PACK) return { r: RING + 1, spots: [] };
      const spots = around(n).map(([x, y]) => [x * width, y * width]);
      return { r: Math.max(...spots.map(([x, y]) => Math.hypot(x, y))) + this.size, spots };
    },

    // Packs that lie over each other on the screen become one pack between them. Only the neighbours of a pack are
    // looked at; those met most draw the others to them.
    merge(packs) {
      for (let met = true; met; ) {
        met = false;
        const grid = new Map();
        const out = [];
        for (const pack of packs.sort((a, b) => b.events.length - a.events.length || a.events[0] - b.events[0])) {
          const [gx, gy] = pack.xy.map((v) => Math.floor(v / PACK_CELL));
          let host = null;
          for (let dx = -2; dx <= 2 && !host; dx++) {
            for (let dy = -2; dy <= 2 && !host; dy++) {
              for (const other of grid.get(`${gx + dx},${gy + dy}`) || []) {
                if (Math.hypot(pack.xy[0] - other.xy[0], pack.xy[1] - other.xy[1]) < (pack.r + other.r) * 0.86) host = other;
              }
            }
          }
          if (host) {
            const n = host.events.length + pack.events.length;
            host.xy = host.xy.map((v, k) => (v * host.events.length + pack.xy[k] * pack.events.length) / n);
            for (const i of pack.events) host.events.push(i);
            Object.assign(host, this.spread(n));
            met = true;
          } else {
            const key = `${gx},${gy}`;
            if (!grid.has(key)) grid.set(key, []);
            grid.get(key).push(pack);
            out.push(pack);
          }
        }
        packs = out;
      }
      return packs;
    },

    addSymbols(pack) {
      const [x, y] = pack.xy;
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      pack.spots.forEach(([dx, dy], k) => {
        const event = this.event(pack.events[k]);
        const px = x + dx;
        const py = y + dy;
        const d = this.path(event.type, event.sure);
        const node = durand.svg(
          "g",
          { class: `d-symbol d-type-${event.type}${event.sure ? "" : " hollow"}`, transform: this.move(px, py) },
          durand.svg("circle", { class: "d-hit", r: Math.max(12, this.size + 2) }),
          durand.svg("circle", { class: "d-ring", r: this.size + 4.5 }),
          durand.svg("path", { class: "d-outline", d: this.types[event.type].path, transform: `scale(${this.size})` }),
          durand.svg("path", { class: "d-shape", d, transform: `scale(${this.size})`, "fill-rule": "evenodd" })
        );
        this.addItem(node, durand.Group.of(this, [event.i]), px, py, false);
        const r = this.size + 1.5;
        box[0] = Math.min(box[0], px - r);
        box[1] = Math.min(box[1], py - r);
        box[2] = Math.max(box[2], px + r);
        box[3] = Math.max(box[3], py + r);
      });
      this.boxes.push(box);
    },

    // Many events: a ring that shows the mix of types, and their number.
    addRing(pack) {
      const [x, y] = pack.xy;
      const group = durand.Group.of(this, pack.events);
      const node = durand.svg("g", { class: "d-symbol d-many", transform: this.move(x, y) }, durand.svg("circle", { class: "d-ring", r: RING + 4 }), durand.svg("circle", { class: "d-disc", r: RING + 1 }));
      let from = -Math.PI / 2;
      for (const [type, { n }] of group.parts) {
        const to = from + (2 * Math.PI * n) / group.n - (group.parts.length > 1 ? 0.07 : 0.001);
        const at = (angle) => `${(12.5 * Math.cos(angle)).toFixed(2)},${(12.5 * Math.sin(angle)).toFixed(2)}`;
        const d = `M${at(from)}A12.5,12.5 0 ${to - from > Math.PI ? 1 : 0} 1 ${at(to)}`;
        node.append(durand.svg("path", { class: `d-arc d-type-${type}`, d }));
        from += (2 * Math.PI * n) / group.n;
      }
      node.append(durand.svg("text", { y: 4, "text-anchor": "middle", text: durand.number(this.words, brief(group.n)) }));
      this.addItem(node, group, x, y, false);
      this.boxes.push([x - RING - 2, y - RING - 2, x + RING + 2, y + RING + 2]);
    },

    // Areas and stretches -------------------------------------------------------------------------------------

    // The areas with events that are shown, and those events: areas that have an outline in the page, and discs where
    // they are few.
    areaGroups() {
      const { columns, fewDiscs, shapes, source, state } = this;
      const { place, area, type } = columns;
      const all = shapes.length + fewDiscs.length;
      if (!all) return [];
      // Of each place the number of its area, from 1; of most places 0.
      const areaOf = Int32Array.from(area);
      fewDiscs.forEach(({ places }, k) => places.forEach((p) => (areaOf[p] = shapes.length + k + 1)));
      const kinds = this.types.length;
      const counts = new Int32Array(all * kinds);
      const sure = new Uint8Array(all * kinds);
      const first = new Int32Array(all).fill(-1);
      for (let i = 0; i < state.n; i++) {
        const number = areaOf[place[i]] - 1;
        if (number < 0 || !state.mask[i]) continue;
        counts[number * kinds + type[i]]++;
        if (source.sure(i)) sure[number * kinds + type[i]] = 1;
        if (first[number] < 0) first[number] = i;
      }
      const found = [];
      first.forEach((i, number) => {
        if (i < 0) return;
        const parts = [];
        for (let k = 0; k < kinds; k++) {
          const at = number * kinds + k;
          if (counts[at]) parts.push([k, { n: counts[at], sure: sure[at] === 1 }]);
        }
        const shape = number < shapes.length ? shapes[number] : fewDiscs[number - shapes.length].shape;
        found.push({ shape, group: new durand.Group(this, parts, i, (one) => areaOf[place[one]] === number + 1) });
      });
      return found;
    },

    drawAreas() {
      const entries = [];
      for (const { shape, group } of this.areaGroups()) {
        const { look } = group;
        const band = shape.kind === "line";
        const node = durand.svg("path", {
          class: `d-area d-area-${band ? "band" : shape.seats ? "face d-area-wide" : "face"} d-type-${look}`,
          d: this.outline(shape),
          [band ? "stroke" : "fill"]: `url(#${this.uid}-${band ? "band" : shape.seats ? "wide" : "area"}-${look})`,
        });
        node.durandGroup = group;
        node.addEventListener("click", (click) => this.openUnder(click));
        node.addEventListener("mousemove", (move) => this.hover(move, group));
        node.addEventListener("mouseleave", () => this.hover(null));
        entries.push({ shape, group, node });
      }
      entries.sort((a, b) => this.extentOf(b.shape) - this.extentOf(a.shape));
      this.areaGroup.replaceChildren(...entries.map((entry) => entry.node));
      this.placeTags(entries.reverse());
    },

    // Each area has a tag; tags that find no room of their own join the nearest.
    placeTags(entries) {
      const names = (this._map.durandReserve ? this._map.durandReserve(this.boxes) : []).concat(durand.controls(this._map));
      let tags = entries.map((entry) => ({ members: [entry], parts: this.tagParts(entry.group) }));
      for (let again = true; again; ) {
        again = false;
        const room = new durand.Room(this.boxes.concat(names));
        const placed = [];
        for (const tag of tags) {
          tag.width = tagWidth(tag.parts);
          const box = ([x, y]) => [x - tag.width / 2 - 1.5, y - TAG.height / 2 - 1.5, x + tag.width / 2 + 1.5, y + TAG.height / 2 + 1.5];
          const inView = ([l, t, r, b]) => l >= this.view[0] && t >= this.view[1] && r <= this.view[2] && b <= this.view[3];
          const spots = tag.members.flatMap(({ shape }) => this.tagSpots(shape, tag.width)).filter((spot) => inView(box(spot)));
          if (!spots.length) continue;
          const free = (spot) => room.free(box(spot));
          tag.spot = spots.find(free);
          // A unit without room for its tag has it on its rim or beside it.
          for (const member of tag.spot ? [] : tag.members) {
            if (!member.shape.seats) continue;
            member.rim = member.rim || this.rim(member.shape).filter((spot) => inView(box(spot)));
            tag.spot = tag.spot || member.rim.find(free);
          }
          if (!tag.spot) {
            const far = (other) => Math.hypot(other.spot[0] - spots[0][0], other.spot[1] - spots[0][1]);
            const nearest = placed.reduce((best, other) => (!best || far(other) < far(best) ? other : best), null);
            if (nearest && far(nearest) < 60) {
              nearest.members.push(...tag.members);
              nearest.parts = this.tagParts(durand.Group.union(nearest.members.map((member) => member.group)));
              tags = tags.filter((other) => other !== tag);
              again = true;
              break;
            }
            tag.spot = spots[0];
          }
          placed.push(tag);
          room.take(box(tag.spot));
        }
        if (again) continue;
        this.boxes = room.boxes.filter((box) => !names.includes(box));
        for (const tag of placed) this.addTag(tag);
      }
    },

    // What a tag says: each type with its number; of many types the sum.
    tagParts(group) {
      if (group.parts.length <= TAG.most) return group.parts;
      return [["mixed", { n: group.n, sure: group.parts.some(([, { sure }]) => sure) }]];
    },

    extentOf(shape) {
      if (shape.extent === undefined) {
        const all = shape.lines.flat();
        const span = (k) => Math.max(...all.map((p) => p[k])) - Math.min(...all.map((p) => p[k]));
        shape.extent = (shape.kind === "line" ? 100 : 0) + span(0) + span(1);
      }
      return shape.extent;
    },

    // Points of an outline, the topmost first, then the lowest, then those between.
    rim(shape) {
      const line = shape.lines[0].map((at) => this.point(at));
      const top = line.reduce((best, p, i) => (p[1] < line[best][1] ? i : best), 0);
      const spots = [0, 12, 6, 18, 3, 21, 9, 15, 2, 22, 4, 20, 1, 23, 5, 19, 7, 17, 8, 16, 10, 14, 11, 13].map((k) => line[(top + Math.floor((k * line.length) / 24)) % line.length]);
      const [l, t, r, b] = this.view;
      // Where the rim is taken, beside it: the tag then has a leader.
      const middle = [(Math.min(...line.map((p) => p[0])) + Math.max(...line.map((p) => p[0]))) / 2, (Math.min(...line.map((p) => p[1])) + Math.max(...line.map((p) => p[1]))) / 2];
      const beside = [16, 30].flatMap((out) =>
        spots.map((from) => {
          const n = Math.hypot(from[0] - middle[0], from[1] - middle[1]) || 1;
          return Object.assign([from[0] + ((from[0] - middle[0]) / n) * out, from[1] + ((from[1] - middle[1]) / n) * out], { from });
        })
      );
      return spots.concat(beside, [[(l + r) / 2, t + 24], [(l + r) / 2, b - 24]].filter((spot) => within(spot, line)));
    },

    // The path of a shape in the pixels of the layer, without points too near to the last to be seen.
    outline(shape) {
      const scale = 2 ** this._map.getZoom();
      const origin = this._map.getPixelOrigin();
      shape.world = shape.world || shape.lines.map((line) => line.map(([lat, lng]) => toWorld(lng * 1e4, lat * 1e4)));
      return shape.world
        .map((line) => {
          const kept = [];
          let [px, py] = [Infinity, Infinity];
          line.forEach(([wx, wy], k) => {
            const [x, y] = [wx * scale - origin.x, wy * scale - origin.y];
            if (Math.abs(x - px) + Math.abs(y - py) < 0.8 && k < line.length - 1) return;
            [px, py] = [x, y];
            kept.push(`${x.toFixed(1)},${y.toFixed(1)}`);
          });
          return `M${kept.join("L")}${shape.kind === "polygon" ? "Z" : ""}`;
        })
        .join("");
    },

    // A tag sits on the rim of its area, so that it can't be taken for a place in it.
    addTag({ members, parts, width, spot }) {
      const [x, y] = spot;
      const group = durand.Group.union(members.map((member) => member.group));
      const node = durand.svg(
        "g",
        { class: `d-tag d-type-${group.look}`, transform: this.move(x, y) },
        spot.from && durand.svg("line", { class: "d-leader", x2: (spot.from[0] - x).toFixed(1), y2: (spot.from[1] - y).toFixed(1) }),
        durand.svg("rect", { class: "d-hit", x: -Math.max(width, 26) / 2, y: -13, width: Math.max(width, 26), height: 26 }),
        durand.svg("rect", { class: "d-ring", x: -width / 2 - 3, y: -TAG.height / 2 - 3, width: width + 6, height: TAG.height + 6, rx: 6 }),
        durand.svg("rect", { class: "d-plate", x: -width / 2, y: -TAG.height / 2, width, height: TAG.height, rx: 4 })
      );
      // The name of the tag says more than its numbers, which therefore stand beside it and not in it.
      const words = durand.svg("g", { class: "d-tag-words", "aria-hidden": "true", transform: this.move(x, y) });
      let left = -width / 2 + TAG.pad;
      for (const [type, { n, sure }] of parts) {
        const at = `translate(${(left + TAG.glyph / 2).toFixed(1)},0) scale(${TAG.glyph / 2 - 0.6})`;
        node.append(durand.svg("path", { class: `d-shape d-type-${type}${sure ? "" : " hollow"}`, d: this.path(type, sure), transform: at, "fill-rule": "evenodd" }));
        left += TAG.glyph;
        if (n > 1) words.append(durand.svg("text", { x: (left + 2).toFixed(1), y: 4, text: durand.number(this.words, brief(n)) }));
        left += digits(n) + TAG.gap;
      }
      const label = group.n === 1 ? group.head : `${group.head}: ${this.source.head(group.first)}`;
      this.addItem(node, group, x, y, true, label).words = words;
      for (const [kind, on] of [["mouseenter", true], ["mouseleave", false]]) {
        node.addEventListener(kind, () => members.forEach((member) => member.node.classList.toggle("hover", on)));
      }
    },

    path(type, sure) {
      if (type === "mixed") return DOT;
      return (!sure && this.types[type].hollow) || this.types[type].path;
    },

    tagSpots(shape, width) {
      if (shape.seats) return shape.seats.map(([lon, lat]) => this.point([lat, lon]));
      if (shape.kind === "polygon") return this.rim(shape);
      const line = shape.lines.reduce((a, b) => (b.length > a.length ? b : a), []);
      const spots = [];
      for (const share of [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9, 0.45, 0.55, 0.35, 0.65, 0.25, 0.75]) {
        const k = Math.min(line.length - 2, Math.floor(share * line.length));
        if (k < 0) continue;
        const a = this.point(line[k]);
        const c = this.point(line[k + 1]);
        const n = Math.hypot(c[0] - a[0], c[1] - a[1]) || 1;
        for (const away of [20 + width / 4, -20 - width / 4]) {
          spots.push(Object.assign([a[0] - ((c[1] - a[1]) / n) * away, a[1] + ((c[0] - a[0]) / n) * away], { from: a }));
        }
      }
      return spots;
    },

    // Items: what can be pointed at and tabbed to ----------------------------------------------------------------

    move(x, y) {
      return `translate(${(x + this.shift.x).toFixed(1)},${(y + this.shift.y).toFixed(1)})`;
    },

    addItem(node, group, x, y, tag, label) {
      const item = {
        node, group, x, y, tag,
        get events() {
          return group.events;
        },
      };
      node.setAttribute("role", "button");
      node.setAttribute("aria-label", label || group.head);
      node.addEventListener("click", (click) => {
        click.stopPropagation();
        this.open(group, node);
      });
      node.addEventListener("mousemove", (move) => this.hover(move, group));
      node.addEventListener("mouseleave", () => this.hover(null));
      node.addEventListener("focus", () => this.hover({ item }, group));
      node.addEventListener("blur", () => this.hover(null));
      this.items.push(item);
      return item;
    },

    keptFocus() {
      const item = this.items.find((one) => one.node === document.activeElement);
      return item ? item.group.first : null;
    },

    itemOf(i) {
      return this.items.find((item) => item.group.has(i));
    },

    focusEvent(i) {
      const item = this.itemOf(i);
      if (!item) return false;
      for (const other of this.items) other.node.setAttribute("tabindex", other === item ? 0 : -1);
      item.node.focus({ preventScroll: true });
      return true;
    },

    step(key) {
      const now = this.items.findIndex((item) => item.node === document.activeElement);
      if (now < 0) return;
      const to = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0, End: this.items.length - 1 }[key.key];
      if (to !== undefined) {
        const item = this.items[(to + this.items.length) % this.items.length];
        this.focusEvent(item.group.first);
        this.bringIn(item);
      } else if (key.key === "Enter" || key.key === " ") {
        this.open(this.items[now].group, this.items[now].node);
      } else return;
      key.preventDefault();
      key.stopPropagation();
    },

    hover(move, group) {
      if (!move) {
        this.tip.hidden = true;
        return;
      }
      const box = this._map.getContainer().getBoundingClientRect();
      const x = move.item ? move.item.x : move.clientX - box.left;
      const y = move.item ? move.item.y : move.clientY - box.top;
      this.tip.textContent = group.head;
      this.tip.hidden = false;
      const width = this.tip.offsetWidth;
      this.tip.style.left = `${Math.max(4, Math.min(x - width / 2, box.width - width - 4))}px`;
      this.tip.style.top = `${y > 60 ? y - this.tip.offsetHeight - 16 : y + 18}px`;
    },

    // A click on areas that lie over each other opens all of them as a list.
    openUnder(click) {
      click.stopPropagation();
      const groups = document.elementsFromPoint(click.clientX, click.clientY).flatMap((node) => node.durandGroup || []);
      if (groups.length) this.open(durand.Group.union(groups), click.target);
    },

    // Open a group, or a list of events, as a card or a list.
    open(events, from, lead) {
      this.hover(null);
      this.panel.open(Array.isArray(events) ? durand.Group.of(this, events.map((event) => event.i)) : events, from, lead);
    },

    select(event) {
      this.state.select(event ? event.i : null);
      this.mark();
    },

    mark() {
      const { selected } = this.state;
      const holds = (group) => selected !== null && group.has(selected);
      for (const item of this.items) {
        const on = holds(item.group);
        item.node.classList.toggle("selected", on);
        item.node.setAttribute("aria-pressed", on);
        if (on) item.node.parentNode.append(item.node, ...(item.words ? [item.words] : []));
      }
      for (const node of this.areaGroup.children) node.classList.toggle("selected", holds(node.durandGroup));
      if (!this.options.quiet) this.markOnCanvas();
      const focused = this.items.find((item) => item.node === document.activeElement);
      if (!focused && selected !== null) {
        const item = this.itemOf(selected);
        if (item) for (const other of this.items) other.node.setAttribute("tabindex", other === item ? 0 : -1);
      }
    },

    // Ring an event of the table on the map.
    pointOut(i) {
      for (const item of this.items) item.node.classList.toggle("pointed", i !== null && item.group.has(i));
    },

    // Move the map so that an item stands clear of its edges and of a panel over its lower part.
    bringIn(item, clear) {
      const size = this._map.getSize();
      const bottom = size.y - (clear || 0) - 40;
      let [dx, dy] = [0, 0];
      if (item.x < 40) dx = item.x - 40;
      if (item.x > size.x - 40) dx = item.x - size.x + 40;
      if (item.y < 50) dy = item.y - 50;
      if (item.y > bottom) dy = item.y - Math.max(50, bottom * 0.6);
      if (dx || dy) this._map.panBy([dx, dy], { animate: false });
    },

    // Show an event wherever it is: over the map if need be.
    reveal(event, clear) {
      let item = this.itemOf(event.i);
      const seen = () => {
        const at = this._map.latLngToContainerPoint(event.at);
        return this._map.getSize().x >= at.x && at.x >= 0 && this._map.getSize().y >= at.y && at.y >= 0;
      };
      if (!item && event.at && !seen()) {
        this._map.panTo(event.at, { animate: false });
        item = this.itemOf(event.i);
      }
      if (item) this.bringIn(item, clear);
      else if (event.at) this.bringIn(this._map.latLngToContainerPoint(event.at), clear);
    },
  });

  // All events as objects: for maps of few. (Leaflet's classes copy values, not getters.)
  Object.defineProperty(durand.Events.prototype, "events", {
    get() {
      return Array.from({ length: this.source.n }, (_, i) => this.event(i));
    },
  });

  Object.assign(durand, { PLACE, AREA, STRETCH, NOWHERE, FEW, LISTED, DOT, PAD, brief });
  durand.events = (id, options) => new durand.Events((durand.sources[id] = durand.sources[id] || new durand.Source(id)), options || {});
  durand.sources = {};
})(window.durand);
