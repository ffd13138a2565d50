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
    node.append(...(shade ? [shade.key(others)] : []), types, ...(shade ? [] : [sure, exact, gates]));

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
      exact.replaceChildren(...durand.samples(layer, shape, drawn[0].total));
      for (const row of [sure, exact]) row.hidden = !row.firstChild;
      gates.replaceChildren(...(layers.length > 1 ? [] : layer.gateKey()));
      gates.hidden = !gates.firstChild;
    };
    const settled = layer.calm(follow);
    layer.state.follow((what) => what === "mask" && settled());
    follow();
  };

  // A piece of the line in the sleeve of a stretch.
  const sleeve = () =>
    svg(
      "svg",
      { class: "sleeve-sample", width: 30, height: 14, viewBox: "0 0 30 14", "aria-hidden": "true" },
      svg("rect", { x: 1, y: 1, width: 28, height: 12, rx: 6 }),
      svg("path", { d: "M5,7H25" })
    );

  // One place that is plotted, one tag, a stretch, and what a number with a × means where there is one.
  durand.samples = (layer, shape) => {
    const say = (key) => durand.say(layer.words, key);
    const { level } = layer.source.marks;
    const has = (test) => layer.columns.mark.some((m, p) => m && test(level[m - 1]) && layer.crowded(p));
    const times = layer.items.some(({ group }) => group.parts && group.parts.some(([, , n]) => n > 1));
    return [
      has((one) => one === 0) &&
        html(
          "span",
          {},
          layer.glyph(shape, 0, 15),
          html("b", { text: say("key plotted name") }),
          html("span", { text: say("key plotted") })
        ),
      has((one) => one > 0) &&
        html(
          "span",
          { class: "tag-sample" },
          layer.glyph(shape, 0, 15),
          html("i", { text: say("key written name") }),
          html("span", { text: say("key written") })
        ),
      has((one) => one === 1) && html("span", {}, sleeve(), html("span", { text: say("key stretch") })),
      times &&
        html(
          "span",
          {},
          html("b", { dir: "ltr", text: `×${durand.number(layer.words, 2)}` }),
          html("span", { text: say("key times") })
        ),
    ].filter(Boolean);
  };
})(window.durand);
