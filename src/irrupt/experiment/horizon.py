"""The time that a run covers, and how much of it the cases of an organisation need."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.chronicle.rows import FIRST, LAST
from irrupt.engine import Simulation, Tables
from irrupt.experiment.steady import drifts, mser
from irrupt.ledgers.model import Window
from irrupt.units import HOUR, WEEK

LEAST_WARM_UP, LEAST_RUN_OUT, MOST = 4, 3, 156
"""Weeks."""
MEASURED = 13
"""Weeks that are measured where nobody says how many."""
ENOUGH_STEPS = 300_000
"""Steps in what is measured of a run that are enough: where more come in 13 weeks, fewer weeks are measured, and a
what-if answers while its user waits."""
EVERY = 6 * HOUR
"""Seconds between two counts of open cases."""
PILOT_CASES = 500
PILOT = 2**31 - 1
"""The number of a replication that no comparison reaches: the pilot run shares its luck with none."""
SETTLING_CASES, MOST_SETTLING = 20_000, 16
"""Cases, in all runs together, and runs at most, that tell when the number of open cases settles."""
ENOUGH = 4
"""Runs that show together whether the number still drifts."""
APART = 8
"""How far the numbers of these runs lie apart: those in between are other pilots'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """Weeks: arrivals go on through all three parts, only the middle is measured."""

    warm_up: float
    weeks: float
    run_out: float
    """So that cases counted in the horizon can finish, under the same load."""
    review: float = 1.0
    """From one review of what acts wait for to the next."""

    @property
    def total(self) -> float:
        """Weeks in all."""
        return self.warm_up + self.weeks + self.run_out

    @property
    def window(self) -> Window:
        """What is measured."""
        return Window(begin=self.warm_up * WEEK, end=(self.warm_up + self.weeks) * WEEK)


def settled(
    rules: Tables,
    *,
    seed: int,
    weeks: float | None = None,
    warm_up: float | None = None,
    run_out: float | None = None,
) -> Horizon:
    """The horizon of a comparison; what is not said is taken from how many steps come and how long cases last.

    A pilot run of some 500 cases tells both. 13 weeks are measured, or as many whole ones as bring 300,000 steps
    together. Nine cases in ten must be able to pass through the organisation before the horizon begins and after it
    ends: at least four weeks before and three after (no longer than what is measured, where that was not said), at
    most three years.
    """
    if weeks is not None and warm_up is not None and run_out is not None:
        return Horizon(warm_up=warm_up, weeks=weeks, run_out=run_out)
    seen = _seen(rules, seed)
    measured = seen.enough if weeks is None else weeks
    most = math.inf if weeks is not None else measured
    needed = min(math.ceil(seen.length), MOST)
    return Horizon(
        warm_up=max(min(LEAST_WARM_UP, most), needed) if warm_up is None else warm_up,
        weeks=measured,
        run_out=max(min(LEAST_RUN_OUT, most), needed) if run_out is None else run_out,
    )


class Chosen(NamedTuple):
    """The time that runs cover, and what it was chosen by."""

    horizon: Horizon
    settles: float | None
    """Weeks after which the number of open cases settles without any act (MSER-5); None: not found."""
    passed: float
    """Weeks of warm-up that were said, or that nine cases in ten need to pass."""
    fewer: bool
    """Whether less is measured than usual, since so many steps come that it is enough."""


def chosen(
    rules: Tables,
    *,
    seed: int,
    weeks: float | None = None,
    warm_up: float | None = None,
    run_out: float | None = None,
    review: float = 1.0,
) -> Chosen:
    """The horizon of an experiment: that of `settled`, with a warm-up no shorter than what the number of open cases
    takes to settle, unless *warm_up* is said."""
    found = replace(settled(rules, seed=seed, weeks=weeks, warm_up=warm_up, run_out=run_out), review=review)
    settles, passed = settling(rules, found, seed), found.warm_up
    if warm_up is None and settles is not None:
        found = replace(found, warm_up=max(passed, math.ceil(settles)))
    return Chosen(found, settles, passed, weeks is None and found.weeks < MEASURED)


