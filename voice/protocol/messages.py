"""SIP messages (RFC 3261) read with suspicion, on aiosipua's message model: bytes in, checked requests and replies out.

What cannot be a message is `Junk` and gets no answer. A request that can be answered but is wrong comes out with the
status it deserves. Nothing is decided here about calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from aiosipua.dialog import Dialog
from aiosipua.headers import parse_address, parse_cseq, parse_via
from aiosipua.message import SipMessage, SipRequest, SipResponse

from voice.errors import VoiceError

Header = tuple[str, str]
Message = SipRequest | SipResponse

LARGEST_BYTES = 65_535
METHODS = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "INFO", "UPDATE", "NOTIFY")
ALLOW = ", ".join(METHODS)
_KNOWN_ELSEWHERE = {"REGISTER", "SUBSCRIBE", "PUBLISH", "MESSAGE", "PRACK", "REFER"}
_ONCE = ("from", "to", "call-id", "cseq", "max-forwards", "content-length", "content-type")
_TOKEN = re.compile(r"[A-Za-z0-9.!%*_+`'~-]{1,64}\Z")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_VERSION = re.compile(rb"SIP/\d+\.\d+\Z", re.IGNORECASE)
_SHORT_NAMES = {"r": "Refer-To", "o": "Event", "x": "Session-Expires", "b": "Referred-By"}  # those aiosipua leaves
REASONS = {
    100: "Trying", 200: "OK", 202: "Accepted", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 408: "Request Timeout", 413: "Request Entity Too Large", 415: "Unsupported Media Type",
    416: "Unsupported URI Scheme", 420: "Bad Extension", 480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 486: "Busy Here", 487: "Request Terminated",
    488: "Not Acceptable Here", 489: "Bad Event", 491: "Request Pending", 500: "Server Internal Error",
    501: "Not Implemented", 503: "Service Unavailable", 505: "Version Not Supported", 603: "Decline",
}  # fmt: skip


class Junk(VoiceError):
    """These bytes are no SIP message that could be answered."""

    code = "junk"


@dataclass(frozen=True)
class Refusal:
    """Why a request is not accepted, as an answer says it."""

    status: int
    reason: str = ""
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True)
class Received:
    """A message that was read; `refusal` is set when the request is wrong in itself."""

    message: Message
    refusal: Refusal | None = None


def read(data: bytes) -> Received:
    """Reads one message.

    Raises:
        Junk: nothing that could be answered, or a response that belongs to nothing.
    """
    data = data.lstrip(b"\r\n")
    if not data or len(data) > LARGEST_BYTES:
        raise Junk("empty" if not data else "too long")
    try:
        message = SipMessage.parse(data)
    except ValueError as error:
        raise Junk(str(error)) from error
    for short, name in _SHORT_NAMES.items():
        for value in message.headers.get(short):
            message.headers.append(name, value)
    if isinstance(message, SipResponse):
        _check_response(message, data)
        return Received(message)
    return Received(message, _fault(message, data))


def _check_response(response: SipResponse, data: bytes) -> None:
    well_formed = data.startswith(b"SIP/2.0 ") and 100 <= response.status_code <= 699
    if not (well_formed and branch_of(response) and cseq_of(response)):
        raise Junk("a response without status, branch or CSeq")


def _fault(request: SipRequest, data: bytes) -> Refusal | None:
    """What is wrong with a request in itself.

    Raises:
        Junk: so much that no answer could find its way.
    """
    if not request.headers.get("via") or not _via_is_usable(request):
        raise Junk("a request without a usable Via")
    line = re.split(rb"\r?\n", data, maxsplit=1)[0].split(b" ")
    if not _VERSION.match(line[-1]):
        return Refusal(400, "Malformed request line")
    if line[-1].upper() != b"SIP/2.0":
        return Refusal(505)
    if len(line) != 3 or not _TOKEN.match(request.method):
        return Refusal(400, "Malformed request line")
    missing = [name for name in ("From", "To", "Call-ID", "CSeq") if not request.headers.get(name)]
    if missing:
        return Refusal(400, f"Missing {missing[0]}")
    twice = [name for name in _ONCE if len(set(request.headers.get(name))) > 1]
    if twice:
        return Refusal(400, f"Several {twice[0]}")
    return _fault_of_values(request) or _fault_of_body(request, data)


def _via_is_usable(request: SipRequest) -> bool:
    try:
        via = parse_via(request.headers.get("via")[0])
    except (ValueError, IndexError, UnboundLocalError):
        return False
    return bool(via.host) and via.protocol.upper() == "SIP/2.0" and 0 <= (via.port or 0) <= 65_535


def _fault_of_values(request: SipRequest) -> Refusal | None:
    cseq = cseq_of(request)
    if cseq is None or cseq[0] >= 2**31:
        return Refusal(400, "Malformed CSeq")
    if cseq[1] != request.method:
        return Refusal(400, "CSeq does not match the method")
    scheme = request.uri.partition(":")[0].lower()
    if scheme not in ("sip", "sips", "tel"):
        return Refusal(416 if re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme) and ":" in request.uri else 400)
    for name in ("From", "To"):
        value = _QUOTED.sub("", request.headers.get_first(name) or "")
        if '"' in value or value.count("<") != value.count(">"):
            return Refusal(400, f"Malformed {name}")
    hops = (request.headers.get_first("max-forwards") or "70").strip()
    if not hops.isdigit() or int(hops) > 255:
        return Refusal(400, "Malformed Max-Forwards")
    return None


def _fault_of_body(request: SipRequest, data: bytes) -> Refusal | None:
    declared = (request.headers.get_first("content-length") or "").strip()
    if declared:
        body = re.split(rb"\r?\n\r?\n", data, maxsplit=1)
        if not declared.isdigit() or int(declared) > len(body[1] if len(body) == 2 else b""):
            return Refusal(400, "Content-Length does not match")
    return None


def fault_of_method(request: SipRequest) -> Refusal | None:
    """405 for methods that others serve, 501 for those nobody knows."""
    if request.method in METHODS:
        return None
    return Refusal(405 if request.method in _KNOWN_ELSEWHERE else 501, headers=(("Allow", ALLOW),))


def fault_of_requirements(request: SipRequest) -> Refusal | None:
    """420 for extensions that must be understood and are not; 415 for a body that is no session description."""
    required = [option.strip() for value in request.headers.get("require") for option in value.split(",")]
    unknown = [option for option in required if option and option.lower() != "100rel"]
    if unknown and request.method not in ("ACK", "CANCEL"):
        return Refusal(420, headers=(("Unsupported", ", ".join(unknown)),))
    if request.method in ("INVITE", "UPDATE") and request.body and session_description(request) is None:
        return Refusal(415, headers=(("Accept", "application/sdp"),))
    return None


def session_description(message: Message) -> str | None:
    """The session description in a body, also as a part of several (as exchanges with ISUP send it)."""
    kind = (message.headers.get_first("content-type") or "").strip()
    if not message.body:
        return None
    if kind.lower().split(";")[0].strip() in ("application/sdp", ""):
        return message.text
    if not kind.lower().startswith("multipart/"):
        return None
    boundary = re.search(r'boundary="?([^";]+)"?', kind, re.IGNORECASE)
    for part in message.text.split("--" + boundary.group(1)) if boundary else ():
        head, _, body = part.replace("\r\n", "\n").partition("\n\n")
        if re.search(r"^content-type:\s*application/sdp", head, re.IGNORECASE | re.MULTILINE):
            return body
    return None


def cseq_of(message: Message) -> tuple[int, str] | None:
    """(number, method), None when it cannot be read."""
    try:
        cseq = parse_cseq(message.headers.get_first("cseq") or "")
    except ValueError:
        return None
    return (cseq.seq, cseq.method) if cseq.method and cseq.seq >= 0 else None


def branch_of(message: Message) -> str:
    """The branch of the topmost Via, "" when there is none."""
    vias = message.headers.get("via")
    try:
        return (parse_via(vias[0]).branch or "") if vias else ""
    except (ValueError, IndexError, UnboundLocalError):
        return ""


def tag_of(message: Message, name: str) -> str:
    """The tag of From or To, "" when there is none."""
    value = message.headers.get_first(name)
    return (parse_address(value).tag or "") if value else ""


def call_id_of(message: Message) -> str:
    return message.headers.get_first("call-id") or ""


def reply(
    request: SipRequest, status: int, *, tag: str = "", reason: str = "", headers: Iterable[Header] = (), body: str = ""
) -> SipResponse:
    """An answer to a request; `tag` marks our side where the request names none."""
    response = SipResponse(status_code=status, reason_phrase=reason or REASONS.get(status, "Unknown"))
    for via in request.headers.get("via"):
        response.headers.append("Via", via)
    for route in request.headers.get("record-route"):
        response.headers.append("Record-Route", route)
    for name in ("From", "To", "Call-ID", "CSeq"):
        value = request.headers.get_first(name)
        if value is not None:
            response.headers.set_single(name, value)
    to = request.headers.get_first("to")
    if tag and to is not None and not tag_of(request, "to"):
        response.headers.set_single("To", f"{to};tag={tag}")
    _add(response, headers, body)
    return response


def in_dialog(
    dialog: Dialog, method: str, via: tuple[str, str, int], *, headers: Iterable[Header] = (), body: str = ""
) -> SipRequest:
    """A request inside a dialog; `via` is transport, host and port of ours."""
    transport, host, port = via
    request = dialog.create_request(method, via_host=host, via_port=port, via_transport=transport.upper())
    _add(request, headers, body)
    return request


def _add(message: Message, headers: Iterable[Header], body: str) -> None:
    for name, value in headers:
        message.headers.set_single(name, value)
    if body:
        message.text = body
        if not message.headers.get_first("content-type"):
            message.headers.set_single("Content-Type", "application/sdp")
