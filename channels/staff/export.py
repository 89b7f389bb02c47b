"""`GET /api/v1/staff/export`: everything that matches, streamed page by page as CSV or one JSON object a line.

Masked, unless a leader of the hotline gives a purpose; each page is then written down before it leaves. Memory holds
one page, whatever the number of tickets.
"""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import Any

import orjson
from aiohttp import web

from channels.errors import InvalidField
from channels.staff import access
from channels.staff.office_threads import translated
from tickets.domain.text import safe_cell
from tickets.errors import InvalidTicket
from tickets.service.staff_filters import filters_of

_PAGE = 200
_KINDS = {"csv": "text/csv", "jsonl": "application/x-ndjson"}


async def get_export(request: web.Request) -> web.StreamResponse:
    """See the module. Refusals come before the first byte."""
    viewer, given = (await access.reading(request)).viewer, dict(request.query)
    form, purpose = given.pop("format", "csv"), given.pop("purpose", None)
    if form not in _KINDS:
        raise InvalidField("format", f"format must be one of {', '.join(_KINDS)}.")
    try:
        filters = filters_of(given)
    except InvalidTicket as error:
        raise translated(error) from None
    office = access.staff_of(request).office
    rows = await office.run(lambda opened: opened.export(viewer, filters, purpose))

    def page(_: object) -> list[dict[str, object]]:
        return list(islice(rows, _PAGE))

    found = await office.run(page)
    response = web.StreamResponse(headers={"Cache-Control": "no-store"})
    response.content_type, response.charset = _KINDS[form], "utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="tickets.{form}"'
    await response.prepare(request)
    if form == "csv":
        await response.write(b"\xef\xbb\xbf")  # spreadsheets read UTF-8 only when told so
    first = True
    while found:
        await response.write(_csv(found, header=first) if form == "csv" else _lines(found))
        first = False
        found = await office.run(page) if len(found) == _PAGE else []
    await response.write_eof()
    return response


def _csv(rows: list[dict[str, Any]], *, header: bool) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows({name: safe_cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode()


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)
