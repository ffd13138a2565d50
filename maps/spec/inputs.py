"""Files that a map is made of, none of which may be written over."""

from __future__ import annotations

from pathlib import Path

from maps.spec.house_style import SHIPPED, read_house
from maps.spec.sheet import Sheet
from maps.spec.spec import MapSpec

__all__ = ["input_files"]


def input_files(spec: MapSpec, sheet: Sheet | None = None) -> list[Path]:
    """Every file that a specification and its sheet name: events, tables, overlays, pictures, style, fonts.

    Parameters
    ----------
    spec, sheet
        The map.

    Raises
    ------
    DataNotFoundError, SchemaError
        If the sheet's style is no file, or one that can't be read.

    Examples
    --------
    >>> import maps
    >>> [path.name for path in input_files(maps.MapSpec(events="events.csv"), maps.Sheet(font="f.ttf"))]
    ['events.csv', 'f.ttf']
    """
    events = spec.events
    found = [events] if isinstance(events, Path) else list(getattr(events, "read_from", ()))
    found += [table for table in (spec.crossings, spec.flows) if isinstance(table, Path)]
    found += [mark.file for mark in spec.marks if mark.file is not None]
    if sheet is None:
        return found
    named = [sheet.font, sheet.cmyk_profile]
    if sheet.style not in SHIPPED:
        house = read_house(sheet.style)
        named += [sheet.style, house.font, house.bold, house.logo, house.cmyk_profile]
    return [*found, *(Path(name) for name in named if name)]
