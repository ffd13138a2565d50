"""What the XML of a workbook says of a sheet and its values do not: formulas, links, merged and hidden cells.

Each part is parsed once, from start to end, by an XML parser that refuses a document type, so that no entity
is expanded and nothing outside the file is named.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Final
from xml.parsers import expat

from geo.errors import SourceError

__all__ = ["SheetFacts", "ods_facts", "sheet_parts", "xlsx_facts"]

_REF: Final = re.compile(r"\$?([A-Z]{1,4})\$?(\d{1,9})")
_HYPERLINK: Final = re.compile(r"""\s*=?\s*HYPERLINK\(\s*"([^"]*)"\s*(?:[,;]\s*"([^"]*)"\s*)?\)\s*""", re.I)
_Start = Callable[[str, dict[str, str]], None]
_End = Callable[[str], None]


@dataclass
class SheetFacts:
    """What the XML of a sheet says; rows and columns are counted from 0.

    Attributes
    ----------
    rows, columns
        How far the cells with something in them reach.
    formulas
        Cells with a formula and no result.
    links
        Cells with an address behind their words.
    words
        What a formula without a result says all the same: the words of ``HYPERLINK``.
    merged
        (first row, first column, last row, last column).
    hidden_rows
        Rows that the editor hid or filtered out.
    """

    rows: int = 0
    columns: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    words: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)

    def reach(self, row: int, column: int) -> None:
        """A cell with something in it."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)

    def add_formula(self, row: int, column: int, formula: str) -> None:
        """A formula without a result; the one that makes a link says its words itself."""
        if found := _HYPERLINK.fullmatch(formula):
            self.links[row, column] = found[1]
            self.words[row, column] = found[2] or found[1]
        else:
            self.formulas.add((row, column))


def _parse(part: IO[bytes], start: _Start, end: _End, text: Callable[[str], None] | None = None) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise SourceError("its XML has a document type, which no workbook has")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, given: start(name.rpartition(" ")[2], given)
    parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.ParseFile(part)
    except expat.ExpatError as err:
        raise SourceError(f"its XML is damaged ({err})") from err


def _attribute(given: dict[str, str], name: str) -> str:
    """An attribute whatever its namespace is called."""
    return next((value for key, value in given.items() if key.rpartition(" ")[2] == name), "")


def _place(ref: str) -> tuple[int, int] | None:
    found = _REF.match(ref)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


