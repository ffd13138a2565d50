"""A page in units, y downwards, made of named layers that stay groups in SVG."""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import Stroke
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox

from maps.static.fonts import begins_latin, is_arabic
from maps.words.words import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import shapely

    from maps.spec.sheet import Size
    from maps.static.fonts import Lettering

__all__ = ["RC", "Block", "Canvas", "Layer", "area_path"]

RIGHT_TO_LEFT: Final = "\u200f"
"""A mark without room that makes what follows run from right to left."""

RC: Final[Any] = {
    "lines.scale_dashes": False,
    "path.simplify": False,
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "svg.hashsalt": "durand",
    # Hinted letters have widths in whole pixels: lines would come out longer than measured.
    "text.hinting": "none",
    "text.usetex": False,
    "text.parse_math": False,
    "axes.unicode_minus": False,
    "agg.path.chunksize": 20000,
    "hatch.linewidth": 0.7,
}
"""Settings of matplotlib that a map is drawn and written with, whatever the user's own are."""


@dataclass
class Block:
    """A piece of the page as a screen reader meets it: its kind in a tagged PDF, its words, its marks.

    Attributes
    ----------
    kind
        ``H1``, ``H2``, ``P`` or ``Figure``; ``Artifact`` for what only decorates.
    words
        Lines of text in reading order.
    alt
        What a figure shows, for those who cannot see it.
    box
        Where a figure is, in units.
    marks
        Numbers of the marked content that belongs to it, once it is drawn to PDF.
    """

    kind: str
    words: list[str] = field(default_factory=list)
    alt: str = ""
    box: tuple[float, float, float, float] | None = None
    marks: list[int] = field(default_factory=list)


ARTIFACT: Final = Block("Artifact")


class Layer(Artist):
    """A group of artists that is written to SVG as one group with an id, and to PDF as marked content."""

    def __init__(self, name: str, title: str, canvas: Canvas) -> None:
        super().__init__()
        self.name = name
        self.title = title
        self.canvas = canvas
        self.parts: list[Artist] = []
        self.blocks: list[Block] = []

    def draw(self, renderer: Any) -> None:
        """Draw the parts inside a group."""
        if not self.parts:
            return
        renderer.open_group("layer", gid=self.name)
        file = getattr(renderer, "file", None)
        pdf = file if hasattr(file, "pageList") else None
        drawn = zip(self.blocks, self.parts, strict=True)
        for _, run in itertools.groupby(drawn, key=lambda pair: id(pair[0])):
            pairs = list(run)
            if pdf is not None:
                pdf.write(self.canvas.mark(pairs[0][0]))
            for _, part in pairs:
                part.draw(renderer)
            if pdf is not None:
                pdf.write(b"EMC\n")
        renderer.close_group("layer")


class _Picture(AxesImage):
    """A picture that is smoothed where it becomes pixels and kept as it is where it need not."""

    def _check_unsampled_image(self) -> bool:
        return True


