"""How many place names of real events the gazetteer finds, and how often it is wrong.

    python benchmarks/places.py /path/to/reference/data

The folder holds events/GEDEvent_v26_0_1.csv and events/border_events.csv. Writes docs/places.md.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pyproj

import geo
from geo.places import candidates, name_index

GEOD = pyproj.Geod(ellps="WGS84")
WRONG_KM = 30.0
COUNTRY = {700: "AF", 770: "PK"}
SEED = 20261123
Row = tuple[str, dict[str, str], float, float]


def outcome(row: Row) -> str:
    """One word for what became of a name."""
    name, asked, lon, lat = row
    try:
        place = geo.resolve_place(name, **asked)
    except geo.PlaceError as error:
        return "ambiguous" if "ambiguous" in str(error) else "not known"
    _, _, away = GEOD.inv(lon, lat, place.lon, place.lat)
    if away > max(WRONG_KM * 1000, place.precision_m):
        return "wrong"
    if place.source.startswith("UCDP"):
        return "own row from UCDP"
    return "part" if place.rank[0] else "right"


def table(sets: dict[str, list[Row]]) -> tuple[list[str], list[str]]:
    """Lines of a Markdown table, and of the list of wrong answers."""
    words = ("right", "part", "own row from UCDP", "ambiguous", "not known", "wrong")
    lines = [f"| names | n | {' | '.join(words)} |", "|---|---:|" + "---:|" * len(words)]
    wrong = []
    for title, rows in sets.items():
        found = [outcome(row) for row in rows]
        count = Counter(found)
        lines.append(f"| {title} | {len(rows)} | {' | '.join(str(count[word]) for word in words)} |")
        for row, word in zip(rows, found, strict=True):
            if word == "wrong":
                place = geo.resolve_place(row[0], **row[1])
                _, _, away = GEOD.inv(row[2], row[3], place.lon, place.lat)
                wrong.append(
                    f"- {row[0]} ({title}): {place.place_id}, {away / 1000:.0f} km from the coded point"
                )
    return lines, wrong


def typo(name: str, chance: random.Random) -> str:
    """A name with one letter left out, doubled, changed or swapped with the next."""
    at = chance.randrange(len(name))
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    kind = chance.choice(("leave out", "double", "change", "swap"))
    if kind == "leave out":
        return name[:at] + name[at + 1 :]
    if kind == "double":
        return name[:at] + name[at] + name[at:]
    if kind == "change":
        return name[:at] + letter + name[at + 1 :]
    return name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]


def typos(count: int = 400) -> list[Row]:
    """Names of the gazetteer with one letter wrong."""
    chance = random.Random(SEED)
    known = [place for place in name_index.all_places() if place.label.isascii() and len(place.label) >= 5]
    return [(typo(place.label, chance), {}, place.lon, place.lat) for place in chance.sample(known, count)]


def curve(typed: list[Row], foreign: list[str]) -> list[str]:
    """Lines of a table of thresholds."""
    lines = [
        "| from | typo: right | refused | wrong | foreign name taken for one of ours |",
        "|---:|---:|---:|---:|---:|",
    ]
    kept = candidates.FUZZY_SURE
    for sure in (75, 80, 85, 88, 90, 92, 94, 96):
        candidates.FUZZY_SURE = float(sure)
        count = Counter(outcome(row) for row in typed)
        taken = 0
        for name in foreign:
            try:
                taken += geo.resolve_place(name).matched == "fuzzy"
            except geo.PlaceError:
                continue
        n, right = len(typed), count["right"] + count["part"] + count["own row from UCDP"]
        refused = count["ambiguous"] + count["not known"]
        lines.append(
            f"| {sure}{' (used)' if sure == kept else ''} | {right / n:.3f} | {refused / n:.3f} "
            f"| {count['wrong'] / n:.3f} | {taken / len(foreign):.3f} |"
        )
    candidates.FUZZY_SURE = kept
    return lines


def main(folder: Path) -> None:
    """Measure and write."""
    ged: pd.DataFrame = pd.read_csv(folder / "events" / "GEDEvent_v26_0_1.csv", low_memory=False)
    ours = ged[ged["country_id"].isin(COUNTRY)]
    own = pd.read_csv(folder / "events" / "border_events.csv")
    own = own[own["country_side"] != "third country"]
    placed, first = (
        ours.drop_duplicates("where_coordinates"),
        ours[ours["adm_2"].notna()].drop_duplicates("adm_2"),
    )
    places, districts = (
        own.drop_duplicates("place_name"),
        own[own["district"].notna()].drop_duplicates("district"),
    )
    stated = {
        "UCDP January 2026, where_coordinates": (placed, "where_coordinates", {}),
        "UCDP January 2026, adm_2": (first, "adm_2", {"kind": "district"}),
        "UCDP January 2026, adm_1": (ours.drop_duplicates("adm_1"), "adm_1", {}),
        "shipped events, place": (places, "place_name", {}),
        "shipped events, district": (districts, "district", {}),
    }
    sets: dict[str, list[Row]] = {}
    for title, (frame, column, asked) in stated.items():
        country = [
            {"country": COUNTRY[code]} if code in COUNTRY else {}
            for code in (frame["country_id"] if "country_id" in frame else [None] * len(frame))
        ]
        sets[title] = [
            (name, {**asked, **where}, lon, lat)
            for name, where, lon, lat in zip(
                frame[column], country, frame["longitude"], frame["latitude"], strict=True
            )
        ]
    lines, wrong = table(sets)
    foreign = sorted(set(ged.loc[~ged["country_id"].isin(COUNTRY), "where_coordinates"].dropna()))
    fuzzy = curve(typos(), random.Random(SEED).sample(foreign, min(400, len(foreign))))
    text = f"""# Places by name: what is found, and what is wrong

Written by `python benchmarks/places.py FOLDER`. The names are those of UCDP Candidate Events 26.0.1 and of
the compiled border events, each once, put to `geo.resolve_place` with the country where the source states it.

- right: one place, within {WRONG_KM:.0f} km of the coded point or within the place's own `precision_m`
- part: only a part of the text is known ("Army Public School, Peshawar" is found as Peshawar); `read` says so
- own row from UCDP: known only since our table of aliases took the position from this very file. Such rows
  say nothing about names of other months: without them the name would be "not known", or "part"
- ambiguous, not known: refused, with the candidates
- wrong: another position

{chr(10).join(lines)}

{chr(10).join(wrong) or "No wrong answer."}

"Kharan district" is coded at the centre of the district before Washuk was split off; the row of "Kalat
district" is coded in Kech; Bahram Chah lies at the far end of Dishu, just beyond the reach of the polygon of
2014. Most villages of Balochistan and Khyber Pakhtunkhwa are in no table that is shipped (GeoNames' places
above 500 inhabitants), which is why so many rows had to be taken from UCDP.

## From which likeness a name is taken

Fuzzy matches are asked only if no other way finds anything. 400 names of the gazetteer with one letter wrong
(left out, doubled, changed, swapped), and 400 place names of other countries in the same UCDP file, none of
which is ours.

{chr(10).join(fuzzy)}
"""
    out = Path(__file__).resolve().parents[1] / "docs" / "places.md"
    out.parent.mkdir(exist_ok=True)
    out.write_text(text, encoding="utf-8", newline="\n")
    print(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
