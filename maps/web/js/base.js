// The base: land, rivers, lines, the Durand Line, and where sources for it differ.
(function (durand) {
  "use strict";
  const PANES = [
    ["durand-land", 210],
    ["durand-relief", 215],
    ["durand-areas", 220],
    ["durand-provinces", 225],
    ["durand-lines", 230],
    ["durand-durand", 240],
    ["durand-labels", 610],
    ["durand-symbols", 620],
  ];
  // Land beyond the edges of the base, so that a wide view does not end in what looks like a sea; it has no lines.
  const BEYOND = [
    [25.6, -20],
    [25.6, 58.2],
    [39.8, 58.2],
    [39.8, 79.8],
    [22, 79.8],
    [22, 160],
    [65, 160],
    [65, -20],
  ];
  const LOCATED = 0.2; // a view of more of the region than this needs no locator

  durand.panes = (map) => {
    for (const [name, level] of PANES) {
      if (!map.getPane(name)) map.createPane(name).style.zIndex = level;
    }
  };

  durand.Base = L.LayerGroup.extend({
    initialize(data) {
      L.LayerGroup.prototype.initialize.call(this);
      this.data = data;
      this.options = { ...this.options, attribution: data.credit };
      const shape = durand.arcs(data.topology);
      this.shapes = (name) =>
        data.topology.objects[name].geometries.map((g) => ({ id: g.id, name: g.name, parts: shape(g) }));
      this.line = this.shapes("durand_line")[0].parts[0];
    },

    onAdd(map) {
      durand.panes(map);
      const pens = {};
      const pen = (pane) => (pens[pane] = pens[pane] || L.svg({ pane, padding: 0.4 }));
      const path = (kind, parts, pane, className) =>
        kind(parts, {
          className,
          interactive: false,
          renderer: pen(pane),
          pane,
          smoothFactor: kind === L.polygon ? 0 : className.startsWith("d-durand") ? 1.8 : 0.6,
        });
      const draw = (...what) => this.addLayer(path(...what));
      const all = (kind, name, pane, className) => this.shapes(name).forEach(({ parts }) => draw(kind, parts, pane, className));
      if (!this.data.tiles) {
        draw(L.polygon, BEYOND, "durand-land", "d-land");
        all(L.polygon, "countries", "durand-land", "d-land");
        for (const unit of this.shapes("provinces"))
          draw(L.polygon, unit.parts, "durand-land", `d-${unit.id.slice(0, 2).toLowerCase()}`);
        const { relief } = this.data;
        if (relief) {
          const shade = L.imageOverlay(relief.url, relief.bounds, {
            className: "d-relief",
            pane: "durand-relief",
            opacity: relief.strength,
            alt: "",
          });
          this.addLayer(shade);
        }
        all(L.polyline, "rivers", "durand-lines", "d-river");
      }
      this.roads = (this.data.roads || []).map(({ class: name, zoom, lines }) => {
        const group = L.layerGroup();
        for (const line of lines)
          group.addLayer(path(L.polyline, durand.unpack(line), "durand-lines", `d-road d-road-${name}`));
        return { group, zoom };
      });
      all(L.polyline, "province_lines", "durand-provinces", "d-province-line");
      all(L.polyline, "borders", "durand-lines", "d-border");
      for (const line of this.shapes("disputed_lines")) {
        const control = line.name === "Line of Control";
        draw(L.polyline, line.parts, "durand-lines", control ? "d-control" : "d-disputed");
      }
      this.bands = this.data.bands.map((band) => {
        const at = band.at.map(([x, y]) => [y, x]);
        const line = path(L.polyline, at, "durand-durand", "d-band");
        this.addLayer(line);
        return { line, metres: band.m, lat: at[0][0] };
      });
      draw(L.polyline, this.line, "durand-durand", "d-durand-halo");
      draw(L.polyline, this.line, "durand-durand", "d-durand");
      L.LayerGroup.prototype.onAdd.call(this, map);
      map.on("zoomend", this.widen, this);
      this.widen();
      this.labels = new durand.Labels(this);
      map.addLayer(this.labels);
      if (map.durandSettings && !map.durandSettings.hide.includes("inset")) durand.locator(map, this, map.durandSettings.locator);
      map.durandBase = this;
    },

    onRemove(map) {
      map.off("zoomend", this.widen, this);
      map.removeLayer(this.labels);
      delete map.durandBase;
      L.LayerGroup.prototype.onRemove.call(this, map);
      this.clearLayers();
    },

    // Lines between provinces are left out where their error would be seen. A band is as wide on the ground as the
    // difference to either side, and shown once that is wider than the line.
    widen() {
      const map = this._map;
      const { zoom } = this.data.rules;
      const near = map.getZoom();
      map.getPane("durand-provinces").hidden = near > zoom.province_lines;
      for (const road of this.roads) this[near < road.zoom ? "removeLayer" : "addLayer"](road.group);
      map.durandBands = false;
      for (const { line, metres, lat } of this.bands) {
        const width = (2 * metres) / durand.metresPerPixel(map)(lat);
        const element = line.getElement();
        if (!element) continue;
        element.style.strokeWidth = `${width.toFixed(1)}px`;
        const shown = width >= zoom.band_px;
        element.style.display = shown ? "" : "none";
        if (shown) map.durandBands = true;
      }
    },
  });

  // Scale, zoom buttons, credit and first view of the page's own map.
  durand.frame = (map, settings) => {
    map.attributionControl.setPrefix(false).addAttribution(settings.credit);
    L.control
      .zoom({ position: "bottomright", zoomInTitle: settings.zoomIn, zoomOutTitle: settings.zoomOut })
      .addTo(map);
    const unit = settings.scale || "km";
    if (!settings.hide.includes("scale"))
      map.durandScale = L.control.scale({ metric: unit !== "mi", imperial: unit !== "km", maxWidth: 120 }).addTo(map);
    durand.whenLettered(() => map._loaded && map.fire("moveend"));
    map.durandBounds = settings.bounds;
    map.durandSettings = settings;
    durand.printing(map);
    durand.home(map);
    new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(map.getContainer());
  };

  // Where the view lies in the region; only on a map with room for it.
  durand.locator = (map, base, label) => {
    const [west, south, east, north] = [60, 23.2, 77.9, 38.8];
    const width = 104;
    const scale = width / (east - west);
    const tall = scale / Math.cos((31.5 * Math.PI) / 180);
    const height = Math.round((north - south) * tall);
    const at = ([lat, lng]) => [(lng - west) * scale, (north - lat) * tall];
    const path = (parts, close) =>
      parts
        .flat(close ? 1 : 0)
        .map((line) => {
          const kept = [];
          for (const point of line.map(at)) {
            const last = kept[kept.length - 1];
            if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) > 0.8) kept.push(point);
          }
          return kept.length > 1
            ? `M${kept.map((p) => p.map((v) => v.toFixed(1)).join(",")).join("L")}${close ? "Z" : ""}`
            : "";
        })
        .join("");
    const view = durand.svg("rect", { class: "locator-view" });
    const picture = durand.svg(
      "svg",
      { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
      ...base
        .shapes("countries")
        .map((country) => durand.svg("path", { class: "locator-land", d: path(country.parts, true) })),
      durand.svg("path", {
        class: "locator-focus",
        d: base
          .shapes("provinces")
          .map((unit) => path(unit.parts, true))
          .join(""),
      }),
      durand.svg("path", { class: "locator-line", d: path([base.line], false) }),
      view
    );
    const control = L.control({ position: "bottomright" });
    control.onAdd = () => durand.html("div", { class: "durand-locator" }, picture);
    control.addTo(map);
    const follow = () => {
      const bounds = map.getBounds();
      // Where the frame holds most of a country, it is a locator of its own.
      const share =
        ((bounds.getEast() - bounds.getWest()) * (bounds.getNorth() - bounds.getSouth())) /
        ((east - west) * (north - south));
      control.getContainer().hidden = share > LOCATED;
      const [l, t] = at([Math.min(north, bounds.getNorth()), Math.max(west, bounds.getWest())]);
      const [r, b] = at([Math.max(south, bounds.getSouth()), Math.min(east, bounds.getEast())]);
      for (const [name, value] of Object.entries({ x: l, y: t, width: Math.max(3, r - l), height: Math.max(3, b - t) }))
        view.setAttribute(name, value.toFixed(1));
    };
    map.on("moveend resize", follow);
    map.whenReady(follow);
  };

  // Scripts ran to the end, and the picture that stood in for the map goes; or something is missing, and it stays.
  durand.live = (on) => document.documentElement.classList.toggle("live", on);

  // On paper the map has the width of the page, with the same view.
  durand.printing = (map) => {
    let bounds = null;
    const redraw = () => {
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(bounds, { animate: false });
      map.eachLayer((layer) => layer instanceof durand.Base && layer.labels.draw());
      map.fire("durand:print", { paper: document.documentElement.classList.contains("printing") });
    };
    addEventListener("beforeprint", () => {
      bounds = map.getBounds().pad(-0.04);
      document.documentElement.classList.add("printing");
      redraw();
    });
    addEventListener("afterprint", () => {
      document.documentElement.classList.remove("printing");
      if (bounds) redraw();
    });
  };

  // The first view, in the room that the rest of the page leaves.
  durand.home = (map) => {
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(map.durandBounds, { animate: false });
  };

  durand.base = (data) => new durand.Base(data);
})(window.durand);
