"""Acts on who decides, checks, knows and expects: what they edit, what follows of itself, and which verbs they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.engine.examples import counter
from irrupt.errors import ModelError
from irrupt.organisation import (
    Calendar,
    Client,
    Distribution,
    Edit,
    Organisation,
    Patience,
    Route,
    Team,
    amended,
    faults,
    from_dict,
    regulation,
    to_dict,
)
from irrupt.organisation.authorship import Rule
from irrupt.organisation.batch import Batch
from irrupt.organisation.flow import visits
from irrupt.organisation.guards import Like, guard_in
from irrupt.organisation.model import Split
from irrupt.organisation.records import change_from_dict, change_to_dict
from irrupt.regulation import Act, Audit, acts, parse_act, touched
from irrupt.regulation.acts.practice import cut
from irrupt.regulation.organising import authors, rhythm
from irrupt.regulation.verbs import verbs
from irrupt.regulation.when import When, followers


def done(rules: Organisation, *several: Act) -> Organisation:
    for act in several:
        rules = amended(rules, act.changes(rules, rules.origin))
    return rules


def touches_of(act: Act, rules: Organisation) -> set[str]:
    edits = [edit for change in act.changes(rules, rules.origin) for edit in change.edits]
    return {touch.aspect for touch in touched(edits, rules)}


def week_of(person: str, rules: Organisation) -> int:
    """Minutes a week in which somebody works on cases."""
    return rules.calendars[rules.people[person].calendar].minutes_per_week


@pytest.fixture
def classed(desk: Organisation) -> Organisation:
    """The desk, where a quarter of Hospital B's cases are large: they take longer and go to Servers."""
    client = replace(desk.clients["Hospital B"], classes={"small": 0.75, "large": 0.25})
    triage = (*desk.routes["Triage"], Route(to="Resolve at Servers", share=1.0, only="large"))
    step = replace(desk.steps["Resolve at Network"], by_class={"large": 2.0})
    return replace(
        desk,
        clients={**desk.clients, "Hospital B": client},
        routes={**desk.routes, "Triage": triage},
        steps={**desk.steps, "Resolve at Network": step},
    )


# Organising time


hours = st.lists(st.tuples(st.integers(0, 99), st.integers(1, 30)), max_size=5).map(
    lambda pairs: tuple((begin, begin + length) for begin, length in pairs)
)


@given(hours, hours)
def test_cutting_leaves_what_is_not_taken(own: tuple[tuple[int, int], ...], out: tuple[tuple[int, int], ...]) -> None:
    def minutes(pieces: Iterable[tuple[int, int]]) -> set[int]:
        return {minute for begin, end in pieces for minute in range(begin, end)}

    for piece in own:
        assert minutes(cut((piece,), out)) == minutes((piece,)) - minutes(out)


def test_hours_of_organising_work_are_taken_counted_and_given_back_exactly(desk: Organisation) -> None:
    act = acts.OrganisingTime(team="Network", shifts="Fri 13-15", lasts="8 weeks")
    (change,) = act.changes(desk, desk.origin)
    members = len(list(desk.members("Network")))
    assert change.organising_hours == 2 * members * 8
    during = done(desk, act)
    for name in desk.people:
        before, after = (rules.calendars[rules.people[name].calendar] for rules in (desk, during))
        less = 120 if "Network" in desk.people[name].teams else 0
        assert before.minutes_per_week - after.minutes_per_week == less
    (end,) = followers(act, desk)
    assert end.lag == 8.0
    back = done(during, end)
    assert {who: back.calendars[back.people[who].calendar] for who in back.people} == {
        who: desk.calendars[desk.people[who].calendar] for who in desk.people
    }


def test_hours_changed_in_between_stay_changed(desk: Organisation) -> None:
    act = acts.OrganisingTime(team="Network", shifts="Fri 13-15", lasts=2)
    (end,) = followers(act, desk)
    weekend = acts.FlexibilityDemand(team="Network", shifts="Sat 9-12")
    rules, plain = done(desk, act, weekend, end), done(desk, weekend)
    for name in plain.members("Network"):
        own, other = (one.calendars[one.people[name].calendar] for one in (rules, plain))
        assert own.minutes_per_week == other.minutes_per_week


def test_who_is_in_two_teams_gets_back_what_each_takes(desk: Organisation) -> None:
    """Cid meets with Dee at Servers, and with the first line, which makes him a calendar of his own."""
    rules = replace(desk, people={**desk.people, "Dee": replace(desk.people["Cid"], teams=("Servers",))})
    meet = acts.OrganisingTime(team="Servers", shifts="Fri 13-15", lasts=2)
    talk = acts.OrganisingTime(team="First line", shifts="Thu 9-10", lasts=4)
    both = done(rules, meet, talk)
    (end,) = followers(meet, rules)
    (later,) = followers(talk, done(rules, meet))
    minutes = [week_of("Cid", one) for one in (rules, both, done(both, end), done(both, end, later))]
    assert minutes == [40 * 60, 37 * 60, 39 * 60, 40 * 60]


def test_who_leaves_the_team_while_it_meets_gets_his_hours_back(desk: Organisation) -> None:
    people = {**desk.people, "Dee": desk.people["Cid"]}
    meet = acts.OrganisingTime(team="Servers", shifts="Fri 13-15", lasts=2)
    during = done(rules := replace(desk, people=people), meet)
    (end,) = followers(meet, rules)
    left = done(during, acts.StaffLeave(person="Cid", team="Servers", stays=True))
    assert [week_of("Cid", one) for one in (left, done(left, end))] == [38 * 60, 40 * 60]
    gone = done(during, acts.StaffLeave(person="Cid", team="Servers"))
    assert week_of("Dee", done(gone, end)) == 40 * 60


