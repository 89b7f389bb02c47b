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
    """Who did something; `name` is a staff or unit id, never a citizen's name.

    Attributes:
        unit: the unit a person acts for; empty for the hotline's own people, and where `name` is the unit itself.
    """

    role: Role
    name: str = ""
    unit: str = ""

    @property
    def acting_unit(self) -> str:
        """The unit that acts; empty for everybody who acts for none."""
        return self.unit or (self.name if self.role is Role.UNIT else "")

    @classmethod
    def parse(cls, text: str) -> Actor:
        """`unit:water_company`, `unit:water_company/zhang` or `supervisor`; a bare word that is no role is a
        supervisor of that name."""
        head, separator, tail = text.strip().partition(":")
        if head not in set(Role):
            return cls(Role.SUPERVISOR, text.strip())
        unit, slash, name = tail.strip().partition("/")
        if slash and name.strip():
            return cls(Role(head), name.strip(), unit.strip())
        return cls(Role(head), tail.strip() if separator else "")

    def __str__(self) -> str:
        whole = "/".join(filter(None, (self.unit, self.name)))
        return f"{self.role}:{whole}" if whole else str(self.role)


NO_CONTACT = Contact()
CITIZEN = Actor(Role.CITIZEN)
SYSTEM = Actor(Role.SYSTEM)
