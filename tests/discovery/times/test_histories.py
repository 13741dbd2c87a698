"""Times between two steps are told by how a case came there, where they depend on it, and only there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from irrupt.discovery import discover
from irrupt.discovery.times.histories import matter
from irrupt.engine import simulate
from irrupt.organisation import Client, Distribution, Organisation, Route, Step

pytestmark = pytest.mark.usefixtures("few_steps")

HOUR = 3600.0
SOON, LATE = Distribution.gamma(10 * HOUR, 0.7), Distribution.gamma(120 * HOUR, 0.7)


def enquiry(asked_again: Distribution) -> Organisation:
    """Some are asked for more, and answered after another time, *asked_again*; more of them get what they want."""
    return Organisation(
        name="enquiry",
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={"All": Client(cases_per_week=100.0)},
        steps={
            "come": Step(activity="come"),
            "ask": Step(activity="ask"),
            "read": Step(activity="read"),
            "read again": Step(activity="read"),
            "grant": Step(activity="grant"),
            "refuse": Step(activity="refuse"),
        },
        routes={
            "start": (Route(to="come", share=1.0),),
            "come": (Route(to="ask", share=0.4, delay=SOON), Route(to="read", share=0.6, delay=SOON)),
            "ask": (Route(to="read again", share=1.0, delay=SOON),),
            "read": (Route(to="grant", share=0.5, delay=SOON), Route(to="refuse", share=0.5, delay=SOON)),
            "read again": (
                Route(to="grant", share=0.9, delay=asked_again),
                Route(to="refuse", share=0.1, delay=asked_again),
            ),
            "grant": (Route(to="end", share=1.0),),
            "refuse": (Route(to="end", share=1.0),),
        },
    )


def before_grant(organisation: Organisation) -> list[float]:
    """Mean hours of the delays that lead to a grant."""
    ways = [route for routes in organisation.routes.values() for route in routes if route.to.startswith("grant")]
    return sorted({organisation.distribution(way.delay).mean / HOUR for way in ways})


def learned(asked_again: Distribution) -> Organisation:
    return discover(simulate(enquiry(asked_again), weeks=30, seed=5), fidelity=False)


def test_who_was_asked_for_more_waits_longer() -> None:
    """Together they would wait for 63 hours, with half of the cases far below and half far above."""
    first, again = before_grant(learned(LATE))
    assert first == pytest.approx(10.0, rel=0.08)
    assert again == pytest.approx(120.0, rel=0.08)


def test_where_histories_say_nothing_all_cases_tell_of_one_delay() -> None:
    assert len(before_grant(learned(SOON))) == 1


def test_what_happens_at_an_age_has_no_histories() -> None:
    """All cases are filed 60 days after they came. Who was asked for more has fewer days left, but no other clock."""
    plain = enquiry(LATE)
    at_60_days = Route(to="file", share=1.0, delay=Distribution.gamma(60 * 24 * HOUR, 0.02), since="clock")
    filing = replace(
        plain,
        steps={**plain.steps, "file": Step(activity="file")},
        routes={
            **plain.routes,
            "ask": (Route(to="read again", share=1.0, delay=LATE),),
            "read": (at_60_days,),
            "read again": (replace(at_60_days, share=0.9), Route(to="end", share=0.1)),
            "file": (Route(to="end", share=1.0),),
        },
    )
    filing = replace(filing, steps={name: step for name, step in filing.steps.items() if name in filing.routes})
    found = discover(simulate(filing, weeks=40, seed=6), fidelity=False)
    ways = {(route.delay, route.since) for routes in found.routes.values() for route in routes if route.to == "file"}
    assert len(ways) == 1
    assert {since for _delay, since in ways} == {"clock"}


def test_chance_is_seldom_taken_for_a_history() -> None:
    """Of 200 pairs of steps whose times know nothing of three histories, a false one in a hundred is allowed."""
    random = np.random.default_rng(3)
    pair = np.repeat(np.arange(200), 300)
    history, times = random.integers(0, 3, len(pair)), random.exponential(size=len(pair))
    found = matter(pair, history, times, np.arange(len(pair)), 25)
    assert len(np.unique(pair[found])) <= 2


def test_rare_histories_have_no_times_of_their_own() -> None:
    history = np.repeat((0, 1, 2), (300, 100, 10))
    times = np.where(history == 0, 1.0, 50.0) + np.arange(410) % 7
    found = matter(np.zeros(410, np.int64), history, times, np.arange(410), 25)
    assert np.unique(history[found]).tolist() == [0, 1]
