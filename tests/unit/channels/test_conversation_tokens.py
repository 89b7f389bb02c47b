"""Conversation tokens: only the right one opens a conversation."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.errors import Unauthorized
from channels.tokens import LIFETIME_SECONDS, load_secret, sign, verify

SECRET = b"s" * 32
NOW = 1_772_000_000


def test_a_token_opens_its_own_conversation() -> None:
    assert verify(SECRET, sign(SECRET, "conversation-1", NOW), NOW + 60) == "conversation-1"


@pytest.mark.parametrize("seconds", [LIFETIME_SECONDS + 1, -3600])
def test_a_token_ends_after_thirty_days_and_is_not_valid_before_its_time(seconds: int) -> None:
    with pytest.raises(Unauthorized):
        verify(SECRET, sign(SECRET, "c", NOW), NOW + seconds)


def test_a_token_signed_with_another_secret_is_refused() -> None:
    with pytest.raises(Unauthorized):
        verify(SECRET, sign(b"t" * 32, "c", NOW), NOW)


def test_a_changed_token_is_refused() -> None:
    token = sign(SECRET, "conversation-1", NOW)
    for at in range(len(token)):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(Unauthorized):
            verify(SECRET, changed, NOW)


@given(st.text(max_size=80))
def test_garbage_is_refused_and_never_breaks_anything(token: str) -> None:
    with pytest.raises(Unauthorized):
        verify(SECRET, token, NOW)


def test_the_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret.key"
    secret = load_secret(path)
    assert len(secret) == 32
    assert load_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret.key"]


def test_processes_that_start_at_once_end_with_the_same_secret(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(load_secret(tmp_path / "secret.key"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1


@pytest.mark.parametrize("content", [b"", b"c2hvcnQ=\n", b"\xff\xfe!!"])
def test_a_damaged_secret_is_named_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="move it away"):
        load_secret(path)
    assert path.read_bytes() == content
