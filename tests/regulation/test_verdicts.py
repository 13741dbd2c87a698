"""Verdicts: four different answers, and no fifth."""

from __future__ import annotations

import math
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.organisation import Claim
from irrupt.regulation import Verdict, found, verdict

numbers = st.floats(-100, 100)
intervals = st.tuples(numbers, numbers).map(sorted)
least = st.floats(0, 100)
OPPOSITE = {"rises": "falls", "falls": "rises"}


@pytest.mark.parametrize(
    ("low", "high", "matters", "answer"),
    [
        (1.0, 2.0, 0.5, "rises"),
        (-2.0, -1.0, 0.5, "falls"),
        (0.1, 2.0, 0.5, "rises"),
        (0.1, 0.5, 0.5, "smaller than matters"),
        (-0.4, -0.1, 0.5, "smaller than matters"),
        (-0.4, 0.4, 0.5, "no measurable effect"),
        (-0.5, 0.5, 0.5, "no measurable effect"),
        (0.0, 0.4, 0.5, "no measurable effect"),
        (-0.1, 0.6, 0.5, "undecided"),
        (-9.0, 9.0, 0.5, "undecided"),
        (0.0, 0.0, 0.0, "no measurable effect"),
        (0.0, 1.0, 0.0, "undecided"),
        (1.0, 1.0, 0.0, "rises"),
        (math.nan, math.nan, 0.5, "undecided"),
        (-math.inf, math.inf, 0.5, "undecided"),
    ],
)
def test_an_interval_has_one_answer(low: float, high: float, matters: float, answer: Verdict) -> None:
    assert verdict(low, high, matters) == answer


@given(intervals, least)
def test_turning_the_sign_turns_the_verdict(interval: list[float], matters: float) -> None:
    low, high = interval
    straight, turned = verdict(low, high, matters), verdict(-high, -low, matters)
    assert turned == OPPOSITE.get(straight, straight)


@given(intervals, least, st.floats(0.01, 100))
def test_the_unit_does_not_matter(interval: list[float], matters: float, unit: float) -> None:
    """Hours or minutes: the same verdict. (Away from the very edges, where rounding decides.)"""
    low, high = interval
    gaps = [abs(abs(low) - matters), abs(abs(high) - matters)]
    if min(gaps) > 1e-6 and min(abs(low), abs(high)) > 1e-6:
        assert verdict(low * unit, high * unit, matters * unit) == verdict(low, high, matters)


@given(intervals, least)
def test_only_an_interval_without_zero_and_beyond_what_matters_rises_or_falls(
    interval: list[float], matters: float
) -> None:
    low, high = interval
    answer = verdict(low, high, matters)
    assert answer in get_args(Verdict)
    contains_zero = low <= 0 <= high
    assert (answer in ("rises", "falls", "smaller than matters")) == (not contains_zero)
    if answer in ("no measurable effect", "smaller than matters"):
        assert max(abs(low), abs(high)) <= matters


@given(intervals, least, st.floats(0, 1))
def test_more_runs_never_turn_nothing_into_something_undecided(
    interval: list[float], matters: float, tighter: float
) -> None:
    """An interval inside the first: `no measurable effect` may at most become `smaller than matters`."""
    low, high = interval
    middle = (low + high) / 2
    inner = (middle + (low - middle) * tighter, middle + (high - middle) * tighter)
    if verdict(low, high, matters) == "no measurable effect" and inner[0] <= inner[1]:
        assert verdict(*inner, matters) in ("no measurable effect", "smaller than matters")


def test_an_interval_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="low <= high"):
        verdict(1.0, 0.0, 0.5)
    with pytest.raises(ValueError, match="matters >= 0"):
        verdict(0.0, 1.0, -0.5)


@pytest.mark.parametrize(
    ("low", "high", "expects", "says"),
    [
        (1.0, 2.0, "rise", "as claimed"),
        (1.0, 2.0, "fall", "the opposite"),
        (-2.0, -1.0, "fall", "as claimed"),
        (-2.0, -1.0, "rise", "the opposite"),
        (-0.1, 0.1, "fall", "no measurable effect"),
        (0.1, 0.2, "fall", "smaller than matters"),
        (-9.0, 9.0, "fall", "undecided"),
    ],
)
def test_a_claim_is_set_beside_what_was_found(low: float, high: float, expects: Any, says: str) -> None:
    claim = Claim(author="A", aim="rigidity", measure="cycle time", party="A", expects=expects)
    middle = (low + high) / 2
    answer = found(claim, difference=middle, low=low, high=high, without=10.0, unit="h", matters=0.5)
    assert (answer.claim, answer.says) == (claim, says)
    assert (answer.difference, answer.low, answer.high, answer.without, answer.unit) == (middle, low, high, 10.0, "h")
    assert answer.matters == 0.5
    assert answer.verdict == verdict(low, high, 0.5)
