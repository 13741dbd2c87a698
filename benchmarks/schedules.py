"""Five million lines of a schedule history: read, measured, told. Wanted: under 30 s and 2 GB.

    python benchmarks/schedules.py [--lines 5000000] [--json FILE]

The history is invented (eight clients, weekly plans of 26 weeks for hundreds of parts) and written to a temporary CSV
file first, which does not count.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WANTED_SECONDS, WANTED_GB = 30.0, 2.0
HORIZON, WEEKS = 26, 240


def write(path: Path, lines: int) -> int:
    """Write a history of about so many *lines*; returns how many there are."""
    import polars as pl

    from irrupt.chronicle.schedules.invented import Client, history

    parts = max(round(lines / (8 * 2 * WEEKS * (HORIZON + 1))), 1)
    clients = tuple(
        Client(name=f"Client {n}", parts=parts, plants=2, moves=0.05 + 0.03 * n, frozen=1 + n % 4, inflation=0.03 * n)
        for n in range(8)
    )
    frame = history(clients, weeks=WEEKS, horizon=HORIZON, seed=2)
    frame.with_columns(pl.col("issued", "period").dt.date()).write_csv(path)
    return frame.height


def measure(path: str) -> None:
    """Read and see *path* in this process, and print what it took."""
    begin, busy = time.perf_counter(), time.process_time()
    import irrupt

    chronicle = irrupt.read(path)
    read = time.perf_counter() - begin
    sight = irrupt.see(chronicle)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        json.dumps(
            {
                "rows": chronicle.schedules.height,
                "seconds to read": round(read, 2),
                "seconds": round(seconds, 2),
                "CPU seconds": round(time.process_time() - busy, 2),
                "peak GB": round(peak, 2),
                "findings": len(sight.findings),
            }
        )
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        measure(asked.measure)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "schedules.csv"
        lines = write(path, asked.lines)
        size = path.stat().st_size / 1e6
        done = subprocess.run(
            [sys.executable, __file__, "--measure", str(path)], capture_output=True, text=True, check=True
        )
    found = {"lines": lines, "MB": round(size), **json.loads(done.stdout)}
    for name, value in found.items():
        print(f"{name:>16}  {value}")
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0 if found["seconds"] < WANTED_SECONDS and found["peak GB"] < WANTED_GB else 1


if __name__ == "__main__":
    sys.exit(main())
