"""Who begins at once what waits is told from who lets it wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.begins.at_once import _by_skill, at_once
from irrupt.discovery.begins.starts import assume_starts, bounded
from irrupt.engine import simulate
from irrupt.organisation import Organisation
from irrupt.organisation.files import from_dict, to_dict
from irrupt.organisation.learned import Distance
from irrupt.organisation.support import support

from ..conftest import mean_hours

pytestmark = pytest.mark.usefixtures("few_steps")

Blind = Callable[[Chronicle], Chronicle]
Office = Callable[..., Organisation]
HOUR = 3600.0


moments = st.lists(st.tuples(st.floats(0.0, 90_000.0), st.floats(0.0, 30_000.0), st.booleans()), min_size=80)


@given(moments, st.sampled_from((0.0, 86_400.0)), st.integers(0, 2**32 - 1))
def test_neither_the_order_of_the_rows_nor_the_date_counts(
    rows: list[tuple[float, float, bool]], later: float, seed: int
) -> None:
    came, waits, busy = (np.array(column) for column in zip(*rows, strict=True))
    last, one, work = np.where(busy, came + waits, came - waits - 1.0), np.zeros(len(rows), np.int64), waits + 60.0
    found = at_once(one, one, one, work, came, last, np.full(len(rows), True))
    assert (found >= 0).all()
    assert (found <= 1).all()
    order = np.random.default_rng(seed).permutation(len(rows))
    again = at_once(one, one, one, work[order], came[order] + later, last[order] + later, np.full(len(rows), True))
    assert again == pytest.approx(found)


def test_a_team_that_nobody_is_told_to_belong_to_is_none() -> None:
    time = np.arange(100) * HOUR
    nobody = np.full(100, -1)
    assert not at_once(nobody, nobody, nobody + 1, time, time, time - 60.0, np.full(100, True)).any()


def test_nothing_is_told_where_hardly_anybody_was_ever_free() -> None:
    came = np.arange(1000) * HOUR
    last = np.where(np.arange(1000) < 20, came - 60.0, came + 60.0)
    one = np.zeros(1000, np.int64)
    assert not at_once(one, one, one, np.full(1000, HOUR), came, last, np.full(1000, True)).any()


def test_the_longer_work_is_left_waiting_the_less_it_is_taken_to_be_begun_at_once(
    office: Office, without_starts: Blind
) -> None:
    def sure(delay: float) -> float:
        found = bounded(without_starts(simulate(office(delay), weeks=52, seed=5)))
        return float(found.at_once[found.works].mean())

    found = [sure(delay) for delay in (0.0, 2.0, 12.0)]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.9
    assert found[2] < 0.3


@pytest.mark.parametrize("cv", [0.4, 1.0])
def test_what_is_begun_at_once_is_timed_as_if_starts_were_recorded(
    cv: float, office: Office, without_starts: Blind
) -> None:
    true = simulate(office(cv=cv), weeks=52, seed=7)
    assumed = assume_starts(without_starts(true))
    gap = (assumed.events["start"] - true.events["start"]).dt.total_seconds().abs()
    assert (gap < 60).mean() > 0.995  # type: ignore[operator]
    for activity in ("Look into", "Settle"):
        assert mean_hours(assumed, activity) == pytest.approx(mean_hours(true, activity), rel=0.02)


def test_hours_are_kept_where_only_ends_tell(office: Office, without_starts: Blind) -> None:
    found = bounded(without_starts(simulate(office(), weeks=52, seed=9)))
    assert len(found.kept) == 5
    assert {hours.minutes_per_week for hours in found.kept.values()} == {2400}


def test_who_finishes_in_the_evening_is_timed_by_his_ends_alone(office: Office, without_starts: Blind) -> None:
    plain = office()
    teams = {name: replace(team, at_end="finishes") for name, team in plain.teams.items()}
    true = simulate(replace(plain, teams=teams), weeks=52, seed=9)
    found = bounded(without_starts(true))
    assert found.finishing[found.works].mean() > 0.7
    assert {round(hours.minutes_per_week / 60) for hours in found.kept.values()} <= {38, 39, 40}
    assumed = assume_starts(without_starts(true))
    gap = (assumed.events["start"] - true.events["start"]).dt.total_seconds().abs()
    assert (gap < 60).mean() > 0.85  # type: ignore[operator]
    for activity in ("Look into", "Settle"):
        assert mean_hours(assumed, activity) == pytest.approx(mean_hours(true, activity), rel=0.02)
    left = bounded(without_starts(simulate(plain, weeks=52, seed=9)))
    assert not left.finishing.any()


def test_hours_learned_from_ends_alone_are_those_that_people_keep(office: Office, without_starts: Blind) -> None:
    """In the evening the last of them leave work that was begun: that is no other way to keep hours."""
    found = discover(without_starts(simulate(office(cv=1.0), weeks=52, seed=9)), fidelity=False)
    hours = [found.calendars[person.calendar].minutes_per_week / 60 for person in found.people.values()]
    assert hours == pytest.approx([40.0] * 5, abs=0.6)


@pytest.mark.parametrize(("delay", "grade"), [(0.0, "well"), (12.0, "weakly")])
def test_what_ends_tell_supports_what_ifs_as_starts_do(
    delay: float, grade: str, office: Office, without_starts: Blind
) -> None:
    found = discover(without_starts(simulate(office(delay), weeks=52, seed=9)), fidelity=False)
    assert found.learned is not None
    near = Distance(name="length of cases (CTD)", unit="h", model=1.0, spread=0.1, replay=1.0, floor=1.0)
    found = replace(found, learned=replace(found.learned, fidelity=(near,)))
    assert {one.rules: one.grade for one in support(found)}["hours and staff"] == grade
    assert from_dict(to_dict(found)) == found


def test_what_somebody_never_does_waits_for_others() -> None:
    """One who repairs only was free while cables waited to be laid: that was taken for work that is left lying."""
    time = np.arange(2000) * HOUR
    waits = np.arange(2000) % 2 == 1
    came, last = (
        np.concatenate(times)
        for times in ((time, time + 600.0), (np.where(waits, time + 1200.0, time - 1800.0), time - 60.0))
    )
    person, activity = (np.repeat(np.array(ones), 2000) for ones in ([0, 1], [0, 1]))
    team, work, there = np.zeros(4000, np.int64), np.full(4000, 1200.0), np.full(4000, True)
    assert (at_once(team, person, activity, work, came, last, there) == 1.0).all()
    able = np.where(np.arange(4000) % 20 == 3, 1 - person, person)
    assert (at_once(team, able, activity, work, came, last, there) < 0.5).all()


def test_who_hardly_ever_does_something_is_free_only_beside_what_he_does() -> None:
    """Ann enters a thousand orders and packs one, of which two were to be expected, had she done a fiftieth of her
    part; Ben packs a hundred."""
    person, activity = np.repeat([0, 0, 1], [1000, 1, 100]), np.repeat([0, 1, 1], [1000, 1, 100])
    at = np.arange(1101)
    free, behind = at[::50], at[1::50]
    found = {
        (tuple(np.unique(person[who]).tolist()), tuple(np.unique(activity[what]).tolist())): (len(who), len(what))
        for who, what in _by_skill(person, activity, at, free, behind)
    }
    entered = int((activity[behind] == 0).sum())
    assert found == {
        ((0,), (0,)): (int((person[free] == 0).sum()), entered),
        ((1,), (1,)): (int((person[free] == 1).sum()), len(behind) - entered),
    }
