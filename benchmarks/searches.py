"""Whether a search is honest about its luck: how often its intervals hold the truth, and its front is the true one.

    python benchmarks/searches.py [--searches 200] [--replications 20] [--truth 4000] [--json FILE]

The small service desk of `intervals.py`: priority for A at each team, a few cases less of A, and triage a little slower
or faster, so that candidates differ by hardly more than their luck. Every search has luck of its own. The truth is the
mean of many pairs of runs of each candidate. Counted are the intervals of what is told and, by how sure a search says
that it is, how often who is said to be beaten by nobody truly is.
"""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from intervals import desk
from irrupt.engine import tables
from irrupt.experiment.bench import Bench
from irrupt.experiment.candidates import Space
from irrupt.experiment.designs import parameter_in
from irrupt.experiment.executors import Threads
from irrupt.experiment.fronts import unbeaten
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.searched import Search, goals_in
from irrupt.experiment.searching import search
from irrupt.regulation import Act, Priority, Volume, act_to_dict

ACTS: tuple[Act, ...] = (
    Priority(client="A", team="Desk"),
    Priority(client="A", team="Front"),
    Volume(client="A", change=-0.03),
)
VARY = "people > d > speed: 0.98, 1.02"
LOWER = ("waiting for us of A", "waiting for us of other clients")
WEEKS, WARM_UP, RUN_OUT = 4.0, 2.0, 1.0
SURE = (0.0, 0.05, 0.5, 0.95, 1.01)


def named(acts: tuple[Act, ...]) -> str:
    return json.dumps([act_to_dict(act) for act in acts], sort_keys=True, default=str)


def truth(pairs: int) -> dict[str, list[float]]:
    """Acts -> the mean differences of the goals."""
    outputs = [one.output for one in goals_in(LOWER, ())]
    space = Space(organisation=desk(), acts=ACTS, parameters=(parameter_in(VARY),))
    bench = Bench(
        rules=tables(space.organisation),
        space=space,
        horizon=Horizon(warm_up=WARM_UP, weeks=WEEKS, run_out=RUN_OUT),
        outputs=outputs,
        executor=Threads(),
        store=None,
    )
    everybody = space.every(100) or []
    found = bench.measured(everybody, 0, pairs, 10**6, lambda _count: None)
    return {named(one.acts): (found[one.key][1] - found[one.key][0]).mean(axis=1).tolist() for one in everybody}


def looked(seed: int, pairs: int) -> Search:
    """One search, with luck of its own."""
    times = {"weeks": WEEKS, "warm_up_weeks": WARM_UP, "run_out_weeks": RUN_OUT}
    return search(desk(), *ACTS, vary=[VARY], lower=LOWER, seed=seed, replications=pairs, **times)  # type: ignore[arg-type]


def rows_of(found: Search, true: dict[str, list[float]], front: dict[str, bool]) -> list[dict[str, Any]]:
    """One row for each candidate that is told, with whether its intervals hold the truth."""
    rows = []
    for one in found.found:
        key = named(one.acts)
        told = [goal.low <= value <= goal.high for goal, value in zip(one.goals, true[key], strict=True)]
        rows.append({"held": told, "on": one.on, "share": one.share, "true": front[key]})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--searches", type=int, default=200)
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--truth", type=int, default=4000)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    true = truth(asked.truth)
    goals = -np.array(list(true.values())).T
    front = dict(zip(true, unbeaten(goals, np.ones(goals.shape[1], bool)).tolist(), strict=True))
    print(f"{len(true)} candidates, {sum(front.values())} of them beaten by nobody")
    searches = [looked(seed, asked.replications) for seed in range(1, asked.searches + 1)]
    rows = [row for found in searches for row in rows_of(found, true, front)]
    held = np.array([one for row in rows for one in row["held"]])
    print(f"{len(searches)} searches tell {len(rows)} candidates; intervals hold the truth: {100 * held.mean():.1f} %")
    missed = sum(sum(front.values()) - sum(row["true"] for row in rows_of(one, true, front)) for one in searches)
    print(f"of the true front, not told: {100 * missed / (len(searches) * sum(front.values())):.1f} %")
    for low, high in pairwise(SURE):
        some = [row for row in rows if low <= row["share"] < high]
        if some:
            truly, said = np.mean([row["true"] for row in some]), np.mean([row["share"] for row in some])
            print(f"said to be on it in {100 * said:.0f} % ({len(some)}): truly so {100 * truly:.0f} %")
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
