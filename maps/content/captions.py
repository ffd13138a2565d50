"""The words that go with a map: title, caption, method, credit, alt text, long description, from its data.

Numbers are counted from the same content that is drawn, so they agree with the map, and stand in its
language. A casualty figure is always given with its claimant, and no two are added.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.arguments import checked
from geo.vocab import EVENT_TYPES
from maps.content import density
from maps.content.cards import PLACE, dates, figure_words, headline, upper
from maps.content.choropleth import period_rows, summary_of
from maps.content.claimed_figures import event_claims, figures_of
from maps.content.content import map_content
from maps.content.event_places import SIDE_ORDER
from maps.content.marks import LEVELS
from maps.content.titles import EXACT_DATE, NEITHER
from maps.spec.periods import EPOCH, period_words
from maps.words.words import date_range, number, plural, word

if TYPE_CHECKING:
    from maps.content.choropleth import Shading
    from maps.content.claimed_figures import Figures
    from maps.content.content import MapContent
    from maps.spec.spec import MapSpec

__all__ = ["Caption", "caption", "caption_of", "short"]

ALT_LENGTH: Final = 150
MOST_WORDS: Final = 160
MOST_PROVINCES: Final = 4


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


@checked
def caption(spec: MapSpec) -> Caption:
    """Write the words of a map from its data, in its language.

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
        If the events of the specification can't be read, or none of them would be drawn.

    Examples
    --------
    >>> import maps
    >>> words = maps.caption(maps.MapSpec(types=("airstrike",)))
    >>> words.title.startswith("Airstrikes in"), len(words.alt) <= 150
    (True, True)
    """
    return caption_of(map_content(spec))


def caption_of(
    content: MapContent,
    *,
    shading: Shading | None = None,
    named: bool = True,
    projection: str = "projection",
) -> Caption:
    """The words of a map whose content is there.

    Parameters
    ----------
    content
        What is drawn.
    shading
        Units that the map shades in place of events.
    named
        Whether words of single events may be quoted.
    projection
        Key of the words for the map's projection: that of print, or ``page projection``.
    """
    lang = content.spec.lang
    credit = word(lang, "cap sources", list="; ".join(text for text, _ in content.credits))
    if not len(content.picture):
        nothing = content.flows.told or _places(content)
        nothing = nothing or f"{content.counted} {word(lang, 'cap base only')}"
        method = _joined(nothing, *content.method)
        return Caption(content.title, nothing, method, credit, short(nothing), nothing)
    sizes = figures_of(content)
    summary = _joined(_shown(content), _sides(content))
    said = _said(content, sizes) if named else ""
    units = _by_unit(content, shading)
    periods = _by_period(content)
    return Caption(
        title=content.title,
        caption=_joined(summary, periods, units, said, content.gates.describe(lang)),
        method=_joined(*_method(content, shading), *_sized(content, sizes), word(lang, projection)),
        credit=credit,
        alt=_alt(content),
        long_description=_joined(
            summary,
            periods,
            units,
            _exactness(content),
            _provinces(content),
            _extremes(content) if named else "",
            said,
            content.gates.describe(lang),
        ),
    )


def _places(content: MapContent) -> str:
    """What a map shows that was asked to show places and no events, and what its notes say."""
    lang, named = content.spec.lang, ("label", "highlight", "ring", "symbol")
    shown = list(dict.fromkeys(one.text for one in content.laid if one.kind in named and one.text))
    notes = [" ".join(one.text.split()) for one in content.laid if one.kind == "note" and one.text]
    if content.spec.ids != () or not shown:
        return ""
    ended = [note if note.endswith((".", "۔", "!", "?", "؟")) else f"{note}." for note in notes]
    return _joined(word(lang, "cap places", list=_listed(shown, lang)), *ended)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _sentences(text: str) -> list[str]:
    """Texts that end in a full stop before a capital, or in that of Urdu."""
    return re.split(r"(?<=\.) (?=[A-Z])|(?<=۔) ", text)


def _listed(parts: list[str], lang: str) -> str:
    if len(parts) == 1:
        return parts[0]
    return word(lang, "comma").join(parts[:-1]) + word(lang, "and") + parts[-1]


def short(text: str) -> str:
    """An alternative text, no longer than it may be."""
    return text if len(text) <= ALT_LENGTH else text[: ALT_LENGTH - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"


def _kinds(content: MapContent) -> list[str]:
    """Types with their numbers, the most events first."""
    lang = content.spec.lang
    ranked = sorted(content.picture.kinds.items(), key=lambda kv: (-kv[1], kv[0]))
    return [kind_count(EVENT_TYPES[kind], n, lang) for kind, n in ranked]


def kind_count(event_type: str, n: int, lang: str = "en") -> str:
    """A number of events of a type in words.

    Examples
    --------
    >>> kind_count("airstrike", 1), kind_count("armed clash", 12)
    ('1 airstrike', '12 armed clashes')
    """
    return word(lang, "cap kind", n=n, type=plural(lang, event_type, n))


def _days(content: MapContent) -> str:
    """The days of what is drawn."""
    first, last = content.picture.first, content.picture.last
    return "" if first is None or last is None else date_range(content.spec.lang, first, last)


def _shown(content: MapContent) -> str:
    lang = content.spec.lang
    kinds = _listed(_kinds(content), lang)
    shown = word(lang, "cap shows", events=content.counted, period=_days(content), kinds=kinds)
    undated = content.picture.undated
    return _joined(shown, plural(lang, "period doubt", undated) if undated else "")


def _alt(content: MapContent) -> str:
    """Number, kinds and place, as many kinds as fit."""
    lang = content.spec.lang
    head = word(lang, "cap alt", events=content.counted, period=_days(content))
    ranked = _kinds(content)
    for most in range(len(ranked), 0, -1):
        kinds = _listed(ranked[:most], lang)
        kinds = kinds if most == len(ranked) else word(lang, "cap among", kinds=kinds)
        text = word(lang, "cap alt kinds", head=head, kinds=kinds)
        if len(text) <= ALT_LENGTH:
            return text
    return short(head + ".")


def _sides(content: MapContent) -> str:
    """How many lie on which side, of how many that can't be told, and how many on neither."""
    picture, lang = content.picture, content.spec.lang
    af, pk, unsure = (picture.of_side(side) for side in ("AF", "PK", None))
    said = (
        word(lang, "cap sides open", af=af, pk=pk, open=unsure)
        if unsure
        else word(lang, "cap sides", af=af, pk=pk)
    )
    neither = picture.of_side(NEITHER)
    return _joined(upper(said), plural(lang, "cap neither", neither) if neither else "")


