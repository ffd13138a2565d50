"""Density of many events as a surface: each spread over where it may have happened, then smoothed.

Everything is done on a grid in Albers' equal-area projection, so that a cell holds the same ground anywhere.
"""

from __future__ import annotations

import base64
import itertools
import math
import struct
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.errors import SchemaError
from maps.words.words import word

if TYPE_CHECKING:
    import numpy.typing as npt

    from geo.locus.record import Locus
    from maps.content.content import MapContent

    Floats = npt.NDArray[np.float64]

__all__ = ["KERNEL_KM", "LEAST_EVENTS", "Density", "read_density", "to_degrees"]

LEAST_EVENTS: Final = 100
"""Under this number of events there is no surface: it would show the kernel more than the events. Even the
peak of a surface that 100 events make in one valley has a standard error of a tenth."""

KERNEL_KM: Final = 20.0
"""Standard deviation of the Gaussian kernel: twice the radius in which the place of a large town is known."""

CELL_M: Final = 5_000.0
REACH: Final = 3.0
"""The kernel is cut at so many standard deviations."""

STEPS: Final = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2)
"""Lower ends of the classes, as parts of the highest density; below the first nothing is drawn."""

PIXEL_M: Final = 1_500.0
"""Size of a pixel of the image on the ground at the equator."""

RADIUS_M: Final = 6_378_137.0


@dataclass(frozen=True)
class Density:
    """A surface of events per 1,000 km².

    Attributes
    ----------
    cells
        Density in each cell, the southern row first.
    west, south
        South-western corner of the grid in metres of :data:`geo.boundaries.units.EQUAL_AREA`.
    limits
        Ends of the classes, rising; what is below the first is not drawn.
    events
        Number of events in it.
    lang
        Language of its words.
    """

    cells: Floats
    west: float
    south: float
    limits: tuple[float, ...]
    events: int
    lang: str

    def at(self, lon: Floats, lat: Floats) -> Floats:
        """Density at points in degrees, by the four cells around each; 0 outside the grid."""
        x, y = _there().transform(lon, lat)
        column = (np.asarray(x) - self.west) / CELL_M - 0.5
        row = (np.asarray(y) - self.south) / CELL_M - 0.5
        rows, columns = self.cells.shape
        inside = (column >= 0) & (row >= 0) & (column < columns - 1) & (row < rows - 1)
        column, row = np.where(inside, column, 0), np.where(inside, row, 0)
        i, j = row.astype(np.intp), column.astype(np.intp)
        down, along = row - i, column - j
        v = self.cells
        found = (v[i, j] * (1 - along) + v[i, j + 1] * along) * (1 - down) + (
            v[i + 1, j] * (1 - along) + v[i + 1, j + 1] * along
        ) * down
        return np.where(inside, found, 0.0)

    def centres(self) -> tuple[Floats, Floats]:
        """Middles of columns and rows, in metres of the grid."""
        rows, columns = self.cells.shape
        x = np.arange(columns, dtype=np.float64)
        y = np.arange(rows, dtype=np.float64)
        return self.west + (x + 0.5) * CELL_M, self.south + (y + 0.5) * CELL_M

    def class_texts(self) -> list[str]:
        """What each class holds, in words."""
        ends = [f"{end:,g}" for end in self.limits]
        return [word(self.lang, "class", low=a, high=b) for a, b in itertools.pairwise(ends)]

    @property
    def heading(self) -> str:
        """What is shown."""
        return word(self.lang, "density")

    def note(self) -> str:
        """How it is made."""
        return word(self.lang, "density note", km=f"{KERNEL_KM:g}", n=f"{self.events:,}")

    def image(self, colours: list[str]) -> tuple[str, list[list[float]]]:
        """The surface in Web Mercator as the address of a PNG, and its corners as (lat, lon) for Leaflet."""
        lon, lat = self._corners()
        west, east = (math.radians(one) * RADIUS_M for one in (lon.min(), lon.max()))
        south, north = (_mercator(float(one)) for one in (lat.min(), lat.max()))
        columns, rows = math.ceil((east - west) / PIXEL_M), math.ceil((north - south) / PIXEL_M)
        x = west + (np.arange(columns) + 0.5) * (east - west) / columns
        y = north - (np.arange(rows) + 0.5) * (north - south) / rows
        lons = np.degrees(x / RADIUS_M)
        lats = np.degrees(2 * np.arctan(np.exp(y / RADIUS_M)) - math.pi / 2)
        grid = self.at(*(part.ravel() for part in np.meshgrid(lons, lats)))
        # 0 is clear; the classes follow.
        level = np.searchsorted(np.asarray(self.limits[:-1]), grid.reshape(rows, columns), side="right")
        png = _png(level.astype(np.uint8), colours)
        corners = [[float(lat.min()), float(lon.min())], [float(lat.max()), float(lon.max())]]
        return "data:image/png;base64," + base64.b64encode(png).decode(), corners

    def _corners(self) -> tuple[Floats, Floats]:
        """Degrees of the part of the grid that is drawn, with some room."""
        rows, columns = np.nonzero(self.cells >= self.limits[0])
        x, y = self.centres()
        lon, lat = _there().transform(x[columns], y[rows], direction="INVERSE")
        room = 0.1
        return (
            np.array([np.min(lon) - room, np.max(lon) + room]),
            np.array([np.min(lat) - room, np.max(lat) + room]),
        )


