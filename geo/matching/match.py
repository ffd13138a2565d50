"""Rows of two tables that may tell of the same event: pairs, why, and what a person decides about them.

A pair is a candidate if the two loci can meet (:func:`geo.loci`, so a row known only by province can meet any
point of it), the two dates can meet (each as wide as its ``date_precision``), and the two kinds of event can
be one. Each field then adds or takes weight of evidence in bits: the logarithm, to base 2, of how much
likelier what is seen is if the rows tell of one event than if they do not (I. P. Fellegi and A. B. Sunter, A
theory for record linkage, 1969). Agreement that chance gives easily weighs little: the same village on the
same day is worth 13 bits, the same province in the same month next to none. The sum, with the odds that any
pair is a match before anything is seen, gives the score, 0 to 1.

A row that says it tells of several places ("Durand Line, several sectors") can also hold another as its part.
Then the part's locus lies in the whole's, another name of the place speaks for nothing, and the odds
beforehand are better: a whole has parts. Of the two readings of a pair, one event or whole and part, the
likelier is given.

Weights of place and day follow from the size of the loci and dates; the others are set by hand. What that is
worth is measured in docs/matching.md.
"""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from geo.arguments import checked
from geo.errors import SchemaError
from geo.events.days import SLACK_DAYS, dates_in
from geo.events.given import with_ids
from geo.events.points import points_of
from geo.locus.resolve import loci_of
from geo.locus.shapes import draw
from geo.matching.weights import (
    SAME_NAME,
    Record,
    actor_bits,
    actor_names,
    alike,
    can_be_one,
    can_hold,
    days_apart,
    event_class,
    part_place_bits,
    part_space_bits,
    part_toll_bits,
    place_bits,
    space_bits,
    tells_of_several,
    time_bits,
    toll_bits,
    type_bits,
)
from geo.places.unit_names import country_code, province_code
from geo.sources.given import Events, as_points
from geo.types import GEOD, Floats

__all__ = ["FIELDS", "match"]


Rows = npt.NDArray[np.intp]


FLAT: Final = "+proj=aea +lat_1=28 +lat_2=36 +lat_0=32 +lon_0=68 +datum=WGS84"

SIMPLIFY_M: Final = 200.0
"""Outlines of provinces are eased by this much before distances are taken; it is far below ``slack_km``."""

FIELDS: Final = ("space", "time", "type", "actors", "tolls", "place")

WINDOW_DAYS: Final = SLACK_DAYS | {2: 2 * SLACK_DAYS[2]}
"""Days between which two dates may be one, by ``date_precision``: a week's first day and its last."""

PRIOR_BITS: Final = -9.0
"""Odds that two rows picked blindly within that area and time tell of one event: 1 in 500."""

PART_PRIOR_BITS: Final = -5.0
"""Odds that a row picked so is part of one that says it tells of several places: 1 in 32."""


