"""Conditions at work, from what people do one after the other: their working days, and their pace.

A working day reaches from the first to the last sign of work of one person, with nothing between that looks like a
night: eleven hours without a sign of work, or six with midnight in them. So it is told of records with and without
start times, of night shifts too, and it never says more than the records show.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints, Ints32
from irrupt.chronicle.rows import Legend
from irrupt.ledgers import conditions as measure
from irrupt.ledgers import kernels, telling
from irrupt.ledgers.checks import checks_of
from irrupt.ledgers.model import Measure, Window
from irrupt.units import DAY, HOUR

NAN = float("nan")

MOST_POSTS = 40_000_000
"""Cells of the table of people and activities beyond which it is not told how many somebody does."""
_NO_PERSON = DAY
"""Seconds that the working days under one name last in the mean where no one person can stand behind it."""

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
    measure.INTERRUPTIONS,
    measure.ASKED,
    measure.MOVES,
    measure.VERSATILITY,
    measure.CHECKS_LOAD,
)


@dataclass(slots=True)
class PeopleState:
    """Tables that `kernels.add_teams` fills; see there."""

    window: Window
    tallies: Floats
    latest: Floats
    filled: Ints32
    gaps: Floats
    top: Ints
    checks: Floats
    spans: Floats = field(default_factory=lambda: np.empty((0, 2)))
    links: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    whose: Ints32 = field(default_factory=lambda: np.empty((0, 2), np.int32))
    used: int = 0
    restless: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    """People of whom no working days are told; see `leave_out_restless`."""
    told: Told | None = None
    """What the rows tell, until others are taken in."""

    @property
    def tables(self) -> kernels.PeopleTables:
        """As they are filled."""
        days = self.spans, self.links, self.whose, self.top
        return kernels.PeopleTables(self.tallies, self.latest, self.filled, self.gaps, self.checks, *days)

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
    latest[:, kernels.BEGUN :] = -np.inf
    latest[:, kernels.NEXT_BEGUN] = kernels.BEGUN
    posts = (people, activities, 1 + math.ceil(len(legend.teams) / kernels.MASK))
    return PeopleState(
        window=window,
        tallies=np.zeros((len(legend.teams), weeks, kernels.TALLIES)),
        latest=latest,
        filled=np.full(posts if math.prod(posts) <= MOST_POSTS else (0, 0, 0), -1, np.int32),
        gaps=np.zeros((people, kernels.GAPS, kernels.GAP_COLUMNS)),
        top=np.full(people, -1, np.int64),
        checks=checks_of(legend.activities, legend.checks, {}),
    )


class Days(NamedTuple):
    """The working days that begin in the window, by person and time, as `telling.tell_days` has them."""

    who: Ints32
    """(2, days): person, and team of the day's last step; -1: none is named."""
    week: Ints
    lasts: Floats
    """(2, days): seconds from the first to the last sign of work, and since the working day before; nan where that is
    not known, or where more than a day lies between."""
    marks: Flags
    """(2, days): at night, at a weekend."""


def days(state: PeopleState) -> Days:
    """The working days taken in so far."""
    n, window, weeks = state.used, state.window, state.tallies.shape[1]
    room = Days(np.empty((2, n), np.int32), np.empty(n, np.int64), np.empty((2, n)), np.empty((2, n), np.bool_))
    chains = state.top, state.links, np.empty(n, np.int64), state.spans, state.whose
    used = telling.tell_days(*chains, window.begin, window.end, weeks, *room)
    found = Days._make(np.ascontiguousarray(one[..., :used]) for one in room)
    if not len(state.restless):
        return found
    kept = ~np.isin(found.who[0], state.restless)
    return Days._make(one[..., kept] for one in found)


def leave_out_restless(state: PeopleState) -> list[int]:
    """Tell no working days of machines and of names that many share: in the rows taken in so far they last longer than
    a day and a night in the mean. Who they are."""
    found, size = days(state), len(state.top)
    length = np.bincount(found.who[0], found.lasts[0], size)
    never = np.flatnonzero(length > _NO_PERSON * np.bincount(found.who[0], minlength=size))
    state.restless = np.union1d(state.restless, never)
    state.told = None
    return never.tolist()


Parts = tuple[Floats, Floats]
"""What is counted, and of how many, in each week of the window."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the working days tell of each team by itself. Most of it adds up over teams."""

    days: Days
    counts: Floats
    """(columns, teams, weeks of the window): see `telling`."""
    variation: Floats
    """Per team."""


def told(state: PeopleState) -> Told:
    """What the rows taken in so far tell."""
    if state.told is None:
        teams, weeks, _tallies = state.tallies.shape
        found = days(state)
        state.told = Told(found, *_counts(found, np.arange(teams), weeks))
    return state.told


def _counts(found: Days, place: Ints, weeks: int) -> tuple[Floats, Floats]:
    """What is counted of the working days *found*, per place, and how far those of one person differ in length: their
    standard deviation over their mean, persons pooled. *place*: where each team counts, -1: nowhere."""
    places = int(place.max(initial=-1)) + 1
    counts, sums = np.zeros((telling.LONG_WEEKS + 1, places, weeks)), np.zeros((telling.SUMS, places))
    telling.count_days(*found, place, np.full((places, weeks), -1), np.zeros((places, weeks)), sums, counts)
    squares, days, lengths, freedom = sums[: telling.FREEDOM + 1]
    told = (days + freedom >= 1.0) & (lengths > 0.0)
    variation = np.full(places, NAN)
    variation[told] = np.sqrt(squares[told] / (days + freedom)[told]) / (lengths[told] / days[told])
    return counts, variation


