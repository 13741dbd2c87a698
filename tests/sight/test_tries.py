"""Acts that a log suggests: on those who wait most, in names that the organisation learned from it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

import irrupt as ir
from irrupt.organisation import amended
from irrupt.regulation import Act, CompleteFile, FlexibilityDemand, Priority, Volume
from irrupt.reporting.sections.made import to_try

pytestmark = pytest.mark.usefixtures("few_steps")

DESK = ir.load(Path(__file__).resolve().parents[2] / "docs" / "examples" / "desk.yaml")


def tries(chronicle: ir.Chronicle) -> tuple[Act, ...]:
    return ir.see(chronicle).to_try


def test_a_desk_is_told_to_try_what_is_most_of_its_cases_time() -> None:
    """Shops bring most cases; the client's answer follows triage; at the network they wait longest for somebody."""
    log = ir.simulate(DESK, weeks=26, seed=3)
    assert tries(log) == (
        CompleteFile(client="Shops", after="Triage", then="Answer", times=0.5),
        Priority(client="Shops", team="Network"),
        FlexibilityDemand(team="Network", shifts="Sat 09:00-13:00"),
    )


def without(log: ir.Chronicle, *columns: str) -> ir.Chronicle:
    return replace(log, events=log.events.with_columns(pl.lit(None, pl.String).alias(name) for name in columns))


@pytest.mark.slow
@pytest.mark.parametrize("log", ["bundled", "desk", "teamless"])
def test_what_is_suggested_can_be_tried(log: str, bundled_sight: ir.Sight) -> None:
    chronicle = bundled_sight.chronicle if log == "bundled" else ir.simulate(DESK, weeks=13, seed=1)
    chronicle = without(chronicle, "team") if log == "teamless" else chronicle
    suggested = bundled_sight.to_try if log == "bundled" else tries(chronicle)
    assert suggested
    clients = {act.client: act.client for act in suggested if act.client}
    rules = ir.discover(chronicle, clients=clients or None, fidelity=False)
    for act in suggested:
        assert amended(rules, act.changes(rules, rules.origin)) != rules


def test_who_cannot_be_told_is_not_suggested() -> None:
    log = ir.simulate(DESK, weeks=13, seed=1)
    nobody = replace(log, events=log.events.with_columns(client=pl.lit(None, pl.String)))
    assert [type(act) for act in tries(nobody)] == [FlexibilityDemand]
    alone = replace(log, events=log.events.filter(pl.col("client") == "Shops"))
    assert not any(isinstance(act, Priority) for act in tries(alone)), "there is nobody whom he could pass"
    assert {type(act) for act in tries(without(log, "team", "resource"))} <= {CompleteFile, Volume}


def test_where_people_are_mostly_idle_nobody_is_told_to_pass() -> None:
    """Cases wait as long, and steps take a fiftieth of their time: they stand in no queue that anybody could pass."""
    log = ir.simulate(DESK, weeks=26, seed=3)
    work = pl.col("end") - pl.col("start")
    quick = replace(log, events=log.events.with_columns(start=pl.col("end") - work / 50))
    assert not any(isinstance(act, Priority) for act in tries(quick))
    nameless = tries(without(quick, "resource"))
    assert Priority(client="Shops", team="Network") in nameless, "nothing is known of who is idle"


def test_teams_that_are_found_are_suggested_where_none_is_recorded() -> None:
    """Who does what tells teams; a log without a column of teams was never told to try who passes first at one."""
    suggested = tries(without(ir.simulate(DESK, weeks=26, seed=3), "team"))
    assert [type(act) for act in suggested] == [CompleteFile, Priority, FlexibilityDemand]


def test_acts_are_written_as_they_are_typed() -> None:
    log = ir.simulate(DESK, weeks=13, seed=1)
    command, acts = to_try(ir.see(log))
    assert command == "irrupt compare LOG --act", "it stands in no file yet"
    assert to_try(ir.see(ir.read(log.events)))[0] == command
    assert acts[1:] == [
        '"priority: {client: Shops, team: Network}"',
        "\"flexibility demand: {team: Network, shifts: 'Sat 09:00-13:00'}\"",
    ]


def test_a_few_cases_suggest_nothing() -> None:
    assert tries(ir.simulate(DESK, weeks=0.06, seed=1)) == ()


