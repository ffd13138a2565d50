"""The words that go with a map: title, caption, method, credit, alt text, long description, from its data.

Numbers are counted from the same content that is drawn, so they agree with the map. They are plain English
in every language of the map. A casualty figure is always given with its claimant, and no two are added.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.vocab import EVENT_TYPES
from maps.content import density
from maps.content.cards import AREA, NOWHERE, PLACE, STRETCH, dates, headline
from maps.content.choropleth import in_english, period_rows, summary_of
from maps.content.claimed_figures import event_claims, figures_of
from maps.content.content import map_content
from maps.content.event_places import SIDE_ORDER
from maps.spec.periods import period_words
from maps.words.words import plural, word

if TYPE_CHECKING:
    from maps.content.choropleth import Shading
    from maps.content.claimed_figures import Figures
    from maps.content.content import MapContent
    from maps.spec.spec import MapSpec

__all__ = ["Caption", "caption", "caption_of"]

ALT_LENGTH: Final = 150
MOST_WORDS: Final = 160
EPOCH: Final = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Caption:
    """Words for a map.

    Attributes
    ----------
    title
        A heading.
    caption
        Two or three sentences to print under the map.
    method
        What was mapped, what was not and why, how places that are not known exactly are drawn, period, as-of
        date.
    credit
        One line with every credit that a licence asks for.
    alt
        Alternative text of at most 150 characters.
    long_description
        Places, counts and extremes for those who cannot see the map.
    """

    title: str
    caption: str
    method: str
    credit: str
    alt: str
    long_description: str

    @property
    def beyond_caption(self) -> str:
        """What the long description says and the caption does not."""
        told = set(_sentences(self.caption))
        return " ".join(one for one in _sentences(self.long_description) if one not in told)

    @property
    def text(self) -> str:
        """All of it, as for the text file beside a map."""
        parts = {
            "Title": self.title,
            "Caption": self.caption,
            "Method": self.method,
            "Credit": self.credit,
            "Alt text": self.alt,
            "Long description": self.long_description,
        }
        return "\n\n".join(f"{name}\n{words}" for name, words in parts.items()) + "\n"


def caption(spec: MapSpec) -> Caption:
    """Write the words of a map from its data.

    Parameters
    ----------
    spec
        The map.

    Returns
    -------
    Caption

    Raises
    ------
    GeoError
        If the events of the specification can't be read.

    Examples
    --------
    >>> import maps
    >>> words = maps.caption(maps.MapSpec(types=("airstrike",)))
    >>> words.title.startswith("Airstrikes along"), len(words.alt) <= 150
    (True, True)
    """
    return caption_of(spec, None)


def caption_of(
    spec: MapSpec,
    content: MapContent | None,
    *,
    outside: int = 0,
    tables: Any = None,
    shading: Shading | None = None,
    named: bool = True,
    projection: str = "projection",
) -> Caption:
    """The words of a map whose content is already there.

    Parameters
    ----------
    content
        The map's content, made if not given or not in English.
    outside
        Mapped events that lie outside the frame of a printed map.
    shading
        Units that the map shades in place of events, in any language.
    named
        Whether words of single events may be quoted.
    projection
        Key of the words for the map's projection: that of print, or ``page projection``.
    """
    if content is None or spec.lang != "en":
        english = dataclasses.replace(spec, lang="en", events=tables if tables is not None else spec.events)
        content = map_content(english)
    columns = content.events["cols"]
    shown = [n for n, grain in enumerate(columns["grain"]) if grain != NOWHERE]
    credit = "Sources: " + "; ".join(text for text, _ in content.credits) + "."
    if not shown:
        nothing = f"{content.counted} The map shows the base only."
        return Caption(
            content.title, nothing, nothing, credit, _short(f"Map without events. {content.counted}"), nothing
        )
    kinds = Counter(columns["type"][n] for n in shown)
    by_kind = _listed(
        [
            plural_count(EVENT_TYPES[kind], count)
            for kind, count in sorted(kinds.items(), key=lambda kv: (-kv[1], kv[0]))
        ]
    )
    grains = Counter(columns["grain"][n] for n in shown)
    first, last = (EPOCH + dt.timedelta(columns["day"][n]) for n in (shown[0], shown[-1]))
    period = _period(first, last)
    given = dataclasses.replace(spec, events=_tables(spec, tables)) if spec.size_by else spec
    sizes = figures_of(given, [columns["id"][n] for n in shown])
    if not named:
        said = ""
    elif sizes is None:
        said = _largest_claim(content, _tables(spec, tables))
    else:
        said = _largest_figure(content, sizes)
    summary = f"The map shows {_count(len(shown))} {period}: {by_kind}. {_sides(content, shown)}"
    counted = _by_unit(spec, content, shading)
    parted = _by_period(spec, content)
    return Caption(
        title=content.title,
        caption=" ".join(part for part in (summary, parted, counted, said) if part),
        method=" ".join(
            part
            for part in (
                _method(spec, content, grains, shown, outside, shading, projection),
                _sized(sizes, len(shown)),
            )
            if part
        ),
        credit=credit,
        alt=_alt(len(shown), kinds, period),
        long_description=" ".join(
            part
            for part in (
                summary,
                parted,
                counted,
                _exactness(grains),
                _places(content, shown),
                _extremes(content, shown) if named else "",
                said,
            )
            if part
        ),
    )


def _tables(spec: MapSpec, tables: Any) -> Any:
    """The tables of a map: those that are there, or read."""
    import geo

    if tables is not None:
        return tables
    return spec.events if isinstance(spec.events, geo.EventTables) else geo.read_events(spec.events)


def _sentences(text: str) -> list[str]:
    """Texts that end in a full stop before a capital."""
    return re.split(r"(?<=\.) (?=[A-Z])", text)


def plural_count(event_type: str, n: int) -> str:
    """A number of events of a type in words.

    Examples
    --------
    >>> plural_count("airstrike", 1), plural_count("armed clash", 12)
    ('1 airstrike', '12 armed clashes')
    """
    if event_type == "talks":
        return f"{n} round of talks" if n == 1 else f"{n} rounds of talks"
    return f"{n:,} {plural('en', event_type, n)}"


def _count(n: int) -> str:
    return f"{n:,} event" if n == 1 else f"{n:,} events"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _day(day: dt.date) -> str:
    return f"{day.day} {word('en', 'months').split('|')[day.month - 1]} {day.year}"


def _period(first: dt.date, last: dt.date) -> str:
    return f"on {_day(first)}" if first == last else f"from {_day(first)} to {_day(last)}"


def _short(text: str) -> str:
    return text if len(text) <= ALT_LENGTH else text[: ALT_LENGTH - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"


def _alt(n: int, kinds: Counter[int], period: str) -> str:
    """Number, kinds and place, as many kinds as fit."""
    head = f"Map of the Afghanistan-Pakistan border: {_count(n)} {period}"
    ranked = [
        plural_count(EVENT_TYPES[k], c) for k, c in sorted(kinds.items(), key=lambda kv: (-kv[1], kv[0]))
    ]
    for most in range(len(ranked), 0, -1):
        text = f"{head}, {'' if most == len(ranked) else 'among them '}{_listed(ranked[:most])}."
        if len(text) <= ALT_LENGTH:
            return text
    return _short(head + ".")


def _side(content: MapContent, n: int) -> str | None:
    """The side on which an event certainly was, as its card says it."""
    columns = content.events["cols"]
    side = None if columns["grain"][n] == STRETCH else SIDE_ORDER[columns["side"][n]]
    return side if side in ("AF", "PK") else None


def _head(content: MapContent, n: int) -> str:
    """The headline of one event."""
    rows = content.rows
    row = rows.table.iloc[[n]].to_dict("records")[0]
    return headline(EVENT_TYPES[rows.type[n]], rows.places.line[rows.place[n]], dates(row, "en"), "en")


def _brief(text: str) -> str:
    """Someone's words, no longer than a caption can bear."""
    return text if len(text) <= MOST_WORDS else text[: MOST_WORDS - 1].rstrip() + "…"


