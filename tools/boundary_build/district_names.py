"""P-codes of provinces and districts, and names of districts and tehsils in their own script.

Both come from tables without geometry, so that a row is found by its name within its province: by the letters
that spellings share, each row once, the likest pair first. What that does not find stands in
``tables/district_pairs.csv`` with its reason, or stays empty.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import pandas as pd
from rapidfuzz import fuzz

from boundary_build.coverage import TABLES
from boundary_build.sources import OCHA, OSM, OVERTURE, source_path

PCODES: Final = "fixtures-download-global-pcodes-adm-1-2.csv"

SURE: Final = 80.0
"""Likeness (0 to 100) of two spellings within one province that are one name."""

EXACT: Final = 97.0
"""The same between a district and a tehsil of its name."""

_WORDS: Final = re.compile(r"\b(?:district|province|agency|sub-tehsil|tehsil|taluka)\b", re.IGNORECASE)
_OWN_WORDS: Final = re.compile(
    r"(?:^|\s)(?:ولسوالی|ولسوالۍ|ولسوالي|لسوالی|ولایت|ښاروالۍ|ضلع|تحصیل|تحصيل|تجصیل|تعلقہ|تلعقہ|د)(?=\s|$)"
)
"""Words for a district, a tehsil, a town; some as their sources misspell them."""

_POINTS: Final = re.compile("[\u064b-\u0652]|\u200c(?=\\s)|^=")
_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
_TEHSIL: Final = "تحصیل|تحصيل|تعلقہ|تلعقہ"
SAME: Final = (
    *(("kh", "x"), ("gh", "g"), ("q", "k"), ("zh", "j"), ("w", "v"), ("ou", "u"), ("ow", "u")),
    *(("oo", "u"), ("o", "u"), ("e", "i"), ("y", "i"), ("ai", "i"), ("h", "")),
)
"""Letters that spellings of Pashto and Dari names write for one another."""


def add_pcodes(provinces: pd.DataFrame) -> dict[str, str]:
    """P-codes of provinces by their ISO code; each has one."""
    table = _pcodes()
    table = table[table["level"] == "1"]
    found = _paired(
        [(row.code, [row.name]) for row in provinces.itertuples()],
        [(row.pcode, [row.name_en]) for row in table.itertuples()],
        60.0,
    )
    if len(found) != len(provinces):
        raise SystemExit(f"P-codes of {len(found)} provinces found, not of {len(provinces)}")
    return found


def name_districts(districts: pd.DataFrame, province_codes: dict[str, str]) -> pd.DataFrame:
    """Districts with ``pcode`` and ``name_own``, each empty where there is none; credits follow the names."""
    codes, names = _pcodes(), _divisions()
    pairs = pd.read_csv(TABLES / "district_pairs.csv", keep_default_na=False)
    pcode: dict[str, str] = {}
    own: dict[str, str] = {}
    for adm1, part in districts.groupby("adm1", sort=False):
        left = [(row.district_id, [row.name, *_split(row.alternates)]) for row in part.itertuples()]
        right = codes[codes["parent"] == province_codes[str(adm1)]]
        pcode |= _paired(left, [(row.pcode, [row.name_en]) for row in right.itertuples()], SURE)
        there = names[names["adm1"] == adm1]
        least = SURE if str(adm1).startswith("AF") else EXACT
        own |= _paired(left, [(row.name_own, [row.name_en]) for row in there.itertuples()], least)
    by_pcode = codes.set_index(["parent", "name_en"])["pcode"].to_dict()
    by_name = names.drop_duplicates(["adm1", "name_en"]).set_index(["adm1", "name_en"])["name_own"].to_dict()
    for pair in pairs.itertuples():
        if pair.table == "pcodes":
            pcode[pair.district_id] = by_pcode[province_codes[pair.adm1], pair.name]
        else:
            own[pair.district_id] = pair.name if pair.table == "own" else by_name[pair.adm1, pair.name]
    _check_once(pcode, "P-code")
    done = districts.copy()
    at = list(done.columns).index("adm0")
    done.insert(at, "name_own", done["district_id"].map(own).fillna(""))
    done.insert(at, "pcode", done["district_id"].map(pcode).fillna(""))
    named = done["name_own"] != ""
    for column, more in (("licence", OVERTURE.licence), ("credit", OSM.credit)):
        add = named & ~done[column].str.contains(more, regex=False)
        done.loc[add, column] += f"; {more}"
    return done


def tehsil_table() -> pd.DataFrame:
    """Tehsils and talukas of Pakistan by name, in Latin letters where there are such, and in Urdu."""
    table = _divisions()
    table = table[table["tehsil"]].sort_values(["adm1", "name_en", "name_own"], kind="stable")
    table = table.drop_duplicates(["adm1", "name_en", "name_own"])
    return pd.DataFrame(
        {
            "name": table["name_en"],
            "name_own": table["name_own"],
            "adm0": "PK",
            "adm1": table["adm1"],
            "source": f"Overture Maps divisions {OVERTURE_RELEASE}, from OpenStreetMap",
            "licence": OVERTURE.licence,
            "credit": OVERTURE.credit,
        }
    ).reset_index(drop=True)


OVERTURE_RELEASE: Final = "2026-09-23"


def _pcodes() -> pd.DataFrame:
    """OCHA's codes of both countries: ``pcode``, ``parent``, ``level``, ``name_en``."""
    table = pd.read_csv(source_path(OCHA, PCODES), dtype="str", keep_default_na=False, encoding="utf-8-sig")
    table = table[table["Location"].isin(["AFG", "PAK"])]
    names = {"P-Code": "pcode", "Parent P-Code": "parent", "Admin Level": "level", "Name": "name_en"}
    return table.rename(columns=names)[list(names.values())].reset_index(drop=True)


