"""Schedules on the command line: the same commands as for logs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from irrupt.chronicle.schedules.invented import history

Irrupt = Callable[..., Any]


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    path = tmp_path / "plans.csv"
    history(weeks=30, horizon=8).write_csv(path)
    return path


def test_see_recognises_schedules_and_its_json_says_the_same(irrupt: Irrupt, plans: Path) -> None:
    said = irrupt("see", str(plans), "--report", "plans.html")
    assert said.code == 0, said.err
    assert "(marked: 4 weeks) for Nervous" in " ".join(said.out.split())
    assert "Ahead" not in said.out
    assert "Ahead" in irrupt("see", str(plans), "--verbose").out
    assert Path("plans.html").read_text(encoding="utf-8").count("<svg") > 4
    answer = json.loads(irrupt("see", str(plans), "--json").out)
    assert answer["what"] == "plans"
    assert answer["versions"] == 60


def test_report_writes_the_page_of_schedules(irrupt: Irrupt, plans: Path) -> None:
    assert irrupt("report", str(plans)).code == 0
    assert "Nervous" in Path("plans.html").read_text(encoding="utf-8")


def test_what_parts_the_columns_can_be_said(irrupt: Irrupt) -> None:
    """The message that asks for it names the option, which must be there."""
    rows = [f"P1~2026-01-{day:02}~2026-0{month}-02~{10 * month}" for day in (5, 12) for month in (2, 3, 4)]
    Path("odd.csv").write_text("\n".join(["part~issued~period~quantity", *rows]), encoding="utf-8")
    assert '--map "separator=;"' in irrupt("see", "odd.csv").err
    told = json.loads(irrupt("see", "odd.csv", "--map", "separator=~", "--map", "sums=kept", "--json").out)
    assert told["step"] == "month"
    Path("tabs.csv").write_text(Path("odd.csv").read_text(encoding="utf-8").replace("~", "\t"), encoding="utf-8")
    assert irrupt("see", "tabs.csv", "--map", "separator=tab").code == 0
    assert "one character" in irrupt("see", "tabs.csv", "--map", "separator=##").err


def test_band_tolerance_and_rates_are_taken(irrupt: Irrupt, plans: Path) -> None:
    Path("rates.yaml").write_text("hours per piece: 0.1\n", encoding="utf-8")
    options = ("--band", "50%", "--tolerance", "0.01", "--rates", "rates.yaml", "--json")
    answer = json.loads(irrupt("see", str(plans), *options).out)
    assert (answer["band"], answer["tolerance"]) == (0.5, 0.01)
    assert answer["rates"]["hours_per_piece"] == 0.1
    assert irrupt("see", str(plans), "--band", "much").code == 2
    assert irrupt("see", str(plans), "--rates", "nothing.yaml").code == 2


@pytest.mark.parametrize("command", ["see", "report"])
def test_options_of_schedules_are_refused_for_a_log(irrupt: Irrupt, tickets: Path, command: str) -> None:
    """An answer that passes over them would look as if they had been heeded."""
    said = irrupt(command, str(tickets), "--band", "10%", "--tolerance", "1%", "--rates", "rates.yaml")
    assert (said.code, said.out) == (2, "")
    assert said.err.count("tickets.csv holds an event log") == 3
    assert all(option in said.err for option in ("--band", "--tolerance", "--rates"))


def test_options_of_logs_are_refused_for_schedules_and_those_of_plans_for_orders(irrupt: Irrupt, plans: Path) -> None:
    of_logs = ("--whose", "w.yaml", "--cases", "c.csv", "--prescribed", "p.yaml")
    said = irrupt("see", str(plans), *of_logs, "--band", "10%")
    assert (said.code, said.err.count("plans.csv holds schedules"), "--band" in said.err) == (2, 3, False)
    Path("orders.csv").write_text("order,customer,order date,quantity\n1,A,2024-03-04,5\n2,B,2024-03-05,6\n")
    said = irrupt("see", "orders.csv", *of_logs, "--band", "10%")
    assert (said.code, said.err.count("orders.csv holds orders")) == (2, 4)
    assert not Path("c.csv").exists()


def test_a_column_can_be_named(irrupt: Irrupt, plans: Path) -> None:
    assert irrupt("see", str(plans), "--map", "part=plant").code == 0
    said = irrupt("see", str(plans), "--map", "part=plnt")
    assert said.code == 2
    assert 'did you mean "plant"' in said.err


def test_what_needs_a_log_says_so(irrupt: Irrupt, plans: Path, tmp_path: Path) -> None:
    book = tmp_path / "book.yaml"
    book.write_text("rulebook: Desk\nrules: {Once: {text: No reopening, binds: {never: reopen}}}\n", encoding="utf-8")
    act = ("--act", "bypass: {client: A, team: B}")
    inferred = ("kept", str(book), str(plans), "--inferred", "found.yaml")
    for arguments in (("discover", str(plans)), ("compare", str(plans), *act), inferred):
        said = irrupt(*arguments)
        assert said.code == 2
        assert "holds schedules" in said.err
    Path("orders.csv").write_text("order,customer,order date,quantity\n1,A,2024-03-04,5\n2,B,2024-03-05,6\n")
    assert "holds orders, without the steps" in irrupt("discover", "orders.csv").err


AGREED = """
rulebook: Plans
rules:
  Steady horizon:
    text: Nothing changes within three weeks.
    binds: {measure: "frozen periods, in effect", of: Steady, at least: 3 weeks}
  Calm: {text: Plans stay., binds: {measure: nervousness, of: Steady, at most: 10 %}}
  Closed: {text: Cases are closed., binds: {always: Closed}}
