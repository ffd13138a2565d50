// Words at the edge of the map: what lies outside the view, and what finds no room in it at this zoom.
(function (durand) {
  "use strict";
  const { html, COST } = durand;
  const [STRETCH, DISTRICT] = [1, 3]; // what is known less has its tag, or a line of words, wherever it is in view
  const ARROWS = { left: "‹", right: "›", up: "˄", down: "˅" };

  durand.Events.include({
    // A chip for each edge beyond which events lie: the name of one place, or of several how many events; a press goes there.
    edges(marks, size) {
      this.beyond = new Map();
      for (const mark of marks) {
        const known = mark.level <= DISTRICT && mark.level !== STRETCH && mark.pointed;
        if (!known || this.seen(mark, size) || this.state.shown() > durand.ALL) continue;
        const over = { left: -mark.x, right: mark.x - size.x, up: -mark.y, down: mark.y - size.y };
        const edge = Object.keys(over).reduce((a, b) => (over[b] > over[a] ? b : a));
        if (!this.beyond.has(edge)) this.beyond.set(edge, []);
        this.beyond.get(edge).push(mark);
      }
      const chips = [...this.beyond].map(([edge, held]) => {
        const n = held.reduce((sum, { group }) => sum + group.n, 0);
        const events = durand.say(this.words, "events", { n });
        const where = held.length === 1 ? held[0].tag : durand.say(this.words, "places beyond");
        const text = `${ARROWS[edge]} ${durand.isolate(where)}: ${events}`;
        const group = durand.Group.union(held.map((mark) => mark.group));
        this.record("note", { group }, text, "none", [size.x / 2, size.y / 2], [0, 0, 0, 0]);
        return html("button", { type: "button", class: "durand-chip", text, onclick: () => this.goTo(held) });
      });
      this.chips.replaceChildren(...chips);
      this.more([]);
      const corner = this._map.getContainer().querySelector(".leaflet-bottom.leaflet-left");
      const off = `${corner ? corner.offsetHeight + 8 : 24}px`;
      this.chips.style.bottom = document.documentElement.classList.contains("printing") ? "auto" : off;
    },

    // What a view lacks, in px of leader: events beyond it, and all that its plan for the marks does not do well.
    missed() {
      const beyond = [...this.beyond.values()].flat().reduce((sum, { group }) => sum + group.n, 0);
      return COST.beyond * beyond + this.trouble.reduce((sum, [, px]) => sum + px, 0);
    },

    // Where events are, with how many.
    spots() {
      return this.gather(true)
        .filter((mark) => mark.pointed && mark.level <= DISTRICT)
        .map(({ lat, lon, group }) => ({ at: [lat, lon], n: group.n }));
    },

    // The view moves to what lies outside it, no nearer than it is.
    goTo(marks) {
      const bounds = L.latLngBounds(marks.map(({ lat, lon }) => [lat, lon])).pad(0.3);
      this._map.fitBounds(bounds, { maxZoom: this._map.getZoom(), padding: [60, 60], animate: false });
      this.focusEvent(marks[0].group.first);
    },

    // What finds no place at all at this zoom is counted in words, and opened by them.
    more(groups) {
      if (this.moreNode) this.moreNode.remove();
      this.moreNode = null;
      this.hidden = groups.length ? durand.Group.union(groups) : null;
      if (!this.hidden) return;
      const group = this.hidden;
      const paper = document.documentElement.classList.contains("printing");
      const text = durand.say(this.words, paper ? "more on paper" : "more here", { n: group.n });
      this.moreNode = html("button", {
        type: "button",
        class: "durand-chip",
        text,
        onclick: (click) => this.open(group, click.currentTarget),
      });
      this.chips.append(this.moreNode);
      this.record("note", { group }, text, "none", [0, 0], [0, 0, 0, 0]);
    },

    // Every group that can be reached from the map as it is: by its mark, by a chip, or by a line of words.
    reachable() {
      const beyond = [...this.beyond.values()].flat().map((mark) => mark.group);
      const listed = this.stretches.map((mark) => mark.group);
      return [...this.items.map((item) => item.group), ...beyond, ...listed, ...(this.hidden ? [this.hidden] : [])];
    },
  });
})(window.durand);
