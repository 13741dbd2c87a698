"""What follows what within a case, told by numbers, is what windows over the names of cases tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from irrupt.chronicle import Chronicle
from irrupt.chronicle.succession import (
    behind_earlier,
    first_rows,
    in_order,
    moments_of_cases,
    sorted_by_case,
    steps_within,
)

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


@given(ROWS, st.lists(st.none() | st.integers(-3, 3), min_size=1), st.booleans(), st.none() | st.integers(-3, 3))
def test_cases_begin_and_end_as_groups_of_their_names_do(
    rows: list[tuple[str, int | None]], starts: list[int | None], ordered: bool, since: int | None
) -> None:
    """Whether or not the rows stand case by case; and the cases of a time are whole, in the order of the rows."""
    table = frame(rows)
    start = pl.Series("start", [starts[at % len(starts)] for at in range(table.height)], dtype=pl.Int64)
    table = table.with_columns(start.cast(table.schema["end"]))
    table = table.sort("case", maintain_order=True) if ordered else table
    grouped = table.group_by("case").agg(
        pl.coalesce("start", "end").min().alias("begin"), pl.coalesce("end", "start").max().alias("over")
    )
    found = pl.DataFrame(moments_of_cases(table))
    assert found.sort(pl.all()).equals(grouped.select("begin", "over").sort(pl.all()))
    begin = None if since is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=since)
    events = table.with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("activity", "resource", "team", "client")
    )
    chronicle = Chronicle(events=events, source="x", timezone="UTC", starts="measured")
    kept = table.filter(pl.coalesce("start", "end").min().over("case") >= begin) if begin else table
    assert chronicle.between(begin, None).events["row"].to_list() == kept["row"].to_list()
    assert chronicle.cases == table["case"].n_unique()
    assert len(first_rows(table["case"])) in (0, chronicle.cases)
