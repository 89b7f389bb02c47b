"""Pieces of the mini-program's server: texts in chunks, fields of templates, and the file of templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.miniprogram.checking import chunks
from channels.miniprogram.config import MiniProgramConfig
from channels.miniprogram.errors import TemplatesInvalid
from channels.miniprogram.templates import Template, fitted, load_templates
from hotline import settings


@pytest.mark.parametrize("length", [1, 99, 100, 101, 2499, 2500, 2501, 4000, 7301])
def test_every_phrase_of_a_text_is_whole_in_one_chunk(length: int) -> None:
    text = "".join(chr(0x4E00 + number % 9000) for number in range(length))
    found = chunks(text)
    assert all(len(piece) <= 2500 for piece in found)
    assert len(found) == (1 if length <= 2500 else 2 if length <= 4900 else 4)
    for start in range(0, max(1, length - 99), 50):
        assert any(text[start : start + 100] in piece for piece in found)
    assert found[-1].endswith(text[-1])


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("thing1", "一" * 21, "一" * 19 + "…"),
        ("thing1", "  两行\n文字 ", "两行 文字"),
        ("thing1", "", "—"),
        ("phrase2", "已办结，请评价！", "已办结请评"),
        ("phrase2", "closed", "有进展"),
        ("character_string3", "编号A-1", "A-1"),
        ("time4", "2026-11-26 10:00", "2026-11-26 10:00"),
    ],
)
def test_a_value_is_made_to_fit_its_field(field: str, value: str, expected: str) -> None:
    assert fitted(field, value) == expected


def test_a_page_gets_its_values() -> None:
    template = Template("t", "pages/tickets/tickets?number={number}&x={none}", {"thing1": "title"})
    assert template.page_for({"number": "1"}) == "pages/tickets/tickets?number=1&x="


@pytest.mark.parametrize("content", ["- a", "news: {id: t}", "news: {id: t, fields: {what1: a}}", "news: [", "news: 1"])
def test_a_file_that_is_wrong_says_so(content: str, tmp_path: Path) -> None:
    file = tmp_path / "templates.yml"
    file.write_text(content)
    with pytest.raises(TemplatesInvalid):
        load_templates(file)
    known = {"HOTLINE_MINIPROGRAM_APPID": "wx1", "HOTLINE_MINIPROGRAM_SECRET": "s"}
    with pytest.raises(settings.SettingsError, match="HOTLINE_MINIPROGRAM_TEMPLATES"):
        MiniProgramConfig.from_settings(settings.load({**known, "HOTLINE_MINIPROGRAM_TEMPLATES": str(file)}))


def test_without_an_appid_it_is_off() -> None:
    assert MiniProgramConfig.from_settings(settings.load({})).appid is None
