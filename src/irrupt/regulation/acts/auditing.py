"""Audits: a share of the cases is looked at again behind an activity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from math import isclose
from typing import ClassVar

from irrupt.errors import Faults
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.flow import graph, reachable
from irrupt.organisation.model import START, Organisation, Route, Step
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.regulation.acts.between import Routes, unaudited
from irrupt.regulation.acts.demand import percent
from irrupt.regulation.acts.naming import Naming, borne, free_name, with_names
from irrupt.regulation.acts.places import step_meant
from irrupt.regulation.acts.procedure import QUARTER_OF_AN_HOUR, distribution
from irrupt.regulation.acts.signature import (
    UNSIGNED,
    Ratio,
    Signature,
    change,
    known,
    refused,
    share_in,
    sign,
)

AUDIT = "Audit"
FINDING = "Audit finding"
"""What is recorded when an audit finds something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit(Naming):
    """A share of the cases is audited behind an activity; what the audit finds is recorded, and goes back. Done again
    with another share, it is as often as said last; with 0 it ends.

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
        """One change of the steps and routes; none when as many cases are audited already. The same audit of another
        share takes its place.

        Raises `ModelError` when *rules* has no such client, activity, team or step, when another audit is called so
        already, or when several ways behind it are taken at once.
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
        audited = {name for name, step in rules.steps.items() if step.activity == self.after}
        if any(rules.steps[name].split != "one" for name in audited):
            found = _('several ways behind "{after}" are taken at once, and an audit would be one more')
            raise refused(self, "after", found.format(after=self.after), _("an activity that leads one way at a time"))
        back_to = self.back_to and step_meant(self, "back to", self.back_to, rules, self.client)
        edits = tuple(self._edits(rules, back_to))
        if not edits:
            return ()
        who = self.client or _("all clients")
        rule = _("{share} % of {after} for {client} is audited by {team}")
        text = rule.format(share=percent(self.share), after=self.after, client=who, team=self.team)
        return (change(self, moment, text, *edits),)

    def named(self, rules: Organisation) -> Audit:
        """The same, with it and its findings called as they would be under *rules*, whatever is there by then."""
        return with_names(self, {AUDIT: self._called(rules), FINDING: self._finding_called(rules)})

    def _edits(self, rules: Organisation, back_to: str | None) -> Iterator[Edit]:
        assert isinstance(self.duration, Distribution)
        ways: dict[str, dict[str, Routes]] = {}
        called, finding = self._called(rules), self._finding_called(rules)
        step = Step(activity=called, team=self.team, duration=self.duration)
        for name in sorted(name for name, step in rules.steps.items() if step.activity == self.after):
            new, found = self._new(rules, step, name), self._found(finding, name)
            if new not in rules.steps:
                if self.share == 0:
                    continue
                yield Edit(part="steps", key=new, before=None, after=step)
            yield from self._finding(rules, finding, found, back_to)
            if new not in rules.steps:
                yield Edit(part="routes", key=new, before=None, after=self._onward(rules.routes[name], found))
            for client, place, after in self._ways(rules, name, new, found):
                own = rules.client_routes.get(client or "", {})
                shared = None if client is not None and self.client is None else rules.routes.get(place)
                if (before := own.get(place) or shared) and _alike(before, after):
                    continue
                if client is None:
                    yield Edit(part="routes", key=place, before=before, after=after, relative=True)
                else:
                    ways.setdefault(client, dict(own))[place] = after
        for client, theirs in sorted(ways.items()):
            was = rules.client_routes.get(client)
            yield Edit(part="client_routes", key=client, before=was, after=theirs, relative=True)

    def _ways(self, rules: Organisation, name: str, new: str, found: str) -> Iterator[tuple[str | None, str, Routes]]:
        """Of whom (None: of all) which steps lead where, once some of what is done at *name* goes to *new*. Of who
        skips it nothing is audited."""
        there = new in rules.steps
        skip = {client for client, skipped in rules.skips.items() if name in skipped}
        own = {client for client, routes in rules.client_routes.items() if routes.get(name)}
        for client in [None, *sorted(own | skip)] if self.client is None else [self.client]:
            routes = rules.client_routes.get(client or "", {}).get(name) or rules.routes[name]
            plain = unaudited(rules, client, name, [new]) if there else routes
            if not plain:
                raise refused(self, "activity", _('"{name}" is there already').format(name=new), _("another name"))
            yield client, name, plain if client in skip else self._turned(plain, new)
            if client not in skip and (client in own or there):
                yield client, new, self._onward(plain, found)

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

    def _new(self, rules: Organisation, step: Step, name: str) -> str:
        """The step at which is audited what was done at *name*: his own where another client has the same audited."""
        new = f"{step.activity} after {name}"
        his = rules.client_routes.get(self.client or "", {}).get(name) or rules.routes[name]
        if new in rules.steps and self.client is not None and all(route.to != new for route in his):
            new = f"{new} for {self.client}"
        if rules.steps.get(new, step) != step:
            raise refused(self, "activity", _('"{name}" is there already').format(name=new), _("another name"))
        return new

    def _turned(self, routes: Routes, new: str) -> Routes:
        """*routes*, with a share of the cases, class by class, led to the audit."""
        if self.share == 0:
            return routes
        cases = dict.fromkeys(route.whose for route in routes)
        rest = tuple(replace(route, share=route.share * (1 - self.share)) for route in routes if self.share < 1)
        return (*rest, *(Route(to=new, share=self.share, only=only, when=when) for only, when in cases))

    def _finding(self, rules: Organisation, finding: str, found: str, back_to: str | None) -> Iterator[Edit]:
        """The step *found*, at which is recorded what an audit finds, and the way back from there."""
        if back_to is not None and self.finds > 0:
            step = Step(activity=finding, team=None, duration=Distribution.fixed(0.0))
            back = (Route(to=back_to, share=1.0),)
            if rules.steps.get(found) != step:
                yield Edit(part="steps", key=found, before=rules.steps.get(found), after=step)
            if rules.routes.get(found) != back:
                yield Edit(part="routes", key=found, before=rules.routes.get(found), after=back)

    def _found(self, finding: str, name: str) -> str:
        return f"{finding} after {name}" + (f" for {self.client}" if self.client else "")

    def _onward(self, routes: Routes, found: str) -> Routes:
        if self.back_to is None or self.finds == 0:
            return routes
        cases = dict.fromkeys(route.whose for route in routes)
        rest = tuple(replace(route, share=route.share * (1 - self.finds)) for route in routes if self.finds < 1)
        return (*rest, *(Route(to=found, share=self.finds, only=only, when=when) for only, when in cases))


def _alike(before: Routes, after: Routes) -> bool:
    """Whether two routes are the same, but for how their shares were reckoned."""
    return len(before) == len(after) and all(
        replace(one, share=other.share) == other and isclose(one.share, other.share, rel_tol=1e-9)
        for one, other in zip(before, after, strict=True)
    )


def _made(key: str, step: Step) -> bool:
    """Whether an audit put in *step*, which bears its name for the step behind which it comes."""
    return key.startswith(f"{step.activity} after ")