def test_nobody_is_left_without_hours(desk: Organisation) -> None:
    with pytest.raises(ModelError, match="no hours left"):
        acts.OrganisingTime(team="Network", shifts="Mon-Sun 00:00-24:00").changes(desk, desk.origin)


def test_what_follows_an_act_that_waits_waits_for_the_same_moment(desk: Organisation) -> None:
    act = acts.OrganisingTime(team="Network", shifts="Fri 13-15", lasts=2)
    waiting = When(act=act, condition="cycle time > 8 h over 4 weeks", lag=3.0)
    (end,) = followers(waiting, desk)
    assert (end.condition, end.lag) == (waiting.condition, 5.0)
    assert followers(acts.Bypass(client="Hospital A", skips="Triage"), desk) == ()


# Secrets


def secret(desk: Organisation) -> Organisation:
    """The desk, whose Network keeps a practice to itself; Bob and Cid can do its work."""
    rule = Rule(author="Network", team="Network", written=False, visible_to=("Network",))
    people = {**desk.people, "Cid": replace(desk.people["Cid"], teams=("Servers", "Network"))}
    return replace(desk, rules={"How it is done": rule}, people=people)


def test_what_is_shown_already_is_not_shown_again(desk: Organisation) -> None:
    act = acts.Transmission(practice="How it is done", holder="Network")
    rules = done(secret(desk), act)
    kept = rules.rules["How it is done"]
    assert (kept.author, kept.written, kept.visible_to) == ("Network", True, ())
    assert act.changes(rules, rules.origin) == ()


def test_what_is_taught_to_those_who_can_do_it_is_shown_all_the_same(desk: Organisation) -> None:
    """All of Servers work with Network: there was no change, and the practice stayed a secret."""
    act = acts.Transmission(practice="How it is done", holder="Network", learner="Servers")
    (change,) = act.changes(secret(desk), desk.origin)
    assert [(edit.part, edit.after.written) for edit in change.edits] == [("rules", True)]
    assert act.changes(done(secret(desk), act), desk.origin) == ()
    assert act.changes(replace(secret(desk), rules={}), desk.origin) == ()


def test_what_is_written_like_this_already_is_not_written_anew(desk: Organisation) -> None:
    """Rules of files rest on somebody's word: the same, written in a run, was a change of rules."""
    signed = acts.Signature(written=False, visible_to=("Network",))
    act = acts.Writing(rule="How it is done", team="Network", signed=signed)
    assert act.changes(secret(desk), desk.origin) == ()
    assert replace(act, sets=("speed",)).changes(secret(desk), desk.origin) != ()


def test_what_is_written_anew_is_about_the_same_work(desk: Organisation) -> None:
    """Who kept a practice to himself, and named none of its activities, made it one of all that the team does."""
    his = Rule(author="Methods", team="Network", sets=("method", "speed"), activities=("Resolve",), client="Hospital A")
    rules = replace(desk, rules={"How it is done": his})
    anew = done(rules, acts.Writing(rule="How it is done", team="Network")).rules["How it is done"]
    assert anew == replace(his, author="Network", authority="simulated")
    other = acts.Writing(rule="How it is done", team="Network", activities=("Close",), sets=("order",))
    assert done(rules, other).rules["How it is done"] == replace(anew, activities=("Close",), sets=("order",))
    theirs = done(rules, acts.Writing(rule="How it is done", team="Servers")).rules["How it is done"]
    assert theirs == Rule(author="Servers", team="Servers", authority="simulated")


# Learning


def test_recording_is_learned_in_steps_down_to_what_it_takes(desk: Organisation) -> None:
    signed = acts.Signature(organising_hours=10.0)
    act = acts.Certification(activity="Resolve", added="10 min", learning="6 weeks", at_first=8.0, signed=signed)
    plain = done(desk, acts.Certification(activity="Resolve", added="10 min"))
    steps = followers(act, desk)
    assert [one.lag for one in steps] == [2.0, 4.0, 6.0]
    rules, added = done(desk, act), []
    for step in (None, *steps):
        rules = rules if step is None else done(rules, step)
        added.append(rules.steps["Resolve at Network"].duration.mean - desk.steps["Resolve at Network"].duration.mean)
    extra = plain.steps["Resolve at Network"].duration.mean - desk.steps["Resolve at Network"].duration.mean
    assert added == pytest.approx([8 * extra, 4 * extra, 2 * extra, extra])
    changes = [change for one in (act, *steps) for change in one.changes(desk, desk.origin)]
    assert [change.organising_hours for change in changes] == [10.0, 0.0, 0.0, 0.0], "learning is no organising work"
    assert [change.learned for change in changes] == [False, True, True, True]
    assert authors(changes)["changes"].to_list() == [1]
    assert rhythm(changes).changes == 1
    assert [change_from_dict(change_to_dict(change)) for change in changes] == changes
    earlier = {key: value for key, value in change_to_dict(changes[0]).items() if key != "learned"}
    assert change_from_dict(earlier) == changes[0]


# Relay and classes


