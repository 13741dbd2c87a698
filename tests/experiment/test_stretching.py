"""Hours that follow what waits, in comparisons: without them hours are the usual ones, and they are told beside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from irrupt.engine.examples import counter
from irrupt.experiment import compare
from irrupt.organisation import Calendar, Organisation
from irrupt.regulation import FlexibilityDemand, When

OFFICE = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
LONGER = FlexibilityDemand(team="Desk", daily=2, above=10, below=5, notice=1, most=8)


@pytest.fixture(scope="module")
def desk() -> Organisation:
    """A counter that opens in office hours only, and is paid."""
    rules = counter(0.22, cases_per_week=200.0)
    (name,) = rules.people
    clerk = replace(rules.people[name], calendar="office", pay=20.0)
    return replace(rules, people={name: clerk}, calendars={**rules.calendars, "office": OFFICE})


def told(result: Any, measure: str, scenario: str | None = None) -> dict[str, Any]:
    rows = result.effects.filter(measure=measure, party="Desk")
    rows = rows if scenario is None else rows.filter(scenario=scenario)
    (row,) = rows.to_dicts()
    return row


def test_hours_that_follow_what_waits_are_compared_with_usual_ones(desk: Organisation) -> None:
    result = compare(desk, LONGER, weeks=20, warm_up_weeks=4, replications=4)
    row = told(result, "overtime in the roster")
    assert row["without"] == 0.0
    assert 0.0 < row["with"] <= 8.0
    assert told(result, "hours guaranteed")["without"] == 1.0
    assert told(result, "hours changed the day before")["with"] == told(result, "hours other than announced")["with"]
    cost, flexible = told(result, "cost of hours"), told(result, "cost of flexible hours")
    assert flexible["with"] == pytest.approx(20.0 * row["with"])
    assert cost["with"] == pytest.approx(800.0 + flexible["with"])
    assert cost["without"] == pytest.approx(800.0)
    assert told(result, "wait at the team")["verdict"] == "falls"


def test_a_rule_that_is_never_met_changes_nothing(desk: Organisation) -> None:
    never = replace(LONGER, above=10_000, below=None)
    result = compare(desk, never, weeks=8, warm_up_weeks=2, replications=2)
    differences = result.effects.filter(~result.effects["measure"].str.contains("rule|organising"))["difference"]
    assert set(differences.drop_nulls().drop_nans()) <= {0.0}


def test_a_rule_may_wait_for_its_moment(desk: Organisation) -> None:
    """Management asks for it as soon as waits have been long; hours are the usual ones until then."""
    act = When(act=LONGER, condition="wait at the team > 30 min over 2 weeks")
    result = compare(desk, act, weeks=20, warm_up_weeks=2, replications=2)
    assert told(result, "overtime in the roster")["with"] > 0.0
    assert told(result, "cost of hours")["without"] == pytest.approx(800.0)


def test_a_baseline_with_such_a_rule_warms_up_with_it(desk: Organisation) -> None:
    """Another act leaves it as it is; doing nothing, as another act, differs by nothing at all."""
    (change,) = LONGER.changes(desk, desk.origin)
    rules = replace(desk, capacity={change.edits[0].key: change.edits[0].after})
    same = replace(LONGER, most=8.0)
    more = replace(LONGER, most=16.0)
    result = compare(rules, scenarios={"same": [same], "more": [more]}, weeks=12, warm_up_weeks=4, replications=2)
    assert told(result, "overtime in the roster", "same")["difference"] == 0.0
    assert told(result, "overtime in the roster", "more")["difference"] >= 0.0
    assert told(result, "cost of hours", "same")["without"] == pytest.approx(
        800.0 + told(result, "cost of flexible hours", "same")["without"]
    )


def test_workers_give_the_same_values(desk: Organisation) -> None:
    one, two = (
        compare(desk, LONGER, weeks=8, warm_up_weeks=2, replications=4, workers=workers).effects for workers in (1, 2)
    )
    assert one.equals(two, null_equal=True)
