"""The sentence under a title: how many events, and the facts that readers of a map get wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.vocab import EVENT_TYPES
from maps.content.cards import located_words
from maps.content.event_places import PRECISION_ORDER
from maps.content.titles import (
    KINDS,
    MOST_PROVINCES,
    asked_provinces,
    beyond_provinces,
    province_name,
    since_year,
)
from maps.words.words import month_range, number, plural, word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maps.content.event_rows import EventRows
    from maps.content.titles import Picture
    from maps.spec.spec import MapSpec

__all__ = ["standfirsts_of"]

FACT_LEAST: Final = 3
"""No sentence on all events of a type for fewer than this."""

ONE_SIDED_LEAST: Final = 5
ONE_SIDED: Final = 0.75
"""Of so many events of a type this part is told by one side only, or disputed: the sentence says so."""


def standfirsts_of(spec: MapSpec, picture: Picture, rows: EventRows) -> tuple[str, ...]:
    """What stands under the title, in forms from the longest to the shortest, for where there is less room.

    How many events, and the facts that readers get wrong: where all of a type were and to whom they are
    ascribed, what one side alone claims, what may lie outside the days of the title. The shorter forms are
    without the claims, then the days, then to whom.
    """
    one_sided = _one_sided(picture, spec.lang) if len(picture) > 1 else ""
    brief = _standfirst(spec, picture, rows, ascribed=True)
    counted = word(spec.lang, "stand events", events=plural(spec.lang, "events", len(picture)))
    # What is said of the only type counts all events, too.
    told = [] if one_sided and brief == counted and len(picture.kinds) == 1 else [brief]
    undated = plural(spec.lang, "period doubt", picture.undated) if picture.undated else ""
    forms = ([*told, one_sided, undated], [brief, undated], [brief])
    said = (" ".join(part for part in form if part) for form in forms)
    return tuple(dict.fromkeys((*said, _standfirst(spec, picture, rows, ascribed=False))))


def _standfirst(spec: MapSpec, picture: Picture, rows: EventRows, *, ascribed: bool) -> str:
    lang = spec.lang
    if not len(picture):
        return ""
    if len(picture) == 1:
        by = _ascribed_to(picture, lang) if ascribed else []
        return " ".join([_located(rows, picture.rows[0], lang), *_may_lie_out(spec, picture), *by])
    events = plural(lang, "events", len(picture))
    since = since_year(picture, rows)
    if since is not None and picture.last is not None:
        last = month_range(lang, picture.last, picture.last)
        year = number(lang, since[0])
        said = [word(lang, "stand since", events=events, last=last, n=since[1], year=year)]
    else:
        said = [word(lang, "stand events", events=events)]
    # Where one country was asked for, that all of it is there is no news.
    said += _may_lie_out(spec, picture)
    chosen = bool(spec.provinces) or len(spec.countries) == 1
    fact = None if chosen else next(iter(_facts(picture, lang, ascribed=ascribed)), None)
    if fact is not None:
        # A fact of all events counts them, too.
        said = [*(said if since is not None or fact[0] < len(picture) else []), fact[1]]
    elif not picture.exact:
        said.append(word(lang, "stand none exact", n=len(picture)))
    elif picture.exact < len(picture) / 3:
        said.append(plural(lang, "stand few exact", picture.exact, all=len(picture)))
    return " ".join(said)


def _located(rows: EventRows, row: int, lang: str) -> str:
    """How exactly the place of an event is known; whose position it is belongs to its card."""
    number = int(rows.place[row])
    known = PRECISION_ORDER[rows.places.precision[number]]
    return located_words(known, rows.places.radius_m[number] or None, lang).rstrip(".۔") + "."


def _ascribed_to(picture: Picture, lang: str) -> list[str]:
    """To whom the data ascribe the only event, where that is a strike."""
    strikes = [EVENT_TYPES.index(name) for name in KINDS["strikes"]]
    return [
        word(lang, "stand one by", party=word(lang, side))
        for (kind, side), n in picture.ascribed.items()
        if n and kind in strikes
    ]


def _may_lie_out(spec: MapSpec, picture: Picture) -> list[str]:
    """How many events may lie outside the provinces asked for."""
    out, lang = beyond_provinces(spec, picture), spec.lang
    where = word(lang, "and").join(province_name(code, lang) for code in asked_provinces(spec))
    if not out or len(asked_provinces(spec)) > MOST_PROVINCES:
        return []
    if len(picture) == 1:
        return [word(lang, "stand one may lie out", where=where)]
    return [word(lang, "stand may lie out", n=out, where=where)]


def _one_sided(picture: Picture, lang: str) -> str:
    """The type of which the most events are told by one side only, or disputed, if these are most of it."""
    held = {kind: (picture.sure[kind, "hollow"], n) for kind, n in picture.kinds.items()}
    most = {
        kind: (hollow, n)
        for kind, (hollow, n) in held.items()
        if n >= ONE_SIDED_LEAST and hollow >= ONE_SIDED * n
    }
    if not most:
        return ""
    kind = max(most, key=lambda one: (most[one][0], -one))
    hollow, n = most[kind]
    return word(lang, "stand one side", n=hollow, all=n, types=plural(lang, EVENT_TYPES[kind], n))


def _facts(picture: Picture, lang: str, *, ascribed: bool) -> Iterable[tuple[int, str]]:
    """What holds of all events of a type, the strikes first, the most events first."""
    order = [EVENT_TYPES.index(name) for types in ("strikes", "attacks", "clashes") for name in KINDS[types]]
    for kind in sorted((one for one in order if picture.kinds[one]), key=lambda one: -picture.kinds[one]):
        n = picture.kinds[kind]
        for side in ("AF", "PK"):
            if n >= FACT_LEAST and picture.sides[kind, side] == n:
                types = plural(lang, EVENT_TYPES[kind], n)
                where = {"n": n, "types": types, "country": word(lang, side)}
                by = next((one for one in ("AF", "PK") if picture.ascribed[kind, one] == n), None)
                if by is None or not ascribed:
                    yield n, word(lang, "stand all in", **where)
                else:
                    yield n, word(lang, "stand all by", **where, party=word(lang, by))
