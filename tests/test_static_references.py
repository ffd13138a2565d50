"""Printed maps against six reference pictures, in the environment that these were made in."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from printed import printed
from references import ENVIRONMENT, FOLDER, SPECS, difference, draw, environment, pixels

import geo


def other_environment() -> str | None:
    """How this environment differs from the pinned one, or nothing."""
    pinned, here = json.loads(ENVIRONMENT.read_text(encoding="utf-8")), environment()
    apart = [
        f"{name} {here.get(name)} (not {pinned[name]})" for name in pinned if here.get(name) != pinned[name]
    ]
    return ", ".join(apart) or None


@pytest.fixture(scope="module")
def drawings():
    reason = other_environment()
    if reason:
        pytest.skip(f"the reference pictures were made with other libraries or fonts: {reason}")
    tables = geo.read_events()
    return {
        name: printed(**sheet, **fields) if set(sheet) == {"size", "dpi"} else draw(name, tables)
        for name, (fields, sheet) in SPECS.items()
    }


def reference(name):
    return np.asarray(Image.open(FOLDER / f"{name}.png").convert("RGB"))


@pytest.mark.parametrize("name", list(SPECS))
def test_a_map_looks_as_its_reference(drawings, name):
    apart = difference(pixels(drawings[name]), reference(name))
    assert apart <= 1, (
        f"{name} is {apart:.1f} times too far from its reference: look at it, and if right renew"
    )


def test_dropping_any_layer_is_seen(drawings):
    """The proof that the tolerance is not too wide: without a layer at least one picture is too different."""
    seen: dict[str, float] = {}
    for name, drawing in drawings.items():
        picture = reference(name)
        for layer in drawing.canvas.layers.values():
            # The page is as white as the ground of a PNG.
            if not layer.parts or layer.name == "page" or seen.get(layer.name, 0.0) > 1:
                continue
            parts, blocks = layer.parts, layer.blocks
            layer.parts, layer.blocks = [], []
            try:
                apart = difference(pixels(drawing), picture)
            finally:
                layer.parts, layer.blocks = parts, blocks
            seen[layer.name] = max(seen.get(layer.name, 0.0), apart)
    assert len(seen) >= 25
    assert {name for name, apart in seen.items() if apart <= 1} == set()


def test_the_pictures_are_six_and_small():
    files = sorted(FOLDER.glob("*.png"))
    assert [file.stem for file in files] == sorted(SPECS)
    assert sum(file.stat().st_size for file in files) < 1_000_000
