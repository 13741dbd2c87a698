"""Acts on who knows a practice and who spends time on rules: what workers begin, and what is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, cast

from irrupt.errors import Faults
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, number
from irrupt.organisation.authorship import RESPECTS, Respect, Rule
from irrupt.organisation.hours import Interval, calendar_said, hours_in, joined, reduced
from irrupt.organisation.model import Organisation, Step
from irrupt.organisation.rules import Claim, Edit, RuleChange
from irrupt.organisation.staff import Calendar
from irrupt.regulation.acts.followups import Followup
from irrupt.regulation.acts.hours import members_hours, own_hours
from irrupt.regulation.acts.signature import (
    MANAGEMENT,
    UNSIGNED,
    ForEverybody,
    Later,
    Names,
    Signature,
    both_or_none,
    change,
    known,
    one_or_more,
    reading,
    refused,
    sign,
    usually,
    weeks_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transmission(ForEverybody):
    """A practice that a team kept to itself is shown to others: a secret becomes a shared rule.

    Those of the team that learns it can then take the work of the team that knew it, at their own speed. Where nobody
    learns it, only who can see it changes: the rule stands in the history, and work goes on as before.

    >>> act = Transmission(practice="How the reactor is warmed up", holder="Operators", learner="Technicians")
    >>> act.signed.author, act.claim.measure
    ('Management', 'wait at the team')
    """

    name: ClassVar[str] = mark("transmission")

    practice: str
    """What is shown, in words: one of the organisation's rules, where these have it."""
    holder: str
    """The team that kept it to itself."""
    learner: str | None = None
    """The team that learns it; None: it is only shown."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default Management claims: the wait at the team that knew it is to fall."""

    def __post_init__(self) -> None:
        sign(self, MANAGEMENT, "rigidity", "wait at the team", self.holder)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of who can see the practice, and of who can do the work; none where all of it is so already.

        Raises `ModelError` when *rules* has no such team, or when a team is to learn from itself.
        """
        known(self, ("holder", self.holder, rules.teams), ("learner", self.learner, rules.teams), rules=rules)
        if self.learner == self.holder:
            raise refused(self, "learner", self.holder, _("another team"))
        secret = {"text": self.practice, "written": False, "visible to": [self.holder]}
        seen = [*self.signed.visible_to]
        shared = {"text": self.practice, "written": self.signed.written, "visible to": seen}
        edits = [Edit(part="rulebook", key=self.practice, before=secret, after=shared)]
        if (kept := rules.rules.get(self.practice)) is not None:
            told = replace(kept, written=self.signed.written, visible_to=self.signed.visible_to)
            edits = [] if told == kept else [Edit(part="rules", key=self.practice, before=kept, after=told)]
        learnt = [] if self.learner is None else list(self._learnt(rules, self.learner))
        if not (edits or learnt) or (self.learner is not None and kept is None and not learnt):
            return ()
        edits += learnt
        if self.learner is None:
            rule = _("{practice}: what only {holder} knew is shown").format(practice=self.practice, holder=self.holder)
            return (change(self, moment, rule, *edits),)
        rule = _(
            "{practice}: what only {holder} knew is shown to {learner}, whose people can then do that work"
        ).format(practice=self.practice, holder=self.holder, learner=self.learner)
        return (change(self, moment, rule, *edits),)

    def _learnt(self, rules: Organisation, learner: str) -> Iterator[Edit]:
        """The edits by which the people of the team *learner* can do the work of those who knew it."""
        for person in sorted(rules.members(learner)):
            who = rules.people[person]
            if self.holder not in who.teams:
                after = replace(who, teams=(*who.teams, self.holder))
                yield Edit(part="people", key=person, before=who, after=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing(ForEverybody):
    """Somebody writes how a team works: the team itself, experts, or the client. Work goes on as before; whose rule it
    follows changes.

    What writing and reading cost is not in it: `organising time` takes hours for it, `certification` has what is
    written learned. Done by nobody but the team, it is autonomous regulation; negotiated, it is joint.

    >>> act = Writing(rule="How a batch is made", team="Operators", activities=["Produce batch"])
    >>> act.signed.author, act.claim.measure, act.claim.expects
    ('Operators', 'own method', 'rise')
    """

    name: ClassVar[str] = mark("writing")

    rule: str
    """What is written, in words. Where the organisation's rules have one of this name, it is written anew."""
    team: str
    """Whose work it is about."""
    activities: Names = ()
    """Which of its activities; none: those of what is written anew, or all."""
    sets: Annotated[tuple[Respect, ...], str] = ()
    """What it sets of the work: its order, speed, method; nothing named: what was set before, or the method."""
    signed: Signature = UNSIGNED
    """Who writes, and why. By default the team claims: its own method is to rise."""

    def __post_init__(self) -> None:
        for name in ("activities", "sets"):  # One alone needs no brackets.
            object.__setattr__(self, name, one_or_more(getattr(self, name)))
        if not set(self.sets) <= set(RESPECTS):
            raise refused(self, "sets", ", ".join(self.sets), ", ".join(RESPECTS))
        sign(self, self.team, "rigidity", "own method", self.team, "rise")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of who wrote the rule, and of who can see it; none where nothing changes.

        Raises `ModelError` when *rules* has no such team or activities.
        """
        known(self, ("team", self.team, rules.teams), rules=rules)
        known(self, *(("activities", activity, rules.activities()) for activity in self.activities))
        before = rules.rules.get(self.rule)
        anew = before if before is not None and before.team == self.team else Rule(author="", team=self.team)
        after = Rule(
            author=self.signed.author,
            agreed_by=self.signed.agreed_by,
            team=self.team,
            sets=self.sets or anew.sets,
            activities=self.activities or anew.activities,
            client=anew.client,
            text=before.text if before is not None else "",
            force=self.signed.force,
            authority="simulated",
            written=self.signed.written,
            visible_to=self.signed.visible_to,
        )
        if before is not None and replace(after, authority=before.authority) == before:
            return ()  # On what it rests that it is there is no matter.
        said = _("{rule}: written by {author} for {team}")
        if not after.written:
            said = _("{rule}: set by {author} for {team}, and not written down")
        rule = said.format(rule=self.rule, author=self.signed.author, team=self.team)
        return (change(self, moment, rule, Edit(part="rules", key=self.rule, before=before, after=after)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut(ForEverybody):
    """Those who do an activity do it in less time than the rule has it; something may follow from it more often.

    It is not written down, and only the team sees it, unless said otherwise: autonomous regulation.

    >>> act = Shortcut(team="Technicians", activity="Test", times=0.7)
    >>> act.signed.author, act.signed.written, act.signed.visible_to
    ('Technicians', False, ('Technicians',))
    """

    name: ClassVar[str] = mark("shortcut")

    team: str
    """Who takes it."""
    activity: str
    """Where."""
    times: float
    """What the time of its work is multiplied by, with that of setting up and recording: 0.7 saves three tenths."""
    after: str | None = None
    """What may go wrong more often: after this activity ..."""
    then: str | None = None
    """... this one comes next more often."""
    more: float = 1.0
    """What its probability is multiplied by: 1.5 is half as much again. Assumed, so vary it, 1 among the values."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default the team claims: its own share of time at work is to fall."""

    def __post_init__(self) -> None:
        wrong = Faults()
        for name in ("times", "more"):
            with wrong:
                if not 0 <= getattr(self, name) < float("inf"):
                    raise refused(self, name, f"{getattr(self, name):g}", _("a number, 0 or more"))
        with wrong:
            both_or_none(self, self.after, self.then)
        wrong.tell()
        usually(self, written=False, visible_to=(self.team,))
        sign(self, self.team, "rigidity", "share of time at work", self.team)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the times of work and routes; none when nothing changes.

        Raises `ModelError` when *rules* has no such team or activities, or when the team does not do it.
        """
        activities = rules.step_activities()
        known(self, ("team", self.team, rules.teams), ("activity", self.activity, activities), rules=rules)
        steps = {n: s for n, s in rules.steps.items() if (s.activity, s.team) == (self.activity, self.team)}
        if not steps:
            found = _('no "{activity}" is done by {team}').format(team=self.team, activity=self.activity)
            raise refused(self, "activity", found)
        edits = []
        for name, step in sorted(steps.items()):
            if self.times != 1.0:
                after = self._shorter(rules, step)
                edits.append(Edit(part="steps", key=name, before=step, after=after, relative=True))
        if self.after is not None and self.then is not None:
            followup = Followup(after=self.after, then=self.then, times=self.more, client=None)
            followup.refuse(self, rules, "more")
            edits += followup.edits(rules)
        rule = _("{activity} by {team} takes {share} % of the time").format(
            team=self.team, activity=self.activity, share=number(100 * self.times, 0)
        )
        return (change(self, moment, rule, *edits),) if edits else ()

    def _shorter(self, rules: Organisation, step: Step) -> Step:
        """All of the work at *step*: setting up and recording are parts of it."""
        batch = step.batch
        if batch is not None:
            batch = replace(batch, set_up=rules.distribution(batch.set_up).times(self.times))
        return replace(
            step,
            duration=rules.distribution(step.duration).times(self.times),
            per_unit=rules.distribution(step.per_unit).times(self.times),
            recording=step.recording * self.times,
            batch=batch,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisingTime(ForEverybody):
    """People of a team spend hours every week on rules: they write, meet, train, receive auditors.

    They are on duty and paid in these hours, and do no case in them, for good or for some weeks: organising work.

    >>> OrganisingTime(team="Operators", shifts="Fri 11:00-14:00", lasts="8 weeks").lasts
    8.0
    """

    name: ClassVar[str] = mark("organising time")

    team: str
    """Whose hours."""
    shifts: str | tuple[str, ...]
    """Hours of every week, as one text or several; of these, the hours on duty are spent."""
    lasts: float | str | None = None
    """For how long, in weeks, or as text such as `8 weeks`; None: for good."""
    signed: Signature = UNSIGNED
    """Who asks for it, and why. By default Management claims: the rework of all clients is to fall."""

    def __post_init__(self) -> None:
        texts = (self.shifts,) if isinstance(self.shifts, str) else tuple(self.shifts)
        object.__setattr__(self, "shifts", texts)
        wrong = Faults()
        with wrong:
            object.__setattr__(self, "lasts", weeks_of(self, "lasts", self.lasts))
        with wrong, reading(self, "shifts"):
            self._spent()
        wrong.tell()
        sign(self, MANAGEMENT, "fluctuation", "rework", ALL_CLIENTS)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the hours of all members; none when they are not on duty in any of these hours.

        Raises `ModelError` when *rules* has no such team, or when somebody would have no hours left.
        """
        known(self, ("team", self.team, rules.teams), rules=rules)
        edits = tuple(members_hours(rules, self.team, self._without))
        if not edits:
            return ()
        if any(isinstance(edit.after, Calendar) and not edit.after.hours for edit in edits):
            raise refused(self, "shifts", _("somebody would have no hours left"))
        shifts = calendar_said(Calendar(hours=self._spent()))
        rule = _("organising work at {team}: {shifts}").format(team=self.team, shifts=shifts)
        made = change(self, moment, rule, *edits)
        return (replace(made, organising_hours=made.organising_hours + self.hours(rules)),)

    def hours(self, rules: Organisation) -> float:
        """Hours of organising work: those taken out of the calendars while it lasts, or in a week where it is for
        good."""
        calendars = [rules.calendars[rules.people[person].calendar] for person in rules.members(self.team)]
        minutes = sum(one.minutes_per_week - self._without(one).minutes_per_week for one in calendars)
        return minutes / 60 * (1.0 if self.lasts is None else cast("float", self.lasts))

    def later(self, rules: Organisation) -> tuple[Later, ...]:
        """The hours are given back at the end."""
        if self.lasts is None:
            return ()
        kept = {person: rules.calendars[rules.people[person].calendar] for person in rules.members(self.team)}
        taken = {person: (self._without(before), before) for person, before in sorted(kept.items())}
        return ((cast("float", self.lasts), _GivenBack(of=self, taken=taken)),)

    def _spent(self) -> tuple[Interval, ...]:
        return hours_in(list(self.shifts))

    def _without(self, calendar: Calendar) -> Calendar:
        left = tuple(cut(calendar.hours, self._spent()))
        taken = cut(calendar.hours, left)
        return replace(calendar, hours=left, organising=joined((*calendar.organising, *taken)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _GivenBack:
    """The hours that organising work took are worked again."""

    name: ClassVar[str] = mark("organising time ends")

    of: OrganisingTime
    taken: Mapping[str, tuple[Calendar, Calendar]]
    """Person -> the hours of his week while they are taken, and before."""

    @property
    def client(self) -> None:
        """It is about everybody's cases."""

    @property
    def claim(self) -> Claim:
        """That of the act which it ends."""
        return self.of.claim

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the hours of all who were members: what was taken is put in again, whatever was changed since,
        and whichever team they are in by then."""
        still = [person for person in self.taken if person in rules.people]
        wanted = {person: self._back(person, rules.calendars[rules.people[person].calendar]) for person in still}
        edits = tuple(own_hours(rules, self.of.team, wanted))
        rule = _("no more hours of organising work at {team}").format(team=self.of.team)
        # For how long was decided with the act: nobody changes a rule when it is over, nor spends hours on that.
        return (replace(change(self.of, moment, rule, *edits), organising_hours=0.0, learned=True),) if edits else ()

    def _back(self, person: str, calendar: Calendar) -> Calendar:
        during, before = self.taken[person]
        if calendar == during:
            return before
        given = tuple(cut(before.hours, during.hours))
        hours = joined((*calendar.hours, *given))
        return replace(calendar, hours=hours, organising=reduced(calendar.organising, given))


def cut(hours: tuple[Interval, ...], out: tuple[Interval, ...]) -> Iterator[Interval]:
    """What is left of *hours* without the times in *out*.

    >>> list(cut(((0, 100), (200, 300)), ((50, 220),)))
    [(0, 50), (220, 300)]
    """
    for begin, end in hours:
        for first, last in sorted(out):
            if last <= begin or first >= end:
                continue
            if first > begin:
                yield begin, first
            begin = max(begin, last)
        if begin < end:
            yield begin, end
