"""Positions of the rows of any table: coordinates, geometries, places by name; how exactly each is known."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.errors import PlaceError, SchemaError
from geo.events.columns import fold
from geo.events.faults import FaultLog
from geo.places.gazetteer import resolve_place
from geo.places.unit_names import area_codes, country_code
from geo.sources.files.geometry import BROKEN
from geo.sources.files.raw_table import RawTable
from geo.sources.reader_tools import DataRows, Options
from geo.sources.readers.codes import PLACE_CODES
from geo.sources.values.coordinates import (
    COORDINATES_ACCEPTED,
    decimals_of,
    looks_swapped,
    parse_pair,
    parse_points,
)
from geo.sources.values.places import RowPlace
from geo.sources.values.stand_ins import as_stock_points
from geo.vocab import WHERE_PRECISIONS

__all__ = ["Sheet", "positions_of", "with_geopoints"]

_WHERE_WORDS: Final = {
    "gps": "site",
    "rooftop": "site",
    "exact": "site",
    "exact location": "site",
    "precise": "site",
    "village": "town",
    "city": "town",
    "settlement": "town",
    "populated place": "town",
    "adm3": "town",
    "approximate": "near",
    "approx": "near",
    "nearby": "near",
    "area": "near",
    "vicinity": "near",
    "geometric center": "near",
    "range interpolated": "near",
    "adm2": "district",
    "agency": "district",
    "tehsil": "district",
    "adm1": "province",
    "region": "province",
    "provincial": "province",
    "durand line": "border",
    "border wide": "border",
    "national": "country",
    "nationwide": "country",
}
_BORDER: Final = re.compile(
    r"(?:(?:all )?(?:along|on|near|at|across) )?(?:the )?(?:whole )?"
    r"(?:durand line|(?:af(?:ghan\w*)?\W*(?:and )?pak(?:i|istan\w*)?"
    r"|pak(?:i|istan\w*)?\W*(?:and )?af(?:ghan\w*)?)"
    r" (?:international )?(?:border|frontier|boundary)(?: with \w+)?)"
    r"(?: areas?| regions?)?(?:(?:,| from| between|:| in| along) .*)?",
    re.IGNORECASE,
)
_GEOPOINT: Final = re.compile(
    r"\s*(-?\d{1,2}\.\d+)\s+(-?\d{1,3}\.\d+)\s+(?:-?\d+(?:\.\d+)?)\s+(?:\d+(?:\.\d+)?)\s*"
)
"""A geopoint of ODK and Kobo: latitude, longitude, altitude, accuracy."""

_LEVEL: Final = r" (?:level|cent(?:re|er|roid)|midpoint|only|location)$"
_NO_POINT: Final = {
    *(
        "none",
        "unknown",
        "not known",
        "no gps",
        "not available",
        "not recorded",
        "tbc",
        "tbd",
        "?",
        "??",
        "nil",
    ),
    *("نامعلوم", "نامشخص", "معلوم نہیں"),
}
"""What stands for no coordinates; in other columns these are words."""
_GTD_COUNTRIES: Final = {"4": "AF", "153": "PK"}
DIGITS: Final = {0: "province", 1: "near", 2: "town"}
"""What decimals of degrees are worth, or more of them: 111, 11 and 1.1 km."""
_NULL_ISLAND: Final = 1e-5
"""So near to 0, 0, in degrees, a point is 0, 0: a metre, which a projection may lose there and back."""


@dataclass(frozen=True)
class Sheet:
    """A table that is being read: its cells by what they are, and where what is wrong or odd is told.

    Attributes
    ----------
    table, data
        The file as opened, and its data rows.
    cells
        What a column is to its text.
    found
        What a column is to its name.
    options
        What the user said.
    faults, warnings
        What is wrong, and what is odd.
    """

    table: RawTable
    data: DataRows
    cells: Mapping[str, pd.Series]
    found: Mapping[str, str]
    options: Options
    faults: FaultLog
    warnings: FaultLog

    def cell(self, target: str) -> pd.Series:
        """A column as text, empty where the table has none."""
        if target in self.cells:
            return self.cells[target]
        return pd.Series("", index=self.data.rows.index, dtype="str")

    def name(self, *targets: str) -> str:
        """The name of the first of the columns that is there; the last of the words where none is."""
        return next((self.found[target] for target in targets if target in self.found), targets[-1])


def with_geopoints(sheet: Sheet) -> Sheet:
    """The sheet with the geopoints of a form as coordinates, where they stand in the column of places."""
    place = sheet.cell("place")
    points = place.map(_GEOPOINT.fullmatch).dropna()
    bare = sheet.cell("lat").eq("") & sheet.cell("lon").eq("") & sheet.cell("coordinates").eq("")
    points = points[bare[points.index]]
    if points.empty:
        return sheet
    taken = place.index.isin(points.index)
    pairs = points.map(lambda found: f"{found[1]}, {found[2]}")
    name = sheet.name("place")
    note = "a geopoint of a form: latitude and longitude are taken, altitude and accuracy are not"
    sheet.warnings.add_once((int(row), name, note) for row in points.index)
    cells = {"coordinates": sheet.cell("coordinates").mask(taken, pairs), "place": place.mask(taken, "")}
    found = {"coordinates": name} | dict(sheet.found)
    return dataclasses.replace(sheet, cells=dict(sheet.cells) | cells, found=found)


def positions_of(sheet: Sheet) -> dict[str, pd.Series]:
    """Longitude, latitude, precision and source of the position of each row, and its province."""
    lon, lat, tried, assumed = _points(sheet)
    where = _stated_precision(sheet)
    coord_source = sheet.cell("coord_source").astype("object")
    given = lon.notna()
    wide = sheet.cell("place").map(_is_border).astype(bool)
    # "The border" is no point, whatever coordinates a source gives it.
    where = where.mask(where.isna() & wide, "border")
    assumed, stock = as_stock_points(assumed, lon, lat)
    if "where_precision" not in sheet.cells and sheet.options.precision is None:
        assumed = _as_wide_as_named(sheet, assumed, given)
        name = sheet.name("lat", "coordinates", "geometry")
        noted_stock = stock[where.isna() & stock.ne("")].items()
        sheet.warnings.add_once((int(row), name, note) for row, note in noted_stock)
    where = _assume(sheet, where, given, assumed)
    adm1 = sheet.cell("adm1_source").copy()
    noted: list[tuple[int, str | None, str]] = []
    for row in given.index[~given & ~tried]:
        if wide[row] and where[row] == "border":
            lon[row], lat[row] = _middle(sheet.cell("place")[row], sheet.cell("border_units")[row])
            coord_source[row] = coord_source[row] or "middle of that stretch of the Durand Line"
            continue
        stands = _resolve(row, sheet, where[row])
        if stands is not None:
            lon[row], lat[row], where[row] = stands.place.lon, stands.place.lat, stands.where
            coord_source[row] = coord_source[row] or f"{stands.place.source}: {stands.place.name}"
            adm1[row] = adm1[row] or stands.adm1
            noted += [(int(row), sheet.found[stands.column], note) for note in stands.notes]
    sheet.warnings.add_once(noted)
    return {
        "lon": lon,
        "lat": lat,
        "where": where.astype(pd.CategoricalDtype(list(WHERE_PRECISIONS))),
        "coord_source": coord_source.astype("str"),
        "adm1_source": adm1,
    }


def _as_wide_as_named(sheet: Sheet, assumed: pd.Series, given: pd.Series) -> pd.Series:
    """Points beside the name of a province or country are those of its middle, as geocoders give them."""
    place = sheet.cell("place")
    codes = {text: _wide(text) for text in place[given].unique()}
    wide = place.map(codes).where(given, "")
    if not any(codes.values()):
        return assumed
    coarser = wide.ne("") & assumed.map(_RANK).astype("float64").lt(wide.map(_RANK).astype("float64"))
    name = sheet.found.get("place")
    sheet.warnings.add_once(
        (int(row), name, f"the place named is a {wide[row]}, so its point is assumed to stand for it")
        for row in wide.index[coarser]
    )
    return assumed.mask(coarser, wide)


def _wide(text: str) -> str:
    """``province`` or ``country`` where a place is called so and no city is; else empty."""
    if not text or not (area_codes(text) or country_code(text)):
        return ""
    try:
        place = resolve_place(text, same_name="city")
    except (PlaceError, SchemaError):
        return ""
    return place.kind if place.kind in ("province", "country") else ""


_RANK: Final = {name: number for number, name in enumerate(WHERE_PRECISIONS)}


def _points(sheet: Sheet) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series]:
    """Longitude and latitude that the rows give, whether more is to be tried, what their digits are worth."""
    lat_text, lon_text, pair_text = (_given(sheet, name) for name in ("lat", "lon", "coordinates"))
    # Two numbers in the cell for the latitude and none in the other: a pair that slipped into the wrong
    # column.
    slipped = lat_text.ne("") & lon_text.eq("") & pair_text.eq("")
    if slipped.any():
        slipped &= lat_text.map(lambda text: not isinstance(parse_pair(text), str)).astype(bool)
        pair_text, lat_text = pair_text.mask(slipped, lat_text), lat_text.mask(slipped, "")
    points = parse_points(lat=lat_text, lon=lon_text, pair=pair_text)
    lon, lat = points.lon, points.lat
    taken_out = points.note[points.note.ne("")].items()
    name = sheet.name("lat", "coordinates", "geometry")
    sheet.warnings.add_once((int(row), name, note) for row, note in taken_out)
    # A grid reference or minutes and seconds make endless decimals that nobody gave: a second is 31 m, and
    # five decimals are 1 m. More are kept only where the text has them.
    written = (lat_text + " " + lon_text + " " + pair_text).str.contains(r"[.,]\d{6}", regex=True)
    lon, lat = lon.where(written, lon.round(5)), lat.where(written, lat.round(5))
    tried = points.reason.ne("")
    if tried.any():
        shown = lat_text.where(points.column.eq("lat"), lon_text)
        shown = shown.mask(points.column.eq("coordinates"), pair_text)
        reason = points.reason + "; accepted: " + COORDINATES_ACCEPTED
        for part in ("lat", "lon", "coordinates"):
            at = tried & points.column.eq(part)
            sheet.faults.add(at, sheet.name(part, "lat", part), shown, reason)
    lon, lat, tried, decimals = _of_geometry(sheet, lon, lat, tried, points.decimals)
    lon, lat, tried = _exchanged(sheet, lon, lat, tried)
    name = sheet.name("lat", "coordinates", "geometry")
    wild = lat.abs().gt(90) | lon.abs().gt(180)
    reason = "a latitude lies between -90 and 90, a longitude between -180 and 180"
    sheet.faults.add(wild, name, lat, reason)
    lon, lat, tried = lon.mask(wild), lat.mask(wild), tried | wild
    null = lon.abs().lt(_NULL_ISLAND) & lat.abs().lt(_NULL_ISLAND)
    sheet.warnings.add(null, name, lat_text, "0, 0 is no place of an event; it counts as not given")
    lon, lat = lon.mask(null), lat.mask(null)
    return lon, lat, tried, _digits_precision(decimals, points.error_m)


def _given(sheet: Sheet, name: str) -> pd.Series:
    """Coordinates of a column as text, empty where a word stands for none."""
    text = sheet.cell(name)
    return text.mask(text.str.casefold().isin(_NO_POINT), "") if name in sheet.cells else text


def _of_geometry(
    sheet: Sheet, lon: pd.Series, lat: pd.Series, tried: pd.Series, decimals: pd.Series
) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series]:
    """Points that the format itself carries, for rows that give no other."""
    if sheet.table.geometry is None:
        return lon, lat, tried, decimals
    shapes = sheet.table.geometry
    numbers = pd.RangeIndex(1 - sheet.data.above, len(shapes) + 1 - sheet.data.above)
    shapes = shapes.set_axis(numbers, axis=0).reindex(lon.index)
    broken = shapes["type"].str.startswith(BROKEN)
    use = lon.isna() & ~tried & ~broken
    lon, lat = lon.mask(use, shapes["x"]), lat.mask(use, shapes["y"])
    x, y = (decimals_of(shapes[axis].to_numpy()) for axis in ("x", "y"))
    decimals = decimals.mask(use, np.minimum(x, y))
    other = use & ~shapes["type"].isin(["Point", ""])
    sheet.faults.add(
        other, "geometry", shapes["type"], "an event is a Point; give the point, or its place by name"
    )
    sheet.faults.add(
        broken,
        "geometry",
        None,
        "the geometry cannot be read (" + shapes["type"].str.slice(len(BROKEN) + 2) + "); accepted: a Point",
    )
    return lon, lat, tried | other | broken, decimals


def _is_border(place: str) -> bool:
    """Whether a place is the border at large, "Durand Line, Paktika to Khost" too, and no crossing on it."""
    return bool(_BORDER.fullmatch(" ".join(place.split())))


def _middle(place: str, listed: str) -> tuple[float, float]:
    """A point to store for the border, or for the stretch that the text names."""
    import shapely

    from geo.border.durand import durand_line
    from geo.border.spans import named_span, stretches_along
    from geo.places.unit_names import named_units, province_code

    units = [code for code in map(province_code, listed.split(";")) if code]
    span = None if units else named_span(place)
    parts = (span,) if span else stretches_along(tuple(sorted(set(units or named_units(place)))))
    border = durand_line()
    line = shapely.get_coordinates(border.geometry)
    km = (parts[0][0] + parts[-1][1]) / 2
    lon, lat = (float(np.interp(km, border.chainage_km(), line[:, axis])) for axis in (0, 1))
    # Two decimals, since nobody measured it.
    return round(lon, 2), round(lat, 2)


def _exchanged(
    sheet: Sheet, lon: pd.Series, lat: pd.Series, tried: pd.Series
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Latitude and longitude that stand for one another: put right if that is asked, else a fault."""
    country = sheet.cell("country_source")
    ours = country.eq("") | country.map(lambda name: _country(name) is not None).astype(bool)
    swapped = looks_swapped(lon, lat) & ours
    if not swapped.any():
        return lon, lat, tried
    name = sheet.name("lat", "coordinates", "geometry")
    reason = pd.Series(
        [
            f"latitude {y:g} and longitude {x:g} look exchanged: the other way round the point is in the "
            "region"
            for y, x in zip(lat, lon, strict=True)
        ],
        index=lon.index,
        dtype="str",
    )
    if sheet.options.fix:
        sheet.warnings.add(swapped, name, lat, reason + "; exchanged, as asked")
        return lon.mask(swapped, lat), lat.mask(swapped, lon), tried
    sheet.faults.add(swapped, name, lat, reason + "; exchange the two, or say --fix")
    return lon.mask(swapped), lat.mask(swapped), tried | swapped


