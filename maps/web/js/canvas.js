// Many events in view: circles on a canvas, each with the mix of types in it and none over the line or a province's
// edge. A buffer of ids, at half the resolution, says what is pointed at.
(function (durand) {
  "use strict";
  const { PLACE, PAD, brief } = durand;
  const CELL = 24; // px within which events are counted together
  const FOCUSABLE = 80; // circles that the keyboard reaches; the table reaches every event
  const [SMALLEST, LARGEST] = [2.2, 18]; // radius of a circle in px
  const JOIN = 2 * LARGEST; // px; no circles further apart than this overlap

  durand.Events.include({
    // A canvas over the view and some of what is beside it, cleared, with a pen in CSS pixels of the view.
    canvas(node) {
      const size = this._map.getSize();
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const [wide, high] = [size.x + 2 * PAD, size.y + 2 * PAD];
      const [width, height] = [Math.round(wide * ratio), Math.round(high * ratio)];
      if (node.width !== width || node.height !== height) {
        [node.width, node.height] = [width, height];
        [node.style.width, node.style.height] = [`${wide}px`, `${high}px`];
      }
      L.DomUtil.setPosition(node, this._map.containerPointToLayerPoint([-PAD, -PAD]));
      const pen = node.getContext("2d");
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, width, height);
      pen.setTransform(ratio, 0, 0, ratio, PAD * ratio, PAD * ratio);
      return pen;
    },

    colours() {
      const style = getComputedStyle(this._map.getContainer());
      const read = (name) => style.getPropertyValue(`--d-${name}`).trim();
      return {
        types: this.types.map((_, n) => read(`type-${n}`)),
        mixed: read("mixed"),
        land: read("focus"),
        ink: read("ink"),
      };
    },

    dotsClear() {
      this.bubbles = [];
      this.pick = null;
      // An empty canvas prints opaque, over land and lines.
      this.dots.style.display = "none";
      this.pen = this.canvas(this.dots);
    },

    // How large a circle stands for n events where the largest stands for `most`; that one has its number in it.
    radius(n, most) {
      return Math.max(SMALLEST, Math.min(LARGEST, 3 + 2 * Math.log10(most) ** 1.5) * (n / most) ** 0.36);
    },

    // Events shown at places, by cell and province. Cells are fixed to the ground, so that circles stay when the map is
    // moved.
    cells() {
      const { px, py, cell, columns, state, region } = this;
      const { crowd } = state;
      const kinds = this.types.length;
      const size = this._map.getSize();
      const corner = this._map.getPixelOrigin().add(this.shift);
      const over = (v) => ((v % CELL) + CELL) % CELL;
      const [ox, oy] = [PAD + over(corner.x - PAD), PAD + over(corner.y - PAD)];
      const wide = Math.ceil((size.x + 2 * PAD) / CELL) + 1;
      const high = Math.ceil((size.y + 2 * PAD) / CELL) + 1;
      const numbers = new Map();
      const found = [];
      for (let p = 0; p < px.length; p++) {
        cell[p] = -1;
        const [x, y] = [px[p], py[p]];
        if (columns.grain[p] !== PLACE || x < -PAD || y < -PAD || x > size.x + PAD || y > size.y + PAD) continue;
        let n = 0;
        for (let k = p * kinds; k < (p + 1) * kinds; k++) n += crowd[k];
        if (!n) continue;
        const at = (region[p] * high + Math.floor((y + oy) / CELL)) * wide + Math.floor((x + ox) / CELL);
        let number = numbers.get(at);
        if (number === undefined) {
          numbers.set(at, (number = found.length));
          found.push({ at, region: region[p], n: 0, x: 0, y: 0, most: 0, best: p, counts: new Int32Array(kinds) });
        }
        const held = found[number];
        cell[p] = number;
        for (let k = 0; k < kinds; k++) held.counts[k] += crowd[p * kinds + k];
        held.n += n;
        held.x += x * n;
        held.y += y * n;
        if (n > held.most) [held.most, held.best] = [n, p];
      }
      return found;
    },

    // The middle of a cell's places; the place with the most events where that middle is on other ground.
    middleOf({ x, y, n, best, region }) {
      const at = [x / n, y / n];
      const code = this.regionCodes[region];
      if (!this.ground || !code || this.ground.unit(...at) === code) return at;
      return [this.px[best], this.py[best]];
    },

    // Cells as circles; one that would lie over a larger one of its province joins it.
    circles() {
      const found = this.cells();
      const most = found.reduce((top, { n }) => Math.max(top, n), 1);
      const all = found.map((held, number) => {
        const [x, y] = this.middleOf(held);
        return {
          cells: [number],
          at: held.at,
          n: held.n,
          region: held.region,
          x,
          y,
          r: this.radius(held.n, most),
          counts: held.counts,
        };
      });
      all.sort((a, b) => b.n - a.n || a.at - b.at);
      const grid = new Map();
      const out = [];
      for (const circle of all) {
        const [gx, gy] = [Math.floor(circle.x / JOIN), Math.floor(circle.y / JOIN)];
        const meets = (other) =>
          other.region === circle.region &&
          Math.hypot(other.x - circle.x, other.y - circle.y) < (other.r + circle.r) * 0.92;
        let host = null;
        for (let dx = -1; dx <= 1 && !host; dx++) {
          for (let dy = -1; dy <= 1 && !host; dy++) host = (grid.get((gx + dx) * 4096 + gy + dy) || []).find(meets);
        }
        if (host) {
          host.cells.push(...circle.cells);
          host.n += circle.n;
          circle.counts.forEach((n, k) => (host.counts[k] += n));
          continue;
        }
        const key = gx * 4096 + gy;
        if (!grid.has(key)) grid.set(key, []);
        grid.get(key).push(circle);
        out.push(circle);
      }
      this.owner = new Int32Array(found.length).fill(-1);
      out.forEach((circle, number) => {
        circle.number = number;
        circle.mix = [];
        for (const at of circle.cells) this.owner[at] = number;
        circle.counts.forEach((n, k) => n && circle.mix.push([k, n]));
      });
      return out;
    },

    // The circle that shows the events of a place, or -1.
    circleOf(p) {
      return this.cell[p] < 0 ? -1 : this.owner[this.cell[p]];
    },

    drawMany(quick) {
      const { pen } = this;
      const look = this.colours();
      this.dots.style.display = "";
      this.bubbles = this.circles();
      const size = this._map.getSize();
      const [wide, high] = [Math.ceil(size.x / 2), Math.ceil(size.y / 2)];
      this.pick = { wide, high, ids: new Int32Array(wide * high) };
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      this.bubbles.forEach((bubble, number) => {
        const { x, y, r, n } = bubble;
        const main = bubble.mix.reduce((a, b) => (b[1] > a[1] ? b : a));
        pen.beginPath();
        pen.arc(x, y, r + 1.1, 0, 2 * Math.PI);
        pen.fillStyle = look.land;
        pen.fill();
        if (r < 6) {
          pen.beginPath();
          pen.arc(x, y, r, 0, 2 * Math.PI);
          pen.fillStyle = main[1] * 2 > n ? look.types[main[0]] : look.mixed;
          pen.fill();
        } else this.drawMix(pen, look, bubble);
        this.stamp(number + 1, x / 2, y / 2, Math.max(r, 5) / 2);
        if (!quick && r > 4.5) this.placer.symbols.take([x - r, y - r, x + r, y + r]);
      });
      if (!quick)
        this.addBubbles(
          this.bubbles.filter(({ x, y }) => x >= 0 && y >= 0 && x <= size.x && y <= size.y).slice(0, FOCUSABLE)
        );
    },

    drawMix(pen, look, { x, y, r, n, mix }) {
      const ring = Math.min(4.5, r * 0.42);
      let from = -Math.PI / 2;
      pen.lineWidth = ring;
      for (const [k, count] of mix) {
        const to = from + (2 * Math.PI * count) / n;
        pen.beginPath();
        pen.arc(x, y, r - ring / 2, from, to);
        pen.strokeStyle = look.types[k];
        pen.stroke();
        from = to;
      }
      pen.font = `600 ${r > 14 ? 11 : 10}px ${durand.font()}`;
      const text = durand.number(this.words, brief(n));
      if (pen.measureText(text).width < 2 * (r - ring) + 1) {
        pen.fillStyle = look.ink;
        pen.fillText(text, x, y + 0.5);
      }
    },

    // Mark a circle in the buffer of ids.
    stamp(id, x, y, r) {
      const { wide, high, ids } = this.pick;
      for (let row = Math.max(0, Math.ceil(y - r)); row < Math.min(high, y + r); row++) {
        const half = Math.sqrt(Math.max(0, r * r - (row - y) ** 2));
        const to = Math.min(wide, Math.ceil(x + half));
        for (let column = Math.max(0, Math.floor(x - half)); column < to; column++) ids[row * wide + column] = id;
      }
    },

    crowdOf(bubble, first) {
      const { place } = this.columns;
      const parts = bubble.mix.map(([type, n]) => [type, 0, n]);
      return new durand.Group(this, parts, first, (i) => this.circleOf(place[i]) === bubble.number);
    },

    // The largest circles as nodes that the keyboard reaches.
    addBubbles(bubbles) {
      const { state, columns } = this;
      const first = new Map(bubbles.map(({ number }) => [number, -1]));
      for (let i = 0, open = first.size; i < state.n && open; i++) {
        if (!state.mask[i]) continue;
        const number = this.circleOf(columns.place[i]);
        if (first.get(number) !== -1) continue;
        first.set(number, i);
        open--;
      }
      for (const bubble of bubbles) {
        const node = durand.svg(
          "g",
          { class: "d-symbol d-crowd", transform: this.move(bubble.x, bubble.y) },
          durand.svg("circle", { class: "d-ring", r: bubble.r + 3 })
        );
        const group = this.crowdOf(bubble, first.get(bubble.number));
        this.record(
          "count",
          { group, level: 0 },
          String(bubble.n),
          "none",
          [bubble.x, bubble.y],
          [bubble.x - bubble.r, bubble.y - bubble.r, bubble.x + bubble.r, bubble.y + bubble.r]
        );
        this.addItem(node, group, bubble.x, bubble.y, false);
      }
    },

    // On paper a canvas is opaque: its picture, which is not, stands in for it.
    printed(on) {
      if (this.paper) this.paper.remove();
      this.paper = null;
      if (!on || !this.bubbles.length) return;
      this.paper = durand.html("img", { class: "durand-canvas", src: this.dots.toDataURL(), alt: "" });
      for (const key of ["width", "height", "transform"]) this.paper.style[key] = this.dots.style[key];
      this.dots.style.display = "none";
      this.dots.after(this.paper);
    },

    // Pointing at the canvas -----------------------------------------------------------------------------------

    // What is drawn on a canvas at a point of the view: how many events, and a group once it is asked for.
    groupAt({ x, y }) {
      const id = this.pick && this.pick.ids[Math.floor(y / 2) * this.pick.wide + Math.floor(x / 2)];
      if (id) {
        const bubble = this.bubbles[id - 1];
        return { text: durand.say(this.words, "here", { n: bubble.n }), group: () => this.crowdOf(bubble, 0) };
      }
      return null;
    },

    pointAt(move) {
      if (!this.pick) return;
      const target = move.originalEvent.target;
      if (target.durandGroup || target.closest(".d-symbol, .d-tag")) return;
      const found = this.groupAt(move.containerPoint);
      this._map.getContainer().classList.toggle("durand-over", Boolean(found));
      this.hover(found && move.originalEvent, found && { head: found.text });
    },

    clickAt(click) {
      const found = this.groupAt(click.containerPoint);
      const group = found && found.group();
      if (group && group.n) this.open(group, null);
    },

    leave() {
      this._map.getContainer().classList.remove("durand-over");
      this.hover(null);
    },

    // A ring round the selected event where a canvas shows it.
    markOnCanvas() {
      if (this.halo) this.halo.remove();
      const { selected } = this.state;
      if (selected === null || !this.pick) return;
      const p = this.columns.place[selected];
      if (this.columns.grain[p] !== PLACE) return;
      this.halo = durand.svg("circle", { class: "d-halo", r: 9, transform: this.move(this.px[p], this.py[p]) });
      this.over.append(this.halo);
    },
  });
})(window.durand);
