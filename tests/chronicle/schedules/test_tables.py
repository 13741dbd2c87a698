"""Tables of schedules: long, in matrix form, as spreadsheets; roles, numbers, periods, running totals, problems."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import irrupt
from irrupt.chronicle.model import SCHEDULE_COLUMNS
from irrupt.chronicle.schedules.cumulative import SERIES, period_quantities
from irrupt.chronicle.schedules.numbers import read_numbers
from irrupt.chronicle.schedules.periods import read_periods
from irrupt.chronicle.schedules.recognising import looks_like_schedules
from irrupt.errors import DataError, UsageError

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"
SAID = ["client", "part", "issued", "period", "until", "quantity"]


def plan(**columns: Any) -> pl.DataFrame:
    usual = {"part": "x", "issued": "2024-01-01", "period": ["2024-01-08", "2024-01-15", "2024-01-22"], "quantity": 5}
    return pl.DataFrame({**usual, **columns})


@pytest.mark.parametrize("wide", [False, True])
def test_dates_that_nothing_decides_are_told_and_can_be_overruled(*, wide: bool, tmp_path: Path) -> None:
    """Also where they head columns; one line is enough, whatever number of columns they stand in."""
    table = plan(part="x", issued="02/01/2024", period=["02/02/2024", "05/03/2024", "11/05/2024"], quantity=5)
    if wide:
        table.pivot("period", index=["part", "issued"], values="quantity").write_csv(tmp_path / "m.csv")
    source: Any = tmp_path / "m.csv" if wide else table
    guessed, said = irrupt.read(source), irrupt.read(source, mapping={"times": "month first"})
    assert guessed.schedules["period"].dt.month().to_list() == [2, 3, 5]
    assert len([note for note in guessed.notes if "times=month first" in note]) == 1
    assert {problem.code for problem in guessed.problems} == {"unclear dates"}
    assert said.schedules["period"].dt.month().to_list() == [2, 5, 11]
    assert not [text for text in said.notes if "times=" in text] + [*said.problems]


def test_the_table_has_all_columns_typed(invented: pl.DataFrame) -> None:
    table = irrupt.read(invented).schedules
    assert dict(table.schema) == SCHEDULE_COLUMNS
    assert table.height == invented.height


def test_long_matrix_and_lead_tables_say_the_same(invented: pl.DataFrame, tmp_path: Path) -> None:
    planned = invented.filter(kind="forecast")
    whole = irrupt.read(planned).schedules.select(SAID)
    index = ["client", "plant", "part", "plan", "issued"]
    heads = {
        "weeks": pl.col("period").dt.strftime("%G-W%V"),
        "days": pl.col("period").dt.strftime("%d/%m/%Y"),
        "leads": pl.format("W+{}", (pl.col("period") - pl.col("issued")).dt.total_days() // 7),
    }
    for name, head in heads.items():
        wide = planned.with_columns(head=head).pivot("head", index=index, values="quantity")
        wide.write_csv(tmp_path / "m.csv", separator=";")
        assert irrupt.read(tmp_path / "m.csv").schedules.select(SAID).equals(whole), name


def test_a_workbook_says_what_its_csv_says_and_runs_no_formula(workbook: Callable[..., Path]) -> None:
    rows = [["Programme"], [None], ["Article", "Émis le", "Semaine", "Quantité"], ["A", "2024-01-01", "2024-W02", 5]]
    path = workbook([*rows, ["A", "2024-01-01", "2024-W03", "=WEBSERVICE(A1)"]])
    read = irrupt.read(path)
    assert read.schedules["quantity"].to_list() == [5.0, 7.0]
    assert read.mapping == {"issued": "Émis le", "period": "Semaine", "quantity": "Quantité", "part": "Article"}


def test_problems_of_a_workbook_name_its_rows(workbook: Callable[..., Path]) -> None:
    path = workbook(
        [["part", "issued", "week", "quantity"], ["A", "2024-01-01", "2024-W02", 5], ["A", "2024-01-01", "soon", 5]]
    )
    problems = irrupt.read(path).problems
    assert [(one.code, one.places) for one in problems] == [("unreadable period", ('row 3, column "week": "soon"',))]


def test_a_damaged_workbook_and_an_empty_one_are_told(workbook: Callable[..., Path], tmp_path: Path) -> None:
    path = workbook([["only one cell"]])
    with pytest.raises(DataError, match="no sheet"):
        irrupt.read(path)
    data = workbook([["part", "quantity"], ["a", 1]]).read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(data[: len(data) // 2])
    with pytest.raises(DataError):
        irrupt.read(tmp_path / "cut.xlsx")


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "titles",
    [
        [["Customer: Audi AG"]],
        [["Delivery schedule of March: draft"], ["Kunde:", "Audi AG"], []],
        [["Client : Audi AG", "", "Site: Lyon"]],
        [["Programme de livraison - Client : Audi AG - émis le 01/01/2024"], []],
        [["Lieferabruf | Kunde: Audi AG | Stand 01.01.2024"]],
        [["Customer plant: Lyon"], ["Ship to: Lyon"], ["Customer contact: Ann"], ["N° client : 7", "Client : Audi AG"]],
    ],
)
def test_the_client_above_a_table_is_taken_and_told(titles: list[list[Any]], workbook: Callable[..., Path]) -> None:
    rows = [["part", "issued", "week", "quantity", "Sold to"], ["A", "2024-01-01", "2024-W02", 5, "Seat"]]
    without = [row[:4] for row in rows]
    read = irrupt.read(workbook([*titles, *without]))
    assert read.schedules["client"].to_list() == ["Audi AG"]
    assert any("Audi AG" in note for note in read.notes)
    assert irrupt.read(workbook([*titles, *rows])).schedules["client"].to_list() == ["Seat"]
    mapped = irrupt.read(workbook([*titles, *without]), mapping={"client": "part"})
    assert mapped.schedules["client"].to_list() == ["A"]


def test_event_logs_in_workbooks_are_read_as_logs(workbook: Callable[..., Path]) -> None:
    rows = [["Case ID", "Activity", "Timestamp"], ["1", "open", "2024-01-01 09:00"], ["1", "close", "2024-01-01 10:00"]]
    assert irrupt.read(workbook(rows)).events["activity"].to_list() == ["open", "close"]


def test_names_in_other_languages_are_known() -> None:
    for names in (
        ("Teilenummer", "Abrufdatum", "Liefertermin", "Menge"),
        ("Référence article", "Date d'émission", "Semaine de livraison", "Qté"),
        ("Part Number", "Release Date", "Due Date", "Forecast Qty"),
    ):
        frame = plan().rename(dict(zip(("part", "issued", "period", "quantity"), names, strict=True)))
        assert looks_like_schedules(frame, {})
        assert irrupt.read(frame).schedules["quantity"].to_list() == [5.0, 5.0, 5.0]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_event_logs_stay_event_logs() -> None:
    for name in ("helpdesk_with_customer.csv.gz", "uci498_incidents.csv.gz"):
        assert not looks_like_schedules(pl.read_csv(SHARED / name, n_rows=500, infer_schema=False), {})


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_real_order_logs_become_orders() -> None:
    for name, clients in (("online_retail_orders.csv.gz", 4372), ("cdnow_transactions.csv.gz", 23570)):
        table = irrupt.read(SHARED / name).schedules
        assert set(table["kind"]) == {"order"}
        assert table["client"].drop_nulls().n_unique() == clients


def test_roles_can_be_overruled_and_wrong_ones_are_told() -> None:
    frame = plan(other=[7, 8, 9])
    assert irrupt.read(frame, mapping={"quantity": "other"}).schedules["quantity"].to_list() == [7.0, 8.0, 9.0]
    with pytest.raises(UsageError, match="othr"):
        irrupt.read(frame, mapping={"quantity": "othr"})
    with pytest.raises(UsageError, match="quantty"):
        irrupt.read(frame, mapping={"quantty": "other", "period": "period"})


def test_actual_quantities_beside_the_plan_become_rows_of_their_own() -> None:
    frame = pl.concat([plan(issued="2024-01-01", actual=[4, 5, 6]), plan(issued="2024-01-08", actual=[4, 5, 6])])
    table = irrupt.read(frame).schedules
    assert table.filter(kind="delivered")["quantity"].to_list() == [4.0, 5.0, 6.0]
    assert table.filter(kind="forecast").height == 6


def test_every_known_fault_is_told_and_no_row_is_lost() -> None:
    frame = pl.concat(
        [
            plan(quantity=["5", "5", "5000"]),
            plan(period=["2024-01-08", "someday", "2024-01-22"], quantity=["5", "6", "many"], issued="2024-01-02"),
            plan(period=["2023-11-06", "2024-01-15", "2024-01-22"], quantity=["1", "-3", "4"], issued="2024-01-03"),
            plan(period="2024-01-29", quantity=["6", "6", "7"], issued="2024-01-04"),
            plan(issued=None, quantity=["1", "1", "1"]),
        ],
        how="vertical_relaxed",
    )
    read = irrupt.read(frame)
    counts = {one.code: one.count for one in read.problems}
    assert counts == {
        "unreadable period": 1,
        "unreadable issue": 3,
        "unreadable quantity": 1,
        "repeated row": 1,
        "several quantities": 2,
        "backlog": 1,
        "negative quantity": 1,
        "far quantity": 1,
    }
    assert read.set_aside is not None
    assert read.schedules.height + read.set_aside.height + counts["repeated row"] == frame.height


def test_when_no_row_can_be_used_all_reasons_are_told() -> None:
    with pytest.raises(DataError) as caught:
        irrupt.read(
            plan(quantity=["a", "b", "c"], issued="never"), mapping={"quantity": "quantity", "issued": "issued"}
        )
    assert caught.value.faults


@given(
    st.lists(st.integers(0, 1000), min_size=1, max_size=12),
    st.integers(0, 10**6),
)
@settings(deadline=None, max_examples=25)
def test_running_totals_give_back_the_quantities(quantities: list[int], received: int) -> None:
    totals = [received + sum(quantities[: at + 1]) for at in range(len(quantities))]
    frame = pl.DataFrame(
        {
            **dict.fromkeys(SERIES, "a"),
            "period": list(range(len(quantities))),
            "issued": -1,
            "quantity": pl.Series([None] * len(quantities), dtype=pl.Float64),
            "cumulative": [float(total) for total in totals],
            "received": float(received),
            "backlog": False,
        }
    ).sample(fraction=1.0, shuffle=True, seed=1)
    assert period_quantities(frame).sort("period")["quantity"].to_list() == [float(one) for one in quantities]


def test_a_column_of_backlog_beside_totals_is_contained_in_them() -> None:
    frame = plan(period=["2024-01-08", "2024-01-15"], issued="2024-01-08").drop("quantity")
    frame = frame.with_columns(cumulative=pl.Series([1100, 1250]), received=pl.lit(1000), backlog=pl.Series([40, 40]))
    read = irrupt.read(frame)
    assert read.schedules.sort("backlog", "period")["quantity"].to_list() == [60.0, 150.0, 40.0]


def test_totals_that_are_set_back_at_the_new_year_count_from_nothing() -> None:
    frame = plan(period=["2023-12-18", "2023-12-25", "2024-01-01"], issued="2023-12-11").drop("quantity")
    frame = frame.with_columns(cumulative=pl.Series([900, 1000, 80]), received=pl.lit(850))
    read = irrupt.read(frame)
    assert read.schedules["quantity"].to_list() == [50.0, 100.0, 80.0]
    assert [one.code for one in read.problems] == ["total set back"]
    without = irrupt.read(frame.drop("received"))
    assert without.schedules["quantity"].to_list() == [100.0, 80.0]
    assert [one.code for one in without.problems] == ["total set back", "first total"]


@given(
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 2)), st.sampled_from([" ", "\u202f", ".", "'"])
)
@settings(deadline=None)
def test_numbers_with_a_decimal_comma_are_read(value: float, apart: str) -> None:
    text = f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", apart)
    assert read_numbers(pl.Series([text, "1,25"])).to_list() == [value, 1.25]


def test_weeks_and_months_are_read_by_the_calendar() -> None:
    found = read_periods(pl.Series(["2020-W53", "S01-2021", "2024-02", "02/2024", "Feb 2024", "2024-02-05", "never"]))
    assert found.begin.dt.strftime("%Y-%m-%d").to_list() == [
        "2020-12-28", "2021-01-04", "2024-02-01", "2024-02-01", "2024-02-01", "2024-02-05", None,
    ]  # fmt: skip
    assert found.days.to_list() == [7, 7, 30, 30, 30, None, None]


def test_days_weeks_and_months_of_one_plan_keep_their_lengths() -> None:
    begins = ["2024-01-01", "2024-01-02", "2024-01-05", "2024-01-08", "2024-01-15", "2024-02-01", "2024-03-01"]
    table = irrupt.read(pl.DataFrame({"part": "x", "issued": "2024-01-01", "period": begins, "quantity": 1})).schedules
    assert (table["until"] - table["period"]).dt.total_days().to_list() == [1, 1, 1, 7, 7, 29, 31]


def test_a_pause_between_plans_is_noted() -> None:
    issues = [datetime(2024, 1, day, tzinfo=UTC) for day in (1, 2, 3, 4, 5, 6, 20)]
    frame = pl.DataFrame({"part": "x", "issued": issues, "period": datetime(2024, 3, 1, tzinfo=UTC), "quantity": 1})
    assert any("missing" in note for note in irrupt.read(frame).notes)


@pytest.mark.parametrize(("step", "missing", "told"), [(7, 9, "after 26 Feb 2024 (A)"), (7, None, ""), (1, None, "")])
def test_a_single_plan_that_is_missing_is_told_where_they_come_from_week_to_week(
    step: int, missing: int | None, told: str
) -> None:
    """A weekend is no pause, and neither is the rhythm of one client within that of another."""
    days = [date(2024, 1, 1) + timedelta(days=step * at) for at in range(20)]
    issues = [("A", day) for at, day in enumerate(days) if at != missing and (step > 1 or day.weekday() < 5)]
    issues += [("B", date(2024, 1, 1) + timedelta(days=28 * at)) for at in range(8)]
    rows = [(client, "x", day, day + timedelta(days=7), 5) for client, day in issues]
    table = pl.DataFrame(rows, schema=["client", "part", "issued", "period", "quantity"], orient="row")
    notes = [note for note in irrupt.read(table).notes if "missing" in note]
    assert len(notes) == bool(told)
    assert all(told in note for note in notes)


def test_only_what_is_announced_for_the_time_asked_for_is_kept() -> None:
    table = irrupt.read(plan(), begin="2024-01-10", end="2024-01-20").schedules
    assert table["period"].dt.day().to_list() == [15]
    with pytest.raises(DataError, match="nothing is announced"):
        irrupt.read(plan(), begin="2030-01-01")


def test_long_histories_are_kept_compactly_and_say_the_same(
    invented: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    invented.with_columns(part=pl.when(pl.col("part") == "A001").then(pl.lit("")).otherwise("part")).write_csv(
        tmp_path / "plans.csv"
    )
    plain = irrupt.read(tmp_path / "plans.csv")
    monkeypatch.setattr("irrupt.chronicle.schedules.understanding._LONG", 100)
    compact = irrupt.read(tmp_path / "plans.csv")
    assert compact.schedules.equals(plain.schedules)
    assert compact.schedules.schema == plain.schedules.schema
    assert compact.problems == plain.problems


def test_a_column_of_overdue_quantities_becomes_backlog_of_each_plan() -> None:
    wide = pl.DataFrame(
        {
            "part": ["x", "y"],
            "issued": "2024-01-01",
            "Past due": [30, 0],
            "2024-W01": [5, 6],
            "2024-W02": [5, 6],
            "2024-W03": [5, 6],
        }
    )
    table = irrupt.read(wide).schedules
    assert table.filter("backlog")["quantity"].to_list() == [30.0]
    assert table.filter(~pl.col("backlog"))["quantity"].to_list() == [5.0] * 3 + [6.0] * 3


def test_several_rows_of_an_order_without_parts_are_no_orders() -> None:
    log = pl.DataFrame(
        {
            "order id": ["a", "a", "b", "b"],
            "what": ["in", "out"] * 2,
            "time": ["2024-01-01 09:00"] * 4,
            "quantity": 1,
            "customer": "c",
        }
    )
    assert not looks_like_schedules(log, {})
    assert looks_like_schedules(log.unique("order id"), {})


def test_plans_of_a_single_week_each_are_weekly() -> None:
    frame = pl.DataFrame(
        {
            "part": "x",
            "issued": ["2024-01-01", "2024-01-08", "2024-01-15"],
            "period": ["2024-02-05", "2024-03-11", "2024-04-15"],
            "quantity": 1,
        }
    )
    table = irrupt.read(frame).schedules
    assert (table["until"] - table["period"]).dt.total_days().to_list() == [7, 7, 7]


def test_what_only_logs_have_is_refused_for_schedules() -> None:
    with pytest.raises(UsageError, match="groups"):
        irrupt.read(plan(), groups="part")


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("name", "is_value"),
    [
        *(
            (name, True)
            for name in ("Amount EUR", "Montant", "Betrag", "Net value", "Order value (in CHF)", "Nettobetrag")
        ),
        *((name, True) for name in ("Montant TTC", "USD", "Importe €", "Turnover GBP", "Auftragswert")),
        *((name, False) for name in ("unit price EUR", "tax amount", "exchange rate", "credit limit USD", "Rabatt")),
    ],
)
def test_what_orders_are_worth_is_known_by_currency_and_kind(name: str, is_value: bool, tmp_path: Path) -> None:
    """Only a column called "Amount" or "value" as a whole was taken for it."""
    lines = [f"{n},C{n % 3},2024-{1 + n % 12:02}-05,{100 + 7 * n}.50" for n in range(60)]
    file = tmp_path / "orders.csv"
    file.write_text("\n".join([f"order,customer,order date,{name}", *lines]) + "\n", encoding="utf-8")
    if is_value:
        assert irrupt.read(file).mapping["value"] == name
        return
    try:
        found = irrupt.read(file).mapping
    except DataError:
        return
    assert found.get("value") != name


@pytest.mark.parametrize(("missing", "told"), [((3, 4, 7), 3), ((0, 1, 9), 0), ((1, 3, 5, 7), 0)])
def test_plans_that_leave_out_a_part_are_told(missing: tuple[int, ...], told: int) -> None:
    """Nothing tells whether it was withdrawn; a part that is missing as often as not, or at the ends, is none."""
    monday = [datetime(2024, 1, 1) + timedelta(weeks=week) for week in range(13)]
    rows = [
        (part, monday[week], monday[week + lead], 100)
        for part in ("P1", "P2")
        for week in range(10)
        for lead in range(3)
        if part == "P1" or week not in missing
    ]
    read = irrupt.read(pl.DataFrame(rows, schema=["part", "issued", "period", "quantity"], orient="row"))
    assert [(one.code, one.count) for one in read.problems] == ([("part left out", told)] if told else [])
    assert all("P2" in one.found for one in read.problems)


def test_dates_beside_a_matrix_are_counted_once(tmp_path: Path) -> None:
    """Each stands beside all quantities of its row."""
    path = tmp_path / "plans.csv"
    rows = [f"P1,0{day}/02/2024,5,6,7,8" for day in (1, 2, 3)]
    path.write_text("\n".join(["part,issued,2024-W10,2024-W11,2024-W12,2024-W13", *rows]), encoding="utf-8")
    (problem,) = (one for one in irrupt.read(path).problems if "day or the month first" in one.found)
    assert problem.count == 3
    assert "3 dates" in problem.found


@pytest.mark.parametrize("heads", [("Bestelldatum", "Lieferdatum"), ("Call-off date", "Delivery date")])
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_dates_that_are_days_apart_the_earlier_one_is_the_issue(
    heads: tuple[str, str], *, turned: bool, tmp_path: Path
) -> None:
    """Where nobody announces more than a week ahead, either might be in the same week as the other."""
    days = [date(2025, 9, 1) + timedelta(days=n) for n in range(12)]
    issued, due = heads
    rows = {
        issued: [day for day in days for _ in (1, 2)],
        due: [day + timedelta(days=ahead) for day in days for ahead in (1, 2)],
        "Menge": [100.0 + number for number in range(24)],
        "Teil": ["A"] * 24,
    }
    table = pl.DataFrame(rows).select(*sorted(rows, reverse=turned))
    table.write_csv(tmp_path / "plan.csv", separator=";")
    read = irrupt.read(tmp_path / "plan.csv").schedules
    assert read.select(pl.col("issued", "period").dt.date(), "quantity").sort("quantity").rows() == list(
        zip(rows[issued], rows[due], rows["Menge"], strict=True)
    )
