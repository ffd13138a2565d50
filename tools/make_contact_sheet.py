"""Draw printed maps in all sizes, styles, languages and kinds, and one sheet of them all to look at.

    python tools/make_contact_sheet.py FOLDER              # everything, about two minutes
    python tools/make_contact_sheet.py FOLDER social ps    # only those whose names hold one of the words

Every picture is a PNG of its own at full size; ``contact.png`` has them small, side by side, with names and
the number of names left out. The script ends with 1 if boxes overlap or something had no room.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import geo
import maps
from maps.content.content import map_content
from maps.spec.sheet import SIZES

PAIR = {"compare": (":2025-10-08", "2025-10-09:")}
WEEKS = {"since": "2025-10-09", "until": "2025-11-30"}
EAST = {"extent": (68.5, 31.5, 72.5, 35.0)}
SOUTH = {"extent": (65.0, 29.5, 68.5, 32.5)}
CALLOUTS = (("apb:004", "Four places hit in one night"), ("apb:032", "First strike on the capital"))
CELL = 460
COLUMNS = 6


def wanted() -> dict[str, tuple[dict[str, object], dict[str, object]]]:
    """Name to the fields of specification and sheet."""
    found: dict[str, tuple[dict[str, object], dict[str, object]]] = {}
    for size in SIZES:
        found[f"en-{size}"] = ({}, {"size": size})
        found[f"en-{size}-weeks"] = (WEEKS, {"size": size})
    for size in ("column", "wide", "square", "social"):
        found[f"newsprint-{size}"] = ({}, {"size": size, "style": "newsprint"})
    for lang in ("ps", "fa", "ur", "ar"):
        for size in ("column", "wide", "square", "social", "story"):
            found[f"{lang}-{size}"] = ({"lang": lang}, {"size": size})
    found |= {
        "en-east-120x90mm": (EAST, {"size": "120x90mm"}),
        "en-south-88mm": (SOUTH, {"size": "print:88mm"}),
        "ur-east-wide": (EAST | {"lang": "ur"}, {"size": "wide"}),
        "en-east-1200x630px": (EAST | WEEKS, {"size": "1200x630px"}),
        "facet-month-wide": (WEEKS | {"until": "2026-03-31"}, {"size": "wide", "facet": "month"}),
        "facet-quarter-slide": ({"since": "2025-07-01"}, {"size": "slide", "facet": "quarter"}),
        "fa-facet-month-wide": (WEEKS | {"lang": "fa"}, {"size": "wide", "facet": "month"}),
        "before-after-wide": (PAIR, {"size": "wide"}),
        "before-after-square": (PAIR, {"size": "square"}),
        "profile-wide": ({}, {"size": "wide", "profile": True}),
        "profile-slide-weeks": (WEEKS, {"size": "slide", "profile": True}),
        "ps-profile-wide": ({"lang": "ps"}, {"size": "wide", "profile": True}),
        "shade-wide": ({"shade": "adm1"}, {"size": "wide"}),
        "shade-newsprint-column": ({"shade": "adm1"}, {"size": "column", "style": "newsprint"}),
        "shade-sector-column": ({"shade": "sector"}, {"size": "column"}),
        "callouts-wide": ({}, {"size": "wide", "callouts": CALLOUTS, "north": True, "graticule": True}),
        "callouts-column": ({}, {"size": "column", "callouts": CALLOUTS, "scale": "both"}),
        "sizes-unama-wide": ({"size_by": "killed", "claimant": "UNAMA"}, {"size": "wide"}),
        "sizes-unama-newsprint": (
            {"size_by": "killed", "claimant": "UNAMA"},
            {"size": "wide", "style": "newsprint"},
        ),
        "sizes-ispr-mobile": (
            {"size_by": "killed", "claimant": "Pakistan's military (ISPR)"},
            {"size": "mobile"},
        ),
        "sizes-unama-ur-square": (
            {"size_by": "killed", "claimant": "UNAMA", "lang": "ur"},
            {"size": "square"},
        ),
        "one-type-column": ({"types": ("shelling",)}, {"size": "column"}),
        "no-event-column": ({"since": "1999-01-01", "until": "1999-02-01"}, {"size": "column"}),
    }
    return found


def main() -> int:
    """Draw, write, count."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    words = sys.argv[2:]
    tables = geo.read_events()
    contents: dict[str, object] = {}
    faults = 0
    made = []
    for name, (fields, sheet) in wanted().items():
        if words and not any(word in name for word in words):
            continue
        spec = maps.MapSpec(events=tables, **fields)
        key = repr({one: value for one, value in fields.items() if one not in ("size_by", "claimant")})
        content = contents.setdefault(key, map_content(spec))
        drawing = maps.draw_map(spec, maps.Sheet(**{"dpi": 200, **sheet}), content=content)
        path = drawing.save(folder / f"{name}.png")
        report = drawing.report
        faults += bool(report.label_overlaps()) + bool(report.warnings)
        said = f"{name}  left out {len(report.left_out)}"
        print(said, report.label_overlaps() or "", report.warnings or "", flush=True)
        made.append((said, path))
    rows = -(-len(made) // COLUMNS)
    sheet_picture = Image.new("RGB", (COLUMNS * CELL, max(1, rows) * (CELL + 24)), "#8A8A8A")
    pen = ImageDraw.Draw(sheet_picture)
    font = ImageFont.load_default(14)
    for number, (said, path) in enumerate(made):
        picture = Image.open(path).convert("RGB")
        picture.thumbnail((CELL - 12, CELL - 12))
        x, y = number % COLUMNS * CELL, number // COLUMNS * (CELL + 24)
        sheet_picture.paste(picture, (x + (CELL - picture.width) // 2, y + 20))
        pen.text((x + 8, y + 2), said, fill="#FFFFFF", font=font)
    sheet_picture.save(folder / "contact.png")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
