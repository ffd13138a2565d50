"""Pictures of counts, comparisons and what lies along a line: every mark stands where its figure says."""

from __future__ import annotations

import io
import re

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from PIL import Image

import geo
from geo.analysis.compare import Comparison
from maps.cli.main import cli
from maps.content.charts import chart_credit, count_chart, ratio_chart
from maps.spec.sheet import Sheet
from maps.static.chart import draw_along_chart, draw_chart

SPANS = {"before": "2025-10-01:2025-10-18", "after": "2025-10-19:2025-11-30"}


@pytest.fixture(scope="module")
def events():
    return geo.read_events()


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words], prog_name="durand")


def chart_of(table, by, lang="en", **asked):
    return count_chart(table, by=by, credit="Sources: ours", lang=lang, **asked)


def parts(drawing):
    """Artists by their id."""
    found = {}
    for layer in drawing.canvas.layers.values():
        for part in layer.parts:
            if part.get_gid():
                found[part.get_gid()] = part
    return found


def middle(part):
    """Middle of a filled shape, or the corners of the first line of several."""
    if hasattr(part, "get_path"):
        box = part.get_path().get_extents()
        return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return np.asarray(part.get_segments()[0])


def axis(drawing, across=True):
    """Figures of the axis as written, and the middle of each text, along x or y."""
    found = []
    for text, (left, top, right, bottom) in drawing.canvas.texts:
        if re.fullmatch(r"-?[\d,]+(\.\d+)?", text):
            found.append((float(text.replace(",", "")), (left + right) / 2 if across else (top + bottom) / 2))
    return np.array(found).T


def test_numbers_stand_on_their_axis_with_interval_and_what_is_certain(events):
    table = geo.count(events, by="side")
    drawing = draw_chart(chart_of(table, "side"))
    marks = parts(drawing)
    ticks, at = axis(drawing)
    assert ticks[0] == 0
    slope, start = np.polyfit(ticks, at, 1)
    assert np.allclose(np.polyval((slope, start), ticks), at, atol=0.5)
    for row in table[table["unit"] != "outside"].itertuples():
        x, y = middle(marks[f"dot-{row.unit}"])
        assert (x - start) / slope == pytest.approx(row.expected, abs=0.3)
        line = middle(marks[f"range-{row.unit}"])
        assert np.allclose((line[:, 0] - start) / slope, [row.low, row.high], atol=0.3)
        assert np.allclose(line[:, 1], y)
        box = marks[f"certain-{row.unit}"].get_path().get_extents()
        assert np.allclose((np.array([box.x0, box.x1]) - start) / slope, [0, row.certain], atol=0.3)
        said = f"{row.expected:.1f} ({row.low} to {row.high})"
        assert said in [text for text, _ in drawing.canvas.texts]
    assert middle(marks["dot-AF"])[1] < middle(marks["dot-PK"])[1]
    # What lies in no unit is told, and takes no room of the scale.
    rest = table.set_index("unit").loc["outside"]
    assert "dot-outside" not in marks
    said = f"In none of these: {rest['expected']:.1f} ({rest['low']:.0f} to {rest['high']:.0f})"
    assert said in [text for text, _ in drawing.canvas.texts]


def found_of(rows):
    """A comparison as geo.compare gives it."""
    table = pd.DataFrame(rows, columns=["unit", "ratio", "low", "high"])
    table = table.assign(name=table["unit"], p=0.5, note="")
    spans = tuple(tuple(pd.Timestamp(day).date() for day in span.split(":")) for span in SPANS.values())
    return Comparison(table, table.iloc[:0], (18, 43), "text", by="areas", spans=spans)


