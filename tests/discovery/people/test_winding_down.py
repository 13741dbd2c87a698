"""Who begins nothing more before his hours end, in invented records and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from irrupt.discovery import discover
from irrupt.discovery.people.kept_hours import Pieces
from irrupt.discovery.people.winding_down import winding_down
from irrupt.engine import simulate
from irrupt.engine.examples import counter
from irrupt.organisation import Calendar, Distribution, Organisation, Person, Route, Step, Team
from irrupt.units import DAY, HOUR, WEEK

OFFICE = Calendar(
    hours=tuple((day * 1440 + begin, day * 1440 + end) for day in range(5) for begin, end in ((480, 720), (780, 1020)))
)


def crew(*minutes: float, load: float = 0.8, take: float = 60.0) -> Organisation:
    """One team, of as many people as there are *minutes* in which they wind down; busy for that part of their time."""
    plain = counter(0.2, cases_per_week=40.0 * len(minutes) * load * 60.0 / take)
    work = Step(activity="Survey", team="Crews", duration=Distribution.gamma(60.0 * take, 0.3))
    return replace(
        plain,
        steps={"Ask": Step(activity="Ask"), "Survey": work},
        routes={
            "start": (Route(to="Ask", share=1.0),),
            "Ask": (Route(to="Survey", share=1.0),),
            "Survey": (Route(to="end", share=1.0),),
        },
        teams={"Crews": Team()},
        people={
            f"crew {number}": Person(teams=("Crews",), calendar="office", winds_down=60.0 * those)
            for number, those in enumerate(minutes)
        },
        calendars={"office": OFFICE},
    )


def learned(rules: Organisation, weeks: int = 40, seed: int = 3) -> dict[str, float]:
    found = discover(simulate(rules, weeks=weeks, seed=seed), fidelity=False)
    return {name: one.winds_down / 60.0 for name, one in sorted(found.people.items())}


@pytest.mark.parametrize("minutes", [15.0, 30.0])
def test_it_is_learned_to_five_minutes_and_told(minutes: float) -> None:
    found = discover(simulate(crew(*[minutes] * 3), weeks=50, seed=3), fidelity=False)
    assert {one.winds_down for one in found.people.values()} == {60.0 * minutes}
    assert found.learned is not None
    said = "People who begin nothing more shortly before their hours end"
    (note,) = [note for note in found.learned.notes if note.startswith(said)]
    assert note.endswith(f"(the last {minutes:g} min).")


@pytest.mark.parametrize("load", [0.5, 0.95])
@pytest.mark.parametrize("seed", [1, 2])
def test_who_begins_work_to_the_end_is_not_said_to_wind_down(load: float, seed: int) -> None:
    assert set(learned(crew(0.0, 0.0, 0.0, load=load), seed=seed).values()) == {0.0}


def test_each_of_a_team_may_end_his_hours_as_he_does() -> None:
    found = learned(crew(30.0, 0.0, 0.0, 0.0), weeks=60)
    assert found == {"crew 0": 30.0, "crew 1": 0.0, "crew 2": 0.0, "crew 3": 0.0}


DAYS = np.arange(0.0, 40 * WEEK, DAY)
DAYS = DAYS[DAYS % WEEK < 5 * DAY]


def test_who_was_free_while_nothing_waited_tells_nothing() -> None:
    begins = (DAYS[:, None] + np.arange(8.0, 16.5, 0.25) * HOUR).ravel()
    begins = begins[(begins % DAY < 11.5 * HOUR) | (begins % DAY >= 13 * HOUR)]
    over = begins + 600.0
    left = Pieces(DAYS + 15 * HOUR, DAYS + 32 * HOUR)
    assert winding_down(begins, over, left, OFFICE) == 2700.0
    assert winding_down(begins, over, Pieces(DAYS + 15 * HOUR, DAYS + 16.9 * HOUR), OFFICE) == 0.0
    late = Pieces(DAYS + 16.9 * HOUR, DAYS + 32 * HOUR)
    assert winding_down(begins, over, late, OFFICE) == 0.0


def test_one_who_sometimes_begins_something_does_not_wind_down() -> None:
    begins = (DAYS[:, None] + np.arange(8.0, 16.5, 0.25) * HOUR).ravel()
    left = Pieces(DAYS + 15 * HOUR, DAYS + 32 * HOUR)
    now_and_then = np.sort(np.append(begins, DAYS[::7] + 16.95 * HOUR))
    assert winding_down(now_and_then, now_and_then + 120.0, left, OFFICE) == 0.0
