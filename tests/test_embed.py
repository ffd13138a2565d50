from __future__ import annotations

import functools
import html
import http.server
import json
import re
import shlex
import shutil
import threading
from pathlib import Path

import pytest
from chromium import ARGUMENTS
from click.testing import CliRunner
from PIL import Image
from test_map_browser import MAP, Page

import geo
import maps
from geo.errors import SchemaError
from maps.cli.main import cli
from maps.web import embed
from maps.web.page import map_page
from maps.web.page_parts import switch
from maps.words.words import word

OCTOBER = maps.MapSpec(since="2025-10-09", until="2025-10-19")
SPEC = maps.MapSpec(types=("shelling",), title='Shelling "<b>"')


@pytest.fixture
def loopback(browser, tmp_path):
    """A browser that reaches this machine and nothing else; there is none where `browser` skips."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    rules = [a.replace("~NOTFOUND", "~NOTFOUND, EXCLUDE 127.0.0.1") for a in ARGUMENTS]
    for argument in (*rules, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(argument)
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    yield chrome
    chrome.quit()


def serve(folder):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def test_the_folder_holds_what_a_host_needs(tmp_path):
    written = maps.save_embed(SPEC, tmp_path / "m", url="https://example.org/maps/")
    assert [path.name for path in written] == list(embed.FILES)
    for name in ("caption.txt", "alt.txt", "credit.txt"):
        assert (tmp_path / "m" / name).read_text().strip() in html.unescape(
            (tmp_path / "m" / "snippet.html").read_text()
        )
    answer = json.loads((tmp_path / "m" / "oembed.json").read_text())
    assert answer["version"] == "1.0"
    assert answer["type"] == "rich"
    assert answer["html"].startswith(
        '<iframe src="https://example.org/maps/embed.html" title="Shelling &quot;&lt;b&gt;'
    )
    page = (tmp_path / "m" / "map.html").read_text()
    assert '<meta property="og:image" content="https://example.org/maps/og.png">' in page
    assert "<b>" not in page.split("<body")[0]
    with pytest.raises(geo.OverwriteError, match="overwrite=True"):
        maps.save_embed(SPEC, tmp_path / "m")


@pytest.mark.parametrize("url", ["javascript:alert(1)//", "https://example.org/maps", "example.org/", ""])
def test_an_address_that_is_none_is_refused(tmp_path, url):
    with pytest.raises(SchemaError, match="no address of a folder"):
        maps.save_embed(SPEC, tmp_path / "m", url=url)
    assert not (tmp_path / "m").exists()


def test_a_notebook_gets_a_sandboxed_frame():
    shown = maps.show(types=("shelling",), title=SPEC.title)
    text = shown._repr_html_()
    assert text.count("<iframe ") == text.count("<") - 1
    assert 'sandbox="allow-scripts ' in text
    assert "allow-same-origin" not in text
    with pytest.raises(SchemaError, match="height"):
        maps.show(height=0)
    with pytest.raises(SchemaError, match="replace"):
        maps.show(SPEC, lang="ur")


def test_the_command_says_what_it_gave_up_and_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return CliRunner().invoke(cli, ["map", *arguments], prog_name="durand")

    done = run("--embed", "m", "--type", "airstrike", "--max-size", "510KB")
    assert done.exit_code == 0, done.output
    assert "to fit into 510,000 bytes the map has no" in done.stderr
    for name, (_, wide, high) in embed.PICTURES.items():
        with Image.open(tmp_path / "m" / name) as picture:
            assert picture.size == (wide, high)
    assert (tmp_path / "m" / "map.html").stat().st_size <= 511_500
    assert run("-o", "x.html", "--max-size", "90KB").exit_code == 1
    assert run("-o", "x.html", "--max-size", "lots").exit_code == 2
    assert run().exit_code == 2
    assert run("-o", "x.html", "--embed-url", "https://example.org/").exit_code == 2
    assert not (tmp_path / "x.html").exists()


def test_the_command_of_the_page_on_it_works(tmp_path, monkeypatch):
    """Its title of 72 characters has a shorter form for the card."""
    monkeypatch.chdir(tmp_path)
    shown = (Path(__file__).parents[1] / "docs/embed.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^durand (map --embed .*)$", shown, re.MULTILINE)
    done = CliRunner().invoke(cli, shlex.split(command), prog_name="durand")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "strikes" / "og.png").exists()


def test_the_cards_of_a_comparison_show_its_later_period_and_say_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    periods = ["2025-11-01:2025-11-30", "2025-10-09:2025-10-19"]
    done = CliRunner().invoke(cli, ["map", "--embed", "m", "--compare", *periods], prog_name="durand")
    assert done.exit_code == 0, done.output
    assert "it shows the later period, 1 to 30 November 2025" in done.stderr
    with Image.open(tmp_path / "m" / "og.png") as picture:
        assert picture.info["Title"].endswith(", 1 to 30 November 2025")


def test_a_folder_holds_no_other_pictures(tmp_path):
    with pytest.raises(SchemaError, match=r"og\.png"):
        maps.save_embed(SPEC, tmp_path / "m", pictures={"map.png": b""})
    assert not (tmp_path / "m").exists()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "most"), [(320, 600), (375, 600), (660, 560), (1280, 560)])
def test_the_compact_page_is_short_and_leads_to_the_whole(tmp_path, browser, width, most):
    page = Page(browser, tmp_path / "compact.html")
    page.open(map_page(maps.map_content(OCTOBER), OCTOBER, compact="map.html"), width=width, height=900)
    box = "return document.querySelector(arguments[0]).getBoundingClientRect()"
    assert page.run(box, ".page")["height"] <= most
    assert page.run(box, ".map-box")["height"] >= 0.4 * most
    assert page.run("return document.documentElement.scrollWidth") == width
    assert page.run("return document.querySelector('.compact-foot a').getAttribute('href')") == "map.html"
    lines = page.run("return new Set([...document.querySelectorAll('#key li, #key span')]"
                     ".map((n) => Math.round(n.getBoundingClientRect().top / 6))).size")  # fmt: skip
    assert lines <= 10
    assert page.count("#table, #filters, .map-tool") == 0
    assert page.complaints() == []


@pytest.mark.browser
def test_in_a_frame_the_wheel_scrolls_and_zooms_with_ctrl(tmp_path, browser):
    page = Page(browser, tmp_path / "compact.html")
    page.open(map_page(maps.map_content(SPEC), SPEC, compact=""))
    turn = f"""
        const before = {MAP}.getZoom();
        const wheel = new WheelEvent('wheel', {{
          deltaY: -100, ctrlKey: arguments[0], bubbles: true, cancelable: true, clientX: 300 }});
        document.querySelector('.map').dispatchEvent(wheel);
        const hint = document.querySelector('.durand-hint');
        return [{MAP}.getZoom() - before, wheel.defaultPrevented, hint.hidden ? '' : hint.textContent];
    """
    assert page.run(turn, False) == [0, False, "Hold Ctrl to zoom the map"]
    assert page.run(turn, True)[:2] == [0.5, True]
    touch = """
        const box = document.querySelector('.map');
        const at = [...Array(arguments[0])].map((_, k) =>
          new Touch({ identifier: k, target: box, clientX: 100 + k, clientY: 100 }));
        for (const kind of ['touchstart', 'touchmove']) {
          box.dispatchEvent(new TouchEvent(kind, { touches: at, changedTouches: at, bubbles: true }));
        }
        return document.querySelector('.durand-hint').textContent;
    """
    assert page.run(touch, 1) == "Move the map with two fingers"
    assert page.run(f"return {MAP}.dragging.enabled()") is False


@pytest.mark.browser
def test_the_snippet_works_where_a_policy_allows_the_frame_alone(tmp_path, browser):
    maps.save_embed(SPEC, tmp_path)
    code = (tmp_path / "snippet.html").read_text()
    digest = re.search(r"'sha256-[^']*'", code)[0]
    for policy, runs in (
        ("default-src 'none'; frame-src *", False),
        (f"script-src {digest}; frame-src *", True),
    ):
        host = tmp_path / "host.html"
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        host.write_text(f"<!DOCTYPE html>{meta}<body>{code}</body>", encoding="utf-8")
        browser.get_log("browser")
        browser.get(host.as_uri())
        blocked = [entry for entry in browser.get_log("browser") if "inline script" in entry["message"]]
        assert bool(blocked) is not runs
        height = browser.execute_script(
            "return document.querySelector('iframe').getBoundingClientRect().height"
        )
        assert height == embed.FRAME_HEIGHT


def other_height(chrome, than):
    """Height of the frame when it is another and rests, or whatever it is after three seconds."""
    look = """
        const [than, done] = arguments;
        const height = () => document.querySelector('iframe').getBoundingClientRect().height;
        const end = performance.now() + 3000;
        let [last, since] = [than, 0];
        const again = () => {
          const now = performance.now();
          if (height() !== last) [last, since] = [height(), now];
          if ((since && now > since + 300) || now > end) done(height());
          else setTimeout(again, 20);
        };
        again();
    """
    return chrome.execute_async_script(look, than)


@pytest.mark.browser
def test_the_frame_grows_with_the_map_and_believes_no_other_page(tmp_path, loopback):
    maps.save_embed(SPEC, tmp_path / "maps")
    (tmp_path / "host").mkdir()
    inner, outer = serve(tmp_path / "maps"), serve(tmp_path / "host")
    try:
        whole = map_page(maps.map_content(SPEC), SPEC, embedded=True)
        (tmp_path / "maps" / "whole.html").write_text(whole, encoding="utf-8")
        address = f"http://127.0.0.1:{inner.server_port}/whole.html"
        code = embed.snippet(maps.caption(SPEC), address, "og.png")
        stranger = f'<iframe id="stranger" src="http://127.0.0.1:{inner.server_port}/stranger.html"></iframe>'
        (tmp_path / "maps" / "stranger.html").write_text(
            "<script>parent.postMessage({durand: 'height', height: 77}, '*')</script>"
        )
        (tmp_path / "host" / "index.html").write_text(f"<!DOCTYPE html><body>{code}{stranger}</body>")
        loopback.get(f"http://127.0.0.1:{outer.server_port}/index.html")
        height = "return document.querySelector('iframe').getBoundingClientRect().height"
        seen = [embed.FRAME_HEIGHT]
        for width in (1200, 420):
            loopback.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False},
            )
            loopback.execute_script("window.scrollTo(0, 0)")
            seen.append(other_height(loopback, seen[-1]))
        seen = seen[1:]
        assert all(400 < value < 3_000 and value != embed.FRAME_HEIGHT for value in seen), seen
        assert seen[0] != seen[1], seen
        # It rests: the height does not follow itself.
        loopback.execute_async_script("setTimeout(arguments[0], 500)")
        assert loopback.execute_script(height) == seen[1]
        # Nor does it with the table open, which makes the page longer once.
        frame = loopback.find_element("css selector", "iframe")
        loopback.switch_to.frame(frame)
        loopback.execute_script("document.querySelector('#table details').open = true")
        loopback.switch_to.default_content()
        longer = other_height(loopback, seen[1])
        loopback.execute_async_script("setTimeout(arguments[0], 600)")
        assert seen[1] < longer == loopback.execute_script(height) < seen[1] + 600
        loopback.switch_to.frame(frame)
        loopback.execute_script("document.querySelector('#table details').open = false")
        loopback.switch_to.default_content()
        assert other_height(loopback, longer) == seen[1]
        # From the host page itself, and so from another origin than the frame's.
        loopback.execute_script("window.postMessage({durand: 'height', height: 99}, '*')")
        loopback.execute_async_script("setTimeout(arguments[0], 200)")
        assert loopback.execute_script(height) == seen[1]
    finally:
        inner.shutdown()
        outer.shutdown()
        inner.server_close()
        outer.server_close()


def test_a_notebook_stores_one_copy_of_the_page():
    formatters = pytest.importorskip("IPython.core.formatters", reason="IPython is not installed")
    shown = maps.show(types=("shelling",))
    bundle, _ = formatters.DisplayFormatter().format(shown)
    assert set(bundle) == {"text/html", "text/plain"}
    assert len(bundle["text/plain"]) < 200
    assert shown.title in bundle["text/plain"]
    assert bundle["text/html"].count("<iframe") == 1
    assert len(bundle["text/html"]) < 1.2 * len(shown.page)


@pytest.mark.browser
def test_a_notebook_shows_the_map_in_its_sandbox(tmp_path, browser):
    shown = maps.show(types=("shelling",), title=SPEC.title)
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><body>{shown._repr_html_()}</body>", encoding="utf-8")
    browser.get_log("browser")
    browser.get(path.as_uri())
    browser.switch_to.frame(browser.find_element("css selector", "iframe"))
    try:
        browser.execute_async_script("setTimeout(arguments[0], 600)")
        shown = len(maps.map_content(maps.MapSpec(types=("shelling",))).marks)
        assert shown > 3
        drawn = "return document.querySelectorAll('.d-symbol, .d-tag').length"
        assert browser.execute_script(drawn) == shown
        browser.execute_script(
            "document.querySelector('.d-symbol, .d-tag').dispatchEvent(new Event('click'))"
        )
        assert browser.execute_script("return document.querySelector('.durand-card h2').textContent")
        # Nothing of the page around it can be reached.
        assert (
            browser.execute_script(
                "try { return parent.document.title; } catch (error) { return error.name; }"
            )
            == "SecurityError"
        )
        assert browser.execute_script("return document.querySelector('h1').textContent") == SPEC.title
    finally:
        browser.switch_to.default_content()
    assert browser.get_log("browser") == []


def test_a_short_page_of_two_periods_says_before_and_after_only_where_it_is_so():
    first, second = "2025-10-09:2025-10-18", "2025-10-19:2025-11-30"
    for lang in ("en", "ps", "fa", "ur", "ar"):
        said = " ".join(switch(maps.MapSpec(compare=(first, second), lang=lang)))
        assert word(lang, "before") in said
        assert said.index(word(lang, "before")) < said.index(word(lang, "after"))
        other = " ".join(switch(maps.MapSpec(compare=(second, first), lang=lang)))
        assert f"<b>{word(lang, 'before')}</b>" not in other
        assert other.count("<label") == 2


@pytest.mark.browser
@pytest.mark.parametrize(("width", "most"), [(375, 600), (660, 560)])
def test_a_short_page_shows_each_of_two_periods_whole(tmp_path, browser, width, most):
    spec = maps.MapSpec(compare=("2025-10-09:2025-10-18", "2025-10-19:2025-11-30"))
    page = Page(browser, tmp_path / "pair.html")
    page.open(map_page(maps.map_content(spec), spec, compact=""), width=width, height=900)
    boxes = """return [...document.querySelectorAll('.panel .map')].map((one) => {
      const box = one.getBoundingClientRect();
      return [getComputedStyle(one).visibility, box.top, box.bottom, box.height];
    })"""
    foot = page.run("return document.querySelector('.compact-foot').getBoundingClientRect().top")
    for shown in (0, 1):
        page.run("document.querySelectorAll('.switch label')[arguments[0]].click()", shown)
        found = page.run(boxes)
        assert [one[0] for one in found] == ["visible" if n == shown else "hidden" for n in (0, 1)]
        _, top, bottom, tall = found[shown]
        assert top >= 0
        assert bottom <= foot + 1 <= most
        assert tall > 150
