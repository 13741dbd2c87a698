"""Conditions before or behind quantities, totals wherever they stand: what single lines of a DELFOR mean."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from .wrapped import edifact, read

HEAD = ("BGM+241+7+5", "DTM+137:20240108:102", "NAD+BY+ACME::92", "NAD+ST+W1::92")
NO_DATE_FIRST = ("QTY+83:40", "SCC+10", "QTY+113:100", "SCC+1++W", "DTM+2:20240108:102")
BEHIND = ("QTY+113:150", "SCC+1++W", "DTM+2:20240115:102", "QTY+113:200", "SCC+4++W", "DTM+2:20240122:102")
BEFORE = ("SCC+1++W", "QTY+113:150", "DTM+2:20240115:102", "SCC+4++W", "QTY+113:200", "DTM+2:20240122:102")


def test_conditions_of_a_quantity_without_a_date_do_not_turn_the_message_round(tmp_path: Path) -> None:
    """What is behind schedule comes first, without a date: its conditions stand right before the next quantity."""
    rows = read(tmp_path, [edifact(*HEAD, "LIN+++P1:IN", *NO_DATE_FIRST, *BEHIND)]).schedules.sort("quantity")
    assert rows["quantity"].to_list() == [40.0, 100.0, 150.0, 200.0]
    assert rows["backlog"].to_list() == [True, False, False, False]
    assert rows["firm"].to_list() == [True, True, True, False]
    assert [(one.month, one.day) for one in rows["period"]] == [(1, 8), (1, 8), (1, 15), (1, 22)]


@pytest.mark.parametrize("lines", [(BEHIND, BEFORE), (BEFORE, BEHIND)])
def test_each_line_tells_where_its_conditions_stand(lines: tuple[tuple[str, ...], ...], tmp_path: Path) -> None:
    text = edifact(*HEAD, "LIN+++P1:IN", *lines[0], "LIN+++P2:IN", *lines[1])
    rows = read(tmp_path, [text]).schedules.sort("part", "quantity")
    assert rows["quantity"].to_list() == [150.0, 200.0] * 2
    assert rows["firm"].to_list() == [True, False] * 2


def test_a_line_that_does_not_tell_goes_with_the_others(tmp_path: Path) -> None:
    """Here the conditions behind the second quantity are missing: nothing is known of it."""
    text = edifact(*HEAD, "LIN+++P1:IN", *NO_DATE_FIRST[:3], "DTM+2:20240108:102", "LIN+++P2:IN", *BEHIND)
    rows = read(tmp_path, [text]).schedules.sort("part", "quantity")
    assert rows["firm"].to_list() == [True, None, True, False]


TOTALS = ("SCC+1++W", "QTY+3:1100", "DTM+2:20240108:102", "SCC+4++W", "QTY+3:1250", "DTM+2:20240115:102")
GOT = ("QTY+70:1000", "DTM+51:20230701:102")


@pytest.mark.parametrize("line", [(*GOT, *TOTALS), (*TOTALS, *GOT), (*TOTALS[:3], *GOT, *TOTALS[3:])])
def test_totals_count_from_what_was_received_wherever_it_is_told(line: tuple[str, ...], tmp_path: Path) -> None:
    other = [one.replace("QTY+3:1", "QTY+3:2").replace("QTY+70:1", "QTY+70:2") for one in line]
    text = edifact(*HEAD, "LIN+++P1:IN", *line, "LIN+++P2:IN", *other, release="97A")
    found = read(tmp_path, [text])
    rows = found.schedules.sort("part", "period")
    assert rows["quantity"].to_list() == [100.0, 150.0] * 2
    assert found.problems == ()


@pytest.mark.parametrize(
    "owed",
    [("QTY+83:40",), ("SCC+5", "QTY+3:1040"), ("QTY+84:40",), ("SCC+10", "QTY+113:40"), ("QTY+83:30", "QTY+84:10")],
)
def test_totals_contain_what_is_told_to_be_backlog_or_due_at_once(owed: tuple[str, ...], tmp_path: Path) -> None:
    """It is not due once more in the first period, however it is told."""
    rows = read(tmp_path, [edifact(*HEAD, "LIN+++P1:IN", *GOT, *owed, *TOTALS, release="97A")]).schedules
    assert rows.filter(pl.col("cumulative") > 1040)["quantity"].sort().to_list() == [60.0, 150.0]
    assert rows["quantity"].sum() == 250.0


@pytest.mark.parametrize("code", ["71", "72", "74", "75"])
def test_totals_of_last_year_or_of_all_that_is_scheduled_are_not_what_was_received(code: str, tmp_path: Path) -> None:
    """Code list 6063: 71 is all that is ordered, 74 all once the last quantity of the schedule has come."""
    found = read(tmp_path, [edifact(*HEAD, "LIN+++P1:IN", *GOT, f"QTY+{code}:1250", *TOTALS, release="97A")])
    assert found.schedules.sort("period")["quantity"].to_list() == [100.0, 150.0]
    assert found.problems == ()


def test_each_plant_of_a_line_counts_from_what_it_received(tmp_path: Path) -> None:
    lower = [one.replace("QTY+3:1", "QTY+3:").replace("QTY+70:1000", "QTY+70:90") for one in (*TOTALS, *GOT)]
    line = ("NAD+ST+A::92", *TOTALS, *GOT, "NAD+ST+B::92", *lower)
    rows = read(tmp_path, [edifact(*HEAD, "LIN+++P1:IN", *line, release="97A")]).schedules.sort("plant", "period")
    assert rows["quantity"].to_list() == [100.0, 150.0, 10.0, 150.0]


@pytest.mark.parametrize(
    ("every", "end"),
    [
        ("Y", "2024-04-02"), ("W", "2024-04-08"), ("T", "2024-04-29"), ("M", "2024-05-01"), ("Q", "2024-07-01"),
        ("S", "2024-10-01"), ("A", "2025-04-01"),
    ],
)  # fmt: skip
def test_quantities_are_for_as_long_as_their_conditions_say(every: str, end: str, tmp_path: Path) -> None:
    line = ("SCC+1++W", "QTY+113:5", "DTM+2:20240325:102", f"SCC+4++{every}", "QTY+113:9", "DTM+2:20240401:102")
    found = read(tmp_path, [edifact(*HEAD, "LIN+++P1:IN", *line)])
    assert f"{found.schedules.sort('period')['until'][1]:%Y-%m-%d}" == end


@pytest.mark.parametrize(
    ("level", "firm"), [("1", True), ("15", True), ("2", False), ("4", False), ("12", False), ("26", False)]
)
def test_levels_of_commitment_tell_what_is_firm(level: str, firm: bool, tmp_path: Path) -> None:
    line = (f"SCC+{level}++W", "QTY+113:5", "DTM+2:20240115:102")
    assert read(tmp_path, [edifact(*HEAD, "LIN+++P1:IN", *line)]).schedules["firm"].to_list() == [firm]


@pytest.mark.parametrize("level", ["10", "10++W", "5"])
def test_what_is_due_at_once_is_due_on_one_day(level: str, tmp_path: Path) -> None:
    """As in VDA 4905 and in tables; it lasted as long as the steps from one date to the next."""
    line = (f"SCC+{level}", "QTY+113:10", *BEFORE)
    rows = read(tmp_path, [edifact(*HEAD, "LIN+++P1:IN", *line)]).schedules.sort("period")
    assert rows.select((pl.col("until") - pl.col("period")).dt.total_days()).to_series().to_list() == [1, 7, 7]


@pytest.mark.parametrize(("date", "day"), [((), 8), (("DTM+2:20240103:102",), 3)])
def test_what_was_delivered_short_is_backlog(date: tuple[str, ...], day: int, tmp_path: Path) -> None:
    line = ("SCC+5", "QTY+113:10", *date, "SCC+1++W", "QTY+113:5", "DTM+2:20240115:102")
    rows = read(tmp_path, [edifact(*HEAD, "LIN+++P1:IN", *line)]).schedules.sort("period")
    assert rows["backlog"].to_list() == [True, False]
    assert rows["period"].dt.day().to_list() == [day, 15]
