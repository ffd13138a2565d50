"""Where along a border events lie close together, with the doubt about their places."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.compare import LEAST_EVENTS
from geo.analysis.impute import Doubt, chances, check_draws
from geo.analysis.unit_parts import near_line
from geo.arguments import checked
from geo.border.border import Border
from geo.border.durand import border_or_durand
from geo.errors import SchemaError
from geo.events.points import points_of
from geo.events.wholes import is_counted
from geo.locus.draws import draw_points
from geo.locus.record import Loci
from geo.locus.resolve import Trust, loci_of
from geo.places.radii import NEAR_LINE_KM
from geo.sources.given import Events, as_points
from geo.types import Floats

__all__ = ["Along", "along", "kernel_shares", "line_k"]

MOST_STEPS: Final = 20_000

DISTANCES: Final = 50
"""Distances at which the K function is told."""

AT_ONCE: Final = 2_000
"""Events whose kernels are held in memory together."""

EVEN: Final = 0.025
"""Part of the draws beyond each end of what is told as low and high."""


@dataclass(frozen=True, eq=False, repr=False)
class Along:
    """Events along a border.

    Attributes
    ----------
    intensity
        A row for each step of the line, as :func:`geo.along` has it.
    k
        The K function by distance along the line.
    expected
        Mean number of events near the line.
    text
        How it was done, and what it does not prove.
    border
        The border that they are along.
    bandwidth_km, within_km, n
        As they were asked for.
    """

    intensity: pd.DataFrame
    k: pd.DataFrame
    expected: float
    text: str
    border: Border
    bandwidth_km: float
    within_km: float
    n: int

    def __repr__(self) -> str:
        top = self.intensity.sort_values("intensity", ascending=False, kind="stable").head(5)
        shown = pd.DataFrame(top.drop(columns="geometry", errors="ignore"))
        return f"{shown.to_string(index=False, float_format='{:.3g}'.format)}\n\n{self.text}"


@checked
def along(
    events: Events,
    bandwidth_km: float = 20,
    *,
    step_km: float = 5,
    within_km: float = NEAR_LINE_KM,
    reach_km: float | None = None,
    n: int = 99,
    seed: int = 1,
    doubt: Doubt = "apart",
    border: Border | None = None,
    trust: Trust = "stated",
    geometry: bool = False,
) -> Along:
    """How thickly events lie along a border, and whether they lie closer together than chance would have it.

    Parameters
    ----------
    events
        As for :func:`geo.loci`.
    bandwidth_km
        Standard deviation of the kernel, in km along the line.
    step_km
        Length of the steps that the intensity is told for; the last one is shorter.
    within_km
        What lies farther from the line than this is left out.
    reach_km
        Farthest distance of the K function, up to half the line; the smaller of 200 and a quarter of the
        line if not given.
    n, seed, doubt
        Draws of places, as for :func:`geo.impute`.
    border
        The Durand Line if not given.
    trust
        As for :func:`geo.impute`.
    geometry
        Whether the intensity has the stretches of the line.

    Returns
    -------
    Along
        Its ``intensity``: ``from_km``, ``to_km`` along the line; ``intensity`` (float64): events by 100 km,
        the mean over the draws; ``low``, ``high``: 2.5 and 97.5 % points of the draws; ``even``: the same
        number of events spread evenly; ``even_low``, ``even_high``: 2.5 and 97.5 % points of as many sets of
        events thrown on the line at random. With `geometry` a GeoDataFrame, EPSG:4326. The mean of the
        intensity over the line is the number of events.

        Its ``k``: ``r_km``; ``k_km`` (float64): Ripley's K on the line, the mean over the draws; ``low``,
        ``high``; ``even``: what it is for events thrown at random, which is ``r_km``; ``even_low``,
        ``even_high``; ``beyond``: part of the draws in which it is above ``even_high``. Missing where fewer
        than 10 events are near the line.

    Raises
    ------
    SchemaError
        If a length or another argument is not as described; and as for :func:`geo.loci`, as is CrsError.

    Notes
    -----
    Distances are km of chainage at the line's full detail, which winds: more than the crow flies. The kernel
    is Epanechnikov's, of half width sqrt(5) times the bandwidth. At the ends of the line each event's kernel
    is divided by the part of it that is on the line (Jones 1993), so that no event is lost over the edge.

    K is the network K function with the correction of Ang, Baddeley and Nair (2012): a pair of events is
    weighted by one over the number of points of the line as far from the first as the second is, two or, near
    an end, one. For events thrown at random its mean is the distance itself. That throws them on any km
    of the line alike; where people, roads and crossings are, is not in it.

    References
    ----------
    Jones M. C. (1993): Simple boundary correction for kernel density estimation. Statistics and Computing 3.
    Ang Q. W., Baddeley A., Nair G. (2012): Geometrically corrected second-order analysis of events on a
    linear network. Scandinavian Journal of Statistics 39.

    Examples
    --------
    >>> import geo
    >>> found = geo.along(geo.read_events(), 30, step_km=50, n=20)
    >>> long = found.intensity["to_km"] - found.intensity["from_km"]
    >>> bool(abs((found.intensity["intensity"] * long).sum() / 100 - found.expected) < 1e-6)
    True
    >>> bool(found.k["k_km"].iloc[-1] > found.k["even_high"].iloc[-1])
    True
    """
    check_draws(n, seed)
    border = border_or_durand(border)
    long = border.length_km
    reach = min(200.0, long / 4) if reach_km is None else reach_km
    _check(doubt, long, bandwidth_km=bandwidth_km, step_km=step_km, within_km=within_km, reach_km=reach)
    points = as_points(events)
    points = points[is_counted(points)]
    found = loci_of(points, points_of(points), trust=trust)
    drawn = _drawn(found, border, within_km, (n, seed, doubt))
    generator = np.random.default_rng([seed, 0, 3])
    even = [generator.random(len(one)) * long for one in drawn]
    edges = np.append(np.arange(max(math.ceil(long / step_km - 1e-9), 1)) * step_km, long)
    intensity = pd.DataFrame({"from_km": edges[:-1], "to_km": edges[1:]})
    scale = np.diff(edges) / 100
    rates = np.array([kernel_shares(one, edges, bandwidth_km) / scale for one in drawn])
    chance = np.array([kernel_shares(one, edges, bandwidth_km) / scale for one in even])
    expected = float(np.mean([len(one) for one in drawn]))
    intensity = intensity.assign(intensity=rates.mean(axis=0), low=_low(rates), high=_high(rates))
    intensity = intensity.assign(even=expected / long * 100, even_low=_low(chance), even_high=_high(chance))
    if geometry:
        shapes = border.sectors(km=step_km).geometry.to_numpy()
        intensity = gpd.GeoDataFrame(intensity, geometry=shapes, crs="EPSG:4326")
    k = _k_table(drawn, even, long, reach)
    unplaced = int(np.count_nonzero(found.number < 0))
    text = _words(expected, within_km, n, k, unplaced)
    return Along(intensity, k, expected, text, border, bandwidth_km, within_km, n)


def kernel_shares(at_km: Floats, edges: Floats, bandwidth_km: float) -> Floats:
    """Number of events in each step of a line, each spread by its kernel over what of it is on the line.

    Parameters
    ----------
    at_km
        Events, in km from the line's start.
    edges
        Ends of the steps in km, the first and last those of the line.
    bandwidth_km
        Standard deviation of the kernel.
    """
    total = np.zeros(len(edges) - 1)
    reach = math.sqrt(5) * bandwidth_km
    for first in range(0, len(at_km), AT_ONCE):
        some = at_km[first : first + AT_ONCE]
        # Only the steps that a kernel reaches are looked at.
        low = np.maximum(np.searchsorted(edges, some - reach, side="right") - 1, 0)
        high = np.minimum(np.searchsorted(edges, some + reach, side="left"), len(edges) - 1)
        step = np.minimum(low[:, None] + np.arange(int(np.max(high - low, initial=0)) + 1), len(edges) - 1)
        reached = _kernel_below((edges[step] - some[:, None]) / reach)
        whole = _kernel_below((edges[-1] - some) / reach) - _kernel_below((edges[0] - some) / reach)
        parts = np.diff(reached, axis=1) / whole[:, None]
        total += np.bincount(step[:, :-1].ravel(), weights=parts.ravel(), minlength=len(edges))[:-1]
    return total


def line_k(at_km: Floats, length_km: float, r_km: Floats) -> Floats:
    """The K function of events on a segment, corrected for its ends.

    Parameters
    ----------
    at_km
        Events, in km from the start; at least two.
    length_km
        Length of the segment.
    r_km
        Distances in km, up to half the length.

    Examples
    --------
    >>> import numpy as np
    >>> line_k(np.array([20.0, 50, 80]), 100, np.array([10.0, 30])).tolist()
    [0.0, 50.0]
    """
    at = np.sort(at_km)
    number = len(at)
    # Up to the nearer end two points of the line are as far; beyond it there is one.
    end = np.minimum(at, length_km - at)

    def within(distance: Floats | float) -> Floats:
        # What rounding makes of a distance that is just r.
        near = distance + 1e-9
        upper = np.searchsorted(at, at + near, side="right")
        lower = np.searchsorted(at, at - near, side="left")
        return np.asarray(upper - lower - 1, dtype=np.float64)

    to_end = within(end)
    pairs = []
    for r in r_km.tolist():
        inside = within(r)
        pairs.append((inside - np.where(r <= end, inside, to_end) / 2).sum())
    return np.asarray(length_km / (number * (number - 1)) * np.array(pairs))


def _kernel_below(at: Floats) -> Floats:
    """Part of Epanechnikov's kernel of half width 1 that lies below."""
    inside = np.clip(at, -1, 1)
    return np.asarray(0.5 + 0.75 * inside - 0.25 * inside**3)


