"""What happens at an age is told from what happens some time after the last step."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import discover
from irrupt.discovery.times.ages import _Judged, _predicted, _rates, over_at
from irrupt.discovery.times.timing import ranked
from irrupt.engine import simulate
from irrupt.organisation import Client, Distribution, Organisation, Route, Step

ORIGIN = datetime(2024, 1, 1, tzinfo=UTC)

DAY = 86400.0
SLOWLY = Distribution.gamma(12 * DAY, 1.2)


def fines(delay: Distribution, since: str) -> Organisation:
    """A notice is sent, some pay in part, and a penalty is added."""
    return Organisation(
        name="fines",
        origin=ORIGIN,
        clients={"All": Client(cases_per_week=60.0)},
        steps={
            "fine": Step(activity="fine"),
            "notice": Step(activity="notice", clock=True),
            "pay in part": Step(activity="pay in part"),
            "penalty": Step(activity="penalty"),
        },
        routes={
            "start": (Route(to="fine", share=1.0),),
            "fine": (Route(to="notice", share=1.0, delay=Distribution.gamma(60 * DAY, 1.0)),),
            "notice": (
                Route(to="pay in part", share=0.6, delay=SLOWLY),
                Route(to="penalty", share=0.4, delay=delay, since="clock"),
            ),
            "pay in part": (Route(to="penalty", share=1.0, delay=delay, since=since),),  # type: ignore[arg-type]
            "penalty": (Route(to="end", share=1.0),),
        },
    )


def recorded(organisation: Organisation) -> Chronicle:
    return simulate(organisation, weeks=40, seed=5)


def on_clock(organisation: Organisation) -> set[tuple[str, str]]:
    return {
        (organisation.steps[place].activity, organisation.steps[route.to].activity)
        for place, routes in organisation.routes.items()
        for route in routes
        if route.since == "clock"
    }


def test_a_penalty_after_sixty_days_is_learned_with_the_notice_since_which_it_counts() -> None:
    learned = discover(recorded(fines(Distribution.uniform(58 * DAY, 62 * DAY), "clock")), fidelity=False)
    assert ("pay in part", "penalty") in on_clock(learned)
    assert {step.activity for step in learned.steps.values() if step.clock} == {"notice"}
    assert any(
        "penalty" in note and "notice" in note and "not on the last step" in note for note in learned.learned.notes
    )  # type: ignore[union-attr]
    since = pl.col("end").filter(pl.col("activity") == "notice").min().over("case")
    events = simulate(learned, weeks=40, seed=6).events.with_columns(
        ((pl.col("end") - since).dt.total_seconds() / DAY).alias("age")
    )
    ages = events.filter(pl.col("activity") == "penalty")["age"].to_numpy()
    assert np.quantile(ages, 0.02) > 57
    assert np.quantile(ages, 0.9) < 63


def test_times_between_steps_that_know_nothing_of_each_other_stay_times_between_steps(desk_log: Chronicle) -> None:
    assert on_clock(discover(recorded(fines(Distribution.gamma(20 * DAY, 0.7), "step")), fidelity=False)) <= {
        ("notice", "penalty")
    }
    assert not on_clock(discover(desk_log, fidelity=False))


def test_how_well_round_ages_are_predicted_does_not_hang_on_where_cells_begin() -> None:
    """Half of the cases are closed after 15, 31 or 46 days, to the minute, on clocks that are an hour apart."""
    rng = np.random.default_rng(3)
    some, clock = rng.random(2000) < 0.5, 1800.0 * (1 - 2 * rng.integers(0, 2, 2000))
    ages = np.where(some, rng.choice([15, 31, 46], 2000), rng.uniform(10, 50, 2000)) * DAY + clock
    told = [float(_predicted(np.zeros(2000), ages + hour * 3600.0, DAY / 6).sum()) for hour in range(12)]
    assert max(told) - min(told) < 0.05 * abs(np.mean(told))


def test_ages_are_learned_although_cases_are_seen_only_from_some_age_on() -> None:
    """A third of the cases could go on only after the youngest ages; the mean of what is seen is two days too high."""
    rng = np.random.default_rng(4)
    age, entered = rng.uniform(10, 30, 6000) * DAY, rng.uniform(0, 40, 6000) * DAY * (rng.random(6000) < 0.95)
    seen = entered < age
    assert age[seen].mean() > 21 * DAY
    found = over_at(ranked(age[seen]), entered[seen], np.ones(int(seen.sum())))
    assert found.mean == pytest.approx(20 * DAY, rel=0.02)
    assert found.points[len(found.points) // 4] == pytest.approx(15 * DAY, rel=0.03)


def test_of_the_young_one_alone_does_not_tell_of_all() -> None:
    """One was seen from the start, and over at once, before any other of two hundred was: he counts as one of ten,
    a twentieth of all, and the others share what is left. Of the old, the last one counts by himself."""
    age = np.append(1.0, 100.0 + np.arange(199.0))
    found = over_at(ranked(age), np.append(0.0, np.full(199, 50.0)), np.ones(200))
    assert found.mean == pytest.approx(0.1 * 1.0 + 0.9 * 199.0, rel=0.02)


@pytest.mark.parametrize(("beside", "counts"), [(2, True), (3, False)])
def test_what_is_done_beside_the_step_with_which_a_clock_begins_does_not_count_from_it(
    beside: int, counts: bool
) -> None:
    """All is over at sixty days, give or take an hour; so many of 200 could begin before the clock did."""
    rng = np.random.default_rng(5)
    began, enabled = -rng.uniform(0.0, 50.0, 200) * DAY, np.zeros(200)
    until = began + 60 * DAY + rng.uniform(-3600.0, 3600.0, 200)
    enabled[:beside] = began[:beside] - 2.0
    judged = _Judged(np.arange(200), enabled, until, 0.0, 25 * DAY)
    assert (judged.gain(began) > 0.0) == counts


@given(
    spans=st.lists(st.tuples(st.floats(0.0, 50.0), st.floats(0.01, 50.0)), min_size=5, max_size=60),
    fine=st.sampled_from([0.5, 2.0]),
)
def test_rates_count_what_is_over_for_each_second_that_it_could_have_been(
    spans: list[tuple[float, float]], fine: float
) -> None:
    """Whoever has come to be looked at at an age could be over from then on until he is."""
    entry = np.array([begin for begin, _ in spans])
    exits = entry + np.array([length for _, length in spans])
    edges, rates = _rates(entry, exits, fine)
    for cell, (begin, end) in enumerate(pairwise(edges)):
        over = sum(begin <= one < end for one in exits)
        could = sum(max(min(last, end) - max(first, begin), 0.0) for first, last in zip(entry, exits, strict=True))
        assert rates[cell] == pytest.approx((over + 0.5) / (could + 0.5 * (end - begin) + 1.0), rel=1e-6)
