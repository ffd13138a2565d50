"""Commands that add, remove and fetch boundaries; the group ``durand boundaries`` takes them in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal

import click

__all__ = ["COMMANDS", "add", "fetch", "remove"]

LEVEL = click.option(
    "--level", type=click.IntRange(2, 3), default=2, show_default=True, help="2 districts, 3 units in them."
)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@LEVEL
@click.option("--country", type=click.Choice(["AF", "PK"]), required=True, help="Country of the units.")
@click.option("--licence", required=True, help="Licence of the file, such as CC-BY-4.0.")
@click.option("--source", required=True, help="Who published the file.")
@click.option("--vintage", required=True, help="Date or year that the file shows.")
@click.option("--credit", help="Credit that the licence asks for.  [default: the source]")
@click.option("--source-url", help="Where the file came from.")
@click.option("--name-column", help="Column with the names of the units.  [default: a usual name]")
@click.option("--parent-column", help="Column with the names of the provinces.  [default: a usual name]")
@click.option("--layer", help="Layer of the file, where it has several.")
@click.option("--accuracy-m", type=float, help="How far its lines may be off, in metres.  [default: 3000]")
@click.option(
    "--nest",
    type=click.Choice(["keep", "provinces"]),
    default="keep",
    show_default=True,
    help="keep: lines inside the country as the file has them. provinces: cut to our provinces.",
)
@click.option("--replace", is_flag=True, help="Take the place of units that were added before.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="CSV of what each unit lost.")
@click.option("--force", is_flag=True, help="Overwrite the report if it is there.")
@click.pass_context
def add(
    ctx: click.Context,
    /,
    file: Path,
    level: Literal[2, 3],
    report: Path | None,
    force: bool,
    accuracy_m: float | None,
    **stated: Any,  # noqa: ANN401 - passed on as they are
) -> None:
    """Import a FILE of polygons, matched to the Durand Line and the outline of the country.

    Overlaps and gaps are closed, and units beside each other share their lines vertex for vertex, across the
    Durand Line too. Each unit belongs to the province with most of it. The file's own lines inside the
    country stay; with --nest provinces units are cut to our provinces (good to 3 km), so that the sums of
    districts are those of provinces. What moved is said on stderr, the identifier of what was added on
    stdout.
    """
    import geo
    from geo.boundaries.added import write_beside

    if report is not None and report.exists() and not force:
        raise click.UsageError(f"{report} is there already; choose another name or add --force")
    if accuracy_m is not None:
        stated["accuracy_m"] = accuracy_m
    found = geo.add_boundaries(file, level=level, **stated)
    if report is not None:
        text = found.units_changed.to_csv(index=False, lineterminator="\n")
        write_beside(report, text.encode())
    _say(ctx, found.to_text())
    click.echo(found.layer.id)


@click.command()
@LEVEL
@click.option("--country", type=click.Choice(["AF", "PK"]), required=True, help="Country of the units.")
@click.pass_context
def remove(ctx: click.Context, level: int, country: str) -> None:
    """Remove units that were added."""
    import geo

    geo.remove_boundaries(country, level=level)
    _say(ctx, f"removed {country}-{level}")


@click.command()
@click.argument("source", required=False)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--sha256", help="Hash that the file must have.")
@click.option("--timeout", type=float, default=30.0, show_default=True, help="Longest silence, in seconds.")
@click.option("--force", is_flag=True, help="Download although the file is there.")
@click.pass_context
def fetch(
    ctx: click.Context,
    source: str | None,
    output: Path | None,
    sha256: str | None,
    timeout: float,
    force: bool,
) -> None:
    """Download a file of boundaries: a known SOURCE by its name, any other by its address.

    Without SOURCE, the known ones are listed. A download that broke off is continued by the same command.
    The path of the file goes to stdout.
    """
    import geo

    if source is None:
        for known in geo.known_sources():
            licence = known.licence or f"licence: see {known.info_url}"
            click.echo(f"{known.id}\t{known.title}\t{licence}")
        return
    show = sys.stderr.isatty() and _level(ctx) > 0
    found = geo.fetch_boundaries(
        source,
        to=output,
        sha256=sha256,
        timeout_s=timeout,
        force=force,
        progress=_show_progress if show else None,
    )
    if show:
        click.echo("", err=True)
    if found.checked:
        _say(ctx, f"{found.bytes} bytes, sha256 as expected")
    else:
        _say(ctx, f"{found.bytes} bytes, not compared with any hash; sha256 {found.sha256}")
    if found.known is not None:
        known = found.known
        _say(
            ctx,
            f"next: durand boundaries add {found.path} --level {known.level} --country {known.country} "
            f"--source {known.source} --licence {known.licence or '...'} --vintage {known.vintage or '...'}"
            + ("" if known.licence and known.vintage else f" (see {known.info_url})"),
        )
    click.echo(str(found.path))


COMMANDS = (add, remove, fetch)
"""What the group takes in: ``for command in COMMANDS: boundaries.add_command(command)``."""


def _level(ctx: click.Context) -> int:
    """How much is to be said: the command line's own setting, where there is one."""
    return int(getattr(ctx.obj, "level", 1))


def _say(ctx: click.Context, text: str) -> None:
    if _level(ctx) > 0:
        click.echo(text, err=True)


def _show_progress(have: int, total: int | None) -> None:
    of = f" of {total / 1e6:.1f}" if total else ""
    click.echo(f"\r{have / 1e6:.1f}{of} MB", nl=False, err=True)
