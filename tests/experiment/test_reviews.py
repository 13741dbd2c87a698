"""Reviews end with what is measured: nothing begins after it, and what has begun goes on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from irrupt.engine import tables
from irrupt.experiment import compare
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.runs import Pair, Task, replicate
from irrupt.experiment.trials import plan_of, trials_of
from irrupt.organisation import Organisation
from irrupt.regulation import Act, Bypass, Certification, OrganisingTime, Priority, Volume, When
from irrupt.reporting.sections.claims import answers

WEEKS, SEED = 6.0, 7
FIRST, SKIPS = Priority(client="A", team="Network"), Bypass(client="A", skips="Triage")
SPENT = OrganisingTime(team="Network", shifts="Fri 9-17", lasts=4.0)
BUSY = "arrivals > 22 for A over 1 week"


def run(
    desk: Organisation, *acts: Act, run_out: float, number: int = 0, review: float = 1.0
) -> tuple[Pair, list[float]]:
    """What a pair of runs comes to, and when each of the acts that wait was done."""
    horizon = Horizon(warm_up=2.0, weeks=WEEKS, run_out=run_out, review=review)
    trials = trials_of(desk, {"it": acts}, horizon)
    pair = replicate(plan_of(tables(desk), trials, horizon, SEED), Task(number, ("it",))).pairs["it"]
    return pair, pair.with_act[len(trials[0].columns) :].tolist()


AGAIN = When(act=FIRST, condition=BUSY, again=9)
LAG = When(act=Volume(client="A", change=0.2), condition=BUSY, lag=2.0, again=9)
ONCE = When(act=SKIPS, condition="arrivals > 28 for A over 1 week")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "review", "known"),
    [  # Each of them with each of the others.
        pytest.param(AGAIN, 1.0, "sums over cases", id="again, sums over cases"),
        pytest.param(AGAIN, 0.4, "ledgers", id="again, ledgers"),
        pytest.param(LAG, 0.4, "sums over cases", id="lag, sums over cases"),
        pytest.param(LAG, 1.0, "ledgers", id="lag, ledgers"),
        pytest.param(ONCE, 0.4, "sums over cases", id="once, sums over cases"),
        pytest.param(ONCE, 1.0, "ledgers", id="once, ledgers"),
    ],
)
def test_how_long_runs_last_beyond_what_is_measured_changes_nothing_of_what_is_done(
    desk: Organisation, act: When, review: float, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if known == "ledgers":
        monkeypatch.setattr("irrupt.experiment.watching.MADE_OF", {})
    found = [
        [run(desk, act, run_out=weeks, number=number, review=review)[1] for number in range(3)] for weeks in (0, 1.5, 5)
    ]
    assert np.array_equal(found[0], found[1], equal_nan=True)
    assert np.array_equal(found[0], found[2], equal_nan=True)
    assert np.nanmax(found[0]) < WEEKS


@pytest.mark.parametrize("lag", [6.0, 7.0, 20.0])
def test_what_would_begin_after_what_is_measured_is_not_tried(desk: Organisation, lag: float) -> None:
    """It was told as done, and its claim as finding no support."""
    late = When(act=SKIPS, lag=lag)
    about = {"replications": 4, "weeks": 6, "warm_up_weeks": 2, "run_out_weeks": 3, "seed": SEED}
    result = compare(desk, late, When(act=SKIPS, lag=5.0), **about)  # type: ignore[arg-type]
    never, soon = result.tried
    assert [(one.verdict, one.done) for one in never.found] == [("not tried", 0)]
    assert [one.done for one in soon.found] == [None]
    assert answers(result, never)[0].says_text == "Not tried: done in 0 of 4 runs."
    assert result.effects.filter(scenario=never.name)["difference"].abs().max() == 0.0
    assert any("done in 0 of 4 runs." in note for note in result.notes)


def test_a_condition_that_is_met_later_is_not_counted(desk: Organisation) -> None:
    """In as many runs as without the weeks in which the last cases finish."""
    late = When(act=SKIPS, condition="arrivals > 28 for A over 1 week")
    about = {"replications": 6, "weeks": 6, "warm_up_weeks": 2, "seed": SEED}
    done = [compare(desk, late, run_out_weeks=weeks, **about).tried[0].found[0].done for weeks in (0, 8)]  # type: ignore[arg-type]
    assert done[0] == done[1]
    assert 0 < (done[0] or 0) < 6


def test_what_has_begun_goes_on_with_what_follows(desk: Organisation) -> None:
    """A phase that begins in time ends after it; one that would begin later neither begins nor ends."""
    for lag, found in ((3.0, [3.0, 7.0]), (5.0, [5.0, 9.0]), (6.0, [np.nan, np.nan])):
        assert run(desk, When(act=SPENT, lag=lag), run_out=4.0)[1] == pytest.approx(found, nan_ok=True)
    assert run(desk, SPENT, FIRST, run_out=4.0)[1] == [4.0]
    assert run(desk, replace(SPENT, lasts=8.0), When(act=FIRST, lag=7.0), run_out=4.0)[1] == pytest.approx(
        [8.0, np.nan], nan_ok=True
    )
    learning = When(act=Certification(activity="Repair", added="5 min", learning="8 weeks"), lag=2.0)
    assert np.isfinite(run(desk, learning, run_out=8.0)[1]).all()


def test_what_goes_on_matters_to_cases_that_are_not_over(desk: Organisation) -> None:
    """Who came in time and is not done at the end finishes under the rules that hold by then."""
    short, long = (
        run(desk, When(act=replace(SPENT, lasts=lasts), lag=5.0), run_out=4.0)[0].with_act[:-2] for lasts in (1.0, 4.0)
    )
    assert not np.array_equal(short, long, equal_nan=True)
