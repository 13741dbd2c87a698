"""Clients who begin, stop, or bring more or fewer cases are followed, however many all of them bring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import Study, alternatives, discover
from irrupt.discovery.arrivals import demand, shares
from irrupt.discovery.arrivals.censoring import completeness
from irrupt.discovery.log import read
from irrupt.units import WEEK

from ..conftest import MONDAY

Made = Callable[..., Chronicle]
_MEMORIES = (np.inf, 26.0, 13.0, 6.0, 3.0, 1.5)


def brought(weeks: int, seed: int, **rates: Callable[[float], float]) -> list[tuple[str, str, dt.datetime, str]]:
    """What clients bring who ask for so many cases in each week."""
    rng, rows = np.random.default_rng(seed), []
    for name, rate in rates.items():
        for week in range(weeks):
            for second in rng.random(rng.poisson(rate(week))) * WEEK:
                at = MONDAY + dt.timedelta(weeks=week, seconds=float(second))
                rows.append((f"{name}-{week}-{second}", "ask", at, name))
    return rows


def one_for_another(seed: int) -> list[tuple[str, str, dt.datetime, str]]:
    """One client stops when another one begins, and all together bring as many."""
    return brought(
        40, seed, Ames=lambda _: 40.0, Bell=lambda week: 30.0 * (week >= 20), Cole=lambda week: 30.0 * (week < 20)
    )


def learned(log: Chronicle) -> demand.Demand:
    table = read(log)
    return demand.learn(table, completeness(table, table.activity))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_who_begins_and_who_stops_is_told_where_all_together_bring_as_many(made: Made, seed: int) -> None:
    """Who had stopped went on as often as half of the time, and who had begun came half as often as he does."""
    found = learned(made(one_for_another(seed), "client"))
    rates = {name: client.cases_per_week for name, client in found.clients.items()}
    assert rates == {
        "Ames": pytest.approx(40, rel=0.1),
        "Bell": pytest.approx(30, rel=0.2),
        "Cole": pytest.approx(0, abs=0.1),
    }
    before = demand.steady(found, found.clients)
    assert {name: client.cases_per_week for name, client in before.items()} == {
        "Ames": pytest.approx(40, rel=0.1),
        "Bell": pytest.approx(15, rel=0.2),
        "Cole": pytest.approx(15, rel=0.2),
    }


def test_who_came_in_no_week_that_counts_has_no_share_that_changed() -> None:
    """Twenty weeks ago one client stopped and another one began; the third came in weeks that are not whole."""
    now = np.arange(40) < 20
    counts = np.array([30.0 * now, 30.0 * ~now, 0.0 * now])
    found = shares.learn(("Bell", "Cole", "Drew"), counts, np.full((3, 40), 10.0), _MEMORIES, np.inf)
    assert found.memory.keys() == found.moved.keys() == {"Bell", "Cole"}
    assert found.moved == {"Bell": pytest.approx(2.0, rel=0.01), "Cole": pytest.approx(0.0, abs=0.01)}


def test_weeks_vary_by_as_much_more_than_by_chance_as_they_were_made_to() -> None:
    """Cases that come one by one, and three at a time; beside weeks around each, whatever was asked for."""
    rng, weeks = np.random.default_rng(3), 2000
    exposure = np.tile(rng.uniform(0.5, 1.5, weeks), (2, 1))
    counts = np.array([1, 3])[:, None] * rng.poisson(np.array([[60.0], [20.0]]) * exposure)
    assert shares._dispersion(counts, exposure) == pytest.approx([1.0, 3.0], rel=0.1)


def test_whose_cases_became_more_is_a_note(made: Made) -> None:
    rules = discover(made(one_for_another(4), "client"), fidelity=False)
    assert rules.learned is not None
    (note,) = (note for note in rules.learned.notes if "share of the cases changed" in note)
    assert "Bell" in note
    assert "Cole (0.0 a week of late" in note
    assert "Ames" not in note


def test_other_records_tell_of_the_same_change(made: Made) -> None:
    """How sure the numbers of late are is told by the weeks that tell them."""
    study = Study(made(one_for_another(5), "client"))
    rules = discover(study, fidelity=False)
    others = alternatives(study, rules, count=8)
    bell = np.array([other.clients["Bell"].cases_per_week for other in others])
    now = rules.clients["Bell"].cases_per_week
    assert bell.mean() == pytest.approx(now, rel=0.15)
    assert 0.02 < bell.std() / now < 0.25


def test_clients_whose_cases_rise_and_fall_together_keep_their_shares(made: Made) -> None:
    """A flood of all clients' cases, or chance, is no change of shares."""
    for seed in range(4):
        rates = {f"c{number}": (lambda week: 12.0 if week < 20 else 40.0) for number in range(6)}
        assert not learned(made(brought(40, seed, **rates), "client")).shares.memory
    rng = np.random.default_rng(7)
    names = [f"c{number}" for number in range(20)]
    for _turn in range(30):
        counts = rng.poisson(5.0, (20, 40)).astype(float)
        usual = np.tile(counts.sum(axis=0), (20, 1))
        assert shares.learn(names, counts, usual, _MEMORIES, np.inf) == shares.EVEN


def test_who_stopped_long_ago_is_not_fitted_as_if_he_had_brought_thousands(made: Made) -> None:
    """What all weeks tell of him was divided by a share that had faded to nothing."""
    found = learned(
        made(
            brought(78, 6, A=lambda week: 20.0 * (week < 26), B=lambda week: 20.0 * (week >= 26), C=lambda _: 20.0),
            "client",
        )
    )
    before = demand.steady(found, found.clients)
    assert before["A"].cases_per_week < 20
    assert found.clients["A"].cases_per_week < 0.1