def _country(text: str) -> str | None:
    return country_code(text) or _GTD_COUNTRIES.get(text)


def _stated_precision(sheet: Sheet) -> pd.Series:
    if "where_precision" not in sheet.cells:
        return pd.Series(None, index=sheet.data.rows.index, dtype="object")
    text = sheet.cells["where_precision"]
    name = sheet.found["where_precision"]
    folded = (
        text.map(fold).str.replace(_LEVEL, "", regex=True).str.replace(r"^adm(?:in)? ?", "adm", regex=True)
    )
    words = folded.where(folded.isin(WHERE_PRECISIONS), folded.map(_WHERE_WORDS)).astype("object")
    unknown = text.ne("") & words.isna()
    allowed = f"allowed: {', '.join(WHERE_PRECISIONS)}"
    numbers = text.str.fullmatch(r"\d+(?:\.0+)?")
    whose, codes = PLACE_CODES.get(fold(name), ("", {}))
    if codes:
        coded = text.where(numbers, "").str.replace(r"\.0+$", "", regex=True)
        words = words.where(~numbers, coded.map({str(code): word for code, word in codes.items()}))
        odd = numbers & words.isna()
        sheet.faults.add(
            odd, name, text, f"no code of {whose}; allowed: {', '.join(map(str, sorted(codes)))}"
        )
    else:
        reason = f"a number means different things in different data sets; {allowed}"
        sheet.faults.add(unknown & numbers, name, text, reason)
    sheet.faults.add(unknown & ~numbers, name, text, f"unknown; {allowed}")
    return words.where(words.notna(), None)


