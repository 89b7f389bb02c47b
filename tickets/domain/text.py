"""Makes text that people or machines sent fit to be stored: no control characters, no half characters.

It does not shorten, translate or judge.
"""

from __future__ import annotations

import re

# Controls other than tab and line feed; databases refuse NUL, terminals obey the rest.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# What spreadsheets compute, full-width forms and what they skip before it included.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_LONE_SURROGATES = re.compile(r"[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """`text` stripped, with line ends as line feeds, controls removed and lone surrogates as U+FFFD."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", _LONE_SURROGATES.sub("\ufffd", text)).strip()


def safe_cell(value: object) -> object:
    """A cell of a table that no spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
