"""Dates and times of the day in columns of their own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

import irrupt
from irrupt.chronicle.clocks import with_clocks
from irrupt.chronicle.journal import ROW, Raw

STEPS = ("Open", "Work", "Close")


def written(path: Path, head: str, row: str, encoding: str = "utf-8") -> Path:
    rows = [
        row.format(case=case, step=step, day=10 + at, minute=10 + at)
        for case in range(5)
        for at, step in enumerate(STEPS)
    ]
    path.write_bytes("\n".join([head, *rows]).encode(encoding))
    return path


@pytest.mark.parametrize(
    ("head", "row", "encoding"),
    [
        ("Ticket\tActivity\tDate\tTime\tUser", "T{case}\t{step}\t{day}/02/2026\t08:{minute}\tBob", "utf-16"),
        (
            "Belegnr.;Transaktion;Änderungsdatum;Uhrzeit;Benutzer",
            "45{case};{step};{day}.02.2026;08:{minute}:00;M",
            "cp1252",
        ),
        ("VBELN;TCODE;UDATE;UTIME;USER", "45{case};{step};202602{day};08{minute}00;M", "utf-8"),
        ("Dossier;Étape;Date;Heure;Agent", "D{case};{step};{day}/02/2026;8h{minute};A", "utf-8"),
        ("Case;Step;Date;Time;User", "C{case};{step};202602{day};8{minute};A", "utf-8"),
        ("Pratica;Attività;Data;Ora;Utente", "P{case};{step};{day}/02/2026;08.{minute};R", "latin-1"),
        ("Case,Activity,Date,Time", "C{case},{step},2026-02-{day},8:{minute} AM", "utf-8"),
        ("Case,Activity,Date,User,Time", "C{case},{step},2026-02-{day},Bob,08:{minute}:00", "utf-8"),
    ],
)
def test_hours_in_a_column_of_their_own_belong_to_the_date_before(
    head: str, row: str, encoding: str, tmp_path: Path
) -> None:
    log = irrupt.read(written(tmp_path / "log.csv", head, row, encoding))
    assert log.activities() == sorted(STEPS)
    assert log.events["end"].unique().sort().to_list() == [
        dt.datetime(2026, 2, 10 + at, 8, 10 + at, tzinfo=dt.UTC) for at in range(3)
    ]
    assert any("belong to the dates" in note for note in log.notes)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (
            "Dossier;Étape;Date début;Heure début;Date fin;Heure fin",
            "D{case};{step};{day}/02/2026;08h{minute};{day}/02/2026;09h{minute}",
        ),
        (
            "Fall;Schritt;Startdatum;Enddatum;Startzeit;Endzeit",
            "D{case};{step};{day}.02.2026;{day}.02.2026;08:{minute};09:{minute}",
        ),
    ],
)
def test_begins_and_ends_have_each_its_time(head: str, row: str, tmp_path: Path) -> None:
    log = irrupt.read(written(tmp_path / "log.csv", head, row))
    assert log.starts == "measured"
    assert (log.events["end"] - log.events["start"]).dt.total_minutes().unique().to_list() == [60]


@pytest.mark.parametrize(
    ("name", "cells"),
    [("Duration", ["00:35", "01:10"]), ("Waiting time", ["120", "45"]), ("Bearbeitungszeit", ["0:35"] * 2)],
)
def test_how_long_something_takes_is_no_time_of_the_day(name: str, cells: list[str]) -> None:
    frame = pl.DataFrame({ROW: [0, 1], "Date": ["2026-02-16", "2026-02-17"], name: cells})
    assert with_clocks(Raw(frame=frame, name="", locate=lambda _rows: ())).frame.equals(frame)


def test_times_of_frames_are_joined_too_and_a_missing_one_is_midnight() -> None:
    frame = pl.DataFrame(
        {
            "case": ["a", "a"],
            "step": ["x", "y"],
            "Date": [dt.date(2026, 2, 16), dt.date(2026, 2, 17)],
            "Time": [dt.time(8, 5), None],
        }
    )
    assert irrupt.read(frame).events["end"].dt.strftime("%d %H:%M").to_list() == ["16 08:05", "17 00:00"]


def test_a_column_that_is_asked_for_stays_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path / "log.csv", "Case,Activity,Date,Time", "C{case},{step},2026-02-{day},08:{minute}")
    log = irrupt.read(path, mapping={"activity": "Time", "end": "Date"})
    assert "08:10" in log.activities()


def test_a_line_of_titles_in_the_midst_is_told_and_changes_no_other(tmp_path: Path) -> None:
    rows = [f"C{case},{step},2026-02-{10 + at},08:{10 + at}" for case in range(20) for at, step in enumerate(STEPS)]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(["Case,Activity,Date,Time", *rows[:20], "Case,Activity,Date,Time", *rows[20:]]))
    log = irrupt.read(path)
    assert log.events.height == len(rows)
    assert log.events["end"].dt.hour().unique().to_list() == [8]
    told = {problem.code: problem for problem in log.problems}
    assert told["unreadable time"].places == ('line 22, column "Date": "Date Time"',)


@pytest.mark.parametrize(
    "times",
    [[510, 845, 1430], [51000, 84500, 143000], [510.0, 845.0, 1430.0], ["5h10", "8h45", "14h30"]],
)
def test_times_of_the_day_may_be_numbers(times: list[object]) -> None:
    """Of a spreadsheet or a database, in figures: they were left out, and times were told to be to the day only."""
    frame = pl.DataFrame({ROW: [0, 1, 2], "Date": [dt.date(2026, 2, 16)] * 3, "Heure": times})
    read = with_clocks(Raw(frame=frame, name="", locate=lambda _rows: ())).frame
    assert read["Date"].to_list() == ["2026-02-16 05:10:00", "2026-02-16 08:45:00", "2026-02-16 14:30:00"]


def test_times_of_the_day_that_lost_their_form_are_parts_of_a_day() -> None:
    for times in (["0,215278", "0,364583", "0", ""], [0.2152777778, 0.3645833333, 0.0, None]):
        frame = pl.DataFrame({ROW: range(4), "Date": ["16/02/2026"] * 4, "Heure": times})
        read = with_clocks(Raw(frame=frame, name="", locate=lambda _rows: ())).frame["Date"]
        assert read.str.slice(11).to_list() == ["05:10:00", "08:45:00", "00:00:00", "00:00:00"]


@pytest.mark.parametrize("times", [[5, 20, 130], [0.5, 0.25, 0.75], ["8h", "2h", "1h"], [9.5, 10.25, 3.0]])
def test_numbers_of_minutes_or_hours_are_no_times_of_the_day(times: list[object]) -> None:
    frame = pl.DataFrame({ROW: [0, 1, 2], "Date": ["16/02/2026"] * 3, "Temps": times, "Time": times})
    assert with_clocks(Raw(frame=frame, name="", locate=lambda _rows: ())).frame.equals(frame)


def test_hours_may_stand_without_minutes() -> None:
    frame = pl.DataFrame({ROW: [0, 1], "Date": ["16/02/2026"] * 2, "Heure": ["8h", "14h30"]})
    read = with_clocks(Raw(frame=frame, name="", locate=lambda _rows: ())).frame["Date"]
    assert read.to_list() == ["16/02/2026 08:00:00", "16/02/2026 14:30:00"]
