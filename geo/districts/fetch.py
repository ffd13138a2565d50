"""The outlines of both countries' districts in one step: downloaded, checked, added."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from geo.boundaries.added import list_added, user_folder
from geo.boundaries.download import KnownSource, fetch_boundaries, list_sources
from geo.districts.add import BoundaryReport, add_boundaries
from geo.errors import BoundaryError

__all__ = ["fetch_districts"]

DISTRICTS: Final = 2
"""Level of districts among the known sources."""

SAID: Final = {"licence": "boundaryLicense", "vintage": "boundaryYearRepresented"}
"""Where geoBoundaries' description of a file has what our table doesn't know."""


def fetch_districts(
    *,
    timeout_s: float = 30.0,
    overwrite: bool = False,
    progress: Callable[[int, int | None], None] | None = None,
) -> Iterator[BoundaryReport]:
    """Download the known outlines of districts and add them, a country at a time.

    The files have fixed addresses and hashes (:func:`geo.list_sources`). A licence or year that the table
    doesn't have is read from the publisher's description of the file.

    Parameters
    ----------
    timeout_s
        Longest silence of a server, in seconds.
    overwrite
        Whether to fetch again and take the place of districts that were added before. Without it, countries
        that have districts are left as they are.
    progress
        Called with the bytes that have come, and all that there are, where that is known.

    Yields
    ------
    BoundaryReport
        Of each country that was added, as :func:`geo.add_boundaries` returns it.

    Raises
    ------
    FetchError
        If there is no network, or a file is not the one that its hash stands for.
    BoundaryError
        If the publisher's description names no licence or year.
    """
    there = {layer.id for layer in list_added()}
    for known in list_sources():
        if known.level != DISTRICTS or (f"{known.country}-{known.level}" in there and not overwrite):
            continue
        found = fetch_boundaries(known.id, timeout_s=timeout_s, progress=progress)
        said = _described(known, timeout_s)
        yield add_boundaries(
            found.path,
            country=known.country,
            level=DISTRICTS,
            licence=said["licence"],
            vintage=said["vintage"],
            source=known.source,
            source_url=known.info_url,
            overwrite=overwrite,
        )


def _described(known: KnownSource, timeout_s: float) -> dict[str, str]:
    """Licence and year of a file: of our table, else of the publisher's description."""
    said = {name: getattr(known, name) or "" for name in SAID}
    if all(said.values()):
        return said
    path = user_folder() / "downloads" / f"{known.id}.json"
    fetch_boundaries(known.info_url, to=path, timeout_s=timeout_s, overwrite=True)
    said = {name: said[name] or _text(path, key) for name, key in SAID.items()}
    if missing := [name for name, text in said.items() if not text]:
        raise BoundaryError(
            f"{known.info_url} names no {' and no '.join(missing)} of {known.id}; look there, and add the "
            f"file by hand: durand boundaries fetch {known.id}, then durand boundaries add"
        )
    return said


def _text(path: Path, key: str) -> str:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return ""
    value = found.get(key) if isinstance(found, dict) else None
    return str(value).strip() if isinstance(value, (str, int)) else ""
