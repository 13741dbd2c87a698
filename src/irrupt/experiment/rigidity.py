"""Rigidity, measured: how long it takes until output follows when more, or less, is asked for, and what it costs.

That an organisation is rigid is a claim. Here all clients ask for so much more from one moment on, and the same runs go
on without it: what is finished more, week by week, is the answer, whatever anybody calls it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from numbers import Real
from typing import NamedTuple

import numpy as np
import polars as pl

from irrupt.arguments import as_annotated
from irrupt.arraytypes import Floats
from irrupt.chronicle.rows import GAVE_UP, LAST
from irrupt.engine import Simulation, Tables, tables
from irrupt.errors import Fault, whole_faults
from irrupt.experiment.begun import with_past
from irrupt.experiment.compare import compare
from irrupt.experiment.executors import Threads
from irrupt.experiment.horizon import settled
from irrupt.experiment.model import Comparison
from irrupt.experiment.running import running_in
from irrupt.experiment.statistics import paired, resampled
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.regulation import Volume
from irrupt.regulation.doing import done_to
from irrupt.units import MOST_WEEKS, WEEK

FOLLOWED = 0.95
"""Share of what is asked for from which output is said to follow."""
TOGETHER = 4
"""Weeks that are looked at together: one week is noise."""

FOLLOWS_COLUMNS: dict[str, pl.DataType] = {
    "week": pl.Int64(),
    "share": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
}
"""Week after the change; of what is then asked for in addition, the share that is finished in addition, with its 95 %
interval; below 0, less is finished than without it."""


RESAMPLES = 2000
"""Resamples of the pairs of runs, from which intervals of weeks and of ratios come (percentiles)."""


class Estimate(NamedTuple):
    """A value and its 95 % interval; nan where it is not known."""

    value: float
    low: float
    high: float


UNKNOWN = Estimate(math.nan, math.nan, math.nan)


class PerCase(NamedTuple):
    """What a case takes as things are, and what each takes that is finished in addition: not known where nothing more
    is finished for certain."""

    usual: Estimate
    more: Estimate


class Within(NamedTuple):
    """Weeks until output follows by 95 %, four weeks taken together, with their 95 % interval; None: not in the time
    measured."""

    weeks: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Rigidity:
    """How an organisation follows a change of what is asked for."""

    change: float
    """Share by which all clients ask for more, or less."""
    asked: float
    """Cases a week that it comes to: of those finished without it. Where goods are planned, cases are production
    orders."""
    follows: pl.DataFrame
    """`FOLLOWS_COLUMNS`."""
    within: Within
    reached: Estimate
    """Of what is asked for in addition, the share that is finished in addition in the last four weeks."""
    hours: PerCase
    """Hours of work."""
    cost: PerCase
    """Money, where people's pay is known."""
    comparison: Comparison
    """What else it does to whom: waits, overtime, temps."""

    def __repr__(self) -> str:
        return f"<Rigidity: {self.change:+.0%} asked for, followed within {self.within.weeks} weeks>"