def _sides(content: MapContent, shown: list[int]) -> str:
    """How many lie on which side, and of how many that can't be told."""
    sides = Counter(_side(content, n) for n in shown)
    certain = [
        f"{sides[code]:,} on the {name} side" for code, name in (("AF", "Afghan"), ("PK", "Pakistani"))
    ]
    open_ = sides[None]
    words = f"{certain[0]} of the Durand Line and {certain[1]}"
    if open_:
        words += f"; of {open_:,} the side cannot be told or both are meant"
    return words[:1].upper() + words[1:] + "."


def _exactness(grains: Counter[int]) -> str:
    parts: list[str] = []
    for grain, where in (
        (PLACE, "at a site or town"),
        (AREA, "only in a district or province"),
        (STRETCH, "only along a stretch of the line"),
    ):
        if n := grains[grain]:
            verb = "" if parts else "is placed " if n == 1 else "are placed "
            parts.append(f"{n:,} {verb}{where}")
    return f"Of these, {_listed(parts)}." if parts else ""


def _by_period(spec: MapSpec, content: MapContent) -> str:
    """How many events each of two maps shows."""
    if not spec.compare:
        return ""
    grain = content.events["cols"]["grain"]
    parts = []
    for period, rows in zip(spec.periods, period_rows(spec, content), strict=True):
        words = period_words(period, "en")
        parts.append(f"{words[:1].lower() + words[1:]}: {_count(sum(grain[row] != NOWHERE for row in rows))}")
    return f"Two periods are shown side by side: {parts[0]}; {parts[1]}."