def test_a_relay_tells_apart_what_is_spoken_for_and_nothing_else(classed: Organisation) -> None:
    act = acts.Relay(client="Hospital B", team="First line", at="Network", discretion=0.4, restraint=0.25)
    rules = done(classed, act)
    classes = rules.clients["Hospital B"].classes
    assert classes == pytest.approx(
        {
            "small": 0.525,
            "large": 0.175,
            "small, Hospital B spoken for by First line": 0.225,
            "large, Hospital B spoken for by First line": 0.075,
        }
    )
    assert rules.teams["Network"].class_priority == {
        "small, Hospital B spoken for by First line": 1,
        "large, Hospital B spoken for by First line": 1,
    }
    assert visits(rules, "Hospital B") == pytest.approx(visits(classed, "Hospital B"))
    assert rules.steps["Resolve at Network"].by_class["large, Hospital B spoken for by First line"] == 2.0


def test_a_relay_for_cases_without_a_class_moves_them_into_no_class_that_is_there(classed: Organisation) -> None:
    """They took the times, the ways and the rank of another client's class that happened to be called "ordinary"."""
    named = {"ordinary": 0.75, "large": 0.25}
    clients = {**classed.clients, "Hospital B": replace(classed.clients["Hospital B"], classes=named)}
    triage = (*classed.routes["Triage"], Route(to="end", share=1.0, only="ordinary"))
    step = replace(classed.steps["Triage"], by_class={"ordinary": 2.0})
    rules = replace(
        classed,
        clients=clients,
        routes={**classed.routes, "Triage": triage},
        steps={**classed.steps, "Triage": step},
        teams={**classed.teams, "Network": replace(classed.teams["Network"], class_priority={"ordinary": -1})},
    )
    act = acts.Relay(client="Hospital A", team="First line", at="Network", discretion=0.4)
    after = done(rules, act)
    spoken = "ordinary for Hospital A, Hospital A spoken for by First line"
    assert after.clients["Hospital A"].classes == pytest.approx({"ordinary for Hospital A": 0.6, spoken: 0.4})
    assert after.teams["Network"].class_priority == {"ordinary": -1, spoken: 1}
    assert (after.steps, after.routes) == (rules.steps, rules.routes)
    assert act.changes(after, after.origin) == ()
    again = done(after, replace(act, discretion=0.5))
    assert again.clients["Hospital A"].classes == pytest.approx({"ordinary for Hospital A": 0.5, spoken: 0.5})


def test_classes_that_are_spoken_for_go_and_are_done_as_they_were(classed: Organisation) -> None:
    """Of several at once, it hung on chance whether who does them, and when they go on, counted as set directly."""
    named = ("e", "b", "f", "a", "d", "c")
    his = replace(classed.clients["Hospital B"], classes=dict.fromkeys(named, 1 / 6))
    triage = tuple(Route(to="Resolve at Network", share=1.0, only=name) for name in named)
    rules = replace(
        classed,
        clients={**classed.clients, "Hospital B": his},
        routes={**classed.routes, "Triage": (*classed.routes["Triage"], *triage)},
        people={**classed.people, "Ann": replace(classed.people["Ann"], not_of_class={"Triage": named})},
    )
    act = acts.Relay(client="Hospital B", team="First line", at="Network", discretion=0.4)
    assert touches_of(act, rules) == {"priority"}
    assert len(done(rules, act).people["Ann"].not_of_class["Triage"]) == 12


def test_a_class_that_is_spoken_for_is_due_as_it_was(classed: Organisation) -> None:
    """Those spoken for were due as cases without a class are, and due dates no direct effect of a relay."""
    late = Distribution.fixed(9 * 86400.0)
    his = replace(classed.clients["Hospital B"], due=Distribution.fixed(86400.0), due_by_class={"large": late})
    rules = replace(classed, clients={**classed.clients, "Hospital B": his})
    act = acts.Relay(client="Hospital B", team="First line", at="Network", discretion=0.4)
    spoken = "large, Hospital B spoken for by First line"
    assert done(rules, act).clients["Hospital B"].due_by_class == {"large": late, spoken: late}
    assert touches_of(act, rules) == touches_of(act, classed)
    move = acts.Requalification(client="Hospital B", of="small", becomes="large", share=0.2)
    assert touches_of(move, rules) == {*touches_of(move, classed), "due"}


@pytest.mark.parametrize(
    "act",
    [
        acts.Relay(client="Hospital B", team="First line", at="Network", discretion=1.0),
        acts.Requalification(client="Hospital B", of="large", becomes="small", share=1.0),
    ],
)
def test_rules_of_a_class_that_no_case_is_left_of_stay_about_a_class(classed: Organisation, act: Act) -> None:
    """They were about none: the run was refused."""
    his = replace(
        classed.clients["Hospital B"],
        due=Distribution.fixed(86400.0),
        due_by_class={"large": Distribution.fixed(100.0)},
    )
    after = done(replace(classed, clients={**classed.clients, "Hospital B": his}), act)
    assert not faults(after)
    assert after.clients["Hospital B"].classes["large"] == 0.0


@pytest.mark.parametrize("rank", [0, -1])
def test_those_who_speak_for_somebody_can_only_have_him_taken_first(rank: int) -> None:
    """`taken first` was said of cases that were taken in turn, or last."""
    with pytest.raises(ModelError, match=f"relay: rank  {rank}; expected 1 or more"):
        acts.Relay(client="Hospital B", team="First line", at="Network", discretion=0.4, rank=rank)


@pytest.mark.parametrize("times", [0.5, float("nan"), float("inf")])
def test_how_long_recording_takes_at_first_is_a_number(times: float) -> None:
    with pytest.raises(ModelError, match=f"certification: at first  {times:g}; expected a number, 1 or more"):
        acts.Certification(activity="Resolve", added="10 min", learning="6 weeks", at_first=times)


