// In a frame the wheel scrolls the page and zooms with Ctrl; one finger scrolls, two move the map. Said when tried.
(function (durand) {
  "use strict";
  const SAID_MS = 1600;

  durand.gestures = (map, words) => {
    if (!document.documentElement.classList.contains("framed")) return;
    const box = map.getContainer();
    const hint = durand.html("div", { class: "durand-hint", role: "status", hidden: true });
    box.append(hint);
    let wait = 0;
    const tell = (key) => {
      hint.textContent = durand.say(words, key);
      hint.hidden = false;
      clearTimeout(wait);
      wait = setTimeout(() => (hint.hidden = true), SAID_MS);
    };
    map.scrollWheelZoom.disable();
    box.addEventListener(
      "wheel",
      (wheel) => {
        if (!wheel.ctrlKey && !wheel.metaKey) return tell("frame wheel");
        wheel.preventDefault();
        const rect = box.getBoundingClientRect();
        map.setZoomAround(
          [wheel.clientX - rect.left, wheel.clientY - rect.top],
          map.getZoom() - Math.sign(wheel.deltaY) / 2
        );
        return undefined;
      },
      { passive: false }
    );
    // Before Leaflet hears of it, a finger alone is taken from it, and a mouse given back.
    const capture = { capture: true, passive: true };
    box.parentNode.addEventListener(
      "touchstart",
      ({ touches }) => map.dragging[touches.length > 1 ? "enable" : "disable"](),
      capture
    );
    box.parentNode.addEventListener("touchmove", ({ touches }) => touches.length === 1 && tell("frame touch"), capture);
    box.parentNode.addEventListener("mousedown", () => map.dragging.enable(), capture);
    if (L.Browser.mobile) map.dragging.disable();
  };
})(window.durand);