@as_annotated
def rigidity(
    organisation: Organisation,
    change: float = 0.1,
    *,
    weeks: int = 26,
    replications: int = 100,
    seed: int = 1,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Rigidity:
    """How long it takes until output follows when all clients of *organisation* ask for *change* more (0.1: a tenth;
    below 0: less), and what it costs, from pairs of runs. *progress* is called with the pairs done and their total.

    Raises `UsageError` when nothing is to change, or with too few weeks or pairs, and `ModelError` when the
    organisation cannot run.

    >>> from irrupt.engine.examples import counter
    >>> found = rigidity(counter(cases_per_week=200.0), 0.2, weeks=8, replications=20)
    >>> found.within.weeks, round(found.hours.more.value, 1)
    (1, 0.4)
    """
    _refuse(change, weeks, replications, seed, workers)
    moved = organisation
    acts = [Volume(client=name, change=change) for name in sorted(organisation.clients)]
    for act in acts:
        moved = done_to(moved, act, organisation.origin).rules
    warm_up = settled(tables(organisation), seed=seed, weeks=weeks).warm_up
    rules = tables(with_past(organisation, warm_up))
    finished = partial(_finished, rules, tables(with_past(moved, warm_up), rules), seed, warm_up, weeks)
    done = []
    with ThreadPoolExecutor(Threads(workers).at_once) as pool:
        for pair in pool.map(finished, range(replications)):
            done.append(pair)
            if progress is not None:
                progress(len(done), 2 * replications)
    without, with_it = (np.array([one[side] for one in done]) for side in (0, 1))
    asked = change * float(without.mean())
    follows = _shares(without, with_it, asked)
    comparison = compare(
        organisation,
        scenarios={_("all clients ask for {change} %").format(change=f"{100 * change:+g}"): acts},
        weeks=weeks,
        warm_up_weeks=warm_up,
        replications=replications,
        seed=seed,
        workers=workers,
        progress=None if progress is None else lambda done, total: progress(total + done, 2 * total),
    )
    alike = np.full((1, replications), 1 / replications)
    again = np.vstack([alike, resampled(replications, RESAMPLES, seed)])
    old, new = (weekly[:, -TOGETHER:].mean(axis=1, keepdims=True) for weekly in (without, with_it))
    return Rigidity(
        change=change,
        asked=asked,
        follows=follows,
        reached=Estimate(*_shares(old, new, asked).row(0)[1:]),
        within=_within((with_it - without) / asked, again),
        hours=_per_case(comparison, "work done", again),
        cost=_per_case(comparison, "cost of hours", again),
        comparison=comparison,
    )


def _refuse(change: float, weeks: int, replications: int, seed: int, workers: int | None) -> None:
    faults = []
    if not isinstance(change, Real) or not change > -1 or change == 0:
        found = f"{change:g}" if isinstance(change, Real) else repr(change)
        faults.append(Fault("change", found, _("above -1, and not 0")))
    faults += whole_faults("weeks", weeks, TOGETHER, _("at least {n}").format(n=TOGETHER), MOST_WEEKS)
    running_in({"replications": replications, "seed": seed, "workers": workers}, faults)


def _finished(
    rules: Tables, moved: Tables, seed: int, warm_up: float, weeks: int, number: int
) -> tuple[Floats, Floats]:
    """Cases finished in each week after the change, without it and with it."""
    run = Simulation(rules, seed=seed, replication=number, weeks=warm_up + weeks)
    for _rows in run.run(warm_up * WEEK):
        pass
    other = run.fork()
    other.change(moved)
    found = []
    for one in (run, other):
        counts = np.zeros(weeks)
        for rows in one.run((warm_up + weeks) * WEEK):
            ended = rows.end[(rows.flags & LAST > 0) & (rows.flags & GAVE_UP == 0)]
            week = ((ended - warm_up * WEEK) // WEEK).astype(np.int64)
            counts += np.bincount(week[(week >= 0) & (week < weeks)], minlength=weeks)
        found.append(counts)
    return found[0], found[1]


def _shares(without: Floats, with_it: Floats, asked: float) -> pl.DataFrame:
    told = paired(without, with_it)
    ends = np.sort(np.array([told.low, told.high]) / asked, axis=0)
    columns = {"week": np.arange(1, without.shape[1] + 1), "share": told.difference / asked}
    return pl.DataFrame(columns | {"low": ends[0], "high": ends[1]}, schema=FOLLOWS_COLUMNS)


def _within(shares: Floats, again: Floats) -> Within:
    """The first week with which so many weeks begin that output follows; *shares*, of shape (pairs, weeks). *again*:
    how much each pair weighs, first where all weigh alike, then in each resample.

    >>> _within(np.array([[0.2, 0.8, 1.0, 1.0, 1.0, 1.0]] * 2), np.full((3, 2), 0.5))
    Within(weeks=2, low=2, high=2)
    >>> _within(np.array([[0.5] * 9]), np.ones((2, 1))).weeks is None
    True
    """
    weeks = shares.shape[1]
    together = np.lib.stride_tricks.sliding_window_view(again @ shares, TOGETHER, axis=1).mean(axis=2) >= FOLLOWED
    first = np.where(together.any(axis=1), together.argmax(axis=1) + 1, weeks + 1)
    ends = np.quantile(first[1:], [0.025, 0.975], method="inverted_cdf")
    return Within(*(int(week) if week <= weeks else None for week in (first[0], *ends)))


def _per_case(comparison: Comparison, measure: str, again: Floats) -> PerCase:
    """A measure of all teams over the cases that are finished."""
    measured = comparison.effects.filter(measure=measure)["party"].to_list()
    party = ALL_TEAMS if ALL_TEAMS in measured else next(iter(measured), None)
    if party is None:
        return PerCase(UNKNOWN, UNKNOWN)
    name = comparison.tried[0].name
    spent, made = (comparison.pairs(name, *one) for one in ((measure, party), ("throughput", ALL_CLIENTS)))
    return PerCase(
        *(_ratio(*(again @ one[side].to_numpy() for one in (spent, made))) for side in ("without", "difference"))
    )


def _ratio(above: Floats, below: Floats) -> Estimate:
    """The ratio of all pairs, which come first, and its interval over their resamples.

    >>> _ratio(np.array([1.0, 0.9, 1.1]), np.full(3, 2.0)).value, _ratio(np.ones(2), np.array([1.0, -1.0])).value
    (0.5, nan)
    """
    if not (np.isfinite(above).all() and np.quantile(below[0] * below, 0.025) > 0):
        return UNKNOWN
    found = above / np.where(below == 0, np.nan, below)
    return Estimate(float(found[0]), *(float(end) for end in np.nanquantile(found[1:], [0.025, 0.975])))
