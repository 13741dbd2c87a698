"""Days of the month in demand: learned where the records show them again, and nowhere else."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import alternatives, discover
from irrupt.discovery.arrivals import dated, demand, factors, monthly
from irrupt.discovery.arrivals.censoring import completeness
from irrupt.discovery.log import Floats, read
from irrupt.organisation import Client, year

from ..conftest import MONDAY

WEEK = (1.2, 1.0, 1.0, 1.0, 0.8, 0.2, 0.0)
CLOSING = {**dict.fromkeys((1, 2, -1, -2, -3, -4, -5, -6), 2.4), **dict.fromkeys(range(3, 23), 0.6)}
FIXED = {5: 4.0, 20: 3.0}
Level = Callable[[np.random.Generator, int], Floats]


def times(days: Mapping[int, float], day: dt.datetime) -> float:
    left = monthrange(day.year, day.month)[1] - day.day
    return of_nearer(days, day.day, -1 - left)


def of_nearer(days: Mapping[int, float], begun: int, left: int) -> float:
    return next((days[day] for day in sorted((begun, left), key=abs) if day in days), 1.0)


def times_working(days: Mapping[int, float], day: dt.datetime) -> float:
    whole = np.datetime64(day.date())
    month = whole.astype("datetime64[M]")
    begin, end = month.astype("datetime64[D]"), (month + np.timedelta64(1, "M")).astype("datetime64[D]")
    begun, left = int(np.busday_count(begin, whole)) + 1, int(np.busday_count(whole, end))
    return of_nearer(days, begun, -left) if day.weekday() < 5 else 1.0


def came(
    rate: float,
    days: Mapping[int, float],
    weeks: int,
    seed: int,
    level: Level | None = None,
    times: Callable[[Mapping[int, float], dt.datetime], float] = times,
) -> list[tuple[str, str, dt.datetime]]:
    """Cases of so many a week, where the days of the month and what *level* makes of them are all one."""
    rng = np.random.default_rng(seed)
    dates = [MONDAY + dt.timedelta(days=day) for day in range(7 * weeks)]
    expected = rate / sum(WEEK) * np.array([WEEK[day.weekday()] * times(days, day) for day in dates])
    number = rng.poisson(expected * (1.0 if level is None else level(rng, len(dates))))
    return [
        (f"{seed}-{day:%j%y}-{one}", "ask", day + dt.timedelta(hours=float(rng.uniform(8, 17))))
        for day, many in zip(dates, number, strict=True)
        for one in range(many)
    ]


def learned(log: Chronicle, *clients: str) -> demand.Demand:
    table = read(log, {name: name for name in clients} if clients else None)
    return demand.learn(table, completeness(table, table.activity))


def named(made: Callable[..., Chronicle], cases: Mapping[str, list[tuple[str, str, dt.datetime]]]) -> demand.Demand:
    log = made([(*row, name) for name, several in cases.items() for row in several], "client")
    return learned(log, *cases)


def off(found: Mapping[int, float], true: Mapping[int, float]) -> float:
    """By how much factors differ on an average day of four years."""
    days = [MONDAY + dt.timedelta(days=day) for day in range(1461)]
    told, asked = (np.array([times(one, day) for day in days]) for one in (found, true))
    return float(np.abs(told / told.mean() - asked / asked.mean()).mean())


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("days", "from_end"), [(CLOSING, True), (FIXED, False)])
@pytest.mark.parametrize("weeks", [30, 60])
def test_days_of_the_month_are_found(
    made: Callable[..., Chronicle], days: dict[int, float], from_end: bool, weeks: int
) -> None:
    """Counted as they were: an order on each twentieth is not one so many days before the end."""
    (client,) = learned(made(came(70.0, days, weeks, weeks))).clients.values()
    assert off(client.days_of_month, days) < 0.5 * off({}, days)
    assert (-1 in client.days_of_month) == from_end
    assert 0.97 < np.mean([times(client.days_of_month, MONDAY + dt.timedelta(days=day)) for day in range(1461)]) < 1.03
    usual = np.mean([times(days, MONDAY + dt.timedelta(days=day)) for day in range(1461)])
    assert client.cases_per_week == pytest.approx(70.0 * usual, rel=0.12)


def test_working_days_are_told_from_days_of_the_calendar(made: Callable[..., Chronicle]) -> None:
    """The last three working days lie on other dates in each month: on dates, the peak would be half as high."""
    asked = {-3: 3.0, -2: 4.0, -1: 5.0, **dict.fromkeys(range(2, 12), 0.7)}
    (client,) = learned(made(came(70.0, asked, 52, 8, times=times_working))).clients.values()
    assert not client.days_of_month
    days = [MONDAY + dt.timedelta(days=day) for day in range(1461)]
    days = [day for day in days if day.weekday() < 5]
    told, true = (np.array([times_working(one, day) for day in days]) for one in (client.working_days_of_month, asked))
    assert np.abs(told / told.mean() - true / true.mean()).mean() < 0.25 * np.abs(true / true.mean() - 1.0).mean()
    assert max(client.working_days_of_month, key=lambda day: client.working_days_of_month[day]) == -1


@pytest.mark.parametrize("counted", monthly.COUNTED)
def test_each_day_has_the_factor_that_it_was_counted_for(counted: monthly.Counted) -> None:
    """Also in the middle of short months, whose days both ends name."""
    of_day = np.linspace(0.5, 2.0, len(counted.days))
    lengths = np.full(len(of_day), 1.0 / len(of_day))
    same = factors.Factors(np.ones(1), np.log(of_day)[None], np.zeros((1, len(of_day), len(of_day))), lengths)
    client = monthly.Month(same, counted).put(Client(cases_per_week=1.0), of_day)
    there = year.DAY[0] > 0
    expected = np.where(counted.place >= 0, of_day[counted.place], 1.0)
    assert dated.of_days(client)[there] == pytest.approx(expected[there], rel=1e-3)


@pytest.mark.slow
def test_clients_have_days_of_their_own_or_none(made: Callable[..., Chronicle]) -> None:
    asked = {"closes": CLOSING, "none": {}, "few": CLOSING, "other": {**dict.fromkeys(range(12, 18), 3.0)}}
    rates = {"closes": 60.0, "none": 40.0, "few": 0.5, "other": 30.0}
    found = named(
        made, {name: came(rates[name], days, 52, at) for at, (name, days) in enumerate(asked.items())}
    ).clients
    assert off(found["closes"].days_of_month, CLOSING) < 0.3 * off({}, CLOSING)
    assert off(found["other"].days_of_month, asked["other"]) < 0.3 * off({}, asked["other"])
    assert not found["none"].days_of_month
    assert not found["none"].working_days_of_month
    assert found["few"].cases_per_week == pytest.approx(0.5, abs=0.25)


def swings(rng: np.random.Generator, days: int) -> Floats:
    level = np.zeros(days)
    for day in range(1, days):
        level[day] = 0.9 * level[day - 1] + 0.2 * rng.standard_normal()
    return np.exp(level)


def floods(rng: np.random.Generator, days: int) -> Floats:
    level = np.ones(days)
    for begin in rng.integers(0, days - 8, days // 60):
        level[begin : begin + rng.integers(1, 8)] *= 4.0
    return level


def every_four_weeks(rng: np.random.Generator, days: int) -> Floats:
    return np.where((np.arange(days) + rng.integers(28)) % 28 < 6, 2.5, 0.7)


def jumps(rng: np.random.Generator, days: int) -> Floats:
    return np.where(np.arange(days) < days * rng.uniform(0.3, 0.7), 1.0, 2.5)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "level", [None, swings, floods, every_four_weeks, jumps], ids=lambda level: getattr(level, "__name__", "chance")
)
@pytest.mark.parametrize("seeds", [range(1), pytest.param(range(1, 9), marks=pytest.mark.slow)])
def test_none_are_found_where_none_are(made: Callable[..., Chronicle], level: Level | None, seeds: range) -> None:
    """Not in one of 18 logs of two clients, whatever else moves; by chance one in some hundreds would."""
    for seed in seeds:
        for weeks in (30, 70):
            cases = {"A": came(50.0, {}, weeks, seed, level), "B": came(9.0, {}, weeks, 90 + seed, level)}
            assert not named(made, cases).dated.months


def test_three_months_tell_none(made: Callable[..., Chronicle]) -> None:
    assert not learned(made(came(300.0, CLOSING, 13, 1))).dated.months


@pytest.mark.slow
def test_a_client_split_in_two_keeps_his_days(made: Callable[..., Chronicle]) -> None:
    cases = came(80.0, CLOSING, 52, 4)
    (whole,) = learned(made(cases)).clients.values()
    halves = named(made, {"A": cases[::2], "B": cases[1::2]}).clients
    for half in halves.values():
        assert half.days_of_month == whole.days_of_month


def test_waves_are_no_level_that_changed(made: Callable[..., Chronicle]) -> None:
    """Records that stop at the end of a month stop with more cases than usual, and go on with fewer."""
    weeks = next(n for n in range(40, 60) if (MONDAY + dt.timedelta(weeks=n)).day in (1, 2))
    found = learned(made(came(60.0, CLOSING, weeks, 3)))
    usual = np.mean([times(CLOSING, MONDAY + dt.timedelta(days=day)) for day in range(1461)])
    (client,) = found.clients.values()
    assert client.cases_per_week == pytest.approx(60.0 * usual, rel=0.1)
    assert found.bursts < 0.1


@pytest.mark.slow
def test_they_are_told_and_their_uncertainty_is_carried(made: Callable[..., Chronicle], few_steps: None) -> None:
    log = made(came(60.0, CLOSING, 52, 11))
    found = discover(log, fidelity=False)
    assert found.learned is not None
    (told,) = (note for note in found.learned.notes if "day of the month" in note)
    assert told.startswith("How many cases come depends on the day of the month")
    others = alternatives(log, found, count=8)
    last = np.array([one.clients["all clients"].days_of_month[-1] for one in others])
    assert 0.02 < last.std(ddof=1) < 0.6
    rates = [one.clients["all clients"].cases_per_week for one in others]
    assert np.mean(rates) == pytest.approx(found.clients["all clients"].cases_per_week, rel=0.06)
