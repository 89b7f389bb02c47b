"""The words of a ticket: natures, secrecy, statuses, roles, commands.

Each is a string enum, stored and shown as its value. Nothing here decides what may follow what; that is
`transitions`.
"""

from __future__ import annotations

from enum import StrEnum


class Nature(StrEnum):
    """What the citizen wants of the city (the six natures of GB/T 33358)."""

    CONSULTATION = "consultation"
    COMPLAINT = "complaint"
    HELP = "help"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class Confidentiality(StrEnum):
    """Who may know the citizen."""

    PUBLIC = "public"
    """The handling unit sees name and telephone."""
    UNIT_HIDDEN = "unit_hidden"
    """'Keep my name secret': the hotline knows, the handling unit does not."""
    ANONYMOUS = "anonymous"
    """Nobody knows: name and telephone are not stored at all."""


class Status(StrEnum):
    """Where a ticket stands."""

    RECEIVED = "received"
    PRE_CHECKED = "pre_checked"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    REPLIED = "replied"
    REVISIT = "revisit"
    CLOSED = "closed"
    RETURNED = "returned"
    EXTENSION_ASKED = "extension_asked"
    SUSPENDED = "suspended"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    SUPERVISED = "supervised"
    ESCALATED = "escalated"


class Level(StrEnum):
    """How near to the citizen a unit works, the widest first."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"


class Part(StrEnum):
    """What a sub-ticket's unit does for its parent."""

    LEAD = "lead"
    ASSIST = "assist"


class Role(StrEnum):
    """Who acts."""

    CITIZEN = "citizen"
    AGENT = "agent"
    UNIT = "unit"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"


class Command(StrEnum):
    """What can be done to a ticket once it is filed."""

    PRE_CHECK = "pre_check"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    START = "start"
    REPLY = "reply"
    START_REVISIT = "start_revisit"
    CLOSE = "close"
    RETURN = "return"
    APPROVE_RETURN = "approve_return"
    CONFIRM_RETURN = "confirm_return"
    REFUSE_RETURN = "refuse_return"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    SUSPEND = "suspend"
    RESUME = "resume"
    MERGE = "merge"
    SPLIT = "split"
    SUPERVISE = "supervise"
    ESCALATE = "escalate"
    REOPEN = "reopen"
    URGE = "urge"
    WITHDRAW = "withdraw"
    SUPPLEMENT = "supplement"
    DISPUTE = "dispute"
    RATE = "rate"
    RECOMPUTE = "recompute"
    JOIN = "join"
    LEAVE = "leave"
    ADD_PART = "add_part"
    REWORK = "rework"
    MOVE_LEVEL = "move_level"
    WHISTLE = "whistle"
    ARRIVE = "arrive"
    REASSIGN = "reassign"
    OPEN_NEGOTIATION = "open_negotiation"
    STATE_POSITION = "state_position"
    RULE = "rule"
    OFFER_MEDIATION = "offer_mediation"
    RECORD_CONSENT = "record_consent"
    TRANSFER_MEDIATION = "transfer_mediation"
    RECORD_MEDIATION = "record_mediation"
    CORRECT_CATEGORY = "correct_category"
    ANSWER_CAR = "answer_car"


FINISHED = frozenset({Status.CLOSED, Status.WITHDRAWN, Status.MERGED})
"""Statuses in which nobody owes the citizen anything on this ticket any more."""
OPEN = frozenset(Status) - FINISHED
ANSWERED = frozenset({Status.REPLIED, Status.REVISIT})
"""Open, but the citizen has the answer: no unit works on it any more."""

HOTLINE_UNIT = "hotline"
"""The unit of a ticket without a category: the hotline itself, which dispatches it by hand."""
