"""Sockets of the SIP line: one for UDP, a listening one for TCP, and connections both ways.

Bytes and peers go through; nothing is understood here but where a message ends. Connections from addresses that may
not call are closed at once; idle, stuck and surplus ones are closed too.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Callable
from typing import cast

from voice.errors import LineUnavailable
from voice.protocol.framing import Broken, Framer
from voice.protocol.transactions import Outgoing, Peer

_log = logging.getLogger(__name__)
_CONNECTIONS_MOST = 200
_UNSENT_MOST_BYTES = 1 << 20
_IDLE_SECONDS = 900.0
_STUCK_SECONDS = 30.0
_SWEEP_SECONDS = 10.0
_CONNECT_SECONDS = 5.0
Received = Callable[[bytes, Peer], None]


class SipSockets:
    """Opened once; `send` never waits and never fails: what cannot be sent is asked for again by the transactions."""

    def __init__(self, received: Received, allows: Callable[[str], bool]) -> None:
        self._received = received
        self._allows = allows
        self._udp: asyncio.DatagramTransport | None = None
        self._server: asyncio.Server | None = None
        self._streams: dict[Peer, _Stream] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int, transports: tuple[str, ...]) -> int:
        """Binds and gives the port (the same for both transports; a free one when `port` is 0).

        Raises:
            LineUnavailable: the address cannot be bound.
        """
        for attempt in range(1 if port else 20):
            try:
                return await self._bind(host, port, transports)
            except OSError as error:
                await self.close()
                if attempt == 19 or port or error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise LineUnavailable(f"SIP cannot listen on {host} port {port}: {error.strerror}") from error
        raise LineUnavailable

    async def _bind(self, host: str, port: int, transports: tuple[str, ...]) -> int:
        loop = asyncio.get_running_loop()
        if "udp" in transports:
            self._udp, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self._received), (host, port))
            port = self._udp.get_extra_info("sockname")[1]
        if "tcp" in transports:
            self._server = await loop.create_server(lambda: _Stream(self), host, port)
            port = self._server.sockets[0].getsockname()[1]
        self._spawn(self._sweep())
        return port

    def send(self, outgoing: Outgoing) -> None:
        """Sends a message; a TCP connection that is not there (any more) is opened first."""
        peer = outgoing.peer
        if peer.transport == "udp":
            if self._udp is not None and not self._udp.is_closing():
                self._udp.sendto(outgoing.data, (peer.host, peer.port))
            return
        stream = self._streams.get(peer)
        if stream is not None:
            stream.send(outgoing.data)
        else:
            self._spawn(self._connect_and_send(outgoing))

    async def close(self) -> None:
        """Closes everything."""
        for task in list(self._tasks):
            task.cancel()
        if self._udp is not None:
            self._udp.close()
        if self._server is not None:
            self._server.close()
        for stream in list(self._streams.values()):
            stream.close()
        self._udp = self._server = None
        await asyncio.sleep(0)

    async def _connect_and_send(self, outgoing: Outgoing) -> None:
        peer = outgoing.peer
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                _, stream = await loop.create_connection(lambda: _Stream(self, called=peer), peer.host, peer.port)
        except (OSError, TimeoutError) as error:
            _log.warning("no SIP connection to %s port %d: %s", peer.host, peer.port, error)
            return
        stream.send(outgoing.data)

    async def _sweep(self) -> None:
        """Closes connections that say nothing any more, or stopped in the middle of a message."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            for stream in list(self._streams.values()):
                quiet = loop.time() - stream.heard_at
                if quiet > _IDLE_SECONDS or (stream.framer.partial and quiet > _STUCK_SECONDS):
                    stream.close()

    def _spawn(self, work: object) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[call-overload] # any coroutine
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # For the streams.

    def joined(self, stream: _Stream, peer: Peer) -> bool:
        """Takes a connection in, or says that it must go."""
        strange = not stream.called and not self._allows(peer.host)
        if strange or len(self._streams) >= _CONNECTIONS_MOST:
            return False
        self._streams[peer] = stream
        return True

    def left(self, stream: _Stream, peer: Peer) -> None:
        if self._streams.get(peer) is stream:
            del self._streams[peer]

    def received(self, data: bytes, peer: Peer) -> None:
        self._received(data, peer)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, received: Received) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._received(data, Peer("udp", addr[0], addr[1]))


class _Stream(asyncio.Protocol):
    """One TCP connection; `called` is the peer when it was opened by us."""

    def __init__(self, owner: SipSockets, called: Peer | None = None) -> None:
        self.called = called
        self.framer = Framer()
        self.heard_at = asyncio.get_running_loop().time()
        self._owner = owner
        self._transport: asyncio.Transport | None = None
        self._peer: Peer | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        opened = cast(asyncio.Transport, transport)  # uvloop's are none by type
        address = opened.get_extra_info("peername") or ("", 0)
        peer = self.called or Peer("tcp", address[0], address[1])
        if not self._owner.joined(self, peer):
            opened.abort()
            return
        self._transport, self._peer = opened, peer
        opened.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def data_received(self, data: bytes) -> None:
        if self._peer is None or self._transport is None:
            return
        self.heard_at = asyncio.get_running_loop().time()
        try:
            messages = self.framer.feed(data)
        except Broken as error:
            _log.info("SIP connection from %s closed: %s", self._peer.host, error)
            self.close()
            return
        self.send(b"\r\n" * self.framer.take_pings())
        for message in messages:
            self._owner.received(message, self._peer)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._peer is not None:
            self._owner.left(self, self._peer)

    def send(self, data: bytes) -> None:
        """Sends; a peer that takes nothing any more is cut off."""
        if self._transport is None or self._transport.is_closing() or not data:
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > _UNSENT_MOST_BYTES:
            self._transport.abort()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