@checked
def match(
    a: Events,
    b: Events | None = None,
    *,
    min_score: float = 0.5,
    slack_km: float = 3.0,
    slack_days: int = 1,
) -> pd.DataFrame:
    """Pairs of rows that may tell of the same event, the likeliest first.

    One row may be in several pairs: a total for three places matches each of them.

    Parameters
    ----------
    a, b
        Events as for :func:`geo.loci`; ``date_start`` and points are needed, every further column helps.
        Rows without an ``event_id`` are called by their number, ``own:1``, as :func:`geo.read_events` has it.
        Without ``b``, the rows of ``a`` among themselves, but not those that the table itself
        tells apart as parts of one event (``part_of``).
    min_score
        Pairs below are left out; 0 gives every candidate.
    slack_km
        Loci this close can meet: gazetteers differ about where a town is.
    slack_days
        Dates this far apart can meet: nights, time zones, dates of a report.

    Returns
    -------
    DataFrame
        ``id_a``, ``id_b``, ``score`` (float64, 0 to 1: that they belong together), ``relation`` (``same``
        event, ``a holds b`` or ``b holds a``: one row tells of several places, the other of one of them),
        ``bits``; ``bits_prior`` (the odds before anything is seen), ``bits_space``, ``bits_time``,
        ``bits_type``, ``bits_actors``, ``bits_tolls``, ``bits_place`` (evidence for, or if negative against;
        0 where a side does not say); ``distance_km`` (between the points), ``gap_km`` (between the loci, 0 if
        they meet), ``days`` (between the dates, 0 if they meet), ``why`` (each field in words); ``pairs_a``,
        ``pairs_b`` (in how many pairs each row is), ``best_of_both`` (bool: each is the other's likeliest, or
        it is the part's likeliest whole); ``decision`` (empty, for a
        person); and of each side ``date``, ``type``, ``place``, ``deaths``, to look at.

    Raises
    ------
    CrsError
        If a frame has no CRS.
    SchemaError
        If a column is missing, an id is there twice, or an option is out of range.

    Examples
    --------
    >>> import geo, geopandas as gpd, pandas as pd
    >>> def table(event_id, lon, day, place):
    ...     return gpd.GeoDataFrame(
    ...         {"event_id": [event_id], "date_start": pd.to_datetime([day]), "where_precision": ["town"],
    ...          "event_type": ["airstrike"], "place": [place]},
    ...         geometry=gpd.points_from_xy([lon], [31.0]), crs=4326)
    >>> pairs = geo.match(table("own:1", 66.40, "2025-10-15", "Spin Boldak"),
    ...                   table("ucdp:9", 66.41, "2025-10-15", "Spinboldak town"))
    >>> pairs[["id_a", "id_b"]].values.tolist(), bool(pairs["score"].item() > 0.9)
    ([['own:1', 'ucdp:9']], True)
    """
    a = _told_apart(a, "a")
    b = None if b is None else _told_apart(b, "b")
    faults: list[str] = []
    if not 0 <= min_score <= 1:
        faults.append(f"min_score is 0 to 1, not {min_score!r}")
    if not (np.isfinite(slack_km) and slack_km >= 0):
        faults.append(f"slack_km is 0 or more kilometres, not {slack_km!r}")
    if isinstance(slack_days, bool) or not isinstance(slack_days, numbers.Integral) or slack_days < 0:
        faults.append(f"slack_days is 0 or more whole days, not {slack_days!r}")
    if faults:
        raise SchemaError("; ".join(faults))
    one, two = _Side(a), _Side(a if b is None else b)
    i, j = _meet_in_time(one, two, slack_days)
    if b is None:
        new = (i < j) & ~((one.part_of[i] == one.part_of[j]) & (one.part_of[i] != ""))
        i, j = i[new], j[new]
    pairs = zip(i, j, strict=True)
    possible = np.array(
        [can_be_one(one.type[x], one.native[x], two.type[y], two.native[y]) for x, y in pairs], dtype=bool
    )
    i, j = i[possible], j[possible]
    gap = _gaps_km(one, two, i, j, slack_km)
    kept = (gap <= slack_km) | (np.isnan(gap) & _same_place(one, two, i, j))
    i, j, gap = i[kept], j[kept], gap[kept]
    told_a = {x: one.record(x) for x in np.unique(i).tolist()}
    told_b = {y: two.record(y) for y in np.unique(j).tolist()}
    holds_b, held_by_b = _shares_within(one, two, i, j)
    rows = [
        _pair(told_a[x], told_b[y], g, slack_km, within)
        for x, y, g, *within in zip(
            i.tolist(), j.tolist(), gap.tolist(), holds_b.tolist(), held_by_b.tolist(), strict=True
        )
    ]
    table = _as_table(rows)
    table = table[table["score"] >= min_score]
    table = table.sort_values(["score", "bits", "id_a", "id_b"], ascending=[False, False, True, True])
    return _with_ranks(table.reset_index(drop=True))


