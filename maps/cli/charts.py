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

    from geo.events.tables import EventTables
    from maps.spec.sheet import Sheet
    from maps.spec.spec import MapSpec
    from maps.static.chart_page import ChartDrawing

__all__ = ["Look", "credit_of", "is_picture", "takes_look", "words_of", "write_chart", "write_map"]


class Look(NamedTuple):
    """Language, size and style of a picture, as options gave them."""

    lang: str
    size: str
    style: str

    def sheet(self) -> Sheet:
        """The sheet; what is no size or style is an error."""
        from maps.spec.sheet import Sheet

        return Sheet(size=self.size, style=self.style)

    def check(self) -> None:
        """Refuse before any work what can't be drawn: no such size or style, no library that draws."""
        import importlib

        from maps.spec.house_style import read_house

        # It says which extra is missing.
        importlib.import_module("maps.static")
        read_house(self.sheet().style)


def takes_look(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a picture, as one argument ``look``."""

    @functools.wraps(command)
    def looking(*args: Any, **kwargs: Any) -> Any:
        look = Look(*(kwargs.pop(name) for name in Look._fields))
        return command(*args, look=look, **kwargs)

    return cast("Callable[..., Any]", picture_options(looking))


def is_picture(path: Path | None) -> bool:
    """Whether a file is to be a picture."""
    return path is not None and path.suffix.lower() in PICTURES


def words_of(path: Path | None) -> list[Path]:
    """The file of the words of a picture; none where no picture is asked for."""
    return [words_beside(path)] if path is not None and is_picture(path) else []


def credit_of(tables: EventTables, look: Look) -> str:
    """The line of sources under a chart of events."""
    from maps.content.charts import chart_credit

    return chart_credit(tables.events, look.lang)


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


def write_map(path: Path, spec: MapSpec, look: Look, *, force: bool) -> None:
    """A shaded map and its words: both or none."""
    from maps.content.content import map_content

    sheet = look.sheet()
    say_gaps(spec.lang)
    say_house(sheet)
    content = map_content(spec)
    account(content)
    write_made(made_prints(spec, sheet, [path], content), force=force)