def test_ratios_stand_on_a_scale_of_powers_and_what_is_endless_is_an_arrow():
    rows = [
        ("rose", 4.0, 2.0, 9.0),
        ("fell", 0.25, 0.1, 0.8),
        ("from none", np.inf, 1.5, np.inf),
        ("to none", 0.0, 0.0, 0.6),
        ("too few", np.nan, np.nan, np.nan),
    ]
    drawing = draw_chart(ratio_chart(found_of(rows), credit="Sources: ours"))
    marks = parts(drawing)
    ticks, at = axis(drawing)
    assert 1 in ticks
    slope, start = np.polyfit(np.log10(ticks), at, 1)
    for name, ratio, low, high in rows[:2]:
        x, _ = middle(marks[f"dot-{name}"])
        assert 10 ** ((x - start) / slope) == pytest.approx(ratio, rel=0.03)
        ends = middle(marks[f"range-{name}"])[:, 0]
        assert np.allclose(10 ** ((ends - start) / slope), [low, high], rtol=0.03)
        assert len(marks[f"range-{name}"].get_segments()) == 1
    for name in ("from none", "to none"):
        assert f"dot-{name}" not in marks
        assert len(marks[f"range-{name}"].get_segments()) == 2
    texts = [text for text, _ in drawing.canvas.texts]
    assert "∞ (1.5 to ∞)" in texts
    assert "1 unit has too few events for an answer." in texts
    assert "too few" not in texts
    with pytest.raises(geo.SchemaError, match="no unit has enough"):
        ratio_chart(found_of(rows[4:]), credit="")


def test_both_levels_of_a_comparison_are_drawn(events):
    found = geo.compare(events, **SPANS, by="adm1", least=5, n=10)
    drawing = draw_chart(ratio_chart(found, credit="Sources: ours"))
    drawn = {name.removeprefix("range-") for name in parts(drawing) if name.startswith("range-")}
    wanted = found.both[found.both["ratio"].notna()]
    assert drawn == set(wanted["unit"])
    texts = [text for text, _ in drawing.canvas.texts]
    assert {"By province", "By sector of the line"} <= set(texts)
    assert "does not prove" in drawing.caption.method


def test_periods_stand_in_order_on_one_scale(events):
    table = geo.count(events, by="side", period="Y")
    drawing = draw_chart(chart_of(table, "side"))
    layers = drawing.canvas.layers["ranges"]
    dots = [part for part in layers.parts if (part.get_gid() or "").startswith("dot-")]
    ticks, at = axis(drawing, across=False)
    shown = table[(table["high"] > 0) | (table["expected"] > 0)]
    # Units in the order of their events, then years.
    order = [table.loc[table["unit"] == unit] for unit in ("AF", "PK")]
    wanted = pd.concat(order)
    wanted = wanted[wanted.index.isin(shown.index)]
    assert len(dots) == len(wanted)
    rows = sorted({round(y) for tick, y in zip(ticks, at, strict=True) if tick == 0})
    assert len(rows) == 1
    assert "In none of these: 5.0" in [text for text, _ in drawing.canvas.texts]
    slope = np.diff(at[:2])[0] / np.diff(ticks[:2])[0]
    for part, row in zip(dots, wanted.itertuples(), strict=True):
        _, y = middle(part)
        zero = min((foot for foot in at[ticks == 0] if foot > y - 4), default=None)
        assert (y - zero) / slope == pytest.approx(row.expected, abs=0.7)


def test_many_periods_are_one_shape_and_too_many_are_refused(events):
    table = geo.count(events, by="all", period="M")
    drawing = draw_chart(chart_of(table, "all"))
    marks = parts(drawing)
    assert {"range-all", "dot-all", "certain-all"} <= set(marks)
    corners = np.asarray(marks["dot-all"].get_segments()[0])
    assert len(corners) == 2 * len(table)
    tall = corners[:, 1].max() - corners[::2, 1]
    assert np.argmax(tall) == np.argmax(table["expected"])
    assert np.allclose(tall / tall.max(), table["expected"] / table["expected"].max(), atol=1e-6)
    with pytest.raises(geo.SchemaError, match="periods have no room"):
        draw_chart(chart_of(geo.count(events, by="all", period="D"), "all"))


def test_what_has_no_room_or_no_date_is_said(events):
    rows = events.events.iloc[:20].copy()
    rows.loc[rows.index[0], "date_start"] = pd.NaT
    table = geo.count(rows, by="all", period="Y")
    drawing = draw_chart(chart_of(table, "all"))
    assert "Without a date: 1.0 (1 to 1)" in [text for text, _ in drawing.canvas.texts]
    hexes = geo.count(events, by=geo.priogrid())
    drawing = draw_chart(chart_of(hexes, "areas"))
    inside = hexes[(hexes["possible"] > 0) & (hexes["unit"] != "outside")]
    dots = [name for name in parts(drawing) if name.startswith("dot-")]
    assert len(dots) == 30
    assert f"and {len(inside) - 30} further units" in [text for text, _ in drawing.canvas.texts]
    assert {f"dot-{unit}" for unit in inside.nlargest(30, "expected")["unit"]} == set(dots)


