"""Measures period by period: what is read for one is what counts in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.agreement import Judged, Rule, Rulebook, kept
from irrupt.agreement.bounds import Each, Measured
from irrupt.agreement.measured import Read
from irrupt.chronicle import Chronicle, Legend, Rows, read, rows
from irrupt.engine import simulate
from irrupt.engine.examples import counter
from irrupt.ledgers import Ledgers, Parties, Window, measures

DAY = 86400.0
CLIENTS = [name for name, one in measures().items() if one.of == "client"]


@pytest.fixture(scope="module")
def read_rows() -> Read:
    return Read(*rows(simulate(counter(0.9), weeks=4, seed=1)), {}, {})


def of_clients(rows: Rows, legend: Legend, window: Window) -> dict[str, float]:
    ledgers = Ledgers(legend, window)
    ledgers.add(rows)
    found = ledgers.result(Parties(clients={"all": tuple(range(len(legend.clients)))}))
    return {name: found[name]["all"] for name in CLIENTS if name in found}


@settings(max_examples=40, deadline=None)
@given(st.floats(-1.0, 35.0), st.floats(0.01, 20.0))
def test_of_a_period_the_cases_under_way_in_it_tell_clients_measures_as_all_do(
    read_rows: Read, begin: float, lasts: float
) -> None:
    window = Window(begin=begin * DAY, end=(begin + lasts) * DAY)
    some = read_rows.between(window.begin, window.end)
    assert len(some.case) <= len(read_rows.rows.case)
    one, other = (of_clients(rows, read_rows.legend, window) for rows in (read_rows.rows, some))
    assert len(one) > 10
    for name, value in one.items():
        assert other[name] == pytest.approx(value, rel=1e-9, nan_ok=True), name


def test_rows_of_a_period_are_few_and_ordered(read_rows: Read) -> None:
    some = read_rows.between(7 * DAY, 8 * DAY)
    assert 0 < len(some.case) < len(read_rows.rows.case) / 5
    assert (np.diff(some.end) >= 0).all()
    assert set(some.case.tolist()) == set(range(int(some.case.max()) + 1))


ZONES = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Tokyo", "UTC"]
BEGINS: dict[Each, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
}


def days_of_cases(days: list[date], zone: str, own: str) -> Chronicle:
    """Cases at noon, one for each of *days*, on the clock of *zone*, in records of which *own* is the zone."""
    noon = [datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC) for day in sorted(days)]
    frame = pl.DataFrame({"case": [f"c{n}" for n in range(len(noon))], "end": noon}).with_columns(activity=pl.lit("a"))
    return read(frame.with_columns(pl.col("end").dt.convert_time_zone("UTC")), timezone=own)


def counted(chronicle: Chronicle, zone: str, bound: Measured) -> Judged:
    (one,) = kept(Rulebook(name="B", timezone=zone, founding={"R": Rule(text="t", binds=bound)}), chronicle).judged
    return one


@settings(max_examples=settings().max_examples // 3, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.sampled_from([*BEGINS]),
    st.sampled_from([date(2024, 2, 20), date(2024, 3, 1), date(2024, 9, 2), date(2024, 10, 20), date(2023, 12, 30)]),
    st.lists(st.integers(0, 75), min_size=60, max_size=160),
)
def test_what_is_counted_in_a_period_is_what_comes_on_its_days_also_where_clocks_change(
    zone: str, own: str, each: Each, first: date, offsets: list[int]
) -> None:
    """A day of 23 or 25 hours is a day, a month of 28 or 31 days a month: so many cases as its days have, exactly, on
    whichever clock the records are. Periods that the records do not fill from their first day on are left out."""
    days = [first, *(first + timedelta(days=one) for one in offsets)]
    bound = Measured(measure="arrivals", party="all clients", at_most=4.0, per=each, each=each)
    answer = counted(days_of_cases(days, zone, own), zone, bound)
    wanted = Counter(BEGINS[each](day) for day in days)
    found = {span.begin.astimezone(ZoneInfo(zone)).date(): span for span in answer.spans}
    assert all(span.value == wanted[begin] for begin, span in found.items())
    assert all(span.kept == (wanted[begin] <= 4) for begin, span in found.items())
    cut = BEGINS[each](first) != first
    assert min(found, default=first) >= first
    assert cut or not found or min(found) == first
    assert answer.begin == datetime(first.year, first.month, first.day, 12, tzinfo=ZoneInfo(zone))


def test_a_cap_a_week_counts_a_week_in_which_clocks_change_as_one() -> None:
    """Whether or not it is said how long the periods are, and on whichever clock the records are."""
    days = [date(2024, 3, 4) + timedelta(days=n // 2) for n in range(14 * 6)]
    for own in ("Europe/Paris", "UTC", "America/New_York"):
        for per in ("week", None):
            bound = Measured(measure="arrivals", party="all clients", at_most=14.0, per=per)
            answer = counted(days_of_cases(days, "Europe/Paris", own), "Europe/Paris", bound)
            assert (answer.answer, {span.value for span in answer.spans}) == ("kept", {14.0})


def test_of_a_measure_a_period_that_begins_before_the_records_or_the_rule_is_not_judged() -> None:
    days = [date(2024, 8, 30) + timedelta(days=n) for n in range(60)]
    chronicle = days_of_cases(days, "Europe/Paris", "Europe/Paris")
    bound = Measured(measure="arrivals", party="all clients", at_least=7.0, per="week")
    answer = counted(chronicle, "Europe/Paris", bound)
    assert (answer.answer, answer.spans[0].begin.date()) == ("kept", date(2024, 9, 1))  # 2 Sep in Paris
    rule = Rule(text="t", binds=bound, since=datetime(2024, 9, 11, tzinfo=UTC), until=datetime(2024, 10, 2, tzinfo=UTC))
    (part,) = kept(Rulebook(name="B", founding={"R": rule}), chronicle).judged
    assert [span.begin.date() for span in part.spans] == [date(2024, 9, 16), date(2024, 9, 23)]


@pytest.mark.parametrize(("judged", "broken", "share"), [(100, 7, 0.93), (25, 8, 0.68), (50, 17, 0.66)])
def test_a_share_of_the_periods_that_is_just_reached_is_kept(judged: int, broken: int, share: float) -> None:
    """One less 7 of 100 is less than 93 % behind the point, and was told as broken: 93 % (agreed: 93 %)."""
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(judged + 2)]
    twice = [one for n, one in enumerate(days) for _ in range(1 if 0 < n <= broken else 2)]
    bound = Measured(measure="arrivals", party="all clients", at_least=2.0, per="day", each="day", share=share)
    rule = Rule(text="t", binds=bound, until=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=judged))
    (answer,) = kept(Rulebook(name="B", founding={"R": rule}), days_of_cases(twice, "UTC", "UTC")).judged
    assert (answer.judged, answer.broken, answer.answer) == (judged, broken, "kept")


def test_a_team_that_does_nothing_in_a_week_has_worked_for_no_hours_in_it() -> None:
    """Weeks without work are held against the rule as those with it are, not left out."""
    nine = [datetime(2024, 1, day, 9, tzinfo=UTC) for day in (1, 8, 29)]
    frame = pl.DataFrame({"case": ["a", "b", "c"], "activity": "do", "team": "Desk", "start": nine})
    chronicle = read(frame.with_columns(end=pl.col("start") + timedelta(hours=2)))
    answer = counted(chronicle, "UTC", Measured(measure="work done", party="Desk", at_least=1.0))
    assert (answer.answer, [span.value for span in answer.spans]) == ("broken", [2.0, 2.0, 0.0, 0.0])
