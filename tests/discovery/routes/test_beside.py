"""Activities done at the same time are told from those that only follow one another, and are learned as such."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

import irrupt
from irrupt.arraytypes import Flags, Ints
from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.log import Log, read
from irrupt.discovery.routes import beside
from irrupt.discovery.routes.beside import Ways, awaiting, ordered, together
from irrupt.discovery.routes.beside import told as notes_of
from irrupt.discovery.routes.splitting import either_way, split
from irrupt.discovery.routes.winding import Gone
from irrupt.engine import simulate
from irrupt.engine.examples import counter
from irrupt.organisation import Distribution, Organisation, Patience, Person, Route, Step, Team, amended
from irrupt.organisation.files import from_dict, to_dict
from irrupt.organisation.guards import above
from irrupt.organisation.races import quantiles
from irrupt.organisation.validate import faults
from irrupt.regulation import Certification

pytestmark = pytest.mark.usefixtures("few_steps")


def plant(*, at_once: bool) -> Organisation:
    """Orders are checked, then filled and papered, at the same time or in either order, then shipped."""
    hour = Distribution.exponential(3600.0)
    steps = {name: Step(activity=name, team=name, duration=hour) for name in ("Check", "Fill", "Paper", "Ship")}
    routes = {
        "start": (Route(to="Check", share=1.0),),
        "Check": (Route(to="Fill", share=1.0), Route(to="Paper", share=1.0)),
        "Fill": (Route(to="Ship", share=1.0),),
        "Paper": (Route(to="Ship", share=1.0),),
        "Ship": (Route(to="end", share=1.0),),
    }
    if at_once:
        steps |= {"Check": replace(steps["Check"], split="all"), "Ship": replace(steps["Ship"], join=True)}
    else:
        steps |= {"Fill then": steps["Fill"], "Paper then": steps["Paper"]}
        routes |= {
            "Check": (Route(to="Fill", share=0.5), Route(to="Paper", share=0.5)),
            "Fill": (Route(to="Paper then", share=1.0),),
            "Paper": (Route(to="Fill then", share=1.0),),
            "Fill then": (Route(to="Ship", share=1.0),),
            "Paper then": (Route(to="Ship", share=1.0),),
        }
    return staffed(steps, routes)


def staffed(steps: dict[str, Step], routes: dict[str, tuple[Route, ...]]) -> Organisation:
    """An organisation of these, with two people in each team."""
    plain = counter(0.2, cases_per_week=60.0)
    (calendar,) = {person.calendar for person in plain.people.values()}
    teams = sorted({step.team for step in steps.values() if step.team is not None})
    people = {f"{name} {n}": Person(teams=(name,), calendar=calendar) for name in teams for n in range(2)}
    return replace(plain, steps=steps, routes=routes, teams={name: Team() for name in teams}, people=people)


def timed(hours: dict[str, float]) -> dict[str, Step]:
    """Steps of teams of their own that take so many *hours* in the mean."""
    return {
        name: Step(activity=name, team=name, duration=Distribution.exponential(3600.0 * mean))
        for name, mean in hours.items()
    }


@pytest.fixture(scope="module")
def log() -> Chronicle:
    return simulate(plant(at_once=True), weeks=16, seed=3)


@pytest.fixture(scope="module")
def found(log: Chronicle) -> Organisation:
    return discover(log, fidelity=False)


def named(log: Log) -> list[Ways]:
    return [tuple(tuple(log.activities[one] for one in way) for way in ways) for ways in together(log)]


def cycle(events: pl.DataFrame) -> float:
    lasts = events.group_by("case").agg((pl.col("end").max() - pl.col("start").min()).dt.total_seconds())
    return float(lasts["end"].mean())  # type: ignore[arg-type]


def test_what_overlaps_in_either_order_is_done_at_the_same_time(log: Chronicle) -> None:
    known = read(log)
    assert named(known) == [(("Fill",), ("Paper",))]


def test_what_follows_in_either_order_is_not(log: Chronicle) -> None:
    assert together(read(simulate(plant(at_once=False), weeks=16, seed=3))) == ()


def test_without_start_times_whatever_ends_in_either_order_may_be(log: Chronicle) -> None:
    after = simulate(plant(at_once=False), weeks=16, seed=3)
    for each in (log, after):
        assert named(read(replace(each, starts="missing"))) == [(("Fill",), ("Paper",))]


def test_the_organisation_splits_and_takes_as_long_as_the_records(log: Chronicle, found: Organisation) -> None:
    assert found.learned is not None
    assert any("Fill and Paper are done at the same time" in note for note in found.learned.notes)
    (split,) = [step for step in found.steps.values() if step.split == "all"]
    (join,) = [step for step in found.steps.values() if step.join]
    assert split.activity.split(" ∥ ") == join.activity.split(" ∥ ")[::-1]
    events = simulate(found, weeks=16, seed=5).events
    assert set(events["activity"]) == {"Check", "Fill", "Paper", "Ship"}
    assert cycle(events) == pytest.approx(cycle(log.events), rel=0.1)
    seen = together(read(simulate(found, weeks=16, seed=5)))
    assert len(seen) == 1


def test_a_case_that_went_one_of_the_ways_and_is_over_for_long_keeps_it(log: Chronicle) -> None:
    """Only what may still go on when the records stop is left out: what else the hands of people were full of would be
    lost, so that they seemed to be free."""
    cases = log.events.group_by("case").agg(pl.col("end").min()).sort("end")["case"]
    some = [*cases[:3], *cases[-40:]]
    rows = log.events.filter(~(pl.col("case").is_in(some) & pl.col("activity").is_in(["Fill", "Ship"])))
    every = read(log.with_events(rows))
    aside = ordered(every, together(every))
    left = set(every.row.tolist()) - set(aside.row.tolist())
    gone = set(rows[sorted(left), "case"]) if left else set()
    assert gone
    assert gone <= set(cases[-40:])


def laboratory() -> Organisation:
    """Samples are tested in one, two or three ways at once, by their class; one way may begin anew."""
    steps = timed(
        {"Register": 0.2, "Grow": 6.0, "Count": 0.5, "Measure": 2.0, "Assess": 0.5, "Titrate": 2.0, "Report": 0.3}
    )
    steps["Report"] = replace(steps["Report"], join=True)
    asked = {"all": ("Grow", "Measure", "Titrate"), "metals": ("Measure", "Titrate"), "germs": ("Grow",)}
    silent = {f"as {name}": Step(activity=f"as {name}", split="all") for name in asked}
    routes = {
        "start": (Route(to="Register", share=1.0),),
        "Register": tuple(Route(to=f"as {name}", share=1.0, only=name) for name in asked),
        **{f"as {name}": tuple(Route(to=one, share=1.0) for one in ways) for name, ways in asked.items()},
        "Grow": (Route(to="Count", share=1.0),),
        "Count": (Route(to="Grow", share=0.1), Route(to="Report", share=0.9)),
        "Measure": (Route(to="Assess", share=1.0),),
        "Assess": (Route(to="Measure", share=0.2), Route(to="Report", share=0.8)),
        "Titrate": (Route(to="Report", share=1.0),),
        "Report": (Route(to="end", share=1.0),),
    }
    plain = staffed({**steps, **silent}, routes)
    (name,) = plain.clients
    client = replace(plain.clients[name], classes={"all": 0.4, "metals": 0.4, "germs": 0.2})
    return replace(plain, clients={name: client}, skips={name: frozenset(silent)})


def test_what_is_done_on_a_way_may_be_done_again_behind_it() -> None:
    """Lots are packed while they are settled; of some the seller asks back meanwhile, and they are settled again when
    all that is done; one was settled twice before. Such cases were simulated without any packing, and nobody asked
    back."""
    steps, later = timed({"Sell": 0.3, "Settle": 0.8, "Pack": 0.8}), Distribution.exponential(3600.0 * 12)
    steps |= {
        "Settle at first": steps["Settle"],
        "Ask": Step(activity="Ask", client_act=True, duration=Distribution.exponential(3600.0 * 24)),
        "Pack meanwhile": steps["Pack"],
        "both": Step(activity="both", split="all"),
        "asking": Step(activity="asking", split="all"),
        "over": Step(activity="over", join=True),
        "asked": Step(activity="asked", join=True),
        "Settle again": steps["Settle"],
    }
    silent = frozenset({"both", "asking", "over", "asked"})
    routes = {
        "start": (Route(to="Sell", share=1.0),),
        "Sell": (Route(to="both", share=0.85), Route(to="asking", share=0.15)),
        "both": (Route(to="Settle", share=1.0, delay=later), Route(to="Pack", share=1.0, delay=later)),
        "Settle": (Route(to="over", share=1.0),),
        "Pack": (Route(to="over", share=1.0),),
        "over": (Route(to="end", share=1.0),),
        "asking": (
            Route(to="Settle at first", share=1.0, delay=later),
            Route(to="Pack meanwhile", share=1.0, delay=later),
        ),
        "Settle at first": (Route(to="Ask", share=1.0),),
        "Ask": (Route(to="asked", share=1.0),),
        "Pack meanwhile": (Route(to="asked", share=1.0),),
        "asked": (Route(to="Settle again", share=1.0),),
        "Settle again": (Route(to="end", share=1.0),),
    }
    rules = staffed(steps, routes)
    rules = replace(rules, skips=dict.fromkeys(rules.clients, silent))
    log = simulate(rules, weeks=40, seed=3)
    asked = log.events.filter(pl.col("activity") == "Ask")["case"][20]
    again = (pl.col("case") == asked) & (pl.col("activity") == "Settle")
    again &= pl.col("end") == pl.col("end").filter(again).max()
    sold = log.events.filter((pl.col("case") == asked) & (pl.col("activity") == "Sell"))["end"][0]
    moved = {
        name: pl.when(again).then(pl.lit(sold) + pl.duration(minutes=at)).otherwise(pl.col(name))
        for name, at in (("start", 1), ("end", 2))
    }
    log = log.with_events(log.events.with_columns(**moved).sort("case", "end", maintain_order=True))
    found = discover(log, fidelity=False)
    assert found.learned is not None
    assert any("Settle → Ask and Pack are done at the same time" in note for note in found.learned.notes)
    before, after = (
        dict(one.events["activity"].value_counts().rows()) for one in (log, simulate(found, weeks=40, seed=5))
    )
    per_case = [{name: count[name] / count["Sell"] for name in ("Settle", "Ask", "Pack")} for count in (before, after)]
    assert per_case[1] == pytest.approx(per_case[0], abs=0.02)


def test_cases_that_go_fewer_ways_are_told_apart() -> None:
    """Ways of which some cases go all, others two or one."""
    log = simulate(laboratory(), weeks=40, seed=3)
    ways = {"Grow": ("Grow", "Count"), "Measure": ("Measure", "Assess"), "Titrate": ("Titrate",)}
    told = named(read(log))
    assert [{*one} for one in told] == [{*ways.values()}, {ways["Measure"], ways["Titrate"]}]
    found = discover(log, fidelity=False)
    assert found.learned is not None
    assert not any("how long ago" in note for note in found.learned.notes)
    again = simulate(found, weeks=40, seed=5)
    assert [{*one} for one in named(read(again))] == [{*one} for one in told]
    assert cycle(again.events) == pytest.approx(cycle(log.events), rel=0.1)
    for name in ("Count", "Assess"):
        here, there = (
            len(one.events.filter(activity=name)) / len(one.events.filter(activity="Report")) for one in (log, again)
        )
        assert there == pytest.approx(here, rel=0.1)


def sampled(*, seldom: float = 0.0) -> Organisation:
    """Samples are tested in some of four ways; metals are measured here or, more slowly, elsewhere, never both. So many
    are looked at again, *seldom*, beside all tests, which nothing else is done after."""
    hours = {
        "Register": 0.2,
        "Grow": 6.0,
        "Count": 0.5,
        "Measure": 2.0,
        "Titrate": 2.0,
        "Metals": 1.0,
        "Elsewhere": 9.0,
    }
    steps = {**timed({**hours, "Report": 0.3}), "Look": Step(activity="Look", duration=Distribution.fixed(90000.0))}
    steps |= {"Report": replace(steps["Report"], join=True), "Elsewhere": replace(steps["Elsewhere"], team=None)}
    ways = [("Grow", "Measure"), ("Measure", "Titrate", "Metals"), ("Grow", "Titrate", "Elsewhere"), ("Grow", "Metals")]
    asked = {f"{number}": way for number, way in enumerate(ways)}
    silent = {f"as {name}": Step(activity=f"as {name}", split="all") for name in asked}
    silent |= {f"seldom {name}": Step(activity=f"seldom {name}", split="all") for name in asked if seldom}
    routes = {
        "start": (Route(to="Register", share=1.0),),
        "Register": tuple(
            Route(to=f"{how} {name}", share=share, only=name)
            for name in asked
            for how, share in (("as", 1.0 - seldom), ("seldom", seldom))
            if share
        ),
        **{f"as {name}": tuple(Route(to=one, share=1.0) for one in way) for name, way in asked.items()},
        **{f"seldom {name}": tuple(Route(to=one, share=1.0) for one in (*way, "Look")) for name, way in asked.items()},
        "Grow": (Route(to="Count", share=1.0),),
        **{
            name: (Route(to="Report", share=1.0),)
            for name in ("Count", "Measure", "Titrate", "Metals", "Elsewhere", "Look")
        },
        "Report": (Route(to="end", share=1.0),),
    }
    routes = {name: some for name, some in routes.items() if name in {"start", *steps, *silent}}
    plain = staffed({**steps, **silent}, routes)
    (name,) = plain.clients
    client = replace(plain.clients[name], classes=dict.fromkeys(asked, 0.25))
    return replace(plain, clients={name: client}, skips={name: frozenset(silent)})


def test_ways_that_no_case_goes_both_of_are_no_sign_against_others() -> None:
    """Nothing was told of any, as what is done in place of another is never done beside it."""
    log = simulate(sampled(), weeks=40, seed=3)
    told = {frozenset(ways) for ways in named(read(log))}
    grow = ("Grow", "Count")
    assert frozenset({("Measure",), ("Titrate",), ("Metals",)}) in told
    assert frozenset({grow, ("Titrate",), ("Elsewhere",)}) in told
    assert frozenset({grow, ("Metals",)}) in told
    found = discover(log, fidelity=False)
    again = simulate(found, weeks=40, seed=5)
    assert cycle(again.events) == pytest.approx(cycle(log.events), rel=0.1)


def test_what_waits_for_all_was_not_waiting_before() -> None:
    """A case that is looked at beside its tests seemed to wait for its report as soon as they were done, and to be
    passed over by everybody."""
    log = read(simulate(sampled(seldom=0.01), weeks=60, seed=3))
    assert together(log)
    aside = awaiting(ordered(log, together(log)))
    assert aside.others_over is not None
    told = np.isfinite(aside.others_over)
    assert {aside.activities[one] for one in np.unique(aside.activity[told])} == {"Report"}
    report = aside.activity == aside.activities.index("Report")
    over = np.array(
        [
            aside.end[aside.begin[case] : at].max()
            for case, at in zip(aside.case[report], np.flatnonzero(report), strict=True)
        ]
    )
    assert (aside.enabled[report] >= over - 1.0).mean() > 0.99


def test_nothing_waits_for_others_where_steps_follow_one_another(log: Chronicle) -> None:
    assert awaiting(read(simulate(plant(at_once=False), weeks=16, seed=3))).others_over is None


def test_of_some_ways_a_note_tells_once() -> None:
    ways = (("A",), ("B",), ("C",)), (("A",), ("B",)), (("D",), ("E",))
    notes = list(notes_of(ways))
    assert len(notes) == 2
    assert notes[0].startswith("A, B and C are done at the same time")
    assert notes[0].endswith("Some cases go only some of these ways.")
    assert "Some cases" not in notes[1]


def test_no_work_is_cut_off_where_the_other_way_begins(log: Chronicle, found: Organisation) -> None:
    work = [time.mean for name, time in found.distributions.items() if name.startswith("work:")]
    assert np.array(work) == pytest.approx(3600.0, rel=0.12)


def test_it_is_written_to_a_file_and_read_again(found: Organisation) -> None:
    assert from_dict(to_dict(found)) == found


def workshop() -> Organisation:
    """Orders are checked, then made in two steps, papered and billed, all three at the same time, then shipped; one in
    five is checked again. Papering is slow, so that making is mostly over when it is done."""
    steps = timed({"Check": 0.3, "Make": 0.5, "Paint": 0.6, "Paper": 1.6, "Bill": 0.4, "Ship": 0.3})
    steps |= {"Check": replace(steps["Check"], split="all"), "Ship": replace(steps["Ship"], join=True)}
    routes = {
        "start": (Route(to="Check", share=1.0),),
        "Check": tuple(Route(to=name, share=1.0) for name in ("Make", "Paper", "Bill")),
        "Make": (Route(to="Paint", share=1.0),),
        "Paint": (Route(to="Ship", share=1.0),),
        "Paper": (Route(to="Ship", share=1.0),),
        "Bill": (Route(to="Ship", share=1.0),),
        "Ship": (Route(to="end", share=0.8), Route(to="Check", share=0.2)),
    }
    return staffed(steps, routes)


def test_ways_of_several_steps_and_more_than_two_of_them_are_found() -> None:
    log = simulate(workshop(), weeks=30, seed=8)
    assert named(read(log)) == [(("Bill",), ("Make", "Paint"), ("Paper",))]
    learned = discover(log, fidelity=False)
    (split,) = [name for name, step in learned.steps.items() if step.split == "all"]
    assert {learned.steps[route.to].activity for route in learned.routes[split]} == {"Bill", "Make", "Paper"}
    assert cycle(simulate(learned, weeks=30, seed=5).events) == pytest.approx(cycle(log.events), rel=0.1)


@pytest.mark.parametrize("planned", [False, True])
def test_what_is_done_beside_others_in_some_cases_only_is_found(planned: bool) -> None:
    """Half of the orders are only filled, whether anybody says so before or not; the others are papered as well."""
    plain = plant(at_once=True)
    hour, minute = Distribution.exponential(3600.0), Distribution.fixed(60.0)
    steps = {
        **plain.steps,
        "Check": replace(plain.steps["Check"], split="one"),
        "Plan": Step(activity="Plan", team="Check" if planned else None, duration=minute, split="all"),
        "Paint": Step(activity="Paint", team="Paper", duration=hour),
    }
    routes = {
        **plain.routes,
        "Check": (Route(to="Fill", share=0.5), Route(to="Plan", share=0.5)),
        "Plan": (Route(to="Fill", share=1.0), Route(to="Paper", share=1.0)),
        "Paper": (Route(to="Paint", share=1.0),),
        "Paint": (Route(to="Ship", share=1.0),),
    }
    skips = {} if planned else {client: frozenset({"Plan"}) for client in plain.clients}
    log = simulate(replace(plain, steps=steps, routes=routes, skips=skips), weeks=30, seed=8)
    assert named(read(log)) == [(("Paper", "Paint"), ("Fill",))]
    learned = discover(log, fidelity=False)
    (split,) = [name for name, step in learned.steps.items() if step.split == "all"]
    assert {learned.steps[route.to].activity for route in learned.routes[split]} == {"Fill", "Paper"}
    again = simulate(learned, weeks=30, seed=5).events
    assert cycle(again) == pytest.approx(cycle(log.events), rel=0.1)
    shares = [
        events.filter(pl.col("activity") == "Paint")["case"].n_unique() / events["case"].n_unique()
        for events in (log.events, again)
    ]
    assert shares[1] == pytest.approx(shares[0], abs=0.04)


def test_those_that_have_less_go_what_they_have_at_once_too() -> None:
    """All orders are filled and papered at the same time; half of them are billed as well, by those who paper."""
    plain = plant(at_once=True)
    bill = Step(activity="Bill", team="Paper", duration=Distribution.exponential(3600.0))
    steps = {
        **plain.steps,
        "Check": replace(plain.steps["Check"], split="one"),
        "Two": Step(activity="Two", split="all"),
        "Three": Step(activity="Three", split="all"),
        "Bill": bill,
    }
    ways = {name: Route(to=name, share=1.0) for name in ("Fill", "Paper", "Bill")}
    routes = {
        **plain.routes,
        "Check": (Route(to="Two", share=0.5), Route(to="Three", share=0.5)),
        "Two": (ways["Fill"], ways["Paper"]),
        "Three": tuple(ways.values()),
        "Bill": (Route(to="Ship", share=1.0),),
    }
    skips = {client: frozenset({"Two", "Three"}) for client in plain.clients}
    log = simulate(replace(plain, steps=steps, routes=routes, skips=skips), weeks=30, seed=8)
    assert [{name for way in ways for name in way} for ways in named(read(log))] == [
        {"Fill", "Paper", "Bill"},
        {"Fill", "Paper"},
    ]
    learned = discover(log, fidelity=False)
    splits = [name for name, step in learned.steps.items() if step.split == "all"]
    led = [{learned.steps[route.to].activity for route in learned.routes[name]} for name in splits]
    assert sorted(led, key=len) == [{"Fill", "Paper"}, {"Fill", "Paper", "Bill"}]
    assert cycle(simulate(learned, weeks=30, seed=5).events) == pytest.approx(cycle(log.events), rel=0.1)


def test_what_cases_had_begun_of_their_ways_when_the_records_stop_is_no_way_of_its_own() -> None:
    log = simulate(workshop(), weeks=30, seed=8)
    stop = log.events["end"].max() - (log.events["end"].max() - log.events["end"].min()) / 3
    learned = discover(log.with_events(log.events.filter(pl.col("end") <= stop)), fidelity=False)
    steps = [step.activity for step in learned.steps.values() if step.team is not None]
    assert sorted(steps) == ["Bill", "Check", "Make", "Paint", "Paper", "Ship"]


def test_a_queue_on_one_way_when_the_records_stop_hides_nothing() -> None:
    busy = workshop()
    paper = replace(busy.steps["Paper"], duration=Distribution.exponential(3600.0 * 5.2))
    log = simulate(replace(busy, steps={**busy.steps, "Paper": paper}), weeks=30, seed=8)
    stop = log.events.group_by("case").agg(pl.col("start").min())["start"].max()
    log = log.with_events(log.events.filter(pl.col("end") <= stop))
    over = log.events.filter(pl.col("activity") == "Ship")["case"].n_unique()
    assert over < 0.9 * log.events["case"].n_unique()
    assert named(read(log)) == [(("Bill",), ("Make", "Paint"), ("Paper",))]
    learned = discover(log, fidelity=False)
    (split,) = [name for name, step in learned.steps.items() if step.split == "all"]
    checked = [routes for name, routes in learned.routes.items() if learned.steps.get(name, paper).activity == "Check"]
    assert [[(route.to, route.share) for route in routes] for routes in checked] == [[(split, 1.0)]]


def test_ways_that_begin_behind_several_steps_have_one_delay_behind_all() -> None:
    """Half of the orders are checked by others: which of both came before, what is done at the same time hides."""
    plain = plant(at_once=True)
    steps = {
        **plain.steps,
        "Open": Step(activity="Open"),
        "Check": replace(plain.steps["Check"], split="one"),
        "Other": Step(activity="Other", team="Fill", duration=Distribution.exponential(1800.0)),
        "Apart": Step(activity="Apart", split="all"),
    }
    routes = {
        **plain.routes,
        "start": (Route(to="Open", share=1.0),),
        "Open": (Route(to="Check", share=0.5), Route(to="Other", share=0.5)),
        "Check": (Route(to="Apart", share=1.0),),
        "Other": (Route(to="Apart", share=1.0),),
        "Apart": plain.routes["Check"],
    }
    skips = {client: frozenset({"Apart"}) for client in plain.clients}
    log = simulate(replace(plain, steps=steps, routes=routes, skips=skips), weeks=30, seed=4)
    learned = discover(log, fidelity=False)
    (split,) = [name for name, step in learned.steps.items() if step.split == "all"]
    assert len([name for name, ways in learned.routes.items() if any(way.to == split for way in ways)]) == 2
    assert [way.delay for way in learned.routes[split] if learned.steps[way.to].activity == "Fill"] == [
        "delay: > Fill @ Fill"
    ]


def glazier() -> Organisation:
    """Panes are cut, ground and inspected, one in ten again, while for half of the orders fittings come, which takes
    longer than some of these; then what is complete is packed."""
    steps = timed({"Plan": 0.2, "Cut": 0.6, "Grind": 0.6, "Inspect": 0.3, "Pack": 0.3})
    steps |= {
        "Cut alone": steps["Cut"],
        "Grind alone": steps["Grind"],
        "Inspect alone": steps["Inspect"],
        "Both": Step(activity="Both", split="all"),
        "Fittings": Step(activity="Fittings", duration=Distribution.exponential(9000.0)),
        "Pack": replace(steps["Pack"], join=True),
        "Pack alone": steps["Pack"],
    }
    routes = {
        "start": (Route(to="Plan", share=1.0),),
        "Plan": (Route(to="Both", share=0.5), Route(to="Cut alone", share=0.5)),
        "Both": (Route(to="Cut", share=1.0), Route(to="Fittings", share=1.0)),
        "Fittings": (Route(to="Pack", share=1.0),),
    }
    for kind in ("", " alone"):
        routes |= {
            f"Pack{kind}": (Route(to="end", share=1.0),),
            f"Cut{kind}": (Route(to=f"Grind{kind}", share=1.0),),
            f"Grind{kind}": (Route(to=f"Inspect{kind}", share=1.0),),
            f"Inspect{kind}": (Route(to=f"Cut{kind}", share=0.1), Route(to=f"Pack{kind}", share=0.9)),
        }
    return staffed(steps, {name: tuple(sorted(some, key=lambda one: one.to)) for name, some in routes.items()})


def test_a_way_of_one_long_step_goes_beside_all_that_begins_before_it_is_over() -> None:
    """Grinding and inspecting begin before the fittings are there, but behind cutting, which began in between."""
    log = simulate(glazier(), weeks=40, seed=8)
    assert named(read(log)) == [(("Fittings",), ("Cut", "Grind", "Inspect"))]
    learned = discover(log, fidelity=False)
    (end,) = [name for name, step in learned.steps.items() if step.join]
    assert {learned.steps[route.to].activity for route in learned.routes[end]} == {"Pack"}
    assert cycle(simulate(learned, weeks=40, seed=5).events) == pytest.approx(cycle(log.events), rel=0.05)


def claims() -> Organisation:
    """Claims are verified, where papers may be asked for and everything verified again, and appraised at the same time;
    then they are decided, one in five after another appraisal."""
    steps = timed({"Check": 0.2, "Verify": 0.6, "Ask": 0.2, "Appraise": 1.2, "Decide": 0.3})
    steps |= {
        "Check": replace(steps["Check"], split="all"),
        "Papers come": Step(activity="Papers come", duration=Distribution.exponential(7200.0), client_act=True),
        "Decide": replace(steps["Decide"], join=True),
        "Appraise anew": steps["Appraise"],
    }
    routes = {
        "start": (Route(to="Check", share=1.0),),
        "Check": (Route(to="Verify", share=1.0), Route(to="Appraise", share=1.0)),
        "Verify": (Route(to="Ask", share=0.4), Route(to="Decide", share=0.6)),
        "Ask": (Route(to="Papers come", share=1.0),),
        "Papers come": (Route(to="Verify", share=1.0),),
        "Appraise": (Route(to="Decide", share=1.0),),
        "Decide": (Route(to="Appraise anew", share=0.2), Route(to="end", share=0.8)),
        "Appraise anew": (Route(to="Decide", share=1.0),),
    }
    return staffed(steps, routes)


@pytest.fixture(scope="module")
def settled() -> Chronicle:
    return simulate(claims(), weeks=40, seed=8)


def test_a_case_may_go_back_on_one_way_while_it_goes_the_other(settled: Chronicle) -> None:
    assert named(read(settled)) == [(("Verify", "Ask", "Papers come"), ("Appraise",))]


def test_what_is_done_beside_goes_back_as_often_and_takes_as_long(settled: Chronicle) -> None:
    learned = discover(settled, fidelity=False)
    (split,) = [name for name, step in learned.steps.items() if step.split == "all"]
    assert {learned.steps[route.to].activity for route in learned.routes[split]} == {"Verify", "Appraise"}
    again = simulate(learned, weeks=40, seed=5).events
    assert cycle(again) == pytest.approx(cycle(settled.events), rel=0.1)
    often = [
        {activity: n / events["case"].n_unique() for activity, n in events.group_by("activity").len().rows()}
        for events in (settled.events, again)
    ]
    assert often[1] == pytest.approx(often[0], rel=0.12)
    assert learned.learned is not None
    said = "Verify → Ask → Papers come and Appraise are done at the same time"
    assert any(said in note for note in learned.learned.notes)


def test_who_was_on_such_a_way_when_the_records_stop_is_not_told_to_leave_it(settled: Chronicle) -> None:
    stop = settled.events["end"].max() - (settled.events["end"].max() - settled.events["end"].min()) / 3
    learned = discover(settled.with_events(settled.events.filter(pl.col("end") <= stop)), fidelity=False)
    steps = {name: step.activity for name, step in learned.steps.items()}
    after_ask = {steps[route.to] for name in steps if steps[name] == "Ask" for route in learned.routes[name]}
    assert after_ask == {"Papers come"}
    (end,) = [name for name, step in learned.steps.items() if step.join]
    assert {steps[route.to] for route in learned.routes[end]} == {"Decide"}


@pytest.mark.slow
def test_a_client_who_is_asked_more_often_is_asked_so_beside_the_other_way() -> None:
    rules = claims()
    (demand,) = rules.clients.values()
    few = (Route(to="Ask", share=0.1), Route(to="Decide", share=0.9))
    both = replace(rules, clients={"A": demand, "B": demand}, client_routes={"A": {"Verify": few}})
    log = simulate(replace(both, people={n: replace(p, speed=2.0) for n, p in both.people.items()}), weeks=40, seed=2)
    learned = discover(log, fidelity=False)
    assert any(step.split == "all" for step in learned.steps.values())
    asked = (pl.col("activity") == "Ask").sum() / pl.col("case").n_unique()
    share = dict(simulate(learned, weeks=40, seed=5).events.group_by("client").agg(asked).rows())
    assert share["A"] == pytest.approx(1 / 9, rel=0.3)
    assert share["B"] == pytest.approx(2 / 3, rel=0.2)


def test_ways_that_share_a_step_are_told_as_one() -> None:
    """Where files go on depends on whether they came back, and accounts are analysed the same for all of them: two
    splits had that step in common, led to the end of one of them, and the organisation was refused."""
    steps = timed({"Check": 1, "Value": 1, "Verify": 1, "Analyse": 1, "Sign": 1})
    steps |= {"Value again": steps["Value"], "Verify again": steps["Verify"]}
    analysed = (Route(to="Analyse", share=0.4), Route(to="Sign", share=0.6))
    routes = {
        "start": (Route(to="Check", share=1.0),),
        "Check": (Route(to="Value", share=0.7), Route(to="Value again", share=0.3)),
        "Value": (Route(to="Verify", share=1.0),),
        "Value again": (Route(to="Verify again", share=1.0),),
        "Verify": analysed,
        "Verify again": analysed,
        "Analyse": (Route(to="Sign", share=1.0),),
        "Sign": (Route(to="end", share=1.0),),
    }
    plain = staffed(steps, routes)
    apart = split(plain, ((("Value",), ("Verify", "Analyse")),), dict.fromkeys(plain.steps, 1))
    assert not faults(apart)
    (join,) = (name for name, step in apart.steps.items() if step.join)
    ends = {route.to for name in ("Analyse", "Verify", "Verify again") for route in apart.routes[name]}
    assert ends == {join, "Analyse"}
    runs = (simulate(rules, weeks=40, seed=1).events for rules in (plain, apart))
    one, two = (dict(events["activity"].value_counts().rows()) for events in runs)
    assert {name: two[name] / one[name] for name in one} == pytest.approx(dict.fromkeys(one, 1.0), rel=0.1)


def test_ways_that_begin_at_several_steps_go_on_as_often_as_these_are_come_to() -> None:
    """Nine in ten are verified, whose value is asked for at first, and the tenth only analysed: half were."""
    steps = timed({"Check": 1, "Value": 1, "Verify": 1, "Analyse": 1, "Sign": 1})
    steps |= {"Value again": steps["Value"]}
    routes = {
        "start": (Route(to="Check", share=1.0),),
        "Check": (Route(to="Value", share=0.9), Route(to="Value again", share=0.1)),
        "Value": (Route(to="Verify", share=1.0),),
        "Value again": (Route(to="Analyse", share=1.0),),
        "Verify": (Route(to="Analyse", share=1.0),),
        "Analyse": (Route(to="Sign", share=1.0),),
        "Sign": (Route(to="end", share=1.0),),
    }
    apart = split(staffed(steps, routes), ((("Value",), ("Verify", "Analyse")),), dict.fromkeys(steps, 1))
    ((place, choice),) = (
        (name, some) for name, some in apart.routes.items() if {route.to for route in some} == {"Verify", "Analyse"}
    )
    assert {route.to: route.share for route in choice} == pytest.approx({"Verify": 0.9, "Analyse": 0.1})
    begins = [name for name, step in apart.steps.items() if step.split == "all"]
    assert [{route.to for route in apart.routes[name]} for name in begins] == [{"Value", place}, {"Value again", place}]


def test_ways_on_which_a_case_would_meet_itself_stay_one_after_the_other() -> None:
    """Signing sends some files back to their valuation alone."""
    steps = timed({"Value": 1, "Verify": 1, "Sign": 1})
    routes = {
        "start": (Route(to="Value", share=1.0),),
        "Value": (Route(to="Verify", share=0.9), Route(to="Sign", share=0.1)),
        "Verify": (Route(to="Value", share=0.2), Route(to="Sign", share=0.8)),
        "Sign": (Route(to="Verify", share=0.3), Route(to="end", share=0.7)),
    }
    assert not faults(split(staffed(steps, routes), ((("Value",), ("Verify",)),), dict.fromkeys(steps, 1)))


@pytest.mark.slow
def test_what_waits_behind_several_ways_waits_for_what_follows_them_all() -> None:
    """Whichever of two ways ends last, orders that are given up then waited to be shipped, not for the other way."""
    rules = {"all": Patience(at="Ship", lasts=Distribution.exponential(2 * 3600.0), activity="Order cancelled")}
    log = simulate(replace(plant(at_once=True), patience=rules), weeks=60, seed=4)
    found = discover(log, fidelity=False)
    assert any(step.split == "all" for step in found.steps.values())
    assert {rule.at for rule in found.patience.values()} == {"Ship"}
    lasts = [float(quantiles(found.distribution(rule.lasts), np.array([0.5]))[0]) for rule in found.patience.values()]
    assert np.mean(lasts) == pytest.approx(2 * 3600.0 * np.log(2), rel=0.3)


def imaging() -> Organisation:
    """Who is examined is billed while the report is written; three in ten are called back before, and come anew."""
    hours = {"Admit": 0.3, "Examine": 0.5, "Dictate": 0.6, "Recall": 0.2, "Type": 0.6, "Bill": 0.9, "Release": 0.2}
    again = Step(activity="Examine", team="Examine", duration=Distribution.exponential(1800.0))
    steps = {**timed(hours), "Again": again}
    steps |= {"Examine": replace(steps["Examine"], split="all"), "Release": replace(steps["Release"], join=True)}
    routes = {
        "start": (Route(to="Admit", share=1.0),),
        "Admit": (Route(to="Examine", share=1.0),),
        "Examine": (Route(to="Dictate", share=1.0), Route(to="Bill", share=1.0)),
        "Dictate": (Route(to="Recall", share=0.3), Route(to="Type", share=0.7)),
        "Recall": (Route(to="Again", share=1.0, delay=Distribution.exponential(200_000.0)),),
        "Again": (Route(to="Dictate", share=1.0),),
        **{name: (Route(to="Release", share=1.0),) for name in ("Type", "Bill")},
        "Release": (Route(to="end", share=1.0),),
    }
    return staffed(steps, routes)


def test_who_is_called_back_on_one_way_does_again_what_follows_and_others_do_not() -> None:
    """Where the ways came together nobody knew who was: with fewer recalls as many were examined again."""
    log = simulate(imaging(), weeks=40, seed=3)
    found = discover(log, fidelity=False)
    assert any(step.split == "all" for step in found.steps.values())
    act = Certification(activity="Admit", added=0, after="Dictate", then="Recall", times=0.0)
    without = amended(found, act.changes(found, found.origin))
    often = [
        {name: (one.events["activity"] == name).sum() / one.events["case"].n_unique() for name in ("Examine", "Bill")}
        for one in (log, simulate(found, weeks=40, seed=5), simulate(without, weeks=40, seed=5))
    ]
    assert often[0]["Examine"] == pytest.approx(1 / 0.7, rel=0.05)
    assert often[1] == pytest.approx(often[0], rel=0.05)
    assert often[2] == pytest.approx({"Examine": 1.0, "Bill": 1.0}, rel=0.02)


def test_what_follows_in_place_of_what_mostly_does_is_no_way_round() -> None:
    """Cars that need no body work are painted at once, of which one in ten needs some after all: each leaves once."""
    hours = {"Come": 0.2, "Strip": 0.6, "Parts": 0.9, "Body": 0.6, "Paint": 0.6, "Leave": 0.2}
    steps = timed(hours)
    steps |= {"Come": replace(steps["Come"], split="all"), "Meet": Step(activity="Meet", join=True)}
    routes = {
        "start": (Route(to="Come", share=1.0),),
        "Come": (Route(to="Strip", share=1.0), Route(to="Parts", share=1.0)),
        **{name: (Route(to="Meet", share=1.0),) for name in ("Strip", "Parts")},
        "Meet": (Route(to="Body", share=0.6), Route(to="Paint", share=0.4)),
        "Body": (Route(to="Paint", share=1.0),),
        "Paint": (Route(to="Body", share=0.1), Route(to="Leave", share=0.9)),
        "Leave": (Route(to="end", share=1.0),),
    }
    plain = staffed(steps, routes)
    log = simulate(replace(plain, skips={name: frozenset({"Meet"}) for name in plain.clients}), weeks=40, seed=3)
    found = discover(log, fidelity=False)
    assert any(step.split == "all" for step in found.steps.values())
    events = simulate(found, weeks=40, seed=5).events
    assert (events["activity"] == "Leave").sum() == events["case"].n_unique()


def test_delays_hold_whichever_of_two_ways_ends_first_and_elsewhere_as_before() -> None:
    """Behind what came before both comes the second way, too; behind the second the first, and behind the first what
    comes after both. What has to do with neither leads to none of them."""
    groups = {("come", "a"): "to a", ("a", "b"): "to b", ("b", "ship"): "to ship", ("ship", "pay"): "to pay"}
    activity_of = {name: name.upper() for name in ("come", "a", "b", "ship", "pay")}
    more = {("come", "b"): "to b", ("b", "a"): "to a", ("a", "ship"): "to ship"}
    assert either_way(groups, activity_of, ((("A",), ("B",)),), dict.fromkeys(activity_of, 1)) == groups | more


def test_steps_of_ways_that_are_gone_at_once_are_on_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not those of the first stretch either."""
    stretch, asked = np.array([-1, 0, 0, 1, 1, -1]), list[list[bool]]()

    def side_by_side(_log: Log, _group: tuple[int, ...], free: Flags) -> tuple[Ints, set[int]]:
        asked.append(free.tolist())
        return np.zeros((0, 0), np.int64), set()

    monkeypatch.setattr(beside, "_side_by_side", side_by_side)
    monkeypatch.setattr(beside, "winding", lambda *_told: ())
    told = iter([[Gone(((1,), (2,)), stretch, {1})], []])
    monkeypatch.setattr(beside, "gone", lambda *_told: next(told))
    log: Any = SimpleNamespace(case=np.zeros(6, np.int64))
    assert beside._with_less(log, (1, 2, 3), set()) == [((1,), (2,))]
    assert asked == [[True] * 6, [True, False, False, False, False, True]]


