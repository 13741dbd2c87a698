"""Workbooks with a sheet for each plan, or for each client."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt
from irrupt.chronicle import Chronicle
from irrupt.chronicle.several import dated
from irrupt.errors import DataError, UsageError

START = date(2024, 1, 8)
Rows = list[list[Any]]


def week(day: date) -> str:
    return f"KW{day:%V}/{day:%G}"


def plan(issue: int, *above: list[Any], part: str | None = "4711-A", add: float = 0) -> Rows:
    """A plan of six weeks from the *issue*-th on, below the lines *above*."""
    days = [START + timedelta(weeks=issue + at) for at in range(6)]
    head, cells = (["Teil"], [part]) if part else ([], [])
    names = [*head, "Bezeichnung", *map(week, days)]
    return [*above, names, [*cells, "Halter", *(100.0 + issue * 10 + at + add for at in range(6))]]


def issued(chronicle: Chronicle) -> list[date]:
    return sorted(set(chronicle.schedules["issued"].dt.date()))


@pytest.mark.parametrize("name", ["V{k}", "Stand KW{week}", "Tabelle{k}"])
def test_a_date_in_the_title_of_each_sheet_tells_when_it_was_issued(name: str, workbook: Callable[..., Path]) -> None:
    sheets = {}
    for k in range(4):
        day = START + timedelta(weeks=k)
        title = [f"Lieferabruf Autowerk Kassel GmbH vom {day:%d.%m.%Y}"]
        sheets[name.format(k=k + 1, week=f"{day:%V}")] = plan(k, title, [None])
    read = irrupt.read(workbook(sheets))
    assert issued(read) == [START + timedelta(weeks=k) for k in range(4)]
    assert read.schedules["client"].unique().to_list() == ["Autowerk Kassel GmbH"]
    assert read.schedules.height == 24


def test_what_stands_above_each_of_many_sheets_is_told_once(workbook: Callable[..., Path]) -> None:
    """Each of many sheets had a line of its own, of which five were shown, and the date of issue was told to come
    from a column that no sheet has; plans were counted as many times as there are clients."""
    sheets = {}
    for k in range(8):
        day = START + timedelta(weeks=k)
        lines = [[f"Lieferplan, Stand {day:%d.%m.%Y}"], ["Werk: 11"], ["Alle Mengen in Stück"], [None]]
        names, row = plan(k)
        body = [["Kunde", *names], ["Autohaus", *row], ["Motoren", row[0] + "-B", *row[1:]]]
        sheets[f"Blatt{k + 1}"] = [*lines, *body]
    read = irrupt.read(workbook(sheets))
    told = [note for note in read.notes if "above" in note]
    assert [sum(label in note for note in told) for label in ("issued stands above", "Werk = 11", "is not read")] == [
        1, 1, 1,
    ]  # fmt: skip
    assert len(told) == 3
    assert any("08.01.2024, 15.01.2024" in note and note.endswith("…") for note in told)
    roles = next(note for note in read.notes if note.startswith("columns: "))
    assert {one.split(" = ")[1] for one in roles.removeprefix("columns: ").split(", ")} <= {"Teil", "Kunde", "Werk"}
    sight = irrupt.see(read)
    assert (sight.versions, sight.clients) == (8, 2)


def test_weeks_without_a_year_in_the_names_of_sheets(workbook: Callable[..., Path]) -> None:
    read = irrupt.read(workbook({f"KW{k + 2:02d}": plan(k) for k in range(4)}))
    assert issued(read) == [START + timedelta(weeks=k) for k in range(4)]


def test_versions_without_a_date_are_not_added_up_but_told(workbook: Callable[..., Path]) -> None:
    read = irrupt.read(workbook({f"V{k + 1}": plan(k) for k in range(4)}))
    assert read.schedules.height == 6
    assert any("V2, V3, V4" in note for note in read.notes)
    assert any("a date or a client in the name" in note for note in read.notes)


def test_versions_are_dated_by_whoever_knows_when_they_were_issued(workbook: Callable[..., Path]) -> None:
    """Only the first was read, whatever one said."""
    book = workbook({f"V{k + 1}": plan(k) for k in range(4)})
    alone = irrupt.read(book)
    assert any('--map "issued=V1: 2026-01-05, V2: 2026-01-12"' in note for note in alone.notes)
    days = [START + timedelta(weeks=k) for k in range(4)]
    said = ", ".join(f"V{k + 1}: {day:%Y-%m-%d}" for k, day in enumerate(days))
    read = irrupt.read(book, mapping={"issued": said})
    assert issued(read) == days
    assert read.schedules.height == 24
    two = irrupt.read(book, mapping={"issued": "V4: 29.1.2024, V2: KW 3 2024"})
    assert issued(two) == [days[1], days[3]]
    with pytest.raises(UsageError, match="issued  V7; known: V1, V2, V3, V4"):
        irrupt.read(book, mapping={"issued": "V7: 2024-01-08"})
    with pytest.raises(UsageError, match="issued  soon; expected a date or a week"):
        irrupt.read(book, mapping={"issued": "V1: 2026-01-05, V2: soon"})


def test_what_is_said_goes_before_dates_in_names_and_titles(workbook: Callable[..., Path]) -> None:
    names = [f"Plan 2026030{k + 1}" for k in range(3)]
    days = [START + timedelta(weeks=k) for k in range(3)]
    said = ", ".join(f"{name}: {day:%Y-%m-%d}" for name, day in zip(names, days, strict=True))
    for above in ([], [["Stand: 01.03.2026"]]):
        read = irrupt.read(workbook({name: plan(k, *above) for k, name in enumerate(names)}), mapping={"issued": said})
        assert issued(read) == days
        assert any("each was issued as is said: 2024-01-08, 2024-01-15" in note for note in read.notes)


def test_sheets_and_files_of_which_nothing_is_said_are_told(workbook: Callable[..., Path], tmp_path: Path) -> None:
    book = workbook({f"V{k + 1}": plan(k) for k in range(3)})
    folder = tmp_path / "plans"
    folder.mkdir()
    for k in range(3):
        lines = [";".join(map(str, line)) for line in plan(k)]
        (folder / f"V{k + 1}.csv").write_text("\n".join(lines), encoding="utf-8")
    for source, left in ((book, "other sheets are not read: V3"), (folder, "other files are not read: V3.csv")):
        read = irrupt.read(source, mapping={"issued": "V1: 2024-01-08, V2: 2024-01-15"})
        assert issued(read) == [START, START + timedelta(weeks=1)]
        assert left in read.notes


def test_a_column_with_a_colon_in_its_name_is_no_list_of_dates(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    rows = [f"x;{START};{START + timedelta(weeks=at)};10" for at in range(5)]
    path.write_text("\n".join(["Part;Stand: Datum;Week;Quantity", *rows]), encoding="utf-8")
    assert irrupt.read(path, mapping={"issued": "Stand: Datum"}).mapping["issued"] == "Stand: Datum"


@pytest.mark.parametrize(
    "name", ["Werk 10 20 30", "Rev 1.2.10", "plan_v1.2.10", "Lot 3 4 12 items", "Version 2.4.11", "Lot 3-4-12"]
)
def test_three_small_numbers_are_no_day(name: str) -> None:
    assert dated(name) is None


def test_the_days_that_names_tell_are_told(workbook: Callable[..., Path]) -> None:
    read = irrupt.read(workbook({f"Plan {START + timedelta(weeks=k):%d-%m-%y}": plan(k) for k in range(2)}))
    assert "when each was issued is read from its name: 2024-01-08, 2024-01-15" in read.notes


def test_files_of_a_folder_are_dated_likewise(tmp_path: Path) -> None:
    for k in range(3):
        head, row = plan(k)
        (tmp_path / f"plan v{k + 1}.csv").write_text("\n".join(";".join(map(str, line)) for line in (head, row)))
    said = ", ".join(f"plan v{k + 1}: {START + timedelta(weeks=k):%Y-%m-%d}" for k in range(3))
    assert issued(irrupt.read(tmp_path, mapping={"issued": said})) == [START + timedelta(weeks=k) for k in range(3)]
    with pytest.raises(UsageError, match="issued  no sheets or files of this name"):
        irrupt.read(tmp_path / "plan v1.csv", mapping={"issued": "plan v1: 2024-01-08"})


@pytest.mark.parametrize("wide", [False, True])
def test_a_sheet_for_each_client(wide: bool, workbook: Callable[..., Path]) -> None:
    """Notes on a sheet of their own stay out, and are told."""
    sheets: dict[str, Rows] = {}
    for name in ("Autowerk Kassel", "Truck SA", "Bus &amp; Co"):
        if wide:
            days = [START + timedelta(weeks=at) for at in range(8)]
            rows = [[f"{days[k]}", "A1", *(10.0 * (k + at) for at in range(8))] for k in range(3)]
            sheets[name] = [["Plan date", "Part", *map(str, days)], *rows]
        else:
            rows = [[f"{START}", "A1", f"{START + timedelta(weeks=at)}", 10.0] for at in range(5)]
            sheets[name] = [["Plan date", "Part", "Week", "Quantity"], *rows]
    sheets["Notes"] = [["Contact", "Phone"], ["Weber", "12"]]
    read = irrupt.read(workbook(sheets))
    assert set(read.schedules["client"]) == {"Autowerk Kassel", "Truck SA", "Bus & Co"}
    assert any("read as its client" in note for note in read.notes)
    assert any("not read: Notes" in note for note in read.notes)


@pytest.mark.parametrize(
    ("names", "role", "part"),
    [(["Werk Kassel", "Werk Emden"], "plant", "A1"), (["4711-A", "4711-B"], "part", None)],
)
def test_a_sheet_for_each_plant_or_part(
    names: list[str], role: str, part: str | None, workbook: Callable[..., Path]
) -> None:
    above = ["Stand: 08.01.2024"]
    read = irrupt.read(workbook({name: plan(0, above, part=part) for name in names}))
    assert set(read.schedules[role]) == set(names)


@pytest.mark.parametrize("name", ["{}.csv", "plan_{}.csv"])
def test_a_file_for_each_client(name: str, tmp_path: Path) -> None:
    for client in ("Autowerk Kassel", "Truck SA"):
        rows = [f"{START},A1,{START + timedelta(weeks=at)},10" for at in range(5)]
        lines = ["Plan date,Part,Week,Quantity", *rows]
        (tmp_path / name.format(client)).write_text("\n".join(lines), encoding="utf-8")
    assert set(irrupt.read(tmp_path).schedules["client"]) == {"Autowerk Kassel", "Truck SA"}


def test_sheets_of_an_event_log_name_nobody(workbook: Callable[..., Path]) -> None:
    acts = [(n, at, act) for n in range(5) for at, act in enumerate(["open", "close"])]
    rows = [[f"c{n}", act, f"2024-01-{n + 1:02d} 1{at}:00"] for n, at, act in acts]
    head = ["Case ID", "Activity", "Timestamp"]
    read = irrupt.read(workbook({"Solved": [head, *rows[:6]], "Refused": [head, *rows[6:]]}))
    assert read.cases == 5
    assert read.events["client"].null_count() == read.events.height


def test_what_stands_above_and_beside_and_is_not_used_is_told(workbook: Callable[..., Path]) -> None:
    read = irrupt.read(workbook(plan(0, ["Lieferplan Autowerk"], ["Stand 08.01.2024"])))
    assert any("not read: Lieferplan Autowerk" in note for note in read.notes)
    assert any("Customer: …" in note for note in read.notes)
    assert any("not used: Bezeichnung" in note for note in read.notes)


@pytest.mark.parametrize("form", ["Plan %d-%m-%y", "%y-%m-%d", "Rev %m.%d.%y", "Abruf %d_%m_%y"])
def test_days_with_a_short_year_in_the_names_of_sheets(form: str, workbook: Callable[..., Path]) -> None:
    read = irrupt.read(workbook({f"{START + timedelta(weeks=k):{form}}": plan(k) for k in range(4)}))
    assert issued(read) == [START + timedelta(weeks=k) for k in range(4)]
    assert read.schedules["plant"].null_count() == read.schedules.height


def test_figures_in_the_names_of_sheets_are_no_plants(workbook: Callable[..., Path]) -> None:
    sheets = {f"Programme {k + 1}-{k + 5}": plan(k, [f"Date d'émission: 0{k + 1}/02/2024"]) for k in range(4)}
    read = irrupt.read(workbook(sheets))
    assert read.schedules["plant"].null_count() == read.schedules["client"].null_count() == read.schedules.height


FIRM_ABOVE = [
    ("FIRME", "PREVISIÓN"),
    ("Firm", "Forecast"),
    ("Fest", "Vorschau"),
    ("Fermo", "Previsione"),
    ("Période ferme", "Prévisionnel"),
    ("Frozen zone", "Planned"),
]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("unit", ["day", "week"])
@pytest.mark.parametrize("words", FIRM_ABOVE)
def test_a_line_above_the_periods_tells_which_are_firm(
    words: tuple[str, str], unit: str, workbook: Callable[..., Path]
) -> None:
    sheets = {}
    for k in range(4):
        days = [START + timedelta(weeks=k + at) for at in range(6)]
        above: list[Any] = [None, None, words[0], None, None, words[1], None, None]
        names = ["Ref", "Name", *(week(day) if unit == "week" else str(day) for day in days)]
        sheets[f"V{k}"] = [[f"Stand {days[0]}"], above, names, ["x", "n", *(10.0 + k + at for at in range(6))]]
    read = irrupt.read(workbook(sheets)).schedules
    told = read.select(((read["period"] - read["issued"]).dt.total_days() // 7).alias("lead"), "firm", "quantity")
    assert told.height == 24
    assert all(firm == (lead < 3) for lead, firm, _quantity in told.rows())


def test_a_line_above_the_periods_of_a_text_tells_which_are_firm(tmp_path: Path) -> None:
    days = [START + timedelta(weeks=at) for at in range(5)]
    head = [["", "", "Firm", "", "Forecast", "", ""], ["Part", "Issued", *map(str, days)]]
    rows = [["x", str(START), *"12345"], ["y", str(START), *"67890"]]
    path = tmp_path / "plan.csv"
    path.write_text("\n".join(";".join(line) for line in [*head, *rows]), encoding="utf-8")
    read = irrupt.read(path).schedules.sort("part", "period")
    assert read["firm"].to_list() == [True, True, False, False, False] * 2
    assert read["quantity"].to_list() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]


def _plan(path: Path, head: str = "Part;2025-W41;2025-W42;2025-W43") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{head}\nA1;5;6;7\nA2;8;9;10\n", encoding="utf-8")


@pytest.mark.parametrize("form", ["{}_{}_2025-KW{}.csv", "{} - {} - KW{} 2025.csv", "{}/{}/2025_KW{}.csv"])
def test_names_of_files_and_of_folders_tell_client_and_plant(form: str, tmp_path: Path) -> None:
    for client in ("Volvo", "Scania"):
        for plant in ("P10", "P20"):
            for week in (40, 41):
                _plan(tmp_path / form.format(client, plant, week))
    read = irrupt.read(tmp_path)
    told = read.schedules.select("client", "plant", pl.col("issued").dt.strftime("%G-W%V")).unique().rows()
    assert set(told) == {(c, p, f"2025-W{w}") for c in ("Volvo", "Scania") for p in ("P10", "P20") for w in (40, 41)}
    assert any("client and its plant" in note for note in read.notes)
    assert any("folders in it" in note for note in read.notes) == ("/" in form)


def test_folders_tell_the_week_of_a_plan(tmp_path: Path) -> None:
    for week in (39, 40, 41):
        _plan(tmp_path / "2025" / f"KW{week}" / "plan.csv")
    assert irrupt.read(tmp_path).schedules["issued"].dt.strftime("%G-W%V").unique().sort().to_list() == [
        "2025-W39", "2025-W40", "2025-W41"
    ]  # fmt: skip


def test_folders_beside_files_are_not_looked_into_and_told(tmp_path: Path) -> None:
    for name in ("2025-KW40.csv", "2025-KW41.csv", "old/2025-KW39.csv"):
        _plan(tmp_path / name)
    read = irrupt.read(tmp_path)
    assert read.schedules["issued"].n_unique() == 2
    assert "folders in it are not looked into: old" in read.notes


def test_codes_of_plants_alone_are_plants_and_names_of_two_words_clients(tmp_path: Path) -> None:
    for name in ("P10_KW40_2025.csv", "P20_KW40_2025.csv"):
        _plan(tmp_path / "codes" / name)
    for name in ("Truck SA_KW40_2025.csv", "Auto AG_KW40_2025.csv"):
        _plan(tmp_path / "names" / name)
    assert set(irrupt.read(tmp_path / "codes").schedules["plant"]) == {"P10", "P20"}
    assert set(irrupt.read(tmp_path / "names").schedules["client"]) == {"Truck SA", "Auto AG"}


def _week(week: int, more: int = 0, above: bool = False) -> list[list[Any]]:
    lines: list[list[Any]] = [["Issued:", f"2025-W{week}"], ["Ship-to:", "P10"]] if above else []
    return [
        *lines,
        ["Part", *(f"2025-W{week + ahead}" for ahead in range(3))],
        ["A1", 5 + more, 6, 7],
        ["A2", 8, 9, 10],
    ]


@pytest.mark.parametrize(("old", "above"), [("2025-W41 old", False), ("2025-W41 (2)", False), ("Rel 41 old", True)])
def test_a_copy_of_a_sheet_is_left_out_where_it_is_hidden_and_else_asked(
    old: str, above: bool, workbook: Callable[..., Path]
) -> None:
    name = "Rel {}" if above else "2025-W{}"
    sheets = {name.format(week): _week(week, above=above) for week in (40, 41, 42)} | {old: _week(41, 90, above)}
    read = irrupt.read(workbook(sheets, hidden=(old,)))
    assert read.schedules.height == 18
    assert f'hidden sheets are not read: {old}; to read one, say --map "sheet={old}"' in read.notes
    assert irrupt.read(workbook(sheets, hidden=(old,)), mapping={"sheet": old}).schedules["quantity"].max() == 95
    with pytest.raises(DataError, match=rf"{re.escape(name.format(41))}, {re.escape(old)} hold the plan of one day"):
        irrupt.read(workbook(sheets))
    same = sheets | {old: _week(41, above=above)}
    assert irrupt.read(workbook(same)).schedules.height == 18, "what is the same in both counts once"


def test_a_hidden_sheet_is_read_where_no_other_holds_a_table(workbook: Callable[..., Path]) -> None:
    book = workbook({"Read me": [["This workbook"]], "2025-W40": _week(40)}, hidden=("2025-W40",))
    assert irrupt.read(book).schedules.height == 6


def test_parameters_before_plans_are_not_read_instead(workbook: Callable[..., Path]) -> None:
    sheets = {"Parameters": [["Param", "Value"], ["Frozen", 2], ["Owner", "JD"]]}
    sheets |= {f"Rel {week}": _week(week, above=True) for week in (40, 41, 42)}
    read = irrupt.read(workbook(sheets))
    assert read.schedules.height == 18
    assert "other sheets are not read: Parameters" in read.notes


@pytest.mark.parametrize("head", ["KW {}/2025", "KW {}"])
def test_the_name_of_the_only_sheet_dates_its_plan(head: str, workbook: Callable[..., Path]) -> None:
    rows = [["Teil", *(head.format(week) for week in range(36, 40))], ["A1", 5, 6, 7, 8]]
    read = irrupt.read(workbook({"01.09.2025": rows})).schedules
    assert set(read["issued"].dt.date()) == {date(2025, 9, 1)}
    assert read["period"].dt.strftime("%G-W%V").to_list() == ["2025-W36", "2025-W37", "2025-W38", "2025-W39"]


ABOVE = {
    "months": ["", "December 2025", "", "", "", "January 2026"],
    "months and sums": ["", "December 2025", "", "", "", "January 2026"],
    "years": ["", "2025", "", "", "", "2026"],
}


@pytest.mark.parametrize("above", ABOVE)
@pytest.mark.parametrize("plans", [1, 2])
def test_the_first_week_of_a_year_may_stand_below_the_year_before(
    above: str, plans: int, workbook: Callable[..., Path]
) -> None:
    """The week of Monday, 29 December 2025, is the first one of 2026."""
    head, line, cells = ["Part", "W50", "W51", "W52", "W1", "W2"], ABOVE[above], ["A1", 5, 6, 7, 8, 9]
    if above == "months and sums":
        head, cells = [*head[:5], "Total", "W2", "Total"], [*cells[:5], 26, 9, 9]
        line = [*line[:5], "", "January 2026", ""]
    read = irrupt.read(workbook({f"{8 + day}.12.2025": [line, head, cells] for day in range(plans)})).schedules
    weeks = ["2025-W50", "2025-W51", "2025-W52", "2026-W01", "2026-W02"]
    assert read["period"].dt.strftime("%G-W%V").to_list() == weeks * plans
    assert read["quantity"].to_list() == [5, 6, 7, 8, 9] * plans


@pytest.mark.parametrize("days", [["{:%d.%m.}"], ["{:%d.%m.%Y}"]])
@pytest.mark.parametrize("month", [[], ["Dez 2025"]])
def test_weeks_without_a_year_beside_days_or_months_are_those_after_the_issue(
    days: list[str], month: list[str], workbook: Callable[..., Path]
) -> None:
    sheets = {}
    for at in range(4):
        issued = date(2025, 10, 27) + timedelta(weeks=at)
        near = [days[0].format(issued + timedelta(days=ahead)) for ahead in range(3)]
        weeks = [f"KW {(issued + timedelta(weeks=ahead)).isocalendar().week}" for ahead in range(1, 11)]
        sheets[f"{issued:%d.%m.%Y}"] = [["Teil", *near, *weeks, *month], ["A1", *range(1, 14), *([999] * len(month))]]
    read = irrupt.read(workbook(sheets))
    assert read.schedules.height == 4 * (13 + len(month))
    ahead = read.schedules.filter(pl.col("quantity").is_between(4, 13)).select(
        ((pl.col("period") - pl.col("issued")).dt.total_days() / 7).alias("ahead"), pl.col("quantity")
    )
    assert (ahead["ahead"] == ahead["quantity"] - 3).all()
    assert not read.problems or month


def test_a_week_that_looks_like_a_month_is_no_reason_to_leave_out_its_file(tmp_path: Path) -> None:
    for day, weeks in (("2025-12-15", "51/2025 52/2025 1/2026"), ("2025-12-22", "52/2025 1/2026 2/2026")):
        head = "\t".join(["Stabilimento", "Codice articolo", *(f"Sett. {week}" for week in weeks.split())])
        (tmp_path / f"Programma_{day}.txt").write_text(f"{head}\n10\tA\t5\t6\t7\n", encoding="utf-8")
    assert irrupt.read(tmp_path).schedules["issued"].n_unique() == 2


def test_a_file_that_is_called_as_the_others_and_not_read_is_told(tmp_path: Path) -> None:
    for day in ("2025-12-15", "2025-12-22"):
        (tmp_path / f"plan_{day}.csv").write_text("Part,Week,Qty\nA,2026-W01,5\n", encoding="utf-8")
    (tmp_path / "plan_2025-12-29.csv").write_text("nothing\n", encoding="utf-8")
    (tmp_path / "read me.txt").write_text("as agreed\n", encoding="utf-8")
    read = irrupt.read(tmp_path)
    assert [(one.code, one.places) for one in read.problems] == [("file not read", ("plan_2025-12-29.csv",))]
    assert any("2 other files in the folder: plan_2025-12-29.csv, read me.txt" in note for note in read.notes)


def test_names_of_files_tell_days_with_the_month_first(tmp_path: Path) -> None:
    for day, weeks in (("09-29-2025", "9/29 10/6 10/13"), ("10-06-2025", "10/6 10/13 10/20")):
        text = f"Plant,Part,{','.join(weeks.split())}\n10,A,5,6,7\n"
        (tmp_path / f"plan_{day}.csv").write_text(text, encoding="utf-8")
    issued = irrupt.read(tmp_path).schedules["issued"].dt.strftime("%d.%m.%Y")
    assert issued.unique().sort().to_list() == ["06.10.2025", "29.09.2025"]
