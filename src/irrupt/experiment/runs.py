"""One replication: a baseline and its scenarios, run on the same random numbers and measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import compress, permutations
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.rows import Legend
from irrupt.engine import Simulation, Tables
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.recording import Over, chronicle_of, named, write
from irrupt.experiment.reviews import Measuring, Reviewed
from irrupt.experiment.starting import Opening
from irrupt.experiment.watching import Watched
from irrupt.ledgers import Ledgers, OnDuty
from irrupt.ledgers.autonomy import Bound
from irrupt.ledgers.checks import recording
from irrupt.ledgers.findings import FINDINGS
from irrupt.ledgers.hours import turned
from irrupt.ledgers.model import Parties
from irrupt.ledgers.money import penalties, prices
from irrupt.ledgers.organising import Organised
from irrupt.ledgers.planned import OF_HOURS
from irrupt.ledgers.set_ups import SET_UPS
from irrupt.organisation.rules import RuleChange
from irrupt.units import WEEK

MET = "met"
"""What stands in place of a measure where a value is when a condition was met, in weeks after the warm-up."""


MANY = 0.1
"""Share of unfinished cases from which cycle times must not be trusted."""
LONGEST = 52
"""Weeks, after the last arrivals, that cases of the horizon have to finish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What every replication does."""

    baseline: Tables
    scenarios: Mapping[str, Tables]
    horizon: Horizon
    seed: int
    measured: Mapping[str, Parties]
    """Scenario -> parties whose values are taken, from its own run and from the baseline's."""
    columns: Mapping[str, Sequence[tuple[str, str]]]
    """Scenario -> (measure, party), in the order of the results."""
    legends: Mapping[str, Legend]
    """Scenario, or "" for the baseline -> what its rows name, activities and teams that the act adds included."""
    on_duty: Mapping[str, OnDuty]
    """Scenario, or "" for the baseline -> hours on duty."""
    asked: frozenset[str] | None = None
    """The measures whose values are taken; None: any."""
    detail: bool = False
    """Whether clients at teams and activities are measured."""
    bound: Mapping[str, Bound] = field(default_factory=dict)
    """Scenario, or "" for the baseline -> what somebody else's rules set; none where this is not measured."""
    organised: Mapping[str, Sequence[Organised]] = field(default_factory=dict)
    """Scenario -> the changes of rules with which it begins."""
    watched: Mapping[str, Watched] = field(default_factory=dict)
    """Scenario, or "" for the baseline -> what it waits for, where acts wait for their moment."""
    chronicles: str | None = None
    """A folder in which the Chronicle of each run is written."""
    made: Mapping[str, Sequence[RuleChange]] = field(default_factory=dict)
    """Scenario, or "" for the baseline -> the changes of rules with which it begins, where Chronicles are written."""
    opening: Opening | None = None
    """The cases with which runs begin; None: they begin empty, and warm up."""

    def begun(self, number: int) -> Simulation:
        """The run of the baseline of a replication."""
        if self.opening is not None:
            return self.opening.begun(self.baseline, self.seed, number, self.horizon.total)
        return Simulation(self.baseline, seed=self.seed, replication=number, weeks=self.horizon.total)


OF_SOME = frozenset({FINDINGS.name, SET_UPS.name})
"""Measures that are told only of runs that have some of it: an act may bring the first."""


class Pair(NamedTuple):
    """What one scenario and its baseline came to in one replication: arrays of one value per column."""

    without: Floats
    with_act: Floats


class Task(NamedTuple):
    """One replication to run: its number, and the scenarios of which a pair is wanted."""

    number: int
    scenarios: tuple[str, ...]


class Replication(NamedTuple):
    """What one replication came to, for the scenarios of its task."""

    number: int
    unfinished: int
    """Cases that arrived in the horizon of the baseline and had not finished when the run ended."""
    pairs: dict[str, Pair]


@runtime_checkable
class Executor(Protocol):
    """Runs replications somewhere. Two executors, or two numbers of workers, give the same values to the bit."""

    @property
    def at_once(self) -> int:
        """How many tasks it does at the same time."""

    def run(self, plan: Plan, tasks: Iterable[Task]) -> Iterator[Replication]:
        """What each of *tasks* came to, in the order in which they finish. Stops its work when closed."""


