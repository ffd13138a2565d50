"""The columns of every table: names, types, what may stand in them."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import geopandas as gpd
import pandas as pd

from geo.vocab import (
    AFGHAN_PROVINCES_ON_LINE,
    BOUNDS,
    CLAIM_SCOPES,
    CLAIMANT_KINDS,
    CONFIDENCES,
    EVENT_TYPES,
    GATE_STATES,
    METRICS,
    PAKISTANI_UNITS_ON_LINE,
    TRAFFIC,
    VERIFICATIONS,
    WHERE_PRECISIONS,
)

__all__ = [
    "CLAIM_COLUMNS",
    "CROSSING_STATUS_COLUMNS",
    "EVENT_COLUMNS",
    "FILE_COLUMNS",
    "FLOW_COLUMNS",
    "PHASE_COLUMNS",
    "POSITION_COLUMNS",
    "REJECTED_COLUMNS",
    "SOURCE_COLUMNS",
    "SUPERSEDED_COLUMNS",
    "SYNONYMS",
    "SYNONYMS_ELSEWHERE",
    "UNITS_ON_LINE",
    "Column",
    "empty_events",
    "empty_table",
    "fold",
]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name
        Name of the column.
    dtype
        pandas dtype; ``category`` means the categories of `allowed`.
    description
        What it holds.
    required
        Whether a file must have the column and every row a value in it.
    allowed
        The values it may hold; empty if any.
    """

    name: str
    dtype: Literal["str", "datetime64[us]", "Int8", "Int64", "float64", "category"]
    description: str
    required: bool = False
    allowed: tuple[str, ...] = ()

    def to_dtype(self) -> Any:
        """What pandas calls the dtype of this column."""
        return pd.CategoricalDtype(list(self.allowed)) if self.dtype == "category" else self.dtype


EVENT_COLUMNS: Final = (
    Column("event_id", "str", "Unique; rows without one get `own:` and the number of the row."),
    Column("date_start", "datetime64[us]", "First day, without a time.", required=True),
    Column("date_end", "datetime64[us]", "Last day; missing where it is not known."),
    Column("date_precision", "Int8", "1 day, 2 two days to a week, 3 month, 4 coarser."),
    Column("event_type", "category", "What happened.", required=True, allowed=EVENT_TYPES),
    Column("native_type", "str", "What the source called it."),
    Column("actor1", "str", "An actor as attributed; the order of the two says nothing."),
    Column("actor2", "str", "Another actor as attributed."),
    Column("place", "str", "The place as the source states it."),
    Column("adm1_source", "str", "The province as the source states it."),
    Column("adm2_source", "str", "The district as the source states it."),
    Column("country_source", "str", "The country as the source states it."),
    Column("where_precision", "category", "How exactly the place is known.", allowed=WHERE_PRECISIONS),
    Column(
        "radius_m",
        "float64",
        "Metres within which the event lies, if known; before the words.",
    ),
    Column("deaths_low", "Int64", "Lowest number of deaths; missing is not 0."),
    Column("deaths_best", "Int64", "Best number of deaths; missing is not 0."),
    Column("deaths_high", "Int64", "Highest number of deaths; missing is not 0."),
    Column("verification", "category", "How far the account is supported.", allowed=VERIFICATIONS),
    Column("part_of", "str", "The event that this one is a part of: counts take the whole or its parts."),
    Column("source", "str", "Who published the account."),
    Column("source_url", "str", "Where; text, not checked."),
    Column("dataset", "str", "The data set that the row comes from."),
    Column("dataset_version", "str", "Its version."),
    Column("licence", "str", "SPDX licence of the row; decides what may leave in an export."),
    Column("summary", "str", "What happened, in a sentence or two; text, never trusted."),
    Column("attribution", "str", "Who attributes it to whom, and what others say."),
    Column("confidence", "category", "How sure the compilers are of the row.", allowed=CONFIDENCES),
    Column("notes", "str", "What a reader of the row has to know."),
    Column("border_units", "str", "ISO 3166-2 codes, semicolons between, that narrow a stretch of the line."),
    Column("off_map", "str", "Why the event is not on the map; missing if it is."),
    Column("coord_source", "str", "Where the position comes from."),
)
"""The columns of the table of events, beside `geometry`."""


