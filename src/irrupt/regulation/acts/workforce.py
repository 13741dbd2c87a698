"""Acts on rules of time: when people work, and how long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any, ClassVar, TypeVar

from irrupt.errors import Faults
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, ngettext, number
from irrupt.organisation.hours import (
    DAY_MINUTES,
    WEEK_MINUTES,
    Interval,
    calendar_said,
    hours_in,
    hours_said,
    joined,
    reduced,
)
from irrupt.organisation.model import Organisation
from irrupt.organisation.planning import Capacity, Modulation, Overtime, Queue, Temps
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.organisation.staff import Calendar
from irrupt.regulation.acts.demand import percent
from irrupt.regulation.acts.hours import members_hours
from irrupt.regulation.acts.signature import (
    MANAGEMENT,
    UNSIGNED,
    ForEverybody,
    Signature,
    change,
    counted,
    known,
    reading,
    refused,
    seconds,
    sign,
)
from irrupt.regulation.said import weeks_said
from irrupt.units import hours_of, time_said, whole_days_in, whole_in, whole_weeks_in

Stretch = TypeVar("Stretch", Overtime, Modulation, Temps)


def _a_week(value: object) -> float:
    """Hours a week in *value*: a number, or a text such as `+6 a week`.

    >>> _a_week("+6 a week"), _a_week("90 min"), _a_week(6)
    (6.0, 1.5, 6.0)
    """
    return hours_of(value.removeprefix("+").removesuffix("a week").strip() if isinstance(value, str) else value)


_COUNTED: dict[str, Callable[[object], float]] = {
    "hours": _a_week,
    "notice": whole_days_in,
    "daily": hours_of,
    "most": hours_of,
    "given_back": whole_weeks_in,
    "weeks": whole_weeks_in,
    "temps": whole_in,
}
"""How the numbers and lengths of time of a flexibility demand are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexibilityDemand(ForEverybody):
    """Hours and headcount of a team follow demand: hours, or shifts, are added every week to those of everybody in it.
    With a notice, they are worked only in weeks in which the plan needs them, behind the overtime that it has already,
    and temps come beside them. With *above*,
    *oldest* or *load*, they follow what waits for the team, day by day, in any organisation, and end when less waits.

    Whoever works in other teams too is there for them as well.

    >>> FlexibilityDemand(team="Assembly", shifts="Sat 06:00-12:00").claim.measure
    'wait at the team'
    >>> FlexibilityDemand(team="Assembly", hours="+6 a week", notice="3 days").hours
    6.0
    >>> FlexibilityDemand(team="Network", daily=2, above=25, below=10, notice="2 days", most=8).above
    25
    """

    name: ClassVar[str] = mark("flexibility demand")

    team: str
    """Whose hours."""
    shifts: str | tuple[str, ...] = ()
    """Hours that are added, such as Sat 6-12, or several such texts; with a notice, the first are taken first."""
    hours: float | str = 0.0
    """Hours, or a text such as `+6 a week`, by which the week of everybody is longer: as many at the end of each of his
    working days, behind organising time. With a notice, as many of these days are longer as the plan needs, the first
    in the week first."""
    notice: Annotated[int | str | None, float] = None
    """How long before they are settled, as the plan needs them or as so much waits: days, or a text such as `2 weeks`.
    Without it they are added every week, or settled when the day begins where they follow what waits."""
    temps: Annotated[int, float, str] = 0
    """How many temps may be hired for weeks in which the plan needs them, or come when too much waits."""
    above: int | None = None
    """Hours are longer, and temps come, when more than so many cases wait for the team."""
    oldest: float | str | None = None
    """Or when the first of them has waited longer: seconds, or a text such as `2 days`, nights included."""
    load: float | None = None
    """Or when their expected work is more than this share of what the team does in a usual week."""
    below: int | None = None
    """Until fewer cases wait; not said: until none of this is so any more."""
    daily: float | str = 0.0
    """Hours, or a text such as `2 h`, by which each working day is longer then, beside the shifts."""
    most: float | str | None = None
    """Hours in addition, or a text such as `8 h`, that nobody is asked for more of in a week."""
    given_back: Annotated[int | str | None, float] = None
    """Weeks, or a text such as `6 weeks`, within which these hours are given back; not said: they are overtime."""
    weeks: Annotated[int | str | None, float] = None
    """Weeks, or a text such as `2 weeks`, for which temps are hired each time; not said: as long as too much waits."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: the wait at the team is to fall."""

    def __post_init__(self) -> None:
        texts = (self.shifts,) if isinstance(self.shifts, str) else tuple(self.shifts)
        object.__setattr__(self, "shifts", texts)
        wrong = Faults()
        for parameter, read in _COUNTED.items():
            with wrong:
                if (value := getattr(self, parameter)) is not None:
                    object.__setattr__(self, parameter, counted(self, parameter.replace("_", " "), value, read))
        with wrong:
            if self.oldest is not None:
                object.__setattr__(self, "oldest", seconds(self, "oldest", self.oldest))
        with wrong:
            if self.load is not None and not 0 <= self.load < float("inf"):
                raise refused(self, "load", f"{self.load:g}", _("a share, 0 or more"))
        with wrong, reading(self, "shifts"):
            self._added()
        wrong.tell()
        if not (texts or self.hours or self.daily or self.temps):
            raise refused(self, "shifts", _("there are none"), _("hours such as Sat 06:00-12:00, or hours: 6 a week"))
        self._refuse_halves()
        sign(self, MANAGEMENT, "rigidity", "wait at the team", self.team)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the hours of all members, or of how they follow the plan, or what waits; none when it is like
        this already.

        A calendar that people of other teams keep stays as it is for them: the members get one of their own.

        Raises `ModelError` when *rules* has no such team, or nobody in it whose hours could follow anything, when there
        is no plan to follow, or when the hours of the team follow a plan already and are to follow what waits.
        """
        known(self, ("team", self.team, rules.teams), rules=rules)
        if (self._waits or self.notice is not None) and not any(rules.members(self.team)):
            found = _("nobody is known who works in {team}").format(team=self.team)
            raise refused(self, "team", found, _("a team in which somebody does"))
        if self._waits:
            return self._with_the_queue(rules, moment)
        if self.notice is not None:
            return self._with_the_plan(rules, moment, int(self.notice))
        edits = tuple(members_hours(rules, self.team, self._with))
        if not edits:
            return ()
        rule = _("Everybody at {team} also works {shifts}").format(team=self.team, shifts=self._added_said())
        return (change(self, moment, rule, *edits),)

    def _added_said(self) -> str:
        """What is added every week, in words."""
        if self.hours:
            return _("{n} h a week, at the end of working days").format(n=number(float(self.hours)))
        return calendar_said(Calendar(hours=self._added()))

    def _with_the_plan(self, rules: Organisation, moment: datetime, notice: int) -> tuple[RuleChange, ...]:
        if not rules.programmes:
            raise refused(self, "notice", _("there is no plan for hours to follow"), _("programmes and products"))
        before = rules.capacity.get(self.team)
        after = before or Capacity()
        there = () if after.overtime is None else after.overtime.shifts
        known = joined(interval for shift in there for interval in shift)
        asked = (*self._longer_days(rules, known), *map(hours_in, self.shifts))
        if asked:
            shifts = (*there, *(new for shift in asked if (new := reduced(shift, known))))
            after = replace(after, overtime=_kept(Overtime(shifts=shifts, notice=notice), after.overtime))
        if self.temps:
            hired = Temps(most=self.temps, calendar=self._usual(rules), notice=notice)
            after = replace(after, temps=_kept(hired, after.temps))
        if after == before:
            return ()
        rule = _noticed(_("The hours of {team} follow the plan").format(team=self.team), notice)
        edit = Edit(part="capacity", key=self.team, before=before, after=after)
        return (change(self, moment, rule, edit),)

    def _longer_days(self, rules: Organisation, overtime: tuple[Interval, ...]) -> tuple[tuple[Interval, ...], ...]:
        """A shift for each working day of the team, at its end and behind *overtime*, that together make up *hours*."""
        if not self.hours:
            return ()
        kept = {_on_duty(rules.calendars[rules.people[name].calendar]) for name in rules.members(self.team)}
        if len(kept) > 1:
            found = _("the people of {team} work at different hours").format(team=self.team)
            raise refused(self, "hours", found, _("shifts, such as Sat 06:00-12:00"))
        hours = kept.pop()
        days = {begin // DAY_MINUTES for begin, _end in hours}
        longer = joined((*hours, *(one for one in overtime if one[0] // DAY_MINUTES in days)))
        return tuple((shift,) for shift in self._at_ends(longer))

    def _at_ends(self, hours: tuple[Interval, ...]) -> tuple[Interval, ...]:
        """By what *hours* of a week are longer, at the end of each working day, to the minute."""
        if not hours:
            return ()
        kept = sorted(hours)
        night = kept[0][1] if kept[0][0] == 0 and kept[-1][1] == WEEK_MINUTES else 0
        ends = {begin // DAY_MINUTES: end + night * (end == WEEK_MINUTES) for begin, end in kept[night > 0 :]}
        minutes, left = divmod(round(60 * float(self.hours)), max(len(ends), 1))
        longer = [(end, end + minutes + (at < left)) for at, end in enumerate(ends.values())]
        added = [(begin % WEEK_MINUTES, begin % WEEK_MINUTES + end - begin) for begin, end in longer if end > begin]
        within = sorted((begin, min(end, WEEK_MINUTES)) for begin, end in added)
        within = sorted([*within, *((0, end - WEEK_MINUTES) for _begin, end in added if end > WEEK_MINUTES)])
        times = sorted([*kept, *within])
        if not ends or any(later < end for (_begin, end), (later, _end) in pairwise(times)):
            raise refused(self, "hours", _("the working days of {team} leave no room for them").format(team=self.team))
        return tuple(within)

    @property
    def _waits(self) -> bool:
        """Whether hours follow what waits."""
        return any(one is not None for one in (self.above, self.oldest, self.load))

    def _refuse_halves(self) -> None:
        """Raise `ModelError` for what makes no sense alone."""
        told = ("below", "daily", "most", "given_back", "weeks")
        halves = [(name, _("it is not said when"), _("above: 25")) for name in told if getattr(self, name)]
        if self.temps and self.notice is None:
            halves.append(("temps", _("no notice is said"), _("notice: 1 week")))
        halves = [] if self._waits else halves
        if self.weeks is not None and not self.temps:
            halves.append(("weeks", _("nobody is hired"), _("temps: 2")))
        if self.hours and round(60 * float(self.hours)) < 1:
            halves.append(("hours", _("less than a minute a week"), _("hours: 6 a week")))
        if self.hours and (self.daily or self.shifts):
            halves.append(("hours", _("daily, or shifts, say when they are worked"), _("one of these")))
        if self.given_back is not None and not (self.daily or self.hours):
            halves.append(("given_back", _("no day is longer"), _("daily: 1")))
        if self.given_back is not None and self.most is not None:
            halves.append(("most", _("hours that are given back have no cap a week"), ""))
        wrong = Faults()
        for name, found, expected in halves:
            with wrong:
                raise refused(self, name.replace("_", " "), found, expected)
        wrong.tell()

    def _usual(self, rules: Organisation) -> str:
        """The calendar that most of the team keep."""
        calendars = Counter(rules.people[name].calendar for name in sorted(rules.members(self.team)))
        return min(calendars, key=lambda name: (-calendars[name], name))

    def _with_the_queue(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        before = rules.capacity.get(self.team)
        if before is not None and not before.follows_queue:
            raise refused(self, "above", _("the hours of {team} follow the plan").format(team=self.team))
        oldest = None if self.oldest is None else float(self.oldest)
        terms: dict[str, Any] = {
            "when": Queue(cases=self.above, oldest=oldest, load=self.load),
            "until": None if self.below is None else Queue(cases=self.below),
            "notice": int(self.notice or 0),
        }
        shifts, daily = tuple(map(hours_in, self.shifts)), float(self.daily) or self._a_day(rules)
        caps = [float(one) for one in (self.most, self.hours or None) if one is not None]
        weeks = None if self.weeks is None else int(self.weeks)
        after = replace(before or Capacity(), author=self.signed.author)
        if (shifts or daily) and self.given_back is not None:
            given = Modulation(more=shifts, daily=daily, within_weeks=int(self.given_back), **terms)
            after = replace(after, modulation=_kept(given, after.modulation))
        elif shifts or daily:
            longer = Overtime(shifts=shifts, daily=daily, most=min(caps, default=None), **terms)
            after = replace(after, overtime=_kept(longer, after.overtime))
        if self.temps:
            hired = Temps(most=self.temps, calendar=self._usual(rules), weeks=weeks, **terms)
            after = replace(after, temps=_kept(hired, after.temps))
        if after == before:
            return ()
        edit = Edit(part="capacity", key=self.team, before=before, after=after)
        return (change(self, moment, self._told(), edit),)

    def _a_day(self, rules: Organisation) -> float:
        """By how many hours a usual working day of the team is longer where *hours* are spread over its week."""
        days = {begin // DAY_MINUTES for begin, _end in rules.calendars[self._usual(rules)].hours}
        return float(self.hours) / max(len(days), 1)

    def _told(self) -> str:
        """The rule in words."""
        whens = []
        if self.above is not None:
            whens.append(_("more than {n} cases wait").format(n=self.above))
        if self.oldest is not None:
            whens.append(_("one waits longer than {time}").format(time=time_said(float(self.oldest))))
        if self.load is not None:
            whens.append(_("more than {share} % of a week’s work waits").format(share=percent(self.load)))
        when = whens[0]
        for other in whens[1:]:
            when = _("{one} or {other}").format(one=when, other=other)
        told = _("When {when} at {team}, {what}").format(when=when, team=self.team, what=", ".join(self._what()))
        told = _noticed(told, int(self.notice or 0))
        return told if self.below is None else _("{rule}, until fewer than {n} wait").format(rule=told, n=self.below)

    def _what(self) -> Iterator[str]:
        """What happens then, in words."""
        if self.daily:
            yield _("each day is up to {n} h longer").format(n=number(float(self.daily)))
        if self.hours:
            yield _("everybody also works {shifts}").format(shifts=self._added_said())
        if self.shifts:
            yield _("everybody also works {shifts}").format(shifts=hours_said(self.shifts))
        if self.most is not None:
            yield _("at most {n} h a week").format(n=number(float(self.most)))
        if self.given_back is not None:
            yield _("given back within {time}").format(time=weeks_said(int(self.given_back)))
        if self.temps:
            told = ngettext("{n} temp comes", "{n} temps come", self.temps).format(n=self.temps)
            weeks = None if self.weeks is None else int(self.weeks)
            yield told if weeks is None else _("{temps} for {time}").format(temps=told, time=weeks_said(weeks))

    def _added(self) -> tuple[Interval, ...]:
        return joined(hours_in(list(self.shifts)))

    def _with(self, calendar: Calendar) -> Calendar:
        longer = self._at_ends(_on_duty(calendar)) if self.hours else ()
        more = reduced((*longer, *self._added()), calendar.organising)
        after = replace(calendar, hours=joined((*calendar.hours, *more)))
        return calendar if after.minutes_per_week == calendar.minutes_per_week else after


def _kept(asked: Stretch, before: Stretch | None) -> Stretch:
    """The hours *asked* for, with what no demand says as it was *before*: what they are paid, and who comes."""
    unsaid = {"premium", "account", "less", "calendar", "speed", "pay", "also"}
    kept = {one.name: getattr(before, one.name) for one in fields(asked) if one.name in unsaid and before is not None}
    return replace(asked, **kept)


def _on_duty(calendar: Calendar) -> tuple[Interval, ...]:
    """The hours of a week, with those of work on rules on the same days: a longer day is longer behind them."""
    days = {begin // DAY_MINUTES for begin, _end in calendar.hours}
    return joined((*calendar.hours, *(one for one in calendar.organising if one[0] // DAY_MINUTES in days)))


def _noticed(rule: str, days: int) -> str:
    """*rule* with the *days* of notice that it has, if any."""
    if not days:
        return rule
    said = ngettext("{rule}, with {n} day of notice", "{rule}, with {n} days of notice", days)
    return said.format(rule=rule, n=days)
