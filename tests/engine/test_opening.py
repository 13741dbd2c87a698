"""Cases that are open when a run begins: both loops take them up alike, and where they are follows from the rules."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.engine import Simulation, tables
from irrupt.engine.examples import counter
from irrupt.engine.opening import OpenCase, Standing, standing
from irrupt.engine.streams import run_key
from irrupt.errors import UsageError
from irrupt.organisation import Calendar, Distribution, Older, Organisation, Route
from irrupt.organisation.guards import guard_in

HOUR = 3600.0


def asked(delay: Distribution, share: float = 1.0) -> Organisation:
    """The counter, at which cases are served a second time after a delay."""
    plain = counter()
    again = (Route(to="again", share=share, delay=delay), Route(to="end", share=1.0 - share))
    routes = {**plain.routes, "Serve": again, "again": (Route(to="end", share=1.0),)}
    return replace(plain, steps={**plain.steps, "again": plain.steps["Serve"]}, routes=routes)


def one(name: str = "x", *, since: float = 0.0, silent: float = math.inf) -> OpenCase:
    return OpenCase(name=name, client="Public", place="Serve", seen={"Serve": 1}, since=since, silent=silent)


def ready(found: Standing, runs: int) -> list[float]:
    """When the cases are ready, over many runs."""
    return [case.ready - found.now for run in range(runs) for case in found.drawn(run_key(1, run))]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_both_loops_take_up_open_cases_alike(make: SimpleNamespace, data: Any) -> None:
    organisation = data.draw(make.organisations())
    rules, steps = tables(organisation), sorted(organisation.steps)
    begin = data.draw(st.sampled_from([0.0, 12.5 * HOUR, 200 * HOUR]))
    cases = [
        OpenCase(
            name=str(number),
            client=data.draw(st.sampled_from(sorted(organisation.clients))),
            place=(place := data.draw(st.sampled_from(steps))),
            seen={organisation.steps[place].activity: data.draw(st.integers(1, 3))},
            since=begin - data.draw(st.sampled_from([0.0, HOUR, 100 * HOUR])),
            silent=data.draw(st.sampled_from([HOUR, math.inf])),
        )
        for number in range(data.draw(st.integers(1, 300 if begin == 0.0 else 20)))
    ]
    found = standing(rules, cases, {("A", "B"): np.array([60.0, 7200.0]), ("B", "B"): np.array([HOUR * 48])}, begin)
    made = []
    for reference in (False, True):
        run = Simulation(rules, seed=1, weeks=2.0, run_out_weeks=30.0, reference=reference)
        before = make.collected(run.run(begin))
        run.open(found.drawn(run_key(1, 0)))
        made += [(before, make.collected(run.run()), run.arrived, run.in_system)]
    assert make.same(made[0][0], made[1][0])
    assert make.same(made[0][1], made[1][1])
    assert made[0][2:] == made[1][2:]


def test_what_is_left_of_an_exponential_delay_does_not_depend_on_what_has_passed() -> None:
    rules = tables(asked(Distribution.exponential(10 * HOUR)))
    for passed in (0.0, 5 * HOUR, 30 * HOUR):
        left = ready(standing(rules, [one(since=-passed)], {}, 0.0), 2000)
        assert np.mean(left) == pytest.approx(10 * HOUR, rel=0.1)
        assert np.mean(np.array(left) > 10 * HOUR) == pytest.approx(math.exp(-1.0), abs=0.04)


def test_what_counts_on_the_clock_of_a_case_ends_when_its_clock_says() -> None:
    plain = asked(Distribution.fixed(10 * HOUR))
    again, out = plain.routes["Serve"]
    rules = tables(replace(plain, routes={**plain.routes, "Serve": (replace(again, since="clock"), out)}))
    case = replace(one(since=-1 * HOUR), clock=-4 * HOUR)
    assert ready(standing(rules, [case], {}, 0.0), 3) == [6 * HOUR] * 3
    assert ready(standing(rules, [replace(case, clock=None)], {}, 0.0), 3) == [9 * HOUR] * 3
    overdue = replace(case, clock=-30 * HOUR)
    assert ready(standing(rules, [overdue], {}, 0.0), 3) == [0.0] * 3


def test_the_delay_of_an_open_case_is_that_of_its_age_when_it_went_on() -> None:
    plain = asked(Distribution.fixed(10 * HOUR))
    again, out = plain.routes["Serve"]
    older = (Older(than=3 * HOUR, delay=Distribution.fixed(20 * HOUR)), Older(than=9 * HOUR, delay="fast"))
    made = replace(plain, distributions={"fast": Distribution.fixed(2 * HOUR)})
    rules = tables(replace(made, routes={**plain.routes, "Serve": (replace(again, older=older), out)}))
    case = one(since=-1 * HOUR)
    for age, left in ((2, 9), (3, 19), (8, 19), (9, 1), (50, 1)):
        assert ready(standing(rules, [replace(case, clock=-(1 + age) * HOUR)], {}, 0.0), 3) == [left * HOUR] * 3


def urgent() -> Organisation:
    """Cases that are due within two days of their coming are served again."""
    plain = asked(Distribution.fixed(HOUR))
    again = (
        Route(to="again", share=1.0, delay=Distribution.fixed(HOUR), when=guard_in("due < 2 days")),
        Route(to="end", share=1.0),
    )
    (client,) = plain.clients.values()
    clients = {name: replace(client, cases_per_week=0.0) for name in plain.clients}
    return replace(plain, clients=clients, routes={**plain.routes, "Serve": again})


def test_a_guard_on_what_is_due_counts_from_when_a_case_came() -> None:
    """As the log says it: not from when something was done in it last."""
    rules = tables(urgent())
    for came, due, open_still in ((-80 * HOUR, -80 * HOUR + 40 * HOUR, 1), (-80 * HOUR, -80 * HOUR + 60 * HOUR, 0)):
        case = replace(one(since=-0.5 * HOUR, silent=0.5 * HOUR), came=came, due=due)
        assert ready(standing(rules, [case], {}, 0.0), 1) == pytest.approx([0.5 * HOUR] * open_still)


@pytest.mark.parametrize("due", ["known", "drawn"])
def test_both_loops_ask_from_when_an_open_case_came_until_it_is_due(make: SimpleNamespace, due: str) -> None:
    """In 30 hours from the last step, but in 50 from when it came; and in 40 of another."""
    rules, made = urgent(), []
    first = (Route(to="Serve", share=1.0, delay=Distribution.fixed(HOUR)),)
    rules = replace(rules, steps={**rules.steps, "sort": rules.steps["Serve"]}, routes={**rules.routes, "sort": first})
    if due == "drawn":
        asks = {name: replace(c, due=Distribution.fixed(50 * HOUR)) for name, c in rules.clients.items()}
        rules = replace(rules, clients=asks)
    cases = [replace(one(), place="sort", came=-20 * HOUR, due=30 * HOUR if due == "known" else None)]
    cases.append(replace(one("y"), place="sort", came=-5 * HOUR, due=35 * HOUR))
    for reference in (False, True):
        run = Simulation(rules, seed=1, weeks=1.0, reference=reference)
        run.open(standing(tables(rules), cases, {}, 0.0).drawn(run_key(1, 0)))
        made.append(make.collected(run.run()))
    assert make.same(*made)
    assert [int((made[0].case == case).sum()) for case in (0, 1)] == [1, 2]
    assert made[0].due[made[0].case == 0] == pytest.approx(30 * HOUR)
    assert len(made[0].case) == 3


def test_a_fixed_delay_ends_when_it_would_have() -> None:
    rules = tables(asked(Distribution.fixed(10 * HOUR)))
    assert ready(standing(rules, [one(since=-4 * HOUR)], {}, 0.0), 3) == pytest.approx([6 * HOUR] * 3)
    assert ready(standing(rules, [one(since=96 * HOUR)], {}, 100 * HOUR), 1) == pytest.approx([6 * HOUR])


def test_a_case_whose_delay_is_over_waits_and_the_one_that_waits_longest_is_first() -> None:
    rules = tables(asked(Distribution.fixed(HOUR)))
    cases = [one("late", since=-20 * HOUR), one("early", since=-40 * HOUR)]
    found = standing(rules, cases, {("Serve", "Serve"): np.array([50 * HOUR])}, 0.0)
    drawn = found.drawn(run_key(1, 0))
    assert [(case.enabled, case.ready) for case in drawn] == [(-40 * HOUR, 0.0), (-20 * HOUR, 0.0)]
    run = Simulation(replace(rules.organisation, clients=counter(0.0).clients), seed=1, weeks=1.0)
    run.open(drawn)
    rows = next(iter(run.run()))
    assert rows.case[0] == 0
    assert rows.enabled[0] == -40 * HOUR
    assert not rows.flags[0] & 1


def test_the_longer_nothing_is_done_the_surer_the_case_is_over() -> None:
    rules = tables(asked(Distribution.exponential(10 * HOUR), share=0.5))
    expected = [
        standing(rules, [one(since=-hours * HOUR, silent=hours * HOUR)], {}, 0.0).expected for hours in (0, 5, 20)
    ]
    # Bayes: 0.5 exp(-t/10) / (0.5 exp(-t/10) + 0.5)
    assert expected == pytest.approx([1 / (1 + math.exp(hours / 10)) for hours in (0, 5, 20)], abs=0.003)
    assert standing(rules, [one(since=-20 * HOUR)], {}, 0.0).expected == 1.0


def test_a_case_that_stands_still_for_longer_than_anything_lasts_is_left_out_and_counted() -> None:
    rules = tables(asked(Distribution.fixed(HOUR)))
    found = standing(rules, [one(since=-9 * HOUR, silent=9 * HOUR), one("y", since=0.0, silent=0.0)], {}, 0.0)
    assert (found.lost, found.looked_at, found.expected) == (1, 2, 1.0)
    assert [case.key for case in found.drawn(run_key(1, 0))] == [
        case.key for case in standing(rules, [one("y")], {}, 0.0).drawn(run_key(1, 0))
    ]


def test_of_two_ways_the_soonest_is_the_likelier_one() -> None:
    """With twice the rate, a way is taken twice as often; what follows comes to the step where it leads."""
    plain = asked(Distribution.exponential(10 * HOUR))
    other = replace(plain.steps["again"], activity="Other")
    first = replace(plain.steps["Serve"], split="first")
    ways = (
        Route(to="again", share=1.0, delay=Distribution.exponential(10 * HOUR)),
        Route(to="other", share=1.0, delay=Distribution.exponential(20 * HOUR)),
    )
    steps = {**plain.steps, "Serve": first, "other": other}
    routes = {**plain.routes, "Serve": ways, "other": plain.routes["again"]}
    found = standing(tables(replace(plain, steps=steps, routes=routes)), [one()], {}, 0.0)
    places = [case.place for run in range(2000) for case in found.drawn(run_key(1, run))]
    assert places.count("again") / len(places) == pytest.approx(2 / 3, abs=0.03)


def test_a_case_cannot_be_ready_before_the_run_stands_there() -> None:
    run = Simulation(counter(), seed=1, weeks=1.0)
    list(run.run(HOUR))
    found = standing(tables(asked(Distribution.fixed(HOUR))), [one()], {("Serve", "Serve"): np.array([9 * HOUR])}, 0.0)
    with pytest.raises(UsageError, match="3600 or more"):
        run.open([replace(case, ready=0.0) for case in found.drawn(run_key(1, 0))])


def test_a_delay_passes_in_its_hours_before_time_began_too() -> None:
    daily = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
    plain = asked(Distribution.fixed(10 * HOUR))
    (again, out), calendars = plain.routes["Serve"], {**plain.calendars, "office": daily}
    routes = {**plain.routes, "Serve": (replace(again, hours="office"), out)}
    rules = tables(replace(plain, routes=routes, calendars=calendars))
    # Friday 12:00, a weekend ago: five of its ten hours have passed.
    assert ready(standing(rules, [one(since=-60 * HOUR)], {}, 0.0), 1) == pytest.approx([14 * HOUR])
    # Monday 10:00: its ten hours end on Tuesday at 12:00, a day from Monday 12:00.
    assert ready(standing(rules, [one(since=10 * HOUR)], {}, 12 * HOUR), 1) == pytest.approx([24 * HOUR])
