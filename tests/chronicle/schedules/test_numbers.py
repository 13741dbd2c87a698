"""Numbers as planners' lists write them: whether `1.200` is a thousand or one and a fifth, by what stands beside it."""

from __future__ import annotations

import polars as pl
import pytest

import irrupt

QUANTITIES = [1200, 980, 1105, 15340, 760, 2030, 1500, 890]


def german(value: float, decimals: int = 0) -> str:
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def read(texts: list[str], dates: str = "%Y-%m-%d") -> list[float]:
    weeks = pl.date_range(pl.date(2024, 1, 8), pl.date(2024, 2, 26), "1w", eager=True)
    table = pl.DataFrame({"Material": "A", "Abrufdatum": "2024-01-08", "Liefertermin": weeks, "Menge": texts})
    table = table.with_columns(pl.col("Liefertermin").dt.strftime(dates))
    return irrupt.read(table).schedules.sort("period")["quantity"].to_list()


@pytest.mark.parametrize("dates", ["%Y-%m-%d", "%d.%m.%Y"])
def test_points_group_where_plain_numbers_beside_them_are_as_large(dates: str) -> None:
    assert read([german(value) for value in QUANTITIES], dates) == QUANTITIES


def test_points_group_in_large_numbers_alone_where_dates_have_points() -> None:
    large = [value + 1000 for value in QUANTITIES]
    assert read([german(value) for value in large], "%d.%m.%Y") == large
    assert read([german(value) for value in large]) == [value / 1000 for value in large]  # nothing tells


@pytest.mark.parametrize(("dates", "told"), [("%d.%m.%Y", True), ("%Y-%m-%d", False)])
def test_that_dates_tell_what_points_are_is_told(dates: str, told: bool) -> None:
    weeks = [f"{date:{dates}}" for date in pl.date_range(pl.date(2024, 1, 8), pl.date(2024, 2, 26), "1w", eager=True)]
    table = pl.DataFrame({"Material": "A", "Abrufdatum": "2024-01-08", "Liefertermin": weeks, "Menge": "1.200"})
    assert any("1.200" in note for note in irrupt.read(table).notes) == told


@pytest.mark.parametrize("values", [[1.205, 3, 2.5, 4, 1.125, 7.25, 1, 2], [0.125, 1.205, 1, 2, 3.125, 1.005, 2, 4]])
def test_points_part_decimals_where_some_number_shows_it(values: list[float]) -> None:
    assert read([f"{value:g}" for value in values], "%d.%m.%Y") == values


def test_weights_with_three_decimals_stay_weights() -> None:
    weights = [1.205, 3.455, 2.005, 4.125, 1.335, 7.005, 3, 2]
    assert read([f"{value:g}" for value in weights]) == weights


def test_three_decimals_of_a_whole_number_are_decimals_where_dates_have_points() -> None:
    assert read([german(value, 3) for value in QUANTITIES], "%d.%m.%Y") == QUANTITIES
    small = [value % 1000 for value in QUANTITIES]
    assert read([german(value, 3) for value in small], "%d.%m.%Y") == small


@pytest.mark.parametrize("minus", ["-{}", "{}-", "({})"])
@pytest.mark.parametrize("written", [german, "{:,}".format])
def test_call_offs_below_nought_are_read_however_the_minus_is_written(minus: str, written) -> None:  # type: ignore[no-untyped-def]
    texts = [(minus if at % 3 == 0 else "{}").format(written(value)) for at, value in enumerate(QUANTITIES)]
    assert read(texts) == [-value if at % 3 == 0 else value for at, value in enumerate(QUANTITIES)]