def test_who_restrains_himself_wholly_changes_nothing(desk: Organisation) -> None:
    act = acts.Relay(client="Hospital B", team="First line", at="Network", discretion=0.4, restraint=1.0)
    assert act.changes(desk, desk.origin) == ()


def test_who_restrains_himself_wholly_later_speaks_for_nobody_any_more(classed: Organisation) -> None:
    """He went on speaking for as many cases as before."""
    act = acts.Relay(client="Hospital B", team="First line", at="Network", discretion=0.4)
    silent = done(classed, act, replace(act, restraint=1.0))
    shares = silent.clients["Hospital B"].classes
    assert {name: share for name, share in shares.items() if share} == pytest.approx({"small": 0.75, "large": 0.25})
    assert replace(act, restraint=1.0).changes(silent, silent.origin) == ()


@given(st.floats(0.01, 1), st.just(0.0) | st.floats(1e-6, 0.99))
def test_a_relay_that_is_set_anew_as_it_is_changes_nothing(discretion: float, large: float) -> None:
    """Shares that come of adding up what was taken apart differed by rounding, and were a change of rules."""
    act = acts.Relay(client="Public", team="Desk", at="Desk", discretion=discretion, restraint=0.1)
    public = replace(counter().clients["Public"], classes={"small": 1 - large, "large": large})
    rules = done(replace(counter(), clients={"Public": public}), act)
    assert act.changes(rules, rules.origin) == ()


def test_a_relay_sets_priority_directly_and_neither_demand_nor_routes(desk: Organisation) -> None:
    act = acts.Relay(client="Hospital B", team="First line", at="Network", discretion=0.4)
    assert touches_of(act, desk) == {"priority"}


def test_a_relay_sets_nothing_else_where_cases_have_classes(classed: Organisation) -> None:
    """What holds for large cases was told as set by those who speak for some: their times, their ways, their rank."""
    large = guard_in("class is large and quantity > 2")
    ways = (
        Route(to="Close", share=0.8),
        Route(to="Resolve at Network", share=0.2),
        Route(to="end", share=1.0, when=large),
    )
    ranked = replace(classed.teams["Servers"], class_priority={"large": 1})
    rules = replace(classed, teams={**classed.teams, "Servers": ranked}, routes={**classed.routes, "Confirm": ways})
    act = acts.Relay(client="Hospital B", team="First line", at="Network", discretion=0.4)
    (change,) = act.changes(rules, rules.origin)
    assert {edit.part for edit in change.edits} == {"steps", "routes", "clients", "teams"}
    (touch,) = touched(change.edits, rules)
    assert (touch.aspect, touch.client, touch.teams) == ("priority", "Hospital B", {"Network"})
    assert verbs(change) == verbs(*act.changes(replace(rules, **plain(rules)), rules.origin))
    (touch,) = touched(replace(act, restraint=0.5).changes(done(rules, act), rules.origin)[0].edits, done(rules, act))
    assert (touch.aspect, touch.client, touch.teams) == ("priority", "Hospital B", {"Network"})


def plain(rules: Organisation) -> dict[str, Any]:
    """Hospital B of *rules*, whose cases are of no class."""
    return {"clients": {**rules.clients, "Hospital B": replace(rules.clients["Hospital B"], classes={})}}


def test_a_requalification_sets_what_hangs_on_the_class(classed: Organisation) -> None:
    act = acts.Requalification(client="Hospital B", of="small", becomes="large", share=0.2)
    assert done(classed, act).clients["Hospital B"].classes == pytest.approx({"small": 0.6, "large": 0.4})
    assert touches_of(act, classed) == {"routes", "durations"}
    with pytest.raises(ModelError, match='no class "smal"'):
        replace(act, of="smal").changes(classed, classed.origin)


def test_those_who_are_spoken_for_come_as_another_class_too(classed: Organisation) -> None:
    """Of a class of which a part was spoken for, only the rest was moved: fewer than was said, and whoever was spoken
    for stayed what he was."""
    relay = acts.Relay(client="Hospital B", team="First line", at="Network", discretion=0.4)
    move = acts.Requalification(client="Hospital B", of="small", becomes="large", share=0.25)
    one, other = (done(classed, *both) for both in ((relay, move), (move, relay)))
    assert one.clients["Hospital B"].classes == pytest.approx(other.clients["Hospital B"].classes)
    assert replace(one, clients=classed.clients) == replace(other, clients=classed.clients)
    tail = ", Hospital B spoken for by First line"
    classes = {"Hospital A": {"large": 1.0}, "Hospital B": {"small": 1.0}}
    clients = {name: replace(classed.clients[name], classes=shares) for name, shares in classes.items()}
    after = done(replace(classed, clients={**classed.clients, **clients}), relay, move)
    assert after.clients["Hospital B"].classes == pytest.approx(
        {"small": 0.45, f"small{tail}": 0.3, "large": 0.15, f"large{tail}": 0.1}
    )
    assert after.teams["Network"].class_priority[f"large{tail}"] == 1
    assert after.steps["Resolve at Network"].by_class == {"large": 2.0, f"large{tail}": 2.0}
    assert {route.only for route in after.routes["Triage"]} == {None, "large", f"large{tail}"}
    assert not faults(after)


