// What stands at the events' places: plotted where a town or site is known, written as a tag where less is known.
(function (durand) {
  "use strict";
  const { svg } = durand;
  const LEVELS = ["town", "stretch", "near", "district", "province", "country"];
  const [TOWN, STRETCH, , , PROVINCE, COUNTRY] = LEVELS.keys();
  const NAMED = 90; // more plotted places in view than this stand unnamed on their points
  const TAGS = 60; // more tags than this are joined by province
  const PART = 2; // px between symbols of a row
  const TIMES = { size: 11, weight: 600 };
  const FAR = 64; // px that a mark may stand off its place, with a leader

  durand.Events.include({
    // Marks with the events that are shown, in the order of loudness. Plotted ones only in and round the view.
    gather(plotted) {
      const { mask, n } = this.state;
      const { place, mark } = this.columns;
      const found = new Map();
      const size = this._map.getSize();
      const near = (p) => this.px[p] > -durand.PAD && this.py[p] > -durand.PAD && this.px[p] < size.x + durand.PAD && this.py[p] < size.y + durand.PAD;
      const all = this.state.shown() <= durand.ALL;
      for (let i = 0; i < n; i++) {
        if (!mask[i]) continue;
        const p = place[i];
        const m = mark[p] - 1;
        if (m < 0) continue;
        if (this.source.marks.level[m] === TOWN && !(plotted && (all || near(p)))) continue;
        const held = found.get(m);
        if (held) held.push(i);
        else found.set(m, [i]);
      }
      return [...found].sort((a, b) => a[0] - b[0]).map(([m, events]) => this.markOf(m, durand.Group.of(this, events)));
    },

    markOf(m, group) {
      const { source } = this;
      const mark = { ...source.mark(m), group, key: m };
      const [x, y] = this.point([mark.lat, mark.lon]);
      Object.assign(mark, { x, y, pointed: mark.lat !== null });
      return mark;
    },

    // Symbols side by side, filled and hollow counted apart: their middles, and how much room they take.
    row(parts) {
      const { size } = this;
      let x = 0;
      const centres = [];
      const counts = [];
      for (const [, , n] of parts) {
        centres.push(x + size + 1);
        x += 2 * size + PART;
        const text = n > 1 ? `×${durand.number(this.words, durand.brief(n))}` : "";
        counts.push({ text, x: x + 0.5 });
        if (text) x += durand.textWidth(text, TIMES) + 4;
      }
      return { width: x, height: 2 * size + 2, centres, counts };
    },

    // What the latest of a gate's events left it as: closed, open.
    gateWord({ group }) {
      const { type } = this.columns;
      const told = group.indices.filter((i) => this.types[type[i]].state);
      return told.length ? this.types[type[told[told.length - 1]]].state : "";
    },

    drawMarks(few) {
      const marks = this.gather(few);
      const size = this._map.getSize();
      const scale = 2 ** this._map.getZoom();
      const base = this._map.durandBase;
      const corner = this._map.getPixelOrigin().add(this.shift);
      this.ground = base ? new durand.Ground(base, scale, corner, size) : null;
      this.said = [];
      this.edges(marks, size);
      this.placer = new durand.Placer(this.ground, size, this.rules.ink.name_gap_symbols * 2 * this.size, durand.controls(this._map));
      this._map.durandPlacer = this.placer;
      const plotted = marks.filter((mark) => mark.level === TOWN && mark.pointed);
      if (plotted.length <= NAMED) this.plotNamed(plotted);
      else this.plotPoints(plotted);
      this._map.fire("durand:plotted");
      this.writeTags(marks.filter((mark) => mark.level !== TOWN));
    },

    within(mark, size = this.placer.size) {
      return mark.x >= 0 && mark.y >= 0 && mark.x <= size.x && mark.y <= size.y;
    },

    // Plotted --------------------------------------------------------------------------------------------------

    plotNamed(marks) {
      const { placer } = this;
      this.left = [];
      const seen = marks.filter((mark) => this.within(mark));
      for (const mark of seen) {
        const word = this.gateWord(mark);
        const row = this.row(mark.group.parts);
        mark.text = word ? durand.say(this.words, "tag state", { name: mark.name, state: word }) : mark.name;
        const metres = this._map.durandMetres(mark.lat);
        const reach = mark.radius / metres;
        Object.assign(mark, row, { kind: "plotted", reach, far: FAR, nameWidth: durand.textWidth(mark.text, durand.TYPE.plotted), nameHeight: durand.TYPE.plotted.size + 3 });
        placer.wanted.set(mark.key, [mark.x - this.size, mark.y - this.size, mark.x + this.size, mark.y + this.size]);
      }
      for (const mark of seen) {
        placer.wanted.delete(mark.key);
        const spot = placer.city(mark) || placer.plot(mark) || placer.plot(mark, { nameless: true });
        placer.named.set(mark.name, [mark.x, mark.y]);
        if (spot) this.addPlotted(mark, spot);
        else this.left.push(mark);
      }
    },

    // Many: symbols on their points, whatever lies over what; a click opens all that lie there.
    plotPoints(marks) {
      this.left = [];
      const size = this.size;
      this.size *= 0.8;
      for (const mark of marks) {
        const row = this.row(mark.group.parts);
        Object.assign(mark, row, { kind: "point", text: "", counts: row.counts.map((count) => ({ ...count, text: "" })) });
        this.addPlotted(mark, this.placer.onPoint(mark));
      }
      this.size = size;
    },

    addPlotted(mark, spot) {
      const [x, y] = spot.at;
      const { look } = mark.group;
      const node = svg("g", { class: `d-symbol d-type-${look}`, transform: this.move(x, y) });
      if (spot.leader) {
        const [from, to] = spot.leader.map(([lx, ly]) => [(lx - x).toFixed(1), (ly - y).toFixed(1)]);
        node.append(
          svg("line", { class: "d-leader", x1: from[0], y1: from[1], x2: to[0], y2: to[1] }),
          svg("circle", { class: "d-foot", cx: from[0], cy: from[1], r: 1.8 })
        );
        this.record("leader", mark, "", "none", spot.leader[1], spot.symbols);
      }
      this.dressMark(node, mark, spot, x, y, true);
      this.drawRing(mark, spot);
      this.addItem(node, mark.group, x, y, false, this.label(mark));
    },

    // Box to press, ring, symbols and words of a mark, round its middle.
    dressMark(node, mark, spot, x, y, rim) {
      const whole = spot.words ? durand.boxes.join([spot.symbols, spot.words.box || spot.words]) : spot.symbols;
      const [l, t, r, b] = durand.boxes.moved(whole, -x, -y);
      const rect = (name, pad) => svg("rect", { class: name, x: (l - pad).toFixed(1), y: (t - pad).toFixed(1), width: (r - l + 2 * pad).toFixed(1), height: (b - t + 2 * pad).toFixed(1), rx: 4 });
      node.append(rect("d-hit", Math.max(2, (24 - (b - t)) / 2)), rect("d-ring", 3));
      mark.group.parts.forEach(([type, look, n], k) => {
        const [cx, cy] = [spot.centres[k][0] - x, spot.centres[k][1] - y];
        node.append(...this.symbol(type, look, cx, cy, rim));
        this.record("symbol", mark, "", durand.FILLS[look], spot.centres[k], this.around(spot.centres[k]), type);
        const { text } = mark.counts[k];
        if (!text) return;
        const at = spot.symbols[0] + mark.counts[k].x;
        node.append(svg("text", { class: "d-times", x: (at - x).toFixed(1), y: (cy + 4).toFixed(1), text }));
        this.record("count", mark, text, durand.FILLS[look], [at + 8, spot.centres[k][1]], [at, spot.centres[k][1] - 6, at + durand.textWidth(text, TIMES), spot.centres[k][1] + 6], type);
      });
      if (spot.words) this.nameMark(node, mark, spot, x, y);
    },

    nameMark(node, mark, spot, x, y) {
      const box = spot.words.box || spot.words;
      const style = mark.kind === "plotted" ? "plotted" : mark.level >= PROVINCE ? "province-tag" : "tag";
      const left = mark.kind === "plotted" ? box[0] : spot.flip ? box[0] + mark.gap : box[0];
      const height = durand.TYPE[style].size;
      const base = (box[1] + box[3]) / 2 + height * 0.35;
      const width = durand.textWidth(mark.text, durand.TYPE[style]);
      node.append(svg("text", { class: `d-mark-name d-name-${style}`, x: (left + width / 2 - x).toFixed(1), y: (base - y).toFixed(1), "text-anchor": "middle", text: durand.isolate(mark.text) }));
      this.record("name", mark, mark.text, "none", durand.boxes.middle(box), box);
    },

    around: ([x, y]) => [x - 6, y - 6, x + 6, y + 6],

    symbol(type, look, x, y, rim) {
      const at = `translate(${x.toFixed(1)},${y.toFixed(1)}) scale(${this.size.toFixed(2)})`;
      return [
        svg("path", { class: rim ? "d-outline rim" : "d-outline", d: this.types[type].path, transform: at }),
        svg("path", { class: `d-shape d-type-${type} ${durand.LOOK[look]}`, d: this.path(type, look), transform: at, "fill-rule": "evenodd" }),
      ];
    },

    label(mark) {
      const { group } = mark;
      const said = [mark.text, ...(group.n > 1 ? [group.head] : [])].filter(Boolean).join(": ");
      return [said, this.source.head(group.first)].join("; ");
    },

    // Written ----------------------------------------------------------------------------------------------------

    writeTags(marks) {
      const joined = new Map(); // by province
      const hold = (mark) => {
        const key = mark.adm1 || mark.side || "";
        if (!joined.has(key)) joined.set(key, []);
        joined.get(key).push(mark);
      };
      this.left.forEach(hold);
      const crowd = marks.length > TAGS;
      for (const mark of marks) {
        if (mark.level === STRETCH) {
          if (this.drawStretch(mark)) continue;
        } else if (!crowd && mark.level < PROVINCE) {
          if (mark.tint) this.drawTint(mark);
          if (!mark.pointed || !this.seen(mark)) continue;
          if (this.writeTag(mark)) continue;
        }
        hold(mark);
      }
      this.unplaced = [];
      for (const [code, held] of [...joined].sort((a, b) => b[1].length - a[1].length)) this.writeProvince(code, held);
      this.more(this.unplaced);
    },

    seen(mark) {
      const { size } = this.placer;
      return mark.x > -20 && mark.y > -10 && mark.x < size.x + 20 && mark.y < size.y + 10;
    },

    // A tag's words, then its symbols; towards the line, the symbols.
    sizeTag(mark) {
      const row = this.row(mark.group.parts);
      const style = durand.TYPE[mark.level >= PROVINCE ? "province-tag" : "tag"];
      const gap = 5;
      const width = durand.textWidth(mark.text, style) + gap + row.width;
      return Object.assign(mark, row, { kind: "written", gap, width, symbolsWidth: row.width, height: Math.max(row.height, style.size + 3) });
    },

    writeTag(mark) {
      mark.text = mark.tag;
      this.sizeTag(mark);
      const metres = this._map.durandMetres(mark.lat);
      Object.assign(mark, {
        reach: Math.max(mark.radius / metres, 26), far: Math.max(FAR + 16, mark.radius / metres), own: Boolean(mark.adm1),
        flips: mark.side === "PK" ? [true, false] : [false, true],
      });
      const spot = this.placer.write(mark);
      if (spot) this.addTag(mark, spot);
      return Boolean(spot);
    },

    addTag(mark, spot) {
      const [x, y] = [(spot.symbols[0] + spot.symbols[2]) / 2, (spot.symbols[1] + spot.symbols[3]) / 2];
      const node = svg("g", { class: `d-tag d-type-${mark.group.look}`, transform: this.move(x, y) });
      if (spot.leader) {
        const [from, to] = spot.leader;
        node.append(svg("line", { class: "d-leader quiet", x1: (from[0] - x).toFixed(1), y1: (from[1] - y).toFixed(1), x2: (to[0] - x).toFixed(1), y2: (to[1] - y).toFixed(1) }));
        this.record("leader", mark, "", "none", to, spot.box);
      }
      this.dressMark(node, mark, spot, x, y, false);
      this.addItem(node, mark.group, x, y, true, this.label(mark));
    },

    // One tag of a province, a country, or the part of the map in between, with all that found no room of its own.
    writeProvince(code, held) {
      const own = held.find((mark) => mark.level === PROVINCE || mark.level === COUNTRY);
      const group = durand.Group.union(held.map((mark) => mark.group));
      const text = own ? own.tag : this.source.plan.tags[code];
      const side = code.slice(0, 2);
      const mark = { ...held[0], ...(own || {}), level: PROVINCE, key: `tag ${code}`, group, text, side, adm1: code.includes("-") ? code : "" };
      const spots = text && this.ground ? this.ground.spots(code, own && own.pointed ? [own.x, own.y] : null) : [];
      const found = spots.length ? this.placer.province(this.sizeTag(mark), spots) : null;
      if (found) {
        this.placer.tagged.add(code);
        this.addTag(mark, found);
      } else if (spots.length || held.some((one) => one.pointed && this.within(one))) this.unplaced.push(group);
    },

    // What was drawn ---------------------------------------------------------------------------------------------

    path(type, look) {
      return (look && this.types[type].hollow) || this.types[type].path;
    },

    glyph(type, look, size) {
      return durand.glyph(this.path(type, look), type, size, look);
    },

    // Geometry and ids are worked out when they are asked for (drawn.js).
    record(kind, mark, text, filled, at, box, type) {
      const { group } = mark;
      this.said.push({ kind, text, filled, box, group, type, level: LEVELS[mark.level] || "", at: this._map.containerPointToLatLng(at), area: mark.area });
    },
  });
})(window.durand);
