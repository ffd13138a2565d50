"""Draw who may import whom, from the imports themselves and the contracts in pyproject.toml.

    python tools/draw_house.py            # writes the picture and the figures in docs
    python tools/draw_house.py --figures  # prints rooms, floors, corridors, circles and what is longest

A room is a folder or a module right under ``geo`` or ``maps``; a floor is a layer of the contract; a corridor
is a pair of rooms of which one imports the other. The picture leaves out corridors that others imply, those
from ``maps`` to ``geo``, and those to the ground floor, which is open to all.
"""

from __future__ import annotations

import argparse
import ast
import graphlib
import html
import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import grimp

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURE: Final = ROOT / "docs" / "images" / "house.svg"
PAGE: Final = ROOT / "docs" / "architecture.md"
HOUSES: Final = ("maps", "geo")

WIDTH, MARGIN = 760, 22
BOX_WIDTH, GAP = 222, 20
LINE, PAD = 14, 9
FLOOR_GAP = 30
WRAP = 36


class Box(NamedTuple):
    """A room of the picture: its lines of text, its upper left corner and its height."""

    name: str
    lines: list[str]
    x: float
    y: float
    height: float


class Length(NamedTuple):
    """How many lines something has, its docstring not counted."""

    lines: int
    kind: str
    name: str


def graph() -> grimp.ImportGraph:
    """Every import of the two packages, those in functions and for type checkers too."""
    return grimp.build_graph(*HOUSES, cache_dir=None)


def floors() -> dict[str, list[list[str]]]:
    """Rooms by floor, the uppermost first, as the contract has them."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        contract["containers"][0]: [
            [f"{contract['containers'][0]}.{room.strip()}" for room in layer.split("|")]
            for layer in contract["layers"]
        ]
        for contract in document["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    }


def corridors(imports: grimp.ImportGraph) -> set[tuple[str, str]]:
    """Pairs of rooms of which the first imports the second."""
    rooms = {room for layers in floors().values() for layer in layers for room in layer}

    def room(module: str) -> str:
        return ".".join(module.split(".")[:2])

    pairs = {
        (room(module), room(imported))
        for module in imports.modules
        for imported in imports.find_modules_directly_imported_by(module)
    }
    return {(a, b) for a, b in pairs if a != b and {a, b} <= rooms}


def circle(imports: grimp.ImportGraph) -> list[str]:
    """Modules that import each other in a circle; empty where there is none."""
    sorter = graphlib.TopologicalSorter(
        {module: imports.find_modules_directly_imported_by(module) for module in imports.modules}
    )
    try:
        sorter.prepare()
    except graphlib.CycleError as err:
        return list(err.args[1])
    return []


def shown(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The corridors that the picture has."""
    ground = {room for layers in floors().values() for room in layers[-1] if room.startswith("geo.")}
    inside = {(a, b) for a, b in pairs if a.split(".")[0] == b.split(".")[0] and b not in ground}
    return inside - implied(inside)


