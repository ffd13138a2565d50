"""A font file within the page: cut to the letters that a page may need, as WOFF2."""

from __future__ import annotations

import base64
import functools
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo.errors import DataNotFoundError, ExtraMissingError, SchemaError
from maps.words.words import LANGUAGES

if TYPE_CHECKING:
    from maps.content.content import MapContent

__all__ = ["FAMILY", "MOST_BYTES", "embedded_font", "font_face"]

FAMILY: Final = "durand house"
"""What the page calls the font."""

MOST_BYTES: Final = 150_000
"""A font takes no more of a page than this, as WOFF2."""

LATIN: Final = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2044),
    (0x20AC, 0x20AC),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
)
ARABIC: Final = (
    (0x600, 0x6FF),
    (0x750, 0x77F),
    (0x200C, 0x200F),
    (0x2066, 0x2069),
    (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFC),
)
"""Letters from, to: of names in Latin letters with their marks, and of Arabic, Persian, Pashto and Urdu."""

_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")

RESTRICTED: Final = 0x0002
NO_SUBSET: Final = 0x0100
BITMAPS: Final = 0x0200
"""Bits of fsType (OpenType, OS/2) that forbid to embed a font, to cut it, or to embed its outlines."""


def font_face(font: bytes) -> str:
    """The rule of a style sheet that holds a font, with the weight that it has.

    A browser takes for bold text the face that says it is bold. Where none does, it thickens another; a font
    that is bold already, but doesn't say so, would be thickened again.
    """
    data = base64.b64encode(font).decode("ascii")
    return (
        f'@font-face{{font-family:"{FAMILY}";font-weight:{_weight(font)};font-display:block;'
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
    )


def _weight(font: bytes) -> str:
    """The weight of a font in CSS, or the least and the greatest of one that varies."""
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(font), lazy=True) as file:
        for axis in file["fvar"].axes if "fvar" in file else ():
            if axis.axisTag == "wght":
                return f"{axis.minValue:g} {axis.maxValue:g}"
        return str(min(max(int(file["OS/2"].usWeightClass), 1), 1000)) if "OS/2" in file else "400"


def embedded_font(file: str, content: MapContent) -> bytes:
    """A font as WOFF2 with the letters of a page's language, and of its events where they have others.

    Raises
    ------
    DataNotFoundError
        If there is no such file, or it is no font.
    SchemaError
        If its maker forbids embedding, or it stays too large.
    ExtraMissingError
        If the library that packs WOFF2 is not installed.
    """
    arabic = LANGUAGES[content.spec.lang].direction == "rtl" or _holds_arabic(content)
    path = Path(file)
    if not path.is_file():
        raise DataNotFoundError(f"no font file {file!r}; give the path of a .ttf or .otf")
    return _subset(str(path.resolve()), path.stat().st_mtime_ns, arabic)


def _holds_arabic(content: MapContent) -> bool:
    texts = content.rows.table.select_dtypes(include=["str", "object"])
    return any(bool(texts[name].astype("str").str.contains(_ARABIC).any()) for name in texts)


@functools.lru_cache(maxsize=4)
def _subset(file: str, _: int, arabic: bool) -> bytes:
    try:
        import brotli  # noqa: F401 - fontTools packs with it
    except ImportError as err:
        raise ExtraMissingError.of("a font in a page", "brotli", "webfont") from err
    from fontTools import subset
    from fontTools.ttLib import TTFont, TTLibError

    name = Path(file).name
    options: Any = subset.Options()
    options.flavor, options.hinting, options.notdef_outline = "woff2", False, True
    options.desubroutinize, options.name_IDs, options.drop_tables = (
        True,
        [1, 2],
        [*options.drop_tables, "DSIG"],
    )
    codes = [*LATIN, *(ARABIC if arabic else ())]
    held = io.BytesIO()
    try:
        with TTFont(
            io.BytesIO(Path(file).read_bytes()), fontNumber=0, lazy=True, recalcTimestamp=False
        ) as font:
            _check_rights(name, int(font["OS/2"].fsType) if "OS/2" in font else 0)
            cutter = subset.Subsetter(options)
            cutter.populate(unicodes=[code for first, last in codes for code in range(first, last + 1)])
            cutter.subset(font)
            subset.save_font(font, held, options)
    except (TTLibError, OSError) as err:
        raise DataNotFoundError(f"{name} is not a font that can be read: {err}") from err
    packed = held.getvalue()
    if len(packed) > MOST_BYTES:
        raise SchemaError(
            f"{name} takes {len(packed):,} bytes of the page even when cut to its letters; "
            f"a font has at most {MOST_BYTES:,}: use one with one weight and no further scripts"
        )
    return packed


def _check_rights(name: str, rights: int) -> None:
    """Refuse a font whose maker forbids what a page does with it."""
    if rights & 0x000F == RESTRICTED or rights & (NO_SUBSET | BITMAPS):
        raise SchemaError(
            f"the maker of {name} does not allow it to be embedded in a page (fsType {rights:#06x}); "
            "use another font"
        )
