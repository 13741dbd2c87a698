"""What comes next is made rarer or more frequent, for one client or for all, and nothing else is."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.engine.examples import counter
from irrupt.errors import ModelError
from irrupt.experiment import compare
from irrupt.ledgers.checks import recording
from irrupt.organisation import Client, Distribution, Organisation, Person, Route, Step, amended, difference, faults
from irrupt.organisation.flow import visits_of_class
from irrupt.regulation import Certification, CompleteFile, Shortcut, When, touched
from irrupt.regulation.acts import certification
from irrupt.regulation.acts.certification import mean_pace
from irrupt.regulation.acts.followups import independent, scaled

NOW = datetime(2024, 1, 29, tzinfo=UTC)
few = settings(deadline=None)
shares = st.lists(st.floats(0.01, 1), min_size=1, max_size=5)


def total(routes: tuple[Route, ...]) -> float:
    return math.fsum(route.share for route in routes)


def share_of(routes: tuple[Route, ...], to: str) -> float:
    return math.fsum(route.share for route in routes if route.to == to)


@few
@given(parts=shares, wanted=st.integers(0, 4), times=st.floats(0, 5))
def test_shares_are_multiplied_up_to_one_and_still_sum_to_it(parts: list[float], wanted: int, times: float) -> None:
    routes = tuple(Route(to=f"S{at}", share=part / sum(parts)) for at, part in enumerate(parts))
    target = f"S{wanted % len(parts)}"
    after = scaled(routes, frozenset({target}), times)
    assert total(after) == pytest.approx(1.0)
    if len(parts) > 1:
        assert share_of(after, target) == pytest.approx(min(1.0, times * share_of(routes, target)))
        others = [(share_of(after, r.to), r.share) for r in routes if r.to != target]
        ratios = [new / old for new, old in others]
        assert max(ratios) == pytest.approx(min(ratios))
    else:
        assert after == routes


@few
@given(parts=shares, wanted=st.integers(0, 4), times=st.floats(0, 5))
def test_ways_that_are_taken_each_for_itself_leave_the_others_as_they_are(
    parts: list[float], wanted: int, times: float
) -> None:
    """The others made room, or filled it, as if one of them were taken."""
    routes = tuple(Route(to=f"S{at}", share=part) for at, part in enumerate(parts))
    target = f"S{wanted % len(parts)}"
    after = independent(routes, frozenset({target}), times)
    for old, new in zip(routes, after, strict=True):
        if old.to != target:
            assert new == old
        elif len(parts) > 1 or times > 0:
            assert new.share == pytest.approx(min(1.0, times * old.share))
        else:
            assert new == old, "a case has to go somewhere"


def test_where_all_ways_are_taken_none_is_more_frequent(desk: Organisation) -> None:
    """It was refused as a fault in the routes, which nobody had written."""
    some = replace(desk, steps={**desk.steps, "Triage": replace(desk.steps["Triage"], split="some")})
    act = CompleteFile(client="Hospital A", after="Triage", then="Resolve", times=0.5)
    (change,) = act.changes(some, NOW)
    assert [one.share for one in change.edits[0].after["Triage"]] == [0.3, 0.2]
    more = replace(act, times=2.0).changes(some, NOW)[0].edits[0].after["Triage"]
    assert [one.share for one in more] == [1.0, 0.8]
    for split in ("all", "first"):
        ways = tuple(replace(route, share=1.0) for route in desk.routes["Triage"])
        every = replace(
            desk,
            steps={**desk.steps, "Triage": replace(desk.steps["Triage"], split=split)},
            routes={**desk.routes, "Triage": ways},
        )
        assert replace(act, times=1.0).changes(every, NOW) == ()
        with pytest.raises(ModelError, match='all ways behind "Triage" are taken at once'):
            act.changes(every, NOW)


def test_cases_that_have_no_other_way_go_where_those_of_like_steps_go() -> None:
    only = (Route(to="Ask", share=1.0),)
    elsewhere = (Route(to="Do", share=0.3), Route(to="end", share=0.1))
    after = scaled(only, frozenset({"Ask"}), 0.2, elsewhere)
    assert [share_of(after, to) for to in ("Ask", "Do", "end")] == pytest.approx([0.2, 0.6, 0.2])


def test_a_client_who_completes_his_file_changes_only_his_own_routes(desk: Organisation) -> None:
    act = CompleteFile(client="Hospital A", after="Confirm", then="Resolve", times=0.25)
    (change,) = act.changes(desk, NOW)
    after = amended(desk, [change])
    assert [(edit.part, edit.key) for edit in difference(desk, after)] == [("client_routes", "Hospital A")]
    mine = after.routes_of("Hospital A", "Confirm")
    assert [share_of(mine, to) for to in ("Resolve at Network", "Close")] == pytest.approx([0.05, 0.95])
    assert after.routes_of("Hospital B", "Confirm") == desk.routes_of("Hospital B", "Confirm")
    assert faults(after) == []
    assert change.rule == "In cases of Hospital A, Resolve after Confirm is 0.25 times as frequent"
    assert {touch.aspect for touch in touched(change.edits, desk)} == {"routes"}


def test_each_class_of_cases_is_asked_less_often(desk: Organisation) -> None:
    """A class that has routes of its own keeps its own proportion."""
    own = (Route(to="Close", share=0.4, only="large"), Route(to="Resolve at Network", share=0.6, only="large"))
    clients = {name: replace(client, classes={"large": 1.0}) for name, client in desk.clients.items()}
    rules = replace(desk, clients=clients, routes={**desk.routes, "Confirm": (*desk.routes["Confirm"], *own)})
    act = CompleteFile(client="Hospital A", after="Confirm", then="Resolve", times=0.5)
    after = amended(rules, act.changes(rules, NOW))
    asked = [share_of(after.routes_of("Hospital A", "Confirm", kind), "Resolve at Network") for kind in (None, "large")]
    assert asked == pytest.approx([0.1, 0.3])
    assert faults(after) == []


def test_routes_of_his_own_are_kept_where_nothing_changes(desk: Organisation) -> None:
    (change,) = CompleteFile(client="Hospital B", after="Confirm", then="Resolve", times=0.0).changes(desk, NOW)
    assert change.edits[0].after["Triage"] == desk.client_routes["Hospital B"]["Triage"]
    assert share_of(change.edits[0].after["Confirm"], "Resolve at Network") == 0.0


def test_a_certificate_changes_the_routes_of_all(desk: Organisation) -> None:
    own = {"Confirm": (Route(to="Close", share=0.5), Route(to="Resolve at Network", share=0.5))}
    rules = replace(desk, client_routes={**desk.client_routes, "Hospital A": own})
    act = Certification(activity="Close", added="2 min", after="Confirm", then="Resolve", times=0.5)
    after = amended(rules, act.changes(rules, NOW))
    asked = [share_of(after.routes_of(client, "Confirm"), "Resolve at Network") for client in rules.clients]
    assert asked == pytest.approx([0.25, 0.1])
    assert after.client_routes["Hospital B"] == desk.client_routes["Hospital B"]
    assert faults(after) == []


def test_recording_takes_the_time_that_was_said_in_the_mean_of_the_cases(desk: Organisation) -> None:
    """Ten minutes took half an hour where all cases took three times as long."""
    big = replace(desk.clients["Hospital A"], classes={"big": 1.0})
    mixed = replace(desk.clients["Hospital B"], classes={"big": 0.5, "small": 0.5})
    act = Certification(activity="Triage", added="10 min")

    def added(step: Step, **clients: Client) -> float:
        rules = replace(desk, clients={**clients}, steps={**desk.steps, "Triage": step}, client_routes={})
        after = amended(rules, act.changes(rules, NOW)).steps["Triage"]
        assert after.duration.mean - step.duration.mean == pytest.approx(after.recording)
        return after.recording / 60

    slow = replace(desk.steps["Triage"], by_class={"big": 3.0})
    plain = added(desk.steps["Triage"], A=big)
    assert 3 * added(slow, A=big) == pytest.approx(plain)
    assert 2 * added(slow, B=mixed) == pytest.approx(plain)
    assert (10 * 3 + 30 * 2) / 40 * added(slow, A=big, B=mixed) == pytest.approx(plain)
    for_client = replace(slow, by_client={"A": 2.0})
    assert (10 * 6 + 30 * 2) / 40 * added(for_client, A=big, B=mixed) == pytest.approx(plain)
    assert added(replace(slow, by_class={"big": 0.0}), A=big) == pytest.approx(plain)


def test_recording_takes_the_time_that_was_said_at_the_mean_pace(desk: Organisation) -> None:
    """Somebody twice as fast takes half the time; the mean over both is what was said."""
    team = {**desk.people, "Dee": Person(teams=("Network",), calendar="office", speed=2.0)}
    rules = replace(desk, people=team)
    assert mean_pace(rules, "Network") == pytest.approx(4 / 3)
    (change,) = Certification(activity="Resolve", added="12 min").changes(rules, NOW)
    after = amended(rules, [change])
    at_network = after.distribution(after.steps["Resolve at Network"].duration).mean - 3600.0
    assert (at_network / 1.0 + at_network / 2.0) / 2 == pytest.approx(720.0)
    assert after.distribution(after.steps["Resolve at Servers"].duration).mean == pytest.approx(7200.0 + 720.0)
    assert {touch.aspect for touch in touched(change.edits, rules)} == {"durations"}
    assert change.rule == "Resolve is recorded each time, which takes 12 min"


def test_what_has_to_be_learned_is_told_as_it_is_at_first_and_in_the_end(desk: Organisation) -> None:
    """It said "takes 10 min" where it takes 30 at first, then "takes 9.2 min less; takes 383 s less"."""
    act = Certification(activity="Resolve", added="10 min", learning="6 weeks", at_first=3)
    (change,) = act.changes(desk, NOW)
    assert change.rule == "Resolve is recorded each time, which takes 30 min at first, 10 min once it is learned"
    rules, said = amended(desk, [change]), []
    for _weeks, step in act.later(desk):
        changes = step.changes(rules, NOW)
        rules = amended(rules, changes)
        said += [one.rule for one in changes]
    assert said == [f"Recording Resolve is learned: it takes {time}" for time in ("20.8 min", "14.4 min", "10 min")]


def test_how_often_cases_come_is_asked_once_for_all_steps_of_an_activity(
    desk: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a learned procedure has thirty steps for one activity, each was asked of every client and class anew."""
    steps = {
        name: replace(step, by_client={"Hospital A": 2.0}) if step.activity == "Resolve" else step
        for name, step in desk.steps.items()
    }
    asked: list[tuple[str, object]] = []

    def once(rules: Organisation, client: str, like: Any) -> dict[str, float]:
        asked.append((client, like))
        return visits_of_class(rules, client, like)

    monkeypatch.setattr(certification, "visits_of_class", once)
    factors = certification.mean_factors(replace(desk, steps=steps), ["Resolve at Network", "Resolve at Servers"])
    assert len(asked) == len(set(asked)) == len(desk.clients)
    assert all(1.0 < factor < 2.0 for factor in factors.values())


