"""The acts: each edits one rule, for whom it says, and refuses what is not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt import i18n
from irrupt.errors import ModelError, UsageError
from irrupt.groups import ALL_CLIENTS
from irrupt.ledgers import measures
from irrupt.organisation import Check, Claim, Distribution, Organisation, Step, Team, amended, difference, faults
from irrupt.regulation import Bypass, ImposedCheck, Priority, Signature, acts
from irrupt.regulation.plain import act_to_dict, chosen
from irrupt.regulation.registry import act_from_dict

NOW = datetime(2024, 1, 29, tzinfo=UTC)
moderate = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CLAIM = Claim(author="Union", aim="fluctuation", measure="work done", party="Network", expects="rise", text="Too much.")


def problems(act: Any, rules: Organisation) -> list[str]:
    with pytest.raises(ModelError) as caught:
        act.changes(rules, NOW)
    return [str(fault) for fault in caught.value.faults]


def test_numbers_may_be_texts_as_in_files() -> None:
    """Durations might, shares crashed."""
    audit = acts.Audit(client="A", after="Triage", share="10 %", team="Desk")  # type: ignore[arg-type]
    assert audit == acts.Audit(client="A", after="Triage", share=0.1, team="Desk")
    for kind, rest in ((acts.Volume, {"client": "A"}), (acts.Price, {"client": "A"}), (acts.Pay, {"team": "Desk"})):
        assert kind(**rest, change="-25 %").change == -0.25
        with pytest.raises(ModelError, match='change  "a lot" is not a number'):
            kind(**rest, change="a lot")


def test_one_who_agrees_or_sees_needs_no_brackets() -> None:
    """Each letter of his name did."""
    signed = Signature(force="negotiated", agreed_by="Management", visible_to="Desk")  # type: ignore[arg-type]
    assert (signed.agreed_by, signed.visible_to) == (("Management",), ("Desk",))


def test_a_claim_is_no_text() -> None:
    with pytest.raises(UsageError, match="expected Claim"):
        Signature(claim="They are slow.")  # type: ignore[arg-type]


# Priority


@moderate
@given(data=st.data())
def test_priority_sets_one_rank_and_nothing_else(
    data: st.DataObject, organisations: st.SearchStrategy[Organisation]
) -> None:
    rules = data.draw(organisations)
    team, rank = data.draw(st.sampled_from(sorted(rules.teams))), data.draw(st.integers(-3, 3))
    changes = Priority(client="A", team=team, rank=rank).changes(rules, NOW)
    after = amended(rules, changes)
    assert after.teams[team].priority.get("A", 0) == rank
    assert after.teams[team].priority.get("B", 0) == rules.teams[team].priority.get("B", 0)
    others = {name: value for name, value in rules.teams.items() if name != team}
    assert replace(after, teams=others) == replace(rules, teams=others)
    assert bool(changes) == (rules.teams[team].priority.get("A", 0) != rank)
    assert faults(after) == []


def test_priority_of_rank_zero_is_taken_back(desk: Organisation) -> None:
    (change,) = Priority(client="Hospital B", team="Servers", rank=0).changes(desk, NOW)
    assert change.edits[0].after == Team()
    assert change.rule == "Cases of Hospital B are taken in turn at Servers"
    assert Priority(client="Hospital A", team="Servers", rank=0).changes(desk, NOW) == ()


TEAMS_OF_ACTS = {
    "team": lambda name: [
        Priority(client="Hospital A", team=name),
        ImposedCheck(client="Hospital A", after="Resolve", team=name),
        Bypass(client="Hospital A", team=name),
        acts.StaffLeave(person="Bob", team=name),
        acts.OrganisingTime(team=name, shifts="Mon 9-10"),
        acts.FlexibilityDemand(team=name, shifts="Sat 9-12"),
        acts.Relay(client="Hospital A", team=name, at="Network", discretion=0.2),
    ],
    "at": lambda name: [acts.Relay(client="Hospital A", team="First line", at=name, discretion=0.2)],
}


@pytest.mark.parametrize("parameter", sorted(TEAMS_OF_ACTS))
def test_who_names_an_activity_or_a_person_for_a_team_is_told_whose_it_is(desk: Organisation, parameter: str) -> None:
    """Whoever asks for priority “at Repairs” knows what is done, and not what those are called who do it."""
    for one in TEAMS_OF_ACTS[parameter]("resolve"):
        said = f'{one.name}: {parameter}  no team "resolve"; it is an activity, done by Network, Servers'
        assert said in problems(one, desk)
    for one in TEAMS_OF_ACTS[parameter]("Bob"):
        assert f'{one.name}: {parameter}  no team "Bob"; it is a person, who works in Network' in problems(one, desk)


def test_where_no_team_is_known_it_is_said_how_to_name_who_worked(desk: Organisation) -> None:
    steps = {name: replace(step, team=None) for name, step in desk.steps.items()}
    (said,) = problems(Priority(client="Hospital A", team="Network"), replace(desk, teams={}, people={}, steps=steps))
    assert said.startswith('priority: team  no team "Network"; no team is known at all')
    assert "--map resource=" in said


def test_where_no_client_is_known_it_is_said_how_to_name_them(desk: Organisation) -> None:
    """The only one who was known, all clients together, was offered instead."""
    one = replace(desk, clients={ALL_CLIENTS: next(iter(desk.clients.values()))})
    (said,) = problems(Priority(client="Hospital A", team="Network"), one)
    assert said.startswith('priority: client  no client "Hospital A"; no client is known at all')
    assert "--client COLUMN" in said


def test_priority_says_what_it_changes(desk: Organisation) -> None:
    first, last = (
        Priority(client="Hospital A", team="Network", rank=rank).changes(desk, NOW)[0].rule for rank in (3, -1)
    )
    assert first == "Cases of Hospital A are taken before others at Network (rank 3)"
    assert last == "Cases of Hospital A are taken after others at Network (rank -1)"


def test_priority_may_interrupt_work_in_hand(desk: Organisation) -> None:
    """Asked for twice, it changes nothing any more; what a team's rule does with work that is left stays."""
    act = Priority(client="Hospital B", team="Servers", rank=2, interrupts=True)
    (change,) = act.changes(desk, NOW)
    assert change.rule.endswith("(rank 2); a case of a higher rank interrupts work in hand")
    after = amended(desk, [change])
    assert after.teams["Servers"] == replace(desk.teams["Servers"], interrupts="resume")
    assert act.changes(after, NOW) == ()
    anew = replace(desk, teams={**desk.teams, "Servers": replace(desk.teams["Servers"], interrupts="restart")})
    assert act.changes(anew, NOW) == ()
    (more,) = replace(act, rank=3).changes(anew, NOW)
    assert amended(anew, [more]).teams["Servers"].interrupts == "restart"


