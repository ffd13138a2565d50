"""Decisions about matches, and two event tables as one: all rows kept, linked, and able to be parted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow
from pyarrow import parquet

from geo.arguments import checked, checked_first, needed
from geo.errors import DataNotFoundError, SchemaError
from geo.events.given import with_ids
from geo.files.whole import check_outputs, written_whole
from geo.sources.given import Events, as_frame, files_of
from geo.vocab import WHERE_PRECISIONS

__all__ = ["Merged", "merge_events", "read_merged", "unmerge_events", "write_merged"]

_KEY: Final = b"durand:merge"
"""Entry of the file's metadata with the links and forms, so that they cannot part from the rows."""


@dataclass(frozen=True)
class Merged:
    """Two tables as one, with what links their rows and what is needed to take them apart again.

    Attributes
    ----------
    events
        Every row of both, with ``merge_origin`` (``a`` or ``b``), ``cluster_id`` (str, missing where a row is
        linked to none) and ``counted`` (bool: False for a row whose event other rows of its cluster tell).
    links
        ``id_a``, ``id_b``, ``relation`` (``same``, ``a holds b``, ``b holds a``, ``tangled``), ``score``,
        ``cluster_id``.
    columns
        ``origin``, ``column``, ``dtype``, ``categories`` (JSON, in order; empty for other dtypes): the form
        of each table before.
    read_from
        The files that the two were read from, none of which is written over.
    """

    events: gpd.GeoDataFrame
    links: pd.DataFrame
    columns: pd.DataFrame
    read_from: tuple[Path, ...] = ()


@checked_first
def merge_events(
    a: Events,
    b: Events,
    matches: pd.DataFrame,
    *,
    min_score: float | None = None,
) -> Merged:
    """Two tables as one, linked by the accepted matches; every row of both is kept as it is.

    Only pairs with the decision ``accept`` are linked, and, if ``min_score`` is given, those without a
    decision that reach it. Linked rows form a cluster. For counts, ``counted`` is False where another row
    tells the event: of two rows the less exact one; of one row linked to several, the one, since the several
    are its parts.

    Parameters
    ----------
    a, b
        Events as for :func:`geo.loci`, no ``event_id`` in both or twice in one; rows without one are called
        as :func:`geo.match` calls them.
    matches
        As :func:`geo.apply_decisions` gives them.
    min_score
        From which score an undecided pair is linked too.

    Returns
    -------
    Merged
        :func:`geo.unmerge_events` takes it apart again.

    Raises
    ------
    SchemaError
        If an id is in both tables or twice in one, a link names an id that is in neither, or a column of ours
        is there already.

    Examples
    --------
    >>> import geo, geopandas as gpd, pandas as pd
    >>> a = gpd.GeoDataFrame({"event_id": ["own:1"]}, geometry=gpd.points_from_xy([70], [33]), crs=4326)
    >>> b = gpd.GeoDataFrame({"event_id": ["ucdp:9"]}, geometry=gpd.points_from_xy([70], [33]), crs=4326)
    >>> link = pd.DataFrame({"id_a": ["own:1"], "id_b": ["ucdp:9"], "decision": ["accept"]})
    >>> merged = geo.merge_events(a, b, link)
    >>> len(merged.events), int(merged.events["counted"].sum())
    (2, 1)
    """
    needed(matches.columns, ("id_a", "id_b"), "matches")
    read_from = (*files_of(a), *files_of(b))
    a, b = (with_ids(as_frame(one), f"table {name}") for name, one in (("a", a), ("b", b)))
    ids = [*a["event_id"], *b["event_id"]]
    own = ("merge_origin", "cluster_id", "counted")
    faults = [
        f"table {name} has a column {column!r} already"
        for name, t in (("a", a), ("b", b))
        for column in own
        if column in t
    ]
    again = sorted(set(a["event_id"]) & set(b["event_id"]))
    if again:
        faults.append(
            f"{len(again)} ids are in both tables, such as {again[0]!r}; give each table ids of its own"
        )
    decided = matches["decision"] if "decision" in matches.columns else pd.Series("", index=matches.index)
    linked = (decided == "accept").to_numpy(bool)
    score = matches["score"] if "score" in matches.columns else pd.Series(np.nan, index=matches.index)
    if min_score is not None:
        linked = linked | ((decided != "reject") & (score >= min_score)).to_numpy(bool)
    links = pd.DataFrame(
        {"id_a": matches["id_a"][linked].astype("str"), "id_b": matches["id_b"][linked].astype("str"),
         "score": score[linked].astype("float64")}
    ).drop_duplicates(["id_a", "id_b"]).reset_index(drop=True)  # fmt: skip
    strange = sorted((set(links["id_a"]) - set(a["event_id"])) | (set(links["id_b"]) - set(b["event_id"])))
    if strange:
        faults.append(f"matches name ids that are not in their table: {', '.join(strange[:5])}")
    if faults:
        raise SchemaError("; ".join(faults))
    cluster = _clusters(ids, links)
    links["relation"] = _relations(links)
    links["cluster_id"] = pd.Series([cluster[one] for one in links["id_a"]], dtype="str")
    columns = pd.concat([_form(name, table) for name, table in (("a", a), ("b", b))], ignore_index=True)
    parts = []
    uncounted = _uncounted(a, b, links)
    for name, t in (("a", a), ("b", b.to_crs(a.crs) if b.crs != a.crs else b)):
        part = t.copy()
        part["merge_origin"] = name
        part["cluster_id"] = pd.Series(
            [cluster.get(one) for one in t["event_id"]], index=t.index, dtype="str"
        )
        part["counted"] = ~t["event_id"].isin(uncounted).to_numpy()
        parts.append(part)
    both = pd.concat([_loose(part) for part in parts], ignore_index=True)
    events = gpd.GeoDataFrame(both, geometry=a.geometry.name, crs=a.crs)
    linked_rows = links[["id_a", "id_b", "relation", "score", "cluster_id"]]
    return Merged(events, linked_rows, columns, read_from)


