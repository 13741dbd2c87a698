"""Conditions at work: working days and pace, by hand, against a plain reading, and against theory."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT, CUT_SHORT, FIRST, INTERRUPTED, LAST
from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.ledgers import Duty, Ledgers, Parties, Window, kernels, measure, on_duty, parties_of
from irrupt.ledgers.people import MEASURES, days
from irrupt.units import WEEK

HOUR, DAY = 3600.0, 86400.0
OFFICE = tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5))
SHIFTS = tuple((day * 1440 + at, day * 1440 + at + 240) for day in range(7) for at in (0, 600, 1200))
NAMES = [one.name for one in MEASURES]
quick = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def one(case, person, start, end, *, activity=0, team=0, flags=0):
    """A step, in hours from Monday 00:00; without *start* where that is nan."""
    begin = end if math.isnan(start) else start
    return (case, 0, activity, team, person, begin * HOUR, math.nan, start * HOUR, end * HOUR, flags)


def found_for(build, legend, steps, *, weeks=1, party="team 0", **known):
    parties = parties_of(legend)
    values = measure([build.rows(steps)], legend, Window(begin=0, end=weeks * WEEK), parties, **known)
    return {name: values[name][party] for name in NAMES}


def test_an_example_by_hand(build, legend):
    """Ann: Monday 8:00 to 19:00 with a break of three hours; Tuesday 5:00 to 9:00, ten hours after, without a pause
    from 5:00 on; Saturday 22:00 to 2:00. Bob: Wednesday 9:00 to 10:00, once."""
    steps = [
        one(0, 0, 8, 10, flags=FIRST),
        one(1, 0, 13, 19, activity=1),
        one(2, 0, 29, 29.5, activity=1, flags=FIRST),
        one(3, 0, 29.5, 33, activity=1, flags=CLIENT_WAIT),
        one(4, 0, 142, 146, activity=0),
        one(5, 1, 57, 57.5),
        one(6, 1, 57.25, 58, flags=LAST),
        one(7, 1, 60, 61, flags=CLIENT_ACT),
    ]
    assert found_for(build, legend, steps) == pytest.approx(
        {
            "length of the working day": (11 + 4 + 4 + 1) / 4,
            "long days": 1 / 4,
            "long weeks": 0.0,
            "rests under 11 hours": 1.0,
            "night work": 1 / 4,
            "weekend work": 1 / 4,
            "variation of daily hours": math.sqrt(((11 - 19 / 3) ** 2 + 2 * (4 - 19 / 3) ** 2) / 2) / 5,
            "work without a pause": (1 + 5 + 3 + 3 + 0) / (2 + 6 + 4 + 4 + 1),
            "steps side by side": 1 / 4,
            "interruptions": 0.0,
            "steps that clients ask for directly": 3 / 7,
            "moves between posts": 2 / 4,
            "activities per person": 3 / 2,
            "load of checks": 0.0,
        }
    )
    checked = replace(legend, checks=frozenset({"activity 1"}))
    assert found_for(build, checked, steps)["load of checks"] == pytest.approx((6 + 0.5 + 3.5) / (2 + 6 + 4 + 4 + 1))


def test_what_somebody_does_for_one_team_is_no_versatility_of_another(build):
    """Ann does one activity for the last of forty teams, then two for the first; Cid one of these. Of two teams, each
    of them counts once, and so does what he does for one of them; of all, also what he does for both."""
    legend = build.legend(teams=40)
    done = [(0, 0, 39), (0, 1, 0), (0, 2, 0), (0, 1, 1), (1, 1, 0)]
    rows = build.rows([one(n, p, 9 + n, 10 + n, activity=a, team=t) for n, (p, a, t) in enumerate(done)])
    groups = {"two": (0, 39), "all": tuple(range(40))} | {str(team): (team,) for team in (0, 1, 39)}
    found = measure([rows], legend, Window(begin=0.0, end=WEEK), Parties(teams=groups))["activities per person"]
    assert found == {"0": 3 / 2, "1": 1.0, "39": 1.0, "two": 4 / 2, "all": 4 / 2}


def test_a_step_inside_of_another_interrupts_it_and_one_that_goes_beyond_it_does_not(build, legend):
    """Ann, Monday: from 9 to 12 on one step, which she puts aside at 10 for half an hour, in which somebody asks for a
    minute, and at 11 for a quarter; the one of 11:45 goes on to 13, beside it. Tuesday: two begun at once."""
    steps = [
        one(0, 0, 9, 12),
        one(1, 0, 10, 10.5),
        one(2, 0, 10.25, 10.27),
        one(3, 0, 11, 11.25),
        one(4, 0, 11.75, 13),
        one(5, 0, 33, 34),
        one(6, 0, 33, 35),
    ]
    found = found_for(build, legend, steps)
    assert found["interruptions"] == (2 + 1) / 2
    # The step of 10 ends after the minute, that of 9 after three others; those of 11:45 and the last two overlap.
    assert found["steps side by side"] == 4 / 2


def test_a_step_that_holds_others_takes_what_they_leave_and_goes_on_through_them(build, legend):
    """Ben, from 9 to 12 on a case, from 11 to 11:30 on a check: half an hour of three, and two hours after the first.
    What he does beside his work is no work twice, nor does it take the hours away that he spent before."""
    checked = replace(legend, checks=frozenset({"activity 1"}))
    steps = [one(0, 0, 9, 12), one(1, 0, 11, 11.5, activity=1)]
    found = found_for(build, checked, steps)
    assert found["load of checks"] == pytest.approx(0.5 / 3)
    assert found["work without a pause"] == pytest.approx(2 / 3)
    others = [one(1 + n, 0, 9 + n / 4, 9.125 + n / 4, activity=1) for n in range(11)]
    found = found_for(build, checked, [one(0, 0, 9, 12), *others])
    assert found["load of checks"] == pytest.approx(11 * 0.125 / 3)
    assert found["work without a pause"] == pytest.approx(2 / 3)


@quick
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), min_size=1, max_size=8))
def test_time_at_work_is_all_that_steps_of_one_person_cover(build, legend, drawn):
    """In tenths of an hour: once each, whoever's steps lie within or across others; and after an hour in a row."""
    steps = [one(n, 0, a / 10, (a + length) / 10) for n, (a, length) in enumerate(drawn)]
    ledgers = Ledgers(legend, Window(begin=0.0, end=WEEK))
    ledgers.add(build.rows(steps))
    tallies = ledgers.team_weeks.people.tallies[0].sum(axis=0)
    cells = np.zeros(82, bool)
    for a, length in drawn:
        cells[a : a + length] = True
    edges = np.flatnonzero(np.diff(np.concatenate([[False], cells, [False]]).astype(int)))
    rows = (edges[1::2] - edges[::2]) * HOUR / 10
    assert tallies[kernels.AT_STEPS] == pytest.approx(rows.sum(), abs=1e-6)
    assert tallies[kernels.UNBROKEN] == pytest.approx(np.maximum(rows - HOUR, 0.0).sum(), abs=1e-6)


