"""Acts on rules of employment: who is there at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from irrupt.errors import ModelError, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.organisation.asked import alone, in_cases_of
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.organisation.staff import Person
from irrupt.organisation.validate_hands import hands
from irrupt.regulation.acts.signature import MANAGEMENT, UNSIGNED, ForEverybody, Signature, change, known, refused, sign


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLeave(ForEverybody):
    """Somebody of a team leaves and is not replaced. What he has in hand is finished.

    >>> StaffLeave(person="Jonas", team="Technicians").signed.author
    'Management'
    """

    name: ClassVar[str] = mark("staff leave")

    person: str
    """Who leaves."""
    team: str
    """Which team loses him."""
    stays: bool = False
    """Whether he goes on working in other teams that he is in; otherwise he is gone from all."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default Management claims: the team's share of time at work is to rise."""

    def __post_init__(self) -> None:
        sign(self, MANAGEMENT, "rigidity", "share of time at work", self.team, "rise")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the team's people.

        Raises `ModelError` when *rules* has no such person or team, when he is not in it, when he is the last one of a
        team that he leaves, or when nobody would be left for what others must not do.
        """
        known(self, ("person", self.person, rules.people), ("team", self.team, rules.teams), rules=rules)
        who = rules.people[self.person]
        members = set(rules.members(self.team))
        if self.person not in members:
            found = _("{person} is not in {team}").format(person=self.person, team=self.team)
            raise refused(self, "person", found, remedy=did_you_mean(self.person, members))
        left = (self.team,) if self.stays else who.teams
        for team in left:
            if len(set(rules.members(team))) == 1:
                found = _("nobody would be left in {team}").format(team=team)
                raise refused(self, "person", found, _("a team of at least two people"))
            for activity, whose in alone(rules, team).get(self.person, ()):
                found = _('nobody would be left in {team} who does "{activity}"{whose}')
                found = found.format(team=team, activity=activity, whose=in_cases_of(whose))
                raise refused(self, "person", found, _("somebody whose work others do as well"))
        teams = tuple(team for team in who.teams if team not in left)
        after = who.in_teams(teams) if teams else None
        self._keeps_hands(rules, after)
        rule = _("{person} leaves {team} and is not replaced").format(person=self.person, team=", ".join(left))
        return (change(self, moment, rule, Edit(part="people", key=self.person, before=who, after=after)),)

    def _keeps_hands(self, rules: Organisation, after: Person | None) -> None:
        """Raise `ModelError` where rules of who does what by who did others could not be kept any more."""
        people = {name: one for name, one in rules.people.items() if name != self.person}
        people |= {} if after is None else {self.person: after}
        if wrong := [fault for _path, fault in hands(replace(rules, people=people))]:
            raise ModelError([replace(fault, where=f"{self.name}: person") for fault in wrong])
