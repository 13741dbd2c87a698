"""Events on shelves happen in the order in which they would without."""

from __future__ import annotations

import math
from dataclasses import replace
from heapq import heapify, heappop, heapreplace
from types import SimpleNamespace

import numpy as np
import pytest

from irrupt.compiling import compiled_from
from irrupt.engine import layout, lines, shelves
from irrupt.engine.examples import counter
from irrupt.engine.lines import rise, sink
from irrupt.engine.shelves import fetch, put_back, set_apart, shelve
from irrupt.engine.state import new_shelves
from irrupt.organisation import Distribution, Organisation, Route

PENDING, HAPPEN = 400, 3000


@compiled_from(lines, shelves)
def happening(begin, delays, until, events, far, order):  # type: ignore[no-untyped-def]
    """Let events happen until *until*, as the work loop does: those that *begin*, and for each that happens another one
    after one of the *delays*. Fills *order*; how many happened, how many are pending, and whether any was shelved."""
    for number in range(begin.size):
        rise(events, number, begin[number], number, number)
    pending = set_apart(events, begin.size, until, far)
    near = far.about[0].near
    shelved = near < math.inf
    told = 0
    while told < delays.size:
        while near < math.inf and (pending == 0 or events[0].time >= near):
            pending = fetch(events, pending, until, far)
            near = far.about[0].near
        if pending == 0 or events[0].time >= until:
            break
        time = events[0].time + delays[told]
        order[told] = events[0].key
        pending -= 1
        sink(events, pending, events[pending].time, events[pending].key, events[pending].item)
        number = begin.size + told
        if time >= near:
            shelve(time, number, number, far)
        else:
            rise(events, pending, time, number, number)
            pending += 1
        told += 1
    if near < math.inf:
        pending = put_back(events, pending, far)
    return told, pending, shelved


def expected(begin: np.ndarray, delays: np.ndarray, until: float) -> tuple[list[int], list[tuple[float, int]]]:
    """The same with one heap: who happened, and what is pending."""
    heap = [(time, number) for number, time in enumerate(begin.tolist())]
    heapify(heap)
    order = []
    for number, delay in enumerate(delays.tolist()):
        if heap[0][0] >= until:
            break
        order.append(heap[0][1])
        heapreplace(heap, (heap[0][0] + delay, len(begin) + number))
    return order, [heappop(heap) for _ in range(len(heap))]


@pytest.mark.parametrize("seed", range(24))
def test_events_happen_in_the_order_of_their_times(seed: int) -> None:
    """Near and far, many at one time, some never, from any moment on, until soon or for ever."""
    luck = np.random.default_rng(seed)
    scale = 10.0 ** luck.uniform(2.5, 9, 2)
    begin, delays = (luck.exponential(one, size) for one, size in zip(scale, (PENDING, HAPPEN), strict=True))
    delays *= np.where(luck.random(HAPPEN) < 0.3, 10.0 ** luck.uniform(-6, 3), 1.0)
    if seed % 2:
        begin, delays = np.round(begin, -2), np.round(delays, -2)
    begin[luck.random(PENDING) < 0.05] = math.inf
    delays[luck.random(HAPPEN) < 0.05] = math.inf
    begin += luck.choice([0.0, 1e6, 1e9])
    until = float(luck.choice([math.inf, 1e12, np.quantile(begin, 0.8)]))
    order, pending = expected(begin, delays, until)
    events, told = np.zeros(PENDING + 1, layout.EVENT), np.full(HAPPEN, -1)
    count, left, shelved = happening(begin, delays, until, events, new_shelves(PENDING + 1), told)
    assert shelved
    assert told[:count].tolist() == order
    found = sorted(zip(events["time"][:left].tolist(), events["key"][:left].tolist(), strict=True))
    assert found == pending
    above = events[(np.arange(1, left) - 1) // 4]["time"]
    assert (above <= events["time"][1:left]).all()


def test_few_events_and_short_times_are_left_in_the_heap() -> None:
    """To set events apart costs something each time that the loop starts."""
    for number, until in ((shelves.MANY, math.inf), (PENDING, 2.0)):
        begin, events = np.arange(1.0, number + 1.0), np.zeros(number + 1, layout.EVENT)
        far = new_shelves(number + 1)
        assert happening(begin, np.ones(10), until, events, far, np.zeros(10, np.int64))[2] is False
        assert far.about["used"] == 0


def slow() -> Organisation:
    """Cases that wait for days before they are worked on: some 600 are under way."""
    rules = counter(0.8, cases_per_week=400.0)
    delay = Distribution.lognormal(900_000.0, 1.5)
    ways = {"start": (Route(to="Serve", share=0.8, delay=delay), Route(to="Serve", share=0.2))}
    return replace(rules, routes={**rules.routes, **ways})


def test_the_loop_with_shelves_is_the_readable_one(make: SimpleNamespace) -> None:
    """Also where it stops and goes on, and where rules change."""
    rules = slow()
    other = replace(rules, people={name: replace(one, speed=1.3) for name, one in rules.people.items()})
    pauses = [(week * 604800.0, other if week == 4 else None) for week in range(1, 6)]
    how = {"weeks": 8.0, "pauses": pauses}
    found = make.whole(rules, **how)
    assert len(found.case) > 2500
    assert make.same(found, make.whole(rules, reference=True, **how))
    assert make.same(found, make.whole(rules, chunk=333, **how))
