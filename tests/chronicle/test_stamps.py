"""Dates in the words of languages and in the forms of other systems."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from babel import Locale

from irrupt.chronicle.times import read_times

LANGUAGES = ["da", "de", "el", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pl", "pt", "ro", "ru", "sv", "tr"]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", ["wide", "abbreviated"])
def test_months_are_read_in_the_languages_of_europe(language: str, width: str) -> None:
    """Against the names that Unicode's CLDR gives."""
    names = Locale(language).months["format"][width]
    times = read_times(pl.Series([f"28 {names[number]} 2016 13:55" for number in range(1, 13)]))
    assert times.moments.dt.month().to_list() == list(range(1, 13))


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("Mon Feb 29 13:55:36 CET 2016", 12),
        ("Mon Feb 29 2016 13:55:36 GMT+0100 (Central European Standard Time)", 12),
        ("Mon, 29 Feb 2016 13:55:36 EST", 18),
        ("2016-02-29 13:55:36 CEST", 11),
        ("/Date(1456754136000)/", 13),
        ("29/Feb/2016:13:55:36 +0200", 11),
    ],
)
def test_zones_that_systems_write_in_letters_or_brackets_move_the_moment(text: str, hour: int) -> None:
    times = read_times(pl.Series([text]), "Asia/Tokyo")
    assert times.moments.to_list() == [dt.datetime(2016, 2, 29, hour, 55, 36, tzinfo=dt.UTC)]
    assert times.naive == 0


@pytest.mark.parametrize("text", ["29.02.2016 13:55 Uhr", "29 de febrero de 2016 13:55", "29.2.2016 klo 13.55"])
def test_small_words_around_the_hour_are_passed_over(text: str) -> None:
    assert read_times(pl.Series([text])).moments.to_list() == [dt.datetime(2016, 2, 29, 13, 55, tzinfo=dt.UTC)]


@pytest.mark.parametrize(
    ("half", "hour"), [("a. m.", 7), ("p. m.", 19), ("A.\u00a0M.", 7), ("p.\u202fm.", 19), ("p m", 19)]
)
def test_the_half_of_the_day_is_read_with_its_letters_apart(half: str, hour: int) -> None:
    """Systems in Spanish write 07:46 p. m., with a blank that may be a narrow one."""
    found = read_times(pl.Series([f"29/02/2016 07:46:01 {half}"])).moments.to_list()
    assert found == [dt.datetime(2016, 2, 29, hour, 46, 1, tzinfo=dt.UTC)]


@pytest.mark.parametrize("text", ["Mon Feb 29 13:55:36 XYZ 2016", "2016-02-29 13:55:36 IST", "de 12 de 14", "Uhr"])
def test_what_could_be_several_moments_or_none_is_not_guessed(text: str) -> None:
    assert read_times(pl.Series([text])).unreadable.all()
