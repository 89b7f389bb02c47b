"""What can be wrong with what another platform sends."""

from __future__ import annotations

from channels.errors import ChannelsError


class MappingInvalid(ChannelsError):
    """A mapping file of a source cannot be used."""

    code = "intake_mapping_invalid"


class SourceUnknown(ChannelsError):
    """There is no such source; a source is a file in the folder of mappings."""

    code = "intake_source_unknown"


class MatterRefused(ChannelsError):
    """One matter cannot be taken.

    Attributes:
        field: which of our fields.
        reason: a stable word for programs, such as `description_missing`.
    """

    code = "intake_matter_refused"

    def __init__(self, field: str, reason: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.reason = reason


class FileUnreadable(ChannelsError):
    """A file of matters cannot be read."""

    code = "intake_file_unreadable"