"""
NERVOUS = """
  Horizon:
    text: Nothing changes within three weeks.
    binds: {measure: "frozen periods, in effect", of: Nervous, at least: 3 weeks}
    since: 2023-05-01
"""


def test_rules_on_plans_are_held_against_the_plans_that_came_since(irrupt: Irrupt, plans: Path) -> None:
    """With the exit code, the cases and the page that rules on event logs have."""
    Path("book.yaml").write_text(AGREED, encoding="utf-8")
    said = irrupt("kept", "book.yaml", str(plans))
    assert said.code == 0, said.err
    assert "is kept: 2; cannot be told: 1" in said.out
    assert "these records are schedules" in " ".join(said.out.split())
    Path("book.yaml").write_text(AGREED + NERVOUS, encoding="utf-8")
    said = irrupt("kept", "book.yaml", str(plans), "--json", "--report", "kept.html")
    assert said.code == 1
    answer = json.loads(said.out)
    (broken,) = [one for one in answer["rules"] if one["answer"] == "broken"]
    assert (broken["name"], broken["counted"], broken["step"]) == ("Horizon", "quantities", "week")
    assert broken["breaches"][0].keys() >= {"part", "plant", "period", "plan", "issued", "before", "after"}
    assert min(one["issued"] for one in broken["breaches"]) >= "2023-05-01"
    assert Path("kept.html").read_text(encoding="utf-8").count("<article") == 4


@pytest.mark.slow
def test_schedules_are_converted_and_read_again(irrupt: Irrupt, plans: Path) -> None:
    one = json.loads(irrupt("see", str(plans), "--json").out)
    for name in ("again.csv", "again.parquet"):
        assert irrupt("convert", str(plans), name).code == 0
        other = json.loads(irrupt("see", name, "--json").out)
        assert [entry["value"] for entry in other["ledger"]] == [entry["value"] for entry in one["ledger"]]
    assert irrupt("convert", str(plans), "again.xes").code == 2


def test_a_log_that_may_hold_orders_says_how_to_read_them(irrupt: Irrupt, tmp_path: Path) -> None:
    rows = [f"C{n // 2},{'open' if n % 2 else 'close'},2026-02-{1 + n:02} 09:00,{n}" for n in range(20)]
    (tmp_path / "log.csv").write_text("\n".join(["case,activity,time,quantity", *rows]), encoding="utf-8")
    said = irrupt("see", "log.csv", "--schedules")
    assert 'if its rows are orders, say --map "quantity=quantity"' in said.err
