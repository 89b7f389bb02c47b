"""Audits a reply against its ticket: which language, whose names, and whether the demands are covered by vectors.

It finds and says; whether a reply with blocking findings goes out is decided by whoever sends it. The encoder is
loaded at the first demand; when it is not there, demands are compared by nothing and none is called unanswered.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from language.encoder import SentenceEncoder
from language.identify import identify
from tickets.domain import reply_audit
from tickets.domain.reply_audit import Finding, FindingKind, Gravity, Matter, Phrases

logger = logging.getLogger(__name__)
_CLAUSE = re.compile(r"[，,、]")
_SHORTEST_CLAUSE = 6


@dataclass(frozen=True)
class AuditBook:
    """The phrases of each language, how grave each finding is, and the threshold across languages."""

    phrases: Mapping[str, Phrases]
    gravity: Mapping[FindingKind, Gravity]
    covered_across_from: float


@dataclass(frozen=True)
class AuditedReply:
    """What was found in a reply, in its language."""

    language: str
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        return any(finding.gravity is Gravity.BLOCK for finding in self.findings)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds found, each once."""
        return tuple(dict.fromkeys(str(finding.kind) for finding in self.findings))


class ReplyAuditor:
    """Audits replies; safe to use from several threads."""

    def __init__(self, book: AuditBook, encoder: SentenceEncoder) -> None:
        self.book = book
        self._encoder = encoder

    def audit(self, reply: str, matter: Matter, matter_language: str, now: datetime) -> AuditedReply:
        """What is wrong with `reply`.

        Args:
            matter_language: that of the ticket; what was really written decides, this only where the text is unsure.
        """
        language = identify(reply).language
        found = identify(matter.description)
        of_matter = found.language if found.sure else matter_language
        phrases = self.book.phrases
        threshold = phrases[language].covered_from if language == of_matter else self.book.covered_across_from

        def covered(demands: Sequence[str], sentences: Sequence[str]) -> Sequence[bool]:
            return self._covered(demands, sentences, threshold)

        findings = reply_audit.audit(
            reply, matter, language, phrases[language], phrases[of_matter], self.book.gravity, covered, now
        )
        return AuditedReply(language, findings)

    def wire(self, audited: AuditedReply, shown_in: str) -> list[dict[str, object]]:
        """The findings with title and remedy in the language of who reads them."""
        says = self.book.phrases[shown_in if shown_in in self.book.phrases else "zh"].says
        return [
            {
                "kind": str(one.kind),
                "gravity": str(one.gravity),
                "title": says[one.kind][0],
                "remedy": says[one.kind][1],
                "excerpt": one.excerpt,
                "start": one.start,
                "end": one.end,
            }
            for one in audited.findings
        ]

    def _covered(self, demands: Sequence[str], sentences: Sequence[str], threshold: float) -> Sequence[bool]:
        clauses = [
            clause
            for sentence in sentences
            for clause in _CLAUSE.split(sentence)
            if _SHORTEST_CLAUSE <= len(clause) < len(sentence)
        ]
        try:
            asked = self._encoder.encode(demands)
            answers = self._encoder.encode([*sentences, *clauses])
        except (ImportError, OSError) as error:
            logger.warning("demands are not compared, the sentence encoder is not there: %s", type(error).__name__)
            return [True] * len(demands)
        return [bool(best >= threshold) for best in (asked @ answers.T).max(axis=1)]
