"""What can go wrong between a citizen's mini-program and us."""

from __future__ import annotations

from channels.errors import ChannelsError


class CodeRefused(ChannelsError):
    """WeChat does not know this login code, or it was used before: call wx.login again and send the new one."""

    code = "wechat_code_refused"


class LoginBlocked(ChannelsError):
    """WeChat has blocked this account for its own reasons; the telephone 12345 stays open."""

    code = "wechat_login_blocked"


class SessionEnded(ChannelsError):
    """The session is unknown, ended or too old: log in again."""

    code = "miniprogram_session_ended"


class ComponentNotFound(ChannelsError):
    """The city has no component with this number."""

    code = "component_not_found"


class TemplatesInvalid(ValueError):
    """The file of templates cannot be used."""
