"""Who calls whom: telephone numbers and SIP addresses out of headers, and where a message has to go.

Names are never looked up here: a target whose host is a name is left to the edge.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import unquote

from aiosipua.dialog import Dialog
from aiosipua.headers import parse_address, parse_uri, parse_via, stringify_via
from aiosipua.message import SipRequest

from voice.errors import InvalidTarget
from voice.protocol.transactions import Peer

ANONYMOUS = "anonymous"
_NUMBER = re.compile(r"\+?[0-9*#]{1,32}\Z")
_SEPARATORS = re.compile(r"[\s().-]")
_NAME_MOST = 64


def party(value: str) -> str:
    """Number or user name in a From, To or P-Asserted-Identity value; "" when there is none."""
    found = re.search(r"<([^<>]*)>", value)
    scheme, _, rest = (found.group(1) if found else value.strip()).strip().partition(":")
    if scheme.lower() == "tel":
        text = rest
    elif scheme.lower() in ("sip", "sips") and "@" in rest:
        text = rest.partition("@")[0]
    else:
        return ""
    text = unquote(text.split(";")[0].split(":")[0]).strip()
    bare = _SEPARATORS.sub("", text)
    text = bare if _NUMBER.match(bare) else text
    return "".join(character for character in text if character.isprintable())[:_NAME_MOST]


def caller_of(invite: SipRequest) -> str:
    """Who calls: what the exchange asserts before what the phone claims; "anonymous" when withheld."""
    privacy = (invite.headers.get_first("privacy") or "").lower()
    asserted = invite.headers.get_first("p-asserted-identity")
    number = party(asserted or "") or party(invite.headers.get_first("from") or "")
    hidden = "id" in [part.strip() for part in privacy.split(";")] or number.lower() in ("anonymous", "unavailable", "")
    return ANONYMOUS if hidden else number


def called_of(invite: SipRequest) -> str:
    """Which number was called."""
    return party(invite.uri) or party(invite.headers.get_first("to") or "")


def stamp_via(request: SipRequest, source: Peer) -> Peer:
    """Notes the real source in the topmost Via (RFC 3261 18.2.1, RFC 3581) and gives where answers go."""
    vias = list(request.headers.get("via"))
    via = parse_via(vias[0])
    asked_for_port = "rport" in via.params
    if asked_for_port or via.host.strip("[]") != source.host:
        via.params["received"] = source.host
    if asked_for_port:
        via.params["rport"] = str(source.port)
    request.headers.remove("via")
    for value in [stringify_via(via), *vias[1:]]:
        request.headers.append("Via", value)
    if source.reliable or asked_for_port:
        return source
    return Peer(source.transport, source.host, via.port or 5060)


@dataclass(frozen=True)
class Target:
    """Whom to call: the address as it is asked for, and the host that must be found."""

    uri: str
    host: str
    port: int
    transport: str


def target_of(text: str, trunk: Target | None) -> Target:
    """Reads a transfer target: `sip:user@host[:port][;transport=tcp]`, or a number, which goes to the trunk.

    Raises:
        InvalidTarget: neither, or a number without a trunk.
    """
    text = text.strip().strip("<>")
    if text.lower().startswith("sip:"):
        return _sip_target(text)
    number = _SEPARATORS.sub("", text.removeprefix("tel:"))
    if not _NUMBER.match(number):
        raise InvalidTarget(f"neither a SIP address nor a number: {text[:_NAME_MOST]!r}")
    if trunk is None:
        raise InvalidTarget(f"{number} is a number, and no trunk is configured (HOTLINE_SIP_TRUNK)")
    host = f"[{trunk.host}]" if ":" in trunk.host else trunk.host
    port = "" if trunk.port == 5060 else f":{trunk.port}"
    return Target(f"sip:{number.replace('#', '%23')}@{host}{port}", trunk.host, trunk.port, trunk.transport)


def _sip_target(text: str) -> Target:
    uri = parse_uri(text)
    transport = (uri.params.get("transport") or "udp").lower()
    host = uri.host.strip("[]")
    bad = re.search(r"[\s<>\"]", text) or not host or transport not in ("udp", "tcp")
    if bad or not 0 < (uri.port or 5060) < 65_536:
        raise InvalidTarget(f"not an address to call: {text[:_NAME_MOST]!r}")
    return Target(text, host, uri.port or 5060, transport)


def route_of(dialog: Dialog, fallback: Peer, *, behind_translator: bool = False) -> Peer:
    """Where requests inside a dialog go: the first route, else the contact, else where the dialog came from.

    Args:
        behind_translator: the contact may be an address that cannot be reached from here; the source is better.
    """
    if dialog.route_set:
        return _peer_of(dialog.route_set[0], fallback)
    if behind_translator or not dialog.remote_target:
        return fallback
    return _peer_of(dialog.remote_target, fallback)


def _peer_of(address: str, fallback: Peer) -> Peer:
    uri = parse_address(address).uri
    host = uri.host.strip("[]")
    if fallback.reliable or not is_numeric(host) or not 0 < (uri.port or 5060) < 65_536:
        return fallback
    return Peer(fallback.transport, host, uri.port or 5060)


def is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
