"""Codes in which data sets say how exactly a place or a day is known, in our words."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ACLED_DATES",
    "ACLED_EVENT_TYPES",
    "ACLED_PLACES",
    "DATE_CODES",
    "GDELT_PLACES",
    "GTD_PLACES",
    "NO_REDISTRIBUTION",
    "PLACE_CODES",
    "UCDP_DATES",
    "UCDP_PLACES",
]

UCDP_PLACES: Final = {1: "town", 2: "near", 3: "district", 4: "province", 6: "country", 7: "unknown"}
"""where_prec (UCDP GED Codebook 25.1); 5, a line or an area, is told from the text of the row."""

ACLED_PLACES: Final = {1: "town", 2: "near", 3: "province"}
"""geo_precision (ACLED Codebook)."""

GTD_PLACES: Final = {1: "town", 2: "district", 3: "district", 4: "province", 5: "unknown"}
"""specificity (GTD Codebook 2021): 2 and 3 are the centre of the smallest unit known, 4 of a province."""

GDELT_PLACES: Final = {1: "country", 2: "province", 3: "near", 4: "near", 5: "province"}
"""ActionGeo_Type: country, state of the USA, city of the USA, city or landmark elsewhere, unit elsewhere. A
landmark is a point of a gazetteer that the text named, not where the event was: it is near."""

UCDP_DATES: Final = {1: 1, 2: 2, 3: 2, 4: 3, 5: 4}
"""date_prec (UCDP GED Codebook 25.1)."""

ACLED_DATES: Final = {1: 1, 2: 2, 3: 3}
"""time_precision (ACLED Codebook)."""

PLACE_CODES: Final = {
    "where prec": ("UCDP", {**UCDP_PLACES, 5: "province"}),
    "geo precision": ("ACLED", ACLED_PLACES),
    "specificity": ("GTD", GTD_PLACES),
    "actiongeo type": ("GDELT", GDELT_PLACES),
}
"""Name of a column to the data set whose codes it has, for a table that is not the whole of that set."""

DATE_CODES: Final = {"date prec": ("UCDP", UCDP_DATES), "time precision": ("ACLED", ACLED_DATES)}
"""The same for days."""

ACLED_EVENT_TYPES: Final = {
    "Battles": "armed clash",
    "Explosions/Remote violence": "bombing",
    # The name until 2018.
    "Remote violence": "bombing",
    "Violence against civilians": "attack",
    "Protests": "other",
    "Riots": "other",
    "Riots/Protests": "other",
    "Strategic developments": "other",
    "Strategic development": "other",
}
"""Event types of ACLED as its codebooks write them, then and now, and ours."""

NO_REDISTRIBUTION: Final = "no-redistribution"
"""Licence of rows that may be counted and drawn, and not passed on."""
