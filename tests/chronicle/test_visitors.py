"""Logs of what clients do themselves: on sites and in apps, users are clients."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.visitors import only_clients_act

START = datetime(2024, 1, 1, 9)
CLICKS = ["view", "view", "view", "cart", "view", "purchase"]


def clicks(who: str, *, sessions: bool = True) -> pl.DataFrame:
    """Thirty visits of twenty people, who look at another thing each time."""
    rows = [
        (f"s{visit}", visit % 20, act, str(START + timedelta(hours=visit, seconds=20 * at)), 100 + at)
        for visit in range(30)
        for at, act in enumerate(CLICKS)
    ]
    frame = pl.DataFrame(rows, schema=["session", who, "event", "timestamp", "item"], orient="row")
    return frame if sessions else frame.drop("session")


@pytest.mark.parametrize("who", ["user_id", "visitorid", "customer_no", "utilisateur"])
def test_who_uses_a_site_is_the_client_and_each_click_counts(who: str) -> None:
    log = irrupt.read(clicks(who))
    assert (log.mapping["case"], log.mapping["client"]) == ("session", who)
    assert log.events.height == 30 * len(CLICKS)
    assert log.events["resource"].null_count() == log.events.height


def test_without_sessions_each_visitor_is_a_case() -> None:
    log = irrupt.read(clicks("visitorid", sessions=False))
    assert (log.cases, log.mapping["client"]) == (20, "visitorid")


def test_users_of_a_ticket_system_stay_its_staff() -> None:
    rows = [(f"c{n}", n % 3, act, str(START + timedelta(hours=n, minutes=at))) for n in range(9)
            for at, act in enumerate(["Register", "Check", "Call customer", "Close"])]  # fmt: skip
    log = irrupt.read(pl.DataFrame(rows, schema=["case", "user_id", "activity", "timestamp"], orient="row"))
    assert log.mapping["resource"] == "user_id"
    assert "client" not in log.mapping


def test_few_activities_tell_of_no_site() -> None:
    assert not only_clients_act(["view", "purchase"])
