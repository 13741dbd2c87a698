"""Precision on request: what is understood, when it is reached, and that nothing is run twice for it."""

from __future__ import annotations

import math

import polars as pl
import pytest

from irrupt.errors import UsageError
from irrupt.experiment import Comparison, compare
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.precision import precision_in, watched
from irrupt.experiment.trials import trials_of
from irrupt.organisation import Organisation
from irrupt.regulation import Act, FlexibilityDemand, ImposedCheck, Priority

TIMES = {"weeks": 5, "warm_up_weeks": 1, "run_out_weeks": 2}
PRIORITY = Priority(client="A", team="Network")
CHECK = ImposedCheck(client="A", after="Repair", activity="Check", team="Desk", duration="10 min")


def row(result: Comparison, measure: str, party: str) -> dict[str, float]:
    chosen = (pl.col("measure") == measure) & (pl.col("party") == party)
    return result.effects.row(by_predicate=chosen, named=True)


def half(found: dict[str, float]) -> float:
    return (found["high"] - found["low"]) / 2


@pytest.fixture(scope="module")
def precise(desk: Organisation) -> Comparison:
    return compare(desk, PRIORITY, precision="6 %", workers=2, **TIMES)


def test_pairs_are_added_until_the_interval_is_as_narrow_as_asked(precise: Comparison) -> None:
    result = precise
    claimed = row(result, "waiting for us", "A")
    assert half(claimed) <= 0.06 * claimed["without"]
    assert 20 < result.replications < 5000
    (reached,) = result.precision
    assert (reached.text, reached.reached, reached.more) == ("6 %", True, 0)
    assert result.looks == "once"


@pytest.mark.slow
def test_it_is_said_how_many_more_pairs_it_would_take_and_they_do(desk: Organisation) -> None:
    short = compare(desk, PRIORITY, precision="5 %", replications=20, **TIMES)
    (reached,) = short.precision
    assert not reached.reached
    assert reached.more is not None
    enough = compare(desk, PRIORITY, precision="5 %", replications=20 + 2 * reached.more, **TIMES)
    assert enough.precision[0].reached
    assert 0.4 < enough.replications / (20 + reached.more) < 2


@pytest.mark.slow
def test_a_width_of_one_measure_is_in_its_unit(desk: Organisation) -> None:
    result = compare(desk, CHECK, precision=["cycle time: 1 h", "steps per case: 0.02"], **TIMES)
    for party in ("A", "other clients", "all clients"):
        assert half(row(result, "cycle time", party)) <= 1
        assert half(row(result, "steps per case", party)) <= 0.02
    assert all(one.reached for one in result.precision)


def test_a_width_is_asked_of_the_measure_it_names_or_else_of_what_is_claimed(desk: Organisation) -> None:
    """For all clients on whom it is told; of teams, for those that a claim names, and for all."""

    def asked(act: Act, measure: str | None) -> set[tuple[str, str]]:
        (trial,) = trials_of(desk, {"one": [act]}, Horizon(warm_up=1, weeks=5, run_out=2))
        return {(trial.columns[index][0].name, trial.columns[index][1]) for index in watched(trial, measure)}

    clients = ("A", "other clients", "all clients")
    assert asked(PRIORITY, None) == {("waiting for us", client) for client in clients}
    assert asked(PRIORITY, "cycle time") == {("cycle time", client) for client in clients}
    assert asked(PRIORITY, "share of time at work") == {("share of time at work", "all teams")}
    teams = {("wait at the team", team) for team in ("Network", "all teams")}
    assert asked(FlexibilityDemand(team="Network", shifts="Sat 9-17"), None) == teams


@pytest.mark.slow
def test_the_number_of_workers_changes_nothing_about_when_it_stops(desk: Organisation, precise: Comparison) -> None:
    one = compare(desk, PRIORITY, precision="6 %", workers=1, **TIMES)
    assert one.replications == precise.replications
    assert one.effects.equals(precise.effects, null_equal=True)


