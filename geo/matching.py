"""Rows of two tables that may tell of the same event: pairs, why, and what a person decides about them.

A pair is a candidate if the two loci can meet (:func:`geo.loci`, so a row known only by province can meet any
point of it), the two dates can meet (each as wide as its ``date_precision``), and the two kinds of event can
be one. Each field then adds or takes weight of evidence in bits: the logarithm, to base 2, of how much likelier what is
seen is if the rows tell of one event than if they do not (I. P. Fellegi and A. B. Sunter, A theory for record
linkage, 1969). Agreement that chance gives easily weighs little: the same village on the same day is worth
13 bits, the same province in the same month next to none. The sum, with the odds that any pair is a match
before anything is seen, gives the score, 0 to 1.

Weights of place and day follow from the size of the loci and dates; the others are set by hand. What that is
worth is measured in docs/matching.md.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from geo.errors import DataNotFoundError, SchemaError
from geo.locus import loci, points_of
from geo.spelling import folds, skeleton

__all__ = [
    "DECISIONS",
    "FIELDS",
    "Merged",
    "actor_names",
    "apply_decisions",
    "event_class",
    "match",
    "merge_events",
    "unmerge_events",
]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

GEOD: Final = pyproj.Geod(ellps="WGS84")
FLAT: Final = "+proj=aea +lat_1=28 +lat_2=36 +lat_0=32 +lon_0=68 +datum=WGS84"
SIMPLIFY_M: Final = 200.0
"""Outlines of provinces are eased by this much before distances are taken; it is far below ``slack_km``."""

FIELDS: Final = ("space", "time", "type", "actors", "tolls", "place")
DECISIONS: Final = ("accept", "reject")

WINDOW_DAYS: Final = {1: 0, 2: 6, 3: 30, 4: 365}
"""Days that a date of each ``date_precision`` can be off either way."""

ACTIVE_KM2: Final = 125_000.0
"""Area over which events of a source are spread, roughly: the provinces along the line."""
ACTIVE_DAYS: Final = 60.0
PRIOR_BITS: Final = -9.0
"""Odds that two rows picked blindly within that area and time tell of one event: 1 in 500."""

ARMED: Final = frozenset(("armed clash", "airstrike", "drone strike", "shelling", "bombing", "attack"))
UNARMED: Final = frozenset(("crossing closed", "crossing reopened", "talks"))
_DEMONSTRATION: Final = re.compile(r"protest|riot|demonstrat|mob violence|sit-in|rally|strike action", re.I)
_TYPE_BITS: Final = {
    frozenset(("airstrike", "drone strike")): 1.0,
    frozenset(("airstrike", "shelling")): 0.0,
    frozenset(("armed clash", "shelling")): 0.5,
    frozenset(("armed clash", "attack")): 0.5,
    frozenset(("attack", "bombing")): 0.5,
    frozenset(("attack", "shelling")): 0.0,
    frozenset(("drone strike", "shelling")): -0.5,
    frozenset(("armed clash", "bombing")): -1.0,
}
"""Types that reporters take for one another; any other two armed types take 2 bits away."""

_ACTORS: Final = (
    ("ttp", r"\bttp\b|tehr?[ei]+k-?e?-? ?taliban|pakistani? taliban|jama'?at[- ]?ul[- ]?ahrar|gul bahadur|khawarij"),
    ("is-k", r"\bis\b|\bisis\b|\biskp?\b|islamic state|daesh"),
    ("baloch groups", r"\bbras\b|\bbl[af]\b|baloch (liberation|republican)|baloch raji|\bbrg\b|baluch"),
    ("lashkar-e-taiba", r"lashkar-e-t"),
    ("nrf", r"\bnrf\b|national resistance"),
    ("aff", r"\baff\b|freedom front"),
    ("civilians", r"civilian|villager|residents"),
    ("pakistan", r"government of pakistan|pakistan(i)? (armed|forces|army|military|authorit|air force|securit|alleged|\()|"
                 r"\bpakistan$|ispr|frontier corps|police forces of pakistan|military forces of pakistan"),
    ("afghan authorities", r"government of afghanistan|afghan taliban|afghan (authorit|forces|border|government)|"
                           r"islamic emirate|^taliban|\btaliban (unit|member|force|government)|forces of afghanistan"),
)  # fmt: skip
"""Names by which sources call one actor, in the order they are tried; what none fits stands for itself."""

_PLACE_WORDS: Final = frozenset(
    "district province town city village villages area areas post posts sector border crossing region near the of "
    "and several sites locality town tehsil sub agency camp gate".split()
)


@dataclass(frozen=True)
class Merged:
    """Two tables as one, with what links their rows and what is needed to take them apart again.

    Attributes
    ----------
    events
        Every row of both, with ``merge_origin`` (``a`` or ``b``), ``cluster_id`` (str, missing where a row is
        linked to none) and ``counted`` (bool: False for a row whose event other rows of its cluster tell).
    links
        ``id_a``, ``id_b``, ``relation`` (``same``, ``a holds b``, ``b holds a``, ``tangled``), ``score``,
        ``cluster_id``.
    columns
        ``origin``, ``column``, ``dtype``: the form of each table before.
    """

    events: gpd.GeoDataFrame
    links: pd.DataFrame
    columns: pd.DataFrame


def match(
    a: gpd.GeoDataFrame,
    b: gpd.GeoDataFrame | None = None,
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
        Event tables (DESIGN 4); ``event_id``, ``date_start`` and points are needed, every further column helps.
        Without ``b``, the rows of ``a`` among themselves.
    min_score
        Pairs below are left out; 0 gives every candidate.
    slack_km
        Loci this close can meet: gazetteers differ about where a town is.
    slack_days
        Dates this far apart can meet: nights, time zones, dates of a report.

    Returns
    -------
    DataFrame
        ``id_a``, ``id_b``, ``score`` (float64, 0 to 1), ``bits``; ``bits_space``, ``bits_time``, ``bits_type``,
        ``bits_actors``, ``bits_tolls``, ``bits_place`` (evidence for, or if negative against; 0 where a side
        does not say); ``distance_km`` (between the points), ``gap_km`` (between the loci, 0 if they meet),
        ``days`` (between the dates, 0 if they meet), ``why`` (each field in words); ``pairs_a``, ``pairs_b``
        (in how many pairs each row is), ``best_of_both`` (bool); ``decision`` (empty, for a person); and of each
        side ``date``, ``type``, ``place``, ``deaths``, to look at.

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
    faults = [
        *_faults(a, "a"),
        *([] if b is None else _faults(b, "b")),
    ]
    if not 0 <= min_score <= 1:
        faults.append(f"min_score is 0 to 1, not {min_score!r}")
    if not (np.isfinite(slack_km) and slack_km >= 0):
        faults.append(f"slack_km is 0 or more kilometres, not {slack_km!r}")
    if slack_days < 0:
        faults.append(f"slack_days is 0 or more days, not {slack_days!r}")
    if faults:
        raise SchemaError("; ".join(faults))
    one, two = _Side(a), _Side(a if b is None else b)
    i, j = _meet_in_time(one, two, slack_days)
    if b is None:
        i, j = i[i < j], j[i < j]
    possible = np.array(
        [_can_be_one(one.kind[x], two.kind[y]) for x, y in zip(i, j, strict=True)], dtype=bool
    )
    i, j = i[possible], j[possible]
    gap = _gaps_km(one, two, i, j, slack_km)
    kept = (gap <= slack_km) | (np.isnan(gap) & _same_place(one, two, i, j))
    i, j, gap = i[kept], j[kept], gap[kept]
    rows = [_pair(one, two, int(x), int(y), float(g), slack_km) for x, y, g in zip(i, j, gap, strict=True)]
    table = _as_table(rows)
    table = table[table["score"] >= min_score]
    table = table.sort_values(["score", "bits", "id_a", "id_b"], ascending=[False, False, True, True])
    return _with_ranks(table.reset_index(drop=True))


def apply_decisions(matches: pd.DataFrame, decisions: pd.DataFrame | str | Path) -> pd.DataFrame:
    """Matches with what a person decided about them.

    Parameters
    ----------
    matches
        As :func:`geo.match` gives them.
    decisions
        ``id_a``, ``id_b``, ``decision`` (accept, reject or empty) and, if wanted, ``decided_by``, ``decided_on``,
        ``note``; or the name of a CSV file with them, such as the table of matches filled in. Only rows with a
        decision count. A pair that was accepted and is not among the matches is added, without a score.

    Returns
    -------
    DataFrame
        The matches with ``decision``, ``decided_by``, ``decided_on``, ``note``; no row is dropped.

    Raises
    ------
    DataNotFoundError
        If the file is not there.
    SchemaError
        If a column is missing, a decision is another word, or a pair is decided both ways.

    Examples
    --------
    >>> import geo, pandas as pd
    >>> matches = pd.DataFrame({"id_a": ["own:1"], "id_b": ["ucdp:9"], "score": [0.8]})
    >>> judged = pd.DataFrame({"id_a": ["own:1"], "id_b": ["ucdp:9"], "decision": ["reject"]})
    >>> geo.apply_decisions(matches, judged)["decision"].tolist()
    ['reject']
    """
    if isinstance(decisions, (str, Path)):
        try:
            decisions = pd.read_csv(decisions, dtype="str", keep_default_na=False)
        except FileNotFoundError as err:
            raise DataNotFoundError(f"no file of decisions at {str(decisions)!r}") from err
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as err:
            raise SchemaError(f"{str(decisions)!r} is no CSV file in UTF-8: {err}") from err
    for name, frame, needed in (
        ("matches", matches, ("id_a", "id_b")),
        ("decisions", decisions, ("id_a", "id_b", "decision")),
    ):
        missing = [column for column in needed if column not in frame.columns]
        if missing:
            raise SchemaError(f"{name} has no column {', '.join(missing)}; it has {', '.join(frame.columns)}")
    noted = ("decision", "decided_by", "decided_on", "note")
    judged = pd.DataFrame(
        {
            column: (decisions[column].astype("object") if column in decisions.columns else None)
            for column in ("id_a", "id_b", *noted)
        },
        index=decisions.index,
    )
    judged = judged.astype("object").where(judged.notna(), "").astype("str")
    judged["decision"] = judged["decision"].str.strip().str.casefold()
    unheard = sorted(set(judged["decision"]) - {*DECISIONS, ""})
    if unheard:
        raise SchemaError(f"decision has {', '.join(map(repr, unheard))}; allowed: accept, reject, or empty")
    judged = judged[judged["decision"] != ""].drop_duplicates()
    both = judged.groupby(["id_a", "id_b"])["decision"].nunique()
    if (both > 1).any():
        pairs = ", ".join(f"{one} and {two}" for one, two in both.index[both > 1])
        raise SchemaError(f"accepted and rejected at once: {pairs}; leave one decision for each pair")
    judged = judged.drop_duplicates(["id_a", "id_b"], keep="last").set_index(["id_a", "id_b"])
    result = matches.copy()
    keys = pd.MultiIndex.from_frame(result[["id_a", "id_b"]].astype("str"))
    at = judged.index.get_indexer(keys)
    for column in noted:
        before = (
            result[column].astype("object").where(result[column].notna(), "").to_numpy()
            if column in result.columns
            else np.full(len(result), "", dtype=object)
        )
        values = judged[column].to_numpy(dtype=object)
        filled = [values[k] if k >= 0 else old for k, old in zip(at, before, strict=True)]
        result[column] = pd.Series(filled, index=result.index, dtype="str")
    extra = judged[(judged["decision"] == "accept") & ~judged.index.isin(keys)].reset_index()
    if len(extra):
        extra["why"] = "added by hand"
        start = 0 if result.empty else len(result)
        extra.index = pd.RangeIndex(start, start + len(extra))
        shared = [column for column in extra.columns if column in result.columns or column in noted]
        result = (
            pd.concat([result, extra[shared]])
            if len(result)
            else extra[shared].reindex(columns=result.columns)
        )
    return result


def merge_events(
    a: gpd.GeoDataFrame,
    b: gpd.GeoDataFrame,
    matches: pd.DataFrame,
    *,
    min_score: float | None = None,
) -> Merged:
    """Two tables as one, linked by the accepted matches; every row of both is kept as it is.

    Only pairs with the decision ``accept`` are linked, and, if ``min_score`` is given, those without a decision
    that reach it. Linked rows form a cluster. For counts, ``counted`` is False where another row tells the
    event: of two rows the less exact one; of one row linked to several, the one, since the several are its parts.

    Parameters
    ----------
    a, b
        Event tables with ``event_id``, no id in both.
    matches
        As :func:`geo.apply_decisions` gives them.
    min_score
        From which score an undecided pair is linked too.

    Returns
    -------
    Merged
        :func:`geo.unmerge_events` takes it apart again.

    Raises
    ------
    SchemaError
        If an id is in both tables, a link names an id that is in neither, or a column of ours is there already.

    Examples
    --------
    >>> import geo, geopandas as gpd, pandas as pd
    >>> a = gpd.GeoDataFrame({"event_id": ["own:1"]}, geometry=gpd.points_from_xy([70], [33]), crs=4326)
    >>> b = gpd.GeoDataFrame({"event_id": ["ucdp:9"]}, geometry=gpd.points_from_xy([70], [33]), crs=4326)
    >>> link = pd.DataFrame({"id_a": ["own:1"], "id_b": ["ucdp:9"], "decision": ["accept"]})
    >>> merged = geo.merge_events(a, b, link)
    >>> len(merged.events), int(merged.events["counted"].sum())
    (2, 1)
    """
    ids = [*a["event_id"], *b["event_id"]]
    own = ("merge_origin", "cluster_id", "counted")
    faults = [
        f"table {name} has a column {column!r} already"
        for name, t in (("a", a), ("b", b))
        for column in own
        if column in t
    ]
    again = sorted(set(a["event_id"]) & set(b["event_id"]))
    if again:
        faults.append(
            f"{len(again)} ids are in both tables, such as {again[0]!r}; give each table ids of its own"
        )
    decided = matches["decision"] if "decision" in matches.columns else pd.Series("", index=matches.index)
    linked = (decided == "accept").to_numpy(bool)
    score = matches["score"] if "score" in matches.columns else pd.Series(np.nan, index=matches.index)
    if min_score is not None:
        linked |= ((decided != "reject") & (score >= min_score)).to_numpy(bool)
    links = pd.DataFrame(
        {"id_a": matches["id_a"][linked].astype("str"), "id_b": matches["id_b"][linked].astype("str"),
         "score": score[linked].astype("float64")}
    ).drop_duplicates(["id_a", "id_b"]).reset_index(drop=True)  # fmt: skip
    strange = sorted((set(links["id_a"]) - set(a["event_id"])) | (set(links["id_b"]) - set(b["event_id"])))
    if strange:
        faults.append(f"matches name ids that are not in their table: {', '.join(strange[:5])}")
    if faults:
        raise SchemaError("; ".join(faults))
    cluster = _clusters(ids, links)
    links["relation"] = _relations(links)
    links["cluster_id"] = pd.Series([cluster[one] for one in links["id_a"]], dtype="str")
    columns = pd.concat(
        [
            pd.DataFrame(
                {"origin": name, "column": [str(c) for c in t.columns], "dtype": [str(d) for d in t.dtypes]}
            )
            for name, t in (("a", a), ("b", b))
        ],
        ignore_index=True,
    )
    parts = []
    uncounted = _uncounted(a, b, links)
    for name, t in (("a", a), ("b", b.to_crs(a.crs) if b.crs != a.crs else b)):
        part = t.copy()
        part["merge_origin"] = name
        part["cluster_id"] = pd.Series(
            [cluster.get(one) for one in t["event_id"]], index=t.index, dtype="str"
        )
        part["counted"] = ~t["event_id"].isin(uncounted).to_numpy()
        parts.append(part)
    both = pd.concat([_loose(part) for part in parts], ignore_index=True)
    events = gpd.GeoDataFrame(both, geometry=a.geometry.name, crs=a.crs)
    return Merged(events, links[["id_a", "id_b", "relation", "score", "cluster_id"]], columns)


def unmerge_events(merged: Merged) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The two tables that were merged, with their own columns and dtypes.

    Returns
    -------
    tuple of GeoDataFrame
        ``a`` and ``b``; rows in their order, numbered from 0.

    Examples
    --------
    >>> import geo, geopandas as gpd, pandas as pd
    >>> a = gpd.GeoDataFrame({"event_id": ["own:1"]}, geometry=gpd.points_from_xy([70], [33]), crs=4326)
    >>> b = gpd.GeoDataFrame({"event_id": ["ucdp:9"]}, geometry=gpd.points_from_xy([70], [33]), crs=4326)
    >>> merged = geo.merge_events(a, b, pd.DataFrame({"id_a": [], "id_b": [], "decision": []}))
    >>> geo.unmerge_events(merged)[1]["event_id"].tolist()
    ['ucdp:9']
    """
    tables = []
    for origin in ("a", "b"):
        form = merged.columns[merged.columns["origin"] == origin]
        part = merged.events.loc[merged.events["merge_origin"] == origin, list(form["column"])]
        part = part.reset_index(drop=True)
        kinds = {
            column: kind
            for column, kind in zip(form["column"], form["dtype"], strict=True)
            if kind != "geometry" and str(part[column].dtype) != kind
        }
        tables.append(part.astype(kinds))
    return tables[0], tables[1]


