"""What fills each slot of the complaint form: one small function a slot, found in a table.

Each sets the slot, or says why not and leaves it empty so that it is asked again. None of them looks at another slot.
"""

from __future__ import annotations

from collections.abc import Callable

from rasa_sdk.executor import CollectingDispatcher

from actions import deps, validators
from actions.forms import matters, places
from actions.forms.draft import SKIPPED, Draft
from actions.turn import Turn
from actions.validators import Rejected, Verdict
from actions.words import Words, folded

QUESTION_ENDS = ("?", "？", "吗", "呢", "か", "까")
UNWILLING = ("refuse_info", "dont_know")
CONTACT = ("contact_name", "contact_phone", "confidentiality")
ANONYMOUS_AT = (*CONTACT, "confirm")
"""Where a wish to stay anonymous is heard; in a description the word may mean something else."""
ATTEMPTS = 2
"""A name or number that is wrong this often is left out, so that nobody is held up by a form."""


def _words(turn: Turn) -> Words:
    return deps.current().words[turn.language]


def clearly(turn: Turn, draft: Draft, requested: str) -> bool:
    """Whether the message holds an answer to the requested slot beyond doubt."""
    if turn.payload:
        return turn.value("slot") == requested
    if turn.is_(*UNWILLING) or (requested in ANONYMOUS_AT and wants_anonymity(turn)):
        return True
    return CLEAR[requested](turn, draft) if requested in CLEAR else False


def take(turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher) -> str | None:
    """Takes the answer to the requested slot; gives the form's outcome when that ends it."""
    if requested == "confirm" and places.asking(draft):
        places.take(turn, draft)
        return None
    if requested == "confirm" and matters.asking(turn, draft) is not None:
        same = matters.take(turn, draft)
        if same:
            draft.set("confirm", True)
        if same is not None or turn.payload:
            return "confirmed" if same else None
    if turn.payload and (turn.value("slot") or not _answered_by_button(turn, requested)):
        _press(turn, draft, requested)
        return None
    if wants_anonymity(turn) and (requested in ANONYMOUS_AT or turn.is_("refuse_info")):
        leave_out_contact(draft, dispatcher)
        return None
    if requested in CONTACT and turn.is_("file_complaint", "report_violation") and not turn.payload:
        _add(turn, draft, dispatcher)
        if requested == "contact_phone" and turn.surface("phone"):
            return TAKE[requested](turn, draft, dispatcher)
        return None
    return TAKE[requested](turn, draft, dispatcher)


def _answered_by_button(turn: Turn, requested: str) -> bool:
    """Whether a button without a slot can answer; an old one, pressed again, must not."""
    if requested in ("description", "confirm"):
        return True
    return turn.is_(*UNWILLING, "deny") or (turn.is_("affirm") and requested in ("category", "confidentiality"))


def _press(turn: Turn, draft: Draft, requested: str) -> None:
    """Takes a button's value for the slot it names, also when another slot is asked for by now."""
    slot, value = turn.value("slot"), turn.value("value")
    if slot == "category":
        valid = value == "other" or value in deps.current().city.categories
    else:
        valid = slot == "confidentiality" and value in ("public", "unit_hidden")
    if valid and (slot == requested or draft.known(str(slot)) is not None):
        draft.set(str(slot), value)


def wants_anonymity(turn: Turn) -> bool:
    """Whether the citizen asks to stay anonymous (and does not say that it is not needed)."""
    words = _words(turn)
    if turn.payload or words.contains("not_anonymous", turn.text) or _asks_if_anonymous(turn):
        return False
    return words.contains("anonymous", turn.text)


def _asks_if_anonymous(turn: Turn) -> bool:
    """Whether "Is it anonymous?" was asked; "May I stay anonymous?" is a wish."""
    words = _words(turn)
    if words.contains("may_be_anonymous", turn.text):
        return False
    asks = turn.is_("ask_privacy") and turn.text.rstrip().endswith(QUESTION_ENDS)
    return asks or words.contains("is_it_anonymous", turn.text)


