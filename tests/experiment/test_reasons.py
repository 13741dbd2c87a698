"""Why an act moves nothing: what its cases meet in the runs without it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.chronicle.rows import NO_ROWS, Rows
from irrupt.engine.examples import queue as queue_at
from irrupt.experiment import Comparison, compare
from irrupt.experiment.reasons import _behind
from irrupt.organisation import Batch, Calendar, Client, Distribution, Organisation, Person, Route, Step, Team
from irrupt.regulation import Priority, When, parse_act
from irrupt.reporting.machine import to_json
from irrupt.reporting.sections.why import reasons
from irrupt.reporting.words import amount

MORNINGS = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 720) for day in range(5)))


def tried(organisation: Organisation, act: str, **more: Any) -> Comparison:
    settings: dict[str, Any] = {"replications": 20, "weeks": 4, "warm_up_weeks": 1, "workers": 1} | more
    return compare(organisation, parse_act(act), **settings)


def rows(steps: list[tuple[int, float, float]]) -> Rows:
    """One step a case at one team: client, ready, start."""
    client, ready, start = (np.array(column) for column in zip(*steps, strict=True))
    nobody = np.zeros(len(steps), np.int32)
    return NO_ROWS._replace(
        case=np.arange(len(steps)), client=client, team=nobody, person=nobody, ready=ready, start=start
    )


def test_what_passing_first_can_save_is_the_time_after_the_first_case_taken_before() -> None:
    one = rows([(0, 1.0, 9.0), (1, 0.0, 1.0), (1, 2.0, 3.0), (1, 2.0, 5.0), (0, 4.0, 4.0), (1, 6.0, 20.0)])
    # A's first case could have begun at 3 instead of 9; what began when it came was taken before it could be.
    assert _behind(one, one.client == 0, "A") == 6.0
    # The second case of A has nobody else before it, but the first one has, on whom it waits.
    two = rows([(0, 0.0, 5.0), (1, 0.0, 1.0), (0, 2.0, 6.0), (1, 2.0, 8.0)])
    assert _behind(two, two.client == 0, "A") == 8.0
    alone = rows([(0, 1.0, 9.0), (0, 2.0, 3.0)])
    assert _behind(alone, alone.client == 0, "A") == 0.0


@given(st.lists(st.tuples(st.integers(0, 1), st.floats(0, 50), st.floats(0, 50)), min_size=1, max_size=30))
def test_nobody_can_save_more_than_he_waits(steps: list[tuple[int, float, float]]) -> None:
    one = rows([(client, ready, ready + wait) for client, ready, wait in steps])
    saved = _behind(one, one.client == 0, "A")
    assert 0.0 <= saved <= (one.start - one.ready)[one.client == 0].sum() + 1e-9


def test_a_queue_that_is_empty_is_the_reason_of_a_priority_without_effect() -> None:
    many = queue_at(0.3)
    many = replace(many, people={f"p{n}": Person(teams=("Desk",), calendar="always") for n in range(60)})
    result = tried(many, "priority: {client: A, team: Desk}")
    (said,) = reasons(result.tried[0])
    assert said == "Cases of A hardly wait at Desk: somebody is free at once."


def test_waiting_for_the_hours_of_somebody_is_no_queue() -> None:
    mornings = replace(
        queue_at(0.01),
        calendars={"mornings": MORNINGS},
        people={f"p{n}": Person(teams=("Desk",), calendar="mornings") for n in range(60)},
    )
    result = tried(mornings, "priority: {client: A, team: Desk}")
    assert result.tried[0].found[0].low == result.tried[0].found[0].high == 0.0
    (said,) = reasons(result.tried[0])
    assert "not behind others" in said
    (told,) = to_json(result)["scenarios"][0]["reasons"]
    assert told["text"] == said
    assert told["wait"] > 10.0
    assert told["behind"] < 0.02 * told["wait"]


def test_what_can_be_saved_is_about_what_is_saved() -> None:
    """Where a priority does move its measure nothing is said; one that is undecided gets what it can save at most."""
    clear = tried(queue_at(0.7), "priority: {client: A, team: Desk}")
    assert clear.tried[0].reasons == ()
    (found,) = clear.tried[0].found
    few = tried(queue_at(0.7), "priority: {client: A, team: Desk}", replications=2, weeks=1)
    (why,) = few.tried[0].reasons
    assert few.tried[0].found[0].verdict == "undecided"
    assert -found.difference == pytest.approx(why.behind, rel=0.35)
    assert "Passing first at Desk can save A at most about" in reasons(few.tried[0])[0]


def test_what_passing_saves_is_told_of_all_cases_of_the_client() -> None:
    """Half of the cases come to the desk, and for a fifth of these somebody speaks: a tenth of what one waits there."""
    plain = queue_at(0.7)
    steps = {"Look": Step(activity="Look"), **plain.steps}
    routes = {
        "start": (Route(to="Look", share=1.0),),
        "Look": (Route(to="Serve", share=0.5), Route(to="end", share=0.5)),
    }
    rules = replace(plain, steps=steps, routes={**plain.routes, **routes})
    act = "relay: {client: A, team: Desk, at: Desk, discretion: 0.2}"
    (why,) = tried(rules, act, replications=2, weeks=1).tried[0].reasons
    assert why.share == pytest.approx(0.5, abs=0.05)
    assert why.passing == pytest.approx(0.2)
    said = reasons(tried(rules, act, replications=2, weeks=1).tried[0])[0]
    assert f"at most about {amount(0.2 * why.share * why.behind, 'h')} of the" in said
    assert "20.0\u202f% of the cases that come there are to pass" in said
    everybody = tried(rules, "priority: {client: A, team: Desk}", replications=2, weeks=1).tried[0].reasons[0]
    assert everybody.passing == 1.0


def test_a_relay_that_is_wholly_held_back_lets_nobody_pass_whoever_else_does() -> None:
    """It was told how much passing first can save, where another client came to pass at the same team."""
    acts = [
        parse_act(f"relay: {{client: A, team: Desk, at: Desk, discretion: 0.5, restraint: {share}}}")
        for share in (0, 1)
    ]
    other = parse_act("priority: {client: B, team: Desk}")
    settings: dict[str, Any] = {"replications": 2, "weeks": 1, "warm_up_weeks": 1, "workers": 1}
    both = compare(queue_at(0.7), scenarios={"both": [*acts, other]}, **settings).tried[0]
    assert "In the end no case of A is to pass first at Desk." in reasons(both)


@pytest.mark.parametrize(
    ("classes", "act", "share"),
    [
        ({"plain": 0.9, "urgent": 0.1}, "requalification: {client: A, of: plain, becomes: urgent, share: 2 %}", 0.018),
        (
            {"ordinary": 0.8, "ordinary, A spoken for by Desk": 0.2},
            "relay: {client: A, team: Desk, at: Desk, discretion: 0.2}",
            0.2,
        ),
    ],
)
def test_only_those_cases_are_to_pass_whose_rank_is_another_one(
    classes: dict[str, float], act: str, share: float
) -> None:
    """None were said to, where cases come to be of a class that passes already; and all, where a team speaks at one
    more place for those for whom it speaks anyway."""
    plain = queue_at(0.7)
    clients = {**plain.clients, "A": replace(plain.clients["A"], classes=classes)}
    ranks = {name: 1 for name in classes if name == "urgent"}
    rules = replace(plain, clients=clients, teams={**plain.teams, "Desk": Team(class_priority=ranks)})
    one = tried(rules, act, replications=2, weeks=1).tried[0]
    assert one.reasons[0].passing == pytest.approx(share)
    assert f"{amount(share, 'share')} of the cases that come there are to pass" in reasons(one)[0]


def test_an_answer_that_still_follows_the_question_is_the_reason_of_a_bypass_without_effect() -> None:
    """Who is no longer asked still answers three days later; with a second bypass he does not."""
    plain = queue_at(0.3)
    steps = {
        "Ask": Step(activity="Ask", team="Desk", duration=Distribution.fixed(300.0)),
        "Answer": Step(activity="Answer", client_act=True),
    }
    routes = {
        "start": (Route(to="Ask", share=1.0),),
        "Ask": (Route(to="Answer", share=1.0, delay=Distribution.fixed(72 * 3600.0), waits_for="client"),),
        "Answer": (Route(to="Serve", share=1.0),),
    }
    people = {f"p{n}": Person(teams=("Desk",), calendar="always") for n in range(60)}
    rules = replace(plain, steps=plain.steps | steps, routes=plain.routes | routes, people=people)
    result = tried(rules, "bypass: {client: A, skips: Ask}")
    assert result.tried[0].found[0].verdict == "smaller than matters"
    (why,) = result.tried[0].reasons
    assert (why.kind, why.activities, why.then, why.worked) == ("still follows", ("Ask",), "Answer", False)
    assert why.passes == pytest.approx(72.0)
    assert why.spent == pytest.approx(300.0 / 3600.0)
    (said,) = reasons(result.tried[0])
    assert said.startswith("Skipping Ask saves A")
    assert (
        "Answer still follows, 72.0\u202fh later. In a scenario file, a second bypass beside it, of Answer, skips both"
        in said
    )
    both = [parse_act(f"bypass: {{client: A, skips: {name}}}") for name in ("Ask", "Answer")]
    second = compare(rules, scenarios={"both": both}, replications=4, weeks=4, warm_up_weeks=1, workers=1).tried[0]
    assert second.found[0].difference == pytest.approx(-72.0, abs=3.0)
    assert second.reasons == ()


def test_what_hardly_passes_behind_is_no_reason_nor_is_what_is_no_longer_skipped(desk: Organisation) -> None:
    few: dict[str, Any] = {"replications": 3, "weeks": 2}
    assert all(
        one.kind != "still follows" for one in tried(desk, "bypass: {client: A, skips: Triage}", **few).tried[0].reasons
    )
    pausing = (Route(to="Repair", share=1.0, delay=Distribution.fixed(72 * 3600.0)),)
    slow = replace(desk, routes=desk.routes | {"Triage": pausing})
    found = tried(slow, "bypass: {client: A, skips: Triage}", **few).tried[0]
    (said,) = [one for one in reasons(found) if one.startswith("Skipping")] or [""]
    assert "second bypass" not in said, "nobody is to skip the work itself"


def test_an_act_on_what_nobody_comes_to_says_so(desk: Organisation) -> None:
    apart = replace(
        desk,
        steps=desk.steps | {"Check": Step(activity="Check", team="Desk")},
        client_routes={"C": {"Triage": (Route(to="Check", share=0.5), Route(to="Repair", share=0.5))}},
        routes=desk.routes | {"Check": (Route(to="end", share=1.0),)},
    )
    result = tried(apart, "bypass: {client: A, skips: Check}", replications=3)
    assert reasons(result.tried[0]) == ["No case of A comes to Check in these runs."]
    gone = replace(desk, clients=desk.clients | {"A": Client(cases_per_week=0.0)})
    result = tried(gone, "priority: {client: A, team: Network}", replications=3)
    assert reasons(result.tried[0]) == ["No case of A comes to Network in these runs."]


def test_who_comes_and_is_never_done_with_is_not_said_not_to_come() -> None:
    """Cases gather for a batch that they never fill."""
    plain = queue_at(0.1)
    (place,) = plain.steps
    never = replace(plain, steps={place: replace(plain.steps[place], batch=Batch(size=40_000))})
    client, (team,) = "A", plain.teams
    few: dict[str, Any] = {"replications": 2, "weeks": 4}
    result = tried(never, f"volume: {{client: {client}, change: 10 %}}", **few)
    assert reasons(result.tried[0]) == [
        f"Cases of {client} come in these runs, and nothing is done with any: they wait to the end."
    ]
    assert any(note.startswith(f"What gathers for {plain.steps[place].activity} is not begun") for note in result.notes)
    (why,) = tried(never, f"priority: {{client: {client}, team: {team}}}", **few).tried[0].reasons
    assert (why.kind, why.teams) == ("none done", (team,))


def test_a_moment_that_never_comes_is_the_reason(desk: Organisation) -> None:
    act = When(act=Priority(client="A", team="Network"), condition="cycle time > 9000 h for A over 1 week")
    result = compare(desk, act, replications=3, weeks=4, warm_up_weeks=1, workers=1)
    assert reasons(result.tried[0]) == [
        "The moment that it waits for did not come in the weeks that are measured, in any run."
    ]


def test_what_is_so_already_says_so(desk: Organisation) -> None:
    found = tried(desk, "priority: {client: A, team: Network, rank: 0}", replications=2).tried[0]
    assert reasons(found) == ["It changes no rule: what it asks for is so already."]
    written = tried(desk, "writing: {rule: How we repair, team: Network}", replications=2).tried[0]
    assert all(one.kind != "so already" for one in written.reasons), "a rule is written"


def test_one_of_many_idle_people_can_leave(desk: Organisation) -> None:
    idle = replace(desk, people=desk.people | {f"m{n}": Person(teams=("Desk",), calendar="office") for n in range(40)})
    result = tried(idle, "staff leave: {team: Desk, person: m3}")
    (said,) = [one for one in reasons(result.tried[0]) if one.startswith("People of Desk")]
    assert "others do what one of them leaves" in said


@pytest.mark.slow
@pytest.mark.parametrize("more", ["shifts: 'Sat 09:00-13:00'", "hours: 5, above: 2"])
def test_more_hours_of_people_who_have_little_to_do_change_little(desk: Organisation, more: str) -> None:
    """Somebody is there at any hour, and nobody leaves: what is told is about hours."""
    many = {f"m{n}": Person(teams=("Desk",), calendar="always" if n < 20 else "office") for n in range(40)}
    always = {"always": Calendar(hours=((0, 10080),))}
    idle = replace(desk, people=desk.people | many, calendars={**desk.calendars, **always})
    result = tried(idle, f"flexibility demand: {{team: Desk, {more}}}")
    (said,) = [one for one in reasons(result.tried[0]) if one.startswith("People of Desk")]
    assert "time enough, in other hours too" in said


def test_a_wait_that_is_in_no_queue_is_told_beside() -> None:
    """Ten hours pass before work that somebody could begin at once."""
    late = Route(to="Serve", share=1.0, delay=Distribution.fixed(36_000.0), waits_for="nobody")
    many = queue_at(0.3)
    many = replace(many, people={f"p{n}": Person(teams=("Desk",), calendar="always") for n in range(60)})
    result = tried(replace(many, routes=many.routes | {"start": (late,)}), "priority: {client: A, team: Desk}")
    (why,) = result.tried[0].reasons
    assert why.ours == pytest.approx(10.0, rel=0.05)
    assert why.unqueued == pytest.approx(why.ours - why.wait, abs=1e-6)
    assert "in no queue: no order changes that." in reasons(result.tried[0])[0]


def test_a_step_that_hardly_any_case_comes_to_is_the_reason_of_a_bypass_without_effect(desk: Organisation) -> None:
    share = 0.01
    ways = (Route(to="Check", share=share), Route(to="Repair", share=1.0 - share))
    check = Step(activity="Check", team="Desk", duration=Distribution.fixed(60.0))
    rarely = replace(
        desk,
        clients=desk.clients | {"A": replace(desk.clients["A"], cases_per_week=400.0)},
        steps=desk.steps | {"Check": check},
        client_routes={"A": {"Triage": ways}},
        routes=desk.routes | {"Check": (Route(to="Repair", share=1.0),)},
    )
    found = tried(rarely, "bypass: {client: A, skips: Check}", replications=4).tried[0]
    (why,) = [one for one in found.reasons if one.kind == "hardly comes"]
    assert why.share == pytest.approx(share, abs=0.008)
    (said,) = [one for one in reasons(found) if one.startswith("Only")]
    assert said.endswith("of the cases of A come to Check in these runs.")
    often = tried(desk, "bypass: {client: A, skips: Triage}", replications=2, weeks=2).tried[0]
    assert all(one.kind != "hardly comes" for one in often.reasons)


def test_going_back_to_where_cases_go_next_is_the_reason_of_a_change_without_effect(desk: Organisation) -> None:
    act = "late change: {client: A, during: Triage, back to: %s, share: 15 %%}"
    anyway = tried(desk, act % "Repair", replications=2).tried[0]
    assert reasons(anyway) == ["Behind Triage, 100\u202f% of the cases of A go to Repair anyway."]
    back = tried(desk, act % "Triage", replications=2).tried[0]
    assert all(one.kind != "goes there anyway" for one in back.reasons)


def test_dates_by_which_nobody_takes_cases_change_no_order(desk: Organisation) -> None:
    act = "due date: {client: A, due: 3 days}"
    (said,) = reasons(tried(desk, act, replications=2).tried[0])
    assert said.startswith("No team takes first what is due first")
    dated = {name: replace(team, order="earliest due") for name, team in desk.teams.items()}
    by_date = tried(replace(desk, teams=dated), act, replications=2).tried[0]
    assert all(one.kind != "no order by date" for one in by_date.reasons)


def test_recording_of_which_nothing_is_assumed_makes_nothing_rarer(desk: Organisation) -> None:
    act = "certification: {activity: Repair, added: 10 min%s}"
    (said,) = reasons(tried(desk, act % "", replications=2).tried[0])
    assert "nothing is assumed to become rarer" in said
    rarer = tried(desk, act % ", after: Triage, then: Repair, times: 0.5", replications=2).tried[0]
    assert all(one.kind != "as often" for one in rarer.reasons)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("days", "told"), [(7, True), (0.1, False)])
def test_cases_that_take_long_beside_what_is_measured_leave_open_ends(days: float, told: bool) -> None:
    """Seven days of four weeks: what is begun in the last of them is not over yet. Told though throughput moves."""
    late = Route(to="Serve", share=1.0, delay=Distribution.fixed(days * 86_400.0), waits_for="nobody")
    plain = queue_at(0.3)
    found = tried(replace(plain, routes=plain.routes | {"start": (late,)}), "volume: {client: A, change: 0.5}").tried[0]
    ends = [one for one in found.reasons if one.kind == "open ends"]
    assert len(ends) == told
    assert found.found[0].verdict == "rises"
    gone = tried(replace(plain, routes=plain.routes | {"start": (late,)}), "volume: {client: A, change: -100 %}")
    assert [one.kind for one in gone.tried[0].reasons] == ["open ends"] * told
    for one in ends:
        assert one.share == pytest.approx(0.25, abs=0.02)
        relative = found.found[0].difference / found.found[0].without
        assert relative == pytest.approx(0.5 * (1 - one.share), rel=0.2)


def test_of_several_acts_at_once_those_that_move_nothing_say_why(desk: Organisation) -> None:
    asked = "volume: {client: A, change: 1.0}", "certification: {activity: Repair, added: 1 min}"
    acts = [parse_act(act) for act in asked]
    both = compare(desk, scenarios={"both": acts}, replications=10, weeks=4, warm_up_weeks=1, workers=1).tried[0]
    assert [found.verdict in ("rises", "falls") for found in both.found] == [True, False]
    assert [one.kind for one in both.reasons if one.kind != "open ends"] == ["as often"]
    alone = compare(desk, acts[0], replications=10, weeks=4, warm_up_weeks=1, workers=1).tried[0]
    assert {one.kind for one in alone.reasons} <= {"open ends"}


def test_who_passes_first_by_a_class_of_his_is_named(desk: Organisation) -> None:
    """A relay for one client was told as if all clients passed first."""
    result = tried(desk, "relay: {client: A, team: Desk, at: Network, discretion: 1 %}", replications=4)
    assert {one.client for one in result.tried[0].reasons if one.kind == "order"} == {"A"}