def _divisions() -> pd.DataFrame:
    """Overture's divisions, districts of Afghanistan and places of Pakistan, with a name in Arabic script."""
    table = pd.read_parquet(source_path(OVERTURE, "wkls/data/overture.zstd18.parquet")).astype("object")
    afghan = (table["country"] == "AF") & (table["subtype"] == "county")
    pakistani = (table["country"] == "PK") & (table["subtype"] == "locality")
    table = table[(afghan | pakistani) & table["region"].notna()]
    english = table["name_en"].fillna("").astype("str")
    primary = table["name_primary"].astype("str")
    found = pd.DataFrame(
        {
            "adm1": table["region"].astype("str"),
            "name_en": english.str.replace(_WORDS, "", regex=True).str.strip(),
            "name_own": primary.map(_own),
            "tehsil": english.str.contains(r"\b(?:Tehsil|Taluka)\b")
            | primary.str.contains("تحصیل|تعلقہ|تلعقہ"),
            "division_id": table["id"],
        }
    )
    found["tehsil"] &= found["adm1"].str.startswith("PK")
    kept = (found["name_own"] != "") & ((found["name_en"] != "") | found["tehsil"])
    return found[kept].sort_values("division_id", kind="stable").reset_index(drop=True)


def _own(text: str) -> str:
    """A name in Arabic script without the word for a district; empty for one in other letters."""
    first = text.split("/")[0]
    name = re.sub(r"\s+", " ", _OWN_WORDS.sub(" ", _POINTS.sub("", first))).strip()
    return unicodedata.normalize("NFC", name) if _ARABIC.search(name) else ""


def _paired(
    left: list[tuple[str, list[str]]], right: list[tuple[str, list[str]]], least: float
) -> dict[str, str]:
    """Each of one side with one of the other, the likest first; equal ones in their order."""
    alike = []
    for n, (_, names) in enumerate(left):
        for m, (_, others) in enumerate(right):
            score = max(likeness(one, other) for one in names for other in others)
            if score >= least:
                alike.append((-score, n, m))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, n, m in sorted(alike):
        if n not in found and m not in taken:
            found[n] = m
            taken.add(m)
    return {left[n][0]: right[m][0] for n, m in found.items()}


def likeness(one: str, other: str) -> float:
    """How alike two spellings are, 0 to 100: as written, by their sounds, their words in any order."""
    a, b = _letters(one), _letters(other)
    in_order = fuzz.ratio("".join(sorted(a.split())), "".join(sorted(b.split())))
    return max(
        fuzz.ratio(a.replace(" ", ""), b.replace(" ", "")), fuzz.ratio(_sounds(a), _sounds(b)), in_order
    )


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", _WORDS.sub("", text)).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall("[a-z0-9]+", plain))


def _sounds(letters: str) -> str:
    text = letters.replace(" ", "")
    for written, sound in SAME:
        text = text.replace(written, sound)
    return re.sub(r"(.)\1+", r"\1", text)


def _split(alternates: str) -> list[str]:
    return [one for one in alternates.split("|") if one]


def _check_once(found: dict[str, str], what: str) -> None:
    values = pd.Series(found)
    twice = values[values.duplicated(keep=False)]
    if len(twice):
        raise SystemExit(f"one {what} for several districts: {twice.to_dict()}")
