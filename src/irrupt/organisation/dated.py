"""Exceptions at dates: holidays, hours put in on a date, absences; and the hours that they leave.

A date stands on the clock of the organisation. Simulated time counts its minutes from the origin, a Monday.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from irrupt.i18n import gettext as _
from irrupt.organisation.hours import DAY_MINUTES, WEEK_MINUTES, Interval, clock_text, joined, minutes_of, reduced
from irrupt.organisation.model import Organisation
from irrupt.organisation.staff import Calendar, Person, Span
from irrupt.units import shown

_DATE = r"\d{4}-\d\d-\d\d"
_TIME = r"\d\d?(?::\d\d)?"
_SPAN = re.compile(rf"\s*({_DATE})(?:(?:\s+({_TIME}))?\s+-\s+({_DATE})(?:\s+({_TIME}))?)?\s*")
_TIMES = re.compile(rf"\s*({_DATE})\s+({_TIME}\s*-\s*{_TIME}(?:[\s,]+{_TIME}\s*-\s*{_TIME})*)\s*")
_ONE_DAY = timedelta(days=1)


def spans_in(data: object) -> tuple[Span, ...]:
    """The stretches of time that *data*, a text or a list of texts, stands for.

    `2024-12-25` is a whole day, `2024-12-24 - 2024-12-31` whole days with the last one, `2024-12-24 12:00 - 2025-01-06`
    goes from a time on; `2024-12-24 08:00-12:00` ends on the same day, `22:00-06:00` on the next.

    >>> spans_in("2024-12-24 - 2024-12-26")
    ((datetime.datetime(2024, 12, 24, 0, 0), datetime.datetime(2024, 12, 27, 0, 0)),)

    Raises `ValueError` that says what is wrong.
    """
    texts = [data] if isinstance(data, str) else data
    if not isinstance(texts, Sequence):
        raise ValueError(_("{found} is not a list of dates such as 2024-12-25").format(found=shown(data)))
    return tuple(span for text in texts for span in _spans(text))


def _spans(text: object) -> Iterable[Span]:
    try:
        if isinstance(text, str) and (match := _SPAN.fullmatch(text)):
            first, last = match[1], match[3] or match[1]
            return [(_moment(first, match[2] or "0"), _moment(last, match[4] or "24"))]
        if isinstance(text, str) and (match := _TIMES.fullmatch(text)):
            times = re.findall(rf"({_TIME})\s*-\s*({_TIME})", match[2])
            return [_on(match[1], begin, end) for begin, end in times]
    except OverflowError:
        pass
    raise ValueError(
        _("{found} is not dates: write 2024-12-25, 2024-12-24 - 2024-12-31 or 2024-12-24 08:00-12:00").format(
            found=shown(text)
        )
    )


def _date(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_("{date} is not a day of the calendar").format(date=text)) from None


def _moment(date: str, time: str) -> datetime:
    return _date(date) + timedelta(minutes=minutes_of(time))


def _on(date: str, begin: str, end: str) -> Span:
    first, last = _moment(date, begin), _moment(date, end)
    return first, last if last > first else last + _ONE_DAY


def spans_data(spans: Sequence[Span]) -> list[str]:
    """*spans* as texts that `spans_in` reads back exactly.

    >>> spans_data(spans_in(["2024-12-24 - 2024-12-26", "2024-12-31 08:00-12:00", "2025-01-06"]))
    ['2024-12-24 - 2024-12-26', '2024-12-31 08:00-12:00', '2025-01-06']
    """
    return [_text(begin, end) for begin, end in spans]


def _text(begin: datetime, end: datetime) -> str:
    first, last = begin.date(), end.date()
    opens, closes = (moment.hour * 60 + moment.minute for moment in (begin, end))
    if opens == closes == 0 and end > begin:
        last = (end - _ONE_DAY).date()
        return str(first) if first == last else f"{first} - {last}"
    if timedelta() < end - begin <= _ONE_DAY:
        return f"{first} {clock_text(opens)}-{clock_text(closes or DAY_MINUTES)}"
    return f"{first} {clock_text(opens)} - {last} {clock_text(closes)}"


@dataclass(frozen=True, slots=True)
class Clock:
    """Hours on duty from the origin on: weekly ones, and others in the first weeks. Two are equal when their hours
    are."""

    weekly: tuple[Interval, ...]
    """In minutes of the week."""
    dated: tuple[tuple[Interval, ...], ...] = ()
    """The hours of each of the first weeks, in minutes since the origin; the last of them is not as usual."""

    def week(self, number: int) -> tuple[Interval, ...]:
        """The hours of a week, in minutes since the origin.

        >>> Clock(((0, 60),), (((30, 60),),)).week(1)
        ((10080, 10140),)
        """
        if number < len(self.dated):
            return self.dated[number]
        return _usual(self.weekly, number)

    def later(self, weeks: int) -> Clock:
        """These hours counted from an origin that lies so many *weeks* later; weeks before the first are like it.

        >>> one = Clock((), (((0, 60),), ((10090, 10100),)))
        >>> one.later(1).dated, one.later(-1).dated
        ((((10, 20),),), (((0, 60),), ((10080, 10140),), ((20170, 20180),)))
        """
        if not self.dated:
            return self
        ahead = tuple(_usual(self.dated[0], number) for number in range(-weeks))
        return Clock(self.weekly, ahead + tuple(_usual(week, -weeks) for week in self.dated[max(weeks, 0) :]))

    def until(self, minute: int, then: Clock) -> Clock:
        """These hours up to a *minute* since the origin, and those of another clock from *then* on.

        >>> Clock(((0, 60),)).until(30, Clock(((0, 90),))).dated, Clock(((0, 60),)).until(30, NEVER).dated
        ((), (((0, 30),),))
        """
        if minute <= 0 or self == then:
            return then
        last = minute // WEEK_MINUTES
        found = [*self.dated[:last], *(self.week(number) for number in range(len(self.dated), last))]
        past, its_past = (reduced(one.week(last), ((minute, (last + 1) * WEEK_MINUTES),)) for one in (self, then))
        rest = then.week(last)
        found.append(rest if past == its_past else (*past, *reduced(rest, ((0, minute),))))
        found += then.dated[last + 1 :]
        while found and found[-1] == _usual(then.weekly, len(found) - 1):
            found.pop()
        return Clock(then.weekly, tuple(found))


@lru_cache(maxsize=8192)
def _usual(weekly: tuple[Interval, ...], number: int) -> tuple[Interval, ...]:
    return tuple((number * WEEK_MINUTES + begin, number * WEEK_MINUTES + end) for begin, end in weekly)


NEVER = Clock(())
"""No hours at all."""


def begins(clock: Clock) -> Clock:
    """When hours of *clock* begin, each as a minute; those that go on, as over midnight or a week, begin once.

    >>> begins(Clock(((0, 360), (6840, 10080)))).weekly, begins(Clock(((0, 1440), (1440, 10080)))) == NEVER
    (((6840, 6841),), True)
    """
    before = _usual(clock.weekly, -1)
    weeks = [before, *(clock.week(number) for number in range(len(clock.dated) + 1))]
    found = [_begun(one, other) for one, other in pairwise(weeks)]
    weekly = _begun(before, clock.weekly)
    while found and found[-1] == _usual(weekly, len(found) - 1):
        found.pop()
    return Clock(weekly, tuple(found))


def _begun(before: Sequence[Interval], week: Sequence[Interval]) -> tuple[Interval, ...]:
    """The begins of the hours of a *week* that do not go on from others, or from the week *before*."""
    ended = {end for _begin, end in (*before[-1:], *week)}
    return tuple((begin, begin + 1) for begin, _end in week if begin not in ended)


def clock_of(organisation: Organisation, person: Person) -> Clock:
    """The hours of *person*: those of his calendar, but not while he is absent."""
    return calendar_clock(organisation, person.calendar, person.absent)


def organising_clock(organisation: Organisation, person: Person) -> Clock:
    """The hours that *person* spends on rules: not where it is closed, nor while he is absent."""
    calendar = organisation.calendars[person.calendar]
    if not calendar.organising:
        return NEVER
    return clock(organisation, Calendar(hours=calendar.organising, closed=calendar.closed), person.absent)


def calendar_clock(organisation: Organisation, name: str, absent: Sequence[Span] = ()) -> Clock:
    """The hours of the calendar of that *name*, without those of *absent*.

    >>> from irrupt.engine.examples import counter
    >>> calendar_clock(counter(), "always", spans_in("2024-01-01 06:00 - 2024-01-08 12:00")).dated
    (((0, 360),), ((10800, 20160),))
    """
    return clock(organisation, organisation.calendars[name], absent)


def clock(organisation: Organisation, calendar: Calendar, absent: Sequence[Span] = ()) -> Clock:
    """The hours of *calendar*, without those of *absent*."""
    if not (calendar.closed or calendar.extra or absent):
        return Clock(tuple(sorted(calendar.hours)))
    origin = organisation.timeline.begin
    parts = (tuple(_since(origin, spans)) for spans in (calendar.closed, calendar.extra, absent))
    return _clock(tuple(sorted(calendar.hours)), *parts)


def _since(origin: datetime, spans: Iterable[Span]) -> Iterable[Interval]:
    """*spans* in minutes since the origin; what is before is left out."""
    minute = timedelta(minutes=1)
    for begin, end in spans:
        if end > origin:
            yield max((begin - origin) // minute, 0), (end - origin) // minute


@lru_cache(maxsize=4096)
def _clock(
    weekly: tuple[Interval, ...],
    closed: tuple[Interval, ...],
    extra: tuple[Interval, ...],
    absent: tuple[Interval, ...],
) -> Clock:
    """The weekly hours without those that are *closed*, with *extra* ones; of all these, those not *absent*."""
    found = []
    usual = Clock(weekly)
    spans = [*closed, *extra, *absent]
    special = {week for begin, end in spans for week in range(begin // WEEK_MINUTES, -(-end // WEEK_MINUTES))}
    for week in range(max(special, default=-1) + 1):
        hours = usual.week(week)
        if week in special:
            hours = joined((*reduced(hours, _within(closed, week)), *_within(extra, week)))
            hours = reduced(hours, _within(absent, week))
        found.append(hours)
    while found and found[-1] == usual.week(len(found) - 1):
        found.pop()
    return Clock(weekly, tuple(found))


def _within(spans: Iterable[Interval], week: int) -> Iterable[Interval]:
    """The parts of *spans* in a week."""
    for begin, end in spans:
        if begin < (week + 1) * WEEK_MINUTES and end > week * WEEK_MINUTES:
            yield max(begin, week * WEEK_MINUTES), min(end, (week + 1) * WEEK_MINUTES)
