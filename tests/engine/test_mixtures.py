"""Small organisations in which several mechanisms meet. What must come out was computed by hand.

Times are minutes of the second week. A row is told as `A0 Sort Ann 0-10`: client and number of the case, what is done,
by whom (`-`: by nobody), from when to when, with `!` where it was cut short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from irrupt.chronicle.rows import INTERRUPTED, Legend, Rows
from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.engine.orders import Order
from irrupt.engine.snapshot import load, save
from irrupt.organisation import (
    Batch,
    Calendar,
    Check,
    Client,
    Distribution,
    Organisation,
    Patience,
    Person,
    Return,
    Route,
    Step,
    Team,
)
from irrupt.organisation.dated import spans_in
from irrupt.organisation.validate import faults
from irrupt.units import WEEK

DAY = 1440
END = (Route(to="end", share=1.0),)
DAYS = tuple((day * DAY + 540, day * DAY + 1020) for day in range(7))
HOLIDAY = spans_in("2024-01-10")
"""Wednesday of the second week."""
CALENDARS = {
    "always": Calendar(hours=((0, 7 * DAY),)),
    "day": Calendar(hours=DAYS),
    "office": Calendar(hours=DAYS, closed=HOLIDAY),
    "post": Calendar(hours=tuple((day * DAY + 960, day * DAY + 961) for day in range(5)), closed=HOLIDAY),
}


def minutes(n: float) -> Distribution:
    return Distribution.fixed(60.0 * n)


def to(*names: str) -> tuple[Route, ...]:
    """All ways from where a case splits, or the only one."""
    return tuple(Route(to=name, share=1.0) for name in names)


def step(activity: str, team: str | None, work: float, **more: Any) -> Step:
    return Step(activity=activity, team=team, duration=minutes(work), **more)


def at(*moments: int, **more: Any) -> Client:
    """A client whose cases come at these minutes of the week."""
    return Client(cases_per_week=float(len(moments)), evenness=1.0, appointments=moments, **more)


def people(**teams: str) -> dict[str, Person]:
    """Who is always there, with his teams."""
    return {name: Person(teams=tuple(of.split()), calendar="always") for name, of in teams.items()}


def built(
    clients: dict[str, Client],
    steps: Sequence[Step],
    routes: dict[str, tuple[Route, ...]],
    who: dict[str, Person],
    **more: Any,
) -> Organisation:
    """An organisation of *steps* that are called as their activities; of those without routes, cases go to the end."""
    named = {one.activity: one for one in steps}
    teams = {team: Team() for one in who.values() for team in one.teams} | more.pop("teams", {})
    made = replace(
        counter(),
        clients=clients,
        steps=named,
        routes=dict.fromkeys(named, END) | routes,
        people=who,
        teams=teams,
        calendars=CALENDARS,
        **more,
    )
    assert not faults(made)
    return made


@dataclass(frozen=True)
class Mixture:
    """A run, and what must come of it."""

    rules: Organisation
    rows: str
    """In any order."""
    pauses: dict[int, Organisation | list[Order]] = field(default_factory=dict)
    """At which rules change, or orders are brought."""


def ran(
    mixture: Mixture, *, reference: bool = False, stored: Path | None = None, stops: Sequence[int] = ()
) -> list[str]:
    """The rows of the run; with *stored*, it is kept there and taken up again at each pause and at *stops*."""
    rules = mixture.rules
    # Appointments are of whole weeks: nobody comes in the first.
    silent = replace(
        rules, clients={name: replace(client, cases_per_week=0.0) for name, client in rules.clients.items()}
    )
    run = Simulation(silent, seed=1, weeks=2.0, run_out_weeks=60.0, reference=reference, checked=not reference)
    assert not told(run, WEEK - 1.0)
    run.change(rules)
    found = []
    for moment in sorted({*mixture.pauses, *stops}):
        found += told(run, WEEK + 60.0 * moment)
        if stored is not None:
            save(run, stored)
            run = load(stored)
        what = mixture.pauses.get(moment, [])
        if isinstance(what, Organisation):
            run.change(what)
        else:
            run.bring(what)
    return sorted(found + told(run, None))


def told(run: Simulation, until: float | None) -> list[str]:
    return [row for rows in run.run(until) for row in lines(rows, run.legend)]


def lines(rows: Rows, legend: Legend) -> list[str]:
    def clock(seconds: float) -> str:
        return f"{(seconds - WEEK) / 60.0:g}"

    return [
        f"{legend.clients[client]}{case} {legend.activities[activity]} {legend.people[person] if person >= 0 else '-'} "
        f"{clock(start)}-{clock(end)}{'!' if flags & INTERRUPTED else ''}"
        for case, client, activity, person, start, end, flags in zip(
            rows.case, rows.client, rows.activity, rows.person, rows.start, rows.end, rows.flags, strict=True
        )
    ]


MIXTURES: dict[str, Callable[[], Mixture]] = {}


def mixture(made: Callable[[], Mixture]) -> Callable[[], Mixture]:
    MIXTURES[made.__name__] = made
    return made


def forked(*branches: Step, meet: Step | None = None, after: Sequence[Step] = (), **more: Any) -> dict[str, Any]:
    """Steps and routes of a case that is at all *branches* at once, and then at *meet* and what comes *after*."""
    meet = meet or Step(activity="Meet", join=True)
    row = [meet, *after]
    ways = {one.activity: to(other.activity) for one, other in pairwise(row)}
    return {
        "steps": [Step(activity="Fork", split="all"), *branches, *row],
        "routes": {
            "start": to("Fork"),
            "Fork": to(*(one.activity for one in branches)),
            **{one.activity: to(meet.activity) for one in branches},
            **ways,
            **more,
        },
    }


@mixture
def an_or_split_in_a_loop_is_called_off() -> Mixture:
    """Second time round, one part waits at the join and the other is in hand."""
    flow = forked(step("Left", "L", 10), step("Right", "R", 30), step("Third", "L", 5), after=[step("Review", None, 5)])
    flow["steps"][0] = Step(activity="Fork", split="some")
    some = tuple(Route(to=name, share=share) for name, share in (("Left", 1.0), ("Right", 1.0), ("Third", 0.0)))
    rules = built(
        {"A": at(0), "B": at(40)},
        [*flow["steps"], step("Solo", "R", 10)],
        {**flow["routes"], "Fork": some},
        people(Ann="L", Bob="R"),
        client_routes={"B": {"start": to("Solo")}},
        returns={"late": Return(during="Review", back_to="Fork", share=1.0)},
        patience={"off": Patience(lasts=minutes(60), activity="Withdrawn")},
    )
    return Mixture(
        rules,
        """A0 Fork - 0-0, A0 Left Ann 0-10, A0 Right Bob 0-30, A0 Meet - 30-30, A0 Review - 30-35, A0 Fork - 35-35,
        A0 Left Ann 35-45, A0 Right Bob 35-60!, A0 Withdrawn - 60-60, B1 Solo Bob 60-70""",
    )


def posted(**batch: Any) -> Organisation:
    return built(
        {"A": at(DAY + 1020, 2 * DAY + 600, 2 * DAY + 660)},
        [step("Fire", "Kiln", 30, batch=Batch(**batch))],
        {"start": to("Fire")},
        {"Ann": Person(teams=("Kiln",), calendar="office")},
    )


@mixture
def a_batch_goes_when_hours_begin_behind_a_holiday() -> Mixture:
    """At 16:00 on Thursday."""
    return Mixture(posted(at="post"), "A0 Fire Ann 5280-5310, A1 Fire Ann 5280-5310, A2 Fire Ann 5280-5310")


@mixture
def a_batch_goes_by_the_clock_on_a_holiday_and_waits() -> Mixture:
    """At 16:00 on Wednesday; Ann is there on Thursday at nine."""
    rules = posted(at=tuple(day * DAY + 960 for day in range(5)))
    return Mixture(rules, "A0 Fire Ann 4860-4890, A1 Fire Ann 4860-4890, A2 Fire Ann 4860-4890")


@mixture
def enough_for_a_batch_on_a_holiday_are_done_one_by_one_behind_it() -> Mixture:
    rules = posted(at="post", size=3, done="one by one", set_up=minutes(5))
    return Mixture(rules, "A0 Fire Ann 4860-4895, A1 Fire Ann 4895-4925, A2 Fire Ann 4925-4955")


@mixture
def work_is_done_anew_behind_an_absence_and_ranks_rise_elsewhere() -> Mixture:
    """C has risen by five ranks at 200, D by three, to four."""
    rules = built(
        {"A": at(0), "B": at(30), "C": at(50), "D": at(100)},
        [step("Long", "Desk", 100), step("Short", "Desk", 10), step("File", "Back", 20)],
        {"start": to("File")},
        {"Ann": Person(teams=("Desk", "Back"), calendar="always", absent=spans_in("2024-01-08 01:00-02:00"))},
        client_routes={"A": {"start": to("Long")}, "B": {"start": to("Short")}},
        teams={
            "Desk": Team(priority={"B": 1}, interrupts="restart"),
            "Back": Team(priority={"D": 1}, ageing=1800.0),
        },
    )
    return Mixture(
        rules, "A0 Long Ann 0-30!, B1 Short Ann 30-40, A0 Long Ann 40-200, C2 File Ann 200-220, D3 File Ann 220-240"
    )


@mixture
def who_comes_by_appointment_is_turned_away() -> Mixture:
    rules = built(
        {"A": at(0, 5, 10, 15)},
        [step("Do", "Desk", 60)],
        {"start": to("Do")},
        people(Ann="Desk"),
        patience={"full": Patience(at="Do", longest_queue=1, activity="Gone")},
    )
    return Mixture(rules, "A0 Do Ann 0-60, A1 Do Ann 60-120, A2 Gone - 10-10, A3 Gone - 15-15")


def sorted_and_solved(**more: Any) -> Organisation:
    return built(
        {"A": at(0, 1, 2, 3)},
        [step("Sort", "Front", 10), step("Solve", "Back", 30)],
        {"start": to("Sort"), "Sort": to("Solve")},
        people(Ann="Front", Bob="Back"),
        teams={"Back": Team(limit=1)},
        **more,
    )


@mixture
def who_has_no_room_to_hand_over_is_blocked_in_a_loop() -> Mixture:
    """Each case goes back once."""
    rules = sorted_and_solved(returns={"late": Return(during="Solve", back_to="Sort", share=1.0)})
    return Mixture(
        rules,
        """A0 Sort Ann 0-10, A1 Sort Ann 10-20, A2 Sort Ann 20-30, A3 Sort Ann 40-50, A0 Sort Ann 70-80,
        A1 Sort Ann 100-110, A2 Sort Ann 130-140, A3 Sort Ann 160-170, A0 Solve Bob 10-40, A1 Solve Bob 40-70,
        A2 Solve Bob 70-100, A3 Solve Bob 100-130, A0 Solve Bob 130-160, A1 Solve Bob 160-190, A2 Solve Bob 190-220,
        A3 Solve Bob 220-250""",
    )


@mixture
def who_is_blocked_leaves_and_another_comes() -> Mixture:
    """What Ann kept is handed over at 40 all the same; Eve begins at once."""
    rules = sorted_and_solved()
    after = replace(rules, people=people(Eve="Front", Bob="Back"))
    return Mixture(
        rules,
        """A0 Sort Ann 0-10, A1 Sort Ann 10-20, A2 Sort Ann 20-30, A3 Sort Eve 35-45, A0 Solve Bob 10-40,
        A1 Solve Bob 40-70, A2 Solve Bob 70-100, A3 Solve Bob 100-130""",
        {35: after},
    )


@mixture
def orders_that_are_brought_are_taken_by_their_due_dates() -> Mixture:
    rules = built(
        {"A": at(0, 10, 20, due=minutes(300))},
        [step("Do", "Desk", 60)],
        {"start": to("Do")},
        people(Ann="Desk"),
        teams={"Desk": Team(order="earliest due")},
    )
    orders = [Order(client="A", name=name, due=WEEK + 60.0 * due) for name, due in (("x", 100), ("y", 315))]
    return Mixture(
        rules,
        "A0 Do Ann 0-60, A3 Do Ann 60-120, A1 Do Ann 120-180, A4 Do Ann 180-240, A2 Do Ann 240-300",
        {30: [*orders]},
    )


@mixture
def a_change_comes_late_within_one_of_two_branches() -> Mixture:
    """Back to an earlier step of its branch, while the other is at work; the join waits for it."""
    flow = forked(step("P", "Front", 10), step("Q", "Side", 25), meet=step("Meet", None, 5, join=True))
    flow["steps"].append(step("R", "Back", 10))
    rules = built(
        {"A": at(0)},
        flow["steps"],
        {**flow["routes"], "P": to("R"), "R": to("Meet")},
        people(Ann="Front", Bob="Back", Cid="Side"),
        returns={"late": Return(during="R", back_to="P", share=1.0)},
    )
    return Mixture(
        rules,
        """A0 Fork - 0-0, A0 P Ann 0-10, A0 Q Cid 0-25, A0 R Bob 10-20, A0 P Ann 20-30, A0 R Bob 30-40,
        A0 Meet - 40-45""",
    )


@mixture
def a_temp_leaves_while_her_work_is_paused() -> Mixture:
    """At 18:00. What she has in hand she finishes in her hours; what she was interrupted at goes to Bob, who is twice
    as fast: 110 minutes are left of it."""
    rules = built(
        {"A": at(990), "B": at(1000)},
        [step("Long", "Desk", 120), step("Short", "Desk", 30)],
        {"start": to("Long")},
        {"Ann": Person(teams=("Desk",), calendar="day")},
        client_routes={"B": {"start": to("Short")}},
        teams={"Desk": Team(priority={"B": 1}, interrupts="resume")},
    )
    after = replace(rules, people={"Bob": Person(teams=("Desk",), calendar="day", speed=2.0)})
    return Mixture(rules, "A0 Long Ann 990-1000!, B1 Short Ann 1000-1990, A0 Long Bob 1980-2035", {1080: after})


def first_of_two(second: int) -> Organisation:
    flow = forked(
        step("Fire", "Kiln", 60, batch=Batch(size=2, longest_wait=1e6)),
        step("Ask", "Desk", 10),
        meet=Step(activity="First", alone=True),
        after=[step("Post", None, 5)],
    )
    return built({"A": at(0, second)}, flow["steps"], flow["routes"], people(Ann="Kiln", Bob="Desk"))


@mixture
def a_part_in_a_batch_is_finished_though_the_case_goes_on_without_it() -> Mixture:
    return Mixture(
        first_of_two(5),
        """A0 Fork - 0-0, A0 Ask Bob 0-10, A0 First - 10-10, A0 Post - 10-15, A0 Fire Ann 5-65, A1 Fork - 5-5,
        A1 Ask Bob 10-20, A1 First - 20-20, A1 Post - 20-25, A1 Fire Ann 5-65""",
    )


@mixture
def a_part_that_gathers_is_called_off_by_the_first() -> Mixture:
    return Mixture(
        first_of_two(30),
        """A0 Fork - 0-0, A0 Ask Bob 0-10, A0 First - 10-10, A0 Post - 10-15, A1 Fork - 30-30, A1 Ask Bob 30-40,
        A1 First - 40-40, A1 Post - 40-45""",
    )


@mixture
def a_join_waits_for_a_delay_whose_hours_change() -> Mixture:
    """Two hours from 16:00 in hours from nine to five; from the evening on, these begin at eight."""
    flow = forked(step("P", "Side", 10), step("Q", "Front", 30))
    wait = Route(to="P", share=1.0, delay=minutes(120), hours="day")
    rules = built(
        {"A": at(960)}, flow["steps"], {**flow["routes"], "Fork": (wait, *to("Q"))}, people(Ann="Front", Bob="Side")
    )
    early = Calendar(hours=tuple((begin - 60, end) for begin, end in DAYS))
    after = replace(rules, calendars={**CALENDARS, "day": early})
    return Mixture(rules, "A0 Fork - 960-960, A0 Q Ann 960-990, A0 P Bob 1980-1990, A0 Meet - 1990-1990", {1080: after})


@mixture
def the_event_that_comes_first_finds_the_line_full() -> Mixture:
    """The call, after 20 minutes; Ann is busy, so a letter is written instead."""
    first = tuple(Route(to=name, share=1.0, delay=minutes(delay)) for name, delay in (("Lapse", 30), ("Call", 20)))
    rules = built(
        {"A": at(0), "B": at(0)},
        [
            Step(activity="Wait", split="first"),
            step("Lapse", None, 1),
            step("Call", "Desk", 60),
            step("Letter", None, 7),
        ],
        {"start": to("Wait"), "Wait": first},
        people(Ann="Desk"),
        client_routes={"B": {"start": to("Call")}},
        patience={"busy": Patience(at="Call", longest_queue=0, activity="Busy", to="Letter")},
    )
    return Mixture(rules, "B1 Call Ann 0-60, A0 Wait - 0-0, A0 Busy - 20-20, A0 Letter - 20-27")


@mixture
def two_things_at_once_pause_at_the_end_of_hours() -> Mixture:
    """Ann is twice as fast, and off from 17:00, at which the first is done."""
    works = {"A": 120, "B": 120, "C": 120}
    rules = built(
        {"A": at(960), "B": at(990), "C": at(1000)},
        [step(f"Do {name}", "Desk", work) for name, work in works.items()],
        {"start": to("Do A")},
        {"Ann": Person(teams=("Desk",), calendar="day", speed=2.0, at_once=2)},
        client_routes={name: {"start": to(f"Do {name}")} for name in "BC"},
    )
    return Mixture(rules, "A0 Do A Ann 960-1020, B1 Do B Ann 990-2010, C2 Do C Ann 1980-2040")


@mixture
def a_batch_waits_at_the_place_of_its_highest_rank() -> Mixture:
    """Behind nobody, although C is due before."""
    rules = built(
        {
            name: at(minute, due=minutes(due))
            for name, minute, due in (("A", 2, 500), ("B", 3, 500), ("C", 1, 100), ("D", 0, 9))
        },
        [step("Mend", "Kiln", 60), step("Fire", "Kiln", 60, batch=Batch(size=2, longest_wait=1e6))],
        {"start": to("Mend")},
        people(Ann="Kiln"),
        client_routes={name: {"start": to("Fire")} for name in "AB"},
        teams={"Kiln": Team(priority={"B": 1}, order="earliest due")},
    )
    return Mixture(rules, "D0 Mend Ann 0-60, A2 Fire Ann 60-120, B3 Fire Ann 60-120, C1 Mend Ann 120-180")


@mixture
def a_join_that_is_skipped_brings_parts_together() -> Mixture:
    flow = forked(
        step("P", "Front", 10),
        step("Q", "Back", 20),
        meet=step("Meet", "Desk", 5, join=True),
        after=[step("Sum", "Desk", 5)],
    )
    rules = built(
        {"A": at(100), "B": at(0)},
        flow["steps"],
        flow["routes"],
        people(Ann="Front", Bob="Back", Cid="Desk"),
        skips={"B": frozenset({"Meet"})},
    )
    return Mixture(
        rules,
        """B0 Fork - 0-0, B0 P Ann 0-10, B0 Q Bob 0-20, B0 Sum Cid 20-25, A1 Fork - 100-100, A1 P Ann 100-110,
        A1 Q Bob 100-120, A1 Meet Cid 120-125, A1 Sum Cid 125-130""",
    )


@mixture
def checks_and_late_changes_of_a_client_who_interrupts() -> Mixture:
    """His case is looked at, comes back once, and is looked at again, before A goes on."""
    rules = built(
        {"A": at(0), "B": at(20)},
        [step("Long", "Desk", 100), step("Do", "Desk", 30)],
        {"start": to("Long")},
        people(Ann="Desk"),
        client_routes={"B": {"start": to("Do")}},
        checks={"look": Check(after="Do", step=step("Look", "Desk", 10), client="B")},
        returns={"late": Return(during="Do", back_to="Do", share=1.0, client="B")},
        teams={"Desk": Team(priority={"B": 1}, interrupts="resume")},
    )
    return Mixture(
        rules,
        """A0 Long Ann 0-20!, B1 Do Ann 20-50, B1 Look Ann 50-60, B1 Do Ann 60-90, B1 Look Ann 90-100,
        A0 Long Ann 100-180""",
    )


@mixture
def whoever_is_absent_loses_his_turn() -> Mixture:
    who = people(Ann="Desk", Cid="Desk")
    who["Bob"] = Person(teams=("Desk",), calendar="always", absent=spans_in("2024-01-08"))
    rules = built(
        {"A": at(0, 1, 2, 12, 21)},
        [step("Do", "Desk", 10)],
        {"start": to("Do")},
        who,
        teams={"Desk": Team(choice="in turn")},
    )
    return Mixture(rules, "A0 Do Ann 0-10, A1 Do Cid 1-11, A2 Do Ann 10-20, A3 Do Cid 12-22, A4 Do Ann 21-31")


@mixture
def nobody_is_interrupted_beyond_her_hours() -> Mixture:
    """She finishes what she has in hand at 18:00; B waits until nine."""
    rules = built(
        {"A": at(960), "B": at(1030)},
        [step("Long", "Desk", 120), step("Short", "Desk", 30)],
        {"start": to("Long")},
        {"Ann": Person(teams=("Desk",), calendar="day")},
        client_routes={"B": {"start": to("Short")}},
        teams={"Desk": Team(priority={"B": 1}, interrupts="resume", at_end="finishes")},
    )
    return Mixture(rules, "A0 Long Ann 960-1080, B1 Short Ann 1980-2010")


@mixture
def one_part_is_given_up_and_does_it_himself() -> Mixture:
    """After 15 minutes in the queue; the join has waited for it."""
    flow = forked(step("P", "Desk", 60), step("Q", "Back", 10), meet=step("Meet", None, 5, join=True))
    rules = built(
        {"A": at(1), "B": at(0)},
        [*flow["steps"], step("Self", None, 5), step("Other", "Desk", 60)],
        {**flow["routes"], "Self": to("Meet")},
        people(Ann="Desk", Bob="Back"),
        client_routes={"B": {"start": to("Other")}},
        patience={"tired": Patience(at="P", lasts=minutes(15), activity="Tired", to="Self")},
    )
    return Mixture(
        rules,
        """B0 Other Ann 0-60, A1 Fork - 1-1, A1 Q Bob 1-11, A1 Tired - 16-16, A1 Self - 16-21, A1 Meet - 21-26""",
    )


@mixture
def a_batch_is_done_one_by_one_over_night() -> Mixture:
    """With ten minutes to set up and twenty for each, of which 25 are left before 17:00."""
    batch = Batch(size=3, longest_wait=1e6, done="one by one", set_up=minutes(20))
    rules = built(
        {"A": at(970, 980, 995)},
        [step("Fire", "Kiln", 40, batch=batch)],
        {"start": to("Fire")},
        {"Ann": Person(teams=("Kiln",), calendar="day", speed=2.0)},
    )
    return Mixture(rules, "A0 Fire Ann 995-1985, A1 Fire Ann 1985-2005, A2 Fire Ann 2005-2025")


@mixture
def what_takes_longer_from_now_on_is_the_shortest_no_more() -> Mixture:
    works = {"A": 30, "B": 10, "C": 20, "D": 60}
    rules = built(
        {"A": at(1), "B": at(2), "C": at(3), "D": at(0)},
        [step(f"Do {name}", "Desk", work) for name, work in works.items()],
        {"start": to("Do A")},
        people(Ann="Desk"),
        client_routes={name: {"start": to(f"Do {name}")} for name in "BCD"},
        teams={"Desk": Team(order="shortest")},
    )
    after = replace(rules, steps={**rules.steps, "Do B": step("Do B", "Desk", 40)})
    return Mixture(rules, "D0 Do D Ann 0-60, C3 Do C Ann 60-80, A1 Do A Ann 80-110, B2 Do B Ann 110-150", {30: after})


def gathers(size: int | None, *moments: int) -> Organisation:
    batch = None if size is None else Batch(size=size, longest_wait=1e6)
    return built(
        {"A": at(*moments), "D": at(0)},
        [step("Fire", "Kiln", 60, batch=batch), step("Mend", "Kiln", 20)],
        {"start": to("Fire")},
        people(Ann="Kiln"),
        client_routes={"D": {"start": to("Mend")}},
    )


@mixture
def those_who_are_enough_now_go_at_once() -> Mixture:
    rules = gathers(3, 10, 20)
    return Mixture(rules, "D0 Mend Ann 0-20, A1 Fire Ann 30-90, A2 Fire Ann 30-90", {30: gathers(2, 10, 20)})


@mixture
def those_who_gather_no_longer_are_done_one_by_one() -> Mixture:
    rules = gathers(3, 10, 20)
    return Mixture(rules, "D0 Mend Ann 0-20, A1 Fire Ann 30-90, A2 Fire Ann 90-150", {30: gathers(None, 10, 20)})


@mixture
def a_batch_that_waits_comes_apart() -> Mixture:
    rules = gathers(2, 1, 2)
    return Mixture(rules, "D0 Mend Ann 0-20, A1 Fire Ann 20-80, A2 Fire Ann 80-140", {15: gathers(None, 1, 2)})


@mixture
def a_batch_that_waits_stays_one_though_more_are_asked_for() -> Mixture:
    rules = gathers(2, 1, 2)
    return Mixture(rules, "D0 Mend Ann 0-20, A1 Fire Ann 20-80, A2 Fire Ann 20-80", {15: gathers(3, 1, 2)})


@mixture
def a_join_goes_on_when_nothing_leads_to_it_any_more() -> Mixture:
    """Q goes to the end from 30 on; the case is over when Q is, at 60."""
    flow = forked(step("P", "Front", 10), step("Q", "Back", 60), meet=step("Meet", None, 5, join=True))
    rules = built({"A": at(0)}, flow["steps"], flow["routes"], people(Ann="Front", Bob="Back"))
    after = replace(rules, routes={**rules.routes, "Q": END})
    return Mixture(rules, "A0 Fork - 0-0, A0 P Ann 0-10, A0 Meet - 30-35, A0 Q Bob 0-60", {30: after})


@mixture
def a_case_that_is_called_off_everywhere_goes_on_as_one() -> Mixture:
    """At 20, P waits for Ann and Q is in Bob's hands, who takes C's from then on; then it is closed."""
    flow = forked(step("P", "Desk", 10), step("Q", "Back", 50))
    rules = built(
        {"A": at(0), "B": at(0), "C": at(5)},
        [*flow["steps"], step("Close", "Desk", 5), step("Other", "Desk", 60), step("Small", "Back", 10)],
        flow["routes"],
        people(Ann="Desk", Bob="Back"),
        client_routes={"B": {"start": to("Other")}, "C": {"start": to("Small")}},
        patience={"off": Patience(lasts=minutes(20), client="A", activity="Withdrawn", to="Close")},
        teams={"Desk": Team(priority={"B": 1})},
    )
    return Mixture(
        rules,
        """A0 Fork - 0-0, B1 Other Ann 0-60, A0 Q Bob 0-20!, A0 Withdrawn - 20-20, C2 Small Bob 20-30,
        A0 Close Ann 60-65""",
    )


def expected(one: Mixture) -> list[str]:
    return sorted(" ".join(row.split()) for row in one.rows.split(","))


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", MIXTURES)
@pytest.mark.parametrize("reference", [True, False])
def test_what_comes_out_is_what_was_computed_by_hand(name: str, reference: bool) -> None:
    one = MIXTURES[name]()
    assert ran(one, reference=reference) == expected(one)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", MIXTURES)
def test_the_same_comes_out_of_a_run_that_is_kept_and_taken_up_again(name: str, tmp_path: Path) -> None:
    """In the middle of everything, and before each change of rules."""
    one = MIXTURES[name]()
    assert ran(one, stored=tmp_path / "run.npz", stops=(12, 37, 1070)) == expected(one)
