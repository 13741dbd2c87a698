"""Acts that wait for their moment: met at once they are the act itself, never met they are the baseline."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.rows import Legend, Rows
from irrupt.engine import tables
from irrupt.errors import ModelError, UsageError
from irrupt.experiment import compare
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.recent import Recent
from irrupt.experiment.reviews import renumbered
from irrupt.experiment.runs import Task, replicate
from irrupt.experiment.trials import plan_of, trials_of
from irrupt.organisation import Organisation, Route
from irrupt.organisation.authorship import Rule
from irrupt.regulation import (
    Bypass,
    FlexibilityDemand,
    ImposedCheck,
    OrganisingTime,
    Price,
    Priority,
    When,
    Writing,
    act_from_dict,
    act_to_dict,
)
from irrupt.regulation.when import title
from irrupt.reporting.sections.claims import answers

SHORT: dict[str, Any] = {"replications": 4, "weeks": 6, "warm_up_weeks": 4, "run_out_weeks": 1, "seed": 5}
ACTS = (
    Priority(client="A", team="Network"),
    Bypass(client="A", skips="Triage"),
    ImposedCheck(client="A", after="Triage"),
    FlexibilityDemand(team="Network", shifts="Sat 9-17"),
)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("act", ACTS, ids=[act.name for act in ACTS])
def test_what_is_met_at_once_is_the_act_itself_and_what_is_never_met_nothing(act: Any, desk: Organisation) -> None:
    """To the bit, hours on duty included."""
    result = compare(
        desk,
        scenarios={
            "now": [act],
            "at once": [When(act=act, condition="arrivals > 0 for all clients over 4 weeks")],
            "never": [When(act=act, condition="arrivals > 100000 for all clients over 4 weeks")],
        },
        **SHORT,
    )
    now, at_once, never = (
        result.effects.filter(scenario=name).drop("scenario") for name in ("now", "at once", "never")
    )
    assert at_once.equals(now)
    assert never["difference"].abs().max() == 0.0
    said = [note for note in result.notes if "done in" in note]
    assert ["done in 4 of 4 runs, in half of these at once." in said[0], "done in 0 of 4 runs." in said[1]] == [
        True,
        True,
    ]


def rising(desk: Organisation) -> Organisation:
    """Arrivals rise by a tenth of the first level each week."""
    clients = {name: replace(client, growth=0.1) for name, client in desk.clients.items()}
    return replace(desk, clients=clients)


def test_the_hours_of_people_count_from_the_review_at_which_they_change(desk: Organisation) -> None:
    """Hours at work over the share of time at work are the hours on duty: eight more a week for each, from then on."""
    act = FlexibilityDemand(team="Network", shifts="Sat 9-17")
    late = When(act=act, condition="arrivals > 100 for all clients over 1 week")
    horizon = Horizon(warm_up=1.0, weeks=10.0, run_out=0.0)
    organisation = rising(desk)
    trials = trials_of(organisation, {"late": [late]}, horizon)
    plan = plan_of(tables(organisation), trials, horizon, 3)
    pair = replicate(plan, Task(0, ("late",))).pairs["late"]
    where = {column: at for at, column in enumerate(plan.columns["late"])}
    met = float(pair.with_act[-1])
    assert np.isnan(pair.without[-1])
    assert 0 < met < 10
    assert met.is_integer()
    duty = [
        side[where["work done", "Network"]] / side[where["share of time at work", "Network"]]
        for side in (pair.without, pair.with_act)
    ]
    people = len(list(organisation.members("Network")))
    assert duty[1] - duty[0] == pytest.approx(8 * people * (10 - met) / 10, rel=0.02)


def test_several_conditions_are_met_each_in_its_time(desk: Organisation) -> None:
    first = When(
        act=ImposedCheck(client="A", after="Triage", activity="Zeal"),
        condition="arrivals > 60 for all clients over 1 week",
    )
    second = When(
        act=ImposedCheck(client="B", after="Triage", activity="Ardour"),
        condition="arrivals > 110 for all clients over 1 week",
    )
    organisation = rising(desk)
    both = compare(organisation, scenarios={"both": [first, second], "turned": [second, first]}, **SHORT)
    effects = [both.effects.filter(scenario=name).drop("scenario") for name in ("both", "turned")]
    assert effects[0].equals(effects[1])
    assert sum("done in" in note for note in both.notes) == 2, "the same in both is told once"


def test_rows_are_renumbered_by_name() -> None:
    def legend(**names: tuple[str, ...]) -> Legend:
        from datetime import UTC, datetime

        plain = dict.fromkeys(("clients", "activities", "teams", "people"), ("x",))
        return Legend(origin=datetime(2024, 1, 1, tzinfo=UTC), **{**plain, **names})

    column = np.array([0, 1, 2, -1], np.int32)
    zeros, flags = np.zeros(4), np.zeros(4, np.uint8)
    rows = Rows(np.arange(4), column * 0, column, column * 0, column * 0, zeros, zeros, zeros, zeros, flags)
    theirs, mine = legend(activities=("x", "b", "a")), legend(activities=("x", "a", "b"))
    assert renumbered(rows, theirs, mine).activity.tolist() == [0, 2, 1, -1]
    assert renumbered(rows, mine, mine) is rows
    assert Recent(mine, 1.0, []).since(0.0) == []


def test_a_store_tells_conditions_apart(desk: Organisation, tmp_path: Path) -> None:
    act = Bypass(client="A", skips="Triage")
    found = {}
    for bound in (0, 100000):
        when = When(act=act, condition=f"arrivals > {bound} for all clients over 4 weeks")
        for _again in range(2):
            result = compare(desk, scenarios={"one": [when]}, store=tmp_path / "pairs.sqlite", **SHORT)
            found.setdefault(bound, []).append(result.effects)
            assert "done in" in result.notes[0]
    assert found[0][0].equals(found[0][1])
    assert not found[0][0].equals(found[100000][0])


def test_a_condition_is_about_the_acts_client_or_team_unless_it_says_otherwise(desk: Organisation) -> None:
    for condition, works in (("cycle time > 1 s over 2 weeks", True), ("wait at the team > 1 s over 2 weeks", True)):
        assert (
            compare(desk, When(act=ACTS[0], condition=condition), **SHORT).tried[0].name.startswith("priority: A when ")
        )
        assert works
    for wrong in ("cycle time > 1 s for Nobody over 2 weeks", "wait at the team > 1 s for A over 2 weeks"):
        with pytest.raises(ModelError, match=f"priority: A when {wrong}  .*is not measured for"):
            compare(desk, When(act=ACTS[0], condition=wrong), **SHORT)
    with pytest.raises(ModelError, match=r'^when  no measure "on tme"'):
        When(act=ACTS[0], condition="on tme < 95 % over 4 weeks")


@pytest.mark.slow
def test_many_acts_may_wait_and_those_who_are_not_heard_change_nothing(desk: Organisation) -> None:
    """Beyond five conditions, sets of rules are made when they come about: to the bit what five say."""
    acts = [
        When(
            act=ImposedCheck(client="A", after="Triage", activity=f"Check {n}"), condition=f"arrivals > {n} over 1 week"
        )
        for n in (20, 30, 40, 50)
    ]
    never = [When(act=ACTS[n], condition=f"arrivals > {9000 + n} over 1 week") for n in range(4)]
    said = [compare(rising(desk), scenarios={"one": some}, **SHORT) for some in (acts, [*acts, *never])]
    few, many = (one.effects.filter(measure="steps per case", party="A").row(0, named=True) for one in said)
    assert few["with"] == many["with"] > few["without"]
    assert len([note for note in said[1].notes if "done in" in note]) == 8


def test_what_follows_of_itself_is_done_in_its_week_and_not_told_as_waiting(desk: Organisation) -> None:
    """The longer hours are taken, the longer cases take; only sets of rules that can come about are made."""
    hours = OrganisingTime(team="Network", shifts="Fri 9-17", lasts=2)
    weeks = [replace(hours, lasts=lasts) for lasts in (2.0, 4.0, None)]
    result = compare(desk, scenarios={str(act.lasts): [act] for act in weeks}, **SHORT)
    assert not any("done in" in note for note in result.notes)
    assert [len(tried.found) for tried in result.tried] == [1, 1, 1]
    waits = result.effects.filter(measure="cycle time", party="all clients")["difference"].to_list()
    assert 0 < waits[0] < waits[1] < waits[2]
    (trial,) = trials_of(desk, {"": weeks[:1]}, Horizon(warm_up=4, weeks=6, run_out=1))
    assert (len(trial.subsets), [change.time - trial.changes[0].time for change in trial.changes]) == (
        2,
        [timedelta(0), timedelta(weeks=2)],
    )


def test_an_act_that_takes_time_to_be_adopted_is_done_at_the_review_after_it(desk: Organisation) -> None:
    """At once without a lag, never with one beyond the end, and as late as was said after its condition."""
    act, condition = ACTS[0], "arrivals > 0 for all clients over 4 weeks"
    result = compare(
        desk,
        scenarios={
            "now": [act],
            "no lag": [When(act=act)],
            "too late": [When(act=act, lag=99.0)],
            "lag": [When(act=act, lag=2.5)],
            "both": [When(act=act, condition=condition, lag=2.5)],
        },
        **SHORT,
    )
    frames = {
        name: result.effects.filter(scenario=name).drop("scenario") for name in result.effects["scenario"].unique()
    }
    assert frames["no lag"].equals(frames["now"])
    assert frames["too late"]["difference"].abs().max() == 0.0
    assert frames["both"].equals(frames["lag"])
    assert not frames["lag"].equals(frames["now"])
    told = [note for note in result.notes if "done in 4 of 4 runs, in half of these within 3 weeks." in note]
    assert [note.partition(":")[0] for note in told] == ["lag", "both"]
    late = [note for note in result.notes if "done in 0 of 4 runs." in note]
    assert [note.partition("runs. ")[2].partition(",")[0] for note in late] == ["It is done 99 weeks later"]
    assert "measure more weeks (--weeks)" in late[0]
    assert result.tried[3].changes[0].reason == "adopted after 2.5 weeks"
    with pytest.raises(ModelError, match=r"^lag  -1; expected a time, 0 or more$"):
        When(act=act, lag=-1.0)


@pytest.mark.slow
def test_hours_count_from_the_review_in_detail_too(desk: Organisation) -> None:
    act = FlexibilityDemand(team="Network", shifts="Sat 9-17")
    result = compare(desk, scenarios={"now": [act], "at once": [When(act=act)]}, detail=True, **SHORT)
    now, at_once = (result.effects.filter(scenario=name).drop("scenario") for name in ("now", "at once"))
    assert at_once.equals(now)


def test_it_is_written_and_read_like_an_act_of_a_scenario() -> None:
    act = When(act=ACTS[1], condition="cycle time > 16 h over 4 weeks")
    data = act_to_dict(act)
    assert data["when"] == "cycle time > 16 h over 4 weeks"
    assert act_from_dict(data) == act
    late = When(act=ACTS[1], condition="cycle time > 16 h over 4 weeks", lag=3.0)
    assert act_to_dict(late)["lag"] == "3 weeks"
    assert act_from_dict(act_to_dict(late)) == late
    assert title(late) == "bypass: A when cycle time > 16 h over 4 weeks, lag 3 weeks"
    assert act_from_dict({"bypass": {"client": "A", "skips": "Triage"}, "lag": "0 days"}) == ACTS[1]
    for lag in (3, "3", "21 days"):
        assert act_from_dict({**data, "lag": lag}) == late
    with pytest.raises(ModelError, match='lag: "soon" is not a duration'):
        act_from_dict({**data, "lag": "soon"})


def test_the_rule_change_tells_its_condition(desk: Organisation) -> None:
    result = compare(desk, When(act=ACTS[1], condition="arrivals > 0 over 4 weeks"), **SHORT)
    assert result.tried[0].changes[0].reason == "as soon as arrivals > 0 cases a week over 4 weeks"
    assert result.rules.height == 1
    assert isinstance(result.effects, pl.DataFrame)


def waiting(condition: str) -> list[When]:
    """Three acts that wait for what a condition says, of A, of B and, two weeks later, of C."""
    acts = (
        ImposedCheck(client="A", after="Triage", activity="Zeal"),
        Priority(client="B", team="Network"),
        Bypass(client="C", skips="Triage"),
    )
    return [
        When(act=acts[0], condition=condition.format("A")),
        When(act=acts[1], condition=condition.format("B")),
        When(act=acts[2], condition=condition.format("C"), lag=2.0),
    ]


CASES = "arrivals > 60 for all clients over 2 weeks and cycle time > 1 h for {} over 2 weeks"
TEAM_MEASURES = (
    "share of time at work > 97 % for Network over 1 week and wait at the team > 9 h for all teams over 2 weeks",
    "cases waiting at the team > 20 for Network over 1 week or work done > 150 h a week for Network over 2 weeks",
)


@pytest.mark.slow
@pytest.mark.parametrize("review", [1 / 7, 1.0])
@pytest.mark.parametrize("condition", [CASES, *TEAM_MEASURES])
def test_looking_ahead_and_going_back_is_pausing_at_each_review(
    desk: Organisation, review: float, condition: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the bit, whatever is met when, and however far a run goes ahead."""
    organisation, found = rising(desk), []
    acts = [*waiting(condition), When(act=ACTS[3], condition="share of time at work > 70 % over 1 week", lag=1.0)]
    for ahead in (0.0, 1.0, 3.0):
        monkeypatch.setattr("irrupt.experiment.reviews.AHEAD", ahead)
        found.append(compare(organisation, scenarios={"all": acts}, review_weeks=review, **SHORT).effects)
    assert found[0].equals(found[1])
    assert found[0].equals(found[2])
    assert found[0]["difference"].abs().max() > 0.0