@pytest.mark.slow
def test_as_many_pairs_planned_at_once_give_the_same_numbers(desk: Organisation, precise: Comparison) -> None:
    planned = compare(desk, PRIORITY, replications=precise.replications, **TIMES)
    assert precise.effects.equals(planned.effects, null_equal=True)


def test_what_cannot_be_reached_stops_at_the_most_pairs(desk: Organisation) -> None:
    result = compare(desk, PRIORITY, precision="0.0001 %", replications=25, **TIMES)
    assert result.replications == 25
    assert not result.precision[0].reached


def test_a_first_answer_comes_early_and_later_ones_are_narrower(desk: Organisation) -> None:
    seen: list[Comparison] = []
    result = compare(desk, PRIORITY, replications=40, watch=seen.append, workers=1, **TIMES)
    counts = [one.replications for one in seen]
    assert counts[0] == 20
    assert counts == sorted(set(counts))
    assert counts[-1] < 40
    widths = [half(row(one, "waiting for us", "A")) for one in seen]
    assert widths[-1] < widths[0]
    assert {one.looks for one in seen} == {"always"}
    planned = compare(desk, PRIORITY, replications=counts[0], **TIMES)
    assert half(row(planned, "waiting for us", "A")) < widths[0]
    assert row(planned, "waiting for us", "A")["difference"] == row(seen[0], "waiting for us", "A")["difference"]
    assert result.looks == "once"


@pytest.mark.slow
def test_where_undecided_about_as_many_more_pairs_decide_as_is_said(desk: Organisation) -> None:
    few = compare(desk, PRIORITY, replications=6, **TIMES)
    undecided = few.effects.filter(pl.col("verdict") == "undecided")
    assert undecided.height > 0
    assert undecided["more"].drop_nulls().min() > 0
    assert few.effects.filter(pl.col("verdict") != "undecided")["more"].null_count() > 0
    more = int(undecided["more"].drop_nulls().median())
    enough = compare(desk, PRIORITY, replications=6 + 2 * more, **TIMES)
    assert (enough.effects["verdict"] == "undecided").sum() < undecided.height


def test_the_claim_has_the_usual_level_and_the_rest_a_higher_one(desk: Organisation, precise: Comparison) -> None:
    assert row(precise, "waiting for us", "A")["level"] == pytest.approx(0.95)
    emergent = precise.effects.filter((pl.col("kind") == "emergent") & (pl.col("party") != "A"))
    (level,) = set(emergent["level"])
    assert 0.95 <= level < 1
    several = compare(desk, scenarios={"both": (PRIORITY, CHECK)}, replications=2, **TIMES)
    assert row(several, "waiting for us", "A")["level"] <= 1 - 0.05 / 2 + 1e-12


@pytest.mark.parametrize(
    ("text", "measure", "width", "relative"),
    [
        ("2%", None, 0.02, True),
        (" 0.5 % ", None, 0.005, True),
        ("cycle time, 90th percentile: 1.5 h", "cycle time, 90th percentile", 1.5, False),
        ("cycle time: 2", "cycle time", 2.0, False),
        ("rework: 10 %", "rework", 0.1, True),
        ("steps done: 3", "steps done", 3.0, False),
        ("throughput: 1 case a week", "throughput", 1.0, False),
    ],
)
def test_what_is_understood(text: str, measure: str | None, width: float, relative: bool) -> None:
    found = precision_in(text)
    assert (found.measure, found.relative) == (measure, relative)
    assert math.isclose(found.width, width)


@pytest.mark.parametrize("text", ["", "2", "-1 %", "0 %", "nan %", "cycle time:", "soon", "inf %"])
def test_what_is_not_understood_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="2 %"):
        precision_in(text)


def test_a_width_in_another_unit_is_refused_with_that_of_the_measure() -> None:
    with pytest.raises(UsageError, match='not told in "3 h": write 3'):
        precision_in("steps done: 3 h")


def test_a_measure_that_is_misspelt_is_refused_with_the_nearest(desk: Organisation) -> None:
    with pytest.raises(UsageError, match=r'did you mean "cycle time"'):
        compare(desk, PRIORITY, precision="cycle tme: 1 h", **TIMES)
