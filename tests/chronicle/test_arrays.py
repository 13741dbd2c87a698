"""Events as arrays: checked against a plain, slow definition."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import Chronicle, read, rows
from irrupt.chronicle.arrays import week_begin
from irrupt.chronicle.model import conform
from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT, FIRST, LAST
from irrupt.errors import DataError

BASE = dt.datetime(2024, 1, 3, tzinfo=dt.UTC)


@st.composite
def chronicles(draw: st.DrawFn) -> Chronicle:
    """Cases with parallel steps, equal times, steps of no length and steps without a start."""
    size = draw(st.integers(1, 15))
    ends = draw(st.lists(st.integers(0, 12), min_size=size, max_size=size))
    lengths = draw(st.lists(st.one_of(st.none(), st.integers(0, 6)), min_size=size, max_size=size))
    pick = lambda values: draw(st.lists(st.sampled_from(values), min_size=size, max_size=size))  # noqa: E731
    clients = {case: draw(st.sampled_from(["k", "l", None])) for case in "abc"}
    cases = pick(["a", "b", "c"])
    events = pl.DataFrame(
        {
            "case": cases,
            "activity": pick(["w", "x", "y"]),
            "start": [
                None if n is None else BASE + dt.timedelta(hours=e - n) for e, n in zip(ends, lengths, strict=True)
            ],
            "end": [BASE + dt.timedelta(hours=e) for e in ends],
            "resource": pick(["p", "q", None]),
            "team": pick(["t", None]),
            "client": [clients[case] for case in cases],
        },
        schema_overrides={"start": pl.Datetime("us", "UTC"), "end": pl.Datetime("us", "UTC")},
    )
    return Chronicle(events=conform(events), waits_for_client=frozenset({"w"}), client_acts=frozenset({"x"}))


def plainly(chronicle: Chronicle, origin: dt.datetime) -> list[tuple[object, ...]]:
    """The same rows by the definition: one loop over each case."""
    result = []
    for (case,), events in chronicle.events.group_by("case", maintain_order=True):
        steps = events.to_dicts()
        arrival = min(step["start"] or step["end"] for step in steps)
        for i, step in enumerate(steps):
            done = [j for j in range(i) if steps[j]["end"] <= (step["start"] or step["end"])]
            before = steps[done[-1]] if done else None
            flags = FIRST * (i == 0) + LAST * (i == len(steps) - 1)
            flags += CLIENT_WAIT * (before is not None and before["activity"] == "w") + CLIENT_ACT * (
                step["activity"] == "x"
            )
            enabled = before["end"] if before else arrival
            hours = [(m - origin).total_seconds() if m else None for m in (enabled, step["start"], step["end"])]
            result.append((case, step["activity"], step["team"], step["resource"], *hours, flags))
    return result


@given(chronicles())
@settings(deadline=None)
def test_arrays_are_what_the_plain_definition_says(chronicle: Chronicle) -> None:
    table, legend = rows(chronicle)
    arrival = chronicle.events.with_columns(first=pl.coalesce("start", "end").min().over("case"))
    order = arrival.group_by("case").agg(pl.col("first").first()).sort("first", "case")["case"].to_list()
    said = [
        (
            order[table.case[i]],
            legend.activities[table.activity[i]],
            legend.teams[table.team[i]] if table.team[i] >= 0 else None,
            legend.people[table.person[i]] if table.person[i] >= 0 else None,
            table.enabled[i],
            None if np.isnan(table.start[i]) else table.start[i],
            table.end[i],
            table.flags[i],
        )
        for i in range(len(table.end))
    ]
    assert said == sorted(plainly(chronicle, legend.origin), key=lambda r: (r[6], order.index(r[0])))  # type: ignore[index]


@given(chronicles())
@settings(deadline=None)
def test_times_are_ordered_and_cases_are_dense(chronicle: Chronicle) -> None:
    table, legend = rows(chronicle)
    known = ~np.isnan(table.start)
    assert (np.diff(table.end) >= 0).all()
    assert (table.enabled <= np.where(known, table.start, table.end)).all()
    assert sorted(set(table.case)) == list(range(chronicle.cases))
    assert np.isnan(table.ready).all()
    assert (table.flags & FIRST).sum() == np.count_nonzero(table.flags & LAST) == chronicle.cases
    assert table.enabled.min() >= 0
    assert legend.origin.weekday() == 0


@given(chronicles(), st.permutations(["k", "l"]))
@settings(max_examples=settings().max_examples // 2, deadline=None)
def test_names_of_clients_do_not_matter(chronicle: Chronicle, names: list[str]) -> None:
    """Renaming clients renames parties and changes no number of any row."""
    rename = dict(zip(["k", "l"], names, strict=True))
    other = chronicle.with_events(chronicle.events.with_columns(pl.col("client").replace(rename)))
    parties = {"k": "K", "l": "L"}
    first, legend = rows(chronicle, parties)
    second, changed = rows(other, {rename[k]: v for k, v in parties.items()})
    assert legend == changed
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def small(**more: object) -> Chronicle:
    events = pl.DataFrame({"case": ["1", "1", "2"], "activity": ["a", "b", "a"], "end": [BASE, BASE, BASE], **more})
    return Chronicle(events=conform(events))


def test_without_a_client_all_are_one_party() -> None:
    table, legend = rows(small())
    assert legend.clients == ("all clients",)
    assert set(table.client) == {0}


def test_clients_that_are_not_named_are_others_and_come_last() -> None:
    table, legend = rows(small(client=["z", None, "m"]), {"z": "zebra"})
    assert legend.clients == ("zebra", "other clients")
    assert table.client.tolist() == [0, 0, 1]


def test_an_empty_mapping_makes_one_party_of_all() -> None:
    assert rows(small(client=["z", "z", "m"]), {})[1].clients == ("all clients",)


def test_a_log_without_events_is_a_data_error() -> None:
    with pytest.raises(DataError, match="no events"):
        rows(small().with_events(small().events.clear()))


@given(
    st.datetimes(dt.datetime(1980, 1, 1), dt.datetime(2050, 1, 1), timezones=st.just(dt.UTC)),
    st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Etc/GMT-8", "Australia/Adelaide"]),
)
@settings(max_examples=40, deadline=None)
def test_the_origin_is_a_local_monday_at_midnight_within_the_week_before(moment: dt.datetime, zone: str) -> None:
    origin = week_begin(moment, zone)
    local = origin.astimezone(ZoneInfo(zone))
    assert (local.weekday(), local.hour, local.minute, local.second) == (0, 0, 0, 0)
    assert dt.timedelta(0) <= moment - origin < dt.timedelta(days=7, hours=2)


def test_the_bundled_log_gives_sound_rows(incidents: Chronicle) -> None:
    chronicle = incidents
    table, legend = rows(chronicle)
    assert len(table.end) == chronicle.events.height
    assert legend.origin == dt.datetime(2016, 2, 29, tzinfo=dt.UTC)
    assert np.count_nonzero(table.flags & CLIENT_WAIT) > 5_000
    assert len(legend.teams) > 70


def test_before_a_reminder_and_between_calls_the_client_is_waited_for() -> None:
    """Who is reminded, or called again, had not answered."""
    labels = ["Send invoice", "Payment reminder", "Call customer", "Call customer", "Book", "Call customer"]
    frame = pl.DataFrame({"case": "1", "activity": labels, "end": [f"2024-01-0{day}T09:00" for day in range(1, 7)]})
    found, legend = rows(read(frame))
    waited = {int(at) for at in np.flatnonzero(found.flags & CLIENT_WAIT)}
    assert [labels[at] for at in sorted(waited)] == ["Payment reminder", "Call customer"]
    assert waited == {1, 3}
    ours, _legend = rows(read(frame, mapping={"inside": "Payment reminder,Call customer"}))
    assert not (ours.flags & CLIENT_WAIT).any()
    assert legend.activities[found.activity[1]] == "Payment reminder"
