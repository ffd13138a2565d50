"""Drawn maps: no overlaps, exact sizes, the same counts as the content, words and metadata, bad input."""

from __future__ import annotations

import dataclasses
import functools
import io
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from printed import printed

import geo
import maps
from geo.errors import SchemaError
from geo.places.radii import NEAR_LINE_KM
from maps.cli.main import cli
from maps.content.cards import NOWHERE, PLACE
from maps.content.content import MapContent, map_content
from maps.spec.house_style import read_house
from maps.spec.sheet import Sheet
from maps.static.layout import Layout
from maps.static.line_profile import FAR_KM

EAST = (68.5, 31.5, 72.5, 35.0)
SOUTH = (65.0, 29.5, 68.5, 32.5)

SPECS = [
    ("wide", "en", None),
    ("wide", "ps", None),
    ("wide", "ur", EAST),
    ("column", "en", None),
    ("column", "fa", None),
    ("mobile", "en", None),
    ("mobile", "ur", SOUTH),
    ("social", "en", None),
    ("social", "en", EAST),
    ("square", "en", None),
    ("square", "ps", SOUTH),
    ("story", "en", None),
    ("slide", "en", None),
    ("slide", "fa", EAST),
    ("120x100mm", "en", SOUTH),
    ("1600x900px", "en", EAST),
]


@pytest.fixture(scope="module")
def contents() -> dict[str, MapContent]:
    tables = geo.read_events()
    return {lang: map_content(maps.MapSpec(events=tables, lang=lang)) for lang in ("en", "ps", "fa", "ur")}


def drawn(contents, *, lang="en", extent=None, spec=None, **sheet):
    content = contents[lang]
    if extent:
        content = dataclasses.replace(content, extent=extent)
    return maps.draw_map(spec or maps.MapSpec(lang=lang, extent=extent), Sheet(**sheet), content=content)


@pytest.fixture(scope="module")
def plain(contents):
    """The drawing of all events by size, language and extent, made once."""

    @functools.cache
    def made(size, lang, extent):
        if extent is None and lang == "en":
            return printed(size, dpi=Sheet(size=size).dpi)
        return drawn(contents, lang=lang, extent=extent, size=size)

    return lambda size, lang="en", extent=None: made(size, lang, extent)


@pytest.fixture(scope="module")
def column(plain):
    return plain("column")


@pytest.mark.parametrize(("size", "lang", "extent"), SPECS)
def test_no_label_overlaps_another_or_a_symbol(contents, plain, size, lang, extent):
    drawing = plain(size, lang, extent)
    report = drawing.report
    assert report.label_overlaps() == []
    # Only names of land may go without room, which is told, and on a card those of marks.
    kinds = ["no room on the map for: "] * bool(report.lands)
    if size == "social":
        kinds += ["no room for the names of: "] * bool(report.unnamed)
        kinds += ["no room on this card for: "] * bool(report.below or report.unplaced)
    else:
        assert report.unnamed == []
        assert report.unplaced == []
    assert all(one.startswith(tuple(kinds)) for one in report.warnings), report.warnings
    assert all(one in " ".join(report.warnings) for one in report.lands)
    assert len(report.placed) >= 12
    shown = sum(grain != NOWHERE for grain in contents[lang].events["cols"]["grain"])
    assert report.framed + report.outside == shown
    # Title, key and notes are set as lines; none may run out of the page.
    for text, (left, top, right, bottom) in drawing.canvas.texts:
        assert left >= -0.5, text
        assert top >= -0.5, text
        assert right <= drawing.canvas.width + 0.5, text
        assert bottom <= drawing.canvas.height + 0.5, text


def test_the_detector_finds_an_overlap_when_there_is_one(column):
    report = dataclasses.replace(
        column.report, boxes=[*column.report.boxes, ("twin", column.report.boxes[0][1])]
    )
    assert report.label_overlaps()


def test_a_name_stands_on_its_own_side_of_the_line(plain):
    drawing = plain("wide")
    boxes = dict(drawing.report.boxes)
    for afghan, pakistani in (("Spin Boldak", "Chaman"),):
        assert boxes[afghan][0][0] < boxes[pakistani][0][0]


