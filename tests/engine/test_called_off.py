"""Cases, and parts of them, that are called off wherever they are. Times computed by hand, and what must be equal."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import CLIENT_ACT, CUT_SHORT, FIRST, GAVE_UP, LAST
from irrupt.engine import Crossing, Simulation, simulate
from irrupt.engine.examples import counter
from irrupt.engine.opening import Opened, OpenPart
from irrupt.ledgers import Ledgers, Window, on_duty, parties_of
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
from irrupt.units import WEEK

FEW = settings(max_examples=settings().max_examples // 2, deadline=None, suppress_health_check=list(HealthCheck))
LOOPS = pytest.mark.parametrize("reference", [True, False])
END = (Route(to="end", share=1.0),)
LAST_FIRST = Team(order="last come")


def minutes(n: float) -> Distribution:
    return Distribution.fixed(60.0 * n)


def called_off(after: float, **more: Any) -> dict[str, Patience]:
    return {"Withdrawn": Patience(lasts=minutes(after), activity="Withdrawn", **more)}


def desk(*came: int, patience: dict[str, Patience], **more: Any) -> Organisation:
    """One desk, where everything takes an hour; cases come at these minutes of the week."""
    parts: dict[str, Any] = {
        "clients": {"A": Client(cases_per_week=float(len(came)), evenness=1.0, appointments=came)},
        "steps": {"Serve": Step(activity="Serve", team="Desk", duration=minutes(60))},
        "patience": patience,
    }
    return replace(counter(), **parts | more)


def told(make: SimpleNamespace, rules: Organisation, **how: Any) -> list[tuple[str, int, int, int]]:
    """Of the second week: what is done, from which minute to which, and the flags."""
    rows = make.whole(rules, **how)
    names = Simulation(rules, seed=1, weeks=0.0).legend.activities
    return [
        (names[a], round((start - WEEK) / 60), round((end - WEEK) / 60), int(flags))
        for a, start, end, flags in zip(rows.activity, rows.start, rows.end, rows.flags, strict=True)
        if end >= WEEK
    ]


GONE = LAST | CLIENT_ACT | GAVE_UP


@LOOPS
@pytest.mark.parametrize("choice", ["longest idle", "fastest"])
def test_what_is_called_off_and_comes_back_passes_nobody(make: SimpleNamespace, reference: bool, choice: str) -> None:
    """The first is called off after 30 minutes of work, and comes back to the desk where the second waits: who has
    become free by that takes the second. Before, he took up again what he had just put down."""
    again = Step(activity="Again", team="Desk", duration=minutes(10))
    rules = desk(0, 5, patience=called_off(30, to="Again"), teams={"Desk": Team(choice=choice)})
    rules = replace(rules, steps={**rules.steps, "Again": again}, routes={**rules.routes, "Again": END})
    found = [(name, start, end) for name, start, end, _flags in told(make, rules, reference=reference)]
    assert found == [
        ("Serve", 0, 30),
        ("Withdrawn", 30, 30),
        ("Serve", 30, 35),
        ("Withdrawn", 35, 35),
        ("Again", 35, 45),
        ("Again", 45, 55),
    ]


@LOOPS
@pytest.mark.parametrize("waits", [False, True])
def test_what_is_called_off_and_comes_back_interrupts_nobody_where_somebody_is_free(
    make: SimpleNamespace, reference: bool, waits: bool
) -> None:
    """Ann had the rush case, which is called off at 30 and comes back: she takes it, Bob goes on with the usual one.
    Where another rush case waits for her, she takes that, and only what then waits interrupts Bob."""
    rush = Client(cases_per_week=3.0 if waits else 1.0, evenness=1.0, appointments=(0, 2, 3) if waits else (0,))
    usual = Client(cases_per_week=1.0, evenness=1.0, appointments=(1,))
    people = {name: Person(teams=("Desk",), calendar="always") for name in ("Ann", "Bob")}
    again = Step(activity="Again", team="Desk", duration=minutes(10))
    rules = desk(
        clients={"Rush": rush, "Usual": usual},
        patience=called_off(30, to="Again", client="Rush"),
        teams={"Desk": Team(priority={"Rush": 1}, interrupts="resume")},
        people=people,
    )
    rules = replace(rules, steps={**rules.steps, "Again": again}, routes={**rules.routes, "Again": END})
    found = [(name, start, end) for name, start, end, _flags in told(make, rules, reference=reference)]
    if not waits:
        assert found == [("Serve", 0, 30), ("Withdrawn", 30, 30), ("Again", 30, 40), ("Serve", 1, 61)]
        return
    assert [row for row in found if row[2] <= 33] == [
        ("Serve", 1, 2),
        ("Serve", 0, 30),
        ("Withdrawn", 30, 30),
        ("Serve", 2, 32),
        ("Withdrawn", 32, 32),
        ("Serve", 30, 33),
        ("Withdrawn", 33, 33),
    ]


@LOOPS
def test_work_in_hand_stops_and_queues_are_left(make: SimpleNamespace, reference: bool) -> None:
    """Each case is called off after 70 minutes: the second at 75, when 15 are done; the third at 80."""
    found = told(make, desk(0, 5, 10, patience=called_off(70)), reference=reference)
    assert found == [
        ("Serve", 0, 60, FIRST | LAST),
        ("Serve", 60, 75, FIRST | CUT_SHORT),
        ("Withdrawn", 75, 75, GONE),
        ("Serve", 75, 80, FIRST | CUT_SHORT),
        ("Withdrawn", 80, 80, GONE),
    ]
    found = told(make, desk(0, 5, 10, patience=called_off(40)), reference=reference)
    assert [row[:3] for row in found if row[0] == "Serve"] == [("Serve", 0, 40), ("Serve", 40, 45), ("Serve", 45, 50)]
    found = told(make, desk(0, 5, patience=called_off(30), teams={"Desk": Team(order="shortest")}), reference=reference)
    assert [row[:3] for row in found if row[0] == "Serve"] == [("Serve", 0, 30), ("Serve", 30, 35)]


@LOOPS
def test_delays_end(make: SimpleNamespace, reference: bool) -> None:
    """Before anything was done: the one row is the first and the last."""
    way = {"start": (Route(to="Serve", share=1.0, delay=minutes(100)),), "Serve": END}
    found = told(make, desk(0, patience=called_off(30), routes=way), reference=reference)
    assert found == [("Withdrawn", 30, 30, FIRST | GONE)]


def again() -> Organisation:
    """After 80 minutes, from the second of two steps back to the first."""
    steps = {name: Step(activity=name, team="Desk", duration=minutes(60)) for name in ("One", "Two")}
    ways = {"start": (Route(to="One", share=1.0),), "One": (Route(to="Two", share=1.0),), "Two": END}
    return desk(0, patience=called_off(80, to="One"), steps=steps, routes=ways)


@LOOPS
def test_a_late_change_goes_back_from_wherever_the_case_is(make: SimpleNamespace, reference: bool) -> None:
    """After 80 minutes, once: from the second of two steps back to the first, which is done for a second time."""
    assert told(make, again(), reference=reference) == [
        ("One", 0, 60, FIRST),
        ("Two", 60, 80, CUT_SHORT),
        ("Withdrawn", 80, 80, CLIENT_ACT),
        ("One", 80, 140, 0),
        ("Two", 140, 200, LAST),
    ]


def forked(**more: Any) -> Organisation:
    """Two people each do a part; beside them, the client may think better of it."""
    steps = {
        "Fork": Step(activity="Fork", split="all"),
        "A": Step(activity="A", team="Desk", duration=minutes(60)),
        "B": Step(activity="B", team="Desk", duration=minutes(90)),
        "Off": Step(activity="Off", alone=True, client_act=True),
        "Close": Step(activity="Close", join=True),
    }
    ways = {
        "start": (Route(to="Fork", share=1.0),),
        "Fork": tuple(Route(to=to, share=1.0, delay=minutes(wait)) for to, wait in (("A", 0), ("B", 0), ("Off", 80))),
        "A": (Route(to="Close", share=1.0),),
        "B": (Route(to="Close", share=1.0),),
        "Off": END,
        "Close": END,
    }
    people = {name: Person(teams=("Desk",), calendar="always") for name in ("Ann", "Bob")}
    return desk(*(0, 10), steps=steps, routes=ways, people=people, **{"patience": {}} | more)


@LOOPS
def test_the_first_part_at_a_step_goes_on_alone(make: SimpleNamespace, reference: bool) -> None:
    """At 80 the client thinks better of the first case: A is done, B is left; of the second, A waits until 60 and is
    done at 120, but for the end that comes at 90."""
    assert told(make, forked(), reference=reference) == [
        ("Fork", 0, 0, FIRST | 16),
        ("Fork", 10, 10, FIRST | 16),
        ("A", 0, 60, 0),
        ("B", 0, 80, CUT_SHORT),
        ("Off", 80, 80, LAST | CLIENT_ACT),
        ("A", 60, 90, CUT_SHORT),
        ("B", 80, 90, CUT_SHORT),
        ("Off", 90, 90, LAST | CLIENT_ACT),
    ]


@LOOPS
@pytest.mark.parametrize(
    "how",
    [
        pytest.param(lambda: desk(0, 5, 10, patience=called_off(70)), id="called off"),
        pytest.param(again, id="sent back"),
        pytest.param(lambda: forked(), id="alone"),
    ],
)
def test_work_that_nobody_goes_on_with_was_not_put_aside_for_other_work(how: Any, reference: bool) -> None:
    """Nor are steps side by side, where one begins when the other has ended. In the written records, too, such a step
    has ended, and is not suspended."""
    rules = how()
    run = Simulation(rules, seed=1, weeks=3.0, reference=reference)
    ledgers = Ledgers(run.legend, Window(begin=0.0, end=3 * WEEK), on_duty(rules))
    cut = 0
    for rows in run.run():
        cut += int((rows.flags & CUT_SHORT == CUT_SHORT).sum())
        ledgers.add(rows)
    found = ledgers.result(parties_of(run.legend))
    assert cut > 1
    assert found["interruptions"]["Desk"] == found["steps side by side"]["Desk"] == 0.0
    written = simulate(rules, weeks=3, seed=1).events["activity"]
    assert written.str.ends_with(" / ate_abort").sum() > 1
    assert not written.str.contains("suspend").any()


@LOOPS
def test_a_case_in_parts_is_called_off_as_a_whole(make: SimpleNamespace, reference: bool) -> None:
    found = told(make, forked(patience=called_off(70)), reference=reference)
    assert [row[:3] for row in found if row[0] != "Fork"] == [
        ("A", 0, 60),
        ("B", 0, 70),
        ("Withdrawn", 70, 70),
        ("B", 70, 80),
        ("A", 60, 80),
        ("Withdrawn", 80, 80),
    ]


@LOOPS
def test_who_gives_a_case_up_at_one_of_its_parts_gives_all_of_it_up(make: SimpleNamespace, reference: bool) -> None:
    """B of the first case waits for 30: A is in Ann's hands then, who goes on with the second case. Its A waits until
    then, and its B as long as the first one. Where it goes back instead, the other part goes on."""
    rule = Patience(at="B", lasts=minutes(30), activity="Gone")
    alone = {"Ann": Person(teams=("Desk",), calendar="always")}
    rules = replace(forked(patience={"Gone": rule}), people=alone)
    ways = {**rules.routes, "Fork": rules.routes["Fork"][:2]}
    assert [row[:3] for row in told(make, replace(rules, routes=ways), reference=reference) if row[0] != "Fork"] == [
        ("A", 0, 30),
        ("Gone", 30, 30),
        ("A", 30, 40),
        ("Gone", 40, 40),
    ]
    back = replace(rules, routes=ways, patience={"Gone": replace(rule, to="Close")})
    found = told(make, back, reference=reference)
    assert [row[:3] for row in found if row[0] in "AGone"] == [
        ("Gone", 30, 30),
        ("Gone", 40, 40),
        ("A", 0, 60),
        ("A", 60, 120),
    ]


@LOOPS
def test_what_is_kept_or_was_interrupted_is_called_off_too(make: SimpleNamespace, reference: bool) -> None:
    """Ann keeps the third case from 30 on, for want of room, until there is some at 43.
    And of two ranks, what was interrupted at 20 is not gone on with after 50."""
    rules = desk(
        *(0, 1, 2, 3),
        patience=called_off(43, share=1.0),
        steps={
            "One": Step(activity="One", team="First", duration=minutes(10)),
            "Two": Step(activity="Two", team="Second", duration=minutes(60)),
        },
        routes={"start": (Route(to="One", share=1.0),), "One": (Route(to="Two", share=1.0),), "Two": END},
        teams={"First": Team(), "Second": Team(limit=1)},
        people={
            "Ann": Person(teams=("First",), calendar="always"),
            "Bob": Person(teams=("Second",), calendar="always"),
        },
    )
    found = told(make, rules, reference=reference)
    assert [row[1:3] for row in found if row[0] == "One"] == [(0, 10), (10, 20), (20, 30), (43, 46)]
    assert [row[1:3] for row in found if row[0] == "Two"] == [(10, 43), (43, 44), (44, 45)]
    rush = Client(cases_per_week=1.0, evenness=1.0, appointments=(20,))
    rules = desk(0, patience=called_off(50, client="A"), teams={"Desk": Team(priority={"B": 1}, interrupts="resume")})
    rules = replace(rules, clients={**rules.clients, "B": rush})
    found = told(make, rules, reference=reference)
    assert [row[:3] for row in found] == [("Serve", 0, 20), ("Withdrawn", 50, 50), ("Serve", 20, 80)]


@LOOPS
def test_a_rule_that_comes_later_is_as_if_it_had_been_there_for_what_is_still_to_come(
    make: SimpleNamespace, reference: bool
) -> None:
    """Brought in at minute 20: the case is called off at 30; at minute 40, it is not; taken away at 20, neither."""
    rules, plain = desk(0, patience=called_off(30)), desk(0, patience={})

    def ends(before: Organisation, after: Organisation, minute: float) -> list[tuple[int, int]]:
        pauses = [(WEEK + 60.0 * minute, after)]
        rows = make.whole(before, pauses=pauses, reference=reference)
        return [(round((a - WEEK) / 60), round((b - WEEK) / 60)) for a, b in zip(rows.start, rows.end, strict=True)][
            -1:
        ]

    assert ends(plain, rules, 20) == [(30, 30)]
    assert ends(plain, rules, 40) == ends(rules, plain, 20) == [(0, 60)]
    same = make.whole(rules, pauses=[(WEEK + 1200.0, replace(rules, name="x"))], reference=reference)
    assert make.same(same, make.whole(rules, reference=reference))


@LOOPS
def test_who_was_called_off_at_the_moment_of_a_pause_is_not_called_off_again(
    make: SimpleNamespace, reference: bool
) -> None:
    """He is called off at 30, and then waits for Bob, for whom nobody waited: there the run pauses. Whether the rules
    that change are about what calls off or not, he was called off."""
    plain = desk(0, patience=called_off(30, to="Again"))
    rules = replace(
        plain,
        steps=plain.steps | {"Again": Step(activity="Again", team="Again", duration=minutes(60))},
        routes=plain.routes | {"Again": END},
        teams=plain.teams | {"Again": Team()},
        people=plain.people | {"Bob": Person(teams=("Again",), calendar="late")},
        calendars=plain.calendars | {"late": Calendar(hours=((120, 10080),))},
    )
    later = {"Later": Patience(lasts=minutes(600), activity="Later")}
    others = replace(rules, patience=rules.patience | later), replace(rules, teams={**rules.teams, "Again": LAST_FIRST})
    for other in others:
        run = Simulation(rules, seed=1, weeks=2.0, reference=reference)
        before = make.collected(run.run(watch=Crossing(team="Again", above=0)))
        assert run.now == WEEK + 30 * 60.0
        run.change(other)
        found = [*before.activity.tolist(), *make.collected(run.run()).activity.tolist()]
        assert [run.legend.activities[activity] for activity in found] == ["Serve", "Withdrawn", "Again"]


@FEW
@given(data=st.data())
def test_what_never_comes_in_time_changes_nothing(make: SimpleNamespace, data: Any) -> None:
    """To the bit: nobody, or only after years; and a step that calls off where no case is ever in parts."""
    rules = make.without_batches(replace(data.draw(make.organisations()), patience={}))
    known = rules.activities()[0]
    never = {
        "nobody": Patience(lasts=minutes(1), share=0.0, activity=known),
        "late": Patience(lasts=Distribution.fixed(900 * WEEK), activity=known, to="end"),
    }
    assert make.same(make.whole(rules), make.whole(replace(rules, patience=never)))
    whole = {name: replace(step, split="one", join=False, alone=False) for name, step in rules.steps.items()}
    ways = {name: tuple(replace(r, share=r.share / sum(o.share for o in ways if o.whose == r.whose)) for r in ways)
            for name, ways in rules.routes.items()}  # fmt: skip
    plain = replace(rules, steps=whole, routes=ways, skips={})
    alone = {name: replace(step, alone=True) for name, step in whole.items()}
    assert make.same(make.whole(plain), make.whole(replace(plain, steps=alone)))


def test_open_cases_are_called_off_as_well(make: SimpleNamespace) -> None:
    """Counted from when they came, in both loops."""
    rules = desk(5, patience=called_off(70) | {"Other": Patience(lasts=minutes(90), share=0.5, activity="Other")})
    opened = [
        Opened(client="A", key=n, kind=None, quantity=1.0, due=1e9, seen=Counter(Serve=1), came=-60.0 * n,
               clock=-60.0 * n, parts=(OpenPart("Serve", 0, 0, -30.0 * n, 0.0),))
        for n in range(300)
    ]  # fmt: skip
    outcomes = []
    for reference in (False, True):
        run = Simulation(rules, seed=1, weeks=2.0, reference=reference)
        run.open(opened)
        outcomes.append(make.collected(run.run()))
    assert make.same(*outcomes)
    gone = outcomes[0].flags & GAVE_UP > 0
    assert gone.sum() > 60
    assert max(outcomes[0].end[gone & (outcomes[0].case < 70)]) == 69 * 60.0


def test_what_cannot_be_is_refused() -> None:
    rules = desk(0, patience=called_off(30, share=1.5, longest_queue=3, to="Srve"))
    assert [fault.where for fault in faults(rules)] == [
        "patience > Withdrawn > longest queue",
        "patience > Withdrawn > share",
        "patience > Withdrawn > to",
    ]
    here = Patience(at="Serve", lasts=minutes(1), share=0.5, activity="X")
    rules = desk(0, patience={"Gone": Patience(activity="Gone"), "Here": here})
    assert [fault.where for fault in faults(rules)] == ["patience > Gone", "patience > Here > share"]
    rules = forked(skips={"A": frozenset({"Off"})})
    assert [fault.where for fault in faults(rules)] == ["skips > A > Off"]