@dataclass(slots=True)
class Outcome:
    """Values of finished replications: per scenario two arrays of shape (replications, columns), nan where not run."""

    without: dict[str, Floats]
    with_act: dict[str, Floats]
    has: dict[str, Flags]
    """Scenario -> whether each replication is there."""
    unfinished: Ints
    """Cases that arrived in the horizon of the baseline and had not finished when the run ended."""
    interrupted: bool = False

    @classmethod
    def none(cls, plan: Plan) -> Outcome:
        """Nothing has been run."""
        return cls(
            without={name: np.empty((0, len(columns))) for name, columns in plan.columns.items()},
            with_act={name: np.empty((0, len(columns))) for name, columns in plan.columns.items()},
            has={name: np.zeros(0, bool) for name in plan.columns},
            unfinished=np.zeros(0, np.int64),
        )

    @property
    def done(self) -> Flags:
        """Whether each replication is finished, for all scenarios."""
        done: Flags = np.all(list(self.has.values()), axis=0)
        return done

    def differences(self, scenario: str) -> Floats:
        """With minus without, of each replication and column."""
        differences: Floats = self.with_act[scenario] - self.without[scenario]
        return differences

    def grow(self, replications: int) -> None:
        """Make room for so many replications."""
        more = replications - len(self.unfinished)
        if more <= 0:
            return
        for values in (self.without, self.with_act):
            for name, array in values.items():
                values[name] = np.vstack([array, np.full((more, array.shape[1]), np.nan)])
        self.has = {name: np.append(has, np.zeros(more, bool)) for name, has in self.has.items()}
        self.unfinished = np.append(self.unfinished, np.zeros(more, np.int64))

    def put(self, found: Replication) -> None:
        """Keep *found*."""
        self.grow(found.number + 1)
        self.unfinished[found.number] = found.unfinished
        for name, pair in found.pairs.items():
            self.without[name][found.number] = pair.without
            self.with_act[name][found.number] = pair.with_act
            self.has[name][found.number] = True

    def missing(self, replications: int, at_once: int = 1) -> list[Task]:
        """What is to be run for the first *replications* to be there, in no fewer tasks than are done *at_once*, as far
        as scenarios can be run apart; each part of a replication then runs the baseline again."""
        self.grow(replications)
        numbers = np.flatnonzero(~self.done[:replications]).tolist()
        parts = -(-at_once // max(len(numbers), 1))
        tasks = []
        for number in numbers:
            names = tuple(name for name, has in self.has.items() if not has[number])
            tasks += [Task(number, names[part::parts]) for part in range(min(parts, len(names)))]
        return tasks

    def first(self, replications: int) -> Outcome:
        """The same, of the first *replications* only."""
        return Outcome(
            without={name: array[:replications] for name, array in self.without.items()},
            with_act={name: array[:replications] for name, array in self.with_act.items()},
            has={name: has[:replications] for name, has in self.has.items()},
            unfinished=self.unfinished[:replications],
            interrupted=self.interrupted,
        )


LARGEST = 31 << 20
"""Bytes of the largest block that the C library may keep."""


@cache
def _keep_memory() -> None:
    """Let memory that one run gives back serve the next one.

    The C library of Linux gives blocks above a threshold back to the system, which hands them out anew page by page:
    a tenth of a run's time. The threshold follows the largest block given back so far, up to 32 MB; this one is never
    touched, so it takes no memory. Elsewhere nothing happens.
    """
    np.empty(LARGEST, np.uint8)


Keep = Callable[[str, Over], None]
"""Takes what happened under a scenario, or under "", the baseline, as soon as its run is over."""


def replicate(plan: Plan, task: Task) -> Replication:
    """What the baseline and each scenario of *task* come to; their Chronicles are written where the plan says so."""
    _keep_memory()

    def keep(name: str, over: Over) -> None:
        write(plan.chronicles or "", task.number, named(name, plan.scenarios), chronicle_of(plan, name, over))

    return replicated(plan, task, None if plan.chronicles is None else keep)


def replicated(plan: Plan, task: Task, keep: Keep | None) -> Replication:
    """Run the baseline and each scenario of *task*: they warm up together, under the baseline's rules. *keep* is handed
    what happened in each.

    Cases that are not over at the end are waited for, as they would be missing from cycle times, unless they are so
    many in the baseline that the organisation does not keep up.
    """
    run = plan.begun(task.number)
    baseline, *others = (_begun(plan, name, keep is not None) for name in ("", *task.scenarios))
    _warm_up(plan, run, baseline, others)
    for name, one in zip(("", *task.scenarios), (baseline, *others), strict=True):
        one.ledgers.organised(plan.organised.get(name, ()))
    forks = [run.fork() for _name in task.scenarios]
    run, usual = _gone_on(plan, run, baseline, plan.watched.get(""))
    ledgers = baseline.ledgers
    wait = ledgers.unfinished < MANY * ledgers.came
    _waited(plan, run, baseline, wait)
    _over(task.number, "", keep, baseline, run, usual)
    hours = plan.asked is None or any(measure.name in plan.asked for measure in OF_HOURS)
    ledgers.plan(run.hours if hours else run.planned)
    pairs = {}
    for name, begun, one in zip(task.scenarios, forks, others, strict=True):
        begun.change(plan.scenarios[name])
        fork, met = _gone_on(plan, begun, one, plan.watched.get(name))
        _waited(plan, fork, one, wait)
        _over(task.number, name, keep, one, fork, met)
        one.ledgers.plan(fork.hours if hours else fork.planned)
        parties, columns = plan.measured[name], plan.columns[name]
        pairs[name] = _pair(_take(ledgers, parties, columns, usual), _take(one.ledgers, parties, columns, met), columns)
    return Replication(task.number, ledgers.unfinished, pairs)


def _over(number: int, name: str, keep: Keep | None, told: Measuring, run: Simulation, met: Sequence[float]) -> None:
    """Hand what happened in a *run* that is over to *keep*, and forget it."""
    if keep is not None and told.kept is not None:
        keep(name, Over(number=number, rows=told.kept, run=run, met=np.array(met)))
        told.kept = None


def _warm_up(plan: Plan, run: Simulation, baseline: Measuring, others: Sequence[Measuring]) -> None:
    """What all have in common; what it comes to is measured once, where that tells all the same."""
    alike = [one.alike(baseline) for one in others]
    apart = [one for one, same in zip(others, alike, strict=True) if not same]
    for rows in run.run(plan.horizon.warm_up * WEEK):
        for one in (baseline, *apart):
            one.take_in(rows, run)
    for one in compress(others, alike):
        one.go_on_from(baseline)


def _begun(plan: Plan, scenario: str, kept: bool) -> Measuring:
    rules = plan.scenarios.get(scenario, plan.baseline).organisation
    ledgers = Ledgers(
        plan.legends[scenario],
        plan.horizon.window,
        on_duty=turned(plan.on_duty[""], plan.on_duty[scenario], plan.horizon.window.begin),
        detail=plan.detail,
        prices=prices(rules),
        penalties=penalties(rules),
        bound=plan.bound.get(scenario),
        changes=(),
        asked=plan.asked,
        recording=recording(rules),
    )
    measuring = Measuring.begun(ledgers, plan.watched.get(scenario))
    measuring.kept = [] if kept else None
    return measuring


def _gone_on(
    plan: Plan, run: Simulation, measuring: Measuring, watch: Watched | None
) -> tuple[Simulation, Sequence[float]]:
    """Run to the end of the horizon: the run, and when each condition was met for which acts wait, in weeks after the
    warm-up."""
    begin, end = plan.horizon.warm_up * WEEK, plan.horizon.total * WEEK
    if watch is not None and measuring.rolling is not None:
        reviewed = Reviewed(run=run, measuring=measuring, rolling=measuring.rolling, watch=watch, begin=begin, end=end)
        reviewed.to_end()
        measuring.rolling = measuring.recent = None
        return reviewed.run, reviewed.when
    for rows in run.run(end):
        measuring.take_in(rows, run)
    return run, ()


def _waited(plan: Plan, run: Simulation, measuring: Measuring, wait: bool) -> None:
    """Follow the last cases to their end, if they are to be waited for."""
    for rows in run.run((plan.horizon.total + LONGEST) * WEEK) if wait else ():
        measuring.take_in(rows, run)


def _pair(without: Floats, with_act: Floats, columns: Sequence[tuple[str, str]]) -> Pair:
    """Both, where nothing of what is only told of runs that have some counts 0 beside a run that has."""
    if not (np.isnan(without) ^ np.isnan(with_act)).any():
        return Pair(without, with_act)
    of_some = np.array([measure in OF_SOME for measure, _party in columns], np.bool_)
    one, other = (np.where(of_some & np.isnan(a) & ~np.isnan(b), 0.0, a) for a, b in permutations((without, with_act)))
    return Pair(one, other)


def _take(ledgers: Ledgers, parties: Parties, columns: Sequence[tuple[str, str]], met: Sequence[float]) -> Floats:
    """The values of *columns*; where these are about conditions, when these were *met*, nan where they cannot be."""
    values, moments = ledgers.result(parties), iter(met)
    return np.array([next(moments, np.nan) if measure == MET else values[measure][party] for measure, party in columns])
