"""When somebody is seen, and how long he was there unseen, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.discovery.people.calendars import _covered, _unseen, hours, never_pauses, presence, usual_hours
from irrupt.organisation import Calendar
from irrupt.units import DAY, HOUR, WEEK

LATE = [16.0, 17.0, 18.0, 17.0, 16.0]
"""Hours at which nothing was in hand any more."""


@given(st.lists(st.tuples(st.floats(0.0, 5 * WEEK), st.floats(0.0, WEEK)), min_size=1, max_size=5))
def test_hours_of_the_week_cover_what_stretches_last(stretches: list[tuple[float, float]]) -> None:
    begin, length = np.array(stretches).T
    found = _covered(begin, begin + length)
    assert found.sum() * HOUR == pytest.approx(length.sum(), abs=1e-3)
    assert found.max() <= len(begin) + 1e-6


def test_who_had_work_in_hand_was_there_until_others_left_who_were_there_as_long() -> None:
    """Whoever was last seen at three left at five, as most did; at five, at six, as the one did who stayed longer; at
    eight, then. Nobody stayed for longer than five hours more."""
    hidden = [15.0, 17.0, 20.0, 9.0]
    found = _unseen(HOUR * np.array(LATE + hidden), np.repeat([False, True], [5, 4]))
    assert (found / HOUR).tolist() == [0.0] * 5 + [2.0, 1.0, 0.0, 5.0]


def test_where_work_is_always_in_hand_the_latest_tell() -> None:
    hour = np.append(np.full(4, 16.0), np.linspace(10.0, 20.0, 101))
    found = _unseen(HOUR * hour, np.arange(105) >= 4)
    latest = float(np.quantile(hour, 0.95))
    assert (found[4:] / HOUR).tolist() == pytest.approx(np.clip(latest - hour[4:], 0.0, 5.0).tolist())
    assert not found[:4].any()
    assert not _unseen(HOUR * hour[:4], np.ones(4, bool)).any()


def test_what_takes_a_stretch_of_work_does_not_tell_whether_somebody_goes_home() -> None:
    """Paint dries at all hours; a thousand pieces that take eight hours, begun in the morning, are over by day."""
    days, luck = np.arange(0.0, 60 * WEEK, DAY), np.random.default_rng(1)
    dried = days + luck.uniform(6.0, 40.0, 420) * HOUR
    begun = np.repeat(days, 3) + luck.integers(6, 9, 1260) * HOUR
    assert never_pauses(days, dried)
    assert never_pauses(np.append(days, begun), np.append(dried, begun + 8 * HOUR))
    assert not never_pauses(np.append(days, begun), np.append(dried, begun + 9 * HOUR))


@pytest.mark.parametrize("measured", [True, False])
def test_who_works_over_midnight_is_there_before_it_if_that_is_known(*, measured: bool) -> None:
    """From ten in the evening to two at night, for two weeks. An assumed start on the day before says nothing."""
    begin = DAY * np.arange(14) + 22 * HOUR
    log: Any = SimpleNamespace(
        person=np.zeros(14, np.int64),
        start=begin,
        end=begin + 4 * HOUR,
        starts="measured" if measured else "assumed",
        span=(0.0, 14 * DAY),
    )
    seen = presence(log, np.ones(14, bool), np.zeros(14, np.int64), 1)[0].reshape(7, 24).sum(axis=0)
    assert seen[22:].tolist() == ([14.0, 14.0] if measured else [0.0, 0.0])
    assert not seen[3:21].any()
    assert not measured or seen[:2].tolist() == [14.0, 14.0]


def test_who_is_never_on_duty_has_worked_around_the_clock() -> None:
    never = hours(Calendar(hours=()))
    assert never.back(np.array([5 * DAY, WEEK]), np.array([DAY, 3600.0])).tolist() == [4 * DAY, WEEK - 3600.0]


def test_what_is_never_seen_may_be_at_any_hour() -> None:
    assert usual_hours(np.zeros(168)) == (Calendar(hours=((0, 10080),)),)
