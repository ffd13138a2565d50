// Tiles under the lines, only where the maker of the map asked for them.
(function (durand) {
  "use strict";
  durand.tiles = (data) => {
    const credit = document.createElement("span");
    credit.textContent = data.credit;
    return L.tileLayer(data.url, { attribution: credit.innerHTML, subdomains: data.subdomains, maxZoom: data.max });
  };
})(window.durand);
