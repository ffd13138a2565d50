"""A map inside other pages: a folder for a newsroom's server, and a frame in a notebook.

The folder holds the map, its pictures, and what a host page needs: an iframe with a title whose height
follows the map (ResizeObserver and postMessage,
https://html.spec.whatwg.org/multipage/web-messaging.html),
an answer in the form of oEmbed 1.0 (https://oembed.com), and pictures for Open Graph (https://ogp.me).
"""

from __future__ import annotations

import html
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from geo.errors import OverwriteError, SchemaError
from geo.files.whole import written_folder
from maps.content.cards import safe_link
from maps.content.content import map_content
from maps.spec.spec import MapSpec
from maps.web.page import map_page

if TYPE_CHECKING:
    from maps.content.content import MapContent

__all__ = ["PICTURES", "Shown", "find_browser", "save_embed", "show", "snippet"]

FILES: Final = ("map.html", "snippet.html", "oembed.json")

PICTURES: Final = {
    "map.png": (1280, 860, "+key"),
    "og.png": (1200, 630, ""),
    "card.png": (1080, 1080, ""),
}
"""Pictures of a map: width and height in pixels, and whether the key is on it."""

BROWSERS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
FIRST_HEIGHT: Final = 720
"""Height of the frame in pixels until the map has told its own."""

HIGHEST: Final = 6_000
"""A height above this is not taken from a message."""

PICTURE_SECONDS: Final = 120

HOST_SCRIPT: Final = """(function (frame) {
  var origin = new URL(frame.src, location.href).origin;
  addEventListener("message", function (message) {
    if (message.source !== frame.contentWindow || message.origin !== origin) return;
    var said = message.data;
    if (!said || said.durand !== "height" || !(said.height > 0 && said.height < HIGHEST)) return;
    frame.style.height = said.height + "px";
  });
})(document.currentScript.previousElementSibling);""".replace("HIGHEST", str(HIGHEST))
"""What the host page runs: it believes only the frame itself, on the origin that the frame was given."""


def snippet(title: str, address: str, picture: str) -> str:
    """The lines that an editor pastes into a page.

    Parameters
    ----------
    title
        Title of the frame, for readers who cannot see it.
    address
        Where the map is, absolute or relative to the host page.
    picture
        Where its picture is, for readers without JavaScript.

    Examples
    --------
    >>> snippet("Strikes", "map.html", "map.png").splitlines()[0]
    '<iframe src="map.html" title="Strikes" loading="lazy" style="width:100%;height:720px;border:0"></iframe>'
    """
    where, words = html.escape(address), html.escape(title)
    return (
        f'<iframe src="{where}" title="{words}" loading="lazy" '
        f'style="width:100%;height:{FIRST_HEIGHT}px;border:0"></iframe>\n'
        f"<script>\n{HOST_SCRIPT}\n</script>\n"
        f'<noscript><a href="{where}"><img src="{html.escape(picture)}" alt="{words}" '
        'style="max-width:100%"></a></noscript>\n'
    )


