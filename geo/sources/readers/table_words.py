"""What happened and how far it is supported, in the words that tables have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import pandas as pd

from geo.events.columns import fold
from geo.events.faults import FaultLog
from geo.vocab import CONFIDENCES, EVENT_TYPES, VERIFICATIONS

__all__ = ["confidence_of", "event_types_of", "holds_types", "type_in_words", "verification_of"]

_TYPE_WORDS: Final = (
    (r"\bdrones?\b|\buavs?\b|quad ?copter|unmanned", "drone strike"),
    (r"\bair ?strikes?\b|\bair raids?\b|aerial|\bjets?\b|bombardment by air|air bombing", "airstrike"),
    (r"shell|mortar|artillery|rocket|missile", "shelling"),
    (r"re ?open|opened|opening", "crossing reopened"),
    (r"clos(?:ed|ure|ing)|shut", "crossing closed"),
    (r"bomb|\bieds?\b|explosion|blast|\bmines?\b|landmine|grenade", "bombing"),
    (r"clash|fire ?fight|gun ?battle|fighting|skirmish|battle|exchange of fire|crossfire", "armed clash"),
    (r"talks?\b|negotiat|ceasefire|cease fire|truce|agreement|meeting|\bjirga", "talks"),
    (
        r"attack|assault|\braid|ambush|assassinat|shooting|shot|killing|execution|beheading|kidnap|abduct",
        "attack",
    ),
)
_LONGEST_TYPE: Final = 60
"""Characters: a longer text tells a story and is no type."""


def event_types_of(
    cells: Mapping[str, pd.Series], found: Mapping[str, str], warnings: FaultLog, index: pd.Index
) -> pd.Series:
    """The type of each row; what is not known is ``other``, and told."""
    dtype = pd.CategoricalDtype(list(EVENT_TYPES))
    if "event_type" not in cells:
        if len(index):
            warnings.add_whole("no column says what happened: every event is 'other' (--map type=COLUMN)")
        return pd.Series("other", index=index).astype(dtype)
    text = cells["event_type"]
    known = text.map({said: type_in_words(said) for said in text.unique()}).astype("object")
    unknown = known.isna()
    allowed = ", ".join(EVENT_TYPES)
    name = found["event_type"]
    if unknown.all() and text.ne("").any():
        warnings.add_whole(
            f"no row of column {name!r} has a type known here: every event is 'other'; known: {allowed}"
        )
    else:
        reason = f"no type known here, so it is 'other'; known: {allowed}"
        warnings.add(unknown & text.ne(""), name, text, reason)
    if empty := int((unknown & text.eq("")).sum()):
        warnings.add_whole(
            f"{name!r} is empty in {empty} of {len(index)} rows: what happened there is 'other'"
        )
    return known.where(known.notna(), "other").astype(dtype)


def type_in_words(text: str) -> str | None:
    """The type of ours that a text means; None where it means none.

    Examples
    --------
    >>> type_in_words("UAV strike"), type_in_words("weather")
    ('drone strike', None)
    """
    folded = fold(text)
    if folded in EVENT_TYPES:
        return folded
    return next((kind for pattern, kind in _TYPE_WORDS if re.search(pattern, folded)), None)


def holds_types(text: pd.Series) -> bool:
    """Whether a column of words, such as "What happened", holds types and no stories."""
    filled = text[text.ne("")]
    if filled.empty or filled.str.len().max() > _LONGEST_TYPE:
        return False
    return bool(filled.map(lambda said: type_in_words(said) is not None).mean() >= 0.5)


def verification_of(
    cells: Mapping[str, pd.Series], found: Mapping[str, str], warnings: FaultLog, index: pd.Index
) -> pd.Series:
    """How far each row is supported, as it says; a row that names nothing but a claimant is claimed."""
    dtype = pd.CategoricalDtype(list(VERIFICATIONS))
    empty = pd.Series("", index=index, dtype="str")
    text = cells.get("verification", empty)
    folded = text.map(fold).astype("str")
    good = folded.isin(VERIFICATIONS)
    odd = text.ne("") & ~good
    if odd.any():
        warnings.add(
            odd,
            found["verification"],
            text,
            f"unknown, so it counts as not stated; known: {', '.join(VERIFICATIONS)}",
        )
    one_side = ~good & text.eq("") & cells.get("claimant", empty).ne("")
    return folded.where(good, None).mask(one_side, "claimed").astype(dtype)


def confidence_of(
    cells: Mapping[str, pd.Series], found: Mapping[str, str], warnings: FaultLog
) -> pd.Series | None:
    """How sure the compilers are; None where the table does not say."""
    if "confidence" not in cells:
        return None
    folded = cells["confidence"].map(fold).astype("str")
    good = folded.isin(CONFIDENCES)
    reason = f"unknown, so it counts as not stated; known: {', '.join(CONFIDENCES)}"
    warnings.add(cells["confidence"].ne("") & ~good, found["confidence"], cells["confidence"], reason)
    return folded.where(good, None).astype(pd.CategoricalDtype(list(CONFIDENCES)))
