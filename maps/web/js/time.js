// Time: a histogram of the events, two handles below it, phases, presets, play.
(function (durand) {
  "use strict";
  const { html, svg } = durand;
  const BARS = 28; // px
  const EARLY = { share: 0.05, gain: 1.6, width: 0.035 }; // when the first few events are drawn as one bar, and how wide
  const TICK = 500; // ms of a step
  const STEPS = 48; // steps of a whole run
  const WORD = { size: 10.5, weight: 400 };
  const GAP = 12; // px after a word of the axis
  const HEAD = 44; // px of the bar of the first few, which has its word
  const MONTHS = [1, 3, 6, 12, 24, 60, 120, 240]; // between two words of the axis
  const DAYS = [1, 2, 5, 10, 20, 40];

  // Days by month and the like are counted in UTC, in which a day is a whole number.
  const date = (day) => new Date(day * 864e5);
  const month = (day, by) => Date.UTC(date(day).getUTCFullYear(), date(day).getUTCMonth() + by, 1) / 864e5;
  const NEXT = {
    day: (day) => day + 1,
    week: (day) => day + 7 - ((day + 3) % 7), // the first day of 1970 was a Thursday; weeks begin on Monday
    month: (day) => month(day, 1),
  };

  // The value that stands at a place when the days are sorted.
  const nth = (days, [first, last], at) => {
    const counts = new Int32Array(last - first + 1);
    for (let i = 0; i < days.length; i++) counts[days[i] - first]++;
    let sum = 0;
    for (let k = 0; k < counts.length; k++) if ((sum += counts[k]) > at) return first + k;
    return first;
  };

  durand.Time = class {
    constructor(layer, host) {
      this.layer = layer;
      this.state = layer.state;
      this.words = layer.words;
      this.say = (key, fields) => durand.say(this.words, key, fields);
      this.host = document.getElementById(host);
      if (this.state.span[1] <= this.state.span[0]) {
        this.host.hidden = true;
        return;
      }
      this.still = matchMedia("(prefers-reduced-motion: reduce)");
      this.track = html("div", { class: "time-track", dir: "ltr" });
      this.host.append(this.track);
      this.axis();
      this.build();
      this.drawn = layer.calm(() => this.draw());
      this.state.follow((what) => what === "mask" && this.follow());
      new ResizeObserver(() => this.draw()).observe(this.track);
      this.layer._map.on("durand:print", () => this.draw());
      this.still.addEventListener("change", () => this.pause());
      this.follow();
    }

    // Where days lie on the axis. A few events long before the others stand together in one bar at its start.
    axis() {
      const { columns, span, n } = this.state;
      const late = nth(columns.from, span, Math.floor(n * EARLY.share));
      const early = span[1] - span[0] > EARLY.gain * (span[1] - late + 31);
      this.start = early ? month(late, 0) : span[0];
      const length = span[1] - this.start + 1;
      this.head = early ? Math.ceil(length * Math.max(EARLY.width, HEAD / (this.track.clientWidth || Infinity))) : 0;
      this.size = this.head + length;
      this.unit = length <= 70 ? "day" : length <= 760 ? "week" : "month";
      this.bins = early ? [{ from: span[0], until: this.start - 1, x: 0, w: this.head }] : [];
      for (let day = this.start; day <= span[1];) {
        const next = Math.min(NEXT[this.unit](day), span[1] + 1);
        this.bins.push({ from: day, until: next - 1, x: this.place(day), w: next - day });
        day = next;
      }
    }

    // Position of the first moment of a day, in days along the axis.
    place(day) {
      if (day < this.start)
        return this.head * Math.max(0, (day - this.state.span[0]) / Math.max(1, this.start - this.state.span[0]));
      return this.head + day - this.start;
    }

    build() {
      const range = (key, which) => {
        const input = html("input", {
          type: "range",
          min: 0,
          max: this.size,
          step: 1,
          "aria-label": this.say(key),
          class: `time-${which}`,
        });
        input.addEventListener("input", () => this.moved(which));
        input.addEventListener("change", () => this.speak());
        input.addEventListener("keydown", (key) => this.key(key, which));
        input.addEventListener("pointerdown", () => this.top(which));
        return input;
      };
      this.low = range("time from", "low");
      this.high = range("time until", "high");
      const icon = (d) =>
        svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, svg("path", { d }));
      this.icons = {
        play: icon("M4,2.5V13.5L13.5,8Z"),
        pause: icon("M4,3H7V13H4ZM9,3H12V13H9Z"),
        step: icon("M2,2.5V13.5L9,8ZM10,3H13V13H10Z"),
      };
      this.button = html("button", { type: "button", class: "time-play", onclick: () => this.play() });
      this.output = html("output", { class: "time-said", "aria-live": "polite" });
      const preset = (text, range) => {
        const button = html("button", {
          type: "button",
          class: "time-preset",
          "aria-pressed": "false",
          text,
          onclick: () => this.preset(range),
        });
        return { button, range };
      };
      const [first, last] = this.state.span;
      this.presets = [preset(this.say("all days"), [first, last])];
      for (const phase of this.layer.phases.filter(
        (phase) => phase.kind === "ceasefire" && phase.from > first && phase.from <= last
      )) {
        const day = durand.day(this.words, phase.from);
        this.presets.push(
          preset(this.say("before ceasefire", { date: day }), [first, phase.from - 1]),
          preset(this.say("since ceasefire", { date: day }), [phase.from, last])
        );
      }
      this.picture = svg("svg", { class: "time-bars", role: "img", "aria-label": this.say(`by ${this.unit}`) });
      this.track.append(this.picture, this.low, this.high);
      this.host.setAttribute("aria-label", this.say("time"));
      this.host.prepend(
        html(
          "div",
          { class: "time-row" },
          this.button,
          this.output,
          html(
            "div",
            { class: "time-presets", role: "group", "aria-label": this.say("periods") },
            ...this.presets.map(({ button }) => button)
          )
        )
      );
      this.dress();
    }

    // The button runs through time; where less motion is asked for, each press is one step.
    dress() {
      const kind = this.still.matches ? "step" : this.timer ? "pause" : "play";
      this.button.replaceChildren(this.icons[kind]);
      this.button.setAttribute("aria-label", this.say(kind === "step" ? "time step" : kind));
    }

    // From the handles to days. The lower stands at the start of its day, the upper at the end.
    moved(which) {
      this.pause();
      let low = Number(this.low.value);
      let high = Number(this.high.value);
      if (which === "low") low = Math.min(low, high - 1);
      else high = Math.max(high, low + 1);
      const [first] = this.state.span;
      const from = low < this.head ? (low < this.head / 2 ? first : this.start) : this.start + low - this.head;
      const until = high <= this.head ? this.start - 1 : this.start + high - this.head - 1;
      this.quiet = true;
      this.state.setRange(from, Math.max(from, until));
    }

    key(key, which) {
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key.key];
      if (!by || key.shiftKey || key.ctrlKey || key.altKey || key.metaKey) return;
      const input = this[which];
      const edges = this.bins.map((bin) => (which === "low" ? bin.x : bin.x + bin.w));
      const now = Number(input.value);
      const to = by > 0 ? edges.find((edge) => edge > now) : edges.filter((edge) => edge < now).pop();
      key.preventDefault();
      if (to === undefined) return;
      input.value = to;
      this.top(which);
      this.moved(which);
      this.speak();
    }

    top(which) {
      this.track.classList.toggle("low-on-top", which === "low");
    }

    preset(range) {
      this.pause();
      this.state.setRange(range[0], range[1]);
      this.speak();
    }

    play() {
      if (this.timer) return this.pause();
      const [first, last] = this.state.span;
      const [from, until] = this.state.range;
      // The whole time fills up from its start; a part of it moves along with its length kept.
      const growing = from === first;
      if (growing && until === last) this.at = 0;
      else if (until === last) this.at = Math.ceil(this.bins.findIndex((bin) => bin.until >= until - from + first));
      else this.at = this.bins.findIndex((bin) => bin.until >= until) + 1;
      this.length = growing ? null : until - from;
      this.at = Math.max(0, Math.min(this.at, this.bins.length - 1));
      if (this.still.matches) {
        this.advance();
        return this.speak();
      }
      this.output.setAttribute("aria-live", "off");
      this.timer = setInterval(() => this.advance(), TICK);
      this.dress();
      return this.advance();
    }

    advance() {
      const bin = this.bins[Math.min(this.at, this.bins.length - 1)];
      const [first] = this.state.span;
      this.quiet = true;
      this.state.setRange(this.length === null ? first : bin.until - this.length, bin.until);
      if (this.at >= this.bins.length - 1) return this.pause(true);
      this.at = Math.min(this.at + Math.max(1, Math.round(this.bins.length / STEPS)), this.bins.length - 1);
      return undefined;
    }

    pause(ended) {
      if (!this.timer) return this.dress();
      clearInterval(this.timer);
      this.timer = null;
      this.dress();
      if (ended !== undefined || document.activeElement === this.button) this.speak();
      return undefined;
    }

    // Said when nothing moves: while it runs or is dragged, the words change unheard.
    speak() {
      this.quiet = false;
      this.output.setAttribute("aria-live", "polite");
      this.output.textContent = "";
      this.tell();
    }

    tell() {
      const { state } = this;
      this.output.textContent = this.say("period shown", {
        period: durand.days(this.words, ...state.range),
        // As title and key count: what is at no place is in the list alone.
        shown: this.say("shown of", { n: this.layer.drawnBy().total, all: this.layer.mapped() }).replaceAll(" ", "\u00a0"),
      });
    }

    follow() {
      const { state } = this;
      const [from, until] = state.range;
      this.low.value = from < this.start ? 0 : this.place(from);
      this.high.value = until < this.start ? this.head : this.place(until) + 1;
      this.low.setAttribute("aria-valuetext", durand.day(this.words, from));
      this.high.setAttribute("aria-valuetext", durand.day(this.words, until));
      for (const { button, range } of this.presets)
        button.setAttribute("aria-pressed", range[0] === from && range[1] === until);
      if (this.quiet) this.output.setAttribute("aria-live", "off");
      this.tell();
      // The range changes no bar, only which of them are strong.
      if (this.turn === state.turn) this.strong();
      else this.drawn();
    }

    strong() {
      const { range } = this.state;
      const on = (bin) => bin.until >= range[0] && bin.from <= range[1];
      for (const { bin, node } of this.bars || []) node.classList.toggle("off", !on(bin));
    }

    // How many events each bar has, spread over the bins of their span where their date is in doubt.
    tally() {
      const { state } = this;
      const { from, until } = state.columns;
      const [first, last] = state.span;
      const of = new Int32Array(last - first + 1); // the bin of each day
      this.bins.forEach((bin, k) => of.fill(k, bin.from - first, bin.until - first + 1));
      const sure = new Float64Array(this.bins.length);
      const step = new Float64Array(this.bins.length + 1);
      for (let i = 0; i < state.n; i++) {
        if (!state.passes(i, "range")) continue;
        const a = of[from[i] - first];
        const b = of[until[i] - first];
        if (a === b) sure[a] += 1;
        else {
          const part = 1 / (b - a + 1);
          step[a] += part;
          step[b + 1] -= part;
        }
      }
      const loose = new Float64Array(this.bins.length);
      for (let k = 0, sum = 0; k < loose.length; k++) {
        sum += step[k];
        loose[k] = sum < 1e-9 ? 0 : sum;
      }
      return { sure, loose };
    }

    // Bars, the part shown strong; events of doubtful date spread over the bins of their span, lighter.
    draw() {
      const width = this.track.clientWidth;
      if (!width) return;
      this.turn = this.state.turn;
      const px = width / this.size;
      const { sure, loose } = this.tally();
      const top = Math.max(1, ...this.bins.map((_, k) => sure[k] + loose[k]));
      const up = 18;
      this.bars = [];
      this.bins.forEach((bin, k) => {
        const gap = bin.w * px > 4 ? 1 : 0;
        const rect = (from, height, name) => {
          if (height <= 0) return;
          const node = svg("rect", {
            x: (bin.x * px).toFixed(2),
            width: Math.max(0.8, bin.w * px - gap).toFixed(2),
            y: (up + BARS - from - height).toFixed(2),
            height: height.toFixed(2),
            class: name,
          });
          this.bars.push({ bin, node });
        };
        const solid = (sure[k] / top) * BARS;
        rect(0, solid, "bar");
        rect(solid, (loose[k] / top) * BARS, "bar loose");
      });
      this.picture.setAttribute("height", up + BARS + 30);
      this.picture.setAttribute("width", width);
      this.picture.replaceChildren(
        ...this.phases(px, width, up),
        ...this.bars.map(({ node }) => node),
        ...this.scale(px, width, up)
      );
      this.strong();
    }

    // Truces, talks and fighting as ticks; the words that find room, those of a ceasefire first.
    phases(px, width, up) {
      const taken = [];
      const out = [];
      const rank = { ceasefire: 0, fighting: 1, truce: 2, talks: 3, closure: 4 };
      const inSpan = this.layer.phases.filter(
        (phase) => phase.from >= this.state.span[0] && phase.from <= this.state.span[1]
      );
      for (const phase of inSpan.slice().sort((a, b) => (rank[a.kind] ?? 5) - (rank[b.kind] ?? 5) || a.from - b.from)) {
        const x = this.place(phase.from) * px;
        const name = this.words[`phase ${phase.kind}`] || phase.name;
        const title = svg("title", {
          text: `${phase.name}: ${durand.days(this.words, phase.from, phase.until ?? phase.from)}`,
        });
        out.push(
          svg(
            "g",
            { class: `phase phase-${phase.kind}` },
            title,
            svg("line", { x1: x, x2: x, y1: up - 4, y2: up + BARS }),
            svg("rect", { x: x - 4, y: 0, width: 8, height: up + BARS, class: "phase-hit" })
          )
        );
        const long = durand.textWidth(name, WORD);
        for (const [left, anchor] of [
          [x + 3, "start"],
          [x - 3 - long, "end"],
        ]) {
          if (left < 0 || left + long > width || taken.some(([a, b]) => left < b + 6 && left + long > a - 6)) continue;
          taken.push([left, left + long]);
          out.push(svg("text", { x: anchor === "start" ? left : x - 3, y: 11, "text-anchor": anchor, text: name }));
          out[out.length - 2].firstChild.nextSibling.setAttribute("y1", 2);
          break;
        }
      }
      return out;
    }

    // Days, months or years below the bars, at even steps.
    scale(px, width, up) {
      const y = up + BARS;
      const out = [svg("line", { class: "axis", x1: 0, x2: width, y1: y + 0.5, y2: y + 0.5 })];
      const text = (x, words) => svg("text", { class: "axis-word", x: x.toFixed(1), y: y + 26, text: words });
      if (this.head) {
        const x = this.head * px;
        out.push(text(0, `${durand.year(this.words, this.state.span[0])}–`));
        out.push(svg("line", { class: "axis-break", x1: x, x2: x, y1: y - 3, y2: y + 5 }));
      }
      for (const { x, words } of this.ticks(px, width))
        out.push(svg("line", { class: "axis", x1: x, x2: x, y1: y, y2: y + 5 }), text(x, words));
      return out;
    }

    // The words of the narrowest steps at which all have room. The first has its year, and each that begins another.
    ticks(px, width) {
      let found = [];
      for (const step of this.unit === "day" ? DAYS : MONTHS) {
        found = [...this.every(step)].map(({ day, words, fresh }) => {
          const x = this.place(day) * px;
          return { x, words, fresh, end: x + durand.textWidth(words, WORD) };
        });
        // Of the first, which may stand between two steps, and the next the one that begins a year.
        if (found[1] && found[0].end + GAP > found[1].x) found.splice(found[1].fresh ? 0 : 1, 1);
        if (found.every(({ x }, k) => !k || found[k - 1].end + GAP <= x)) break;
      }
      return found.filter(({ end }) => end <= width);
    }

    *every(step) {
      let year = null;
      for (let day = this.start; day <= this.state.span[1]; day = this.unit === "day" ? day + step : month(day, 1)) {
        const [y, m] = [date(day).getUTCFullYear(), date(day).getUTCMonth()];
        if (this.unit !== "day" && day !== this.start && (12 * y + m) % step) continue;
        const fresh = y !== year;
        year = y;
        if (this.unit === "day") yield { day, fresh, words: (fresh ? durand.day : durand.dayMonth)(this.words, day) };
        else yield { day, fresh, words: fresh && !m ? durand.year(this.words, day) : durand.monthYear(this.words, day, fresh) };
      }
    }
  };
})(window.durand);
