// Many events in view: circles on a canvas, each with the mix of types in it, and soft patches for discs.
// A buffer of ids, at half the resolution, says what is pointed at.
(function (durand) {
  "use strict";
  const { PLACE, AREA, PAD, brief } = durand;
  const CELL = 24; // px within which events are counted together
  const PATCH_CELL = 20; // the same for discs
  const FOCUSABLE = 80; // circles that the keyboard reaches; the table reaches every event
  const FEW_DISCS = 150; // up to this many places known to some kilometres are drawn as areas with tags
  const CORNERS = 48; // of such an outline
  const RIMS = 120; // discs up to this number get a rim
  const [SMALLEST, LARGEST] = [2.2, 18]; // radius of a circle in px
  const JOIN = 2 * LARGEST; // px; no circles further apart than this overlap
  const LEAST_PATCH = 9; // px; a disc is never so small that it could be taken for a place
  const METRES = 40075016.7; // round the equator
  const WORLD = 256;

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
      return { types: this.types.map((_, n) => read(`type-${n}`)), mixed: read("mixed"), land: read("focus"), ink: read("ink") };
    },

    dotsClear() {
      this.bubbles = [];
      this.pick = null;
      this.pen = this.canvas(this.dots);
    },

    // How large a circle stands for n events where the largest stands for `most`; that one has its number in it.
    radius(n, most) {
      return Math.max(SMALLEST, Math.min(LARGEST, 3 + 2 * Math.log10(most) ** 1.5) * (n / most) ** 0.36);
    },

    // Events shown at places, by cell. Cells are fixed to the ground, so that circles stay when the map is moved.
    cells() {
      const { px, py, cell, columns, state } = this;
      const { crowd } = state;
      const kinds = this.types.length;
      const size = this._map.getSize();
      const corner = this._map.getPixelOrigin().add(this.shift);
      const over = (v) => ((v % CELL) + CELL) % CELL;
      const [ox, oy] = [PAD + over(corner.x - PAD), PAD + over(corner.y - PAD)];
      const wide = Math.ceil((size.x + 2 * PAD) / CELL) + 1;
      const high = Math.ceil((size.y + 2 * PAD) / CELL) + 1;
      const counts = new Int32Array(wide * high * kinds);
      const total = new Int32Array(wide * high);
      const sums = [new Float64Array(wide * high), new Float64Array(wide * high)];
      for (let p = 0; p < px.length; p++) {
        cell[p] = -1;
        const [x, y] = [px[p], py[p]];
        if (columns.grain[p] !== PLACE || x < -PAD || y < -PAD || x > size.x + PAD || y > size.y + PAD) continue;
        const at = (cell[p] = Math.floor((y + oy) / CELL) * wide + Math.floor((x + ox) / CELL));
        let n = 0;
        for (let k = 0; k < kinds; k++) {
          const count = crowd[p * kinds + k];
          counts[at * kinds + k] += count;
          n += count;
        }
        total[at] += n;
        sums[0][at] += x * n;
        sums[1][at] += y * n;
      }
      return { counts, total, sums, kinds };
    },

    // Cells as circles; one that would lie over a larger one joins it.
    circles() {
      const { counts, total, sums, kinds } = this.cells();
      const most = total.reduce((top, n) => Math.max(top, n), 1);
      const all = [];
      total.forEach((n, at) => n && all.push({ cells: [at], n, x: sums[0][at] / n, y: sums[1][at] / n, r: this.radius(n, most) }));
      all.sort((a, b) => b.n - a.n || a.cells[0] - b.cells[0]);
      const grid = new Map();
      const out = [];
      for (const circle of all) {
        const [gx, gy] = [Math.floor(circle.x / JOIN), Math.floor(circle.y / JOIN)];
        let host = null;
        for (let dx = -1; dx <= 1 && !host; dx++) {
          for (let dy = -1; dy <= 1 && !host; dy++) {
            host = (grid.get((gx + dx) * 4096 + gy + dy) || []).find((other) => Math.hypot(other.x - circle.x, other.y - circle.y) < (other.r + circle.r) * 0.92);
          }
        }
        if (host) {
          host.cells.push(...circle.cells);
          host.n += circle.n;
          continue;
        }
        const key = gx * 4096 + gy;
        if (!grid.has(key)) grid.set(key, []);
        grid.get(key).push(circle);
        out.push(circle);
      }
      this.owner = new Int32Array(total.length).fill(-1);
      out.forEach((circle, number) => {
        circle.number = number;
        circle.mix = [];
        for (const at of circle.cells) this.owner[at] = number;
        for (let k = 0; k < kinds; k++) {
          const n = circle.cells.reduce((sum, at) => sum + counts[at * kinds + k], 0);
          if (n) circle.mix.push([k, { n, sure: true }]);
        }
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
      this.bubbles = this.circles();
      const size = this._map.getSize();
      const [wide, high] = [Math.ceil(size.x / 2), Math.ceil(size.y / 2)];
      this.pick = { wide, high, ids: new Int32Array(wide * high) };
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      this.bubbles.forEach((bubble, number) => {
        const { x, y, r, n } = bubble;
        const main = bubble.mix.reduce((a, b) => (b[1].n > a[1].n ? b : a));
        pen.beginPath();
        pen.arc(x, y, r + 1.1, 0, 2 * Math.PI);
        pen.fillStyle = look.land;
        pen.fill();
        if (r < 6) {
          pen.beginPath();
          pen.arc(x, y, r, 0, 2 * Math.PI);
          pen.fillStyle = main[1].n * 2 > n ? look.types[main[0]] : look.mixed;
          pen.fill();
        } else this.drawMix(pen, look, bubble);
        this.stamp(number + 1, x / 2, y / 2, Math.max(r, 5) / 2);
        if (r > 4.5) this.boxes.push([x - r, y - r, x + r, y + r]);
      });
      if (!quick) this.addBubbles(this.bubbles.filter(({ x, y }) => x >= 0 && y >= 0 && x <= size.x && y <= size.y).slice(0, FOCUSABLE));
    },

    drawMix(pen, look, { x, y, r, n, mix }) {
      const ring = Math.min(4.5, r * 0.42);
      let from = -Math.PI / 2;
      pen.lineWidth = ring;
      for (const [k, { n: count }] of mix) {
        const to = from + (2 * Math.PI * count) / n;
        pen.beginPath();
        pen.arc(x, y, r - ring / 2, from, to);
        pen.strokeStyle = look.types[k];
        pen.stroke();
        from = to;
      }
      pen.font = `600 ${r > 14 ? 11 : 10}px ui-sans-serif, system-ui, "Noto Sans", sans-serif`;
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
      return new durand.Group(this, bubble.mix, first, (i) => this.circleOf(place[i]) === bubble.number);
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
        const node = durand.svg("g", { class: "d-symbol d-crowd", transform: this.move(bubble.x, bubble.y) }, durand.svg("circle", { class: "d-ring", r: bubble.r + 3 }));
        this.addItem(node, this.crowdOf(bubble, first.get(bubble.number)), bubble.x, bubble.y, false);
      }
    },

    // Places known to some kilometres that are shown and in view: where, how large, how many events.
    discsInView() {
      const c = this.columns;
      const { crowd } = this.state;
      const kinds = this.types.length;
      const size = this._map.getSize();
      const scale = (WORLD * 2 ** this._map.getZoom()) / METRES;
      const found = [];
      for (let p = 0; p < c.grain.length; p++) {
        if (c.grain[p] !== AREA || c.area[p] || !c.radius[p]) continue;
        let n = 0;
        for (let k = p * kinds; k < (p + 1) * kinds; k++) n += crowd[k];
        if (!n) continue;
        const r = (c.radius[p] * 100 * scale) / Math.cos((c.lat[p] * Math.PI) / 1.8e6);
        const [x, y] = [this.px[p], this.py[p]];
        if (x < -r - PAD || y < -r - PAD || x > size.x + r + PAD || y > size.y + r + PAD) continue;
        found.push({ p, x, y, r, n });
      }
      return found;
    },

    // A few discs are areas as all others, with outline and tag; many are soft patches of their true size, darker
    // where there are more.
    drawDiscs(quick) {
      const pen = this.canvas(this.soft);
      const c = this.columns;
      const discs = this.discsInView();
      this.patches = [];
      this.fewDiscs = [];
      if (!quick && discs.length <= FEW_DISCS) {
        const same = new Map();
        for (const { p } of discs) {
          const key = `${c.lon[p]},${c.lat[p]},${c.radius[p]}`;
          const disc = same.get(key) || { shape: this.disc(c.lon[p] / 1e4, c.lat[p] / 1e4, c.radius[p] * 100), places: new Set() };
          disc.places.add(p);
          same.set(key, disc);
        }
        this.fewDiscs = [...same.values()];
        return;
      }
      const cells = new Map();
      for (const { p, x, y, r: real, n } of discs) {
        const r = Math.max(LEAST_PATCH, real);
        const key = `${Math.floor(x / PATCH_CELL)},${Math.floor(y / PATCH_CELL)},${c.radius[p]}`;
        const cell = cells.get(key) || { x: 0, y: 0, n: 0, r, places: new Set() };
        Object.assign(cell, { x: cell.x + x * n, y: cell.y + y * n, n: cell.n + n });
        cell.places.add(p);
        cells.set(key, cell);
      }
      this.patches = [...cells.values()].map((cell) => ({ ...cell, x: cell.x / cell.n, y: cell.y / cell.n })).sort((a, b) => b.r - a.r || a.x - b.x);
      if (!this.patches.length) return;
      const { mixed } = this.colours();
      const most = this.patches.reduce((top, patch) => Math.max(top, patch.n), 1);
      const image = this.patch(mixed);
      pen.strokeStyle = mixed;
      pen.lineWidth = 0.8;
      pen.setLineDash([3, 3]);
      for (const { x, y, r, n } of this.patches) {
        pen.globalAlpha = 0.15 + 0.45 * Math.sqrt(n / most);
        pen.drawImage(image, x - r, y - r, 2 * r, 2 * r);
        if (this.patches.length > RIMS) continue;
        pen.globalAlpha = 1;
        pen.beginPath();
        pen.arc(x, y, r, 0, 2 * Math.PI);
        pen.stroke();
      }
      pen.globalAlpha = 1;
    },

    // A disc on the ground as the outline of an area.
    disc(lon, lat, metres) {
      const north = (metres / METRES) * 360;
      const east = north / Math.cos((lat * Math.PI) / 180);
      const corner = (_, k) => [lat + north * Math.sin((2 * Math.PI * k) / CORNERS), lon + east * Math.cos((2 * Math.PI * k) / CORNERS)];
      return { kind: "polygon", lines: [Array.from({ length: CORNERS }, corner)] };
    },

    // A soft disc that is drawn at any size.
    patch(colour) {
      if (this.softDisc && this.softDisc.colour === colour) return this.softDisc.image;
      const image = durand.html("canvas", { width: 128, height: 128 });
      const pen = image.getContext("2d");
      const shade = pen.createRadialGradient(64, 64, 24, 64, 64, 64);
      shade.addColorStop(0, colour);
      shade.addColorStop(1, `color-mix(in srgb, ${colour} 0%, transparent)`);
      pen.fillStyle = shade;
      pen.fillRect(0, 0, 128, 128);
      this.softDisc = { colour, image };
      return image;
    },

    // Pointing at the canvas -----------------------------------------------------------------------------------

    // What is drawn on a canvas at a point of the view: how many events, and a group once it is asked for.
    groupAt({ x, y }) {
      const id = this.pick && this.pick.ids[Math.floor(y / 2) * this.pick.wide + Math.floor(x / 2)];
      if (id) {
        const bubble = this.bubbles[id - 1];
        return { text: durand.say(this.words, "here", { n: bubble.n }), group: () => this.crowdOf(bubble, 0) };
      }
      const patches = this.patches.filter((patch) => Math.hypot(patch.x - x, patch.y - y) < patch.r);
      if (!patches.length) return null;
      const n = patches.reduce((sum, patch) => sum + patch.n, 0);
      const places = new Set(patches.flatMap((patch) => [...patch.places]));
      const group = () => durand.Group.of(this, this.state.list(Infinity, (i) => places.has(this.columns.place[i])));
      return { text: durand.say(this.words, "somewhere here", { n }), group };
    },

    pointAt(move) {
      if (!this.pick && !this.patches.length) return;
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
