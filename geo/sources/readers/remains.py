"""What is left of a known data set in a table that has lost the columns by which its reader knows it.

Terms and credits stay with the rows whatever columns a desk has thrown away.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from geo.events.columns import fold
from geo.sources.files.raw_table import RawTable
from geo.sources.header import target_of
from geo.sources.reader_tools import Mapped, column
from geo.sources.readers.codes import ACLED_EVENT_TYPES, NO_REDISTRIBUTION
from geo.sources.readers.ucdp import DATASETS, release_of

__all__ = ["with_terms"]

_ACLED_ALONE: Final = {
    *("event_id_no_cnty", "disorder_type", "assoc_actor_1", "assoc_actor_2", "inter1", "inter2"),
    *("interaction", "civilian_targeting"),
}
_ACLED: Final = _ACLED_ALONE | {"geo_precision", "time_precision", "sub_event_type", "source_scale", "admin3"}
"""Names that no other data set of events has; two of all, of which one is such, tell ACLED."""
_UCDP: Final = {
    *("relid", "type_of_violence", "conflict_new_id", "conflict_dset_id", "dyad_new_id", "dyad_dset_id"),
    *("dyad_name", "conflict_name", "side_a_new_id", "side_b_new_id", "where_prec", "date_prec", "gwnoa"),
    *("event_clarity", "priogrid_gid", "deaths_civilians", "deaths_unknown", "source_headline", "gwnob"),
    *("source_article", "source_original", "active_year", "code_status", "where_coordinates", "country_id"),
}
_GTD: Final = {
    *("eventid", "iyear", "imonth", "iday", "country_txt", "region_txt", "provstate", "attacktype1_txt"),
    *("targtype1_txt", "weaptype1_txt", "gname", "nkill", "nwound", "specificity", "vicinity", "scite1"),
    *("attacktype1", "targtype1", "weaptype1", "dbsource", "nkillter", "approxdate"),
}


def with_terms(mapped: Mapped, table: RawTable) -> Mapped:
    """The rows with the data set, licence and credit of what is left in them, where they state none.

    Two columns that only ACLED has, or its event types beside "fatalities"; two of UCDP; three of the GTD.
    """
    names = {fold(name).replace(" ", "_"): name for name in mapped.raw.columns}
    found = _left_of(set(names), mapped.raw, names)
    told = mapped.table
    if found is None or not told["dataset"].fillna("").eq("").all():
        return mapped
    words = {"acled": "ACLED", "gtd": "the GTD", "ucdp": "UCDP"}[found]
    dataset, licence, release = found, NO_REDISTRIBUTION, None
    if found == "ucdp":
        release = release_of(table.path.name)
        dataset, licence = DATASETS[release[1] if release else True], "CC-BY-4.0"
    text = {"dataset": dataset, "licence": licence, "dataset_version": release[0] if release else None}
    filled = {name: told[name].where(told[name].fillna("").ne(""), value) for name, value in text.items()}
    if found == "acled":
        # A reported estimate without a range.
        nothing = pd.Series(pd.NA, index=told.index, dtype="Int64")
        best = told["deaths_best"].fillna(told["deaths_high"]).fillna(told["deaths_low"])
        filled |= {"deaths_low": nothing, "deaths_best": best, "deaths_high": nothing}
    mapped.table = told.assign(**{name: value.astype(told[name].dtype) for name, value in filled.items()})
    kept = "its rows are not to be passed on" if licence == NO_REDISTRIBUTION else "it is credited"
    mapped.notes.insert(0, f"an extract of {words}, known by its columns: {kept}")
    return mapped


def _own_ids(rows: pd.DataFrame) -> bool:
    """Whether the rows have ids of somebody's own making, "INC-12", and no bare numbers."""
    named = [name for name in rows.columns if target_of(name) == "event_id"]
    return any(column(rows, name).str.contains(r"[^\W\d]", regex=True).any() for name in named)


def _left_of(folded: set[str], rows: pd.DataFrame, names: dict[str, str]) -> str | None:
    if len(folded & _ACLED) >= 2 and folded & _ACLED_ALONE:
        return "acled"
    if "event_type" in folded and "fatalities" in folded and not _own_ids(rows):
        said = column(rows, names["event_type"])
        said = said[said.ne("")]
        if len(said) and said.isin(list(ACLED_EVENT_TYPES)).all():
            return "acled"
    if len(folded & _GTD) >= 3 and folded & {"eventid", "iyear", "imonth", "iday"}:
        return "gtd"
    return "ucdp" if len(folded & _UCDP) >= 2 else None
