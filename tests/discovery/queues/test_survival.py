"""Times are told from those that ended and from those that were not seen to."""

from __future__ import annotations

import numpy as np
import pytest

from irrupt.discovery.queues.survival import Law, again, fitted, likeliest, moved, times
from irrupt.organisation import Distribution
from irrupt.organisation.races import quantiles


def median(distribution: Distribution) -> float:
    return float(quantiles(distribution, np.array([0.5]))[0])


def censored(times: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Times that end before somebody serves, and the waits of those who are served first."""
    served = random.exponential(np.median(times), len(times))
    return times[times < served], served[times >= served]


@pytest.mark.parametrize("kind", ["exponential", "lognormal", "weibull"])
def test_times_of_which_many_are_not_seen_to_their_end_are_found(kind: str) -> None:
    random = np.random.default_rng(1)
    times = {
        "exponential": random.exponential(3600.0, 4000),
        "lognormal": random.lognormal(8.0, 0.6, 4000),
        "weibull": 3600.0 * random.weibull(2.5, 4000),
    }[kind]
    assert median(fitted(*censored(times, random))) == pytest.approx(np.median(times), rel=0.06)


def test_errors_fall_with_the_root_of_the_number_of_cases() -> None:
    def errors(size: int) -> float:
        found = []
        for seed in range(6):
            random = np.random.default_rng(seed)
            times = random.exponential(3600.0, size)
            found.append(np.log(median(fitted(*censored(times, random))) / (3600.0 * np.log(2))))
        return float(np.sqrt(np.mean(np.square(found))))

    assert errors(900) < 0.6 * errors(100)


@pytest.mark.parametrize("kind", ["exponential", "lognormal", "weibull"])
def test_a_law_is_moved_to_where_so_many_are_expected_to_end(kind: str) -> None:
    random = np.random.default_rng(1)
    seen = times(np.log(random.exponential(3600.0, 500)), random.random(500) < 0.2)
    law = Law(kind, 9.0, 1.0 if kind == "exponential" else 0.7)
    for wanted in (0.5, 20.0, 300.0):
        assert seen.expected(law.later(moved(seen, law, wanted))) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("kind", ["lognormal", "weibull"])
def test_a_law_is_found_again_near_where_it_was(kind: str) -> None:
    """As the whole search finds it, with other weights."""
    random = np.random.default_rng(2)
    lasts = random.lognormal(8.0, 0.6, 2000) if kind == "lognormal" else 3600.0 * random.weibull(2.5, 2000)
    served = random.exponential(np.median(lasts), 2000)
    logs, ended = np.log(np.minimum(lasts, served)), lasts < served
    law = likeliest(times(logs, ended))
    assert law.kind == kind
    other = times(logs, ended, random.exponential(size=2000))
    whole, near = likeliest(other), again(other, law)
    assert near[1:] == pytest.approx(whole[1:], rel=0.01)
    assert near != law


def test_hazards_are_those_of_the_distributions() -> None:
    """Of each law, a share of one over e exceeds what has a hazard of 1."""
    logs = np.linspace(5.0, 14.0, 4000)
    for law in (Law("exponential", 9.0, 1.0), Law("weibull", 9.0, 1.7), Law("lognormal", 9.0, 0.8)):
        level = float(np.interp(1.0, law.hazard(logs), logs))
        random = np.random.default_rng(3)
        drawn = {
            "exponential": random.exponential(np.exp(9.0), 40_000),
            "weibull": np.exp(9.0) * random.weibull(1.7, 40_000),
            "lognormal": random.lognormal(9.0, 0.8, 40_000),
        }[law.kind]
        assert np.mean(drawn > np.exp(level)) == pytest.approx(np.exp(-1.0), abs=0.01)


def test_an_exponential_law_is_found_again_by_the_times_over_those_that_ended() -> None:
    seen = times(np.log([100.0, 300.0, 900.0]), np.array([True, False, True]), np.array([2.0, 1.0, 0.5]))
    found = again(seen, Law("exponential", 3.0, 1.0))
    assert found == ("exponential", pytest.approx(np.log((2 * 100 + 300 + 0.5 * 900) / 2.5)), 1.0)
