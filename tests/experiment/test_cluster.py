"""A cluster of processes: the numbers of threads, and nothing lost when a worker is killed."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from irrupt.errors import UsageError
from irrupt.experiment import Threads, compare
from irrupt.experiment.answering import question
from irrupt.experiment.cluster import Cluster
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.runs import Outcome
from irrupt.organisation import Organisation
from irrupt.regulation import Priority

pytest.importorskip("distributed", reason="Dask distributed is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")

SHORT = {"weeks": 5, "warm_up_weeks": 1, "run_out_weeks": 2}
PRIORITY = Priority(client="A", team="Network")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster(workers=2) as opened:
        yield opened


@pytest.mark.slow
def test_a_cluster_gives_the_numbers_of_threads_to_the_bit(desk: Organisation, cluster: Cluster) -> None:
    threads = compare(desk, PRIORITY, replications=8, **SHORT)
    there = compare(desk, PRIORITY, replications=8, executor=cluster, **SHORT)
    assert threads.effects.equals(there.effects, null_equal=True)


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_loses_nothing(desk: Organisation, cluster: Cluster) -> None:
    asked = question(desk, {"priority": (PRIORITY,)}, Horizon(warm_up=1.0, weeks=30.0, run_out=2.0), 1)
    outcomes = [Outcome.none(asked.plan) for _ in range(2)]
    killed = False
    for done, found in enumerate(cluster.run(asked.plan, outcomes[0].missing(30)), 1):
        outcomes[0].put(found)
        if done == 4:
            victim = next(iter(cluster.client.run(os.getpid).values()))
            os.kill(victim, signal.SIGKILL)
            killed = True
    for found in Threads(2).run(asked.plan, outcomes[1].missing(30)):
        outcomes[1].put(found)
    assert killed
    assert outcomes[0].done.all()
    assert np.array_equal(outcomes[0].with_act["priority"], outcomes[1].with_act["priority"], equal_nan=True)


@pytest.mark.slow
def test_stopping_early_leaves_the_cluster_usable(desk: Organisation, cluster: Cluster, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done >= 3:
            raise KeyboardInterrupt

    stopped = compare(
        desk, PRIORITY, replications=200, executor=cluster, progress=stop, store=tmp_path / "kept.sqlite", **SHORT
    )
    assert 3 <= stopped.replications < 200
    assert compare(desk, PRIORITY, replications=3, executor=cluster, **SHORT).replications == 3


def test_workers_do_not_hear_the_ctrl_c_of_a_terminal(desk: Organisation, cluster: Cluster) -> None:
    """All processes of a terminal are told of it: workers ended with what they had in hand, each with a traceback."""
    before = cluster.client.run(os.getpid)
    for worker in before.values():
        os.kill(worker, signal.SIGINT)
    assert compare(desk, PRIORITY, replications=4, executor=cluster, **SHORT).replications == 4
    assert cluster.client.run(os.getpid) == before
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_nobody_at_the_address_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("irrupt.experiment.cluster.PATIENCE", "100ms")
    with pytest.raises(UsageError, match="nobody answers"), Cluster("tcp://127.0.0.1:9"):
        pass


def test_what_answers_but_is_no_scheduler_is_told_as_such() -> None:
    """Its first bytes are taken for a length, which no memory holds."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _address = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 4)
                connection.recv(1 << 16)

        talking = threading.Thread(target=answer, daemon=True)
        talking.start()
        port = server.getsockname()[1]
        with pytest.raises(UsageError, match="nobody answers"), Cluster(f"tcp://127.0.0.1:{port}"):
            pass
        talking.join(5)
