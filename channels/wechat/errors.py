"""What can go wrong between us and WeChat's servers."""

from __future__ import annotations

from channels.errors import ChannelsError


class WeChatError(ChannelsError):
    """WeChat's servers refused a call.

    Attributes:
        errcode: WeChat's number of the error.
    """

    code = "wechat_refused"

    def __init__(self, errcode: int = 0, errmsg: str = "") -> None:
        super().__init__(f"WeChat answered {errcode}: {errmsg[:200]}")
        self.errcode = errcode


class WeChatAway(ChannelsError):
    """WeChat's servers do not answer."""

    code = "wechat_away"


class CallbackRefused(ChannelsError):
    """The callback is not from WeChat, or not for us."""

    code = "wechat_callback_refused"
