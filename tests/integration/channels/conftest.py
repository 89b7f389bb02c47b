"""What the tests of the channels share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.catalog import Catalog


@pytest.fixture(scope="session", autouse=True)
def sentences_read_once() -> Iterator[None]:
    """Reads the citizens' sentences once instead of at each start of a gateway; nobody changes them."""
    sentences = Catalog.load()
    patch = pytest.MonkeyPatch()
    patch.setattr(Catalog, "load", lambda root=None: sentences)
    yield
    patch.undo()