def test_whoever_takes_what_came_first_looks_at_ranks_where_they_interrupt_work(desk: Organisation) -> None:
    people = {**desk.people, "Cid": replace(desk.people["Cid"], serves="first come")}
    rules = replace(desk, people=people)
    act = Priority(client="Hospital B", team="Servers", rank=3)
    (plain,) = act.changes(rules, NOW)
    assert amended(rules, [plain]).people == people
    (change,) = replace(act, interrupts=True).changes(rules, NOW)
    assert amended(rules, [change]).people["Cid"] == desk.people["Cid"]


def test_priority_refuses_strangers_all_at_once(desk: Organisation) -> None:
    assert problems(Priority(client="Hospitl A", team="Netwok"), desk) == [
        'priority: client  no client "Hospitl A"; did you mean "Hospital A"?',
        'priority: team  no team "Netwok"; did you mean "Network"?',
    ]


# ImposedCheck


def test_a_check_is_put_in_for_one_client_or_for_all(desk: Organisation) -> None:
    (one,) = ImposedCheck(client="Hospital A", after="Triage").changes(desk, NOW)
    (everyone,) = ImposedCheck(client=None, after="Triage", activity="Audit").changes(desk, NOW)
    assert one.edits[0].after == Check(
        after="Triage",
        client="Hospital A",
        step=Step(activity="Check", team="First line", duration=Distribution.lognormal(900.0, 0.5)),
    )
    assert everyone.edits[0].after.client is None
    assert one.rule == "Check by First line after Triage, for cases of Hospital A"
    assert everyone.rule == "Audit by First line after Triage, for all clients"
    both = amended(amended(desk, [one]), [everyone])
    assert len(both.checks) == 2
    assert faults(both) == []


def test_a_check_that_is_there_already_is_not_made_twice(desk: Organisation) -> None:
    act = ImposedCheck(client="Hospital A", after="Triage")
    after = amended(desk, act.changes(desk, NOW))
    assert act.changes(after, NOW) == ()
    (change,) = replace(act, duration="1 h").changes(after, NOW)
    assert change.edits[0].before == after.checks[change.edits[0].key]
    assert len(amended(after, [change]).checks) == 1