def _exactness(content: MapContent) -> str:
    """How exactly the places are known: a number for each level."""
    lang = content.spec.lang
    held = Counter(dict.fromkeys(LEVELS, 0))
    for group in content.marks:
        held[group.level] += len(group.events)
    parts = [word(lang, f"cap to {level}", n=held[level]) for level in LEVELS if held[level]]
    return word(lang, "cap exact", parts=word(lang, "comma").join(parts))


def _by_period(content: MapContent) -> str:
    """How many events each of two maps shows."""
    spec = content.spec
    if not spec.compare:
        return ""
    drawn = set(content.picture.rows)
    counts = [len(drawn & set(rows)) for rows in period_rows(content)]
    first, second = (period_words(one, spec.lang) for one in spec.periods)
    first, second = first[:1].lower() + first[1:], second[:1].lower() + second[1:]
    n, m = (plural(spec.lang, "events", count) for count in counts)
    return word(spec.lang, "cap periods", first=first, second=second, n=n, m=m)


def _by_unit(content: MapContent, shading: Shading | None) -> str:
    """The units with the highest expected numbers."""
    if shading is None:
        return ""
    rows = period_rows(content)
    if not rows:
        return summary_of(shading, shading.counts())
    texts = [summary_of(shading, shading.counts(part)) for part in rows]
    lang = content.spec.lang
    return _joined(*(word(lang, "cap map n", n=n + 1, text=text) for n, text in enumerate(texts) if text))


def _method(content: MapContent, shading: Shading | None) -> list[str]:
    """What was mapped, what was not and why, and how; a sentence each."""
    spec, lang = content.spec, content.spec.lang
    parts = [*content.warnings, _exactness(content)]
    if shading is not None:
        parts += [shading.note(), shading.beyond()]
    elif spec.shade == "density":
        km = f"{density.KERNEL_KM:g}"
        parts.append(word(lang, "density note", km=km, n=len(content.picture)))
    else:
        parts += [word(lang, "imprecise note")] if any(not group.plotted for group in content.marks) else []
        drawn = Counter[str]()
        for group in content.marks:
            for one in group.counts:
                drawn[one.filled] += one.n
        parts += [plural(lang, f"cap {how}", drawn[how]) for how in ("hollow", "not said") if drawn[how]]
    return [content.outside, *content.method, *parts, word(lang, "note")]


