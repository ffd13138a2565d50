"""The radius within which a row says that its event lies, of whatever source the row is."""

from __future__ import annotations

from typing import Final

from geo.events.casting import parse_cells
from geo.events.points import RADIUS_RULE, is_radius
from geo.sources.header import target_of
from geo.sources.reader_tools import Mapped, Options, column

__all__ = ["with_radii"]

RADIUS: Final = "radius_m"


def with_radii(mapped: Mapped, options: Options) -> Mapped:
    """The rows with the radius of their own, in metres; one that is none is a fault of its row."""
    named = [name for name in mapped.raw.columns if target_of(str(name)) == RADIUS]
    name = options.columns.get(RADIUS, next(iter(named), None))
    if name is None or name not in mapped.raw.columns:
        return mapped
    text = column(mapped.raw, name)
    metres, _ = parse_cells(text.mask(text.eq("")), "float64")
    wrong = text.ne("") & ~is_radius(metres.to_numpy())
    told = [row for row, cell, _, _ in mapped.faults.lines if cell == name]
    mapped.faults.add(wrong & ~wrong.index.isin(told), name, text, RADIUS_RULE)
    mapped.table = mapped.table.assign(**{RADIUS: metres.mask(wrong)})
    mapped.details = mapped.details.drop(columns=name, errors="ignore")
    return mapped