@pytest.mark.parametrize(
    ("begins", "edges", "ways"),
    [
        ((0.0, 0.5, 1.0, 1.5), ((0, 1), (1, 2), (2, 3)), ((0, 2), (1, 3))),
        ((0.0, 1.0, 2.0, 3.0), ((0, 1),), ((0,), (1, 2, 3))),
        ((0.0, 1.0, 2.0, 3.0), ((0, 2), (1, 3)), ()),
        ((0.0, 0.0, 1.0, 1.0), ((0, 1), (2, 3)), ()),
    ],
)
def test_each_step_of_a_way_follows_what_has_just_ended_and_what_all_follows_makes_no_ways(
    begins: tuple[float, ...], edges: tuple[tuple[int, int], ...], ways: tuple[tuple[int, ...], ...]
) -> None:
    """Steps of an hour each, of which some are done at the same time, if elsewhere: on two ways; one after the other;
    or so that two come after one."""
    start = 3600.0 * (np.array(begins)[:, None] + 24.0 * np.arange(40)).ravel()
    log: Any = SimpleNamespace(start=start, end=start + 3600.0)
    both = {*edges, *((other, one) for one, other in edges)}
    assert beside._ways(log, (0, 1, 2, 3), both, np.arange(160).reshape(4, 40), {0, 1, 2, 3}) == ways


