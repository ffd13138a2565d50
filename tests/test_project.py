"""What stands about the project in several files says the same."""

from __future__ import annotations

import re
import subprocess
import tomllib

import geo
from conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_version_is_one():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.+)$", citation, re.MULTILINE) == [PROJECT["version"]] == [geo.__version__]
    assert re.findall(r"^license: (.+)$", citation, re.MULTILINE) == [PROJECT["license"]]
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_classifiers_name_the_versions_of_python_from_the_lowest_that_runs_it():
    named = [text.removeprefix("Programming Language :: Python :: ") for text in PROJECT["classifiers"]]
    versions = [tuple(map(int, text.split("."))) for text in named if re.fullmatch(r"\d\.\d+", text)]
    assert versions == sorted(versions)
    assert f">={'.'.join(map(str, versions[0]))}" == PROJECT["requires-python"]


def test_ci_runs_the_command_of_the_readme():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    cut = re.search(r"^command=\$\((.+)\)$", script, re.MULTILINE)[1]
    command = subprocess.run(
        ["bash", "-c", cut], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "-m pytest" in command


def test_scripts_that_install_have_what_they_install_pinned():
    for name in ("install_axe.sh", "install_biome.sh"):
        text = (ROOT / "tools" / name).read_text(encoding="utf-8")
        assert re.search(r"^version=\d+\.\d+\.\d+$", text, re.MULTILINE), name
