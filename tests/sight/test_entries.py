"""The weekly series behind the intervals are the measures of each week."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from irrupt.chronicle import rows as rows_of
from irrupt.ledgers import Ledgers, Window, measures, parties_of
from irrupt.sight import entries
from irrupt.units import WEEK


@pytest.fixture(scope="module")
def measured(chronicle, events):
    """Of records in which a tenth of the cases is given up."""
    made = events(1, cases=300, weeks=10)
    last = {event["case"]: event for event in made}
    lost = [case for number, case in enumerate(last) if number % 10 == 0]
    made += [{**last[case], "activity": "gives up", "start": None, "team": None, "resource": None} for case in lost]
    found, legend = rows_of(chronicle(made))

    def measure(window):
        ledgers = Ledgers(legend, window)
        ledgers.add(found)
        return ledgers

    return measure


@pytest.mark.parametrize("name", ["arrivals", "throughput", "work in progress"])
def test_each_week_is_measured_as_if_it_were_alone(measured, name):
    ledgers = measured(Window(begin=WEEK, end=9 * WEEK))
    cases = ledgers.cases
    series = entries._weekly(measures()[name], cases, cases.of(range(3)), ledgers.window)
    alone = []
    for week in range(1, 9):
        one = measured(Window(begin=week * WEEK, end=(week + 1) * WEEK))
        alone.append(one.result(parties_of(one.legend))[name]["all clients"])
    assert series == pytest.approx(alone)


def test_every_value_that_can_have_an_interval_has_one(measured):
    ledgers = measured(Window(begin=0, end=10 * WEEK))
    parties = parties_of(ledgers.legend)
    found = entries.entries(ledgers, parties, ledgers.result(parties))
    without = {entry.measure for entry in found if math.isnan(entry.low) and not math.isnan(entry.value)}
    assert without == {"peak to mean of arrivals", "variation of daily hours"}


def test_a_share_of_cases_given_up_has_the_interval_of_a_share(chronicle):
    """As wide as that of any other share of so many cases."""
    events = [
        {"case": f"{number}", "activity": "ask", "end": 24.0 * number, "client": "A", "resource": "Ann", "team": "Desk"}
        for number in range(60)
    ]
    events += [
        {"case": f"{number}", "activity": "gives up", "end": 24.0 * number + 1, "client": "A", "resource": None}
        for number in range(0, 60, 4)
    ]
    found, legend = rows_of(chronicle(events))
    ledgers = Ledgers(legend, Window(begin=0, end=9 * WEEK))
    ledgers.add(found)
    parties = parties_of(legend)
    (entry,) = (
        one
        for one in entries.entries(ledgers, parties, ledgers.result(parties))
        if (one.measure, one.party) == ("given up", "all clients")
    )
    assert entry.value == 0.25
    assert 0.1 < entry.low < 0.25 < entry.high < 0.4


def test_measures_of_plug_ins_are_shown_without_interval(measured, monkeypatch):
    from irrupt.ledgers import Measure

    ledgers = measured(Window(begin=0, end=10 * WEEK))
    parties = parties_of(ledgers.legend)
    mine = Measure(name="of mine", ledger="power", unit="", of="client", definition="Mine.")
    monkeypatch.setattr(entries, "measures", lambda: {"of mine": mine})
    values = {"of mine": {"all clients": 3.0}}
    (entry,) = entries.entries(ledgers, parties, values)
    assert (entry.value, entry.ledger) == (3.0, "power")
    assert math.isnan(entry.low)


def test_weeks_that_are_there_in_part_count_in_nothing_that_is_told_per_week(measured):
    whole = Window(begin=0, end=10 * WEEK)
    cut, inner, whole = map(measured, (replace(whole, cut=(1, 1)), Window(begin=WEEK, end=9 * WEEK), whole))
    parties = parties_of(cut.legend)
    told, of_inner, of_whole = (one.result(parties) for one in (cut, inner, whole))
    weekly = {"arrivals", "dispersion of arrivals", "peak to mean of arrivals", "throughput", "work in progress"}
    weekly |= {"work done", "steps done", "people active", "cases waiting at the team"}
    for name in weekly | {"cycle time", "wait at the team"}:
        assert told[name] == pytest.approx((of_inner if name in weekly else of_whole)[name], nan_ok=True), name
    found = {(one.measure, one.party): one for one in entries.entries(cut, parties, told)}
    alone = {(one.measure, one.party): one for one in entries.entries(inner, parties, of_inner)}
    for key in ((name, party) for name, party in found if name in weekly):
        ends = (found[key].low, found[key].high)
        assert ends == pytest.approx((alone[key].low, alone[key].high), nan_ok=True), key
