"""Files are written whole or not at all, nothing is replaced unasked, no input is an output."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from click.testing import CliRunner

import geo
import maps
from geo.boundaries.catalogue import data_path, find_layer
from geo.files.whole import (
    check_outputs,
    members_of,
    write_bytes,
    write_text,
    written_folder,
    written_set,
    written_whole,
)
from geo.files.work_folder import WORK_PREFIX
from maps.cli.main import cli

ROWS = "date,type,place,lat,lon,killed\n2025-10-12,shelling,Torkham,34.1264,71.09,3\n"
BAD_ROW = "someday,shelling,Torkham,34.1264,71.09,3\n"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def run(*arguments):
    return CliRunner().invoke(cli, list(map(str, arguments)))


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text(ROWS)
    return path


# -- one file


def test_a_file_is_there_when_the_block_has_ended_and_not_before(tmp_path):
    target = tmp_path / "a.txt"
    with written_whole(target) as part:
        part.write_text("whole")
        assert part.name == target.name
        assert not target.exists()
    assert target.read_text() == "whole"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_block_that_fails_leaves_what_was_there(tmp_path, fault):
    target = write_text(tmp_path / "a.txt", "before")
    with pytest.raises(fault), written_whole(target, overwrite=True) as part:
        part.write_text("half")
        raise fault
    assert target.read_text() == "before"
    assert names(tmp_path) == ["a.txt"]


def test_a_file_that_comes_to_be_in_between_is_not_replaced(tmp_path):
    target = tmp_path / "a.txt"
    with pytest.raises(geo.OverwriteError, match="has come to be"), written_whole(target) as part:
        part.write_text("ours")
        target.write_text("theirs")
    assert target.read_text() == "theirs"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="has no umask")
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_the_umask_is_honoured(tmp_path, events, mask):
    before = os.umask(mask)
    try:
        files = [write_bytes(tmp_path / "a.bin", b"x"), geo.write_template(tmp_path / "t.xlsx")]
        files += [geo.write_table(events, tmp_path / f"e{kind}") for kind in (".csv", ".gpkg", ".parquet")]
        with written_folder(tmp_path / "new", names=["x"]) as room:
            (room / "x").write_text("")
    finally:
        os.umask(before)
    for path in (*files, tmp_path / "new" / "x"):
        assert path.stat().st_mode & 0o777 == 0o666 & ~mask, path
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o777 & ~mask


@pytest.fixture(scope="module")
def events():
    return geo.read_events().events.iloc[:3]


def test_a_link_stays_a_link(tmp_path):
    real = write_text(tmp_path / "real.txt", "before")
    link = tmp_path / "link.txt"
    link.symlink_to(real)
    write_text(link, "after", overwrite=True)
    assert link.is_symlink()
    assert real.read_text() == "after"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none/a.txt", "no folder"),
        ("folder", "is a folder"),
        ("a\0b", "NUL"),
        ("n" * 300, "cannot be written"),
    ],
)
def test_a_name_that_cannot_be_is_one_line(tmp_path, name, says):
    (tmp_path / "folder").mkdir()
    with pytest.raises(geo.GeoError, match=says) as raised:
        write_text(f"{tmp_path}/{name}", "x")
    assert "\n" not in str(raised.value)
    assert names(tmp_path) == ["folder"]


def test_a_device_is_not_replaced():
    with pytest.raises(geo.SchemaError, match="no ordinary file"):
        check_outputs(["/dev/null"], overwrite=True)
    assert not Path("/dev/null").is_file()


# -- inputs


def test_an_input_is_no_output_by_any_of_its_names(tmp_path, sheet):
    (tmp_path / "soft.csv").symlink_to(sheet)
    (tmp_path / "hard.csv").hardlink_to(sheet)
    (tmp_path / "below").mkdir()
    for name in ("sheet.csv", "soft.csv", "hard.csv", "below/../sheet.csv"):
        with pytest.raises(geo.OverwriteError, match="is an input too"):
            check_outputs([tmp_path / name], inputs=[None, sheet], overwrite=True)
    check_outputs([tmp_path / "other.csv"], inputs=[sheet])


def test_two_outputs_are_two_files(tmp_path):
    with pytest.raises(geo.SchemaError, match="are one file"):
        check_outputs([tmp_path / "a.csv", tmp_path / "b" / ".." / "a.csv"])


def test_a_shapefile_is_its_members(tmp_path):
    (tmp_path / "line.dbf").write_text("a table of mine")
    with pytest.raises(geo.OverwriteError, match=r"line\.dbf"):
        geo.export_layer("durand_line", tmp_path / "line.shp")
    assert names(tmp_path) == ["line.dbf"]
    geo.export_layer("durand_line", tmp_path / "line.shp", overwrite=True)
    assert names(tmp_path) == sorted(path.name for path in members_of(tmp_path / "line.shp"))
    assert len(gpd.read_file(tmp_path / "line.shp")) == 1


COMMANDS = {
    "read": ("read", "{in}", "-o", "{in}"),
    "read-claims": ("read", "other.csv", "--claims", "{in}", "-o", "{in}"),
    "locate": ("locate", "{in}", "-o", "{in}"),
    "match": ("match", "{in}", "other.csv", "-o", "{in}"),
    "match-decisions": ("match", "other.csv", "third.csv", "--decisions", "{in}", "-o", "{in}"),
    "diff": ("diff", "other.csv", "{in}", "-o", "{in}"),
    "unmerge": ("unmerge", "{in}", "a.csv", "{in}"),
    "spec": ("map", "--spec", "{in}", "--save-spec", "{in}", "-o", "m.html"),
    "report": (
        *(
            "boundaries",
            "add",
            "{in}",
            "--country",
            "PK",
            "--licence",
            "X",
            "--source",
            "x",
            "--vintage",
            "1",
        ),
        *("--report", "{in}"),
    ),
}


def _spec(path):
    return maps.MapSpec(events=path, allow_empty=True)


def _opened(path):
    with path.open("rb") as file:
        return geo.read_events(file)


def _merged(path):
    other = path.with_name("second.csv")
    other.write_text("event_id," + ROWS.replace("\n2025", "\ntwo:1,2025"))
    pairs = geo.match(path, other, min_score=0)
    return geo.merge_events(path, other, pairs)


def _style(path):
    path.write_text("name = 'ours'\n")
    return maps.Sheet(size="column", dpi=72, style=str(path))


WRITERS = {
    "page": ("map.html", lambda path: maps.save(_spec(path), path, overwrite=True)),
    "page of tables": (
        "map.html",
        lambda path: maps.save(_spec(geo.read_events(path)), path, overwrite=True),
    ),
    "picture": (
        "map.svg",
        lambda path: maps.draw_map(_spec(path), maps.Sheet(size="column")).save(path, overwrite=True),
    ),
    "picture of a style": (
        "map.svg",
        lambda path: maps.draw_map(maps.MapSpec(types=("shelling",)), _style(path)).save(
            path, overwrite=True
        ),
    ),
    "specification": ("map.toml", lambda path: maps.write_spec(path, _spec(path), overwrite=True)),
    "specification of crossings": (
        "map.toml",
        lambda path: maps.write_spec(path, maps.MapSpec(crossings=path), overwrite=True),
    ),
    "rejected rows": (
        "sheet.csv",
        lambda path: geo.write_rejected(geo.read_events(path), path, overwrite=True),
    ),
    "rejected rows of a file": (
        "sheet.csv",
        lambda path: geo.write_rejected(_opened(path), path, overwrite=True),
    ),
    "folder": ("map.html", lambda path: maps.save_embed(_spec(path), path.parent, overwrite=True)),
    "merged": ("merged.parquet", lambda path: geo.write_merged(_merged(path), path, overwrite=True)),
    "located": (
        "events.parquet",
        lambda path: geo.locate_file(_as_parquet(path), path, overwrite=True),
    ),
    "layer": ("crosswalk.csv", lambda _: geo.export_layer("crosswalk", _shipped(), overwrite=True)),
}


def _as_parquet(path):
    return geo.write_table(geo.read_events(path).events, path, overwrite=True)


def _shipped():
    return data_path("boundaries", find_layer("crosswalk").file)


@pytest.mark.parametrize("writer", WRITERS)
def test_every_function_that_writes_keeps_what_it_reads(tmp_path, writer):
    name, write = WRITERS[writer]
    path = tmp_path / name
    path.write_text(ROWS + BAD_ROW)
    shipped = _shipped().read_bytes()
    with pytest.raises(geo.OverwriteError, match="input too"):
        write(path)
    assert path.stat().st_size > 0
    if writer not in ("located", "picture of a style"):
        assert path.read_text() == ROWS + BAD_ROW
    assert _shipped().read_bytes() == shipped


def test_a_folder_is_not_replaced_with_an_input_in_it(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    held = write_text(folder / "part.txt", "mine")
    with (
        pytest.raises(geo.OverwriteError, match="an input too"),
        written_folder(folder, names=None, overwrite=True, inputs=[None, held]),
    ):
        pass
    assert held.read_text() == "mine"


def test_a_folder_to_embed_is_made_in_one_that_is_there(tmp_path):
    spec = maps.MapSpec(types=("talks",), allow_empty=True)
    with pytest.raises(geo.SchemaError, match="there is no folder"):
        maps.save_embed(spec, tmp_path / "none" / "embed")
    assert names(tmp_path) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_keeps_its_inputs_with_force_too(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.csv").write_text(ROWS)
    (tmp_path / "third.csv").write_text(ROWS)
    name = "sheet.csv"
    (tmp_path / name).write_text(ROWS + BAD_ROW)
    before = {path: (tmp_path / path).read_bytes() for path in names(tmp_path)}
    done = run(*(part.replace("{in}", name) for part in COMMANDS[command]), "--force")
    assert done.exit_code == 2, done.output
    assert "is an input too" in done.output
    assert {path: (tmp_path / path).read_bytes() for path in names(tmp_path)} == before


def test_the_map_keeps_the_events_that_its_specification_names(tmp_path, monkeypatch, sheet):
    monkeypatch.chdir(tmp_path)
    sheet.rename("map.png.txt")
    Path("s.toml").write_text('[map]\nevents = "map.png.txt"\n')
    done = run("map", "--spec", "s.toml", "-o", "map.png", "--force")
    assert done.exit_code == 2
    assert "is an input too" in done.output
    assert Path("map.png.txt").read_text() == ROWS


# -- the rejected rows beside what is written


EVERY_READER = {
    "count": ("count", "sheet.csv"),
    "near": ("near", "sheet.csv", "--where", "Torkham", "--km", "5"),
    "stock": ("stock", "sheet.csv"),
    "locate": ("locate", "sheet.csv", "-o", "{n}.csv"),
    "read": ("read", "sheet.csv", "-o", "{n}.parquet"),
    "map": ("map", "sheet.csv", "-o", "{n}.html"),
    "locator": ("locator", "--events", "sheet.csv", "--event", "own:1", "-o", "{n}.html"),
    "match": ("match", "sheet.csv", "sheet.csv", "-o", "{n}.csv"),
    "diff": ("diff", "sheet.csv", "sheet.csv"),
}


@pytest.mark.parametrize("command", EVERY_READER)
def test_rejected_rows_are_kept_and_stand_in_nothings_way(tmp_path, monkeypatch, sheet, command):
    monkeypatch.chdir(tmp_path)
    sheet.write_text(ROWS + BAD_ROW)
    for n in (1, 2):
        done = run(*(part.replace("{n}", f"out{n}") for part in EVERY_READER[command]))
        assert done.exit_code == 1, done.output
        assert "see sheet.csv.rejected.csv; --allow-rejects" in done.stderr
        assert geo.read_events("sheet.csv.rejected.csv").counts["read"] == 1
    assert not [name for name in names(tmp_path) if ".rejected-" in name]
    arguments = [part.replace("{n}", "out3") for part in EVERY_READER[command]]
    assert run(*arguments, "--allow-rejects").exit_code == 0


def test_rejected_rows_that_were_mended_by_hand_stay(tmp_path, monkeypatch, sheet):
    monkeypatch.chdir(tmp_path)
    sheet.write_text(ROWS + BAD_ROW)
    mended = tmp_path / "sheet.csv.rejected.csv"
    mended.write_text("mended by hand\n")
    for _ in range(2):
        done = run("count", sheet)
        assert "see sheet.csv.rejected-2.csv;" in done.stderr
    assert mended.read_text() == "mended by hand\n"
    assert names(tmp_path) == ["sheet.csv", "sheet.csv.rejected-2.csv", mended.name]
    sheet.write_text(ROWS)
    assert f"no row is rejected: {mended.name}, of an earlier run, stays" in run("count", sheet).stderr
    assert mended.read_text() == "mended by hand\n"


def test_rejected_rows_are_read_with_the_sheet_that_they_are_of(tmp_path, monkeypatch, sheet):
    """They take another name where theirs is that of an input, or of an output."""
    monkeypatch.chdir(tmp_path)
    sheet.write_text(ROWS + BAD_ROW)
    held = write_text("sheet.csv.rejected.csv", ROWS + BAD_ROW)
    done = run("read", sheet, held, "-o", "out.parquet", "--force")
    assert "see sheet.csv.rejected-2.csv;" in done.stderr
    assert held.read_text() == ROWS + BAD_ROW
    held.unlink()
    Path("sheet.csv.rejected-2.csv").unlink()
    done = run("locate", sheet, "-o", held)
    assert "see sheet.csv.rejected-2.csv;" in done.stderr
    assert "lon" in held.read_text().splitlines()[0]


def test_a_command_speaks_of_its_own_options(tmp_path, monkeypatch, sheet):
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ("read", sheet, "-o", sheet.with_name("there.parquet")),
        ("locate", sheet, "-o", "there.gpkg", "--layer", "one"),
        ("map", "--embed", "there", "--type", "talks"),
        ("boundaries", "export", "crossings", "-o", "there.geojson"),
    ):
        assert run(*arguments, *(["--allow-empty"] if "map" in arguments else [])).exit_code == 0
        done = run(*arguments)
        assert done.exit_code in (1, 2), done.output
        assert "--force" in done.output
        assert "overwrite" not in done.output


# -- several files


def test_a_set_is_there_together_or_not_at_all(tmp_path):
    old = write_text(tmp_path / "a.txt", "old a")
    with (
        pytest.raises(ValueError, match="halfway"),
        written_set([old, tmp_path / "b.txt"], overwrite=True) as parts,
    ):
        parts[0].write_text("new a")
        raise ValueError("halfway")
    assert old.read_text() == "old a"
    with written_set([old, tmp_path / "b.txt"], overwrite=True) as parts:
        for part in parts:
            part.write_text("new")
    assert [path.read_text() for path in sorted(tmp_path.iterdir())] == ["new", "new"]


def test_a_set_that_cannot_be_put_in_place_is_put_back(tmp_path, monkeypatch):
    old = write_text(tmp_path / "a.txt", "old a")
    real = Path.replace

    def fails_for_b(self, target):
        if Path(target).name == "b.txt":
            raise OSError(errno.EIO, "input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", fails_for_b)
    with pytest.raises(geo.WriteError), written_set([old, tmp_path / "b.txt"], overwrite=True) as parts:
        for part in parts:
            part.write_text("new")
    assert old.read_text() == "old a"
    assert names(tmp_path) == ["a.txt"]


def test_one_of_a_set_that_is_not_written_does_not_stay_from_before(tmp_path):
    for name in ("events.csv", "events.claims.csv"):
        write_text(tmp_path / name, "old")
    paths = [tmp_path / "events.csv", tmp_path / "events.claims.csv"]
    with written_set(paths, overwrite=True) as (part, _):
        part.write_text("new")
    assert names(tmp_path) == ["events.csv"]


def test_claims_of_an_earlier_run_do_not_stand_beside_other_events(tmp_path, monkeypatch, sheet):
    monkeypatch.chdir(tmp_path)
    claims = "event_id,claimant,claimant_kind,metric,low\nown:1,UNAMA,un,killed,3\n"
    Path("claims.csv").write_text(claims)
    Path("ids.csv").write_text("id," + ROWS.replace("\n2025", "\n1,2025"))
    first = run("read", "ids.csv", "--claims", "claims.csv", "-o", "out.csv")
    assert Path("out.claims.csv").is_file(), first.output
    assert run("read", sheet, "-o", "out.csv").exit_code == 2
    again = run("read", sheet, "-o", "out.csv", "--force")
    assert again.exit_code == 0, again.output
    assert "of an earlier run, is removed" in again.output
    assert not Path("out.claims.csv").exists()


def test_pictures_of_one_stem_do_not_stand_in_each_others_way(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for kind in ("svg", "png"):
        done = run(
            "map", "-o", f"a.{kind}", "--size", "column", "--dpi", "72", "--type", "talks", "--allow-empty"
        )
        assert done.exit_code == 0, done.output
    assert names(tmp_path) == ["a.png", "a.png.txt", "a.svg", "a.svg.txt"]
    assert Path("a.png.txt").read_text() == Path("a.svg.txt").read_text()


def test_a_folder_keeps_what_else_is_in_it(tmp_path):
    folder = tmp_path / "embed"
    with written_folder(folder, names=["map.html", "map.png"]) as room:
        (room / "map.html").write_text("one")
        (room / "map.png").write_text("one")
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(geo.OverwriteError), written_folder(folder, names=["map.html", "map.png"]):
        pass
    with written_folder(folder, names=["map.html", "map.png"], overwrite=True) as room:
        (room / "map.html").write_text("two")
    assert names(folder) == ["map.html", "mine.txt"]
    assert (folder / "map.html").read_text() == "two"
    assert names(tmp_path) == ["embed"]


# -- every way to write asks before it replaces


def test_nothing_that_writes_replaces_unasked(tmp_path, events, monkeypatch):
    source = geo.write_table(events, tmp_path / "source.parquet")
    (tmp_path / "acled.json").write_text("mine")
    drawing = maps.draw_map(
        maps.MapSpec(types=("talks",), allow_empty=True), maps.Sheet(size="column", dpi=72)
    )
    ways = {
        "table.csv": lambda path: geo.write_table(events, path),
        "layer.geojson": lambda path: geo.export_layer("crossings", path),
        "crosswalk.csv": lambda path: geo.export_layer("crosswalk", path),
        "template.xlsx": geo.write_template,
        "located.parquet": lambda path: geo.locate_file(source, path),
        "rejected.csv": lambda path: geo.write_rejected(geo.read_events(), path),
        "spec.toml": lambda path: maps.write_spec(path, maps.MapSpec()),
        "map.svg": drawing.save,
        "map.html": lambda path: maps.save(maps.MapSpec(types=("talks",), allow_empty=True), path),
    }
    for name, write in ways.items():
        path = tmp_path / name
        path.write_text("mine")
        with pytest.raises(geo.OverwriteError, match="there already"):
            write(path)
        assert path.read_text() == "mine", name
        path.unlink()
        write(path)
        assert path.stat().st_size > 0, name
    assert not [name for name in names(tmp_path) if name.startswith(".")]


# -- disks


@pytest.fixture(params=["limit", "disk"])
def small_disk(request, tmp_path):
    """A folder in which no file can grow, by a limit of the process or as a disk of its own."""
    if sys.platform == "win32":
        pytest.skip("has neither")
    if request.param == "limit":
        yield tmp_path, 4_000
        return
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", tmp_path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this user cannot mount a small disk")
    yield tmp_path, None
    subprocess.run(["umount", tmp_path], check=True)


FULL = """
    import sys, geo, maps
    from maps.cli.main import cli
    frame = geo.read_events().events
    for name in ("e.csv", "e.geojson", "e.gpkg", "e.parquet", "e.xlsx"):
        try:
            geo.write_table(frame, name)
        except geo.WriteError as err:
            print(name, err)
    try:
        geo.write_template("t.xlsx")
    except geo.WriteError as err:
        print("t.xlsx", err)
    try:
        geo.write_table(frame, "n.gpkg", layer="new")
    except geo.WriteError as err:
        print("n.gpkg", err)
    for name in ("l.shp", "l.fgb"):
        try:
            geo.export_layer("provinces", name)
        except geo.WriteError as err:
            print(name, err)
    try:
        maps.draw_map(maps.MapSpec(types=("shelling",)), maps.Sheet(size="column")).save("x.png")
    except geo.WriteError as err:
        print("x.png", err)
