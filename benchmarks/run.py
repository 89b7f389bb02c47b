"""`make bench`: starts the whole system, measures it through the gateway and writes docs/benchmarks.md.

It works in a temporary folder and on loopback, changes no data of a running system, and gives no figures when a
single reply was wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from benchmarks import desk_figures, desk_load, doors, heldout, machine, report, system, understanding, words
from benchmarks.dialogue import UnexpectedReply, complaint
from benchmarks.figures import Latency, Report
from benchmarks.launching import CannotStart
from benchmarks.load import citizens
from benchmarks.loads import Plan, measure, memory_rows

COMMAND = ".venv/bin/python -m benchmarks.run"
LANGUAGES = "zh,en,zh,ja,zh,ko,zh,ru"
_PARSE_TEXTS = 400
_SHORT_TEXTS = 300
_ENCODED_TURNS = 5


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark; gives the exit status."""
    arguments = _parser().parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
            measured = _measured(arguments, Path(folder))
        _say("open sockets and people")
        people = desk_load.measure()
    except (CannotStart, UnexpectedReply, desk_load.WrongDelivery) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if arguments.keep:
        report.save(report.HOTLINE, measured)
        desk_figures.save(people)
        print(report.write(report.saved()))
    else:
        print(report.document([measured], people))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.run", description="Measures the whole system on this machine.")
    parser.add_argument("--seconds", type=float, default=20.0, help="measured time for each number of conversations")
    parser.add_argument("--warm-up", type=float, default=4.0, help="seconds before that")
    parser.add_argument("--at-once", type=_numbers, default=(1, 8, 32), help="conversations at once, as 1,8,32")
    parser.add_argument("--languages", default=LANGUAGES, help=f"of the conversations in turn; default {LANGUAGES}")
    parser.add_argument("--train", action="store_true", help="also train from nothing, in a temporary folder")
    parser.add_argument("--no-keep", dest="keep", action="store_false", help="print only; docs/benchmarks.md stays")
    return parser


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))


def _measured(arguments: argparse.Namespace, folder: Path) -> Report:
    load_average, day = os.getloadavg()[0], datetime.now().astimezone().date().isoformat()
    before = report.last(report.HOTLINE) if arguments.keep else None
    training = before.training_seconds if before else None
    if arguments.train:
        _say("training from nothing")
        training = system.training_seconds(folder / "training")
    _say("a first start, so that all models are there")
    with system.running(_made(folder / "first")):
        pass
    _say("starting")
    with system.running(_made(folder / "measured")) as running:
        measured = asyncio.run(_through_the_gateway(arguments, running, day, load_average))
    _say("understanding in batch")
    texts = understanding.parse_texts(heldout.sentences(), _PARSE_TEXTS)
    return replace(
        measured,
        training_seconds=training,
        parse_per_second=understanding.parse_per_second(texts, system.environ_of(folder / "parse")),
        parse_texts=_PARSE_TEXTS,
        encoder_ms=understanding.encoder_ms(_texts(arguments.languages.split(","))),
    )


async def _through_the_gateway(
    arguments: argparse.Namespace, running: system.System, day: str, load_average: float
) -> Report:
    phrases = words.load()
    plan = Plan(arguments.at_once, arguments.seconds, arguments.warm_up)
    async with doors.session() as http:
        door = doors.GatewayDoor(http, running.url)
        _say("single short messages")
        chosen = understanding.short_sentences(heldout.sentences(), _SHORT_TEXTS)
        short = await understanding.short_latencies(door, chosen)
        _say("the dialogue under load")
        speakers = citizens(
            arguments.languages.split(","),
            lambda language, number: complaint(words.words_of(phrases, language, number)),
        )
        rows = await measure(door, speakers, [running.pid], plan)
    return Report(
        subject="hotline",
        command=COMMAND,
        date=day,
        machine=machine.describe(),
        load_average=load_average,
        loads=rows,
        memory=memory_rows([running.pid]),
        page_seconds=running.page_seconds,
        ready_seconds=running.ready_seconds,
        short_latency=Latency.of(short),
        short_texts=len(short),
        notes=(f"Languages in turn: {arguments.languages}.",),
    )


def _texts(languages: Sequence[str]) -> list[str]:
    """The texts of some conversations: what the sentence encoder hears."""
    phrases = words.load()
    spoken = (words.words_of(phrases, language, turn) for turn in range(_ENCODED_TURNS) for language in languages)
    return list(dict.fromkeys(text for one in spoken for text in one.texts))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _say(what: str) -> None:
    print(f"benchmarks: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
