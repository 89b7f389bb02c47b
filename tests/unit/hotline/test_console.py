"""Log lines of several processes on one stream."""

from __future__ import annotations

import io
import json

from hotline.console import Console


def test_a_readable_line_keeps_its_time_and_shows_its_process_once() -> None:
    out = io.StringIO()
    Console(out=out).show("bot", "12:00:01 bot INFO ready on port 5")
    assert out.getvalue() == "12:00:01 bot      ready on port 5\n"


def test_a_warning_keeps_its_level_and_is_coloured_on_a_terminal() -> None:
    out = io.StringIO()
    Console(out=out, colour=True).show("bot", "12:00:01 bot WARNING slow")
    assert "\x1b[33mWARNING \x1b[0mslow" in out.getvalue()


def test_a_traceback_is_shown_under_its_process() -> None:
    out = io.StringIO()
    Console(out=out).show("actions", "  File x.py")
    assert out.getvalue() == "         actions    File x.py\n"


def test_json_lines_pass_and_others_become_json() -> None:
    out = io.StringIO()
    console = Console(as_json=True, out=out)
    console.show("bot", '{"process": "bot", "message": "ready"}')
    console.show("bot", "{broken}")
    console.say("WARNING", "bot starts again in 1 s")
    first, second, third = map(json.loads, out.getvalue().splitlines())
    assert first == {"process": "bot", "message": "ready"}
    assert (second["process"], second["message"]) == ("bot", "{broken}")
    assert (third["level"], third["process"]) == ("WARNING", "hotline")


def test_a_reader_that_has_gone_ends_nothing() -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    Console(out=Closed()).say("INFO", "ending all processes")
