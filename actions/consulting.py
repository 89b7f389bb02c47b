"""Answers a question from the consultation items, wherever it is asked: alone, in a form, or in a doubtful sentence.

It says what an item says, with its source; without an item it claims nothing. Texts are the items' own or responses.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions import deps
from actions.answer_offer import offer
from actions.forms.draft import Draft
from actions.turn import Turn
from knowledge.answer import spoken, written
from knowledge.decision import AskBack, Choice, Decision, NotCovered, Question, Served
from knowledge.errors import KnowledgeError
from knowledge.gaps import Kind
from knowledge.items import Item

logger = logging.getLogger(__name__)
PHONE = "phone"
FOLLOW_UPS = 3
NEAREST = 2
ALL = "all"
NONE = "none"
LOOK_UP_SECONDS = 8.0
"""A city's own encoder and its rewriting model end by themselves earlier; this ends what only drips."""
SPOKEN_MORE = ("how", "bring")
"""What the telephone goes on with after the short answer."""


async def decision_on(turn: Turn, draft: Draft, text: str) -> Decision:
    """What the items say to a question; not covered when they cannot be searched."""
    consultant = deps.current().consultant
    if consultant is None:
        return NotCovered(())
    question = Question(text, turn.language, draft.memo.get("topic"))
    vector = turn.vector if text == turn.text else None
    try:
        return await asyncio.wait_for(asyncio.to_thread(consultant.consult, question, vector), LOOK_UP_SECONDS)
    except (KnowledgeError, TimeoutError) as error:
        logger.error("a question could not be looked up: %s", error or "it took too long")
        return NotCovered(())


