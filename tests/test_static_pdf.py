"""PDFs as other programs read them: box, fonts, tags, words, inks."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections import Counter

import numpy as np
import pikepdf
import pytest
from click.testing import CliRunner
from PIL import Image, ImageCms
from printed import printed

import maps
from geo.errors import DataNotFoundError, SchemaError
from geo.vocab import EVENT_TYPES
from maps.cli.main import cli
from maps.content.content import map_content
from maps.spec.sheet import Sheet
from maps.static.cmyk import InkError, Profile, cmyk_pdf, find_profile, read_profile
from maps.static.drawing import ink_profile


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


@pytest.fixture(scope="module")
def column():
    return printed("column", dpi=Sheet(size="column").dpi)


@pytest.fixture(scope="module")
def pdf(column):
    return column.to_pdf()


@pytest.fixture(scope="module")
def file(pdf, tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "map.pdf"
    path.write_bytes(pdf)
    return path


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    """A profile for CMYK: Ghostscript's, or a skip."""
    try:
        return find_profile()
    except InkError as err:
        pytest.skip(str(err))


def said(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def elements(node):
    """Structure elements under one, in reading order."""
    children = node.K if isinstance(node.K, pikepdf.Array) else [node.K]
    for child in children:
        if isinstance(child, pikepdf.Dictionary):
            yield child
            if "/K" in child:
                yield from elements(child)


@needs("pdfinfo")
def test_poppler_finds_box_title_language_and_tags(column, file):
    text = said("pdfinfo", file)
    assert re.search(r"Tagged:\s+yes", text)
    assert column.caption.title in text
    assert column.caption.alt in text
    width, height = map(float, re.search(r"Page size:\s+([\d.]+) x ([\d.]+) pts", text).groups())
    assert width / 72 * 25.4 == pytest.approx(88, abs=0.1)
    assert height / 72 * 25.4 == pytest.approx(column.canvas.size.height, abs=0.1)
    tree = said("pdfinfo", "-struct-text", file)
    kinds = Counter(re.findall(r"^\s+(H1|H2|P|Figure)\b", tree, flags=re.MULTILINE))
    assert kinds["H1"] == 1
    assert kinds["Figure"] >= 1
    # The key's groups have no headings.
    assert kinds["H2"] == 0
    assert kinds["P"] >= 10
    strikes = next(row.n for row in map_content(maps.MapSpec()).key if EVENT_TYPES[row.type] == "airstrike")
    assert f'"Airstrike{strikes}"' in tree
    # The title is read before the map, the notes last.
    assert tree.index("H1") < tree.index("Figure") < tree.index("recognised by Pakistan")


@needs("pdffonts")
def test_poppler_finds_every_font_embedded_as_truetype(file):
    rows = said("pdffonts", file).splitlines()[2:]
    assert rows
    for row in rows:
        assert "CID TrueType" in row
        assert re.search(r"\byes yes yes\b", row)


def test_every_mark_of_the_page_is_in_the_tree_once(column, pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "en"
        assert root.ViewerPreferences.DisplayDocTitle
        whole = root.StructTreeRoot.K[0]
        assert pikepdf.Name.Document == whole.S
        marks, kinds = [], []
        for element in elements(whole):
            kinds.append(str(element.S))
            marks += [
                int(one) for one in (element.K if isinstance(element.K, pikepdf.Array) else [element.K])
            ]
            if pikepdf.Name.Figure == element.S:
                assert str(element.Alt)
                left, bottom, right, top = map(float, element.A.BBox)
                assert 0 <= left < right <= float(document.pages[0].MediaBox[2]) + 0.1
                assert 0 <= bottom < top
            else:
                assert str(element.ActualText)
        assert sorted(marks) == list(range(len(marks)))
        assert len(root.StructTreeRoot.ParentTree.Nums[1]) == len(marks)
        figure = next(one for one in elements(whole) if pikepdf.Name.Figure == one.S)
        assert str(figure.Alt).startswith(column.caption.alt)
        assert column.caption.long_description in str(figure.Alt)
        depth, drawn = 0, []
        for step in pikepdf.parse_content_stream(document.pages[0]):
            name = str(step.operator)
            if name == "BDC":
                drawn.append(int(step.operands[1].MCID))
            depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(name, 0)
            assert 0 <= depth <= 1
            if name in ("Tj", "TJ", "f", "S", "B"):
                assert depth == 1, "something is drawn outside all marks"
        assert depth == 0
        assert sorted(drawn) == sorted(marks)


def test_the_words_of_another_language_are_told_apart():
    drawing = maps.draw_map(maps.MapSpec(lang="fa", types=("shelling",)), Sheet(size="column"))
    if not drawing.caption or drawing.report.warnings:
        pytest.skip("no font with the letters of Dari is installed")
    with pikepdf.open(io.BytesIO(drawing.to_pdf())) as document:
        assert str(document.Root.Lang) == "fa"
        parts = list(elements(document.Root.StructTreeRoot.K[0]))
        assert any("/Lang" in one and str(one.Lang) == "en" for one in parts if pikepdf.Name.Figure == one.S)
        title = next(one for one in parts if one.S == pikepdf.Name.H1)
        assert drawing.content.title in str(title.ActualText)
        assert "/Lang" not in title


def test_metadata_carry_title_credit_and_description(column, pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_metadata() as metadata:
        assert metadata["dc:title"] == column.caption.title
        assert metadata["dc:rights"] == column.caption.credit
        assert metadata["dc:description"] == f"{column.caption.caption} {column.caption.method}"
        assert str(document.docinfo["/Title"]) == column.caption.title


def inks_of(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        streams = [document.pages[0], *document.pages[0].Resources.XObject.values()]
        steps = [step for one in streams for step in pikepdf.parse_content_stream(one)]
    colours = [tuple(map(float, one.operands)) for one in steps if str(one.operator) in ("k", "K")]
    return colours, Counter(str(one.operator) for one in steps)


def test_cmyk_leaves_no_other_colour_and_names_its_profile(pdf, profile):
    cmyk = cmyk_pdf(pdf, profile)
    assert cmyk == cmyk_pdf(pdf, profile)
    colours, operators = inks_of(cmyk)
    assert not {"rg", "RG", "g", "G", "sc", "SC", "scn", "SCN", "cs", "CS"} & set(operators)
    assert len(set(colours)) > 8
    # Greys and text are in black alone, nearly black in full black.
    assert (0.0, 0.0, 0.0, 1.0) in colours
    assert sum(colour[:3] == (0.0, 0.0, 0.0) for colour in colours) > len(colours) / 2
    with pikepdf.open(io.BytesIO(cmyk)) as document:
        (intent,) = document.Root.OutputIntents
        assert str(intent.OutputConditionIdentifier) == profile.name
        assert intent.DestOutputProfile.read_bytes() == profile.data
        assert intent.DestOutputProfile.N == 4
        assert "/StructTreeRoot" in document.Root


def test_inks_are_those_of_the_colour_engine(profile):
    # Inside what four inks can print; the orange of airstrikes is not.
    pink = (0xCC / 255, 0x79 / 255, 0xA7 / 255)
    inks = profile.inks(pink)
    back = ImageCms.buildTransform(
        io.BytesIO(profile.data), ImageCms.createProfile("sRGB"), "CMYK", "RGB", renderingIntent=1
    )
    dot = Image.new("CMYK", (1, 1), tuple(round(255 * one) for one in inks))
    seen = np.array(ImageCms.applyTransform(dot, back).getpixel((0, 0)))
    assert np.abs(seen - np.array(pink) * 255).max() < 8
    assert inks[1] > 2 * inks[0]


@needs("gs")
def test_ghostscript_finds_ink_on_all_four_plates(pdf, profile, tmp_path):
    path = tmp_path / "cmyk.pdf"
    path.write_bytes(cmyk_pdf(pdf, profile))
    found = subprocess.run(
        ["gs", "-q", "-o", "-", "-sDEVICE=inkcov", str(path)], capture_output=True, text=True, check=True
    ).stdout
    shares = [float(one) for one in found.split()[:4]]
    assert "CMYK OK" in found
    assert all(0.01 < share < 0.95 for share in shares)
    assert shares[3] > max(shares[:3])


def test_a_profile_that_is_none_for_cmyk_is_refused(tmp_path):
    with pytest.raises(DataNotFoundError, match="no profile"):
        read_profile(str(tmp_path / "none.icc"))
    bad = tmp_path / "text.icc"
    bad.write_bytes(b"not a profile" * 20)
    with pytest.raises(SchemaError, match="not an ICC profile"):
        read_profile(str(bad))
    rgb = tmp_path / "rgb.icc"
    rgb.write_bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    with pytest.raises(SchemaError, match="for RGB, not for CMYK"):
        read_profile(str(rgb))
    cut = tmp_path / "cut.icc"
    cut.write_bytes(b"\0" * 16 + b"CMYK" + b"\0" * 16 + b"acsp" + b"\0" * 100)
    with pytest.raises(SchemaError, match="can't be used"):
        read_profile(str(cut))


def test_without_ghostscript_and_profile_cmyk_says_what_to_do(monkeypatch, column):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(InkError, match=r"--cmyk-profile PATH, or install Ghostscript"):
        find_profile()


def test_the_sheets_profile_goes_before_the_houses(tmp_path, profile, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    house = tmp_path / "house.toml"
    (tmp_path / "press.icc").write_bytes(profile.data)
    house.write_text('name = "house"\ncmyk_profile = "press.icc"\n', encoding="utf-8")
    found = ink_profile(Sheet(size="column", style=str(house), cmyk=True))
    assert isinstance(found, Profile)
    assert found.data == profile.data
    other = Sheet(style=str(house), cmyk_profile=str(tmp_path / "other.icc"))
    assert other.cmyk
    with pytest.raises(DataNotFoundError, match=r"other\.icc"):
        ink_profile(other)


def test_the_command_refuses_a_bad_profile_before_it_draws(tmp_path):
    done = CliRunner().invoke(
        cli, ["map", "-o", str(tmp_path / "a.png"), "--cmyk-profile", str(tmp_path / "none.icc")]
    )
    assert done.exit_code == 1
    assert "no profile" in done.output
    assert not list(tmp_path.iterdir())
