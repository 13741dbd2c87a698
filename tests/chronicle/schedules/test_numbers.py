"""Numbers as planners' lists write them: whether `1.200` is a thousand or one and a fifth, by what stands beside it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.model import Chronicle

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
    notes = irrupt.read(table).notes
    assert any("1.200 is 1200" in note for note in notes) == told
    assert any("whether the point in 1.200 groups" in note for note in notes) != told


SLASHED = [f"{day:02}/{month:02}/2024" for month, day in ((1, 8), (1, 15), (1, 22), (1, 29), (2, 5), (2, 12))]
AMERICAN = [f"{text[3:5]}/{text[:2]}{text[5:]}" for text in SLASHED]
SPANISH = ("Referencia", "Fecha de emisión", "Fecha entrega", "Cantidad")
ENGLISH = ("Part", "Issued", "Delivery date", "Quantity")


def listed(
    path: Path,
    quantities: list[str],
    dates: list[str],
    heads: tuple[str, ...] = ENGLISH,
    separator: str = ",",
    **more: str,
) -> Chronicle:
    columns = ["A", "08/01/2024" if dates is SLASHED else "01/08/2024", dates[: len(quantities)], quantities]
    table = pl.DataFrame(dict(zip(heads, columns, strict=True))).with_columns(
        pl.lit(v).alias(k) for k, v in more.items()
    )
    table.write_csv(path / "plan.csv", separator=separator)
    return irrupt.read(path / "plan.csv")


FEW = ["1.200", "980", "760", "890", "540", "610"]
LARGE = ["1.200", "2.480", "1.760", "3.890", "1.540", "2.610"]


@pytest.mark.parametrize("quantities", [FEW, ["1.200", "2.030", "760", "890", "540", "610"]])
def test_one_number_or_two_are_thousands_where_plain_numbers_beside_them_are_as_large(
    quantities: list[str], tmp_path: Path
) -> None:
    read = listed(tmp_path, quantities, SLASHED)
    assert sorted(read.schedules["quantity"]) == sorted(float(text.replace(".", "")) for text in quantities)
    assert any("1.200 is 1200" in note for note in read.notes)


@pytest.mark.parametrize(
    "quantities", [["1.205", "3", "2", "4", "7", "1"], ["1.205", "1500", "760", "2200", "80", "1"]]
)
def test_one_number_is_no_thousand_where_plain_numbers_beside_it_are_small_or_not_grouped(
    quantities: list[str], tmp_path: Path
) -> None:
    read = listed(tmp_path, quantities, SLASHED, SPANISH, ";")
    assert sorted(read.schedules["quantity"]) == sorted(map(float, quantities))
    assert not any("1.205" in note or "1.200" in note for note in read.notes)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("dates", "heads", "separator", "more", "grouped", "told"),
    [
        (SLASHED, SPANISH, ",", {}, True, True),
        (SLASHED, ENGLISH, ";", {}, True, True),
        (SLASHED, ENGLISH, ",", {"Price": "12,50"}, True, True),
        (AMERICAN, ENGLISH, ",", {}, False, False),
        (SLASHED, ENGLISH, ",", {"Price": "12.50"}, False, False),
        (SLASHED, ENGLISH, ",", {}, False, True),
        (SLASHED, SPANISH, ";", {"Price": "12.50"}, False, True),
    ],
)
def test_where_numbers_do_not_tell_the_rest_of_the_table_does_or_it_is_said_that_nothing_does(
    dates: list[str], heads: tuple[str, ...], separator: str, more: dict[str, str], grouped: bool, told: bool,
    tmp_path: Path,
) -> None:  # fmt: skip
    read = listed(tmp_path, LARGE, dates, heads, separator, **more)
    assert sorted(read.schedules["quantity"]) == sorted(float(text) * (1000 if grouped else 1) for text in LARGE)
    assert any("1.200" in note for note in read.notes) == told


def test_sums_of_a_matrix_are_found_where_a_few_of_its_numbers_are_thousands(tmp_path: Path) -> None:
    cells = {
        "15/01/2024": ["1.200", "760", "1.960"],
        "22/01/2024": ["980", "540", "1.520"],
        "29/01/2024": ["5", "7", "12"],
    }
    table = pl.DataFrame({"Part": ["A", "B", None], "Issued": ["08/01/2024"] * 2 + [None], **cells})
    table.write_csv(tmp_path / "plan.csv", separator=";")
    read = irrupt.read(tmp_path / "plan.csv")
    assert sorted(read.schedules["quantity"]) == [5, 7, 540, 760, 980, 1200]


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
