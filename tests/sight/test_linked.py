"""What follows mechanically from a change is told with it; what only comes at the same time is a change of its own."""

from __future__ import annotations

import re
from datetime import timedelta

import numpy as np

from irrupt.reporting.sections.seen import found_changes
from irrupt.sight import see
from irrupt.sight.dating import Date
from irrupt.sight.drift import Drift
from irrupt.sight.linked import Beside, Seen, linked
from irrupt.sight.series import Series

from .conftest import MONDAY, make_chronicle
from .test_changes import passing

CLIENTS = {name: name for name in "ABCDE"}


def seen(*cases):
    """The sight of a log with a case for each of *cases*: number, hour of arrival, client, and steps an hour apart,
    with their teams after a slash."""
    events = []
    for number, arrival, client, steps in cases:
        for place, (name, team) in enumerate(step.split("/") if "/" in step else (step, "Desk") for step in steps):
            one = {"case": f"{number:05d}", "activity": name, "end": arrival + place, "client": client, "team": team}
            events.append(one)
    return see(make_chronicle(events), clients=CLIENTS, use_period=False)


def test_a_step_that_dies_an_order_that_turns_and_a_check_for_one_client_are_three_changes():
    """Within two weeks of each other they were told as one, the client's check among what was said of everybody."""
    random, cases = np.random.default_rng(3), []
    for number, arrival in enumerate(np.sort(random.uniform(0, 40 * 168, 2400)).tolist()):
        client, week = "ABCDE"[int(random.integers(5))], arrival / 168
        steps = ["papers", "credit"] if week < 20 else ["credit", "papers"]
        steps += ["expert"] if week < 20 and random.random() < 0.3 else []
        steps += ["audit"] if week >= 21 and client == "C" and random.random() < 0.5 else []
        cases.append((number, arrival, client, ["register", *steps, "decide"]))
    sight = seen(*cases)
    found = {(one.kind, frozenset(one.what), one.leads): one for one in sight.changes}
    expert, order = ("activity", frozenset(["expert"]), ""), ("order", frozenset(["papers", "credit"]), "")
    audit = ("activity", frozenset(["audit"]), "C")
    assert set(found) == {expert, order, audit}
    assert found[order].others
    assert all("audit" in text for text in found[audit].others)
    assert not any("audit" in text for one in (expert, order) for text in found[one].others)
    assert sum(one.kind == "rule change" for one in sight.findings) == 3
    assert set(sight.chronicle.rules["author"].drop_nulls()) == {"C"}
    assert sight.chronicle.rules.height == 3


def test_what_follows_from_a_change_says_whose_cases_it_is_of():
    """The same words stood twice, with the numbers of the client who leads and of all together."""
    random, cases = np.random.default_rng(4), []
    for number, arrival in enumerate(np.sort(random.uniform(0, 40 * 168, 2000)).tolist()):
        client = "ABCDE"[number % 5]
        steps = ["take", *(["check"] if arrival >= (10 if client == "A" else 24) * 168 else []), "send"]
        cases.append((number, arrival, client, steps if random.random() < 0.9 else ["take", "call"]))
    sight = seen(*cases)
    (one,) = sight.changes
    table = found_changes(sight)
    assert table is not None
    assert any(re.search("by chance in .* of logs", note) for note in table.rows[0][1].notes)
    assert one.leads == "A"
    assert one.others
    assert all(text.startswith("among cases of A, ") for text in one.others)
    words = ["".join(letter for letter in text if not letter.isdigit()) for text in one.others]
    assert len(set(words)) == len(words)


def test_priority_at_the_time_of_a_new_step_is_a_change_of_its_own():
    sight = passing({"C": 20}, 40, check=20)
    assert {(one.name, one.leads) for one in sight.changes} == {
        ("activity: check", ""),
        ("priority: C: Desk", "C"),
    }


def test_hours_of_each_team_are_a_change_and_the_parts_of_its_week_are_not():
    """Where all teams began later, one was told."""
    random, cases = np.random.default_rng(5), []
    for number in range(2400):
        day = int(random.integers(40 * 7))
        if day % 7 < 5:
            begin = 11 if day >= 20 * 7 else 8
            steps = ["take/Desk"] if random.random() < 0.5 else ["weigh/Store"]
            cases.append((number, 24 * day + begin + float(random.uniform(0, 8)), "A", steps))
    found = seen(*cases).changes
    assert sorted((one.kind, one.what[0], one.begin) for one in found) == [
        ("hours", team, MONDAY + timedelta(weeks=20)) for team in ("Desk", "Store")
    ]
    assert all(one.others for one in found)


def dated_hours(team, part, week, first, last):
    drift = Drift(0, week, first, last, 0.4, 0.0, 7.0, 0.01)
    one = Series(kind="hours", what=(team, part), hits=np.zeros((1, 40)), chances=np.zeros((1, 40)))
    return Seen(drift, one, "", None, Date(week, first, last), ())


