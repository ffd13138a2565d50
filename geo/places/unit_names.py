"""Which country, province, former area or district a name means: asked by every reader, option and filter.

A name is compared by its letters and digits alone: case, accents, points, hyphens, brackets, the letters that
Arabic, Dari, Pashto and Urdu write for one another, and the words for a province do not matter; nor, where no
name has these letters, how its sounds are put into Latin ones (oo for u, e for i, gh for g). Nothing is taken
for what it is merely like; :func:`suggest_units` says what may have been meant.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from geo.boundaries.layers import read_crosswalk
from geo.boundaries.units import provinces
from geo.errors import SchemaError
from geo.places.spelling import SOUNDED_LETTERS, folds, skeleton

__all__ = [
    "COUNTRY_NAMES",
    "FORMER_AREAS",
    "SPELLINGS",
    "area_code",
    "area_codes",
    "checked_areas",
    "checked_country",
    "checked_province",
    "country_code",
    "name_key",
    "named_units",
    "province_code",
    "suggest_units",
    "unit_name",
    "unit_spellings",
    "without_unit_words",
]

COUNTRY_NAMES: Final = {
    "AF": (
        *("AF", "AFG", "Afghanistan", "Islamic Emirate of Afghanistan", "Islamic Republic of Afghanistan"),
        *("Emirate of Afghanistan", "IEA", "افغانستان", "د افغانستان اسلامي امارت", "امارت اسلامی افغانستان"),
        *("جمهوری اسلامی افغانستان", "امارت اسلامیہ افغانستان"),
    ),
    "PK": (
        *("PK", "PAK", "Pakistan", "Islamic Republic of Pakistan", "Pakistan Islamic Republic of", "پاکستان"),
        *("د پاکستان اسلامي جمهوریت", "جمهوری اسلامی پاکستان", "اسلامی جمہوریہ پاکستان", "مملکت پاکستان"),
    ),
}

FORMER_AREAS: Final = {"PK-TA": "PK-KP"}
"""Areas that were units, by the ISO 3166-2 code that they had, and the province that holds each today."""

SPELLINGS: Final = {
    "AF-BDG": ("Badghes",),
    "AF-DAY": ("Daikondi", "Daikundi", "Dai Kundi", "Day Kundi"),
    "AF-FYB": ("Fariab",),
    "AF-GHA": ("Ghazny",),
    "AF-GHO": ("Ghowr",),
    "AF-HEL": ("Hilmand", "Helmund", "هیلمند"),
    "AF-HER": ("Hirat",),
    "AF-JOW": ("Jowzjan", "Jozjan", "Juzjan"),
    "AF-KAN": ("Qandahar", "Kandhar"),
    "AF-KDZ": ("Kondoz", "Konduz", "Qunduz"),
    "AF-KHO": ("Khowst", "Khawst", "Xost"),
    "AF-KNR": ("Konar", "Konarha", "Kunarha", "Kunarh", "کونړونه", "کنرها"),
    "AF-LAG": ("Laghmaan",),
    "AF-LOG": ("Lowgar", "Logahr"),
    "AF-NAN": ("Ningarhar", "Nangrahar", "Ningrahar", "Nangahar", "Nangarhaar", "ننگرهار", "ننګرهار"),
    "AF-NIM": ("Nimruz", "Nimrooz", "Neemroz"),
    "AF-NUR": ("Nooristan", "Nurestan"),
    "AF-PAN": ("Panjsher", "Panjsheer", "Panjshayr"),
    "AF-PIA": ("Paktya", "Paktiya", "پکتیا"),
    "AF-PKA": ("Paktica", "Paktikah"),
    "AF-SAR": ("Sar-i-Pul", "Sari Pul", "Saripul", "Sar-e Pul"),
    "AF-URU": ("Oruzgan", "Urozgan", "Rozgan", "Urozgan"),
    "AF-WAR": ("Wardak", "Vardak", "Wardag", "Maidan Wardag", "Maydan Wardak", "Maidan-Wardak"),
    "AF-ZAB": ("Zabol", "Zabull"),
    "PK-BA": ("Baluchistan", "Balouchistan", "Beluchistan", "Balochestan"),
    "PK-GB": ("Gilgit Baltistan", "GB", "G.B.", "Northern Areas"),
    "PK-IS": ("Islamabad Capital Territory", "Federal Capital Territory", "ICT", "I.C.T."),
    "PK-JK": (
        *("Azad Jammu & Kashmir", "Azad Jammu Kashmir", "Azad Kashmir", "AJK", "AJ&K", "A.J.K."),
        *("Pakistan-administered Kashmir", "Pakistan administered Kashmir", "آزاد کشمیر"),
    ),
    "PK-KP": (
        *("KP", "K.P.", "KPK", "K.P.K.", "Khyber Pukhtunkhwa", "Khyber-Pakhtunkhwa", "Khyber Pakhtunkwa"),
        *("Khyber Pashtunkhwa", "Pakhtunkhwa", "Pukhtunkhwa", "NWFP", "North-West Frontier Province"),
        *("North West Frontier", "خیبر پختونخواہ", "خیبر پختون خوا", "پختونخوا", "کے پی", "کے پی کے"),
    ),
    "PK-PB": ("Panjab",),
    "PK-SD": ("Sind",),
    "PK-TA": (
        *("FATA", "F.A.T.A.", "Federally Administered Tribal Areas", "Federally Administered Tribal Area"),
        *("former FATA", "ex-FATA", "erstwhile FATA", "Tribal Areas", "Tribal Districts", "tribal belt"),
        *("former tribal areas", "former tribal districts", "erstwhile tribal areas", "merged districts"),
        *(
            "Newly Merged Districts",
            "newly merged tribal districts",
            "merged tribal districts",
            "فاٹا",
            "فاتا",
        ),
        *("وفاقی منتظم شدہ قبائلی علاقے", "سابق فاٹا", "سابقہ فاٹا", "قبائلی اضلاع", "قبایلي سیمې"),
    ),
}
"""Spellings that event sources use and the layer of provinces lacks; the crosswalk has former names."""

_UNIT_WORDS: Final = re.compile(
    r"\b(?:provinces?|provincial|wilayats?|velayats?|wilayet|prov\.?)\b|\bthe\b"
    r"|(?<!\w)(?:ولایات|ولایتونه|ولایت|ولايت|صوبہ|صوبے|صوبه|ایالت)(?!\w)",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"\s*(?:[;,،؛/&+\n]|(?<!\w)(?:and|aw|او|و|اور)(?!\w))\s*", re.IGNORECASE)
_ALIKE: Final = 70.0
"""Similarity (0 to 100) from which a unit is offered for a name that means none."""
_ALIKE_MARGIN: Final = 12.0
"""What is less alike than the likest by more than this is not offered."""


def country_code(text: object) -> str | None:
    """AF or PK where a text names one of the two, else None.

    Examples
    --------
    >>> from geo.places.unit_names import country_code
    >>> country_code("Islamic Republic of Pakistan"), country_code("Iran")
    ('PK', None)
    """
    return _found(text, _country_names(), _country_sounds()) if isinstance(text, str) else None


def province_code(text: object) -> str | None:
    """ISO 3166-2 code of the present province that a source's text names, or None.

    Understands the code itself, the present names in four languages, former names of the crosswalk that name
    one present unit, and common spellings. A former area is in the province that holds it today; what asks
    where an event was asks :func:`area_code` instead.

    Examples
    --------
    >>> from geo.places.unit_names import province_code
    >>> [province_code(text) for text in ("AF-PKA", "Paktya province", "F.A.T.A.", "Bavaria")]
    ['AF-PKA', 'AF-PIA', 'PK-KP', None]
    """
    code = area_code(text)
    return None if code is None else FORMER_AREAS.get(code, code)


def area_code(text: object) -> str | None:
    """Code of the province, or of the former area (PK-TA, the former F.A.T.A.), that a text names, or None.

    Examples
    --------
    >>> from geo.places.unit_names import area_code
    >>> area_code("FATA"), area_code("Paktika (AFG)"), area_code("Khost, Afghanistan")
    ('PK-TA', 'AF-PKA', 'AF-KHO')
    """
    if not isinstance(text, str):
        return None
    found = _found(text, _area_names(), _area_sounds())
    if found is not None:
        return found
    # "Paktika (AFG)" and "Khost, Afghanistan" name the province and then its country.
    parts = [part for part in re.split(r"[,،()\[\]]", text) if part.strip()]
    if len(parts) == 2 and (nation := country_code(parts[1])) is not None:
        code = _found(parts[0], _area_names(), _area_sounds())
        return code if code is not None and code.startswith(nation) else None
    return None


def area_codes(text: object) -> tuple[str, ...]:
    """Codes of all provinces and former areas that a text lists; none if any part of it is something else.

    Examples
    --------
    >>> from geo.places.unit_names import area_codes
    >>> area_codes("Khost and Paktika provinces"), area_codes("Khost; Wana")
    (('AF-KHO', 'AF-PKA'), ())
    """
    if not isinstance(text, str):
        return ()
    if (one := area_code(text)) is not None:
        return (one,)
    parts = [part for part in _BETWEEN.split(text) if _UNIT_WORDS.sub("", part).strip()]
    # A country at the end tells where the provinces before it are.
    if len(parts) > 1 and (nation := country_code(parts[-1])) is not None:
        codes = [area_code(part) for part in parts[:-1]]
        good = all(code is not None and code.startswith(nation) for code in codes)
    else:
        codes = [area_code(part) for part in parts]
        good = all(code is not None for code in codes)
    return tuple(dict.fromkeys(code for code in codes if code is not None)) if good else ()


def named_units(words: str) -> list[str]:
    """Codes of the provinces and former areas that running text names, in its order, some more than once.

    Examples
    --------
    >>> from geo.places.unit_names import named_units
    >>> named_units("from Khost through Paktya to the ICT")
    ['AF-KHO', 'AF-PIA']
    """
    parts = re.findall(r"[\w.'’]+", words)
    found = []
    for first in range(len(parts)):
        for name in (
            " ".join(parts[first : first + size]) for size in (3, 2, 1) if first + size <= len(parts)
        ):
            # By letters alone, for any word may sound like a name; "ICT" and the like are too short.
            code = _found(name, _area_names())
            if code and len(name_key(name)) > 3:
                found.append(code)
    return found


def checked_country(text: object, what: str = "country") -> str:
    """The code of a country that an option or argument names.

    Raises
    ------
    SchemaError
        If it names neither of the two.
    """
    code = country_code(text)
    if code is None:
        raise SchemaError(f"{what} {text!r} is not known; allowed: AF, PK, or a name of one")
    return code


def checked_province(text: object, what: str = "province") -> str:
    """The code of a present province that an option or argument names.

    Raises
    ------
    SchemaError
        If it names none; the message has what is like it.
    """
    code = province_code(text)
    if code is None:
        raise SchemaError(_no_area(text, what))
    return code


def checked_areas(texts: Iterable[object], what: str = "province") -> tuple[str, ...]:
    """Codes of the provinces and former areas that options name, a list in one of them taken apart.

    Raises
    ------
    SchemaError
        With every name that means none, and what is like it.

    Examples
    --------
    >>> from geo.places.unit_names import checked_areas
    >>> checked_areas(["KPK", "Nangrahar", "Khost and Paktika"])
    ('PK-KP', 'AF-NAN', 'AF-KHO', 'AF-PKA')
    >>> checked_areas(["Pakitka"])
    Traceback (most recent call last):
    geo.errors.SchemaError: no province 'Pakitka'; did you mean Paktika (AF-PKA) or Paktia (AF-PIA)? ...
    """
    found: list[str] = []
    faults = []
    for text in texts:
        codes = area_codes(text)
        found += codes
        if not codes:
            faults.append(_no_area(text, what))
    if faults:
        raise SchemaError("; ".join(faults))
    return tuple(dict.fromkeys(found))


def suggest_units(text: object, *, limit: int = 3) -> list[str]:
    """Codes of the provinces and former areas whose names are most like a text, the likest first.

    Examples
    --------
    >>> from geo.places.unit_names import suggest_units
    >>> suggest_units("Nangarharr")
    ['AF-NAN']
    """
    if not isinstance(text, str) or not name_key(text):
        return []
    from rapidfuzz import fuzz, process

    names = _area_names()
    hits = process.extract(name_key(text), names.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=20)
    near = [names[key] for key, ratio, _ in hits if ratio > hits[0][1] - _ALIKE_MARGIN]
    return list(dict.fromkeys(near))[:limit]


def unit_name(code: str) -> str:
    """English name of a province or former area."""
    if code in FORMER_AREAS:
        return "the former Federally Administered Tribal Areas"
    frame = provinces()
    return str(frame.texts("name")[frame.row(code)])


def unit_spellings(code: str) -> tuple[str, ...]:
    """Further spellings of a country or province, beside the names that the layers have."""
    return COUNTRY_NAMES.get(code, SPELLINGS.get(code, ()))


def _no_area(text: object, what: str) -> str:
    likely = [f"{unit_name(code)} ({code})" for code in suggest_units(text)]
    if country_code(text) is not None:
        return f"no {what} {text!r}; that is a country: name its provinces"
    if likely:
        return f"no {what} {text!r}; did you mean {' or '.join(likely)}? give its name or its ISO 3166-2 code"
    frame = provinces()
    known = (
        f"{code} ({name})" for code, name in zip(frame.texts("iso3166_2"), frame.texts("name"), strict=True)
    )
    return f"no {what} {text!r}; give a name or an ISO 3166-2 code: {', '.join(known)}"


def _found(text: str, names: dict[str, str], sounds: dict[str, str] | None = None) -> str | None:
    """What a text means by its letters, or else by its sounds, where those are asked for."""
    keys = _keys(text)
    by_letters = next((names[key] for key in keys if key in names), None)
    if by_letters is not None or sounds is None:
        return by_letters
    return next((sounds[sound] for key in keys if (sound := _sound(key)) in sounds), None)


def _sound(key: str) -> str:
    """How a name in Latin letters sounds; nothing of one too short to be told by that."""
    return skeleton(key) if len(key) >= SOUNDED_LETTERS and key.isascii() else ""


def _sounds(names: dict[str, str]) -> dict[str, str]:
    """Names by their sounds, without those that sound like another's."""
    found: dict[str, set[str]] = {}
    for key, code in names.items():
        found.setdefault(_sound(key), set()).add(code)
    return {sound: next(iter(codes)) for sound, codes in found.items() if sound and len(codes) == 1}


