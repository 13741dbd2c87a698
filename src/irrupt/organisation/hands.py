"""Who does a step, by who did others in the same case before: the same person, or another one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from irrupt.organisation.asked import Whose, asked_of_teams, crews

if TYPE_CHECKING:
    from irrupt.organisation.model import Organisation

Group = tuple[str, ...]
"""Activities, one of which somebody did last in a case; sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """In whose hands the steps of an activity are, by who did others in the same case before. It binds as far as these
    were done there, by somebody of the team who does it: a case waits for him, or goes to others. Of several rules for
    the same steps, all hold.

    >>> rule = Hands(activity="Approve", not_by_who_did=("Enter",))
    >>> left([rule], {"Ann", "Bob"}, {rule.rests_on: "Bob"})
    frozenset({'Ann'})
    """

    activity: str
    """Of every step, and of every check, that bears it."""
    by_who_did: tuple[str, ...] = ()
    """Activities: whoever did the last of these in the case does it."""
    not_by_who_did: tuple[str, ...] = ()
    """Activities: whoever did the last of these in the case does not do it. One of these two is said."""
    client: str | None = None
    """None: for all, but those with hands of their own at this activity."""

    @property
    def rests_on(self) -> Group:
        """The activities of which it matters who did them."""
        return tuple(sorted(self.by_who_did or self.not_by_who_did))


def left(rules: Sequence[Hands], crew: Collection[str], did: Mapping[Group, str]) -> frozenset[str]:
    """Who of a *crew* may do what *rules* are about, in a case in which others *did* the last of what these name."""
    found = frozenset(crew)
    for rule in rules:
        who = did.get(rule.rests_on)
        if who in found:
            found = frozenset({who}) if rule.by_who_did else found - {who}
    return found


def bound(organisation: Organisation, activity: str, client: str | None) -> tuple[Hands, ...]:
    """What binds the steps of an *activity* in cases of a *client* (None: of one whom no rule names)."""
    rules = [rule for _name, rule in sorted(organisation.hands.items()) if rule.activity == activity]
    own = [rule for rule in rules if rule.client == client and client is not None]
    return tuple(own or [rule for rule in rules if rule.client is None])


def on_the_case(organisation: Organisation) -> frozenset[str]:
    """The activities of which it hangs on the case who does them: on its client, its class, what it is like, or who did
    others in it."""
    of_some = (
        of for one in organisation.people.values() for of in (one.not_of_class, one.not_for_client, one.not_when) if of
    )
    return frozenset({rule.activity for rule in organisation.hands.values()}.union(*of_some))


def may_do(
    organisation: Organisation, team: str, activity: str
) -> dict[Whose, tuple[frozenset[str], tuple[Hands, ...]]]:
    """Who of a *team* does an *activity*, and the rules that bind them, by whose the case is and of which class: for
    all clients and classes to whom it matters, and None, which stands for all others."""
    found = crews(organisation, team, activity)
    named = {rule.client for rule in organisation.hands.values() if rule.activity == activity}
    clients = sorted({client for client in {*named, *(client for client, _kind in found)} if client is not None})
    return {
        (client, kind): (found.get((client, kind), found[None, kind]), bound(organisation, activity, client))
        for client in (None, *clients)
        for kind in dict.fromkeys(kind for _client, kind in found)
    }


def groups(organisation: Organisation) -> list[Group]:
    """The activities of which it matters who did the last of them, sorted."""
    return sorted({rule.rests_on for rule in organisation.hands.values()})


def doers(organisation: Organisation) -> dict[str, frozenset[str]]:
    """Activity -> who does it, in whichever team."""
    asked = asked_of_teams(organisation)
    teams = {team: [*organisation.members(team)] for team in {team for team, _activity in asked}}
    lack = {name: person.does_not for name, person in organisation.people.items() if person.does_not}
    found: dict[str, set[str]] = {}
    for team, activity in asked:
        found.setdefault(activity, set()).update(name for name in teams[team] if activity not in lack.get(name, ()))
    return {activity: frozenset(who) for activity, who in found.items()}


def alike(rules: Sequence[Hands]) -> tuple[tuple[bool, int], ...]:
    """What is the same of *rules* that leave the same people of a crew, whatever activities they are about."""
    rests = [rule.rests_on for rule in rules]
    return tuple((bool(rule.by_who_did), rests.index(rule.rests_on)) for rule in rules)


def left_at(crew: Collection[str], rules: Sequence[Hands]) -> Iterator[tuple[tuple[str | None, ...], frozenset[str]]]:
    """Of a *crew* who do what *rules* are about, who did the last of what each of these rests on (None: somebody else,
    or nobody yet), in whatever combination; and who is left to do it then."""
    for who in product((None, *sorted(crew)), repeat=len(rules)):
        did: dict[Group, str] = {}
        for rule, one in zip(rules, who, strict=True):
            if one is not None:
                did[rule.rests_on] = one
        yield who, left(rules, crew, did)
