// Two maps of two periods beside each other: one key, one card, one table; they pan and zoom together.
//
// The page's own layer draws nothing: its state holds the events of both periods and the filters, which each map
// follows in a state of its own.
(function (durand) {
  "use strict";
  // Periods are pairs of days since 1970; nothing stands for an open end. The layers of units of both maps.
  durand.compare = async (layer, settings, shades) => {
    const first = layer._map;
    const second = L.map(settings.host, {
      ...first.options,
      center: first.getCenter(),
      zoom: first.getZoom(),
      attributionControl: false,
    });
    second.durandBounds = first.durandBounds;
    durand.printing(second);
    durand.base(durand.data(settings.base)).addTo(second);
    const maps = [first, second];
    const laid = first.durandLaid;
    if (laid) {
      laid.paired = true;
      const again = durand.laid(laid);
      again.paired = again.second = true;
      again.addTo(second);
    }
    const layers = maps.map((map) =>
      new durand.Events(layer.source, { ...layer.options, quiet: shades.length > 0, panelOf: layer }).addTo(map)
    );
    await Promise.all(layers.map((one) => one.ready));
    settings.periods.forEach(([from, until], k) => {
      const { state } = layers[k];
      state.range = [from === null ? state.span[0] : from, until === null ? state.span[1] : until];
      state.follow((what) => what === "mask" && count(k));
    });

    // Each heading counts the events of its map.
    const count = (k) => {
      let mapped = 0;
      for (const [grain, n] of layers[k].state.shownBy("grain")) if (grain !== durand.NOWHERE) mapped += n;
      document.getElementById(settings.heads[k]).textContent = durand.number(layer.words, mapped);
    };

    const mirror = () => {
      for (const { state } of layers) {
        for (const [kind, set] of Object.entries(layer.state.off)) state.off[kind] = new Set(set);
        state.province = layer.state.province;
        state.precision = layer.state.precision;
        state.sift();
      }
    };
    layer.state.follow((what) => {
      if (what === "mask") return mirror();
      for (const one of layers) {
        one.state.select(layer.state.selected);
        one.mark();
      }
      return undefined;
    });

    // What card and table ask of the page's layer, the map that shows the event does.
    layer.layers = layers;
    const holder = (i) => layers.find((one) => one.itemOf(i)) || layers.find((one) => one.state.mask[i]) || layers[0];
    layer.reveal = (event, clear) => holder(event.i).reveal(event, clear);
    layer.focusEvent = (i) => holder(i).focusEvent(i);
    layer.pointOut = (i) => layers.forEach((one) => one.pointOut(i));

    // What one shows the other shows: the same middle and zoom.
    let busy = false;
    const follow = () => {
      busy = true;
      second.invalidateSize({ animate: false, pan: false });
      second.setView(first.getCenter(), first.getZoom(), { animate: false });
      busy = false;
    };
    new ResizeObserver(follow).observe(second.getContainer());
    const link = (from, to) =>
      from.on("move", () => {
        if (busy) return;
        busy = true;
        to.setView(from.getCenter(), from.getZoom(), { animate: false });
        busy = false;
      });
    link(first, second);
    link(second, first);
    mirror();
    if (!shades.length) return [];
    const [shade] = shades;
    shade.remove();
    return layers.map((one, k) => durand.shade(shade.data, one, k).addTo(maps[k]));
  };
})(window.durand);
