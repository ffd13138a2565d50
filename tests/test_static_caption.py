"""Captions: numbers that agree with the map, claims with their claimant, lengths."""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd
import pytest

import geo
import maps
from geo.vocab import EVENT_TYPES
from maps.content.captions import ALT_LENGTH, caption_of, kind_count
from maps.content.cards import NOWHERE
from maps.content.choropleth import read_shading, shaded_subtitles
from maps.content.content import map_content


@pytest.fixture(scope="module")
def tables():
    return geo.read_events()


@pytest.fixture(
    scope="module", params=[(), ("airstrike",), ("armed clash", "shelling"), ("crossing closed",)]
)
def made(request, tables):
    spec = maps.MapSpec(events=tables, types=request.param)
    content = map_content(spec)
    return content, caption_of(content)


def test_counts_in_the_caption_are_those_of_the_map(made):
    content, words = made
    columns = content.events["cols"]
    shown = [n for n, grain in enumerate(columns["grain"]) if grain != NOWHERE]
    assert f"The map shows {len(shown)} event" in words.caption
    for number, name in enumerate(EVENT_TYPES):
        count = sum(columns["type"][n] == number for n in shown)
        assert (kind_count(name, count) in words.caption) == bool(count)
    sides = [
        int(one)
        for one in re.search(
            r"(\d+) on the Afghan side .* and (\d+) on the Pakistani side", words.caption
        ).groups()
    ]
    open_ = re.search(r"of (\d+) the side cannot be told", words.caption)
    assert sum(sides) + (int(open_[1]) if open_ else 0) == len(shown)


def test_the_method_accounts_for_every_event(made):
    content, words = made
    columns = content.events["cols"]
    hidden = sum(grain == NOWHERE for grain in columns["grain"])
    assert all(line in words.method for line in content.method)
    parts = re.search(r"How exactly the places are known: (.*?)\. ", words.method)[1]
    placed = sum(int(n) for n in re.findall(r"(\d+) (?:to|near)", parts))
    assert placed == len(columns["grain"]) - hidden == len(content.picture)
    assert "Boundaries and names" in words.method


def test_a_figure_has_its_claimant_and_no_two_are_added(made, tables):
    content, words = made
    said = re.search(r"one event is (?:[\w ,]+ )?([\d,]+) killed .*?, according to (.*?): ", words.caption)
    if said is None:
        pytest.skip("no claim among these events")
    number = int(said[1].replace(",", ""))
    claims = tables.claims[tables.claims["event_id"].isin(content.events["cols"]["id"])]
    killed = claims[claims["metric"] == "killed"]
    row = killed[(killed["claimant"] == said[2]) & (killed[["low", "high"]].max(axis=1) == number)]
    assert len(row) >= 1
    # Given for that event alone, not for a whole operation.
    assert "event" in set(row["scope"])
    assert number <= killed[["low", "high"]].max(axis=1).max()
    assert "not added up" in words.caption


def test_a_figure_of_several_events_is_not_called_one_events(tables):
    """Of the clashes of October 2025 a claimant said 200 for all sectors together."""
    words = maps.caption(maps.MapSpec(events=tables, types=("armed clash",)))
    clashes = tables.events[tables.events["event_type"] == "armed clash"]["event_id"]
    killed = tables.claims[(tables.claims["metric"] == "killed") & tables.claims["event_id"].isin(clashes)]
    alone = killed[killed["scope"] == "event"][["low", "high"]].max(axis=None)
    assert killed[["low", "high"]].max(axis=None) > alone
    assert re.search(rf"one event is (?:[\w ,]+ )?{alone:,} killed", words.caption)


def test_alt_text_is_short_and_the_credit_complete(made):
    content, words = made
    assert 40 < len(words.alt) <= ALT_LENGTH
    for text, _ in content.credits:
        assert text in words.credit
    for part in (words.title, words.caption, words.method, words.credit, words.alt, words.long_description):
        assert part in words.text


@pytest.mark.parametrize("lang", ["ps", "fa", "ur", "ar"])
def test_a_caption_is_in_the_language_of_the_map(tables, lang):
    """All but names, which not every table has in every script, and credits."""
    words = maps.caption(maps.MapSpec(events=tables, lang=lang))
    english = maps.caption(maps.MapSpec(events=tables))
    assert words.credit.partition(":")[0] != english.credit.partition(":")[0]
    latin = re.compile(r"[A-Za-z]+")
    names = set(
        latin.findall(" ".join([*tables.events["place"].dropna(), *tables.claims["claimant"], "people"]))
    )
    names |= set(latin.findall(" ".join(tables.claims["who"].dropna())))
    for text in (words.title, words.caption, words.method, words.alt, words.long_description):
        every = re.findall(r"\w+", text)
        foreign = [one for one in latin.findall(text) if one not in names]
        assert len(foreign) <= 0.05 * len(every), foreign
    assert len(words.alt) <= ALT_LENGTH


def test_a_map_without_events_has_words_too(tables):
    import datetime as dt

    words = maps.caption(maps.MapSpec(events=tables, until=dt.date(1990, 1, 1), allow_empty=True))
    assert "No event matches." in words.caption
    assert len(words.alt) <= ALT_LENGTH


def test_words_stand_without_what_is_not_known(tmp_path):
    """Events of areas alone, and a figure of which nobody says who was counted."""
    path = tmp_path / "sheet.csv"
    path.write_text(
        "Date,Province,What,Killed,Who says\n"
        "2025-10-15,Kandahar,clash,58,Afghan authorities\n"
        "2025-10-16,Paktika,clash,,\n",
        encoding="utf-8",
    )
    words = maps.caption(maps.MapSpec(events=path))
    assert "How exactly the places are known: 2 to a province." in words.method
    assert "58 killed, according to Afghan authorities" in words.caption


def test_classes_per_area_are_as_fine_as_their_numbers():
    """Forty provinces are not one class and one because no end was below a half."""
    rows = [
        ("2026-01-05", "airstrike", place, "town")
        for place in ("Khost", "Kabul", "Kandahar", "Peshawar", "Quetta", "Asadabad", "Wana", "Herat")
    ]
    frame = pd.DataFrame(rows, columns=["date", "type", "place", "precision"])
    spec = maps.MapSpec(events=geo.read_events(frame), shade="adm1", shade_per="area")
    shading = read_shading(maps.map_content(spec))
    held = Counter(shading.level(n, one.expected) for n, one in enumerate(shading.counts()) if one.expected)
    assert len(held) >= 2
    assert max(held.values()) < sum(held.values()) / 2 + 1
    assert "1e" not in " ".join(shading.class_texts())


def test_a_shaded_map_says_above_it_how_many_events_no_unit_has():
    frame = pd.DataFrame(
        [
            ("2026-01-05", "attack", "Zahedan", 29.4963, 60.8629),
            ("2026-01-05", "attack", "Khost", 33.34, 69.92),
        ],
        columns=["date", "type", "place", "latitude", "longitude"],
    )
    spec = maps.MapSpec(events=geo.read_events(frame), shade="adm1")
    said = "1 of the 2 events lies in none of the units shown."
    assert said in maps.render(spec).partition("<main>")[0]
    content = maps.map_content(spec)
    assert shaded_subtitles(content, read_shading(content)) == (f"2 events. {said}",)
    assert "about as many" not in maps.caption(spec).method
