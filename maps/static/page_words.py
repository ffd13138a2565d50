"""The words of a page: headline and sentence, the key, notes, credits."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from geo.errors import SchemaError
from geo.files.characters import visible
from geo.vocab import EVENT_TYPES
from maps.content.cards import upper
from maps.content.choropleth import in_both, shaded_subtitles
from maps.content.gate_states import run_words
from maps.content.marks import GATE_TYPES
from maps.content.titles import key_word
from maps.spec.house_style import house_credit
from maps.spec.wording import KEY_TITLE
from maps.static.areas import outlines_reaches
from maps.static.choropleth import class_section
from maps.static.density_surface import density_section
from maps.static.gate_glyph import gate_sign
from maps.static.legend import Entry, Flow, Grid, Sample, Section
from maps.static.line_profile import FAR_KM, places_along
from maps.words.words import date_range, plural, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.choropleth import Shading
    from maps.content.claimed_figures import Figures
    from maps.content.content import MapContent
    from maps.content.density import Density
    from maps.content.titles import KeyRow
    from maps.spec.house_style import House
    from maps.spec.sheet import Sheet
    from maps.spec.spec import MapSpec
    from maps.static.fonts import Lettering
    from maps.static.mark_groups import Framed
    from maps.static.proportional_symbols import Gauge
    from maps.static.report import Report

__all__ = ["Block", "PageWords"]

NO_BREAK: Final = "\u00a0"

TITLE_LINES: Final = 3
LEAST_TITLE: Final = 13.0
"""A title is set no smaller, in units."""

SENTENCE_LINES: Final = 4
LINES_OF_A_PAGE: Final = 3
LINES_OF_A_PICTURE: Final = 2
"""Lines of the sentence that says more, where the height is free and where it is given."""


class Block(NamedTuple):
    """Lines of the header: text, size, leading, whether bold, colour name."""

    lines: list[str]
    size: float
    leading: float
    bold: bool
    colour: str


@dataclasses.dataclass
class PageWords:
    """Everything that a page says outside its map.

    Attributes
    ----------
    level
        How much is left out for want of room: the sentence from 1 on.
    brief
        Whether the key is that of a card, which tells of types and of hollow symbols first.
    times
        Number after a × that the drawn maps show, for the key; 0 before they are drawn.
    sleeves, squares
        Whether stretches have a sleeve on the maps, and crossings without an event a square.
    """

    spec: MapSpec
    sheet: Sheet
    house: House
    content: MapContent
    lettering: Lettering
    shading: Shading | None = None
    density: Density | None = None
    figures: Figures | None = None
    gauge: Gauge | None = None
    rtl: bool = False
    level: int = 0
    brief: bool = False
    times: int = 0
    sleeves: bool = False
    squares: bool = False

    def say(self, key: str, **fields: object) -> str:
        """A word in the map's language, or in English where no font has its letters."""
        return self.lettering.pick(word(self.spec.lang, key, **fields), word("en", key, **fields))

    def count(self, key: str, n: int, **fields: object) -> str:
        """The form of a word that goes with a number."""
        return self.lettering.pick(plural(self.spec.lang, key, n, **fields), plural("en", key, n, **fields))

    # Above the map
    # ------------------------------------------------------------------------------------------------

    def header(self, room: float, title_size: float, text_size: float) -> list[Block]:
        """Headline and sentence in a width.

        Raises
        ------
        SchemaError
            If they do not fit.
        """
        titles = self.content.titles
        if not self.lettering.covers(titles[0]):
            titles = self.content.in_language("en").titles
        lines, size = self._title(titles, room, title_size)
        blocks = [Block(lines, size, size * 1.22, True, "ink")]
        sentence = self._sentence(room, text_size)
        if self._has_sentence(sentence):
            lines = self.lettering.balanced(sentence, text_size, room)
            if len(lines) > SENTENCE_LINES + 2 * (room < 200):
                raise SchemaError(
                    f"the subtitle has {len(sentence)} characters and does not fit "
                    f"{self.sheet.size} in four lines; "
                    "shorten it, or choose a larger size"
                )
            blocks.append(Block(lines, text_size, text_size * 1.36, False, "ink-2"))
        return blocks

    def _has_sentence(self, sentence: str) -> bool:
        """Whether a sentence stands under the title."""
        shown = self.level == 0 and "subtitle" not in self.spec.hide
        return bool(sentence) and shown and self.lettering.covers(sentence)

    def _is_one(self) -> bool:
        """Whether there is one event, of which the sentence says how exactly its place is known."""
        return sum(row.n for row in self.content.key) == 1

    def _sentence(self, room: float, size: float) -> str:
        """What stands under the title: the longest form that takes few lines, else the shortest."""
        most = LINES_OF_A_PICTURE if self.sheet.paper.height is not None else LINES_OF_A_PAGE
        forms = shaded_subtitles(self.content, self.shading)
        short = (one for one in forms if len(self.lettering.wrap(one, size, room)) <= most)
        return next(short, forms[-1])

    def _title(self, titles: Sequence[str], room: float, most: float) -> tuple[list[str], float]:
        """The lines and size of the longest form that fits.

        Raises
        ------
        SchemaError
            If none does.
        """
        for title in titles:
            found = self._title_lines(title, room, most)
            if found is not None:
                return found
        raise SchemaError(
            f"the title has {len(titles[-1])} characters and does not fit {self.sheet.size} in three lines; "
            "shorten it, or choose a larger size"
        )

    def _title_lines(self, title: str, room: float, most: float) -> tuple[list[str], float] | None:
        size = most
        # A title that falls short of one line less by a little is set a little smaller.
        usual = len(self.lettering.wrap(title, size, room, bold=True))
        for less in np.arange(size, size * 0.86, -0.25):
            if len(self.lettering.wrap(title, float(less), room, bold=True)) < usual:
                size = float(less)
                break
        most_lines = TITLE_LINES + 2 * (room < 200)
        while True:
            lines = self.lettering.balanced(title, size, room, bold=True)
            widest = max((self.lettering.ink(line, size, bold=True).width for line in lines), default=0.0)
            if len(lines) <= most_lines and widest <= room:
                return lines, size
            size -= 0.5
            if size < LEAST_TITLE:
                return None

    # The key
    # ------------------------------------------------------------------------------------------------

    def key_blocks(self) -> list[Grid | Flow | Section]:
        """The key of the events that are in the frame, under its title where it has one."""
        blocks = self._key_blocks()
        title = dict(self.spec.wording).get(KEY_TITLE, "")
        return [Section(visible(title), ()), *blocks] if title and blocks else blocks

    def _key_blocks(self) -> list[Grid | Flow | Section]:
        blocks: list[Grid | Flow | Section] = []
        if "key" in self.spec.hide or self.spec.locator:
            # Of a few events their boxes say what the symbols are; a card has no other room for the note.
            blocks = self._overlays() if "key" not in self.spec.hide else blocks
            card = (
                self.sheet.paper.height is not None and self.sheet.paper.height * 1.5 < self.sheet.paper.width
            )
            return [*blocks, Flow((Entry("", self._line_note()),))] if self.spec.locator and card else blocks
        if self.shading is not None or self.density is not None:
            blocks.append(self._classes())
        else:
            blocks += self._events()
        blocks += self._gates() + self._flows()
        blocks += self._figure_sections() + self._callout_sections() + self._overlays()
        return blocks

    def _gates(self) -> list[Grid | Flow | Section]:
        """The day of which the crossings' states are told, and what their squares mean."""
        gates, lang = self.content.gates, self.spec.lang
        alone = gates.without({group.crossing for group in self.content.marks})
        if gates.day is None or self.shading is not None or self.spec.compare or not (alone and self.squares):
            return []
        day = self.lettering.pick(date_range(lang, gates.day), date_range("en", gates.day))
        entries = [Entry("", self.say("gates on", date=day))]
        signs = {gate_sign(run.state, told=run.told): run for _, run in alone}
        for sign, run in sorted(signs.items()):
            words = self.lettering.pick(run_words(run, lang), run_words(run, "en"))
            entries.append(Entry(f"gate:{sign}", words))
        return [Flow(tuple(entries))]

    def _states(self) -> bool:
        """Whether states of crossings on a day stand beside their names."""
        states = any(group.state_word for group in self.content.marks)
        return (
            self.content.gates.day is not None and self.shading is None and not self.spec.compare and states
        )

    def _key_entry(self, row: KeyRow) -> Entry:
        """A type and its number, in words beside states of crossings, of which there are more."""
        kind = EVENT_TYPES[row.type]
        picture, name = f"type:{kind}", self._type_name(row.type)
        if kind in GATE_TYPES and self._states():
            number = self.count("events", row.n).replace(" ", NO_BREAK)
            return Entry(picture, f"{name} ({number})")
        return Entry(picture, name, row.n)

    def _gates_told(self, report: Report) -> list[Flow]:
        """Crossings in words: the day of their states, if the key doesn't say it; those without a square."""
        day, lang = self.content.gates.day, self.spec.lang
        said = []
        if day is not None and not self.squares and self._states():
            told = self.lettering.pick(date_range(lang, day), date_range("en", day))
            said.append(self.say("gates as told", date=told))
        if report.gates:
            said.append(self.say("gates below", list=self.say("comma").join(report.gates)))
        return [Flow((Entry("", " ".join(said)),))] if said else []

    def _flows(self) -> list[Grid | Flow | Section]:
        """How wide the line of a figure is."""
        entries = tuple(Entry(f"flow:{width}", text) for text, width in self.content.flows.key)
        return [Flow(entries)] if entries else []

    def _overlays(self) -> list[Grid | Flow | Section]:
        """A line of the key for each overlay, and for the symbols of one text."""
        entries = []
        for one in self.content.laid:
            if one.kind == "symbol":
                entries.append(Entry(f"laid:{one.mark.shape}:{one.mark.colour}", visible(one.text)))
            if one.kind == "overlay" and one.shape is not None:
                kinds = {part.geom_type for part in shapely.get_parts(one.shape)}
                picture = "area" if "Polygon" in kinds else "line"
                entries.append(Entry(f"laid:{picture}:{one.mark.colour}", visible(one.text)))
        return [Flow(tuple(dict.fromkeys(entries)))] if entries else []

    def _events(self) -> list[Grid | Flow | Section]:
        content = self.content
        rows = [self._key_entry(row) for row in content.key]
        grid = Grid(tuple(row for row in rows if row.count is not None))
        gates = tuple(row for row in rows if row.count is None)
        if not content.key:
            return [grid]
        # A sample of each way of drawing, in a shape that is on the map in that way.
        ways = content.how_sure
        if self.brief and len(ways) > 1 and ways[0][0] == "filled":
            # The full symbol is that of the rows above.
            alone = [(fill, "hollow alone" if fill == "hollow" else fill) for fill, _ in ways[1:]]
            ways = tuple((fill, word(self.spec.lang, key)) for fill, key in alone)
        sure = tuple(
            Entry(f"type:{self._sample(fill)}:{fill}", self.lettering.pick(text, word("en", fill)))
            for fill, text in ways
        )
        if self._is_one() and not gates:
            # One symbol needs one line.
            row, way = grid.entries[0], sure[0]
            told_once = Entry(way.picture, self.say("comma").join((row.text, way.text)))
            return [Flow((told_once,)), Flow(self._how_exact())]
        # A card may have no room for its last part, but never an outline that nothing explains.
        said, told = [Flow(gates)] if gates else [], Flow((*sure, *(self._reach() if self.brief else ())))
        return [grid, *([told, *said] if self.brief else [*said, told]), Flow(self._how_exact())]

    def _sample(self, fill: str) -> str:
        """A type that is drawn in a way: one for all ways where there is such, the one most often."""
        held: dict[int, Counter[str]] = {}
        for group in self.content.marks:
            for count in group.counts:
                held.setdefault(count.type, Counter())[count.filled] += count.n
        own = {kind: counts for kind, counts in held.items() if counts[fill]}
        return EVENT_TYPES[max(own, key=lambda kind: (len(own[kind]), own[kind].total(), -kind))]

    def _how_exact(self) -> tuple[Entry, ...]:
        """A sample of what is plotted and of what is written, and what a number means."""
        groups = self.content.marks
        entries = []
        first = EVENT_TYPES[max(self.content.key, key=lambda row: row.n).type]
        plotted = any(group.plotted for group in groups)
        in_words = self._is_one() and self.spec.subtitle is None and self._has_sentence(self.content.subtitle)
        if not in_words and any(not group.plotted for group in groups):
            if plotted:
                name = Sample(self.say("key plotted name"), "ink", bold=True)
                entries.append(Entry(f"plotted:{first}", self.say("key plotted"), sample=name))
            name = Sample(self.say("key written name"), "ink-2")
            entries.append(Entry(f"plotted:{first}", self.say("key written"), sample=name))
        if not self.brief or self._is_one():
            entries += self._reach()
        if self.sleeves:
            entries.append(Entry("stretch", self.say("key stretch")))
        several = [count.n for group in groups for count in group.counts if count.n > 1]
        if several:
            entries.append(Entry(f"times:{self.times or min(several)}", self.say("key times")))
        return tuple(entries)

    def _reach(self) -> tuple[Entry, ...]:
        """What a thin outline means, where there is one."""
        first = EVENT_TYPES[max(self.content.key, key=lambda row: row.n).type]
        asked = outlines_reaches(self.sheet, self.content)
        return (Entry(f"reach:{first}", self.say("key reach")),) if asked else ()

    def _type_name(self, number: int) -> str:
        name = EVENT_TYPES[number]
        return self.lettering.pick(key_word(name, self.spec), upper(plural("en", name, 1)))

    def _classes(self) -> Section:
        """The key of shaded units or a surface, over all maps of the page."""
        from maps.static.small_multiples import parts_of_page

        if self.density is not None:
            plain = dataclasses.replace(self.density, lang="en")
            return density_section(self.density, self.lettering.pick, plain)
        assert self.shading is not None  # noqa: S101 - called for these two only
        plain_shading = dataclasses.replace(self.shading, lang="en")
        parts = parts_of_page(self.sheet, self.content, self.lettering)
        counts = [self.shading.counts(rows) for _, rows in parts]
        return class_section(self.shading, counts, self.lettering.pick, plain_shading)

    def shown_ids(self) -> list[str]:
        """Ids of the events that are on the map."""
        ids = self.content.events["cols"]["id"]
        return [ids[n] for n in self.content.picture.rows]

    def _figure_sections(self) -> list[Grid | Flow | Section]:
        """The key of discs: whose figures they are, how large, and what has none."""
        found = self.figures
        if found is None or self.gauge is None:
            return []
        shown = self.shown_ids()
        figures = [found.by_event[one] for one in shown if one in found.by_event]
        entries = [Entry("nested", "", gauge=self.gauge)] if found.most else []
        kinds = (
            ("disc range", any(f.low is not None and f.high is not None and f.low < f.high for f in figures)),
            ("disc open", any(f.high is None for f in figures)),
            ("disc zero", any(f.most == 0 for f in figures)),
        )
        entries += [Entry(name, self.say(name)) for name, there in kinds if there]
        several = len((found.wider | found.mixed) & set(shown))
        none = len(shown) - len(figures) - several
        if several:
            entries.append(Entry("disc none", self.say("disc several"), several))
        if none:
            entries.append(Entry("disc none", self.say("disc none", claimant=found.claimant), none))
        title = self.say(f"{found.metric} according to", claimant=found.claimant)
        return [Section(title, tuple(entries))]

    def _callout_sections(self) -> list[Grid | Flow | Section]:
        if not self.sheet.callouts:
            return []
        ids = self.content.events["cols"]["id"]
        unknown = [one for one, _ in self.sheet.callouts if one not in ids]
        if unknown:
            near = ", ".join(ids[:3])
            raise SchemaError(
                f"no event {', '.join(map(repr, unknown))} on this map to call out; ids look like {near}"
            )
        entries = tuple(Entry(f"badge:{n + 1}", text) for n, (_, text) in enumerate(self.sheet.callouts))
        return [Section(self.say("call-outs"), entries)]

    # Below the map
    # ------------------------------------------------------------------------------------------------

    def notes(self, report: Report) -> list[Flow]:
        """What the map could not hold: long stretches, names under a letter, events without room."""
        flows = []
        below = [entry for one in report.below for entry in self._told(one, one.group.tag)]
        if below:
            flows.append(Flow((Entry("", self.say("no mark")), *below)))
        lettered = [Entry(f"badge:{one.letter}", one.text) for one in report.lettered]
        if lettered:
            flows.append(Flow((Entry("", self.say("names below")), *lettered)))
        lost = [
            entry for one in report.unplaced for entry in self._told(one, one.group.tag or one.group.name)
        ]
        if report.band:
            flows.append(Flow((Entry("band", self.say("band")),)))
        flows += self._gates_told(report)
        if report.by_province:
            flows.append(Flow((Entry("", self.say("in provinces")),)))
        if lost:
            told = self.say("no room", list="").rstrip(". ") + " "
            flows.append(Flow((Entry("", told.strip()), *lost)))
        return flows

    @staticmethod
    def _told(framed: Framed, text: str) -> list[Entry]:
        """Symbols of a group before its words."""
        entries = []
        for n, part in enumerate(framed.parts):
            times = f"\u00d7{part.n} " if part.n > 1 or len(framed.parts) > 1 else ""
            words = f"{times}{text}" if n == len(framed.parts) - 1 else times
            entries.append(Entry(f"type:{part.event_type}:{part.filled}", words))
        return entries

    def footer(self, *, short: bool, card: bool = False) -> list[tuple[str, str]]:
        """Sentences under the map, each a kind (``note`` or ``credit``) and its text.

        Parameters
        ----------
        short
            Only the names of sources, as on a screen.
        card
            No sentence on the line either.
        """
        said = []
        if not len(self.content.picture) and self.spec.ids != ():
            said.append(self.say("no events"))
        if self.content.outside:
            said.append(self.content.outside)
        if self.spec.compare and (both := in_both(self.content)):
            said.append(self.count("in both", both))
        if self.shading is not None:
            said.append(self.shading.note())
        elif self.density is not None:
            said.append(self.density.note())
        elif self.sheet.profile:
            said.append(self.say("profile note"))
            if far := places_along(self.content)[1]:
                said.append(self.count("far from line", far, km=round(FAR_KM)))
        if not card:
            said.append(self._line_note())
        notes = " ".join(part for part in said if part and self.lettering.covers(part))
        found = [("note", notes)] if notes else []
        found.append(("credit", self.credits(short=short)))
        return found

    def _line_note(self) -> str:
        """What the Durand Line is held to be, as a sentence."""
        text = self.say(f"durand {self.spec.line_policy}")
        return text.rstrip(".") + "."

    def credits(self, *, short: bool) -> str:
        """Every credit that a licence asks for; on a card without the words round the names."""
        texts = [house_credit(text, self.house) for text, _ in self.content.credits]
        texts = list(dict.fromkeys(texts))
        if short:
            # What has a map's ground in it comes first, should the line be short.
            own = {one.text for one in self.content.laid if one.kind == "credit"}
            names = [text if text in own else _short(text) for text in texts]
            names.sort(key=lambda name: not name.startswith("\u00a9"))
            return " \u00b7 ".join(dict.fromkeys(name for name in names if name))
        named = "; ".join(texts) + "."
        projection = "" if self.sheet.profile else " " + self.say("projection")
        return f"{self.say('credits')}: {named}{projection}"


def _short(text: str) -> str:
    """The name in a credit.

    Examples
    --------
    >>> _short("some positions: geoBoundaries (CC BY 4.0)"), _short("Made with Natural Earth")
    ('geoBoundaries', 'Natural Earth')
    """
    name = text.partition(": ")[2] or text
    name = name.partition(" (")[0].partition(", ")[0]
    return name.removeprefix("Made with ").removesuffix(" contributors")