def test_sums_over_cases_say_what_ledgers_over_the_last_weeks_say(
    desk: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each condition is met at the same review, whichever of the two looks."""
    organisation, found = rising(desk), []
    acts = waiting("cycle time, 90th percentile > 47 h for {0} over 2 weeks or steps per case > 2.2 over 1 week")
    horizon = Horizon(warm_up=2.0, weeks=10.0, run_out=0.0, review=1 / 7)
    for known in (None, {}):
        if known is not None:
            monkeypatch.setattr("irrupt.experiment.watching.MADE_OF", known)
        trials = trials_of(organisation, {"all": acts}, horizon)
        plan = plan_of(tables(organisation), trials, horizon, 3)
        assert plan.watched["all"].slow == (frozenset() if known is None else {0, 1, 2})
        found.append([replicate(plan, Task(number, ("all",))).pairs["all"].with_act for number in range(3)])
    assert np.array_equal(*found, equal_nan=True)
    assert np.unique(np.array(found[0])[:, -3:]).size > 3


@pytest.mark.parametrize("condition", TEAM_MEASURES)
def test_what_teams_wait_for_is_met_when_ledgers_over_the_last_weeks_say_so(
    desk: Organisation, condition: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every case has one step at a team, so that no visit lies on both sides of where these weeks begin; a change of
    hours in between is counted in both."""
    organisation, found = replace(rising(desk), routes=desk.routes | {"Repair": (Route(to="end", share=1.0),)}), []
    shifts = When(act=ACTS[3], condition="share of time at work > 96 % for Network over 1 week")
    acts = [shifts, When(act=ACTS[1], condition=condition)]
    horizon = Horizon(warm_up=2.0, weeks=10.0, run_out=0.0, review=1 / 7)
    for known in (None, {}):
        if known is not None:
            monkeypatch.setattr("irrupt.experiment.watching.MADE_OF", known)
        trials = trials_of(organisation, {"all": acts}, horizon)
        plan = plan_of(tables(organisation), trials, horizon, 3)
        assert plan.watched["all"].slow == (frozenset() if known is None else {0, 1})
        found.append([replicate(plan, Task(number, ("all",))).pairs["all"].with_act for number in range(3)])
    assert np.array_equal(*found, equal_nan=True)
    assert np.unique(np.array(found[0])[:, -2:]).size > 3


@pytest.mark.parametrize("known", ["sums over cases", "ledgers"])
def test_of_weeks_before_a_run_nothing_is_known(
    desk: Organisation, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rate over six weeks, four weeks after a run began, was that of four weeks, spread over six: low enough for what
    waits for low rates."""
    if known == "ledgers":
        monkeypatch.setattr("irrupt.experiment.watching.MADE_OF", {})
    act = When(act=ACTS[0], condition="arrivals < 1000 for all clients over 6 weeks")
    horizon = Horizon(warm_up=4.0, weeks=4.0, run_out=0.0, review=1.0)
    trials = trials_of(desk, {"one": [act]}, horizon)
    pair = replicate(plan_of(tables(desk), trials, horizon, 3), Task(0, ("one",))).pairs["one"]
    assert pair.with_act[-1] == 2.0


@pytest.mark.parametrize("measure", ["turnover > 3", "backlog of deliveries > 3", "pay > 3"])
def test_what_cannot_be_told_of_an_organisation_cannot_be_waited_for(desk: Organisation, measure: str) -> None:
    """It was waited for in vain."""
    with pytest.raises(ModelError, match=f'"{measure[:-4]}" cannot be told of this organisation'):
        compare(desk, When(act=ACTS[0], condition=f"{measure} over 1 week"), **SHORT)


PRICED = ("turnover > 5 money a week", "pay > 5 money an hour", "cost of hours > 5 money a week")
KNOWN = (
    *PRICED,
    "changes of rules by the client > 0 changes a quarter",
    "changes of rules by prescribers < 1 changes a quarter",
    "organising work < 1 h a week",
    "own method > 50 %",
)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("known", KNOWN)
def test_what_rules_prices_and_authors_tell_can_be_waited_for(desk: Organisation, known: str) -> None:
    """Ledgers over the last weeks knew nothing of them, so that what waited for them was never done."""
    clients = {name: replace(client, price=50.0) for name, client in desk.clients.items()}
    people = {name: replace(person, pay=20.0) for name, person in desk.people.items()}
    priced = replace(desk, clients=clients, people=people)
    acts = [ACTS[2], When(act=ACTS[0], condition=f"{known} over 2 weeks")]
    told = compare(priced, scenarios={"one": acts}, **SHORT | {"weeks": 4.0})
    assert f"done in {SHORT['replications']} of {SHORT['replications']} runs" in told.notes[0]


def test_conditions_look_back_on_the_rules_under_which_things_were_done(desk: Organisation) -> None:
    """Half of the last four weeks are worked by the team's own method two weeks after it has written it."""
    rule = Rule(author="Experts", team="Network", sets=("method",))
    ruled = replace(desk, rules={"How it is done": rule})
    writes = Writing(rule="How it is done", team="Network")
    late = When(act=ACTS[0], condition="own method > 60 % for Network over 4 weeks")
    horizon = Horizon(warm_up=4.0, weeks=6.0, run_out=0.0, review=1.0)
    trials = trials_of(ruled, {"one": [writes, late]}, horizon)
    met = replicate(plan_of(tables(ruled), trials, horizon, 3), Task(0, ("one",))).pairs["one"].with_act[-1]
    assert met == 3.0


def test_conditions_look_back_on_the_prices_at_which_cases_were_done(desk: Organisation) -> None:
    """Prices double when the measured weeks begin: half of the last four weeks are at that price two weeks later."""
    clients = {name: replace(client, price=50.0) for name, client in desk.clients.items()}
    dearer = [Price(client=name, change=1.0) for name in clients]
    usual = 120 * 50.0
    late = When(act=ACTS[0], condition=f"turnover > {1.6 * usual:g} money a week for all clients over 4 weeks")
    horizon = Horizon(warm_up=4.0, weeks=6.0, run_out=0.0, review=1.0)
    trials = trials_of(replace(desk, clients=clients), {"one": [*dearer, late]}, horizon)
    plan = plan_of(tables(replace(desk, clients=clients)), trials, horizon, 3)
    assert replicate(plan, Task(0, ("one",))).pairs["one"].with_act[-1] == 3.0


def test_what_no_run_tells_is_said_where_it_is_waited_for(desk: Organisation) -> None:
    told = compare(desk, When(act=ACTS[0], condition="lateness > 3 h over 1 week"), **SHORT)
    assert told.notes[0].endswith("No run tells what it waits for: lateness (A).")
    known = compare(desk, When(act=ACTS[0], condition="cycle time > 1000 h over 1 week"), **SHORT)
    assert known.notes[0].endswith("done in 0 of 4 runs.")
    for short in ("dispersion of arrivals >= 0 over 2 weeks", "cycle time >= 1 h over 2 h"):
        name, _over, time = short.partition(" over ")
        said = f"No run tells what it waits for: {name.split(' >')[0]} (A) over {time}."
        told = compare(desk, When(act=ACTS[0], condition=f"{short} and arrivals > 0 over 1 week"), **SHORT)
        assert told.notes[0].endswith(f"done in 0 of 4 runs. {said}")
        either = compare(desk, When(act=ACTS[0], condition=f"{short} or arrivals > 10000 over 1 week"), **SHORT)
        assert either.notes[0].endswith("done in 0 of 4 runs.")
    assert When(act=ACTS[0], condition="cycle time > 1 h over 1 month").moment.endswith("over 1 month")


def test_whose_measure_an_act_waits_for_is_named_where_it_is_not_that_of_its_client(desk: Organisation) -> None:
    """A makes it, and it is about a team: what it waits for is what all clients bring, not A alone."""
    waits = When(act=ACTS[3], condition="arrivals > 0 over 4 weeks and work done > 0 over 1 week")
    result = compare(desk, waits, **SHORT)
    named = "arrivals > 0 cases a week for all clients over 4 weeks and work done > 0 h a week for Network over 1 week"
    assert result.notes[0].startswith(f"flexibility demand when {named}: done in 4 of 4 runs")
    assert {change.reason for change in result.tried[0].changes} == {f"as soon as {named}"}
    assert waits.moment == "when arrivals > 0 cases a week over 4 weeks and work done > 0 h a week over 1 week"


def test_what_looks_back_over_more_than_runs_last_is_said(desk: Organisation) -> None:
    """Looked at in weeks 1 to 3 for the last time at the end of week 3: what four weeks tell is never known."""
    time: dict[str, float] = {"replications": 2, "weeks": 3.0, "warm_up_weeks": 1.0, "run_out_weeks": 3.0}

    def told(condition: str) -> str:
        return compare(desk, When(act=ACTS[0], condition=condition), **time).notes[0]

    assert told("arrivals >= 0 over 3 weeks").endswith("done in 2 of 2 runs, in half of these within 2 weeks.")
    too_far = "What it waits for is told over 4 weeks, and runs are looked at for less: measure more weeks (--weeks)."
    assert told("arrivals >= 0 over 4 weeks").endswith(f"done in 0 of 2 runs. {too_far}")
    assert told("long days >= 0 % for Network over 4 weeks").endswith(too_far)
    either = "cycle time > 1000 h over 1 week or arrivals >= 0 over 9 weeks"
    assert told(either).endswith("done in 0 of 2 runs.")


def test_daily_reviews_act_sooner_than_weekly_ones(desk: Organisation) -> None:
    """And never later; what is shorter than an hour is refused."""
    late = When(act=ACTS[0], condition="arrivals > 110 for all clients over 1 week")
    days = {}
    for review in (1 / 7, 1.0):
        horizon = Horizon(warm_up=1.0, weeks=10.0, run_out=0.0, review=review)
        trials = trials_of(rising(desk), {"late": [late]}, horizon)
        plan = plan_of(tables(rising(desk)), trials, horizon, 3)
        days[review] = [replicate(plan, Task(n, ("late",))).pairs["late"].with_act[-1] for n in range(4)]
    never = np.inf
    assert all(soon <= np.nan_to_num(later, nan=never) for soon, later in zip(*days.values(), strict=True))
    assert any(not float(soon).is_integer() for soon in days[1 / 7])
    with pytest.raises(UsageError, match="an hour at least"):
        compare(desk, late, review_weeks=0.001, **SHORT)


def test_acts_may_be_done_in_another_order_than_that_in_which_they_are_named(desk: Organisation) -> None:
    """What each adds keeps its name once all are done: they were counted in place of each other."""
    soon = When(
        act=ImposedCheck(client="A", after="Repair", activity="Look"), condition="cycle time > 0.1 h over 1 week"
    )
    late = When(act=ImposedCheck(client="A", after="Triage", activity="Note"), condition="arrivals > 0 over 4 weeks")
    one, other = (
        compare(desk, scenarios={"both": acts}, **SHORT | {"warm_up_weeks": 1}, detail=True).effects
        for acts in ([soon, late], [late, soon])
    )
    assert "own method" in set(one["measure"])
    assert one.equals(other)


def test_what_was_done_in_no_run_was_not_tried_and_in_some_is_counted(desk: Organisation) -> None:
    """That nothing differs says nothing of the claim then."""
    act = Bypass(client="A", skips="Triage")
    result = compare(
        desk,
        scenarios={
            "never": [When(act=act, condition="arrivals > 100000 over 4 weeks")],
            "beside another": [
                Priority(client="A", team="Network"),
                When(act=act, condition="arrivals > 1e5 over 4 weeks"),
            ],
            "in some": [When(act=act, condition="arrivals > 26 over 1 week")],
            "at once": [act],
        },
        **SHORT,
    )
    never, beside, some, at_once = (tried.found for tried in result.tried)
    assert [(one.verdict, one.says, one.done, one.runs) for one in never] == [("not tried", "not tried", 0, 4)]
    assert [one.done for one in beside] == [None, 0]
    assert beside[0].verdict != "not tried"
    assert 0 < (some[0].done or 0) < 4
    assert some[0].verdict != "not tried"
    assert at_once[0].done is None
    assert [one.kind for one in result.tried[0].reasons] == ["never met"]
    told = {tried.name: answers(result, tried) for tried in result.tried}
    assert told["never"][0].found == ""
    assert told["never"][0].says_text == "Not tried: done in 0 of 4 runs."
    assert told["never"][0].short == "not tried: done in 0 of 4 runs"
    assert f"Done in {some[0].done} of 4 runs only" in told["in some"][0].says_text
    assert "runs only" not in told["at once"][0].says_text
