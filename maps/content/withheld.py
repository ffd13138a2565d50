"""Events that may be looked at on a map, but not passed on with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = ["withheld"]

NO_REDISTRIBUTION: Final = "no-redistribution"
"""Licence of rows that may be counted and drawn, and not passed on."""

CLOSED_DATASETS: Final = ("acled", "gtd")
"""Data sets whose terms forbid passing rows on."""


def withheld(events: gpd.GeoDataFrame) -> dict[str, int]:
    """Events that may be looked at but not passed on, by data set.

    The row's licence decides. Rows of ACLED and GTD, whose terms forbid it, count also where none is given.
    """
    import numpy as np
    import pandas as pd

    def texts(name: str) -> pd.Series:
        if name not in events:
            return pd.Series("", index=range(len(events)), dtype="object")
        found = events[name].astype("object").reset_index(drop=True)
        return found.where(found.notna(), "").map(lambda one: str(one).strip())

    dataset = texts("dataset")
    prefix = texts("event_id").str.partition(":")[0] if len(events) else dataset
    told = pd.DataFrame({"licence": texts("licence"), "dataset": dataset})
    told["named"] = np.where(dataset != "", dataset, prefix)
    found: dict[str, int] = {}
    for (licence, given, named), n in told.value_counts(sort=False).items():
        told_licence = re.sub(r"[\s_]+", "-", str(licence).casefold())
        closed = next((name for name in CLOSED_DATASETS if str(named).casefold().startswith(name)), None)
        if NO_REDISTRIBUTION in told_licence or (closed and not told_licence):
            name = str(given) or closed or "no named data set"
            found[name] = found.get(name, 0) + int(n)
    return dict(sorted(found.items()))