def _by_unit(spec: MapSpec, content: MapContent, shading: Shading | None) -> str:
    """The units with the highest expected numbers."""
    if shading is None:
        return ""
    english = in_english(shading)
    rows = period_rows(spec, content)
    if not rows:
        return summary_of(english, english.counts())
    firsts = [summary_of(english, english.counts(part)) for part in rows]
    return " ".join(f"Map {n + 1}: {text}" for n, text in enumerate(firsts) if text)


def _method(
    spec: MapSpec,
    content: MapContent,
    grains: Counter[int],
    shown: list[int],
    outside: int,
    shading: Shading | None,
    projection: str,
) -> str:
    hollow = 0 if spec.shade else sum(not content.events["cols"]["sure"][n] for n in shown)
    parts = [content.counted]
    if outside:
        parts.append(f"{outside:,} of them lie{'s' if outside == 1 else ''} outside the frame.")
    parts.append(_exactness(grains))
    if shading is not None:
        parts.append(in_english(shading).note())
    elif spec.shade == "density":
        parts.append(word("en", "density note", km=f"{density.KERNEL_KM:g}", n=f"{len(shown):,}"))
    elif grains[AREA] or grains[STRETCH]:
        parts.append(word("en", "imprecise note"))
    if hollow:
        parts.append(
            f"{hollow:,} claimed by one party or disputed {'is' if hollow == 1 else 'are'} drawn hollow."
        )
    parts += [content.as_of, word("en", "note"), word("en", projection)]
    return " ".join(part for part in parts if part)


def _largest_claim(content: MapContent, tables: Any) -> str:
    """The highest figure of people killed that a party gave for one event alone, with who gave it."""
    columns = content.events["cols"]
    shown = [one for one, grain in zip(columns["id"], columns["grain"], strict=True) if grain != NOWHERE]
    stated = event_claims(tables.claims, "killed", shown)
    if not stated:
        return ""
    # The first in the table of those alike.
    event, claimant, figure = max(stated, key=lambda one: one[2].most)
    who = f" ({_brief(figure.who)})" if figure.who else ""
    return (
        f"The highest figure given for one event is {figure.most:,} killed{who}, "
        f"according to {_brief(claimant)}: {_head(content, columns['id'].index(event))}. "
        "Figures of different parties are not added up."
    )


def _sized(sizes: Figures | None, shown: int) -> str:
    """Whose figures the discs show, of whom, for how many events, and of how many there is none."""
    if sizes is None:
        return ""
    groups = Counter(figure.who for figure in sizes.by_event.values())
    counted = _listed([f"{who} ({n:,})" for who, n in sorted(groups.items(), key=lambda kv: (-kv[1], kv[0]))])
    several = len(sizes.wider) + len(sizes.mixed)
    parts = [
        f"Discs show people {sizes.metric} according to {sizes.claimant}, their area in proportion, for "
        f"{_count(len(sizes.by_event))}. Counted were: {counted}."
    ]
    if several:
        parts.append(
            f"For {_count(several)} it gave only figures of several events or groups together, "
            "which are not drawn."
        )
    none = shown - len(sizes.by_event) - several
    if none:
        parts.append(f"For {_count(none)} it gave none.")
    return " ".join(parts)


def _largest_figure(content: MapContent, sizes: Figures) -> str:
    """The highest figure of the claimant by whom symbols are sized."""
    event, figure = max(sizes.by_event.items(), key=lambda kv: (kv[1].most, kv[0]), default=(None, None))
    if event is None or figure is None or figure.most == 0:
        return ""
    columns = content.events["cols"]
    bound = "at least " if figure.high is None else "up to " if figure.low != figure.high else ""
    who = f" ({figure.who})" if figure.who else ""
    return (
        f"The highest figure that {sizes.claimant} gives for one event is {bound}{figure.most:,} "
        f"{sizes.metric}{who}: {columns['head'][columns['id'].index(event)]}."
    )


def _places(content: MapContent, shown: list[int]) -> str:
    """Provinces of the events whose site or town is known and whose side is certain."""
    columns = content.events["cols"]
    names = content.events["provinces"]
    counts = Counter(
        names[number]
        for n in shown
        if columns["grain"][n] == PLACE and _side(content, n) is not None
        for number in columns["provinces"][n]
    )
    if not counts:
        return ""
    ranked = sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:4]
    parts = [f"{name} ({count:,})" for name, count in ranked]
    return f"Provinces with the most events at a known site or town: {_listed(parts)}."


def _extremes(content: MapContent, shown: list[int]) -> str:
    """The first and the last event, and the day with the most."""
    columns = content.events["cols"]
    first, last = _head(content, shown[0]), _head(content, shown[-1])
    days = Counter(columns["day"][n] for n in shown)
    day, most = max(days.items(), key=lambda kv: (kv[1], -kv[0]))
    parts = [f"First: {first}."] if len(shown) == 1 else [f"First: {first}. Last: {last}."]
    if most > 1:
        parts.append(f"Most on one day: {most:,}, {_day(EPOCH + dt.timedelta(day))}.")
    return " ".join(parts)