class _Side:
    """A table's columns as arrays, and its loci."""

    def __init__(self, events: gpd.GeoDataFrame) -> None:
        n = len(events)
        self.ids = events["event_id"].astype("str").to_numpy(dtype=object)
        start, latest = (
            dates_in(events, "date_start", latest=late).to_numpy("datetime64[D]") for late in (False, True)
        )
        end = latest
        if "date_end" in events.columns:
            given = dates_in(events, "date_end", latest=True).to_numpy("datetime64[D]")
            end = np.where(np.isnat(given) | (given < latest), latest, given)
        exact = (
            pd.to_numeric(events["date_precision"]).astype("Int64").fillna(1).clip(1, 4).to_numpy("int64")
            if "date_precision" in events.columns
            else np.ones(n, dtype="int64")
        )
        self.start, self.end = start, end
        wide = np.array([WINDOW_DAYS[int(p)] for p in exact], dtype="int64")
        # A range that is as wide as its precision says it all; a single day of that precision does not.
        spread = np.maximum(wide - np.where(np.isnat(start), 0, (end - start).astype("int64")), 0)
        self.first, self.last = start - spread.astype("timedelta64[D]"), end + spread.astype("timedelta64[D]")
        where = points_of(events)
        self.lon, self.lat = where.lon, where.lat
        self.precision = where.precision
        self.part_of = np.array(_texts(events, "part_of"), dtype=object)
        self.type = _texts(events, "event_type")
        self.native = _texts(events, "native_type")
        self.kind = [event_class(t, v) for t, v in zip(self.type, self.native, strict=True)]
        self.actors = [
            actor_names(one, two)
            for one, two in zip(_texts(events, "actor1"), _texts(events, "actor2"), strict=True)
        ]
        self.place, self.adm2, self.adm1, self.country = (
            _texts(events, column) for column in ("place", "adm2_source", "adm1_source", "country_source")
        )
        self.whole = [
            tells_of_several(place, units)
            for place, units in zip(self.place, _texts(events, "border_units"), strict=True)
        ]
        self.tolls = [_numbers(events, column) for column in ("deaths_low", "deaths_best", "deaths_high")]
        self.shape, self.row_shape = _shapes(
            [None if locus is None else draw(locus) for locus in loci_of(events, where)]
        )
        radius = np.append(np.sqrt(shapely.area(self.shape) / np.pi) / 1000, np.nan)
        self.reach_km = radius[self.row_shape]

    def record(self, row: int) -> Record:
        """One row, as evidence sees it."""
        low, best, high = (float(column[row]) for column in self.tolls)
        return Record(
            self.ids[row],
            self.type[row],
            self.kind[row],
            float(self.lon[row]),
            float(self.lat[row]),
            str(self.precision[row]),
            float(self.reach_km[row]),
            self.start[row],
            self.first[row],
            self.last[row],
            self.actors[row],
            low,
            best,
            high,
            self.place[row],
            self.adm2[row],
            province_code(self.adm1[row]) or "",
            country_code(self.country[row]) or "",
            self.native[row],
            self.whole[row],
        )


def _shapes(series: Sequence[shapely.Geometry | None]) -> tuple[npt.NDArray[np.object_], Rows]:
    """Different loci, flat and eased, and which of them each row has; -1 for none."""
    number: dict[int, int] = {}
    different: list[shapely.Geometry] = []
    rows = []
    for shape in series:
        if shape is None or shape.is_empty:
            rows.append(-1)
            continue
        # Rows that share a locus share the very object; if they did not, this would only be slower.
        if id(shape) not in number:
            number[id(shape)] = len(different)
            different.append(shape)
        rows.append(number[id(shape)])
    there = pyproj.Transformer.from_crs("EPSG:4326", FLAT, always_xy=True)
    flat = shapely.transform(
        np.array(different, dtype=object), lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1]))
    )
    large = shapely.get_num_coordinates(flat) > 300
    flat[large] = shapely.simplify(flat[large], SIMPLIFY_M)
    return flat, np.array(rows, dtype=np.intp)


