"""Months and weeks above columns that bear no year."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.schedules.headings import bare_across
from irrupt.errors import DataError

GERMAN = ("Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez")
FRENCH = ("Janvier", "Février", "Mars", "Avril", "Mai", "Juin")


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes a matrix of two parts, with a number of its own for each cell."""

    def write(heads: tuple[str, ...], *above: str, name: str = "plan.csv", **more: str) -> Path:
        columns: dict[str, Any] = {"Teil": ["A1", "A2"], "Kunde": ["X", "X"], **{k: [v, v] for k, v in more.items()}}
        columns |= {head: [at + 1, 10 * (at + 1)] for at, head in enumerate(heads)}
        text = pl.DataFrame(columns).write_csv(separator=";")
        (tmp_path / name).write_text("\n".join([*above, text]), encoding="utf-8")
        return tmp_path / name

    return write


def periods(chronicle: irrupt.Chronicle) -> list[str]:
    one = chronicle.schedules.filter(pl.col("part") == "A1").sort("quantity")
    return one["period"].dt.strftime("%Y-%m").to_list()


WHOLE = [f"2026-{month:02}" for month in range(1, 13)]


def test_a_line_above_tells_the_year(written: Callable[..., Path]) -> None:
    for above in ("Forecast 2026", "Jahr: 2026;;;", "Planung;2026"):
        assert periods(irrupt.read(written(GERMAN, above))) == WHOLE


def test_the_name_of_the_file_tells_the_year(written: Callable[..., Path]) -> None:
    for name in ("forecast_2026.csv", "Plan 2026 v3.csv", "plan_20260216.csv"):
        assert periods(irrupt.read(written(FRENCH, name=name))) == WHOLE[:6]


def test_a_version_or_a_column_of_years_tells_the_year(written: Callable[..., Path]) -> None:
    for more in ({"Version": "V2 2026"}, {"Jahr": "2026"}, {"Année": "2026"}):
        read = irrupt.read(written(GERMAN, **more))
        assert periods(read) == WHOLE
        assert any("the year of Jan" in note for note in read.notes)


@pytest.mark.parametrize(("issued", "first"), [("16.03.2026", "2026-01"), ("05.12.2025", "2025-01")])
def test_when_it_was_issued_tells_the_year_of_a_whole_one(
    issued: str, first: str, written: Callable[..., Path]
) -> None:
    assert periods(irrupt.read(written(GERMAN, Stand=issued)))[0] == first


@pytest.mark.parametrize("issued", ["16.11.2025", "20.10.2025", "10.01.2026"])
def test_months_turn_with_the_year(issued: str, written: Callable[..., Path]) -> None:
    read = irrupt.read(written(("Nov", "Dez", "Jan", "Feb"), Stand=issued))
    assert periods(read) == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_each_row_has_the_year_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("Teil;Kunde;Jahr;Jan;Feb;Mrz\nA1;X;2025;1;2;3\nA1;X;2026;4;5;6\n", encoding="utf-8")
    assert periods(irrupt.read(tmp_path / "p.csv")) == [
        "2025-01", "2025-02", "2025-03", "2026-01", "2026-02", "2026-03",
    ]  # fmt: skip


def test_a_word_may_stand_before_the_months(written: Callable[..., Path]) -> None:
    heads = tuple(f"Plan {name}" for name in GERMAN)
    assert periods(irrupt.read(written(heads, name="plan_2026.csv"))) == WHOLE


def test_weeks_without_a_year_and_an_issue_have_that_of_the_file(written: Callable[..., Path]) -> None:
    read = irrupt.read(written(("KW 52", "KW 1", "KW 2"), name="plan_2025.csv"))
    assert read.schedules["period"].dt.strftime("%G-W%V").unique().sort().to_list() == [
        "2025-W52", "2026-W01", "2026-W02",
    ]  # fmt: skip


@pytest.mark.parametrize("heads", [GERMAN, FRENCH, ("KW 8", "KW 9", "KW 10")])
def test_without_any_year_it_is_said_what_to_add(heads: tuple[str, ...], written: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match=r"without their year.*add the year"):
        irrupt.read(written(heads))


def test_a_year_on_the_sheet_or_above_it(workbook: Callable[..., Path]) -> None:
    body = [["Teil", "Kunde", *GERMAN], ["A1", "X", *range(1, 13)], ["A2", "X", *range(2, 14)]]
    assert periods(irrupt.read(workbook({"Plan 2026": body}))) == WHOLE
    assert periods(irrupt.read(workbook({"Plan": [["Vorschau 2026"], *body]}))) == WHOLE


@pytest.mark.parametrize("names", [["Mark", "Jan", "Decke"], ["Jan", "Mrz", "Mai"], ["W5", "Foo", "W6"]])
def test_other_words_are_no_months_that_follow_each_other(names: list[str]) -> None:
    assert bare_across(pl.DataFrame(schema=names)) is None


def test_a_matrix_without_an_issue_says_so(written: Callable[..., Path]) -> None:
    read = irrupt.read(written(GERMAN, name="plan_2026.csv"))
    assert any("nothing tells when quantities were announced" in note for note in read.notes)
