"""Numbers of dead and injured as people write them, in four languages: how many, of whom, how it was said."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from geo.sources.values.dates import without_marks

__all__ = ["TOLLS_ACCEPTED", "Claim", "Toll", "claimant_kind", "parse_claims", "parse_figures", "parse_toll"]

TOLLS_ACCEPTED: Final = (
    "12, 20-25, at least 20, up to 30, about 15, 20+, dozens, 2 soldiers, none, "
    "or 'claimant: number; claimant: number'"
)
"""What a number that could not be read is told."""

_LARGEST: Final = 1_000_000
# No figure with its claimants is longer; a longer text is a story, and patterns would take long over it.
_LONGEST: Final = 400
_MISSING: Final = {
    *("", "-", "--", "–", "—", "?", "n/a", "na", "unknown", "not known", "unclear", "tbc", "none given"),
    *("not stated", "nk", "نامعلوم", "نامشخص", "معلوم نہیں", "نا معلوم", "ندي معلوم"),
}
_NONE: Final = {
    *("none", "no", "nil", "zero", "no deaths", "no casualties", "no one", "nobody", "no loss of life"),
    *("صفر", "هیچ", "هیچکس", "هیڅ", "هیڅوک", "کوئی نہیں", "کوئی نقصان نہیں"),
}
_WORDS: Final = {
    word: number
    for number, words in {
        1: "one a an یک یو ایک", 2: "two دو دوه دوو", 3: "three سه درې دری تین", 4: "four چهار څلور چار",
        5: "five پنج پنځه پانچ", 6: "six شش شپږ چھ", 7: "seven هفت اووه سات", 8: "eight هشت اته آٹھ",
        9: "nine نه نهه نو", 10: "ten ده لس دس", 11: "eleven", 12: "twelve", 13: "thirteen", 14: "fourteen",
        15: "fifteen", 16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen",
        20: "twenty بیست شل بیس",
    }.items()
    for word in words.split()
}  # fmt: skip
_NUMBER: Final = r"(\d{1,3}(?:[,\u00a0\u202f\u066c ]\d{3})+|\d+)(?:\.0+)?"

_BEFORE: Final = {
    "at least": "at least|no fewer than|not fewer than|no less than|not less than|a minimum of|minimum"
    "|min\\.?|>=|≥|حد ?اقل|دست[ \u200c]?کم|کم از کم|کم ازکم|لااقل|لږ تر لږه|لږترلږه|کم تر کمه|کم له کمه",
    "more than": "more than|over|above|upwards of|in excess of|>|بیش از|بیشتر از|اضافه از|زیات له|ډېر له",
    "up to": "up to|as many as|at most|no more than|not more than|a maximum of|maximum|max\\.?|<=|≤"
    "|حد ?اکثر|الی|تا|زیادہ سے زیادہ|تر ټولو ډېر|تر ټولو زیات",
    "fewer than": "fewer than|less than|under|below|<|کمتر از|لږ له|کم له",
    "about": "about|around|approx(?:\\.|imately)?|some|nearly|almost|roughly|close to|an estimated|estimated"
    "|circa|ca?\\.?|~|≈|در حدود|حدود|تقریباً|تقریبا|نزدیک به|شاوخوا|نږدې|نژدې|کابو|لگ بھگ|قریب",
}
"""Words before a number, by how it is said."""
_AFTER: Final = {
    "at least": "\\+|or more|plus|and more|and counting|یا زیادہ|او زیات|یا زیات|و بیشتر",
    "more than": "سے زائد|سے زیادہ|سے بڑھ کر|څخه زیات|څخه ډېر|نه زیات|نه ډېر|زیات|ډېر",
    "up to": "at most|max(?:imum)?|تک|پورې",
    "fewer than": "سے کم|څخه لږ|څخه کم|نه لږ|نه کم|لږ",
    "about": "or so|approx(?:\\.|imately)?|کے قریب|کے لگ بھگ|په شاوخوا کې",
}
_PREFIX: Final = re.compile(
    "^(?:" + "|".join(f"(?P<{name.replace(' ', '_')}>{words})" for name, words in _BEFORE.items())
    + r")(?=[\s\d])\s*"
)  # fmt: skip
_SUFFIX: Final = re.compile(
    r"^\s*(?:" + "|".join(f"(?P<{name.replace(' ', '_')}>{words})" for name, words in _AFTER.items())
    + r")(?!\w)\s*"
)  # fmt: skip
_RANGE: Final = re.compile(
    rf"^(?:(?:between|from|بین|له|د)\s+)?{_NUMBER}\s*(?:-|/|(?:to|or|and|تا|الی|تر|سے|و|او|اور)\s)\s*{_NUMBER}"
    r"\s*(?:ترمنځ|تر منځ|کے درمیان|پورې)?"
)
_ONE: Final = re.compile(rf"^(?:(?:له|تر)\s+(?=\d))?{_NUMBER}(?!\d|[.,]\d|\s*%|s\b|e[+-]?\d)")
_SOME: Final = re.compile(
    r"an?\s+(?:few|number|couple|handful|lot|group|large|small|score|hundred|thousand|great)\b"
)
"""Words that begin as a number does and are none."""
_DOZENS: Final = re.compile(r"^(?:dozens|لسګونه|لسګونو|لسگونه|ده[ \u200c]?ها|درجنوں)(?: of)?(?!\w)\s*")
_DOZEN: Final = re.compile(r"^(?:(a|one|two|three|four)\s+)?dozen(?: of)?(?!\w)\s*")
_METRIC: Final = re.compile(
    r"\b(?:were|was|have been|reportedly)\b|(?<!\w)(?:people|persons?|killed|dead|deaths?|died|"
    r"fatalities|martyred|lost their lives|casualties"
    r"|کشته|شهید|وژل شوي|مړه|ہلاک|جاں بحق|شہید|نفر|تن|کسان|افراد|لوگ)(?!\w)"
)
_INJURED: Final = re.compile(r"(?<!\w)(?:injured|wounded|hurt|زخمي|زخمی|ټپیان|ټپي|مجروح)(?!\w)")
_GROUP: Final = re.compile(r"^(?:[^\W\d_][\w'’.\u200c-]*)(?: [^\W\d_][\w'’.\u200c-]*){0,4}$")
_NO_GROUP: Final = re.compile(
    r"\b(?:and|or|but|says?|said|claims?|claimed|according|per|reports?|reported|km|miles?|percent|days?|hours?|"
    r"years?|men and|jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)\b"
)
_PART: Final = re.compile(
    r"[,\s(]*(?<!\w)(?:incl(?:\.|uding|udes)?|among (?:them|whom)|of (?:whom|which|them)|"
    r"به شمول|بشمول|شمول|په ګډون|جن میں|از جمله)(?!\w)[:\s]*"
)
_ASIDE: Final = re.compile(
    r"\s*\(\s*(?:(?:of (?:whom|which|them)|all|both|mostly|mainly|but|not|no"
    r"|un\w*confirmed|confirmed|unverified|verified|estimate|est\b|approx|so far|later|revised"
    r"|updated|total"
    r"|civilians?|soldiers?|children|women|men|police|militants|fighters)\b[^)\d]*|[^)\d]*\b(?:children|women|wounded"
    r"|injured|critical(?:ly)?)\s*)\)\s*$",
    re.IGNORECASE,
)
"""Words in brackets that tell more of the number and not who states it: "20 (unconfirmed)"."""
_STATED_AGAIN: Final = re.compile(r"\(\s*[^\W\d][^)]*\d[^)]*\)")


@dataclass(frozen=True)
class Toll:
    """A number of people: lowest, best, highest; missing is not 0.

    Attributes
    ----------
    low, best, high
        As they are known: "more than 20" is 21 at the lowest.
    bound
        How it was said (:data:`geo.vocab.BOUNDS`); empty where nothing is said.
    who
        The people counted; empty where the text says no more than that they were people.
    injured
        Whether the text itself says that they were injured and not killed.
    """

    low: int | None = None
    best: int | None = None
    high: int | None = None
    bound: str = ""
    who: str = ""
    injured: bool = False

    @property
    def said(self) -> tuple[int | None, int | None]:
        """The two numbers of a claim, as they were said: 20 and none for "more than 20"."""
        if self.bound == "more than":
            return (None if self.low is None else self.low - 1), None
        if self.bound == "about" and self.best is not None:
            return self.best, self.best
        return self.low, self.high


@dataclass(frozen=True)
class Claim:
    """A number with its claimant; the claimant is empty where the text names none.

    Attributes
    ----------
    claimant, claimant_kind
        Who says so, and what kind of claimant that is.
    toll
        The number.
    part_of
        The number that this one is a part of ("10 civilians incl. 3 children"); None where it stands alone.
    """

    claimant: str
    claimant_kind: str
    toll: Toll
    part_of: Toll | None = None


def parse_toll(text: str) -> Toll | str:
    """Read one number of people.

    Returns
    -------
    Toll or str
        The numbers; or why the text gives none, or several.

    Examples
    --------
    >>> toll = parse_toll("at least 20 soldiers")
    >>> toll.low, toll.high, toll.bound, toll.who
    (20, None, 'at least', 'soldiers')
    >>> parse_toll("more than 20").low, parse_toll("more than 20").said
    (21, (20, None))
    >>> parse_toll("dozens").bound, parse_toll("").bound
    ('dozens', '')
    >>> parse_toll("several")
    "'several' is not a number"
    """
    bare = _ASIDE.sub("", without_marks(text)) if len(text) <= _LONGEST else text
    line = " ".join(re.sub(r"[\u2010-\u2015\u2212]", "-", bare).casefold().split()).strip(" .;,؛،")
    line = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in line)
    if line in _MISSING:
        return Toll()
    if line in _NONE:
        return Toll(0, 0, 0, "exactly")
    if len(line) > 120:
        return "it is too long for a number"
    # "killed: 5" names what is counted, and nobody who counts.
    counted = re.match(r"^([^\W\d][^:=\d]*?)\s*[:=]\s*(.+)$", line)
    if counted and _PEOPLE.match(counted[1]):
        line = f"{counted[2]} {counted[1]}"
    read = _number(line)
    if read is None:
        return f"{text.strip()[:40]!r} is not a number"
    if isinstance(read, str):
        return read
    toll, rest = read
    return _with_group(toll, rest, text)


def _number(line: str) -> tuple[Toll, str] | str | None:
    """A number with how it is said, and what follows it."""
    if found := _DOZENS.match(line):
        return Toll(bound="dozens"), line[found.end() :]
    bound = ""
    if found := _PREFIX.match(line):
        bound, line = str(found.lastgroup).replace("_", " "), line[found.end() :]
    if found := _DOZEN.match(line):
        count = 12 * _WORDS.get(found[1] or "a", 1)
        return _bounded(bound or "about", count, count), line[found.end() :]
    word = line.split(" ", 1)[0]
    # A word at the head of a text is a number only before a group or alone.
    if word in _WORDS and (bound or " " in line or len(word) > 2) and not _SOME.match(line):
        line = str(_WORDS[word]) + line[len(word) :]
    if found := _RANGE.match(line):
        low, high = (_whole(number) for number in found.groups())
        if low > high:
            return f"{low} is more than {high}"
        if bound not in ("", "about"):
            return f"{line!r} has two numbers, and {bound!r} before them"
        toll = Toll(low, None, high, bound or "exactly")
    elif found := _ONE.match(line):
        high = low = _whole(found[1])
        toll = Toll()
    else:
        return None
    if high > _LARGEST:
        return f"{high:,} is more than {_LARGEST:,}"
    rest = line[found.end() :]
    if not toll.bound:
        # "up to", "more than" and the like stand after the number in Pashto and Urdu.
        after = _SUFFIX.match(rest)
        if after and not bound:
            bound, rest = str(after.lastgroup).replace("_", " "), rest[after.end() :]
        toll = _bounded(bound or "exactly", low, high)
    return toll, rest


def _whole(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _bounded(bound: str, low: int, high: int) -> Toll:
    match bound:
        case "at least":
            return Toll(low, None, None, bound)
        case "more than":
            return Toll(low + 1, None, None, bound)
        case "up to":
            return Toll(None, None, high, bound)
        case "fewer than":
            return Toll(None, None, max(high - 1, 0), "up to")
        case "about":
            return Toll(None, low, None, bound)
    return Toll(low, low, low, bound)


def _with_group(toll: Toll, rest: str, text: str) -> Toll | str:
    """The number with the people that follow it; a reason where what follows is something else."""
    injured = _INJURED.search(rest) is not None
    group = " ".join(_INJURED.sub(" ", _METRIC.sub(" ", rest)).split()).strip(" .,:;()")
    if not group:
        return replace(toll, injured=injured)
    # "12 (ISPR)" names who says so.
    if not (rest.startswith(" ") or rest[0].isalpha()) or rest.lstrip().startswith("("):
        return f"{text.strip()[:40]!r} is not a number"
    if _GROUP.match(group) is None or _NO_GROUP.search(group):
        return f"{text.strip()[:40]!r} is not a number"
    # In the writing of the cell: "4 FC", not "4 fc".
    at = text.casefold().find(group)
    return replace(toll, who=text[at : at + len(group)] if at >= 0 else group, injured=injured)


_KINDS: Final = (
    (
        "un",
        r"\b(?:un|unama|united nations|ocha|unhcr|unicef|ohchr)\b|یوناما|ملل متحد|ملګر\w+ ملت|اقوام متحدہ",
    ),
    ("hospital", r"hospital|doctor|medic|emergency ngo|clinic|روغتون|شفاخانه|ہسپتال"),
    ("ngo", r"\bngo|red cross|red crescent|icrc|msf|rights watch|amnesty"),
    ("armed group", r"\bttp\b|tehr[ie]+k|pakistani taliban|تحریک طالبان|ټي ټي پي|ٹی ٹی پی"),
    ("pakistan", r"pakistan|ispr|islamabad|\bpak\b|peshawar police|پاکستان|آئی ایس پی آر"),
    ("armed group", r"isis|iskp|is-k|islamic state|baloch liberation|\bbla\b|\bnrf\b|militants|داعش"),
    (
        "afghan authorities",
        r"taliban|afghan|kabul|islamic emirate|\biea\b|mujahid|طالبان|افغان|اسلامي امارت|امارت اسلامی",
    ),
    ("media", r"media|reuters|\bafp\b|\bap\b|bbc|tolo|dawn|jazeera|news|press"),
)


def claimant_kind(claimant: str) -> str:
    """What kind of claimant a name most likely is; ``other`` where it does not say."""
    name = claimant.casefold()
    return next((kind for kind, pattern in _KINDS if re.search(pattern, name)), "other")


_PEOPLE: Final = re.compile(
    r"^(?:the )?(?:civilians?|soldiers?|troops|fighters?|militants?|police(?:men)?|officers?|children|"
    r"women|men|killed|dead|deaths|injured|wounded|people|persons|security (?:forces|personnel)|fc|levies|"
    r"total)$",
    re.IGNORECASE,
)
"""Names before a colon that are those of people counted and of nobody who counts."""


def parse_claims(text: str) -> list[Claim] | str | None:
    """Read the claims of several sides in one cell.

    Returns
    -------
    list of Claim, str or None
        The claims; why one of them cannot be read; None where the cell does not have this form.

    Examples
    --------
    >>> for claim in parse_claims("ISPR: 15 Taliban; Taliban: 4"):
    ...     print(claim.claimant, claim.claimant_kind, claim.toll.best, claim.toll.who)
    ISPR pakistan 15 Taliban
    Taliban afghan authorities 4
    >>> parse_claims("20 (unconfirmed)") is None
    True
    >>> parse_claims("at least 10 (Pakistan says 3)")
    'who states the number before the brackets is not said'
    """
    text = without_marks(text)
    if len(text) > _LONGEST:
        return None
    if _ASIDE.search(text) and not re.search(r"[:=;؛]", text):
        return None
    parts = [part for part in re.split(r"[;؛\n/]|[,،](?=\s*[^\W\d])|(?<=\)),", text) if part.strip()]
    claims: list[Claim] = []
    for part in parts:
        named = _named(part)
        if named is None or isinstance(named, str):
            return named
        claimant, said = named
        for claim in _tolls(said):
            if isinstance(claim, str):
                return f"{claimant}: {claim}"
            claims.append(replace(claim, claimant=claimant, claimant_kind=claimant_kind(claimant)))
    return claims or None


def _named(part: str) -> tuple[str, str] | str | None:
    """Who states a number, and the number; a reason; None where the text names nobody."""
    number_first = re.match(
        r"\s*(.*?\d.*?),?\s+(?:according to|per|as per|says|said by|claims)\s+([^\W\d].*?)\s*$", part
    )
    if colon := re.match(r"\s*([^\W\d][^:=]*?)\s*[:=]\s*(.+?)\s*$", part):
        claimant, said = colon[1], colon[2]
    elif verb := re.match(
        r"\s*([^\W\d][^:=\d]*?)\s+(?:says?|said|claims?|claimed|reports?|reported)\s+(.*\d.*)$", part
    ):
        claimant, said = verb[1], verb[2]
    elif _STATED_AGAIN.search(part) and not _PART.search(part):
        # Two numbers and one name: neither must pass for the other's.
        return "who states the number before the brackets is not said"
    elif number_first:
        claimant, said = number_first[2], number_first[1]
    else:
        bracketed = re.match(r"\s*(.+?)\s*\(\s*([^\W\d][^)]*?)\s*\)\s*$", part)
        if not bracketed or _PART.match(f" {bracketed[2]}"):
            return None
        claimant, said = bracketed[2], bracketed[1]
    claimant = re.sub(r"\s+(?:says?|said|claims?|claimed)$", "", claimant)
    claimant = re.sub(r"^(?:according to|per)\s+", "", claimant, flags=re.IGNORECASE)
    return None if _PEOPLE.match(claimant) else (claimant, said)


def _tolls(text: str) -> list[Claim | str]:
    """The numbers of one text without a claimant: one, one with parts of it, or several groups."""
    inner = text.replace("(", " ").replace(")", " ") if _PART.search(text) else text
    main, *rest = _PART.split(inner)
    whole = parse_toll(main)
    if rest and isinstance(whole, Toll):
        found: list[Claim | str] = [Claim("", "other", whole)]
        for piece in (piece for text_ in rest for piece in _groups(text_)):
            part = parse_toll(piece)
            # "including women and children" counts nobody.
            if isinstance(part, Toll) and part != Toll():
                found.append(Claim("", "other", part, whole))
        return found
    if isinstance(whole, Toll):
        return [Claim("", "other", whole)]
    pieces = _groups(text)
    read = [parse_toll(piece) for piece in pieces]
    tolls = [toll for toll in read if isinstance(toll, Toll)]
    if len(pieces) > 1 and len(tolls) == len(pieces) and all(t.who or t.injured or k for t, k in zip(
            tolls, [_METRIC.search(piece.casefold()) for piece in pieces], strict=True)):  # fmt: skip
        return [Claim("", "other", toll) for toll in tolls]
    return [whole]


def _groups(text: str) -> list[str]:
    """The pieces of a list of groups: "2 soldiers, 1 child", "civilians: 3; police: 2"."""
    pieces = re.split(r"\s*[;؛\n]\s*|\s*[,،/]\s*(?![\d]{3}(?!\d))|\s+(?:and|او|و|اور)\s+(?=\S*\d|\w+ )", text)
    turned = (re.sub(r"^\s*([^\W\d][^:=\d]*?)\s*[:=]\s*(.+)$", r"\2 \1", piece) for piece in pieces)
    return [piece.strip() for piece in turned if piece.strip()]


def parse_figures(text: str) -> list[Claim] | str:
    """Read all numbers of a cell, each with who states it, of whom it is and how it was said.

    Returns
    -------
    list of Claim or str
        The numbers, a claimant that is not named being empty; none for an empty cell; or why the text gives
        none.

    Examples
    --------
    >>> [(c.toll.best, c.toll.who) for c in parse_figures("2 soldiers, 1 child")]
    [(2, 'soldiers'), (1, 'child')]
    >>> [(c.toll.best, c.toll.who, c.part_of is not None) for c in parse_figures("10 men incl. 3 boys")]
    [(10, 'men', False), (3, 'boys', True)]
    >>> parse_figures("")
    []
    """
    text = without_marks(text)
    if len(text) > _LONGEST:
        return "it is too long for a number"
    whole = parse_toll(text)
    if isinstance(whole, Toll):
        return [] if whole == Toll() else [Claim("", "other", whole)]
    claims = parse_claims(text)
    if claims is not None:
        return claims
    found = _tolls(text)
    good = [claim for claim in found if isinstance(claim, Claim)]
    return good if len(good) == len(found) else whole
