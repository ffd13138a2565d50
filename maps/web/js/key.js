// The key: the types that are on the map, with how many events of each, and one line each for how sure and how exact.
(function (durand) {
  "use strict";
  const { html, svg } = durand;
  const SURE = durand.FILLS;

  durand.Events.include({
    // A button that stands for an event in a list.
    entry(event, open) {
      const why = event.why && html("span", { class: "quiet", text: `${this.words["not mapped one"]}: ${event.why}` });
      return html(
        "button",
        {
          type: "button",
          class: "entry",
          onclick: (click) => (open ? open(event) : this.open([event], click.currentTarget)),
        },
        this.glyph(event.type, event.look, 14),
        html("span", {}, html("span", { class: "entry-head", dir: "auto", text: event.head }), why)
      );
    },

    // Of the events that are shown: how many of each type, and of each way to be drawn, those at no place left out.
    drawnBy() {
      const { mask, n } = this.state;
      const { type, place, grain } = this.columns;
      const types = new Map();
      const looks = new Map();
      let total = 0;
      for (let i = 0; i < n; i++) {
        if (!mask[i] || grain[place[i]] === durand.NOWHERE) continue;
        types.set(type[i], (types.get(type[i]) || 0) + 1);
        const look = this.source.look(i);
        looks.set(look, (looks.get(look) || 0) + 1);
        total++;
      }
      return { types, looks, total };
    },

    // How many of all events are at a place.
    mapped() {
      const { place, grain } = this.columns;
      let total = 0;
      for (let i = 0; i < this.state.n; i++) if (grain[place[i]] !== durand.NOWHERE) total++;
      return total;
    },
  });

  // Rows of the key; those of shaded units, if there are any, stand first.
  durand.key = (layer, host, shades) => {
    const say = (key, fields) => durand.say(layer.words, key, fields);
    const layers = layer.layers || [layer];
    const types = html("ul", { class: "key-types" });
    const sure = html("p", { class: "key-sure" });
    const exact = html("p", { class: "key-exact" });
    const gates = html("p", { class: "key-gates", hidden: true });
    const [shade, ...others] = shades || [];
    const node = document.getElementById(host);
    const seen = new Set(); // samples of what was drawn since the last choice
    node.append(...(shade ? [shade.key(others)] : []), ...durand.heads(layer), types, ...(shade ? [] : [sure, exact, gates]));

    let last = 0;
    const sample = (shape) => {
      last = shape;
      for (const one of layers) for (const record of one.said) seen.add(durand.sampleOf(record));
      exact.replaceChildren(...durand.samples(layer, shape, seen));
      exact.hidden = !exact.firstChild;
    };
    // A move may bring what the key must show; what it takes away stays, so that the key keeps its height.
    for (const one of layers)
      one._map.on("durand:drawn", () => one.said.some((record) => !seen.has(durand.sampleOf(record))) && sample(last));

    const follow = () => {
      const drawn = layers.map((one) => one.drawnBy());
      const present = layer.types.map((type, n) => [type, n]).filter(([, n]) => drawn.some((one) => one.types.get(n)));
      types.replaceChildren(
        ...present.map(([type, n]) => {
          const count = html("b", { class: "count" });
          durand.tally(
            count,
            layer.words,
            drawn.map((one) => one.types.get(n) || 0)
          );
          return html("li", {}, layer.glyph(n, 0, 17), html("span", { class: "name", text: type.one }), count);
        })
      );
      types.classList.toggle("many", present.length > 6);
      // The shape that is most on the map shows what is filled and what is not.
      const all = drawn[0].types;
      const most = [...all].reduce((best, one) => (!best || one[1] > best[1] ? one : best), null);
      const shape = most ? most[0] : 0;
      const looks = SURE.map((key, look) => [key, look]).filter(([, look]) => drawn.some((one) => one.looks.get(look)));
      sure.replaceChildren(
        ...looks.flatMap(([key, look]) => [
          html("span", {}, layer.glyph(shape, look, 15), html("span", { text: say(look === 1 && looks[0][1] ? "hollow alone" : key) })),
        ])
      );
      seen.clear();
      sample(shape);
      sure.hidden = !sure.firstChild;
      gates.replaceChildren(...(layers.length > 1 ? [] : layer.gateKey()));
      gates.hidden = !gates.firstChild;
    };
    const settled = layer.calm(follow);
    layer.state.follow((what) => what === "mask" && settled());
    follow();
    return follow;
  };

  // Above the counts of two maps, their numbers.
  durand.heads = (layer) =>
    layer.layers
      ? [
          html(
            "p",
            { class: "two-heads", "aria-hidden": "true" },
            html(
              "span",
              { class: "count two" },
              ...layer.layers.map((_, k) => html("span", {}, html("b", { class: "badge", text: durand.number(layer.words, k + 1) })))
            )
          ),
        ]
      : [];

  // The sample that explains a thing drawn.
  durand.sampleOf = ({ kind, level }) =>
    kind === "name" ? (level === "town" ? "plotted" : "written") : kind === "area" ? level : kind;

  // A piece of the line in the sleeve of a stretch.
  const sleeve = () =>
    svg(
      "svg",
      { class: "sleeve-sample", width: 30, height: 14, viewBox: "0 0 30 14", "aria-hidden": "true" },
      svg("rect", { x: 1, y: 1, width: 28, height: 12, rx: 6 }),
      svg("path", { d: "M5,7H25" })
    );

  // One place that is plotted, one tag, a stretch, and what a number with a × means, each where it is drawn.
  durand.samples = (layer, shape, drawn) => {
    const say = (key) => durand.say(layer.words, key);
    return [
      drawn.has("plotted") &&
        html(
          "span",
          {},
          layer.glyph(shape, 0, 15),
          html("b", { text: say("key plotted name") }),
          html("span", { text: say("key plotted") })
        ),
      drawn.has("written") &&
        html(
          "span",
          { class: "tag-sample" },
          layer.glyph(shape, 0, 15),
          html("i", { text: say("key written name") }),
          html("span", { text: say("key written") })
        ),
      drawn.has("stretch") && html("span", {}, sleeve(), html("span", { text: say("key stretch") })),
      drawn.has("count") &&
        html(
          "span",
          {},
          html("b", { dir: "ltr", text: `×${durand.number(layer.words, 2)}` }),
          html("span", { text: say("key times") })
        ),
    ].filter(Boolean);
  };
})(window.durand);
