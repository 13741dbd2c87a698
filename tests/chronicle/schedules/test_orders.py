"""Orders, their changes and despatch advices are read as the order book that they make, day by day, and deliveries."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import irrupt
from irrupt.ledgers.plans import plans

from .conftest import edifact
from .ordering import History, ordered


def written(made: History, folder: Path, *, order: int = 1) -> Path:
    for number, (_day, text) in enumerate(made.messages):
        (folder / f"{number * order % 997:04d}.edi").write_text(text, "latin-1")
    return folder


@pytest.mark.parametrize(("seed", "release"), [(0, "96A"), (1, "97A"), (2, "96A")])
def test_the_order_book_is_that_of_each_day(tmp_path, seed, release):
    made = ordered(seed, release=release)
    read = irrupt.read(written(made, tmp_path))
    assert read.problems == ()
    books: dict = {}
    for row in read.schedules.filter(kind="call-off").iter_rows(named=True):
        assert row["firm"] is True
        assert row["client"] == "ACME"
        book = books.setdefault((row["plant"], row["part"], row["issued"]), {})
        if row["quantity"] and not row["backlog"]:
            book[row["period"]] = row["quantity"]
    expected = made.books()
    assert {key: book for key, book in books.items() if book} == {key: book for key, book in expected.items() if book}


def test_deliveries_are_what_despatch_advices_say(tmp_path):
    made = ordered(3)
    rows = irrupt.read(written(made, tmp_path)).schedules.filter(kind="delivered")
    told = rows.group_by("plant", "part", "period").agg(pl.col("quantity").sum())
    assert {row[:3]: row[3] for row in told.iter_rows()} == made.delivered
    assert set(rows["client"]) == {"ACME"}


def test_orders_and_deliveries_in_hundreds_are_counted_singly_and_told(tmp_path):
    made = ordered(3)
    (tmp_path / "single").mkdir()
    (tmp_path / "hundreds").mkdir()
    single = irrupt.read(written(made, tmp_path / "single"))
    made.messages[:] = [(day, text.replace(":PCE", ":CEN")) for day, text in made.messages]
    hundreds = irrupt.read(written(made, tmp_path / "hundreds"))
    assert hundreds.schedules["quantity"].equals(single.schedules["quantity"] * 100)
    assert "numbers are multiplied by 100 where their unit is CEN" in hundreds.notes
    assert not any("unit is" in note for note in single.notes)


def test_deliveries_that_are_dated_by_their_despatch_are_told(tmp_path):
    made = ordered(5, weeks=3)
    read = irrupt.read(written(made, tmp_path))
    despatched = sum("DTM+11:" in text for _day, text in made.messages)
    assert despatched
    assert any(note.startswith(f"{despatched} deliver") for note in read.notes)


def test_the_order_of_files_does_not_matter(tmp_path):
    made = ordered(4, weeks=4)
    folders = [tmp_path / name for name in ("one", "other")]
    for folder, order in zip(folders, (1, 401), strict=True):
        folder.mkdir()
        written(made, folder, order=order)
    one, other = (irrupt.read(folder).schedules for folder in folders)
    assert one.sort(pl.all()).equals(other.sort(pl.all()))


def test_announced_ordered_and_delivered_meet(tmp_path, invented):
    for number, text in enumerate(edifact(invented.filter(client="ACME"))):
        (tmp_path / f"plan{number}.edi").write_text(text, "latin-1")
    first = invented.filter(client="ACME", kind="delivered").sort("period").head(40)
    made = History("97A")
    for number, row in enumerate(first.iter_rows(named=True)):
        line = [f"LIN+1++{row['part']}:IN", f"QTY+21:{row['quantity']:g}", f"DTM+2:{row['period']:%Y%m%d}:102"]
        body = ["", f"NAD+ST+{row['plant']}::92", *line]
        made.add(row["period"], "ORDERS", f"O{number}", "9", body)
        body = [f"DTM+35:{row['period']:%Y%m%d}:102", f"NAD+ST+{row['plant']}::92", f"LIN+1++{row['part']}:IN"]
        made.add(row["period"], "DESADV", f"D{number}", "9", [*body, f"QTY+12:{row['quantity']:g}"])
    written(made, tmp_path)
    read = irrupt.read(tmp_path)
    assert set(read.schedules["kind"]) == {"forecast", "call-off", "delivered"}
    assert not any("pause" in note for note in read.notes)
    found = plans(read.schedules)
    assert found.sources == {"ACME": "call-off"}
    undelivered = plans(read.schedules.filter(pl.col("kind") != "delivered"))
    assert undelivered.sources == {"ACME": "call-off"}
    assert np.nansum(undelivered.bought) == first["quantity"].sum()
    sight = irrupt.see(read)
    assert "bullwhip ratio" in {one.measure for one in sight.ledger}
    assert sight.versions == invented.filter(client="ACME")["plan"].drop_nulls().n_unique()


HEAD = "UNB+UNOC:3+ACME+US+240101:0800+1'"


def message(kind: str, *body: str, number: int = 1) -> str:
    whole = [f"UNH+{number}+{kind}:D:97A:UN", *body]
    return "'".join([*whole, f"UNT+{len(whole) + 1}+{number}", ""])


def schedules(tmp_path, *texts):
    (tmp_path / "all.edi").write_text(HEAD + "".join(texts) + f"UNZ+{len(texts)}+1'")
    return irrupt.read(tmp_path / "all.edi")


ORDER = message(
    "ORDERS", "BGM+220+77+9", "DTM+137:20240102:102", "DTM+2:20240110:102", "NAD+BY+ACME::92",
    "LIN+1++P1:IN", "QTY+21:10", "LIN+2++P2:IN", "QTY+21:20", "DTM+2:20240112:102", "UNS+S",
)  # fmt: skip


def last(read):
    rows = read.schedules.filter(kind="call-off").sort("issued").group_by("part", "period").last()
    return {(row["part"], row["period"].day): row["quantity"] for row in rows.iter_rows(named=True)}


def test_a_date_of_the_order_holds_for_lines_without_their_own(tmp_path):
    assert last(schedules(tmp_path, ORDER)) == {("P1", 10): 10.0, ("P2", 12): 20.0}


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (("BGM+230+5+1", "DTM+137:20240103:102", "RFF+ON:77"), {("P1", 10): 0.0, ("P2", 12): 0.0}),
        (("BGM+230+5+17", "DTM+137:20240103:102", "RFF+ON:77"), {("P1", 10): 0.0, ("P2", 12): 0.0}),
        (("BGM+230+77+4", "DTM+137:20240103:102", "LIN+2+3+P2:IN", "QTY+21:25"), {("P1", 10): 10.0, ("P2", 12): 25.0}),
        (
            ("BGM+230+5+5", "DTM+137:20240103:102", "RFF+ON:77", "LIN+1++P1:IN", "QTY+21:7", "DTM+2:20240111:102"),
            {("P1", 10): 0.0, ("P1", 11): 7.0, ("P2", 12): 0.0},
        ),
        (
            ("BGM+230+5+4", "DTM+137:20240103:102", "RFF+ON:77", "LIN+3+1+P3:IN", "QTY+21:5", "DTM+2:20240120:102"),
            {("P1", 10): 10.0, ("P2", 12): 20.0, ("P3", 20): 5.0},
        ),
    ],
    ids=["all is cancelled", "to be issued again", "a quantity is changed", "the order is replaced", "a line is added"],
)  # fmt: skip
def test_changes_do_what_they_say(tmp_path, change, left):
    read = schedules(tmp_path, ORDER, message("ORDCHG", *change, "NAD+BY+ACME::92", number=2))
    assert last(read) == left


def test_what_is_wrong_is_told(tmp_path):
    strange = message("ORDCHG", "BGM+230+9+4", "DTM+137:20240103:102", "NAD+BY+ACME::92", "LIN+1+3+P9:IN", "QTY+21:5",
                      "DTM+2:20240130:102", number=2)  # fmt: skip
    undated = message("ORDERS", "BGM+220+78+9", "DTM+137:20240104:102", "NAD+BY+ACME::92", "LIN+1++P1:IN", "QTY+21:3",
                      number=3)  # fmt: skip
    late = message("ORDERS", "BGM+220+79+9", "DTM+137:20240116:102", "NAD+BY+ACME::92", "LIN+1++P1:IN", "QTY+21:4",
                   "DTM+2:20240109:102", number=4)  # fmt: skip
    copy = message("ORDERS", "BGM+220+77+31", "DTM+137:20240102:102", "NAD+BY+ACME::92", "LIN+1++P1:IN", "QTY+21:10",
                   number=5)  # fmt: skip
    read = schedules(
        tmp_path, ORDER, ORDER.replace("UNH+1+", "UNH+6+").replace("+1'", "+6'"), strange, undated, late, copy
    )
    told = {one.code: one.count for one in read.problems}
    assert told == {"repeated message": 1, "unknown order": 1, "unreadable period": 1, "backlog": 1}
    assert any("ORDERS" in note for note in read.notes)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("kind", ["ORDERS", "DESADV"])
@pytest.mark.parametrize("pairs", [("PIA+1+77:EC", "PIA+5+P:BP"), ("PIA+5+X9:SA+P:IN",), ("PIA+1+D1:DR", "PIA+1+P:SA")])
def test_orders_and_deliveries_name_parts_as_plans_do(kind, pairs, tmp_path):
    """Versions and drawings are no parts, and numbers of the client go first: else plans and deliveries do not meet."""
    lines = ("LIN+1", *pairs, "QTY+12:10" if kind == "DESADV" else "QTY+21:10")
    text = message(kind, "BGM+351+1+9", "DTM+137:20240110:102", "DTM+2:20240112:102", "NAD+BY+ACME::92", *lines)
    assert schedules(tmp_path, text).schedules["part"].to_list() == ["P"]


def test_a_despatch_advice_may_be_corrected_or_withdrawn(tmp_path):
    def advice(number, function, amount, at):
        return message(
            "DESADV", f"BGM+351+{number}+{function}", "DTM+137:20240110:102", "DTM+35:20240112:102", "NAD+BY+ACME::92",
            "CPS+1", "LIN+1++P1:IN", f"QTY+12:{amount}", number=at,
        )  # fmt: skip

    texts = advice("1", "9", 10, 1), advice("2", "9", 7, 2), advice("1", "5", 12, 3), advice("2", "1", 7, 4)
    rows = schedules(tmp_path, *texts).schedules
    assert rows.select("quantity", "period").rows() == [(12.0, datetime(2024, 1, 12, tzinfo=UTC))]
