"""Time and peak memory of `see` with all its analyses, and of reading the log before it.

    python benchmarks/see.py [LOG ...] [--json FILE]        the log of road traffic fines when none is named

Each log is read and seen in a process of its own. Compiled code comes from the cache: run it twice after a change.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

FINES = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "road_traffic_fines.xes.gz"


def measured(log: str) -> dict[str, float | str]:
    """Read and see *log* in this process."""
    begun, busy = time.perf_counter(), time.process_time()
    import irrupt as ir

    chronicle = ir.read(log)
    read = time.perf_counter()
    sight = ir.see(chronicle)
    seen = time.perf_counter()
    return {
        "log": Path(log).name,
        "events": chronicle.events.height,
        "cases": chronicle.cases,
        "findings": len(sight.findings),
        "read s": round(read - begun, 2),
        "see s": round(seen - read, 2),
        "whole s": round(seen - begun, 2),
        "whole CPU s": round(time.process_time() - busy, 2),
        "peak MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    """Measure each log, and print as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("logs", nargs="*", default=[str(FINES)])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--here", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        print(json.dumps(measured(asked.here)))
        return
    results = [
        json.loads(subprocess.run([sys.executable, __file__, "--here", log], check=True, capture_output=True).stdout)
        for log in asked.logs
    ]
    text = json.dumps(results, indent=2)
    print(text)
    if asked.json:
        asked.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
