"""By construction or emergent: read from the edits, for each part of the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.errors import InvariantError
from irrupt.ledgers import measures
from irrupt.organisation import (
    Calendar,
    Check,
    Client,
    Distribution,
    Edit,
    Organisation,
    Patience,
    Person,
    Route,
    Rule,
    Step,
    Team,
    difference,
)
from irrupt.regulation import Audit, Bypass, Certification, DueDate, ImposedCheck, Priority, Touch, construction, kind

NOW = datetime(2024, 1, 29, tzinfo=UTC)
EVERYBODY = frozenset({"First line", "Network", "Servers"})


def touches(rules: Organisation, **parts: Any) -> frozenset[Touch]:
    """What is touched when *parts* of *rules* get other entries (None: taken out)."""
    changed = {}
    for part, entries in parts.items():
        merged = {**getattr(rules, part), **entries}
        changed[part] = {name: entry for name, entry in merged.items() if entry is not None}
    return touched(difference(rules, replace(rules, **changed)), rules)


def touched(edits: Any, rules: Organisation) -> frozenset[Touch]:
    """What *edits* touch, of whichever activities."""
    return frozenset(replace(one, activities=frozenset(), often=False) for one in construction.touched(edits, rules))


def touch(aspect: Any, client: str | None = None, *teams: str) -> Touch:
    return Touch(aspect=aspect, client=client, teams=frozenset(teams))


def edits(act: Any, rules: Organisation) -> list[Edit]:
    return [edit for change in act.changes(rules, NOW) for edit in change.edits]


def test_each_act_touches_what_it_edits_and_nothing_else(desk: Organisation) -> None:
    priority = Priority(client="Hospital A", team="Network")
    check = ImposedCheck(client="Hospital A", after="Triage", team="Servers")
    for_all = ImposedCheck(client=None, after="Triage")
    bypass = Bypass(client="Hospital A", skips="Resolve")
    assert touched(edits(priority, desk), desk) == {touch("priority", "Hospital A", "Network")}
    assert touched(edits(check, desk), desk) == {touch("checks", "Hospital A", "Servers")}
    assert touched(edits(for_all, desk), desk) == {touch("checks", None, "First line")}
    assert touched(edits(bypass, desk), desk) == {touch("skips", "Hospital A", "Network", "Servers")}


def test_clients(desk: Organisation) -> None:
    a = desk.clients["Hospital A"]
    demand = {touch("demand", "Hospital A", *EVERYBODY)}
    assert touches(desk, clients={"Hospital A": replace(a, cases_per_week=11.0)}) == demand
    assert touches(desk, clients={"Hospital A": replace(a, growth=0.1)}) == demand
    assert touches(desk, clients={"Hospital A": replace(a, profile=(1.0,) * 167 + (2.0,))}) == demand
    assert touches(desk, clients={"Hospital A": None}) == demand
    assert touches(desk, clients={"C": Client(cases_per_week=1.0)}) == {touch("demand", "C", *EVERYBODY)}
    assert touches(desk, clients={"Hospital A": replace(a, figure="patient", group=True)}) == frozenset()


def test_steps(desk: Organisation) -> None:
    triage = desk.steps["Triage"]
    slower = replace(triage, duration=Distribution.exponential(601.0))
    moved = replace(triage, team="Network")
    assert touches(desk, steps={"Triage": slower}) == {touch("durations", None, "First line")}
    assert touches(desk, steps={"Triage": moved}) == {touch("routes", None, "First line", "Network")}
    assert touches(desk, steps={"Triage": replace(moved, duration=slower.duration)}) == {
        touch("routes", None, "First line", "Network"),
        touch("durations", None, "First line", "Network"),
    }
    assert touches(desk, steps={"New": Step(activity="New", team="Servers")}) == frozenset()  # Nobody comes there.
    assert touches(desk, steps={"Close": None}) == {touch("routes", None, "First line")}


def test_a_named_distribution_is_what_it_stands_for(desk: Organisation) -> None:
    named = replace(desk, distributions={"ten": Distribution.exponential(600.0)})
    assert touches(named, steps={"Triage": replace(desk.steps["Triage"], duration="ten")}) == frozenset()


def test_routes(desk: Organisation) -> None:
    one, two = desk.routes["Triage"]
    shifted = (replace(one, share=0.5), replace(two, share=0.5))
    assert touches(desk, routes={"Triage": shifted}) == {touch("routes", None, "Network", "Servers")}
    assert touches(desk, routes={"Triage": (two, one)}) == frozenset()
    later = (replace(one, delay=Distribution.fixed(60.0)), two)
    assert touches(desk, routes={"Triage": later}) == {touch("delays", None, "Network")}
    asked = (one, replace(two, waits_for="client"))
    assert touches(desk, routes={"Triage": asked}) == {touch("delays", None, "Servers")}
    split = (replace(one, share=0.3), replace(one, share=0.3), two)
    assert touches(desk, routes={"Triage": split}) == {touch("delays", None, "Network")}
    assert touches(desk, routes={"Close": (Route(to="Confirm", share=0.5), Route(to="end", share=0.5))}) == {
        touch("routes")
    }


def test_client_routes(desk: Organisation) -> None:
    own = {"Triage": (Route(to="Resolve at Network", share=1.0),)}
    found = {touch("routes", "Hospital A", "Network"), touch("routes", "Hospital A", "Servers")}
    assert touches(desk, client_routes={"Hospital A": own}) == found
    back = {touch("routes", "Hospital B", "Network"), touch("routes", "Hospital B", "Servers")}
    assert touches(desk, client_routes={"Hospital B": None}) == back
    assert touches(desk, client_routes={"Hospital A": {"Triage": desk.routes["Triage"]}}) == frozenset()
    later = {"Close": (Route(to="end", share=1.0, delay=Distribution.fixed(1.0)),)}
    assert touches(desk, client_routes={"Hospital A": later}) == {touch("delays", "Hospital A")}


def test_a_new_step_is_about_those_who_come_there(desk: Organisation) -> None:
    """What follows it is taken more often, by the same clients; and nothing is said of how the others are served."""
    (change,) = Audit(
        client="Hospital A", after="Triage", share=0.1, team="Servers", finds=0.2, back_to="Triage"
    ).changes(desk, desk.origin)
    found = construction.touched(change.edits, desk)
    assert {one.client for one in found} == {"Hospital A"}
    assert {one.activities for one in found if not one.often} == {frozenset({"Audit"})}
    assert any(one.often and "Triage" in one.activities for one in found)


def test_skips(desk: Organisation) -> None:
    assert touches(desk, skips={"Hospital A": frozenset()}) == frozenset()
    assert touches(desk, skips={"Hospital A": frozenset({"Confirm"})}) == {touch("skips", "Hospital A")}
    skipping = replace(desk, skips={"Hospital A": frozenset({"Triage", "Resolve at Network"})})
    fewer = {"Hospital A": frozenset({"Triage"})}
    assert touches(skipping, skips=fewer) == {touch("skips", "Hospital A", "Network")}


def test_who_does_not_come_to_where_cases_are_given_up_cannot_give_up(desk: Organisation) -> None:
    """Of patients who skip the queue that others leave none leaves any more: that was told as if it had emerged."""
    leaves = Patience(at="Triage", lasts=Distribution.exponential(3600.0), activity="Leaves")
    waiting = replace(desk, patience={"Leaves": leaves})
    ending = Touch(aspect="ending", client="Hospital A")
    assert ending in touches(waiting, skips={"Hospital A": frozenset({"Triage"})})
    assert ending not in touches(waiting, skips={"Hospital A": frozenset({"Confirm"})})
    others = replace(desk, patience={"Leaves": replace(leaves, client="Hospital B")})
    assert ending not in touches(others, skips={"Hospital A": frozenset({"Triage"})})
    elsewhere = replace(desk, patience={"Leaves": replace(leaves, to="Confirm")})
    assert ending not in touches(elsewhere, skips={"Hospital A": frozenset({"Triage"})})


def test_checks(desk: Organisation) -> None:
    audit = Check(after="Triage", client="Hospital A", step=Step(activity="Audit", team="Network"))
    audited = replace(desk, checks={"Audit": audit})
    assert touches(audited, checks={"Audit": None}) == {touch("checks", "Hospital A", "Network")}
    other = replace(audit, client="Hospital B", step=replace(audit.step, team="Servers"))
    assert touches(audited, checks={"Audit": other}) == {
        touch("checks", "Hospital A", "Network"),
        touch("checks", "Hospital B", "Servers"),
    }


def test_teams(desk: Organisation) -> None:
    assert touches(desk, teams={"Network": Team(priority={"Hospital A": 0})}) == frozenset()
    assert touches(desk, teams={"Servers": Team(priority={"Hospital A": 1})}) == {
        touch("priority", "Hospital A", "Servers"),
        touch("priority", "Hospital B", "Servers"),
    }
    assert touches(desk, teams={"Night": Team()}) == {touch("staff", None, "Night")}


def test_people_and_calendars(desk: Organisation) -> None:
    bob = desk.people["Bob"]
    night = Calendar(hours=((0, 360),))
    assert touches(desk, people={"Bob": replace(bob, speed=2.0)}) == {touch("staff", None, "Network")}
    assert touches(desk, people={"Bob": replace(bob, at_once=2)}) == {touch("staff", None, "Network")}
    moved = replace(bob, teams=("Servers",))
    assert touches(desk, people={"Bob": moved}) == {touch("staff", None, "Network", "Servers")}
    assert touches(desk, people={"Bob": None}) == {touch("staff", None, "Network")}
    hired = Person(teams=("Network",), calendar="office")
    assert touches(desk, people={"Dee": hired}) == {touch("staff", None, "Network")}
    at_night = replace(bob, calendar="night")
    assert touches(desk, calendars={"night": night}) == frozenset()
    assert touches(desk, calendars={"night": night}, people={"Bob": at_night}) >= {touch("calendars", None, "Network")}
    same = touches(desk, calendars={"copy": desk.calendars["office"]}, people={"Bob": replace(bob, calendar="copy")})
    assert {one.aspect for one in same} <= {"calendars"}
    assert touches(desk, calendars={"office": night}) == {touch("calendars", None, *EVERYBODY)}


def test_hours_of_one_team_are_that_team_s(desk: Organisation) -> None:
    night = Calendar(hours=((0, 360),))
    cid = replace(desk.people["Cid"], team_hours={"Servers": "early"})
    rules = replace(desk, calendars={**desk.calendars, "early": night}, people={**desk.people, "Cid": cid})
    assert touches(rules, calendars={"early": desk.calendars["office"]}) >= {touch("calendars", None, "Servers")}
    assert touch("calendars", None, "First line") not in touches(rules, calendars={"early": desk.calendars["office"]})


def test_edits_are_read_one_after_the_other(desk: Organisation) -> None:
    """A step that an earlier edit put in is known to a later one."""
    new = Step(activity="New", team="Servers")
    first = Edit(part="steps", key="New", before=None, after=new)
    then = Edit(part="skips", key="Hospital A", before=None, after=frozenset({"New"}))
    assert touch("skips", "Hospital A", "Servers") in touched([first, then], desk)
    with pytest.raises(InvariantError):
        touched([first, first], desk)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_undoing_touches_what_doing_touched(
    data: st.DataObject, organisations: st.SearchStrategy[Organisation]
) -> None:
    before, after = data.draw(organisations), data.draw(organisations)
    assert touched(difference(before, before), before) == frozenset()
    there = {(one.aspect, one.client) for one in touched(difference(before, after), before)}
    back = {(one.aspect, one.client) for one in touched(difference(after, before), after)}
    assert there == back


def test_a_measure_is_by_construction_only_through_what_sets_it_and_only_for_whom(desk: Organisation) -> None:
    steps, waiting, done = (measures()[name] for name in ("steps per case", "waiting for us", "steps done"))
    skip = touched(edits(Bypass(client="Hospital A", skips="Resolve"), desk), desk)
    assert kind(steps, ["Hospital A"], skip) == "by construction"
    assert kind(steps, ["Hospital B"], skip) == "emergent"
    assert kind(steps, ["Hospital B", "Hospital A"], skip) == "by construction"
    assert kind(done, ["Network"], skip) == "by construction"
    assert kind(done, ["First line"], skip) == "emergent"
    assert kind(done, ["First line", "Servers"], skip) == "by construction"
    assert kind(waiting, ["Hospital A"], skip) == "emergent"


def test_an_edit_for_all_is_by_construction_for_each(desk: Organisation) -> None:
    check = touched(edits(ImposedCheck(client=None, after="Triage"), desk), desk)
    assert kind(measures()["steps per case"], ["Hospital B"], check) == "by construction"
    assert kind(measures()["steps done"], ["Network"], check) == "emergent"


def test_priority_sets_nothing_directly_but_whose_order_it_is(desk: Organisation) -> None:
    """Who waits less, and who pays for it, is found and never declared."""
    first = touched(edits(Priority(client="Hospital A", team="Network"), desk), desk)
    parties = {"client": ["Hospital A"], "team": ["Network"]}
    known = measures().values()
    set_by_it = {one.name for one in known if kind(one, parties[one.of], first) == "by construction"}
    assert set_by_it == {"own order"}


@given(st.sets(st.sampled_from(["A", "B", "C"])), st.sampled_from(["A", "B", "C", None]))
def test_whose_measure_it_is_decides(who: set[str], client: str | None) -> None:
    steps = measures()["steps per case"]
    found = kind(steps, who, [Touch(aspect="skips", client=client)])
    assert (found == "by construction") == (client is None or client in who)
    assert kind(steps, who, []) == "emergent"


def test_what_is_touched_says_of_which_activities(desk: Organisation) -> None:
    """A check is its own activity; a certificate that makes Triage longer leaves the team's other work alone."""
    (check,) = construction.touched(edits(ImposedCheck(client=None, after="Triage"), desk), desk)
    assert check.activities == {"Check"}
    (longer,) = construction.touched(edits(Certification(activity="Triage", added="5 min"), desk), desk)
    assert (longer.aspect, longer.activities) == ("durations", {"Triage"})


