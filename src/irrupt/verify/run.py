"""Run cases of theory and judge them."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.chronicle.rows import Rows
from irrupt.engine import Order, Simulation, Tables, streams, tables
from irrupt.units import WEEK
from irrupt.verify.model import LIMIT, UNIT, Case, Finding, Steps

RUNS = 64
"""Independent runs of each case: enough for the normal distribution to judge their mean."""
BEGIN, END = 0.1, 0.95
"""Cases are counted from this share of those that arrive to that: none that finds the house empty, or nobody behind."""
SHORT = 60_000
"""Cases in a run of the short form."""
PRECISION = 0.001
"""The full form takes so many cases that standard errors are this share of what is expected, if it can."""
MOST_STEPS = 250_000_000
"""The most steps that it gives to one case: about a minute. A time would give the same seed other numbers each time."""


def verify(
    cases: Sequence[Case],
    *,
    full: bool = False,
    seed: int = 1,
    workers: int | None = None,
    done: Callable[[int], None] | None = None,
) -> Iterator[Finding]:
    """Run *cases* and compare what is found with theory.

    A check that is more than four standard errors away is run again, with fresh luck and four times the cases; it fails
    when it is as far away again. The short form takes about a minute, the *full* one about 45 CPU-minutes.
    *workers*: threads, as many as there are processors when not said; the numbers do not depend on it. *done* is called
    with the number of cases that are done.

    >>> from irrupt.verify import cases
    >>> finding = next(verify(cases()[:1]))
    >>> finding.holds
    True
    """
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        for number, case in enumerate(cases, start=1):
            yield from judged(case, pool, full=full, seed=seed)
            if done is not None:
                done(number)


def judged(case: Case, pool: ThreadPoolExecutor, *, full: bool, seed: int) -> list[Finding]:
    """What is found in one case; what is too far away is looked at again."""
    size = SHORT
    findings, done = measured(case, pool, size=size, seed=seed)
    if full:
        size = round(size * enough(findings, done))
        findings, done = measured(case, pool, size=size, seed=seed)
    if all(finding.holds for finding in findings):
        return findings
    again, _steps = measured(case, pool, size=4 * size, seed=streams.derived(seed, "verify: looked at again"))
    return [first if first.holds else replace(second, tries=2) for first, second in zip(findings, again, strict=True)]


def enough(findings: Sequence[Finding], steps: int) -> float:
    """How many times the cases that took so many *steps* are needed, and can be paid."""
    needed = max((finding.error / (PRECISION * abs(finding.expected))) ** 2 for finding in findings)
    return max(1.0, min(needed, MOST_STEPS / steps))


def measured(case: Case, pool: ThreadPoolExecutor, *, size: int, seed: int) -> tuple[list[Finding], int]:
    """Each check of *case*, from runs of *size* cases, and the steps that these took."""
    compiled = tables(case.organisation)
    runs = list(pool.map(partial(one_run, case, compiled, size, seed), range(RUNS)))
    parts = np.array([values for values, _steps in runs])
    sums, counts = parts[:, 0], parts[:, 1]
    means = sums / counts
    found, error = means.mean(axis=0), means.std(axis=0, ddof=1) / math.sqrt(RUNS)
    findings = [
        Finding(
            case=case.name,
            check=check.name,
            expected=check.expected,
            found=float(found[at]),
            error=float(error[at]),
            runs=RUNS,
            steps=int(counts[:, at].sum()),
            tries=1,
        )
        for at, check in enumerate(case.checks)
    ]
    return findings, sum(steps for _values, steps in runs)


def one_run(case: Case, compiled: Tables, size: int, seed: int, replication: int) -> tuple[Floats, int]:
    """Sum and number of the values of each check in one run, and the steps that it took."""
    sums, taken = np.zeros((2, len(case.checks))), 0
    for rows, kept in _rows(case, compiled, size, streams.derived(seed, f"case {case.key}"), replication):
        taken += len(rows.end)
        steps = counted(rows, kept)
        for at, check in enumerate(case.checks):
            values = check.values(steps)
            sums[0, at] += values.sum()
            sums[1, at] += len(values)
    return sums, taken


def _rows(case: Case, compiled: Tables, size: int, seed: int, replication: int) -> Iterator[tuple[Rows, Flags]]:
    """What is done in a run of so many cases, or rounds, and whether that is in its middle."""
    if not case.going_round:
        total = sum(client.cases_per_week for client in case.organisation.clients.values())
        run = Simulation(compiled, seed=seed, replication=replication, weeks=size / total)
        for rows in run.run():
            yield rows, (rows.case >= BEGIN * size) & (rows.case < END * size)
        return
    until = size / case.rounds * UNIT
    run = Simulation(compiled, seed=seed, replication=replication, weeks=0.0, run_out_weeks=until / WEEK)
    (client,) = case.organisation.clients
    run.bring([Order(client=client, name=f"{number}") for number in range(case.going_round)])
    for rows in run.run(until):
        yield rows, (rows.enabled >= BEGIN * until) & (rows.enabled < END * until)


def counted(rows: Rows, kept: Flags) -> Steps:
    """The steps among *rows* that are *kept*."""
    start = rows.start[kept]
    return Steps(
        wait=(start - rows.ready[kept]) / UNIT,
        work=(rows.end[kept] - start) / UNIT,
        came=rows.enabled[kept] / UNIT,
        client=rows.client[kept],
        activity=rows.activity[kept],
        person=rows.person[kept],
        flags=rows.flags[kept],
        together=rows.together[kept],
    )


def report(findings: Sequence[Finding]) -> dict[str, object]:
    """Findings as plain values."""
    return {
        "limit": LIMIT,
        "holds": all(finding.holds for finding in findings),
        "checks": [
            {
                "case": finding.case,
                "check": finding.check,
                "expected": finding.expected,
                "found": finding.found,
                "standard error": finding.error,
                "z": finding.z if math.isfinite(finding.z) else None,
                "runs": finding.runs,
                "steps": finding.steps,
                "tries": finding.tries,
                "holds": finding.holds,
            }
            for finding in findings
        ],
    }
