"""Recordings of calls: nobody gets at one unseen, nobody else's eyes can, and they go in time."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hotline.cli import main
from voice.audio.recorder import StereoRecorder
from voice.recordings import (
    AccessUnexplained,
    RecordingNotFound,
    accesses,
    clean,
    export,
    kept,
    opened,
)
from voice.timeline import Timeline

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


def call(folder: Path, name: str = "call-1", day: str = "2026-11-26", *, recorded: bool = True) -> Path:
    at = folder / day / name
    Timeline(name, "13800138000", NOW).save(at)
    if recorded:
        recorder = StereoRecorder(at / "call.wav")
        recorder.write(b"\1\0" * 160, b"\2\0" * 160)
        recorder.close()
    return at


def test_sound_and_timeline_can_be_read_by_their_owner_only(tmp_path: Path) -> None:
    at = call(tmp_path)
    assert {stat.S_IMODE(file.stat().st_mode) for file in at.iterdir()} == {0o600}


def test_the_list_shows_no_number(tmp_path: Path) -> None:
    call(tmp_path)
    call(tmp_path, "call-2", "2026-11-25", recorded=False)
    assert [(one.call, one.sound is not None) for one in kept(tmp_path)] == [("call-1", True), ("call-2", False)]
    assert all("13800138000" not in str(one.row()) for one in kept(tmp_path))
    assert [one.call for one in kept(tmp_path, date(2026, 11, 25))] == ["call-2"]


def test_every_access_is_written_down_before_anything_is_handed_out(tmp_path: Path) -> None:
    call(tmp_path)
    recording = opened(tmp_path, "call-1", "Wang Li", "complaint about the call", "export", NOW)
    files = export(recording, tmp_path / "out")
    assert [file.name for file in files] == ["call-1.wav", "call-1.json"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    [row] = accesses(tmp_path)
    assert row == {
        "at": NOW.isoformat(), "by": "Wang Li", "reason": "complaint about the call", "call": "call-1", "how": "export",
    }  # fmt: skip
    assert stat.S_IMODE((tmp_path / "access.jsonl").stat().st_mode) == 0o600


@pytest.mark.parametrize(("by", "reason"), [("", "a complaint"), ("Wang Li", ""), ("Wang Li", "x")])
def test_who_does_not_say_why_gets_nothing(tmp_path: Path, by: str, reason: str) -> None:
    call(tmp_path)
    with pytest.raises(AccessUnexplained):
        opened(tmp_path, "call-1", by, reason, "path", NOW)
    assert accesses(tmp_path) == []


def test_a_log_that_cannot_be_written_hands_out_nothing(tmp_path: Path) -> None:
    call(tmp_path)
    (tmp_path / "access.jsonl").mkdir()
    with pytest.raises(OSError):
        opened(tmp_path, "call-1", "Wang Li", "a complaint", "path", NOW)


def test_a_beginning_that_many_calls_share_is_not_guessed(tmp_path: Path) -> None:
    call(tmp_path, "call-1")
    call(tmp_path, "call-12")
    assert opened(tmp_path, "call-1", "Wang Li", "a complaint", "path", NOW).call == "call-1"
    for wanted in ("call", "", "other"):
        with pytest.raises(RecordingNotFound):
            opened(tmp_path, wanted, "Wang Li", "a complaint", "path", NOW)


def test_old_days_go_and_the_log_of_accesses_stays(tmp_path: Path) -> None:
    call(tmp_path, day="2026-10-01")
    call(tmp_path, day="2026-11-26")
    (tmp_path / "access.jsonl").write_text("", "utf-8")
    assert clean(tmp_path, date(2026, 11, 1)) == 1
    assert [one.started_at for one in kept(tmp_path)] == [NOW] and (tmp_path / "access.jsonl").exists()


def test_the_command_writes_down_who_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    call(tmp_path / "calls")
    why = ["--by", "Wang Li", "--reason", "complaint about the call"]
    assert main(["voice", "recordings", "path", "call-1", *why]) == 0
    assert main(["voice", "timeline", "call-1"]) == 0
    assert main(["voice", "recordings", "path", "missing", *why]) != 0
    assert [row["how"] for row in accesses(tmp_path / "calls")] == ["path", "timeline"]
    capsys.readouterr()
    assert main(["voice", "recordings", "log"]) == 0
    assert capsys.readouterr().out.count("Wang Li") == 1
