"""Roads that the user has registered, cut to a frame, by class and by what its scale can bear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Areas = npt.NDArray[np.object_]

__all__ = ["ROAD_ZOOMS", "road_credits", "roads_in"]

ROAD_ZOOMS: Final = {"main": 0.0, "secondary": 8.0, "minor": 9.0}
"""The lowest zoom of the web's maps at which roads of a class are drawn, on paper at the same scale."""

MOST_VERTICES: Final = 20_000
"""Of a page: more is simplified, the least class first left out."""


def roads_in(extent: tuple[float, float, float, float], zoom: float) -> dict[str, Areas]:
    """Lines by class within (west, south, east, north) that a scale can bear; none without roads."""
    import numpy as np
    import shapely

    from geo.boundaries.own_lines import read_own_lines

    frame = read_own_lines("roads")
    if frame is None:
        return {}
    found: dict[str, Any] = {}
    for name, least in ROAD_ZOOMS.items():
        if zoom >= least:
            shapes = frame.geometry.to_numpy()[(frame["class"] == name).to_numpy()]
            cut = shapely.get_parts(shapely.clip_by_rect(shapes, *extent))
            kept = cut[(shapely.get_type_id(cut) == 1) & ~shapely.is_empty(cut)]
            if len(kept):
                found[name] = np.asarray(kept, dtype=object)
    return found


def lean_roads(extent: tuple[float, float, float, float]) -> dict[str, Areas]:
    """All classes within a frame, simplified and thinned to what a page may carry."""
    import shapely

    found = roads_in(extent, 99.0)
    detail = 0.0005
    while sum(int(shapely.get_num_coordinates(one).sum()) for one in found.values()) > MOST_VERTICES:
        if detail > 0.004 and len(found) > 1:
            found.popitem()
        found = {name: shapely.simplify(one, detail) for name, one in found.items()}
        detail *= 2
    return found


def road_credits() -> list[str]:
    """What registered roads ask to be credited as."""
    from geo.boundaries.own_lines import list_lines

    return [f"{made.kind}: {made.credit} ({made.licence})" for made in list_lines()]
