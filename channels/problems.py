"""Errors as RFC 9457 problem documents.

One table says which status an error becomes. A document holds nothing of the inside of the system: what is not in
the table is an internal error without detail.
"""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import web

from channels import errors
from channels.delivery import errors as delivery
from channels.desk.errors import DeskError
from channels.desk.web.statuses import STATUS as DESK_STATUS
from channels.handoff import errors as handoff
from channels.intake import errors as intake
from channels.miniprogram import errors as miniprogram
from channels.staff.errors import STATUS as STAFF_STATUS
from channels.wechat import errors as wechat

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:hotline:problem:"

STATUS: dict[type[errors.ChannelsError], int] = {
    errors.InvalidBody: 400,
    errors.InvalidField: 422,
    errors.BodyTooLarge: 413,
    errors.UnsupportedMedia: 415,
    errors.UnreadableFile: 422,
    errors.FileInfected: 422,
    errors.ScannerUnavailable: 503,
    errors.ChallengeRequired: 429,
    errors.ChallengeRefused: 403,
    errors.Unauthorized: 401,
    errors.Forbidden: 403,
    errors.OriginRefused: 403,
    errors.EmbeddingRefused: 403,
    errors.ConversationNotFound: 404,
    errors.AttachmentNotFound: 404,
    errors.TicketNotFound: 404,
    errors.TicketNotNow: 409,
    errors.OwnerChanged: 409,
    errors.BotOutOfTurn: 409,
    errors.TooManyAttachments: 409,
    errors.ConversationBusy: 409,
    errors.TooManyRequests: 429,
    errors.SpeechUnavailable: 503,
    errors.StoreUnavailable: 503,
    errors.TicketsUnavailable: 503,
    errors.TurnBusy: 503,
    errors.BotUnavailable: 503,
    delivery.LinkInvalid: 404,
    delivery.NoticeNotFound: 404,
    delivery.WayNotOffered: 409,
    intake.SourceUnknown: 404,
    intake.MappingInvalid: 503,
    miniprogram.CodeRefused: 401,
    miniprogram.LoginBlocked: 403,
    miniprogram.SessionEnded: 401,
    miniprogram.ComponentNotFound: 404,
    wechat.CallbackRefused: 403,
    wechat.WeChatAway: 503,
    wechat.WeChatError: 503,
    handoff.SignatureRefused: 401,
    handoff.HandoffNotFound: 404,
    handoff.AlreadyTaken: 409,
    handoff.NotYours: 409,
    handoff.DeskRefused: 409,
    handoff.ContractBroken: 422,
    handoff.DeskUnavailable: 503,
    handoff.TranslatorOff: 503,
    handoff.TranslatorUnavailable: 503,
    **DESK_STATUS,
    **STAFF_STATUS,
}
_HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "body_too_large",
    415: "unsupported_media_type",
}
_HTTP_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take this method; see the Allow header.",
    408: "The body did not come in time.",
    413: "The body is larger than is accepted here.",
}


def body_of(error: errors.ChannelsError) -> dict[str, Any]:
    """The members of the problem document of one of our errors; also used in WebSocket frames."""
    status = STATUS.get(type(error), 500)
    members = _members(status, error.code, str(error) if status != 500 else "Something went wrong on our side.")
    if isinstance(error, errors.InvalidField):
        members["field"] = error.field
    if isinstance(error, errors.TooManyRequests):
        members["retry_after"] = whole_seconds(error.retry_after_seconds)
    members.update(getattr(error, "members", {}))
    return members


def response_of(error: errors.ChannelsError) -> web.Response:
    """The answer to a request that one of our errors ended."""
    members = body_of(error)
    headers = {}
    if isinstance(error, errors.TooManyRequests):
        headers["Retry-After"] = str(members["retry_after"])
    elif members["status"] == 503:
        headers["Retry-After"] = "2"
    elif members["status"] == 401 and not isinstance(error, DeskError):
        headers["WWW-Authenticate"] = "Bearer"
    return _response(members, headers)


def response_of_http(error: web.HTTPException) -> web.Response:
    """The answer in place of aiohttp's own error page; its Allow header stays."""
    detail = _HTTP_DETAILS.get(error.status, HTTPStatus(error.status).description or error.reason)
    code = _HTTP_CODES.get(error.status, "http_error")
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    return _response(_members(error.status, code, detail), headers)


def internal() -> web.Response:
    return _response(_members(500, "internal", "Something went wrong on our side."), {})


def whole_seconds(seconds: float) -> int:
    """Seconds for Retry-After, never too early and at least one."""
    return max(1, math.ceil(seconds))


def _members(status: int, code: str, detail: str) -> dict[str, Any]:
    title = HTTPStatus(status).phrase
    return {"type": TYPE_PREFIX + code, "title": title, "status": status, "detail": detail, "code": code}


def _response(members: dict[str, Any], headers: dict[str, str]) -> web.Response:
    return web.Response(
        body=orjson.dumps(members), status=members["status"], content_type=CONTENT_TYPE, headers=headers
    )