def _check(doubt: Doubt, long: float, **lengths: float) -> None:
    if doubt not in get_args(Doubt):
        raise SchemaError(f"doubt is 'apart' or 'together', not {doubt!r}")
    for name, value in lengths.items():
        if not (isinstance(value, (int, float)) and math.isfinite(value) and value > 0):
            raise SchemaError(f"{name} is km of more than 0, not {value!r}")
    if lengths["reach_km"] > long / 2:
        raise SchemaError(
            f"reach_km is at most half the line, {long / 2:,.0f} km, not {lengths['reach_km']:g}"
        )
    if long / lengths["step_km"] > MOST_STEPS:
        raise SchemaError(f"step_km={lengths['step_km']!r} would give more than {MOST_STEPS:,} steps")


def _drawn(found: Loci, border: Border, within_km: float, how: tuple[int, int, Doubt]) -> list[Floats]:
    """Chainages in km of the events that are near the line, draw by draw."""
    n, seed, doubt = how
    near = np.append(near_line(found.different, border, within_km), False)
    loci = found.take(np.flatnonzero(near[found.number]))
    drawn = []
    for draw in range(1, n + 1):
        lon, lat = draw_points(loci, chances(seed, draw)[0], together=doubt == "together")
        at = border.locate(lon, lat)
        close = at["distance_m"].to_numpy() <= within_km * 1000
        drawn.append(at["line_km"].to_numpy()[close])
    return drawn


