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
from irrupt.ledgers.checks import checking
from irrupt.ledgers.hours import Hours
from irrupt.ledgers.model import Measure, Window
from irrupt.ledgers.worked import together

Floats = npt.NDArray[np.float64]
NAN = float("nan")

MOST_POSTS = 20_000_000
"""People times activities beyond which it is not told how many activities somebody does."""
SPARSE = 16
"""How many times as many keys as things are counted without sorting."""
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
    measure.CHECKS_LOAD,
)


@dataclass(slots=True)
class PeopleState:
    """Tables that `kernels.add_days` and `kernels.add_pace` fill; see there."""

    window: Window
    tallies: Floats
    latest: Floats
    filled: npt.NDArray[np.int32]
    top: npt.NDArray[np.int64]
    checks: npt.NDArray[np.bool_]
    spans: Floats = field(default_factory=lambda: np.empty((0, 2)))
    links: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    whose: npt.NDArray[np.int32] = field(default_factory=lambda: np.empty((0, 2), np.int32))
    used: int = 0
    told: Told | None = None
    """What the rows tell, until others are taken in."""

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
        checks=checking(legend.activities, legend.checks),
    )


def add(state: PeopleState, rows: Rows, worked: Floats, hours: Hours) -> None:
    """Take in the next rows. *worked*: seconds of work on each step, within *hours*."""
    state.told = None
    window = state.window
    kernels.add_pace(
        *(rows.activity, rows.team, rows.person, rows.start, rows.end, rows.flags, together(rows)),
        *(worked, window.begin, window.end, state.checks),
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
    order = kernels.days_in_order(state.top, state.links, state.used)
    begins, ends = state.spans[order, 0], state.spans[order, 1]
    person, team = state.whose[order, 0], state.whose[order, 1]
    rest = np.full(len(order), np.nan)
    rest[1:] = np.where(person[1:] == person[:-1], begins[1:] - ends[:-1], np.nan)
    rest[rest > kernels.DAY] = np.nan
    inside = state.window.contains(begins)
    week = np.floor((begins - state.window.begin) / WEEK)
    at_night = _nights(ends) - _nights(begins) >= NIGHT_COUNTS
    return Days(
        person=person[inside],
        team=team[inside],
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

DAYS, SECONDS, LONG, RESTS, SHORT, NIGHT, WEEKEND, PERSON_WEEKS, LONG_WEEKS = range(9)
"""Columns of `Told.counts`."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the working days tell of each team by itself. Most of it adds up over teams."""

    days: Days
    counts: Floats
    """(columns, teams, weeks of the window)."""
    variation: Floats
    """Per team."""


def told(state: PeopleState) -> Told:
    """What the rows taken in so far tell."""
    if state.told is None:
        found, (teams, weeks, _tallies) = days(state), state.tallies.shape
        state.told = Told(found, _counts(found, teams, weeks), _variations(found, teams))
    return state.told


def _counts(found: Days, teams: int, weeks: int) -> Floats:
    named = found.team >= 0
    cell = found.team * np.int64(weeks) + found.week
    rests = named & ~np.isnan(found.rest)
    counts = np.zeros((9, teams * weeks))
    for column, which in (
        (DAYS, named),
        (LONG, named & (found.length > LONG_DAY)),
        (RESTS, rests),
        (SHORT, rests & (found.rest < kernels.REST)),
        (NIGHT, named & found.night),
        (WEEKEND, named & found.weekend),
    ):
        counts[column] = np.bincount(cell[which], minlength=teams * weeks)
    counts[SECONDS] = np.bincount(cell[named], found.length[named], minlength=teams * weeks)
    people = int(found.person.max(initial=0)) + 1
    where, total = _together(cell[named] * people + found.person[named], found.length[named])
    counts[PERSON_WEEKS] = np.bincount(where // people, minlength=teams * weeks)
    counts[LONG_WEEKS] = np.bincount(where[total > LONG_WEEK] // people, minlength=teams * weeks)
    return counts.reshape(9, teams, weeks)


def _together(key: npt.NDArray[np.int64], seconds: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """Each different *key*, and its *seconds* in sum."""
    keys, which, _count = grouped(key)
    total: Floats = np.bincount(which, seconds, minlength=len(keys)).astype(np.float64)
    return keys, total


def grouped(key: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Each different *key* (0 or more) in order, which of these each is, and how often it is there.

    >>> [one.tolist() for one in grouped(np.array([7, 2, 7]))]
    [[2, 7], [1, 0, 1], [1, 2]]
    """
    if len(key) == 0 or key.max() >= SPARSE * len(key):
        return np.unique(key, return_inverse=True, return_counts=True)
    each = np.bincount(key)
    keys = np.flatnonzero(each)
    place = np.cumsum(each > 0) - 1
    return keys, place[key], each[keys]


def _variations(found: Days, teams: int) -> Floats:
    """Per team: standard deviation of the length of the working days of one person, over their mean; persons pooled."""
    named = found.team >= 0
    team, length = found.team[named].astype(np.int64), found.length[named]
    people = int(found.person.max(initial=0)) + 1
    who, which, count = grouped(team * people + found.person[named])
    own = np.bincount(which, length, minlength=len(who)) / np.maximum(count, 1)
    squares = np.bincount(team, np.square(length - own[which]), minlength=teams)
    seen, lasted = np.bincount(team, minlength=teams), np.bincount(team, length, minlength=teams)
    freedom = seen - np.bincount(who // people, minlength=teams)
    known = (freedom >= 1) & (lasted > 0)
    mean = lasted / np.maximum(seen, 1)
    variations = np.full(teams, NAN)
    variations[known] = np.sqrt(squares[known] / freedom[known]) / mean[known]
    return variations


def parts(state: PeopleState, teams: Sequence[int], done: Floats) -> dict[str, Parts]:
    """Measure -> in each week, what its ratio is made of; those that are no ratios are left out.

    *done*: steps done by *teams* in each week.
    """
    found = told(state)
    known = [team for team in teams if team < len(state.tallies)]
    made = _parts(state, found.counts[:, known].sum(axis=1), state.tallies[known].sum(axis=0), done)
    if len(known) > 1:
        made[measure.LONG_WEEKS.name] = _long_weeks(found.days, known, len(done))
    return made


def _parts(state: PeopleState, counts: Floats, tallies: Floats, done: Floats) -> dict[str, Parts]:
    """*counts*: (columns, ..., weeks); *tallies*: (..., weeks, columns); *done*: (..., weeks)."""
    tally = np.moveaxis(tallies, -1, 0)
    timed = tally[kernels.AT_STEPS].any(axis=-1, keepdims=True)
    people = tally[kernels.PEOPLE] if state.filled.size else np.zeros_like(done)
    return {
        measure.DAY_LENGTH.name: (counts[SECONDS] / kernels.HOUR, counts[DAYS]),
        measure.LONG_DAYS.name: (counts[LONG], counts[DAYS]),
        measure.LONG_WEEKS.name: (counts[LONG_WEEKS], counts[PERSON_WEEKS]),
        measure.SHORT_RESTS.name: (counts[SHORT], counts[RESTS]),
        measure.NIGHTS.name: (counts[NIGHT], counts[DAYS]),
        measure.WEEKENDS.name: (counts[WEEKEND], counts[DAYS]),
        measure.UNBROKEN.name: (tally[kernels.UNBROKEN], tally[kernels.AT_STEPS]),
        measure.SIDE_BY_SIDE.name: (tally[kernels.SIDE_BY_SIDE], counts[DAYS] * timed),
        measure.ASKED.name: (tally[kernels.ASKED], done),
        measure.MOVES.name: (tally[kernels.MOVES], counts[DAYS]),
        measure.VERSATILITY.name: (tally[kernels.POSTS], people),
        measure.CHECKS_LOAD.name: (tally[kernels.CHECKING], tally[kernels.AT_STEPS]),
    }


def _long_weeks(found: Days, teams: Sequence[int], weeks: int) -> Parts:
    """Weeks of people in which their working days in *teams* last longer than 48 hours in sum, and all of them."""
    at = np.isin(found.team, np.asarray(teams, np.int64))
    keys, total = _together(found.person[at] * np.int64(weeks) + found.week[at], found.length[at])
    week = keys % weeks
    long = np.bincount(week[total > LONG_WEEK], minlength=weeks)
    return long.astype(np.float64), np.bincount(week, minlength=weeks).astype(np.float64)


def variation(found: Told, teams: Sequence[int]) -> float:
    """How far the working days of one person in *teams* differ in length: see `_variations`."""
    if len(teams) == 1:
        return float(found.variation[teams[0]])
    days = found.days
    at = np.isin(days.team, np.asarray(teams, np.int64))
    pooled = Days(
        *(days.person[at], np.zeros(int(at.sum()), np.int32), days.week[at], days.length[at]),
        *(days.rest[at], days.night[at], days.weekend[at]),
    )
    return float(_variations(pooled, 1)[0])


def values(state: PeopleState, teams: Sequence[int], done: Floats) -> dict[str, float]:
    """Measure -> value for *teams*, who have *done* so many steps in each week; nan where it is not told."""
    ratios = {name: float(_ratio(made)) for name, made in parts(state, teams, done).items()}
    return ratios | {measure.VARIED_DAYS.name: variation(told(state), [t for t in teams if t < len(state.tallies)])}


def alone(state: PeopleState, done: Floats) -> dict[str, Floats]:
    """Measure -> value for each team by itself. *done*: (teams, weeks), steps done."""
    found = told(state)
    made = _parts(state, found.counts, state.tallies, done)
    return {name: _ratio(one) for name, one in made.items()} | {measure.VARIED_DAYS.name: found.variation}


def _ratio(made: Parts) -> Floats:
    """All that is counted, over all of which it is; nan where that is nothing."""
    above, below = (part.sum(axis=-1) for part in made)
    ratio: Floats = np.where(below > 0, above / np.where(below > 0, below, 1.0), NAN)
    return ratio
