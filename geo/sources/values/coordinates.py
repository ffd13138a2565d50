"""Coordinates as people write them: decimal, degrees-minutes-seconds, one cell, UTM and MGRS."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.sources.values.dates import MARKS_OUT, without_marks
from geo.types import REGION, Bools, Floats

__all__ = [
    "COORDINATES_ACCEPTED",
    "SWAPPED",
    "ParsedPoints",
    "decimals_of",
    "looks_swapped",
    "parse_angle",
    "parse_pair",
    "parse_points",
]

COORDINATES_ACCEPTED: Final = (
    "34.1234 (or 34,1234), 34°07'24\"N, 34 07.4 N, N34.1234, one cell '34.1234, 71.0912', "
    "UTM '42S 601234 3776543', MGRS '42SXC0123476543'"
)
"""What a rejected coordinate is told."""

_MINUTE_DECIMALS: Final = 2
"""A minute is 1.9 km, two decimals of a degree are 1.1 km."""
_MOST_DECIMALS: Final = 9
_METRE: Final = 1.0
"""The last digit of eastings and northings as they are written, metres."""

_NUMBER = r"\d{1,3}(?:[.,]\d+)?"
# Minutes and seconds are told by their sign or by their place; a hyphen between them is common in gazetteers.
_ANGLE = re.compile(
    rf"""
    (?P<sign>[+-])?\s*(?P<before>[NSEW])?\s*
    (?P<deg>{_NUMBER})\s*(?:°|º|˚|d)?
    (?:[\s:-]*(?P<min>\d{{1,2}}(?:[.,]\d+)?)\s*['′’‘´m]?
       (?:[\s:-]*(?P<sec>\d{{1,2}}(?:[.,]\d+)?)\s*(?:"|″|”|“|''|′′|(?-i:s))?)?
    )?
    \s*(?P<after>[NSEW])?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WKT_POINT = re.compile(
    r"POINT\s*Z?\s*\(\s*(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)(?:\s+-?\d+(?:\.\d+)?)?\s*\)$", re.I
)
# A comma that ends a number stands before a blank or a second number with its own point.
_SPLIT = re.compile(
    r"\s*[;|/]\s*|\s*,\s+|(?<=[NSEWnsew°'\"])\s*,\s*|(?<=\.\d),|(?<=\d),(?=\s*[+-]?\d{1,3}\.)"
)
_LETTERED = re.compile(r"(?<=[NSns])[\s,;]+(?=[\d+EWew-])|(?<=[EWew])[\s,;]+(?=[\d+NSns-])")
_TWO_DECIMALS = re.compile(r"([+-]?\d{1,3}\.\d+)\s+([+-]?\d{1,3}\.\d+)$")
_LEADING = re.compile(r"([NS].*?)[\s,;]+([EW].*)$|([EW].*?)[\s,;]+([NS].*)$", re.IGNORECASE)
_ZONE_LAST = re.compile(
    r"(\d{6}(?:\.\d+)?)\s*m?\s*E?[\s,;]+(\d{6,7}(?:\.\d+)?)\s*m?\s*N?[\s,;]+"
    r"(?:UTM\s*)?(?:zone\s*)?(\d{1,2})\s*([C-HJ-NP-X]?)$",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"\b(?:lat(?:itude)?|lon(?:g(?:itude)?)?|lng|geo|gps(?: position)?|coord(?:inate)?s?|position)\b"
    r"\.?\s*[:=]?\s*",
    re.IGNORECASE,
)
_RUN_ON = re.compile(r"([NS]?\s*\d[^NSEW]*[NS])([EW]?\s*\d[^NSEW]*[EW])$", re.IGNORECASE)
_SLASHED = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)(?:[+-]\d+(?:\.\d+)?)?/?$")
_UTM = re.compile(
    r"(?:UTM\s*)?(?:zone\s*)?(\d{1,2})\s*([C-HJ-NP-X])[\s,;]+(?:E\s*)?(\d{6}(?:\.\d+)?)\s*m?\s*E?[\s,;]+(?:N\s*)?(\d{6,7}(?:\.\d+)?)\s*m?\s*N?$",
    re.IGNORECASE,
)
_MGRS = re.compile(
    r"(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z])\s*([A-HJ-NP-V])\s*(\d*)\s*(\d*)$", re.IGNORECASE
)
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_ROWS = "ABCDEFGHJKLMNPQRSTUV"
_COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")


@dataclass(frozen=True)
class ParsedPoints:
    """Points of a table.

    Attributes
    ----------
    lon, lat : pandas.Series of float64
        Degrees, EPSG:4326; missing where there is no point or it could not be read.
    reason : pandas.Series of str
        Why it could not be read; empty where it could or where nothing is given.
    column : pandas.Series of str
        Which of the columns is at fault.
    error_m : pandas.Series of float64
        Half the diagonal of the square that a grid reference names, or the last digit of eastings and
        northings, metres; missing for degrees.
    note : pandas.Series of str
        What was taken out of the text to read it; empty if nothing.
    decimals : pandas.Series of float64
        Decimals that the worse of the two coordinates has as a number, and at least as many as minutes are
        worth where it is written in minutes.
    """

    lon: pd.Series
    lat: pd.Series
    reason: pd.Series
    column: pd.Series
    error_m: pd.Series
    note: pd.Series
    decimals: pd.Series


def decimals_of(numbers: Floats) -> npt.NDArray[np.int8]:
    """Decimals of each number, zeros at the end not counted: no number keeps them, whatever wrote it.

    Examples
    --------
    >>> decimals_of(np.array([34.0, 34.10, 71.0931])).tolist()
    [0, 1, 4]
    """
    count = np.full(len(numbers), _MOST_DECIMALS, dtype="int8")
    for places in range(_MOST_DECIMALS - 1, -1, -1):
        count[np.isclose(np.round(numbers, places), numbers, rtol=0, atol=1e-10)] = places
    return count


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def _signs(text: str) -> str:
    """Words for degrees, minutes and seconds as signs, so that no letter of them is one of direction."""
    for word, sign in (("deg(?:rees?)?", "°"), ("min(?:utes?)?", "'"), ("sec(?:onds?)?", '"')):
        text = re.sub(rf"\s*\b(?<=[\d\s]){word}\b\.?|(?<=\d){word}\b\.?", sign, text, flags=re.IGNORECASE)
    return text


def parse_angle(text: str, axis: str) -> float | str:
    r"""Read one coordinate.

    Parameters
    ----------
    text : str
        What the cell says.
    axis : {"lat", "lon"}
        Which it should be; a letter that says otherwise is refused.

    Returns
    -------
    float or str
        Degrees, south and west negative; or the reason why it cannot be read.

    Examples
    --------
    >>> parse_angle("34°07'30\"N", "lat")
    34.125
    >>> parse_angle("71,0912", "lon")
    71.0912
    >>> parse_angle("71.1 E", "lat")
    'it is marked E, a longitude, and stands for a latitude'
    """
    read = _angle(text, axis)
    return read if isinstance(read, str) else read[0]


def _angle(text: str, axis: str) -> tuple[float, bool] | str:
    """Degrees of a coordinate and whether it is written in minutes; or why it cannot be read."""
    found = _ANGLE.fullmatch(_signs(text.strip().replace("\u2212", "-").replace("\u2013", "-")))
    if found is None:
        return "it is not a coordinate in a form known here"
    letters = [found[name].upper() for name in ("before", "after") if found[name]]
    if len(letters) == 2:
        return "it has two letters of direction"
    letter = letters[0] if letters else ""
    if letter and found["sign"] == "-":
        return f"it has a minus sign and the letter {letter}"
    if letter and (letter in "NS") != (axis == "lat"):
        kind, other = ("longitude", "latitude") if letter in "EW" else ("latitude", "longitude")
        return f"it is marked {letter}, a {kind}, and stands for a {other}"
    degrees, minutes, seconds = (_float(found[name] or "0") for name in ("deg", "min", "sec"))
    if minutes >= 60 or seconds >= 60:
        return "its minutes or seconds are 60 or more"
    if (found["min"] and degrees != int(degrees)) or (found["sec"] and minutes != int(minutes)):
        return "only the last of degrees, minutes and seconds may have a fraction"
    value = degrees + minutes / 60 + seconds / 3600
    limit = 90 if axis == "lat" else 180
    if value > limit:
        return f"{value:g} is more than {limit} degrees"
    return -value if found["sign"] == "-" or letter in {"S", "W"} else value, found["min"] is not None


@functools.cache
def _from_utm(zone: int) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(32600 + zone, 4326, always_xy=True)


def _utm(zone: int, band: str, easting: float, northing: float) -> tuple[float, float] | str:
    if not 1 <= zone <= 60:
        return f"there is no UTM zone {zone}"
    if not band:
        lon, lat = _from_utm(zone).transform(easting, northing)
        return float(lon), float(lat)
    # A band south of the equator counts from 10,000 km; the northern grid goes on below zero.
    if band < "N":
        northing -= 10_000_000
    lon, lat = _from_utm(zone).transform(easting, northing)
    south = -80 + 8 * _BANDS.index(band)
    # Programs write N for the northern half; as a band it would be the one from 0 to 8 degrees.
    if band == "N" and 8 < lat <= 84:
        return float(lon), float(lat)
    # The letter is a band of latitude (S is 32-40 N), not north or south; a point outside it shows a slip.
    if not south - 0.5 <= lat <= (84 if band == "X" else south + 8) + 0.5:
        return f"the point lies at latitude {lat:.2f}, outside band {band} ({south} to {south + 8})"
    return float(lon), float(lat)


def _mgrs(zone: int, band: str, column: str, row: str, digits: str) -> tuple[float, float, float] | str:
    """Centre of the square of a grid reference, and half its diagonal in metres (NGA.STND.0037)."""
    if not 1 <= zone <= 60:
        return f"there is no zone {zone}"
    if len(digits) % 2 or len(digits) > 10:
        return f"it has {len(digits)} digits: an even number up to 10 is needed"
    columns = _COLUMNS[(zone - 1) % 3]
    if column not in columns:
        return f"zone {zone} has no column {column} (it has {columns[0]} to {columns[-1]})"
    half = len(digits) // 2
    size = 10 ** (5 - half)
    easting = (columns.index(column) + 1) * 100_000 + (int(digits[:half]) if half else 0) * size + size / 2
    # Rows repeat every 2,000 km and begin at F in the zones of even number.
    shift = 0 if zone % 2 else 5
    northing = (
        (_ROWS.index(row) - shift) % 20 * 100_000 + (int(digits[half:]) if half else 0) * size + size / 2
    )
    south = -80 + 8 * _BANDS.index(band)
    low = _northing(zone, south)
    northing += -((northing - (low - 100_000)) // 2_000_000) * 2_000_000
    lon, lat = _from_utm(zone).transform(easting, northing)
    if not south - 1 <= lat <= south + (12 if band == "X" else 8) + 1:
        return f"there is no square {column}{row} in {zone}{band}"
    return float(lon), float(lat), size / np.sqrt(2)


def _northing(zone: int, lat: float) -> float:
    return float(_from_utm(zone).transform(zone * 6 - 183, lat, direction="INVERSE")[1])


_LONGEST_LINK: Final = 500
_LINK: Final = re.compile(
    r"^(?:https?://|geo:).*?(?:[?&][a-z]+=|[@/:=#])(?:loc:|[\d.]+/)?(-?\d{1,2}\.\d+)(?:,|%2C|/)\+?(-?\d{1,3}\.\d+)",
    re.IGNORECASE,
)
"""A point in the address of a map, latitude first: ``?q=34.1,71.1``, ``@34.1,71.1``, ``#map=9/34.1/71.1``."""
_FORM_POINT: Final = re.compile(r"(-?\d{1,2}(?:\.\d+)?) (-?\d{1,3}(?:\.\d+)?) -?\d+(?:\.\d+)? \d+(?:\.\d+)?")
"""A geopoint of ODK and Kobo: latitude, longitude, altitude, accuracy."""
_JSON_POINT: Final = re.compile(
    r"\{.*\"type\" ?: ?\"Point\".*?\"coordinates\" ?: ?"
    r"\[ ?(-?\d{1,3}(?:\.\d+)?) ?, ?(-?\d{1,2}(?:\.\d+)?).*\}"
)


def _of_a_program(line: str) -> str:
    """Latitude and longitude out of the address of a map, a geopoint of a form or a point of GeoJSON."""
    if len(line) > _LONGEST_LINK:
        return line
    if found := _LINK.search(line) or _FORM_POINT.fullmatch(line):
        return f"{found[1]}, {found[2]}"
    found = _JSON_POINT.fullmatch(line)
    return f"{found[2]}, {found[1]}" if found else line


def parse_pair(text: str) -> tuple[float, float, float | None] | str:
    """Read a point that stands in one cell.

    Parameters
    ----------
    text : str
        Latitude then longitude unless letters say otherwise; UTM; MGRS; or WKT (longitude first, as always
        there).

    Returns
    -------
    tuple of float, float, float or None, or str
        Longitude, latitude, half the diagonal of a grid square or the last digit of eastings in metres; or
        why it cannot be read.

    Examples
    --------
    >>> parse_pair("34.1 N 71.1 E")
    (71.1, 34.1, None)
    >>> parse_pair("POINT (71.1 34.1)")
    (71.1, 34.1, None)
    >>> lon, lat, error_m = parse_pair("42S XC 01 76")
    >>> round(lon, 3), round(lat, 3), round(error_m)
    (70.101, 34.124, 707)
    """
    read = _pair(text)
    return read if isinstance(read, str) else read[:3]


def _grid_reference(line: str) -> tuple[float, float, float] | str | None:
    """Longitude, latitude and error in metres of UTM or MGRS; a reason; None where the text is neither."""
    if found := _UTM.match(line):
        point = _utm(int(found[1]), found[2].upper(), float(found[3]), float(found[4]))
        return point if isinstance(point, str) else (*point, _METRE)
    if found := _ZONE_LAST.match(line):
        # Without a letter the northern half is meant: there is no other here.
        point = _utm(int(found[3]), found[4].upper(), float(found[1]), float(found[2]))
        return point if isinstance(point, str) else (*point, _METRE)
    if found := _MGRS.match(line):
        if found[6] and len(found[5]) != len(found[6]):
            return "its two numbers have not the same number of digits"
        zone, band, column, row = int(found[1]), found[2].upper(), found[3].upper(), found[4].upper()
        return _mgrs(zone, band, column, row, found[5] + found[6])
    return None


_Pair = tuple[float, float, float | None, int]


@functools.lru_cache(maxsize=4096)
def _pair(text: str) -> _Pair | str:
    """Longitude, latitude, error of a grid reference and decimals (see `ParsedPoints`) of one cell."""
    line = _of_a_program(" ".join(without_marks(text).split()))
    if len(line) > 80:
        return "it is too long for coordinates"
    line, longitude_first = _without_labels(_signs(line))
    if found := _WKT_POINT.match(line):
        lon, lat = float(found[1]), float(found[2])
        if abs(lon) > 180 or abs(lat) > 90:
            return "it is outside the globe"
        return lon, lat, None, _decimals_of_pair(lon, lat)
    if (point := _grid_reference(line)) is not None:
        return point if isinstance(point, str) else (*point, _MOST_DECIMALS)
    line = line.strip("()[] ")
    parts = _parts(line)
    if parts is None:
        return "it is not a pair of coordinates in a form known here"
    first, second = parts
    if longitude_first or _is_longitude(first) or _is_longitude(second) is False:
        first, second = second, first
    north, east = _angle(first, "lat"), _angle(second, "lon")
    if isinstance(north, str):
        # A first number beyond 90 is a longitude: said by the caller, as a swap.
        swapped = parse_angle(first, "lon"), parse_angle(second, "lat")
        if (
            isinstance(swapped[0], float)
            and isinstance(swapped[1], float)
            and not re.search("[a-zA-Z]", line)
        ):
            return f"{north}; it looks like longitude before latitude"
        return f"latitude {first!r}: {north}"
    if isinstance(east, str):
        return f"longitude {second!r}: {east}"
    return east[0], north[0], None, _decimals_of_pair(east[0], north[0], minutes=(east[1], north[1]))


def _decimals_of_pair(lon: float, lat: float, *, minutes: tuple[bool, bool] = (False, False)) -> int:
    found = np.maximum(decimals_of(np.array([lon, lat])), np.where(minutes, _MINUTE_DECIMALS, 0))
    return int(found.min())


def _without_labels(line: str) -> tuple[str, bool]:
    """A pair without words such as "Lat:", and whether they say that the longitude comes first."""
    labels = [found[0].strip(" :=.").casefold() for found in _LABELS.finditer(line)]
    axes = [label[:2] for label in labels if label.startswith(("la", "lo", "ln"))]
    bare = _LABELS.sub(" ", line).strip(" ,;/|")
    bare = re.sub(r"\s+,", ",", " ".join(bare.split()))
    return (bare, axes[:1] in (["lo"], ["ln"]) and "la" in axes) if labels else (line, False)


def _is_longitude(text: str) -> bool | None:
    """What the letter of a coordinate says it is; None where there is none. The s of seconds is no letter."""
    bare = re.sub(r"(?<=\d)s", " ", text)
    if re.search(r"[EW]", bare, re.IGNORECASE):
        return True
    return False if re.search(r"[NS]", bare, re.IGNORECASE) else None


def _parts(line: str) -> tuple[str, str] | None:
    if found := _RUN_ON.match(line) or _SLASHED.match(line):
        return found[1], found[2]
    if found := _TWO_DECIMALS.match(line):
        return found[1], found[2]
    if found := _LEADING.match(line):
        first, second = (part for part in found.groups() if part is not None)
        return first, second
    for form in (_LETTERED, _SPLIT):
        parts = [part for part in form.split(line) if part]
        if len(parts) == 2:
            return parts[0], parts[1]
    blank = line.split(" ")
    if len(blank) == 2:
        return blank[0], blank[1]
    plain = line.split(",")
    return (plain[0], plain[1]) if len(plain) == 2 else None


def _numbers(texts: pd.Series, axis: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Degrees, reasons and decimals of a column: plain numbers at once, other forms one text at a time."""
    filled = texts.fillna("").astype("str").map(without_marks).astype("str").str.strip()
    values = pd.to_numeric(filled.where(filled.ne("")), errors="coerce").astype("float64")
    reason = pd.Series("", index=texts.index, dtype="str")
    least = pd.Series(0.0, index=texts.index)
    limit = 90 if axis == "lat" else 180
    # "inf" and "1e3" are numbers to the parser and no coordinates.
    wild = values.notna() & ~(values.abs() <= limit)
    rest = (values.isna() & filled.ne("")) | wild
    if rest.any():
        read = {text: _angle(text, axis) for text in filled[rest].unique()}
        answers = [read[text] for text in filled[rest]]
        values.loc[rest] = [np.nan if isinstance(a, str) else a[0] for a in answers]
        reason.loc[rest] = [a if isinstance(a, str) else "" for a in answers]
        least.loc[rest] = [_MINUTE_DECIMALS if not isinstance(a, str) and a[1] else 0 for a in answers]
    return values, reason, np.maximum(least, decimals_of(values.to_numpy()))


SWAPPED: Final = "latitude and longitude look exchanged: the other way round the point is in the region"


def looks_swapped(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Bools:
    """Whether latitude and longitude seem to have changed places: exchanged, the point is in the region.

    Examples
    --------
    >>> looks_swapped([34.1, 71.1], [71.1, 34.1]).tolist()
    [True, False]
    """
    west, south, east, north = REGION
    x, y = (pd.Series(axis).to_numpy(dtype=np.float64, na_value=np.nan) for axis in (lon, lat))
    return np.asarray((y >= west) & (y <= east) & (x >= south) & (x <= north))


def parse_points(
    *, lat: pd.Series | None = None, lon: pd.Series | None = None, pair: pd.Series | None = None
) -> ParsedPoints:
    """Read the points of a table from two columns or from one.

    Parameters
    ----------
    lat, lon : pandas.Series of str, optional
        Columns of latitude and longitude. They may hold eastings and northings only as a grid reference in
        `pair`.
    pair : pandas.Series of str, optional
        A column with both; used where `lat` and `lon` are empty.

    Returns
    -------
    ParsedPoints
        Series with the index of the columns.
    """
    given = next(series for series in (lat, lon, pair) if series is not None)
    index = given.index
    empty = pd.Series("", index=index, dtype="str")
    x, x_reason, x_places = _numbers(lon if lon is not None else empty, "lon")
    y, y_reason, y_places = _numbers(lat if lat is not None else empty, "lat")
    decimals = np.minimum(x_places, y_places)
    error_m = pd.Series(np.nan, index=index)
    has_lat = (lat.fillna("").str.strip() if lat is not None else empty).ne("")
    has_lon = (lon.fillna("").str.strip() if lon is not None else empty).ne("")
    column = pd.Series("lat", index=index, dtype="str").mask(y_reason.eq("") & x_reason.ne(""), "lon")
    reason = y_reason.mask(y_reason.eq(""), x_reason)
    # Out of range as it stands, in range the other way round: a swap, and not two faults.
    swap = y_reason.str.contains("more than 90", regex=False) & x.between(-90, 90)
    if swap.any():
        turned, _, y_places = _numbers(lat[swap], "lon")  # type: ignore[index]
        y.loc[swap] = turned
        decimals.loc[swap] = np.minimum(x_places[swap], y_places)
        reason.loc[swap & y.notna()] = ""
    lone = has_lat ^ has_lon
    reason = reason.mask(lone & reason.eq(""), "latitude and longitude must both be given")
    column = column.mask(lone & has_lat, "lon").mask(lone & has_lon, "lat")
    if pair is not None:
        both = pair.fillna("").astype("str").str.strip()
        ask = both.ne("") & ~has_lat & ~has_lon
        if ask.any():
            read = {text: _pair(text) for text in both[ask].unique()}
            answers = [read[text] for text in both[ask]]
            x.loc[ask] = [np.nan if isinstance(a, str) else a[0] for a in answers]
            y.loc[ask] = [np.nan if isinstance(a, str) else a[1] for a in answers]
            reason.loc[ask] = [a if isinstance(a, str) else "" for a in answers]
            error_m.loc[ask] = [
                np.nan if isinstance(a, str) or a[2] is None else float(a[2]) for a in answers
            ]
            decimals.loc[ask] = [0 if isinstance(a, str) else a[3] for a in answers]
            column = column.mask(ask, "coordinates")
    bad = reason.ne("") | x.isna() | y.isna()
    note = pd.Series("", index=index, dtype="str")
    for texts in (lat, lon, pair):
        if texts is not None and (marked := texts.fillna("").astype("str")).ne("").any():
            note = note.mask(marked.map(without_marks).ne(marked), MARKS_OUT)
    return ParsedPoints(x.mask(bad), y.mask(bad), reason, column, error_m, note, decimals)