def led(routes: tuple[Route, ...]) -> set[tuple[str, float, str]]:
    return {(route.to, round(route.share, 9), str(route.when or "")) for route in routes}


def test_clients_have_routes_of_their_own_beside_ways_that_are_gone_at_once() -> None:
    """Ann's cases are looked at behind all of it, and some of Bob's behind both ways; some of Cy's come to neither.
    Large ones of all others are looked at behind both."""
    sign, look = Route(to="Sign", share=1.0), Route(to="Look", share=1.0)
    large = replace(look, when=above(100.0))
    routes = {
        "start": (Route(to="Check", share=1.0),),
        "Check": (Route(to="Value", share=1.0),),
        "Value": (Route(to="Verify", share=1.0),),
        "Verify": (large, sign),
        "Sign": (Route(to="end", share=1.0),),
        "Look": (Route(to="end", share=1.0),),
    }
    own = {
        "Ann": {"Sign": (look,)},
        "Bob": {"Verify": (replace(look, share=0.4), replace(sign, share=0.6))},
        "Cy": {"Check": (replace(look, share=0.3), replace(routes["Check"][0], share=0.7))},
    }
    plain = staffed(timed(dict.fromkeys(("Check", "Value", "Verify", "Sign", "Look"), 1.0)), routes)
    (client,) = plain.clients.values()
    rules = replace(plain, clients=dict.fromkeys(own, replace(client, quantity=Distribution.exponential(90.0))))
    apart = split(replace(rules, client_routes=own), ((("Value",), ("Verify",)),), dict.fromkeys(rules.steps, 1))
    begin, end = "Value ∥ Verify", "Verify ∥ Value"
    assert apart.steps[begin].split == "all"
    assert apart.steps[end].join
    assert {name: led(some) for name, some in apart.routes.items()} == {
        **{name: led(routes[name]) for name in ("start", "Sign", "Look")},
        "Check": {(begin, 1.0, "")},
        begin: {("Value", 1.0, ""), ("Verify", 1.0, "")},
        "Value": {(end, 1.0, "")},
        "Verify": {(end, 1.0, ""), (end, 1.0, "quantity > 100")},
        end: {("Look", 1.0, "quantity > 100"), ("Sign", 1.0, "")},
    }
    assert {who: {name: led(some) for name, some in mine.items()} for who, mine in apart.client_routes.items()} == {
        "Ann": {"Sign": {("Look", 1.0, "")}},
        "Bob": {"Verify": {(end, 1.0, "")}, end: {("Look", 0.4, ""), ("Sign", 0.6, "")}},
        "Cy": {"Check": {("Look", 0.3, ""), (begin, 0.7, "")}},
    }


