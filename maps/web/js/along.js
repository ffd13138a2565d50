// Names along a line: on its straightest stretch in view, off it by a few pixels, never round a corner.
(function (durand) {
  "use strict";
  const SMOOTH = [
    [10, 10, 0],
    [24, 24, 0.8],
  ]; // steps on both sides, px that the course may stray, and what that costs
  const BESIDE = 80; // px from a course within which a mark calls for room
  const CALL = 0.4; // a mark beside a course, in radians of its turns
  const FEW = 5; // of fewer marks each calls the louder

  // Whether a course turns so sharply within a letter or two that they would lie over each other.
  const kinked = (path) => path.some((p, i) => i >= 4 && Math.abs(bend(path[i - 4], path[i - 2], p)) > 0.4);

  durand.Labels.include({
    // Text along the smoothed course of a line, on the side that is free and `apart` from `others`; its middle.
    along(points, text, kind, offset, apart = 0, others = []) {
      const style = durand.TYPE[kind];
      const need = durand.textWidth(text, style) + 8;
      const step = 5;
      const runs = this.runs(points, step);
      // Where the line runs smoothly, or with more smoothing, further off.
      const spots = SMOOTH.flatMap(([reach, limit, cost]) =>
        runs.flatMap((run) =>
          this.courses(run, soften(run, reach), { need, step, limit, offset, size: style.size, cost })
        )
      );
      spots.sort((a, b) => a.cost - b.cost);
      const off = ({ middle: [x, y] }) => others.every(([ox, oy]) => Math.hypot(ox - x, oy - y) >= apart);
      const spot = spots.find(off);
      if (!spot) return null;
      this.placer.names.take(...spot.boxes);
      this.set(text, kind, spot);
      const box = durand.boxes.join(spot.boxes);
      this.record(kind === "durand" ? "line name" : "name", text, spot.middle, box, spot.boxes);
      return spot.middle;
    },

    // Latin letters follow the course one by one; Arabic script, whose letters are joined, stands straight on its chord.
    set(text, kind, { path }) {
      const style = durand.TYPE[kind];
      const name = `d-name d-name-${kind}`;
      if (durand.isArabic(text)) {
        const [a, b] = [path[0], path[path.length - 1]];
        const turn = (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI;
        const at = `translate(${((a[0] + b[0]) / 2).toFixed(1)},${((a[1] + b[1]) / 2).toFixed(1)}) rotate(${turn.toFixed(1)})`;
        this.out.push(durand.svg("text", { class: name, transform: at, "text-anchor": "middle", text }));
        return;
      }
      const id = `durand-course-${L.stamp(this)}-${this.count++}`;
      this.defs.push(
        durand.svg("path", { id, d: `M${path.map((p) => p.map((v) => v.toFixed(1)).join(",")).join("L")}` })
      );
      const along = durand.svg("textPath", { href: `#${id}`, startOffset: "50%", text: durand.cased(text, style) });
      this.out.push(durand.svg("text", { class: name, "text-anchor": "middle" }, along));
    },

    // Every free course along one run of a line, with what speaks against it.
    courses(run, smooth, { need, step, limit, offset, size, cost }) {
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
        for (let i = 12; i < piece.length; i += 3)
          turn = Math.max(turn, Math.abs(bend(piece[i - 12], piece[i - 6], piece[i])));
        for (let i = 0; i < piece.length; i++)
          stray = Math.max(stray, Math.hypot(piece[i][0] - run[start + i][0], piece[i][1] - run[start + i][1]));
        if (turn > 0.6 || stray > limit) continue;
        for (const side of [1, -1]) {
          const by = offset + stray * 0.5;
          // Above the line the foot of the text is near it; below the line its head is.
          const path = shifted(piece, (by + (side > 0 ? 0 : size * 0.72)) * side);
          if (reachOf(path) < need - 6 || kinked(path)) continue;
          const half = size * 0.62;
          const body = shifted(piece, (by + size * 0.36) * side);
          const boxes = body.filter((_, i) => i % 2 === 0).map(([x, y]) => [x - half, y - half, x + half, y + half]);
          if (!boxes.every((box) => this.placer.fits(null, [box]))) continue;
          spots.push({
            path,
            boxes,
            middle: path[path.length >> 1],
            cost: cost + turn * 2 + stray / 6 + (side < 0 ? 0.05 : 0) + CALL * this.callsBy(path),
          });
        }
      }
      return spots;
    },

    // How many marks are still to stand beside a course.
    callsBy(path) {
      const some = path.filter((_, i) => i % 8 === 0);
      const near = ([x, y]) => some.some((at) => Math.hypot(at[0] - x, at[1] - y) < BESIDE);
      const { calls } = this.placer;
      return calls.filter(near).length * Math.max(1, FEW / (calls.length || 1));
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
        const near =
          Math.max(a[0], b[0]) > left &&
          Math.min(a[0], b[0]) < right &&
          Math.max(a[1], b[1]) > top &&
          Math.min(a[1], b[1]) < bottom;
        if (!near) {
          if (run.length) runs.push(run);
          run = [];
          carry = 0;
          continue;
        }
        for (let d = carry; d < length; d += step)
          run.push([a[0] + ((b[0] - a[0]) * d) / length, a[1] + ((b[1] - a[1]) * d) / length]);
        carry = (carry - length) % step;
        if (carry < 0) carry += step;
      }
      if (run.length) runs.push(run);
      return runs;
    },
  });

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
    for (let i = 1; i < path.length; i++)
      length += Math.hypot(path[i][0] - path[i - 1][0], path[i][1] - path[i - 1][1]);
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
