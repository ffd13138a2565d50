"""People who crossed: tables of one source and one period as lines. Figures here are invented, but for
those of the shipped table.
"""

import pandas as pd
import pytest

import geo
import maps
from maps.content.flows import flow_map, flow_width
from maps.web.laid_layer import PageMarks

HEAD = ["crossing_id", "from", "to", "people", "date_from", "date_to", "source", "source_url", "note"]


def table(*rows):
    week = ("2030-01-01", "2030-01-07", "Invented Office", "https://example.org/a", "")
    return pd.DataFrame([(*row[:4], *(row[4:] or week)) for row in rows], columns=HEAD)


ROWS = (
    ("Torkham", "PK", "Nangarhar", 2500),
    ("Torkham", "Pakistan", "AF-KAB", 700),
    ("Chaman", "PK", "Kandahar", 3100),
)


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "flows.csv"
    table(*ROWS).to_csv(file, index=False)
    return file


def test_every_row_is_accounted_for():
    bad = [("Torkham", "PK", "Nowhere", 1), ("Narnia", "PK", "Kunar", 1), ("Torkham", "PK", "Kunar", -1)]
    bad += [("Torkham", "PK", "Kunar", 5, "2030-01-07", "2030-01-01", "x", "", "")]
    bad += [("Torkham", "PK", "Kunar", "", "2030-01-01", "2030-01-07", "x", "", "")]
    read = geo.read_crossing_flows(table(*ROWS, *bad))
    assert read.counts == {"read": 8, "accepted": 3, "rejected": 5}
    assert set(read.rejected["row"]) == {4, 5, 6, 7, 8}
    assert read.flows["to"].tolist() == ["AF-NAN", "AF-KAB", "AF-KAN"]


def test_a_file_reads_as_the_frame(path):
    pd.testing.assert_frame_equal(
        geo.read_crossing_flows(path).flows, geo.read_crossing_flows(table(*ROWS)).flows
    )


def test_two_sources_are_never_in_one_picture(tmp_path):
    other = ("Torkham", "PK", "Kunar", 9, "2030-01-01", "2030-01-07", "Another Office", "", "")
    file = tmp_path / "two.csv"
    table(*ROWS, other).to_csv(file, index=False)
    with pytest.raises(geo.errors.SchemaError, match=r"2 sources .Another Office, Invented Office. are"):
        maps.map_content(maps.MapSpec(flows=file))
    one = maps.map_content(maps.MapSpec(flows=file, flow_source="Another Office"))
    assert [line.text for line in one.flows.lines] == ["Kunar 9"]
    with pytest.raises(geo.errors.SchemaError, match="no figures of 'Third'"):
        maps.map_content(maps.MapSpec(flows=file, flow_source="Third"))


def test_periods_are_not_added_up(tmp_path):
    later = ("Torkham", "PK", "Nangarhar", 50, "2030-01-08", "2030-01-14", "Invented Office", "", "")
    file = tmp_path / "weeks.csv"
    table(*ROWS, later).to_csv(file, index=False)
    with pytest.raises(geo.errors.SchemaError, match=r"2 periods .2030-01-01 to 2030-01-07, 2030-01-08"):
        maps.map_content(maps.MapSpec(flows=file))
    chosen = maps.map_content(maps.MapSpec(flows=file, since="2030-01-08"))
    assert [line.text for line in chosen.flows.lines] == ["Nangarhar 50"]
    with pytest.raises(geo.errors.SchemaError, match="no figure of people"):
        maps.map_content(maps.MapSpec(flows=file, since="2031-01-01"))
    file.write_text(file.read_text().replace("2030-01-08,2030-01-14", "2030-01-01,2030-01-07"))
    with pytest.raises(geo.errors.SchemaError, match="2 figures for one line"):
        maps.map_content(maps.MapSpec(flows=file))


def test_a_line_is_as_wide_as_its_people(path):
    content = maps.map_content(maps.MapSpec(flows=path))
    widths = {line.text: line.width for line in content.flows.lines}
    assert widths == {
        "Kandahar 3,100": flow_width(3100, 3100),
        "Nangarhar 2,500": flow_width(2500, 3100),
        "Kabul 700": flow_width(700, 3100),
    }
    assert widths["Kabul 700"] * 3100 == pytest.approx(widths["Kandahar 3,100"] * 700, rel=0.01)
    assert content.picture.rows == ()
    assert not any("6300" in text or "6,300" in text for text in (content.flows.told, content.subtitle))
    assert "Invented Office https://example.org/a" in " ".join(text for text, _ in content.credits)


