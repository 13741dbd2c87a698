"""The load that clients cause adds up, and is told where a team works mostly for one of them."""

from __future__ import annotations

import pytest

from irrupt.sight import see


@pytest.fixture(scope="module")
def sight(chronicle, events):
    made = events(2, cases=400, clients=("A", "B", "C", "A", "C"))
    for event in made:
        if event["client"] == "B" and event["activity"] == "check":
            event["team"] = "Own"
    log = chronicle(made, starts="measured")
    return see(log, clients={name: name for name in "ABC"}, use_period=False)


def test_the_parts_of_a_team_add_up_to_all_its_steps(sight):
    for team in {one.team for one in sight.loads}:
        parts = [one for one in sight.loads if one.team == team]
        assert sum(one.share[0] for one in parts) == pytest.approx(1.0)
        assert all(one.share[1] <= one.share[0] <= one.share[2] for one in parts)


def test_hours_of_the_day_add_up_to_the_steps_of_a_week(sight):
    weeks = (sight.used_end - sight.used_begin).total_seconds() / 604800
    total = sum(sum(one.by_hour) for one in sight.loads if one.team == "all teams")
    assert total * weeks == pytest.approx(sight.chronicle.events.height)


def test_a_team_that_works_for_one_client_is_told(sight):
    share = {(one.team, one.party): one.share[0] for one in sight.loads}
    assert share["Own", "B"] == 1.0
    (told,) = [one for one in sight.findings if one.kind == "load of a client"]
    assert share["all teams", "B"] < 0.3
    assert [one["team"] for one in told.numbers["teams"]] == ["Own"]
    assert set(told.cases) <= set(sight.chronicle.events.filter(client="B")["case"])
    assert told.text.startswith("100\u202f% (94 to 100) of the steps of Own are for B")


def test_several_teams_that_work_for_one_client_are_told_together(chronicle, events):
    made = events(2, cases=400, clients=("A", "B", "C", "A", "C"))
    for event in made:
        if event["client"] in "BC" and event["activity"] == "check":
            event["team"] = "Own " + event["client"]
    log = chronicle(made, starts="measured")
    found = see(log, clients={name: name for name in "ABC"}, use_period=False).findings
    (told,) = [one for one in found if one.kind == "load of a client"]
    assert {(one["team"], one["client"]) for one in told.numbers["teams"]} >= {("Own B", "B")}
    assert told.text.count("of the steps of") == len(told.numbers["teams"])


def test_days_without_hours_have_no_load_by_hour(chronicle):
    made = [
        {"case": str(n // 2), "activity": ("ask", "do")[n % 2], "end": 24.0 * (n // 2 + n % 2), "team": "Desk",
         "client": "AB"[n // 2 % 2]}
        for n in range(200)
    ]  # fmt: skip
    sight = see(chronicle(made), clients={"A": "A", "B": "B"}, use_period=False)
    assert sight.loads
    assert not any(one.by_hour for one in sight.loads)


def test_what_clients_give_up_is_load_and_a_way_through_too(chronicle):
    """Of whoever cancels all his cases there was nothing to be seen."""
    ends = [("do", "Lab"), ("cancelled by customer", None)]
    made = [
        {"case": f"{case}", "activity": name, "end": 5.0 * case + at, "client": "AB"[case % 2], "team": team}
        for case in range(200)
        for at, (name, team) in enumerate([("ask", "Desk"), ends[case % 2]])
    ]
    log = chronicle(made, client_acts=frozenset({"cancelled by customer"}))
    sight = see(log, clients={"A": "A", "B": "B"}, use_period=False)
    assert sight.parties == {"A": 100, "B": 100}
    assert {one.party: one.share[0] for one in sight.loads if one.team == "Desk"} == {"A": 0.5, "B": 0.5}
    assert dict(sight.variants) == {"ask → do": 100, "ask → cancelled by customer": 100}
