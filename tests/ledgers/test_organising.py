"""Organising work, counted by hand: hours in calendars, hours that changes take, and who changes rules."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from irrupt.chronicle.rows import Legend
from irrupt.engine.examples import counter
from irrupt.experiment import compare
from irrupt.ledgers import Ledgers, Window, on_duty, parties_of
from irrupt.ledgers.organising import Organised, organised, organised_in
from irrupt.organisation import Calendar, Organisation, Person, Team, amended, faults, from_dict, to_dict
from irrupt.regulation import History, Signature, When, acts
from irrupt.regulation.history import rules_table
from irrupt.units import WEEK

ORIGIN = datetime(2024, 1, 1, tzinfo=UTC)
LEGEND = Legend(
    origin=ORIGIN, clients=("A", "B"), activities=(), teams=("Desk", "Experts"), people=("Ann", "Bob", "Cid")
)
DAYS = tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(4))
FRIDAY = ((4 * 1440 + 540, 4 * 1440 + 780),)


def office(**more: Calendar) -> Organisation:
    """Ann and Bob at the desk, Cid an expert; who keeps `talks` spends four hours on rules every Friday."""
    people = {
        "Ann": Person(teams=("Desk",), calendar="talks", pay=20.0),
        "Bob": Person(teams=("Desk",), calendar="day", pay=20.0),
        "Cid": Person(
            teams=("Experts",), calendar="talks", pay=50.0, absent=((datetime(2024, 1, 5), datetime(2024, 1, 6)),)
        ),
    }
    calendars = {"day": Calendar(hours=DAYS), "talks": Calendar(hours=DAYS, organising=FRIDAY), **more}
    return replace(counter(), people=people, calendars=calendars, teams={"Desk": Team(), "Experts": Team()})


def told(
    rules: Organisation, weeks: float = 2.0, changes: list[Organised] | None = None
) -> dict[str, dict[str, float]]:
    ledgers = Ledgers(LEGEND, Window(begin=0.0, end=weeks * WEEK), on_duty(rules), changes=changes)
    return ledgers.result(parties_of(LEGEND))


def test_hours_spent_on_rules_are_paid_and_count_as_organising_work() -> None:
    """Ann two Fridays; Cid one, for on the first he is absent. Bob none."""
    found = told(office())
    assert found["organising work"] == {"Desk": 4.0, "Experts": 2.0, "all teams": 6.0}
    plain = told(office(talks=Calendar(hours=DAYS)), changes=[])
    assert plain["organising work"] == {"Desk": 0.0, "Experts": 0.0, "all teams": 0.0}
    more = {team: found["cost of hours"][team] - plain["cost of hours"][team] for team in ("Desk", "Experts")}
    assert more == {"Desk": 4 * 20.0, "Experts": 2 * 50.0}
    assert found["pay"] == plain["pay"]


def test_hours_that_begin_later_count_from_then_on() -> None:
    ledgers = Ledgers(LEGEND, Window(begin=0.0, end=4 * WEEK), on_duty(office(talks=Calendar(hours=DAYS))))
    ledgers.on_duty_from(2 * WEEK, on_duty(office()))
    assert ledgers.result(parties_of(LEGEND))["organising work"] == {"Desk": 2.0, "Experts": 2.0, "all teams": 4.0}


def test_changes_count_for_who_makes_them_and_for_whom_somebody_speaks() -> None:
    """In a quarter: A imposes two rules, one of ten hours; the desk carries up one for B; Cid writes one in five."""
    made = [
        Organised(0.0, "A", "", 10.0),
        Organised(WEEK, "A", "", 0.0),
        Organised(WEEK, "Desk", "B", 0.0),
        Organised(2 * WEEK, "Cid", "", 5.0),
        Organised(3 * WEEK, "Management", "", 26.0),
        Organised(4 * WEEK, "Methods", "A", 0.0),
        Organised(20 * WEEK, "A", "", 99.0),
    ]
    found = told(office(talks=Calendar(hours=DAYS)), 13.0, made)
    assert found["changes of rules by the client"] == {"A": 3.0, "B": 1.0, "all clients": 4.0}
    assert found["share of changes of rules by the client"] == pytest.approx(
        {"A": 3 / 6, "B": 1 / 6, "all clients": 4 / 6}
    )
    assert found["organising work of the client"] == pytest.approx({"A": 10 / 13, "B": 0.0, "all clients": 10 / 13})
    assert found["changes of rules by the team"] == {"Desk": 1.0, "Experts": 1.0, "all teams": 2.0}
    assert found["organising work"] == pytest.approx({"Desk": 0.0, "Experts": 5 / 13, "all teams": 5 / 13})
    assert found["organising work of prescribers"]["all teams"] == 2.0
    assert found["changes of rules by prescribers"]["all teams"] == 2.0
    assert math.isnan(found["organising work of prescribers"]["Desk"])


def test_a_change_that_several_agreed_on_counts_for_each_of_them_and_once_for_all() -> None:
    """In a quarter: Desk and A agree in four hours each; Management, Methods and B in two. By hand."""
    made = [Organised(0.0, "Desk", "", 4.0, ("A",)), Organised(WEEK, "Management", "", 2.0, ("Methods", "B"))]
    found = told(office(talks=Calendar(hours=DAYS)), 13.0, made)
    assert found["changes of rules by the client"] == {"A": 1.0, "B": 1.0, "all clients": 2.0}
    assert found["share of changes of rules by the client"] == {"A": 0.5, "B": 0.5, "all clients": 1.0}
    hours = found["organising work of the client"]
    assert hours == pytest.approx({"A": 4 / 13, "B": 2 / 13, "all clients": 6 / 13})
    assert found["changes of rules by the team"] == {"Desk": 1.0, "Experts": 0.0, "all teams": 1.0}
    assert found["organising work"] == pytest.approx({"Desk": 4 / 13, "Experts": 0.0, "all teams": 4 / 13})
    assert found["organising work of prescribers"]["all teams"] == pytest.approx(4 / 13)
    assert found["changes of rules by prescribers"]["all teams"] == 1.0


def test_a_chronicle_with_rules_tells_and_one_without_does_not() -> None:
    rules = office()
    act = acts.Volume(client="Public", change=0.1, signed=Signature(author="Experts", organising_hours=3.0))
    changes = act.changes(rules, ORIGIN + timedelta(weeks=1))
    assert organised_in(rules_table(changes), LEGEND) == [Organised(WEEK, "Experts", "", 3.0)]
    assert organised_in(rules_table(changes).drop("agreed_by"), LEGEND) == [Organised(WEEK, "Experts", "", 3.0)]
    both = [replace(one, agreed_by=("Public",)) for one in changes]
    learned = replace(changes[0], learned=True, organising_hours=0.0)
    assert organised_in(rules_table([*changes, learned]), LEGEND) == organised_in(rules_table(changes), LEGEND)
    assert organised([learned], lambda _change: 0.0) == []
    assert organised_in(rules_table(both), LEGEND) == [Organised(WEEK, "Experts", "", 3.0, ("Public",))]
    assert organised_in(rules_table([]), LEGEND) is None
    nobody = Ledgers(LEGEND, Window(begin=0.0, end=WEEK)).result(parties_of(LEGEND))
    assert all(math.isnan(nobody[name]["Desk"]) for name in ("organising work", "changes of rules by the team"))
    assert math.isnan(nobody["share of changes of rules by the client"]["A"])


def test_runs_tell_when_somebody_organises_and_for_how_long() -> None:
    """Two of the eight weeks measured, five hours each; a condition that is met in every run, hours and all."""
    rules = replace(counter(), calendars={"always": Calendar(hours=((0, 10080),))})
    time = acts.OrganisingTime(team="Desk", shifts="Fri 9-14", lasts=2)
    price = acts.Price(client="Public", change=0.1, signed=Signature(author="Public", organising_hours=4.0))
    priced = replace(rules, clients={"Public": replace(rules.clients["Public"], price=1.0)})
    waits = When(act=price, condition="throughput > 0 over 1 weeks")
    managed = acts.Volume(client="Public", change=0.1, signed=Signature(author="Management", organising_hours=6.0))
    tried = {"time": [time], "price": [waits], "management": [managed]}
    found = compare(priced, scenarios=tried, replications=2, weeks=8, warm_up_weeks=1)
    rows = {(row["scenario"], row["measure"], row["party"]): row for row in found.effects.to_dicts()}
    assert rows["time", "organising work", "Desk"]["with"] == pytest.approx(2 * 5 / 8)
    assert rows["time", "organising work", "Desk"]["kind"] == "by construction"
    assert rows["price", "organising work of the client", "Public"]["with"] == pytest.approx(4 / 8)
    assert rows["price", "changes of rules by the client", "Public"]["with"] == pytest.approx(13 / 8)
    assert rows["price", "changes of rules by the client", "Public"]["without"] == 0.0
    # Of no change nobody has a share: without the act there is none, and the share is told all the same.
    shares = [rows[name, "share of changes of rules by the client", "Public"] for name in ("price", "management")]
    assert [(row["without"], row["with"]) for row in shares] == [(0.0, 1.0), (0.0, 0.0)]
    # The one team is all teams.
    of_management = rows["management", "organising work of prescribers", "Desk"]
    assert (of_management["without"], of_management["with"]) == (0.0, pytest.approx(6 / 8))
    assert of_management["kind"] == "by construction"


def test_files_keep_these_hours_and_refuse_what_cannot_be() -> None:
    rules = office()
    assert from_dict(to_dict(rules)) == rules
    twice = office(talks=Calendar(hours=DAYS, organising=((600, 660),)))
    assert [str(fault.where) for fault in faults(twice)] == ["calendars > talks > organising"]


def test_the_history_counts_them_once() -> None:
    """A team that decides by itself to meet: the hours stand in its calendars, and in the history."""
    rules = office(talks=Calendar(hours=DAYS))
    act = acts.OrganisingTime(team="Desk", shifts="Thu 9-11", lasts=3, signed=Signature(author="Desk"))
    changes = act.changes(rules, ORIGIN)
    history = History(founding=rules, changes=changes)
    assert history.authors()["hours"].to_list() == [2 * 2 * 3.0]
    result = compare(rules, act, replications=2, weeks=6, warm_up_weeks=0)
    row = result.effects.filter(measure="organising work", party="Desk").row(0, named=True)
    assert row["with"] == pytest.approx(2 * 2 * 3 / 6)
    assert amended(rules, changes) != rules


def test_records_whose_rules_changed_tell_who_organises() -> None:
    """A run whose acts are known, seen as records: nobody has to say it again."""
    from irrupt.engine import simulate
    from irrupt.sight import see

    log = simulate(counter(), weeks=8, seed=1)
    act = acts.Volume(client="Public", change=0.1, signed=Signature(organising_hours=16.0))
    changes = act.changes(counter(), log.events["end"][0] + timedelta(weeks=2))
    seen = see(replace(log, rules=rules_table(changes)))
    entries = {(one.measure, one.party): one.value for one in seen.ledger}
    assert entries["share of changes of rules by the client", "Public"] == 1.0
    assert entries["organising work of the client", "Public"] == pytest.approx(16 / 8, rel=0.05)
    assert all("changes of rules" not in one.measure for one in see(log).ledger)
