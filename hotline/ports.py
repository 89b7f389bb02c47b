"""Ports for our processes: free ones for internals, and a clear word when the public one is taken."""

from __future__ import annotations

import errno
import random
import socket

from hotline.errors import CommandFailed

_RANGE = range(20_000, 32_000)  # below what systems hand out for outgoing calls, so a restarted child finds it free


class PortTaken(CommandFailed):
    """The port is in use by another program."""

    code = "port_taken"


def free_ports(count: int) -> list[int]:
    """Gives different ports on loopback that nobody listens on.

    Raises:
        PortTaken: hardly any port is free.
    """
    found: list[int] = []
    for port in random.sample(_RANGE, 2_000):
        if len(found) == count:
            break
        if _refusal("127.0.0.1", port) is None:
            found.append(port)
    if len(found) < count:
        raise PortTaken(f"no {count} free ports from {_RANGE.start} to {_RANGE.stop} on 127.0.0.1")
    return found


def check_free(host: str, port: int) -> None:
    """Raises PortTaken when the gateway could not listen on `host` and `port`."""
    refusal = _refusal(host, port)
    if refusal is None:
        return
    if refusal.errno == errno.EADDRINUSE:
        raise PortTaken(
            f"port {port} on {host} is in use by another program: stop that one or set HOTLINE_HTTP_PORT to a free port"
        )
    raise PortTaken(f"cannot listen on {host}:{port}: {refusal.strerror or refusal}")


def _refusal(host: str, port: int) -> OSError | None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        return error
    return None
