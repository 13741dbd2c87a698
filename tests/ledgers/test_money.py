"""Turnover, price, pay and cost: by hand, over changes of price and pay, and told only where they are known."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest

from irrupt.chronicle.rows import BY_ITSELF, FIRST, GAVE_UP, LAST, Legend
from irrupt.ledgers import Duty, Ledgers, Parties, Window, parties_of
from irrupt.units import WEEK

DAY, HOUR = 86400.0, 3600.0
OFFICE = tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5))
LEGEND = Legend(
    origin=datetime(2024, 1, 1, tzinfo=UTC),
    clients=("Hospital A", "Shops"),
    activities=("Repair",),
    teams=("Network", "Desk"),
    people=("Ann", "Bob", "Cid"),
)
PARTIES = Parties(clients={"A": [0], "S": [1], "all": [0, 1]}, teams={"Network": [0], "Desk": [1], "all": [0, 1]})
DUTIES = {
    "Ann": Duty(teams=("Network",), hours=OFFICE, pay=30.0),
    "Bob": Duty(teams=("Network", "Desk"), hours=OFFICE, at_once=3, pay=20.0),
    "Cid": Duty(teams=("Desk",), hours=((5 * 1440, 5 * 1440 + 600),), pay=25.0),
}
"""Ann and Bob work 40 hours a week, Cid 10. Who can do several things at once is paid once."""


def step(case, client, end, flags=LAST):
    return (case, client, 0, 0, 0, end - 2 * HOUR, end - HOUR, end - HOUR, end, FIRST | flags)


def measured(build, *, prices, steps, duties=DUTIES):
    ledgers = Ledgers(LEGEND, Window(begin=0.0, end=2 * WEEK), on_duty=duties, prices=prices)
    ledgers.add(build.rows(steps))
    return ledgers


def test_turnover_and_price_by_hand(build):
    """Two cases of A and one of Shops are finished in two weeks; what is given up, open or too late is nothing."""
    steps = [
        *(step(0, 0, DAY), step(1, 0, 2 * DAY), step(2, 1, 3 * DAY)),
        *(step(3, 0, 4 * DAY, LAST | GAVE_UP), step(4, 1, 5 * DAY, 0), step(5, 0, 15 * DAY)),
    ]
    found = measured(build, prices={"Hospital A": 100.0, "Shops": 40.0}, steps=steps).result(PARTIES)
    assert found["turnover"] == {"A": 100.0, "S": 20.0, "all": 120.0}
    assert found["price per case"] == {"A": 100.0, "S": 40.0, "all": 80.0}


def test_a_price_that_changes_counts_for_what_finishes_afterwards(build):
    ledgers = measured(build, prices={"Hospital A": 100.0}, steps=[step(0, 0, DAY)])
    ledgers.prices_from_now({"Hospital A": 150.0})
    ledgers.add(build.rows([step(1, 0, 2 * DAY), step(2, 1, 3 * DAY)]))
    found = ledgers.result(PARTIES)
    assert (found["turnover"]["A"], found["price per case"]["A"]) == (125.0, 125.0)
    assert math.isnan(found["turnover"]["S"])
    assert math.isnan(found["turnover"]["all"])


def test_what_late_cases_cost_by_hand(build):
    """A's first case is two days late, the second in time, the third not due; Shops pay no penalty that is known."""
    steps = [step(0, 0, DAY), step(1, 0, 2 * DAY), step(2, 0, 3 * DAY), step(3, 1, 4 * DAY), step(4, 0, 15 * DAY)]
    rows = build.rows(steps)._replace(due=np.array([-DAY, 3 * DAY, np.inf, 0.0, 0.0]))
    ledgers = Ledgers(LEGEND, Window(begin=0.0, end=2 * WEEK), penalties={"Hospital A": 30.0})
    ledgers.add(rows)
    found = ledgers.result(PARTIES)
    assert found["cost of lateness"]["A"] == 2 * 30.0 / 2
    assert math.isnan(found["cost of lateness"]["S"])
    never = measured(build, prices={}, steps=[step(0, 0, DAY)])
    never.prices_from_now({}, {"Hospital A": 30.0})
    assert math.isnan(never.result(PARTIES)["cost of lateness"]["A"]), "nothing is due"


