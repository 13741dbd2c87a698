"""From an organisation of Paris to its log, and back: the command line keeps its hours in summer and in winter."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from irrupt.agreement import kept, load_rulebook
from irrupt.chronicle import read, write
from irrupt.engine import simulate
from irrupt.organisation import Distribution, load

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "desk.yaml"
RULES = """
rulebook: hours
timezone: Europe/Paris
rules:
  Opening hours:
    text: Nobody works outside office hours.
    since: 2024-02-01
    binds: {measure: work outside office hours, of: all teams, at most: 0, each: week}
"""


@pytest.mark.slow
def test_a_year_of_paris_is_seen_learned_and_judged_by_its_own_hours(
    irrupt: Callable[..., Any], tmp_path: Path
) -> None:
    desk = load(EXAMPLE)
    assert desk.timezone == "Europe/Paris"
    day = desk.calendars["day"]
    people = {name: replace(person, calendar="day") for name, person in desk.people.items()}
    short = {name: replace(one, duration=Distribution.exponential(300.0)) for name, one in desk.steps.items()}
    steps = {**short, "Answer": desk.steps["Answer"]}
    clients = {name: replace(one, cases_per_week=one.cases_per_week / 2) for name, one in desk.clients.items()}
    desk = replace(desk, clients=clients, people=people, calendars={"day": day}, steps=steps)
    write(simulate(desk, weeks=52, seed=1, attributes=False), tmp_path / "year.csv")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")

    seen = json.loads(irrupt("see", "year.csv", "--json").out)
    assert seen["log"]["timezone"] == "Europe/Paris"
    busy = {hour for day in seen["activity_by_hour"] for hour, events in enumerate(day) if events}
    assert busy == set(range(9, 17))

    assert irrupt("discover", "year.csv", "-o", "learned.yaml", "--no-fidelity").code == 0
    learned = load(tmp_path / "learned.yaml")
    assert learned.timezone == "Europe/Paris"
    assert {calendar.hours for calendar in learned.calendars.values()} == {day.hours}

    held = irrupt("kept", "rules.yaml", "year.csv", "--json")
    assert held.code == 0, held.out
    assert "2024-01-31T23:00:00+00:00" in held.out

    assert irrupt("convert", "year.csv", "year.xes").code == 0
    assert json.loads(irrupt("see", "year.xes", "--json").out)["log"]["timezone"] == "Europe/Paris"


def test_times_without_an_offset_are_those_of_the_rulebook(irrupt: Callable[..., Any], tmp_path: Path) -> None:
    """Nine to five in Paris, as clocks there show it: read as UTC, each day ended outside of the hours, and in
    silence."""
    days = [f"2024-0{month}-{day:02}" for month in (1, 7) for day in (8, 9, 10)]
    rows = [f"c{day},Serve,{day} {hour:02}:30" for day in days for hour in range(9, 17)]
    for name, suffix in (("local.csv", ""), ("utc.csv", "Z")):
        lines = ["case,activity,end", *(row + suffix for row in rows)]
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    rules = "{rulebook: H, timezone: Europe/Paris, rules: {Open: {binds: {activity: Serve, only in: Mon-Fri 9-17}}}}"
    (tmp_path / "hours.yaml").write_text(rules, encoding="utf-8")

    def told(log: str, *options: str) -> tuple[int, list[str]]:
        found = json.loads(irrupt("kept", "hours.yaml", log, "--json", *options).out)
        return len(found["rules"][0]["cases"]), found["notes"]

    broken, (note,) = told("local.csv")
    assert broken == 0
    assert "read as Europe/Paris" in note
    assert told("local.csv", "--timezone", "Europe/Paris") == (0, [])
    assert told("local.csv", "--timezone", "UTC") == (6, []) == told("utc.csv")
    other = "Hours and days of rules are those of the rulebook, Europe/Paris"
    assert other in irrupt("kept", "hours.yaml", "local.csv", "--timezone", "UTC").err
    assert other not in irrupt("kept", "hours.yaml", "local.csv", "--timezone", "Europe/Paris").err

    judged = kept(load_rulebook(tmp_path / "hours.yaml"), read(tmp_path / "local.csv"))
    assert judged.judged[0].cases.height == 6
    assert "read as UTC" in judged.notes[0], "in Python, records are read before it is known what they are held against"
