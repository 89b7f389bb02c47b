"""Writes what of the documents comes from the table of staff's commands: docs/staff-api.md and the OpenAPI document.

Run it after changing tickets/service/calls.py; a test says when it was forgotten.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from channels.staff.openapi import commands_table, document

DOCS = Path(__file__).resolve().parents[1] / "docs"
_PART = re.compile(r"(<!-- commands:[^>]*-->\n).*?(<!-- /commands -->)", re.DOTALL)


def main() -> None:
    page = DOCS / "staff-api.md"
    text = _PART.sub(lambda found: f"{found[1]}{commands_table()}{found[2]}", page.read_text("utf-8"))
    page.write_text(text, "utf-8")
    written = json.dumps(document(), ensure_ascii=False, indent=1) + "\n"
    (DOCS / "api" / "staff.openapi.json").write_text(written, "utf-8")


if __name__ == "__main__":
    main()
