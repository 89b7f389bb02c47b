"""A program for the supervisor's tests: answers /healthz on PORT and behaves as KIND says.

Kinds: `good`; `deaf` ignores SIGTERM; `mute` never answers; `broken` ends at once; `late` answers after a second.
"""

from __future__ import annotations

import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Silent."""


def main() -> None:
    kind, port = sys.argv[1], int(sys.argv[2])
    print(f"{kind} on {port}", flush=True)
    if kind == "broken":
        sys.exit("the database is not there")
    if kind == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if kind == "mute":
        time.sleep(60)
    if kind == "late":
        time.sleep(1)
    HTTPServer(("127.0.0.1", port), Health).serve_forever()


if __name__ == "__main__":
    main()
