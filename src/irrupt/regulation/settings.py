"""What parties can set that no act of the list says: the order and pace of a team's own work, and taking back.

They are acts like any other, edits of rules with an author; they serve to try what a party could do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation.asked import asked_of_teams
from irrupt.organisation.model import Check, Order, Organisation
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.regulation.acts.signature import (
    UNSIGNED,
    Claiming,
    ForEverybody,
    Signature,
    change,
    known,
    sign,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder(ForEverybody):
    """A team takes the cases of one rank in another order.

    >>> WorkOrder(team="Network", order="shortest").signed.author
    'Network'
    """

    name: ClassVar[str] = "order of work"

    team: str
    """Whose cases."""
    order: Order
    """Which comes first."""
    signed: Signature = UNSIGNED
    """Who does it. By default the team claims: the cycle time of all clients is to fall."""

    def __post_init__(self) -> None:
        sign(self, self.team, "rigidity", "cycle time", ALL_CLIENTS)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the team's order. Raises `ModelError` when *rules* has no such team."""
        known(self, ("team", self.team, rules.teams), rules=rules)
        team = rules.teams[self.team]
        if team.order == self.order:
            return ()
        edit = Edit(part="teams", key=self.team, before=team, after=replace(team, order=self.order))
        rule = _("another order of cases at {team}: {order}").format(team=self.team, order=_(self.order))
        return (change(self, moment, rule, edit),)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPace(ForEverybody):
    """Everybody in a team works faster or slower, in whichever team.

    >>> WorkPace(team="Network", times=0.9).claim.measure
    'cycle time'
    """

    name: ClassVar[str] = "pace of work"

    team: str
    """Whose pace."""
    times: float
    """By what the speed of its people is multiplied: above 0."""
    signed: Signature = UNSIGNED
    """Who does it. By default the team claims: the cycle time of all clients is to follow."""

    def __post_init__(self) -> None:
        sign(self, self.team, "rigidity", "cycle time", ALL_CLIENTS, "rise" if self.times < 1 else "fall")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the speed of all members. Raises `ModelError` when *rules* has no such team."""
        known(self, ("team", self.team, rules.teams), rules=rules)
        people = {name: rules.people[name] for name in sorted(rules.members(self.team))}
        edits = [
            Edit(part="people", key=name, before=who, after=replace(who, speed=who.speed * self.times), relative=True)
            for name, who in people.items()
        ]
        rule = _("work at {share} % of its pace at {team}").format(team=self.team, share=number(100 * self.times, 0))
        return (change(self, moment, rule, *edits),) if edits and self.times != 1 else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(Claiming):
    """What a client has made a rule in his favour is no rule any more.

    >>> TakeBack(client="Hospital A", what="skips").signed.author
    'Hospital A'
    """

    name: ClassVar[str] = "take back"

    client: str
    """Whose rules."""
    what: str
    """`priority`, `skips` or `checks`."""
    signed: Signature = UNSIGNED
    """Who does it. By default the client claims: his cycle time is to rise."""

    def __post_init__(self) -> None:
        sign(self, self.client, "rigidity", "cycle time", self.client, "rise")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change with an edit for each of his rules; none when he has none."""
        known(self, ("client", self.client, rules.clients))
        edits = tuple(self._edits(rules))
        rule = _("no more rules for {client} alone: {what}").format(client=self.client, what=_(self.what))
        return (change(self, moment, rule, *edits),) if edits else ()

    def _edits(self, rules: Organisation) -> Iterator[Edit]:
        if self.what == "skips" and rules.skips.get(self.client):
            yield Edit(part="skips", key=self.client, before=rules.skips[self.client], after=None)
        if self.what == "checks":
            his = {key: check for key, check in sorted(rules.checks.items()) if check.client == self.client}
            yield from (Edit(part="checks", key=key, before=check, after=None) for key, check in his.items())
            yield from _without(rules, {key: check for key, check in rules.checks.items() if key not in his})
        if self.what == "priority":
            for key, team in sorted(rules.teams.items()):
                if team.priority.get(self.client):
                    ranks = {client: rank for client, rank in team.priority.items() if client != self.client}
                    yield Edit(part="teams", key=key, before=team, after=replace(team, priority=ranks))


def _without(rules: Organisation, checks: Mapping[str, Check]) -> Iterator[Edit]:
    """What becomes of the rules of whose hands cases are in, where these *checks* alone are left: they go with what is
    not done any more."""
    done = {activity for _team, activity in asked_of_teams(replace(rules, checks=checks))}
    for key, rule in sorted(rules.hands.items()):
        by, not_by = (tuple(one for one in some if one in done) for some in (rule.by_who_did, rule.not_by_who_did))
        after = (
            replace(rule, by_who_did=by, not_by_who_did=not_by) if rule.activity in done and (by or not_by) else None
        )
        if after != rule:
            yield Edit(part="hands", key=key, before=rule, after=after)
