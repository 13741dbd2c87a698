"""What follows what within a case, told by numbers, is what windows over the names of cases tell."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from irrupt.chronicle.succession import behind_earlier, in_order, sorted_by_case, steps_within

ROWS = st.lists(st.tuples(st.sampled_from(["b", "a", "é", "10", "9"]), st.none() | st.integers(-3, 3)), min_size=1)


def frame(rows: list[tuple[str, int | None]], *, known: bool = False) -> pl.DataFrame:
    if known:
        rows = [(case, end or 0) for case, end in rows]
    table = pl.DataFrame(rows, schema={"case": pl.String, "end": pl.Int64}, orient="row")
    return table.with_columns(pl.col("end").cast(pl.Datetime("us", "UTC"))).with_row_index("row")


@given(ROWS)
def test_rows_are_sorted_as_polars_sorts_them(rows: list[tuple[str, int | None]]) -> None:
    table = frame(rows, known=True)
    expected = table.sort("case", "end", maintain_order=True)
    assert sorted_by_case(table).equals(expected)
    assert in_order(table) == table.equals(expected)


@given(ROWS)
def test_steps_are_those_of_a_window_over_what_is_known(rows: list[tuple[str, int | None]]) -> None:
    known = frame(rows).drop_nulls()
    steps = known.select(pl.col("end").diff().over("case")).to_series().drop_nulls().to_physical()
    assert sorted(steps_within(*frame(rows).select("case", "end"))) == sorted(steps.to_list())


@given(ROWS)
def test_what_stands_behind_something_later_is_found(rows: list[tuple[str, int | None]]) -> None:
    table = frame(rows)
    running = pl.col("end").cum_max().shift(1).over("case")
    expected = table.select((pl.col("end") < running).fill_null(False)).to_series()
    assert behind_earlier(table, "end").to_list() == expected.to_list()
