"""Pages of the documentation site made from what stands elsewhere: README, licences, API, commands."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from pathlib import Path
from typing import Any

import click
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
TAKEN = {
    "index.md": "README.md",
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "data/boundaries.md": "data/boundaries/LICENCES.md",
    "data/events.md": "data/events/LICENCES.md",
}
"""Pages of the site that are files of the project."""

QUIET = ("api/", "changelog", "contributing")
"""Pages that the search gives after the others."""

ROLE = re.compile(r":(?:func|class|mod|meth|data|attr|exc):(?=<code>)")
FOREIGN = re.compile(r"<script[^>]+src=\"?https?://[^>]*></script>")
IMAGE = re.compile(r"(<img[^>]+src=\")docs/")
LINK = re.compile(r"(!?\[[^\]]*\])\(([^)#:\s]+)(#[^)]*)?\)")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that no file in docs/ holds."""
    pages = {page: _moved(page, (ROOT / name).read_text(encoding="utf-8")) for page, name in TAKEN.items()}
    pages |= {"api/geo.md": _api("geo"), "api/maps.md": _api("maps"), "api/commands.md": _commands()}
    for path in sorted((ROOT / "docs" / "notebooks").glob("*.ipynb")):
        pages[f"notebooks/{path.stem}.md"] = _notebook(path)
    pages["worker.js"] = Path(__file__).with_name("worker.js").read_text(encoding="utf-8")
    for name, text in pages.items():
        # Whoever searches wants the page that explains before the one that lists every name.
        quiet = "---\nsearch:\n  boost: 0.1\n---\n" if name.startswith(QUIET) else ""
        files.append(File.generated(config, name, content=quiet + text))
    for file in [file for file in files if file.src_uri.endswith(".ipynb")]:
        files.remove(file)
    return files


def _notebook(path: Path) -> str:
    """A notebook with what it printed and drew, as a page."""
    parts = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
            continue
        parts.append(f"```python\n{source}\n```")
        for output in cell["outputs"]:
            data = output.get("data", {})
            if "image/png" in data:
                picture = "".join(data["image/png"]).replace("\n", "")
                parts.append(f'<img alt="The map that the cell draws" src="data:image/png;base64,{picture}">')
            else:
                said = "".join(output.get("text") or data.get("text/plain", ""))
                parts.append(f"```text\n{said.rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Links of docs/ to files beside it, as links of the site or as names."""
    here = page.file.src_uri
    return markdown if here in TAKEN or here.startswith("api/") else _linked(here, "docs/" + here, markdown)


def _moved(page: str, text: str) -> str:
    return _linked(page, TAKEN[page], text)


def _linked(page: str, origin: str, text: str) -> str:
    """Text of a file of the project as a page: links lead to pages, and to what is none by its name alone."""
    homes = {name: target for target, name in TAKEN.items()}
    up = "../" * page.count("/")

    def change(found: re.Match[str]) -> str:
        label, target, anchor = found[1], found[2], found[3] or ""
        path = (ROOT / origin).parent.joinpath(target).resolve()
        if not path.is_relative_to(ROOT):
            return found[0]
        name = path.relative_to(ROOT).as_posix()
        if name in homes:
            return f"{label}({up}{homes[name]}{anchor})"
        if name.startswith("docs/") and path.exists():
            return f"{label}({up}{name.removeprefix('docs/')}{anchor})"
        return f"{label[1:-1]} (`{name}`)" if path.exists() else found[0]

    return IMAGE.sub(rf"\1{up}", LINK.sub(change, text))


def _api(package: str) -> str:
    """Every public name, by the room in which it stands."""
    module = importlib.import_module(package)
    rooms: dict[str, list[str]] = {}
    for name in sorted(module.__all__, key=str.lower):
        thing = getattr(module, name)
        home = getattr(thing, "__module__", None)
        if inspect.ismodule(thing) or home is None or not home.startswith(("geo", "maps")):
            continue
        rooms.setdefault(".".join(home.split(".")[:2]), []).append(f"{home}.{thing.__qualname__}")
    lines = [f"# `{package}`", "", inspect.getdoc(module) or "", ""]
    for room, names in sorted(rooms.items()):
        lines += [f"## `{room}`", "", *(f"::: {name}\n" for name in names)]
    return "\n".join(lines)


def _commands() -> str:
    """What each command says of itself."""
    from maps.cli.main import cli

    lines = ["# Command line", ""]
    context = click.Context(cli, info_name="durand")
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=f"durand {name}", max_content_width=100, terminal_width=100)
        lines += [f"## `durand {name}`", "", "```text", command.get_help(inner), "```", ""]
    return "\n".join(lines)


def on_page_content(html: str, **_: Any) -> str:
    """Sphinx's roles in docstrings are plain names here."""
    return ROLE.sub("", html)


def on_post_page(output: str, *, page: Any, **_: Any) -> str:
    """No page asks another host: the search has its index and, from disk, its worker in the site."""
    own = f'<script src="{"../" * page.url.count("/")}worker.js"></script>'
    output, found = FOREIGN.subn(own, output)
    if found != 1:
        raise PluginError(f"{page.url} has {found} scripts of other hosts where one is replaced")
    return output
