// The front end of a map: one global, `durand`. Text from events reaches the page through textContent only.
(function (root) {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const durand = (root.durand = root.durand || {});

  const fill = (node, attributes, children) => {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === false || value === null || value === undefined) continue;
      if (name === "text") node.textContent = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children) if (child) node.append(child);
    return node;
  };
  durand.html = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
  durand.svg = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

  // Inert data of a script tag of type application/json.
  durand.data = (id) => JSON.parse(document.getElementById(id).textContent);

  // A string of the table of words; {n} and the like filled in, "one|many" chosen by n.
  durand.say = (words, key, fields) => {
    const forms = (words[key] || key).split("|");
    const text = fields && "n" in fields && fields.n !== 1 ? forms[forms.length - 1] : forms[0];
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      if (!fields || !(name in fields)) return whole;
      return typeof fields[name] === "number" ? durand.number(words, fields[name]) : String(fields[name]);
    });
  };

  // A number in the digits of the language, those of 10,000 and more with marks between the thousands.
  durand.number = (words, n) => {
    const text = n >= 10000 ? String(n).replace(/\B(?=(\d{3})+$)/g, ",") : String(n);
    return text.replace(/\d/g, (digit) => words.digits[digit]);
  };

  // A number, or the numbers of both of two maps, each told apart by more than its place.
  durand.tally = (node, words, counts) => {
    if (counts.length === 1) {
      node.textContent = durand.number(words, counts[0]);
      return;
    }
    node.classList.add("two");
    node.replaceChildren(
      ...counts.map((count, k) =>
        durand.html(
          "span",
          {},
          durand.html("span", { class: "unseen", text: ` ${durand.say(words, "map of", { n: k + 1, period: "" })} ` }),
          durand.number(words, count)
        )
      )
    );
  };

  // Where a key leads in a list of so many, round its ends; nothing for other keys.
  durand.stepOf = (key, now, length) => {
    const to = {
      ArrowRight: now + 1,
      ArrowDown: now + 1,
      ArrowLeft: now - 1,
      ArrowUp: now - 1,
      Home: 0,
      End: length - 1,
    }[key.key];
    return to === undefined ? undefined : (to + length) % length;
  };

  // Days since 1970 as words: a day, a span with what its ends share said once, parts of a day.
  const parts = (words, day) => {
    const at = new Date(day * 864e5);
    return [
      durand.number(words, at.getUTCDate()),
      words.months.split("|")[at.getUTCMonth()],
      durand.number(words, at.getUTCFullYear()),
    ];
  };
  durand.day = (words, day) => parts(words, day).join(" ");
  durand.days = (words, from, until) => {
    const [a, b] = [parts(words, from), parts(words, until)];
    if (until <= from) return a.join(" ");
    const shared = a[2] !== b[2] ? 3 : a[1] !== b[1] ? 2 : 1;
    return durand.say(words, "to", { start: a.slice(0, shared).join(" "), end: b.join(" ") });
  };
  durand.dayMonth = (words, day) => parts(words, day).slice(0, 2).join(" ");
  durand.monthYear = (words, day, year) =>
    parts(words, day)
      .slice(1, year ? 3 : 2)
      .join(" ");
  durand.year = (words, day) => parts(words, day)[2];

  // An address that may be followed: http or https, nothing else.
  durand.address = (text) => {
    try {
      const url = new URL(text);
      return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
    } catch {
      return null;
    }
  };

  // Coordinates packed as steps of 1e-4 degree, to [lat, lng] pairs.
  durand.unpack = (steps) => {
    const out = [];
    for (let i = 0, x = 0, y = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      out.push([y / 1e4, x / 1e4]);
    }
    return out;
  };

  // TopoJSON arcs to [lat, lng] lines; a geometry to nested lists of them.
  durand.arcs = (topology) => {
    const [sx, sy] = topology.transform.scale;
    const [tx, ty] = topology.transform.translate;
    const arcs = topology.arcs.map((arc) => {
      let x = 0;
      let y = 0;
      return arc.map(([dx, dy]) => [(y += dy) * sy + ty, (x += dx) * sx + tx]);
    });
    const chain = (numbers) =>
      numbers.flatMap((n, i) => {
        const arc = n >= 0 ? arcs[n] : arcs[~n].slice().reverse();
        return i ? arc.slice(1) : arc;
      });
    return (geometry) => {
      if (geometry.type === "LineString") return [chain(geometry.arcs)];
      if (geometry.type === "MultiLineString") return geometry.arcs.map(chain);
      if (geometry.type === "Polygon") return [geometry.arcs.map(chain)];
      return geometry.arcs.map((polygon) => polygon.map(chain));
    };
  };

  // A symbol in a line of text: filled, hollow, or as one of which it is not said how sure it is.
  durand.LOOK = ["", "hollow", "unsaid"];
  durand.FILLS = ["filled", "hollow", "not said"];
  durand.glyph = (path, type, size, look = 0) =>
    durand.svg(
      "svg",
      {
        class: `durand-glyph d-type-${type} ${durand.LOOK[look]}`,
        width: size,
        height: size,
        viewBox: "-1.5 -1.5 3 3",
        "aria-hidden": "true",
      },
      durand.svg("path", { d: path, "fill-rule": "evenodd" })
    );

  // Boxes [left, top, right, bottom] that are taken, by the squares of a grid that they touch.
  const SQUARE = 48; // px
  durand.Room = class {
    constructor(boxes) {
      this.boxes = [];
      this.squares = new Map();
      this.take(...(boxes || []));
    }
    // Whether nothing that is taken meets a box. Asked most often of all: nothing is made here.
    free([l, t, r, b]) {
      if (!this.squares.size) return true;
      const [first, last] = [Math.floor(l / SQUARE), Math.floor(r / SQUARE)];
      const end = Math.floor(b / SQUARE);
      for (let row = Math.floor(t / SQUARE); row <= end; row++)
        for (let column = first; column <= last; column++) {
          const held = this.squares.get(row * 4096 + column);
          if (held) for (const one of held) if (l < one[2] && r > one[0] && t < one[3] && b > one[1]) return false;
        }
      return true;
    }
    take(...boxes) {
      for (const box of boxes) {
        this.boxes.push(box);
        const [l, t, r, b] = box.map((v) => Math.floor(v / SQUARE));
        for (let row = t; row <= b; row++)
          for (let column = l; column <= r; column++) {
            const key = row * 4096 + column;
            if (!this.squares.has(key)) this.squares.set(key, []);
            this.squares.get(key).push(box);
          }
      }
    }
  };
})(window);