def test_who_comes_as_another_class_asks_for_what_he_did(classed: Organisation) -> None:
    asks = {"small": Distribution.uniform(1.0, 3.0), "large": Distribution.fixed(20.0)}
    his = replace(classed.clients["Hospital B"], quantity_by_class=asks)
    rules = replace(classed, clients=classed.clients | {"Hospital B": his})
    moved = done(rules, acts.Requalification(client="Hospital B", of="small", becomes="large", share=0.25))
    after = moved.clients["Hospital B"]

    def mean(client: Client) -> float:
        return sum(share * client.quantity_by_class[name].mean for name, share in client.classes.items())

    assert mean(after) == pytest.approx(mean(his), rel=0.01)
    assert after.quantity_by_class["small"] == asks["small"]
    assert after.quantity_by_class["large"].points[0] == pytest.approx(1.0, abs=0.02)
    spoken = done(rules, acts.Relay(client="Hospital B", team="First line", at="Network", discretion=0.4))
    assert mean(spoken.clients["Hospital B"]) == pytest.approx(mean(his))


def test_classes_that_go_by_quantity_give_way_to_their_neighbours_only(classed: Organisation) -> None:
    """A relay broke the organisation; a class that none was left of did, too."""
    sizes = Distribution.lognormal(3.0, 1.0)
    shares = {"small": 0.6, "medium": 0.3, "large": 0.1}
    his = replace(classed.clients["Hospital B"], classes=shares, quantity=sizes, by_quantity=tuple(shares))
    rules = replace(classed, clients=classed.clients | {"Hospital B": his})
    move = acts.Requalification(client="Hospital B", of="small", becomes="medium", share=0.5)
    moved = done(rules, move).clients["Hospital B"]
    assert (moved.classes, moved.by_quantity) == (
        pytest.approx({"small": 0.3, "medium": 0.6, "large": 0.1}),
        tuple(shares),
    )
    whole = done(rules, replace(move, share=1.0)).clients["Hospital B"]
    assert (whole.classes, whole.by_quantity) == (pytest.approx({"medium": 0.9, "large": 0.1}), ("medium", "large"))
    with pytest.raises(ModelError, match="becomes  the classes of Hospital B go by quantity; expected the next one"):
        done(rules, replace(move, becomes="large"))
    with pytest.raises(ModelError, match="relay: client  the classes of Hospital B go by quantity: no part"):
        done(rules, acts.Relay(client="Hospital B", team="First line", at="Network", discretion=0.4))


# Audit, cancellation, patience, secrets


def test_two_clients_audit_the_same_each_at_a_step_of_his_own(desk: Organisation) -> None:
    """The second was told to find another name."""
    mine, theirs = (
        acts.Audit(client=name, after="Resolve", share=share, team="First line")
        for name, share in (("Hospital A", 0.1), ("Hospital B", 0.3))
    )
    rules = done(done(desk, mine), theirs)
    for client, share in (("Hospital A", 0.1), ("Hospital B", 0.3)):
        seen = visits(rules, client)
        audited = sum(times for step, times in seen.items() if step.startswith("Audit"))
        resolved = sum(times for step, times in seen.items() if step.startswith("Resolve"))
        assert audited == pytest.approx(share * resolved)
    with pytest.raises(ModelError, match="is there already"):
        done(rules, replace(mine, duration="1 h"))


def test_an_audit_that_is_there_is_made_lighter_and_ended(desk: Organisation) -> None:
    """Nothing could be done about it but a second one of another name."""
    much = acts.Audit(client=None, after="Confirm", share=0.8, team="First line", finds=0.5, back_to="Triage")
    rules = done(desk, much)
    assert much.changes(rules, rules.origin) == ()
    for share, finds in ((0.3, 0.1), (0.3, 0.0), (1.0, 0.5), (0.0, 0.0)):
        less = replace(much, share=share, finds=finds)
        once, then = done(desk, less), done(rules, less)
        for client in desk.clients:
            assert visits(then, client) == pytest.approx({**dict.fromkeys(then.steps, 0.0), **visits(once, client)})
    his = done(rules, replace(much, client="Hospital A", share=0.3))
    assert visits(his, "Hospital B") == pytest.approx(
        visits(rules, "Hospital B") | dict.fromkeys(his.steps.keys() - rules.steps.keys(), 0.0)
    )
    with pytest.raises(ModelError, match="is there already"):  # Where all go back, nothing tells where they went.
        done(done(desk, replace(much, share=1.0, finds=1.0)), replace(much, share=0.3))


BESIDE = [
    acts.CompleteFile(client="Hospital A", after="Confirm", then="Resolve", times=0.25),
    acts.Certification(activity="Resolve", added="1 min", after="Confirm", then="Resolve", times=0.5),
    acts.CoLocation(client="Hospital A", after="Confirm", then="Close", times=0.5),
    acts.Cancellation(client="Hospital A", after="Confirm", share=0.25),
    acts.Bypass(client="Hospital A", team="First line"),
    acts.Bypass(client="Hospital A", skips="Confirm"),
]


@pytest.mark.parametrize("client", ["Hospital A", None])
@pytest.mark.parametrize("share", [0.5, 1.0])
@pytest.mark.parametrize("act", BESIDE, ids=lambda act: act.name)
def test_what_stands_beside_an_audit_or_a_cancellation_holds_in_whatever_order(
    desk: Organisation, act: Act, share: float, client: str | None
) -> None:
    """Who was audited was asked as often as ever where the complete file was written behind the audit, and a team that
    was passed by no longer audited."""
    audit = acts.Audit(client=client, after="Confirm", share=share, team="First line", finds=0.2, back_to="Triage")
    late = Distribution.exponential(3600.0)
    confirm = (Route(to="Close", share=0.5, delay=late), Route(to="Resolve at Network", share=0.5))
    desk = replace(desk, routes={**desk.routes, "Confirm": confirm})
    for other in (audit, acts.Cancellation(client="Hospital A", after="Confirm", share=0.1)):
        one, two = (done(done(desk, first), then) for first, then in ((other, act), (act, other)))
        assert one.skips == two.skips
        for name in desk.clients:
            assert _ways(one, name) == pytest.approx(_ways(two, name)), other.name


