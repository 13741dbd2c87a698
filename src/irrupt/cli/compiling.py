"""Compile in a second process while the first one reads: what is compiled is kept in a file that both look into."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable


def beside() -> Callable[[], object]:
    """Begin to compile what a comparison needs, unless that was done before; call the answer to wait for the loop.

    Nothing is lost where it fails: then the first process compiles for itself when it comes to it.
    """
    command = [sys.executable, "-c", f"from {__name__} import loop, ledgers; loop(); print(flush=True); ledgers()"]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    assert process.stdout is not None
    return process.stdout.readline


def loop() -> None:
    """Run the work loop once."""
    from irrupt.engine import Simulation
    from irrupt.engine.examples import counter

    for _rows in Simulation(counter(0.5), seed=1, weeks=1.0).run():
        pass


def ledgers() -> None:
    """Measure a run with all ledgers."""
    from irrupt.engine import Simulation
    from irrupt.engine.examples import counter
    from irrupt.ledgers import Ledgers, Parties, Window, on_duty
    from irrupt.units import WEEK

    organisation = counter(0.5)
    run = Simulation(organisation, seed=1, weeks=1.0)
    measuring = Ledgers(run.legend, Window(begin=0.0, end=WEEK), on_duty=on_duty(organisation))
    for rows in run.run():
        measuring.add(rows)
    measuring.result(Parties(clients={"all": [0]}, teams={"all": [0]}))
