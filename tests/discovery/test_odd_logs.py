"""Odd logs: always an organisation that runs, or a refusal that says why; and nothing depends on names or order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle.model import Chronicle, conform
from irrupt.discovery import Study, discover
from irrupt.engine import simulate, tables
from irrupt.errors import DataError
from irrupt.organisation import Organisation

pytestmark = pytest.mark.usefixtures("few_steps")

T0 = dt.datetime(2024, 1, 3, 9, tzinfo=dt.UTC)


def after(hours: float) -> dt.datetime:
    return T0 + dt.timedelta(hours=hours)


def runs(organisation: Organisation) -> None:
    tables(organisation)
    rate = sum(client.cases_per_week for client in organisation.clients.values())
    simulate(organisation, weeks=min(4.0, 500 / rate), seed=1)


def many(events: int, activities: int, people: int) -> Iterator[tuple[object, ...]]:
    rng = np.random.default_rng(4)
    for i in range(events):
        yield f"c{i // 5}", f"a{rng.integers(activities)}", after(i * 0.7 + rng.random()), f"r{rng.integers(people)}"


ROWS: dict[str, list[tuple[object, ...]]] = {
    "one event": [("a", "x", T0, None)],
    "one case": [("a", "x", T0, "Ann"), ("a", "y", after(1), "Ann"), ("a", "z", after(5), "Ben")],
    "all times equal": [(f"c{i}", "x" if i % 2 else "y", T0, "Ann") for i in range(40)],
    "one activity": [(f"c{i}", "x", after(3 * i), "Ann") for i in range(100)],
    "a case that never ends": [("c", "x", after(i), "Ann") for i in range(400)],
    "days": [(f"c{i // 4}", f"s{i % 4}", dt.datetime(2024, 1, 1 + i % 28, tzinfo=dt.UTC), "Ann") for i in range(200)],
    "empty names": [("", "", T0, ""), ("", "", after(1), ""), ("b", "", after(2), "")],
    "names of places": [
        (f"c{i}", a, after(5 * i + j), None) for i in range(40) for j, a in enumerate(["start", "end"])
    ],
    "names that look alike": [(f"c{i}", a, after(5 * i), "B") for i in range(40) for a in ("A", "A @ B", "A @ B *")],
    "a single day": [(f"c{i}", f"s{j}", after(i * 0.05 + j * 0.2), "Ann") for i in range(60) for j in range(3)],
    "centuries": [(f"c{i}", "x", dt.datetime(1900 + 3 * i, 1, 1, 5, tzinfo=dt.UTC), None) for i in range(30)],
    "microseconds": [
        (f"c{i}", f"s{j}", T0 + dt.timedelta(microseconds=3 * i + j), None) for i in range(60) for j in (0, 1)
    ],
    "200 activities, 400 people": list(many(3000, 200, 400)),
}


@pytest.mark.parametrize("name", ROWS)
def test_odd_logs_give_organisations_that_run(name: str, made: Callable[..., Chronicle]) -> None:
    log = made(ROWS[name], "resource")
    organisation = discover(log, fidelity=name in ("one activity", "days"))
    runs(organisation)
    assert organisation.learned is not None
    assert organisation.learned.events == log.events.height


def test_nobody_is_waited_for_where_a_handful_of_steps_is_all_that_is_known(made: Callable[..., Chronicle]) -> None:
    """A log of 500 activities, each done twice by its own person: hours in which he was seen are no hours of work."""
    rng = np.random.default_rng(4)
    rows = [
        (
            f"c{case}",
            f"a{(4 * case + step) % 500}",
            after(3 * case + 2 * step + rng.random()),
            f"r{(4 * case + step) % 500}",
        )
        for case in range(250)
        for step in range(4)
    ]
    organisation = discover(made(rows, "resource"), fidelity=False)
    assert all(step.team is None for step in organisation.steps.values())
    simulated = simulate(organisation, weeks=10.0, seed=1).events
    lengths = simulated.group_by("case").agg((pl.col("end").max() - pl.col("end").min()).dt.total_seconds() / 3600)
    assert lengths["end"].mean() < 9.0, "recorded: six hours"
    assert organisation.learned is not None
    assert any("too few steps" in note for note in organisation.learned.notes)


def test_cases_that_only_go_round_in_the_records_leave_one_time_in_five(made: Callable[..., Chronicle]) -> None:
    """Forty cases are asked and answered for as long as the records go; others are over after two steps."""
    rows = [(f"case {case}", "AB"[step], after(2 * case + step)) for case in range(300) for step in range(2)]
    for case in range(40):
        hours = [100 + 9 * case + 2 * step + (7 * case + 3 * step) % 5 / 10 for step in range(250)]
        rows += [
            (f"round {case}", ("ask", "answer")[at % 2], after(hour)) for at, hour in enumerate(hours) if hour < 600
        ]
    found = discover(made(rows), fidelity=False)
    shares = {name: {route.to: route.share for route in found.routes[name]} for name in ("ask", "answer")}
    assert shares == {
        "ask": pytest.approx({"answer": 0.8, "end": 0.2}),
        "answer": pytest.approx({"ask": 0.8, "end": 0.2}),
    }


def test_only_of_teams_with_too_few_steps_it_is_told_that_they_have(made: Callable[..., Chronicle]) -> None:
    """One step in a hundred and twenty is a guest's."""
    rows = [
        (f"c{case}", "sort", after(2 * case + 1), after(2 * case), *who)
        for case in range(600)
        for who in [("Guests", "Gil") if case % 120 == 7 else ("Desk", "Ann")]
    ]
    findings, _plain = Study(made(rows, "start", "team", "resource")).found("typical")
    assert findings.few == ("Guests",)


