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
        html("span", {}, html("span", { class: "entry-head", text: event.head }), event.why && html("span", { class: "quiet", text: `${this.words["not mapped one"]}: ${event.why}` }))
      );
    },
  });

  durand.legend = (layer, host, listHost) => {
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
    pictures[0].firstChild.setAttribute("d", "M-0.85,0A0.85,0.85 0 1 1 0.85,0A0.85,0.85 0 1 1 -0.85,0Z");
    const grains = ["places", "areas", "stretches"]
      .map((key, n) => [key, n, whole.grain.get(n) || 0])
      .filter(([, , count]) => count)
      .map(([key, n, count]) => toggle("grain", n, pictures[n], say(key), count));

    const stroke = (name) => svg("svg", { width: 34, height: 14, viewBox: "0 0 34 14", "aria-hidden": "true" }, svg("path", { d: "M1,7H33", class: name }));
    const key = (picture, text) => html("li", {}, picture, html("span", { text }));
    const gate = svg("svg", { width: 34, height: 14, viewBox: "-17 -7 34 14", "aria-hidden": "true", class: "d-crossing" }, svg("path", { d: "M-3.2,-3.2H3.2V3.2H-3.2Z" }));
    const sure = layer.unsure()
      ? [
          html("fieldset", {}, heading(say("how sure")), html("ul", { class: "keys" },
            key(durand.glyph(layer.types[0].path, "mixed", 18), say("filled")),
            key(durand.glyph(layer.types[0].path, "mixed", 18, true), say("hollow")))),
        ]
      : [];
    for (const fieldset of sure) {
      for (const path of fieldset.querySelectorAll("path")) path.setAttribute("d", pictures[0].firstChild.getAttribute("d"));
    }
    const all = html("button", { type: "button", class: "show-all", hidden: true, text: say("show all"), onclick: () => layer.state.reset() });
    document.getElementById(host).append(
      html("fieldset", {}, heading(say("what happened")), ...types),
      html("fieldset", {}, heading(say("how exact")), ...grains),
      ...sure,
      all,
      html("fieldset", {}, heading(say("lines")), html("ul", { class: "keys" },
        key(stroke("key-durand"), say("durand")),
        key(stroke("key-band"), say("band")),
        key(stroke("key-control"), say("line of control")),
        key(stroke("key-border"), say("country border")),
        key(gate, say("crossing key"))))
    );

    const list = document.getElementById(listHost);
    const summary = html("summary", {});
    const entries = html("ul", { class: "card-list" });
    list.append(html("details", { ontoggle: (event) => event.target.open && fill() }, summary, entries));
    const fill = () => {
      const events = layer.visible();
      const rest = layer.total(events) > events.length && html("li", { class: "quiet", text: say("first of", { n: events.length, all: layer.total(events) }) });
      entries.replaceChildren(...events.map((event) => html("li", {}, layer.entry(event))), ...(rest ? [rest] : []));
    };
    const follow = () => {
      const { state } = layer;
      all.hidden = !state.filtered;
      summary.textContent = `${say("all events")} (${state.shown()})`;
      const counts = { type: state.counts("type"), grain: state.counts("grain") };
      for (const { kind, value, box, number } of boxes) {
        box.checked = !state.off[kind].has(value);
        number.textContent = counts[kind].get(value) || 0;
      }
      if (list.firstElementChild.open) fill();
    };
    layer.state.follow((what) => what === "mask" && (layer.soon ? layer.soon(follow) : follow()));
    follow();
  };
})(window.durand);
