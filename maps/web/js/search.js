// A spot for every mark at once. What finds none pushes out what weighs less, which looks for another (ejection chains,
// F. Glover, 1996); what is left without grows heavier, until the search leaves a minimum that is none (P. Morris, The
// breakout method for escaping from local minima, 1993).
(function (durand) {
  "use strict";
  const RINGS = [
    [45, 1, 2],
    [80, 3, 1],
    [Infinity, 4, 1],
  ]; // px from the point of a mark; of how many places one is looked at; with how many names or lines of words
  const MOST = 160; // spots looked at for a mark
  const WIDE = 120; // the same for the tag of a province
  const TURNS = 200; // descents
  const STEPS = 8; // on the whole, for each mark
  const PATIENCE = 12; // descents in which nothing became better
  const SPARE = 450; // descents without a gain, among all marks, for which there is time where these are few
  const STUCK = 4; // descents without a gain after which all marks look anew
  const PUSHED = 0.3; // of its weight that a mark gains each time
  const CORNER = 60; // what the next form of one spot is behind the one before, in ranks
  const LED = 8; // px: a leader at all, in px of leader
  const ASIDE = 8; // px of leader, for a name that is in no line with its symbols: level with them that of another may be read
  const SLACK = 24; // px round a spot in which others can disturb it
  const BETWEEN = 4; // px between two leaders
  const ALIKE = 6; // px between two places that may stand in any order
  const ROOM = 6; // px of clear room under a row, and over it
  const TIGHT = 15; // px of leader, for a row without it
  const TURNED = 40; // px of leader, for each step of the cosine

  const FEW_STEPS = 2; // of a search in which most marks stand already, for each mark
  const HALF = 0.5; // of the districts of a province: where more find no room, all are joined
  const ALSO = 65; // px of leader that a tag weighs more than words
  const JOINS = 12; // times that what found no room is joined with its province
  const [TOWN, STRETCH, , , PROVINCE] = durand.LEVELS.keys();

  const { FARTHER, priceOf } = durand;
  const { grown, join, middle, nearest } = durand.boxes;

  // What is known to no province has no tag to go to.
  const mayJoin = ({ level, adm1 }) => level < PROVINCE && Boolean(adm1);

  // Whether a straight way meets a box: asked most often of all, so nothing is made here. What bounds the way lies over the
  // box, and the box's corners are not all on one side of it (S. Gottschalk, Separating axis theorem, 1996).
  const meets = ([[ax, ay], [bx, by]], [l, t, r, b]) => {
    if (Math.max(ax, bx) < l || Math.min(ax, bx) > r || Math.max(ay, by) < t || Math.min(ay, by) > b) return false;
    const [dx, dy] = [bx - ax, by - ay];
    return Math.abs(dx * (t + b - 2 * ay) - dy * (l + r - 2 * ax)) <= Math.abs(dx) * (b - t) + Math.abs(dy) * (r - l);
  };

  // Near its point every place with some forms, farther off some places with one.
  const sparse = () => {
    let places = 0;
    return (away) => {
      const [, each, most] = RINGS.find(([to]) => away <= to);
      return places++ % each ? 0 : most;
    };
  };

  const level = ([, t, , b], [, top, , bottom]) => Math.abs(t + b - top - bottom) < b - t;

  const toWay = ([px, py], [[ax, ay], [bx, by]]) => {
    const [dx, dy] = [bx - ax, by - ay];
    const t = Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(px - ax - t * dx, py - ay - t * dy);
  };

  // Whether two ways cross, or one's end comes near the other.
  const tooNear = (way, other) => {
    const [[a, b], [c, d]] = [way, other];
    const turn = (p, q, r) => (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
    if (turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0) return true;
    return [a, b].some((end) => toWay(end, other) < BETWEEN) || [c, d].some((end) => toWay(end, way) < BETWEEN);
  };

  // What it costs that two places that lie apart have their symbols the other way round, or turned by much.
  const turned = (a, b) => {
    if (!a.from || !b.from) return 0;
    const [x, y] = [b.from[0] - a.from[0], b.from[1] - a.from[1]];
    const [u, v] = [b.to[0] - a.to[0], b.to[1] - a.to[1]];
    const length = Math.hypot(x, y);
    return length > ALIKE ? TURNED * Math.max(0, 0.5 - (x * u + y * v) / (length * Math.hypot(u, v) || 1)) : 0;
  };

  const through = ({ spot: { leader } }, { off, round }) =>
    Boolean(leader) &&
    (off.some((box) => meets(leader, box)) || round.some((box) => meets([leader[0], leader[0]], box)));

  durand.Search = class {
    constructor(placer) {
      this.placer = placer;
      this.lists = new Map(); // spots by the key of a mark and its events
      this.again();
    }

    // Without marks, for another choice of them: the spots that were found stay known, and those that are given taken.
    again(taken = new Map()) {
      this.marks = [];
      this.taken = taken;
    }

    // A mark with its weight, and the spots that the ground allows it.
    add(mark, weight, spots) {
      const key = [mark.key, mark.width, mark.height, mark.x, mark.y].join();
      if (!this.lists.has(key)) this.lists.set(key, this.listed(mark, spots));
      const own = this.lists.get(key);
      const at = this.taken.get(mark.key);
      this.marks.push({ mark, weight, strength: weight, spots: own, at: own.includes(at) ? at : null });
    }

    listed(mark, spots) {
      const own = [];
      let last = "";
      let forms = 0;
      for (const spot of spots) {
        const at = middle(spot.symbols);
        const key = at.join();
        forms = key === last ? forms + 1 : 0;
        last = key;
        const [x, y] = nearest(spot.symbols, [mark.x, mark.y]);
        const off = Math.hypot(x - mark.x, y - mark.y);
        own.push(this.known(mark, spot, off, own.length + CORNER * forms));
        if (own.length >= (mark.level >= PROVINCE ? WIDE : MOST)) break;
      }
      return own.sort((a, b) => a.price - b.price);
    }

    known(mark, spot, off, rank) {
      const { gaps } = this.placer;
      const aside = spot.words.length && !level(spot.symbols, join(spot.words)) ? ASIDE : 0;
      const price = 0.15 * off + 0.02 * rank + durand.leaderCost(spot.leader) + (spot.leader ? LED : 0) + aside;
      const boxes = [spot.symbols, ...spot.words];
      return {
        spot,
        price,
        // What may stand anywhere in its area keeps its order only where it is led.
        from: (mark.level === TOWN || spot.leader) && [mark.x, mark.y],
        to: middle(spot.symbols),
        symbols: grown(spot.symbols, gaps.symbols, gaps.under),
        wide: grown(spot.symbols, gaps.symbols, ROOM),
        beside: spot.words.map((word) => grown(word, gaps.name, 1)),
        apart: spot.words.map((word) => grown(word, gaps.words, 1)),
        off: boxes.map((box) => grown(box, gaps.leader + 1, 2)),
        round: spot.words.map((box) => grown(box, gaps.leader + 1, gaps.leader + 1)),
        hull: grown(join(spot.leader ? [...boxes, [...spot.leader[0], ...spot.leader[0]]] : boxes), SLACK, 8),
      };
    }

    // Whether two marks may not stand so at once.
    clash(a, b) {
      const { over } = durand;
      if (!over(a.hull, b.hull)) return false;
      if (over(a.symbols, b.spot.symbols)) return true;
      for (const word of a.beside) if (over(word, b.spot.symbols)) return true;
      for (const word of b.beside) if (over(word, a.spot.symbols)) return true;
      for (const word of a.apart) for (const other of b.spot.words) if (over(word, other)) return true;
      return through(a, b) || through(b, a) || Boolean(a.spot.leader && b.spot.leader && tooNear(a.spot.leader, b.spot.leader));
    }

    // What two marks that may stand so cost besides.
    pair(a, b) {
      if (!durand.over(a.hull, b.hull)) return 0;
      return turned(a, b) + (durand.over(a.wide, b.spot.symbols) ? TIGHT : 0);
    }

    // What a spot of a mark costs with the others as they stand, half of it for a pair that both pay.
    whole(one, spot, part = 1) {
      return one.others.reduce((sum, { at }) => sum + (at ? part * this.pair(spot, at) : 0), spot.price);
    }

    // The cheapest spot of a mark, with what it costs those that must leave.
    cheapest(one) {
      let best = { price: Infinity };
      for (const spot of one.spots) {
        if (spot.price >= best.price) break;
        let { price } = spot;
        const out = [];
        for (const other of one.others) {
          if (!other.at) continue;
          if (this.clash(spot, other.at)) {
            price += other.strength - other.at.price;
            out.push(other);
          } else price += this.pair(spot, other.at);
          if (price >= best.price) break;
        }
        if (price < best.price) best = { price, spot, out };
      }
      return best;
    }

    cost() {
      return this.marks.reduce((sum, one) => sum + (one.at ? this.whole(one, one.at, 0.5) : one.weight), 0);
    }

    // The spots taken by the key of a mark, and the marks that found none: the best of several descents, before each of
    // which what was left without has grown heavier.
    run(each = STEPS) {
      let least = { cost: Infinity };
      this.meet();
      this.seed = 1 + this.marks.length;
      const spare = Math.floor(SPARE / this.marks.length);
      this.steps = Math.max(10 * spare, each * this.marks.length);
      for (let turn = 0; turn < TURNS; turn++) {
        this.descend();
        this.better();
        const cost = this.cost();
        if (cost < least.cost) least = { cost, turn, at: this.marks.map(({ at }) => at) };
        const lost = this.marks.filter(({ at }) => !at);
        if (turn - least.turn > (lost.length ? Math.max(PATIENCE, spare) : spare) || this.steps <= 0) break;
        for (const one of lost) one.strength *= 1 + PUSHED;
        // Where nothing has become better for a while some marks, by chance, look anew, in another order.
        if ((turn - least.turn) % STUCK === STUCK - 1)
          for (const one of this.marks) {
            one.strength = one.weight * (0.5 + this.chance());
            if (this.chance() < 0.5) one.at = null;
          }
      }
      this.marks.forEach((one, k) => Object.assign(one, { at: least.at[k] }));
      const taken = new Map(this.marks.filter(({ at }) => at).map(({ mark, at }) => [mark.key, at]));
      return { cost: least.cost, taken, lost: this.marks.filter(({ at }) => !at).map(({ mark }) => mark) };
    }

    // Which marks can be in each other's way at all.
    meet() {
      const some = this.marks.filter(({ spots }) => spots.length);
      for (const one of this.marks) one.others = [];
      for (const one of some) one.hull = join(one.spots.map(({ hull }) => hull));
      some.forEach((one, k) => {
        for (const other of some.slice(k + 1)) {
          if (!durand.over(one.hull, other.hull)) continue;
          one.others.push(other);
          other.others.push(one);
        }
      });
    }

    // Numbers from 0 to 1 that are the same for the same marks (S. K. Park and K. W. Miller, 1988).
    chance() {
      this.seed = (this.seed * 16807) % 2147483647;
      return this.seed / 2147483647;
    }

    // Each mark without a spot takes one if it weighs more than what must leave, which looks for another then: the sum of
    // what is left without falls with each step.
    descend() {
      const few = (one) => one.strength / (one.spots.length + 1);
      const queue = this.marks.filter(({ at }) => !at).sort((a, b) => few(b) - few(a));
      for (; queue.length && this.steps > 0; this.steps--) {
        const one = queue.shift();
        const { price, spot, out } = this.cheapest(one);
        if (!spot || price >= one.strength) continue;
        one.at = spot;
        for (const other of out) other.at = null;
        queue.push(...out);
      }
    }

    // What stands moves to a cheaper spot that is free, and what has none takes one that has become free.
    better() {
      for (const one of this.marks) {
        let least = one.at ? this.whole(one, one.at) : one.weight;
        for (const spot of one.spots) {
          if (spot.price >= least) break;
          if (one.others.some((other) => other.at && this.clash(spot, other.at))) continue;
          const price = this.whole(one, spot);
          if (price >= least) continue;
          least = price;
          one.at = spot;
        }
      }
    }
  };

  durand.Events.include({
    // A plan with spots for all marks at once (search.js).
    findSpots(plotted, tags) {
      this.placer.wanted.clear();
      const towns = plotted.filter((mark) => this.within(mark));
      const may = (mark) => (mark.level === STRETCH ? this.shapes[mark.area] && !this.isLong(mark) : this.seen(mark));
      const areas = tags.filter((mark) => mark.level < PROVINCE && mark.pointed && may(mark));
      const wide = tags.filter((mark) => mark.level >= PROVINCE);
      const all = [...towns, ...areas];
      const tried = (joined, taken, steps) => this.tryJoined({ all, wide, joined, taken, search, steps });
      const search = new durand.Search(this.placer);
      let best = this.joinMore(all, tried);
      // Where even so something is without room: all joined.
      if (best.lost.length) {
        const whole = tried(new Set(all.filter(mayJoin).map(({ key }) => key)), new Map());
        if (whole.cost < best.cost) best = whole;
      }
      best = this.partAgain(all, tried, best);
      const spots = new Map([...best.taken].map(([key, { spot }]) => [key, spot]));
      return { order: [], crowd: false, joined: best.joined, spots, corner: this.corner };
    },

    // Each mark by itself first; where some find no room, they go with their provinces.
    joinMore(all, tried) {
      let best = { cost: Infinity };
      let plan = { joined: new Set(), taken: new Map() };
      for (let round = 0; round < JOINS; round++) {
        plan = tried(plan.joined, plan.taken);
        if (plan.cost < best.cost) best = plan;
        const without = plan.lost.filter(mayJoin);
        if (!without.length) break;
        plan.joined = new Set([...plan.joined, ...this.worst(without, all, round).map(({ key }) => key)]);
      }
      return best;
    },

    // What was joined may have found room since: towns one by one, the districts of a province together; then what is told
    // in words. What found none even so is joined, and what may be in the place of a row that is led.
    partAgain(all, tried, found) {
      let best = found;
      const attempt = (marks, joins, steps = FEW_STEPS) => {
        const out = new Set(marks.map(({ key }) => key));
        const one = tried(new Set([...best.joined, ...joins].filter((key) => !out.has(key))), best.taken, steps);
        if (one.cost < best.cost) best = one;
      };
      const held = all.filter(({ key }) => found.joined.has(key));
      const alone = held.filter(({ level }) => level === TOWN).sort((a, b) => b.group.n - a.group.n);
      const together = this.byProvince(held.filter(({ level }) => level !== TOWN)).values();
      for (const marks of [...alone.map((mark) => [mark]), ...together]) attempt(marks, []);
      for (const mark of best.told) if (best.joined.has(mark.key)) attempt([mark], [], STEPS);
      for (const mark of all.filter(mayJoin)) {
        const row = best.taken.get(this.tagKey(mark));
        if (!best.joined.has(mark.key) && (best.lost.includes(mark) || (row && row.spot.leader))) attempt([], [mark.key]);
      }
      return best;
    },

    // Spots for all marks but those that are joined with their provinces, and what they cost with these.
    tryJoined({ all, wide, joined, taken, search, steps }) {
      search.again(taken);
      const told = [];
      for (const [code, marks] of this.byProvince([...wide, ...all.filter(({ key }) => joined.has(key))])) {
        const { mark, spots, held, apart } = this.provinceOf(code, marks);
        const own = this.provinceSpots({ ...mark, looks: sparse() }, spots);
        told.push(...apart);
        if (!spots.length) told.push(...held);
        else search.add(Object.assign(mark, { held }), this.priceOfWords(held) + ALSO * mark.group.n, own);
      }
      for (const mark of all.filter(({ key }) => !joined.has(key))) {
        // A stretch without room is told in words that say all.
        search.add(mark, priceOf(mark) + (mark.level === STRETCH ? 0 : this.priceOfWords([mark])), this.spotsFor(mark));
      }
      const found = search.run(steps);
      const sum = (marks, each) => marks.reduce((price, mark) => price + each(mark), 0);
      const cost =
        found.cost +
        this.priceOfWords(told) +
        sum(all, (mark) => (joined.has(mark.key) ? priceOf(mark) : 0)) -
        sum(found.lost, ({ held, group }) => (held ? ALSO * group.n : 0));
      told.push(...found.lost.flatMap(({ held }) => held || []));
      return { joined, told, taken: found.taken, lost: found.lost, cost };
    },

    // What is joined next: all that is known to districts of the two provinces that most of it found no room in, and the
    // towns that found none there; where the rest is scattered, the half that asks for most; in the last rounds all.
    worst(lost, all, round) {
      if (round >= JOINS - 2) return lost;
      const held = this.byProvince(all.filter(({ level }) => level !== TOWN));
      const areas = (marks) => marks.filter(({ level }) => level !== TOWN).length;
      const full = [...this.byProvince(lost)]
        .map(([code, marks]) => [code, marks, areas(marks) / areas(held.get(code) || [])])
        .filter(([, , share]) => share >= HALF)
        .sort((a, b) => b[2] * b[1].length - a[2] * a[1].length)
        .slice(0, 2);
      // What lies too far from all of them for one tag stays by itself.
      const near = (one) => (other) => Math.hypot(one.x - other.x, one.y - other.y) < FARTHER;
      const beside = (marks, one) => marks.some(near(one));
      if (full.length) return full.flatMap(([code, marks]) => [...marks, ...(held.get(code) || []).filter((one) => beside(marks, one))]);
      const wide = ({ width, nameWidth }) => width + (nameWidth || 0);
      return lost.sort((a, b) => wide(b) - wide(a)).slice(0, Math.ceil(lost.length / 2));
    },

    spotsFor(mark) {
      if (mark.level === TOWN) return this.townSpots(mark);
      const tag = { ...this.tagOf(mark, 0, FARTHER), looks: sparse() };
      return mark.level === STRETCH ? this.stretchSpots(tag) : this.placer.writes(tag);
    },

    *townSpots(mark) {
      yield* this.placer.cities(mark);
      yield* this.placer.plots({ ...mark, far: FARTHER, looks: sparse() });
    },
  });
})(window.durand);
