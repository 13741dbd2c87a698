"""`irrupt rules` reads the rules of runs, from the store of a comparison or from the history of one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from irrupt.organisation import load
from irrupt.regulation import History

Irrupt = Any

SCENARIO = """
warm up: 2 weeks
horizon: 6 weeks
replications: 3
compare:
  - called: first
    Hospital A:
      - priority: {team: Network}
        when: arrivals > 0 over 1 week
        lag: 2 weeks
        force: negotiated
        agreed by: [Network]
        organising hours: 3
        reason: asked in March
        claim: {rigidity: waiting for us, to: fall, text: "They are slow."}
      - bypass: {skips: Triage}
        visible to: [Network]
  - called: second
    Hospital A: [bypass: {skips: Triage}]
"""


@pytest.fixture
def store(irrupt: Irrupt, desk: Path, tmp_path: Path) -> str:
    scenario, store = tmp_path / "first.yaml", tmp_path / "runs.store"
    scenario.write_text(SCENARIO, encoding="utf-8")
    assert irrupt("compare", str(desk), str(scenario), "--store", str(store), "--quiet").code == 0
    return str(store)


def test_the_rules_of_a_run_are_told_with_all_that_is_known_of_them(irrupt: Irrupt, store: str) -> None:
    said = " ".join(irrupt("rules", store, "--scenario", "first", "--since", "2023-01-01").out.split())
    assert "first: pair 0 of 3 pairs of runs, seed 1" in said
    assert "in 3 of 3; always after 2 weeks" in said
    assert "2 rules that somebody has made are in force" in said
    assert "negotiated; written; instrument; by Hospital A and Network; joint; since" in said
    assert "teams, Network: priority, Hospital A: – → 1" in said
    assert "3 hours of organising work; " in said
    assert "asked in March; claimed by Hospital A: “They are slow.” (waiting for us, Hospital A, to fall)" in said
    assert "Network: 1 change of rules; 1 negotiated; 3 hours of organising work." in said


RELAYS = """
warm up: 1 week
horizon: 2 weeks
replications: 2
compare:
  - called: they hold back
    Hospital A:
      - relay: {team: Desk, at: Network, discretion: 40 %, author: Desk}
      - relay: {team: Desk, at: Network, discretion: 40 %, restraint: 50 %}
        author: Desk
        visible to: [Network]