class _Seen(NamedTuple):
    """What a pilot run tells."""

    length: float
    """Weeks that nine cases in ten do not exceed."""
    steps: float
    """Steps a week."""

    @property
    def enough(self) -> float:
        """Whole weeks that are measured where nobody says how many."""
        return float(min(max(math.ceil(ENOUGH_STEPS / max(self.steps, 1.0)), 1), MEASURED))


def _seen(rules: Tables, seed: int) -> _Seen:
    rate = sum(client.cases_per_week for client in rules.organisation.clients.values())
    weeks = min(max(PILOT_CASES / max(rate, 1e-9), 1.0), 520.0)
    began: dict[int, float] = {}
    lengths, steps = [], 0
    for rows in Simulation(rules, seed=seed, replication=PILOT, weeks=weeks).run():
        first, last = rows.flags & FIRST > 0, rows.flags & LAST > 0
        began.update(zip(rows.case[first].tolist(), rows.enabled[first].tolist(), strict=True))
        ended = zip(rows.case[last].tolist(), rows.end[last].tolist(), strict=True)
        lengths += [end - began.pop(case) for case, end in ended]
        steps += len(rows.case)
    return _Seen(float(np.quantile(lengths, 0.9)) / WEEK if lengths else 0.0, steps / weeks)


def settling(rules: Tables, horizon: Horizon, seed: int) -> float | None:
    """Weeks after which the number of open cases has settled, by MSER-5; None: not within *horizon*.

    Told by the mean of several runs where these are small: as many as bring `SETTLING_CASES` together, sixteen at most.
    What a busy queue remembers makes waves that MSER-5 may take for a warm-up, even to the end: often in a single run,
    hardly ever in the mean of many. So sixteen are looked at before the warm-up of *horizon* is found too short, or
    fewer where it takes all of them and their second half drifts, too; where that does not, it is level.
    """
    rate = sum(client.cases_per_week for client in rules.organisation.clients.values())
    runs = min(max(math.ceil(SETTLING_CASES / max(rate * horizon.total, 1.0)), 1), MOST_SETTLING)
    levels = list[Floats]()
    while True:
        numbers = range(len(levels), runs)
        levels += [_open_cases(rules, horizon, seed, PILOT - 1 - APART * number) for number in numbers]
        cut, reached = mser(np.mean(levels, axis=0))
        drift = runs >= ENOUGH and drifts(np.array(levels))
        if not reached and runs >= ENOUGH and not drift:
            cut, reached = mser(np.mean(levels, axis=0), level=True)
        sure = cut * EVERY <= horizon.warm_up * WEEK if reached else drift
        if sure or runs == MOST_SETTLING:
            return cut * EVERY / WEEK if reached else None
        runs = min(max(2 * runs, ENOUGH), MOST_SETTLING)


def _open_cases(rules: Tables, horizon: Horizon, seed: int, replication: int) -> Floats:
    """How many cases are open, four times a day."""
    change: list[Floats] = []
    for rows in Simulation(rules, seed=seed, replication=replication, weeks=horizon.total).run(horizon.total * WEEK):
        first, last = rows.flags & FIRST > 0, rows.flags & LAST > 0
        change.append(np.column_stack([rows.enabled[first], np.ones(int(first.sum()))]))
        change.append(np.column_stack([rows.end[last], -np.ones(int(last.sum()))]))
    moves = np.concatenate(change) if change else np.empty((0, 2))
    moves = moves[np.argsort(moves[:, 0], kind="stable")]
    times = np.arange(0.0, horizon.total * WEEK, EVERY)
    level = np.concatenate([[0.0], np.cumsum(moves[:, 1])])[np.searchsorted(moves[:, 0], times, side="right")]
    found: Floats = level
    return found
