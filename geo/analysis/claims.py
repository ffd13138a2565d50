"""Who says what about the dead and the injured: claims as reports, with their order and their ranges.

A claim is one party's figure for one group of people, as it was said; on why reports are kept and not merged
see Cook and Weidmann, Lost in aggregation, American Journal of Political Science 63, 2019. Ranges are given
for a claimant alone: no function here, or anywhere, adds claims or takes a range over several claimants.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, Literal

import pandas as pd

from geo.arguments import checked
from geo.errors import SchemaError
from geo.events.days import named_time
from geo.events.tables import EventTables
from geo.sources.given import Events, as_tables

__all__ = ["claims", "claims_by"]

SERIES: Final = ["event_id", "covers", "claimant", "metric", "group"]
"""What figures have to share to be revisions of one another."""


@checked
def claims(events: Events | None = None, *, as_of: str | dt.date | None = None) -> pd.DataFrame:
    """Every figure, a row each, with the order of a claimant's revisions.

    Parameters
    ----------
    events
        Tables, a frame of points or files, as :func:`geo.count` takes them; the shipped ones if not given.
    as_of
        Only what had been stated by this day: a claim without a day is left out then.

    Returns
    -------
    DataFrame
        The columns of claims, and of their events ``date_start``, ``event_type``, ``place``, ``part_of`` and
        ``verification`` (how far the account of the event is supported);
        ``group`` (str): whom it counts, without what stands in brackets; ``revision`` (Int64): 1 for a
        claimant's first figure of a series, 2 for the next by date; ``latest`` (bool). In the order of
        events, then of days.

    Raises
    ------
    SchemaError
        If ``as_of`` is not a day.

    Examples
    --------
    >>> import geo
    >>> said = geo.claims(as_of="2025-10-16")
    >>> unama = said[(said["event_id"] == "apb:014") & (said["claimant"] == "UNAMA")]
    >>> unama[["metric", "bound", "low"]].to_numpy().tolist()
    [['killed', 'at least', 18], ['injured', 'at least', 361]]
    """
    tables = as_tables(events)
    found = tables.claims.copy()
    if as_of is not None:
        found = found[found["stated_on"] <= named_time(as_of, "as_of")]
    columns = [
        name
        for name in ("date_start", "event_type", "place", "part_of", "verification")
        if name in tables.events.columns
    ]
    about = tables.events.set_index("event_id")[columns]
    found = found.join(about, on="event_id")
    found["group"] = [_group(who) for who in found["who"]]
    found["_order"] = found["event_id"].map({one: n for n, one in enumerate(_in_order(tables))})
    found = found.sort_values(["_order", "stated_on"], kind="stable", na_position="first")
    keys = found[SERIES].fillna("").astype("str")
    # Figures that a claimant stated on one day are of one revision.
    days = found["stated_on"].fillna(pd.Timestamp(0))
    revision = days.groupby([keys[name] for name in SERIES], sort=False).rank("dense").astype("Int64")
    last = revision.groupby([keys[name] for name in SERIES], sort=False).transform("max")
    found["revision"], found["latest"] = revision, (revision == last).astype(bool)
    return found.drop(columns="_order").reset_index(drop=True)


@checked
def claims_by(
    by: Literal["event", "phase", "claimant"],
    events: Events | None = None,
    *,
    as_of: str | dt.date | None = None,
) -> pd.DataFrame:
    """The range of each claimant's own figures, never over several claimants and never added.

    Parameters
    ----------
    by
        ``event``: a row for each event (or what a figure covers), claimant, metric and group counted;
        ``phase``: the same with the phase of the event instead; ``claimant``: without either.
    events, as_of
        As for :func:`claims`.

    Returns
    -------
    DataFrame
        The keys, ``claimant_kind``, ``figures`` (how many), ``lowest`` and ``highest`` (Int64) of those
        figures, one by one, ``open_end`` (bool: one of them has no upper end), ``first_stated`` and
        ``last_stated``. A denial ("none") is a figure of 0 and stands in ``denied`` (bool); it is not the
        lowest. By phase and by claimant the two numbers are those of single figures: they are not totals.

    Raises
    ------
    SchemaError
        If ``by`` is none of the three.

    Examples
    --------
    >>> import geo
    >>> ranges = geo.claims_by("event")
    >>> barmal = ranges[(ranges["event_id"] == "apb:004") & (ranges["metric"] == "killed")]
    >>> barmal[["group", "lowest", "highest"]].to_numpy().tolist()[0]
    ['people', 46, 46]
    """
    if by not in ("event", "phase", "claimant"):
        raise SchemaError(f"by is event, phase or claimant; got {by!r}")
    tables = as_tables(events)
    found = claims(tables, as_of=as_of)
    keys = {"event": ["event_id", "covers"], "phase": ["phase"], "claimant": []}[by]
    if by == "phase":
        found["phase"] = _phase_of(found["date_start"], tables.phases)
    keys = [*keys, "claimant", "claimant_kind", "metric", "group"]
    keyed = found.assign(**{name: found[name].astype("str").where(found[name].notna(), "") for name in keys})
    numbers = keyed[["low", "high"]]
    denied = (numbers["low"].fillna(-1) == 0) & (numbers["high"].fillna(-1) == 0)
    keyed = keyed.assign(
        denied=denied.astype(bool),
        _low=numbers["low"].fillna(numbers["high"]).mask(denied),
        _high=numbers["high"].fillna(numbers["low"]).mask(denied),
        open_end=(numbers["high"].isna() & numbers["low"].notna()).astype(bool),
    )
    grouped = keyed.groupby(keys, sort=False)
    return grouped.agg(
        figures=("claim_id", "size"),
        lowest=("_low", "min"),
        highest=("_high", "max"),
        open_end=("open_end", "any"),
        denied=("denied", "any"),
        first_stated=("stated_on", "min"),
        last_stated=("stated_on", "max"),
    ).reset_index()


def _in_order(tables: EventTables) -> list[str]:
    ordered = tables.events.sort_values(["date_start", "event_id"], kind="stable")
    return list(map(str, ordered["event_id"]))


def _group(who: object) -> str:
    """Whom a claim counts, without the part of them that stands in brackets or after a comma."""
    text = who if isinstance(who, str) else ""
    return re.sub(r"\s*(?:\(.*\)|,\s*(?:including|mostly|of them)\b.*)$", "", text).strip()


def _phase_of(days: pd.Series, phases: pd.DataFrame) -> pd.Series:
    """The last phase that had begun, and not ended, on each day; empty where none had."""
    names = pd.Series("", index=days.index, dtype="object")
    for row in phases.sort_values("date_start").to_dict("records"):
        end = row["date_end"] if pd.notna(row["date_end"]) else pd.Timestamp.max
        names[(days >= row["date_start"]) & (days <= end)] = row["name"]
    return names.astype("str")
