"""How each event's locus divides among units."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.unit_parts import UnitParts, unit_parts
from geo.arguments import checked
from geo.border.border import Border
from geo.border.durand import border_or_durand
from geo.events.points import points_of
from geo.locus.resolve import Trust, loci_of
from geo.locus.shares import shares_of
from geo.sources.given import Events, as_points

__all__ = ["shares"]


@checked
def shares(
    events: Events,
    *,
    units: gpd.GeoDataFrame | None = None,
    border: Border | None = None,
    trust: Trust = "stated",
) -> pd.DataFrame:
    """How each event's locus divides among countries, provinces and sides of the line, or among your areas.

    Parameters
    ----------
    events
        As for :func:`geo.loci`.
    units
        Areas of your own, which do not overlap, in place of the levels that are known: districts, cells,
        :meth:`geo.Border.bands`, :func:`geo.around`. A column ``unit`` names them, or else the index.
    border
        A border of yours, in place of the levels that are known: its sides, and, if it has any
        (:func:`geo.border_with_layers`), the units beside it.
    trust
        ``stated``: the province, district and country that the source names bound what lies about its point;
        ``point``: they say nothing.

    Returns
    -------
    DataFrame
        ``row`` (int64: number of the event in the frame, from 0, since ids may repeat or be missing),
        ``event_id`` (without the column, the index), ``level`` (``adm0``, ``adm1``, ``side``; ``adm2`` too
        where districts have been added; ``units`` for your own and for those of a border), ``unit`` and
        ``share`` (0 to 1, by area in Albers' equal-area projection, below 1e-5 wrong by the straight edges
        between corners). The part in neither country, on neither side, or in none of your areas, is the unit
        ``outside``, so that the shares of a level sum
        to 1. Events come in the order of the frame, in a level the largest share first; an event without a
        locus has no rows. The shares of ``side`` are probabilities that count the line's own error: in a
        disc, the mean of ``geo.engine.side_probability``; where the source names the province or country, its
        side is certain.

    Notes
    -----
    Each level is measured on its own layer: ``adm1`` on the shipped provinces, ``adm2`` on the districts.
    Where those keep the lines of their file (``nest="keep"`` of :func:`geo.add_boundaries`) the two layers
    differ by what their sources differ, and shares of a province and of its districts differ with them. An
    event known to a district is wholly in that district's parent; one known to a province divides among the
    districts whose parent it is.

    Raises
    ------
    CrsError, SchemaError
        As for :func:`geo.loci`; and if `units` have no CRS, are no areas, share a name, or overlap.

    Examples
    --------
    >>> import geo, geopandas as gpd
    >>> event = gpd.GeoDataFrame(
    ...     {"event_id": ["own:1"], "where_precision": ["near"]},
    ...     geometry=gpd.points_from_xy([69.27], [32.60]), crs=4326,
    ... )
    >>> geo.shares(event).query("level == 'adm1'")[["unit", "share"]].round(2).to_dict("list")
    {'unit': ['AF-PKA', 'PK-KP'], 'share': [0.69, 0.31]}
    """
    points = as_points(events)
    border_or_durand(border)
    found = loci_of(points, points_of(points), trust=trust)
    if border is not None:
        own = getattr(border, "own_units", None) if units is None else units
        divided = [] if own is None else [_divided(unit_parts(found, own, border=border), "units")]
        divided.append(_divided(unit_parts(found, "side", border=border), "side"))
        table = pd.concat(divided).sort_values("row", kind="stable", ignore_index=True)
    elif units is not None:
        table = _divided(unit_parts(found, units), "units")
    else:
        table = shares_of(found)
    names = points["event_id"] if "event_id" in points.columns else points.index.to_series()
    table.insert(1, "event_id", names.take(table["row"].to_numpy()).array)
    return table


def _divided(units: UnitParts, level: str) -> pd.DataFrame:
    parts = units.parts
    names = np.array(units.units, dtype=object)
    table = pd.DataFrame({"row": parts.row, "level": level, "unit": names[parts.unit], "share": parts.share})
    table = table.astype({"row": "int64", "level": "str", "unit": "str", "share": "float64"})
    return table.sort_values(["row", "share", "unit"], ascending=[True, False, True], ignore_index=True)
