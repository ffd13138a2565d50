"""Forms of a name by which spellings of one place meet: folded letters, and a skeleton of romanisations."""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata
from typing import Final

__all__ = ["ALIKE", "ARABIC", "LATIN", "SOUNDED_LETTERS", "exact_key", "folds", "likeness", "skeleton"]

SOUNDED_LETTERS: Final = 4
"""Letters from which a name in Latin script is told by its sounds."""

_ONE_LETTER: Final = {
    "ی": "يىیېۍئےۓې",
    "ک": "كڪګگڬ",
    "ه": "ةۀہھەۂۃ",
    "ا": "أإآٱ",
    "و": "ؤۇۋۆ",
    "ت": "ټٹ",
    "د": "ډڈ",
    "ر": "ړڑ",
    "ن": "ڼںݨ",
    "س": "څ",
}
"""Letters of Arabic script that Pashto, Dari, Urdu and Arabic write for one another."""

_TWO_READINGS: Final = {"ښ": ("ش", "خ"), "ځ": ("ز", "ج")}
"""Pashto letters that Dari and Urdu write in two ways, as speakers of the south or of the north say them."""

_LETTERS: Final = {ord(letter): plain for plain, letters in _ONE_LETTER.items() for letter in letters}
ARABIC: Final = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")

LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u02af]")
"""GeoNames has names that a program romanised in part: "kwہsan"."""

ALIKE: Final = 0.5
"""Two names of which this part of the consonants is the same may be one name in two scripts."""

_SOUNDS: Final = dict(zip("بپتثجچحخدذرزژسشصضطظغفقکلمن", "bptsjc xdzrzzsqsztzgfkklmn", strict=True))
_SPELT: Final = (
    *(("kh", "x"), ("sh", "\u0283"), ("ch", "c"), ("gh", "\u0263"), ("ph", "f"), ("th", "t"), ("zh", "z")),
    *(("dz", "z"), ("ts", "s"), ("q", "k"), ("g", "k"), ("\u0283", "q"), ("\u0263", "g")),
)
"""Consonants as both scripts have them: q stands for sh, g for gh, k for k, q and g, which folds make one."""

_ROMAN: Final = (
    (r"ph", "f"),
    (r"gh", "g"),
    (r"q", "k"),
    (r"w|v", "v"),
    (r"dz", "z"),
    (r"[oau]v(?=[bcdfghjklmnpqrstxz]|$)", "u"),
    (r"ou|oo|au|o", "u"),
    (r"ee|ea|ei|ie|ai|ay|ey|e|y", "i"),
    (r"a+", "a"),
    (r"i+", "i"),
    (r"u+", "u"),
    (r"(?<=[aiu])h$", ""),
)
"""Choices of romanisation, evened out in this order: who writes oo and who u, q and k, e and i."""


def exact_key(name: str) -> str:
    """A name in one Unicode form and lower case, with single spaces.

    Examples
    --------
    >>> from geo.places.spelling import exact_key
    >>> exact_key("  Spin  BOLDAK ")
    'spin boldak'
    """
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


@functools.lru_cache(maxsize=65_536)
def folds(name: str) -> tuple[str, ...]:
    """A name without what writers leave out or choose freely; two forms where a Pashto letter is read in two.

    Accents, hamza, vowel signs, apostrophes, hyphens, zero-width characters, brackets and spaces go; letters
    of Arabic script that Arabic, Dari, Pashto and Urdu keyboards give different codes become one.

    Examples
    --------
    >>> from geo.places.spelling import folds
    >>> folds("Spīn-Bōldak"), folds("Ma‘rūf")
    (('spinboldak',), ('maruf',))
    >>> folds("خيبر پښتونخوا") == folds("خیبر پشتونخوا")[:1] + folds("خیبر پختونخوا")[:1]
    True
    """
    if name.isascii():
        bare = "".join(filter(str.isalnum, name.casefold()))
        return (bare,) if bare else ()
    composed = unicodedata.normalize("NFKC", name)
    # Letters are taken together before marks are dropped: a mark is what tells some of them apart.
    plain = unicodedata.normalize("NFKD", composed.translate(_LETTERS)).casefold()
    plain = "".join(filter(str.isalnum, plain))
    plain = plain.replace("ء", "").translate(_LETTERS)
    forms = [plain]
    for letter, readings in _TWO_READINGS.items():
        if letter in plain:
            forms = [form.replace(letter, reading) for reading in readings for form in forms]
    return tuple(dict.fromkeys(form for form in forms if form))


@functools.lru_cache(maxsize=65_536)
def skeleton(fold: str) -> str:
    """What is left of a folded Latin name when choices of romanisation are evened out.

    Examples
    --------
    >>> from geo.places.spelling import skeleton
    >>> skeleton("angooradda") == skeleton("angorada"), skeleton("paktya") == skeleton("paktia")
    (True, True)
    >>> skeleton("khost") == skeleton("khowst"), skeleton("helmand") == skeleton("hilmand")
    (True, True)
    """
    if ARABIC.search(fold):
        return fold
    form = re.sub(r"([bcdfghjklmnpqrstvwxyz])\1+", r"\1", fold)
    for pattern, plain in _ROMAN:
        form = re.sub(pattern, plain, form)
    return form


def likeness(name: str, other: str) -> float:
    """How much of the consonants of two names is the same, 0 to 1, whichever of the two scripts each is in.

    Vowels, w, y and h are left out: scripts write them too differently.

    Examples
    --------
    >>> from geo.places.spelling import likeness
    >>> likeness("سری نگر", "Srinagar"), likeness("جموں", "Jammu")
    (1.0, 0.8)
    >>> likeness("جموں", "Srinagar") < 0.5
    True
    """
    mine, theirs = _consonants(name), _consonants(other)
    if not mine and not theirs:
        return 1.0
    return difflib.SequenceMatcher(None, mine, theirs, autojunk=False).ratio()


@functools.lru_cache(maxsize=65_536)
def _consonants(name: str) -> str:
    form = folds(name)[0] if folds(name) else ""
    for spelt, sound in _SPELT:
        form = form.replace(spelt, sound)
    form = "".join(_SOUNDS.get(letter, letter if letter in "bptsjcxdzrqgfklmn" else "") for letter in form)
    return re.sub(r"(.)\1+", r"\1", form.replace(" ", ""))