def test_sums_may_be_negative_and_one_rate_takes_the_place_of_numbers(events):
    rows = events.events.assign(change=np.where(np.arange(len(events.events)) % 2, -3.0, 1.0))
    drawing = draw_chart(chart_of(geo.count(rows, by="side", value="change"), "side", value="change"))
    ticks, _ = axis(drawing)
    assert ticks.min() < 0 <= ticks.max()
    rows.loc[rows.index[:3], "change"] = np.nan
    for asked in ({}, {"period": "Y"}):
        table = geo.count(rows, by="side", value="change", **asked)
        texts = [text for text, _ in draw_chart(chart_of(table, "side", value="change")).canvas.texts]
        assert "Events without a figure: 3.0" in texts
    table = geo.count(events, by="adm1", per="100 km")
    drawing = draw_chart(chart_of(table, "adm1"))
    ticks, at = axis(drawing)
    slope, start = np.polyfit(ticks, at, 1)
    known = table[table["per_100_km"].notna() & (table["possible"] > 0)]
    for row in known.itertuples():
        x, _ = middle(parts(drawing)[f"dot-{row.unit}"])
        assert (x - start) / slope == pytest.approx(row.per_100_km, abs=0.05)
    assert "dot-outside" not in parts(drawing)
    with pytest.raises(geo.SchemaError, match="one rate"):
        chart_of(geo.count(events, by="adm1", per=["100 km", "1000 km2"]), "adm1")


def test_the_curve_along_the_line_has_west_left_and_its_doubt_about_it(events):
    found = geo.along(events, n=20)
    for lang in ("en", "ur"):
        drawing = draw_along_chart(found, "Sources: ours", lang=lang)
        marks = parts(drawing)
        curve = np.asarray(marks["curve"].get_segments()[0])
        # From the China tripoint in the east to Iran in the west.
        assert (np.diff(curve[:, 0]) < 0).all()
        assert np.argmin(curve[:, 1]) == np.argmax(found.intensity["intensity"])
        band = marks["curve-band"].get_path().vertices
        for end, name in ((band[:, 1].min(), "high"), (curve[:, 1].min(), "intensity")):
            foot = band[:, 1].max()
            assert (foot - end) / (foot - curve[:, 1].min()) == pytest.approx(
                (found.intensity[name].max() - found.intensity["low"].min())
                / (found.intensity["intensity"].max() - found.intensity["low"].min()),
                rel=1e-6,
            )
        texts = [text for text, _ in drawing.canvas.texts]
        names = {"en": ("Torkham", "Chaman-Spin Boldak"), "ur": ("طورخم",)}[lang]
        assert set(names) <= set(texts)
    english = draw_along_chart(found, "Sources: ours")
    at = {text: (box[0] + box[2]) / 2 for text, box in english.canvas.texts}
    assert at["Chaman-Spin Boldak"] < at["Torkham"]
    gate = geo.read_crossings().set_index("name")["line_km"]["Torkham"]
    curve = np.asarray(parts(english)["curve"].get_segments()[0])
    steps = (found.intensity["from_km"] + found.intensity["to_km"]) / 2
    assert at["Torkham"] == pytest.approx(np.interp(gate, steps, curve[:, 0]), abs=1.0)


def test_another_border_has_its_own_km_and_no_names_of_ours():
    border = geo.country_border("PK", "IR")
    there = border.point_at([100, 120, 700])
    frame = pd.DataFrame({"lon": there.x, "lat": there.y, "where_precision": "town"})
    found = geo.along(frame, n=5, border=border)
    drawing = draw_along_chart(found, "Sources: ours")
    curve = np.asarray(parts(drawing)["curve"].get_segments()[0])
    assert (np.diff(curve[:, 0]) > 0).all()
    assert np.argmin(curve[:, 1]) in range(20, 25)
    texts = [text for text, _ in drawing.canvas.texts]
    assert "Events by 100 km along the border PK / IR" in texts
    assert "Torkham" not in texts