def event_class(event_type: object, native_type: object = None) -> str:
    """What a row is about, as far as matching goes: ``armed``, ``demonstration``, ``unarmed`` or ``other``.

    Examples
    --------
    >>> from geo.matching import event_class
    >>> event_class("airstrike"), event_class("other", "Protests: Peaceful protest"), event_class("talks")
    ('armed', 'demonstration', 'unarmed')
    """
    # What the source itself calls a protest is one, whatever type it was given here.
    if isinstance(native_type, str) and _DEMONSTRATION.search(native_type):
        return "demonstration"
    if event_type in ARMED:
        return "armed"
    return "unarmed" if event_type in UNARMED else "other"


def actor_names(*names: object) -> frozenset[str]:
    """Actors under one name each; sources call one actor by many.

    Examples
    --------
    >>> from geo.matching import actor_names
    >>> sorted(actor_names("Government of Pakistan", "TTP (per Pakistani officials)"))
    ['pakistan', 'ttp']
    """
    found = set()
    for name in names:
        if (
            not isinstance(name, str)
            or not name.strip()
            or re.fullmatch(r"xxx\d+|unknown.*", name.strip(), re.I)
        ):
            continue
        # "TTP (per Pakistani officials)": who says so is no party.
        plain = re.sub(r"\(per [^)]*\)", "", name).strip()
        found.add(_actor(plain))
    return frozenset(found)


