"""The name of the distribution: no command that we print or publish may install another project's package."""

import functools
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from geo.errors import DISTRIBUTION, ExtraMissingError, how_to_install
from maps.cli.main import cli

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OTHERS = {"pip", "xstatic-leaflet", "adjusttext", "textalloc"}
"""Projects of other people that we mean to name."""
SEARCHED = ("README.md", "CONTRIBUTING.md", "docs", "geo", "maps", "benchmarks", "tools", ".ci")
SUFFIXES = ("", ".md", ".py", ".sh", ".toml", ".js")

COMMAND = re.compile(r'\bpip install ((?:(?!\s&&|\s#|`|\\n|["]\))[^\n])*)')


@functools.cache
def commands() -> list[tuple[str, str]]:
    """Every ``pip install`` in what we publish: where it stands, and its arguments."""
    found = []
    for name in SEARCHED:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if not path.is_file() or path.suffix not in SUFFIXES:
                continue
            text = path.read_text(encoding="utf-8", errors="ignore")
            where = path.relative_to(ROOT).as_posix()
            found.extend((where, match[1]) for match in COMMAND.finditer(text))
    said = (
        how_to_install(),
        how_to_install("sql"),
        str(ExtraMissingError.of("geo.connect", "duckdb", "sql")),
    )
    return found + [("a message", text.partition("pip install ")[2]) for text in said]


def arguments(text: str) -> list[str]:
    """What a command installs, without its options and what a line of source has around it."""
    words = re.sub(r"""["'()]|\{what\}""", " ", text).split()
    return [word for word in words if not word.startswith("-")]


def project_of(word: str) -> tuple[str, set[str]]:
    """The project that an argument of pip names, and the extras asked for."""
    local = re.fullmatch(r"\.(?:\[([\w,-]+)\])?", word)
    if local:
        return str(PROJECT["name"]), set((local[1] or "").split(",")) - {""}
    asked = Requirement(word)
    return canonicalize_name(asked.name), set(asked.extras)


def test_every_pip_command_names_a_project_that_we_mean():
    seen = commands()
    assert {"README.md", "docs/sql.md", "docs/cluster.md", "a message"} <= {where for where, _ in seen}
    extras = set(PROJECT["optional-dependencies"])
    for where, text in seen:
        for word in arguments(text):
            project, asked = project_of(word)
            assert project in OTHERS | {DISTRIBUTION}, f"{where}: pip install {text}"
            if project == DISTRIBUTION:
                assert word.startswith("."), f"{where}: {word} is not published"
                assert asked <= extras, f"{where}: {word}"


def test_no_text_gives_the_name_of_the_command_as_that_of_a_package():
    for name in (*SEARCHED, "pyproject.toml"):
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix in SUFFIXES:
                text = path.read_text(encoding="utf-8", errors="ignore")
                assert not re.search(r"(?<![\w-])durand\[|install durand(?!-)", text), path


def test_the_project_has_one_name():
    assert PROJECT["name"] == DISTRIBUTION == "durand-line"
    assert PROJECT["scripts"] == {"durand": "maps.cli.main:main"}
    named = [Requirement(line) for group in PROJECT["optional-dependencies"].values() for line in group]
    assert [one.name for one in named if one.extras and "durand" in one.name] == [DISTRIBUTION]


def test_the_version_names_the_distribution_installed_or_not(monkeypatch):
    import importlib.metadata

    def absent(name):
        raise importlib.metadata.PackageNotFoundError(name)

    assert CliRunner().invoke(cli, ["--version"]).output.startswith(f"{DISTRIBUTION} {PROJECT['version']}")
    monkeypatch.setattr(importlib.metadata, "version", absent)
    assert CliRunner().invoke(cli, ["--version"]).output == f"{DISTRIBUTION} {PROJECT['version']}\n"


def projects() -> dict[str, str]:
    """For each project that a command names, one way of naming it: extras don't change what answers."""
    found = sorted({word for _, text in commands() for word in arguments(text)})
    return {project_of(word)[0]: word for word in found}


