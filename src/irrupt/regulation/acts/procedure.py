"""Acts on rules of procedure: which steps are done, for whom, and what they ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from irrupt.errors import did_you_mean
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import first_of, mark, number
from irrupt.i18n import gettext as _
from irrupt.ledgers.checks import checking
from irrupt.organisation.distributions import NONE, Distribution
from irrupt.organisation.durations import distribution_in
from irrupt.organisation.flow import graph, reachable, visits
from irrupt.organisation.model import START, Check, Organisation, Route, Step
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.regulation.acts.between import audits_behind, put_in, unaudited
from irrupt.regulation.acts.followups import Followup, refuse_times
from irrupt.regulation.acts.naming import Naming, borne, free_name, with_names
from irrupt.regulation.acts.signature import (
    UNSIGNED,
    Claiming,
    Signature,
    Signed,
    change,
    known,
    refused,
    sign,
)

CHECK = "Check"
"""What a check is called of which nobody says it."""
QUARTER_OF_AN_HOUR = Distribution.lognormal(900.0, 0.5)
_SHOWN = 8
"""Teams that are named to who has to say one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImposedCheck(Naming):
    """A step is put in behind an activity, for the client's cases or for all."""

    name: ClassVar[str] = mark("imposed check")

    client: str | None
    """Whose cases; None, in files `all clients`: everybody's."""
    after: str
    """The activity that is checked."""
    activity: str | None = None
    """What the check is called, not like other work; None: `Check`, or, where something else is called so, `Check for`
    the client or `Check after` the activity."""
    team: str | None = None
    """Who does it; None: the team that does most of what is checked."""
    duration: Distribution | float | str = QUARTER_OF_AN_HOUR
    """Time of work: a distribution, seconds, or text such as `15 min`."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: rework, for the client, is to fall."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "duration", distribution(self, self.duration))
        sign(self, self.client, "fluctuation", "rework", self.client or ALL_CLIENTS)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One new check; none when it is there already.

        Raises `ModelError` when *rules* has no such client, activity or team, when the check is called like work
        that is no check, or when several teams do what is checked and none does most of it.
        """
        activities = rules.step_activities()
        known(
            self,
            ("after", self.after, activities),
            ("client", self.client, rules.clients),
            ("team", self.team, rules.teams),
            rules=rules,
        )
        if self.activity in activities and not checking([self.activity])[0]:
            found = _('"{activity}" is done already, and is no check: all of it would count as one')
            remedy = _("give the check another name, or none")
            raise refused(self, "activity", found.format(activity=self.activity), remedy=remedy)
        team = self.team if self.team is not None else self._main_team(rules)
        assert isinstance(self.duration, Distribution)
        name = self._called(rules)
        step = Step(activity=name, team=team, duration=self.duration)
        check = Check(after=self.after, client=self.client, step=step)
        words = {"activity": name, "after": self.after, "client": self.client, "team": team}
        if self.client is None:
            rule = _("{activity} by {team} after {after}, for all clients").format(**words)
        else:
            rule = _("{activity} by {team} after {after}, for cases of {client}").format(**words)
        key = _check_key(name, self.after, self.client)
        before = rules.checks.get(key)
        if before == check:
            return ()
        return (change(self, moment, rule, Edit(part="checks", key=key, before=before, after=check)),)

    def named(self, rules: Organisation) -> ImposedCheck:
        """The same, with its check called as it would be under *rules*, whatever is there by then."""
        return with_names(self, {CHECK: self._called(rules)})

    def _called(self, rules: Organisation) -> str:
        settled = self.names.get(CHECK) if self.activity is None else self.activity
        return check_name(rules, CHECK, self.after, self.client) if settled is None else settled

    def _main_team(self, rules: Organisation) -> str:
        """The team that does most of the activity that is checked, in the cases that are checked."""
        steps = {name: step for name, step in rules.steps.items() if step.activity == self.after}
        teams = sorted({step.team for step in steps.values() if step.team is not None})
        if not teams:
            found = _('no team does "{activity}"').format(activity=self.after)
            remedy = _("say which team does the check: {teams}").format(teams=first_of(sorted(rules.teams), _SHOWN))
            raise refused(self, "team", found, remedy=remedy)
        if len(teams) == 1:
            return teams[0]
        done = dict.fromkeys(teams, 0.0)
        for client in rules.clients if self.client is None else [self.client]:
            skipped = rules.skips.get(client, frozenset())
            often = visits(rules, client)
            weight = rules.clients[client].cases_per_week if self.client is None else 1.0
            for name, step in steps.items():
                if step.team is not None and name not in skipped:
                    done[step.team] += weight * often[name]
        most = max(done.values())
        leading = [team for team in teams if done[team] >= most * (1 - 1e-9)]
        if len(leading) == 1:
            return leading[0]
        found = _('several teams do "{activity}" equally often: {teams}').format(
            activity=self.after, teams=", ".join(leading)
        )
        raise refused(self, "team", found, remedy=_("say which team does the check"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bypass(Claiming):
    """The client's cases pass through steps without anything being done: around an activity, a team, or both. What
    follows still does, with the time that passes until then: who is not asked answers all the same, unless his answer
    is skipped as well, by a bypass of its own. A case on which nobody else would work skips nothing. Checks and audits
    are put in behind what is done: what is skipped has none, and a team that is skipped still makes its own.
    """

    name: ClassVar[str] = mark("bypass")

    client: str
    """Whose cases."""
    skips: str | None = None
    """The activity that is skipped; None: whatever *team* does, but for its checks and audits."""
    team: str | None = None
    """The team that is skipped; None: whoever does *skips*. With both, only what this team does of this activity."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: cycle time, for the client, is to fall."""

    def __post_init__(self) -> None:
        if self.skips is None and self.team is None:
            raise refused(self, "", _("nothing to skip"), _('"skips", an activity, or "team", or both'))
        sign(self, self.client, "rigidity", "cycle time", self.client)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the steps that the client's cases skip, and of the audits behind them; none when they skip them
        already.

        Raises `ModelError` when *rules* has no such client, activity or team, when no step is both, or when nothing
        would be left to do for the client.
        """
        activities = rules.step_activities()
        known(
            self,
            ("client", self.client, rules.clients),
            ("skips", self.skips, activities),
            ("team", self.team, rules.teams),
            rules=rules,
        )
        chosen = self._chosen(rules)
        before = rules.skips.get(self.client)
        after = (before or frozenset()) | chosen
        if after == before:
            return ()
        self._something_left(rules, after)
        edit = Edit(part="skips", key=self.client, before=before, after=after)
        return (change(self, moment, self._rule(rules), edit, *self._unaudited(rules, chosen)),)

    def _unaudited(self, rules: Organisation, chosen: frozenset[str]) -> Iterator[Edit]:
        """The edit by which nothing is audited for him of what is not done."""
        before = rules.client_routes.get(self.client)
        after = dict(before or {})
        for name in sorted(chosen):
            if audits := audits_behind(rules, name):
                after[name] = unaudited(rules, self.client, name, audits)
        if after != (before or {}):
            yield Edit(part="client_routes", key=self.client, before=before, after=after, relative=True)

    def _chosen(self, rules: Organisation) -> frozenset[str]:
        stay = put_in(rules) if self.skips is None else frozenset[str]()
        chosen = frozenset(
            name
            for name, step in rules.steps.items()
            if self.skips in (None, step.activity) and self.team in (None, step.whose) and name not in stay
        )
        if not chosen:
            teams = sorted({s.whose for s in rules.steps.values() if s.whose and self.skips in (None, s.activity)})
            if self.skips is None:
                found = _("no step is done by {team}").format(team=self.team)
                raise refused(self, "team", found, remedy=did_you_mean("", teams))
            found = _('no "{activity}" is done by {team}').format(team=self.team, activity=self.skips)
            raise refused(self, "team", found, remedy=did_you_mean(self.team or "", teams))
        return chosen

    def _something_left(self, rules: Organisation, skipped: frozenset[str]) -> None:
        """Raise `ModelError` when every step that the client's cases can come to is skipped."""
        within = reachable(graph(rules, self.client), START) & set(rules.steps)
        if within <= skipped:
            found = _("nothing would be left to do for {client}").format(client=self.client)
            raise refused(self, "", found, _("at least one step that is not skipped"))

    def _rule(self, rules: Organisation) -> str:
        words = {"client": self.client, "activity": self.skips, "team": self.team}
        if self.team is None:
            return _("Cases of {client} skip {activity}").format(**words)
        if self.skips is None:
            theirs = [check.step for check in rules.checks.values() if check.client in (None, self.client)]
            if any(step.team == self.team for step in (*theirs, *(rules.steps[name] for name in put_in(rules)))):
                return _("Cases of {client} skip what is done by {team}, but for its checks").format(**words)
            return _("Cases of {client} skip what is done by {team}").format(**words)
        return _("Cases of {client} skip {activity} at {team}").format(**words)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteFile(Claiming):
    """The client hands in all that is needed at once: he is asked less often for what is missing.

    >>> act = CompleteFile(client="Atelier", after="Check file", then="Ask for document", times=0.2)
    >>> act.claim.measure
    'cycle time'
    """

    name: ClassVar[str] = mark("complete file")

    client: str
    """Whose cases."""
    after: str
    """The activity that finds something missing."""
    then: str
    """The activity that asks for it, or waits for it, straight after."""
    times: float
    """What its probability is multiplied by: 0.2 leaves a fifth, 0 none."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: cycle time, for the client, is to fall."""

    def __post_init__(self) -> None:
        refuse_times(self, self.times)
        sign(self, self.client, "rigidity", "cycle time", self.client)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the routes of the client's cases; none when nothing changes.

        Raises `ModelError` when *rules* has no such client or activities, or when *then* never comes straight after
        *after* for him.
        """
        activities = rules.step_activities()
        known(
            self,
            ("client", self.client, rules.clients),
            ("after", self.after, activities),
            ("then", self.then, activities),
        )
        followup = Followup(after=self.after, then=self.then, times=self.times, client=self.client)
        followup.refuse(self, rules)
        edits = tuple(followup.edits(rules))
        if not edits:
            return ()
        rule = _("In cases of {client}, {then} after {after} is {times} times as frequent").format(
            client=self.client, then=self.then, after=self.after, times=number(self.times, 2)
        )
        return (change(self, moment, rule, *edits),)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoLocation(Claiming):
    """Client and organisation move together: what passes between two activities, and no work explains, takes less time.

    Transport, post, waiting for an answer: every delay between them is multiplied, for the client's cases or for all.
    What ends when a case is so old is no such delay: only none of it can be left.

    >>> CoLocation(client="Carmaker", after="Pack", then="Receive", times=0.25).claim.measure
    'cycle time'
    """

    name: ClassVar[str] = mark("co-location")

    client: str | None
    """Whose cases; None, in files `all clients`: everybody's."""
    after: str
    """The activity behind which time passes ..."""
    then: str
    """... until this one can begin."""
    times: float
    """What the delay is multiplied by: 0.25 leaves a quarter, 0 none."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: cycle time, for the client, is to fall."""

    def __post_init__(self) -> None:
        refuse_times(self, self.times)
        sign(self, self.client, "rigidity", "cycle time", self.client or ALL_CLIENTS)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the delays; none when nothing changes.

        Raises `ModelError` when *rules* has no such client or activities, when no time passes between them, or when
        what passes counts from when the case came.
        """
        activities = rules.step_activities()
        known(
            self,
            ("client", self.client, rules.clients),
            ("after", self.after, activities),
            ("then", self.then, activities),
        )
        places = sorted(name for name, step in rules.steps.items() if step.activity == self.after)
        audits = (audit for name in places for audit in audits_behind(rules, name))
        edits = tuple(self._edits(rules, list(dict.fromkeys([*places, *audits]))))
        if not edits:
            if self.times == 1.0:
                return ()
            found = _("no time passes between {after} and {then}").format(after=self.after, then=self.then)
            raise refused(self, "then", found)
        rule = _("Between {after} and {then} {share} % of the delay is left").format(
            after=self.after, then=self.then, share=number(100 * self.times, 0)
        )
        return (change(self, moment, rule, *edits),)

    def _edits(self, rules: Organisation, places: list[str]) -> Iterator[Edit]:
        if self.client is None:
            for name in places:
                before = rules.routes[name]
                if (after := self._nearer(rules, before)) != before:
                    yield Edit(part="routes", key=name, before=before, after=after, relative=True)
        for client in sorted(rules.client_routes) if self.client is None else [self.client]:
            own = rules.client_routes.get(client)
            ways = {name: (own or {}).get(name) or rules.routes[name] for name in places}
            changed = {
                name: after
                for name, before in ways.items()
                if (self.client is not None or (own or {}).get(name))
                and (after := self._nearer(rules, before)) != before
            }
            if changed:
                routes = {**(own or {}), **changed}
                yield Edit(part="client_routes", key=client, before=own, after=routes, relative=True)

    def _nearer(self, rules: Organisation, routes: tuple[Route, ...]) -> tuple[Route, ...]:
        meant = {name for name, step in rules.steps.items() if step.activity == self.then}
        aged = (
            route.since == "clock" and rules.distribution(route.delay) != NONE for route in routes if route.to in meant
        )
        if self.times not in (0.0, 1.0) and any(aged):
            found = _("what passes between {after} and {then} ends when a case is so old")
            raise refused(self, "times", found.format(after=self.after, then=self.then), _("0, or another activity"))
        return tuple(
            replace(
                route,
                delay=rules.distribution(route.delay).times(self.times),
                older=tuple(replace(one, delay=rules.distribution(one.delay).times(self.times)) for one in route.older),
            )
            if route.to in meant
            else route
            for route in routes
        )


def check_name(rules: Organisation, plain: str, after: str, client: str | None) -> str:
    """What a check is called of which nobody says it: *plain*, unless something else is; the same whatever the
    language, for what is done is data."""
    names = [plain, f"{plain} after {after}"] if client is None else [plain, f"{plain} for {client}"]
    names += [] if client is None else [f"{plain} after {after} for {client}"]
    return free_name(names, borne(rules, client), lambda name: _check_key(name, after, client) in rules.checks)


def _check_key(activity: str, after: str, client: str | None) -> str:
    """What the check is called among the checks: the same act makes the same check, whatever the language."""
    return f"{activity} after {after}" + (f" for {client}" if client else "")


def distribution(act: Signed, duration: Distribution | float | str, parameter: str = "duration") -> Distribution:
    """The time that *duration*, a *parameter* of *act*, says. Raises `ModelError` when it is none."""
    if isinstance(duration, Distribution):
        return duration
    try:
        if isinstance(duration, str):
            return distribution_in(duration)
        return Distribution.fixed(float(duration))
    except (TypeError, ValueError) as problem:
        raise refused(act, parameter, str(problem)) from None