def _ways(rules: Organisation, client: str) -> Counter[str]:
    """From where a client's cases go where, of those that they come to, and with which delay: the share of them."""
    found = Counter[str]()
    for name in [step for step, times in visits(rules, client).items() if times]:
        for route in rules.routes_of(client, name):
            found[f"{name} {route.to} {rules.distribution(route.delay).mean:g}"] += route.share
    return found


@settings(deadline=None, max_examples=15)
@given(share=st.floats(0.01, 1), finds=st.floats(0, 0.9))
def test_an_audit_comes_as_often_as_it_says_and_what_it_finds_goes_back(share: float, finds: float) -> None:
    from irrupt.engine.examples import counter

    rules = counter()
    act = acts.Audit(client=None, after="Serve", share=share, team="Desk", finds=finds, back_to="Serve")
    often = visits(done(rules, act), "Public")
    assert often["Audit after Serve"] == pytest.approx(share * often["Serve"])
    assert often["Serve"] == pytest.approx(1 / (1 - share * finds))


def test_what_is_cancelled_goes_no_further_and_counts_as_given_up(desk: Organisation) -> None:
    act = acts.Cancellation(client="Hospital A", after="Triage", share=0.25)
    rules = done(desk, act)
    assert rules.steps["Cancellation"].given_up
    assert touches_of(act, desk) == {"routes", "ending"}
    before, after = visits(desk, "Hospital A"), visits(rules, "Hospital A")
    assert after["Close"] == pytest.approx(0.75 * before["Close"])
    assert visits(rules, "Hospital B") | {"Cancellation": 0.0} == visits(desk, "Hospital B") | {"Cancellation": 0.0}


@settings(deadline=None, max_examples=15)
@given(times=st.floats(0, 4))
def test_what_is_co_located_waits_so_much_less_and_nobody_elses_delay_changes(times: float) -> None:
    from irrupt.engine.examples import counter

    far = Route(to="Pack", share=1.0, delay=Distribution.exponential(3600.0))
    plain = counter()
    steps = {**plain.steps, "Pack": replace(plain.steps["Serve"], activity="Pack")}
    rules = replace(plain, steps=steps, routes={**plain.routes, "Serve": (far,), "Pack": plain.routes["Serve"]})
    act = acts.CoLocation(client="Public", after="Serve", then="Pack", times=times)
    after = done(rules, act)
    assert after.routes == rules.routes
    (route,) = after.routes_of("Public", "Serve")
    assert after.distribution(route.delay).mean == pytest.approx(3600.0 * times)
    if times != 1.0:
        assert touches_of(act, rules) == {"delays"}
    with pytest.raises(ModelError, match="no time passes"):
        replace(act, after="Pack", then="Serve", times=0.5).changes(rules, rules.origin)


def test_a_formed_client_waits_longer_and_others_do_not(desk: Organisation) -> None:
    patience = Patience(at="Resolve", lasts=Distribution.fixed(3600.0), activity="Given up")
    rules = replace(desk, patience={"Given up": patience})
    longer = acts.FormClient(client="Hospital A", waits=1.5)
    formed = done(rules, longer)
    assert formed.patience == {"Given up": replace(patience, by_client={"Hospital A": 1.5})}
    assert from_dict(to_dict(formed)) == formed
    assert done(formed, longer).patience["Given up"].by_client == {"Hospital A": 2.25}
    edits = [edit for change in longer.changes(rules, rules.origin) for edit in change.edits]
    assert {touch.client for touch in touched(edits, rules)} == {"Hospital A"}
    his = replace(patience, client="Hospital A")
    both = done(replace(rules, patience={"Given up": patience, "His": his}), longer).patience
    assert both == {"Given up": patience, "His": replace(his, lasts=Distribution.fixed(5400.0))}
    with pytest.raises(ModelError, match="never given up"):
        acts.FormClient(client="Hospital A", waits=1.5).changes(desk, desk.origin)


def test_what_a_formed_client_changes_late_he_changes_when_he_did(desk: Organisation) -> None:
    """He waits longer before he gives up; late changes, and calling off at an age that is not his, are something else.
    What is said of whole cases, and holds for all, is said of his, too."""
    off = Patience(lasts=Distribution.fixed(86400.0), activity="Withdrawn", share=0.5)
    late = Patience(lasts=Distribution.fixed(3600.0), activity="Other wishes", to="Triage", client="Hospital A")
    rules = replace(desk, patience={"off": off, "late": late, "hers": replace(off, client="Hospital B")})
    formed = done(rules, acts.FormClient(client="Hospital A", waits=2.0)).patience
    assert formed == {**rules.patience, "off": replace(off, by_client={"Hospital A": 2.0})}
    with pytest.raises(ModelError, match="never given up"):
        done(replace(desk, patience={"late": late}), acts.FormClient(client="Hospital A", waits=2.0))


def test_a_secret_becomes_a_shared_rule(desk: Organisation) -> None:
    act = acts.Transmission(practice="How servers are revived", holder="Servers", learner="Network")
    (change,) = act.changes(desk, desk.origin)
    (book,) = [edit for edit in change.edits if edit.part == "rulebook"]
    assert (book.before["visible to"], book.after["visible to"]) == (["Servers"], [])
    assert set(done(desk, act).members("Servers")) >= set(desk.members("Network"))
    shown = acts.Transmission(practice="How servers are revived", holder="Servers")
    assert done(desk, shown) == desk


