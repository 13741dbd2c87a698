"""Conditions at work, from what people do one after the other: their working days, and their pace.

A working day reaches from the first to the last sign of work of one person, with nothing between that looks like a
night: eleven hours without a sign of work, or six with midnight in them. So it is told of records with and without
start times, of night shifts too, and it never says more than the records show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.rows import WEEK, Legend, Rows
from irrupt.ledgers import conditions as measure
from irrupt.ledgers import kernels
from irrupt.ledgers.hours import Hours
from irrupt.ledgers.model import Measure, Window

Floats = npt.NDArray[np.float64]
NAN = float("nan")

MOST_POSTS = 20_000_000
"""People times activities beyond which it is not told how many activities somebody does."""
NIGHT_BEGINS, NIGHT_ENDS, NIGHT_COUNTS = 22 * kernels.HOUR, 5 * kernels.HOUR, 2 * kernels.HOUR
LONG_DAY, LONG_WEEK = 10 * kernels.HOUR, 48 * kernels.HOUR

MEASURES: tuple[Measure, ...] = (
    measure.DAY_LENGTH,
    measure.LONG_DAYS,
    measure.LONG_WEEKS,
    measure.SHORT_RESTS,
    measure.NIGHTS,
    measure.WEEKENDS,
    measure.VARIED_DAYS,
    measure.UNBROKEN,
    measure.SIDE_BY_SIDE,
    measure.ASKED,
    measure.MOVES,
    measure.VERSATILITY,
)


@dataclass(slots=True)
class PeopleState:
    """Tables that `kernels.add_days` and `kernels.add_pace` fill; see there."""

    window: Window
    tallies: Floats
    latest: Floats
    filled: npt.NDArray[np.int32]
    top: npt.NDArray[np.int64]
    spans: Floats = field(default_factory=lambda: np.empty((0, 2)))
    links: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    whose: npt.NDArray[np.int32] = field(default_factory=lambda: np.empty((0, 2), np.int32))
    used: int = 0

    def grow(self) -> None:
        """Make room for twice as many working days."""
        more = max(len(self.links), 4096)
        self.spans = np.concatenate([self.spans, np.full((more, 2), np.nan)])
        self.links = np.concatenate([self.links, np.full(more, -1)])
        self.whose = np.concatenate([self.whose, np.full((more, 2), -1, np.int32)])


def begin(legend: Legend, window: Window, weeks: int) -> PeopleState:
    """Fresh state for *weeks* weeks, the last of which may be short."""
    people, activities = len(legend.people), len(legend.activities)
    latest = np.zeros((people, kernels.LATEST))
    latest[:, [kernels.LAST_END, kernels.LAST_POST]] = -np.inf
    latest[:, kernels.LAST_WEEK] = -1.0
    posts = (people, activities) if people * activities <= MOST_POSTS else (0, 0)
    return PeopleState(
        window=window,
        tallies=np.zeros((len(legend.teams), weeks, kernels.TALLIES)),
        latest=latest,
        filled=np.full(posts, -1, np.int32),
        top=np.full(people, -1, np.int64),
    )


def add(state: PeopleState, rows: Rows, worked: Floats, hours: Hours) -> None:
    """Take in the next rows. *worked*: seconds of work on each step, within *hours*."""
    window = state.window
    kernels.add_pace(
        *(rows.activity, rows.team, rows.person, rows.start, rows.end, rows.flags, worked, window.begin, window.end),
        *(state.tallies, state.latest, state.filled),
    )
    row = 0
    while row < len(rows.case):
        before = row
        row, state.used = kernels.add_days(
            *(row, rows.person, rows.team, rows.start, rows.end, rows.flags, hours),
            *(state.spans, state.links, state.whose, state.top, state.used),
        )
        if row == before:
            state.grow()


@dataclass(frozen=True, slots=True)
class Days:
    """The working days that begin in the window, by person and time: arrays of equal length."""

    person: npt.NDArray[np.int32]
    team: npt.NDArray[np.int32]
    """Of the day's last step; -1: none is named."""
    week: npt.NDArray[np.int64]
    length: Floats
    """Seconds from the first to the last sign of work."""
    rest: Floats
    """Seconds since the working day before; nan where that is not known, or where more than a day lies between."""
    night: npt.NDArray[np.bool_]
    weekend: npt.NDArray[np.bool_]


