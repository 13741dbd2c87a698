"""Durations and distributions: what is written is read back to the last bit, what is unclear is refused."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.organisation.distributions import Distribution
from irrupt.organisation.durations import distribution_data, distribution_in
from irrupt.units import parsed, seconds_in, weeks_in, written


@given(st.floats(0, 1e15) | st.integers(0, 10**8).map(float) | st.integers(0, 10**5).map(lambda n: n * 0.1))
def test_a_written_duration_reads_back_exactly(seconds: float) -> None:
    assert parsed(written(seconds)) == seconds


@given(data=st.data())
def test_a_written_distribution_reads_back_exactly_even_through_json(
    data: st.DataObject, distributions: st.SearchStrategy[Distribution]
) -> None:
    distribution = data.draw(distributions)
    assert distribution_in(distribution_data(distribution)) == distribution
    assert distribution_in(json.loads(json.dumps(distribution_data(distribution)))) == distribution


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("45 s", 45),
        ("12 min", 720),
        ("12min", 720),
        ("1.5 h", 5400),
        (".5 h", 1800),
        ("2 days", 172800),
        ("1 d", 86400),
        ("1 week", 604800),
        ("1h30", 5400),
        ("1 h 30", 5400),
        ("1 h 30 min", 5400),
        ("2 days 3 hours", 183600),
        ("2 Days", 172800),
        ("1e2 s", 100),
    ],
)
def test_people_write_durations_in_many_ways(text: str, seconds: float) -> None:
    assert parsed(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "soon", "12", "12 mn", "-5 min", "1h30x", "5 min 3", "h", "5 m", "1 h 300", "min 5"]
)
def test_what_is_no_duration_is_none(text: str) -> None:
    assert parsed(text) is None


@pytest.mark.parametrize("value", ["12", 12, 12.5, "1e3", ".5"])
def test_a_number_without_unit_is_refused_with_an_explanation(value: object) -> None:
    with pytest.raises(ValueError, match=rf'"{value}" has no unit: write {value} min'):
        seconds_in(value)


@pytest.mark.parametrize(
    ("data", "distribution"),
    [
        ("5 min", Distribution.fixed(300)),
        ({"fixed": "5 min"}, Distribution.fixed(300)),
        ({"exponential": "2 h"}, Distribution.exponential(7200)),
        ({"lognormal": {"mean": "12 min", "cv": "1.2"}}, Distribution.lognormal(720, 1.2)),
        ({"gamma": {"mean": "12 min", "cv": 2}}, Distribution.gamma(720, 2)),
        ({"weibull": {"mean": "12 min", "cv": 2}}, Distribution.weibull(720, 2)),
        ({"uniform": ["5 min", "10 min"]}, Distribution.uniform(300, 600)),
        ({"quantiles": ["0", "1.5", "3"], "unit": "min"}, Distribution.quantiles((0, 90, 180))),
        ({"quantiles": ["0 s", "1 h"]}, Distribution.quantiles((0, 3600))),
    ],
)
def test_each_kind_of_distribution_has_a_readable_form(data: Any, distribution: Distribution) -> None:
    assert distribution_in(data) == distribution


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "nothing is not a duration"),
        ({}, "no kind of distribution among nothing"),
        ({"lognorml": {}}, 'no kind of distribution among "lognorml"; known: fixed'),
        ({"lognormal": "12 min"}, 'lognormal: needs {mean: 12 min, cv: 1.2}, found "12 min"'),
        ({"lognormal": {"mean": "12 min"}}, 'found "mean"'),
        ({"lognormal": {"mean": "12", "cv": 1}}, '"12" has no unit'),
        ({"lognormal": {"mean": "12 min", "cv": "x"}}, '"x" is not a number'),
        ({"lognormal": {"mean": "12 min", "cv": 1, "sd": 2}}, 'unknown key "sd"'),
        ({"exponential": "2 h", "cv": 1}, 'exponential: unknown key "cv"'),
        ({"uniform": ["5 min"]}, "uniform: needs 2 values, found 1"),
        ({"uniform": "5 min"}, 'uniform: needs a list, found "5 min"'),
        ({"uniform": ["10 min", "5 min"]}, "needs 0 <= low <= high"),
        ({"quantiles": [1, 2]}, '"1" has no unit'),
        ({"quantiles": [1, 2], "unit": "m"}, 'quantiles: no unit "m"; known: s, min, h, days'),
        ({"quantiles": [2, 1], "unit": "s"}, "must not fall"),
        ({"quantiles": [1], "unit": "s"}, "at least two points"),
        ({"exponential": "1e400 h"}, "finite"),
        ({"lognormal": {"mean": "1 h", "cv": -1}}, "not negative"),
    ],
)
def test_a_wrong_distribution_is_refused_with_a_reason(data: Any, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        distribution_in(data)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "stray"), [("fixed", {"cv": 1.0}), ("exponential", {"points": (1.0, 2.0)}), ("lognormal", {"high": 3.0})]
)
def test_a_distribution_takes_no_parameters_of_another_kind(kind: Any, stray: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{kind}: does not take {next(iter(stray))}"):
        Distribution(kind=kind, mean=1.0, **stray)


def test_there_is_no_unknown_kind_of_distribution() -> None:
    with pytest.raises(ValueError, match="no kind of distribution 'pareto'"):
        Distribution(kind="pareto", mean=1.0)  # type: ignore[arg-type]


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=9).map(sorted))
def test_the_mean_of_quantiles_is_the_area_under_the_lines(points: list[float]) -> None:
    mean = Distribution.quantiles(tuple(points)).mean
    area = sum((a + b) / 2 for a, b in pairwise(points)) / (len(points) - 1)
    assert mean == pytest.approx(area, rel=1e-12, abs=1e-9)


def test_months_are_twelfths_of_a_year_and_plain_numbers_count_weeks_where_weeks_are_meant() -> None:
    assert parsed("3 months") == pytest.approx(365.25 / 4 * 86400)
    assert parsed("1 month") == parsed("0.5 months 0.5 months")
    assert weeks_in(26) == weeks_in("26") == weeks_in("26 weeks") == 26.0
    with pytest.raises(ValueError, match="not a duration"):
        weeks_in("soon")
