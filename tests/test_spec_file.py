"""A specification of wrong types names every fault, and none is a fault of ours."""

import dataclasses

import pytest
from click.testing import CliRunner

import geo
import maps
from maps.cli.main import cli

WRONG = ("5", "5.5", "true", "[]", "[5]", "{a = 1}", "2025-10-09T10:00:00", "'no such'", "['x', 5]", "nan")
FIELDS = [("map", field.name) for field in dataclasses.fields(maps.MapSpec)]
FIELDS += [("sheet", field.name) for field in dataclasses.fields(maps.Sheet) if field.name != "paper"]


def fault_of(file):
    """What is said of a file, if it is refused; anything but a SchemaError is a fault of ours."""
    try:
        maps.read_spec(file)
    except geo.SchemaError as err:
        return str(err)
    return None


@pytest.mark.parametrize(("table", "field"), FIELDS)
def test_a_value_of_any_type_is_taken_or_named(tmp_path, table, field):
    file = tmp_path / "spec.toml"
    for value in WRONG:
        file.write_text(f"[{table}]\n{field} = {value}\n")
        said = fault_of(file)
        assert said is None or field in said.replace("line policy", "line_policy"), (value, said)


def test_every_fault_is_named_at_once(tmp_path):
    file = tmp_path / "spec.toml"
    file.write_text(
        "[map]\ntitle = 5\ntypes = 'airstrike'\nsince = 2025\nprovinces = [1]\nlang = 'xx'\ncolour = 'red'\n"
        "[sheet]\ndpi = 'high'\nnorth = 'yes'\nsize = 'huge'\n[[callout]]\nevent = 5\ntext = 'x'\n"
    )
    with pytest.raises(geo.SchemaError) as raised:
        maps.read_spec(file)
    for name in ("title", "types", "since", "provinces", "xx", "colour", "dpi", "north", "huge", "callout"):
        assert name in str(raised.value), name
    done = CliRunner().invoke(cli, ["map", "--spec", str(file), "-o", str(tmp_path / "m.html")])
    assert done.exit_code == 1
    assert "a fault of ours" not in done.output
