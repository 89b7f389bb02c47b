"""What the bot leaves out of Rasa's work on each prediction, on rules and graphs made by hand."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from bot.hot_rules import _plan, by_intent_only, parsed, possible_keys
from bot.hot_spots import last_events, well_formed

LISTENS = {"prev_action": {"action_name": "action_listen"}}
GREETED = {**LISTENS, "user": {"intent": "greet"}}
COMPLAINS = {**LISTENS, "user": {"intent": "file_complaint"}}
SAID_HELLO = {"prev_action": {"action_name": "utter_greet"}, "user": {"intent": "greet"}}


def rules(*keys: list[dict[str, Any]]) -> dict[str, str]:
    return {json.dumps(key): "action" for key in keys}


def fitting(states: list[dict[str, Any]], *keys: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    found = possible_keys(parsed(rules(*keys)), states)
    return [key for key in keys if json.dumps(key) in found]


def test_a_rule_fits_the_last_states_of_a_longer_conversation() -> None:
    states = [{}, COMPLAINS, GREETED, SAID_HELLO]
    assert fitting(states, [GREETED], [SAID_HELLO], [GREETED, SAID_HELLO], [COMPLAINS, SAID_HELLO]) == [
        [SAID_HELLO],
        [GREETED, SAID_HELLO],
    ]


def test_states_before_the_longest_rule_change_nothing() -> None:
    keys = ([GREETED], [GREETED, SAID_HELLO])
    long = [{}, COMPLAINS, COMPLAINS, GREETED, SAID_HELLO]
    assert fitting(long, *keys) == fitting(long[-2:], *keys)


def test_a_rule_of_the_conversations_beginning_fits_only_there() -> None:
    begins = [{}, GREETED]
    assert fitting([{}, GREETED], begins) == [begins]
    assert fitting([{}, COMPLAINS, GREETED], begins) == []


def test_a_slot_that_must_be_empty_hinders_a_rule_when_it_is_set() -> None:
    empty = {**GREETED, "slots": {"queued": "should_not_be_set"}}
    assert fitting([GREETED], [empty]) == [[empty]]
    assert fitting([{**GREETED, "slots": {"queued": (1.0,)}}], [empty]) == []


def test_values_that_json_made_lists_of_are_compared_as_tuples() -> None:
    queued = {**GREETED, "slots": {"queued": [1.0]}}
    assert fitting([{**GREETED, "slots": {"queued": (1.0,)}}], [queued]) == [[queued]]


def test_a_prediction_from_text_is_left_out_only_when_every_rule_names_an_intent() -> None:
    assert by_intent_only(parsed(rules([GREETED], [GREETED, SAID_HELLO])))
    assert not by_intent_only(parsed(rules([{**LISTENS, "user": {"text": "hello"}}])))
    assert not by_intent_only(parsed(rules([LISTENS])))


def test_a_graphs_nodes_come_after_what_they_need() -> None:
    needs = {"last": {"a": "second", "b": "first"}, "second": {"a": "first"}, "first": {"text": "__message__"}}
    schema = SimpleNamespace(nodes={name: SimpleNamespace(needs=needed) for name, needed in needs.items()})
    assert _plan(schema) == [("first", ("__message__",)), ("second", ("first",)), ("last", ("second", "first"))]


def test_an_answer_of_the_action_server_is_a_list_of_named_events_and_responses() -> None:
    assert well_formed({"events": [{"event": "slot", "name": "a"}], "responses": [{"text": "b"}]})
    for wrong in (None, [], {"events": {}}, {"events": [{"name": "a"}]}, {"responses": ["b"]}):
        assert not well_formed(wrong)


def test_an_action_is_told_the_last_four_messages() -> None:
    events = [SimpleNamespace(type_name=name) for name in ["user", "action"] * 6]
    assert last_events(events) == events[-8:]
