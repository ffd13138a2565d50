"""How far an answer hangs on what was decided about the events: precision, doubles, figures, sources."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arguments import checked
from geo.errors import GeoError, SchemaError
from geo.events.points import points_of
from geo.locus.shares import OUTSIDE
from geo.sources.given import Events, as_points
from geo.vocab import WHERE_PRECISIONS

__all__ = ["Question", "Sensitivity", "sensitivity"]

Question: TypeAlias = Callable[[gpd.GeoDataFrame], Any]
"""What is asked of events: a number, a Series of them by unit, or a table with ``unit`` and a number."""

SCORES: Final = (0.9, 0.5)
"""Pairs that are as likely as that are taken as one event."""

STATED: Final = ("adm1_source", "adm2_source", "country_source")

AS_IT_IS: Final = ("as it is", "all events")

Variant: TypeAlias = tuple[str, str, gpd.GeoDataFrame, Question]


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """An answer under each decision.

    Attributes
    ----------
    table
        ``kind``, ``variant`` (str): what was decided otherwise; ``events`` (int64): how many there were;
        ``unit`` (str; ``answer`` if the question gives one number); ``value``, ``change`` from the answer as
        it is (float64); ``note`` (str): why there is no value.
    range
        By unit: ``value`` as it is, ``lowest``, ``highest``, ``lowest_in``, ``highest_in`` (the variants) and
        ``moved_by`` (the variant that moves it most, or nothing).
    flips
        Variants that change the order of units: ``kind``, ``variant``, ``first`` (the first unit then),
        ``pairs`` (how many pairs of units change places), ``such_as``. Units level with each other, then or
        as it is, change no places; what is outside all units is none.
    text
        What moves the answer most, and whether the order holds.
    """

    table: pd.DataFrame
    range: pd.DataFrame
    flips: pd.DataFrame
    text: str = field(default="")

    def __repr__(self) -> str:
        shown = self.range.head(10).to_string(index=False, float_format="{:.4g}".format)
        return f"{shown}\n\n{self.text}"


@checked
def sensitivity(
    events: Events,
    question: Question,
    *,
    pairs: pd.DataFrame | None = None,
    layers: Mapping[str, Question] | None = None,
    sources: int = 5,
) -> Sensitivity:
    """Ask the same question with each decision about the events made otherwise.

    Parameters
    ----------
    events
        As for :func:`geo.loci`.
    question
        A function of events (a GeoDataFrame) that gives a number, a Series of numbers by unit, or a table
        with a column ``unit`` and ``expected`` or ``value``, as :func:`geo.count` does.
    pairs
        Rows that may tell of one event, as :func:`geo.match` finds them; without it doubles are no decision.
    layers
        The same question asked of other boundaries, by name: ``{"OSM": lambda events: geo.count(events,
        by=osm)}``; their units must be called the same.
    sources
        So many of the sources with the most events are left out, one after the other; data sets all.

    Returns
    -------
    Sensitivity
        Its variants, each where the events have what it takes: ``precision``: only events known at least so
        exactly; ``points``: every stored point as if it were exact; ``trust``: province, district and country
        as stated not believed; ``date``: only events whose day is known; ``parts``: wholes in place of their
        parts; ``doubles``: of pairs with a score of at least 0.9, or 0.5, the second left out; ``figures``:
        the lowest or the highest number of deaths in place of the best; ``dataset``, ``source``: one left
        out; ``layer``.

    Raises
    ------
    SchemaError
        If the question gives something else, an argument is not as described; and as for :func:`geo.loci`, as
        is CrsError. An error of ours in a variant is its note.

    Notes
    -----
    A range over decisions is no interval: nothing says how likely each decision is. Decisions are changed one
    at a time.

    Examples
    --------
    >>> import geo
    >>> found = geo.sensitivity(geo.read_events(), lambda events: geo.count(events, by="side"))
    >>> found.range.loc[0, ["unit", "moved_by"]].tolist()
    ['AF', 'site or better']
    """
    if not callable(question):
        raise SchemaError(f"question is a function of events, not {type(question).__name__}")
    if isinstance(sources, bool) or not isinstance(sources, int) or sources < 0:
        raise SchemaError(f"sources is a number of sources, not {sources!r}")
    points = as_points(events)
    base = _answer(question(points))
    rows: list[pd.DataFrame] = [_rows(*AS_IT_IS, len(points), base, base)]
    for kind, name, some, asked in _variants(points, question, pairs, layers or {}, sources):
        try:
            found, note = _answer(asked(some)), ""
        except GeoError as err:
            found, note = pd.Series(np.nan, index=base.index), " ".join(str(err).split())
        rows.append(_rows(kind, name, len(some), found, base, note))
    table = pd.concat(rows, ignore_index=True)
    extent, flips = _range(table), _flips(table)
    return Sensitivity(table, extent, flips, _words(extent, flips, table))


def _answer(given: Any) -> pd.Series:
    """An answer as numbers by unit."""
    if isinstance(given, pd.DataFrame):
        value = next((name for name in ("expected", "value") if name in given.columns), None)
        if value is None or "unit" not in given.columns:
            raise SchemaError(
                "the question gives a table without the columns unit and expected (or value); there are "
                + ", ".join(map(str, given.columns))
            )
        units = given["unit"].astype("str")
        if "period" in given.columns:
            units = units + ", " + given["period"].astype("str")
        given = pd.Series(given[value].to_numpy(), index=units)
    elif not isinstance(given, pd.Series):
        given = pd.Series([given], index=["answer"])
    try:
        found = pd.to_numeric(given).astype("float64")
    except (ValueError, TypeError) as err:
        raise SchemaError(f"the question gives no numbers: {err}") from err
    found.index = found.index.map(str)
    if not found.index.is_unique:
        raise SchemaError("the question gives more than one number for a unit")
    return found


def _variants(
    points: gpd.GeoDataFrame,
    question: Question,
    pairs: pd.DataFrame | None,
    layers: Mapping[str, Question],
    sources: int,
) -> Iterator[Variant]:
    chosen = itertools.chain(
        _by_precision(points), _by_date(points), _by_part(points), _by_double(points, pairs),
        _by_figure(points), _by_source(points, sources),
    )  # fmt: skip
    for kind, name, some in chosen:
        yield kind, name, some, question
    for name, asked in layers.items():
        if not callable(asked):
            raise SchemaError(f"layers are questions by name; {name!r} is {type(asked).__name__}")
        yield "layer", str(name), points, asked


_Some: TypeAlias = Iterator[tuple[str, str, gpd.GeoDataFrame]]


def _by_precision(points: gpd.GeoDataFrame) -> _Some:
    where = points_of(points)
    if where.bare:
        return
    order = list(WHERE_PRECISIONS)
    rank = np.array([order.index(one) for one in where.precision], dtype=np.intp)
    there = np.unique(rank)
    for last in there[:-1]:
        yield "precision", f"{order[last]} or better", points[rank <= last]
    sites = points.drop(columns=["radius_m"], errors="ignore")
    if (where.precision[where.known] != "site").any():
        yield "points", "stored points as exact", sites.assign(where_precision="site")
    stated = [name for name in STATED if name in points.columns and points[name].notna().any()]
    if stated:
        yield "trust", "stated places not believed", points.drop(columns=stated)


def _by_date(points: gpd.GeoDataFrame) -> _Some:
    if "date_precision" in points.columns:
        sure = points["date_precision"].fillna(1).eq(1).to_numpy(dtype=bool)
        if sure.any() and not sure.all():
            yield "date", "day known", points[sure]


def _by_part(points: gpd.GeoDataFrame) -> _Some:
    if {"part_of", "event_id"} <= set(points.columns):
        is_part = points["part_of"].isin(points["event_id"].dropna()).to_numpy(dtype=bool)
        if is_part.any():
            yield "parts", "wholes in place of parts", points[~is_part]


def _by_double(points: gpd.GeoDataFrame, pairs: pd.DataFrame | None) -> _Some:
    if pairs is None:
        return
    lacking = [name for name in ("id_a", "id_b", "score") if name not in pairs.columns]
    if lacking or "event_id" not in points.columns:
        raise SchemaError("pairs are a table as geo.match gives it, of events with an event_id")
    same = pairs[pairs["relation"].eq("same")] if "relation" in pairs.columns else pairs
    for score in SCORES:
        gone = points["event_id"].isin(same.loc[same["score"] >= score, "id_b"]).to_numpy(dtype=bool)
        if gone.any():
            yield "doubles", f"pairs from {score:g} on as one", points[~gone]


def _by_figure(points: gpd.GeoDataFrame) -> _Some:
    for column, word in (("deaths_low", "lowest"), ("deaths_high", "highest")):
        if {"deaths_best", column} <= set(points.columns) and points[column].notna().any():
            told = points[column].where(points[column].notna(), points["deaths_best"])
            yield "figures", f"{word} deaths", points.assign(deaths_best=told)


def _by_source(points: gpd.GeoDataFrame, sources: int) -> _Some:
    for column, most in (("dataset", None), ("source", sources)):
        if column not in points.columns:
            continue
        often = points[column].dropna().astype("str").value_counts(sort=False).sort_index()
        often = often.sort_values(ascending=False, kind="stable").head(len(often) if most is None else most)
        for name in often.index:
            rest = points[points[column].astype("str").ne(name).to_numpy(dtype=bool, na_value=True)]
            if len(rest):
                yield column, f"without {name}", rest


def _rows(
    kind: str, name: str, number: int, found: pd.Series, base: pd.Series, note: str = ""
) -> pd.DataFrame:
    units = base.index.union(found.index, sort=False)
    missing = np.nan if note else 0.0
    value = found.reindex(units, fill_value=missing)
    frame = {"kind": kind, "variant": name, "events": number, "unit": units, "value": value.to_numpy()}
    change = (value - base.reindex(units, fill_value=0.0)).to_numpy()
    table = pd.DataFrame(frame).assign(change=change, note=note)
    return table.astype({"kind": "str", "variant": "str", "unit": "str", "note": "str", "events": "int64"})


def _range(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    as_it_is = table["kind"].eq(AS_IT_IS[0])
    base = table[as_it_is].set_index("unit")["value"]
    for unit, part in table.groupby("unit", sort=False):
        told = part.dropna(subset="value").reset_index(drop=True)
        value = float(base.get(unit, 0.0))
        line: dict[str, Any] = {"unit": unit, "value": value, "lowest": value, "highest": value}
        line |= {"lowest_in": AS_IT_IS[1], "highest_in": AS_IT_IS[1], "moved_by": ""}
        if len(told):
            low, high = told.loc[told["value"].idxmin()], told.loc[told["value"].idxmax()]
            line |= {"lowest": min(value, low["value"]), "highest": max(value, high["value"])}
            line["lowest_in"] = low["variant"] if low["value"] < value else AS_IT_IS[1]
            line["highest_in"] = high["variant"] if high["value"] > value else AS_IT_IS[1]
            most = told.loc[told["change"].abs().idxmax()] if told["change"].notna().any() else None
            line["moved_by"] = most["variant"] if most is not None and abs(most["change"]) > 0 else ""
        rows.append(line)
    return pd.DataFrame(rows)


def _flips(table: pd.DataFrame) -> pd.DataFrame:
    inside = table[table["unit"].ne(OUTSIDE)]
    base = inside[inside["kind"].eq(AS_IT_IS[0])].set_index("unit")["value"]
    rows = []
    for (kind, variant), part in inside.groupby(["kind", "variant"], sort=False):
        value = part.set_index("unit")["value"].reindex(base.index)
        if value.isna().all() or len(value) < 2:
            continue
        was = np.sign(np.subtract.outer(base.to_numpy(), base.to_numpy()).round(9))
        now = np.sign(np.subtract.outer(value.to_numpy(), value.to_numpy()).round(9))
        above, below = np.nonzero((was > 0) & (now < 0))
        if len(above):
            # The pair that stands highest as it is.
            pick = int(np.argmax(base.to_numpy()[above] + base.to_numpy()[below]))
            names = (base.index[below[pick]], base.index[above[pick]])
            rows.append((kind, variant, value.idxmax(), len(above), "{} over {}".format(*names)))
    found = pd.DataFrame(rows, columns=["kind", "variant", "first", "pairs", "such_as"])
    texts = dict.fromkeys(("kind", "variant", "first", "such_as"), "str")
    return found.astype({**texts, "pairs": "int64"})


def _words(extent: pd.DataFrame, flips: pd.DataFrame, table: pd.DataFrame) -> str:
    inside = extent[extent["unit"].ne(OUTSIDE)]
    if not len(inside):
        return "No answer as it is."
    top = inside.loc[inside["value"].fillna(-np.inf).idxmax()]
    told = (
        f"{top['unit']}: {top['value']:.4g}, between {top['lowest']:.4g} ({top['lowest_in']}) and "
        f"{top['highest']:.4g} ({top['highest_in']})."
    )
    if top["moved_by"]:
        told += f" What moves it most: {top['moved_by']}."
    if len(inside) > 1:
        number = len(flips)
        held = "The order of units is the same in every variant."
        first = sorted(set(flips["first"]) - {top["unit"]})
        changed = (
            f"The order of units changes in {number} variants; first then: {', '.join(first) or 'the same'}."
        )
        told += f" {changed if number else held}"
    refused = int(table[table["note"].ne("")]["variant"].nunique())
    if refused:
        told += f" {refused} variants have no answer; see note."
    return told + " A range over decisions is no interval: nothing says how likely each is."
