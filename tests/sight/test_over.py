"""Which cases go on when the records stop, and what is still to come in them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.chronicle.rows import NO_ROWS, Rows
from irrupt.sight.over import Over, going_on
from irrupt.units import DAY, WEEK

OPEN, CHECK, MEND, CLOSE = range(4)


def rows_of(cases: list[list[tuple[int, float]]]) -> Rows:
    """Rows of cases, each a list of activities and ends in days."""
    case = np.repeat(np.arange(len(cases)), [len(steps) for steps in cases])
    activity, end = (np.array([step[at] for steps in cases for step in steps]) for at in (0, 1))
    found: dict[str, Any] = dict.fromkeys(Rows._fields, np.zeros(len(case), np.int32))
    found |= {"case": case, "activity": activity.astype(np.int32), "end": end * DAY}
    return Rows(**found)


def cases_until(stop: float, seed: int) -> tuple[list[list[tuple[int, float]]], list[list[tuple[int, float]]]]:
    """What is recorded until a day, and what comes later, of cases that came in 200 days: half are checked, a third of
    these mended."""
    random, seen, later = np.random.default_rng(seed), [], []
    for came in np.sort(random.uniform(0, 200, 1500)):
        checked = random.random() < 0.5
        steps = [OPEN, *[CHECK] * checked, *[MEND] * (checked and random.random() < 1 / 3), CLOSE]
        at = came + np.concatenate([[0.0], np.cumsum(random.gamma(2, 4, len(steps) - 1))])
        seen.append([one for one in zip(steps, at.tolist(), strict=True) if one[1] <= stop])
        later.append([one for one in zip(steps, at.tolist(), strict=True) if one[1] > stop])
    return [one for one in seen if one], [rest for one, rest in zip(seen, later, strict=True) if one]


def over_of(rows: Rows) -> Over:
    size = int(rows.case.max()) + 1
    first = np.flatnonzero(np.diff(rows.case, prepend=-1))
    scene = SimpleNamespace(
        with_given_up=rows,
        size=size,
        arrivals=rows.end[first],
        ended=np.ones(size, bool),
        cases=SimpleNamespace(number=np.arange(size)),
        ledgers=SimpleNamespace(window=SimpleNamespace(begin=0.0)),
        legend=SimpleNamespace(activities=["Open", "Check", "Mend", "Close"]),
    )
    return Over(scene)  # type: ignore[arg-type]


@given(stop=st.floats(120, 190), seed=st.integers(0, 9))
def test_as_many_are_expected_as_come(stop: float, seed: int) -> None:
    seen, later = cases_until(stop, seed)
    rows = rows_of(seen)
    still, chance = over_of(rows).to_come([(rows.activity, 4)])
    open_ones = {number for number, rest in enumerate(later) if rest}
    assert open_ones.issuperset(still)
    assert len(still) >= 0.95 * len(open_ones)
    for what in (CHECK, MEND, CLOSE):
        come = [number for number, rest in enumerate(later) if what in [name for name, _at in rest]]
        assert chance[:, what].sum() == pytest.approx(len(come), abs=4 * np.sqrt(len(come) + 1))


def test_what_was_met_is_not_to_come() -> None:
    seen, _later = cases_until(150, 1)
    rows = rows_of(seen)
    still, chance = over_of(rows).to_come([(rows.activity, 4)])
    for number, row in zip(still, chance, strict=True):
        assert row[[name for name, _at in seen[number]]].max() == 0
        assert row[OPEN] == 0
        assert 0 <= row.min() <= row.max() <= 1


def test_who_closes_is_over_and_who_was_silent_longer_than_anybody_is_too() -> None:
    steps = [[(OPEN, at), (CLOSE, at + 5.0)] for at in range(50)]
    chance = going_on(rows_of([*steps, [(OPEN, 1.0)], [(OPEN, 53.0)]]), 52)
    assert not chance[:51].any()
    assert chance[51] == pytest.approx(49 / 50)


def test_cases_are_compared_as_long_as_hardly_any_of_either_side_goes_on() -> None:
    rows = rows_of(cases_until(150, 2)[0])
    over = over_of(rows)
    every = np.arange(over.scene.size)
    slow, rest = every[::2], every[1::2]
    until = over.until(slow, rest)
    assert 0 < until <= min(over.until(slow), over.until(rest))
    assert 150 - 40 < until * WEEK / DAY < 150
    mine, others = over.both(slow, rest, every)
    assert len(mine) + len(others) == (over.period[every] < until).sum()
    assert over.going_on[np.concatenate([mine, others])].sum() <= 0.02 * over.scene.size


def test_nothing_recorded_is_nothing_to_come() -> None:
    assert not going_on(NO_ROWS, 3).any()
