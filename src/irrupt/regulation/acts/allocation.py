"""Acts on rules of allocation: who is served first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.regulation.acts.signature import UNSIGNED, Claiming, Signature, change, known, refused, sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority(Claiming):
    """The client's cases are taken first, or later, at a team; where he asks for it, they interrupt work in hand.

    >>> act = Priority(client="Hospital A", team="Network")
    >>> act.claim.measure, act.signed.author
    ('waiting for us', 'Hospital A')
    """

    name: ClassVar[str] = mark("priority")

    client: str
    """Whose cases."""
    team: str
    """Where."""
    rank: int = 1
    """A higher rank is taken first; 0 is everybody else's, a negative one is taken last."""
    interrupts: bool = False
    """Whether cases of a higher rank interrupt work in hand there from then on: it is resumed later by the same person,
    or done anew where that is the team's rule. Whoever takes what came first of several teams looks at ranks then."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: waiting for us, for the client, is to fall; where he is to be taken
    last, to rise."""

    def __post_init__(self) -> None:
        sign(self, self.client, "rigidity", "waiting for us", self.client, "fall" if self.rank >= 0 else "rise")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the team's priorities; none when the client has this rank already, and work is interrupted or
        is not to be.

        Raises `ModelError` when *rules* has no such client or team, or no other client whom he could pass.
        """
        known(self, ("client", self.client, rules.clients), ("team", self.team, rules.teams), rules=rules)
        if len(rules.clients) == 1:
            found = _("only one client is told apart, {client}").format(client=self.client)
            raise refused(self, "client", found, _("others whom he can pass"))
        team = rules.teams[self.team]
        interrupts = "resume" if self.interrupts and team.interrupts == "never" else team.interrupts
        if team.priority.get(self.client, 0) == self.rank and interrupts == team.interrupts:
            return ()
        ranks = {client: rank for client, rank in team.priority.items() if client != self.client}
        if self.rank:
            ranks[self.client] = self.rank
        edit = Edit(
            part="teams", key=self.team, before=team, after=replace(team, priority=ranks, interrupts=interrupts)
        )
        if self.rank > 0:
            rule = _("Cases of {client} are taken before others at {team} (rank {rank})")
        elif self.rank < 0:
            rule = _("Cases of {client} are taken after others at {team} (rank {rank})")
        else:
            rule = _("Cases of {client} are taken in turn at {team}")
        told = rule.format(client=self.client, team=self.team, rank=self.rank)
        if self.interrupts:
            told = _("{rule}; a case of a higher rank interrupts work in hand").format(rule=told)
        looks = _look_at_ranks(rules, self.team) if interrupts != "never" else ()
        return (change(self, moment, told, edit, *looks),)


def _look_at_ranks(rules: Organisation, team: str) -> tuple[Edit, ...]:
    """The edits by which those of a *team* who take what came first look at ranks, as interrupting work asks."""
    return tuple(
        Edit(part="people", key=name, before=who, after=replace(who, serves="longest waiting"))
        for name, who in rules.people.items()
        if team in who.teams and who.serves == "first come"
    )
