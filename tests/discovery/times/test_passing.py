"""In whose hours delays pass: found where it shows, and told apart from waiting until hours begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import read
from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover, distances
from irrupt.discovery.log import Floats
from irrupt.discovery.people.calendars import Hours, hours
from irrupt.discovery.times.own_delays import evened
from irrupt.discovery.times.passing import NO_EVIDENCE, evidence
from irrupt.discovery.times.sizes import clients_differ
from irrupt.discovery.times.timing import ranked
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Distribution, Organisation
from irrupt.units import DAY, WEEK

OFFICE = hours(Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5))))


def delays(count: int, seed: int) -> tuple[Floats, Floats]:
    """Begins in office hours, and lengths of some hours."""
    rng = np.random.default_rng(seed)
    day = rng.integers(0, 200, count)
    begin = (day // 5 * 7 + day % 5) * DAY + rng.uniform(9, 17, count) * 3600
    return begin, rng.gamma(2.0, 7200.0, count)


def opened(moment: Floats) -> Floats:
    found = moment.copy()
    for i, one in enumerate(moment):
        while OFFICE.between(np.array([found[i]]), np.array([found[i] + 60.0]))[0] <= 0:
            found[i] = np.floor(found[i] / 3600.0 + 1) * 3600.0
        assert found[i] >= one
    return found


def in_office(begin: Floats, length: Floats) -> Floats:
    grid = np.arange(0.0, 60 * WEEK, 300.0)
    return np.interp(OFFICE.until(begin) + length, OFFICE.until(grid), grid)


def test_a_delay_that_stands_still_at_night_is_told_from_one_that_does_not() -> None:
    begin, length = delays(400, 1)
    assert evidence(begin, in_office(begin, length), OFFICE, waits=True).gain > 20
    assert evidence(begin, opened(begin + length), OFFICE, waits=True).gain < -20
    assert evidence(begin, begin + length, OFFICE, waits=False).gain < -20


def test_few_delays_and_hours_that_never_end_say_nothing() -> None:
    begin, length = delays(20, 2)
    always = hours(Calendar(hours=((0, 10080),)))
    assert evidence(begin, begin + length, OFFICE, waits=True).gain == 0
    assert evidence(*delays(400, 2), always, waits=True).gain == 0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 167), min_size=1, max_size=20, unique=True),
    st.lists(st.floats(0, 5 * WEEK), min_size=1, max_size=20),
)
def test_nobody_was_on_duty_since_the_moment_told(open_hours: list[int], moments: list[float]) -> None:
    calendar: Hours = hours(Calendar(hours=tuple((h * 60, h * 60 + 60) for h in sorted(open_hours))))
    moment = np.array(moments) + WEEK
    since = calendar.closed_until(moment)
    assert (since <= moment).all()
    assert calendar.between(since, moment) == pytest.approx(0.0, abs=0.01)
    earlier = calendar.between(since - 60.0, since)
    assert ((earlier > 0) | (since == moment)).all()


def test_an_organisation_whose_delays_pass_in_hours_is_learned_so(
    desk: Organisation, made: Callable[..., Chronicle]
) -> None:
    routes = {
        name: tuple(
            replace(route, delay=Distribution.gamma(20_000.0, 0.6), hours="early") if route.to == "Repair" else route
            for route in several
        )
        for name, several in desk.routes.items()
    }
    truth = replace(desk, routes=routes, client_routes={})
    log = simulate(truth, weeks=40, seed=5)
    learned = discover(log, fidelity=False)
    before_repair = [
        route.hours
        for several in learned.routes.values()
        for route in several
        if route.to != "end" and learned.steps[route.to].activity == "Repair"
    ]
    assert before_repair
    assert all(before_repair)
    again = simulate(learned, weeks=40, seed=6)
    assert distances(log, again)["CED"] < 0.6


def test_a_yard_that_names_nobody_stays_closed_by_night() -> None:
    """Containers are loaded within minutes of one another by day, few of them at noon or at dusk; none by night."""
    rng = np.random.default_rng(3)
    shares = np.zeros(24)
    shares[7:19] = (2, 3, 6, 7, 8, 2, 5, 6, 6, 5, 1, 0.5)
    yard = hours(Calendar(hours=tuple((day * 1440 + 420, day * 1440 + 1140) for day in range(5))))
    grid = np.arange(0.0, 60 * WEEK, 60.0)
    day = rng.integers(0, 120, 400)
    moment = (day // 5 * 7 + day % 5) * DAY + (rng.choice(24, 400, p=shares / shares.sum()) + rng.random(400)) * 3600
    steps = []
    for _number in range(8):
        wait = np.where(rng.random(400) < 0.05, rng.uniform(0, 4 * 3600, 400), rng.gamma(2.0, 150.0, 400))
        moment = np.interp(yard.until(moment) + wait, yard.until(grid), grid)
        steps.append(moment)
    rows = [
        (f"c{case}", name, datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=float(at[case])))
        for name, at in zip("ABCDEFGH", steps, strict=True)
        for case in range(400)
    ]
    log = read(pl.DataFrame(rows, schema=["case", "activity", "end"], orient="row"))
    again = simulate(discover(log, fidelity=False), weeks=20, seed=1).events["end"]
    dark = (again.dt.weekday() > 5) | (again.dt.hour() < 7) | (again.dt.hour() >= 19)
    assert dark.mean() < 0.02


def test_a_queue_in_the_morning_is_no_delay_that_passes_by_day() -> None:
    """What came at night is begun one after the other; nobody had time for any of it before."""
    rng = np.random.default_rng(5)
    begin, _length = delays(600, 5)
    ready = begin + rng.exponential(48 * 3600.0, len(begin))
    came, began = opened(ready), np.zeros(len(begin))
    last = 0.0
    for one in np.argsort(came, kind="stable"):
        began[one] = last = in_office(np.array([max(came[one], last)]), np.array([900.0]))[0]
    night = came > ready
    before = np.where(night, np.floor(ready / DAY) * DAY - 7 * 3600.0, began)
    free = np.clip(before, begin, began) - begin
    assert evidence(begin, began, OFFICE, waits=True, free=free).gain < -20
    assert evidence(begin, began, OFFICE, waits=True).gain > evidence(begin, began, OFFICE, waits=True, free=free).gain


def test_a_half_in_which_nothing_passes_tells_of_no_client() -> None:
    """Cases of even weeks go on at once: they predict nothing, and warn of nothing."""
    case = np.arange(400)
    log = SimpleNamespace(case=case, client=case % 2, folds=case // 200, clients=("A", "B"))
    lasting = np.where(case < 200, 0.0, 60.0 + 600.0 * (case % 2))
    assert not clients_differ(lasting, log, case)  # type: ignore[arg-type]


def test_who_never_waits_tells_nothing_of_the_others() -> None:
    case = np.arange(40)
    log = SimpleNamespace(case=case, client=case % 2, clients=("A", "B"))
    findings = SimpleNamespace(log=log)
    times = ranked(np.where(case % 2, 60.0, 0.0))
    made = evened(times, {"A": 0.0, "B": 2.0}, case, findings)  # type: ignore[arg-type]
    assert sorted(made.stood.tolist()) == [0.0] * 20 + [30.0] * 20


def test_where_one_half_tells_all_it_predicts_nothing() -> None:
    begin, length = delays(400, 1)
    end = in_office(begin, length)
    for half in (np.ones(400, bool), np.zeros(400, bool)):
        assert evidence(begin, end, OFFICE, waits=False, apart=(half, OFFICE, OFFICE)) == NO_EVIDENCE
    every = np.arange(400) % 3 == 0
    assert evidence(begin, end, OFFICE, waits=False, apart=(every, OFFICE, OFFICE)).gain > 20
