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
COMPILING = pytest.StashKey["subprocess.Popen[bytes]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run tests that need minutes, too")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile what most tests need beside the workers of xdist: else each of them would, at the same time."""
    if getattr(session.config.option, "numprocesses", None) and not hasattr(session.config, "workerinput"):
        session.config.stash[COMPILING] = subprocess.Popen(
            [sys.executable, "-c", "from irrupt.cli.compiling import loop, ledgers; loop(); ledgers()"]
        )


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
