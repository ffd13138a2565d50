"""What agreement and disagreement of two rows are worth, in bits, field by field.

Each function gives a weight of evidence and a reason in words. Weights of place and day follow from the size
of the loci and dates: how often would two rows thrown at random over the active area and time come that
close? The others are set by hand. What all that is worth together is measured in docs/matching.md.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from geo.places.gazetteer import known_places
from geo.places.spelling import folds, skeleton

__all__ = [
    "actor_bits",
    "actor_names",
    "alike",
    "can_be_one",
    "can_hold",
    "event_class",
    "part_place_bits",
    "part_space_bits",
    "part_toll_bits",
    "place_bits",
    "space_bits",
    "tells_of_several",
    "time_bits",
    "toll_bits",
    "type_bits",
]

ACTIVE_KM2: Final = 125_000.0
"""Area over which events of a source are spread, roughly: the provinces along the line."""

ACTIVE_DAYS: Final = 60.0

SAME_NAME: Final = 85.0
"""Likeness from which two names are one."""

Evidence: TypeAlias = tuple[float, str]
"""Bits, and the reason in words; empty where the rows do not say."""

ARMED: Final = frozenset(("armed clash", "airstrike", "drone strike", "shelling", "bombing", "attack"))

UNARMED: Final = frozenset(("crossing closed", "crossing reopened", "talks"))

_DEMONSTRATION: Final = re.compile(r"protest|riot|demonstrat|mob violence|sit-in|rally|strike action", re.I)

_TYPE_BITS: Final = {
    frozenset(("airstrike", "drone strike")): 1.0,
    frozenset(("airstrike", "shelling")): 0.0,
    frozenset(("armed clash", "shelling")): 0.5,
    frozenset(("armed clash", "attack")): 0.5,
    frozenset(("attack", "bombing")): 0.5,
    frozenset(("attack", "shelling")): 0.0,
    frozenset(("drone strike", "shelling")): -0.5,
    frozenset(("armed clash", "bombing")): -1.0,
}
"""Types that reporters take for one another; any other two armed types take 4 bits away."""

_MEANS_NOT_TOLD: Final = frozenset(("state-based conflict", "non-state conflict", "one-sided violence"))
"""What UCDP calls events; whoever codes so does not say whether it was a raid from the air or a fight."""

_SEVERAL: Final = re.compile(
    r"\b(several|various|multiple|numerous|many)\b"
    r"|\b(sectors|districts|provinces|villages|posts|outposts|areas|places|sites|points|towns|fronts"
    r"|locations|checkpoints|checkposts|camps)\b"
    r"|\b(along|all over|throughout)\b.*\b(line|border|frontier)\b|\w \bto\b \w",
    re.IGNORECASE,
)
"""Words by which a row says that it tells of more than one place."""

_ACTORS: Final = (
    (
        "ttp",
        r"\bttp\b|tehr?[ei]+k-?e?-? ?taliban|pakistani? taliban|jama'?at[- ]?ul[- ]?ahrar|"
        r"gul bahadur|khawarij",
    ),
    ("is-k", r"\bis\b|\bisis\b|\biskp?\b|islamic state|daesh"),
    ("baloch groups", r"\bbras\b|\bbl[af]\b|baloch (liberation|republican)|baloch raji|\bbrg\b|baluch"),
    ("lashkar-e-taiba", r"lashkar-e-t"),
    ("nrf", r"\bnrf\b|national resistance"),
    ("aff", r"\baff\b|freedom front"),
    ("civilians", r"civilian|villager|residents"),
    (
        "pakistan",
        r"government of pakistan|\bpakistan$|ispr|frontier corps|(police|military) forces of pakistan|"
        r"pakistan(i)? (armed|forces|army|military|authorit|air force|securit|alleged|\()",
    ),
    (
        "afghan authorities",
        r"government of afghanistan|afghan taliban|afghan (authorit|forces|border|government)|"
        r"islamic emirate|^taliban|\btaliban (unit|member|force|government)|forces of afghanistan",
    ),
)
"""Names by which sources call one actor, in the order they are tried; what none fits stands for itself."""

_COARSE: Final = frozenset(("province", "border", "country", "unknown"))

_PLACE_WORDS: Final = frozenset(
    """district province town city village villages area areas post posts sector border crossing region near
    the of and several sites locality tehsil sub agency camp gate""".split()  # noqa: SIM905 - words, not a list
)
"""Words that say what kind of place it is, not which."""


def event_class(event_type: object, native_type: object = None) -> str:
    """What a row is about, as far as matching goes: ``armed``, ``demonstration``, ``unarmed`` or ``other``.

    Examples
    --------
    >>> from geo.matching.weights import event_class
    >>> event_class("airstrike"), event_class("other", "Protests: Peaceful protest"), event_class("talks")
    ('armed', 'demonstration', 'unarmed')
    """
    # What the source itself calls a protest is one, whatever type it was given here.
    if isinstance(native_type, str) and _DEMONSTRATION.search(native_type):
        return "demonstration"
    if event_type in ARMED:
        return "armed"
    return "unarmed" if event_type in UNARMED else "other"


def actor_names(*names: object) -> frozenset[str]:
    """Actors under one name each; sources call one actor by many.

    Examples
    --------
    >>> from geo.matching.weights import actor_names
    >>> sorted(actor_names("Government of Pakistan", "TTP (per Pakistani officials)"))
    ['pakistan', 'ttp']
    """
    found = set()
    for name in names:
        if (
            not isinstance(name, str)
            or not name.strip()
            or re.fullmatch(r"xxx\d+|unknown.*", name.strip(), re.I)
        ):
            continue
        # "TTP (per Pakistani officials)": who says so is no party.
        plain = re.sub(r"\(per [^)]*\)", "", name).strip()
        found.add(_actor(plain))
    return frozenset(found)


@functools.lru_cache(maxsize=4096)
def _actor(name: str) -> str:
    for actor, pattern in _ACTORS:
        if re.search(pattern, name, re.I):
            return actor
    return " ".join(folds(name))


@dataclass(frozen=True)
class Record:
    """One row, as far as evidence goes.

    Attributes
    ----------
    event_id, event_type, kind
        Id, type, and class of type (:func:`event_class`).
    lon, lat, precision, reach_km
        The point in degrees, ``where_precision``, and the radius of a circle as large as the locus (NaN:
        none).
    start, first, last
        The date stated, and the days between which the event lies.
    actors
        As :func:`actor_names` gives them.
    low, best, high
        Deaths; NaN where not stated.
    place, adm2, adm1, country
        As the source states them; empty where it does not. The last two are codes.
    native
        What the source calls the type.
    whole
        Whether the row says that it tells of several places (:func:`tells_of_several`).
    """

    event_id: str
    event_type: str
    kind: str
    lon: float
    lat: float
    precision: str
    reach_km: float
    start: np.datetime64
    first: np.datetime64
    last: np.datetime64
    actors: frozenset[str]
    low: float
    best: float
    high: float
    place: str
    adm2: str
    adm1: str
    country: str
    native: str = ""
    whole: bool = False


def tells_of_several(place: str, units: str = "") -> bool:
    """Whether a row says that it is a whole with parts: more than one place, sector or province.

    A row of coarse precision is not one for that: where a single event was may just not be known.

    Examples
    --------
    >>> from geo.matching.weights import tells_of_several
    >>> tells_of_several("Durand Line, several sectors"), tells_of_several("Durand Line, Paktika to Nuristan")
    (True, True)
    >>> tells_of_several("Afghanistan-Pakistan border"), tells_of_several("Barmal district")
    (False, False)
    >>> tells_of_several("Dir sector", "AF-KNR;PK-KP"), tells_of_several("the line", "AF-KNR;AF-NUR")
    (False, True)
    """
    # One province of each country is the one stretch where they meet.
    countries = [unit.strip()[:2] for unit in units.split(";")]
    return bool(_SEVERAL.search(place)) or len(countries) > len(set(countries))


def can_be_one(first: str, first_native: str, second: str, second_native: str) -> bool:
    """Whether rows of two types can tell of one event.

    A protest is never an armed event, nor are talks, and a crossing that is closed is not reopened.

    Examples
    --------
    >>> from geo.matching.weights import can_be_one
    >>> can_be_one("attack", "", "other", "Peaceful protest"), can_be_one("attack", "", "other", "")
    (False, True)
    """
    kind, other = event_class(first, first_native), event_class(second, second_native)
    if "other" in (kind, other):
        # A row without a type can be armed; but not while the other says that it was a protest.
        return "demonstration" not in (kind, other)
    return kind == other and (kind != "unarmed" or first == second)


def space_bits(one: Record, two: Record, apart_km: float, gap_km: float, slack_km: float) -> Evidence:
    """Evidence of the places: the smaller the loci that meet, the less it is chance."""
    if np.isnan(gap_km):
        return 0.0, "no position on one side"
    reach = one.reach_km + two.reach_km + slack_km
    # The chance that two loci thrown at random over the active area come this close.
    weight = max(0.0, float(np.log2(ACTIVE_KM2 / (np.pi * reach**2))))
    if all(row.precision in ("site", "town", "near", "district") for row in (one, two)):
        # If they tell of one event, points at the far end of what their precision allows are the exception.
        weight -= 2.0 * min(1.0, apart_km / reach) ** 2
    near = "loci meet" if gap_km <= 0 else f"loci {gap_km:.1f} km apart"
    return weight, f"{apart_km:.1f} km, {one.precision} and {two.precision}, {near}"


def can_hold(whole: Record, part: Record) -> bool:
    """Whether a row can tell of a whole that another is part of: it says so, and is no smaller or shorter."""
    return (
        whole.whole
        and whole.kind == part.kind == "armed"
        and not whole.reach_km < part.reach_km
        and bool(whole.last - whole.first >= part.last - part.first)
    )


def part_toll_bits(whole: Record, part: Record) -> Evidence:
    """Evidence of the deaths stated if one row is part of the other: a part has no more than the whole."""
    most = np.nanmax([whole.best, whole.high, -1.0])
    least = np.nanmin([part.best, part.low, np.inf])
    if most < 0 or not np.isfinite(least):
        return 0.0, ""
    said = f"at least {least:.0f} killed in the part, at most {most:.0f} in the whole"
    return (0.5 if least <= most else -1.5), said


def part_space_bits(whole: Record, part: Record, within: float) -> Evidence:
    """Evidence of the places if one row is part of the other: how much of its locus lies in the whole's.

    Parameters
    ----------
    whole, part
        The two rows.
    within
        Share of the part's locus that lies in that of the whole, 0 to 1; NaN if either has none.
    """
    if np.isnan(within):
        return 0.0, "no position on one side"
    reach = whole.reach_km + part.reach_km
    weight = max(0.0, float(np.log2(ACTIVE_KM2 / (np.pi * reach**2))))
    # A part lies in its whole; what lies beside it says so all the more, the less of it is inside.
    weight += float(np.log2(max(within, 1 / 64)))
    return weight, f"{within:.0%} of its locus in that of the whole"


def part_place_bits(whole: Record, part: Record) -> Evidence:
    """Evidence of the names if one row is part of the other: another name is what a part has."""
    if part.place and whole.place and alike(whole.place, part.place) >= SAME_NAME:
        # The name of a province says no more than its outline does, which has been counted.
        return (0.0 if part.precision in _COARSE else 3.0), f"{part.place!r} and {whole.place!r}"
    district = _same_district(whole, part)
    if district is None:
        return 0.0, ""
    said = f"districts {whole.adm2!r} and {part.adm2!r}"
    if not district and whole.country != part.country and part.country and whole.country:
        # Each side tells of a fight across the line by the district on its own.
        return 0.0, f"{said}, across the line"
    return (1.0 if district else -6.0), said


def time_bits(one: Record, two: Record) -> Evidence:
    """Evidence of the dates: the narrower the windows that meet, the less it is chance."""
    day = np.timedelta64(1, "D")
    width = sum(float((row.last - row.first) / day) + 1 for row in (one, two))
    weight = max(0.0, float(np.log2(ACTIVE_DAYS / width)))
    days = days_apart(one, two)
    # One day off is common where reports come in overnight; more is not.
    weight -= 1.5 * days
    same = "dates meet" if not days else f"{days} day{'s' if days > 1 else ''} apart"
    return weight, f"{one.start} and {two.start}, {same}"


def type_bits(one: Record, two: Record) -> Evidence:
    """Evidence of the types; none where a row has none or ``other``."""
    first, second = one.event_type, two.event_type
    if not first or not second or "other" in (first, second):
        return 0.0, ""
    if first == second:
        # The two commonest types, and those that sources without types of weapons are given, say least.
        return (1.0 if first in ("attack", "armed clash") else 2.0), f"both {first}"
    if {first, second} <= ARMED and {one.native, two.native} & _MEANS_NOT_TOLD:
        return 0.0, f"{first} and {second}, where one side does not say by what means"
    return _TYPE_BITS.get(frozenset((first, second)), -4.0), f"{first} and {second}"


def actor_bits(one: Record, two: Record) -> Evidence:
    """Evidence of the actors, in whatever order they stand."""
    first, second = one.actors, two.actors
    if not first or not second:
        return 0.0, ""
    common = first & second
    said = f"{', '.join(sorted(first))} and {', '.join(sorted(second))}"
    if common - {"civilians"} and (first <= second or second <= first):
        return (2.5 if len(common) > 1 else 1.5), said
    if common - {"civilians"}:
        return 0.0, said
    return (-1.0 if common else -2.5), said


def toll_bits(one: Record, two: Record) -> Evidence:
    """Evidence of the deaths stated."""
    spans = []
    for row in (one, two):
        known = [value for value in (row.low, row.best, row.high) if np.isfinite(value)]
        if not known:
            return 0.0, ""
        middle = row.best if np.isfinite(row.best) else (min(known) + max(known)) / 2
        spans.append((min(known), middle, max(known)))
    (low, best, high), (other_low, other_best, other_high) = spans
    said = f"{_span(low, high)} and {_span(other_low, other_high)} killed"
    off = abs(float(np.log((best + 1) / (other_best + 1))))
    meet = low <= other_high and other_low <= high
    # Small tolls agree by chance; and parties state tolls that differ 20-fold, which rules out nothing.
    if off < 0.1:
        return (0.5 if best < 3 else 2.5 if best >= 10 else 1.5), said
    if off < 0.5 or meet:
        return 0.5, said
    return (-0.5 if off < 1.2 else -1.5), said


def place_bits(one: Record, two: Record) -> Evidence:
    """Evidence of the names of place and district, through the gazetteer where it knows them."""
    first, second = one.place, two.place
    district = _same_district(one, two)
    if first and second:
        if alike(first, second) >= SAME_NAME and district is not False:
            return 3.0, f"{first!r} and {second!r}"
        for name, other in ((first, two.adm2), (second, one.adm2)):
            if other and alike(name, other) >= SAME_NAME:
                return 1.5, f"{name!r} in {other!r}"
    if district is not None:
        said = f"districts {one.adm2!r} and {two.adm2!r}"
        # Loci of neighbouring districts overlap; their names tell them apart.
        return (1.0 if district else -6.0), said
    return (-1.0 if first and second else 0.0), (f"{first!r} and {second!r}" if first and second else "")


def _same_district(one: Record, two: Record) -> bool | None:
    """Whether two rows name one district; None where either names none, or one that is not known."""
    if not one.adm2 or not two.adm2:
        return None
    if alike(one.adm2, two.adm2) >= SAME_NAME:
        return True
    ids = [known_places(row.adm2, country=row.country, kind="district") for row in (one, two)]
    if not all(ids):
        return None
    return bool(ids[0] & ids[1])


def days_apart(one: Record, two: Record) -> int:
    """Days between the two windows; 0 if they meet."""
    day = np.timedelta64(1, "D")
    return max(0, int((two.first - one.last) / day), int((one.first - two.last) / day))


@functools.lru_cache(maxsize=262_144)
def alike(first: str, second: str) -> float:
    """Likeness of two place names, 0 to 100: words in any order; one name inside a longer one is alike.

    Examples
    --------
    >>> from geo.matching.weights import alike
    >>> alike("Spinboldak town", "Spin Boldak"), alike("Laman area, Barmal", "Barmal district")
    (100.0, 100.0)
    >>> alike("Wana", "Chaman") < 70
    True
    """
    from rapidfuzz import fuzz

    one, two = _tokens(first), _tokens(second)
    if not one or not two:
        return 0.0
    if "".join(one) == "".join(two):
        return 100.0
    return float(fuzz.token_set_ratio(" ".join(one), " ".join(two)))


@functools.lru_cache(maxsize=65_536)
def _tokens(name: str) -> tuple[str, ...]:
    words = (fold for word in re.split(r"[\W_]+", name.casefold()) for fold in folds(word)[:1])
    return tuple(skeleton(word) for word in words if word not in _PLACE_WORDS)


def _span(low: float, high: float) -> str:
    return f"{low:.0f}" if low == high else f"{low:.0f}-{high:.0f}"
