"""Acts on rules of allocation: who is served first, and in whose hands a case is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from irrupt.errors import ModelError
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import first_of, mark
from irrupt.i18n import gettext as _
from irrupt.organisation.asked import all_steps
from irrupt.organisation.hands import Hands, bound, doers
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.organisation.validate_hands import hands as faults_of_hands
from irrupt.organisation.validate_hands import idle
from irrupt.regulation.acts.naming import free_name
from irrupt.regulation.acts.signature import UNSIGNED, Claiming, Signature, change, known, one_or_more, refused, sign


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherHands(Claiming):
    """Whoever did one activity in a case does not do another one in it: four eyes, a second opinion. A case waits for
    somebody else; who is alone with it cannot go on.

    >>> OtherHands(client="Hospital A", activity="Approve", first="Enter").claim.measure
    'rework'
    """

    name: ClassVar[str] = mark("other hands")

    client: str | None
    """Whose cases; None, in files `all clients`: everybody's."""
    activity: str
    """What somebody else does."""
    first: str
    """What he must not have done last."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: rework, for the client, is to fall."""

    def __post_init__(self) -> None:
        sign(self, self.client, "fluctuation", "rework", self.client or ALL_CLIENTS)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One new rule; none when it is there already.

        Raises `ModelError` when *rules* has no such client or activity, when the same person is to do both, or when
        nobody else could.
        """
        asked = Hands(activity=self.activity, not_by_who_did=(self.first,), client=self.client)
        words = {"activity": self.activity, "first": self.first, "client": self.client}
        if self.client is None:
            rule = _("{activity} is not done by whoever did {first}, for all clients").format(**words)
        else:
            rule = _("{activity} is not done by whoever did {first}, for cases of {client}").format(**words)
        edits = _in_hands(self, rules, [asked], "activity", "first")
        return (change(self, moment, rule, *edits),) if edits else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SameHands(Claiming):
    """Whoever did the last of some activities in a case does the next of them: one contact, one file in one hand. A
    case waits for him; where he does not do the next one, or has left, it goes to others.

    >>> SameHands(client="Hospital A", activities=("Enter", "Answer")).claim.measure
    'cycle time'
    """

    name: ClassVar[str] = mark("same hands")

    client: str | None
    """Whose cases; None, in files `all clients`: everybody's."""
    activities: tuple[str, ...]
    """What is done by one person: two activities or more."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: cycle time, for the client, is to fall."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "activities", tuple(dict.fromkeys(one_or_more(self.activities))))
        if len(self.activities) < 2:
            raise refused(self, "activities", first_of(self.activities, 3), _("two or more"))
        sign(self, self.client, "rigidity", "cycle time", self.client or ALL_CLIENTS)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One new rule for each activity, in one change; none when they are there already.

        Raises `ModelError` when *rules* has no such client or activity, when others are to do one of them, or when
        nobody who does one of them does another.
        """
        asked = [
            Hands(activity=activity, by_who_did=self.activities, client=self.client) for activity in self.activities
        ]
        words = {"activities": ", ".join(self.activities), "client": self.client}
        if self.client is None:
            rule = _("One person does all of these in a case, for all clients: {activities}").format(**words)
        else:
            rule = _("One person does all of these in a case of {client}: {activities}").format(**words)
        edits = _in_hands(self, rules, asked, "activities")
        alone = [*_never_by_one(rules, self.activities)] if edits else []
        if alone:
            found = _('nobody who does "{activity}" does {others}: it would never bind').format(**alone[0])
            raise refused(self, "activities", found, _("activities that the same people do"))
        return (change(self, moment, rule, *edits),) if edits else ()


def _never_by_one(rules: Organisation, activities: Sequence[str]) -> Iterator[Mapping[str, str]]:
    """Those of the *activities* of which nobody does another one, with the others."""
    who = doers(rules)
    for activity in activities:
        others = [other for other in activities if other != activity]
        if not any(who.get(activity, frozenset()) & who.get(other, frozenset()) for other in others):
            yield {"activity": activity, "others": first_of([f'"{other}"' for other in others], 3)}


def _in_hands(act: OtherHands | SameHands, rules: Organisation, asked: Sequence[Hands], *parameters: str) -> list[Edit]:
    """The edits by which what is *asked* holds beside what holds already; none where all of it does. What holds for all
    holds on for a client who has rules of his own, and what is asked for all holds for him, too. *parameters*: of
    *act*, of what is asked and of what it rests on."""
    activities = {step.activity for step in all_steps(rules)}
    named = [(parameters[-1], one) for one in asked[0].rests_on]
    named += [(parameters[0], rule.activity) for rule in asked if rule.activity not in asked[0].rests_on]
    known(act, ("client", act.client, rules.clients), *((parameter, one, activities) for parameter, one in named))
    edits: list[Edit] = []
    for rule in asked:
        others = {one.client for one in rules.hands.values() if one.activity == rule.activity and act.client is None}
        for client in sorted({act.client, *others}, key=lambda name: name or ""):
            edits += _beside(act, rules, replace(rule, client=client), edits, parameters[0])
    hands = {**rules.hands, **{edit.key: edit.after for edit in edits}}
    who = doers(rules)
    wrong = [*faults_of_hands(replace(rules, hands=hands))] if edits else []
    wrong = wrong or [fault for rule in asked for fault in idle((), rule, who) if edits]
    if wrong:
        raise ModelError(dict.fromkeys(replace(fault, where=f"{act.name}: {parameters[0]}") for _path, fault in wrong))
    return edits


def _beside(
    act: OtherHands | SameHands, rules: Organisation, rule: Hands, edits: Sequence[Edit], parameter: str
) -> list[Edit]:
    """The edits that put a *rule* beside those that hold for its cases; *edits*: those before."""
    held = bound(rules, rule.activity, rule.client)
    if any((one.rests_on, not one.by_who_did) == (rule.rests_on, not rule.by_who_did) for one in held):
        return []
    if held and (rule.by_who_did or any(one.by_who_did for one in held)):
        found = _('who does "{activity}" is a matter of who did {first} already')
        found = found.format(activity=rule.activity, first=first_of(held[0].rests_on, 3))
        raise refused(act, parameter, found, _("an activity without such a rule"))
    found_edits, taken = list[Edit](), {*rules.hands, *(edit.key for edit in edits)}
    for one in (*(each for each in held if each.client != rule.client), rule):
        key = f"{one.activity} after {one.rests_on[0]}" + (f" for {rule.client}" if rule.client else "")
        key = free_name([key], taken)
        found_edits.append(Edit(part="hands", key=key, before=None, after=replace(one, client=rule.client)))
        taken.add(key)
    return found_edits


def _look_at_ranks(rules: Organisation, team: str) -> tuple[Edit, ...]:
    """The edits by which those of a *team* who take what came first look at ranks, as interrupting work asks."""
    return tuple(
        Edit(part="people", key=name, before=who, after=replace(who, serves="longest waiting"))
        for name, who in rules.people.items()
        if team in who.teams and who.serves == "first come"
    )
