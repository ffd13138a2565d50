"""Events and the claims about them: the shipped tables, or a file of the user's."""

from __future__ import annotations

import datetime as dt
import functools
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Final, cast

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.arguments import checked_first
from geo.boundaries.catalogue import data_path
from geo.errors import SchemaError
from geo.events.columns import (
    CLAIM_COLUMNS,
    EVENT_COLUMNS,
    PHASE_COLUMNS,
    REJECTED_COLUMNS,
    SOURCE_COLUMNS,
    Column,
    empty_table,
)
from geo.events.days import named_time
from geo.events.faults import Fault, to_rejected
from geo.events.given import EventSource
from geo.events.tables import EventTables
from geo.events.validation import check_header, validate_claims, validate_table
from geo.files.csv_injection import restore_formulas
from geo.sources.checks import check_rows
from geo.sources.files.open import open_tables
from geo.sources.reader_tools import DataRows, Mapped, Options, named_rows
from geo.sources.registry import read_source
from geo.sources.releases import Combined, combine
from geo.sources.values.places import PLACE_LEVELS, PlaceLevel
from geo.vocab import WHERE_PRECISIONS

__all__ = ["read_events"]


@checked_first
def read_events(
    path: EventSource | Sequence[EventSource] | None = None,
    *,
    source: str = "auto",
    claims: EventSource | None = None,
    columns: Mapping[str, str] | None = None,
    fix: bool = False,
    day_first: bool | None = None,
    as_of: str | dt.date | None = None,
    sheet: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    strict: bool = False,
    precision: str | None = None,
    place_level: PlaceLevel | None = None,
    year: int | None = None,
    stack: int = 10,
    today: dt.date | None = None,
) -> EventTables:
    r"""Read events: those shipped with the package, or files of any source.

    Parameters
    ----------
    path
        A file, an open binary file, a DataFrame or GeoDataFrame, or several of them: rows of UCDP (csv, xlsx,
        zip; also a release without a header), ACLED (31, 35 and older columns; csv, xlsx, JSON of its API;
        extracts that keep its ids), GTD, GDELT 1.0 and 2.0 (zip or text), or any table, the columns of
        ``geo.events.columns.EVENT_COLUMNS`` included: CSV, TSV, XLSX, XLS, ODS, JSON, JSON lines, GeoJSON,
        GeoPackage, FlatGeobuf, shapefile, KML, Parquet. What a file is, is told by its content. Not given:
        the shipped tables.
    source
        ``"auto"``, or what the files are said to be: ``"ucdp"``, ``"acled"``, ``"gtd"``, ``"gdelt"`` or
        ``"table"``.
    claims
        A table in the columns of ``geo.events.columns.CLAIM_COLUMNS`` about the events of `path`; required
        are event_id, claimant and metric. Claims of named sides in a cell of a table are read without it.
    columns
        What the columns of a table are where their names do not say: ``{"date": "When", "place": "Where"}``.
    fix
        Whether latitude and longitude that look exchanged are put right; else such a row is rejected.
    day_first
        Order of dates such as 03/04/2025, which are rejected without it.
    as_of
        A day: rows that the data say were stated or retrieved later are withheld.
    sheet, delimiter, encoding
        Sheet of a workbook or layer of a GeoPackage; separator and encoding of text. Found out if not given.
    strict
        Whether every cell of a table must be written as our columns have it: dates as 2025-10-11, words of
        the vocabulary, plain numbers, no column missing. Else it is read as people write it.
    precision
        How exactly the places of rows are known that do not say so, in a word of
        ``geo.vocab.WHERE_PRECISIONS``. Not given, a table without such a column is judged by the digits of
        its coordinates, and the warnings say so; an empty cell of such a column is ``unknown``.
    place_level
        What names in a column of places are, where a town and what lies around it bear them: ``"town"``,
        ``"district"`` or ``"province"``. Not given: the city where there is one, which is said.
    year
        The year of dates that name none ("9 Nov"); without it that of the rows around them.
    stack
        From how many events on one coordinate on there is a warning.
    today
        The day after which dates are in the future; the day it is if not given.

    Returns
    -------
    EventTables
        The good rows, a line for each fault of the others, and the untouched rows; read = accepted + rejected
        + superseded. Of rows with one id the later release (UCDP), time stamp (ACLED, GDELT) wins and the
        others are superseded; rows of one id and rank that differ are all rejected. Rows without an id get
        ``own:`` and the number of the row; a column named ``event_id`` is kept as it stands. Rows are counted
        from 1 below the header, those of a frame by position.

    Raises
    ------
    DataNotFoundError
        If a file is not there.
    SourceError
        If it has no table, is damaged or too large, or is not of the source named.
    SchemaError
        If no column gives a day or none a place, or the rows are totals and no events; the message says what
        to name. If claims are given without events, `as_of` for data without such a day, or an argument is
        none of these.

    Examples
    --------
    >>> import geo
    >>> tables = geo.read_events()
    >>> tables.events.loc[0, ["event_id", "event_type", "place"]].tolist()
    ['apb:001', 'attack', 'Army Public School, Peshawar']
    >>> tables.claims["metric"].value_counts().to_dict()
    {'killed': 83, 'injured': 50}

    A spreadsheet saved as text, its columns known by their names:

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "incidents.csv")
    ...     header = "When;Where;Lat;Long;Killed"
    ...     rows = ["11-12 Oct 2025;Torkham;34,12;71,09;20-25", "soon;Chaman;;;dozens"]
    ...     size = file.write_text("\n".join([header, *rows]))
    ...     tables = geo.read_events(file)
    >>> tables.counts
    {'read': 2, 'accepted': 1, 'rejected': 1, 'superseded': 0}
    >>> tables.events[["place", "date_precision", "deaths_low", "deaths_high"]].values.tolist()
    [['Torkham', 2, 20, 25]]
    """
    if path is None:
        if claims is not None:
            raise SchemaError("claims= belongs to a file of events; give its path too")
        return _read_shipped()
    if precision is not None and precision not in WHERE_PRECISIONS:
        raise SchemaError(f"no precision {precision!r}; allowed: {', '.join(WHERE_PRECISIONS)}")
    if place_level is not None and place_level not in PLACE_LEVELS:
        raise SchemaError(f"place_level is one of {', '.join(PLACE_LEVELS)}, not {place_level!r}")
    if delimiter is not None and len(delimiter) != 1:
        raise SchemaError(f"delimiter is one character, such as ';', not {delimiter!r}")
    today = today or dt.date.today()
    options = Options(
        columns=dict(columns or {}),
        fix=fix,
        day_first=day_first,
        sheet=sheet,
        delimiter=delimiter,
        encoding=encoding,
        strict=strict,
        precision=precision,
        place_level=place_level,
        year=year,
    )
    sources = _sources(path)
    parts = list(_read_all(sources, source, options))
    found = combine(parts, as_of=None if as_of is None else named_time(as_of, "as_of").date())
    del parts
    tables = _to_tables(found, claims, check_rows(found.table, today=today, stack=stack))
    return replace(tables, read_from=_files([*sources, *([] if claims is None else [_source(claims)])]))


