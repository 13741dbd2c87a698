"""Classes of cases, and that some of them are let pass since some week."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from irrupt.sight import see
from irrupt.sight.classes import classes

from .conftest import MONDAY, make_chronicle

HIGH, A = "class priority: urgency: high: Desk", "priority: A: Desk"


def served(since, both=0.0):
    """Eight cases a day come one shortly after another, and are served one an hour; who passes all others, and since
    which week, *since* tells of clients and of urgencies. Of the cases of A, so many are *both* his and of high urgency
    in any case."""
    random, events = np.random.default_rng(7), []
    for day in (7 * week + day for week in range(40) for day in range(5)):
        come = []
        for place in range(8):
            client, kind = random.choice(list("ABCDEF")), random.choice(["low", "high", "mid"], p=[0.6, 0.25, 0.15])
            come.append((client, "high" if client == "A" and random.random() < both else kind, place))
        order = sorted(come, key=lambda one: (all(day < 7 * since.get(name, 40) for name in one[:2]), one[2]))
        for place, (client, kind, at) in enumerate(order):
            case = {"case": f"{day}-{at}", "client": client, "urgency": kind, "branch": client.lower()}
            came, start = 24 * day + 8 + at / 100, 24 * day + 9 + place
            events += [
                case | {"activity": "come", "start": came, "end": came, "resource": "Bob", "team": "Door"},
                case | {"activity": "serve", "start": start, "end": start + 0.9, "resource": "Ann", "team": "Desk"},
            ]
    return see(make_chronicle(events), clients={name: name for name in "ABCDEF"}, use_period=False)


def test_a_class_that_is_let_pass_is_found_with_its_cases():
    sight = served({"high": 20})
    (found,) = sight.changes
    assert (found.name, found.leads, found.begin) == (HIGH, "", MONDAY + timedelta(weeks=20))
    assert found.before < 0.01
    assert found.after > 0.3
    (told,) = (one for one in sight.findings if one.kind == "rule change")
    assert "cases in which “urgency” is “high” pass" in told.text
    urgency = dict(sight.chronicle.events.select("case", "urgency").rows())
    assert {urgency[case] for case in told.cases} == {"high"}
    assert {int(case.split("-")[0]) >= 140 for case in told.cases} == {True}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("both", [0.0, 0.8])
@pytest.mark.parametrize(("who", "name", "echo"), [("high", HIGH, "cases of A"), ("A", A, "cases in which")])
def test_who_only_seems_to_pass_is_told_with_who_does(who, name, echo, both):
    """Most of A's cases are of high urgency; or some of those of high urgency are his."""
    (found,) = served({who: 20}, both).changes
    assert found.name == name
    assert all(one.startswith(echo) for one in found.others)
    assert found.others or not both


def test_a_class_and_a_client_who_are_let_pass_at_other_times_are_two_changes():
    found = {one.name: one for one in served({"high": 15, "A": 28}).changes}
    assert found.keys() == {HIGH, A}
    for name, week in ((HIGH, 15), (A, 28)):
        assert found[name].first <= MONDAY + timedelta(weeks=week) <= found[name].last


def test_a_class_is_held_against_all_clients_who_are_let_pass_together():
    """Where one in three cases is of a client who passes, each class seems to: without those of one of the clients
    alone, it still did."""
    found = {one.name: one for one in served({"A": 20, "C": 20}).changes}
    assert found.keys() == {A, A.replace("A", "C")}
    assert any("urgency" in one for one in found[A].others + found[A.replace("A", "C")].others)


def test_nothing_is_told_of_classes_while_each_is_served_as_it_comes():
    assert not served({}, 0.8).changes


def test_what_says_no_more_than_who_the_client_is_makes_no_class():
    (found,) = served({"A": 20}).changes
    assert found.name == A
    assert not any("branch" in one for one in found.others)


def test_an_attribute_may_bear_any_name():
    """One that is called as a column of a count was a fault of the program."""
    events = [
        {
            "case": f"{case:03d}",
            "activity": "serve",
            "start": case + 0.5 * (case % 3),
            "end": case + 2.0,
            "count": case % 3,
        }
        for case in range(300)
    ]
    names = [
        (one.attribute, one.value) for one in classes(SimpleNamespace(chronicle=make_chronicle(events), which=len))
    ]
    assert names == [("count", "0"), ("count", "1"), ("count", "2")]
