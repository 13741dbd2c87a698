"""Small logs to look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle import Chronicle, bundled
from irrupt.chronicle.model import MOMENT, conform
from irrupt.sight import see

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def make_chronicle(events, **more):
    """Events (dicts; times in hours since Monday, 1 January 2024) as a Chronicle."""
    moments = {"start", "end"}
    rows = [
        {
            name: MONDAY + timedelta(hours=value) if name in moments and value is not None else value
            for name, value in event.items()
        }
        for event in events
    ]
    types = {name: MOMENT if name in moments else pl.String for event in events for name in event}
    frame = pl.DataFrame(rows, schema=types) if rows else pl.DataFrame({"case": []})
    return Chronicle(events=conform(frame), **more)


def random_events(seed, *, cases=120, weeks=10, clients=("A", "B", "C"), starts=True):
    """Cases that arrive at random, each 2 to 5 steps by two teams."""
    random = np.random.default_rng(seed)
    events = []
    for case, arrival in enumerate(np.sort(random.uniform(0, weeks * 168, cases)).tolist()):
        now, client = arrival, clients[int(random.integers(len(clients)))]
        for place in range(int(random.integers(2, 6))):
            start = now + (float(random.exponential(5)) if place else 0.0)
            now = start + float(random.exponential(1))
            team = ("Desk", "Lab")[int(random.integers(2))]
            person = f"{team} {int(random.integers(2))}"
            activity = ("ask", "check", "do", "answer")[int(random.integers(4))]
            events.append(
                {
                    **{"case": f"case {case}", "activity": activity, "end": now, "client": client},
                    **{"team": team, "resource": person, "start": start if starts else None},
                }
            )
    return events


@pytest.fixture(scope="session")
def bundled_part():
    """Five weeks of the bundled log."""
    return bundled().between(datetime(2016, 3, 28, tzinfo=UTC), datetime(2016, 5, 2, tzinfo=UTC))


@pytest.fixture(scope="session")
def bundled_sight(bundled_part):
    """What is seen of them."""
    return see(bundled_part)


@pytest.fixture(scope="session")
def chronicle():
    """Makes a Chronicle of events."""
    return make_chronicle


@pytest.fixture(scope="session")
def events():
    """Makes random events."""
    return random_events


@pytest.fixture(scope="session")
def shared():
    """The path of one of the public logs beside the project; skips where it is not there."""

    def find(name):
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"{name} is not beside the project")
        return path

    return find


def log_of(seed, since=0, pace=4.0, skips=0.0):
    """Cases of four clients, 12 a week each, that go the same ways, but that the first one comes since a week, has
    another pace in days, and skips an assessment as often as is said."""
    random, rows, weeks = np.random.default_rng(seed), [], 40
    begin = datetime(2025, 1, 6, 8, tzinfo=UTC)
    for client in ("Kern", "Bode", "Lutz", "Marr"):
        first, days, skipped = (since, pace, skips) if client == "Kern" else (0, 4.0, 0.0)
        for case in range(12 * (weeks - first)):
            steps = ["Receive", *["Check"] * (random.random() < 0.5), *["Assess"] * (random.random() >= skipped)]
            steps += ["Approve", *["Amend", "Approve"] * (random.random() < 0.3), "Deliver"]
            steps += [*["Invoice"] * (random.random() < 0.9), "Close" if random.random() < 0.8 else "Cancelled"]
            at = random.uniform(first, weeks) * 7
            for name in steps:
                if at < weeks * 7:
                    end = begin + timedelta(days=at)
                    rows.append({"case": f"{client}{case}", "client": client, "activity": name, "end": end})
                at += random.gamma(2, days / 2)
    return pl.DataFrame(rows)
