"""Cases that a client brings together are told from those that come at one moment by chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from irrupt.discovery import discover
from irrupt.discovery.arrivals.groups import at_a_time, grouped
from irrupt.engine import simulate
from irrupt.organisation import Organisation
from irrupt.units import WEEK

pytestmark = pytest.mark.usefixtures("few_steps")


def test_who_brings_several_cases_at_a_time_is_learned_to_do_so(desk: Organisation) -> None:
    together = replace(desk.clients["Ames"], at_a_time={1: 0.5, 5: 0.3, 12: 0.2})
    log = simulate(replace(desk, clients={**desk.clients, "Ames": together}), weeks=52, seed=7)
    learned = discover(log, fidelity=False)
    found = learned.clients
    assert found["Ames"].at_a_time == pytest.approx({1: 0.5, 5: 0.3, 12: 0.2}, abs=0.08)
    assert found["Ames"].cases_per_week == pytest.approx(60.0, rel=0.12)
    assert found["Bell"].at_a_time == {}
    assert learned.learned is not None
    told = [
        note for note in learned.learned.notes if note.startswith("Of these clients several cases come at a time: ")
    ]
    assert [note.partition(": ")[2].partition(" (")[0] for note in told] == ["Ames"]


@pytest.mark.parametrize(
    ("precision", "cases"), [(1.0, 8000), (60.0, 8000), (3600.0, 8000), (300.0, 8000), (300.0, 2000), (900.0, 1500)]
)
def test_moments_that_are_shared_by_chance_tell_nothing(precision: float, cases: int) -> None:
    moments = np.random.default_rng(3).uniform(0.0, 20 * WEEK, cases)
    assert at_a_time(np.sort(moments // precision * precision)) == {}


def test_cases_entered_one_after_another_came_together() -> None:
    generator = np.random.default_rng(5)
    sizes = generator.choice([1, 3], 1500)
    begins = np.sort(generator.uniform(0.0, 52 * WEEK, len(sizes)))
    entered = np.concatenate([begin + 30.0 * np.arange(size) for begin, size in zip(begins, sizes, strict=True)])
    found = at_a_time(entered)
    assert (found[1], found[3]) == pytest.approx((0.5, 0.5), abs=0.05)
    assert sum(found.values()) == pytest.approx(1.0)


def test_a_few_that_coincide_or_one_delivery_a_week_are_no_habit() -> None:
    moments = np.sort(np.random.default_rng(4).uniform(0.0, 20 * WEEK, 500))
    assert at_a_time(np.sort(np.append(moments, moments[:20]))) == {}
    assert at_a_time(np.repeat(np.arange(60) * WEEK + 500.0, 50)) == {}


def entered(sizes: np.ndarray, begins: np.ndarray, longest: float, seed: int) -> np.ndarray:
    """Moments of cases of which *sizes* are entered from *begins* on, up to *longest* seconds one after the other."""
    generator = np.random.default_rng(seed)
    groups = [
        begin + np.cumsum(np.append(0.0, generator.uniform(20.0, longest, size - 1)))
        for begin, size in zip(begins, sizes, strict=True)
    ]
    return np.sort(np.concatenate(groups))


@pytest.mark.parametrize("longest", [60.0, 200.0, 420.0, 800.0])
def test_who_takes_minutes_for_each_brought_them_together_too(longest: float) -> None:
    generator = np.random.default_rng(9)
    sizes = generator.choice([1, 2, 4], 400, p=[0.3, 0.3, 0.4])
    begins = np.sort(generator.uniform(0.0, 52 * WEEK, len(sizes)))
    found = at_a_time(entered(sizes, begins, longest, 4))
    assert (found[1], found[2], found[4]) == pytest.approx((0.3, 0.3, 0.4), abs=0.07)


def test_a_rush_hour_is_no_group() -> None:
    generator = np.random.default_rng(8)
    days = generator.integers(0, 5 * 40, 3000)
    minutes = generator.normal(9 * 60.0, 20.0, len(days))
    assert at_a_time(np.sort((days // 5 * 7 + days % 5) * 86400.0 + minutes * 60.0)) == {}


def test_who_brings_them_within_half_an_hour_brought_them_together_too() -> None:
    """Four at a time, in any order within 25 minutes: most gaps are of minutes, some of a quarter of an hour."""
    generator = np.random.default_rng(4)
    sizes = 1 + generator.poisson(3.0, 200)
    begins = generator.integers(0, 100, len(sizes)) * WEEK + generator.uniform(7.0, 15.0, len(sizes)) * 3600.0
    begins += generator.integers(0, 5, len(sizes)) * 86400.0
    arrived = np.sort(np.repeat(begins, sizes) + generator.uniform(0.0, 1500.0, int(sizes.sum())))
    found = at_a_time(arrived)
    assert sum(size * share for size, share in found.items()) == pytest.approx(4.0, rel=0.12)
    assert found[1] == pytest.approx(np.exp(-3.0), abs=0.05)
    alone = np.sort(begins.repeat(4) % WEEK + generator.integers(0, 100, 4 * len(begins)) * WEEK)
    assert at_a_time(alone) == {}


def test_a_van_whose_load_once_took_longer_to_enter_is_one_van() -> None:
    """Of sixty loads entered within twelve minutes, a few have a pause of more than five; each counted as two vans."""
    generator = np.random.default_rng(5)
    came = [week * WEEK + np.sort(generator.uniform(0.0, 720.0, generator.poisson(9.5))) for week in range(60)]
    assert sum(bool((np.diff(load) > 300.0).any()) for load in came) >= 5
    found = grouped(np.concatenate(came))
    assert len(found.begins) == 60
    assert sum(size * share for size, share in found.sizes.items()) == pytest.approx(9.5, rel=0.06)


def test_a_truck_that_comes_twice_a_week_comes_as_evenly_as_that(desk: Organisation) -> None:
    """However many it brings; others bring as many at a time by chance. A year of each week's two tells it."""
    tuesday, friday = (tuple(float(hour == at) for hour in range(168)) for at in (31, 107))
    profile = tuple(one + other for one, other in zip(tuesday, friday, strict=True))
    several = dict.fromkeys(range(3, 12), 1 / 9)
    clients = {
        "Truck": replace(desk.clients["Ames"], cases_per_week=14.0, profile=profile, evenness=0.95, at_a_time=several),
        "Vans": replace(desk.clients["Bell"], cases_per_week=14.0, at_a_time=several),
    }
    log = simulate(replace(desk, clients=clients, client_routes={}), weeks=60, seed=7)
    found = discover(log, fidelity=False).clients
    assert found["Truck"].evenness > 0.8
    assert found["Vans"].evenness == 0.0
    for name in clients:
        assert sum(size * share for size, share in found[name].at_a_time.items()) == pytest.approx(7.0, rel=0.15)
