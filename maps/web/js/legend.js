// The key: its entries switch types and kinds of place on and off; below it the list of all events.
(function (durand) {
  "use strict";
  const { html, svg } = durand;

  durand.Events.include({
    // A button that stands for an event in a list.
    entry(event, open) {
      return html(
        "button",
        { type: "button", class: "entry", onclick: (click) => (open ? open(event) : this.open([event], click.currentTarget)) },
        durand.glyph(this.path(event.type, event.sure), event.type, 14, !event.sure),
        html("span", {}, html("span", { class: "entry-head", dir: "auto", text: event.head }), event.why && html("span", { class: "quiet", text: `${this.words["not mapped one"]}: ${event.why}` }))
      );
    },
  });

  const { DOT } = durand;
  const VERIFICATIONS = ["reported short", "claimed short", "verified short", "disputed short", "not known"];
  const SIDES = ["side AF", "side PK", "side unclear", "not known"];
  const PRECISIONS = ["at least site", "at least town", "at least near", "at least district", "at least province", "at least border", "at least country"];

  // A layer of shaded units has its classes first.
  durand.legend = (layer, host, shades) => {
    const [shade, ...others] = shades || [];
    const say = (key, fields) => durand.say(layer.words, key, fields);
    const boxes = [];
    const toggle = (kind, value, picture, text, count) => {
      const box = html("input", { type: "checkbox", checked: true, onchange: () => layer.state.toggle(kind, value, box.checked) });
      const number = html("span", { class: "count", text: count });
      boxes.push({ kind, value, box, number });
      return html("label", { class: "toggle" }, box, picture, html("span", { class: "name", text }), number);
    };
    const heading = (text) => html("legend", { text });
    const whole = { type: layer.state.counts("type"), grain: layer.state.counts("grain") };

    const types = layer.types
      .map((type, n) => [type, n, whole.type.get(n) || 0])
      .filter(([, , count]) => count)
      .map(([type, n, count]) => toggle("type", n, durand.glyph(type.path, n, 18), type.one, count));

    const pictures = [
      durand.glyph(layer.types[0].path, "mixed", 18),
      svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true", class: "d-type-mixed" }, svg("circle", { cx: 9, cy: 9, r: 8, class: "d-area d-area-face", fill: `url(#${layer.uid}-area-mixed)` })),
      svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true", class: "d-type-mixed" }, svg("path", { d: "M1,12C6,4 12,14 17,6", class: "d-area d-area-band", stroke: `url(#${layer.uid}-band-mixed)` }), svg("path", { d: "M1,12C6,4 12,14 17,6", class: "key-durand" })),
    ];
    pictures[0].firstChild.setAttribute("d", DOT);
    const grains = ["places", "areas", "stretches"]
      .map((key, n) => [key, n, whole.grain.get(n) || 0])
      .filter(([, , count]) => count)
      .map(([key, n, count]) => toggle("grain", n, pictures[n], say(key), count));

    const stroke = (name) => svg("svg", { width: 34, height: 14, viewBox: "0 0 34 14", "aria-hidden": "true" }, svg("path", { d: "M1,7H33", class: name }));
    const key = (picture, text) => html("li", {}, picture, html("span", { text }));
    const gate = svg("svg", { width: 34, height: 14, viewBox: "-17 -7 34 14", "aria-hidden": "true", class: "d-crossing" }, svg("path", { d: "M-3.2,-3.2H3.2V3.2H-3.2Z" }));
    const dot = (hollow) => durand.glyph(DOT, "mixed", 18, hollow);
    // The ring of a number of events, with the types that are most on the map.
    const most = [...whole.type].sort((a, b) => b[1] - a[1]).slice(0, 3);
    const turns = [-Math.PI / 2, 0.6, 2.4, (3 * Math.PI) / 2];
    const arc = ([from, to]) => `M${7 * Math.cos(from)},${7 * Math.sin(from)}A7,7 0 0 1 ${7 * Math.cos(to)},${7 * Math.sin(to)}`;
    const ring = svg("svg", { width: 18, height: 18, viewBox: "-9 -9 18 18", "aria-hidden": "true" }, svg("circle", { class: "d-disc", r: 8.6 }), ...turns.slice(1).map((to, k) => svg("path", { class: `d-arc d-type-${most[k % Math.max(1, most.length)]?.[0] ?? "mixed"}`, d: arc([turns[k], to]) })));
    const present = (kind) => layer.state.present(kind);
    const sure = present("verification").map((n) => toggle("verification", n, dot(!layer.source.filled(n)), say(VERIFICATIONS[n]), 0));
    const sides = present("side").map((n) => toggle("side", n, html("span", {}), say(SIDES[n]), 0));

    // A choice of one among several, with how many events each would show.
    const choices = [];
    const choose = (kind, any, texts) => {
      const options = texts.map((text, n) => ({ n, text, option: html("option", { value: n }) }));
      const select = html("select", { "aria-label": say(kind), onchange: () => layer.state.choose(kind, select.value === "" ? null : Number(select.value)) }, html("option", { value: "", text: say(any) }), ...options.map(({ option }) => option));
      choices.push({ kind, select, options });
      return html("label", { class: "choice" }, html("span", { text: say(kind) }), select);
    };
    const all = html("button", { type: "button", class: "show-all", hidden: true, text: say("show all"), onclick: () => layer.state.reset() });
    const heads = layer.layers && html("p", { class: "two-heads", "aria-hidden": "true" }, html("span", { class: "count two" }, ...layer.layers.map((_, k) => html("span", {}, html("b", { class: "badge", text: durand.number(layer.words, k + 1) })))));
    document.getElementById(host).append(
      ...(heads ? [heads] : []),
      ...(shade ? [shade.key(others)] : []),
      all,
      html("fieldset", {}, heading(say("what happened")), ...types),
      ...(shade ? [] : [html("fieldset", {}, heading(say("how exact")), ...grains, html("ul", { class: "keys" }, key(ring, say("ring key"))))]),
      html("fieldset", {}, heading(say("how sure")), ...sure),
      html("fieldset", {}, heading(say("side")), ...sides),
      html("fieldset", {}, heading(say("narrow")),
        choose("province", "any province", layer.provinces),
        choose("precision", "any precision", PRECISIONS.map((key) => say(key)))),
      html("fieldset", {}, heading(say("lines")), html("ul", { class: "keys" },
        key(stroke("key-durand"), say("durand")),
        key(stroke("key-band"), say("band")),
        key(stroke("key-control"), say("line of control")),
        key(stroke("key-border"), say("country border")),
        key(gate, say("crossing key"))))
    );

    const follow = () => {
      const { state } = layer;
      all.hidden = !state.filtered;
      // Of two maps each has its own counts.
      const states = (layer.layers || [layer]).map((one) => one.state);
      const counts = Object.fromEntries(["type", "grain", "verification", "side", "province", "precision"].map((kind) => [kind, states.map((one) => one.counts(kind))]));
      for (const { kind, value, box, number } of boxes) {
        box.checked = !state.off[kind].has(value);
        durand.tally(number, layer.words, counts[kind].map((held) => held.get(value) || 0));
      }
      for (const { kind, select, options } of choices) {
        select.value = state[kind] === null ? "" : state[kind];
        const sums = states.map(() => 0);
        for (const { n, text, option } of options) {
          // A precision counts all that is as exact or more so.
          counts[kind].forEach((held, k) => (sums[k] = (kind === "precision" ? sums[k] : 0) + (held.get(n) || 0)));
          option.textContent = `${text} (${sums.map((sum) => durand.number(layer.words, sum)).join(", ")})`;
        }
      }
    };
    const settled = layer.calm(follow);
    layer.state.follow((what) => what === "mask" && settled());
    follow();
  };

  // State and selected event in the fragment of the address, so that a link opens the map as it was.
  durand.remember = (layer) => {
    const { state, source } = layer;
    const open = (i) => i !== null && layer.open([layer.event(i)], null);
    const read = () => {
      const wanted = state.read(location.hash);
      if (!wanted) return;
      // The ids of few events are there already; those of many are inflated first.
      if (source.id) open(layer.indexOf(wanted));
      else source.ids().then(() => open(layer.indexOf(wanted)));
    };
    const write = () => {
      const fragment = state.fragment(source.id);
      try {
        history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
      } catch {
        // A sandboxed frame may not; the map works without.
      }
    };
    if (location.hash.length > 1) read();
    addEventListener("hashchange", read);
    let wait = 0;
    state.follow(() => {
      clearTimeout(wait);
      wait = setTimeout(() => (state.selected === null ? write() : source.ids().then(write)), 150);
    });
  };

  // All that goes with the map of a page, once its events are read. If that fails, the picture stays.
  // Hosts name the elements that hold key, table and time; `pair` makes a second map, `shades` are layers of units.
  durand.dress = (layer, hosts, pair, shades) =>
    layer.ready.then(() => (pair ? durand.compare(layer, pair, shades) : shades)).then((shaded) => Promise.all((shaded || []).map((shade) => shade.ready))).then((shaded) => {
      durand.live(true);
      layer.shades = shaded;
      durand.legend(layer, hosts.key, shaded);
      if (hosts.table) new durand.Table(layer, hosts.table);
      if (hosts.time) new durand.Time(layer, hosts.time);
      durand.home(layer._map);
      if (hosts.table) durand.remember(layer);
    }).catch((error) => {
      durand.live(false);
      throw error;
    });
})(window.durand);
