// The first view of a page: what it shows of the events, and with which plan for their marks; names of countries in a
// near view.
(function (durand) {
  "use strict";
  const SIDES = ["AF", "PK"]; // of the line
  const NARROW = 600; // px
  const CROWD = 60; // more places than this are no nearer without the farthest
  const ROOM = [45, 18, 40, 22]; // px left, above, right, below of the places, for symbols and names
  const NEARER = 2; // levels of zoom
  const BEYOND = 30; // px of leader, for an event beyond the edges
  const [, , , DISTRICT] = durand.LEVELS.keys();
  const LEFT_OUT = 0.3; // of the events, at most, in the first view
  const WIDE_SEAT = 8; // px round the name of a country
  const CLOSE_SEAT = 2; // the same where nowhere is so much
  const ROUND = [40, 25]; // px round it in which marks call for room
  const SEARCHED = 2; // views in which spots are searched for

  // On a narrow map, where names would lie over each other, the first view leaves out the farthest places; words at
  // the edge count them. `layer.missed()` says what a view lacks.
  durand.nearer = (layer) => {
    const map = layer._map;
    if (!layer.missed) return;
    // Paper is another view, and nobody can move it.
    map.on("durand:print", ({ paper }) => paper && searched(layer));
    const spots = layer.spots();
    if (spots.length > CROWD) return;
    if (map.getSize().x >= NARROW) {
      searched(layer);
      return;
    }
    const less = (a, b) => a.missed - b.missed;
    const seen = [viewOf(layer)];
    for (const { centre, zoom } of frames(map, spots)) {
      map.setView(centre, zoom, { animate: false });
      seen.push(viewOf(layer));
    }
    const found = seen.sort(less).slice(0, SEARCHED).map((view) => searched(layer, view));
    see(layer, found.sort(less)[0]);
  };

  // For each zoom nearer than that of all places the frame that holds most of them.
  function* frames(map, spots) {
    const size = map.getSize();
    const [left, top, right, bottom] = ROOM;
    const [w, h] = [size.x - left - right, size.y - top - bottom];
    const first = map.getZoom();
    const sum = (some) => some.reduce((all, { n }) => all + n, 0);
    const most = sum(spots);
    for (let zoom = first; zoom <= first + NEARER; zoom += map.options.zoomSnap) {
      const points = spots.map(({ at, n }) => ({ ...map.project(at, zoom), n }));
      let best = [];
      for (const { x } of points) {
        const column = points.filter((one) => one.x >= x && one.x <= x + w);
        for (const { y } of column) {
          const held = column.filter((one) => one.y >= y && one.y <= y + h);
          if (sum(held) > sum(best)) best = held;
        }
      }
      if (sum(best) < most * (1 - LEFT_OUT)) return;
      const box = L.bounds(best.map(({ x, y }) => L.point(x, y)));
      yield { zoom, centre: map.unproject(box.getCenter().add([(right - left) / 2, (bottom - top) / 2]), zoom) };
    }
  }

  // A view with its plan for the marks, and what it lacks.
  function viewOf(layer) {
    const { plan, planKey } = layer;
    return { missed: layer.missed(), centre: layer._map.getCenter(), zoom: layer._map.getZoom(), plan, planKey };
  }

  function see(layer, { centre, zoom, plan, planKey }) {
    layer.plans.set(planKey, plan);
    layer._map.setView(centre, zoom, { animate: false });
  }

  // The view that is seen first is worth a search.
  durand.searched = searched;
  function searched(layer, view) {
    const now = view || viewOf(layer);
    if (!now.missed) return now;
    layer.searching = true;
    if (view) see(layer, view);
    else layer.draw();
    layer.searching = layer.hasty = false;
    return viewOf(layer);
  }

  durand.Events.include({
    // What a view lacks, in px of leader: events beyond it, and all that its plan for the marks does not do well.
    missed() {
      const beyond = [...this.beyond.values()].flat().reduce((sum, { group }) => sum + group.n, 0);
      return BEYOND * beyond + this.trouble.reduce((sum, [, px]) => sum + px, 0);
    },

    // Where events are, with how many.
    spots() {
      return this.gather(true)
        .filter((mark) => mark.pointed && mark.level <= DISTRICT)
        .map(({ lat, lon, group }) => ({ at: [lat, lon], n: group.n }));
    },
  });

  durand.Labels.include({
    // A country of the line that none of its seats names in a near view: where the fewest marks are still to stand, and
    // after them wherever they leave room for it.
    seatCountries() {
      const { ground, calls } = this.placer;
      for (const area of this.base.data.areas) {
        if (!ground || area.kind !== "country" || !SIDES.includes(area.id) || this.countries.has(area.id)) continue;
        const width = durand.textWidth(area.name, durand.TYPE.country);
        const height = durand.TYPE.country.size;
        const boxAt = ([x, y]) => [x - width / 2, y - height * 0.85, x + width / 2, y + height * 0.3];
        const crowd = new Map(
          ground.spots(area.id).map((spot) => {
            const round = durand.boxes.grown(boxAt(spot), ...ROUND);
            return [spot, calls.filter(([x, y]) => durand.over(round, [x, y, x, y])).length];
          })
        );
        const spots = [...crowd.keys()].sort((a, b) => crowd.get(a) - crowd.get(b));
        const seat = (px) =>
          spots.find((spot) => {
            const room = durand.boxes.grown(boxAt(spot), px, px);
            return this.free(room) && ground.clear(room, area.id);
          });
        const found = seat(WIDE_SEAT) || seat(CLOSE_SEAT);
        if (!found) continue;
        this.take("country", area.name, boxAt(found));
        this.text("country", area.name, ...found, "middle");
        this.countries.add(area.id);
      }
    },
  });
})(window.durand);
