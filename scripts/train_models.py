"""Trains the models that are missing for the present files: the bot's and the categories' (`make model`)."""

from __future__ import annotations

import sys

from hotline.environments import ensure_bot_model
from hotline.errors import CommandFailed
from hotline.settings import SettingsError, load
from tickets.bootstrap import open_classifier
from tickets.config import TicketsConfig
from tickets.errors import TicketError


def main() -> None:
    """Runs until both are there; does nothing when they are."""
    try:
        settings = load()
        ensure_bot_model(settings)
        open_classifier(TicketsConfig.from_settings(settings)).prepare()
    except (CommandFailed, SettingsError, TicketError, OSError) as error:
        sys.exit(f"train_models: {error}")


if __name__ == "__main__":
    main()
