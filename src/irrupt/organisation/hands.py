"""Who does a step, by who did others in the same case before: the same person, or another one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from irrupt.organisation.model import Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """In whose hands the steps of an activity are, by who did others in the same case before. It binds as far as these
    were done there, by somebody of the team who does it: a case waits for him, or goes to others.

    >>> Hands(activity="Approve", not_by_who_did=("Enter",)).left({"Ann", "Bob"}, {"Enter": "Bob"})
    frozenset({'Ann'})
    """

    activity: str
    """Of every step, and of every check, that bears it."""
    by_who_did: str | None = None
    """An activity: whoever did that last in the case does it."""
    not_by_who_did: tuple[str, ...] = ()
    """Activities: whoever did one of them last in the case does not do it. One of these two is said."""
    client: str | None = None
    """None: for all, but those with hands of their own at this activity."""

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The activities of which it matters who did them."""
        return self.not_by_who_did if self.by_who_did is None else (self.by_who_did,)

    def left(self, crew: Collection[str], did: Mapping[str, str]) -> frozenset[str]:
        """Who of a *crew* may do it in a case in which others *did* what is named (activity -> who did it last)."""
        who = {did[activity] for activity in self.rests_on if activity in did} & {*crew}
        if self.by_who_did is not None:
            return frozenset(who or crew)
        return frozenset(crew) - who


def bound(organisation: Organisation, activity: str, client: str | None) -> Hands | None:
    """What binds the steps of an *activity* in cases of a *client* (None: of one whom no rule names)."""
    rules = [rule for rule in organisation.hands.values() if rule.activity == activity]
    own = [rule for rule in rules if rule.client == client and client is not None]
    return next(iter(own or [rule for rule in rules if rule.client is None]), None)


def noted(organisation: Organisation) -> list[str]:
    """The activities of which it matters who did them last in a case, sorted."""
    return sorted({activity for rule in organisation.hands.values() for activity in rule.rests_on})


def doers(organisation: Organisation, activity: str) -> set[str]:
    """Who does an *activity*, in whichever team."""
    steps = [*organisation.steps.values(), *(check.step for check in organisation.checks.values())]
    teams = {step.team for step in steps if step.activity == activity and step.team is not None}
    return {name for team in teams for name in organisation.members(team, activity)}


def left_at(
    organisation: Organisation, team: str, rule: Hands
) -> Iterator[tuple[tuple[str | None, ...], frozenset[str]]]:
    """Of those in a *team* who do it, who did each activity that a *rule* rests on (None: somebody else, or nobody
    yet), in whatever combination; and who is left to do it then."""
    crew = {*organisation.members(team, rule.activity)}
    for who in product((None, *sorted(crew)), repeat=len(rule.rests_on)):
        did = {on: one for on, one in zip(rule.rests_on, who, strict=True) if one is not None}
        yield who, rule.left(crew, did)
