from __future__ import annotations

import functools
import http.server
import json
import shutil
import threading

import pytest
from click.testing import CliRunner
from PIL import Image
from test_map_browser import ARGUMENTS, browser  # noqa: F401

import geo
import maps
from geo.errors import SchemaError
from maps.cli.main import cli
from maps.web import embed

SPEC = maps.MapSpec(types=("shelling",), title='Shelling "<b>"')


@pytest.fixture
def without_browser(monkeypatch):
    monkeypatch.setattr(embed, "find_browser", lambda: None)


@pytest.fixture
def loopback(browser, tmp_path):  # noqa: F811
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


def test_the_folder_holds_what_a_host_needs(tmp_path, without_browser):
    written = maps.save_embed(SPEC, tmp_path / "m", url="https://example.org/maps/")
    assert [path.name for path in written] == ["map.html", "snippet.html", "oembed.json"]
    answer = json.loads((tmp_path / "m" / "oembed.json").read_text())
    assert answer["version"] == "1.0"
    assert answer["type"] == "rich"
    assert answer["html"].startswith(
        '<iframe src="https://example.org/maps/map.html" title="Shelling &quot;&lt;b&gt;'
    )
    page = (tmp_path / "m" / "map.html").read_text()
    assert '<meta property="og:image" content="https://example.org/maps/og.png">' in page
    assert "<b>" not in page.split("<body")[0]
    with pytest.raises(geo.OverwriteError, match="--force"):
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


def test_the_command_says_what_it_gave_up_and_what_is_missing(tmp_path, without_browser, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return CliRunner().invoke(cli, ["map", *arguments], prog_name="durand")

    done = run("--embed", "m", "--max-size", "480KB")
    assert done.exit_code == 0, done.output
    assert "to fit into 480,000 bytes the map has no" in done.stderr
    assert "no pictures" in done.stderr
    assert (tmp_path / "m" / "map.html").stat().st_size <= 481_500
    assert run("-o", "x.html", "--max-size", "90KB").exit_code == 1
    assert run("-o", "x.html", "--max-size", "lots").exit_code == 2
    assert run().exit_code == 2
    assert run("-o", "x.html", "--embed-url", "https://example.org/").exit_code == 2
    assert not (tmp_path / "x.html").exists()


@pytest.mark.browser
def test_pictures_have_their_sizes_and_show_a_map(tmp_path, browser):  # noqa: F811
    maps.save_embed(SPEC, tmp_path / "m")
    for name, (wide, high, _) in embed.PICTURES.items():
        with Image.open(tmp_path / "m" / name) as picture:
            assert picture.size == (wide, high)
            colours = picture.convert("RGB").getcolors(1 << 20)
            assert len(colours) > 200
            # The last row of pixels is the page's, not the empty window below it.
            assert any(picture.getpixel((x, high - 40)) != picture.getpixel((0, 0)) for x in range(wide))


@pytest.mark.browser
def test_the_frame_grows_with_the_map_and_believes_no_other_page(tmp_path, loopback, without_browser):
    maps.save_embed(SPEC, tmp_path / "maps")
    (tmp_path / "host").mkdir()
    inner, outer = serve(tmp_path / "maps"), serve(tmp_path / "host")
    try:
        address = f"http://127.0.0.1:{inner.server_port}/map.html"
        code = embed.snippet("A map", address, "map.png")
        stranger = f'<iframe id="stranger" src="http://127.0.0.1:{inner.server_port}/stranger.html"></iframe>'
        (tmp_path / "maps" / "stranger.html").write_text(
            "<script>parent.postMessage({durand: 'height', height: 77}, '*')</script>"
        )
        (tmp_path / "host" / "index.html").write_text(f"<!DOCTYPE html><body>{code}{stranger}</body>")
        loopback.get(f"http://127.0.0.1:{outer.server_port}/index.html")
        height = "return document.querySelector('iframe').getBoundingClientRect().height"
        seen = []
        for width in (1200, 420):
            loopback.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False},
            )
            loopback.execute_script("window.scrollTo(0, 0)")
            loopback.execute_async_script("setTimeout(arguments[0], 1500)")
            seen.append(loopback.execute_script(height))
        assert all(400 < value < 3_000 and value != embed.FIRST_HEIGHT for value in seen)
        assert seen[0] != seen[1]
        # It rests: the height does not follow itself.
        loopback.execute_async_script("setTimeout(arguments[0], 500)")
        assert loopback.execute_script(height) == seen[1]
        # Nor does it with the table open, which makes the page longer once.
        frame = loopback.find_element("css selector", "iframe")
        loopback.switch_to.frame(frame)
        loopback.execute_script("document.querySelector('#table details').open = true")
        loopback.switch_to.default_content()
        loopback.execute_async_script("setTimeout(arguments[0], 800)")
        longer = loopback.execute_script(height)
        loopback.execute_async_script("setTimeout(arguments[0], 600)")
        assert seen[1] < longer == loopback.execute_script(height) < seen[1] + 600
        loopback.switch_to.frame(frame)
        loopback.execute_script("document.querySelector('#table details').open = false")
        loopback.switch_to.default_content()
        loopback.execute_async_script("setTimeout(arguments[0], 800)")
        assert loopback.execute_script(height) == seen[1]
        # From the host page itself, and so from another origin than the frame's.
        loopback.execute_script("window.postMessage({durand: 'height', height: 99}, '*')")
        loopback.execute_async_script("setTimeout(arguments[0], 200)")
        assert loopback.execute_script(height) == seen[1]
    finally:
        inner.shutdown()
        outer.shutdown()
        inner.server_close()
        outer.server_close()


@pytest.mark.browser
def test_a_notebook_shows_the_map_in_its_sandbox(tmp_path, browser):  # noqa: F811
    shown = maps.show(types=("shelling",), title=SPEC.title)
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><body>{shown._repr_html_()}</body>", encoding="utf-8")
    browser.get_log("browser")
    browser.get(path.as_uri())
    browser.switch_to.frame(browser.find_element("css selector", "iframe"))
    try:
        browser.execute_async_script("setTimeout(arguments[0], 600)")
        assert browser.execute_script("return document.querySelectorAll('.d-symbol, .d-tag').length") == 3
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