def read_density(content: MapContent) -> Density | None:
    """The surface that the specification of a map asks for; nothing where it asks for none.

    Raises
    ------
    SchemaError
        If there are fewer than :data:`LEAST_EVENTS` events on the map.
    """
    if content.spec.shade != "density":
        return None
    shown = content.picture.rows
    if len(shown) < LEAST_EVENTS:
        raise SchemaError(
            f"a surface of density needs at least {LEAST_EVENTS} events on the map, and there are "
            f"{len(shown)}: fewer would show the kernel, not the events; use --shade adm1 or --shade sector"
        )
    rows = content.rows
    loci = rows.places.located.loci if rows.places.located is not None else ()
    places = (loci[int(rows.place[row])] for row in shown)
    return surface(Counter(locus for locus in places if locus is not None), content.spec.lang)


def surface(loci: Counter[Locus], lang: str = "en") -> Density:
    """The density of events by their loci."""
    from geo.locus.samples import samples
    from maps.content.event_places import MAPPED_BOX

    rim = np.linspace(0, 1, 30)
    west, south, east, north = MAPPED_BOX
    lon = np.concatenate(
        [west + rim * (east - west), np.full(30, east), east - rim * (east - west), np.full(30, west)]
    )
    lat = np.concatenate(
        [np.full(30, south), south + rim * (north - south), np.full(30, north), north - rim * (north - south)]
    )
    x, y = (np.asarray(one) for one in _there().transform(lon, lat))
    left, bottom = float(x.min()), float(y.min())
    shape = (math.ceil((y.max() - bottom) / CELL_M), math.ceil((x.max() - left) / CELL_M))
    cells = np.zeros(shape)

    def put(lon: Floats, lat: Floats, weight: Floats) -> Floats:
        x, y = _there().transform(lon, lat)
        row, column = (
            ((np.asarray(y) - bottom) / CELL_M).astype(int),
            ((np.asarray(x) - left) / CELL_M).astype(int),
        )
        inside = (row >= 0) & (column >= 0) & (row < shape[0]) & (column < shape[1])
        flat = np.bincount(row[inside] * shape[1] + column[inside], weight[inside], shape[0] * shape[1])
        return np.asarray(flat.reshape(shape))

    # Whole discs of one radius are spread together: points, then the disc as a kernel.
    discs: dict[float, list[tuple[float, float, int]]] = {}
    for locus, times in loci.items():
        if locus.kind == "disc" and locus.within is None:
            discs.setdefault(float(locus.radius_m), []).append((locus.lon, locus.lat, times))
            continue
        lon, lat = samples(locus)
        cells += put(lon, lat, np.full(len(lon), times / len(lon)))
    for radius, held in discs.items():
        at = np.array(held, dtype=np.float64)
        cells += _spread(put(at[:, 0], at[:, 1], at[:, 2]), radius)
    smooth = _blurred(cells)
    values = smooth / (CELL_M / 1000) ** 2 * 1000
    top = float(values.max())
    limits = [*(_round(top * step) for step in STEPS), _round_up(top)]
    return Density(values, left, bottom, tuple(limits), sum(loci.values()), lang)


def _spread(cells: Floats, radius_m: float) -> Floats:
    """Points of a grid spread evenly over discs; a disc smaller than a cell stays a point."""
    reach = math.ceil(radius_m / CELL_M)
    if radius_m <= CELL_M / 2:
        return cells
    # Nine points to the side of a cell tell how much of it the disc covers.
    part = (np.arange((2 * reach + 1) * 9) + 0.5) / 9 - reach - 0.5
    covered = (part[:, None] ** 2 + part[None, :] ** 2) <= (radius_m / CELL_M) ** 2
    disc = covered.reshape(2 * reach + 1, 9, 2 * reach + 1, 9).mean(axis=(1, 3))
    disc /= disc.sum()
    out = np.zeros_like(cells)
    for row, column in zip(*np.nonzero(cells), strict=True):
        # What a disc has beyond the grid is lost, as is all else there.
        top, left = max(row - reach, 0), max(column - reach, 0)
        bottom, right = min(row + reach + 1, cells.shape[0]), min(column + reach + 1, cells.shape[1])
        out[top:bottom, left:right] += (
            cells[row, column]
            * disc[top - row + reach : bottom - row + reach, left - column + reach : right - column + reach]
        )
    return out


def _blurred(cells: Floats) -> Floats:
    """Cells under the Gaussian kernel, which is the product of one along rows and one along columns."""
    sigma = KERNEL_KM * 1000 / CELL_M
    reach = math.ceil(REACH * sigma)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    out = cells
    for axis in (0, 1):
        out = np.apply_along_axis(np.convolve, axis, out, kernel, mode="same")
    return out


def to_degrees(xy: Floats) -> Floats:
    """Points of the grid's projection in degrees, shape (n, 2)."""
    return np.column_stack(_there().transform(xy[:, 0], xy[:, 1], direction="INVERSE"))


def _round(value: float) -> float:
    """A value to one digit that counts."""
    return float(f"{value:.1g}")


def _round_up(value: float) -> float:
    """The next value above with two digits that count."""
    step = 10 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.ceil(value / step - 1e-9) * step:.2g}")


def _mercator(lat: float) -> float:
    return RADIUS_M * math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))


def _there() -> Any:
    from geo.boundaries.units import to_flat

    return to_flat()


def _png(level: npt.NDArray[np.uint8], colours: list[str]) -> bytes:
    """An image of few colours, the first of them clear (PNG, W3C Recommendation, third edition, 2025)."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    rows, columns = level.shape
    palette = b"\0\0\0" + b"".join(bytes.fromhex(colour.lstrip("#")) for colour in colours)
    lines = b"".join(b"\0" + row.tobytes() for row in level)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0))
        + chunk(b"PLTE", palette)
        + chunk(b"tRNS", b"\0")
        + chunk(b"IDAT", zlib.compress(lines, 9))
        + chunk(b"IEND", b"")
    )
