"""``durand locate``: province, side, distance and crossing of each event."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from maps.cli.console import say, write_told
from maps.cli.options import datapackage_option, excel_option, layer_option, output_option
from maps.cli.outputs import FLAT, SPATIAL, echo_table, is_dash, refuse_format
from maps.cli.reading import EVENTS_FILE, events_of, plan_outputs, takes_events
from maps.cli.units import border_of, border_option

__all__ = ["locate"]


@click.command()
@click.argument("events", type=EVENTS_FILE)
@output_option(help="File to write: .csv, .geojson, .gpkg or .parquet; - for CSV to stdout.")
@border_option
@excel_option
@layer_option
@datapackage_option
@takes_events
def locate(
    events: Path, output: Path, countries: Any, force: bool, excel: bool, layer: str | None, datapackage: bool
) -> None:
    """Add province, side of the line, distance and nearest crossing to EVENTS, and how sure each is.

    EVENTS is any file that durand read takes, and is read with the same options and the same account of
    every row. Its own columns stay; one that is called as one of ours gets _source after its name.
    """
    if not is_dash(output):
        refuse_format(output, (*FLAT, *SPATIAL), datapackage=datapackage)
    plan_outputs([output], [events], layer=layer)
    import geo

    located = geo.locate(events_of(events), border=border_of(countries))
    if is_dash(output):
        echo_table(located, excel=excel)
        return
    write_told(located, output, force=force, excel=excel, layer=layer, datapackage=datapackage)
    say(f"{output}: {len(located)} events")
