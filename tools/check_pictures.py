"""A table of what printed maps say wrongly: events on another side or in another province, untold, unnamed.

python tools/check_pictures.py          # the shipped events, 9 to 19 October 2025, airstrikes; seven sizes
"""

from __future__ import annotations

import datetime as dt
import time

import geo
import maps
from maps.content.content import map_content
from maps.spec.sheet import SIZES, Sheet

SPECS = {
    "shipped": maps.MapSpec(),
    "9-19 Oct 2025": maps.MapSpec(since=dt.date(2025, 10, 9), until=dt.date(2025, 10, 19)),
    "airstrikes": maps.MapSpec(types=("airstrike",)),
}


def main() -> None:
    """Print one line for each specification and size."""
    countries = dict(zip(geo.read_units(0)["adm0"], geo.read_units(0).geometry, strict=True))
    units = geo.read_units(1)
    provinces = dict(zip(units["iso3166_2"], units.geometry, strict=True))
    print(
        f"{'events':14} {'size':8} {'side':>5} {'prov.':>5} {'untold':>6} {'lettered':>8} {'unnamed':>7}"
        f" {'s':>6}"
    )
    for name, spec in SPECS.items():
        content = map_content(spec)
        ids = content.events["cols"]["id"]
        side = {ids[n]: group.side for group in content.marks for n in group.events}
        home = {ids[n]: group.adm1 for group in content.marks for n in group.events}
        for size in SIZES:
            begin = time.process_time()
            drawing = maps.draw_map(spec, Sheet(size=size), content=content)
            spent = time.process_time() - begin
            marks = drawing.marks
            led = {one for row in marks[marks["kind"] == "leader"]["event_ids"] for one in row}
            wrong_side, abroad, told = set(), set(), {one for row in marks["event_ids"] for one in row}
            for row in marks[marks["kind"] == "symbol"].itertuples():
                for one in row.event_ids:
                    other = {"AF": "PK", "PK": "AF"}.get(side[one])
                    if other and countries[other].contains(row.geometry):
                        wrong_side.add(one)
                    if (
                        one not in led
                        and home[one] in provinces
                        and not provinces[home[one]].contains(row.geometry)
                    ):
                        abroad.add(one)
            untold = [ids[n] for n in content.picture.rows if ids[n] not in told]
            report = drawing.report
            print(
                f"{name:14} {size:8} {len(wrong_side):5} {len(abroad):5} {len(untold):6} "
                f"{len(report.lettered):8} {len(report.unnamed):7} {spent:6.1f}"
            )


if __name__ == "__main__":
    main()
