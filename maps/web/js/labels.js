// Names on the base: placed anew after each move, by rank and zoom, none over another or over an event.
(function (durand) {
  "use strict";
  const FONT = 'ui-sans-serif, system-ui, "Noto Sans", "Noto Naskh Arabic", sans-serif';
  const STYLES = {
    country: { size: 13, weight: 500, spacing: 4, caps: true },
    province: { size: 11, weight: 500, spacing: 1.1, caps: true },
    capital: { size: 14, weight: 600, spacing: 0 },
    city: { size: 13, weight: 500, spacing: 0 },
    town: { size: 12, weight: 400, spacing: 0 },
    village: { size: 11, weight: 400, spacing: 0 },
    crossing: { size: 11, weight: 500, spacing: 0 },
    durand: { size: 12, weight: 600, spacing: 2.4, caps: true },
    control: { size: 11, weight: 500, spacing: 1, caps: true },
    river: { size: 11, weight: 400, spacing: 0.6, italic: true },
  };
  const GATE = "M-3.2,-3.2H3.2V3.2H-3.2Z";
  const pen = document.createElement("canvas").getContext("2d");
  const widths = new Map();
  const arabic = /[\u0600-\u06ff]/;

  const cased = (text, style) => (style.caps && !arabic.test(text) ? text.toUpperCase() : text);
  const spaced = (text, style) => (arabic.test(text) ? 0 : style.spacing);

  // The lowest zoom at which a place of a rank is named.
  const fromZoom = (rank) => [0, 0, 4.5, 5.75, 7, 8, 8.75, 9.5, 10.25, 11][Math.min(rank, 9)];

  const widthOf = (text, kind) => {
    const key = kind + text;
    if (!widths.has(key)) {
      const s = STYLES[kind];
      pen.font = `${s.italic ? "italic " : ""}${s.weight} ${s.size}px ${FONT}`;
      widths.set(key, pen.measureText(cased(text, s)).width + spaced(text, s) * text.length);
    }
    return widths.get(key);
  };

  // Boxes of the scale, the buttons, the credit and the locator, which hide what is under them.
  durand.controls = (map) => {
    const frame = map.getContainer().getBoundingClientRect();
    const boxes = [...map.getContainer().querySelectorAll(".leaflet-control")].map((control) => control.getBoundingClientRect());
    return boxes.filter((r) => r.width).map((r) => [r.left - frame.left - 4, r.top - frame.top - 4, r.right - frame.left + 4, r.bottom - frame.top + 4]);
  };

  // Whether a course turns so sharply within a letter or two that they would lie over each other.
  const kinked = (path) => path.some((p, i) => i >= 4 && Math.abs(bend(path[i - 4], path[i - 2], p)) > 0.4);

  durand.Labels = L.Layer.extend({
    initialize(base) {
      this.base = base;
      this.count = 0;
    },

    onAdd(map) {
      this.root = durand.svg("svg", { class: "durand-overlay durand-labels", "aria-hidden": "true" });
      map.getPane("durand-labels").append(this.root);
      map.on("moveend viewreset resize durand:drawn", this.later, this);
      this.later();
    },

    onRemove(map) {
      map.off("moveend viewreset resize durand:drawn", this.later, this);
      this.root.remove();
    },

    later() {
      if (this.frame) cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this._map && this.draw());
    },

    // A fresh sheet, on which the events' own boxes are taken.
    begin(taken) {
      const map = this._map;
      const size = map.getSize();
      this.zoom = map.getZoom();
      this.view = [4, 4, size.x - 4, size.y - 4];
      this.out = [];
      this.defs = [];
      this.room = new durand.Room(taken.concat(durand.controls(map)));
      this.marks = new durand.Room(this.room.boxes.slice());
      this.texts = new durand.Room();
      this.named = new Map();
      this.rail = new durand.Room();
      this.at = ([lat, lng]) => {
        const p = map.latLngToContainerPoint([lat, lng]);
        return [p.x, p.y];
      };
      this.guard(this.base.line.map(this.at));
    },

    // The chief cities are named before tags look for room; the boxes that they take.
    reserve(taken) {
      this.begin(taken);
      const before = this.room.boxes.length;
      this.places(this.at, 0, 2);
      this.reserved = true;
      return this.room.boxes.slice(before);
    },

    draw() {
      const map = this._map;
      const taken = (map.durandObstacles || []).flatMap((boxes) => boxes());
      if (this.reserved) {
        this.room.take(...taken);
        this.marks.take(...taken);
        this.reserved = false;
      } else {
        this.begin(taken);
        this.places(this.at, 0, 2);
      }
      const at = this.at;
      const line = this.base.line.map(at);
      const data = this.base.data;
      const size = map.getSize();
      const course = size.x * size.y > 400000 ? 3 : 2;

      if (!this.along(line, data.words["Durand Line"], "durand", course, 330, 13)) this.beside(line, data.words["Durand Line"]);
      this.areas(at, "country");
      this.places(at, 3, 3);
      this.crossings(at);
      for (const shape of this.base.shapes("disputed_lines")) {
        if (shape.name === "Line of Control" && this.zoom >= 5.5) {
          this.along(longest(shape).map(at), data.words["Line of Control"], "control", 1, 400, 10);
        }
      }
      if (this.zoom >= 5.5) this.areas(at, "province");
      this.places(at, 4, 5);
      if (this.zoom >= 6 && !data.tiles) {
        for (const river of this.base.shapes("rivers")) {
          if (!river.name) continue;
          this.along(longest(river).map(at), river.name, "river", 1, 500, 7);
        }
      }
      this.places(at, 6, 9);

      const shift = map.containerPointToLayerPoint([0, 0]);
      const group = durand.svg("g", { transform: `translate(${shift.x},${shift.y})` }, ...this.out);
      this.root.replaceChildren(durand.svg("defs", {}, ...this.defs), group);
    },

    // Where no stretch of a line is straight enough for its name, the name stands level beside it.
    beside(line, text) {
      const spots = this.runs(line, 24).flat();
      const middle = [(this.view[0] + this.view[2]) / 2, (this.view[1] + this.view[3]) / 2];
      spots.sort((a, b) => Math.hypot(a[0] - middle[0], a[1] - middle[1]) - Math.hypot(b[0] - middle[0], b[1] - middle[1]));
      spots.some(([x, y]) => this.point("durand", text, x, y, 9, []));
    },

    inView: (box, view) => box[0] >= view[0] && box[1] >= view[1] && box[2] <= view[2] && box[3] <= view[3],

    text(kind, text, x, y, anchor) {
      const s = STYLES[kind];
      const gap = anchor === "middle" ? spaced(text, s) / 2 : 0;
      this.out.push(
        durand.svg("text", { class: `d-name d-name-${kind}`, x: (x + gap).toFixed(1), y: y.toFixed(1), "text-anchor": anchor, text: cased(text, s) })
      );
    },

    // Names keep off the line itself.
    guard(line) {
      for (let i = 1; i < line.length; i++) {
        const [a, b] = [line[i - 1], line[i]];
        if (Math.max(a[0], b[0]) < 0 || Math.min(a[0], b[0]) > this.view[2]) continue;
        if (Math.max(a[1], b[1]) < 0 || Math.min(a[1], b[1]) > this.view[3]) continue;
        const steps = Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / 6);
        for (let k = 0; k < steps; k++) {
          const x = a[0] + ((b[0] - a[0]) * k) / steps;
          const y = a[1] + ((b[1] - a[1]) * k) / steps;
          this.rail.take([x - 2, y - 2, x + 2, y + 2]);
        }
      }
    },

    // A point name: right, left, above, below, then the corners; beside the events that stand there, if any do.
    point(kind, text, x, y, mark, marks, lead) {
      const width = widthOf(text, kind);
      const height = STYLES[kind].size;
      let near = [x - mark, y - mark, x + mark, y + mark];
      for (const box of marks || this.marks.boxes) {
        if (x > box[0] - 3 && x < box[2] + 3 && y > box[1] - 3 && y < box[3] + 3 && box[2] - box[0] < 90) near = box;
      }
      const [l, t, r, b] = near;
      const my = (t + b) / 2 + height * 0.36;
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
      if (kind === "capital" || kind === "city") spots.push([x, t - 13, "middle"], [x, b + height + 9, "middle"], [l - 14, t - 4, "end"]);
      for (const [sx, sy, anchor] of spots) {
        const left = anchor === "start" ? sx : anchor === "end" ? sx - width : sx - width / 2;
        const box = [left - 2, sy - height * 0.92, left + width + 2, sy + height * 0.3];
        if (this.inView(box, this.view) && this.room.free(box) && this.rail.free(box)) {
          this.texts.take(box);
          this.room.take(box);
          this.text(kind, text, sx, sy, anchor);
          return true;
        }
      }
      return lead ? this.led(kind, text, x, y, width, height) : false;
    },

    // A name that finds no room beside its place stands a little off, with a thin line to it.
    led(kind, text, x, y, width, height) {
      for (const reach of this.view[2] > 600 ? [20, 30, 42, 56] : [20, 30, 42]) {
        for (let turn = 0; turn < 16; turn++) {
          const angle = (turn % 2 ? 1 : -1) * Math.ceil(turn / 2) * (Math.PI / 8);
          const [tx, ty] = [x + reach * Math.cos(angle), y + reach * Math.sin(angle)];
          const end = Math.abs(Math.cos(angle)) < 0.3;
          const left = end ? tx - width / 2 : Math.cos(angle) > 0 ? tx : tx - width;
          const box = [left - 2, ty - height * 0.62, left + width + 2, ty + height * 0.62];
          if (!this.inView(box, this.view) || !this.room.free(box) || !this.rail.free(box)) continue;
          const stop = 1 - (end ? height * 0.6 : 3) / reach;
          const [ex, ey] = [x + (tx - x) * stop, y + (ty - y) * stop];
          // A leader, and the place it leads to, cross no name; names that come later keep off it.
          const steps = Array.from({ length: Math.ceil(reach / 4) + 1 }, (_, k) => k / Math.ceil(reach / 4));
          const boxes = steps.map((k) => [x + (ex - x) * k - 1, y + (ey - y) * k - 1, x + (ex - x) * k + 1, y + (ey - y) * k + 1]);
          if (!boxes.every((one) => this.texts.free(one))) continue;
          this.texts.take(box);
          this.room.take(box, ...boxes);
          this.out.push(durand.svg("line", { class: "d-name-leader", x1: x.toFixed(1), y1: y.toFixed(1), x2: ex.toFixed(1), y2: ey.toFixed(1) }));
          this.text(kind, text, left + width / 2, ty + height * 0.36, "middle");
          return true;
        }
      }
      return false;
    },

    places(at, low, high) {
      for (const [name, lon, lat, rank, capital] of this.base.data.places) {
        if (rank < low || rank > high || this.zoom < fromZoom(rank)) continue;
        const [x, y] = at([lat, lon]);
        if (x < 0 || y < 0 || x > this.view[2] || y > this.view[3]) continue;
        const last = this.named.get(name);
        if (last && Math.hypot(last[0] - x, last[1] - y) < 60) continue;
        const kind = capital ? "capital" : rank <= 2 ? "city" : rank <= 5 ? "town" : "village";
        const mark = capital ? 4 : rank <= 2 ? 3 : 2;
        const dot = [x - mark, y - mark, x + mark, y + mark];
        const clear = this.marks.free(dot);
        if (clear && !this.room.free(dot) && rank > 3) continue;
        if (!this.point(kind, name, x, y, mark, null, capital || rank <= 3)) continue;
        this.named.set(name, [x, y]);
        if (!clear) continue;
        this.room.take(dot);
        const c = { cx: x.toFixed(1), cy: y.toFixed(1) };
        if (capital) this.out.push(durand.svg("circle", { ...c, r: 4, class: "d-capital" }));
        this.out.push(durand.svg("circle", { ...c, r: capital ? 1.8 : rank <= 2 ? 2.4 : 1.8, class: "d-place" }));
      }
    },

    crossings(at) {
      if (this.zoom < 6.5) return;
      for (const [name, lon, lat] of this.base.data.crossings) {
        const [x, y] = at([lat, lon]);
        if (!this.inView([x - 5, y - 5, x + 5, y + 5], this.view)) continue;
        const known = name.split("-").every((part) => {
          const place = this.named.get(part);
          return place && Math.hypot(place[0] - x, place[1] - y) < 60;
        });
        if (!known && this.zoom >= 7 && this.point("crossing", name, x, y, 5)) this.named.set(name, [x, y]);
        if (!this.marks.free([x - 4, y - 4, x + 4, y + 4])) continue;
        const g = durand.svg("g", { class: "d-crossing", transform: `translate(${x.toFixed(1)},${y.toFixed(1)})` });
        g.append(durand.svg("path", { d: GATE, class: "halo" }), durand.svg("path", { d: GATE }));
        this.out.push(g);
        this.room.take([x - 5, y - 5, x + 5, y + 5]);
      }
    },

    areas(at, kind) {
      const degree = at([33, 67]);
      const perDegree = at([33, 68])[0] - degree[0];
      for (const area of this.base.data.areas) {
        if (area.kind !== kind) continue;
        const width = widthOf(area.name, kind);
        const height = STYLES[kind].size;
        for (const [lon, lat, room] of area.at) {
          if (room * perDegree * (kind === "country" ? 1.6 : 1.5) < width / 2) continue;
          const [x, y] = at([lat, lon]);
          const box = [x - width / 2 - 4, y - height, x + width / 2 + 4, y + height * 0.5];
          if (!this.inView(box, this.view) || !this.room.free(box) || !this.rail.free(box)) continue;
          this.texts.take(box);
          this.room.take(box);
          this.text(kind, area.name, x, y, "middle");
          break;
        }
      }
    },

    // Text along the smoothed course of a line, on the side that is free, at most `most` times.
    along(points, text, kind, most, apart, offset) {
      const style = STYLES[kind];
      const need = widthOf(text, kind) + 8;
      const step = 5;
      const runs = this.runs(points, step);
      const chosen = [];
      // First where the line runs smoothly, then with more smoothing, further off.
      for (const [reach, limit] of [[10, 10], [24, 24]]) {
        if (chosen.length >= most) break;
        const spots = runs.flatMap((run) => this.courses(run, soften(run, reach), { need, step, limit, offset, size: style.size }));
        spots.sort((a, b) => a.cost - b.cost);
        for (const spot of spots) {
          if (chosen.length >= most) break;
          if (chosen.some((c) => Math.hypot(c.middle[0] - spot.middle[0], c.middle[1] - spot.middle[1]) < apart)) continue;
          if (!spot.boxes.every((box) => this.room.free(box))) continue;
          chosen.push(spot);
          this.texts.take(...spot.boxes);
          this.room.take(...spot.boxes);
          const id = `durand-course-${L.stamp(this)}-${this.count++}`;
          this.defs.push(durand.svg("path", { id, d: `M${spot.path.map((p) => p.map((v) => v.toFixed(1)).join(",")).join("L")}` }));
          const along = durand.svg("textPath", { href: `#${id}`, startOffset: "50%", text: cased(text, style) });
          this.out.push(durand.svg("text", { class: `d-name d-name-${kind}`, "text-anchor": "middle" }, along));
        }
      }
      return chosen.length;
    },

    // Every free course along one run of a line, with what speaks against it.
    courses(run, smooth, { need, step, limit, offset, size }) {
      const spots = [];
      for (let start = 0; start < smooth.length; start += 6) {
        let length = 0;
        let end = start + 1;
        while (end < smooth.length && length < need) {
          length += Math.hypot(smooth[end][0] - smooth[end - 1][0], smooth[end][1] - smooth[end - 1][1]);
          end++;
        }
        if (length < need) break;
        const piece = smooth.slice(start, end);
        let turn = 0;
        let stray = 0;
        for (let i = 12; i < piece.length; i += 3) turn = Math.max(turn, Math.abs(bend(piece[i - 12], piece[i - 6], piece[i])));
        for (let i = 0; i < piece.length; i++) stray = Math.max(stray, Math.hypot(piece[i][0] - run[start + i][0], piece[i][1] - run[start + i][1]));
        if (turn > 0.6 || stray > limit) continue;
        for (const side of [1, -1]) {
          const by = offset * 0.6 + stray;
          // Above the line the foot of the text is near it; below the line its head is.
          const path = shifted(piece, (by + (side > 0 ? 0 : size * 0.72)) * side);
          if (reachOf(path) < need - 6 || kinked(path)) continue;
          const half = size * 0.62;
          const body = shifted(piece, (by + size * 0.36) * side);
          const boxes = body.filter((_, i) => i % 2 === 0).map(([x, y]) => [x - half, y - half, x + half, y + half]);
          if (!boxes.every((box) => this.inView(box, this.view) && this.room.free(box))) continue;
          spots.push({ path, boxes, middle: path[path.length >> 1], cost: turn * 2 + stray / 6 + (side < 0 ? 0.05 : 0) });
        }
      }
      return spots;
    },

    // Parts of a line in view, as points a few pixels apart.
    runs(points, step) {
      const runs = [];
      let run = [];
      let carry = 0;
      const [left, top, right, bottom] = this.view;
      for (let i = 1; i < points.length; i++) {
        const [a, b] = [points[i - 1], points[i]];
        const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
        if (!length) continue;
        const near = Math.max(a[0], b[0]) > left && Math.min(a[0], b[0]) < right && Math.max(a[1], b[1]) > top && Math.min(a[1], b[1]) < bottom;
        if (!near) {
          if (run.length) runs.push(run);
          run = [];
          carry = 0;
          continue;
        }
        for (let d = carry; d < length; d += step) run.push([a[0] + ((b[0] - a[0]) * d) / length, a[1] + ((b[1] - a[1]) * d) / length]);
        carry = (carry - length) % step;
        if (carry < 0) carry += step;
      }
      if (run.length) runs.push(run);
      return runs;
    },
  });

  function longest({ parts }) {
    return parts.reduce((best, part) => (part.length > best.length ? part : best));
  }

  function soften(run, reach) {
    const sums = [[0, 0]];
    for (const [x, y] of run) sums.push([sums[sums.length - 1][0] + x, sums[sums.length - 1][1] + y]);
    return run.map((_, i) => {
      const r = Math.min(reach, i, run.length - 1 - i);
      const n = 2 * r + 1;
      return [(sums[i + r + 1][0] - sums[i - r][0]) / n, (sums[i + r + 1][1] - sums[i - r][1]) / n];
    });
  }

  function reachOf(path) {
    let length = 0;
    for (let i = 1; i < path.length; i++) length += Math.hypot(path[i][0] - path[i - 1][0], path[i][1] - path[i - 1][1]);
    return length;
  }

  function bend(a, b, c) {
    const turn = Math.atan2(c[1] - b[1], c[0] - b[0]) - Math.atan2(b[1] - a[1], b[0] - a[0]);
    return Math.atan2(Math.sin(turn), Math.cos(turn));
  }

  // The piece set off upwards by some pixels, running left to right so that text on it stands upright.
  function shifted(piece, by) {
    const forward = piece[piece.length - 1][0] >= piece[0][0];
    const path = forward ? piece : piece.slice().reverse();
    return path.map(([x, y], i) => {
      const a = path[Math.max(0, i - 8)];
      const b = path[Math.min(path.length - 1, i + 8)];
      const n = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
      return [x + ((b[1] - a[1]) / n) * by, y - ((b[0] - a[0]) / n) * by];
    });
  }
})(window.durand);
