"""What a map must not overstate, over every code, on the page and on paper, against one table."""

from __future__ import annotations

import datetime as dt
import re
from xml.etree import ElementTree as ET

import pytest
from test_map_browser import EVENTS, Page, page  # noqa: F401 - fixtures

import geo
import maps
from geo.vocab import DATE_PRECISIONS, VERIFICATIONS
from maps.content.content import map_content
from maps.content.marks import FILLED
from maps.spec.house_style import read_house
from maps.spec.periods import in_period
from maps.style import TYPES

LOOKS = {
    "reported": "filled",
    "claimed": "hollow",
    "verified": "filled",
    "disputed": "hollow",
    "": "not said",
}
"""How an event is drawn: the word of one party, and what parties dispute, is never drawn filled."""

PAPER = 240
"""Each channel of the inside of a hollow symbol is lighter than this: paper or ground, no colour."""

PLACES = {"town": ("Khost", 69.92, 33.34), "district": ("Spera", 69.52, 33.2)}
"""A place and an area: a name, longitude, latitude."""

DAYS_OF = {
    1: ("2025-11-12", "2025-11-12"),
    2: ("2025-11-09", "2025-11-15"),
    3: ("2025-11-01", "2025-11-30"),
    4: ("2025-01-01", "2025-12-31"),
}
"""Days on which an event dated 12 November 2025 may have been, by the precision of its date."""

CODES = [pytest.param(code, id=code or "nothing said") for code in LOOKS]
SVG = "{http://www.w3.org/2000/svg}"


def one_event(folder, **cells):
    """A table of one event, of which cells may be said."""
    row = {
        "event_id": "a",
        "date_start": "2025-11-12",
        "date_precision": "1",
        "event_type": "airstrike",
        "place": "Khost",
        "adm1_source": "Khost",
        "country_source": "Afghanistan",
        "lon": "69.92",
        "lat": "33.34",
        "where_precision": "town",
        "verification": "reported",
        **cells,
    }
    path = folder / "events.csv"
    path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", encoding="utf-8")
    return geo.read_events(path)


def at(where):
    place, lon, lat = PLACES[where]
    return {"place": place, "where_precision": where, "lon": str(lon), "lat": str(lat)}


def test_the_tables_of_rules_have_every_code():
    assert {code or None: look for code, look in LOOKS.items()} == FILLED
    assert {code for code in LOOKS if code} == set(VERIFICATIONS)
    assert set(DAYS_OF) == set(DATE_PRECISIONS)


def fills(svg):
    """Fills in the layers of events, in the order drawn: what lies under a symbol, then the symbol."""
    for layer in ET.fromstring(svg).iter(f"{SVG}g"):
        if re.fullmatch(r"events-\w+|plates", layer.get("id", "")):
            for drawn in layer.iter():
                if drawn.tag in (f"{SVG}use", f"{SVG}path") and "id" not in drawn.attrib:
                    style = dict(
                        part.split(": ") for part in drawn.get("style", "").split("; ") if ": " in part
                    )
                    yield style.get("fill", "#000000")


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("code", CODES)
def test_paper_draws_filled_what_the_table_says(tmp_path, code, where):
    tables = one_event(tmp_path, verification=code, **at(where))
    path = tmp_path / "map.svg"
    maps.draw_map(maps.MapSpec(events=tables), maps.Sheet(size="column", style="neutral")).save(path)
    *_, symbol = fills(path.read_text(encoding="utf-8"))
    house = read_house("neutral")
    if LOOKS[code] != "not said":
        inside = house.types["airstrike"] if LOOKS[code] == "filled" else house.colours["focus"]
        assert symbol == inside.lower()


FILL = (
    "const [selector] = arguments;"
    "return [...document.querySelectorAll(selector)].map((n) => getComputedStyle(n).fill)"
)


@pytest.mark.browser
@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("code", CODES)
def test_the_page_draws_filled_what_the_table_says(page, tmp_path, code, where):  # noqa: F811
    text = maps.render(maps.MapSpec(events=one_event(tmp_path, verification=code, **at(where))))
    page.open(text)
    drawn = page.run(FILL, ".d-symbol > .d-shape, .d-tag > .d-shape")
    assert len(drawn) == 1
    red, green, blue = (int(part) for part in re.findall(r"\d+", drawn[0])[:3])
    if LOOKS[code] == "filled":
        assert f"#{red:02X}{green:02X}{blue:02X}" == TYPES["airstrike"].colour
    elif LOOKS[code] == "hollow":
        assert min(red, green, blue) > PAPER
    hollow = LOOKS[code] == "hollow"
    # The table and the card say the same.
    page.run("document.querySelector('#table summary').click()")
    assert page.count("#table .durand-glyph") == 1
    assert page.count("#table .durand-glyph.hollow") == int(hollow)
    page.run(f"const l = {EVENTS}; l.open([l.events[0]], null)")
    assert page.count(".card-type .durand-glyph") == 1
    assert page.count(".card-type .durand-glyph.hollow") == int(hollow)
    # So does the picture for a browser without scripts.
    if where == "town":
        found = re.findall(r'class="fallback-place[^"]*"', text)
        assert ["hollow" in names for names in found] == [hollow]


@pytest.mark.parametrize("precision", DAYS_OF)
def test_a_date_counts_for_every_day_that_its_precision_allows(tmp_path, precision):
    tables = one_event(tmp_path, date_precision=str(precision))
    first, last = (dt.date.fromisoformat(day) for day in DAYS_OF[precision])
    rows = map_content(maps.MapSpec(events=tables)).rows
    one_day = dt.timedelta(days=1)
    for day, there in ((first - one_day, 0), (first, 1), (last, 1), (last + one_day, 0)):
        assert in_period((day, day), *rows.span).tolist() == [there], day


@pytest.mark.parametrize("name", ["map.html", "map.svg"])
def test_a_map_of_one_day_is_a_map(tmp_path, name):
    day = dt.date(2025, 11, 12)
    spec = maps.MapSpec(events=one_event(tmp_path), since=day, until=day)
    assert spec == maps.MapSpec(events=spec.events, since="2025-11-12", until="2025-11-12")
    path = tmp_path / name
    if name.endswith(".html"):
        maps.save(spec, path)
    else:
        maps.draw_map(spec, maps.Sheet(size="column")).save(path)
    assert "12 November 2025" in path.read_text(encoding="utf-8")
    assert len(map_content(spec).rows) == 1
    other = dt.date(2025, 11, 13)
    assert (
        len(map_content(maps.MapSpec(events=spec.events, since=other, until=other, allow_empty=True)).rows)
        == 0
    )
    with pytest.raises(geo.SchemaError, match="swap"):
        maps.MapSpec(since=other, until=day)


def test_two_periods_of_one_day_each_are_compared(tmp_path):
    tables = one_event(tmp_path)
    spec = maps.MapSpec(events=tables, compare=("2025-11-11:2025-11-11", "2025-11-12:2025-11-12"))
    text = maps.render(spec)
    assert "11 November 2025" in text
    assert "12 November 2025" in text
