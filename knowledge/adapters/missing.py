"""What an imported row says in a needed section that it leaves out: that the hotline will tell, in each language."""

from __future__ import annotations

from pathlib import Path

import yaml

from hotline.settings import ROOT

_FILE: Path = ROOT / "data" / "knowledge" / "missing.yml"


def read_missing(file: Path = _FILE) -> dict[str, dict[str, str]]:
    """By language and section."""
    found: dict[str, dict[str, str]] = yaml.safe_load(file.read_text("utf-8"))
    return found
