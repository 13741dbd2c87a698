"""Who wrote how work is done. It changes nothing in the work, and tells whose rule it follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

Force = Literal["imposed", "negotiated", "carried up"]
Authority = Literal["simulated", "inferred", "confirmed", "agreed"]
"""On what a rule rests: a simulation made it, records suggest it, somebody confirmed that, parties agreed."""
Respect = Literal["order", "speed", "method"]
"""What a rule can set of a step."""
RESPECTS: tuple[Respect, ...] = get_args(Respect)


class Authored(Protocol):
    """What somebody wrote, and others perhaps agreed to: a rule, or a change of rules."""

    @property
    def author(self) -> str:
        """Whose it is."""

    @property
    def agreed_by(self) -> tuple[str, ...]:
        """Who else agreed to it, where that is known."""

    @property
    def force(self) -> Force:
        """How it came about."""

    @property
    def visible_to(self) -> tuple[str, ...]:
        """The parties who can see it; nobody named: everybody."""


def authors_of(one: Authored) -> tuple[str, ...]:
    """All who have a part in it: whose it is, and who else agreed."""
    return (one.author, *one.agreed_by)


def seen_by(one: Authored, party: str) -> bool:
    """Whether *party* can see it: authors see what they wrote."""
    return not one.visible_to or party in (*authors_of(one), *one.visible_to)


def others(author: str, agreed: Iterable[str]) -> tuple[str, ...]:
    """Those who *agreed* beside the *author*, each once.

    >>> others("Hospital A", ["Desk", "Hospital A", "Desk"])
    ('Desk',)
    """
    return tuple(one for one in dict.fromkeys(agreed) if one != author)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule on how a team does its work, and who wrote it.

    >>> sheet = Rule(author="Methods", team="Operators", activities=("Produce batch",))
    >>> sheet.sets, sheet.seen_by("Coatings group")
    (('method',), True)
    """

    author: str
    """Who wrote it: a team, somebody in it, a client, or whoever else."""
    agreed_by: tuple[str, ...] = ()
    """Who else agreed to it, where that is known: then it has several authors."""
    team: str
    """Whose work it sets."""
    sets: tuple[Respect, ...] = ("method",)
    """What it sets: the order in which work is taken, its speed, its method."""
    activities: tuple[str, ...] = ()
    """Of which activities; none: of all that the team does."""
    client: str | None = None
    """In whose cases; None: in everybody's."""
    text: str = ""
    """What it says."""
    force: Force = "imposed"
    authority: Authority = "confirmed"
    written: bool = True
    """Whether it is written down, and not only in people's heads."""
    visible_to: tuple[str, ...] = ()
    """The parties who can see it; nobody named: everybody."""

    def seen_by(self, party: str) -> bool:
        """Whether *party* can see it: authors see what they wrote."""
        return seen_by(self, party)

    @property
    def authors(self) -> tuple[str, ...]:
        """All who have a part in it: who wrote it, and who else agreed."""
        return authors_of(self)


def theirs_too(one: Authored, workers: Collection[str]) -> bool:
    """Whether *workers* have a part in it: one of them wrote it or agreed to it. Where it was negotiated and nobody
    says by whom, they are taken to have been there.

    >>> theirs_too(Rule(author="Hospital A", team="Network", force="negotiated"), ["Network"])
    True
    >>> agreed = Rule(author="Hospital A", agreed_by=("Management",), team="Network", force="negotiated")
    >>> theirs_too(agreed, ["Network"])
    False
    """
    if not one.agreed_by and one.force == "negotiated":
        return True
    return not set(authors_of(one)).isdisjoint(workers)
