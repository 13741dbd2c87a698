"""Ways through, things met, things done again: against counting by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle import rows as rows_of
from irrupt.sight import ways

quick = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def paths(events):
    by_case = {}
    for event in sorted(events, key=lambda event: event["end"]):
        by_case.setdefault(event["case"], []).append(event)
    return list(by_case.values())


@quick
@given(seed=st.integers(0, 10_000), cases=st.integers(1, 60))
def test_variants_are_those_counted_by_hand(chronicle, events, seed, cases):
    made = events(seed, cases=cases)
    rows, legend = rows_of(chronicle(made))
    wanted = Counter(" → ".join(event["activity"] for event in case) for case in paths(made))
    found, number = ways.variants(ways.by_case(rows), legend, most=1000)
    assert dict(found) == wanted
    assert number == len(wanted)
    assert [count for _way, count in found] == sorted(wanted.values(), reverse=True)


@quick
@given(seed=st.integers(0, 10_000))
def test_things_met_and_done_again_are_those_counted_by_hand(chronicle, events, seed):
    made = events(seed, cases=40)
    rows, legend = rows_of(chronicle(made), {name: name for name in "ABC"})
    clients = len(legend.clients)
    met = ways.met(rows, rows.activity, len(legend.activities), clients)
    again = ways.done_again(rows, len(legend.activities))
    for at, activity in enumerate(legend.activities):
        hits = [case for case in paths(made) if any(event["activity"] == activity for event in case)]
        for number, client in enumerate(legend.clients):
            assert met[number, at] == sum(case[0]["client"] == client for case in hits)
        assert again[at] == sum(sum(event["activity"] == activity for event in case) > 1 for case in hits)


def test_only_the_commonest_are_kept_but_all_are_counted(chronicle, events):
    rows, legend = rows_of(chronicle(events(1)))
    found, number = ways.variants(ways.by_case(rows), legend, most=3)
    assert len(found) == 3
    assert number > 3


def test_a_step_whose_activity_is_not_named_is_shown_as_such(chronicle):
    rows, legend = rows_of(chronicle([{"case": "a", "activity": "ask", "end": 1.0}]))
    rows = rows._replace(activity=np.array([-1], np.int32))
    assert ways.variants(rows, legend, most=5) == ([("unknown activity", 1)], 1)
    assert ways.done_again(rows, 1).tolist() == [0]
    assert ways.met(rows, rows.activity, 1, 1).tolist() == [[0]]


@pytest.mark.parametrize("kinds", [0, 2])
def test_records_without_steps_have_no_ways(chronicle, kinds):
    rows, legend = rows_of(chronicle([{"case": "a", "activity": "ask", "end": 1.0}]))
    none = type(rows)._make(column[:0] for column in rows)
    assert ways.variants(none, legend, most=5) == ([], 0)
    assert ways.met(none, none.activity, kinds, 1).shape == (1, kinds)
    assert ways.done_again(none, kinds).tolist() == [0] * kinds