POSITION_COLUMNS: Final = (
    Column("lon", "float64", "Longitude in degrees, WGS 84.", required=True),
    Column("lat", "float64", "Latitude in degrees, WGS 84.", required=True),
)
"""How a file gives the position; in the table it is `geometry`."""


CLAIM_COLUMNS: Final = (
    Column("claim_id", "str", "Unique; rows without one get `claim:` and the number of the row."),
    Column("event_id", "str", "The event.", required=True),
    Column("claimant", "str", "Who says so.", required=True),
    Column("claimant_kind", "category", "What kind of claimant.", allowed=CLAIMANT_KINDS),
    Column("metric", "category", "What is counted.", required=True, allowed=METRICS),
    Column("who", "str", "The people counted, in the claimant's words."),
    Column("low", "Int64", "The number, or the lower of two; missing for `up to` and `dozens`."),
    Column(
        "high", "Int64", "The number, or the higher of two; missing if the number is a floor, or `dozens`."
    ),
    Column("bound", "category", "How the number was said; missing if not told.", allowed=BOUNDS),
    Column("stated_on", "datetime64[us]", "Day of the page that carries the claim."),
    Column("scope", "category", "What the number covers.", allowed=CLAIM_SCOPES),
    Column("covers", "str", "The ids of the events, or the area, that the number is for, if not the event."),
    Column("source_url", "str", "Where; text, not checked."),
    Column("note", "str", "What a reader of the number has to know."),
)
"""The columns of the table of claims."""


SOURCE_COLUMNS: Final = (
    Column("source_id", "str", "Unique.", required=True),
    Column("event_id", "str", "The event.", required=True),
    Column("title", "str", "Headline; missing if it was not seen."),
    Column("publisher", "str", "Who published the page.", required=True),
    Column("original", "str", "The agency or outlet that the page repeats."),
    Column("date", "str", "Day or month of the page, ISO 8601."),
    Column("url", "str", "Where."),
)
"""The columns of the table of sources."""


PHASE_COLUMNS: Final = (
    Column("date_start", "datetime64[us]", "First day.", required=True),
    Column("date_end", "datetime64[us]", "Last day; missing if no end was found."),
    Column("name", "str", "Name of the phase.", required=True),
    Column("kind", "str", "fighting, truce, ceasefire, talks, closure.", required=True),
    Column("event_id", "str", "The event that it rests on."),
    Column("source_url", "str", "Where."),
    Column("note", "str", "What a reader has to know."),
)
"""The columns of the table of phases."""


CROSSING_STATUS_COLUMNS: Final = (
    Column("crossing_id", "str", "Crossing of `geo.read_crossings`, by id or name.", required=True),
    Column("traffic", "category", "What is let through or not.", required=True, allowed=TRAFFIC),
    Column("state", "category", "What is said of it.", required=True, allowed=GATE_STATES),
    Column("date_from", "datetime64[us]", "First day of the state.", required=True),
    Column("from_precision", "Int8", "Of the first day, as `date_precision`; a day if empty."),
    Column("from_source", "str", "The page that has the first day."),
    Column("date_to", "datetime64[us]", "The day on which the state ended; missing if no page has it."),
    Column("to_precision", "Int8", "Of the last day."),
    Column("to_source", "str", "The page that has the last day."),
    Column("last_report", "datetime64[us]", "The last day on which a page says that the state held."),
    Column("last_source", "str", "That page."),
    Column("note", "str", "What a reader has to know."),
)

FLOW_COLUMNS: Final = (
    Column("crossing_id", "str", "Crossing of `geo.read_crossings`, by id or name.", required=True),
    Column("from", "str", "Country or province that the people come from.", required=True),
    Column("to", "str", "Country or province that they go to.", required=True),
    Column("people", "Int64", "How many, as the source counted them.", required=True),
    Column("bound", "category", "How the figure was said; exactly if empty.", allowed=BOUNDS[:-1]),
    Column("date_from", "datetime64[us]", "First day that the figure counts.", required=True),
    Column("date_to", "datetime64[us]", "Last day that it counts.", required=True),
    Column("source", "str", "Who counted.", required=True),
    Column("source_url", "str", "The page or file that has the figure."),
    Column("note", "str", "What a reader has to know, such as who is counted."),
)
"""The columns of a table of people who crossed."""

