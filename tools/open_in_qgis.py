"""Open a GeoPackage in QGIS without a window, say how each layer is drawn, and draw all of them.

    sudo apt-get install --no-install-recommends python3-qgis
    QT_QPA_PLATFORM=offscreen /usr/bin/python3 tools/open_in_qgis.py border.gpkg border.png

Run by the system's Python, for which Debian installs QGIS. For each layer of the file that has a style in
``layer_styles`` it prints name, renderer, number of symbols, and of features; it fails if QGIS opened one in
another style than the file's own.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

WIDTH, HEIGHT = 1200, 900


def written_styles(path: Path) -> dict[str, tuple[str, list[str]]]:
    """Kind of renderer and colours of the style that the file has for each layer."""
    with closing(sqlite3.connect(path)) as base:
        rows = base.execute(
            "SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1"
        ).fetchall()
    found = {}
    for name, text in rows:
        renderer = ET.fromstring(text).find("renderer-v2")
        if renderer is None:
            raise SystemExit(f"the style of {name} says nothing of how it is drawn")
        colours = [
            one.get("value", "")
            for one in renderer.iter("Option")
            if one.get("name") in ("color", "line_color")
        ]
        found[name] = (renderer.get("type", ""), colours)
    return found


def main() -> None:
    """Open, compare, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("picture", type=Path, nargs="?")
    parser.add_argument("--layer", action="append", help="the only one to draw; repeat for more")
    parser.add_argument("--extent", type=lambda text: [float(part) for part in text.split(",")])
    asked = parser.parse_args()
    from qgis.core import (
        QgsApplication,
        QgsMapRendererCustomPainterJob,
        QgsMapSettings,
        QgsRectangle,
        QgsRenderContext,
        QgsVectorLayer,
    )
    from qgis.PyQt.QtCore import QSize
    from qgis.PyQt.QtGui import QColor, QImage, QPainter

    app = QgsApplication([], False)
    app.initQgis()
    wrong, layers = [], []
    for name, (kind, colours) in written_styles(asked.file).items():
        layer = QgsVectorLayer(f"{asked.file}|layername={name}", name, "ogr")
        renderer = layer.renderer() if layer.isValid() else None
        symbols = renderer.symbols(QgsRenderContext()) if renderer else []
        opened = [",".join(map(str, symbol.color().getRgb())) for symbol in symbols]
        print(f"{name}: {renderer.type() if renderer else 'not opened'}, {len(symbols)} symbols, ", end="")
        print(f"{layer.featureCount()} features")
        if renderer is None or renderer.type() != kind or opened != colours:
            wrong.append(f"{name} is drawn by {opened}, where the file says {kind} {colours}")
        if asked.layer is None or name in asked.layer:
            layers.append(layer)
    if asked.picture:
        settings = QgsMapSettings()
        settings.setLayers(layers)
        settings.setOutputSize(QSize(WIDTH, HEIGHT))
        settings.setBackgroundColor(QColor("white"))
        whole = QgsRectangle(*asked.extent) if asked.extent else QgsRectangle()
        for layer in [] if asked.extent else layers:
            whole.combineExtentWith(layer.extent())
        settings.setExtent(whole)
        image = QImage(settings.outputSize(), QImage.Format_ARGB32_Premultiplied)
        image.fill(QColor("white"))
        painter = QPainter(image)
        # In this thread: without a loop of events there is no other.
        QgsMapRendererCustomPainterJob(settings, painter).renderSynchronously()
        painter.end()
        if not image.save(str(asked.picture)):
            wrong.append(f"{asked.picture} could not be written")
    print("; ".join(wrong) or "every layer is drawn as the file says", flush=True)
    # QGIS's own objects can't be taken down in the order in which Python would.
    os._exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
