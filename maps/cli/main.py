"""The command ``durand``: parse, call one function of the library, write.

Data go to stdout, messages to stderr. Exit codes: 1 for an error of ours, 2 for wrong usage, 3 where the
installation is at fault.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from geo.vocab import EVENT_TYPES
from maps.cli.boundaries import COMMANDS
from maps.cli.embed_options import embed_options, write_pages
from maps.cli.export import export as export_tables
from maps.cli.match import diff, match, unmerge
from maps.cli.place import place
from maps.cli.print_options import static_options, take_sheet, write_static
from maps.cli.read import counted, read_command, read_events, takes_events, template_command, write_told

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["cli", "main"]

OUR_ERROR, WRONG_USAGE, BROKEN_INSTALLATION = 1, 2, 3


class _Said:
    """How much is said on stderr: -q nothing but errors, -v every detail."""

    def __init__(self) -> None:
        self.level = 1
        self.debug = False

    def say(self, text: str, *, level: int = 1) -> None:
        if self.level >= level:
            click.echo(text, err=True)


class _Group(click.Group):
    """A group whose commands end in one line and an exit code, not in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as err:
            said = ctx.find_object(_Said)
            if said is not None and said.debug:
                raise
            _end(err)


def _end(err: Exception) -> NoReturn:
    from geo.errors import DataNotFoundError, ExtraMissingError, GeoError

    line = " ".join(str(err).split()) or type(err).__name__
    if isinstance(err, ExtraMissingError):
        click.echo(f"durand: {line}", err=True)
        sys.exit(BROKEN_INSTALLATION)
    if isinstance(err, ImportError):
        click.echo(f"durand: {line}; install durand again, in an environment of its own", err=True)
        sys.exit(BROKEN_INSTALLATION)
    if isinstance(err, DataNotFoundError) and "shipped data" in line:
        click.echo(f"durand: {line}", err=True)
        sys.exit(BROKEN_INSTALLATION)
    if isinstance(err, (GeoError, OSError)):
        click.echo(f"durand: {line}", err=True)
        sys.exit(OUR_ERROR)
    click.echo(f"durand: {type(err).__name__}: {line} (a fault of ours; --debug shows where)", err=True)
    sys.exit(OUR_ERROR)


def _check_packages() -> None:
    """Other distributions are named geo and maps too; say so when one of them stands in our place."""
    import geo
    import maps

    home = Path(__file__).resolve().parents[2]
    for package, ours in ((geo, "read_line"), (maps, "MapSpec")):
        found = Path(package.__file__ or "").resolve().parent
        if found.parent != home or ours not in getattr(package, "__all__", ()):
            click.echo(
                f"durand: the package {package.__name__!r} at {found} is not the one that durand came with: "
                "another distribution uses the name. Install durand in an environment of its own.",
                err=True,
            )
            sys.exit(BROKEN_INSTALLATION)


def main() -> None:
    """Entry point of the command."""
    cli(prog_name="durand")


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
@click.version_option(package_name="durand", message="%(version)s")
@click.pass_context
def cli(ctx: click.Context, verbose: bool, quiet: bool, debug: bool) -> None:
    """Maps and spatial answers for the Afghanistan-Pakistan border that never show more than is known."""
    if verbose and quiet:
        raise click.UsageError("-v and -q exclude each other")
    said = _Said()
    said.level = 0 if quiet else 2 if verbose else 1
    said.debug = debug
    ctx.obj = said
    _check_packages()