"""


def test_a_rule_says_which_other_has_set_some_of_it_anew(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    """To whom may see that one."""
    scenario, store = tmp_path / "relays.yaml", tmp_path / "relays.store"
    scenario.write_text(RELAYS, encoding="utf-8")
    assert irrupt("compare", str(desk), str(scenario), "--store", str(store), "--quiet").code == 0
    said = " ".join(irrupt("rules", str(store)).out.split())
    assert "used in 40 %: taken first at Network carried up; written; relay; by Desk; autonomous; since" in said
    assert "; in part set anew by “Desk may speak for Hospital A in 40 % of the cases, which is used in 20 %" in said
    told = " ".join(irrupt("rules", str(store), "--seen-by", "Hospital A").out.split())
    assert "used in 40 %" in told
    assert "used in 20 %" not in told


def test_what_never_came_is_told_once_and_times_as_people_read_them(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    """Each repetition of an act that never came had a line of its own, and a learned time fifteen digits."""
    scenario, store = tmp_path / "again.yaml", tmp_path / "again.store"
    scenario.write_text(
        "{warm up: 2 weeks, horizon: 10 weeks, replications: 2, compare: [{called: again, Hospital A: ["
        "{volume: {change: 10 %}, when: arrivals > 9000 over 1 week, again: 3}, "
        "{bypass: {skips: Triage}, when: arrivals > 0 over 1 week}, "
        "{certification: {activity: Triage, added: 10 min, learning: 6 weeks}}]}]}"
    )
    assert irrupt("compare", str(desk), str(scenario), "--store", str(store), "--quiet").code == 0
    said = " ".join(irrupt("rules", str(store)).out.split())
    assert said.count("in 0 of 2") == 1
    assert "bypass: Hospital A when arrivals > 0 cases a week over 1 week: in 2 of 2" in said
    assert not re.search(r"\d\.\d{7}", said)
    assert len(json.loads(irrupt("rules", str(store), "--json").out)["waits"]) == 4 + 1 + 3


def test_a_part_of_it_is_asked_for(irrupt: Irrupt, store: str) -> None:
    def changes(*asked: str) -> list[str]:
        data = json.loads(irrupt("rules", store, "--scenario", "first", "--json", *asked).out)
        return [change["rule"][:5] for change in data["changes"]]

    assert changes() == ["Cases", "Cases"]
    assert len(changes("--author", "Network")) == len(changes("--rule", "Network")) == 1
    assert len(changes("--seen-by", "Desk")) == 1
    assert len(changes("--seen-by", "Network")) == len(changes("--seen-by", "Hospital A")) == 2
    assert changes("--since", "2030-01-01", "--at", "2031-01-01") == []
    assert changes("--since", "2022-01-01", "--at", "2022-02-01") == []
    assert 'did you mean "Network"' in irrupt("rules", store, "--scenario", "first", "--rule", "Netwrk").err
    assert 'did you mean "second"' in irrupt("rules", store, "--scenario", "secnd").err
    assert "0 to 2" in irrupt("rules", store, "--scenario", "first", "--replication", "9").err


def test_what_somebody_may_not_see_does_not_show_in_what_differs(irrupt: Irrupt, store: str) -> None:
    asked = ("rules", store, "--scenario", "first", "--since", "2023-01-01", "--json")
    everything = json.loads(irrupt(*asked).out)["differs"]
    assert {edit["part"] for edit in everything} == {"skips", "teams"}
    assert {edit["part"] for edit in json.loads(irrupt(*asked, "--seen-by", "Desk").out)["differs"]} == {"teams"}
    assert json.loads(irrupt(*asked, "--seen-by", "Network").out)["differs"] == everything


def test_it_is_exported_read_again_and_replayed(irrupt: Irrupt, store: str, desk: Path, tmp_path: Path) -> None:
    asked, file = ("rules", store, "--scenario", "first", "--replication", "1"), tmp_path / "run.json"
    assert irrupt(*asked, "--output", str(file)).code == 0
    assert irrupt(*asked, "--output", str(tmp_path / "changes.csv")).code == 0
    assert pl.read_csv(tmp_path / "changes.csv").height == 2
    again = json.loads(irrupt("rules", str(file), "--json").out)
    assert again["changes"] == json.loads(irrupt(*asked, "--json").out)["changes"]
    history, last = History.load(file), again["changes"][-1]["time"]
    for date, name in ((last, "after.yaml"), (str(history.founding.origin), "before.yaml")):
        assert irrupt("rules", str(file), "--at", date, "--organisation", str(tmp_path / name)).code == 0
    assert load(tmp_path / "before.yaml") == load(desk)
    assert load(tmp_path / "after.yaml") == history.at(history.changes[-1].time)


def test_of_a_learned_one_it_goes_on_at_its_date(irrupt: Irrupt, desk: Path, tmp_path: Path) -> None:
    """Not weeks before its records stop, where the run began."""
    log, learned, store, now = (str(tmp_path / name) for name in ("log.csv", "learned.yaml", "runs.store", "now.yaml"))
    assert irrupt("simulate", str(desk), log, "--weeks", "12").code == 0
    assert irrupt("discover", log, "--output", learned, "--no-fidelity").code == 0
    act = "bypass: {client: Hospital A, skips: Triage}"
    assert irrupt("compare", learned, "--act", act, "-n", "2", "--weeks", "4", "--store", store, "--quiet").code == 0
    changed = json.loads(irrupt("rules", store, "--json").out)["changes"][0]["time"]
    assert irrupt("rules", store, "--at", changed, "--organisation", now).code == 0
    assert load(Path(now)).origin == load(Path(learned)).origin


def test_what_a_file_has_not_is_refused(irrupt: Irrupt, store: str, tmp_path: Path) -> None:
    assert "which scenario" in irrupt("rules", store).err
    file, book = tmp_path / "run.json", tmp_path / "book.yaml"
    irrupt("rules", store, "--scenario", "second", "--output", str(file))
    refused = irrupt("rules", str(file), "--replication", "1", "--scenario", "first")
    assert "2 problems" in refused.err
    book.write_text("rulebook: Book\nrules: {}\n", encoding="utf-8")
    assert "only the rules of a run" in irrupt("rules", str(book), "--organisation", "x.yaml").err
    (tmp_path / "none.json").write_text("{}", encoding="utf-8")
    assert "no history of rules" in irrupt("rules", str(tmp_path / "none.json")).err


def test_whose_eyes_are_lent_is_known_or_it_is_said(irrupt: Irrupt, store: str) -> None:
    """A mistyped name was answered with what everybody sees, without a word."""
    said = irrupt("rules", store, "--scenario", "first", "--seen-by", "Netwrk")
    assert said.code == 0
    assert '"Netwrk" here: it sees what everybody does; did you mean "Network"?' in said.err
    assert "Management" in irrupt("rules", store, "--scenario", "first", "--seen-by", "Nobody").err
    for known in ("Network", "Shops", "Management"):
        assert not irrupt("rules", store, "--scenario", "first", "--seen-by", known).err
