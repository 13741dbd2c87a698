"""Certification: what is done is recorded each time, which has to be learned, and something becomes rarer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import harmonic_mean
from typing import ClassVar, cast

from irrupt.errors import Faults
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, number
from irrupt.organisation.flow import visits_of_class
from irrupt.organisation.guards import Like
from irrupt.organisation.likes import likes
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import Claim, Edit, RuleChange
from irrupt.regulation.acts.followups import Followup, refuse_times
from irrupt.regulation.acts.signature import (
    MANAGEMENT,
    UNSIGNED,
    ForEverybody,
    Later,
    Signature,
    both_or_none,
    change,
    known,
    refused,
    seconds,
    sign,
    weeks_of,
)
from irrupt.units import readable, time_said

LEARNED_IN = 3
"""Steps of a learning curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification(ForEverybody):
    """An activity is recorded each time it is done, and something that follows it becomes rarer, for all clients.

    The recording takes time; what it does to the waits of anybody is found, not assumed. That something becomes rarer
    is what is assumed of the certificate: try several numbers, 1 among them.

    >>> act = Certification(activity="Produce batch", added="12 min", after="Analyse", then="Blend again", times=0.6)
    >>> act.added, act.claim.measure
    (720.0, 'rework')
    """

    name: ClassVar[str] = mark("certification")

    activity: str
    """What is recorded."""
    added: float | str
    """Time that the recording takes whoever does it, at the mean pace of the people of the team, and in the mean of the
    cases that come there: seconds, or text such as `12 min`. Faster and slower people differ in it as in their other
    work, and so do cases of classes and clients that take longer."""
    after: str | None = None
    """What the certificate is to make better: after this activity ..."""
    then: str | None = None
    """... this one is less often the next."""
    times: float = 1.0
    """What its probability is multiplied by: 0.6 makes it rarer by two fifths."""
    learning: float | str | None = None
    """How long it takes to learn to record, in weeks, or as text such as `8 weeks`; None: it is known at once."""
    at_first: float = 2.0
    """While it is not learned: what the time of the recording is multiplied by at first. It falls to 1 in three equal
    times, by the same ratio each (a learning curve: Wright 1936, Factors Affecting the Cost of Airplanes)."""
    signed: Signature = UNSIGNED
    """Who asks for it, and why. By default he claims: rework, for all clients, is to fall."""

    def __post_init__(self) -> None:
        wrong = Faults()
        with wrong:
            object.__setattr__(self, "added", seconds(self, "added", self.added))
        with wrong:
            object.__setattr__(self, "learning", weeks_of(self, "learning", self.learning))
        with wrong:
            refuse_times(self, self.times)
        with wrong:
            if not 1 <= self.at_first < float("inf"):
                raise refused(self, "at first", f"{self.at_first:g}", _("a number, 1 or more"))
        with wrong:
            both_or_none(self, self.after, self.then)
            if self.then is None and self.times != 1.0:
                raise refused(self, "times", f"{self.times:g}", _('"after" and "then", of which it is the frequency'))
        wrong.tell()
        sign(self, MANAGEMENT, "fluctuation", "rework", ALL_CLIENTS)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the times and routes; none when nothing changes.

        Raises `ModelError` when *rules* has no such activities, or when *then* never comes straight after *after*.
        """
        activities = rules.step_activities()
        known(self, ("activity", self.activity, activities), ("after", self.after, activities))
        known_at_once = self.learning is None
        edits = [*self.recorded(rules, cast("float", self.added) * (1.0 if known_at_once else self.at_first))]
        words = {"activity": self.activity, "after": self.after, "then": self.then, "times": number(self.times, 2)}
        rule = _("{activity} is recorded each time, which takes {time}").format(time=self._time(), **words)
        if self.after is not None and self.then is not None:
            followup = Followup(after=self.after, then=self.then, times=self.times, client=None)
            followup.refuse(self, rules)
            rerouted = [*followup.edits(rules)]
            if rerouted:
                rule += "; " + _("after {after}, {then} is {times} times as frequent").format(**words)
            edits += rerouted
        return (change(self, moment, rule, *edits),) if edits else ()

    def _time(self) -> str:
        """How long the recording takes, at first and once it is learned, in words."""
        added = cast("float", self.added)
        if self.learning is None or self.at_first == 1 or added == 0:
            return time_said(added)
        words = {"first": time_said(readable(added * self.at_first)), "learned": time_said(added)}
        return _("{first} at first, {learned} once it is learned").format(**words)

    def later(self, rules: Organisation) -> tuple[Later, ...]:
        """The steps of the learning curve."""
        if self.learning is None or self.at_first == 1 or self.added == 0:
            return ()
        weeks, added = cast("float", self.learning), cast("float", self.added)
        times = [added * self.at_first ** (1 - step / LEARNED_IN) for step in range(LEARNED_IN + 1)]
        return tuple(
            (weeks * step / LEARNED_IN, Learned(of=self, before=times[step - 1], less=times[step - 1] - times[step]))
            for step in range(1, LEARNED_IN + 1)
        )

    def recorded(self, rules: Organisation, added: float, before: float = 0.0) -> Iterator[Edit]:
        """The edits that make the activity last *added* seconds longer, at the mean pace of its team and in the mean of
        its cases; less where its recording, which took *before*, has been cut short meanwhile: by the same share."""
        names = sorted(name for name, step in rules.steps.items() if step.activity == self.activity and added != 0)
        for name, factor in mean_factors(rules, names).items():
            step = rules.steps[name]
            pace = mean_pace(rules, step.team) / factor
            work = added * pace
            if before > 0.0:
                work *= min(step.recording / (before * pace), 1.0)
            duration = rules.distribution(step.duration).plus(work)
            recording = max(step.recording + work, 0.0)
            after = replace(step, duration=duration, recording=recording)
            yield Edit(part="steps", key=name, before=step, after=after, relative=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A step of the learning curve of a certification: recording takes less time than before."""

    name: ClassVar[str] = mark("recording is learned")

    of: Certification
    before: float
    """Seconds that it took so far,"""
    less: float
    """and by how many that falls."""

    @property
    def client(self) -> None:
        """It is about everybody's cases."""

    @property
    def claim(self) -> Claim:
        """That of the certification."""
        return self.of.claim

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the times of work."""
        edits = tuple(self.of.recorded(rules, -self.less, self.before))
        rule = _("Recording {activity} is learned: it takes {time}").format(
            activity=self.of.activity, time=time_said(readable(self.before - self.less))
        )
        # Learning takes nobody hours of organising work: what the certification took stands in its own change.
        return (replace(change(self.of, moment, rule, *edits), organising_hours=0.0, learned=True),) if edits else ()


def mean_pace(rules: Organisation, team: str | None) -> float:
    """The speed at which the mean time that the people of *team* take for a piece of work is the time it takes: the
    harmonic mean of their speeds; 1 where nobody works."""
    speeds = [] if team is None else [rules.people[person].speed for person in sorted(rules.members(team))]
    return harmonic_mean(speeds) if speeds else 1.0


def mean_factors(rules: Organisation, names: Sequence[str]) -> dict[str, float]:
    """By what the time of the cases that come to each of the steps called *names* is multiplied for their classes and
    clients, in the mean; 1 where none come, or where their work takes no time."""
    cases, times = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    vary = [name for name in names if rules.steps[name].by_class or rules.steps[name].by_client]
    for client, asks in rules.clients.items() if vary else ():
        for like, share in likes(rules, client).items():
            kind = like.name if isinstance(like, Like) else like
            often = visits_of_class(rules, client, like)
            for name in vary:
                step = rules.steps[name]
                come = (asks.cases_per_week or 1.0) * share * often[name]
                cases[name] += come
                times[name] += come * step.by_client.get(client, 1.0) * step.by_class.get(kind or "", 1.0)
    return {name: times[name] / cases[name] if times[name] > 0 else 1.0 for name in names}
