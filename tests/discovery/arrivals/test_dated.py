"""What depends on the date is told of the days of each week before the end of the arrivals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery.arrivals import dated
from irrupt.discovery.log import read
from irrupt.organisation import year
from irrupt.units import DAY

from ..conftest import MONDAY


def test_weeks_are_told_from_the_last_day_backwards(made: Callable[..., Chronicle]) -> None:
    """Cases come on Mondays and Saturdays, three to one, and the last week is over on a Monday at midnight."""
    came = [3 * (day % 7 == 0) + (day % 7 == 5) for day in range(28)]
    moments = [MONDAY + dt.timedelta(days=day, hours=9) for day, many in enumerate(came) for _one in range(many)]
    log = read(made([(f"{at}", "ask", moment) for at, moment in enumerate(moments)]))
    by_day = dated.ByDay(np.array([came], float), np.ones(28), 0)
    found = dated.learn(log, by_day, np.full((1, 4), 4.0), np.ones(4), 28 * DAY)
    days = found.days.ravel()
    told = list(zip((year.MONTH[days] + 1).tolist(), year.DAY[0][days].tolist(), strict=True))
    assert told == [(1, 28 - day) for day in range(28)]
    assert found.share == {name: pytest.approx([0, 0.25, 0, 0, 0, 0, 0.75]) for name in log.clients}
