"""Numbers above columns that are those of months (`1`, `P01`, `Period 1`, `maand 1`), or of so many periods ahead."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

import irrupt
from irrupt.errors import UsageError

TITLE = ["Leverplan 2025", "Klant: DAF"]


def written(file: Path, head: str, issues: list[date], *, moving: bool = True, issued: str = "Datum") -> Path:
    """Plans that begin with the month of their issue, if they are *moving*, else all with the first column."""
    rows = [";".join(["Artikelnr", issued, *(head.format(month) for month in range(1, 13))])]
    for at, day in enumerate(issues):
        cells = ["" if moving and month < at + 1 else str(100 * (at + 1) + month) for month in range(1, 13)]
        rows.append(";".join(["5511", day.isoformat(), *cells]))
    file.write_text("\n".join([*TITLE, *rows]), encoding="utf-8")
    return file


def months(plans: irrupt.Chronicle) -> set[tuple[date, float]]:
    found = plans.schedules.select("period", "quantity").rows()
    return {(period.date(), quantity % 100) for period, quantity in found}


@pytest.mark.parametrize("head", ["{}", "{:02}", "P{:02}", "Period {}", "maand {}", "mnd {}", "M{}"])
@pytest.mark.parametrize("issued", ["Datum", "Uitgiftedatum"])
def test_numbers_with_which_plans_begin_in_their_month_are_those_of_months(
    head: str, issued: str, tmp_path: Path
) -> None:
    issues = [date(2025, month, 20) for month in range(1, 9)]
    plans = irrupt.read(written(tmp_path / "plan.csv", head, issues, issued=issued))
    assert months(plans) == {(date(2025, month, 1), float(month)) for month in range(1, 13)}
    assert any(head.format(1) in note for note in plans.notes)


def test_periods_of_accounts_are_about_months_also_where_the_first_plan_is_of_the_year_before(tmp_path: Path) -> None:
    issues = [date(2024, 12, 30) + timedelta(weeks=at) for at in (0, 4, 8, 13, 17, 21, 26, 30)]
    file = written(tmp_path / "plan.csv", "P{:02}", issues, issued="Issue date")
    file.write_text(file.read_text(encoding="utf-8").split("\n", 2)[2], encoding="utf-8")
    assert months(irrupt.read(file)) == {(date(2025, month, 1), float(month)) for month in range(1, 13)}


def test_the_first_period_of_accounts_may_be_another_month(tmp_path: Path) -> None:
    issues = [date(2024, 10, 2), date(2024, 11, 4), date(2024, 12, 3), date(2025, 1, 3), date(2025, 2, 3)]
    file = written(tmp_path / "plan.csv", "P{:02}", issues, issued="Issue date")
    file.write_text(file.read_text(encoding="utf-8").split("\n", 2)[2], encoding="utf-8")
    plans = irrupt.read(file)
    assert months(plans) == {(date(2024 + (9 + n) // 12, (9 + n) % 12 + 1, 1), n + 1.0) for n in range(12)}
    assert any("P01 as the one with number 10" in note for note in plans.notes)


def test_numbers_that_tell_nothing_are_told_and_settled_by_users(tmp_path: Path) -> None:
    issues = [date(2025, month, 20) for month in range(1, 5)]
    file = written(tmp_path / "plan.csv", "P{:02}", issues, moving=False)
    plans = irrupt.read(file)
    assert any("across=months" in note and "nothing tells it" in note for note in plans.notes)
    said = irrupt.read(file, mapping={"across": "months"})
    assert months(said) == {(date(2025, month, 1), float(month)) for month in range(1, 13)}
    ahead = irrupt.read(file, mapping={"across": "months ahead"})
    assert max(months(ahead)) == (date(2026, 3, 1), 12.0)
    weeks = irrupt.read(file, mapping={"across": "weeks ahead"})
    assert weeks.schedules.equals(plans.schedules)
    assert not any("nothing tells it" in note for note in (*said.notes, *weeks.notes))


def test_weeks_ahead_of_weekly_plans_are_plain(tmp_path: Path) -> None:
    issues = [date(2025, 3, 3) + timedelta(weeks=at) for at in range(6)]
    plans = irrupt.read(written(tmp_path / "plan.csv", "P{:02}", issues, moving=False))
    assert not any("across" in note for note in plans.notes)


def test_what_numbers_are_is_not_said_of_columns_without_them(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("Part;Issued;2025-W40;2025-W41;2025-W42\nx;2025-09-29;1;2;3")
    with pytest.raises(UsageError, match="columns that are called by numbers"):
        irrupt.read(tmp_path / "plan.csv", mapping={"across": "months"})
