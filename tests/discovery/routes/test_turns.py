"""Steps after which cases go another way since some week are told, and what was before them counts no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.chronicle import read
from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.parted import _split
from irrupt.discovery.routes.turns import Turn, _last_turn
from irrupt.discovery.study import Study
from irrupt.organisation import Organisation
from irrupt.units import WEEK

pytestmark = pytest.mark.usefixtures("few_steps")

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
WEEKS = 44


def log_of(again: dict[int, float], *, audited: int | None = None, weeks: int = WEEKS, seed: int = 1) -> Chronicle:
    """Twenty-five cases a week that are repaired, tested and shipped; *again*: since each of these weeks, the share of
    the tests after which they are repaired again; *audited*: the week since which they are audited before they go."""
    luck, rows = np.random.default_rng(seed), []
    for number in range(25 * weeks):
        hours = number / 25 * 168.0

        def do(activity: str, mean: float, case: str = f"{number:05}") -> None:
            nonlocal hours
            hours += luck.exponential(mean) + 0.1
            rows.append((case, activity, MONDAY + timedelta(hours=hours), activity.lower()))

        do("Come", 0.1)
        while True:
            do("Repair", 20.0)
            do("Test", 6.0)
            if luck.random() >= next(share for week, share in reversed(again.items()) if week <= hours / 168):
                break
        if audited is not None and hours >= audited * 168:
            do("Audit", 2.0)
        do("Ship", 10.0)
    log = pl.DataFrame(rows, schema=["case", "activity", "end", "resource"], orient="row")
    return read(log.filter(pl.col("end") < MONDAY + timedelta(weeks=weeks)))


def share_again(learned: Organisation) -> float:
    routes = [routes for name, routes in learned.routes.items() if name.startswith("Test")]
    return sum(way.share for ways in routes for way in ways if way.to.startswith("Repair")) / len(routes)


def notes_of(learned: Organisation) -> list[str]:
    assert learned.learned is not None
    return [note for note in learned.learned.notes if note.startswith("After some steps")]


@pytest.mark.parametrize("week", [20, 32, 37])
def test_what_was_before_a_turn_counts_no_more(week: int) -> None:
    """Three weeks of forty-four are not to be told from one bad week by all steps together."""
    learned = discover(log_of({0: 0.1, week: 0.4}), fidelity=False)
    assert share_again(learned) == pytest.approx(0.4, abs=0.06)
    (told,) = notes_of(learned)
    assert "“Test” since the week of" in told
    assert "“Repair” in" in told or "“Ship” in" in told


def test_the_last_of_several_turns_counts() -> None:
    learned = discover(log_of({0: 0.1, 15: 0.5, 30: 0.25}), fidelity=False)
    assert share_again(learned) == pytest.approx(0.25, abs=0.05)


def test_a_step_that_is_new_is_always_done() -> None:
    """What went straight to shipping until then does not any more."""
    learned = discover(log_of({0: 0.1}, audited=36), fidelity=False)
    routes = [routes for name, routes in learned.routes.items() if name.startswith("Test")]
    assert not [way for ways in routes for way in ways if way.to.startswith("Ship") and way.share > 0.01]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("seed", range(3))
def test_without_a_change_nothing_turns(seed: int) -> None:
    log = log_of({0: 0.2}, seed=seed)
    assert Study(log).found("typical")[0].memory.turns == ()
    assert notes_of(discover(log, fidelity=False)) == []


def test_records_that_stop_make_no_turn() -> None:
    """Of the last tests, those after which a case is repaired again would be told later than those before shipping."""
    log = log_of({0: 0.3}, weeks=12)
    late = log.events.filter(~((pl.col("activity") == "Repair") & (pl.col("end") > MONDAY + timedelta(weeks=11.7))))
    assert Study(log.with_events(late)).found("typical")[0].memory.turns == ()


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.9), st.floats(0.0, 0.8))
def test_weeks_that_differ_anyway_are_no_turn(seed: int, share: float, spread: float) -> None:
    """Shares that wander from week to week, all of one kind."""
    luck = np.random.default_rng(seed)
    each = np.clip(share + spread * min(share, 1 - share) * luck.uniform(-1, 1, 40), 0.01, 0.99)
    hits = luck.binomial(20, each).astype(float)
    assert _split(np.column_stack((hits, 20.0 - hits)), 1e-6) is None


@pytest.mark.parametrize(("more", "found"), [(8.0, None), (12.0, 10)])
def test_weeks_that_differ_less_than_by_chance_count_as_if_they_did_by_chance(more: float, found: int | None) -> None:
    """Of ten weeks with half of a hundred cases each, and ten with *more*, a ratio of about 13, and of 29, where one in
    100,000 would be above 19.5 by chance."""
    one = np.repeat([50.0, 50.0 + more], 10)
    assert _split(np.column_stack((one, 100.0 - one)), 1e-5) == found


def test_of_a_turn_it_is_told_which_way_changed_most_and_by_how_much() -> None:
    """Of twenty moves a week half went one way and two fifths another; since week 20 seven and six do, and five go ways
    that hardly any other goes, of which none is told."""
    weeks = np.repeat(np.arange(40), 20)
    usual, since = np.repeat([4, 5, 6], [10, 8, 2]), np.repeat([4, 5, 6, 0], [7, 6, 2, 5])
    following = np.concatenate([np.tile(usual, 20), np.tile(since, 20)])
    following[following == 0] = np.arange(100) + 10
    assert _last_turn(3, weeks, following, 1e-6, 50.0) == [Turn(3, 50.0 + 20 * WEEK, 4, 0.5, 0.35)]
    assert _last_turn(3, weeks[:400], following[:400], 1e-6, 50.0) == []


@pytest.mark.parametrize(("each", "found"), [(2.0, 20), (1.9, None)])
def test_few_moves_before_or_after_a_week_make_no_turn(each: float, found: int | None) -> None:
    """So many in each of twenty weeks that all go one way, and twenty in which they go the other: forty are enough."""
    before, after = np.full((20, 2), (each, 0.0)), np.full((20, 2), (0.0, each))
    assert _split(np.concatenate((before, after)), 1e-6) == found
    assert _split(np.concatenate((before, after))[:, :1], 1e-6) is None
