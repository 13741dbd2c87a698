"""What the ledgers cost beside the work loop: a year of the organisation of `engine.py`, CPU times, medians.

python benchmarks/ledgers.py [--json FILE] [--repeats N]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from irrupt.chronicle.rows import Rows
from irrupt.engine import Simulation, tables
from irrupt.ledgers import Window, on_duty, parties_of, reducers
from irrupt.units import WEEK

sys.path.insert(0, str(Path(__file__).parent))
import engine

WEEKS = 52


def spent(work: Callable[[], object], repeats: int) -> float:
    """Median CPU seconds of *work*, after a first time that compiles it."""
    work()
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return statistics.median(times)


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--repeats", type=int, default=9)
    asked = parser.parse_args()
    organisation = engine.organisation()
    compiled, duties = tables(organisation), on_duty(organisation)
    run = Simulation(compiled, seed=1, weeks=WEEKS)
    chunks = [Rows._make(map(np.copy, rows)) for rows in run.run()]
    count = sum(len(rows.case) for rows in chunks)
    window, parties = Window(begin=0, end=WEEKS * WEEK), parties_of(run.legend)

    def loop() -> None:
        for _rows in Simulation(compiled, seed=1, weeks=WEEKS).run():
            pass

    per = 100_000 / count
    found = {"work loop": per * spent(loop, asked.repeats)}
    for reducer in reducers(duties, detail=True):

        def reduce(reducer: object = reducer) -> None:
            state = reducer.begin(run.legend, window)  # type: ignore[attr-defined]
            for rows in chunks:
                reducer.add(state, rows)  # type: ignore[attr-defined]
            reducer.result(state, parties)  # type: ignore[attr-defined]

        found[type(reducer).__name__] = per * spent(reduce, asked.repeats)
    print(f"{count:,} rows; milliseconds of CPU time per 100,000 rows")
    for name, seconds in found.items():
        print(f"  {name:16} {1000 * seconds:6.2f}")
    if asked.json:
        asked.json.write_text(json.dumps({"rows": count, "seconds_per_100000_rows": found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
