"""The embedded base as plain data: areas, lines, names with the places where they may stand, crossings."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from maps.content.own_base import own_provinces, with_own_provinces
from maps.words.words import LANGUAGES, river_name, word

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import shapely

    from geo.engine.index_cache import Arrays

__all__ = ["Basemap", "base_credits", "base_data", "name_seats", "read_basemap", "unit_seats"]

FOREIGN_RANK: Final = 4
"""Places of other countries are shown to this rank only."""

SEATS_KIND: Final = "seats-1"

_OBJECTS: Final = (
    "countries",
    "provinces",
    "borders",
    "province_lines",
    "durand_line",
    "disputed_lines",
    "rivers",
)
"""What the front end draws of the topology."""

BAND_M: Final = 500.0
"""An error of the line larger than this is shown as a band."""


@dataclass(frozen=True)
class Basemap:
    """The decoded base.

    Attributes
    ----------
    topology
        The TopoJSON document.
    units
        Geometry of provinces (``AF-PKA``) and countries (``AF``; both countries from their provinces).
    line
        The Durand Line.
    """

    topology: dict[str, Any]
    units: dict[str, shapely.Geometry]
    line: shapely.LineString


def read_basemap() -> Basemap:
    """The base: as shipped, or with the provinces that were made of the user's districts."""
    return _basemap(own_provinces())


@functools.lru_cache(maxsize=2)
def _basemap(own: tuple[tuple[str, str], ...]) -> Basemap:
    from geo.boundaries.layers import read_base_topology

    topology = json.loads(read_base_topology())
    shipped = _decoded(topology)
    if not own:
        return shipped
    return _decoded(with_own_provinces(topology, shipped.units, [country for country, _ in own]))


def _decoded(topology: dict[str, Any]) -> Basemap:
    import numpy as np
    import shapely

    scale = np.asarray(topology["transform"]["scale"])
    shift = np.asarray(topology["transform"]["translate"])
    arcs = [np.cumsum(np.asarray(arc), axis=0) * scale + shift for arc in topology["arcs"]]

    def chain(numbers: list[int]) -> npt.NDArray[np.float64]:
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.vstack([parts[0], *(part[1:] for part in parts[1:])])

    units = {}
    for name in ("countries", "provinces"):
        for unit in topology["objects"][name]["geometries"]:
            polygons = [
                shapely.Polygon(chain(rings[0]), [chain(ring) for ring in rings[1:]])
                for rings in unit["arcs"]
            ]
            units[unit["properties"]["id"]] = shapely.make_valid(shapely.MultiPolygon(polygons))
    for code in ("AF", "PK"):
        if code not in units:
            units[code] = shapely.union_all(
                [area for name, area in units.items() if name.startswith(code + "-")]
            )
    line = shapely.LineString(chain(topology["objects"]["durand_line"]["geometries"][0]["arcs"]))
    return Basemap(topology, units, line)


def base_data(lang: str, *, tiles: bool = False) -> dict[str, Any]:
    """What the front end needs to draw the base, ready for JSON.

    Parameters
    ----------
    lang
        Language of the names.
    tiles
        Whether areas are left out, since tiles lie underneath.
    """
    base = read_basemap()
    column = LANGUAGES[lang].column or "name"
    objects = base.topology["objects"]
    lean = {
        name: {
            "type": "GeometryCollection",
            "geometries": [
                {"type": g["type"], "arcs": g["arcs"], "id": g["properties"]["id"]}
                | ({"name": river_name(lang, g["properties"]["name"])} if g["properties"].get("name") else {})
                for g in objects[name]["geometries"]
            ],
        }
        for name in _OBJECTS
    }
    names = {
        g["properties"]["id"]: g["properties"].get(column) or g["properties"]["name"]
        for name in ("countries", "provinces")
        for g in objects[name]["geometries"]
    }
    names |= {code: word(lang, code) for code in ("AF", "PK")}
    return {
        "tiles": tiles,
        "topology": {"transform": base.topology["transform"], "arcs": base.topology["arcs"], "objects": lean},
        "areas": [
            {"name": names[code], "kind": "province" if "-" in code else "country", "at": unit_seats(code)}
            for code in base.units
        ],
        "places": _named_places(lang, column),
        "crossings": _named_crossings(column),
        "bands": _bands(),
    }