@pytest.mark.parametrize(
    ("size", "dpi", "expected"),
    [
        ("social", 300, (1200, 630)),
        ("square", 72, (1080, 1080)),
        ("story", 300, (1080, 1920)),
        ("slide", 96, (1920, 1080)),
        ("120x100mm", 254, (1200, 1000)),
        ("120x100mm", 300, (1417, 1181)),
    ],
)
def test_a_png_is_exact_to_the_pixel(plain, size, dpi, expected):
    # The same drawing serves every resolution (test_the_resolution_changes_nothing_but_the_pixels).
    drawing = plain(size, "en", SOUTH) if size == "120x100mm" else plain(size)
    png = dataclasses.replace(drawing, sheet=Sheet(size=size, dpi=dpi)).to_png()
    image = Image.open(io.BytesIO(png))
    assert image.size == expected
    assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)
    pixels = np.asarray(image)
    assert pixels.std() > 10
    # The colours of land, of airstrikes and of the line are there.
    flat = pixels.reshape(-1, 3).astype(int)
    for colour in ((0xFB, 0xFA, 0xF6), (0xD5, 0x5E, 0x00), (0x3B, 0x3A, 0x36)):
        assert (np.abs(flat - colour).max(axis=1) <= 3).sum() > 20, colour


@pytest.fixture(scope="module")
def coarse(contents):
    """The same in another resolution, its text as outlines."""
    return drawn(contents, size="column", dpi=72, text="outlines")


def test_the_resolution_changes_nothing_but_the_pixels(coarse, column):
    assert dataclasses.replace(coarse, sheet=column.sheet).to_svg() == column.to_svg()
    assert Image.open(io.BytesIO(coarse.to_png())).width == round(88 / 25.4 * 72)


def test_a_png_says_what_it_shows(column):
    image = Image.open(io.BytesIO(column.to_png()))
    assert image.info["srgb"] == 0
    assert image.text["Title"] == column.caption.title
    assert image.text["Alt Text"] == column.caption.alt
    assert "OpenStreetMap" in image.text["Copyright"]
    assert image.text["Description"] == column.caption.long_description


def test_an_svg_has_named_layers_title_and_description(column):
    root = ET.fromstring(column.to_svg())
    assert root.get("width") == "88mm"
    assert root.get("height") == f"{column.canvas.size.height:g}mm"
    space = "{http://www.w3.org/2000/svg}"
    ink = "{http://www.inkscape.org/namespaces/inkscape}"
    assert root.find(f"{space}title").text == column.caption.title
    assert column.caption.alt in root.find(f"{space}desc").text
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    layers = {
        node.get("id"): node.get(f"{ink}label")
        for node in root.iter()
        if node.get(f"{ink}groupmode") == "layer"
    }
    for name in ("land", "rivers", "durand-line", "stretches", "names", "key", "events-airstrike", "notes"):
        assert layers[name], name
    words = " ".join("".join(node.itertext()) for node in root.iter(f"{space}text"))
    assert "Armed clash" in words
    assert "Islamabad" in words


def test_text_in_svg_can_be_outlines(coarse):
    assert b"<text" not in coarse.to_svg()


def test_the_same_map_is_the_same_bytes(contents, column):
    again = drawn(contents, size="column")
    assert again.to_svg() == column.to_svg()
    assert again.to_pdf() == column.to_pdf()
    assert again.to_png() == column.to_png()


def test_the_key_counts_what_the_interactive_map_counts(contents, column):
    from geo.vocab import EVENT_TYPES
    from maps.words.words import plural

    columns = contents["en"].events["cols"]
    # A name of the key, and the number right after it.
    texts = [text for text, _ in column.canvas.texts]
    after = dict(pairwise(texts))
    for number, name in enumerate(EVENT_TYPES):
        held = sum(
            kind == number and grain != NOWHERE
            for kind, grain in zip(columns["type"], columns["grain"], strict=True)
        )
        if held:
            assert after[plural("en", name, 1).capitalize()] == str(held)


@pytest.mark.parametrize(
    ("event", "key"),
    [
        ("apb:038", ["Airstrike, said by media or several sides", "somewhere inside this outline"]),
        ("apb:013", ["Airstrike, said by one side, or disputed", "somewhere inside this outline"]),
        ("apb:047", ["Bombing, said by media or several sides"]),
    ],
)
def test_one_event_has_one_line_of_key_and_what_is_drawn_round_it_another(event, key):
    content = maps.map_content(maps.MapSpec(ids=(event,)))
    assert key_lines(content) == key
    assert "place" in content.subtitle or "town" in content.subtitle


def test_the_key_says_how_exact_a_place_is_where_no_sentence_does():
    for change in ({"subtitle": "What happened"}, {"hide": ("subtitle",)}):
        content = maps.map_content(maps.MapSpec(ids=("apb:038",), **change))
        assert "in or near the area" in key_lines(content)


def key_lines(content):
    """Words of the lines of a key."""
    layout = Layout(content.spec, Sheet(size="square"), read_house("neutral"), content)
    return [entry.text for block in layout.words.key_blocks() for entry in block.entries]


def test_small_multiples_hold_every_event_once(contents):
    drawing = drawn(contents, size="wide", facet="year")
    assert drawing.report.framed + drawing.report.outside == 85
    assert drawing.report.label_overlaps() == []
    assert sum(titled(drawing)) == 85


