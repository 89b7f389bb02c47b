"""What the rule policy and the graph runner of Rasa 3.6.21 do for nothing on every prediction, left out.

Measured by profile of a form turn: a third of the bot's CPU went into the states of the whole conversation, although a
rule is never longer than a few of them; a tenth into ordering the same small graph anew. The predictions are the same:
only states that no rule can see are left out, and a prediction from the text of a message only when no rule has one.
`apply()` changes Rasa in this process and is harmless when called again. Training is left alone.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Sequence, Set, Text, Tuple

State = Dict[Text, Any]
Rules = List[Tuple[Text, List[State]]]
_PREVIOUS, _USER, _NOT_SET = "prev_action", "user", "should_not_be_set"


def apply() -> None:
    """Replaces the methods; Rasa must be importable (see `bot.lean.install`)."""
    from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
    from rasa.engine.runner.dask import DaskGraphRunner

    if getattr(RulePolicy, "hot_spots_applied", False):
        return
    stock_find = RulePolicy._find_action_from_rules

    def prepared(self: Any) -> Tuple[int, bool]:
        known = getattr(self, "_hot_prepared", None)
        if known is None:
            rules = parsed(self.lookup[RULES]) + parsed(self.lookup[RULES_FOR_LOOP_UNHAPPY_PATH])
            known = (max((len(states) for _, states in rules), default=1), by_intent_only(rules))
            self._hot_prepared = known
        return known

    def find_action_from_rules(self: Any, tracker: Any, domain: Any, use_text_for_last_user_input: bool) -> Any:
        if use_text_for_last_user_input and prepared(self)[1]:
            return None, None, False
        return stock_find(self, tracker, domain, use_text_for_last_user_input)

    def prediction_states(
        self: Any, tracker: Any, domain: Any, use_text_for_last_user_input: bool = False, rule_only_data: Any = None
    ) -> List[State]:
        states = last_states(tracker, domain, prepared(self)[0])
        self.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
        return states

    def get_possible_keys(self: Any, lookup: Dict[Text, Text], states: List[State]) -> Set[Text]:
        cache = self.__dict__.setdefault("_hot_parsed", {})
        if id(lookup) not in cache:
            cache[id(lookup)] = parsed(lookup)
        return possible_keys(cache[id(lookup)], states)

    RulePolicy._find_action_from_rules = find_action_from_rules
    RulePolicy._prediction_states = prediction_states
    RulePolicy._get_possible_keys = get_possible_keys
    RulePolicy.format_tracker_states = lambda self, states: []  # for a debug line that is never written
    DaskGraphRunner.run = run_in_order
    RulePolicy.hot_spots_applied = True


def parsed(lookup: Mapping[Text, Any]) -> Rules:
    """Gives each rule with its states, the last one first."""
    return [(key, json.loads(key)[::-1]) for key in lookup]


def by_intent_only(rules: Rules) -> bool:
    """Says whether no rule could apply to the mere text of a message: each names the intent where it follows one."""
    for _, states in rules:
        for state in states:
            user = state.get(_USER) or {}
            if "text" in user or _NOT_SET in user.values():
                return False
        after_listening = (states[0].get(_PREVIOUS) or {}).get("action_name") == "action_listen"
        if after_listening and "intent" not in (states[0].get(_USER) or {}):
            return False
    return True


def possible_keys(rules: Rules, states: Sequence[State]) -> Set[Text]:
    """Gives the rules that fit the conversation's last states, as `RulePolicy._get_possible_keys` does."""
    alive = rules
    for back, state in enumerate(reversed(states)):
        alive = [rule for rule in alive if back >= len(rule[1]) or _fits(rule[1][back], state)]
    return {key for key, _ in alive}


def _fits(rule: State, state: State) -> bool:
    begins, begun = not rule.get(_PREVIOUS), not state.get(_PREVIOUS)
    if begins or begun:
        return begins and begun
    for kind, expected in rule.items():
        found = state.get(kind) or {}
        for key, value in expected.items():
            present = found.get(key)
            if value == _NOT_SET:
                if present and present != _NOT_SET:
                    return False
            elif value and present != (tuple(value) if isinstance(value, list) else value):
                return False
    return True


def last_states(tracker: Any, domain: Any, count: int) -> List[State]:
    """Gives the last `count` of what `Domain.states_for_tracker_history` gives for a rule policy."""
    from rasa.shared.core.events import ActionExecuted

    events = tracker.applied_events()
    left = sum(isinstance(event, ActionExecuted) for event in events) + 1
    replayed, states = tracker.init_copy(), []
    for event in events:
        if isinstance(event, ActionExecuted):
            if left <= count:
                states.append(domain._clean_state(domain.get_active_state(replayed)))
            left -= 1
        replayed.update(event)
    states.append(domain._clean_state(domain.get_active_state(replayed)))
    return states


def run_in_order(self: Any, inputs: Any = None, targets: Any = None) -> Dict[Text, Any]:
    """Runs the graph's nodes one after the other, as dask's synchronous scheduler does; the order is worked out once.

    Raises:
        GraphRunError: a node failed with a RuntimeError.
    """
    from rasa.engine.exceptions import GraphRunError

    wanted = tuple(targets or self._graph_schema.target_names)
    plans = self.__dict__.setdefault("_hot_plans", {})
    if wanted not in plans:
        plans[wanted] = _plan(self._graph_schema.minimal_graph_schema(list(wanted)))
    done: Dict[Text, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
    try:
        for name, needs in plans[wanted]:
            if name not in done:
                done[name] = self._instantiated_nodes[name](*(done.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(done[name] for name in wanted)


def _plan(schema: Any) -> List[Tuple[Text, Tuple[Text, ...]]]:
    needs = {name: tuple(node.needs.values()) for name, node in schema.nodes.items()}
    plan: Dict[Text, Tuple[Text, ...]] = {}

    def add(name: Text) -> None:
        if name in plan or name not in needs:
            return
        for need in needs[name]:
            add(need)
        plan[name] = needs[name]

    for name in needs:
        add(name)
    return list(plan.items())
