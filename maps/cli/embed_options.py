"""Options of ``durand map`` that shape the file for publication: a size to fit, a folder to embed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from maps.content.content import MapContent
    from maps.spec.spec import MapSpec

__all__ = ["embed_options", "write_pages"]

EMBED_HEAD = 4_000
"""Bytes kept free for the lines that an embedded page has in its head."""

UNITS = {"": 1, "B": 1, "KB": 1_000, "MB": 1_000_000, "KIB": 1_024, "MIB": 1_048_576}


def embed_options(command: Any) -> Any:  # noqa: ANN401 - a decorator keeps what it decorates
    """Add --max-size, --embed and --embed-url to a command."""
    folder = click.Path(file_okay=False, path_type=Path)
    command = click.option(
        "--embed-url",
        metavar="URL",
        help="Address, ending in a slash, that --embed DIR will have.",
    )(command)
    command = click.option(
        "--embed",
        type=folder,
        metavar="DIR",
        help="Folder for map, pictures, iframe snippet and oEmbed.",
    )(command)
    return click.option(
        "--max-size",
        callback=_size,
        metavar="SIZE",
        help="Largest HTML file, as 500KB; what must be is left out.",
    )(command)


def _size(_: click.Context, __: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", value, flags=re.IGNORECASE)
    if not found or found[2].upper() not in UNITS or float(found[1]) <= 0:
        raise click.BadParameter(f"{value!r} is not a size as 500KB or 1.5MB")
    return int(float(found[1]) * UNITS[found[2].upper()])


def write_pages(
    content: MapContent,
    spec: MapSpec,
    pages: Sequence[Path],
    *,
    force: bool,
    max_size: int | None,
    embed: Path | None,
    embed_url: str | None,
    say: Callable[[str], None],
) -> None:
    """Write the pages, the folder, or both, and say what was written and what was given up."""
    from maps.web.page import map_page, write_whole

    if embed is not None:
        from maps.web.embed import BROWSERS, PICTURES, check_folder, save_embed

        check_folder(embed, embed_url, force)
    if embed_url and embed is None:
        raise click.UsageError("--embed-url says where --embed DIR will be published; give that too")
    if not pages and embed is None:
        if max_size is not None:
            raise click.UsageError("--max-size is the size of an HTML file; give -o FILE.html or --embed DIR")
        return
    if max_size is None:
        page = map_page(content, spec, embedded=embed is not None)
    else:
        from maps.web.size_budget import fitted_page

        # The folder's page has a few lines more in its head.
        room = max_size - (EMBED_HEAD if embed is not None else 0)
        page, gave_up = fitted_page(content, spec, room, embedded=embed is not None)
        if gave_up:
            say(f"to fit into {max_size:,} bytes the map has no {'; no '.join(gave_up)}")
    for path in pages:
        write_whole(path, page)
        say(f"{path}: {content.counted} {path.stat().st_size / 1000:.0f} KB")
    if embed is not None:
        written = save_embed(spec, embed, url=embed_url, overwrite=force, page=(page, content))
        say(f"{embed}: {', '.join(path.name for path in written)}")
        if len(written) < 3 + len(PICTURES):
            say(
                "no pictures: there is no Chromium here "
                f"(looked for {', '.join(BROWSERS)}); install one and try again"
            )
