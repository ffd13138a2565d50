"""People who crossed, as one source counted them: a tidy table, in which no figure is ever added to another.

A row is a crossing, where the people come from and go to, how many, in which days, and who counted. Two
sources count different people in different ways, so that a table is read whole and drawn a source at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from geo.analysis.crossing_tables import Accounted, known_crossing_ids, read_accounted
from geo.arguments import checked
from geo.boundaries.catalogue import data_path
from geo.errors import SchemaError
from geo.events.columns import FLOW_COLUMNS
from geo.places.unit_names import country_code, province_code

if TYPE_CHECKING:
    from geo.events.faults import Fault

__all__ = ["CrossingFlows", "read_crossing_flows"]


@dataclass(frozen=True, eq=False)
class CrossingFlows(Accounted):
    """A table of people who crossed, every row accounted for.

    Attributes
    ----------
    flows
        One row a figure, in ``geo.events.columns.FLOW_COLUMNS``; ``from`` and ``to`` are codes (AF, PK or
        ISO 3166-2).
    rejected
        A line for each fault: ``row``, ``column``, ``value``, ``reason``.
    read
        Number of rows read.
    """

    flows: pd.DataFrame
    rejected: pd.DataFrame
    read: int

    @property
    def accepted(self) -> int:
        """Number of figures."""
        return len(self.flows)

    def of(self, source: str | None = None) -> pd.DataFrame:
        """The figures of one source, which need not be named where there is one alone.

        Raises
        ------
        SchemaError
            If the table has several sources and none is chosen, or it has not the one that is.
        """
        sources = sorted(self.flows["source"].astype(str).unique())
        if source is None and len(sources) > 1:
            raise SchemaError(
                f"figures of {len(sources)} sources ({', '.join(sources)}) are never in one picture: they "
                "count different people; choose one source"
            )
        if source is not None and source not in sources:
            raise SchemaError(f"no figures of {source!r}; there are: {', '.join(sources)}")
        return self.flows[self.flows["source"] == source] if source else self.flows


@checked
def read_crossing_flows(table: str | Path | pd.DataFrame | None = None) -> CrossingFlows:
    """Read a table of people who crossed, such as the weekly counts that IOM publishes.

    Countries and provinces are resolved by name or code, crossings in any language.

    Parameters
    ----------
    table
        A file of any format that :func:`geo.read_events` takes, or a frame, with the columns of
        ``geo.events.columns.FLOW_COLUMNS``; the shipped table of published figures if not given.

    Returns
    -------
    CrossingFlows
        ``flows``, ``rejected`` and ``counts``.

    Raises
    ------
    SchemaError
        If a required column is missing.
    SourceError
        If the file cannot be read as a table.

    Examples
    --------
    >>> import pandas as pd, geo
    >>> shipped = geo.read_crossing_flows().of("IOM Pakistan").set_index(["crossing_id", "date_from"])
    >>> int(shipped.loc[("chaman-spin-boldak", "2022-05-07"), "people"])
    4811
    >>> row = {"crossing_id": "Torkham", "from": "PK", "to": "Nangarhar", "people": 120}
    >>> row |= {"date_from": "2030-01-01", "date_to": "2030-01-07", "source": "invented"}
    >>> flows = geo.read_crossing_flows(pd.DataFrame([row]))
    >>> flows.flows[["crossing_id", "from", "to", "people"]].values.tolist()
    [['torkham', 'PK', 'AF-NAN', 120]]
    """
    if table is None:
        table = data_path("events", "crossing_flows.csv")
    return CrossingFlows(
        *read_accounted(
            table if isinstance(table, pd.DataFrame) else Path(table),
            FLOW_COLUMNS,
            "a table of people who crossed",
            {"crossing_id": known_crossing_ids, "from": _codes, "to": _codes},
            ("date_to",),
            check=_fewer_than_none,
        )
    )


def _fewer_than_none(flows: pd.DataFrame) -> list[Fault]:
    people = flows["people"].dropna()
    few = people[people < 0]
    return [(int(str(row)), "people", str(number), "is fewer than none") for row, number in few.items()]


def _codes(names: pd.Series) -> tuple[pd.Series, list[Fault]]:
    codes = names.copy()
    faults: list[Fault] = []
    for row, name in names.dropna().items():
        code = country_code(str(name)) or province_code(str(name))
        if code is None:
            reason = "is no country and no province of the two"
            faults.append((int(str(row)), str(names.name), str(name), reason))
        else:
            codes[row] = code
    return codes, faults