def _assume(sheet: Sheet, where: pd.Series, given: pd.Series, digits: pd.Series) -> pd.Series:
    """Precision of rows with a position that state none; whatever is assumed is told."""
    lacking = given & where.isna()
    count = int(lacking.sum())
    if not count:
        return where
    if sheet.options.precision is not None:
        sheet.warnings.add_whole(
            f"how exactly places are known is {sheet.options.precision!r} in {count} of {len(where)} rows, "
            "as asked"
        )
        return where.mask(lacking, sheet.options.precision)
    if "where_precision" in sheet.cells:
        # A column that is there and empty says "not known", whatever the digits are.
        sheet.warnings.add_whole(
            f"{sheet.found['where_precision']!r} is empty in {count} of {len(where)} rows: how exactly the "
            "place is known is 'unknown' (--precision WORD says it)"
        )
        return where.mask(lacking, "unknown")
    counts = digits[lacking].value_counts()
    said = ", ".join(f"{counts[word]} {word}" for word in WHERE_PRECISIONS if word in counts)
    sheet.warnings.add_whole(
        "no column says how exactly places are known: assumed from the digits of the coordinates, without "
        f"zeros at the end: {said} (--precision WORD says it)"
    )
    return where.mask(lacking, digits)


def _digits_precision(decimals: pd.Series, error_m: pd.Series) -> pd.Series:
    """What a position that nobody graded is good for: as many kilometres as its last digit leaves open.

    The worse of the two axes counts, as a number, in every format and whatever other rows have: a sheet or a
    frame keeps no zeros at the end, so none count, and "34.00" is the 34 that it would be there.
    """
    words = decimals.clip(upper=max(DIGITS)).map(DIGITS).astype("object")
    grid = np.select([error_m.gt(50_000), error_m.gt(2_000)], ["province", "near"], "town")
    return words.where(error_m.isna(), grid)


