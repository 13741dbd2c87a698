"""Numbers in findings read well in both languages."""

from __future__ import annotations

import pytest

from irrupt import i18n
from irrupt.sight import words


@pytest.fixture(autouse=True)
def english():
    i18n.use("en")
    yield
    i18n.use(None)


@pytest.mark.parametrize(
    ("hours", "text"),
    [(0.0, "0\u202fmin"), (0.5, "30.0\u202fmin"), (8.0, "8.0\u202fh"), (95.0, "95.0\u202fh"), (96.0, "4.0\u202fdays")],
)
def test_durations_are_told_in_the_unit_that_reads_best(hours, text):
    assert words.duration(hours) == text


def test_an_interval_has_the_unit_of_its_value():
    assert words.duration(0.9, 0.5, 1.5) == "54.0\u202fmin (30.0 to 90.0)"
    assert words.percent(0.05, 0.012, 0.2) == "5.0\u202f% (1.2 to 20.0)"


def test_numbers_below_one_are_told_with_two_digits():
    """Of 0.14 (0.12 to 0.16) it was said that it is 0.1 (0.1 to 0.2)."""
    assert words.number_with(0.14, 0.12, 0.16) == "0.14 (0.12 to 0.16)"
    assert words.number_with(0.96, 0.9, 1.02) == "0.96 (0.90 to 1.02)"
    assert words.number_with(0.034, 0.0, 0.05) == "0.034 (0 to 0.050)"
    assert words.number_with(12.34, 9.06, 15.2) == "12.3 (9.1 to 15.2)"
    assert words.number_with(0.5) == "0.50"


def test_lengths_that_stand_beside_each_other_are_told_in_one_unit():
    assert words.duration(72.7, 70.0, 80.0, like=120.0) == "3.0\u202fdays (2.9 to 3.3)"
    assert words.duration(120.0, like=72.7) == "120\u202fh"
    assert words.longer(-20.1, -13.5, like=120.0) == "−0.8 to −0.6\u202fdays"
    assert words.duration(72.7, like=0.0) == words.duration(72.7)


def test_differences_bear_their_sign():
    assert words.longer(-20.1, 3.0) == "−20.1 to +3.0\u202fh"
    assert words.points(-0.004, 0.05) == "−0.4 to +5.0 points"
    assert words.points(0.25, 0.31) == "+25 to +31 points"


def test_french_writes_commas():
    i18n.use("fr")
    assert words.duration(1.5).startswith("1,5")
    assert words.count(12345) == "12\u202f345"
