"""Dates of which a column beside them says whether they are days, weeks or months."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

import irrupt
from irrupt.chronicle import Chronicle

CATEGORIES = {
    "Cat.": "D W M",
    "Kat.": "T W M",
    "Type": "Day Week Month",
    "Terminart": "Tag Woche Monat",
    "Unité de temps": "Jour Semaine Mois",
    "J/S/M": "J S M",
    "Periodo": "Día Semana Mes",
    "Periodicità": "giornaliero settimanale mensile",
}
ISSUES = [f"{day:02}.02.2026" for day in (5, 12, 19)]
FIRM = {"D": "F", "W": "T", "M": ""}


def lines(words: str, joined: str = "{}") -> list[str]:
    """Three plans: days of the next week, three weeks in figures, three months in figures."""
    letters = dict(zip("DWM", words.split(), strict=True))
    found = []
    for at, issue in enumerate(ISSUES):
        days = [f"{9 + 7 * at + more:02}.02.2026" for more in (0, 2)]
        periods = [*(("D", day) for day in days), *(("W", f"{week + at:02}.2026") for week in (8, 9, 10))]
        periods += [("M", f"{month:02}.2026") for month in (5, 6, 7)]
        for kind, text in periods:
            cell = joined.format(text, letter=letters[kind])
            found.append(f"Alpha;x;{issue};{letters[kind]};{cell};{100 + at};{FIRM[kind]}")
    return found


def read(path: Path, name: str, rows: list[str], firm: str = "Firm/Trade-off") -> Chronicle:
    path.write_text("\n".join([f"Customer;Part;Release date;{name};Delivery date;Qty;{firm}", *rows]), encoding="utf-8")
    return irrupt.read(path)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("name", "words"), CATEGORIES.items())
def test_a_column_says_what_each_date_is(name: str, words: str, tmp_path: Path) -> None:
    found = read(tmp_path / "plan.csv", name, lines(words))
    assert not found.problems
    assert found.mapping["length"] == name
    first = found.schedules.filter(found.schedules["issued"] == found.schedules["issued"].min()).sort("period")
    assert [str(day) for day in first["period"].dt.date()] == [
        *(
            "2026-02-09",
            "2026-02-11",
            "2026-02-16",
            "2026-02-23",
            "2026-03-02",
            "2026-05-01",
            "2026-06-01",
            "2026-07-01",
        )
    ]
    days = (first["until"] - first["period"]).dt.total_days()
    assert days.to_list() == [1, 1, 7, 7, 7, 31, 30, 31]


@pytest.mark.parametrize("words", ["D W M", "T W M"])
def test_the_word_may_stand_before_the_date(words: str, tmp_path: Path) -> None:
    rows = [";".join(part for at, part in enumerate(row.split(";")) if at != 3) for row in lines(words, "{letter} {}")]
    path = tmp_path / "plan.csv"
    path.write_text("\n".join(["Customer;Part;Release date;Delivery date;Qty;Firm/Trade-off", *rows]), encoding="utf-8")
    found = irrupt.read(path)
    assert not found.problems
    assert found.schedules["period"].dt.month().unique().sort().to_list() == [2, 3, 5, 6, 7]


@pytest.mark.parametrize("name", ["Firm/Trade-off", "Firm zone", "Fix-Zone"])
def test_what_lies_beyond_the_firm_zone_is_not_firm(name: str, tmp_path: Path) -> None:
    found = read(tmp_path / "plan.csv", "Cat.", lines("D W M"), name)
    days = (found.schedules["until"] - found.schedules["period"]).dt.total_days()
    assert found.schedules["firm"].to_list() == (days == 1).to_list()
    assert any("bears no word is not firm" in note for note in found.notes)


def test_sizes_are_no_lengths(tmp_path: Path) -> None:
    rows = [row.replace(";D;", ";S;").replace(";W;", ";M;") for row in lines("D W M") if ";D;" in row or ";W;" in row]
    found = read(tmp_path / "plan.csv", "Size", rows)
    assert "length" not in found.mapping


@pytest.mark.one_in(4)
@pytest.mark.parametrize("letters", ["DM", "GM", "MW", "TM", "DW"])
@pytest.mark.parametrize("step", [7, 1])
def test_grades_are_no_lengths(letters: str, step: int, tmp_path: Path) -> None:
    """Half of the rows were read as months, whatever the column was called."""
    days = [date(2026, 2, 2) + timedelta(days=step * at) for at in range(12)]
    rows = [f"Alpha;x;2026-02-01;{letters[at % 2]};{day};{10 + at};" for at, day in enumerate(days)]
    found = read(tmp_path / "plan.csv", "grade", rows)
    assert "length" not in found.mapping
    assert (found.schedules["until"] - found.schedules["period"]).dt.total_days().max() == step


def test_letters_with_which_dates_agree_are_lengths_and_it_is_told(tmp_path: Path) -> None:
    days = ["2026-02-02", "2026-02-03", "2026-02-05", "2026-03-01", "2026-04-01"]
    rows = [f"Alpha;x;2026-02-01;{'D' if at < 3 else 'M'};{day};{10 + at};" for at, day in enumerate(days)]
    found = read(tmp_path / "plan.csv", "grid", rows)
    assert found.mapping["length"] == "grid"
    assert any("“grid” says how long each period is: D = 1 day, M = 30 days" in note for note in found.notes)
