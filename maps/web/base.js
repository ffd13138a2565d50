// The base: land, rivers, lines, the Durand Line, and where sources for it differ.
(function (durand) {
  "use strict";
  const PANES = [
    ["durand-land", 210],
    ["durand-areas", 220],
    ["durand-lines", 230],
    ["durand-durand", 240],
    ["durand-labels", 610],
    ["durand-symbols", 620],
  ];
  const BAND_PX = 9;
  const METRES_PER_PIXEL = 156543.034;

  durand.panes = (map) => {
    for (const [name, level] of PANES) {
      if (!map.getPane(name)) map.createPane(name).style.zIndex = level;
    }
  };

  durand.Base = L.LayerGroup.extend({
    initialize(data) {
      L.LayerGroup.prototype.initialize.call(this);
      this.data = data;
      const shape = durand.arcs(data.topology);
      this.shapes = (name) =>
        data.topology.objects[name].geometries.map((g) => ({ id: g.id, name: g.name, parts: shape(g) }));
      this.line = this.shapes("durand_line")[0].parts[0];
    },

    onAdd(map) {
      durand.panes(map);
      const pens = {};
      const pen = (pane) => (pens[pane] = pens[pane] || L.svg({ pane, padding: 0.4 }));
      const draw = (kind, parts, pane, className) =>
        this.addLayer(
          kind(parts, {
            className,
            interactive: false,
            renderer: pen(pane),
            pane,
            smoothFactor: kind === L.polygon ? 0 : className.startsWith("d-durand") ? 1.8 : 0.6,
          })
        );
      if (!this.data.tiles) {
        for (const country of this.shapes("countries")) {
          draw(L.polygon, country.parts, "durand-land", "d-land");
        }
        for (const unit of this.shapes("provinces")) draw(L.polygon, unit.parts, "durand-land", "d-focus");
        for (const river of this.shapes("rivers")) draw(L.polyline, river.parts, "durand-lines", "d-river");
      }
      for (const lines of this.shapes("province_lines")) {
        draw(L.polyline, lines.parts, "durand-lines", "d-province-line");
      }
      for (const lines of this.shapes("borders")) draw(L.polyline, lines.parts, "durand-lines", "d-border");
      for (const line of this.shapes("disputed_lines")) {
        const control = line.name === "Line of Control";
        draw(L.polyline, line.parts, "durand-lines", control ? "d-control" : "d-disputed");
      }
      this.bands = this.data.bands.map((band) => {
        const at = band.at.map(([x, y]) => [y, x]);
        const line = L.polyline(at, { className: "d-band", interactive: false, renderer: pen("durand-durand"), pane: "durand-durand", smoothFactor: 0 });
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
      map.durandReserve = (boxes) => this.labels.reserve(boxes);
    },

    onRemove(map) {
      map.off("zoomend", this.widen, this);
      map.removeLayer(this.labels);
      delete map.durandReserve;
      L.LayerGroup.prototype.onRemove.call(this, map);
      this.clearLayers();
    },

    // A band is as wide on the ground as the difference to either side, and shown once that is wider than the line.
    widen() {
      for (const { line, metres, lat } of this.bands) {
        const scale = (METRES_PER_PIXEL * Math.cos((lat * Math.PI) / 180)) / 2 ** this._map.getZoom();
        const width = (2 * metres) / scale;
        const element = line.getElement();
        if (!element) continue;
        element.style.strokeWidth = `${width.toFixed(1)}px`;
        element.style.display = width >= BAND_PX ? "" : "none";
      }
    },
  });

  // Scale, zoom buttons, credit and first view of the page's own map.
  durand.frame = (map, settings) => {
    map.attributionControl.setPrefix(false).addAttribution(settings.credit);
    L.control.zoom({ zoomInTitle: settings.zoomIn, zoomOutTitle: settings.zoomOut }).addTo(map);
    L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
    map.durandBounds = settings.bounds;
    durand.home(map);
    new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(map.getContainer());
  };

  // The first view, in the room that the rest of the page leaves.
  durand.home = (map) => {
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(map.durandBounds, { animate: false });
  };

  durand.base = (data) => new durand.Base(data);
})(window.durand);
