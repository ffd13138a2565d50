"""Names beside points, placed by this package, textalloc and adjustText: time, overlaps, names left out.

    pip install adjustText textalloc
    python benchmarks/labels.py

The names, places and sizes are those of the first map (180 mm wide), the obstacles its event symbols. The
others get only what they can take: texts and points. Names along lines and in areas, plates with leader
lines, inset, scale bar, weights, and the rule that a name stands on its own side of the line are ours alone.
"""

from __future__ import annotations

import time

import numpy as np
from matplotlib.figure import Figure

import maps
from maps.content.content import map_content
from maps.static import labels
from maps.static import panel as scene
from maps.static.obstacles import overlaps


def collected():  # noqa: ANN201 - drawing, names, symbols, seconds of the search
    """The first map, its names beside points as (text, x, y, size), and the time of our search."""
    names = []
    spent = []
    point, place = labels.Names.point, scene.place

    def kept(self, name, text, kind, x, y, *rest, **more):  # noqa: ANN001, ANN002, ANN003, ANN202
        names.append((text, float(x), float(y), self.size(text, kind)))
        return point(self, name, text, kind, x, y, *rest, **more)

    def timed(*given):  # noqa: ANN002, ANN202
        start = time.perf_counter()
        found = place(*given)
        spent.append(time.perf_counter() - start)
        return found

    labels.Names.point, scene.place = kept, timed
    try:
        spec = maps.MapSpec()
        drawing = maps.draw_map(spec, maps.Sheet(size="wide"), content=map_content(spec))
    finally:
        labels.Names.point, scene.place = point, place
    return drawing, names, spent[0]


def axes_of(drawing):  # noqa: ANN001, ANN201 - Drawing
    """An empty page with the same units."""
    figure = Figure(figsize=drawing.canvas.figure.get_size_inches(), dpi=150)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, drawing.canvas.width)
    axes.set_ylim(drawing.canvas.height, 0)
    return figure, axes


def counted(figure, axes, texts, symbols):  # noqa: ANN001, ANN201
    """Overlaps of texts with one another, and of texts with symbols."""
    figure.canvas.draw()
    inverse = axes.transData.inverted()
    boxes = []
    for text in texts:
        box = text.get_window_extent().transformed(inverse)
        boxes.append((min(box.x0, box.x1), min(box.y0, box.y1), max(box.x0, box.x1), max(box.y0, box.y1)))
    pairs = overlaps([*boxes, *symbols])
    n = len(boxes)
    return sum(b < n for _, b in pairs), sum(a < n <= b for a, b in pairs)


def main() -> None:
    """Measure the three and print a table."""
    drawing, names, ours = collected()
    unit = drawing.canvas.unit
    symbols = drawing.report.symbols
    middles = np.array([((a + c) / 2, (b + d) / 2) for a, b, c, d in symbols])
    x, y = np.array([name[1] for name in names]), np.array([name[2] for name in names])
    print(f"{len(names)} names beside points, {len(symbols)} symbols\n")
    print("| search | s | names over names | names over symbols | left out |\n|---|---|---|---|---|")
    left = sum(name in drawing.report.left_out for name, *_ in names)
    print(f"| durand, with everything else on the map | {ours:.2f} | 0 | 0 | {left} |")

    import textalloc

    figure, axes = axes_of(drawing)
    start = time.perf_counter()
    textalloc.allocate(
        axes,
        x,
        y,
        [name[0] for name in names],
        x_scatter=np.r_[x, middles[:, 0]],
        y_scatter=np.r_[y, middles[:, 1]],
        textsize=[name[3] * unit for name in names],
    )
    spent = time.perf_counter() - start
    over = counted(figure, axes, axes.texts, symbols)
    print(f"| textalloc | {spent:.2f} | {over[0]} | {over[1]} | {len(names) - len(axes.texts)} |", flush=True)

    import adjustText

    figure, axes = axes_of(drawing)
    texts = [axes.text(px, py, text, fontsize=size * unit) for text, px, py, size in names]
    start = time.perf_counter()
    adjustText.adjust_text(texts, x=np.r_[x, middles[:, 0]], y=np.r_[y, middles[:, 1]], ax=axes)
    spent = time.perf_counter() - start
    over = counted(figure, axes, texts, symbols)
    print(f"| adjustText | {spent:.2f} | {over[0]} | {over[1]} | 0 |")


if __name__ == "__main__":
    main()
