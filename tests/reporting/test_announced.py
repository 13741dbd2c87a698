"""Schedules and orders on all faces: page, terminal, JSON; in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

import irrupt
from irrupt import i18n
from irrupt.chronicle.schedules.invented import Client, history
from irrupt.reporting import machine, terminal
from irrupt.reporting.brief import brief
from irrupt.reporting.page import page
from irrupt.sight import Rates, ScheduleSight

HOSTILE = "<script>alert(1)</script> & [bold]Co"


@pytest.fixture(scope="module")
def sight() -> ScheduleSight:
    clients = (Client(name=HOSTILE, moves=0.2, inflation=0.2), Client(name="Client B", moves=0.05, frozen=3, plants=2))
    found = irrupt.see(irrupt.read(history(clients, weeks=40, horizon=10)), rates=Rates(hours_per_piece=0.1))
    assert isinstance(found, ScheduleSight)
    return found


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    i18n.use(request.param)
    yield request.param
    i18n.use(None)


def test_the_answer_fits_one_screen(sight: ScheduleSight, language: str) -> None:
    console = Console(width=80, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        console.print(brief(sight))
    lines = captured.get().splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 48
    assert len(sight.findings) > 7


def shown(result: ScheduleSight, width: int) -> str:
    console = Console(width=width, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        console.print(terminal.show(result))
    return captured.get()


def test_the_page_begins_with_the_findings_and_holds_all_pictures(sight: ScheduleSight, language: str) -> None:
    html = page(schedules=sight)
    assert html.index('class="findings"') < html.index("<svg")
    assert html.count("<svg") == 2 * (2 + len(sight.triangles))
    assert all(finding.text[:20].split("<")[0] in html for finding in sight.findings[-3:])
    assert "<script>alert" not in html
    assert not re.search(r'(?:src|href)="https?://(?!hal\.science)', html)
    assert f'lang="{language}"' in html


def test_every_finding_leads_to_a_picture_or_a_table_that_is_there(sight: ScheduleSight) -> None:
    html = page(schedules=sight)
    links = re.findall(r'class="shown" href="#([^"]+)"', html)
    assert len(links) == len(sight.findings)
    assert {"seen-curve", "seen-said"} <= set(links)
    assert all(f'id="{link}"' in html for link in links)


def test_no_english_is_left_on_the_french_page(sight: ScheduleSight) -> None:
    i18n.use("fr")
    try:
        sight = irrupt.see(irrupt.read(sight.chronicle.schedules))  # type: ignore[assignment]
        text = re.sub(r"<(?:style|script).*?</(?:style|script)>|<[^>]+>", " ", page(schedules=sight), flags=re.DOTALL)
    finally:
        i18n.use(None)
    assert not re.search(
        r"\b(?:the|announces|weeks|bought|plan is|with less)\b", text.split("Sridharan")[0].split("columns:")[0]
    )


def test_the_terminal_shows_it_at_any_width(sight: ScheduleSight, language: str) -> None:
    for width in (40, 80, 160):
        text = shown(sight, width)
        assert max(map(len, text.splitlines())) <= width
        assert "[bold]Co" in text.replace("\n", " ") or width == 40


def test_json_is_the_same_in_both_languages_but_for_sentences(sight: ScheduleSight) -> None:
    made = machine.to_json(sight)
    text = json.dumps(made, allow_nan=False)
    assert made["what"] == "plans"
    assert made["log"]["schedule_rows"] == sight.rows
    assert {entry["measure"] for entry in made["ledger"]} >= {"nervousness", "bias of the plan"}
    assert len(made["curves"][HOSTILE]) == 10
    assert "NaN" not in text


def test_the_report_is_written_whole(sight: ScheduleSight, tmp_path: Path) -> None:
    path = irrupt.report(tmp_path / "plans.html", sight)
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")


def test_orders_have_their_own_page(language: str) -> None:
    import polars as pl

    days = pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 6, 30), "1d", eager=True)
    frame = pl.DataFrame({"customer": ["a", "b"] * (len(days) // 2), "date": days, "quantity": range(len(days))})
    found = irrupt.see(irrupt.read(frame))
    assert isinstance(found, ScheduleSight)
    html = page(schedules=found)
    assert html.count("<svg") == 2
    assert shown(found, 80)
    assert machine.to_json(found)["what"] == "orders"


@pytest.mark.parametrize("lines", [1, 3])
def test_all_orders_are_counted_and_those_of_whole_weeks_told(lines: int) -> None:
    import polars as pl

    days = pl.datetime_range(pl.datetime(2024, 1, 5), pl.datetime(2024, 5, 15), "1d", eager=True)
    frame = pl.DataFrame({"order": range(len(days)), "customer": ["a", "b", *["c"] * (len(days) - 2)], "date": days})
    part = pl.DataFrame({"part": [f"P{at}" for at in range(lines)], "quantity": 5})
    found = irrupt.see(irrupt.read(frame.join(part, how="cross")))
    assert isinstance(found, ScheduleSight)
    said = "132 orders; 3 clients; {}5 Jan 2024 to 15 May 2024; used: 8 Jan 2024 to 12 May 2024 (126 orders)"
    said = said.format(f"{lines} parts; " if lines > 1 else "1 part; ")
    plain = re.sub(r"<[^>]+>", " ", page(schedules=found))
    for text in (shown(found, 200), plain):
        assert said in re.sub(r"\s+", " ", text)
    made = machine.to_json(found)
    assert [made[name] for name in ("versions", "used_versions", "clients")] == [132, 126, 3]
    assert (made["begin"][:10], made["end"][:10]) == ("2024-01-05", "2024-05-15")
