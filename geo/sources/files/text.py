"""Text tables cut into cells: encoding, separator and width found out, no row lost."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.errors import SourceError
from geo.sources.files.limits import Limits, check_columns
from geo.sources.files.raw_table import TEXT, RawTable

__all__ = ["read_text"]

_SAMPLE: Final = 1 << 18
_PIECE: Final = 1 << 21
_DELIMITERS: Final = (",", "\t", ";", "|")


def read_text(path: Path, delimiter: str | None, encoding: str | None, limits: Limits) -> RawTable:
    """Cut a text into rows of cells; rows of another length are put aside with their place.

    Parameters
    ----------
    path
        A file of text.
    delimiter, encoding
        Found out if not given; a guess is noted.
    limits
        How much is read.

    Raises
    ------
    SourceError
        If it is no text, its encoding is not known, or a quotation mark is not closed.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if not sample.removeprefix(codecs.BOM_UTF8).strip() and len(sample) < _SAMPLE:
        raise SourceError(f"{path}: the file is empty; a table begins with a line that names its columns")
    notes: list[str] = []
    encoding = encoding or _encoding_of_mark(sample)
    quotes = _scan(path, encoding)
    known = encoding is not None
    encoding = encoding or "utf8"
    # Whether it is UTF-8 throughout is told while it is read; only the first bytes are asked beforehand.
    if not known and not _is_utf8_so_far(sample):
        encoding = _guess_encoding(path)
        notes.append(_not_utf8(encoding))
    try:
        text = codecs.decode(sample[: len(sample) & ~3], encoding, "ignore")
    except LookupError as err:
        raise SourceError(f"{path}: there is no encoding {encoding!r}") from err
    text = text.removeprefix("\ufeff")
    complete = len(sample) < _SAMPLE
    delimiter = delimiter or _sniff_delimiter(text, complete)
    quoting = delimiter != "\t" or '\t"' in text or text.startswith('"')
    if quoting and quotes % 2 and encoding == "utf8" and (known or _is_utf8(path)):
        raise SourceError(
            f'{path}: a quotation mark is opened and not closed ({quotes:,} of them); look for a lone " in a '
            "cell"
        )
    width = _width(text, delimiter, quoting, complete)
    check_columns(width, path, limits)
    faulty: list[tuple[int, int, str]] = []
    asked = _Dialect(width, delimiter, quoting, encoding)
    table = _split_in_pieces(path, asked)
    if table is None and not known and encoding == "utf8" and not _is_utf8(path):
        asked = replace(asked, encoding=_guess_encoding(path))
        notes.append(_not_utf8(asked.encoding))
    if table is None:
        table = _split_in_order(path, asked, faulty, limits)
    frame = table.to_pandas(types_mapper={pa.large_string(): TEXT}.get, self_destruct=True)
    frame.columns = range(width)
    del table
    raw = RawTable(frame, path, notes=notes)
    _put_back(raw, faulty, width, delimiter, quoting)
    # The mark at the very start belongs to no cell.
    if len(raw.frame) and isinstance(first := raw.frame.iloc[0, 0], str) and first.startswith("\ufeff"):
        raw.frame.iloc[0, 0] = first.removeprefix("\ufeff").strip('"')
    return raw


@dataclass(frozen=True)
class _Dialect:
    """How a text is cut into cells."""

    width: int
    delimiter: str
    quoting: bool
    encoding: str

    def read(
        self, path: Path, *, in_order: bool, block_size: int, keep: Callable[[Any], str] | None = None
    ) -> pa.Table:
        """The cells as they stand; what cannot be cut so is an error of Arrow, or for `keep` to judge."""
        from pyarrow import csv as arrow

        names = [str(number) for number in range(self.width)]
        return arrow.read_csv(
            path,
            read_options=arrow.ReadOptions(
                use_threads=not in_order, block_size=block_size, column_names=names, encoding=self.encoding
            ),
            parse_options=arrow.ParseOptions(
                delimiter=self.delimiter,
                quote_char='"' if self.quoting else False,
                newlines_in_values=self.quoting,
                ignore_empty_lines=False,
                invalid_row_handler=keep,
            ),
            convert_options=arrow.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False
            ),
        )


def _split_in_pieces(path: Path, asked: _Dialect) -> pa.Table | None:
    """Cut a table without a fault on all cores; None where a row is odd, for only one thread numbers rows."""
    try:
        return asked.read(path, in_order=False, block_size=_PIECE)
    except (pa.ArrowInvalid, UnicodeError, OSError, LookupError):
        return None


def _split_in_order(
    path: Path, asked: _Dialect, faulty: list[tuple[int, int, str]], limits: Limits
) -> pa.Table:
    """Cut a table row by row; rows of another length are put aside in `faulty` under their number."""

    def keep(row: Any) -> str:
        faulty.append((row.number, row.actual_columns, row.text))
        return "skip"

    try:
        return asked.read(path, in_order=True, block_size=limits.record_bytes, keep=keep)
    except (pa.ArrowInvalid, UnicodeError, OSError) as err:
        raise SourceError(f"{path}: {_arrow_message(str(err), limits)}") from err


