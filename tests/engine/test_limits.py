"""Queues with a limit: who has done the step before keeps the case until there is room. Times computed by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from irrupt.chronicle.rows import Rows
from irrupt.engine.examples import counter
from irrupt.organisation import (
    Calendar,
    Client,
    Distribution,
    Organisation,
    Patience,
    Person,
    Route,
    Step,
    Team,
    faults,
)

WEEK = 604800.0
LOOPS = pytest.mark.parametrize("reference", [True, False])


def row(limit: int | None, minutes: tuple[int, ...], first: float = 600.0, then: float = 3600.0) -> Organisation:
    """Two desks in a row, one person each. *minutes* of the week at which cases come."""
    return replace(
        counter(),
        clients={"A": Client(cases_per_week=float(len(minutes)), evenness=1.0, appointments=minutes)},
        steps={
            "One": Step(activity="One", team="First", duration=Distribution.fixed(first)),
            "Two": Step(activity="Two", team="Second", duration=Distribution.fixed(then)),
        },
        routes={
            "start": (Route(to="One", share=1.0),),
            "One": (Route(to="Two", share=1.0),),
            "Two": (Route(to="end", share=1.0),),
        },
        teams={"First": Team(), "Second": Team(limit=limit)},
        people={
            "Ann": Person(teams=("First",), calendar="always"),
            "Bob": Person(teams=("Second",), calendar="always"),
        },
    )


def begun(rows: Rows, activity: int) -> list[int]:
    """Minutes of the second week at which the steps of an activity are begun."""
    which = (rows.activity == activity) & (rows.ready >= WEEK)
    return sorted(round((start - WEEK) / 60.0) for start in rows.start[which])


@LOOPS
def test_who_has_done_the_step_before_keeps_it_until_there_is_room(make: SimpleNamespace, reference: bool) -> None:
    """Ann ends the third case at 30, keeps it until Bob takes the second at 70, and only then begins the fourth."""
    rules = row(1, (0, 1, 2, 3, 4))
    rows = make.whole(rules, reference=reference)
    assert begun(rows, 1) == [10, 70, 130, 190, 250]
    assert begun(rows, 0) == [0, 10, 20, 70, 130]
    free = make.whole(row(None, (0, 1, 2, 3, 4)), reference=reference)
    assert begun(free, 0) == [0, 10, 20, 30, 40]
    assert begun(free, 1) == [10, 70, 130, 190, 250]


@LOOPS
def test_a_place_that_a_kept_case_does_not_need_is_for_the_next_one(make: SimpleNamespace, reference: bool) -> None:
    """Bob begins at 300 and does two at a time: the first, which waits, and the second, which Ann keeps; so the third,
    which Cid keeps, comes into the queue at once, and Cid begins the fourth."""
    rules = row(1, (1, 2, 3, 4))
    both = {name: replace(rules.people["Ann"], teams=("First",)) for name in ("Ann", "Cid")}
    bob = replace(rules.people["Bob"], calendar="late", at_once=2)
    late = {**rules.calendars, "late": Calendar(hours=((300, 10080),))}
    rows = make.whole(replace(rules, people={**both, "Bob": bob}, calendars=late), reference=reference)
    assert begun(rows, 1) == [300, 300, 360, 360]
    assert begun(rows, 0) == [1, 2, 11, 300]


@LOOPS
def test_what_is_kept_keeps_its_turn_where_the_queue_is_longer_than_its_limit(
    make: SimpleNamespace, reference: bool
) -> None:
    """Three cases come to Bob by themselves at 0. Ann keeps one from 11 on, Cid one from 22 on. At 60 there is no room
    yet, though one has left; it is there at 120, and Ann's comes in first."""
    plain = row(1, ())
    rules = replace(
        plain,
        clients={
            "A": Client(cases_per_week=1.0, evenness=1.0, appointments=(1,)),
            "B": Client(cases_per_week=1.0, evenness=1.0, appointments=(12,)),
            "C": Client(cases_per_week=3.0, evenness=1.0, appointments=(0,)),
        },
        client_routes={"C": {"start": (Route(to="Two", share=1.0),)}},
        people={**plain.people, "Cid": replace(plain.people["Ann"], teams=("First",))},
    )
    rows = make.whole(rules, reference=reference)
    two = (rows.activity == 1) & (rows.ready >= WEEK)
    order = rows.client[two][rows.start[two].argsort()].tolist()
    assert order == [2, 2, 2, 0, 1]
    assert begun(rows, 1) == [0, 60, 120, 180, 240]


