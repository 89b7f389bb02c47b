"""`hotline chat`: talks to the running system in a terminal, as a citizen's page would.

A number answers with that quick reply; Ctrl-D ends. While the system is away what was typed is kept and sent again
with the same id, so nothing is lost and nothing happens twice.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from hotline import settings as known_settings
from hotline.conversation import Conversation, Message, Refused, ServerAway
from hotline.errors import CommandFailed
from hotline.transcript import choices, shown, words
from hotline.up import public_url
from language.identify import LANGUAGES

POLL_SECONDS = 3.0
PATIENCE_SECONDS = 120.0
_PROMPT = "> "


def mount(subparsers: Any) -> None:
    """Adds `chat` to the command."""
    parser = subparsers.add_parser("chat", help="talk to the running system in this terminal")
    parser.add_argument("--language", choices=LANGUAGES, help="start in this language")
    parser.add_argument("--url", help="address of the gateway (default: this machine's)")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    settings = known_settings.load()
    url = arguments.url or public_url(settings.text("HTTP_HOST"), settings.integer("HTTP_PORT"))
    if not url.startswith(("http://", "https://")):
        raise CommandFailed(f"--url {url!r} is no address; write http://host:port")
    try:
        conversation = Conversation.open(url, arguments.language)
    except ServerAway as error:
        raise ServerAway(f"{error}: start it with `hotline up`") from error
    Chat(conversation).run()
    return 0


class Chat:
    """The loop of one chat.

    Args:
        read: gives the next line; raises EOFError at the end.
        write: takes text to show.
    """

    def __init__(
        self,
        conversation: Conversation,
        read: Callable[[str], str] = input,
        write: Callable[[str], None] = print,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._conversation = conversation
        self._read = read
        self._write = write
        self._pause = pause
        self._buttons: list[dict[str, str]] = []
        self._guard = threading.Lock()
        self._ended = threading.Event()

    def run(self) -> None:
        """Talks until the end of input."""
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401 - gives `input` editing and history

        with contextlib.suppress(CommandFailed):
            self._show(self._conversation.news())
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            while True:
                line = self._read(_PROMPT).strip()
                if line:
                    self._answer(line)
        except EOFError:
            self._write("")
        finally:
            self._ended.set()

    def _answer(self, line: str) -> None:
        message_id = str(uuid.uuid4())
        if line.isdecimal() and 1 <= int(line) <= len(self._buttons):
            button = self._buttons[int(line) - 1]
            self._write(f"   → {button['title']}")
            send = partial(self._conversation.press, button["payload"], message_id)
        else:
            send = partial(self._conversation.say, line, message_id)
        try:
            with self._guard:
                replies = self._patiently(send)
                self._show(replies)
        except Refused as error:
            self._write(f"! {error}")

    def _patiently(self, send: Callable[[], list[Message]]) -> list[Message]:
        """Sends until it is taken; waits longer and longer while nobody answers."""
        wait, waited, told = 1.0, 0.0, False
        while True:
            try:
                replies = send()
            except ServerAway:
                if waited >= PATIENCE_SECONDS:
                    raise
                if not told:
                    self._write(f"… {words(self._conversation.language)['reconnecting']}")
                    told = True
            except Refused as error:
                if error.http_status != 429 or waited >= PATIENCE_SECONDS:
                    raise
                wait = error.retry_after or wait
            else:
                return replies
            self._pause(wait)
            waited, wait = waited + wait, min(wait * 2, 10.0)

    def _listen(self) -> None:
        """Shows what comes without having been asked for: people at the desk, news of tickets."""
        while not self._ended.wait(POLL_SECONDS):
            with self._guard, contextlib.suppress(CommandFailed):
                news = self._conversation.news()
                if news:
                    self._write("")
                    self._show(news)
                    sys.stdout.write(_PROMPT)
                    sys.stdout.flush()

    def _show(self, messages: list[Message]) -> None:
        for message in messages:
            self._write(shown(message))
        if messages:
            self._buttons = [button for message in messages for button in message.get("buttons") or []]
            if self._buttons:
                self._write(choices(self._buttons))
