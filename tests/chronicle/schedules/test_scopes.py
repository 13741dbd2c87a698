"""A party that is named within one line is that line's; one that is named above a line is that of all that follow."""

from __future__ import annotations

from pathlib import Path

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
