"""Changed rules: seldom found where there are none, found where one was planted, with its date and who led."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from irrupt.engine import simulate
from irrupt.organisation import Calendar, load
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.regulation import parse_act
from irrupt.sight import see
from irrupt.sight.dating import dated
from irrupt.sight.drift import alike, beside, drifts, sudden
from irrupt.sight.periods import weeks as weekly
from irrupt.sight.ways import firsts

from .conftest import MONDAY, make_chronicle

DESK = load(Path(__file__).resolve().parents[2] / "docs" / "examples" / "desk.yaml")
WEEKS = 20
MOMENT = DESK.origin + timedelta(weeks=WEEKS // 2)


def shares(seed, weeks=24, series=30, change=0.0):
    random = np.random.default_rng(seed)
    chances = random.poisson(40, (series, weeks))
    share = np.repeat(random.uniform(0.05, 0.9, series)[:, None], weeks, axis=1)
    share[0, weeks // 2 :] = np.clip(share[0, weeks // 2 :] + change, 0, 1)
    return random.binomial(chances, share).astype(float), chances.astype(float)


def test_of_steps_done_again_the_first_time_tells_the_order():
    random = np.random.default_rng(1)
    case, activity = np.sort(random.integers(0, 40, 600)), random.integers(-1, 5, 600).astype(np.int32)
    found = firsts(case, activity, 40, 5)
    for one in range(40):
        mine = activity[case == one].tolist()
        begin = int(np.searchsorted(case, one))
        assert found[one].tolist() == [begin + mine.index(name) if name in mine else -1 for name in range(5)]


def test_false_alarms_are_at_most_one_in_twenty():
    """Of 40 tables without a change; 6 or more would come in one or two of a hundred such tests."""
    assert sum(bool(drifts(*shares(seed))) for seed in range(40)) <= 5


def test_a_change_is_found_with_its_date():
    found = [drifts(*shares(seed, change=0.2)) for seed in range(20)]
    right = [one[0] for one in found if one and one[0].series == 0]
    assert len(right) >= 18
    assert sum(one.first <= 12 <= one.last for one in right) >= 0.8 * len(right)


@pytest.mark.parametrize("weeks", [12, 16, 20])
def test_a_plain_change_is_found_in_few_weeks(weeks):
    found = [drifts(*shares(seed, weeks=weeks, series=12, change=0.5)) for seed in range(6)]
    assert sum(bool(one) and one[0].series == 0 for one in found) >= 5


def test_what_is_found_does_not_hide_what_is_smaller():
    """A share that goes from none to all is large in any order of the weeks: beside it, nothing else was plain."""
    found = []
    for seed in range(6):
        hits, chances = shares(seed, weeks=44, series=40)
        hits[1, 22:] += 0.12 * (chances[1, 22:] - hits[1, 22:])
        hits[0] = chances[0] * (np.arange(44) >= 14)
        found.append({one.series for one in drifts(np.round(hits), chances)})
    assert all(0 in one for one in found)
    assert sum(1 in one for one in found) >= 3
    assert sum(bool(one - {0, 1}) for one in found) <= 1


def test_short_records_and_empty_series_have_no_changes():
    assert drifts(*shares(1, weeks=11)) == []
    assert drifts(np.zeros((3, 30)), np.zeros((3, 30))) == []
    assert drifts(np.zeros((0, 30)), np.zeros((0, 30))) == []


def test_more_cases_of_one_client_are_no_change_of_a_share():
    random = np.random.default_rng(2)
    chances = np.vstack([np.where(np.arange(30) < 15, 10, 60), np.full(30, 30)])
    hits = random.binomial(chances, [[0.8], [0.2]]).astype(float)
    assert drifts(hits.sum(axis=0)[None], chances.sum(axis=0)[None].astype(float)), "the mix does change"
    assert not drifts(*(side[None] for side in alike(hits, chances.astype(float))))


def test_what_becomes_of_all_others_too_is_no_priority():
    """Where a queue grows, whoever is taken at random passes ever fewer of those who wait."""
    told = {"as it is": 0, "beside all others": 0, "his alone": 0}
    for seed in range(12):
        random, early = np.random.default_rng(seed), np.arange(30) < 12
        chances = random.poisson([[15.0], [60.0]], (2, 30))
        his, rest = random.binomial(chances, np.where(early, 0.4, 0.05)).astype(float)
        alone = random.binomial(chances[0], np.where(early, 0.05, 0.8)).astype(float)
        of_his, of_rest = chances.astype(float)
        told["as it is"] += bool(drifts(his[None], of_his[None]))
        told["beside all others"] += bool(drifts(*(side[None] for side in beside(his, of_his, rest, of_rest))))
        told["his alone"] += bool(drifts(*(side[None] for side in beside(alone, of_his, rest, of_rest))))
    assert told["as it is"] == told["his alone"] == 12
    assert told["beside all others"] <= 3


@pytest.mark.parametrize("days", [1, 2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("before", [0.0, 0.3])
def test_the_interval_of_a_date_holds_the_week_on_a_day_of_which_it_changes(days, before):
    """Of the 14th week, so many days come after the change."""
    random, weeks = np.random.default_rng(days), np.arange(30)
    passed = np.clip(weeks - 13 + days / 7, 0, 1)
    right = 0
    for _ in range(20):
        chances = random.poisson(70, 30)
        hits = random.binomial(chances, before + passed * (0.9 - before)).astype(float)
        date = dated(hits, chances.astype(float))
        right += date.first <= 13 <= date.last
        assert date.last - date.first <= 2
    assert right >= 18


@pytest.mark.parametrize("shape", ["season", "trend", "load"])
def test_what_comes_by_and_by_is_no_sudden_change(shape):
    random, weeks = np.random.default_rng(3), np.arange(60)
    chances = np.full(60, 80.0)
    share = 0.4 + 0.2 * np.sin(2 * np.pi * weeks / 52)
    if shape == "trend":
        share = 0.2 + 0.4 * weeks / 60
    elif shape == "load":
        chances = np.where((weeks // 15) % 2, 120.0, 40.0)
        share = chances / 200
    right, trends = 0, weekly(60).trends
    for _ in range(20):
        hits = random.binomial(chances.astype(int), share).astype(float)
        right += any(sudden(hits, chances, one.week, trends) for one in drifts(hits[None], chances[None]))
    assert right <= 1


def test_a_jump_is_sudden():
    random, weeks = np.random.default_rng(4), np.arange(60)
    hits = random.binomial(80, np.where(weeks >= 30, 0.45, 0.3), (20, 60)).astype(float)
    assert sum(sudden(one, np.full(60, 80.0), 30, weekly(60).trends) for one in hits) >= 19


def test_a_path_that_dies_for_a_client_of_few_cases_is_sudden():
    """Where a share falls to nothing it hardly varies by chance: no season and trend explain that week after week."""
    random, weeks = np.random.default_rng(4), np.arange(36)
    chances = random.poisson(12, (100, 36))
    dies = random.binomial(chances, np.where(weeks >= 22, 0.0, 0.2))
    season = random.binomial(chances, 0.2 * (1 + np.cos(2 * np.pi * weeks / 52)))
    found = [
        sum(
            sudden(one.astype(float), of.astype(float), week, weekly(36).trends)
            for one, of in zip(hits, chances, strict=True)
        )
        for hits, week in ((dies, 22), (season, 16))
    ]
    assert found[0] >= 85
    assert found[1] <= 10


@pytest.mark.slow
def test_what_changes_when_the_others_follow_is_part_of_what_began_before():
    """Two steps change places for one client, and six weeks later for all: what follows the second one then is no
    further change of a rule."""
    random, events = np.random.default_rng(2), []
    for case in range(1800):
        week, client = case // 50, "ABCDE"[case % 5]
        steps = ["Weigh", "Label"] if random.random() < 0.7 else ["Label", "Weigh"]
        if week >= (14 if client == "A" else 20):
            steps = ["Label", "Weigh"]
        steps += ["Test"] if random.random() < 0.4 else []
        begin = 168.0 * week + 9 + 24 * (case % 5)
        events += [
            {"case": str(case), "activity": name, "end": begin + place, "resource": "Ann", "client": client}
            for place, name in enumerate(["Take", *steps, "Send"])
        ]
    found = see(make_chronicle(events, starts="missing")).changes
    assert [one.leads for one in found] == ["A"]
    assert found[0].followed == MONDAY + timedelta(weeks=20)


def test_steps_that_growing_queues_keep_from_being_done_are_not_said_to_be_given_up():
    """Cases that wait at the end of the log lack their last step, ever more of them as the queue grows."""
    random, events, free = np.random.default_rng(5), [], 0.0
    for case, arrival in enumerate(np.sort(random.uniform(0, 26 * 168, 900)).tolist()):
        end = max(free, arrival) + 7.5
        free = end
        done = [("Receive", arrival), ("Assess", end), ("Answer", end + 0.1)]
        events += [
            {"case": str(case), "activity": name, "end": moment, "resource": "Ann", "client": "AB"[case % 2]}
            for name, moment in done
            if moment < 26 * 168
        ]
    assert not see(make_chronicle(events)).changes


def seen(changes, seed=1):
    log = simulate(DESK, weeks=WEEKS, seed=seed, changes=changes)
    return see(log, clients={"Hospital A": "Hospital A"}, use_period=False)


def test_a_simulated_log_without_a_change_has_none():
    """How often this goes wrong is measured by benchmarks/changes.py."""
    assert not seen([], 1).changes


@pytest.mark.parametrize(
    ("act", "kind", "what", "leads"),
    [
        ("imposed check: {client: null, after: Repair, activity: Audit}", "activity", "Audit", ""),
        ("imposed check: {client: Hospital A, after: Repair, activity: Audit}", "activity", "Audit", "Hospital A"),
        ("bypass: {client: Hospital A, team: Desk}", "activity", "Triage", "Hospital A"),
        ("priority: {client: Hospital A, team: Network}", "priority", "Hospital A", "Hospital A"),
    ],
)
def test_a_planted_act_is_found(act, kind, what, leads):
    sight = seen(list(parse_act(act).changes(DESK, MOMENT)))
    told = [one for one in sight.changes if one.kind in (kind, "path") and what in one.what] or [
        one for one in sight.changes if any(what in text for text in one.others)
    ]
    assert told, [one.text for one in sight.changes]
    assert told[0].first <= MOMENT <= told[0].last
    assert told[0].leads == leads
    assert any(finding.kind == "rule change" for finding in sight.findings)
    assert set(sight.chronicle.rules["authority"].drop_nulls()) == {"inferred", "simulated"}


def test_moved_hours_are_found():
    early = tuple((day * 1440 + 360, day * 1440 + 840) for day in range(5))
    edit = Edit(part="calendars", key="day", before=DESK.calendars["day"], after=Calendar(hours=early))
    sight = seen([RuleChange(time=MOMENT, author="Desk", rule="earlier hours", edits=(edit,))])
    assert any(one.kind == "hours" and one.first <= MOMENT <= one.last for one in sight.changes)


def test_what_the_user_says_of_a_change_holds():
    changes = list(parse_act("priority: {client: Hospital A, team: Network}").changes(DESK, MOMENT))
    log = simulate(DESK, weeks=WEEKS, seed=1, changes=changes)
    name = "priority: Hospital A: Network"
    told = {}
    for verdict in ("confirmed", "refuted"):
        said = dataclasses.replace(log, said_of_changes={name: verdict})
        told[verdict] = see(said, clients={"Hospital A": "Hospital A"}, use_period=False)
    assert "confirmed" in set(told["confirmed"].chronicle.rules["authority"])
    assert name not in set(told["refuted"].chronicle.rules["reason"])
    assert not [one for one in told["refuted"].findings if one.numbers.get("change") == name]
    stray = see(dataclasses.replace(log, said_of_changes={name[:-1]: "refuted"})).chronicle.notes
    assert any(name[:-1] in note and "no effect" in note and f'did you mean "{name}"' in note for note in stray)
    assert not any("no effect" in note for one in told.values() for note in one.chronicle.notes)


def test_what_changes_for_one_client_in_a_short_log_is_found_though_the_others_follow_only_at_its_end():
    """Among all cases it would be a ramp in the middle of which nothing happens."""
    random = np.random.default_rng(3)
    events = []
    for case, arrival in enumerate(np.sort(random.uniform(0, 16 * 168, 560)).tolist()):
        client = "ABCDE"[int(random.integers(5))]
        new = arrival >= (6 if client == "B" else 14) * 168
        steps = ["register", *(["second check"] if new else []), "decide"]
        events += [
            {"case": f"{case:04d}", "activity": name, "end": arrival + place, "client": client, "resource": "Ann"}
            for place, name in enumerate(steps)
        ]
    found = see(make_chronicle(events), clients={name: name for name in "ABCDE"}, use_period=False).changes
    led = [one for one in found if one.leads == "B" and "second check" in one.what]
    assert led, [one.text for one in found]
    assert led[0].begin == MONDAY + timedelta(weeks=6)
    (change,) = (one for one in led if one.kind == "activity")
    assert np.nanmax(change.weekly[:5]) < 0.1 < 0.9 < np.nanmin(change.weekly[6:16]), "his own cases week by week"
    assert np.nanmax(change.weekly_others[:13]) < 0.1 < 0.9 < np.nanmin(change.weekly_others[14:16])


def test_that_a_client_cancels_more_is_a_change(chronicle):
    """Cases that are given up were not looked at: half of his cases came to be cancelled, and nothing was told."""
    random, events = np.random.default_rng(3), []
    for case in range(1440):
        client, week = "ABC"[case % 3], case // 60
        gone = random.random() < (0.5 if client == "A" and week >= 12 else 0.02)
        for at, name in enumerate(["ask", "do", "cancelled by customer" if gone else "close"]):
            team = None if "customer" in name else "Desk"
            events.append({"case": f"{case}", "activity": name, "end": 2.8 * case + at, "client": client, "team": team})
    log = chronicle(events, client_acts=frozenset({"cancelled by customer"}))
    sight = see(log, clients={name: name for name in "ABC"}, use_period=False)
    (change,) = (one for one in sight.changes if one.name == "activity: cancelled by customer")
    assert (change.leads, change.begin) == ("A", MONDAY + timedelta(weeks=12))
    told = next(one for one in sight.findings if one.numbers.get("change") == change.name)
    cancelled = {event["case"] for event in events if "customer" in event["activity"]}
    assert set(told.cases) <= cancelled


def test_no_client_leads_the_hours_of_a_team():
    """Steps of all clients end in them, and what seems to begin with one is chance."""
    random = np.random.default_rng(5)
    events = []
    for case in range(900):
        day, client = int(random.integers(26 * 7)), "ABC"[int(random.integers(3))]
        late = day >= (12 if client == "B" else 15) * 7
        hour = day * 24 + (18 if late else 9) + float(random.uniform(0, 1))
        events += [
            {"case": f"{case:04d}", "activity": name, "end": hour + place / 60, "client": client, "resource": "Ann",
             "team": "Desk"}
            for place, name in enumerate(["register", "decide"])
        ]  # fmt: skip
    found = see(make_chronicle(events), clients={name: name for name in "ABC"}, use_period=False).changes
    assert {one.leads for one in found if one.kind == "hours"} == {""}


def test_a_step_that_another_team_takes_over_is_found_with_its_date():
    random, events = np.random.default_rng(7), []
    for case, arrival in enumerate(np.sort(random.uniform(0, 26 * 168, 700)).tolist()):
        moved = arrival >= 15 * 168 and random.random() < 0.95
        steps = [("register", "Desk"), ("answer", "Office" if moved else "Desk"), ("close", "Office")]
        events += [
            {"case": f"{case:04d}", "activity": name, "end": arrival + place, "client": "ABC"[case % 3], "team": team}
            for place, (name, team) in enumerate(steps)
        ]
    sight = see(make_chronicle(events), clients={name: name for name in "ABC"}, use_period=False)
    assert [(one.kind, one.what, one.leads) for one in sight.changes] == [("team", ("answer", "Office"), "")]
    assert sight.changes[0].begin == MONDAY + timedelta(weeks=15)
    assert "is done by Office" in sight.changes[0].text
    (told,) = [one for one in sight.findings if one.kind == "rule change"]
    assert min(int(case) for case in told.cases) > 350


def test_a_rule_that_spreads_from_client_to_client_is_told_with_who_followed():
    """Among all cases it is a ramp, as a trend would be; in the cases of each client it is none."""
    random, events = np.random.default_rng(3), []
    since = {"A": 13, "B": 7, "C": 10, "D": 16}
    for case, arrival in enumerate(np.sort(random.uniform(0, 26 * 168, 900)).tolist()):
        client = "ABCD"[int(random.integers(4))]
        new = arrival >= since[client] * 168 and random.random() < 0.95
        steps = ["register", *(["second check"] if new else []), "decide"]
        events += [
            {"case": f"{case:04d}", "activity": name, "end": arrival + place, "client": client, "resource": "Ann"}
            for place, name in enumerate(steps)
        ]
    sight = see(make_chronicle(events), clients={name: name for name in "ABCD"}, use_period=False)
    assert [one.leads for one in sight.changes] == ["B"]
    found = sight.changes[0]
    assert found.begin == MONDAY + timedelta(weeks=7)
    assert found.then == (("C", MONDAY + timedelta(weeks=10)), ("A", MONDAY + timedelta(weeks=13)))
    assert found.followed == MONDAY + timedelta(weeks=16)
    (told,) = [one.text for one in sight.findings if one.kind == "rule change"]
    assert "one by one: C in the week of 11 Mar 2024, A in the week of 1 Apr 2024." in told


@pytest.mark.one_in(2)
@pytest.mark.parametrize("seed", [4, 5])
def test_cases_on_their_way_when_the_records_begin_make_no_change(seed):
    """They lack their first steps: the share of cases that go through these only seems to rise."""
    random, events = np.random.default_rng(seed), []
    for case, arrival in enumerate(np.sort(random.uniform(-8 * 168, 40 * 168, 1200)).tolist()):
        moments = arrival + 168 * np.cumsum([0.0, *random.uniform(2, 4, 2)])
        events += [
            {
                "case": f"{case:04d}",
                "activity": name,
                "end": float(moment),
                "client": "ABC"[case % 3],
                "resource": "Ann",
            }
            for name, moment in zip(("register", "examine", "decide"), moments, strict=True)
            if 0 <= moment < 40 * 168
        ]
    assert not see(make_chronicle(events), clients={name: name for name in "ABC"}, use_period=False).changes


def test_a_step_with_which_most_cases_end_hides_no_new_step_after_it():
    """What a step was seldom followed by, and is no longer, was set against the few cases in which anything followed:
    it was said to have always come, and the new step was not told at all."""
    random, events = np.random.default_rng(6), []
    for case, arrival in enumerate(np.sort(random.uniform(0, 40 * 168, 2400)).tolist()):
        new = arrival >= 16 * 168
        order = ["check", "confirm"] if arrival < 28 * 168 else ["confirm", "check"]
        steps = [*order, *(["credit"] if new else []), *(["other date"] if random.random() < 0.1 else [])]
        events += [
            {"case": f"{case:04d}", "activity": name, "end": arrival + place, "client": "ABC"[case % 3]}
            for place, name in enumerate(steps)
        ]
    changes = see(make_chronicle(events), clients={name: name for name in "ABC"}, use_period=False).changes
    begun = {one.begin: one for one in changes}
    assert set(begun) == {MONDAY + timedelta(weeks=16), MONDAY + timedelta(weeks=28)}
    first, second = (begun[MONDAY + timedelta(weeks=week)] for week in (16, 28))
    assert first.what == ("credit",)
    assert {"check", "confirm"} & set(second.what)


def test_hours_that_are_moved_by_one_or_two_are_told_where_they_are_new():
    """Work at 16 h, which had always been done, was mixed with that of the evening."""
    random, events = np.random.default_rng(2), []
    for week in range(40):
        begin, end = (9.0, 17.0) if week < 22 else (8.0, 19.5)
        for case in range(60):
            at = 168.0 * week + 24.0 * (case % 5) + random.uniform(begin, end)
            events.append({"case": f"{week}-{case}", "activity": "do", "end": at, "resource": "Ann", "client": "A"})
    found = see(make_chronicle(events), clients={"A": "A"}, use_period=False).changes
    (hours,) = (one for one in found if one.kind == "hours")
    assert (hours.begin, hours.before) == (MONDAY + timedelta(weeks=22), 0.0)
    assert hours.what[1] in ("8-9", "17-20", "18-20")


def test_hours_are_told_as_they_are_worked():
    """That work begins at six instead of eight was told of the hours between midnight and seven."""
    random, events = np.random.default_rng(3), []
    for week in range(40):
        begin = 8.0 if week < 22 else 6.0
        for case in range(60):
            at = 168.0 * week + 24.0 * (case % 5) + random.uniform(begin, begin + 9.0)
            events.append({"case": f"{week}-{case}", "activity": "do", "end": at, "resource": "Ann", "client": "A"})
    found = see(make_chronicle(events), clients={"A": "A"}, use_period=False).changes
    (hours,) = (one for one in found if one.kind == "hours")
    assert hours.what[1] in ("6-7", "6-8", "15-17", "16-17")


@pytest.mark.parametrize("busier", [True, False])
def test_what_is_done_within_hours_that_stay_is_no_change_of_hours(busier: bool):
    """Longer queues spread steps over the day, and longer steps end later: hours that were kept all along were said to
    have changed in every fifth log of an organisation whose queues grow, or that gets other cases."""
    random, events = np.random.default_rng(4), []
    for week in range(40):
        for case in range(80):
            late = random.random() < (0.3 if week < 22 else 0.6)
            at = 168.0 * week + 24.0 * (case % 5) + (random.uniform(13, 17) if late else random.uniform(9, 14))
            name = "do" if busier else "visit" if late else "call"
            events.append({"case": f"{week}-{case}", "activity": name, "end": at, "resource": "Ann", "client": "A"})
    found = see(make_chronicle(events), clients={"A": "A"}, use_period=False).changes
    assert not any(one.kind == "hours" for one in found)
    assert bool(found) == (not busier)


@pytest.mark.slow
def test_two_steps_in_another_order_are_told_as_that_and_once():
    """Which step follows at once changes as well, all around them, and was told instead of the order, also twice."""
    random, events = np.random.default_rng(20), []
    for case in range(2800):
        client, arrival = "ABCDEFGH"[case % 8], random.uniform(0, 40 * 168)
        turned = random.random() < (0.9 if arrival >= (16 if client == "C" else 28) * 168 else 0.05)
        steps = ["register", *(["price", "review"] if turned else ["review", "price"])]
        steps += ["visit"] if random.random() < 0.3 else []
        events += [
            {"case": f"{case:04d}", "activity": name, "end": arrival + place, "client": client}
            for place, name in enumerate([*steps, "offer"])
        ]
    changes = see(make_chronicle(events), clients={name: name for name in "ABCDEFGH"}, use_period=False).changes
    assert [(one.kind, set(one.what), one.leads) for one in changes] == [("order", {"review", "price"}, "C")]
    assert changes[0].begin == MONDAY + timedelta(weeks=16)
    assert changes[0].followed == MONDAY + timedelta(weeks=28)
    assert changes[0].others


def test_cases_that_still_go_on_tell_of_the_steps_that_they_are_beyond():
    """A last step whose queue grows all year left most weeks out, and with them the check that one client's cases meet
    long before it: of cases that wait there is known whether they met it."""
    random, events, free = np.random.default_rng(4), [], 0.0
    for case, arrival in enumerate(np.sort(random.uniform(0, 40 * 168, 1600)).tolist()):
        client = "ABCD"[int(random.integers(4))]
        new = client == "A" and arrival >= 26 * 168 and random.random() < 0.9
        steps = ["register", *(["second check"] if new else []), "decide"]
        free = max(free, arrival) + 8.0
        moments = [arrival + place for place in range(len(steps))]
        events += [
            {"case": f"{case:04d}", "activity": name, "end": moment, "client": client, "resource": "Ann"}
            for name, moment in [*zip(steps, moments, strict=True), ("answer", free + 5)]
            if moment < 40 * 168
        ]
    sight = see(make_chronicle(events), clients={name: name for name in "ABCD"}, use_period=False)
    assert [(one.name, one.leads) for one in sight.changes] == [("activity: second check", "A")]
    assert sight.changes[0].begin == MONDAY + timedelta(weeks=26)


def test_a_step_that_hardly_ever_was_and_then_always_is_needs_no_other_order_of_weeks():
    """Where most of the records are before what others do at their end, blocks of weeks have few orders: a share that
    goes from none to nine in ten for one client was no more than theirs, and told of nobody. What comes and goes is no
    such change."""
    random = np.random.default_rng(2)
    chances, share = np.full((40, 52), 40.0), np.full((40, 52), 0.4)
    chances[0], chances[1], chances[:2, 38:] = 90.0, 7.0, 0.0
    share[:2] = 0.0
    share[0, 35:], share[1, 22:] = 0.85, 0.9

    def told():
        return [(one.series, one.week) for one in drifts(random.binomial(chances.astype(int), share) * 1.0, chances)]

    assert told() == [(1, 22)]
    share[1, 22:38] = np.resize([0.9, 0.9, 0.0, 0.0], 16)
    assert not told()


def passing(since, weeks, check=None):
    """Eight cases a day come one shortly after another, and are served one an hour; who passes all others, and since
    which week, *since* tells. From the week of a *check*, each case meets one after it is served."""
    random, events = np.random.default_rng(7), []
    for day in (7 * week + day for week in range(weeks) for day in range(5)):
        come = [(random.choice(list("ABCDEF"), p=[0.3, 0.2, 0.1, 0.2, 0.1, 0.1]), place) for place in range(8)]
        order = sorted(come, key=lambda one: (day < 7 * since.get(one[0], weeks), one[1]))
        for place, (client, at) in enumerate(order):
            came = 24 * day + 8 + at / 100
            one = {"case": f"{day}-{at}", "client": client, "team": "Desk", "resource": "Ann"}
            start = 24 * day + 9 + place
            events += [one | {"activity": "come", "start": came, "end": came, "resource": "Bob", "team": "Door"}]
            events += [one | {"activity": "serve", "start": start, "end": start + 0.9}]
            if check is not None and day >= 7 * check:
                events += [one | {"activity": "check", "start": start + 0.9, "end": start + 0.95, "team": "Audit"}]
    return see(make_chronicle(events), clients={name: name for name in "ABCDEF"}, use_period=False)


def test_who_is_let_pass_first_is_not_hidden_by_those_who_are_later():
    """Beside others, of whom two large clients pass too since then, the one who began it hardly gained."""
    sight = passing({"C": 10, "A": 30, "B": 30}, 40)
    found = {one.what[0]: one.begin for one in sight.changes if one.kind == "priority"}
    assert found["C"] == MONDAY + timedelta(weeks=10)
    assert MONDAY + timedelta(weeks=30) in (found.get("A"), found.get("B"))
    assert not passing({}, 40).changes


@pytest.mark.parametrize("saturdays", [False, True])
def test_days_that_are_worked_anew_are_told_also_when_the_clocks_change(saturdays):
    """In the weeks about the end of March and of October nothing was told of hours: they may only seem to move."""
    random, events = np.random.default_rng(9), []
    change = (date(MONDAY.year + 1, 3, 31) - MONDAY.date()).days // 7
    for week in range(change - 15, change + 15):
        late = week >= change
        for case in range(60):
            day = case % 6 if late and saturdays else case % 5
            at = 168.0 * week + 24.0 * day + random.uniform(8, 16) - late
            events.append({"case": f"{week}-{case}", "activity": "do", "end": at, "resource": "Ann", "client": "A"})
    found = see(make_chronicle(events), clients={"A": "A"}, use_period=False).changes
    hours = [one for one in found if one.kind == "hours"]
    assert any(one.what[1] == "Sat" for one in hours) == bool(hours) == saturdays


@pytest.mark.parametrize("hour", [23.5, 12.0])
def test_a_day_is_not_new_where_only_the_clocks_move_the_last_hour_of_fridays_into_it(hour):
    """A little is done late each Friday. Since clocks went back, that was told as Saturdays that are worked."""
    random, events = np.random.default_rng(4), []
    change = (date(MONDAY.year, 10, 28) - MONDAY.date()).days // 7
    for week in range(change - 20, change + 20):
        late = 168.0 * week + 24.0 * (4 if week < change or hour > 20 else 5) + hour + (week >= change and hour > 20)
        for case in range(80):
            at = late if case < 2 else 168.0 * week + 24.0 * (case % 5) + random.uniform(8, 16)
            one = {"case": f"{week}-{case}", "activity": "do", "end": at, "resource": "Ann", "client": "A"}
            events += [one, one | {"activity": "tell", "end": at + 0.1}]
    changes = see(make_chronicle(events), clients={"A": "A"}, use_period=False).changes
    assert any(one.what[1] == "Sat" for one in changes if one.kind == "hours") == (hour < 20)


@pytest.mark.parametrize(("since", "found"), [(20, True), (0, False)])
def test_a_new_day_of_work_is_told_however_little_is_left_for_it(since, found):
    """Two of a hundred steps are done on the Saturdays that are worked since some week, on some of them none:
    nobody had ever worked on one before. Where it has been so from the beginning, nothing changed."""
    random, events = np.random.default_rng(4), []
    for week in range(40):
        for case in range(80):
            late = week >= since and case < 2 and week % 5
            at = 168.0 * week + 24.0 * (5 if late else case % 5) + random.uniform(8, 16)
            one = {"case": f"{week}-{case}", "activity": "do", "end": at, "resource": "Ann", "client": "A"}
            events += [one, one | {"activity": "tell", "end": at + 0.5}]
    changes = see(make_chronicle(events), clients={"A": "A"}, use_period=False).changes
    assert [(one.kind, one.what[1], one.begin) for one in changes] == [
        ("hours", "Sat", MONDAY + timedelta(weeks=since + 1)) for _once in range(found)
    ]
