"""Periods told by their first day and their last."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.schedules.invented import Client, history

FORMS = ("%d.%m.%Y", "%Y-%m-%d", "%m/%d/%Y")


@pytest.fixture(scope="module")
def plans() -> pl.DataFrame:
    whole = history((Client(name="Alpha", parts=2),), weeks=4, horizon=6, seed=5)
    return whole.filter(pl.col("kind") == "forecast")


@pytest.mark.one_in(3)
@pytest.mark.parametrize("days", [4, 6, 7])
@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("Von", "Bis"),
        ("Start date", "End date"),
        ("Date début", "Date fin"),
        ("Du", "Au"),
        ("Gültig ab", "Gültig bis"),
        ("Fecha desde", "Fecha hasta"),
        ("Dal", "Al"),
    ],
)
def test_two_columns_tell_from_when_to_when(
    begin: str, end: str, days: int, plans: pl.DataFrame, tmp_path: Path
) -> None:
    form = FORMS[days % 3]
    table = plans.select(
        Kunde="client",
        Teil="part",
        Stand=pl.col("issued").dt.strftime(form),
        **{
            begin: pl.col("period").dt.strftime(form),
            end: pl.col("period").dt.offset_by(f"{days}d").dt.strftime(form),
        },
        Menge="quantity",
    )
    table.write_csv(tmp_path / "plan.csv", separator=";")
    read = irrupt.read(tmp_path / "plan.csv")
    keys = ["client", "part", "issued", "period", "quantity"]
    assert set(read.schedules.select(keys).rows()) == set(plans.select(keys).rows())
    lasts = (read.schedules["until"] - read.schedules["period"]).dt.total_days().unique().to_list()
    assert lasts == [5 if days == 4 else 7]
    assert any("its last day" in note for note in read.notes) == (days < 7)


@pytest.mark.parametrize("between", [" - ", "-", " – ", " bis ", " to ", " au "])
def test_one_column_may_tell_from_when_to_when(between: str, plans: pl.DataFrame, tmp_path: Path) -> None:
    first, last = (pl.col("period").dt.offset_by(by).dt.strftime("%d.%m.%Y") for by in ("0d", "6d"))
    table = plans.select("client", "part", "issued", Zeitraum=pl.concat_str(first, pl.lit(between), last), q="quantity")
    table.rename({"q": "Menge"}).write_csv(tmp_path / "plan.csv", separator=";")
    read = irrupt.read(tmp_path / "plan.csv")
    keys = ["client", "part", "issued", "period", "quantity"]
    assert set(read.schedules.select(keys).rows()) == set(plans.select(keys).rows())


def test_from_and_to_beside_the_times_of_work_are_those_of_a_log(tmp_path: Path) -> None:
    rows = [f"{at},drill,2026-02-0{1 + at % 8} 08:15,2026-02-0{1 + at % 8} 09:45,P1,{at}" for at in range(9)]
    (tmp_path / "log.csv").write_text("\n".join(["Case,Step,Start,End,Part,Qty", *rows]), encoding="utf-8")
    assert irrupt.read(tmp_path / "log.csv").events.height == 9
