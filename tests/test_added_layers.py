"""Layers that a user has added: whole whatever happens, and no map stops for one that is broken."""

import hashlib
import subprocess
import sys
import textwrap
import time

import pytest

import geo
from geo.boundaries.added import find_added, user_folder
from geo.boundaries.units import districts_added


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DURAND_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


ADDER = """
    import sys
    from geo.boundaries.added import AddedLayer
    import hashlib
    content = sys.argv[1].encode() * 200_000
    layer = AddedLayer(
        id="PK-2", country="PK", level=2, rows=1, sha256=hashlib.sha256(content).hexdigest(),
        input_sha256="", input_name="x", parents_sha256="", licence="CC0-1.0", credit="", source="x",
        source_url=None, vintage="1",
    )
    print("ready", flush=True)
    for _ in range(int(sys.argv[2])):
        layer.save(content)
"""


def whole_layer():
    """The one layer that is there, its file as its record says; nothing beside it."""
    (layer,) = geo.list_added()
    assert hashlib.sha256(layer.path.read_bytes()).hexdigest() == layer.sha256
    return layer


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process with SIGKILL")
def test_a_replacement_that_is_killed_leaves_a_whole_layer(home):
    script = textwrap.dedent(ADDER)
    subprocess.run([sys.executable, "-c", script, "a", "1"], check=True, stdout=subprocess.PIPE)
    whole_layer()
    for moment in range(20):
        with subprocess.Popen(
            [sys.executable, "-c", script, "bc"[moment % 2], "100000"], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.01 + 0.0041 * moment)
            process.kill()
            process.wait(30)
        whole_layer()
    subprocess.run([sys.executable, "-c", script, "d", "1"], check=True, stdout=subprocess.PIPE)
    layer = whole_layer()
    assert sorted(path.name for path in layer.folder.iterdir()) == sorted(
        [layer.path.name, layer.record.name]
    )


def test_two_replacements_at_once_end_with_one_whole_layer(home):
    script = textwrap.dedent(ADDER)
    running = [
        subprocess.Popen([sys.executable, "-c", script, name, "25"], stdout=subprocess.PIPE) for name in "ab"
    ]
    for process in running:
        process.communicate(timeout=120)
        assert process.returncode == 0
    layer = whole_layer()
    assert sorted(path.name for path in layer.folder.iterdir()) == sorted(
        [layer.path.name, layer.record.name]
    )


@pytest.mark.parametrize("damage", ["{}", "[]", "not json", '{"id": "AF-2"}'])
def test_a_broken_record_is_told_and_stops_nothing(home, caplog, damage):
    folder = user_folder() / "boundaries"
    folder.mkdir(parents=True)
    (folder / "PK-2.json").write_text(damage)
    assert geo.list_added() == ()
    assert districts_added() == ()
    with pytest.raises(geo.BoundaryError, match="not a record"):
        find_added("PK", 2)
    geo.remove_boundaries("PK")
    assert list(folder.iterdir()) == []


def test_a_layer_whose_file_is_broken_is_left_out_and_told(home, caplog):
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(ADDER), "a", "1"], check=True, stdout=subprocess.PIPE
    )
    assert districts_added() == ()
    assert "PK-2 is left out" in caplog.text
    events = geo.read_events().events.iloc[:2]
    assert len(geo.locate(events)) == 2
