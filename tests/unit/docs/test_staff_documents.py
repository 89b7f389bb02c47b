"""The documents of the staff interface say what the table of commands says."""

from __future__ import annotations

import json
import re

from channels.staff import routes
from channels.staff.openapi import commands_table, document
from hotline.settings import ROOT
from tickets.domain.reply_audit import FindingKind
from tickets.domain.visibility import Position

REWRITE = "write it anew: python scripts/write_staff_docs.py"


def read(path: str) -> str:
    return (ROOT / "docs" / path).read_text("utf-8")


def test_the_openapi_document_is_the_one_that_is_served() -> None:
    assert json.loads(read("api/staff.openapi.json")) == json.loads(json.dumps(document())), REWRITE


def test_the_table_of_commands_is_the_real_one() -> None:
    assert commands_table() in read("staff-api.md"), REWRITE


def test_every_route_is_in_the_page_and_in_the_openapi_document() -> None:
    source = (ROOT / "channels" / "staff" / "routes.py").read_text("utf-8")
    paths = set(document()["paths"])
    for method, path in re.findall(r'router\.add_(get|post)\(f?"\{BASE\}([^"]+)"', source):
        assert f"{method.upper()} {routes.BASE}{path}" in read("staff-api.md")
        assert f"{routes.BASE}{path}" in paths or path == "/openapi.json"
    for path in re.findall(r'router\.add_post\(f"\{_TICKET\}/([a-z]+)"', source):
        assert f"{routes.BASE}/tickets/{{number}}/{path}" in paths


def test_every_position_and_finding_is_explained() -> None:
    page, rules = read("staff-api.md"), read("rules.md")
    assert [position for position in Position if f"`{position}`" not in page] == []
    names = {"personal_data": "personal data", "evasion": "evasion", "refusal_without_basis": "a refusal without"}
    names |= {"promise_without_date": "a promise without", "demand_unanswered": "a demand that is not answered"}
    assert set(names) == {str(kind) for kind in FindingKind}
    assert all(name in rules for name in names.values())