@functools.lru_cache(maxsize=4096)
def _actor(name: str) -> str:
    for actor, pattern in _ACTORS:
        if re.search(pattern, name, re.I):
            return actor
    return " ".join(folds(name))


class _Side:
    """A table's columns as arrays, and its loci."""

    def __init__(self, events: gpd.GeoDataFrame) -> None:
        n = len(events)
        self.ids = events["event_id"].astype("str").to_numpy(dtype=object)
        start = pd.to_datetime(events["date_start"]).to_numpy("datetime64[D]")
        end = (
            pd.to_datetime(events["date_end"]).to_numpy("datetime64[D]")
            if "date_end" in events.columns
            else np.full(n, "NaT", dtype="datetime64[D]")
        )
        end = np.where(np.isnat(end) | (end < start), start, end)
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
        self.type = _texts(events, "event_type")
        self.native = _texts(events, "native_type")
        self.kind = [event_class(t, v) for t, v in zip(self.type, self.native, strict=True)]
        self.actors = [
            actor_names(one, two)
            for one, two in zip(_texts(events, "actor1"), _texts(events, "actor2"), strict=True)
        ]
        self.place, self.adm2, self.adm1 = (
            _texts(events, c) for c in ("place", "adm2_source", "adm1_source")
        )
        self.tolls = [_numbers(events, column) for column in ("deaths_low", "deaths_best", "deaths_high")]
        self.shape, self.row_shape = _shapes(loci(events))
        self.reach_km = np.sqrt(shapely.area(self.shape) / np.pi) / 1000 if len(self.shape) else np.zeros(0)


