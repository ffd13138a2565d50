"""A map inside other pages: a folder for a newsroom's server, and a frame in a notebook.

The folder holds the map, its pictures, and what a host page needs: an iframe with a title whose height
follows the map (ResizeObserver and postMessage,
https://html.spec.whatwg.org/multipage/web-messaging.html),
an answer in the form of oEmbed 1.0 (https://oembed.com), and pictures for Open Graph (https://ogp.me).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from geo.arguments import checked, checked_first
from geo.errors import OverwriteError, SchemaError
from geo.files.whole import check_outputs, written_folder
from maps.content.captions import caption_of
from maps.content.cards import safe_link
from maps.content.content import map_content
from maps.spec.inputs import input_files
from maps.spec.spec import MapSpec
from maps.web.page import map_page

if TYPE_CHECKING:
    from maps.content.captions import Caption
    from maps.content.content import MapContent
    from maps.spec.periods import Period
    from maps.spec.sheet import Sheet

__all__ = ["PICTURES", "Shown", "card_spec", "check_folder", "later_period", "save_embed", "show", "snippet"]

FILES: Final = (
    *("embed.html", "map.html", "snippet.html", "oembed.json"),
    *("caption.txt", "alt.txt", "credit.txt"),
)

PICTURES: Final = {"og.png": ("social", 1200, 630), "card.png": ("square", 1080, 1080)}
"""Cards of a map that the print renderer draws: its size by name, width and height in pixels."""

FRAME_HEIGHT: Final = 600
"""Height of the frame in pixels, which the compact page never exceeds; its own is told to the host page."""

HIGHEST: Final = 6_000
"""A height above this is not taken from a message."""

HOST_SCRIPT: Final = """(function (frame) {
  var origin = new URL(frame.src, location.href).origin;
  addEventListener("message", function (message) {
    if (message.source !== frame.contentWindow || message.origin !== origin) return;
    var said = message.data;
    if (!said || said.durand !== "height" || !(said.height > 0 && said.height < HIGHEST)) return;
    frame.height = said.height;
  });
})(document.currentScript.previousElementSibling);""".replace("HIGHEST", str(HIGHEST))
"""What the host page runs: it believes only the frame itself, on the origin that the frame was given."""


def snippet(words: Caption, address: str, picture: str) -> str:
    """The lines that an editor pastes into a page; a strict policy blocks nothing of them but the script.

    Parameters
    ----------
    words
        Title of the frame and alternative text, caption and credit below it.
    address
        Where the map is, absolute or relative to the host page.
    picture
        Where its picture is, for readers without JavaScript.

    Examples
    --------
    >>> import maps
    >>> words = maps.caption(maps.MapSpec(types=("shelling",)))
    >>> snippet(words, "embed.html", "og.png").splitlines()[1].partition(" title")[0]
    '<iframe src="embed.html"'
    """
    where, title = html.escape(address), html.escape(words.title)
    code = f"\n{HOST_SCRIPT}\n"
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    return (
        "<!-- The host page must allow this frame (frame-src). The script fits its height and may be "
        f"left out; a strict policy allows it by script-src 'sha256-{digest}'. -->\n"
        f'<iframe src="{where}" title="{title}" loading="lazy" width="100%" height="{FRAME_HEIGHT}" '
        'frameborder="0"></iframe>\n'
        f"<script>{code}</script>\n"
        f'<noscript><a href="{where}"><img src="{html.escape(picture)}" alt="{html.escape(words.alt)}" '
        'width="100%"></a></noscript>\n'
        f"<p>{html.escape(words.caption)}</p>\n"
        f"<p><small>{html.escape(words.credit)}</small></p>\n"
    )


def later_period(spec: MapSpec) -> Period:
    """Of the periods that a map compares that which ends later."""
    return max(spec.periods, key=lambda period: period[1] or dt.date.max)


def card_spec(spec: MapSpec) -> MapSpec:
    """What the cards of a folder show: the map, and of a comparison the period that ends later.

    Examples
    --------
    >>> import maps
    >>> both = maps.MapSpec(compare=("2025-10-09:2025-10-19", "2025-11-01:2025-11-30"))
    >>> str(card_spec(both).since), card_spec(maps.MapSpec()) == maps.MapSpec()
    ('2025-11-01', True)
    """
    if not spec.compare:
        return spec
    since, until = later_period(spec)
    return replace(spec, compare=None, since=since, until=until, allow_empty=True)


def check_folder(
    folder: Path, url: str | None, overwrite: bool, inputs: Iterable[str | Path | None] = ()
) -> None:
    """Refuse an address that is none, files that are there already or are read, and a folder in none.

    Raises
    ------
    SchemaError, OverwriteError
        As for :func:`save_embed`.
    """
    if url is not None and (safe_link(url) is None or not url.endswith("/")):
        raise SchemaError(f"{url!r} is no address of a folder; give one as https://example.org/maps/strikes/")
    if not folder.exists() and not folder.parent.is_dir():
        raise SchemaError(f"there is no folder {str(folder.parent)!r} to make {folder.name!r} in")
    there = [name for name in (*FILES, *PICTURES) if (folder / name).exists()]
    if there and not overwrite:
        raise OverwriteError(
            f"{folder} holds {', '.join(there)} already; choose another folder, or allow them to be replaced "
            "(overwrite=True)"
        )
    check_outputs([folder / name for name in there], inputs=inputs, overwrite=True)


@checked
def save_embed(
    spec: MapSpec,
    folder: str | Path,
    *,
    url: str | None = None,
    overwrite: bool = False,
    sheet: Sheet | None = None,
    page: tuple[str, MapContent] | None = None,
    pictures: Mapping[str, bytes] | None = None,
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
    sheet
        Style, font and unit of the scale bar of the pages.
    page
        The full page, made already, and its content.
    pictures
        PNG files by the names in :data:`PICTURES`, as the print renderer draws them:
        ``maps.draw_map(spec, maps.Sheet(size="social")).to_png()``. ``durand map --embed`` gives both.

    Returns
    -------
    list of Path
        ``embed.html`` (the compact page for a frame), ``map.html`` (the full map that it leads to),
        ``snippet.html``, ``oembed.json``, ``caption.txt``, ``alt.txt``, ``credit.txt``, and the pictures.

    Raises
    ------
    SchemaError
        If ``url`` is no http or https address that ends in a slash, a picture has another name, or the folder
        is to be made in one that is not there.
    OverwriteError
        If a file is there and ``overwrite`` is false, or is one that the map is made of.
    """
    folder = Path(folder)
    drawn = dict(pictures or {})
    if strangers := sorted(set(drawn) - set(PICTURES)):
        raise SchemaError(f"a folder holds the pictures {', '.join(PICTURES)}, not {', '.join(strangers)}")
    read = input_files(spec, sheet)
    check_folder(folder, url, overwrite, read)
    content = page[1] if page else map_content(spec)
    full = page[0] if page else map_page(content, spec, sheet=sheet)
    words = caption_of(content, projection="page projection")
    compact = map_page(content, spec, sheet=sheet, compact=_at(url, "map.html"))
    code = snippet(words, _at(url, "embed.html"), _at(url, "og.png"))
    frame = next(line for line in code.splitlines() if line.startswith("<iframe"))
    answer = _oembed(words.title, frame, url)
    texts = {
        "embed.html": compact,
        "map.html": _with_metas(full, words, url),
        "snippet.html": code,
        "oembed.json": json.dumps(answer, ensure_ascii=False, indent=1) + "\n",
        "caption.txt": words.caption + "\n",
        "alt.txt": words.alt + "\n",
        "credit.txt": words.credit + "\n",
    }
    files = {name: text.encode("utf-8", "replace") for name, text in texts.items()} | drawn
    with written_folder(folder, names=list(files), overwrite=overwrite, inputs=read) as room:
        for name, data in files.items():
            (room / name).write_bytes(data)
    return [folder / name for name in (*texts, *drawn)]


