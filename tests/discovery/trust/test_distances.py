"""Distances: an identity, symmetries, and the values of the reference implementation."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle.model import Chronicle, conform
from irrupt.discovery import distances
from irrupt.discovery.trust.distances import wasserstein
from irrupt.discovery.trust.fidelity import replay
from irrupt.errors import DataError

SHARED = Path(__file__).resolve().parents[4] / "shared"
MONDAY = dt.datetime(2024, 1, 1, 8, tzinfo=dt.UTC)

GOLDEN = [
    (
        (23, 5, 1.9),
        {
            "NGD": 0.0,
            "AED": 9.491228070175438,
            "CED": 5.257104454685099,
            "RED": 0.0,
            "CTD": 0.0,
            "CAR": 9.608695652173914,
        },
    ),
    (
        (31, -40, 1.1),
        {
            "NGD": 0.1487603305785124,
            "AED": 31.94508999772157,
            "CED": 6.763332302618017,
            "RED": 0.18033720665299607,
            "CTD": 0.35904628330995825,
            "CAR": 32.35343618513324,
        },
    ),
]
"""Values of log-distance-measures 2.x on the logs that `log` makes, each against log(23, 0, 1.7)."""


def log(cases: int, shift: float, pace: float) -> Chronicle:
    rows = []
    for case in range(cases):
        moment = MONDAY + dt.timedelta(hours=shift + case * case * pace / 7)
        for step in range(1 + (case * 5 + cases) % 4):
            start = moment + dt.timedelta(minutes=37 * ((case + step) % 5))
            end = start + dt.timedelta(minutes=11 * (step + 1) + case % 3)
            rows.append((f"case {case}", "ABCD"[(case * step + step + cases) % 4], start, end))
            moment = end + dt.timedelta(hours=(case + step) % 9)
    frame = pl.DataFrame(rows, schema=["case", "activity", "start", "end"], orient="row")
    return Chronicle(events=conform(frame), starts="measured")


@pytest.mark.parametrize(("other", "expected"), GOLDEN)
def test_values_are_those_of_the_reference_implementation(
    other: tuple[int, float, float], expected: dict[str, float]
) -> None:
    assert distances(log(23, 0, 1.7), log(*other)) == pytest.approx(expected, abs=1e-9)


@given(st.integers(1, 30), st.floats(-500, 500), st.floats(0, 50))
@settings(max_examples=25, deadline=None)
def test_a_log_is_at_no_distance_from_itself_and_both_directions_are_equal(
    cases: int, shift: float, pace: float
) -> None:
    one, other = log(cases, shift, pace), log(17, 0, 2.0)
    assert set(distances(one, one).values()) == {0.0}
    there, back = distances(one, other), distances(other, one)
    assert there == pytest.approx(back, abs=1e-9)
    assert 0 <= there["NGD"] <= 1
    assert 0 <= there["CED"] <= 23


samples = st.lists(st.integers(-1000, 1000), min_size=1, max_size=40)


@given(samples, samples, samples)
@settings(max_examples=80, deadline=None)
def test_wasserstein_is_a_metric_and_agrees_with_scipy(a: list[int], b: list[int], c: list[int]) -> None:
    from scipy.stats import wasserstein_distance

    assert wasserstein(a, b) == pytest.approx(wasserstein_distance(a, b), abs=1e-9)
    assert wasserstein(a, c) <= wasserstein(a, b) + wasserstein(b, c) + 1e-9


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (["AB"], ["BA"], 1.0),
        (["ABC"], ["ABD"], 6 / 10),
        (["ABC"], ["AB"], 5 / 9),
        (["AB", "AB"], ["AB", "BC"], 8 / 16),
        (["A", "B"], ["AB"], 6 / 10),
    ],
)
def test_orders_are_as_far_apart_as_trigrams_counted_by_hand(one: list[str], other: list[str], expected: float) -> None:
    """ABC has the trigrams --A, -AB, ABC, BC- and C--; of the ten of ABC and ABD, six are in one alone."""

    def log_of(words: list[str]) -> Chronicle:
        steps = [(f"case {case}", name, at) for case, word in enumerate(words) for at, name in enumerate(word)]
        rows = [(case, name, MONDAY + dt.timedelta(hours=at)) for case, name, at in steps]
        return Chronicle(events=conform(pl.DataFrame(rows, schema=["case", "activity", "end"], orient="row")))

    assert distances(log_of(one), log_of(other))["NGD"] == pytest.approx(expected, abs=1e-12)


def test_moving_a_log_by_whole_weeks_only_moves_its_absolute_times() -> None:
    one = log(23, 0, 1.7)
    week = dt.timedelta(weeks=2)
    later = one.with_events(one.events.with_columns(pl.col("start", "end") + week))
    found = distances(one, later)
    assert found["AED"] == found["CAR"] == pytest.approx(336)
    assert found["NGD"] == found["CED"] == found["RED"] == found["CTD"] == 0


def test_without_start_times_ends_alone_count() -> None:
    one = log(23, 0, 1.7)
    blind = one.with_events(one.events.with_columns(pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("start")))
    blind = blind.with_events(blind.events, starts="missing")
    assert set(distances(blind, one).values()) == {0.0}


def test_names_of_cases_do_not_matter() -> None:
    one = log(23, 0, 1.7)
    renamed = one.with_events(one.events.with_columns(("x" + pl.col("case").str.reverse()).alias("case")))
    assert distances(one, renamed) == pytest.approx(dict.fromkeys(distances(one, one), 0.0))


def test_an_empty_log_is_refused() -> None:
    one = log(3, 0, 1.0)
    with pytest.raises(DataError):
        distances(one, one.with_events(one.events.clear()))


@pytest.mark.parametrize("name", ["Production", "ACR"])
def test_a_replay_has_the_distances_measured_by_others(name: str) -> None:
    arena = SHARED / "arena"
    if not arena.exists():
        pytest.skip("the public logs of ../shared/arena are not here")

    def load(part: str) -> Chronicle:
        table = pl.read_csv(arena / "split" / name / f"{part}.csv.gz", infer_schema_length=0)
        moments = [
            pl.col(f"{end}_time").str.to_datetime(time_zone="UTC", time_unit="us").alias(end)
            for end in ("start", "end")
        ]
        return Chronicle(
            events=conform(table.select(pl.col("case_id").alias("case"), "activity", *moments)), starts="measured"
        )

    train, test = load("train"), load("test")
    expected = json.loads((arena / "peers.json").read_text())[name]["(replay)"]
    begin = test.events["start"].min()
    assert isinstance(begin, dt.datetime)
    found = distances(test, replay(train, begin, test.cases))
    assert found == pytest.approx(expected, abs=6e-5)


def test_bigger_samples_of_the_same_kind_are_nearer() -> None:
    rng = np.random.default_rng(5)
    near = wasserstein(rng.exponential(1.0, 20_000), rng.exponential(1.0, 20_000))
    far = wasserstein(rng.exponential(1.0, 200), rng.exponential(1.0, 200))
    assert near < far
