"""What a map shows, apart from how it is drawn: one frozen record that every renderer reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from geo.errors import SchemaError
from geo.vocab import EVENT_TYPES
from maps.spec.periods import Period, parse_period
from maps.words.words import LANGUAGES

if TYPE_CHECKING:
    from typing import Any

__all__ = ["LinePolicy", "MapSpec", "Shade", "SizeBy"]

Shade = Literal["adm1", "adm2", "sector", "density"]
"""What is coloured by the number of events in place of the events themselves: provinces, districts, stretches
of the line by the provinces that meet, or the ground as a surface of density."""

LinePolicy = Literal["disputed", "de facto"]
"""What the key says of the Durand Line. Both name the two governments' positions."""

SizeBy = Literal["killed", "injured"]
"""What a claimant's figure counts."""

REGION: Final = (40.0, 10.0, 100.0, 50.0)
"""Where an extent may lie: (west, south, east, north)."""


@dataclass(frozen=True, kw_only=True)
class MapSpec:
    """A map: its words, its view, what of the events it shows.

    Attributes
    ----------
    events
        What :func:`geo.read_events` reads or gave: a file, several, tables; or a frame of events in our
        columns; nothing for the shipped events.
    title, subtitle
        Made from the period of the data if not given.
    extent
        (west, south, east, north) in degrees; the mapped events near the line if not given.
    since, until
        Keep events that had not ended before the one and had begun by the other; both days count. A date,
        or a text as ``2025-10-09``.
    types
        Event types to keep; all if empty.
    provinces
        ISO 3166-2 codes or English names of provinces to keep; all if empty.
    lang
        Language of the map's own words and, where the tables have them, of names.
    tiles
        Name of an xyzservices provider to lay under the lines. The file then asks that provider's server.
    line_policy
        What the key says of the Durand Line.
    credits
        Further credits to print, for the user's own data.
    size_by
        ``killed`` or ``injured``: symbols as large as that figure of one claimant; all of one size if not
        given. Figures of different claimants are never mixed.
    claimant
        Whose figures: the claimant's name as the table of claims has it, or the name of a data set that codes
        its own.
    who
        The beginning of the group counted, where the claimant counted several, such as ``civilians``.
    shade
        In place of events, units coloured by the expected number of events: ``adm1`` (provinces), ``adm2``
        (districts, once added), ``sector`` (stretches of the line by the provinces that meet); or
        ``density``, a surface for many events.
    compare
        Two periods as ``2025-10-01:2025-10-19``, each open at one end if a day is left out: two maps beside
        each other. Both days count. An event of a doubtful date is in each period in which it may have been.

    Raises
    ------
    SchemaError
        If a value is not one that it may be; every fault is named at once.

    Examples
    --------
    >>> MapSpec(types=("airstrike",), lang="en").types
    ('airstrike',)
    """

    events: Any = None
    title: str | None = None
    subtitle: str | None = None
    extent: tuple[float, float, float, float] | None = None
    since: dt.date | str | None = None
    until: dt.date | str | None = None
    types: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    lang: str = "en"
    tiles: str | None = None
    line_policy: LinePolicy = "disputed"
    credits: tuple[str, ...] = ()
    size_by: SizeBy | None = None
    claimant: str | None = None
    who: str | None = None
    shade: Shade | None = None
    compare: tuple[str, str] | None = None

    @property
    def periods(self) -> list[Period]:
        """The periods compared; none where none are."""
        return [parse_period(text) for text in self.compare or ()]

    def __post_init__(self) -> None:
        faults = [
            f"{field.name} is a tuple of texts, not {getattr(self, field.name)!r}"
            for field in fields(self)
            if field.name in ("types", "provinces", "credits")
            and not (
                isinstance(getattr(self, field.name), tuple)
                and all(isinstance(item, str) for item in getattr(self, field.name))
            )
        ]
        if not faults:
            faults += [
                f"no event type {name!r}; there are: {', '.join(EVENT_TYPES)}"
                for name in self.types
                if name not in EVENT_TYPES
            ]
        if self.lang not in LANGUAGES:
            faults.append(f"no language {self.lang!r}; there are: {', '.join(LANGUAGES)}")
        if self.line_policy not in get_args(LinePolicy):
            faults.append(
                f"no line policy {self.line_policy!r}; there are: {', '.join(get_args(LinePolicy))}"
            )
        if self.size_by is not None and self.size_by not in get_args(SizeBy):
            faults.append(f"no size_by {self.size_by!r}; there are: {', '.join(get_args(SizeBy))}")
        if self.size_by is None and (self.claimant or self.who):
            given = "claimant" if self.claimant else "who"
            faults.append(
                f"{given} is given without size_by; say which figure: {', '.join(get_args(SizeBy))}"
            )
        if self.shade is not None and self.shade not in get_args(Shade):
            faults.append(f"no shade {self.shade!r}; there are: {', '.join(get_args(Shade))}")
        if self.compare is not None:
            faults += _compare_faults(self.compare)
            if self.shade == "density":
                faults.append("two surfaces of density can't be compared; shade adm1, adm2 or sector")
        if self.extent is not None:
            faults += _extent_faults(self.extent)
        days = {}
        for name in ("since", "until"):
            try:
                days[name] = _day(getattr(self, name))
                object.__setattr__(self, name, days[name])
            except ValueError:
                faults.append(f"{name} is a day as 2025-10-09, not {getattr(self, name)!r}")
        first, last = days.get("since"), days.get("until")
        if first and last and first > last:
            faults.append(f"since {self.since} is after until {self.until}; swap them")
        if isinstance(self.events, str):
            object.__setattr__(self, "events", Path(self.events))
        elif self.events is not None and not isinstance(self.events, Path):
            from geo.sources.given import as_tables

            try:
                object.__setattr__(self, "events", as_tables(self.events))
            except SchemaError as err:
                faults.append(str(err))
        if faults:
            raise SchemaError("; ".join(faults))


def _day(value: dt.date | str | None) -> dt.date | None:
    """A day of a text or a date; a time of day is dropped."""
    if isinstance(value, str):
        return dt.date.fromisoformat(value)
    if isinstance(value, dt.datetime):
        return value.date()
    if value is None or isinstance(value, dt.date):
        return value
    raise ValueError(f"not a day: {value!r}")


def _compare_faults(compare: object) -> list[str]:
    if not (
        isinstance(compare, tuple) and len(compare) == 2 and all(isinstance(one, str) for one in compare)
    ):
        return [f"compare is two periods such as 2025-10-01:2025-10-19, not {compare!r}"]
    faults = []
    for text in compare:
        try:
            parse_period(text)
        except ValueError as err:
            faults.append(str(err))
    if compare[0] == compare[1]:
        faults.append(f"the two periods to compare are the same, {compare[0]!r}")
    return faults


def _extent_faults(extent: tuple[float, float, float, float]) -> list[str]:
    if len(extent) != 4:
        return [f"an extent is (west, south, east, north), not {extent!r}"]
    west, south, east, north = extent
    inside = REGION[0] <= west < east <= REGION[2] and REGION[1] <= south < north <= REGION[3]
    if inside:
        return []
    return [
        f"extent {extent!r} is not (west, south, east, north) in degrees within {REGION}; "
        "are longitude and latitude swapped?"
    ]
