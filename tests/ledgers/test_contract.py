"""What every reducer must hold to, those of plug-ins included."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import Rows
from irrupt.errors import UsageError
from irrupt.ledgers import Duty, Measure, Parties, Window, measures, pairs_of, parties_of, reducers
from irrupt.ledgers.model import Aspect
from irrupt.ledgers.run import _plug_ins
from irrupt.units import WEEK

OFFICE = tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5))
ON_DUTY = {f"person {n}": Duty(teams=(f"team {n % 2}", "team 0"), hours=OFFICE) for n in range(4)}
ALL = reducers(ON_DUTY, detail=True)
UNITS = {"h", "cases", "cases a week", "h a week", "steps", "steps a week", "handovers", "people", "share", ""}
UNITS |= {"steps a day", "moves a day", "activities", "weeks", "days", "periods", "orders a week"}
UNITS |= {"money a week", "money a case", "money an hour", "changes a quarter", "findings a week"}
ASPECTS = {*get_args(Aspect)}

quick = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
every = pytest.mark.parametrize("reducer", ALL, ids=lambda one: type(one).__name__)


def run(reducer, chunks, legend, window, parties):
    state = reducer.begin(legend, window)
    for rows in chunks:
        reducer.add(state, rows)
    return reducer.result(state, parties)


def same(one, other, tolerance=0.0):
    assert one.keys() == other.keys()
    for name, values in one.items():
        assert values.keys() == other[name].keys()
        for party, value in values.items():
            wanted = other[name][party]
            assert (math.isnan(value) and math.isnan(wanted)) or value == pytest.approx(
                wanted, rel=tolerance, abs=tolerance
            ), (name, party)


def cut(rows, places):
    edges = [0, *sorted(place % (len(rows.case) + 1) for place in places), len(rows.case)]
    return [Rows(*(column[a:b] for column in rows)) for a, b in pairwise(edges)]


@every
@quick
@given(seed=st.integers(0, 10_000), places=st.lists(st.integers(0, 200), max_size=6), ready=st.booleans())
def test_any_chunking_gives_the_same_values(reducer, build, legend, window, seed, places, ready):
    rows = build.rows(build.log(seed, ready=ready))
    parties = parties_of(legend)
    whole = run(reducer, [rows], legend, window, parties)
    same(run(reducer, cut(rows, places), legend, window, parties), whole)


@every
@quick
@given(seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
def test_the_numbers_of_cases_do_not_matter(reducer, build, legend, window, seed, order):
    rows = build.rows(build.log(seed))
    numbers = list(range(int(rows.case.max()) + 1))
    order.shuffle(numbers)
    renamed = rows._replace(case=np.array(numbers)[rows.case])
    parties = parties_of(legend)
    same(
        run(reducer, [renamed], legend, window, parties), run(reducer, [rows], legend, window, parties), tolerance=1e-9
    )


@every
@quick
@given(seed=st.integers(0, 10_000), weeks=st.integers(-60, 200))
def test_moving_records_and_window_by_whole_weeks_changes_nothing(reducer, build, legend, window, seed, weeks):
    rows = build.rows(build.log(seed))
    shift = weeks * WEEK
    moved = rows._replace(**{name: getattr(rows, name) + shift for name in ("enabled", "ready", "start", "end")})
    parties = parties_of(legend)
    later = Window(begin=window.begin + shift, end=window.end + shift)
    same(run(reducer, [moved], legend, later, parties), run(reducer, [rows], legend, window, parties), tolerance=1e-6)


@every
@quick
@given(seed=st.integers(0, 10_000))
def test_parties_do_not_depend_on_each_other(reducer, build, legend, window, seed):
    rows = build.rows(build.log(seed))
    together = run(reducer, [rows], legend, window, parties_of(legend))
    for party, numbers in parties_of(legend).clients.items():
        alone = run(reducer, [rows], legend, window, Parties(clients={party: numbers}))
        for name, values in alone.items():
            assert all(math.isnan(v) or v == together[name][p] for p, v in values.items())


@every
def test_measures_every_party_that_it_is_asked_for(reducer, build, legend, window):
    plain = parties_of(legend)
    activities = {name: (number,) for number, name in enumerate(legend.activities)}
    parties = replace(
        plain,
        at_teams=pairs_of(plain.clients, plain.teams),
        at_activities=pairs_of(plain.clients, activities),
    )
    result = run(reducer, [build.rows(build.log(1))], legend, window, parties)
    assert list(result) == [one.name for one in reducer.measures]
    for one in reducer.measures:
        assert set(result[one.name]) == set(parties.of(one.of)) != set()
        assert not any(math.isinf(value) for value in result[one.name].values())


@every
def test_nothing_is_measured_without_records_and_nothing_fails(reducer, build, legend, window):
    for chunks in ([], [build.rows([])]):
        result = run(reducer, chunks, legend, window, parties_of(legend))
        assert all(math.isnan(value) or value == 0 for values in result.values() for value in values.values())


@every
def test_a_party_without_members_has_no_value_but_zero(reducer, build, legend, window):
    nobody = Parties(clients={"nobody": ()}, teams={"no team": ()})
    result = run(reducer, [build.rows(build.log(1))], legend, window, nobody)
    assert all(math.isnan(value) or value == 0 for values in result.values() for value in values.values())


@every
def test_a_team_that_the_records_do_not_know_has_no_value_but_zero(reducer, build, legend, window):
    later = Parties(clients={}, teams={"added later": (len(legend.teams) + 3,)})
    result = run(reducer, [build.rows(build.log(1))], legend, window, later)
    assert all(math.isnan(value) or value == 0 for values in result.values() for value in values.values())


@every
def test_fresh_states_share_nothing(reducer, build, legend, window):
    parties = parties_of(legend)
    rows = build.rows(build.log(3))
    first = run(reducer, [rows], legend, window, parties)
    run(reducer, [build.rows(build.log(4))], legend, window, parties)
    same(run(reducer, [rows], legend, window, parties), first)


@every
def test_reading_a_result_does_not_change_it(reducer, build, legend, window):
    parties = parties_of(legend)
    state = reducer.begin(legend, window)
    reducer.add(state, build.rows(build.log(5)))
    same(reducer.result(state, parties), reducer.result(state, parties))


@every
def test_records_are_not_changed(reducer, build, legend, window):
    rows = build.rows(build.log(6))
    before = [column.copy() for column in rows]
    run(reducer, [rows], legend, window, parties_of(legend))
    assert all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(before, rows, strict=True))


@pytest.mark.parametrize("one", measures(detail=True).values(), ids=lambda one: one.name)
def test_each_measure_says_what_it_is(one):
    assert re.fullmatch(r"[a-z][-a-z0-9 ,]*( \([A-Z]+\))?", one.name)
    assert one.unit in UNITS
    assert one.definition[0].isupper()
    assert one.definition.endswith(".")
    assert one.set_by <= ASPECTS
    assert one.matters > 0
    assert one.matters_least > 0
    whose = {"work": ("team", "client at team"), "market": ("client", "client at activity")}
    assert one.of in whose.get(one.ledger, ("client", "team"))


def test_no_measure_is_set_by_construction_that_emerges_from_queues():
    emergent = {"cycle time", "cycle time, 90th percentile", "throughput", "work in progress"}
    emergent |= {"work for nothing"}
    emergent |= {"cases waiting at the team", "call-offs delivered in full and on time", "backlog of deliveries"}
    emergent |= {"lacking at the client", "stock at the client", "bullwhip of production"}
    emergent |= {"nervousness of the production plan", "overtime in the roster", "hours by temps"}
    emergent |= {"variation of weekly hours", "weeks changed after they were announced", "hours other than announced"}
    emergent |= {"hours guaranteed", "posts of temps that end", "delay over holding, imputed"}
    emergent |= {f"hours changed {told}" for told in ("the same day", "the day before", "days before", "weeks before")}
    assert {one.name for one in measures().values() if not one.set_by} == emergent
    by_dates = {one.name for one in measures().values() if one.set_by == {"due"}}
    assert by_dates == {"on time", "lateness"}, "who moves the date moves what is held against it"
    assert measures()["waiting for us"].set_by == {"delays"}
    assert measures()["given up"].set_by == {"ending"}


def test_plug_ins_are_found_by_their_entry_point(monkeypatch, legend, window):
    from irrupt.errors import ModelError
    from irrupt.ledgers import run

    class Counter:
        measures = (Measure(name="rows", ledger="power", unit="", of="client", definition="Rows."),)

        def begin(self, legend, window):
            return [0]

        def add(self, state, rows):
            state[0] += len(rows.case)

        def result(self, state, parties):
            return {"rows": {party: float(state[0]) for party in parties.clients}}

    class Entry:
        def __init__(self, name, load):
            self.name, self.load = name, load

    def broken():
        raise ImportError("no such module")

    def give(*entries):
        _plug_ins.cache_clear()
        monkeypatch.setattr(run, "entry_points", lambda group: entries if group == "irrupt.measures" else ())

    give(Entry("counter", lambda: Counter))
    assert list(run.measures())[-1] == "rows"
    give(Entry("counter", lambda: Counter), Entry("broken", broken))
    with pytest.raises(ModelError, match="broken  this plug-in cannot be loaded: no such module"):
        run.measures()
    give(
        Entry("nothing", lambda: int),
        Entry("names", lambda: lambda: SimpleNamespace(**{**vars(Counter), "measures": ["x"]})),
    )
    with pytest.raises(ModelError) as odd:
        run.measures()
    assert [str(one) for one in odd.value.faults] == [
        f"{name}  this plug-in cannot be loaded: it is no reducer with measures" for name in ("names", "nothing")
    ]
    give(Entry("counter", lambda: Counter))
    several = Parties(clients={"A": (0,), "B": (1,)})
    assert run.measure([], legend, window, several)["rows"] == {"A": 0.0, "B": 0.0}
    for told in ({}, {"rows": {"A": 1.0}}):
        monkeypatch.setattr(Counter, "result", lambda self, state, parties, told=told: told)
        with pytest.raises(ModelError, match="Counter  does not tell every party: rows; nan where nothing is known"):
            run.measure([], legend, window, several)
    give(Entry("counter", lambda: Counter), Entry("again", lambda: Counter))
    with pytest.raises(ModelError, match="rows  two measures have this name"):
        run.measures()
    monkeypatch.undo()
    _plug_ins.cache_clear()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"ledger": "fun"}, 'x: ledger  "fun"; known: market, organisation, power, work'),
        ({"of": "clients"}, 'x: of  "clients"; did you mean "client"?'),
        ({"set_by": frozenset({"calendar"})}, 'x: set by  "calendar"; did you mean "calendars"?'),
    ],
)
def test_what_a_measure_belongs_to_is_known(wrong, says) -> None:
    """A misspelt aspect would make what an act sets itself look like what follows from it."""
    with pytest.raises(UsageError) as caught:
        Measure(**{"name": "x", "ledger": "work", "unit": "h", "of": "team", "definition": "X.", **wrong})
    assert str(caught.value) == says


def test_shares_of_a_whole_are_told_from_ratios() -> None:
    """Night work of 130 % was taken for a limit that is always kept; a plan may be changed by more than there was."""
    whole = [one for one in measures().values() if one.unit == "share" and one.impossible(1.3)]
    assert len(whole) >= 20
    assert all(not one.impossible(level) for one in whole for level in (0.0, 0.5, 1.0))
    assert all(one.impossible(-0.01) for one in whole)
    ratios = {name for name, one in measures().items() if one.unit == "share" and not one.of_whole}
    assert {
        *("nervousness", "error of the plan (WMAPE)", "bias of the plan", "inflation of the plan"),
        *("nervousness of the production plan", "share of time at work", "hours other than announced"),
        *("hours changed the same day", "hours changed the day before"),
        *("hours changed days before", "hours changed weeks before"),
    } <= ratios
    for name in ("share of time at work", "nervousness", "cycle time", "reopening"):
        assert not (known := measures().get(name)) or not known.impossible(1.3)
