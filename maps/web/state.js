// What of the events is shown: one object that every renderer reads and follows.
//
// A renderer calls `state.follow(listener)` and reads `state.mask` (one byte for each event, 1 where shown),
// `state.range` (first and last day, in days since 1970) and `state.selected` (index of an event, or null).
(function (durand) {
  "use strict";
  const GRAINS = 4;

  durand.State = class {
    // Columns of equal length; `from` and `until` are the span of days that an event may fall in.
    constructor(columns, sizes) {
      this.columns = columns;
      this.n = columns.from.length;
      this.sizes = { grain: GRAINS, ...sizes };
      this.mask = new Uint8Array(this.n).fill(1);
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
      this.base = this.span.slice(); // the range that nothing narrows
      this.range = this.base.slice();
      durand.state = this;
    }

    follow(listener) {
      this.listeners.add(listener);
      return () => this.listeners.delete(listener);
    }

    tell(what) {
      for (const listener of this.listeners) listener(what);
    }

    // What an event fails: a set of the filters that hide it. An event counts in a period if it may have been in it.
    fails(i, but) {
      const c = this.columns;
      for (const kind of ["type", "grain", "verification", "side"]) {
        if (kind !== but && this.off[kind].size && this.off[kind].has(c[kind][i])) return true;
      }
      if (but !== "province" && this.province !== null && !c.provinces[i].includes(this.province)) return true;
      if (but !== "precision" && this.precision !== null && c.precision[i] > this.precision) return true;
      return but !== "range" && (c.from[i] > this.range[1] || c.until[i] < this.range[0]);
    }

    sift() {
      for (let i = 0; i < this.n; i++) this.mask[i] = this.fails(i) ? 0 : 1;
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
      this.sift();
    }

    select(i) {
      if (this.selected === i) return;
      this.selected = i;
      this.tell("selected");
    }

    get filtered() {
      const whole = this.range[0] === this.base[0] && this.range[1] === this.base[1];
      return !whole || this.province !== null || this.precision !== null || Object.values(this.off).some((set) => set.size);
    }

    reset() {
      for (const set of Object.values(this.off)) set.clear();
      this.province = null;
      this.precision = null;
      this.range = this.base.slice();
      this.sift();
    }

    shown() {
      let count = 0;
      for (let i = 0; i < this.n; i++) count += this.mask[i];
      return count;
    }

    // Counts by the values of a column among the events that pass all other filters.
    counts(kind) {
      const out = new Map();
      for (let i = 0; i < this.n; i++) {
        if (this.fails(i, kind)) continue;
        const value = this.columns[kind === "province" ? "provinces" : kind][i];
        for (const one of Array.isArray(value) ? value : [value]) out.set(one, (out.get(one) || 0) + 1);
      }
      return out;
    }

    // The state as the fragment of an address, and back. Values are numbers or ids of events; the rest is dropped.
    fragment(id) {
      const parts = [];
      if (this.range[0] !== this.base[0] || this.range[1] !== this.base[1]) parts.push(`days=${this.range.map(durand.isoDay).join("..")}`);
      for (const [kind, set] of Object.entries(this.off)) if (set.size) parts.push(`${kind}=-${[...set].sort((a, b) => a - b).join(".")}`);
      for (const kind of ["province", "precision"]) if (this[kind] !== null) parts.push(`${kind}=${this[kind]}`);
      if (this.selected !== null) parts.push(`event=${encodeURIComponent(id(this.selected))}`);
      return parts.join("&");
    }

    // Take the state from a fragment; the id of the event that it names, or null.
    read(fragment) {
      const given = new Map(fragment.replace(/^#/, "").split("&").map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]));
      for (const [kind, set] of Object.entries(this.off)) {
        set.clear();
        for (const n of numbers((given.get(kind) || "").replace(/^-/, ""), ".")) if (n < (this.sizes[kind] || 0)) set.add(n);
      }
      for (const kind of ["province", "precision"]) {
        const [n] = numbers(given.get(kind) || "", ".");
        this[kind] = n !== undefined && n < (this.sizes[kind] || 0) ? n : null;
      }
      const days = (given.get("days") || "").split("..").map((text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) / 864e5 : NaN));
      this.range = this.base.slice();
      if (days.length === 2 && days.every(Number.isFinite)) this.setRange(days[0], days[1]);
      else this.sift();
      try {
        return given.has("event") ? decodeURIComponent(given.get("event")) : null;
      } catch {
        return null;
      }
    }
  };

  const numbers = (text, mark) => text.split(mark).filter((part) => /^\d{1,4}$/.test(part)).map(Number);

  durand.isoDay = (day) => new Date(day * 864e5).toISOString().slice(0, 10);
})(window.durand);
