"""Each finding leads to its cases: those in which it shows, and no others."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from irrupt.sight import see
from irrupt.sight.evidence import cases_table

from .conftest import make_chronicle


@pytest.fixture(scope="module")
def sight(chronicle, events):
    made = events(1, cases=300)
    late = {event["case"] for event in made if event["client"] == "A"}
    for event in made:
        if event["case"] in late and event["activity"] == "do":
            event["activity"] = "claim"
    log = chronicle(made, starts="measured", client_acts=frozenset({"ask"}))
    return see(log, clients={name: name for name in "ABC"}, use_period=False)


def of_kind(sight, kind):
    return next(one for one in sight.findings if one.kind == kind)


def cases_with(sight, **wanted):
    return set(sight.chronicle.events.filter(**wanted)["case"])


def by_case(events):
    return [(case, rows) for (case,), rows in events.partition_by("case", as_dict=True).items()]


def test_every_finding_about_cases_names_some(sight):
    without = {one.kind for one in sight.findings if not one.cases}
    assert without <= {"no client", "uneven records"}
    known = set(sight.chronicle.events["case"])
    for one in sight.findings:
        assert set(one.cases) <= known
        assert len(set(one.cases)) == len(one.cases)
        assert bool(one.cases) == bool(one.cases_are)


def test_cases_of_an_act_are_those_in_which_it_happens(sight):
    assert set(of_kind(sight, "co-production").cases) == cases_with(sight, activity="ask")


def test_the_cases_of_a_finding_are_those_that_its_numbers_count(chronicle):
    """Cases that clients gave up were counted but not named; those who wait for nothing yet, or are open, named but not
    counted."""
    ways = [["ask", "do"], ["ask", "wait for customer", "do"], ["ask", "cancelled by customer"]]
    events = [
        {"case": f"{case}", "activity": name, "client": "AB"[case % 2]}
        | {"start": 5.0 * case + at, "end": 5.0 * case + at}
        | {"team": None if "cancelled" in name else "Desk", "resource": None if "cancelled" in name else "Ann"}
        for case in range(300)
        for at, name in enumerate(ways[case % 3])
        if case < 290 or at < 2
    ]
    acts = {"client_acts": frozenset({"cancelled by customer"}), "waits_for_client": frozenset({"wait for customer"})}
    sight = see(chronicle(events, starts="measured", **acts), use_period=False)
    told = [one for one in sight.findings if one.kind == "co-production"]
    counted = {name: share * 300 for one in told for name, share in one.numbers.items()}
    assert {name: len(one.cases) for one in told for name in one.numbers} == pytest.approx(counted)


def test_cases_of_the_largest_client_are_his(chronicle, events):
    sight = see(chronicle(events(1, clients=(*"AAAA", "B", "C")), starts="measured"))
    one = of_kind(sight, "concentration")
    assert set(one.cases) == cases_with(sight, client=one.numbers["client"])


def test_who_goes_another_way_is_shown_by_his_own_cases(sight):
    one = of_kind(sight, "another procedure")
    assert set(one.cases) <= set.union(*(cases_with(sight, client=name) for name in one.numbers))
    assert one.cases[0] in cases_with(sight, client="A", activity="claim")
    mine = of_kind(sight, "client procedure")
    names = [client["client"] for client in mine.numbers["clients"]]
    assert set(mine.cases) <= set.union(*(cases_with(sight, client=name) for name in names))
    assert cases_with(sight, client="A", activity="claim") <= set(mine.cases)


def test_the_longest_case_comes_first(sight):
    events = sight.chronicle.events
    one = of_kind(sight, "waits")
    length = {case: rows["end"].max() - rows["start"].min() for case, rows in by_case(events)}
    assert one.cases[0] == max(length, key=lambda case: length[case])
    assert 0.08 <= len(one.cases) / len(length) <= 0.12


def test_cases_done_again_are_those_counted_by_hand(sight):
    events = sight.chronicle.events
    again = {case for case, rows in by_case(events) if rows["activity"].is_duplicated().any()}
    assert set(of_kind(sight, "rework").cases) == again


def test_the_table_has_all_of_them(sight):
    table = cases_table(sight)
    assert table.columns == ["finding", "kind", "case", "client", "begin", "end"]
    assert table.height == sum(len(one.cases) for one in sight.findings)
    assert table["client"].null_count() == table["begin"].null_count() == 0


def test_cases_of_changed_hours_are_those_in_which_somebody_of_ours_works_in_them():
    """Where no team is named, what clients do at that hour counted as well."""
    random, events = np.random.default_rng(6), []
    for week in range(30):
        for case in range(60):
            day = case % 6 if week >= 15 else case % 5
            done = 168.0 * week + 24.0 * day + random.uniform(9, 17)
            asked = 168.0 * week + 24.0 * 5 + random.uniform(0, 24) if case % 3 == 0 else done - random.uniform(0, 3)
            one = {"case": f"{week}-{case}", "client": "A"}
            events.append(one | {"activity": "ask", "end": min(asked, done + 168.0 * (asked > done))})
            events.append(one | {"activity": "do", "end": done + 168.0 * (asked > done), "resource": "Ann"})
    sight = see(make_chronicle(events, client_acts=frozenset({"ask"})), clients={"A": "A"}, use_period=False)
    (change,) = (one for one in sight.changes if one.kind == "hours")
    assert change.what == ("", "Sat")
    (finding,) = (one for one in sight.findings if one.numbers.get("change") == change.name)
    on_saturday = sight.chronicle.events.filter(activity="do").filter(pl.col("end").dt.weekday() == 6)
    assert set(finding.cases) == set(on_saturday["case"])


@pytest.mark.one_in(2)
@pytest.mark.parametrize("follows", [False, True])
def test_cases_of_a_change_that_a_client_leads_are_his_and_of_the_others_those_since_they_followed(follows):
    """Those in whose cases nothing had changed were named with his, where it happened now and then all along."""
    random, events = np.random.default_rng(7), []
    for case in range(2400):
        client, week = "ABC"[case % 3], case * 30 // 2400
        changed = week >= 10 if client == "A" else follows and week >= 18
        steps = ["ask", "check", "do"] if random.random() < (0.9 if changed else 0.2) else ["ask", "do"]
        at = 168.0 * 30 * case / 2400
        events += [
            {"case": f"{case}", "activity": name, "end": at + place, "client": client, "resource": "Ann"}
            for place, name in enumerate(steps)
        ]
    sight = see(make_chronicle(events), clients={name: name for name in "ABC"}, use_period=False)
    change = next(one for one in sight.changes if one.what == ("check",))
    assert (change.leads, change.followed is not None) == ("A", follows)
    followers = [one for one in change.parties if one.party != "A" and one.begin is not None]
    assert len(followers) == 2 * follows
    assert all(one.before < 0.3 and one.after > 0.85 for one in followers), "around the date that is told of each"
    (finding,) = (one for one in sight.findings if one.numbers.get("change") == change.name)
    begin = {"A": change.begin, "B": change.followed, "C": change.followed}
    cases = by_case(sight.chronicle.events)
    came = {case: (rows["client"][0], rows["end"].min()) for case, rows in cases}
    assert set(finding.cases) == {
        case
        for case in cases_with(sight, activity="check")
        if (since := begin[came[case][0]]) is not None and came[case][1] >= since
    }


def test_cases_of_who_passes_fewer_are_those_that_begin_later():
    """Those of his that pass others were named: they show the opposite of what is found."""
    random, events, later = np.random.default_rng(8), [], set()
    for day in range(150):
        whose = random.permutation(list("AAABBBCCC")).tolist()
        turns = [*random.permutation([at for at in range(9) if whose[at] != "C"]).tolist()]
        turns += [at for at in range(9) if whose[at] == "C"]
        for turn, at in enumerate(turns):
            case, came, begun = f"{day}-{at}", 24.0 * day + 0.1 * at, 24.0 * day + 5 + 0.5 * turn
            one = {"case": case, "client": whose[at], "team": "Desk"}
            events.append(one | {"activity": "come", "start": came, "end": came})
            events.append(one | {"activity": "do", "start": begun, "end": begun + 0.4})
            later |= {case} if whose[at] == "C" and turn > at else set()
    clients = {name: name for name in "ABC"}
    sight = see(make_chronicle(events, starts="measured"), clients=clients, use_period=False)
    (finding,) = (one for one in sight.findings if one.kind == "overtaking" and one.numbers["client"] == "C")
    assert finding.numbers["share"] == 0 < finding.numbers["others"]
    assert set(finding.cases) == later
