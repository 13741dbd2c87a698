"""Tests that need minutes run with `--slow` only; where several processes share the work, one compiles for all."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import settings

settings.register_profile("whatever the machine", deadline=None)
settings.load_profile("whatever the machine")
"""Tests never assert times: an example may take long where others use the machine."""

ORDER = ("tests/test_docs", "tests/chronicle/", "tests/organisation/", "tests/test_")
"""What is run first, from the second on: what needs no compiled code, while that is compiled. Then the pages of the
documentation, which take long: at the end, one process would wait for the other."""
COMPILED = """
from irrupt.cli.compiling import ledgers, loop
from irrupt.engine import simulate
from irrupt.engine.examples import counter, workshop
from irrupt.experiment import compare
from irrupt.regulation import ImposedCheck, When
loop()
ledgers()
act = When(act=ImposedCheck(client="Public", after="Serve"), condition="cycle time > 1 h over 1 week")
compare(counter(0.5), act, replications=2, weeks=2, warm_up_weeks=1, run_out_weeks=0)
simulate(workshop(), weeks=2, seed=1)
"""
"""The compiled code that most tests need: the loop, ledgers, conditions, planning."""
COMPILING = pytest.StashKey["subprocess.Popen[bytes]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run tests that need minutes, too")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile what most tests need beside the workers of xdist: else each of them would, at the same time."""
    if getattr(session.config.option, "numprocesses", None) and not hasattr(session.config, "workerinput"):
        session.config.stash[COMPILING] = subprocess.Popen([sys.executable, "-c", COMPILED])


def pytest_sessionfinish(session: pytest.Session) -> None:
    if (compiling := session.config.stash.get(COMPILING, None)) is not None:
        compiling.wait()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    docs, *first = ORDER
    items.sort(key=lambda item: 1 if item.nodeid.startswith(docs) else 0 if item.nodeid.startswith(tuple(first)) else 2)
    if config.getoption("--slow"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="needs minutes: run with --slow"))
