"""The page and the words of a rulebook held against records."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from irrupt import i18n
from irrupt.agreement import Judged, Kept, Rule, Rulebook, kept
from irrupt.agreement.bounds import Always, Measured, Never, Within
from irrupt.chronicle import read
from irrupt.reporting.agreed import details, found, kept_data, summary
from irrupt.reporting.page import agreed_page, report_kept
from irrupt.reporting.periods import Column, against
from irrupt.sight.intervals import wilson

HOSTILE = "<script>alert('x')</script>"
MONDAY = datetime(2024, 1, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def held() -> Kept:
    """Four weeks of cases, the last two of which are slow, against three rules."""
    rows = []
    for number in range(4 * 20):
        week, place = divmod(number, 20)
        came = MONDAY + timedelta(weeks=week, hours=place)
        for activity, hours in (("open", 0), ("solve", 1 if week < 2 else 30)):
            rows.append((f"c{number}", activity, came + timedelta(hours=hours), HOSTILE))
    log = read(pl.DataFrame(rows, schema=["case", "activity", "end", "client"], orient="row"))
    rules = {
        HOSTILE: Rule(text="Soon & well", binds=Within(limit=7200.0, to=("solve",), share=0.9)),
        "Mean": Rule(text="On average", binds=Measured(measure="cycle time", party=HOSTILE, at_most=50.0)),
        "Unknown": Rule(text="Closed", binds=Always(activity="close", after="opne")),
    }
    return kept(Rulebook(name="Book", founding=rules), log)


def test_the_page_tells_each_rule_with_its_answer_and_its_cases(held: Kept, tmp_path: Path) -> None:
    page = report_kept(tmp_path / "kept.html", held).read_text(encoding="utf-8")
    assert page.count("<article") == 3
    for words in ("is broken", "is kept", "cannot be told", "did you mean", "agreed: 90"):
        assert words in page
    assert page.count("<svg") == 4, "two rules have a chart, each drawn wide and narrow"
    assert page.count('class="unkept"') == 4, "two slow weeks, drawn twice"
    assert HOSTILE not in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_page_speaks_french(held: Kept) -> None:
    i18n.use("fr")
    try:
        page = agreed_page(held)
    finally:
        i18n.use(None)
    assert "enfreinte" in page
    assert "is broken" not in page


def test_the_summary_counts_answers_and_json_names_cases(held: Kept) -> None:
    assert summary(held) == "is kept: 1; is broken: 1; cannot be told: 1"
    broken = kept_data(held)["rules"][0]
    assert len(broken["cases"]) == broken["broken"] == 40
    assert broken["broken_since"] == "2024-01-15T00:00:00+00:00"
    assert (
        summary(
            kept(Rulebook(name="Empty"), read(pl.DataFrame({"case": ["a"], "activity": ["x"], "end": ["2024-01-01"]})))
        )
        != ""
    )


def told(slow: set[int], each: str = "week", share: float = 1.0, weeks: int = 8) -> str:
    """What is told of a rule that is not kept in some of eight weeks."""
    rows = []
    for number in range(weeks * 10):
        week, place = divmod(number, 10)
        came = MONDAY + timedelta(weeks=week, hours=place)
        rows += [(f"c{number}", name, came + timedelta(hours=late)) for name, late in (("open", 0), ("solve", 1))]
        if week in slow:
            rows.append((f"c{number}", "reopen", came + timedelta(hours=2)))
    log = read(pl.DataFrame(rows, schema=["case", "activity", "end"], orient="row"))
    rule = Rule(text="Once", binds=Never(activity="reopen", each=each, share=share))  # type: ignore[arg-type]
    (one,) = kept(Rulebook(name="Book", founding={"Once": rule}), log).judged
    return next((said for said in details(one, "UTC") if "broken on" in said or "since" in said), "")


def test_the_first_time_is_told_beside_since_when_it_is_so_in_every_week() -> None:
    """The last weeks in a row were told as since when it is not kept, though it was broken long before."""
    assert told({1, 2, 6, 7}) == (
        "first broken on 8 Jan 2024; not kept in 4 of 8 weeks; without interruption since 12 Feb 2024"
    )
    assert told({1, 2}) == "first broken on 8 Jan 2024; not kept in 2 of 8 weeks"
    assert told({5, 6, 7}) == "not kept since 5 Feb 2024; not kept in 3 of 8 weeks"
    assert told({5, 6, 7}, each="month") == (
        "not kept since 1 Feb 2024; first broken on 5 Feb 2024; not kept in 1 of 2 months"
    )
    assert told({6, 7}, share=0.2) == "first broken on 12 Feb 2024; not kept in 2 of 8 weeks"
    assert told({0}, weeks=1) == "not kept since 1 Jan 2024"
    assert told(set()) == ""


@pytest.mark.parametrize("values", [[], [0.0], [float("nan"), 1.0], [1e9] * 300])
def test_any_periods_can_be_drawn(values: list[float]) -> None:
    columns = [Column(value=value, kept=value < 1, tip="t") for value in values]
    drawn = against(columns, [(0.5, "agreed")], ("a", "b"), width=340.0, title="t", description="d")
    assert "nan" not in drawn
    assert drawn.count("<rect") == len(values)


@pytest.mark.parametrize(("broken", "cases"), [(1, 2198), (3, 2189), (1, 40000), (0, 2000), (2197, 2198)])
def test_nearly_all_is_never_told_as_all_nor_nearly_none_as_none(broken: int, cases: int) -> None:
    share = 1 - broken / cases
    interval = wilson(share, cases)
    one = Judged(
        name="R", rule=Rule(text="t", binds=Never(activity="x")), begin=MONDAY, end=MONDAY, answer="broken",
        judged=cases, broken=broken, share=share, low=interval.low, high=interval.high,
    )  # fmt: skip
    told = [float(part) for part in re.findall(r"([\d.]+)\u202f%", found(one).split("; agreed")[0]) if part != "95"]
    for value, exact in zip(told, (share, interval.low, interval.high), strict=True):
        assert (value == 100.0) == (exact == 1.0)
        assert (value == 0.0) == (exact == 0.0)
