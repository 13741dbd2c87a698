"""What becomes of work in hand when hours end: it waits for the next ones, or is finished first. Times by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle import rows as rows_of
from irrupt.engine.chronicles import simulate
from irrupt.engine.examples import counter
from irrupt.ledgers import Ledgers, Window, on_duty, parties_of
from irrupt.organisation import Batch, Calendar, Client, Distribution, Organisation, Person, Step, Team, faults
from irrupt.organisation.model import AtEnd
from irrupt.units import WEEK

LOOPS = pytest.mark.parametrize("reference", [True, False])
MORNINGS = Calendar(hours=tuple((day * 1440, day * 1440 + 60) for day in range(7)))


def minutes(n: float) -> Distribution:
    return Distribution.fixed(60.0 * n)


def at(*came: int) -> Client:
    return Client(cases_per_week=float(len(came)), evenness=1.0, appointments=came)


def desk(at_end: Any, *came: int, **more: Any) -> Organisation:
    """One desk, open for an hour each day from midnight on; what is done there takes 40 minutes."""
    parts: dict[str, Any] = {
        "clients": {"A": at(*came)},
        "steps": {"Serve": Step(activity="Serve", team="Desk", duration=minutes(40))},
        "teams": {"Desk": Team(at_end=at_end)},
        "people": {"Ann": Person(teams=("Desk",), calendar="mornings")},
        "calendars": {"mornings": MORNINGS},
    }
    return replace(counter(), **parts | more)


def told(make: SimpleNamespace, rules: Organisation, **how: Any) -> list[tuple[int, int]]:
    """From which minute of the second week to which."""
    rows = make.whole(rules, **how)
    spans = zip(rows.start, rows.end, strict=True)
    return [(round((a - WEEK) / 60), round((b - WEEK) / 60)) for a, b in spans if b >= WEEK]


@LOOPS
def test_work_waits_for_the_next_hours_or_is_finished(make: SimpleNamespace, reference: bool) -> None:
    """Of three cases, the second is begun at 40: it is done at 80, and the third waits for the next day."""
    assert told(make, desk("pauses", 0, 1, 2), reference=reference) == [(0, 40), (40, 1460), (1460, 1500)]
    assert told(make, desk("finishes", 0, 1, 2), reference=reference) == [(0, 40), (40, 80), (1440, 1480)]


@LOOPS
def test_who_finishes_takes_nothing_else_beyond_his_hours(make: SimpleNamespace, reference: bool) -> None:
    """Nor what comes while he is still there, nor as his second hand."""
    two = {"Ann": Person(teams=("Desk",), calendar="mornings", at_once=2)}
    found = told(make, desk("finishes", 50, 70, people=two), reference=reference)
    assert found == [(50, 90), (1440, 1480)]


@LOOPS
def test_who_winds_down_begins_nothing_more_but_goes_on(make: SimpleNamespace, reference: bool) -> None:
    """In the last half hour: what has come by then waits for the next day, what is in hand is worked on."""
    ann = {"Ann": Person(teams=("Desk",), calendar="mornings", winds_down=1800.0)}
    found = told(make, desk("pauses", 0, 1, 2, people=ann), reference=reference)
    assert found == [(0, 40), (1440, 1480), (2880, 2920)]
    found = told(make, desk("pauses", 29, 30, people=ann), reference=reference)
    assert found == [(29, 1449), (1449, 1489)]
    assert told(make, desk("finishes", 29, 30, people=ann), reference=reference) == [(29, 69), (1440, 1480)]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spare=st.integers(1, 59), load=st.floats(0.2, 1.2), seed=st.integers(0, 99))
def test_who_finishes_and_winds_down_has_hours_that_end_earlier(
    make: SimpleNamespace, spare: int, load: float, seed: int
) -> None:
    """To the bit: what he does then is what he would finish beyond them."""
    work = {"Serve": Step(activity="Serve", team="Desk", duration=Distribution.exponential(900.0))}
    one = {"clients": {"A": Client(cases_per_week=28.0 * load)}, "steps": work}
    ann = Person(teams=("Desk",), calendar="mornings", winds_down=60.0 * spare)
    short = Calendar(hours=tuple((begin, until - spare) for begin, until in MORNINGS.hours))
    found = [
        simulate(desk("finishes", people={"Ann": who}, calendars={"mornings": hours}, **one), weeks=8, seed=seed).events
        for who, hours in ((ann, MORNINGS), (replace(ann, winds_down=0.0), short))
    ]
    assert found[0].equals(found[1])


@LOOPS
def test_hours_that_go_on_with_the_next_ones_do_not_end(make: SimpleNamespace, reference: bool) -> None:
    """Neither at midnight, nor with the week; and what is shorter than winding down is no time to begin anything."""
    parts = {
        "two": Calendar(hours=((0, 30), (30, 60), (1430, 1440), (1440, 1500))),
        "always": Calendar(hours=((0, 10080),)),
    }
    for name, came, begun in (("two", 25, 25), ("two", 45, 1430), ("two", 1435, 1435), ("always", 10075, 10075)):
        ann = {"Ann": Person(teams=("Desk",), calendar=name, winds_down=1500.0)}
        found = told(make, desk("finishes", came, people=ann, calendars=parts), reference=reference)
        assert found[0][0] == begun
    short = {"gaps": Calendar(hours=((0, 60), (100, 110), (200, 300)))}
    ann = {"Ann": Person(teams=("Desk",), calendar="gaps", winds_down=1500.0)}
    assert told(make, desk("pauses", 50, people=ann, calendars=short), reference=reference) == [(200, 240)]
    never = desk("pauses", 0, people={"Ann": Person(teams=("Desk",), calendar="mornings", winds_down=3600.0)})
    (fault,) = faults(never)
    assert "less than his longest hours (1 h)" in str(fault)


@LOOPS
def test_work_longer_than_until_the_next_hours_is_gone_on_with(make: SimpleNamespace, reference: bool) -> None:
    long = {"Serve": Step(activity="Serve", team="Desk", duration=minutes(1500))}
    found = told(make, desk("finishes", 30, 31, steps=long), reference=reference)
    assert found == [(30, 1530), (2880, 4380)]


@LOOPS
@pytest.mark.parametrize(("done", "spans"), [("at once", [(50, 90)] * 2), ("one by one", [(50, 90), (90, 130)])])
def test_a_batch_is_finished(make: SimpleNamespace, reference: bool, done: Any, spans: list[tuple[int, int]]) -> None:
    batch = Batch(size=2, longest_wait=7200.0, done=done)
    steps = {"Serve": Step(activity="Serve", team="Desk", duration=minutes(40), batch=batch)}
    assert told(make, desk("finishes", 20, 50, steps=steps), reference=reference) == spans


@LOOPS
def test_what_is_interrupted_keeps_what_is_left_of_it(make: SimpleNamespace, reference: bool) -> None:
    """The usual case is begun at 10 and left at 30, for 40 minutes; the 20 that remain are beyond the hours."""
    clients = {"A": at(10), "B": at(30)}
    for at_end, again in (("finishes", (1440, 1460)), ("pauses", (1450, 1470))):
        team = {"Desk": Team(at_end=at_end, priority={"B": 1}, interrupts="resume")}
        found = told(make, desk(at_end, clients=clients, teams=team), reference=reference)
        assert found == [(10, 30), (30, 70) if at_end == "finishes" else (30, 1450), again]


@LOOPS
def test_rules_change_while_work_is_in_hand(make: SimpleNamespace, reference: bool) -> None:
    """Begun at 50. Who is there when the rule comes stays, who has gone does not come back for it; who stayed longer
    goes when he need not any more; and a change to equal rules is none."""
    before, after = desk("pauses", 50), desk("finishes", 50)

    def ends(first: Organisation, then: Organisation, minute: float) -> int:
        rows = told(make, first, pauses=[(WEEK + 60.0 * minute, then)], reference=reference)
        return rows[0][1]

    assert [ends(before, after, 55), ends(before, after, 65)] == [90, 1470]
    assert [ends(after, before, 55), ends(after, before, 65)] == [1470, 1465]
    assert ends(after, replace(after, name="x"), 65) == 90
    faster = {"Ann": Person(teams=("Desk",), calendar="mornings", speed=2.0)}
    assert ends(after, replace(after, people=faster), 70) == 80


def test_hours_beyond_are_hours_at_work() -> None:
    """Five cases a week, each begun at 16:00 for three hours, where hours end at 17:00."""
    office = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
    rules = desk(
        "finishes",
        *(day * 1440 + 960 for day in range(5)),
        steps={"Serve": Step(activity="Serve", team="Desk", duration=minutes(180))},
        calendars={"mornings": office},
    )
    found = {}
    for at_end in get_args(AtEnd):
        some = replace(rules, teams={"Desk": Team(at_end=at_end)})
        rows, legend = rows_of(simulate(some, weeks=6, seed=1))
        ledgers = Ledgers(legend, Window(begin=WEEK, end=5 * WEEK), on_duty(some))
        ledgers.add(rows)
        of = ledgers.result(parties_of(legend))
        names = ("work done", "share of time at work", "work outside office hours")
        found[at_end] = [round(of[name]["Desk"], 6) for name in names]
    assert found == {"finishes": [15.0, 0.375, round(10 / 15, 6)], "pauses": [15.0, 0.375, 0.0]}


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_who_is_always_there_finishes_as_he_would(make: SimpleNamespace, data: Any) -> None:
    rules = data.draw(make.organisations())
    people = {name: replace(one, calendar="always", absent=()) for name, one in rules.people.items()}
    runs = [
        make.whole(replace(rules, people=people, teams={n: replace(t, at_end=how) for n, t in rules.teams.items()}))
        for how in ("pauses", "finishes")
    ]
    assert len(runs[0].end) == len(runs[1].end)
    for one, other in zip(*runs, strict=True):
        assert np.allclose(one, other, rtol=1e-12, atol=1e-6, equal_nan=True)


def test_anything_else_at_the_end_is_refused() -> None:
    assert [fault.where for fault in faults(desk("goes"))] == ["teams > Desk > at end"]
