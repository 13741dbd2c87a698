"""Which what-ifs records support: what is missing in them lowers the grade of what hangs on it, and says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from irrupt.engine.examples import counter
from irrupt.organisation import Organisation
from irrupt.organisation.learned import Distance, Learned, trust
from irrupt.organisation.support import support

T0 = datetime(2024, 1, 1, tzinfo=UTC)
SINCE = {"begin": T0, "end": T0 + timedelta(weeks=26)}


def learned(clients: int = 2, people: bool = True, **more: Any) -> Organisation:
    plain = counter()
    told = {"source": "log", "cases": 1000, "events": 3000, **SINCE, "starts": "measured"}
    return replace(
        plain,
        clients={f"client {n}": plain.clients["Public"] for n in range(clients)},
        people=plain.people if people else {},
        learned=Learned(**{**told, "fidelity": (distance(9.0),), **more}),
    )


def grades(organisation: Organisation) -> dict[str, str]:
    return {one.rules: one.grade for one in support(organisation)}


def distance(model: float) -> Distance:
    return Distance(name="length of cases (CTD)", unit="h", model=model, spread=1.0, replay=10.0, floor=5.0)


def test_what_was_written_by_hand_has_no_records_to_support_it() -> None:
    assert support(counter()) == ()


def test_good_records_support_everything() -> None:
    assert set(grades(learned()).values()) == {"well"}
    assert all(one.why == () for one in support(learned()))


def test_what_was_not_checked_is_trusted_no_more_than_what_was_and_failed() -> None:
    unchecked = support(learned(fidelity=()))
    assert {one.grade for one in unchecked} == {"weakly"}
    assert all(any("not checked" in reason for reason in one.why) for one in unchecked)


@pytest.mark.parametrize(("model", "replay", "spread"), [(12.9, 10.0, 2.0), (20.0, 10.0, 5.0), (13.0, 10.0, 1.0)])
def test_held_out_times_are_worse_where_a_distance_is_said_to_be(model: float, replay: float, spread: float) -> None:
    one = replace(distance(model), replay=replay, spread=spread)
    said = trust(one) in ("worse", "much worse")
    assert said == (spread == 1.0)
    assert said == any(told.why for told in support(learned(fidelity=(one,))))


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ({"clients": 1}, {"order of queues": "not at all"}),
        ({"people": False}, {"order of queues": "not at all", "hours and staff": "not at all", "demand": "weakly"}),
        (
            {"starts": "missing", "work": "typical"},
            dict.fromkeys(("demand", "order of queues", "hours and staff"), "weakly"),
        ),
        ({"cases": 40}, dict.fromkeys(("demand", "procedure", "order of queues", "hours and staff"), "weakly")),
        ({"end": T0}, {"demand": "not at all", "hours and staff": "not at all", "procedure": "weakly"}),
        ({"present": T0}, dict.fromkeys(("demand", "procedure", "order of queues", "hours and staff"), "weakly")),
        ({"fidelity": (distance(20.0),)}, dict.fromkeys(("demand", "procedure", "order of queues"), "weakly")),
    ],
)
def test_what_is_missing_lowers_what_hangs_on_it(records: dict[str, Any], expected: dict[str, str]) -> None:
    found = grades(learned(**records))
    assert {rules: found[rules] for rules in expected} == expected
    assert all(one.why for one in support(learned(**records)) if one.grade != "well")
