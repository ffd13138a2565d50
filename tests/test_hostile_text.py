"""Text from anywhere: a terminal obeys none of it, and pictures stay well formed."""

import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from click.testing import CliRunner

import geo
import maps
from geo.files.characters import visible
from maps.cli.main import cli

HOSTILE = "a\x1b[2J\x07b\x9b31m\u202egpj"


def test_what_a_terminal_would_obey_is_shown_as_what_it_is():
    assert visible(HOSTILE) == "a\\x1b[2J\\x07b\\x9b31m\\u202egpj"
    assert visible("line\n\tنگرهار") == "line\n\tنگرهار"


@pytest.mark.parametrize(
    "arguments",
    [
        ["read", f"{HOSTILE}.csv", "-o", "out.csv"],
        ["read", "sheet.csv", "-o", f"{HOSTILE}.exe"],
        ["place", HOSTILE],
        ["boundaries", "show", HOSTILE],
        ["map", "-o", "m.html", "--province", HOSTILE],
        ["read", f"{HOSTILE}-there.csv", "-o", "there.csv"],
    ],
)
def test_nothing_that_is_said_has_a_command_in_it(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    for name in ("sheet.csv", f"{HOSTILE}-there.csv"):
        (tmp_path / name).write_text("date,type,place,lat,lon\nsomeday,shelling,\x1b[31mTorkham,34.1,71.1\n")
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code in (1, 2)
    assert "fault of ours" not in done.output
    assert not set("\x1b\x07\x9b\u202e") & set(done.output)


@pytest.mark.filterwarnings("ignore:Glyph:UserWarning")
@pytest.mark.parametrize("text", ["a <b> & \"c\" ]]> 'd'", "bell\x07 and\x0b tab", "nul\x00 \ufffe end"])
def test_a_picture_is_well_formed_whatever_its_title(text):
    spec = maps.MapSpec(title=text, types=("talks",), allow_empty=True)
    svg = maps.draw_map(spec, maps.Sheet(size="column")).to_svg()
    root = ET.fromstring(svg)
    assert root.tag.endswith("svg")


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "frame", "parquet"])
def test_controls_are_replaced_once_on_reading_and_said(tmp_path, kind):
    frame = pd.DataFrame(
        {
            "date": ["2025-10-12", "2025-10-13"],
            "place": ["Tor\x07kham", "Khost"],
            "type": ["armed clash", "airstrike"],
            "lat": [34.1, 33.3],
            "lon": [71.09, 69.9],
            "notes": ["a\x0bb", "tab\tand line"],
        }
    )
    path = tmp_path / f"t.{kind}"
    if kind in ("csv", "tsv"):
        frame.to_csv(path, index=False, sep="\t" if kind == "tsv" else ",")
    elif kind == "json":
        frame.to_json(path, orient="records")
    elif kind == "parquet":
        frame.to_parquet(path)
    report = geo.read_events(frame if kind == "frame" else path)
    assert report.events["place"].tolist() == ["Tor\ufffdkham", "Khost"]
    assert report.events["notes"].tolist() == ["a b", "tab\tand line"]
    (told,) = [one for one in report.warnings["reason"] if "controls" in one]
    assert "2 cells" in told
    for out in ("o.csv", "o.gpkg", "o.geojson"):
        geo.write_table(report.events, tmp_path / out, overwrite=True)
        again = geo.read_events(tmp_path / out)
        assert again.events["place"].tolist() == ["Tor\ufffdkham", "Khost"]
        assert not [one for one in again.warnings["reason"] if "controls" in one]
