"""What the user says goes before what the records tell, and is kept beside the log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from irrupt.chronicle import read
from irrupt.chronicle.overruling import beside, load_said, overruled, said_text
from irrupt.chronicle.writing import write
from irrupt.errors import DataError

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
        ("activities: {Payment: [inside\n", "cannot be read"),
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
    from dataclasses import replace

    from irrupt.chronicle.overruling import Said

    bare = replace(chronicle, whose_acts=(), client_acts=frozenset({"a"}))
    assert overruled(bare, Said(), {}).client_acts == {"a"}
    assert overruled(bare, Said(activities={"a": "inside"}), {}).client_acts == frozenset()
