"""What was tried becomes a rule that rests on it: claimed beside found, for each party."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from irrupt.agreement import Rulebook, agree
from irrupt.agreement.bounds import Always, First, Measured, Never, OtherHands, SameHands
from irrupt.agreement.tried import load_trial, trial_in
from irrupt.errors import IrruptError, ModelError, UsageError
from irrupt.experiment import Comparison, compare
from irrupt.organisation import load
from irrupt.regulation import parse_act
from irrupt.regulation.acts.planning import FrozenHorizon, LateCallOff, VolumeBand
from irrupt.regulation.model import Act
from irrupt.reporting.machine import plain, to_json

DESK = Path(__file__).parents[2] / "docs" / "examples" / "desk.yaml"
CLAIM = "claim: {rigidity: waiting for us, to: fall, text: Network is slow.}"
ACTS = {
    f"priority: {{client: Hospital A, team: Network, {CLAIM}}}": First(team="Network", client="Hospital A"),
    "bypass: {client: Hospital A, skips: Triage}": Never(activity="Triage", client="Hospital A", unless_alone=True),
    "bypass: {client: Shops, team: Desk}": Never(team="Desk", client="Shops", unless_alone=True),
    "imposed check: {client: Shops, after: Repair, activity: Proof, team: Network, duration: 5 min}": Always(
        activity="Proof", after="Repair", client="Shops"
    ),
    "volume: {client: Shops, change: 5 %}": None,
    "other hands: {client: Hospital A, activity: Repair, first: Triage}": OtherHands(
        activity="Repair", first="Triage", client="Hospital A"
    ),
    "same hands: {client: all clients, activities: [Triage, Repair]}": SameHands(
        activity="Repair", others=("Triage", "Repair")
    ),
    "imposed check: {client: Hospital A, after: Repair, team: Network}": Always(
        activity="Check", after="Repair", client="Hospital A"
    ),
}


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    scenarios = {f"s{at}": [parse_act(act)] for at, act in enumerate(ACTS)}
    return compare(load(DESK), scenarios=scenarios, replications=5, weeks=4, warm_up_weeks=1, seed=1)


@pytest.fixture(scope="module")
def data(comparison: Comparison) -> dict[str, Any]:
    return json.loads(json.dumps(to_json(comparison)))


@pytest.mark.parametrize(("at", "bound"), list(enumerate(ACTS.values())))
def test_an_act_that_was_tried_becomes_a_rule(data: dict[str, Any], at: int, bound: object) -> None:
    trial = trial_in(data, f"s{at}", source="tried.json")
    rule = agree(Rulebook(name="Desk"), "R", by="Shops", becomes=trial.becomes).latest()["R"]
    assert rule.binds == bound
    assert rule.text.rstrip(".") == data["scenarios"][at]["changes"][0]["rule"].rstrip(".")
    assert rule.authority == "agreed"
    assert trial.timezone == "Europe/Paris"


def test_its_evidence_is_what_was_found_beside_what_was_claimed(comparison: Comparison, data: dict[str, Any]) -> None:
    trial = trial_in(data, "s0", source="files/tried.json")
    becomes = {"becomes": trial.becomes, "claim": trial.claim}
    (change,) = agree(Rulebook(name="Desk"), "R", by="Hospital A", **becomes).changes
    assert change.claim == comparison.tried[0].found[0].claim
    (found,) = comparison.tried[0].found
    evidence = {one.of: one for one in change.edits[0].after.evidence}
    assert set(evidence) == {"Hospital A", "other clients", "all clients"}
    his = evidence["Hospital A"]
    assert (his.source, his.measure, his.claimed, his.verdict) == (
        "tried.json",
        "waiting for us",
        "fall",
        found.verdict,
    )
    assert (his.without, his.low, his.high) == pytest.approx((found.without, found.low, found.high), rel=1e-5)
    assert his.with_ - his.without == pytest.approx(found.difference, abs=1e-4)
    assert evidence["other clients"].claimed is None
    unclaimed = trial_in(data, "s1", source="tried.json")
    assert unclaimed.claim is None
    assert all("claimed" not in one for one in unclaimed.becomes["evidence"])


def test_evidence_of_the_only_client_is_told_once(data: dict[str, Any]) -> None:
    """As of a bullwhip, which is told of those who order: of the one, and of all, who are the same."""
    alone = copy.deepcopy(data)
    rows = [row for row in alone["effects"] if row["scenario"] == "s0" and row["measure"] == "waiting for us"]
    his = next(row for row in rows if row["party"] == "Hospital A")
    every = next(row for row in rows if row["party"] == "all clients")
    alone["effects"] = [his, every]
    assert len(trial_in(alone, "s0", source="t.json").becomes["evidence"]) == 2
    alone["effects"] = [his, {**his, "party": "all clients"}]
    (found,) = trial_in(alone, "s0", source="t.json").becomes["evidence"]
    assert found["of"] == "Hospital A"


def test_what_is_no_comparison_or_no_scenario_is_said(data: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="8 scenarios; say which"):
        trial_in(data, source="tried.json")
    with pytest.raises(UsageError, match='no scenario "s9"'):
        trial_in(data, "s9", source="tried.json")
    with pytest.raises(UsageError, match="cannot be read"):
        load_trial(tmp_path / "none.json")
    for text in ("", "[]", "{", '{"what": "comparison"}', "\x00", "3", '{"scenarios": [1]}'):
        (tmp_path / "odd.json").write_text(text)
        with pytest.raises(ModelError, match="no comparison"):
            load_trial(tmp_path / "odd.json")
    (tmp_path / "odd.json").write_bytes(b"\xff\xfe")
    with pytest.raises(ModelError, match="no comparison"):
        load_trial(tmp_path / "odd.json")


def test_a_comparison_with_a_part_gone_never_ends_in_a_traceback(data: dict[str, Any]) -> None:
    for key in (*data, "tried"):
        less = {name: value for name, value in copy.deepcopy(data).items() if name != key}
        try:
            trial_in(less, "s0", source="tried.json")
        except IrruptError:
            continue
    for part in set(data["scenarios"][0]) - {"reasons"}:  # Which earlier versions did not tell.
        less = copy.deepcopy(data)
        del less["scenarios"][0][part]
        with pytest.raises(IrruptError):
            trial_in(less, "s0", source="tried.json")


@pytest.mark.parametrize(
    ("act", "bound"),
    [
        (
            FrozenHorizon(client="Carmaker", periods="3 weeks", product="Door"),
            Measured(
                measure="frozen periods, in effect",
                party="Carmaker",
                at_least=3.0,
                period="week",
                where=(("part", ("Door",)),),
            ),
        ),
        (
            VolumeBand(client="Carmaker", down=0.1, up=0.15, ahead=4),
            Measured(measure="band breaches", party="Carmaker", at_most=0.0, ahead=4.0, down=0.1, up=0.15),
        ),
        (LateCallOff(client="Carmaker", share=0.1, by=0.2), None),
    ],
)
def test_an_act_on_a_schedule_becomes_a_rule_that_plans_keep_or_break(
    data: dict[str, Any], act: Act, bound: object
) -> None:
    changed = copy.deepcopy(data)
    made = json.loads(json.dumps({"act": act.name, "parameters": plain(act)}))
    changed["scenarios"][0]["acts"] = [made]
    trial = trial_in(changed, "s0", source="tried.json")
    assert agree(Rulebook(name="B"), "R", by="Supplier", becomes=trial.becomes).latest()["R"].binds == bound
