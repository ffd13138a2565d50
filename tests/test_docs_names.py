"""What README and docs name is there: files, functions, commands and their options, pages linked to."""

from __future__ import annotations

import importlib
import re
import shlex

import click
import pytest

from conftest import ROOT
from maps.cli.main import cli

TEXTS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/*.md", "data/*/LICENCES.md", "benchmarks/README.md")
    for path in ROOT.glob(pattern)
)
FOLDERS = "geo|maps|tests|tools|docs|data|benchmarks"


def spans(text: str) -> list[str]:
    """What stands between backticks, and each line of a block of commands or code."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return inline + [line for block in blocks for line in block.splitlines()]


def missing_path(span: str) -> bool:
    """Whether it is a path of the repository, or a pattern of paths, that is not there."""
    return bool(re.fullmatch(rf"(?:{FOLDERS})/[\w./*-]*", span)) and not any(ROOT.glob(span.rstrip("/")))


def missing_name(name: str) -> bool:
    """Whether a dotted name of a package of ours stands for nothing."""
    first, *rest = name.split(".")
    found, at = importlib.import_module(first), first
    for part in rest:
        at = f"{at}.{part}"
        if not hasattr(found, part):
            try:
                importlib.import_module(at)
            except ImportError:
                return True
        found = getattr(found, part)
    return False


def options_of(command: click.Command) -> set[str]:
    """All options of a command, --help among them."""
    asked = command.get_params(click.Context(command, help_option_names=["-h", "--help"]))
    return {name for option in asked for name in (*option.opts, *option.secondary_opts)}


def unknown_words(line: str) -> list[str]:
    """Commands and options of a ``durand`` command line that the program doesn't have."""
    words = shlex.split(line, comments=True)
    command, known = cli, options_of(cli)
    wrong = []
    for word in words[1:]:
        if isinstance(command, click.Group) and not word.startswith("-"):
            if word not in command.commands:
                return [*wrong, word]
            command = command.commands[word]
            known = options_of(command)
        elif re.match(r"--?[a-z]", word) and word.split("=")[0] not in known:
            wrong.append(word)
    return wrong


def commands(text: str) -> list[str]:
    """The ``durand`` command lines of a text."""
    found = (re.match(r"(?:\$ )?(?:.*&& )?(?:\.venv/bin/)?(durand [^|&]*)", span) for span in spans(text))
    return [match[1] for match in found if match]


@pytest.mark.parametrize("name", TEXTS)
def test_every_path_function_and_option_that_a_text_names_is_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    named = spans(text)
    assert [span for span in named if missing_path(span)] == []
    dotted = {
        found
        for span in named
        for found in re.findall(r"(?<![\w./-])((?:geo|maps)(?:\.[A-Za-z_]\w*)+)", span)
    }
    assert [one for one in sorted(dotted) if not one.endswith((".py", ".toml")) and missing_name(one)] == []
    assert [(line, wrong) for line in commands(text) if (wrong := unknown_words(line))] == []


@pytest.mark.parametrize("name", TEXTS)
def test_every_file_that_a_text_links_to_is_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    local = [link.partition("#")[0] for link in links if not re.match(r"https?:|#|mailto:", link)]
    assert [link for link in local if not (ROOT / name).parent.joinpath(link).exists()] == []


def test_what_is_not_there_is_found():
    assert missing_path("geo/nowhere.py")
    assert not missing_path("data/events/*.csv")
    assert missing_name("geo.nothing")
    assert missing_name("geo.Border.nothing")
    assert not missing_name("geo.export.dask.write")
    assert unknown_words('durand map -o map.html --since 2025-10-09 --nothing "a b"') == ["--nothing"]
    assert unknown_words("durand nothing --on 2025-10-20") == ["nothing"]
    assert unknown_words("durand boundaries add x.geojson --country AF -o y") == ["-o"]
    assert commands("```sh\npip install . && .venv/bin/durand map -o a.html\n```") == ["durand map -o a.html"]


def test_the_numbers_of_the_shipped_tables_are_those_that_the_texts_give():
    import geo

    tables = geo.read_events()
    numbers = {
        "93 events|93 incidents": len(tables.events),
        "133 figures|133 claims": len(tables.claims),
        "176 sources": len(tables.sources),
        "39 statements": len(geo.read_crossing_status().statements),
    }
    for words, number in numbers.items():
        for name in ("README.md", "data/events/LICENCES.md"):
            text = (ROOT / name).read_text(encoding="utf-8")
            assert re.search(words, text), (name, words)
        assert all(word.startswith(f"{number} ") for word in words.split("|")), (words, number)
