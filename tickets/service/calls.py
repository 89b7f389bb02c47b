"""Every command that staff may give, in one table: its name, its fields, who may give it and how it is carried out.

The HTTP interface, `hotline tickets ...`, the OpenAPI document and its page are made from this table, so they cannot
say different things. Whether a ticket's status allows a command is decided by the table of transitions, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tickets.domain.cars import OwnerAnswer
from tickets.domain.people import Contact
from tickets.domain.visibility import EVERYBODY, HOTLINE, LEADERS, UNITS, Position
from tickets.domain.vocabulary import Command, Confidentiality
from tickets.service import commands, parts_commands
from tickets.service.call_shapes import Call, Field, Kind, Scope
from tickets.service.cars import AnswerCar
from tickets.service.correcting import CorrectCategory

LANGUAGES = ("zh", "en", "ja", "ko", "ru")


_REASON = Field("reason", Kind.TEXT, "why; kept in the history", needed=True)
_TEXT = Field("text", Kind.TEXT, "what the citizen says")
_UNIT = Field("unit", Kind.WORD, "id of the unit, see units.csv", needed=True)
_UNITS = Field("units", Kind.WORDS, "ids of the units", needed=True)
_PHONE = Field("phone", Kind.TEXT, "telephone of the citizen", most=100)
_WORKERS = UNITS | LEADERS


def _advance(
    command: Command,
    says: str,
    positions: frozenset[Position],
    *more: Field,
    reason: Field = _REASON,
    scope: Scope = Scope.OWN,
) -> Call:
    return Call(
        str(command),
        command,
        says,
        positions,
        (*more, reason),
        commands.AdvanceTicket,
        lambda desk, given: desk.advance(given),
        scope,
        fixed={"command": str(command)},
    )


def _joining(**given: Any) -> parts_commands.JoinTicket:
    """A caller joins by telephone: name and telephone are the contact."""
    contact = Contact(given.pop("name", None), given.pop("phone", None))
    return parts_commands.JoinTicket(channel="phone", contact=contact, **given)


C = Command
CALLS: tuple[Call, ...] = (
    # the way of most tickets
    _advance(C.PRE_CHECK, "the hotline has checked it", HOTLINE),
    _advance(
        C.DISPATCH,
        "send it to its unit, with other units assisting",
        HOTLINE,
        Field("unit", Kind.WORD, "another unit than the category's"),
        Field("assist_units", Kind.WORDS, "ids of units that assist, each with a part of its own"),
    ),
    _advance(C.ACCEPT, "the unit takes it up", _WORKERS),
    _advance(C.START, "the unit works on it", _WORKERS),
    _advance(
        C.REPLY,
        "answer the citizen; the text is audited first",
        EVERYBODY,
        Field("quotes", Kind.TABLE, "what of each part's reply this one quotes, by the part's number"),
        reason=Field("reason", Kind.TEXT, "the reply, as the citizen reads it", needed=True),
    ),
    _advance(C.START_REVISIT, "ask the citizen about the reply", HOTLINE),
    _advance(C.CLOSE, "it is done", HOTLINE),
    # returns, extensions, suspensions
    _advance(
        C.RETURN,
        "the unit says that it is not its matter",
        _WORKERS,
        Field("code", Kind.WORD, "a reason of data/city/return_reasons.csv", needed=True),
    ),
    _advance(C.APPROVE_RETURN, "first reviewer: the return is right", EVERYBODY, scope=Scope.SEEN),
    _advance(C.CONFIRM_RETURN, "shift leader, another person: the return is right", LEADERS),
    _advance(C.REFUSE_RETURN, "either reviewer: the unit must handle it", EVERYBODY, scope=Scope.SEEN),
    _advance(
        C.ASK_EXTENSION,
        "the unit asks for more working days",
        _WORKERS,
        Field("days", Kind.INTEGER, "how many working days (default: as many as the matter has)"),
    ),
    _advance(C.GRANT_EXTENSION, "more time is given", LEADERS),
    _advance(C.REFUSE_EXTENSION, "no more time is given", LEADERS),
    _advance(
        C.SUSPEND,
        "it waits for something outside; the citizen reads why and until when",
        LEADERS,
        Field("until", Kind.MOMENT, "when it goes on by itself", needed=True),
    ),
    _advance(C.RESUME, "it goes on", LEADERS),
    # pressure
    _advance(C.SUPERVISE, "a higher office watches over it", LEADERS),
    _advance(
        C.ESCALATE,
        "the next step of the external list",
        LEADERS,
        Field("external", Kind.WORD, "a certain step of the list (default: the next)"),
    ),
    _advance(C.REOPEN, "it starts again, with new clocks", LEADERS),
    # for a citizen who calls
    Call("urge", C.URGE, "the citizen presses for it", HOTLINE, (_TEXT,), commands.UrgeTicket, lambda d, c: d.urge(c)),
    Call(
        "withdraw",
        C.WITHDRAW,
        "the citizen takes it back",
        HOTLINE,
        (_TEXT,),
        commands.WithdrawTicket,
        lambda d, c: d.withdraw(c),
    ),
    Call(
        "supplement",
        C.SUPPLEMENT,
        "the citizen adds facts",
        HOTLINE,
        (
            Field("text", Kind.TEXT, "the facts", needed=True),
            Field("contact_phone", Kind.TEXT, "a telephone, where the ticket has none", most=100),
        ),
        commands.SupplementTicket,
        lambda d, c: d.supplement(c),
    ),
    Call(
        "dispute",
        C.DISPUTE,
        "the citizen rejects the outcome",
        HOTLINE,
        (_TEXT,),
        commands.DisputeTicket,
        lambda d, c: d.dispute(c),
    ),
    Call(
        "rate",
        C.RATE,
        "the citizen's answers: solved? satisfied?",
        HOTLINE,
        (
            Field("solved", Kind.BOOLEAN, "whether it is solved"),
            Field("satisfied", Kind.BOOLEAN, "whether it satisfies"),
            Field("score", Kind.INTEGER, "1 to 5"),
            _TEXT,
        ),
        commands.RateTicket,
        lambda d, c: d.rate(c),
    ),
    # several complainants
    Call(
        "join",
        C.JOIN,
        "another citizen has the same matter and follows it",
        HOTLINE,
        (
            Field("language", Kind.WORD, "of the citizen", needed=True, choices=LANGUAGES),
            Field("name", Kind.TEXT, "name of the citizen", most=100),
            _PHONE,
            Field("confidentiality", Kind.WORD, "who may know", choices=tuple(Confidentiality)),
            _TEXT,
        ),
        _joining,
        lambda d, c: d.join(c).receipt,
    ),
    Call(
        "leave",
        C.LEAVE,
        "a citizen follows it no longer",
        HOTLINE,
        (Field("phone", Kind.TEXT, "the telephone he or she joined with", needed=True, most=100), _TEXT),
        parts_commands.LeaveTicket,
        lambda d, c: d.leave(c),
    ),
    Call(
        "merge",
        C.MERGE,
        "handle it with another ticket",
        HOTLINE,
        (Field("into", Kind.WORD, "number of the other ticket", needed=True), _REASON),
        parts_commands.MergeTicket,
        lambda d, c: d.merge(c),
    ),
    Call("split", C.SPLIT, "undo a merge", HOTLINE, (_REASON,), parts_commands.SplitTicket, lambda d, c: d.split(c)),
    # what it is about
    Call(
        "correct_category",
        C.CORRECT_CATEGORY,
        "give it the right category; the machine learns from it",
        EVERYBODY,
        (
            Field("category", Kind.WORD, "id of the category, see categories.csv", needed=True),
            Field("reason", Kind.TEXT, "why, if there is more to say"),
        ),
        CorrectCategory,
        lambda d, c: d.correct_category(c),
    ),
    Call(
        "answer_car",
        C.ANSWER_CAR,
        "note what the owner of a car in the way answers",
        HOTLINE,
        (
            Field(
                "answer",
                Kind.WORD,
                "coming; declined or unreachable: then the police have it",
                needed=True,
                choices=tuple(OwnerAnswer),
            ),
            Field("reason", Kind.TEXT, "the owner's words"),
        ),
        AnswerCar,
        lambda d, c: d.answer_car(c),
    ),
    # several units
    Call(
        "add_part",
        C.ADD_PART,
        "ask further units for their part",
        EVERYBODY,
        (_UNITS, Field("reason", Kind.TEXT, "what they are to do", needed=True)),
        parts_commands.AddParts,
        lambda d, c: d.add_parts(c),
    ),
    Call(
        "rework",
        C.REWORK,
        "send an answered part back; the number is the part's",
        EVERYBODY,
        (_REASON,),
        parts_commands.ReworkPart,
        lambda d, c: d.rework_part(c),
        Scope.SEEN,
        of_part=True,
    ),
    Call(
        "move_level",
        C.MOVE_LEVEL,
        "give it one level down or up",
        EVERYBODY,
        (_UNIT, _REASON),
        parts_commands.MoveLevel,
        lambda d, c: d.move_level(c),
    ),
    Call(
        "whistle",
        C.WHISTLE,
        "a street calls departments to the spot",
        frozenset({Position.STREET}) | HOTLINE,
        (_UNITS, _REASON),
        parts_commands.BlowWhistle,
        lambda d, c: d.blow_whistle(c),
        Scope.SEEN,
    ),
    Call(
        "arrive",
        C.ARRIVE,
        "a called department is on the spot; the number is its part's",
        _WORKERS,
        (_REASON,),
        parts_commands.ReportArrival,
        lambda d, c: d.report_arrival(c),
        of_part=True,
    ),
    # whose matter it is
    Call(
        "open_negotiation",
        C.OPEN_NEGOTIATION,
        "ask several units whose matter it is",
        HOTLINE,
        (_UNITS, Field("reason", Kind.TEXT, "the question", needed=True)),
        parts_commands.OpenNegotiation,
        lambda d, c: d.open_negotiation(c),
    ),
    Call(
        "state_position",
        C.STATE_POSITION,
        "a unit's statement in a negotiation",
        EVERYBODY,
        (_UNIT, Field("reason", Kind.TEXT, "the statement", needed=True)),
        parts_commands.StatePosition,
        lambda d, c: d.state_position(c),
        Scope.SEEN,
    ),
    Call(
        "rule",
        C.RULE,
        "decide whose matter it is, here and for all like it",
        LEADERS,
        (
            _UNIT,
            Field("legal_basis", Kind.TEXT, "law or document, and article", needed=True, most=500),
            Field("assist_units", Kind.WORDS, "units that assist"),
            Field("area", Kind.WORD, "id of the gazetteer it holds for"),
            Field("component_kind", Kind.WORD, "kind of component it holds for"),
            Field("valid_from", Kind.DAY, "first day (default: today)"),
            Field("valid_until", Kind.DAY, "the first day on which it no longer holds (default: none)"),
            _REASON,
        ),
        parts_commands.RuleNegotiation,
        lambda d, c: d.rule_negotiation(c),
    ),
    # mediation
    Call(
        "offer_mediation",
        C.OFFER_MEDIATION,
        "offer mediation to both sides",
        EVERYBODY,
        (_REASON,),
        parts_commands.OfferMediation,
        lambda d, c: d.offer_mediation(c),
    ),
    Call(
        "record_consent",
        C.RECORD_CONSENT,
        "what one side says to the offer",
        EVERYBODY,
        (
            Field("party", Kind.WORD, "which side", needed=True, choices=("complainant", "respondent")),
            Field("given", Kind.BOOLEAN, "consent, or refusal", needed=True),
            Field("person", Kind.TEXT, "who said so", needed=True, most=100),
            Field("means", Kind.WORD, "how", needed=True, choices=("phone", "in_person", "written", "chat")),
            Field("text", Kind.TEXT, "in what words"),
        ),
        parts_commands.RecordConsent,
        lambda d, c: d.record_consent(c),
    ),
    Call(
        "transfer_mediation",
        C.TRANSFER_MEDIATION,
        "hand it to the mediation body",
        HOTLINE,
        (_REASON,),
        parts_commands.TransferMediation,
        lambda d, c: d.transfer_mediation(c),
    ),
    Call(
        "record_mediation",
        C.RECORD_MEDIATION,
        "bring the result back",
        EVERYBODY,
        (
            Field("result", Kind.WORD, "how it ended", needed=True, choices=("settled", "failed", "ended")),
            _REASON,
        ),
        parts_commands.RecordMediation,
        lambda d, c: d.record_mediation(c),
    ),
)

NOT_CALLED: Mapping[Command, str] = {
    C.REASSIGN: "follows a ruling on whose matter it is; nobody gives it by itself",
    C.RECOMPUTE: "the calendar's, and a parent's for its parts: deadlines are counted anew",
}
"""Commands that nobody gives, and why."""

DEEDS: Mapping[str, frozenset[Position]] = {
    "list": EVERYBODY,
    "show": EVERYBODY,
    "note": EVERYBODY,
    "audit": EVERYBODY,
    "reveal": EVERYBODY,
    "export": LEADERS | (UNITS - {Position.UNIT}),
    "figures": EVERYBODY,
    "notices": EVERYBODY,
    "access_log": LEADERS | (UNITS - {Position.UNIT}),
}
"""Who may do what else. Figures and the log are those of the own unit for everybody but the hotline's leaders; a unit
never learns contacts that are secret, whatever it may reveal."""

LED = frozenset({"export", "access_log"})
"""Deeds that, in an office of an area, are for who leads there."""

BY_NAME: Mapping[str, Call] = {call.name: call for call in CALLS}