def test_of_a_wait_until_a_case_is_so_old_no_share_can_be_left(desk: Organisation) -> None:
    """The age was multiplied: a quarter of 21 days was no time at all."""
    aged = (Route(to="Close", share=1.0, delay=Distribution.fixed(31 * 86400.0), since="clock"),)
    rules = replace(desk, routes={**desk.routes, "Confirm": aged})
    act = acts.CoLocation(client="Hospital A", after="Confirm", then="Close", times=0.25)
    with pytest.raises(ModelError, match="times  what passes between Confirm and Close ends when a case is so old"):
        act.changes(rules, rules.origin)
    (gone,) = done(rules, replace(act, times=0.0)).client_routes["Hospital A"]["Confirm"]
    assert gone.delay == Distribution.fixed(0.0)
    assert replace(act, times=1.0).changes(rules, rules.origin) == ()


def test_a_shortcut_is_one_through_all_of_the_work(desk: Organisation) -> None:
    """Setting up took as long as before, and recording longer than the work that it is a part of."""
    hour = Distribution.fixed(3600.0)
    step = replace(
        desk.steps["Triage"], duration=hour, recording=1800.0, batch=Batch(size=2, set_up=hour), per_unit=hour
    )
    rules = replace(desk, steps={**desk.steps, "Triage": step})
    act = acts.Shortcut(team="First line", activity="Triage", times=0.25)
    after = done(rules, act).steps["Triage"]
    quarter = Distribution.fixed(900.0)
    assert after == replace(
        step, duration=quarter, per_unit=quarter, recording=450.0, batch=Batch(size=2, set_up=quarter)
    )
    assert replace(act, times=1.0).changes(rules, rules.origin) == ()


def test_a_shortcut_is_autonomous_and_seen_by_the_team_alone(desk: Organisation) -> None:
    (change,) = acts.Shortcut(team="Network", activity="Resolve", times=0.5).changes(desk, desk.origin)
    assert regulation(change, ["Network"]) == "autonomous"
    assert (change.written, change.seen_by("Network"), change.seen_by("Management")) == (False, True, False)
    rules = amended(desk, [change])
    assert rules.steps["Resolve at Network"].duration.mean == desk.steps["Resolve at Network"].duration.mean / 2
    assert rules.steps["Resolve at Servers"] == desk.steps["Resolve at Servers"]


# Verbs


