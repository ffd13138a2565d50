"""A house style on the page: what its file says is seen there as in print, and a licence's credit stays."""

from __future__ import annotations

import base64
import io
import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from fontTools.ttLib import TTFont
from PIL import Image
from test_map_browser import page  # noqa: F401 - fixtures

import maps
from geo.errors import DataNotFoundError, SchemaError
from maps.cli.main import cli
from maps.spec.contrast import LEAST_SYMBOL, contrast, contrast_faults
from maps.spec.house_style import HOLDERS, house_credit, in_house, read_house
from maps.style import TYPES
from maps.web.size_budget import fitted_page
from maps.web.web_font import MOST_BYTES, embedded_font

COLOURS = '[colours]\nsea = "#D6E4E8"\nafghanistan = "#FFF9F0"\n[types]\nairstrike = "#B00020"\n'
FEW = maps.MapSpec(types=("airstrike",))


@pytest.fixture
def style(tmp_path):
    """Writes a style and gives its path."""
    number = itertools.count()

    def write(text):
        path = tmp_path / f"house{next(number)}.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def logo(tmp_path):
    Image.new("RGB", (120, 40), "#B00020").save(tmp_path / "logo.png")
    return tmp_path / "logo.png"


def font_file():
    """A font that has no wider script, of those that matplotlib brings along."""
    import matplotlib as mpl

    return str(Path(mpl.get_data_path(), "fonts/ttf/DejaVuSans.ttf"))


def run(*arguments):
    return CliRunner().invoke(cli, [str(one) for one in arguments])


def shown(page_text):
    """What a page holds, without fonts and pictures."""
    return re.sub(r"base64,[A-Za-z0-9+/=]+", "", page_text)


def test_colours_of_a_house_are_those_of_the_page_by_day_and_night(style):
    made = maps.render(FEW, maps.Sheet(style=style(COLOURS)))
    assert "--d-sea:#D6E4E8" in made
    assert "--d-type-1:#B00020" in made
    # Without scripts too; the house names no colours for the night.
    assert 'fill="#FFF9F0"' in made
    assert 'fill="#B00020"' in made
    assert made.count("color-scheme:light") == 1
    assert made.rindex("--d-rim:#fff") > made.rindex("prefers-color-scheme:dark")
    plain = maps.render(FEW)
    assert "color-scheme:light dark" in plain
    assert "#B00020" not in plain
    assert maps.render(FEW, maps.Sheet()) == plain


def test_what_a_style_does_not_name_stays_as_the_page_has_it(style):
    made = maps.render(FEW, maps.Sheet(style=style("[areas]\ncorner = 0\n")))
    assert "--d-corner:0px" in made
    assert "color-scheme:light dark" in made
    rest = made.replace(":root{--d-corner:0px}\n", "")
    kept = maps.render(FEW)
    policy = re.compile(r"style-src '[^']+' '[^']+'")
    assert policy.sub("", rest) == policy.sub("", kept)


def test_lines_sizes_and_inks_of_a_house_are_those_of_the_page(style):
    text = "[lines]\ndurand = 4.0\ndurand_dash = [9, 3]\n[text]\ntitle = 33.0\n[symbols]\nsize = 9.0\n"
    made = maps.render(FEW, maps.Sheet(style=style(text)))
    assert ".d-durand{stroke-width:4px}" in made
    assert ".d-durand{stroke-dasharray:9 3}" in made
    assert "h1{font-size:33.0px;line-height:1.3}" in made
    assert made.count('"symbol_px":18.0') == 2
    assert '"symbol_px":13.0' not in made


