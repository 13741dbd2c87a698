"""Who passes whom in a queue, and what it costs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import rows as rows_of
from irrupt.ledgers.kernels import later_ones
from irrupt.sight.queues import queues
from irrupt.sight.ways import by_case

from .conftest import make_chronicle, random_events


def fared(events):
    rows, legend = rows_of(make_chronicle(events, starts="measured"))
    rows = by_case(rows)
    return rows, legend, queues(rows)


def served(order):
    """Cases that come one after the other, an hour apart, and are begun in this order from hour 10 on."""
    steps = [{"case": str(at), "activity": "come", "start": float(at), "end": float(at)} for at in range(len(order))]
    steps += [
        {"case": str(case), "activity": "do", "start": 10.0 + turn, "end": 10.5 + turn, "team": "Desk"}
        for turn, case in enumerate(order)
    ]
    return steps


def test_in_the_order_of_arrival_nobody_passes_and_nobody_loses():
    _rows, _legend, found = fared(served([0, 1, 2, 3]))
    assert not found.passes.any()
    assert not found.lost.any()


def test_who_is_served_first_passes_those_who_came_before():
    rows, legend, found = fared(served([3, 0, 1, 2]))
    do = rows.activity == legend.activities.index("do")
    assert found.passes[do].tolist() == [0.0, 0.0, 0.0, 1.0]
    assert found.lost[do].tolist() == pytest.approx([1.0, 1.0, 1.0, -3.0])
    assert found.busy[do].tolist() == [True, True, False, True]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6))
def test_what_some_gain_others_lose(seed):
    rows, _legend, found = fared(random_events(seed, cases=80, weeks=1))
    queue = (rows.team.astype(np.int64) + 1) * 100 + rows.activity
    for one in np.unique(queue[found.waits]):
        assert abs(found.lost[found.waits & (queue == one)].sum()) < 1e-6
    assert not found.passes[~found.busy].any()
    assert (found.passes <= 1).all()


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 30), max_size=40))
def test_those_passed_are_those_counted_one_by_one(numbers):
    """The tree of partial sums against a double loop, ties included."""
    rank = np.unique(np.array(numbers, np.int64), return_inverse=True)[1].astype(np.int64)
    counted = [int((rank[:at] > rank[at]).sum()) for at in range(len(rank))]
    assert later_ones(rank).tolist() == counted


def test_the_last_to_come_who_is_always_first_passes_all():
    rows, legend, found = fared(served([3, 2, 1, 0]))
    do = rows.activity == legend.activities.index("do")
    assert found.passes[do & found.busy].tolist() == [1.0, 1.0, 1.0]


def test_records_without_people_or_starts_have_no_queues():
    rows, _legend = rows_of(make_chronicle(random_events(1, cases=5, starts=False)))
    assert not queues(by_case(rows)).waits.any()


def test_who_waits_for_a_part_stands_in_no_queue():
    """Repairs go in the order of arrival, but those for which a part is ordered never begin before a day has passed."""
    steps = []
    for case in range(90):
        at, ordered = 8.0 * case, case % 3 == 0
        begin = at + 40.0 if ordered else at + 12.0
        steps += [{"case": str(case), "activity": "plan", "start": at, "end": at, "team": "Desk"}]
        if ordered:
            steps += [{"case": str(case), "activity": "order part", "start": at, "end": at, "team": "Desk"}]
        if case % 3 == 1:
            begin = at + 0.5
        steps += [{"case": str(case), "activity": "repair", "start": begin, "end": begin + 0.2, "team": "Shop"}]
    rows, legend, found = fared(steps)
    part, repair = (legend.activities.index(name) for name in ("order part", "repair"))
    ((before, after, seconds),) = found.elsewhere
    assert (before, after, seconds) == (part, repair, pytest.approx(40 * 3600.0))
    late = (rows.activity == repair) & (rows.start - rows.enabled > 39 * 3600.0)
    assert late.sum() == 30
    assert not found.waits[late].any()