def test_work_that_was_interrupted_counts_once_each_time(build, legend):
    """Nine stretches of one step, each but the last cut off, with something else in between: eight interruptions."""
    cut = [one(0, 0, 9 + n, 9.5 + n, flags=INTERRUPTED if n < 8 else 0) for n in range(9)]
    others = [one(1 + n, 0, 9.5 + n, 10 + n) for n in range(8)]
    assert found_for(build, legend, cut + others)["interruptions"] == 8.0


def test_work_that_was_cut_short_is_no_interruption(build, legend):
    """Nobody goes on with it. All else is told as of work that was interrupted; that a clock let it begin is not."""
    window, parties = Window(begin=0, end=WEEK), parties_of(legend)

    def told(how):
        step = [*one(0, 0, 9, 9.5, flags=FIRST | how)]
        step[5:7] = 8.0 * HOUR, 8.25 * HOUR  # when it came, and from when on it waited for us
        others = one(0, 1, 11, 12), one(1, 0, 9.5, 10, flags=FIRST)
        return measure([build.rows([tuple(step), *others])], legend, window, parties)

    cut, left = told(CUT_SHORT), told(INTERRUPTED)
    for name in ("interruptions", "steps side by side"):
        assert (cut.pop(name)["team 0"], left.pop(name)["team 0"]) == (0.0, 1 / 2)
    # What is gone on with presses nobody anew; the three steps here are asked for, handed over, and asked for.
    assert cut.pop("what presses at once")["team 0"] == 3 / 3
    assert left.pop("what presses at once")["team 0"] == 2 / 2
    for name, values in cut.items():
        assert values == pytest.approx(left[name], nan_ok=True), name


