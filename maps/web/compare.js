// Two maps of two periods beside each other: one key, one card, one table; they pan and zoom together.
(function (durand) {
  "use strict";
  const { html } = durand;

  // A number, or the numbers of both maps, each told apart by more than its place.
  durand.tally = (node, words, counts) => {
    if (counts.length === 1) {
      node.textContent = durand.number(words, counts[0]);
      return;
    }
    node.classList.add("two");
    node.replaceChildren(
      ...counts.map((count, k) => html("span", {}, html("span", { class: "unseen", text: ` ${durand.say(words, "map of", { n: k + 1, period: "" })} ` }), durand.number(words, count)))
    );
  };

  // Periods are pairs of days since 1970; nothing stands for an open end.
  durand.compare = (layer, base, settings) => {
    const first = layer._map;
    const second = L.map(settings.host, { ...first.options, center: first.getCenter(), zoom: first.getZoom(), attributionControl: false });
    second.durandBounds = first.durandBounds;
    second.durandSettings = null;
    durand.printing(second);
    new ResizeObserver(() => second.invalidateSize({ animate: false, pan: false })).observe(second.getContainer());
    durand.base(base).addTo(second);
    const twin = layer.twin();
    twin.addTo(second);
    durand.state = layer.state;
    const layers = [layer, twin];
    settings.periods.forEach(([from, until], k) => {
      const { state } = layers[k];
      state.base = [from === null ? state.span[0] : from, until === null ? state.span[1] : until];
      state.range = state.base.slice();
      state.sift();
    });

    // The filters of the first are those of both.
    const mirror = () => {
      const [a, b] = [layer.state, twin.state];
      for (const [kind, set] of Object.entries(a.off)) b.off[kind] = new Set(set);
      b.province = a.province;
      b.precision = a.precision;
      b.sift();
    };
    layer.state.follow((what) => {
      if (what === "mask") mirror();
      else {
        twin.state.select(layer.state.selected);
        twin.mark();
      }
    });

    // Events of either map are those of the first, so that card and table know them.
    const own = { visible: layer.visible.bind(layer), reveal: layer.reveal.bind(layer), focusEvent: layer.focusEvent.bind(layer), pointOut: layer.pointOut.bind(layer), open: layer.open.bind(layer) };
    layer.layers = layers;
    layer.visible = () => layer.events.filter((event) => layers.some((one) => one.shown(event)));
    const holder = (i) => layers.find((one) => one.itemOf(i));
    layer.reveal = (event, clear) => {
      if (layer.itemOf(event.i)) own.reveal(event, clear);
      else twin.reveal(event, clear);
    };
    layer.focusEvent = (i) => (holder(i) === twin ? twin.focusEvent(i) : own.focusEvent(i));
    layer.pointOut = (i) => {
      own.pointOut(i);
      twin.pointOut(i);
    };
    twin.open = (events, from) => {
      twin.hover(null);
      own.open(events.map((event) => layer.events[event.i]), from);
    };

    // What one shows the other shows: the same middle and zoom.
    let busy = false;
    const link = (from, to) =>
      from.on("move", () => {
        if (busy) return;
        busy = true;
        to.setView(from.getCenter(), from.getZoom(), { animate: false });
        busy = false;
      });
    link(first, second);
    link(second, first);

    // Each heading counts the events of its map.
    const heads = settings.heads.map((id) => document.getElementById(id));
    const count = () => heads.forEach((node, k) => (node.textContent = durand.number(layer.words, layer.events.filter((event) => event.grain !== durand.NOWHERE && layers[k].shown(event)).length)));
    twin.state.follow((what) => what === "mask" && count());
    mirror();
    count();
    return twin;
  };
})(window.durand);
