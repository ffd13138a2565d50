"""The matrix of claims as a page: a table with heads for those who listen, cards on a phone, no request."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from maps.web.still_page import still_page
from maps.words.words import word

if TYPE_CHECKING:
    from maps.content.claims_matrix import Cell, Group, Matrix, Row, Statement

__all__ = ["claims_page"]


def claims_page(matrix: Matrix, style: str = "neutral") -> str:
    """The page as HTML: one file that asks for nothing and runs nothing.

    Parameters
    ----------
    matrix
        What :func:`maps.content.claims_matrix.claims_matrix` made.
    style
        A house style: its colours and the names of its fonts.
    """
    lang = matrix.lang
    heads = (word(lang, "when"), word(lang, "matrix event"), word(lang, "matrix whom"), *matrix.heads)
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(_group(group, heads, lang) for group in matrix.groups)
    notes = "".join(f"<p>{escape(text)}</p>" for text in (*matrix.notes, matrix.source))
    main = (
        f'<h1>{escape(matrix.title)}</h1>\n<p class="stand">{escape(matrix.standfirst)}</p>\n'
        f"<table>\n<thead><tr>{head}</tr></thead>\n{body}</table>\n<footer>{notes}</footer>\n"
    )
    return still_page(lang, matrix.title, main, sheet="claims.css", style=style)


def _group(group: Group, heads: tuple[str, ...], lang: str) -> str:
    section = ""
    if group.section:
        section = f'<tr class="section"><th colspan="7" scope="colgroup">{escape(group.section)}</th></tr>'
    rows = "".join(_row(group, row, n, heads, lang) for n, row in enumerate(group.rows))
    return f'<tbody class="{group.kind}">{section}{rows}</tbody>\n'


def _row(group: Group, row: Row, n: int, heads: tuple[str, ...], lang: str) -> str:
    span = f' rowspan="{len(group.rows)}"' if len(group.rows) > 1 else ""
    lead = ""
    if n == 0:
        about = group.about
        if group.kind == "part":
            about = word(lang, "comma").join((about, word(lang, "matrix part")))
        grade = f"<small>{escape(group.sure)}</small>" if group.sure else ""
        ids = "" if group.kind == "covers" else f' id="{escape(group.members[0])}"'
        lead = (
            f'<td class="when"{span}>{escape(group.date)}</td>'
            f'<th class="event" scope="rowgroup"{span}{ids}><bdi>{escape(group.name)}</bdi>'
            f"<small>{escape(about)}</small>{grade}</th>"
        )
    cells = "".join(
        f'<td data-head="{escape(head)}">{_cell(cell, lang)}</td>'
        for head, cell in zip(heads[3:], row.cells, strict=True)
    )
    return f'<tr>{lead}<th class="whom" scope="row"><bdi>{escape(row.group)}</bdi></th>{cells}</tr>'


def _cell(cell: Cell, lang: str) -> str:
    if not cell.statements:
        return f'<span class="dash" title="{escape(word(lang, "matrix dash"))}">–</span>'
    return f"<div>{''.join(_statement(one, lang) for one in cell.statements)}</div>"


def _statement(statement: Statement, lang: str) -> str:
    figures = "<br>".join(
        " ".join(
            part
            for part in (
                escape(before),
                f"<b>{escape(figure)}</b>" if figure else "",
                escape(metric),
            )
            if part
        )
        for before, figure, metric in statement.figures
    )
    who = f"<bdi>{escape(statement.claimant)}</bdi>"
    if statement.url:
        who = f'<a href="{escape(statement.url)}" rel="noopener noreferrer">{who}</a>'
    parts = [who, escape(statement.stated)]
    said = word(lang, "comma").join(part for part in parts if part)
    later = (
        f'<small class="later">{escape(word(lang, "matrix later"))}</small>' if statement.revision > 1 else ""
    )
    detail = f"<small><bdi>{escape(statement.detail)}</bdi></small>" if statement.detail else ""
    note = f'<small class="note"><bdi>{escape(statement.note)}</bdi></small>' if statement.note else ""
    ids = escape(" ".join(statement.claim_ids))
    return f'<div class="claim" data-claims="{ids}">{figures}{detail}{later}<small>{said}</small>{note}</div>'
