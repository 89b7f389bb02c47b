"""`hotline up` without pauses before restarts, for tests that kill its processes again and again.

Everything else is the real thing: the same programs with the same environment under the same supervisor.
"""

from __future__ import annotations

import asyncio
import os
import sys

from hotline import settings as known_settings
from hotline.children import RestartRules
from hotline.console import Console
from hotline.datafolder import claimed
from hotline.ports import free_ports
from hotline.supervise import supervise
from hotline.up import OPTIONAL, PROCESSES, programs_of, public_url

RULES = RestartRules(first_seconds=0.02, longest_seconds=0.02)


def main() -> None:
    settings = known_settings.load()
    with claimed(settings.path("DATA_DIR").resolve()):
        port, *ports = free_ports(1 + len(PROCESSES))
        environ = {**os.environ, "HOTLINE_HTTP_PORT": str(port)}
        wanted = sys.argv[1:] or [name for name in PROCESSES if name not in OPTIONAL]
        programs = programs_of(settings, environ, wanted, ports)

        def announce() -> None:
            print(f"{public_url('127.0.0.1', port)}/", flush=True)

        asyncio.run(supervise(programs, Console(False), announce, RULES))


if __name__ == "__main__":
    main()
