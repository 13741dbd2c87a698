"""Two faults found in another simulator, and known to its authors, that must not be ours."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from irrupt.engine.examples import counter
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Step, Team

OFFICE = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
MINUTE, HOUR = 60.0, 3600.0


def busy_a_third(**parts: object) -> Organisation:
    """A case every half hour, ten minutes of work."""
    plain = counter(cases_per_week=336.0)
    steps = {"Serve": Step(activity="Serve", team="Desk", duration=Distribution.fixed(10 * MINUTE))}
    return replace(plain, steps=steps, **parts)


def test_priority_does_not_look_into_the_future(make: SimpleNamespace) -> None:
    """Half of the cases come first: the others still hardly wait, for those that come first have not all arrived."""
    clients = {name: Client(cases_per_week=168.0) for name in ("VIP", "standard")}
    rows = make.whole(busy_a_third(clients=clients, teams={"Desk": Team(priority={"VIP": 1})}), weeks=20)
    wait = rows.start - rows.ready
    vip, standard = (wait[rows.client == number].mean() for number in (0, 1))
    # M/D/1 with priority, load 1/3: 1/6 of the work, over 1 - 1/6, and over (1 - 1/6)(1 - 1/3).
    assert abs(vip - 10 * MINUTE * (1 / 6) / (5 / 6)) < 0.2 * MINUTE
    assert abs(standard - 10 * MINUTE * (1 / 6) / (5 / 6) / (2 / 3)) < 0.3 * MINUTE
    assert wait.max() < 3 * HOUR


def test_work_is_not_bound_to_somebody_who_is_off_duty(make: SimpleNamespace) -> None:
    """Ann goes home at five, Bob is there around the clock: nobody waits for the morning while Bob is free."""
    people = {
        "Ann": Person(teams=("Desk",), calendar="office"),
        "Bob": Person(teams=("Desk",), calendar="always"),
    }
    calendars = {"office": OFFICE, **counter().calendars}
    rows = make.whole(busy_a_third(people=people, calendars=calendars), weeks=20)
    assert (rows.start - rows.ready).max() < 3 * HOUR
    night = (rows.start % 86400 < 9 * HOUR) | (rows.start % 86400 >= 17 * HOUR)
    assert set(rows.person[night]) == {1}
    by_ann = rows.person == 0
    assert by_ann.any()
    # Only what Ann has begun when she goes home is finished by her in the morning.
    longest = (rows.end - rows.start)[by_ann].max()
    assert longest > 16 * HOUR
    assert np.isclose(np.median((rows.end - rows.start)[by_ann]), 10 * MINUTE)
