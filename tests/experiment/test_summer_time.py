"""One organisation in zones whose clocks change: it works by its own clock, and what is written, read, learned, judged
and shown of it is the same as where clocks never change, but for the hour of the change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from irrupt.agreement import Rule, Rulebook, kept
from irrupt.agreement.bounds import Bound, Measured, Within
from irrupt.chronicle import Chronicle, read, rows, write
from irrupt.discovery import discover
from irrupt.discovery.begins.starts import assume_starts
from irrupt.engine import simulate
from irrupt.engine.examples import workshop
from irrupt.experiment import start_of
from irrupt.organisation import Client, Distribution, Organisation, Route, dump, load
from irrupt.organisation.dated import spans_in
from irrupt.regulation import acts
from irrupt.sight import see
from irrupt.wall import aware, local_times

ZONES = ("Europe/Paris", "Australia/Lord_Howe", "America/Santiago")
HOUR = 3600.0
MONDAY = datetime(2024, 1, 1)


def at(rules: Organisation, zone: str) -> Organisation:
    """*rules* on the clock of *zone*, from the same Monday on."""
    return replace(rules, timezone=zone, origin=aware(MONDAY, zone))


@pytest.fixture(scope="module")
def office(desk: Organisation) -> Organisation:
    """The desk, which is asked in office hours and takes minutes."""
    profile = tuple(1.0 if hour % 24 in range(9, 17) and hour < 120 else 0.0 for hour in range(168))
    clients = {name: Client(cases_per_week=30, profile=profile) for name in ("A", "B")}
    durations = {"Triage": Distribution.exponential(300.0), "Repair": Distribution.exponential(900.0)}
    steps = {name: replace(step, duration=durations[name]) for name, step in desk.steps.items()}
    return replace(desk, clients=clients, steps=steps)


@pytest.fixture(scope="module")
def year(office: Organisation) -> Callable[[str], Chronicle]:
    """A year of it in each zone."""
    kept = {zone: simulate(at(office, zone), weeks=52, seed=3) for zone in ("UTC", *ZONES)}
    return kept.__getitem__


@pytest.fixture(scope="module")
def expected(year: Callable[[str], Chronicle], few_steps: None) -> Organisation:
    """What is learned of it where clocks never change."""
    return discover(year("UTC"), fidelity=False)


def hours(log: Chronicle, name: str) -> np.ndarray:
    """The hour of the week of each moment, on the organisation's clock."""
    local = local_times(log.events[name], log.timezone)
    return ((local.dt.weekday().cast(pl.Int64) - 1) * 24 + local.dt.hour()).to_numpy()


@pytest.mark.parametrize("zone", ZONES)
def test_nobody_works_outside_his_hours_in_either_half_of_the_year(year: Callable[[str], Chronicle], zone: str) -> None:
    log = year(zone)
    offsets = (local_times(log.events["start"], zone) - log.events["start"].dt.replace_time_zone(None)).unique()
    assert len(offsets) == 2
    begun = hours(log, "start")
    assert set((begun % 24).tolist()) == set(range(9, 17))
    assert begun.max() < 5 * 24
    assert local_times(log.events["end"], zone).dt.time().max() <= time(17)  # type: ignore[operator]


@pytest.mark.parametrize("zone", ZONES)
def test_the_same_rows_come_of_it(year: Callable[[str], Chronicle], zone: str) -> None:
    plain, _legend = rows(year("UTC"))
    moved, legend = rows(year(zone))
    assert legend.timezone == zone
    for name in ("case", "client", "activity", "team", "person", "flags"):
        assert np.array_equal(getattr(plain, name), getattr(moved, name)), name
    for name in ("enabled", "ready", "start", "end"):
        assert np.allclose(getattr(plain, name), getattr(moved, name), atol=2e-6, rtol=0), name


def test_day_and_night_only_the_hours_of_the_change_differ(office: Organisation) -> None:
    """What falls into the hour that is leapt over is at its end; all else is the same, and nothing lasts less than no
    time."""
    always = replace(office.calendars["office"], hours=((0, 10080),))
    busy = {name: Client(cases_per_week=400) for name in ("A", "B")}
    rules = replace(office, clients=busy, calendars={"office": always})
    plain, _legend = rows(simulate(at(rules, "UTC"), weeks=45, seed=5))
    log = simulate(at(rules, "Europe/Paris"), weeks=45, seed=5)
    moved, _legend = rows(log)
    assert log.events.select((pl.col("start") <= pl.col("end")).all()).item()
    leap = (13 * 7 - 1) * 86400 + 2 * HOUR
    once = ~np.isin(plain.case, plain.case[np.abs(plain.end - leap) < 3 * HOUR])
    assert 10 < np.count_nonzero(~once) < 100
    order = [np.lexsort((table.activity, table.end, table.case)) for table in (plain, moved)]
    for name in ("case", "enabled", "start", "end"):
        one, other = (getattr(table, name)[by] for table, by in zip((plain, moved), order, strict=True))
        assert np.allclose(one, np.where(once[order[0]], other, one), atol=2e-6, rtol=0)
        assert np.abs(one - other).max() <= HOUR


