"""Any table of events: columns by name; coordinates, dates and numbers as people write them; places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.errors import PlaceError, SchemaError
from geo.events.columns import CLAIM_COLUMNS
from geo.events.faults import FaultLog
from geo.files.csv_injection import restore_formulas
from geo.places.unit_names import country_code
from geo.sources.files.open import RawTable
from geo.sources.header import find_header, fold, recognise
from geo.sources.reader_tools import Mapped, Options, assemble, column, named_rows
from geo.sources.values.coordinates import COORDINATES_ACCEPTED, looks_swapped, parse_pair, parse_points
from geo.sources.values.dates import DATES_ACCEPTED, parse_dates
from geo.sources.values.tolls import TOLLS_ACCEPTED, Claim, Toll, claimant_kind, parse_claims, parse_toll
from geo.vocab import EVENT_TYPES, VERIFICATIONS, WHERE_PRECISIONS

__all__ = ["detect", "map_claims", "map_rows"]

_HEADER_ROWS: Final = 30
_TYPE_WORDS: Final = (
    (r"\bdrones?\b|\buavs?\b|quad ?copter|unmanned", "drone strike"),
    (r"\bair ?strikes?\b|\bair raids?\b|aerial|\bjets?\b|bombardment by air|air bombing", "airstrike"),
    (r"shell|mortar|artillery|rocket|missile", "shelling"),
    (r"re ?open|opened|opening", "crossing reopened"),
    (r"clos(?:ed|ure|ing)|shut", "crossing closed"),
    (r"bomb|\bieds?\b|explosion|blast|\bmines?\b|landmine|grenade", "bombing"),
    (r"clash|fire ?fight|gun ?battle|fighting|skirmish|battle|exchange of fire|crossfire", "armed clash"),
    (r"talks?\b|negotiat|ceasefire|cease fire|truce|agreement|meeting|\bjirga", "talks"),
    (
        r"attack|assault|\braid|ambush|assassinat|shooting|shot|killing|execution|beheading|kidnap|abduct",
        "attack",
    ),
)
_WHERE_WORDS: Final = {
    "exact": "site",
    "exact location": "site",
    "precise": "site",
    "village": "town",
    "city": "town",
    "settlement": "town",
    "approximate": "near",
    "approx": "near",
    "nearby": "near",
    "area": "near",
    "adm2": "district",
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
    r"(?:durand line|(?:afghan\w*\W+(?:and )?pak\w*|pak\w*\W+(?:and )?afghan\w*) border(?: with \w+)?)"
    r"(?: areas?| regions?)?(?:(?:,| from| between|:| in| along) .*)?",
    re.IGNORECASE,
)
_GTD_COUNTRIES: Final = {"4": "AF", "153": "PK"}
_RANK: Final = {name: number for number, name in enumerate(WHERE_PRECISIONS)}


def detect(table: RawTable) -> bool:
    """Any table is one of these, so this reader is asked last."""
    return bool(len(table.frame.columns))


def map_rows(table: RawTable, options: Options) -> Mapped:
    """Rows of any table in our columns.

    Raises
    ------
    SchemaError
        If no row names columns known here, or none gives a date, or none a place.
    """
    names, skip = _header(table, options)
    rows, faults = named_rows(table, names, skip)
    if table.kind == "text":
        rows = restore_formulas(rows)
    warnings = FaultLog()
    found = recognise(list(rows.columns), options.columns)
    if {"year", "month"} <= set(found) and fold(found.get("date_start", "")) == "day":
        found["day_of_month"] = found.pop("date_start")
    _check_enough(found, list(rows.columns), table)
    cells = {target: column(rows, name) for target, name in found.items()}
    _unworked_formulas(table, rows, found, faults, skip)
    empty = pd.Series("", index=rows.index, dtype="str")

    dates = _dates(cells, found, options, faults, rows)
    position = _positions(table, rows, cells, found, options, faults, warnings)
    kinds = _event_types(cells, found, warnings, rows.index)
    tolls, claims, details = _tolls(cells, found, warnings, rows.index)
    ids = cells.get("event_id", empty)
    numbered = pd.Series([f"own:{row}" for row in rows.index], index=rows.index, dtype="str")
    given = ids.where(ids.str.contains(":", regex=False), "own:" + ids)
    verification = _verification(cells, found, warnings, rows.index)
    plain: tuple[str, ...] = (
        "actor1",
        "actor2",
        "place",
        "adm1_source",
        "adm2_source",
        "country_source",
        "source",
        "source_url",
    )
    plain += (
        "dataset",
        "dataset_version",
        "licence",
        "summary",
        "attribution",
        "notes",
        "border_units",
        "off_map",
    )
    native = cells.get("native_type", cells.get("event_type", empty))
    table_ = assemble(
        {
            **{name: cells[name] for name in plain if name in cells},
            "event_id": numbered.where(ids.eq(""), given),
            "date_start": dates["start"],
            "date_end": dates["end"],
            "date_precision": dates["precision"],
            "event_type": kinds,
            "native_type": native,
            "where_precision": position["where"],
            "coord_source": position["coord_source"],
            "verification": verification,
            **tolls,
        },
        position["lon"],
        position["lat"],
    )
    known_on = (
        parse_dates(cells["known_on"], day_first=options.day_first).start if "known_on" in cells else None
    )
    unused = [
        name for name in rows.columns if name not in set(found.values()) and not name.startswith("column ")
    ]
    notes = [f"columns read: {', '.join(f'{name!r} as {target}' for target, name in found.items())}"]
    if table.kind != "records" and skip != 1:
        notes.append(f"row 1 is line {skip + 1} of the sheet")
    if unused:
        notes.append(f"columns kept in the raw rows alone: {', '.join(map(repr, unused))}")
    rank = pd.Series(0, index=rows.index)
    return Mapped(table_, rows, faults, warnings, details, rank, known_on, claims, notes)


def map_claims(table: RawTable, ids: pd.Series) -> pd.DataFrame:
    """Claims of a sheet of a workbook as text in our columns.

    Parameters
    ----------
    table : RawTable
        The sheet; its first row names the columns as `geo.events.columns.CLAIM_COLUMNS`.
    ids : pandas.Series
        The event_id of each row of the events.

    Returns
    -------
    pandas.DataFrame
        Text, with `row`: number of the event's row, 0 where there is none of that id.
    """
    names = [fold(str(cell)).replace(" ", "_") for cell in table.frame.iloc[0].fillna("")]
    rows, _ = named_rows(table, names, 1)
    rows = rows[[spec.name for spec in CLAIM_COLUMNS if spec.name in rows]].fillna("")
    if "event_id" not in rows:
        raise SchemaError(f"{table.label}: no column 'event_id' names the event; found: {', '.join(names)}")
    text = rows["event_id"].str.strip()
    text = text.where(text.str.contains(":", regex=False), "own:" + text)
    numbers = {event_id: row for row, event_id in ids.items()}
    return rows.assign(event_id=text, row=text.map(numbers).fillna(0).astype("int64"))


def _header(table: RawTable, options: Options) -> tuple[list[str], int]:
    if table.kind == "records":
        return table.names, 0
    top = table.frame.iloc[:_HEADER_ROWS].fillna("").astype("str").to_numpy().tolist()
    header = find_header(top, table.merged, tuple(options.columns.values()))
    if header is None:
        first: list[str] = next((row for row in top if any(cell.strip() for cell in row)), [])
        shown = ", ".join(repr(cell[:40]) for cell in first[:12]) or "nothing"
        raise SchemaError(
            f"{table.label}: no row names columns known here. First row: {shown}. Name the columns in a "
            "first row, "
            "such as date, place, lat, long, killed, source, or say which is which: --map date=WHEN --map "
            "place=WHERE"
        )
    return header


def _check_enough(found: dict[str, str], names: Sequence[str], table: RawTable) -> None:
    lacking = []
    if not {"date_start", "year"} & set(found):
        lacking.append("a date (--map date=COLUMN)")
    placed = {"lat", "lon"} <= set(found) or {"coordinates", "place", "adm2_source", "adm1_source"} & set(
        found
    )
    if not placed and table.geometry is None:
        lacking.append("coordinates or a place (--map lat=COLUMN --map lon=COLUMN, or --map place=COLUMN)")
    if lacking:
        raise SchemaError(
            f"{table.label}: no column gives {' and none '.join(lacking)}; found: "
            f"{', '.join(map(repr, names))}"
        )


def _unworked_formulas(
    table: RawTable, rows: pd.DataFrame, found: dict[str, str], faults: FaultLog, skip: int
) -> None:
    names = list(rows.columns)
    used = set(found.values())
    for position, number in sorted(table.formulas):
        row = position - skip + 1
        if row in rows.index and number < len(names) and names[number] in used:
            reason = (
                "a formula that was never worked out; open the file in a spreadsheet program, save it, "
                "or write the value"
            )
            faults.lines.append((row, names[number], None, reason))


# ---------------------------------------------------------------- dates


def _dates(
    cells: dict[str, pd.Series], found: dict[str, str], options: Options, faults: FaultLog, rows: pd.DataFrame
) -> dict[str, pd.Series]:
    text, name = (
        (cells["date_start"], found["date_start"]) if "date_start" in cells else _from_parts(cells, found)
    )
    parsed = parse_dates(text, day_first=options.day_first)
    reason = parsed.reason + "; accepted: " + DATES_ACCEPTED
    faults.add(parsed.reason.ne(""), name, text, reason)
    faults.add(text.eq(""), name, None, f"no date; accepted: {DATES_ACCEPTED}")
    start, end, precision = parsed.start, parsed.end, parsed.precision
    if "date_end" in cells:
        last = parse_dates(cells["date_end"], day_first=options.day_first)
        faults.add(
            last.reason.ne(""),
            found["date_end"],
            cells["date_end"],
            last.reason + "; accepted: " + DATES_ACCEPTED,
        )
        end = last.end.fillna(end)
        early = end < start
        faults.add(
            early,
            found["date_end"],
            cells["date_end"],
            f"before the first day ({found.get('date_start', name)})",
        )
        days = (end - start).dt.days
        span = pd.Series(np.select([days.le(0), days.lt(7), days.le(31)], [1, 2, 3], 4), index=rows.index)
        precision = precision.where(last.end.isna(), np.maximum(span, precision.fillna(1))).astype("Int8")
    if "date_precision" in cells:
        said = cells["date_precision"]
        code = pd.to_numeric(said.where(said.ne("")), errors="coerce")
        good = code.isin([1, 2, 3, 4])
        words = "1 (day), 2 (two days to a week), 3 (month) or 4 (coarser)"
        faults.add(said.ne("") & ~good, found["date_precision"], said, f"unknown; allowed: {words}")
        precision = precision.where(~good, np.maximum(code.fillna(1), precision.fillna(1))).astype("Int8")
    return {"start": start, "end": end, "precision": precision}


def _from_parts(cells: dict[str, pd.Series], found: dict[str, str]) -> tuple[pd.Series, str]:
    """A date from columns of year, month and day; 0 is "not known" (GTD)."""
    text = cells["year"].str.replace(r"\.0+$", "", regex=True)
    names = [found["year"]]
    going = pd.Series(True, index=text.index)
    for part in ("month", "day_of_month"):
        if part in cells:
            value = cells[part].str.replace(r"\.0+$", "", regex=True)
            going &= value.str.fullmatch(r"\d{1,2}") & ~value.isin(["0", "00"])
            text = text.mask(going, text + "-" + value.str.zfill(2))
            names.append(found[part])
    return text, " + ".join(names)


# ---------------------------------------------------------------- positions


def _positions(
    table: RawTable,
    rows: pd.DataFrame,
    cells: dict[str, pd.Series],
    found: dict[str, str],
    options: Options,
    faults: FaultLog,
    warnings: FaultLog,
) -> dict[str, pd.Series]:
    empty = pd.Series("", index=rows.index, dtype="str")
    lat_text, lon_text = cells.get("lat", empty), cells.get("lon", empty)
    pair_text = cells.get("coordinates", empty)
    # Two numbers in the cell for the latitude and none in the other: a pair that slipped into the wrong
    # column.
    slipped = lat_text.ne("") & lon_text.eq("") & pair_text.eq("")
    slipped &= lat_text.map(lambda text: not isinstance(parse_pair(text), str)).astype(bool)
    pair_text, lat_text = pair_text.mask(slipped, lat_text), lat_text.mask(slipped, "")
    points = parse_points(lat=lat_text, lon=lon_text, pair=pair_text)
    lon, lat = points.lon, points.lat
    # A grid reference or minutes and seconds make endless decimals that nobody gave: a second is 31 m, and
    # five decimals are 1 m. More are kept only where the text has them.
    written = (lat_text + " " + lon_text + " " + pair_text).str.contains(r"[.,]\d{6}", regex=True)
    lon, lat = lon.round(6), lat.round(6)
    lon, lat = lon.where(written, lon.round(5)), lat.where(written, lat.round(5))
    shown = lat_text.where(points.column.eq("lat"), lon_text).mask(points.column.eq("coordinates"), pair_text)
    for part in ("lat", "lon", "coordinates"):
        at = points.reason.ne("") & points.column.eq(part)
        name = found.get(part, found.get("lat", part))
        faults.add(at, name, shown, points.reason + "; accepted: " + COORDINATES_ACCEPTED)
    tried = points.reason.ne("")
    if table.geometry is not None:
        shapes = table.geometry.set_axis(rows.index, axis=0)
        use = lon.isna() & ~tried
        lon, lat = lon.mask(use, shapes["x"]), lat.mask(use, shapes["y"])
        other = use & ~shapes["type"].isin(["Point", ""])
        faults.add(
            other,
            "geometry",
            shapes["type"].astype("str"),
            "an event is a Point; give the point, or its place by name",
        )
        tried |= other
    lon, lat, tried = _exchanged(lon, lat, cells, found, options, faults, warnings, tried)
    wild = lat.abs().gt(90) | lon.abs().gt(180)
    faults.add(
        wild,
        found.get("lat", found.get("coordinates", "geometry")),
        lat,
        "a latitude lies between -90 and 90, a longitude between -180 and 180",
    )
    lon, lat, tried = lon.mask(wild), lat.mask(wild), tried | wild

    where = _stated_precision(cells, found, faults)
    coord_source = cells.get("coord_source", empty).astype("object")
    digits = _digits_precision(lat_text.where(pair_text.eq(""), pair_text), points.error_m)
    given = lon.notna()
    wide = cells.get("place", empty).map(_is_border).astype(bool)
    # "The border" is no point, whatever coordinates a source gives it.
    where = where.mask(where.isna() & wide, "border")
    where = where.where(where.notna() | ~given, digits)
    for row in rows.index[lon.isna() & ~tried]:
        if wide[row] and where[row] == "border":
            lon[row], lat[row] = _middle(cells["place"][row], cells.get("border_units", empty)[row])
            coord_source[row] = coord_source[row] or "middle of that stretch of the Durand Line"
            continue
        place = _resolve(row, cells, found, faults)
        if place is not None:
            lon[row], lat[row] = place.lon, place.lat
            coord_source[row] = coord_source[row] or f"{place.source}: {place.name}"
            stated = where[row]
            # What the place is known to is a floor: a town in a row marked "province" stays the province.
            coarser = not isinstance(stated, str) or _RANK[place.where_precision] > _RANK[stated]
            where[row] = place.where_precision if coarser else stated
    return {
        "lon": lon,
        "lat": lat,
        "where": where.astype(pd.CategoricalDtype(list(WHERE_PRECISIONS))),
        "coord_source": coord_source.astype("str"),
    }


def _is_border(place: str) -> bool:
    """Whether a place is the border at large, "Durand Line, Paktika to Khost" too, and no crossing on it."""
    return bool(_BORDER.fullmatch(" ".join(place.split())))


def _middle(place: str, listed: str) -> tuple[float, float]:
    """A point to store for the border, or for the stretch that the text names."""
    import shapely

    from geo.border.durand import durand_line
    from geo.border.spans import named_span, named_units, stretches_along
    from geo.places.unit_names import province_code

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
    lon: pd.Series,
    lat: pd.Series,
    cells: dict[str, pd.Series],
    found: dict[str, str],
    options: Options,
    faults: FaultLog,
    warnings: FaultLog,
    tried: pd.Series,
) -> tuple[pd.Series, pd.Series, pd.Series]:
    ours = pd.Series(True, index=lon.index)
    if "country_source" in cells:
        country = cells["country_source"]
        ours = country.eq("") | country.map(lambda name: _country(name) is not None).astype(bool)
    swapped = looks_swapped(lon, lat) & ours
    name = found.get("lat", found.get("coordinates", "geometry"))
    reason = pd.Series(
        [
            f"latitude {y:g} and longitude {x:g} look exchanged: the other way round the point is in the "
            "region"
            for y, x in zip(lat, lon, strict=True)
        ],
        index=lon.index,
        dtype="str",
    )
    if options.fix:
        warnings.add(swapped, name, lat, reason + "; exchanged, as asked")
        return lon.mask(swapped, lat), lat.mask(swapped, lon), tried
    faults.add(swapped, name, lat, reason + "; exchange the two, or say --fix")
    return lon.mask(swapped), lat.mask(swapped), tried | swapped


def _country(text: str) -> str | None:
    return country_code(text) or _GTD_COUNTRIES.get(text)


def _stated_precision(cells: dict[str, pd.Series], found: dict[str, str], faults: FaultLog) -> pd.Series:
    some = next(iter(cells.values()))
    if "where_precision" not in cells:
        return pd.Series(None, index=some.index, dtype="object")
    text = cells["where_precision"]
    folded = text.map(fold)
    words = folded.where(folded.isin(WHERE_PRECISIONS), folded.map(_WHERE_WORDS)).astype("object")
    unknown = text.ne("") & words.isna()
    allowed = f"allowed: {', '.join(WHERE_PRECISIONS)}"
    numbers = text.str.fullmatch(r"\d+(?:\.0+)?")
    faults.add(
        unknown & numbers,
        found["where_precision"],
        text,
        f"a number means different things in different data sets; {allowed}",
    )
    faults.add(unknown & ~numbers, found["where_precision"], text, f"unknown; {allowed}")
    return words.where(words.notna(), None)


def _digits_precision(text: pd.Series, error_m: pd.Series) -> pd.Series:
    """What a position that nobody graded is good for: as many kilometres as its last digit leaves open."""
    decimals = text.str.extract(r"(?<!\d)-?\d{1,3}[.,](\d+)\s*°?\s*[NSns]?", expand=False).str.len()
    sexagesimal = text.str.contains(r"\d\s*['′’]|\d\s*[:-]\s*\d|\d\s+\d", regex=True)
    words = np.select(
        [
            error_m.gt(50_000),
            error_m.gt(2_000),
            error_m.notna(),
            sexagesimal & ~decimals.ge(3),
            decimals.ge(2),
            decimals.eq(1),
        ],
        ["province", "near", "town", "town", "town", "near"],
        "province",
    )
    # A file that carries points in their own right does not say how many digits were meant.
    words = np.where(text.eq(""), "town", words)
    return pd.Series(words, index=text.index, dtype="object")


def _resolve(row: Any, cells: dict[str, pd.Series], found: dict[str, str], faults: FaultLog) -> Any:  # noqa: ANN401 - a cell or an object of a library loaded where first needed
    from geo.places.gazetteer import resolve_place

    said = {
        name: cells[name][row] if name in cells else ""
        for name in ("place", "adm2_source", "adm1_source", "country_source")
    }
    target = next((name for name in ("place", "adm2_source", "adm1_source") if said[name]), None)
    if target is None:
        asked = next((found[name] for name in ("lat", "coordinates", "place") if name in found), None)
        faults.lines.append(
            (
                int(row),
                asked,
                None,
                f"neither coordinates nor a place; accepted: {COORDINATES_ACCEPTED}, or a place by name",
            )
        )
        return None
    country = _country(said["country_source"])
    if said["country_source"] and country is None:
        faults.lines.append(
            (
                int(row),
                found[target],
                said[target],
                f"no coordinates, and places of {said['country_source']!r} are not known here: only those of "
                "Afghanistan and Pakistan",
            )
        )
        return None
    adm1 = said["adm1_source"] if target != "adm1_source" and said["adm1_source"] else None
    try:
        try:
            return resolve_place(said[target], country=country, adm1=adm1)
        except (PlaceError, SchemaError):
            # A village that no gazetteer has is still known to its district.
            if target != "place" or not said["adm2_source"]:
                raise
            return resolve_place(said["adm2_source"], country=country, adm1=adm1)
    except (PlaceError, SchemaError) as err:
        # A mark in the place of a name, or a province that is none, is a fault of the row, not of the file.
        faults.lines.append((int(row), found[target], said[target], f"no coordinates, and {err}"))
        return None


# ---------------------------------------------------------------- words and numbers


def _event_types(
    cells: dict[str, pd.Series], found: dict[str, str], warnings: FaultLog, index: pd.Index
) -> pd.Series:
    dtype = pd.CategoricalDtype(list(EVENT_TYPES))
    if "event_type" not in cells:
        return pd.Series("other", index=index).astype(dtype)
    text = cells["event_type"]
    words = {said: _event_type(said) for said in text.unique()}
    known = text.map(words).astype("object")
    unknown = known.isna()
    warnings.add(
        unknown & text.ne(""),
        found["event_type"],
        text,
        f"no type known here, so it is 'other'; known: {', '.join(EVENT_TYPES)}",
    )
    return known.where(known.notna(), "other").astype(dtype)


def _event_type(text: str) -> str | None:
    folded = fold(text)
    if folded in EVENT_TYPES:
        return folded
    return next((kind for pattern, kind in _TYPE_WORDS if re.search(pattern, folded)), None)


def _verification(
    cells: dict[str, pd.Series], found: dict[str, str], warnings: FaultLog, index: pd.Index
) -> pd.Series:
    dtype = pd.CategoricalDtype(list(VERIFICATIONS))
    if "verification" not in cells:
        return pd.Series("reported", index=index).astype(dtype)
    text = cells["verification"]
    folded = text.map(fold)
    good = folded.isin(VERIFICATIONS)
    warnings.add(
        text.ne("") & ~good,
        found["verification"],
        text,
        f"unknown, so it is 'reported'; known: {', '.join(VERIFICATIONS)}",
    )
    return folded.where(good, "reported").astype(dtype)


def _tolls(
    cells: dict[str, pd.Series], found: dict[str, str], warnings: FaultLog, index: pd.Index
) -> tuple[dict[str, pd.Series], pd.DataFrame | None, pd.DataFrame]:
    """Deaths in our three columns; claims of named sides as claims; the injured beside the events."""
    columns: dict[str, list[int | None]] = {
        f"{metric}_{part}": [None] * len(index)
        for metric in ("deaths", "injured")
        for part in ("low", "best", "high")
    }
    claims: list[dict[str, Any]] = []
    said_by = _claimants(cells, index)
    rows = {row: number for number, row in enumerate(index)}
    for target, metric in (("deaths", "killed"), ("deaths_best", "killed"), ("injured", "injured")):
        if target not in cells:
            continue
        ours = "deaths" if metric == "killed" else "injured"
        for row, text in cells[target][cells[target].ne("")].items():
            read = _toll_or_claims(text)
            if isinstance(read, str):
                reason = (
                    f"{read}; the number is left out, the words stay in the raw row; accepted: "
                    f"{TOLLS_ACCEPTED}"
                )
                warnings.lines.append((int(row), found[target], text, reason))
            elif isinstance(read, Toll) and said_by.get(row):
                # A figure whose claimant stands beside it is a claim and no count.
                claims.append(
                    _claim(int(row), metric, Claim(said_by[row], claimant_kind(said_by[row]), read))
                )
            elif isinstance(read, Toll):
                for part in ("low", "best", "high"):
                    columns[f"{ours}_{part}"][rows[row]] = getattr(read, part)
            else:
                claims += [_claim(int(row), metric, claim) for claim in read]
    for target in ("deaths_low", "deaths_high"):
        if target in cells:
            for row, text in cells[target][cells[target].ne("")].items():
                read = parse_toll(text)
                if isinstance(read, str):
                    warnings.lines.append((int(row), found[target], text, f"{read}; the number is left out"))
                elif (
                    value := read.best
                    if read.best is not None
                    else read.low
                    if target == "deaths_low"
                    else read.high
                ) is not None:
                    columns[target][rows[row]] = value
    series = {name: pd.Series(values, index=index, dtype="Int64") for name, values in columns.items()}
    deaths = {name: values for name, values in series.items() if name.startswith("deaths")}
    injured = pd.DataFrame(
        {name: values for name, values in series.items() if name.startswith("injured")}, index=index
    )
    details = injured if "injured" in cells else pd.DataFrame(index=index)
    return deaths, pd.DataFrame(claims) if claims else None, details


def _claimants(cells: dict[str, pd.Series], index: pd.Index) -> dict[Any, str]:
    """The party that each row's figures are according to, where a column names it."""
    if "claimant" not in cells:
        return {}
    names = cells["claimant"].str.strip()
    return {row: name for row, name in zip(index, names, strict=True) if name}


def _toll_or_claims(text: str) -> Toll | list[Claim] | str:
    toll = parse_toll(text)
    if not isinstance(toll, str):
        return toll
    claims = parse_claims(text)
    return toll if claims is None else claims


def _claim(row: int, metric: str, claim: Claim) -> dict[str, Any]:
    toll = claim.toll
    low = toll.low if toll.low is not None else toll.best
    high = toll.high if toll.high is not None else toll.best
    return {
        "row": row,
        "claimant": claim.claimant,
        "claimant_kind": claim.claimant_kind,
        "metric": metric,
        "low": "" if low is None else str(low),
        "high": "" if high is None else str(high),
        "scope": "event",
    }
