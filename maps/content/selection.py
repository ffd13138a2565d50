"""Which events of a table a map keeps: by day, type and place; what is left out for doubt counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.errors import SchemaError
from geo.vocab import AFGHAN_PROVINCES_ON_LINE, PAKISTANI_UNITS_ON_LINE
from maps.content.event_places import COUNTED_BY_PARTS
from maps.content.event_rows import day_numbers
from maps.spec.periods import EPOCH, in_period

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import numpy.typing as npt

    from geo.locus.record import Locus
    from maps.content.event_places import Located
    from maps.spec.spec import MapSpec

    Bools = npt.NDArray[np.bool_]

__all__ = ["PlaceChoice", "choose_events", "choose_places", "possible_span"]

ON_LINE: Final = (*AFGHAN_PROVINCES_ON_LINE, *PAKISTANI_UNITS_ON_LINE)


@dataclass(frozen=True, eq=False)
class PlaceChoice:
    """Which places are kept, and which are left out although an event there may be meant.

    Attributes
    ----------
    kept, doubtful
        For each place.
    """

    kept: Bools
    doubtful: Bools


def possible_span(events: gpd.GeoDataFrame) -> tuple[Any, Any]:
    """First and last day on which each event may have been, in days since 1970."""
    import numpy as np

    from geo.events.days import possible_days

    start = day_numbers(events["date_start"])
    last = events["date_end"].fillna(events["date_start"]) if "date_end" in events else events["date_start"]
    end = np.maximum(day_numbers(last), start)
    if "date_precision" in events:
        precision = events["date_precision"].to_numpy(dtype=np.int64, na_value=1)
    else:
        precision = np.ones(len(events), dtype=np.int64)
    return possible_days(start, end, precision)


def choose_events(events: gpd.GeoDataFrame, spec: MapSpec) -> gpd.GeoDataFrame:
    """The events of the types asked for that may have been in the period, or in one of two compared.

    One whose parts are among them is not put on the map beside them.
    """
    import numpy as np

    from geo.events.wholes import is_counted

    keep = np.ones(len(events), dtype=bool)
    first, last = possible_span(events)
    if spec.since:
        keep &= last >= (spec.since - EPOCH).days  # type: ignore[operator]
    if spec.until:
        keep &= first <= (spec.until - EPOCH).days  # type: ignore[operator]
    if spec.ids is not None:
        keep &= _named(events, spec.ids)
    if spec.types:
        keep &= events["event_type"].isin(spec.types).to_numpy(dtype=bool)
    if spec.compare:
        keep &= np.logical_or(*(in_period(period, first, last) for period in spec.periods))
    chosen = events[keep]
    whole = ~is_counted(chosen)
    if whole.any():
        chosen = chosen.copy()
        chosen.loc[whole, "off_map"] = COUNTED_BY_PARTS
    return chosen


def _named(events: gpd.GeoDataFrame, ids: tuple[str, ...]) -> Bools:
    """Which events have one of some ids; an id that none has is an error."""
    found = events["event_id"].astype(str)
    unknown = sorted(set(ids) - set(found))
    if unknown:
        near = ", ".join(found.head(3))
        raise SchemaError(f"no event {', '.join(map(repr, unknown))}; ids look like {near}")
    kept: Bools = found.isin(ids).to_numpy(dtype=bool)
    return kept


def choose_places(located: Located, spec: MapSpec) -> PlaceChoice:
    """The places where an event of the provinces, the countries, or near the line asked for may be.

    Raises
    ------
    SchemaError
        If a province that the specification names is none.
    """
    import numpy as np

    kept = np.ones(len(located), dtype=bool)
    doubtful = np.zeros(len(located), dtype=bool)
    if spec.provinces:
        inside, vague = _in_provinces(located, spec.provinces)
        kept &= inside
        doubtful |= vague
    if spec.countries:
        wanted = set(spec.countries)
        for n, (within, row) in enumerate(zip(located.within, located.rows, strict=True)):
            lies = {code[:2] for code in within} | _sides(row, located.sides[n], located.loci[n])
            kept[n] &= bool(lies & wanted)
            doubtful[n] |= not lies and located.loci[n] is None
    if spec.near_line_km is not None:
        near = [
            _near(row, locus, spec.near_line_km)
            for row, locus in zip(located.rows, located.loci, strict=True)
        ]
        kept &= np.array([one is not False for one in near], dtype=bool)
    return PlaceChoice(kept, doubtful & ~kept)


def _in_provinces(located: Located, names: tuple[str, ...]) -> tuple[Bools, Bools]:
    """Places that may lie in provinces or former areas, and those of which nobody can tell."""
    import numpy as np

    from geo.places.unit_names import FORMER_AREAS, checked_areas

    codes = set(checked_areas(names))
    wanted = codes - set(FORMER_AREAS)
    inside = np.array([bool(wanted & set(within)) for within in located.within], dtype=bool)
    if codes & set(FORMER_AREAS):
        inside |= _in_former(located, codes & set(FORMER_AREAS))
    vague = np.array([locus is None or locus.kind == "country" for locus in located.loci], dtype=bool)
    return inside, vague


def _in_former(located: Located, codes: set[str]) -> Bools:
    """Places that lie in a former area, or that the source puts there."""
    import geopandas as gpd

    from geo.analysis.locate import in_areas

    frame = gpd.GeoDataFrame(
        [{"adm1": row.get("adm1"), "adm1_source": row.get("adm1_source")} for row in located.rows],
        geometry=gpd.points_from_xy(located.where.lon, located.where.lat),
        crs="EPSG:4326",
    )
    return in_areas(frame, sorted(codes))


def _sides(row: dict[str, Any], sides: dict[str, float], locus: Locus | None) -> set[str]:
    """Countries on whose side of the line a place may be."""
    if locus is not None and locus.kind == "strip":
        return {"AF", "PK"}
    found = {side for side in sides if side in ("AF", "PK")}
    side = row.get("side")
    return found | ({str(side)} if side in ("AF", "PK") else set())


def _near(row: dict[str, Any], locus: Locus | None, km: float) -> bool | None:
    """Whether a place may lie near the line; nothing where nobody can tell."""
    if locus is None:
        return None
    if locus.kind == "strip":
        return True
    distance = row.get("border_km")
    if isinstance(distance, float) and distance == distance:
        return abs(distance) - locus.radius_m / 1000 <= km
    units = locus.units or (locus.within or "",)
    return any(unit in ON_LINE or unit in ("AF", "PK") for unit in units)