def test_page_and_print_draw_every_line_with_its_key(path):
    spec = maps.MapSpec(flows=path)
    content = maps.map_content(spec)
    drawing = maps.draw_map(spec, content=content)
    drawn = drawing.marks[drawing.marks["kind"] == "arrow"]
    assert set(drawn["text"]) == {"Kandahar 3,100", "Nangarhar 2,500", "Kabul 700"}
    laid = PageMarks(content).data()["laid"]
    assert [mark["width"] for mark in laid["marks"]] == [line.width for line in content.flows.lines]
    assert [text for text, _ in laid["key"]] == [
        "Chaman-Spin Boldak, Kandahar: 3,100 people", "Torkham, Nangarhar: 2,500 people",
        "Torkham, Kabul: 700 people",
    ]  # fmt: skip
    for told in (text for text, _ in laid["key"]):
        assert told in drawing.caption.caption


@pytest.mark.parametrize("lang", ["ps", "fa", "ur", "ar"])
def test_flows_in_each_language(path, lang):
    found = flow_map(maps.MapSpec(flows=path, lang=lang))
    assert not any(line.text.isascii() for line in found.lines)
    assert not found.title.isascii()


def test_the_shipped_figures_are_whole_and_each_has_a_page():
    read = geo.read_crossing_flows()
    assert read.counts == {"read": 37, "accepted": 37, "rejected": 0}
    flows = read.flows
    assert flows["source_url"].str.startswith("http").all()
    assert flows["note"].notna().all()
    assert not flows.duplicated(["crossing_id", "from", "to", "date_from", "date_to", "source"]).any()
    # A figure by province is reckoned from a share: it is never given as exact, nor beside its own whole.
    by_province = flows["to"].str.contains("-")
    assert (flows.loc[by_province, "bound"] == "about").all()
    periods = flows.groupby(["crossing_id", "date_from", "source"])["to"].agg(set)
    assert not any("AF" in ends and len(ends) > 1 for ends in periods)


# Words of the pages, read apart from the table: crossing, first day, people.
AS_READ = (
    ("torkham", "2018-02-25", 231), ("chaman-spin-boldak", "2018-02-25", 250),
    ("torkham", "2020-02-16", 193), ("chaman-spin-boldak", "2020-02-16", 403),
    ("torkham", "2021-01-17", 23), ("chaman-spin-boldak", "2021-01-17", 408),
    ("torkham", "2022-01-01", 3225), ("chaman-spin-boldak", "2022-01-01", 22370),
    ("torkham", "2022-11-05", 640), ("chaman-spin-boldak", "2022-11-05", 1475),
    ("torkham", "2023-04-01", 11397), ("chaman-spin-boldak", "2023-04-01", 13425),
    ("torkham", "2023-09-17", 223503), ("kharlachi", "2023-09-17", 419),
)  # fmt: skip


@pytest.mark.parametrize(("crossing", "day", "people"), AS_READ)
def test_a_figure_is_the_one_of_its_page(crossing, day, people):
    flows = geo.read_crossing_flows().flows.set_index(["crossing_id", "date_from"])
    assert flows.loc[[(crossing, pd.Timestamp(day))], "people"].tolist() == [people]


def test_published_figures_are_drawn_with_how_they_were_said():
    week = {"flows": "published", "flow_source": "IOM Pakistan", "since": "2017-04-02"}
    found = flow_map(maps.MapSpec(**week, until="2017-04-08"))
    assert {line.text for line in found.lines} == {
        "Nangarhar about 2,570",
        "Kabul about 710",
        "Kunar about 160",
    }
    assert "https://dtm.iom.int/reports/" in found.credit


def test_a_figure_for_a_country_leads_through_its_gate_and_no_further():
    from geo.types import GEOD

    home = maps.MapSpec(flows="published", flow_source="Khyber Pakhtunkhwa Home Department")
    lines = flow_map(home).lines
    assert {line.text for line in lines} == {"Torkham 223,503", "Angoor Adda 3,317", "Kharlachi 419"}
    for line in lines:
        assert GEOD.inv(line.lon, line.lat, *line.to)[2] == pytest.approx(40_000, abs=1)


def test_a_specification_with_the_published_figures_reads_back(tmp_path):
    spec = maps.MapSpec(flows="published", flow_source="IOM Pakistan")
    file = maps.write_spec(tmp_path / "map.toml", spec)
    assert maps.read_spec(file)[0] == spec