@checked
def unmerge_events(merged: Merged) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The two tables that were merged, with their own columns and dtypes.

    Returns
    -------
    tuple of GeoDataFrame
        ``a`` and ``b``; rows in their order, numbered from 0.

    Examples
    --------
    >>> import geo, geopandas as gpd, pandas as pd
    >>> a = gpd.GeoDataFrame({"event_id": ["own:1"]}, geometry=gpd.points_from_xy([70], [33]), crs=4326)
    >>> b = gpd.GeoDataFrame({"event_id": ["ucdp:9"]}, geometry=gpd.points_from_xy([70], [33]), crs=4326)
    >>> merged = geo.merge_events(a, b, pd.DataFrame({"id_a": [], "id_b": [], "decision": []}))
    >>> geo.unmerge_events(merged)[1]["event_id"].tolist()
    ['ucdp:9']
    """
    tables = []
    for origin in ("a", "b"):
        form = merged.columns[merged.columns["origin"] == origin]
        part = merged.events.loc[merged.events["merge_origin"] == origin, list(form["column"])]
        part = part.reset_index(drop=True)
        kinds: dict[str, object] = {}
        for column, kind, categories in zip(form["column"], form["dtype"], form["categories"], strict=True):
            if categories:
                kept = json.loads(categories)
                kinds[column] = pd.CategoricalDtype(kept["words"], ordered=kept["ordered"])
            elif kind != "geometry" and str(part[column].dtype) != kind:
                kinds[column] = kind
        tables.append(part.astype(kinds))
    return tables[0], tables[1]


@checked
def write_merged(merged: Merged, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write merged tables to one GeoParquet file, with the links and what is needed to part them again.

    Any program reads the rows; the links and the forms of the two tables stand in the file's metadata.

    Parameters
    ----------
    merged
        As :func:`merge_events` gives it.
    path
        A file that ends in ``.parquet``, the only format here that keeps every dtype.
    overwrite
        Whether a file of that name may be replaced.

    Returns
    -------
    Path
        The file, written whole or not at all.

    Raises
    ------
    SchemaError
        If the name has another suffix, or its folder is not there.
    OverwriteError
        If the file is there and ``overwrite`` is not set, or one of the two was read from it.

    Examples
    --------
    >>> import geo, geopandas as gpd, pandas as pd, tempfile
    >>> a = gpd.GeoDataFrame({"event_id": ["own:1"]}, geometry=gpd.points_from_xy([70], [33]), crs=4326)
    >>> b = gpd.GeoDataFrame({"event_id": ["ucdp:9"]}, geometry=gpd.points_from_xy([70], [33]), crs=4326)
    >>> link = pd.DataFrame({"id_a": ["own:1"], "id_b": ["ucdp:9"], "decision": ["accept"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = geo.write_merged(geo.merge_events(a, b, link), f"{folder}/both.parquet")
    ...     geo.read_merged(path).links["relation"].tolist()
    ['same']
    """
    path = Path(path)
    if path.suffix.lower() != ".parquet":
        raise SchemaError(
            f"merged tables are written as .parquet, which keeps every dtype, not {path.name!r}"
        )
    check_outputs([path], inputs=merged.read_from, overwrite=overwrite)
    kept = {
        "links": json.loads(merged.links.to_json(orient="records", double_precision=15)),
        "columns": json.loads(merged.columns.to_json(orient="records")),
    }
    with written_whole(path, overwrite=overwrite) as part:
        merged.events.to_parquet(part, index=False)
        table = parquet.read_table(part)
        noted = {**(table.schema.metadata or {}), _KEY: json.dumps(kept, ensure_ascii=False).encode()}
        parquet.write_table(table.replace_schema_metadata(noted), part)
    return path


