"""The page and the words of a rulebook held against records."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from irrupt import i18n
from irrupt.agreement import Judged, Kept, Rule, Rulebook, kept
from irrupt.agreement.bounds import Always, Measured, Never, Within
from irrupt.agreement.files import rulebook_from
from irrupt.chronicle import read
from irrupt.reporting.agreed import details, found, kept_data, summary
from irrupt.reporting.page import agreed_page, report_kept
from irrupt.reporting.periods import Column, against
from irrupt.sight.intervals import wilson
from irrupt.units import DAY

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
    assert "Unknown\N{NARROW NO-BREAK SPACE}: " in page
    assert "enfreinte" in page
    assert "is broken" not in page


def test_its_numbers_stand_within_the_page(held: Kept) -> None:
    """Behind it, they stood at the edge of the window."""
    page = agreed_page(held)
    assert page.index("<main>") < page.index('id="numbers"') < page.index("</main>")


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
        "first broken on 5 Feb 2024; not kept in 1 of 2 months; "
        "without interruption in what came since the month of 1 Feb 2024"
    )
    assert told({6, 7}, share=0.2) == "first broken on 12 Feb 2024; not kept in 2 of 8 weeks"
    assert told({0}, weeks=1) == "not kept since 1 Jan 2024"
    assert told({0}, weeks=1, each="month") == "not kept since 1 Jan 2024"
    assert told(set()) == ""


def test_what_was_broken_days_after_it_came_is_not_told_to_be_so_before() -> None:
    """A case that came on Monday and was late on Sunday: not kept since Monday, and first broken on Sunday."""
    rows = [
        (f"c{week}", name, MONDAY + timedelta(weeks=week, days=days))
        for week in range(4)
        for name, days in (("open", 0), ("solve", 1 if week < 2 else 9))
    ]
    log = read(pl.DataFrame(rows, schema=["case", "activity", "end"], orient="row"))
    rule = Rule(text="Soon", binds=Within(limit=6 * DAY, to=("solve",)))
    (one,) = kept(Rulebook(name="Book", founding={"Soon": rule}), log).judged
    (said,) = (said for said in details(one, "UTC") if "broken on" in said)
    assert said == (
        "first broken on 21 Jan 2024; not kept in 2 of 4 weeks; "
        "without interruption in what came since the week of 15 Jan 2024"
    )


def test_what_a_rule_does_not_apply_to_is_told_with_what_it_is() -> None:
    one = Judged(
        name="Once",
        rule=Rule(text="Once", binds=Never(activity="reopen")),
        begin=MONDAY,
        end=MONDAY + timedelta(weeks=4),
        answer="kept",
        judged=20,
        open=1,
        free=5,
    )
    assert details(one, "UTC") == [
        "in force here from 1 Jan 2024 to 29 Jan 2024; not known yet: 1 case; does not apply to 5 cases"
    ]


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


def of_plans(**rules: str) -> Kept:
    """What is told of plans that change one week a week before it comes, and mark two weeks as firm."""
    rows = [
        (f"P{part}", plan, MONDAY + timedelta(weeks=plan), MONDAY + timedelta(weeks=plan + lead), lead < 2,
         150.0 if part == 1 and plan + lead == 6 and plan >= 5 else 100.0)
        for part in (1, 2) for plan in range(14) for lead in range(4)
    ]  # fmt: skip
    names = ["part", "plan", "issued", "period", "firm", "quantity"]
    each = "".join(f"\n  {name}: {{text: t, binds: {{{binds}}}}}" for name, binds in rules.items())
    return kept(rulebook_from(f"rulebook: B\nrules:{each}"), read(pl.DataFrame(rows, schema=names, orient="row")))


FROZEN = "measure: 'frozen periods, in effect', at least: 3 weeks"


def test_of_plans_it_is_told_in_which_parts_and_weeks_and_by_which_plan() -> None:
    (one,) = of_plans(R=FROZEN).judged
    assert found(one).replace("\u202f", " ") == (
        "broken in 1 of 26 part-weeks: kept in 96 % (95 % interval 86 % to 100 %; agreed: at least 3 weeks in 100 %); "
        "all together: frozen periods, in effect: 4 weeks, 95 % interval 2 weeks to 4 weeks"
    )
    assert details(one, "UTC")[1:] == [
        "first broken on 5 Feb 2024; not kept in 1 of 13 weeks",
        "the worst: P1, week of 12 Feb 2024: 100 → 150 in the plan of 5 Feb 2024",
    ]


def test_of_plans_each_kind_of_rule_has_its_words() -> None:
    firm, band, calm, often = of_plans(
        Firm="measure: 'frozen periods, announced', at least: 3",
        Band="measure: band breaches, ahead: 3, at most: 1 %",
        Calm="measure: nervousness, at most: 50 %",
        Often="measure: nervousness, at most: 50 %, in: 90 %",
    ).judged
    assert found(firm).startswith("broken in 14 of 14 plans: kept in 0")
    assert "the worst: P1: 2 firm in the plan of 1 Jan 2024; " in details(firm, "UTC")[-1]
    assert found(band).startswith("outside of the band in 1 of 22 part-weeks: 4.5")
    assert details(band, "UTC")[-1] == ("the worst: P1, week of 12 Feb 2024: 100 announced on 22 Jan 2024, 150 bought")
    assert found(calm).startswith("nervousness: 0.")
    assert found(calm).endswith("(agreed: at most 50.0\u202f%)")
    assert found(often).startswith("kept in 100\u202f% of 13 periods (agreed: 90.0\u202f%); nervousness: 0.")


def test_a_measure_without_an_interval_is_told_without_one() -> None:
    (one,) = of_plans(R="measure: notice of change, at least: 9 days").judged
    assert found(replace(one, value_low=float("nan"), value_high=float("nan"))).endswith(
        "agreed: at least 9 days in 100\u202f%); all together: notice of change: 7 days"
    )
    (never,) = of_plans(R="measure: notice of change, at least: 9 days, where: {part: P2}").judged
    assert found(never).endswith("100\u202f%)"), "where nothing is changed, no notice is given"


def test_the_page_draws_breaches_and_measures_of_plans_and_lists_what_breaks_them() -> None:
    many = {
        "A": FROZEN,
        "B": "measure: band breaches, ahead: 3, at most: 1 %",
        "C": "measure: nervousness, at most: 50 %",
        "D": "measure: 'frozen periods, announced', at least: 3",
        "E": "measure: 'frozen periods, announced', at least: 2",
    }
    page = agreed_page(of_plans(**many))
    assert page.count("<svg") == 8, (
        "four pictures, each wide and narrow; of none that breaks it there is nothing to draw"
    )
    assert page.count("What breaks it in the plans") == 3
    for words in ("Parts and periods in which it is broken", "at most 50.0", "12 Feb 2024: 1 / 2", "too few or many"):
        assert words in page
    data = kept_data(of_plans(**many))["rules"][0]
    assert (data["counted"], data["step"], data["breaches"][0]["after"]) == ("quantities", "week", 150.0)


def test_values_below_nought_hang_from_the_line() -> None:
    columns = [Column(value=value, kept=True, tip="t") for value in (-1.0, 1.0)]
    drawn = against(columns, [], ("a", "b"), width=340.0, title="t", description="d")
    below, above = (
        (float(y), float(height)) for y, height in re.findall(r'<rect[^>]* y="([\d.]+)"[^>]* height="([\d.]+)"', drawn)
    )
    assert below[1] == above[1] == 36.0
    assert above[0] + above[1] == below[0]
