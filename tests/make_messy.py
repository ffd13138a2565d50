"""Build tests/data/messy.xlsx, a spreadsheet as an editor may have it: ``python tests/make_messy.py``.

Every row is invented, and the sheet says so. The places are real, since they are looked up.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from openpyxl import Workbook

MESSY = Path(__file__).parent / "data" / "messy.xlsx"
TITLE = "Border incidents, working copy. INVENTED for a test: nothing here happened."
UPPER = ("No", "Event", None, "Where", None, None, "Casualties", None, "Source", "Notes")
LOWER = (None, "Date", "What", "Place", "Province", "GPS", "Killed", "Wounded", None, None)
TWICE = (18, "19 Jan 2025", "shelling", "Barmal", "Paktika", None, 2, None, "Desk", "entered twice")
DMS = "32°42'48\"N 69°16'34\"E"
UTM = "42R 250000 3430000"
STOCK = "31.689623, 68.051427"
TWO_SIDES = "Pakistan: 15; Taliban: 40"
WHERE = "Durand Line, Paktika to Khost"
ROWS = (
    (1, dt.date(2025, 1, 4), "Air strike", "Barmal", "Paktika", DMS, "20-25", "dozens", "Desk", None),
    (2, "5 Jan 2025", "clashes", "Spin Boldak", "Kandahar", None, TWO_SIDES, "100+", "Desk", None),
    (3, "03/04/2025", "Shelling", "Angoor Adda", "Paktika", None, 3, None, "Desk", "day or month first?"),
    (4, "13/01/2025", "drone", "Torkham", "Nangarhar", "71.09, 34.12", 1, 2, "Desk", "=HYPERLINK(\"x\")"),
    (5, "Jan 2025", "something odd", "Torkham", "Nangarhar", "42SXC0123476543", None, None, "Desk", None),
    (6, 45668, "IED", "Nowhere-at-all", "Kunar", None, "none", None, "Desk", None),
    (7, dt.date(2025, 1, 12), "ambush", "Kabul", None, "34.53 N 69.17 E", "=1+1", None, "Desk", None),
    (8, "11-12 Jan 2025", "mortar fire", "Ghulam Khan", "Khost", None, "at least 3", "a few", "Desk", None),
    (9, "2025-01-12", "gun battle", "Arghandab", None, None, 4, None, "Desk", "which Arghandab?"),
    (10, "2025-01-12", "gun battle", "Arghandab", "Zabul", None, 4, None, "Desk", None),
    (11, "12.1.2025", "clash", "Angoor Adda", None, None, "?", None, "Desk", None),
    (12, "13 January 2025", "raid", "Jaji", "Paktia", None, "two", "n/a", "Desk", None),
    (13, "Jan 14, 2025", "clash", "Baramcha", "Helmand", None, "more than 10", None, "Desk", None),
    (14, "soon", "talks", "Kabul", "Kabul", None, None, None, "Desk", None),
    (15, "31 Feb 2025", "clash", "Chaman", "Balochistan", None, 1, None, "Desk", None),
    (16, "15 Jan 2025", "crossfire", "near Torkham", None, "34.1 N 71.1 E", "about 6", None, "Desk", None),
    (17, "16-17 Jan 2025", "blast", "سپین بولدک", "Kandahar", None, "1 civilian", "5 people", "Desk", None),
    TWICE,
    TWICE,
    (20, "20 Jan 2025", "air raid", "Torkham", "Kandahar", "34.1264, 71.0900", 2, None, "Desk", "sure?"),
    (21, "21 Jan 2025", "border closed", "Torkham", None, "34,1264; 71,0900", None, None, "Desk", None),
    (22, "25 Jan 2025", "border reopened", "Torkham", "Nangarhar", None, 0, 0, "Desk", None),
    (23, "26 Jan 2025", "negotiations", "Islamabad", None, None, None, None, "Desk", None),
    (24, "27 Jan 2025", "clash", "Shinkay", "Zabul", STOCK, 9, None, "Desk", "pasted"),
    (25, "28 Jan 2025", "attack", None, None, None, 1, None, "Desk", "no place at all"),
    (26, "29 Jan 2025", "attack", "Spinboldak", None, UTM, "UN: 3 / Police: 5", None, "Desk", None),
    (27, "30 Jan 2025", "drone", "Urgun", "Paktika", "95.2, 69.1", 1, None, "Desk", "typing error"),
    (28, "Feb 2025", "shelling", "Khowst", None, None, "fewer than 5", None, "Desk", None),
    (29, "1/2 Feb 2025", "clash", WHERE, None, None, "dozens", "scores", "Desk", None),
    ("Total", None, None, None, None, None, 99, None, None, None),
)  # fmt: skip


def build() -> Workbook:
    """The workbook: a title, a blank row, a header of two rows with merged cells, thirty rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Incidents"
    for row in ((TITLE,), (), UPPER, LOWER, *ROWS):
        sheet.append(row)
    for merged in ("A1:J1", "A3:A4", "B3:C3", "D3:F3", "G3:H3", "I3:I4", "J3:J4"):
        sheet.merge_cells(merged)
    for cells in sheet.iter_rows(min_row=5):
        note = cells[9]
        if isinstance(note.value, str) and note.value.startswith("="):
            # Typed with an apostrophe before it: text, not a formula.
            note.data_type = "s"
    book.properties.creator = "durand"
    book.properties.created = book.properties.modified = dt.datetime(2025, 1, 1)
    return book


if __name__ == "__main__":
    build().save(MESSY)
