"""``durand locator``: one place or a few, one event to three, with notes: the commonest map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maps.cli.console import say
from maps.cli.made import (
    Made,
    made_page,
    made_prints,
    made_spec,
    refuse_spec,
    say_gaps,
    say_house,
    write_made,
)
from maps.cli.mark_options import mark_options, parse_spot, take_marks, view_round
from maps.cli.options import output_option, parse_extent
from maps.cli.outputs import words_beside
from maps.cli.reading import EVENTS_FILE, events_of, plan_outputs, takes_events

if TYPE_CHECKING:
    from maps.spec.sheet import Sheet
    from maps.spec.spec import MapSpec

__all__ = ["locator_command"]


def _hideable() -> Any:
    from maps.spec.spec import HIDEABLE

    return click.Choice(HIDEABLE)


@click.command("locator")
@click.argument("places", nargs=-1, metavar="[PLACE]...")
@click.option(
    "--event", "event_ids", multiple=True, metavar="ID", help="An event to locate; repeat, up to three."
)
@click.option(
    "--events",
    type=EVENTS_FILE,
    help="Where the events are; the shipped ones if not given.",
)
@output_option(multiple=True, help="File to write: .html, .svg, .pdf or .png; repeat for more.")
@click.option("--title", help="Title; from the event or the places if not given.")
@click.option("--subtitle", help="Sentence under the title.")
@click.option("--lang", type=click.Choice(["en", "ps", "fa", "ur", "ar"]), default="en", help="Language.")
@click.option(
    "--extent",
    callback=parse_extent,
    metavar="W,S,E,N",
    help="The view in degrees; by how exactly the place is known if not given.",
)
@click.option("--hide", multiple=True, type=_hideable(), help="A part to leave out; repeat for more.")
@mark_options
@click.option("--size", metavar="SIZE", help="As durand map has it; square if not given.")
@click.option("--style", metavar="STYLE", help="House style: neutral, newsprint, or a TOML file.")
@click.option("--save-spec", type=click.Path(dir_okay=False, path_type=Path), help="Write it as a TOML file.")
@takes_events
def locator_command(
    places: tuple[str, ...],
    event_ids: tuple[str, ...],
    events: Path | None,
    output: tuple[Path, ...],
    force: bool,
    size: str | None,
    style: str | None,
    save_spec: Path | None,
    **choices: Any,
) -> None:
    """Locate PLACES, or events by --event, on HTML, SVG, PDF or PNG.

    --note TEXT without a place is the box of the first event or place.
    """
    prints = [path for path in output if path.suffix.lower() not in (".html", ".htm")]
    wanted = [*output, *map(words_beside, prints), save_spec]
    refuse_spec(save_spec, events)
    plan_outputs(wanted, [events])
    import maps
    from maps.spec.inputs import input_files

    sheet = maps.Sheet(size=size or "square", style=style or "neutral")
    spec = _planned(places, event_ids, events_of(events), choices)
    say_gaps(spec.lang)
    say_house(sheet)
    plan_outputs(wanted, [events, *input_files(spec, sheet)])
    made = _made(spec, sheet, output)
    if save_spec:
        import dataclasses

        made.append(made_spec(save_spec, dataclasses.replace(spec, events=events), sheet))
    write_made(made, force=force)


def _planned(
    places: tuple[str, ...], event_ids: tuple[str, ...], events: Any, choices: dict[str, Any]
) -> MapSpec:
    """The specification of what was asked for."""
    import dataclasses

    import maps

    view_round(choices)
    if bare := [place for place in places if not isinstance(parse_spot(place), str)]:
        raise click.UsageError(f"{bare[0]} has no name of its own; say what is there: --label {bare[0]}=TEXT")
    wording = choices.pop("wording")
    if choices["relief"] is None:
        del choices["relief"]
    notes = tuple(text.replace("\\n", "\n") for text in choices["notes"] if "=" not in text)
    choices["notes"] = tuple(text for text in choices["notes"] if "=" in text)
    highlight = choices.pop("highlights")
    spec = maps.locator(
        *places,
        event_ids=event_ids,
        events=events,
        highlight=highlight,
        notes=notes,
        marks=take_marks(choices),
        **choices,
    )
    return dataclasses.replace(spec, wording=wording)


def _made(spec: MapSpec, sheet: Sheet, output: tuple[Path, ...]) -> list[Made]:
    """All files of a map, drawn once."""
    import maps

    content = maps.map_content(spec)
    english = content.in_language("en")
    say(english.title)
    for line in english.warnings:
        say(line)
    pages = [path for path in output if path.suffix.lower() in (".html", ".htm")]
    prints = [path for path in output if path not in pages]
    made = []
    if pages:
        from maps.web.page import map_page

        page = map_page(content, spec, sheet=sheet)
        made += [made_page(path, page) for path in pages]
    if prints:
        from maps.static.writers import check_suffix

        for path in prints:
            check_suffix(path)
        made += made_prints(spec, sheet, prints, content)
    return made
