"""Replications on other processes or machines, through Dask distributed: an extra, `pip install irrupt[cluster]`."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import resource_tracker
from types import TracebackType
from typing import Any, Self

from irrupt.errors import Fault, UsageError
from irrupt.experiment.executors import IN_HAND
from irrupt.experiment.runs import Plan, Replication, Task, replicate
from irrupt.i18n import gettext as _

LOCAL = "local"
PATIENCE = "20s"


@dataclass(slots=True)
class Cluster:
    """Runs replications on the workers of a Dask cluster; use it in a `with` statement.

    *address* is that of its scheduler (`tcp://host:8786`), or `local` for *workers* processes on this machine. Results
    are those of threads, to the bit. A worker that dies loses nothing: what it had in hand is given to another, along
    with the plan, which the scheduler keeps.

    Raises `UsageError` when Dask is not installed or nobody answers at *address*.
    """

    address: str = LOCAL
    workers: int | None = None
    client: Any = None
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            remedy = _("pip install irrupt[cluster]")
            raise UsageError(Fault("cluster", _("Dask distributed is not installed"), remedy=remedy)) from None
        try:
            if self.address == LOCAL:
                # that a busy process takes seconds to end is nothing to warn of
                with _deaf_to_ctrl_c():
                    local = LocalCluster(
                        n_workers=self.workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.ERROR
                    )
                self.client = self._open.enter_context(Client(self._open.enter_context(local)))
            else:
                self.client = self._open.enter_context(Client(self.address, timeout=PATIENCE))
        except (OSError, ValueError, MemoryError) as error:  # what is no scheduler may answer nonsense
            self._open.close()
            remedy = _("start one with dask scheduler, or name its address, such as tcp://host:8786")
            raise UsageError(Fault(f"cluster {self.address}", _("nobody answers"), remedy=remedy)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def at_once(self) -> int:
        """The number of threads of all workers that are there now."""
        return max(int(sum(self.client.nthreads().values())), 1)

    def run(self, plan: Plan, tasks: Iterable[Task]) -> Iterator[Replication]:
        """What each of *tasks* came to, in the order in which they finish."""
        from distributed import as_completed

        rest = iter(tasks)
        # As a task of its own the plan can be made again wherever it is lost.
        shared = self.client.submit(_itself, plan, pure=False)
        room = IN_HAND * self.at_once
        begun = [self.client.submit(replicate, shared, task, pure=False) for task in islice(rest, room)]
        waiting = as_completed(begun)
        try:
            for future in waiting:
                yield future.result()
                future.release()
                for task in islice(rest, 1):
                    waiting.add(self.client.submit(replicate, shared, task, pure=False))
        finally:
            self.client.cancel([future for future in waiting.futures if not future.done()])


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Threads and processes begun in the block, and what these begin later, do not hear Ctrl-C: a terminal tells all
    processes of it, and workers would end with what they have in hand. Who opened the block hears it at its end."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # whichever thread starts it hears Ctrl-C again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _itself(plan: Plan) -> Plan:
    return plan
