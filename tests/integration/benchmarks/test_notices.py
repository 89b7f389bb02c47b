"""The measurement of notices counts what really came: each once, by both ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import notices


def test_a_few_notices_are_measured_from_the_outbox_to_the_provider(tmp_path: Path) -> None:
    figures = notices.measured(tmp_path, 24)
    assert figures.count == 24 and figures.a_second > 0
    assert 0 < figures.p50_seconds <= figures.p95_seconds < 60
    assert figures.gateway_mb > 20 and len(figures.row()) == len(notices.HEAD)


@pytest.mark.parametrize(
    "came",
    [{}, {"e1:sms": [2.0, 3.0]}, {"e1:sms": [2.0], "e1:email": [2.0]}, {"e1:sms": [2.0], "e2:sms": [2.0]}],
)
def test_a_notice_that_is_lost_or_doubled_spoils_the_figures(came: dict[str, list[float]]) -> None:
    assert notices.waits_of({"e1": 1.0}, {"e1:sms": [1.5]}) == ([0.5], 1.5)
    with pytest.raises(notices.NotOnce):
        notices.waits_of({"e1": 1.0}, came)