def test_line_policy_and_words_of_the_key_hold_on_page_and_print(style):
    sheet = maps.Sheet(
        style=style('line_policy = "de facto"\n[wording]\nairstrike = "Air raid"\nkey = "What happened"\n')
    )
    made = maps.render(FEW, sheet)
    assert '<h2 class="key-title" dir="auto">What happened</h2>' in made
    assert '"one":"Air raid"' in made
    drawn = maps.draw_map(FEW, sheet)
    words = {text for text, _ in drawn.canvas.texts}
    assert {"Air raid", "What happened"} <= words
    assert "Durand Line, the border in fact; not recognised by Afghanistan." in " ".join(words)
    # What the map says itself goes before what its house says.
    own = replace(FEW, wording=(("airstrike", "Bombardment"),))
    assert '"one":"Bombardment"' in maps.render(own, sheet)


def test_words_of_the_key_come_back_from_a_file(tmp_path):
    spec = maps.MapSpec(wording=(("key", "What happened"), ("airstrike", 'An "air" raid')))
    maps.write_spec(tmp_path / "a.toml", spec)
    assert maps.read_spec(tmp_path / "a.toml")[0] == spec
    with pytest.raises(SchemaError, match="no word of the key 'raid'"):
        maps.MapSpec(wording=(("raid", "x"),))


def test_a_house_can_word_a_credit_and_not_take_it_from_whom_a_licence_names(style):
    house = read_house(style('[credits]\n"Made with Natural Earth" = "Natural Earth, Esq."\n'))
    assert house_credit("Made with Natural Earth", house) == "Natural Earth, Esq."
    made = maps.render(FEW, maps.Sheet(style=style('[credits]\n"Made with Natural Earth" = "Esquire"\n')))
    assert "Esquire" in made
    for old, new in (
        ("© OpenStreetMap contributors (ODbL)", ""),
        ("© OpenStreetMap contributors (ODbL)", "OpenStreetMap"),
        ("GeoNames (CC BY 4.0)", "CC BY 4.0"),
        ("some positions: geoBoundaries (CC BY 4.0)", "positions (CC BY 4.0)"),
        ("Made with Natural Earth", "  "),
    ):
        with pytest.raises(SchemaError, match=r"may be worded anew, not left out|must go on to name"):
            read_house(style(f"[credits]\n'{old}' = '{new}'\n"))


def test_every_credit_that_a_licence_asks_for_is_held_by_a_name():
    for text, _ in maps.map_content(maps.MapSpec()).credits:
        if "(" in text:
            assert any(name in text for name in HOLDERS[:-2]), text
            assert any(name in text for name in HOLDERS[-2:]), text


