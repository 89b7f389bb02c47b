"""What can go wrong with citizens' wishes about news; `channels.problems` says which status each becomes."""

from __future__ import annotations

from channels.errors import ChannelsError


class LinkInvalid(ChannelsError):
    """This link is not valid, or not any more. Open the conversation and ask for a new one."""

    code = "link_invalid"


class WayNotOffered(ChannelsError):
    """News are not sent by this way here."""

    code = "way_not_offered"


class NoticeNotFound(ChannelsError):
    """There is no such notice among those that could not be delivered."""

    code = "notice_not_found"
