"""Queues that turn cases away when they are long, and ranks that rise with waiting. Times computed by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.chronicle.rows import GAVE_UP, Rows
from irrupt.engine.examples import counter
from irrupt.organisation import Client, Distribution, Organisation, Patience, Route, Step, Team, faults
from irrupt.organisation.distributions import NONE

MINUTE, WEEK = 60.0, 604800.0
LOOPS = pytest.mark.parametrize("reference", [False, True])
END = (Route(to="end", share=1.0),)


def desk(clients: dict[str, tuple[int, ...]], **more: Any) -> Organisation:
    """One person who takes an hour for each case. *clients*: minutes of the week at which each brings his cases."""
    return replace(
        counter(),
        clients={
            name: Client(cases_per_week=float(len(minutes)), evenness=1.0, appointments=minutes)
            for name, minutes in clients.items()
        },
        steps={
            "Serve": Step(activity="Serve", team="Desk", duration=Distribution.fixed(3600.0)),
            "Mail": Step(activity="Mail", duration=Distribution.fixed(1800.0)),
        },
        routes={"start": (Route(to="Serve", share=1.0),), "Serve": END, "Mail": END},
        teams={"Desk": Team()},
        **more,
    )


def second_week(rows: Rows) -> list[tuple[int, float, float, bool]]:
    """Of each step done: when it was ready, began and ended, in minutes, and whether the case was given up."""
    return [
        (round((ready - WEEK) / MINUTE), (start - WEEK) / MINUTE, (end - WEEK) / MINUTE, bool(flags & GAVE_UP))
        for ready, start, end, flags in zip(rows.ready, rows.start, rows.end, rows.flags, strict=True)
        if ready >= WEEK
    ]


@LOOPS
def test_a_case_that_finds_the_queue_too_long_is_turned_away(make: SimpleNamespace, reference: bool) -> None:
    full = Patience(at="Serve", longest_queue=1, activity="Full", to="Mail")
    rules = desk({"A": (0, 10, 20, 30, 70)}, patience={"full": full})
    assert second_week(make.whole(rules, reference=reference)) == [
        (20, 20.0, 20.0, True),
        (30, 30.0, 30.0, True),
        (20, 20.0, 50.0, False),
        (0, 0.0, 60.0, False),
        (30, 30.0, 60.0, False),
        (10, 60.0, 120.0, False),
        (70, 120.0, 180.0, False),
    ]


@LOOPS
def test_who_is_turned_away_when_somebody_becomes_free_is_taken(make: SimpleNamespace, reference: bool) -> None:
    """The case comes at the very moment at which the one before it ends."""
    full = Patience(at="Serve", longest_queue=0, activity="Full")
    rows = make.whole(desk({"A": (0, 60, 90)}, patience={"full": full}), reference=reference)
    assert second_week(rows) == [(0, 0.0, 60.0, False), (90, 90.0, 90.0, True), (60, 60.0, 120.0, False)]


@pytest.mark.one_in(2)
@LOOPS
def test_no_queue_is_no_patience_and_any_queue_is_no_rule(make: SimpleNamespace, reference: bool) -> None:
    plain = counter(0.9, cases_per_week=200.0)

    def run(**how: Any) -> Rows:
        rules = replace(plain, patience={"gone": Patience(at="Serve", activity="Gone", **how)} if how else {})
        return make.whole(rules, reference=reference)

    assert make.same(run(longest_queue=0), run(lasts=NONE))
    assert make.same(run(longest_queue=3, lasts=NONE), run(lasts=NONE))
    assert (run(longest_queue=3).flags & GAVE_UP).any()
    some = Distribution.exponential(3600.0)
    assert make.same(run(longest_queue=10**6, lasts=some), run(lasts=some))
    rows = run(longest_queue=10**6)
    assert [column.tobytes() for column in rows[4:]] == [column.tobytes() for column in run()[4:]]


@pytest.mark.one_in(2)
@LOOPS
def test_who_had_it_done_once_waits_however_long_for_it_again(make: SimpleNamespace, reference: bool) -> None:
    plain = counter(0.9, cases_per_week=200.0)
    ways = (Route(to="Serve", share=0.4), Route(to="end", share=0.6))

    def run(again: bool, rules: Organisation) -> Rows:
        gone = Patience(at="Serve", lasts=Distribution.exponential(3600.0), activity="Gone", again=again)
        return make.whole(replace(rules, patience={"gone": gone}), reference=reference)

    def left_later(rows: Rows) -> int:
        served = rows.flags & GAVE_UP == 0
        return len(np.intersect1d(rows.case[served], rows.case[~served]))

    comes_back = replace(plain, routes={**plain.routes, "Serve": ways})
    assert left_later(run(True, comes_back)) > 5
    rows = run(False, comes_back)
    assert (rows.flags & GAVE_UP).any()
    assert left_later(rows) == 0
    assert make.same(run(False, plain), run(True, plain))


@LOOPS
def test_who_gave_up_before_it_was_done_can_give_up_again(make: SimpleNamespace, reference: bool) -> None:
    """What counts is whether it was done, not how often the case came for it."""
    tired = Patience(at="Serve", lasts=Distribution.fixed(900.0), activity="Tired", to="Mail", again=False)
    rules = desk({"A": (0, 10)}, patience={"tired": tired})
    mail = Step(activity="Mail", duration=Distribution.fixed(720.0))
    back = (Route(to="Serve", share=1.0),)
    rules = replace(rules, steps={**rules.steps, "Mail": mail}, routes={**rules.routes, "Mail": back})
    assert second_week(make.whole(rules, reference=reference)) == [
        (10, 25.0, 25.0, True),
        (25, 25.0, 37.0, False),
        (37, 52.0, 52.0, True),
        (0, 0.0, 60.0, False),
        (52, 52.0, 64.0, False),
        (64, 64.0, 124.0, False),
    ]


@LOOPS
@pytest.mark.parametrize(("ageing", "first"), [(None, "B"), (60 * MINUTE, "B"), (45 * MINUTE, "A"), (21 * MINUTE, "A")])
def test_a_rank_rises_with_waiting(make: SimpleNamespace, reference: bool, ageing: float | None, first: str) -> None:
    """A waits for 50 minutes when somebody is free, B, who has a higher rank, for 30: with 45 minutes for a rank they
    are equal, and A came first; with 21, A has risen twice and B once, and they are equal too."""
    rules = desk({"A": (0, 10), "B": (30,)})
    rules = replace(rules, teams={"Desk": Team(priority={"B": 1}, ageing=ageing)})
    taken = {round(start): ready for ready, start, _end, _gone in second_week(make.whole(rules, reference=reference))}
    assert taken[60] == {"A": 10, "B": 30}[first]


@pytest.mark.one_in(2)
@LOOPS
def test_ranks_that_never_rise_and_ranks_that_rise_at_once(make: SimpleNamespace, reference: bool) -> None:
    """Between ranks that stay and first come, first served, lies ageing."""
    plain = counter(0.9, cases_per_week=200.0)
    client = replace(next(iter(plain.clients.values())), cases_per_week=100.0)
    plain = replace(plain, clients={"A": client, "B": client})

    def run(**team: Any) -> Rows:
        return make.whole(replace(plain, teams={"Desk": Team(**team)}), reference=reference)

    ranks = {"A": 2}
    assert make.same(run(priority=ranks, ageing=1e9), run(priority=ranks))
    assert make.same(run(priority=ranks, ageing=1e-3), run())
    assert not make.same(run(priority=ranks, ageing=3600.0), run(priority=ranks))
    assert not make.same(run(priority=ranks, ageing=3600.0), run())


@LOOPS
@pytest.mark.parametrize("at", ["Serve", None])
def test_some_bear_waiting_longer_than_others(make: SimpleNamespace, reference: bool, at: str | None) -> None:
    """Under one rule for all: in a queue, or from when the case came on."""
    tired = Patience(at=at, lasts=Distribution.fixed(900.0), activity="Tired", by_client={"B": 2.0})
    rules = desk({"A": (0, 10), "B": (20,)}, patience={"tired": tired})
    rows = second_week(make.whole(rules, reference=reference))
    assert [end for _ready, _start, end, gave_up in rows if gave_up] == ([25, 50] if at else [15, 25, 50])


@pytest.mark.one_in(2)
@LOOPS
@pytest.mark.parametrize("at", ["Serve", None])
def test_who_bears_more_is_as_lucky_as_before(make: SimpleNamespace, reference: bool, at: str | None) -> None:
    """Also where he learns it while cases wait."""
    plain = replace(counter(0.9, cases_per_week=200.0), clients={n: Client(cases_per_week=100.0) for n in "AB"})
    tired = Patience(at=at, lasts=Distribution.exponential(3600.0), activity="Tired")
    rules = replace(plain, patience={"tired": tired})

    def fates(by_client: dict[str, float]) -> set[tuple[int, bool]]:
        after = replace(rules, patience={"tired": replace(tired, by_client=by_client)})
        rows = make.whole(rules, pauses=[(100000.0, after)], reference=reference)
        return set(zip(rows.case.tolist(), (rows.flags & GAVE_UP > 0).tolist(), strict=True))

    assert fates({"A": 1.0 + 1e-9}) == fates({})
    assert len(fates({"A": 3.0}) - fates({})) > 5


def test_what_cannot_be_is_refused() -> None:
    rules = desk({"A": (0,)})

    def told(**changes: Any) -> str:
        return "\n".join(map(str, faults(replace(rules, **changes))))

    assert "nothing makes a case leave" in told(patience={"x": Patience(at="Serve", activity="x")})
    assert "0 or more" in told(patience={"x": Patience(at="Serve", activity="x", longest_queue=-1)})
    some = Patience(at="Serve", activity="x", lasts=NONE, by_client={"Nobody": 0.0})
    assert 'no client "Nobody"' in told(patience={"x": some})
    assert "a number above 0" in told(patience={"x": some})
    assert "only where it is for all clients" in told(patience={"x": replace(some, client="A")})
    assert "above 0" in told(teams={"Desk": Team(ageing=0.0)})
    assert "order: first come" in told(teams={"Desk": Team(ageing=60.0, order="shortest")})
    back = {"x": Patience(at="Serve", activity="x", longest_queue=3, to="Mail")}
    again = {**rules.routes, "Mail": (Route(to="Serve", share=1.0),)}
    assert told(patience=back, routes=again) == ""
    quick = {**rules.steps, "Mail": Step(activity="Mail")}
    assert "given up for ever" in told(patience=back, routes=again, steps=quick)


@LOOPS
def test_the_oldest_case_is_that_which_came_first_to_any_queue(make: SimpleNamespace, reference: bool) -> None:
    """A comes at 0, and reaches the desk at 40, when B, who came at 10, and C, at 20, have waited for longer."""
    rules = desk({"A": (0,), "B": (10,), "C": (20,), "X": (5,)})
    late = {"A": {"start": (Route(to="Serve", share=1.0, delay=Distribution.fixed(2400.0)),)}}
    found = {}
    for order in ("first come", "oldest"):
        team = {"Desk": Team(order=order)}
        rows = make.whole(replace(rules, teams=team, client_routes=late), reference=reference)
        week = rows.ready >= WEEK
        took = sorted(zip(rows.start[week].tolist(), rows.client[week].tolist(), strict=True))[:4]
        found[order] = "".join("ABCX"[client] for _start, client in took)
    assert found == {"first come": "XBCA", "oldest": "XABC"}
