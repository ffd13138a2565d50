"""A map on paper: the layout, then everything in its place."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import matplotlib as mpl

from geo.arguments import checked
from geo.files.whole import check_outputs, write_bytes
from maps.content.captions import Caption
from maps.content.content import map_content
from maps.spec.house_style import in_house, read_house
from maps.spec.inputs import input_files
from maps.spec.sheet import Sheet
from maps.static.canvas import RC, Canvas
from maps.static.layout import Layout
from maps.static.record import Record
from maps.static.report import Report
from maps.static.writers import check_suffix, pdf_bytes, png_bytes, svg_bytes

if TYPE_CHECKING:
    import geopandas as gpd

    from maps.content.content import MapContent
    from maps.spec.spec import MapSpec
    from maps.static.cmyk import Profile

__all__ = ["Drawing", "draw_map", "ink_profile"]

SCREEN_DPI: Final = 110
"""At most, where a notebook shows a map."""


@dataclass
class Drawing:
    """A drawn map, ready to be written.

    Attributes
    ----------
    canvas
        The page.
    caption
        The words that go with it.
    report
        What was placed, what was left out, warnings.
    """

    canvas: Canvas
    sheet: Sheet
    lang: str
    content: MapContent
    caption: Caption
    report: Report
    record: Record

    @property
    def marks(self) -> gpd.GeoDataFrame:
        """What was drawn and where, in EPSG:4326: symbols, counts, names, leaders, areas, notes.

        Columns: ``event_ids`` (a list), ``kind``, ``text``, ``filled``, ``box`` (left, top, right, bottom in
        pixels of the PNG), ``panel`` (number of the map on the page, -1 beside it), and as geometry the point
        on the ground under the middle of the mark, the outline of an area, the way of a leader.
        """
        dots = self.sheet.dpi / 72 if self.sheet.paper.unit == "mm" else 1 / 0.75
        return self.record.frame(self.canvas.unit * dots)

    def to_svg(self) -> bytes:
        """The map as SVG."""
        return svg_bytes(self.canvas, self.sheet, self.caption, self.lang)

    def to_pdf(self) -> bytes:
        """The map as PDF, in CMYK if the sheet asks for it."""
        pdf = pdf_bytes(self.canvas, self.caption, self.lang)
        if not self.sheet.cmyk:
            return pdf
        from maps.static.cmyk import cmyk_pdf

        return cmyk_pdf(pdf, ink_profile(self.sheet))

    def to_png(self) -> bytes:
        """The map as PNG."""
        return png_bytes(self.canvas, self.sheet, self.caption)

    def _repr_png_(self) -> bytes:
        """The map in a notebook."""
        sheet = dataclasses.replace(self.sheet, dpi=min(self.sheet.dpi, SCREEN_DPI))
        return png_bytes(self.canvas, sheet, self.caption)

    def _repr_svg_(self) -> str:
        """The map in a notebook that asks for it as SVG."""
        return self.to_svg().decode("utf-8")

    def to_bytes(self, suffix: str) -> bytes:
        """The map in the format of a suffix: .svg, .pdf or .png."""
        return {".svg": self.to_svg, ".pdf": self.to_pdf, ".png": self.to_png}[suffix]()

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the map in the format that the suffix names, whole or not at all.

        Parameters
        ----------
        path
            The file.
        overwrite
            Whether a file of that name may be replaced.

        Raises
        ------
        SchemaError
            If the suffix is none of .svg, .pdf, .png.
        OverwriteError
            If the file is there already and ``overwrite`` is not set, or is one that the map is made of.
        """
        path = Path(path)
        suffix = check_suffix(path)
        read = input_files(self.content.spec, self.sheet)
        check_outputs([path], inputs=read, overwrite=overwrite)
        return write_bytes(path, self.to_bytes(suffix), overwrite=overwrite, inputs=read)


@checked
def draw_map(spec: MapSpec, sheet: Sheet | None = None, *, content: MapContent | None = None) -> Drawing:
    r"""Draw a map for print or social media.

    Parameters
    ----------
    spec
        What the map shows; the interactive map of the same specification has the same layers, words and
        counts.
    sheet
        Size, style and parts of the page.
    content
        The content of the specification, where it has been made already.

    Returns
    -------
    Drawing
        ``save("map.svg")`` writes it; ``caption`` holds its words.

    Raises
    ------
    SchemaError
        If the page is too small for the key, or the title too long for the page.

    Examples
    --------
    >>> import maps
    >>> drawing = maps.draw_map(maps.MapSpec(), maps.Sheet(size="column"))
    >>> drawing.canvas.size.width, drawing.to_png()[:4]
    (88.0, b'\x89PNG')
    """
    sheet = sheet or Sheet()
    with mpl.rc_context(RC):
        house = read_house(sheet.style)
        asked, spec = spec, in_house(spec, house)
        house = dataclasses.replace(
            house, areas=house.areas | {"relief": house.areas["relief"] * spec.relief}
        )
        sheet = dataclasses.replace(sheet, font=sheet.font or house.font)
        if content is None:
            content = map_content(spec)
        else:
            content = dataclasses.replace(content, spec=spec) if spec == asked else content.under(spec)
        drawn = Layout(spec, sheet, house, content).drawn()
    return Drawing(drawn.canvas, sheet, spec.lang, content, drawn.caption, drawn.report, drawn.record)


def ink_profile(sheet: Sheet) -> Profile:
    """The profile of a CMYK PDF: the sheet's, the house's, or the one that comes with Ghostscript.

    Raises
    ------
    GeoError
        If a profile that is named can't be used, or none is named and Ghostscript is not installed.
    """
    from maps.static.cmyk import find_profile, read_profile

    named = sheet.cmyk_profile or read_house(sheet.style).cmyk_profile
    return read_profile(named) if named else find_profile()
