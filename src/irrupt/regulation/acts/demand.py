"""Acts on rules of demand: what a client asks for, how much of it and when."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from irrupt.errors import Faults
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, number
from irrupt.organisation.distributions import NONE, Distribution
from irrupt.organisation.hours import hours_in, hours_said, moments_in
from irrupt.organisation.likes import ever_due, made_for
from irrupt.organisation.model import Client, Organisation
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.regulation.acts.procedure import distribution
from irrupt.regulation.acts.signature import (
    UNSIGNED,
    Claiming,
    Periods,
    Ratio,
    Signature,
    Signed,
    change,
    in_numbers,
    known,
    number_of_periods,
    reading,
    refused,
    share_in,
    sign,
    whole_periods,
)
from irrupt.units import time_said

MOST_TIMES = 10.0
"""More than eleven times as many cases, or as high a price, are rather a percentage without its sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume(Claiming):
    """The client brings more cases, or fewer, with the same profile over the week; where he orders by programme, he
    needs more or less. Who has left altogether comes back by a number of cases: a share of none is none.

    >>> act = Volume(client="Hospital A", change=-0.25)
    >>> act.claim.measure, act.claim.expects
    ('throughput', 'fall')
    """

    name: ClassVar[str] = mark("volume")

    client: str
    """Whose cases."""
    change: Ratio | None = None
    """Change of his cases per week, as a share: `20 %` or 0.2 is a fifth more, `-25 %` a quarter fewer. This, or
    *cases per week*."""
    cases_per_week: Ratio | None = None
    """How many cases he brings from then on, whatever it was before, and whatever it would have grown by; 0: he leaves.
    Months stay busier than others where he has a season, and so do days of the month."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: his throughput is to follow."""

    def __post_init__(self) -> None:
        in_numbers(self, "change", "cases_per_week")
        if (self.change is None) == (self.cases_per_week is None):
            raise refused(self, "change", _('either "change" or "cases per week"'), _("one of them"))
        if self.change is not None and not (math.isfinite(self.change) and self.change >= -1):
            raise refused(self, "change", f"{self.change:g}", _("a share, -1 or more"))
        if self.change is not None:
            refuse_many_times(self, self.change, _("write {n} % where that is meant, or cases per week"))
        if self.cases_per_week is not None and not (math.isfinite(self.cases_per_week) and self.cases_per_week >= 0):
            raise refused(self, "cases per week", f"{self.cases_per_week:g}", _("a number, 0 or more"))
        expects = "fall" if self.cases_per_week == 0 or (self.change is not None and self.change < 0) else "rise"
        sign(self, self.client, "fluctuation", "throughput", self.client, expects)  # type: ignore[arg-type]

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the client's demand, his programmes included; none when nothing changes.

        Raises `ModelError` when *rules* has no such client, or when he is to bring a number of cases and orders by
        programme, which tells how much he needs.
        """
        known(self, ("client", self.client, rules.clients))
        before = rules.clients[self.client]
        if self.change is not None:
            return self._by_share(rules, before, moment, self.change)
        assert self.cases_per_week is not None
        if any(made_for(rules, self.client)):
            found = _("the programme of {client} says how much").format(client=self.client)
            raise refused(self, "cases per week", found, _('"change"'))
        many = float(self.cases_per_week)
        # Growth is told as a share of the number at the origin: of another one, it would be another growth.
        after = replace(before, cases_per_week=many, growth=0.0)
        if after == before:
            return ()
        text = _("cases from {client}: {number} a week").format(
            client=self.client, number=number(many, 0 if many.is_integer() else 1)
        )
        return (change(self, moment, text, Edit(part="clients", key=self.client, before=before, after=after)),)

    def _by_share(self, rules: Organisation, before: Client, moment: datetime, share: float) -> tuple[RuleChange, ...]:
        after = replace(before, cases_per_week=before.cases_per_week * (1 + share))
        cases = Edit(part="clients", key=self.client, before=before, after=after, relative=True)
        edits = [] if after == before else [cases]
        for name in made_for(rules, self.client):
            programme = rules.programmes[name]
            scaled = replace(programme, level=programme.level * (1 + share))
            if scaled != programme:
                edits.append(Edit(part="programmes", key=name, before=programme, after=scaled, relative=True))
        if not edits:
            return ()
        if before.cases_per_week > 0:
            rule = _("{share} % more cases from {client}") if share > 0 else _("{share} % fewer cases from {client}")
        else:
            rule = _("{share} % more needed by {client}") if share > 0 else _("{share} % less needed by {client}")
        text = rule.format(client=self.client, share=percent(abs(share)))
        return (change(self, moment, text, *edits),)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate(Claiming):
    """The client asks for other dates: his cases are due sooner after they come, or later.

    What it does to the order of work hangs on the teams: it counts where they take first what is due first.

    >>> DueDate(client="Hospital A", times=0.8).claim.measure
    'cycle time'
    """

    name: ClassVar[str] = mark("due date")

    client: str
    """Whose cases."""
    due: Distribution | float | str | None = None
    """Time from when a case comes until it is due: a distribution, seconds, or `3 days`. This, or *times*."""
    times: Ratio | None = None
    """What the time until a case is due is multiplied by: 0.8 is a fifth sooner."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: cycle time, for the client, is to fall."""

    def __post_init__(self) -> None:
        if (self.due is None) == (self.times is None):
            raise refused(self, "due", _('either "due" or "times"'), _("one of them"))
        if self.due is not None:
            object.__setattr__(self, "due", distribution(self, self.due, "due"))
        in_numbers(self, "times")
        if self.times is not None and not 0 <= self.times < float("inf"):
            raise refused(self, "times", f"{self.times:g}", _("a number, 0 or more"))
        sign(self, self.client, "rigidity", "cycle time", self.client)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of when his cases are due; none when they are so already.

        Raises `ModelError` when *rules* has no such client, when he orders by programme, which tells his dates, or when
        a time is to be multiplied that nobody knows.
        """
        known(self, ("client", self.client, rules.clients))
        before = rules.clients[self.client]
        if any(made_for(rules, self.client)):
            found = _("the schedule of {client} says when").format(client=self.client)
            raise refused(self, "client", found)
        if self.times is None:
            due = self.due
            assert isinstance(due, Distribution)
            after = replace(before, due=due, due_by_class={}, due_per_unit=NONE, due_from="arrival")
            text = _("cases of {client} are due after {time}").format(client=self.client, time=time_said(due.mean))
        elif not ever_due(before):
            found = _("cases of {client} are not due at any time").format(client=self.client)
            raise refused(self, "times", found, _('"due"'))
        else:
            after = self._sooner(before, rules)
            rule = _("cases of {client} are due after {share} % of the time")
            text = rule.format(client=self.client, share=percent(self.times))
        if (before.due_from, *_dates(before, rules)) == (after.due_from, *_dates(after, rules)):
            return ()
        sooner = self.times is not None
        edit = Edit(part="clients", key=self.client, before=before, after=after, relative=sooner)
        return (change(self, moment, text, edit),)

    def _sooner(self, before: Client, rules: Organisation) -> Client:
        """The client as he was *before*, all of whose times until cases are due are multiplied."""
        usual, by_class, per_unit = _dates(before, rules)
        times = 1.0 if self.times is None else self.times
        return replace(
            before,
            due=None if usual is None else usual.times(times),
            due_by_class={name: due.times(times) for name, due in by_class.items()},
            due_per_unit=per_unit if per_unit == NONE else per_unit.times(times),
        )


def _dates(client: Client, rules: Organisation) -> tuple[Distribution | None, dict[str, Distribution], Distribution]:
    """Times until the cases of *client* are due: of all, of some classes, and for each unit."""
    by_class = {name: rules.distribution(due) for name, due in client.due_by_class.items()}
    usual = None if client.due is None else rules.distribution(client.due)
    return usual, by_class, rules.distribution(client.due_per_unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment(Claiming):
    """The client's cases come by appointment: those of each week, in order, spread evenly over its slots.

    As many come as would have come, also in a week in which many come together; only when they come differs.

    >>> act = Appointment(client="Citizens", slots=("Tue 9-12", "Thu 09:00 11:00"))
    >>> act.claim.measure
    'waiting for us'
    """

    name: ClassVar[str] = mark("appointment")

    client: str
    """Whose cases."""
    slots: str | tuple[str, ...]
    """Moments at which they come (Tue Thu 9 10), hours in any minute of which they come (Tue 9-12), or several such
    texts."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: waiting for us, for the client, is to fall."""

    def __post_init__(self) -> None:
        texts = (self.slots,) if isinstance(self.slots, str) else tuple(self.slots)
        object.__setattr__(self, "slots", texts)
        if not texts:
            raise refused(self, "slots", _("there are none"), _("slots such as Tue 9-12"))
        with reading(self, "slots"):
            self._moments()
        sign(self, self.client, "rigidity", "waiting for us", self.client)

    def _moments(self) -> tuple[int, ...]:
        """The minutes of the week, from Monday 00:00, at which cases may come."""
        return tuple(sorted({minute for text in self.slots for minute in _minutes(text)}))

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the client's demand, whose cases come one by one then; none when they come so already.

        Raises `ModelError` when *rules* has no such client, or when he brings no cases, and his schedule says when what
        is made for him comes.
        """
        known(self, ("client", self.client, rules.clients))
        before = rules.clients[self.client]
        if not before.cases_per_week and any(made_for(rules, self.client)):
            found = _("the schedule of {client} says when").format(client=self.client)
            raise refused(self, "client", found)
        after = replace(before, appointments=self._moments())
        if after == before:
            return ()
        rule = _("Cases of {client} come by appointment: {slots}").format(
            client=self.client, slots=hours_said(self.slots)
        )
        return (change(self, moment, rule, Edit(part="clients", key=self.client, before=before, after=after)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelledCallOff(Claiming):
    """The client asks evenly: as many cases as before come at more equal distances, and where he orders by programme,
    call-offs of several periods are evened out.

    >>> LevelledCallOff(client="Carmaker").claim.measure
    'dispersion of arrivals'
    """

    name: ClassVar[str] = mark("levelled call-off")

    client: str
    """Whose cases."""
    evenness: Ratio = 1.0
    """0: independently of each other; 1: at equal distances, counted in cases to be expected."""
    periods: Periods = 4
    """Where he orders by programme: over how many periods, or a time such as `4 weeks`."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: the dispersion of his arrivals is to fall."""

    def __post_init__(self) -> None:
        wrong = Faults()
        with wrong:
            share_in(self, "evenness")
        with wrong:
            object.__setattr__(self, "periods", number_of_periods(self, "periods", self.periods, 1))
        wrong.tell()
        sign(self, self.client, "fluctuation", "dispersion of arrivals", self.client)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the client's demand, whose cases come one by one then, and one of his programmes; none where it
        is like this already.

        Raises `ModelError` when *rules* has no such client.
        """
        known(self, ("client", self.client, rules.clients))
        before = rules.clients[self.client]
        after = replace(before, evenness=self.evenness, at_a_time={})
        his = [rules.programmes[name] for name in made_for(rules, self.client)]
        periods = whole_periods(self, "periods", self.periods, his) if his else 1
        programmes = tuple(self._programmes(rules, periods))
        found = []
        if after != before and (before.cases_per_week > 0 or not made_for(rules, self.client)):
            rule = _("Cases of {client} come evenly (evenness {evenness})").format(
                client=self.client, evenness=number(self.evenness, 2)
            )
            edit = Edit(part="clients", key=self.client, before=before, after=after)
            found.append(change(self, moment, rule, edit))
        if programmes:
            over = max(edit.after.levelled for edit in programmes)  # No more than schedules are for.
            rule = _("call-offs of {client} are evened out over {n} periods").format(client=self.client, n=over)
            found.append(change(self, moment, rule, *programmes))
        return tuple(found)

    def _programmes(self, rules: Organisation, periods: int) -> Iterator[Edit]:
        for name in made_for(rules, self.client):
            before = rules.programmes[name]
            after = replace(before, levelled=min(periods, before.horizon))
            if after != before:
                yield Edit(part="programmes", key=name, before=before, after=after)


def _minutes(text: str) -> tuple[int, ...]:
    """The moments, or else every minute of the hours, that *text* names."""
    try:
        return moments_in(text)
    except ValueError:
        return tuple(minute for begin, end in hours_in(text) for minute in range(begin, end))


def refuse_many_times(act: Signed, change: float, remedy: str) -> None:
    """Raise `ModelError`, with the *remedy*, where a *change*, as a share, is rather a percentage without its sign."""
    if change > MOST_TIMES:
        found = _("{share} % more").format(share=percent(change))
        most = _("{most} % at most").format(most=percent(MOST_TIMES))
        raise refused(act, "change", found, most, remedy.format(n=f"{change:g}"))


def percent(share: float) -> str:
    """*share* in percent, with one digit where it needs it."""
    percent = round(100.0 * share, 1)
    return number(percent, 0 if percent.is_integer() else 1)
