// The events of a page: typed columns, words of places, texts that are inflated when a card opens.
(function (durand) {
  "use strict";
  const NAME_ALONE = "\u0001";
  const NOTHING = "\u007f";
  const KEPT_CHUNKS = 40;

  // Bytes ------------------------------------------------------------------------------------------------------

  const fromBase64 = (text) => {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
    const chars = atob(text);
    const out = new Uint8Array(chars.length);
    for (let i = 0; i < out.length; i++) out[i] = chars.charCodeAt(i);
    return out;
  };
  const inflate = async (text) =>
    new Uint8Array(
      await new Response(
        new Blob([fromBase64(text)]).stream().pipeThrough(new DecompressionStream("deflate-raw"))
      ).arrayBuffer()
    );
  const parse = (data) => JSON.parse(new TextDecoder().decode(data));

  // The readers take as many numbers as there are.
  const varints = (data) => {
    let n = 0;
    for (let k = 0; k < data.length; k++) if (data[k] < 128) n++;
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
  };
  const readers = {
    byte: (data) => data,
    varint: varints,
    delta: (data) => {
      const out = varints(data);
      for (let i = 0, last = 0; i < out.length; i++) out[i] = last += (out[i] >>> 1) ^ -(out[i] & 1);
      return out;
    },
    // The low bytes of all numbers, then the next.
    planes: (data, n) => {
      const out = new Int32Array(n);
      for (let plane = 0; plane * n < data.length; plane++) {
        for (let i = 0; i < n; i++) out[i] |= data[plane * n + i] << (8 * plane);
      }
      return out;
    },
    json: parse,
  };

  const columns = async (text, plan, n) => {
    const data = await inflate(text);
    const out = {};
    let begin = 0;
    for (const [name, kind, length] of plan) {
      out[name] = readers[kind](data.subarray(begin, begin + length), n);
      begin += length;
    }
    return out;
  };

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

  // Events -----------------------------------------------------------------------------------------------------

  // Everything that can be asked of the events of a page. Several maps may show the same.
  durand.Source = class {
    constructor(id) {
      const plan = durand.data(`${id}_events`);
      this.plan = plan;
      this.n = plan.n;
      this.words = plan.words;
      this.types = plan.types;
      this.shapes = plan.areas;
      this.provinces = plan.provinces;
      this.phases = plan.phases;
      for (const shape of this.shapes) shape.lines = shape.rings.map(durand.unpack);
      this.part = (name) => document.getElementById(`${id}_${name}`).firstChild;
      this.chunks = new Map();
      this.ready = this.load();
    }

    async load() {
      if (typeof DecompressionStream === "undefined") throw new Error("this browser lacks DecompressionStream");
      const { n, plan } = this;
      const c = await columns(this.part("core").data, plan.columns, n);
      c.from = new Int32Array(n);
      c.until = new Int32Array(n);
      for (let i = 0; i < n; i++) {
        c.from[i] = c.day[i] - c.early[i];
        c.until[i] = c.day[i] + c.length[i] + c.late[i];
      }
      // The provinces of place p are within[start[p]] to within[start[p + 1] - 1].
      c.start = new Int32Array(plan.places + 1);
      for (let p = 0; p < plan.places; p++) c.start[p + 1] = c.start[p] + c.provinces[p];
      this.place = Object.fromEntries(Object.entries(c.words).map(([name, column]) => [name, texts(column)]));
      this.marks = Object.fromEntries(
        Object.entries(c)
          .filter(([name]) => name.startsWith("mark_"))
          .map(([name, column]) => [name.slice(5), column])
      );
      this.columns = c;
      // What fits in one chunk is read at once, so that its cards open without waiting.
      if (n && n <= plan.chunk) await Promise.all([this.chunk(0), this.ids()]);
      return this;
    }

    state() {
      return new durand.State(this.columns, {
        type: this.types.length,
        verification: 5,
        side: 4,
        precision: 8,
        province: this.provinces.length,
      });
    }

    say(key, fields) {
      return durand.say(this.words, key, fields);
    }

    // How a symbol of an event is drawn: filled, hollow, or as one of which it is not said how sure it is.
    look(i) {
      return this.plan.rules.looks[this.columns.verification[i]];
    }

    // What is drawn together, by number (maps.content.marks): where it stands and what is said there.
    mark(m) {
      const { marks } = this;
      const placed = marks.lon[m] || marks.lat[m];
      const adm1 = marks.adm1[m] ? this.plan.codes[marks.adm1[m] - 1] : "";
      const side = ["", "AF", "PK"][marks.side[m]];
      return {
        level: marks.level[m],
        ...this.markWords(m),
        lon: placed ? marks.lon[m] / 1e4 : null,
        lat: placed ? marks.lat[m] / 1e4 : null,
        radius: marks.radius[m] * 100,
        // What may lie on either side stands on that of its province, if this is known.
        either: !side,
        side: side || adm1.slice(0, 2),
        adm1,
        area: marks.area[m] - 1,
        tint: Boolean(marks.tint[m]),
      };
    }

    // A name is that of the first place of the mark, a tag the name, unless they are said.
    markWords(m) {
      if (!this.firsts) {
        this.firsts = new Int32Array(this.marks.level.length);
        this.columns.mark.forEach(
          (number, p) => number && !this.firsts[number - 1] && (this.firsts[number - 1] = p + 1)
        );
      }
      const said = this.place.mark_name(m);
      const name = (said || this.place.name(this.firsts[m] - 1)).trim();
      return { name, tag: (this.place.mark_tag(m) || name).trim() };
    }

    join(...parts) {
      return parts.filter(Boolean).join(this.words.comma);
    }

    date(i) {
      const { day, length, date } = this.columns;
      const text = durand.days(this.words, day[i], day[i] + length[i]);
      return date[i] > 1 && !length[i] ? this.say("about date", { date: text }) : text;
    }

    // What a headline says of a place.
    line(p) {
      const said = this.place.line(p);
      if (!said) return this.join(this.place.name(p), this.place.province(p));
      return said === NAME_ALONE ? this.place.name(p) : said === NOTHING ? "" : said;
    }

    head(i) {
      return this.join(this.types[this.columns.type[i]].one, this.line(this.columns.place[i]), this.date(i));
    }

    why(i) {
      return this.place.why(this.columns.place[i]);
    }

    // Where the map is moved to for an event of a place: the stored point, or the middle of its shape; null for none.
    at(p) {
      const { grain, area, lon, lat } = this.columns;
      if (grain[p] <= 1 && (lon[p] || lat[p])) return [lat[p] / 1e4, lon[p] / 1e4];
      if (!area[p]) return null;
      const line = this.shapes[area[p] - 1].lines.reduce((a, b) => (b.length > a.length ? b : a));
      return line[Math.floor(line.length / 2)];
    }

    // Ids ------------------------------------------------------------------------------------------------------

    ids() {
      this.idsRead =
        this.idsRead ||
        columns(this.part("ids").data, this.plan.ids, this.n).then((read) => {
          const start = texts(read.texts);
          this.id = read.number ? (i) => start(i) + read.number[i] : start;
        });
      return this.idsRead;
    }

    // Texts ----------------------------------------------------------------------------------------------------

    chunk(number) {
      const found = this.chunks.get(number);
      if (found) return found;
      const { offsets } = this.plan;
      const part = (k) =>
        inflate(this.part("texts").substringData(offsets[k], offsets[k + 1] - offsets[k])).then(parse);
      this.phrases = this.phrases || part(offsets.length - 2);
      const reading = Promise.all([part(number), this.phrases]).then(([read, phrases]) => {
        const chunk = { claims: read.claims || {}, sources: read.sources || {}, phrases };
        for (const name of ["actor1", "actor2", "attribution", "source", "source_url", "notes", "summary"])
          chunk[name] = read[name] ? texts(read[name]) : () => "";
        reading.chunk = chunk;
        return chunk;
      });
      if (this.chunks.size >= KEPT_CHUNKS) this.chunks.delete(this.chunks.keys().next().value);
      this.chunks.set(number, reading);
      return reading;
    }

    // What a card says: at once if its chunk is there, else a promise.
    card(i) {
      const number = Math.floor(i / this.plan.chunk);
      const reading = this.chunk(number);
      const k = i - number * this.plan.chunk;
      return reading.chunk ? this.write(i, reading.chunk, k) : reading.then((chunk) => this.write(i, chunk, k));
    }

    write(i, chunk, k) {
      const p = this.columns.place[i];
      const unknown = this.say("not known");
      const { name, province, located, side, distance } = this.place;
      const facts = [
        ["when", this.date(i)],
        ["where", this.join(...new Set([name(p), province(p)])) || unknown],
        ["located", located(p)],
        ["side", side(p)],
        ["distance", distance(p)],
        ["actors", [chunk.actor1(k), chunk.actor2(k)].filter(Boolean).join("; ") || unknown],
        ["attribution", chunk.attribution(k) || unknown],
        [
          "verification",
          ["reported", "claimed", "verified", "disputed"].map((key) => this.say(key))[this.columns.verification[i]] ||
            unknown,
        ],
      ];
      const link = durand.address(chunk.source_url(k));
      const source = chunk.source(k) || (link && new URL(link).hostname);
      const sources = chunk.sources[k] || [];
      return {
        summary: this.whole(chunk.summary(k), i, chunk, k),
        facts: facts.filter(([, text]) => text).map(([key, text]) => [this.say(key), text]),
        notes: this.whole(chunk.notes(k), i, chunk, k),
        claims: chunk.claims[k] || [],
        sources:
          sources.length || !source ? sources : [chunk.source(k) ? ["", source, link || ""] : [source, "", link]],
      };
    }

    // A text with its marks replaced by what they stand for.
    whole(short, i, chunk, k) {
      if (short.startsWith("\u0006")) return short.slice(1);
      const p = this.columns.place[i];
      const fill = {
        name: () => this.place.name(p),
        province: () => this.place.province(p),
        day: () => durand.day(this.words, this.columns.day[i]),
        actor1: () => chunk.actor1(k),
        actor2: () => chunk.actor2(k),
      };
      const full = short.replace(/[\ue000-\uf76f]/g, (code) => chunk.phrases[code.charCodeAt(0) - 0xe000] ?? code);
      return full.replace(/[\u0001-\u0005]/g, (mark) => fill[this.plan.marks[mark]]());
    }
  };
})(window.durand);
