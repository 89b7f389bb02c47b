"""The page's files go over the line compressed, and nothing that belongs to a citizen does."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from tests.integration.channels.gateways import running_both

pytestmark = pytest.mark.asyncio
ZIPPED = {"Accept-Encoding": "gzip"}


async def test_text_files_are_compressed_for_who_asks(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _), aiohttp.ClientSession() as http:
        for path in ("/", "/static/app.css"):
            async with http.get(f"{running.base}{path}", headers=ZIPPED) as packed:
                text = await packed.text()
            async with http.get(f"{running.base}{path}", headers={"Accept-Encoding": "identity"}) as plain:
                assert (packed.status, packed.headers.get("Content-Encoding")) == (200, "gzip")
                assert "Content-Encoding" not in plain.headers and await plain.text() == text
                assert "Accept-Encoding" in packed.headers["Vary"] and "Accept-Encoding" in plain.headers["Vary"]


async def test_a_part_of_a_file_and_a_head_come_as_they_are(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _), aiohttp.ClientSession() as http:
        part = {**ZIPPED, "Range": "bytes=0-9"}
        async with http.get(f"{running.base}/", headers=part) as answer:
            assert answer.status == 206 and "Content-Encoding" not in answer.headers
            assert len(await answer.read()) == 10
        async with http.head(f"{running.base}/", headers=ZIPPED) as answer:
            assert "Content-Encoding" not in answer.headers


async def test_answers_of_the_interface_are_not_compressed(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _), aiohttp.ClientSession() as http:
        async with http.post(f"{running.base}/api/v1/conversations", data=b"", headers=ZIPPED) as answer:
            assert answer.status < 300 and "Content-Encoding" not in answer.headers
