"""The command line, run in this process, on a small log and a small organisation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from irrupt import i18n
from irrupt.cli import main
from irrupt.discovery import alternatives

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


@pytest.fixture(scope="module", autouse=True)
def _few_steps(few_steps: None) -> Iterator[None]:
    """How well commands learn is not what is tested of them: three organisations besides the one learned, instead of
    twelve, and two simulations of what was held out, instead of ten."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("irrupt.discovery.alternatives", partial(alternatives, count=3))
        patch.setattr(import_module("irrupt.discovery.trust.fidelity"), "SIMULATIONS", 2)
        yield


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def irrupt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Said]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["irrupt", *arguments])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        finally:
            i18n.use(None)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def tickets(tmp_path: Path) -> Path:
    """Three weeks of a desk: two clients, two teams, no start times."""
    lines = ["ticket,state,when,who,group,customer"]
    begin = datetime(2024, 1, 1, 9, tzinfo=UTC)
    for number in range(240):
        moment = begin + timedelta(days=number // 12 + 2 * (number // 60), minutes=37 * (number % 12))
        client = ("Hospital A", "Shops")[number % 3 > 0]
        for step, (state, who, group, wait) in enumerate(
            (
                ("Opened", "", "Desk", 0),
                ("Triaged", f"d{number % 2}", "Desk", 11 + number % 7),
                ("Repaired", f"n{number % 3}", "Network", 45 + number % 31),
                ("Closed", f"d{number % 2}", "Desk", 20),
            )
        ):
            if step == 2 and number % 5 == 0:
                continue
            moment += timedelta(minutes=wait)
            lines.append(f"T{number:03},{state},{moment:%Y-%m-%d %H:%M},{who},{group},{client}")
    file = tmp_path / "tickets.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    file = tmp_path / "desk.yaml"
    file.write_text((EXAMPLES / "desk.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return file


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "scenario.yaml"
    text = (EXAMPLES / "scenario.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("replications: 20", "replications: 4"), encoding="utf-8")
    return file