def _keys(text: str) -> tuple[str, ...]:
    """The forms in which a name is compared; two where a Pashto letter is read in two ways."""
    return folds(without_unit_words(text))


def without_unit_words(text: str) -> str:
    """A name without the words for a province, as "Province of Kunar" has them, and the same in Pashto.

    Examples
    --------
    >>> from geo.places.unit_names import without_unit_words
    >>> [without_unit_words(text) for text in ("Paktika Prov.", "the Province of Kunar", "Khost")]
    ['Paktika', 'Kunar', 'Khost']
    """
    bare = _UNIT_WORDS.sub(" ", unicodedata.normalize("NFC", text))
    return re.sub(r"^\s*(?:of\b|د\s)", " ", bare, flags=re.IGNORECASE).strip(" .")


def name_key(text: str) -> str:
    """A name for comparison: letters and digits in lower case, without accents and the words for province."""
    return next(iter(_keys(text)), "")


@functools.cache
def _area_names() -> dict[str, str]:
    """Every name of a province or former area, in the form that comparison uses, and the code it means."""
    frame = provinces().frame
    names: dict[str, str] = {}
    crosswalk = read_crosswalk()
    # Districts that became provinces of their own ("split off") do not rename their former province, and an
    # area that was merged into one ("merged") is an area still.
    renamed = crosswalk[~crosswalk["change"].isin(["split off", "merged"])]
    for column in ("old_name", "old_name_source"):
        for name, code in zip(renamed[column], renamed["new_code"], strict=True):
            names |= dict.fromkeys(_keys(name), code)
    for code, spellings in SPELLINGS.items():
        for name in (code, *spellings):
            names |= dict.fromkeys(_keys(name), code)
    for column in ("name_ur", "name_fa", "name_ps", "name", "iso3166_2"):
        present = frame[column].notna()
        for name, code in zip(frame.loc[present, column], frame.loc[present, "iso3166_2"], strict=True):
            names |= dict.fromkeys(_keys(name), code)
    return names


@functools.cache
def _area_sounds() -> dict[str, str]:
    return _sounds(_area_names())


@functools.cache
def _country_sounds() -> dict[str, str]:
    return _sounds(_country_names())


@functools.cache
def _country_names() -> dict[str, str]:
    return {key: code for code, names in COUNTRY_NAMES.items() for name in names for key in _keys(name)}
