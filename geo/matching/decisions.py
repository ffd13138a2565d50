"""What people decided about pairs of events."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geo.arguments import checked, needed
from geo.errors import DataNotFoundError, SchemaError
from geo.files.csv_injection import restore_formulas

__all__ = ["DECISIONS", "apply_decisions"]


DECISIONS: Final = ("accept", "reject")


@checked
def apply_decisions(matches: pd.DataFrame, decisions: pd.DataFrame | str | Path) -> pd.DataFrame:
    """Matches with what a person decided about them.

    Parameters
    ----------
    matches
        As :func:`geo.match` gives them.
    decisions
        ``id_a``, ``id_b``, ``decision`` (accept, reject or empty) and, if wanted, ``decided_by``,
        ``decided_on``, ``note``; or the name of a CSV file with them, such as the table of matches filled in.
        Only rows with a decision count. A pair that was accepted and is not among the matches is added,
        without a score.

    Returns
    -------
    DataFrame
        The matches with ``decision``, ``decided_by``, ``decided_on``, ``note``; no row is dropped.

    Raises
    ------
    DataNotFoundError
        If the file is not there.
    SchemaError
        If a column is missing, a decision is another word, or a pair is decided both ways.

    Examples
    --------
    >>> import geo, pandas as pd
    >>> matches = pd.DataFrame({"id_a": ["own:1"], "id_b": ["ucdp:9"], "score": [0.8]})
    >>> judged = pd.DataFrame({"id_a": ["own:1"], "id_b": ["ucdp:9"], "decision": ["reject"]})
    >>> geo.apply_decisions(matches, judged)["decision"].tolist()
    ['reject']
    """
    if isinstance(decisions, (str, Path)):
        try:
            decisions = restore_formulas(pd.read_csv(decisions, dtype="str", keep_default_na=False))
        except FileNotFoundError as err:
            raise DataNotFoundError(f"no file of decisions at {str(decisions)!r}") from err
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as err:
            raise SchemaError(f"{str(decisions)!r} is no CSV file in UTF-8: {err}") from err
    needed(matches.columns, ("id_a", "id_b"), "matches")
    needed(decisions.columns, ("id_a", "id_b", "decision"), "decisions")
    noted = ("decision", "decided_by", "decided_on", "note")
    judged = pd.DataFrame(
        {
            column: (decisions[column].astype("object") if column in decisions.columns else None)
            for column in ("id_a", "id_b", *noted)
        },
        index=decisions.index,
    )
    judged = judged.astype("object").where(judged.notna(), "").astype("str")
    judged["decision"] = judged["decision"].str.strip().str.casefold()
    unheard = sorted(set(judged["decision"]) - {*DECISIONS, ""})
    if unheard:
        raise SchemaError(f"decision has {', '.join(map(repr, unheard))}; allowed: accept, reject, or empty")
    judged = judged[judged["decision"] != ""].drop_duplicates()
    both = judged.groupby(["id_a", "id_b"])["decision"].nunique()
    if (both > 1).any():
        pairs = ", ".join(f"{one} and {two}" for one, two in both.index[both > 1])
        raise SchemaError(f"accepted and rejected at once: {pairs}; leave one decision for each pair")
    judged = judged.drop_duplicates(["id_a", "id_b"], keep="last").set_index(["id_a", "id_b"])
    result = matches.copy()
    keys = pd.MultiIndex.from_frame(result[["id_a", "id_b"]].astype("str"))
    at = judged.index.get_indexer(keys)
    for column in noted:
        before = (
            result[column].astype("object").where(result[column].notna(), "").to_numpy()
            if column in result.columns
            else np.full(len(result), "", dtype=object)
        )
        values = judged[column].to_numpy(dtype=object)
        filled = [values[k] if k >= 0 else old for k, old in zip(at, before, strict=True)]
        result[column] = pd.Series(filled, index=result.index, dtype="str")
    extra = judged[(judged["decision"] == "accept") & ~judged.index.isin(keys)].reset_index()
    if len(extra):
        extra["why"] = "added by hand"
        start = 0 if result.empty else len(result)
        extra.index = pd.RangeIndex(start, start + len(extra))
        shared = [column for column in extra.columns if column in result.columns or column in noted]
        result = (
            pd.concat([result, extra[shared]])
            if len(result)
            else extra[shared].reindex(columns=result.columns)
        )
    return result
