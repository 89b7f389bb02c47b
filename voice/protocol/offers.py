"""Session descriptions (RFC 8866) and their offer/answer (RFC 3264): what is agreed on for the sound of a call.

One audio stream of G.711 with keys as telephone-events; every other stream is declined with port 0. Encrypted media
(RTP/SAVP) is refused: it ends at the session border controller. Nothing is opened here: ports come in as arguments.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum

from aiosipua.sdp import MediaDescription, SdpMessage, parse_sdp

from voice.audio.g711 import A_LAW, MU_LAW, NAMES
from voice.errors import VoiceError

_PROFILES = {"RTP/AVP", "RTP/AVPF"}
_EVENTS = "telephone-event"
OUR_EVENTS = 101
LARGEST_BYTES = 16_384


class NotAcceptable(VoiceError):
    """The session description offers nothing that can be used here."""

    code = "not_acceptable"


class Direction(StrEnum):
    """Which way sound goes, seen by whoever says it."""

    BOTH = "sendrecv"
    SEND = "sendonly"
    RECEIVE = "recvonly"
    NONE = "inactive"

    @property
    def answer(self) -> Direction:
        """The same, seen by the other side."""
        return {Direction.SEND: Direction.RECEIVE, Direction.RECEIVE: Direction.SEND}.get(self, self)


@dataclass(frozen=True)
class Agreed:
    """What both sides agreed on.

    Attributes:
        address: where the other side wants its sound, None when it named no usable one.
        payload_type: as it stands in the packets; law: `A_LAW` or `MU_LAW`.
        events: payload type of keys, None when the other side takes none.
        direction: ours.
    """

    address: tuple[str, int] | None
    payload_type: int
    law: int
    events: int | None
    direction: Direction

    @property
    def on_hold(self) -> bool:
        """The other side does not listen."""
        return self.direction in (Direction.RECEIVE, Direction.NONE)


@dataclass(frozen=True)
class OurSide:
    """Where and how we want the sound; `version` grows with every description we send in a call."""

    host: str
    port: int
    session: int
    version: int = 1


def answer(offer_text: str, ours: OurSide) -> tuple[str, Agreed]:
    """Answers an offer, with the first of its codecs that is G.711.

    Raises:
        NotAcceptable: no readable description, no audio, no common codec, or encryption is asked for.
    """
    offer = _read(offer_text)
    index, audio = _audio(offer)
    agreed = _agreed(offer, audio, allowed_direction=Direction.BOTH)
    lines = _head(ours)
    for at, media in enumerate(offer.media):
        if at == index:
            lines += _audio_lines(
                ours, [(agreed.payload_type, agreed.law)], agreed.events, agreed.direction, media.proto
            )
        else:
            lines.append(f"m={media.media} 0 {media.proto} {' '.join(media.formats) or '0'}")
    return "\r\n".join(lines) + "\r\n", agreed


def offer(ours: OurSide, direction: Direction = Direction.BOTH) -> str:
    """Our own offer: A-law, mu-law, telephone-events."""
    lines = _head(ours) + _audio_lines(ours, [(A_LAW, A_LAW), (MU_LAW, MU_LAW)], OUR_EVENTS, direction, "RTP/AVP")
    return "\r\n".join(lines) + "\r\n"


def agreed_by(answer_text: str, direction: Direction = Direction.BOTH) -> Agreed:
    """What an answer to our own `offer` settles.

    Raises:
        NotAcceptable: it cannot be read, or takes none of our codecs.
    """
    message = _read(answer_text)
    _, audio = _audio(message)
    return _agreed(message, audio, allowed_direction=direction)


def _read(text: str) -> SdpMessage:
    if len(text) > LARGEST_BYTES:
        raise NotAcceptable("the session description is too long")
    try:
        return parse_sdp(text)
    except (ValueError, IndexError, TypeError) as error:
        raise NotAcceptable(f"the session description cannot be read: {error}") from error


def _audio(message: SdpMessage) -> tuple[int, MediaDescription]:
    """The first audio stream that can be used; the best reason when there is none."""
    reason = "no audio stream is offered"
    for index, media in enumerate(message.media):
        if media.media != "audio":
            continue
        if not 0 < media.port <= 65_535:
            reason = "the audio stream has no port"
        elif media.proto.upper() not in _PROFILES:
            reason = f"media profile {media.proto} is not taken here, only RTP/AVP"
        elif _law(media) is None:
            reason = "no G.711 is offered"
        else:
            return index, media
    raise NotAcceptable(reason)


def _law(media: MediaDescription) -> tuple[int, int] | None:
    """(payload type, law) of the first G.711 codec."""
    laws = {name: law for law, name in NAMES.items()}
    for codec in media.codecs:
        law = laws.get(codec.encoding_name.upper())
        if law is not None and codec.clock_rate in (0, 8_000) and 0 <= codec.payload_type < 128:
            return codec.payload_type, law
    return None


def _agreed(message: SdpMessage, media: MediaDescription, allowed_direction: Direction) -> Agreed:
    law = _law(media)
    if law is None:
        raise NotAcceptable("no common codec")
    events = next((codec for codec in media.codecs if codec.encoding_name.lower() == _EVENTS), None)
    connection = media.connection or message.connection
    host = connection.address if connection else ""
    theirs = _direction(message, media)
    if host in ("0.0.0.0", "::"):  # how RFC 2543 said hold
        theirs = Direction.NONE if theirs is Direction.NONE else Direction.SEND
        host = ""
    ours = theirs.answer if allowed_direction is Direction.BOTH else allowed_direction
    usable = events is not None and events.clock_rate in (0, 8_000) and 0 <= events.payload_type < 128
    return Agreed(
        address=(host, media.port) if _is_address(host) else None,
        payload_type=law[0],
        law=law[1],
        events=events.payload_type if events is not None and usable else None,
        direction=ours,
    )


def _direction(message: SdpMessage, media: MediaDescription) -> Direction:
    for attributes in (media.attributes, message.attributes):
        for direction in Direction:
            if direction.value in attributes:
                return direction
    return Direction.BOTH


def _is_address(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return not (address.is_multicast or address.is_unspecified)


def _head(ours: OurSide) -> list[str]:
    kind = "IP6" if ":" in ours.host else "IP4"
    return [
        "v=0",
        f"o=- {ours.session} {ours.version} IN {kind} {ours.host}",
        "s=-",
        f"c=IN {kind} {ours.host}",
        "t=0 0",
    ]


def _audio_lines(
    ours: OurSide, codecs: list[tuple[int, int]], events: int | None, direction: Direction, profile: str
) -> list[str]:
    formats = [str(payload_type) for payload_type, _ in codecs] + ([str(events)] if events is not None else [])
    lines = [f"m=audio {ours.port} {profile} {' '.join(formats)}"]
    lines += [f"a=rtpmap:{payload_type} {NAMES[law]}/8000" for payload_type, law in codecs]
    if events is not None:
        lines += [f"a=rtpmap:{events} {_EVENTS}/8000", f"a=fmtp:{events} 0-15"]
    return [*lines, "a=ptime:20", f"a={direction}"]
