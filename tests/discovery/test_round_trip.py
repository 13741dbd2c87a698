"""Round trip: an organisation is simulated, and found again in its own records."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.engine import simulate, tables
from irrupt.organisation import Organisation


@pytest.fixture(scope="module")
def found(desk_log: Chronicle) -> Organisation:
    return discover(desk_log, fidelity=False)


def only(organisation: Organisation, activity: str) -> str:
    (name,) = (name for name, step in organisation.steps.items() if step.activity == activity)
    return name


def shares(organisation: Organisation, client: str, activity: str) -> dict[str, float]:
    """Activity -> share, after *activity*."""
    routes = organisation.routes_of(client, only(organisation, activity))
    return {organisation.steps[r.to].activity if r.to != "end" else "end": r.share for r in routes}


def test_arrivals_come_at_the_true_rate_and_in_the_true_hours(found: Organisation, desk: Organisation) -> None:
    for name, client in desk.clients.items():
        again = found.clients[name]
        assert again.cases_per_week == pytest.approx(client.cases_per_week, abs=4 * np.sqrt(client.cases_per_week / 52))
        profile = np.array(again.profile) / sum(again.profile)
        open_hours = np.array(client.profile) > 0
        assert profile[open_hours].sum() > 0.99
        assert profile[open_hours].std() / profile[open_hours].mean() < 0.35
        assert again.growth == 0


def test_the_procedure_has_the_same_steps_and_nothing_more(found: Organisation, desk: Organisation) -> None:
    assert sorted(step.activity for step in found.steps.values()) == sorted(desk.steps)


def test_cases_take_each_route_as_often(found: Organisation) -> None:
    assert shares(found, "Ames", "Work") == pytest.approx({"Close": 0.5, "Ask": 0.2, "Repair": 0.3}, abs=0.035)
    assert shares(found, "Ames", "Close") == {"end": 1.0}
    assert shares(found, "Ames", "Register") == pytest.approx({"Work": 1.0}, abs=0.02)


def test_a_client_who_goes_another_way_has_routes_of_his_own(found: Organisation) -> None:
    assert shares(found, "Bell", "Register") == pytest.approx({"Work": 0.4, "Repair": 0.6}, abs=0.06)
    assert only(found, "Work") not in found.client_routes.get("Bell", {})


def test_teams_and_hours_are_found(found: Organisation, desk: Organisation) -> None:
    team_of = {name: frozenset(person.teams) for name, person in found.people.items()}
    assert team_of["Ann"] == team_of["Ben"] != team_of["Eve"] == team_of["Fay"]
    for name, person in found.people.items():
        assert found.calendars[person.calendar] == desk.calendars[desk.people[name].calendar]


def test_work_takes_as_long(found: Organisation, desk: Organisation) -> None:
    for activity in ("Work", "Ask", "Repair", "Close"):
        true = desk.distribution(desk.steps[activity].duration).mean
        again = found.distribution(found.steps[only(found, activity)].duration)
        assert again.mean == pytest.approx(true, rel=0.08)


def test_who_is_faster_is_found(found: Organisation, desk: Organisation) -> None:
    ratio = found.people["Eve"].speed / found.people["Fay"].speed
    assert ratio == pytest.approx(desk.people["Eve"].speed / desk.people["Fay"].speed, rel=0.1)


def test_delays_are_told_from_queues_and_say_who_is_waited_for(found: Organisation) -> None:
    (answer,) = found.routes[only(found, "Ask")]
    assert answer.waits_for == "client"
    assert found.distribution(answer.delay).mean == pytest.approx(90_000, rel=0.15)
    repair = next(r for r in found.routes[only(found, "Work")] if found.steps[r.to].activity == "Repair")
    assert repair.waits_for == "nobody"
    assert found.distribution(repair.delay).mean == pytest.approx(7200, rel=0.5)
    direct = next(r for r in found.routes[only(found, "Repair")] if r.to != "end")
    assert found.distribution(direct.delay).mean < 1200


def test_cases_take_as_long_again(found: Organisation, desk: Organisation) -> None:
    def lengths(organisation: Organisation) -> pl.Series:
        log = simulate(organisation, weeks=150, seed=99).events
        whole = log.group_by("case").agg((pl.col("end").max() - pl.col("start").min()).dt.total_seconds().alias("s"))
        return whole["s"]

    true, again = lengths(desk), lengths(found)
    assert again.mean() == pytest.approx(true.mean(), rel=0.12)
    assert again.median() == pytest.approx(true.median(), rel=0.25)


@pytest.mark.slow
def test_without_start_times_the_three_choices_bracket_the_work(
    desk_log: Chronicle, desk: Organisation, without_starts: Callable[[Chronicle], Chronicle]
) -> None:
    blind = without_starts(desk_log)
    typical = discover(blind, fidelity=False)
    shortest, longest = (
        discover(blind, work=work, fidelity=False, typical=typical) for work in ("shortest", "longest")
    )
    found = [shortest, typical, longest]
    for activity in ("Work", "Ask", "Repair", "Close"):
        times = [each.distribution(each.steps[only(each, activity)].duration).mean for each in found]
        assert times == sorted(times)
    work = [each.distribution(each.steps[only(each, "Work")].duration).mean for each in found]
    true = desk.distribution(desk.steps["Work"].duration).mean
    assert work[0] < true < 1.6 * work[2]
    for each, choice in zip(found, ("shortest", "typical", "longest"), strict=True):
        tables(each)
        assert each.learned is not None
        assert (each.learned.starts, each.learned.work) == ("assumed", choice)


def test_what_was_learned_is_told(found: Organisation, desk_log: Chronicle) -> None:
    learned = found.learned
    assert learned is not None
    assert (learned.cases, learned.events) == (desk_log.cases, desk_log.events.height)
    assert learned.starts == learned.work == "measured"
    assert any("Teams were found" in note for note in learned.notes)
