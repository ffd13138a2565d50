"""Every word that a map shows, a file a language: ``en.toml`` beside this module, and the translations.

English is complete. Where another language lacks a string, English stands in; :func:`missing` names the gaps.
A file is read when its language is first used, never on import.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

__all__ = [
    "LANGUAGES",
    "LATIN_DIGITS",
    "RIVERS",
    "WORDS",
    "Language",
    "date_range",
    "missing",
    "number",
    "plural",
    "river_name",
    "word",
]

FOLDER: Final = Path(__file__).parent

Value = TypeVar("Value")


@dataclass(frozen=True)
class Language:
    """A language.

    Attributes
    ----------
    name, direction
        Its own name, and the direction in which it is written.
    column
        The column of names in the tables; names are English without one.
    borrowed
        Name of the language whose column that is, where it is not its own.
    """

    name: str
    direction: str
    column: str | None = None
    borrowed: str | None = None


@dataclass(frozen=True)
class _File:
    """What the file of a language holds."""

    language: Language
    words: Mapping[str, str]
    rivers: Mapping[str, str]


@functools.cache
def _codes() -> tuple[str, ...]:
    """Languages that have a file: English, then the others by their code."""
    return ("en", *sorted({path.stem for path in FOLDER.glob("*.toml")} - {"en"}))


LATIN_DIGITS: Final = "-u-nu-latn"
"""What a language's code ends in where its map has the digits 0 to 9 (BCP 47, extension U)."""


@functools.cache
def _read(lang: str) -> _File:
    """The file of a language, with other digits if the code says so; ``KeyError`` where there is none."""
    if lang.endswith(LATIN_DIGITS):
        file = _read(lang.removesuffix(LATIN_DIGITS))
        plain = str.maketrans(file.words["digits"], "0123456789")
        return replace(file, words={key: text.translate(plain) for key, text in file.words.items()})
    if lang not in _codes():
        raise KeyError(lang)
    table = tomllib.loads((FOLDER / f"{lang}.toml").read_text(encoding="utf-8"))
    return _File(Language(**table["language"]), table["words"], table.get("rivers", {}))


class _ByLanguage(Mapping[str, Value]):
    """One part of every language's file, by the code of the language; its keys cost no reading."""

    def __init__(self, part: Callable[[_File], Value]) -> None:
        self._part = part

    def __getitem__(self, lang: str) -> Value:
        return self._part(_read(lang))

    def __iter__(self) -> Iterator[str]:
        return iter(_codes())

    def __len__(self) -> int:
        return len(_codes())


LANGUAGES: Final[Mapping[str, Language]] = _ByLanguage(lambda file: file.language)
"""The languages of maps, by their code."""

WORDS: Final[Mapping[str, Mapping[str, str]]] = _ByLanguage(lambda file: file.words)
"""The strings of a language, by their key."""

RIVERS: Final[Mapping[str, Mapping[str, str]]] = _ByLanguage(lambda file: file.rivers)
"""Names of rivers, which no table of ours holds; the English one stands where a language lacks it."""


def word(lang: str, key: str, **fields: object) -> str:
    """A string in a language, or in English where that language lacks it, with its fields filled in.

    Examples
    --------
    >>> word("en", "position", i=3, n=82)
    '3 of 82'
    """
    text = _read(lang).words.get(key) or _read("en").words[key]
    if not fields:
        return text
    return text.format(**{name: _localised(lang, value) for name, value in fields.items()})


def number(lang: str, value: object) -> str:
    """A number in the digits of a language, whole ones of 10,000 and more with marks between the thousands.

    Examples
    --------
    >>> number("fa", 82), number("ur", 82), number("en", 99975)
    ('۸۲', '82', '99,975')
    """
    text = f"{value:,}" if isinstance(value, int) and value >= 10_000 else str(value)
    return text.translate(str.maketrans("0123456789", word(lang, "digits")))


def _localised(lang: str, value: object) -> object:
    """Numbers in the digits of the language; other text as it is, since it may be someone's words."""
    plain = isinstance(value, (int, float)) or (
        isinstance(value, str) and re.fullmatch(r"[0-9][0-9.,]*", value)
    )
    return number(lang, value) if plain else value


def plural(lang: str, key: str, n: int, /, **fields: object) -> str:
    """The form of a word that goes with a number, with its further fields filled in; ``n`` as one says it.

    Examples
    --------
    >>> plural("en", "here", 1), plural("en", "here", 82)
    ('1 event here', '82 events here')
    """
    forms = word(lang, key).split("|")
    further = {"n": number(lang, n)} | {name: _localised(lang, value) for name, value in fields.items()}
    return forms[0 if n == 1 else -1].format(**further)


def date_range(lang: str, start: dt.date, end: dt.date | None = None) -> str:
    """A day, or two days with what they share said once.

    Examples
    --------
    >>> date_range("en", dt.date(2025, 10, 9), dt.date(2025, 11, 30))
    '9 October to 30 November 2025'
    >>> date_range("en", dt.date(2025, 10, 11), dt.date(2025, 10, 12))
    '11 to 12 October 2025'
    """
    months = word(lang, "months").split("|")

    def day(date: dt.date, parts: int) -> str:
        return " ".join([number(lang, date.day), months[date.month - 1], number(lang, date.year)][:parts])

    if end is None or end <= start:
        return day(start, 3)
    shared = 1 if (start.year, start.month) == (end.year, end.month) else 2 if start.year == end.year else 3
    return word(lang, "to", start=day(start, shared), end=day(end, 3))


def month_range(lang: str, first: dt.date, last: dt.date) -> str:
    """A period in months, or in years that it holds whole: "December 2014 to June 2026", "2025".

    Examples
    --------
    >>> month_range("en", dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    'April 2026'
    >>> month_range("en", dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    '2025'
    """
    years = (first.month, first.day) == (1, 1) and (last.month, last.day) == (12, 31)
    names = word(lang, "months").split("|")
    ends = [
        number(lang, day.year) if years else f"{names[day.month - 1]} {number(lang, day.year)}"
        for day in (first, last)
    ]
    return ends[0] if ends[0] == ends[1] else word(lang, "to", start=ends[0], end=ends[1])


def river_name(lang: str, name: str) -> str:
    """A river's name in a language, or the English one.

    Examples
    --------
    >>> river_name("ur", "Indus"), river_name("en", "Indus")
    ('سندھ', 'Indus')
    """
    return RIVERS[lang].get(name, name)


def missing(lang: str) -> list[str]:
    """Keys that a language lacks, for which English stands in; where English says nothing, nothing lacks."""
    return [key for key, text in WORDS["en"].items() if text and not WORDS[lang].get(key)]
