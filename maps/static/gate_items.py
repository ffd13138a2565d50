"""Crossings without an event: a square that shows what is told of each on the day, its name and state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from maps.content.laid import Laid
from maps.spec.marks import Mark
from maps.static.gate_glyph import REACH, draw_gate, gate_sign
from maps.words.words import word

if TYPE_CHECKING:
    from collections.abc import Collection

    from maps.content.content import MapContent
    from maps.content.gate_states import Gate, GateRun
    from maps.static.fonts import Lettering
    from maps.static.laid_items import LaidItems
    from maps.static.placement import Candidate, Item

__all__ = ["gate_items", "gates_told"]

WEIGHT: Final = 48.0
"""Of a crossing among items: below events and the names of their provinces, above those of towns."""


def gates_told(
    content: MapContent, lettering: Lettering, drawn: Collection[str]
) -> list[tuple[Gate, GateRun, str]]:
    """Crossings that no mark of events stands for, with what is told of each on the day in words."""
    lang, day = content.spec.lang, content.gates.day
    found = []
    for gate, run in content.gates.without(drawn):
        text = word(lang, "tag state", name=gate.name, state=gate.words(day, lang) if day else "")
        found.append((gate, run, lettering.pick(text, gate.crossing_id)))
    return found


def gate_items(laid: LaidItems, content: MapContent, drawn: Collection[str]) -> list[Item]:
    """Crossings that no mark of events stands for, as items: each a square with its name, never one alone.

    Parameters
    ----------
    drawn
        Ids of the crossings at which events are drawn.
    """
    stage = laid.stage
    items: list[Item] = []
    for gate, run, text in gates_told(content, stage.lettering, drawn):
        at = (gate.lon, gate.lat)
        mark = Mark(kind="label", at=at, text=text, exact="a border crossing")
        sign = gate_sign(run.state, told=run.told)
        one = Laid(mark, text, *at, name=gate.name, gate=True, sign=sign)
        if not laid.inside(one):
            continue
        item = laid.label(one)
        choices = [_with_square(laid, choice, (text, sign), laid.at(one)) for choice in item.candidates]
        items.append(replace(item, name=text, candidates=choices, weight=WEIGHT, must=False, kind="crossing"))
    return items


def _with_square(
    laid: LaidItems, choice: Candidate, said: tuple[str, str], at: tuple[float, float]
) -> Candidate:
    """A place for the name of a crossing together with its square."""
    stage, (text, sign), (x, y) = laid.stage, said, at
    box = (x - REACH, y - REACH, x + REACH, y + REACH)

    def draw() -> None:
        draw_gate(stage.canvas, stage.layer("crossings"), stage.house, sign, x, y)
        stage.record.add(stage.view, "crossing", text, box)
        choice.draw()

    # The square stands on the line, which names keep off.
    return replace(choice, fixed=[*choice.fixed, box], draw=draw)
