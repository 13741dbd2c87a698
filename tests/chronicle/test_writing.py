"""What is written and read again is the same."""

from __future__ import annotations

import datetime as dt
import gzip
import os
import tempfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from irrupt.chronicle import Chronicle, read, write
from irrupt.chronicle.model import RULE_COLUMNS, Problem, WhoseAct, conform
from irrupt.chronicle.parties import own_names
from irrupt.chronicle.writing import left_behind
from irrupt.errors import DataError, UsageError

NAMES = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn", "Cf", "Co")), min_size=1, max_size=6
).map(lambda text: "n" + text)
NOTES = st.one_of(
    st.none(), st.text(st.sampled_from("aé<>&\"';,\n\t x=日"), min_size=1, max_size=8).map(lambda t: "t" + t)
)
MOMENTS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2050, 1, 1), timezones=st.just(dt.UTC))


@st.composite
def chronicles(draw: st.DrawFn) -> Chronicle:
    """Chronicles with odd names, equal times, parallel steps and gaps in every column that may have them."""
    size = draw(st.integers(1, 12))
    labels = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    ends = draw(st.lists(MOMENTS, min_size=size, max_size=size))
    if draw(st.booleans()):
        ends = [end.replace(microsecond=0) for end in ends]
    spans = draw(st.lists(st.one_of(st.none(), st.integers(0, 10**12)), min_size=size, max_size=size))
    measured = draw(st.booleans())
    column = lambda values: draw(st.lists(values, min_size=size, max_size=size))  # noqa: E731
    cases = column(st.sampled_from(["1", "b", "NA"]))
    clients = {case: draw(st.one_of(st.none(), NAMES)) for case in ("1", "b", "NA")}
    colours = {case: draw(NOTES) for case in ("1", "b", "NA")}
    events = pl.DataFrame(
        {
            "case": cases,
            "activity": column(st.sampled_from(labels)),
            "start": [
                end - dt.timedelta(microseconds=span) if measured and span is not None else None
                for end, span in zip(ends, spans, strict=True)
            ],
            "end": ends,
            "resource": column(st.one_of(st.none(), NAMES)),
            "team": column(st.one_of(st.none(), NAMES)),
            "client": [clients[case] for case in cases],
            "note": column(NOTES),
            "case:colour": [colours[case] for case in cases],
            "size": column(st.one_of(st.none(), st.integers(-(10**15), 10**15))),
            "price": column(st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False, width=32))),
            "urgent": column(st.one_of(st.none(), st.booleans())),
            "due": column(st.one_of(st.none(), MOMENTS)),
            "row": list(range(size)),
        },
        schema_overrides={
            "start": pl.Datetime("us", "UTC"), "end": pl.Datetime("us", "UTC"), "due": pl.Datetime("us", "UTC"),
            "note": pl.String, "case:colour": pl.String, "size": pl.Int64, "price": pl.Float64, "urgent": pl.Boolean,
        },
    )  # fmt: skip
    return Chronicle(events=conform(events))


def again(chronicle: Chronicle, ending: str) -> Chronicle:
    """*chronicle* written to a file of this kind and read again."""
    with tempfile.TemporaryDirectory() as folder:
        return read(
            write(chronicle, Path(folder) / f"log{ending}"), merge_repeats=None if ending == ".parquet" else False
        )


def starts_say_something(chronicle: Chronicle) -> bool:
    """Whether some step has a start before its end: otherwise reading takes starts as not measured."""
    events = chronicle.events
    return bool((events["start"] != events["end"]).any())


@given(chronicles())
@settings(max_examples=10, deadline=None)
def test_parquet_gives_the_same_chronicle(chronicle: Chronicle) -> None:
    assert_frame_equal(again(chronicle, ".parquet").events, chronicle.events)


def same_values(events: pl.DataFrame, original: Chronicle) -> None:
    """Equal in all columns that hold anything, whatever type an untyped format makes of them; clients who are called as
    a team is are told apart when they are read."""
    clients = own_names(set(original.events["client"].drop_nulls()), original.events)
    expected = original.events.with_columns(pl.col("client").replace(clients))
    if not starts_say_something(original):
        expected = expected.with_columns(pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("start"))
    held = [name for name in expected.columns if expected[name].null_count() < expected.height]
    assert set(held) <= set(events.columns)
    wide = pl.col(pl.Int64, pl.Float64).cast(pl.Float64)
    assert_frame_equal(events.select(held).with_columns(wide), expected.select(held).with_columns(wide))
    for name in set(events.columns) - set(held):
        assert events[name].null_count() == events.height


