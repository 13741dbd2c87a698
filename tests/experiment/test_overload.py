"""Overload is no error: it is told, where, since when and how fast queues grow."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from irrupt.engine import Simulation, simulate
from irrupt.engine.examples import counter
from irrupt.experiment import compare
from irrupt.experiment.overload import Days, Growing, growing, told, told_left
from irrupt.i18n import use
from irrupt.organisation import Batch, Client, Organisation, Person, load
from irrupt.organisation.rules import RuleChange, difference
from irrupt.regulation import parse_act


@pytest.mark.parametrize("load", [0.5, 0.9])
def test_a_busy_team_that_keeps_up_is_not_called_overloaded(load: float) -> None:
    for seed in range(6):
        assert growing(Simulation(counter(load), seed=seed, weeks=13), 13.0) == []


def test_a_queue_grows_by_what_comes_beyond_what_is_done() -> None:
    (found,) = growing(Simulation(counter(1.25), seed=3, weeks=13), 13.0)
    assert found.team == "Desk"
    assert found.since <= 1
    assert found.per_week == pytest.approx(1000 - 1000 / 1.25, rel=0.15)
    assert found.waiting == pytest.approx(12.5 * 200, rel=0.15)


def test_since_when_is_told_to_the_week() -> None:
    more = replace(counter(0.6), clients={"Public": Client(cases_per_week=2500.0)})
    (found,) = growing(Simulation(counter(0.6), seed=3, weeks=16), 16.0, (6.0, lambda run: run.change(more)))
    assert found.since == pytest.approx(6, abs=1)
    assert found.per_week == pytest.approx(2500 - 1000 / 0.6, rel=0.15)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_since_when_is_told_where_more_and_more_comes(seed: int) -> None:
    """The counter is full in week 13.6; by then the queue hardly grows yet. A steady growth would say week 21."""
    public = Client(cases_per_week=100.0, growth=0.05)
    rules = replace(counter(100 / 168, 100.0), clients={"Public": public})
    (found,) = growing(Simulation(rules, seed=seed, weeks=42), 42.0)
    assert found.since == pytest.approx(13.6, abs=3)
    assert found.per_week == pytest.approx(found.waiting / (42 - found.since), rel=0.2)


def test_both_loops_count_who_waits() -> None:
    counts = []
    for reference in (False, True):
        run = Simulation(counter(0.95, 50.0), seed=2, weeks=3, reference=reference)
        found = []
        for day in range(1, 15):
            list(run.run(day * 86400.0))
            found.append(run.waiting)
        counts.append(found)
    assert counts[0] == counts[1]
    assert any(counts[0])


@pytest.mark.parametrize("reference", [False, True])
def test_what_gathers_and_is_never_begun_is_told(reference: bool) -> None:
    """A batch that fills again and again is none of it, however long it takes."""
    few = replace(counter(0.5), clients={"Public": Client(cases_per_week=10.0)})
    (place,) = few.steps

    def found(size: int) -> list[Growing]:
        rules = replace(few, steps={place: replace(few.steps[place], batch=Batch(size=size))})
        return growing(Simulation(rules, seed=1, weeks=12, reference=reference), 12.0)

    (one,) = found(40_000)
    assert (one.gathers, one.since) == (few.steps[place].activity, 0)
    assert one.per_week == pytest.approx(10.0, rel=0.2)
    assert "is not begun, and grows by about" in told([one])[0]
    assert "With X, what gathers for" in told([one], [], "X")[0]
    assert [found(size) for size in (2, 10, 30)] == [[], [], []]


BLOCKED = """
name: blocked
origin: 2024-01-01
clients: {{C: {{cases per week: 60, profile: office hours}}}}
calendars: {{day: Mon-Fri 09:00-17:00}}
teams: {{T: {{}}, U: {{limit: 2}}, V: {{limit: 1}}}}
people: {{A: {{teams: T, calendar: day}}, B: {{teams: U, calendar: day}}, D: {{teams: V, calendar: day}}}}
steps: {{S: {{team: T, duration: {first}}}, R: {{team: U, duration: {second}}}, Q: {{team: V, duration: {third}}}}}
routes: {{start: S, S: R, R: Q, Q: end}}
"""


@pytest.mark.parametrize(
    ("first", "second", "third", "team"),
    [
        ("10 min", "1 h", "5 min", "U"),
        ("10 min", "10 min", "1 h", "V"),
        ("1 h", "10 min", "10 min", "T"),
        ("1 h", "50 min", "50 min", "T"),
    ],
)
@pytest.mark.parametrize("reference", [False, True])
def test_whoever_has_no_room_for_what_others_have_done_does_not_keep_up(
    first: str, second: str, third: str, team: str, reference: bool, tmp_path: Path
) -> None:
    (tmp_path / "blocked.yaml").write_text(BLOCKED.format(first=first, second=second, third=third))
    rules = load(tmp_path / "blocked.yaml")
    (one,) = growing(Simulation(rules, seed=1, weeks=10, reference=reference), 10.0)
    assert (one.team, one.at) == (team, "" if team == "T" else "T")
    assert one.per_week == pytest.approx(20.0, rel=0.2)
    assert (f"Too much for {team}: its queue is full, and cases are kept at T" in told([one])[0]) == (team != "T")
    assert f"With X, too much for {team}: " in told([one], [], "X")[0]


def test_what_a_scenario_adds_is_told_of_it(desk: Organisation) -> None:
    found = told(growing(Simulation(counter(1.5), seed=1, weeks=8), 8.0))
    assert "Too much for Desk" in found[0]
    same = growing(Simulation(counter(1.5), seed=1, weeks=8), 8.0)
    assert told(same, same, "X") == []
    assert "With X, too much for Desk" in told(same, [], "X")[0]


def test_a_comparison_tells_of_an_act_that_overloads_a_team(desk: Organisation) -> None:
    act = parse_act("imposed check: {client: B, after: Triage, team: Desk, duration: 3 h}")
    result = compare(desk, act, replications=2, weeks=6, warm_up_weeks=4, run_out_weeks=3, workers=1)
    (note,) = [note for note in result.notes if "too much for" in note]
    assert note.startswith("With ")
    assert "Desk" in note
    assert any(f"from week {week} on" in note for week in (4, 5, 6))


def test_in_french_the_act_that_overloads_a_team_is_called_in_french(desk: Organisation) -> None:
    """A priority was a “priority”; and what grows by less than two cases grows by one “dossier”."""
    act = parse_act("shortcut: {team: Desk, activity: Triage, times: 9}")
    use("fr")
    try:
        notes = compare(desk, act, weeks=13, warm_up_weeks=4, replications=2).notes
        (one,) = told([Growing(team="Desk", since=0.0, per_week=1.5, waiting=9.0)])
    finally:
        use("en")
    (note,) = [note for note in notes if "trop pour" in note]
    assert note.startswith("Avec raccourci")
    assert "1,5 dossier par semaine" in one


def test_a_scenario_that_leaves_nobody_says_after_which_moment(desk: Organisation) -> None:
    gone = told_left(replace(desk, people={name: away(one) for name, one in desk.people.items()}), 6.0)
    assert gone
    assert all("is there after 2024-01-" in one and one.startswith("Nobody in ") for one in gone)
    assert told_left(desk, 6.0) == []


def away(person: Person) -> Person:
    return replace(person, absent=((datetime(2024, 1, 15), datetime(2100, 1, 1)),))


def test_who_looks_at_a_run_day_by_day_leaves_its_log_as_it_is() -> None:
    """Also where its rules change on the way, after which too much comes: log and overload are of one run."""
    plain = counter(0.6)
    more = replace(plain, clients={"Public": Client(cases_per_week=2500.0)})
    edits = difference(plain, more)
    changes = [RuleChange(time=datetime(2024, 2, 14, 10, 30), author="Public", rule="more", edits=edits)]
    days = Days(weeks=12)
    seen = simulate(plain, weeks=12, seed=5, changes=changes, through=days.follow)
    assert seen.events.equals(simulate(plain, weeks=12, seed=5, changes=changes).events)
    assert days.ended.came == days.ended.over == seen.cases
    (found,) = days.ended.growing
    assert found.since == pytest.approx(6, abs=1)
