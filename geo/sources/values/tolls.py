"""Numbers of dead and injured as people write them, and who says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["TOLLS_ACCEPTED", "Claim", "Toll", "claimant_kind", "parse_claims", "parse_toll"]

TOLLS_ACCEPTED: Final = (
    "12, 20-25, at least 20, up to 30, about 15, 20+, none, or 'claimant: number; claimant: number'"
)
"""What a number that could not be read is told."""

_LARGEST: Final = 1_000_000
# No figure with its claimants is longer; a longer text is a story, and patterns would take long over it.
_LONGEST: Final = 400
_MISSING: Final = {
    "",
    "-",
    "--",
    "–",
    "—",
    "?",
    "n/a",
    "na",
    "unknown",
    "not known",
    "unclear",
    "tbc",
    "none given",
    "not stated",
    "nk",
}
_NONE: Final = {"none", "no", "nil", "zero", "no deaths", "no casualties", "no one", "nobody"}
_WORDS: Final = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        range(1, 13),
        strict=True,
    )
)
_NUMBER: Final = r"(\d{1,3}(?:[,\u00a0\u202f ]\d{3})+|\d+)(?:\.0+)?"
_PEOPLE: Final = (
    "people|persons?|civilians?|soldiers?|fighters?|killed|dead|deaths?|fatalities|injured|wounded|troops|"
    "militants|officers?|police|children|women|men"
)
_UNIT: Final = rf"(?:\s*(?:{_PEOPLE}))*"
_FORMS: Final = (
    (re.compile(rf"{_NUMBER}{_UNIT}$"), lambda a, _: (a, a, a)),
    (re.compile(rf"{_NUMBER}\s*(?:-|to|/|or)\s*{_NUMBER}{_UNIT}$"), lambda a, b: (a, None, b)),
    (re.compile(rf"between\s+{_NUMBER}\s+and\s+{_NUMBER}{_UNIT}$"), lambda a, b: (a, None, b)),
    (
        re.compile(rf"(?:at least|no fewer than|not less than|minimum|min\.?|>=|≥)\s*{_NUMBER}{_UNIT}$"),
        lambda a, _: (a, None, None),
    ),
    (re.compile(rf"(?:more than|over|above|>)\s*{_NUMBER}{_UNIT}$"), lambda a, _: (a + 1, None, None)),
    (re.compile(rf"{_NUMBER}\s*(?:\+|or more|plus){_UNIT}$"), lambda a, _: (a, None, None)),
    (
        re.compile(rf"(?:up to|at most|no more than|max\.?|<=|≤)\s*{_NUMBER}{_UNIT}$"),
        lambda a, _: (None, None, a),
    ),
    (
        re.compile(rf"(?:fewer than|less than|under|below|<)\s*{_NUMBER}{_UNIT}$"),
        lambda a, _: (None, None, max(a - 1, 0)),
    ),
    (
        re.compile(
            rf"(?:about|around|approx(?:\.|imately)?|some|nearly|almost|circa|ca?\.?|~|≈)\s*{_NUMBER}{_UNIT}$"
        ),
        lambda a, _: (None, a, None),
    ),
)
_ASIDE: Final = re.compile(
    r"\s*\(\s*(?:(?:incl|of (?:whom|which|them)|among|all|both|mostly|mainly|plus|and|but|not|no"
    r"|un\w*confirmed|confirmed|unverified|verified|estimate|est\b|approx|about|at least|so far|later|revised"
    r"|updated|total"
    r"|civilians?|soldiers?|children|women|men|police|militants|fighters)\b[^)]*|[^)]*\b(?:children|women|wounded"
    r"|injured|critical(?:ly)?)\s*)\)\s*$",
    re.IGNORECASE,
)
"""Words in brackets that tell more of the number and not who states it: "20 (including 3 children)"."""
_STATED_AGAIN: Final = re.compile(r"\(\s*[^\W\d][^)]*\d[^)]*\)")


@dataclass(frozen=True)
class Toll:
    """A number of people: lowest, best, highest; missing is not 0."""

    low: int | None = None
    best: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Claim:
    """A number with its claimant."""

    claimant: str
    claimant_kind: str
    toll: Toll


def _without_aside(text: str) -> str:
    """A number without words in brackets that only tell more of it; who states another is kept."""
    found = _ASIDE.search(text) if len(text) <= _LONGEST else None
    if found is None or re.search(
        r"\b(?:according|says?|said|claim\w*|per|reports?|reported)\b", found[0], re.I
    ):
        return text
    return text[: found.start()]


def parse_toll(text: str) -> Toll | str:
    """Read a number of people.

    Returns
    -------
    Toll or str
        The numbers; or why the text gives none.

    Examples
    --------
    >>> parse_toll("20-25")
    Toll(low=20, best=None, high=25)
    >>> parse_toll("at least 20")
    Toll(low=20, best=None, high=None)
    >>> parse_toll("dozens")
    "'dozens' is not a number"
    >>> parse_toll("")
    Toll(low=None, best=None, high=None)
    >>> parse_toll("20 (including 3 children)")
    Toll(low=20, best=20, high=20)
    """
    text = _without_aside(text)
    line = " ".join(re.sub(r"[\u2010-\u2015\u2212]", "-", text).casefold().split())
    if line in _MISSING:
        return Toll()
    if line in _NONE:
        return Toll(0, 0, 0)
    if line in _WORDS:
        return Toll(*[_WORDS[line]] * 3)
    if len(line) > 80:
        return "it is too long for a number"
    for form, numbers in _FORMS:
        if found := form.match(line):
            counts = [int(re.sub(r"\D", "", group)) for group in found.groups() if group]
            if max(counts) > _LARGEST:
                return f"{max(counts):,} is more than {_LARGEST:,}"
            toll = Toll(*numbers(counts[0], counts[-1]))
            if toll.low is not None and toll.high is not None and toll.low > toll.high:
                return f"{toll.low} is more than {toll.high}"
            return toll
    return f"{text.strip()[:40]!r} is not a number"


_KINDS: Final = (
    ("un", r"\b(?:un|unama|united nations|ocha|unhcr|unicef|ohchr)\b"),
    ("hospital", r"hospital|doctor|medic|emergency ngo|clinic"),
    ("ngo", r"\bngo|red cross|red crescent|icrc|msf|rights watch|amnesty"),
    ("pakistan", r"pakistan|ispr|islamabad|\bpak\b|peshawar police"),
    (
        "armed group",
        r"\bttp\b|tehrik|isis|iskp|is-k|islamic state|baloch liberation|\bbla\b|\bnrf\b|militants",
    ),
    ("afghan authorities", r"taliban|afghan|kabul|islamic emirate|\biea\b|mujahid"),
    ("media", r"media|reuters|\bafp\b|\bap\b|bbc|tolo|dawn|jazeera|news|press"),
)


def claimant_kind(claimant: str) -> str:
    """What kind of claimant a name most likely is; ``other`` where it does not say."""
    name = claimant.casefold()
    return next((kind for kind, pattern in _KINDS if re.search(pattern, name)), "other")


def parse_claims(text: str) -> list[Claim] | str | None:
    """Read the claims of several sides in one cell.

    Returns
    -------
    list of Claim, str or None
        The claims; why one of them cannot be read; None where the cell does not have this form.

    Examples
    --------
    >>> for claim in parse_claims("Pakistan: 23; Taliban: 58"):
    ...     print(claim.claimant, claim.claimant_kind, claim.toll.best)
    Pakistan pakistan 23
    Taliban afghan authorities 58
    >>> parse_claims("20 (including 3 children)") is None
    True
    >>> parse_claims("at least 10 (Pakistan says 3)")
    'who states the number before the brackets is not said'
    """
    if len(text) > _LONGEST:
        return None
    if _without_aside(text) != text and not re.search(r"[:=;]", text):
        return None
    parts = [part for part in re.split(r"[;\n/]|,(?=\s*[^\W\d])|(?<=\)),", text) if part.strip()]
    if not parts or not all(re.match(r"\s*[^\W\d][^:=]*[:=]\s*\S|.*\(\s*[^\W\d]", part) for part in parts):
        return None
    claims = []
    for part in parts:
        named = re.match(r"\s*([^\W\d][^:=]*?)\s*[:=]\s*(.+?)\s*$", part) or None
        if named:
            claimant, said = named[1], named[2]
        elif _STATED_AGAIN.search(part):
            # Two numbers and one name: neither must pass for the other's.
            return "who states the number before the brackets is not said"
        else:
            bracketed = re.match(r"\s*(.+?)\s*\(\s*([^)]+?)\s*\)\s*$", part)
            if not bracketed:
                return None
            claimant, said = bracketed[2], bracketed[1]
        claimant = re.sub(r"\s+(?:says?|said|claims?|claimed)$", "", claimant)
        toll = parse_toll(said)
        if isinstance(toll, str):
            return f"{claimant}: {toll}"
        claims.append(Claim(claimant, claimant_kind(claimant), toll))
    return claims
