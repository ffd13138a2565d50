"""The scripts and styles of the page, as one text."""

from __future__ import annotations

import functools
import importlib.resources
import re
from pathlib import Path
from typing import Final

from maps.style import css_variables, dash_variables

__all__ = ["SCRIPTS", "SEARCHES", "STYLES"]

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
        "gates.js",
        "tags.js",
        "search.js",
        "first_view.js",
        "areas.js",
        "edges.js",
        "canvas.js",
        "drawn.js",
    ),
    *("card.js", "key.js", "filters.js", "time.js", "table.js", "tiles.js", "gestures.js", "title.js"),
    "dress.js",
)
"""In the order in which they need each other."""

SEARCHES: Final = ("search.js", "first_view.js")
"""What a page can do without: marks are placed one after the other then, in the view of all events."""

STYLES: Final = ("map.css",)

STRICT: Final = '"use strict";'
"""Stands once where many scripts go together."""

_COMMENT: Final = re.compile(r"//.*|/\*[^*]*\*/")
_AFTER: Final = re.compile(r"([;,{}]) +// [^`'\"]*$")
"""A comment after what ends a statement; none stands in a text."""

_CLOSERS: Final = tuple(".)]}?:")
"""What begins a line that goes on with the one before."""

_TEXT: Final = r'"[^"\\]*"|`[^`$\\]*(?:\$\{[^`{}]*\}[^`$\\]*)*`'
"""A text in double quotes, or a template without another in it."""

_CODE: Final = re.compile(rf"(?:[^`'\"/\\]|(?<= )/(?= )|{_TEXT})*")
"""A line whose texts, if any, are such, without an expression in strokes."""

_ROUND: Final = re.compile(
    rf"({_TEXT})| *([=<>!&|?:,;{{}}()\[\]*%]+|[+-]=|(?<= )/(?= )) *"
    r"|(?<![+-])(?: |(?<=[)\]] ))([+-]) (?![+-])|(?<![\w.])0(?=\.\d)"
)
"""A text, or signs round which a blank says nothing, or the nought before a point."""

_HALF: Final = re.compile(r"(?<=[ :,(])0(?=\.\d)")
"""The nought before a point, in a style."""

_SELECTOR: Final = re.compile(r"\s*([,>])\s+|(:)\s+")
"""Signs of a selector, or of what a style asks of the screen, round which a blank says nothing."""

_LAST: Final = tuple("]})")
"""What ends a list whose last comma says nothing."""

_BLOCK: Final = re.compile(r" ?\{([^{}]*)\}\n?")
"""Declarations of a style; none of ours has a text with a colon or a semicolon before a space in it."""

_OPENERS: Final = tuple(";,{}([&|=>")
"""What ends a line after which a break says nothing: a brace that ends a statement has its semicolon."""

_HEADS: Final = ("if(", "for(")
"""What begins a line that, without a semicolon, goes on with the next."""


@functools.cache
def script_text(name: str) -> str:
    """A file of the front end, without the indents and the comments that a page needn't carry."""
    text = (
        importlib.resources.files("maps")
        .joinpath("web", Path(name).suffix[1:], name)
        .read_text(encoding="utf-8")
    )
    lines = map(_without_end, map(str.strip, text.splitlines()))
    kept = [line for line in lines if line and not (line.startswith("/") and _COMMENT.fullmatch(line))]
    if name.endswith(".js"):
        kept = [_ROUND.sub(r"\1\2\3", line) if _CODE.fullmatch(line) else line for line in kept]
    follow = [*kept[1:], ""]
    kept = [
        line[:-1] if line.endswith(",") and after.startswith(_LAST) else line
        for line, after in zip(kept, follow, strict=True)
    ]
    text = "".join(
        line if _is_plain(line) and _goes_on(line, after) else f"{line}\n"
        for line, after in zip(kept, follow, strict=True)
    )
    return _small_css(text) if name.endswith(".css") else text


def _without_end(line: str) -> str:
    """A line without the comment at its end."""
    return _AFTER.sub(r"\1", line) if "// " in line else line


def _goes_on(line: str, after: str) -> bool:
    """Whether the next line may stand in one with this."""
    return line.endswith(_OPENERS) or line.startswith(_HEADS) or after.startswith(_CLOSERS)


def _is_plain(line: str) -> bool:
    """Whether no comment and no text over several lines stands in a line."""
    return "//" not in line and ("`" not in line or bool(_CODE.fullmatch(line)))


def _small_css(text: str) -> str:
    """A style sheet without what only readers of the file need; texts in quotes stay as they are."""
    parts = _BLOCK.sub(_tight, text).split('"')
    return '"'.join(part if n % 2 else _SELECTOR.sub(r"\1\2", part) for n, part in enumerate(parts))


def _tight(block: re.Match[str]) -> str:
    """The declarations of a style."""
    return "{" + _HALF.sub("", re.sub(r"(?<=[:;])\s+", "", block[1].strip())).rstrip(";") + "}"


@functools.cache
def front_end_js(without: tuple[str, ...] = ()) -> str:
    scripts = (script_text(name).replace(STRICT, "", 1) for name in SCRIPTS if name not in without)
    return f"(function(){{{STRICT}{''.join(scripts)}}})();\n"


@functools.cache
def front_end_css() -> str:
    return css_variables() + dash_variables() + types_css() + "".join(script_text(name) for name in STYLES)


@functools.cache
def types_css() -> str:
    from maps.style import TYPES

    return "".join(
        f".d-type-{n}{{--d-c:var(--d-type-{n});--d-l:var(--d-type-line-{n})}}\n" for n in range(len(TYPES))
    )
