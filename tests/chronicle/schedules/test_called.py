"""How firms, their systems and portals call what plans hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.schedules.parts import parts_across
from irrupt.errors import DataError

HEADER = ["Customer", "Plant", "Part", "Issue date", "Due date", "Quantity"]
ROWS = [
    ["Seat", plant, "45120", f"2025-09-{issue:02}", f"2025-{due:%m-%d}", str(100 + 10 * at + issue)]
    for plant in ("Martorell", "Zona Franca")
    for issue in (1, 8, 15)
    for at, due in enumerate((date(2025, 9, 22), date(2025, 9, 29), date(2025, 10, 6)))
]


def written(folder: Path, header: list[str], rows: list[list[str]] = ROWS) -> irrupt.Chronicle:
    (folder / "plan.csv").write_text("\n".join(map(";".join, [header, *rows])), encoding="utf-8")
    return irrupt.read(folder / "plan.csv")


@pytest.mark.parametrize(
    ("place", "called"),
    [
        *((1, name) for name in ("Centro", "Plnt", "Whse", "Vestiging", "Org Code", "Üretim Yeri", "Dodací místo")),
        *((2, name) for name in ("P/N", "Stok Kodu", "Ident-Nr", "Drawing No.")),
        *((4, name) for name in ("Einteilungsdatum", "Key Date", "Promise Date", "Date souhaitée", "Behoeftedatum")),
        *((0, name) for name in ("Alıcı", "Trading Partner", "Bill-to Name", "Publisher")),
    ],
)
def test_columns_under_other_names(place: int, called: str, tmp_path: Path) -> None:
    plain, other = (
        written(tmp_path, [called if at == place and new else name for at, name in enumerate(HEADER)]).schedules
        for new in (False, True)
    )
    assert other.equals(plain)
    assert set(plain["plant"]) == {"Martorell", "Zona Franca"}


def test_blanks_around_names_make_no_other_plants(tmp_path: Path) -> None:
    rows = [[cell + " " * (at % 2) for cell in row] for at, row in enumerate(ROWS)]
    assert written(tmp_path, HEADER, rows).schedules.equals(written(tmp_path, HEADER).schedules)


def test_numbers_of_parts_in_a_spreadsheet_have_no_decimals_where_some_cells_are_empty(
    workbook: Callable[..., Path],
) -> None:
    rows: list[list[Any]] = [["Plant", "Part", "Issue date", "2025-09-22", "2025-09-29", "2025-10-06"]]
    for plant in ("P1", "P2"):
        rows += [[plant, part, "2025-09-01", 5 + part, 6, 7] for part in (100, 200)]
        rows += [[f"Total {plant}", None, None, 310, 12, 14]]
    assert set(irrupt.read(workbook(rows)).schedules["part"].drop_nulls()) == {"100", "200"}


@pytest.mark.parametrize("word", ["{}. Quartal {}", "T{} {}", "{}e trimestre {}", "Q{} {}", "{}. kwartaal {}"])
def test_quarters_in_other_languages(word: str, tmp_path: Path) -> None:
    quarters = [(1, 2025), (2, 2025), (3, 2025), (4, 2025)]
    header = ["Part", "Issue date", *(word.format(*one) for one in quarters)]
    found = written(tmp_path, header, [["x", "2025-01-01", "1", "2", "3", "4"]]).schedules
    assert [one.date() for one in found["period"]] == [date(2025, month, 1) for month in (1, 4, 7, 10)]
    assert found["quantity"].to_list() == [1.0, 2.0, 3.0, 4.0]


def test_a_total_beside_parts_is_none_of_them(tmp_path: Path) -> None:
    rows = [["2025-W40", "5", "7", "12"], ["2025-W41", "6", "8", "14"]]
    (tmp_path / "plan.csv").write_text(
        "Stand;2025-09-01;;\nWoche;3Q0201;3Q0202;Total\n" + "\n".join(map(";".join, rows)), encoding="utf-8"
    )
    found = irrupt.read(tmp_path / "plan.csv").schedules.sort("part", "period")
    assert found.select("part", "quantity").rows() == [
        ("3Q0201", 5.0),
        ("3Q0201", 6.0),
        ("3Q0202", 7.0),
        ("3Q0202", 8.0),
    ]


SHEETS = [date(2025, 9, 1) + timedelta(weeks=at) for at in range(4)]


@pytest.mark.parametrize("label", ["Zákazník", "Müşteri", "Odběratel"])
def test_a_label_above_the_table_may_be_a_word_for_clients_in_any_language(label: str, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(
        f"{label}: Skoda;;;;\nPart;Issue date;2025-W40;2025-W41;2025-W42\nx;2025-09-29;1;2;3", encoding="utf-8"
    )
    assert set(irrupt.read(tmp_path / "plan.csv").schedules["client"]) == {"Skoda"}


@pytest.mark.parametrize("columns", [("Číslo dílu", "Závod"), ("Part", "Plant"), ("Part", "")])
@pytest.mark.parametrize("sheet", ["T{:%V}", "Blok {:%d}"])
def test_names_of_sheets_do_not_go_before_columns_and_may_number_the_week_of_the_issue(
    columns: tuple[str, str], sheet: str, workbook: Callable[..., Path]
) -> None:
    sheets = {}
    for issued in SHEETS:
        weeks = [f"{issued + timedelta(weeks=at):%G-W%V}" for at in range(3)]
        head = ["Customer: Skoda", "", f"Issued: {issued}"]
        sheets[sheet.format(issued)] = [
            head,
            [],
            [*columns, *weeks],
            ["A100", "Kvasiny", 1, 2, 3],
            ["B2", "Kvasiny", 4, 5, 6],
        ]
    found = irrupt.read(workbook(sheets)).schedules
    assert set(found["part"]) == {"A100", "B2"}
    assert set(found["plant"]) == {"Kvasiny" if columns[1] else None}
    assert found.height == 24


@pytest.mark.parametrize("total", ["", ";Total"])
def test_parts_across_may_have_any_names(total: str, tmp_path: Path) -> None:
    """They were refused as an event log, or with a total beside them, their quantities were empty."""
    for plan, issued in enumerate(SHEETS):
        rows = [f"Stand: {issued};;", "Kunde: VW;;", f"Woche;Bracket L;Bracket R{total}"]
        for at in range(3):
            cells = [10 * plan + at, 20 * plan + at]
            cells += [sum(cells)] if total else []
            rows.append(f"{issued + timedelta(weeks=at):%G-W%V};" + ";".join(map(str, cells)))
        (tmp_path / f"plan_{issued}.csv").write_text("\n".join(rows), encoding="utf-8")
    found = irrupt.read(tmp_path).schedules
    assert set(found["client"]) == {"VW"}
    assert dict(found.group_by("part").agg(pl.col("quantity").sum()).rows()) == {"Bracket L": 192.0, "Bracket R": 372.0}


def test_numbers_beside_two_dates_of_a_log_are_no_parts() -> None:
    days = [str(day) for day in SHEETS]
    frame = pl.DataFrame(
        {"Created": days, "Due": days[::-1], "Ticket": list("abcd"), "Effort": [1, 2, 3, 4], "Points": 5}
    )
    assert parts_across(frame) == []
    assert parts_across(frame.drop("Ticket", "Created")) == []


@pytest.mark.parametrize("sums", [True, False])
def test_what_may_be_the_plant_is_asked_for_where_rows_are_added_up(sums: bool, tmp_path: Path) -> None:
    """Names of plants with sums below were taken for kinds of rows, and all was refused."""
    header = ["Nave" if name == "Plant" else name for name in HEADER]
    rows = [*ROWS, *(["", f"Total {plant}", "", "", "", "990"] for plant in ("Martorell", "Zona Franca") if sums)]
    plans = written(tmp_path, header, rows)
    assert any('--map "plant=Nave"' in note for note in plans.notes)
    said = irrupt.read(tmp_path / "plan.csv", mapping={"plant": "Nave"})
    assert said.schedules.equals(written(tmp_path, HEADER).schedules)
    assert not any("plant=" in note for note in said.notes)


def test_numbers_beside_codes_of_places_are_those_of_parts(tmp_path: Path) -> None:
    """Places were taken for parts, as were units, and all parts were added up."""
    header = ["Sell-to Customer Name", "No.", "Location Code", "Document Date", "Shipment Date", "Quantity"]
    rows = [
        ["Azure", part, "Kassel", str(issued), str(issued + timedelta(weeks=ahead)), f"{ahead}{len(part)}", "PCS"]
        for part in ("A1", "B20")
        for issued in SHEETS
        for ahead in range(4)
    ]
    found = written(tmp_path, [*header, "Unit of Measure Code"], rows).schedules
    assert found.select(pl.col("part", "plant").unique().sort().implode()).row(0) == (["A1", "B20"], ["Kassel"])


@pytest.mark.parametrize("years", ["2025;2025;2025;2025", "2025;;;"])
def test_a_year_over_weeks_is_one_heading_however_it_is_filled_in(years: str, tmp_path: Path) -> None:
    """A cell of a spreadsheet that is said again over each week made an event log of it."""
    (tmp_path / "plan.csv").write_text(
        f"Part;Issued;{years}\n;;KW 36;KW 37;KW 38;KW 39\nA;2025-09-01;10;13;12;17\nB;2025-09-01;10;12;19;12"
    )
    found = irrupt.read(tmp_path / "plan.csv").schedules
    assert [moment.date() for moment in found["period"].unique().sort()] == SHEETS
    assert set(found["part"]) == {"A", "B"}


def test_a_line_that_tells_what_is_firm_is_not_told_as_unread(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(
        ";;Firm;;Planned;\nPart;Issued;KW 36/2025;KW 37/2025;KW 38/2025;KW 39/2025\nA;2025-09-01;10;13;12;17"
    )
    plans = irrupt.read(tmp_path / "plan.csv")
    assert plans.schedules["firm"].to_list() == [True, True, False, False]
    assert not any("is not read" in note for note in plans.notes)


def test_how_to_give_plans_and_deliveries_is_said_and_works(tmp_path: Path) -> None:
    header = "Customer,Part,Issue date,Due date,Quantity,Type"
    plans = [
        f"Valeo,A1,{issued},{issued + timedelta(weeks=ahead)},{5 + ahead},{'Forecast' if ahead else 'Call-off'}"
        for issued in SHEETS
        for ahead in range(4)
    ]
    (tmp_path / "plans.csv").write_text("\n".join([header, *plans]))
    gone = [f"Valeo,A1,{day},5,{80000 + at}" for at, day in enumerate(SHEETS)]
    (tmp_path / "gone.csv").write_text("\n".join(["Customer,Part,Delivery date,Delivered qty,Note", *gone]))
    with pytest.raises(DataError, match="deliveries may stand below the plans"):
        irrupt.read(tmp_path)
    both = [f"Valeo,A1,{day},{day},5,Delivered" for day in SHEETS]
    (tmp_path / "both.csv").write_text("\n".join([header, *plans, *both]))
    kinds = irrupt.read(tmp_path / "both.csv").schedules["kind"].value_counts().sort("kind").rows()
    assert kinds == [("call-off", 4), ("delivered", 4), ("forecast", 12)]


@pytest.mark.parametrize("status", ["Open", "Active", "Released"])
@pytest.mark.parametrize("names", [("Status", "Customer"), ("State", "Customer"), ("State", "PO")])
def test_a_status_that_is_the_same_for_all_tells_nothing(names: tuple[str, str], status: str, tmp_path: Path) -> None:
    """An order book is no event log, and what is open is not said to be a forecast."""
    called, who = names
    header = [who, "Line", "Part", "Snapshot date", "Due date", "Open qty", called]
    read = written(tmp_path, header, [[*row, status] for row in ROWS])
    assert read.schedules.height == len(ROWS) // 2 if who == "PO" else len(ROWS)
    assert read.schedules["firm"].is_null().all()
    assert any(called in note for note in read.notes if "not used" in note)


HEAD = "Customer,Part,Issued,Week,Qty"


@pytest.mark.parametrize(("cell", "said"), [("", "is empty"), ("0.71k", "holds no numbers: 0.71k")])
def test_plans_without_numbers_are_asked_about_and_no_event_log(cell: str, said: str, tmp_path: Path) -> None:
    rows = [f"Alpha,A,2026-01-{day:02},2026-W{week:02},{cell}" for day in (5, 12) for week in (3, 4, 5)]
    path = tmp_path / "plan.csv"
    path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    with pytest.raises(DataError, match=f"“Qty” is called as quantities are, and {said}"):
        irrupt.read(path)


def test_the_hour_at_which_a_plan_was_generated_makes_no_event_log_of_it(tmp_path: Path) -> None:
    head = "Revision,Sold-to BP,Item,Generation Date,Start Date,End Date,Required Quantity,Shipped Quantity,Status"
    rows = [
        f"{day},Alpha,A,2026-01-{day:02} 06:00,2026-01-{begin:02},2026-01-{begin + 6:02},5,0,Approved"
        for day in (5, 12)
        for begin in (12, 19)
    ]
    path = tmp_path / "plan.csv"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    read = irrupt.read(path)
    assert read.mapping["issued"] == "Generation Date"
    assert set(read.schedules["kind"]) == {"forecast"}  # nought shipped of all that is still to come tells nothing


def test_the_date_behind_the_issue_is_the_period_where_nothing_else_is(tmp_path: Path) -> None:
    rows = [f"A,2026-01-{day:02},2026-01-{on:02},5" for day in (5, 12) for on in (12, 19, 26)]
    path = tmp_path / "plan.csv"
    path.write_text("\n".join(["Part,Issued,Zulu,Qty", *rows]), encoding="utf-8")
    assert irrupt.read(path).mapping["period"] == "Zulu"


def test_the_size_of_a_package_is_no_quantity(tmp_path: Path) -> None:
    rows = [f"Alpha,A,2026-01-{day:02},2026-W{week:02},{week},12" for day in (5, 12) for week in (3, 4, 5)]
    path = tmp_path / "plan.csv"
    path.write_text("\n".join(["Customer,Part,Issued,Week,Packs,Qty per pack", *rows]), encoding="utf-8")
    with pytest.raises(DataError, match="no column holds quantities"):
        irrupt.read(path)
    assert irrupt.read(path, mapping={"quantity": "Packs"}).schedules["quantity"].max() == 5


@pytest.mark.parametrize(("head", "firm", "open_"), [("Vast/Prognose", "V", "P"), ("Firm or planned", "F", "P")])
def test_the_first_letters_of_words_for_firm_and_foreseen_say_which_is_which(
    head: str, firm: str, open_: str, tmp_path: Path
) -> None:
    rows = [f"A,2026-01-{day:02},2026-01-{on:02},5,{firm if on == 19 else open_}" for day in (5, 12) for on in (19, 26)]
    path = tmp_path / "plan.csv"
    path.write_text("\n".join([f"Part,Issued,Due date,Qty,{head}", *rows]), encoding="utf-8")
    read = irrupt.read(path).schedules
    assert read.filter("firm")["period"].dt.day().unique().to_list() == [19]


@pytest.mark.parametrize(
    ("head", "client", "plant", "part"),
    [
        ("Ship-To,Plnt,Material", "Ship-To", "Plnt", "Material"),
        ("CUSTOMER_NAME,SHIP_TO_ORG,CUSTOMER_ITEM", "CUSTOMER_NAME", "SHIP_TO_ORG", "CUSTOMER_ITEM"),
        ("Deb.-Nr.,Lieferung an Code,Nr.", "Deb.-Nr.", "Lieferung an Code", "Nr."),
        ("N° client,Dépôt,Réf. article", "N° client", "Dépôt", "Réf. article"),
    ],
)
def test_systems_call_clients_and_plants_so(head: str, client: str, plant: str, part: str, tmp_path: Path) -> None:
    rows = [
        f"Alpha,10,{part},2026-01-{day:02},2026-01-{on:02},5" for day in (5, 12) for on in (19, 26) for part in "AB"
    ]
    path = tmp_path / "plan.csv"
    path.write_text("\n".join([f"{head},Issued,Due date,Qty", *rows]), encoding="utf-8")
    told = irrupt.read(path).mapping
    assert (told["client"], told["plant"], told["part"]) == (client, plant, part)
