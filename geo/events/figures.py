"""A claimed number in its parts: how it was said, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.errors import SchemaError
from geo.vocab import BOUNDS

__all__ = ["FIGURE_WORDS", "Figure", "figure_of"]

FIGURE_WORDS: Final = (
    "none",
    "exactly",
    "between",
    "at_least",
    "more_than",
    "up_to",
    "about",
    "about_between",
    "dozens",
    "not_stated",
)
"""Keys of the words that a figure is shown with: :attr:`Figure.words` is one of them."""


@dataclass(frozen=True)
class Figure:
    """A number of people as it was said.

    Attributes
    ----------
    words
        Key of the words to show it with, one of :data:`FIGURE_WORDS`.
    numbers
        The numbers that those words take, in their order: two for ``between``, none for ``none``, ``dozens``
        and ``not_stated``.
    denial
        Whether it says that nobody was; no measure of how many were, and never the highest of several.
    """

    words: str
    numbers: tuple[int, ...] = ()
    denial: bool = False


def figure_of(low: object, high: object, bound: object = None) -> Figure:
    """The parts of a figure, for words to be put to.

    Parameters
    ----------
    low, high
        As in the columns of claims, or the lowest and highest number of deaths of an event; missing is None,
        NaN or ``pd.NA``.
    bound
        One of :data:`geo.vocab.BOUNDS`; where it is missing the numbers tell: the lower alone is "at least",
        the higher alone "up to".

    Returns
    -------
    Figure

    Raises
    ------
    SchemaError
        If the bound is none of those.

    Examples
    --------
    >>> from geo.events.figures import figure_of
    >>> figure_of(12, None, "at least")
    Figure(words='at_least', numbers=(12,), denial=False)
    >>> figure_of(45, 50).words, figure_of(None, 30).words, figure_of(15, 15, "about").words
    ('between', 'up_to', 'about')
    >>> figure_of(0, 0), figure_of(None, None, "dozens").words
    (Figure(words='none', numbers=(), denial=True), 'dozens')
    """
    lower, upper = _number(low), _number(high)
    said = bound if isinstance(bound, str) and bound else None
    if said is not None and said not in BOUNDS:
        raise SchemaError(f"bound {said!r} is not known; allowed: {', '.join(BOUNDS)}")
    if said == "dozens":
        return Figure("dozens")
    if lower is None and upper is None:
        return Figure("not_stated")
    if upper is None:
        return Figure("more_than" if said == "more than" else "at_least", (lower or 0,))
    if lower is None:
        return Figure("up_to", (upper,))
    if lower != upper:
        return Figure("about_between" if said == "about" else "between", (lower, upper))
    if upper == 0:
        return Figure("none", denial=True)
    return Figure("about" if said == "about" else "exactly", (upper,))


def _number(value: object) -> int | None:
    # NaN and pd.NA are the two values that are not equal to themselves; pd.NA has no truth of its own.
    if value is None or value is not value or str(value) in ("<NA>", "nan", "NaT"):
        return None
    return int(str(value).removesuffix(".0"))
