"""Pictures of the map for the README, made with headless Chromium: docs/images/map-*.png."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import maps

ROOT = Path(__file__).resolve().parents[1]
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
MAP = "Object.values(window).find((x) => x instanceof L.Map)"
EVENTS = "Object.values(window).find((x) => x instanceof durand.Events)"
CARD = f"const l = {EVENTS}; l.open([l.events.find((e) => e.id === 'apb:029')], null)"
TABLE = "document.querySelector('#table details').open = true; scrollTo(0, 420)"


@dataclass(frozen=True)
class Shot:
    """A picture: size, scheme, and what is done first."""

    width: int = 1280
    height: int = 860
    dark: bool = False
    first: str = ""
    lang: str = "en"


SHOTS = {
    "desktop": Shot(),
    "phone": Shot(375, 812),
    "khyber": Shot(first=f"{MAP}.setView([34.15, 70.7], 8.75, {{animate: false}})"),
    "dark": Shot(dark=True),
    "card": Shot(first=CARD),
    "phone-card": Shot(375, 812, first=CARD),
    "urdu": Shot(lang="ur"),
    "since": Shot(first="document.querySelectorAll('.time-preset')[2].click()"),
    "table": Shot(first=TABLE),
}


def main() -> int:
    """Make the pictures named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which pictures; all if none is named")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs" / "images")
    arguments = parser.parse_args()
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        print("Chromium or chromedriver is not on PATH", file=sys.stderr)
        return 3
    from selenium import webdriver

    arguments.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pages = {}
        for lang in {SHOTS[name].lang for name in arguments.names or SHOTS}:
            pages[lang] = maps.save(maps.MapSpec(lang=lang), Path(folder, f"map-{lang}.html"))
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for argument in (*ARGUMENTS, f"--user-data-dir={folder}/profile"):
            options.add_argument(argument)
        browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
        try:
            for name in arguments.names or SHOTS:
                take(browser, pages[SHOTS[name].lang], SHOTS[name], arguments.output / f"map-{name}.png")
        finally:
            browser.quit()
    return 0


def take(browser: Any, page: Path, shot: Shot, path: Path) -> None:  # noqa: ANN401 - selenium comes late
    """Open the page at a size and in a scheme, do what comes first, and keep the picture."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {
            "width": shot.width,
            "height": shot.height,
            "deviceScaleFactor": 2 if shot.width < 500 else 1,
            "mobile": shot.width < 500,
        },
    )
    scheme = "dark" if shot.dark else "light"
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    browser.get(page.as_uri())
    if shot.first:
        browser.execute_script(shot.first)
    time.sleep(0.5)
    browser.save_screenshot(str(path))
    print(f"{path}: {path.stat().st_size / 1000:.0f} KB", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
