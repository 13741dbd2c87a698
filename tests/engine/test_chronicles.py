"""A simulated Chronicle is a Chronicle like any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle import EVENT_COLUMNS, Chronicle, read, write
from irrupt.engine import Simulation, simulate, tables
from irrupt.engine.examples import counter
from irrupt.errors import UsageError
from irrupt.organisation import Check, Client, Distribution, Edit, Organisation, Route, RuleChange, Step
from irrupt.sight import see


def with_a_form() -> Organisation:
    """The client fills in a form, for which the organisation waits."""
    plain = counter()
    return replace(
        plain,
        steps={**plain.steps, "Form": Step(activity="Form", client_act=True, duration=Distribution.exponential(60.0))},
        routes={
            **plain.routes,
            "Serve": (
                Route(to="Form", share=0.6, delay=Distribution.fixed(600.0), waits_for="client"),
                Route(to="end", share=0.4),
            ),
            "Form": (Route(to="end", share=1.0),),
        },
    )


def test_it_has_the_columns_of_an_event_log_and_the_moment_of_readiness() -> None:
    made = simulate(with_a_form(), weeks=1, seed=1)
    assert isinstance(made, Chronicle)
    assert made.events.schema == {**EVENT_COLUMNS, "ready": pl.Datetime("us", "UTC")}
    assert (made.kind, made.starts, made.timezone) == ("simulated", "measured", "UTC")
    assert made.client_acts == {"Form"}
    assert made.waits_for_client == {"Serve"}
    assert "counter" in made.source


def test_its_events_are_the_rows_of_the_run() -> None:
    run = Simulation(with_a_form(), seed=1, replication=2, weeks=1)
    end = np.concatenate([rows.end.copy() for rows in run.run()])
    made = simulate(tables(with_a_form()), weeks=1, seed=1, replication=2)
    assert made.cases == run.arrived
    origin = datetime(2024, 1, 1, tzinfo=UTC)
    expected = sorted(origin + timedelta(microseconds=round(seconds * 1e6)) for seconds in end)
    assert made.events["end"].sort().to_list() == expected
    assert made.events["resource"].unique().sort(nulls_last=True).to_list() == ["Ann", None]


def test_cases_are_numbered_so_that_they_sort_by_arrival() -> None:
    events = simulate(counter(), weeks=1, seed=1).events
    first = events.group_by("case").agg(pl.col("ready").min()).sort("case")
    assert first["ready"].is_sorted()


def test_an_organisation_without_cases_makes_an_empty_chronicle() -> None:
    made = simulate(counter(), weeks=0, seed=1)
    assert made.events.is_empty()
    assert made.events.schema == {**EVENT_COLUMNS, "ready": pl.Datetime("us", "UTC")}


def test_an_activity_that_others_do_as_well_is_not_the_clients() -> None:
    shared = replace(with_a_form(), checks={"check": Check(after="Serve", step=Step(activity="Form"))})
    assert simulate(shared, weeks=0, seed=1).client_acts == frozenset()


@pytest.mark.parametrize("seed", [1.0, -1, "a", None])
def test_only_whole_numbers_from_0_on_are_seeds(seed: object) -> None:
    with pytest.raises(UsageError, match="seed"):
        simulate(counter(), weeks=1, seed=seed)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="replication"):
        simulate(counter(), weeks=1, seed=1, replication=seed)  # type: ignore[arg-type]


def test_the_same_number_is_the_same_seed_however_it_is_written() -> None:
    assert simulate(counter(), weeks=1, seed=True).events.equals(simulate(counter(), weeks=1, seed=np.int64(1)).events)


def test_rules_change_at_their_moments_while_work_goes_on() -> None:
    """Until then nothing differs; due dates and classes stay those of their cases."""
    rules = counter(cases_per_week=200.0)
    due = Distribution.fixed(36000.0)
    public = replace(rules.clients["Public"], due=due, classes={"a": 0.5, "b": 0.5}, growth=0.01)
    rules = replace(rules, clients={"Public": public})
    more = replace(public, cases_per_week=400.0)

    def change(week: int, before: Client, after: Client) -> RuleChange:
        edit = Edit(part="clients", key="Public", before=before, after=after)
        return RuleChange(time=rules.origin + timedelta(weeks=week), author="Public", rule="", edits=(edit,))

    made = simulate(rules, weeks=4, seed=1, changes=[change(3, more, public), change(2, public, more)])
    plain = simulate(rules, weeks=4, seed=1)
    for log in (made, plain):
        asked = log.events["due"] - log.events["ready"]
        assert (asked.dt.total_microseconds() == 36_000_000_000).all()
        assert log.events["class"].is_in(["a", "b"]).all()
    weeks = [rules.origin + timedelta(weeks=week) for week in range(5)]
    before = [log.events.filter(pl.col("end") < weeks[2]).drop("case") for log in (made, plain)]
    assert before[0].equals(before[1])
    counts = [made.events.filter(pl.col("ready").is_between(*span)).height for span in pairwise(weeks)]
    assert counts[2] > 1.5 * counts[1]
    assert counts[3] < counts[2] / 1.5


def test_changes_of_the_first_moment_hold_from_the_beginning() -> None:
    rules = counter()
    faster = replace(rules.people["Ann"], speed=2.0)
    edit = Edit(part="people", key="Ann", before=rules.people["Ann"], after=faster)
    change = RuleChange(time=rules.origin - timedelta(days=3), author="Ann", rule="", edits=(edit,))
    early = simulate(rules, weeks=1, seed=1, changes=[change])
    assert early.events.equals(simulate(replace(rules, people={"Ann": faster}), weeks=1, seed=1).events)


def test_the_changes_that_were_made_in_a_run_are_the_rules_of_its_chronicle(tmp_path: Path) -> None:
    """Those that come when all is over are not; and a file keeps them."""
    rules = counter()
    edit = Edit(part="people", key="Ann", before=rules.people["Ann"], after=replace(rules.people["Ann"], speed=2.0))
    back = Edit(part="people", key="Ann", before=edit.after, after=edit.before)

    def change(week: int, text: str, edit: Edit) -> RuleChange:
        return RuleChange(time=rules.origin + timedelta(weeks=week), author="Ann", rule=text, edits=(edit,))

    changes = [change(0, "Faster", edit), change(1, "As before", back), change(50, "Faster again", edit)]
    made = simulate(rules, weeks=2, seed=1, changes=changes)
    assert made.rules["rule"].to_list() == ["Faster", "As before"]
    assert made.rules["time"].to_list() == [rules.origin, rules.origin + timedelta(weeks=1)]
    assert read(write(made, tmp_path / "made.parquet")).rules.equals(made.rules)
    assert [told.partition(": ")[2] for told in see(made).organising] == [
        "changed by Ann: Faster",
        "changed by Ann: As before",
    ]
    assert simulate(rules, weeks=2, seed=1).rules.is_empty()


def test_a_change_without_a_zone_is_made_on_the_organisations_clock() -> None:
    rules = replace(counter(), timezone="Europe/Paris", origin=datetime(2023, 12, 31, 23, tzinfo=UTC))
    edit = Edit(part="people", key="Ann", before=rules.people["Ann"], after=replace(rules.people["Ann"], speed=2.0))
    naive = RuleChange(time=datetime(2024, 1, 3, 9), author="Ann", rule="", edits=(edit,))
    aware = replace(naive, time=datetime(2024, 1, 3, 8, tzinfo=UTC))
    by_clock, by_moment = (simulate(rules, weeks=1, seed=1, changes=[change]) for change in (naive, aware))
    assert by_clock.events.equals(by_moment.events)
    assert by_clock.rules.equals(by_moment.rules)


def test_attributes_are_told_unless_they_are_not_wanted() -> None:
    classes = replace(
        counter().clients["Public"], classes={"a": 0.5, "b": 0.5}, quantity=Distribution.uniform(1.0, 9.0)
    )
    organisation = replace(counter(), clients={"Public": classes})
    told, plain = (simulate(organisation, weeks=1, seed=3, attributes=wanted).events for wanted in (True, False))
    assert told.select(plain.columns).equals(plain)
    assert set(told.columns) - set(plain.columns) == {"class", "quantity"}


def test_dates_of_some_classes_are_told_as_those_of_all_are() -> None:
    """The column was left out unless cases of no class were due, too."""
    days = Distribution.fixed(86400.0)
    public = replace(counter().clients["Public"], classes={"a": 0.5, "b": 0.5}, due_by_class={"b": days})
    events = simulate(replace(counter(), clients={"Public": public}), weeks=1, seed=1).events
    assert events.filter(pl.col("class") == "a")["due"].null_count() == events.filter(pl.col("class") == "a").height > 0
    dated = events.filter(pl.col("class") == "b")
    assert dated.height > 0
    assert (dated["due"] - dated["ready"] <= timedelta(days=1)).all()


def test_cases_that_come_together_are_told_to_be_what_they_are() -> None:
    """Within a group, each bore the class, the quantity and the date of another one."""
    plain = counter()
    kinds = {"a form": 0.5, "a visit": 0.5}
    asks = {"a form": Distribution.fixed(2.0), "a visit": Distribution.fixed(7.0)}
    public = replace(plain.clients["Public"], at_a_time={4: 1.0}, classes=kinds, quantity_by_class=asks)
    steps = {name: Step(activity=name, per_unit=Distribution.fixed(1.0)) for name in kinds}
    routes = {"start": tuple(Route(to=name, share=1.0, only=name) for name in kinds)}
    routes |= {name: (Route(to="end", share=1.0),) for name in kinds}
    rules = replace(plain, clients={"Public": public}, steps=steps, routes=routes, teams={}, people={}, calendars={})
    events = simulate(rules, weeks=2, seed=1).events
    assert events.height > 100
    assert (events["activity"] == events["class"]).all()
    assert ((events["end"] - events["start"]).dt.total_seconds() == events["quantity"]).all()
