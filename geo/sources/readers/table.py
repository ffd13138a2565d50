"""Any table of events: columns by name; coordinates, dates and numbers as people write them; places.

Our own columns are a table whose names are all known; it goes the same way. ``strict`` asks that every cell
is written as our columns have it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import pandas as pd

from geo.errors import SchemaError
from geo.events.columns import CLAIM_COLUMNS, EVENT_COLUMNS, POSITION_COLUMNS, fold
from geo.events.faults import Fault, FaultLog
from geo.events.validation import fill_ids, unknown_units, validate_table
from geo.files.csv_injection import restore_formulas
from geo.places.unit_names import area_codes
from geo.sources.files.raw_table import RawTable
from geo.sources.header import find_header, recognise, target_of
from geo.sources.reader_tools import DataRows, Mapped, Options, assemble, column, named_rows, with_position
from geo.sources.readers.remains import with_terms
from geo.sources.readers.table_dates import days_of
from geo.sources.readers.table_positions import Sheet, positions_of, with_geopoints
from geo.sources.readers.table_words import confidence_of, event_types_of, holds_types, verification_of
from geo.sources.values.cell_figures import read_figures
from geo.sources.values.dates import parse_dates

__all__ = ["detect", "is_known", "map_rows"]

_HEADER_ROWS: Final = 30
_PLAIN: Final = (
    *("actor1", "actor2", "place", "adm1_source", "adm2_source", "country_source", "source", "source_url"),
    *("dataset", "dataset_version", "licence", "summary", "attribution", "notes", "border_units", "off_map"),
)
_FREE: Final = {"summary", "attribution", "notes"}
"""Columns of sentences, in which a mark for "missing" may be a word."""
_COUNTED: Final = (
    "(?:events?|incidents?|inc|attacks?|(?:air)?strikes?|clash(?:es)?|bombings?|battles?|explosions?|raids?)"
)
_COUNTS: Final = re.compile(
    r"(?:(?:total|number|no|nr|num|n|count|sum|nb|freq|frequency)(?: of)?(?: all)? (?:\w+ ){0,3}"
    + _COUNTED
    + r"|(?:(?:all|violent|security|terrorist|militant|conflict|political violence|reported|total|monthly) )*"
    r"(?:events|incidents|inc|attacks|strikes|airstrikes|clashes|battles)"
    + rf"|{_COUNTED}s?(?: \w+)? (?:count|counts|total|totals|number|freq|frequency|no))"
)
_THOUSANDS: Final = re.compile(r"(?<=\d)[ ,\u00a0\u202f](?=\d{3}\b)")
_VAGUE_COUNTS: Final = {"count", "counts", "n", "freq", "frequency", "total", "totals", "number of records"}
"""Names that are those of counts where no row is known to a day or a spot."""
_NUMBERED: Final = {"no", "number", "nr", "s no", "sr no", "serial no"}
"""Names of columns that number the rows of a sheet or of a section of it."""
_TOTAL: Final = re.compile(
    r"(?:grand |sub ?)?totals?\b.*|(?:sum|gesamt|summe|suma|итого|جمله|مجموع|مجموعه|کل|ټول|ټولټال)[:.]?",
    re.IGNORECASE,
)
_CASUALTIES: Final = re.compile(
    r"(?:(?:total|number of|all|no of) )*(?:casualties|casualty|victims|losses)(?: total)?"
    r"|(?:(?:total|number|no|of|people|persons) )*(?:killed|dead|deaths|kia|fatalities)(?: and| or)? "
    r"(?:injured|wounded|wia|injuries|hurt)"
)


def detect(table: RawTable) -> bool:  # noqa: ARG001 - readers are called alike
    """Any table is one of these, so this reader is asked last."""
    return True


def is_known(table: RawTable, options: Options) -> bool:
    """Whether a table has columns known here, so that it is worth to be read among others."""
    names, _ = _header(table, options) or ([], 0)
    try:
        found = recognise(names, options.columns)
        _prefer_days(found)
        return bool(names) and not _lacking(found, table)
    except SchemaError:
        return False


def map_rows(table: RawTable, options: Options) -> Mapped:
    """Rows of any table in our columns.

    Raises
    ------
    SchemaError
        If no row names columns known here, none gives a date, or none a place; if the rows are totals and no
        events; with ``strict``, if a column of ours is missing.
    """
    sheet = with_geopoints(_open(table, options))
    data, cells, found, warnings = sheet.data, sheet.cells, sheet.found, sheet.warnings
    index = data.rows.index
    _unworked_formulas(sheet)
    totals = _totals(sheet)
    # Before any cell is looked at: a table without a column of ours is refused by the name of that column.
    unlike_ours = _strict_faults(sheet) if options.strict else []
    dates = days_of(cells, found, options, sheet.faults, warnings)
    position = positions_of(sheet)
    deaths, claims, details = read_figures(cells, found, warnings, index)
    own = restore_formulas(data.rows[[name for name in _own_columns(sheet) if name not in details]])
    details = details.join(own.where(own.ne("")))
    units = sheet.cell("border_units")
    wrong = units.map(lambda text: unknown_units(text) if text else "").astype("str")
    sheet.faults.add(wrong.ne(""), sheet.name("border_units"), units, wrong)
    mapped = assemble(
        {
            **{name: cells[name] for name in _PLAIN if name in cells},
            "event_id": _ids(sheet),
            "part_of": _as_ids(sheet.cell("part_of"), sheet),
            "date_start": dates["start"],
            "date_end": dates["end"],
            "date_precision": dates["precision"],
            "event_type": event_types_of(cells, found, warnings, index),
            "native_type": cells.get("native_type", cells.get("event_type")),
            "where_precision": position["where"],
            "coord_source": position["coord_source"],
            "adm1_source": position["adm1_source"],
            "verification": verification_of(cells, found, warnings, index),
            "confidence": confidence_of(cells, found, warnings),
            **deaths,
        },
        position["lon"],
        position["lat"],
    )
    told = {(row, name) for row, name, _, _ in unlike_ours}
    sheet.faults.lines = [line for line in sheet.faults.lines if line[:2] not in told] + unlike_ours
    reason = "a row of totals, which is no event"
    sheet.faults.lines += [(int(row), None, None, reason) for row in totals]
    known_on = None
    if "known_on" in cells:
        known_on = parse_dates(cells["known_on"], day_first=options.day_first).start
    rows = Mapped(
        mapped,
        data.rows,
        sheet.faults,
        warnings,
        details,
        pd.Series(0, index=index),
        known_on,
        _with_sheet_of_claims(table, claims, mapped["event_id"]),
        [*_notes(sheet), *data.notes],
        data.above,
    )
    return with_terms(rows, table)


# ---------------------------------------------------------------- columns


def _open(table: RawTable, options: Options) -> Sheet:
    """The table with its columns known."""
    if options.strict:
        table = with_position(table, *(options.columns.get(name, name) for name in ("lat", "lon")))
    header = _header(table, options)
    if header is None:
        raise SchemaError(_no_header(table))
    names, skip = header
    data = named_rows(table, names, skip)
    names = list(data.rows.columns)
    if options.strict:
        ours = [spec for spec in EVENT_COLUMNS + POSITION_COLUMNS if spec.name in names]
        found = {spec.name: spec.name for spec in ours} | dict(options.columns)
    else:
        found = recognise(names, options.columns)
    _prefer_days(found, data.rows)
    lacking = _lacking(found, table)
    _refuse_counts(table, data.rows, found)
    if lacking and not options.strict:
        listed = ", ".join(map(repr, names)) or "nothing"
        raise SchemaError(f"{table.label}: no column gives {' and none '.join(lacking)}; found: {listed}")
    rows = restore_formulas(data.rows) if table.kind == "text" else data.rows
    cells = {target: column(rows, name, words=target in _FREE) for target, name in found.items()}
    data.notes += _above(table, *header)
    region = "adm1_source" in found and fold(found["adm1_source"]) == "region"
    if region and not any(area_codes(text) for text in cells["adm1_source"].unique()):
        # "Region: Asia" or "South-East" names no province.
        del found["adm1_source"], cells["adm1_source"]
    if "event_type" not in cells and "summary" in cells and holds_types(cells["summary"]):
        found["event_type"], cells["event_type"] = found["summary"], cells["summary"]
    cells |= _linked(table, data, found, cells)
    warnings = FaultLog()
    for name in names:
        if _CASUALTIES.fullmatch(fold(name)) and name not in found.values():
            warnings.add_whole(
                f"column {name!r} is left out: casualties are the dead and the injured together "
                f"(--map deaths={name!r} if it means the dead)"
            )
    for reason in table.warnings:
        warnings.add_whole(reason)
    return Sheet(table, data, cells, found, options, data.faults, warnings)


def _top(table: RawTable) -> list[list[str]]:
    top: list[list[str]] = table.frame.iloc[:_HEADER_ROWS].fillna("").astype("str").to_numpy().tolist()
    return top


def _header(table: RawTable, options: Options) -> tuple[list[str], int] | None:
    if table.kind == "records":
        return table.names, 0
    return find_header(_top(table), table.merged, tuple(options.columns.values()))


def _no_header(table: RawTable) -> str:
    first: list[str] = next((row for row in _top(table) if any(cell.strip() for cell in row)), [])
    shown = ", ".join(repr(cell[:40]) for cell in first[:12]) or "nothing"
    others = [name for name in table.sheets if name != table.part]
    sheets = f" Other sheets: {', '.join(map(repr, others))} (--sheet)." if others else ""
    return (
        f"{table.label}: no row names columns known here. First row: {shown}.{sheets} Name the columns in a "
        "first row, such as date, place, lat, long, killed, source, or say which is which: --map date=WHEN "
        "--map place=WHERE"
    )


def _lacking(found: Mapping[str, str], table: RawTable) -> list[str]:
    lacking = []
    if not {"date_start", "year"} & set(found):
        lacking.append("a date (--map date=COLUMN)")
    placed = {"lat", "lon"} <= set(found) or {"coordinates", "place", "adm2_source", "adm1_source"} & set(
        found
    )
    if not placed and table.geometry is None:
        lacking.append("coordinates or a place (--map lat=COLUMN --map lon=COLUMN, or --map place=COLUMN)")
    return lacking


def _prefer_days(found: dict[str, str], rows: pd.DataFrame | None = None) -> None:
    """Columns of year, month and day, whose "day" or "date" is that of the month; a period as the date."""
    if len({"lat", "lon"} & set(found)) == 1:
        # An "x" without a "y" is some column of the writer's own.
        found.pop(next((one for one in ("lat", "lon") if fold(found.get(one, "")) in ("x", "y")), ""), None)
    period = found.pop("period", None)
    if not {"date_start", "year"} & set(found) and (name := period or found.pop("month", None)):
        found["date_start"] = name
    name = found.get("date_start", "")
    if {"year", "month"} <= set(found) and name:
        numbers = rows is not None and column(rows, name).str.fullmatch(r"\d{0,2}(?:\.0+)?").all()
        if numbers or fold(name) == "day":
            found["day_of_month"] = found.pop("date_start")


def _above(table: RawTable, names: list[str], skip: int) -> list[str]:
    """What stands above the header, so that no line of the file goes untold."""
    if table.kind == "records":
        return []
    top = _top(table)[:skip]
    lines = 1 if [cell.strip() for cell in top[-1]] == [name.strip() for name in names] else 2
    titles = [
        next(cell.strip() for cell in row if cell.strip()) for row in top[:-lines] if any(map(str.strip, row))
    ]
    if not titles:
        return []
    return [
        f"{len(titles)} line{'s' if len(titles) > 1 else ''} above the table, the first {titles[0][:60]!r}"
    ]


def _linked(
    table: RawTable, data: DataRows, found: dict[str, str], cells: Mapping[str, pd.Series]
) -> dict[str, pd.Series]:
    """Addresses behind the words of cells: those of the column of links, else those of the source."""
    if not table.links:
        return {}
    names = list(data.rows.columns)
    target = next((name for name in ("source_url", "source", "summary") if name in found), None)
    if target is None:
        return {}
    at = names.index(found[target])
    url = cells.get("source_url", pd.Series("", index=data.rows.index, dtype="str")).astype("object").copy()
    for (position, number), address in table.links.items():
        row = position - data.above + 1
        if number == at and row in url.index and not str(url[row]).lower().startswith(("http:", "https:")):
            url[row] = address
    found.setdefault("source_url", found[target])
    return {"source_url": url.astype("str")}


def _notes(sheet: Sheet) -> list[str]:
    notes = []
    if all(target == name for target, name in sheet.found.items()):
        notes.append("all in our own columns")
    else:
        listed = ", ".join(f"{name!r} as {target}" for target, name in sheet.found.items())
        notes.append(f"columns read: {listed}")
    if sheet.table.kind != "records" and sheet.data.above != 1:
        notes.append(f"the first data row is row {sheet.data.above + 1} of the sheet")
    merged = sum(row >= sheet.data.above for row in sheet.table.filled)
    if merged:
        notes.append(f"{merged} cells merged with those above them say what the uppermost says")
    own = _own_columns(sheet)
    if own:
        notes.append(f"columns of its own, kept as text: {', '.join(map(repr, own))}")
    return notes


def _own_columns(sheet: Sheet) -> list[str]:
    """Columns in which we read nothing."""
    used = set(sheet.found.values())
    return [name for name in sheet.data.rows.columns if name not in used | sheet.data.unnamed]


# ---------------------------------------------------------------- rows


def _refuse_counts(table: RawTable, rows: pd.DataFrame, found: Mapping[str, str]) -> None:
    """A table that says how many events there were has no event in it."""
    # With neither a day, a spot nor an id of its own, what is counted can't be one event.
    summed = not {"day_of_month", "lat", "lon", "coordinates", "event_id"} & set(found)
    summed &= target_of(found.get("date_start", "month")) in ("month", "period")
    for name in rows.columns:
        word = fold(name)
        if not (_COUNTS.fullmatch(word) or (summed and word in _VAGUE_COUNTS)):
            continue
        text = column(rows, name).astype("str").str.replace(_THOUSANDS, "", regex=True)
        numbers = pd.to_numeric(text[text.ne("")], errors="coerce")
        if len(numbers) and numbers.notna().all() and numbers.ne(1).any():
            raise SchemaError(
                f"{table.label}: column {name!r} holds counts: this is a table of totals and not of events, "
                "so no row of it is an event. Read the events themselves"
            )


def _totals(sheet: Sheet) -> pd.Index:
    """Rows that sum up others: the first cell with something in it, the place or the day says so."""
    rows = sheet.data.rows
    first = pd.Series("", index=rows.index, dtype="str")
    for number in range(rows.shape[1]):
        left = first.eq("")
        if not left.any():
            break
        first[left] = rows.iloc[:, number][left].fillna("").astype("str").str.strip()
    said = first.str.fullmatch(_TOTAL)
    for target in ("place", "date_start"):
        said |= sheet.cell(target).str.fullmatch(_TOTAL)
    # A place may be called so; a row with a day of its own is an event.
    sums = rows.index[said]
    return sums[parse_dates(sheet.cell("date_start")[sums]).start.isna()] if len(sums) else sums


def _unworked_formulas(sheet: Sheet) -> None:
    names = list(sheet.data.rows.columns)
    used = set(sheet.found.values())
    for position, number in sorted(sheet.table.formulas):
        row = position - sheet.data.above + 1
        if row in sheet.data.rows.index and number < len(names) and names[number] in used:
            reason = (
                "a formula that was never worked out; open the file in a spreadsheet program, save it, "
                "or write the value"
            )
            sheet.faults.lines.append((row, names[number], None, reason))


def _ids(sheet: Sheet) -> pd.Series:
    """Ids as given in a column of that name; ``own:`` before any other, or before the row's number."""
    ids = sheet.cell("event_id")
    name = sheet.found.get("event_id", "")
    numbered = fold(name) in _NUMBERED or _runs(ids)
    if numbered and _restarts(ids, sheet.data.rows, name):
        sheet.warnings.add_whole(
            f"the numbers of column {name!r} begin anew, so they are no ids: rows get their own"
        )
        ids = ids.mask(ids.ne(""), "")
    ids = _as_ids(ids, sheet)
    numbered = ids.mask(ids.eq("")).astype("object")
    numbered.index = numbered.index + sheet.options.offset
    return fill_ids(numbered, "own").set_axis(ids.index, axis=0).astype("str")