def _shapes(series: gpd.GeoSeries) -> tuple[npt.NDArray[np.object_], Rows]:
    """Different loci, flat and eased, and which of them each row has; -1 for none."""
    number: dict[int, int] = {}
    different, rows = [], []
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


def _can_be_one(kind: str, other: str) -> bool:
    """Whether rows of two classes can tell of one event. A protest is never an armed event, nor are talks."""
    if "other" in (kind, other):
        # A row without a type can be armed; but not while the other says that it was a protest.
        return "demonstration" not in (kind, other)
    return kind == other


def _same_place(one: _Side, two: _Side, i: Rows, j: Rows) -> npt.NDArray[np.bool_]:
    """Whether the names of the places agree; asked where there is no locus to go by."""
    return np.array([_alike(one.place[x], two.place[y]) >= 85 for x, y in zip(i, j, strict=True)], dtype=bool)


def _pair(one: _Side, two: _Side, x: int, y: int, gap: float, slack_km: float) -> dict[str, Any]:
    """A candidate with the evidence of each field and its reason in words."""
    evidence = {
        "space": _space(one, two, x, y, gap, slack_km),
        "time": _time(one, two, x, y),
        "type": _type(one, two, x, y),
        "actors": _actors(one.actors[x], two.actors[y]),
        "tolls": _tolls(one, two, x, y),
        "place": _places(one, two, x, y),
    }
    bits = sum(weight for weight, _ in evidence.values()) + PRIOR_BITS
    row: dict[str, Any] = {
        "id_a": one.ids[x],
        "id_b": two.ids[y],
        "score": 1 / (1 + 2.0 ** -float(np.clip(bits, -60, 60))),
        "bits": bits,
    }
    row |= {f"bits_{field}": weight for field, (weight, _) in evidence.items()}
    row |= {
        "distance_km": _apart_km(one, two, x, y),
        "gap_km": max(gap, 0.0),
        "days": _days(one, two, x, y),
        "why": "; ".join(
            f"{field}: {reason} ({weight:+.1f})" for field, (weight, reason) in evidence.items() if reason
        ),
    }
    for name, side, at in (("a", one, x), ("b", two, y)):
        best = side.tolls[1][at]
        row[f"date_{name}"] = str(side.start[at])
        row[f"type_{name}"] = side.type[at]
        row[f"place_{name}"] = side.place[at]
        row[f"deaths_{name}"] = best
    return row


