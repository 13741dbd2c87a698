"""Which times between steps share a delay, and which of them are gone straight on with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery.log import read
from irrupt.discovery.procedure import symbols
from irrupt.discovery.routes.routing import START
from irrupt.discovery.times.shared_delays import Moments, grouped, hours_matter
from irrupt.units import HOUR


def test_what_is_gone_straight_on_with_is_told_of_the_delay_it_would_be_of(made: Callable[..., Chronicle]) -> None:
    """Of sixty cases, ten are worked on at once and twenty are closed so; each of these belongs to the delay of others
    that come from the same step."""
    monday, names = datetime(2024, 1, 1, tzinfo=UTC), ("Come", "Work", "Close")
    log = read(
        made((case, names[at], monday + timedelta(hours=3 * case + at)) for case in range(60) for at in range(3))
    )
    count = len(log.case)
    known = symbols(log, np.full(count, -1), np.ones(count, bool))
    step = known.of_step
    at = {name: np.flatnonzero(log.activity == log.activities.index(name)) for name in names}
    on = np.zeros(count, bool)
    on[at["Work"][:10]] = on[at["Close"][:20]] = True
    every = np.unique(step)
    automaton = SimpleNamespace(symbol=np.append(START, every), history=[()] * (len(every) + 1))
    findings: Any = SimpleNamespace(
        log=log, known=known, automaton=automaton, straight=SimpleNamespace(on=on), teams=SimpleNamespace(names=())
    )
    before = np.append(START, step[:-1])
    none, size = np.zeros(count), int(step.max()) + 1
    moments = Moments(none, none, none, on, before * size + step, 1 + np.searchsorted(every, before))
    delays, of = grouped(findings, moments, np.zeros(count, bool))
    assert {one.name: (one.steps.tolist(), one.straight.tolist()) for one in delays} == {
        "delay: Come > Work": (at["Work"][10:].tolist(), at["Work"][:10].tolist()),
        "delay: Work > Close": (at["Close"][20:].tolist(), at["Close"][:20].tolist()),
    }
    assert sorted(of.values()) == ["delay: Come > Work", "delay: Work > Close"]


@pytest.mark.parametrize(
    ("number", "long", "told"), [(100, 25, True), (100, 24, False), (300, 30, True), (300, 29, False), (0, 0, False)]
)
def test_hours_matter_where_a_tenth_of_the_delays_takes_more_than_an_hour(number: int, long: int, told: bool) -> None:
    """And 25 of them at least."""
    lasts = np.where(np.arange(number) < long, HOUR + 1.0, HOUR)
    assert hours_matter(lasts) == told