def _files(sources: Sequence[object]) -> tuple[Path, ...]:
    """The files among what was read, wherever the program goes on to work."""
    named = [getattr(one, "name", None) if hasattr(one, "read") else one for one in sources]
    return tuple(Path(one).absolute() for one in named if isinstance(one, str | Path))


def _sources(path: object) -> list[Path | pd.DataFrame | IO[bytes]]:
    """What is to be read, one after the other."""
    one = _source(path)
    if one is not None:
        return [one]
    if not isinstance(path, Sequence):
        raise SchemaError(_NOT_READ.format(type(path).__name__))
    if not path:
        raise SchemaError("no file is named; give at least one")
    found = [_source(each) for each in path]
    for each, read in zip(path, found, strict=True):
        if read is None:
            raise SchemaError(_NOT_READ.format(f"a {type(path).__name__} with a {type(each).__name__} in it"))
    return [each for each in found if each is not None]


def _source(path: object) -> Path | pd.DataFrame | IO[bytes] | None:
    if isinstance(path, pd.DataFrame):
        return path
    if isinstance(path, str | os.PathLike):
        return Path(os.fspath(path))
    return cast("IO[bytes]", path) if callable(getattr(path, "read", None)) else None


_NOT_READ: Final = (
    "events are read from a path, an open binary file, a DataFrame or GeoDataFrame, or several of them; "
    "got {}"
)


