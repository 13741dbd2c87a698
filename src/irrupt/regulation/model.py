"""What an act is: an edit of rules with an author, never a distant effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import Claim, RuleChange


@runtime_checkable
class Act(Protocol):
    """Something a party does to rules. Implement this in a frozen dataclass; there is nothing to inherit.

    Its fields are its parameters; in scenario files their names are written with spaces instead of underscores.
    """

    name: ClassVar[str]
    """As written in scenario files: `imposed check`."""

    @property
    def client(self) -> str | None:
        """The client whose cases it is about; None when it is about everybody's."""

    @property
    def claim(self) -> Claim:
        """What its author says is wrong and what the act is to do to it."""

    def changes(self, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        """The rule changes that it makes to *rules* at *moment*.

        Raises `ModelError`, naming the nearest known word, when it names a client, team, step or activity that
        *rules* does not have.
        """