def test_a_check_is_done_by_the_team_that_does_most_of_it_for_that_client(desk: Organisation) -> None:
    """Hospital A's cases go to Network in 6 of 10; those of Hospital B go to Servers first; B has more cases."""

    def team(client: str | None) -> str:
        return str(ImposedCheck(client=client, after="Resolve").changes(desk, NOW)[0].edits[0].after.step.team)

    assert (team("Hospital A"), team("Hospital B"), team(None)) == ("Network", "Servers", "Servers")


def test_steps_that_are_skipped_do_not_count_as_done(desk: Organisation) -> None:
    skipping = replace(desk, skips={"Hospital B": frozenset({"Resolve at Servers"})})
    (change,) = ImposedCheck(client="Hospital B", after="Resolve").changes(skipping, NOW)
    assert change.edits[0].after.step.team == "Network"


def test_a_check_by_nobody_in_particular_must_be_said(desk: Organisation) -> None:
    assert problems(ImposedCheck(client="Hospital A", after="Confirm"), desk) == [
        'imposed check: team  no team does "Confirm"; say which team does the check: First line, Network, Servers'
    ]
    even = (replace(desk.routes["Triage"][0], share=0.5), replace(desk.routes["Triage"][1], share=0.5))
    back = (replace(desk.routes["Confirm"][0], share=1.0),)
    equal = replace(desk, routes={**desk.routes, "Triage": even, "Confirm": back})
    assert problems(ImposedCheck(client="Hospital A", after="Resolve"), equal) == [
        'imposed check: team  several teams do "Resolve" equally often: Network, Servers; say which team does the check'
    ]
    (change,) = ImposedCheck(client="Hospital A", after="Resolve", team="Servers").changes(equal, NOW)
    assert change.edits[0].after.step.team == "Servers"


def test_a_check_refuses_strangers_all_at_once(desk: Organisation) -> None:
    assert problems(ImposedCheck(client="Hospital C", after="Resolved", team="Sevrers"), desk) == [
        'imposed check: after  no activity "Resolved"; did you mean "Resolve"?',
        'imposed check: client  no client "Hospital C"; did you mean "Hospital B"?',
        'imposed check: team  no team "Sevrers"; did you mean "Servers"?',
    ]


@pytest.mark.parametrize(
    ("duration", "distribution"),
    [
        ("15 min", Distribution.fixed(900.0)),
        (900, Distribution.fixed(900.0)),
        (900.0, Distribution.fixed(900.0)),
        (Distribution.exponential(5.0), Distribution.exponential(5.0)),
    ],
)
def test_the_time_of_a_check_is_said_in_several_ways(duration: Any, distribution: Distribution) -> None:
    assert ImposedCheck(client="A", after="X", duration=duration).duration == distribution


@pytest.mark.parametrize("duration", ["soon", "15", -1.0, float("nan")])
def test_a_check_that_takes_no_time_that_can_be_is_refused(duration: Any) -> None:
    with pytest.raises(ModelError, match=r"^imposed check: duration  "):
        ImposedCheck(client="A", after="X", duration=duration)


# Bypass


def test_a_bypass_goes_round_an_activity_a_team_or_both(desk: Organisation) -> None:
    def skipped(**what: str) -> tuple[frozenset[str], str]:
        (change,) = Bypass(client="Hospital A", **what).changes(desk, NOW)
        return change.edits[0].after, change.rule

    assert skipped(skips="Triage") == ({"Triage"}, "Cases of Hospital A skip Triage")
    assert skipped(skips="Resolve") == (
        {"Resolve at Network", "Resolve at Servers"},
        "Cases of Hospital A skip Resolve",
    )
    assert skipped(team="First line") == ({"Triage", "Close"}, "Cases of Hospital A skip what is done by First line")
    assert skipped(skips="Resolve", team="Network") == (
        {"Resolve at Network"},
        "Cases of Hospital A skip Resolve at Network",
    )


def test_a_bypass_of_a_team_says_that_its_checks_are_not_skipped(desk: Organisation) -> None:
    """Its rule promised that nothing of what the team does was left."""
    check = Check(after="Triage", step=Step(activity="Look again", team="Network"), client="Hospital A")
    act = Bypass(client="Hospital A", team="Network")
    skips = "Cases of Hospital A skip what is done by Network"
    for checks, rule in (
        ({}, skips),
        ({"c": check}, f"{skips}, but for its checks"),
        ({"c": replace(check, client=None)}, f"{skips}, but for its checks"),
        ({"c": replace(check, client="Hospital B")}, skips),
    ):
        (change,) = act.changes(replace(desk, checks=checks), desk.origin)
        assert change.rule == rule