@checked
def read_merged(path: str | Path) -> Merged:
    """Merged tables from a file that :func:`write_merged` wrote.

    Raises
    ------
    DataNotFoundError
        If the file is not there.
    SchemaError
        If it is no Parquet file, or not one of merged tables.

    Examples
    --------
    See :func:`write_merged`.
    """
    path = Path(path)
    if not path.is_file():
        raise DataNotFoundError(f"no file of merged events at {str(path)!r}")
    try:
        kept = (parquet.read_schema(path).metadata or {}).get(_KEY)
        if kept is None:
            raise SchemaError(
                f"{path.name!r} is not a file of merged events: it lacks their links; write one with "
                "geo.write_merged or durand match --merge"
            )
        found = json.loads(kept)
        events = gpd.read_parquet(path)
    except (pyarrow.ArrowException, OSError, ValueError) as err:
        if isinstance(err, SchemaError):
            raise
        raise SchemaError(f"{path.name!r} cannot be read as Parquet: {err}") from err
    links = pd.DataFrame(found["links"], columns=["id_a", "id_b", "relation", "score", "cluster_id"])
    texts = dict.fromkeys(("id_a", "id_b", "relation", "cluster_id"), "str")
    columns = pd.DataFrame(found["columns"], columns=["origin", "column", "dtype", "categories"])
    return Merged(events, links.astype({**texts, "score": "float64"}), columns.astype("str"))


def _clusters(ids: list[str], links: pd.DataFrame) -> dict[str, str]:
    """For each linked id the name of its cluster: the first of its ids, as the tables have them."""
    parent = {one: one for one in ids}

    def root(one: str) -> str:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    place = {one: number for number, one in enumerate(ids)}
    for one, two in zip(links["id_a"], links["id_b"], strict=True):
        first, second = sorted((root(one), root(two)), key=place.__getitem__)
        parent[second] = first
    linked = {*links["id_a"], *links["id_b"]}
    return {one: root(one) for one in linked}


def _relations(links: pd.DataFrame) -> pd.Series:
    """How the rows of each link stand to one another, by how many links each has."""
    of_a, of_b = (links.groupby(c)[c].transform("size").to_numpy() for c in ("id_a", "id_b"))
    words = np.select(
        [(of_a == 1) & (of_b == 1), (of_a > 1) & (of_b == 1), (of_a == 1) & (of_b > 1)],
        ["same", "a holds b", "b holds a"],
        "tangled",
    )
    return pd.Series(words, index=links.index, dtype="str")


def _uncounted(a: gpd.GeoDataFrame, b: gpd.GeoDataFrame, links: pd.DataFrame) -> set[str]:
    """Ids of rows whose event others of the cluster tell."""
    rank = {word: number for number, word in enumerate(WHERE_PRECISIONS)}
    exact: dict[str, int] = {}
    for table in (a, b):
        words = (
            table["where_precision"].astype("object")
            if "where_precision" in table.columns
            else [None] * len(table)
        )
        exact |= {one: rank.get(word, len(rank)) for one, word in zip(table["event_id"], words, strict=True)}
    out = set()
    for one, two, relation in zip(links["id_a"], links["id_b"], links["relation"], strict=True):
        if relation == "a holds b":
            out.add(one)
        elif relation == "b holds a":
            out.add(two)
        elif relation == "same":
            out.add(two if exact[one] <= exact[two] else one)
        # Tangled: which tells which is not clear from links alone; all stay counted, and relation says so.
    return out


def _form(origin: str, table: gpd.GeoDataFrame) -> pd.DataFrame:
    """What is needed to give a table its dtypes again."""
    categories = [
        json.dumps({"words": list(kind.categories), "ordered": bool(kind.ordered)}, ensure_ascii=False)
        if isinstance(kind, pd.CategoricalDtype)
        else ""
        for kind in table.dtypes
    ]
    return pd.DataFrame(
        {
            "origin": origin,
            "column": [str(column) for column in table.columns],
            "dtype": [str(kind) for kind in table.dtypes],
            "categories": categories,
        }
    )


def _loose(part: gpd.GeoDataFrame) -> pd.DataFrame:
    """Categories as text, so that two tables with different ones can be one."""
    plain = pd.DataFrame(part)
    kinds = {c: "str" for c in plain.columns if isinstance(plain[c].dtype, pd.CategoricalDtype)}
    return plain.astype(kinds)
