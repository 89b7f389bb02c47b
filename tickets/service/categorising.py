"""Gives a matter that arrives without a category the one that its text speaks for, where the machine is sure enough.

Sure is what the model measured of itself (`Suggestion.sure`). A matter below that is filed without a category and waits
with the hotline, whose people see what was proposed; and nothing that fails here keeps a matter from being filed.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from tickets.domain.city import Catalogue
from tickets.domain.text import clean_text
from tickets.errors import TicketError
from tickets.service.commands import FileTicket
from tickets.service.ports import CategorySuggester

logger = logging.getLogger(__name__)


def categorised(command: FileTicket, suggester: CategorySuggester | None, catalogue: Catalogue) -> FileTicket:
    """The command with a category and how sure it is, or as it was given.

    A call-back stays with the hotline, which has to call, and an emergency with who answers day and night: neither is
    sent elsewhere by a guess.
    """
    if suggester is None or command.category or command.callback or command.emergency:
        return command
    text = clean_text(command.description)
    if not text:
        return command  # filing refuses it with the field's name
    try:
        found = suggester.suggest_with_evidence(text, limit=1)
    except (TicketError, OSError, RuntimeError) as error:
        logger.warning("a ticket is filed without a category: %s", error)
        return command
    best = found.candidates[0]
    if not found.sure:
        return command
    if best.category not in catalogue.categories:  # who proposed it read other city files
        logger.warning("a ticket is filed without a category: %r is none of this city's", best.category)
        return command
    return replace(command, category=best.category, category_sure=round(best.score, 3))