@LOOPS
def test_a_limit_that_is_never_reached_is_none(make: SimpleNamespace, reference: bool) -> None:
    usual = make.whole(row(None, (0, 1, 2, 3, 4)), reference=reference)
    assert make.same(make.whole(row(4, (0, 1, 2, 3, 4)), reference=reference), usual)
    assert not make.same(make.whole(row(3, (0, 1, 2, 3, 4)), reference=reference), usual)


@LOOPS
def test_who_is_given_up_makes_room(make: SimpleNamespace, reference: bool) -> None:
    """The second case leaves the queue at 40, after 20 minutes: the third comes in, and is given up at 60."""
    gone = Patience(at="Two", lasts=Distribution.fixed(1200.0), activity="Gone")
    rows = make.whole(replace(row(1, (0, 1, 2, 3)), patience={"gone": gone}), reference=reference)
    assert begun(rows, 1) == [0, 10, 20, 40]
    assert begun(rows, 0) == [40, 60]
    assert begun(rows, 2) == [10, 70]


@LOOPS
def test_other_rules_make_room_or_take_it(make: SimpleNamespace, reference: bool) -> None:
    """With more room from minute 40 on, Ann hands over what she keeps; with Al in her place, he begins at
    once, and keeps the next one; where the second step is skipped, at once."""
    minutes = (0, 1, 2, 3, 4)
    before, moment = row(1, minutes), WEEK + 2400.0
    rows = make.whole(before, pauses=[(moment, row(2, minutes))], reference=reference)
    assert begun(rows, 0) == [0, 10, 20, 40, 70]
    same = make.whole(before, pauses=[(moment, replace(before, name="same"))], reference=reference)
    assert make.same(same, make.whole(before, reference=reference))
    new = replace(before, people={"Al": before.people["Ann"], "Bob": before.people["Bob"]})
    rows = make.whole(before, pauses=[(moment, new)], reference=reference)
    assert begun(rows, 0) == [0, 10, 20, 40, 130]
    skipped = replace(before, skips={"A": frozenset({"Two"})})
    rows = make.whole(before, pauses=[(moment, skipped)], reference=reference)
    assert begun(rows, 0)[:4] == [0, 10, 20, 40]


@LOOPS
def test_where_nobody_may_wait_the_case_is_kept_until_somebody_takes_it(make: SimpleNamespace, reference: bool) -> None:
    """Ann ends the second case at 20, and keeps it until Bob is free at 70; what comes by itself waits all the same."""
    rules = row(0, (0, 1, 2, 3))
    rows = make.whole(rules, reference=reference)
    assert begun(rows, 1) == [10, 70, 130, 190]
    assert begun(rows, 0) == [0, 10, 70, 130]
    own = Client(cases_per_week=1.0, evenness=1.0, appointments=(15,))
    straight = {"B": {"start": (Route(to="Two", share=1.0),)}}
    rows = make.whole(replace(rules, clients={**rules.clients, "B": own}, client_routes=straight), reference=reference)
    assert begun(rows, 1) == [10, 70, 130, 190, 250]
    assert begun(rows, 0) == [0, 10, 130, 190]


@LOOPS
def test_who_comes_on_duty_takes_what_is_kept_as_far_as_he_has_hands(make: SimpleNamespace, reference: bool) -> None:
    """Ann keeps the first from 11 on, Cid the second from 12, Dan the third from 13; Bob begins at 300, does two at a
    time, and takes the third when both are done. Eve, who does not do it, takes none."""
    rules = row(0, (1, 2, 3, 4))
    first = {name: replace(rules.people["Ann"], teams=("First",)) for name in ("Ann", "Cid", "Dan")}
    people = {
        **first,
        "Bob": replace(rules.people["Bob"], calendar="late", at_once=2),
        "Eve": replace(rules.people["Bob"], does_not=("Two",)),
    }
    late = {**rules.calendars, "late": Calendar(hours=((300, 10080),))}
    rows = make.whole(replace(rules, people=people, calendars=late), reference=reference)
    assert begun(rows, 1) == [300, 300, 360, 360]
    assert begun(rows, 0) == [1, 2, 3, 300]


