"""What can go wrong in the channels, by whose fault it is.

Errors here know nothing of HTTP: `channels.problems` says which status each one becomes.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any


class ChannelsError(Exception):
    """Something in the channels went wrong."""

    code = "channels_error"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or inspect.cleandoc(type(self).__doc__ or type(self).__name__))


# The caller's fault.


class InvalidBody(ChannelsError):
    """The body is not a JSON object in UTF-8."""

    code = "invalid_json"


class InvalidField(ChannelsError):
    """A field of the request cannot be used."""

    code = "invalid_field"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class BodyTooLarge(ChannelsError):
    """The body is larger than is accepted here."""

    code = "body_too_large"


class UnsupportedMedia(ChannelsError):
    """This kind of content is not accepted here."""

    code = "unsupported_media_type"


class UnreadableFile(ChannelsError):
    """The file is damaged, or is not what it says it is."""

    code = "unreadable_file"


class FileInfected(ChannelsError):
    """The virus scanner found something in the file; it was not kept."""

    code = "file_infected"


class Unauthorized(ChannelsError):
    """A valid token is needed: send the conversation's token as `Authorization: Bearer`."""

    code = "unauthorized"


class Forbidden(ChannelsError):
    """The token does not open this."""

    code = "forbidden"


class OriginRefused(ChannelsError):
    """Pages of this origin may not connect here."""

    code = "origin_refused"


class EmbeddingRefused(ChannelsError):
    """Pages of this site may not show the hotline in a frame; its origin must stand in HOTLINE_EMBED_ORIGINS."""

    code = "embedding_refused"


class ConversationNotFound(ChannelsError):
    """There is no such conversation."""

    code = "conversation_not_found"


class AttachmentNotFound(ChannelsError):
    """There is no such attachment in this conversation."""

    code = "attachment_not_found"


class TooManyAttachments(ChannelsError):
    """This conversation has as many attachments as it may have."""

    code = "too_many_attachments"


class TicketNotFound(ChannelsError):
    """No ticket belongs to what was given."""

    code = "ticket_not_found"


class TicketNotNow(ChannelsError):
    """This cannot be done with the ticket as it stands now; read it again and see what can."""

    code = "ticket_not_now"


class OwnerChanged(ChannelsError):
    """Somebody else changed who owns the conversation in the meantime; read it again."""

    code = "owner_changed"


class BotOutOfTurn(ChannelsError):
    """A person has the conversation: the bot says nothing."""

    code = "bot_out_of_turn"


class ConversationBusy(ChannelsError):
    """The citizen is in the middle of a form, or with a person: nothing is asked now."""

    code = "conversation_busy"


class TooManyRequests(ChannelsError):
    """Too many requests in a short time; wait a moment and send again."""

    code = "too_many_requests"

    def __init__(self, retry_after_seconds: float, message: str | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class ChallengeRequired(TooManyRequests):
    """More than the usual share came from here; solve the challenge, or wait and send again."""

    code = "challenge_required"

    def __init__(self, retry_after_seconds: float, challenge: Mapping[str, Any]) -> None:
        super().__init__(retry_after_seconds)
        self.members = {"challenge": challenge}


class ChallengeRefused(ChannelsError):
    """The solution is wrong, too old, or was used already; solve the new challenge."""

    code = "challenge_refused"

    def __init__(self, challenge: Mapping[str, Any] | None) -> None:
        super().__init__()
        self.members = {} if challenge is None else {"challenge": challenge}


# The world's fault.


class ScannerUnavailable(ChannelsError):
    """Files cannot be checked for viruses right now, so none is taken; send it again in a moment."""

    code = "scanner_unavailable"


class BotUnavailable(ChannelsError):
    """The bot could not be reached, failed, or did not answer in time."""

    code = "bot_unavailable"

    def __init__(self, reason: str, message: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason


class SpeechUnavailable(ChannelsError):
    """Speech cannot be turned into text at the moment; write instead, or try again later."""

    code = "speech_unavailable"


class StoreUnavailable(ChannelsError):
    """The store of conversations cannot be reached; nothing was saved."""

    code = "store_unavailable"


class TicketsUnavailable(ChannelsError):
    """The ticket store cannot be reached."""

    code = "tickets_unavailable"


class TurnBusy(ChannelsError):
    """An earlier message of this conversation is still being answered; send again in a moment."""

    code = "turn_busy"
