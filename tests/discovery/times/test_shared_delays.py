"""Which times between steps share a delay, and which of them are gone straight on with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.chronicle.model import Chronicle
from irrupt.discovery.log import Flags, Log, read
from irrupt.discovery.procedure import symbols
from irrupt.discovery.routes.routing import START
from irrupt.discovery.times.shared_delays import Delay, Moments, grouped, hours_matter
from irrupt.units import HOUR

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def shared(log: Log, on: Flags) -> tuple[list[Delay], dict[tuple[int, int], str]]:
    """The delays of *log*, in which people go straight *on* with some steps, and between which steps each is."""
    count = len(log.case)
    known = symbols(log, np.full(count, -1), np.ones(count, bool))
    step = known.of_step
    every = np.unique(step)
    automaton = SimpleNamespace(symbol=np.append(START, every), history=[()] * (len(every) + 1))
    findings: Any = SimpleNamespace(
        log=log, known=known, automaton=automaton, straight=SimpleNamespace(on=on), teams=SimpleNamespace(names=())
    )
    before = np.append(START, step[:-1])
    none, size = np.zeros(count), int(step.max()) + 1
    moments = Moments(none, none, none, on, before * size + step, 1 + np.searchsorted(every, before))
    return grouped(findings, moments, np.zeros(count, bool))


def test_what_is_gone_straight_on_with_is_told_of_the_delay_it_would_be_of(made: Callable[..., Chronicle]) -> None:
    """Of sixty cases, ten are worked on at once and twenty are closed so; each of these belongs to the delay of others
    that come from the same step."""
    names = "Come", "Work", "Close"
    log = read(
        made((case, names[at], MONDAY + timedelta(hours=3 * case + at)) for case in range(60) for at in range(3))
    )
    at = {name: np.flatnonzero(log.activity == log.activities.index(name)) for name in names}
    on = np.zeros(len(log.case), bool)
    on[at["Work"][:10]] = on[at["Close"][:20]] = True
    delays, of = shared(log, on)
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


def test_ways_that_a_case_goes_at_once_begin_after_one_delay_whatever_came_before(
    made: Callable[..., Chronicle],
) -> None:
    """Orders are filled and labelled, and papered, then shipped: what comes later on a way comes after what was before
    it, and so does what follows all ways."""
    names = "Come", "Fill", "Label", "Paper", "Ship"
    rows = [(case, names[at], MONDAY + timedelta(hours=6 * case + at)) for case in range(60) for at in range(5)]
    log = read(made(rows))
    delays, _of = shared(replace(log, way=np.tile([0, 1, 1, 2, 0], 60)), np.zeros(300, bool))
    assert {one.name for one in delays} == {
        "delay: > Fill",
        "delay: Fill > Label",
        "delay: > Paper",
        "delay: Paper > Ship",
    }
