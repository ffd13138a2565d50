// Words at the edge of the map: what lies outside the view, and what finds no room in it at this zoom.
(function (durand) {
  "use strict";
  const { html } = durand;
  const [, STRETCH, , DISTRICT] = durand.LEVELS.keys();
  const LEAST = 40; // px of a stretch that can be seen
  const ARROWS = { left: "←", right: "→", up: "↑", down: "↓" };

  const onPaper = () => document.documentElement.classList.contains("printing");

  durand.Events.include({
    // A chip for each edge beyond which events lie, after words that say so: the name of one place, where chips are
    // few, or how many events; a press goes there.
    edges(marks, size) {
      this.beyond = new Map();
      for (const mark of marks) {
        if (!mark.pointed || this.inSight(mark, size) || this.state.shown() > durand.ALL) continue;
        const over = { left: -mark.x, right: mark.x - size.x, up: -mark.y, down: mark.y - size.y };
        const edge = Object.keys(over).reduce((a, b) => (over[b] > over[a] ? b : a));
        if (!this.beyond.has(edge)) this.beyond.set(edge, []);
        this.beyond.get(edge).push(mark);
      }
      const number = (held) => held.reduce((sum, { group }) => sum + group.n, 0);
      const beyond = this.words["places beyond"];
      const edges = [...this.beyond].sort((a, b) => number(b[1]) - number(a[1]));
      const chips = edges.map(([edge, held]) => {
        const n = number(held);
        const name = held[1] || edges[3] ? "" : durand.isolate(held[0].tag);
        const said = [name, (!name || n > 1) && durand.number(this.words, n)].filter(Boolean).join(": ");
        const group = durand.Group.union(held.map((mark) => mark.group));
        const text = `${ARROWS[edge]} ${said}`;
        const title = `${beyond} ${said}`;
        const node = html("button", { type: "button", class: "durand-chip", title, text, onclick: () => this.goTo(held) });
        this.note(group, text, node);
        return node;
      });
      this.chips.replaceChildren(...(chips[0] ? [html("span", { text: beyond })] : []), ...chips);
      this.more([]);
      const { offsetHeight } = this._map.getContainer().querySelector(".leaflet-bottom.leaflet-left");
      this.chips.style.bottom = onPaper() ? "auto" : `${offsetHeight + 8}px`;
    },

    // Whether a mark has its point in the view, or of what is known less some ground or a piece of the line.
    inSight(mark, size) {
      const shape = mark.level === STRETCH && this.shapes[mark.area];
      if (shape) return this.shareOfLine(shape, size).own > LEAST;
      return this.seen(mark, size) || (mark.level > DISTRICT && this.ground?.spots(durand.codeOf(mark)).length > 0);
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
      const text = durand.say(this.words, onPaper() ? "more on paper" : "more here", { n: group.n });
      this.moreNode = html("button", {
        type: "button",
        class: "durand-chip",
        text,
        onclick: (click) => this.open(group, click.currentTarget),
      });
      this.chips.append(this.moreNode);
      this.note(group, text, this.moreNode);
    },

    // Words beside the map, which have no place on it.
    note(group, text, node) {
      this.said.push({ kind: "note", text, filled: "none", group, node });
    },
  });
})(window.durand);