@LOOPS
def test_who_joins_a_team_takes_what_is_kept_for_it(make: SimpleNamespace, reference: bool) -> None:
    before = row(0, (0, 1, 2))
    more = replace(before, people={**before.people, "Cid": before.people["Bob"]})
    rows = make.whole(before, pauses=[(WEEK + 2400.0, more)], reference=reference)
    assert begun(rows, 1) == [10, 40, 70]
    assert begun(rows, 0) == [0, 10, 40]


def fork(minutes: tuple[int, ...], two: float = 3600.0, more: float = 7200.0, **parts: Any) -> Organisation:
    """Behind the first step, two at once, for teams that nobody may wait for: Bob's and Dan's."""
    plain = row(0, minutes)
    rules = replace(
        plain,
        steps={
            "One": replace(plain.steps["One"], split="all"),
            "Two": Step(activity="Two", team="Second", duration=Distribution.fixed(two)),
            "Too": Step(activity="Too", team="Third", duration=Distribution.fixed(more)),
        },
        routes={
            "start": (Route(to="One", share=1.0),),
            "One": (Route(to="Two", share=1.0), Route(to="Too", share=1.0)),
            "Two": (Route(to="end", share=1.0),),
            "Too": (Route(to="end", share=1.0),),
        },
        teams={**plain.teams, "Third": Team(limit=0)},
        people={**plain.people, "Dan": Person(teams=("Third",), calendar="always")},
    )
    return replace(rules, **parts)


@LOOPS
@pytest.mark.parametrize("longer", ["Two", "Too"])
def test_who_hands_over_several_parts_keeps_each_until_there_is_room(
    make: SimpleNamespace, reference: bool, longer: str
) -> None:
    """Ann ends the second case at 20. Its parts are taken at 70 and at 130, whichever is the first; then she begins the
    third, of which one is taken at 140, the other at 250."""
    two, too = (3600.0, 7200.0) if longer == "Too" else (7200.0, 3600.0)
    rows = make.whole(fork((0, 1, 2, 3), two, too), reference=reference)
    assert begun(rows, 0) == [0, 10, 130, 250]
    slow, quick = (1, 2) if longer == "Too" else (2, 1)
    assert begun(rows, quick) == [10, 70, 140, 260]
    assert begun(rows, slow) == [10, 130, 250, 370]


@LOOPS
def test_who_keeps_several_parts_is_free_when_they_are_called_off(make: SimpleNamespace, reference: bool) -> None:
    """Ann keeps both parts of the second case from 20 on, until it is called off: at 50, or at 100, when one of them
    has been begun. Then she begins the third."""
    for minutes in (50, 100):
        off = Patience(client="B", lasts=Distribution.fixed(60.0 * (minutes - 1)), activity="Off")
        rules = fork((0, 2, 3), patience={"off": off})
        other = Client(cases_per_week=1.0, evenness=1.0, appointments=(1,))
        rows = make.whole(replace(rules, clients={**rules.clients, "B": other}), reference=reference)
        assert begun(rows, 1) == [0, 10, minutes, 130]
        assert begun(rows, 2) == [10, 130, 250]


@LOOPS
def test_other_rules_make_room_for_several_parts(make: SimpleNamespace, reference: bool) -> None:
    """From minute 40 on, two may wait for Bob: one part of the second case comes in, the other is kept on. Or Al is in
    Ann's place, and begins at once, and keeps the parts of the third, and of no other."""
    before, moment = fork((0, 1, 2, 3)), WEEK + 2400.0
    wide = replace(before, teams={**before.teams, "Second": Team(limit=2)})
    rows = make.whole(before, pauses=[(moment, wide)], reference=reference)
    assert begun(rows, 0) == [0, 10, 130, 250]
    assert rows.ready[(rows.activity == 2) & (rows.start == WEEK + 4200.0)].tolist() == [moment]
    new = replace(before, people={**before.people, "Al": before.people["Ann"]})
    new = replace(new, people={name: who for name, who in new.people.items() if name != "Ann"})
    rows = make.whole(before, pauses=[(moment, new)], reference=reference)
    assert begun(rows, 0) == [0, 10, 40, 250]