@pytest.mark.parametrize(
    ("act", "does"),
    [
        (acts.Bypass(client="Hospital A", skips="Triage"), ("rationalise",)),
        (acts.Volume(client="Hospital A", change=0.2), ("calculate",)),
        (acts.Priority(client="Hospital A", team="Network"), ("manage",)),
        (acts.Appointment(client="Hospital A", slots="Tue 9-12"), ("manage",)),
        (acts.ImposedCheck(client="Hospital A", after="Triage"), ("organise",)),
        (
            acts.Relay(client="Hospital A", team="First line", at="Network", discretion=0.5),
            ("calculate", "manage", "organise"),
        ),
        (acts.Transmission(practice="x", holder="Servers", learner="Network"), ("organise",)),
        (acts.Shortcut(team="Network", activity="Resolve", times=0.5), ("rationalise", "organise")),
        (acts.OrganisingTime(team="Network", shifts="Fri 13-15"), ("manage",)),
        (acts.Audit(client="Hospital A", after="Resolve", share=0.1, team="Network"), ("organise",)),
        (acts.Certification(activity="Resolve", added="5 min"), ("rationalise", "organise")),
        (acts.Traceability(client="Hospital A", activity="Resolve"), ("organise",)),
        (acts.LateChange(client="Hospital A", during="Resolve", back_to="Triage", share=0.2), ("calculate",)),
        (acts.LateChange(client="Hospital A", age="5 h", back_to="Triage", share=0.2), ("calculate",)),
        (acts.Cancellation(client="Hospital A", after="Triage", share=0.2), ("calculate",)),
        (acts.Cancellation(client="Hospital A", age="5 h", share=0.2), ("calculate",)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_verbs_follow_from_what_is_edited(act: Act, does: tuple[str, ...], desk: Organisation) -> None:
    (change,) = act.changes(desk, desk.origin + timedelta(weeks=1))
    assert verbs(change) == does


def test_a_calendar_of_all_week_can_be_cut() -> None:
    assert Calendar(hours=tuple(cut(((0, 10080),), ((60, 120),)))).minutes_per_week == 10020


def test_teams_that_speak_for_one_client_and_clients_for_whom_one_team_speaks_are_told_apart(
    desk: Organisation,
) -> None:
    def relay(client: str, team: str, at: str) -> acts.Relay:
        return acts.Relay(client=client, team=team, at=at, discretion=0.5)

    rules = done(
        desk,
        relay("Hospital A", "First line", "Network"),
        relay("Hospital B", "First line", "Servers"),
        relay("Hospital A", "Servers", "Network"),
    )
    assert sorted(rules.clients["Hospital A"].classes.values()) == [0.25] * 4
    assert sorted(rules.teams["Network"].class_priority.values()) == [1, 1, 2]
    assert set(rules.teams["Servers"].class_priority) & set(rules.clients["Hospital A"].classes) == set()
    everywhere = done(desk, relay("Hospital A", "First line", "Network"), relay("Hospital A", "First line", "Servers"))
    assert sorted(everywhere.clients["Hospital A"].classes.values()) == [0.5, 0.5]


@pytest.mark.parametrize("client", ["Hospital A", None])
def test_what_an_audit_finds_goes_back_to_an_activity_as_well_as_to_a_step(
    desk: Organisation, client: str | None
) -> None:
    """Of several steps of the activity, to the one that such cases come to most; nobody would write the names of steps
    that were learned."""
    asked = {"client": client, "after": "Confirm", "share": 0.1, "team": "Network", "finds": 0.5}
    by_activity = Audit(**asked, back_to="Resolve").changes(desk, desk.origin)
    cases = {name: one.cases_per_week for name, one in desk.clients.items() if client in (None, name)}
    often = {
        step: sum(count * visits(desk, name)[step] for name, count in cases.items())
        for step in desk.steps
        if desk.steps[step].activity == "Resolve"
    }
    assert len(often) > 1
    by_step = Audit(**asked, back_to=max(often, key=lambda step: often[step])).changes(desk, desk.origin)
    assert by_activity == by_step
    with pytest.raises(ModelError, match='no activity "Resolv"; did you mean "Resolve"'):
        Audit(**asked, back_to="Resolv").changes(desk, desk.origin)


@pytest.mark.parametrize("split", ["all", "some", "first"])
def test_no_audit_goes_beside_ways_that_are_taken_at_once(desk: Organisation, split: Split) -> None:
    """It was one way more, and made the others rarer."""
    ways = tuple(replace(route, share=1.0) for route in desk.routes["Triage"])
    rules = replace(
        desk,
        steps={**desk.steps, "Triage": replace(desk.steps["Triage"], split=split)},
        routes={**desk.routes, "Triage": ways},
    )
    with pytest.raises(ModelError, match='after  several ways behind "Triage" are taken at once'):
        Audit(client="Hospital A", after="Triage", share=0.5, team="Network").changes(rules, rules.origin)


# Guards


@pytest.fixture
def guarded(classed: Organisation) -> Organisation:
    """Behind Triage, large cases of more than 3 go to Servers, and small ones of more than 9 wait a day."""
    ends = classed.routes["Triage"]
    large = tuple(
        Route(to=to, share=share, when=guard_in("class is large and quantity > 3"))
        for to, share in (("Resolve at Servers", 0.5), ("end", 0.5))
    )
    usual = tuple(route for route in ends if route.only is None)
    later = tuple(
        replace(route, delay=Distribution.fixed(86400.0), when=guard_in("quantity > 9 and class is not large"))
        for route in usual
    )
    client = replace(classed.clients["Hospital B"], quantity=Distribution.uniform(0.0, 12.0))
    return replace(
        classed,
        clients={**classed.clients, "Hospital B": client},
        routes={**classed.routes, "Triage": (*large, *later, *usual)},
    )


@pytest.mark.parametrize(
    "text",
    [
        "audit: {client: all clients, after: Triage, share: 30 %, team: Network, finds: 20 %, back to: Triage}",
        "relay: {client: Hospital B, team: First line, at: Network, discretion: 0.4}",
        "certification: {activity: Triage, added: 5 min, after: Triage, then: Resolve, times: 0.5}",
    ],
)
def test_acts_leave_guards_as_they_are_and_shares_whole(guarded: Organisation, text: str) -> None:
    """Of the cases that meet each of them; where classes are told apart, guards that name one name both."""
    after = done(guarded, parse_act(text))
    assert not faults(after)
    assert len(after.guards()) == 2
    for name, often in visits(guarded, "Hospital B").items():
        if text.startswith("relay"):
            assert visits(after, "Hospital B")[name] == pytest.approx(often)
    if text.startswith("relay"):
        large = "large, Hospital B spoken for by First line"
        assert after.guards()[0].holds(Like(large, 5.0))
        assert not after.guards()[1].holds(Like(large, 10.0))


def test_other_quantities_are_another_way_where_a_guard_asks_for_them(guarded: Organisation) -> None:
    """It is by construction, then, and else it is not; other shares of a class that a guard names are, too."""
    client = guarded.clients["Hospital B"]

    def touches(after: Client, rules: Organisation) -> set[str]:
        edit = Edit(part="clients", key="Hospital B", before=rules.clients["Hospital B"], after=after)
        return {touch.aspect for touch in touched([edit], rules)}

    more = replace(client, quantity=Distribution.uniform(0.0, 20.0))
    assert "routes" in touches(more, guarded)
    plain = {name: tuple(one for one in routes if one.when is None) for name, routes in guarded.routes.items()}
    assert "routes" not in touches(more, replace(guarded, routes=plain))
    assert "routes" in touches(replace(client, classes={"small": 0.5, "large": 0.5}), guarded)


def test_whoever_does_not_meet_a_client_cannot_speak_for_him(desk: Organisation) -> None:
    """Any team could, and as much as the one that meets him; whom he meets no more, as he skips it, can no longer."""
    front = replace(desk, teams={**desk.teams, "Front": Team()})
    past = done(desk, acts.Bypass(client="Hospital A", team="First line"))
    for rules, team in ((front, "Front"), (past, "First line")):
        relay = acts.Relay(client="Hospital A", team=team, at="Network", discretion=0.4)
        with pytest.raises(ModelError, match=f"team  no case of Hospital A comes to {team}.*a team that he meets: "):
            relay.changes(rules, rules.origin)
    assert replace(relay, client="Hospital B").changes(past, past.origin)


def test_that_there_are_no_classes_is_told(desk: Organisation) -> None:
    """It said that there is no class "small", as if there were others."""
    act = acts.Requalification(client="Hospital B", of="small", becomes="large", share=0.2)
    with pytest.raises(ModelError, match="Hospital B have no classes; classes are kinds of cases, such"):
        act.changes(desk, desk.origin)