def _pooled(state: PeopleState, teams: Sequence[int]) -> tuple[Floats, float]:
    """The same where *teams* count as one, and the others nowhere."""
    found = told(state)
    if len(teams) == 1:
        return found.counts[:, teams[0]], float(found.variation[teams[0]])
    place = np.full(len(state.tallies), -1)
    place[list(teams)] = 0
    counts, variation = _counts(found.days, place, state.tallies.shape[1])
    return (counts[:, 0], float(variation[0])) if len(teams) else (counts.sum(axis=1), NAN)


def parts(state: PeopleState, teams: Sequence[int], done: Floats, seen: Ints) -> dict[str, Parts]:
    """Measure -> in each week, what its ratio is made of; those that are no ratios are left out.

    *done*: steps done by *teams* in each week; *seen*: people who do any.
    """
    known = _known(state, teams)
    return _parts_of(state, known, _pooled(state, known)[0], done, seen)


def _known(state: PeopleState, teams: Sequence[int]) -> list[int]:
    return [team for team in teams if team < len(state.tallies)]


def _parts_of(state: PeopleState, teams: Sequence[int], pooled: Floats, done: Floats, seen: Ints) -> dict[str, Parts]:
    """*pooled*: what is counted where *teams* count as one: most of it, their own counts added up tell too."""
    tallies = state.tallies[teams].sum(axis=0)
    made = _parts(state, told(state).counts[:, teams].sum(axis=1), tallies, done, seen)
    if len(teams) == len(state.tallies):
        made[measure.VERSATILITY.name] = tallies[:, kernels.POSTS_ANEW], made[measure.VERSATILITY.name][1]
    made[measure.LONG_WEEKS.name] = pooled[telling.LONG_WEEKS], pooled[telling.PERSON_WEEKS]
    return made


def _parts(state: PeopleState, counts: Floats, tallies: Floats, done: Floats, seen: Ints) -> dict[str, Parts]:
    """*counts*: (columns, ..., weeks); *tallies*: (..., weeks, columns); *done*, *seen*: (..., weeks)."""
    tally = np.moveaxis(tallies, -1, 0)
    timed = tally[kernels.AT_STEPS].any(axis=-1, keepdims=True)
    people = seen.astype(np.float64) if state.filled.size else np.zeros_like(done)
    return {
        measure.DAY_LENGTH.name: (counts[telling.SECONDS] / HOUR, counts[telling.DAYS]),
        measure.LONG_DAYS.name: (counts[telling.LONG], counts[telling.DAYS]),
        measure.LONG_WEEKS.name: (counts[telling.LONG_WEEKS], counts[telling.PERSON_WEEKS]),
        measure.SHORT_RESTS.name: (counts[telling.SHORT], counts[telling.RESTS]),
        measure.NIGHTS.name: (counts[telling.NIGHT], counts[telling.DAYS]),
        measure.WEEKENDS.name: (counts[telling.WEEKEND], counts[telling.DAYS]),
        measure.UNBROKEN.name: (tally[kernels.UNBROKEN], tally[kernels.AT_STEPS]),
        measure.SIDE_BY_SIDE.name: (tally[kernels.SIDE_BY_SIDE], counts[telling.DAYS] * timed),
        measure.INTERRUPTIONS.name: (tally[kernels.PUT_ASIDE], counts[telling.DAYS] * timed),
        measure.ASKED.name: (tally[kernels.ASKED], done),
        measure.MOVES.name: (tally[kernels.MOVES], counts[telling.DAYS]),
        measure.VERSATILITY.name: (tally[kernels.POSTS], people),
        measure.CHECKS_LOAD.name: (tally[kernels.CHECKING], tally[kernels.AT_STEPS]),
    }


def values(state: PeopleState, teams: Sequence[int], done: Floats, seen: Ints) -> dict[str, float]:
    """Measure -> value for *teams*, where so many people are *seen* in each week, and steps *done*; nan where it is not
    told."""
    known = _known(state, teams)
    pooled, variation = _pooled(state, known)
    ratios = {name: float(_ratio(made)) for name, made in _parts_of(state, known, pooled, done, seen).items()}
    return ratios | {measure.VARIED_DAYS.name: variation}


def alone(state: PeopleState, done: Floats, seen: Ints) -> dict[str, Floats]:
    """Measure -> value for each team by itself. *done*, *seen*: (teams, weeks), steps done, and people who do any."""
    found = told(state)
    made = _parts(state, found.counts, state.tallies, done, seen)
    return {name: _ratio(one) for name, one in made.items()} | {measure.VARIED_DAYS.name: found.variation}


def _ratio(made: Parts) -> Floats:
    """All that is counted, over all of which it is; nan where that is nothing."""
    above, below = (part.sum(axis=-1) for part in made)
    ratio: Floats = np.where(below > 0, above / np.where(below > 0, below, 1.0), NAN)
    return ratio