def _as_ids(ids: pd.Series, sheet: Sheet) -> pd.Series:
    """Ids of a table as they stand under our own name, with ``own:`` before them under any other."""
    if sheet.found.get("event_id") == "event_id":
        return ids
    return ids.where(ids.eq("") | ids.str.contains(":", regex=False), "own:" + ids)


def _runs(ids: pd.Series) -> bool:
    """Whether ids are running numbers that begin anew at 1: each is the one before it and one, or 1."""
    numbers = pd.to_numeric(ids[ids.ne("")], errors="coerce")
    return bool(len(numbers) and numbers.iloc[0] == 1 and (numbers.eq(1) | numbers.diff().eq(1)).all())


def _restarts(ids: pd.Series, rows: pd.DataFrame, name: str) -> bool:
    """Whether a number stands in rows that say different things."""
    some = ids[ids.ne("")]
    twice = some[some.duplicated(keep=False)]
    if twice.empty:
        return False
    said = pd.util.hash_pandas_object(rows.loc[twice.index].drop(columns=name).fillna(""), index=False)
    return bool(said.groupby(twice).nunique().gt(1).any())


def _strict_faults(sheet: Sheet) -> list[Fault]:
    """Every cell must be written as our columns have it: what is not is a fault in their words."""
    rows = sheet.data.rows.rename(columns={name: target for target, name in sheet.options.columns.items()})
    _, lines = validate_table(rows, EVENT_COLUMNS + POSITION_COLUMNS, sheet.table.label)
    return lines


# ---------------------------------------------------------------- claims


def _with_sheet_of_claims(
    table: RawTable, inline: pd.DataFrame | None, ids: pd.Series
) -> pd.DataFrame | None:
    """Claims in the cells of events and those of the workbook's sheet of claims, as text in our columns."""
    if table.claims is None:
        return inline
    names = [fold(cell).replace(" ", "_") for cell in table.claims.first_cells()]
    rows = named_rows(table.claims, names, 1).rows
    rows = rows[[spec.name for spec in CLAIM_COLUMNS if spec.name in rows]].fillna("")
    if "event_id" not in rows:
        label, listed = table.claims.label, ", ".join(names)
        raise SchemaError(f"{label}: no column 'event_id' names the event; found: {listed}")
    numbers = {event_id: row for row, event_id in ids.items()}
    text = rows["event_id"].str.strip()
    text = text.where(text.isin(list(numbers)) | text.str.contains(":", regex=False), "own:" + text)
    stated = rows.assign(event_id=text, row=text.map(numbers).fillna(0).astype("int64"))
    both = [frame for frame in (inline, stated) if frame is not None and len(frame)]
    return pd.concat(both, ignore_index=True).fillna("") if both else None