@LOOPS
def test_what_somebody_kept_who_is_gone_is_called_off(make: SimpleNamespace, reference: bool) -> None:
    """Ann keeps both parts of the second case, and is gone at 40. At 50 it is called off; Al, who has done the third by
    then, keeps both parts of that until 70 and 130."""
    off = Patience(client="B", lasts=Distribution.fixed(2940.0), activity="Off")
    before = fork((0, 2, 3), patience={"off": off})
    other = Client(cases_per_week=1.0, evenness=1.0, appointments=(1,))
    before = replace(before, clients={**before.clients, "B": other})
    people = {"Al" if name == "Ann" else name: who for name, who in before.people.items()}
    rows = make.whole(before, pauses=[(WEEK + 2400.0, replace(before, people=people))], reference=reference)
    assert begun(rows, 1) == [0, 10, 40, 130]
    assert begun(rows, 2) == [10, 130, 250]
    assert begun(rows, 3) == [10, 70, 140]


@LOOPS
def test_the_next_one_comes_where_the_first_is_called_off_as_it_comes(make: SimpleNamespace, reference: bool) -> None:
    """Bob begins at 70, and calls in what Ann keeps; another part of that case goes on alone from this moment. So he
    takes what Cid keeps, until that is called off in the same way at 75."""
    plain = fork((0, 5))
    rules = replace(
        plain,
        steps={**plain.steps, "Too": Step(activity="Too", duration=Distribution.fixed(60.0), alone=True)},
        routes={
            **plain.routes,
            "One": (Route(to="Too", share=1.0, delay=Distribution.fixed(3600.0)), Route(to="Two", share=1.0)),
            "Two": (Route(to="Too", share=1.0),),
        },
        teams={"First": Team(), "Second": Team(limit=0)},
        people={
            **dict.fromkeys(("Ann", "Cid"), plain.people["Ann"]),
            "Bob": replace(plain.people["Bob"], calendar="late"),
        },
        calendars={**plain.calendars, "late": Calendar(hours=((70, 10080),))},
    )
    assert begun(make.whole(rules, reference=reference), 2) == [70]


def test_throughput_of_two_desks_with_a_buffer_is_what_theory_says(make: SimpleNamespace) -> None:
    """Two exponential servers of equal speed, the first with work without end, with K places between them: they do
    (K + 2) / (K + 3) of what each could (Hunt 1956)."""
    for places in (0, 1, 4):
        rules = row(places, (0,))
        hour = Distribution.exponential(600.0)
        steps = {name: replace(step, duration=hour) for name, step in rules.steps.items()}
        rules = replace(rules, steps=steps, clients={"A": Client(cases_per_week=4000.0, evenness=1.0)})
        rows = make.whole(rules, weeks=5.0, run_out_weeks=60.0)
        assert len(rows.case) == pytest.approx(2 * 20000, abs=4)
        pace = 20000 * 600.0 / rows.end.max()
        assert pace == pytest.approx((places + 2) / (places + 3), rel=0.02)


def test_circles_of_people_who_wait_for_room_are_refused() -> None:
    rules = row(1, (0,))
    assert not faults(rules)
    again = {**rules.routes, "Two": (Route(to="One", share=0.5), Route(to="end", share=0.5))}
    assert not faults(replace(rules, routes=again))
    both = {"First": Team(limit=2), "Second": Team(limit=1)}
    told = [str(fault) for fault in faults(replace(rules, routes=again, teams=both))]
    assert [text.split("  ")[0] for text in told] == ["teams > First > limit", "teams > Second > limit"]
    loop = {**rules.routes, "Two": (Route(to="Two", share=0.5), Route(to="end", share=0.5))}
    assert "for ever" in str(*faults(replace(rules, routes=loop)))
    shared: dict[str, Any] = {"Ann": Person(teams=("First", "Second"), calendar="always")}
    assert "for ever" in str(*faults(replace(rules, people=shared)))
    assert "0 or more" in str(*faults(row(-1, (0,))))
