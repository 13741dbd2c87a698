"""Fidelity: the protocol, and that it tells a good model from a bad one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover, fidelity
from irrupt.discovery.log import read
from irrupt.discovery.trust import fidelity as of_fidelity
from irrupt.discovery.trust.fidelity import _usual_span, by_days, compared, in_swing, like, measured, redrawn, replay
from irrupt.discovery.trust.held_out import split
from irrupt.engine.examples import counter
from irrupt.organisation import Client, Distribution, Organisation, Route
from irrupt.units import WEEK

NINE = tuple(float(hour % 24 == 9) for hour in range(168))
"""Arrivals between nine and ten."""
T0 = dt.datetime(2024, 1, 1, 9, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def parts(desk_log: Chronicle) -> tuple[Chronicle, Chronicle]:
    found = split(desk_log)
    assert found is not None
    assert not found.by_cases
    return found.train, found.test


def begins(log: Chronicle) -> pl.DataFrame:
    return log.events.group_by("case").agg(pl.col("start").min().alias("begin"), pl.col("end").max().alias("over"))


def test_no_case_crosses_the_cut(parts: tuple[Chronicle, Chronicle], desk_log: Chronicle) -> None:
    train, test = parts
    cut = begins(train)["over"].max()
    assert begins(test)["begin"].min() > cut  # type: ignore[operator]
    assert not set(train.events["case"]) & set(test.events["case"])
    assert train.events.height == pytest.approx(0.8 * desk_log.events.height, rel=0.05)


def test_a_simulated_log_has_the_start_and_the_number_of_cases_asked_for(parts: tuple[Chronicle, Chronicle]) -> None:
    train, test = parts
    organisation = discover(train, fidelity=False)
    start = begins(test)["begin"].min()
    assert isinstance(start, dt.datetime)
    log = like(in_swing(organisation, start), start, test.cases, seed=1)
    assert log.cases == test.cases
    assert begins(log)["begin"].min() >= start  # type: ignore[operator]
    assert like(in_swing(organisation, start), start, test.cases, seed=1).events.equals(log.events)
    assert not like(in_swing(organisation, start), start, test.cases, seed=1, replication=1).events.equals(log.events)


@pytest.mark.parametrize("month", [2, 9])
def test_simulated_work_keeps_its_hours_when_clocks_change(month: int) -> None:
    """From March on, and from October on, people begin at the same time by their own clocks."""
    start = dt.datetime(2023, month, 20, 12, tzinfo=dt.UTC)
    shop = Client(cases_per_week=100.0, profile=NINE)
    desk = replace(counter(load=0.01), timezone="Europe/Paris", clients={"Shop": shop})
    log = like(in_swing(desk, start), start, 1200, seed=1)
    local = log.events["start"].dt.convert_time_zone("Europe/Paris")
    assert local.dt.month().n_unique() > 2
    assert (local.dt.hour() == 9).mean() > 0.99  # type: ignore[operator]


def test_cases_that_are_over_first_are_taken_unless_they_were_followed_to_their_end(
    parts: tuple[Chronicle, Chronicle],
) -> None:
    organisation = discover(parts[0], fidelity=False)
    stopped = begins(like(in_swing(organisation, T0), T0, 300, seed=1))
    followed = begins(like(in_swing(organisation, T0), T0, 300, seed=1, follow_up=dt.timedelta(weeks=50)))
    assert stopped["over"].max() <= followed["over"].max()  # type: ignore[operator]
    assert followed["begin"].max() <= stopped["begin"].max()  # type: ignore[operator]


def test_a_log_cut_by_time_is_predicted_as_far_as_cases_have_come(parts: tuple[Chronicle, Chronicle]) -> None:
    organisation = discover(parts[0], fidelity=False)
    whole = like(in_swing(organisation, T0), T0, 300, seed=1, follow_up=dt.timedelta(weeks=50))
    clipped = like(in_swing(organisation, T0), T0, 300, seed=1, clipped=True)
    assert clipped.cases == 300
    last = clipped.events["end"].max()
    assert last <= clipped.events.group_by("case").agg(pl.col("end").min())["end"].max()  # type: ignore[operator]
    assert clipped.events.height < whole.events.height


def test_a_steady_organisation_is_predicted_about_as_well_as_chance_allows(desk_log: Chronicle) -> None:
    found = {distance.name[-4:-1]: distance for distance in fidelity(desk_log)}
    for name in ("NGD", "CED", "RED", "CTD", "CAR", "AED"):
        assert found[name].model < 2.5 * found[name].floor + 0.3, name


@pytest.mark.slow
def test_a_wrong_model_is_farther(parts: tuple[Chronicle, Chronicle]) -> None:
    train, test = parts
    good = discover(train, fidelity=False)
    slow: dict[str, Client] = {
        name: replace(client, cases_per_week=client.cases_per_week / 3) for name, client in good.clients.items()
    }
    bad: Organisation = replace(good, clients=slow)
    near, far = compared(good, train, test), compared(bad, train, test)
    assert far[-1].model > 2 * near[-1].model
    assert [d.replay for d in near] == [d.replay for d in far]


def test_a_replay_keeps_hours_and_order(parts: tuple[Chronicle, Chronicle]) -> None:
    train, _test = parts
    again = replay(train, T0 + dt.timedelta(weeks=200, days=2), 100)
    assert again.cases == 100
    week = pl.col("start").dt.weekday().cast(pl.String) + pl.col("start").dt.time().cast(pl.String)
    last = train.events.join(again.events.select("case").unique(), on="case", how="semi")
    assert again.events.select(week).to_series().equals(last.select(week).to_series())


def test_drawing_again_keeps_the_number_of_cases(parts: tuple[Chronicle, Chronicle]) -> None:
    test = parts[1]
    again = redrawn(test, np.random.default_rng(1))
    assert again.cases == test.cases
    assert set(again.events["activity"]) <= set(test.events["activity"])


def test_too_few_cases_are_not_held_out_and_that_is_said(made: Callable[..., Chronicle]) -> None:
    log = made([(f"c{i}", "x", T0 + dt.timedelta(hours=7 * i)) for i in range(12)])
    assert fidelity(log) == ()
    organisation = discover(log)
    assert organisation.learned is not None
    assert any("too few cases" in note for note in organisation.learned.notes)


def test_short_logs_with_long_cases_hold_out_the_later_ones(made: Callable[..., Chronicle]) -> None:
    rows = []
    for i in range(60):
        begin = T0 + dt.timedelta(hours=i)
        rows += [(f"c{i}", "x", begin), (f"c{i}", "y", begin + dt.timedelta(days=90))]
    found = split(made(rows))
    assert found is not None
    assert found.by_cases
    assert len(fidelity(made(rows))) == 6


def test_how_long_cases_take_counts_the_ways_of_one_class_at_a_time() -> None:
    """A class with ways of its own adds none to those of the others: two visits of an hour each, for either."""
    day = Distribution.fixed(86400.0)
    rules = counter()
    again = {
        "start": (Route(to="Serve", share=1.0),),
        "Serve": (
            Route(to="Serve", share=0.5, delay=day),
            Route(to="end", share=0.5),
            Route(to="Serve", share=0.5, delay=day, only="rush"),
            Route(to="end", share=0.5, only="rush"),
        ),
    }
    serve = replace(rules.steps["Serve"], duration=Distribution.fixed(0.0))
    span = _usual_span(replace(rules, steps={"Serve": serve}, routes=again))
    assert span * 7 == pytest.approx(1.0)


def test_days_at_midnights_of_another_zone_are_days(desk_log: Chronicle) -> None:
    """Midnights in Rome are 22 or 23 h on the day before in UTC, and days are shown so again."""

    def midnight(name: str) -> pl.Expr:
        return pl.col(name).dt.truncate("1d").dt.replace_time_zone("Europe/Rome").dt.convert_time_zone("UTC")

    abroad = desk_log.with_events(desk_log.events.with_columns(midnight("start"), midnight("end")))
    here = desk_log.with_events(desk_log.events.with_columns(pl.col("start", "end").dt.truncate("1d")))
    assert abroad.events["end"].dt.hour().unique().sort().to_list() == [22, 23]
    seen, plain = read(abroad), read(here)
    assert seen.daily
    assert np.array_equal(seen.end % WEEK, plain.end % WEEK)
    rome = desk_log.with_events(
        desk_log.events.with_columns(
            pl.col("start", "end")
            .dt.replace_time_zone(None)
            .dt.replace_time_zone("Europe/Rome")
            .dt.convert_time_zone("UTC")
        )
    )
    assert by_days(rome, abroad).events["end"].equals(abroad.events["end"])
    assert by_days(desk_log, here).events["end"].equals(here.events["end"])


def test_two_hours_that_are_not_an_hour_apart_are_hours(made: Callable[..., Chronicle]) -> None:
    rows = [(f"c{n}", "a", dt.datetime(2024, 1, 1 + n % 20, 9 + 3 * (n % 2), tzinfo=dt.UTC)) for n in range(40)]
    assert not read(made(rows)).daily


@pytest.mark.parametrize(("by_cases", "late", "days"), [(False, 0, 0), (False, 14, 14), (True, 14, 0), (True, 0, 0)])
def test_simulated_cases_are_followed_for_as_long_as_those_held_out(
    made: Callable[..., Chronicle], monkeypatch: pytest.MonkeyPatch, *, by_cases: bool, late: int, days: int
) -> None:
    """Since no more cases came, which the records tell; or since the last step began, where cases are held out."""
    steps = ((case, turn) for case in range(2000) for turn in range(2))
    rows = [(case, "AB"[turn], T0 + dt.timedelta(days=late * turn, hours=case)) for case, turn in steps]
    asked: dict[str, Any] = {}
    monkeypatch.setattr(of_fidelity, "compared", lambda *_given, **more: asked.update(more) or ())
    monkeypatch.setattr("irrupt.discovery.learning.discover", lambda *_given, **_more: None)
    parts = SimpleNamespace(by_cases=by_cases, train=None, test=None, clipped=True)
    study: Any = SimpleNamespace(parts=parts, train=parts, chronicle=made(rows))
    distances, notes = measured(study, work="typical", seed=3)
    assert (distances, len(notes)) == ((), int(by_cases))
    assert (asked["seed"], asked["clipped"]) == (3, True)
    assert asked["follow_up"] / dt.timedelta(days=1) == pytest.approx(days, abs=1.0)


def test_a_case_that_never_ends_takes_about_as_long_as_each_step_once() -> None:
    """No equation tells how long it takes: it goes round for good."""
    plain = counter()
    week = Distribution.fixed(604_800.0)
    steps = {name: replace(plain.steps["Serve"], activity=name, duration=week) for name in ("Serve", "Again")}
    ways = {"Serve": (Route(to="Again", share=1.0),), "Again": (Route(to="Serve", share=1.0),)}
    rules = replace(plain, steps=steps, routes={"start": (Route(to="Serve", share=1.0),), **ways})
    assert _usual_span(rules) == pytest.approx(2.0)
