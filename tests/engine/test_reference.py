"""The readable loop and the compiled one make the same rows, to the bit."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.errors import ModelError
from irrupt.organisation import Distribution, Route, Team
from irrupt.organisation.dated import spans_in

RANDOM = settings(max_examples=settings().max_examples // 6, deadline=None, suppress_health_check=list(HealthCheck))


@RANDOM
@given(data=st.data())
def test_both_loops_make_the_same_rows(make: SimpleNamespace, data: Any) -> None:
    organisation = data.draw(make.stretched())
    seed = data.draw(st.integers(0, 3))
    one = make.whole(organisation, seed=seed, chunk=7)
    other = make.whole(organisation, seed=seed, reference=True)
    assert make.same(one, other)


@RANDOM
@given(data=st.data())
def test_both_loops_tell_what_waits_alike(make: SimpleNamespace, data: Any) -> None:
    """Also what cases in queues, and batches, ask for."""
    organisation = data.draw(make.stretched())
    runs = [Simulation(organisation, seed=1, weeks=2.0, reference=reference) for reference in (False, True)]
    for until in (90000.0, 300000.0, 900000.0):
        for run in runs:
            for _rows in run.run(until):
                pass
        assert runs[0]._loop.in_queues() == runs[1]._loop.in_queues()


@RANDOM
@given(data=st.data())
def test_both_loops_make_the_same_rows_where_some_go_for_good(make: SimpleNamespace, data: Any) -> None:
    """They finish what they have in hand, and leave to others what they were interrupted at."""
    plain = data.draw(make.stretched())
    gone = spans_in(data.draw(st.sampled_from(["2024-01-03 11:00 - 2031-12-31", "2024-01-09 20:00 - 2031-12-31"])))
    people = {name: data.draw(st.sampled_from([one, replace(one, absent=gone)])) for name, one in plain.people.items()}
    rules, seed = replace(plain, people=people), data.draw(st.integers(0, 3))
    how = {"seed": seed, "pauses": [(200000.0, data.draw(st.sampled_from([plain, rules])))]}
    assert make.same(make.whole(rules, **how), make.whole(rules, reference=True, **how))


def test_a_delay_too_short_to_be_told_is_no_delay_in_either_loop(make: SimpleNamespace) -> None:
    """The case is in its queue before whoever served it looks for other work, and is first there."""
    plain = counter(0.5, cases_per_week=200.0)
    again = (Route(to="Serve", share=0.5, delay=Distribution.fixed(1e-12)), Route(to="end", share=0.5))
    rules = replace(plain, routes={**plain.routes, "Serve": again}, teams={"Desk": Team(order="last come")})
    assert make.same(make.whole(rules), make.whole(rules, reference=True))


@RANDOM
@given(data=st.data())
def test_both_loops_follow_changes_of_rules_alike(make: SimpleNamespace, data: Any) -> None:
    """Also when the change is to another organisation altogether; cases at steps that are gone are refused by both."""
    rules = [data.draw(make.stretched()) for _ in range(data.draw(st.integers(2, 3)))]
    moments = data.draw(st.lists(st.sampled_from([0.0, 3600.0, 200000.0, 651600.0, 1e6]), min_size=1, max_size=3))
    pauses = [(moment, data.draw(st.sampled_from(rules))) for moment in sorted(moments)]
    outcomes = []
    for reference in (False, True):
        try:
            outcomes.append(make.whole(rules[0], pauses=pauses, reference=reference))
        except ModelError as refusal:
            outcomes.append(str(refusal))
    one, other = outcomes
    assert one == other if isinstance(one, str) or isinstance(other, str) else make.same(one, other)
