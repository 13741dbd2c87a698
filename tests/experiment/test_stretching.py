"""Hours that follow what waits, in comparisons: without them hours are the usual ones, and they are told beside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.experiment import compare
from irrupt.experiment.reviews import Measuring
from irrupt.ledgers import Ledgers, Window, on_duty
from irrupt.ledgers.worked import Worked, as_read
from irrupt.organisation import Calendar, Distribution, Organisation
from irrupt.organisation.dated import spans_in
from irrupt.organisation.planning import Capacity, Modulation, Overtime, Queue, Temps
from irrupt.regulation import FlexibilityDemand, StaffLeave, When

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


@pytest.mark.slow
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


MORE = Queue(cases=5)
WAYS = {
    "given back": Capacity(modulation=Modulation(daily=1.0, account=20.0, within_weeks=4, when=MORE)),
    "overtime": Capacity(overtime=Overtime(daily=1.5, when=MORE)),
    "with notice": Capacity(overtime=Overtime(daily=1.0, notice=3, when=MORE)),
    "temps": Capacity(temps=Temps(most=2, calendar="office", when=MORE)),
    "temps for weeks": Capacity(temps=Temps(most=1, calendar="office", weeks=1, when=MORE)),
}
AWAY = spans_in(["2024-01-17", "2024-02-06 13:10 - 2024-02-08"])


def an_hour_each(desk: Organisation, per_week: float, **capacity: Any) -> Organisation:
    """Each case takes one hour, and more come than can be done."""
    steps = {name: replace(step, duration=Distribution.fixed(3600.0)) for name, step in desk.steps.items()}
    clients = {name: replace(client, cases_per_week=per_week) for name, client in desk.clients.items()}
    return replace(desk, steps=steps, clients=clients, capacity=capacity)


@pytest.mark.slow
@pytest.mark.parametrize("absent", [(), AWAY], ids=["always there", "away at times"])
@pytest.mark.parametrize("way", WAYS)
def test_the_work_on_a_step_is_what_it_takes_however_hours_change_meanwhile(
    desk: Organisation, way: str, absent: Any
) -> None:
    """A step in hand over night was counted whole in the hours of the day on which it was done: to the longest evening,
    where hours were given back, less where they were no longer; all the night where a temp had left by then."""
    rules = an_hour_each(desk, 60.0 if WAYS[way].temps else 44.0, Desk=WAYS[way])
    rules = replace(rules, people={name: replace(one, absent=absent) for name, one in rules.people.items()})
    run = Simulation(rules, seed=1, weeks=20)
    measuring = Measuring.begun(Ledgers(run.legend, Window(begin=0.0, end=20 * 604800.0), on_duty(rules)), None)
    worked, over_night = [], 0
    for rows in run.run():
        measuring.take_in(rows, run)
        worked += Worked().of(as_read(rows), measuring.ledgers.table.hours).tolist()
        over_night += int((np.floor(rows.start / 86400.0) < np.floor(rows.end / 86400.0)).sum())
    assert over_night > 5
    assert len(run.hours_changed) > 2
    assert worked == pytest.approx([3600.0] * len(worked))


def test_nobody_is_at_work_for_longer_than_he_is_on_duty(desk: Organisation) -> None:
    """Hours that are given back on days on which work is left over: 109 % of the time on duty was told."""
    act = FlexibilityDemand(team="Desk", daily=1, above=5, given_back=4)
    result = compare(an_hour_each(desk, 48.0), act, weeks=10, warm_up_weeks=2, replications=2)
    work, steps = told(result, "work done")["with"], told(result, "steps done")["with"]
    assert work == pytest.approx(steps, abs=0.2)  # what was begun before the time that is measured, or ends after it
    assert told(result, "share of time at work")["with"] <= 1.0 + 1e-9


def test_who_leaves_does_what_he_has_in_hand_in_the_hours_that_he_had(desk: Organisation) -> None:
    """All the night from midnight on was counted as work of his, for his hours were not known any more. He is paid
    nothing from then on."""
    rules = an_hour_each(desk, 130.0)
    ((name, clerk),) = rules.people.items()
    rules = replace(rules, people={name: clerk, "Tom": clerk, "Una": clerk})
    acts = [StaffLeave(team="Desk", person=person) for person in ("Tom", "Una")]
    result = compare(rules, scenarios={"gone": acts}, weeks=1, warm_up_weeks=4, replications=2)
    work, steps = told(result, "work done")["with"], told(result, "steps done")["with"]
    assert steps > 40.0
    assert work == pytest.approx(steps, abs=1.5)
    assert told(result, "cost of hours")["with"] == pytest.approx(800.0)
