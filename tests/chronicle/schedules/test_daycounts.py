"""Dates that a spreadsheet left as counts of days."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

import irrupt

PLANS = [date(2025, 12, 1) + timedelta(weeks=k) for k in range(6)]
ROWS = [(issued, issued + timedelta(weeks=h), 40_000 + h) for issued in PLANS for h in range(8)]


def count(day: date) -> int:
    return (day - date(1899, 12, 30)).days


def written(path: Path, heads: tuple[str, str], *, both: bool, form: str = "{}") -> Path:
    issued = [form.format(count(i)) if both else f"{i:%d.%m.%Y}" for i, *_ in ROWS]
    periods = [form.format(count(p)) for _, p, _ in ROWS]
    columns = {"Teil": "A", heads[0]: issued, heads[1]: periods, "Menge": [q for *_, q in ROWS]}
    pl.DataFrame(columns).write_csv(path / "plan.csv", separator=";")
    return path / "plan.csv"


@pytest.mark.parametrize("form", ["{}", "{}.0", "{},0"])
@pytest.mark.parametrize("both", [True, False])
@pytest.mark.parametrize(
    "heads", [("Abrufdatum", "Liefertermin"), ("Issue date", "Delivery date"), ("Datum A", "Datum B")]
)
def test_numbers_below_a_heading_of_dates_are_days(
    heads: tuple[str, str], both: bool, form: str, tmp_path: Path
) -> None:
    read = irrupt.read(written(tmp_path, heads, both=both, form=form))
    dated = read.schedules.select(pl.col("issued").dt.date(), pl.col("period").dt.date(), "quantity")
    assert sorted(dated.rows()) == ROWS
    assert sum("count days as spreadsheets do" in note for note in read.notes) == 1 + both


def test_a_column_of_both_is_read_and_days_are_those_of_the_clock(tmp_path: Path) -> None:
    path = written(tmp_path, ("Abrufdatum", "Liefertermin"), both=False)
    path.write_text(path.read_text().replace(f";{count(PLANS[-1])};", f";{PLANS[-1]:%d.%m.%Y};"))
    read = irrupt.read(path, timezone="Europe/Paris")
    local = read.schedules.select(pl.col("issued", "period").dt.convert_time_zone("Europe/Paris").dt.date(), "quantity")
    assert sorted(local.rows()) == ROWS


@pytest.mark.parametrize("head", ["Menge", "Bedarf", "Demand", "Amount due", "Units"])
def test_quantities_as_large_as_counts_of_days_stay_quantities(head: str) -> None:
    rows = [(str(i), str(p), q) for i, p, q in ROWS]
    table = pl.DataFrame(rows, schema=["Issue date", "Delivery date", head], orient="row")
    read = irrupt.read(table.with_columns(pl.lit("A").alias("Part"), pl.col(head).cast(pl.String)))
    assert sorted(read.schedules["quantity"].fill_null(0) + read.schedules["value"].fill_null(0)) == sorted(
        q for *_, q in ROWS
    )
    assert not any("count days" in note for note in read.notes)