@pytest.fixture(scope="module")
def assessed() -> Log:
    """Claims are judged while the damage is inspected, or estimated by a garage, which is reviewed, and one in five
    then inspected, too. The records stop in the middle of cases: what has not ended by then is not in them."""
    luck, rows, stop = np.random.default_rng(8), list[tuple[int, str, float, float]](), 1500.0
    for case in range(1500):
        come = float(case)
        judged = come + luck.uniform(0.0, 4.0)
        rows += [(case, "Register", come - 1.0, come - 0.8), (case, "Triage", come - 0.5, come)]
        rows.append((case, "Judge", judged, judged + luck.uniform(0.5, 3.0)))
        over = come
        if luck.random() < 0.6:
            rows.append((case, "Estimate", come, come + luck.uniform(20.0, 60.0)))
            begun = rows[-1][3] + luck.uniform(0.1, 10.0)
            rows.append((case, "Review", begun, begun + 1.0))
            over = rows[-1][3]
        if over == come or luck.random() < 0.2:
            begun = over + luck.uniform(0.0, 12.0)
            rows.append((case, "Inspect", begun, begun + luck.uniform(1.0, 3.0)))
        begun = max(end for _case, _activity, _start, end in rows[-3:]) + luck.uniform(0.1, 5.0)
        rows.append((case, "Settle", begun, begun + 1.0))
    frame = pl.DataFrame(rows, schema=["case", "activity", "start", "end"], orient="row").filter(pl.col("end") <= stop)
    moments = {
        name: datetime(2024, 1, 1, tzinfo=UTC) + pl.duration(microseconds=3.6e9 * pl.col(name))
        for name in ("start", "end")
    }
    return read(irrupt.read(frame.with_columns(**moments)))


def test_a_way_may_begin_with_one_or_the_other_of_what_is_never_done_at_the_same_time(assessed: Log) -> None:
    """Between an estimate and an inspection stands a review, which nothing overlaps: it is on no way."""
    assert named(assessed) == [(("Judge",), ("Estimate", "Inspect"))]


def test_who_has_only_begun_such_ways_when_the_records_stop_is_not_told_to_go_one(assessed: Log) -> None:
    aside = ordered(assessed, together(assessed))
    judge = assessed.activities.index("Judge")
    assert ((aside.activity == judge) & (aside.way == 0)).sum() == 0
    begun = (assessed.activity[assessed.last] == judge).sum()
    assert begun > 10
    triage = assessed.activities.index("Triage")
    assert (aside.activity[aside.last] == triage).sum() >= begun
