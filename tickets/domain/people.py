"""Who acts on a ticket and whom it concerns: actors and the citizen's contact.

A contact never shows itself in full in a log: its repr is masked. Whoever needs the data reads the fields.
"""

from __future__ import annotations

from dataclasses import dataclass

from tickets.domain.masking import mask_name, mask_phone
from tickets.domain.vocabulary import Role


@dataclass(frozen=True, repr=False)
class Contact:
    """How the citizen is called and reached; both may be missing."""

    name: str | None = None
    phone: str | None = None

    @property
    def empty(self) -> bool:
        return not self.name and not self.phone

    def masked(self) -> Contact:
        return Contact(mask_name(self.name) or None, mask_phone(self.phone) or None)

    def __repr__(self) -> str:
        return f"Contact(name={mask_name(self.name)!r}, phone={mask_phone(self.phone)!r})"


@dataclass(frozen=True)
class Actor:
    """Who did something; `name` is a staff or unit id, never a citizen's name."""

    role: Role
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> Actor:
        """`unit:water_company` or `supervisor`; a bare word that is no role is a supervisor of that name."""
        head, separator, tail = text.strip().partition(":")
        if head in set(Role):
            return cls(Role(head), tail.strip() if separator else "")
        return cls(Role.SUPERVISOR, text.strip())

    def __str__(self) -> str:
        return f"{self.role}:{self.name}" if self.name else str(self.role)


NO_CONTACT = Contact()
CITIZEN = Actor(Role.CITIZEN)
SYSTEM = Actor(Role.SYSTEM)
