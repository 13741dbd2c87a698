"""Queues that grow without bound: at which team, since when, and by how much."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.chronicle.rows import Rows
from irrupt.engine import Simulation
from irrupt.i18n import gettext as _
from irrupt.i18n import many, ngettext, number
from irrupt.organisation import Organisation
from irrupt.organisation.asked import in_cases_of
from irrupt.organisation.presence import left
from irrupt.units import WEEK

DAYS = 7
"""Counts of the queue in a week."""
FEWEST_WEEKS = 4
"""That a queue must have grown for."""
LEAST = 0.25
"""By how much of what the team does in a week a queue must have grown..."""
CHANCE = 1.25
"""... and by how many standard deviations of a balance of as many independent arrivals and ends as there were: less
comes and goes where load is high."""
FITS = 0.85
"""Share of the queue's variation that its growth must explain."""
CLEARLY = 0.5
"""Of what a steady growth leaves unexplained, the share that one which gets faster may leave, to tell since when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growing:
    """A queue that grows and does not stop."""

    team: str
    """Who does not keep up; for what gathers, "" or who does the step."""
    since: float
    """Weeks after the beginning of the run."""
    per_week: float
    """Cases that it grows by in a week, in the mean since then."""
    waiting: float
    """Cases in it at the end, on average over the last week."""
    gathers: str = ""
    """The activity for which these cases gather, and are never enough; "": they are in a queue."""
    at: str = ""
    """The team in whose queue they are, whose people are kept from working, since that of `team` is full; "": in its
    own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of the cases of one run that was followed to its end."""

    came: int
    over: int
    """Of those, the ones that left, also without any step done."""
    growing: tuple[Growing, ...]
    """Queues that grew without bound while cases came."""


class Days:
    """What waits in a run, counted once a day in the weeks in which cases come.

    >>> from irrupt.engine import simulate
    >>> from irrupt.engine.examples import counter
    >>> days = Days(weeks=10)
    >>> log = simulate(counter(1.5), weeks=10, seed=1, through=days.follow)
    >>> [one.team for one in days.ended.growing], days.ended.came == days.ended.over == log.cases
    (['Desk'], True)
    """

    def __init__(self, *, weeks: float) -> None:
        self.weeks = weeks
        self._whole = math.floor(weeks * DAYS)
        self._counts: list[dict[str, int]] = []
        self._gathered: list[dict[str, int]] = []
        self._held: list[dict[tuple[str, str], float]] = []
        self._done = np.zeros(0, np.int64)
        """Steps done by each team on these days."""

    def follow(self, run: Simulation, until: float | None = None) -> Iterator[Rows]:
        """*run* goes on as it does by itself (`Simulation.run`), and stops each day to be counted."""
        self._run = run
        while len(self._counts) < self._whole:
            moment = max((len(self._counts) + 1) * WEEK / DAYS, run.now)
            if until is not None and moment > until:
                break
            yield from self._counted(run.run(moment))
            self._counts.append(run.waiting)
            self._gathered.append(run.gathering)
            self._held.append(run.kept)
        yield from self._counted(run.run(until))

    def _counted(self, chunks: Iterable[Rows]) -> Iterator[Rows]:
        for rows in chunks:
            if len(self._counts) < self._whole:
                more = np.bincount(rows.team[rows.team >= 0], minlength=len(self._done))
                more[: len(self._done)] += self._done
                self._done = more
            yield rows

    @property
    def growing(self) -> list[Growing]:
        """The queues that grew without bound.

        A queue does where a line that is level and then rises explains the weekly means nearly, where it has risen for
        weeks, and by more than chance makes queues of busy teams rise. So does what gathers for a batch, where hardly
        any of it has left since then.

        Where people keep cases for want of room elsewhere, and would keep up if they did not, whoever has no room does
        not keep up.
        """
        teams = self._run.legend.teams
        found = []
        for name, daily in _daily(self._counts):
            rate = float(self._done[teams.index(name) : teams.index(name) + 1].sum()) / self.weeks
            grown = _grown(name, daily, rate)
            found += [_put_down(grown, rate, self._held)] if grown is not None else []
        for name, daily in _daily(self._gathered):
            found += [grown] if (grown := _never_enough(self._run, name, daily)) is not None else []
        return found

    @property
    def ended(self) -> Ended:
        """What became of the cases of the run."""
        came, left = self._run.arrived, self._run.in_system
        return Ended(came=came, over=came - left, growing=tuple(self.growing))


def growing(
    run: Simulation, weeks: float, act: tuple[float, Callable[[Simulation], None]] | None = None
) -> list[Growing]:
    """The queues that grow without bound in a *run* of *weeks*; *act* is done at a moment, in weeks.

    >>> from irrupt.engine.examples import counter
    >>> [one.team for one in growing(Simulation(counter(1.5), seed=1, weeks=10), 10.0)]
    ['Desk']
    >>> growing(Simulation(counter(0.5), seed=1, weeks=10), 10.0)
    []
    """
    days = Days(weeks=weeks)
    if act is not None and act[0] < weeks:
        for _rows in days.follow(run, max(act[0] * WEEK, run.now)):
            pass
        act[1](run)
    for _rows in days.follow(run, max(math.floor(weeks * DAYS) * WEEK / DAYS, run.now)):
        pass
    return days.growing


def _daily(counts: Sequence[Mapping[str, int]]) -> Iterator[tuple[str, Floats]]:
    """Each name that is counted, in order, with its *counts* day by day."""
    for name in sorted({name for count in counts for name in count}):
        yield name, np.array([count.get(name, 0) for count in counts], float)


def _put_down(grown: Growing, rate: float, held: Sequence[Mapping[tuple[str, str], float]]) -> Growing:
    """*grown*, put down to whoever does not keep up: the team itself, which does *rate* steps a week, or one for whose
    queue, being full, its people keep cases for so much of the time that they would keep up without that; or one that
    keeps the people of that one for as long. *held*: what is kept, day by day."""
    since = held[math.floor(grown.since * DAYS) :]
    shares: Counter[tuple[str, str]] = Counter()
    for day in since:
        shares.update(day)
    lack = grown.per_week / (rate + grown.per_week) * len(since)
    team, met = grown.team, {grown.team}
    while True:
        full = {other: share for (one, other), share in shares.items() if one == team and other not in met}
        if not full or sum(full.values()) < lack:
            return grown if team == grown.team else replace(grown, team=team, at=grown.team)
        team = max(sorted(full), key=lambda other: full[other])
        met.add(team)


def _never_enough(run: Simulation, name: str, daily: Floats) -> Growing | None:
    """How what gathers for a step grows; None: batches of it are begun, or it does not grow. Each that is begun takes
    away what has gathered: chance has no part in a rise without a fall."""
    grown = _grown(name, daily, 0.0)
    if grown is None:
        return None
    moves = np.diff(daily[math.floor(grown.since * DAYS) :])
    if -moves[moves < 0].sum() > LEAST * moves[moves > 0].sum():
        return None
    step = run.rules.steps[name]
    return replace(grown, team=step.team or "", gathers=step.activity)


@cache
def _rises(weeks: int) -> Floats:
    """Lines that are level up to a week, the first or a later one, and rise by one a week from then on; about zero."""
    at = np.arange(weeks, dtype=float)
    rises = np.maximum(at - at[: weeks - FEWEST_WEEKS + 1, np.newaxis], 0.0)
    about_zero: Floats = rises - rises.mean(axis=1, keepdims=True)
    return about_zero


def _grown(team: str, daily: Floats, rate: float) -> Growing | None:
    """How the queue of *team* grows, which does *rate* steps a week; None: it does not."""
    weeks = len(daily) // DAYS
    if weeks < FEWEST_WEEKS:
        return None
    level = daily[len(daily) - weeks * DAYS :].reshape(weeks, DAYS).mean(axis=1)
    rises, around = _rises(weeks), level - level.mean()
    slopes = (rises * around).sum(axis=1) / (rises**2).sum(axis=1)
    lefts = ((around - slopes[:, np.newaxis] * rises) ** 2).sum(axis=1)
    since = int(lefts.argmin())
    left, slope, varied = float(lefts[since]), float(slopes[since]), float((around**2).sum())
    risen, lasted = slope * (weeks - 1 - since), weeks - since
    by_chance = CHANCE * math.sqrt(2.0 * rate * lasted)
    if slope <= 0.0 or varied == 0.0 or left > (1.0 - FITS) * varied or risen < max(LEAST * rate, by_chance, 1.0):
        return None
    begun = _begun(around, since, left)
    return Growing(team=team, since=float(begun), per_week=risen / (weeks - 1 - begun), waiting=float(level[-1]))


def _begun(around: Floats, since: int, left: float) -> int:
    """The week in which a queue began to grow: *since*, as a steady growth says that leaves so much unexplained; or
    earlier, where more and more comes, so that it grows by little at first."""
    at = np.arange(len(around), dtype=float)
    faster = np.maximum(at - at[: since + 1, np.newaxis], 0.0) ** 2
    faster -= faster.mean(axis=1, keepdims=True)
    slopes = (faster * around).sum(axis=1) / (faster**2).sum(axis=1)
    lefts = ((around - slopes[:, np.newaxis] * faster) ** 2).sum(axis=1)
    return int(lefts.argmin()) if lefts.min() < CLEARLY * left else since


def told(found: Sequence[Growing], before: Sequence[Growing] | None = None, scenario: str = "") -> list[str]:
    """What to say of queues that grow; in a *scenario*, of those that did not *before*, or by much less."""
    known = {(one.team, one.at, one.gathers): one.per_week for one in before or ()}
    notes = []
    for one in found:
        if one.per_week < 1.5 * known.get((one.team, one.at, one.gathers), 0.0):
            continue
        text = (_text_with if scenario else _text)(one)
        notes.append(
            text.format(
                team=one.team,
                gathers=one.gathers,
                at=one.at,
                n=number(one.per_week, 0 if one.per_week >= 100 else 1),
                week=number(math.floor(one.since) + 1, 0),
                scenario=scenario,
            )
        )
    return notes


def told_left(organisation: Organisation, weeks: float, before: Collection[str] = (), scenario: str = "") -> list[str]:
    """What to say of teams of whom nobody is there any more at some moment of so many *weeks*; in a *scenario*, but of
    what was said *before*."""
    notes = []
    for (team, activity, whose), moment in left(organisation, weeks).items():
        text = (
            _("Nobody in {team} does “{activity}”{whose} after {moment}: cases that come there later wait.")
            if activity
            else _("Nobody in {team} is there after {moment}: cases that come there later wait.")
        )
        names = {"team": team, "activity": activity, "whose": in_cases_of(whose), "moment": f"{moment:%Y-%m-%d %H:%M}"}
        said = text.format(**names)
        if said not in before:
            notes.append(f"{scenario}: {said}" if scenario else said)
    return notes


def _text(one: Growing) -> str:
    """What is said of it, without its figures."""
    n = many(one.per_week)
    if one.gathers:
        return ngettext(
            "What gathers for {gathers} is not begun, and grows by about {n} case a week from week {week} on. Levels "
            "of what waits there belong to these weeks only.",
            "What gathers for {gathers} is not begun, and grows by about {n} cases a week from week {week} on. Levels "
            "of what waits there belong to these weeks only.",
            n,
        )
    if one.at:
        return ngettext(
            "Too much for {team}: its queue is full, and cases are kept at {at}, whose queue grows without bound, by "
            "about {n} case a week from week {week} on. Levels of what waits there belong to these weeks only.",
            "Too much for {team}: its queue is full, and cases are kept at {at}, whose queue grows without bound, by "
            "about {n} cases a week from week {week} on. Levels of what waits there belong to these weeks only.",
            n,
        )
    return ngettext(
        "Too much for {team}: the queue grows without bound, by about {n} case a week from week {week} on. "
        "Levels of what waits there belong to these weeks only.",
        "Too much for {team}: the queue grows without bound, by about {n} cases a week from week {week} on. "
        "Levels of what waits there belong to these weeks only.",
        n,
    )


def _text_with(one: Growing) -> str:
    """The same of what grows in a scenario."""
    n = many(one.per_week)
    if one.gathers:
        return ngettext(
            "With {scenario}, what gathers for {gathers} is not begun, and grows by about {n} case a week from week "
            "{week} on.",
            "With {scenario}, what gathers for {gathers} is not begun, and grows by about {n} cases a week from week "
            "{week} on.",
            n,
        )
    if one.at:
        return ngettext(
            "With {scenario}, too much for {team}: its queue is full, and cases are kept at {at}, whose queue grows "
            "without bound, by about {n} case a week from week {week} on.",
            "With {scenario}, too much for {team}: its queue is full, and cases are kept at {at}, whose queue grows "
            "without bound, by about {n} cases a week from week {week} on.",
            n,
        )
    return ngettext(
        "With {scenario}, too much for {team}: the queue grows without bound, by about {n} case a week from "
        "week {week} on.",
        "With {scenario}, too much for {team}: the queue grows without bound, by about {n} cases a week from "
        "week {week} on.",
        n,
    )