def titled(drawing):
    """Numbers in the titles of small multiples."""
    titles = [text for text, _ in drawing.canvas.texts if re.search(r"\(\d+\)$", text)]
    return [int(re.search(r"\((\d+)\)$", title)[1]) for title in titles]


def test_two_periods_hold_what_may_have_been_in_each():
    from maps.content.choropleth import in_both

    drawing = printed("wide", compare=(":2025-10-08", "2025-10-09:"))
    content = drawing.content
    assert len(titled(drawing)) == 2
    assert sum(titled(drawing)) == 85 + in_both(content)
    assert drawing.report.framed + drawing.report.outside == sum(titled(drawing))
    assert drawing.report.label_overlaps() == []
    for part in titled(drawing):
        assert f"{part} events" in drawing.caption.caption


def test_small_multiples_of_a_script_from_right_to_left_begin_at_the_right(contents):
    spec = maps.MapSpec(lang="fa", compare=(":2025-10-08", "2025-10-09:"))
    drawing = drawn(contents, lang="fa", spec=spec, size="wide")
    boxes = {text: box for text, box in drawing.canvas.texts if text.endswith(")")}
    before, after = boxes
    assert boxes[before][0] > boxes[after][0]
    assert "۱۱" in before


def test_text_of_svg_says_its_direction(contents):
    svg = drawn(contents, lang="ur", size="column").to_svg().decode()
    texts = re.findall(r"<text([^>]*)>([^<]*)</text>", svg)
    arabic = [attributes for attributes, words in texts if re.search(r"[\u0600-\u06ff]", words)]
    assert arabic
    assert all('direction="rtl"' in attributes for attributes in arabic)
    latin = [attributes for attributes, words in texts if not re.search(r"[\u0600-\u06ff]", words)]
    assert all("direction=" not in attributes for attributes in latin)


def test_too_many_small_multiples_are_refused(contents):
    with pytest.raises(SchemaError, match="Choose a longer period"):
        drawn(contents, size="wide", facet="week")


def test_a_profile_puts_an_event_where_the_line_is_nearest(contents):
    from maps.static.line_profile import places_along

    along, far = places_along(contents["en"])
    columns = contents["en"].events["cols"]
    assert len(along) + far == 85
    located = geo.locate(geo.read_events().events).set_index("event_id")
    checked = 0
    for one in along:
        assert one.low <= one.km <= one.high
        if columns["grain"][one.number] == PLACE:
            assert one.km == pytest.approx(located.loc[columns["id"][one.number], "line_km"], abs=0.2)
            checked += 1
    assert checked > 15
    drawing = drawn(contents, size="wide", profile=True)
    assert (drawing.report.framed, drawing.report.outside) == (len(along), far)
    # What is left out is said, with the distance that leaves it out.
    assert far > 1
    words = " ".join(text for text, _ in drawing.canvas.texts)
    assert f"{far} of them, over {FAR_KM:.0f} km from the line, are not drawn." in words


def test_a_sector_says_how_far_it_reaches():
    from maps.content.choropleth import read_shading
    from maps.words.words import number

    for lang in ("en", "fa"):
        shading = read_shading(maps.map_content(maps.MapSpec(shade="sector", lang=lang)))
        assert number(lang, round(NEAR_LINE_KM)) in shading.note()


@pytest.mark.parametrize(("shade", "unit"), [("adm1", "unit-PK-KP"), ("sector", "unit-AF-KHO-PK-KP")])
def test_shaded_units_count_shares_not_points(shade, unit):
    from maps.content.choropleth import read_shading, whole

    spec = maps.MapSpec(shade=shade)
    content = maps.map_content(spec)
    shading = read_shading(content)
    counts = shading.counts()
    assert sum(count.expected for count in counts) <= 85 + 0.01
    assert any(count.expected % 1 > 0.01 for count in counts)
    drawing = maps.draw_map(spec, Sheet(size="wide"), content=content)
    assert f'id="{unit}"'.encode() in drawing.to_svg()
    assert "events-airstrike" not in drawing.canvas.layers
    assert drawing.report.label_overlaps() == []
    # Each class of the key says how many units it has, and all units are in one.
    texts = [text for text, _ in drawing.canvas.texts]
    for words in shading.class_texts():
        assert words in texts
    top = max(range(len(counts)), key=lambda n: counts[n].expected)
    assert f"{shading.names[top]} (about {whole(counts[top].expected)}; " in drawing.caption.caption


def test_shades_and_pairs_do_not_mix_with_a_profile_or_facets():
    with pytest.raises(SchemaError, match="shade"):
        maps.draw_map(maps.MapSpec(shade="adm1"), Sheet(profile=True))
    with pytest.raises(SchemaError, match="compare and facet"):
        maps.draw_map(maps.MapSpec(compare=(":2025-10-18", "2025-10-19:")), Sheet(facet="year"))


