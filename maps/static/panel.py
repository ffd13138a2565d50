"""One panel of a page: base, areas, symbols, and names and furniture that find their places."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, hypot
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.vocab import EVENT_TYPES
from maps.content.cards import AREA, NOWHERE, PLACE, STRETCH
from maps.static.areas import decode_area, draw_areas
from maps.static.base import CONTROL, draw_ground, draw_line, read_ground
from maps.static.choropleth import draw_units
from maps.static.density_surface import draw_surface
from maps.static.furniture import ScaleBar, corner_item, draw_graticule, draw_inset, draw_north, inset_extent
from maps.static.labels import FROM_ZOOM, KINDS, STORY, Names, guard_boxes, web_zoom
from maps.static.legend import draw_badge, draw_gate
from maps.static.placement import Box, Candidate, Item, Placed, overlaps, place
from maps.static.proportional_symbols import UNSTATED, Disc, Gauge, draw_disc, pale
from maps.static.symbols import Pack, Plate, draw_glyph, packs
from maps.words.words import plural, river_name, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps.content.choropleth import Count, Shading
    from maps.content.claimed_figures import Figures
    from maps.content.density import Density
    from maps.spec.house_style import House
    from maps.spec.sheet import Sheet
    from maps.static.canvas import Canvas
    from maps.static.fonts import Lettering
    from maps.static.projection import View

__all__ = ["Report", "Scene"]

PLATES: Final = "Counts of events in areas and at crowded places"

FIGURE_SIZE: Final = 10.0
"""Size of a figure's number."""

STAND_OFF: Final = 6.0
"""Cost from which a plate stands off its area and has a leader line."""

CROWD: Final = 34.0
"""Areas smaller than this on paper share a plate with a near one."""


@dataclass
class Report:
    """What became of a drawing.

    Attributes
    ----------
    framed
        Events drawn inside the frame.
    outside
        Mapped events outside it.
    placed, left_out
        Names of labels that stand on the map, and of those for which there was no room.
    boxes
        Boxes of everything placed: names, plates, furniture.
    symbols
        Boxes of event symbols.
    warnings
        Words for the user.
    """

    framed: int = 0
    outside: int = 0
    placed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    boxes: list[tuple[str, list[Box]]] = field(default_factory=list)
    symbols: list[Box] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def label_overlaps(self) -> list[tuple[str, str]]:
        """Pairs of placed things whose boxes overlap, each with the other or with a symbol."""
        names: list[str] = []
        boxes: list[Box] = []
        for name, group in self.boxes:
            names += [name] * len(group)
            boxes += group
        names += ["symbol"] * len(self.symbols)
        boxes += self.symbols
        return [(names[a], names[b]) for a, b in overlaps(boxes) if names[a] != names[b]]


