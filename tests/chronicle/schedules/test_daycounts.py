"""Dates that a spreadsheet left as counts of days."""

from __future__ import annotations

from collections.abc import Callable
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


@pytest.mark.one_in(3)
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


CALLED = (
    ("Release", "Week commencing"), ("Planstand", "KW ab"), ("Version du", "Semaine du"), ("Wydanie", "Dostawa"),
    ("Vystaveno", "Dodání"), ("Snapshot", "Delivery week"), ("Version", "Period"),
    ("Rev", "Ship wk"), ("Aktualizacja", "Tydzień"), ("Released", "ETA"),
)  # fmt: skip


@pytest.mark.parametrize("heads", CALLED)
def test_numbers_of_days_below_names_of_weeks_and_deliveries(heads: tuple[str, str], tmp_path: Path) -> None:
    """They were read as an event log that tells no times."""
    read = irrupt.read(written(tmp_path, heads, both=True))
    dated = read.schedules.select(pl.col("issued").dt.date(), pl.col("period").dt.date(), "quantity")
    assert sorted(dated.rows()) == ROWS
    assert sum("count days as spreadsheets do" in note for note in read.notes) == 2


def test_numbers_of_releases_and_of_delivery_notes_are_no_days(tmp_path: Path) -> None:
    rows = [f"A1;X;{45_200 + at};{45_000 + 3 * at};2026-{1 + at:02}-05;5" for at in range(8)]
    text = "\n".join(["Part;Customer;Release;Delivery note;Due date;Qty", *rows])
    (tmp_path / "plan.csv").write_text(text, encoding="utf-8")
    assert not any("count days" in note for note in irrupt.read(tmp_path / "plan.csv").notes)


@pytest.mark.parametrize("steps", [(0, 2, 7, 10, 21, 28), (0, 1, 2, 3, 4, 7, 8), (0, 7, 14, 21, 28, 56, 87, 118)])
def test_days_above_columns_need_not_be_as_far_apart(steps: tuple[int, ...], tmp_path: Path) -> None:
    """Days of work, calls on some days of a week, and weeks before months were read as an event log."""
    days = [date(2025, 10, 6) + timedelta(days=step) for step in steps]
    cells = {str(count(day)): [100 + k] for k, day in enumerate(days)}
    pl.DataFrame({"Teil": ["A"], "Stand": ["2025-10-06"], **cells}).write_csv(tmp_path / "plan.csv", separator=";")
    read = irrupt.read(tmp_path / "plan.csv").schedules
    assert read.select(pl.col("period").dt.date(), "quantity").rows() == [
        (day, 100.0 + k) for k, day in enumerate(days)
    ]


@pytest.mark.parametrize("form", ["{}", "{}.0"])
@pytest.mark.parametrize("months", [False, True])
def test_numbers_above_the_columns_of_a_matrix_are_days(form: str, months: bool, tmp_path: Path) -> None:
    days = [date(2026, 1 + k, 1) if months else date(2026, 1, 5) + timedelta(weeks=k) for k in range(6)]
    cells = {form.format(count(day)): [100 + k, 50 + k] for k, day in enumerate(days)}
    table = {"Kunde": ["X", "X"], "Teil": ["A", "B"], "Stand": ["2025-12-29"] * 2, **cells}
    pl.DataFrame(table).write_csv(tmp_path / "plan.csv", separator=";")
    read = irrupt.read(tmp_path / "plan.csv")
    assert read.schedules["period"].dt.date().unique().sort().to_list() == days
    assert sum("as spreadsheets count them" in note for note in read.notes) == 1


def test_numbers_of_parts_above_a_table_are_no_days(tmp_path: Path) -> None:
    """They do not follow each other."""
    columns = {"Kunde": ["X"] * 3, "Liefertermin": ["2026-01-05", "2026-01-12", "2026-01-19"]}
    parts = {"46027": [1, 2, 3], "46031": [4, 5, 6], "46052": [7, 8, 9], "46110": [1, 1, 1]}
    pl.DataFrame(columns | parts).write_csv(tmp_path / "plan.csv", separator=";")
    assert set(irrupt.read(tmp_path / "plan.csv").schedules["part"]) == parts.keys()


def test_a_workbook_that_counts_from_1904(workbook: Callable[..., Path]) -> None:
    days = [date(2026, 1, 5) + timedelta(weeks=k) for k in range(5)]
    issued = date(2025, 12, 29)
    rows = [
        ["Kunde", "Teil", "Stand", *(count(day) - 1462 for day in days)],
        ["X", "A", count(issued) - 1462, 5, 6, 7, 8, 9],
        ["X", "B", count(issued) - 1462, 1, 2, 3, 4, 5],
    ]
    found = irrupt.read(workbook(rows, since=1904)).schedules
    assert found["period"].dt.date().unique().sort().to_list() == days
    assert found["issued"].dt.date().unique().to_list() == [issued]


def test_times_of_a_log_that_are_numbers_of_days(tmp_path: Path) -> None:
    """A log that went through a spreadsheet and lost the form of its times."""
    lines = [
        "Case;Activity;Timestamp;Amount",
        "1;Pack;45292.375;46000",
        "1;Ship;45293.4166667;46000",
        "2;Pack;45294.5;46000",
    ]
    (tmp_path / "log.csv").write_text("\n".join([*lines, "2;Ship;45295;46000"]))
    read = irrupt.read(tmp_path / "log.csv")
    assert read.events["end"].dt.to_string("%m-%d %H:%M").to_list() == [
        "01-01 09:00", "01-02 10:00", "01-03 12:00", "01-04 00:00",
    ]  # fmt: skip
    assert read.events["Amount"].to_list() == [46000] * 4
    assert any("Timestamp count days as spreadsheets do" in note for note in read.notes)


def test_days_counted_so_beside_times_of_the_day(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("Case;Activity;Datum;Uhrzeit\n1;a;45292;08:30\n1;b;45293;09:30\n2;a;45292;10:00")
    read = irrupt.read(tmp_path / "log.csv")
    assert read.events["end"].dt.to_string("%m-%d %H:%M").to_list() == ["01-01 08:30", "01-02 09:30", "01-01 10:00"]


def test_dates_in_figures_may_be_numbers(workbook: Callable[..., Path]) -> None:
    """As SAP exports them to spreadsheets: numbers were no dates, though the same figures as texts were."""
    rows = [[f"{case}", step, 20260100 + case + at] for case in range(1, 9) for at, step in enumerate(("Pack", "Ship"))]
    assert irrupt.read(workbook([["Case", "Activity", "Date"], *rows])).events["end"].dt.day().max() == 9
    frame = pl.DataFrame(rows, schema=["Case", "Activity", "Time"], orient="row")
    seconds = frame.with_columns(pl.col("Time").cast(pl.Int64) * 1_000_000 + 83015)
    assert irrupt.read(seconds).events["end"].dt.to_string("%d %H:%M:%S").to_list()[0] == "01 08:30:15"


def test_dates_in_figures_of_plans_may_be_numbers(workbook: Callable[..., Path]) -> None:
    rows = [["X", "A", int(f"{issued:%Y%m%d}"), int(f"{day:%Y%m%d}"), quantity] for issued, day, quantity in ROWS]
    found = irrupt.read(workbook([["Kunde", "Teil", "Abrufdatum", "Liefertermin", "Menge"], *rows])).schedules
    told = found.select(pl.col("issued", "period").dt.date(), "quantity").rows()
    assert sorted(told) == sorted(ROWS)
