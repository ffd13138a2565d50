// What stands round the map: header that follows the filter, buttons, state in the address, room on a phone.
(function (durand) {
  "use strict";
  const { html } = durand;
  const BELOW = 90; // px of a phone below the map, for buttons and lines of words

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

  // Title and sentence say what is shown: those of the whole, or of what a choice leaves.
  durand.header = (layer, { titled: own }) => {
    const title = document.querySelector("h1");
    const said = document.querySelector(".subtitle");
    const whole = [title.textContent, said ? said.textContent : ""];
    const follow = () => {
      const { state } = layer;
      if (!state.filtered) {
        title.textContent = whole[0];
        if (said) said.textContent = whole[1];
        return;
      }
      const rows = layer.drawnRows();
      if (!own) title.textContent = rows.length ? layer.titleOf(rows) : layer.words["Durand Line"];
      if (said) said.textContent = durand.say(layer.words, "shown of", { n: rows.length, all: layer.mapped() });
    };
    const settled = layer.calm(follow);
    layer.state.follow((what) => what === "mask" && settled());
  };

  // Buttons on the map that open the filters and the list.
  durand.tools = (layer, hosts, pair) => {
    const bar = html("div", { class: "map-tools" });
    const button = (key, press) =>
      html("button", { type: "button", class: "map-tool", text: durand.say(layer.words, key), onclick: press });
    if (hosts.filters) {
      const panel = document.getElementById(hosts.filters).closest("section");
      const open = (on) => {
        panel.hidden = !on;
        filter.setAttribute("aria-expanded", on);
        document.body.classList.toggle("filters-open", on);
        if (on) panel.querySelector("h2").focus({ preventScroll: true });
        else filter.focus({ preventScroll: true });
      };
      const filter = button("filter", () => open(panel.hidden));
      filter.setAttribute("aria-expanded", false);
      filter.setAttribute("aria-controls", panel.id);
      panel.querySelector(".close").addEventListener("click", () => open(false));
      panel.addEventListener("keydown", (key) => key.key === "Escape" && open(false));
      layer.state.follow((what) => what === "mask" && filter.classList.toggle("on", layer.state.filtered));
      bar.append(filter);
    }
    if (hosts.table) {
      bar.append(
        button("list", () => {
          const details = document.querySelector(`#${hosts.table} details`);
          details.open = true;
          details.scrollIntoView({ block: "start" });
          details.querySelector("summary").focus({ preventScroll: true });
        })
      );
    }
    const map = layer._map.getContainer();
    if (pair) {
      const control = L.control({ position: "bottomleft" });
      control.onAdd = () => {
        L.DomEvent.disableClickPropagation(bar);
        return bar;
      };
      control.addTo(layer._map);
      map.append(layer.chips);
      return;
    }
    // Nothing covers the map: the row stands below it, beside it where there is a side; on a phone with all that is told in
    // words.
    const row = html("div", { class: "map-row" });
    row.append(layer.chips, bar);
    const wide = matchMedia("(min-width: 900px)");
    const box = map.closest(".map-box");
    const place = () => {
      (wide.matches ? document.querySelector(".key") : box).after(row);
      (wide.matches ? box.parentNode : row).append(layer.told);
    };
    wide.addEventListener("change", place);
    place();
  };

  // On a phone the map fills what title and key leave of the first screen; what fits it once more is returned.
  durand.fitScreen = (map) => {
    const first = document.querySelector(".first");
    const fit = () => {
      if (first) {
        const above = first.querySelector(".map-box").getBoundingClientRect().top - first.getBoundingClientRect().top;
        const { style } = document.documentElement;
        style.setProperty("--d-above", `${Math.round(above)}px`);
        style.setProperty("--d-below", `${Math.max(BELOW, first.querySelector(".map-row")?.offsetHeight || 0)}px`);
        // Words of more lines than they have room for are scrolled by keys, too.
        for (const one of document.querySelectorAll("header > *"))
          one.tabIndex = one.scrollHeight > one.clientHeight + 9 ? 0 : -1;
      }
      map.invalidateSize({ animate: false, pan: false });
    };
    if (first) {
      new ResizeObserver(fit).observe(first.querySelector(".key"));
      addEventListener("resize", fit);
    }
    fit();
    return fit;
  };

  // All that goes with the map of a page, once its events are read. If that fails, the picture stays.
  // Hosts name the elements that hold key, filters, table and time; `pair` makes a second map, `shades` are layers of
  // units.
  durand.dress = (layer, hosts, pair, shades) => {
    // Until the map has its room and its view, one order of placing is enough.
    layer.hasty = true;
    layer.ready
      .then(() => (pair ? durand.compare(layer, pair, shades) : shades))
      .then((shaded) => Promise.all((shaded || []).map((shade) => shade.ready)))
      .then((shaded) => {
        durand.live(true);
        layer.shades = shaded;
        const key = durand.key(layer, hosts.key, shaded);
        if (hosts.filters) new durand.Filters(layer, hosts.filters);
        if (hosts.table) new durand.Table(layer, hosts.table);
        if (hosts.time) new durand.Time(layer, hosts.time);
        if (hosts.filters || hosts.table) durand.tools(layer, hosts, pair);
        durand.gestures(layer._map, layer.words);
        const fit = durand.fitScreen(layer._map);
        durand.home(layer._map);
        const nearer = !pair && !shaded.length && durand.nearer;
        if (nearer) nearer(layer);
        const missed = nearer && layer.missed?.();
        key();
        // Words round the map may have taken some of its room.
        fit();
        if (nearer && layer.missed?.() > missed) durand.searched(layer);
        layer.hasty = false;
        layer.draw();
        durand.header(layer, hosts);
        if (hosts.table) durand.remember(layer);
      })
      .catch((error) => {
        durand.live(false);
        throw error;
      });
  };
})(window.durand);