def test_a_bypass_adds_to_what_is_skipped_already(desk: Organisation) -> None:
    before = replace(desk, skips={"Hospital A": frozenset({"Close"})})
    act = Bypass(client="Hospital A", skips="Triage")
    after = amended(before, act.changes(before, NOW))
    assert after.skips == {"Hospital A": {"Close", "Triage"}}
    assert act.changes(after, NOW) == ()


def test_a_bypass_refuses_what_is_not_there(desk: Organisation) -> None:
    assert problems(Bypass(client="Hospital", skips="Triaje", team="Sevrers"), desk) == [
        'bypass: client  no client "Hospital"; did you mean "Hospital B"?',
        'bypass: skips  no activity "Triaje"; did you mean "Triage"?',
        'bypass: team  no team "Sevrers"; did you mean "Servers"?',
    ]
    assert problems(Bypass(client="Hospital A", skips="Triage", team="Network"), desk) == [
        'bypass: team  no "Triage" is done by Network; known: First line'
    ]
    idle = replace(desk, teams={**desk.teams, "Night": Team()})
    assert problems(Bypass(client="Hospital A", team="Night"), idle) == [
        "bypass: team  no step is done by Night; known: First line, Network, Servers"
    ]


def test_a_bypass_of_nothing_is_refused() -> None:
    with pytest.raises(
        ModelError, match=r'^bypass  nothing to skip; expected "skips", an activity, or "team", or both$'
    ):
        Bypass(client="Hospital A")


def test_something_must_be_left_to_do(without_servers: Organisation) -> None:
    rules = without_servers
    for activity in ("Triage", "Resolve", "Confirm"):
        rules = amended(rules, Bypass(client="Hospital A", skips=activity).changes(rules, NOW))
    assert problems(Bypass(client="Hospital A", team="First line"), rules) == [
        "bypass  nothing would be left to do for Hospital A; expected at least one step that is not skipped"
    ]


@moderate
@given(data=st.data())
def test_a_bypass_skips_exactly_the_steps_that_are_meant(
    data: st.DataObject, organisations: st.SearchStrategy[Organisation]
) -> None:
    rules = data.draw(organisations)
    skips = data.draw(st.none() | st.sampled_from(sorted({step.activity for step in rules.steps.values()})))
    team = data.draw(st.sampled_from(sorted(rules.teams)) | (st.none() if skips else st.nothing()))
    meant = {name for name, step in rules.steps.items() if skips in (None, step.activity) and team in (None, step.team)}
    try:
        changes = Bypass(client="A", skips=skips, team=team).changes(rules, NOW)
    except ModelError:
        assert not meant or set(rules.steps) <= meant | rules.skips.get("A", frozenset())
        return
    after = amended(rules, changes)
    assert after.skips.get("A", frozenset()) == rules.skips.get("A", frozenset()) | meant
    assert [edit.key for edit in difference(rules, after)] == (["A"] if changes else [])


# Authors and claims


@pytest.mark.parametrize(
    ("act", "aim", "measure"),
    [
        (Priority(client="A", team="T"), "rigidity", "waiting for us"),
        (ImposedCheck(client="A", after="X"), "fluctuation", "rework"),
        (Bypass(client="A", skips="X"), "rigidity", "cycle time"),
    ],
)
def test_each_act_makes_a_claim_that_can_be_found_or_not(act: Any, aim: str, measure: str) -> None:
    usual = Claim(author="A", aim=aim, measure=measure, party="A", expects="fall", given=False)  # type: ignore[arg-type]
    assert act.claim == usual
    assert act.signed.author == "A"
    assert measures()[measure].of == "client"


def test_an_act_on_everybody_is_claimed_for_everybody() -> None:
    check = ImposedCheck(client=None, after="Triage")
    assert (check.claim.party, check.claim.author, check.signed.author) == (ALL_CLIENTS, ALL_CLIENTS, ALL_CLIENTS)
    by_one = ImposedCheck(client=None, after="Triage", signed=Signature(author="Hospital A"))
    assert (by_one.claim.party, by_one.claim.author) == (ALL_CLIENTS, "Hospital A")


def test_the_author_of_the_claim_changes_the_rule_unless_another_is_named(desk: Organisation) -> None:
    act = Priority(client="Hospital A", team="Network", signed=Signature(claim=CLAIM))
    assert act.changes(desk, NOW)[0].author == "Union"
    named = replace(
        act, signed=replace(act.signed, author="Manager", channel="relay", force="carried up", reason="asked to")
    )
    (change,) = named.changes(desk, NOW)
    assert (change.author, change.channel, change.force, change.reason) == (
        "Manager",
        "relay",
        "carried up",
        "asked to",
    )
    assert (change.claim, change.time) == (CLAIM, NOW)


