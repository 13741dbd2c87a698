"""Sweeps on a page: response curves, thresholds, tables in the order of the settings."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from irrupt import i18n
from irrupt.experiment.designs import Parameter
from irrupt.experiment.outputs import Output
from irrupt.experiment.swept import Sweep
from irrupt.experiment.varied import Interval
from irrupt.regulation import ImposedCheck, Volume
from irrupt.reporting import curves, report
from irrupt.reporting.sections.sweep import Answered, difference, sweep_section
from irrupt.reporting.swept import show_sweep

WIDE = 720.0
TIME = Parameter(path=("imposed check", "duration"), low=300.0, high=2400.0, time=True)
SPEED = Parameter(path=("people", "Denis", "speed"), low=0.9, high=1.1)
WAITS = Output(measure="waiting for us", party="other clients", unit="h")
REWORK = Output(measure="rework", party="A", unit="share")
END = st.floats(-1e6, 1e6)


def swept(*parameters: Parameter, points: list[list[float]], kind: str = "grid", outputs: int = 1) -> Sweep:
    """The difference is the sum of the settings, the first in hours, beside the luck of four pairs of runs."""
    settings = np.array(points)
    scale = np.array([1 / 3600 if one.time else 10.0 for one in parameters])
    luck = np.array([-0.01, 0.0, 0.01, 0.02])
    values = (settings * scale).sum(axis=1)[None, :, None] + np.zeros((outputs, 1, 1)) + luck
    return Sweep(
        parameters=parameters,
        outputs=(WAITS, REWORK)[:outputs],
        kind=kind,  # type: ignore[arg-type]
        points=settings,
        without=np.ones_like(values),
        with_act=1 + values,
        seed=1,
    )


@given(
    st.lists(st.tuples(END, END, END, END), min_size=1, max_size=8),
    st.none() | END,
    st.none() | st.tuples(END, END, END),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_every_mark_of_a_response_is_inside_the_picture(
    points: list[tuple[float, float, float, float]],
    level: float | None,
    passed: tuple[float, float, float] | None,
    through: bool,
) -> None:
    found = [(x, Interval(*sorted(ends)), "") for x, *ends in sorted(points)]
    shown = curves.Response(
        points=found,
        line=[(x, one) for x, one, _tip in found] if through else (),
        level=level,
        passed=None if passed is None else Interval(*passed),
        heads=("a", "b"),
        names=("mean", "level"),
    )
    root = ElementTree.fromstring(curves.response(shown, width=WIDE, title="t", description="d"))
    tall = float(root.get("height", "0"))
    for mark in root.iter():
        for name in ("cx", "x1", "x2", "x"):
            assert 0 <= float(mark.get(name, "0")) <= WIDE
        for name in ("cy", "y1", "y2", "y"):
            assert 0 <= float(mark.get(name, "0")) <= tall
        for corner in (mark.get("points") or "0,0").split():
            x, y = map(float, corner.split(","))
            assert 0 <= x <= WIDE
            assert 0 <= y <= tall


def test_the_line_of_a_threshold_stands_where_the_curve_passes_the_level() -> None:
    """A straight response: 10 minutes more for each 10 minutes of the check; 0.5 h is passed at 30 minutes."""
    one = swept(TIME, points=[[2400.0], [600.0], [1200.0]])
    answered = Answered(one, thresholds=[("waiting for us of other clients", 0.5)])
    (drawn,) = sweep_section(answered).drawn
    root = ElementTree.fromstring(drawn.wide)
    sought = [mark for mark in root.iter("line") if mark.get("class") == "bound sought"]
    (upright,) = [float(mark.get("x1", "")) for mark in sought if mark.get("x1") == mark.get("x2")]
    dots = sorted(float(mark.get("cx", "")) for mark in root.iter("circle"))
    truth = one.threshold("waiting for us of other clients", 0.5)
    assert truth is not None
    share = (truth.value - 600) / 1800
    assert upright == pytest.approx(dots[0] + share * (dots[-1] - dots[0]), abs=0.1)
    assert 25 * 60 < truth.value < 31 * 60


def test_a_level_that_is_passed_at_the_first_setting_is_told_as_passed() -> None:
    one = swept(TIME, points=[[600.0], [2400.0]])
    answered = Answered(one, thresholds=[("waiting for us of other clients", 0.001)])
    assert "is passed already at the first setting" in sweep_section(answered).findings[-1]


def test_settings_of_one_parameter_are_told_in_their_order_however_the_design_drew_them() -> None:
    section = sweep_section(Answered(swept(TIME, points=[[2400.0], [600.0], [1200.0]], kind="latin")))
    ((_title, table),) = section.tables
    assert [row[0].text.replace("\u202f", " ") for row in table.rows] == ["10 min", "20 min", "40 min"]


def test_on_a_grid_the_line_is_the_mean_over_the_other_settings_and_elsewhere_there_is_none() -> None:
    points = [[x, y] for x in (600.0, 1200.0) for y in (0.9, 1.1)]
    grid, latin = (swept(TIME, SPEED, points=points, kind=kind, outputs=2) for kind in ("grid", "latin"))
    drawn = sweep_section(Answered(grid)).drawn
    assert len(drawn) == 4
    root = ElementTree.fromstring(drawn[0].wide)
    (course,) = root.iter("polyline")
    corners = [tuple(map(float, corner.split(","))) for corner in course.get("points", "").split()]
    dots = [(float(mark.get("cx", "")), float(mark.get("cy", ""))) for mark in root.iter("circle")]
    for x, y in corners:
        assert y == pytest.approx(np.mean([other for at, other in dots if abs(at - x) < 0.1]), abs=0.1)
    assert not list(ElementTree.fromstring(sweep_section(Answered(latin)).drawn[0].wide).iter("polyline"))


def test_a_report_of_a_sweep_shows_who_is_served_best_and_carries_all_points(tmp_path: Path) -> None:
    one = swept(TIME, points=[[600.0], [1200.0]])
    best = pl.DataFrame({TIME.name: [600.0], WAITS.name: [0.16], "share": [1.0]})
    path = report(tmp_path / "sweep.html", Answered(one, best=best))
    said = path.read_text(encoding="utf-8")
    assert "Settings that no other beats in every goal" in said
    assert "irrupt.json.gz" in said
    plain = report(tmp_path / "plain.html", one).read_text(encoding="utf-8")
    assert "What each setting does" in plain
    assert "Settings that no other beats" not in plain


def test_a_sweep_says_what_was_tried_and_what_its_numbers_are() -> None:
    """A table of settings stood alone: of which act, with it minus without it or not, how sure."""
    acts = (ImposedCheck(client="A", after="Repair"), Volume(client="B", change=0.2))
    tried = replace(swept(TIME, points=[[300.0], [2400.0]]), acts=acts)
    (first, *_more) = sweep_section(Answered(tried)).findings
    assert first == "What was tried at each setting: imposed check: A + volume: B."
    out = io.StringIO()
    Console(file=out, width=100).print(show_sweep(Answered(tried)))
    assert first in out.getvalue()
    legend = "With the act minus without it; ±: half of a 95 % interval; 4 pairs of runs at each setting"
    assert legend in out.getvalue()


def test_parts_of_an_interval_are_told_where_there_is_one_in_the_signs_of_the_language() -> None:
    row = {"unit": "h", "without": 5.0, "with": 6.0, "difference": 1.0, "low": 0.5, "high": 1.5}
    assert "; runs" in difference(row | {"noise": 0.3, "learned": 0.4})
    i18n.use("fr")
    said = difference(row | {"noise": 0.3, "learned": 0.4})
    i18n.use("en")
    assert said.index("simulations") - said.index(";") == 2
    assert said[said.index(";") - 1].isspace()
    nothing = {"difference": 0.0, "low": 0.0, "high": 0.0, "noise": 0.0, "learned": 0.0}
    assert "learned" not in difference(row | nothing)
