// What stands at the events' places: plotted where a town or site is known, written as a tag where less is known.
(function (durand) {
  "use strict";
  const { svg } = durand;
  const LEVELS = ["town", "stretch", "near", "district", "province", "country"];
  const [TOWN, STRETCH, , , PROVINCE] = LEVELS.keys();
  const NAMED = 90; // more plotted places in view than this stand unnamed on their points
  const MANY = 4; // events at a town that is named before all tags
  const TAG_ROOM = 11000; // px² of the map for each tag; where there are more tags, they are joined by province
  const PART = 3; // px between one symbol, or its number, and the next
  const NUMBER = 2; // px from a symbol to its number
  const TIMES = { size: 12, weight: 600 }; // as large as the names
  const FAR = 64; // px that a mark may stand off its place, with a leader
  const FARTHER = 120; // the same for what found no room nearer
  const ROUNDS = 5; // orders of placing that are tried
  const PLANS = 40; // that are kept
  const FEW_MARKS = 120; // more marks than this are placed in one order
  const STOP = 4; // px of a leader that is not drawn
  const NEAR_LEADER = 20; // px of a leader that cost nothing
  const LONG_LEADER = 40; // px of a leader beyond these from which each costs more than one
  const CLOSE = 30; // px that a town of few events may stand off its place on a crowded map
  const COST = { hidden: 300, told: 80, town: 90, area: 40, joined: 45 }; // px of leader: of an event, but town and area of a mark

  const codeOf = (mark) => mark.adm1 || mark.side || "";

  // px of a leader that is longer than need be.
  const leaderCost = (leader) => {
    if (!leader) return 0;
    const [[ax, ay], [bx, by]] = leader;
    const px = Math.hypot(ax - bx, ay - by) - NEAR_LEADER;
    return px > 0 ? px * Math.max(1, px / LONG_LEADER) : 0;
  };

  const priceOf = ({ level, group }) => (level === TOWN ? COST.town : COST.area) + COST.joined * group.n;

  durand.Events.include({
    // Marks with the events that are shown, in the order of loudness. Plotted ones only in and round the view.
    gather(plotted) {
      const { mask, n } = this.state;
      const { place, mark } = this.columns;
      const found = new Map();
      const size = this._map.getSize();
      const near = (p) =>
        this.px[p] > -durand.PAD &&
        this.py[p] > -durand.PAD &&
        this.px[p] < size.x + durand.PAD &&
        this.py[p] < size.y + durand.PAD;
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

    // Symbols side by side in the fewest lines in which none is farther than `most` from the middle, else where the
    // farthest is nearest.
    row(parts, most = 1e4) {
      let best = { off: Infinity };
      for (let lines = 1; lines <= parts.length && best.off > most; lines++) {
        const row = this.lined(parts, Math.ceil(parts.length / lines));
        if (row.off < best.off || lines === 1) best = row;
      }
      return best;
    },

    // Filled and hollow are counted apart; of the symbols the middles, from the left and from the middle of the lines,
    // and how much room they take, `each` in a line.
    lined(parts, each) {
      const { size } = this;
      const high = 2 * size + 2;
      const lines = Math.ceil(parts.length / each);
      let [x, width] = [0, 0];
      const centres = [];
      const counts = [];
      parts.forEach(([, , n], k) => {
        x = k % each ? x + PART : 0;
        centres.push([x + size + 1, high * (Math.floor(k / each) - (lines - 1) / 2)]);
        x += 2 * size + NUMBER;
        const text = n > 1 ? `×${durand.number(this.words, durand.brief(n))}` : "";
        counts.push({ text, x });
        if (text) x += durand.textWidth(text, TIMES);
        width = Math.max(width, x);
      });
      const off = Math.max(...centres.map(([cx, cy]) => Math.hypot(cx - width / 2, cy)));
      return { width, height: high * lines, centres, counts, off };
    },

    // What has no room, or only far off, is placed before the rest in the next round; the best round stays. After
    // D. E. Joslin and D. P. Clements, "Squeaky wheel" optimization (1999). The first view is searched besides.
    drawMarks(few) {
      const size = this._map.getSize();
      const base = this._map.durandBase;
      const corner = this._map.getPixelOrigin().add(this.shift);
      this.ground = base ? new durand.Ground(base, 2 ** this._map.getZoom(), corner, size) : null;
      this.corner = corner;
      this.gathered = this.gather(few);
      if (this.hasty) this.seatScale(size);
      // A map that is only moved, gives room to words below it, or comes back to a zoom or a choice, keeps the plan that
      // was found for it.
      const marks = few ? this.gathered.map((mark) => `${mark.key}:${mark.group.n}`) : [this.state.shown()];
      const key = [this.hasty && !this.searching && size, this._map.getZoom(), ...marks].join();
      const known = !this.searching && this.plans.get(key);
      if (known) this.placeMarks(few, known);
      else this.findPlan(few);
      this.makeRoom(few);
      if (this.plans.size >= PLANS) this.plans.clear();
      this.plans.set(key, this.plan);
      this.planKey = key;
    },

    // Before the first view stands the scale goes to a corner where neither the line nor places of events lie.
    seatScale({ x, y }) {
      const { durandScale: scale } = this._map;
      if (!scale || !this.ground) return;
      const { offsetWidth: w, offsetHeight: h } = scale.getContainer();
      const corners = { bottomleft: [0, y - h], topleft: [0, 0], topright: [x - w, 0] };
      const price = (corner) => {
        const [l, t] = corners[corner];
        const box = durand.boxes.grown([l, t, l + w, t + h], 16, 16);
        const held = this.gathered.filter((mark) => durand.over(box, [mark.x, mark.y, mark.x, mark.y]));
        return held.length + (this.ground.clear(box) ? 0 : 99);
      };
      const best = Object.keys(corners).reduce((a, b) => (price(b) < price(a) ? b : a));
      if (best !== scale.getPosition()) scale.setPosition(best);
    },

    findPlan(few) {
      const crowd = this.isCrowd();
      let best = { cost: Infinity };
      let last = null;
      const blame = new Map();
      const attempt = (plan) => {
        if (last) this.again();
        this.placeMarks(few, plan);
        last = this.plan;
        const cost = this.trouble.reduce((sum, [, px]) => sum + px, 0);
        if (cost < best.cost) best = { cost, plan: last };
      };
      const search = this.searching && few && this.gathered.length <= FEW_MARKS;
      const rounds = this.hasty || search ? 1 : ROUNDS;
      for (let round = 0; round < rounds; round++) {
        const order = [...blame].sort((a, b) => b[1] - a[1]).map(([mark]) => mark);
        attempt({ order, crowd, joined: new Set(), spots: new Map() });
        if (!few || !best.cost || this.gathered.length > FEW_MARKS) break;
        for (const [mark, px] of this.trouble) blame.set(mark, (blame.get(mark) || 0) + px);
      }
      if (search && best.cost) {
        // Where all was joined for a crowd a tag may stand far from its places: no match for what is searched for.
        if (crowd) best = { cost: Infinity };
        attempt({ search: true });
      }
      if (last !== best.plan) {
        this.again();
        this.placeMarks(few, best.plan);
      }
    },

    isCrowd() {
      const size = this._map.getSize();
      const tags = this.gathered.filter((mark) => mark.level !== TOWN && this.seen(mark, size));
      return tags.length > (size.x * size.y) / TAG_ROOM;
    },

    again() {
      this.items = [];
      this.areasClear();
    },

    // By a plan: what is in its order first, by the key of a mark or of a province's tag; spots that it found; what it
    // joins with its province; or all that is less than known to a town, on a crowded map.
    placeMarks(few, plan) {
      const marks = this.gathered.map((mark) => ({ ...mark }));
      const size = this._map.getSize();
      this.said = [];
      this.edges(marks, size);
      this.placer = new durand.Placer(
        this.ground,
        size,
        this.rules.ink.name_gap_symbols * 2 * this.size,
        durand.controls(this._map),
        this.kept || []
      );
      this._map.durandPlacer = this.placer;
      this.keepGates();
      const plotted = marks.filter((mark) => mark.level === TOWN && mark.pointed);
      const beyond = new Set([...this.beyond.values()].flat());
      const tags = marks.filter((mark) => mark.level !== TOWN && (mark.tint || !beyond.has(mark)));
      const named = plotted.length <= NAMED;
      this.left = [];
      this.hidden = null;
      this.unplaced = [];
      this.placed = new Map(); // spots by the key of a mark or of the tag of a province
      this.held = new Set(); // marks that stand in the tag of their province
      this.trouble = [];
      if (named) this.wantPlaces(plotted);
      // Many symbols stand on their points whatever is there: names come after them.
      else this.plotPoints(plotted);
      this.placer.calls = marks.filter((mark) => mark.pointed && this.seen(mark)).map(({ x, y }) => [x, y]);
      this.keepPlanned(plan);
      this._map.fire("durand:begun");
      this.plan = plan;
      if (plan.search) this.plan = this.findSpots(plotted, tags);
      const { order, crowd } = this.plan;
      this.keepSpots();
      const early = named ? this.placeFirst(order, plotted, tags, crowd) : new Set();
      const rest = plotted.filter((mark) => !early.has(mark));
      // On a crowded map most towns stand near their points, or are counted in the tags of their provinces.
      if (named) {
        const close = (mark) => crowd && this.isSmall(mark) && !this.plan.spots.has(mark.key);
        this.plotNamed(rest.filter((mark) => !close(mark)));
        this.plotClose(rest.filter(close));
      }
      this._map.fire("durand:plotted");
      this.writeTags(
        tags.filter((mark) => !early.has(mark)),
        crowd
      );
      for (const mark of this.left) {
        this.trouble.push([mark.key, COST.hidden * mark.group.n]);
        this.unplaced.push(mark.group);
      }
      this.more(this.unplaced);
      this.plan = { ...this.plan, joined: this.held, spots: this.placed, corner: this.corner };
    },

    // Marks, and tags of provinces, that are placed before all others; those that were.
    placeFirst(order, plotted, tags, crowd) {
      const done = new Set();
      for (const key of order) {
        const mark = plotted.find((one) => one.key === key && !done.has(one));
        if (mark) {
          this.plotNamed([mark]);
          done.add(mark);
          continue;
        }
        const tag = tags.find((one) => one.key === key);
        if (tag && !crowd && tag.level < PROVINCE && tag.level !== STRETCH && tag.pointed && this.seen(tag)) {
          if (!this.writeTag(tag)) continue;
          if (tag.tint) this.drawTint(tag);
          done.add(tag);
        } else if (typeof key === "string") {
          const towns = crowd ? plotted.filter((one) => this.isSmall(one) && one.adm1 && this.within(one)) : [];
          const held = [...tags.filter((one) => this.ofProvince(one, crowd)), ...towns].filter(
            (one) => key === this.tagKey(one) && !done.has(one)
          );
          if (!held.length) continue;
          for (const one of held) this.placer.wanted.delete(one.key);
          this.countJoined(held);
          this.writeProvince(held[0].adm1 || held[0].side || "", held);
          for (const one of held) done.add(one);
        }
      }
      return done;
    },

    isSmall: ({ group }) => group.n < MANY,

    // Near its point with its name, or with its province.
    plotClose(marks) {
      for (const mark of marks.filter((one) => this.within(one))) {
        this.placer.wanted.delete(mark.key);
        const spot = this.placer.plot({ ...mark, far: CLOSE });
        if (spot) {
          this.placer.named.set(mark.name, [mark.x, mark.y]);
          this.addPlotted(mark, spot);
        } else this.left.push(mark);
      }
    },

    tagKey: (mark) => `tag ${codeOf(mark)}`,

    ofProvince: (mark, crowd) => mark.level >= PROVINCE || (crowd && mark.level !== STRETCH),

    // The spot of a plan in the view as it is: the map may have moved.
    spotOf({ spots, corner }, key) {
      const found = spots.get(key);
      return found && durand.movedSpot(found, corner.x - this.corner.x, corner.y - this.corner.y);
    },

    // The spots of the plan that are still free are taken before any mark looks for another.
    keepSpots() {
      const { plan, placer } = this;
      if (plan.spots.size) placer.wanted.clear();
      this.fixed = new Map();
      for (const key of plan.spots.keys()) {
        const spot = this.spotOf(plan, key);
        if (placer.isFree(spot, key)) this.fixed.set(key, placer.keep(spot));
      }
    },

    // The spot that was kept for a mark as it is, its words too: the tag of a province may hold another place now.
    planned({ key, width, centres, text }) {
      const spot = this.fixed.get(key);
      const alike = (one) =>
        one.centres.length === centres.length &&
        Math.abs(one.symbols[2] - one.symbols[0] - width) <= 0.01 &&
        (one.lines || [text]).join(" ") === text;
      return spot && alike(spot) ? spot : null;
    },

    // That one, else the first of others.
    spotFor(mark, spots) {
      return this.planned(mark) || this.placer.first(spots);
    },

    // Names of countries and of the line, which come first, keep off the spots of a plan, and as near as those keep to
    // them: else a name that the plan was found with would go.
    keepPlanned(plan) {
      const { footOf, grown } = durand.boxes;
      const { wanted, gaps } = this.placer;
      for (const key of plan.spots ? plan.spots.keys() : []) {
        const { symbols, words, leader } = this.spotOf(plan, key);
        const foot = leader ? [footOf(leader, 0)] : [];
        [symbols, ...words, ...foot].forEach((box, k) =>
          wanted.set(`${key} ${k}`, k ? grown(box, gaps.words - gaps.wanted, 0) : box)
        );
      }
    },

    countJoined(marks) {
      const held = marks.filter((mark) => mark.level < PROVINCE && mark.level !== STRETCH);
      for (const mark of held) {
        this.held.add(mark.key);
        this.trouble.push([this.tagKey(mark), priceOf(mark)]);
      }
    },

    far(key, leader) {
      const px = leaderCost(leader);
      if (px > 0) this.trouble.push([key, px]);
    },

    // Once more where marks stand in the place of the words that count what found none.
    makeRoom(few) {
      const { symbols, names } = this.placer;
      // Beside the map they cover nothing.
      if (!this.hidden || !this._map.getContainer().contains(this.chips)) {
        this.kept = null;
        return;
      }
      const boxes = durand.controls(this._map);
      if (boxes.every((box) => symbols.free(box) && names.free(box))) return;
      this.kept = boxes;
      this.again();
      this.placeMarks(few, this.plan);
    },

    within(mark, size = this.placer.size) {
      return mark.x >= 0 && mark.y >= 0 && mark.x <= size.x && mark.y <= size.y;
    },

    // Plotted --------------------------------------------------------------------------------------------------

    // Rows and names of towns, and the room that no tag takes from their symbols.
    wantPlaces(marks) {
      const { placer } = this;
      for (const mark of marks.filter((one) => this.within(one))) {
        const word = this.gateWord(mark);
        mark.text = word ? durand.say(this.words, "tag state", { name: mark.name, state: word }) : mark.name;
        const metres = this._map.durandMetres(mark.lat);
        const reach = mark.radius / metres;
        Object.assign(mark, this.row(mark.group.parts, durand.nearOf(reach)), {
          kind: "plotted",
          reach,
          far: FAR,
          nameWidth: durand.textWidth(mark.text, durand.TYPE.plotted),
          nameHeight: durand.TYPE.plotted.size + 3,
        });
        placer.wanted.set(mark.key, [mark.x - this.size, mark.y - this.size, mark.x + this.size, mark.y + this.size]);
      }
    },

    plotNamed(marks) {
      const { placer } = this;
      const late = [];
      for (const mark of marks.filter((one) => this.within(one))) {
        placer.wanted.delete(mark.key);
        if (this.plan.joined.has(mark.key)) {
          this.left.push(mark);
          continue;
        }
        const spot = this.planned(mark) || placer.city(mark) || placer.plot(mark);
        placer.named.set(mark.name, [mark.x, mark.y]);
        if (spot) this.addPlotted(mark, spot);
        else late.push(mark);
      }
      for (const mark of late) {
        const spot = placer.plot({ ...mark, from: FAR, far: FARTHER });
        if (spot) this.addPlotted(mark, spot);
        else this.left.push(mark);
      }
    },

    // Many: symbols on their points, whatever lies over what; a click opens all that lie there.
    plotPoints(marks) {
      const size = this.size;
      this.size *= 0.8;
      for (const mark of marks) {
        const row = this.row(mark.group.parts, durand.nearOf(0));
        Object.assign(mark, row, {
          kind: "point",
          text: "",
          counts: row.counts.map((count) => ({ ...count, text: "" })),
        });
        this.addPlotted(mark, this.placer.onPoint(mark));
      }
      this.size = size;
    },

    addPlotted(mark, spot) {
      this.placed.set(mark.key, spot);
      const [x, y] = spot.at;
      const { look } = mark.group;
      const node = svg("g", { class: `d-symbol d-type-${look}`, transform: this.move(x, y) });
      this.lead(node, mark, spot, x, y);
      this.dressMark(node, mark, spot, x, y, true);
      this.drawRing(mark, spot);
      this.addItem(node, mark.group, x, y, false, this.label(mark));
    },

    // A line from a mark to its place, which ends in a dot.
    lead(node, mark, { leader, box, symbols }, x, y) {
      this.far(mark.key, leader);
      if (!leader) return;
      const [[x1, y1], [x2, y2]] = leader.map(([lx, ly]) => [(lx - x).toFixed(1), (ly - y).toFixed(1)]);
      // Of a few pixels it would be read as a stop after the name.
      if (Math.hypot(x1 - x2, y1 - y2) > STOP)
        node.append(svg("line", { class: "d-leader", x1, y1, x2, y2 }), svg("circle", { class: "d-foot", cx: x1, cy: y1, r: 1.8 }));
      this.record("leader", mark, "", "none", leader[1], box || symbols, undefined, [[...leader[0], ...leader[0]]]);
    },

    // Box to press, ring, symbols and words of a mark, round its middle.
    dressMark(node, mark, spot, x, y, rim) {
      const whole = durand.boxes.join([spot.symbols, ...spot.words]);
      const [l, t, r, b] = durand.boxes.moved(whole, -x, -y);
      const rect = (name, pad) =>
        svg("rect", {
          class: name,
          x: (l - pad).toFixed(1),
          y: (t - pad).toFixed(1),
          width: (r - l + 2 * pad).toFixed(1),
          height: (b - t + 2 * pad).toFixed(1),
          rx: 4,
        });
      node.append(rect("d-hit", Math.max(2, (24 - (b - t)) / 2)), rect("d-ring", 3));
      const times = [];
      mark.group.parts.forEach(([type, look, n], k) => {
        const [cx, cy] = [spot.centres[k][0] - x, spot.centres[k][1] - y];
        node.append(...this.symbol(type, look, cx, cy, rim));
        this.record("symbol", mark, "", durand.FILLS[look], spot.centres[k], this.around(spot.centres[k]), type);
        const { text } = mark.counts[k];
        if (!text) return;
        const at = spot.symbols[0] + mark.counts[k].x;
        times.push(" ", svg("text", { class: "d-times", x: (at - x).toFixed(1), y: (cy + 4.5).toFixed(1), text }));
        this.record(
          "count",
          mark,
          text,
          durand.FILLS[look],
          [at + 8, spot.centres[k][1]],
          [at, spot.centres[k][1] - 6, at + durand.textWidth(text, TIMES), spot.centres[k][1] + 6],
          type
        );
      });
      spot.words.forEach((box, k) => this.nameMark(node, mark, box, (spot.lines || [mark.text])[k], x, y));
      // What is seen stands in the name that is read out, in the same order.
      node.append(...times);
      if (spot.words.length)
        this.record(
          "name",
          mark,
          mark.text,
          "none",
          durand.boxes.middle(durand.boxes.join(spot.words)),
          durand.boxes.join(spot.words),
          undefined,
          spot.words
        );
    },

    nameMark(node, mark, box, text, x, y) {
      const style = this.styleOf(mark);
      const at = {
        x: ((box[0] + box[2]) / 2 - x).toFixed(1),
        y: ((box[1] + box[3]) / 2 + durand.TYPE[style].size * 0.35 - y).toFixed(1),
      };
      node.append(
        svg("text", {
          class: `d-mark-name d-name-${style}`,
          ...at,
          "text-anchor": "middle",
          text: durand.isolate(text),
        }),
        " "
      );
    },

    styleOf: ({ kind }) => (kind === "plotted" ? kind : "tag"),

    around: ([x, y]) => [x - 6, y - 6, x + 6, y + 6],

    symbol(type, look, x, y, rim) {
      const at = `translate(${x.toFixed(1)},${y.toFixed(1)}) scale(${this.size.toFixed(2)})`;
      return [
        svg("path", { class: rim ? "d-outline rim" : "d-outline", d: this.types[type].path, transform: at }),
        svg("path", {
          class: `d-shape d-type-${type} ${durand.LOOK[look]}`,
          d: this.path(type, look),
          transform: at,
          "fill-rule": "evenodd",
        }),
      ];
    },

    label(mark) {
      const { group } = mark;
      const seen = [mark.text, ...mark.counts.map(({ text }) => text)].filter(Boolean).join(" ");
      const said = [seen, ...(group.n > 1 ? [group.head] : [])].filter(Boolean).join(": ");
      return [said, this.source.head(group.first)].join("; ");
    },

    // What was drawn ---------------------------------------------------------------------------------------------

    path(type, look) {
      return (look && this.types[type].hollow) || this.types[type].path;
    },

    glyph(type, look, size) {
      return durand.glyph(this.path(type, look), type, size, look);
    },

    // Geometry and ids are worked out when they are asked for (drawn.js).
    record(kind, mark, text, filled, at, box, type, lines) {
      const { group } = mark;
      this.said.push({
        kind,
        text,
        filled,
        box,
        group,
        type,
        lines: lines || [box],
        level: LEVELS[mark.known ?? mark.level] || "",
        at: this._map.containerPointToLatLng(at),
        area: mark.area,
      });
    },
  });

  Object.assign(durand, { codeOf, leaderCost, priceOf, LEVELS, FAR, FARTHER, COST });
})(window.durand);