def test_a_logo_stands_on_page_and_print(style, logo):
    sheet = maps.Sheet(style=style('name = "The Daily"\nlogo = "logo.png"\n'))
    made = maps.render(FEW, sheet)
    held = base64.b64encode(logo.read_bytes()).decode()
    assert f'alt="The Daily" width="120" height="40" src="data:image/png;base64,{held}"' in made
    marks = maps.draw_map(FEW, sheet).marks
    assert list(marks[marks["kind"] == "picture"]["text"]) == ["The Daily"]
    square = maps.draw_map(FEW, maps.Sheet(style=sheet.style, size="square"))
    left, top, right, bottom = square.marks.query("kind == 'picture'").iloc[0]["box"]
    with Image.open(io.BytesIO(square.to_png())) as picture:
        assert picture.convert("RGB").getpixel((int(left + right) // 2, int(top + bottom) // 2)) == (
            176,
            0,
            32,
        )
    # Two maps bear it once; the map's own goes before the house's.
    both = replace(FEW, compare=("2025-10-01:2025-10-19", "2025-10-20:2025-12-31"))
    assert (maps.draw_map(both, sheet).marks["kind"] == "picture").sum() == 1
    own = replace(FEW, marks=(maps.Mark(kind="picture", file=logo, text="Ours"),))
    assert [mark.text for mark in in_house(own, read_house(sheet.style)).marks] == ["Ours"]


def test_a_logo_that_is_none_is_refused(tmp_path):
    (tmp_path / "a.png").write_bytes(b"<svg onload='alert(1)'/>")
    (tmp_path / "b.png").write_bytes(b"\x89PNG" + bytes(200_000))
    Image.new("L", (2500, 4)).save(tmp_path / "c.png")
    for name, error, said in (
        ("a.png", SchemaError, "no PNG or JPEG"),
        ("b.png", SchemaError, "at most 100,000"),
        ("c.png", SchemaError, "2500 x 4 pixels"),
        ("d.png", DataNotFoundError, "no picture"),
    ):
        with pytest.raises(error, match=said):
            maps.render(replace(FEW, marks=(maps.Mark(kind="picture", file=tmp_path / name),)))
    with pytest.raises(SchemaError, match="a map bears one picture"):
        maps.MapSpec(marks=(maps.Mark(kind="picture", file="a"), maps.Mark(kind="picture", file="b")))


def test_a_logo_is_in_cmyk_where_the_pdf_is(style, logo):
    import pikepdf

    from maps.static.cmyk import InkError, find_profile

    try:
        find_profile()
    except InkError:
        pytest.skip("no profile for CMYK is installed")
    sheet = maps.Sheet(style=style('logo = "logo.png"\n'), cmyk=True)
    with pikepdf.open(io.BytesIO(maps.draw_map(FEW, sheet).to_pdf())) as document:
        pictures = [one for one in document.pages[0].Resources.XObject.values() if one.Subtype == "/Image"]
        assert [
            str(one.ColorSpace)
            for one in pictures
            if "/SMask" in one or one.get("/ColorSpace") != "/DeviceGray"
        ] == ["/DeviceCMYK"]
        inks = pictures[0].read_bytes()
    assert len(inks) == 120 * 40 * 4
    assert inks[1] > 200 > inks[0]  # red has magenta, no cyan


def test_a_font_is_cut_to_the_letters_that_a_page_may_need():
    content = maps.map_content(FEW)
    packed = embedded_font(font_file(), content)
    assert packed[:4] == b"wOF2"
    assert len(packed) < MOST_BYTES
    letters = set(TTFont(io.BytesIO(packed)).getBestCmap())
    assert set(map(ord, "AZaz09éāżŠ–“”…×")) <= letters
    # Greek is nowhere on a map.
    assert ord("Ω") not in letters
    assert embedded_font(font_file(), content) == packed
    arabic = set(TTFont(io.BytesIO(embedded_font(font_file(), content.in_language("fa")))).getBestCmap())
    assert set(map(ord, "پژگکی")) <= arabic


def test_a_font_that_may_not_be_embedded_is_refused(tmp_path):
    with TTFont(font_file()) as font:
        font["OS/2"].fsType = 0x0002
        font.save(tmp_path / "closed.ttf")
    with pytest.raises(SchemaError, match="does not allow it to be embedded"):
        maps.render(FEW, maps.Sheet(font=str(tmp_path / "closed.ttf")))
    (tmp_path / "none.ttf").write_bytes(b"no font")
    with pytest.raises(DataNotFoundError, match=r"none\.ttf is not a font"):
        maps.render(FEW, maps.Sheet(font=str(tmp_path / "none.ttf")))


def test_a_page_within_a_size_gives_up_the_font_before_claims():
    content = maps.map_content(FEW)
    sheet = maps.Sheet(font=font_file())
    least = len(maps.render(FEW).encode())
    whole = len(maps.render(FEW, sheet).encode())
    assert whole - least > 20_000
    made, gave_up = fitted_page(content, FEW, least - 90_000, sheet=sheet)
    assert "font of the house" in gave_up
    assert "@font-face" not in made
    made, gave_up = fitted_page(content, FEW, whole, sheet=sheet)
    assert gave_up == []
    assert "@font-face" in made
    # Without one, nobody reads of one.
    assert "font of the house" not in fitted_page(content, FEW, least - 90_000)[1]


def test_the_font_of_a_house_is_what_the_page_is_set_in(page, style):  # noqa: F811 - the fixture
    text = COLOURS + f"[fonts]\nfile = '{font_file()}'\n"
    seen = page.open(maps.render(FEW, maps.Sheet(style=style(text))))
    assert seen.run("return [...document.fonts].map((one) => one.status)") == ["loaded"]
    family = "getComputedStyle(document.querySelector(arguments[0])).fontFamily"
    for where in ("h1", ".d-name", ".key", "footer"):
        assert seen.run(f"return {family}", where).startswith('"durand house"'), where
    assert seen.requests() == []
    assert seen.complaints() == []


def bold_file():
    return font_file().replace("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")


def test_bold_words_are_set_in_the_bold_of_a_style(page, style):  # noqa: F811 - the fixture
    text = COLOURS + f"[fonts]\nfile = '{font_file()}'\nbold = '{bold_file()}'\n"
    seen = page.open(maps.render(FEW, maps.Sheet(style=style(text))))
    faces = seen.run("return [...document.fonts].map((one) => [one.weight, one.status])")
    assert faces == [["400", "loaded"], ["700", "loaded"]]
    width = (
        "const one = document.createElement('canvas').getContext('2d');"
        "one.font = arguments[0] + ' 40px \"durand house\"'; return one.measureText('Afghanistan').width"
    )
    assert seen.run(width, "700") > 1.05 * seen.run(width, "400")
    assert int(seen.run("return getComputedStyle(document.querySelector('h1')).fontWeight")) >= 600


def test_a_font_says_its_own_weight_and_is_not_thickened_twice():
    made = maps.render(FEW, maps.Sheet(font=bold_file()))
    assert made.count("@font-face") == 1
    assert "font-weight:700;font-display" in made


def test_a_bold_without_its_font_or_with_too_much_of_both_is_refused(style, monkeypatch):
    with pytest.raises(SchemaError, match="bold is the bold of a font; give its file too"):
        maps.render(FEW, maps.Sheet(style=style(f"[fonts]\nbold = '{bold_file()}'\n")))
    text = f"[fonts]\nfile = '{font_file()}'\nbold = '{bold_file()}'\n"
    monkeypatch.setattr("maps.web.house_look.MOST_BYTES", 40_000)
    with pytest.raises(SchemaError, match="leave the bold out"):
        maps.render(FEW, maps.Sheet(style=style(text)))


def test_a_name_in_a_style_is_no_rule_of_the_page(style):
    text = "[fonts]\nlatin = ['A\"} body{background:url(https://x.example/)} </style><script>']\n"
    made = maps.render(FEW, maps.Sheet(style=style(text)))
    assert "<script>'" not in made
    assert "body{background" not in made


def test_contrast_is_that_of_its_source_and_faults_are_named(style):
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast_faults(read_house("neutral")) == []
    assert contrast_faults(read_house("newsprint")) == []
    faults = contrast_faults(
        read_house(style('[colours]\nplace = "#999999"\n[types]\nairstrike = "#FFD0B0"\n'))
    )
    assert [fault.split(":")[0] for fault in faults] == [
        "words in place #999999 on pakistan #F0EDE3",
        "symbols of airstrike #FFD0B0 on pakistan #F0EDE3",
    ]
    assert all(contrast(look.line, "#FBFAF6") >= LEAST_SYMBOL for look in TYPES.values())


def test_the_command_says_what_is_hard_to_see_and_takes_style_font_and_scale(style, tmp_path):
    house = style(COLOURS.replace("[types]", 'place = "#999999"\n[types]'))
    made = run("map", "-o", tmp_path / "m.html", "--style", house, "--scale", "both", "--font", font_file())
    assert made.exit_code == 0, made.output
    assert "hard to see: words in place #999999 on pakistan" in made.output
    written = (tmp_path / "m.html").read_text(encoding="utf-8")
    assert '"scale":"both"' in written
    assert "@font-face" in written
    assert "font-src data:" in written
    assert "--d-place:#999999" in shown(written)
    located = run("locator", "Torkham", "-o", tmp_path / "l.html", "--style", house)
    assert located.exit_code == 0, located.output
    assert "--d-place:#999999" in (tmp_path / "l.html").read_text(encoding="utf-8")
    told = run("claims", "-o", tmp_path / "c.html", "--style", house)
    assert told.exit_code == 0, told.output
    assert "--d-place:#999999" in (tmp_path / "c.html").read_text(encoding="utf-8")


def test_a_folder_to_embed_is_in_the_house_too(style, tmp_path):
    written = run("map", "--embed", tmp_path / "out", "--type", "shelling", "--style", style(COLOURS))
    assert written.exit_code == 0, written.output
    for name in ("embed.html", "map.html"):
        assert "--d-sea:#D6E4E8" in (tmp_path / "out" / name).read_text(encoding="utf-8")
    with Image.open(tmp_path / "out" / "card.png") as card:
        assert (255, 249, 240) in {colour for _, colour in card.convert("RGB").getcolors(1 << 24)}


def test_symbols_of_ones_own_have_one_entry_of_the_key_and_stand_at_their_places():
    camps = tuple(
        maps.Mark(kind="symbol", at=at, text="Camp", shape="diamond", colour="green")
        for at in ("Wana", "Quetta")
    )
    spec = maps.MapSpec(ids=(), allow_empty=True, marks=camps, extent=(64.0, 29.0, 72.0, 35.0))
    drawn = maps.draw_map(spec)
    own = drawn.marks[drawn.marks["kind"] == "own symbol"]
    assert list(own["text"]) == ["Camp", "Camp"]
    assert [text for text, _ in drawn.canvas.texts].count("Camp") == 1
    at = own.geometry.iloc[0]
    assert (at.x, at.y) == pytest.approx((69.57, 32.30), abs=0.05)
    with pytest.raises(SchemaError, match="symbols 'Camp' have several looks"):
        maps.MapSpec(marks=(camps[0], replace(camps[1], colour="purple")))
    with pytest.raises(SchemaError, match="no shape 'flag'"):
        maps.Mark(kind="symbol", at="Wana", text="x", shape="flag")
    with pytest.raises(SchemaError, match="is no point"):
        maps.map_content(replace(spec, marks=(maps.Mark(kind="symbol", at="Paktika", text="x"),)))


def test_symbols_are_on_the_page_and_on_both_of_two_maps(page):  # noqa: F811 - the fixture
    spec = maps.MapSpec(
        compare=("2025-10-01:2025-10-19", "2025-10-20:2025-12-31"),
        marks=(
            maps.Mark(kind="symbol", at="Wana", text="Camp", shape="dot", colour="green"),
            maps.Mark(kind="label", at="Ghazni"),
            maps.Mark(kind="note", event="apb:038"),
            maps.Mark(kind="highlight", unit="Paktika"),
        ),
    )
    seen = page.open(maps.render(spec))
    assert seen.count(".d-own-symbol") == 2
    assert seen.text(".key-laid") == "Camp"
    names = seen.run("return [...document.querySelectorAll('.d-name-laid')].map((n) => n.textContent)")
    assert names.count("Ghazni") == 2
    assert seen.count(".d-laid-highlight") == 2
    # The event is on one of the maps, and so is its note.
    assert seen.count(".d-note") + seen.count(".laid-below li") == 1
    assert seen.complaints() == []


def test_the_command_line_lays_symbols_a_logo_and_words(logo, tmp_path):
    made = run(
        *("map", "-o", tmp_path / "m.svg", "--save-spec", tmp_path / "m.toml", "--picture", logo),
        *("--symbol", "Wana=Camp (diamond, green)", "--symbol", "Quetta=Hospital (2 wards)"),
        *("--wording", "airstrike=Air raid", "--wording", "key=What happened"),
    )
    assert made.exit_code == 0, made.output
    plan, _ = maps.read_spec(tmp_path / "m.toml")
    assert [(one.kind, one.text, one.shape, one.colour) for one in plan.marks] == [
        ("symbol", "Camp", "diamond", "green"),
        ("symbol", "Hospital (2 wards)", "square", "grey"),
        ("picture", "", "square", "grey"),
    ]
    assert plan.wording == (("airstrike", "Air raid"), ("key", "What happened"))
