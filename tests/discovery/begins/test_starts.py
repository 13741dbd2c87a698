"""Assumed starts: they keep their bounds, and bracket the truth where it is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle.model import Chronicle, conform
from irrupt.discovery import assume_starts, discover
from irrupt.discovery.begins.starts import _longest, bounded
from irrupt.discovery.begins.work_limits import _limit_of_mean
from irrupt.discovery.building import Built
from irrupt.discovery.notes import _on_load
from irrupt.discovery.people import calendars
from irrupt.discovery.study import Study
from irrupt.engine import simulate
from irrupt.errors import DataError, UsageError
from irrupt.organisation import Calendar, Organisation
from irrupt.units import HOUR

pytestmark = pytest.mark.usefixtures("few_steps")

T0 = dt.datetime(2024, 1, 1, 9, tzinfo=dt.UTC)


def lasts(log: Chronicle) -> pl.Series:
    return log.events.select((pl.col("end") - pl.col("start")).dt.total_seconds())["end"]


def test_measured_starts_are_left_alone(desk_log: Chronicle) -> None:
    assert assume_starts(desk_log) is desk_log


def test_true_work_lies_mostly_between_the_bounds(
    desk_log: Chronicle, without_starts: Callable[[Chronicle], Chronicle]
) -> None:
    """Where work begins in the log, against where it is taken to begin at the earliest and at the latest."""
    blind = without_starts(desk_log)
    worked = desk_log.events["resource"].is_not_null()
    true = desk_log.events["start"].filter(worked)
    early = assume_starts(blind, "longest").events["start"].filter(worked)
    late = assume_starts(blind, "shortest").events["start"].filter(worked)
    second = dt.timedelta(seconds=90)
    assert ((true >= early - second) & (true <= late + second)).mean() > 0.8


@pytest.mark.parametrize("activity", ["Work", "Close"])
def test_typical_work_is_of_the_true_size(
    activity: str, desk_log: Chronicle, without_starts: Callable[[Chronicle], Chronicle]
) -> None:
    these = desk_log.events["activity"] == activity
    true = lasts(desk_log).filter(these).median()
    typical = lasts(assume_starts(without_starts(desk_log))).filter(these).median()
    assert 0.5 < typical / true < 2.0  # type: ignore[operator]


events = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 3), st.integers(0, 30_000), st.integers(-1, 3)), min_size=1, max_size=80
)


@given(events)
@settings(max_examples=settings().max_examples // 2, deadline=None)
def test_shortest_typical_longest_in_this_order_and_never_before_what_came_before(
    rows: list[tuple[int, int, int, int]],
) -> None:
    frame = pl.DataFrame(
        [
            (f"c{case}", f"a{activity}", T0 + dt.timedelta(minutes=minute), f"r{person}" if person >= 0 else None)
            for case, activity, minute, person in rows
        ],
        schema={"case": pl.String, "activity": pl.String, "end": pl.Datetime("us", "UTC"), "resource": pl.String},
        orient="row",
    )
    log = Chronicle(events=conform(frame))
    found = [assume_starts(log, work) for work in ("shortest", "typical", "longest")]
    spent = [lasts(each).to_numpy() for each in found]
    assert (spent[0] >= 0).all()
    assert (spent[0] <= spent[1]).all()
    assert (spent[1] <= spent[2]).all()
    longest = found[2].events
    before = pl.col("end").shift().over("case")
    assert longest.filter(pl.col("start") < before).is_empty()
    assert longest["end"].equals(log.events["end"])
    assert found[0].starts == "assumed"


def test_registration_and_automatic_closing_take_no_work(made: Callable[..., Chronicle]) -> None:
    rng = np.random.default_rng(3)
    rows = []
    for case in range(60):
        opened = T0 + dt.timedelta(days=case // 3, hours=2 * (case % 3))
        done = opened + dt.timedelta(hours=1, minutes=int(rng.integers(5, 90)))
        rows += [
            (f"c{case}", "open", opened, "Ann"),
            (f"c{case}", "solve", done, "Ben"),
            (f"c{case}", "close", done + dt.timedelta(days=5), "Ben"),
        ]
    log = assume_starts(made(rows, "resource"), "longest").events
    spent = log.group_by("activity").agg((pl.col("end") - pl.col("start")).dt.total_seconds().max())
    most = dict(spent.rows())
    assert most["open"] == most["close"] == 0
    assert most["solve"] > 0


def test_who_completes_one_ticket_a_day_does_not_work_a_day_on_it(made: Callable[..., Chronicle]) -> None:
    rows = []
    for day in range(120):
        noon = T0 + dt.timedelta(days=day, hours=3, minutes=day % 50)
        rows += [(f"c{day}", "open", noon - dt.timedelta(days=4), None), (f"c{day}", "solve", noon, "Ann")]
    spent = lasts(assume_starts(made(rows, "resource"), "longest"))
    assert spent.max() <= 4 * 3600  # type: ignore[operator]


def test_days_tell_nothing_about_hours(made: Callable[..., Chronicle]) -> None:
    day = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    rows = [(f"c{i // 2}", f"a{i % 2}", day + dt.timedelta(days=i), "Ann") for i in range(60)]
    assert lasts(assume_starts(made(rows, "resource"), "longest")).max() == 0


def test_an_unknown_choice_is_refused_with_a_hint(made: Callable[..., Chronicle]) -> None:
    with pytest.raises(UsageError, match="typical"):
        assume_starts(made([("a", "x", T0)]), "typicall")  # type: ignore[arg-type]


def test_a_log_without_times_is_refused(made: Callable[..., Chronicle]) -> None:
    log = made([("a", "x", T0)])
    with pytest.raises(DataError):
        assume_starts(
            log.with_events(log.events.with_columns(pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("end")))
        )


def work_of(found: Organisation, *activities: str) -> list[float]:
    """Hours of work on each of *activities*, as learned."""
    hours = []
    for activity in activities:
        (time,) = (time.mean for name, time in found.distributions.items() if name.startswith(f"work: {activity}"))
        hours.append(time / 3600.0)
    return hours


def learned(log: Chronicle) -> list[Organisation]:
    """What *log* tells with the shortest, typical and longest work."""
    typical = discover(log, fidelity=False)
    shortest, longest = (discover(log, work=work, fidelity=False, typical=typical) for work in ("shortest", "longest"))
    return [shortest, typical, longest]


@pytest.mark.slow
def test_what_the_user_says_of_work_narrows_the_bounds(
    office: Callable[..., Organisation], without_starts: Callable[[Chronicle], Chronicle]
) -> None:
    """Work is left waiting for half a day here: what it takes only the user can say."""
    blind = without_starts(simulate(office(delay=12.0), weeks=40, seed=5))
    told = replace(blind, work_said={"Settle": (1.2 * 3600, 1.6 * 3600)})
    wide, others = zip(*(work_of(found, "Settle", "Look into") for found in learned(blind)), strict=True)
    narrow, other = zip(*(work_of(found, "Settle", "Look into") for found in learned(told)), strict=True)
    assert wide[2] - wide[0] > 2 * (narrow[2] - narrow[0])
    assert narrow == pytest.approx([1.2, 1.4, 1.6], rel=0.05)
    assert other == pytest.approx(others, rel=0.1)


@given(st.lists(st.floats(1.0, 1e5), min_size=1, max_size=60), st.floats(0.1, 2.0))
def test_the_limit_gives_the_mean_that_was_said_or_leaves_all(bound: list[float], share: float) -> None:
    longest = np.array(bound)
    mean = share * float(longest.mean())
    found = np.minimum(longest, _limit_of_mean(longest, mean)).mean()
    assert found == pytest.approx(min(mean, longest.mean()))


def test_more_work_than_the_records_leave_and_work_that_is_recorded_are_told(
    office: Callable[..., Organisation], without_starts: Callable[[Chronicle], Chronicle]
) -> None:
    true = simulate(office(), weeks=20, seed=5)
    said = {"Settle": (18_000.0, 18_000.0)}
    learned = discover(replace(without_starts(true), work_said=said), fidelity=False).learned
    assert any("work on Settle takes 5 h; the records leave it" in note for note in learned.notes)  # type: ignore[union-attr]
    learned = discover(replace(true, work_said=said), fidelity=False).learned
    assert any("what you say of how long work takes is not used" in note for note in learned.notes)  # type: ignore[union-attr]


def test_that_nobody_is_told_to_do_what_is_said_to_take_time_is_told(made: Callable[..., Chronicle]) -> None:
    rows = [(f"c{i}", "x", T0 + dt.timedelta(hours=3 * i)) for i in range(100)]
    learned = discover(made(rows, work_said={"x": (600.0, 900.0)}), fidelity=False).learned
    assert learned is not None
    assert any("nobody spends time on x" in note for note in learned.notes)
    assert not any("the records leave it" in note for note in learned.notes)


def test_what_nobody_named_does_at_a_team_that_begins_work_at_once_is_not_timed_by_its_people(
    office: Callable[..., Organisation], without_starts: Callable[[Chronicle], Chronicle]
) -> None:
    log = without_starts(simulate(office(), weeks=40, seed=5))
    unnamed = pl.int_range(pl.len()) % 5 == 0
    log = log.with_events(log.events.with_columns(pl.when(~unnamed).then("resource").alias("resource")))
    bounds = bounded(log)
    named = bounds.log.person >= 0
    assert (bounds.works & ~named).any()
    assert bounds.at_once[bounds.works & named].mean() > 0.9
    assert not bounds.at_once[~named].any()
    findings, _plain = Study(log).found("typical")
    assert not findings.timed[findings.log.person < 0].any()
    assert not findings.begins_told


@pytest.mark.slow
def test_where_ends_tell_begins_too_much_work_is_told_as_if_it_were_recorded(
    office: Callable[..., Organisation], without_starts: Callable[[Chronicle], Chronicle]
) -> None:
    """It is then taken to be done sooner."""
    for delay, says in ((0.0, "taken to do it sooner"), (12.0, "less was assumed there")):
        organisation = office(delay)
        findings, _plain = Study(without_starts(simulate(organisation, weeks=40, seed=5))).found("typical")
        assert findings.begins_told == (not delay)
        assert says in _on_load(findings, Built(organisation=organisation, cut={"Settle": 0.9}, tuned={}))[0]


def test_what_cases_begin_with_costs_work_if_the_user_says_how_long(
    office: Callable[..., Organisation], without_starts: Callable[[Chronicle], Chronicle]
) -> None:
    """Of that, ends alone tell nothing: that no work is counted is told, and what is said is used."""
    true = simulate(office(), weeks=40, seed=5)
    begun = true.with_events(true.events.filter(pl.col("resource").is_not_null()))
    blind = without_starts(begun)
    first, mean = "Look into", 1.2 * 3600.0
    silent = discover(blind, fidelity=False)
    assert all(step.team is None for step in silent.steps.values() if step.activity == first)
    told = f'--map "work={first}: 10 min"'
    assert any(told in note for note in silent.learned.notes)  # type: ignore[union-attr]
    asked = replace(blind, work_said={first: (mean, mean)})
    learned = discover(asked, fidelity=False)
    assert not any(told in note for note in learned.learned.notes)  # type: ignore[union-attr]
    assert work_of(discover(asked, fidelity=False), first) == pytest.approx([mean / 3600.0], rel=0.05)


def test_work_lasted_from_when_it_could_begin_and_follows_closely_what_ended_four_hours_before() -> None:
    """Steps that end at noon: what could begin at nine, and behind nothing; or behind what ended at ten, at eight, or a
    second before. Who is there from half past nine on has worked for no longer."""
    noon = 12 * HOUR
    last = HOUR * np.array([np.nan, 10.0, 8.0, 8.0 - 1 / 3600])
    log: Any = SimpleNamespace(end=np.full(8, noon))
    always, late = (
        calendars.hours(Calendar(hours=((begin, end),))) for begin, end in ((0, 10080), (9 * 60 + 30, 17 * 60))
    )
    spells = (np.arange(4), always), (np.arange(4, 8), late)
    bound, close = _longest(log, spells, np.full(8, 7 * HOUR), np.tile(last, 2), np.zeros(8, bool))
    assert (bound / HOUR).tolist() == pytest.approx([5.0, 2.0, 4.0, 4.0 + 1 / 3600, 2.5, 2.0, 2.5, 2.5])
    assert close.tolist() == [False, True, True, False, False, True, True, True]