@functools.cache
def _named_places(lang: str, column: str) -> list[list[Any]]:
    """Towns: name, longitude, latitude, rank, and whether it is a capital."""
    import geo

    places = geo.read_places()
    kept = places[places["adm0"].isin(["AF", "PK"]) | (places["label_rank"] <= FOREIGN_RANK)]
    kept = kept.sort_values(
        ["label_rank", "population"], ascending=[True, False], na_position="last", kind="stable"
    )
    own = kept[column] if column in kept else kept["label"]
    return [
        [
            label if not isinstance(name, str) or LANGUAGES[lang].column is None else name,
            round(point.x, 4),
            round(point.y, 4),
            int(rank) + (0 if country in ("AF", "PK") else 1),
            int(label in ("Kabul", "Islamabad")),
        ]
        for name, label, rank, country, point in zip(
            own, kept["label"], kept["label_rank"], kept["adm0"], kept.geometry, strict=True
        )
    ]


def _named_crossings(column: str) -> list[list[Any]]:
    """Crossings: name, longitude, latitude."""
    import geo

    crossings = geo.read_crossings()
    return [
        [name if isinstance(name, str) else english, round(point.x, 5), round(point.y, 5)]
        for name, english, point in zip(crossings[column], crossings["name"], crossings.geometry, strict=True)
    ]


def base_credits(*, relief: bool = False) -> list[tuple[str, str]]:
    """What the licences of the base ask to be printed: text, address."""
    return [
        *([("Relief: NOAA GLOBE", "https://doi.org/10.7289/V52R3PMS")] if relief else []),
        ("© OpenStreetMap contributors (ODbL)", "https://www.openstreetmap.org/copyright"),
        ("Made with Natural Earth", "https://www.naturalearthdata.com/"),
        ("GeoNames (CC BY 4.0)", "https://www.geonames.org/"),
    ]


def name_seats(area: shapely.Geometry) -> list[list[float]]:
    """Points where a name may stand, the roomiest first, each with its room in degrees."""
    import numpy as np
    import shapely

    parts = shapely.get_parts(area)
    largest = parts[np.argmax(shapely.area(parts))]
    largest = shapely.simplify(largest, 0.02)
    shapely.prepare(largest)
    west, south, east, north = largest.bounds
    step = max((east - west) / 9, (north - south) / 9, 0.25)
    lon, lat = np.meshgrid(np.arange(west, east, step) + step / 2, np.arange(south, north, step) + step / 2)
    points = shapely.points(lon.ravel(), lat.ravel())
    points = points[shapely.contains(largest, points)]
    pole = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest, tolerance=0.02))[0]
    seats = np.append(shapely.points([pole]), points)
    room = shapely.distance(largest.boundary, seats)
    order = np.argsort(-room, kind="stable")[:24]
    return [
        [round(float(x), 2), round(float(y), 2), round(float(r), 2)]
        for (x, y), r in zip(shapely.get_coordinates(seats[order]), room[order], strict=True)
        if r > 0.08
    ] or [[round(float(pole[0]), 2), round(float(pole[1]), 2), round(float(room[0]), 2)]]


def unit_seats(code: str) -> list[list[float]]:
    """The same for a province or a country of the base, by its code."""
    return _seats(own_provinces())[code]


@functools.cache
def _seats(own: tuple[tuple[str, str], ...]) -> dict[str, list[list[float]]]:
    """Those of every unit, kept on disk by the outlines that they are found in."""
    import numpy as np
    import shapely

    from geo.engine.index_cache import digest_of, stored

    units = _basemap(own).units
    areas = list(units.values())

    def found() -> Arrays:
        every = [name_seats(area) for area in areas]
        ends = np.cumsum([len(seats) for seats in every])
        return {"seats": np.array([seat for seats in every for seat in seats]), "ends": ends}

    made_of = [shapely.geos_version_string.encode(), *shapely.to_wkb(areas).tolist()]
    kept = stored(SEATS_KIND, digest_of(made_of), found, form={"seats": ("f", 2), "ends": ("i", 1)})
    parts = np.split(kept["seats"], kept["ends"][:-1])
    return {code: part.tolist() for code, part in zip(units, parts, strict=True)}


def _bands() -> list[dict[str, Any]]:
    """Stretches where sources for the line differ by more than BAND_M, with the difference in metres."""
    import shapely

    import geo

    stretches = geo.read_line_accuracy()
    stretches = stretches[stretches["accuracy_m"] > BAND_M]
    return [
        {
            "m": float(metres),
            "at": [
                [round(x, 4), round(y, 4)] for x, y in shapely.get_coordinates(shapely.simplify(part, 0.001))
            ],
        }
        for metres, part in zip(stretches["accuracy_m"], stretches.geometry, strict=True)
    ]
