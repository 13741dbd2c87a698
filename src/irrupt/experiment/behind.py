"""What lies behind a difference: the pairs of runs, and in one of them the same cases with and without the act.

A pair shares its luck, so that a case has its twin: the same client's case of the same number, with the same work to be
done. Their difference is what the act did to it, step by step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl

from irrupt.arguments import as_annotated
from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.rows import CLIENT_WAIT, FIRST, LAST, Legend, Rows, joined
from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.model import Comparison
from irrupt.experiment.recording import Over
from irrupt.experiment.runs import Task, replicated
from irrupt.experiment.trials import Trial
from irrupt.i18n import gettext as _
from irrupt.units import HOUR, WEEK

PARTS = ("waiting for us", "waiting for the client", "unexplained delay", "from start to end")
"""What the time of a case passes with, at each step."""
MOST_TOLD = 10
"""Cases that are told step by step, of those that the act delayed and of those that it sped up."""


class _Run(NamedTuple):
    """One run, case by case; nan where a case did not come or did not finish."""

    rows: Rows
    client: Ints
    arrival: Floats
    end: Floats
    order: Ints
    """Rows case by case."""
    begins: Ints
    """Where the rows of each case begin in that order; and the end."""

    def of(self, case: int) -> Ints:
        """The rows of a case."""
        return self.order[self.begins[case] : self.begins[case + 1]]


@dataclass(frozen=True, eq=False)
class Behind:
    """What lies behind what a scenario does to a party's cycle time, or to the time of cases at a team."""

    scenario: str
    party: str
    replication: int
    """The pair of runs that is looked into."""
    pairs: pl.DataFrame
    """Of each pair of runs: `replication`, `without`, `with`, `difference` of the cycle time, or of the wait at the
    team."""
    cases: pl.DataFrame
    """One row per case that came in the time measured and finished in both runs of the pair: `case`, `client`,
    `arrival`, `without`, `with`, `difference` in hours, the most delayed first."""
    steps: pl.DataFrame
    """Hours per case, with minus without, by `activity`: `PARTS`, and `difference`, the largest first."""
    of_team: bool
    """Whether times are those at a team."""
    only_without: int
    only_with: int
    """Cases that came or finished in one of the two runs only."""
    legend: Legend = field(repr=False)
    _without: _Run = field(repr=False)
    _with: _Run = field(repr=False)
    _twins: dict[str, tuple[int, int]] = field(repr=False)

    @as_annotated
    def trace(self, case: str) -> pl.DataFrame:
        """What was done in *case*, in both runs: `run` (`without`, `with`), `activity`, `team`, `person`, and moments
        `enabled`, `ready`, `start`, `end`.

        Raises `UsageError` when there is no such case.
        """
        if case not in self._twins:
            raise UsageError(Fault("case", case, remedy=did_you_mean(case, self._twins)))
        parts = []
        for name, run, number in zip(("without", "with"), (self._without, self._with), self._twins[case], strict=True):
            at = run.of(number)
            at = at[run.rows.activity[at] >= 0]
            names = {
                "activity": [self.legend.activities[n] for n in run.rows.activity[at]],
                "team": [self.legend.teams[n] if n >= 0 else None for n in run.rows.team[at]],
                "person": [self.legend.people[n] if n >= 0 else None for n in run.rows.person[at]],
            }
            columns = {name: getattr(run.rows, name)[at] for name in ("enabled", "ready", "start", "end")}
            moments = {name: [self.legend.moment(float(value)) for value in column] for name, column in columns.items()}
            parts.append(pl.DataFrame({"run": [name] * len(at), **names, **moments}, schema=TRAIL))
        return pl.concat(parts)

    @cached_property
    def told(self) -> pl.DataFrame:
        """The cases that the act delayed most, and those that it sped up most, each with the step and the part of its
        time at which most of that came about: the columns of `cases`, `activity`, `part`, `hours`."""
        most = self.cases.filter(pl.col("difference") > 0).head(MOST_TOLD)
        least = self.cases.filter(pl.col("difference") < 0).tail(MOST_TOLD)
        chosen = pl.concat([most, least])
        found = [self._where(*one) for one in chosen.select("case", "difference").iter_rows()]
        columns = {name: [one[at] for one in found] for at, name in enumerate(("activity", "part", "hours"))}
        schema = {"activity": pl.String, "part": pl.String, "hours": pl.Float64}
        return chosen.hstack(pl.DataFrame(columns, schema=schema))

    def _where(self, case: str, difference: float) -> tuple[str, str, float]:
        """Where most of the *difference* of a case came about: what went the other way is none of it."""
        without, with_act = self._twins[case]
        change = _by_step(self._with, self._with.of(with_act), len(self.legend.activities))
        change -= _by_step(self._without, self._without.of(without), len(self.legend.activities))
        at = np.unravel_index(int(np.argmax(np.sign(difference) * change)), change.shape)
        return self.legend.activities[at[0]], PARTS[at[1]], float(change[at])


