"""The verdicts can be trusted: right loops pass, wrong theory fails, and numbers do not depend on the machine."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from irrupt import i18n
from irrupt.errors import IrruptError
from irrupt.organisation import faults
from irrupt.organisation.flow import visits
from irrupt.verify import cases, report, theory, verify
from irrupt.verify import run as running
from irrupt.verify.blocking import kept
from irrupt.verify.model import Finding


def finding(found: float, error: float) -> Finding:
    return Finding(case="", check="", expected=1.0, found=found, error=error, runs=64, steps=1, tries=1)


def test_every_case_can_run_and_has_luck_and_names_of_its_own() -> None:
    every = cases()
    assert len({case.key for case in every}) == len({case.name for case in every}) == len(every)
    assert len(every) >= 60
    for case in every:
        assert faults(case.organisation) == []
        assert len({check.name for check in case.checks}) == len(case.checks)


def test_room_between_two_stations_is_said_in_french_for_one_too() -> None:
    """“deux postes, 1 places entre eux” stood there."""
    try:
        i18n.use("fr")
        told = [kept(0.9, places).name for places in (0, 1, 3)]
    finally:
        i18n.use(None)
    assert told == [f"deux postes, place pour {n} entre eux, charge 0,90" for n in (0, 1, 3)]


@pytest.mark.parametrize(
    "key",
    [
        *("M/M/1 0.8", "rush 0.3", "patience 5", "open", "shortest", "last come", "quantities"),
        *("urgent 0.6", "anew two", "batch in time", "batch sizes", "batch by one", "bulk 4 0.75"),
        *("machines 8 2", "closed shop"),
    ],
)
def test_what_theory_says_is_found(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SHORT", 8000)
    case = next(case for case in cases() if case.key == key)
    for found in verify([case]):
        assert found.holds, found


@pytest.mark.slow
def test_a_wrong_theory_fails_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """One percent of error in what is known of a share; and what is right beside it is left alone."""
    monkeypatch.setattr(running, "SHORT", 20_000)
    case = next(case for case in cases() if case.key == "M/M/1 0.5")
    wait, right = case.checks[0], case.checks[2]
    wrong = replace(right, name="wrong", expected=right.expected * 1.01)
    first, second, third = verify([replace(case, checks=(wait, wrong, right))])
    assert (first.holds, second.holds, third.holds) == (True, False, True)
    assert (first.tries, second.tries, third.tries) == (1, 2, 1)
    assert second.steps > 3.5 * third.steps
    assert report([first, second])["holds"] is False


def test_numbers_depend_on_the_seed_and_not_on_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SHORT", 1000)
    some = [case for case in cases() if case.key in ("M/M/1 0.5", "feedback")]
    one, two, other = (list(verify(some, workers=n, seed=seed)) for n, seed in ((1, 1), (3, 1), (1, 2)))
    assert one == two
    assert [found.found for found in one] != [found.found for found in other]
    assert [found.found for found in verify(some[1:], workers=2)] == [found.found for found in one[-1:]]


def test_the_full_form_takes_as_many_cases_as_precision_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SHORT", 1000)
    monkeypatch.setattr(running, "PRECISION", 0.01)
    case = next(case for case in cases() if case.key == "M/M/1 0.5")
    only = replace(case, checks=case.checks[2:3])
    (found,) = verify([only], full=True)
    assert found.holds
    assert found.error / found.expected < 0.013


def test_limits_of_the_verdict() -> None:
    assert finding(1.4, 0.1).holds
    assert not finding(1.41, 0.1).holds
    assert finding(1.0, 0.0).holds
    assert math.isinf(finding(2.0, 0.0).z)
    assert json.loads(json.dumps(report([finding(2.0, 0.0)])))["checks"][0]["z"] is None


def test_formulas_agree_where_they_meet() -> None:
    """Erlang A without impatience is Erlang C; priority for all is none; Cobham's mean is the mean of all."""
    for servers, load in ((1, 0.5), (3, 2.4), (10, 8.5)):
        wait = theory.erlang_c(servers, load) / (servers - load)
        assert theory.impatient(servers, load, 1e9)[1] == pytest.approx(wait, rel=1e-5)
        assert theory.limited(servers, load, 2000)[1] == pytest.approx(wait, rel=1e-5)
        assert theory.limited(servers, load, 0) == (pytest.approx(theory.erlang_b(servers, load)), 0.0)
    assert theory.single_server(0.8, 2.0, 6.0)[0] == pytest.approx(theory.erlang_c(1, 0.8) / 0.2)
    assert theory.by_rank([0.7]) == [pytest.approx(theory.single_server(0.7, 2.0)[0])]
    first, second = theory.by_rank([0.2, 0.4])
    assert (0.2 * first + 0.4 * second) / 0.6 == pytest.approx(theory.by_rank([0.6])[0])


def test_the_flows_of_networks_are_those_of_their_routes() -> None:
    for case in cases():
        if case.source == "Jackson 1957":
            often = visits(case.organisation, "Public")
            for check in case.checks:
                place = check.name.rsplit(" ", 1)[1]
                load = often[place] * case.organisation.clients["Public"].cases_per_week * 60.0 / 604800.0
                assert check.expected == pytest.approx(load / (1.0 - load))


def test_errors_are_ours() -> None:
    case = cases()[0]
    with pytest.raises(IrruptError):
        list(verify([replace(case, organisation=replace(case.organisation, people={}))]))


def test_the_long_form_takes_as_many_cases_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many steps it gives to a case is a number of steps, not of seconds."""
    monkeypatch.setattr(running, "SHORT", 500)
    monkeypatch.setattr(running, "MOST_STEPS", 200_000)
    one, other = (list(verify(cases()[:1], full=True, workers=workers)) for workers in (1, 3))
    assert one == other
    assert one[0].steps > 2 * 64 * 500 * (running.END - running.BEGIN)