@few
@given(
    time=st.sampled_from(
        [
            Distribution.fixed(60.0),
            Distribution.exponential(60.0),
            Distribution.lognormal(60.0, 2.0),
            Distribution.gamma(60.0, 0.3),
            Distribution.uniform(30.0, 90.0),
            Distribution.quantiles((0.0, 10.0, 200.0)),
        ]
    ),
    added=st.floats(0, 1e5),
)
def test_what_takes_longer_has_a_longer_mean_and_the_same_spread(time: Distribution, added: float) -> None:
    longer = time.plus(added)
    assert longer.mean == pytest.approx(time.mean + added)
    spread = [(1.0 if t.kind == "exponential" else t.cv) * t.mean for t in (time, longer)]
    assert spread[1] == pytest.approx(spread[0])
    assert time.plus(0.0) == time


def test_what_a_certificate_adds_is_recording(desk: Organisation) -> None:
    """It counts in the load of checks from when it is asked for: 60 of 90 minutes at first, 30 of 60 once learned."""
    usual = counter(cases_per_week=100.0)
    serve = replace(usual.steps["Serve"], duration=Distribution.fixed(1800.0))
    rules = replace(usual, steps={"Serve": serve})
    act = Certification(activity="Serve", added="30 min", learning="6 weeks")
    (change,) = act.changes(rules, NOW)
    after = amended(rules, [change])
    assert (after.steps["Serve"].recording, after.steps["Serve"].duration) == (3600.0, Distribution.fixed(5400.0))
    assert recording(after) == {"Serve": 2 / 3}
    for weeks, least, most in ((2.0, 0.6, 2 / 3), (40.0, 0.5, 0.53)):
        told = compare(rules, act, weeks=weeks, warm_up_weeks=1, replications=2).effects
        row = told.row(by_predicate=(pl.col("measure") == "load of checks") & (pl.col("party") == "Desk"), named=True)
        assert row["without"] == 0.0
        assert least <= row["with"] <= most + 1e-9
        assert row["kind"] == "by construction"
    later = When(act=Certification(activity="Serve", added="30 min"), lag=3.0)
    told = compare(rules, later, weeks=4, warm_up_weeks=1, replications=2).effects
    last_week = 1800 / (3 * 1800 + 3600)
    assert told.filter(measure="load of checks", party="Desk")["with"][0] == pytest.approx(last_week, rel=0.1)


