"""An empty workbook to fill in: the columns, allowed values as lists, one example, a sheet of claims."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Final

from geo.arguments import checked
from geo.errors import SchemaError
from geo.files.whole import check_outputs, written_whole
from geo.files.workbook import save_workbook
from geo.sources.files.workbook import CLAIM_SHEET
from geo.vocab import CLAIM_SCOPES, CLAIMANT_KINDS, EVENT_TYPES, METRICS, VERIFICATIONS, WHERE_PRECISIONS

__all__ = ["write_template"]

_ROWS: Final = 2_000
_EVENTS: Final[tuple[tuple[str, int, str, tuple[str, ...]], ...]] = (
    ("id", 8, "Any text, used once; the claims name it. Left empty, the row gets a number.", ()),
    (
        "date",
        18,
        "2025-10-12, 11-12 Oct 2025, Oct 2025. Written 03/04/2025 it needs its order said when it is read.",
        (),
    ),
    ("type", 18, "What happened.", EVENT_TYPES),
    ("place", 24, "Name of the place. Without coordinates it is looked up, so give the province too.", ()),
    ("district", 16, "", ()),
    ("province", 20, "", ()),
    ("country", 14, "", ("Afghanistan", "Pakistan")),
    ("latitude", 14, "34.1234, 34°07'24\"N, or empty.", ()),
    ("longitude", 14, "71.0912, 71°05'28\"E, or empty.", ()),
    ("precision", 14, "How exactly the place is known. When in doubt, the coarser.", WHERE_PRECISIONS),
    (
        "killed",
        12,
        "12, 20-25, at least 20. Empty is not known, 0 is none. Of two sides: the sheet of claims.",
        (),
    ),
    ("injured", 12, "As killed.", ()),
    ("actor 1", 18, "The order of the two says nothing.", ()),
    ("actor 2", 18, "", ()),
    ("verification", 14, "How far the account is supported.", VERIFICATIONS),
    ("source", 22, "Who published it.", ()),
    ("link", 30, "Where.", ()),
    ("summary", 50, "A sentence or two.", ()),
)
_CLAIMS: Final[tuple[tuple[str, int, str, tuple[str, ...]], ...]] = (
    ("event_id", 12, "The id in the sheet of events.", ()),
    ("claimant", 24, "Who says so.", ()),
    ("claimant_kind", 20, "", CLAIMANT_KINDS),
    ("metric", 12, "", METRICS),
    ("who", 24, "The people counted, in the claimant's words.", ()),
    ("low", 10, "The number, or the lower of two.", ()),
    ("high", 10, "The number, or the higher of two; empty for 'at least'.", ()),
    ("stated_on", 14, "Day of the statement, 2025-10-12.", ()),
    ("scope", 16, "What the number covers.", CLAIM_SCOPES),
    ("source_url", 30, "", ()),
    ("note", 40, "", ()),
)
# Invented, and said to be so in its summary.
_EXAMPLE: Final = (
    *(
        "example-1",
        dt.date(2025, 1, 31),
        "crossing closed",
        "Torkham",
        "",
        "Nangarhar",
        "Afghanistan",
        34.1264,
        71.0900,
    ),
    *(
        "town",
        None,
        None,
        "",
        "",
        "reported",
        "Example",
        "https://example.org/",
        "An invented example: delete this row.",
    ),
)
_EXAMPLE_CLAIM: Final = (
    "example-1",
    "An invented claimant",
    "other",
    "injured",
    "people",
    1,
    2,
    dt.date(2025, 1, 31),
    "event",
    "",
    "",
)


@checked
def write_template(path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a workbook whose sheets `geo.read_events` reads.

    Parameters
    ----------
    path : str or Path
        A file that ends in ``.xlsx``.
    overwrite : bool
        Whether a file of that name may be replaced.

    Returns
    -------
    Path
        The file written, whole or not at all: sheets ``events``, ``claims`` and ``words`` (the allowed
        values).

    Raises
    ------
    SchemaError
        If the name does not end in .xlsx, or its folder is not there.
    OverwriteError
        If the file is there and `overwrite` is not set.

    Examples
    --------
    >>> import geo, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = geo.write_template(f"{folder}/events.xlsx")
    ...     geo.read_events(path).counts
    {'read': 1, 'accepted': 1, 'rejected': 0, 'superseded': 0}
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise SchemaError(f"a template is a workbook: name it {path.stem}.xlsx, not {path.name!r}")
    check_outputs([path], overwrite=overwrite)
    book = _workbook()
    with written_whole(path, overwrite=overwrite) as part:
        save_workbook(book, part)
    return path


def _workbook() -> Any:
    from openpyxl import Workbook

    book = Workbook()
    words = book.create_sheet("words")
    events = book.active
    events.title = "events"
    _fill(events, words, _EVENTS, _EXAMPLE)
    _fill(book.create_sheet(CLAIM_SHEET, 1), words, _CLAIMS, _EXAMPLE_CLAIM)
    # The same file on every day: a template has no author and no hour.
    book.properties.creator = "durand"
    book.properties.created = book.properties.modified = dt.datetime(2025, 1, 1)
    return book


def _fill(
    sheet: Any,
    words: Any,
    columns: tuple[tuple[str, int, str, tuple[str, ...]], ...],
    example: tuple[Any, ...],
) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, (name, width, help_, allowed) in enumerate(columns, start=1):
        letter = get_column_letter(number)
        head = sheet.cell(1, number, name)
        head.font = Font(bold=True)
        if help_:
            head.comment = Comment(help_, "durand")
        sheet.cell(2, number, example[number - 1])
        sheet.column_dimensions[letter].width = width
        if allowed:
            # A list in a sheet: one typed into the rule may have 255 characters at most.
            column = words.max_column + 1 if words.cell(1, 1).value else 1
            words.cell(1, column, f"{sheet.title}: {name}")
            for row, word in enumerate(allowed, start=2):
                words.cell(row, column, word)
            there = get_column_letter(column)
            rule = DataValidation(
                type="list", formula1=f"=words!${there}$2:${there}${len(allowed) + 1}", allow_blank=True
            )
            rule.error, rule.errorTitle, rule.showErrorMessage = (
                f"Allowed: {', '.join(allowed)}"[:250],
                name,
                True,
            )
            rule.add(f"{letter}2:{letter}{_ROWS}")
            sheet.add_data_validation(rule)
        if name in {"date", "stated_on"}:
            for row in range(2, 200):
                sheet.cell(row, number).number_format = "yyyy-mm-dd"
    sheet.freeze_panes = "A2"
