"""Programmes, products and capacity in files: read back exactly, and what is wrong is told with its place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from irrupt.engine.examples import workshop
from irrupt.errors import ModelError
from irrupt.organisation import Route, faults, from_dict, to_dict
from irrupt.organisation.likes import kinds
from irrupt.organisation.planning import Band, LateChanges, Modulation, Queue
from irrupt.organisation.rules import amended
from irrupt.regulation import Cancellation


@pytest.fixture
def data() -> dict[str, Any]:
    return to_dict(workshop())


def told(data: dict[str, Any]) -> list[str]:
    with pytest.raises(ModelError) as caught:
        from_dict(data)
    return [str(fault) for fault in caught.value.faults]


def test_what_was_written_reads_back_exactly(data):
    assert from_dict(data) == workshop()
    assert data["capacity"]["Assembly"]["overtime"]["shifts"] == ["Mon-Fri 14:00-15:00", "Sat 06:00-12:00"]
    assert "period" not in data["programmes"]["Cover"], "what goes without saying is left out"


def test_every_rule_has_its_form_in_files(data):
    cover = data["programmes"]["Cover"]
    cover |= {"band": {"down": "10 %", "up": 0.2, "ahead": 4}, "late changes": {"share": "5 %", "by": "20 %"}}
    data["capacity"]["Assembly"]["modulation"] = {"more": "Sat 06:00-08:00", "less": ["Fri 12:00-14:00"]}
    rules = from_dict(data)
    assert rules.programmes["Cover"].band == Band(down=0.1, up=0.2, ahead=4)
    assert rules.programmes["Cover"].late_changes == LateChanges(share=0.05, by=0.2)
    less = (((4 * 1440 + 720, 4 * 1440 + 840),),)
    assert rules.capacity["Assembly"].modulation == Modulation(more=(((7560, 7680),),), less=less)
    assert from_dict(to_dict(rules)) == rules


def test_unknown_words_are_told_with_the_nearest(data):
    data["programmes"]["Cover"]["frosen"] = 3
    data["products"]["Cover"]["plans on"] = "shedule"
    data["capacity"]["Assembly"]["overtime"]["shift"] = "Sat 06:00-12:00"
    found = " ".join(told(data))
    assert 'unknown key "frosen"; did you mean "frozen"?' in found
    assert 'unknown key "shift"; did you mean "shifts"?' in found
    assert "schedule" in found


def changed(data: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    *places, last = path.split(" > ")
    at = data
    for place in places:
        at = at[place]
    at[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("programmes > Cover > client", "Carmakr", 'no client "Carmakr"; did you mean "Carmaker"?'),
        ("programmes > Cover > correlation", 1, "1; expected a number between -1 and 1"),
        ("programmes > Cover > frozen", 9, "9; expected at most the 8 periods of the horizon"),
        ("programmes > Cover > pack", 0, "0; expected a number above 0"),
        ("programmes > Cover > period", "day", "programmes have different periods; expected the same for all"),
        ("programmes > Cover > band", {"down": 0.1, "up": 0.1, "ahead": 8}, "from 1 to one less than the horizon"),
        ("programmes > Cover > late changes", {"share": 2, "by": 0.1}, "2; expected 0 to 1"),
        ("products > Cover > lead", 9, "lead and safety time are 9 periods; expected at most the 8 periods"),
        ("products > Cover > largest", 10, "10; expected a number, 20 or more"),
        ("products > Lid", {}, "no programme: nobody orders it"),
        ("clients > Carmaker > classes", {"Cover": 1}, "a class of cases that clients bring has this name"),
        ("capacity > Assembly > fill", 0, "0; expected a share above 0"),
        ("capacity > Assembly > temps > calendar", "nights", 'no calendar "nights"'),
        ("capacity > Assembly > modulation", {"less": ["Mon-Fri 06:00-14:00"]}, "nothing is left of day"),
        ("capacity > Asembly", {}, 'no team "Asembly"; did you mean "Assembly"?'),
    ],
)
def test_what_cannot_be_planned_is_told(data, path, value, message):
    found = told(changed(data, path, value))
    assert any(message in one for one in found), found


def test_production_orders_are_not_given_up(data):
    data["patience"] = {"Tired": {"at": "Assemble", "lasts": "2 days"}}
    assert "production orders are not given up" in told(data)[0]


def test_production_orders_are_not_taken_back_either():
    """They would count as made. Other cases of the same client may be."""
    rules = workshop()
    (client,) = {programme.client for programme in rules.programmes.values()}
    act = Cancellation(client=client, after="Set up", share=0.5)
    taken_back = amended(rules, act.changes(rules, rules.origin))
    assert [str(fault) for fault in faults(taken_back)] == [
        f"steps > Cancellation > given up  production orders are not given up; expected no way there for {product}"
        for product in ("Bracket", "Cover")
    ]
    asks = replace(rules.clients[client], cases_per_week=2.0, classes={"question": 1.0})
    usual = tuple(replace(route, only=product) for product in rules.products for route in rules.routes["Set up"])
    back = Route(to="Cancellation", share=1.0, only="question")
    own = {client: {**taken_back.client_routes[client], "Set up": (*usual, back)}}
    assert not faults(replace(taken_back, clients={**rules.clients, client: asks}, client_routes=own))


def test_hours_follow_no_plan_where_there_is_none():
    rules = replace(workshop(), programmes={}, products={})
    assert "there is no plan for hours to follow" in str(faults(rules)[0])


def test_products_are_classes_of_cases_of_whoever_orders_them():
    assert workshop().classes() == ["Bracket", "Cover"]
    assert kinds(workshop(), "Carmaker") == {"Bracket": 0.5, "Cover": 0.5}


BY_QUEUE: dict[str, Any] = {
    "author": "Management",
    "valid": ["2024-02-01 - 2024-06-30"],
    "overtime": {
        "daily": 2.0,
        "shifts": ["Sat 06:00-12:00"],
        "most": 8.0,
        "when": {"cases": 40, "oldest": "2 days"},
        "until": {"cases": 15},
        "notice": "2 days",
    },
    "modulation": {"daily": 1.0, "within weeks": 6, "when": {"load": 0.95}, "notice": "7 days"},
    "temps": {"most": 3, "calendar": "day", "weeks": 2, "when": {"cases": 60}, "also": ["Packing"]},
}


def by_queue(data: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """*data* of an organisation without a plan, whose team follows what waits."""
    plain = {name: part for name, part in data.items() if name not in ("programmes", "products")}
    rule = {name: changed.get(name, part) for name, part in BY_QUEUE.items()}
    clients = {"Carmaker": {"cases per week": 10}}
    teams = {**plain["teams"], "Packing": {}}
    people = {**plain["people"], "Packer": {"teams": ["Packing"], "calendar": "day"}}
    return plain | {"clients": clients, "teams": teams, "people": people, "capacity": {"Assembly": rule | changed}}


def test_hours_that_follow_what_waits_read_back_exactly(data):
    rules = from_dict(by_queue(data))
    capacity = rules.capacity["Assembly"]
    assert capacity.follows_queue
    assert capacity.overtime.when == Queue(cases=40, oldest=172800.0)
    assert to_dict(rules)["capacity"]["Assembly"] == {
        name: BY_QUEUE[name] for name in to_dict(rules)["capacity"]["Assembly"]
    }
    assert from_dict(to_dict(rules)) == rules


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"overtime": {"daily": 2}}, "overtime > when  it is not said when"),
        ({"overtime": {"daily": 2, "when": {}}}, "overtime > when  it is not said how much"),
        ({"overtime": {"when": {"cases": 1}}}, "overtime > shifts  there are none"),
        ({"overtime": {"daily": 25, "when": {"cases": 1}}}, "overtime > daily  25"),
        ({"overtime": {"daily": 2, "most": -1, "when": {"cases": 1}}}, "overtime > most  -1"),
        (
            {"overtime": {"daily": 2, "when": {"cases": 4}, "until": {"cases": 5}}},
            "overtime > until > cases  it would end before it begins; expected no more than 4",
        ),
        ({"modulation": {"more": "Sat 06:00-12:00", "when": {"cases": 1}}}, "less  nothing is given back"),
        ({"modulation": {"less": "Fri 12:00-14:00", "when": {"cases": 1}}}, "more  there are none"),
        ({"modulation": {"daily": 1, "within weeks": 0, "when": {"cases": 1}}}, "within weeks  0"),
        (
            {"temps": {"most": 1, "calendar": "day", "weeks": 1e30, "when": {"cases": 1}}},
            "weeks  1e+30; expected from 1",
        ),
        ({"temps": {"most": 1, "calendar": "dya", "when": {"cases": 1}}}, 'no calendar "dya"'),
        ({"temps": {"most": 1, "calendar": "day", "also": ["Pack"], "when": {"cases": 1}}}, 'no team "Pack"'),
        ({"temps": {"most": 1, "calendar": "day", "also": ["Assembly"], "when": {"cases": 1}}}, "of this team anyway"),
        ({"temps": {"most": 1, "calendar": "day", "weeks": 0, "when": {"cases": 1}}}, "temps > weeks  0"),
        ({"valid": ["2024-02-01 12:00 - 2024-02-01 10:00"]}, "valid  ends before it begins"),
    ],
)
def test_hours_that_cannot_follow_what_waits_are_told(data, changed, message):
    assert any(message in fault for fault in told(by_queue(data, **changed)))


@pytest.mark.parametrize("words", [{"daily": 1}, {"most": 5}, {"until": {"cases": 1}}])
def test_what_only_a_queue_can_say_is_refused_beside_a_plan(data, words):
    data["capacity"]["Assembly"]["overtime"] |= words
    assert any("hours that follow the plan do not know this" in fault for fault in told(data))


LIMITED: dict[str, Any] = {
    "name": "limited",
    "origin": "2024-01-01",
    "clients": {"C": {"cases per week": 60}},
    "calendars": {"day": "Mon-Fri 09:00-17:00"},
    "teams": {"T": {}, "U": {"limit": 2}},
    "people": {"A": {"teams": "T", "calendar": "day"}, "B": {"teams": "U", "calendar": "day"}},
    "steps": {"S": {"team": "T", "duration": "10 min"}, "R": {"team": "U", "duration": "1 h"}, "W": {}},
    "routes": {"start": "S", "S": "R", "R": "end", "W": "end"},
}


def limited(when: dict[str, Any], limit: int = 2, **parts: Any) -> dict[str, Any]:
    teams = {"T": {}, "U": {"limit": limit}}
    return LIMITED | {"teams": teams, "capacity": {"U": {"overtime": {"daily": "2 h", "when": when}}}} | parts


def test_what_a_limit_keeps_out_of_a_queue_stretches_no_hours():
    """It was accepted, and overtime never began, whatever was kept before the queue."""
    never = (
        "capacity > U > overtime > when > cases  no more than 2 cases ever wait for U: whoever hands over keeps the "
        "others; expected fewer cases than its limit, or no limit"
    )
    assert told(limited({"cases": 5})) == [never]
    assert told(limited({"cases": 2})) == [never]
    (none,) = told(limited({"cases": 5, "oldest": "1 day"}, limit=0))
    assert "no more than 0 cases ever wait" in none
    (none,) = told(limited({"oldest": "1 day"}, limit=0))
    assert "no more than 0 cases ever wait" in none
    steps = LIMITED["steps"]
    # Two of an hour, of the forty that B does.
    work = "no more work ever waits for U than that of 2 cases: whoever hands over keeps the others; expected less than"
    assert told(limited({"load": 0.05})) == [f"capacity > U > overtime > when > load  {work} 5.0 %, or no limit"]
    assert told(limited({"load": 0.05, "cases": 2}))
    for may in (
        limited({"cases": 1}),
        limited({"load": 0.04}),
        limited({"load": 0.05, "cases": 1}),
        limited({"load": 0.05, "oldest": "1 day"}),
        limited(
            {"load": 0.05},
            steps={**steps, "R": {**steps["R"], "by class": {"large": 2}}},
            clients={"C": {"cases per week": 60, "classes": {"large": 0.5, "small": 0.5}}},
        ),
        limited({"cases": 5, "oldest": "1 day"}),
        limited({"cases": 5}, routes={**LIMITED["routes"], "S": [{"to": "R", "share": 1, "delay": "1 h"}]}),
        limited({"cases": 5}, routes={"start": "R", "S": "end", "R": "end", "W": "end"}),
        limited({"cases": 5}, routes={"start": "S", "S": "W", "W": "R", "R": "end"}),
        limited({"cases": 5}, skips={"C": ["S"]}),
        limited({"cases": 5}, steps={**steps, "R": {**steps["R"], "batch": {"size": 9}}}),
    ):
        assert from_dict(may).teams["U"].limit == 2