@pytest.mark.parametrize("lag", [1.0, 3.0, 8.0])
def test_what_is_learned_of_a_recording_that_was_cut_short_is_its_share(lag: float) -> None:
    """Whenever half of the work is cut, half of what is learned in the end is recorded; learning took off whole minutes
    of halves, so that less than nothing was left."""
    usual = counter(cases_per_week=100.0)
    rules = replace(usual, steps={"Serve": replace(usual.steps["Serve"], duration=Distribution.fixed(1800.0))})
    cert = Certification(activity="Serve", added="10 min", learning="6 weeks", at_first=3.0)
    cut = When(act=Shortcut(team="Desk", activity="Serve", times=0.5), lag=lag)
    result = compare(rules, scenarios={"both": [cert, cut]}, replications=2, weeks=12, warm_up_weeks=1)
    serve = result.history("both", 0).at(rules.timeline.after(12)).steps["Serve"]
    assert (serve.recording, serve.duration.mean) == pytest.approx((300.0, 1200.0))


def test_nothing_is_changed_by_a_certificate_that_asks_for_nothing(desk: Organisation) -> None:
    assert Certification(activity="Close", added=0).changes(desk, NOW) == ()
    act = Certification(activity="Close", added=0, after="Confirm", then="Resolve", times=1.0)
    assert act.changes(desk, NOW) == ()


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"added": "soon"}, "certification: added  "),
        ({"added": -1.0}, "certification: added  -1; expected a time, 0 or more"),
        ({"added": 1.0, "after": "Confirm"}, 'certification: after  "after" and "then" go together'),
        ({"added": 1.0, "times": 0.5}, "certification: times  0.5; expected"),
        ({"added": 1.0, "times": -1.0, "after": "A", "then": "B"}, "certification: times  -1; expected a number, 0 or"),
    ],
)
def test_a_certificate_that_makes_no_sense_is_refused(parameters: dict[str, Any], says: str) -> None:
    with pytest.raises(ModelError) as caught:
        Certification(activity="Close", **parameters)
    assert str(caught.value.faults[0]).startswith(says)


