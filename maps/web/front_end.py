"""The scripts and styles of the page, as one text."""

from __future__ import annotations

import functools
import importlib.resources
import re
from pathlib import Path
from typing import Final

from maps.style import css_variables

__all__ = ["SCRIPTS", "STYLES"]

SCRIPTS: Final = (
    *(
        "core.js",
        "type.js",
        "ground.js",
        "place.js",
        "packed.js",
        "state.js",
        "base.js",
        "labels.js",
        "along.js",
    ),
    *(
        "group.js",
        "events.js",
        "items.js",
        "marks.js",
        "tags.js",
        "areas.js",
        "edges.js",
        "canvas.js",
        "drawn.js",
    ),
    *("card.js", "key.js", "filters.js", "time.js", "table.js", "tiles.js", "gestures.js", "dress.js"),
)
"""In the order in which they need each other."""

STYLES: Final = ("map.css",)

_COMMENT: Final = re.compile(r"//.*|/\*[^*]*\*/")
_AFTER: Final = re.compile(r"([;,{}]) +// [^`'\"]*$")
"""A comment after what ends a statement; none stands in a text."""


@functools.cache
def script_text(name: str) -> str:
    """A file of the front end, without the indents and the comments that a page needn't carry."""
    text = (
        importlib.resources.files("maps")
        .joinpath("web", Path(name).suffix[1:], name)
        .read_text(encoding="utf-8")
    )
    lines = (_AFTER.sub(r"\1", line.strip()) for line in text.splitlines())
    text = "\n".join(line for line in lines if line and not _COMMENT.fullmatch(line)) + "\n"
    return text.replace("; }", " }") if name.endswith(".css") else text


@functools.cache
def front_end_js() -> str:
    return "".join(script_text(name) for name in SCRIPTS)


@functools.cache
def front_end_css() -> str:
    return css_variables() + types_css() + "".join(script_text(name) for name in STYLES)


@functools.cache
def types_css() -> str:
    from maps.style import TYPES

    return "".join(
        f".d-type-{n}{{--d-c:var(--d-type-{n});--d-l:var(--d-type-line-{n})}}\n" for n in range(len(TYPES))
    )
