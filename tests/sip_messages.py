"""Hand-made SIP messages for tests, and a user agent to meet them."""

from __future__ import annotations

from itertools import count

from voice.protocol.addresses import target_of
from voice.protocol.admission import Admission, Limits, networks_of
from voice.protocol.calls import Call
from voice.protocol.digest import Credentials
from voice.protocol.transactions import Outgoing, Peer
from voice.protocol.useragent import Identity, Output, UserAgent

PHONE = Peer("udp", "127.0.0.1", 5090)
DESK = Peer("udp", "127.0.0.1", 5080)
_branches = count(1)


def sdp(
    port: int = 4000,
    formats: str = "8 101",
    profile: str = "RTP/AVP",
    direction: str = "sendrecv",
    host: str = "127.0.0.1",
) -> str:
    """A phone's session description with A-law and telephone-events."""
    return "\r\n".join([
        "v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0", f"m=audio {port} {profile} {formats}",
        "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000", "a=ptime:20", f"a={direction}", "",
    ])  # fmt: skip


def request(
    method: str,
    *,
    call_id: str = "call-1",
    number: int = 1,
    branch: str = "",
    to_tag: str = "",
    from_tag: str = "phone",
    body: str = "",
    headers: tuple[str, ...] = (),
    caller: str = "alice",
    via: str = "UDP 127.0.0.1:5090",
    uri: str = "sip:bot@127.0.0.1:5060",
) -> bytes:
    """A request as a phone on loopback sends it."""
    branch = branch or f"z9hG4bK{next(_branches)}"
    lines = [
        f"{method} {uri} SIP/2.0",
        f"Via: SIP/2.0/{via};branch={branch};rport",
        "Max-Forwards: 70",
        f"From: <sip:{caller}@127.0.0.1>;tag={from_tag}",
        f"To: <sip:bot@127.0.0.1>{f';tag={to_tag}' if to_tag else ''}",
        f"Call-ID: {call_id}",
        f"CSeq: {number} {method}",
        "Contact: <sip:alice@127.0.0.1:5090>",
        *headers,
        *(["Content-Type: application/sdp"] if body and not any("Content-Type" in one for one in headers) else []),
        f"Content-Length: {len(body.encode())}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def response(to: bytes, status: int, *, tag: str = "them", headers: tuple[str, ...] = (), body: str = "") -> bytes:
    """The answer to a request of ours."""
    kept = [line for line in to.decode().split("\r\n\r\n")[0].split("\r\n")[1:] if _name(line) in _KEPT]
    lines = [
        f"{line};tag={tag}" if _name(line) == "to" and "tag=" not in line and status > 100 else line for line in kept
    ]
    kind = ["Content-Type: application/sdp"] if body else []
    top = [f"SIP/2.0 {status} Something", *lines, *headers, *kind, f"Content-Length: {len(body.encode())}"]
    return ("\r\n".join(top) + "\r\n\r\n" + body).encode()


_KEPT = ("via", "from", "to", "call-id", "cseq")


def _name(line: str) -> str:
    return line.partition(":")[0].lower()


def status_of(data: bytes) -> int:
    """The status of a response, 0 for a request."""
    first = data.split(b"\r\n", 1)[0].split()
    return int(first[1]) if first[0].startswith(b"SIP/") else 0


def method_of(data: bytes) -> str:
    """The method of a request, "" for a response."""
    first = data.split(b" ", 1)[0].decode()
    return "" if first.startswith("SIP/") else first


def header_of(data: bytes, name: str) -> str:
    """The first value of a header, "" without one."""
    for line in data.decode().split("\r\n\r\n")[0].split("\r\n")[1:]:
        if _name(line) == name.lower():
            return line.partition(":")[2].strip()
    return ""


def tag_in(value: str) -> str:
    return value.partition(";tag=")[2].split(";")[0]


def agent(limits: Limits | None = None, credentials: Credentials | None = None) -> UserAgent:
    ids = count(1)
    hosts = {"udp": ("127.0.0.1", 5060), "tcp": ("127.0.0.1", 5060)}
    admission = Admission(networks_of("127.0.0.0/8"), limits or Limits(invites_per_second=1_000))
    return UserAgent(Identity("bot", "127.0.0.1", hosts), admission, credentials, ids=lambda: f"id{next(ids)}")


def sent(outputs: list[Output]) -> list[bytes]:
    return [one.data for one in outputs if isinstance(one, Outgoing)]


def statuses(outputs: list[Output]) -> list[int]:
    return [status_of(data) for data in sent(outputs) if status_of(data)]


def events(outputs: list[Output]) -> list[Output]:
    return [one for one in outputs if not isinstance(one, Outgoing)]


def dialled(line: UserAgent) -> tuple[Call, bytes]:
    call, outputs = line.dial(target_of("sip:desk@127.0.0.1:5080", None), DESK, sdp(), 0.0, display="138")
    [invite] = sent(outputs)
    return call, invite
