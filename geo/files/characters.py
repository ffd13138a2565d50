"""Characters that files cannot hold: XML, GeoPackage and UTF-8 have none of these, and cut a text."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["UNWRITABLE", "plain_letters", "visible", "writable"]

UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What is no Char of XML 1.0 (section 2.2): controls, halves of a surrogate pair, two that are none."""

_COMMANDS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys, or cannot be given."""

_SPACES: Final = frozenset("\x0b\x0c")
"""Vertical tab and form feed part words, as a space does."""


def writable(text: str) -> str:
    r"""A text with a replacement character (U+FFFD) for each one that a file cannot hold.

    Examples
    --------
    >>> from geo.files.characters import writable
    >>> writable("Tor\x00kham\x0bgate") == "Tor\ufffdkham gate", writable("طورخم")
    (True, 'طورخم')
    """
    return UNWRITABLE.sub(lambda found: " " if found[0] in _SPACES else "\ufffd", text)


def visible(text: str) -> str:
    r"""A text whose invisible characters are shown as what they are, for a terminal that would obey them.

    Line ends and tabs stay. What a file name, a member of an archive or a server's answer holds beside them
    could colour, move or hide what is said: controls (C0 and C1) and overrides of direction.

    Examples
    --------
    >>> from geo.files.characters import visible
    >>> print(visible("sheet\x1b[2J.csv \u202egnp.exe"))
    sheet\x1b[2J.csv \u202egnp.exe
    """
    return _COMMANDS.sub(lambda found: ascii(found[0])[1:-1], text)


BARS: Final = frozenset("\u0304\u0323\u0327\u0331\u0332")
"""Macron, dot, cedilla and lines below: what tells letters of Arabic script apart in romanised names."""


def plain_letters(name: str) -> str:
    """A Latin name without the bars and dots of a gazetteer's transliteration; other scripts as they are.

    Examples
    --------
    >>> from geo.files.characters import plain_letters
    >>> plain_letters("Shīnḏanḏ"), plain_letters("Pul-e Khumrī"), plain_letters("پُلِ خُمری")
    ('Shindand', 'Pul-e Khumri', 'پُلِ خُمری')
    """
    apart = unicodedata.normalize("NFD", name)
    return unicodedata.normalize("NFC", "".join(letter for letter in apart if letter not in BARS))
