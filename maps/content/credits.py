"""Credits of a map's events: the data sets that they come from, named as each asks to be.

A licence that asks for a credit is met on the map itself, for whatever file an editor brings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from maps.words.words import word

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["district_credits", "event_credits"]

UPPSALA: Final = "https://ucdp.uu.se/"

DATASETS: Final[dict[str, tuple[str, str | None]]] = {
    "apb": ("Afghanistan-Pakistan border events{version}, compiled from published reports", None),
    "ucdp-ged": ("UCDP GED{version}, Uppsala Conflict Data Program", UPPSALA),
    "ucdp-candidate": ("UCDP Candidate Events{version}, Uppsala Conflict Data Program", UPPSALA),
    "gdelt": ("The GDELT Project", "https://www.gdeltproject.org/"),
    "acled": ("ACLED (Armed Conflict Location & Event Data)", "https://acleddata.com/"),
    "gtd": ("Global Terrorism Database, START, University of Maryland", "https://www.start.umd.edu/gtd/"),
}
"""Name and address of the data sets that :mod:`geo.sources` reads, by the table's column ``dataset``."""

LICENCES: Final = {"CC-BY-4.0": "CC BY 4.0", "ODbL-1.0": "ODbL"}
"""SPDX licences that a credit names, as readers know them."""

POSITIONS: Final = (
    (
        "UCDP",
        "ucdp",
        "UCDP GED and Candidate, Uppsala Conflict Data Program (CC BY 4.0)",
        UPPSALA,
    ),
    ("geoBoundaries", "", "geoBoundaries (CC BY 4.0)", "https://www.geoboundaries.org/"),
)
"""What ``coord_source`` says, the data sets that credit it already, the credit and its address."""


def event_credits(events: pd.DataFrame, lang: str) -> list[tuple[str, str | None]]:
    """Credits for the events of a map, and for positions that another source gave.

    Parameters
    ----------
    events
        Rows of the event table that are on the map.
    lang
        Language of the words around the names.

    Returns
    -------
    list of (str, str or None)
        The text and the address of each credit, those of data sets first.

    Examples
    --------
    >>> import geo
    >>> [text for text, _ in event_credits(geo.read_events().events, "en")][0]
    'events: Afghanistan-Pakistan border events 2026.11, compiled from published reports (CC BY 4.0)'
    """
    found: dict[str, str | None] = {}
    named: set[str] = set()
    if "dataset" in events:
        columns = [name for name in ("dataset", "dataset_version", "licence") if name in events]
        kinds = events[columns].astype("object").drop_duplicates()
        kinds = kinds[kinds["dataset"].notna()].sort_values(columns, key=lambda values: values.astype("str"))
        for kind in kinds.to_dict("records"):
            dataset = str(kind["dataset"]).strip()
            if not dataset:
                continue
            named.add(dataset.casefold())
            version = _said(kind.get("dataset_version"))
            name, address = DATASETS.get(dataset.casefold(), (dataset + "{version}", None))
            text = name.replace("{version}", f" {version}" if version else "")
            if licence := LICENCES.get(_said(kind.get("licence"))):
                text += f" ({licence})"
            found.setdefault(word(lang, "events from", source=text), address)
    if "coord_source" in events:
        positions = [str(text) for text in events["coord_source"].dropna().unique()]
        for mark, credited, text, address in POSITIONS:
            known = credited and any(name.startswith(credited) for name in named)
            if not known and any(mark in position for position in positions):
                found.setdefault(word(lang, "positions from", source=text), address)
    return list(found.items())


def district_credits() -> list[str]:
    """What the districts that the user has added ask to be credited as."""
    from geo.boundaries.units import districts_added

    if not districts_added():
        return []
    from geo.boundaries.added import list_added

    return [layer.credit for layer in list_added(2) if layer.credit]


def _said(value: object) -> str:
    """The text of a cell; nothing where it is missing."""
    return "" if value is None or value != value else str(value).strip()