def _read_all(
    sources: Sequence[Path | pd.DataFrame | IO[bytes]], name: str, options: Options
) -> Iterator[tuple[Path, Mapped]]:
    for source in sources:
        for label, mapped in read_source(name, source, options):
            options = replace(options, offset=options.offset + mapped.last_row)
            yield label, mapped


def _to_tables(found: Combined, claims: EventSource | None, odd: list[Fault]) -> EventTables:
    table = found.table
    rejected = to_rejected(found.faults.lines)
    warnings = to_rejected([*found.warnings.lines, *odd])
    points = gpd.GeoSeries(_points(table["lon"], table["lat"]), index=table.index, crs="EPSG:4326")
    events = gpd.GeoDataFrame(table[[column.name for column in EVENT_COLUMNS]], geometry=points)
    rows = _rows(events)
    told, refused = _claims_of(found, claims, rows)
    details = found.details.reindex(table.index).set_axis(
        pd.Index(table["event_id"], name="event_id"), axis=0
    )
    return EventTables(
        events=events.reset_index(drop=True),
        claims=told,
        sources=empty_table(SOURCE_COLUMNS),
        phases=empty_table(PHASE_COLUMNS),
        rejected=rejected,
        rejected_claims=refused,
        raw=found.raw,
        rows=rows,
        warnings=warnings[~warnings["row"].isin(rejected["row"])].reset_index(drop=True),
        superseded=found.superseded,
        withheld=found.withheld,
        details=details,
        files=found.files,
    )


def _points(lon: pd.Series, lat: pd.Series) -> npt.NDArray[np.object_]:
    """A point for each row; rows on one coordinate share theirs, for shapes never change."""
    pairs = lon.to_numpy() + 1j * lat.to_numpy()
    codes, different = pd.factorize(pairs, use_na_sentinel=False)
    points: npt.NDArray[np.object_] = np.empty(len(different), dtype=object)
    points[:] = shapely.points(different.real, different.imag)
    shared: npt.NDArray[np.object_] = points[codes]
    return shared


