"""Where replications run: on the threads of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice

from irrupt.errors import Fault, UsageError, whole_faults
from irrupt.experiment.runs import Plan, Replication, Task, replicate
from irrupt.i18n import gettext as _

IN_HAND = 2
"""Tasks handed out at a time, per worker: enough that nobody waits, few enough that memory stays the same."""
MOST_WORKERS = 10_000
"""More threads than any machine has."""
HEARTBEAT = 0.2
"""Seconds after which the main thread looks up, so that Ctrl-C is heard."""


def workers_faults(workers: int | None, where: str = "workers") -> list[Fault]:
    """What is wrong with a number of *workers*, said at *where*."""
    return [] if workers is None else whole_faults(where, workers, 1, _("1 or more"), MOST_WORKERS)


@dataclass(frozen=True, slots=True)
class Threads:
    """Runs replications on threads: the compiled loop and the compiled ledgers release the GIL.

    Raises `UsageError` where *workers* is no number of threads.
    """

    workers: int | None = None
    """None: as many as the machine has cores."""

    def __post_init__(self) -> None:
        if faults := workers_faults(self.workers):
            raise UsageError(faults)

    @property
    def at_once(self) -> int:
        """The number of threads."""
        return self.workers or os.cpu_count() or 1

    def run(self, plan: Plan, tasks: Iterable[Task]) -> Iterator[Replication]:
        """What each of *tasks* came to, in the order in which they finish. When closed, it waits for those begun."""
        workers = self.at_once
        waiting: set[Future[Replication]] = set()
        rest = iter(tasks)
        pool = ThreadPoolExecutor(workers)
        try:
            while True:
                waiting |= {
                    pool.submit(replicate, plan, task) for task in islice(rest, workers * IN_HAND - len(waiting))
                }
                if not waiting:
                    return
                finished, waiting = wait(waiting, timeout=HEARTBEAT, return_when=FIRST_COMPLETED)
                yield from sorted((future.result() for future in finished), key=lambda found: found.number)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