def _space(one: _Side, two: _Side, x: int, y: int, gap: float, slack_km: float) -> tuple[float, str]:
    if np.isnan(gap):
        return 0.0, "no position on one side"
    reach = [float(side.reach_km[side.row_shape[at]]) for side, at in ((one, x), (two, y))]
    # The chance that two loci thrown at random over the active area come this close.
    chance = min(1.0, np.pi * (sum(reach) + slack_km) ** 2 / ACTIVE_KM2)
    weight = -float(np.log2(chance))
    apart = _apart_km(one, two, x, y)
    discs = all(
        side.precision[at] in ("site", "town", "near", "district") for side, at in ((one, x), (two, y))
    )
    if discs and np.isfinite(apart):
        # If they tell of one event, points at the far end of what their precision allows are the exception.
        weight -= 2.0 * min(1.0, apart / (sum(reach) + slack_km)) ** 2
    words = " and ".join(f"{side.precision[at]}" for side, at in ((one, x), (two, y)))
    near = "loci meet" if gap <= 0 else f"loci {gap:.1f} km apart"
    return weight, f"{apart:.1f} km, {words}, {near}"


def _time(one: _Side, two: _Side, x: int, y: int) -> tuple[float, str]:
    day = np.timedelta64(1, "D")
    width = sum(float((side.last[at] - side.first[at]) / day) + 1 for side, at in ((one, x), (two, y)))
    weight = max(0.0, float(np.log2(ACTIVE_DAYS / width)))
    days = _days(one, two, x, y)
    if days:
        # One day off is common where reports come in overnight; more is not.
        weight -= 1.5 * days
    same = "dates meet" if not days else f"{days} day{'s' if days > 1 else ''} apart"
    return weight, f"{one.start[x]} and {two.start[y]}, {same}"


