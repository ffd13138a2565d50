"""GDELT 1.0 and 2.0 event tables: tabs between columns, no header; machine-coded from news.

Codes after the CAMEO codebook 1.1b3 and the GDELT Event Codebook 2.0. The same happening is often several
events, for GDELT tells them apart by actors and codes; an event with many mentions is one row here as there.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

import pandas as pd

from geo.events.faults import FaultLog
from geo.sources.files.raw_table import RawTable
from geo.sources.reader_tools import (
    Mapped,
    Options,
    assemble,
    category,
    column,
    find_names,
    named_rows,
    whole_numbers,
    with_position,
)
from geo.sources.readers.codes import GDELT_PLACES
from geo.vocab import EVENT_TYPES, VERIFICATIONS, WHERE_PRECISIONS

__all__ = ["COLUMNS", "FIPS_COUNTRIES", "FIPS_UNITS", "detect", "map_rows"]

_ACTOR: Final = [
    "Code",
    "Name",
    "CountryCode",
    "KnownGroupCode",
    "EthnicCode",
    "Religion1Code",
    "Religion2Code",
    "Type1Code",
    "Type2Code",
    "Type3Code",
]
_GEO: Final = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")


def _columns(version: int) -> tuple[str, ...]:
    geo = [part for part in _GEO if version == 2 or part != "ADM2Code"]
    return (
        *["GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"],
        *(f"Actor{n}{part}" for n in (1, 2) for part in _ACTOR),
        *["IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass"],
        *["GoldsteinScale", "NumMentions", "NumSources", "NumArticles", "AvgTone"],
        *(f"{who}Geo_{part}" for who in ("Actor1", "Actor2", "Action") for part in geo),
        "DATEADDED",
        "SOURCEURL",
    )


COLUMNS: Final = {58: _columns(1), 61: _columns(2)}
"""Number of columns to names: 58 in version 1 (57 before April 2013, without SOURCEURL), 61 in version 2."""

FIPS_COUNTRIES: Final = {
    "AF": "Afghanistan",
    "PK": "Pakistan",
    "IR": "Iran",
    "IN": "India",
    "CH": "China",
    "TI": "Tajikistan",
    "TX": "Turkmenistan",
    "UZ": "Uzbekistan",
}
"""FIPS 10-4 codes of the countries of the region; they are not those of ISO 3166."""

FIPS_UNITS: Final = {
    "AF01": "AF-BDS",
    "AF02": "AF-BDG",
    "AF03": "AF-BGL",
    "AF05": "AF-BAM",
    "AF06": "AF-FRA",
    "AF07": "AF-FYB",
    "AF08": "AF-GHA",
    "AF09": "AF-GHO",
    "AF10": "AF-HEL",
    "AF11": "AF-HER",
    "AF13": "AF-KAB",
    "AF14": "AF-KAP",
    "AF17": "AF-LOG",
    "AF18": "AF-NAN",
    "AF19": "AF-NIM",
    "AF23": "AF-KAN",
    "AF24": "AF-KDZ",
    "AF26": "AF-TAK",
    "AF27": "AF-WAR",
    "AF28": "AF-ZAB",
    "AF29": "AF-PKA",
    "AF30": "AF-BAL",
    "AF31": "AF-JOW",
    "AF32": "AF-SAM",
    "AF33": "AF-SAR",
    "AF34": "AF-KNR",
    "AF35": "AF-LAG",
    "AF36": "AF-PIA",
    "AF37": "AF-KHO",
    "AF38": "AF-NUR",
    "AF39": "AF-URU",
    "AF40": "AF-PAR",
    "AF41": "AF-DAY",
    "AF42": "AF-PAN",
    "PK01": "PK-KP",
    "PK02": "PK-BA",
    "PK03": "PK-KP",
    "PK04": "PK-PB",
    "PK05": "PK-SD",
    "PK06": "PK-JK",
    "PK07": "PK-GB",
    "PK08": "PK-IS",
}
"""FIPS codes of units to ISO 3166-2; PK01 is the former F.A.T.A., in Khyber Pakhtunkhwa since 2018."""

# From the longest code to the shortest: the first that an event's code begins with decides.
_CAMEO: Final = (
    ("1952", "drone strike"),
    ("195", "airstrike"),
    ("194", "shelling"),
    ("183", "bombing"),
    ("184", "other"),
    ("181", "attack"),
    ("18", "attack"),
    ("191", "other"),
    ("19", "armed clash"),
    ("201", "other"),
    ("20", "attack"),
    ("0871", "talks"),
    ("087", "talks"),
    ("046", "talks"),
    ("057", "talks"),
)
_WORDS: Final = {
    "18": "assault",
    "183": "bombing",
    "1831": "suicide bombing",
    "1832": "vehicle bombing",
    "1833": "roadside bombing",
    "19": "fight",
    "190": "conventional military force",
    "191": "blockade",
    "192": "occupation of territory",
    "193": "small arms and light weapons",
    "194": "artillery and tanks",
    "195": "aerial weapons",
    "1951": "precision-guided aerial munitions",
    "1952": "remotely piloted aerial munitions",
    "196": "violation of a ceasefire",
    "20": "mass violence",
    "046": "negotiation",
    "057": "formal agreement",
    "087": "military de-escalation",
    "0871": "truce or ceasefire",
}
_NEEDED: Final = {
    "globaleventid",
    "sqldate",
    "eventcode",
    "actiongeo_type",
    "actiongeo_lat",
    "actiongeo_long",
}
_POSITION: Final = ("actiongeo_lat", "actiongeo_long")


def detect(table: RawTable) -> bool:
    """Whether the rows are of GDELT: by a header, or by 57, 58 or 61 columns, an id, a day, a CAMEO code."""
    if find_names(table, _NEEDED, _POSITION) is not None:
        return True
    if table.kind != "text" or table.frame.empty or table.frame.shape[1] not in (57, 58, 61):
        return False
    first = table.frame.iloc[0].fillna("").tolist()
    return bool(
        re.fullmatch(r"\d{1,12}", first[0])
        and re.fullmatch(r"(?:19|20)\d{6}", first[1])
        and re.fullmatch(r"\d{4}", first[3])
        and re.fullmatch(r"\d{2,4}|---", first[26])
    )


def _header(table: RawTable) -> tuple[list[str], int]:
    """The names of the columns as GDELT writes them, and how many rows are no data."""
    found = find_names(table, _NEEDED, _POSITION)
    if found is None:
        width = table.frame.shape[1]
        return list(COLUMNS[58][:57] if width == 57 else COLUMNS[width]), 0
    known = {name.lower(): name for name in COLUMNS[61]}
    return [known.get(name, name) for name in found[0]], found[1]


def map_rows(table: RawTable, options: Options) -> Mapped:  # noqa: ARG001 - readers are called alike
    """Rows of GDELT in our columns: ActionGeo as the place, no deaths, for GDELT has none.

    CAMEO 18, 19 and 20 become attacks, clashes, bombings, strikes; 046, 057 and 087 talks; all else
    ``other``. Codes are text, their leading zeros count.
    """
    table = with_position(table, *_POSITION)
    data = named_rows(table, *_header(table))
    rows, faults, warnings = data.rows, data.faults, FaultLog()
    ids = column(rows, "GLOBALEVENTID")
    faults.add(~ids.str.fullmatch(r"\d+"), "GLOBALEVENTID", ids, "it is not a number")
    day = column(rows, "SQLDATE")
    start = pd.to_datetime(day.where(day.str.fullmatch(r"\d{8}")), format="%Y%m%d", errors="coerce").astype(
        "datetime64[us]"
    )
    faults.add(start.isna(), "SQLDATE", day, "it is not a day as YYYYMMDD")
    geo_type, lat, lon = _places(rows, faults)
    code = column(rows, "EventCode")
    details = _details(rows, warnings)
    country = column(rows, "ActionGeo_CountryCode")
    added = column(rows, "DATEADDED")
    known_on = pd.to_datetime(added.str.slice(0, 8), format="%Y%m%d", errors="coerce")
    url = column(rows, "SOURCEURL")
    table_ = assemble(
        {
            "event_id": "gdelt:" + ids,
            "date_start": start,
            "date_end": start,
            "date_precision": pd.Series(1, index=rows.index),
            "event_type": _event_types(code),
            "native_type": _native(code),
            "actor1": column(rows, "Actor1Name"),
            "actor2": column(rows, "Actor2Name"),
            "place": column(rows, "ActionGeo_FullName"),
            "adm1_source": _units(column(rows, "ActionGeo_ADM1Code")),
            "country_source": country.map(FIPS_COUNTRIES)
            .astype("str")
            .where(country.isin(list(FIPS_COUNTRIES)), country),
            "where_precision": category(geo_type, GDELT_PLACES, WHERE_PRECISIONS),
            "verification": pd.Series("reported", index=rows.index).astype(
                pd.CategoricalDtype(list(VERIFICATIONS))
            ),
            "source": url.map(_host).astype("str"),
            "source_url": url,
            "dataset": "gdelt",
            "dataset_version": "2.0" if "ActionGeo_ADM2Code" in rows else "1.0",
            "licence": "LicenseRef-GDELT",
        },
        lon,
        lat,
    )
    rank = pd.to_numeric(added, errors="coerce").fillna(0)
    return Mapped(
        table_,
        rows,
        faults,
        warnings,
        details,
        rank,
        known_on,
        notes=data.notes,
        above=data.above,
    )


def _places(rows: pd.DataFrame, faults: FaultLog) -> tuple[pd.Series, pd.Series, pd.Series]:
    """How exactly the place of the action is known, its latitude and its longitude."""
    geo_type = whole_numbers(rows, "ActionGeo_Type", faults, allowed=range(6))
    placed = geo_type.fillna(0).gt(0)
    text = column(rows, "ActionGeo_Type")
    reason = "GDELT found no place; types 1 to 5 have one"
    faults.add(~placed & text.isin(["", "0"]), "ActionGeo_Type", text, reason)
    lat = _degrees(rows, "ActionGeo_Lat", 90, placed, faults)
    return geo_type, lat, _degrees(rows, "ActionGeo_Long", 180, placed, faults)


def _details(rows: pd.DataFrame, warnings: FaultLog) -> pd.DataFrame:
    """What GDELT says beside our columns."""
    numbers = ("NumMentions", "NumSources", "NumArticles", "QuadClass")
    details = pd.DataFrame({name: whole_numbers(rows, name, warnings) for name in numbers}, index=rows.index)
    return details.assign(
        EventCode=column(rows, "EventCode"),
        adm1_code=column(rows, "ActionGeo_ADM1Code").map(FIPS_UNITS).astype("str"),
        **{
            name: pd.to_numeric(column(rows, name), errors="coerce") for name in ("GoldsteinScale", "AvgTone")
        },
    )


def _degrees(rows: pd.DataFrame, name: str, limit: int, placed: pd.Series, faults: FaultLog) -> pd.Series:
    """Degrees where GDELT has a place; the rows without one have their fault already."""
    text = column(rows, name)
    values = pd.to_numeric(text.where(text.ne("")), errors="coerce").astype("float64")
    good = values.abs().le(limit)
    faults.add(placed & ~good, name, text, f"it is not a number of degrees from -{limit} to {limit}")
    return values.where(good)


def _event_types(code: pd.Series) -> pd.Series:
    kinds = {c: next((ours for start, ours in _CAMEO if c.startswith(start)), "other") for c in code.unique()}
    return category(code, kinds, EVENT_TYPES)


def _native(code: pd.Series) -> pd.Series:
    words = {}
    for c in code.unique():
        said = next((_WORDS[c[:n]] for n in (4, 3, 2) if c[:n] in _WORDS and len(c) >= n), "")
        words[c] = f"CAMEO {c}" + (f" ({said})" if said else "")
    return code.map(words)


def _units(code: pd.Series) -> pd.Series:
    from geo.boundaries.layers import read_units

    frame = read_units(1)
    names = dict(zip(frame["iso3166_2"], frame["name"], strict=True))
    given = {c: names.get(FIPS_UNITS.get(c, ""), c) for c in code.unique()}
    # A bare country code stands for "no unit known".
    return code.map({c: name if len(c) > 2 else "" for c, name in given.items()})


def _host(url: str) -> str:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return (host or url).removeprefix("www.") if url else ""
