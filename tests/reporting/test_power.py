"""Power on every face says the same."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from irrupt.experiment import power
from irrupt.i18n import use
from irrupt.organisation import load
from irrupt.reporting import page, report
from irrupt.reporting.machine import to_json
from irrupt.reporting.sections.power import findings, power_section
from irrupt.reporting.terminal import show

DESK = load(Path(__file__).resolve().parents[2] / "docs" / "examples" / "desk.yaml")


@pytest.fixture(scope="module")
def found():
    return power(DESK, parties=["Hospital A", "Desk", "Management"], replications=8, weeks=1)


def text_of(result, width=100):
    from rich.console import Console

    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(show(result))
    return capture.get()


def test_the_terminal_shows_each_party_and_what_no_rule_covers(found):
    said = text_of(found)
    assert "Hospital A" in said
    assert "Management" in said
    assert "no rule covers it" in said
    assert max(map(len, text_of(found, 60).splitlines())) <= 60


@pytest.mark.parametrize("width", [40, 48, 60])
def test_no_figure_is_cut_where_the_terminal_is_narrow(found, width):
    """Parties for whom there is no room come in a further table; they were squeezed until figures ended in dots."""
    said = text_of(found, width)
    assert not re.search(r"[\d.±<]\N{HORIZONTAL ELLIPSIS}", said)
    assert max(map(len, said.splitlines())) <= width


def test_what_power_rests_on_has_a_french_colon(found):
    use("fr")
    try:
        said = text_of(found, 200)
    finally:
        use(None)
    levers = [one for one in said.splitlines() if " → " in one]
    assert levers
    assert all("\N{NARROW NO-BREAK SPACE}: " in one.split(";")[0] for one in levers)


def test_what_is_not_told_apart_from_nothing_is_told_by_the_most_that_it_may_be(found):
    table = found.table
    row = table.filter(table["zone"].is_null() & (table["holder"] != table["over"])).row(0, named=True)
    near = found.table.with_columns(
        held=0.2, low=0.0, high=0.413, exercised=0.0, **{"exercised low": 0.0, "exercised high": 0.0}
    )
    said = text_of(replace(found, table=near))
    assert said.count("<\u202f0.41") == near.filter(near["zone"].is_null()).height
    assert "at most so much" in " ".join(said.split())
    assert row["holder"] in said


def test_json_holds_every_power_and_range(found):
    data = to_json(found)
    assert data["what"] == "power"
    assert len(data["power"]) == found.table.height
    assert len(data["ranges"]) == found.ranges.height
    assert json.loads(json.dumps(data, allow_nan=False)) == data


@pytest.mark.parametrize("name", ["power", "search", "sweep"])
def test_findings_of_every_page_bear_their_numbers(name):
    """The style of findings draws no number but the one that each bears: it left an empty margin."""
    text = files("irrupt.reporting").joinpath("templates", f"{name}.html").read_text(encoding="utf-8")
    told = text[text.index('<ol class="findings">') : text.index("</ol>")]
    assert '<li data-number="{{ loop.index }}">' in told


def test_the_page_has_a_section_with_a_picture_and_tables(found, tmp_path):
    written = report(tmp_path / "power.html", found).read_text(encoding="utf-8")
    assert 'id="power"' in written
    section = power_section(found)
    assert len(section.matrix.rows) == 3
    assert all(len(row) == len(section.matrix.heads) for row in section.matrix.rows)
    assert "<svg" in section.drawn.wide


def test_it_is_told_in_french_too(found):
    use("fr")
    try:
        said = page(power=found)
    finally:
        use("en")
    assert "Qui détient quel pouvoir sur qui" in said
    assert "power over" not in said


def test_findings_name_only_what_is_sure(found):
    totals = found.table.to_dicts()
    weak = [row for row in totals if row["low"] == 0 and row["zone"] is None]
    for row in weak:
        assert not any(f"{row['holder']} can move what is watched by {row['over']}" in said for said in findings(found))
