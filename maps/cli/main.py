"""The command ``durand``: parse, call one function of the library, write.

Data go to stdout, messages to stderr. Exit codes: 1 for an error of ours, 2 for wrong usage, 3 where the
installation is at fault.
"""

from __future__ import annotations

import atexit
import gc

import click

from maps.cli.along import along
from maps.cli.boundaries import boundaries
from maps.cli.claims import claims
from maps.cli.compare import compare
from maps.cli.console import Console, Group, check_packages
from maps.cli.count import count, near
from maps.cli.crossings import crossings
from maps.cli.export import export
from maps.cli.fetch import fetch
from maps.cli.impute import impute
from maps.cli.layers import layers
from maps.cli.locate import locate
from maps.cli.locator import locator_command
from maps.cli.loci import loci
from maps.cli.map import map_command
from maps.cli.match import diff, match, unmerge
from maps.cli.mcp import mcp
from maps.cli.place import place
from maps.cli.read import read_command, template_command
from maps.cli.stock import stock

__all__ = ["cli", "end_on_signals", "main"]


def main() -> None:
    """Entry point of the command."""
    end_on_signals()
    # What a command reads and imports stays to its end; to look through it again and again finds no garbage.
    gc.set_threshold(200_000, 10, 10)
    # Nor is there any to look for at the end: all memory goes with the process.
    atexit.register(gc.freeze)
    cli(prog_name="durand")


def end_on_signals() -> None:
    """Let a request to end unwind the program, so that files that are half written go."""
    import signal
    from types import FrameType

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # One that was told to be deaf to it, as by nohup, stays so.
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, end)


def _say_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if not asked or ctx.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version

    from geo import __version__
    from geo.errors import DISTRIBUTION

    try:
        number = version(DISTRIBUTION)
    except PackageNotFoundError:
        # Run from its folder without being installed.
        number = __version__
    click.echo(f"{DISTRIBUTION} {number}")
    ctx.exit()


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version.",
)
@click.pass_context
def cli(ctx: click.Context, verbose: bool, quiet: bool, debug: bool) -> None:
    """Maps and spatial answers for the Afghanistan-Pakistan border that never show more than is known."""
    if verbose and quiet:
        raise click.UsageError("-v and -q exclude each other")
    console = Console()
    console.level = 0 if quiet else 2 if verbose else 1
    console.debug = debug
    ctx.obj = console
    check_packages()


for _command in (
    map_command,
    locator_command,
    locate,
    count,
    near,
    compare,
    along,
    impute,
    loci,
    stock,
    read_command,
    template_command,
    place,
    match,
    unmerge,
    diff,
    export,
    crossings,
    claims,
    mcp,
):
    cli.add_command(_command)
cli.add_command(boundaries)
cli.add_command(layers)
cli.add_command(fetch)
