"""Figures in the cells of a table: the dead in our columns, claims as claims, the injured beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from geo.events.faults import FaultLog
from geo.sources.values.tolls import TOLLS_ACCEPTED, Claim, Toll, claimant_kind, parse_figures, parse_toll
from geo.vocab import CLAIMANT_NOT_STATED

__all__ = ["read_figures"]

_COUNTED: Final = (("deaths", "killed"), ("deaths_best", "killed"), ("injured", "injured"))


def read_figures(
    cells: Mapping[str, pd.Series], found: Mapping[str, str], warnings: FaultLog, index: pd.Index
) -> tuple[dict[str, pd.Series], pd.DataFrame | None, pd.DataFrame]:
    """The figures of a table: deaths in our three columns, claims, and the injured.

    A figure whose claimant stands beside it or in its cell is a claim and no count. One without a claimant is
    a count, and the warnings say that nobody is named; what our columns can't hold of it ("dozens", the
    people counted, several groups) is a claim whose claimant is not stated.

    Parameters
    ----------
    cells
        Text of ``deaths``, ``deaths_best``, ``deaths_low``, ``deaths_high``, ``injured``, ``claimant``.
    found
        Names of those columns in the table.
    warnings
        Where it is told what could not be read, and what nobody is named for.
    index
        Numbers of the rows.

    Returns
    -------
    deaths : dict of Series
        ``deaths_low``, ``deaths_best``, ``deaths_high`` (Int64).
    claims : DataFrame or None
        Text in the columns of claims, with ``row``.
    injured : DataFrame
        ``injured_low``, ``injured_best``, ``injured_high`` (Int64); no column where the table has none.
    """
    counts: dict[str, dict[Any, int]] = {
        f"{metric}_{part}": {} for metric in ("deaths", "injured") for part in ("low", "best", "high")
    }
    claims: list[dict[str, Any]] = []
    said_by = _claimants(cells)
    unsaid: dict[str, list[int]] = {}
    for target, metric in _COUNTED:
        if target not in cells:
            continue
        for row, text in cells[target][cells[target].ne("")].items():
            read = parse_figures(text)
            if isinstance(read, str):
                reason = f"{read}; the number is left out, the words stay in the raw row; accepted: "
                warnings.lines.append((int(row), found[target], text, reason + TOLLS_ACCEPTED))
                continue
            read = [_with_claimant(claim, said_by.get(row, "")) for claim in read]
            if target != "deaths_best" and any(not claim.claimant for claim in read):
                unsaid.setdefault(found[target], []).append(int(row))
            _count(counts, row, metric, read, alone=target == "deaths_best")
            claims += [_claim(int(row), metric, claim) for claim in read if _is_claim(claim, read)]
    for target in ("deaths_low", "deaths_high"):
        if target in cells:
            _ends(cells[target], found[target], target, counts[target], warnings)
    for name, rows in unsaid.items():
        warnings.add_once((row, name, "the table doesn't say who says so") for row in rows)
    series = {name: pd.Series(values, dtype="Int64").reindex(index) for name, values in counts.items()}
    deaths = {name: values for name, values in series.items() if name.startswith("deaths")}
    injured = pd.DataFrame({name: series[name] for name in series if name.startswith("injured")}, index=index)
    told = "injured" in cells or any(counts[name] for name in injured)
    return deaths, pd.DataFrame(claims) if claims else None, injured if told else injured[[]]


def _claimants(cells: Mapping[str, pd.Series]) -> dict[Any, str]:
    """The party that each row's figures are according to, where a column names it."""
    if "claimant" not in cells:
        return {}
    names = cells["claimant"].str.strip()
    return {row: name for row, name in names.items() if name}


def _with_claimant(claim: Claim, name: str) -> Claim:
    if claim.claimant or not name:
        return claim
    return Claim(name, claimant_kind(name), claim.toll, claim.part_of)


def _count(
    counts: dict[str, dict[Any, int]], row: object, metric: str, read: list[Claim], *, alone: bool
) -> None:
    """Put the one figure of a metric that nobody claims into our columns; figures are never added up."""
    for counted, ours in (("killed", "deaths"), ("injured", "injured")):
        whole = [
            claim.toll
            for claim in read
            if not claim.claimant and claim.part_of is None and _metric(claim, metric) == counted
        ]
        if len(whole) != 1:
            continue
        toll = whole[0]
        # One number in our own column of the best figure says nothing of the lowest and highest.
        only_best = alone and toll.low == toll.best == toll.high
        for part in ("best",) if only_best else ("low", "best", "high"):
            if (value := getattr(toll, part)) is not None:
                counts[f"{ours}_{part}"][row] = value


def _metric(claim: Claim, column: str) -> str:
    """What is counted: the text itself goes before the column that it stands in."""
    return "injured" if claim.toll.injured else column


def _is_claim(claim: Claim, read: list[Claim]) -> bool:
    """Whether a figure is told as a claim: by somebody, or more than our columns can hold."""
    if claim.claimant:
        return True
    toll = claim.toll
    return bool(toll.who) or toll.bound == "dozens" or claim.part_of is not None or (
        len([other for other in read if other.toll.injured == toll.injured and other.part_of is None]) > 1
    )  # fmt: skip


def _claim(row: int, metric: str, claim: Claim) -> dict[str, Any]:
    low, high = claim.toll.said
    return {
        "row": row,
        "claimant": claim.claimant or CLAIMANT_NOT_STATED,
        "claimant_kind": claim.claimant_kind,
        "metric": _metric(claim, metric),
        "who": claim.toll.who,
        "low": "" if low is None else str(low),
        "high": "" if high is None else str(high),
        "bound": claim.toll.bound,
        "scope": "event",
        "note": "" if claim.part_of is None else f"part of {_in_words(claim.part_of)}",
    }


def _in_words(toll: Toll) -> str:
    low, high = toll.said
    number = str(low if high is None else high if low is None else low if low == high else f"{low} to {high}")
    bound = "" if toll.bound == "exactly" else f"{toll.bound} "
    return f"{bound}{number} {toll.who or 'people'}"


def _ends(text: pd.Series, name: str, target: str, counts: dict[Any, int], warnings: FaultLog) -> None:
    """The lowest or highest number of deaths from a column of its own."""
    for row, cell in text[text.ne("")].items():
        read = parse_toll(cell)
        if isinstance(read, str):
            warnings.lines.append((int(row), name, cell, f"{read}; the number is left out"))
            continue
        end = read.low if target == "deaths_low" else read.high
        value = read.best if read.best is not None else end
        if value is not None:
            counts[row] = value
