"""What a text says of a place beside its name: near it, between two, several, or a feature called after it.

Only the words are looked at here; which places the names mean is the gazetteer's to say.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["Phrase", "read_phrase", "split_tail"]

Form = Literal["name", "near", "part", "between", "list", "feature", "elsewhere"]

_SIDE = r"(?:(?:north|south|east|west)(?:[ -]?(?:north|south|east|west))*(?:ern)?)"
_KM = re.compile(
    rf"^(?:at |about |some |around |approx(?:\.|imately)? |roughly |~ ?)?(\d+(?:[.,]\d+)?) ?"
    rf"(km|kms|kilomet(?:er|re)s?|miles?|mi|m|met(?:er|re)s?)\.? (?:to the )?(?:{_SIDE} )?"
    r"(?:of|from|away from|outside|off)(?: of)? (.+)$",
    re.IGNORECASE,
)
_NEAR = re.compile(
    r"^(?:in |on |at )?(?:the )?"
    r"(?:near(?: to| by)?|nearby|close to|next to|not far from|around|outside(?: of)?"
    r"|(?:vicinity|surroundings|outskirts|suburbs|environs|neighbou?rhood|periphery|area|areas) (?:of|around)"
    rf"|(?:just )?{_SIDE} (?:of|from)"
    r"|(?:در )?نزدیکی?|(?:در )?نزديکی?|(?:در )?حومه|اطراف|نږدې) (.+)$",
    re.IGNORECASE,
)
_NEAR_AFTER = re.compile(
    r"^(.+?)(?:'s)? (?:and )?"
    r"(?:area|areas|vicinity|surroundings|surrounding areas?|outskirts|environs|suburbs"
    r"|کے قریب|کے نزدیک|کے علاقے?|ته نږدې|ته نژدې|ته څېرمه|شاوخوا|سیمه|سيمه|منطقه|علاقہ|علاقه)$",
    re.IGNORECASE,
)
_BETWEEN = (
    re.compile(
        r"^(?:on |in |along )?(?:the )?(?:(?:road|highway|border|area|line|route) )?"
        r"(?:between|from) (.+?) (?:and|to|until) (.+)$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?:در )?(?:بین|میان) (.+?) و (.+)$"),
    re.compile(r"^د (.+?) او (.+?) (?:ترمنځ|تر منځ|په منځ کې)$"),
    re.compile(r"^(.+?) اور (.+?) کے درمیان$"),
)
_ROAD = re.compile(
    r"^(?:on |along )?(?:the )?(.+?)(?:\s*[-–—/]\s*| to )([^-–—/]+?) (?:main |national )?"
    r"(?:road|highway|route|motorway|expressway|railway|track|axis|sector|border|line)$",
    re.IGNORECASE,
)
"""A road by its ends, "Wana-Angoor Adda road"."""
_PART = re.compile(
    rf"^(?:in |the )*(?:(?:{_SIDE}|central|remote|rural)(?: parts?| areas?| districts?| side)?(?: of| in)?"
    r"|across|throughout|all over"
    r"|(?:different |various |several |many |some |multiple )*(?:parts|areas|districts|locations|places|"
    r"villages|localities)(?: of| in)) (.+)$",
    re.IGNORECASE,
)
"""Some part of a province or country: "southern Kandahar", "several districts of Khost"."""
_OWNER = re.compile(r"^(.{2,}?)['’]s (.{2,})$")
_PARTICLE = re.compile(r"^د (.+)$")
"""Pashto for "of", before the name: "د خوست ولایت"."""
_STEPS = re.compile(r"\s*(?:[>»→|]|:(?!\d))\s*")
_LIST = re.compile(r"\s*(?:[;؛\n&+]|(?<!\w)(?:and|or|aw|plus|او|و|اور|یا)(?!\w))\s*", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,،]\s*")

_ELSEWHERE: Final = (
    "pass passes kotal river rivers stream canal road roads highway route motorway expressway railway tunnel "
    "mountain mountains mount range ridge peak peaks hill hills desert lake plain plains forest "
    "سیند سيند دریا دریای رود کوتل کنډو سړک سرک شاهراه لار غر غرونه کوه پہاڑ پہاڑی شاہراہ سڑک درہ"
)
_AT_OR_NEAR: Final = (
    "post posts outpost outposts checkpost checkposts checkpoint checkpoints camp camps base bases fort "
    "front fronts frontline frontier gate border borders crossing sector station garrison "
    "headquarters valley "
    "پوسته پوسټه پوستې پوسټې کیمپ کمپ سرحد سرحدي پوله کرښه بارڈر چیک‌پوسٹ وادی دروازه"
)
_FEATURES: Final = {word: form for form, words in (("elsewhere", _ELSEWHERE), ("feature", _AT_OR_NEAR))
                    for word in words.split()}  # fmt: skip
_TWO_WORDS = re.compile(r"\bcheck[ -](post|point)(s?)\b", re.IGNORECASE)
_JOINTS: Final = ("the", "at", "on", "in", "of", "along", "area", "areas", "region", "regions")
_OF = re.compile(r"^(?:the )?(?:valley|sector|district|province|area|city|town) of (.+)$", re.IGNORECASE)


@dataclass(frozen=True)
class Phrase:
    """How a text speaks of places.

    Attributes
    ----------
    form
        ``name``: of one, by its name. ``near`` one. A ``part`` of one. ``between`` two. A ``list`` of
        several. A ``feature`` at or near one (a post, a camp, the border). ``elsewhere``: a feature that only
        bears its name and may lie anywhere (a pass, a river, a road).
    names
        The names in it, what widens them taken away.
    word
        The word, or the distance, that widens.
    km
        The distance given, None where there is none.
    """

    form: Form
    names: tuple[str, ...]
    word: str = ""
    km: float | None = None


def split_tail(text: str) -> tuple[str, str]:
    """What stands before the first comma or bracket, and the rest: "Wana, South Waziristan".

    Examples
    --------
    >>> split_tail("Barmal (Paktika), Afghanistan")
    ('Barmal', 'Paktika, Afghanistan')
    """
    found = re.match(r"^([^,،(\[]+)[,،(\[]\s*(.+)$", text)
    if found is None:
        return text, ""
    tail = ", ".join(part for part in re.split(r"[,،()\[\]]\s*", found[2]) if part.strip())
    return found[1].strip(), tail.strip()


def read_phrase(text: str) -> Phrase:
    """How a text speaks of places.

    Examples
    --------
    >>> read_phrase("near Wana").names, read_phrase("12 km south of Wana").km
    (('Wana',), 12.0)
    >>> read_phrase("Wana-Angoor Adda road").names, read_phrase("southern Kandahar").form
    (('Wana', 'Angoor Adda'), 'part')
    >>> read_phrase("between Wana and Tank").form, read_phrase("Wana and Tank").form
    ('between', 'list')
    >>> read_phrase("Nawa Pass").form, read_phrase("Nawa check post").form, read_phrase("Nawa").form
    ('elsewhere', 'feature', 'name')
    """
    line = " ".join(unicodedata.normalize("NFC", text).split()).strip(" .,;،")
    # "Afghanistan > Paktika > Barmal" goes from one to the next as commas do.
    line = _STEPS.sub(", ", line)
    head, tail = split_tail(line)
    after = f", {tail}" if tail else ""
    for form in (*_BETWEEN, _ROAD):
        if found := form.match(line):
            return Phrase("between", (found[1].strip(), found[2].strip()), "between")
    if found := _KM.match(line):
        return Phrase("near", (found[3],), f"{found[1]} {found[2]} from", _km(found[1], found[2]))
    if found := _NEAR.match(line):
        return Phrase("near", (found[1],), line[: len(line) - len(found[1])].strip().casefold())
    if found := _NEAR_AFTER.match(head):
        # "Khost border areas" are the border's.
        if (feature := _feature(found[1], after)) is not None:
            return feature
        return Phrase("near", (found[1] + after,), head[len(found[1]) :].strip().casefold())
    if found := _OF.match(head):
        return Phrase("name", (f"{found[1]} {head.split(' of ')[0].removeprefix('the ')}{after}",))
    if found := _PART.match(line):
        return Phrase("part", (found[1],), line[: len(line) - len(found[1])].strip().casefold())
    if found := _OWNER.match(head):
        return Phrase("name", (f"{found[2]}, {found[1]}{after}",))
    if found := _PARTICLE.match(line):
        return Phrase("name", (found[1],))
    return _listed(head, tail) or _feature(head, after) or Phrase("name", (line,))


def _listed(head: str, tail: str) -> Phrase | None:
    pieces = [piece for piece in _LIST.split(head) if piece]
    if len(pieces) > 1:
        return Phrase("list", tuple(pieces), tail)
    # "Wana, Miranshah and Razmak": the last comma is one of a list.
    last = [piece for piece in _LIST.split(_COMMA.split(tail)[-1]) if piece]
    if len(last) > 1:
        return Phrase("list", (head, *_COMMA.split(tail)[:-1], *last))
    return None


def _feature(head: str, after: str) -> Phrase | None:
    words = _TWO_WORDS.sub(r"check\1\2", head).split()
    said: list[str] = []
    form: Form = "name"
    while len(words) > 1:
        for end in (-1, 0):
            kind = _FEATURES.get(words[end].casefold().strip("."))
            if kind is not None:
                said.append(words.pop(end).casefold())
                # "the river front" lies by a river: the widest word decides.
                form = "elsewhere" if "elsewhere" in (kind, form) else "feature"
                break
        else:
            break
    if not said and len(words) == 1 and words[0].casefold().strip(".") in _FEATURES:
        # "Kotal" alone is a pass, and no name of one.
        return Phrase("elsewhere", ("" + after,), words[0].casefold())
    while said and len(words) > 1 and words[0].casefold() in _JOINTS:
        words.pop(0)
    return Phrase(form, (" ".join(words) + after,), " ".join(reversed(said))) if said else None


def _km(number: str, unit: str) -> float:
    value = float(number.replace(",", "."))
    if unit.casefold().startswith("mi"):
        return value * 1.609344
    return value / 1000 if unit.casefold().startswith("m") else value
