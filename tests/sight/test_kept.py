"""Work is counted in the hours that people keep, where they do: what is left overnight is no work by night."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from irrupt.chronicle import read
from irrupt.chronicle.model import Chronicle
from irrupt.discovery.begins import starts
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team
from irrupt.organisation.dated import Clock
from irrupt.sight import see
from irrupt.sight.assumed import NOTHING_ASSUMED, assumed, kept

DAY = Calendar(hours=tuple((number * 1440 + 480, number * 1440 + 960) for number in range(5)))


def office(calendar: Calendar = DAY) -> Organisation:
    """Two people settle cases of three hours on average, and leave in the evening what is not done."""
    return Organisation(
        name="office",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"Public": Client(cases_per_week=18.0)},
        steps={
            "Come": Step(activity="Come"),
            "Settle": Step(activity="Settle", team="Desk", duration=Distribution.gamma(3 * 3600.0, 0.6)),
        },
        routes={
            "start": (Route(to="Come", share=1.0),),
            "Come": (Route(to="Settle", share=1.0),),
            "Settle": (Route(to="end", share=1.0),),
        },
        teams={"Desk": Team()},
        people={name: Person(teams=("Desk",), calendar="day") for name in ("Ann", "Ben")},
        calendars={"day": calendar},
    )


def recorded(organisation: Organisation, weeks: int = 52) -> Chronicle:
    log = simulate(organisation, weeks=weeks, seed=4)
    return Chronicle(events=log.events.drop("ready"), starts="measured", timezone=log.timezone)


def test_work_that_is_left_overnight_counts_by_day() -> None:
    log = recorded(office())
    wall = (log.events["end"] - log.events["start"]).dt.total_seconds().sum() / 3600 / log.cases
    sight = see(log)
    own = [one for one in sight.ledger if (one.measure, one.party) == ("working for him", "all clients")]
    assert wall > 6.0
    assert own[0].value == pytest.approx(3.0, rel=0.1)


def test_hours_that_teams_keep_tell_work_where_nobody_is_named() -> None:
    log = recorded(office())
    nobody = log.with_events(
        log.events.with_columns(pl.lit(None, pl.String).cast(log.events["resource"].dtype).alias("resource"))
    )
    sight = see(nobody)
    own = [one for one in sight.ledger if (one.measure, one.party) == ("working for him", "all clients")]
    told = [one for one in sight.time_parts if (one.part, one.party) == ("work", "all clients")]
    assert own[0].value == pytest.approx(3.0, rel=0.1) == told[0].hours
    assert not any("left it overnight" in note for note in sight.chronicle.notes)


def test_records_of_four_weeks_tell_hours_of_whoever_is_seen_from_their_monday_to_their_friday() -> None:
    start = datetime(2024, 1, 1, 9, tzinfo=UTC)
    begins = [start + timedelta(days=day, minutes=at) for day in range(26) if day % 7 < 5 for at in range(0, 460, 20)]
    rows = {"case": [str(number // 2) for number in range(len(begins))], "start": begins}
    work = pl.DataFrame(rows).with_columns(
        end=pl.col("start") + pl.duration(minutes=15), resource=pl.lit("Ann"), activity=pl.lit("Settle")
    )
    assert set(kept(read(work)).on_duty) == {"Ann"}
    late = work.with_columns(
        pl.col("start", "end") + pl.duration(weeks=6), resource=pl.lit("Ben"), case="B" + pl.col("case")
    )
    assert kept(read(pl.concat([work, late]))) is NOTHING_ASSUMED


def test_what_clients_do_without_a_start_leaves_no_doubt_of_our_work() -> None:
    log = recorded(office(), weeks=12)
    paid = log.events.filter(pl.col("team").is_not_null()).with_columns(
        pl.col("end") + pl.duration(days=3), activity=pl.lit("Paid by the client"), start=None, resource=None, team=None
    )
    events = pl.concat([log.events, paid.cast(log.events.schema)]).sort("case", "end")  # type: ignore[arg-type]
    for acts, doubted in ((frozenset({"Paid by the client"}), False), (frozenset[str](), True)):
        sight = see(replace(log.with_events(events), client_acts=acts))
        own = [one for one in sight.ledger if (one.measure, one.party) == ("working for him", "all clients")]
        assert (own[0].bracket is not None) == doubted
        assert any("have no start time" in note for note in sight.chronicle.notes) == doubted


def test_hours_that_a_team_keeps_tell_work_where_those_of_its_people_do_not() -> None:
    log = recorded(office())
    many = log.events.with_columns(resource=pl.lit("P") + (pl.int_range(pl.len()) // 90).cast(pl.String))
    known = kept(log.with_events(many.with_columns(resource=pl.when(pl.col("team").is_not_null()).then("resource"))))
    assert not known.on_duty
    assert set(known.there) == {"Desk"} == set(known.team_hours)


def test_who_seems_to_stay_by_ends_alone_goes_in_time_where_begins_tell_his_hours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One who is busy in the morning, and seldom later, ends the last work of many days after all else that he does."""
    log = recorded(office())
    alone = starts.bounded(log)
    monkeypatch.setattr(starts, "bounded", lambda _log: replace(alone, finishing=alone.log.person == 0))
    assert kept(log).on_duty["Ann"].hours[:4] == DAY.hours[:4]


