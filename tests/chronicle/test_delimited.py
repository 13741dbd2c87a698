"""Tables as text, tidy and otherwise."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import delimited, read
from irrupt.chronicle.delimited import read_delimited, unique_names
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.limits import Limits
from irrupt.errors import DataError, UsageError

CELLS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\r\ufeff"), max_size=6)


def table(data: str | bytes, **options: str) -> Raw:
    return read_delimited(data if isinstance(data, bytes) else data.encode(), "t.csv", Limits(), **options)


def cells(raw: Raw) -> list[tuple[str | None, ...]]:
    return raw.frame.drop(ROW).rows()


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from(",;\t|"))
@settings(max_examples=40, deadline=None)
def test_what_a_csv_writer_writes_is_read_cell_by_cell(rows: list[list[str]], separator: str) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    expected = [tuple(row) for row in rows]
    found = [tuple(cell or "" for cell in row) for row in cells(table(buffer.getvalue(), separator=separator))]
    assert found == [row for row in expected if any(row)] or found == expected


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^"])
def test_the_separator_is_found(separator: str) -> None:
    text = "case,activity,time\n1,send; or not,2020-01-01\n2,call,2020-01-02\n".replace(",", separator)
    assert table(text).frame.width == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
def test_the_encoding_is_found(encoding: str) -> None:
    text = "Fall;Tätigkeit;Zeit\n1;Prüfung;2020\n2;Rückfrage;2021\n"
    raw = table(text.encode(encoding))
    assert raw.frame.columns[1:] == ["Fall", "Tätigkeit", "Zeit"]
    assert raw.frame["Tätigkeit"].to_list() == ["Prüfung", "Rückfrage"]


def test_few_bad_bytes_in_utf8_are_replaced_and_counted() -> None:
    good = "".join(f"{i};é\n" for i in range(50)).encode()
    raw = table(b"a;b\n" + good + b"x;\xff\n")
    assert [(p.code, p.count, p.places) for p in raw.problems] == [("encoding", 1, ("line 52",))]
    assert raw.frame["b"][-1] == "\ufffd"


def test_an_encoding_that_is_given_wins_and_an_unknown_one_is_refused() -> None:
    assert table("a,b\né,1\n".encode("cp1252"), encoding="cp1252").frame["a"][0] == "é"
    with pytest.raises(UsageError, match="klingon"):
        table("a,b\n1,2\n", encoding="klingon")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_end(newline: str) -> None:
    assert cells(table(newline.join(["a,b", "1,2", "3,4", ""]))) == [("1", "2"), ("3", "4")]


def test_short_rows_are_kept_and_long_ones_set_aside_with_their_lines() -> None:
    raw = table("a;b;c\n1;2;3\n4;5\n6;7;8;9\n7;8;9;;\n")
    assert cells(raw) == [("1", "2", "3"), ("4", "5", None), ("7", "8", "9")]
    assert [(p.code, p.count, p.places) for p in raw.problems] == [
        ("short row", 1, ("line 3",)),
        ("long row", 1, ("line 4",)),
    ]
    assert raw.aside[0][0]["text"].to_list() == ["6;7;8;9"]


def test_lines_are_told_right_across_quoted_line_breaks_and_blank_lines() -> None:
    raw = table('a,b\n"x\ny",1\n\n\nz,2\n')
    assert cells(raw) == [("x\ny", "1"), ("z", "2")]
    assert raw.locate([0, 1]) == ("line 2", "line 6")


def test_lines_are_told_right_behind_rows_set_aside_and_rows_of_empty_cells() -> None:
    raw = table("a,b\n1,2,3\n,\n4,5\n")
    assert cells(raw) == [("4", "5")]
    assert raw.locate(raw.frame[ROW].to_list()) == ("line 4",)


def test_what_is_set_aside_is_the_row_itself_also_behind_blank_lines(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    rows = ["1,A,2024-01-01 08:00,x", "", ",,,", "1,B,2024-01-01 09:00,y", "1,C,soon,z", "2,A,2024-01-02 08:00,w"]
    file.write_text("\n".join(["case,activity,time,note", *rows]))
    aside = read(file).set_aside
    assert aside is not None
    assert aside["note"].to_list() == ["z"]


def test_a_quotation_mark_that_is_never_closed_costs_nothing_but_itself() -> None:
    raw = table('a,b\n1,say "no\n2,x\n')
    assert cells(raw) == [("1", 'say "no'), ("2", "x")]
    assert any("never closed, as on line 2" in note for note in raw.notes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("just words\nand more\n", "only one column"),
        ("1,2020-01-01,x\n2,2020-01-02,y\n", "not a header"),
    ],
)
def test_what_is_no_table_is_refused(text: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        table(text)


@pytest.mark.parametrize("data", [b"a,b\n1,\x00\n", bytes(range(1, 256)) * 20])
def test_bytes_that_no_text_holds_are_refused(data: bytes) -> None:
    """Instead of a list of columns that nobody can read."""
    with pytest.raises(DataError, match="not text"):
        table(data)


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(DataError, match="at most 5000"):
        table(",".join(f"c{i}" for i in range(6000)) + "\n")


def test_a_separator_of_two_characters_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="one character"):
        table("a,b\n1,2\n", separator=",,")


@given(st.lists(st.sampled_from(["a", "b", "", "a (2)"]), max_size=8))
def test_names_are_made_unique_and_never_lost(names: list[str]) -> None:
    unique = unique_names(names)
    assert len(set(unique)) == len(names)
    assert all(name in unique for name in names if name)


def test_a_table_of_a_header_only_has_no_rows() -> None:
    assert table("a,b\n").frame.height == 0
    assert isinstance(table("a,b\n").frame, pl.DataFrame)


def test_columns_of_one_name_are_a_problem_and_all_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "twice.csv"
    file.write_text("case,activity,time,note,note\na,open,2024-01-01,x,y\na,close,2024-01-02,x,z\n", encoding="utf-8")
    log = read(file)
    assert [(p.code, p.places) for p in log.problems] == [("repeated column", ("line 1",))]
    assert log.events["note (2)"].to_list() == ["y", "z"]


def test_a_header_without_rows_is_one_fault(tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_text("case,activity,time\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read(file)
    assert [fault.found for fault in caught.value.faults] == ["there are no rows below the names of the columns"]


@pytest.mark.parametrize("above", ["Report: week 5\n", "Report\nCreated,2024-01-01\n\n", "\n\nReport\n"])
def test_lines_above_the_header_are_titles(above: str) -> None:
    lines = "".join(f"{n},act,2024-01-0{n},x,y\n" for n in range(1, 9))
    raw = read_delimited((above + "case,activity,end,a,b\n" + lines).encode(), "log.csv", Limits())
    assert raw.frame["case"].to_list() == [str(n) for n in range(1, 9)]
    assert raw.locate([0]) == (f"line {above.count(chr(10)) + 2}",)
    assert raw.notes


@given(
    lines=st.lists(st.sampled_from(["a;b", "a", "a;b;c", 'x "y";z', '"a\nb;";c', "", " ", 'a";b', "é;\r"]), max_size=8),
    end=st.sampled_from(["", "\n"]),
    size=st.integers(1, 9),
)
def test_it_does_not_matter_how_many_bytes_are_looked_at_at_a_time(lines: list[str], end: str, size: int) -> None:
    text = ("\n".join(["case;at", *lines]) + end).encode()
    for quoted in (True, False):
        whole = delimited._shape(text, ord(";"), quoted)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delimited, "_BLOCK", size)
            parts = delimited._shape(text, ord(";"), quoted)
            assert delimited._is_utf8(text)
            assert not delimited._is_utf8(text + b"\xc3")
        for name in ("cells", "begins", "ends", "lines"):
            assert getattr(parts, name).tolist() == getattr(whole, name).tolist()
        if not quoted:
            assert whole.cells.tolist() == [1 + line.count(b";") for line in text.removesuffix(b"\n").split(b"\n")]


@pytest.mark.parametrize(
    ("separator", "marks"),
    [(", ", '""'), (";", "''"), (";", "“”"), ("\t", "«»"), ("|", "„“"), (",", ('"""', '"""')), (";", "'' header")],
)
def test_quotation_marks_stay_in_no_name(separator: str, marks: Any, tmp_path: Path) -> None:
    """Times in them were refused, and names kept them."""
    begin, end = marks[:2]
    rows = [("1", "Ask", "2024-01-01 10:00", "A"), ("1", "Do, and tell", "2024-01-01 11:00", "A")]
    if separator == ",":
        rows = [tuple(cell.replace(",", "") for cell in row) for row in rows]
    quoted = [separator.join(f"{begin}{cell}{end}" for cell in row) for row in rows]
    names = ("case", "activity", "time", "client")
    header = [f"{begin}{name}{end}" if "header" in marks else name for name in names]
    log = tmp_path / "log.csv"
    log.write_text("\n".join([separator.join(header), *quoted]) + "\n")
    found = read(log)
    assert found.events["activity"].to_list() == [row[1] for row in rows]
    assert found.events["client"].to_list() == ["A", "A"]
    assert not found.problems


def test_quotation_marks_that_are_part_of_some_cells_stay(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("case;activity;time\n1;'ask'; 2024-01-01 10:00\n1;it's done;2024-01-01 11:00\n")
    assert read(log).events["activity"].to_list() == ["'ask'", "it's done"]
