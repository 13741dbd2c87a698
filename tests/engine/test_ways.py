"""Routes as arrays, alone and shared with rules that have the very same ones."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.engine.tables import Tables, tables
from irrupt.engine.ways import in_order
from irrupt.organisation import Distribution, Organisation, Route

RANDOM = settings(max_examples=settings().max_examples // 3, deadline=None, suppress_health_check=list(HealthCheck))
TIMES = (Distribution.fixed(0.0), Distribution.fixed(60.0), Distribution.exponential(3600.0))


def named(organisation: Organisation) -> Organisation:
    """*organisation* with a name for the delay of each route."""
    routes, distributions = {}, dict(organisation.distributions)
    for place, ways in organisation.routes.items():
        for number, way in enumerate(ways):
            distributions[f"{place} {number}"] = organisation.distribution(way.delay)
        routes[place] = tuple(replace(way, delay=f"{place} {number}") for number, way in enumerate(ways))
    return replace(organisation, routes=routes, distributions=distributions)


def alike(one: Tables, other: Tables) -> bool:
    """Whether two sets of rules are the same."""
    pairs = zip(one.rules._asdict().items(), other.rules._asdict().values(), strict=True)
    return all(np.array_equal(mine, theirs) for (_part, mine), theirs in pairs)


@pytest.mark.slow
@RANDOM
@given(data=st.data())
def test_shared_routes_are_compiled_as_they_are_alone(make: SimpleNamespace, data: Any) -> None:
    """Whatever their delays have become: none at all, too, or alike."""
    rules = named(data.draw(make.organisations()))
    times = data.draw(st.lists(st.sampled_from(TIMES), min_size=3, max_size=3))
    others = {name: times[number % 3] for number, name in enumerate(rules.distributions)}
    changed = replace(rules, distributions=others)
    first = tables(rules)
    shared = tables(changed, first)
    assert shared.ways is first.ways
    assert alike(shared, tables(changed))
    more = replace(rules, calendars={**rules.calendars, "a": rules.calendars["always"]})
    shared = tables(more, first)
    assert shared.ways is first.ways, "calendars in addition only number them anew"
    assert alike(shared, tables(more))
    assert alike(first, tables(rules)), "what is shared must not change"


@RANDOM
@given(data=st.data())
def test_other_routes_are_not_shared(make: SimpleNamespace, data: Any) -> None:
    rules = named(data.draw(make.organisations()))
    routes = {place: tuple(replace(way, delay=TIMES[1]) for way in ways) for place, ways in rules.routes.items()}
    fewer = {name: hours for name, hours in rules.calendars.items() if name != "unused"}
    rules = replace(rules, calendars={**rules.calendars, "unused": rules.calendars["always"]})
    first = tables(rules)
    for other in (replace(rules, routes=routes), replace(rules, calendars=fewer)):
        compiled = tables(other, first)
        assert compiled.ways is not first.ways
        assert alike(compiled, tables(other))


@given(shares=st.lists(st.sampled_from([0.0, 0.2, 0.5]), min_size=1, max_size=4), data=st.data())
def test_the_order_of_routes_does_not_hang_on_how_they_are_declared(shares: list[float], data: Any) -> None:
    ways = [
        Route(to=data.draw(st.sampled_from("ab")), share=share, delay=data.draw(st.sampled_from(TIMES)))
        for share in shares
    ]
    ordered = in_order(ways)
    assert ordered == in_order(data.draw(st.permutations(ways)))
    assert [way.to for way in ordered] == sorted(way.to for way in ways if way.share > 0)
