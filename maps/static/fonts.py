"""Fonts by coverage: which fonts have every letter of a text, how wide a text is, where it breaks."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from geo.errors import DataNotFoundError, SchemaError
from maps.style import ARABIC, LATIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.font_manager import FontProperties

__all__ = ["Ink", "Lettering", "begins_latin", "is_arabic"]

MEASURE: Final = 64.0
Style = Literal["normal", "italic"]
STYLES: Final[dict[bool, Style]] = {False: "normal", True: "italic"}
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefe]")
_IGNORED: Final = {
    "\u200a",
    "\u2009",
    "\u200c",
    "\u200d",
    "\u200e",
    "\u200f",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
    "\n",
}


def is_arabic(text: str) -> bool:
    """Whether a text has letters of the Arabic script.

    Examples
    --------
    >>> is_arabic("کابل"), is_arabic("Kabul")
    (True, False)
    """
    return bool(_ARABIC.search(text))


def begins_latin(text: str) -> bool:
    """Whether a text of the Arabic script begins with letters of another, which would turn it round.

    Examples
    --------
    >>> begins_latin("UNAMA نے"), begins_latin("کابل UNAMA"), begins_latin("UNAMA")
    (True, False, False)
    """
    if not is_arabic(text):
        return False
    first = next(
        (kind for letter in text if (kind := unicodedata.bidirectional(letter)) in ("L", "R", "AL")), ""
    )
    return first == "L"


@dataclass(frozen=True)
class Ink:
    """A text's room in units: advance, and ink above and below the foot of the letters."""

    width: float
    above: float
    below: float


@functools.cache
def _installed() -> dict[str, str]:
    """Family to file of the regular face of every font that matplotlib knows."""
    from matplotlib import font_manager

    found: dict[str, str] = {}
    for entry in sorted(font_manager.fontManager.ttflist, key=lambda one: (one.name, one.fname)):
        # "Last Resort" has a box for every letter there is: a letter set in it says nothing.
        if (
            "resort" not in entry.name.casefold()
            and entry.style == "normal"
            and entry.weight in (400, "normal", "regular")
        ):
            found.setdefault(entry.name, entry.fname)
    return found


@functools.lru_cache(maxsize=64)
def _letters(path: str) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(path).get_charmap())


_DAY: Final = re.compile(r"(?<![\w.,-])(\d{1,2}) (?=[^\W\d_]{3})")
"""A day before its month, or a number before what it counts."""

_BOUND: Final = "\x1f"
"""Stands for a space at which no line breaks, until lines are made."""


def _unbroken(text: str) -> str:
    """A text whose credits, licences and days of a month do not fall apart at the end of a line."""
    text = _DAY.sub(rf"\1{_BOUND}", text.replace("© ", "©\u00a0"))
    return re.sub(r"CC BY (\d)", "CC\u00a0BY\u00a0\\1", text)


@functools.cache
def _face(family: str, weight: str, style: Style) -> str:
    """The file that matplotlib takes for a family, which it looks for anew in each size."""
    from matplotlib import font_manager

    return str(font_manager.findfont(font_manager.FontProperties(family=family, weight=weight, style=style)))


def _properties(families: Sequence[str], *, bold: bool, italic: bool) -> FontProperties:
    """What matplotlib needs to know of a font; the file too where there is only one."""
    from matplotlib.font_manager import FontProperties

    weight, style = "bold" if bold else "normal", STYLES[italic]
    # The list of families is what lets a letter fall back to the next one.
    file = _face(families[0], weight, style) if len(families) == 1 else None
    return FontProperties(family=list(families), weight=weight, style=style, fname=file)


