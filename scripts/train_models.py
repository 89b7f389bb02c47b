"""Trains what is missing for the present files: the bot's model, the categories', the consultations' (`make model`)."""

from __future__ import annotations

import sys

from hotline.environments import ensure_bot_model
from hotline.errors import CommandFailed
from hotline.settings import SettingsError, load
from knowledge.bootstrap import open_consultant
from knowledge.cli_ask import now
from knowledge.config import KnowledgeConfig
from knowledge.errors import KnowledgeError
from tickets.bootstrap import open_classifier
from tickets.config import TicketsConfig
from tickets.errors import TicketError


def main() -> None:
    """Runs until all are there; does nothing when they are."""
    try:
        settings = load()
        ensure_bot_model(settings)
        open_classifier(TicketsConfig.from_settings(settings)).prepare()
        open_consultant(KnowledgeConfig.from_settings(settings), now, exact=True, stored=False)
    except (CommandFailed, KnowledgeError, SettingsError, TicketError, OSError) as error:
        sys.exit(f"train_models: {error}")


if __name__ == "__main__":
    main()
