"""Complete sets of points and days, drawn from where and when each event may have been."""

from __future__ import annotations

import warnings
from typing import Final, Literal, get_args

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.arguments import checked
from geo.errors import LeftOutWarning, SchemaError
from geo.events.days import days_of
from geo.events.points import points_of
from geo.events.wholes import is_counted
from geo.locus.draws import Weights, draw_points
from geo.locus.resolve import Trust, loci_of
from geo.sources.given import Events, as_points
from geo.types import EPSG, Floats, Indices
from geo.vocab import WHERE_PRECISIONS

__all__ = ["Doubt", "chances", "check_draws", "draw_days", "impute"]

Doubt = Literal["apart", "together"]
"""Whether events of one locus are each anywhere in it, or all at one point of it."""

NOT_DRAWN: Final = ["radius_m", "lon", "lat", "draw", "row", "drawn_from"]
"""Columns that say of the stored point what is not true of one drawn, or stand in the way of ours."""

MOST_ROWS: Final = 100_000_000


@checked
def impute(
    events: Events,
    n: int = 50,
    seed: int = 1,
    *,
    doubt: Doubt = "apart",
    weights: Weights | None = None,
    trust: Trust = "stated",
) -> gpd.GeoDataFrame:
    """Draw complete tables, in which each event has one point and one day of those that it may have.

    A method that takes points takes each of the tables; its answers are put together by :func:`geo.pool`.

    Parameters
    ----------
    events
        As for :func:`geo.loci`; ``date_start``, ``date_end`` and ``date_precision`` count if they are there.
    n
        How many tables.
    seed
        Draw k of one seed is the same however many are asked for.
    doubt
        ``apart``: each event is drawn by itself. ``together``: events of one locus stand on one point of it,
        as reports of one front do; days are drawn apart all the same.
    weights
        A function of longitudes and latitudes (arrays, degrees) that gives a number of 0 or more for each:
        how likely an event is there beside elsewhere in its locus, such as people per km2. Not given, all of
        a locus is equally likely. What comes out then rests on the weights too; say so.
    trust
        ``stated``: the province, district and country that the source names bound what lies about its point;
        ``point``: they say nothing.

    Returns
    -------
    GeoDataFrame
        The tables one below the other, EPSG:4326, with the columns of the events and: ``draw`` (int64), from
        1; ``row`` (int64), the number of the event in the frame, from 0; ``drawn_from`` (category), the
        precision that its place had. The geometry is the point drawn. ``where_precision`` is ``site``,
        ``date_start`` and ``date_end`` are the day drawn and ``date_precision`` is 1, so that the rows of a
        draw are events again; ``radius_m``, ``lon`` and ``lat`` go. An event whose parts are among the rows
        is left out, and so is one without a locus; one without a date has none.

    Raises
    ------
    SchemaError
        If an argument is not as described, or there would be more than 100 million rows; and as for
        :func:`geo.loci`, as is CrsError.

    Warns
    -----
    LeftOutWarning
        If events have no place that is known, not even a country.

    Notes
    -----
    Multiple imputation of places and dates that are known by area and span, which Croicu and Hegre (2018)
    brought to events of conflicts; here the density within an area is even. Points are uniform by area over
    the locus cut to land and to the unit stated, days over those that the date allows.

    One table with a column ``draw`` and no list of tables, since that is what programs split: ``groupby`` in
    pandas, ``split`` in R (the long form of mice), and one file holds it.

    References
    ----------
    Croicu M., Hegre H. (2018): A Fast Spatial Multiple Imputation Procedure for Imprecise Armed Conflict
    Events. Uppsala University.

    Examples
    --------
    >>> import geo
    >>> drawn = geo.impute(geo.read_events(), n=3)
    >>> drawn.groupby("draw").size().tolist()
    [92, 92, 92]
    >>> inside = drawn.within(geo.around("Torkham", 25).geometry.item())
    >>> inside.groupby(drawn["draw"]).sum().between(6, 15).all()
    np.True_
    """
    check_draws(n, seed)
    if doubt not in get_args(Doubt):
        raise SchemaError(f"doubt is 'apart' or 'together', not {doubt!r}")
    if weights is not None and not callable(weights):
        raise SchemaError(
            f"weights are a function of lon and lat that gives a number for each, not {weights!r}"
        )
    points = as_points(events)
    if len(points) * n > MOST_ROWS:
        raise SchemaError(f"{n} draws of {len(points):,} events are more than {MOST_ROWS:,} rows; take fewer")
    where = points_of(points)
    found = loci_of(points, where, trust=trust)
    counted = is_counted(points)
    there = found.number >= 0
    _warn_left_out(int(np.count_nonzero(counted & ~there)), len(points))
    rows = np.flatnonzero(counted & there)
    precision = pd.Categorical(where.precision[rows], categories=list(WHERE_PRECISIONS))
    some = points.iloc[rows].drop(columns=NOT_DRAWN, errors="ignore")
    kept = found.take(rows)
    tables = []
    for draw in range(1, n + 1):
        place, date = chances(seed, draw)
        lon, lat = draw_points(kept, place, together=doubt == "together", weights=weights)
        table = _dated(some, date)
        table = table.set_geometry(gpd.points_from_xy(lon, lat), crs=EPSG)
        table.insert(0, "draw", np.full(len(rows), draw, dtype=np.int64))
        table.insert(1, "row", rows.astype(np.int64))
        tables.append(table)
    whole: gpd.GeoDataFrame = pd.concat(tables, ignore_index=True)
    sites = pd.Categorical(["site"] * len(whole), categories=list(WHERE_PRECISIONS))
    whole["where_precision"] = sites
    told = pd.Categorical.from_codes(np.tile(precision.codes, n), dtype=precision.dtype)
    whole.insert(2, "drawn_from", told)
    return whole


def check_draws(n: int, seed: int) -> None:
    """Refuse a number of draws, or a seed, that is none."""
    for name, value, least in (("n", n, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
            raise SchemaError(f"{name} is a whole number of at least {least}, not {value!r}")


def chances(seed: int, draw: int) -> list[np.random.Generator]:
    """Sources of chance of one draw: for places and for dates."""
    return [np.random.default_rng([seed, draw, what]) for what in (0, 1)]


def draw_days(
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
    generator: np.random.Generator,
    rows: Indices | None = None,
) -> npt.NDArray[np.int64]:
    """A day from the first to the last of each, all equally likely; of some rows the same as of all."""
    chance: Floats = generator.random(len(first))
    if rows is not None:
        first, last, chance = first[rows], last[rows], chance[rows]
    return np.asarray(first + np.floor(chance * (last - first + 1)).astype(np.int64))


def _dated(some: gpd.GeoDataFrame, generator: np.random.Generator) -> gpd.GeoDataFrame:
    if "date_start" not in some.columns:
        return some.copy()
    first, last, known = days_of(some)
    day = draw_days(first, last, generator).astype("datetime64[D]")
    day[~known] = np.datetime64("NaT")
    days = pd.Series(day.astype("datetime64[us]"), index=some.index)
    exact = pd.Series(1, index=some.index, dtype="Int8").mask(~known)
    return some.assign(date_start=days, date_end=days, date_precision=exact)


def _warn_left_out(number: int, of: int) -> None:
    if number:
        warnings.warn(
            f"{number} of {of} events have no place that is known, and are in no draw",
            LeftOutWarning,
            stacklevel=3,
        )
