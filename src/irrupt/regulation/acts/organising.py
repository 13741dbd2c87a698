"""Acts on who decides and checks, and of what class cases are: relay, audit, requalification."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from irrupt.errors import Faults
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import first_of, mark
from irrupt.i18n import gettext as _
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.flow import graph, reachable
from irrupt.organisation.model import START, Client, Organisation, Route, Step
from irrupt.organisation.rules import Edit, RuleChange, difference
from irrupt.regulation.acts.classes import (
    SPOKEN_FOR,
    asked_where,
    copied,
    folded,
    mapped,
    parts_as,
    unclassed,
    with_classes,
    with_parts,
)
from irrupt.regulation.acts.demand import percent
from irrupt.regulation.acts.naming import Naming, borne, free_name, with_names
from irrupt.regulation.acts.places import meets, step_meant
from irrupt.regulation.acts.procedure import QUARTER_OF_AN_HOUR, distribution
from irrupt.regulation.acts.signature import (
    UNSIGNED,
    Claiming,
    Ratio,
    Signature,
    change,
    known,
    refused,
    share_in,
    sign,
    usually,
)

AUDIT = "Audit"
FINDING = "Audit finding"
"""What is recorded when an audit finds something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay(Claiming):
    """Front-line staff get a say in a client's name: for some of his cases they can have them taken first at a team.

    They may restrain themselves: for a share of the cases for which they could speak they do not. Which cases they
    speak for is drawn, whatever the case, and independently of other teams that speak for him. A team speaks for the
    same cases wherever it speaks: what it says last of how many holds.

    >>> act = Relay(client="Users", team="Technicians", at="Planning", discretion=0.3, restraint=0.5)
    >>> act.signed.author, act.signed.channel, act.signed.force, act.used
    ('Technicians', 'relay', 'carried up', 0.15)
    """

    name: ClassVar[str] = mark("relay")

    client: str
    """In whose name."""
    team: str
    """Who speaks: the team that meets him."""
    at: str
    """Where his cases are then taken first."""
    discretion: Ratio
    """The share of his cases for which they may: `30 %` or 0.3."""
    restraint: Ratio = 0.0
    """The share of these for which they hold back."""
    rank: int = 1
    """What is added to the rank of such cases among those of clients of one rank, 1 or more."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default the team that speaks claims, carried up through it: waiting for us, for the
    client, is to fall."""

    def __post_init__(self) -> None:
        wrong = Faults()
        with wrong:
            share_in(self, "discretion")
        with wrong:
            share_in(self, "restraint")
        with wrong:
            if self.rank < 1:
                raise refused(self, "rank", f"{self.rank}", _("1 or more"))
        wrong.tell()
        usually(self, channel="relay", force="carried up")
        sign(self, self.team, "rigidity", "waiting for us", self.client)

    @property
    def used(self) -> float:
        """The share of his cases for which they speak."""
        return self.discretion * (1 - self.restraint)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change: which of his cases are spoken for, and that these are taken first; none when it is so already.

        Raises `ModelError` when *rules* has no such client or teams, when no case of his comes to the team that is to
        speak for him, or when his classes go by quantity.
        """
        known(
            self,
            ("client", self.client, rules.clients),
            ("team", self.team, rules.teams),
            ("at", self.at, rules.teams),
            rules=rules,
        )
        self._speaks(rules)
        before = rules.clients[self.client]
        if before.by_quantity:
            found = _("the classes of {client} go by quantity: no part of one can be told apart")
            raise refused(self, "client", found.format(client=self.client), _('classes without "by quantity"'))
        tail, ordinary = SPOKEN_FOR.format(client=self.client, team=self.team), unclassed(rules, self.client)
        plain = folded(before.classes, tail)
        spoken = {name: (name or ordinary) + tail for name in plain}
        new = before.classes.keys().isdisjoint(spoken.values())
        shares = {name or ordinary: share * (1 - self.used) for name, share in plain.items()}
        shares |= {spoken[name]: share * self.used for name, share in plain.items()}
        edits = list(copied(rules, {name: spoken[name] for name in plain if name}, except_team=self.at))
        after = replace(
            with_classes(rules, before, shares),
            quantity_by_class=mapped(before.quantity_by_class, spoken),
            due_by_class=mapped(before.due_by_class, spoken),
        )
        if after != before:
            edits.append(Edit(part="clients", key=self.client, before=before, after=after, relative=new))
        team = rules.teams[self.at]
        ranks = {**team.class_priority, **{spoken[n]: team.class_priority.get(n, 0) + self.rank for n in plain}}
        if ranks != team.class_priority:
            edits.append(Edit(part="teams", key=self.at, before=team, after=replace(team, class_priority=ranks)))
        if not edits or (new and self.used == 0):
            return ()
        rule = _(
            "{team} may speak for {client} in {share} % of the cases, which is used in {used} %: taken first at {at}"
        )
        text = rule.format(
            team=self.team, client=self.client, share=percent(self.discretion), used=percent(self.used), at=self.at
        )
        return (change(self, moment, text, *edits),)

    def _speaks(self, rules: Organisation) -> None:
        """Raises `ModelError` when the client never meets the team that is to speak for him."""
        met = meets(rules, self.client)
        if self.team not in met:
            found = _("no case of {client} comes to {team}, so nobody there can speak for him").format(
                client=self.client, team=self.team
            )
            raise refused(self, "team", found, _("a team that he meets: {teams}").format(teams=first_of(met, 12)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit(Naming):
    """A share of the cases is audited behind an activity; what the audit finds is recorded, and goes back.

    >>> Audit(client="Carmaker", after="Produce", share=0.1, team="Quality").claim.measure
    'rework'
    """

    name: ClassVar[str] = mark("audit")

    client: str | None
    """Whose cases; None, in files `all clients`: everybody's."""
    after: str
    """The activity behind which it comes."""
    share: Ratio
    """Of the times that the activity is done, how many are audited: `10 %` or 0.1."""
    team: str
    """Who does it."""
    duration: Distribution | float | str = QUARTER_OF_AN_HOUR
    """Time of work: a distribution, seconds, or text such as `2 h`."""
    finds: Ratio = 0.0
    """The share of the audits that find something. Assumed, so vary it, 0 among the values."""
    back_to: str | None = None
    """The activity, or the step, to which the case then goes back; None: it goes on. Of several steps of an activity it
    is the one that such cases come to most."""
    activity: str | None = None
    """What it is called; None: `Audit`, or, where something else is called so, `Audit for` the client or `Audit after`
    the activity."""
    signed: Signature = UNSIGNED
    """Who asks for it, and why. By default he claims: rework, for the client, is to fall."""

    def __post_init__(self) -> None:
        wrong = Faults()
        with wrong:
            object.__setattr__(self, "duration", distribution(self, self.duration))
        with wrong:
            share_in(self, "share")
        with wrong:
            share_in(self, "finds")
        with wrong:
            if self.finds and self.back_to is None:
                raise refused(
                    self, "back to", _("what is found leads nowhere"), _("the step to which the case goes back")
                )
        wrong.tell()
        sign(self, self.client, "fluctuation", "rework", self.client or ALL_CLIENTS)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the steps and routes; none when nobody's cases are audited.

        Raises `ModelError` when *rules* has no such client, activity, team or step, when it is audited already, or when
        several ways behind it are taken at once.
        """
        activities = rules.step_activities()
        known(
            self,
            ("client", self.client, rules.clients),
            ("after", self.after, activities),
            ("team", self.team, rules.teams),
            ("back to", self.back_to, {*activities, *rules.steps}),
            rules=rules,
        )
        if self.share == 0:
            return ()
        audited = {name for name, step in rules.steps.items() if step.activity == self.after}
        if any(rules.steps[name].split != "one" for name in audited):
            found = _('several ways behind "{after}" are taken at once, and an audit would be one more')
            raise refused(self, "after", found.format(after=self.after), _("an activity that leads one way at a time"))
        back_to = self.back_to and step_meant(self, "back to", self.back_to, rules, self.client)
        edits = tuple(self._edits(rules, back_to))
        who = self.client or _("all clients")
        rule = _("{share} % of {after} for {client} is audited by {team}")
        text = rule.format(share=percent(self.share), after=self.after, client=who, team=self.team)
        return (change(self, moment, text, *edits),)

    def named(self, rules: Organisation) -> Audit:
        """The same, with it and its findings called as they would be under *rules*, whatever is there by then."""
        return with_names(self, {AUDIT: self._called(rules), FINDING: self._finding_called(rules)})

    def _edits(self, rules: Organisation, back_to: str | None) -> Iterator[Edit]:
        assert isinstance(self.duration, Distribution)
        ways: dict[str, dict[str, tuple[Route, ...]]] = {}
        called, finding = self._called(rules), self._finding_called(rules)
        for name in sorted(name for name, step in rules.steps.items() if step.activity == self.after):
            new, found = self._new(rules, called, name), self._found(finding, name)
            step = Step(activity=called, team=self.team, duration=self.duration)
            yield Edit(part="steps", key=new, before=None, after=step)
            plain = rules.routes[name]
            yield from self._finding(finding, found, back_to)
            yield Edit(part="routes", key=new, before=None, after=self._onward(plain, found))
            if self.client is None:
                yield Edit(part="routes", key=name, before=plain, after=self._turned(plain, new), relative=True)
            for client, own in sorted(rules.client_routes.items()):
                if own.get(name) and self.client in (None, client):
                    ways.setdefault(client, {}).update(
                        {name: self._turned(own[name], new), new: self._onward(own[name], found)}
                    )
            if self.client is not None and not rules.client_routes.get(self.client, {}).get(name):
                ways.setdefault(self.client, {})[name] = self._turned(plain, new)
        for client, changed in sorted(ways.items()):
            before = rules.client_routes.get(client)
            after = {**(before or {}), **changed}
            yield Edit(part="client_routes", key=client, before=before, after=after, relative=True)

    def _called(self, rules: Organisation) -> str:
        """What the audit is called: another audit in the same cases, too, is called otherwise where nobody says it."""
        if self.activity is not None:
            return self.activity
        if AUDIT in self.names:
            return self.names[AUDIT]
        clients = rules.clients if self.client is None else (self.client,)
        come_to = set[str]().union(*(reachable(graph(rules, client), START) for client in clients))
        steps = (step for key, step in rules.steps.items() if key in come_to or not _made(key, step))
        audited = [name for name, step in rules.steps.items() if step.activity == self.after]
        return free_name(
            self._names(AUDIT),
            borne(rules, self.client, steps),
            lambda name: any(f"{name} after {place}" in rules.steps for place in audited),
        )

    def _finding_called(self, rules: Organisation) -> str:
        """What is recorded as a finding: the same for all audits, for all of them are counted as findings."""
        if FINDING in self.names:
            return self.names[FINDING]
        steps = (step for key, step in rules.steps.items() if not _made(key, step))
        return free_name(self._names(FINDING), borne(rules, self.client, steps))

    def _names(self, plain: str) -> list[str]:
        behind = f"{plain} after {self.after}"
        return (
            [plain, behind]
            if self.client is None
            else [plain, f"{plain} for {self.client}", f"{behind} for {self.client}"]
        )

    def _new(self, rules: Organisation, called: str, name: str) -> str:
        """The step at which is audited what was done at *name*: his own where another client has the same audited."""
        new = f"{called} after {name}"
        his = rules.client_routes.get(self.client or "", {}).get(name) or rules.routes[name]
        if new in rules.steps and self.client is not None and all(route.to != new for route in his):
            new = f"{new} for {self.client}"
        if new in rules.steps:
            raise refused(self, "activity", _('"{name}" is there already').format(name=new), _("another name"))
        return new

    def _turned(self, routes: tuple[Route, ...], new: str) -> tuple[Route, ...]:
        """*routes*, with a share of the cases, class by class, led to the audit."""
        cases = dict.fromkeys(route.whose for route in routes)
        rest = tuple(replace(route, share=route.share * (1 - self.share)) for route in routes if self.share < 1)
        return (*rest, *(Route(to=new, share=self.share, only=only, when=when) for only, when in cases))

    def _finding(self, finding: str, found: str, back_to: str | None) -> Iterator[Edit]:
        """The step *found*, at which is recorded what an audit finds, and the way back from there."""
        if back_to is not None and self.finds > 0:
            step = Step(activity=finding, team=None, duration=Distribution.fixed(0.0))
            yield Edit(part="steps", key=found, before=None, after=step)
            yield Edit(part="routes", key=found, before=None, after=(Route(to=back_to, share=1.0),))

    def _found(self, finding: str, name: str) -> str:
        return f"{finding} after {name}" + (f" for {self.client}" if self.client else "")

    def _onward(self, routes: tuple[Route, ...], found: str) -> tuple[Route, ...]:
        if self.back_to is None or self.finds == 0:
            return routes
        cases = dict.fromkeys(route.whose for route in routes)
        rest = tuple(replace(route, share=route.share * (1 - self.finds)) for route in routes if self.finds < 1)
        return (*rest, *(Route(to=found, share=self.finds, only=only, when=when) for only, when in cases))


def _made(key: str, step: Step) -> bool:
    """Whether an audit put in *step*, which bears its name for the step behind which it comes."""
    return key.startswith(f"{step.activity} after ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requalification(Claiming):
    """The client says himself of what class his cases are: some of one class come as another.

    It repairs the procedure, or games it; the routes, times and priorities of the new class do the rest.

    >>> Requalification(client="Users", of="ordinary", becomes="urgent", share=0.2).claim.measure
    'waiting for us'
    """

    name: ClassVar[str] = mark("requalification")

    client: str
    """Whose cases."""
    of: str
    """The class that they would have."""
    becomes: str
    """The class that he gives them."""
    share: Ratio
    """Of the cases of the first class, how many: `20 %` or 0.2."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: waiting for us, for the client, is to fall."""

    def __post_init__(self) -> None:
        share_in(self, "share")
        sign(self, self.client, "rigidity", "waiting for us", self.client)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the classes of his cases; none when nothing changes. Where classes go by quantity, those cases
        of the first class come as the second that are next to it.

        Raises `ModelError` when *rules* has no such client or classes, or when these go by quantity and are no
        neighbours.
        """
        known(self, ("client", self.client, rules.clients))
        before = rules.clients[self.client]
        known(self, ("of", self.of, before.classes), ("becomes", self.becomes, rules.classes()))
        parts = parts_as(before.classes, self.of, self.becomes)
        if not self.share or not any(before.classes[name] for name in parts) or self.of == self.becomes:
            return ()
        there = set(rules.classes())
        told = with_parts(rules, self.becomes, {new: old for old, new in parts.items() if new not in there})
        after = before
        for name, other in parts.items():
            after = self._moved(told, after, name, other)
        if after.by_quantity and not self._neighbours(before.by_quantity):
            found = _("the classes of {client} go by quantity").format(client=self.client)
            raise refused(self, "becomes", found, _("the next one"), ", ".join(before.by_quantity))
        rule = _("{share} % of the cases of {client} that are {of} come as {becomes}")
        text = rule.format(share=percent(self.share), client=self.client, of=self.of, becomes=self.becomes)
        edit = Edit(part="clients", key=self.client, before=before, after=after, relative=True)
        return (change(self, moment, text, *difference(rules, told), edit),)

    def _moved(self, rules: Organisation, before: Client, of: str, becomes: str) -> Client:
        """The client, of whose cases *of* a class, or a part of one, a share comes as another."""
        moved = before.classes[of] * self.share
        shares = {**before.classes, of: before.classes[of] - moved}
        shares[becomes] = shares.get(becomes, 0.0) + moved
        after = with_classes(rules, before, shares)
        due = mapped(before.due_by_class, {self.becomes: becomes})
        after = replace(after, quantity_by_class=asked_where(before, moved, of, becomes), due_by_class=due)
        return replace(after, by_quantity=tuple(name for name in before.by_quantity if name in after.classes))

    def _neighbours(self, classes: tuple[str, ...]) -> bool:
        return self.becomes in classes and abs(classes.index(self.of) - classes.index(self.becomes)) == 1
