"""The season of the year in demand: learned where the records show it again, and nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import alternatives, building, discover
from irrupt.discovery.arrivals import demand
from irrupt.discovery.arrivals.censoring import completeness
from irrupt.discovery.arrivals.season import EVEN
from irrupt.discovery.log import Floats, read
from irrupt.engine import simulate
from irrupt.engine.arrivals import Arrivals
from irrupt.organisation import Client, Organisation, Route, Step
from irrupt.units import DAY, WEEK

from ..conftest import MONDAY, as_read

MONTHS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
SUMMER = np.array([0.8, 0.8, 0.8, 0.8, 0.8, 1.0, 1.6, 1.6, 1.0, 0.8, 0.8, 0.8])
DECEMBER = np.array([1.0] * 11 + [0.5])
NONE = np.ones(12)
Level = Callable[[Floats], Floats]


def steady(time: Floats) -> Floats:
    return np.ones_like(time)


def rows(
    rate: float, factors: Floats, weeks: int, seed: int, level: Level = steady, begin: dt.datetime = MONDAY
) -> list[tuple[str, str, dt.datetime]]:
    """Cases of so many a week, times these *factors* of months, times what *level* makes of the week."""
    rng = np.random.default_rng(seed)
    days = np.arange(7 * weeks)
    month = np.array([(begin + dt.timedelta(days=int(day))).month - 1 for day in days])
    came = rng.poisson(rate / 7.0 * factors[month] * level(days / 7.0))
    moments = np.repeat(days, came) * DAY + rng.random(came.sum()) * DAY
    return [(f"{seed}-{at}", "ask", begin + dt.timedelta(seconds=float(one))) for at, one in enumerate(moments)]


def learned(log: Chronicle, clients: Sequence[str] = ()) -> demand.Demand:
    table = read(log, {name: name for name in clients} if clients else None)
    return demand.learn(table, completeness(table, table.activity))


def of_everybody(log: Chronicle) -> Floats:
    (client,) = learned(log).clients.values()
    return np.array(client.season)


def of_clients(made: Callable[..., Chronicle], cases: Mapping[str, list[tuple[str, str, dt.datetime]]]) -> Chronicle:
    return made([(*row, name) for name, several in cases.items() for row in several], "client")


def even(factors: Floats) -> Floats:
    return factors / (factors @ MONTHS / MONTHS.sum())


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("factors", "weeks"), [(SUMMER, 104), (SUMMER, 156), (DECEMBER, 156)])
@pytest.mark.parametrize("rise", [0.0, 0.003])
def test_a_season_is_found_beside_a_trend(
    made: Callable[..., Chronicle], factors: Floats, weeks: int, rise: float
) -> None:
    """Double demand in summer was taken for a level that fell since: a what-if of the next summer told half of it."""
    found = learned(made(rows(80.0, factors, weeks, 5, lambda time: 1.0 + rise * time, MONDAY + 13 * dt.timedelta(7))))
    (client,) = found.clients.values()
    assert np.abs(np.array(client.season) - even(factors)).mean() < 0.05
    assert np.average(client.season, weights=MONTHS) == pytest.approx(1.0, abs=1e-3)
    assert found.half_life == np.inf or rise
    last = 80.0 * (1.0 + rise * weeks) * (factors @ MONTHS / MONTHS.sum())
    assert client.cases_per_week == pytest.approx(last, rel=0.12 if rise else 0.06)


@pytest.mark.slow
def test_what_comes_in_each_part_of_the_next_year_is_foretold(made: Callable[..., Chronicle]) -> None:
    """On the dates of the calendar, wherever in the year the records stop and simulated time goes on."""
    for later in (0, 20, 40):
        begin = MONDAY + later * dt.timedelta(weeks=1)
        log = made(rows(100.0, SUMMER, 110, later + 1, begin=begin))
        origin = begin + dt.timedelta(weeks=110)
        truth = Client(cases_per_week=100.0, season=tuple(SUMMER))
        (client,) = learned(log).clients.values()
        both = Organisation(
            name="both",
            origin=origin,
            clients={"true": truth, "told": client},
            steps={"ask": Step(activity="ask")},
            routes={"start": (Route(to="ask", share=1.0),), "ask": (Route(to="end", share=1.0),)},
        )
        ahead = Arrivals(both)
        edges = np.arange(14) * 4 * WEEK
        true, told = (
            np.array([ahead.expected(name, a, b) for a, b in pairwise(edges.tolist())]) for name in ("true", "told")
        )
        assert np.abs(told - true).sum() / true.sum() < 0.06


def jumps(time: Floats) -> Floats:
    return np.where(time < 61, 1.0, 1.8)


def a_year_each(time: Floats) -> Floats:
    """Beside a straight line, both years fall: a season, if nothing told of levels that jump."""
    return np.where(time < 52, 1.0, 2.0)


def rises(time: Floats) -> Floats:
    return 1.0 + 0.006 * time


def pauses(time: Floats) -> Floats:
    return np.where((time > 40) & (time < 46), 0.02, 1.0)


def swings(seed: int) -> Level:
    def level(time: Floats) -> Floats:
        rng, weeks = np.random.default_rng(seed), int(time[-1]) + 1
        swing = np.zeros(weeks)
        for week in range(1, weeks):
            swing[week] = 0.8 * swing[week - 1] + 0.2 * rng.standard_normal()
        return np.exp(swing[time.astype(int)])

    return level


@pytest.mark.parametrize(
    "level", [steady, jumps, a_year_each, rises, pauses, swings(1), swings(2)], ids=lambda level: level.__name__
)
@pytest.mark.parametrize("weeks", [104, pytest.param(160, marks=pytest.mark.slow)])
def test_no_season_is_found_where_none_is(made: Callable[..., Chronicle], level: Level, weeks: int) -> None:
    for seed, rate in ((1, 60.0), (2, 8.0)):
        log = made(rows(rate, NONE, weeks, seed, level))
        assert tuple(of_everybody(log)) == EVEN


def test_records_of_less_than_two_years_tell_no_season(made: Callable[..., Chronicle]) -> None:
    assert tuple(of_everybody(made(rows(80.0, SUMMER, 99, 3)))) == EVEN


@pytest.mark.slow
def test_records_a_year_later_show_the_same_season(made: Callable[..., Chronicle]) -> None:
    cases = rows(60.0, SUMMER, 120, 7)
    later = [(name, what, moment.replace(year=moment.year + 1)) for name, what, moment in cases if moment.day < 29]
    first = [row for row in cases if row[2].day < 29]
    assert of_everybody(made(later)) == pytest.approx(of_everybody(made(first)), abs=0.05)


def test_a_client_split_in_two_keeps_his_season(made: Callable[..., Chronicle]) -> None:
    cases, luck = rows(60.0, SUMMER, 110, 8), np.random.default_rng(1)
    whole = of_everybody(made(cases))
    half = luck.random(len(cases)) < 0.5
    named = {
        name: [row for row, his in zip(cases, half, strict=True) if his == one]
        for name, one in (("A", True), ("B", False))
    }
    for client in learned(of_clients(made, named), ("A", "B")).clients.values():
        assert np.array(client.season) == pytest.approx(whole, abs=1e-9)


@pytest.mark.slow
def test_clients_have_seasons_of_their_own_and_few_cases_that_of_all(made: Callable[..., Chronicle]) -> None:
    cases = {
        "large": rows(80.0, SUMMER, 110, 1),
        "even": rows(50.0, NONE, 110, 2),
        "against": rows(40.0, 2.0 - SUMMER, 110, 3),
        "few": rows(0.3, SUMMER, 110, 4),
    }
    found = learned(of_clients(made, cases), tuple(cases)).clients
    assert np.abs(np.array(found["large"].season) - even(SUMMER)).mean() < 0.06
    assert np.abs(np.array(found["against"].season) - even(2.0 - SUMMER)).mean() < 0.08
    assert np.abs(np.array(found["even"].season) - 1.0).mean() < 0.06
    assert found["few"].cases_per_week == pytest.approx(0.3, abs=0.15)


def test_few_years_are_drawn_towards_no_season(made: Callable[..., Chronicle]) -> None:
    """What fewer cases show is believed less, and is less sure."""
    many, few = (learned(made(rows(rate, SUMMER, 104, 9))).dated.seasons["all clients"] for rate in (200.0, 20.0))
    assert few.factors.max() - few.factors.min() < many.factors.max() - many.factors.min()
    assert few.unsure.mean() > 1.5 * many.unsure.mean()
    rng = np.random.default_rng(2)
    drawn = np.array([few.drawn(rng) for _one in range(400)])
    assert np.log(drawn).std(axis=0) == pytest.approx(few.unsure, rel=0.35)
    assert np.log(drawn).mean(axis=0) == pytest.approx(np.log(few.factors), abs=0.05)


def test_it_is_told_and_its_uncertainty_is_carried(made: Callable[..., Chronicle], few_steps: None) -> None:
    log = made(rows(60.0, SUMMER, 110, 11))
    found = discover(log, fidelity=False)
    assert found.learned is not None
    (told,) = (note for note in found.learned.notes if "season" in note)
    assert told.startswith("How many cases come has a season")
    assert "in Jul" in told or "in Aug" in told
    others = alternatives(log, found, count=8)
    july = np.array([one.clients["all clients"].season[6] for one in others])
    assert 0.01 < july.std(ddof=1) < 0.3
    year = [one.clients["all clients"].cases_per_week for one in others]
    assert np.mean(year) == pytest.approx(found.clients["all clients"].cases_per_week, rel=0.05)


@pytest.mark.slow
def test_delays_fit_records_with_a_season(office: Callable[..., Organisation], monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are held against the records at their dates: the queues of a busy summer are no delay all year round."""
    monkeypatch.setattr("irrupt.discovery.times.simulated._STEPS", 100_000)
    rules = office(4.0)
    factors = tuple(even(np.array([0.85] * 5 + [1.0, 1.3, 1.3, 1.0] + [0.85] * 3)).tolist())
    clients = {name: replace(client, season=factors) for name, client in rules.clients.items()}
    log = as_read(simulate(replace(rules, clients=clients), weeks=106, seed=5))

    def hours(found: Organisation) -> float:
        delays = (found.distribution(route.delay).mean for routes in found.routes.values() for route in routes)
        return sum(delays) / 3600.0

    found = discover(log, fidelity=False)
    (client,) = found.clients.values()
    assert np.abs(np.array(client.season) - factors).mean() < 0.05
    assert found.origin >= MONDAY + dt.timedelta(weeks=106)
    monkeypatch.setattr(building, "_then", lambda _findings, rules, _runs: evened(rules))
    assert 8.0 < hours(found) < 0.8 * hours(discover(log, fidelity=False))


def evened(rules: Organisation) -> Organisation:
    return replace(rules, clients={name: replace(client, season=EVEN) for name, client in rules.clients.items()})
