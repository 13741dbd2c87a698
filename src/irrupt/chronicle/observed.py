"""The steps of a log as arrays: who does each, when, and after which pause."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.clockwork import by_program, commonest, near
from irrupt.units import HOUR

FEWEST = 20
"""Events that an activity needs."""
_FIXED, _SHORTEST = 0.5, 12 * HOUR
_HOURS, _PART = 8, 0.01
"""Hours of the day that it comes in at least, each with this part of it: a nightly run of a program comes in fewer."""
_DAY_PART = 0.04
_RARE = 0.1
"""Part of the usual hour's steps, below which nobody of the staff is on duty."""
_WEEK, _DAY = 168, 24
"""Hours."""
_MOST, _NARROW, _FEWEST_HOURS = 0.95, 100, 4
"""Nearly all steps of somebody who has hours of work fall in so many hours of the week at most, of the day at least,
unlike those of a program."""
_SEEN, _COVER = 30, 0.2
"""How many steps show it; and what part of all steps such people do at least, for them to be the staff."""


class Steps(NamedTuple):
    """Events as arrays, case by case."""

    size: int
    activity: Ints
    counts: Ints
    end: Floats
    before: Floats
    """Seconds since the end of the step before; nan where there is none."""
    after: Floats
    came: Floats
    """Seconds from the end of the step before to its own end, which is when what has a begin of its own was done."""
    first: Flags
    last: Flags
    who: Ints
    """-1: nobody is named."""
    case: Ints
    hour: Ints
    """Of the week, on the clock of the organisation."""
    daily: bool
    by_clock: Flags
    """Per activity: a clock or a program lets it come."""

    def share(self, happens: Flags) -> Floats:
        """Share of the steps of each activity."""
        found: Floats = np.bincount(self.activity, happens, self.size) / np.maximum(self.counts, 1)
        return found

    def elsewhere(self, happens: Flags) -> Floats:
        """Share of the steps of all other activities."""
        hits = np.bincount(self.activity, happens, self.size)
        found: Floats = (hits.sum() - hits) / np.maximum(self.counts.sum() - self.counts, 1)
        return found


