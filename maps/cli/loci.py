"""``durand loci``: where each event may have happened, as areas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from maps.cli.console import say, write_told
from maps.cli.options import layer_option, output_option
from maps.cli.outputs import SPATIAL, refuse_format
from maps.cli.reading import events_of, plan_outputs, takes_events
from maps.cli.units import EVENTS, TRUST

if TYPE_CHECKING:
    from geo.locus.resolve import Trust

__all__ = ["loci"]


@click.command()
@EVENTS
@TRUST
@output_option(help="File to write: .geojson, .gpkg or .parquet.")
@layer_option
@takes_events
def loci(events: Path | None, trust: Trust, output: Path, layer: str | None, force: bool) -> None:
    """Write where each of the EVENTS may have happened: its disc, district, province or stretch of the line.

    The columns are those of the events; the geometry is the area. An event of which no place is known has
    none.
    """
    refuse_format(output, SPATIAL)
    plan_outputs([output], [events], layer=layer)
    import geo

    table = events_of(events).events
    areas = geo.loci(table, trust=trust)
    write_told(table.set_geometry(areas.to_numpy(), crs=areas.crs), output, force=force, layer=layer)
    say(f"{output}: {int(areas.notna().sum()):,} of {len(areas):,} events have a place that is known")
