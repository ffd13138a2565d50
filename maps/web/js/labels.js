// Names on the base: placed anew after each move, by rank and zoom, none over another or over an event.
(function (durand) {
  "use strict";
  const { TYPE } = durand;
  const GATE = "M-3.2,-3.2H3.2V3.2H-3.2Z";
  const LEADERS = [20, 30, 42, 56]; // px
  const WIDE = 7; // zoom
  const UNDER = 8; // px between a name of the base and a symbol over or under it, which has another name

  // Boxes of the scale, the buttons, the credit and the chips, which hide what is under them.
  durand.controls = (map) => {
    const frame = map.getContainer().getBoundingClientRect();
    const nodes = [...map.getContainer().querySelectorAll(".leaflet-control, .durand-chips > *, .map-tool")];
    const boxes = nodes.map((control) => control.getBoundingClientRect()).filter((r) => r.width);
    return boxes.map((r) => [
      r.left - frame.left - 4,
      r.top - frame.top - 4,
      r.right - frame.left + 4,
      r.bottom - frame.top + 4,
    ]);
  };

  durand.Labels = L.Layer.extend({
    initialize(base) {
      this.base = base;
      this.count = 0;
      this.said = [];
    },

    onAdd(map) {
      this.root = durand.svg("svg", { class: "durand-overlay durand-labels", "aria-hidden": "true" });
      map.getPane("durand-labels").append(this.root);
      map.on("durand:begun", this.begin, this);
      map.on("moveend resize durand:drawn", this.later, this);
      this.later();
    },

    onRemove(map) {
      map.off("durand:begun", this.begin, this);
      map.off("moveend resize durand:drawn", this.later, this);
      this.root.remove();
    },

    later() {
      if (this.frame) cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.settle());
    },

    // What is still to be drawn is drawn now.
    settle() {
      if (!this.frame) return;
      cancelAnimationFrame(this.frame);
      this.frame = 0;
      if (this._map) this.draw();
    },

    // Both countries and the line are named first; the points of places are kept free for their symbols.
    begin() {
      const map = this._map;
      const size = map.getSize();
      this.zoom = map.getZoom();
      this.placer = map.durandPlacer || this.alone(size);
      this.rules = this.base.data.rules;
      this.view = this.placer.view;
      this.out = [];
      this.defs = [];
      this.said = [];
      this.begun = true;
      this.at = ([lat, lng]) => {
        const p = map.latLngToContainerPoint([lat, lng]);
        return [p.x, p.y];
      };
      this.countries = this.areas("country");
      this.seatCountries?.();
      this.lineName = this.nameLine([]);
    },

    // The name of the line: once before the marks, or else after them; far from there again where they leave room.
    nameLine(others) {
      const { x, y } = this._map.getSize();
      const text = this.base.data.words["Durand Line"];
      const off = this.rules.ink.durand_name_off_px;
      return this.along(this.base.line.map(this.at), text, "durand", off, 0.6 * Math.hypot(x, y), others);
    },

    // Without events, or where another layer stands for them.
    alone(size) {
      const map = this._map;
      const corner = map.getPixelOrigin().add(map.containerPointToLayerPoint([0, 0]));
      return new durand.Placer(
        new durand.Ground(this.base, 2 ** map.getZoom(), corner, size),
        size,
        24,
        durand.controls(map)
      );
    },

    draw() {
      const map = this._map;
      // The same marks have their names already.
      if (!this.begun && map.durandPlacer && map.durandPlacer === this.placer) return;
      if (!this.begun) this.begin();
      this.begun = false;
      const { data } = this.base;
      this.nameLine(this.lineName ? [this.lineName] : []);
      this.seatCountries?.();
      this.gates();
      this.places(0, 3);
      this.crossings();
      for (const shape of this.base.shapes("disputed_lines")) {
        if (shape.name === "Line of Control" && this.zoom >= this.rules.zoom.control) {
          this.along(longest(shape).map(this.at), data.words["Line of Control"], "control", 10);
        }
      }
      if (this.zoom >= this.rules.zoom.provinces) this.areas("province");
      this.places(4, 5);
      if (this.zoom >= this.rules.zoom.rivers && !data.tiles) {
        for (const river of this.base.shapes("rivers")) {
          if (river.name) this.along(longest(river).map(this.at), river.name, "river", 7);
        }
      }
      this.places(6, 9);
      const shift = map.containerPointToLayerPoint([0, 0]);
      const group = durand.svg("g", { transform: `translate(${shift.x},${shift.y})` }, ...this.out);
      this.root.replaceChildren(durand.svg("defs", {}, ...this.defs), group);
    },

    record(kind, text, at, box, lines) {
      this.said.push({ kind, text, filled: "none", at: this._map.containerPointToLatLng(at), box, lines });
    },

    text(kind, text, x, y, anchor) {
      const style = TYPE[kind];
      const gap = anchor === "middle" ? durand.spaced(text, style) / 2 : 0;
      const at = { x: (x + gap).toFixed(1), y: y.toFixed(1), "text-anchor": anchor };
      this.out.push(durand.svg("text", { class: `d-name d-name-${kind}`, ...at, text: durand.cased(text, style) }));
    },

    free(box) {
      return (
        !this._map.durandOff?.(box) &&
        this.placer.fits(null, [box]) &&
        this.placer.symbols.free(durand.boxes.grown(box, this.placer.gap, UNDER)) &&
        (!this.placer.ground || this.placer.ground.clear(durand.boxes.grown(box, 2, 1)))
      );
    },

    take(kind, text, box) {
      this.placer.names.take(box);
      this.record("name", text, durand.boxes.middle(box), box);
    },

    // A name beside its point: right, left, above, below, then the corners.
    point(kind, text, x, y, mark, lead) {
      const width = durand.textWidth(text, TYPE[kind]);
      const height = TYPE[kind].size;
      const [l, t, r, b] = [x - mark, y - mark, x + mark, y + mark];
      const my = y + height * 0.36;
      const spots = [
        [r + 4, my, "start"],
        [l - 4, my, "end"],
        [x, t - 4, "middle"],
        [x, b + height, "middle"],
        [r + 1, t - 1, "start"],
        [r + 1, b + height - 3, "start"],
        [l - 1, t - 1, "end"],
        [l - 1, b + height - 3, "end"],
      ];
      for (const [sx, sy, anchor] of spots) {
        const left = anchor === "start" ? sx : anchor === "end" ? sx - width : sx - width / 2;
        const box = [left, sy - height * 0.85, left + width, sy + height * 0.25];
        if (!this.free(box)) continue;
        this.take(kind, text, box);
        this.text(kind, text, sx, sy, anchor);
        return true;
      }
      return lead ? this.led(kind, text, x, y, width, height) : false;
    },

    // A name that finds no room beside its place stands a little off, with a thin line to it.
    led(kind, text, x, y, width, height) {
      for (const reach of LEADERS) {
        for (let turn = 0; turn < 16; turn++) {
          const angle = (turn % 2 ? 1 : -1) * Math.ceil(turn / 2) * (Math.PI / 8);
          const [tx, ty] = [x + reach * Math.cos(angle), y + reach * Math.sin(angle)];
          const end = Math.abs(Math.cos(angle)) < 0.3;
          const left = end ? tx - width / 2 : Math.cos(angle) > 0 ? tx : tx - width;
          const box = [left, ty - height * 0.55, left + width, ty + height * 0.55];
          if (!this.free(box)) continue;
          const stop = 1 - (end ? height * 0.6 : 3) / reach;
          const to = [x + (tx - x) * stop, y + (ty - y) * stop];
          if (!this.placer.leaderFree([x, y], to, 3)) continue;
          this.placer.take(null, [], [[x, y], to]);
          this.take(kind, text, box);
          const ends = { x1: x.toFixed(1), y1: y.toFixed(1), x2: to[0].toFixed(1), y2: to[1].toFixed(1) };
          this.out.push(durand.svg("line", { class: "d-name-leader", ...ends }));
          this.text(kind, text, left + width / 2, ty + height * 0.36, "middle");
          return true;
        }
      }
      return false;
    },

    // Towns without an event; those with one are named at their symbols.
    places(low, high) {
      const { named, symbols } = this.placer;
      for (const [name, lon, lat, rank, capital] of this.base.data.places) {
        if (
          rank < low ||
          rank > high ||
          this.zoom < this.rules.zoom.ranks[Math.min(rank, this.rules.zoom.ranks.length - 1)]
        )
          continue;
        const [x, y] = this.at([lat, lon]);
        if (x < 0 || y < 0 || x > this.view[2] || y > this.view[3]) continue;
        const last = named.get(name);
        if (last && Math.hypot(last[0] - x, last[1] - y) < 60) continue;
        const kind = capital ? "capital" : rank <= 2 ? "city" : rank <= 5 ? "town" : "village";
        const mark = capital ? 4 : rank <= 2 ? 3 : 2;
        const dot = [x - mark, y - mark, x + mark, y + mark];
        if (!symbols.free(durand.boxes.grown(dot, 2, 2)) || !this.placer.names.free(dot)) continue;
        if (!this.point(kind, name, x, y, mark, capital || rank <= 2)) continue;
        named.set(name, [x, y]);
        this.placer.names.take(dot);
        const c = { cx: x.toFixed(1), cy: y.toFixed(1) };
        if (capital) this.out.push(durand.svg("circle", { ...c, r: 4, class: "d-capital" }));
        this.out.push(durand.svg("circle", { ...c, r: capital ? 1.8 : rank <= 2 ? 2.4 : 1.8, class: "d-place" }));
      }
    },

    // Squares of the crossings of which something is told on the day, their names where there is room.
    gates() {
      for (const layer of durand.layers) {
        if (layer._map !== this._map || !layer.alone) continue;
        for (const { gate, run, at } of layer.alone) {
          const [x, y] = at;
          const text = durand.say(layer.words, "tag state", { name: gate.name, state: layer.gateSays(run) });
          const square = durand.gateSquare(run);
          square.setAttribute("transform", `translate(${x.toFixed(1)},${y.toFixed(1)})`);
          square.append(durand.svg("title", { text }));
          square.addEventListener("click", (click) => {
            click.stopPropagation();
            layer.openGate(gate);
          });
          this.out.push(square);
          this.placer.named.set(gate.name, at);
          this.said.push({
            kind: "crossing",
            text,
            filled: "none",
            at: this._map.containerPointToLatLng(at),
            box: durand.gateBox(at),
          });
          this.point("crossing", text, x, y, 6, true);
        }
      }
    },

    // Those at which nothing happened, in a near view: the word says what the square is.
    crossings() {
      if (this.zoom < this.rules.zoom.gates) return;
      const { named, symbols } = this.placer;
      for (const [name, lon, lat] of this.base.data.crossings) {
        const [x, y] = this.at([lat, lon]);
        if (x < 5 || y < 5 || x > this.view[2] - 5 || y > this.view[3] - 5) continue;
        const near = (part) => named.has(part) && Math.hypot(named.get(part)[0] - x, named.get(part)[1] - y) < 60;
        const box = [x - 4, y - 4, x + 4, y + 4];
        if ([name, ...name.split("-")].some(near) || !symbols.free(durand.boxes.grown(box, 2, 2)) || !this.placer.names.free(box))
          continue;
        if (!this.point("crossing", durand.say(this.base.data.words, "name crossing", { name }), x, y, 5)) continue;
        named.set(name, [x, y]);
        const g = durand.svg("g", { class: "d-crossing", transform: `translate(${x.toFixed(1)},${y.toFixed(1)})` });
        g.append(durand.svg("path", { d: GATE, class: "halo" }), durand.svg("path", { d: GATE }));
        this.out.push(g);
        symbols.take(box);
      }
    },

    areas(kind) {
      const degree = this.at([33, 67]);
      const perDegree = this.at([33, 68])[0] - degree[0];
      const named = new Set();
      for (const area of this.base.data.areas) {
        if (area.kind !== kind || this.placer.tagged.has(area.id)) continue;
        const width = durand.textWidth(area.name, TYPE[kind]);
        const height = TYPE[kind].size;
        for (const [lon, lat, room] of area.at) {
          // In a wide view only the roomy ones are named.
          if (room * perDegree * (this.zoom < WIDE && kind === "province" ? 1 : 1.5) < width / 2) continue;
          const [x, y] = this.at([lat, lon]);
          const box = [x - width / 2, y - height * 0.85, x + width / 2, y + height * 0.3];
          if (!this.free(durand.boxes.grown(box, 3, 2))) continue;
          this.take(kind, area.name, box);
          this.text(kind, area.name, x, y, "middle");
          named.add(area.id);
          break;
        }
      }
      return named;
    },
  });

  function longest({ parts }) {
    return parts.reduce((best, part) => (part.length > best.length ? part : best));
  }
})(window.durand);
