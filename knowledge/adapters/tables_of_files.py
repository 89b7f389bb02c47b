"""Reads the rows of a CSV or XLSX file, and the items of Markdown files; what the file is, its name says.

It never writes. A file that is no such file is refused in one sentence.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.errors import ImportRefused

LIMIT_BYTES = 64 << 20
ENCODINGS = ("utf-8-sig", "gb18030")
"""Spreadsheets in China often save CSV in GB 18030."""


def rows_of(file: Path) -> Iterator[dict[str, Any]]:
    """The rows of a table by column.

    Raises:
        ImportRefused: it is too large, empty, or not what its name says.
    """
    _checked(file)
    if file.suffix.lower() == ".xlsx":
        yield from _sheet(file)
    else:
        yield from _csv(file)


def _checked(file: Path) -> None:
    if not file.is_file():
        raise ImportRefused(f"{file} is not there")
    if file.stat().st_size > LIMIT_BYTES:
        raise ImportRefused(f"{file.name} is larger than {LIMIT_BYTES >> 20} MB: split it")


def _csv(file: Path) -> Iterator[dict[str, Any]]:
    raw = file.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ImportRefused(f"{file.name} is neither UTF-8 nor GB 18030: save it as UTF-8")
    reader = csv.DictReader(io.StringIO(text))
    if not reader.fieldnames:
        raise ImportRefused(f"{file.name} is empty: its first line names the columns")
    yield from reader


def _sheet(file: Path) -> Iterator[dict[str, Any]]:
    try:
        import openpyxl

        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except ImportError as error:
        raise ImportRefused("reading .xlsx needs the package openpyxl; save the sheet as .csv instead") from error
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise ImportRefused(f"{file.name} is no .xlsx file: {error}") from error
    try:
        lines = book.worksheets[0].iter_rows(values_only=True)
        names = [str(name or "") for name in next(lines, ())]
        if not any(names):
            raise ImportRefused(f"{file.name} is empty: its first row names the columns")
        for values in lines:
            yield dict(zip(names, values, strict=False))
    finally:
        book.close()
