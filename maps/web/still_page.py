"""A page without a script: one file that asks for nothing, its one style sheet allowed by its digest."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from maps.spec.house_style import read_house
from maps.web.front_end import script_text
from maps.web.house_look import PageLook
from maps.words.words import LANGUAGES

__all__ = ["still_page"]


def still_page(
    lang: str, title: str, main: str, *, sheet: str, style: str, more: str = "", defs: str = ""
) -> str:
    """The page as HTML.

    Parameters
    ----------
    lang
        Of its words, and so its direction.
    title
        Of the window, as text.
    main
        HTML of its content.
    sheet
        Name of its style sheet among those of the package.
    style
        A house style: its colours and the names of its fonts.
    more
        Rules of the page's own after the sheet.
    defs
        HTML before the content, such as patterns that pictures share.
    """
    look = PageLook(read_house(style))
    css = look.variables(marks=False) + script_text(sheet) + look.sheet() + more
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}" dir="{LANGUAGES[lang].direction}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{css}</style>\n</head>\n<body>\n{defs}<main>\n"
        f"{main}</main>\n</body>\n</html>\n"
    )
