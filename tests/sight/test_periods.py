"""Records of less than twelve weeks: changes are looked for by days of work, told by day, and seldom where none is."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from irrupt.ledgers import Window
from irrupt.reporting.sections.seen import changed_shares, found_changes
from irrupt.sight import see
from irrupt.sight.drift import drifts, least_new
from irrupt.sight.periods import FEWEST, periods
from irrupt.units import DAY, WEEK

from .conftest import MONDAY, make_chronicle

CLIENTS = {name: name for name in "ABC"}


def desk(seed, *, weeks=4, per_day=12, since=None, whose="ABC", people=3, end=None):
    """Cases come on days of work, and wait for one of *people*, from eight to five; *since* an hour there is a second
    check for those of *whose*. What is not done by the *end* is not recorded."""
    random, events, free = np.random.default_rng(seed), [], [0.0] * people
    days = [24.0 * day for day in range(7 * weeks) if day % 7 < 5]
    arrivals = sorted(day + hour for day in days for hour in random.uniform(8, 16, random.poisson(per_day)).tolist())
    for case, arrival in enumerate(arrivals):
        client, now = "AABC"[int(random.integers(4))], arrival
        checked = since is not None and arrival >= since and client in whose
        asked = ["ask"] if random.random() < 0.4 else []
        for place, name in enumerate(["register", *asked, "do", *(["check"] if checked else []), "answer"]):
            who = int(np.argmin(free)) if name == "do" else 0
            begin = opened(max(now, free[who])) if name == "do" else now
            now = begin + float(random.exponential(1.5 if name == "do" else 0.2))
            if name == "do":
                free[who] = now
            if end is None or now < end:
                events.append({"case": f"{case:04d}", "activity": name, "start": begin, "end": now, "client": client})
                events[-1]["resource"] = f"Ann {who}" if place else "Eve"
    return make_chronicle(events)


def opened(hour):
    """The first hour from this one on that is worked."""
    while not (hour // 24 % 7 < 5 and 8 <= hour % 24 < 17):
        hour = 24 * (hour // 24) + (8 if hour % 24 < 8 else 32)
    return hour


@pytest.mark.parametrize("count", [12, 13, 26, 60])
@pytest.mark.parametrize("begin", [0, 3])
def test_twelve_weeks_are_counted_in_weeks_as_long_as_they_are(count, begin):
    """Also where summer time takes an hour of the last one, and whatever stands beyond them."""
    random, begin = np.random.default_rng(count), begin * DAY
    moments = begin + random.uniform(-WEEK, (count + 1) * WEEK, 500)
    found = periods(Window(begin=begin, end=begin + count * WEEK - 3600), moments)
    assert (found.daily, found.count, found.length, found.in_a_week) == (False, count, WEEK, 1)
    number = np.floor((moments - begin) / WEEK).astype(int)
    assert found.of(moments).tolist() == np.clip(number, -1, count).tolist()
    assert all(found.begin(at) == begin + at * WEEK for at in (0, count - 1, count + 2))
    assert len(found.trends) == (1 if count < 26 else 3), "a season may be seen in half a year"
    assert not found.notes()


@pytest.mark.parametrize("count", [1, 2, 5, 11])
def test_fewer_weeks_are_counted_in_days_on_which_people_work(count):
    """What little is done on a Sunday belongs to the Friday before."""
    work = [day * DAY + hour for day in range(7 * count) if day % 7 < 5 for hour in range(30000, 60000, 1000)]
    stray = [day * DAY + 40000.0 for day in range(7 * count) if day % 7 == 6]
    found = periods(Window(begin=0.0, end=count * WEEK), np.array(work + stray))
    assert (found.daily, found.count, found.in_a_week) == (True, 5 * count, 5)
    assert found.of(np.array(stray)).tolist() == [5 * week + 4 for week in range(count)]
    assert found.begin(5 * count + 3) == found.begin(5 * count - 1) == (7 * count - 3) * DAY, "none after the last"
    assert bool(found.notes()) == (5 * count < FEWEST)


def test_records_without_a_single_day_have_no_periods():
    nothing = periods(Window(begin=0.0, end=DAY / 2), np.array([]))
    assert (nothing.count, nothing.in_a_week, nothing.of(np.array([0.0, np.nan])).max()) == (0, 1, 0)


@pytest.mark.slow
def test_plain_short_records_seldom_have_a_change():
    """Of 40; five or more would come in one of twenty such tests."""
    told = [see(desk(seed, weeks=3 + seed % 4), clients=CLIENTS, use_period=False).changes for seed in range(40)]
    assert sum(map(bool, told)) <= 4, [one.name for changes in told for one in changes]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("whose", "leads"), [("ABC", ""), ("A", "A")])
def test_a_check_planted_in_short_records_is_found_with_its_day(seed, whose, leads):
    weeks = 4 + 2 * (seed % 3)
    moment = MONDAY + timedelta(weeks=weeks / 2)
    log = desk(seed, weeks=weeks, since=84.0 * weeks, whose=whose)
    sight = see(log, clients=CLIENTS, use_period=False)
    (change,) = sight.changes
    assert (change.name, change.leads) == ("activity: check", leads)
    assert abs(change.begin - moment) <= timedelta(days=3)
    assert change.first <= moment <= change.last < sight.end
    assert len(change.days) == len(change.weekly) == 5 * weeks
    assert {day.weekday() for day in change.days} == set(range(5))


@pytest.mark.parametrize("seed", range(6))
def test_steps_that_a_growing_queue_keeps_from_being_done_are_not_said_to_be_given_up(seed):
    """Two people have work for three: the cases of the last days still wait, some longer than any before."""
    weeks = 3 + seed % 3
    log = desk(seed, weeks=weeks, people=2, per_day=16, end=168.0 * weeks - 55)
    assert not see(log, clients=CLIENTS, use_period=False).changes


@pytest.mark.parametrize("left", [2, 4, 6])
def test_what_nobody_does_any_more_in_the_last_days_is_not_said_to_be_given_up(left):
    """Each day those of the day before are done; in the last days nobody is there, and cases go on coming: whoever
    waits has waited longer than all before him, and comes to the step when people are back."""
    random = np.random.default_rng(left)
    events = [
        {"case": f"{day}-{case}", "activity": name, "end": moment, "client": "ABC"[case % 3], "resource": "Ann"}
        for day in range(28)
        for case in range(random.poisson(9))
        for name, moment in (("register", 24.0 * day + 9 + case / 9), ("do", 24.0 * day + 33 + case / 9))
        if name == "register" or day + 1 < 28 - left
    ]
    assert not see(make_chronicle(events), clients=CLIENTS, use_period=False).changes


@pytest.mark.parametrize(("since", "told"), [(2, True), (3, False), (1, False)])
def test_hours_of_less_than_two_weeks_are_shifts_or_leave_and_no_change(since, told):
    """In four weeks; a team that begins four hours later in the last one, or did not yet in the first."""
    random = np.random.default_rng(since)
    events = [
        {"case": f"{day}-{case}", "activity": name, "end": 24.0 * day + begin + hour, "team": "Desk", "resource": "Ann"}
        for day in range(28)
        if day % 7 < 5
        for begin in [12 if day >= 7 * since else 8]
        for case, hour in enumerate(np.sort(random.uniform(0, 7, 20)).tolist())
        for name in ("take", "do")
    ]
    found = see(make_chronicle(events), use_period=False).changes
    assert {one.kind for one in found} == ({"hours"} if told else set())


def test_what_is_found_by_day_is_told_and_drawn_by_day():
    sight = see(desk(1, since=14 * 24.0, whose="B"), clients=CLIENTS, use_period=False)
    (finding,) = (one for one in sight.findings if one.kind == "rule change")
    assert " on 15 Jan 2024" in finding.text
    assert "week" not in finding.text
    table, figure = found_changes(sight), changed_shares(sight)
    assert [head.text for head in table.heads][1] == "Day"
    assert "day by day" in figure.title
    assert "week" not in figure.reading
    assert "15 Jan 2024" in str(figure)


def test_that_records_are_too_short_for_changes_is_told():
    short, longer = (see(desk(1, weeks=weeks), clients=CLIENTS, use_period=False) for weeks in (2, 3))
    assert any("10 days of work, and 12 are needed" in note for note in short.chronicle.notes)
    assert not any("are needed" in note for note in longer.chronicle.notes)


def test_how_large_a_change_has_to_be_is_told_where_none_is_found():
    told = [see(desk(1, weeks=weeks, per_day=8), clients=CLIENTS, use_period=False).chronicle.notes for weeks in (4, 8)]
    (short,), (longer,) = ([note for note in notes if "is mostly told if" in note] for notes in told)
    shares = [float(note.split(" if ")[1].split("\u202f%")[0]) for note in (short, longer)]
    assert 5 < shares[1] < shares[0] < 60
    found = see(desk(1, since=14 * 24.0), clients=CLIENTS, use_period=False)
    assert not any("is mostly told if" in note for note in found.chronicle.notes)


@pytest.mark.one_in(4)
@pytest.mark.parametrize(("count", "cases"), [(15, 10), (20, 10), (30, 10), (40, 4)])
def test_what_is_said_to_be_found_as_often_as_not_is_so(count, cases):
    """Of a half more it is five times in six; of half as much hardly ever."""
    found = {0.5: 0, 1.0: 0, 1.5: 0}
    for seed in range(16):
        random = np.random.default_rng(seed)
        chances = random.poisson(cases, (30, count)).astype(float)
        hits = random.binomial(chances.astype(int), random.uniform(0.1, 0.9, (30, 1))).astype(float)
        least = least_new(hits, chances, count, cases)
        for times in found:
            share = np.where(np.arange(count) >= count // 2, min(times * least, 1.0), 0.0)
            hits[0] = random.binomial(chances[0].astype(int), share)
            found[times] += any(one.series == 0 for one in drifts(hits, chances))
    assert found[0.5] <= 5
    assert found[1.0] >= 4
    assert found[1.5] >= 11


def test_in_few_days_with_few_cases_nothing_new_is_found():
    chances = np.full((20, 12), 2.0)
    hits = np.random.default_rng(1).binomial(2, 0.5, (20, 12)).astype(float)
    assert least_new(hits, chances, 6, 2) > 1