@dataclass
class Scene:
    """What a panel is drawn from.

    Attributes
    ----------
    columns, areas
        Columns of the events and shapes of their areas, as in the map's content.
    own, english
        The base's names in the map's language and in English.
    reserved
        Boxes of what is drawn over the panel later, such as the key.
    furnished
        Whether the panel has a scale bar, inset and arrow of its own.
    figures, gauge
        A claimant's figures by which symbols are sized, and how large a figure is.
    """

    canvas: Canvas
    house: House
    sheet: Sheet
    lang: str
    lettering: Lettering
    view: View
    columns: dict[str, Any]
    areas: list[dict[str, Any]]
    own: dict[str, Any]
    english: dict[str, Any]
    report: Report
    small: bool
    reserved: list[Box] = field(default_factory=list)
    furnished: bool = True
    figures: Figures | None = None
    gauge: Gauge | None = None
    shading: Shading | None = None
    counts: Sequence[Count] = ()
    density: Density | None = None

    @property
    def shaded(self) -> bool:
        """Whether units or a surface stand in for the events."""
        return self.shading is not None or self.density is not None

    def say(self, key: str) -> str:
        """A word in the map's language, or in English where no font has its letters."""
        return self.lettering.pick(word(self.lang, key), word("en", key))

    def draw(self) -> None:
        """Draw the panel."""
        canvas, house, view = self.canvas, self.house, self.view
        ground = read_ground()
        canvas.clip_to(view.box)
        draw_ground(canvas, house, view, ground)
        numbers: list[Box] = []
        if self.sheet.graticule:
            numbers = draw_graticule(canvas, house, view, 9.0)
        ribbons = self.shading is not None and self.shading.by == "sector"
        if self.shading is not None and not ribbons:
            draw_units(canvas, house, view, self.shading, self.counts)
        if self.density is not None:
            draw_surface(canvas, house, view, self.density)
        if self.shaded:
            self.report.framed += sum(grain != NOWHERE for grain in self.columns["grain"])
        shapes, members = ({}, {}) if self.shaded else self._areas()
        looks: dict[int, int | None] = {}
        for number, events in members.items():
            kinds = {self.columns["type"][n] for n in events}
            looks[number] = kinds.pop() if len(kinds) == 1 else None
        draw_areas(canvas, house, view, shapes, looks)
        if self.shading is not None and ribbons:
            draw_units(canvas, house, view, self.shading, self.counts)
        draw_line(canvas, house, view, ground)
        crossings = canvas.layer("crossings", "Border crossings")
        places = canvas.layer("places", "Places")
        halos = canvas.layer("halos", "Halos of names")
        names_layer = canvas.layer("names", "Names")
        canvas.clip_to(None)
        size = house.symbols["size"] * (0.84 if self.small else 1.0)
        if self.figures is not None:
            size *= UNSTATED
        groups = self._packs(size)
        boxes = [box for pack in groups for box in pack.boxes(size)]
        clusters = [self._cluster(pack, size) for pack in groups]
        boxes += self._disc_boxes(groups)
        self.report.symbols += boxes
        gates = self._draw_gates(crossings, boxes)
        numbers += gates
        items = self._plates(shapes, members, size) + self._stacks(groups, size)
        items += self._numbers(groups, halos)
        if self.furnished:
            items += self._furniture(halos, boxes, ground)
        items += self._callouts(groups, shapes, members, size, names_layer)
        items += self._names(names_layer, halos, places, [*boxes, *gates], clusters, ground)
        left, top, right, bottom = view.box
        guard = guard_boxes(self._durand_pieces(ground))
        numbers += self.reserved
        placed = place(items, [*boxes, *guard, *numbers], (left + 2, top + 2, right - 2, bottom - 2))
        self._symbols(groups, size)
        canvas.clip_to(view.box)
        for candidate in placed.chosen.values():
            candidate.draw()
        canvas.clip_to(None)
        canvas.box(canvas.layer("frame", "Frame"), view.box, edge=house.colours["border"], width=0.6)
        self._note(items, placed)

    def _note(self, items: list[Item], placed: Placed) -> None:
        for number, candidate in placed.chosen.items():
            item = items[number]
            self.report.boxes.append((item.name, candidate.boxes))
            if item.kind == "label":
                self.report.placed.append(item.name)
        self.report.left_out += [item.name for item in placed.left_out if item.kind == "label"]
        lost = [item.name for item in placed.left_out if item.kind != "label"]
        if lost:
            self.report.warnings.append(f"no room on the map for: {', '.join(lost)}; choose a larger size")

    def _durand_pieces(self, ground: Any) -> list[Any]:
        flat = shapely.transform(ground.durand, self.view.points)
        inside = shapely.intersection(flat, self.view.frame())
        return [
            shapely.get_coordinates(part)
            for part in shapely.get_parts(inside)
            if part.geom_type == "LineString"
        ]

    def _areas(self) -> tuple[dict[int, shapely.Geometry], dict[int, list[int]]]:
        """Areas in units, cut to the panel, and the events of each; the others are counted as outside."""
        members: dict[int, list[int]] = {}
        for n, (grain, area) in enumerate(zip(self.columns["grain"], self.columns["area"], strict=True)):
            if grain in (AREA, STRETCH):
                members.setdefault(area, []).append(n)
        shapes = {}
        for number in list(members):
            shape = self.view.shape(decode_area(self.areas[number]), room=4.0)
            seen = shapely.intersection(shape, self.view.frame())
            if seen.is_empty or (seen.area == 0 and seen.length == 0):
                self.report.outside += len(members.pop(number))
                continue
            shapes[number] = shape
            self.report.framed += len(members[number])
        return shapes, members

    def _packs(self, size: float) -> list[Pack]:
        """Symbols of the places in the frame, side by side where they would lie over each other."""
        known = [n for n, grain in enumerate(self.columns["grain"]) if grain == PLACE]
        if not known or self.shaded:
            return []
        at = self.view.points([[self.columns["lon"][n], self.columns["lat"][n]] for n in known])
        left, top, right, bottom = self.view.box
        inside = (at[:, 0] > left) & (at[:, 0] < right) & (at[:, 1] > top) & (at[:, 1] < bottom)
        self.report.outside += int((~inside).sum())
        self.report.framed += int(inside.sum())
        numbers = [n for n, keep in zip(known, inside, strict=True) if keep]
        found = packs(at[inside], [self.columns["type"][n] for n in numbers], size)
        for pack in found:
            pack.events = [numbers[k] for k in pack.events]
        return found

    def _symbols(self, groups: list[Pack], size: float) -> None:
        """One layer for each type, so that an editor can switch it."""
        by_look: dict[tuple[int, int], list[tuple[float, float]]] = {}
        for pack in groups:
            if not pack.spots:
                continue
            for n, spot in zip(pack.events, pack.spots, strict=True):
                if self._disc_of(n) is not None:
                    continue
                by_look.setdefault((self.columns["type"][n], self.columns["sure"][n]), []).append(spot)
        for (kind, sure), spots in sorted(by_look.items()):
            name = EVENT_TYPES[kind]
            slug = name.replace(" ", "-")
            layer = self.canvas.layer(f"events-{slug}", f"Events: {plural('en', name, 2)}")
            draw_glyph(
                self.canvas,
                layer,
                self.house,
                name,
                spots,
                size,
                sure=bool(sure),
                colour=None if self.figures is None else pale(self.house),
                gid=f"events-{slug}-{'filled' if sure else 'hollow'}",
            )
        self._discs(groups)

    def _discs(self, groups: list[Pack]) -> None:
        """Discs of the figures at places, the larger ones under the smaller."""
        found = [
            (disc, spot)
            for pack in groups
            for n, spot in zip(pack.events, pack.spots, strict=False)
            if (disc := self._disc_of(n)) is not None
        ]
        if found:
            layer = self._figure_layer()
            for disc, spot in sorted(found, key=lambda one: -one[0].figure.most):
                draw_disc(self.canvas, layer, self.house, disc, spot)

    def _plate_of(self, events: list[int], size: float) -> Plate:
        return Plate.of(
            [self.columns["type"][n] for n in events],
            [self.columns["sure"][n] for n in events],
            size * (0.8 if self.small else 0.86),
            colour=None if self.figures is None else pale(self.house),
        )

    def _disc_of(self, event: int) -> Disc | None:
        """The disc of an event with a figure."""
        if self.figures is None or self.gauge is None:
            return None
        figure = self.figures.by_event.get(self.columns["id"][event])
        if figure is None:
            return None
        name = EVENT_TYPES[self.columns["type"][event]]
        return Disc(name, bool(self.columns["sure"][event]), figure, self.gauge, FIGURE_SIZE)

    def _disc_boxes(self, groups: list[Pack]) -> list[Box]:
        """Squares inside the discs at places: what no name may cover."""
        boxes: list[Box] = []
        for pack in groups:
            for event, (x, y) in zip(pack.events, pack.spots, strict=False):
                disc = self._disc_of(event)
                if disc is not None:
                    r = disc.radius * 0.8
                    boxes.append((x - r, y - r, x + r, y + r))
        return boxes

    def _cluster(self, pack: Pack, size: float) -> Box:
        """The box of a pack with its discs."""
        left, top, right, bottom = pack.bounds(size)
        for event, (x, y) in zip(pack.events, pack.spots, strict=False):
            disc = self._disc_of(event)
            r = 0.0 if disc is None else disc.radius
            left, top, right, bottom = (
                min(left, x - r),
                min(top, y - r),
                max(right, x + r),
                max(bottom, y + r),
            )
        return left, top, right, bottom

    def _numbers(self, groups: list[Pack], halos: Any) -> list[Item]:
        """The number beside each disc that stands at a place."""
        layer = self._figure_layer()
        items = []
        for pack in groups:
            for event, (x, y) in zip(pack.events, pack.spots, strict=False):
                disc = self._disc_of(event)
                if disc is None or disc.figure.most == 0:
                    continue
                text = self.canvas.number(disc.figure.text)
                ink = self.canvas.lettering.ink(text, FIGURE_SIZE, bold=True)
                reach = disc.radius
                spots = [
                    (x + reach + 2.0, y + ink.above / 2, 0.0),
                    (x - reach - 2.0 - ink.width, y + ink.above / 2, 0.6),
                ]
                spots += [
                    (x - ink.width / 2 + dx, y + dy, cost)
                    for dx, dy, cost in (
                        (0.0, -reach - 2.0, 1.0),
                        (0.0, reach + 2.0 + ink.above, 1.2),
                        (reach * 0.8 + ink.width / 2 + 2, -reach * 0.7, 1.6),
                        (reach * 0.8 + ink.width / 2 + 2, reach * 0.7 + ink.above, 1.8),
                        (-reach * 0.8 - ink.width / 2 - 2, -reach * 0.7, 2.0),
                        (-reach * 0.8 - ink.width / 2 - 2, reach * 0.7 + ink.above, 2.2),
                    )
                ]

                def draw(at_x: float, foot: float, text: str) -> Any:
                    def run() -> None:
                        self.canvas.text(
                            layer,
                            at_x,
                            foot,
                            text,
                            FIGURE_SIZE,
                            self.house.colours["ink"],
                            bold=True,
                            halo=self.house.colours["focus"],
                            halo_width=1.8,
                            halo_layer=halos,
                            keep=False,
                        )

                    return run

                candidates = [
                    Candidate(
                        [(a - 1.0, b - ink.above - 1.0, a + ink.width + 1.0, b + 1.0)], cost, draw(a, b, text)
                    )
                    for a, b, cost in spots
                ]
                items.append(Item(f"figure {self.columns['id'][event]}", 64.0, candidates, kind="figure"))
        return items

    def _plate_item(
        self,
        name: str,
        plate: Plate | Disc,
        spots: list[tuple[float, float, float]],
        *,
        dashed: bool,
        anchor: Any = None,
        leader: Any = None,
    ) -> Item:
        """A plate with places for its middle: x, y, cost."""
        disc = isinstance(plate, Disc)
        layer = self._figure_layer() if disc else self.canvas.layer("plates", PLATES)
        width, height = plate.extent(self.canvas)
        candidates = []
        if leader is not None:
            spots = spots + self._stand_off(leader, width, height)
        feet = _nearest(leader, [spot[:2] for spot in spots]) if leader is not None else []
        for n, (x, y, cost) in enumerate(spots):
            foot = feet[n] if leader is not None and cost >= STAND_OFF else anchor
            box = (x - width / 2 - 1, y - height / 2 - 1, x + width / 2 + 1, y + height / 2 + 1)

            def draw(x: float = x, y: float = y, foot: tuple[float, float] | None = foot) -> None:
                if foot is not None and (abs(foot[0] - x) > width / 2 or abs(foot[1] - y) > height / 2):
                    ends = np.array([foot, plate.rim(self.canvas, (x, y), foot)])
                    self.canvas.lines(layer, [ends], self.house.colours["focus"], 2.4, alpha=0.8)
                    self.canvas.lines(layer, [ends], self.house.colours["ink-2"], 0.8)
                    dot = shapely.Point(*foot).buffer(1.6)
                    self.canvas.area(
                        layer,
                        dot,
                        fill=self.house.colours["ink-2"],
                        edge=self.house.colours["focus"],
                        width=0.8,
                    )
                plate.draw(self.canvas, layer, self.house, (x, y), dashed=dashed)

            fixed: list[Box] = []
            if foot is not None and (abs(foot[0] - x) > width / 2 or abs(foot[1] - y) > height / 2):
                fixed = _leader_boxes(foot, (x, y), width, height)
            candidates.append(Candidate([box], cost, draw, fixed))
        # Discs are larger, and placed before the plates that can make way.
        return Item(name, 90.0 if disc else 60.0, candidates, must=True, kind="plate")

    def _figure_layer(self) -> Any:
        return self.canvas.layer("figures", "Figures of one claimant")

    @staticmethod
    def _stand_off(shape: Any, width: float, height: float) -> list[tuple[float, float, float]]:
        """Places off an area, from where a thin line leads to it, dearer than any on the area."""
        x, y = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
        west, north, east, south = shape.bounds
        spots = []
        for reach in (8.0, 18.0, 30.0, 44.0, 60.0, 80.0, 104.0):
            for angle in np.arange(0, 2 * np.pi, np.pi / 9):
                dx, dy = float(np.cos(angle)), float(np.sin(angle))
                # To the rim of the area's bounds in that direction, then on.
                rim = min(
                    (east - west) / 2 / abs(dx) if abs(dx) > 1e-6 else np.inf,
                    (south - north) / 2 / abs(dy) if abs(dy) > 1e-6 else np.inf,
                )
                far = min(float(rim), 60.0) + reach
                spots.append(
                    (
                        float(x) + dx * (far + width / 2),
                        float(y) + dy * (far + height / 2),
                        STAND_OFF + 0.25 * reach,
                    )
                )
        return spots

    def _plates(self, shapes: dict[int, Any], members: dict[int, list[int]], size: float) -> list[Item]:
        """A plate for each area, on its rim or, where it is large, in it."""
        items = []
        frame = self.view.frame(-6.0)
        for number, events in members.items():
            for n in events:
                disc = self._disc_of(n)
                if disc is not None:
                    shape = shapely.intersection(shapes[number], frame)
                    shape = shapes[number] if shape.is_empty else shape
                    spots = self._plate_spots(shape, disc)
                    name = f"figure {self.columns['id'][n]}"
                    items.append(self._plate_item(name, disc, spots, dashed=True, leader=shape))
        members = {
            number: rest
            for number, events in members.items()
            if (rest := [n for n in events if self._disc_of(n) is None])
        }
        for numbers in self._crowds(shapes, members):
            events = [n for number in numbers for n in members[number]]
            plate = self._plate_of(events, size)
            whole = shapely.union_all([shapes[number] for number in numbers])
            shape = shapely.intersection(whole, frame)
            if shape.is_empty:
                shape = shapely.intersection(whole, self.view.frame())
            spots = self._plate_spots(shape, plate)
            name = "area " + "+".join(str(number) for number in numbers)
            items.append(self._plate_item(name, plate, spots, dashed=True, leader=shape))
        return items

    @staticmethod
    def _crowds(shapes: dict[int, Any], members: dict[int, list[int]]) -> list[list[int]]:
        """Areas that share a plate: small ones on paper whose middles are nearer than a plate is wide."""
        order = sorted(members, key=lambda number: (-len(members[number]), number))
        groups: list[tuple[Any, list[int]]] = []
        for number in order:
            shape = shapes[number]
            west, north, east, south = shape.bounds
            small = "Polygon" in shape.geom_type and max(east - west, south - north) < CROWD
            middle = shapely.point_on_surface(shape)
            if small:
                near = next(
                    (
                        group
                        for point, group in groups
                        if point is not None and point.distance(middle) < CROWD / 2
                    ),
                    None,
                )
                if near is not None:
                    near.append(number)
                    continue
            groups.append((middle if small else None, [number]))
        return [group for _, group in groups]

    def _plate_spots(self, shape: Any, plate: Plate | Disc) -> list[tuple[float, float, float]]:
        width, height = plate.extent(self.canvas)
        if "Line" in shape.geom_type:
            reach = self.house.areas["ribbon"] / 2 + height / 2 + 3.0
            spots = []
            for part in shapely.get_parts(shapely.line_merge(shape) if "Multi" in shape.geom_type else shape):
                for share in np.linspace(0.06, 0.94, 23):
                    a, b = (
                        shapely.get_coordinates(
                            shapely.line_interpolate_point(part, share + d, normalized=True)
                        )[0]
                        for d in (-0.03, 0.03)
                    )
                    d = b - a
                    n = float(np.hypot(*d)) or 1.0
                    middle = (a + b) / 2
                    spots += [
                        (
                            float(middle[0] - d[1] / n * away * side),
                            float(middle[1] + d[0] / n * away * side),
                            3.0 * abs(share - 0.5)
                            + (0 if side > 0 else 0.4)
                            + (0 if away < reach + width / 2 else 1),
                        )
                        for side in (1.0, -1.0)
                        for away in (reach + width / 4, reach + width / 2 + 6)
                    ]
            return spots
        west, north, east, south = shape.bounds
        middle = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
        spots = []
        rim = shapely.boundary(shape)
        for part in shapely.get_parts(rim):
            for distance in np.arange(0, part.length, max(4.0, part.length / 60)):
                x, y = shapely.get_coordinates(shapely.line_interpolate_point(part, distance))[0]
                # The top of the rim first, then its sides.
                cost = 0.8 * (y - north) / max(south - north, 1.0) + 0.3 * abs(x - middle[0]) / max(
                    east - west, 1.0
                )
                spots.append((float(x), float(y), float(cost)))
        if min(east - west, south - north) > 3.5 * width:
            step = max(9.0, min(east - west, south - north) / 9)
            xs, ys = np.meshgrid(np.arange(west, east, step), np.arange(north, south, step))
            inner = shapely.points(xs.ravel(), ys.ravel())
            room = shapely.distance(shape.boundary, inner)
            keep = shapely.contains(shape, inner) & (room > height / 2)
            far = float(np.hypot(east - west, south - north))
            for point, reach in zip(inner[keep], room[keep], strict=True):
                x, y = point.x, point.y
                cost = (
                    1.5 * float(np.hypot(x - middle[0], y - middle[1])) / far
                    - 0.02 * min(float(reach), 20.0)
                    - 0.5
                )
                spots.append((x, y, cost))
        return spots

    def _stacks(self, groups: list[Pack], size: float) -> list[Item]:
        """Plates for places with more events than symbols side by side can show."""
        items = []
        for n, pack in enumerate(groups):
            if pack.spots:
                continue
            x, y = pack.at
            for event in pack.events:
                disc = self._disc_of(event)
                if disc is not None:
                    name = f"figure {self.columns['id'][event]}"
                    items.append(
                        self._plate_item(name, disc, self._round(x, y, disc), dashed=False, anchor=(x, y))
                    )
            rest = [event for event in pack.events if self._disc_of(event) is None]
            if not rest:
                continue
            plate = self._plate_of(rest, size)
            spots = self._round(x, y, plate)
            items.append(self._plate_item(f"stack {n}", plate, spots, dashed=False, anchor=(x, y)))
        return items

    def _round(self, x: float, y: float, plate: Plate | Disc) -> list[tuple[float, float, float]]:
        """Places for a plate on a point and round it."""
        width, height = plate.extent(self.canvas)
        return [(x, y, 0.0)] + [
            (
                x + float(np.cos(angle)) * (width / 2 + 8) * reach,
                y + float(np.sin(angle)) * (height / 2 + 8) * reach,
                2.0 * reach,
            )
            for reach in (1.0, 1.6, 2.4, 3.4)
            for angle in np.arange(0, 2 * np.pi, np.pi / 6)
        ]

    # Call-outs
    # ------------------------------------------------------------------------------------------------

    def _callouts(
        self,
        groups: list[Pack],
        shapes: dict[int, Any],
        members: dict[int, list[int]],
        size: float,
        layer: Any,
    ) -> list[Item]:
        """A number beside each event called out, with a leader line where it stands off."""
        items = []
        ids = self.columns["id"]
        for n, (event, _) in enumerate(self.sheet.callouts):
            index = ids.index(event)
            spot: tuple[float, float] | None = None
            for pack in groups:
                if index in pack.events:
                    spot = pack.spots[pack.events.index(index)] if pack.spots else pack.at
            for number, events in members.items():
                if index in events:
                    point = shapely.get_coordinates(shapely.point_on_surface(shapes[number]))[0]
                    spot = (float(point[0]), float(point[1]))
            if spot is None:
                self.report.warnings.append(
                    f"event {event!r} is not in the frame; its call-out has no number on the map"
                )
                continue
            items.append(self._badge(n + 1, spot, size, layer))
        return items

    def _badge(self, number: int, spot: tuple[float, float], size: float, layer: Any) -> Item:
        r = 6.6
        candidates = []
        for reach in (size + r + 1.5, size + r + 12, size + r + 26, size + r + 44):
            for angle in np.arange(-np.pi / 4, 2 * np.pi - np.pi / 4, np.pi / 8):
                x, y = spot[0] + float(np.cos(angle)) * reach, spot[1] + float(np.sin(angle)) * reach

                def draw(x: float = x, y: float = y) -> None:
                    self.canvas.lines(layer, [np.array([spot, (x, y)])], self.house.colours["ink"], 0.8)
                    draw_badge(self.canvas, layer, self.house, number, x, y)

                candidates.append(Candidate([(x - r, y - r, x + r, y + r)], 0.15 * reach, draw))
        return Item(f"call-out {number}", 70.0, candidates, must=True, kind="call-out")

    # Furniture
    # ------------------------------------------------------------------------------------------------

    def _furniture(self, halos: Any, symbols: list[Box], ground: Any) -> list[Item]:
        canvas, house, view = self.canvas, self.house, self.view
        left, _, right, _ = view.box
        wide = right - left
        marks = np.asarray(symbols).reshape(-1, 4)
        shown = canvas.layer("furniture", "Scale bar and inset")

        def hidden(box: Box) -> float:
            if not len(marks):
                return 0.0
            over = (
                (marks[:, 0] < box[2])
                & (marks[:, 2] > box[0])
                & (marks[:, 1] < box[3])
                & (marks[:, 3] > box[1])
            )
            return 30.0 * float(over.sum())

        bar = ScaleBar(canvas, house, view, unit=self.sheet.scale, most=min(130.0, wide * 0.24), size=10.0)
        items = [
            corner_item(
                "scale bar",
                bar.extent,
                lambda x, y: bar.draw(shown, halos, x, y),
                view.box,
                margin=8.0,
                prefer="sw se nw ne",
                hidden=hidden,
            )
        ]
        if self.sheet.inset and wide >= 250:
            size = inset_extent(max(70.0, wide * 0.18) if wide < 700 else wide * 0.16)
            names = self._country_names()
            items.append(
                corner_item(
                    "inset",
                    lambda _x, _y: size,
                    lambda x, y: draw_inset(
                        canvas, house, shown, ground, view, names, (x, y, x + size[0], y + size[1])
                    ),
                    view.box,
                    margin=7.0,
                    prefer="se nw ne sw",
                    hidden=lambda box: hidden(box) + self._covered(box),
                    weight=22.0,
                )
            )
        if self.sheet.north:
            items.append(
                corner_item(
                    "north arrow",
                    lambda _x, _y: (20.0, 34.0),
                    lambda x, y: draw_north(canvas, house, shown, view, x + 10.0, y + 22.0, 10.0),
                    view.box,
                    margin=8.0,
                    prefer="ne nw se sw",
                    hidden=hidden,
                )
            )
        return items

    def _covered(self, box: Box) -> float:
        """Cost of covering the Durand Line."""
        flat = shapely.intersection(
            shapely.transform(read_ground().durand, self.view.points), shapely.box(*box)
        )
        return 0.5 * float(flat.length)

    def _country_names(self) -> dict[str, str]:
        own, english = self.own["areas"], self.english["areas"]
        names = {
            e["name"]: self.lettering.pick(o["name"], e["name"]) for o, e in zip(own, english, strict=True)
        }
        return {"AF": names.get("Afghanistan", "Afghanistan"), "PK": names.get("Pakistan", "Pakistan")}

    # Names
    # ----------------------------------------------------------------------------------------------------

    def _names(
        self,
        layer: Any,
        halos: Any,
        places: Any,
        marks: list[Box],
        clusters: list[Box],
        ground: Any,
    ) -> list[Item]:
        canvas, house, view = self.canvas, self.house, self.view
        names = Names(canvas, house, view, layer, halos, marks, clusters, 0.9 if self.small else 1.0)
        own, english = self.own, self.english
        pick = self.lettering.pick
        south, north = view.visible()[1::2]
        zoom = web_zoom(view.metres, (south + north) / 2)
        left, top, right, bottom = view.box
        items: list[Item] = []
        pieces = self._durand_pieces(ground)
        room = (right - left) * (bottom - top)
        most = 3 if room > 300_000 else 2 if room > 100_000 else 1
        items += names.along(
            "Durand Line", self.say("Durand Line"), KINDS["durand"], pieces, 90.0, most=most, offset=12.0
        )
        at = view.points([[lon, lat] for _, lon, lat, *_ in own["places"]])

        def inside(x: float, y: float) -> bool:
            return left + 3 < x < right - 3 and top + 3 < y < bottom - 3

        def dot(kind: str) -> Any:
            def draw(x: float, y: float) -> None:
                r = {"capital": 1.7, "city": 2.3, "town": 1.9}.get(kind, 1.6)
                if kind == "capital":
                    ring = shapely.Point(x, y).buffer(3.9)
                    canvas.area(
                        places, ring, fill=house.colours["focus"], edge=house.colours["place"], width=1.1
                    )
                canvas.area(
                    places,
                    shapely.Point(x, y).buffer(r),
                    fill=house.colours["place"],
                    edge=None if kind == "capital" else house.colours["focus"],
                    width=0.0 if kind == "capital" else 0.8,
                )

            return draw

        afghan = shapely.simplify(view.shape(ground.areas["AF"], room=200.0), 3.0)
        shapely.prepare(afghan)

        def side_of(x: float, y: float) -> Any:
            inside_af = bool(shapely.contains_xy(afghan, x, y))
            if shapely.distance(afghan.boundary, shapely.Point(x, y)) > 90:
                return None
            return lambda px, py: bool(shapely.contains_xy(afghan, px, py)) == inside_af

        taken: dict[str, tuple[float, float]] = {}
        for (name, _, _, rank, capital), (plain, *_), (x, y) in zip(
            own["places"], english["places"], at, strict=True
        ):
            told = plain in STORY
            if not inside(x, y) or (
                zoom + (0.9 if told else 0.25) < FROM_ZOOM[min(rank, 9)] and not (told and zoom > 5.3)
            ):
                continue
            last = taken.get(plain)
            if last and np.hypot(last[0] - x, last[1] - y) < 60:
                continue
            taken[plain] = (x, y)
            kind = "capital" if capital else "city" if rank <= 2 else "town" if rank <= 5 else "village"
            weight = 60.0 - 6.0 * rank + (40.0 if told else 0.0) + (30.0 if capital else 0.0)
            mark = 4.4 if capital else 2.8
            items.append(
                names.point(
                    plain,
                    pick(name, plain),
                    KINDS[kind],
                    x,
                    y,
                    max(weight, 3.0),
                    mark=mark,
                    dot=dot(kind),
                    same_side=side_of(x, y),
                )
            )
        if zoom >= 5.6:
            items += self._gates(names, taken)
        for mine, plain_area in zip(own["areas"], english["areas"], strict=True):
            kind = mine["kind"]
            if kind == "province" and zoom < 5.4:
                continue
            seats = mine["at"]
            weight = 55.0 if kind == "country" else 14.0
            items.append(
                names.seats(
                    plain_area["name"], pick(mine["name"], plain_area["name"]), KINDS[kind], seats, weight
                )
            )
        if zoom >= 5.2:
            for course in ground.disputed:
                if course.name == CONTROL:
                    lines = self._pieces_of(course.line)
                    items += names.along(
                        CONTROL, self.say(CONTROL), KINDS["control"], lines, 20.0, most=1, offset=8.0
                    )
        if zoom >= 5.6:
            for river in ground.rivers:
                if river.name:
                    items += names.along(
                        river.name,
                        self.lettering.pick(river_name(self.lang, river.name), river.name),
                        KINDS["river"],
                        self._pieces_of(river.line),
                        6.0,
                        most=1,
                        offset=5.0,
                    )
        return [item for item in items if item.candidates]

    def _pieces_of(self, line: Any) -> list[Any]:
        flat = shapely.intersection(shapely.transform(line, self.view.points), self.view.frame())
        merged = shapely.line_merge(flat) if "Multi" in flat.geom_type else flat
        return [
            shapely.get_coordinates(part)
            for part in shapely.get_parts(merged)
            if part.geom_type == "LineString"
        ]

    def _gates(self, names: Names, taken: dict[str, tuple[float, float]]) -> list[Item]:
        """Names of crossings, where those of the places on both sides do not name them already."""
        items = []
        for name, plain, x, y in self._crossings():
            if all(
                part in taken and np.hypot(taken[part][0] - x, taken[part][1] - y) < 60
                for part in plain.split("-")
            ):
                continue
            weight = 44.0 if plain in STORY else 26.0
            text = self.lettering.pick(name, plain)
            items.append(names.point(plain, text, KINDS["crossing"], x, y, weight, mark=4.6, dot=None))
        return items

    def _crossings(self) -> list[tuple[str, str, float, float]]:
        """Crossings in the frame: name, English name, place in units."""
        at = self.view.points([[lon, lat] for _, lon, lat in self.own["crossings"]])
        left, top, right, bottom = self.view.box
        return [
            (str(name), str(plain), float(x), float(y))
            for (name, *_), (plain, *_), (x, y) in zip(
                self.own["crossings"], self.english["crossings"], at, strict=True
            )
            if left + 6 < x < right - 6 and top + 6 < y < bottom - 6
        ]

    def _draw_gates(self, layer: Any, symbols: list[Box]) -> list[Box]:
        """A mark at each crossing that no symbol hides; the boxes of the marks."""
        boxes: list[Box] = []
        for _, _, x, y in self._crossings():
            box = (x - 4.6, y - 4.6, x + 4.6, y + 4.6)
            if any(b[0] < box[2] and box[0] < b[2] and b[1] < box[3] and box[1] < b[3] for b in symbols):
                continue
            draw_gate(self.canvas, layer, self.house, x, y)
            boxes.append(box)
        return boxes


