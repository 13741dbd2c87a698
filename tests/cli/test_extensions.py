"""Packages that extend irrupt, as their authors and users meet them: what fails in them is told to be theirs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ACTS = """
from dataclasses import dataclass, replace
from typing import ClassVar
from irrupt.organisation import Claim, Edit, RuleChange

@dataclass(frozen=True)
class Overbook:
    \"\"\"A client books more than he brings.\"\"\"
    name: ClassVar[str] = "overbook"
    client: str
    @property
    def claim(self):
        return Claim(author=self.client, aim="fluctuation", measure="arrivals", party=self.client, expects="rise")
    def changes(self, rules, moment):
        before = rules.clients[self.client]
        edit = Edit(part="clients", key=self.client, before=before, after=replace(before, cases_per_week=2.0))
        return [RuleChange(time=moment, author=self.client, rule="overbooked", edits=(edit,), claim=self.claim)]

class Grumpy:
    name = "grumpy"
"""
PARTIES = "parties:\n  Shops: {answers: grumpy}\n  Hospital A: {repertoire: [volume: {change: 10 %}]}\n"


@pytest.fixture
def run(tmp_path: Path):
    """Runs irrupt where a package is installed whose entry points are these."""
    (tmp_path / "overbooking.py").write_text(ACTS, encoding="utf-8")
    (tmp_path / "parties.yaml").write_text(PARTIES, encoding="utf-8")
    info = tmp_path / "overbooking-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: overbooking\nVersion: 1.0\n", encoding="utf-8")

    def irrupt(entries: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        (info / "entry_points.txt").write_text(entries, encoding="utf-8")
        path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
        desk = str(Path(__file__).parents[2] / "docs" / "examples" / "desk.yaml")
        asked = [sys.executable, "-m", "irrupt", "compare", desk, *arguments, "-n", "2", "--quiet"]
        environment = {**os.environ, "PYTHONPATH": path, "COLUMNS": "200"}
        return subprocess.run(asked, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)

    return irrupt


@pytest.mark.slow
def test_an_act_that_fails_is_no_bug_of_irrupt(run) -> None:
    acts = "[irrupt.acts]\noverbook = overbooking:Overbook\n"
    failed = run(acts, "--act", "overbook: {client: Hospitl A}")
    assert failed.returncode == 1
    assert failed.stderr.startswith("overbooking, which extends irrupt, fails: KeyError: 'Hospitl A'.")
    assert "report it to its author" in failed.stderr


def test_a_policy_that_is_none_is_told(run) -> None:
    found = run("[irrupt.policies]\ngrumpy = overbooking:Grumpy\n", "parties.yaml")
    assert found.returncode == 1
    assert (
        "overbooking:Grumpy  this policy cannot be loaded: it is no dataclass with a name and reply()" in found.stderr
    )
