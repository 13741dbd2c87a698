"""Time and peak memory of each step of the main path, on any log.

    python benchmarks/steps.py [LOG ...] [--json FILE]        the bundled log when none is named

Each step runs in a process of its own that does what comes before it first; what is told is the step alone, in wall and
CPU seconds, and the peak memory of the process. The compiled code comes from the cache: run it twice after a change.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

STEPS = ("import", "read", "see", "discover", "fidelity", "compare")
PAIRS = 20


def measured(step: str, log: str) -> dict[str, float]:
    """Do *step* on *log* in this process."""
    begun = time.perf_counter(), time.process_time()
    import irrupt as ir
    from irrupt.chronicle import bundled_path, group_clients

    def take(until: str) -> tuple[float, float]:
        nonlocal begun
        wall, cpu = time.perf_counter() - begun[0], time.process_time() - begun[1]
        begun = time.perf_counter(), time.process_time()
        return (wall, cpu) if until == step else (0.0, 0.0)

    took = take("import")
    chronicle = None
    if step != "import":
        chronicle = ir.read(log or bundled_path())
        took = take("read")
    if step == "see" and chronicle is not None:
        ir.see(chronicle)
        took = take("see")
    if step in ("discover", "fidelity", "compare") and chronicle is not None:
        organisation = ir.discover(chronicle, fidelity=step == "fidelity")
        took = take(step)
        if step == "compare":
            client = max(organisation.clients, key=lambda name: organisation.clients[name].cases_per_week)
            activity = organisation.activities()[0]
            team = next(iter(organisation.teams), None)
            if team is None:
                return {"wall": float("nan"), "cpu": float("nan"), "peak_mb": float("nan")}
            act = ir.acts.ImposedCheck(client=client, after=activity, team=team, duration="10 min")
            ir.compare(organisation, act, replications=2)  # compiled code is loaded
            take("")
            ir.compare(organisation, act, replications=PAIRS)
            took = take("compare")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "wall": took[0],
        "cpu": took[1],
        "peak_mb": peak,
        "clients": len(group_clients(chronicle)) if chronicle else 0,
    }


def main() -> None:
    """Measure all steps on all logs, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", nargs="*")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        print(json.dumps(measured(arguments.step, arguments.logs[0] if arguments.logs else "")))
        return
    results: dict[str, dict[str, Any]] = {}
    for log in arguments.logs or [""]:
        name = Path(log).name or "bundled"
        print(f"\n{name}\n{'step':10s} {'wall s':>8s} {'CPU s':>8s} {'peak MB':>8s}")
        for step in STEPS:
            command = [sys.executable, __file__, "--step", step, *([log] if log else [])]
            answer = subprocess.run(command, capture_output=True, text=True, check=True)
            found = json.loads(answer.stdout.splitlines()[-1])
            results.setdefault(name, {})[step] = found
            label = f"{step} ({PAIRS} pairs)" if step == "compare" else step
            print(f"{label:10s} {found['wall']:8.2f} {found['cpu']:8.2f} {found['peak_mb']:8.0f}", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
