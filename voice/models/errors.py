"""What can go wrong in fetching a model; every message says what to do next."""

from __future__ import annotations

from voice.errors_speech import SpeechError


class ModelError(SpeechError):
    """A speech model could not be had."""

    code = "model_error"


class UnknownModel(ModelError):
    """There is no model of this name: hotline models list."""

    code = "model_unknown"


class SourceUnreachable(ModelError):
    """The maker's site cannot be reached from here.

    Attributes:
        silent: the whole site does not answer; False when it merely lacks the file.
    """

    code = "source_unreachable"

    def __init__(self, message: str | None = None, silent: bool = False) -> None:
        super().__init__(message)
        self.silent = silent


class DownloadBroken(ModelError):
    """The download broke off; the same command goes on where it stopped."""

    code = "download_broken"


class ChecksumMismatch(ModelError):
    """What came is not what the maker published, or not what was fetched the first time."""

    code = "checksum_mismatch"


class UnusableModel(ModelError):
    """What was fetched is not a model of the expected form."""

    code = "model_unusable"