def _type(one: _Side, two: _Side, x: int, y: int) -> tuple[float, str]:
    first, second = one.type[x], two.type[y]
    if not first or not second or "other" in (first, second):
        return 0.0, ""
    if first == second:
        return (1.0 if first in ("attack", "armed clash") else 2.0), f"both {first}"
    return _TYPE_BITS.get(frozenset((first, second)), -2.0), f"{first} and {second}"


def _actors(first: frozenset[str], second: frozenset[str]) -> tuple[float, str]:
    if not first or not second:
        return 0.0, ""
    common = first & second
    said = f"{', '.join(sorted(first))} and {', '.join(sorted(second))}"
    if common - {"civilians"} and (first <= second or second <= first):
        return (2.5 if len(common) > 1 else 1.5), said
    if common - {"civilians"}:
        return 0.0, said
    return (-1.0 if common else -2.5), said


def _tolls(one: _Side, two: _Side, x: int, y: int) -> tuple[float, str]:
    spans = []
    for side, at in ((one, x), (two, y)):
        low, best, high = (float(column[at]) for column in side.tolls)
        known = [value for value in (low, best, high) if np.isfinite(value)]
        if not known:
            return 0.0, ""
        spans.append((min(known), best if np.isfinite(best) else (min(known) + max(known)) / 2, max(known)))
    (low, best, high), (other_low, other_best, other_high) = spans
    said = f"{_span(low, high)} and {_span(other_low, other_high)} killed"
    off = abs(float(np.log((best + 1) / (other_best + 1))))
    meet = low <= other_high and other_low <= high
    # Small tolls agree by chance; and parties to a fight state tolls that differ 20-fold, which rules out nothing.
    if off < 0.1:
        return (0.5 if best < 3 else 2.5 if best >= 10 else 1.5), said
    if off < 0.5 or meet:
        return 0.5, said
    return (-0.5 if off < 1.2 else -1.5), said