def find_browser() -> str | None:
    """Path of a Chromium that can make pictures, or nothing."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def check_folder(folder: Path, url: str | None, overwrite: bool) -> None:
    """Refuse an address that is none, and files that are there already.

    Raises
    ------
    SchemaError, OverwriteError
        As for :func:`save_embed`.
    """
    if url is not None and (safe_link(url) is None or not url.endswith("/")):
        raise SchemaError(f"{url!r} is no address of a folder; give one as https://example.org/maps/strikes/")
    there = [name for name in (*FILES, *PICTURES) if (folder / name).exists()]
    if there and not overwrite:
        raise OverwriteError(
            f"{folder} holds {', '.join(there)} already; choose another folder, or allow them to be replaced "
            "(overwrite=True, --force)"
        )


def save_embed(
    spec: MapSpec,
    folder: str | Path,
    *,
    url: str | None = None,
    overwrite: bool = False,
    page: tuple[str, MapContent] | None = None,
) -> list[Path]:
    """Write all that a newsroom needs to publish a map in its own pages.

    Parameters
    ----------
    spec
        What to show.
    folder
        Made if it is not there.
    url
        Address, ending in a slash, under which the folder will be published. Without it addresses are
        relative, and oEmbed and Open Graph, which need absolute ones, carry names only.
    overwrite
        Whether files that are there may be replaced.
    page
        A page made already with ``embedded=True``, and its content.

    Returns
    -------
    list of Path
        ``map.html``, ``snippet.html``, ``oembed.json``, and ``map.png``, ``og.png`` (1200x630), ``card.png``
        (1080x1080). The pictures are missing where no browser was found.

    Raises
    ------
    SchemaError
        If ``url`` is no http or https address that ends in a slash.
    OverwriteError
        If a file is there and ``overwrite`` is false.
    """
    folder = Path(folder)
    check_folder(folder, url, overwrite)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if page is None:
        content = map_content(spec)
        text = map_page(content, spec, embedded=True)
    else:
        text, content = page

    def at(name: str) -> str:
        return urljoin(url, name) if url else name

    width, height, _ = PICTURES["og.png"]
    head = {
        "og:type": "website",
        "og:title": content.title,
        "og:description": content.counted,
        "og:url": at("map.html"),
        "og:image": at("og.png"),
        "og:image:width": width,
        "og:image:height": height,
        "og:image:alt": content.title,
    }
    metas = "".join(
        f'<meta property="{name}" content="{html.escape(str(said))}">\n' for name, said in head.items()
    )
    metas += (
        f'<link rel="alternate" type="application/json+oembed" href="{html.escape(at("oembed.json"))}">\n'
    )
    text = text.replace('<link rel="icon" href="data:,">\n', f'<link rel="icon" href="data:,">\n{metas}', 1)
    code = snippet(content.title, at("map.html"), at("map.png"))
    answer = {
        "version": "1.0",
        "type": "rich",
        "title": content.title,
        "width": PICTURES["map.png"][0],
        "height": FIRST_HEIGHT,
        "html": code.split("\n", 1)[0],
        "thumbnail_url": at("og.png"),
        "thumbnail_width": width,
        "thumbnail_height": height,
    }
    texts = (text, code, json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
    written = list(FILES)
    with written_folder(folder, names=(*FILES, *PICTURES), overwrite=overwrite) as room:
        for name, made in zip(FILES, texts, strict=True):
            (room / name).write_bytes(made.encode("utf-8"))
        if find_browser():
            for name, (wide, high, key) in PICTURES.items():
                save_picture(room / "map.html", room / name, (wide, high), key=key)
                written.append(name)
    return [folder / name for name in written]


def save_picture(page: Path, picture: Path, size: tuple[int, int], *, key: str = "") -> None:
    """A picture of a page by a Chromium without a window.

    Raises
    ------
    SchemaError
        If no browser is found, or it makes no picture of that size in two minutes.
    """
    from PIL import Image

    browser = find_browser()
    if browser is None:
        raise SchemaError(
            f"no Chromium for pictures; install one of {', '.join(BROWSERS)}, or use durand map -o map.png"
        )
    wide, high = size
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder) / "shot.png"
        command = [
            browser,
            "--headless=new",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--force-device-scale-factor=1",
            # The window has a frame of its own; what is below the page is cut off.
            f"--window-size={wide},{high + 200}",
            f"--user-data-dir={folder}/profile",
            "--virtual-time-budget=8000",
            f"--screenshot={shot}",
            f"{page.resolve().as_uri()}#picture={wide}x{high}{key}",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")
        try:
            done = subprocess.run(command, capture_output=True, timeout=PICTURE_SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired as err:
            raise SchemaError(f"{browser} made no picture in {PICTURE_SECONDS} s") from err
        if not shot.exists():
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise SchemaError(f"{browser} made no picture: {said[-1] if said else 'it says nothing'}")
        with Image.open(shot) as whole:
            if whole.width < wide or whole.height < high:
                raise SchemaError(f"{browser} made a picture of {whole.size}, smaller than {size}")
            whole.convert("RGB").crop((0, 0, wide, high)).save(picture, optimize=True)


@dataclass(frozen=True)
class Shown:
    """A map as a notebook shows it: the page in a frame that can reach nothing outside itself.

    Attributes
    ----------
    page
        The HTML document.
    title
        Title of the frame.
    height
        Of the frame, in pixels.
    """

    page: str
    title: str
    height: int

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{html.escape(self.page)}" title="{html.escape(self.title)}" '
            'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" '
            f'style="width:100%;height:{self.height}px;border:0"></iframe>'
        )


def show(events: Any = None, *, height: int = 720, **choices: Any) -> Shown:
    """A map in a notebook: Jupyter and VS Code show what is returned; nothing is asked of the network.

    Parameters
    ----------
    events
        A file, several, a frame, an ``EventTables``, a :class:`maps.MapSpec`, or nothing for the shipped
        events.
    height
        In pixels.
    **choices
        Fields of :class:`maps.MapSpec`.

    Raises
    ------
    SchemaError
        If a choice is not one that a specification may have, or ``height`` is not positive.

    Examples
    --------
    >>> import maps
    >>> maps.show(types=("shelling",)).title
    'Shellings along the Durand Line, 14 October 2025 to 27 April 2026'
    """
    if height <= 0:
        raise SchemaError(f"height is a number of pixels above 0, not {height!r}")
    if isinstance(events, MapSpec):
        if choices:
            raise SchemaError("a MapSpec has its own choices; use dataclasses.replace to change them")
        spec = events
    else:
        spec = MapSpec(events=events, **choices)
    content = map_content(spec)
    return Shown(map_page(content, spec, embedded=True), content.title, height)
