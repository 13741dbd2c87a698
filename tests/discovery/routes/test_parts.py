"""Parts of discovery, each against what theory or a hand-made log says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt import chronicle
from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover, memory
from irrupt.discovery.arrivals import demand
from irrupt.discovery.arrivals.censoring import completeness
from irrupt.discovery.log import read
from irrupt.discovery.people import calendars, teams
from irrupt.discovery.times import timing
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Organisation
from irrupt.units import WEEK

pytestmark = pytest.mark.usefixtures("few_steps")

MONDAY = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)

spells = st.lists(st.integers(0, 10080), min_size=2, max_size=10, unique=True).map(
    lambda edges: tuple(zip(sorted(edges)[0::2], sorted(edges)[1::2], strict=False))
)


@given(spells, st.floats(0, 3 * WEEK), st.floats(0, WEEK))
@settings(max_examples=100, deadline=None)
def test_going_back_over_work_done_finds_as_much_work(
    hours: tuple[tuple[int, int], ...], end: float, work: float
) -> None:
    duty = calendars.hours(Calendar(hours=hours))
    moment, spent = np.array([end]), np.array([work])
    begin = duty.back(moment, spent)
    assert begin[0] <= end
    assert duty.between(begin, moment)[0] == pytest.approx(work, abs=1e-3)


@given(spells)
@settings(max_examples=50, deadline=None)
def test_duty_over_a_week_is_what_the_calendar_says(hours: tuple[tuple[int, int], ...]) -> None:
    calendar = Calendar(hours=hours)
    week = calendars.hours(calendar).between(np.array([1234.5]), np.array([1234.5 + WEEK]))
    assert week[0] == pytest.approx(calendar.minutes_per_week * 60)


def test_hours_include_those_spent_on_work_that_goes_on_the_next_day(made: Callable[..., Chronicle]) -> None:
    """From nine to five, work of five hours: much of it goes on the next morning, so the last hours show no event."""
    rows, duty, now = [], calendars.hours(Calendar(hours=((540, 1020), (1980, 2460), (3420, 3900), (4860, 5340)))), 0.0
    for case in range(120):
        start = now if case else 540 * 60.0
        end = start
        while duty.between(np.array([start]), np.array([end]))[0] < 5 * 3600 + 600 * (case % 7):
            end += 600.0
        moments = [MONDAY + dt.timedelta(seconds=second) for second in (start, end)]
        rows.append((f"c{case}", "make", moments[1], moments[0], "Ann"))
        now = end
    log = read(made(rows, "start", "resource"))
    seen = calendars.presence(log, np.ones(120, bool), np.zeros(120, np.int64), 1)
    week = calendars.weekly(seen[0], seen[0], 0)
    assert week.minutes_per_week == pytest.approx(4 * 480, abs=180)


def test_people_seen_at_night_work_at_night(made: Callable[..., Chronicle]) -> None:
    rng = np.random.default_rng(1)
    rows = []
    for night in range(200):
        for _step in range(6):
            moment = MONDAY + dt.timedelta(days=night, hours=22 + 8 * rng.random())
            rows.append((f"c{night}", "guard", moment, "Ned"))
    log = read(made(rows, "resource"))
    seen = calendars.presence(log, np.ones(len(rows), bool), np.zeros(len(rows), np.int64), 1)
    week = np.zeros(168, bool)
    for begin, end in calendars.weekly(seen[0], seen[0], 0).hours:
        week[begin // 60 : end // 60] = True
    by_hour = week.reshape(7, 24).mean(axis=0)
    assert by_hour[[23, 0, 2, 4]].min() > 0.9
    assert by_hour[9:20].max() < 0.1


def test_pools_are_found_from_who_does_what(made: Callable[..., Chronicle]) -> None:
    rng = np.random.default_rng(2)
    rows = []
    for case in range(300):
        noon = MONDAY + dt.timedelta(days=case // 5 + 2 * (case // 25), hours=9 + case % 5 + rng.random())
        rows.append((f"c{case}", "take", noon, str(rng.choice(["Ann", "Ben"]))))
        rows.append(
            (f"c{case}", "close", noon + dt.timedelta(hours=1 + 2 * rng.random()), str(rng.choice(["Ann", "Ben"])))
        )
        rows.append(
            (f"c{case}", "mend", noon + dt.timedelta(hours=rng.random()), str(rng.choice(["Eve", "Fay", "Gus"])))
        )
    log = read(made(rows, "resource"))
    found = teams.find(log)
    by_activity = {log.activities[a]: int(t) for a, t in zip(log.activity, found.team, strict=True)}
    assert by_activity["take"] == by_activity["close"] != by_activity["mend"]
    members = teams.members(log, found)
    assert {log.people[p] for p, places in members.items() if by_activity["mend"] in places} == {"Eve", "Fay", "Gus"}


def test_who_does_a_good_part_of_what_a_team_does_belongs_to_it(made: Callable[..., Chronicle]) -> None:
    """Zoe inspects now and then, beside hundreds of calls: it is every eighth inspection, and waits for
    these were told without her. Ben, who helped out three times, belongs to the desk alone."""
    rows = []
    for case in range(400):
        noon = MONDAY + dt.timedelta(days=case // 5 + 2 * (case // 25), hours=9 + case % 5)
        rows.append((f"c{case}", "call", noon, ("Ann", "Ben", "Zoe")[case % 3]))
        if case % 10 == 0:
            who = "Zoe" if case % 80 == 0 else "Ben" if case in (50, 130, 210) else "Nils"
            rows.append((f"c{case}", "inspect", noon + dt.timedelta(hours=3), who))
    log = read(made(rows, "resource"))
    found = teams.find(log)
    by_activity = {log.activities[a]: int(t) for a, t in zip(log.activity, found.team, strict=True)}
    members = teams.members(log, found)
    of_team = {
        activity: {log.people[p] for p, places in members.items() if team in places}
        for activity, team in by_activity.items()
    }
    assert of_team == {"call": {"Ann", "Ben", "Zoe"}, "inspect": {"Nils", "Zoe"}}


def test_a_batch_job_is_no_person(made: Callable[..., Chronicle]) -> None:
    rows = [(f"c{i}", "close", MONDAY + dt.timedelta(minutes=97 * i), "cron") for i in range(700)]
    rows += [(f"c{i}", "work", MONDAY + dt.timedelta(days=i % 5 + 7 * (i // 5), hours=10), "Ann") for i in range(100)]
    found = teams.find(read(made(rows, "resource")))
    assert found.systems == ("cron",)


def test_who_works_at_night_and_at_weekends_only_is_a_person(made: Callable[..., Chronicle]) -> None:
    """Without starts, work that takes no time is not told from other work: a shift does not run around the clock."""
    rows = [
        (f"c{night}-{step}", "answer", MONDAY + dt.timedelta(days=night, hours=21 + 1.3 * step), "Nora")
        for night in range(70)
        if night % 7 >= 4
        for step in range(7)
    ]
    assert teams.find(read(made(rows, "resource"))).systems == ()


def at_night(days: tuple[int, ...]) -> list[tuple[str, str, dt.datetime, str]]:
    """Ten steps within an hour of the night, on some days of the week, and two by day."""
    return [
        (
            f"c{day}-{step}",
            "close",
            MONDAY + dt.timedelta(days=day, hours=1 if step < 10 else 11, minutes=5 * step),
            "cron",
        )
        for day in range(70)
        if day % 7 in days
        for step in range(12)
    ]


@pytest.mark.parametrize(
    ("days", "found"), [((0, 1, 2, 3, 4, 5, 6), ("cron",)), ((0, 1, 2, 3, 4), ()), ((4, 5, 6), ())], ids=str
)
def test_what_runs_in_one_hour_of_every_night_is_no_person(
    made: Callable[..., Chronicle], days: tuple[int, ...], found: tuple[str, ...]
) -> None:
    """Though it does a little by day, so that it seems to keep hours: cases waited for it as for somebody."""
    assert teams.find(read(made(at_night(days), "resource"))).systems == found


def long_days(name: str, hours: float, days: int = 30) -> list[tuple[str, str, dt.datetime, str]]:
    """Twelve steps a day, spread over so many hours."""
    first = MONDAY + dt.timedelta(hours=7)
    each = dt.timedelta(hours=hours / 11)
    return [
        (f"{name}{day}-{step}", "approve", first + dt.timedelta(days=day) + step * each, name)
        for day in range(days)
        for step in range(12)
    ]


def test_a_name_under_which_somebody_is_there_for_too_long_every_day_is_no_person(
    made: Callable[..., Chronicle],
) -> None:
    rows = [*long_days("staff", 15.5), *long_days("Ann", 9.0), *long_days("Ben", 12.5)]
    assert teams.find(read(made(rows, "resource"))).systems == ("staff",)


def test_a_week_of_long_days_makes_nobody_a_machine(made: Callable[..., Chronicle]) -> None:
    rows = [*long_days("Ann", 15.5, days=5), *[row for row in long_days("Ann", 9.0) if row[2].day > 5]]
    assert teams.find(read(made(rows, "resource"))).systems == ()
    assert teams.find(read(made(long_days("Eve", 15.5, days=9), "resource"))).systems == ()


def test_whoever_works_by_night_rests_by_day(made: Callable[..., Chronicle]) -> None:
    rows = [(case, step, end + dt.timedelta(hours=15), name) for case, step, end, name in long_days("Ned", 8.0)]
    rows = [row for row in rows if row[2].weekday() < 5]
    assert teams.find(read(made(rows, "resource"))).systems == ()


def test_whoever_takes_time_for_his_steps_works_however_long_he_is_there(made: Callable[..., Chronicle]) -> None:
    rows = [(case, step, end, end - dt.timedelta(minutes=20), name) for case, step, end, name in long_days("Ann", 15.5)]
    found = teams.find(read(made(rows, "start", "resource")))
    assert found.systems == ()
    assert (found.team >= 0).all()


def test_as_many_people_are_kept_as_are_there_in_a_usual_week(made: Callable[..., Chronicle]) -> None:
    """Sixty people, each there for one week of thirty: two at a time."""
    rows = []
    for person in range(60):
        for step in range(20):
            moment = MONDAY + dt.timedelta(weeks=person // 2, days=step % 5, hours=9 + step % 7)
            rows.append((f"c{person}-{step}", "work", moment, f"temp {person}"))
    log = read(made(rows, "resource"))
    kept, left_out = teams.staff(log, teams.members(log, teams.find(log)))
    assert (len(kept), left_out) == (2, 58)


def test_who_left_in_the_middle_is_not_reckoned_with_and_who_took_over_is(made: Callable[..., Chronicle]) -> None:
    """Half a usual week was taken for a whole person: of four people one of whom left, four were to work on. Somebody
    who did less was left out for somebody who had gone."""
    weeks = {"Ann": range(30), "Bob": range(30), "gone": range(18), "also gone": range(18), "new": range(18, 30)}
    rows = [
        (f"{name}-{week}-{step}", "work", MONDAY + dt.timedelta(weeks=week, days=step % 5, hours=9 + step % 7), name)
        for name, there in weeks.items()
        for week in there
        for step in range(20)
    ]
    log = read(made(rows, "resource"))
    kept, left_out = teams.staff(log, teams.members(log, teams.find(log)))
    assert ({log.people[person] for person in kept}, left_out) == ({"Ann", "Bob", "new"}, 2)


def arrivals(rate: Callable[[float], float], weeks: int, seed: int) -> list[tuple[str, str, dt.datetime]]:
    rng = np.random.default_rng(seed)
    rows = []
    for week in range(weeks):
        monday = MONDAY + dt.timedelta(weeks=week)
        seconds = rng.random(rng.poisson(rate(week))) * WEEK
        rows += [(f"{week}-{second}", "ask", monday + dt.timedelta(seconds=float(second))) for second in seconds]
    return rows


def total(log: Chronicle) -> demand.Demand:
    table = read(log)
    return demand.learn(table, completeness(table, table.activity))


def test_steady_demand_is_averaged_and_a_change_of_level_is_followed(made: Callable[..., Chronicle]) -> None:
    steady = total(made(arrivals(lambda week: 40.0, 60, 3)))
    assert steady.clients["all clients"].cases_per_week == pytest.approx(40, abs=4 * np.sqrt(40 / 60))
    assert steady.growth == 0
    assert steady.bursts < 0.1
    fallen = total(made(arrivals(lambda week: 80.0 if week < 40 else 30.0, 60, 4)))
    assert fallen.clients["all clients"].cases_per_week == pytest.approx(30, abs=8)


def test_another_level_is_told_and_is_no_bursts(made: Callable[..., Chronicle]) -> None:
    """Arrivals that doubled were said to come in bursts, and that they had doubled was not."""
    log = made(arrivals(lambda week: 55.0 if week < 30 else 110.0, 40, 4))
    doubled = total(log)
    assert (doubled.usual, doubled.bursts) == (pytest.approx(69, abs=4), pytest.approx(0.0, abs=0.14))
    learned = discover(log, fidelity=False).learned
    assert learned is not None
    assert any(note.startswith("How many cases come changed during the records") for note in learned.notes)
    assert not any("bursts" in note for note in learned.notes)
    swings = total(made(arrivals(lambda week: 55.0 if week % 2 else 110.0, 40, 4)))
    assert swings.bursts > 0.2


def test_demand_that_rises_goes_on_from_where_it_was_at_last(made: Callable[..., Chronicle]) -> None:
    """Whether what came of late counts more, or growth is told: both begin where demand was at the end."""
    found = [total(made(arrivals(lambda week: 100.0 + 0.6 * week, 40, seed))) for seed in range(6)]
    assert any(one.growth > 0 for one in found)
    for one in found:
        (client,), (steady,) = one.clients.values(), demand.steady(one, one.clients).values()
        assert client.cases_per_week == pytest.approx(124, rel=0.08)
        assert steady.growth == 0
        if one.growth:
            assert steady.cases_per_week == pytest.approx(112, abs=6)


def test_a_timetable_is_told_from_chance(made: Callable[..., Chronicle]) -> None:
    by_timetable = [(f"c{i}", "ask", MONDAY + dt.timedelta(hours=1.5 * i)) for i in range(600)]
    assert total(made(by_timetable)).clients["all clients"].evenness > 0.9
    assert total(made(arrivals(lambda week: 40.0, 20, 12))).clients["all clients"].evenness == 0


@pytest.mark.parametrize("evenness", [0.0, 0.35, 0.6])
def test_cases_that_come_more_evenly_than_by_chance_are_told_to(desk: Organisation, evenness: float) -> None:
    """Patients with appointments, of whom not all come, were taken to come by chance: they made queues of their own."""
    clients = {name: replace(client, evenness=evenness) for name, client in desk.clients.items()}
    for seed in range(3):
        found = total(simulate(replace(desk, clients=clients), weeks=40, seed=seed))
        for client in found.clients.values():
            assert client.evenness == pytest.approx(evenness, abs=0.12)


def test_what_is_recorded_while_a_step_is_worked_on_does_not_cut_it_short(made: Callable[..., Chronicle]) -> None:
    """Work of two hours, during which a status is set; only the work has a start time."""
    rows = []
    for case in range(40):
        begin = MONDAY + dt.timedelta(days=case, hours=9)
        rows.append((f"c{case}", "work", begin + dt.timedelta(hours=2), "Ann", begin))
        rows.append((f"c{case}", "set status", begin + dt.timedelta(hours=1), "Ann", None))
    log = made(rows, "resource", "start")
    table = read(log)
    assert [table.activities[i] for i in np.flatnonzero(table.untimed)] == ["set status"]
    found = discover(log, fidelity=False)
    work = next(step for step in found.steps.values() if step.activity == "work")
    assert found.distribution(work.duration).mean == pytest.approx(7200.0, rel=0.2)
    assert any("set status" in note for note in found.learned.notes)  # type: ignore[union-attr]


def test_days_give_no_hours(made: Callable[..., Chronicle]) -> None:
    rng = np.random.default_rng(5)
    rows = [
        (f"c{i}", "ask", MONDAY + dt.timedelta(days=int(d)))
        for i, d in enumerate(rng.integers(0, 350, 900))
        if d % 7 < 5
    ]
    profile = np.array(total(made(rows)).clients["all clients"].profile).reshape(7, 24)
    assert np.ptp(profile, axis=1).max() == 0
    assert profile[5:].sum() < 0.02 * profile.sum()


def test_where_unfinished_cases_were_left_out_arrivals_do_not_seem_to_fall(made: Callable[..., Chronicle]) -> None:
    """Twelve weeks of cases that take four weeks on average, and only those that were over at the end."""
    rng = np.random.default_rng(6)
    rows = []
    for case in range(1200):
        begin, span = rng.random() * 12, float(rng.exponential(4))
        if begin + span < 12:
            times = (MONDAY + dt.timedelta(weeks=week) for week in (begin, begin + span))
            rows += [(f"c{case}", name, moment) for name, moment in zip(("open", "shut"), times, strict=True)]
    table = read(made(rows))
    found = completeness(table, table.activity)
    assert found.complete_only
    assert demand.learn(table, found).clients["all clients"].cases_per_week == pytest.approx(100, rel=0.15)
    spans = np.maximum.reduceat(table.end, table.begin) - table.start[table.begin]
    weights = memory.of_cases(table, found, np.inf)
    corrected = float(np.average(spans, weights=weights)) / WEEK
    assert spans.mean() / WEEK < 0.85 * corrected
    assert corrected == pytest.approx(4, rel=0.35)


def test_a_trickle_long_ago_does_not_hide_that_unfinished_cases_were_left_out(made: Callable[..., Chronicle]) -> None:
    """A year in which 5 cases a week come, then half a year of 50 a week; they take five weeks on average, and only
    those that were over at the end are kept. All that come since are more frequent than before, and yet fall."""
    rng = np.random.default_rng(9)
    rows = []
    for case in range(1560):
        begin = case / 5 if case < 260 else 52 + (case - 260) / 50
        over = begin + float(rng.gamma(4, 1.25))
        if over < 78:
            times = (MONDAY + dt.timedelta(weeks=week) for week in (begin, over))
            rows += [(f"c{case}", name, moment) for name, moment in zip(("open", "shut"), times, strict=True)]
    table = read(made(rows))
    found = completeness(table, table.activity)
    assert found.complete_only
    assert demand.learn(table, found).clients["all clients"].cases_per_week == pytest.approx(50, rel=0.2)


def lasting(weeks_of: Callable[[float], float], stop: float) -> list[tuple[str, str, dt.datetime]]:
    """Cases that come 25 a week until *stop* and take six weeks at least, as *weeks_of* chance says."""
    rng = np.random.default_rng(7)
    rows = []
    for case in range(int(25 * stop)):
        begin = case / 25
        span = 6 + weeks_of(rng.random())
        rows += [
            (f"c{case}", name, MONDAY + dt.timedelta(weeks=week))
            for name, week in (("open", begin), ("shut", begin + span))
        ]
    return rows


def skewed(chance: float) -> float:
    return -6.0 * float(np.log(1.0 - chance))


def test_cases_that_all_take_weeks_and_were_left_out_have_not_ceased_to_come(made: Callable[..., Chronicle]) -> None:
    """Nobody is seen to come in the last six weeks: none of these cases could have been over."""
    rows = lasting(skewed, 60.0)
    end = MONDAY + dt.timedelta(weeks=60)
    late = {case for case, _activity, moment in rows if moment > end}
    table = read(made([row for row in rows if row[0] not in late]))
    assert table.span[1] - float(table.start[table.begin].max()) > 5 * WEEK
    assert table.arrivals_end == table.span[1]
    found = demand.learn(table, completeness(table, table.activity))
    assert found.clients["all clients"].cases_per_week == pytest.approx(25, rel=0.15)


def test_cases_that_ceased_to_come_are_told_from_those_left_out(made: Callable[..., Chronicle]) -> None:
    rows = lasting(skewed, 52.0)
    end = MONDAY + dt.timedelta(weeks=58)
    table = read(made([row for row in rows if row[2] <= end]))
    assert table.arrivals_end < table.span[1] - 5 * WEEK


def test_a_log_of_cases_that_ended_in_a_quarter_tells_how_many_come(made: Callable[..., Chronicle]) -> None:
    """Two years of 20 cases a week that take 15 weeks on average; the log holds those closed in the last 13 weeks."""
    rng = np.random.default_rng(8)
    rows = []
    for case in range(2100):
        begin = case / 20 + 0.2 * rng.random()
        over = begin + float(rng.exponential(15))
        if 91 <= over < 104:
            times = (MONDAY + dt.timedelta(weeks=week) for week in (begin, over))
            rows += [(f"c{case}", name, moment) for name, moment in zip(("open", "shut"), times, strict=True)]
    table = read(made(rows))
    found = completeness(table, table.activity)
    assert found.ended_since == pytest.approx(
        91 * WEEK - (table.origin - MONDAY.replace(tzinfo=None)).total_seconds(), abs=WEEK
    )
    assert found.ends.all()
    assert not found.complete_only
    assert demand.learn(table, found).clients["all clients"].cases_per_week == pytest.approx(20, rel=0.15)
    assert memory.learn(table, table.activity, found) == memory.Memory(np.inf, np.inf)
    spans = np.maximum.reduceat(table.end, table.begin) - table.start[table.begin]
    assert float(np.average(spans, weights=memory.of_cases(table, found, np.inf))) / WEEK == pytest.approx(15, rel=0.2)


def test_cases_that_stand_where_none_ends_are_not_over(made: Callable[..., Chronicle]) -> None:
    rows = []
    for case in range(300):
        begin = MONDAY + dt.timedelta(hours=case)
        rows.append((f"c{case}", "open", begin))
        if begin + dt.timedelta(hours=20) < MONDAY + dt.timedelta(hours=300):
            rows.append((f"c{case}", "shut", begin + dt.timedelta(hours=20)))
    table = read(made(rows))
    found = completeness(table, table.activity)
    assert not found.complete_only
    assert 18 <= (~found.ends).sum() <= 21
    assert found.begins.all()


@pytest.mark.parametrize("cut", [True, False])
def test_a_log_cut_by_time_shows_cases_that_began_before(made: Callable[..., Chronicle], cut: bool) -> None:
    """Cases of ten days, in four steps, seen between two days; or only those that began after the first of them."""
    rows = []
    for case in range(600):
        begin = MONDAY + dt.timedelta(hours=2 * case)
        steps = [(f"c{case}", name, begin + dt.timedelta(hours=80 * i)) for i, name in enumerate("abcd")]
        rows += [row for row in steps if row[2] >= MONDAY + dt.timedelta(hours=400)] if cut else steps
    table = read(made(rows))
    assert completeness(table, table.activity).clipped == cut


def test_old_ways_fade_where_ways_changed_and_not_where_they_did_not(made: Callable[..., Chronicle]) -> None:
    def log(change: int) -> Chronicle:
        rng = np.random.default_rng(7)
        rows = []
        for case in range(1000):
            begin = MONDAY + dt.timedelta(hours=5 * case)
            after = "b" if rng.random() < (0.2 if case < change else 0.8) else "c"
            rows += [(f"c{case}", "a", begin), (f"c{case}", after, begin + dt.timedelta(hours=float(rng.random() * 9)))]
        return made(rows)

    changed, steady = (read(log(change)) for change in (450, 0))
    assert np.isfinite(memory.learn(changed, changed.activity + 2, completeness(changed, changed.activity)).routes)
    assert memory.learn(steady, steady.activity + 2, completeness(steady, steady.activity)).routes == np.inf
    since = memory.present(
        changed, memory.learn(changed, changed.activity + 2, completeness(changed, changed.activity))
    )
    assert since is not None
    assert changed.span[0] < since < changed.span[1]
    assert (
        memory.present(steady, memory.learn(steady, steady.activity + 2, completeness(steady, steady.activity))) is None
    )


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=300))
@settings(deadline=None)
def test_quantiles_keep_bounds_and_about_the_mean(values: list[float]) -> None:
    sample = np.array(values)
    made = timing.quantiles(sample)
    points = np.array(made.points or (made.mean,))
    assert points.min() >= 0
    assert (np.diff(points) >= 0).all()
    assert made.mean == pytest.approx(sample.mean(), rel=0.6, abs=1.0)


def test_quantiles_of_a_large_sample_keep_its_mean() -> None:
    sample = np.random.default_rng(8).lognormal(8, 1.5, 50_000)
    assert timing.quantiles(sample).mean == pytest.approx(sample.mean(), rel=0.03)


def test_order_of_steps_is_that_of_time_and_cases_are_in_order_of_arrival(made: Callable[..., Chronicle]) -> None:
    rows = [("z", "b", MONDAY + dt.timedelta(hours=2)), ("z", "a", MONDAY), ("y", "a", MONDAY + dt.timedelta(hours=1))]
    table = read(made(rows))
    assert [table.activities[a] for a in table.activity] == ["a", "b", "a"]
    assert table.case.tolist() == [0, 0, 1]
    assert isinstance(made(rows).events, pl.DataFrame)


@pytest.mark.parametrize("followed", [10, 300])
def test_cases_followed_long_after_the_last_arrivals_do_not_lower_the_rate(
    followed: int, made: Callable[..., Chronicle]
) -> None:
    rows = arrivals(lambda week: 50.0, 20, 9)
    stop = MONDAY + dt.timedelta(weeks=20)
    rows += [(case, "close", stop + dt.timedelta(days=followed)) for case, _activity, _moment in rows[-30:]]
    assert total(made(rows)).clients["all clients"].cases_per_week == pytest.approx(50, abs=7)


def test_long_cases_followed_after_the_last_arrivals_do_not_count_for_more(made: Callable[..., Chronicle]) -> None:
    rng = np.random.default_rng(10)
    rows = []
    for case in range(1500):
        begin, span = rng.random() * 15, float(rng.choice([0.2, 0.5, 20.0], p=[0.5, 0.45, 0.05]))
        rows += [
            (f"c{case}", name, MONDAY + dt.timedelta(weeks=week)) for name, week in (("a", begin), ("b", begin + span))
        ]
    table = read(made(rows))
    found = completeness(table, table.activity)
    spans = np.maximum.reduceat(table.end, table.begin) - table.start[table.begin]
    for half_life in (np.inf, 8.0, 2.0):
        weights = memory.of_cases(table, found, half_life)
        assert float(np.average(spans > 10 * WEEK, weights=weights)) == pytest.approx(0.05, abs=0.03)


def test_cases_that_were_not_over_when_the_records_stop_are_no_change(made: Callable[..., Chronicle]) -> None:
    """Later cases stop in the middle, as they do where they take long: nothing fades for that."""
    rows = []
    for case in range(1000):
        begin = MONDAY + dt.timedelta(hours=5 * case)
        names = "abc" if case < 450 else "ab"[: 1 + case % 2]
        rows += [(f"c{case}", name, begin + dt.timedelta(hours=4 * i)) for i, name in enumerate(names)]
    log = read(made(rows))
    found = completeness(log, log.activity)
    every, some = (replace(found, ends=ends) for ends in (np.ones(log.cases, bool), np.arange(log.cases) < 450))
    assert np.isfinite(memory.learn(log, log.activity + 2, every).routes)
    assert memory.learn(log, log.activity + 2, some).routes == np.inf


def test_the_only_client_of_a_log_keeps_his_name() -> None:
    days = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"]
    frame = pl.DataFrame({"case": ["1", "1", "2", "2"], "activity": ["a", "b"] * 2, "end": days, "client": "Ames"})
    assert chronicle.read(frame).events["client"].to_list() == ["Ames"] * 4


def weekly(made: Callable[..., Chronicle], per_week: list[float], seed: int) -> Chronicle:
    """Cases of one step, so many on average in each week, and one at the end of each week that makes it whole."""
    random = np.random.default_rng(seed)
    rows = []
    for week, mean in enumerate(per_week):
        for hours in [*np.sort(random.uniform(0, 168, random.poisson(mean))).tolist(), 168.0]:
            begin = MONDAY + dt.timedelta(weeks=week, hours=hours)
            rows += [(f"c{len(rows)}", "a", begin), (f"c{len(rows)}", "b", begin + dt.timedelta(minutes=9))]
    return made(rows)


@pytest.mark.parametrize("seed", range(4))
def test_numbers_of_cases_that_stay_as_they_were_are_told_from_all_of_them(
    made: Callable[..., Chronicle], seed: int
) -> None:
    log = read(weekly(made, [60.0] * 50, seed))
    assert demand.learn(log, completeness(log, log.activity)).half_life == np.inf


def test_a_flood_behind_a_trickle_is_what_cases_come_like(made: Callable[..., Chronicle]) -> None:
    log = read(weekly(made, [2.0] * 40 + [50.0, 400.0, 2000.0], 1))
    found = demand.learn(log, completeness(log, log.activity))
    assert sum(client.cases_per_week for client in found.clients.values()) == pytest.approx(2000, rel=0.35)


def test_a_flood_that_breaks_off_in_a_week_leaves_its_other_days_as_they_are(made: Callable[..., Chronicle]) -> None:
    """Records of cases that ended of late hold few that began long ago: Thursday is no quiet day, since the last three
    days, to Wednesday, hold three times as many as forty weeks before. It was told as a thirtieth of Wednesday."""
    random = np.random.default_rng(3)
    rows = []
    for day in range(40 * 7 + 3):
        weekend, flood = day % 7 > 4, day >= 40 * 7
        for hours in random.uniform(8, 17, random.poisson(0.4 if weekend else 300.0 if flood else 2.0)):
            begin = MONDAY + dt.timedelta(days=day, hours=float(hours))
            rows += [(f"c{len(rows)}", "a", begin), (f"c{len(rows)}", "b", begin + dt.timedelta(minutes=9))]
    log = read(made(rows))
    (client,) = demand.learn(log, completeness(log, log.activity)).clients.values()
    by_day = np.array(client.profile).reshape(7, 24).sum(axis=1)
    assert 0.5 < by_day[3:5].mean() / by_day[:3].mean() < 1.5
    assert by_day[5:].mean() < 0.5 * by_day[:5].mean()


def test_a_new_level_of_cases_is_believed(made: Callable[..., Chronicle]) -> None:
    log = read(weekly(made, [40.0] * 30 + [80.0] * 20, 1))
    found = demand.learn(log, completeness(log, log.activity))
    assert sum(client.cases_per_week for client in found.clients.values()) == pytest.approx(80, rel=0.15)


def test_records_that_stop_on_a_quiet_sunday_hold_all_cases(made: Callable[..., Chronicle]) -> None:
    """Cases of up to two days that come on working days only: on the last day none begins, as on no other Sunday."""
    random = np.random.default_rng(5)
    rows = []
    for day in (day for day in range(140) if day % 7 < 5):
        for hour in random.uniform(8, 17, 12):
            begin = MONDAY + dt.timedelta(days=day, hours=float(hour))
            name = f"c{len(rows)}"
            rows += [(name, "a", begin), (name, "b", begin + dt.timedelta(hours=float(random.uniform(1, 48))))]
    rows += [("last", "a", MONDAY), ("last", "b", MONDAY + dt.timedelta(days=140))]
    table = read(made(rows))
    assert not completeness(table, table.activity).complete_only