def _resolve(row: Any, sheet: Sheet, stated: object) -> RowPlace | None:
    """The place that a row names, or a fault of the row."""
    from geo.sources.values.places import place_of_row

    found, faults = sheet.found, sheet.faults
    said = {
        name: sheet.cells[name][row] if name in sheet.cells else ""
        for name in ("place", "adm2_source", "adm1_source", "country_source")
    }
    target = next((name for name in ("place", "adm2_source", "adm1_source") if said[name]), None)
    if target is None:
        asked = next((found[name] for name in ("lat", "coordinates", "place") if name in found), None)
        reason = f"neither coordinates nor a place; accepted: {COORDINATES_ACCEPTED}, or a place by name"
        faults.lines.append((int(row), asked, None, reason))
        return None
    country = _GTD_COUNTRIES.get(said["country_source"], said["country_source"])
    try:
        return place_of_row(
            said["place"],
            said["adm2_source"],
            said["adm1_source"],
            country,
            stated=stated if isinstance(stated, str) else None,
            level=sheet.options.place_level,
        )
    except (PlaceError, SchemaError) as err:
        # A mark in the place of a name, or a province that is none, is a fault of the row, not of the file.
        faults.lines.append((int(row), found[target], said[target], f"no coordinates, and {err}"))
        return None
