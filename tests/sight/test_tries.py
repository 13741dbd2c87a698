"""Acts that a log suggests: on those who wait most, in names that the organisation learned from it has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import irrupt as ir
from irrupt.chronicle import bundled
from irrupt.organisation import amended
from irrupt.regulation import Act, CompleteFile, FlexibilityDemand, Priority, Volume
from irrupt.reporting.sections.made import to_try

DESK = ir.load(Path(__file__).resolve().parents[2] / "docs" / "examples" / "desk.yaml")


def tries(chronicle: ir.Chronicle) -> tuple[Act, ...]:
    return ir.see(chronicle).to_try


def test_a_desk_is_told_to_try_what_is_most_of_its_cases_time() -> None:
    """Shops bring most cases; the client's answer follows triage; the desk is where they wait for somebody."""
    log = ir.simulate(DESK, weeks=26, seed=3)
    assert tries(log) == (
        CompleteFile(client="Shops", after="Triage", then="Answer", times=0.5),
        Priority(client="Shops", team="Desk"),
        FlexibilityDemand(team="Network", shifts="Sat 09:00-13:00"),
    )


@pytest.mark.parametrize("log", ["bundled", "desk"])
def test_what_is_suggested_can_be_tried(log: str) -> None:
    chronicle = bundled() if log == "bundled" else ir.simulate(DESK, weeks=13, seed=1)
    suggested = tries(chronicle)
    assert suggested
    clients = {act.client: act.client for act in suggested if act.client}
    rules = ir.discover(chronicle, clients=clients or None)
    for act in suggested:
        assert amended(rules, act.changes(rules, rules.origin)) != rules


def test_who_cannot_be_told_is_not_suggested() -> None:
    log = ir.simulate(DESK, weeks=13, seed=1)
    nobody = replace(log, events=log.events.with_columns(client=pl.lit(None, pl.String)))
    assert [type(act) for act in tries(nobody)] == [FlexibilityDemand]
    alone = replace(log, events=log.events.filter(pl.col("client") == "Shops"))
    assert not any(isinstance(act, Priority) for act in tries(alone)), "there is nobody whom he could pass"
    teamless = replace(log, events=log.events.with_columns(team=pl.lit(None, pl.String)))
    assert {type(act) for act in tries(teamless)} <= {CompleteFile, Volume}


def test_acts_are_written_as_they_are_typed() -> None:
    log = ir.simulate(DESK, weeks=13, seed=1)
    command, acts = to_try(ir.see(log))
    assert command == "irrupt compare LOG --act", "it stands in no file yet"
    assert to_try(ir.see(ir.read(log.events)))[0] == command
    assert acts[1:] == [
        '"priority: {client: Shops, team: Desk}"',
        "\"flexibility demand: {team: Network, shifts: 'Sat 09:00-13:00'}\"",
    ]


def test_a_few_cases_suggest_nothing() -> None:
    assert tries(ir.simulate(DESK, weeks=0.06, seed=1)) == ()
