"""A number of a case on its first row only is that of the rows below; a row of nobody's case stays one."""

from __future__ import annotations

import polars as pl

from irrupt.chronicle import read

DAYS = range(1, 13)
ROWS = [
    (f"C{day}", activity, f"2024-03-{day + later:02d} 09:00")
    for day in DAYS
    for activity, later in (("Receive", 0), ("Check", 2), ("Answer", 5))
]


def frame(rows: list[tuple[str | None, str, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["Case", "Activity", "Time"], orient="row")


def test_rows_below_the_first_of_a_case_are_of_it() -> None:
    whole = read(frame(list(ROWS)))
    merged = [(case if at % 3 == 0 else None, activity, time) for at, (case, activity, time) in enumerate(ROWS)]
    log = read(frame(merged))
    assert log.events.drop("case").equals(whole.events.drop("case"))
    assert log.events["case"].to_list() == whole.events["case"].to_list()
    assert any("on its first row" in note for note in log.notes)
    assert not log.problems


def test_rows_without_a_case_in_the_order_of_time_are_of_nobody_knows_which() -> None:
    rows = sorted(ROWS, key=lambda row: row[2])
    some = [(f"T{at}" if at % 3 == 0 else None, activity, time) for at, (_case, activity, time) in enumerate(rows)]
    log = read(frame(some))
    assert [one.code for one in log.problems] == ["missing case"]
    assert log.events.height == len(ROWS) / 3


def test_a_case_that_is_named_again_is_not_of_merged_cells() -> None:
    merged = [(case if at % 3 != 1 else None, activity, time) for at, (case, activity, time) in enumerate(ROWS)]
    assert [one.code for one in read(frame(merged)).problems] == ["missing case"]
