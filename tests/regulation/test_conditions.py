"""Conditions are read as people write them, and written as they are read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.ledgers import measures
from irrupt.regulation.conditions import Condition, Term, parse

parties = st.none() | st.sampled_from(["A", "Hospital A", "all clients", "Care for the old", "in and out", "x, y"])
values = st.floats(0, 1e6).map(lambda value: round(value, 2))


@st.composite
def terms(draw: st.DrawFn) -> Term:
    measure = draw(st.sampled_from(sorted(measures())))
    value = draw(values) / (100 if measures()[measure].unit == "share" else 1)
    if measures()[measure].impossible(value):
        value = round(value % 1, 4)
    return Term(
        measure=measure,
        relation=draw(st.sampled_from(["<", "<=", ">", ">="])),
        value=value,
        weeks=draw(st.sampled_from([1.0, 4.0, 13.0, 0.5])),
        party=draw(parties),
    )


@settings(max_examples=150, deadline=None)
@given(ways=st.lists(st.lists(terms(), min_size=1, max_size=3), min_size=1, max_size=3))
def test_what_is_written_reads_back(ways: list[list[Term]]) -> None:
    condition = Condition(ways=tuple(tuple(way) for way in ways))
    read = parse(str(condition))
    assert [len(way) for way in read.ways] == [len(way) for way in condition.ways]
    for found, meant in zip(read.terms, condition.terms, strict=True):
        assert (found.measure, found.relation, found.party, found.weeks) == (
            meant.measure,
            meant.relation,
            meant.party,
            meant.weeks,
        )
        assert found.value == pytest.approx(meant.value)


def test_and_binds_closer_than_or() -> None:
    condition = parse("rework > 5 % over 1 week and arrivals > 3 over 1 week or arrivals > 9 over 1 week")

    def holds(rework: float, arrivals: float) -> bool:
        return condition.holds(lambda term: rework if term.measure == "rework" else arrivals)

    assert [holds(0.1, 4), holds(0.0, 4), holds(0.0, 10), holds(0.1, 2)] == [True, False, True, False]


def test_one_case_a_week_is_one() -> None:
    assert parse("throughput > 1 case a week over 1 week") == parse("throughput > 1 cases a week over 1 week")


def test_what_is_not_known_meets_nothing() -> None:
    term = parse("rework < 5 % over 1 week").terms[0]
    assert term.holds(float("nan")) is None
    assert not parse("rework < 5 % over 1 week").holds(lambda term: float("nan"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("on tme < 95 % over 4 weeks", 'no measure "on tme"'),
        ("cycle tim < 8 h over 4 weeks", 'no measure "cycle tim"; did you mean "cycle time"?'),
        ("", 'no measure ""'),
        ("cycle time", 'no comparison after "cycle time": write <, <=, > or >='),
        ("cycle time for A < 8 h over 4 weeks", '"for" comes behind the value: cycle time > … for …'),
        ("cycle time over 4 weeks < 8 h", '"over" comes behind the value: cycle time > … over …'),
        ("cycle time = 8 h over 4 weeks", 'no comparison after "cycle time"'),
        ("cycle time < 8 over 4 weeks", '"8" has no unit: write 8 h'),
        ("cycle time < 8 h", "over how long is missing: write over 4 weeks"),
        ("cycle time < 8 h over soon", '"soon" is no time: write over 4 weeks'),
        ("cycle time < 8 h over 4 weeks over 5 weeks", '"over" stands there twice'),
        ("rework < 8 h over 4 weeks", 'rework is a share: write 8 %, not "8 h"'),
        ("nervousness > 15 over 4 weeks", 'nervousness is a share: write 15 %, not "15"'),
        ("arrivals < 8 h over 4 weeks", 'arrivals is not told in "8 h": write 8 cases a week'),
        ("cycle time < 8 h over 4 weeks and x", 'no measure "x"'),
        ("cycle time < 1e400 h over 4 weeks", 'cycle time is not told in "1e400 h": write 8 h'),
        ("__import__('os').system('x') < 3 over 1 week", "no measure"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse(text)
    assert says in str(caught.value)


def test_names_may_have_apostrophes() -> None:
    """What stood between two of them was taken for a quoted name."""
    one, two = parse("rework > 5 % for L'Hôpital over 4 weeks and rework > 5 % for L'Oréal over 1 week").terms
    assert (one.party, one.weeks, two.party, two.weeks) == ("L'Hôpital", 4.0, "L'Oréal", 1.0)
    (one,) = parse("rework > 5 % for 'over the hill' over 4 weeks").terms
    assert one.party == "over the hill"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cycle time > 9 over 2 weeks", '"9" has no unit: write 9 h'),
        ("cycle time > 9 % over 2 weeks", 'cycle time is not told in "9 %": write 9 h'),
        ("cycle time > long over 2 weeks", 'cycle time is not told in "long": write 8 h'),
        ("cycle time >> 9 h over 2 weeks", '">>" is no comparison: write <, <=, > or >='),
        ("cycle time > = 9 h over 2 weeks", '"> =" is no comparison: write <, <=, > or >='),
        ("rework > 15 over 2 weeks", 'rework is a share: write 15 %, not "15"'),
        ("throughput > 7 h over 2 weeks", 'throughput is not told in "7 h": write 7 cases a week'),
    ],
)
def test_the_remedy_fits_what_was_written(text: str, said: str) -> None:
    """9 without a unit was answered with "write 8 h", and so was a sign that is none."""
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        parse(text)
