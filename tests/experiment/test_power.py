"""Power: ranges are not overstated, add up as they are said to, and tell held from exercised, allowed from not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.errors import UsageError
from irrupt.experiment.levers import Lever, Setting, levers_of
from irrupt.experiment.power import gains, power
from irrupt.ledgers import measures
from irrupt.organisation import Batch, Hands, Organisation, faults, load
from irrupt.organisation.rules import amended
from irrupt.regulation.acts import Bypass, ImposedCheck, Priority, StaffLeave, Volume
from irrupt.regulation.settings import TakeBack, WorkOrder, WorkPace
from irrupt.regulation.stakes import FIGURES, MANAGING, WORKING, ZONES, Stakes

DESK = load(Path(__file__).resolve().parents[2] / "docs" / "examples" / "desk.yaml")
WATCHES = Stakes(watches={"waiting for us": 3.0, "cycle time": 1.0}, rights=frozenset({"volume"}))


@pytest.fixture(scope="module")
def found():
    return power(DESK, replications=8, weeks=3, workers=1)


@pytest.mark.slow
def test_the_small_clients_of_a_log_are_others_with_the_stakes_of_their_figure():
    """They bring most cases, and are many: shown are those who are named."""
    clients = dict(DESK.clients)
    first, *rest = clients
    small = replace(clients.pop(first), figure="patient", cases_per_week=100.0)
    learned = replace(DESK, clients={"other clients": small, **clients})
    parties = power(learned, replications=8, weeks=1, workers=1).parties
    assert parties[0] in rest
    assert parties[-1] == "other clients"
    named = power(learned, parties=["other clients", rest[0]], replications=8, weeks=1, workers=1)
    assert named.stakes["other clients"] == FIGURES["patient"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_a_client_of_whom_some_runs_tell_nothing_is_left_out_of_what_is_watched(seed: int):
    """With three cases a week, some settings leave a run without any case of his that is finished."""
    first, second = list(DESK.clients)[:2]
    rates = {first: 3.0, second: 60.0}
    clients = {name: replace(DESK.clients[name], cases_per_week=rate) for name, rate in rates.items()}
    found = power(replace(DESK, clients=clients), replications=8, weeks=1, seed=seed, workers=1)
    assert found.table.height
    assert not found.ranges.select(pl.col("range").is_nan().any()).item()


def test_ranges_of_what_nothing_moves_are_zero_on_average():
    random = np.random.default_rng(1)
    means = [gains(random.normal(size=(4, 10))).mean() for _ in range(2000)]
    assert np.mean(means) == pytest.approx(0.0, abs=4 * np.std(means) / 2000**0.5)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=2, max_size=6), st.integers(4, 30))
def test_ranges_without_noise_are_exact(levels, pairs):
    moved = np.repeat(np.array(levels, float)[:, None], pairs, axis=1)
    assert gains(moved).tolist() == [max(levels) - min(levels)] * pairs


def test_a_range_is_never_overstated_on_average_and_is_found_where_it_is_large():
    random = np.random.default_rng(2)
    means = [gains(random.normal(size=(3, 20)) + np.array([[0.0], [1.0], [-1.0]])).mean() for _ in range(1000)]
    assert 1.8 <= np.mean(means) <= 2.0 + 4 * np.std(means) / 1000**0.5


def test_power_is_the_sum_over_levers_and_measures_of_stake_times_range(found):
    part = pl.col("stake") * pl.col("range") / pl.col("matters")
    summed = found.ranges.group_by("holder", "over").agg(part=part.sum(), certain=(pl.col("range") > 0).all())
    both = found.table.filter(pl.col("zone").is_null()).join(summed, on=["holder", "over"])
    # A range is never shown below zero, so the sum of those that are shown can only be more.
    assert (both["part"] >= both["held"] - 1e-9).all()
    certain = both.filter("certain")
    assert certain["part"].to_numpy() == pytest.approx(certain["held"].to_numpy())
    alone = found.table.filter((pl.col("holder") == "Management") & (pl.col("zone") == "hours"))
    ranges = found.ranges.filter((pl.col("holder") == "Management") & (pl.col("measure") != "rework"))
    assert alone["held"].sum() == pytest.approx(ranges.select(part.sum()).item(), rel=0.02)


def test_whatever_the_stakes_power_lies_between_what_is_said(found):
    rows = found.table
    assert (rows["fewest"] <= rows["held"] + 1e-9).all()
    assert (rows["held"] <= rows["most"] + 1e-9).all()
    assert (rows["low"] <= rows["held"] + 1e-9).all()
    assert (rows["held"] <= rows["high"] + 1e-9).all()


@pytest.mark.slow
def test_other_stakes_change_power_and_not_the_ranges(found):
    one = power(DESK, replications=8, weeks=3, workers=2, stakes={"Hospital A": WATCHES})
    shared = ["holder", "zone", "over", "measure"]
    both = one.ranges.join(found.ranges, on=shared, suffix=" before")
    assert len(both) > 0
    assert both["range"].to_list() == both["range before"].to_list()
    mine = one.ranges.filter(pl.col("over") == "Hospital A")
    assert set(mine["stake"].to_list()) == {0.75, 0.25}


@pytest.mark.slow
def test_the_number_of_workers_and_the_order_of_declarations_change_nothing(found):
    shuffled = replace(
        DESK,
        clients=dict(reversed(DESK.clients.items())),
        teams=dict(reversed(DESK.teams.items())),
        people=dict(reversed(DESK.people.items())),
        steps=dict(reversed(DESK.steps.items())),
    )
    again = power(shuffled, replications=8, weeks=3, workers=2)
    assert again.table.equals(found.table)
    assert again.ranges.equals(found.ranges)


def test_what_rules_allow_comes_from_the_rights_of_the_party(found):
    rows = found.table.drop_nulls("zone")
    assert set(rows.filter(pl.col("allowed"))["zone"]) == {"volume", "hours"}
    levers = [replace(lever, allowed=True) for lever in levers_of(DESK, ["Desk"])]
    allowed = power(DESK, parties=["Desk"], levers=levers, replications=8, weeks=3)
    assert allowed.table.drop_nulls("zone")["allowed"].all()


def test_management_lets_nobody_go_whom_four_eyes_need():
    """Two triage: one of them must do what the other may not."""
    bound = replace(DESK, hands={"": Hands(activity="Triage", not_by_who_did=("Triage",))})
    for rules, spared in ((DESK, {"Desk", "Network"}), (bound, {"Network"})):
        acts = [act for lever in levers_of(rules, ["Management"]) for one in lever.settings for act in one.acts]
        assert {act.team for act in acts if isinstance(act, StaffLeave)} == spared


def test_what_rests_on_a_check_goes_with_it():
    """What is done in other hands than the check, too; in other hands than both, it is in other hands than one."""
    imposed = ImposedCheck(client="Hospital A", after="Triage", activity="Audit", team="Network", duration="10 min")
    made = amended(DESK, imposed.changes(DESK, DESK.origin))
    others = {
        "gone": Hands(activity="Audit", not_by_who_did=("Repair",)),
        "idle": Hands(activity="Repair", not_by_who_did=("Audit",), client="Shops"),
        "less": Hands(activity="Repair", by_who_did=("Audit", "Repair")),
        "same": Hands(activity="Triage", by_who_did=("Triage",)),
    }
    bound = replace(made, hands=others)
    assert faults(bound) == []
    left = amended(bound, TakeBack(client="Hospital A", what="checks").changes(bound, DESK.origin))
    assert left.hands == {"less": replace(others["less"], by_who_did=("Repair",)), "same": others["same"]}
    assert faults(left) == []


def test_a_setting_that_changes_nothing_holds_no_power():
    nothing = Setting(label="nothing", acts=(TakeBack(client="Hospital A", what="checks"),))
    lever = Lever(holder="Hospital A", zone="verdict", settings=(nothing,))
    rows = power(DESK, parties=["Hospital A"], levers=[lever], replications=8, weeks=3).table
    assert set(rows["held"]) == {0.0}
    assert set(rows["high"]) == {0.0}


@pytest.mark.slow
def test_power_is_exercised_where_a_party_uses_what_it_holds_today():
    today = DESK
    for team in sorted(DESK.teams):
        today = amended(today, Priority(client="Hospital A", team=team).changes(today, DESK.origin))
    rows = power(today, parties=["Hospital A", "Shops"], replications=12, weeks=6).table
    rows = rows.filter(pl.col("zone") == "priority")
    mine = rows.filter((pl.col("holder") == "Hospital A") & (pl.col("over") == "Hospital A"))
    assert mine["exercised"].item() > 0
    assert mine["exercised"].item() == pytest.approx(mine["held"].item())
    other = rows.filter(pl.col("holder") == "Shops")
    assert set(other["exercised"]) == {0.0}


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (Priority(client="Shops", team="Desk"), "priority"),
        (ImposedCheck(client="Shops", after="Triage", team="Desk"), "checks"),
        (Bypass(client="Shops", skips="Triage"), "skips"),
    ],
)
def test_taking_back_undoes_what_was_done(act, what):
    made = amended(DESK, act.changes(DESK, DESK.origin))
    assert made != DESK
    assert amended(made, TakeBack(client="Shops", what=what).changes(made, DESK.origin)) == DESK


def test_teams_set_order_and_pace_by_edits_of_their_own():
    order = WorkOrder(team="Desk", order="shortest").changes(DESK, DESK.origin)
    assert [edit.part for edit in order[0].edits] == ["teams"]
    slower = WorkPace(team="Desk", times=0.5).changes(DESK, DESK.origin)
    assert {edit.key for edit in slower[0].edits} == set(DESK.members("Desk"))
    assert all(edit.after.speed == edit.before.speed / 2 for edit in slower[0].edits)
    assert WorkPace(team="Desk", times=1.0).changes(DESK, DESK.origin) == ()


def test_more_volume_is_more_work_for_a_team():
    lever = Lever(
        holder="Shops", zone="volume", settings=(Setting(label="more", acts=(Volume(client="Shops", change=0.2),)),)
    )
    ranges = power(DESK, parties=["Shops", "Desk"], levers=[lever], replications=8, weeks=3).ranges
    work = ranges.filter((pl.col("over") == "Desk") & (pl.col("measure") == "share of time at work"))
    assert work["most at"].item() == "more"
    assert work["low"].item() > 0


def test_stakes_name_measures_and_zones_that_there_are():
    known = set(measures())
    for stakes in (*FIGURES.values(), MANAGING, WORKING):
        assert set(stakes.watches) <= known
        assert sum(stakes.weights().values()) == pytest.approx(1.0)
        assert stakes.rights <= set(ZONES)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"parties": ["Hospitl A"]}, "Hospital A"),
        ({"replications": 3}, "at least 8"),
        ({"seed": -1}, "seed"),
        ({"stakes": {"Shop": WATCHES}}, "Shops"),
        ({"stakes": {"Shops": Stakes(watches={"cycle tim": 1.0})}}, "cycle time"),
        ({"stakes": {"Shops": {"cycle time": 1.0}}}, "Stakes"),
        ({"levers": []}, "control nothing"),
        ({"levers": [Lever(holder="Shop", zone="volume", settings=())]}, 'among the parties; did you mean "Shops"'),
        ({"levers": [Lever(holder="Shops", zone="volum", settings=())]}, 'no zone "volum"; did you mean "volume"'),
        ({"levers": ["volume"]}, "expected Lever"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, said):
    with pytest.raises(UsageError, match=said):
        power(DESK, **arguments)


def test_whoever_asks_to_be_first_passes_before_those_who_are_first_today() -> None:
    """Of the same rank as another, he was served in turn with him, and that was called first everywhere."""
    ranked = {name: replace(team, priority={"Hospital A": 2}) for name, team in DESK.teams.items()}
    rules = replace(DESK, teams=ranked)
    found = {one.holder: one for one in levers_of(rules, ["Hospital A", "Shops"]) if one.zone == "priority"}
    (first,) = (setting for setting in found["Shops"].settings if not setting.takes_back)
    assert {act.rank for act in first.acts} == {3}
    assert [setting.takes_back for setting in found["Hospital A"].settings] == [True]


def test_where_cases_gather_management_can_let_fewer_or_more_be_enough() -> None:
    batch = Batch(size=6, longest_wait=3600.0, at=(600,))
    name, step = next(item for item in DESK.steps.items() if item[1].team)
    rules = replace(DESK, steps={**DESK.steps, name: replace(step, batch=batch)})
    (lever,) = [one for one in levers_of(rules, ["Management"]) if one.zone == "method"]
    for setting, size in zip(lever.settings, (3, 12), strict=True):
        (act,) = setting.acts
        (change,) = act.changes(rules, rules.origin)
        assert [edit.after.batch for edit in change.edits] == [replace(batch, size=size)]
    assert not [one for one in levers_of(DESK, ["Management"]) if one.zone == "method"]


def test_whom_management_lets_go_is_nobody_without_whom_something_is_left_undone() -> None:
    """Amira alone does the triage."""
    people = {name: replace(one, does_not=("Triage",)) if name == "Bruno" else one for name, one in DESK.people.items()}

    def fewer(rules: Organisation) -> set[str]:
        (lever,) = [one for one in levers_of(rules, ["Management"]) if one.zone == "hours"]
        setting = next(one for one in lever.settings if one.label == "one fewer in each team")
        for act in setting.acts:
            assert act.changes(rules, rules.origin)
        return {act.person for act in setting.acts if act.team == "Desk"}

    assert fewer(DESK) == {"Amira"}
    assert fewer(replace(DESK, people=people)) == {"Bruno"}
