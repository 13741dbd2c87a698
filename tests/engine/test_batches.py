"""Steps that are done in batches. Times computed by hand; what theory says of them is in `irrupt.verify.batches`."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle import rows as rows_of
from irrupt.chronicle.rows import GAVE_UP, Rows
from irrupt.engine import Simulation
from irrupt.engine.chronicles import simulate
from irrupt.engine.examples import counter
from irrupt.engine.snapshot import load, save
from irrupt.ledgers import Ledgers, Window, on_duty, parties_of
from irrupt.organisation import Batch, Calendar, Client, Distribution, Organisation, Patience, Person, Step, Team
from irrupt.organisation.dated import spans_in
from irrupt.sight.split import BATCH, PARTS, split

WEEK = 604800.0
MINUTE = 60.0
LOOPS = pytest.mark.parametrize("reference", [True, False])
FEW = settings(max_examples=settings().max_examples // 2, deadline=None, suppress_health_check=list(HealthCheck))
ONE_HOUR = Distribution.fixed(3600.0)


def kiln(minutes: tuple[int, ...], batch: Batch | None, work: float = 60.0, **more: Any) -> Organisation:
    """One step, done by Ann. *minutes* of the week at which cases come, from the second week on; its *work*."""
    step = Step(activity="Fire", team="Kiln", duration=Distribution.fixed(work * MINUTE), batch=batch)
    usual: dict[str, Any] = {
        "clients": {"A": Client(cases_per_week=float(len(minutes)), evenness=1.0, appointments=minutes)},
        "steps": {"Serve": step},
        "teams": {"Kiln": Team()},
        "people": {"Ann": Person(teams=("Kiln",), calendar="always")},
    }
    return replace(counter(), **(usual | more))


def told(rows: Rows) -> list[tuple[int, int, int, int]]:
    """Of each step of the second week, in minutes of it: when it was ready, begun and done, and with how many."""
    which = np.flatnonzero((rows.ready >= WEEK) & (rows.ready < 2 * WEEK))
    times = [[round((column[at] - WEEK) / MINUTE) for column in (rows.ready, rows.start, rows.end)] for at in which]
    found = [(*time, int(rows.together[at])) for time, at in zip(times, which, strict=True)]
    return sorted(found, key=lambda row: (row[0], row[2]))


def second_week(make: SimpleNamespace, rules: Organisation, **how: Any) -> list[tuple[int, int, int, int]]:
    """Nobody comes in the first week, nor after the second: appointments are of whole weeks."""
    return told(make.whole(rules, **{"weeks": 2.0, "run_out_weeks": 60.0, **how}))


@LOOPS
def test_enough_cases_are_done_at_once_and_the_rest_gathers(make: SimpleNamespace, reference: bool) -> None:
    """The first two are begun at 10; the others are enough at 40, and wait for Ann until 70."""
    found = second_week(make, kiln((0, 10, 30, 40), Batch(size=2)), reference=reference)
    assert found == [(0, 10, 70, 2), (10, 10, 70, 2), (30, 70, 130, 2), (40, 70, 130, 2)]
    run = Simulation(kiln((0, 10, 20, 30), Batch(size=3)), seed=1, weeks=2.0, run_out_weeks=1.0, reference=reference)
    assert sum(len(rows.case) for rows in run.run()) == 6
    assert run.in_system == 2


@LOOPS
def test_the_first_waits_no_longer_than_that(make: SimpleNamespace, reference: bool) -> None:
    batch = Batch(size=3, longest_wait=25 * MINUTE)
    found = second_week(make, kiln((0, 10, 40, 41, 42), batch, 5.0), reference=reference)
    assert found == [(0, 25, 30, 2), (10, 25, 30, 2), (40, 42, 47, 3), (41, 42, 47, 3), (42, 42, 47, 3)]


@LOOPS
def test_all_go_at_a_set_moment_those_who_come_at_it_too(make: SimpleNamespace, reference: bool) -> None:
    found = second_week(make, kiln((0, 10, 30, 31), Batch(at=(30, 100)), 5.0), reference=reference)
    assert found == [(0, 30, 35, 3), (10, 30, 35, 3), (30, 30, 35, 3), (31, 100, 105, 1)]


@LOOPS
def test_all_go_when_the_hours_of_a_calendar_begin(make: SimpleNamespace, reference: bool) -> None:
    calendars = {"always": Calendar(hours=((0, 10080),)), "post": Calendar(hours=((30, 90), (100, 101)))}
    rules = kiln((0, 10, 30, 31), Batch(at="post"), 5.0, calendars=calendars)
    assert second_week(make, rules, reference=reference) == second_week(
        make, kiln((0, 10, 30, 31), Batch(at=(30, 100)), 5.0)
    )


@LOOPS
def test_hours_that_go_on_over_the_end_of_a_week_begin_once(make: SimpleNamespace, reference: bool) -> None:
    """From Saturday 22:00 to Monday 00:20. Where Saturday of the second week is closed, they begin on Sunday; where
    Sunday is, on Monday."""
    weekend = Calendar(hours=((0, 20), (8520, 10080)))
    calendars = {"always": Calendar(hours=((0, 10080),)), "weekend": weekend}
    rules = kiln((8510, 9000), Batch(at="weekend"), 5.0, calendars=calendars)
    assert second_week(make, rules, reference=reference) == [(8510, 8520, 8525, 2), (9000, 18600, 18605, 1)]
    for closed, begun in (("2024-01-13", [8640, 18600]), ("2024-01-14", [8520, 10080])):
        shut = calendars | {"weekend": replace(weekend, closed=spans_in(closed))}
        found = second_week(make, replace(rules, calendars=shut), reference=reference)
        assert [start for _ready, start, _end, _together in found] == begun


@LOOPS
def test_one_by_one_they_are_done_by_the_same_person_behind_a_set_up(make: SimpleNamespace, reference: bool) -> None:
    batch = Batch(size=3, done="one by one", set_up=Distribution.fixed(30 * MINUTE))
    found = second_week(make, kiln((0, 10, 20), batch, 10.0), reference=reference)
    assert found == [(0, 20, 60, 1), (10, 60, 70, 1), (20, 70, 80, 1)]


@LOOPS
def test_work_on_a_batch_goes_on_in_the_hours_of_who_does_it(make: SimpleNamespace, reference: bool) -> None:
    """Ann works from 0 to 60 and from 100 on."""
    hours = {"always": Calendar(hours=((0, 60), (100, 10080)))}
    at_once = kiln((0, 10, 20), Batch(size=3), 60.0, calendars=hours)
    assert second_week(make, at_once, reference=reference) == [(at, 20, 120, 3) for at in (0, 10, 20)]
    in_turn = kiln((0, 10, 20), Batch(size=3, done="one by one"), 40.0, calendars=hours)
    found = second_week(make, in_turn, reference=reference)
    assert found == [(0, 20, 60, 1), (10, 100, 140, 1), (20, 140, 180, 1)]


@LOOPS
def test_quantities_add_up_and_the_time_of_one_case_is_that_of_all(make: SimpleNamespace, reference: bool) -> None:
    minutes = (0, 10, 20)
    each = replace(
        kiln(minutes, Batch(size=3), 30.0),
        clients={"A": Client(cases_per_week=3.0, evenness=1.0, appointments=minutes, quantity=Distribution.fixed(2.0))},
    )
    step = replace(each.steps["Serve"], per_unit=Distribution.fixed(5 * MINUTE))
    found = second_week(make, replace(each, steps={"Serve": step}), reference=reference)
    assert [row[2] for row in found] == [20 + 30 + 6 * 5] * 3
    turns = replace(step, batch=Batch(size=3, done="one by one"))
    found = second_week(make, replace(each, steps={"Serve": turns}), reference=reference)
    assert [row[2] for row in found] == [60, 100, 140]


@LOOPS
def test_who_gathers_may_give_up_and_then_the_next_is_the_first(make: SimpleNamespace, reference: bool) -> None:
    """The first gives up at 20: the second has waited long enough at 40, not at 30."""
    patience = {"gone": Patience(at="Fire", lasts=Distribution.fixed(20 * MINUTE), activity="Gone", client="A")}
    batch = Batch(size=5, longest_wait=30 * MINUTE)
    rules = kiln((0,), batch, 5.0, patience=patience)
    clients = {"A": rules.clients["A"], "B": replace(rules.clients["A"], appointments=(10,))}
    rows = make.whole(replace(rules, clients=clients), reference=reference)
    gone = rows.flags & GAVE_UP != 0
    assert set(rows.client[gone]) == {0}
    assert told(rows) == [(0, 20, 20, 1), (10, 40, 45, 1)]


@LOOPS
@pytest.mark.parametrize("size", [2, 9])
def test_patience_runs_on_where_none_has_to_gather_any_more(make: SimpleNamespace, reference: bool, size: int) -> None:
    """Ann begins at 300. From minute 25 on, cases are done one by one: those that gathered, or were a batch that waited
    for her, give up an hour after they came; also where nobody is told to give up for a while."""
    minutes = (0, 10, 20, 50)
    gone = {"gone": Patience(at="Fire", lasts=ONE_HOUR, activity="Gone")}
    late = {"always": Calendar(hours=((300, 10080),))}
    before, after = (kiln(minutes, batch, 5.0, patience=gone, calendars=late) for batch in (Batch(size=size), None))
    alone = [(0, 60, 60, 1), (10, 70, 70, 1), (20, 80, 80, 1), (50, 110, 110, 1)]
    assert second_week(make, before, pauses=[(WEEK + 25 * MINUTE, after)], reference=reference) == alone
    again = [
        (WEEK + 25 * MINUTE, after),
        (WEEK + 26 * MINUTE, replace(after, patience={})),
        (WEEK + 45 * MINUTE, after),
    ]
    assert second_week(make, before, pauses=again, reference=reference) == alone


@LOOPS
def test_a_batch_stands_where_its_case_of_the_highest_rank_does(make: SimpleNamespace, reference: bool) -> None:
    """While Ann works, a batch of A gathers before one with B in it, who goes first."""
    rules = kiln((0, 1, 2, 3, 5), Batch(size=2), 60.0, teams={"Kiln": Team(priority={"B": 1})})
    clients = {"A": rules.clients["A"], "B": replace(rules.clients["A"], cases_per_week=1.0, appointments=(4,))}
    rows = make.whole(replace(rules, clients=clients), reference=reference)
    found = {row[0]: row[1] for row in told(rows)}
    begun = sorted(set(found.values()))
    assert found[4] == begun[1]
    assert max(found[2], found[3]) == begun[2]


@LOOPS
def test_one_by_one_they_are_done_in_the_order_in_which_they_came(make: SimpleNamespace, reference: bool) -> None:
    """Whichever of them stands for the batch in its queue: what ranks highest."""
    batch = Batch(size=3, longest_wait=86400.0, done="one by one", set_up=Distribution.fixed(30 * MINUTE))
    rules = kiln((0, 1, 2, 3, 5, 6), batch, 10.0, teams={"Kiln": Team(priority={"B": 1})})
    clients = {"A": rules.clients["A"], "B": replace(rules.clients["A"], cases_per_week=3.0, appointments=(4, 7, 8))}
    rows = make.whole(replace(rules, clients=clients), reference=reference)
    # 3, 4 and 5 are enough at 5, 6, 7 and 8 at 8; Ann is free at 62.
    begins = {ready: start for ready, start, _end, _together in told(rows)}
    assert begins == {0: 2, 1: 42, 2: 52, 3: 62, 4: 102, 5: 112, 6: 122, 7: 162, 8: 172}


@LOOPS
def test_what_follows_in_a_batch_begins_in_hours(make: SimpleNamespace, reference: bool) -> None:
    """Not when the one before it ends with them; also where the hours change by then."""
    hours = {"always": Calendar(hours=((0, 60), (100, 200), (300, 10080)))}
    rules = kiln((0, 10, 20), Batch(size=3, done="one by one"), 40.0, calendars=hours)
    assert second_week(make, rules, reference=reference) == [(0, 20, 60, 1), (10, 100, 140, 1), (20, 140, 180, 1)]
    later = replace(rules, calendars={"always": Calendar(hours=((0, 60), (120, 160), (300, 10080)))})
    slower = replace(later, people={"Ann": replace(rules.people["Ann"], speed=0.5)})
    for after, found in (
        (later, [(0, 20, 60, 1), (10, 120, 160, 1), (20, 300, 340, 1)]),
        (slower, [(0, 20, 140, 1), (10, 140, 360, 1), (20, 360, 440, 1)]),
    ):
        pauses = [(WEEK + 40 * MINUTE, after)]
        assert second_week(make, rules, pauses=pauses, reference=reference) == found


@LOOPS
def test_other_rules_while_cases_gather(make: SimpleNamespace, reference: bool) -> None:
    """From minute 25 on two are enough, then none has to gather; an equal rule changes nothing."""
    minutes = (0, 10, 20, 50)
    before, moment = kiln(minutes, Batch(size=4), 5.0), WEEK + 25 * MINUTE
    usual = make.whole(before, reference=reference)
    for same in (replace(before, name="same"), replace(before, teams={"Kiln": Team(choice="random")})):
        assert make.same(make.whole(before, pauses=[(moment, same)], reference=reference), usual)
    fewer = make.whole(before, pauses=[(moment, kiln(minutes, Batch(size=2), 5.0))], reference=reference)
    assert told(fewer) == [(0, 25, 30, 2), (10, 25, 30, 2), (20, 50, 55, 2), (50, 50, 55, 2)]
    none = make.whole(before, pauses=[(moment, kiln(minutes, None, 5.0))], reference=reference)
    assert told(none) == [(0, 25, 30, 1), (10, 30, 35, 1), (20, 35, 40, 1), (50, 50, 55, 1)]
    sooner = kiln(minutes, Batch(size=9, longest_wait=30 * MINUTE), 5.0)
    assert told(make.whole(before, pauses=[(moment, sooner)], reference=reference))[0] == (0, 30, 35, 3)


def test_batches_of_one_are_no_batches(make: SimpleNamespace) -> None:
    plain = kiln((0, 10, 20), None)
    assert make.same(make.whole(kiln((0, 10, 20), Batch(size=1))), make.whole(plain))


@FEW
@given(data=st.data())
def test_batches_of_one_are_no_batches_in_anything(make: SimpleNamespace, data: Any) -> None:
    """With all other mechanisms, through changes of rules; one by one or at once, with whatever wait."""
    rules = make.without_calls(make.without_batches(data.draw(make.organisations())))
    teams = {name: replace(team, interrupts="never") for name, team in rules.teams.items()}
    rules = replace(rules, teams=teams)
    other = replace(rules, people=data.draw(make.organisations()).people | rules.people)

    def alone(one: Organisation) -> Organisation:
        batch = Batch(size=1, longest_wait=60.0, at=(600,), done=data.draw(st.sampled_from(["at once", "one by one"])))
        return replace(one, steps={name: replace(step, batch=batch) for name, step in one.steps.items()})

    people = {name: one for name, one in other.people.items() if set(one.teams) <= set(rules.teams)}
    calm = replace(rules, people=people)
    pauses = [(200_000.0, calm), (400_000.0, rules)]
    single = [(moment, alone(one)) for moment, one in pauses]
    assert make.same(make.whole(alone(rules), pauses=single), make.whole(rules, pauses=pauses))


@FEW
@given(data=st.data())
def test_everybody_in_a_batch_is_told_with_how_many(make: SimpleNamespace, data: Any) -> None:
    """Steps that were done with n cases stand in groups of n rows with one person, begin and end; and none of a batch
    with a size is in a larger one."""
    rules = make.in_time(data.draw(make.organisations()))
    run = Simulation(rules, seed=2, weeks=1.5, run_out_weeks=2000.0)
    rows = make.collected(run.run())
    assert run.in_system == 0
    many = rows.together > 1
    keys = np.column_stack([rows.activity, rows.team, rows.person, rows.start, rows.end, rows.together])[many]
    groups, counts = np.unique(keys, axis=0, return_counts=True)
    assert (counts % groups[:, -1] == 0).all() if len(groups) else True
    sizes = [step.batch.size or 10**9 for step in rules.steps.values() if step.batch]
    assert rows.together.max(initial=1) <= max(sizes, default=1)


def test_a_run_in_a_file_goes_on_with_those_who_gather(make: SimpleNamespace, tmp_path: Any) -> None:
    rules = kiln((0, 10, 20, 50), Batch(size=4, longest_wait=7200.0))
    run = Simulation(rules, seed=1, weeks=3.0)
    before = make.collected(run.run(WEEK + 15 * MINUTE))
    save(run, tmp_path / "run.npz")
    rest = make.collected(load(tmp_path / "run.npz").run())
    whole = make.collected(Simulation(rules, seed=1, weeks=3.0).run())
    assert make.same(make.collected([part for part in (before, rest) if len(part.case)]), whole)


@pytest.mark.parametrize("size", [2, 5])
def test_records_of_batches_show_who_waits_for_whom(size: int) -> None:
    """Read again from its records, a run has the same hours of people, and cases wait for batches as real ones do."""
    rules = replace(
        counter(0.5, cases_per_week=300.0),
        steps={"Serve": Step(activity="Serve", team="Desk", duration=ONE_HOUR, batch=Batch(size=size))},
    )
    chronicle = simulate(rules, weeks=6, seed=1)
    rows, legend = rows_of(chronicle)
    assert set(rows.together) == {size}
    window = Window(begin=WEEK, end=5 * WEEK)
    ledgers = Ledgers(legend, window, on_duty(rules))
    ledgers.add(rows)
    found = ledgers.result(parties_of(legend))
    assert found["work done"]["Desk"] == pytest.approx(300 / size, rel=0.1)
    assert found["share of time at work"]["Desk"] == pytest.approx(found["work done"]["Desk"] / 168)
    assert found["steps done"]["Desk"] == pytest.approx(300, rel=0.1)
    order = np.lexsort((rows.end, rows.case))
    ordered = Rows._make(column[order] for column in rows)
    parts = split(ordered, {}, activities=len(legend.activities), within=False)
    assert parts.batched[legend.activities.index("Serve")]
    waits = parts.parts[:, PARTS.index(BATCH)].mean() / 3.6e9
    assert waits == pytest.approx((size - 1) / 2 / 300 * 168, rel=0.1)


def test_few_enough_cases_find_room_for_all_events(make: SimpleNamespace) -> None:
    """Many batches are complete long before the first has waited long enough."""
    rules = kiln((), Batch(size=2, longest_wait=3 * WEEK), 0.0)
    rules = replace(rules, clients={"A": Client(cases_per_week=2000.0)})
    assert make.same(make.whole(rules), make.whole(rules, reference=True))