@pytest.mark.slow
@pytest.mark.usefixtures("few_steps")
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("ending", [".csv", ".xes.gz", ".parquet"])
def test_its_hours_are_found_in_what_is_written(
    year: Callable[[str], Chronicle], expected: Organisation, zone: str, ending: str, tmp_path: Path
) -> None:
    log = year(zone)
    again = read(write(log, tmp_path / f"year{ending}"))
    assert again.timezone == zone
    assert again.events["end"].sort().equals(log.events["end"].sort())
    found = discover(again, fidelity=False)
    assert found.calendars == expected.calendars
    assert {name: one.profile for name, one in found.clients.items()} == {
        name: one.profile for name, one in expected.clients.items()
    }
    dump(found, tmp_path / "found.yaml")
    assert f"timezone: {zone}" in (tmp_path / "found.yaml").read_text(encoding="utf-8")
    assert load(tmp_path / "found.yaml") == found
    hence = simulate(found, weeks=30, seed=1)
    assert set((hours(hence, "start") % 24).tolist()) <= set(range(9, 17))


@pytest.mark.parametrize("zone", ZONES)
def test_starts_are_assumed_alike(year: Callable[[str], Chronicle], zone: str) -> None:
    logs = [replace(year(name), events=year(name).events.drop("ready"), kind="real") for name in ("UTC", zone)]
    none = pl.lit(None, pl.Datetime("us", "UTC")).alias("start")
    plain, moved = (
        rows(assume_starts(log.with_events(log.events.with_columns(none), starts="missing")))[0] for log in logs
    )
    assert np.allclose(plain.start, moved.start, atol=1e-4, rtol=0)


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_it_is_seen_by_its_own_hours(year: Callable[[str], Chronicle], zone: str) -> None:
    """Activity by hour of the week has one shape, not one for each half of the year; and all measures are the same."""
    plain, moved = see(year("UTC")), see(year(zone))
    assert moved.activity_by_hour == plain.activity_by_hour
    assert moved.arrivals_by_hour == plain.arrivals_by_hour
    for before, after in zip(plain.ledger, moved.ledger, strict=True):
        assert (before.measure, before.party) == (after.measure, after.party)
        assert after.value == pytest.approx(before.value, rel=1e-6, nan_ok=True), before.measure
    assert [one.text for one in moved.findings] == [one.text for one in plain.findings]
    assert [week.replace(tzinfo=None) for week in plain.weeks] == [
        local_times(pl.Series([week]), zone)[0] for week in moved.weeks
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_rules_begin_at_local_midnight(office: Organisation, zone: str) -> None:
    """From the first of July on, A asks for half as much again."""
    told = []
    for name in ("UTC", zone):
        rules = at(office, name)
        moment = aware(datetime(2024, 7, 1), name)
        more = acts.Volume(client="A", change=0.5).changes(rules, moment)
        assert rules.timeline.second(moment) == 26 * 7 * 86400.0
        told.append(rows(simulate(rules, weeks=40, seed=2, changes=more))[0])
    assert np.allclose(told[0].end, told[1].end, atol=2e-6, rtol=0)
    assert not np.array_equal(told[0].end, rows(simulate(at(office, "UTC"), weeks=40, seed=2))[0].end)


BOUNDS = (
    Within(limit=8 * HOUR, to=("Repair",)),
    Within(limit=24 * HOUR),
    Measured(measure="work outside office hours", party="Network", at_most=0.0, each="month"),
    Measured(measure="throughput", party="all clients", at_least=50.0, each="week"),
)


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("bound", BOUNDS, ids=range(len(BOUNDS)))
def test_rules_are_kept_alike(year: Callable[[str], Chronicle], zone: str, bound: Bound) -> None:
    found = []
    for name in ("UTC", zone):
        book = Rulebook(name="B", timezone=name, founding={"R": Rule(text="t", binds=bound)})
        (one,) = kept(book, year(name)).judged
        begins = [local_times(pl.Series([span.begin]), name)[0] for span in one.spans]
        spans = [span.kept for span in one.spans]
        found.append((one.answer, one.judged, one.broken, begins, spans, one.cases["case"].to_list()))
    assert found[0] == found[1]
    if bound == BOUNDS[2]:
        assert found[1][0] == "kept"


def test_a_day_of_delay_ends_at_the_same_hour_when_clocks_change(office: Organisation) -> None:
    """Though 23 or 25 hours pass; so a limit of a day, and what is measured of delays, are what the rules say."""
    wait = {"Triage": (Route(to="Repair", share=1.0, delay=Distribution.fixed(86400.0)),)}
    always = replace(office.calendars["office"], hours=((0, 10080),))
    rules = replace(office, clients={"A": Client(cases_per_week=400)}, calendars={"office": always})
    log = simulate(at(replace(rules, routes={**office.routes, **wait}), "Europe/Paris"), weeks=45, seed=1)
    table, legend = rows(log)
    repairs = np.flatnonzero(table.activity == legend.activities.index("Repair"))
    firsts = repairs[np.unique(table.case[repairs], return_index=True)[1]]
    lasted = (table.ready - table.enabled)[firsts]
    assert np.mean(np.abs(lasted - 86400.0) < 1e-5) > 0.999
    steps = log.events.sort("case", "end")
    passed = steps.select((pl.col("ready") - pl.col("end").shift().over("case")).dt.total_hours()).to_series()
    assert {23, 25} <= set(passed.to_list())


@pytest.mark.parametrize("zone", ZONES)
def test_holidays_and_extra_hours_stand_at_local_dates(office: Organisation, zone: str) -> None:
    calendar = replace(
        office.calendars["office"],
        closed=spans_in(["2024-07-15", "2024-12-25"]),
        extra=spans_in(["2024-07-20 06:00-08:00", "2024-12-28 06:00-08:00"]),
    )
    log = simulate(at(replace(office, calendars={"office": calendar}), zone), weeks=52, seed=1)
    local = local_times(log.events["start"], zone)
    days = set(local.dt.date().to_list())
    for month, closed, extra in ((7, 15, 20), (12, 25, 28)):
        assert datetime(2024, month, closed).date() not in days
        assert datetime(2024, month, closed - 5).date() in days or month == 12
        seen = local.filter(local.dt.date() == datetime(2024, month, extra).date()).dt.hour()
        assert set(seen.to_list()) <= {6, 7}


def test_what_is_open_is_open_at_the_same_hour(office: Organisation) -> None:
    """A log that is cut in summer, of rules that began in winter."""
    slow = {**office.routes, "Triage": (Route(to="Repair", share=1.0, delay=Distribution.exponential(5 * 86400.0)),)}
    starts = []
    for zone in ("UTC", "Europe/Paris"):
        rules = at(replace(office, routes=slow), zone)
        moment = rules.timeline.moment((26 * 7 + 2.5) * 86400.0)
        log = simulate(rules, weeks=30, seed=1)
        start = start_of(log.with_events(log.events.filter(pl.col("end") <= moment)), rules)
        again = start.rebased(rules)
        assert again.timeline.begin == datetime(2024, 7, 1)
        starts.append(start)
    plain, moved = starts
    assert moved.weeks == pytest.approx(plain.weeks, abs=1e-9)
    assert [one.name for one in moved.cases] == [one.name for one in plain.cases]
    assert [one.begin for one in moved.cases] == pytest.approx([one.begin for one in plain.cases], abs=1e-4)
    assert datetime.fromisoformat(moved.made()["moment"]) == aware(
        datetime.fromisoformat(plain.made()["moment"]).replace(tzinfo=None), "Europe/Paris"
    )


@pytest.mark.one_in(3)
@pytest.mark.parametrize("zone", ZONES)
def test_plans_and_rosters_stand_at_local_days_and_hours(zone: str) -> None:
    log = simulate(at(workshop(), zone), weeks=45, seed=1)
    for name in ("issued", "period", "until"):
        local = local_times(log.schedules[name], zone)
        assert (local.dt.weekday() == 1).all()
        assert (local.dt.time() == datetime.min.time()).all()
    begins = local_times(log.rosters["start"], zone)
    assert set(begins.dt.hour().to_list()) <= {6, 14}
    assert (local_times(log.rosters["end"], zone) - begins).max() <= timedelta(hours=9)  # type: ignore[operator]
    plain = simulate(at(workshop(), "UTC"), weeks=45, seed=1)
    found, expected = (see(replace(one, events=one.events.clear(), kind="real")) for one in (log, plain))
    assert [(one.measure, one.party, one.value) for one in found.ledger] == [
        (one.measure, one.party, one.value) for one in expected.ledger
    ]
    assert [local_times(pl.Series([day]), zone)[0] for day in found.periods] == [
        day.replace(tzinfo=None) for day in expected.periods
    ]
