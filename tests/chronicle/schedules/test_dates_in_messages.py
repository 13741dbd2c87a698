"""Whose dates are whose in messages, which numbers name a part, and what a message takes back."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

import irrupt
from irrupt.errors import DataError

HEAD = "UNB+UNOC:3+A+B+260105:0700+1'UNH+1+DELFOR:D:04A:UN'BGM+241+7+5'DTM+137:20260105:102'NAD+BY+KUNDE::92'"
LINE = "LIN+1++P:IN'"
DUE = "SCC+1++D'QTY+113:40:PCE'DTM+2:20260108:102'SCC+4++W'QTY+113:90:PCE'DTM+2:20260112:102'"

ASIDE = (
    "RFF+ON:45001'DTM+171:20250101:102'",
    "RFF+AAU:LS1'DTM+11:20251219:102'",
    "QTY+70:5000:PCE'DTM+50:20251219:102'DTM+51:20250101:102'",
    "QTY+17:300:PCE'DTM+2:20251219:102'",
)
"""What may stand in a line beside what is due: references and quantities of another kind, with dates of their own."""


def message(body: str, head: str = HEAD) -> str:
    whole = head + LINE + body
    return whole + f"UNT+{whole.count(chr(39))}+1'UNZ+1+1'"


def due(path: Path, text: str) -> pl.DataFrame:
    path.write_text(text, encoding="latin-1")
    return irrupt.read(path).schedules.filter(kind="forecast").select("part", "period", "quantity", "firm", "backlog")


@pytest.mark.one_in(2)
@pytest.mark.parametrize("aside", [*ASIDE, "".join(ASIDE)])
def test_dates_of_references_and_of_other_quantities_are_not_those_of_what_is_due(aside: str, tmp_path: Path) -> None:
    at_once = "SCC+10'QTY+113:25:PCE'"
    bare = due(tmp_path / "bare.edi", message(at_once + DUE))
    assert bare["period"].dt.day().to_list() == [5, 8, 12]
    assert bare["firm"].to_list() == [True, True, False]
    for body in (aside + at_once + DUE, at_once + aside + DUE, at_once + DUE + aside):
        assert due(tmp_path / "beside.edi", message(body)).equals(bare)


HORIZON = "DTM+158:20260105:102'DTM+159:20260601:102'"


@pytest.mark.parametrize("quantity", ["QTY+113:25:PCE'", "QTY+113:25:PCE'DTM+2:20260230:102'"])
def test_a_quantity_without_a_date_is_not_due_when_the_horizon_begins(quantity: str, tmp_path: Path) -> None:
    """Nor on the day of issue, where it has a date that cannot be read: both are set aside, and told."""
    text = message("SCC+4++W'" + quantity + DUE + "SCC+10'QTY+113:7:PCE'DTM+2:2026x112:102'")
    text = text.replace("NAD+BY", HORIZON + "NAD+BY")
    text = re.sub(r"UNT\+\d+", f"UNT+{text.count(chr(39)) - 2}", text)
    assert due(tmp_path / "a.edi", text)["quantity"].to_list() == [40.0, 90.0]
    assert [(one.code, one.count) for one in irrupt.read(tmp_path / "a.edi").problems] == [("unreadable period", 2)]


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        ("DTM+2:20260115:102'DTM+10:20260112:102'", (15, 16)),
        ("DTM+10:20260112:102'DTM+2:20260115:102'", (15, 16)),
        ("DTM+200:20260112:102'", (12, 13)),
        ("DTM+234:20260112:102'DTM+235:20260113:102'", (12, 14)),
        ("DTM+2:20260115:102'DTM+235:20260113:102'", (15, 16)),
        ("DTM+235:20260113:102'", (13, 14)),
    ],
)
def test_what_leaves_on_one_day_and_comes_on_another_is_due_when_it_comes(
    dates: str, days: tuple[int, int], tmp_path: Path
) -> None:
    """Code list 2005: 2 is when delivery is requested, 10 when shipment is, 200, 234 and 235 when it is collected."""
    (tmp_path / "a.edi").write_text(message("SCC+1++Y'QTY+113:40:PCE'" + dates))
    row = irrupt.read(tmp_path / "a.edi").schedules.row(0, named=True)
    assert (row["period"].day, row["until"].day) == days


@pytest.mark.parametrize("pairs", ["PIA+1+77:DR'PIA+5+P:BP'", "PIA+5+X9:SA+P:IN'", "PIA+1+3:EC'PIA+5+P:SA'"])
def test_drawings_and_versions_are_no_parts_and_numbers_of_the_client_go_first(pairs: str, tmp_path: Path) -> None:
    text = message(DUE).replace(LINE, "LIN+1'" + pairs)
    text = re.sub(r"UNT\+\d+", f"UNT+{text.count(chr(39)) - 2}", text)
    assert due(tmp_path / "a.edi", text).equals(due(tmp_path / "b.edi", message(DUE)))


@pytest.mark.parametrize("function", ["1", "3", "17"])
def test_a_plan_that_is_taken_back_announces_nothing_and_that_is_told(function: str, tmp_path: Path) -> None:
    rows = due(tmp_path / "a.edi", message(DUE, HEAD.replace("BGM+241+7+5", f"BGM+241+7+{function}")))
    assert rows["quantity"].to_list() == [0.0, 0.0]
    assert [one.code for one in irrupt.read(tmp_path / "a.edi").problems] == ["plan taken back"]


def vda(pairs: str) -> str:
    lines = [
        "51102ACME     US       0000000001260105000000",
        f"51201 W1{'7':<9}260105{'':<9}{'':<6}{'PART':<22}{'':<22}",
        f"51301{'000000'}{'':<8}000000{0:012d}{0:010d}" + pairs,
        "51901" + "0000001" * 3,
    ]
    return "\n".join(line.ljust(128) for line in lines)


def test_weeks_of_vda_are_read_however_they_are_written_and_what_bears_no_date_is_told(tmp_path: Path) -> None:
    """A week is YY00WW, weeks from one to another are YYWWWW; what remains behind all periods bears the code 999999."""
    for written in ("260003", "260303"):
        (tmp_path / "a.vda").write_text(vda(f"555555000000000{written}000000070999999000000500"), encoding="latin-1")
        read = irrupt.read(tmp_path / "a.vda")
        rows = read.schedules.select(pl.col("period", "until").dt.strftime("%m-%d"), "quantity").rows()
        assert rows == [("01-12", "01-19", 70.0)]
        assert [(one.code, one.count) for one in read.problems] == [("quantity without a date", 1)]


@pytest.mark.parametrize("wrong", ["261301", "260230", "260432"])
def test_a_day_of_vda_that_is_none_is_not_half_a_year(wrong: str, tmp_path: Path) -> None:
    """Weeks from one to another (YYWWWW) stand behind 555555 only: here the 30th of February was weeks 2 to 30."""
    (tmp_path / "a.vda").write_text(vda(f"260115000000010{wrong}000000020000000000000000"), encoding="latin-1")
    read = irrupt.read(tmp_path / "a.vda")
    assert read.schedules["quantity"].to_list() == [10.0]
    assert [(one.code, one.places) for one in read.problems] == [("unreadable period", ("a.vda, line 3",))]


@pytest.mark.parametrize("blank", ["000000", "      "])
def test_a_call_off_of_vda_without_a_day_is_as_old_as_its_transmission(blank: str, tmp_path: Path) -> None:
    detailed = [
        "55102ACME     US       0000000001260105000000", f"55201 W1{'7':<9}{blank}{'PART':<22}",
        "55402" + "2601150600000000010 ", "55902",
    ]  # fmt: skip
    planned = vda("260115000000010000000000000000").replace(f"{'7':<9}260105", f"{'7':<9}{blank}")
    for text in (planned, "\n".join(one.ljust(128) for one in detailed)):
        (tmp_path / "a.vda").write_text(text, encoding="latin-1")
        read = irrupt.read(tmp_path / "a.vda")
        assert read.schedules["issued"].dt.strftime("%y%m%d").to_list() == ["260105"]
        assert [(one.code, one.places) for one in read.problems] == [("undated message", ("a.vda, line 2",))]


def test_what_remains_in_a_4915_and_what_stands_beside_the_code_of_periods_is_told(tmp_path: Path) -> None:
    detailed = [
        "55102ACME     US       0000000001260105000000", f"55201 W1{'7':<9}260105{'PART':<22}",
        "55402" + "2601150600000000010 " + "9999990000000000500 ", "55902",
    ]  # fmt: skip
    planned = vda("260115000000010555555000000500000000000000000")
    for text in (planned, "\n".join(one.ljust(128) for one in detailed)):
        (tmp_path / "a.vda").write_text(text, encoding="latin-1")
        read = irrupt.read(tmp_path / "a.vda")
        assert read.schedules["quantity"].to_list() == [10.0]
        assert [(one.code, one.places) for one in read.problems] == [("quantity without a date", ("a.vda, line 3",))]


def test_other_records_of_vda_are_refused_by_their_name(tmp_path: Path) -> None:
    (tmp_path / "a.vda").write_text("\n".join(f"{kind}03".ljust(128) for kind in (711, 712, 719)))
    with pytest.raises(DataError, match="711"):
        irrupt.read(tmp_path / "a.vda")


@pytest.mark.parametrize("unread", ["DTM+64::102'", "DTM+64:20260230:102'", "DTM+63::102'"])
def test_a_date_that_cannot_be_read_leaves_one_that_can(unread: str, tmp_path: Path) -> None:
    """Some write all segments of their form, and leave empty what they do not use."""
    dates = "DTM+64:20260112:102'DTM+63:20260116:102'"
    path = tmp_path / "a.edi"
    path.write_text(message(f"QTY+113:100:PCE'{dates}{unread}"), encoding="latin-1")
    rows = irrupt.read(path).schedules.select("quantity", pl.col("period", "until").dt.day())
    assert rows.rows() == [(100.0, 12, 17)]