def test_another_part_of_a_teams_week_may_be_dated_later_where_its_date_is_vague():
    """What a team does more of between ten and one seemed to change again, five weeks after its hours had."""
    begins = dated_hours("Credit", "8-10", 25, 24, 25)
    assert linked(begins, dated_hours("Credit", "10-13", 30, 24, 30), Beside())
    assert not linked(begins, dated_hours("Credit", "10-13", 30, 28, 31), Beside())
    assert not linked(begins, dated_hours("Board", "10-13", 30, 24, 30), Beside())


def test_the_path_on_which_a_new_step_stands_dies_with_it():
    """Also where another step than the new one is at both of its ends."""
    random, cases = np.random.default_rng(6), []
    for number, arrival in enumerate(np.sort(random.uniform(0, 40 * 168, 2000)).tolist()):
        steps = ["take", *(["check"] if arrival >= 20 * 168 and random.random() < 0.6 else []), "send"]
        steps += ["bill"] if random.random() < 0.5 else []
        cases.append((number, arrival, "ABCDE"[number % 5], steps))
    (one,) = seen(*cases).changes
    assert one.what == ("check",)
    assert any("take” is followed at once by “send" in text for text in one.others)


def test_a_team_that_goes_leaves_all_its_steps_at_once():
    """Who does something else from then on is no change for each of his steps; two steps that are handed to different
    teams are two."""
    random, gone, handed = np.random.default_rng(7), [], []
    for number, arrival in enumerate(np.sort(random.uniform(0, 40 * 168, 1600)).tolist()):
        late = arrival >= 20 * 168
        first, second = ("Desk" if late or random.random() < 0.6 else "Branch" for _step in range(2))
        gone.append((number, arrival, "ABCDE"[number % 5], [f"take/{first}", f"send/{second}"]))
        first, second = ("Store" if late else "Desk", "Field" if late else "Branch")
        handed.append((number, arrival, "ABCDE"[number % 5], [f"take/{first}", f"send/{second}"]))
    assert len(seen(*gone).changes) == 1
    assert {one.what[0] for one in seen(*handed).changes} == {"take", "send"}


def changed_for_a(seed: int, before: list[str], after: list[str], share: float = 1.0):
    """Changes found where cases of A, or a *share* of them, take other steps from the week 20 on."""
    random, cases = np.random.default_rng(seed), []
    for number, arrival in enumerate(np.sort(random.uniform(0, 40 * 168, 2000)).tolist()):
        mine = number % 5 == 0 and arrival >= 20 * 168 and random.random() < share
        cases.append((number, arrival, "ABCDE"[number % 5], after if mine else before))
    return seen(*cases)


def test_a_step_that_takes_the_place_of_another_one_is_one_change():
    """The new step was a change, and the one given up another."""
    sight = changed_for_a(7, ["take", "test", "send"], ["take", "audit", "send"])
    (one,) = sight.changes
    assert (one.what, one.leads) == (("audit",), "A")
    assert len(one.also) == 1
    assert "“test” is given up" in one.also[0]
    (told,) = (finding.text for finding in sight.findings if finding.kind == "rule change")
    assert "With it came: among cases of A, “test” is given up" in told


def test_steps_to_which_a_new_one_leads_come_with_it():
    """A client who reopens his cases was told three times: that he does, that they are repaired again, and in which
    order."""
    random, cases = np.random.default_rng(8), []
    for number, arrival in enumerate(np.sort(random.uniform(0, 40 * 168, 2400)).tolist()):
        steps = ["take", "do", *(["repair"] if random.random() < 0.15 else []), "send"]
        if number % 4 == 0 and arrival >= 20 * 168 and random.random() < 0.7:
            steps += ["reopen", "repair", "send"]
        cases.append((number, arrival, "ABCD"[number % 4], steps))
    (one,) = seen(*cases).changes
    assert (one.what, one.leads) == (("reopen",), "A")
    assert any("repair” in" in text for text in one.also)


def test_steps_that_come_and_go_in_different_places_are_two_changes():
    sight = changed_for_a(9, ["take", "plan", "make", "test", "send"], ["take", "audit", "plan", "make", "send"])
    assert {one.what for one in sight.changes} == {("audit",), ("test",)}


def test_who_is_served_first_at_several_teams_is_told_once():
    def priority(client, team, after):
        drift = Drift(0, 20, 19, 21, 0.1, after, 7.0, 0.01)
        one = Series(kind="priority", what=(client, team), hits=np.zeros((1, 40)), chances=np.zeros((1, 40)))
        return Seen(drift, one, client, None, Date(20, 19, 21), ())

    desk = priority("A", "Desk", 0.7)
    assert linked(desk, priority("A", "Lab", 0.6), Beside())
    assert not linked(desk, priority("A", "Lab", 0.0), Beside())
    assert not linked(desk, priority("B", "Desk", 0.6), Beside())
