"""Processes killed while a complaint is being filed: one ticket, its number told, or an honest failure and none."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hotline.conversation import Conversation
from tests.conftest import system_is_possible
from tests.conversations.talk import keys_of
from tests.integration.system.confirmations import Confirmation, Database, at_read_back
from tests.system import UNLIMITED, UP_WITHOUT_PAUSES, System

ROUNDS = {"channels.gateway": 11, "actions.server": 9, "bot.server": 4}
"""How often each is killed at a random moment; the bot takes seconds to come back."""
LONGEST_SECONDS = 0.4
LOCKED_SECONDS = 5.6
"""A little longer than writers wait for each other (tickets.adapters.engine)."""
BOT, ACTIONS, GATEWAY = "bot.server", "actions.server", "channels.gateway"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system to be killed, whose processes come back at once."""
    reason = system_is_possible()
    if reason:
        pytest.skip(reason)
    system = System(tmp_path_factory.mktemp("killed"), environ=UNLIMITED, program=UP_WITHOUT_PAUSES)
    try:
        yield system.wait_until_up()
    finally:
        system.stop(signal.SIGKILL)


@pytest.fixture(scope="module")
def database(running: System) -> Iterator[Database]:
    opened = Database(running.database)
    yield opened
    opened.close()


@contextmanager
def stopped(system: System, module: str) -> Iterator[int]:
    """A process that stands still (SIGSTOP); at the end it goes on, unless it was killed."""
    pid = system.children()[module]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield pid
    finally:
        if system.children().get(module) == pid:
            os.kill(pid, signal.SIGCONT)


def told(conversation: Conversation) -> set[str]:
    """All ticket numbers that the citizen can read in the conversation."""
    conversation.last_seq = 0
    messages = conversation.news()
    return {message["data"]["ticket"]["number"] for message in messages if "ticket" in message["data"]}


def assert_one_ticket_whose_number_was_told(system: System, database: Database, confirmation: Confirmation) -> None:
    number = confirmation.wait().number
    assert number, f"no ticket was told of: {confirmation.answers[-1].text}"
    system.wait_until_ready()
    assert database.tickets(confirmation.talk.id) == [number]
    assert told(confirmation.talk.conversation) == {number}
    for failure in confirmation.failures:
        assert failure.number is None
        assert [key for message in failure.messages for key in keys_of(message)] == ["utter_gateway_bot_down"]
    again = confirmation.talk.press("/affirm", confirmation.message_id)
    assert again.number == number and database.tickets(confirmation.talk.id) == [number]


@pytest.mark.parametrize("module", ROUNDS)
def test_a_kill_at_any_moment_leaves_one_ticket_whose_number_is_told(
    running: System, database: Database, module: str
) -> None:
    chance = random.Random(module)
    talks = [at_read_back(running) for _ in range(ROUNDS[module])]
    for talk in talks:
        running.wait_until_ready()
        confirmation = Confirmation(talk).start()
        time.sleep(chance.uniform(0, LONGEST_SECONDS) ** 2 / LONGEST_SECONDS)
        running.kill(module)
        assert_one_ticket_whose_number_was_told(running, database, confirmation)


@pytest.mark.parametrize("module", [GATEWAY, ACTIONS, BOT])
def test_a_kill_right_after_the_ticket_was_stored_leaves_one_ticket(
    running: System, database: Database, module: str
) -> None:
    talk = at_read_back(running)
    confirmation = Confirmation(talk).start()
    database.wait_for_ticket(talk.id)
    running.kill(module)
    assert_one_ticket_whose_number_was_told(running, database, confirmation)


@pytest.mark.parametrize("module", [GATEWAY, ACTIONS, BOT])
def test_a_kill_while_the_actions_are_being_asked_leaves_one_ticket(
    running: System, database: Database, module: str
) -> None:
    talk = at_read_back(running)
    with stopped(running, ACTIONS):
        confirmation = Confirmation(talk).start()
        database.wait_for_message(talk.id, confirmation.message_id)
        time.sleep(0.1)  # the bot has asked the actions by now
        assert database.tickets(talk.id) == []
        running.kill(module)
    assert_one_ticket_whose_number_was_told(running, database, confirmation)


def test_an_answer_that_a_killed_gateway_owed_is_there_when_the_citizen_comes_back(
    running: System, database: Database
) -> None:
    talk = at_read_back(running)
    with stopped(running, ACTIONS):
        confirmation = Confirmation(talk).start()
        database.wait_for_message(talk.id, confirmation.message_id)
        running.kill(GATEWAY)
    database.wait_for_ticket(talk.id)
    running.wait_until_ready()
    assert_one_ticket_whose_number_was_told(running, database, confirmation)


def test_a_failure_offers_to_try_again_and_that_tells_the_one_number(running: System, database: Database) -> None:
    talk = at_read_back(running)
    with stopped(running, ACTIONS):
        confirmation = Confirmation(talk, patient=False).start()
        database.wait_for_message(talk.id, confirmation.message_id)
        time.sleep(0.1)
        running.kill(ACTIONS)
    failed = confirmation.wait()
    assert failed.says("utter_gateway_bot_down") and database.tickets(talk.id) == []
    running.wait_until_ready()
    number = talk.press(failed.press("/gateway_resend")).number
    assert number and database.tickets(talk.id) == [number]


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """An exclusive transaction on the database."""
    connection = database.connect()
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.close()


def test_a_database_locked_for_the_tickets_is_apologised_for_and_trying_again_files_one(
    running: System, database: Database
) -> None:
    talk = at_read_back(running)
    before = talk.heard
    with stopped(running, ACTIONS) as actions:
        confirmation = Confirmation(talk).start()
        database.wait_for_message(talk.id, confirmation.message_id)
        with locked(database):
            os.kill(actions, signal.SIGCONT)
            time.sleep(LOCKED_SECONDS)
    heard = confirmation.wait()
    assert heard.says("utter_store_down") and heard.number is None and not heard.form
    assert database.tickets(talk.id) == [] and told(talk.conversation) == set()
    again = talk.press(heard.press("/resume"))
    assert again.says("utter_resumed", "utter_readback") and again.slot == "confirm"
    assert again.filled == before.filled
    assert_one_ticket_whose_number_was_told(running, database, Confirmation(talk).start())


def test_a_database_locked_for_all_loses_no_confirmation(running: System, database: Database) -> None:
    talk = at_read_back(running)
    with locked(database):
        confirmation = Confirmation(talk).start()
        time.sleep(LOCKED_SECONDS)
        assert database.tickets(talk.id) == [] and confirmation.answers == []
    assert_one_ticket_whose_number_was_told(running, database, confirmation)


def test_tables_that_are_gone_are_a_store_that_is_down(running: System, database: Database) -> None:
    talk = at_read_back(running, "en")
    connection = database.connect()
    connection.execute("ALTER TABLE tickets RENAME TO tickets_away")
    try:
        heard = talk.press("/affirm")
    finally:
        connection.execute("ALTER TABLE tickets_away RENAME TO tickets")
        connection.close()
    assert heard.says("utter_store_down") and heard.number is None
    assert database.tickets(talk.id) == []
    talk.press(heard.press("/resume"))
    assert_one_ticket_whose_number_was_told(running, database, Confirmation(talk).start())