def leave_out_contact(draft: Draft, dispatcher: CollectingDispatcher) -> None:
    """Forgets name and telephone."""
    for slot in ("contact_name", "contact_phone"):
        draft.set(slot, SKIPPED)
    dispatcher.utter_message(response="utter_anonymous_noted")


def _add(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    text = f"{draft.known('description') or ''}\n{turn.text}".strip()
    draft.set("description", text[: validators.DESCRIPTION_LIMIT])
    dispatcher.utter_message(response="utter_added")


def _apply(verdict: Verdict, slot: str, draft: Draft, dispatcher: CollectingDispatcher, give_up: object = None) -> None:
    """Stores an accepted value; says what is wrong with a rejected one, and after two tries takes what there is."""
    if not isinstance(verdict, Rejected):
        draft.set(slot, verdict.value)
        return
    before = draft.ask_again(slot)
    last_resort = verdict.kept if verdict.kept is not None and before >= 1 else give_up if before >= ATTEMPTS else None
    if last_resort is None:
        dispatcher.utter_message(response=verdict.response)
    else:
        dispatcher.utter_message(response="utter_left_open")
        draft.set(slot, last_resort)


def _nature(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    draft.set("nature", "complaint")


def _description(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    idle = turn.payload or turn.is_(*UNWILLING, "affirm", "deny")
    replaced = draft.memo.pop("replaced", None)
    if idle and replaced:
        draft.set("description", replaced)
        return
    _apply(
        Rejected("utter_invalid_description") if idle else validators.description(turn.text),
        "description",
        draft,
        dispatcher,
    )


def _category(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    suggested = list(draft.memo.get("suggested") or [])
    index = _category_index(turn, suggested)
    if index is not None:
        draft.set("category", suggested[index])
    elif turn.is_("affirm") and suggested:
        draft.set("category", suggested[0])
    elif _says_none(turn) or draft.ask_again("category") >= 1:
        draft.set("category", "other")
    elif turn.is_("file_complaint", "report_violation", "make_suggestion", "give_praise"):  # more of the matter
        whole = f"{draft.known('description') or ''}\n{turn.text}".strip()[: validators.DESCRIPTION_LIMIT]
        draft.set("description", whole)
        _suggest(draft, whole)
    elif sum(character.isalpha() for character in turn.text) > 1:
        _suggest(draft, turn.text)


def _suggest(draft: Draft, text: str) -> None:
    found = deps.current().classifier.suggest(text, None, 3)
    draft.memo["suggested"] = [candidate.category for candidate in found]


def _category_index(turn: Turn, suggested: list[str]) -> int | None:
    city, said = deps.current().city, folded(turn.text)
    for index, category in enumerate(suggested):
        title = folded(city.category_name(category, turn.language))
        if said and (said == title or (len(said) >= 2 and said in title) or title in said):
            return index
    return _words(turn).choice(turn.text, len(suggested))


def category_titled(turn: Turn) -> str | None:
    """The category whose name stands in the text, the longest name if several; None if none."""
    city, said = deps.current().city, folded(turn.text)
    titles = {folded(city.category_name(category, turn.language)): category for category in city.categories}
    named = [title for title in titles if title in said]
    return titles[max(named, key=len)] if named else None


def _says_none(turn: Turn) -> bool:
    return turn.is_("deny", *UNWILLING) or _words(turn).says("none_of_these", turn.text)


def _location(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    unclear = {"text": str(draft.memo.get("vague_place") or ""), "unclear": True}
    if turn.payload or turn.is_(*UNWILLING, "deny"):
        verdict: Verdict = Rejected("utter_unclear_location", unclear)
    else:
        vague = _words(turn).says("here", turn.text)
        verdict = validators.place(turn.text, turn.language, turn.surface("location"), vague)
        if isinstance(verdict, Rejected) and verdict.kept:
            draft.memo["vague_place"] = verdict.kept["text"]
    _apply(verdict, "location", draft, dispatcher, unclear)


def _occurred_at(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    if turn.payload or turn.is_(*UNWILLING, "deny"):
        draft.set("occurred_at", SKIPPED)
    else:
        verdict = validators.moment(turn.text, turn.language, deps.current().now())
        _apply(verdict, "occurred_at", draft, dispatcher, SKIPPED)


def _contact_name(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    if turn.payload or turn.is_(*UNWILLING, "deny"):
        draft.set("contact_name", SKIPPED)
    else:
        said = _words(turn).without_lead("name", turn.text)
        fullest = max(turn.surfaces("person_name"), key=len, default=None)  # "my surname is Wang, I'm Wang Fang"
        _apply(validators.name(said, fullest), "contact_name", draft, dispatcher, SKIPPED)


def _contact_phone(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    if turn.payload or turn.is_(*UNWILLING, "deny"):
        draft.set("contact_phone", SKIPPED)
    else:
        said = turn.surface("phone") or turn.text
        _apply(validators.phone(said, turn.language), "contact_phone", draft, dispatcher, SKIPPED)


def _confidentiality(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    wish = confidentiality_wished(turn)
    if wish is None and turn.is_("deny", "ask_privacy", *UNWILLING):
        wish = "unit_hidden"
    elif wish is None and turn.is_("affirm"):
        wish = "public"
    if wish or draft.ask_again("confidentiality") >= 1:
        draft.set("confidentiality", wish or "unit_hidden")


def confidentiality_wished(turn: Turn) -> str | None:
    """What the words say; in doubt the contact stays hidden."""
    words = _words(turn)
    if words.says("public", turn.text) and not turn.is_("deny"):
        return "public"
    if words.contains("secret", turn.text):
        return "unit_hidden"
    return "public" if words.contains("public", turn.text) and not turn.is_("deny") else None


def _confirm(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> str | None:
    changing = bool(draft.memo.pop("changing", False))
    if turn.is_("affirm") and not changing:
        draft.set("confirm", True)
        return "confirmed"
    if changing and turn.is_("affirm", "deny", *UNWILLING):
        return None
    if turn.is_("deny") or (changing and turn.is_("correct_info")):
        draft.memo["changing"] = True
    elif not turn.payload and turn.is_("file_complaint", "report_violation", "supplement_ticket", "inform"):
        _add(turn, draft, dispatcher)
    else:
        dispatcher.utter_message(response="utter_please_confirm")
    return None


def _gives_confidentiality(turn: Turn, draft: Draft) -> bool:
    words = _words(turn)
    named = words.contains("secret", turn.text) or words.says("public", turn.text)
    return named or turn.is_("affirm", "deny", "ask_privacy")


TAKE: dict[str, Callable[[Turn, Draft, CollectingDispatcher], str | None]] = {
    "nature": _nature,
    "description": _description,
    "category": _category,
    "location": _location,
    "occurred_at": _occurred_at,
    "contact_name": _contact_name,
    "contact_phone": _contact_phone,
    "confidentiality": _confidentiality,
    "confirm": _confirm,
}
ELSEWHERE = ("correct_info", "consult", "ticket_status", "urge_ticket", "withdraw_ticket", "request_human", "cancel")
"""Intents whose sentences may well hold a place or a time without answering a question."""
CLEAR: dict[str, Callable[[Turn, Draft], bool]] = {
    "category": lambda turn, draft: (
        turn.is_("affirm", "deny")
        or _category_index(turn, list(draft.memo.get("suggested") or [])) is not None
        or _says_none(turn)
    ),
    "location": lambda turn, draft: turn.surface("location") is not None and not turn.is_(*ELSEWHERE),
    "occurred_at": lambda turn, draft: turn.surface("time") is not None and not turn.is_(*ELSEWHERE),
    "contact_name": lambda turn, draft: turn.surface("person_name") is not None and not turn.is_(*ELSEWHERE),
    "contact_phone": lambda turn, draft: turn.surface("phone") is not None or _digits(turn.text) >= 5,
    "confidentiality": _gives_confidentiality,
    "confirm": lambda turn, draft: (
        turn.is_("affirm", "deny") or places.answers(turn, draft) or matters.answered(turn, draft)
    ),
}


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)
