"""A complaint half told outlives the death of every process, and a full stop and start."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import system_is_possible
from tests.conversations import sentences as said
from tests.conversations.talk import Talk
from tests.system import UNLIMITED, UP_WITHOUT_PAUSES, System
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig

MODULES = ("bot.server", "actions.server", "channels.gateway")


def start(data_dir: Path) -> System:
    return System(data_dir, environ=UNLIMITED, program=UP_WITHOUT_PAUSES)


@pytest.fixture(scope="module")
def own_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[System]]:
    """A system of the module's own, in a list so that a test can put its successor in."""
    reason = system_is_possible()
    if reason:
        pytest.skip(reason)
    running = [start(tmp_path_factory.mktemp("restarts"))]
    try:
        running[0].wait_until_up()
        yield running
    finally:
        running[0].stop(signal.SIGKILL)


def test_a_draft_outlives_the_death_of_each_process_and_a_full_restart(own_system: list[System]) -> None:
    system = own_system[0]
    talks = {language: Talk.open(system, language) for language in said.LANGUAGES}
    for language, talk in talks.items():
        talk.press("/file_complaint")
        assert talk.say(said.ANSWERS[language]["description"]).slot
    for module in MODULES:
        system.kill(module)
        system.wait_until_ready()
        for language, talk in talks.items():
            before = talk.heard
            slot = str(before.slot)
            heard = talk.say(said.ANSWERS[language][slot])
            assert slot in heard.filled and heard.filled > before.filled, (module, language, heard.text)
            assert heard.slot not in (slot, None)
    assert system.stop() == 0
    own_system[0] = system = start(system.data_dir)
    system.wait_until_up()
    tickets = open_tickets(TicketsConfig(f"sqlite:///{system.database}"))
    for language, talk in talks.items():
        talk.conversation.url = system.url
        before = talk.heard
        heard = talk.press("/session_opened")
        assert (heard.slot, heard.filled, heard.language) == (before.slot, before.filled, language)
        number = talk.answer(said.ANSWERS[language]).number
        assert number and tickets.get(number).description == said.ANSWERS[language]["description"]
        assert [ticket.number for ticket in tickets.of_conversation(talk.id)] == [number]
    tickets.close()


def test_a_power_cut_loses_nothing_that_was_answered(own_system: list[System]) -> None:
    system = own_system[0]
    talk = Talk.open(system, "en")
    talk.press("/file_complaint")
    before = talk.answer(said.ANSWERS["en"], until="contact_phone")
    system.process.kill()
    system.process.wait()
    own_system[0] = system = start(system.data_dir)
    system.wait_until_up()
    talk.conversation.url = system.url
    heard = talk.say(said.QUESTION["en"])
    assert (heard.slot, heard.filled) == ("contact_phone", before.filled)
    assert talk.answer(said.ANSWERS["en"]).number
