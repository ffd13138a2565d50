// What is known less is written: tags of districts and of provinces, with their symbols in the line of the text.
(function (durand) {
  "use strict";
  const { svg, FAR, FARTHER, COST } = durand;
  const [TOWN, STRETCH, NEAR, , PROVINCE] = durand.LEVELS.keys();
  const TOLD = 4; // marks without room that words below the map tell by their names, at most
  const LEADS = 8; // points of a province that its tag is led back to, at most
  const TAG_GAP = 5; // px between the words of a tag and its symbols

  durand.Events.include({
    // Tags with a spot in the plan there; others where there is room, else with their province.
    writeTags(marks, crowd) {
      const joined = this.byProvince(this.left);
      this.left = [];
      const late = [];
      const { plan } = this;
      const alone = ({ level, key }) =>
        level < PROVINCE && !plan.joined.has(key) && (!crowd || plan.spots.has(key));
      for (const mark of marks) {
        if (mark.level === STRETCH) {
          if (this.drawStretch(mark)) continue;
        } else if (alone(mark)) {
          if (mark.tint) this.drawTint(mark);
          if (!mark.pointed || !this.seen(mark)) continue;
          if (this.writeTag(mark)) continue;
          late.push(mark);
          continue;
        } else if (mark.level < PROVINCE && mark.pointed && !this.seen(mark)) continue;
        hold(joined, mark);
      }
      for (const mark of late) if (!this.writeTag(mark, FAR + 16, FARTHER)) hold(joined, mark);
      for (const held of joined.values()) this.countJoined(held);
      for (const [code, held] of [...joined].sort((a, b) => b[1].length - a[1].length)) this.writeProvince(code, held);
    },

    byProvince(marks) {
      const joined = new Map();
      for (const mark of marks) hold(joined, mark);
      return joined;
    },

    // A town has its point in the view; of what is known less the middle may lie a little outside.
    seen(mark, size = this.placer.size) {
      if (mark.level === 0) return this.within(mark, size);
      return mark.x > -20 && mark.y > -10 && mark.x < size.x + 20 && mark.y < size.y + 10;
    },

    // The forms of a tag: words and symbols in one line, or the symbols under the words on one line or two. Towards
    // the line stand the symbols.
    sizeTag(mark) {
      mark.kind = mark.known === TOWN ? "plotted" : "written";
      const row = this.row(mark.group.parts);
      const style = durand.TYPE[this.styleOf(mark)];
      const high = Math.max(row.height, style.size + 3);
      const wide = (text) => durand.textWidth(text, style);
      const inLine = (flip) => {
        const [words, symbols] = [wide(mark.text), row.width];
        const left = flip ? symbols + TAG_GAP : 0;
        const at = flip ? 0 : words + TAG_GAP;
        return { lines: [mark.text], words: [[left, 0, left + words, high]], symbols: [at, 0, at + symbols, high] };
      };
      const under = (lines, flip) => {
        const step = style.size + 2;
        const words = lines.map((text, k) => {
          const left = flip ? 0 : row.width - wide(text);
          return [left, (k - lines.length) * step, left + wide(text), high + (k - lines.length) * step];
        });
        return { lines, words, symbols: [0, 0, row.width, high] };
      };
      const flips = mark.side === "PK" ? [true, false] : [false, true];
      const halves = durand.halves(mark.text, mark.level === NEAR ? mark.name : "");
      const forms = [...flips.map(inLine), ...flips.map((flip) => under([mark.text], flip))];
      if (halves) forms.push(...flips.map((flip) => under(halves, flip)));
      return Object.assign(mark, row, { forms });
    },

    writeTag(mark, from = 0, far = FAR + 16) {
      const tag = this.tagOf(mark, from, far);
      const spot = this.spotFor(mark, this.placer.writes(tag));
      if (spot) this.addTag(mark, spot);
      return Boolean(spot);
    },

    // A tag with its words, and how far from its place it may stand.
    tagOf(mark, from = 0, far = FAR + 16) {
      mark.text = mark.tag;
      this.sizeTag(mark);
      const metres = this._map.durandMetres(mark.lat);
      const reach = mark.radius / metres;
      // Beside a point, or off the line, a reader takes fewer pixels for another place.
      const least = mark.either || mark.known === TOWN ? 13 : 26;
      return { ...mark, from, reach: Math.max(reach, least), far: Math.max(far, reach), own: Boolean(mark.adm1) };
    },

    addTag(mark, spot) {
      this.placed.set(mark.key, spot);
      const [x, y] = [(spot.symbols[0] + spot.symbols[2]) / 2, (spot.symbols[1] + spot.symbols[3]) / 2];
      const node = svg("g", { class: `d-tag d-type-${mark.group.look}`, transform: this.move(x, y) });
      this.lead(node, mark, spot, x, y);
      this.dressMark(node, mark, spot, x, y, false);
      this.addItem(node, mark.group, x, y, true, this.label(mark));
    },

    // Beside its province on the same side, led back to a point of it: to the middle, or to one of others.
    *besideProvince(mark, spots) {
      const own = mark.reach ? [[mark.x, mark.y]] : spots;
      for (const far of [FARTHER, 1.75 * FARTHER]) {
        for (let k = 0; k < own.length; k += Math.ceil(own.length / LEADS)) {
          const [x, y] = own[k];
          // What stands there already would be taken for what is led.
          if (!mark.reach && !this.placer.symbols.free(durand.boxes.footOf([[x, y]]))) continue;
          yield* this.placer.writes({ ...mark, x, y, adm1: "", own: false, from: mark.reach ? FAR : 12, reach: 0, far });
        }
      }
    },

    // The tag of a province, a country, or the part of the map in between, of all that is known to it alone or found
    // no room of its own, and one place under its own tag; the points of the view at which it may stand, amid its
    // places; and those that lie apart from the others, which it can't hold.
    provinceOf(code, all) {
      // Near the middle of the places that it holds, so that none seems to lie where nothing happened.
      const seats = all.filter((one) => one.level < PROVINCE && one.pointed);
      const sum = (of) => seats.reduce((total, one) => total + of(one) * one.group.n, 0);
      // Where all are joined, for a crowd, none is told.
      const bound = this.tells() ? FAR : Infinity;
      const apart = [];
      let from;
      const off = ({ x, y }) => Math.hypot(x - from[0], y - from[1]);
      for (;;) {
        const n = sum(() => 1);
        from = n && [sum(({ x }) => x) / n, sum(({ y }) => y) / n];
        const [last] = seats.sort((a, b) => off(b) - off(a));
        if (!last || off(last) <= bound) break;
        apart.push(seats.shift());
      }
      const held = all.filter((one) => !apart.includes(one));
      const own = held.find((mark) => mark.level >= PROVINCE);
      const alone = !held[1] && !own && held[0].pointed;
      const name = this.source.plan.names[code];
      const mark = {
        ...held[0],
        ...own,
        level: PROVINCE,
        known: alone ? held[0].level : PROVINCE,
        key: `tag ${code}`,
        group: durand.Group.union(held.map((one) => one.group)),
        side: code.slice(0, 2),
        adm1: code.includes("-") ? code : "",
      };
      if (held[1]) mark.tag = !name ? "" : durand.say(this.words, "tag several places", { name });
      Object.assign(mark, this.tagOf(mark));
      // A tag of many places belongs to all the ground, one of a place is led back to that.
      if (!alone) Object.assign(mark, { reach: 0, either: false });
      if (!seats[0] && own && own.pointed) from = [own.x, own.y];
      const near = ([x, y]) => !seats[0] || off({ x, y }) <= bound;
      const spots = mark.text && this.ground ? this.ground.spots(code, from).filter(near) : [];
      // A province of few pixels is led to from beside it.
      const inView = held.find((one) => one.pointed && this.within(one));
      if (!spots.length && mark.text && this.ground && inView) spots.push([inView.x, inView.y]);
      if (spots.length && !alone) Object.assign(mark, { pointed: true, x: spots[0][0], y: spots[0][1] });
      return { mark, spots, held, apart };
    },

    // What has no room is told in words by its own name, where that is little; else it is counted.
    tell(marks, key) {
      for (const mark of marks) {
        this.trouble.push([key || mark.key, this.priceOfWords([mark], this.roomless)]);
        if (!this.mayTell(mark, this.roomless++)) this.unplaced.push(mark.group);
        // Words that the first view may do without take no room from it.
        else if (this.searching || !this.hasty) this.stretches.push(mark);
      }
    },

    tells() {
      return this.told && !this.plan.crowd;
    },

    mayTell({ tag }, before) {
      return this.tells() && tag && before < TOLD;
    },

    priceOfWords(marks, before = 0) {
      const each = (mark, k) => (this.mayTell(mark, before + k) ? COST.told : COST.hidden);
      return marks.reduce((sum, mark, k) => sum + each(mark, k) * mark.group.n, 0);
    },

    *provinceSpots(mark, spots) {
      yield* this.placer.provinces(mark, spots);
      yield* this.besideProvince(mark, spots);
    },

    writeProvince(code, all) {
      const { mark, spots, held, apart } = this.provinceOf(code, all);
      this.tell(apart);
      // Never two tags of one province.
      const twice = this.placer.tagged.has(code);
      const found = spots.length && !twice ? this.spotFor(mark, this.provinceSpots(mark, spots)) : null;
      // Words are nearer than what is led to from far off.
      if (found && durand.leaderCost(found.leader) < this.priceOfWords(held, this.roomless)) {
        this.placer.tagged.add(code);
        this.addTag(mark, found);
      } else this.tell(held, twice ? "" : mark.key);
    },
  });

  function hold(joined, mark) {
    const key = durand.codeOf(mark);
    if (!joined.has(key)) joined.set(key, []);
    joined.get(key).push(mark);
  }
})(window.durand);
