"""A change names only what becomes different: the rest of the plan before it stays."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from irrupt.ledgers.plans import plans

from .wrapped import edifact, read, x12

Weeks = Sequence[tuple[str, int]]
FOUR = [("20240108", 10), ("20240115", 20), ("20240122", 30), ("20240129", 40)]


def delfor(day: str, plan: str, purpose: str, weeks: Weeks, part: str = "P1", total: int | None = None) -> str:
    """Running totals where a *total* received is told, or 0: it is not told."""
    code = {"change": "4", "add": "2", "whole": "9"}[purpose]
    kind, got = ("113", []) if total is None else ("3", [f"QTY+70:{total}"] if total else [])
    lines = [one for week, q in weeks for one in ("SCC+1++W", f"QTY+{kind}:{q}", f"DTM+2:{week}:102")]
    head = (f"BGM+241+{plan}+{code}", f"DTM+137:{day}:102", "NAD+BY+ACME::92", f"LIN+++{part}:IN")
    return edifact(*head, *got, *lines, release="97A")


def planning(day: str, plan: str, purpose: str, weeks: Weeks, part: str = "P1", total: int | None = None) -> str:
    code = {"change": "04", "add": "02", "whole": "00"}[purpose]
    kind, got = ("A", []) if total is None else ("C", [f"SHP*02*{total}*051*20230701**{day}"] if total else [])
    lines = [f"FST*{q}*C*W*{week}" for week, q in weeks]
    head = (f"BFR*{code}**{plan}*DL*{kind}*20240108*20240205*{day}", "N1*BY*ACME*92*ACME", f"LIN**BP*{part}")
    return x12(*head, *lines, *got)


def version(table: pl.DataFrame, plan: str) -> list[tuple[int, float]]:
    rows = table.filter(pl.col("plan") == plan).sort("period")
    return [(period.day, quantity) for period, quantity in rows.select("period", "quantity").iter_rows()]


Writer = Callable[..., str]
EACH = pytest.mark.parametrize("write", [delfor, planning])


@EACH
@pytest.mark.parametrize("purpose", ["change", "add"])
def test_periods_that_a_change_does_not_name_stay(write: Writer, purpose: str, tmp_path: Path) -> None:
    texts = [
        write("20240117", "B", purpose, [("20240122", 33), ("20240205", 50)]),
        write("20240108", "A", "whole", FOUR),
        write("20240118", "C", purpose, [("20240205", 55)]),
    ]
    found = read(tmp_path, texts)
    assert version(found.schedules, "A") == [(8, 10.0), (15, 20.0), (22, 30.0), (29, 40.0)]
    assert version(found.schedules, "B") == [(15, 20.0), (22, 33.0), (29, 40.0), (5, 50.0)]
    assert version(found.schedules, "C") == [(15, 20.0), (22, 33.0), (29, 40.0), (5, 55.0)]
    assert found.problems == ()
    assert "2 messages change the plans before them: what they do not name stays" in found.notes


@EACH
def test_a_change_of_the_same_day_and_number_stands_for_its_plan(write: Writer, tmp_path: Path) -> None:
    texts = [write("20240108", "A", "whole", FOUR), write("20240108", "A", "change", [("20240122", 33)])]
    assert version(read(tmp_path, texts).schedules, "A") == [(8, 10.0), (15, 20.0), (22, 33.0), (29, 40.0)]


@EACH
@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_changes_of_one_day_are_made_as_they_were_prepared(
    write: Writer, order: tuple[int, ...], tmp_path: Path
) -> None:
    """Files may be called by numbers that tell nothing of when they came."""
    texts = [
        write("20240108", "A", "whole", [("20240122", 5)]),
        write("20240108", "B", "whole", FOUR),
        write("20240108", "B", "change", [("20240122", 33), ("20240129", 44)]),
        write("20240108", "B", "change", [("20240122", 66)]),
    ]
    clocked = [one.replace("0800", f"08{at:02}", 1) for at, one in enumerate(texts)]
    clocked = [one.replace("*20240101*0800*", f"*20240101*08{at:02}*") for at, one in enumerate(clocked)]
    assert version(read(tmp_path, [clocked[at] for at in order]).schedules, "B") == [
        (8, 10.0), (15, 20.0), (22, 66.0), (29, 44.0)
    ]  # fmt: skip


@EACH
def test_a_change_without_a_plan_before_it_is_told(write: Writer, tmp_path: Path) -> None:
    later, other = write("20240122", "Z", "whole", FOUR[2:]), write("20240101", "A", "whole", FOUR, part="P2")
    found = read(tmp_path, [write("20240115", "B", "change", FOUR[2:]), later, other])
    assert version(found.schedules, "B") == [(22, 30.0), (29, 40.0)]
    assert [(one.code, one.count) for one in found.problems] == [("unknown plan", 1)]
    assert "segment" in found.problems[0].places[0]


@EACH
def test_running_totals_that_stay_count_from_what_is_received_by_then(write: Writer, tmp_path: Path) -> None:
    totals = [("20240108", 110), ("20240115", 130), ("20240122", 160), ("20240129", 200)]
    whole = write("20240108", "A", "whole", totals, total=100)
    texts = [whole, write("20240117", "B", "change", [("20240129", 205)], total=0)]
    assert version(read(tmp_path, texts).schedules, "B") == [(15, 20.0), (22, 30.0), (29, 45.0)]
    texts = [whole, write("20240117", "B", "change", [("20240129", 205)], total=115)]
    assert version(read(tmp_path, texts).schedules, "B") == [(15, 15.0), (22, 30.0), (29, 45.0)]


@EACH
def test_changes_that_change_nothing_make_no_plan_nervous(write: Writer, tmp_path: Path) -> None:
    texts = [write("20240108", "A", "whole", FOUR), write("20240110", "B", "change", [("20240122", 30)])]
    found = plans(read(tmp_path, texts).schedules)
    assert np.array_equal(found.announced[0], found.announced[1], equal_nan=True)


def call_off(day: str, number: int, parts: dict[str, Weeks | None]) -> str:
    """A 4905; None: no demand for the part."""
    lines = [f"51102{'ACME':<9}{'US':<9}{0:05d}{1:05d}{day[2:]}000000"]
    for part, weeks in parts.items():
        lines.append(f"51201{'W1':>3}{number:<9}{day[2:]}{'':<9}{'':<6}{part:<22}{'':<22}")
        pairs = [("222222", 0)] if weeks is None else [(week[2:], quantity) for week, quantity in weeks]
        lines.append("51301" + " " * 42 + "".join(f"{date}{q:09d}" for date, q in [*pairs, ("000000", 0)]))
    return "\n".join(line.ljust(128) for line in [*lines, "51901"])


def test_where_there_is_no_demand_any_more_noughts_are_announced(tmp_path: Path) -> None:
    """It was passed over: what was taken back looked like a part of which this plan says nothing."""
    whole = call_off("20240108", 1, {"P1": FOUR, "P2": FOUR})
    texts = [whole, call_off("20240115", 2, {"P1": FOUR[1:], "P2": None}), call_off("20240122", 3, {"P2": None})]
    table = read(tmp_path, texts).schedules.filter(part="P2")
    assert version(table, "2") == [(15, 0.0), (22, 0.0), (29, 0.0)]
    assert version(table, "3") == [(22, 0.0), (29, 0.0)]
    assert not table["backlog"].any()


def test_no_demand_for_what_was_never_announced_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, [call_off("20240108", 1, {"P1": FOUR, "P2": None})])
    assert set(found.schedules["part"]) == {"P1"}
    assert [(one.code, one.count) for one in found.problems] == [("no demand", 1)]
    assert "line 4" in found.problems[0].places[0] or "line 5" in found.problems[0].places[0]


@EACH
@pytest.mark.parametrize(("function", "quantities"), [("5", [10.0, 20.0, 35.0]), ("1", [0.0, 0.0, 0.0])])
def test_a_plan_of_the_same_number_and_day_replaces_the_one_before(
    write: Writer, function: str, quantities: list[float], tmp_path: Path
) -> None:
    """Its quantities were added to those that it corrects."""
    first = write("20240108", "A", "whole", FOUR)
    second = write("20240108", "A", "whole", [*FOUR[:2], ("20240122", 35)])
    second = second.replace("+A+9'", f"+A+{function}'").replace("BFR*00", f"BFR*0{function}")
    found = read(tmp_path, [first, second])
    assert found.schedules.sort("period")["quantity"].to_list() == quantities
    told = [*(["plan taken back"] if function == "1" else []), "replaced message"]
    assert [one.code for one in found.problems] == told
    assert found.problems[-1].places[0].startswith("001.edi")


@pytest.mark.parametrize("day", ["20240108", "20240116"])
def test_a_plan_that_is_cancelled_by_its_number_alone_announces_nothing_any_more(day: str, tmp_path: Path) -> None:
    plans = [delfor("20240108", "A", "whole", FOUR, part=part) for part in ("P1", "P2")]
    other = delfor("20240108", "B", "whole", FOUR, part="P3")
    cancel = edifact("BGM+241+A+1", f"DTM+137:{day}:102", "NAD+BY+ACME::92")
    strange = cancel.replace("+A+1", "+Z+1")
    found = read(tmp_path, [*plans, other, cancel, strange])
    last = found.schedules.filter((pl.col("issued").dt.day() == int(day[-2:])) & (pl.col("plan") == "A"))
    assert set(last["part"]) == {"P1", "P2"}
    assert set(last["quantity"]) == {0.0}
    assert found.schedules.filter(part="P3")["quantity"].sum() == 100.0
    assert [(one.code, one.count) for one in found.problems] == [("plan taken back", 2), ("no demand", 1)]


@EACH
def test_messages_of_one_number_for_several_parts_and_originals_are_kept(write: Writer, tmp_path: Path) -> None:
    texts = [write("20240108", "A", "whole", FOUR, part=part).replace("+A+9'", "+A+5'") for part in ("P1", "P2")]
    found = read(tmp_path, [one.replace("BFR*00", "BFR*05") for one in texts])
    assert found.schedules["part"].to_list() == ["P1"] * 4 + ["P2"] * 4
    assert found.problems == ()


@pytest.mark.parametrize("purpose", ["whole", "change"])
@pytest.mark.parametrize(
    "within", [[], ["QTY+48:9", "DTM+50:20240110:102", "SCC+1++W", "QTY+113:30", "DTM+2:20240122:102"]]
)
def test_a_line_that_is_deleted_announces_nothing_any_more(purpose: str, within: list[str], tmp_path: Path) -> None:
    """Action 2 of code list 1229, with or without what the plan before had announced."""
    later = delfor("20240115", "B", purpose, FOUR[1:], part="P2")
    lines = later.replace("LIN+++P2:IN", "'\n".join(["LIN+1+2+P1:IN", *within, "LIN+2+3+P2:IN"]))
    count = lines[lines.index("UNH") : lines.index("UNZ")].count("'")
    later = re.sub(r"UNT\+\d+", f"UNT+{count}", lines)
    both = [delfor("20240108", "A", "whole", FOUR, part=part) for part in ("P1", "P2")]
    found = read(tmp_path, [*both, later])
    rows = found.schedules.filter(kind="forecast")
    assert version(rows.filter(part="P1"), "B") == [(15, 0.0), (22, 0.0), (29, 0.0)]
    assert version(rows.filter(part="P2"), "B") == [(15, 20.0), (22, 30.0), (29, 40.0)]
    assert found.problems == ()


def test_a_deleted_line_of_which_nothing_was_announced_is_told(tmp_path: Path) -> None:
    text = delfor("20240108", "A", "whole", FOUR, part="P2").replace("LIN+++P2", "LIN+1+2+P1:IN'LIN+2++P2")
    found = read(tmp_path, [re.sub(r"UNT\+(\d+)", lambda one: f"UNT+{int(one[1]) + 1}", text)])
    assert set(found.schedules["part"]) == {"P2"}
    (problem,) = found.problems
    assert (problem.code, problem.places) == ("no demand", ("000.edi, DELFOR 1, segment 6",))


@pytest.mark.parametrize("first", [True, False])
def test_a_deleted_line_leaves_another_line_of_its_part_alone(first: bool, tmp_path: Path) -> None:
    """A part may stand in several lines, for instance one for each order: 70 of them were lost."""
    deleted, other = ["LIN+1+2+X:IN"], ["LIN+2++X:IN", "QTY+1:70", "SCC+1", "DTM+2:20240122:102"]
    lines = [*deleted, *other] if first else [*other, *deleted]
    text = edifact("BGM+241+A+9", "DTM+137:20240108:102", "NAD+BY+ACME::92", *lines)
    found = read(tmp_path, [text])
    assert version(found.schedules, "A") == [(22, 70.0)]
    assert found.problems == ()


CANCEL = edifact("BGM+241+A+1", "DTM+137:20240115:102", "NAD+BY+ACME::92")


@pytest.mark.parametrize("purpose", ["9", "4"])
def test_what_is_taken_back_twice_is_told_once(purpose: str, tmp_path: Path) -> None:
    """Whether the plan as a whole, or by lines of which each is deleted."""
    deletes = edifact(
        f"BGM+241+B+{purpose}", "DTM+137:20240116:102", "NAD+BY+ACME::92", "LIN+1+2+P1:IN", "LIN+2+2+P9:IN"
    )
    found = read(tmp_path, [delfor("20240108", "A", "whole", FOUR), CANCEL, CANCEL, deletes, deletes])
    told = {one.code: one.count for one in found.problems}
    assert told == {"repeated message": 2, "plan taken back": 1, "no demand": 1}
    assert set(found.schedules.filter(plan="B")["quantity"]) == {0.0}
