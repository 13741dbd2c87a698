"""Who wrote how work is done. It changes nothing in the work, and tells whose rule it follows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

Force = Literal["imposed", "negotiated", "carried up"]
Authority = Literal["simulated", "inferred", "confirmed", "agreed"]
"""On what a rule rests: a simulation made it, records suggest it, somebody confirmed that, parties agreed."""
Respect = Literal["order", "speed", "method"]
"""What a rule can set of a step."""
RESPECTS: tuple[Respect, ...] = get_args(Respect)


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
        return not self.visible_to or party in (*self.authors, *self.visible_to)

    @property
    def authors(self) -> tuple[str, ...]:
        """All who have a part in it: who wrote it, and who else agreed."""
        return (self.author, *self.agreed_by)


def theirs_too(author: str, agreed_by: Collection[str], force: Force, workers: Collection[str]) -> bool:
    """Whether *workers* have a part in a rule: one of them wrote it or agreed to it. Where it was negotiated and nobody
    says by whom, they are taken to have been there.

    >>> theirs_too("Hospital A", (), "negotiated", ["Network"])
    True
    >>> theirs_too("Hospital A", ["Management"], "negotiated", ["Network"])
    False
    """
    if not agreed_by and force == "negotiated":
        return True
    return not {author, *agreed_by}.isdisjoint(workers)
