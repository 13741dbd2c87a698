"""Patience is told from those who gave up and from those who did not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from irrupt.discovery import discover
from irrupt.discovery.queues.patience import expanded
from irrupt.engine import simulate
from irrupt.organisation import Distribution, Organisation, Patience, Route, Step, Team
from irrupt.organisation.races import quantiles

pytestmark = pytest.mark.usefixtures("few_steps")


def median(distribution: Distribution) -> float:
    return float(quantiles(distribution, np.array([0.5]))[0])


def test_what_ends_waits_of_one_client_is_his_patience(desk: Organisation) -> None:
    """Others, who never give up, have none; and those who gave up would have gone on like all others."""
    lasts = Distribution.exponential(4 * 3600.0)
    rules = {"Ames": Patience(at="Work", lasts=lasts, activity="Client gives up", client="Ames")}
    log = simulate(replace(desk, patience=rules, client_routes={}), weeks=52, seed=2)
    found = discover(log, fidelity=False)
    (patience,) = found.patience.values()
    assert (patience.client, patience.at, patience.activity) == ("Ames", "Work", "Client gives up")
    assert median(found.distribution(patience.lasts)) == pytest.approx(4 * 3600.0 * np.log(2), rel=0.15)
    assert "Client gives up" not in {step.activity for step in found.steps.values()}
    told = [int(note.split()[0]) for note in found.learned.notes if "not over" in note]
    assert sum(told) < 0.2 * float((log.events["activity"] == "Client gives up").sum()), "they did not go on"
    again = simulate(found, weeks=52, seed=3)
    lost = [float((one.events["activity"] == "Client gives up").sum()) for one in (log, again)]
    assert lost[1] == pytest.approx(lost[0], rel=0.2)


def test_cases_are_given_up_before_work_of_which_some_is_nobodys(desk: Organisation) -> None:
    """Where it is not recorded who served every fifth case, these are served by nobody, and nobody waits for that."""
    rules = {"all": Patience(at="Work", lasts=Distribution.exponential(4 * 3600.0), activity="Client gives up")}
    log = simulate(replace(desk, patience=rules), weeks=20, seed=2)
    unknown = (pl.col("activity") == "Work") & (pl.col("case").hash() % 5 == 0)
    hidden = [pl.when(unknown).then(None).otherwise(pl.col(name)).alias(name) for name in ("resource", "team")]
    found = discover(log.with_events(log.events.with_columns(hidden)), fidelity=False)
    assert {(step.activity, step.team) for step in found.steps.values()} >= {("Work", None), ("Work", "Desk")}
    assert {rule.at for rule in found.patience.values()} == {"Work"}


def test_a_last_act_of_the_client_that_is_no_giving_up_is_left_alone(desk: Organisation) -> None:
    log = simulate(desk, weeks=8, seed=2)
    assert not discover(log, fidelity=False).patience


def test_what_ends_cases_by_its_name_and_by_nobody_gives_them_up(desk: Organisation) -> None:
    """As the records are read: where more follows, or somebody of ours does it, the case is not given up."""
    from irrupt.discovery.queues.patience import taken_back
    from irrupt.organisation import Route, Step

    ends, on = (Route(to="end", share=1.0),), (Route(to="Work", share=1.0),)
    silent = {name: Step(activity=name) for name in ("Client cancels", "Order cancelled at first", "Closed")}
    by_us = {"We cancel": Step(activity="We cancel", team=min(desk.teams))}
    ways = {name: on if name.endswith("first") else ends for name in (*silent, *by_us)}
    rules = replace(desk, steps={**desk.steps, **silent, **by_us}, routes={**desk.routes, **ways})
    assert [name for name, step in taken_back(rules).steps.items() if step.given_up] == ["Client cancels"]


def test_who_leaves_a_queue_gives_up_whatever_it_is_called(desk: Organisation) -> None:
    """Others wait as long then, and are served later; what merely ends cases tells nothing of a queue."""
    lasts = Distribution.exponential(12 * 3600.0)
    rules = {"Ames": Patience(at="Work", lasts=lasts, activity="Off the books", client="Ames")}
    few = {name: one for name, one in desk.people.items() if name != "Ben"}
    log = simulate(replace(desk, people=few, patience=rules, client_routes={}), weeks=52, seed=2)
    (patience,) = discover(log, fidelity=False).patience.values()
    assert (patience.at, patience.activity, patience.client) == ("Work", "Off the books", "Ames")
    # a queue that is soon gone again, so that whoever comes next hardly waits
    soon = {"Ames": replace(rules["Ames"], lasts=Distribution.exponential(3600.0))}
    log = simulate(replace(desk, patience=soon, client_routes={}), weeks=52, seed=2)
    assert [rule.at for rule in discover(log, fidelity=False).patience.values()] == ["Work"]
    delay = Distribution.exponential(4 * 3600.0)
    ends = {"Register": (Route(to="Filed", share=0.1, delay=delay), Route(to="Work", share=0.9))}
    ends["Filed"] = (Route(to="end", share=1.0),)
    steps = {**desk.steps, "Filed": Step(activity="Off the books")}
    filed = replace(desk, people=few, steps=steps, routes={**desk.routes, **ends}, client_routes={})
    assert not discover(simulate(filed, weeks=52, seed=2), fidelity=False).patience


@pytest.mark.slow
@pytest.mark.parametrize(("ames", "bell", "repaired"), [(40.0, 80.0, 0.4), (60.0, 60.0, 0.6)])
def test_who_leaves_a_queue_gives_up_although_others_pass_before_him(
    desk: Organisation, ames: float, bell: float, repaired: float
) -> None:
    """Whoever comes next is often served before he would have been, or stands in another queue, be that the usual."""
    lasts = Distribution.exponential(86_400.0)
    rules = {"Ames": Patience(at="Work", lasts=lasts, activity="Off the books", client="Ames")}
    clients = {"Ames": replace(desk.clients["Ames"], cases_per_week=ames)}
    clients |= {"Bell": replace(desk.clients["Bell"], cases_per_week=bell)}
    routes = {**desk.routes, "Register": (Route(to="Repair", share=repaired), Route(to="Work", share=1.0 - repaired))}
    teams = {**desk.teams, "Desk": Team(priority={"Bell": 1})}
    few = {name: one for name, one in desk.people.items() if name != "Ben"}
    some = replace(desk, clients=clients, teams=teams, people=few, patience=rules, routes=routes, client_routes={})
    found = discover(simulate(some, weeks=52, seed=2), fidelity=False).patience.values()
    assert "Work" in {rule.at for rule in found}


def test_who_answers_no_waits_for_nothing(desk: Organisation) -> None:
    """Withdrawals after an answer are a way that cases go, and those in the queue are lost patience: all were taken to
    wait for the work behind the answer, and did so beside it once that was done on several ways."""
    gone = Step(activity="Client withdraws", client_act=True)
    steps = {**desk.steps, "Answer": Step(activity="Client answers", client_act=True), "Withdraw": gone}
    answers = (Route(to="Withdraw", share=0.3), Route(to="Work", share=0.7))
    first = (Route(to="Answer", share=1.0, delay=Distribution.exponential(3600.0), waits_for="client"),)
    routes = {**desk.routes, "start": first, "Answer": answers, "Withdraw": (Route(to="end", share=1.0),)}
    lasts = Distribution.exponential(6 * 3600.0)
    rules = {"Ames": Patience(at="Close", lasts=lasts, activity="Client withdraws", client="Ames")}
    changed = replace(desk, steps=steps, routes=routes, client_routes={}, patience=rules)
    log = simulate(changed, weeks=40, seed=2)
    found = discover(log, fidelity=False)
    assert {rule.at for rule in found.patience.values()} == {"Close"}
    (answer,) = (name for name, step in found.steps.items() if step.activity == "Client answers")
    (no,) = (name for name, step in found.steps.items() if step.activity == "Client withdraws")
    assert {route.to: route.share for route in found.routes[answer]}[no] == pytest.approx(0.3, abs=0.03)
    assert found.steps[no].given_up


def test_who_waits_on_one_of_several_ways_leaves_that_queue(desk: Organisation) -> None:
    """While an extract is on its way from elsewhere the file waits for an expert: who withdrew after the extract had
    been asked for was taken to go that way, at any load. What was asked for may still be done after he left."""
    hour, no_time = Distribution.fixed(3600.0), Distribution.fixed(1.0)
    steps = {
        **desk.steps,
        "Register": replace(desk.steps["Register"], split="all"),
        "Came": Step(activity="Extract comes"),
    }
    steps |= {"Close": replace(steps["Close"], join=True), "Ask": replace(steps["Ask"], duration=no_time)}
    both = (Route(to="Ask", share=1.0), Route(to="Repair", share=1.0))
    close = (Route(to="Close", share=1.0),)
    routes = {**desk.routes, "Register": both, "Ask": (Route(to="Came", share=1.0, delay=hour),)}
    routes |= {"Came": close, "Repair": close}
    lasts = Distribution.exponential(2 * 86_400.0)
    rules = {"all": Patience(at="Repair", lasts=lasts, activity="Client withdraws")}
    clients = {name: replace(client, cases_per_week=15.0) for name, client in desk.clients.items()}
    few = {name: one for name, one in desk.people.items() if name != "Eve"}
    rules_of = replace(desk, clients=clients, people=few, steps=steps, routes=routes, client_routes={}, patience=rules)
    log = simulate(rules_of, weeks=60, seed=2)
    left = log.events.filter(pl.col("activity") == "Client withdraws")["case"]
    late = log.events.filter(pl.col("case").is_in(left.implode()), pl.col("activity") == "Ask")["case"]
    found = discover(log, fidelity=False)
    assert len(late) > 0.5 * len(left) > 40
    assert "Client withdraws" not in {step.activity for step in found.steps.values()}
    assert {rule.at for rule in found.patience.values()} == {"Repair"}
    again = simulate(found, weeks=60, seed=3).events["activity"]
    assert float((again == "Client withdraws").sum()) == pytest.approx(len(left), rel=0.25)


@pytest.mark.parametrize("recorded", ["Client cancels", "Client withdraws"])
def test_who_answers_no_is_told_from_who_leaves_the_queue_behind_the_same_answer(
    desk: Organisation, recorded: str
) -> None:
    """What records it tells them apart, or that it comes at once where both are recorded alike: refusals were taken for
    patience that lasts a second, or forgotten. Who left had not refused: as many do as if nobody had lost patience."""
    no = Step(activity=recorded, client_act=True)
    steps = {**desk.steps, "Answer": Step(activity="Client answers", client_act=True), "Cancel": no}
    answers = (Route(to="Cancel", share=0.3), Route(to="Work", share=0.7))
    first = (Route(to="Answer", share=1.0, delay=Distribution.exponential(3600.0), waits_for="client"),)
    routes = {**desk.routes, "start": first, "Answer": answers, "Cancel": (Route(to="end", share=1.0),)}
    rules = {"Ames": Patience(at="Work", lasts=Distribution.exponential(6 * 3600.0), activity="Client withdraws")}
    log = simulate(replace(desk, steps=steps, routes=routes, client_routes={}, patience=rules), weeks=40, seed=2)
    found = discover(log, fidelity=False)
    assert {rule.activity for rule in found.patience.values()} == {"Client withdraws"}
    (cancels,) = (name for name, step in found.steps.items() if step.activity == recorded)
    assert found.steps[cancels].given_up
    (answer,) = (name for name, step in found.steps.items() if step.activity == "Client answers")
    assert {route.to: route.share for route in found.routes[answer]}[cancels] == pytest.approx(0.3, abs=0.02)


def test_who_withdraws_while_he_is_to_decide_leaves_no_queue(desk: Organisation) -> None:
    """Nobody works on what the others do next: these cases were taken out as lost in a queue that is none, and all went
    on."""
    gone = Step(activity="Client withdraws", client_act=True)
    steps = {**desk.steps, "Decide": Step(activity="Client decides", client_act=True), "Withdraw": gone}
    asked = (
        Route(to="Decide", share=0.8, delay=Distribution.exponential(90_000.0), waits_for="client"),
        Route(to="Withdraw", share=0.2, delay=Distribution.exponential(180_000.0), waits_for="client"),
    )
    on = {"Decide": (Route(to="Close", share=1.0),), "Withdraw": (Route(to="end", share=1.0),)}
    routes = {**desk.routes, "Ask": asked, **on}
    rules = {"Ames": Patience(at="Work", lasts=Distribution.exponential(4 * 3600.0), activity="Client withdraws")}
    log = simulate(replace(desk, steps=steps, routes=routes, client_routes={}, patience=rules), weeks=40, seed=2)
    found = discover(log, fidelity=False)
    assert {rule.at for rule in found.patience.values()} == {"Work"}
    (ask,) = (name for name, step in found.steps.items() if step.activity == "Ask")
    (withdraws,) = (name for name, step in found.steps.items() if step.activity == "Client withdraws")
    assert found.steps[withdraws].given_up
    assert {route.to: route.share for route in found.routes[ask]}[withdraws] == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize("without", ["names", "times of day"])
def test_where_records_tell_of_no_queues_as_many_cases_are_given_up(desk: Organisation, without: str) -> None:
    """Nobody's patience can be told there: these cases were taken out all the same, and went on in simulation."""
    rules = {"all": Patience(at="Work", lasts=Distribution.exponential(4 * 3600.0), activity="Client withdraws")}
    log = simulate(replace(desk, patience=rules), weeks=40, seed=2)
    nothing = [pl.lit(None, pl.String).alias(name) for name in ("resource", "team")]
    days = [pl.col(name).dt.truncate("1d") for name in ("start", "end", "ready")]
    log = log.with_events(log.events.with_columns(nothing if without == "names" else days))
    again = simulate(discover(log, fidelity=False), weeks=40, seed=3)
    lost = [float((one.events["activity"] == "Client withdraws").sum()) for one in (log, again)]
    assert lost[1] == pytest.approx(lost[0], rel=0.15)


def test_a_patience_holds_at_each_step_of_its_activity_and_at_no_other() -> None:
    """Where each step bears its own name, as in runs to which delays are fitted."""
    rule = Patience(at="Work", lasts=Distribution.fixed(60.0), activity="Give up")
    found = expanded({"gone": rule}, {"Work": "Work", "Work again": "Work", "Ask": "Ask"})
    assert found == {f"gone ({step})": replace(rule, at=step) for step in ("Work", "Work again")}