def _places(one: _Side, two: _Side, x: int, y: int) -> tuple[float, str]:
    first, second = one.place[x], two.place[y]
    if first and second:
        alike = _alike(first, second)
        if alike >= 85:
            return 3.0, f"{first!r} and {second!r}"
        for name, other in ((first, two.adm2[y]), (second, one.adm2[x])):
            if other and _alike(name, other) >= 85:
                return 1.5, f"{name!r} in {other!r}"
    if one.adm2[x] and two.adm2[y]:
        if _alike(one.adm2[x], two.adm2[y]) >= 85:
            return 1.0, f"both in {one.adm2[x]!r}"
        # Rows as exact as a town that name two districts and two places are about two places.
        return (-1.5 if first and second else -0.5), f"{one.adm2[x]!r} and {two.adm2[y]!r}"
    return (-1.0 if first and second else 0.0), (f"{first!r} and {second!r}" if first and second else "")


@functools.lru_cache(maxsize=262_144)
def _alike(first: str, second: str) -> float:
    """Likeness of two place names, 0 to 100: words in any order, one name inside a longer one counts as alike."""
    from rapidfuzz import fuzz

    one, two = _tokens(first), _tokens(second)
    if not one or not two:
        return 0.0
    if "".join(one) == "".join(two):
        return 100.0
    return float(fuzz.token_set_ratio(" ".join(one), " ".join(two)))


@functools.lru_cache(maxsize=65_536)
def _tokens(name: str) -> tuple[str, ...]:
    words = (fold for word in re.split(r"[\W_]+", name.casefold()) for fold in folds(word)[:1])
    return tuple(skeleton(word) for word in words if word not in _PLACE_WORDS)


def _apart_km(one: _Side, two: _Side, x: int, y: int) -> float:
    if not np.isfinite([one.lon[x], two.lon[y]]).all():
        return float("nan")
    _, _, away = GEOD.inv(one.lon[x], one.lat[x], two.lon[y], two.lat[y])
    return float(away) / 1000


def _days(one: _Side, two: _Side, x: int, y: int) -> int:
    day = np.timedelta64(1, "D")
    return max(0, int((two.first[y] - one.last[x]) / day), int((one.first[x] - two.last[y]) / day))


def _span(low: float, high: float) -> str:
    return f"{low:.0f}" if low == high else f"{low:.0f}-{high:.0f}"


