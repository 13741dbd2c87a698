"""One replication: a baseline and its scenarios, run on the same random numbers and measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.rows import WEEK, Legend
from irrupt.engine import Simulation, Tables
from irrupt.experiment.horizon import Horizon
from irrupt.ledgers import Ledgers, OnDuty
from irrupt.ledgers.model import Parties

Progress = Callable[[int, int], None]
"""Called with the number of replications done and their total."""


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
    detail: bool = False
    """Whether clients at teams and activities are measured."""


@dataclass(slots=True)
class Outcome:
    """Values of finished replications: per scenario two arrays of shape (replications, columns), nan where not run."""

    without: dict[str, npt.NDArray[np.float64]]
    with_act: dict[str, npt.NDArray[np.float64]]
    done: npt.NDArray[np.bool_]
    unfinished: npt.NDArray[np.int64]
    """Cases that arrived in the horizon of the baseline and had not finished when the run ended."""
    interrupted: bool = False


def run(plan: Plan, replications: int, *, workers: int, progress: Progress | None = None) -> Outcome:
    """Run *replications* pairs on *workers* threads.

    The compiled loop and the compiled ledgers release the GIL. Each replication writes its own row, so neither the
    number of workers nor their order changes anything. Ctrl-C keeps what is finished.
    """
    shape = {name: (replications, len(columns)) for name, columns in plan.columns.items()}
    outcome = Outcome(
        without={name: np.full(size, np.nan) for name, size in shape.items()},
        with_act={name: np.full(size, np.nan) for name, size in shape.items()},
        done=np.zeros(replications, bool),
        unfinished=np.zeros(replications, np.int64),
    )
    pool = ThreadPoolExecutor(workers)
    waiting: set[Future[None]] = {pool.submit(_replication, plan, number, outcome) for number in range(replications)}
    try:
        while waiting:
            finished, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in finished:
                future.result()
            if progress is not None and finished:
                progress(replications - len(waiting), replications)
    except KeyboardInterrupt:
        outcome.interrupted = True
        if not outcome.done.any():
            raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return outcome


def _replication(plan: Plan, number: int, outcome: Outcome) -> None:
    ledgers = _simulate(plan, number, "")
    outcome.unfinished[number] = ledgers.unfinished
    for name in plan.scenarios:
        parties, columns = plan.measured[name], plan.columns[name]
        outcome.without[name][number] = _take(ledgers, parties, columns)
        outcome.with_act[name][number] = _take(_simulate(plan, number, name), parties, columns)
    outcome.done[number] = True


def _simulate(plan: Plan, number: int, scenario: str) -> Ledgers:
    """Warm up under the baseline's rules, then go on under those of *scenario* ("": the baseline's)."""
    horizon = plan.horizon
    simulation = Simulation(plan.baseline, seed=plan.seed, replication=number, weeks=horizon.total)
    ledgers = Ledgers(plan.legends[scenario], horizon.window, on_duty=plan.on_duty[scenario], detail=plan.detail)
    for rows in simulation.run(horizon.warm_up * WEEK):
        ledgers.add(rows)
    if scenario:
        simulation.change(plan.scenarios[scenario])
    for rows in simulation.run(horizon.total * WEEK):
        ledgers.add(rows)
    return ledgers


def _take(ledgers: Ledgers, parties: Parties, columns: Sequence[tuple[str, str]]) -> list[float]:
    values = ledgers.result(parties)
    return [values[measure][party] for measure, party in columns]
