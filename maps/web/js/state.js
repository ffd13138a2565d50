// What of the events is shown: one object that every part of the page reads and follows.
//
// A part calls `state.follow(listener)` and reads `state.mask` (one byte for each event, 1 where shown),
// `state.range` (first and last day, in days since 1970) and `state.selected` (index of an event, or null).
// Columns of an event: from, until, type, verification, place; columns of a place: grain, side, precision and
// the provinces that it may lie in. Two states may filter the same columns, each for a map of its own.
(function (durand) {
  "use strict";
  const GRAINS = 4;
  // One bit for each filter that an event can fail.
  const BIT = { type: 1, verification: 2, grain: 4, side: 8, province: 16, precision: 32, range: 64 };
  const OWN = ["type", "verification"]; // columns of events; the others are of places

  durand.State = class {
    constructor(columns, sizes) {
      this.columns = columns;
      this.n = columns.from.length;
      this.sizes = { grain: GRAINS, ...sizes };
      this.places = columns.grain.length;
      this.fails = new Uint8Array(this.n); // the bits of what each event fails
      this.mask = new Uint8Array(this.n);
      this.crowd = new Int32Array(this.places * this.sizes.type); // events shown, by place and type
      this.selected = null;
      this.listeners = new Set();
      this.span = [Infinity, -Infinity];
      for (let i = 0; i < this.n; i++) {
        if (columns.from[i] < this.span[0]) this.span[0] = columns.from[i];
        if (columns.until[i] > this.span[1]) this.span[1] = columns.until[i];
      }
      if (!this.n) this.span = [0, 0];
      this.off = { type: new Set(), grain: new Set(), verification: new Set(), side: new Set() };
      this.province = null;
      this.precision = null;
      this.range = this.span.slice();
      this.turn = 0; // grows with every change of a filter other than the range
      this.work();
    }

    follow(listener) {
      this.listeners.add(listener);
      return () => this.listeners.delete(listener);
    }

    tell(what) {
      for (const listener of this.listeners) listener(what);
    }

    // Whether a place may lie in a province.
    within(p, province) {
      const { start, within } = this.columns;
      for (let k = start[p]; k < start[p + 1]; k++) if (within[k] === province) return true;
      return false;
    }

    // An event counts in a period if it may have been in it.
    work() {
      const { type, verification, place, from, until, grain, side, precision } = this.columns;
      const table = (kind) =>
        Uint8Array.from({ length: 256 }, (_, value) => (this.off[kind].has(value) ? BIT[kind] : 0));
      const [types, sure, grains, sides] = ["type", "verification", "grain", "side"].map(table);
      const places = new Uint8Array(this.places);
      for (let p = 0; p < places.length; p++) {
        places[p] = grains[grain[p]] | sides[side[p]];
        if (this.province !== null && !this.within(p, this.province)) places[p] |= BIT.province;
        if (this.precision !== null && precision[p] > this.precision) places[p] |= BIT.precision;
      }
      const { fails, mask, crowd, n } = this;
      const kinds = this.sizes.type;
      const [low, high] = this.range;
      crowd.fill(0);
      let [count, mapped] = [0, 0];
      for (let i = 0; i < n; i++) {
        const out =
          types[type[i]] |
          sure[verification[i]] |
          places[place[i]] |
          (from[i] > high || until[i] < low ? BIT.range : 0);
        fails[i] = out;
        mask[i] = out ? 0 : 1;
        if (out) continue;
        count++;
        if (grain[place[i]] < GRAINS - 1) mapped++;
        crowd[place[i] * kinds + type[i]]++;
      }
      Object.assign(this, { count, mapped });
    }

    sift(range) {
      if (!range) this.turn++;
      this.work();
      this.tell("mask");
    }

    toggle(kind, value, on) {
      this.off[kind][on ? "delete" : "add"](value);
      this.sift();
    }

    choose(kind, value) {
      this[kind] = value;
      this.sift();
    }

    setRange(from, until) {
      const [low, high] = this.span;
      const clip = (day) => Math.max(low, Math.min(high, Math.round(day)));
      this.range = [clip(Math.min(from, until)), clip(Math.max(from, until))];
      this.sift(true);
    }

    select(i) {
      if (this.selected === i) return;
      this.selected = i;
      this.tell("selected");
    }

    get filtered() {
      const whole = this.range[0] === this.span[0] && this.range[1] === this.span[1];
      return (
        !whole || this.province !== null || this.precision !== null || Object.values(this.off).some((set) => set.size)
      );
    }

    reset() {
      for (const set of Object.values(this.off)) set.clear();
      this.province = null;
      this.precision = null;
      this.range = this.span.slice();
      this.sift();
    }

    shown() {
      return this.count;
    }

    // Whether an event passes all filters but one.
    passes(i, but) {
      return (this.fails[i] & ~BIT[but]) === 0;
    }

    // Counts by the values of a column among the events of the map that pass all other filters.
    counts(kind) {
      const { fails, n, columns } = this;
      const others = ~BIT[kind];
      const own = OWN.includes(kind);
      const by = own ? columns[kind] : columns.place;
      const tally = new Int32Array(Math.max(256, this.places));
      for (let i = 0; i < n; i++)
        if ((fails[i] & others) === 0 && columns.grain[columns.place[i]] < GRAINS - 1) tally[by[i]]++;
      const out = new Map();
      const add = (value, count) => out.set(value, (out.get(value) || 0) + count);
      for (let k = 0; k < tally.length; k++) {
        if (!tally[k]) continue;
        if (own) add(k, tally[k]);
        else if (kind !== "province") add(columns[kind][k], tally[k]);
        else for (let j = columns.start[k]; j < columns.start[k + 1]; j++) add(columns.within[j], tally[k]);
      }
      return out;
    }

    // Counts by the values of a column among the events shown.
    shownBy(kind) {
      const out = new Map();
      const { mask, columns, n } = this;
      const of = (i) => (OWN.includes(kind) ? columns[kind][i] : columns[kind][columns.place[i]]);
      for (let i = 0; i < n; i++) if (mask[i]) out.set(of(i), (out.get(of(i)) || 0) + 1);
      return out;
    }

    // The first events shown that pass a test, by index; `total` says how many there are.
    list(most, passes) {
      const out = [];
      let total = 0;
      for (let i = 0; i < this.n; i++) {
        if (!this.mask[i] || (passes && !passes(i))) continue;
        if (total++ < most) out.push(i);
      }
      return Object.assign(out, { total });
    }

    // How many events shown stand before one; -1 if that is not shown itself.
    rank(i) {
      if (!this.mask[i]) return -1;
      let before = 0;
      for (let k = 0; k < i; k++) before += this.mask[k];
      return before;
    }

    // The next or the previous event shown, round the ends; null if none is.
    neighbour(i, by) {
      for (let k = 1, at = i; k <= this.n; k++) {
        at = (at + by + this.n) % this.n;
        if (this.mask[at]) return at;
      }
      return null;
    }

    // The state as the fragment of an address, and back. Values are numbers or ids of events; the rest is dropped.
    fragment(id) {
      const parts = [];
      if (this.range[0] !== this.span[0] || this.range[1] !== this.span[1])
        parts.push(`days=${this.range.map(durand.isoDay).join("..")}`);
      for (const [kind, set] of Object.entries(this.off))
        if (set.size) parts.push(`${kind}=-${[...set].sort((a, b) => a - b).join(".")}`);
      for (const kind of ["province", "precision"]) if (this[kind] !== null) parts.push(`${kind}=${this[kind]}`);
      if (this.selected !== null) parts.push(`event=${encodeURIComponent(id(this.selected))}`);
      return parts.join("&");
    }

    // Take the state from a fragment; the id of the event that it names, or null.
    read(fragment) {
      const given = new Map(
        fragment
          .replace(/^#/, "")
          .split("&")
          .map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)])
      );
      for (const [kind, set] of Object.entries(this.off)) {
        set.clear();
        for (const n of numbers((given.get(kind) || "").replace(/^-/, ""), "."))
          if (n < (this.sizes[kind] || 0)) set.add(n);
      }
      for (const kind of ["province", "precision"]) {
        const [n] = numbers(given.get(kind) || "", ".");
        this[kind] = n !== undefined && n < (this.sizes[kind] || 0) ? n : null;
      }
      const days = (given.get("days") || "")
        .split("..")
        .map((text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) / 864e5 : NaN));
      this.range = this.span.slice();
      this.turn++;
      if (days.length === 2 && days.every(Number.isFinite)) this.setRange(days[0], days[1]);
      else this.sift();
      try {
        return given.has("event") ? decodeURIComponent(given.get("event")) : null;
      } catch {
        return null;
      }
    }
  };

  const numbers = (text, mark) =>
    text
      .split(mark)
      .filter((part) => /^\d{1,4}$/.test(part))
      .map(Number);

  durand.isoDay = (day) => new Date(day * 864e5).toISOString().slice(0, 10);
})(window.durand);
