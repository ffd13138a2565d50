// Many events: typed columns instead of objects. Few in view are drawn as symbols, many as circles on a canvas.
// What is not known to a place stays an area: outlines with their count, discs as soft patches, the line as a band.
(function (durand) {
  "use strict";
  const [PLACE, AREA, STRETCH, NOWHERE] = [0, 1, 2, 3];
  const FEW = 5000; // more events in view than this are drawn on the canvas
  const LISTED = 200; // events that a list shows at once
  const CELL = 24; // pixels within which the canvas counts events together
  const PACK_CELL = 30; // the same for symbols
  const DISC_CELL = 20;
  const FOCUSABLE = 80; // circles that the keyboard reaches
  const RIMS = 120; // discs up to this number get a rim
  const NO_DISTANCE = -1000000;
  const WORLD = 256;
  const [SMALLEST, LARGEST] = [2.2, 19]; // radius of a circle in pixels
  const SETTLE_MS = 120;
  const PACK = 7; // as in the small map
  const MIXED = "M-0.85,0A0.85,0.85 0 1 1 0.85,0A0.85,0.85 0 1 1 -0.85,0Z";

  // Bytes ----------------------------------------------------------------------------------------------------

  const fromBase64 = (text) => {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
    const chars = atob(text);
    const out = new Uint8Array(chars.length);
    for (let i = 0; i < out.length; i++) out[i] = chars.charCodeAt(i);
    return out;
  };
  const inflate = async (text) => new Uint8Array(await new Response(new Blob([fromBase64(text)]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer());

  const readers = {
    byte: (data) => data,
    varint: (data, n) => {
      const out = new Int32Array(n);
      for (let i = 0, at = 0; i < n; i++) {
        let value = data[at++];
        if (value > 127) {
          value &= 127;
          for (let shift = 7, more = 128; more; shift += 7) {
            more = data[at++];
            value |= (more & 127) << shift;
            more &= 128;
          }
        }
        out[i] = value;
      }
      return out;
    },
    zigzag: (data, n) => {
      const out = readers.varint(data, n);
      for (let i = 0; i < n; i++) out[i] = (out[i] >>> 1) ^ -(out[i] & 1);
      return out;
    },
    delta: (data, n) => {
      const out = readers.zigzag(data, n);
      for (let i = 1; i < n; i++) out[i] += out[i - 1];
      return out;
    },
    planes: (data, n) => {
      const out = new Int32Array(n);
      for (let plane = 0; plane * n < data.length; plane++) {
        for (let i = 0; i < n; i++) out[i] |= data[plane * n + i] << (8 * plane);
      }
      return out;
    },
    json: (data) => JSON.parse(new TextDecoder().decode(data)),
  };
  const EACH = ["day", "length", "early", "late", "date", "type", "verification", "place"];

  // A column of texts: as it is, or its different texts and a character for each row.
  const texts = ([words, codes]) => {
    if (codes === undefined) {
      const all = typeof words === "string" ? words.split("\u007f") : words;
      return (i) => all[i];
    }
    return (i) => {
      const point = codes.charCodeAt(i);
      return words[(point < 0xe000 ? point : point - 0x800) - 0x30];
    };
  };

  // State ----------------------------------------------------------------------------------------------------

  // The same questions as durand.State, answered by tables of what passes: one for each column of an event, one
  // for its place.
  durand.PackedState = class extends durand.State {
    passing(but) {
      const c = this.columns;
      const table = (kind) => {
        const ok = new Uint8Array(256).fill(1);
        if (kind !== but) for (const value of this.off[kind]) ok[value] = 0;
        return ok;
      };
      const [grain, side] = [table("grain"), table("side")];
      const places = new Uint8Array(c.at.grain.length);
      const province = but === "province" ? null : this.province;
      const precision = but === "precision" ? null : this.precision;
      for (let p = 0; p < places.length; p++) {
        places[p] = grain[c.at.grain[p]] & side[c.at.side[p]] & (province === null || c.at.province[p] === province + 1 ? 1 : 0) & (precision === null || c.at.precision[p] <= precision ? 1 : 0);
      }
      return { type: table("type"), verification: table("verification"), places };
    }

    sift() {
      const { type, verification, place, from, until } = this.columns;
      const ok = this.passing();
      const [low, high] = this.range;
      const { mask, n } = this;
      // Beside the mask, how many of each type are shown at each place: all that drawing needs.
      const kinds = this.sizes.type;
      this.crowd = this.crowd || new Int32Array(ok.places.length * kinds);
      const { crowd } = this;
      crowd.fill(0);
      for (let i = 0; i < n; i++) {
        const p = place[i];
        const one = ok.type[type[i]] & ok.verification[verification[i]] & ok.places[p] & (from[i] <= high ? 1 : 0) & (until[i] >= low ? 1 : 0);
        mask[i] = one;
        crowd[p * kinds + type[i]] += one;
      }
      this.tell("mask");
    }

    counts(kind) {
      const { type, verification, place, from, until, at } = this.columns;
      const ok = this.passing(kind);
      const [low, high] = kind === "range" ? [-Infinity, Infinity] : this.range;
      const own = { type, verification }[kind];
      const tally = new Int32Array(Math.max(256, at.grain.length));
      const by = own || place;
      for (let i = 0; i < this.n; i++) {
        tally[by[i]] += ok.type[type[i]] & ok.verification[verification[i]] & ok.places[place[i]] & (from[i] <= high ? 1 : 0) & (until[i] >= low ? 1 : 0);
      }
      const out = new Map();
      const add = (value, count) => count && out.set(value, (out.get(value) || 0) + count);
      for (let k = 0; k < tally.length; k++) {
        if (!tally[k]) continue;
        if (own) add(k, tally[k]);
        else if (kind !== "province") add(at[kind][k], tally[k]);
        else if (at.province[k]) add(at.province[k] - 1, tally[k]);
      }
      return out;
    }
  };

  // Layer ----------------------------------------------------------------------------------------------------

  durand.Packed = durand.Events.extend({
    initialize(id, options) {
      const meta = durand.data(`${id}_events`);
      Object.assign(this, { words: meta.words, types: meta.types, shapes: meta.areas, provinces: meta.provinces, phases: meta.phases, meta, options, textsId: `${id}_texts` });
      for (const shape of this.shapes) if (shape.rings) shape.lines = shape.rings.map(durand.unpack);
      this.events = [];
      this.items = [];
      this.boxes = [];
      this.made = new Map();
      this.chunks = new Map();
      this.ready = this.load(id);
    },

    async load(id) {
      if (typeof DecompressionStream === "undefined") throw new Error("no DecompressionStream");
      const data = await inflate(document.getElementById(`${id}_core`).textContent);
      const { n, places } = this.meta;
      const c = {};
      let begin = 0;
      for (const [name, kind, length] of this.meta.columns) {
        c[name] = readers[kind](data.subarray(begin, begin + length), EACH.includes(name) ? n : places);
        begin += length;
      }
      c.from = new Int32Array(n);
      c.until = new Int32Array(n);
      for (let i = 0; i < n; i++) {
        c.from[i] = c.day[i] - c.early[i];
        c.until[i] = c.day[i] + c.length[i] + c.late[i];
      }
      c.at = { grain: c.grain, side: c.side, precision: c.precision, province: c.province };
      for (const kind of ["grain", "side", "precision"]) {
        const all = new Uint8Array(n);
        for (let i = 0; i < n; i++) all[i] = c.at[kind][c.place[i]];
        c[kind] = all;
      }
      // Web Mercator at zoom 0, as Leaflet's EPSG3857.
      c.x = new Float32Array(places);
      c.y = new Float32Array(places);
      for (let p = 0; p < places; p++) {
        const s = Math.sin((c.lat[p] * Math.PI) / 1.8e6);
        c.x[p] = WORLD * (c.lon[p] / 3.6e6 + 0.5);
        c.y[p] = WORLD * (0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI));
      }
      this.names = Object.fromEntries(Object.entries(c.names).map(([name, column]) => [name, texts(column)]));
      this.columns = c;
      this.px = new Float32Array(places);
      this.py = new Float32Array(places);
      this.cell = new Int32Array(places);
      this.state = new durand.PackedState(c, { type: this.types.length, verification: 5, side: 4, precision: 8, province: this.provinces.length });
      this.state.sift();
    },

    // One event as the object that the rest of the front end knows.
    make(i) {
      if (this.made.has(i)) return this.made.get(i);
      const c = this.columns;
      const p = c.place[i];
      const date = this.dates(i);
      const place = (this.names.name(p) || "").replace(/\s*\([^)]*\)/g, "").replace(/^[ ,;]+|[ ,;]+$/g, "");
      const province = c.grain[i] === STRETCH || place.toLowerCase().includes((this.names.adm(p) || "").toLowerCase()) ? "" : this.names.adm(p);
      const event = {
        i,
        type: c.type[i],
        day: c.day[i],
        at: c.grain[i] === PLACE || (c.grain[i] === AREA && !c.area[p]) ? [c.lat[p] / 1e4, c.lon[p] / 1e4] : null,
        grain: c.grain[i],
        area: c.area[p] - 1,
        sure: this.sure(i),
        head: [this.types[c.type[i]].one, place, province, date].filter(Boolean).join(", "),
        date,
        why: this.names.said(p) || "",
      };
      if (this.made.size > 20000) this.made.clear();
      this.made.set(i, event);
      return event;
    },

    sure(i) {
      const { verification } = this.columns;
      return verification[i] !== 1 && verification[i] !== 3;
    },

    dayText(day) {
      const date = new Date(day * 864e5);
      return [date.getUTCDate(), this.words.months.split("|")[date.getUTCMonth()], date.getUTCFullYear()];
    },

    dates(i) {
      const c = this.columns;
      const end = this.dayText(c.day[i] + c.length[i]);
      const start = this.dayText(c.day[i]);
      if (!c.length[i]) return c.date[i] > 1 ? durand.say(this.words, "about date", { date: end.join(" ") }) : end.join(" ");
      const parts = start[2] !== end[2] ? 3 : start[1] !== end[1] ? 2 : 1;
      return durand.say(this.words, "to", { start: start.slice(0, parts).join(" "), end: end.join(" ") });
    },

    // Cards: a promise until the chunk of the event is there.
    card(i) {
      const number = Math.floor(i / this.meta.chunk);
      const chunk = this.chunks.get(number);
      if (chunk) return this.fact(i, chunk, i - number * this.meta.chunk);
      const { offsets } = this.meta;
      const all = document.getElementById(this.textsId).firstChild;
      const part = (k) => inflate(all.substringData(offsets[k], offsets[k + 1] - offsets[k])).then((data) => JSON.parse(new TextDecoder().decode(data)));
      this.phrases = this.phrases || part(offsets.length - 2).then((phrases) => (this.said = phrases));
      return Promise.all([part(number), this.phrases]).then(([read]) => {
        const out = { claims: read.claims || {}, sources: read.sources || {} };
        for (const [name, column] of Object.entries(read)) if (name !== "id" && name !== "claims" && name !== "sources") out[name] = texts(column);
        if (this.chunks.size > 40) this.chunks.clear();
        this.chunks.set(number, out);
        return this.card(i);
      });
    },

    fact(i, chunk, k) {
      const c = this.columns;
      const p = c.place[i];
      const say = (key, fields) => durand.say(this.words, key, fields);
      const text = (name) => (chunk[name] ? chunk[name](k) || "" : "");
      const unknown = say("not known");
      const precision = ["site", "town", "near", "district", "province", "border", "country", "unknown"][c.at.precision[p]];
      const radius = c.radius[p] * 100;
      const how = this.names.how(p);
      const located = (precision === "district" && !radius ? say("district polygon") : say(precision, { km: String(+(radius / 1000).toFixed(1)) })) + (how ? `. ${say("source position", { source: how })}` : "");
      const side = c.grain[i] === STRETCH ? say("side along") : [say("side AF"), say("side PK"), say("side uncertain"), null][c.at.side[p]];
      const facts = [
        ["when", this.dates(i)],
        ["where", [...new Set([this.names.name(p), this.names.adm(p)])].filter(Boolean).join(", ") || unknown],
        ["located", located],
        ["side", side],
        ["distance", this.distance(p, precision, radius)],
        ["actors", [text("actor1"), text("actor2")].filter(Boolean).join("; ") || unknown],
        ["attribution", text("attribution") || unknown],
        ["verification", ["reported", "claimed", "verified", "disputed"].map((key) => say(key))[c.verification[i]] || unknown],
      ];
      const link = durand.address(text("source_url"));
      const source = text("source") || (link && new URL(link).hostname);
      return {
        summary: this.whole(text("summary"), i, text),
        facts: facts.filter(([, words]) => words).map(([key, words]) => [say(key), words]),
        notes: this.whole(text("notes"), i, text),
        claims: chunk.claims[k] || [],
        sources: chunk.sources[k] && chunk.sources[k].length ? chunk.sources[k] : source ? [["", source, link || ""]] : [],
      };
    },

    // A summary with its marks replaced by what they stand for.
    whole(short, i, text) {
      if (short.startsWith("\u0006")) return short.slice(1);
      const p = this.columns.place[i];
      const fill = { place: () => this.names.name(p), province: () => this.names.adm(p), day: () => this.dayText(this.columns.day[i]).join(" ") };
      const full = short.replace(/[\ue000-\uf76f]/g, (code) => this.said[code.charCodeAt(0) - 0xe000] ?? code);
      return full.replace(/[\u0001-\u0005]/g, (mark) => {
        const name = this.meta.marks[mark];
        return fill[name] ? fill[name]() : text(name);
      });
    },

    distance(p, precision, radius) {
      const tenths = this.columns.km[p];
      if (tenths === NO_DISTANCE || ["province", "country", "border", "unknown"].includes(precision)) return null;
      const km = Math.abs(tenths) / 10;
      const doubt = (radius || 500) / 1000 + 0.25;
      const rounded = (value, step) => (value < step ? Math.ceil(value / step) : Math.round(value / step)) * step;
      if (km <= doubt) return durand.say(this.words, "distance near", { km: rounded(km + doubt, doubt < 1 ? 1 : 5) });
      const step = [1, 5, 10, 25, 50].find((one) => one >= doubt || one === 50);
      return durand.say(this.words, "distance about", { km: Math.max(rounded(km, step), step) });
    },

    // Lists ----------------------------------------------------------------------------------------------------

    // The first visible events that pass, as objects; `total` says how many there are.
    gather(passes, most = LISTED) {
      const { mask } = this.state;
      const out = [];
      let total = 0;
      for (let i = 0; i < mask.length; i++) {
        if (!mask[i] || (passes && !passes(i))) continue;
        if (total++ < most) out.push(this.make(i));
      }
      out.total = total;
      return out;
    },

    visible() {
      return this.gather(null);
    },

    rank(event) {
      const { mask } = this.state;
      let before = 0;
      for (let i = 0; i < event.i; i++) before += mask[i];
      return [mask[event.i] ? before : -1, this.state.shown()];
    },

    neighbour(event, by) {
      const { mask, n } = this.state;
      for (let k = 1, i = event.i; k <= n; k++) {
        i = (i + by + n) % n;
        if (mask[i]) return this.make(i);
      }
      return event;
    },

    unsure() {
      const { verification } = this.columns;
      return verification.includes(1) || verification.includes(3);
    },

    open(events, from) {
      const wanted = events.filter((event) => event.passes);
      if (!wanted.length) return durand.Events.prototype.open.call(this, events, from);
      const single = new Set(events.filter((event) => !event.passes).map((event) => event.i));
      const found = this.gather((i) => single.has(i) || wanted.some((event) => event.passes(i)));
      if (found.length) durand.Events.prototype.open.call(this, found, from);
    },

    // Drawing --------------------------------------------------------------------------------------------------

    onAdd(map) {
      this.ready.then(
        () => {
          if (!this._map) return;
          durand.panes(map);
          this.soft = durand.html("canvas", { class: "durand-canvas", "aria-hidden": "true" });
          this.dots = durand.html("canvas", { class: "durand-canvas", "aria-hidden": "true" });
          map.getPane("durand-areas").append(this.soft);
          map.getPane("durand-symbols").append(this.dots);
          map.on("mousemove", this.point0, this);
          map.on("click", this.click0, this);
          map.on("mouseout", this.leave0, this);
          durand.Events.prototype.onAdd.call(this, map);
          performance.mark("durand-events");
        },
        () => {
          if (this._map) map.getContainer().append(durand.html("p", { class: "durand-old", role: "alert", text: this.words["old browser"] }));
        }
      );
    },

    onRemove(map) {
      if (!this.over) return;
      map.off("mousemove", this.point0, this);
      map.off("click", this.click0, this);
      map.off("mouseout", this.leave0, this);
      this.soft.remove();
      this.dots.remove();
      durand.Events.prototype.onRemove.call(this, map);
    },

    // Count the visible events by cell of the screen, by disc and by area.
    tally(pixels) {
      const map = this._map;
      const c = this.columns;
      const places = this.px.length;
      const kinds = this.types.length;
      const size = map.getSize();
      const scale = 2 ** map.getZoom();
      const corner = map.getPixelBounds().min;
      const margin = CELL;
      const wide = Math.ceil((size.x + 2 * margin) / pixels);
      const high = Math.ceil((size.y + 2 * margin) / pixels);
      // Cells are fixed to the ground, so that circles do not jump when the map is moved.
      const [ox, oy] = [corner.x - (((corner.x % pixels) + pixels) % pixels), corner.y - (((corner.y % pixels) + pixels) % pixels)];
      for (let p = 0; p < places; p++) {
        const wx = c.x[p] * scale;
        const wy = c.y[p] * scale;
        const x = (this.px[p] = wx - corner.x);
        const y = (this.py[p] = wy - corner.y);
        this.cell[p] = -1;
        if (c.area[p]) this.cell[p] = -1 - c.area[p];
        else if (c.at.grain[p] === PLACE && x > -margin && y > -margin && x < size.x + margin && y < size.y + margin) {
          const [gx, gy] = [Math.floor((wx - ox + margin) / pixels), Math.floor((wy - oy + margin) / pixels)];
          if (gx >= 0 && gy >= 0 && gx < wide + 1 && gy < high + 1) this.cell[p] = gy * (wide + 1) + gx;
        }
      }
      const cells = (wide + 1) * (high + 1);
      const counts = new Int32Array(cells * kinds);
      const total = new Int32Array(cells);
      const [sx, sy] = [new Float64Array(cells), new Float64Array(cells)];
      const areas = new Int32Array(this.shapes.length * kinds);
      const surely = new Uint8Array(this.shapes.length * kinds);
      const first = new Int32Array(this.shapes.length).fill(-1);
      const discs = new Int32Array(places);
      const { mask, crowd } = this.state;
      const { cell, px, py } = this;
      let inView = 0;
      for (let p = 0; p < places; p++) {
        const at = cell[p];
        let n = 0;
        for (let k = 0; k < kinds; k++) {
          const count = crowd[p * kinds + k];
          if (!count) continue;
          n += count;
          if (at >= 0) counts[at * kinds + k] += count;
          else if (at < -1) areas[(-2 - at) * kinds + k] += count;
        }
        if (!n) continue;
        if (at >= 0) {
          total[at] += n;
          sx[at] += px[p] * n;
          sy[at] += py[p] * n;
          inView += n;
        } else if (at === -1 && c.at.grain[p] === AREA) discs[p] = n;
      }
      // What tags say beside the number is not drawn while things move.
      for (let i = 0; i < mask.length && this.shapes.length && !this.quick; i++) {
        const at = cell[c.place[i]];
        if (at >= -1 || !mask[i]) continue;
        const area = -2 - at;
        if (c.verification[i] !== 1 && c.verification[i] !== 3) surely[area * kinds + c.type[i]] = 1;
        if (first[area] < 0) first[area] = i;
      }
      return { kinds, counts, total, sx, sy, areas, surely, first, discs, inView, cells };
    },

    // A change of what is shown draws the canvas at once; outlines, tags and names follow when it rests.
    draw(event) {
      clearTimeout(this.settling);
      if (event || !this.drawn || this.meta.n <= FEW) {
        this.drawn = true;
        this.quick = false;
        durand.Events.prototype.draw.call(this);
        return;
      }
      this.quick = true;
      this.shift = this._map.containerPointToLayerPoint([0, 0]);
      this.over.replaceChildren();
      this.items = [];
      this.drawPlaces();
      this.quick = false;
      this.settling = setTimeout(() => this._map && this.draw(this), SETTLE_MS);
    },

    // The same for what else follows the state, such as the counts of the key.
    soon(follow) {
      clearTimeout(this.following);
      if (this.meta.n <= FEW) follow();
      else this.following = setTimeout(follow, SETTLE_MS);
    },

    drawPlaces() {
      this.tallied = this.tally(CELL);
      const few = !this.quick && this.tallied.inView <= FEW;
      this.canvas(this.dots);
      this.drawDiscs(this.canvas(this.soft));
      this.bubbles = [];
      this.pick = null;
      this.over.classList.toggle("d-few", few);
      if (few) this.drawFew();
      else this.drawMany();
    },

    // A canvas over the map's view, cleared, with a pen in CSS pixels.
    canvas(node) {
      const size = this._map.getSize();
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const [width, height] = [Math.round(size.x * ratio), Math.round(size.y * ratio)];
      if (node.width !== width || node.height !== height) {
        [node.width, node.height] = [width, height];
        [node.style.width, node.style.height] = [`${size.x}px`, `${size.y}px`];
      }
      L.DomUtil.setPosition(node, this._map.containerPointToLayerPoint([0, 0]));
      const pen = node.getContext("2d");
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, size.x, size.y);
      return pen;
    },

    colours() {
      const style = getComputedStyle(this._map.getContainer());
      const read = (name) => style.getPropertyValue(`--d-${name}`).trim();
      return { types: this.types.map((_, n) => read(`type-${n}`)), mixed: read("mixed"), focus: read("focus"), ink: read("ink") };
    },

    // Symbols and rings of the small map, for places in view; those that touch are counted together.
    drawFew() {
      const { mask } = this.state;
      const c = this.columns;
      const groups = new Map();
      for (let i = 0; i < mask.length; i++) {
        const p = c.place[i];
        if (!mask[i] || this.cell[p] < 0) continue;
        const key = `${c.lon[p]},${c.lat[p]}`;
        if (!groups.has(key)) groups.set(key, { xy: [this.px[p], this.py[p]], events: [] });
        groups.get(key).events.push(this.make(i));
      }
      const packs = this.merge([...groups.values()].map((pack) => ({ ...this.spread(pack.events.length), ...pack })));
      for (const pack of packs) {
        pack.events.sort((a, b) => a.type - b.type || a.i - b.i);
        if (pack.events.length > PACK) this.addRing(pack);
        else this.addSymbols(pack);
      }
    },

    // The same rule as for few packs, with only the neighbours of a pack looked at.
    merge(packs) {
      for (let sweep = 0; sweep < 12; sweep++) {
        const grid = new Map();
        const out = [];
        let met = false;
        for (const pack of packs.sort((a, b) => b.events.length - a.events.length)) {
          const [gx, gy] = pack.xy.map((v) => Math.floor(v / PACK_CELL));
          let host = null;
          for (let dx = -2; dx <= 2 && !host; dx++) {
            for (let dy = -2; dy <= 2 && !host; dy++) {
              for (const other of grid.get(`${gx + dx},${gy + dy}`) || []) {
                if (Math.hypot(pack.xy[0] - other.xy[0], pack.xy[1] - other.xy[1]) < (pack.r + other.r) * 0.86) host = other;
              }
            }
          }
          if (host) {
            const n = host.events.length + pack.events.length;
            host.xy = host.xy.map((v, k) => (v * host.events.length + pack.xy[k] * pack.events.length) / n);
            for (const event of pack.events) host.events.push(event);
            Object.assign(host, this.spread(n));
            met = true;
          } else {
            const key = `${gx},${gy}`;
            if (!grid.has(key)) grid.set(key, []);
            grid.get(key).push(pack);
            out.push(pack);
          }
        }
        packs = out;
        if (!met) break;
      }
      return packs;
    },

    // How large a circle stands for n events where the largest stands for `most`; that one has its number in it.
    radius(n, most) {
      return Math.max(SMALLEST, Math.min(LARGEST, 3 + 2 * Math.log10(most) ** 1.5) * (n / most) ** 0.36);
    },

    drawMany() {
      const pen = this.dots.getContext("2d");
      const t = this.tallied;
      const look = this.colours();
      const most = t.total.reduce((top, n) => Math.max(top, n), 1);
      for (let at = 0; at < t.cells; at++) {
        if (t.total[at]) this.bubbles.push({ at, n: t.total[at], x: t.sx[at] / t.total[at], y: t.sy[at] / t.total[at], r: this.radius(t.total[at], most) });
      }
      this.bubbles.sort((a, b) => b.n - a.n || a.at - b.at);
      const size = this._map.getSize();
      const [wide, high] = [Math.ceil(size.x / 2), Math.ceil(size.y / 2)];
      this.pick = { wide, high, ids: new Int32Array(wide * high) };
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      this.bubbles.forEach((bubble, number) => {
        const { at, x, y, r, n } = bubble;
        const mix = [];
        for (let k = 0; k < t.kinds; k++) if (t.counts[at * t.kinds + k]) mix.push([k, t.counts[at * t.kinds + k]]);
        const main = mix.reduce((a, b) => (b[1] > a[1] ? b : a));
        pen.beginPath();
        pen.arc(x, y, r + 1.1, 0, 2 * Math.PI);
        pen.fillStyle = look.focus;
        pen.fill();
        if (r < 6) {
          pen.beginPath();
          pen.arc(x, y, r, 0, 2 * Math.PI);
          pen.fillStyle = main[1] * 2 > n ? look.types[main[0]] : look.mixed;
          pen.fill();
        } else {
          const ring = Math.min(4.5, r * 0.42);
          let from = -Math.PI / 2;
          pen.lineWidth = ring;
          for (const [k, count] of mix) {
            const to = from + (2 * Math.PI * count) / n;
            pen.beginPath();
            pen.arc(x, y, r - ring / 2, from, to);
            pen.strokeStyle = look.types[k];
            pen.stroke();
            from = to;
          }
          pen.font = `600 ${r > 14 ? 11 : 10}px ui-sans-serif, system-ui, "Noto Sans", sans-serif`;
          const text = this.brief(n);
          if (pen.measureText(text).width < 2 * (r - ring) + 1) {
            pen.fillStyle = look.ink;
            pen.fillText(text, x, y + 0.5);
          }
        }
        this.stamp(number + 1, x / 2, y / 2, Math.max(r, 5) / 2);
        if (r > 4.5) this.boxes.push([x - r, y - r, x + r, y + r]);
        if (number < FOCUSABLE && !this.quick) this.addBubble(bubble);
      });
    },

    brief(n) {
      return n < 1000 ? String(n) : n < 9950 ? `${(n / 1000).toFixed(1)}k` : n < 999500 ? `${Math.round(n / 1000)}k` : `${(n / 1e6).toFixed(1)}M`;
    },

    // Mark a circle in the id buffer.
    stamp(id, x, y, r) {
      const { wide, high, ids } = this.pick;
      for (let row = Math.max(0, Math.ceil(y - r)); row < Math.min(high, y + r); row++) {
        const half = Math.sqrt(Math.max(0, r * r - (row - y) ** 2));
        const to = Math.min(wide, Math.ceil(x + half));
        for (let column = Math.max(0, Math.floor(x - half)); column < to; column++) ids[row * wide + column] = id;
      }
    },

    // A number of events as one: what opens is found by the cell that they are in.
    crowd(bubble) {
      const t = this.tallied;
      let type = 0;
      for (let k = 1; k < t.kinds; k++) if (t.counts[bubble.at * t.kinds + k] > t.counts[bubble.at * t.kinds + type]) type = k;
      return { i: -1, type, day: 0, sure: true, n: bubble.n, head: durand.say(this.words, "here", { n: bubble.n }), passes: (i) => this.cell[this.columns.place[i]] === bubble.at };
    },

    addBubble(bubble) {
      const node = durand.svg(
        "g",
        { class: "d-symbol d-crowd", transform: this.move(bubble.x, bubble.y) },
        durand.svg("circle", { class: "d-ring", r: bubble.r + 3 })
      );
      const event = this.crowd(bubble);
      this.addItem(node, [event], bubble.x, bubble.y, event.head, false);
    },

    // Places known to some kilometres: soft patches of their true size, darker where there are more.
    drawDiscs(pen) {
      const { discs } = this.tallied;
      const c = this.columns;
      const size = this._map.getSize();
      const scale = 2 ** this._map.getZoom();
      const cells = new Map();
      for (let p = 0; p < discs.length; p++) {
        if (!discs[p]) continue;
        const lat = (c.lat[p] * Math.PI) / 1.8e6;
        const r = ((c.radius[p] * 100) / (40075016.7 * Math.cos(lat))) * WORLD * scale;
        const [x, y] = [this.px[p], this.py[p]];
        if (x < -r || y < -r || x > size.x + r || y > size.y + r) continue;
        const key = `${Math.floor((x + c.radius[p] * 7919) / DISC_CELL)},${Math.floor(y / DISC_CELL)},${c.radius[p]}`;
        const cell = cells.get(key);
        if (cell) {
          cell.x += x * discs[p];
          cell.y += y * discs[p];
          cell.n += discs[p];
          cell.places.add(p);
        } else cells.set(key, { x: x * discs[p], y: y * discs[p], n: discs[p], r, places: new Set([p]) });
      }
      this.patches = [...cells.values()].map((cell) => ({ ...cell, x: cell.x / cell.n, y: cell.y / cell.n })).sort((a, b) => b.r - a.r || a.x - b.x);
      const { mixed } = this.colours();
      const most = this.patches.reduce((top, patch) => Math.max(top, patch.n), 1);
      for (const { x, y, r, n } of this.patches) {
        pen.globalAlpha = 0.05 + 0.14 * Math.sqrt(n / most);
        pen.drawImage(this.patch(mixed), x - r, y - r, 2 * r, 2 * r);
        pen.globalAlpha = 1;
        if (this.patches.length > RIMS) continue;
        pen.strokeStyle = mixed;
        pen.globalAlpha = 0.5;
        pen.beginPath();
        pen.arc(x, y, r, 0, 2 * Math.PI);
        pen.setLineDash([3, 3]);
        pen.lineWidth = 0.8;
        pen.stroke();
        pen.globalAlpha = 1;
      }
      pen.setLineDash([]);
    },

    // A soft disc that is drawn at any size.
    patch(colour) {
      if (this.soft1 && this.soft1.colour === colour) return this.soft1.image;
      const image = durand.html("canvas", { width: 128, height: 128 });
      const pen = image.getContext("2d");
      const shade = pen.createRadialGradient(64, 64, 24, 64, 64, 64);
      shade.addColorStop(0, colour);
      shade.addColorStop(1, `color-mix(in srgb, ${colour} 0%, transparent)`);
      pen.fillStyle = shade;
      pen.fillRect(0, 0, 128, 128);
      this.soft1 = { colour, image };
      return image;
    },

    // Areas and stretches: for each type in each, one entry with its number.
    areaGroups() {
      const { areas, surely, first, kinds } = this.tallied;
      const groups = new Map();
      for (let area = 0; area < this.shapes.length; area++) {
        if (first[area] < 0) continue;
        const events = [];
        for (let type = 0; type < kinds; type++) {
          const n = areas[area * kinds + type];
          if (!n) continue;
          const i = first[area];
          events.push({ i, type, day: this.columns.day[i], sure: surely[area * kinds + type] === 1, n, head: durand.say(this.words, "here", { n }), passes: (k) => this.columns.area[this.columns.place[k]] === area + 1 });
        }
        groups.set(area, events);
      }
      return groups;
    },

    // Tags with more than three types say their sum.
    parts(events) {
      const parts = durand.Events.prototype.parts.call(this, events);
      if (parts.length <= 3) return parts;
      return [["mixed", { n: parts.reduce((sum, [, part]) => sum + part.n, 0), sure: parts.some(([, part]) => part.sure) }]];
    },

    path(type, sure) {
      return type === "mixed" ? MIXED : durand.Events.prototype.path.call(this, type, sure);
    },

    // Pointing at the canvas -----------------------------------------------------------------------------------

    under([x, y]) {
      if (this.pick) {
        const id = this.pick.ids[Math.floor(y / 2) * this.pick.wide + Math.floor(x / 2)];
        if (id) return this.crowd(this.bubbles[id - 1]);
      }
      const patches = (this.patches || []).filter((patch) => Math.hypot(patch.x - x, patch.y - y) < patch.r);
      if (!patches.length) return null;
      const n = patches.reduce((sum, patch) => sum + patch.n, 0);
      return { i: -1, type: 0, day: 0, sure: true, n, head: durand.say(this.words, "somewhere here", { n }), passes: (i) => patches.some((patch) => patch.places.has(this.columns.place[i])) };
    },

    point0(move) {
      if (move.originalEvent.target.durandEvents || move.originalEvent.target.closest(".d-symbol, .d-tag")) return;
      const event = this.under([move.containerPoint.x, move.containerPoint.y]);
      this._map.getContainer().classList.toggle("durand-over", Boolean(event));
      if (event) this.hover(move.originalEvent, [event]);
      else this.hover(null);
    },

    click0(click) {
      const event = this.under([click.containerPoint.x, click.containerPoint.y]);
      if (event) this.open([event], null);
    },

    leave0() {
      this._map.getContainer().classList.remove("durand-over");
      this.hover(null);
    },

    itemOf(i) {
      const at = this.cell[this.columns.place[i]];
      return this.items.find((item) => item.events.some((event) => event.i === i || (event.passes && at >= 0 && event.passes(i))));
    },

    mark() {
      durand.Events.prototype.mark.call(this);
      if (this.halo) this.halo.remove();
      const { selected } = this.state;
      if (selected === null || !this.pick) return;
      const p = this.columns.place[selected];
      if (this.columns.grain[selected] !== PLACE) return;
      this.halo = durand.svg("circle", { class: "d-halo", r: 9, transform: this.move(this.px[p], this.py[p]) });
      this.over.append(this.halo);
    },

    reveal(event, clear) {
      if (event.at) {
        const at = this._map.latLngToContainerPoint(event.at);
        this.bringIn({ x: at.x, y: at.y }, clear);
      }
    },
  });

  durand.packed = (id, options) => new durand.Packed(id, options);

  // The key waits for the columns.
  const { legend } = durand;
  durand.legend = (layer, ...rest) => (layer.ready ? layer.ready.then(() => legend(layer, ...rest), () => null) : legend(layer, ...rest));
  durand.NOWHERE = NOWHERE;
})(window.durand);
