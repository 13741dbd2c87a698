"""Clients with appointments: the cases of each week, in order, evenly over the slots of that week."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.engine import Simulation, simulate
from irrupt.engine.examples import counter
from irrupt.organisation import Organisation

WEEK, DAY, HOUR = 604800.0, 86400.0, 3600.0
SLOTS = (540, 1440 + 540, 4 * 1440 + 840)
SEVERAL = {1: 0.5, 4: 0.3, 11: 0.2}
TOGETHER = pytest.mark.parametrize("several", [{}, SEVERAL], ids=["alone", "together"])
LOOPS = pytest.mark.parametrize("reference", [False, True], ids=["compiled", "reference"])


def two(**more: Any) -> Organisation:
    """Town has appointments or not, Shops never."""
    plain = counter(0.2, cases_per_week=60.0)
    return replace(plain, clients={"Shops": plain.clients["Public"], "Town": replace(plain.clients["Public"], **more)})


def arrivals(make: SimpleNamespace, run: Simulation, until: float | None = None) -> dict[str, np.ndarray]:
    rows = make.collected(run.run(until))
    names = np.array(run.legend.clients)[rows.client] if len(rows.client) else np.array([])
    return {name: np.sort(rows.enabled[names == name]) for name in ("Shops", "Town")}


@pytest.mark.one_in(2)
@LOOPS
@TOGETHER
def test_as_many_cases_come_each_week_evenly_over_its_slots(
    make: SimpleNamespace, several: dict[int, float], reference: bool
) -> None:
    """Those that would have come together, too: a client with bursts brings many cases in some weeks, as ever."""
    free, bound = (
        arrivals(make, Simulation(rules, seed=4, weeks=5.0, reference=reference))
        for rules in (two(at_a_time=several), two(at_a_time=several, appointments=SLOTS))
    )
    assert (free["Shops"] == bound["Shops"]).all()
    assert Counter(free["Town"] // WEEK) == Counter(bound["Town"] // WEEK)
    for week in range(5):
        at = Counter((bound["Town"][bound["Town"] // WEEK == week] % WEEK / 60).tolist())
        assert set(at) == set(SLOTS)
        assert max(at.values()) - min(at.values()) <= 1


@LOOPS
def test_each_case_comes_in_the_middle_of_its_part_of_the_slots(make: SimpleNamespace, reference: bool) -> None:
    minutes = tuple(range(540, 720))
    came = arrivals(make, Simulation(two(appointments=minutes), seed=4, weeks=5.0, reference=reference))["Town"]
    for week in range(5):
        mine = came[came // WEEK == week] % WEEK / 60
        parts = (np.arange(len(mine)) + 0.5) / len(mine)
        assert len(mine) > 1
        assert mine == pytest.approx(540 + 180 * parts, abs=1.0)


@pytest.mark.one_in(2)
@LOOPS
@TOGETHER
def test_appointments_begin_with_the_first_whole_week(
    make: SimpleNamespace, several: dict[int, float], reference: bool
) -> None:
    """Until then cases come as they would have; none is lost, and the other client's come as ever."""
    free = arrivals(make, Simulation(two(at_a_time=several), seed=4, weeks=4.0, reference=reference))
    run = Simulation(two(at_a_time=several), seed=4, weeks=4.0, reference=reference)
    first = arrivals(make, run, WEEK + 2 * DAY)
    run.change(two(at_a_time=several, appointments=SLOTS))
    rest = arrivals(make, run)
    both = {name: np.sort(np.concatenate([first[name], rest[name]])) for name in first}
    assert (both["Shops"] == free["Shops"]).all()
    assert Counter(both["Town"] // WEEK) == Counter(free["Town"] // WEEK)
    assert (both["Town"][both["Town"] < 2 * WEEK] == free["Town"][free["Town"] < 2 * WEEK]).all()
    assert set(both["Town"][both["Town"] >= 2 * WEEK] % WEEK / 60) == set(SLOTS)


@LOOPS
def test_a_change_at_the_begin_of_a_week_holds_for_that_week(make: SimpleNamespace, reference: bool) -> None:
    run = Simulation(two(), seed=4, weeks=3.0, reference=reference)
    arrivals(make, run, WEEK)
    run.change(two(appointments=SLOTS))
    later = arrivals(make, run)["Town"]
    assert set(later[later >= WEEK] % WEEK / 60) == set(SLOTS)


@LOOPS
def test_who_has_no_appointments_any_more_comes_when_he_comes(make: SimpleNamespace, reference: bool) -> None:
    run = Simulation(two(appointments=SLOTS), seed=4, weeks=6.0, reference=reference)
    arrivals(make, run, 2 * WEEK + DAY)
    run.change(two())
    later = arrivals(make, run)["Town"]
    assert len(set(later % WEEK)) == len(later)
    assert len(later) == pytest.approx(60 * 3.9, rel=0.25)


@pytest.mark.slow
@LOOPS
@TOGETHER
def test_a_week_that_has_begun_stays_as_planned_when_demand_changes(
    make: SimpleNamespace, several: dict[int, float], reference: bool
) -> None:
    """Next to no change of demand changes nothing, in whichever part of the week it comes."""
    rules = two(at_a_time=several, appointments=SLOTS)
    town = replace(rules.clients["Town"], cases_per_week=60.0 * (1.0 + 1e-9))
    tiny = replace(rules, clients={**rules.clients, "Town": town})
    free = arrivals(make, Simulation(rules, seed=4, weeks=5.0, reference=reference))["Town"]
    for day in (0.0, 0.2, 1.0, 2.5, 6.9):
        run = Simulation(rules, seed=4, weeks=5.0, reference=reference)
        first = arrivals(make, run, WEEK + day * DAY)["Town"]
        run.change(tiny)
        rest = arrivals(make, run)["Town"]
        assert np.sort(np.concatenate([first, rest])).tolist() == free.tolist(), day


@pytest.mark.one_in(2)
@LOOPS
@TOGETHER
def test_demand_may_change_more_than_once_in_a_week(
    make: SimpleNamespace, several: dict[int, float], reference: bool
) -> None:
    """Of the gap that goes on into the next week, what has passed is counted once."""
    rules = two(at_a_time=several, appointments=SLOTS)
    free = arrivals(make, Simulation(rules, seed=4, weeks=4.0, reference=reference))["Town"]
    run, came = Simulation(rules, seed=4, weeks=4.0, reference=reference), []
    for turn, day in enumerate((1.0, 2.5, 4.0), start=1):
        came.append(arrivals(make, run, WEEK + day * DAY)["Town"])
        town = replace(rules.clients["Town"], cases_per_week=60.0 * (1.0 + turn * 1e-9))
        run.change(replace(rules, clients={**rules.clients, "Town": town}))
    came.append(arrivals(make, run)["Town"])
    assert np.sort(np.concatenate(came)).tolist() == free.tolist()


@pytest.mark.slow
@LOOPS
def test_more_or_less_demand_comes_from_the_next_week_on(make: SimpleNamespace, reference: bool) -> None:
    rules = two(appointments=SLOTS)
    town = replace(rules.clients["Town"], cases_per_week=600.0)
    free = arrivals(make, Simulation(rules, seed=4, weeks=4.0, reference=reference))["Town"]
    run = Simulation(rules, seed=4, weeks=4.0, reference=reference)
    first = arrivals(make, run, WEEK + 2 * DAY)["Town"]
    run.change(replace(rules, clients={**rules.clients, "Town": town}))
    both = np.sort(np.concatenate([first, arrivals(make, run)["Town"]]))
    assert both[both < 2 * WEEK].tolist() == free[free < 2 * WEEK].tolist()
    weekly = Counter(both // WEEK)
    assert all(weekly[week] == pytest.approx(600, rel=0.2) for week in (2.0, 3.0))


@LOOPS
def test_what_comes_does_not_depend_on_where_in_a_week_a_run_ends(make: SimpleNamespace, reference: bool) -> None:
    """It was half of a week's cases, spread over a week, of which half came."""
    whole, part = (
        arrivals(make, Simulation(two(appointments=SLOTS), seed=4, weeks=weeks, reference=reference))["Town"]
        for weeks in (3.0, 2.5)
    )
    assert part.tolist() == whole[whole < 2.5 * WEEK].tolist()


@LOOPS
def test_who_begins_within_a_week_brings_those_whose_appointments_are_ahead(
    make: SimpleNamespace, reference: bool
) -> None:
    """As where a run goes on from the open cases of a log, before which nobody brings any."""
    rules = two(appointments=SLOTS, evenness=1.0)
    quiet = replace(rules, clients={name: replace(one, cases_per_week=0.0) for name, one in rules.clients.items()})
    run = Simulation(quiet, seed=4, weeks=3.0, reference=reference)
    assert not len(arrivals(make, run, 2 * DAY)["Town"])
    run.change(rules)
    came = Counter((arrivals(make, run)["Town"] / 60).tolist())
    assert dict.fromkeys(came, 20) == pytest.approx(came, abs=1)
    assert set(came) == {SLOTS[2], *(week * 10080 + slot for week in (1, 2) for slot in SLOTS)}


@LOOPS
@pytest.mark.parametrize("number", [2, 3, 7])
def test_who_comes_like_clockwork_has_as_many_appointments_every_week(
    make: SimpleNamespace, number: int, reference: bool
) -> None:
    """The last of a week is due as its hours end: rounding took some of these to the next, of which it made eight."""
    slots = tuple(1440 * day + 540 for day in range(number))
    profile = tuple(float(day < 5 and 9 <= hour < 17) for day in range(7) for hour in range(24))
    rules = two(appointments=slots, evenness=1.0, profile=profile, cases_per_week=float(number))
    came = arrivals(make, Simulation(rules, seed=4, weeks=52.0, reference=reference))["Town"] / 60
    assert came.tolist() == [10080.0 * week + slot for week in range(52) for slot in slots]


def test_a_chronicle_tells_the_cases_that_came_by_appointment() -> None:
    """Due an hour after they came, whatever the order in which cases arrive."""
    hour = replace(two().steps["Serve"].duration, kind="fixed", mean=HOUR)
    events = simulate(two(appointments=SLOTS, due=hour), weeks=3, seed=4).events
    came = (events.filter(events["client"] == "Town")["due"].dt.epoch("s") - 3600).to_list()
    origin = int(counter().origin.timestamp())
    assert {(second - origin) % int(WEEK) // 60 for second in came} == set(SLOTS)
