"""The gallery: docs/gallery.md and its pictures, made from the shipped events by the commands that it prints.

Pages are opened in headless Chromium; pictures are reduced to a palette, so that the repository stays small.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MOST_BYTES = 4_000_000
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
SHADE = "Object.values(window).find((x) => x instanceof durand.Shade)"
CARD = f"const l = {EVENTS}; l.open([l.event(l.indexOf('apb:029'))], null)"
UNIT = f"const s = {SHADE}; s.open(s.order[0], s.nodes[s.order[0]])"
TABLE = "document.querySelector('#table details').open = true; scrollTo(0, 420)"
ABOUT = "document.querySelector('.about').open = true; scrollTo(0, 9999)"
PAIR = "durand map -o pair.html --compare 2025-10-01:2025-10-19 2025-10-19:2025-11-30"

CLAIMS = "durand claims -o claims.html --since 2025-10-09 --until 2025-11-30"
CLAIMS_URDU = CLAIMS.replace("claims.html", "claims-ur.html")
GATES = "durand crossings -o gates.html --since 2025-10-05 --until 2026-03-05"
FLOWS = (
    "durand map -o flows.png --flows published --flow-source 'IOM Pakistan' --since 2017-04-02 "
    "--until 2017-04-08 --size 150mm --dpi 150"
)


@dataclass(frozen=True)
class Shot:
    """A picture of a page or a page's own picture: what is said of it, how it is made.

    Attributes
    ----------
    name
        Of the file, without ``map-`` and suffix.
    words
        What one sees.
    command
        What writes the file.
    width, height, dark, paper
        The window, its scheme, and whether it is shown as printed.
    first
        Script that does what a reader would do first.
    """

    name: str
    words: str
    command: str = "durand map -o map.html"
    width: int = 1280
    height: int = 860
    dark: bool = False
    paper: bool = False
    first: str = ""

    @property
    def output(self) -> str:
        """The file that the command writes."""
        parts = shlex.split(self.command)
        return parts[parts.index("-o") + 1]


SECTIONS: tuple[tuple[str, tuple[Shot, ...]], ...] = (
    (
        "The interactive map",
        (
            Shot(
                "desktop",
                "All shipped events; what is known to an area or a stretch is a name with its symbols.",
            ),
            Shot(
                "khyber",
                "Closer: around Torkham and Kunar.",
                first=f"{MAP}.setView([34.15, 70.7], 8.75, {{animate: false}})",
            ),
            Shot("card", "The card of an event: place, certainty, claims with their claimants.", first=CARD),
            Shot("dark", "Dark, where the reader's system is.", dark=True),
            Shot("phone", "On a phone.", width=375, height=812),
            Shot("phone-card", "On a phone, with a card.", width=375, height=812, first=CARD),
            Shot(
                "since",
                "Since the ceasefire of 19 October 2025.",
                first="document.querySelectorAll('.time-preset')[2].click()",
            ),
            Shot("table", "The same events as a table.", first=TABLE),
            Shot("urdu", "In Urdu, panels from right to left.", "durand map -o map-ur.html --lang ur"),
            Shot("about", "What the map says of itself: caption, method, description.", first=ABOUT),
            Shot("print", "As the browser prints it.", width=720, height=1010, paper=True),
        ),
    ),
    (
        "Two periods beside each other",
        (Shot("pair", "Before and after the ceasefire; the maps move together.", PAIR),),
    ),
    (
        "In the frame of another page",
        (
            Shot(
                "frame",
                "The short page (`--compact`, `embed.html` of `--embed`): title, key, map, sources.",
                "durand map -o frame.html --compact --since 2025-10-09 --until 2025-10-19",
                width=660,
                height=560,
            ),
            Shot(
                "frame-phone",
                "Of two periods it shows one at a time.",
                PAIR.replace("pair.html", "short.html --compact"),
                width=375,
                height=600,
            ),
        ),
    ),
    (
        "Expected numbers in place of events",
        (
            Shot(
                "shade",
                "Provinces. Hatched ones have no event in the table; nothing is said of them.",
                "durand map -o shade.html --shade adm1",
            ),
            Shot(
                "sector",
                "Sectors of the line, by the provinces that meet, with the card of one.",
                "durand map -o sector.html --shade sector",
                dark=True,
                first=UNIT,
            ),
        ),
    ),
    (
        "Locators: one event, or a place, with your own marks",
        (
            Shot(
                "locator",
                "One event: what, when, and how exactly the place is known.",
                "durand locator -o barmal.png --event apb:038",
            ),
            Shot(
                "locator-city",
                "A city at its own scale: the circle says what it is.",
                "durand locator -o kabul.png --event apb:012 --event apb:032",
            ),
            Shot(
                "locator-card",
                "A card, in Pashto.",
                "durand locator -o torkham.png --event apb:025 --size social --lang ps",
            ),
            Shot(
                "locator-page",
                "Marks on a page: a note, a tint, a ring, an arrow.",
                "durand locator -o gates.html Torkham Jalalabad --highlight AF-NAN --ring Peshawar=30 "
                '--arrow Jalalabad=Asadabad --note "Closed since 12 October 2025"',
                width=1000,
                height=760,
            ),
        ),
    ),
    (
        "For print and social media",
        (
            Shot("wide", "A page wide.", "durand map -o map.png --size wide --dpi 150"),
            Shot(
                "column",
                "A column wide, in one ink.",
                "durand map -o column.png --size column --style newsprint --dpi 220",
            ),
            Shot(
                "square",
                "A square for social media.",
                "durand map -o square.png --size square --shade sector",
            ),
            Shot(
                "pair-print",
                "Two periods in print.",
                PAIR.replace("pair.html", "pair.png") + " --size wide --dpi 150",
            ),
            Shot("profile", "Along the line.", "durand map -o profile.png --profile --size wide --dpi 150"),
        ),
    ),
    (
        "Claims, crossings, people",
        (
            Shot("claims", "Who says what: events down, claimants across.", CLAIMS, width=1200),
            Shot("claims-phone", "On a phone, in Urdu.", f"{CLAIMS_URDU} --lang ur", width=375, height=812),
            Shot(
                "toll",
                "The figures for one event on one scale.",
                "durand claims -o toll.png --event apb:014 --compare killed",
            ),
            Shot(
                "gates",
                "When the gates were shut, for whom; each statement and its pages stand below.",
                GATES,
                width=1200,
                height=760,
            ),
            Shot(
                "flows",
                "Where people who crossed at Torkham meant to go, in a week of which IOM gives shares.",
                FLOWS,
            ),
        ),
    ),
)
SHOTS = {shot.name: shot for _, shots in SECTIONS for shot in shots}


def page() -> str:
    """The text of docs/gallery.md."""
    lines = [
        "# Gallery",
        "",
        "Made from the shipped events by `tools/make_gallery.py`, which runs the commands printed here.",
    ]
    for title, shots in SECTIONS:
        lines += ["", f"## {title}"]
        command = ""
        for shot in shots:
            if shot.command != command:
                command = shot.command
                lines += ["", "```sh", command, "```"]
            size = ' width="375"' if shot.width < 500 else ""
            image = f'<img src="images/map-{shot.name}.png" alt="{shot.words}"{size}>'
            lines += ["", shot.words, "", image]
    lines += [
        "",
        "More of these: [claims.md](claims.md), [crossings.md](crossings.md).",
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Make the pictures named, or all and the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which pictures; all and the page if none is named")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs" / "images")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in SHOTS]
    if unknown:
        print(f"no picture {', '.join(unknown)}; there are: {', '.join(SHOTS)}", file=sys.stderr)
        return 2
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        print("Chromium or chromedriver is not on PATH", file=sys.stderr)
        return 3
    from selenium import webdriver

    arguments.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for argument in (*ARGUMENTS, f"--user-data-dir={folder}/profile"):
            options.add_argument(argument)
        browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
        try:
            for name in arguments.names or SHOTS:
                shot = SHOTS[name]
                made = Path(folder, shot.output)
                if not made.exists():
                    words = [sys.executable, "-m", "maps", *shlex.split(shot.command)[1:]]
                    subprocess.run(words, check=True, cwd=folder, stderr=subprocess.DEVNULL)
                target = arguments.output / f"map-{name}.png"
                if made.suffix == ".png":
                    shutil.copy(made, target)
                else:
                    take(browser, made, shot, target)
                reduce(target)
                print(f"{target}: {target.stat().st_size / 1000:.0f} KB", file=sys.stderr)
        finally:
            browser.quit()
    if not arguments.names:
        (ROOT / "docs" / "gallery.md").write_text(page(), encoding="utf-8")
    return 0


def take(browser: Any, made: Path, shot: Shot, path: Path) -> None:
    """Open the page at a size and in a scheme, do what comes first, and keep the picture."""
    small = shot.width < 500
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": shot.width, "height": shot.height, "deviceScaleFactor": 2 if small else 1, "mobile": small},
    )
    scheme = {"name": "prefers-color-scheme", "value": "dark" if shot.dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": [scheme]})
    browser.get(made.as_uri())
    if "durand map" in shot.command or "locator" in shot.command:
        browser.execute_script(f"return {EVENTS}.ready.then(() => null)")
    time.sleep(0.3)
    if shot.paper:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    if shot.first:
        browser.execute_script(shot.first)
    time.sleep(0.5)
    browser.save_screenshot(str(path))


def reduce(path: Path) -> None:
    """Keep the colours of the style and as many others as make its edges smooth."""
    import numpy as np
    from PIL import Image

    from maps.style import BASE, TYPES

    own = {one for pair in BASE.values() for one in pair}
    own |= {one for look in TYPES.values() for one in (look.colour, look.dark)}
    with Image.open(path) as image:
        whole = image.convert("RGB")
    pixels = np.asarray(whole).reshape(-1, 3).astype(np.int64)
    colours, of = np.unique(pixels, axis=0, return_inverse=True)
    kept = np.array([[int(one[at : at + 2], 16) for at in (1, 3, 5)] for one in sorted(own)])
    kept = kept[[(colours == one).all(axis=1).any() for one in kept]]
    others = np.reshape(whole.quantize(256 - len(kept)).getpalette(), (-1, 3))
    palette = np.vstack([kept, others])[:256]
    # Pillow's own search takes colours for equal that are nearly so.
    nearest = np.array([((palette - one) ** 2).sum(axis=1).argmin() for one in colours], dtype=np.uint8)
    few = Image.fromarray(nearest[of.ravel()].reshape(whole.height, whole.width), "P")
    few.putpalette(palette.astype(np.uint8).tobytes())
    few.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