@pytest.mark.parametrize("ending", [".csv", ".xes.gz"])
@given(chronicles())
@settings(max_examples=settings().max_examples // 10, deadline=None)
def test_events_survive_csv_and_xes(ending: str, chronicle: Chronicle) -> None:
    same_values(again(chronicle, ending).events, chronicle)


def two_steps(**more: object) -> Chronicle:
    """A small Chronicle."""
    day = dt.datetime(2024, 1, 1, 8, tzinfo=dt.UTC)
    events = pl.DataFrame(
        {"case": ["a", "a"], "activity": ["open", "close"], "end": [day, day + dt.timedelta(hours=1)], **more}
    )
    return Chronicle(events=conform(events))


@pytest.mark.parametrize("ending", [".csv", ".xes.gz"])
def test_a_client_who_is_called_as_a_team_is_marked_when_read(ending: str) -> None:
    chronicle = two_steps(client=["North", "North"], team=["North", "South"])
    events = again(chronicle, ending).events
    assert events["client"].to_list() == ["North (client)"] * 2
    assert events["team"].to_list() == ["North", "South"]
    same_values(events, chronicle)


def test_parquet_carries_every_field_of_a_chronicle() -> None:
    """Whatever the fields are: who adds one finds here that a file must carry it, too."""
    rule = dict.fromkeys(RULE_COLUMNS) | {"time": dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "author": "Hospital"}
    told = {
        "kind": "simulated", "source": "a test", "timezone": "Europe/Paris", "assumed_zone": "Europe/Rome",
        "starts": "assumed", "waits_for_client": frozenset({"open"}), "client_acts": frozenset({"close"}),
        "whose_acts": (WhoseAct(activity="open", role="act", sure=0.5, because=("one",)),),
        "said_of_changes": {"a check": "confirmed"}, "work_said": {"open": (1.0, 2.0)}, "groups": "site",
        "mapping": {"case": "Fall"}, "notes": ("one",),
        "problems": (Problem(code="odd", count=2, found="two", done="kept", places=("line 3",)),),
        "set_aside": pl.DataFrame({"reason": ["odd"], "x": ["y"]}),
        "rules": pl.DataFrame([rule], schema=RULE_COLUMNS),
    }  # fmt: skip
    chronicle = two_steps().with_events(two_steps().events, **told)
    back = again(chronicle, ".parquet")
    frames = {"events", "rules", "schedules", "rosters", "set_aside"}
    assert {one.name for one in fields(Chronicle)} == {*told, *frames, "typed"}
    for name in told.keys() - frames:
        assert getattr(back, name) == told[name], name
    for name in frames:
        assert_frame_equal(getattr(back, name), getattr(chronicle, name))


def test_parquet_carries_the_facts_about_schedules_too(tmp_path: Path) -> None:
    rows = {"client": ["A", "A", ""], "issued": ["2026-01-05"] * 3, "period": ["2026-01-12", "2026-01-19", "?"]}
    chronicle = read(pl.DataFrame(rows | {"quantity": [3.0, 4.0, 5.0]}), timezone="Europe/Paris")
    assert chronicle.only_schedules
    assert chronicle.set_aside is not None
    assert chronicle.problems
    path = write(chronicle, tmp_path / "plans.parquet")
    back = read(path)
    for name in ("timezone", "source", "mapping", "notes", "problems", "kind"):
        assert getattr(back, name) == getattr(chronicle, name), name
    assert_frame_equal(back.schedules, chronicle.schedules)
    assert back.set_aside is not None
    assert_frame_equal(back.set_aside, chronicle.set_aside)
    assert "set aside" in left_behind(chronicle, "plans.csv")[0]


def test_damaged_facts_are_a_data_error(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    two_steps().events.write_parquet(path, metadata={"irrupt": "{"})
    with pytest.raises(DataError, match="damaged"):
        read(path)


def test_facts_of_a_later_irrupt_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    two_steps().events.write_parquet(path, metadata={"irrupt": '{"form": 99}'})
    with pytest.raises(DataError, match="later irrupt"):
        read(path)


def test_xes_has_the_structure_of_the_standard(tmp_path: Path) -> None:
    chronicle = two_steps(start=[dt.datetime(2024, 1, 1, 7, tzinfo=dt.UTC), None], client=["x", "x"], size=[1, 2])
    root = ElementTree.parse(write(chronicle, tmp_path / "log.xes")).getroot()
    space = "{http://www.xes-standard.org/}"
    order = [child.tag.removeprefix(space) for child in root]
    ranks = {"extension": 0, "global": 1, "classifier": 2, "string": 3, "trace": 4}
    assert [ranks[tag] for tag in order] == sorted(ranks[tag] for tag in order)
    assert {e.get("prefix") for e in root.iter(f"{space}extension")} == {"concept", "time", "lifecycle", "org"}
    transitions = [
        a.get("value")
        for a in root.iter(f"{space}string")
        if a.get("key") == "lifecycle:transition" and a in list(root.iter())
    ]
    assert transitions[1:] == ["start", "complete", "complete"]
    trace = root.find(f"{space}trace")
    assert trace is not None
    assert [a.get("value") for a in trace.findall(f"{space}string")] == ["a", "x"]


def test_characters_that_xml_forbids_are_replaced(tmp_path: Path) -> None:
    back = read(write(two_steps(note=["a\x00b\x1f", "x"]), tmp_path / "log.xes"))
    assert back.events["note"].to_list() == ["a\ufffdb\ufffd", "x"]


def test_same_chronicle_gives_the_same_bytes(tmp_path: Path) -> None:
    for ending in (".xes.gz", ".csv.gz", ".parquet"):
        first, second = (write(two_steps(), tmp_path / f"{n}{ending}").read_bytes() for n in "ab")
        assert first == second


def test_an_unknown_ending_is_a_usage_error(tmp_path: Path) -> None:
    for name in ("log.xlsx", "log.parquet.gz", "log"):
        with pytest.raises(UsageError, match="unknown kind of file"):
            write(two_steps(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file_and_no_debris(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.csv"
    path.write_text("old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="no space is left"):
        write(two_steps(), path)
    assert [p.name for p in tmp_path.iterdir()] == ["log.csv"]
    assert path.read_text() == "old"


def test_a_missing_folder_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write(two_steps(), tmp_path / "none" / "log.csv")


def test_nested_values_are_written_as_json(tmp_path: Path) -> None:
    back = read(write(two_steps(parts=[[1, 2], None]), tmp_path / "log.csv"))
    assert back.events["parts"].to_list() == ["[1,2]", None]


def test_gzip_is_real(tmp_path: Path) -> None:
    assert gzip.decompress(write(two_steps(), tmp_path / "l.csv.gz").read_bytes()).startswith(
        b"case,activity,start,end"
    )


def test_real_logs_survive_xes(real: Callable[[str], Chronicle], tmp_path: Path) -> None:
    for name in ("data/production.xes.gz", "data/receipt.xes.gz"):
        log = real(name)
        same_values(read(write(log, tmp_path / "log.xes.gz"), merge_repeats=False).events, log)


@pytest.mark.parametrize("ending", [".parquet", ".xes"])
def test_steps_that_are_equal_in_all_columns_survive(ending: str) -> None:
    """What irrupt wrote is not mended again: a simulation may well do two equal things at one moment."""
    events = pl.concat([two_steps().events] * 3)
    assert again(two_steps().with_events(conform(events)), ending).events.height == 6


def test_a_client_can_be_chosen_anew_in_a_file_of_irrupt(tmp_path: Path) -> None:
    path = write(two_steps(site=["x", "x"]), tmp_path / "log.parquet")
    assert read(path, client="site").events["client"].to_list() == ["x", "x"]


def test_odd_types_can_be_written(tmp_path: Path) -> None:
    log = two_steps(
        lasted=[dt.timedelta(hours=1), None], blob=[b"a", b"b"], day=[dt.date(2024, 1, 1), None], at=[dt.time(3), None]
    )
    for ending in (".csv", ".xes"):
        events = read(write(log, tmp_path / f"log{ending}")).events
        assert events["lasted"].to_list() == [3600.0, None]
        assert events["blob"].to_list() == (["61", "62"] if ending == ".xes" else [61, 62])
        assert events["day"].to_list() == [dt.datetime(2024, 1, 1, tzinfo=dt.UTC), None]
    assert read(write(log, tmp_path / "log.parquet")).events["lasted"].to_list() == [dt.timedelta(hours=1), None]