def _at(url: str | None, name: str) -> str:
    return urljoin(url, name) if url else name


def _with_metas(page: str, words: Caption, url: str | None) -> str:
    """The full page with what others ask of it: Open Graph and the address of its oEmbed answer."""
    _, width, height = PICTURES["og.png"]
    head = {
        "og:type": "website",
        "og:title": words.title,
        "og:description": words.caption,
        "og:url": _at(url, "map.html"),
        "og:image": _at(url, "og.png"),
        "og:image:width": width,
        "og:image:height": height,
        "og:image:alt": words.alt,
    }
    metas = "".join(
        f'<meta property="{name}" content="{html.escape(str(said))}">\n' for name, said in head.items()
    )
    answer = html.escape(_at(url, "oembed.json"))
    link = f'<link rel="alternate" type="application/json+oembed" href="{answer}">\n'
    icon = '<link rel="icon" href="data:,">\n'
    return page.replace(icon, f"{icon}{metas}{link}", 1)


def _oembed(title: str, frame: str, url: str | None) -> dict[str, Any]:
    _, width, height = PICTURES["og.png"]
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "width": 660,
        "height": FRAME_HEIGHT,
        "html": frame,
        "thumbnail_url": _at(url, "og.png"),
        "thumbnail_width": width,
        "thumbnail_height": height,
    }


@dataclass(frozen=True, repr=False)
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

    def __repr__(self) -> str:
        """The map by its title: a notebook stores this beside the page, which it has once."""
        return f"Shown({self.title!r}, {len(self.page) // 1000:,} KB)"

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{html.escape(self.page)}" title="{html.escape(self.title)}" '
            'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" '
            f'style="width:100%;height:{self.height}px;border:0"></iframe>'
        )


@checked_first
def show(events: Any = None, *, height: int = 720, sheet: Sheet | None = None, **choices: Any) -> Shown:
    """A map in a notebook: Jupyter and VS Code show what is returned; nothing is asked of the network.

    Parameters
    ----------
    events
        A file, several, a frame, an ``EventTables``, a :class:`maps.MapSpec`, or nothing for the shipped
        events.
    height
        In pixels.
    sheet
        Style, font and unit of the scale bar.
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
    'Shellings along the Durand Line, October 2025 to April 2026'
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
    return Shown(map_page(content, spec, sheet=sheet, embedded=True), content.title, height)