def test_who_wrote_a_rule_touches_nothing_but_that(desk: Organisation) -> None:
    rule = Rule(author="Experts", team="Network", activities=("Resolve",))
    (found,) = construction.touched([Edit(part="rules", key="How", before=None, after=rule)], desk)
    assert found == Touch(aspect="authors", teams=frozenset({"Network"}), activities=frozenset({"Resolve"}))
    own = measures()["own method"]
    assert kind(own, ["Network"], [found]) == "by construction"
    assert kind(measures()["rework"], ["Hospital A"], [found]) == "emergent"


def test_a_date_that_is_moved_sets_what_presses_whoever_does_the_work(desk: Organisation) -> None:
    found = touched(edits(DueDate(client="Hospital A", due="1 day"), desk), desk)
    for name in ("what presses at once", "pressed by a client and a date"):
        assert kind(measures()[name], ["Network"], found) == "by construction"


def test_that_work_may_be_interrupted_sets_interruptions_and_a_rank_alone_does_not(desk: Organisation) -> None:
    ranks = Priority(client="Hospital A", team="Network")
    for act, expected in ((ranks, "emergent"), (replace(ranks, interrupts=True), "by construction")):
        (change,) = act.changes(desk, desk.origin)
        found = touched(change.edits, desk)
        for name in ("interruptions", "steps side by side"):
            assert kind(measures()[name], ["Network"], found) == expected
            assert kind(measures()[name], ["Servers"], found) == "emergent"
