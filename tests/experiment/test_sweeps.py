"""Sweeps: designs that cover, responses that theory knows, and settings that reach the rules."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.errors import ModelError, UsageError
from irrupt.experiment import compare, sweep
from irrupt.experiment.designs import design, parameter_in, set_to
from irrupt.experiment.fronts import standing
from irrupt.experiment.responses import lacking, sensitivity, threshold
from irrupt.experiment.runs import Plan, Replication, Task, replicate
from irrupt.experiment.sobol import MOST, sobol
from irrupt.experiment.swept import Sweep
from irrupt.organisation import Organisation, from_dict, to_dict
from irrupt.regulation import ImposedCheck, Priority

TIMES = {"weeks": 5, "warm_up_weeks": 1, "run_out_weeks": 2}
CHECK = ImposedCheck(client="A", after="Repair", activity="Check", team="Desk", duration="10 min")
PRIORITY = Priority(client="A", team="Network")
DURATION = "imposed check > duration: 1 min .. 30 min"
TWO = [parameter_in("a > b: 0 .. 1"), parameter_in("a > c: 2 .. 6")]


@given(st.integers(2, 60), st.integers(1, 5), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_each_slice_of_each_side_of_a_latin_hypercube_holds_one_point(points: int, width: int, seed: int) -> None:
    parameters = [parameter_in(f"a > {n}: 0 .. 1") for n in range(width)]
    found = design(parameters, "latin", points, seed)
    assert found.shape == (points, width)
    for column in np.sort((found * points).astype(int), axis=0).T:
        assert column.tolist() == list(range(points))


def test_designs_keep_to_their_ends_and_are_the_same_for_the_same_seed() -> None:
    for kind in ("latin", "sobol", "sensitivity"):
        one, same, other = (design(TWO, kind, 16, seed) for seed in (3, 3, 4))  # type: ignore[arg-type]
        assert np.array_equal(one, same)
        assert not np.array_equal(one, other)
        assert ((one >= [0, 2]) & (one <= [1, 6])).all()
    assert design(TWO, "grid", 0).shape == (25, 2)


def test_the_sobol_sequence_is_that_of_joe_and_kuo() -> None:
    from scipy.stats import qmc

    assert np.array_equal(sobol(512, MOST), qmc.Sobol(MOST, scramble=False, bits=32).random(512))


def test_a_sobol_sequence_has_thirteen_dimensions_at_most() -> None:
    many = [parameter_in(f"a > {n}: 0 .. 1") for n in range(14)]
    assert design(many[:13], "sobol", 16).shape == (16, 13)
    with pytest.raises(UsageError, match="at most 13 for a Sobol"):
        design(many, "sobol", 16)


def test_a_sobol_sequence_covers_more_evenly_than_chance() -> None:
    from scipy.stats import qmc

    unit = (design(TWO, "sobol", 64) - [0, 2]) / [1, 4]
    chance = np.random.default_rng(1).random((64, 2))
    assert qmc.discrepancy(unit) < qmc.discrepancy(chance) / 3


def test_sensitivity_indices_are_those_of_theory() -> None:
    """The function of Ishigami & Homma (1990), a = 7, b = 0.1: known in closed form."""
    parameters = [parameter_in(f"a > {name}: {-math.pi} .. {math.pi}") for name in "xyz"]
    x = design(parameters, "sensitivity", 2048)
    found = sensitivity(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]), 3)
    for index, (first, total) in zip(found, [(0.314, 0.558), (0.442, 0.442), (0.0, 0.244)], strict=True):
        assert index.first.low - 0.02 <= first <= index.first.high + 0.02
        assert index.total.low - 0.02 <= total <= index.total.high + 0.02
        assert index.first.value == pytest.approx(first, abs=0.06)


@pytest.mark.slow
@pytest.mark.parametrize("count", [8, 16])
def test_intervals_of_sensitivity_indices_cover_with_few_points(count: int) -> None:
    """300 experiments: the response is 2 x + y; x makes four fifths of its variance, y one, alone as together."""
    luck = np.random.default_rng(count)
    held = np.zeros(4)
    for _ in range(300):
        a, b = luck.random((2, count, 2))
        ab = [np.where(np.arange(2) == at, b, a) for at in range(2)]
        found = sensitivity(np.concatenate([2 * x[:, 0] + x[:, 1] for x in (a, b, *ab)]), 2)
        ends = [one for index in found for one in index]
        assert all(-1 <= one.low <= one.value <= one.high <= 2 for one in ends)
        held += [one.low <= truth <= one.high for one, truth in zip(ends, (0.8, 0.8, 0.2, 0.2), strict=True)]
    assert (held / 300 >= 0.9).all()
    assert (held / 300 <= 0.99).all()


def test_what_never_moves_has_no_sensitivity_and_what_alone_moves_it_makes_all() -> None:
    assert np.isnan(sensitivity(np.ones(32), 2)[0].first.value)
    luck = np.random.default_rng(1)
    a, b = luck.random((2, 16))
    x, y = sensitivity(np.concatenate([a, b, b, a]), 2)
    assert x.first.value == pytest.approx(1.0)
    assert y.total.value == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("values", "time", "percent"),
    [
        ("10 %, 40 %", False, True),
        ("10 % .. 0.4", False, False),
        ("0.1, 0.4", False, False),
        ("5 min .. 1 h", True, False),
    ],
)
def test_settings_are_told_as_they_were_written(values: str, time: bool, percent: bool) -> None:
    found = parameter_in(f"clients > A > share of cases: {values}")
    assert (found.time, found.percent) == (time, percent)


def test_a_client_who_does_nothing_is_measured_where_a_measure_is_about_him(desk: Organisation) -> None:
    """Only who acts, and all others together, were told apart, so that a bystander could not be asked about."""
    found = sweep(desk, PRIORITY, vary=["priority > rank: 1, 2"], outputs=["cycle time of B"], replications=4, **TIMES)
    each = compare(desk, PRIORITY, replications=4, detail=True, **TIMES).effects
    expected = each.filter(measure="cycle time", party="B")["difference"].item()
    assert found.table["difference"][0] == pytest.approx(expected, rel=1e-9)


def test_a_threshold_is_where_the_line_crosses_and_its_interval_covers() -> None:
    """120 experiments of 15 noisy lines through the origin, level 2: the interval holds 2 in some 95 of 100."""
    generator = np.random.default_rng(3)
    x = np.linspace(0, 4, 9)
    held = []
    for _ in range(120):
        slopes = generator.normal(1.0, 0.2, 15)
        found = threshold(x, x[:, None] * slopes + generator.normal(0, 0.1, (9, 15)), 2.0)
        assert found is not None
        held.append(found.low <= 2.0 <= found.high)
    assert 0.86 <= np.mean(held) <= 0.99


def test_a_level_that_is_not_passed_has_no_threshold() -> None:
    assert threshold(np.array([0.0, 1.0]), np.array([[0.0, 0.1], [1.0, 1.1]]), 5.0) is None


@pytest.mark.parametrize("level", [0.5, -0.5])
def test_a_level_that_all_settings_are_past_is_not_told_as_never_reached(level: float) -> None:
    found = threshold(np.array([0.0, 1.0]), 2 * level * np.array([[1.0, 1.1], [2.0, 2.1]]), level)
    assert found == (-np.inf, -np.inf, -np.inf)


@given(st.permutations(range(5)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_points_changes_no_threshold(order: list[int]) -> None:
    x, y = np.arange(5.0), np.outer(np.arange(5.0) ** 2, [1.0, 1.1, 0.9])
    assert threshold(x[order], y[order], 3.0) == threshold(x, y, 3.0)


def test_the_front_holds_who_is_beaten_by_nobody_and_says_how_surely() -> None:
    generator = np.random.default_rng(4)
    base = np.array([[0.0, 1.0, 2.0, 2.5, 1.01], [3.0, 2.0, 1.0, 2.5, 2.01]])
    goals = base[:, :, None] + generator.normal(0, 0.02, (2, 5, 20))
    on, share, _kept = standing(goals, np.zeros((0, 5, 20)))
    assert on.tolist()[:4] == [True, True, True, False]
    assert share[3] == 0.0
    assert share[0] == share[2] == 1.0
    over = np.zeros((1, 5, 20))
    over[0, 0] = 1.0
    assert not standing(goals, over).on[0]


def test_what_is_not_known_is_on_no_front_and_moves_no_threshold() -> None:
    """A run that has no case of a client tells nothing of him: NaN, which no comparison beats."""
    x, y = np.arange(5.0), np.outer(np.arange(5.0) ** 2, [1.0, 1.1, 0.9])
    missing = y.copy()
    missing[2, 1] = np.nan
    found, plain = threshold(x, missing, 3.0), threshold(x, y[:, [0, 2]], 3.0)
    assert found == plain
    assert threshold(x, np.full((5, 3), np.nan), 3.0) is None
    goals = np.stack([missing, -missing])
    assert not standing(goals, np.zeros((0, 5, 3))).on[2]


def test_a_longer_check_costs_more_and_the_threshold_says_from_when(desk: Organisation) -> None:
    found = sweep(
        desk, CHECK, vary=[DURATION], outputs=["cycle time of A", "working for him of A"], replications=4, **TIMES
    )
    means = [one.value for one in found.curve(1).found]
    assert means == sorted(means)
    assert found.table.height == 10
    hour = found.threshold("working for him of A", 0.2)
    assert hour is not None
    # Each case of A that is repaired is checked: 0.8 of them, each time they are repaired, 1.11 times on average.
    assert hour.value / 3600 == pytest.approx(0.2 / (0.8 * 1 / 0.9), rel=0.15)


def test_a_point_of_a_sweep_is_the_comparison_at_that_setting(desk: Organisation) -> None:
    found = sweep(
        desk,
        CHECK,
        vary=["imposed check > duration: 5 min, 20 min"],
        outputs=["cycle time of A"],
        replications=4,
        **TIMES,
    )
    act = ImposedCheck(client="A", after="Repair", activity="Check", team="Desk", duration="20 min")
    alone = compare(desk, act, replications=4, **TIMES).effects
    row = alone.filter((alone["measure"] == "cycle time") & (alone["party"] == "A"))
    assert found.differences[0, 1].mean() == pytest.approx(row["difference"].item(), rel=1e-12)


def test_what_clients_do_today_is_on_both_sides_of_a_sweep_and_may_be_varied(desk: Organisation) -> None:
    """What was done today had been tried together with the act, against an organisation without either."""
    habit = ImposedCheck(client="B", after="Repair", activity="Test", team="Desk", duration="1 min")
    asked = {
        "outputs": ["working for him of other clients", "waiting for us of A"],
        "replications": 4,
        "today": [habit],
        **TIMES,
    }
    found = sweep(desk, PRIORITY, vary=["priority > rank: 1, 2"], **asked)  # type: ignore[arg-type]
    alone = compare(desk, PRIORITY, today=[habit], replications=4, **TIMES).effects
    row = alone.filter((alone["measure"] == "waiting for us") & (alone["party"] == "A"))
    assert found.differences[1, 0].mean() == pytest.approx(row["difference"].item(), rel=1e-12)
    varied = sweep(desk, PRIORITY, vary=["imposed check > duration: 1 min, 5 min"], **asked)  # type: ignore[arg-type]
    least, most = varied.without[0].mean(axis=1)
    assert most - least == pytest.approx(2 / 3 * 4 / 60 * 0.8 / 0.9, rel=0.15)
    assert np.abs(varied.differences[0]).max() < 1e-9


def test_share_of_cases_leaves_their_number_what_it_is(desk: Organisation) -> None:
    vary = [parameter_in("clients > A > share of cases: 10 %, 60 %")]
    rules, _acts = set_to(desk, (PRIORITY,), vary, [0.6])
    rates = {name: client.cases_per_week for name, client in rules.clients.items()}
    assert sum(rates.values()) == pytest.approx(120)
    assert rates["A"] == pytest.approx(72)
    assert rates["B"] / rates["C"] == pytest.approx(2)


def test_a_sweep_is_the_same_whoever_runs_it_and_is_kept(desk: Organisation, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    plain = sweep(desk, CHECK, vary=[DURATION], outputs=["rework of A"], replications=3, workers=1, **TIMES)
    assert plain.acts == (CHECK,)
    for _ in range(2):
        again = sweep(
            desk,
            CHECK,
            vary=[DURATION],
            outputs=["rework of A"],
            replications=3,
            store=tmp_path / "kept.sqlite",
            progress=lambda done, total: told.append((done, total)),
            **TIMES,
        )
        assert np.array_equal(plain.with_act, again.with_act)
    assert told[-1] == (15, 15)


def test_ctrl_c_leaves_the_points_that_are_finished(desk: Organisation) -> None:
    def stop(done: int, total: int) -> None:
        if done >= 9:
            raise KeyboardInterrupt

    asked = {"vary": [DURATION], "outputs": ["rework of A"], "replications": 3, **TIMES}
    ended = sweep(desk, CHECK, progress=stop, **asked)  # type: ignore[arg-type]
    whole = sweep(desk, CHECK, **asked)  # type: ignore[arg-type]
    assert ended.interrupted
    assert len(ended.points) == 3
    assert np.array_equal(ended.with_act, whole.with_act[:, :3])
    assert ended.table.height == 3
    assert (ended.missing, whole.missing) == (2, 0)
    with pytest.raises(KeyboardInterrupt):
        sweep(desk, CHECK, executor=Ending(), **asked)  # type: ignore[arg-type]


ENDED = [(7, 1, 7), (33, 1, 20), (44, 2, 20), (58, 2, 22), (70, 2, 34)]
TO_END = {"vary": ["imposed check > duration: 5 min, 20 min"], "outputs": ["rework of A"], "replications": 36}


@pytest.fixture(scope="module")
def whole(desk: Organisation) -> Sweep:
    """What comes of it where nobody ends it."""
    return sweep(desk, CHECK, **TO_END, **TIMES)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize(("after", "points", "pairs"), ENDED)
def test_ctrl_c_leaves_the_same_pairs_of_runs_at_each_point(
    desk: Organisation, whole: Sweep, after: int, points: int, pairs: int
) -> None:
    """Each point had been run to its end before the next one: of a thousand pairs each, nothing was left for long."""
    ended = sweep(desk, CHECK, executor=Ending(after), **TO_END, **TIMES)  # type: ignore[arg-type]
    assert (len(ended.points), ended.with_act.shape[2], ended.missing) == (points, pairs, 2 - points)
    assert np.array_equal(ended.with_act, whole.with_act[:, :points, :pairs], equal_nan=True)
    assert np.isfinite(ended.table["low"].to_numpy()).all()


@pytest.mark.slow
def test_ctrl_c_among_alternatives_leaves_those_that_every_point_was_tried_on(desk: Organisation) -> None:
    asked = {"vary": ["imposed check > duration: 5 min, 20 min"], "outputs": ["working for him of A"], **TIMES}
    asked |= {"replications": 4, "alternatives": [desk] * 4}
    for after, alternatives in ((8 + 4 + 1, 0), (8 + 2 * 4 + 3, 2), (8 + 3 * 4, 3)):
        ended = sweep(desk, CHECK, executor=Ending(after), **asked)  # type: ignore[arg-type]
        assert (ended.interrupted, ended.missing, ended.with_act.shape[2]) == (True, 0, 4)
        assert (0 if ended.others is None else ended.others[0].shape[2]) == alternatives
        assert ended.table["learned"].null_count() == (0 if alternatives else 2)


class Ending:
    """Ended after some replications are run."""

    at_once = 1

    def __init__(self, after: int = 0) -> None:
        self.left = after

    def run(self, plan: Plan, tasks: Iterable[Task]) -> Iterator[Replication]:
        for task in tasks:
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            yield replicate(plan, task)


def test_a_front_of_two_parties_never_adds_them_up(desk: Organisation) -> None:
    found = sweep(
        desk,
        PRIORITY,
        vary=["clients > A > share of cases: 10 %, 40 %, 70 %"],
        outputs=["waiting for us of A", "waiting for us of other clients", "share of time at work of Network"],
        replications=8,
        **TIMES,
    )
    best = found.front(lower=["waiting for us of A", "waiting for us of other clients"])
    assert best.height >= 1
    assert set(best.columns) >= {"waiting for us of A", "waiting for us of other clients", "share"}
    none = found.front(lower=["waiting for us of A"], at_most=[("share of time at work of Network", 0.01)])
    assert none.height == 0


@pytest.mark.parametrize("text", ["", "duration: 1 .. 2", "a > b", "a > b: 1", "a > b: soon .. later", "a > b: 2, 2"])
def test_what_cannot_be_varied_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError):
        parameter_in(text)


def test_what_is_not_there_is_refused_with_the_nearest_word(desk: Organisation) -> None:
    for text, near in (
        ("imposed chek > duration: 1 min .. 2 min", "imposed check"),
        ("clients > AA > cases per week: 1 .. 2", "A"),
    ):
        with pytest.raises(ModelError, match=near):
            sweep(desk, CHECK, vary=[text], outputs=["rework of A"], **TIMES)
    with pytest.raises(UsageError, match="cycle time"):
        sweep(desk, CHECK, vary=[DURATION], outputs=["cycle tme of A"], **TIMES)
    with pytest.raises(UsageError, match="not measured for"):
        sweep(desk, CHECK, vary=[DURATION], outputs=["cycle time of Z"], **TIMES)
    with pytest.raises(UsageError, match='say whose: "cycle time of …"'):
        sweep(desk, CHECK, vary=[DURATION], outputs=["cycle time"], **TIMES)


def test_a_share_of_cases_is_set_alike_beside_other_places_and_alone(desk: Organisation) -> None:
    """Alone it needs no detour over the organisation as it stands in a file; what is there before stays as it is."""
    share = parameter_in("clients > A > share of cases: 10 %, 45 %")
    speed = parameter_in("people > n1 > speed: 1, 2")
    before = to_dict(desk)
    alone, _acts = set_to(desk, (), [share], [0.45])
    beside, _acts = set_to(desk, (), [speed, share], [1.0, 0.45])
    assert to_dict(desk) == before
    assert alone.clients == beside.clients
    assert alone == from_dict(to_dict(alone))
    rates = [client.cases_per_week for client in alone.clients.values()]
    assert rates[0] / sum(rates) == pytest.approx(0.45)
    assert sum(rates) == pytest.approx(120)
    assert rates[1] / rates[2] == pytest.approx(2)


@pytest.mark.slow
def test_where_a_response_has_a_brink_more_base_points_are_asked_for() -> None:
    """Flat up to a brink, with 64 base points: intervals miss far more often than in 5 of 100 cases, and it is told
    that these are too few; a slope needs no more."""

    def responses(form, points: int, seed: int) -> np.ndarray:
        first, second = np.random.default_rng(seed).random((2, points, 2))
        mixed = [np.column_stack([second[:, 0], first[:, 1]]), np.column_stack([first[:, 0], second[:, 1]])]
        return np.array([form(one) for one in (first, second, *mixed)])

    def held(form) -> float:
        """How often intervals of indices hold the truth, which many points tell."""
        first, second, *mixed = responses(form, 300_000, 0)
        truth = [(np.corrcoef(second, one)[0, 1], 1 - np.corrcoef(first, one)[0, 1]) for one in mixed]
        inside = []
        for seed in range(1, 81):
            few = responses(form, 64, seed).ravel()
            asked.append(lacking(few, 2))
            for index, true in zip(sensitivity(few, 2), truth, strict=True):
                inside += [one.low <= value <= one.high for one, value in zip(index, true, strict=True)]
        return float(np.mean(inside))

    asked: list[int | None] = []
    assert held(lambda x: np.maximum(x[:, 0] + 0.3 * x[:, 1] - 1.0, 0)) < 0.87
    assert min(one or 0 for one in asked) > 100
    asked.clear()
    assert held(lambda x: x[:, 0] + 0.5 * x[:, 1]) > 0.92
    assert set(asked) == {None}


def test_what_is_varied_wrongly_is_told_beside_that_nothing_is_measured(desk: Organisation) -> None:
    """That nothing was measured was told alone."""
    act = Priority(client="Hospital A", team="Network")
    with pytest.raises(UsageError) as caught:
        sweep(desk, act, vary=["priority > rnk: 1, 2"], outputs=[])
    said = [str(fault) for fault in caught.value.faults]
    assert len(said) == 2
    assert "nothing to measure" in said[0]
    assert "rnk" in said[1]