def _head(content: MapContent, n: int) -> str:
    """The headline of one event."""
    rows, lang = content.rows, content.spec.lang
    row = rows.table.iloc[[n]].to_dict("records")[0]
    return headline(EVENT_TYPES[rows.type[n]], rows.places.line[rows.place[n]], dates(row, lang), lang)


def _brief(text: str) -> str:
    """Someone's words, no longer than a caption can bear."""
    return text if len(text) <= MOST_WORDS else text[: MOST_WORDS - 1].rstrip() + "…"


def _said(content: MapContent, sizes: Figures | None) -> str:
    """The highest figure for one event, by one party, or by the claimant whose figures size the symbols."""
    lang = content.spec.lang
    ids = [str(content.rows.table["event_id"].iloc[row]) for row in content.picture.rows]
    if sizes is None:
        metric = "killed"
        stated = event_claims(content.tables.claims, metric, ids)
    else:
        metric = sizes.metric
        stated = [(event, sizes.claimant, figure) for event, figure in sizes.by_event.items()]
    stated = [one for one in stated if one[2].most]
    if not stated:
        return ""
    # The first in the table of those alike.
    event, claimant, figure = max(stated, key=lambda one: one[2].most)
    said = word(
        lang,
        f"cap most {metric}",
        figure=figure_words(figure.low, figure.high, figure.bound, lang),
        who=f" ({_brief(figure.who)})" if figure.who else "",
        claimant=_brief(claimant),
        event=_head(content, content.picture.rows[ids.index(event)]),
    )
    return said if sizes is not None else _joined(said, word(lang, "claims note"))


def _sized(content: MapContent, sizes: Figures | None) -> list[str]:
    """Whose figures the discs show, of whom, for how many events, and of how many there is none."""
    if sizes is None:
        return []
    lang = content.spec.lang
    groups = Counter(figure.who for figure in sizes.by_event.values())
    ranked = sorted(groups.items(), key=lambda kv: (-kv[1], kv[0]))
    counted = _listed([f"{who} ({number(lang, n)})" for who, n in ranked], lang)

    def events(n: int) -> str:
        return plural(lang, "events", n)

    several = len(sizes.wider) + len(sizes.mixed)
    none = len(content.picture) - len(sizes.by_event) - several
    parts = [
        word(lang, "cap discs", claimant=sizes.claimant, events=events(len(sizes.by_event)), groups=counted)
    ]
    if several:
        parts.append(word(lang, "cap discs several", events=events(several)))
    if none:
        parts.append(word(lang, "cap discs none", events=events(none)))
    return parts


def _provinces(content: MapContent) -> str:
    """Provinces of the events whose site or town is known and whose side is certain."""
    columns, lang = content.events["cols"], content.spec.lang
    names = content.events["provinces"]
    counts = Counter(
        names[number]
        for n in content.picture.rows
        if columns["grain"][n] == PLACE and SIDE_ORDER[columns["side"][n]] in ("AF", "PK")
        for number in columns["provinces"][n]
    )
    if not counts:
        return ""
    ranked = sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:MOST_PROVINCES]
    listed = _listed([f"{name} ({number(lang, n)})" for name, n in ranked], lang)
    return word(lang, "cap provinces", list=listed)


def _extremes(content: MapContent) -> str:
    """The first and the last event, and the day with the most, of those whose day or week is known."""
    lang, rows = content.spec.lang, content.rows
    shown = [n for n in content.picture.rows if rows.date_precision[n] <= EXACT_DATE]
    if not shown:
        return ""
    parts = [word(lang, "cap first", event=_head(content, shown[0]))]
    if len(shown) > 1:
        parts.append(word(lang, "cap last", event=_head(content, shown[-1])))
    days = Counter(int(rows.start[n]) for n in shown if rows.date_precision[n] == 1)
    if days:
        day, most = max(days.items(), key=lambda kv: (kv[1], -kv[0]))
        if most > 1:
            text = date_range(lang, EPOCH + dt.timedelta(day))
            parts.append(word(lang, "cap most day", n=most, day=text))
    return _joined(*parts)
