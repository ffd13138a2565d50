// What was drawn and where: the same columns as the print renderer's Drawing.marks, for tests and for others.
(function (durand) {
  "use strict";
  durand.layers = new Set(); // layers of events that are on a map

  const tenths = (box) => box.map((v) => Math.round(v * 10) / 10);
  const round = (v) => Math.round(v * 1e6) / 1e6;
  const point = ({ lat, lng }) => ({ type: "Point", coordinates: [round(lng), round(lat)] });

  const outline = (shape) => {
    const lines = shape.lines.map((line) => line.map(([lat, lng]) => [round(lng), round(lat)]));
    return shape.kind === "polygon"
      ? { type: "MultiPolygon", coordinates: lines.map((ring) => [ring]) }
      : { type: "MultiLineString", coordinates: lines };
  };

  // Indices of what a record stands for: all events of its mark, or those of one type that are filled alike.
  const indicesOf = (layer, { group, type, filled }) => {
    if (!group) return [];
    const all = group.list(Infinity);
    if (type === undefined) return all;
    return all.filter((i) => layer.columns.type[i] === type && durand.FILLS[layer.source.look(i)] === filled);
  };

  // All that stands on the maps of the page, after the last move. Ids are null until they are read (source.ids()).
  durand.drawn = () =>
    [...durand.layers].flatMap((layer) => {
      const { source } = layer;
      const { labels } = layer._map.durandBase || {};
      if (labels) labels.settle();
      const names = labels ? labels.said : [];
      const frame = layer._map.getContainer().getBoundingClientRect();
      // Words beside the map have no ground; those that are not seen are not there.
      for (const record of layer.said) {
        if (!record.node) continue;
        const { left, top, right, bottom } = record.node.getBoundingClientRect();
        record.box = [left - frame.left, top - frame.top, right - frame.left, bottom - frame.top];
        record.lines = [record.box];
      }
      const seen = layer.said.filter(({ node }) => !node || node.getClientRects().length);
      return [...seen, ...names].map((record) => ({
        event_ids: indicesOf(layer, record).map((i) => (source.id ? source.id(i) : null)),
        kind: record.kind,
        text: record.text,
        filled: record.filled,
        geometry: record.kind === "area" && record.area >= 0 ? outline(layer.shapes[record.area]) : record.node ? null : point(record.at),
        box: tenths(record.box),
        lines: (record.lines || [record.box]).map(tenths),
        level: record.level || "",
        type: record.type === undefined ? null : layer.types[record.type].key,
      }));
    });
})(window.durand);
