"""Complaints brought to the read-back, and a citizen who sends the confirmation until it has an answer."""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hotline.conversation import Refused, ServerAway
from tests.conversations.sentences import ANSWERS, RICH
from tests.conversations.talk import Heard, Talk
from tests.system import System

PATIENCE_SECONDS = 180.0
PAUSE_SECONDS = 0.05
AGAIN = (408, 429, 500)


def at_read_back(system: System, language: str = "zh") -> Talk:
    """A conversation whose complaint is read back and waits for the confirmation."""
    system.wait_until_ready()
    talk = Talk.open(system, language)
    talk.say(RICH[language])
    talk.answer(ANSWERS[language], until="confirm")
    assert talk.heard.slot == "confirm", talk.heard.text
    return talk


@dataclass
class Confirmation:
    """Sends one confirming message, always under the same id, from a thread of its own.

    Args:
        patient: repeats the message after an answer that says that it failed.

    Attributes:
        answers: what the citizen was told, one entry for each delivered answer.
        away: how often nobody answered.
    """

    talk: Talk
    message_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    patient: bool = True
    answers: list[Heard] = field(default_factory=list)
    away: int = 0
    errors: list[BaseException] = field(default_factory=list)

    def start(self) -> Confirmation:
        """Begins; `wait` gives the end."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def wait(self) -> Heard:
        """The last answer: of a patient citizen, the one that was no failure."""
        self._thread.join(PATIENCE_SECONDS + 5)
        assert not self._thread.is_alive(), "there was no answer"
        if self.errors:
            raise self.errors[0]
        return self.answers[-1]

    @property
    def failures(self) -> list[Heard]:
        """The answers that said that it did not work."""
        return [heard for heard in self.answers if heard.data("failed")]

    def _run(self) -> None:
        try:
            self._until_answered()
        except BaseException as error:
            self.errors.append(error)

    def _until_answered(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                self.answers.append(self.talk.press("/affirm", self.message_id))
            except ServerAway:
                self.away += 1
            except Refused as refused:
                if refused.http_status not in AGAIN:
                    raise
                self.away += 1
            else:
                if not (self.patient and self.answers[-1].data("failed")):
                    return
            time.sleep(PAUSE_SECONDS)
        told = [heard.keys for heard in self.answers[-3:]]
        raise AssertionError(f"no answer within {PATIENCE_SECONDS:.0f} s; told {told}, away {self.away} times")


class Database:
    """The system's database as an onlooker sees it, without waiting for anybody."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection = self.connect()

    def connect(self) -> sqlite3.Connection:
        """One more connection."""
        return sqlite3.connect(self._file, isolation_level=None, check_same_thread=False, timeout=10)

    def tickets(self, conversation_id: str) -> list[str]:
        """The numbers of a conversation's tickets."""
        rows = self._connection.execute("SELECT number FROM tickets WHERE conversation_id = ?", (conversation_id,))
        return [number for (number,) in rows]

    def wait_for_ticket(self, conversation_id: str) -> None:
        """Waits until the conversation's ticket is stored."""
        self._wait(lambda: bool(self.tickets(conversation_id)))

    def wait_for_message(self, conversation_id: str, message_id: str) -> None:
        """Waits until the citizen's message is stored."""
        query = "SELECT 1 FROM messages WHERE conversation_id = ? AND message_id = ?"
        self._wait(lambda: self._connection.execute(query, (conversation_id, message_id)).fetchone() is not None)

    def close(self) -> None:
        self._connection.close()

    @staticmethod
    def _wait(holds: Callable[[], bool], seconds: float = 10.0) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline
            time.sleep(0.001)
