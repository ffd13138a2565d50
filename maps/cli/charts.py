"""Pictures of what counting, comparing and looking along a line found, with their words beside them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from maps.cli.made import Made, account, made_prints, say_gaps, say_house, write_made
from maps.cli.options import picture_options
from maps.cli.outputs import PICTURES, words_beside

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from geo.analysis.along import Along
    from geo.analysis.compare import Comparison
    from geo.events.tables import EventTables
    from maps.spec.sheet import Sheet
    from maps.static.chart_page import ChartDrawing

__all__ = [
    "Look",
    "along_picture",
    "check_look",
    "count_picture",
    "is_picture",
    "ratio_picture",
    "takes_look",
    "words_of",
    "write_chart",
    "write_map",
]


class Look(NamedTuple):
    """Language, size and style of a picture, as options gave them."""

    lang: str
    size: str
    style: str

    def sheet(self) -> Sheet:
        """The sheet; what is no size or style is an error."""
        from maps.spec.sheet import Sheet

        return Sheet(size=self.size, style=self.style)


def takes_look(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a picture, as one argument ``look``."""

    @functools.wraps(command)
    def looking(*args: Any, **kwargs: Any) -> Any:
        look = Look(*(kwargs.pop(name) for name in Look._fields))
        return command(*args, look=look, **kwargs)

    return cast("Callable[..., Any]", picture_options(looking))


def check_look(look: Look, output: Path | None) -> None:
    """Refuse before any work a picture that can't be drawn: no such size or style, no library that draws."""
    if not is_picture(output):
        return
    import importlib

    from maps.spec.house_style import read_house

    # It says which extra is missing.
    importlib.import_module("maps.static")
    read_house(look.sheet().style)


def is_picture(path: Path | None) -> bool:
    """Whether a file is to be a picture."""
    return path is not None and path.suffix.lower() in PICTURES


def words_of(path: Path | None) -> list[Path]:
    """The file of the words of a picture; none where no picture is asked for."""
    return [words_beside(path)] if path is not None and is_picture(path) else []


def count_picture(table: pd.DataFrame, tables: EventTables, look: Look, **asked: Any) -> ChartDrawing:
    """A table of counts as a chart."""
    from maps.content.charts import chart_credit, count_chart
    from maps.static.chart import draw_chart

    credit = chart_credit(tables.events, look.lang)
    return draw_chart(count_chart(table, credit=credit, lang=look.lang, **asked), look.sheet())


def ratio_picture(found: Comparison, tables: EventTables, look: Look) -> ChartDrawing:
    """A comparison as a chart."""
    from maps.content.charts import chart_credit, ratio_chart
    from maps.static.chart import draw_chart

    credit = chart_credit(tables.events, look.lang)
    return draw_chart(ratio_chart(found, credit=credit, lang=look.lang), look.sheet())


def along_picture(found: Along, tables: EventTables, look: Look) -> ChartDrawing:
    """What lies along a line as a chart."""
    from maps.content.charts import chart_credit
    from maps.static.chart import draw_along_chart

    return draw_along_chart(found, chart_credit(tables.events, look.lang), look.sheet(), lang=look.lang)


def write_chart(path: Path, drawing: ChartDrawing, *, force: bool) -> None:
    """A chart and its words: both or none."""
    say_gaps(drawing.lang)
    say_house(drawing.sheet)
    size, beside = drawing.canvas.size, words_beside(path)
    picture = drawing.to_bytes(path)
    words = drawing.caption.text.encode("utf-8", "replace")
    told = f"{path}: {size.width:g} x {size.height:g} {size.unit}, {len(picture) / 1000:.0f} KB"
    made = Made(beside, words, f"{beside}: title, caption, method, credit, alt text, long description")
    write_made([Made(path, picture, told), made], force=force)


def write_map(path: Path, tables: EventTables, shaded: dict[str, Any], look: Look, *, force: bool) -> None:
    """A shaded map and its words: both or none."""
    from maps.content.content import map_content
    from maps.spec.spec import MapSpec

    spec = MapSpec(events=tables, lang=look.lang, **shaded)
    sheet = look.sheet()
    say_gaps(spec.lang)
    say_house(sheet)
    content = map_content(spec)
    account(content)
    write_made(made_prints(spec, sheet, [path], content), force=force)
