"""``durand mcp``: answers for assistants, over standard input and output."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["mcp"]


@click.command()
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    show_default="this folder",
    help="The only folder in which files are read and written.",
)
def mcp(folder: Path) -> None:
    """Serve an assistant by the Model Context Protocol: places, sides, counts, claims, crossings, maps.

    Every answer says how sure it is and what it rests on; a side that is uncertain and a total of claims are
    refused. Needs the extra [mcp].
    """
    from maps.assistant.server import run_server

    run_server(folder)
