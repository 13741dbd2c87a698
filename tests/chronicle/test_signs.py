"""Signs of behaviour tell of clients where their act behaves so, and are silent where staff does the same work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle.client import whose_acts
from irrupt.chronicle.model import conform
from irrupt.chronicle.signs import signs

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
ASKS = ("toward the client", True)
"""What staff does before every act of a client."""
STAFF = ("Ann", "Bob", "Cem", "Dora")


def at_work(moment, random):
    """The next moment on duty, Monday to Friday from 8 to 17."""
    while moment.weekday() >= 5 or not 8 <= moment.hour < 17:
        moment += timedelta(hours=1)
    return moment + timedelta(minutes=float(random.uniform(0, 20)))


def log(seed, act, *, cases=120):
    """Cases of a1 to a4 by staff, quickly one after the other; *act* puts x3 between a2 and a3."""
    random, rows = np.random.default_rng(seed), []
    for case in range(cases):
        now = at_work(MONDAY + timedelta(hours=float(random.uniform(0, 12 * 168))), random)
        for step in ("a1", "a2", "x3", "a3", "a4"):
            who = STAFF[int(random.integers(4))]
            if step == "x3":
                now, who = act(random, now, case)
            else:
                now = at_work(now + timedelta(minutes=float(random.uniform(2, 50))), random)
            rows.append({"case": f"{case:03d}", "activity": step, "end": now, "resource": who})
    types = {"case": pl.String, "activity": pl.String, "end": pl.Datetime("us", "UTC"), "resource": pl.String}
    return conform(pl.DataFrame(rows, schema=types).sort("case", "end", maintain_order=True))


def any_time(random, now):
    return now + timedelta(hours=float(random.uniform(1, 90)), seconds=float(random.uniform(0, 3600)))


def by_staff(random, now, _case):
    return at_work(now + timedelta(minutes=float(random.uniform(2, 50))), random), STAFF[int(random.integers(4))]


ACTS = {
    "nobody is named, at any time": lambda random, now, _case: (any_time(random, now), None),
    "each in his own name": lambda random, now, case: (any_time(random, now), f"client {case}"),
    "in his own name, in three cases": lambda random, now, case: (any_time(random, now), f"client {case // 3}"),
    "under the name of a portal": lambda random, now, _case: (any_time(random, now), "web"),
    "some by themselves, some registered by staff": lambda random, now, case: (
        (any_time(random, now), None) if case % 2 else (at_work(any_time(random, now), random), STAFF[case % 4])
    ),
    "nobody is named, after days, in the hours of staff": lambda random, now, _case: (
        at_work(now + timedelta(hours=float(random.uniform(50, 300))), random), None,
    ),
}  # fmt: skip
INSIDE = {
    "staff in between": by_staff,
    "staff after a day or two": lambda random, now, _case: (
        at_work(now + timedelta(hours=float(random.uniform(24, 60))), random), STAFF[int(random.integers(4))],
    ),
    "a timer": lambda _random, now, _case: (now + timedelta(hours=72), "Ann"),
    "a nightly program": lambda random, now, _case: (
        (now + timedelta(days=1)).replace(hour=2, minute=0, second=int(random.integers(1, 59))), None,
    ),
}  # fmt: skip
LEFT = {"staff after a day or two"}
"""What comes so late that somebody may have been waited for."""
UNKNOWN = {
    "nobody is named, in the hours of staff": lambda random, now, _case: (by_staff(random, now, 0)[0], None),
}  # fmt: skip


@pytest.mark.parametrize(("role", "kinds"), [("client act", ACTS), ("inside", INSIDE), (None, UNKNOWN)])
def test_a_sign_tells_what_was_planted_or_nothing(role, kinds):
    for seed, (name, act) in enumerate(kinds.items()):
        found = signs(log(seed, act), "UTC")
        assert (found["x3"].role if "x3" in found else None) == role, name
        assert found["a3"].role == "inside", name
        if name in LEFT:
            assert "a2" not in found, "whoever leaves a case for long may have asked for something"
        else:
            assert (found["a2"].role, found["a2"].asks) == (ASKS if role == "client act" else ("inside", False)), name


def test_staff_is_never_taken_for_clients():
    for seed in range(5):
        found = signs(log(seed, by_staff, cases=40), "UTC")
        assert {one.role for one in found.values()} <= {"inside"}


def test_clients_whose_answer_is_registered_end_a_quiet():
    def registered(random, now, _case):
        return at_work(any_time(random, now), random), "Zoe"

    random, rows = np.random.default_rng(1), []
    for case in range(60):
        now = at_work(MONDAY + timedelta(hours=float(random.uniform(0, 12 * 168))), random)
        for step in ("ask", "call", "back", "call", "end"):
            now = registered(random, now, case)[0] if step == "back" else now + timedelta(seconds=20)
            rows.append({"case": f"{case:03d}", "activity": step, "end": now, "resource": STAFF[case % 4]})
    found = signs(conform(pl.DataFrame(rows)), "UTC")
    assert found["back"].role == "client act"
    assert "client act" not in {one.role for step, one in found.items() if step != "back"}


def stays(seed, *, cases, waits):
    """Tickets that go back and forth between a state of work and states of *waits*, each case with one person."""
    random, rows = np.random.default_rng(seed), []
    for case in range(cases):
        now, who = at_work(MONDAY + timedelta(hours=float(random.uniform(0, 12 * 168))), random), STAFF[case % 4]
        for step, hours in [("new", 1), ("work", 1), *waits(case), ("work", 1), ("done", 1), ("shut", 0)]:
            rows.append({"case": f"{case:03d}", "activity": step, "end": now, "resource": who})
            now = at_work(now + timedelta(hours=hours * float(random.uniform(0.5, 1.5))), random)
    return conform(pl.DataFrame(rows))


def test_the_commonest_wait_is_told_and_of_the_others_that_nobody_knows_for_whom():
    found = signs(stays(3, cases=120, waits=lambda case: [("user" if case % 3 else "vendor", 60)]), "UTC")
    assert found["user"].role == "waiting for the client"
    assert found["vendor"].role == "unknown"
    assert "long pause" in found["vendor"].because
    assert {found[step].role for step in ("work", "done")} == {"inside"}


def test_a_pause_before_the_case_is_closed_is_no_wait_for_anybody():
    slow = stays(4, cases=120, waits=lambda _case: [("test", 1)]).with_columns(
        pl.when(pl.col("activity") == "shut")
        .then(pl.col("end") + pl.duration(days=9))
        .otherwise(pl.col("end"))
        .alias("end")
    )
    assert "waiting for the client" not in {one.role for one in signs(slow, "UTC").values()}


def test_where_nobody_is_named_at_all_hours_alone_may_tell():
    nobody = log(1, ACTS["nobody is named, at any time"]).with_columns(resource=pl.lit(None, pl.String))
    found = {step: one.role for step, one in signs(nobody, "UTC").items()}
    assert found == {"x3": "client act", "a2": "toward the client"}


def test_names_and_labels_play_no_part():
    events = log(1, ACTS["nobody is named, at any time"])
    other = events.with_columns(
        pl.col("activity").replace({"a1": "z", "x3": "b"}),
        pl.col("resource").replace({"Ann": "Zed", "Bob": "Yan"}),
    )
    found = {step: one.role for step, one in signs(events, "UTC").items()}
    renamed = {step: one.role for step, one in signs(other, "UTC").items()}
    assert renamed == {{"a1": "z", "x3": "b"}.get(step, step): role for step, role in found.items()}


def test_what_a_label_says_goes_before_its_behaviour():
    events = log(1, by_staff).with_columns(pl.col("activity").replace({"x3": "Payment by customer"}))
    told = {one.activity: one for one in whose_acts(events, "UTC")}
    assert told["Payment by customer"].role == "client act"
    assert told["a2"].role == "inside"
    assert told["a2"].because == ("staff does it, soon after a step and soon before the next",)


def test_a_column_that_tells_of_cases_tells_nothing_of_who_acts():
    events = log(2, by_staff)
    of_case = events.with_columns(
        figure=pl.when(pl.col("case") < "060").then(pl.lit("client")).otherwise(pl.lit("firm"))
    )
    assert {one.role for one in whose_acts(of_case, "UTC")} <= {"inside", "unknown"}


def with_states(events):
    """*events* with a state `w2` that is set at once when a2 is done."""
    state = events.filter(pl.col("activity") == "a2").with_columns(
        activity=pl.lit("w2"), end=pl.col("end") + pl.duration(seconds=20)
    )
    return conform(pl.concat([events, state]).sort("case", "end", maintain_order=True))


def test_a_state_between_what_is_asked_and_what_the_client_does_is_a_wait():
    found = {step: one.role for step, one in signs(with_states(log(5, ACTS["each in his own name"])), "UTC").items()}
    assert (found["a2"], found["w2"], found["x3"]) == ("toward the client", "waiting for the client", "client act")
    inside = {one.role for one in signs(with_states(log(5, by_staff)), "UTC").values()}
    assert inside <= {"inside"}


def test_acts_that_labels_tell_are_asked_for_too():
    def late(random, now, _case):
        return at_work(any_time(random, now), random), STAFF[int(random.integers(4))]

    events = log(6, late)
    assert "a2" not in signs(events, "UTC")
    assert signs(events, "UTC", {"x3"})["a2"].role == "toward the client"


def test_few_events_tell_nothing():
    assert signs(log(1, ACTS["each in his own name"], cases=5), "UTC") == {}
    assert signs(log(1, by_staff, cases=1).clear(), "UTC") == {}
