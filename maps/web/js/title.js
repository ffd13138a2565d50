// The title of what a choice leaves, by the rules of maps/content/titles.py: what is drawn, where and when.
(function (durand) {
  "use strict";
  const MOST_OF = 0.75; // of the events, for a title of clashes and strikes
  const ALONG = 2 / 3; // of the events, near the line
  const LONG_DAYS = 400; // a longer period is given in months
  const FEW = 0.1; // of the events, at the beginning, do not stretch the period
  const EXACT = 2; // a date less exact counts where it lies wholly outside
  const LEVEL = durand.LEVELS;
  const KINDS = { ground: "clashes", air: "strikes", people: "attacks" };

  durand.Events.include({
    // Rows that are shown and on the map.
    drawnRows() {
      const { place, grain } = this.columns;
      return this.state.list(Infinity, (i) => grain[place[i]] !== durand.NOWHERE);
    },

    titleOf(rows) {
      const { columns, source, words } = this;
      const say = (key, fields) => durand.say(words, key, fields);
      const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
      const marks = [...new Set(rows.map((i) => columns.mark[columns.place[i]] - 1))].filter((m) => m >= 0).map((m) => source.mark(m));
      if (rows.length === 1) return upper(this.titleOfOne(rows[0], marks[0]));
      const title = this.titleWhere(upper(this.titleWhat(rows)), rows, marks);
      const period = this.titlePeriod(rows);
      return period ? say("title dated", { title, period }) : title;
    },

    titleOfOne(i, mark) {
      const { words, source } = this;
      const say = (key, fields) => durand.say(words, key, fields);
      const type = this.types[this.columns.type[i]].one;
      const date = source.date(i);
      if (!mark) return source.head(i);
      if (LEVEL[mark.level] === "stretch") return say("title dated", { title: source.join(say("what along", { what: type }), mark.name), period: date });
      const near = LEVEL[mark.level] === "near" || LEVEL[mark.level] === "country";
      const name = near ? mark.tag : mark.name;
      const province = (!mark.either && source.plan.names[mark.adm1]) || "";
      const place = source.join(name, name.includes(province) ? "" : province);
      return place ? say(near ? "title one near" : "title one", { type, place, date }) : source.head(i);
    },

    // Up to two types by their names, else a word for most of them.
    titleWhat(rows) {
      const { words, types, columns } = this;
      const kinds = new Set(rows.map((i) => columns.type[i]));
      const of = (family) => rows.filter((i) => KINDS[types[columns.type[i]].family] === family).length;
      const [clashes, strikes] = [of("clashes"), of("strikes")];
      const all = Object.values(KINDS).find((family) => of(family) === rows.length);
      const both = !all && clashes && strikes && clashes + strikes >= MOST_OF * rows.length;
      if (kinds.size > 2 || both) return words[`what ${both ? "clashes and strikes" : all || "events"}`];
      const names = [...kinds].sort((a, b) => a - b).map((n) => (words[types[n].key] || "").split("|").pop());
      return names.join(words.and);
    },

    // In the province chosen or the only one, along the line, in one country or both.
    titleWhere(what, rows, marks) {
      const { words, source, columns, state } = this;
      const say = (key, fields) => durand.say(words, key, fields);
      const codes = new Set(marks.map((mark) => (mark.either ? "" : mark.adm1)));
      const [code] = codes;
      const { near, place } = columns;
      const sides = new Set(marks.map((mark) => (mark.either ? "" : mark.side)));
      let where = state.province === null ? codes.size === 1 && source.plan.names[code] : this.provinces[state.province];
      if (!where && rows.filter((i) => near[place[i]]).length >= ALONG * rows.length) return say("what along", { what });
      const countries = ["AF", "PK"].filter((side) => sides.size > 1 || sides.has("") || sides.has(side));
      where = where || countries.map((side) => source.plan.names[side]).join(words.and);
      // What may lie elsewhere, too, is near it.
      const only = ({ adm1, either }) => !either && source.plan.names[adm1] === where;
      return say(state.province !== null && !marks.every(only) ? "what in or near" : "what in", { what, where });
    },

    // The days of what is drawn; nothing where a few early events alone would stretch them.
    titlePeriod(rows) {
      const { words, columns, state } = this;
      const { day, length, date, from, until } = columns;
      const { range, span } = state;
      const exact = rows.filter((i) => date[i] <= EXACT);
      const coarse = rows.filter((i) => date[i] > EXACT);
      const least = (some, of) => some.reduce((low, i) => Math.min(low, of(i)), Infinity);
      const most = (some, of) => some.reduce((high, i) => Math.max(high, of(i)), -Infinity);
      let [first, last] = [least(exact, (i) => day[i]), most(exact, (i) => day[i] + length[i])];
      const outside = coarse.filter((i) => !exact.length || until[i] < first || from[i] > last);
      [first, last] = [Math.min(first, least(outside, (i) => from[i])), Math.max(last, most(outside, (i) => until[i]))];
      if (last - first > LONG_DAYS && this.fewEarly(rows, first, last)) return "";
      const asked = [range[0] !== span[0], range[1] !== span[1]];
      if (asked[0] && asked[1] && !outside.length) return durand.days(words, ...range);
      if (asked[0]) first = Math.max(first, range[0]);
      if (asked[1]) last = Math.min(last, range[1]);
      if (!outside.length && last - first <= LONG_DAYS) return durand.days(words, first, last);
      const [start, end] = [first, last].map((at) => durand.monthYear(words, at, true));
      return start === end ? start : durand.say(words, "to", { start, end });
    },

    // Whether up to a tenth of the events, before some year, take most of the period.
    fewEarly(rows, first, last) {
      const years = rows.map((i) => new Date(this.columns.day[i] * 864e5).getUTCFullYear()).sort((a, b) => a - b);
      return years.some((year, k) => {
        const before = Date.UTC(year, 0) / 864e5 - first;
        return k && year !== years[k - 1] && k <= FEW * rows.length && before > 0.5 * (last - first);
      });
    },
  });
})(window.durand);
