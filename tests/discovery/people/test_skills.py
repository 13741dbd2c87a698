"""What somebody does not do of the work of his team is found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from irrupt.chronicle import bundled
from irrupt.discovery import discover
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Organisation, Person
from irrupt.organisation.validate import faults

pytestmark = pytest.mark.usefixtures("few_steps")

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def staffed(desk: Organisation, **lacks: tuple[str, ...]) -> Organisation:
    """The desk with three more people, of whom some do not do this or that."""
    usual = {name: Person(teams=("Desk",), calendar=hours) for name, hours in (("Cy", "early"), ("Di", "late"))}
    people = {**desk.people, **usual}
    return replace(desk, people={name: replace(one, does_not=lacks.get(name, ())) for name, one in people.items()})


@pytest.mark.parametrize("lacks", [{}, {"Cy": ("Ask",)}, {"Ann": ("Close",), "Ben": ("Close",), "Eve": ()}])
def test_who_lacks_what_is_found(desk: Organisation, lacks: dict[str, tuple[str, ...]]) -> None:
    log = simulate(staffed(desk, **lacks), weeks=52, seed=7)
    found = discover(log, fidelity=False).people
    assert {name: one.does_not for name, one in found.items() if one.does_not} == {n: a for n, a in lacks.items() if a}


def test_who_is_alone_at_the_weekend_and_lets_cases_wait_lacks_it(desk: Organisation) -> None:
    """Nobody else is there then, so nothing of it is done that would be his part; but it waits, and he takes others."""
    weekend = Calendar(hours=tuple((day * 1440 + 480, day * 1440 + 840) for day in (5, 6)))
    clients = {name: replace(one, profile=(1.0,) * 168) for name, one in desk.clients.items()}
    rules = replace(desk, calendars={**desk.calendars, "weekend": weekend}, clients=clients)
    for lacks in ((), ("Ask",)):
        people = {**desk.people, "Dina": Person(teams=("Desk",), calendar="weekend", does_not=lacks)}
        log = simulate(replace(rules, people=people), weeks=52, seed=7)
        assert discover(log, fidelity=False).people["Dina"].does_not == lacks


def test_who_does_it_now_and_then_does_it(desk: Organisation) -> None:
    """A twentieth of his part is more than a stray name."""
    log = simulate(staffed(desk, Cy=("Ask",)), weeks=52, seed=7)
    rows = log.events.with_row_index()
    asked = rows.filter(activity="Ask")["index"].to_list()
    his = set(asked[:: len(asked) // 8])
    named = [("Cy" if at in his else who) for at, who in enumerate(rows["resource"].to_list())]
    events = rows.drop("index").with_columns(resource=rows["resource"].__class__("resource", named))
    assert not discover(log.with_events(events, starts="measured"), fidelity=False).people["Cy"].does_not


def test_work_of_who_has_left_falls_to_the_others(desk: Organisation) -> None:
    """Those who did most of it are gone: it is not known who does it now."""
    others = {name: replace(desk.people["Ben"], does_not=()) for name in ("Di", "Ed", "Flo")}
    people = {**staffed(desk, Ben=("Close",), Cy=("Close",)).people, **others}
    log = simulate(replace(desk, people=people), weeks=52, seed=7)
    left = pl.col("resource").is_in([*others]) & (pl.col("end") > MONDAY + timedelta(weeks=30))
    found = discover(log.with_events(log.events.filter(~left), starts="measured"), fidelity=False).people
    assert not others.keys() & found.keys()
    assert not any(one.does_not for one in found.values())


def test_what_a_team_lacks_is_told(desk: Organisation) -> None:
    found = discover(simulate(staffed(desk, Cy=("Ask",)), weeks=52, seed=7), fidelity=False)
    assert found.learned is not None
    assert any("Cy (Ask)" in note for note in found.learned.notes)


@pytest.mark.slow
def test_what_waits_at_a_team_for_nobodys_work_is_still_done_by_its_members() -> None:
    """Of a fortnight of the bundled log, one who is in two teams lacked what a step of the smaller one, at which nobody
    worked, is called: the organisation could not run."""
    log = bundled().between(datetime(2016, 3, 28), datetime(2016, 4, 11))
    found = discover(log, fidelity=False)
    assert not faults(found)
