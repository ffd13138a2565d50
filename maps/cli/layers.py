"""``durand layers``: lines of the user's that every map draws from then on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from maps.cli.console import say

__all__ = ["layers"]


@click.group()
def layers() -> None:
    """Lines of your own that every map draws by class from then on: roads."""


@layers.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "kind", type=click.Choice(["roads"]), required=True, help="What the lines are.")
@click.option("--licence", required=True, help="Licence of the file, such as ODbL-1.0.")
@click.option("--source", required=True, help="Who published the file.")
@click.option("--credit", help="Credit that maps print.  [default: the source]")
@click.option("--class-column", help="Column that says what a line is.  [default: a usual name]")
@click.option("--crs", help="CRS of a file that does not say which it is in, as EPSG:4326.")
@click.option("--force", is_flag=True, help="Take the place of those that were added before.")
def add(file: Path, force: bool, **stated: Any) -> None:
    """Register the lines of a FILE.

    Roads are main (motorway, trunk, primary), secondary (secondary, tertiary) or minor; the last two are
    drawn in closer views alone. --hide roads leaves them out of a map.
    """
    import geo

    made = geo.add_lines(file, overwrite=force, **stated)
    told = ", ".join(f"{count:,} {name}" for name, count in made.lines.items() if count)
    by = f"by the column {made.class_column}" if made.class_column else "the file names no classes"
    say(f"{made.kind}: {told} ({by})")
    click.echo(made.kind)


@layers.command("list")
def list_layers() -> None:
    """List what is registered: kind, lines, licence, source, file."""
    import geo

    for made in geo.list_lines():
        count = sum(made.lines.values())
        click.echo(f"{made.kind}\t{count}\t{made.licence}\t{made.source}\t{made.input_name}")


@layers.command()
@click.argument("kind", type=click.Choice(["roads"]))
def remove(kind: Any) -> None:
    """Take lines away."""
    import geo

    geo.remove_lines(kind)
    say(f"removed {kind}")
