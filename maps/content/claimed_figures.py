"""Figures of one claimant, by which symbols may be sized: never those of several, never a sum.

A figure sizes the symbol of an event only if the claimant stated it for that event alone and for one group of
people. Figures for several events together, or for several groups in one event, are counted and not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from geo.errors import SchemaError
from maps.content.cards import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from maps.content.content import MapContent
    from maps.spec.spec import MapSpec

__all__ = ["Figure", "Figures", "event_claims", "figures_of"]

EVENT_SCOPE: Final = "event"
MOST_LISTED: Final = 12


@dataclass(frozen=True)
class Figure:
    """What one claimant said of one event: from low to high; an end that is missing was left open.

    ``bound`` tells how it was said (``geo.vocab.BOUNDS``), where that is told.
    """

    low: int | None
    high: int | None
    who: str = ""
    bound: str | None = None

    @property
    def most(self) -> int:
        """The largest number named."""
        return max(value for value in (self.low, self.high) if value is not None)

    @property
    def text(self) -> str:
        """The figure in digits: 17, 9–13, ``≥17`` (at least), ``>17``, ``≤17`` (up to), ``~17`` (about)."""
        if self.bound in ("more than", "about") and self.low in (self.high, self.most):
            return f"{'>' if self.bound == 'more than' else '~'}{self.most:,}"
        if self.low is None or self.high is None:
            return f"{'≥' if self.high is None else '≤'}{self.most:,}"
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,}–{self.high:,}"


@dataclass(frozen=True)
class Figures:
    """The figures of one claimant for the events of a map.

    Attributes
    ----------
    metric
        ``killed`` or ``injured``.
    claimant
        The claimant's or the data set's name as the tables have it.
    by_event
        Event id to its figure.
    wider
        Events whose figure covers more than that event, such as a whole operation.
    mixed
        Events for which the claimant counted several groups of people, which are not added.
    """

    metric: str
    claimant: str
    by_event: dict[str, Figure] = field(default_factory=dict)
    wider: frozenset[str] = frozenset()
    mixed: frozenset[str] = frozenset()

    @property
    def most(self) -> int:
        """The largest number of all."""
        return max((figure.most for figure in self.by_event.values()), default=0)


def figures_of(content: MapContent) -> Figures | None:
    """The figures by which the symbols of a map are sized; nothing where its specification sizes by none.

    Parameters
    ----------
    content
        What is drawn. Its specification's ``size_by`` names the metric, ``claimant`` who must have stated the
        figure, and ``who``, where given, the beginning of the group counted.

    Raises
    ------
    SchemaError
        If no claimant is named, or none of that name gave a figure for an event on the map. The message lists
        those who did.

    Examples
    --------
    >>> import maps
    >>> found = figures_of(maps.map_content(maps.MapSpec(size_by="killed", claimant="UNAMA")))
    >>> found.by_event["apb:029"].text, found.by_event["apb:069"].text, "apb:037" in found.wider
    ('≥17', '≥14', True)
    """
    spec, tables = content.spec, content.tables
    if spec.size_by is None:
        return None
    ids = content.rows.table["event_id"].astype("str").to_numpy()
    shown = set(ids[list(content.picture.rows)])
    rows = _claims(tables.claims, spec.size_by, shown) + _of_datasets(tables.events, spec.size_by, shown)
    named: dict[str, set[str]] = {}
    for row in rows:
        if row["figure"] is not None:
            named.setdefault(row["claimant"], set()).add(row["event"])
    wanted = (spec.claimant or "").strip().casefold()
    claimant = next((name for name in named if name.casefold() == wanted), None)
    if claimant is None:
        raise SchemaError(_refusal(spec, named, tables.claims))
    mine = [row for row in rows if row["claimant"] == claimant and row["figure"] is not None]
    if spec.who:
        start = spec.who.strip().casefold()
        groups = sorted({row["figure"].who for row in mine})
        mine = [row for row in mine if row["figure"].who.casefold().startswith(start)]
        if not mine:
            raise SchemaError(
                f"{claimant} gave no figure of {spec.who!r} for an event on the map; it counted: "
                + "; ".join(map(repr, groups))
            )
    return _settled(spec.size_by, claimant, mine)


def event_claims(
    claims: pd.DataFrame | None, metric: str, ids: Iterable[str]
) -> list[tuple[str, str, Figure]]:
    """Event, claimant and figure of every claim that was made for one event alone."""
    return [
        (row["event"], row["claimant"], row["figure"])
        for row in _claims(claims, metric, set(ids))
        if row["figure"] is not None and row["scope"] in (None, EVENT_SCOPE)
    ]


def _settled(metric: str, claimant: str, rows: list[dict[str, Any]]) -> Figures:
    """One figure for each event, from the latest statement, or the reason why there is none."""
    by_event: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_event.setdefault(row["event"], []).append(row)
    figures: dict[str, Figure] = {}
    wider, mixed = set(), set()
    for event, all_rows in sorted(by_event.items()):
        alone = [row for row in all_rows if row["scope"] in (None, EVENT_SCOPE)]
        if not alone:
            wider.add(event)
            continue
        latest: dict[str, dict[str, Any]] = {}
        for row in sorted(alone, key=lambda one: one["day"]):
            latest[row["figure"].who.casefold()] = row
        if len(latest) > 1:
            mixed.add(event)
        else:
            figures[event] = next(iter(latest.values()))["figure"]
    return Figures(metric, claimant, figures, frozenset(wider), frozenset(mixed))


def _claims(claims: pd.DataFrame | None, metric: str, shown: set[str]) -> list[dict[str, Any]]:
    """Rows of the table of claims for a metric and the events shown."""
    if claims is None or claims.empty:
        return []
    kept = claims[(claims["metric"] == metric) & claims["event_id"].isin(shown)]
    return [
        {
            "event": str(row["event_id"]),
            "claimant": cell_text(row.get("claimant")) or "",
            "scope": cell_text(row.get("scope")),
            "day": cell_text(row.get("stated_on")) or "",
            "figure": _figure(
                row.get("low"), row.get("high"), cell_text(row.get("who")) or "", cell_text(row.get("bound"))
            ),
        }
        for row in kept.to_dict("records")
    ]


def _of_datasets(events: pd.DataFrame, metric: str, shown: set[str]) -> list[dict[str, Any]]:
    """The death tolls that a data set codes itself: its estimate from low to high."""
    columns = ("deaths_low", "deaths_best", "deaths_high")
    if metric != "killed" or "dataset" not in events or not set(columns) & set(events):
        return []
    kept = events[events["event_id"].isin(shown)]
    found = []
    for row in kept.to_dict("records"):
        known = [int(row[name]) for name in columns if name in row and cell_text(row[name]) is not None]
        if known and cell_text(row["dataset"]):
            found.append(
                {
                    "event": str(row["event_id"]),
                    "claimant": str(row["dataset"]),
                    "scope": EVENT_SCOPE,
                    "day": "",
                    "figure": Figure(min(known), max(known), "people"),
                }
            )
    return found


def _figure(low: object, high: object, who: str, bound: str | None) -> Figure | None:
    ends = [None if cell_text(value) is None else int(str(value)) for value in (low, high)]
    return None if ends == [None, None] else Figure(ends[0], ends[1], who, bound)


def _refusal(spec: MapSpec, named: dict[str, set[str]], claims: pd.DataFrame | None) -> str:
    """Why the figures asked for can't size symbols, and whose could."""
    if not named:
        return (
            f"no claimant gave a figure of people {spec.size_by} for an event on the map; leave out size_by"
        )
    ranked = sorted(named.items(), key=lambda kv: (-len(kv[1]), kv[0]))
    listed = "; ".join(f"{name!r} ({len(events)})" for name, events in ranked[:MOST_LISTED])
    if len(ranked) > MOST_LISTED:
        listed += f"; and {len(ranked) - MOST_LISTED} more in the table of claims"
    kinds = (
        set() if claims is None or "claimant_kind" not in claims else set(claims["claimant_kind"].dropna())
    )
    if not spec.claimant:
        why = f"symbols can be sized by people {spec.size_by} only according to one claimant"
    elif spec.claimant.strip().casefold() in kinds:
        why = f"{spec.claimant!r} is a kind of claimant, and figures of different claimants are not mixed"
    else:
        why = f"{spec.claimant!r} gave no figure of people {spec.size_by} for an event on the map"
    return f"{why}; name one of these (events with a figure): {listed}"