@pytest.mark.parametrize(
    ("after", "then", "says"),
    [
        ("Confrim", "Resolve", 'complete file: after  no activity "Confrim"; did you mean "Confirm"?'),
        ("Confirm", "Resolv", 'complete file: then  no activity "Resolv"; did you mean "Resolve"?'),
        ("Triage", "Close", 'complete file: then  "Close" never comes straight after "Triage"; known: Resolve'),
    ],
)
def test_what_never_happens_cannot_become_rarer(desk: Organisation, after: str, then: str, says: str) -> None:
    with pytest.raises(ModelError) as caught:
        CompleteFile(client="Hospital A", after=after, then=then, times=0.5).changes(desk, NOW)
    assert [str(fault) for fault in caught.value.faults] == [says]


def test_what_would_come_so_often_that_cases_never_end_is_refused(desk: Organisation) -> None:
    act = Certification(activity="Resolve", added=0.0, after="Confirm", then="Resolve", times=1e6)
    with pytest.raises(ModelError, match="never end"):
        act.changes(desk, NOW)
    assert replace(act, times=1.5).changes(desk, NOW)
    alone = CompleteFile(client="Hospital A", after="Confirm", then="Resolve", times=1e6)
    with pytest.raises(ModelError, match="never end"):
        alone.changes(desk, NOW)


def test_what_would_come_so_rarely_that_cases_never_end_is_refused() -> None:
    again = (Route(to="Do", share=0.5), Route(to="Sign", share=0.5))
    rules = Organisation(
        name="desk",
        origin=NOW,
        clients={"Ames": Client(cases_per_week=1.0)},
        steps={"Do": Step(activity="Do"), "Sign": Step(activity="Sign")},
        routes={"start": (Route(to="Do", share=1.0),), "Do": again, "Sign": (Route(to="end", share=1.0),)},
    )
    act = CompleteFile(client="Ames", after="Do", then="Sign", times=0.0)
    with pytest.raises(ModelError) as caught:
        act.changes(rules, NOW)
    assert str(caught.value.faults[0]) == "complete file: times  0; expected more: cases would never end"
    assert replace(act, times=0.1).changes(rules, NOW)


def test_what_a_short_cut_makes_too_frequent_is_refused_by_the_name_it_has_there(desk: Organisation) -> None:
    act = Shortcut(team="Network", activity="Resolve", times=0.5, after="Confirm", then="Resolve", more=1e6)
    with pytest.raises(ModelError) as caught:
        act.changes(desk, NOW)
    assert str(caught.value.faults[0]).startswith("shortcut: more  1e+06; expected less")