TRAIL = {
    "run": pl.String(),
    "activity": pl.String(),
    "team": pl.String(),
    "person": pl.String(),
    "enabled": pl.Datetime("us", "UTC"),
    "ready": pl.Datetime("us", "UTC"),
    "start": pl.Datetime("us", "UTC"),
    "end": pl.Datetime("us", "UTC"),
}


@as_annotated
def behind(
    comparison: Comparison, scenario: str | None = None, party: str | None = None, *, replication: int | None = None
) -> Behind:
    """What lies behind what *scenario* of *comparison* (the first, when not given) does to *party*: a client, a group
    of clients, or a team; whom its first claim is about, when not given.

    The pair of runs *replication* is run once more and looked into: the one whose difference is nearest to the mean of
    all, when not given.

    Raises `UsageError` when there is no such scenario, party or replication.

    >>> from irrupt.engine.examples import counter
    >>> from irrupt.experiment import compare
    >>> from irrupt.regulation.acts import Volume
    >>> act = Volume(client="Public", change=0.2)
    >>> found = behind(compare(counter(), act, replications=2, weeks=2), party="all clients")
    >>> found.cases.columns
    ['case', 'client', 'arrival', 'without', 'with', 'difference']
    """
    return next(behind_each(comparison, scenario, [party], replication=replication))


def behind_each(
    comparison: Comparison,
    scenario: str | None,
    parties: Sequence[str | None],
    *,
    replication: int | None = None,
) -> Iterator[Behind]:
    """The same for each of *parties*, in one pair of runs: that of the first of them, when not given."""
    asked, outcome = comparison.question, comparison.outcome
    assert asked is not None
    assert outcome is not None
    trials = {trial.name: trial for trial in asked.trials}
    name = next(iter(trials)) if scenario is None else scenario
    if name not in trials:
        raise UsageError(Fault("scenario", name, remedy=did_you_mean(name, trials)))
    trial = trials[name]
    runs: list[_Run] = []
    for given in parties:
        whose = trial.acts[0].claim.party if given is None else given
        if whose not in trial.members or whose in trial.places:
            raise UsageError(Fault("party", whose, remedy=did_you_mean(whose, set(trial.members) - set(trial.places))))
        pairs = comparison.pairs(name, "wait at the team" if _is_team(trial, whose) else "cycle time", whose)
        if not runs:
            replication = _typical(pairs) if replication is None else replication
            if replication not in pairs["replication"]:
                raise UsageError(Fault("replication", str(replication), _("one that was run")))
            kept = dict[str, Over]()
            replicated(asked.plan, Task(replication, (name,)), kept.__setitem__)
            runs = [_run(kept[one].rows) for one in ("", name)]
        pair = _Pair(replication or 0, runs[0], runs[1], asked.plan.legends[name], asked.horizon)
        yield _looked(trial, whose, pairs, pair)


def _is_team(trial: Trial, party: str) -> bool:
    return set(trial.members[party]) <= set(trial.rules.teams)


def _typical(pairs: pl.DataFrame) -> int:
    """The pair whose difference is nearest to the mean."""
    known = pairs.filter(pl.col("difference").is_finite())
    if not known.height:
        return int(pairs["replication"][0])
    far = (known["difference"] - known["difference"].mean()).abs()
    return int(known["replication"][far.arg_min() or 0])


def _run(chunks: Sequence[Rows]) -> _Run:
    rows = joined(chunks)
    count = int(rows.case.max(initial=-1)) + 1
    first, last = rows.flags & FIRST > 0, rows.flags & LAST > 0
    client = np.full(count, -1, np.int64)
    arrival, end = np.full(count, np.nan), np.full(count, np.nan)
    client[rows.case[first]] = rows.client[first]
    arrival[rows.case[first]] = rows.enabled[first]
    end[rows.case[last]] = rows.end[last]
    order = np.argsort(rows.case, kind="stable")
    begins = np.searchsorted(rows.case[order], np.arange(count + 1))
    return _Run(rows, client, arrival, end, order, begins)


def _twins(without: _Run, with_act: _Run) -> tuple[Ints, Ints]:
    """The numbers of the same cases in both runs: as many of the same client's came before."""
    if np.array_equal(without.client, with_act.client):
        both = np.arange(len(without.client))
        return both, both
    codes = [_coded(run) for run in (without, with_act)]
    _same, first, second = np.intersect1d(codes[0], codes[1], return_indices=True)
    return first, second


def _coded(run: _Run) -> Ints:
    """A number for each case that tells its client and how many of his came before."""
    order = np.argsort(run.client, kind="stable")
    ordered = run.client[order]
    begins = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    before = np.arange(len(order)) - np.repeat(begins, np.diff(np.r_[begins, len(order)]))
    code = np.empty(len(order), np.int64)
    code[order] = (ordered + 1) * (1 << 32) + before
    return code


class _Pair(NamedTuple):
    """A pair of runs."""

    number: int
    without: _Run
    with_act: _Run
    legend: Legend
    horizon: Horizon


