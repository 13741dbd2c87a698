"""What is told period by period is what the ledgers tell of the same stretch of the same rows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import Rows
from irrupt.ledgers import Duty, Ledgers, Parties, Window, rolling_kernels
from irrupt.ledgers.rolling import MADE_OF, Rolling, RollingTerm
from irrupt.units import WEEK

DAY = 86400.0
DUTIES = {
    f"person {n}": Duty(teams=("team 0",), hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
    for n in range(4)
}
LONGER = {
    name: Duty(teams=("team 0", "team 1"), hours=tuple((day * 1440 + 420, day * 1440 + 1200) for day in range(6)))
    for name in DUTIES
}
NAMES = tuple(name for name, made in MADE_OF.items() if made.kind < rolling_kernels.TEAM_RATIO)
OF_TEAMS = tuple(name for name in MADE_OF if name not in NAMES)
WHOSE = ((0, 2), (1,))


def never(measure, clients, periods):
    return [[RollingTerm(measure=measure, who=clients, periods=periods, above=True, bound=1e12)]]


def worked(legend, rows):
    """Seconds of work on each of *rows*."""
    return Ledgers(legend, Window(begin=0.0, end=1.0), on_duty=DUTIES).work_on(rows)


def watching(legend, conditions, begin):
    """Nothing has been seen yet."""
    table = Ledgers(legend, Window(begin=0.0, end=1.0), on_duty=DUTIES).table
    times = {"begin": begin, "end": 6 * WEEK, "period": DAY}
    return Rolling(legend=legend, conditions=conditions, table=table, on_duty=DUTIES, **times)


def part(rows, first, last):
    inside = (rows.end >= first) & (rows.end < last)
    return Rows._make(column[inside] if len(column) else column for column in rows)


@given(seed=st.integers(0, 10**6), periods=st.integers(3, 14), due=st.booleans(), starts=st.booleans())
@settings(
    max_examples=settings().max_examples // 2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_measure_is_that_of_the_ledgers(build, legend, seed, periods, due, starts):
    """Over any number of days, for groups and single clients, whatever is given up, untold or still open."""
    rows = build.rows(build.log(seed, cases=60, lost=True, due=due, starts=starts))
    terms = [(name, clients) for name in NAMES for clients in WHOSE]
    conditions = {at: never(name, clients, periods) for at, (name, clients) in enumerate(terms)}
    rolling = watching(legend, conditions, 2 * WEEK)
    before = part(rows, 0.0, 2 * WEEK)
    rolling.add(before, worked(legend, before))
    review = 0
    for last in (1, 9, 20):
        now = 2 * WEEK + last * DAY
        rows_between = part(rows, 2 * WEEK + review * DAY, now)
        found = rolling.until_met(rows_between, worked(legend, rows_between), review, last, conditions)
        assert found == (last, len(rows_between.case), frozenset())
        review = last
        ledgers = Ledgers(legend, Window(begin=now - periods * DAY, end=now), on_duty=DUTIES)
        ledgers.add(part(rows, 0.0, now))
        told = ledgers.result(Parties(clients={str(clients): clients for clients in WHOSE}))
        for at, (name, clients) in enumerate(terms):
            tables = rolling.table.tables[:2]
            sums = rolling.sums, rolling.teams
            value = rolling_kernels.rolling_value(at, rolling.depth + last, rolling.terms, *sums, *tables)
            assert value == pytest.approx(told[name][str(clients)], rel=1e-9, abs=1e-9, nan_ok=True), name


@given(seed=st.integers(0, 10**6), periods=st.integers(3, 14), starts=st.booleans(), later=st.booleans())
@settings(
    max_examples=settings().max_examples // 2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_measure_of_teams_is_that_of_the_ledgers(build, legend, seed, periods, starts, later):
    """For single teams and several, over nights and weeks, and when people change their hours and teams in between."""
    rows = build.rows(build.log(seed, cases=60, lost=True, starts=starts))
    terms = [(name, who) for name in OF_TEAMS for who in ((0,), (1,), tuple(range(len(legend.teams))))]
    conditions = {at: never(name, who, periods) for at, (name, who) in enumerate(terms)}
    rolling, turned = watching(legend, conditions, 2 * WEEK), 2 * WEEK + 3 * DAY
    rolling.add(part(rows, 0.0, 2 * WEEK), worked(legend, part(rows, 0.0, 2 * WEEK)))
    review, own = 0, DUTIES
    for last in (3, 9, 20):
        now = 2 * WEEK + last * DAY
        between = part(rows, 2 * WEEK + review * DAY, now)
        spent = Ledgers(legend, Window(begin=0.0, end=1.0), on_duty=own).work_on(between)
        assert rolling.until_met(between, spent, review, last, conditions) == (last, len(between.case), frozenset())
        ledgers = Ledgers(legend, Window(begin=now - periods * DAY, end=now), on_duty=DUTIES)
        ledgers.add(part(rows, 0.0, min(turned, now)))
        if later and now > turned:
            ledgers.on_duty_from(turned, LONGER)
        ledgers.add(part(rows, min(turned, now), now))
        told = ledgers.result(Parties(teams={str(who): who for _name, who in terms}))
        for at, (name, who) in enumerate(terms):
            sums = rolling.sums, rolling.teams, *rolling.table.tables[:2]
            value = rolling_kernels.rolling_value(at, rolling.depth + last, rolling.terms, *sums)
            assert value == pytest.approx(told[name][str(who)], rel=1e-9, abs=1e-9, nan_ok=True), name
        review = last
        if later and now == turned:
            own = LONGER
            rolling.on_duty_from(now, own)


def test_it_stops_at_the_first_review_at_which_one_way_of_a_condition_holds(build, legend):
    """All terms of a way must hold; what is not pending is not looked at; nothing after it is taken in."""
    rows = build.rows(build.log(5, cases=60))
    arrivals = np.sort(rows.enabled[rows.flags & 1 > 0])

    def more_than(count, measure="arrivals"):
        return RollingTerm(measure=measure, who=(0, 1, 2), periods=7, above=True, bound=count)

    impossible = more_than(math.inf)
    conditions = {
        0: [[more_than(1.0), impossible], [more_than(8.0)]],
        1: [[more_than(8.0), more_than(0.0, "steps per case")]],
        3: [[impossible]],
    }
    rolling = watching(legend, conditions, WEEK)
    before = part(rows, 0.0, WEEK)
    rolling.add(before, worked(legend, before))
    after = part(rows, WEEK, 6 * WEEK)
    reached, used, held = rolling.until_met(after, worked(legend, after), 0, 30, {0, 3})
    assert held == {0}
    assert (after.end[:used] < WEEK + reached * DAY).all()
    assert (after.end[used:] >= WEEK + reached * DAY).all()
    shown = {}
    for review in range(31):
        now = WEEK + review * DAY
        known = rows.enabled[(rows.flags & 1 > 0) & (rows.end < now)]
        shown[review] = np.count_nonzero((known >= now - WEEK) & (known < now)) > 8
    assert reached == min(review for review, many in shown.items() if many and review)
    assert len(arrivals) == 60
    assert rolling.met_at(reached, {1, 3}) == {1}


def test_the_side_of_the_bound(build, legend):
    """Above and below, with and without the bound itself; at a review too early to tell, nothing holds."""
    rows = build.rows(build.log(5, cases=60))
    count = float(np.count_nonzero((rows.flags & 1 > 0) & (rows.enabled >= WEEK) & (rows.end < 2 * WEEK)))
    sides = [(above, equal) for above in (True, False) for equal in (True, False)]

    def conditions(bound, periods=7):
        terms = [
            RollingTerm(measure="arrivals", who=(0, 1, 2), periods=periods, above=above, equal=equal, bound=bound)
            for above, equal in sides
        ]
        return {at: [[term]] for at, term in enumerate(terms)}

    for bound, expected in ((count, {0, 2}), (count - 1, {0, 1}), (count + 1, {2, 3})):
        rolling = watching(legend, conditions(bound), 2 * WEEK)
        before = part(rows, 0.0, 2 * WEEK)
        rolling.add(before, worked(legend, before))
        assert rolling.met_at(0, range(4)) == expected
    nothing = watching(legend, {}, 2 * WEEK)
    assert nothing.met_at(0, {5}) == frozenset()
