"""Frames and files of any kind come to the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from irrupt.chronicle import EVENT_COLUMNS, Chronicle, bundled, bundled_path, read
from irrupt.errors import DataError, UsageError

TEXT = """case,activity,end,resource,size
a,open,2024-01-01T08:00:00Z,p,1
a,close,2024-01-01T09:00:00Z,q,2
b,open,2024-01-02T08:00:00Z,p,3
"""


@pytest.fixture
def log(file: Callable[..., Path]) -> Chronicle:
    return read(file(TEXT))


def same(first: Chronicle, second: Chronicle) -> None:
    assert_frame_equal(first.events, second.events)
    assert first.mapping == second.mapping


@pytest.mark.one_in(4)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["log.csv", "log.txt", "log.xes", "log"])
def test_name_and_separator_do_not_matter(separator: str, name: str, file: Callable[..., Path], log: Chronicle) -> None:
    same(read(file(TEXT.replace(",", separator), name)), log)


def test_polars_pandas_and_lazy_frames_are_the_same(log: Chronicle) -> None:
    frame = pl.DataFrame(
        {
            "case": ["a", "a", "b"],
            "activity": ["open", "close", "open"],
            "end": [dt.datetime(2024, 1, d, h, tzinfo=dt.UTC) for d, h in ((1, 8), (1, 9), (2, 8))],
            "resource": ["p", "q", "p"],
            "size": [1, 2, 3],
        }
    )
    for source in (frame, frame.lazy(), frame.to_pandas()):
        same(read(source), log)


def test_a_frame_that_is_read_is_not_changed() -> None:
    frame = pl.DataFrame({"case": ["a"], "activity": ["x"], "end": ["2024-01-01"], "Case": [" b "]})
    before = frame.clone()
    read(frame)
    assert frame.columns == before.columns
    assert frame.equals(before)


def test_names_of_pm4py_are_known_and_given_back(log: Chronicle) -> None:
    frame = log.to_pandas()
    assert {"case:concept:name", "concept:name", "time:timestamp"} <= set(frame.columns)
    assert_frame_equal(read(frame).events, log.events)


def test_odd_columns_of_pandas(log: Chronicle) -> None:
    frame = log.to_pandas()[["case:concept:name", "concept:name", "time:timestamp"]]
    frame["concept:name"] = pd.Categorical(frame["concept:name"])
    frame["mixed"] = [1, "two", None]
    frame[7] = [1.0, None, 2.5]
    back = read(frame).events
    assert back["mixed"].to_list() == ["1", "two", None]
    assert back["7"].to_list() == [1.0, None, 2.5]
    assert back["activity"].to_list() == ["open", "close", "open"]


def test_numbers_as_names_lose_no_digit_and_gain_no_point() -> None:
    when = [dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 2)]
    frame = pd.DataFrame({"case": [17.0, None], "activity": ["x", "y"], "end": when, "resource": [3, 4]})
    back = read(pl.from_pandas(frame).with_columns(pl.col("case").fill_null(18.0)))
    assert back.events["case"].to_list() == ["17", "18"]
    assert back.events["resource"].to_list() == ["3", "4"]


def test_offsets_as_zones_of_a_type() -> None:
    zone = dt.timezone(dt.timedelta(hours=2))
    frame = pd.DataFrame(
        {"case": ["a"], "activity": ["x"], "end": pd.to_datetime(["2024-01-01 05:30"]).tz_localize(zone)}
    )
    back = read(frame)
    assert back.timezone == "Etc/GMT-2"
    assert back.events["end"].to_list() == [dt.datetime(2024, 1, 1, 3, 30, tzinfo=dt.UTC)]


def test_what_is_no_source_is_a_usage_error() -> None:
    for source in (17, None, {"case": ["a"]}, b"case"):
        with pytest.raises(UsageError, match="a path, or a frame"):
            read(source)  # type: ignore[arg-type]


def test_a_frame_without_rows_is_a_data_error() -> None:
    with pytest.raises(DataError, match="no rows"):
        read(pl.DataFrame({"case": [], "activity": [], "end": []}))


def test_bad_arguments_are_usage_errors(file: Callable[..., Path]) -> None:
    path = file(TEXT)
    for wrong in (
        {"timezone": "Mars"},
        {"begin": "someday"},
        {"encoding": "klingon"},
        {"mapping": {"who": "resource"}},
    ):
        with pytest.raises(UsageError):
            read(path, **wrong)  # type: ignore[arg-type]


def test_a_period_without_cases_is_a_data_error(file: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="no case begins"):
        read(file(TEXT), begin="2030-01-01")


def test_all_damaged_files_of_a_folder_are_told_at_once(tmp_path: Path) -> None:
    """The first one was told, the next in the next run."""
    for name in ("a.csv.gz", "b.csv.gz"):
        (tmp_path / name).write_bytes(b"\x1f\x8bzz")
    (tmp_path / "c.csv").write_text("case,activity,time\n1,do,2024-01-01\n")
    with pytest.raises(DataError) as told:
        read(tmp_path)
    assert [fault.where for fault in told.value.faults] == ["a.csv.gz", "b.csv.gz"]


def test_types_of_attributes_are_told_from_text(file: Callable[..., Path]) -> None:
    text = (
        "case,activity,end,whole,broken,truth,day,code,mixed\n"
        "a,x,2024-01-01,1,1.5,true,13/02/2024,007,1\n"
        "a,y,2024-01-02,-20,,false,14/02/2024,012,b\n"
    )
    events = read(file(text)).events
    assert events["whole"].to_list() == [1, -20]
    assert events["broken"].to_list() == [1.5, None]
    assert events["truth"].to_list() == [True, False]
    assert events["day"].to_list() == [dt.datetime(2024, 2, d, tzinfo=dt.UTC) for d in (13, 14)]
    assert events["code"].to_list() == ["007", "012"]
    assert events["mixed"].to_list() == ["1", "b"]


def test_columns_named_like_ours_but_of_other_use_are_kept_under_another_name(file: Callable[..., Path]) -> None:
    text = "Case ID,Activity,Timestamp,client,location\n1,a,2024-01-01,k,l\n2,b,2024-01-02,m,n\n"
    events = read(file(text), client="location").events
    assert events["client"].to_list() == ["l", "n"]
    assert events["client (2)"].to_list() == ["k", "m"]


@given(st.permutations(["case", "activity", "end", "resource", "size"]))
@settings(max_examples=settings().max_examples // 3, deadline=None)
def test_the_order_of_columns_does_not_matter(order: list[str]) -> None:
    frame = pl.read_csv(TEXT.encode(), infer_schema=False)
    assert_frame_equal(read(frame.select(order)).events, read(frame).events)


def test_events_have_the_promised_columns_and_order(log: Chronicle) -> None:
    assert dict(list(log.events.schema.items())[: len(EVENT_COLUMNS)]) == EVENT_COLUMNS
    assert log.attributes == ("size",)
    assert log.source == "log.csv"


def test_reading_twice_gives_the_same(incidents: Chronicle) -> None:
    again = bundled()
    assert again.events.equals(incidents.events)
    assert again.problems == incidents.problems


def test_the_bundled_log_is_whole_small_and_attributed() -> None:
    raw = pl.read_parquet(bundled_path())
    assert raw.height == 141_712
    assert raw["number"].n_unique() == 24_918
    assert bundled_path().stat().st_size < 1_600_000
    said = (bundled_path().parent / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert all(word in said for word in ("Amaral", "Fantinato", "Peres", "10.24432/C57S4H", "CC BY 4.0", "changed"))


def test_the_bundled_log_is_read_like_any_other(incidents: Chronicle) -> None:
    log = incidents
    assert log.mapping == {
        "case": "number", "activity": "incident_state", "end": "sys_updated_at", "client": "caller_id",
        "resource": "assigned_to", "team": "assignment_group",
    }  # fmt: skip
    assert log.waits_for_client == {"Awaiting User Info"}
    assert {problem.code: problem.count for problem in log.problems}["unknown activity"] == 5
    assert log.events["team"].null_count() > 0


@pytest.mark.slow
def test_the_bundled_log_and_the_original_give_the_same_events(
    real: Callable[[str], Chronicle], incidents: Chronicle
) -> None:
    original = real("data/uci498_incident_event_log.zip")
    assert_frame_equal(incidents.events.select(*EVENT_COLUMNS), original.events.select(*EVENT_COLUMNS))


@pytest.mark.slow
def test_making_the_bundled_log_again_gives_the_same_values(shared: Callable[[str], Path], tmp_path: Path) -> None:
    import runpy
    import sys

    script = Path(__file__).parents[2] / "tools" / "make_incidents.py"
    made = tmp_path / "made.parquet"
    before, sys.argv = sys.argv, ["make_incidents", str(shared("data/uci498_incident_event_log.zip")), str(made)]
    try:
        runpy.run_path(str(script), run_name="__main__")
    finally:
        sys.argv = before
    assert_frame_equal(pl.read_parquet(made), pl.read_parquet(bundled_path()))


def test_columns_whose_names_are_patterns_elsewhere_are_columns_like_others(tmp_path: Path) -> None:
    """Polars takes `*` for all columns and `^…$` for some."""
    path = tmp_path / "log.csv"
    path.write_text(
        "case,activity,end,*,^e.*$\na,x,2024-01-01 09:00,1,?\na,y,2024-01-01 10:00,2,?\nb,x,2024-01-02,3,u\n"
    )
    chronicle = read(path)
    assert chronicle.events["case"].to_list() == ["a", "a", "b"]
    assert any("* → (*), ^e.*$ → (^e.*$)" in note for note in chronicle.notes)
    assert {"(*)", "(^e.*$)"} <= set(chronicle.events.columns)


def test_what_changed_may_be_of_any_type() -> None:
    """Spans of time and lists cannot be cast to text as they are."""
    frame = pl.DataFrame(
        {
            "record id": ["1", "1", "2"],
            "field name": ["due", "due", "tags"],
            "old value": [dt.timedelta(hours=1), dt.timedelta(hours=2), None],
            "new value": [["a"], ["b", "c"], []],
            "changed at": [dt.datetime(2026, 1, day) for day in (1, 2, 3)],
            "labor": [dt.timedelta(hours=1)] * 3,
        }
    )
    assert set(read(frame).events["activity"]) == {"due changed", "tags changed"}
