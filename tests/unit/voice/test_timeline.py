"""What happened in a call: kept, read again, timed by stages, drawn."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotline import settings
from voice.timeline import Reply, Timeline, call_folder, find, masked, replies
from voice.timeline_picture import picture

STARTED = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def timeline() -> Timeline:
    made = Timeline("a/../b@10.0.0.1", "13800138000", STARTED)
    for kind, at, values in [
        ("prompt", 0.1, {"text": "您好 <请讲>", "language": "zh"}),
        ("prompt_heard", 0.2, {}),
        ("speech_began", 1.1, {"began": 1.0}),
        ("prompt_stopped", 1.1, {}),
        ("partial", 1.3, {"text": "路"}),
        ("partial", 1.5, {"text": "路灯"}),
        ("speech_ended", 3.5, {"spoken_until": 3.0, "speech": 1.9}),
        ("heard", 3.8, {"text": "路灯坏了"}),
        ("prompt_interrupted", 3.8, {}),
        ("prompt", 4.0, {"text": "在哪里？"}),
        ("prompt_heard", 4.1, {}),
        ("key", 5.0, {"key": "5"}),
        ("hang_up", 6.0, {"reason": "normal"}),
    ]:
        made.note(kind, at, values)
    return made


def test_an_answer_is_timed_from_the_last_sound_of_the_caller_by_stages() -> None:
    [reply] = replies(timeline().events)
    assert reply == Reply(3.0, pytest.approx(0.5), pytest.approx(0.3), pytest.approx(0.2), pytest.approx(0.1))
    assert reply.whole == pytest.approx(1.1)


def test_partial_results_replace_each_other_and_the_number_is_masked() -> None:
    made = timeline()
    assert [event.values["text"] for event in made.events if event.kind == "partial"] == ["路灯"]
    assert made.caller == "*******8000" and "13800138000" not in str(made.to_json())
    assert [masked(one) for one in ("anonymous", "alice", "110")] == ["anonymous", "alice", "110"]
    assert masked("+86 138-0013-8000") == "+** ***-****-8000" and masked(masked("13800138000")) == "*******8000"


def test_it_is_kept_below_the_data_folder_and_found_by_its_name(tmp_path: Path) -> None:
    given = settings.load({"HOTLINE_DATA_DIR": str(tmp_path)})
    made = timeline()
    folder = call_folder(given, made.call_id, STARTED)
    assert folder.is_relative_to(tmp_path / "calls" / "2026-11-26")
    path = made.save(folder)
    assert find(given, "a/../b") == find(given, str(path)) == find(given, str(folder)) == path
    assert find(given, "somebody else") is None
    assert Timeline.load(path).to_json() == made.to_json()


def test_it_is_drawn_as_a_picture_that_can_be_read() -> None:
    drawn = ET.fromstring(picture(timeline()))
    texts = " ".join(node.text or "" for node in drawn.iter("{http://www.w3.org/2000/svg}text"))
    titles = " ".join(node.text or "" for node in drawn.iter("{http://www.w3.org/2000/svg}title"))
    assert "路灯坏了" in texts and "您好 …" in texts and "1.10 s" in texts and "key 5" in texts
    assert "您好 <请讲>" in titles  # what does not fit on its bar is told whole under the pointer
    assert ET.fromstring(picture(Timeline("empty", "", STARTED))) is not None


def test_it_does_not_grow_without_end() -> None:
    made = Timeline("long", "", STARTED)
    for number in range(30_000):
        made.note("key", number, {})
    assert len(made.events) == 20_000