def _claims_of(
    found: Combined, path: EventSource | None, rows: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Claims of a file of claims, and those that stand in cells of the events."""
    if path is None and found.claims is None:
        return empty_table(CLAIM_COLUMNS), empty_table(REJECTED_COLUMNS)
    told, refused = _read_claims(path, rows, _given_ids(found.raw))
    if found.claims is None:
        return told, refused
    names = pd.Series(rows.index, index=rows.to_numpy())
    # Claims in the cells of an event go with its row; those of a sheet name the event and are told if it is
    # not there.
    inline = found.claims[found.claims["row"].isin(names.index) | found.claims["row"].eq(0)]
    event = names.reindex(inline["row"]).set_axis(inline.index, axis=0)
    if "event_id" in inline:
        event = event.fillna(inline["event_id"])
    text = inline.drop(columns="row").assign(event_id=event)
    text = text.set_axis(pd.RangeIndex(1, len(text) + 1), axis=0)
    if len(told):
        text = text.assign(claim_id=[f"cell:{number}" for number in text.index])
    more, odd = validate_claims(text.fillna("").astype("str"), rows.index)
    return pd.concat([told, more], ignore_index=True), _joined(odd, _faults_of(refused)) if len(
        odd
    ) else refused


def _faults_of(rejected: pd.DataFrame) -> list[Fault]:
    return list(rejected.astype(object).where(rejected.notna(), None).itertuples(index=False, name=None))


_SHIPPED: Final = ("events.csv", "claims.csv", "sources.csv", "phases.csv")


def _read_shipped() -> EventTables:
    paths = tuple(data_path("events", name) for name in _SHIPPED)
    tables = _read_once(paths, tuple(path.stat().st_mtime_ns for path in paths))
    # Frames of its own for each caller, who may change them.
    frames = {name: frame.copy() for name, frame in vars(tables).items() if name != "read_from"}
    return replace(tables, read_from=paths, **frames)


@functools.lru_cache(maxsize=4)
def _read_once(paths: tuple[Path, ...], _changed: tuple[int, ...]) -> EventTables:
    events, claims, sources, phases = paths
    found = combine(list(read_source("table", events, Options())))
    # What is odd in a row was looked at when it was entered; every map would pay for asking again.
    return replace(
        _to_tables(found, claims, []),
        sources=_read_plain(sources, SOURCE_COLUMNS),
        phases=_read_plain(phases, PHASE_COLUMNS),
    )


def _read_claims(
    path: EventSource | None, rows: pd.Series, given: set[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if path is None:
        return empty_table(CLAIM_COLUMNS), empty_table(REJECTED_COLUMNS)
    data = _our_rows(path, CLAIM_COLUMNS)
    text = data.rows
    if "event_id" in text:
        # The id as it stands in the file of events may have got "own:" before it there.
        ids = text["event_id"].str.strip()
        text = text.assign(event_id=("own:" + ids).where(("own:" + ids).isin(rows.index), text["event_id"]))
    claims, rejected = validate_claims(text, rows.index, rejected_events=given - set(rows.index))
    return claims.reset_index(drop=True), _joined(rejected, data.faults.lines)


def _our_rows(path: EventSource, columns: tuple[Column, ...]) -> DataRows:
    """The rows of a table in columns of ours, as text; rows that could not be split are left out."""
    source = _source(path)
    if source is None:
        raise SchemaError(_NOT_READ.format(type(path).__name__))
    table = next(open_tables(source))
    skip = 0
    if table.kind != "records":
        skip = next((n for n, row in enumerate(table.frame.fillna("").to_numpy()) if any(row)), 0) + 1
    names = table.names or [str(cell).strip() for cell in table.frame.fillna("").iloc[skip - 1]]
    check_header(names, columns, table.label)
    data = named_rows(table, names, skip)
    rows = restore_formulas(data.rows.fillna("")) if table.kind == "text" else data.rows.fillna("")
    return replace(data, rows=rows.drop(index=[row for row, _, _, _ in data.faults.lines]))


def _read_plain(path: Path, columns: tuple[Column, ...]) -> pd.DataFrame:
    """A shipped table that the user cannot replace: a fault in it is an error of ours."""
    data = _our_rows(path, columns)
    table, faults = validate_table(data.rows, columns, path.name)
    if faults or data.faults.lines:
        raise SchemaError(f"data/events/{path.name}: {[*data.faults.lines, *faults]}")
    return table.reset_index(drop=True)


def _joined(rejected: pd.DataFrame, faults: list[Fault]) -> pd.DataFrame:
    if not faults:
        return rejected
    return to_rejected(
        [*faults, *rejected.astype(object).where(rejected.notna(), None).itertuples(index=False)]
    )


def _given_ids(raw: pd.DataFrame) -> set[str]:
    return set(raw["event_id"].str.strip()) if "event_id" in raw else set()


def _rows(events: gpd.GeoDataFrame) -> pd.Series:
    return pd.Series(events.index, index=events["event_id"], dtype="Int64", name="row")
