"""What alternatives add to sweeps and searches: intervals hold what they say, and both parts are told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from irrupt.experiment import search, sweep
from irrupt.experiment.fronts import RESAMPLES as AGAIN
from irrupt.experiment.fronts import standing
from irrupt.experiment.responses import RESAMPLES, sensitivity, threshold
from irrupt.experiment.varied import reach, shifts
from irrupt.organisation import Organisation
from irrupt.regulation.acts import ImposedCheck, Priority

SHORT = {"weeks": 3.0, "warm_up_weeks": 1.0, "run_out_weeks": 1.0}
SETTINGS = np.linspace(0.0, 4.0, 5)
SWEPT = {
    "vary": ["clients > A > share of cases: 0.2 .. 0.6"],
    "outputs": ["cycle time of other clients", "work in progress of all clients"],
    "kind": "latin",
    "points": 3,
    "replications": 6,
}


def at_rate(desk: Organisation, factor: float) -> Organisation:
    clients = {n: replace(c, cases_per_week=c.cases_per_week * factor) for n, c in desk.clients.items()}
    return replace(desk, clients=clients)


@pytest.fixture
def others(desk: Organisation) -> list[Organisation]:
    return [at_rate(desk, factor) for factor in (0.9, 0.95, 1.05, 1.1)]


def experiment(
    number: int, learned: float, *, alternatives: int = 12, replications: int = 20, noise: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """A response that is its setting in truth: what was learned is off by *learned* in level, and as much a unit of the
    setting in slope; runs have a *noise* that all settings share in part. Differences (points, replications) and those
    of alternatives, which are off from what was learned as that is from the truth."""
    random = np.random.default_rng(number)

    def curve() -> np.ndarray:
        return learned * (random.normal() + random.normal() * SETTINGS)

    def runs(count: int) -> np.ndarray:
        return noise * (random.normal(size=count) + 0.5 * random.normal(size=(len(SETTINGS), count)))

    mine = SETTINGS + curve()
    luck = runs(replications)
    drawn = np.stack(
        [(mine + curve())[:, None] + luck[:, :2] + 0.3 * runs(2) for _other in range(alternatives)], axis=1
    )
    return mine[:, None] + luck, drawn


@pytest.mark.slow
@pytest.mark.parametrize("learned", [0.1, 0.5])
def test_intervals_at_the_points_and_of_thresholds_hold_what_they_say(learned: float) -> None:
    """Nominal 95 %, over 150 experiments; without alternatives they would miss far more often."""
    held: dict[str, list[bool]] = {"point": [], "noise alone": [], "threshold": [], "threshold by noise alone": []}
    for number in range(150):
        found, drawn = experiment(number, learned)
        for name, ends in (("point", reach(found, drawn).found[2]), ("noise alone", reach(found).found[2])):
            held[name].append(ends.low <= 2.0 <= ends.high)
        moved = shifts(drawn[None], RESAMPLES, 1)[:, 0]
        for name, off in (("threshold", moved), ("threshold by noise alone", None)):
            passed = threshold(SETTINGS, found, 1.5, moved=off)
            if passed is not None:
                held[name].append(passed.low <= 1.5 <= passed.high)
    share = {name: np.mean(one) for name, one in held.items()}
    assert share["point"] >= 0.92, share
    assert share["threshold"] >= 0.92, share
    if learned > 0.3:
        assert share["noise alone"] < 0.5, share
        assert share["threshold by noise alone"] < 0.6, share


def test_points_move_together_as_alternatives_do() -> None:
    """Where all points are off by the same, who is beaten stays as sure as it was, however much that is."""
    random = np.random.default_rng(5)
    found = np.array([[1.0], [2.0]]) + random.normal(size=(1, 20)) + 0.1 * random.normal(size=(2, 20))
    common = np.repeat(3.0 * random.normal(size=(1, 12, 1)), 2, axis=0) + np.zeros((2, 12, 2))
    moved = shifts(common[None], 4000, 3)[:, 0]
    assert moved[:, 0] == pytest.approx(moved[:, 1])
    # Student's quantile for 12 alternatives, of which the noise takes nothing
    assert np.percentile(np.abs(moved[:, 0]), 95) == pytest.approx(2.2 * common[0, :, 0].std(ddof=1), rel=0.1)
    nothing = np.zeros((0, 2, 20))
    _on, share, _kept = standing(found[None], nothing, moved=shifts(common[None], AGAIN, 3))
    assert share.tolist() == [1.0, 0.0]
    apart = 3.0 * random.normal(size=(2, 12, 1)) + np.zeros((2, 12, 2))
    _on, unsure, _kept = standing(found[None], nothing, moved=shifts(apart[None], AGAIN, 3))
    assert 0.2 < unsure[0] < 0.9


def test_alternatives_on_which_a_point_is_not_told_say_nothing() -> None:
    found, drawn = experiment(3, 0.5)
    drawn[:, 4] = np.nan
    fewer = np.delete(drawn, 4, axis=1)
    assert reach(found, drawn).learned == pytest.approx(reach(found, fewer).learned)
    assert np.isfinite(shifts(drawn[None], 50, 1)).all()
    assert np.isnan(reach(found, np.full_like(drawn, np.nan)).learned).all()


def test_indices_that_differ_between_alternatives_have_longer_intervals() -> None:
    random = np.random.default_rng(2)
    base = random.normal(size=3 * 60)
    plain = sensitivity(base, 1)[0].first
    same = sensitivity(base, 1, others=np.array([base] * 6))[0].first
    unlike = sensitivity(base, 1, others=base + 0.7 * random.normal(size=(6, len(base))))[0].first
    assert same == pytest.approx(plain)
    assert unlike.value == plain.value
    assert unlike.low < plain.low
    assert unlike.high > plain.high


@pytest.mark.slow
def test_a_sweep_tells_both_parts(desk: Organisation, others: list[Organisation]) -> None:
    act = Priority(client="A", team="Network")
    plain = sweep(desk, act, **SWEPT, **SHORT)
    assert plain.table["learned"].null_count() == plain.table.height
    found = sweep(desk, act, alternatives=others, **SWEPT, **SHORT)
    half = ((found.table["high"] - found.table["low"]) / 2).to_numpy()
    noise, learned = found.table["noise"].to_numpy(), found.table["learned"].to_numpy()
    assert np.all(half >= plain.table["noise"].to_numpy() * (1 - 1e-9))
    assert np.all(learned > 0)
    assert half == pytest.approx(np.hypot(noise, learned))
    same = sweep(desk, act, alternatives=[desk, desk], **SWEPT, **SHORT)
    for name in ("difference", "low", "high", "noise"):
        assert same.table[name].to_numpy() == pytest.approx(plain.table[name].to_numpy())
    assert same.table["learned"].max() == pytest.approx(0.0, abs=1e-9)


@pytest.mark.slow
def test_a_sweep_with_alternatives_is_the_same_whoever_runs_it_and_is_kept(
    desk: Organisation, others: list[Organisation], tmp_path
) -> None:
    act = Priority(client="A", team="Network")
    one, again, three = (
        sweep(desk, act, alternatives=others[:2], **SWEPT, **SHORT, **how).table
        for how in ({"workers": 1, "store": tmp_path / "kept"}, {"store": tmp_path / "kept"}, {"workers": 3})
    )
    assert one.equals(again)
    assert one.equals(three)


@pytest.mark.slow
def test_a_search_tells_both_parts_and_what_limits_may_hide(desk: Organisation) -> None:
    base, others = at_rate(desk, 0.6), [at_rate(desk, factor) for factor in (0.5, 0.55, 0.65, 0.7)]
    acts = [Priority(client="A", team="Network"), ImposedCheck(client="A", after="Triage", duration=3600.0)]
    asked = {"lower": ["cycle time of A", "cycle time of other clients"], "replications": 12, "seed": 3}
    limit = [("share of time at work of Network", 0.6)]
    plain = search(base, *acts, at_most=limit, **asked, **SHORT)
    found = search(base, *acts, at_most=limit, alternatives=others, **asked, **SHORT)
    assert (plain.alternatives, found.alternatives) == (0, 4)
    assert plain.table["learned"].null_count() == plain.table.height
    for before, after in zip(plain.found, found.found, strict=True):
        assert before.acts == after.acts
        for goal, wider, noise, learned in zip(before.goals, after.goals, after.noise, after.learned, strict=True):
            assert goal.value == wider.value
            assert wider.high - wider.low >= (goal.high - goal.low) * (1 - 1e-9)
            assert (wider.high - wider.low) / 2 == pytest.approx(np.hypot(noise, learned))
        for level, wider in zip(before.levels, after.levels, strict=True):
            assert wider.high - wider.low > 1.5 * (level.high - level.low)
    for before, after in zip(plain.found, found.found, strict=True):
        assert abs(before.kept[0] - 0.5) > abs(after.kept[0] - 0.5)  # Less sure, whether it keeps to the limit or not.
