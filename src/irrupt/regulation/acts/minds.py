"""Acts by which a client changes his mind while work on his cases goes on: late changes, cancellations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Protocol

from irrupt.errors import Faults
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, number
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.model import END, Organisation, Patience, Route, Step
from irrupt.organisation.parallel import meet, splits
from irrupt.organisation.returns import Return
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.regulation.acts.between import audits_behind, of_the_rest, put_in
from irrupt.regulation.acts.demand import percent
from irrupt.regulation.acts.naming import Naming, free_name, with_names
from irrupt.regulation.acts.places import step_meant
from irrupt.regulation.acts.procedure import distribution
from irrupt.regulation.acts.signature import (
    UNSIGNED,
    Ratio,
    Signature,
    Signed,
    change,
    known,
    refused,
    share_in,
    sign,
)

Age = Distribution | float | str | None
CHANGE = "Change"
CANCELLATION = "Cancellation"


@dataclass(frozen=True, slots=True, kw_only=True)
class LateChange(Naming):
    """The client changes what he asked for while it is being worked on: some of his cases go back, each once at most.

    Either when an activity is done, for nothing; or at some age, wherever the case is then: it leaves its queue, its
    delay ends, and work on it stops in the middle. A case that goes back from one of several ways at once to before
    they part goes back as a whole: what is done on the others is called off.

    >>> act = LateChange(client="Carmaker", age="2 days", back_to="Plan", share=0.15)
    >>> act.claim.measure
    'cycle time'
    """

    name: ClassVar[str] = mark("late change")

    client: str
    """Whose cases."""
    during: str | None = None
    """The activity that is done for nothing: when it ends, the case goes back. This, or an age."""
    age: Age = None
    """Time from when a case came until he changes it, wherever it is then: a distribution, seconds, or text such as
    `2 days`. A case that is over by then stays as it is."""
    back_to: str
    """The activity, or the step, where it goes back to. Of several steps of an activity it is the one that his cases
    come to most, from the activity that is done for nothing if some do."""
    share: Ratio
    """Probability, each time that the activity is done in a case that was not sent back yet, or of the cases of such an
    age: `15 %` or 0.15."""
    activity: str | None = None
    """What is recorded when a case is changed at some age; None: `Change`, or, where something else is called so,
    `Change by` the client."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: cycle time, for the client, is to fall."""

    def __post_init__(self) -> None:
        _check(self, "during", self.during)
        sign(self, self.client, "rigidity", "cycle time", self.client)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of what comes back; none when it comes back like this already.

        Raises `ModelError` when *rules* has no such client or activities, or when several steps may be meant.
        """
        activities = rules.step_activities()
        known(
            self,
            ("client", self.client, rules.clients),
            ("during", self.during, activities),
            ("back to", self.back_to, {*activities, *rules.steps}),
        )
        words = {"client": self.client, "share": percent(self.share), "back_to": self.back_to}
        back_to = step_meant(self, "back to", self.back_to, rules, self.client, behind=self.during)
        if isinstance(self.age, Distribution):
            rule = _(
                "{share} % of the cases of {client} are changed {hours} h after they came: they go back to {back_to}"
            )
            words["hours"] = _hours(self.age)
            return _off(self, CHANGE, rules, moment, rule.format(**words), back_to)
        assert self.during is not None
        edits = tuple(self._going_back(rules, self.during, back_to))
        if not edits:
            return ()
        rule = _("When {during} is done for {client}, {share} % of the cases go back to {back_to}")
        return (change(self, moment, rule.format(during=self.during, **words), *edits),)

    def _going_back(self, rules: Organisation, during: str, back_to: str) -> Iterator[Edit]:
        """The edits by which cases go back to a step, when *during* is done; none where they do already."""
        key = f"{during} back to {self.back_to} for {self.client}"
        before = rules.returns.get(key)
        after = Return(during=during, back_to=back_to, share=self.share, client=self.client)
        if before is None and self.share == 0:
            return
        whole = f"Change of {self.client} back to {back_to}"
        if whole in rules.steps:
            after = replace(after, back_to=whole)
        elif meet(replace(rules, returns={**rules.returns, key: after})):
            after = replace(after, back_to=whole)
            called = _called(self, CHANGE, rules)
            step = Step(activity=called, client_act=True, alone=True)
            yield Edit(part="steps", key=whole, before=None, after=step)
            yield Edit(part="routes", key=whole, before=None, after=(Route(to=back_to, share=1.0),))
        if before != after:
            yield Edit(part="returns", key=key, before=before, after=after)

    def named(self, rules: Organisation) -> LateChange:
        """The same, with what is recorded called as it would be under *rules*, whatever is there by then."""
        return with_names(self, {CHANGE: _called(self, CHANGE, rules)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation(Naming):
    """The client takes some of his cases back: when an activity is done; or at some age, wherever they are then.

    They count as given up, with all the work that was done for nothing. A case at several steps at once is taken back
    as a whole, and before it goes several ways.

    >>> Cancellation(client="Carmaker", after="Plan", share=0.1).claim.measure
    'throughput'
    >>> Cancellation(client="Carmaker", age="2 days", share=0.1).age.mean
    172800.0
    """

    name: ClassVar[str] = mark("cancellation")

    client: str
    """Whose cases."""
    after: str | None = None
    """The activity behind which they are taken back. This, or an age."""
    age: Age = None
    """Time from when a case came until he takes it back, wherever it is then (its queue is left, work on it stops): a
    distribution, seconds, or text such as `2 days`. A case that is over by then stays."""
    share: Ratio
    """Of the times that the activity is done, or of the cases of such an age: `10 %` or 0.1."""
    activity: str | None = None
    """What is recorded then, as done by him; None: `Cancellation`, or, where something else is called so, `Cancellation
    by` the client."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: what he gets a week is to fall."""

    def __post_init__(self) -> None:
        _check(self, "after", self.after)
        sign(self, self.client, "fluctuation", "throughput", self.client)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change: of his routes, or of how long he waits for a case as a whole; none where nothing changes.

        Raises `ModelError` when *rules* has no such client or activity, or a step of this name that does other things.
        """
        activities = rules.step_activities()
        known(self, ("client", self.client, rules.clients), ("after", self.after, activities))
        words = {"client": self.client, "share": percent(self.share), "after": self.after}
        if isinstance(self.age, Distribution):
            rule = _("{share} % of the cases of {client} are taken back {hours} h after they came")
            return _off(self, CANCELLATION, rules, moment, rule.format(hours=_hours(self.age), **words), END)
        if self.share == 0:
            return ()
        rule = _("{share} % of the cases of {client} are taken back when {after} is done")
        return (change(self, moment, rule.format(**words), *self._edits(rules)),)

    def named(self, rules: Organisation) -> Cancellation:
        """The same, with what is recorded called as it would be under *rules*, whatever is there by then."""
        return with_names(self, {CANCELLATION: _called(self, CANCELLATION, rules)})

    def _edits(self, rules: Organisation) -> Iterator[Edit]:
        called = _called(self, CANCELLATION, rules)
        ends: tuple[Route, ...] = (Route(to=END, share=1.0),)
        if (there := rules.steps.get(called)) not in (None, step := _taken_back(called, rules)):
            raise refused(self, "activity", _('"{name}" is there already').format(name=called), _("another name"))
        if there is None:
            yield Edit(part="steps", key=called, before=None, after=step)
            yield Edit(part="routes", key=called, before=None, after=ends)
        places = sorted(name for name, step in rules.steps.items() if step.activity == self.after)
        if any(rules.steps[name].split != "one" for name in places):
            yield self._before_it_splits(rules, called)
            return
        before = rules.client_routes.get(self.client)
        after = dict(before or {})
        audited = put_in(rules)
        for name in dict.fromkeys([*places, *(audit for place in places for audit in audits_behind(rules, place))]):
            routes = (before or {}).get(name) or rules.routes[name]
            after[name] = tuple(self._led(routes, called, audited))
        yield Edit(part="client_routes", key=self.client, before=before, after=after, relative=True)

    def _led(self, routes: tuple[Route, ...], called: str, audited: frozenset[str]) -> Iterator[Route]:
        """*routes*, some of the cases led to where they are taken back, but for those that are *audited* before they go
        on."""
        free = [route for route in routes if route.to not in audited]
        yield from (replace(route, share=route.share * (1 - self.share)) for route in free if self.share < 1)
        for only, when in dict.fromkeys(route.whose for route in free):
            share = self.share * of_the_rest(routes, (only, when), audited)
            yield Route(to=called, share=share, only=only, when=when)
        yield from (route for route in routes if route.to in audited)

    def _before_it_splits(self, rules: Organisation, called: str) -> Edit:
        """Where several ways are taken at once, one more would go beside them: the case leaves before it takes any."""
        key = f"{self.after} back to {called} for {self.client}"
        before = rules.returns.get(key)
        share = self.share if before is None else 1 - (1 - self.share) * (1 - before.share)
        assert self.after is not None
        after = Return(during=self.after, back_to=called, share=share, client=self.client)
        return Edit(part="returns", key=key, before=before, after=after, relative=True)


class _Aged(Signed, Protocol):
    """An act on cases at some age."""

    @property
    def client(self) -> str:
        """Whose cases."""

    @property
    def share(self) -> float:
        """Of how many of them."""

    @property
    def activity(self) -> str | None:
        """What is recorded then, where it is said."""

    @property
    def names(self) -> Mapping[str, str]:
        """What is called how, once that is settled."""


def _check(act: _Aged, parameter: str, activity: str | None) -> None:
    """Raise `ModelError` with all that is wrong with the share of *act*, and with its age or *activity*."""
    wrong = Faults()
    with wrong:
        share_in(act, "share")
    with wrong:
        _one_of(act, parameter, activity)
    wrong.tell()


def _one_of(act: Signed, parameter: str, activity: str | None) -> None:
    """Take in the age of *act*. Raises `ModelError` when it is none, or when not exactly one of *activity* and the age
    is given."""
    age = getattr(act, "age", None)
    if (activity is None) == (age is None):
        raise refused(act, parameter, _('either "{name}" or "age" is needed').format(name=parameter), _("one of them"))
    if age is not None:
        object.__setattr__(act, "age", distribution(act, age, "age"))


def _taken_back(activity: str, rules: Organisation) -> Step:
    """The step at which a case is taken back; with all its parts, where cases have several."""
    return Step(activity=activity, client_act=True, given_up=True, alone=splits(rules))


def _called(act: _Aged, plain: str, rules: Organisation) -> str:
    """What is recorded: as *act* says, or else *plain* unless something is called so that is none of these acts."""
    settled = act.names.get(plain) if act.activity is None else act.activity
    if settled is not None:
        return settled
    others = {key: step for key, step in rules.steps.items() if step != _taken_back(step.activity, rules)}
    taken = {*others} | {step.activity for step in others.values()}
    taken |= {check.step.activity for check in rules.checks.values()}
    taken |= {rule.activity for key, rule in rules.patience.items() if key != _key(rule.activity, rule.client)}
    return free_name([plain, f"{plain} by {act.client}"], taken, lambda name: _key(name, act.client) in rules.patience)


def _key(activity: str, client: str | None) -> str:
    return f"{activity} of {client}"


def _off(act: _Aged, plain: str, rules: Organisation, moment: datetime, text: str, to: str) -> tuple[RuleChange, ...]:
    """One change: some of a client's cases leave where they are, at some age; *plain*: what it is called as a rule."""
    name = _called(act, plain, rules)
    key = _key(name, act.client)
    before = rules.patience.get(key)
    age = getattr(act, "age", None)
    after = Patience(lasts=age, share=act.share, activity=name, to=to, client=act.client)
    if before == after or (before is None and act.share == 0):
        return ()
    return (change(act, moment, text, Edit(part="patience", key=key, before=before, after=after)),)


def _hours(age: Distribution) -> str:
    return number(age.mean / 3600, 1 if age.mean < 36000 else 0)
