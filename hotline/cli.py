"""The `hotline` command: one parser, each command in a module of its own.

Every failure a caller can cause is one sentence on standard error and a non-zero status. Commands are mounted, not
written, here: a module offers `mount(subparsers)` and sets `run`, which takes the arguments and gives the status.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from hotline import chat, langid, parse, settings_table, up
from hotline.errors import CommandFailed
from hotline.settings import SettingsError

FAILED, INTERRUPTED = 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; gives the exit status."""
    try:
        arguments, rest = parser().parse_known_args(argv)
        if rest:
            parser().error(f"unknown arguments: {' '.join(rest)}")
        return int(arguments.run(arguments) or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except CommandFailed as error:
        return _failed(error, error.status)
    except (SettingsError, OSError) as error:
        return _failed(error, FAILED)


def parser() -> argparse.ArgumentParser:
    """Gives the parser of the whole command."""
    from channels.desk import cli as desk_cli
    from channels.intake import cli as intake_cli
    from hotline import knowledge_drafts
    from knowledge import cli as knowledge_cli
    from knowledge import cli_ask
    from tickets import cli as tickets_cli
    from voice import cli as voice_cli
    from voice.models import cli as models_cli

    whole = argparse.ArgumentParser(prog="hotline", description="The 12345 citizens' hotline: runs and asks it.")
    subparsers = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    ours = (up, chat, parse, langid, cli_ask, tickets_cli, desk_cli, intake_cli, models_cli, voice_cli, settings_table)
    for module in ours:
        module.mount(subparsers)
    knowledge_drafts.mount(knowledge_cli.mount(subparsers))
    return whole


def _failed(error: Exception, status: int) -> int:
    print(f"hotline: {error}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
