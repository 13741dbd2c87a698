"""The time that a run covers, and how much of it the cases of an organisation need."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.rows import FIRST, LAST, WEEK
from irrupt.engine import Simulation, Tables
from irrupt.experiment.steady import drifts, mser
from irrupt.ledgers.model import Window

LEAST_WARM_UP, LEAST_RUN_OUT, MOST = 4, 3, 156
"""Weeks."""
EVERY = 6 * 3600.0
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
    weeks: float,
    warm_up: float | None = None,
    run_out: float | None = None,
) -> Horizon:
    """The horizon of a comparison; what is not said is taken from how long cases last.

    Nine cases in ten must be able to pass through the organisation before the horizon begins and after it ends; how
    long that is, a pilot run of some 500 cases tells. At least four weeks before and three after, at most three years.
    """
    if warm_up is None or run_out is None:
        needed = min(math.ceil(_length(rules, seed)), MOST)
        warm_up = max(LEAST_WARM_UP, needed) if warm_up is None else warm_up
        run_out = max(LEAST_RUN_OUT, needed) if run_out is None else run_out
    return Horizon(warm_up=warm_up, weeks=weeks, run_out=run_out)


class Chosen(NamedTuple):
    """The time that runs cover, and what it was chosen by."""

    horizon: Horizon
    settles: float | None
    """Weeks after which the number of open cases settles without any act (MSER-5); None: not found."""
    passed: float
    """Weeks of warm-up that were said, or that nine cases in ten need to pass."""


def chosen(
    rules: Tables,
    *,
    seed: int,
    weeks: float,
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
    return Chosen(found, settles, passed)


def _length(rules: Tables, seed: int) -> float:
    """Weeks that nine cases in ten do not exceed."""
    rate = sum(client.cases_per_week for client in rules.organisation.clients.values())
    weeks = min(max(PILOT_CASES / max(rate, 1e-9), 1.0), 520.0)
    began: dict[int, float] = {}
    lengths = []
    for rows in Simulation(rules, seed=seed, replication=PILOT, weeks=weeks).run():
        first, last = rows.flags & FIRST > 0, rows.flags & LAST > 0
        began.update(zip(rows.case[first].tolist(), rows.enabled[first].tolist(), strict=True))
        ended = zip(rows.case[last].tolist(), rows.end[last].tolist(), strict=True)
        lengths += [end - began.pop(case) for case, end in ended]
    return float(np.quantile(lengths, 0.9)) / WEEK if lengths else 0.0


def settling(rules: Tables, horizon: Horizon, seed: int) -> float | None:
    """Weeks after which the number of open cases has settled, by MSER-5; None: not within *horizon*.

    Told by the mean of several runs where these are small: as many as bring `SETTLING_CASES` together, sixteen at most.
    What a busy queue remembers makes waves that MSER-5 may take for a warm-up to the end: where these runs show no
    drift in their second half, it is level.
    """
    rate = sum(client.cases_per_week for client in rules.organisation.clients.values())
    runs = min(max(math.ceil(SETTLING_CASES / max(rate * horizon.total, 1.0)), 1), MOST_SETTLING)
    levels = np.array([_open_cases(rules, horizon, seed, PILOT - 1 - APART * number) for number in range(runs)])
    cut, reached = mser(levels.mean(axis=0))
    if not reached and runs >= ENOUGH and not drifts(levels):
        cut, reached = mser(levels.mean(axis=0), level=True)
    return cut * EVERY / WEEK if reached else None


def _open_cases(rules: Tables, horizon: Horizon, seed: int, replication: int) -> npt.NDArray[np.float64]:
    """How many cases are open, four times a day."""
    change: list[npt.NDArray[np.float64]] = []
    for rows in Simulation(rules, seed=seed, replication=replication, weeks=horizon.total).run(horizon.total * WEEK):
        first, last = rows.flags & FIRST > 0, rows.flags & LAST > 0
        change.append(np.column_stack([rows.enabled[first], np.ones(int(first.sum()))]))
        change.append(np.column_stack([rows.end[last], -np.ones(int(last.sum()))]))
    moves = np.concatenate(change) if change else np.empty((0, 2))
    moves = moves[np.argsort(moves[:, 0], kind="stable")]
    times = np.arange(0.0, horizon.total * WEEK, EVERY)
    level = np.concatenate([[0.0], np.cumsum(moves[:, 1])])[np.searchsorted(moves[:, 0], times, side="right")]
    found: npt.NDArray[np.float64] = level
    return found
