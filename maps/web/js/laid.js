// What the maker of a map lays over it: tints, overlays, rings, arrows, labels, notes. All text by textContent.
(function (durand) {
  "use strict";
  const { svg, html } = durand;
  const LABEL = { size: 13, weight: 600, spacing: 0 };
  const TURNS = Array.from({ length: 24 }, (_, k) => (k * Math.PI) / 12);
  const OFFS = [0, 10, 20, 32, 46, 64, 90, 120]; // px between a place and its label
  const REACHES = [18, 30, 46, 66, 90, 120, 155]; // px between a place and its note
  const GRID = 8;
  const BEND = 0.16;
  const HEAD = 9; // px
  const OFF_SYMBOL = 13; // px from the middle of a symbol at which a line to it ends
  const NARROW = 600; // px
  const LEAST_CIRCLE = 40; // px
  const MOST_CIRCLE = 600; // px
  const CIRCLE_ROOM = 4; // px
  const RIM_ROOM = 20; // px
  const OWN = 6.5; // px from the middle of a symbol to its rim

  const nearest = ([l, t, r, b], [x, y]) => [Math.max(l, Math.min(r, x)), Math.max(t, Math.min(b, y))];
  const tenth = (v) => v.toFixed(1);
  const round = tenth;

  durand.Laid = L.LayerGroup.extend({
    initialize(data) {
      L.LayerGroup.prototype.initialize.call(this);
      this.marks = data.marks;
      this.types = data.types;
      this.flows = data.key || [];
    },

    onAdd(map) {
      durand.panes(map);
      this.map = map;
      map.durandLaid = this;
      map.durandOff = (box) => this.inCircle(box);
      const pen = L.svg({ pane: "durand-areas", padding: 0.4 });
      const common = { interactive: false, renderer: pen, pane: "durand-areas" };
      for (const mark of this.marks) {
        const className = `d-laid d-laid-${mark.kind} d-ink-${mark.colour}`;
        for (const rings of mark.areas || [])
          this.addLayer(L.polygon(rings.map(durand.unpack), { ...common, className: `${className} area`, smoothFactor: 0.6 }));
        for (const line of mark.lines || [])
          this.addLayer(L.polyline(durand.unpack(line), { ...common, className: `${className} line`, smoothFactor: 0.6 }));
      }
      L.LayerGroup.prototype.onAdd.call(this, map);
      this.root = svg("svg", { class: "durand-overlay durand-laid", role: "group" });
      this.boxes = html("div", { class: "durand-notes" });
      map.getPane("durand-labels").append(this.root);
      map.getPane("durand-symbols").append(this.boxes);
      this.below = html("ul", { class: "laid-below", hidden: true });
      const column = map.getContainer().closest(".map-box");
      if (column) column.after(this.below);
      map.on("durand:begun", this.early, this);
      map.on("durand:plotted", this.begin, this);
      map.on("durand:drawn", this.finish, this);
      map.on("moveend resize", this.alone, this);
      this.alone();
      this.key();
    },

    // Where units or a surface stand for the events, no event calls for names: the marks call for themselves.
    alone() {
      const { map } = this;
      requestAnimationFrame(() => {
        const held = [...durand.layers].filter((layer) => layer._map === map);
        if (!held.length || !held.every((layer) => layer.options.quiet) || !map.durandBase) return;
        map.durandPlacer = map.durandBase.labels.alone(map.getSize());
        this.early();
        this.begin();
        this.finish();
        map.durandBase.labels.later();
      });
    },

    onRemove(map) {
      delete map.durandOff;
      map.off("durand:begun", this.early, this);
      map.off("durand:plotted", this.begin, this);
      map.off("durand:drawn", this.finish, this);
      map.off("moveend resize", this.alone, this);
      for (const node of [this.root, this.boxes, this.below]) node.remove();
      L.LayerGroup.prototype.onRemove.call(this, map);
      this.clearLayers();
    },

    // A line of the key for each overlay, and for the symbols of one text.
    key() {
      const host = document.getElementById("key");
      const first = (mark, n) => this.marks.findIndex((one) => one.kind === "symbol" && one.text === mark.text) === n;
      const rows = this.marks.filter((mark, n) => mark.kind === "overlay" || (mark.kind === "symbol" && first(mark, n)));
      if (!host || !(rows.length || this.flows.length) || this.second) return;
      const wide = (width) => {
        const ink = broad(svg("path", { class: "d-laid d-arrow d-ink-green", d: "M1,7H21" }), width);
        return svg("svg", { width: 22, height: 14, viewBox: "0 0 22 14", "aria-hidden": "true" }, ink);
      };
      const shape = (mark) =>
        svg(
          "svg",
          { class: `d-ink-${mark.colour}`, width: 17, height: 17, viewBox: "-1.5 -1.5 3 3", "aria-hidden": "true" },
          svg("path", { class: "d-own", "fill-rule": "evenodd", d: mark.path })
        );
      const sample = (mark) =>
        mark.path ? shape(mark) : svg(
          "svg",
          { class: `d-ink-${mark.colour}`, width: 22, height: 12, viewBox: "0 0 22 12", "aria-hidden": "true" },
          (mark.areas || []).length
            ? svg("rect", { class: "d-laid area", x: 1, y: 1, width: 20, height: 10 })
            : svg("path", { class: "d-laid line", d: "M1,6H21" })
        );
      host.append(
        html(
          "p",
          { class: "key-laid" },
          ...this.flows.map(([text, width]) => html("span", {}, wide(width), html("span", { dir: "auto", text }))),
          ...rows.map((mark) => html("span", {}, sample(mark), html("span", { dir: "auto", text: mark.text })))
        )
      );
    },

    at([lat, lng]) {
      const map = this.map;
      const p = map.project([lat, lng], map.getZoom()).subtract(map.getPixelOrigin());
      const { x, y } = map.layerPointToContainerPoint(p);
      return [x, y];
    },

    // Before any mark: labels asked for, but of places that events name.
    early() {
      this.placer = this.map.durandPlacer;
      this.out = [];
      const events = new Set();
      for (const layer of durand.layers)
        if (layer._map === this.map) for (const { level, name } of layer.gathered || []) if (!level) events.add(name);
      this.late = this.marks.filter(
        (mark) =>
          mark.kind === "highlight" ||
          (mark.kind === "label" && (events.has(mark.text) || events.has(mark.name) || !this.label(mark)))
      );
    },

    // After the symbols of known places, before any tag or name: arrows, names of tints and rings, other labels.
    begin() {
      this.strokes = new durand.Room(this.marks.flatMap((mark) => this.stroke(mark)));
      for (const mark of this.marks) if (mark.kind === "symbol") this.own(mark);
      // Words come once every arrow stands, so that none lies under the next.
      const courses = this.marks.filter((mark) => mark.kind === "arrow").map((mark) => [mark, this.arrow(mark)]);
      for (const [mark, on] of courses) if (on && mark.text) this.arrowWords(mark, on);
      for (const mark of this.late) this.label(mark);
      for (const mark of this.marks) if (mark.kind === "ring") this.rim(mark);
      this.show();
    },

    // Once the tags stand: notes, each with a line to its place.
    finish() {
      if (!this.placer) return;
      this.boxes.replaceChildren();
      this.strokes.take(...this.circles());
      const lost = [];
      for (const mark of this.marks) if (mark.kind === "note" && !this.note(mark)) lost.push(mark);
      this.below.replaceChildren(...lost.map((mark) => this.words(html("li", {}), mark)));
      this.below.hidden = !lost.length;
      this.show();
    },

    // Boxes along the lines of overlays and rings, which a note had better not cover.
    stroke(mark) {
      if (mark.kind !== "overlay" && mark.kind !== "ring") return [];
      const out = [];
      for (const steps of [...(mark.areas || []).flat(), ...(mark.lines || [])]) {
        const at = durand.unpack(steps).map((point) => this.at(point));
        for (let k = 1; k < at.length; k++) {
          const [[ax, ay], [bx, by]] = [at[k - 1], at[k]];
          if (!this.seen([ax, ay]) && !this.seen([bx, by])) continue;
          const parts = Math.min(200, Math.ceil(Math.hypot(bx - ax, by - ay) / 8));
          for (let j = 0; j <= parts; j++) {
            const [x, y] = [ax + ((bx - ax) * j) / (parts || 1), ay + ((by - ay) * j) / (parts || 1)];
            out.push([x - 1, y - 1, x + 1, y + 1]);
          }
        }
      }
      return out;
    },

    // The circle of a city, which its notes leave in sight.
    circles() {
      const shift = this.map.containerPointToLayerPoint([0, 0]);
      const out = [];
      for (const layer of durand.layers) {
        if (layer._map !== this.map || !layer.ringGroup) continue;
        for (const ring of layer.ringGroup.querySelectorAll(".d-radius")) {
          const { x, y, width } = ring.getBBox();
          const r = width / 2;
          if (r < LEAST_CIRCLE || r > MOST_CIRCLE) continue;
          for (let dx = -r - 7; dx < r; dx += 14)
            for (let dy = -r - 7; dy < r; dy += 14)
              if (Math.hypot(dx + 7, dy + 7) < r + CIRCLE_ROOM)
                out.push([x + r + dx - shift.x, y + r + dy - shift.y, x + r + dx + 14 - shift.x, y + r + dy + 14 - shift.y]);
        }
      }
      return out;
    },

    // Names of land and of other towns keep off a city's circle, too.
    inCircle(box) {
      for (const layer of durand.layers)
        for (const { x, y, lat, level, radius } of (layer._map === this.map && layer.gathered) || []) {
          const r = level ? 0 : radius / this.map.durandMetres(lat);
          const [nx, ny] = nearest(box, [x, y]);
          // Over it stand the words along its rim.
          const room = ny < y - r / 2 ? RIM_ROOM : 2;
          if (r > LEAST_CIRCLE && r < MOST_CIRCLE && Math.hypot(nx - x, ny - y) < r + room) return true;
        }
      return false;
    },

    show() {
      const shift = this.map.containerPointToLayerPoint([0, 0]);
      this.root.replaceChildren(svg("g", { transform: `translate(${shift.x},${shift.y})` }, ...this.out));
    },

    seen([x, y]) {
      const size = this.map.getSize();
      return x > 0 && y > 0 && x < size.x && y < size.y;
    },

    side(mark, [x, y]) {
      return mark.gate || !this.placer.ground ? "" : this.placer.ground.side(x, y);
    },

    clear(box, side) {
      return this.placer.fits(null, [box]) && (!this.placer.ground || this.placer.ground.clear(box, side));
    },

    text(text, [l, t, r, b], colour) {
      const at = { x: round((l + r) / 2), y: round((t + b) / 2 + LABEL.size * 0.36), "text-anchor": "middle" };
      this.out.push(svg("text", { class: `d-name d-name-laid d-ink-${colour || "black"}`, ...at, text }));
    },

    line(from, to) {
      this.out.push(svg("line", { class: "d-name-leader", x1: round(from[0]), y1: round(from[1]), x2: round(to[0]), y2: round(to[1]) }));
    },

    dot([x, y]) {
      this.out.push(svg("circle", { class: "d-place d-laid-dot", cx: round(x), cy: round(y), r: 2.8 }));
    },

    // A symbol of the maker's own stands at its place, beside it where an event has its symbol there.
    own(mark) {
      const place = this.at(mark.at);
      if (!this.seen(place)) return;
      const r = OWN;
      const side = this.side(mark, place);
      const round = ([x, y]) => [x - r - 1, y - r - 1, x + r + 1, y + r + 1];
      const spots = OFFS.flatMap((off) =>
        (off ? TURNS : [0]).map((turn) => [place[0] + Math.cos(turn) * off, place[1] + Math.sin(turn) * off])
      );
      const free = (spot) => this.clear(round(spot), side) && this.placer.leaderFree(place, spot, 4);
      const at = this.placer.fits(null, [round(place)]) ? place : spots.find(free) || place;
      const box = round(at);
      if (at !== place) this.line(place, at);
      this.placer.names.take(box);
      this.strokes.take(box);
      this.out.push(
        svg(
          "g",
          { class: `d-own-symbol d-ink-${mark.colour}`, transform: `translate(${at.map(tenth)}) scale(${r})` },
          svg("title", { text: mark.text }),
          svg("path", { class: "d-own rim", d: mark.path }),
          svg("path", { class: "d-own", "fill-rule": "evenodd", d: mark.path })
        )
      );
    },

    // Words beside a point on its own side of the line, or off it with a thin line to it.
    label(mark) {
      if (!mark.at || (mark.own && (this.placer.named.has(mark.text) || this.placer.named.has(mark.name)))) return true;
      const at = this.at(mark.at);
      if (!this.seen(at)) return true;
      const width = durand.textWidth(mark.text, LABEL);
      const height = LABEL.size * 1.15;
      const side = this.side(mark, at);
      const [x, y] = at;
      for (const off of OFFS) {
        for (const turn of off ? TURNS : [0, Math.PI, -Math.PI / 2, Math.PI / 2]) {
          const [dx, dy] = [Math.cos(turn), Math.sin(turn)];
          const gap = mark.dot ? 5 : off || !dx ? 0 : -width / 2;
          const cx = x + dx * (off + gap + width / 2);
          const cy = y + dy * (off + gap + height / 2);
          const box = [cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2];
          if (!this.clear(box, side)) continue;
          const to = nearest(box, at);
          if (off && mark.dot) {
            if (!this.placer.leaderFree(at, to, 4)) continue;
            this.line(at, to);
          }
          this.placer.names.take(box);
          this.placer.named.set(mark.name || mark.text, at);
          this.placer.named.set(mark.text, at);
          if (mark.dot) {
            this.placer.names.take([x - 3, y - 3, x + 3, y + 3]);
            this.dot(at);
          }
          if (mark.unit) this.placer.tagged.add(mark.unit);
          this.text(mark.text, box, mark.kind === "highlight" ? mark.colour : "black");
          return true;
        }
      }
      return false;
    },

    // The words of a ring at its rim, wherever there is room.
    rim(mark) {
      const width = durand.textWidth(mark.text, LABEL);
      const points = durand.unpack(mark.areas[0][0]);
      for (let k = 0; k < points.length; k += 3) {
        const [x, y] = this.at(points[k]);
        if (!this.seen([x, y])) continue;
        for (const dy of [-11, 11]) {
          const box = [x - width / 2, y + dy - 8, x + width / 2, y + dy + 8];
          if (!this.clear(box, "")) continue;
          this.placer.names.take(box);
          this.text(mark.text, box, "grey");
          return;
        }
      }
    },

    arrow(mark) {
      const [[ax, ay], [bx, by]] = [this.at(mark.at), this.at(mark.to)];
      const [wx, wy] = [bx - ax, by - ay];
      const length = Math.hypot(wx, wy);
      if (length < 3 * HEAD) return null;
      const head = Math.min(Math.max(HEAD, 1.6 * (mark.width || 0)), length / 2);
      const [qx, qy] = [(ax + bx) / 2 + BEND * wy, (ay + by) / 2 - BEND * wx];
      const on = (t) => [
        (1 - t) ** 2 * ax + 2 * t * (1 - t) * qx + t * t * bx,
        (1 - t) ** 2 * ay + 2 * t * (1 - t) * qy + t * t * by,
      ];
      const [from, tip, back] = [on(6 / length), on(1 - 6 / length), on(1 - (6 + head) / length)];
      const [ux, uy] = [(back[0] - tip[0]) / head, (back[1] - tip[1]) / head];
      const d = `M${from.map(round)}Q${round(qx)},${round(qy)} ${back.map(round)}`;
      const wing = (s) => `${round(back[0] - s * uy * head * 0.45)},${round(back[1] + s * ux * head * 0.45)}`;
      const ink = `d-ink-${mark.colour}`;
      this.out.push(
        broad(svg("path", { class: "d-arrow-halo", d }), mark.width && mark.width + 2.4),
        broad(svg("path", { class: `d-arrow ${ink}`, d }), mark.width),
        svg("path", { class: `d-arrow-head ${ink}`, d: `M${tip.map(round)}L${wing(1)}L${wing(-1)}Z` })
      );
      for (let t = 0.05; t < 1; t += 0.05) {
        const [x, y] = on(t);
        const r = 2 + (mark.width || 0) / 2;
        this.placer.names.take([x - r, y - r, x + r, y + r]);
      }
      return on;
    },

    arrowWords(mark, on) {
      const width = durand.textWidth(mark.text, LABEL);
      for (const t of [0.5, 0.4, 0.6, 0.3, 0.7]) {
        for (const turn of TURNS) {
          const [x, y] = on(t);
          const off = (mark.width || 0) / 2;
          const [cx, cy] = [x + Math.cos(turn) * (10 + off + width / 2), y + Math.sin(turn) * (18 + off)];
          const box = [cx - width / 2, cy - 8, cx + width / 2, cy + 8];
          if (!this.clear(box, "")) continue;
          this.placer.names.take(box);
          this.text(mark.text, box, "black");
          return;
        }
      }
    },

    // The lines of a note; the first of several is its heading, with the symbol of its event.
    words(node, mark) {
      const lines = mark.text.split("\n").filter((line) => line.trim());
      const type = this.types[mark.type];
      lines.forEach((line, n) => {
        const part = html(n === 0 && lines.length > 1 ? "b" : "span", { dir: "auto", text: line });
        if (n === 0 && type) part.prepend(durand.glyph(type.path, mark.type, 15, mark.look), " ");
        node.append(part);
      });
      return node;
    },

    // Where the symbol of an event stands: its own, of several side by side.
    symbol(mark) {
      for (const layer of durand.layers) {
        if (layer._map !== this.map || !mark.event || !layer.source.id) continue;
        const i = layer.indexOf(mark.event);
        const item = i === null ? null : layer.itemOf(i);
        if (!item) continue;
        const own = ({ kind, group, type, filled }) =>
          kind === "symbol" &&
          group === item.group &&
          filled === durand.FILLS[mark.look] &&
          layer.types[type].path === this.types[mark.type].path;
        const drawn = layer.said.find(own);
        return drawn ? durand.boxes.middle(drawn.box) : [item.x, item.y];
      }
      return null;
    },

    note(mark) {
      const size = this.map.getSize();
      const symbol = this.symbol(mark);
      // Of two maps the note of an event stands on the one that shows it.
      if (mark.event && this.paired && !symbol) return true;
      const at = symbol || (mark.at && this.at(mark.at));
      if (at && !this.seen(at)) return false;
      const node = this.words(html("div", { class: "d-note" }), mark);
      node.style.maxWidth = `${Math.min(250, Math.round(size.x * (size.x < NARROW ? 0.62 : 0.34)))}px`;
      this.boxes.append(node);
      const [width, height] = [node.offsetWidth, node.offsetHeight];
      const spot = this.roomFor(mark, at, width, height, size);
      if (!spot) {
        node.remove();
        return false;
      }
      const shift = this.map.containerPointToLayerPoint([0, 0]);
      node.style.left = `${Math.round(spot.box[0] + shift.x)}px`;
      node.style.top = `${Math.round(spot.box[1] + shift.y)}px`;
      this.placer.names.take(spot.box);
      if (spot.to) {
        this.line(spot.from, spot.to);
        this.placer.take(null, [], [spot.from, spot.to]);
      }
      if (mark.dot && at) this.dot(at);
      return true;
    },

    roomFor(mark, at, width, height, size) {
      const centres = [];
      if (at && mark.offset) centres.push([at[0] + mark.offset[0], at[1] + mark.offset[1]]);
      else {
        for (const reach of at ? REACHES : [])
          for (const turn of TURNS)
            centres.push([at[0] + Math.cos(turn) * (reach + width / 2), at[1] + Math.sin(turn) * (reach + height / 2)]);
        const step = (k, most, own) => own / 2 + 6 + (k / (GRID - 1)) * (most - own - 12);
        const grid = [];
        for (let k = 0; k < GRID; k++) for (let j = 0; j < GRID; j++) grid.push([step(k, size.x, width), step(j, size.y, height)]);
        const far = ([x, y]) => (at ? Math.hypot(x - at[0], y - at[1]) : x + y);
        centres.push(...grid.sort((a, b) => far(a) - far(b)));
      }
      const boxes = centres.map(([x, y]) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2]);
      const bare = boxes.filter((box) => this.strokes.free(box));
      for (const box of [...bare, ...boxes]) {
        if (!this.clear(box, "")) continue;
        if (!at) return { box };
        const to = nearest(box, at);
        const way = Math.hypot(to[0] - at[0], to[1] - at[1]) || 1;
        const off = Math.min(OFF_SYMBOL, way) / way;
        const from = [at[0] + (to[0] - at[0]) * off, at[1] + (to[1] - at[1]) * off];
        if (this.placer.leaderFree(from, to, 4)) return { box, from, to };
      }
      return null;
    },
  });

  // The line of a figure is as wide as that is large.
  function broad(path, width) {
    if (width) path.style.strokeWidth = `${width}px`;
    if (width) path.style.strokeLinecap = "butt";
    return path;
  }

  durand.laid = (data) => new durand.Laid(data);
})(window.durand);