def _meet_in_time(one: _Side, two: _Side, slack: int) -> tuple[Rows, Rows]:
    """Rows whose dates can meet, in order. Rows without a date meet none."""
    day = np.timedelta64(1, "D")
    length = np.where(np.isnat(two.first), -1, (two.last - two.first) // day).astype("int64")
    rows, columns = [], []
    known = np.flatnonzero(~np.isnat(one.first))
    # Dates of one order of width at a time, so that a single year-wide row does not slow the search for days.
    for low, high in ((0, 2), (2, 16), (16, 128), (128, 10**6)):
        own = np.flatnonzero((length >= low) & (length < high))
        if not len(own):
            continue
        own = own[np.argsort(two.first[own], kind="stable")]
        widest = int(length[own].max())
        begin = np.searchsorted(two.first[own], one.first[known] - (widest + slack) * day, side="left")
        stop = np.searchsorted(two.first[own], one.last[known] + slack * day, side="right")
        count = stop - begin
        row = np.repeat(known, count)
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        column = own[np.repeat(begin, count) + offset]
        meets = two.last[column] + slack * day >= one.first[row]
        rows.append(row[meets])
        columns.append(column[meets])
    if not rows:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    row, column = np.concatenate(rows), np.concatenate(columns)
    order = np.lexsort((column, row))
    return row[order].astype(np.intp), column[order].astype(np.intp)


def _gaps_km(one: _Side, two: _Side, i: Rows, j: Rows, slack_km: float) -> Floats:
    """Distance between the loci of each pair; infinite beyond reach, NaN where one has none."""
    gap = np.full(len(i), np.nan)
    shape_i, shape_j = one.row_shape[i], two.row_shape[j]
    placed = (shape_i >= 0) & (shape_j >= 0)
    if not placed.any():
        return gap
    width = len(two.shape)
    code, back = np.unique(shape_i[placed] * width + shape_j[placed], return_inverse=True)
    p, q = code // width, code % width
    box_p, box_q = shapely.bounds(one.shape)[p], shapely.bounds(two.shape)[q]
    reach = slack_km * 1000
    near = np.all(box_p[:, :2] <= box_q[:, 2:] + reach, axis=1) & np.all(
        box_q[:, :2] <= box_p[:, 2:] + reach, axis=1
    )
    away = np.full(len(code), np.inf)
    away[near] = shapely.distance(one.shape[p[near]], two.shape[q[near]]) / 1000
    gap[placed] = away[back.ravel()]
    return gap


def _shares_within(one: _Side, two: _Side, i: Rows, j: Rows) -> tuple[Floats, Floats]:
    """Share of the locus of the second row in that of the first, and the reverse; only asked of wholes."""
    shares = []
    for whole, part, x, y in ((one, two, i, j), (two, one, j, i)):
        share = np.full(len(x), np.nan)
        shape_x, shape_y = whole.row_shape[x], part.row_shape[y]
        asked = np.array(whole.whole, dtype=bool)[x] & (shape_x >= 0) & (shape_y >= 0)
        if asked.any():
            code, back = np.unique(shape_x[asked] * len(part.shape) + shape_y[asked], return_inverse=True)
            outer, inner = whole.shape[code // len(part.shape)], part.shape[code % len(part.shape)]
            area = np.maximum(shapely.area(inner), 1.0)
            share[asked] = (shapely.area(shapely.intersection(outer, inner)) / area)[back.ravel()]
        shares.append(share)
    return shares[0], shares[1]


def _same_place(one: _Side, two: _Side, i: Rows, j: Rows) -> npt.NDArray[np.bool_]:
    """Whether the names of the places agree; asked where there is no locus to go by."""
    return np.array(
        [alike(one.place[x], two.place[y]) >= SAME_NAME for x, y in zip(i, j, strict=True)], dtype=bool
    )


def _pair(one: Record, two: Record, gap_km: float, slack_km: float, within: list[float]) -> dict[str, Any]:
    """A candidate as what it likelier is, one event or whole and part, with the evidence in words."""
    apart_km = _apart_km(one, two)
    shared = {
        "time": time_bits(one, two),
        "type": type_bits(one, two),
        "actors": actor_bits(one, two),
        "tolls": toll_bits(one, two),
    }
    answers = [
        (
            "same",
            PRIOR_BITS,
            {"space": space_bits(one, two, apart_km, gap_km, slack_km), "place": place_bits(one, two)},
        )
    ]
    for relation, whole, part, share in (
        ("a holds b", one, two, within[0]),
        ("b holds a", two, one, within[1]),
    ):
        if can_hold(whole, part):
            own = {"space": part_space_bits(whole, part, share), "place": part_place_bits(whole, part)}
            # A part has a toll of its own, smaller than the whole's: only a larger one speaks against it.
            own["tolls"] = part_toll_bits(whole, part)
            answers.append((relation, PART_PRIOR_BITS, own))
    relation, prior, own = max(
        answers, key=lambda answer: answer[1] + sum(bits for bits, _ in ({**shared, **answer[2]}).values())
    )
    evidence = {field: ({**shared, **own})[field] for field in FIELDS}
    bits = sum(weight for weight, _ in evidence.values()) + prior
    said = [
        f"{field}: {reason} ({round(weight, 1) + 0.0:+.1f})"
        for field, (weight, reason) in evidence.items()
        if reason
    ]
    if relation != "same":
        name = one.event_id if relation == "a holds b" else two.event_id
        said.insert(0, f"{name} tells of several places, the other of one of them")
    return {
        "id_a": one.event_id,
        "id_b": two.event_id,
        "score": 1 / (1 + 2.0 ** -float(np.clip(bits, -60, 60))),
        "relation": relation,
        "bits": bits,
        "bits_prior": prior,
        **{f"bits_{field}": weight for field, (weight, _) in evidence.items()},
        "distance_km": apart_km,
        "gap_km": gap_km,
        "days": days_apart(one, two),
        "why": "; ".join(said),
        "date_a": str(one.start),
        "date_b": str(two.start),
        "type_a": one.event_type,
        "type_b": two.event_type,
        "place_a": one.place,
        "place_b": two.place,
        "deaths_a": one.best,
        "deaths_b": two.best,
    }


def _apart_km(one: Record, two: Record) -> float:
    if not np.isfinite([one.lon, two.lon]).all():
        return float("nan")
    _, _, away = GEOD.inv(one.lon, one.lat, two.lon, two.lat)
    return float(away) / 1000


_COLUMNS: Final = {
    "id_a": "str", "id_b": "str", "score": "float64", "relation": "str", "bits": "float64",
    "bits_prior": "float64", **{f"bits_{field}": "float64" for field in FIELDS},
    "distance_km": "float64", "gap_km": "float64", "days": "int64", "why": "str",
    "date_a": "str", "date_b": "str", "type_a": "str", "type_b": "str", "place_a": "str", "place_b": "str",
    "deaths_a": "float64", "deaths_b": "float64",
}  # fmt: skip


def _as_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame({column: [row[column] for row in rows] for column in _COLUMNS}).astype(_COLUMNS)
    for column in ("deaths_a", "deaths_b"):
        table[column] = table[column].astype("Int64")
    return table.round(
        {"score": 4, "bits": 2, "distance_km": 2, "gap_km": 2, **{f"bits_{f}": 2 for f in FIELDS}}
    )


def _with_ranks(table: pd.DataFrame) -> pd.DataFrame:
    best_a = table["bits"].eq(table.groupby("id_a")["bits"].transform("max"))
    best_b = table["bits"].eq(table.groupby("id_b")["bits"].transform("max"))
    # A whole has several parts: of such a pair the part's likeliest whole counts, not the whole's one part.
    best_a |= table["relation"].eq("a holds b")
    best_b |= table["relation"].eq("b holds a")
    at = list(table.columns).index("why") + 1
    table.insert(at, "pairs_a", table.groupby("id_a")["id_b"].transform("size").astype("int64"))
    table.insert(at + 1, "pairs_b", table.groupby("id_b")["id_a"].transform("size").astype("int64"))
    table.insert(at + 2, "best_of_both", best_a & best_b)
    table["decision"] = pd.Series("", index=table.index, dtype="str")
    return table


def _told_apart(events: Events, name: str) -> gpd.GeoDataFrame:
    """A table's points, with an id for each row and a column of days."""
    points = as_points(events)
    if "date_start" not in points.columns:
        raise SchemaError(
            f"table {name} has no column date_start; it has {', '.join(map(str, points.columns))}. "
            "geo.read_events(frame) recognises other names"
        )
    return with_ids(points, f"table {name}")


def _texts(events: gpd.GeoDataFrame, column: str) -> list[str]:
    if column not in events.columns:
        return [""] * len(events)
    return [value if isinstance(value, str) else "" for value in events[column].astype("object")]


def _numbers(events: gpd.GeoDataFrame, column: str) -> Floats:
    if column not in events.columns:
        return np.full(len(events), np.nan)
    numbers: Floats = pd.to_numeric(events[column]).astype("Float64").to_numpy("float64", na_value=np.nan)
    return numbers
