// What can be pointed at, tabbed to and opened on the map, by mouse, touch and keyboard.
(function (durand) {
  "use strict";

  durand.Events.include({
    move(x, y) {
      return `translate(${(x + this.shift.x).toFixed(1)},${(y + this.shift.y).toFixed(1)})`;
    },

    addItem(node, group, x, y, tag, label) {
      const item = {
        node,
        group,
        x,
        y,
        tag,
        get events() {
          return group.events;
        },
      };
      node.setAttribute("role", "button");
      node.setAttribute("aria-label", label || group.head);
      node.durandGroup = group;
      node.addEventListener("click", (click) => {
        click.stopPropagation();
        // Of symbols that lie over each other all are opened; of a mark over an area, the mark.
        const nodes = click.clientX === undefined ? [] : document.elementsFromPoint(click.clientX, click.clientY);
        const under = this.groupsUnder(nodes.filter((one) => this.over.contains(one)));
        this.open(under.length > 1 ? durand.Group.union(under) : group, node);
      });
      node.addEventListener("mousemove", (move) => this.hover(move, group));
      node.addEventListener("mouseleave", () => this.hover(null));
      node.addEventListener("focus", () => this.hover({ item }, group));
      node.addEventListener("blur", () => this.hover(null));
      this.items.push(item);
      return item;
    },

    keptFocus() {
      const item = this.items.find((one) => one.node === document.activeElement);
      return item ? item.group.first : null;
    },

    itemOf(i) {
      return this.items.find((item) => item.group.has(i));
    },

    focusEvent(i) {
      const item = this.itemOf(i);
      if (!item) return false;
      for (const other of this.items) other.node.setAttribute("tabindex", other === item ? 0 : -1);
      item.node.focus({ preventScroll: true });
      return true;
    },

    step(key) {
      const now = this.items.findIndex((item) => item.node === document.activeElement);
      if (now < 0) return;
      const to = durand.stepOf(key, now, this.items.length);
      if (to !== undefined) {
        const item = this.items[to];
        this.focusEvent(item.group.first);
        this.bringIn(item);
      } else if (key.key === "Enter" || key.key === " ") {
        this.open(this.items[now].group, this.items[now].node);
      } else return;
      key.preventDefault();
      key.stopPropagation();
    },

    hover(move, group) {
      if (!move) {
        this.tip.hidden = true;
        this.relight();
        return;
      }
      if (group.has) this.relight(group);
      const box = this._map.getContainer().getBoundingClientRect();
      const x = move.item ? move.item.x : move.clientX - box.left;
      const y = move.item ? move.item.y : move.clientY - box.top;
      this.tip.textContent = group.head;
      this.tip.hidden = false;
      const width = this.tip.offsetWidth;
      this.tip.style.left = `${Math.max(4, Math.min(x - width / 2, box.width - width - 4))}px`;
      this.tip.style.top = `${y > 60 ? y - this.tip.offsetHeight - 16 : y + 18}px`;
    },

    // A click on areas that lie over each other opens all of them as a list.
    openUnder(click) {
      click.stopPropagation();
      const nodes = document.elementsFromPoint(click.clientX, click.clientY);
      const groups = this.groupsUnder(nodes);
      if (groups.length) this.open(durand.Group.union(groups), click.target);
    },

    groupsUnder(nodes) {
      const held = new Set(
        nodes.map((node) => node.durandGroup || (node.parentNode && node.parentNode.durandGroup)).filter(Boolean)
      );
      return [...held];
    },

    // Open a group, or a list of events, as a card or a list.
    open(events, from, lead) {
      this.hover(null);
      this.panel.open(
        Array.isArray(events)
          ? durand.Group.of(
              this,
              events.map((event) => event.i)
            )
          : events,
        from,
        lead
      );
    },

    select(event) {
      this.state.select(event ? event.i : null);
      this.mark();
    },

    mark() {
      const { selected } = this.state;
      const holds = (group) => selected !== null && group.has(selected);
      for (const item of this.items) {
        const on = holds(item.group);
        item.node.classList.toggle("selected", on);
        item.node.setAttribute("aria-pressed", on);
        if (on && item.node.parentNode) item.node.parentNode.append(item.node);
      }
      if (this.options.quiet || !this.over) return;
      this.relight();
      this.markOnCanvas();
      const focused = this.items.find((item) => item.node === document.activeElement);
      if (!focused && selected !== null) {
        const item = this.itemOf(selected);
        if (item) for (const other of this.items) other.node.setAttribute("tabindex", other === item ? 0 : -1);
      }
    },

    // Ring an event of the table on the map.
    pointOut(i) {
      for (const item of this.items) item.node.classList.toggle("pointed", i !== null && item.group.has(i));
    },

    // Move the map so that an item stands clear of its edges and of a panel over its lower part; whether it moved.
    bringIn(item, clear) {
      const size = this._map.getSize();
      const bottom = size.y - (clear || 0) - 40;
      let [dx, dy] = [0, 0];
      if (item.x < 40) dx = item.x - 40;
      if (item.x > size.x - 40) dx = item.x - size.x + 40;
      if (item.y < 50) dy = item.y - 50;
      if (item.y > bottom) dy = item.y - Math.max(50, bottom * 0.6);
      if (dx || dy) this._map.panBy([dx, dy], { animate: false });
      return dx !== 0 || dy !== 0;
    },

    // Show an event wherever it is: over the map if need be.
    reveal(event, clear) {
      let item = this.itemOf(event.i);
      const seen = () => {
        const at = this._map.latLngToContainerPoint(event.at);
        return this._map.getSize().x >= at.x && at.x >= 0 && this._map.getSize().y >= at.y && at.y >= 0;
      };
      if (!item && event.at && !seen()) {
        this._map.panTo(event.at, { animate: false });
        item = this.itemOf(event.i);
      }
      if (!item && event.at) {
        this.bringIn(this._map.latLngToContainerPoint(event.at), clear);
        item = this.itemOf(event.i);
      }
      // Each move places the marks anew, and may place this one behind the panel again.
      for (let round = 0; item && round < 3 && this.bringIn(item, clear); round++) item = this.itemOf(event.i);
    },
  });
})(window.durand);
