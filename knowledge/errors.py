"""What can go wrong with consultation items; each error says whose fault it is and what to do.

No error of a driver leaves this package unwrapped.
"""

from __future__ import annotations


class KnowledgeError(Exception):
    """The consultation items cannot be used."""

    code = "knowledge_error"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])


class InvalidItem(KnowledgeError):
    """The item is not written as docs/howto/knowledge.md says."""

    code = "invalid_item"

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


class ItemNotFound(KnowledgeError):
    """There is no such item in that language."""

    code = "item_not_found"


class StepNotAllowed(KnowledgeError):
    """The item is not at that step of its review."""

    code = "step_not_allowed"


class ImportRefused(KnowledgeError):
    """The file cannot be imported."""

    code = "import_refused"


class KnowledgeUnavailable(KnowledgeError):
    """The store of consultation items does not answer."""

    code = "knowledge_unavailable"


class EncoderUnavailable(KnowledgeError):
    """The sentence encoder does not answer."""

    code = "encoder_unavailable"


class RewriterUnavailable(KnowledgeError):
    """The language model does not answer in time."""

    code = "rewriter_unavailable"
