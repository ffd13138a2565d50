"""Events and their parts: a front of many sectors and the sectors; a count takes one or the other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.types import Bools

__all__ = ["is_counted"]


def is_counted(events: pd.DataFrame) -> Bools:
    """Which rows to count, so that a whole and its parts are never counted both.

    Where a part of an event is among the rows, the whole is not counted: the parts say more of where and
    when. A whole without any of its parts among the rows counts itself.

    Parameters
    ----------
    events
        Rows of an event table; ``part_of`` names the whole by its ``event_id``. Without these columns every
        row counts.

    Returns
    -------
    array of bool
        One for each row.

    Examples
    --------
    >>> import pandas as pd
    >>> events = pd.DataFrame({"event_id": ["a", "b", "c"], "part_of": [None, "a", None]})
    >>> is_counted(events).tolist()
    [False, True, True]
    >>> is_counted(events.iloc[[0, 2]]).tolist()
    [True, True]
    """
    if "part_of" not in events or "event_id" not in events:
        return np.ones(len(events), dtype=bool)
    wholes = set(events["part_of"].dropna().astype("str")) - {""}
    if not wholes:
        return np.ones(len(events), dtype=bool)
    ids = events["event_id"].astype("str").to_numpy()
    return np.array([one not in wholes for one in ids], dtype=bool)
