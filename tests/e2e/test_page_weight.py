"""The first look at the page weighs less than 60 kB, as the real gateway compresses it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.page import first_look, gateway


def test_the_first_look_is_light(browser: Browser, tmp_path: Path) -> None:
    with gateway(tmp_path) as url:
        look = first_look(browser, url, "ru")
    assert look.body_bytes < 60_000 < look.plain_bytes
