// Events that are drawn, pointed at and opened together: a list of them, or a test and what is known of their number.
(function (durand) {
  "use strict";

  // Parts as [type, look, n]: filled, hollow and not said are counted apart, in the order of the types.
  const partsOf = (counts) =>
    [...counts]
      .map(([key, n]) => [Math.floor(key / durand.LOOKS), key % durand.LOOKS, n])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);

  durand.LOOKS = 3; // filled, hollow, not said

  durand.Group = class {
    // `first`: index of the earliest of them.
    constructor(layer, parts, first, has) {
      Object.assign(this, { layer, parts, first, has });
      this.n = parts.reduce((sum, [, , n]) => sum + n, 0);
    }

    static of(layer, indices) {
      const { type } = layer.state.columns;
      const counts = new Map();
      const own = new Set(indices);
      for (const i of own) {
        const key = type[i] * durand.LOOKS + layer.source.look(i);
        counts.set(key, (counts.get(key) || 0) + 1);
      }
      const order = [...own].sort((a, b) => a - b);
      const group = new durand.Group(layer, partsOf(counts), order[0], (i) => own.has(i));
      group.indices = order;
      return group;
    }

    static union(groups) {
      if (groups.length === 1) return groups[0];
      const [{ layer }] = groups;
      if (groups.every((group) => group.indices))
        return durand.Group.of(
          layer,
          groups.flatMap((group) => group.indices)
        );
      const counts = new Map();
      for (const [type, look, n] of groups.flatMap((group) => group.parts)) {
        const key = type * durand.LOOKS + look;
        counts.set(key, (counts.get(key) || 0) + n);
      }
      const first = Math.min(...groups.map((group) => group.first));
      return new durand.Group(layer, partsOf(counts), first, (i) => groups.some((group) => group.has(i)));
    }

    // The first of them, by index; `total` says how many there are.
    list(most) {
      if (this.indices) return Object.assign(this.indices.slice(0, most), { total: this.indices.length });
      return this.layer.state.list(most, this.has);
    }

    get events() {
      return this.list(Infinity).map((i) => this.layer.event(i));
    }

    // The type in whose colour what belongs to all of them is drawn: the first in the order of loudness.
    get look() {
      const { loudness } = this.layer.rules;
      return this.parts.reduce((best, [type]) => (loudness[type] < loudness[best] ? type : best), this.parts[0][0]);
    }

    get head() {
      return this.n === 1 ? this.layer.source.head(this.first) : durand.say(this.layer.words, "here", { n: this.n });
    }
  };
})(window.durand);
