// Filters behind a button: types, how exact, how sure, side, province; below them what the lines mean.
(function (durand) {
  "use strict";
  const { html, svg } = durand;
  const SURE = ["reported short", "claimed short", "verified short", "disputed short", "not known"];
  const SIDES = ["side AF", "side PK", "side unclear", "not known"];
  const GRAINS = ["places", "areas", "stretches"];

  const stroke = (name) =>
    svg(
      "svg",
      { width: 34, height: 14, viewBox: "0 0 34 14", "aria-hidden": "true" },
      svg("path", { d: "M1,7H33", class: name })
    );

  durand.Filters = class {
    constructor(layer, host) {
      this.layer = layer;
      this.say = (key, fields) => durand.say(layer.words, key, fields);
      this.boxes = [];
      this.choices = [];
      this.node = document.getElementById(host);
      this.all = html("button", {
        type: "button",
        class: "show-all",
        hidden: true,
        text: this.say("show all"),
        onclick: () => layer.state.reset(),
      });
      this.node.append(...durand.heads(layer), this.all, ...this.fields(), this.lines());
      const settled = layer.calm(() => this.follow());
      layer.state.follow((what) => what === "mask" && settled());
      this.follow();
    }

    toggle(kind, value, picture, text) {
      const { state } = this.layer;
      const box = html("input", {
        type: "checkbox",
        checked: true,
        onchange: () => state.toggle(kind, value, box.checked),
      });
      const number = html("span", { class: "count" });
      this.boxes.push({ kind, value, box, number });
      return html("label", { class: "toggle" }, box, picture, html("span", { class: "name", text }), number);
    }

    // A choice of one among several, with how many events each would show.
    choose(kind, any, texts) {
      const options = texts.map((text, n) => ({ n, text, option: html("option", { value: n }) }));
      const chosen = () => (select.value === "" ? null : Number(select.value));
      const select = html(
        "select",
        { "aria-label": this.say(kind), onchange: () => this.layer.state.choose(kind, chosen()) },
        html("option", { value: "", text: this.say(any) }),
        ...options.map(({ option }) => option)
      );
      this.choices.push({ kind, select, options });
      return html("label", { class: "choice" }, html("span", { text: this.say(kind) }), select);
    }

    group(title, ...children) {
      return html("fieldset", {}, html("legend", { text: this.say(title) }), ...children);
    }

    fields() {
      const { layer } = this;
      const { state, source } = layer;
      // A box for each value of the events of the map.
      const boxes = (kind, of) => {
        return [...state.counts(kind).keys()].sort((a, b) => a - b).map((n) => this.toggle(kind, n, ...of(n)));
      };
      const none = () => html("span", {});
      const dot = (n) => durand.glyph(durand.DOT, "mixed", 18, source.plan.rules.looks[n]);
      const precisions = source.plan.rules.precisions.slice(0, -1).map((key) => this.say(`at least ${key}`));
      return [
        this.group("what happened", ...boxes("type", (n) => [layer.glyph(n, 0, 18), layer.types[n].one])),
        layer.shades.length === 0 && this.group("how exact", ...boxes("grain", (n) => [none(), this.say(GRAINS[n])])),
        this.group("how sure", ...boxes("verification", (n) => [dot(n), this.say(SURE[n])])),
        this.group("side", ...boxes("side", (n) => [none(), this.say(SIDES[n])])),
        this.group(
          "narrow",
          this.choose("province", "any province", layer.provinces),
          this.choose("precision", "any precision", precisions)
        ),
      ].filter(Boolean);
    }

    lines() {
      const key = (picture, text) => html("li", {}, picture, html("span", { text: this.say(text) }));
      const gate = svg(
        "svg",
        { width: 34, height: 14, viewBox: "-17 -7 34 14", "aria-hidden": "true", class: "d-crossing" },
        svg("path", { d: "M-3.2,-3.2H3.2V3.2H-3.2Z" })
      );
      this.band = key(stroke("key-band"), "band");
      const list = html(
        "ul",
        { class: "keys" },
        key(stroke("key-durand"), "durand"),
        this.band,
        key(stroke("key-control"), "line of control"),
        key(stroke("key-border"), "country border"),
        key(gate, "crossing key")
      );
      // Where sources for the line differ is in the key while it is on the map.
      const bands = () => (this.band.hidden = !this.layer._map.durandBands);
      this.layer._map.on("zoomend", bands);
      bands();
      return this.group("lines", list);
    }

    follow() {
      const { layer } = this;
      const { state } = layer;
      this.all.hidden = !state.filtered;
      // Of two maps each has its own counts.
      const states = (layer.layers || [layer]).map((one) => one.state);
      const kinds = ["type", "grain", "verification", "side", "province", "precision"];
      const counts = Object.fromEntries(kinds.map((kind) => [kind, states.map((one) => one.counts(kind))]));
      for (const { kind, value, box, number } of this.boxes) {
        box.checked = !state.off[kind].has(value);
        durand.tally(
          number,
          layer.words,
          counts[kind].map((held) => held.get(value) || 0)
        );
      }
      for (const { kind, select, options } of this.choices) this.count(select, options, kind, counts[kind]);
    }

    count(select, options, kind, held) {
      const { layer } = this;
      const chosen = layer.state[kind];
      select.value = chosen === null ? "" : chosen;
      const sums = held.map(() => 0);
      for (const { n, text, option } of options) {
        // A precision counts all that is as exact or more so.
        held.forEach((one, k) => (sums[k] = (kind === "precision" ? sums[k] : 0) + (one.get(n) || 0)));
        option.textContent = `${text} (${sums.map((sum) => durand.number(layer.words, sum)).join(", ")})`;
      }
    }
  };
})(window.durand);
