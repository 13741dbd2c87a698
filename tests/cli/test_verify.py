"""`irrupt verify`: found beside known, and an exit code for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from irrupt import verify


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two small cases."""
    some = [case for case in verify.cases() if case.key in ("M/M/1 0.5", "two teams")]
    monkeypatch.setattr(verify, "cases", lambda: some)
    monkeypatch.setattr(verify.run, "SHORT", 3000)


@pytest.mark.usefixtures("few")
def test_it_says_what_holds(irrupt: Callable[..., Any]) -> None:
    said = irrupt("verify")
    assert said.code == 0
    assert "M/M/1, load 0.50" in said.out
    assert "mean wait" in said.out
    assert said.out.splitlines()[-1] == "7 values compared with theory: all hold."


@pytest.mark.usefixtures("few")
def test_what_fails_is_told_and_is_an_exit_code(irrupt: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    case = verify.cases()[0]
    wrong = replace(case, checks=(replace(case.checks[0], expected=7.0), *case.checks[1:]))
    monkeypatch.setattr(verify, "cases", lambda: [wrong])
    said = irrupt("verify", "--json")
    assert said.code == 1
    assert [check["holds"] for check in json.loads(said.out)["checks"]] == [False, True, True, True, True]
    said = irrupt("verify", "--quiet")
    assert said.code == 1
    assert "FAILS" in said.out
    assert "1 is more than four standard errors away, twice" in " ".join(said.out.split())