@pytest.mark.parametrize("size", ["wide", "column", "square"])
@pytest.mark.parametrize("lang", ["en", "ur"])
def test_words_stay_on_the_page_and_off_one_another(events, lang, size):
    sheet = Sheet(size=size)
    credit = chart_credit(events.events, lang)
    asked = {"credit": credit, "lang": lang}
    drawings = [
        draw_chart(count_chart(geo.count(events, by=("adm1", "side")), by="", **asked), sheet),
        draw_chart(count_chart(geo.count(events, by="adm1", period="Y"), by="adm1", **asked), sheet),
        draw_chart(ratio_chart(geo.compare(events, **SPANS, by="adm0", least=5, n=5), **asked), sheet),
        draw_along_chart(geo.along(events, n=5), credit, sheet, lang=lang),
    ]
    for drawing in drawings:
        boxes = drawing.canvas.texts
        for text, (left, top, right, bottom) in boxes:
            assert -0.5 <= left <= right <= drawing.canvas.width + 0.5, text
            assert 0 <= top <= bottom <= drawing.canvas.height, text
        for n, (text, (left, top, right, bottom)) in enumerate(boxes):
            for other, (a, b, c, d) in boxes[n + 1 :]:
                apart = right <= a + 0.6 or c <= left + 0.6 or bottom <= b + 0.6 or d <= top + 0.6
                assert apart, (text, other)


def test_a_page_without_room_is_refused(events):
    with pytest.raises(geo.SchemaError, match="leave no room"):
        draw_chart(chart_of(geo.count(events, by="side"), "side"), Sheet(size="240x240px"))


def test_an_empty_table_of_events_has_nothing_to_draw(events):
    with pytest.raises(geo.SchemaError, match="nothing to draw"):
        chart_of(geo.count(events.events.iloc[:0], by="adm1"), "adm1")
    far = pd.DataFrame({"lon": [-100.0], "lat": [20.0], "where_precision": ["town"]})
    with pytest.raises(geo.SchemaError, match="no event lies in any of the units"):
        chart_of(geo.count(far, by="adm1"), "adm1")


def test_a_line_without_events_has_nothing_to_draw():
    far = pd.DataFrame({"lon": [-100.0], "lat": [20.0], "where_precision": ["town"]})
    with pytest.raises(geo.SchemaError, match="no event lies within 50 km"):
        draw_along_chart(geo.along(far, n=2), "Sources: ours")


def test_count_draws_the_shaded_map_and_a_chart_where_a_map_would_not_say_it(tmp_path):
    shaded = tmp_path / "a.svg"
    done = run("count", "--by", "adm1", "-o", shaded)
    assert done.exit_code == 0, done.output
    assert not done.stdout
    assert 'id="unit-AF-KNR"' in shaded.read_text(encoding="utf-8")
    assert "Alt text" in (tmp_path / "a.svg.txt").read_text(encoding="utf-8")
    for n, words in enumerate((("--trust", "point"), ("--level", 0.9), ("--period", "Y"), ("--sectors", 50))):
        path = tmp_path / f"b{n}.svg"
        by = () if "--sectors" in words else ("--by", "adm1")
        done = run("count", *by, *words, "-o", path)
        assert done.exit_code == 0, done.output
        text = path.read_text(encoding="utf-8")
        assert "unit-AF-KNR" not in text
        assert "<title" in text
        assert "Sources: events: Afghanistan-Pakistan border events" in text
    assert "with 90 %" in (tmp_path / "b1.svg").read_text(encoding="utf-8")


def test_pictures_are_written_with_their_words_or_not_at_all(tmp_path):
    path = tmp_path / "c.png"
    words = ("compare", *(w for name, span in SPANS.items() for w in (f"--{name}", span)), "-n", 5)
    done = run(*words, "-o", path)
    assert done.exit_code == 0, done.output
    assert not done.stdout
    assert "does not prove" in done.stderr
    beside = tmp_path / "c.png.txt"
    assert "This does not prove" in beside.read_text(encoding="utf-8")
    image = Image.open(io.BytesIO(path.read_bytes()))
    assert image.size[0] == round(180 / 25.4 * 300)
    assert image.info["Alt Text"].startswith("Events a day: 19 October to 30 November 2025")
    dark = (np.asarray(image.convert("L")) < 80).mean()
    assert 0.001 < dark < 0.2
    path.unlink()
    again = run(*words, "-o", path)
    assert again.exit_code == 2
    assert "c.png.txt" in again.output
    assert not path.exists()
    along = tmp_path / "l.pdf"
    done = run("along", "-n", 5, "-o", along)
    assert done.exit_code == 0, done.output
    assert not done.stdout
    assert along.read_bytes().startswith(b"%PDF")


SPANNED = ("compare", *(word for name, span in SPANS.items() for word in (f"--{name}", span)))


