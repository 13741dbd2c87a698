"""A party that is named within one line is that line's; one that is named above a line is that of all that follow."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from irrupt.chronicle.schedules.scopes import of_lines

from .wrapped import edifact, read, x12

HEAD = ("BGM+241+7+5", "DTM+137:20240105:102", "NAD+BY+ACME::92", "NAD+ST+HOME::92")


def line(part: str, *within: str) -> list[str]:
    return [f"LIN+++{part}:IN", *within, "QTY+113:5", "SCC+1++W", "DTM+2:20240108:102"]


X12_HEAD = ("BFR*05**R1*DL*A*20240108*20240205*20240108", "N1*BY*ACME*92*ACME", "N1*ST**92*HOME")


def item(part: str, *within: str) -> list[str]:
    return [f"LIN**BP*{part}", *within, "FST*5*C*W*20240108"]


NAMED = {
    "NAD in a line": edifact(*HEAD, *line("P1", "NAD+ST+AWAY::92"), *line("P2")),
    "LOC in a line": edifact(*HEAD[:3], *line("P1", "LOC+11+AWAY"), *line("P2")),
    "NAD above lines": edifact(*HEAD, "NAD+ST+AWAY::92", *line("P1"), "NAD+ST+HOME::92", *line("P2")),
    "N1 in a line": x12(*X12_HEAD, *item("P1", "N1*ST**92*AWAY"), *item("P2")),
    "N1 above lines": x12(*X12_HEAD, "N1*ST**92*AWAY", *item("P1"), "N1*ST**92*HOME", *item("P2")),
}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("where", NAMED)
def test_a_party_counts_for_its_line_or_for_all_lines_below_it(where: str, tmp_path: Path) -> None:
    rows = read(tmp_path, [NAMED[where]]).schedules.sort("part")
    home = None if where == "LOC in a line" else "HOME"
    assert rows.select("part", "plant").rows() == [("P1", "AWAY"), ("P2", home)]
    assert set(rows["client"]) == {"ACME"}


def test_several_plants_of_one_line_do_not_become_those_of_the_next(tmp_path: Path) -> None:
    plants = [one for plant in ("A", "B") for one in (f"NAD+ST+{plant}::92", *line("")[1:])]
    rows = read(tmp_path, [edifact(*HEAD, "LIN+++P1:IN", *plants, *line("P2"))]).schedules.sort("part", "plant")
    assert rows.select("part", "plant").rows() == [("P1", "A"), ("P1", "B"), ("P2", "HOME")]


def test_messages_without_lines_have_nothing_of_lines() -> None:
    assert of_lines(["NAD", "QTY"], {"NAD"}, {"QTY"}) == frozenset()


def totals(standard: str, *counted: tuple[int | None, list[int]]) -> str:
    """Several lines of one part: what each had received, and its totals by the end of each week."""
    weeks, lines = ("20240115", "20240122"), list[str]()
    for at, (got, said) in enumerate(counted):
        if standard == "EDIFACT":
            lines += ["LIN+++P1:IN", f"LOC+11+GATE {at}", *([] if got is None else [f"QTY+70:{got}"])]
            lines += [s for w, q in zip(weeks, said, strict=True) for s in ("SCC+1++W", f"QTY+3:{q}", f"DTM+2:{w}:102")]
        else:
            lines += [f"LIN**BP*P1*PO*{at}", *([] if got is None else [f"SHP*02*{got}*051*20230701**20240104"])]
            lines += [f"FST*{q}*C*W*{w}" for w, q in zip(weeks, said, strict=True)]
    return edifact(*HEAD, *lines, release="97A") if standard == "EDIFACT" else x12(CUMULATIVE, *X12_HEAD[1:], *lines)


CUMULATIVE = X12_HEAD[0].replace("*DL*A*", "*DL*C*")
EACH = pytest.mark.parametrize("standard", ["EDIFACT", "X12"])


@EACH
def test_each_of_several_lines_of_a_part_counts_its_own_totals(standard: str, tmp_path: Path) -> None:
    """As for unloading points or contracts: mixed up, their differences are of no use."""
    found = read(tmp_path, [totals(standard, (100, [110, 130]), (1000, [1040, 90]), (0, [5, 5]))])
    rows = found.schedules.sort("period", "quantity")
    assert rows["quantity"].to_list() == [5.0, 10.0, 40.0, 0.0, 20.0, 90.0]
    assert rows["cumulative"].to_list() == [5.0, 110.0, 1040.0, 5.0, 130.0, 90.0]
    assert found.problems == ()


@EACH
def test_the_first_quantity_of_a_line_that_does_not_say_what_it_counts_from_is_told(
    standard: str, tmp_path: Path
) -> None:
    found = read(tmp_path, [totals(standard, (100, [110, 130]), (None, [1040, 1090]))])
    assert found.schedules.sort("period", "quantity")["quantity"].to_list() == [10.0, 20.0, 50.0]
    assert [(one.code, one.count) for one in found.problems] == [("unreadable quantity", 1)]


def test_the_backlog_of_each_line_is_contained_in_its_totals(tmp_path: Path) -> None:
    lines = totals("EDIFACT", (100, [110, 130]), (1000, [1040, 1090])).replace("QTY+70:1000'", "QTY+70:1000'QTY+83:15'")
    said = int(lines.split("UNT+")[1].split("+")[0])
    rows = read(tmp_path, [lines.replace(f"UNT+{said}", f"UNT+{said + 1}")]).schedules.filter(~pl.col("backlog"))
    assert rows.sort("period", "quantity")["quantity"].to_list() == [10.0, 25.0, 20.0, 50.0]
