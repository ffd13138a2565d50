// What ground each pixel of a view is: the province, and so the side of the line.
(function (durand) {
  "use strict";
  const CELL = 2; // px
  const PAD = 24; // px round the view that are known too
  const CROSSED = 255; // cells that the line runs through

  // Latitude and longitude to pixels at zoom 0 in Web Mercator, as Leaflet's EPSG3857.
  durand.toWorld = ([lat, lng]) => {
    const s = Math.sin((lat * Math.PI) / 180);
    return [256 * (lng / 360 + 0.5), 256 * (0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI))];
  };

  // The shapes of provinces and the line in that frame, worked out once for a base.
  durand.worldOf = (base) => {
    if (base.world) return base.world;
    const units = base.shapes("provinces").map(({ id, parts }) => {
      const rings = parts.flat().map((ring) => ring.map(durand.toWorld));
      const all = rings.flat();
      const span = (k) => [Math.min(...all.map((p) => p[k])), Math.max(...all.map((p) => p[k]))];
      return { id, rings, x: span(0), y: span(1) };
    });
    base.world = { units, line: base.line.map(durand.toWorld) };
    return base.world;
  };

  durand.Ground = class {
    // `origin`: pixel of the world, at the zoom of the view, in the view's corner.
    constructor(base, scale, origin, size) {
      Object.assign(this, { scale, origin, size });
      this.wide = Math.ceil((size.x + 2 * PAD) / CELL);
      this.high = Math.ceil((size.y + 2 * PAD) / CELL);
      this.cells = new Uint8Array(this.wide * this.high);
      this.tables = {};
      this.points = new Map();
      const { units, line } = durand.worldOf(base);
      this.codes = ["", ...units.map(({ id }) => id)];
      this.sides = this.codes.map((code) => code.slice(0, 2));
      units.forEach((unit, k) => this.fill(unit, k + 1));
      this.course = line.map(([x, y]) => [x * scale - origin.x, y * scale - origin.y]);
      this.rail();
    }

    fill({ rings, x, y }, value) {
      const { scale, origin, wide, high, cells } = this;
      const at = (v, o) => (v * scale - o + PAD) / CELL;
      if (at(x[1], origin.x) < 0 || at(x[0], origin.x) > wide || at(y[1], origin.y) < 0 || at(y[0], origin.y) > high)
        return;
      const rows = Array.from({ length: high }, () => []);
      for (const ring of rings) {
        for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
          const [ax, ay] = [at(ring[j][0], origin.x), at(ring[j][1], origin.y)];
          const [bx, by] = [at(ring[i][0], origin.x), at(ring[i][1], origin.y)];
          const from = Math.max(0, Math.ceil(Math.min(ay, by) - 0.5));
          const to = Math.min(high - 1, Math.ceil(Math.max(ay, by) - 0.5) - 1);
          for (let row = from; row <= to; row++) rows[row].push(ax + ((bx - ax) * (row + 0.5 - ay)) / (by - ay));
        }
      }
      rows.forEach((cuts, row) => {
        cuts.sort((a, b) => a - b);
        for (let k = 0; k + 1 < cuts.length; k += 2) {
          const from = Math.max(0, Math.ceil(cuts[k] - 0.5));
          const to = Math.min(wide, Math.ceil(cuts[k + 1] - 0.5));
          if (to > from) cells.fill(value, row * wide + from, row * wide + to);
        }
      });
    }

    // The line itself belongs to neither side.
    rail() {
      const { course, size } = this;
      this.near = [];
      for (let i = 1; i < course.length; i++) {
        const [a, b] = [course[i - 1], course[i]];
        if (Math.max(a[0], b[0]) < -PAD || Math.min(a[0], b[0]) > size.x + PAD) continue;
        if (Math.max(a[1], b[1]) < -PAD || Math.min(a[1], b[1]) > size.y + PAD) continue;
        const steps = Math.max(1, Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / CELL));
        for (let k = 0; k <= steps; k++)
          this.mark(a[0] + ((b[0] - a[0]) * k) / steps, a[1] + ((b[1] - a[1]) * k) / steps);
      }
    }

    mark(x, y) {
      const at = this.cell(x, y);
      if (at >= 0) this.cells[at] = CROSSED;
    }

    cell(x, y) {
      const column = Math.floor((x + PAD) / CELL);
      const row = Math.floor((y + PAD) / CELL);
      return column < 0 || row < 0 || column >= this.wide || row >= this.high ? -1 : row * this.wide + column;
    }

    // The province at a pixel; nothing beyond both countries and on the line.
    unit(x, y) {
      const at = this.cell(x, y);
      const value = at < 0 ? 0 : this.cells[at];
      return value === CROSSED ? "" : this.codes[value];
    }

    side(x, y) {
      return this.unit(x, y).slice(0, 2);
    }

    // Points of a province or a country in the view, those nearest to a point, or to their middle, first.
    spots(code, from) {
      const key = `${code} ${from}`;
      if (!this.points.has(key)) this.points.set(key, this.spotsOf(code, from));
      return this.points.get(key);
    }

    spotsOf(code, from) {
      const { size } = this;
      const found = [];
      for (let y = 6; y < size.y; y += 10) {
        for (let x = 6; x < size.x; x += 14) if (this.unit(x, y).startsWith(code)) found.push([x, y]);
      }
      if (!code || !found.length) return [];
      const middle = from || [0, 1].map((k) => found.reduce((sum, spot) => sum + spot[k], 0) / found.length);
      return found.sort(
        (a, b) => Math.hypot(a[0] - middle[0], a[1] - middle[1]) - Math.hypot(b[0] - middle[0], b[1] - middle[1])
      );
    }

    // For each corner of the cells, how many cells above and left of it are not for a side: a summed-area table
    // (F. Crow, 1984). Without a side only the line itself is barred.
    barred(side) {
      if (this.tables[side]) return this.tables[side];
      const { wide, high, cells, sides } = this;
      const bars = sides.map((one) => (side && one && one !== side ? 1 : 0));
      const table = (this.tables[side] = new Int32Array((wide + 1) * (high + 1)));
      for (let row = 0; row < high; row++) {
        let sum = 0;
        for (let column = 0; column < wide; column++) {
          const value = cells[row * wide + column];
          sum += value === CROSSED ? 1 : bars[value];
          table[(row + 1) * (wide + 1) + column + 1] = table[row * (wide + 1) + column + 1] + sum;
        }
      }
      return table;
    }

    // Whether a box lies on one side alone, or, without one, off the line.
    clear([left, top, right, bottom], side) {
      const { wide, high } = this;
      const table = this.barred(side || "");
      const clip = (v, most) => Math.max(0, Math.min(most, v));
      const [l, r] = [clip(Math.floor((left + PAD) / CELL), wide), clip(Math.ceil((right + PAD) / CELL), wide)];
      const [t, b] = [clip(Math.floor((top + PAD) / CELL), high), clip(Math.ceil((bottom + PAD) / CELL), high)];
      const at = (row, column) => table[row * (wide + 1) + column];
      return at(b, r) - at(t, r) - at(b, l) + at(t, l) === 0;
    }

    // Whether a straight way from one pixel to another meets the line. Its first pixels may lie on it.
    crosses([ax, ay], [bx, by], skip = 0) {
      const length = Math.hypot(bx - ax, by - ay);
      const steps = Math.max(1, Math.ceil(length / CELL));
      let side = "";
      for (let k = 0; k <= steps; k++) {
        if ((k / steps) * length < skip) continue;
        const at = this.cell(ax + ((bx - ax) * k) / steps, ay + ((by - ay) * k) / steps);
        if (at < 0) continue;
        const value = this.cells[at];
        if (value === CROSSED) return true;
        if (side && this.sides[value] && this.sides[value] !== side) return true;
        side = side || this.sides[value];
      }
      return false;
    }
  };
})(window.durand);
