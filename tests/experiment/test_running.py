"""The settings of runs are one list, for comparisons, sweeps and searches alike."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import Any

import pytest

from irrupt.errors import UsageError
from irrupt.experiment import AboutRuns, Running, Threads, compare, power, rigidity, search, settle, sweep
from irrupt.experiment.reviews import Measuring
from irrupt.organisation import Organisation
from irrupt.regulation import ImposedCheck, OrganisingTime, Priority

PRIORITY = Priority(client="A", team="Network")


def test_what_may_be_said_of_runs_is_what_there_is_to_say() -> None:
    assert list(AboutRuns.__annotations__) == [one.name for one in fields(Running)]


@pytest.mark.parametrize("function", [compare, sweep, search])
def test_every_experiment_takes_the_same_settings_and_no_list_of_its_own(function: object) -> None:
    taken = set(inspect.signature(function).parameters)  # type: ignore[arg-type]
    assert "about" in taken
    assert not taken & set(AboutRuns.__annotations__)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"replications": 1}, "replications"),
        ({"weeks": 0}, "weeks"),
        ({"weeks": float("nan")}, "weeks"),
        ({"weeks": "3"}, "weeks"),
        ({"warm_up_weeks": "2"}, "warm_up_weeks"),
        ({"replications": 2.5}, "replications"),
        ({"seed": 1.5}, "seed"),
        ({"seed": "a"}, "seed"),
        ({"workers": 0}, "workers"),
        ({"workers": "all"}, "workers"),
        ({"run_out_weeks": -1}, "warm_up_weeks, run_out_weeks"),
        ({"review_weeks": 0.001}, "review_weeks"),
    ],
)
def test_nonsense_is_refused_everywhere(desk: Organisation, wrong: dict[str, float], where: str) -> None:
    waits = "waiting for us of A"
    tries = (
        lambda: compare(desk, PRIORITY, **wrong),
        lambda: search(desk, PRIORITY, lower=[waits], **wrong),
        lambda: sweep(desk, PRIORITY, vary=["teams > Network > x: 1 .. 2"], outputs=[waits], **wrong),
    )
    for one in tries:
        with pytest.raises(UsageError) as refused:
            one()
        assert [fault.where for fault in refused.value.faults] == [where]


def test_a_misspelt_setting_is_an_error(desk: Organisation) -> None:
    for run in (compare, sweep, search):
        given = {"vary": ["teams > Network > x: 1 .. 2"], "outputs": ["waiting for us of A"]} if run is sweep else {}
        with pytest.raises(UsageError, match='no setting "replicatons"; did you mean "replications"'):
            run(desk, PRIORITY, **given, replicatons=3)  # type: ignore[operator]


@pytest.mark.slow
def test_a_warm_up_comes_to_the_same_whether_it_is_measured_once_or_for_each(desk: Organisation) -> None:
    """To the bit: for the scenario, and for the baseline, which goes on by itself."""
    acts = {
        "check": [ImposedCheck(client="A", after="Triage")],
        "hours": [OrganisingTime(team="Desk", shifts="Thu 9-11", lasts=3)],
    }
    settings = {"replications": 3, "weeks": 4, "warm_up_weeks": 3, "run_out_weeks": 1, "seed": 2}
    once = compare(desk, scenarios=acts, **settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Measuring, "alike", lambda _one, _other: False)
        assert compare(desk, scenarios=acts, **settings).effects.equals(once.effects)


@pytest.mark.parametrize("run", [compare, rigidity])
def test_a_seed_below_nought_is_refused_as_in_files(run: Any, desk: Organisation) -> None:
    given = {"act": PRIORITY} if run is compare else {}
    with pytest.raises(UsageError, match="seed"):
        run(desk, *given.values(), seed=-1)


def test_no_threads_run_nothing() -> None:
    with pytest.raises(UsageError, match="workers  0; expected 1 or more"):
        Threads(0)


@pytest.mark.parametrize("no_act", ["priority", 3, Priority])
def test_what_is_no_act_is_refused_wherever_acts_are_taken(desk: Organisation, no_act: Any) -> None:
    """Searches and sweeps raised errors of Python."""
    takes = (
        lambda: compare(desk, no_act),
        lambda: search(desk, no_act, lower=["cycle time of A"]),
        lambda: sweep(desk, no_act, vary=["people > Ann > speed: 1, 2"], outputs=["cycle time of A"]),
        lambda: settle(desk, {"a": [no_act]}, []),
    )
    for take in takes:
        with pytest.raises(UsageError, match="is no act"):
            take()


@pytest.mark.parametrize("nonsense", [{"weeks": "x"}, {"weeks": None}, {"change": "x"}, {"change": float("nan")}])
def test_rigidity_refuses_what_is_no_number(desk: Organisation, nonsense: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as raised:
        rigidity(desk, **{"change": 0.1, **nonsense})
    assert raised.value.faults[0].where == next(iter(nonsense))


def test_what_is_of_another_kind_is_told(desk: Organisation) -> None:
    for wrong in (
        lambda: rigidity("desk", 0.1),  # type: ignore[arg-type]
        lambda: power(desk, weeks="x"),  # type: ignore[arg-type]
        lambda: search(desk, PRIORITY, lower=[3]),  # type: ignore[list-item]
        lambda: PRIORITY.changes(desk, "2024-02-01"),  # type: ignore[arg-type]
    ):
        with pytest.raises(UsageError):
            wrong()
