"""Behind a difference: the same cases with and without the act, and what they add up to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from irrupt.errors import UsageError
from irrupt.experiment import Comparison, behind, compare
from irrupt.organisation import Client, Organisation, load
from irrupt.regulation import Bypass, ImposedCheck, Priority, Volume

CHECK = ImposedCheck(client="A", after="Repair", activity="Check", team="Desk", duration="10 min")
TIMES = {"weeks": 4, "warm_up_weeks": 1, "run_out_weeks": 3}


@pytest.fixture(scope="module")
def compared(desk: Organisation) -> Comparison:
    return compare(
        desk, CHECK, Priority(client="B", team="Network"), Volume(client="A", change=0.5), replications=4, **TIMES
    )


def test_pairs_of_runs_are_those_of_the_effect(compared: Comparison) -> None:
    for row in compared.effects.filter(measure="cycle time").iter_rows(named=True):
        pairs = compared.pairs(row["scenario"], "cycle time", row["party"])
        assert pairs.height == 4
        assert pairs["difference"].mean() == pytest.approx(row["difference"])


@pytest.mark.parametrize("party", ["A", "other clients"])
def test_cases_add_up_to_the_difference_of_the_pair(compared: Comparison, party: str) -> None:
    """All cases are there in both runs, so the mean of their differences is that of the pair; so are their steps."""
    for tried in compared.tried[:2]:
        whose = party if party in compared.effects.filter(scenario=tried.name)["party"] else "all clients"
        found = behind(compared, tried.name, whose)
        pair = found.pairs.filter(replication=found.replication)["difference"].item()
        assert (found.only_without, found.only_with) == (0, 0)
        assert found.cases["difference"].mean() == pytest.approx(pair, rel=1e-9)
        assert found.steps["difference"].sum() == pytest.approx(pair, rel=1e-6)


def test_a_check_delays_the_cases_that_are_checked_at_the_check_or_in_its_queues(compared: Comparison) -> None:
    found = behind(compared, "imposed check: A", "A")
    top = found.steps.row(0, named=True)
    assert top["activity"] == "Check"
    assert top["from start to end"] > 10 / 60
    assert found.told.height <= 20
    assert found.told["difference"].to_list() == sorted(found.told["difference"], reverse=True)
    first = found.told["case"][0]
    trail = found.trace(first)
    assert "Check" not in trail.filter(run="without")["activity"].to_list()
    assert "Check" in trail.filter(run="with")["activity"].to_list()
    spans = trail.group_by("run", maintain_order=True).agg(hours=trail["end"].max() - trail["enabled"].min())
    assert spans.height == 2


def test_most_of_what_a_case_lost_came_about_where_it_lost_time() -> None:
    """A case that was over four hours sooner was told to owe most of that to a wait of 65 hours more."""
    desk = load(Path(__file__).resolve().parents[2] / "docs" / "examples" / "desk.yaml")
    compared = compare(desk, Priority(client="Hospital A", team="Network"), replications=2, **TIMES)
    told = behind(compared, party="Hospital A", replication=0).told
    assert told.filter(pl.col("difference") < 0).height > 0
    assert told.filter(pl.col("difference").sign() != pl.col("hours").sign()).height == 0


def test_twins_are_found_where_the_act_changes_who_comes(compared: Comparison) -> None:
    """Half as many cases again: each case of the baseline has its twin of the same number, whenever that comes."""
    found = behind(compared, "volume: A", "A")
    came = compared.pairs("volume: A", "arrivals", "A").filter(replication=found.replication)["without"].item()
    assert found.cases.height > 1.3 * came * TIMES["weeks"]
    assert set(found.cases["client"]) == {"A"}
    other = behind(compared, "volume: A", "other clients")
    assert set(other.cases["client"]) == {"B", "C"}
    assert (other.only_without, other.only_with) == (0, 0)


def test_cases_that_skip_all_that_is_left_are_told_too(desk: Organisation) -> None:
    """Their end is a row without any step."""
    found = behind(compare(desk, Bypass(client="A", skips="Repair"), replications=2, **TIMES))
    assert found.steps.filter(activity="Repair")["difference"].item() < 0
    assert found.told.filter(activity="Repair").height > 0


def test_where_nobody_comes_there_is_nothing_to_look_into(desk: Organisation) -> None:
    nobody = replace(desk, clients={name: Client(cases_per_week=0) for name in desk.clients})
    found = behind(compare(nobody, Priority(client="A", team="Network"), replications=2, **TIMES))
    assert found.cases.height == found.steps.height == found.told.height == 0


def test_time_at_a_team_is_told_too(compared: Comparison) -> None:
    found = behind(compared, "imposed check: A", "Desk")
    assert found.of_team
    assert found.cases["difference"].mean() == pytest.approx(found.steps["difference"].sum(), rel=1e-6)


def test_what_is_not_there_is_refused(compared: Comparison) -> None:
    for wrong in ({"scenario": "chek"}, {"party": "Z"}, {"replication": 99}):
        with pytest.raises(UsageError):
            behind(compared, **wrong)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        behind(compared).trace("A 999999")
    with pytest.raises(UsageError, match="not measured for"):
        compared.pairs("volume: A", "cycle time", "Z")