def interruptions(steps):
    """A plain reading: the steps that lie inside of another one of the same person."""
    return sum(
        any(outer[4] == inner[4] and outer[7] + 1 < inner[7] and inner[8] <= outer[8] for outer in steps)
        for inner in steps
    )


@quick
@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 20), st.integers(1, 20)),
        max_size=9,
        unique_by=lambda s: s[1] + s[2],
    )
)
def test_interruptions_are_those_of_a_plain_reading(build, legend, spans):
    """Of up to eight steps inside of one."""
    steps = [one(n, person, 8 + at / 10, 8 + (at + lasts) / 10) for n, (person, at, lasts) in enumerate(spans)]
    found = found_for(build, legend, steps)["interruptions"]
    told = days_of(steps)
    assert math.isnan(found) if not steps else found == pytest.approx(interruptions(steps) / told)


def days_of(steps):
    return len({step[4] for step in steps})


def test_names_tell_what_checks(build, legend):
    steps = [one(0, 0, 8, 9, flags=FIRST), one(1, 0, 9, 12, activity=1)]
    said = replace(legend, activities=("Repair", "Contrôler la réparation", "c", "d"))
    assert found_for(build, said, steps)["load of checks"] == 3 / 4


def test_a_few_seconds_between_steps_are_no_pause_and_minutes_are(build, legend):
    second = 1 / 3600
    close = [one(n, 0, 9 + n * 0.4, 9.4 + n * 0.4 - 30 * second) for n in range(5)]
    loose = [one(n, 0, 9 + n * 0.4, 9.3 + n * 0.4) for n in range(5)]
    assert found_for(build, legend, close)["work without a pause"] == pytest.approx(0.5, abs=0.02)
    assert found_for(build, legend, loose)["work without a pause"] == 0.0


def test_a_shift_over_midnight_is_one_working_day(build, legend):
    steps = [one(n, 0, 22 + n, 22.9 + n) for n in range(8)]
    found = found_for(build, legend, steps)
    assert found["length of the working day"] == pytest.approx(7.9)
    assert found["night work"] == 1.0
    assert math.isnan(found["rests under 11 hours"])


def test_two_signs_in_a_day_are_no_short_rest(build, legend):
    """A person who records little has not gone home in between."""
    steps = [one(0, 0, math.nan, 9), one(1, 0, math.nan, 16.5), one(2, 0, math.nan, 32.9)]
    found = found_for(build, legend, steps)
    assert found["length of the working day"] == pytest.approx(7.5 / 2)
    assert found["rests under 11 hours"] == 0.0
    assert math.isnan(found["work without a pause"])
    assert math.isnan(found["steps side by side"])


def test_a_step_over_night_counts_within_the_hours_of_whoever_does_it(build, legend):
    """Monday 16:00 to Wednesday 10:00 in office hours: 1 h, 8 h and 1 h; where hours are not known, two signs."""
    steps = [one(0, 0, 16, 58)]
    known = found_for(build, legend, steps, on_duty={"person 0": Duty(teams=("team 0",), hours=OFFICE)})
    assert known["length of the working day"] == pytest.approx(10 / 3)
    assert known["work without a pause"] == 0.0
    unknown = found_for(build, legend, steps)
    assert unknown["length of the working day"] == 0.0


def test_weeks_of_more_than_48_hours_are_long(build, legend):
    steps = [
        one(day, person, 24 * day + 8, 24 * day + 8 + length) for person, length in ((0, 9), (1, 7)) for day in range(6)
    ]
    assert found_for(build, legend, steps)["long weeks"] == 0.5
    assert found_for(build, legend, steps)["long days"] == 0.0


def test_a_working_day_counts_for_one_team_and_once_for_all(build, legend):
    steps = [one(0, 0, 8, 10, team=1), one(1, 0, 10, 12, team=0), one(2, 1, 8, 9, team=1)]
    assert found_for(build, legend, steps, party="team 1")["length of the working day"] == 1.0
    assert found_for(build, legend, steps, party="team 0")["length of the working day"] == 4.0
    assert found_for(build, legend, steps, party="all teams")["length of the working day"] == 2.5


def test_where_nobody_is_named_nothing_is_told(build, legend):
    steps = [one(0, -1, 8, 10), one(1, -1, 12, 14, flags=FIRST)]
    found = found_for(build, legend, steps)
    assert found.pop("steps that clients ask for directly") == 0.5
    assert all(map(math.isnan, found.values()))


