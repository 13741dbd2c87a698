"""The time of a case is split without loss, and into what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import read
from irrupt.chronicle import rows as rows_of
from irrupt.groups import ALL_CLIENTS
from irrupt.organisation.dated import Clock
from irrupt.reporting.sections.seen import time_spent
from irrupt.sight import see
from irrupt.sight import split as splitting
from irrupt.sight.footprint import COMPLETES
from irrupt.sight.split import (
    BATCH,
    CLIENT,
    CLOCK_TIME,
    HOURS,
    MICRO,
    PARTS,
    PERSON,
    REST,
    UNEXPLAINED,
    WORK,
    batches,
    split,
)
from irrupt.sight.ways import by_case, first_of_case

from .conftest import make_chronicle, random_events

NINE_TO_FIVE = Clock(tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(7)))
LATE = Clock(tuple((day * 1440 + 720, day * 1440 + 1200) for day in range(7)))
NOW_LATE = NINE_TO_FIVE.until(8 * 1440 + 360, LATE)


def ordered(log):
    rows, legend = rows_of(log)
    return by_case(rows), legend


def parts_of(log, hours=None, within=False):
    """Part -> hours, over all cases."""
    rows, legend = ordered(log)
    found = split(rows, hours or {}, activities=len(legend.activities), within=within)
    return dict(zip(PARTS, (found.parts.sum(axis=0) / MICRO / 3600).tolist(), strict=True))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.booleans(), st.booleans())
def test_the_parts_add_up_to_the_time_of_each_case_exactly(seed, starts, within):
    waits = frozenset({"ask"}) if seed % 2 else frozenset()
    log = make_chronicle(
        random_events(seed, cases=25, weeks=2, starts=starts),
        starts="measured" if starts else "missing",
        waits_for_client=waits,
        client_acts=frozenset({"answer"}) - waits,
    )
    rows, legend = ordered(log)
    hours = (NINE_TO_FIVE, NOW_LATE)[seed // 2 % 2]
    found = split(rows, {0: hours}, activities=len(legend.activities), within=within)
    assert (found.parts >= 0).all()
    first = first_of_case(rows)
    last = np.append(first[1:], len(rows.case)) - 1
    whole = np.rint(rows.end[last] * MICRO).astype(np.int64) - np.rint(rows.enabled[first] * MICRO).astype(np.int64)
    assert (np.add.reduceat(found.parts.sum(axis=1), first) == whole).all()


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10**6), st.integers(1, 60))
def test_it_does_not_matter_how_many_rows_are_split_at_a_time(seed, block):
    rows, legend = ordered(make_chronicle(random_events(seed, cases=25, weeks=2, starts=True), starts="measured"))
    how = {"activities": len(legend.activities), "within": bool(seed % 2)}
    whole = split(rows, {0: NINE_TO_FIVE}, **how)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "_BLOCK", block)
        assert np.array_equal(split(rows, {0: NINE_TO_FIVE}, **how).parts, whole.parts)
    assert whole.parts.any()


def step(case, activity, start, end, **more):
    return {"case": case, "activity": activity, "start": start, "end": end, "team": "Desk", "resource": "Ann"} | more


def test_each_part_is_what_it_says(chronicle):
    steps = [
        step("1", "do", 10.0, 11.0),
        step("1", "ask", 12.0, 12.0),
        step("1", "do", 15.0, 16.0),
        step("1", "do", 16.0 + 18.0, 16.0 + 19.0),
    ]
    log = chronicle(steps, starts="measured", waits_for_client=frozenset({"ask"}))
    told = parts_of(log, {0: NINE_TO_FIVE})
    assert told == pytest.approx(
        {WORK: 3.0, PERSON: 3.0, CLIENT: 3.0, HOURS: 16.0, BATCH: 0, REST: 0, UNEXPLAINED: 0, CLOCK_TIME: 0}
    )


def test_who_comes_back_after_the_end_was_not_waited_for(chronicle):
    steps = [one for case in "12345" for one in (step(case, "do", 1.0, 2.0), step(case, "close", 3.0, 3.0))]
    steps += [step("1", "report again", 50.0, 50.0, team=None, resource=None), step("1", "close", 51.0, 52.0)]
    log = chronicle(steps, starts="measured", client_acts=frozenset({"report again"}))
    told = parts_of(log)
    assert (told[REST], told[CLIENT]) == (47.0, 0.0)
    entries = {one.measure: one.value for one in see(log, use_period=False).ledger if one.party == "all clients"}
    assert entries.get("waiting for the client", 0.0) == 0.0


def told_of(log):
    """Part -> hours, over all cases; as it is seen."""
    parts = [one for one in see(log, use_period=False).time_parts if one.party == ALL_CLIENTS]
    return {one.part: one.hours * one.cases for one in parts}


@pytest.mark.parametrize("code", [False, True])
def test_what_a_clock_closes_once_it_is_done_waits_for_nobody_until_it_is_opened_again(chronicle, code):
    """The last state has not come yet, but nothing of ours is due any more; what was asked for is, as before."""
    done, again, closed = ("400", "910", "500") if code else ("Resolved", "Reopened", "Closed")
    steps = []
    for case in range(60):
        at, name = 30.0 * case, str(case)
        steps += [step(name, "110", at, at + 1), step(name, done, at + 2, at + 2)]
        if case % 5 == 0:
            steps += [step(name, again, at + 22, at + 22, team=None, resource=None)]
            steps += [step(name, done, at + 24, at + 24)]
            at += 22
        if case % 5 == 1:
            steps[-1:] = [
                step(name, "ask", at + 2, at + 2),
                step(name, "answer", at + 12, at + 12, team=None, resource=None),
                step(name, done, at + 14, at + 14),
            ]
            at += 12
        steps += [step(name, closed, at + 122, at + 122, team=None, resource=None)]
    acts = frozenset({again, "answer"})
    log = chronicle(steps, starts="measured", client_acts=acts, waits_for_client=frozenset({"ask"}))
    told = told_of(log)
    assert (told[REST], told[CLIENT]) == pytest.approx((12 * 20.0, 12 * 10.0))


@pytest.mark.parametrize("act", ["Appeal", "Answer"])
def test_an_appeal_after_the_decision_was_not_waited_for(chronicle, act):
    """Only the closing was left; what else he does before it may well have been waited for."""
    steps = []
    for case in range(60):
        at, name = 30.0 * case, str(case)
        steps += [step(name, "Check", at, at + 1), step(name, "Decide", at + 2, at + 2)]
        if case % 5 == 0:
            steps += [step(name, act, at + 22, at + 22, team=None, resource=None)]
            steps += [step(name, "Check again", at + 24, at + 25)]
        steps += [step(name, "Close", at + 26, at + 26)]
    told = told_of(chronicle(steps, starts="measured", client_acts=frozenset({act})))
    assert told.get(REST if act == "Appeal" else CLIENT) == pytest.approx(12 * 20.0)


@pytest.mark.parametrize(("act", "waited"), [("Avbeställd av kund", 0.0), ("Svar från kund", 120.0)])
def test_who_cancels_what_was_ours_to_go_on_with_was_not_waited_for(chronicle, act, waited):
    """But who answers may well have been waited for."""
    steps = []
    for case in range(60):
        at, name = 30.0 * case, str(case)
        steps += [step(name, "Plan", at, at + 1)]
        if case % 5 == 0:
            steps += [step(name, act, at + 11, at + 11, team=None, resource=None)]
        else:
            steps += [step(name, "Repair", at + 12, at + 13)]
    told = told_of(chronicle(steps, starts="measured", client_acts=frozenset({act})))
    assert told.get(CLIENT, 0.0) == pytest.approx(waited)


@pytest.mark.parametrize(
    ("act", "goes_on", "waited"),
    [
        ("Customer asks for status", True, 0.0),
        ("Kunde hakt nach", True, 0.0),
        ("Customer asks for status", False, 120.0),
        ("Customer sends documents", True, 120.0),
    ],
)
def test_who_chases_us_in_the_middle_of_our_turn_was_not_waited_for(chronicle, act, goes_on, waited):
    """Whoever asked how far it is had all the time before counted as waiting for him."""
    steps = []
    for case in range(60):
        at, name = 30.0 * case, str(case)
        steps += [step(name, "Assess", at, at + 1)]
        if case % 5 == 0:
            steps += [step(name, act, at + 11, at + 11, team=None, resource=None)]
        if goes_on or case % 5:
            steps += [step(name, "Decide", at + 12, at + 13)]
    told = told_of(chronicle(steps, starts="measured", client_acts=frozenset({act})))
    assert told.get(CLIENT, 0.0) == pytest.approx(waited)


def test_a_batch_waits_for_its_last_case(chronicle):
    steps = []
    for week in range(4):
        for case in range(5):
            name, begin = f"{week} {case}", 168.0 * week
            steps += [step(name, "do", begin + case, begin + case + 0.5, team="Lab", resource="Bob")]
            steps += [step(name, "send", begin + 20.0, begin + 20.0 + 0.001 * case)]
    told = parts_of(chronicle(steps, starts="measured"))
    assert told[BATCH] == pytest.approx(4 * sum(4.5 - (case + 0.5) for case in range(5)))


def test_who_is_left_out_of_a_batch_waits_for_a_person_until_it_is_gathered(chronicle):
    """Each week one case that came first is not sent with the others, but with those of the next week."""
    steps = []
    for week in range(4):
        for case in range(5):
            name, begin = f"{week} {case}", 168.0 * week
            sent = begin + 20.0 + (0.001 * case if case else 168.0)
            steps += [step(name, "do", begin + case, begin + case + 0.5, team="Lab", resource="Bob")]
            steps += [step(name, "send", sent, sent)]
    told = parts_of(chronicle(steps, starts="measured"))
    usual = sum(4.5 - (case + 0.5) for case in range(1, 5))
    assert told[BATCH] == pytest.approx(4 * usual + 3 * 168.0)


def test_a_batch_on_which_nobody_is_seen_to_work_shows_in_its_ends(chronicle):
    """Of a furnace only ends are known, of eight cases at once: until the last of them came, all others waited for it;
    how long it took then, nobody knows."""
    random, made = np.random.default_rng(6), []
    loads = np.sort(random.uniform(0, 20 * 168, 800)).reshape(-1, 8)
    waited = (loads[:, -1:] - loads).sum()
    for load, moments in enumerate(loads):
        for place, end in enumerate(moments.tolist()):
            name, over = f"{load:03d} {place}", moments[-1] + 4.0
            made += [step(name, "finish", end - 1, end), step(name, "harden", over, over, team="Oven", resource="Oven")]
    log = chronicle(made, starts="measured")
    itself = pl.when(activity="harden").then("end").alias("ready")
    told = parts_of(log.with_events(log.events.with_columns(itself)))
    assert told[BATCH] == pytest.approx(waited, rel=1e-6)
    assert told[UNEXPLAINED] == pytest.approx(4.0 * 800, rel=1e-6)
    assert told[WORK] == pytest.approx(800, rel=1e-6)


def test_a_batch_on_which_nobody_is_seen_to_work_is_no_wait_for_us(chronicle):
    """Letters of the day are posted at one moment: nearly all of the time passes before it, but the ledger, and what is
    told of whom cases wait for, know nobody who is waited for."""
    random, made = np.random.default_rng(6), []
    for day in range(100):
        for place, moment in enumerate(np.sort(random.uniform(9, 14, 6)).tolist()):
            name, at = f"{day:03d} {place}", day * 24.0
            made += [step(name, "Request from client", at + moment, at + moment, team=None, resource=None)]
            made += [step(name, "Register", at + moment + 0.2, at + moment + 0.2, team=None)]
            checked = at + moment + 0.2 + random.uniform(0.2, 0.6)
            made += [step(name, "Check", checked, checked, team=None, resource="Ben")]
            made += [step(name, "Post", at + 16, at + 16, team=None, resource="Cid")]
    log = chronicle(made, starts="missing", client_acts=frozenset({"Request from client"}))
    sight = see(log.with_events(log.events.with_columns(start=None)), use_period=False)
    assert any(one.part == BATCH for one in sight.time_parts)
    kinds = {one.kind: one for one in sight.findings}
    assert kinds["batch"].numbers["activity"] == "Post"
    assert "before “Post”, on which nobody is seen to work" in kinds["waits"].text  # though Cid is named
    assert not any(one.numbers[BATCH][0] for one in sight.findings if one.kind == "who waits for whom")


def test_what_a_clock_lets_come_is_no_batch(chronicle):
    """Every night a program closes what was answered ten days ago, or earlier by two days where nobody had asked."""
    random, made = np.random.default_rng(3), []
    for case in range(300):
        begin = 8.0 * case + random.uniform(0, 8)
        known = 240.0 if case % 2 else random.uniform(150, 230)
        night = (np.floor((begin + known) / 24) + 1) * 24 + 2
        close = begin + 240.0 if case % 2 else night
        for name, end in (("ask", begin - 5), ("answer", begin), ("close", close)):
            made.append(step(f"{case:03d}", name, end, end, resource="system" if name == "close" else "Ann"))
    sight = see(chronicle(made, starts="measured"), use_period=False)
    assert "fixed delay" in {one.kind for one in sight.findings}
    assert "batch" not in {one.kind for one in sight.findings}
    assert not any(one.part == BATCH for one in sight.time_parts)


def test_a_busy_day_is_no_batch(chronicle):
    random = np.random.default_rng(1)
    moments = np.sort(random.uniform(0, 24, 400))
    log = chronicle([step(str(at), "do", float(m), float(m)) for at, m in enumerate(moments)], starts="measured")
    rows, legend = ordered(log)
    assert not batches(rows, len(legend.activities)).batched.any()


def test_parties_and_teams_are_told_and_add_up(chronicle, events):
    sight = see(chronicle(events(3), starts="measured"), clients={"A": "A", "B": "B"}, use_period=False)
    entries = {(one.measure, one.party): one.value for one in sight.ledger}
    for party in ("all clients", "A", "B", "other clients"):
        total = sum(one.hours for one in sight.time_parts if one.party == party and one.of == "client")
        assert total == pytest.approx(entries["cycle time", party])
    assert {one.party for one in sight.time_parts if one.of == "team"} == {"Desk", "Lab"}
    assert all(one.low <= one.hours <= one.high for one in sight.time_parts)


def test_teams_at_which_all_cases_together_spend_most_are_shown_first(chronicle):
    steps = [one for case in range(30) for one in (step(str(case), "do", 100.0 * case, 100.0 * case + 8.0),)]
    steps += [step("0", "try", 8.0, 48.0, team="Lab", resource="Bob")]
    sight = see(chronicle(steps, starts="measured"), use_period=False)
    met = {one.party: one.cases for one in sight.time_parts if one.of == "team"}
    assert met == {"Desk": 30, "Lab": 1}
    shown = time_spent(sight, "team")
    assert [row[0].text for row in shown.numbers.rows] == ["Desk", "Lab"]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("asked", ["Send reminder", "Call customer", "Wait for customer", "Payment", "Check again"])
def test_what_is_told_of_the_time_of_cases_adds_up_to_it(asked: str) -> None:
    """Whatever tells that the client is waited for: a step of his, a wait, or that he is reminded or called again."""
    begin, steps = datetime(2024, 1, 1, 8, tzinfo=UTC), {0: "Open", 2: "Check", 30: asked, 55: asked, 60: "Close"}
    rows = [
        {"case": str(case), "activity": name, "end": begin + timedelta(hours=5 * case + after)}
        for case in range(100)
        for after, name in steps.items()
    ]
    sight = see(read(pl.DataFrame(rows)))
    told = {one.measure: one.value for one in sight.ledger if one.party == ALL_CLIENTS}
    parts = {one.part: one.hours for one in sight.time_parts if one.party == ALL_CLIENTS}
    assert sum(parts.values()) == pytest.approx(told["cycle time"])
    assert told.get("waiting for the client", 0.0) == pytest.approx(parts.get(CLIENT, 0.0))
    waits = "nothing tells when the client is waited for" not in " ".join(sight.chronicle.notes)
    assert waits == (CLIENT in parts)
    deed = [one.share for one in sight.footprints if one.deed == COMPLETES and one.party == ALL_CLIENTS]
    assert deed == ([told["cases waiting for the client"]] if CLIENT in parts else [])