_COLUMNS: Final = {
    "id_a": "str", "id_b": "str", "score": "float64", "bits": "float64",
    **{f"bits_{field}": "float64" for field in FIELDS},
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
    best_a = table.groupby("id_a")["bits"].transform("max")
    best_b = table.groupby("id_b")["bits"].transform("max")
    at = list(table.columns).index("why") + 1
    table.insert(at, "pairs_a", table.groupby("id_a")["id_b"].transform("size").astype("int64"))
    table.insert(at + 1, "pairs_b", table.groupby("id_b")["id_a"].transform("size").astype("int64"))
    table.insert(at + 2, "best_of_both", (table["bits"] == best_a) & (table["bits"] == best_b))
    table["decision"] = pd.Series("", index=table.index, dtype="str")
    return table


def _faults(events: gpd.GeoDataFrame, name: str) -> list[str]:
    missing = [column for column in ("event_id", "date_start") if column not in events.columns]
    if missing:
        return [f"table {name} has no column {', '.join(missing)}"]
    again = events["event_id"][events["event_id"].duplicated()]
    if len(again):
        return [f"table {name} has an event_id twice: {', '.join(map(str, again.unique()[:5]))}"]
    if not pd.api.types.is_datetime64_any_dtype(events["date_start"]):
        return [
            f"date_start of table {name} holds {events['date_start'].dtype}, not dates; use pandas.to_datetime"
        ]
    return []


def _texts(events: gpd.GeoDataFrame, column: str) -> list[str]:
    if column not in events.columns:
        return [""] * len(events)
    return [value if isinstance(value, str) else "" for value in events[column].astype("object")]


def _numbers(events: gpd.GeoDataFrame, column: str) -> Floats:
    if column not in events.columns:
        return np.full(len(events), np.nan)
    return pd.to_numeric(events[column]).astype("Float64").to_numpy("float64", na_value=np.nan)


def _clusters(ids: list[str], links: pd.DataFrame) -> dict[str, str]:
    """For each linked id the name of its cluster: the first of its ids, as the tables have them."""
    parent = {one: one for one in ids}

    def root(one: str) -> str:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    place = {one: number for number, one in enumerate(ids)}
    for one, two in zip(links["id_a"], links["id_b"], strict=True):
        first, second = sorted((root(one), root(two)), key=place.__getitem__)
        parent[second] = first
    linked = {*links["id_a"], *links["id_b"]}
    return {one: root(one) for one in linked}


def _relations(links: pd.DataFrame) -> pd.Series:
    """How the rows of each link stand to one another, by how many links each has."""
    of_a, of_b = (links.groupby(c)[c].transform("size").to_numpy() for c in ("id_a", "id_b"))
    words = np.select(
        [(of_a == 1) & (of_b == 1), (of_a > 1) & (of_b == 1), (of_a == 1) & (of_b > 1)],
        ["same", "a holds b", "b holds a"],
        "tangled",
    )
    return pd.Series(words, index=links.index, dtype="str")


def _uncounted(a: gpd.GeoDataFrame, b: gpd.GeoDataFrame, links: pd.DataFrame) -> set[str]:
    """Ids of rows whose event others of the cluster tell."""
    rank = {
        word: number
        for number, word in enumerate(
            ("site", "town", "near", "district", "province", "border", "country", "unknown")
        )
    }
    exact = {}
    for table in (a, b):
        words = (
            table["where_precision"].astype("object")
            if "where_precision" in table.columns
            else [None] * len(table)
        )
        exact |= {one: rank.get(word, len(rank)) for one, word in zip(table["event_id"], words, strict=True)}
    out = set()
    for one, two, relation in zip(links["id_a"], links["id_b"], links["relation"], strict=True):
        if relation == "a holds b":
            out.add(one)
        elif relation == "b holds a":
            out.add(two)
        elif relation == "same":
            out.add(two if exact[one] <= exact[two] else one)
        # Tangled: which tells which is not clear from links alone; all stay counted, and relation says so.
    return out


def _loose(part: gpd.GeoDataFrame) -> pd.DataFrame:
    """Categories as text, so that two tables with different ones can be one."""
    plain = pd.DataFrame(part)
    kinds = {c: "str" for c in plain.columns if isinstance(plain[c].dtype, pd.CategoricalDtype)}
    return plain.astype(kinds)
