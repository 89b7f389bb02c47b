"""Puts consultation together: configuration in, a ready `Consultant` or search out.

Real things are wired here and nowhere else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime

from knowledge.adapters.encoders import choose
from knowledge.adapters.files import ModelFiles, read_silence
from knowledge.adapters.folder import ItemFolder
from knowledge.adapters.rewriter import ChatRewriter
from knowledge.adapters.shelf import LayeredShelf
from knowledge.adapters.sql import SqlGaps, SqlVersions, open_database
from knowledge.aspects import load as load_aspects
from knowledge.config import KnowledgeConfig
from knowledge.consultant import Consultant, Shelf
from knowledge.errors import InvalidItem
from knowledge.library import entry_of
from language.encoder import SentenceEncoder


def open_consultant(
    config: KnowledgeConfig,
    now: Callable[[], datetime],
    *,
    exact: bool = False,
    stored: bool = True,
    encoder: SentenceEncoder | None = None,
) -> Consultant:
    """Opens items, search and, where wanted, the database of versions and gaps.

    Args:
        now: gives the present, aware, in the city's zone.
        exact: learn anew unless the ranker was learned from exactly these items.
        stored: with edited versions and the gap list; without, only the files count and nothing is written.
        encoder: of sentences (default: the one the configuration names).

    Raises:
        InvalidItem: the words of aspects cannot be read; EncoderUnavailable; KnowledgeUnavailable.
    """
    engine = open_database(config.database_url) if stored else None
    shelf = LayeredShelf(
        ItemFolder(config.items_dir), None if engine is None else SqlVersions(engine), config.require_review
    )
    files = ModelFiles(config.models_dir / "knowledge", encoder or choose(config))
    return _consultant(config, shelf, files, now, exact, None if engine is None else SqlGaps(engine))


def _consultant(
    config: KnowledgeConfig,
    shelf: Shelf,
    files: ModelFiles,
    now: Callable[[], datetime],
    exact: bool,
    gaps: SqlGaps | None,
) -> Consultant:
    library = shelf.library()
    if not library.items:
        raise InvalidItem(str(config.items_dir), "holds no consultation item; HOTLINE_KNOWLEDGE_DIR names the folder")
    known = [entry_of(library.items[name]) for name in sorted(library.items)]
    key, ranker = files.ranker(known, read_silence(config.items_dir / "silence"), _tell, exact)
    search = files.search(key, ranker, [entry_of(item) for item in library.served(now().date())], _tell)
    return Consultant(
        shelf, search, load_aspects(config.items_dir / "aspects"), now, gaps, _rewriter(config), not config.encoder
    )


def _rewriter(config: KnowledgeConfig) -> ChatRewriter | None:
    if not config.rewriter:
        return None
    return ChatRewriter(config.rewriter, config.rewriter_model, config.rewriter_key, config.rewriter_seconds)


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
