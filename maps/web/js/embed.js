// The page inside another page: how high it is. And the page as a picture: #picture=1200x630, with its key +key.
(function () {
  "use strict";
  const root = document.documentElement;
  const picture = /^#picture=(\d{2,4})x(\d{2,4})(\+key)?$/.exec(location.hash);
  if (picture) {
    root.classList.add("picture");
    if (!picture[3]) root.classList.add("no-key");
    root.style.setProperty("--d-wide", `${picture[1]}px`);
    root.style.setProperty("--d-high", `${picture[2]}px`);
  }
  if (window.parent === window) return;
  root.classList.add("embedded");
  const page = document.querySelector(".page");
  // Any page may embed the map, so the message goes to whoever does; it holds nothing but a number.
  const tell = () => window.parent.postMessage({ durand: "height", height: Math.ceil(page.getBoundingClientRect().height) }, "*");
  new ResizeObserver(tell).observe(page);
})();