REJECTED_COLUMNS: Final = (
    Column("row", "Int64", "Number of the data row, from 1."),
    Column("column", "str", "The column at fault; missing if it is the whole row."),
    Column("value", "str", "What stood there; missing if nothing."),
    Column("reason", "str", "What is wrong and what would be accepted."),
)
"""The columns of the table of faults."""


UNITS_ON_LINE: Final = (*AFGHAN_PROVINCES_ON_LINE, *PAKISTANI_UNITS_ON_LINE)


def empty_events() -> gpd.GeoDataFrame:
    """A table of events without rows: every column with its dtype, EPSG:4326.

    Examples
    --------
    >>> from geo.events.columns import empty_events
    >>> events = empty_events()
    >>> len(events), events.crs.to_epsg(), str(events["deaths_best"].dtype)
    (0, 4326, 'Int64')
    """
    return gpd.GeoDataFrame(empty_table(EVENT_COLUMNS), geometry=gpd.GeoSeries([], crs="EPSG:4326"))


def empty_table(columns: Sequence[Column]) -> pd.DataFrame:
    """A table without rows that has the given columns and their dtypes."""
    return _empty(tuple(columns)).copy()


@functools.cache
def _empty(columns: tuple[Column, ...]) -> pd.DataFrame:
    return pd.DataFrame({column.name: pd.Series(dtype=column.to_dtype()) for column in columns})


FILE_COLUMNS: Final = ("file", "offset", "above", "read", "notes")
"""Columns of the account of files."""

SUPERSEDED_COLUMNS: Final = ("row", "event_id", "by_row", "reason")
"""Columns of the table of rows that a later one replaces."""


SYNONYMS: Final = {
    "event_id": "id, event id, no, number, nr, ref, reference, incident id, case id",
    "date_start": "date, when, day, event date, incident date, start, start date, date start, from date, "
    "date of event, "
    "date of incident, date from, date of attack, begin, begin date, sqldate",
    "date_end": "end, end date, date end, to date, until, date to, last day",
    "year": "year, iyear",
    "month": "month, imonth",
    "day_of_month": "iday, day of month",
    "period": "period, time period, month year, year month, month and year, month of incident, date month",
    "date_precision": "date precision, date prec, time precision",
    "event_type": "type, event type, category, kind, incident type, incident, what, type of event, type of "
    "incident, "
    "attack type, attacktype1 txt, event",
    "native_type": "native type, sub event type, subtype, sub type",
    "actor1": "actor, actor 1, attacker, perpetrator, side a, party a, group, gname, by whom, who, "
    "attributed to, actor attributed",
    "actor2": "actor 2, target, side b, party b, against, actor other, opponent, victim group",
    "place": "place, location, where, site, village, town, city, place name, location name, locality, "
    "settlement, crossing, name of place, loc name, loc",
    "adm1_source": "province, adm1, admin1, admin 1, adm 1, region, wilayat, velayat, state, provstate, "
    "province name, adm1 name",
    "adm2_source": "district, adm2, admin2, admin 2, adm 2, tehsil, agency, county, woluswali, "
    "district name, adm2 name",
    "country_source": "country, country name, country side, side, country txt, adm0, admin0, nation",
    "where_precision": "precision, where precision, coordinate precision, coord precision, geo precision, "
    "accuracy, "
    "location precision, where prec, specificity, actiongeo type",
    "lat": "lat, latitude, geo lat, y, lat wgs84, latitude wgs84, lat dd, y coord, ycoord, coord y, gps lat, "
    "lat deg, northing deg",
    "lon": "lon, long, geo lon, lng, longitude, x, lon wgs84, longitude wgs84, lon dd, long dd, x coord, "
    "xcoord, coord x, gps long, gps lon, lon deg",
    "coordinates": "coordinates, coordinate, coords, coord, gps, position, lat long, lat lon, latlong, "
    "latlon, lat lng, "
    "latitude longitude, gps coordinates, mgrs, utm, grid, grid reference, geom, geom wkt, wkt, geometry, "
    "point",
    "deaths": "killed, dead, deaths, fatalities, toll, death toll, casualties killed, number killed, no "
    "killed, kia, nkill, "
    "people killed, affected killed, best, fatality, casualties dead, died, total killed",
    "deaths_low": "low, min, minimum, killed min, deaths low, low estimate, deaths min, killed low",
    "deaths_high": "high, max, maximum, killed max, deaths high, high estimate, deaths max, killed high",
    "injured": "injured, affected injured, wounded, wia, nwound, number injured, "
    "number wounded, people injured, casualties injured, "
    "casualties wounded, hurt",
    "claimant": "claimant, claimed by, who says, who says so, says who, according to, said by, stated by, "
    "toll according to, toll source, claim by, figure by, casualty source",
    "verification": "verification, status, verified, attribution status",
    "source": "source, sources, publisher, outlet, media, reported by, source name, dbsource, scite1",
    "source_url": "link, url, source url, source link, href, web, website, weblink, hyperlink",
    "summary": "summary, description, details, notes, what happened, narrative, text, comment, comments, "
    "remarks, event description",
    "known_on": "retrieved, retrieval date, accessed, date accessed, retrieved on, stated on, updated, last "
    "updated, date added",
}
"""Names that files have for our columns, and for what is turned into them (coordinates, year, injured)."""


