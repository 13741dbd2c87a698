"""Rigidity, measured: how long it takes until output follows when more, or less, is asked for, and what it costs.

That an organisation is rigid is a claim. Here all clients ask for so much more from one moment on, and the same runs go
on without it: what is finished more, week by week, is the answer, whatever anybody calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.chronicle.rows import GAVE_UP, LAST, WEEK
from irrupt.engine import Simulation, Tables, tables
from irrupt.errors import Fault, UsageError
from irrupt.experiment.compare import compare
from irrupt.experiment.horizon import settled
from irrupt.experiment.model import Comparison
from irrupt.experiment.statistics import paired
from irrupt.i18n import gettext as _
from irrupt.ledgers import ALL_CLIENTS, ALL_TEAMS
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import amended
from irrupt.regulation import Volume

Floats = npt.NDArray[np.float64]
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


class PerCase(NamedTuple):
    """What a case takes as things are, and what each takes that is finished in addition."""

    usual: float
    more: float
    """nan: nothing more is finished, or nobody knows."""


class Reached(NamedTuple):
    """Of what is asked for in addition, the share that is finished in addition, with its 95 % interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rigidity:
    """How an organisation follows a change of what is asked for."""

    change: float
    """Share by which all clients ask for more, or less."""
    asked: float
    """Cases a week that it comes to: of those finished without it. Where goods are planned, cases are production
    orders."""
    follows: pl.DataFrame
    """`FOLLOWS_COLUMNS`."""
    weeks: int | None
    """Weeks until output follows by 95 %, four weeks taken together; None: not in the time measured."""
    reached: Reached
    """How far output follows in the last four weeks."""
    hours: PerCase
    """Hours of work."""
    cost: PerCase
    """Money, where people's pay is known."""
    comparison: Comparison
    """What else it does to whom: waits, overtime, temps."""


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

    Raises `UsageError` when nothing is to change, and `ModelError` when the organisation cannot run.

    >>> from irrupt.engine.examples import counter
    >>> found = rigidity(counter(cases_per_week=200.0), 0.2, weeks=8, replications=20)
    >>> found.weeks, round(found.hours.more, 1)
    (1, 0.4)
    """
    if not change > -1 or change == 0:
        raise UsageError(Fault("change", f"{change:g}", _("above -1, and not 0")))
    acts = [Volume(client=name, change=change) for name in sorted(organisation.clients)]
    begins = organisation.origin
    rules = tables(organisation)
    moved = organisation
    for act in acts:
        moved = amended(moved, act.changes(moved, begins))
    warm_up = settled(rules, seed=seed, weeks=weeks).warm_up
    after, done = tables(moved, rules), []
    for number in range(replications):
        done.append(_finished(rules, after, seed, number, warm_up, weeks))
        if progress is not None:
            progress(number + 1, 2 * replications)
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
    old, new = (weekly[:, -TOGETHER:].mean(axis=1, keepdims=True) for weekly in (without, with_it))
    return Rigidity(
        change=change,
        asked=asked,
        follows=follows,
        reached=Reached(*_shares(old, new, asked).row(0)[1:]),
        weeks=_until(follows["share"].to_list()),
        hours=_per_case(comparison, "work done"),
        cost=_per_case(comparison, "cost of hours"),
        comparison=comparison,
    )


def _finished(
    rules: Tables, moved: Tables, seed: int, number: int, warm_up: float, weeks: int
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


def _until(shares: Sequence[float]) -> int | None:
    """The first week with which so many weeks begin that output follows.

    >>> _until([0.2, 0.8, 1.0, 1.0, 1.0, 1.0]), _until([0.5] * 9)
    (2, None)
    """
    for week in range(len(shares) - TOGETHER + 1):
        if np.mean(shares[week : week + TOGETHER]) >= FOLLOWED:
            return week + 1
    return None


def _per_case(comparison: Comparison, measure: str) -> PerCase:
    """A measure of all teams over the cases that are finished."""
    rows = {(row["measure"], row["party"]): row for row in comparison.effects.to_dicts()}
    teams = [party for name, party in rows if name == measure]
    spent = rows.get((measure, ALL_TEAMS if ALL_TEAMS in teams else next(iter(teams), "")))
    made = rows[("throughput", ALL_CLIENTS)]
    if spent is None or not made["without"] > 0:
        return PerCase(float("nan"), float("nan"))
    more = spent["difference"] / made["difference"] if abs(made["difference"]) > 1e-9 else float("nan")
    return PerCase(spent["without"] / made["without"], more)