def days(state: PeopleState) -> Days:
    """The working days taken in so far."""
    begins, ends = state.spans[: state.used].T
    person = state.whose[: state.used, 0]
    order = np.lexsort((begins, person))
    order = order[~np.isnan(begins[order])]
    begins, ends, person = begins[order], ends[order], person[order]
    rest = np.full(len(order), np.nan)
    rest[1:] = np.where(person[1:] == person[:-1], begins[1:] - ends[:-1], np.nan)
    rest[rest > kernels.DAY] = np.nan
    inside = state.window.contains(begins)
    week = np.floor((begins - state.window.begin) / WEEK)
    at_night = _nights(ends) - _nights(begins) >= NIGHT_COUNTS
    return Days(
        person=person[inside],
        team=state.whose[: state.used, 1][order][inside],
        week=np.minimum(week[inside].astype(np.int64), state.tallies.shape[1] - 1),
        length=(ends - begins)[inside],
        rest=rest[inside],
        night=at_night[inside],
        weekend=(begins % WEEK >= 5 * kernels.DAY)[inside],
    )


def _nights(moment: Floats) -> Floats:
    """Seconds of night, 22:00 to 05:00, from the origin to each *moment*."""
    whole, rest = np.divmod(moment, kernels.DAY)
    each = NIGHT_ENDS + kernels.DAY - NIGHT_BEGINS
    inside: Floats = np.minimum(rest, NIGHT_ENDS) + np.maximum(rest - NIGHT_BEGINS, 0.0)
    return whole * each + inside


Parts = tuple[Floats, Floats]
"""What is counted, and of how many, in each week of the window."""


def parts(state: PeopleState, found: Days, teams: Sequence[int], done: Floats) -> dict[str, Parts]:
    """Measure -> in each week, what its ratio is made of; those that are no ratios are left out.

    *done*: steps done by *teams* in each week.
    """
    at = np.isin(found.team, np.asarray(teams, np.int64))
    weeks = state.tallies.shape[1]

    def per_week(which: npt.NDArray[np.bool_], weights: Floats | None = None) -> Floats:
        chosen = None if weights is None else weights[which]
        return np.bincount(found.week[which], chosen, minlength=weeks).astype(np.float64)

    count = per_week(at)
    rests = at & ~np.isnan(found.rest)
    known = [team for team in teams if team < len(state.tallies)]
    tally = state.tallies[known].sum(axis=0).T
    people = tally[kernels.PEOPLE] if state.filled.size else np.zeros(weeks)
    return {
        measure.DAY_LENGTH.name: (per_week(at, found.length) / kernels.HOUR, count),
        measure.LONG_DAYS.name: (per_week(at & (found.length > LONG_DAY)), count),
        measure.LONG_WEEKS.name: _long_weeks(found, at, weeks),
        measure.SHORT_RESTS.name: (per_week(rests & (found.rest < kernels.REST)), per_week(rests)),
        measure.NIGHTS.name: (per_week(at & found.night), count),
        measure.WEEKENDS.name: (per_week(at & found.weekend), count),
        measure.UNBROKEN.name: (tally[kernels.UNBROKEN], tally[kernels.AT_STEPS]),
        measure.SIDE_BY_SIDE.name: (tally[kernels.SIDE_BY_SIDE], count * bool(tally[kernels.AT_STEPS].any())),
        measure.ASKED.name: (tally[kernels.ASKED], done),
        measure.MOVES.name: (tally[kernels.MOVES], count),
        measure.VERSATILITY.name: (tally[kernels.POSTS], people),
    }


def _long_weeks(found: Days, at: npt.NDArray[np.bool_], weeks: int) -> Parts:
    """Weeks of people in which their working days last longer than 48 hours in sum, and all weeks of people."""
    keys, which = np.unique(found.person[at] * np.int64(weeks) + found.week[at], return_inverse=True)
    total = np.bincount(which, found.length[at], minlength=len(keys))
    week = keys % weeks
    long = np.bincount(week[total > LONG_WEEK], minlength=weeks)
    return long.astype(np.float64), np.bincount(week, minlength=weeks).astype(np.float64)


def variation(found: Days, teams: Sequence[int]) -> float:
    """Standard deviation of the length of the working days of one person, over their mean; all persons pooled."""
    at = np.isin(found.team, np.asarray(teams, np.int64))
    length = found.length[at]
    _who, which, count = np.unique(found.person[at], return_inverse=True, return_counts=True)
    freedom = len(length) - len(count)
    if freedom < 1 or not length.any():
        return NAN
    own = np.bincount(which, length) / count
    return float(np.sqrt(np.square(length - own[which]).sum() / freedom) / length.mean())


def values(state: PeopleState, found: Days, teams: Sequence[int], done: Floats) -> dict[str, float]:
    """Measure -> value for *teams*, who have *done* so many steps in each week; nan where it is not told."""
    told = parts(state, found, teams, done)
    ratios = {name: float(above.sum() / below.sum()) if below.any() else NAN for name, (above, below) in told.items()}
    return ratios | {measure.VARIED_DAYS.name: variation(found, teams)}
