"""The period that a log really covers.

Extracts often end long after the traffic does: cases that were open when the extract was made trickle out for months.
The period is the stretch of weeks in which cases arrive at a good part of their usual rate.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from irrupt.arraytypes import Floats, Ints
from irrupt.chronicle.arrays import week_begin
from irrupt.chronicle.model import Chronicle
from irrupt.chronicle.succession import moments_of_cases
from irrupt.errors import DataError, Fault
from irrupt.i18n import gettext as _
from irrupt.units import DAY, HOUR, WEEK
from irrupt.wall import aware, local_time, local_times

_BUSY = 0.2
"""Part of the usual weekly rate above which a week belongs to the stretch."""
_FULL = 0.5
"""The same for the first and the last week: one that is cut short or where traffic fades does not belong."""
_GAP = 3
"""Quiet weeks that a stretch may bridge: holidays."""
_ENOUGH = 10.0
"""Cases per week below which weeks are too small to tell anything."""
_SHARE = 0.75
_SHORT = 0.8
_SURE = 5.0
"""Cases that would have come in the quiet at the end; that none does is chance in one log of a hundred and fifty."""

_STRAYS = 0.01
"""Share of the cases of a log that may have ended before the day from which on all are said to have ended,"""
_FEWEST_ENDED, _HARDLY_ANY = 20.0, 0.1
"""how many should have ended before it, at least, had all cases been kept, and the share of these that may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The weeks in use."""

    begin: dt.datetime
    """A Monday, 00:00 local time, as a moment in UTC."""
    end: dt.datetime
    """The Monday after the last week in use."""
    share_of_cases: float
    """Share of all cases that begin in the period."""
    cases: int
    weeks: int
    whole: bool
    """Whether all cases are in it."""


def period(chronicle: Chronicle) -> Period:
    """The stretch of weeks that *chronicle* really covers: `chronicle.between(period.begin, period.end)` has its cases.

    A shorter stretch than the whole is taken only if it holds three cases in four and spans less than 80 % of the time;
    of the whole, weeks at the end in which surely no case arrives any more are left out, and those at the begin in
    which hardly any does and nothing ends yet. A log of the cases that ended between two days is used as a whole: those
    that began in a stretch would be the short ones.
    Raises `DataError` when there are no events.
    """
    events = chronicle.events
    if not events.height:
        raise DataError(Fault(chronicle.source, _("there are no events")))
    cases = pl.DataFrame(moments_of_cases(events))
    begins = cases["begin"]
    moments = pl.concat([begins, events["end"]]).sort()
    first = week_begin(moments[0], chronicle.timezone)
    last = week_begin(moments[-1], chronicle.timezone)
    zone = chronicle.timezone
    monday = local_time(first, zone).date()
    days = local_times(begins, zone).dt.date() - monday
    week = (days.dt.total_days() // 7).to_numpy()
    total = (local_time(last, zone).date() - monday).days // 7 + 1
    counts = np.bincount(week, minlength=total)
    low, high = _stretch(counts)
    inside = int(counts[low:high].sum())
    all_ended = _are_those_that_ended(cases)
    whole = inside < _SHARE * len(begins) or high - low >= _SHORT * total or all_ended
    if whole:
        ended = events.select(pl.coalesce("end", "start").min()).item()
        first_end = (local_time(ended, zone).date() - monday).days // 7
        low, high = 0 if all_ended else _since(counts, first_end), _until(counts)
        inside, whole = int(counts[low:high].sum()), low == 0
    return Period(
        begin=_week(monday, low, zone),
        end=_week(monday, high, zone),
        share_of_cases=inside / len(begins),
        cases=inside,
        weeks=high - low,
        whole=whole,
    )


def _are_those_that_ended(cases: pl.DataFrame) -> bool:
    """Whether the log holds the *cases* (`begin`, `over`) that ended between two days."""
    begin, over = (cases[name].dt.epoch("us").to_numpy() / 1e6 for name in ("begin", "over"))
    return ended_since(begin, over - begin, float(over.max())) is not None


def ended_since(arrived: Floats, spans: Floats, end: float) -> float | None:
    """The day from which on cases ended, in a log that holds those that did until its *end*; else None.

    Times in seconds: when cases *arrived*, and their *spans* until they ended. Many arrived before that day, and as
    cases of the same day of the week do (a fair sample, in such a log) many of these should have ended before it as
    well; hardly any did. Where cases end on Fridays only, none ends before the first.
    """
    over = arrived + spans
    since = float(np.quantile(over, _STRAYS))
    week = np.floor(arrived / WEEK)
    day, ended = (arrived - week * WEEK) // DAY, over - week * WEEK
    should = 0.0
    for one in np.unique(day[arrived < since]):
        left = since - HOUR - week[(day == one) & (arrived < since)] * WEEK
        should += float(np.searchsorted(np.sort(ended[day == one]), left).sum() / np.count_nonzero(day == one))
    if end - since < 2 * WEEK or should < _FEWEST_ENDED or (over < since).sum() > _HARDLY_ANY * should:
        return None
    return since


def cut_short(arrived: Floats, weeks: int) -> tuple[int, int]:
    """How many weeks at the begin and at the end of so many, none or one each, records hold in part: no case *arrived*
    (seconds since the first week began) on its first days, or its last ones, on which by other weeks several would.

    >>> cut_short(DAY * np.arange(3.0, 40.0, 0.1), 6)
    (1, 1)
    >>> cut_short(DAY * np.array([day for day in range(42) if day % 7 < 5 for case in range(9)]), 6)
    (0, 0)
    """
    inside = arrived[(arrived >= 0) & (arrived < weeks * WEEK)]
    days = np.bincount((inside // DAY).astype(np.int64), minlength=7 * weeks)
    some = np.flatnonzero(days)
    if weeks < 3 or not len(some):
        return 0, 0
    usual = days[7:-7].reshape(-1, 7).mean(axis=0)
    quiet = usual[: min(int(some[0]), 7)].sum(), usual[max(int(some[-1]) + 1 - 7 * (weeks - 1), 0) :].sum()
    return int(quiet[0] >= _SURE), int(quiet[1] >= _SURE)


def _week(monday: dt.date, number: int, zone: str) -> dt.datetime:
    day = monday + dt.timedelta(weeks=number)
    return aware(dt.datetime.combine(day, dt.time()), zone)


def _stretch(counts: Ints) -> tuple[int, int]:
    """First and last (exclusive) week of the busy stretch with most cases; all weeks where traffic is too thin."""
    usual = _usual(counts)
    if usual < _ENOUGH:
        return 0, len(counts)
    busy = np.flatnonzero(counts >= _BUSY * usual)
    cuts = np.flatnonzero(np.diff(busy) > _GAP + 1) + 1
    runs = [(int(run[0]), int(run[-1]) + 1) for run in np.split(busy, cuts)]
    low, high = max(runs, key=lambda run: int(counts[run[0] : run[1]].sum()))
    full = np.flatnonzero(counts[low:high] >= _FULL * usual)
    return low + int(full[0]), low + int(full[-1]) + 1


def _since(counts: Ints, first_end: int) -> int:
    """The week in which the first step ends, where hardly any case begins before it: what is in hand when records
    begin may have been begun long before; else the first of all weeks."""
    early, later = counts[:first_end], counts[first_end:]
    return first_end if first_end and early.mean() < _BUSY * later.mean() else 0


def _until(counts: Ints) -> int:
    """The week after the last one in which a case begins; all weeks where the quiet at the end may be chance."""
    last = int(np.flatnonzero(counts)[-1]) + 1
    quiet = len(counts) - last
    return last if quiet * float(counts[:last].mean()) >= _SURE else len(counts)


def _usual(counts: Ints) -> float:
    """The weekly rate that a case picked at random finds in its week."""
    ordered = np.sort(counts)[::-1]
    middle = int(np.searchsorted(np.cumsum(ordered), ordered.sum() / 2))
    return float(ordered[middle])
