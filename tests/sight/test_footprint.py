"""The footprint: deeds counted per client, passing others, and other procedures; silent where all are alike."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime

import numpy as np
import pytest

from irrupt.chronicle import read
from irrupt.groups import party_name
from irrupt.reporting import report
from irrupt.reporting.words import word
from irrupt.sight import see
from irrupt.sight.footprint import CANCELS, ESCALATES, REOPENS, REPAIRS, REQUALIFIES
from irrupt.sight.marks import of_distances
from irrupt.sight.model import Apart

from .conftest import make_chronicle

KINDS = {"footprint", "overtaking", "another procedure"}


def cases(seed=0, *, odd=(), cases=240, weeks=12, priority=False):
    """Cases of A, B and C at one desk; those of A do what *odd* says, and pass first where *priority*."""
    random = np.random.default_rng(seed)
    arrivals = np.sort(random.uniform(0, weeks * 168, cases))
    clients = random.choice(["A", "B", "C"], cases)
    events, free = [], 0.0
    waiting: list[int] = []
    order, at = [], 0
    while at < cases or waiting:
        if not waiting:
            free = max(free, arrivals[at])
        while at < cases and arrivals[at] <= free:
            waiting.append(at)
            at += 1
        waiting.sort(key=lambda one: (priority and clients[one] != "A", one))
        case = waiting.pop(0)
        order.append((case, free, free + random.exponential(7.0)))
        free = order[-1][2]
    for case, start, end in order:
        steps = [("come", arrivals[case], arrivals[case], None), ("do", start, end, "Desk")]
        extra = [(name, end + 1 + place, end + 1 + place, None) for place, name in enumerate(odd)]
        steps += extra if clients[case] == "A" and random.random() < 0.6 else []
        for name, begin, stop, team in steps:
            events.append({"case": f"{case:04d}", "activity": name, "start": float(begin), "end": float(stop),
                           "client": str(clients[case]), "team": team, "resource": team and "Ann"})  # fmt: skip
    return events


def seen(chronicle, events, **more):
    return see(chronicle(events, starts="measured", **more), clients={name: name for name in "ABC"}, use_period=False)


def told(sight):
    return [finding for finding in sight.findings if finding.kind in KINDS]


@pytest.mark.parametrize(
    ("odd", "acts", "deed"),
    [
        (["Cancelled"], set(), CANCELS),
        (["Escalation"], set(), ESCALATES),
        (["call again", "do"], {"call again"}, REPAIRS),
        (["call again", "look"], {"call again"}, REOPENS),
    ],
)
def test_what_a_client_does_is_told_of_him_alone(chronicle, odd, acts, deed):
    sight = seen(chronicle, cases(odd=odd), client_acts=frozenset(acts))
    shares = {one.party: one.share for one in sight.footprints if one.deed == deed}
    assert shares["A"] > 0.4
    assert shares["B"] == shares["C"] == 0.0
    assert any(one.kind == "footprint" and one.numbers["deed"] == deed for one in told(sight))
    assert any(one.kind == "another procedure" and next(iter(one.numbers)) == "A" for one in told(sight))


def test_what_a_client_does_differently_comes_before_size_and_hours(chronicle):
    """That one client takes up again what was over stood behind that another one asks for most, and behind hours."""
    events = []
    for number in range(600):
        at = 24 * (7 * (number // 60) + number % 5) + 15.5 + number % 7 / 10
        steps = [("come", at, at, "Door"), ("do", at + 18, at + 18.5, "Desk"), ("close", at + 19, at + 19, "Desk")]
        steps += [("Reopened", at + 20, at + 20, None)] if number % 10 == 0 else []
        for name, begin, end, team in steps:
            events.append({"case": f"{number:04d}", "activity": name, "start": begin, "end": end, "team": team,
                           "client": "AABAABAACD"[number % 10], "resource": team and f"Ann {team}"})  # fmt: skip
    sight = see(chronicle(events, starts="measured"), clients={name: name for name in "ABCD"}, use_period=False)
    kinds = [finding.kind for finding in sight.findings]
    deed = kinds.index("footprint")
    assert all(deed < kinds.index(other) for other in ("concentration", "who waits for whom", "hours"))


def test_what_is_cancelled_when_it_is_over_is_not_taken_up_again(chronicle):
    sight = seen(chronicle, cases(odd=["Cancelled by client"]), client_acts=frozenset({"Cancelled by client"}))
    shares = {one.deed: one.share for one in sight.footprints if one.party == "A"}
    assert REOPENS not in shares
    assert shares[CANCELS] > 0.4


def test_a_changed_class_is_requalified(chronicle):
    import polars as pl

    log = chronicle(cases(), starts="measured")
    changes = (pl.col("client") == "B") & (pl.col("activity") == "do")
    log = log.with_events(
        log.events.with_columns(priority=pl.when(changes).then(pl.lit("high")).otherwise(pl.lit("low")))
    )
    sight = see(log, clients={name: name for name in "ABC"}, use_period=False)
    assert {one.party: one.share for one in sight.footprints if one.deed == REQUALIFIES}["B"] == 1.0


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("name", "asked", "moved"),
    [
        ("Due date", date(2026, 5, 1), date(2026, 5, 20)),
        ("Wunschtermin", datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 20, tzinfo=UTC)),
        ("Quantité", 10, 30),
        ("Prio", "P2", "P1"),
    ],
)
@pytest.mark.parametrize("of_steps", [False, True])
def test_a_date_or_a_quantity_that_a_client_moves_is_requalified(name, asked, moved, of_steps):
    """Only attributes that class cases were looked at. What is another one at each step is that of the step."""
    import polars as pl

    rows = [
        {"case": case, "activity": f"step {at}", "end": f"2026-01-{case + 1:02}T{8 + at:02}:00"}
        | {"client": "AB"[case % 2], name: moved if (at % 2 if of_steps else at > 1 and case % 2 == 0) else asked}
        for case in range(24)
        for at in range(4)
    ]
    sight = see(read(pl.DataFrame(rows)), clients={"A": "A", "B": "B"}, use_period=False)
    shares = {one.party: one.share for one in sight.footprints if one.deed == REQUALIFIES}
    assert shares.get("A", 0.0) == (0.0 if of_steps else 1.0)
    assert shares.get("B", 0.0) == 0.0


@pytest.mark.parametrize(("kinds", "told"), [("SSDDSDSD", 0.0), ("SSSSDDDD", 1.0)])
def test_what_goes_to_and_fro_from_step_to_step_is_no_class_of_the_case(chronicle, kinds, told):
    """A column `report type` may tell of each step: nobody is requalified by it."""
    import polars as pl

    rows = [
        {"case": case, "activity": f"step {at}", "end": f"2026-01-{case + 1:02}T{8 + at:02}:00", "report type": kind}
        for case in range(20)
        for at, kind in enumerate(kinds)
    ]
    sight = see(read(pl.DataFrame(rows)), use_period=False)
    assert max((one.share for one in sight.footprints if one.deed == REQUALIFIES), default=0.0) == told


@pytest.mark.parametrize(
    ("clients", "begins", "ends"),
    [
        ("A", "Cases of A follow", "all others': 50\u202f% of the steps lead elsewhere (by chance 10\u202f%)."),
        ("ABCDEF", "Cases of some clients follow", "; D 50\u202f% (by chance 10\u202f%); 2 more clients."),
    ],
)
def test_how_many_follow_another_procedure_is_told(clients, begins, ends):
    """One client was called these clients, and of more than four the others were left out."""
    apart = tuple(Apart(client=client, distance=0.5, chance=0.1, p=1e-9) for client in clients)
    ((_weight, one),) = of_distances(apart)
    assert one.text.startswith(begins)
    assert one.text.endswith(ends)


@pytest.mark.parametrize("odd", ["B", "BC"])
def test_who_is_apart_only_from_those_who_go_another_way_is_not_told_of(chronicle, odd):
    """Half of all others were of the client who left a step out, so those of the largest were said to as well."""
    events = [
        {"case": f"{case:03d}", "activity": name, "start": case * 3.0 + at, "end": case * 3.0 + at + 0.5,
         "client": "AAABBCCDDD"[case % 10], "team": "Desk", "resource": "Ann"}
        for case in range(400)
        for at, name in enumerate(["take", "look", "ask", "answer"])
        if name != "look" or "AAABBCCDDD"[case % 10] not in odd
    ]  # fmt: skip
    sight = see(chronicle(events, starts="measured"), clients={name: name for name in "ABCD"}, use_period=False)
    (one,) = (one for one in sight.findings if one.kind == "another procedure")
    assert set(one.numbers) == set(odd)


def test_priority_is_seen_with_what_it_costs(chronicle):
    sight = seen(chronicle, cases(cases=400, priority=True))
    mine = next(one for one in sight.passings if one.client == "A")
    assert mine.share > 0.3 > 0.05 > mine.others
    assert mine.gained[1] > 0 and mine.cost[1] > 0  # noqa: PT018
    said = next(one for one in told(sight) if one.kind == "overtaking")
    assert said.numbers["client"] == "A"


def test_where_no_team_is_named_nobody_waits_at_all_teams(chronicle):
    events = [one | {"team": None} for one in cases(cases=400, priority=True)]
    said = next(one.text for one in told(seen(chronicle, events)) if one.kind == "overtaking")
    assert "who wait (all others" in said


@pytest.mark.slow
def test_clients_who_are_alike_are_seldom_told_apart(chronicle):
    """At most one of twenty such logs, for each of three kinds of findings."""
    assert sum(len(told(seen(chronicle, cases(seed, cases=150, weeks=8)))) for seed in range(14)) <= 4


def test_records_without_clients_have_no_footprint_of_one(chronicle):
    events = [{**one, "client": None} for one in cases(cases=60)]
    sight = see(chronicle(events, starts="measured"), use_period=False)
    assert not sight.passings
    assert not sight.apart
    assert not told(sight)


def test_who_passes_all_others_is_told_once_and_not_again_for_each_of_them(chronicle):
    """Who waits for his cases would be told as well: he passes fewer than everybody does, since somebody passes him."""
    found = [one.numbers["client"] for one in told(seen(chronicle, cases(cases=1200, weeks=60, priority=True)))
             if one.kind == "overtaking"]  # fmt: skip
    assert found == ["A"]


def test_what_clients_do_counts_in_cases_that_they_give_up(chronicle):
    events = []
    for case in range(200):
        begin = case * 3.0
        steps = ["open", "look", "cancelled by customer" if case % 4 == 0 else "answer"]
        for at, step in enumerate(steps):
            team = "" if "customer" in step else "Lab" if step == "answer" else "Desk"
            person = f"{team} 1" if team else None
            his = {"client": "A" if case % 2 else "B", "team": team or None, "resource": person}
            events.append({"case": f"{case}", "activity": step, "end": begin + at, **his})
    sight = see(chronicle(events, client_acts=frozenset({"cancelled by customer"})))
    act = next(one for one in sight.co_production if "cancelled" in one.activity)
    assert act.share_of_cases["all clients"] == 0.25
    assert act.share_of_cases["B"] == 0.5
    load = next(one.numbers["share"] for one in sight.findings if one.kind == "load")
    assert load[1] <= load[0] <= load[2]
    assert load[0] == pytest.approx(400 / 550)


def test_a_date_that_is_changed_is_not_called_a_class_or_a_priority():
    events = [
        {"case": f"{case}", "activity": name, "end": 24.0 * case + place, "client": "AB"[case % 2], "resource": "Ann"}
        for case in range(200)
        for place, name in enumerate(
            ["Order", *(["Requested date changed"] if case % 2 and case % 10 != 1 else []), "Ship"]
        )
    ]
    sight = see(make_chronicle(events), clients={"A": "A", "B": "B"}, use_period=False)
    (told,) = [one.text for one in sight.findings if one.kind == "footprint" and "on the way" in one.text]
    assert "date" in told.split(":")[0]


def test_the_page_shows_it_party_by_party(bundled_sight, tmp_path):
    page = report(tmp_path / "see.html", bundled_sight).read_text(encoding="utf-8")
    shown = page[page.index("Share of cases in which") :]
    for one in bundled_sight.footprints:
        assert re.search(rf">\s*{re.escape(html.escape(party_name(one.party)))}\s*<", shown), one.party
        assert html.escape(word(one.deed)) in shown
    assert "Whose cases the steps of each team are for." in page