def _k_table(drawn: list[Floats], even: list[Floats], long: float, reach: float) -> pd.DataFrame:
    r = np.linspace(reach / DISTANCES, reach, DISTANCES)
    table = pd.DataFrame({"r_km": r})
    names = ("k_km", "low", "high", "even", "even_low", "even_high", "beyond")
    if np.mean([len(one) for one in drawn]) < LEAST_EVENTS or min(map(len, drawn)) < 2:
        return table.assign(**dict.fromkeys(names, np.nan))
    found, chance = (np.array([line_k(one, long, r) for one in sets]) for sets in (drawn, even))
    high = _high(chance)
    values = (
        found.mean(axis=0),
        _low(found),
        _high(found),
        r,
        _low(chance),
        high,
        (found > high).mean(axis=0),
    )
    return table.assign(**dict(zip(names, values, strict=True)))


def _low(draws: Floats) -> Floats:
    return np.asarray(np.quantile(draws, EVEN, axis=0))


def _high(draws: Floats) -> Floats:
    return np.asarray(np.quantile(draws, 1 - EVEN, axis=0))


def _words(expected: float, within_km: float, n: int, k: pd.DataFrame, unplaced: int) -> str:
    told = (
        f"{expected:.1f} events to expect within {within_km:g} km of the line, over {n} draws of their "
        "places. Distances are km along the line at full detail. "
    )
    if unplaced:
        told += f"{unplaced} events have no place that is known and are left out. "
    if k["k_km"].isna().all():
        told += f"No K function: fewer than {LEAST_EVENTS} events. "
    return told + (
        "Each step and distance is looked at by itself: of events thrown at random one in twenty lies "
        "outside even_low and even_high. Events that lie closer together than at random do not prove that "
        "one led to another: people, roads, crossings and reporters lie close together too."
    )
