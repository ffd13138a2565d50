// Areas, quiet: tints of districts that have an outline, sleeves round stretches of the line, rings of towns. The
// whole of where an event may have been shows while it is pointed at, has the focus, or is chosen.
(function (durand) {
  "use strict";
  const { html, svg } = durand;
  const CORNERS = 72; // of a disc
  const RIM_WORDS = 90; // px; a wider ring says along its rim what it is
  const METRES = 40075016.7; // round the equator
  const METRES_PER_PIXEL = METRES / 256;

  durand.metresPerPixel = (map) => (lat) =>
    (METRES_PER_PIXEL * Math.cos(((lat || 0) * Math.PI) / 180)) / 2 ** map.getZoom();

  durand.Events.include({
    areasClear() {
      this.tints = [];
      this.sleeves = [];
      this.areaGroup.replaceChildren();
      this.ringGroup.replaceChildren();
      this.maskGroup.replaceChildren();
      this.stretches = [];
      this.roomless = 0;
    },

    // The path of a shape in the pixels of the layer, without points too near to the last to be seen.
    outline(shape) {
      const scale = 2 ** this._map.getZoom();
      const origin = this._map.getPixelOrigin();
      shape.world = shape.world || shape.lines.map((line) => line.map(durand.toWorld));
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
          return kept.length > 1 ? `M${kept.join("L")}${shape.kind === "polygon" ? "Z" : ""}` : "";
        })
        .join("");
    },

    // A node that opens its events and lights their areas.
    pressable(node, group) {
      node.durandGroup = group;
      node.addEventListener("click", (click) => this.openUnder(click));
      node.addEventListener("mousemove", (move) => this.hover(move, group));
      node.addEventListener("mouseleave", () => this.hover(null));
      return node;
    },

    drawTint(mark) {
      const { look } = mark.group;
      const shape = this.shapes[mark.area];
      const node = svg("path", {
        class: `d-area d-tint d-type-${look} ${this.types[look].family}`,
        d: this.outline(shape),
      });
      this.areaGroup.append(this.pressable(node, mark.group));
      this.tints.push({ mark, node });
      this.record("area", mark, "", "none", [mark.x, mark.y], [0, 0, 0, 0]);
    },

    // A sleeve: two thin lines along the stretch, by way of a mask that leaves the ground between them as it is.
    sleeve(shape, className, wide) {
      const { sleeve_px: off, sleeve_width_px: width } = this.rules.ink;
      const d = this.outline(shape);
      const id = `${this.uid}-sleeve-${this.maskGroup.childNodes.length}`;
      const path = (attributes) =>
        svg("path", { d, fill: "none", "stroke-linecap": "round", "stroke-linejoin": "round", ...attributes });
      this.maskGroup.append(
        svg(
          "mask",
          { id, maskUnits: "userSpaceOnUse", x: -1e4, y: -1e4, width: 3e4, height: 3e4 },
          path({ stroke: "#fff", "stroke-width": 2 * off + 40 }),
          path({ stroke: "#000", "stroke-width": 2 * off })
        )
      );
      return path({ class: className, "stroke-width": 2 * off + 2 * width * (wide || 1), mask: `url(#${id})` });
    },

    // How much of the line in view a stretch is.
    shareOfLine(shape, { x: w, y: h } = this.placer.size) {
      const { ground } = this;
      const length = (line) => {
        let sum = 0;
        for (let i = 1; i < line.length; i++) {
          const [a, b] = [line[i - 1], line[i]];
          const [x, y] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
          if (x >= 0 && y >= 0 && x <= w && y <= h) sum += Math.hypot(b[0] - a[0], b[1] - a[1]);
        }
        return sum;
      };
      const own = shape.lines.reduce((sum, line) => sum + length(line.map((at) => this.point(at))), 0);
      const all = ground ? length(ground.course) : own;
      return { own, share: all ? own / all : 1 };
    },

    // Whether a stretch is too long for its sleeve; on a short page all are.
    isLong(mark) {
      if (!this.told || document.documentElement.dataset.compact) return Boolean(this.told);
      return this.shareOfLine(this.shapes[mark.area]).share > this.rules.ink.sleeve_most;
    },

    *stretchSpots(mark) {
      const { lines } = this.shapes[mark.area];
      const line = lines.reduce((a, b) => (b.length > a.length ? b : a)).map((at) => this.point(at));
      for (const share of [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9])
        yield* this.placer.onLine(mark, line[Math.floor(share * (line.length - 1))], this.rules.ink.sleeve_px);
    },

    // A stretch of the line as a sleeve with its tag; a long one as a line of words below the map. False if neither.
    drawStretch(mark) {
      const shape = this.shapes[mark.area];
      if (!shape) return false;
      const spot = !this.isLong(mark) && this.spotFor(mark, this.stretchSpots(this.tagOf(mark)));
      if (spot) {
        const { look } = mark.group;
        this.areaGroup.append(this.pressable(this.sleeve(shape, `d-area d-sleeve d-type-${look}`), mark.group));
        this.record("area", mark, "", "none", durand.boxes.middle(spot.symbols), [0, 0, 0, 0]);
        this.addTag(mark, spot);
      } else if (this.told) this.stretches.push(mark);
      return Boolean(spot || this.told);
    },

    // Stretches that are too long to be drawn, and places without room, as lines of words that light them.
    listStretches() {
      if (!this.told) return;
      const lines = this.stretches.map(({ group, tag }) => {
        const light = (on) => this.light(on ? [group] : []);
        const marks = group.parts.flatMap(([type, look, n]) => [
          this.glyph(type, look, 15),
          n > 1 && html("b", { text: `×${durand.number(this.words, n)}` }),
        ]);
        const node = html(
          "button",
          {
            type: "button",
            class: "stretch",
            onclick: (click) => this.open(group, click.currentTarget),
            onmouseenter: () => light(true),
            onmouseleave: () => light(false),
            onfocus: () => light(true),
            onblur: () => light(false),
          },
          ...marks,
          html("span", { text: tag })
        );
        this.note(group, tag, node);
        return node;
      });
      if (lines[0]) lines.unshift(html("span", { text: this.words["not drawn"] }));
      this.told.replaceChildren(...lines);
      this.told.hidden = !lines[0];
    },

    // A town's radius, as far as it lies on its own side, once it is wider than the row of its symbols.
    drawRing(mark, spot) {
      const r = mark.reach;
      if (!r || r < Math.max(mark.width / 2 + 4, 14)) return;
      const { ground } = this;
      let d = "";
      for (let k = 0, on = false; k <= CORNERS; k++) {
        const turn = (2 * Math.PI * k) / CORNERS;
        const [x, y] = [mark.x + r * Math.cos(turn), mark.y + r * Math.sin(turn)];
        const own = !ground || mark.either || !ground.side(x, y) || ground.side(x, y) === mark.side;
        if (own) d += `${on ? "L" : "M"}${(x + this.shift.x).toFixed(1)},${(y + this.shift.y).toFixed(1)}`;
        on = own;
      }
      this.ringGroup.append(svg("path", { class: `d-radius d-type-${mark.group.look}`, d }));
      this.record("ring", mark, "", "none", [mark.x, mark.y], [0, 0, 0, 0]);
      if (r >= RIM_WORDS) this.rimWords(mark, r);
    },

    rimWords(mark, r) {
      const text = durand.say(this.words, "within radius", {
        km: durand.number(this.words, Math.round(mark.radius / 100) / 10),
      });
      const [x, y] = [mark.x + this.shift.x, mark.y + this.shift.y];
      const at = { class: "d-rim-words", "text-anchor": "middle" };
      if (/[\u0600-\u06ff]/.test(text)) {
        this.ringGroup.append(svg("text", { ...at, x, y: y - r - 5, text }));
        return;
      }
      const id = `${this.uid}-rim-${mark.key}`;
      const o = r + 5;
      this.ringGroup.append(
        svg("path", { id, d: `M${x - o},${y}A${o},${o} 0 0 1 ${x + o},${y}`, fill: "none" }),
        svg("text", at, svg("textPath", { href: `#${id}`, startOffset: "50%", text }))
      );
    },

    // Light ------------------------------------------------------------------------------------------------------

    // The whole of where the events of some groups may have been; few shapes are built for many events.
    light(groups) {
      const held = new Map();
      const { place, area, radius, grain, lon, lat } = this.columns;
      for (const group of groups) {
        for (const i of group.list(durand.LISTED)) {
          const p = place[i];
          const look = group.look;
          if (area[p]) held.set(`a${area[p]}`, { shape: this.shapes[area[p] - 1], look });
          else if (radius[p] && grain[p] === durand.AREA)
            held.set(`d${lon[p]},${lat[p]}`, { shape: this.disc(lat[p] / 1e4, lon[p] / 1e4, radius[p] * 100), look });
          else if (grain[p] === durand.PLACE && this.radiusOf(p))
            held.set(`t${lon[p]},${lat[p]}`, { shape: this.disc(lat[p] / 1e4, lon[p] / 1e4, this.radiusOf(p)), look });
        }
      }
      const nodes = [...held.values()].map(({ shape, look }) =>
        shape.kind === "line"
          ? this.sleeve(shape, `d-lit d-lit-line d-type-${look}`, 2)
          : svg("path", { class: `d-lit d-type-${look}`, d: this.outline(shape) })
      );
      this.litGroup.replaceChildren(...nodes);
    },

    radiusOf(p) {
      const m = this.columns.mark[p] - 1;
      return m < 0 ? 0 : this.source.marks.radius[m] * 100;
    },

    disc(lat, lon, metres) {
      const north = (metres / METRES) * 360;
      const east = north / Math.cos((lat * Math.PI) / 180);
      const corner = (_, k) => [
        lat + north * Math.sin((2 * Math.PI * k) / CORNERS),
        lon + east * Math.cos((2 * Math.PI * k) / CORNERS),
      ];
      return { kind: "polygon", lines: [Array.from({ length: CORNERS }, corner)] };
    },

    // What stays lit: the chosen event's area, or that of the mark with the focus.
    relight(group) {
      const { selected } = this.state;
      if (group) return this.light([group]);
      const focused = this.items.find((item) => item.node === document.activeElement);
      if (selected !== null) return this.light([durand.Group.of(this, [selected])]);
      return this.light(focused ? [focused.group] : []);
    },
  });
})(window.durand);
