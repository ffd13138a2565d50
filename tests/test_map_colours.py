"""Colours that stay apart for every eye, names that can be read, shapes that do without colour."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.transforms import Affine2D

from maps.static.symbols import hollow_path, shape_path
from maps.style import BASE, TYPES

LEAST_TYPES = 10.0
"""Least CIE 1976 difference of the colours of two event types: about four times what is just seen (2.3, Mahy,
Van Eycken and Oosterlinck, Color Research and Application 19, 1994)."""
LEAST_CLASSES = 11.0
"""The same of neighbouring classes of the ramp, whose fields touch."""
LEAST_GROUND = 8.0
"""The same of the lightest class and the ground without events."""
LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""
LANDS = ("afghanistan", "pakistan", "neighbours")
LEAST_SHAPES = 0.2
"""Part of the pixels of two symbols, drawn in one grey at the size of the map, that must differ."""

# Severity 1.0 of G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for
# Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6),
# 2009, table 1;
# for linear RGB.
SEEN = {
    "all colours": np.eye(3),
    "without red cones": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "without green cones": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "without blue cones": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def linear(colour):
    """Linear RGB of an sRGB colour (IEC 61966-2-1)."""
    value = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(colour, eye="all colours"):
    """CIELAB, D65, as an eye sees a colour."""
    rgb = np.clip(SEEN[eye] @ linear(colour), 0, 1)
    xyz = (
        np.array(
            [
                [0.4124564, 0.3575761, 0.1804375],
                [0.2126729, 0.7151522, 0.0721750],
                [0.0193339, 0.1191920, 0.9503041],
            ]
        )
        @ rgb
        / np.array([0.95047, 1.0, 1.08883])
    )
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(a, b, eye):
    return float(np.linalg.norm(lab(a, eye) - lab(b, eye)))


def contrast(a, b):
    light = [float(linear(one) @ [0.2126, 0.7152, 0.0722]) for one in (a, b)]
    return (max(light) + 0.05) / (min(light) + 0.05)


def test_the_measures_are_those_of_their_sources():
    assert lab("#FFFFFF") == pytest.approx([100, 0, 0], abs=0.01)
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert apart("#FF0000", "#00FF00", "all colours") > 150
    # What differs for all may be one for some: that is what is simulated.
    assert apart("#B8860B", "#8FA000", "without green cones") < 0.5 * apart(
        "#B8860B", "#8FA000", "all colours"
    )


@pytest.mark.parametrize("eye", list(SEEN))
@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
def test_colours_of_event_types_are_apart_for_every_eye(eye, side):
    colours = {(look.colour, look.dark)[side] for look in TYPES.values()}
    for a, b in itertools.combinations(sorted(colours), 2):
        assert apart(a, b, eye) >= LEAST_TYPES, (a, b)


@pytest.mark.parametrize("eye", list(SEEN))
@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
def test_classes_of_the_ramp_are_apart_and_in_order_for_every_eye(eye, side):
    ramp = [BASE[f"shade-{n}"][side] for n in range(1, 6)]
    for a, b in itertools.pairwise(ramp):
        assert apart(a, b, eye) >= LEAST_CLASSES, (a, b)
    for ground in ("afghanistan", "pakistan"):
        assert apart(ramp[0], BASE[ground][side], eye) >= LEAST_GROUND, ground
    # More is darker on light ground, and lighter on dark: it is read without any hue.
    lightness = [lab(one, eye)[0] for one in ramp]
    assert lightness == sorted(lightness, reverse=side == 0)


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
def test_the_ramp_is_not_taken_for_a_type_of_event(side):
    for look, n in itertools.product(TYPES.values(), range(1, 6)):
        assert apart((look.colour, look.dark)[side], BASE[f"shade-{n}"][side], "all colours") >= LEAST_TYPES


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("ink", ("page", "panel", *LANDS)),
        ("ink-2", ("page", "panel", *LANDS)),
        ("link", ("page", "panel", *LANDS)),
        *((name, LANDS) for name in ("place", "place-minor", "province-name", "country-name")),
        *((name, LANDS) for name in ("river-name", "durand", "crossing")),
    ],
)
def test_words_can_be_read_on_what_they_stand_on(side, text, grounds):
    for ground in grounds:
        assert contrast(BASE[text][side], BASE[ground][side]) >= LEAST_CONTRAST, ground


def drawn(path, *, hollow=False, size=12.0, aside=0.0):
    """A symbol in one grey, as large as on a map of double density."""
    figure = Figure(figsize=(0.4, 0.4), dpi=100)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(-20, 20)
    axes.set_ylim(20, -20)
    look = {"fc": "none", "ec": "0.35", "lw": 2.2} if hollow else {"fc": "0.35", "lw": 0}
    place = Affine2D().scale(size).translate(aside, 0) + axes.transData
    axes.add_patch(PathPatch(path, transform=place, **look))
    canvas.draw()
    return 1 - np.asarray(canvas.buffer_rgba())[..., 0] / 255


def difference(a, b):
    """Ink that two symbols do not share, as a part of the ink of the smaller."""
    return float(np.abs(a - b).sum() / min(a.sum(), b.sum()))


@pytest.mark.parametrize("hollow", [False, True], ids=["filled", "hollow"])
def test_types_are_told_apart_by_shape_alone(hollow):
    make = hollow_path if hollow else shape_path
    images = {name: drawn(make(name), hollow=hollow) for name in TYPES}
    for a, b in itertools.combinations(images, 2):
        assert difference(images[a], images[b]) >= LEAST_SHAPES, (a, b)
    # What the measure finds for no more than half a pixel aside is less than that.
    for name, image in images.items():
        if not hollow:
            assert difference(image, drawn(make(name), aside=0.5)) < LEAST_SHAPES, name