CREW = """\
teams: {Crew: {}}
people:
  Ann: {teams: Crew, calendar: day}
  Bob: {teams: Crew, calendar: day}
  Cid: {teams: Crew, calendar: day}
calendars: {day: Mon-Fri 08:00-17:00}
"""
WORKSHOP = """\
name: Workshop
origin: 2024-01-01
clients:
  Farms: {cases per week: 60, profile: office hours}
  Quarry: {cases per week: 15, profile: office hours}
steps:
  Inspect: {team: Crew, duration: 20 min}
  Client sends drawings: {client act: true, duration: 0 s}
  Quote: {team: Crew, duration: 10 min}
  Client approves: {client act: true, duration: 0 s}
  Repair: {team: Crew, duration: 1 h}
routes:
  start: Inspect
  Inspect:
    - {to: Client sends drawings, share: 0.3, delay: {exponential: 2 days}, waits for: client}
    - {to: Quote, share: 0.7}
  Client sends drawings: Quote
  Quote: {to: Client approves, delay: {exponential: 1 day}, waits for: client}
  Client approves: Repair
  Repair: end
"""
CLAIMS = """\
name: Claims
origin: 2024-01-01
clients: {Fleet: {cases per week: 40, profile: office hours}, Homes: {cases per week: 20, profile: office hours}}
steps:
  Open: {team: Crew, duration: 5 min, split: all}
  Appraise: {team: Crew, duration: 1 h}
  Verify: {team: Crew, duration: 10 min}
  Client sends papers: {client act: true, duration: {uniform: [3 days, 6 days]}}
  Decide: {team: Crew, duration: 10 min, join: true}
routes:
  start: Open
  Open: [{to: Appraise, share: 1, delay: {uniform: [1 day, 3 days]}}, {to: Verify, share: 1}]
  Appraise: Decide
  Verify: [{to: Client sends papers, share: 0.7}, {to: Decide, share: 0.3}]
  Client sends papers: Decide
  Decide: end
"""


def simulated(text: str, folder: Path) -> ir.Chronicle:
    (folder / "made.yaml").write_text(text + CREW)
    return ir.simulate(ir.load(folder / "made.yaml"), weeks=20, seed=2)


def test_what_always_follows_does_not_hide_what_could_become_rarer(tmp_path: Path) -> None:
    """Clients were waited for longest after a quote, which all have to approve; that drawings were missing in three
    cases of ten was then not thought of."""
    suggested = tries(simulated(WORKSHOP, tmp_path))
    assert CompleteFile(client="Farms", after="Inspect", then="Client sends drawings", times=0.5) in suggested


def test_what_is_done_beside_it_does_not_ask_for_it(tmp_path: Path) -> None:
    """Work on another part of the case ended while papers were waited for: to have them follow it more seldom was
    suggested, and refused when tried, since they never follow it."""
    assert not any(
        isinstance(act, CompleteFile) and act.after == "Appraise" for act in tries(simulated(CLAIMS, tmp_path))
    )


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("then", "whose", "tried"),
    [
        ("Papers sent", "client act", True),
        ("Complaint", "client act", False),
        ("Order cancelled", "client act", False),
        ("Inform the client", "toward the client", False),
        ("Draft to client", "toward the client", True),
        ("Ask for papers", "waiting for the client", True),
    ],
)
def test_a_file_can_be_complete_only_in_what_a_client_supplies_or_is_asked_for(
    tmp_path: Path, then: str, whose: str, tried: bool
) -> None:
    """No file spares that he complains or cancels, or what we tell him; what he always answers by what he supplies asks
    for it, whatever it is called: he who was waited for longest was not thought of, as what he approves always follows
    what is sent to him."""
    rows = ["case,client,activity,start,end,resource,team"]
    for case in range(80):
        at = datetime(2024, 1, 1, 9) + timedelta(days=case)
        steps = [("Check", 0, 1, "Ann")]
        steps += [(then, 60, 60, "" if whose == "client act" else "Ann")] if case % 5 < 2 else []
        steps += (
            [("Papers come", 120, 120, "")] if case % 5 < 2 and whose != "client act" and "Inform" not in then else []
        )
        steps += [("Repair", 122, 123, "Ann"), ("Close", 124, 124, "Ann")]
        rows += [
            f"c{case},{'AB'[case % 2]},{activity},{at + timedelta(hours=begin)},{at + timedelta(hours=end)},{who},"
            + ("Desk" if who else "")
            for activity, begin, end, who in steps
        ]
    (tmp_path / "log.csv").write_text("\n".join(rows))
    log = ir.read(tmp_path / "log.csv")
    roles = {then: whose, "Papers come": "client act"}
    told = tuple(replace(one, role=roles.get(one.activity, "inside"), asks=False) for one in log.whose_acts)
    log = replace(
        log,
        whose_acts=told,
        client_acts=frozenset(one.activity for one in told if one.role == "client act"),
        waits_for_client=frozenset(one.activity for one in told if one.role == "waiting for the client"),
    )
    completes = [act for act in tries(log) if isinstance(act, CompleteFile)]
    assert [(one.after, one.then) for one in completes] == ([("Check", then)] if tried else [])


def test_whoever_brings_nearly_all_cases_is_not_told_to_pass_the_few_others() -> None:
    shops = replace(DESK.clients["Shops"], cases_per_week=20 * DESK.clients["Shops"].cases_per_week)
    log = ir.simulate(replace(DESK, clients={**DESK.clients, "Shops": shops}), weeks=4, seed=1)
    assert all(act.client != "Shops" for act in tries(log) if isinstance(act, Priority))