def test_a_call_out_has_a_number_on_the_map_and_words_in_the_key(contents):
    event = contents["en"].events["cols"]["id"][0]
    drawing = drawn(contents, size="wide", callouts=((event, "Named here for scale"),))
    assert any(name == "call-out 1" for name, _ in drawing.report.boxes)
    assert any(text == "Named here for scale" for text, _ in drawing.canvas.texts)
    with pytest.raises(SchemaError, match="nobody:1"):
        drawn(contents, size="wide", callouts=(("nobody:1", "x"),))


def test_a_title_of_500_characters_is_refused_and_a_long_one_set_smaller(contents):
    long = dataclasses.replace(contents["en"], titles=("Events at the border " * 25,))
    with pytest.raises(SchemaError, match="characters and does not fit"):
        maps.draw_map(maps.MapSpec(), Sheet(size="column"), content=long)
    fair = dataclasses.replace(contents["en"], titles=("Events at the border as they were reported " * 2,))
    maps.draw_map(maps.MapSpec(), Sheet(size="column"), content=fair)


def test_a_page_too_small_for_its_key_is_refused_with_the_least_height(contents):
    with pytest.raises(SchemaError, match=r"too small .* at least \d+ mm high"):
        drawn(contents, size="88x60mm")


def csv(path, rows):
    path.write_text(
        "event_id,date_start,event_type,where_precision,lon,lat\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(
    ("rows", "framed"),
    [
        (["own:1,2025-10-11,airstrike,town,69.2,34.5"], 1),
        ([f"own:{n},2025-10-{n:02},shelling,site,70.0,33.0" for n in range(1, 31)], 30),
        (["own:1,2025-10-11,airstrike,site,10.0,50.0"], None),
        ([f"own:{n},2025-10-11,attack,district,70.0,33.0" for n in range(1, 4)], 3),
        (["own:1,2025-10-11,attack,country,70.0,33.0"], 1),
    ],
)
def test_sparse_and_odd_tables_make_a_sensible_map(tmp_path, rows, framed):
    spec = maps.MapSpec(events=csv(tmp_path / "events.csv", rows))
    if framed is None:
        with pytest.raises(SchemaError, match="would be empty"):
            maps.draw_map(spec, Sheet(size="square"))
        spec, framed = dataclasses.replace(spec, allow_empty=True), 0
    drawing = maps.draw_map(spec, Sheet(size="square"))
    assert drawing.report.framed == framed
    assert drawing.report.label_overlaps() == []
    assert len(drawing.to_png()) > 10_000


def test_a_period_without_events_is_a_map_that_says_so():
    import datetime as dt

    drawing = maps.draw_map(
        maps.MapSpec(since=dt.date(1999, 1, 1), until=dt.date(1999, 2, 1), allow_empty=True),
        Sheet(size="column"),
    )
    assert "No event matches." in drawing.caption.caption
    assert any("No event matches." in text for text, _ in drawing.canvas.texts)


def test_the_command_writes_several_files_and_their_words(tmp_path):
    run = CliRunner()
    names = [tmp_path / f"map.{kind}" for kind in ("svg", "pdf", "png", "html")]
    outputs = [part for name in names for part in ("-o", str(name))]
    choices = [
        "--size",
        "column",
        "--dpi",
        "100",
        "--type",
        "airstrike",
        "--save-spec",
        str(tmp_path / "s.toml"),
    ]
    done = run.invoke(cli, ["map", *outputs, *choices])
    assert done.exit_code == 0, done.output
    assert all(name.stat().st_size > 1000 for name in names)
    words = (tmp_path / "map.svg.txt").read_text(encoding="utf-8")
    assert "Alt text" in words
    again = run.invoke(cli, ["map", "--spec", str(tmp_path / "s.toml"), "-o", str(tmp_path / "again.png")])
    assert again.exit_code == 0, again.output
    assert (tmp_path / "again.png").read_bytes() == names[2].read_bytes()
    refused = run.invoke(cli, ["map", "-o", str(names[2])])
    assert refused.exit_code == 2
    assert "--force" in refused.output


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (["-o", "map.tiff"], "suffix"),
        (["-o", "map.png", "--size", "huge"], "no size"),
        (["-o", "map.png", "--callout", "apb:014"], "EVENT_ID=TEXT"),
        (["-o", "map.png", "--style", "loud"], "no style"),
        (["-o", "map.png", "--callout", "x:1=there"], "no event"),
    ],
)
def test_the_command_names_what_is_wrong_in_one_line(tmp_path, monkeypatch, choices, words):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["map", *choices])
    assert done.exit_code in (1, 2)
    assert words in done.output
    assert not (tmp_path / "map.png").exists()