class Canvas:
    """The page: one figure, one system of units over all of it.

    Parameters
    ----------
    size
        With its height.
    lettering
        The fonts.
    lang
        Language in whose digits numbers are set.
    """

    def __init__(self, size: Size, lettering: Lettering, lang: str = "en") -> None:
        self.size = size
        self.lang = lang
        self.lettering = lettering
        self.width = size.width_u
        self.height = size.height_u or 0.0
        self.unit = size.unit_pt
        self.figure = Figure(
            figsize=(size.width * size.point / 72, (size.height or 0) * size.point / 72), dpi=72
        )
        FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, self.width)
        self.axes.set_ylim(self.height, 0)
        self.layers: dict[str, Layer] = {}
        self.texts: list[tuple[str, tuple[float, float, float, float]]] = []
        self.blocks: list[Block] = []
        self._block = ARTIFACT
        self._marks = 0
        self._clip: TransformedBbox | None = None
        self._names: dict[str, int] = {}

    def grow(self, size: Size) -> None:
        """Give the page another height: what is drawn stays where it is, from the top."""
        self.size = size
        self.height = size.height_u or 0.0
        self.figure.set_size_inches(size.width * size.point / 72, (size.height or 0) * size.point / 72)
        self.axes.set_ylim(self.height, 0)

    def _unique(self, name: str) -> str:
        """An id for a part of the page, with a number from its second use on."""
        used = self._names[name] = self._names.get(name, 0) + 1
        return name if used == 1 else f"{name}-{used}"

    def number(self, value: int | str) -> str:
        """A number, or a text with numbers, in the digits of the language where a font has them."""
        plain = f"{value:,}" if isinstance(value, int) else value
        return self.lettering.pick(number(self.lang, plain), plain)

    def layer(self, name: str, title: str) -> Layer:
        """A new layer on top of those there are, or the one of that name."""
        if name not in self.layers:
            layer = Layer(name, title, self)
            layer.set_zorder(10 + len(self.layers))
            self.layers[name] = layer
            self.axes.add_artist(layer)
        return self.layers[name]

    @contextlib.contextmanager
    def block(
        self, kind: str, alt: str = "", box: tuple[float, float, float, float] | None = None
    ) -> Iterator[Block]:
        """What is drawn inside belongs to one piece of the page; the innermost counts."""
        before = self._block
        self._block = Block(kind, alt=alt, box=box)
        self.blocks.append(self._block)
        try:
            yield self._block
        finally:
            self._block = before

    def mark(self, block: Block) -> bytes:
        """The operator that begins a piece of marked content (ISO 32000-1, 14.6)."""
        if block.kind == "Artifact":
            return b"/Artifact BMC\n"
        block.marks.append(self._marks)
        self._marks += 1
        return b"/%s <</MCID %d>> BDC\n" % (block.kind.encode("ascii"), block.marks[-1])

    def unmark(self) -> None:
        """Forget marks, before the page is drawn to PDF again."""
        self._marks = 0
        for block in self.blocks:
            block.marks.clear()

    def clip_to(self, box: tuple[float, float, float, float] | None) -> None:
        """Cut what is drawn from now on to a box, or to the page."""
        if box is None:
            self._clip = None
            return
        left, top, right, bottom = box
        self._clip = TransformedBbox(Bbox([(left, top), (right, bottom)]), self.axes.transData)

    def add(self, layer: Layer, artist: Any, *, gid: str | None = None) -> None:
        """Put an artist on a layer, in units unless it has a transform."""
        artist.set_figure(self.figure)
        artist.axes = self.axes
        if not artist.is_transform_set():
            artist.set_transform(self.axes.transData)
        if self._clip is not None:
            artist.set_clip_box(self._clip)
        if gid:
            artist.set_gid(self._unique(gid))
        layer.parts.append(artist)
        layer.blocks.append(self._block)

    def area(
        self,
        layer: Layer,
        shape: shapely.Geometry,
        *,
        fill: str | None = None,
        edge: str | None = None,
        width: float = 0.0,
        alpha: float | None = None,
        dash: Sequence[float] | None = None,
        gid: str | None = None,
    ) -> None:
        """Fill a polygon, draw its edge, or both."""
        path = area_path(shape)
        if path is None:
            return
        self.add(
            layer,
            PathPatch(
                path,
                facecolor=fill or "none",
                edgecolor=edge or "none",
                linewidth=width * self.unit,
                alpha=alpha,
                linestyle=(0, tuple(d * self.unit for d in dash)) if dash else "solid",
                joinstyle="round",
                capstyle="butt",
            ),
            gid=gid,
        )

    def box(
        self,
        layer: Layer,
        box: tuple[float, float, float, float],
        *,
        radius: float = 0.0,
        **look: Any,
    ) -> None:
        """A rectangle, its corners rounded by a radius."""
        import shapely

        left, top, right, bottom = box
        if radius <= 0:
            self.area(layer, shapely.box(left, top, right, bottom), **look)
            return
        r = min(radius, (right - left) / 2, (bottom - top) / 2)
        inner = shapely.box(left + r, top + r, right - r, bottom - r)
        self.area(layer, inner.buffer(r, quad_segs=6), **look)

    def picture(
        self, layer: Layer, data: bytes, box: tuple[float, float, float, float], *, gid: str = "picture"
    ) -> None:
        """A PNG, JPEG or WebP in a box; SVG and PDF hold its own pixels."""
        import io

        from PIL import Image

        with Image.open(io.BytesIO(data)) as image:
            self.pixels(layer, np.asarray(image.convert("RGBA")), box, gid=gid)

    def pixels(self, layer: Layer, pixels: Any, box: tuple[float, float, float, float], *, gid: str) -> None:
        """Pixels (rows, columns, RGBA) in a box."""
        left, top, right, bottom = box
        drawn = _Picture(self.axes, extent=(left, right, bottom, top), origin="upper")
        drawn.set_data(pixels)
        self.add(layer, drawn, gid=gid)

    def lines(
        self,
        layer: Layer,
        lines: Iterable[Any],
        colour: str,
        width: float,
        *,
        dash: Sequence[float] | None = None,
        cap: str = "butt",
        alpha: float | None = None,
        gid: str | None = None,
    ) -> None:
        """Open lines of one look, each an (n, 2) array in units."""
        parts = [np.asarray(line) for line in lines if len(line) > 1]
        if not parts:
            return
        self.add(
            layer,
            LineCollection(
                parts,
                colors=colour,
                linewidths=width * self.unit,
                alpha=alpha,
                linestyles=[(0, tuple(d * self.unit for d in dash))] if dash else "solid",
                capstyle=cap,
                joinstyle="round",
            ),
            gid=gid,
        )

    def marks(
        self,
        layer: Layer,
        path: Path,
        at: Any,
        size: Any,
        *,
        fill: str,
        edge: str,
        width: float,
        dash: Sequence[float] | None = None,
        gid: str | None = None,
    ) -> None:
        """One shape at many places; in SVG it is defined once and used."""
        at = np.asarray(at, dtype=float).reshape(-1, 2)
        if not len(at):
            return
        collection = PathCollection(
            [path],
            offsets=at,
            offset_transform=self.axes.transData,
            facecolors=fill,
            edgecolors=edge,
            linewidths=width * self.unit,
            linestyles=[(0, tuple(d * self.unit for d in dash))] if dash else "solid",
            joinstyle="round",
        )
        # Shapes are given for y downwards at unit size.
        sizes = np.broadcast_to(np.asarray(size, dtype=float), len(at))
        if np.ptp(sizes) == 0:
            scale = float(sizes[0]) * self.unit
            collection.set_transform(Affine2D().scale(scale / 72, -scale / 72) + self.figure.dpi_scale_trans)
            self.add(layer, collection, gid=gid)
        else:
            for n, (spot, one) in enumerate(zip(at, sizes, strict=True)):
                self.marks(
                    layer,
                    path,
                    spot,
                    float(one),
                    fill=fill,
                    edge=edge,
                    width=width,
                    dash=dash,
                    gid=f"{gid}-{n}" if gid else None,
                )

    def base(self, text: str) -> str:
        """A text as it is set: with a mark before it where it would be turned round without."""
        return RIGHT_TO_LEFT + text if begins_latin(text) else text

    def text(
        self,
        layer: Layer,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: str,
        *,
        bold: bool = False,
        italic: bool = False,
        anchor: str = "left",
        halo: str | None = None,
        halo_width: float = 2.2,
        halo_layer: Layer | None = None,
        angle: float = 0.0,
        gid: str | None = None,
        keep: bool = True,
    ) -> None:
        """A line of text whose foot is at y; with a halo, that is a shape of its own under it."""
        prop = self.lettering.properties(text, size * self.unit, bold=bold, italic=italic)
        shown = self.base(text)

        def label() -> Text:
            return Text(
                x,
                y,
                shown,
                color=colour,
                fontproperties=prop,
                ha=anchor,
                va="baseline",
                rotation=-angle,
                rotation_mode="anchor",
                parse_math=False,
            )

        if self._block.kind not in ("Artifact", "Figure"):
            self._block.words.append(text)
        if halo:
            under = label()
            # A stroked shape of the letters. Text with a path effect is written as shapes, so the letters
            # themselves are a second text without one and stay text in SVG and PDF.
            under.set_path_effects(
                [Stroke(linewidth=2 * halo_width * self.unit, foreground=halo, joinstyle="round")]
            )
            self.add(halo_layer or layer, under)
        self.add(layer, label(), gid=gid)
        if keep and not angle:
            ink = self.lettering.ink(text, size, bold=bold, italic=italic)
            left = x - {"left": 0.0, "center": ink.width / 2, "right": ink.width}[anchor]
            self.texts.append((text, (left, y - ink.above, left + ink.width, y + ink.below)))

    def paragraph(
        self,
        layer: Layer,
        x: float,
        top: float,
        lines: Sequence[str],
        size: float,
        leading: float,
        colour: str,
        *,
        bold: bool = False,
        width: float = 0.0,
        rtl: bool = False,
        gid: str | None = None,
    ) -> float:
        """Lines of text from a top edge down, Arabic script at the right; the bottom edge is returned."""
        y = top
        for n, line in enumerate(lines):
            right = rtl and is_arabic(line)
            self.text(
                layer,
                x + width if right else x,
                y + leading * 0.5 + size * 0.36,
                line,
                size,
                colour,
                bold=bold,
                anchor="right" if right else "left",
                gid=f"{gid}-{n + 1}" if gid and len(lines) > 1 else gid,
            )
            y += leading
        return y


def area_path(shape: shapely.Geometry) -> Path | None:
    """A polygon as one path whose holes turn the other way, so that both fill rules agree."""
    import shapely

    corners: list[Any] = []
    codes: list[Any] = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "GeometryCollection":
            continue
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        part = shapely.orient_polygons(part)
        for ring in [part.exterior, *part.interiors]:
            xy = shapely.get_coordinates(ring)
            code = np.full(len(xy), Path.LINETO, dtype=np.uint8)
            code[0], code[-1] = Path.MOVETO, Path.CLOSEPOLY
            corners.append(xy)
            codes.append(code)
    if not corners:
        return None
    return Path(np.vstack(corners), np.concatenate(codes))
