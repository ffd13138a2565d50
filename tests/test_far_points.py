"""Points far from the line, to its antipode, and tables of the world."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import geo
from geo.events.points import points_of
from geo.locus.record import Loci, Locus
from geo.locus.resolve import loci_of
from geo.sources.values.coordinates import looks_swapped
from geo.types import GEOD

FAR = ((-100, 20), (35, 48), (112, -28), (-112, -33.5), (-118, -30), (-70, -33.8), (179.9, 0), (20, 89))


@pytest.mark.parametrize("middle", FAR)
def test_distance_of_far_points_is_that_to_the_nearest_vertex_or_less(middle):
    """At the antipode every part of the line is as far, to one part in fifty: nothing may be left out."""
    border = geo.DurandLine()
    line = np.asarray(border.geometry.coords)
    rng = np.random.default_rng(5)
    lon = rng.uniform(-6, 6, 30) + middle[0]
    lat = np.clip(rng.uniform(-6, 6, 30) + middle[1], -90, 90)
    lon = (lon + 180) % 360 - 180
    found = border.locate(lon, lat)["distance_m"].to_numpy()
    nearest = [
        np.min(GEOD.inv(np.full(len(line), x), np.full(len(line), y), line[:, 0], line[:, 1])[2])
        for x, y in zip(lon, lat, strict=True)
    ]
    # Segments of up to 14 km may bring the line a little nearer than its vertices.
    assert (found <= np.array(nearest) + 0.01).all()
    assert (found >= np.array(nearest) - 50).all()


def world(**columns):
    """A site, a town and a district of Mexico, a town of Paktika."""
    frame = {
        "lon": [-99.1, -100.3, -98.2, 69.27],
        "lat": [19.4, 25.7, 17.1, 32.60],
        "where_precision": ["site", "town", "district", "near"],
        "date_start": pd.to_datetime(["2025-10-01"] * 4),
        **columns,
    }
    return pd.DataFrame(frame)


def test_what_is_far_from_both_countries_is_outside_whatever_its_words_mean_here():
    events = world(adm2_source=[None, None, "Bermal", "Bermal"], adm1_source=["Kunar", None, None, None])
    counts = geo.count(events, by="adm1").set_index("unit")
    assert counts.loc["outside", "certain"] == 3
    assert counts.loc["AF-PKA", "possible"] == 1
    assert geo.locate(events)["adm1"].isna().tolist() == [True, True, True, False]


@pytest.mark.parametrize("by", ["adm0", "adm1", "side", "sector"])
def test_rows_that_tell_the_same_count_as_if_each_were_alone(by):
    events = world(adm1_source=[None, None, None, "Paktika"])
    many = pd.concat([events] * 5, ignore_index=True)
    once, often = (geo.count(one, by=by).set_index("unit")["expected"] for one in (events, many))
    assert np.allclose(often, 5 * once[often.index])


def test_loci_of_a_table_are_those_of_its_rows_each_alone():
    events = geo.read_events().events
    together = loci_of(events, points_of(events))
    alone = [next(iter(loci_of(events.iloc[[n]], points_of(events.iloc[[n]])))) for n in range(len(events))]
    assert list(together) == alone
    assert len(together.different) < len(alone)


def test_loci_are_kept_once_and_given_by_row():
    one, two = Locus("disc", 70.0, 33.0, 500.0), Locus("province", within="AF-PKA")
    loci = Loci.of([one, None, two, one])
    assert loci.different == [one, two]
    assert list(loci) == [one, None, two, one]
    assert list(loci.take(np.array([1, 3]))) == [None, one]
    assert list(loci[1:3]) == [None, two]
    assert loci.known.tolist() == [0, 2, 3]
    assert list(Loci.of([None])) == [None]


@pytest.mark.parametrize(
    "by", ["adm0", "adm1", "side", "sector", "stretches", "areas", "far areas", "another"]
)
def test_what_lies_out_of_reach_is_taken_together_and_changes_no_number(by, monkeypatch):
    """Beside the same count with every place kept apart: no bit differs."""
    rng = np.random.default_rng(8)
    # The world, the region, about the far areas, and the region with latitude and longitude exchanged.
    boxes = ((-180, 180, -80, 80), (59, 79, 22, 40), (-115, -85, 5, 35), (22, 40, 59, 79))
    number = 300 * len(boxes)
    places = pd.DataFrame(
        {
            "lon": np.concatenate([rng.uniform(west, east, 300) for west, east, _, _ in boxes]),
            "lat": np.concatenate([rng.uniform(south, north, 300) for _, _, south, north in boxes]),
            "where_precision": rng.choice(
                ["site", "town", "near", "district", "province", "unknown"], number
            ),
            "date_start": pd.Timestamp("2025-10-01") + pd.to_timedelta(rng.integers(0, 60, number), unit="D"),
            "radius_m": np.where(rng.random(number) < 0.1, 400_000.0, np.nan),
        }
    )
    # Those are refused unless a country elsewhere is named.
    exchanged = looks_swapped(places["lon"].to_numpy(), places["lat"].to_numpy())
    places["country_source"] = np.where(exchanged, "Finland", None)
    border = geo.country_border("PK", "IR")
    asked = {
        "stretches": {"by": geo.DurandLine().sectors(km=100)},
        "areas": {"by": geo.around("Torkham", 60)},
        "far areas": {"by": geo.around((-100.0, 20.0), 900)},
        "another": {"by": border.sectors(km=100), "border": border},
    }.get(by, {"by": by})
    together = geo.count(places, period="M", **asked)
    monkeypatch.setattr("geo.analysis.count.box_of", lambda by, border: None)
    pd.testing.assert_frame_equal(together, geo.count(places, period="M", **asked), check_exact=True)


def test_a_world_of_places_out_of_reach_is_one_locus():
    rng = np.random.default_rng(9)
    far = pd.DataFrame(
        {"lon": rng.uniform(-170, 0, 500), "lat": rng.uniform(-60, 60, 500), "where_precision": "near"}
    )
    points = geo.sources.given.as_points(far)
    assert len(loci_of(points, points_of(points)).different) == 500
    assert len(loci_of(points, points_of(points), about=(60.0, 23.0, 78.0, 39.0)).different) == 1
    assert len(loci_of(points, points_of(points), about=(-180.0, -90.0, 180.0, 90.0)).different) == 500
