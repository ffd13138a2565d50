"""Figures of the rows of any table: the dead in our columns, claims of named sides, the injured beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.events.faults import FaultLog
from geo.sources.values.tolls import TOLLS_ACCEPTED, Claim, Toll, claimant_kind, parse_claims, parse_toll

__all__ = ["figures_of"]


def figures_of(
    cells: Mapping[str, pd.Series], found: Mapping[str, str], warnings: FaultLog, index: pd.Index
) -> tuple[dict[str, pd.Series], pd.DataFrame | None, pd.DataFrame]:
    """Deaths in our three columns; claims of named sides as claims; the injured beside the events."""
    columns: dict[str, list[int | None]] = {
        f"{metric}_{part}": [None] * len(index)
        for metric in ("deaths", "injured")
        for part in ("low", "best", "high")
    }
    claims: list[dict[str, Any]] = []
    said_by = _claimants(cells, index)
    rows = {row: number for number, row in enumerate(index)}
    for target, metric in (("deaths", "killed"), ("deaths_best", "killed"), ("injured", "injured")):
        if target not in cells:
            continue
        ours = "deaths" if metric == "killed" else "injured"
        for row, text in cells[target][cells[target].ne("")].items():
            read = _toll_or_claims(text)
            if isinstance(read, str):
                reason = (
                    f"{read}; the number is left out, the words stay in the raw row; accepted: "
                    f"{TOLLS_ACCEPTED}"
                )
                warnings.lines.append((int(row), found[target], text, reason))
            elif isinstance(read, Toll) and said_by.get(row):
                # A figure whose claimant stands beside it is a claim and no count.
                claims.append(
                    _claim(int(row), metric, Claim(said_by[row], claimant_kind(said_by[row]), read))
                )
            elif isinstance(read, Toll):
                # One number in our own column of the best figure says nothing of the lowest and highest.
                alone = target == "deaths_best" and read.low == read.best == read.high
                for part in ("best",) if alone else ("low", "best", "high"):
                    columns[f"{ours}_{part}"][rows[row]] = getattr(read, part)
            else:
                claims += [_claim(int(row), metric, claim) for claim in read]
    for target in ("deaths_low", "deaths_high"):
        if target in cells:
            for row, text in cells[target][cells[target].ne("")].items():
                read = parse_toll(text)
                if isinstance(read, str):
                    warnings.lines.append((int(row), found[target], text, f"{read}; the number is left out"))
                elif (
                    value := read.best
                    if read.best is not None
                    else read.low
                    if target == "deaths_low"
                    else read.high
                ) is not None:
                    columns[target][rows[row]] = value
    series = {name: pd.Series(values, index=index, dtype="Int64") for name, values in columns.items()}
    deaths = {name: values for name, values in series.items() if name.startswith("deaths")}
    injured = pd.DataFrame(
        {name: values for name, values in series.items() if name.startswith("injured")}, index=index
    )
    details = injured if "injured" in cells else pd.DataFrame(index=index)
    return deaths, pd.DataFrame(claims) if claims else None, details


def _claimants(cells: Mapping[str, pd.Series], index: pd.Index) -> dict[Any, str]:
    """The party that each row's figures are according to, where a column names it."""
    if "claimant" not in cells:
        return {}
    names = cells["claimant"].str.strip()
    return {row: name for row, name in zip(index, names, strict=True) if name}


def _toll_or_claims(text: str) -> Toll | list[Claim] | str:
    toll = parse_toll(text)
    if not isinstance(toll, str):
        return toll
    claims = parse_claims(text)
    return toll if claims is None else claims


def _claim(row: int, metric: str, claim: Claim) -> dict[str, Any]:
    toll = claim.toll
    low = toll.low if toll.low is not None else toll.best
    high = toll.high if toll.high is not None else toll.best
    return {
        "row": row,
        "claimant": claim.claimant,
        "claimant_kind": claim.claimant_kind,
        "metric": metric,
        "low": "" if low is None else str(low),
        "high": "" if high is None else str(high),
        "scope": "event",
    }
