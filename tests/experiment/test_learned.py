"""The uncertainty of what was learned is a part of the interval, beside the noise of the runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from irrupt.experiment import Comparison, compare
from irrupt.experiment.answering import Question
from irrupt.experiment.learned import pairs_each, spread_of
from irrupt.experiment.statistics import MISS, Spread, ends_together, half_width, paired
from irrupt.organisation import Organisation
from irrupt.organisation.model import Learned
from irrupt.regulation.acts import Bypass, Priority
from irrupt.reporting.sections.made import precision

SHORT = {"replications": 12, "weeks": 4, "warm_up_weeks": 1, "run_out_weeks": 1}
LOG = {"source": "log.csv", "events": 1, "cases": 1, "starts": "measured"}
PRIORITY = Priority(client="A", team="Network")
BYPASS = Bypass(client="A", skips="Triage")


def at_rate(desk: Organisation, factor: float) -> Organisation:
    clients = {n: replace(c, cases_per_week=c.cases_per_week * factor) for n, c in desk.clients.items()}
    return replace(desk, clients=clients)


def row(result: Comparison, measure: str, party: str) -> dict[str, float]:
    (found,) = result.effects.filter((pl.col("measure") == measure) & (pl.col("party") == party)).to_dicts()
    return found


def test_without_alternatives_the_interval_is_the_noise_of_the_runs(desk: Organisation) -> None:
    effects = compare(desk, PRIORITY, **SHORT).effects
    assert effects["learned"].null_count() == effects.height
    half = (effects["high"] - effects["low"]) / 2
    assert half.to_numpy() == pytest.approx(effects["noise"].to_numpy())


def test_alternatives_that_are_the_same_add_nothing(desk: Organisation) -> None:
    plain = compare(desk, PRIORITY, **SHORT)
    sure = compare(desk, PRIORITY, alternatives=[desk, desk], **SHORT)
    assert sure.effects["learned"].max() == 0
    assert sure.effects.drop("learned").equals(plain.effects.drop("learned"), null_equal=True)
    assert sure.alternatives == 2


def test_the_two_parts_make_the_interval(desk: Organisation) -> None:
    others = [at_rate(desk, factor) for factor in (0.8, 0.9, 1.1, 1.2)]
    effects = compare(desk, PRIORITY, BYPASS, alternatives=others, **SHORT).effects
    half = ((effects["high"] - effects["low"]) / 2).to_numpy()
    noise, learned = effects["noise"].to_numpy(), effects["learned"].to_numpy()
    assert half == pytest.approx(np.hypot(noise, learned))
    assert row(compare(desk, BYPASS, alternatives=others, **SHORT), "steps done", "Desk")["learned"] > 0


def test_the_learned_part_is_as_wide_as_the_alternatives_are_apart(desk: Organisation) -> None:
    near = compare(desk, BYPASS, alternatives=[at_rate(desk, f) for f in (0.95, 1.05, 0.95, 1.05)], **SHORT)
    far = compare(desk, BYPASS, alternatives=[at_rate(desk, f) for f in (0.8, 1.2, 0.8, 1.2)], **SHORT)
    ratio = row(far, "steps done", "Desk")["learned"] / row(near, "steps done", "Desk")["learned"]
    assert 2.0 < ratio < 6.5


def test_neither_part_depends_on_the_number_of_workers(desk: Organisation) -> None:
    others = [at_rate(desk, 0.9), at_rate(desk, 1.1)]
    one, three = (compare(desk, PRIORITY, alternatives=others, workers=n, **SHORT).effects for n in (1, 3))
    assert one.equals(three, null_equal=True)


def test_the_finding_beside_a_claim_has_both_parts(desk: Organisation) -> None:
    result = compare(desk, PRIORITY, alternatives=[at_rate(desk, 0.9), at_rate(desk, 1.1)], **SHORT)
    found = result.tried[0].found[0]
    assert (found.high - found.low) / 2 == pytest.approx(np.hypot(found.noise, found.learned))


def drawn(learned: list[float], noise: float, *, alternatives: int, pairs: int, seed: int = 1) -> np.ndarray:
    """Differences of columns that vary by *learned* between alternatives, with the *noise* of runs that all share."""
    random = np.random.default_rng(seed)
    size = (alternatives, pairs, len(learned))
    luck = random.normal(size=(1, *size[1:]))
    own = random.normal(size=(alternatives, 1, len(learned))) * np.array(learned)
    return 5.0 + own + noise * (3.0 * luck + random.normal(size=size))


def test_luck_that_all_alternatives_share_is_no_uncertainty_of_what_was_learned() -> None:
    found = spread_of(drawn([0.0, 1.0, 4.0], 0.5, alternatives=200, pairs=8), ["a", "b", "c"])
    assert found.error[1:] == pytest.approx([1.0, 4.0], rel=0.15)
    assert found.error[0] < 0.5 / np.sqrt(8) * 1.1


def test_what_the_noise_hides_is_bounded_by_what_is_seen() -> None:
    errors = [spread_of(drawn([0.5], 5.0, alternatives=8, pairs=2, seed=seed), ["a"]).error[0] for seed in range(20)]
    assert min(errors) > 0.4


@pytest.mark.parametrize("learned", [0.0, 0.3, 0.7, 1.0, 3.0])
def test_intervals_hold_what_they_say_however_much_the_noise_hides(learned: float) -> None:
    """A thousand effects, each off by what was learned, seen in 32 alternatives whose means have a noise of 1."""
    columns, pairs = 1000, 8
    values = drawn([learned] * columns, np.sqrt(pairs), alternatives=32, pairs=pairs)
    found = spread_of(values, [str(number) for number in range(columns)])
    half = half_width(found.error, found.freedom, np.full(columns, MISS))
    off = np.random.default_rng(7).normal(size=columns) * learned
    assert np.mean(np.abs(off) <= half) > 0.94
    bound = half_width(np.full(columns, np.hypot(learned, 1.0)), np.full(columns, 31.0), np.full(columns, MISS))
    assert np.median(half / bound) < (0.72 if learned < 0.5 else 1.05)


@pytest.mark.parametrize(("factor", "decided"), [(True, 0.85), (False, 0.6)], ids=["of a factor", "of a sum"])
def test_what_lies_away_from_zero_says_little_of_its_side(factor: bool, decided: float) -> None:
    """True differences of 1, learned with an error of 40 %: of a factor, as of queues that grow faster than their
    load, or of a sum. The end towards zero misses as rarely as it says, and not much more rarely."""
    random = np.random.default_rng(4)

    def off(*shape: int) -> np.ndarray:
        error = 0.4 * random.standard_normal((*shape, 3000))
        return np.exp(error) if factor else error

    learned, others = off(), off(32)
    found = learned if factor else np.maximum(1 + learned, 0.01)
    drawn = found * others if factor else found + others
    noise = 0.1 * random.standard_normal((32, 4, 3000))
    spread = spread_of(drawn[:, None] + noise, [f"measure {at}" for at in range(3000)])
    assert (spread.near <= 1.0).all()
    pairs = 0.01 * random.standard_normal((200, 3000))
    result = paired(np.zeros_like(pairs), found + pairs)
    low, high = ends_together(result, spread, np.full(3000, MISS))
    even_low, even_high = ends_together(result, spread._replace(near=np.array(1.0)), np.full(3000, MISS))
    assert np.allclose(high, even_high, rtol=0.05)
    assert (low >= even_low).all()
    assert (low > 1.0).mean() < 0.04
    assert (high < 1.0).mean() < 0.04
    assert (low > 0.0).mean() > max(decided, (even_low > 0.0).mean())


def test_parties_of_a_measure_lend_each_other_strength_and_one_that_differs_keeps_its_own() -> None:
    scattered = {}
    for together in (True, False):
        names = ["a"] * 12 if together else [str(number) for number in range(12)]
        errors = np.array(
            [spread_of(drawn([2.0] * 12, 1.0, alternatives=8, pairs=4, seed=seed), names).error for seed in range(5)]
        )
        scattered[together] = errors.std()
    assert scattered[True] < 0.7 * scattered[False]
    found = spread_of(drawn([0.5] * 9 + [20.0], 1.0, alternatives=24, pairs=6), ["a"] * 10)
    assert found.error[-1] == pytest.approx(20.0, rel=0.5)


def test_parties_that_go_up_and_down_together_tell_no_more_than_one_of_them() -> None:
    own = drawn([2.0] * 10, 0.2, alternatives=16, pairs=4)
    shared = own * 0.05 + 0.95 * own[:, :, :1]
    apart, alike = (spread_of(values, ["a"] * 10).freedom for values in (own, shared))
    assert apart.min() > 35 > 20 > alike.max()


def test_columns_that_some_runs_do_not_have_are_told_from_the_others() -> None:
    values = drawn([1.0, 1.0], 0.1, alternatives=60, pairs=4)
    values[:, 0, 0] = np.nan
    values[3, :, 0] = np.nan
    values[1:, :, 1] = np.nan
    found = spread_of(values, ["a", "b"])
    assert found.error[0] == pytest.approx(1.0, rel=0.3)
    assert np.isnan(found.error[1])


def ending(at: int) -> Callable[[int, int], None]:
    """Ctrl-C as soon as *at* pairs of runs are there, once."""
    left = [at]

    def progress(done: int, _total: int) -> None:
        if left and done >= left[0]:
            left.clear()
            raise KeyboardInterrupt

    return progress


NONE = "they were ended before the acts were tried"


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("tried", "told"), [(0, NONE), pytest.param(1, NONE, marks=pytest.mark.slow), (3, "1 more organisation")]
)
def test_ctrl_c_among_the_alternatives_leaves_all_that_is_there(desk: Organisation, tried: int, told: str) -> None:
    """All pairs of runs had been there, and were lost."""
    others = [at_rate(desk, factor) for factor in (0.8, 0.9, 1.1, 1.2)]
    learned = replace(desk, learned=Learned(begin=desk.origin, end=desk.origin, **LOG))
    main = SHORT["replications"]
    each = pairs_each(main, len(others))
    asked = {"alternatives": others, "bounds": {"shortest": desk}, **SHORT}
    result = compare(learned, PRIORITY, progress=ending(main + each * tried + (not tried)), **asked)
    assert (result.replications, result.looks) == (main, "once")
    assert result.alternatives == (tried if tried > 1 else 0)
    assert any(told in note for note in result.notes)
    assert result.effects["shortest"].null_count() == result.effects.height
    whole = compare(learned, PRIORITY, **asked)
    assert result.effects["difference"].equals(whole.effects["difference"])


def test_ctrl_c_at_the_bounds_of_service_times_leaves_the_rest(desk: Organisation) -> None:
    ends = {"shortest": desk, "longest": desk}
    result = compare(desk, PRIORITY, bounds=ends, progress=ending(SHORT["replications"] + 1), **SHORT)
    assert result.replications == SHORT["replications"]
    assert "service times were not both tried" in result.notes[-1]


@pytest.mark.slow
def test_a_precision_is_reached_by_the_whole_interval(desk: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The noise of the runs alone was as narrow as asked for long before, and that was called reached."""

    def alike(_others: object, asked: Question, *_how: object) -> dict[str, Spread]:
        (trial,) = asked.trials
        each = np.ones(len(trial.columns))
        return {trial.name: Spread(error=0.5 * each, freedom=40 * each, alternatives=1)}

    monkeypatch.setattr(sys.modules["irrupt.experiment.compare"], "spreads", alike)
    asked = {"precision": "waiting for us: 150 min", "weeks": 4, "warm_up_weeks": 1, "run_out_weeks": 1, "workers": 2}
    alone, result = (compare(desk, PRIORITY, alternatives=others, **asked) for others in ([], [desk]))
    assert alone.replications < result.replications < 5000
    assert result.precision[0].reached
    for party in ("A", "other clients", "all clients"):
        found = row(result, "waiting for us", party)
        assert (found["high"] - found["low"]) / 2 <= 2.5
        assert found["learned"] > 0.9


def test_where_no_runs_make_an_interval_as_narrow_as_asked_this_is_said(desk: Organisation) -> None:
    others = [at_rate(desk, factor) for factor in (0.7, 0.8, 1.1, 1.15)]
    asked = {"precision": "cycle time: 30 min", **SHORT, "replications": 60}
    result = compare(desk, PRIORITY, alternatives=others, **asked)
    (found,) = result.precision
    assert (found.reached, found.more, found.learned) == (False, None, True)
    assert "what was learned from the records is too unsure" in precision(result)[0]
