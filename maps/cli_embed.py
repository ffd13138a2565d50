"""Options of ``durand map`` that shape the file for publication: a size to fit, a folder to embed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from maps.layers import MapContent
    from maps.spec import MapSpec

__all__ = ["embed_options", "write_page"]

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


def write_page(
    spec: MapSpec,
    output: Path | None,
    *,
    force: bool,
    max_size: int | None,
    embed: Path | None,
    embed_url: str | None,
    say: Callable[[str], None],
) -> None:
    """Write the page, the folder, or both, and say what was written and what was given up."""
    import maps.embed
    from maps.interactive import content_of, map_page, write_whole

    if output is None and embed is None:
        raise click.UsageError("Missing option '-o' / '--output' or '--embed'.")
    if embed_url and embed is None:
        raise click.UsageError("--embed-url says where --embed DIR will be published; give that too")
    content: MapContent
    if max_size is None:
        content = content_of(spec)
        page = map_page(content, spec, embedded=embed is not None)
    else:
        from maps.packed import fitted_page

        page, content, gave_up = fitted_page(spec, max_size, embedded=embed is not None)
        if gave_up:
            say(f"to fit into {max_size:,} bytes the map has no {'; no '.join(gave_up)}")
    if output is not None:
        write_whole(output, page)
        say(f"{output}: {content.counted} {output.stat().st_size / 1000:.0f} KB")
    if embed is not None:
        written = maps.embed.save_embed(spec, embed, url=embed_url, overwrite=force, page=(page, content))
        say(f"{embed}: {', '.join(path.name for path in written)}")
        if len(written) < 3 + len(maps.embed.PICTURES):
            say(
                "no pictures: there is no Chromium here "
                f"(looked for {', '.join(maps.embed.BROWSERS)}); install one and try again"
            )
