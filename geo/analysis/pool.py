"""Answers of several draws put together by Rubin's rules."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.arguments import checked
from geo.errors import ExtraMissingError, SchemaError

__all__ = ["pool"]

LEAST: Final = 2
"""Draws of which a variance can be had."""


@checked
def pool(
    results: pd.DataFrame | Sequence[tuple[float, float]],
    *,
    by: str | Sequence[str] | None = None,
    dof: float | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """One estimate of those of several draws, with the doubt within and between them.

    Parameters
    ----------
    results
        An estimate and its sampling variance for each draw: pairs, or a DataFrame with columns ``estimate``
        and ``variance``, or ``se`` in place of it. A variance of 0 is for what is no sample, such as a count
        of all events; then only the doubt about places and dates remains.
    by
        Columns that tell estimates apart, such as units or terms of a model: a row for each.
    dof
        Degrees of freedom that the estimate has if nothing is in doubt: observations less parameters.
        With it those of the interval are as Barnard and Rubin (1999) have them, else, and where all variances
        are 0, as Rubin (1987).
    level
        Of the interval.

    Returns
    -------
    DataFrame
        The columns `by`, in the order in which they come, and: ``estimate``, the mean; ``within``, the mean
        variance; ``between``, the variance of the estimates; ``total``: within + (1 + 1/m) between; ``se``,
        its root; ``df``, degrees of freedom; ``low``, ``high``, the interval by Student's t; ``fmi``:
        fraction of missing information (all float64); ``draws`` (int64), m.

    Raises
    ------
    SchemaError
        If there are fewer than 2 draws, a number is missing, a variance is below 0, a term stands in some of
        the draws only, or an argument is not as described.
    ExtraMissingError
        If scipy is not installed.

    Notes
    -----
    Rubin's rules want estimates that are about normal; take logarithms of ratios first. With
    r = (1 + 1/m) between / within, Rubin's degrees of freedom are (m - 1) (1 + 1/r)^2. With v = `dof` and
    g = (1 + 1/m) between / total, those that are seen are (v + 1) / (v + 3) v (1 - g), and Barnard and
    Rubin's the harmonic sum of the two. fmi = (r + 2 / (df + 3)) / (r + 1).

    References
    ----------
    Rubin D. B. (1987): Multiple Imputation for Nonresponse in Surveys. Wiley.
    Barnard J., Rubin D. B. (1999): Small-sample degrees of freedom with multiple imputation. Biometrika 86.

    Examples
    --------
    >>> import geo
    >>> geo.pool([(10, 4), (12, 5), (11, 3)])[["estimate", "within", "between", "draws"]].to_numpy().tolist()
    [[11.0, 4.0, 1.0, 3.0]]
    """
    if not (isinstance(level, (int, float)) and 0 < level < 1):
        raise SchemaError(f"level is a part between 0 and 1, such as 0.95, not {level!r}")
    if dof is not None and not (isinstance(dof, (int, float)) and math.isfinite(dof) and dof > 0):
        raise SchemaError(f"dof is a number of more than 0, not {dof!r}")
    table, names = _table(results, by)
    if not names:
        return pd.DataFrame([_pooled(table, dof, level)]).astype({"draws": "int64"})
    rows, keys = [], []
    for key, part in table.groupby(names, sort=False, observed=True, dropna=False):
        keys.append(key)
        rows.append(_pooled(part, dof, level))
    counted = {int(row["draws"]) for row in rows}
    if len(counted) > 1:
        raise SchemaError(
            f"some terms have {min(counted)} draws and some {max(counted)}; each must be in every draw, with "
            "an estimate of 0 where that is what was found"
        )
    found = pd.DataFrame(rows).astype({"draws": "int64"})
    return pd.concat([pd.DataFrame(keys, columns=names), found], axis=1)


def _table(results: Any, by: str | Sequence[str] | None) -> tuple[pd.DataFrame, list[str]]:
    names = [by] if isinstance(by, str) else list(by or ())
    if not isinstance(results, pd.DataFrame):
        try:
            numbers = np.asarray(results, dtype=np.float64).reshape(-1, 2)
        except (ValueError, TypeError) as err:
            raise SchemaError(f"results are pairs of an estimate and its variance: {err}") from err
        results = pd.DataFrame(numbers, columns=["estimate", "variance"])
    if "variance" not in results.columns and "se" in results.columns:
        results = results.assign(variance=results["se"] ** 2)
    lacking = [name for name in ("estimate", "variance", *names) if name not in results.columns]
    if lacking:
        raise SchemaError(
            f"results lack {', '.join(lacking)}; there are {', '.join(map(str, results.columns))}"
        )
    values = results[["estimate", "variance"]].to_numpy(dtype=np.float64, na_value=np.nan)
    if not np.isfinite(values).all():
        bad = np.count_nonzero(~np.isfinite(values).all(axis=1))
        raise SchemaError(
            f"{bad} of {len(values)} results have no estimate or variance; an answer that not every draw "
            "gives cannot be pooled"
        )
    if (values[:, 1] < 0).any():
        raise SchemaError("a variance is below 0")
    if "draw" in results.columns and results.duplicated([*names, "draw"]).any():
        raise SchemaError("a draw stands twice; name with `by` what tells its estimates apart")
    return results, names


def _pooled(part: pd.DataFrame, dof: float | None, level: float) -> dict[str, float]:
    m = len(part)
    if m < LEAST:
        raise SchemaError(f"pooling needs at least {LEAST} draws, not {m}")
    estimate, within = float(part["estimate"].mean()), float(part["variance"].mean())
    between = float(part["estimate"].var(ddof=1))
    added = (1 + 1 / m) * between
    total = within + added
    missing = added / total if total > 0 else 0.0
    df = (m - 1) / missing**2 if missing > 0 else math.inf
    if dof is not None and within > 0:
        seen = (dof + 1) / (dof + 3) * dof * (1 - missing)
        df = seen if math.isinf(df) else df * seen / (df + seen)
    se = math.sqrt(total)
    wide = se * student(0.5 + level / 2, df) if se > 0 else 0.0
    # With r = added / within: (r + 2 / (df + 3)) / (r + 1).
    fmi = missing + (0.0 if math.isinf(df) else 2 / (df + 3) * (1 - missing)) if missing > 0 else 0.0
    return {
        "estimate": estimate,
        "within": within,
        "between": between,
        "total": total,
        "se": se,
        "df": df,
        "low": estimate - wide,
        "high": estimate + wide,
        "fmi": fmi,
        "draws": m,
    }


def student(part: float, df: float) -> float:
    """The point of Student's t below which that part of it lies."""
    try:
        from scipy import stats
    except ImportError as err:
        raise ExtraMissingError.of("geo.pool", "scipy", "stats") from err
    return float(stats.norm.ppf(part) if math.isinf(df) else stats.t.ppf(part, df))
