"""Plans below each other in one file, each below lines and a header of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import irrupt

MONDAYS = [date(2025, 11, 3) + timedelta(days=7 * number) for number in range(4)]


def quantity(part: int, week: int, release: int) -> int:
    return 100 * part + 7 * (week - release) + release


def plans(word: str = "Kunde", header: str = "KW {}", weeks: int = 4) -> list[list[Any]]:
    """A plan for each of four Mondays: whose it is, when it was issued, and *weeks* weeks of two parts."""
    rows: list[list[Any]] = []
    for release, monday in enumerate(MONDAYS):
        own = range(release, release + weeks)
        named = [header.format((MONDAYS[0] + timedelta(days=7 * week)).isocalendar().week) for week in own]
        rows += [[f"{word}: Ricambi"], [f"Stand: {monday:%d.%m.%Y}"], ["Artikel", *named]]
        rows += [[f"A-{part}", *(quantity(part, week, release) for week in own)] for part in (1, 2)] + [[]]
    return rows


def announced(weeks: int = 4) -> list[tuple[date, str, date, float]]:
    return sorted(
        (monday, f"A-{part}", MONDAYS[0] + timedelta(days=7 * week), float(quantity(part, week, release)))
        for release, monday in enumerate(MONDAYS)
        for week in range(release, release + weeks)
        for part in (1, 2)
    )


def told(path: Path) -> list[tuple[date, str, date, float]]:
    read = irrupt.read(path)
    assert not read.problems
    assert set(read.schedules["client"]) == {"Ricambi"}
    rows = read.schedules.select("issued", "part", "period", "quantity").rows()
    return sorted((issued.date(), part, period.date(), count) for issued, part, period, count in rows)


@pytest.mark.parametrize("more", [4, 1, 0], ids="filled up to {} separators".format)
@pytest.mark.parametrize(("word", "header"), [("Kunde", "KW {}"), ("Cliente", "settimana {}"), ("Customer", "W{}")])
def test_plans_below_each_other_are_read_each_with_its_weeks(word: str, header: str, more: int, tmp_path: Path) -> None:
    lines = [";".join(map(str, row)) + ";" * more * (len(row) == 1) for row in plans(word, header)]
    (tmp_path / "plan.csv").write_text("\n".join(lines), encoding="utf-8")
    assert told(tmp_path / "plan.csv") == announced()


def test_plans_below_each_other_on_a_sheet(workbook: Callable[..., Path]) -> None:
    assert told(workbook(plans())) == announced()


def test_a_header_that_comes_again_and_a_client_called_like_it_begin_no_plan(tmp_path: Path) -> None:
    """A row that repeats the name of its column, as a test entry does, is no header."""
    lines = ["case;activity;end", "case;Open;2024-01-01 09:00", "b;Open;2024-01-01 10:00", "b;Close;2024-01-02 10:00"]
    (tmp_path / "log.csv").write_text("\n".join(lines), encoding="utf-8")
    log = irrupt.read(tmp_path / "log.csv")
    assert sorted(log.events["case"].unique()) == ["b", "case"]
    assert log.events["end"].min() == datetime(2024, 1, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("firm", "open_"), [("Fest", "Prognose"), ("Vast", "Prognose"), ("Ferme", "Prévu"), ("Firm", "Forecast")]
)
def test_what_is_firm_may_stand_above_weeks(firm: str, open_: str, tmp_path: Path) -> None:
    """`Prognose` begins as a Czech month does."""
    lines = ["Stand;03.11.2025;;;;", f";{firm};;{open_};;", "Artikel;KW 45;KW 46;KW 47;KW 48;KW 49", "A;1;2;3;4;5"]
    (tmp_path / "plan.csv").write_text("\n".join(lines), encoding="utf-8")
    assert irrupt.read(tmp_path / "plan.csv").schedules["firm"].to_list() == [True, True, False, False, False]
