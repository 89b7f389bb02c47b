"""The command: every failure is one sentence and a status, batch commands answer line for line."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest

from hotline import cli, langid
from hotline.batch import NotUtf8, Progress, read_texts
from hotline.errors import CommandFailed
from hotline.settings import SettingsError


def identified(raw: bytes, current: str | None = None) -> list[dict[str, Any]]:
    out = io.StringIO()
    langid.langid(io.BytesIO(raw), out, current)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_langid_answers_each_line_in_order() -> None:
    answers = identified("路灯坏了三天没人修\nWhere can I get a permit?\nУ нас нет воды\n".encode())
    assert [answer["language"] for answer in answers] == ["zh", "en", "ru"]
    assert answers[0] == {"text": "路灯坏了三天没人修", "language": "zh", "other": None, "sure": True}


def test_an_empty_line_gets_an_object_and_a_last_line_needs_no_end() -> None:
    answers = identified("\n\r\n가로등이 고장났어요".encode(), current="ko")
    assert [answer["text"] for answer in answers] == ["", "", "가로등이 고장났어요"]
    assert [answer["language"] for answer in answers] == ["ko", "ko", "ko"]


def test_no_input_gives_no_output() -> None:
    assert identified(b"") == []


def test_a_byte_order_mark_is_no_part_of_the_first_text() -> None:
    assert list(read_texts(io.BytesIO(b"\xef\xbb\xbfhello\n"))) == ["hello"]


def test_a_line_that_is_not_utf8_is_named_and_earlier_lines_are_answered() -> None:
    out = io.StringIO()
    with pytest.raises(NotUtf8, match="line 2 of standard input is not UTF-8"):
        langid.langid(io.BytesIO(b"hello\n\xff\xfe\nworld\n"), out)
    assert len(out.getvalue().splitlines()) == 1


def test_progress_is_silent_where_no_terminal_is() -> None:
    out = io.StringIO()
    progress = Progress("texts", out)
    progress.step()
    progress.end()
    assert out.getvalue() == ""


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CommandFailed("that did not work"), 2),
        (CommandFailed("that did not work", status=1), 1),
        (SettingsError("that did not work"), 2),
        (OSError("that did not work"), 2),
    ],
)
def test_a_failure_is_one_sentence_and_no_traceback(
    error: Exception, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(langid, "langid", _raising(error))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert cli.main(["langid"]) == status
    assert capsys.readouterr().err == "hotline: that did not work\n"


def test_ctrl_c_gives_130_and_says_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(langid, "langid", _raising(KeyboardInterrupt()))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert cli.main(["langid"]) == cli.INTERRUPTED
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "argv", [[], ["no-such"], ["langid", "--no-such"], ["langid", "--current", "fr"], ["up", "--only", "tv"]]
)
def test_wrong_arguments_give_status_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(argv)
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_settings_command_lists_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["settings"]) == 0
    shown = capsys.readouterr().out
    assert "HOTLINE_HTTP_PORT" in shown
    assert "8080" in shown


def _raising(error: BaseException) -> Any:
    def fail(*_: object) -> None:
        raise error

    return fail