def _looked(trial: Trial, party: str, pairs: pl.DataFrame, pair: _Pair) -> Behind:
    runs, legend, team = [pair.without, pair.with_act], pair.legend, _is_team(trial, party)
    without, with_act = runs
    window = (pair.horizon.warm_up * WEEK, (pair.horizon.warm_up + pair.horizon.weeks) * WEEK)
    twins = np.column_stack(_twins(without, with_act))
    names = legend.teams if team else legend.clients
    members = [names.index(one) for one in trial.members[party] if one in names]
    hours = [_hours(run, members if team else None)[twins[:, side]] for side, run in enumerate(runs)]
    mine = [_his(run, members, window, team=team) for run in runs]
    his = [chosen[twins[:, side]] for side, chosen in enumerate(mine)]
    both = np.isfinite(hours[0]) & np.isfinite(hours[1]) & (his[0] | his[1])
    twins = twins[both]
    clients, places = _named(without, twins[:, 0])
    client = pl.Series(legend.clients, dtype=pl.String).gather(clients)
    labels = client + " " + pl.Series(places).cast(pl.String)
    cases = pl.DataFrame(
        {
            "case": labels,
            "client": client,
            "arrival": legend.timeline.moments(without.arrival[twins[:, 0]]),
            "without": hours[0][both],
            "with": hours[1][both],
            "difference": (hours[1] - hours[0])[both],
        }
    )
    return Behind(
        scenario=trial.name,
        party=party,
        replication=pair.number,
        pairs=pairs,
        cases=cases.sort("difference", "case", descending=[True, False]),
        steps=_steps(runs, twins, legend, members if team else None),
        of_team=team,
        only_without=int((mine[0] & np.isfinite(without.end)).sum()) - int((his[0] & both).sum()),
        only_with=int((mine[1] & np.isfinite(with_act.end)).sum()) - int((his[1] & both).sum()),
        legend=legend,
        _without=without,
        _with=with_act,
        _twins=dict(zip(labels.to_list(), map(tuple, twins.tolist()), strict=True)),
    )


def _named(run: _Run, numbers: Ints) -> tuple[Ints, Ints]:
    """The clients of cases, and the how many-th of his each is."""
    return run.client[numbers], (_coded(run) & ((1 << 32) - 1))[numbers] + 1


def _his(run: _Run, members: list[int], window: tuple[float, float], *, team: bool) -> Flags:
    """Which cases came in the time measured and are the party's: its own, or those that its team had."""
    with np.errstate(invalid="ignore"):
        came = (run.arrival >= window[0]) & (run.arrival < window[1])
    if not team:
        his: Flags = came & np.isin(run.client, members)
        return his
    had = np.zeros(len(run.client), bool)
    had[run.rows.case[np.isin(run.rows.team, members)]] = True
    return came & had


def _hours(run: _Run, teams: list[int] | None) -> Floats:
    """Hours of each case from its arrival to its end; or, at *teams*, in their steps with the waits before them."""
    if teams is None:
        return (run.end - run.arrival) / HOUR
    mine = np.isin(run.rows.team, teams)
    spent = (run.rows.end - run.rows.enabled)[mine]
    hours = np.bincount(run.rows.case[mine], spent, len(run.client)) / HOUR
    return np.where(np.isfinite(run.end), hours, np.nan)


def _by_step(run: _Run, chosen: Ints | Flags, activities: int) -> Floats:
    """Hours that the rows *chosen* took, by activity and part."""
    rows = Rows._make(column[chosen] if len(column) else column for column in run.rows)
    rows = Rows._make(column[rows.activity >= 0] if len(column) else column for column in rows)
    waited = rows.flags & CLIENT_WAIT > 0
    delay, wait, work = (
        np.nan_to_num(column) for column in (rows.ready - rows.enabled, rows.start - rows.ready, rows.end - rows.start)
    )
    spent = (wait, np.where(waited, delay, 0.0), np.where(waited, 0.0, delay), work)
    found = [np.bincount(rows.activity, part, activities) for part in spent]
    return np.column_stack(found) / HOUR


def _steps(runs: list[_Run], twins: Ints, legend: Legend, teams: list[int] | None) -> pl.DataFrame:
    """Hours per case that each step, or each of *teams*, takes more or less with the act."""
    count, totals = len(legend.activities), []
    for side, run in enumerate(runs):
        chosen = np.zeros(len(run.client), bool)
        chosen[twins[:, side]] = True
        rows = chosen[run.rows.case]
        totals.append(_by_step(run, rows if teams is None else rows & np.isin(run.rows.team, teams), count))
    change = (totals[1] - totals[0]) / max(len(twins), 1)
    table = pl.DataFrame(
        {"activity": list(legend.activities)} | {part: change[:, at] for at, part in enumerate(PARTS)},
        schema_overrides={"activity": pl.String},
    ).with_columns(difference=change.sum(axis=1))
    moved = table.filter(pl.col("difference").abs() > 1e-9)
    return moved.sort(pl.col("difference").abs(), "activity", descending=[True, False])
