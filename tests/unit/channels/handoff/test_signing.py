"""Signatures and links: what is good, and for how long."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from channels.errors import Unauthorized
from channels.handoff import backoff, links, signing
from channels.handoff.errors import SignatureRefused

BODY, NOW = '{"a":"路灯"}'.encode(), 1_772_442_000.0


def test_a_signature_is_what_the_documents_say() -> None:
    digest = hmac.new(b"secret", b"1772442000." + BODY, hashlib.sha256).hexdigest()
    headers = signing.signed_headers("secret", BODY, NOW, "d1")
    assert headers == {
        "X-Hotline-Timestamp": "1772442000",
        "X-Hotline-Signature": f"sha256={digest}",
        "X-Hotline-Delivery": "d1",
    }
    signing.check("secret", headers, BODY, NOW)


@pytest.mark.parametrize("seconds", [-301, 301, 10**6])
def test_an_old_one_is_worth_nothing(seconds: float) -> None:
    headers = signing.signed_headers("secret", BODY, NOW, "d1")
    signing.check("secret", headers, BODY, NOW + (300 if seconds > 0 else -300))
    with pytest.raises(SignatureRefused):
        signing.check("secret", headers, BODY, NOW + seconds)


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Hotline-Signature": "sha256=é"},
        {"X-Hotline-Signature": ""},
        {"X-Hotline-Timestamp": "1772442001"},
        {"X-Hotline-Timestamp": "-1"},
        {"X-Hotline-Timestamp": "١٧٧٢٤٤٢٠٠٠"},
        {"X-Hotline-Timestamp": "9" * 400},
    ],
)
def test_a_changed_one_is_refused(changed: dict[str, str]) -> None:
    headers = {**signing.signed_headers("secret", BODY, NOW, "d1"), **changed}
    with pytest.raises(SignatureRefused):
        signing.check("secret", headers, BODY, NOW)


def test_without_a_secret_nothing_is_good() -> None:
    headers = signing.signed_headers("", BODY, NOW, "d1")
    with pytest.raises(SignatureRefused):
        signing.check("", headers, BODY, NOW)


def test_a_link_opens_one_file_for_an_hour() -> None:
    clock = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    link = links.linker(b"k" * 32, "https://hotline.example/", lambda: clock)
    assert link is not None and links.linker(b"k" * 32, None, lambda: clock) is None
    path, _, query = link("c1", "a.jpg").partition("?")
    assert path == "https://hotline.example/api/v1/handoff/attachments/c1/a.jpg"
    until, signature = (part.split("=")[1] for part in query.split("&"))
    now = clock.timestamp()
    links.check(b"k" * 32, "c1", "a.jpg", until, signature, now + 3600)
    for wrong in (
        (b"x" * 32, "c1", "a.jpg", until, signature, now),
        (b"k" * 32, "c2", "a.jpg", until, signature, now),
        (b"k" * 32, "c1", "b.jpg", until, signature, now),
        (b"k" * 32, "c1", "a.jpg", "9" * 11, signature, now),
        (b"k" * 32, "c1", "a.jpg", "", signature, now),
        (b"k" * 32, "c1", "a.jpg", until, signature, now + 3601),
    ):
        with pytest.raises(Unauthorized):
            links.check(*wrong)


def test_pauses_grow_to_a_minute_and_respect_what_was_asked_for() -> None:
    pauses = [backoff.pause_seconds(attempts) for attempts in range(1, 12)]
    assert pauses[:4] == [0.5, 1.0, 2.0, 4.0] and pauses == sorted(pauses) and pauses[-1] == 60.0
    assert backoff.pause_seconds(1, 30) == 30 and backoff.pause_seconds(10**6) == 60