def run_unreadable(folder, words):
    """Run a command on a file of no events: what is said of its options is said before it is read."""
    unreadable = folder / "events.csv"
    unreadable.write_text("no,events\n1,2\n")
    command, *rest = words
    return run(command, unreadable, *rest)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("count", "-o", "x.html"), "durand count writes .csv, .xlsx, .parquet, .geojson"),
        (("count", "-o", "x"), "'x' has no suffix"),
        (("count", "--by", "side", "-o", "x.gpkg"), "--by side has no outlines"),
        (("count", "--by", "adm1,all", "-o", "x.geojson"), "--by all has no outlines"),
        (("count", "--datapackage", "-o", "x.gpkg"), "--datapackage says beside a CSV"),
        (("count", "--datapackage"), "--datapackage says beside a CSV"),
        (("count", "--per", "100 km", "--per", "1000 km2", "-o", "x.png"), "one rate"),
        (("near", "--where", "Torkham", "--km", 5, "-o", "x.png"), "durand near writes .csv"),
        (("along", "-o", "x.txt"), ".png, .svg or .pdf, not .txt as in 'x.txt'"),
        ((*SPANNED, "-o", "x.gpkg"), "--by all has no outlines"),
        (("impute", "-o", "x.pdf"), "durand impute writes"),
        (("loci", "-o", "x.csv"), "durand loci writes .geojson, .json, .gpkg or .parquet, not .csv"),
        (("stock", "-o", "x.doc"), "durand stock writes"),
        (("locate", "-o", "x.png"), "durand locate writes"),
        (("count", "--by", "adm1,adm1"), "--by names adm1 twice"),
        (("count", "--period", "Q"), "D (days), W (weeks), M (months), Y (years)"),
        (("count", "--period", "M", "--period", "Y"), "NAME=FIRST:LAST"),
        (("count", "--period", "a=2025-01-01:2025-02-01", "--period", "a=2025-03-01:2025-04-01"), "twice"),
        (
            ("count", "--period", "a=2025-01-01:2025-02-01", "--period", "b=2025-01-15:2025-04-01"),
            "share days",
        ),
        (("count", "--period", "a=yesterday"), "two days, such as 2025-10-01:2025-10-18"),
        (("count", "--level", 2), "range 0<x<1"),
        (("count", "--bands", "25,10"), "rising kilometres"),
        (("count", "--bands", "0,10"), "rising kilometres of more than 0"),
        (("count", "--bands", "5,inf"), "rising kilometres"),
        (("count", "--hexes", 9), "range 0<=x<=7"),
        (("count", "--sectors", "nan"), "no number in the range x>0"),
        (("count", "--around", "Torkham", "--km", -1), "range x>0"),
        (("along", "--bandwidth", 0), "range x>0"),
        (("along", "-n", 0), "range x>=1"),
        (("compare", "--before", "x", "--after", "2025-10-19:2025-11-30"), "two days, such as"),
        ((*SPANNED, "--second", "valley"), "'sector', 'none'"),
        ((*SPANNED, "--least", 1), "range x>=2"),
        (("near", "--where", "Torkham", "--km", "inf"), "no number in the range x>0"),
        (("count", "--border", "PK,IR", "--by", "sector"), "which only the Durand Line has; --sectors KM"),
    ],
)
def test_what_an_option_may_be_is_said_before_anything_is_read(tmp_path, words, told):
    done = run_unreadable(tmp_path, words)
    assert done.exit_code == 2, done.output
    assert told in done.output
    assert "read" not in done.output
    # No word of Python.
    assert not re.search(r"[{}]|_km\b|None|int\(|dict", done.output)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("compare", "--before", SPANS["after"], "--after", SPANS["before"]), "exchange the two"),
        (("near", "--where", "Nowhereville", "--km", 5), "no place is called 'Nowhereville'"),
        (("count", "--around", "Nowhereville", "--km", 5), "no place is called 'Nowhereville'"),
        (("count", "--style", "loud", "-o", "x.png"), "no style 'loud'"),
        (("count", "--size", "1mm", "-o", "x.png"), "too small"),
        (("count", "--border", "PK,US", "--by", "side"), "no outline of 'US'"),
    ],
)
def test_what_is_not_there_is_said_before_anything_is_read(tmp_path, words, told):
    done = run_unreadable(tmp_path, words)
    assert done.exit_code == 1, done.output
    assert told in done.output
    assert "0 read" not in done.output
