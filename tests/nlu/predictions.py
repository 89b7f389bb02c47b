"""Compares the rule policy's predictions with and without `bot.hot_rules`: `python -m tests.nlu.predictions`.

Runs in the bot's environment, on conversations made at random out of the trained model's own intents, actions, forms
and slots. It prints how many states were compared and how many predictions differ.
"""

from __future__ import annotations

import json
import random
from typing import Any

from bot import hot_rules, lean, training
from hotline.settings import load

CONVERSATIONS = 60


def main() -> None:
    settings = load()
    lean.install()
    from rasa.core.agent import Agent
    from rasa.core.policies.rule_policy import RulePolicy

    from bot.logs import configure

    configure(settings)
    processor = Agent.load(str(training.trained_model(settings))).processor
    nodes = processor.graph_runner._instantiated_nodes.values()
    policy = next(node._component for node in nodes if isinstance(node._component, RulePolicy))
    trackers = list(states(policy, processor.domain, random.Random(7)))
    stock = [predicted(policy, tracker, processor.domain) for tracker in trackers]
    hot_rules.apply()
    differing = sum(
        before != predicted(policy, tracker, processor.domain) for before, tracker in zip(stock, trackers, strict=True)
    )
    print(json.dumps({"compared": len(trackers), "kinds": len({row[0] for row in stock}), "differing": differing}))


def predicted(policy: Any, tracker: Any, domain: Any) -> tuple[Any, ...]:
    found = policy.predict_action_probabilities(tracker, domain)
    flags = found.is_end_to_end_prediction, found.is_no_user_prediction, found.hide_rule_turn
    return (tuple(found.probabilities), [str(event) for event in found.events], flags)


def states(policy: Any, domain: Any, chance: random.Random) -> Any:
    from rasa.shared.core import events
    from rasa.shared.core.trackers import DialogueStateTracker

    forms = list(domain.form_names)
    for number in range(CONVERSATIONS):
        tracker = DialogueStateTracker(str(number), domain.slots)
        for event in (
            events.ActionExecuted("action_session_start"),
            events.SessionStarted(),
            events.ActionExecuted("action_listen"),
        ):
            tracker.update(event)
        for _ in range(chance.randint(1, 9)):
            tracker.update(events.UserUttered("x", {"name": chance.choice(domain.intents), "confidence": 1.0}, []))
            for _ in range(chance.randint(0, 4)):
                yield tracker.copy()
                likely = policy.predict_action_probabilities(tracker, domain).probabilities
                names = domain.action_names_or_texts
                action = names[likely.index(max(likely))] if chance.random() < 0.6 else chance.choice(names)
                tracker.update(events.ActionExecuted(action))
                for event in happenings(events, action, forms, domain, chance):
                    tracker.update(event)
                if action == "action_listen":
                    break
            tracker.update(events.ActionExecuted("action_listen"))


def happenings(events: Any, action: str, forms: list[str], domain: Any, chance: random.Random) -> Any:
    if action in forms:
        yield events.ActiveLoop(action)
    if chance.random() < 0.15:
        yield events.ActiveLoop(chance.choice([*forms, None]))
    if chance.random() < 0.1:
        yield events.ActionExecutionRejected(chance.choice(forms))
    if chance.random() < 0.3:
        yield events.SlotSet(chance.choice(domain.slots).name, chance.choice([None, "x", True]))
    if chance.random() < 0.05:
        yield events.UserUtteranceReverted()


if __name__ == "__main__":
    main()