def test_nothing_is_taken_for_hours_where_hardly_anything_was_seen() -> None:
    assert kept(recorded(office(), weeks=3)) is NOTHING_ASSUMED


def test_people_who_are_there_at_all_hours_keep_none() -> None:
    always = replace(DAY, hours=((0, 10080),))
    assert kept(recorded(office(always))) is NOTHING_ASSUMED


def test_work_before_the_hours_that_ends_tell_is_work_as_well() -> None:
    """Steps of twenty minutes that begin from 7:40 on end from 8:00 on: nobody lost what was recorded."""
    days = [datetime(2024, 1, 1, 7, 40, tzinfo=UTC) + timedelta(days=day) for day in range(182) if day % 7 < 5]
    luck = random.Random(5)
    begun = [at + timedelta(minutes=slot * 67 + luck.randrange(47)) for at in days for slot in range(8)]
    rows = [
        (str(number), activity, start, start + timedelta(minutes=lasts), who, team)
        for number, at in enumerate(begun)
        for activity, start, lasts, who, team in (
            ("Come", at - timedelta(minutes=1), 0, None, None),
            ("Settle", at, 20, "Ann", "Desk"),
        )
    ]
    frame = pl.DataFrame(rows, schema=["case", "activity", "start", "end", "resource", "team"], orient="row")
    log = read(frame)
    assert kept(log) is not NOTHING_ASSUMED
    own = [one for one in see(log).ledger if (one.measure, one.party) == ("working for him", "all clients")]
    assert own[0].value == pytest.approx(1 / 3, rel=1e-6)


def test_work_in_hours_of_his_own_is_the_same_whether_his_team_is_recorded_or_not() -> None:
    """Few ends of long work tell fewer hours of a team than its people keep: these count."""
    few = replace(office(), clients={"Public": Client(cases_per_week=6.0)})
    long = replace(few.steps["Settle"], duration=Distribution.gamma(6 * 3600.0, 0.4))
    log = recorded(replace(few, steps={**few.steps, "Settle": long}))
    assert kept(log) is not NOTHING_ASSUMED

    def told(one: Chronicle) -> dict[str, float]:
        names = ("working for him", "waiting for us")
        return {
            row.measure: row.value for row in see(one).ledger if row.party == "all clients" and row.measure in names
        }

    alone = told(log.with_events(log.events.with_columns(team=pl.lit(None, pl.String))))
    assert alone["working for him"] == pytest.approx(6.0, rel=0.1)
    assert told(log) == pytest.approx(alone)


def test_what_cases_begin_with_is_work_in_hours_of_its_own() -> None:
    """Who opens cases in the morning and closes them in the evening was said to work in the evening only: what was
    recorded of the mornings was lost."""
    luck = random.Random(2)
    days = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(140) if day % 7 < 5]
    rows = [
        (f"{day}-{number}", activity, start, start + timedelta(minutes=lasts), who, team)
        for day, midnight in enumerate(days)
        for number in range(2)
        for activity, who, team, hour, lasts in (
            ("Open", "Ann", "Front", 8 + 0.5 * number, 20),
            ("Solve", "Bob", "Back", 11 + 2 * number, 60),
            ("Close", "Ann", "Front", 16.25 + 0.3 * number, 10),
        )
        for start in (midnight + timedelta(hours=hour, minutes=luck.uniform(0, 8)),)
    ]
    log = read(pl.DataFrame(rows, schema=["case", "activity", "start", "end", "resource", "team"], orient="row"))
    assert kept(log) is not NOTHING_ASSUMED
    done = {one.party: one.value for one in see(log).ledger if one.measure == "work done"}
    assert done == pytest.approx({"Front": 5.0, "Back": 10.0, "all teams": 15.0}, rel=1e-3)


def test_a_team_is_there_when_its_people_are_also_where_little_comes_to_be_done() -> None:
    """What is seen of all together left out hours in which hardly a step ends, though people keep them."""
    log = recorded(office(), weeks=12)
    log = log.with_events(log.events.with_columns(start=None).cast(log.events.schema))
    bounds = starts.bounded(log)
    rare = dict.fromkeys(bounds.weekly, Calendar(hours=((480, 600),)))
    people = dict.fromkeys(range(len(bounds.log.people)), Clock(DAY.hours))
    there = assumed(log, replace(bounds, weekly=rare), people).there
    assert set(there.values()) == {Clock(DAY.hours)}
