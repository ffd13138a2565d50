// The page inside another page: how high it is.
(function () {
  "use strict";
  const root = document.documentElement;
  if (root.dataset.compact) root.classList.add("framed");
  if (window.parent === window) return;
  root.classList.add("embedded", "framed");
  const page = document.querySelector(".page");
  // Any page may embed the map, so the message goes to whoever does; it holds nothing but a number.
  const tell = () =>
    window.parent.postMessage({ durand: "height", height: Math.ceil(page.getBoundingClientRect().height) }, "*");
  new ResizeObserver(tell).observe(page);
})();
