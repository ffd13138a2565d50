// The events: symbols side by side at a place, hatched areas with a tag, bands along the line.
(function (durand) {
  "use strict";
  const [PLACE, AREA, STRETCH, NOWHERE] = [0, 1, 2, 3];
  const PACK = 7; // more events than this at one place become a ring with their number
  const RING = 15;
  const TAG = { height: 18, glyph: 11, pad: 4, gap: 3, digit: 7.2 };
  const HATCH = { area: 7, wide: 11, band: 7 };

  // Where n symbols stand around a place, in symbol widths.
  const around = (n) => {
    const ring = (k, r, from) => Array.from({ length: k }, (_, i) => [r * Math.cos(from + (2 * Math.PI * i) / k), r * Math.sin(from + (2 * Math.PI * i) / k)]);
    if (n === 1) return [[0, 0]];
    if (n === 2) return [[-0.5, 0], [0.5, 0]];
    if (n === 3) return [[-0.5, -0.42], [0.5, -0.42], [0, 0.45]];
    if (n === 4) return [[-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5], [0.5, 0.5]];
    if (n === 5) return [[-0.5, -0.5], [0.5, -0.5], [-1, 0.42], [0, 0.42], [1, 0.42]];
    return [[0, 0], ...ring(n - 1, 1.02, -Math.PI / 2)];
  };

  const digits = (n) => (n > 1 ? String(n).length * TAG.digit + 2 : 0);
  const tagWidth = (parts) => parts.reduce((sum, [, { n }]) => sum + TAG.glyph + digits(n) + TAG.gap, 2 * TAG.pad - TAG.gap);

  const within = ([x, y], ring) => {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
    return inside;
  };

  durand.Events = L.Layer.extend({
    initialize(data, options) {
      this.given = data;
      this.words = data.words;
      this.types = data.types;
      this.shapes = data.areas;
      this.options = options;
      const c = data.cols;
      this.events = c.id.map((id, i) => ({
        i,
        id,
        type: c.type[i],
        day: c.day[i],
        at: c.lat[i] === null ? null : [c.lat[i], c.lon[i]],
        grain: c.grain[i],
        area: c.area[i],
        sure: c.sure[i] === 1,
        head: c.head[i],
        date: c.date[i],
        why: c.why[i],
      }));
      for (const shape of this.shapes) if (shape.rings) shape.lines = shape.rings.map(durand.unpack);
      this.state = new durand.State(c, { type: data.types.length, verification: 5, side: 4, precision: 8, province: data.provinces.length });
      this.provinces = data.provinces;
      this.phases = data.phases;
      this.boxes = [];
    },

    // The text of a card, read from the page when first needed.
    card(i) {
      this.cards = this.cards || durand.data(this.options.cards);
      return this.cards[i];
    },

    shown(event) {
      return this.state.mask[event.i] === 1;
    },

    // Whether events of a verification are drawn filled: those reported, verified, or of which nothing is said.
    filled(verification) {
      return verification === 0 || verification === 2 || verification === 4;
    },

    visible() {
      return this.events.filter((event) => this.shown(event));
    },

    onAdd(map) {
      durand.panes(map);
      this.uid = `durand-${L.stamp(this)}`;
      this.under = durand.svg("svg", { class: "durand-overlay durand-areas", "aria-hidden": "true" }, this.patterns());
      this.areaGroup = durand.svg("g", {});
      this.under.append(this.areaGroup);
      map.getPane("durand-areas").append(this.under);
      this.over = durand.svg("svg", { class: "durand-overlay durand-symbols", role: "group", "aria-label": this.words["symbols label"] });
      map.getPane("durand-symbols").append(this.over);
      this.tip = durand.html("div", { class: "durand-tip", hidden: true, "aria-hidden": "true" });
      map.getContainer().append(this.tip);
      this.obstacles = () => this.boxes;
      map.durandObstacles = (map.durandObstacles || []).concat(this.obstacles);
      map.on("moveend viewreset resize", this.draw, this);
      this.over.addEventListener("keydown", (key) => this.step(key));
      for (const svg of [this.over, this.under]) L.DomEvent.on(svg, "dblclick", L.DomEvent.stopPropagation);
      this.panel = this.options.panelOf ? this.options.panelOf.panel : new durand.Card(this, this.options.panel);
      this.unfollow = this.state.follow((what) => what === "mask" && this.draw());
      this.draw();
    },

    onRemove(map) {
      map.off("moveend viewreset resize", this.draw, this);
      map.durandObstacles = map.durandObstacles.filter((boxes) => boxes !== this.obstacles);
      for (const node of [this.under, this.over, this.tip]) node.remove();
      this.unfollow();
      if (!this.options.panelOf) this.panel.remove();
    },

    // The same events for a second map, with a state of their own and the card of this one.
    twin() {
      return new this.constructor(this.given, { ...this.options, panelOf: this });
    },

    patterns() {
      const looks = this.types.map((_, n) => [n, `d-type-${n}`]).concat([["mixed", "d-type-mixed"]]);
      return durand.svg(
        "defs",
        {},
        ...looks.flatMap(([n, look]) =>
          ["area", "wide", "band"].map((kind) =>
            durand.svg(
              "pattern",
              { id: `${this.uid}-${kind}-${n}`, class: `d-hatch d-hatch-${kind} ${look}`, patternUnits: "userSpaceOnUse", width: HATCH[kind], height: HATCH[kind], patternTransform: "rotate(45)" },
              durand.svg("rect", { width: HATCH[kind], height: HATCH[kind] }),
              durand.svg("line", { x1: 0, y1: 0, x2: 0, y2: HATCH[kind] })
            )
          )
        )
      );
    },

    draw() {
      const map = this._map;
      if (!map) return;
      const kept = this.keptFocus();
      const zoom = map.getZoom();
      this.size = zoom < 5.8 ? 5.6 : zoom < 8 ? 6.4 : 7.2;
      const size = map.getSize();
      this.view = [2, 2, size.x - 2, size.y - 2];
      this.shift = map.containerPointToLayerPoint([0, 0]);
      this.items = [];
      this.boxes = [];
      if (!this.options.quiet) {
        this.drawPlaces();
        this.drawAreas();
      }
      this.items.sort((a, b) => a.events[0].day - b.events[0].day || a.events[0].i - b.events[0].i);
      this.over.replaceChildren(
        ...this.items
          .slice()
          .sort((a, b) => (a.tag ? 0 : 1) - (b.tag ? 0 : 1) || a.y - b.y)
          .flatMap((item) => (item.words ? [item.node, item.words] : [item.node]))
      );
      this.items.forEach((item, n) => item.node.setAttribute("tabindex", n === 0 ? 0 : -1));
      this.mark();
      if (kept !== null) this.focusEvent(kept);
      map.fire("durand:drawn");
    },

    point(latlng) {
      const p = this._map.latLngToContainerPoint(latlng);
      return [p.x, p.y];
    },

    // Places --------------------------------------------------------------------------------------------------

    drawPlaces() {
      const groups = new Map();
      for (const event of this.events) {
        if (event.grain !== PLACE || !this.shown(event)) continue;
        const key = event.at.join();
        if (!groups.has(key)) groups.set(key, { at: event.at, events: [] });
        groups.get(key).events.push(event);
      }
      let packs = [...groups.values()].map((group) => ({ ...this.spread(group.events.length), xy: this.point(group.at), events: group.events }));
      packs = this.merge(packs);
      for (const pack of packs) {
        pack.events.sort((a, b) => a.type - b.type || a.i - b.i);
        if (pack.events.length > PACK) this.addRing(pack);
        else this.addSymbols(pack);
      }
    },

    spread(n) {
      const width = this.size * 2 + 1;
      if (n > PACK) return { r: RING + 1, spots: [] };
      const spots = around(n).map(([x, y]) => [x * width, y * width]);
      return { r: Math.max(...spots.map(([x, y]) => Math.hypot(x, y))) + this.size, spots };
    },

    // Packs that lie over each other on the screen become one pack between them.
    merge(packs) {
      for (let again = true; again; ) {
        again = false;
        for (let i = 0; i < packs.length && !again; i++) {
          for (let j = i + 1; j < packs.length && !again; j++) {
            const [a, b] = [packs[i], packs[j]];
            if (Math.hypot(a.xy[0] - b.xy[0], a.xy[1] - b.xy[1]) >= (a.r + b.r) * 0.86) continue;
            const events = a.events.concat(b.events);
            const share = a.events.length / events.length;
            const xy = [0, 1].map((k) => a.xy[k] * share + b.xy[k] * (1 - share));
            packs.splice(j, 1);
            packs[i] = { ...this.spread(events.length), xy, events };
            again = true;
          }
        }
      }
      return packs;
    },

    addSymbols(pack) {
      const [x, y] = pack.xy;
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      pack.spots.forEach(([dx, dy], k) => {
        const event = pack.events[k];
        const px = x + dx;
        const py = y + dy;
        const d = this.path(event.type, event.sure);
        const node = durand.svg(
          "g",
          { class: `d-symbol d-type-${event.type}${event.sure ? "" : " hollow"}`, transform: this.move(px, py) },
          durand.svg("circle", { class: "d-hit", r: Math.max(12, this.size + 2) }),
          durand.svg("circle", { class: "d-ring", r: this.size + 4.5 }),
          durand.svg("path", { class: "d-outline", d: this.types[event.type].path, transform: `scale(${this.size})` }),
          durand.svg("path", { class: "d-shape", d, transform: `scale(${this.size})`, "fill-rule": "evenodd" })
        );
        this.addItem(node, [event], px, py, event.head, false);
        const r = this.size + 1.5;
        box[0] = Math.min(box[0], px - r);
        box[1] = Math.min(box[1], py - r);
        box[2] = Math.max(box[2], px + r);
        box[3] = Math.max(box[3], py + r);
      });
      this.boxes.push(box);
    },

    // Many events: a ring that shows the mix of types, and their number.
    addRing(pack) {
      const [x, y] = pack.xy;
      const counts = new Map();
      for (const event of pack.events) counts.set(event.type, (counts.get(event.type) || 0) + 1);
      const node = durand.svg("g", { class: "d-symbol d-many", transform: this.move(x, y) }, durand.svg("circle", { class: "d-ring", r: RING + 4 }), durand.svg("circle", { class: "d-disc", r: RING + 1 }));
      let from = -Math.PI / 2;
      for (const [type, count] of [...counts].sort((a, b) => a[0] - b[0])) {
        const to = from + (2 * Math.PI * count) / pack.events.length - (counts.size > 1 ? 0.07 : 0.001);
        const at = (angle) => `${(12.5 * Math.cos(angle)).toFixed(2)},${(12.5 * Math.sin(angle)).toFixed(2)}`;
        const d = `M${at(from)}A12.5,12.5 0 ${to - from > Math.PI ? 1 : 0} 1 ${at(to)}`;
        node.append(durand.svg("path", { class: `d-arc d-type-${type}`, d }));
        from += (2 * Math.PI * count) / pack.events.length;
      }
      node.append(durand.svg("text", { y: 4, "text-anchor": "middle", text: durand.number(this.words, pack.events.length) }));
      this.addItem(node, pack.events, x, y, durand.say(this.words, "here", { n: pack.events.length }), false);
      this.boxes.push([x - RING - 2, y - RING - 2, x + RING + 2, y + RING + 2]);
    },

    // Areas and stretches -------------------------------------------------------------------------------------

    drawAreas() {
      const groups = new Map();
      for (const event of this.events) {
        if ((event.grain !== AREA && event.grain !== STRETCH) || !this.shown(event)) continue;
        if (!groups.has(event.area)) groups.set(event.area, []);
        groups.get(event.area).push(event);
      }
      const entries = [];
      for (const [number, events] of groups) {
        const shape = this.shapes[number];
        const look = this.look(events);
        const band = shape.kind === "line";
        const node = durand.svg("path", {
          class: `d-area d-area-${band ? "band" : shape.seats ? "face d-area-wide" : "face"} d-type-${look}`,
          d: this.outline(shape),
          [band ? "stroke" : "fill"]: `url(#${this.uid}-${band ? "band" : shape.seats ? "wide" : "area"}-${look})`,
        });
        node.durandEvents = events;
        node.addEventListener("click", (click) => this.openUnder(click));
        node.addEventListener("mousemove", (move) => this.hover(move, events));
        node.addEventListener("mouseleave", () => this.hover(null));
        entries.push({ shape, events, node });
      }
      entries.sort((a, b) => this.extentOf(b.shape) - this.extentOf(a.shape));
      this.areaGroup.replaceChildren(...entries.map((entry) => entry.node));
      this.placeTags(entries.reverse());
    },

    look(events) {
      const kinds = new Set(events.map((event) => event.type));
      return kinds.size === 1 ? events[0].type : "mixed";
    },

    // Each area has a tag; tags that find no room of their own join the nearest.
    placeTags(entries) {
      const names = this._map.durandReserve ? this._map.durandReserve(this.boxes) : [];
      let tags = entries.map((entry) => ({ members: [entry], parts: this.parts(entry.events) }));
      for (let again = true; again; ) {
        again = false;
        const room = new durand.Room(this.boxes.concat(names));
        const placed = [];
        for (const tag of tags) {
          tag.width = tagWidth(tag.parts);
          const box = ([x, y]) => [x - tag.width / 2 - 1.5, y - TAG.height / 2 - 1.5, x + tag.width / 2 + 1.5, y + TAG.height / 2 + 1.5];
          const inView = ([l, t, r, b]) => l >= this.view[0] && t >= this.view[1] && r <= this.view[2] && b <= this.view[3];
          const spots = tag.members.flatMap(({ shape }) => this.tagSpots(shape, tag.width)).filter((spot) => inView(box(spot)));
          if (!spots.length) continue;
          tag.spot = spots.find((spot) => room.free(box(spot)));
          if (!tag.spot) {
            const far = (other) => Math.hypot(other.spot[0] - spots[0][0], other.spot[1] - spots[0][1]);
            const nearest = placed.reduce((best, other) => (!best || far(other) < far(best) ? other : best), null);
            if (nearest && far(nearest) < 60) {
              nearest.members.push(...tag.members);
              nearest.parts = this.parts(nearest.members.flatMap((member) => member.events));
              tags = tags.filter((other) => other !== tag);
              again = true;
              break;
            }
            tag.spot = spots[0];
          }
          placed.push(tag);
          room.take(box(tag.spot));
        }
        if (again) continue;
        this.boxes = room.boxes.filter((box) => !names.includes(box));
        for (const tag of placed) this.addTag(tag);
      }
    },

    parts(events) {
      const counts = new Map();
      for (const event of events) {
        const entry = counts.get(event.type) || { n: 0, sure: false };
        entry.n += 1;
        entry.sure = entry.sure || event.sure;
        counts.set(event.type, entry);
      }
      return [...counts].sort((a, b) => a[0] - b[0]);
    },

    extentOf(shape) {
      if (shape.extent === undefined) {
        const all = shape.lines.flat();
        const span = (k) => Math.max(...all.map((p) => p[k])) - Math.min(...all.map((p) => p[k]));
        shape.extent = (shape.kind === "line" ? 100 : 0) + span(0) + span(1);
      }
      return shape.extent;
    },

    // Points of an outline, the topmost first, then the lowest, then those between.
    rim(shape) {
      const line = shape.lines[0].map((at) => this.point(at));
      const top = line.reduce((best, p, i) => (p[1] < line[best][1] ? i : best), 0);
      const spots = [0, 12, 6, 18, 3, 21, 9, 15, 2, 22, 4, 20, 1, 23, 5, 19, 7, 17, 8, 16, 10, 14, 11, 13].map((k) => line[(top + Math.floor((k * line.length) / 24)) % line.length]);
      const [l, t, r, b] = this.view;
      // Where the rim is taken, beside it: the tag then has a leader.
      const middle = [(Math.min(...line.map((p) => p[0])) + Math.max(...line.map((p) => p[0]))) / 2, (Math.min(...line.map((p) => p[1])) + Math.max(...line.map((p) => p[1]))) / 2];
      const beside = [16, 30].flatMap((out) =>
        spots.map((from) => {
          const n = Math.hypot(from[0] - middle[0], from[1] - middle[1]) || 1;
          return Object.assign([from[0] + ((from[0] - middle[0]) / n) * out, from[1] + ((from[1] - middle[1]) / n) * out], { from });
        })
      );
      return spots.concat(beside, [[(l + r) / 2, t + 24], [(l + r) / 2, b - 24]].filter((spot) => within(spot, line)));
    },

    outline(shape) {
      const close = shape.kind === "polygon" ? "Z" : "";
      return shape.lines
        .map((line) => `M${line.map((at) => this.layer(this.point(at)).map((v) => v.toFixed(1)).join(",")).join("L")}${close}`)
        .join("");
    },

    // A tag sits on the rim of its area, so that it can't be taken for a place in it.
    addTag({ members, parts, width, spot }) {
      const [x, y] = spot;
      const events = members.flatMap((member) => member.events).sort((a, b) => a.day - b.day || a.i - b.i);
      const node = durand.svg(
        "g",
        { class: `d-tag d-type-${this.look(events)}`, transform: this.move(x, y) },
        spot.from && durand.svg("line", { class: "d-leader", x2: (spot.from[0] - x).toFixed(1), y2: (spot.from[1] - y).toFixed(1) }),
        durand.svg("rect", { class: "d-hit", x: -Math.max(width, 26) / 2, y: -13, width: Math.max(width, 26), height: 26 }),
        durand.svg("rect", { class: "d-ring", x: -width / 2 - 3, y: -TAG.height / 2 - 3, width: width + 6, height: TAG.height + 6, rx: 6 }),
        durand.svg("rect", { class: "d-plate", x: -width / 2, y: -TAG.height / 2, width, height: TAG.height, rx: 4 })
      );
      // The name of the tag says more than its numbers, which therefore stand beside it and not in it.
      const words = durand.svg("g", { class: "d-tag-words", "aria-hidden": "true", transform: this.move(x, y) });
      let left = -width / 2 + TAG.pad;
      for (const [type, { n, sure }] of parts) {
        const at = `translate(${(left + TAG.glyph / 2).toFixed(1)},0) scale(${TAG.glyph / 2 - 0.6})`;
        node.append(durand.svg("path", { class: `d-shape d-type-${type}${sure ? "" : " hollow"}`, d: this.path(type, sure), transform: at, "fill-rule": "evenodd" }));
        left += TAG.glyph;
        if (n > 1) words.append(durand.svg("text", { x: (left + 2).toFixed(1), y: 4, text: durand.number(this.words, n) }));
        left += digits(n) + TAG.gap;
      }
      const label = events.length === 1 ? events[0].head : `${durand.say(this.words, "here", { n: events.length })}: ${events[0].head}`;
      this.addItem(node, events, x, y, label, true).words = words;
      for (const [kind, on] of [["mouseenter", true], ["mouseleave", false]]) {
        node.addEventListener(kind, () => members.forEach((member) => member.node.classList.toggle("hover", on)));
      }
    },

    path(type, sure) {
      return (!sure && this.types[type].hollow) || this.types[type].path;
    },

    tagSpots(shape, width) {
      if (shape.seats) return shape.seats.map(([lon, lat]) => this.point([lat, lon]));
      if (shape.kind === "polygon") return this.rim(shape);
      const line = shape.lines.reduce((a, b) => (b.length > a.length ? b : a), []);
      const spots = [];
      for (const share of [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9, 0.45, 0.55, 0.35, 0.65, 0.25, 0.75]) {
        const k = Math.min(line.length - 2, Math.floor(share * line.length));
        if (k < 0) continue;
        const a = this.point(line[k]);
        const c = this.point(line[k + 1]);
        const n = Math.hypot(c[0] - a[0], c[1] - a[1]) || 1;
        for (const away of [20 + width / 4, -20 - width / 4]) {
          spots.push(Object.assign([a[0] - ((c[1] - a[1]) / n) * away, a[1] + ((c[0] - a[0]) / n) * away], { from: a }));
        }
      }
      return spots;
    },

    // Items: what can be pointed at and tabbed to ----------------------------------------------------------------

    move(x, y) {
      return `translate(${(x + this.shift.x).toFixed(1)},${(y + this.shift.y).toFixed(1)})`;
    },

    layer([x, y]) {
      return [x + this.shift.x, y + this.shift.y];
    },

    addItem(node, events, x, y, label, tag) {
      const item = { node, events, x, y, tag };
      node.setAttribute("role", "button");
      node.setAttribute("aria-label", label);
      node.addEventListener("click", (click) => {
        click.stopPropagation();
        this.open(events, node);
      });
      node.addEventListener("mousemove", (move) => this.hover(move, events));
      node.addEventListener("mouseleave", () => this.hover(null));
      node.addEventListener("focus", () => this.hover({ item }, events));
      node.addEventListener("blur", () => this.hover(null));
      this.items.push(item);
      return item;
    },

    keptFocus() {
      const item = (this.items || []).find((one) => one.node === document.activeElement);
      return item ? item.events[0].i : null;
    },

    itemOf(i) {
      return this.items.find((item) => item.events.some((event) => event.i === i));
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
      const to = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0, End: this.items.length - 1 }[key.key];
      if (to !== undefined) {
        const item = this.items[(to + this.items.length) % this.items.length];
        this.focusEvent(item.events[0].i);
        this.bringIn(item);
      } else if (key.key === "Enter" || key.key === " ") {
        this.open(this.items[now].events, this.items[now].node);
      } else return;
      key.preventDefault();
      key.stopPropagation();
    },

    hover(move, events) {
      if (!move) {
        this.tip.hidden = true;
        return;
      }
      const box = this._map.getContainer().getBoundingClientRect();
      const x = move.item ? move.item.x : move.clientX - box.left;
      const y = move.item ? move.item.y : move.clientY - box.top;
      this.tip.textContent = events.length === 1 ? events[0].head : `${durand.say(this.words, "here", { n: events.length })}`;
      this.tip.hidden = false;
      const width = this.tip.offsetWidth;
      this.tip.style.left = `${Math.max(4, Math.min(x - width / 2, box.width - width - 4))}px`;
      this.tip.style.top = `${y > 60 ? y - this.tip.offsetHeight - 16 : y + 18}px`;
    },

    // A click on areas that lie over each other opens all of them as a list.
    openUnder(click) {
      click.stopPropagation();
      const events = document.elementsFromPoint(click.clientX, click.clientY).flatMap((node) => node.durandEvents || []);
      events.sort((a, b) => a.day - b.day || a.i - b.i);
      if (events.length) this.open(events, click.target);
    },

    open(events, from) {
      this.hover(null);
      this.panel.open(events, from);
    },

    select(event) {
      this.state.select(event ? event.i : null);
      this.mark();
    },

    mark() {
      for (const item of this.items) {
        const on = item.events.some((event) => event.i === this.state.selected);
        item.node.classList.toggle("selected", on);
        item.node.setAttribute("aria-pressed", on);
        if (on) item.node.parentNode.append(item.node, ...(item.words ? [item.words] : []));
      }
      for (const node of this.areaGroup.children) {
        node.classList.toggle("selected", node.durandEvents.some((event) => event.i === this.state.selected));
      }
      const focused = this.items.find((item) => item.node === document.activeElement);
      if (!focused && this.state.selected !== null) {
        const item = this.itemOf(this.state.selected);
        if (item) for (const other of this.items) other.node.setAttribute("tabindex", other === item ? 0 : -1);
      }
    },

    // Ring an event of the table on the map.
    pointOut(i) {
      for (const item of this.items) item.node.classList.toggle("pointed", i !== null && item.events.some((event) => event.i === i));
    },

    // Move the map so that an item stands clear of its edges and of a panel over its lower part.
    bringIn(item, clear) {
      const size = this._map.getSize();
      const bottom = size.y - (clear || 0) - 40;
      let [dx, dy] = [0, 0];
      if (item.x < 40) dx = item.x - 40;
      if (item.x > size.x - 40) dx = item.x - size.x + 40;
      if (item.y < 50) dy = item.y - 50;
      if (item.y > bottom) dy = item.y - Math.max(50, bottom * 0.6);
      if (dx || dy) this._map.panBy([dx, dy], { animate: false });
    },

    // Show an event wherever it is: over the map if need be.
    reveal(event, clear) {
      let item = this.itemOf(event.i);
      if (!item && event.at) {
        this._map.panTo(event.at, { animate: false });
        item = this.itemOf(event.i);
      }
      if (item) this.bringIn(item, clear);
    },
  });

  durand.events = (data, options) => new durand.Events(data, options);
  durand.NOWHERE = NOWHERE;
})(window.durand);
