"""Runs axe-core, if it is installed (`npm ci` in this folder), on a page and tells what is wrong in short lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """`rule: the element's path` for each violation. Skips the test where axe-core is not installed."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `npm ci` in tests/e2e")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run({runOnly: rules, resultTypes: ['violations']}).then(result => result.violations.flatMap("
        "one => one.nodes.map(node => `${one.id}: ${node.target.flat().join(' ')} ${node.failureSummary}`)))",
        RULES,
    )
    return [str(line) for line in found]