def implied(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Pairs that follow from two others or more."""
    below: dict[str, set[str]] = {}
    for a, b in pairs:
        below.setdefault(a, set()).add(b)

    def reach(start: str) -> set[str]:
        found, todo = set(), list(below.get(start, ()))
        while todo:
            if (room := todo.pop()) not in found:
                found.add(room)
                todo.extend(below.get(room, ()))
        return found

    return {(a, b) for a, b in pairs if any(b in reach(other) for other in below[a] - {b})}


def lengths() -> Iterator[Length]:
    """Lines of every function, class and module of the two packages."""
    for path in sorted(path for house in HOUSES for path in (ROOT / house).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield Length(len(text.splitlines()), "module", module)
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            said = node.body[0] if ast.get_docstring(node) is not None else None
            docstring = said.end_lineno - said.lineno + 1 if said and said.end_lineno else 0
            lines = (node.end_lineno or node.lineno) - node.lineno + 1 - docstring
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            yield Length(lines, kind, f"{module}.{node.name}")


def purpose(room: str) -> str:
    """What a room is for: the first sentence of its docstring."""
    path = ROOT.joinpath(*room.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return said.split("\n\n")[0].replace("\n", " ").rstrip(".")


def boxes() -> list[Box]:
    """Every room with its place in the picture."""
    found: list[Box] = []
    y = float(MARGIN)
    for house in HOUSES:
        for layer in floors()[house]:
            texts = {room: textwrap.wrap(purpose(room), WRAP) for room in layer}
            height = 2 * PAD + LINE * (1 + max(map(len, texts.values())))
            x = (WIDTH - len(layer) * BOX_WIDTH - (len(layer) - 1) * GAP) / 2
            for room, lines in texts.items():
                found.append(Box(room, lines, x, y, height))
                x += BOX_WIDTH + GAP
            y += height + FLOOR_GAP
        y += FLOOR_GAP
    return found


def picture(pairs: set[tuple[str, str]]) -> str:
    """The house as SVG; the same imports give the same bytes."""
    placed = {box.name: box for box in boxes()}
    height = max(box.y + box.height for box in placed.values()) + MARGIN
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img"'
        f' font-family="sans-serif" font-size="11">',
        "<title>Rooms of maps and geo; an arrow goes from a room to one that it imports</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"'
        ' orient="auto"><path d="M0 0 8 4 0 8Z" fill="#777"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{height:g}" fill="#fff"/>',
    ]
    for a, b in sorted(shown(pairs)):
        upper, lower = placed[a], placed[b]
        out.append(
            f'<line x1="{upper.x + BOX_WIDTH / 2:g}" y1="{upper.y + upper.height:g}"'
            f' x2="{lower.x + BOX_WIDTH / 2:g}" y2="{lower.y:g}" stroke="#777" marker-end="url(#tip)"/>'
        )
    between = min(box.y for box in placed.values() if box.name.startswith("geo.")) - FLOOR_GAP
    out.append(
        f'<text x="{WIDTH / 2:g}" y="{between:g}" text-anchor="middle">maps imports geo, never back</text>'
    )
    for box in placed.values():
        fill = "#e8f1fa" if box.name.startswith("maps") else "#f7f1e3"
        out.append(
            f'<rect x="{box.x:g}" y="{box.y:g}" width="{BOX_WIDTH}" height="{box.height:g}" rx="4"'
            f' fill="{fill}" stroke="#444"/>'
        )
        for n, text in enumerate([box.name, *box.lines]):
            weight = ' font-weight="bold"' if n == 0 else ""
            at = f'x="{box.x + PAD:g}" y="{box.y + PAD + LINE * (n + 0.8):g}"'
            out.append(f"<text {at}{weight}>{html.escape(text)}</text>")
    return "\n".join([*out, "</svg>", ""])


def figures(imports: grimp.ImportGraph) -> str:
    """Rooms, floors, corridors, circles, and the longest of each kind."""
    found = []
    for house, (rooms_of, floors_of, between) in counted(imports).items():
        found.append(f"{house}: {rooms_of} rooms, {floors_of} floors, {between} corridors")
    found.append(f"{len(imports.modules)} modules; circles: {' > '.join(circle(imports)) or 'none'}")
    every = sorted(lengths(), reverse=True)
    for kind in ("function", "class", "module"):
        longest = [f"{length.name} {length.lines}" for length in every if length.kind == kind][:5]
        found.append(f"longest {kind}: {', '.join(longest)}")
    return "\n".join(found)


def counted(imports: grimp.ImportGraph) -> dict[str, tuple[int, int, int]]:
    """Rooms, floors and corridors of each package."""
    pairs = corridors(imports)
    rooms = {house: {room for layer in layers for room in layer} for house, layers in floors().items()}
    return {
        house: (len(own), len(floors()[house]), sum({a, b} <= own for a, b in pairs))
        for house, own in rooms.items()
    }


def homes_of_radii() -> list[str]:
    """Modules that give a value to a name of the file of radii."""
    home = ROOT / "geo" / "places" / "radii.py"
    names = _assigned(home)
    paths = sorted(path for house in HOUSES for path in (ROOT / house).rglob("*.py"))
    return [path.relative_to(ROOT).as_posix() for path in paths if _assigned(path) & names]


def _assigned(path: Path) -> set[str]:
    """Names that a module gives a value to, those in capitals."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    targets = [one.target for one in body if isinstance(one, ast.AnnAssign)]
    targets += [target for one in body if isinstance(one, ast.Assign) for target in one.targets]
    return {one.id.lstrip("_") for one in targets if isinstance(one, ast.Name) and one.id.isupper()}


def rows(imports: grimp.ImportGraph) -> dict[str, str]:
    """What this layout has, for the rows of the table of figures that are counted here."""
    now = {
        f"`{house}`: rooms, floors, corridors": ", ".join(map(str, n))
        for house, n in counted(imports).items()
    }
    longest: dict[str, Length] = {}
    for one in sorted(lengths(), key=lambda one: one.name):
        if one.kind not in longest or one.lines > longest[one.kind].lines:
            longest[one.kind] = one
    said = [
        f"{longest['module'].lines} (`{longest['module'].name.replace('.', '/')}.py`)",
        f"{longest['class'].lines} (`{longest['class'].name.split('.')[-1]}`)",
    ]
    homes = homes_of_radii()
    now["circles of modules"] = str(int(bool(circle(imports))))
    now["longest module, class (lines)"] = ", ".join(said)
    now["places of the radii of the model"] = f"{len(homes)} (`{'`, `'.join(homes)}`)"
    now["names of `geo`, of `maps`"] = ", ".join(str(_public(house)) for house in ("geo", "maps"))
    return now


def _public(house: str) -> int:
    """How many names a package has for everybody."""
    for one in ast.parse((ROOT / house / "__init__.py").read_text(encoding="utf-8")).body:
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "__all__":
            return len(ast.literal_eval(one.value))
    return 0


def with_rows(text: str, now: dict[str, str]) -> str:
    """The page with those rows as they are now."""
    for name, value in now.items():
        text = re.sub(
            rf"^(\| {re.escape(name)} \| [^|]+ \| ).*( \|)$", rf"\g<1>{value}\g<2>", text, flags=re.M
        )
    return text


def main() -> None:
    """Write the picture and the figures of the page, or print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--figures", action="store_true", help="print figures of the house instead")
    imports = graph()
    if parser.parse_args().figures:
        print(figures(imports))
    else:
        PICTURE.write_text(picture(corridors(imports)), encoding="utf-8")
        PAGE.write_text(with_rows(PAGE.read_text(encoding="utf-8"), rows(imports)), encoding="utf-8")


if __name__ == "__main__":
    main()
