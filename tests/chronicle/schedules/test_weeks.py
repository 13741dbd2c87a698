"""Weeks in four or six figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import irrupt
from irrupt.chronicle.limits import Limits
from irrupt.chronicle.schedules import periods
from irrupt.chronicle.schedules.headings import with_weeks_across
from irrupt.chronicle.schedules.periods import is_period, periods_among, read_periods
from irrupt.chronicle.sources import from_frame
from irrupt.errors import DataError

PLANS = [date(2025, 12, 1) + timedelta(weeks=k) for k in range(6)]
ROWS = [(issued, issued + timedelta(weeks=h), 100 + h) for issued in PLANS for h in range(8)]
YYWW, WWYY, SLASHED, WHOLE = ("{1:02}{0:02}", "{0:02}{1:02}", "{0:02}/{1:02}", "20{1:02}{0:02}")


def week(form: str, day: date) -> str:
    return form.format(day.isocalendar().week, day.isocalendar().year % 100)


def dated(schedules: pl.DataFrame) -> list[tuple[date, date, float]]:
    return sorted(schedules.select(pl.col("issued").dt.date(), pl.col("period").dt.date(), "quantity").rows())


@pytest.mark.one_in(2)
@pytest.mark.parametrize("form", [YYWW, WWYY, SLASHED, WHOLE, "KW{1:02}{0:02}"])
@pytest.mark.parametrize(
    "heads", [("Erstellt am", "KW"), ("Planungswoche", "Lieferwoche"), ("Issue week", "Delivery week")]
)
def test_figures_below_a_heading_of_weeks_are_weeks(form: str, heads: tuple[str, str], tmp_path: Path) -> None:
    issued, period = heads
    told: Callable[[date], str] = date.isoformat if issued == "Erstellt am" else lambda day: week(form, day)
    table = pl.DataFrame(
        {"Teil": "A", issued: [told(i) for i, *_ in ROWS], period: [week(form, p) for _, p, _ in ROWS],
         "Menge": [q for *_, q in ROWS]}
    )  # fmt: skip
    table.write_csv(tmp_path / "plan.csv", separator=";")
    read = irrupt.read(tmp_path / "plan.csv")
    assert dated(read.schedules) == ROWS
    assert set((read.schedules["until"] - read.schedules["period"]).dt.total_days()) == {7}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("form", [YYWW, WWYY, WHOLE, "KW{1:02}{0:02}"])
def test_figures_above_the_columns_of_a_matrix_are_weeks_where_they_follow_each_other(
    form: str, tmp_path: Path
) -> None:
    issued = PLANS[0]
    cells = {week(form, p): [q] for i, p, q in ROWS if i == issued}
    pl.DataFrame({"Teil": ["A"], "Stand": [str(issued)], **cells}).write_csv(tmp_path / "plan.csv")
    assert dated(irrupt.read(tmp_path / "plan.csv").schedules) == [row for row in ROWS if row[0] == issued]


@pytest.mark.parametrize(
    "names",
    [
        ["Datum", "2601", "2602", "2603", "2604"],
        ["Teil", "2601", "2603", "2607", "2609"],
        ["Teil", "2601", "2602"],
        ["Teil", "2021", "2022", "2023", "2024"],
    ],
)
def test_figures_that_are_parts_years_or_anything_else_are_no_weeks(names: list[str]) -> None:
    raw = from_frame(pl.DataFrame({name: ["1"] for name in names}), "plan", Limits())
    assert with_weeks_across(raw) is raw


@pytest.mark.parametrize("texts", [["2024", "2025"], ["8", "9"], ["2699", "2608"], ["1200", "980"]])
def test_years_and_other_figures_below_a_heading_of_weeks_are_no_weeks(texts: list[str]) -> None:
    assert read_periods(pl.Series("Woche", texts)).begin.null_count() == len(texts)


TEXTS = (
    "2024-W05|KW 5/2024|KW 54/2024|KW 0524|KW 2405|KW 9924|2405|202405|202413|202400|2024-02|2024-14|2024-00|0/2024|"
    "03/2024|Jan 24;Feb 24;Mrz 24|Jan-24|Mai 2024|5 Jan 2024|5.6.2024|6/5/24|31/2/24|2024-02-05|Q1 2024|Q124|10.0|"
    "1709000001;5000000001|1709000000001|Plan KW 5/2024|vom 5.6.2024|8K0.941.003|part"
)


@given(st.lists(st.sampled_from(TEXTS.split("|")), unique=True))
@settings(max_examples=settings().max_examples // 2)
def test_a_text_names_a_period_whatever_stands_beside_it(groups: list[str]) -> None:
    texts = [text for group in groups for text in group.split(";")]
    periods._KNOWN.clear()
    together = periods_among(texts)
    periods._KNOWN.clear()
    assert together == [text for text in texts if is_period(text)]


@pytest.mark.parametrize(
    "text",
    ["2025v40", "2025 v. 40", "v40 2025", "W202540", "KW 202540", "2025/40. hét", "40. viikko 2025", "W40Y25", "Y25W40",
     "202540W", "D20250929", "20250929D", "2025-09-29 (W)", "W 29.09.2025"],
)  # fmt: skip
def test_a_week_and_its_year_may_stand_in_either_order(text: str) -> None:
    (begin,) = read_periods(pl.Series([text]), "UTC").begin.dt.date()
    assert begin == date(2025, 9, 29)


def test_letters_before_figures_say_what_each_period_is() -> None:
    found = read_periods(pl.Series("Week", ["D20251006", "W202542", "M202511"]))
    assert found.begin.dt.date().to_list() == [date(2025, 10, 6), date(2025, 10, 13), date(2025, 11, 1)]
    assert found.days.to_list() == [None, 7, 30]


@pytest.mark.parametrize("form", ["FY25W{}", "25w{}.1", "W{0}-W{0} 2025"])
def test_where_weeks_are_not_known_a_schedule_is_no_event_log(form: str) -> None:
    rows = [
        ("V", "A", "2025-09-29", form.format(week), 5, "Firm" if week < 42 else "Forecast") for week in range(40, 48)
    ]
    names = ["Customer", "Part", "Issued", "Delivery week", "Qty", "Status"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    with pytest.raises(DataError, match=r"Delivery week.*2025-W42.*period"):
        irrupt.read(frame)
    log = irrupt.read(frame, mapping={"case": "Part", "activity": "Status", "end": "Issued"})
    assert log.events.height
