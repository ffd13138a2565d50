// Where marks stand: each group's symbols and name as one, tried at spot after spot until nothing is in the way.
//
// Hard rules: own side of the line, own province where it can be, no leader over the line or a name, a gap of two
// symbols to the name of another place. What finds no room is left to its province (marks.js).
(function (durand) {
  "use strict";
  const CLEAR = 3; // px from the middle of a symbol to the line
  const TURNS = Array.from({ length: 16 }, (_, k) => ((k % 2 ? 1 : -1) * Math.ceil(k / 2) * Math.PI) / 8);
  const FOOT = 3; // steps of 3 px at its foot on which a leader may lie under a neighbour
  const APART = 10; // px between symbols of different places that stand level, besides the gap within a row
  const UNDER = 2; // the same where one stands under the other
  const EDGE = 3; // px that stay free along the frame
  const NEAR = 45; // px from its point that a symbol of a row may stand without a leader, where the place is narrow
  const SEEN = 24; // px of the radius of a place from which on that is all
  const CITY = 4; // rows of symbols within the radius of a town from which it is seen as a city
  const OFF_LINE = 3; // px between a mark and the line
  const BY_LEADER = 6; // px between a leader and the symbols and words of others
  const BY_FOOT = 5; // the same round the dot at its foot, which a name beside it would claim
  const AROUND = [[0, 0], [3, 0], [-3, 0], [0, 3], [0, -3]]; // px round the middle of a symbol that are in its province

  const grown = ([l, t, r, b], x, y) => [l - x, t - y, r + x, b + y];
  const moved = ([l, t, r, b], x, y) => [l + x, t + y, r + x, b + y];
  const join = (boxes) => [
    Math.min(...boxes.map((b) => b[0])),
    Math.min(...boxes.map((b) => b[1])),
    Math.max(...boxes.map((b) => b[2])),
    Math.max(...boxes.map((b) => b[3])),
  ];
  const middle = ([l, t, r, b]) => [(l + r) / 2, (t + b) / 2];

  // The point of a box that is nearest to another point.
  const nearest = ([l, t, r, b], [x, y]) => [Math.max(l, Math.min(r, x)), Math.max(t, Math.min(b, y))];

  // Middles of the symbols of a mark whose box stands somewhere.
  const middles = ({ centres }, [l, t, , b]) => centres.map(([x, y]) => [l + x, (t + b) / 2 + y]);

  const boxAt = ([x, y], width, height) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];

  const footOf = ([at], px = BY_FOOT + 0.5) => boxAt(at, 2 * px, 2 * px);

  // Points of a straight way, some pixels apart.
  const steps = ([ax, ay], [bx, by], px) => {
    const n = Math.ceil(Math.hypot(bx - ax, by - ay) / px);
    return Array.from({ length: n + 1 }, (_, k) => [ax + ((bx - ax) * k) / (n || 1), ay + ((by - ay) * k) / (n || 1)]);
  };

  // Whether a leader runs through a box.
  const runsThrough = ([from, to], [l, t, r, b]) => steps(from, to, 3).some(([x, y]) => x > l && x < r && y > t && y < b);

  durand.Placer = class {
    // `gap`: px from a symbol to the name of another place; `over`: boxes of controls, which lie over the map; `kept`: of
    // more of them.
    constructor(ground, size, gap, over, kept = []) {
      Object.assign(this, { ground, size, gap });
      this.symbols = new durand.Room();
      this.names = new durand.Room();
      this.leaders = new durand.Room();
      this.feet = new durand.Room();
      this.over = new durand.Room(over);
      this.held = new durand.Room([...over, ...kept]);
      this.named = new Map(); // where places are named already
      this.tagged = new Set(); // provinces whose name stands in a tag
      this.calls = []; // where marks are still to come
      this.wanted = new Map(); // places whose symbols are still to come, by key
      this.gaps = { symbols: APART, under: UNDER, name: gap, words: 5, wanted: gap * 0.6, leader: BY_LEADER };
      this.view = [EDGE, EDGE, size.x - EDGE, size.y - EDGE];
    }

    inView(box) {
      return box[0] >= this.view[0] && box[1] >= this.view[1] && box[2] <= this.view[2] && box[3] <= this.view[3];
    }

    // Whether a box of symbols and boxes of words may stand where they are.
    fits(symbols, words, key) {
      for (const box of symbols ? [symbols, ...words] : words)
        if (
          !this.inView(box) ||
          !this.held.free(box) ||
          !this.leaders.free(grown(box, BY_LEADER, 1)) ||
          !this.feet.free(grown(box, box === symbols ? 0 : BY_FOOT, box === symbols ? 0 : BY_FOOT))
        )
          return false;
      if (symbols) {
        if (!this.symbols.free(grown(symbols, APART, UNDER)) || !this.names.free(grown(symbols, this.gap, 1))) return false;
        for (const [other, box] of this.wanted)
          if (other !== key && durand.over(grown(symbols, APART, UNDER), box)) return false;
      }
      for (const box of words) {
        if (!this.symbols.free(grown(box, this.gap, 1)) || !this.names.free(grown(box, 5, 1))) return false;
        for (const [other, held] of this.wanted)
          if (other !== key && durand.over(grown(box, this.gaps.wanted, 0), held)) return false;
      }
      return true;
    }

    // Whether both lie on the side, and the middles of the symbols in the province, if those are given.
    onGround(symbols, words, { side, adm1, centres }) {
      const { ground } = this;
      if (!ground) return true;
      for (const box of symbols ? [symbols, ...words] : words)
        if (!ground.clear(grown(box, OFF_LINE, OFF_LINE), side)) return false;
      // The line of the view is simplified: so near to it a point may lie beyond.
      const beyond = ([x, y]) => !ground.clear([x - CLEAR, y - CLEAR, x + CLEAR, y + CLEAR], side);
      if (side && centres.some(beyond)) return false;
      // The provinces of the view are simplified, too.
      const within = ([x, y]) => AROUND.every(([dx, dy]) => ground.unit(x + dx, y + dy) === adm1);
      return !adm1 || centres.every(within);
    }

    leaderFree(from, to, skip) {
      const foot = footOf([from]);
      if (!this.names.free(foot) || !this.over.free(foot) || this.ground?.crosses(from, to, skip)) return false;
      return steps(from, to, 3)
        .slice(FOOT, -1)
        .every((at) => {
          const box = boxAt(at, 4, 4);
          return this.names.free(box) && this.symbols.free(boxAt(at, 2, 2)) && this.leaders.free(box);
        });
    }

    take(symbols, words, leader) {
      if (symbols) this.symbols.take(symbols);
      this.names.take(...words);
      if (!leader) return;
      this.leaders.take(...steps(...leader, 4).map((at) => boxAt(at, 2, 2)));
      this.feet.take(footOf(leader, 0.5));
    }

    // Spots of a row of symbols round its own point: on it, or with an end on it, or off it with a leader; what reaches
    // far beyond the place has a leader always.
    rows({ x, y, width, height, reach, far, from, off }) {
      const half = width / 2;
      const most = durand.nearOf(reach);
      const led = from || off > most;
      const own = led ? [] : [[0, 0]];
      if (!led && width > height * 1.5 && width - height <= most) own.push([half - height / 2, 0], [height / 2 - half, 0]);
      for (const step of [0.6, 1.1, 1.8]) {
        if (led || reach < height * step) break;
        for (const turn of TURNS) own.push([Math.cos(turn) * height * step, Math.sin(turn) * height * step]);
      }
      const spots = own.map(([dx, dy]) => ({ at: [x + dx, y + dy], away: 0 }));
      for (let away = from || height * 0.9; away <= far; away += 9) {
        for (const turn of TURNS) {
          const flat = Math.abs(Math.cos(turn));
          const at = [x + Math.cos(turn) * (away + half * flat), y + Math.sin(turn) * (away + height * 0.5)];
          spots.push({ at, away, led: true });
        }
      }
      return spots;
    }

    // Whether a point may be the middle of a mark: the first question, since it is the cheapest.
    may([x, y], side, adm1) {
      if (!this.ground) return true;
      const code = this.ground.unit(x, y);
      return adm1 ? code === adm1 : !side || code.slice(0, 2) === side;
    }

    // The best spot for the symbols and the name of what is plotted, or nothing.
    plot(mark) {
      return this.first(this.plots(mark));
    }

    first(spots) {
      for (const spot of spots) return this.keep(spot);
      return null;
    }

    // Spots for symbols and name of what is plotted, the best first: in its province, else on its side.
    *plots(mark) {
      if (mark.adm1) yield* this.plotsIn(mark);
      yield* this.plotsIn({ ...mark, adm1: "", abroad: mark.adm1 });
    }

    *plotsIn(mark) {
      const { x, y, width, height, nameWidth, nameHeight } = mark;
      for (const { at, away, led } of this.rows(mark)) {
        // In another province it is led back to its place.
        if (mark.abroad && !led && (mark.centres.length > 1 || at[0] !== x || at[1] !== y)) continue;
        const symbols = boxAt(at, width, height);
        const centres = middles(mark, symbols);
        // One symbol on its own point stands where it is, however near to the line.
        const exact = at[0] === x && at[1] === y && mark.centres.length === 1;
        if (!exact && !this.may(at, mark.side, mark.adm1)) continue;
        let left = mark.looks ? mark.looks(away) : Infinity;
        if (!left || !this.fits(symbols, [], mark.key)) continue;
        if (!exact && !this.onGround(symbols, [], { ...mark, centres })) continue;
        const leader = led ? [[x, y], nearest(symbols, [x, y])] : null;
        if (leader && !this.leaderFree(...leader, 8)) continue;
        if (!nameWidth) {
          yield { at, symbols, centres, leader, exact, words: [] };
          continue;
        }
        for (const { box } of this.beside(symbols, nameWidth, nameHeight)) {
          if (
            (leader && runsThrough(leader, box)) ||
            !this.fits(null, [box], mark.key) ||
            !this.onGround(null, [box], { side: mark.side, centres: [] })
          )
            continue;
          yield { at, symbols, centres, leader, exact, words: [box] };
          if (!--left) break;
        }
      }
    }

    // At the scale of a city the symbols stand in a row under its name, and neither marks a spot.
    city(mark) {
      return this.first(this.cities(mark));
    }

    *cities(mark) {
      const { x, width, height, nameWidth, nameHeight, reach, y } = mark;
      if (reach < CITY * height) return;
      const at = [x, y + height * 0.7];
      const symbols = boxAt(at, width, height);
      const box = [x - nameWidth / 2, symbols[1] - nameHeight, x + nameWidth / 2, symbols[1]];
      const centres = middles(mark, symbols);
      if (!this.fits(symbols, [box], mark.key) || !this.onGround(symbols, [box], { ...mark, centres })) return;
      yield { at, symbols, centres, leader: null, words: [box] };
    }

    // A row on its point whatever else is there; off it only where the line would part it.
    onPoint(mark) {
      const { x, y, width, height } = mark;
      const put = (at) => {
        const symbols = boxAt(at, width, height);
        return { at, symbols, centres: middles(mark, symbols), leader: null, words: [] };
      };
      const spots = this.rows({ ...mark, reach: mark.reach || 0, far: 0 }).map(({ at }) => put(at));
      const good =
        mark.centres.length > 1 && spots.find((spot) => this.onGround(null, [], { ...mark, centres: spot.centres }));
      const spot = good || { ...put([x, y]), centres: mark.centres.map(() => [x, y]) };
      this.symbols.take(spot.symbols);
      return spot;
    }

    // Spots for the tag of a province, of those given; that of one place is led back to it.
    *provinces(mark, spots) {
      for (const spot of spots) {
        const away = Math.hypot(spot[0] - mark.x, spot[1] - mark.y);
        yield* this.formsAt(mark, spot, mark.adm1, mark.reach && away > mark.reach, away);
      }
    }

    // Of the forms of a tag those that may stand at a spot, as many as `looks` gives for how far off it is.
    *formsAt(mark, spot, adm1, led, away) {
      let left = mark.looks ? mark.looks(away) : Infinity;
      for (const form of mark.forms) {
        const found = left && this.tag(mark, form, spot, adm1, led);
        if (!found) continue;
        yield found;
        left--;
      }
    }

    // Whether a spot that was found before is free.
    isFree({ symbols, words, leader }, key) {
      return this.fits(symbols, words, key) && (!leader || this.leaderFree(...leader, 8));
    }

    keep(found) {
      this.take(found.symbols, found.words, found.leader);
      return found;
    }

    // Where a name may stand beside a row: right, left, above, below, then the corners.
    beside([l, t, r, b], width, height) {
      const x = (l + r) / 2;
      const y = (t + b) / 2;
      const spot = (left, top, anchor) => ({ box: [left, top, left + width, top + height], anchor });
      return [
        spot(r + 3, y - height / 2, "start"),
        spot(l - 3 - width, y - height / 2, "end"),
        spot(x - width / 2, t - height - 1, "middle"),
        spot(x - width / 2, b + 1, "middle"),
        spot(r + 1, t - height + 3, "start"),
        spot(r + 1, b - 3, "start"),
        spot(l - 1 - width, t - height + 3, "end"),
        spot(l - 1 - width, b - 3, "end"),
        spot(l, t - height - 1, "start"),
        spot(r - width, t - height - 1, "end"),
        spot(l, b + 1, "start"),
        spot(r - width, b + 1, "end"),
      ];
    }

    // Spots for a tag, words and symbols in one: in its own ground, else beside it on the same side.
    *writes(mark) {
      const { x, y, reach, far, own, side, either } = mark;
      const off = ([cx, cy]) => Math.hypot(cx - x, cy - y);
      // What may lie on either side of the line stands on it, or is led to its place.
      const course = !either || !this.ground ? [] : this.ground.course.filter((at) => off(at) < reach);
      for (const at of course.sort((a, b) => off(a) - off(b))) yield* this.onLine(mark, at, 0);
      for (const adm1 of own ? [mark.adm1, ""] : [""]) {
        for (let away = mark.from || 0; away <= far; away += away < 24 ? 6 : 10) {
          for (const turn of away ? TURNS : [0]) {
            const spot = [x + Math.cos(turn) * away, y + Math.sin(turn) * away * 0.8];
            if (!this.may(spot, side, adm1)) continue;
            // Outside its own province a tag is led back to its place.
            yield* this.formsAt(mark, spot, adm1, course.length || away > (own && !adm1 ? 0 : reach), away);
          }
        }
      }
    }

    // Symbols on the line itself, whose side is not known, with their words in one line or two beside them.
    *onLine(mark, [x, y], off) {
      const { width, height, forms } = mark;
      const symbols = boxAt([x, y], width, height);
      if (!this.fits(symbols, [], mark.key)) return;
      const centres = middles(mark, symbols);
      for (const { words, lines } of [forms[0], forms[4]].filter(Boolean)) {
        const [l, t, r, b] = join(words);
        for (const { box } of this.beside(grown(symbols, off, off / 2), r - l, b - t)) {
          if (!this.fits(null, [box], mark.key) || !this.onGround(null, [box], { side: "", centres: [] })) continue;
          const own = words.map((word) => moved(word, box[0] - l, box[1] - t));
          yield { box: join([symbols, box]), symbols, words: own, lines, centres, leader: null };
        }
      }
    }

    // A form of a tag with its symbols at a spot, if it may stand there.
    tag(mark, form, [x, y], adm1, outside) {
      const [dx, dy] = [x - (form.symbols[0] + form.symbols[2]) / 2, y - (form.symbols[1] + form.symbols[3]) / 2];
      const symbols = moved(form.symbols, dx, dy);
      const words = form.words.map((box) => moved(box, dx, dy));
      if (!this.fits(symbols, words, mark.key)) return null;
      const centres = middles(mark, symbols);
      if (!this.onGround(symbols, words, { side: mark.side, adm1, centres })) return null;
      const box = join([symbols, ...words]);
      let leader = null;
      if (outside) {
        const own = [mark.x, mark.y];
        const ends = [symbols, ...words].map((one) => nearest(one, own));
        const off = ([ex, ey]) => Math.hypot(ex - mark.x, ey - mark.y);
        leader = [own, ends.reduce((a, b) => (off(b) < off(a) ? b : a))];
        if (!this.leaderFree(...leader, 8)) return null;
      }
      return { box, symbols, words, lines: form.lines, centres, leader };
    }
  };

  durand.movedSpot = (spot, x, y) => ({
    ...spot,
    at: spot.at && [spot.at[0] + x, spot.at[1] + y],
    symbols: moved(spot.symbols, x, y),
    words: spot.words.map((box) => moved(box, x, y)),
    box: spot.box && moved(spot.box, x, y),
    centres: spot.centres.map(([cx, cy]) => [cx + x, cy + y]),
    leader: spot.leader && spot.leader.map(([lx, ly]) => [lx + x, ly + y]),
  });

  durand.over = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
  Object.assign(durand, { nearOf: (reach) => (reach > SEEN ? reach : NEAR), boxes: { grown, moved, join, middle, nearest, footOf } });
})(window.durand);