def plain_days(steps, hours):
    """Working days of each person: stretches of work in order, joined as the definition says."""
    by_person = {}
    for step in steps:
        person, start, end = step[4], step[7], step[8]
        if person < 0 or step[9] & CLIENT_ACT:
            continue
        start = end if math.isnan(start) else start
        stretches = [(start, end)]
        if person in hours and end - start >= 6 * HOUR:
            stretches = hours[person](start, end)
        elif person not in hours and end - start > 11 * HOUR:
            stretches = [(start, start), (end, end)]
        by_person.setdefault(person, []).extend(stretches)
    for person, stretches in by_person.items():
        joined = []
        for a, b in sorted(stretches):
            gap = a - joined[-1][1] if joined else math.inf
            midnight = joined and a // DAY > joined[-1][1] // DAY
            if gap >= 11 * HOUR or (gap >= 6 * HOUR and midnight):
                joined.append([a, b])
            else:
                joined[-1][1] = max(joined[-1][1], b)
        by_person[person] = joined
    return by_person


@quick
@given(
    seed=st.integers(0, 100_000),
    cases=st.integers(1, 60),
    starts=st.booleans(),
    known=st.dictionaries(st.integers(0, 3), st.sampled_from([OFFICE, SHIFTS])),
)
def test_working_days_are_those_of_the_definition(build, seed, cases, starts, known):
    legend = build.legend()
    steps = build.log(seed, cases=cases, starts=starts, weeks=2)
    duties = {f"person {person}": Duty(teams=(), hours=hours) for person, hours in known.items()}
    ledgers = Ledgers(legend, Window(begin=-WEEK, end=30 * WEEK), duties)
    rows = build.rows(steps)
    half = len(rows.case) // 2
    ledgers.add(rows._replace(**{name: column[:half] for name, column in rows._asdict().items()}))
    ledgers.add(rows._replace(**{name: column[half:] for name, column in rows._asdict().items()}))
    found = days(ledgers.team_weeks.people)
    who, (length, rest) = found.who[0], found.lasts
    hours = {person: lambda a, b, weekly=weekly: build.common(a, b, weekly) for person, weekly in known.items()}
    wanted = plain_days(steps, hours)
    for person in range(4):
        lengths = [end - begin for begin, end in wanted.get(person, ())]
        assert length[who == person] == pytest.approx(np.array(lengths), abs=1e-6)
        rests = [b[0] - a[1] for a, b in pairwise(wanted.get(person, ()))]
        mine = rest[who == person][1:]
        assert mine == pytest.approx(np.array([r if r <= DAY else math.nan for r in rests]), nan_ok=True, abs=1e-6)


@quick
@given(seed=st.integers(0, 100_000), cases=st.integers(1, 40))
def test_shares_are_shares_and_pace_is_never_more_than_all_of_it(build, seed, cases):
    legend = build.legend()
    steps = build.log(seed, cases=cases)
    values = measure([build.rows(steps)], legend, Window(begin=0, end=9 * WEEK), parties_of(legend))
    for one_of in MEASURES:
        for value in values[one_of.name].values():
            assert math.isnan(value) or 0.0 <= value <= (1.0 + 1e-12 if one_of.unit == "share" else math.inf)


def test_one_counter_works_without_a_pause_as_the_theory_of_busy_periods_has_it():
    """M/M/1: what counts is the time of busy periods beyond their first hour; at load 0.5, service half an hour,
    Lindley's recursion gives the share."""
    load, cases_a_week = 0.5, 168.0
    organisation = counter(load=load, cases_per_week=cases_a_week)
    run = Simulation(organisation, seed=11, weeks=420)
    ledgers = Ledgers(run.legend, Window(begin=0, end=400 * WEEK), on_duty(organisation))
    for rows in run.run():
        ledgers.add(rows)
    found = ledgers.result(parties_of(run.legend))["work without a pause"]["Desk"]
    random = np.random.default_rng(1)
    gaps, services = random.exponential(1.0, 400_000), random.exponential(load, 400_000)
    busy, total, until, begun = 0.0, 0.0, 0.0, 0.0
    for arrival, service in zip(np.cumsum(gaps).tolist(), services.tolist(), strict=True):
        if arrival > until + 1 / 60:
            busy += max(until - begun - 1.0, 0.0)
            begun = until = arrival
        until = max(arrival, until) + service
        total += service
    assert found == pytest.approx(busy / total, abs=0.02)