def steps_of(known: pl.DataFrame, names: pl.Series, timezone: str) -> Steps:
    """The *known* events as arrays; *names*: of the activities."""
    activity = known["activity"].cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)
    case = known["case"].rle_id().to_numpy().astype(np.int64)
    end = known["end"].cast(pl.Int64).to_numpy() / 1e6
    begin = known["start"].cast(pl.Int64).to_numpy() / 1e6 if known["start"].null_count() < known.height else end
    begin = np.where(np.isnan(begin), end, begin)
    first = np.diff(case, prepend=-1) != 0
    last = np.append(first[1:], True)
    local = pl.col("end").dt.convert_time_zone(timezone)
    hour = known.select((local.dt.weekday().cast(pl.Int64) - 1) * 24 + local.dt.hour().cast(pl.Int64)).to_series()
    before = np.where(first, np.nan, begin - np.roll(end, 1))
    daily = bool((end // 1 % 3600 == 0).mean() > 0.98)
    counts = np.bincount(activity, minlength=len(names))
    return Steps(
        size=len(names),
        activity=activity,
        counts=counts,
        end=end,
        before=before,
        after=np.where(last, np.nan, np.roll(begin, -1) - end),
        came=np.where(first, np.nan, end - np.roll(end, 1)),
        first=first,
        last=last,
        who=known["resource"].cast(pl.Categorical).to_physical().cast(pl.Int64).fill_null(-1).to_numpy(),
        case=case,
        hour=hour.to_numpy(),
        daily=daily,
        by_clock=_by_clock(activity, counts, end, before, daily),
    )


def _by_clock(activity: Ints, counts: Ints, end: Floats, before: Floats, daily: bool) -> Flags:
    """Per activity: it comes a set time after the step before, or when a program runs."""
    found = np.zeros(len(counts), bool) if daily else by_program(activity, end, before, len(counts)) > 0
    waited = np.nan_to_num(before) >= _SHORTEST
    often = np.bincount(activity, waited, len(counts)) >= _FIXED * np.maximum(counts, FEWEST)
    for at in np.flatnonzero(often).tolist():
        gap = before[waited & (activity == at)]
        found[at] |= bool(near(gap, commonest(gap)).sum() >= _FIXED * counts[at])
    return found


def off_duty(steps: Steps) -> Floats:
    """Share of each activity outside the hours of the staff.

    They are those of people who have hours of work, else those in which the named steps of all other activities are
    seen (all steps, if nobody is named).
    """
    off = np.zeros(steps.size)
    if steps.daily:
        return off
    table = _by_hour(steps, np.ones(len(steps.who), bool))
    regular = _regular(steps)
    named = steps.who >= 0 if (steps.who >= 0).any() else np.ones(len(steps.who), bool)
    staff = _by_hour(steps, named if regular is None else regular)
    for at in range(steps.size):
        seen = staff.sum(axis=0) - (staff[at] if regular is None else 0)
        if seen.any():
            off[at] = table[at][seen < _RARE * _usual(seen)].sum() / max(steps.counts[at], 1)
    return off


def _by_hour(steps: Steps, some: Flags) -> Ints:
    """How many of *some* steps of each activity fall in each hour of the week."""
    places = (steps.activity * _WEEK + steps.hour)[some]
    return np.bincount(places, minlength=steps.size * _WEEK).reshape(steps.size, _WEEK)


def _usual(seen: Ints) -> int:
    """Steps in the hour in which half of all steps have come, the busiest hours first."""
    usual = np.sort(seen)[::-1]
    return int(usual[min(int(np.searchsorted(np.cumsum(usual), usual.sum() / 2)), _WEEK - 1)])


def _regular(steps: Steps) -> Flags | None:
    """Per step: whether somebody does it who has hours of work (or, if nobody is named, whether the activity has); None
    where they do too little."""
    human = ~steps.by_clock[steps.activity]
    named = steps.who >= 0
    doer = np.where(named, steps.who, -1) if named.any() else steps.activity
    some = human & (doer >= 0)
    size = int(doer.max(initial=0)) + 1
    table = np.bincount(doer[some] * _WEEK + steps.hour[some], minlength=size * _WEEK).reshape(size, _WEEK)
    total = table.sum(axis=1)
    narrow = (total >= _SEEN) & (_spread(table) <= _NARROW)
    narrow &= _spread(table.reshape(size, -1, _DAY).sum(axis=1)) >= _FEWEST_HOURS
    regular = some & narrow[np.maximum(doer, 0)]
    return regular if regular.sum() >= _COVER * len(doer) else None


def _spread(table: Ints) -> Ints:
    """Per row, how many hours hold nearly all of its steps."""
    ordered = np.sort(table, axis=1)[:, ::-1].cumsum(axis=1)
    return np.asarray((ordered < _MOST * ordered[:, -1:]).sum(axis=1) + 1)


def all_day(steps: Steps) -> Flags:
    """Whether it comes in many hours of the day."""
    table = np.bincount(steps.activity * 24 + steps.hour % 24, minlength=steps.size * 24).reshape(steps.size, 24)
    found: Flags = (table >= _PART * np.maximum(steps.counts, 1)[:, None]).sum(axis=1) >= _HOURS
    return found


def every_day(steps: Steps) -> Flags:
    """Whether it comes on all seven days of the week: shifts, too, know days of rest."""
    table = np.bincount(steps.activity * 7 + steps.hour // 24, minlength=steps.size * 7).reshape(steps.size, 7)
    daily: Flags = table >= _DAY_PART * np.maximum(steps.counts, 1)[:, None]
    return np.asarray(daily.all(axis=1))


def medians(steps: Steps, pause: Floats) -> Floats:
    """The median *pause* of each activity, nan where it has none."""
    some = np.isfinite(pause)
    frame = pl.DataFrame({"activity": steps.activity[some], "pause": pause[some]})
    told = frame.group_by("activity").agg(pl.col("pause").median())
    found = np.full(steps.size, np.nan)
    found[told["activity"].to_numpy()] = told["pause"].to_numpy()
    return found
