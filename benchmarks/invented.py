"""Invented events in any number, with the habits of real tables; none of them happened.

Real tables of events repeat their places (a source knows some thousand towns), their actors and their turns
of phrase; days, types and sides are uneven. So do these: places are those of the shipped table with villages
invented round them, drawn by a Zipf law; a summary of one to three sentences names day, actors, place and
province.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import geo
from geo.vocab import EVENT_TYPES, WHERE_PRECISIONS

FIRST_DAY = np.datetime64("2014-12-01")
DAYS = 4_200
VILLAGES = 4_000
ACTORS = (
    "Border guards of the one side",
    "Border guards of the other side",
    "Frontier troops",
    "Provincial police",
    "An unidentified armed group",
    "Unidentified armed men",
    "A local militia",
    "Security forces",
    "Air forces",
    "Army units",
    "A splinter group",
    "Traders and residents",
)
DEEDS = {
    "armed clash": (
        "exchanged fire with",
        "clashed for hours with",
        "fought with",
        "opened fire at a post of",
    ),
    "airstrike": ("struck from the air a compound of", "bombed positions of", "launched airstrikes against"),
    "drone strike": ("struck with a drone a vehicle of", "used a drone against"),
    "shelling": ("fired mortar rounds at", "shelled positions of", "fired artillery towards"),
    "bombing": ("set off a roadside bomb against", "detonated a device near a patrol of"),
    "attack": ("attacked a checkpoint of", "ambushed a convoy of", "threw a hand grenade at"),
    "crossing closed": ("closed the crossing after a dispute with", "shut the gate after talks failed with"),
    "crossing reopened": (
        "reopened the crossing after talks with",
        "let trucks pass again after a meeting with",
    ),
    "talks": ("met at a flag meeting with", "agreed on a local truce with"),
    "other": ("began to build a post disputed by", "exchanged accusations with"),
}
AFTER = (
    "No casualties were reported.",
    "Casualties, if any, are not known.",
    "Several houses were damaged.",
    "Residents left the area for the night.",
    "Both sides blamed each other.",
    "The road was closed to traffic.",
    "Trade was halted for some days.",
    "A local official confirmed the incident.",
    "Schools in the area stayed shut.",
    "{n} people were killed, a local official said.",
    "{n} people were injured, according to a hospital.",
    "{n} fighters were killed, a spokesman claimed; the other side denied it.",
    "At least {n} were wounded.",
    "A second exchange followed {n} hours later.",
    "Some {n} families fled.",
)
SOURCES = (
    "Pajhwok Afghan News",
    "Dawn",
    "TOLOnews",
    "Khaama Press",
    "Ariana News",
    "The Express Tribune",
    "AP",
    "Reuters",
    "AFP",
    "Amu TV",
    "Radio Mashaal",
    "Undisclosed source",
    "Xinhua",
    "The News International",
    "Geo News",
)
TYPE_WEIGHTS = (0.38, 0.08, 0.05, 0.16, 0.13, 0.1, 0.02, 0.02, 0.03, 0.03)
PRECISION_WEIGHTS = {
    "site": 0.16,
    "town": 0.6,
    "near": 0.1,
    "district": 0.08,
    "province": 0.05,
    "border": 0.01,
}


def invented_events(n: int, *, seed: int = 1) -> geo.EventTables:
    """Tables of ``n`` events along the line."""
    rng = np.random.default_rng(seed)
    places = _places(rng)
    # The k-th place is met with a frequency of 1 / (k + 10).
    weight = 1 / (np.arange(len(places)) + 10)
    at = rng.choice(len(places), n, p=weight / weight.sum())
    # Years are uneven, and there are weeks of open fighting.
    day = np.where(rng.random(n) < 0.7, rng.integers(0, DAYS, n), rng.normal(3_960, 25, n).astype(int))
    day = np.clip(day, 0, DAYS - 1)
    start = (FIRST_DAY + day).astype("datetime64[us]")
    longer = rng.random(n) < 0.06
    kind = rng.choice(len(EVENT_TYPES), n, p=TYPE_WEIGHTS)
    actors = np.asarray(ACTORS, dtype=object)
    first, second = rng.integers(0, len(ACTORS), n), rng.integers(0, len(ACTORS), n)
    precision = places["where_precision"].to_numpy()[at]
    dates = pd.Series(start).dt
    name, province = places["place"].to_numpy()[at], places["adm1_source"].to_numpy()[at]
    turns = rng.integers(0, 12, n)
    tails = rng.integers(0, len(AFTER), (n, 2))
    figures = rng.geometric(0.3, n)
    more = rng.random(n) < 0.5
    months = dates.month_name().to_numpy()
    summary = [
        f"On {d} {month} {year}, {ACTORS[a].lower() if a > 10 else ACTORS[a]} "
        f"{DEEDS[EVENT_TYPES[t]][turn % len(DEEDS[EVENT_TYPES[t]])]} {ACTORS[b]} near {p} ({adm}). "
        f"{AFTER[one].format(n=figure)}{' ' + AFTER[two].format(n=figure + 2) if both else ''}"
        for d, month, year, a, t, turn, b, p, adm, one, two, both, figure in zip(
            dates.day,
            months,
            dates.year,
            first,
            kind,
            turns,
            second,
            name,
            province,
            *tails.T,
            more,
            figures,
            strict=True,
        )
    ]
    events = gpd.GeoDataFrame(
        {
            # Sources number their events as they enter them, some days or weeks late.
            "event_id": [f"invented:{k}" for k in np.argsort(np.argsort(day + rng.gamma(1.5, 5, n)))],
            "date_start": start,
            "date_end": np.where(
                longer, start + rng.integers(1, 5, n).astype("timedelta64[D]"), np.datetime64("NaT")
            ),
            "date_precision": pd.array(rng.choice([1, 2, 3], n, p=[0.88, 0.09, 0.03]), dtype="Int8"),
            "event_type": pd.Categorical.from_codes(kind, EVENT_TYPES),
            "actor1": pd.Series(actors[first], dtype="str"),
            "actor2": pd.Series(actors[second], dtype="str"),
            "place": pd.Series(name, dtype="str"),
            "adm1_source": pd.Series(province, dtype="str"),
            "where_precision": pd.Categorical(precision, categories=WHERE_PRECISIONS),
            "border_units": pd.Series(places["border_units"].to_numpy()[at], dtype="str"),
            "verification": pd.Categorical(
                rng.choice(["reported", "claimed", "verified", "disputed"], n, p=[0.7, 0.17, 0.08, 0.05])
            ),
            "source": pd.Series(
                np.asarray(SOURCES, dtype=object)[rng.geometric(0.2, n) % len(SOURCES)], dtype="str"
            ),
            "dataset": pd.Series(["invented"] * n, dtype="str"),
            "summary": pd.Series(summary, dtype="str"),
        },
        geometry=gpd.points_from_xy(places["lon"].to_numpy()[at], places["lat"].to_numpy()[at]),
        crs="EPSG:4326",
    )
    empty = geo.read_events()
    return geo.EventTables(
        events=events,
        claims=empty.claims.iloc[:0],
        sources=empty.sources.iloc[:0],
        phases=empty.phases,
        rejected=empty.rejected.iloc[:0],
        rejected_claims=empty.rejected_claims.iloc[:0],
        raw=pd.DataFrame(index=range(n)),
        rows=pd.Series(range(n), index=events["event_id"]),
    )


def _places(rng: np.random.Generator) -> pd.DataFrame:
    """Towns of the shipped table near the line and villages round them, the most shaken first."""
    towns = geo.read_places()
    towns = towns[towns["adm0"].isin(["AF", "PK"])]
    line = geo.DurandLine().geometry
    # Degrees will do: nearness only shapes the invention.
    towns = towns[shapely.distance(towns.geometry.to_numpy(), line) < 2.2]
    near = 1 / (0.05 + shapely.distance(towns.geometry.to_numpy(), line))
    parent = rng.choice(len(towns), VILLAGES, p=near / near.sum())
    spread = rng.normal(0, 0.16, (VILLAGES, 2))
    syllables = (
        "Kot",
        "Dara",
        "Shin",
        "Gar",
        "Tor",
        "Mian",
        "Khel",
        "Zar",
        "Pul",
        "Bagh",
        "Sra",
        "Ghar",
        "Landi",
        "Wam",
    )
    precision = rng.choice(list(PRECISION_WEIGHTS), VILLAGES, p=list(PRECISION_WEIGHTS.values()))
    units = geo.read_units()
    joined = gpd.sjoin(
        gpd.GeoDataFrame(
            geometry=gpd.points_from_xy(
                towns.geometry.x.to_numpy()[parent] + spread[:, 0],
                towns.geometry.y.to_numpy()[parent] + spread[:, 1],
            ),
            crs=4326,
        ),
        units[["name", "iso3166_2", "geometry"]],
        how="left",
        predicate="within",
    )
    joined = joined[~joined.index.duplicated()]
    pairs = ("AF-NAN;PK-KP", "AF-KNR;PK-KP", "AF-PKA;PK-KP", "AF-KHO;PK-KP", "AF-KAN;PK-BA")
    along = precision == "border"
    return pd.DataFrame(
        {
            "place": [
                "".join(rng.choice(syllables, 2)).capitalize()
                + rng.choice(["", " Kalay", " Bazar", " District"])
                for _ in range(VILLAGES)
            ],
            "lon": joined.geometry.x.round(4).to_numpy(),
            "lat": joined.geometry.y.round(4).to_numpy(),
            "adm1_source": joined["name"].fillna("").to_numpy(),
            "where_precision": precision,
            "border_units": np.where(along, rng.choice(pairs, VILLAGES), None),
        }
    )
