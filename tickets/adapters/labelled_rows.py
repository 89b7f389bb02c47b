"""Reads a city's past tickets: a CSV file of which one column holds the text and one the label.

Files come out of many systems, so the encoding (UTF-8 with or without BOM, UTF-16 with BOM, GB 18030 with GBK and
GB 2312 in it) and the delimiter are found out. No row is swallowed: what cannot be used is listed with its line and
why. Nothing is corrected or guessed.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from tickets.domain.text import clean_text
from tickets.errors import LabelledFileInvalid

MOST_CHARACTERS = 100_000  # below csv's own limit of 131,072
"""A cell longer than this is a quotation mark gone wrong, not a text."""
_DELIMITERS = ",;\t|"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UNREADABLE = "\ufffd"


@dataclass(frozen=True)
class LabelledText:
    """A usable row; `line` counts from 1, the header included."""

    line: int
    text: str
    label: str


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class LabelledFile:
    """What a file held. `encoding` and `delimiter` as found out."""

    rows: tuple[LabelledText, ...]
    bad: tuple[BadRow, ...]
    encoding: str
    delimiter: str
    columns: tuple[str, ...] = field(default=())


def read_labelled(path: Path, text_column: str, label_column: str) -> LabelledFile:
    """Reads a file of labelled texts.

    Raises:
        LabelledFileInvalid: the file is missing, empty, no text, or has no such column; the message says which it has.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise LabelledFileInvalid(f"{path}: cannot be read: {error.strerror or error}") from error
    content, encoding = _decoded(raw, path)
    lines = io.StringIO(content, newline="").readlines()  # by CR and LF alone, which str.splitlines is not
    if not any(line.strip() for line in lines):
        raise LabelledFileInvalid(f"{path}: the file is empty; it needs a header and rows")
    delimiter = _delimiter(lines, text_column, label_column)
    records = _records(lines, delimiter)
    _, header = next(records, (1, []))
    columns = [clean_text(name) for name in header]
    at_text, at_label = (_place(path, columns, wanted) for wanted in (text_column, label_column))
    rows: list[LabelledText] = []
    bad: list[BadRow] = []
    for line, cells in records:
        if isinstance(cells, str):
            bad.append(BadRow(line, cells))
        elif any(cell.strip() for cell in cells):
            row = _row(line, cells, columns, at_text, at_label)
            (bad if isinstance(row, BadRow) else rows).append(row)  # type: ignore[arg-type]
    return LabelledFile(tuple(rows), tuple(bad), encoding, delimiter, tuple(columns))


def _decoded(raw: bytes, path: Path) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace"), encoding
    if raw.count(b"\0") > len(raw) // 100:
        raise LabelledFileInvalid(f"{path}: this is no text file; save the table as CSV in UTF-8")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    # Mostly one or the other, with broken rows in it: the encoding that leaves fewer of them unreadable.
    readings = [(raw.decode(encoding, "replace"), encoding) for encoding in ("utf-8", "gb18030")]
    return min(readings, key=lambda reading: reading[0].count(_UNREADABLE))


def _delimiter(lines: Sequence[str], text_column: str, label_column: str) -> str:
    """The delimiter under which the header has both columns; else the one it holds most of."""
    header = next(line for line in lines if line.strip())
    for delimiter in _DELIMITERS:
        cells = [clean_text(cell) for cell in next(csv.reader([header], delimiter=delimiter), [])]
        if text_column in cells and label_column in cells:
            return delimiter
    return max(_DELIMITERS, key=header.count)


def _records(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each record with the line it starts at; a reason instead of cells for one that cannot be read.

    A quotation mark that is never closed would take the rest of the file with it: such a record is given up, and
    reading goes on at the next line.
    """
    start = 0
    while start < len(lines):
        reader = csv.reader(islice(lines, start, None), delimiter=delimiter, strict=True)
        done = 0
        try:
            for cells in reader:
                if max(map(len, cells), default=0) > MOST_CHARACTERS:
                    break
                yield start + done + 1, cells
                done = reader.line_num
            else:
                return
        except csv.Error as error:
            yield start + done + 1, f"cannot be read: {error}"
        else:
            yield start + done + 1, f"a cell has more than {MOST_CHARACTERS:,} characters: is a quotation mark open?"
        start += done + 1


def _place(path: Path, columns: Sequence[str], wanted: str) -> int:
    if columns.count(wanted) != 1:
        many = "no column" if wanted not in columns else "more than one column"
        raise LabelledFileInvalid(f"{path}: there is {many} {wanted!r}; the columns are {', '.join(columns) or 'none'}")
    return columns.index(wanted)


def _row(line: int, cells: Sequence[str], columns: Sequence[str], at_text: int, at_label: int) -> LabelledText | BadRow:
    if len(cells) != len(columns):
        return BadRow(line, f"{len(cells)} cells instead of {len(columns)}")
    text, label = clean_text(cells[at_text]), clean_text(cells[at_label])
    if _UNREADABLE in text or _UNREADABLE in label:
        return BadRow(line, "characters cannot be read in the file's encoding")
    if not text:
        return BadRow(line, f"{columns[at_text]} is empty")
    if not label:
        return BadRow(line, f"{columns[at_label]} is empty")
    return LabelledText(line, text, label)
