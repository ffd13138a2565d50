"""A map that fits into a number of bytes: what is left out, in which order, and what that is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.errors import SchemaError

if TYPE_CHECKING:
    from maps.content.content import MapContent
    from maps.spec.sheet import Sheet
    from maps.spec.spec import MapSpec

__all__ = ["STEPS", "fitted_page"]

STEPS: Final[tuple[tuple[str, tuple[str, ...], int], ...]] = (
    ("notes", ("notes",), 0),
    ("relief", ("relief",), 0),
    ("roads", ("roads",), 0),
    ("rivers, small places and fine outlines", (), 1),
    ("links to sources", ("sources", "source_url"), 0),
    ("outlines under 2 km", (), 2),
    ("font of the house", ("font",), 0),
    ("summaries", ("summary",), 0),
    ("the search for places and for a first view", ("search",), 0),
    (
        "parties, sources and claims, intervals of crossings",
        ("actor1", "actor2", "attribution", "source", "claims", "gates"),
        0,
    ),
)
"""What is given up, one after the other: words for it, texts of cards that go, how lean the base gets.

Claims stay as long as anything does, since figures belong to those who gave them.
"""


ABSENT: Final[dict[tuple[str, ...], str]] = {
    ("font",): "@font-face",
    ("relief",): '"relief":{"url"',
    ("roads",): '"roads":[{',
}
"""What a page holds that has a part which it may give up; one without it has no such step."""


def fitted_page(
    content: MapContent,
    spec: MapSpec,
    max_bytes: int,
    *,
    sheet: Sheet | None = None,
    compact: str | None = None,
) -> tuple[str, list[str]]:
    """The fullest page that is no larger than asked, and in words what it gave up, in the order of STEPS.

    Parameters
    ----------
    content, spec
        As for :func:`maps.web.page.map_page`.
    max_bytes
        The size that the file, in UTF-8, may have.
    sheet, compact
        As for :func:`maps.web.page.map_page`.

    Raises
    ------
    SchemaError
        If even the smallest page is larger; the message gives its size.
    LicenceError
        As for :func:`maps.web.page.map_page`.

    Examples
    --------
    >>> import maps
    >>> spec = maps.MapSpec(types=("shelling",))
    >>> page, gave_up = fitted_page(maps.map_content(spec), spec, 520_000)
    >>> len(page.encode()) <= 520_000, gave_up[:1]
    (True, ['notes'])
    """
    from maps.web.page import map_page

    without: tuple[str, ...] = ()
    detail = 0
    gave_up: list[str] = []
    page = map_page(content, spec, sheet=sheet, compact=compact)
    for said, texts, level in STEPS:
        if len(page.encode()) <= max_bytes:
            break
        if texts[:1] in ABSENT and ABSENT[texts[:1]] not in page:
            continue
        without, detail = (*without, *texts), max(detail, level)
        gave_up.append(said)
        page = map_page(content, spec, sheet=sheet, compact=compact, without=without, detail=detail)
    size = len(page.encode())
    if size > max_bytes:
        raise SchemaError(
            f"the map cannot be made as small as {max_bytes:,} bytes: with all that can be left out it has "
            f"{size:,}; allow that much, or show fewer events (--since, --until, --type, --province)"
        )
    return page, gave_up