def _not_utf8(encoding: str) -> str:
    return f"not UTF-8; read as {encoding} - give the encoding if names look wrong"


def _arrow_message(message: str, limits: Limits) -> str:
    if "straddling" in message or "block" in message:
        return (
            f"a row is longer than {limits.record_bytes:,} bytes, or a quotation mark is opened and not "
            "closed; "
            "no table has such a row"
        )
    if "UTF8" in message or "UTF-8" in message or "codec" in message:
        return f"its characters cannot be read ({message.splitlines()[0][:120]}); give the encoding"
    return f"it cannot be read as a table of text ({message.splitlines()[0][:160]})"


def _put_back(
    raw: RawTable, faulty: list[tuple[int, int, str]], width: int, delimiter: str, quoting: bool
) -> None:
    """Rows of another length at their place: shorter ones are filled up, longer ones are faults."""
    total = len(raw.frame) + len(faulty)
    numbers = np.array([number - 1 for number, _, _ in faulty], dtype="int64")
    kept = np.delete(np.arange(total), numbers) if len(faulty) else np.arange(total)
    raw.frame.index = pd.Index(kept)
    rows: dict[int, list[str]] = {}
    for number, count, text in faulty:
        cells = _split(text, delimiter, quoting)
        if count > width and any(cell.strip() for cell in cells[width:]):
            reason = f"has {count} cells where the table has {width}"
            raw.faulty.append((number - 1, text, reason))
            rows[number - 1] = [*cells[: width - 1], delimiter.join(cells[width - 1 :])]
        else:
            rows[number - 1] = (cells + [""] * width)[:width]
    if rows:
        added = pd.DataFrame.from_dict(rows, orient="index", columns=raw.frame.columns).astype(TEXT)
        raw.frame = pd.concat([raw.frame, added]).sort_index()


def _split(text: str, delimiter: str, quoting: bool) -> list[str]:
    if not quoting:
        return text.rstrip("\r\n").split(delimiter)
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return text.split(delimiter)


def _encoding_of_mark(sample: bytes) -> str | None:
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


def _scan(path: Path, encoding: str | None) -> int:
    """Number of quotation marks; raises where there is a NUL byte, which no text has."""
    if encoding is not None and encoding.replace("-", "").lower().startswith(("utf16", "utf32")):
        return 0
    quotes = position = 0
    chunk = bytearray(_PIECE)
    cells = np.frombuffer(chunk, dtype="uint8")
    with path.open("rb") as file:
        while count := file.readinto(chunk):
            if (place := chunk.find(b"\x00", 0, count)) >= 0:
                raise SourceError(
                    f"{path}: not a table of text (NUL byte at position {position + place:,}); "
                    "save it again as CSV in UTF-8, or as XLSX"
                )
            # A comparison of whole arrays: bytes.count stops at each mark, and texts are full of them.
            quotes += int(np.count_nonzero(cells[:count] == ord('"')))
            position += count
    return quotes


def _is_utf8_so_far(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(1 << 16):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _guess_encoding(path: Path) -> str:
    from charset_normalizer import from_bytes

    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    # The code pages of Western European and of Arabic-script Windows; others are rarer than a wrong guess.
    best = from_bytes(sample, cp_isolation=["cp1252", "cp1256", "latin_1"]).best()
    if best is None:
        raise SourceError(f"{path}: not text in an encoding known here; save it as CSV in UTF-8, or as XLSX")
    unprintable = sum(1 for c in str(best) if ord(c) < 32 and c not in "\t\r\n\f\v")
    if unprintable > len(str(best)) // 100:
        raise SourceError(
            f"{path}: not a table: it has {unprintable:,} control characters in its first bytes"
        )
    return str(best.encoding)


def _records(text: str, delimiter: str, quoting: bool, complete: bool) -> list[list[str]]:
    """The first records of a sample; the last one may be cut off and is left out."""
    found: list[list[str]] = []
    quoted: Literal[0, 3] = csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoted):
            found.append(record)
            if len(found) == 200:
                return found
    except csv.Error:
        return found
    return found if complete or len(found) < 2 else found[:-1]


def _sniff_delimiter(text: str, complete: bool) -> str:
    """The mark by which most rows fall into the same number of cells, more than one."""
    best, mark = (0.0, 0), ","
    for delimiter in _DELIMITERS:
        widths = [len(r) for r in _records(text, delimiter, delimiter != "\t", complete) if len(r) > 1]
        if not widths:
            continue
        width, count = Counter(widths).most_common(1)[0]
        # Decimal commas make as many cells as semicolons do, and not always the same number.
        score = (count / max(1, len(_records(text, delimiter, delimiter != "\t", complete))), width)
        if score > best:
            best, mark = score, delimiter
    return mark


def _width(text: str, delimiter: str, quoting: bool, complete: bool) -> int:
    records = [r for r in _records(text, delimiter, quoting, complete) if any(cell.strip() for cell in r)]
    if not records:
        return 1
    # Titles above a small table may be as many lines as it has; a table of events has two cells at least.
    widths = [len(r) for r in records if len(r) > 1] or [1]
    return Counter(widths).most_common(1)[0][0]