@functools.lru_cache(maxsize=20_000)
def _measured(families: tuple[str, ...], text: str, bold: bool, italic: bool) -> Ink:
    """Room that a text takes at the size of measuring, shaped as it will be drawn."""
    from matplotlib import font_manager
    from matplotlib.ft2font import LoadFlags

    if not text.strip():
        return Ink(MEASURE * 0.28 * len(text), 0.0, 0.0)
    prop = _properties(families, bold=bold, italic=italic)
    # The list of files is what lets a letter fall back to the next font; matplotlib's renderers do the same.
    font = font_manager.get_font(font_manager.fontManager._find_fonts_by_props(prop))  # noqa: SLF001
    font.set_size(MEASURE, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    width, height = font.get_width_height()
    below = font.get_descent()
    # Slanted letters lean out of their room.
    lean = MEASURE * 0.03 if italic else 0.0
    return Ink(width / 64 + lean, max((height - below) / 64, 0.0), max(below / 64, 0.0))


def _lacking(text: str, path: str) -> set[str]:
    have = _letters(path)
    return {
        letter
        for letter in text
        if ord(letter) not in have
        and letter not in _IGNORED
        and not unicodedata.category(letter).startswith("Z")
    }


def _added(file: str) -> str:
    """The family of a font file, which matplotlib knows from now on.

    Raises
    ------
    DataNotFoundError
        If it is not there or not a font.
    """
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    path = Path(file)
    if not path.is_file():
        raise DataNotFoundError(f"no font file {file!r}; give the path of a .ttf or .otf")
    try:
        family = str(FT2Font(str(path)).family_name)
    except (RuntimeError, OSError) as err:
        raise DataNotFoundError(f"{file!r} is not a font that can be read: {err}") from err
    if all(entry.fname != str(path) for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(str(path))
        _installed.cache_clear()
        _face.cache_clear()
    return family


@dataclass
class Lettering:
    """The fonts of one map.

    Parameters
    ----------
    latin, arabic
        Families to look for, in order.
    file, bold
        A font file that goes before them, and that of its bold.

    Attributes
    ----------
    missing
        Letters that no font had, with the texts that asked for them.

    Raises
    ------
    DataNotFoundError
        If the file is not there or not a font.
    """

    latin: tuple[str, ...] = LATIN
    arabic: tuple[str, ...] = ARABIC
    file: str | None = None
    bold: str | None = None
    missing: dict[str, str] = field(default_factory=dict)
    _own: str | None = None
    _widths: dict[tuple[str, bool, bool], Ink] = field(default_factory=dict)
    _families: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.file is None:
            return
        self._own = _added(self.file)
        if self.bold is not None and (family := _added(self.bold)) != self._own:
            raise SchemaError(
                f"the bold of a font is of its family: {Path(self.bold).name} is {family}, "
                f"{Path(self.file).name} is {self._own}"
            )

    def families(self, text: str) -> tuple[str, ...]:
        """Families that together have every letter of a text, the preferred first; empty if none have."""
        kind = "".join(sorted(set(text)))
        if kind not in self._families:
            self._families[kind] = self._choose(text)
        return self._families[kind]

    def _choose(self, text: str) -> tuple[str, ...]:
        # A font that has no regular weight is the regular of whoever gives it.
        installed = ({self._own: str(self.file)} if self._own else {}) | _installed()
        wanted = [*self.arabic, *self.latin] if is_arabic(text) else [*self.latin, *self.arabic]
        order = [name for name in ([self._own] if self._own else []) + wanted if name in installed]
        chosen: list[str] = []
        left = set(text)
        for name in order:
            still = _lacking("".join(left), installed[name])
            if still != left or not chosen:
                chosen.append(name)
                left = still
            if not left:
                return tuple(chosen)
        # The script may need letters that none of the named fonts have: look at all the others once.
        for name in sorted(installed):
            if not _lacking("".join(left), installed[name]):
                return (*chosen, name)
        return ()

    def covers(self, text: str) -> bool:
        """Whether a text can be set; where not, its missing letters are kept for a warning."""
        if self.families(text):
            return True
        installed = _installed()
        usable = [name for name in (*self.arabic, *self.latin) if name in installed] or sorted(installed)
        best = min((_lacking(text, installed[name]) for name in usable), key=len)
        for letter in best:
            self.missing.setdefault(letter, text)
        return False

    def pick(self, text: str, english: str) -> str:
        """The text if it can be set, else the English one."""
        return text if self.covers(text) else english

    def warning(self) -> str | None:
        """Words on letters that no installed font has."""
        if not self.missing:
            return None
        letters = " ".join(f"{letter} (U+{ord(letter):04X})" for letter in sorted(self.missing))
        return (
            f"no installed font has the letters {letters}; English stands in. "
            "Install Noto Naskh Arabic, or give a font file with --font PATH"
        )

    def properties(
        self, text: str, size_pt: float, *, bold: bool = False, italic: bool = False
    ) -> FontProperties:
        """What matplotlib needs to set a text."""
        families = self.families(text) or (self.latin[-1],)
        found = _properties(families, bold=bold, italic=italic and not is_arabic(text))
        found.set_size(size_pt)
        return found

    def ink(self, text: str, size: float, *, bold: bool = False, italic: bool = False) -> Ink:
        """Room that a text takes at a size, both in units."""
        key = (text, bold, italic)
        one = self._widths.get(key)
        if one is None:
            families = self.families(text) or (self.latin[-1],)
            one = self._widths[key] = _measured(families, text, bold, italic and not is_arabic(text))
        times = size / MEASURE
        return Ink(one.width * times, one.above * times, one.below * times)

    def wrap(self, text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
        """Lines of a text that fit a width; a word wider than that stands alone."""
        lines: list[str] = []
        space = self._advance("x x", size, bold=bold) - 2 * self._advance("x", size, bold=bold)
        for part in _unbroken(text).split("\n"):
            line: list[str] = []
            used = 0.0
            for word in part.split(" "):
                # Words are measured one by one, so that each is measured once; the sum errs by kerning only.
                word = word.replace(_BOUND, " ")
                own = self._advance(word, size, bold=bold) if word else 0.0
                if line and used + space + own > width:
                    lines.append(" ".join(line))
                    line, used = [word], own
                elif word:
                    used += (space if line else 0.0) + own
                    line.append(word)
            if line:
                lines.append(" ".join(line))
        return lines

    def balanced(self, text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
        """The same number of lines as :meth:`wrap` gives, as even as they can be."""
        lines = self.wrap(text, size, width, bold=bold)
        if len(lines) < 2:
            return lines
        narrow, broad = width / 2, width
        for _ in range(9):
            middle = (narrow + broad) / 2
            if len(self.wrap(text, size, middle, bold=bold)) > len(lines):
                narrow = middle
            else:
                broad = middle
        return self.wrap(text, size, broad, bold=bold)

    def _advance(self, word: str, size: float, *, bold: bool) -> float:
        """How far a word moves the pen: measured between two letters, which takes in its side bearings."""
        return self.ink(f"n{word}n", size, bold=bold).width - self.ink("nn", size, bold=bold).width