@pytest.mark.parametrize("asked", projects())
def test_the_project_that_answers_is_the_one_named(asked):
    """What pip would install in an empty environment; where no index can be reached, skipped."""
    words = projects()[asked]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps", "--quiet",
         "--disable-pip-version-check", "--retries", "0", "--timeout", "10", "--report", "-", words],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if done.returncode and re.search(
        r"connection|timed out|resolve|No matching distribution|No module named pip|proxy", done.stderr
    ):
        pytest.skip(f"no index can be reached: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    answered = json.loads(done.stdout)["install"]
    assert [canonicalize_name(one["metadata"]["name"]) for one in answered] == [asked]
    if asked == DISTRIBUTION:
        assert "Afghanistan-Pakistan border" in answered[0]["metadata"]["summary"]


def test_the_conda_recipe_asks_for_what_the_package_asks_for():
    """Names differ where conda-forge has the library without its heavier parts; versions are the same."""
    text = (ROOT / "recipe.yaml").read_text(encoding="utf-8")
    run = text.partition("  run:\n")[2].partition("\n\n")[0]
    asked = {
        re.split(r"[ <>=]", line.strip(" -"))[0].removesuffix("-base").lower(): line.strip(" -")
        for line in run.splitlines()
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    # conda has no extras: its package draws for print at once.
    for wanted in (*project["dependencies"], *project["optional-dependencies"]["print"]):
        name = re.split(r"[<>=\[]", wanted)[0].lower()
        limits = wanted[len(name) :]
        assert asked.pop(name).split(" ", 1)[-1] == limits, wanted
    assert asked.pop("python").endswith(project["requires-python"])
    assert not asked
    assert f'version: "{project["version"]}"' in text


def test_the_conda_recipe_renders():
    rattler = pytest.importorskip("rattler_build", reason="py-rattler-build is not installed")
    rendered = rattler.Stage0Recipe.from_file(str(ROOT / "recipe.yaml")).render()
    assert [(one.recipe.package.name, one.recipe.package.version) for one in rendered] == [
        (PROJECT["name"], PROJECT["version"])
    ]


PAGES = {
    "map": ("map", "--since", "2025-10-09"),
    "claims": ("claims",),
    "crossings": ("crossings",),
    "locator": ("locator", "--event", "apb:038"),
}
PICTURES = (
    ("map", "-o", "map.png"),
    ("map", "--embed", "folder"),
    ("claims", "-o", "claims.pdf"),
    ("crossings", "-o", "gates.svg"),
    ("locator", "--event", "apb:038", "-o", "barmal.png"),
)
WITHOUT_PRINT = """
import contextlib, io, json, os, sys
for name in ("matplotlib", "pikepdf", "fontTools"):
    sys.modules[name] = None
from maps.cli.main import cli
for number, words in enumerate(json.loads(sys.argv[1])):
    os.mkdir(str(number))
    os.chdir(str(number))
    said, code = io.StringIO(), 0
    with contextlib.redirect_stderr(said):
        try:
            cli(words, prog_name="durand")
        except SystemExit as end:
            code = end.code
    files = {name: os.stat(name).st_size for name in os.listdir()}
    print(json.dumps([words, code or 0, said.getvalue(), files]))
    os.chdir("..")
"""


@pytest.fixture(scope="module")
def without_print(tmp_path_factory):
    """What each command gave in a process that has none of the libraries for print: code, words, files."""
    asked = [*([*words, "-o", "page.html"] for words in PAGES.values()), *map(list, PICTURES)]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_PRINT, json.dumps(asked)],
        cwd=tmp_path_factory.mktemp("bare"), capture_output=True, text=True, timeout=600, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[[")]
    assert len(told) == len(asked)
    return {tuple(words): rest for words, *rest in told}


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_made_without_the_extra_for_print(without_print, name):
    code, said, files = without_print[(*PAGES[name], "-o", "page.html")]
    assert code == 0, said
    assert files["page.html"] > 5_000


@pytest.mark.parametrize("words", PICTURES, ids=" ".join)
def test_a_picture_without_the_extra_for_print_says_what_to_install(without_print, words):
    code, said, files = without_print[words]
    assert code == 3
    assert 'pip install ".[print]"' in said
    assert "Traceback" not in said
    assert files == {}
