// How names look on the map, how wide they are, and that they keep to themselves.
(function (durand) {
  "use strict";
  const root = document.documentElement;
  const pen = document.createElement("canvas").getContext("2d");
  const widths = new Map();
  const arabic = /[\u0600-\u06ff]/;

  // The sizes are those of css/map.css.
  durand.TYPE = {
    country: { size: 13, weight: 500, spacing: 4, caps: true },
    province: { size: 11, weight: 400, spacing: 1.1, caps: true },
    capital: { size: 14, weight: 600, spacing: 0 },
    city: { size: 13, weight: 500, spacing: 0 },
    town: { size: 12, weight: 400, spacing: 0 },
    village: { size: 11, weight: 400, spacing: 0 },
    crossing: { size: 11, weight: 500, spacing: 0 },
    durand: { size: 12, weight: 600, spacing: 2.4, caps: true },
    control: { size: 11, weight: 500, spacing: 1, caps: true },
    river: { size: 11, weight: 400, spacing: 0.6, italic: true },
    plotted: { size: 12.5, weight: 600, spacing: 0 },
    tag: { size: 12, weight: 400, spacing: 0 },
  };

  // The fonts of css/map.css, or the house's. Widths are measured anew once a font of the page is ready.
  durand.font = () => getComputedStyle(root).getPropertyValue("--d-font").trim() || "sans-serif";
  durand.whenLettered = (act) => {
    const wanted = [...(document.fonts || [])];
    if (!wanted.length) return;
    Promise.all(wanted.map((one) => one.load())).then(() => {
      widths.clear();
      act();
    }, Function.prototype);
  };

  durand.isArabic = (text) => arabic.test(text);
  durand.cased = (text, style) => (style.caps && !arabic.test(text) ? text.toUpperCase() : text);
  durand.spaced = (text, style) => (arabic.test(text) ? 0 : style.spacing || 0);

  durand.textWidth = (text, style) => {
    const key = `${style.size} ${style.weight} ${style.spacing} ${text}`;
    if (!widths.has(key)) {
      pen.font = `${style.italic ? "italic " : ""}${style.weight} ${style.size}px ${durand.font()}`;
      widths.set(key, pen.measureText(durand.cased(text, style)).width + durand.spaced(text, style) * text.length);
    }
    return widths.get(key);
  };

  // A text in two lines, parted at the space nearest to its middle; nothing where it has none. With a name it holds,
  // within that name alone: "near" stays with its place.
  durand.halves = (text, name) => {
    const from = name ? text.indexOf(name) : 0;
    const inside = (index) => index > from && index < from + (name || text).length;
    const spaces = [...text.matchAll(/ /g)].map(({ index }) => index).filter(inside);
    if (!spaces.length) return null;
    const middle = text.length / 2;
    const at = spaces.reduce((best, one) => (Math.abs(one - middle) < Math.abs(best - middle) ? one : best));
    return [text.slice(0, at), text.slice(at + 1)];
  };

  // A name from elsewhere, which may run the other way than the text round it.
  durand.isolate = (text) => `\u2068${text}\u2069`;
})(window.durand);