SYNONYMS_ELSEWHERE: Final = {
    "date_start": "تاریخ, نېټه, نیټه, تاریخ وقوع, تاریخ واقعہ, د پېښې نېټه, datum, fecha, дата, "
    "date de l'incident",
    "year": "سال, کال, année, annee, jahr, año, год",
    "day_of_month": "روز, ورځ, jour, tag, día, dia",
    "month": "ماه, میاشت, مہینہ, mois, monat, mes, месяц",
    "event_type": "نوع, ډول, نوعیت, نوع واقعه, نوعیت واقعہ, type d'événement, ereignis, ereignistyp, tipo, "
    "tipo de evento, тип, тип события",
    "place": "ځای, محل, مقام, جگہ, مکان, محل وقوع, جائے وقوعہ, پېښې ځای, lieu, localité, ort, "
    "ortschaft, lugar, localidad, место, населенный пункт",
    "adm1_source": "ولایت, صوبہ, استان, provinz, provincia, провинция",
    "adm2_source": "ولسوالی, ولسوالۍ, ضلع, distrikt, bezirk, distrito, район, уезд",
    "country_source": "کشور, هېواد, ہیواد, ملک, pays, país, страна",
    "actor1": "عامل, acteur, acteur 1, täter, akteur, autor",
    "lat": "عرض البلد, عرض جغرافیایی, latitud, breite, breitengrad, широта",
    "lon": "طول البلد, طول جغرافیایی, longitud, länge, längengrad, долгота",
    "deaths": "کشته, کشته شدگان, شمار کشته شدگان, تعداد کشته شدگان, وژل شوي, مړه, هلاک, ہلاک, ہلاکتیں, "
    "جاں بحق, morts, tués, décès, nombre de morts, tote, getötete, todesopfer, muertos, fallecidos, "
    "погибшие, убитые",
    "injured": "زخمی, زخمیان, مجروحین, ټپیان, ژوبل, blessés, nombre de blessés, verletzte, verwundete, "
    "heridos, раненые, пострадавшие",
    "source": "منبع, سرچینه, ذریعہ, ماخذ, quelle, quellen, fuente, источник",
    "summary": "شرح, خلاصه, لنډیز, تفصیل, تفصیلات, خلاصہ, résumé, beschreibung, zusammenfassung, "
    "descripción, resumen, описание",
}
"""The same in Dari, Pashto, Urdu, French, German, Spanish and Russian."""


_ONE_LETTER: Final = str.maketrans("يىكہەھ", "ییکههه")
"""Letters that Arabic, Dari, Pashto and Urdu keyboards write for one another."""


def fold(name: str) -> str:
    """A name without case, accents, signs and bracketed units, words apart by one blank.

    Examples
    --------
    >>> fold("Latitude (°N)"), fold("Date_of-Incident"), fold("Kîlled*")
    ('latitude', 'date of incident', 'killed')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = plain.translate(_ONE_LETTER)
    plain = (
        re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", plain)
        if re.sub(r"\([^)]*\)|\[[^\]]*\]", "", plain).strip()
        else plain
    )
    return " ".join(re.sub(r"[^\w]|_", " ", plain.casefold()).split())
