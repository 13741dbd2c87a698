"""Runs that begin with the open cases of a log."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle import Chronicle, read
from irrupt.engine import Simulation, examples, simulate, tables
from irrupt.engine.streams import run_key
from irrupt.errors import UsageError
from irrupt.experiment import compare, start_of
from irrupt.experiment.starting import opening
from irrupt.i18n import date_text
from irrupt.organisation import Calendar, Client, Distribution, Learned, Organisation, Route, Step, Team
from irrupt.regulation import parse_act
from irrupt.reporting.sections import made

MOMENT = 8.6
"""Weeks after which the log is cut."""


@pytest.fixture
def slow(desk: Organisation) -> Organisation:
    """The desk with delays of days, so that many cases are open."""
    delay = Distribution.exponential(3 * 86400.0)
    routes = {**desk.routes, "Triage": (Route(to="Repair", share=0.8, delay=delay), Route(to="end", share=0.2))}
    return replace(
        desk, routes=routes, clients={n: replace(c, cases_per_week=25, growth=0.02) for n, c in desk.clients.items()}
    )


@pytest.fixture
def cut(slow: Organisation) -> Chronicle:
    """What the records of a run show at a moment."""
    full = simulate(slow, seed=5, weeks=12)
    moment = slow.origin + timedelta(weeks=MOMENT)
    return read(full.events.filter(pl.col("end") <= moment))


def test_as_many_cases_are_open_as_were(slow: Organisation, cut: Chronicle) -> None:
    start = start_of(cut, slow)
    assert start.monday == slow.origin + timedelta(weeks=8)
    assert start.weeks == pytest.approx(MOMENT - 8, abs=0.1)
    rules = tables(start.rebased(slow))
    found = opening(start, rules, 1).standing
    # Cases of which nothing is recorded yet, those in the queue of the first step, cannot be known.
    known = pl.Series(cut.events["case"].unique())
    open_then = simulate(slow, seed=5, weeks=12).events.filter(pl.col("end") > slow.origin + timedelta(weeks=MOMENT))
    truth = open_then["case"].unique().is_in(known.implode()).sum()
    assert found.expected == pytest.approx(truth, rel=0.2)


@pytest.mark.parametrize("shown", [True, False], ids=["recorded", "unrecorded"])
def test_all_that_is_left_of_cases_at_several_steps_at_once_is_still_to_be_done(
    slow: Organisation, shown: bool
) -> None:
    """Whether records show where they split and come together or not: there is nothing but that to be guessed."""
    later = Distribution.exponential(3 * 86400.0)
    steps = {"fork": Step(activity="Fork", split="all"), "meet": Step(activity="Meet", join=True)}
    steps |= {
        name: Step(activity=name, team="Desk", duration=Distribution.fixed(60.0)) for name in ("Look", "Ask", "Act")
    }
    routes = {
        **{"start": (Route(to="Look", share=1.0),), "Look": (Route(to="fork", share=1.0),)},
        "fork": tuple(Route(to=name, share=1.0, delay=later) for name in ("Ask", "Act")),
        **dict.fromkeys(("Ask", "Act"), (Route(to="meet", share=1.0),)),
        "meet": (Route(to="end", share=1.0),),
    }
    rules = replace(slow, steps=steps, routes=routes, client_routes={}, checks={}, patience={}, returns={})
    full = simulate(rules, seed=5, weeks=12).events
    full = full if shown else full.filter(~pl.col("activity").is_in(["Fork", "Meet"]))
    moment = rules.origin + timedelta(weeks=MOMENT)
    cut = full.filter(pl.col("end") <= moment)
    left = full.filter((pl.col("end") > moment) & pl.col("case").is_in(cut["case"].unique().implode()))
    start = start_of(read(cut), rules)
    made = tables(start.rebased(rules))
    begun = opening(start, made, 1).begun(made, 1, 0, 2.0)
    number, names, found = begun.arrived, begun.legend.activities, Counter[str]()
    for rows in begun.run():
        found.update(names[one] for one in rows.activity[rows.case < number].tolist())
    assert number == left["case"].n_unique() > 10
    for name in ("Ask", "Act"):
        assert found[name] == (left["activity"] == name).sum() > 3


def test_demand_goes_on_as_it_would_have(slow: Organisation, cut: Chronicle) -> None:
    start = start_of(cut, slow)
    for name, client in start.rebased(slow).clients.items():
        at = [slow.clients[name].cases_per_week * (1 + 0.02 * week) for week in (8, 11)]
        assert [client.cases_per_week * (1 + client.growth * week) for week in (0, 3)] == pytest.approx(at)


def test_a_run_begins_with_them_and_with_nothing_done_before(slow: Organisation, cut: Chronicle) -> None:
    start = start_of(cut, slow)
    rules = tables(start.rebased(slow))
    begun = opening(start, rules, 1).begun(rules, 1, 0, 4.0)
    assert begun.now == start.now
    assert begun.arrived == begun.in_system > 20
    later = begun.fork()
    rows = [chunk.end.min() for chunk in later.run()]
    assert min(rows) >= start.now
    assert later.in_system == 0


def test_acts_begin_at_once_and_no_open_case_changes_what_no_act_touches(slow: Organisation, cut: Chronicle) -> None:
    start = start_of(cut, slow)
    acts = [parse_act("priority: {client: A, team: Network}"), parse_act("priority: {client: B, team: Desk}")]
    found = compare(slow, *acts, start=start, replications=4, weeks=2, run_out_weeks=2, workers=1)
    assert f"begin on {date_text(start.moment.date())} with the cases that are open then" in found.notes[0]
    assert found.warm_up_weeks == pytest.approx(start.weeks)
    assert found.settled_weeks is None
    assert found.provenance is not None
    assert found.provenance["open"] == start.made()
    begun = f"begun with the cases open in {start.source} on {date_text(start.moment.date())}, 2 weeks measured"
    assert made.horizon(found).startswith(begun)
    assert made.command(None, found) == "", "nobody knows in which file this organisation lies"
    learned = Learned(source="tickets.csv", cases=1, events=1, begin=slow.origin, end=slow.origin, starts="measured")
    known = replace(found, organisation=replace(slow, learned=learned))
    assert made.command(None, known) == "", "no option says how long open cases have to finish"
    provenance = found.provenance | {"times_said": {"weeks": 2.0}}
    typed = made.command(None, replace(known, provenance=provenance)).replace("'", "")
    assert typed.startswith("irrupt compare tickets.csv --act")
    assert f"--open {start.source} --weeks 2" in typed
    again = compare(slow, *acts, start=start, replications=4, weeks=2, run_out_weeks=2, workers=2)
    assert again.effects.equals(found.effects)
    without = compare(slow, *acts, warm_up_weeks=start.weeks, replications=4, weeks=2, run_out_weeks=2, workers=1)
    level = [
        result.effects.filter((pl.col("measure") == "cases waiting at the team") & (pl.col("party") == "Network"))[
            "without"
        ][0]
        for result in (found, without)
    ]
    assert level[0] > level[1]


def test_where_the_log_goes_on_it_is_told_when_the_runs_begin(slow: Organisation, cut: Chronicle) -> None:
    earlier = replace(slow, origin=slow.origin + timedelta(weeks=4))
    act = parse_act("priority: {client: A, team: Network}")
    found = compare(earlier, act, start=start_of(cut, earlier), replications=2, weeks=1, run_out_weeks=1, workers=1)
    assert f"begin on {date_text(earlier.origin.date())} with" in found.notes[0]
    assert date_text(earlier.origin.date()) in made.horizon(found)


def test_a_warm_up_makes_no_sense_then(slow: Organisation, cut: Chronicle) -> None:
    act = parse_act("priority: {client: A, team: Network}")
    with pytest.raises(UsageError, match="none where runs begin with open cases"):
        compare(slow, act, start=start_of(cut, slow), warm_up_weeks=2.0)


def test_pairs_are_kept_for_the_same_open_cases_wherever_the_log_lies(
    slow: Organisation, cut: Chronicle, tmp_path: Path
) -> None:
    act = parse_act("priority: {client: A, team: Network}")
    how = {"replications": 2, "weeks": 2, "run_out_weeks": 2, "workers": 1, "store": tmp_path / "pairs.db"}
    start = start_of(cut, slow)
    assert compare(slow, act, start=start, **how).stored == 0
    assert compare(slow, act, start=replace(start, source="elsewhere"), **how).stored == 2
    assert compare(slow, act, start=replace(start, cases=start.cases[1:]), **how).stored == 0


@pytest.fixture
def mixed() -> Organisation:
    """The workshop, which also repairs what others bring."""
    rules = examples.workshop()
    repair = Step(activity="Repair", team="Repairs", duration=Distribution.exponential(7200.0))
    people = {f"Fitter {n}": replace(rules.people["Worker 1"], teams=("Repairs",)) for n in range(3)}
    own = {"start": (Route(to="Look", share=1.0),)}
    return replace(
        rules,
        clients={**rules.clients, "Garages": Client(cases_per_week=40.0)},
        steps={**rules.steps, "Look": Step(activity="Look", team="Repairs"), "Repair": repair},
        routes={
            **rules.routes,
            "Look": (Route(to="Repair", share=1.0, delay=Distribution.exponential(2 * 86400.0)),),
            "Repair": (Route(to="end", share=1.0),),
        },
        client_routes={"Garages": own},
        teams={**rules.teams, "Repairs": Team()},
        people={**rules.people, **people},
    )


def test_where_goods_are_planned_other_cases_are_open_and_the_plan_begins_anew(mixed: Organisation) -> None:
    """Open repairs are taken up; orders of goods are left out, and counted: the plan is that of a run without any."""
    full = simulate(mixed, seed=5, weeks=12)
    cut = read(full.events.filter(pl.col("end") <= mixed.origin + timedelta(weeks=MOMENT)))
    start = start_of(cut, mixed)
    rules = tables(start.rebased(mixed))
    begins = opening(start, rules, 1)
    assert begins.standing.orders > 0
    assert {case.client for case, _ways in begins.standing.cases} == {"Garages"}
    run = begins.begun(rules, 1, 0, 6.0)
    taken_up = run.in_system - len(run.brought)
    assert taken_up == pytest.approx(begins.standing.expected, abs=6)
    plain = Simulation(rules, seed=1, weeks=6.0)
    for one in (run, plain):
        assert sum(len(rows.case) for rows in one.run())
        assert one.in_system == 0
    assert run.planned is not None
    assert plain.planned is not None
    for mine, other in zip(run.planned.goods, plain.planned.goods, strict=True):
        assert np.array_equal(mine, other, equal_nan=True)
    act = parse_act("priority: {client: Garages, team: Repairs}")
    found = compare(mixed, act, start=start, replications=2, weeks=2, run_out_weeks=2, workers=1)
    assert f"{begins.standing.orders} open orders of planned goods are left out" in found.notes[0]


def test_a_log_of_nothing_but_orders_of_planned_goods_is_refused() -> None:
    rules = examples.workshop()
    full = simulate(rules, seed=5, weeks=12)
    cut = read(full.events.filter(pl.col("end") <= rules.origin + timedelta(weeks=MOMENT)))
    start = start_of(cut, rules)
    with pytest.raises(UsageError, match="no log tells the stock"):
        opening(start, tables(start.rebased(rules)), 1)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("told", ["quantity", "pieces", "quantity alone", "nothing"])
def test_open_cases_ask_for_what_the_log_says_and_are_of_the_class_that_this_makes_them(
    slow: Organisation, told: str
) -> None:
    """However it names that. Where it is silent, what is drawn goes with the class, and a class with the quantity."""
    asks = {
        "quantity": Distribution.uniform(1.0, 100.0),
        "classes": {"small": 0.3, "large": 0.7},
        "by_quantity": ("small", "large"),
    }
    rules = replace(slow, clients={name: replace(client, **asks) for name, client in slow.clients.items()})
    events = simulate(rules, seed=5, weeks=12).events
    truth = dict(events.select("case", "quantity").unique().iter_rows())
    events = events.filter(pl.col("end") <= rules.origin + timedelta(weeks=MOMENT))
    other = (pl.col("quantity") % 7.0).alias("other number")
    events = {
        "quantity": events.with_columns(other),
        "pieces": events.with_columns(other).rename({"quantity": "pieces"}),
        "quantity alone": events.drop("class"),
        "nothing": events.drop("quantity"),
    }[told]
    start = start_of(read(events), rules)
    standing = opening(start, tables(start.rebased(rules)), 1).standing
    drawn = standing.drawn(run_key(1, 0))
    assert len(drawn) > 20
    assert all((one.quantity > 30.7) == (one.kind == "large") for one in drawn)
    known = {case.quantity for case, _ways in standing.cases}
    assert known == ({None} if told == "nothing" else {truth[case.name] for case, _ways in standing.cases})
    assert {one.quantity for one in drawn} <= known or told == "nothing"


def test_open_cases_are_of_the_class_that_their_attributes_make_together(slow: Organisation) -> None:
    """Two attributes of the log make the classes of the organisation; and no client's case is of another one's."""
    both = {"tax, urgent": 0.25, "tax, usual": 0.25, "rent, urgent": 0.25, "rent, usual": 0.25}
    others = dict.fromkeys(("tax", "rent"), 0.5)
    names = [*slow.clients]
    clients = {
        name: replace(client, classes=both if name == names[0] else others) for name, client in slow.clients.items()
    }
    rules = replace(slow, clients=clients)
    events = simulate(rules, seed=5, weeks=12).events
    truth = dict(events.select("case", "class").unique().iter_rows())
    parts = pl.col("class").str.split(", ").list
    told = events.with_columns(matter=parts.first(), haste=parts.get(1, null_on_oob=True).fill_null("usual"))
    told = told.drop("class").filter(pl.col("end") <= rules.origin + timedelta(weeks=MOMENT))
    start = start_of(read(told), rules)
    standing = opening(start, tables(start.rebased(rules)), 1).standing
    assert {case.client for case, _ways in standing.cases} == {*names}
    assert all(case.kind == truth[case.name] for case, _ways in standing.cases)


def test_kept_runs_tell_what_their_cases_are_like_those_that_were_open_included(
    slow: Organisation, tmp_path: Path
) -> None:
    """Nothing was told of any case, also of those that came later."""
    asks = {
        "quantity": Distribution.uniform(1.0, 100.0),
        "classes": {"small": 0.3, "large": 0.7},
        "by_quantity": ("small", "large"),
        "due": Distribution.exponential(86400.0),
    }
    rules = replace(slow, clients={name: replace(client, **asks) for name, client in slow.clients.items()})
    cut = simulate(rules, seed=5, weeks=12).events.filter(pl.col("end") <= rules.origin + timedelta(weeks=MOMENT))
    start = start_of(read(cut), rules)
    act = parse_act(f"volume: {{client: {min(slow.clients)}, change: 50 %}}")
    folder = tmp_path / "kept"
    compare(rules, act, start=start, replications=2, weeks=2, run_out_weeks=2, chronicles=folder, workers=1)
    begins = opening(start, tables(start.rebased(rules)), 1).standing
    for number in range(2):
        drawn = begins.drawn(run_key(1, number))
        for name in ("without", "1-volume*"):
            (file,) = folder.glob(f"0000{number}.{name}.parquet")
            found = pl.read_parquet(file).unique("case").sort("case")
            assert found.select("class", "quantity").null_count().row(0) == (0, 0)
            assert (found["quantity"] > 30.7).to_list() == (found["class"] == "large").to_list()
            known = {int(case): quantity for case, quantity in found.select("case", "quantity").iter_rows()}
            mine = {at + 1: one.quantity for at, one in enumerate(drawn)}
            assert {at: known[at] for at in mine if at in known} == {at: mine[at] for at in mine if at in known}
            assert len(known) > len(mine) > 20


def test_a_number_that_is_no_quantity_is_not_taken_for_it(slow: Organisation) -> None:
    asks = Distribution.uniform(1.0, 100.0)
    rules = replace(slow, clients={name: replace(client, quantity=asks) for name, client in slow.clients.items()})
    full = simulate(rules, seed=5, weeks=12).events
    cut = full.filter(pl.col("end") <= rules.origin + timedelta(weeks=MOMENT))
    cut = cut.select(pl.exclude("quantity"), (pl.col("quantity") % 7.0).alias("age"))
    start = start_of(read(cut), rules)
    standing = opening(start, tables(start.rebased(rules)), 1).standing
    assert {case.quantity for case, _ways in standing.cases} == {None}


@pytest.mark.parametrize("told", [True, False])
def test_cases_came_when_they_were_ready_where_the_log_tells(slow: Organisation, told: bool) -> None:
    """Not when somebody began with them, so that what counts from then on does not begin late."""
    busy = replace(slow, people={name: replace(who, calendar="Fri") for name, who in slow.people.items()})
    busy = replace(busy, calendars={**busy.calendars, "Fri": Calendar(hours=((4 * 1440 + 540, 4 * 1440 + 1020),))})
    full = simulate(busy, seed=5, weeks=12).events
    cut = full.filter(pl.col("end") <= busy.origin + timedelta(weeks=MOMENT))
    start = start_of(read(cut if told else cut.drop("ready")), busy)
    first = cut.sort("end").group_by("case", maintain_order=True).first()
    came = dict(first.select("case", "ready" if told else "start").iter_rows())
    for case in start.cases:
        assert case.begin == pytest.approx((came[case.name] - start.monday).total_seconds(), abs=1e-3)
    assert (first["start"] - first["ready"]).dt.total_days().max() > 3
