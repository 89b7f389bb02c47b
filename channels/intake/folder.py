"""Takes matters from files: CSV, JSON (a list) and JSON lines of a folder, each answered with a file of receipts.

A file is moved to `done/` when all its records have a receipt; what cannot be read goes to `failed/` with the reason
beside it. A file that was interrupted is read again from its beginning, which harms nothing. Files that are still
being written (younger than two seconds, hidden, or named *.part, *.tmp) are left alone.
"""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from channels.intake.errors import FileUnreadable
from channels.intake.mapping import SourceMapping
from channels.intake.receipts import Receipt
from channels.intake.service import Intake
from tickets.domain.text import safe_cell

DONE, FAILED, RECEIPTS = "done", "failed", "receipts"
SUFFIXES = (".csv", ".json", ".jsonl")
_STILL_WRITTEN_SECONDS = 2.0
_COLUMNS = ("row", "id", "status", "ticket", "field", "reason", "message", "unmapped_category", "repeated", "changed")
_CELL_LIMIT = 1_000_000
_FILE_LIMIT_BYTES = 200_000_000


@dataclass(slots=True)
class FileReport:
    """What became of a file.

    Attributes:
        accepted, duplicates, refused: records of each kind; repeats count as what they were.
        problem: why the whole file could not be read.
    """

    name: str
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    problem: str | None = None

    def count(self, receipt: Receipt) -> None:
        self.accepted += receipt.status == "accepted"
        self.duplicates += receipt.status == "duplicate"
        self.refused += receipt.status == "refused"


def waiting_files(folder: Path, now: float | None = None) -> list[Path]:
    """The files to be taken, oldest name first."""
    before = (time.time() if now is None else now) - _STILL_WRITTEN_SECONDS
    return [
        file
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in SUFFIXES
        and not file.name.startswith(".")
        and file.is_file()
        and file.stat().st_mtime <= before
    ]


async def take_folder(folder: Path, intake: Intake, mapping: SourceMapping) -> AsyncIterator[FileReport]:
    """Takes all files that wait, one report each.

    Raises:
        TicketsUnavailable, StoreUnavailable: the file at hand stays where it is and is taken again later.
    """
    for file in waiting_files(folder):
        yield await take_file(file, intake, mapping)


async def take_file(file: Path, intake: Intake, mapping: SourceMapping) -> FileReport:
    """Takes one file. Raises as `take_folder`."""
    report = FileReport(file.name)
    receipts = _folder(file, RECEIPTS) / f"{file.name}.csv"
    partial = receipts.with_name(f".{receipts.name}.part")
    try:
        with partial.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.DictWriter(out, _COLUMNS, extrasaction="ignore")
            writer.writeheader()
            for row, record in records(file, mapping):
                receipt = await intake.take(record, mapping)
                report.count(receipt)
                writer.writerow({"row": row, **{name: safe_cell(value) for name, value in receipt.wire().items()}})
    except FileUnreadable as error:
        partial.unlink()
        report.problem = str(error)
        moved = _move(file, FAILED)
        moved.with_name(f"{moved.name}.reason.txt").write_text(f"{error}\n", encoding="utf-8")
        return report
    os.replace(partial, receipts)
    _move(file, DONE)
    return report


def records(file: Path, mapping: SourceMapping) -> Iterator[tuple[int, Mapping[str, object]]]:
    """The records of a file with their rows (of a table) or places (in a list), from 1.

    Raises:
        FileUnreadable: says what is wrong and where.
    """
    if file.stat().st_size > _FILE_LIMIT_BYTES:
        raise FileUnreadable(f"the file has more than {_FILE_LIMIT_BYTES // 1_000_000} MB; split it")
    try:
        if file.suffix.lower() == ".csv":
            yield from _csv_records(file, mapping)
        else:
            yield from _json_records(file, mapping)
    except UnicodeDecodeError as error:
        raise FileUnreadable(f"the file is not in {mapping.encoding}; set encoding in the mapping: {error}") from error


def _csv_records(file: Path, mapping: SourceMapping) -> Iterator[tuple[int, Mapping[str, object]]]:
    csv.field_size_limit(_CELL_LIMIT)
    with file.open(encoding=mapping.encoding, newline="") as text:
        reader = csv.DictReader(text, delimiter=mapping.delimiter)
        columns = [name.strip() for name in reader.fieldnames or ()]
        if not any(name in columns for name in mapping.fields["id"]):
            wanted = " or ".join(mapping.fields["id"])
            raise FileUnreadable(f"the first line has no column {wanted}; its columns are {', '.join(columns[:20])}")
        reader.fieldnames = columns
        try:
            for record in reader:
                yield reader.line_num, {str(name): value for name, value in record.items() if name is not None}
        except csv.Error as error:
            raise FileUnreadable(f"line {reader.line_num}: {error}") from error


def _json_records(file: Path, mapping: SourceMapping) -> Iterator[tuple[int, Mapping[str, object]]]:
    text = file.read_text(encoding=mapping.encoding)
    try:
        if file.suffix.lower() == ".jsonl":
            found = [json.loads(line) for line in text.split("\n") if line.strip()]
        else:
            found = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FileUnreadable(f"the file is no JSON: {error}") from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise FileUnreadable("the file must hold a list of objects")
    yield from enumerate(found, start=1)


def _folder(file: Path, name: str) -> Path:
    folder = file.parent / name
    folder.mkdir(exist_ok=True)
    return folder


def _move(file: Path, name: str) -> Path:
    """Moves a file into a folder beside it, never over another one."""
    target = _folder(file, name) / file.name
    count = 1
    while target.exists():
        target = target.with_name(f"{file.stem}.{count}{file.suffix}")
        count += 1
    file.rename(target)
    return target
