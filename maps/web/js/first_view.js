// The first view of a page: what it shows of the events, and with which plan for their marks; names of countries in a
// near view.
(function (durand) {
  "use strict";
  const SIDES = ["AF", "PK"]; // of the line
  const NARROW = 600; // px
  const CROWD = 60; // more places than this are no nearer without the farthest
  const ROUNDS = 3;
  const STEPS = [[-0.3, 0], [-0.2, 0], [-0.1, 0], [0.1, 0], [0, 0.1], [0, -0.1]]; // of the map's width and height
  const NEARER = 2; // nearer views in which places are searched for
  const LEFT_OUT = 0.3; // of the events, at most, in the first view

  // On a narrow map, where names would lie over each other, the first view leaves out the farthest places; words at
  // the edge count them. `layer.missed()` says how many events the view shows not at all, or only with others.
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
    // Names on the Pakistani side stand right of their symbols.
    const room = { animate: false, paddingTopLeft: [28, 18], paddingBottomRight: [58, 22] };
    let best = viewOf(layer);
    const byZoom = new Map();
    const all = spots.reduce((sum, { n }) => sum + n, 0);
    let held = spots;
    for (let out = 0; out <= all * LEFT_OUT && held.length > 3;) {
      const far = (k, sign) => held.reduce((a, b) => (sign * (b.at[k] - a.at[k]) > 0 ? b : a));
      const [south, west, north, east] = [far(0, -1), far(1, -1), far(0, 1), far(1, 1)];
      const bounds = (some) => L.latLngBounds(some.map(({ at }) => at));
      const without = [west, east, south, north].map((one) => ({ one, rest: held.filter((other) => other !== one) }));
      const gain = ({ one, rest }) => (map.getBoundsZoom(bounds(rest)) - map.getBoundsZoom(bounds(held))) / one.n;
      const { one, rest } = without.reduce((a, b) => (gain(b) > gain(a) ? b : a));
      held = rest;
      out += one.n;
      if (out > all * LEFT_OUT) break;
      map.fitBounds(bounds(held), room);
      const view = viewOf(layer);
      best = lesser(best, view);
      byZoom.set(view.zoom, byZoom.has(view.zoom) ? lesser(byZoom.get(view.zoom), view) : view);
    }
    // The nearest views that may be, and the one in which most is shown, with a search.
    const nearest = [...byZoom.values()].filter(({ zoom }) => zoom > best.zoom).sort((a, b) => b.zoom - a.zoom);
    see(layer, best);
    best = settle(layer, best);
    for (const view of [best, ...nearest.slice(0, NEARER)]) {
      see(layer, view);
      best = lesser(best, searched(layer));
    }
    see(layer, best);
  };

  // A view with its plan for the marks, and how many events it misses.
  function viewOf(layer) {
    const { plan, planKey } = layer;
    return { missed: layer.missed(), centre: layer._map.getCenter(), zoom: layer._map.getZoom(), plan, planKey };
  }

  const lesser = (a, b) => (b.missed < a.missed ? b : a);

  function see(layer, { centre, zoom, plan, planKey }) {
    layer._map.setView(centre, zoom, { animate: false });
    layer.plans.set(planKey, plan);
    layer.draw();
  }

  // The view that is seen first is worth a search.
  function searched(layer) {
    if (!layer.missed()) return viewOf(layer);
    layer.searching = true;
    layer.draw();
    layer.searching = false;
    return viewOf(layer);
  }

  // A view is moved about while more of its events find room: names on the Afghan side stand left of their symbols.
  function settle(layer, first) {
    const map = layer._map;
    let best = first;
    for (let round = 0; round < ROUNDS && best.missed > 0; round++) {
      const before = best.missed;
      for (const [x, y] of STEPS) {
        const size = map.getSize();
        map.setView(best.centre, best.zoom, { animate: false });
        map.setView(map.containerPointToLatLng([(0.5 + x) * size.x, (0.5 + y) * size.y]), best.zoom, { animate: false });
        best = lesser(best, viewOf(layer));
      }
      if (best.missed === before) break;
    }
    return best;
  }

  durand.Labels.include({
    // A country of the line that none of its seats names in a near view: wherever the marks leave room for it.
    seatCountries() {
      const { ground } = this.placer;
      for (const area of this.base.data.areas) {
        if (!ground || area.kind !== "country" || !SIDES.includes(area.id) || this.countries.has(area.id)) continue;
        const width = durand.textWidth(area.name, durand.TYPE.country);
        const height = durand.TYPE.country.size;
        for (const [x, y] of ground.spots(area.id)) {
          const box = [x - width / 2, y - height * 0.85, x + width / 2, y + height * 0.3];
          const room = durand.boxes.grown(box, 8, 8);
          if (!this.free(room) || !ground.clear(room, area.id)) continue;
          this.take("country", area.name, box);
          this.text("country", area.name, x, y, "middle");
          break;
        }
      }
    },
  });
})(window.durand);
