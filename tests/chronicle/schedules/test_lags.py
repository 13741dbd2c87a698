"""Columns for what had been announced so many periods before."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

import irrupt

MONTHS = [date(2025 + at // 12, at % 12 + 1, 1) for at in range(15)]
WEEKS = [date(2025, 12, 1) + timedelta(weeks=at) for at in range(15)]


def table(heads: list[str], period: list[date], form: str) -> pl.DataFrame:
    rows = {"Teil": ["A"] * 15, "Periode": [format(one, form) for one in period], "Ist": [100 + at for at in range(15)]}
    return pl.DataFrame({**rows, **{head: [90 + at + lag for at in range(15)] for lag, head in enumerate(heads, 1)}})


@pytest.mark.parametrize(
    ("heads", "period", "form"),
    [
        (["Lag 1", "Lag 2", "Lag 3"], MONTHS, "%Y-%m"),
        (["Plan M-1", "Plan M-2"], MONTHS, "%m/%Y"),
        (["Prévision S-1", "Prévision S-2"], WEEKS, "%G-W%V"),
        (["fcst_lag_1", "fcst_lag_2"], WEEKS, "%d.%m.%Y"),
    ],
)
def test_each_lag_is_a_plan_of_its_own(heads: list[str], period: list[date], form: str) -> None:
    read = irrupt.read(table(heads, period, form))
    plans = read.schedules.filter(pl.col("kind") == "forecast").select("issued", "period", "quantity")
    assert plans.height == 15 * len(heads)
    at = period[7]
    found = plans.filter(pl.col("period").dt.date() == at).sort("issued", descending=True)
    assert found["quantity"].to_list() == [97 + lag for lag in range(1, len(heads) + 1)]
    assert found["issued"].dt.date()[0] == period[6]
    assert read.schedules.filter(pl.col("kind") == "delivered")["quantity"].sum() == sum(range(100, 115))
    assert any("announced that many periods before" in note for note in read.notes)


def test_lags_of_uneven_periods_are_left_alone() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 12), date(2026, 4, 1), date(2026, 4, 13)]
    frame = table(["Lag 1", "Lag 2"], WEEKS, "%Y-%m-%d").head(4).with_columns(Periode=pl.Series(map(str, days)))
    with pytest.raises(irrupt.errors.DataError):
        irrupt.read(frame)


def test_columns_ahead_of_plans_that_come_every_month_are_months(tmp_path: Path) -> None:
    rows = [f"S1,A,2025{month:02},5,6,7" for month in (1, 2, 3, 4)]
    path = tmp_path / "plan.csv"
    path.write_text("\n".join(["Dock,Part No,Order Month,N,N+1,N+2", *rows]), encoding="utf-8")
    read = irrupt.read(path)
    assert [str(day.date()) for day in read.schedules["period"][:3]] == ["2025-01-01", "2025-02-01", "2025-03-01"]
    assert any("months ahead" in note for note in read.notes)
    weeks = irrupt.read(path, mapping={"across": "weeks ahead"}).schedules["period"]
    assert str(weeks[1].date()) == "2025-01-06"


def test_a_quantity_with_an_accent_before_a_lead_is_one(tmp_path: Path) -> None:
    for day in ("29092025", "06102025"):
        text = "Site;Référence;Retard;Qté S+0;Qté S+1;Qté S+2\nP;A;0;5;6;7\n"
        (tmp_path / f"PREV_{day}.csv").write_text(text, encoding="cp1252")
    assert irrupt.read(tmp_path).schedules.height == 6