async def say(decision: Decision, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    """Says an answer, a choice or a question back; what is not covered is the caller's to say."""
    if isinstance(decision, Served):
        await say_section(decision.item, decision.section, turn, draft, dispatcher)
    elif isinstance(decision, AskBack):
        draft.memo["topic"] = decision.item.id
        buttons = [_branch(branch.title, decision.item.id, branch) for branch in decision.fork.branches]
        dispatcher.utter_message(
            response="utter_knowledge_ask_back", question=decision.fork.question, buttons=_on_page(turn, buttons)
        )
    elif isinstance(decision, Choice):
        buttons = [topic_button(item) for item in decision.items]
        buttons.append(_button(_label("none_of_these", turn), "knowledge_topic", topic=NONE))
        titles = _joined([item.title for item in decision.items])
        dispatcher.utter_message(response="utter_knowledge_choice", titles=titles, buttons=_on_page(turn, buttons))


async def say_section(item: Item, section: str, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    """Says one part of an item, or all of it, with its source and what usually comes next."""
    draft.memo["topic"] = item.id
    if turn.channel == PHONE:
        say_spoken(item, section, 0, turn, draft, dispatcher)
        return
    answer = _written(item, section, turn)
    consultant = deps.current().consultant
    if consultant is not None and section != ALL and not turn.payload:
        rewriting = asyncio.to_thread(consultant.rewritten, turn.text, answer, turn.language)
        with contextlib.suppress(TimeoutError):  # the item's own words are said
            answer = await asyncio.wait_for(rewriting, LOOK_UP_SECONDS)
    dispatcher.utter_message(
        response="utter_knowledge_answer",
        answer=answer,
        source=source_of(item, turn),
        buttons=_next(item, section, turn),
        json_message={"knowledge": data_of(item, section)},
    )


def say_spoken(
    item: Item, section: str, piece: int, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher
) -> None:
    """Says one piece on the telephone and offers to go on while there is more."""
    pieces = spoken(item, section)
    if section == "short":
        pieces = [*pieces, *(part for name in SPOKEN_MORE for part in spoken(item, name))]
    if piece >= len(pieces):  # the item became shorter meanwhile
        dispatcher.utter_message(response="utter_how_can_i_help")
        return
    more = piece + 1 < len(pieces)
    if more:
        draft.memo["spoken"] = {"topic": item.id, "section": section, "piece": piece + 1}
        offer(draft, turn, "knowledge_more")
    dispatcher.utter_message(
        response="utter_knowledge_spoken_more" if more else "utter_knowledge_spoken",
        answer=pieces[piece],
        json_message={"knowledge": data_of(item, section)},
    )


def say_in_form(decision: Decision, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    """A short answer in the middle of a form, which goes on afterwards."""
    if not isinstance(decision, Served):
        if isinstance(decision, NotCovered):
            note_gap(turn.text, turn, "not_covered")
        dispatcher.utter_message(response="utter_consult_in_form")
        return
    item = decision.item
    draft.memo["topic"] = item.id
    answer = spoken(item, decision.section)[0] if turn.channel == PHONE else _written(item, decision.section, turn)
    dispatcher.utter_message(
        response="utter_knowledge_in_form",
        answer=answer,
        source=source_of(item, turn),
        json_message={"knowledge": data_of(item, decision.section)},
    )


def say_not_covered(
    nearest: Sequence[Item], question: str, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher
) -> None:
    """Says honestly that there is no answer, offers a ticket, a person and the nearest topics, and notes the gap."""
    draft.hold(question, turn.message_id)
    offer(draft, turn, "consultation")
    buttons = [topic_button(item) for item in nearest[:NEAREST]]
    dispatcher.utter_message(response="utter_consult_not_covered", buttons=_on_page(turn, buttons))
    note_gap(question, turn, "not_covered")


def note_gap(text: str, turn: Turn, kind: Kind, topic: str | None = None) -> None:
    """Keeps a question for those who write the items; the citizen does not wait for that."""
    consultant = deps.current().consultant
    if consultant is not None and text:
        vector = turn.vector if text == turn.text else None
        note = partial(consultant.note_gap, text, turn.language, kind, turn.conversation, vector, topic)
        asyncio.get_running_loop().run_in_executor(None, note)


def topic_button(item: Item) -> dict[str, str]:
    """A button that asks for a topic."""
    return _button(item.title, "knowledge_topic", topic=item.id)


def source_of(item: Item, turn: Turn) -> str:
    """Where the answer comes from, and whether a person has reviewed it."""
    texts = deps.current().texts
    laws = _joined([f"{each.name} {each.article}" if each.article else each.name for each in item.sources])
    said = [texts.text("utter_value_knowledge_source", turn.language, sources=laws)] if laws else []
    if item.reviewed_on is not None:
        said.append(texts.text("utter_value_knowledge_reviewed", turn.language, date=item.reviewed_on.isoformat()))
    else:
        said.append(texts.text("utter_value_knowledge_demo", turn.language, date=item.valid_from.isoformat()))
    return "\n".join(said)


def data_of(item: Item, section: str) -> dict[str, Any]:
    """The `knowledge` object of the interface, for programs."""
    return {
        "id": item.id,
        "section": section,
        "source": [{"name": each.name, "article": each.article} for each in item.sources],
        "reviewed_on": None if item.reviewed_on is None else item.reviewed_on.isoformat(),
    }


def _written(item: Item, section: str, turn: Turn) -> str:
    parts = written(item, section)
    if section == "short":
        return parts[0].text
    texts = deps.current().texts
    return "\n\n".join(
        f"{texts.text(f'utter_value_section_{part.section}', turn.language)}\n{part.text}" for part in parts
    )


def _next(item: Item, section: str, turn: Turn) -> list[dict[str, str]]:
    if section == ALL:
        buttons = []
    elif section == "short" and item.fork is not None:
        buttons = [_branch(branch.title, item.id, branch) for branch in item.fork.branches]
    else:
        further = [each for each in item.follow_ups if each.section != section]
        buttons = [_section(each.title, item.id, each.section) for each in further[:FOLLOW_UPS]]
    if section != ALL:
        buttons.append(_section(_label("all", turn), item.id, ALL))
    buttons.append(_button(_label("not_helpful", turn), "knowledge_feedback", topic=item.id, useful="no"))
    return buttons


def _branch(title: str, topic: str, branch: Any) -> dict[str, str]:
    if branch.topic is not None:
        return _button(title, "knowledge_topic", topic=branch.topic)
    return _section(title, topic, str(branch.section))


def _section(title: str, topic: str, section: str) -> dict[str, str]:
    return _button(title, "knowledge_section", topic=topic, section=section)


def _button(title: str, intent: str, **values: str) -> dict[str, str]:
    return {"title": title, "payload": f"/{intent}" + json.dumps(values)}


def _label(name: str, turn: Turn) -> str:
    return deps.current().texts.text(f"utter_value_knowledge_{name}", turn.language)


def _joined(texts: Sequence[str]) -> str:
    return " · ".join(texts)


def _on_page(turn: Turn, buttons: list[dict[str, str]]) -> list[dict[str, str]]:
    return [] if turn.channel == PHONE else buttons