def test_what_is_done_for_all_at_one_moment_waits_for_that_moment(made: Callable[..., Chronicle]) -> None:
    """Decisions on Fridays at 15:00, signed by whoever is there: no queue, and no time before they open."""
    rng = np.random.default_rng(7)
    rows: list[tuple[object, ...]] = []
    for case in range(400):
        day = 7 * (case // 20) + int(rng.integers(5))
        comes = dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=day, hours=9 + 8 * rng.random())
        friday = dt.datetime(2024, 1, 5, 15, tzinfo=dt.UTC) + dt.timedelta(days=7 * (case // 20))
        decided = friday if friday > comes else friday + dt.timedelta(days=7)
        rows += [(f"c{case}", "Note", comes, f"p{case % 3}"), (f"c{case}", "Decide", decided, f"p{case // 20 % 3}")]
    organisation = discover(made(rows, "resource"), fidelity=False)
    decisions = [step for step in organisation.steps.values() if step.activity == "Decide"]
    assert decisions
    assert all(step.team is None for step in decisions)
    simulated = simulate(organisation, weeks=20.0, seed=1).events.filter(pl.col("activity") == "Decide")["end"]
    assert simulated.dt.weekday().unique().to_list() == [5]
    assert (simulated.dt.hour() == 15).mean() > 0.95


@pytest.mark.parametrize(
    ("name", "told"),
    [("a single day", "within 4 hours"), ("one event", "bear one time"), ("all times equal", "bear one time")],
)
def test_that_less_than_a_day_is_known_is_told(made: Callable[..., Chronicle], name: str, told: str) -> None:
    learned = discover(made(ROWS[name], "resource"), fidelity=False).learned
    assert learned is not None
    assert any(told in note for note in learned.notes)
    longer = discover(made(ROWS["a case that never ends"], "resource"), fidelity=False).learned
    assert longer is not None
    assert not any("All records lie within" in note for note in longer.notes)


def test_days_that_a_short_log_does_not_show_are_worked_as_those_that_it_does(made: Callable[..., Chronicle]) -> None:
    rows = [(f"c{i}", "x", after(0.1 * i), after(0.1 * i + 0.1), f"r{i % 3}") for i in range(60)]
    organisation = discover(made(rows, "start", "resource"), fidelity=False)
    for calendar in organisation.calendars.values():
        assert {begin // 1440 for begin, _end in calendar.hours} == set(range(7))
    events = simulate(organisation, weeks=2, seed=1).events
    lasts = events.group_by("case").agg((pl.col("end").max() - pl.col("start").min()).dt.total_seconds() / 3600)
    assert lasts["end"].mean() < 2.0


def test_work_that_ends_before_it_starts_and_people_who_do_too_much(made: Callable[..., Chronicle]) -> None:
    rows = [
        (f"c{i // 3}", f"s{i % 3}", after(0.1 * i + (5 if i % 4 else -1)), after(0.1 * i), "Ann") for i in range(300)
    ]
    organisation = discover(made(rows, "start", "resource"), fidelity=False)
    runs(organisation)


def test_missing_ends_starts_teams_and_clients(made: Callable[..., Chronicle]) -> None:
    rows = [
        (
            f"c{i // 3}",
            f"s{i % 3}",
            after(i) if i % 7 else None,
            after(i - 0.5) if i % 2 else None,
            f"T{i % 5}" if i % 3 else None,
            f"k{i % 4}" if i % 6 else None,
        )
        for i in range(300)
    ]
    log = made(rows, "start", "team", "client")
    organisation = discover(log, fidelity=False)
    runs(organisation)


def test_a_log_without_events_is_refused(made: Callable[..., Chronicle]) -> None:
    log = made([("a", "x", T0)])
    with pytest.raises(DataError):
        discover(log.with_events(log.events.clear()))
    with pytest.raises(DataError):
        discover(log.with_events(log.events.with_columns(pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("end"))))


events = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.integers(0, 4),
        st.integers(0, 60_000),
        st.integers(0, 240),
        st.integers(-1, 4),
        st.integers(-1, 2),
    ),
    min_size=1,
    max_size=120,
)


@given(events, st.booleans(), st.sampled_from(["UTC", "Europe/Paris", "America/St_Johns"]))
@settings(max_examples=settings().max_examples // 2, deadline=None)
def test_any_log_gives_an_organisation_that_runs(
    rows: list[tuple[int, int, int, int, int, int]], timed: bool, zone: str
) -> None:
    frame = pl.DataFrame(
        [
            (
                f"c{case}",
                f"a{activity}",
                T0 + dt.timedelta(minutes=minute),
                T0 + dt.timedelta(minutes=minute + length),
                f"r{person}" if person >= 0 else None,
                f"k{client}" if client >= 0 else None,
            )
            for case, activity, minute, length, person, client in rows
        ],
        schema=["case", "activity", "start", "end", "resource", "client"],
        orient="row",
        infer_schema_length=None,
    )
    log = Chronicle(
        events=conform(frame if timed else frame.drop("start")),
        timezone=zone,
        starts="measured" if timed else "missing",
    )
    runs(discover(log, fidelity=False))


def unnamed(organisation: Organisation) -> Organisation:
    return replace(organisation, learned=None)


def test_discovery_is_deterministic_and_blind_to_names_of_cases_and_order_of_rows(desk_log: Chronicle) -> None:
    log = desk_log.between(None, dt.datetime(2024, 3, 1, tzinfo=dt.UTC))
    first = unnamed(discover(log, fidelity=False))
    assert unnamed(discover(log, fidelity=False)) == first
    shuffled = log.events.sample(fraction=1.0, shuffle=True, seed=3)
    renamed = shuffled.with_columns(("k" + pl.col("case").str.reverse()).alias("case"))
    assert unnamed(discover(log.with_events(conform(renamed)), fidelity=False)) == first


def test_a_name_of_an_activity_is_only_a_name(desk_log: Chronicle) -> None:
    log = desk_log.between(None, dt.datetime(2024, 3, 1, tzinfo=dt.UTC))
    first = discover(log, fidelity=False)
    other = discover(
        log.with_events(log.events.with_columns(pl.col("activity").replace("Close", "Abschluss"))), fidelity=False
    )
    assert sorted(len(routes) for routes in first.routes.values()) == sorted(
        len(routes) for routes in other.routes.values()
    )
    assert {n: c.cases_per_week for n, c in first.clients.items()} == {
        n: c.cases_per_week for n, c in other.clients.items()
    }
