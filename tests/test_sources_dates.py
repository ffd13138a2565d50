"""Dates, coordinates and numbers as people write them."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from geo.sources.values.calendars import solar_day, solar_month_days
from geo.sources.values.coordinates import parse_angle, parse_pair, parse_points
from geo.sources.values.dates import parse_date, parse_dates, read_date
from geo.sources.values.tolls import Toll, claimant_kind, parse_claims, parse_figures, parse_toll

OCT = [dt.date(2025, 10, day) for day in range(1, 32)]


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("2025-10-12", (2025, 10, 12), (2025, 10, 12), 1),
        ("2025-10-12T23:30:00+04:30", (2025, 10, 12), (2025, 10, 12), 1),
        ("Sunday, 12 October 2025", (2025, 10, 12), (2025, 10, 12), 1),
        ("Oct 12, 2025", (2025, 10, 12), (2025, 10, 12), 1),
        ("13/10/2025", (2025, 10, 13), (2025, 10, 13), 1),
        ("10/13/2025", (2025, 10, 13), (2025, 10, 13), 1),
        ("10.10.2025", (2025, 10, 10), (2025, 10, 10), 1),
        ("45942", (2025, 10, 12), (2025, 10, 12), 1),
        ("45942.75", (2025, 10, 12), (2025, 10, 12), 1),
        ("۱۲ Oct ۲۰۲۵", (2025, 10, 12), (2025, 10, 12), 1),
        ("11-12 Oct 2025", (2025, 10, 11), (2025, 10, 12), 2),
        ("11–12.10.2025", (2025, 10, 11), (2025, 10, 12), 2),
        ("30 Dec - 2 Jan 2026", (2025, 12, 30), (2026, 1, 2), 2),
        ("2025-10-11/2025-10-20", (2025, 10, 11), (2025, 10, 20), 3),
        ("Oct 2025", (2025, 10, 1), (2025, 10, 31), 3),
        ("2025-02", (2025, 2, 1), (2025, 2, 28), 3),
        ("Oct-Nov 2025", (2025, 10, 1), (2025, 11, 30), 4),
        ("2025", (2025, 1, 1), (2025, 12, 31), 4),
    ],
)
def test_a_date_has_the_precision_with_which_it_is_written(text, start, end, precision):
    assert parse_date(text) == (dt.date(*start), dt.date(*end), precision)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("03/04/2025", "day 3 of month 4 and as day 4 of month 3"),
        ("12/10/25", "two digits"),
        ("31/02/2025", "no day 31 of month 2"),
        ("13/14/2025", "neither 13 nor 14"),
        ("2025-13-01", "no day 1 of month 13"),
        ("12-11 Oct 2025", "ends"),
        ("0001-01-01", "year 1"),
        ("soon", "not a date"),
        ("x" * 500, "too long"),
        ("20-25", "not a date"),
    ],
)
def test_what_is_no_certain_date_has_a_reason(text, words):
    assert words in parse_date(text)


def test_the_order_of_an_ambiguous_date_is_asked_for_and_then_used():
    texts = pd.Series(["03/04/2025", "2025-04-03", ""])
    assert parse_dates(texts).start.isna().tolist() == [True, False, True]
    assert parse_dates(texts, day_first=True).start[0] == pd.Timestamp("2025-04-03")
    assert parse_dates(texts, day_first=False).start[0] == pd.Timestamp("2025-03-04")


@settings(deadline=None)
@given(st.dates(dt.date(1893, 1, 1), dt.date(2100, 12, 31)))
def test_every_way_of_writing_a_day_gives_the_day(day):
    ways = [f"{day}", f"{day:%d %b %Y}", f"{day:%B %d, %Y}", f"{day:%d-%b-%Y}", f"{day:%Y%m%d}"]
    assert {parse_date(way) for way in ways} == {(day, day, 1)}
    assert parse_date(f"{day:%d/%m/%Y}", day_first=True) == parse_date(f"{day:%m/%d/%Y}", day_first=False)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_makes_a_parser_fail(text):
    for read in (parse_date, parse_pair, parse_toll, parse_claims):
        read(text)
    parse_angle(text, "lat")
    parse_dates(pd.Series([text], dtype="str"))
    parse_points(lat=pd.Series([text], dtype="str"), lon=pd.Series([text], dtype="str"))


@pytest.mark.parametrize(
    "text",
    [
        "34.125, 71.09",
        "34.125,71.09",
        "34,125; 71,09",
        "34,125, 71,09",
        "34.125 N 71.09 E",
        "71.09E, 34.125N",
        "34°07'30\"N 71°05'24\"E",
        "34-07-30N 71-05-24E",
        "N 34°07.5' E 71°05.4'",
        "34:07:30 71:05:24",
        "POINT (71.09 34.125)",
        "(34.125, 71.09)",
        # As ExifTool, phones, ISO 6709, web maps and people with labels write them.
        "34 deg 7' 30.00\" N, 71 deg 5' 24.00\" E",
        "34.125N71.09E",
        "34d07m30sN 71d05m24sE",
        "34 degrees 7.5 minutes N 71 degrees 5.4 minutes E",
        "+34.125+071.09/",
        "Lat: 34.125, Long: 71.09",
        "lon=71.09 lat=34.125",
        "Latitude 34.125 Longitude 71.09",
        "34.125° N / 71.09° E",
        "\u200e34.125, 71.09\u200f",
    ],
)
def test_a_point_in_one_cell_is_read_in_every_form(text):
    lon, lat, _ = parse_pair(text)
    assert (round(lon, 9), round(lat, 9)) == (71.09, 34.125)


@given(st.floats(60, 78), st.floats(23, 39))
def test_utm_is_read_back_to_the_metre(lon, lat):
    zone = int((lon + 180) // 6) + 1
    band = "CDEFGHJKLMNPQRSTUVWX"[int((lat + 80) // 8)]
    east, north = pyproj.Transformer.from_crs(4326, 32600 + zone, always_xy=True).transform(lon, lat)
    found = parse_pair(f"{zone}{band} {east:06.0f} {north:07.0f}")
    assert pyproj.Geod(ellps="WGS84").inv(lon, lat, *found[:2])[2] < 1


@pytest.mark.parametrize(
    "text",
    ["42N 601234 3776543", "601234E 3776543N Zone 42", "UTM zone 42S 601234 3776543", "601234 3776543 42 S"],
)
def test_a_zone_is_read_with_the_letter_of_its_half_or_none_and_before_or_behind(text):
    assert parse_pair(text)[:2] == pytest.approx(parse_pair("42S 601234 3776543")[:2])
    assert parse_pair(text)[2] == 1.0


def test_marks_of_direction_in_two_columns_say_nothing():
    read = parse_points(lat=pd.Series(["\u200e34.12"]), lon=pd.Series(["71.09\u202c"]))
    assert (read.lat[0], read.lon[0], read.reason[0]) == (34.12, 71.09, "")
    assert "marks of direction" in read.note[0]
    assert parse_points(lat=pd.Series(["34.12"]), lon=pd.Series(["71.09"])).note[0] == ""


def test_a_capital_s_is_south_and_a_small_one_a_second():
    assert parse_angle("34 07 30 S", "lat") == -34.125
    assert parse_angle("34 07 30s", "lat") == 34.125


# Made with GEOTRANS' rules as the package mgrs 1.5 has them; the centre of the square is meant.
@pytest.mark.parametrize(
    ("grid", "lon", "lat"),
    [
        ("42SXC0123476543", 70.097814, 34.124851),
        ("31NAA6602100000", 0.0, 0.0),
        ("41RPQ", 64.574019, 31.174429),
    ],
)
def test_mgrs_gives_the_centre_of_the_square(grid, lon, lat):
    found = parse_pair(grid)
    assert found[:2] == pytest.approx((lon, lat), abs=2e-5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("42SXC012", "3 digits"),
        ("42SAA0000", "no column A"),
        ("61SXC01", "no zone 61"),
        ("42P 601234 3776543", "outside band P"),
        ("171.1, 34.1", "longitude before latitude"),
        ("34.1 N", "not a coordinate"),
        ("34.1 N 71.1 N", "marked N"),
    ],
)
def test_what_is_no_point_has_a_reason(text, words):
    assert words in parse_pair(text)


def test_half_a_point_is_a_fault_and_no_point_is_none():
    points = parse_points(lat=pd.Series(["34.1", "", "nan"]), lon=pd.Series(["", "", "inf"]))
    assert points.reason.ne("").tolist() == [True, False, True]
    assert points.column[0] == "lon"
    assert points.lon.isna().all()


@pytest.mark.parametrize(
    ("text", "toll"),
    [
        ("12", Toll(12, 12, 12)),
        ("1,200", Toll(1200, 1200, 1200)),
        ("20-25", Toll(20, None, 25)),
        ("between 20 and 25 people", Toll(20, None, 25)),
        ("at least 20", Toll(20, None, None)),
        ("more than 20", Toll(21, None, None)),
        ("20+", Toll(20, None, None)),
        ("up to 30 killed", Toll(None, None, 30)),
        ("fewer than 30", Toll(None, None, 29)),
        ("about 15", Toll(None, 15, None)),
        ("none", Toll(0, 0, 0)),
        ("unknown", Toll()),
        ("three", Toll(3, 3, 3)),
    ],
)
def test_a_toll_keeps_its_bounds_and_missing_is_not_zero(text, toll):
    found = parse_toll(text)
    assert (found.low, found.best, found.high) == (toll.low, toll.best, toll.high)


@pytest.mark.parametrize("text", ["scores", "several", "25-20", "12 men and a dog", "9" * 30, "-3"])
def test_a_toll_that_is_no_number_has_a_reason(text):
    assert isinstance(parse_toll(text), str)


def test_claims_of_two_sides_keep_their_claimants():
    claims = parse_claims("Pakistan: 23; Taliban: at least 58 / UNAMA: 17")
    assert [(c.claimant, c.claimant_kind, c.toll.low, c.toll.high) for c in claims] == [
        ("Pakistan", "pakistan", 23, 23),
        ("Taliban", "afghan authorities", 58, None),
        ("UNAMA", "un", 17, 17),
    ]
    assert "Taliban" in parse_claims("Pakistan: 23; Taliban: several")
    assert parse_claims("Pakistan: 23; Taliban: dozens")[1].toll == Toll(bound="dozens")
    assert parse_claims("dozens") is None


@pytest.mark.parametrize(
    "text", ["20 (including 3 children)", "20 (unconfirmed)", "20 (all civilians)", "20 (women and children)"]
)
def test_words_in_brackets_that_name_nobody_are_no_claimant(text):
    assert parse_claims(text) is None
    first, *parts = parse_figures(text)
    assert (first.claimant, first.toll) == ("", Toll(20, 20, 20, "exactly"))
    assert [(part.claimant, part.toll.best, part.toll.who) for part in parts] == (
        [("", 3, "children")] if "3" in text else []
    )


@pytest.mark.parametrize("text", ["at least 10 (Pakistan says 3)", "12 (at least 20 according to TTP)"])
def test_a_number_is_never_put_into_the_mouth_of_who_states_another(text):
    assert isinstance(parse_toll(text), str)
    assert "not said" in parse_claims(text)


def test_a_story_in_the_cell_of_a_number_is_no_number_and_no_work():
    for text in ("(" * 100_000, "12 " + "(x1" * 50_000, "5 (incl " + "a " * 50_000):
        assert parse_claims(text) is None
        assert isinstance(parse_toll(text), str)


def test_claimants_in_brackets_are_parted_by_commas_too():
    claims = parse_claims("200 (Pakistan said), 9 (Taliban said)")
    assert [(c.claimant, c.toll.best) for c in claims] == [("Pakistan", 200), ("Taliban", 9)]


def test_a_column_of_iso_days_is_read_as_one_by_one():
    days = pd.Series(pd.date_range("1893-01-01", "2100-12-31", freq="97D").strftime("%Y-%m-%d"))
    at_once = parse_dates(days)
    assert at_once.start.tolist() == [pd.Timestamp(parse_date(day)[0]) for day in days]
    assert np.array_equal(at_once.precision, np.ones(len(days)))


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        # Ranges with times, and intervals of ISO 8601.
        ("2026-02-26 21:00 - 2026-02-28 05:30", (2026, 2, 26), (2026, 2, 28), 2),
        ("2026-02-26T21:00:00/2026-02-28T05:30:00", (2026, 2, 26), (2026, 2, 28), 2),
        ("26 Feb 2026 23:00 to 27 Feb 2026 02:00", (2026, 2, 26), (2026, 2, 27), 2),
        ("2026-02-26 22:30 - 02:15", (2026, 2, 26), (2026, 2, 27), 2),
        ("2026-02-26 14:00 - 16:15", (2026, 2, 26), (2026, 2, 26), 1),
        ("2026-02-26/28", (2026, 2, 26), (2026, 2, 28), 2),
        ("2026-02-26/P2D", (2026, 2, 26), (2026, 2, 27), 2),
        ("2026-01/2026-03", (2026, 1, 1), (2026, 3, 31), 4),
        # One instant in four zones is one local day; around midnight there are two.
        ("2025-11-08T20:10:00Z", (2025, 11, 9), (2025, 11, 9), 1),
        ("2025-11-08 20:10 GMT", (2025, 11, 9), (2025, 11, 9), 1),
        ("2025-11-09T00:40:00+04:30", (2025, 11, 9), (2025, 11, 9), 1),
        ("2025-11-09T01:10:00+0500", (2025, 11, 9), (2025, 11, 9), 1),
        ("2025-11-09 00:10 PKT", (2025, 11, 9), (2025, 11, 9), 1),
        ("2025-11-08T15:10:00-05:00", (2025, 11, 9), (2025, 11, 9), 1),
        ("2025-11-08T19:10:00Z", (2025, 11, 8), (2025, 11, 9), 2),
        ("8 Nov 2025 7:10 pm UTC", (2025, 11, 8), (2025, 11, 9), 2),
        # Nights, parts of days and of months.
        ("overnight 8 November 2025", (2025, 11, 8), (2025, 11, 9), 2),
        ("night of 8-9 Nov 2025", (2025, 11, 8), (2025, 11, 9), 2),
        ("the night between 8 and 9 Nov 2025", (2025, 11, 8), (2025, 11, 9), 2),
        ("early morning of 9 Nov 2025", (2025, 11, 9), (2025, 11, 9), 1),
        ("mid-November 2025", (2025, 11, 11), (2025, 11, 20), 3),
        ("late February 2028", (2028, 2, 21), (2028, 2, 29), 3),
        ("first week of March 2026", (2026, 3, 1), (2026, 3, 7), 2),
        # Dates with points are day first.
        ("03.04.2026", (2026, 4, 3), (2026, 4, 3), 1),
        # Other scripts and calendars.
        ("۹ نومبر ۲۰۲۵ء", (2025, 11, 9), (2025, 11, 9), 1),
        ("د ۲۰۲۵ کال د نومبر ۹مه", (2025, 11, 9), (2025, 11, 9), 1),
        ("۹ نوامبر ۲۰۲۵", (2025, 11, 9), (2025, 11, 9), 1),
        ("18 Aqrab 1404", (2025, 11, 9), (2025, 11, 9), 1),
        ("۱۸ عقرب ۱۴۰۴", (2025, 11, 9), (2025, 11, 9), 1),
        ("د لړم ۱۸مه ۱۴۰۴", (2025, 11, 9), (2025, 11, 9), 1),
        ("1404/08/18 هـ ش", (2025, 11, 9), (2025, 11, 9), 1),
        ("Aqrab 1404", (2025, 10, 23), (2025, 11, 21), 3),
        ("17 Ramadan 1446", (2025, 3, 16), (2025, 3, 18), 2),
        ("9 Nov 2025 (Sunday)[2]", (2025, 11, 9), (2025, 11, 9), 1),
    ],
)
def test_dates_of_the_region_and_of_programs_are_what_they_say(text, start, end, precision):
    assert parse_date(text) == (dt.date(*start), dt.date(*end), precision)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026.1", "month 1 or month 10"),
        ("9-Nov-25", "two digits"),
        ("9 Nov '25", "two digits"),
        ("1404-08-18", "Solar Hijri calendar, in which the day would be 2025-11-09"),
        ("18/08/1404", "Solar Hijri calendar, in which the day would be 2025-11-09"),
        ("1446-09-17", "lunar Hijri calendar, in which the day would be about 2025-03-17"),
        ("31 Mizan 1404", "no day 31"),
        ("9 Nov", "names no year"),
        ("mid-November", "names no year"),
        ("30 Feb", "not a date"),
    ],
)
def test_what_can_be_two_dates_is_refused_with_both(text, words):
    assert words in parse_date(text)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("\u200f2025-11-09\u202c", "marks of direction"),
        ("2025-11-08T20:10:00Z", "the local day is 2025-11-09"),
        ("overnight 8 Nov 2025", "may be that to the next day"),
        ("mid-November 2025", "11 to 20"),
        ("03.04.2026", "day first"),
        ("18 Aqrab 1404", "Solar Hijri"),
        ("2025-11-09", ""),
        ("9 Nov 2025", ""),
    ],
)
def test_what_is_assumed_in_a_date_is_said(text, note):
    said = parse_dates(pd.Series([text])).note[0]
    assert note in said if note else said == ""


def test_a_year_comes_from_the_option_or_from_the_rows_around():
    texts = pd.Series(["2025-12-29", "30-31 Dec", "2 Jan", "2026-01-05", "overnight 7 Jan", ""])
    read = parse_dates(texts)
    assert read.start.dt.strftime("%Y-%m-%d").tolist()[:5] == [
        "2025-12-29", "2025-12-30", "2026-01-02", "2026-01-05", "2026-01-07",
    ]  # fmt: skip
    assert read.note.str.contains("as the rows around it").tolist() == [False, True, True, False, True, False]
    assert parse_dates(texts, year=2024).start.dt.year.tolist()[1:3] == [2024, 2024]
    # Between rows two years apart both years fit: nobody can tell.
    open_ = parse_dates(pd.Series(["2024-01-01", "5 May", "2025-12-01"]))
    assert "leave it open" in open_.reason[1]
    assert parse_dates(pd.Series(["5 May"])).start.isna().all()


@given(st.dates(dt.date(1950, 1, 1), dt.date(2080, 12, 31)))
def test_solar_hijri_days_follow_one_another(day):
    year = day.year - 621 - ((day.month, day.day) < (3, 23))
    days = [
        found
        for y in (year - 1, year, year + 1)
        for month in range(1, 13)
        for number in range(1, solar_month_days(y, month) + 1)
        if (found := solar_day(y, month, number)) is not None
    ]
    assert all(later - earlier == dt.timedelta(days=1) for earlier, later in itertools.pairwise(days))
    assert day in days


@pytest.mark.parametrize(
    ("bound", "low", "high", "texts"),
    [
        (
            "at least",
            14,
            None,
            "at least 14|no fewer than 14|14+|14 or more|≥ 14|"
            "حداقل ۱۴|دست‌کم ۱۴ نفر|لږ تر لږه ۱۴|کم تر کمه ۱۴|کم از کم 14",
        ),
        (
            "more than",
            14,
            None,
            "more than 14|over 14|upwards of 14|> 14|"
            "بیش از ۱۴|بیشتر از ۱۴|له ۱۴ څخه زیات|تر ۱۴ ډېر|14 سے زائد|14 سے زیادہ",
        ),
        (
            "up to",
            None,
            14,
            "up to 14|as many as 14|at most 14|14 max|حداکثر ۱۴|تا ۱۴ نفر|تر ۱۴ پورې|14 تک|زیادہ سے زیادہ 14",
        ),
        ("up to", None, 13, "fewer than 14|less than 14|< 14|کمتر از ۱۴|له ۱۴ څخه کم|14 سے کم"),
        (
            "about",
            14,
            14,
            "about 14|around 14|some 14|nearly 14|~14|14 or so|"
            "حدود ۱۴|تقریباً ۱۴|شاوخوا ۱۴|نږدې ۱۴|لگ بھگ 14|14 کے قریب",
        ),
        ("dozens", None, None, "dozens|dozens of people|ده‌ها نفر|دهها|لسګونه کسان|درجنوں"),
        (
            "exactly",
            14,
            19,
            "14-19|14 to 19|between 14 and 19|بین ۱۴ تا ۱۹|له ۱۴ تر ۱۹|14 سے 19|14 اور 19 کے درمیان",
        ),
        ("exactly", 14, 14, "14|fourteen|14 people|14 killed|۱۴|۱۴ نفر|14 ہلاک|killed: 14"),
        ("exactly", 0, 0, "0|none|no casualties|هیڅ|هیچ|صفر|کوئی نہیں"),
    ],
)
def test_every_word_of_a_bound_is_kept_in_four_languages(bound, low, high, texts):
    for text in texts.split("|"):
        (claim,) = parse_figures(text)
        assert (claim.toll.bound, *claim.toll.said) == (bound, low, high), text
        assert (claim.claimant, claim.toll.who) == ("", ""), text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3 soldiers", [("", 3, "soldiers")]),
        ("1 girl", [("", 1, "girl")]),
        ("7 FC", [("", 7, "FC")]),
        ("a farmer", [("", 1, "farmer")]),
        ("6 villagers incl. 2 boys", [("", 6, "villagers"), ("", 2, "boys")]),
        ("6 (including 2 boys and 1 girl)", [("", 6, ""), ("", 2, "boys"), ("", 1, "girl")]),
        ("3 soldiers, 2 policemen", [("", 3, "soldiers"), ("", 2, "policemen")]),
        ("soldiers: 3; civilians: 4", [("", 3, "soldiers"), ("", 4, "civilians")]),
        ("ISPR: 30 militants; Kabul: 2", [("ISPR", 30, "militants"), ("Kabul", 2, "")]),
        ("9 (UNAMA), 12 (hospital)", [("UNAMA", 9, ""), ("hospital", 12, "")]),
        ("ISPR says 30 militants, Mujahid says 2", [("ISPR", 30, "militants"), ("Mujahid", 2, "")]),
        ("9 according to UNAMA", [("UNAMA", 9, "")]),
        ("طالبان: ۵۸؛ پاکستان: ۲۳", [("طالبان", 58, ""), ("پاکستان", 23, "")]),
        ("۵ عسکر", [("", 5, "عسکر")]),
    ],
)
def test_no_figure_of_a_cell_is_dropped_and_none_changes_its_claimant(text, found):
    assert [(c.claimant, c.toll.best, c.toll.who) for c in parse_figures(text)] == found


@pytest.mark.parametrize("text", ["3; 4", "11-12 Oct", "12.5", "5 %", "12 km", "see text", "-3", "30-20"])
def test_what_is_no_figure_has_a_reason(text):
    assert isinstance(parse_figures(text), str)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Tehreek-e-Taliban Pakistan", "armed group"),
        ("TTP", "armed group"),
        ("Afghan Taliban", "afghan authorities"),
        ("یوناما", "un"),
        ("آئی ایس پی آر", "pakistan"),
        ("اسلامي امارت", "afghan authorities"),
        ("a farmer", "other"),
    ],
)
def test_the_kind_of_a_claimant(name, kind):
    assert claimant_kind(name) == kind


def test_figures_of_a_table_keep_bound_group_and_claimant(tmp_path):
    sheet = tmp_path / "tolls.csv"
    sheet.write_text(
        "date,place,killed\n"
        "2025-10-11,Torkham,at least 9\n"
        "2025-10-12,Torkham,4 FC\n"
        '2025-10-13,Torkham,"3 soldiers, 2 policemen"\n'
        "2025-10-14,Torkham,ISPR: more than 30 militants; Kabul: 0\n"
        "2025-10-15,Torkham,dozens\n"
        "2025-10-16,Torkham,8 killed and 5 injured\n",
        encoding="utf-8",
    )
    tables = geo.read_events(sheet)
    low, best, high = (tables.events[f"deaths_{part}"] for part in ("low", "best", "high"))
    assert [None if pd.isna(value) else value for value in low] == [9, 4, None, None, None, 8]
    assert [None if pd.isna(value) else value for value in best] == [None, 4, None, None, None, 8]
    assert high.isna().tolist() == [True, False, True, True, True, False]
    claims = tables.claims
    columns = ["event_id", "claimant", "who", "low", "high", "bound"]
    told = claims[columns].astype(object).where(claims[columns].notna(), None).to_numpy().tolist()
    assert told == [
        ["own:2", "not stated", "FC", 4, 4, "exactly"],
        ["own:3", "not stated", "soldiers", 3, 3, "exactly"],
        ["own:3", "not stated", "policemen", 2, 2, "exactly"],
        ["own:4", "ISPR", "militants", 30, None, "more than"],
        ["own:4", "Kabul", None, 0, 0, "exactly"],
        ["own:5", "not stated", None, None, None, "dozens"],
    ]
    assert tables.details["injured_best"].dropna().tolist() == [5]
    reasons = tables.warnings["reason"].tolist()
    assert [reason for reason in reasons if "who says so" in reason] == [
        "the table doesn't say who says so (5 rows)"
    ]


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("2025 October", "2025-10-01", "2025-10-31", 3),
        ("Q4 2025", "2025-10-01", "2025-12-31", 4),
        ("2025-W41", "2025-10-06", "2025-10-12", 2),
        ("11/Oct/2025", "2025-10-11", "2025-10-11", 1),
        ("11. Oktober 2025", "2025-10-11", "2025-10-11", 1),
        ("11 de octubre de 2025", "2025-10-11", "2025-10-11", 1),
        ("10 mars 2025", "2025-03-10", "2025-03-10", 1),
        ("11 октября 2025", "2025-10-11", "2025-10-11", 1),
        ("2025-10-11..2025-10-13", "2025-10-11", "2025-10-13", 2),
        ("2025-10-11 to 13", "2025-10-11", "2025-10-13", 2),
        ("from 11 to 13 October 2025", "2025-10-11", "2025-10-13", 2),
        ("Oct 30, 2025 to Nov 2, 2025", "2025-10-30", "2025-11-02", 2),
        ("2025-10-00", "2025-10-01", "2025-10-31", 3),
        ("2025-10-??", "2025-10-01", "2025-10-31", 3),
        ("2025-xx-xx", "2025-01-01", "2025-12-31", 4),
        ("?? Oct 2025", "2025-10-01", "2025-10-31", 3),
        ("on or about 11 October 2025", "2025-10-11", "2025-10-11", 2),
        ("~2025-10-11", "2025-10-11", "2025-10-11", 2),
        # 00:00 UTC of 12 October, as a server of maps writes it.
        ("1760227200000", "2025-10-12", "2025-10-12", 1),
    ],
)
def test_other_programs_and_languages_write_the_same_days(text, start, end, precision):
    read = read_date(text)
    assert (str(read.start), str(read.end), read.precision) == (start, end, precision)


@pytest.mark.parametrize(
    "text", ["Nov-25", "Oct '25", "Octoberr 2025", "2025-W60", "2025-10-41", "99/10/2025"]
)
def test_what_can_be_two_things_or_none_is_refused(text):
    assert isinstance(read_date(text), str)
