"""``durand boundaries``: the shipped layers, those that a user adds, downloads, exports."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, Literal

import click

from geo.places.radii import DISTRICT_LINES_M
from maps.cli.console import BROKEN_INSTALLATION, level, say
from maps.cli.options import output_option, parse_country
from maps.cli.outputs import refuse_outputs

__all__ = ["add", "boundaries", "fetch", "remove"]

LEVEL = click.option(
    "--level",
    "unit_level",
    type=click.IntRange(2, 3),
    default=2,
    show_default=True,
    help="2 districts, 3 units in them.",
)

COUNTRY = click.option(
    "--country",
    required=True,
    metavar="AF|PK",
    callback=parse_country,
    help="Country of the units, by code or name.",
)


@click.group()
def boundaries() -> None:
    """The shipped boundary layers, and those that you add."""


@boundaries.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@LEVEL
@COUNTRY
@click.option("--licence", required=True, help="Licence of the file, such as CC-BY-4.0.")
@click.option("--source", required=True, help="Who published the file.")
@click.option("--vintage", required=True, help="Date or year that the file shows.")
@click.option("--credit", help="Credit that the licence asks for.  [default: the source]")
@click.option("--source-url", help="Where the file came from.")
@click.option("--name-column", help="Column with the names of the units.  [default: a usual name]")
@click.option("--parent-column", help="Column with the names of the provinces.  [default: a usual name]")
@click.option("--layer", help="Layer of the file, where it has several.")
@click.option("--crs", help="CRS of a file that does not say which it is in, as EPSG:4326.")
@click.option(
    "--accuracy-m",
    type=float,
    help=f"How far its lines may be off, in metres.  [default: {DISTRICT_LINES_M:.0f}]",
)
@click.option(
    "--nest",
    type=click.Choice(["keep", "provinces"]),
    default="keep",
    show_default=True,
    help="keep: lines inside the country as the file has them. provinces: cut to our provinces.",
)
@click.option(
    "--provinces",
    type=click.Choice(["ours", "from-districts"]),
    default="ours",
    show_default=True,
    help="from-districts: the sums of these districts take the place of our provinces.",
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="CSV of what each unit lost.")
@click.option(
    "--force", is_flag=True, help="Take the place of units that were added before, and of a report."
)
def add(
    file: Path,
    unit_level: Literal[2, 3],
    report: Path | None,
    force: bool,
    accuracy_m: float | None,
    **stated: Any,
) -> None:
    """Import a FILE of polygons, matched to the Durand Line and the outline of the country.

    Overlaps and gaps are closed, and units beside each other share their lines vertex for vertex, across the
    Durand Line too. Each unit belongs to the province with most of it. The file's own lines inside the
    country stay. With --nest provinces units are cut to our provinces, with --provinces from-districts
    provinces are made of the units: either way the two agree. What moved is said on stderr, the identifier
    of what was added on stdout.
    """
    refuse_outputs([report], inputs=[file], force=force)
    import geo
    from geo.files.csv_text import csv_text
    from geo.files.whole import write_text

    if accuracy_m is not None:
        stated["accuracy_m"] = accuracy_m
    found = geo.add_boundaries(file, level=unit_level, overwrite=force, **stated)
    if report is not None:
        write_text(report, csv_text(found.units_changed), overwrite=force)
    say(found.to_text())
    click.echo(found.layer.id)


@boundaries.command()
@click.option(
    "--level",
    "unit_level",
    type=click.IntRange(1, 3),
    default=2,
    show_default=True,
    help="1 provinces made from districts, 2 districts with those, 3 units in districts.",
)
@COUNTRY
def remove(unit_level: int, country: str) -> None:
    """Remove units that were added; the shipped provinces hold again where others were made."""
    import geo

    geo.remove_boundaries(country, level=unit_level)
    say(f"removed {country}-{unit_level}")


@boundaries.command()
@click.argument("source", required=False)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--sha256", help="Hash that the file must have.")
@click.option("--timeout", type=float, default=30.0, show_default=True, help="Longest silence, in seconds.")
@click.option("--force", is_flag=True, help="Download although the file is there.")
def fetch(
    source: str | None,
    output: Path | None,
    sha256: str | None,
    timeout: float,
    force: bool,
) -> None:
    """Download a file of boundaries: a known SOURCE by its name, any other by its address.

    Without SOURCE, the known ones are listed. A download that broke off is continued by the same command.
    The path of the file goes to stdout. SOURCE districts downloads and adds those of both countries; what
    was added goes to stdout.
    """
    import geo

    if source is None:
        for known in geo.list_sources():
            licence = known.licence or f"licence: see {known.info_url}"
            click.echo(f"{known.id}\t{known.title}\t{licence}")
        return
    show = sys.stderr.isatty() and level() > 0
    if source == "districts":
        if output is not None or sha256 is not None:
            raise click.UsageError("districts are known files that are added: no -o, no --sha256")
        _fetch_districts(timeout, force=force, show=show)
        return
    found = geo.fetch_boundaries(
        source,
        to=output,
        sha256=sha256,
        timeout_s=timeout,
        overwrite=force,
        progress=_show_progress if show else None,
    )
    if show:
        click.echo("", err=True)
    if found.checked:
        say(f"{found.bytes} bytes, sha256 as expected")
    else:
        say(f"{found.bytes} bytes, not compared with any hash; sha256 {found.sha256}")
    if found.known is not None:
        known = found.known
        say(
            f"next: durand boundaries add {found.path} --level {known.level} --country {known.country} "
            f"--source {known.source} --licence {known.licence or '...'} --vintage {known.vintage or '...'}"
            + ("" if known.licence and known.vintage else f" (see {known.info_url})"),
        )
    click.echo(str(found.path))


def _fetch_districts(timeout: float, *, force: bool, show: bool) -> None:
    """Add the districts of both countries, and say what came of each."""
    from geo.districts.fetch import fetch_districts

    added = []
    for report in fetch_districts(
        timeout_s=timeout, overwrite=force, progress=_show_progress if show else None
    ):
        if show:
            click.echo("", err=True)
        layer = report.layer
        say(f"{report.to_text()}\n{layer.credit}, {layer.licence}, {layer.vintage}; see {layer.source_url}")
        click.echo(layer.id)
        added.append(layer.id)
    if not added:
        say("both countries have districts; --force fetches them again")


def _show_progress(have: int, total: int | None) -> None:
    of = f" of {total / 1e6:.1f}" if total else ""
    click.echo(f"\r{have / 1e6:.1f}{of} MB", nl=False, err=True)


@boundaries.command("list")
def list_layers() -> None:
    """One line for each layer, shipped or added: id, rows, licence, title."""
    import geo

    layers = geo.list_layers()
    wide = max(len(layer.id) for layer in layers)
    for layer in layers:
        click.echo(f"{layer.id:<{wide}}  {layer.rows:>6}  {layer.licence:<26}  {layer.title}")
    for added in geo.list_added():
        title = f"Added: level {added.level} of {added.country} from {added.input_name} ({added.source}, "
        click.echo(f"{added.id:<{wide}}  {added.rows:>6}  {added.licence:<26}  {title}{added.vintage})")


@boundaries.command()
@click.argument("layer_id", metavar="ID")
def show(layer_id: str) -> None:
    """Everything the catalogue says of one layer."""
    from dataclasses import asdict

    from geo.boundaries.catalogue import find_layer

    for name, value in asdict(find_layer(layer_id)).items():
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
    from geo.boundaries import catalogue

    found = catalogue.verify()
    for layer_id, state in found.items():
        click.echo(f"{layer_id:<24}{state}")
    if any(state != "ok" for state in found.values()):
        ctx.exit(BROKEN_INSTALLATION)


@boundaries.command()
@click.argument("layer_id", metavar="ID")
@output_option(help="File to write: .geojson, .gpkg, .fgb, .parquet, .shp, or .csv for a table.")
def export(layer_id: str, output: Path, force: bool) -> None:
    """Write a layer for use in QGIS or elsewhere."""
    refuse_outputs([output], force=force)
    import geo

    rows = geo.export_layer(layer_id, output, overwrite=force)
    say(f"{output}: {rows} rows")