"""


def test_a_full_disk_is_one_line_and_leaves_nothing(small_disk, tmp_path_factory):
    import resource

    folder, most = small_disk
    aside = tmp_path_factory.mktemp("aside")

    def limit() -> None:
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FULL)], cwd=folder, capture_output=True, text=True,
        preexec_fn=limit, timeout=240, check=False,
        env={**os.environ, "DURAND_CACHE": "", "TMPDIR": str(aside)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    told = [line.split(" ", 1)[0] for line in done.stdout.splitlines()]
    tables = ["e.csv", "e.geojson", "e.gpkg", "e.parquet", "e.xlsx", "t.xlsx", "n.gpkg"]
    assert told == [*tables, "l.shp", "l.fgb", "x.png"]
    assert done.stdout.count("nothing was left behind") == len(told)
    assert names(folder) == names(aside) == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing is closed to this user")
def test_a_folder_that_is_closed_is_one_line(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(geo.WriteError, match="cannot be written: permission denied"):
        write_text(closed / "a.txt", "x")


# -- kills

WRITER = """
    import sys, time
    from geo.files.whole import written_whole
    from maps.cli.main import end_on_signals
    if sys.argv[1] == "told":
        end_on_signals()
    with written_whole("a.txt") as part:
        part.write_text("half")
        print("ready", flush=True)
        # Short naps: a signal that comes just before one is seen when it is over.
        for _ in range(600):
            time.sleep(0.1)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGTERM")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_ended_cleans_up(tmp_path, end):
    if signal.getsignal(end) is signal.SIG_IGN:
        pytest.skip("these tests run under nohup, and so would the command")
    command = [sys.executable, "-c", textwrap.dedent(WRITER), "told"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(end)
        assert process.wait(30) == 128 + end
    assert names(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process with SIGKILL")
def test_what_a_killed_process_left_is_cleaned_by_the_next_and_a_living_one_is_left_alone(tmp_path):
    command = [sys.executable, "-c", textwrap.dedent(WRITER), "untold"]
    with (
        subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as dead,
        subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as living,
    ):
        assert dead.stdout.readline() == living.stdout.readline() == "ready\n"
        dead.kill()
        dead.wait(30)
        assert len([name for name in names(tmp_path) if name.startswith(WORK_PREFIX)]) == 2
        mine = tmp_path / f"{WORK_PREFIX}7-my_diary_"
        mine.mkdir()
        (mine / "day.txt").write_text("mine")
        write_text(tmp_path / "b.txt", "x")
        left = [name for name in names(tmp_path) if name.startswith(WORK_PREFIX) and name != mine.name]
        assert len(left) == 1
        assert mine.is_dir()
        living.kill()
        living.wait(30)
    write_text(tmp_path / "c.txt", "x")
    assert names(tmp_path) == sorted([mine.name, "b.txt", "c.txt"])


KILLED = """
    import sys
    import geo
    from geo.files.tables import write_part
    from geo.files.whole import written_set
    frame = geo.read_events().events.head(80)
    print("ready", flush=True)
    for number in range(100_000):
        one = frame.assign(summary=str(number))
        with written_set(["a.csv", "b.csv"], overwrite=True) as parts:
            for part in parts:
                write_part(one, part)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process with SIGKILL")
def test_killed_at_any_moment_whole_files_are_there_or_none(tmp_path):
    import pandas as pd

    for moment in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(KILLED)], cwd=tmp_path, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.05 + 0.037 * moment)
            process.kill()
            process.wait(30)
        found = [pd.read_csv(path) for path in sorted(tmp_path.glob("*.csv"))]
        assert all(
            len(table) == 80 and (table["summary"] == table["summary"].iloc[0]).all() for table in found
        )
    write_text(tmp_path / "last.txt", "")
    assert not [name for name in names(tmp_path) if name.startswith(".")]


# -- the same bytes


SUFFIXES = (".csv", ".geojson", ".gpkg", ".parquet")


@pytest.fixture(scope="module")
def written_twice(tmp_path_factory, events):
    """Two folders of the same table in each format and of the same template, written two seconds apart."""
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
    for number, folder in enumerate(folders):
        time.sleep(2.1 * number)
        for suffix in SUFFIXES:
            geo.write_table(events, folder / f"e{suffix}")
        geo.write_template(folder / "t.xlsx")
    return folders


@pytest.mark.parametrize("name", [*(f"e{suffix}" for suffix in SUFFIXES), "t.xlsx"])
def test_what_is_written_later_is_the_same_bytes(written_twice, name):
    one, two = ((folder / name).read_bytes() for folder in written_twice)
    assert one == two


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_a_layer_has_the_name_of_its_file(tmp_path, events, suffix):
    import pyogrio

    path = geo.write_table(events, tmp_path / f"clashes{suffix}")
    assert pyogrio.list_layers(path)[0, 0] == "clashes"


def test_a_set_that_is_empty_is_nothing(tmp_path):
    with written_set([]) as parts:
        assert parts == ()
    assert names(tmp_path) == []


def test_a_geometry_goes_through_memory_unchanged(tmp_path):
    frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[shapely.Point(70, 33), None], crs=4326)
    found = gpd.read_file(geo.write_table(frame, tmp_path / "p.gpkg"))
    assert found.geometry.iloc[0].equals(shapely.Point(70, 33))
    assert found.geometry.iloc[1] is None


# -- streams, Excel, a machine without a home


def test_a_table_goes_to_stdout_and_words_to_stderr(tmp_path, monkeypatch, sheet):
    import io

    import pandas as pd

    monkeypatch.chdir(tmp_path)
    for command in ("read", "locate"):
        done = run(command, sheet, "-o", "-")
        assert done.exit_code == 0, done.output
        table = pd.read_csv(io.StringIO(done.stdout))
        assert table["lon"].tolist() == [71.09]
        assert "1 read = 1 accepted" in done.stderr
    assert names(tmp_path) == ["sheet.csv"]


def test_excel_finds_a_mark_where_it_is_asked_for_and_in_what_is_to_be_mended(tmp_path, monkeypatch, sheet):
    monkeypatch.chdir(tmp_path)
    sheet.write_text(ROWS + BAD_ROW)
    run("read", sheet, "-o", "plain.csv", "--allow-rejects")
    run("read", sheet, "-o", "marked.csv", "--excel", "--force", "--allow-rejects")
    mark = b"\xef\xbb\xbf"
    assert not Path("plain.csv").read_bytes().startswith(mark)
    assert Path("marked.csv").read_bytes().removeprefix(mark) == Path("plain.csv").read_bytes()
    assert Path("sheet.csv.rejected.csv").read_bytes().startswith(mark)
    assert geo.read_events("marked.csv").counts["accepted"] == 1


HOMELESS = """
    import geo, maps, pathlib, sys
    from click.testing import CliRunner
    from maps.cli.main import cli
    def none():
        raise RuntimeError("Could not determine home directory.")
    pathlib.Path.home = none
    for command in (["locate", "sheet.csv", "-o", "out.csv"], ["map", "sheet.csv", "-o", "out.html"]):
        done = CliRunner().invoke(cli, command)
        assert done.exit_code == 0, done.output
    assert geo.list_added() == ()
    done = CliRunner().invoke(cli, ["boundaries", "remove", "--country", "AF"])
    assert done.exit_code == 1, done.output
    assert "DURAND_HOME" in done.output, done.output
"""


def test_a_user_without_a_home_maps_and_is_told_where_own_layers_could_lie(tmp_path, sheet):
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(HOMELESS)], cwd=tmp_path, env=bare, capture_output=True,
        text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


# -- every command that reads events reads them alike


OF_A_READER = {
    *("source", "columns", "fix", "day_first", "as_of", "sheet", "encoding", "delimiter", "strict"),
    *("precision", "place_level", "year", "allow_rejects"),
}


def test_every_command_that_reads_events_has_the_options_of_reading():
    names = (
        "read",
        "map",
        "locate",
        "locator",
        "count",
        "near",
        "loci",
        "along",
        "compare",
        "impute",
        "stock",
    )
    for name in (*names, "claims", "export", "match", "diff"):
        command = cli.get_command(None, name)
        assert {one.name for one in command.params} >= OF_A_READER, name


@pytest.mark.parametrize("command", ["match", "diff"])
def test_two_files_are_read_as_the_options_say(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    text = "When;Where;Kind\n03/04/2025;Torkham;attack\n"
    for name in ("a.csv", "b.csv"):
        Path(name).write_text(text)
    options = ("--map", "date=When,place=Where", "--month-first")
    done = run(command, "a.csv", "b.csv", *options)
    assert done.exit_code == 0, done.output
    assert done.stdout == (
        "0 added, 0 deleted, 0 superseded, 0 changed\n" if command == "diff" else done.stdout
    )
    assert done.stderr.count("1 read = 1 accepted") == 2
    if command == "match":
        assert "2025-03-04" in done.stdout
    piped = CliRunner().invoke(cli, [command, "-", "b.csv", *options], input=text)
    assert (piped.exit_code, piped.stdout) == (0, done.stdout)
    undated = run(command, "a.csv", "b.csv", "--map", "date=When,place=Where")
    assert undated.exit_code == 1
    assert (
        "1 of 1 rows rejected, see a.csv.rejected.csv; 1 of 1 rows rejected, see b.csv.rejected"
        in undated.stderr
    )
    twice = run(command, "-", "-")
    assert twice.exit_code == 2
    assert "only once" in twice.output


@pytest.mark.parametrize("command", ["count", "locate", "map", "near", "stock"])
def test_the_standard_input_is_read_wherever_a_file_is(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    more = {"near": ["--where", "Torkham", "--km", "50"], "locate": ["-o", "-"], "map": ["-o", "m.html"]}
    done = CliRunner().invoke(cli, [command, "-", *more.get(command, [])], input=ROWS)
    assert done.exit_code == 0, done.output
    assert "1 read = 1 accepted" in done.stderr


def test_a_specification_names_a_file_and_no_stream(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["map", "-", "-o", "m.html", "--save-spec", "s.toml"], input=ROWS)
    assert done.exit_code == 2
    assert "name a file" in done.output
    assert names(tmp_path) == []