# ---------------------------------------------------------------- xlsx


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Id to kind and target of what a part refers to; targets within the file from its root."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}
    if path not in archive.NameToInfo:
        return found

    def start(element: str, given: dict[str, str]) -> None:
        if element == "Relationship":
            target = given.get("Target", "")
            if given.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[given.get("Id", "")] = (given.get("Type", "").rpartition("/")[2], target)

    with archive.open(path) as file:
        _parse(file, start, lambda _: None)
    return found


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of each sheet of an XLSX file to the part that holds it, by the relationships of the workbook."""
    book = next((target for kind, target in _relations(archive, "").values() if kind == "officeDocument"), "")
    if book not in archive.NameToInfo:
        return {}
    relations = _relations(archive, book)
    sheets: dict[str, str] = {}

    def start(element: str, given: dict[str, str]) -> None:
        if element == "sheet":
            kind, target = relations.get(_attribute(given, "id"), ("", ""))
            if kind == "worksheet" and target in archive.NameToInfo:
                sheets[given.get("name", "")] = target

    with archive.open(book) as file:
        _parse(file, start, lambda _: None)
    return sheets


class _Sheet:
    """The state of a walk through a sheet of an XLSX file."""

    def __init__(self, relations: dict[str, tuple[str, str]]) -> None:
        self.facts = SheetFacts()
        self._relations = relations
        self._row = self._column = -1
        self._in = ""
        self._formula: str | None = None
        self._value = False
        self._shared: dict[str, str] = {}

    def start(self, element: str, given: dict[str, str]) -> None:
        facts = self.facts
        if element == "c":
            at = _place(given.get("r", ""))
            self._row, self._column = at or (self._row, self._column + 1)
            self._formula, self._value = None, False
        elif element == "row":
            number = given.get("r", "")
            self._row, self._column = int(number) - 1 if number.isdigit() else self._row + 1, -1
            if given.get("hidden") in ("1", "true"):
                facts.hidden_rows.append(self._row)
        elif element in ("f", "v", "t"):
            self._in = element
            if element == "f":
                self._formula = self._formula or ""
        elif element == "mergeCell":
            first, _, last = given.get("ref", "").partition(":")
            a, b = _place(first), _place(last)
            if a and b:
                facts.merged.append((*a, *b))
        elif element == "hyperlink":
            at = _place(given.get("ref", ""))
            kind, target = self._relations.get(_attribute(given, "id"), ("", ""))
            if at and kind == "hyperlink":
                facts.links[at] = target

    def text(self, said: str) -> None:
        if self._in == "f":
            self._formula = (self._formula or "") + said
        elif self._in and said:
            self._value = True

    def end(self, element: str) -> None:
        if element in ("f", "v", "t"):
            self._in = ""
        elif element == "c":
            if self._value or self._formula is not None:
                self.facts.reach(self._row, self._column)
            if self._formula is not None and not self._value:
                self.facts.add_formula(self._row, self._column, self._formula)


def xlsx_facts(archive: zipfile.ZipFile, part: str) -> SheetFacts:
    """What the XML of a sheet of an XLSX file says."""
    sheet = _Sheet(_relations(archive, part))
    with archive.open(part) as file:
        _parse(file, sheet.start, sheet.end, sheet.text)
    return sheet.facts


# ---------------------------------------------------------------- ods


class _OdsSheets:
    """The state of a walk through ``content.xml`` of an ODS file."""

    def __init__(self, largest: int) -> None:
        self.sheets: dict[str, SheetFacts] = {}
        self._facts = SheetFacts()
        self._largest = largest
        self._row = self._column = self._width = self._cells = 0
        self._rows = self._columns = 1
        self._formula: str | None = None
        self._value = self._hidden = False
        self._link = ""
        self._span = (1, 1)

    def start(self, element: str, given: dict[str, str]) -> None:
        if element == "table":
            self._facts = SheetFacts()
            self._row = self._cells = 0
            self.sheets[_attribute(given, "name")] = self._facts
        elif element == "table-row":
            self._column = self._width = 0
            self._rows = _count(_attribute(given, "number-rows-repeated"))
            self._hidden = _attribute(given, "visibility") in ("collapse", "filter")
        elif element in ("table-cell", "covered-table-cell"):
            self._columns = _count(_attribute(given, "number-columns-repeated"))
            formula = _attribute(given, "formula")
            self._formula = formula.partition(":")[2] or formula or None
            stated = ("value", "string-value", "date-value", "time-value", "boolean-value")
            self._value = any(_attribute(given, name) for name in stated)
            self._link = ""
            self._span = (
                _count(_attribute(given, "number-rows-spanned")),
                _count(_attribute(given, "number-columns-spanned")),
            )
        elif element == "a":
            self._link = _attribute(given, "href")

    def text(self, said: str) -> None:
        self._value = self._value or bool(said.strip())

    def end(self, element: str) -> None:
        facts = self._facts
        if element in ("table-cell", "covered-table-cell"):
            at = (self._row, self._column)
            if self._value or self._formula is not None:
                self._width = self._column + self._columns
                facts.reach(self._row + self._rows - 1, self._width - 1)
            if self._formula is not None and not self._value:
                facts.add_formula(*at, self._formula)
            if self._link:
                facts.links[at] = self._link
            if self._span != (1, 1):
                facts.merged.append((*at, at[0] + self._span[0] - 1, at[1] + self._span[1] - 1))
            self._column += self._columns
        elif element == "table-row":
            if self._width:
                self._cells += self._width * self._rows
                if self._cells > self._largest:
                    raise SourceError(f"a sheet has more than {self._largest:,} cells")
                if self._hidden:
                    facts.hidden_rows += range(self._row, self._row + self._rows)
            self._row += self._rows


def _count(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 9 else 1


def ods_facts(archive: zipfile.ZipFile, largest: int) -> dict[str, SheetFacts]:
    """What the XML of each sheet of an ODS file says; `largest` is how many cells a sheet may have."""
    if "content.xml" not in archive.NameToInfo:
        return {}
    found = _OdsSheets(largest)
    with archive.open("content.xml") as file:
        _parse(file, found.start, found.end, found.text)
    return found.sheets
