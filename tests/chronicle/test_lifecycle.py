"""Several records of one step made into one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import Chronicle, read
from irrupt.chronicle.hints import TRANSITIONS

BASE = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def log_of(*events: tuple[str, str, str, int], instances: list[str] | None = None) -> Chronicle:
    """A log of (case, activity, transition, minute)."""
    frame = pl.DataFrame(
        {
            "case:concept:name": [e[0] for e in events],
            "concept:name": [e[1] for e in events],
            "lifecycle:transition": [e[2] for e in events],
            "time:timestamp": [BASE + dt.timedelta(minutes=e[3]) for e in events],
            "n": list(range(len(events))),
        }
    )
    if instances:
        frame = frame.with_columns(pl.Series("concept:instance", instances))
    return read(frame, merge_repeats=False)


def steps(log: Chronicle) -> list[tuple[str, int | None, int]]:
    """Activity, begin and end of each step, in minutes."""
    return [
        (
            row["activity"],
            *((row[name] - BASE) // dt.timedelta(minutes=1) if row[name] else None for name in ("start", "end")),
        )
        for row in log.events.iter_rows(named=True)
    ]


def test_start_and_complete_are_one_step_with_both_times() -> None:
    log = log_of(("a", "x", "start", 0), ("a", "x", "complete", 5), ("a", "y", "START", 6), ("a", "y", "COMPLETE", 9))
    assert steps(log) == [("x", 0, 5), ("y", 6, 9)]
    assert log.starts == "measured"


def test_what_the_end_of_a_step_leaves_open_is_what_was_recorded_of_it_last() -> None:
    """Who did it, and an attribute; not who planned it, nor what was recorded of another step in between."""
    rows = [
        ("a", "x", "schedule", 0, "Zoe", "p"), ("a", "x", "start", 1, "Ann", None), ("b", "x", "start", 2, "Ben", "q"),
        ("a", "x", "suspend", 3, None, "r"), ("a", "x", "resume", 4, "Cid", None), ("b", "x", "complete", 5, None, "s"),
        ("a", "x", "complete", 6, None, None), ("a", "y", "schedule", 7, "Zoe", None),
        ("a", "y", "complete", 8, None, None),
    ]  # fmt: skip
    names = ["case", "activity", "lifecycle", "time", "resource", "note"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    log = read(frame.with_columns(time=BASE + pl.duration(minutes="time")), merge_repeats=False)
    assert log.events.sort("end").select("resource", "note").rows() == [("Ben", "s"), ("Cid", "r"), (None, None)]


def test_whoever_ends_one_of_several_steps_ends_the_one_that_he_works_on() -> None:
    """Ann and Ben have one each in hand; Cid takes over what is left. Nobody takes the time of another for his own."""
    rows = [
        ("a", "start", 0, "Ann"), ("a", "start", 30, "Ben"), ("a", "complete", 40, "Ben"), ("a", "complete", 90, "Ann"),
        ("b", "start", 0, "Ann"), ("b", "start", 10, "Ben"), ("b", "suspend", 20, "Ben"), ("b", "resume", 60, "Ben"),
        ("b", "suspend", 65, "Ann"), ("b", "complete", 70, "Ben"), ("b", "complete", 75, "Cid"),
        ("c", "start", 0, "Ann"), ("c", "start", 5, "Ben"), ("c", "suspend", 8, "Ben"), ("c", "complete", 9, "Ben"),
        ("c", "complete", 20, None),
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["case", "lifecycle", "time", "resource"], orient="row")
    frame = frame.with_columns(time=BASE + pl.duration(minutes="time"), activity=pl.lit("x"))
    events = read(frame, merge_repeats=False).events.sort("case", "end")
    lasting = (events["end"] - events["start"]).dt.total_minutes()
    assert [*zip(events["case"], events["resource"], lasting, strict=True)] == [
        ("a", "Ben", 10), ("a", "Ann", 90), ("b", "Ben", 20), ("b", "Cid", 65), ("c", "Ben", 3), ("c", "Ann", 20),
    ]  # fmt: skip


def test_the_first_started_is_the_first_completed() -> None:
    log = log_of(("a", "x", "start", 0), ("a", "x", "start", 2), ("a", "x", "complete", 5), ("a", "x", "complete", 9))
    assert steps(log) == [("x", 0, 5), ("x", 2, 9)]


def test_an_instance_tells_steps_of_one_activity_apart() -> None:
    events = [("a", "x", "start", 0), ("a", "x", "start", 2), ("a", "x", "complete", 5), ("a", "x", "complete", 9)]
    log = log_of(*events, instances=["1", "2", "2", "1"])
    assert steps(log) == [("x", 2, 5), ("x", 0, 9)]


def test_a_completion_without_start_has_none_and_a_start_without_completion_is_set_aside() -> None:
    log = log_of(("a", "x", "complete", 1), ("a", "x", "start", 3), ("b", "x", "start", 0), ("b", "x", "complete", 1))
    assert steps(log) == [("x", None, 1), ("x", 0, 1)]
    assert [(p.code, p.count) for p in log.problems] == [("never completed", 1)]
    assert log.set_aside is not None
    assert log.set_aside["n"].to_list() == [1]


def accounted(log: Chronicle) -> int:
    """Records that became steps, begins of steps, or parts of them, or were set aside."""
    joined = [note for note in log.notes if note.startswith("parts of steps")]
    parts = sum(int(n.replace(",", "")) for note in joined for n in re.findall(r"\(([\d,]+)\)", note))
    starts = log.events.filter(pl.col("start").is_not_null()).height
    return log.events.height + starts + parts + (0 if log.set_aside is None else log.set_aside.height)


def test_a_step_that_was_suspended_is_one_step_without_the_time_in_which_it_rested() -> None:
    events = ("schedule", 0), ("assign", 1), ("start", 2), ("suspend", 4), ("resume", 14), ("complete", 15)
    log = log_of(*(("a", "x", word, minute) for word, minute in events))
    assert steps(log) == [("x", 12, 15)]
    assert log.events["first start"].to_list() == [BASE + dt.timedelta(minutes=2)]
    assert log.problems == ()
    assert any("assign (1), resume (1), schedule (1), suspend (1)" in note for note in log.notes)
    assert any("1 step was suspended" in note for note in log.notes)


def test_a_step_may_rest_until_it_ends() -> None:
    log = log_of(("a", "x", "start", 0), ("a", "x", "suspend", 2), ("a", "x", "complete", 9))
    assert steps(log) == [("x", 7, 9)]


@pytest.mark.parametrize("word", ["ate_abort", "pi_abort", "withdraw", "manualskip"])
def test_work_on_a_step_that_is_broken_off_is_kept(word: str) -> None:
    log = log_of(("a", "x", "start", 0), ("a", "x", word, 5), ("a", "y", "start", 6), ("a", "y", "complete", 9))
    assert steps(log) == [("x", 0, 5), ("y", 6, 9)]
    assert any(f"broken off are kept, up to then: {word} (1)" in note for note in log.notes)


@pytest.mark.parametrize("word", ["autoskip", "manualskip", "withdraw", "pi_abort", "ate_abort"])
def test_a_step_that_was_never_begun_is_set_aside_with_all_its_records(word: str) -> None:
    log = log_of(("a", "x", "schedule", 0), ("a", "x", word, 5), ("a", "y", "start", 6), ("a", "y", "complete", 9))
    assert steps(log) == [("y", 6, 9)]
    assert {p.code for p in log.problems} == {"other transition"}
    assert log.set_aside is not None
    assert sorted(log.set_aside["n"]) == [0, 1]


def test_withdrawing_one_that_waits_leaves_another_that_is_worked_on() -> None:
    words = ("schedule", 0), ("start", 1), ("schedule", 2), ("withdraw", 3), ("complete", 5)
    log = log_of(*(("a", "x", word, minute) for word, minute in words))
    assert steps(log) == [("x", 1, 5)]
    assert accounted(log) == len(words)


@pytest.mark.parametrize("words", [("schedule", "withdraw"), ("schedule", "assign"), ("start", "suspend")])
def test_where_no_step_is_ever_done_each_record_is_kept(words: tuple[str, str]) -> None:
    log = log_of(*(("a", "x", word, minute) for minute, word in enumerate(words)))
    assert log.activities() == sorted(f"x / {word}" for word in words)
    assert accounted(log) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("started", "paused", "resumed", "finished"),
        ("START", "SUSPEND", "RESUME", "COMPLETE"),
        ("Begin", "Hold", "Continue", "End"),
        ("Début", "Suspendu", "Repris", "Terminé"),
        ("Beginn", "Unterbrechung", "Fortsetzung", "Ende"),
        ("Open.Running.InProgress", "Open.Running.Suspended", "Open.Running", "Closed.Completed.Success"),
        ("Open.Running", "Open.NotRunning.Suspended.Assigned", "Open.Running.InProgress", "Closed.Cancelled.Aborted"),
    ],
)
def test_others_write_the_same_transitions_otherwise(words: tuple[str, ...]) -> None:
    """Of BPAF, what runs again after it was suspended is resumed."""
    log = log_of(*(("a", "x", word, minute) for word, minute in zip(words, (0, 2, 14, 15), strict=True)))
    assert steps(log) == [("x", 12, 15)]


@pytest.mark.parametrize("name", ["lifecycle:transition", "transition", "Event type", "State change"])
def test_transitions_in_a_csv(name: str, tmp_path: Path) -> None:
    words = ("scheduled", "started", "suspended", "resumed", "completed")
    rows = [f"{c},x,{w},2024-01-0{1 + c} 09:{10 * at:02}" for c in range(4) for at, w in enumerate(words)]
    (tmp_path / "log.csv").write_text("\n".join([f"Case,Activity,{name},Time", *rows]), encoding="utf-8")
    log = read(tmp_path / "log.csv")
    assert steps(log)[0] == ("x", 560, 580)
    assert accounted(log) == len(rows)


def test_states_of_bpaf_in_xes(tmp_path: Path) -> None:
    words = ("Open.NotRunning.Ready", "Open.Running.InProgress", "Closed.Completed.Success")
    events = "".join(
        f'<event><string key="concept:name" value="x"/><string key="lifecycle:state" value="{word}"/>'
        f'<date key="time:timestamp" value="2024-01-01T00:0{at}:00Z"/></event>'
        for at, word in enumerate(words)
    )
    name = '<string key="concept:name" value="a"/>'
    (tmp_path / "log.xes").write_text(f"<log><trace>{name}{events}</trace></log>", encoding="utf-8")
    assert steps(read(tmp_path / "log.xes")) == [("x", 1, 2)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from(sorted(TRANSITIONS)), st.integers(0, 30)
        ),
        max_size=30,
    )
)
@settings(max_examples=settings().max_examples // 2, deadline=None)
def test_whatever_becomes_of_steps_each_record_is_accounted_for(events: list[tuple[str, str, str, int]]) -> None:
    events = [*events, ("a", "z", "start", 98), ("a", "z", "complete", 99)]
    log = log_of(*events)
    assert accounted(log) == len(events)
    assert (log.events["start"] <= log.events["end"]).fill_null(True).all()


def test_only_completions_are_a_log_without_starts() -> None:
    log = log_of(("a", "x", "complete", 1), ("a", "y", "complete", 2))
    assert log.starts == "missing"
    assert log.problems == ()


def test_states_of_a_ticket_become_part_of_the_activity() -> None:
    log = log_of(
        ("a", "Accepted", "In Progress", 1), ("a", "Accepted", "Wait - User", 2), ("a", "Completed", "Closed", 3)
    )
    assert log.activities() == ["Accepted / In Progress", "Accepted / Wait - User", "Completed / Closed"]
    assert any("activity / state" in note for note in log.notes)


def test_a_stray_state_among_standard_ones_is_kept_and_reported() -> None:
    log = log_of(("a", "x", "start", 0), ("a", "x", "complete", 1), ("a", "y", "complete", 2), ("a", "z", "parked", 3))
    assert steps(log) == [("x", 0, 1), ("y", None, 2), ("z / parked", None, 3)]
    assert [p.code for p in log.problems] == ["life-cycle state"]


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.booleans(), st.integers(0, 30)),
        min_size=1,
        max_size=25,
    )
)
@settings(max_examples=settings().max_examples // 3, deadline=None)
def test_no_record_is_lost_and_steps_are_upright(events: list[tuple[str, str, bool, int]]) -> None:
    """Each completion is a step; each start is the begin of one step or set aside."""
    log_events = [(c, a, "start" if s else "complete", m) for c, a, s, m in events]
    log_events.append(("a", "x", "complete", 99))
    log = log_of(*log_events)
    aside = 0 if log.set_aside is None else log.set_aside.height
    completions = sum(1 for e in log_events if e[2] == "complete")
    starts = len(log_events) - completions
    assert log.events.height == completions
    if log.starts == "measured":
        assert log.events["start"].drop_nulls().len() + aside == starts
        assert (log.events["start"] <= log.events["end"]).fill_null(True).all()
    assert sorted(log.events["n"]) == [i for i, e in enumerate(log_events) if e[2] == "complete"]


def test_work_items_of_a_real_bank(beginning: Callable[[str, int], Path]) -> None:
    path = beginning("data/bpic2012.xes.gz", 200)
    log = read(path)
    worked = log.events.filter(pl.col("start").is_not_null())
    assert log.cases == 200
    assert worked["activity"].str.starts_with("W_").all()
    assert worked.height > 1_000
    assert log.set_aside is not None
    recorded = path.read_text(encoding="utf-8").count("</event>")
    assert accounted(log) == recorded


@pytest.mark.slow
def test_states_of_real_incidents(real: Callable[[str], Chronicle]) -> None:
    log = real("data/bpic2013_incidents.xes.gz")
    assert log.events.height == 65_533
    assert "Accepted / Wait - User" in log.activities()
