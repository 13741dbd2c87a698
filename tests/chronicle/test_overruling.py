"""What the user says goes before what the records tell, and is kept beside the log."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import read
from irrupt.chronicle.model import Role
from irrupt.chronicle.overruling import beside, load_said, overruled, said_text
from irrupt.chronicle.writing import write
from irrupt.errors import DataError, UsageError

LOG = "case,activity,time\n1,Payment,2024-01-01 09:00\n1,Close,2024-01-01 10:00\n1,Odd thing,2024-01-01 11:00\n"


def test_the_file_beside_the_log_is_read_with_it(file: Callable[..., Path]) -> None:
    log = file(LOG, "tickets.csv")
    assert read(log).client_acts == {"Payment"}
    beside(log).write_text("activities:\n  Payment: inside\n  Odd thing: waiting for the client\n", encoding="utf-8")
    chronicle = read(log)
    assert chronicle.client_acts == frozenset()
    assert chronicle.waits_for_client == {"Odd thing"}
    assert any("tickets.irrupt.yaml" in note for note in chronicle.notes)
    assert {one.activity: one.sure for one in chronicle.whose_acts if one.role == "inside"}["Payment"] == 1.0


def test_the_guide_says_whose_acts_there_are_in_the_words_of_the_file() -> None:
    """Who wrote what it called them was refused, and offered another."""
    guide = Path(__file__).parents[2] / "docs" / "guides" / "reading-logs.md"
    (told,) = re.findall(r"^Each activity is taken for.*?(?=^$)", guide.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"\*([^*]+)\*", told)) == set(get_args(Role))


def test_what_is_written_says_what_was_found(file: Callable[..., Path]) -> None:
    log = file(LOG, "tickets.csv")
    chronicle = read(log)
    beside(log).write_text(said_text(chronicle), encoding="utf-8")
    again = read(log)
    assert [(one.activity, one.role) for one in again.whose_acts] == [
        (one.activity, one.role) for one in chronicle.whose_acts
    ]
    assert load_said(beside(log)).activities["Payment"] == "client act"


def test_a_mapping_names_all_acts_and_waits(file: Callable[..., Path]) -> None:
    chronicle = read(file(LOG), mapping={"acts": "Close", "toward": "Odd thing"})
    assert {one.activity: one.role for one in chronicle.whose_acts} == {
        "Close": "client act",
        "Odd thing": "toward the client",
        "Payment": "unknown",
    }
    assert chronicle.client_acts == {"Close"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("activities:\n  Paymant: inside\n", "Payment"),
        ("activities:\n  Payment: outside\n", "inside"),
        ("activites: {}\n", "activities"),
        ("- Payment\n", "parts"),
        ("activities: [Payment]\n", "name: value"),
        ("activities: {Payment: [inside\n", "not closed"),
        ("activities:\n  Close: inside\n  Close: waiting for the client\n", "stands here twice"),
    ],
)
def test_what_cannot_be_is_told_with_a_remedy(file: Callable[..., Path], text: str, said: str) -> None:
    log = file(LOG, "tickets.csv")
    beside(log).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read(log)


def test_parquet_keeps_whose_acts_they_are(file: Callable[..., Path], tmp_path: Path) -> None:
    chronicle = read(file(LOG), mapping={"waits": "Odd thing"})
    assert read(write(chronicle, tmp_path / "log.parquet")).whose_acts == chronicle.whose_acts


def test_records_in_which_nobody_looked_can_be_told() -> None:
    frame = pl.DataFrame({"case": ["1"], "activity": ["a"], "end": ["2024-01-01"]})
    chronicle = read(frame)
    from irrupt.chronicle.overruling import Said

    bare = replace(chronicle, whose_acts=(), client_acts=frozenset({"a"}))
    assert overruled(bare, Said(), {}).client_acts == {"a"}
    assert overruled(bare, Said(activities={"a": "inside"}), {}).client_acts == frozenset()


def test_how_long_work_takes_is_said_in_the_file_or_in_the_mapping(file: Callable[..., Path]) -> None:
    log = file(LOG, "tickets.csv")
    beside(log).write_text("work:\n  Payment: 20 min\n  Close: 15 min .. 1h30\n", encoding="utf-8")
    assert read(log).work_said == {"Payment": (1200.0, 1200.0), "Close": (900.0, 5400.0)}
    said = read(log, mapping={"work": "Close: 5 min, Odd thing: 45 s .. 2 min"})
    assert said.work_said == {"Payment": (1200.0, 1200.0), "Close": (300.0, 300.0), "Odd thing": (45.0, 120.0)}
    assert any("Payment 20 min, Close 5 min, Odd thing 45 s .. 2 min" in note for note in said.notes)


@settings(max_examples=settings().max_examples // 3)
@given(
    st.dictionaries(st.sampled_from(["Payment", "Close", "Odd thing"]), st.tuples(st.floats(1, 1e6), st.floats(1, 9)))
)
def test_what_is_said_of_work_is_written_and_read_again(times: dict[str, tuple[float, float]]) -> None:
    work = {name: (low, low * more) for name, (low, more) in times.items()}
    chronicle = replace(read(pl.read_csv(LOG.encode())), work_said=work)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.irrupt.yaml"
        path.write_text(said_text(chronicle), encoding="utf-8")
        assert load_said(path).work == work
        assert read(write(chronicle, Path(folder) / "log.parquet")).work_said == work


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("work:\n  Paymant: 20 min\n", "Payment"),
        ("work:\n  Payment: 20\n", "20 min"),
        ("work:\n  Payment: soon\n", "not a duration"),
        ("work:\n  Payment: 30 min .. 15 min\n", "shorter one first"),
        ("work:\n  Payment: 0 s\n", "above 0"),
        ("work: [Payment]\n", "name: value"),
    ],
)
def test_times_of_work_that_cannot_be_are_told(file: Callable[..., Path], text: str, said: str) -> None:
    log = file(LOG, "tickets.csv")
    beside(log).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read(log)


def test_a_mapping_of_work_without_a_time_is_told(file: Callable[..., Path]) -> None:
    with pytest.raises(UsageError, match="Test line: 20 min"):
        read(file(LOG), mapping={"work": "Payment"})


def test_all_that_is_wrong_in_the_file_is_told_at_once_and_where(file: Callable[..., Path]) -> None:
    """A misspelt activity came only when all else was mended, and nothing had a line."""
    log = file(LOG, "tickets.csv")
    lines = ["activities:", "  Paymant: inside", "  Close: insied", "work:", "  Closd: many min", "odd: 1"]
    beside(log).write_text("\n".join([*lines, "rule changes:", '  "activity: X": maybe', ""]), encoding="utf-8")
    with pytest.raises(DataError) as told:
        read(log)
    places = [fault.where.partition("tickets.irrupt.yaml:")[2] for fault in told.value.faults]
    assert places == ["2:3", "3:10", "5:3", "5:10", "6:1", "8:18"]
    assert 'did you mean "Payment"?' in str(told.value)


def test_an_activity_that_is_named_for_two_roles_is_refused(file: Callable[..., Path]) -> None:
    """The first of them held, and nobody was told."""
    with pytest.raises(UsageError, match='acts  "Close" is also named under inside'):
        read(file(LOG), mapping={"inside": "Close", "acts": "Close, Payment"})


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ('rule changes: {"activity: Close": refuted}', "says which rule changes that were found are true"),
        ("work: {Close: 5 min}", "says how long work on some activities takes"),
        ("activities: {Close: inside}", "says whose act some activities are"),
        ("activities: {}", "says nothing"),
        ("", "says nothing"),
    ],
)
def test_of_the_file_is_told_what_it_says(file: Callable[..., Path], text: str, note: str) -> None:
    log = file(LOG, "tickets.csv")
    beside(log).write_text(text, encoding="utf-8")
    assert [one for one in read(log).notes if one.startswith("tickets.irrupt")] == [f"tickets.irrupt.yaml {note}"]


def test_names_of_activities_are_texts_whatever_they_look_like(file: Callable[..., Path]) -> None:
    """`No` was taken for False, and was no activity of the log."""
    log = file("case,activity,time\n1,No,2024-01-01 09:00\n1,12:30,2024-01-01 10:00\n1,1e3,2024-01-01 11:00\n")
    beside(log).write_text("activities:\n  No: inside\n  12:30: client act\n  1e3: inside\n", encoding="utf-8")
    found = {one.activity: one.role for one in read(log).whose_acts}
    assert found == {"No": "inside", "12:30": "client act", "1e3": "inside"}


def test_of_the_folder_in_which_one_stands_the_file_beside_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`.` has no name of its own, and a file `.irrupt.yaml` is nobody's."""
    (tmp_path / "records" / "old").mkdir(parents=True)
    (tmp_path / "records" / "log.csv").write_text("case,activity,end\na,open,2024-01-01\n", encoding="utf-8")
    (tmp_path / "records.irrupt.yaml").write_text("activities: {open: inside}\n", encoding="utf-8")
    for folder, named in (("records", "."), ("records/old", "..")):
        monkeypatch.chdir(tmp_path / folder)
        assert [one.role for one in read(named).whose_acts] == ["inside"]
        assert beside(Path(named)) == tmp_path.resolve() / "records.irrupt.yaml"
