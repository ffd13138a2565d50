"""What is said on stderr, and how a command ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from geo.files.characters import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

__all__ = [
    "BROKEN_INSTALLATION",
    "OUR_ERROR",
    "WRONG_USAGE",
    "Console",
    "Group",
    "check_packages",
    "counted",
    "in_options",
    "level",
    "say",
    "say_lines",
    "told_formulas",
    "write_told",
]

OUR_ERROR, WRONG_USAGE, BROKEN_INSTALLATION = 1, 2, 3

_SHOWN: Final = 12


class Console:
    """How much is said on stderr: -q nothing but errors, -v every detail."""

    def __init__(self) -> None:
        self.level = 1
        self.debug = False


EVERYWHERE: Final = ("-v", "--verbose", "-q", "--quiet", "--debug")
"""Options of every command, before its name or after it; no command has one of these names for itself."""


class Group(click.Group):
    """A group whose commands end in one line and an exit code, not in a traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it, with the options of every command taken from wherever they stand."""
        if ctx.parent is None:
            end = args.index("--") if "--" in args else len(args)
            first = [one for one in args[:end] if one in EVERYWHERE]
            args = [*first, *(one for one in args[:end] if one not in EVERYWHERE), *args[end:]]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error of ours becomes a line and an exit code."""
        try:
            return super().invoke(ctx)
        except click.ClickException as err:
            # Said to be final, and nothing else is shown.
            err.message = visible(in_options(err.message))  # type: ignore[misc]
            raise
        except (click.exceptions.Exit, click.Abort):
            raise
        except Exception as err:
            console = ctx.find_object(Console)
            if console is not None and console.debug:
                raise
            _end(err)


def in_options(text: str) -> str:
    """What the library says of its arguments, as the command line has them.

    Examples
    --------
    >>> in_options("allow it to be replaced (overwrite=True)")
    'allow it to be replaced (--force)'
    """
    return text.replace("overwrite=True", "--force")


def _end(err: Exception) -> NoReturn:
    from geo.errors import DataNotFoundError, ExtraMissingError, GeoError, how_to_install

    line = visible(in_options(" ".join(str(err).split()))) or type(err).__name__
    if isinstance(err, ExtraMissingError):
        click.echo(f"durand: {line}", err=True)
        sys.exit(BROKEN_INSTALLATION)
    if isinstance(err, ImportError):
        click.echo(f"durand: {line}; in an environment of its own {how_to_install()}", err=True)
        sys.exit(BROKEN_INSTALLATION)
    if isinstance(err, DataNotFoundError) and "shipped data" in line:
        click.echo(f"durand: {line}", err=True)
        sys.exit(BROKEN_INSTALLATION)
    if isinstance(err, (GeoError, OSError)):
        click.echo(f"durand: {line}", err=True)
        sys.exit(OUR_ERROR)
    click.echo(f"durand: {type(err).__name__}: {line} (a fault of ours; --debug shows where)", err=True)
    sys.exit(OUR_ERROR)


def check_packages() -> None:
    """Other distributions are named geo and maps too; say so when one of them stands in our place."""
    import geo
    import maps
    from geo.errors import DISTRIBUTION, how_to_install

    home = Path(__file__).resolve().parents[2]
    for package, ours in ((geo, "read_line"), (maps, "MapSpec")):
        found = Path(package.__file__ or "").resolve().parent
        if found.parent != home or ours not in getattr(package, "__all__", ()):
            click.echo(
                f"durand: the package {package.__name__!r} at {found} is not the one that "
                f"{DISTRIBUTION} came with: another distribution uses the name. In an environment of its own "
                f"{how_to_install()}",
                err=True,
            )
            sys.exit(BROKEN_INSTALLATION)


def level() -> int:
    """How much is to be said: 0 nothing but errors, 1 as usual, 2 every detail."""
    ctx = click.get_current_context(silent=True)
    return 1 if ctx is None else int(getattr(ctx.find_root().obj, "level", 1))


def say(text: str) -> None:
    """A message on stderr, unless -q."""
    if level() >= 1:
        click.echo(visible(text), err=True)


def say_lines(kind: str, lines: pd.DataFrame, row_name: Callable[[int], str]) -> None:
    """The first lines of an account, all of them with -v; what would be accepted is told once.

    `row_name` says how a row is named; row 0 is the table as a whole.
    """
    shown = lines if level() >= 2 else lines.head(_SHOWN)
    told: set[str] = set()
    for line in shown.itertuples(index=False):
        where = f" {line.column}" if isinstance(line.column, str) else ""
        value = f" {line.value[:60]!r}" if isinstance(line.value, str) else ""
        # What would be accepted is told once, not with every row.
        reason, mark, accepted = line.reason.partition("; accepted: ")
        if mark and accepted not in told:
            told.add(accepted)
            reason = line.reason
        row = f" {row_name(int(line.row))}{where}{value}:" if line.row else ""
        say(f"{kind}:{row} {reason}")
    if len(lines) > len(shown):
        say(f"{kind}: and {len(lines) - len(shown):,} more; -v shows all")


def counted(counts: dict[str, int]) -> str:
    """The line that adds up."""
    parts = [f"{counts[name]:,} {name}" for name in counts if name != "read"]
    return f"{counts['read']:,} read = {' + '.join(parts)}"


def write_told(
    frame: pd.DataFrame,
    path: Path,
    *,
    force: bool,
    excel: bool = False,
    layer: str | None = None,
    datapackage: bool = False,
) -> None:
    """Write a table, and say if cells of a CSV were neutralised."""
    import geo
    from geo.files.csv_injection import neutralise_formulas

    geo.write_table(frame, path, overwrite=force, excel=excel, layer=layer, datapackage=datapackage)
    if path.suffix.lower() == ".csv":
        told_formulas(neutralise_formulas(frame)[1], path.name)


def told_formulas(changed: int, where: str) -> None:
    """Say how many cells of a CSV have an apostrophe before them, if any."""
    if changed:
        cells = "1 cell" if changed == 1 else f"{changed:,} cells"
        say(f"{where}: an apostrophe put before {cells} that a spreadsheet program would run as a formula")
