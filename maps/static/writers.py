"""Writers: SVG with named layers, PDF with fonts and language, PNG with colour space, alt text and credit."""

from __future__ import annotations

import io
import re
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

import matplotlib as mpl
import numpy as np

from geo.errors import GeoError, SchemaError
from geo.files.characters import writable
from maps.static.canvas import RC
from maps.static.fonts import is_arabic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maps.content.captions import Caption
    from maps.spec.sheet import Sheet
    from maps.static.canvas import Canvas

__all__ = ["SUFFIXES", "OutputError", "check_suffix", "pdf_bytes", "picture_bytes", "png_bytes", "svg_bytes"]

SUFFIXES: Final = (".svg", ".pdf", ".png")
"""What a static map can be written as."""

PACKED: Final = 5
"""How hard a PNG is packed, of 9: more takes much longer and gains little."""


class OutputError(GeoError, RuntimeError):
    """A program that the output needs is missing or failed."""


def svg_bytes(canvas: Canvas, sheet: Sheet, caption: Caption, lang: str) -> bytes:
    """The page as SVG."""
    out = io.StringIO()
    with mpl.rc_context({**RC, "svg.fonttype": "none" if sheet.text == "editable" else "path"}):
        canvas.figure.savefig(out, format="svg", facecolor="none", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    size = canvas.size
    head = re.search(r"<svg\b[^>]*>", text)
    if head is None:  # pragma: no cover - matplotlib always writes one
        raise OutputError("matplotlib wrote no <svg> element")
    view = re.search(r'viewBox="([^"]*)"', head[0])
    # The long description begins with the caption's sentences.
    words = f"{caption.alt} {caption.long_description} {caption.method} {caption.credit}"
    opened = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="{size.width:g}{size.unit}" '
        f'height="{size.height:g}{size.unit}" viewBox="{view[1] if view else ""}" version="1.1" role="img" '
        f'lang={quoteattr(lang)} xml:lang={quoteattr(lang)} aria-labelledby="map-title map-desc">\n'
        f' <title id="map-title">{escape(caption.title)}</title>\n'
        f' <desc id="map-desc">{escape(words)}</desc>'
    )
    text = text.replace(head[0], opened, 1)
    text = re.sub(r"<!DOCTYPE[^>]*>\s*", "", text)
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    for layer in canvas.layers.values():
        text = text.replace(
            f'<g id="{layer.name}">',
            f'<g id="{layer.name}" inkscape:groupmode="layer" inkscape:label={quoteattr(layer.title)}>',
            1,
        )
    # Names that matplotlib numbers say nothing to an editor.
    text = re.sub(r'<g id="(?:patch|PathCollection|LineCollection|text|figure|axes)_\d+">', "<g>", text)
    text = re.sub(r"<text\b([^>]*)>([^<]*)</text>", _directed, text)
    text = "\n".join(line.rstrip() for line in text.split("\n")) + "\n"
    # What XML has no character for may stand in any of the texts.
    return writable(text).encode("utf-8")


def _directed(match: re.Match[str]) -> str:
    """A text element with its direction: the start of one from right to left is at its right."""
    attributes, words = match[1], match[2]
    if not is_arabic(words):
        return match[0]
    other = {"start": "end", "end": "start", "middle": "middle"}
    attributes = re.sub(r"(?<=text-anchor: )(start|end|middle)", lambda one: other[one[1]], attributes)
    return f'<text direction="rtl"{attributes}>{words}</text>'


def pdf_bytes(canvas: Canvas, caption: Caption, lang: str) -> bytes:
    """The page as PDF with fonts as type 42, tagged, with title, credit and language."""
    from maps.static.tagged_pdf import tagged_pdf

    out = io.BytesIO()
    info = {
        "Title": caption.title,
        "Subject": caption.alt,
        "Author": caption.credit,
        "Keywords": None,
        "Creator": None,
        "Producer": None,
        "CreationDate": None,
    }
    canvas.unmark()
    with mpl.rc_context(RC):
        canvas.figure.savefig(out, format="pdf", facecolor="none", metadata=info)
    return tagged_pdf(out.getvalue(), canvas, caption, lang)


def png_bytes(canvas: Canvas, sheet: Sheet, caption: Caption) -> bytes:
    """The page as PNG, exact to the pixel, marked as sRGB, with title, alt text, description and credit."""
    width, height, dpi = pixels(canvas, sheet)
    figure = canvas.figure
    scale = width / figure.get_figwidth()
    with mpl.rc_context(RC):
        before = figure.dpi
        figure.dpi = scale
        # Half a pixel more than asked, since the renderer cuts fractions off.
        asked = figure.get_size_inches().copy()
        figure.set_size_inches((width + 0.01) / scale, (height + 0.01) / scale, forward=False)
        try:
            out = io.BytesIO()
            figure.savefig(out, format="raw", dpi=scale, facecolor="white")
        finally:
            figure.set_size_inches(float(asked[0]), float(asked[1]), forward=False)
            figure.dpi = before
    drawn = np.frombuffer(out.getvalue(), dtype=np.uint8).reshape(height, width, 4)
    return _png(drawn[..., :3], dpi, caption)


def pixels(canvas: Canvas, sheet: Sheet) -> tuple[int, int, float]:
    """Width and height of a PNG in pixels, and dots to the inch."""
    size = canvas.size
    if size.unit == "px":
        return round(size.width), round(size.height or 0), float(sheet.dpi)
    return (
        round(size.width / 25.4 * sheet.dpi),
        round((size.height or 0) / 25.4 * sheet.dpi),
        float(sheet.dpi),
    )


def _png(picture: NDArray[np.uint8], dpi: float, caption: Caption) -> bytes:
    """A picture in red, green and blue, with sRGB, resolution and words right after the header."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    def words(key: str, text: str) -> bytes:
        return chunk(b"iTXt", key.encode("latin-1") + b"\0\0\0\0\0" + writable(text).encode("utf-8"))

    height, width = picture.shape[:2]
    per_metre = round(dpi / 0.0254)
    found = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    found += chunk(b"gAMA", struct.pack(">I", 45455)) + chunk(b"sRGB", b"\0")
    found += chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))
    found += words("Title", caption.title) + words("Description", caption.long_description)
    found += words("Alt Text", caption.alt) + words("Copyright", caption.credit)
    found += words("Comment", caption.text)
    # Flat colours become smaller, and sooner, as they are than as differences from pixel to pixel.
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)
    rows[:, 1:] = picture.reshape(height, -1)
    return found + chunk(b"IDAT", zlib.compress(rows.data, PACKED)) + chunk(b"IEND", b"")


def check_suffix(path: Path) -> str:
    """The suffix of a file that a static map can be written to.

    Raises
    ------
    SchemaError
        If it is another.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise SchemaError(f"cannot write {path.name!r}; the suffix must be one of {', '.join(SUFFIXES)}")
    return suffix


def picture_bytes(path: Path, canvas: Canvas, sheet: Sheet, caption: Caption, lang: str) -> bytes:
    """The page in the format that a file's suffix names.

    Raises
    ------
    SchemaError
        If the suffix is none of .svg, .pdf, .png.
    """
    suffix = check_suffix(path)
    if suffix == ".svg":
        return svg_bytes(canvas, sheet, caption, lang)
    if suffix == ".pdf":
        return pdf_bytes(canvas, caption, lang)
    return png_bytes(canvas, sheet, caption)