def test_an_act_is_imposed_by_an_instrument_unless_it_says_otherwise(desk: Organisation) -> None:
    (change,) = Bypass(client="Hospital A", skips="Triage").changes(desk, NOW)
    assert (change.channel, change.force, change.reason, change.answers) == ("instrument", "imposed", "", "")


def test_rules_are_told_in_the_users_language_and_made_the_same(desk: Organisation) -> None:
    several = (
        Priority(client="Hospital A", team="Network"),
        Priority(client="Hospital A", team="Network", rank=-1),
        Priority(client="Hospital B", team="Servers", rank=0),
        ImposedCheck(client="Hospital A", after="Triage"),
        ImposedCheck(client=None, after="Triage"),
        Bypass(client="Hospital A", skips="Triage"),
        Bypass(client="Hospital A", team="Network"),
        Bypass(client="Hospital A", skips="Resolve", team="Network"),
    )
    before = [act.changes(desk, NOW)[0] for act in several]
    i18n.use("fr")
    try:
        french = [act.changes(desk, NOW)[0] for act in several]
        with pytest.raises(ModelError):
            Bypass(client="X", skips="Y").changes(desk, NOW)
    finally:
        i18n.use(None)
    assert [change.edits for change in french] == [change.edits for change in before]
    assert all("{" not in change.rule for change in french)


def test_priority_over_nobody_is_refused(desk: Organisation) -> None:
    client, team = next(iter(desk.clients)), next(iter(desk.teams))
    alone = replace(desk, clients={client: desk.clients[client]})
    assert "only one client" in problems(Priority(client=client, team=team), alone)[0]


CLAIMED = {"rigidity": "waiting for us", "to": "fall"}


@pytest.mark.parametrize("beside", [{}, {"author": "First line"}, {"claim": CLAIMED}, {"reason": "They wait"}])
def test_what_is_usual_for_an_act_holds_whatever_else_is_said_of_it(beside: dict[str, Any]) -> None:
    """A claim made a relay out to be imposed by a contract, and a shortcut to be written down for all to see."""
    made: Any = act_from_dict({"relay": {"client": "A", "team": "T", "at": "N", "discretion": "40 %"}, **beside})
    assert (made.signed.channel, made.signed.force) == ("relay", "carried up")
    made = act_from_dict({"shortcut": {"team": "N", "activity": "Repair", "times": 0.9}, **beside})
    assert (made.signed.written, made.signed.visible_to) == (False, ("N",))
    made = act_from_dict({"late call-off": {"client": "A", "share": "20 %", "by": "10 %"}, **beside})
    assert (made.signed.channel, made.signed.force) == ("schedule", "imposed")
    claimed = acts.Relay(client="A", team="T", at="N", discretion=0.2, signed=Signature(claim=CLAIM))
    assert (claimed.signed.channel, claimed.signed.author) == ("relay", "Union")


def test_what_is_said_of_an_act_goes_before_what_is_usual_and_is_kept() -> None:
    relay = {"client": "A", "team": "T", "at": "N", "discretion": "40 %"}
    for beside, expected in (({"force": "imposed"}, "imposed"), ({"agreed by": ["N"]}, "negotiated")):
        made: Any = act_from_dict({"relay": relay, **beside})
        assert (made.signed.channel, made.signed.force) == ("relay", expected)
        assert act_from_dict(act_to_dict(made)) == made
        assert act_from_dict(chosen(act_to_dict(made))) == made
    short: Any = act_from_dict({"shortcut": {"team": "N", "activity": "Repair", "times": 0.9, "written": True}})
    assert short.signed.written
    assert act_from_dict(act_to_dict(short)) == short
    usual = act_to_dict(act_from_dict({"shortcut": {"team": "N", "activity": "Repair", "times": 0.9}}))
    assert set(chosen(usual)["shortcut"]) <= {"team", "activity", "times", "author"}


def test_a_signature_says_how_in_known_words() -> None:
    with pytest.raises(ModelError) as told:
        Signature(force="impossed", channel="radio", organising_hours=-1.0)  # type: ignore[arg-type]
    assert [fault.where for fault in told.value.faults] == ["channel", "force", "organising hours"]
    assert told.value.faults[1].remedy == 'did you mean "imposed"?'
