"""Tests that take long run with `-m slow`; with `--slow`, all, on more and fresh examples of each property.

Where several processes share the work, one compiles for all, and one reads the tests before the others do.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # As the command line does.
if sharing := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):
    # Each has its share of the processors: where all take all of them, they wait for each other. One alone takes all.
    os.environ.setdefault("POLARS_MAX_THREADS", str(max((os.cpu_count() or 1) // int(sharing), 1)))
settings.register_profile("while one works", deadline=None, max_examples=15, derandomize=True)
settings.register_profile("with time", deadline=None, max_examples=400)
settings.load_profile("while one works")
"""Tests never assert times: an example may take long where others use the machine. While one works, examples are the
same each time: what fails has to do with what was changed. With time, they are fresh, and more. Properties whose
examples cost much try a share of either number: `settings().max_examples // 5`."""

FIRST = ("tests/chronicle/", "tests/organisation/", "tests/reporting/", "tests/test_")
"""What is run first, as it needs no compiled code, while that is compiled."""
SECOND = ("tests/test_docs", "tests/chronicle/test_stretch")
"""What of it does. The pages of the documentation take long: at the end, one process would wait for the other."""
COMPILED = """
from dataclasses import replace
from irrupt.cli.compiling import ledgers, loop
from irrupt.engine import Simulation, simulate
from irrupt.engine.examples import counter, workshop
from irrupt.experiment import compare
from irrupt.organisation import Team
from irrupt.organisation.batch import Batch
from irrupt.regulation import ImposedCheck, When
loop()
ledgers()
act = When(act=ImposedCheck(client="Public", after="Serve"), condition="cycle time > 1 h over 1 week")
compare(counter(0.5), act, replications=2, weeks=2, warm_up_weeks=1, run_out_weeks=0)
simulate(workshop(), weeks=2, seed=1)
cutting = {"teams": {"Desk": Team(interrupts="resume")}}
batched = {"steps": {"Serve": replace(counter().steps["Serve"], batch=Batch(size=2, longest_wait=60.0))}}
for more in (cutting, batched, cutting | batched):
    list(Simulation(replace(counter(), **more), seed=1, weeks=1.0).run())
"""
"""The compiled code that most tests need: the loop in its four forms, ledgers, conditions, planning."""
DONE = pytest.StashKey[Path]()
"""Stands for a file that is there as soon as that is compiled."""
COMPILING = pytest.StashKey[threading.Thread]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run what takes long, too, on more and fresh examples")
    parser.addoption("--renew", action="store_true", help="keep what is learned from whole logs now, and fail")


def pytest_configure(config: pytest.Config) -> None:
    """Compile what most tests need beside the workers of xdist: else each of them would, at the same time."""
    # As the command line does: looking through all tests for rubbish takes a fifth of the time to collect them.
    gc.set_threshold(50_000, 20, 20)
    if config.getoption("--slow"):
        settings.load_profile("with time")
    if hasattr(config, "workerinput"):
        if "compiled" in config.workerinput:
            config.stash[DONE] = Path(config.workerinput["compiled"])
    elif getattr(config.option, "numprocesses", None):
        config.stash[DONE] = done = Path(tempfile.mkdtemp()) / "compiled"
        if sys.dont_write_bytecode:  # Else each of the processes that tests begin would make it again.
            os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(done.parent)}
        compiling = subprocess.Popen([sys.executable, "-c", COMPILED])

        def wait() -> None:
            compiling.wait()  # If it fails, workers compile for themselves.
            done.touch()

        config.stash[COMPILING] = threading.Thread(target=wait)
        config.stash[COMPILING].start()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    if DONE in node.config.stash:
        node.workerinput["compiled"] = str(node.config.stash[DONE])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each worker whole files, in their turn: what the tests of one share is made once."""
    from xdist.scheduler import LoadFileScheduling

    if config.getoption("dist") != "load":
        return None
    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Let the first worker read the tests before the others do: what it has made of them, they find. Else each would
    make it for itself, at the same time."""
    if DONE not in session.config.stash or not hasattr(session.config, "workerinput"):
        return (yield)
    read, latest = session.config.stash[DONE].with_name("read"), time.monotonic() + 60.0
    if session.config.workerinput["workerid"] == "gw0":
        try:
            return (yield)
        finally:
            read.touch()
    while not read.exists() and time.monotonic() < latest:  # Who ended before he had read is not waited for longer.
        time.sleep(0.1)
    return (yield)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Wait for what is being compiled instead of compiling it a second time."""
    done = item.config.stash.get(DONE, None)
    while done is not None and in_turn(item.nodeid) and not done.exists():
        time.sleep(0.1)


def pytest_unconfigure(config: pytest.Config) -> None:
    if (compiling := config.stash.get(COMPILING, None)) is not None:
        compiling.join()
        shutil.rmtree(config.stash[DONE].parent)


@pytest.fixture(scope="module")
def few_steps() -> Iterator[None]:
    """Delays are fitted to runs of a tenth of their usual length, where tests are about something else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("irrupt.discovery.times.simulated._STEPS", 10_000)
        yield


def in_turn(name: str) -> int:
    """When a test is run: at first, in the middle or at last."""
    return 1 if name.startswith(SECOND) else 0 if name.startswith(FIRST) else 2


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was collected stays to the end: who looks for rubbish need not look through it again and again."""
    gc.collect()
    gc.freeze()


def left_to_others(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Of tests marked `one_in(n)`, those in which the numbers of the values of their parameters do not add up to a
    multiple of n: without them, each value of a parameter is still met where another has n values or more."""
    known: dict[tuple[str, str], dict[tuple[int, ...], int]] = {}
    for item in items:
        mark, way = item.get_closest_marker("one_in"), getattr(item, "callspec", None)
        if mark is None or way is None:
            continue
        values = {name: (id(value),) for name, value in way.params.items()}
        for together in item.iter_markers("parametrize"):
            names = together.args[0]
            first, *others = [one.strip() for one in names.split(",")] if isinstance(names, str) else names
            values[first] += tuple(values.pop(name)[0] for name in others)
        number = 0
        for name, value in values.items():
            numbers = known.setdefault((item.nodeid.partition("[")[0], name), {})
            number += numbers.setdefault(value, len(numbers))
        if number % mark.args[0]:
            yield item


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: in_turn(item.nodeid))
    for item in left_to_others(items):
        item.add_marker("slow")
    if config.getoption("--slow") or "slow" in config.getoption("-m"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="takes long: run with -m slow"))