def test_what_work_for_nothing_costs_by_hand(build):
    """Ann, who is paid 30, and Bob, 20, work an hour each on a case that A takes back, at 10 and at 12 on Monday; an
    hour on one that is finished, and one on a case that Shops give up after the time measured."""
    ten, noon = 10 * HOUR, 12 * HOUR

    def work(case, client, person, end, flags=0):
        return (case, client, 0, 0, person, end - HOUR, end - HOUR, end - HOUR, end, flags)

    def lost(case, client, end):
        return (case, client, 0, -1, -1, end, end, end, end, LAST | GAVE_UP)

    steps = [
        *(work(0, 0, 0, ten, FIRST), work(1, 0, 0, ten + HOUR, FIRST | LAST), work(0, 0, 1, noon)),
        *(work(2, 1, 0, noon, FIRST), lost(0, 0, DAY), lost(2, 1, 15 * DAY)),
    ]
    found = measured(build, prices={}, steps=steps).result(PARTIES)
    assert found["cost of work for nothing"] == pytest.approx({"A": 50.0 / 2, "S": 0.0, "all": 50.0 / 2})
    assert found["work for nothing"] == pytest.approx({"A": 2.0 / 2, "S": 0.0, "all": 2.0 / 2})
    unknown = measured(build, prices={}, steps=steps, duties={}).result(PARTIES)
    assert math.isnan(unknown["cost of work for nothing"]["A"])


@pytest.mark.parametrize("begin", [0.0, 1.5 * WEEK])
@pytest.mark.parametrize("cut", [(0, 0), (1, 1)])
@pytest.mark.parametrize("finished", [True, False])
def test_work_for_nothing_is_that_of_the_cases_whose_work_it_costs(build, begin, cut, finished):
    """Of cases that came before the time measured, too, not of those that are over after it: paid one an hour, it costs
    its hours."""
    legend = build.legend()
    always = Duty(teams=("team 0",), hours=((0, 10_080),), pay=1.0)
    steps = [
        (*step[:4], max(step[4], 0), *step[5:9], step[9] & ~BY_ITSELF)
        for step in build.log(5, legend=legend, cases=200, lost=True, finished=finished)
    ]
    duties, window = dict.fromkeys(legend.people, always), Window(begin=begin, end=begin + 3 * WEEK, cut=cut)
    ledgers = Ledgers(legend, window, duties)
    rows = build.rows(steps)
    for at in range(0, len(rows.case), 17):
        ledgers.add(type(rows)._make(column[at : at + 17] for column in rows))
    found = ledgers.result(parties_of(legend))
    hours = found["work for nothing"]
    assert hours["all clients"] > 0
    assert found["cost of work for nothing"] == pytest.approx(hours)


def test_ledgers_that_go_on_from_others_share_no_hours_with_them(build):
    """What one is paid from then on, the other is not."""
    one, other = (measured(build, prices={}, steps=[]) for _one in range(2))
    other.go_on_from(one)
    before = one.result(PARTIES)["pay"]["all"]
    other.on_duty_from(WEEK, {**DUTIES, "Ann": Duty(teams=("Network",), hours=OFFICE[:1], pay=60.0)})
    assert one.result(PARTIES)["pay"]["all"] == before


def test_pay_and_cost_by_hand(build):
    found = measured(build, prices={}, steps=[step(0, 0, DAY)]).result(PARTIES)
    assert found["cost of hours"] == pytest.approx({"Network": 2000.0, "Desk": 1050.0, "all": 2250.0})
    assert found["pay"] == pytest.approx({"Network": 25.0, "Desk": 21.0, "all": 25.0})
    assert math.isnan(found["turnover"]["A"])


def test_pay_that_changes_counts_from_then_on(build):
    """Half way through, Ann is paid twice as much: 30 for 40 hours, 60 for 40."""
    ledgers = measured(build, prices={}, steps=[step(0, 0, DAY)])
    better = {**DUTIES, "Ann": Duty(teams=("Network",), hours=OFFICE, pay=60.0)}
    ledgers.on_duty_from(WEEK, better)
    found = ledgers.result(PARTIES)
    assert found["pay"]["Network"] == pytest.approx((45.0 + 20.0) / 2)
    assert found["cost of hours"]["Desk"] == pytest.approx(1050.0)


def test_nothing_is_told_where_somebodys_pay_is_not_known(build):
    some = {**DUTIES, "Bob": Duty(teams=("Network",), hours=OFFICE)}
    found = measured(build, prices={}, steps=[step(0, 0, DAY)], duties=some).result(PARTIES)
    assert math.isnan(found["pay"]["Network"])
    assert found["pay"]["Desk"] == pytest.approx(25.0)
    nobody = measured(build, prices={}, steps=[step(0, 0, DAY)], duties={}).result(PARTIES)
    assert all(math.isnan(value) for name in ("pay", "cost of hours") for value in nobody[name].values())
