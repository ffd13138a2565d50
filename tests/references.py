"""Six printed maps as pictures to compare with, and the environment that they were made in.

    python tests/references.py   # draws them anew; look at every one before committing

Pictures depend on the libraries that draw and on the fonts: they are compared only where these are the same.
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib import font_manager, ft2font
from PIL import Image

import geo
import maps
from maps.content.content import map_content
from maps.static.drawing import Drawing
from maps.static.writers import png_bytes

FOLDER = Path(__file__).parent / "references"
ENVIRONMENT = FOLDER / "environment.json"
FAMILIES = ("Noto Sans", "Noto Naskh Arabic")

SPECS: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "column": ({}, {"size": "column", "dpi": 72}),
    "wide-weeks": (
        {
            "since": "2025-10-09",
            "until": "2025-11-30",
            "must_label": ("Asadabad", "Parachinar", "Ghazni", "Zhob"),
        },
        {"size": "wide", "dpi": 60},
    ),
    "newsprint": (
        {"extent": (65.0, 23.5, 72.0, 32.5)},
        {"size": "88mm", "dpi": 165, "style": "newsprint", "north": True, "graticule": True},
    ),
    "urdu": ({"lang": "ur", "extent": (66.0, 30.5, 76.8, 37.2)}, {"size": "130x130mm", "dpi": 60}),
    "before-after": ({"compare": (":2025-10-08", "2025-10-09:")}, {"size": "wide", "dpi": 60}),
    "sizes": ({"size_by": "killed", "claimant": "UNAMA"}, {"size": "120x150mm", "dpi": 60}),
}

DIFFERENT = 24
"""Steps of a colour channel, of 255, from which a pixel counts as different."""

ALLOWED = 0.0004
"""Share of the pixels that may be different."""

SPOT, ALLOWED_IN_SPOT = 6, 0.4
"""Side of a square in pixels, and the share of it that may be different: one symbol lost is more."""


def environment() -> dict[str, str]:
    """What decides the pixels: versions of the libraries, and the fonts by their bytes."""
    fonts = {}
    for family in FAMILIES:
        for weight in ("normal", "bold"):
            name = f"{family} {weight}"
            try:
                path = font_manager.findfont(
                    font_manager.FontProperties(family=family, weight=weight), fallback_to_default=False
                )
            except ValueError:
                fonts[name] = "not installed"
            else:
                fonts[name] = hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]
    return {
        "matplotlib": mpl.__version__,
        "freetype": ft2font.__freetype_version__,
        "libraqm": getattr(ft2font, "__libraqm_version__", "unknown"),
        "geos": shapely.geos_version_string,
        **fonts,
    }


def draw(name: str, tables: geo.EventTables) -> Drawing:
    """One of the six."""
    fields, sheet = SPECS[name]
    spec = maps.MapSpec(events=tables, **fields)
    return maps.draw_map(spec, maps.Sheet(**sheet), content=map_content(spec))


def pixels(drawing: Drawing) -> np.ndarray:
    """Its pixels as the PNG has them."""
    picture = Image.open(io.BytesIO(png_bytes(drawing.canvas, drawing.sheet, drawing.caption)))
    return np.asarray(picture.convert("RGB"))


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """How far two pictures are apart, in what is allowed: more than 1 is too far.

    Few pixels may be different anywhere, and none may lie so close together that something is lost.
    """
    if one.shape != other.shape:
        return np.inf
    steps = np.abs(one.astype(int) - other.astype(int)).max(axis=2)
    apart = (steps > DIFFERENT).astype(int)
    sums = np.pad(apart.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    spots = sums[SPOT:, SPOT:] - sums[:-SPOT, SPOT:] - sums[SPOT:, :-SPOT] + sums[:-SPOT, :-SPOT]
    return max(float(apart.mean()) / ALLOWED, float(spots.max()) / SPOT**2 / ALLOWED_IN_SPOT)


def main() -> None:
    """Draw all and write them with the environment."""
    FOLDER.mkdir(exist_ok=True)
    tables = geo.read_events()
    for name in SPECS:
        path = FOLDER / f"{name}.png"
        Image.fromarray(pixels(draw(name, tables))).save(path, optimize=True)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} KB")
    ENVIRONMENT.write_text(json.dumps(environment(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
