"""The files of words: what a translator may break, and whether each string is still said somewhere."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import geo
import maps
from maps.cli.map import map_command
from maps.content.basemap import read_basemap
from maps.words.words import FOLDER, LANGUAGES, RIVERS, WORDS, missing, word

ROOMS = (Path(maps.__file__).parent, Path(geo.__file__).parent)
FIELD = re.compile(r"\{(\w+)\}")


def python_strings(path: Path) -> Iterator[str]:
    """Patterns of the strings of a module, without docstrings; a field of an f-string is any text."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said | inside:
            yield re.escape(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            if any(part and re.search(r"[a-z]{2}", str(part)) for part in parts):
                yield "".join("[a-zA-Z ]+" if part is None else re.escape(str(part)) for part in parts)


def script_strings(path: Path) -> Iterator[str]:
    """Patterns of the strings of a script; ``${...}`` in a template or before a tail is any text."""
    for text in re.findall(r'"([^"\n]*)"', path.read_text(encoding="utf-8")):
        yield f"[a-zA-Z ]+{re.escape(text)}" if re.fullmatch(r" [a-z]{2,}", text) else re.escape(text)
    for text in re.findall(r"`([^`\n]*)`", path.read_text(encoding="utf-8")):
        parts = re.split(r"\$\{[^}]*\}", text)
        if any(re.search(r"[a-z]{2}", part) for part in parts):
            yield "[a-zA-Z ]+".join(re.escape(part) for part in parts)


def unsaid(keys: set[str], strings: set[str]) -> set[str]:
    """Keys that no string of the code can be."""
    whole = {text for text in keys if re.escape(text) in strings}
    patterns = [re.compile(text) for text in strings if "[a-zA-Z ]+" in text]
    return {key for key in keys - whole if not any(pattern.fullmatch(key) for pattern in patterns)}


def test_every_string_is_said_somewhere():
    strings = {
        text
        for room in ROOMS
        for suffix, find in (("py", python_strings), ("js", script_strings))
        for path in room.rglob(f"*.{suffix}")
        for text in find(path)
    }
    assert unsaid(set(WORDS["en"]), strings) == set()
    assert unsaid({"close", "nobody says this", "phase ceasefire"}, strings) == {"nobody says this"}


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_a_file_has_the_parts_that_are_known_and_strings_in_them(lang):
    table = tomllib.loads((FOLDER / f"{lang}.toml").read_text(encoding="utf-8"))
    assert set(table) <= {"language", "words", "rivers"}
    assert LANGUAGES[lang].direction in {"ltr", "rtl"}
    for key, text in (*WORDS[lang].items(), *RIVERS[lang].items()):
        assert isinstance(text, str), key
        assert text, key
        # A mark of direction that nobody sees turns the text beside it around.
        assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", text), key


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_a_file_has_the_strings_of_english_in_their_order_and_no_other(lang):
    assert missing(lang) == []
    assert list(WORDS[lang]) == list(WORDS["en"])


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_a_string_keeps_its_fields_and_has_one_form_or_two(lang):
    for key, english in WORDS["en"].items():
        text = WORDS[lang][key]
        assert set(FIELD.findall(text)) == set(FIELD.findall(english)), key
        # Nothing that looks like a field in braces and is none.
        assert FIELD.sub("", text).count("{") == FIELD.sub("", text).count("}") == 0, key
        if key != "months":
            assert text.count("|") <= english.count("|"), key
    assert len(word(lang, "months").split("|")) == 12
    assert len(word(lang, "digits")) == 10


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if RIVERS[lang]])
def test_rivers_are_those_of_the_map(lang):
    rivers = read_basemap().topology["objects"]["rivers"]["geometries"]
    drawn = {river["properties"]["name"] for river in rivers}
    assert set(RIVERS[lang]) <= drawn


def test_english_comes_first_and_a_language_without_a_file_is_unknown():
    assert next(iter(LANGUAGES)) == "en"
    assert set(LANGUAGES) == {path.stem for path in FOLDER.glob("*.toml")}
    assert "de" not in LANGUAGES
    with pytest.raises(KeyError, match="xx"):
        WORDS["xx"]


def test_the_command_offers_the_languages_that_have_a_file():
    (option,) = [option for option in map_command.params if option.name == "lang"]
    assert set(option.type.choices) == set(LANGUAGES)


def test_no_file_of_words_is_read_before_a_word_is_said():
    script = (
        "import sys; read = []\n"
        "sys.addaudithook(lambda name, args: read.append(str(args[0])) if name == 'open' else None)\n"
        "import geo, maps, maps.words.words, maps.cli.main\n"
        "files = lambda: [path[-7:] for path in read if path.endswith('.toml')]\n"
        "assert maps.words.words.LANGUAGES and not files(), files()\n"
        "maps.words.words.word('ur', 'close')\n"
        "assert files() == ['ur.toml'], files()\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