def _nearest(shape: Any, spots: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Where a leader line from each point ends: a little inside the nearest rim of an area."""
    thin = shapely.simplify(shape, 0.3)
    rims = shapely.get_coordinates(shapely.shortest_line(thin, shapely.points(spots)))[::2]
    inward = shapely.get_coordinates(shapely.point_on_surface(shape))[0] - rims
    length = np.hypot(*inward.T)
    share = np.zeros(len(rims))
    if "Polygon" in shape.geom_type:
        np.divide(4.0, length, out=share, where=length > 0)
    found: list[tuple[float, float]] = [
        (x, y) for x, y in (rims + inward * np.minimum(share, 1.0)[:, None]).tolist()
    ]
    return found


def _leader_boxes(
    foot: tuple[float, float], middle: tuple[float, float], width: float, height: float
) -> list[Box]:
    """Small boxes along a leader line, from its foot to the rim of its plate."""
    dx, dy = middle[0] - foot[0], middle[1] - foot[1]
    steps = max(1, ceil(hypot(dx, dy) / 6.0))
    boxes: list[Box] = [(foot[0] - 2.2, foot[1] - 2.2, foot[0] + 2.2, foot[1] + 2.2)]
    for n in range(steps):
        x, y = foot[0] + dx * n / steps, foot[1] + dy * n / steps
        if abs(x - middle[0]) < width / 2 + 2 and abs(y - middle[1]) < height / 2 + 2:
            break
        boxes.append((x - 2.0, y - 2.0, x + 2.0, y + 2.0))
    return boxes