def _output(**kwargs: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - passed on to click
    """Options -o and --force of every command that writes a file."""

    def add(command: Any) -> Any:  # noqa: ANN401 - a decorator keeps what it decorates
        command = click.option("--force", is_flag=True, help="Overwrite the file if it is there.")(command)
        kind = click.Path(dir_okay=False, path_type=Path)
        return click.option("-o", "--output", type=kind, **({"required": True} | kwargs))(command)

    return add


def _day(_: click.Context, __: click.Parameter, value: str | None) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a day as 2025-10-09") from None


def _events(path: Path | None, said: _Said) -> Any:  # noqa: ANN401 - EventTables, imported late
    """Read events as durand read does, and say how many rows became events."""
    tables = read_events([Path(path)] if path else [])
    if path:
        said.say(counted(tables.counts))
    return tables


def _refuse_existing(path: Path, force: bool) -> None:
    if path.exists() and not force:
        raise click.UsageError(f"{path} is there already; choose another name or add --force")


@cli.command("map")
@click.argument("events", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_output(required=False, multiple=True, help="File to write: .html, .svg, .pdf or .png; repeat for more.")
@click.option("--title", help="Title; made from the period if not given.")
@click.option("--subtitle", help="Line under the title.")
@click.option("--since", callback=_day, metavar="DAY", help="First day, as 2025-10-09.")
@click.option("--until", callback=_day, metavar="DAY", help="Last day.")
@click.option(
    "--type", "types", multiple=True, type=click.Choice(EVENT_TYPES), help="Event type; repeat for more."
)
@click.option("--province", "provinces", multiple=True, help="ISO 3166-2 code or name; repeat for more.")
@click.option(
    "--credit", "credits", multiple=True, metavar="TEXT", help="A credit for your own data; repeat for more."
)
@click.option("--lang", type=click.Choice(["en", "ps", "fa", "ur", "ar"]), help="Language; en if not given.")
@click.option(
    "--tiles",
    metavar="NAME",
    help="xyzservices provider under the lines of HTML; the file then asks its server.",
)
@click.option(
    "--shade",
    type=click.Choice(["adm1", "adm2", "sector", "density"]),
    help="Instead of events: provinces, districts (once added) or sectors of the line by the expected "
    "number of events, or a surface of density.",
)
@click.option(
    "--compare",
    nargs=2,
    metavar="PERIOD PERIOD",
    help="Two maps beside each other, each period as 2025-10-01:2025-10-19; a day may be left out, as in "
    "2025-10-19:.",
)
@embed_options
@static_options
@takes_events
@click.pass_obj
def map_command(
    said: _Said,
    /,
    events: Path | None,
    output: tuple[Path, ...],
    force: bool,
    spec: Path | None,
    save_spec: Path | None,
    max_size: int | None,
    embed: Path | None,
    embed_url: str | None,
    **choices: Any,  # noqa: ANN401 - fields of MapSpec and Sheet
) -> None:
    """Draw EVENTS (the shipped ones if not given) as HTML, SVG, PDF or PNG, several at once.

    EVENTS is any file that durand read takes, and is read with the same options and the same account of
    every row.
    """
    if not output and embed is None:
        raise click.UsageError("Missing option '-o' / '--output' or '--embed'.")
    pages = [path for path in output if path.suffix.lower() in (".html", ".htm")]
    prints = [path for path in output if path not in pages]
    if prints:
        from maps.static.writers import check_suffix

        for path in prints:
            check_suffix(path)
    words_file = [prints[0].with_suffix(".txt")] if prints else []
    for path in (*output, *words_file, *([save_spec] if save_spec else [])):
        _refuse_existing(path, force)
    import dataclasses

    import maps
    from maps.words import words

    plan, sheet = maps.read_story(spec) if spec else (maps.MapSpec(), maps.Sheet())
    sheet = take_sheet(choices, sheet)
    plan = dataclasses.replace(
        plan, **{name: value for name, value in choices.items() if value not in (None, ())}
    )
    source = events or plan.events
    plan = dataclasses.replace(plan, events=_events(source, said))
    if save_spec:
        maps.write_story(save_spec, dataclasses.replace(plan, events=source), sheet)
        said.say(f"{save_spec}: the specification")
    gaps = words.missing(plan.lang)
    if gaps:
        said.say(
            f"{len(gaps)} strings are not translated to {words.LANGUAGES[plan.lang].name} and stay English"
        )
    if plan.lang != "en" and words.LANGUAGES[plan.lang].column is None:
        said.say(f"the tables have no {words.LANGUAGES[plan.lang].name} names; names of places stay English")
    content = maps.map_content(plan)
    if plan.tiles and (pages or embed):
        said.say(f"with tiles {plan.tiles}: the file will ask a server on the network when it is opened")
    write_pages(
        content, plan, pages, force=force, max_size=max_size, embed=embed, embed_url=embed_url, say=said.say
    )
    if prints:
        write_static(plan, sheet, prints, content, said.say)


@cli.command()
@click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_output(help="File to write: .csv, .geojson, .gpkg or .parquet.")
@takes_events
@click.pass_obj
def locate(said: _Said, events: Path, output: Path, force: bool) -> None:
    """Add province, side of the line, distance and nearest crossing to EVENTS.

    EVENTS is any file that durand read takes, and is read with the same options and the same account of
    every row.
    """
    _refuse_existing(output, force)
    import geo

    located = geo.locate(_events(events, said).events)
    write_told(located, output, force=force)
    said.say(f"{output}: {len(located)} events")


for _command in (read_command, template_command, place, match, unmerge, diff, export_tables):
    cli.add_command(_command)


@cli.group()
def boundaries() -> None:
    """The shipped boundary layers, and those that you add."""


for _command in COMMANDS:
    boundaries.add_command(_command)


@boundaries.command("list")
def list_layers() -> None:
    """One line for each layer, shipped or added: id, rows, licence, title."""
    import geo

    layers = geo.catalog()
    wide = max(len(layer.id) for layer in layers)
    for layer in layers:
        click.echo(f"{layer.id:<{wide}}  {layer.rows:>6}  {layer.licence:<26}  {layer.title}")
    for added in geo.added_layers():
        title = f"Added: level {added.level} of {added.country} from {added.input_name} ({added.source}, "
        click.echo(f"{added.id:<{wide}}  {added.rows:>6}  {added.licence:<26}  {title}{added.vintage})")


@boundaries.command()
@click.argument("layer_id", metavar="ID")
def show(layer_id: str) -> None:
    """Everything the catalogue says of one layer."""
    from dataclasses import asdict

    import geo

    for name, value in asdict(geo.find_layer(layer_id)).items():
        if value is not None:
            text = ", ".join(map(str, value)) if isinstance(value, tuple) else value
            click.echo(f"{name + ':':<16}{text}")


@boundaries.command()
@click.option(
    "--ruler", default="0", metavar="LENGTH", help="Length of the ruler, as 100m, 1km or 100 (metres)."
)
def length(ruler: str) -> None:
    """Length of the Durand Line in kilometres; the longer the ruler, the shorter the line."""
    import geo

    metres = _metres(ruler)
    click.echo(f"{geo.line_length_km(ruler_m=metres):.1f} km")


def _metres(ruler: str) -> float:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(m|km)?\s*", ruler, flags=re.IGNORECASE)
    if not found:
        raise click.BadParameter(f"{ruler!r} is not a length as 100m, 1km or 100", param_hint="--ruler")
    return float(found[1]) * (1000 if (found[2] or "").lower() == "km" else 1)


@boundaries.command()
@click.pass_context
def verify(ctx: click.Context) -> None:
    """Compare every file with its hash; exit 3 if one is missing or differs."""
    import geo

    found = geo.verify()
    for layer_id, state in found.items():
        click.echo(f"{layer_id:<24}{state}")
    if any(state != "ok" for state in found.values()):
        ctx.exit(BROKEN_INSTALLATION)


@boundaries.command()
@click.argument("layer_id", metavar="ID")
@_output(help="File to write: .geojson, .gpkg, .fgb, .parquet, .shp, or .csv for a table.")
@click.pass_obj
def export(said: _Said, layer_id: str, output: Path, force: bool) -> None:
    """Write a layer for use in QGIS or elsewhere."""
    _refuse_existing(output, force)
    import shutil
    import tempfile

    import geo

    with tempfile.TemporaryDirectory(dir=output.parent, prefix=f".{output.name}.") as folder:
        rows = geo.export_layer(layer_id, Path(folder) / output.name)
        # A shapefile is several files.
        for part in sorted(Path(folder).iterdir()):
            shutil.move(part, output.parent / part.name)
    said.say(f"{output}: {rows} rows")
