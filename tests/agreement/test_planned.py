"""Is it kept, in the plans that came since? Small histories where the answer is known by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import irrupt
from irrupt.agreement import Judged, Kept, kept
from irrupt.agreement.files import rulebook_from, rulebook_text
from irrupt.chronicle import Chronicle, read
from irrupt.chronicle.schedules.invented import Client, history
from irrupt.errors import DataError, ModelError
from irrupt.sight import ScheduleSight

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
FROZEN = "frozen periods, in effect"
Row = dict[str, Any]


def plans(
    *issues: Sequence[float], part: str = "P1", days: int = 7, client: str | None = "Car maker", firm: int | None = None
) -> list[Row]:
    """Plans issued one period after the other, each for the period that begins and those that follow."""
    return [
        {
            "client": client,
            "plant": "Kassel",
            "part": part,
            "issued": MONDAY + timedelta(days=days * issue),
            "period": MONDAY + timedelta(days=days * (issue + lead)),
            "quantity": float(quantity),
            "firm": None if firm is None else lead < firm,
            "kind": "forecast",
        }
        for issue, quantities in enumerate(issues)
        for lead, quantity in enumerate(quantities)
    ]


def bought(*quantities: float, part: str = "P1") -> list[Row]:
    """What is delivered in one week after the other."""
    return [
        {
            "client": "Car maker",
            "plant": "Kassel",
            "part": part,
            "issued": None,
            "period": MONDAY + timedelta(weeks=week),
            "quantity": float(quantity),
            "firm": None,
            "kind": "delivered",
        }
        for week, quantity in enumerate(quantities)
    ]


def log(*rows: Row) -> Chronicle:
    kinds = {"client": pl.String, "issued": pl.Datetime("us", "UTC"), "firm": pl.Boolean}
    return read(pl.DataFrame(list(rows), schema_overrides=kinds))


def held(rules: Mapping[str, str], chronicle: Chronicle) -> Kept:
    """*rules*: name -> what stands behind `text: t`."""
    return kept(rulebook_from(book(rules)), chronicle)


def book(rules: Mapping[str, str]) -> str:
    each = "".join(f"\n  {name}: {{text: t, {rule}}}" for name, rule in rules.items())
    return f"rulebook: B\nrules:{each}"


def judged(binds: str, rows: Iterable[Row], beside: str = "") -> Judged:
    (one,) = held({"R": f"binds: {{{binds}}}{beside}"}, log(*rows)).judged
    return one


def frozen(periods: object, more: str = "") -> str:
    return f"measure: '{FROZEN}', of: Car maker, at least: {periods}{more}"


def week(number: int) -> datetime:
    return MONDAY + timedelta(weeks=number)


STEADY = [[100, 100, 100, 100]] * 8


def changed(issue: int, lead: int, quantity: float, until: int = 8) -> list[list[float]]:
    """`STEADY`, but from *issue* on, the period *lead* ahead of it has another *quantity*."""
    return [
        [quantity if at >= issue and at + ahead == issue + lead else 100 for ahead in range(4)] for at in range(until)
    ]


def test_a_quantity_that_was_frozen_and_changes_breaks_the_rule() -> None:
    """Week 6 is two ahead in the plan of week 4, and is changed by that of week 5."""
    one = judged(frozen("3 weeks"), plans(*changed(5, 1, 140)))
    assert (one.answer, one.broken, one.step, one.counted) == ("broken", 1, "week", "quantities")
    assert one.first_broken == week(5)
    (row,) = one.breaches.to_dicts()
    assert (row["client"], row["plant"], row["part"]) == ("Car maker", "Kassel", "P1")
    assert (row["period"], row["issued"], row["broken"]) == (week(6), week(5), week(5))
    assert (row["before"], row["after"], row["by"], row["notice"]) == (100.0, 140.0, 40.0, 7.0)


@pytest.mark.parametrize(
    ("periods", "answer"),
    [(2, "kept"), (3, "broken"), ("2 weeks", "kept"), ("3 weeks", "broken"), ("21 days", "broken")],
)
def test_what_is_as_far_ahead_as_the_horizon_is_not_frozen(periods: object, answer: str) -> None:
    assert judged(frozen(periods), plans(*changed(5, 1, 140))).answer == answer


def test_the_nearest_week_is_the_next_one_where_plans_leave_out_the_one_that_has_begun() -> None:
    """As `frozen periods, in effect` counts them: of the plan of week 4, weeks 5 to 7 are the three nearest."""
    rows = [row for row in plans(*changed(5, 2, 140)) if row["period"] > row["issued"]]
    assert [judged(frozen(periods), rows).answer for periods in (2, 3)] == ["kept", "broken"]
    assert [judged(frozen(periods), plans(*changed(5, 2, 140))).answer for periods in (3, 4)] == ["kept", "broken"]


def test_weeks_of_a_part_are_judged_once_they_have_come() -> None:
    """Weeks 1 to 7 were frozen in a plan that another one followed; so was week 8, which has not come."""
    one = judged(frozen("3 weeks"), plans(*STEADY))
    assert (one.answer, one.judged, one.broken, one.open, one.share) == ("kept", 7, 0, 1, 1.0)
    assert [span.begin for span in one.spans] == [week(number) for number in range(1, 8)]


def test_what_is_broken_is_broken_at_once_though_the_week_has_not_come() -> None:
    one = judged(frozen("3 weeks"), plans(*changed(7, 1, 140)))
    assert (one.answer, one.broken, one.judged, one.open) == ("broken", 1, 8, 0)
    most = judged(frozen("3 weeks", ", in: 90 %"), plans(*changed(7, 1, 140)))
    assert (most.answer, most.broken, most.judged, most.open) == ("kept", 0, 7, 1)
    assert most.breaches.height == 1


def test_weeks_that_keep_it_interrupt_since_when_it_is_not_kept_however_few_parts_there_are() -> None:
    early, late = (judged(frozen("3 weeks"), plans(*changed(at, 1, 140))) for at in (3, 7))
    assert (early.first_broken, early.broken_since) == (week(3), None)
    assert (late.first_broken, late.broken_since) == (week(7), week(8))


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("quantity", "answer"), [(105, "kept"), (95, "kept"), (105.5, "broken"), (94, "broken")])
def test_up_to_the_tolerance_a_quantity_has_not_changed(quantity: float, answer: str) -> None:
    assert judged(frozen("3 weeks"), plans(*changed(5, 1, quantity))).answer == answer
    assert judged(frozen("3 weeks", ", tolerance: 10 %"), plans(*changed(5, 1, quantity))).answer == "kept"
    assert judged(frozen("3 weeks", ", tolerance: 0 %"), plans(*changed(5, 1, quantity))).answer == "broken"


def test_what_was_changed_before_the_rule_held_or_after_does_not_count() -> None:
    rows = plans(*changed(3, 1, 140))
    assert judged(frozen("3 weeks"), rows).answer == "broken"
    since = judged(frozen("3 weeks"), rows, ", since: 2026-02-02")
    assert (since.answer, since.begin, since.judged) == ("kept", week(4), 4)
    assert judged(frozen("3 weeks"), rows, ", since: 2026-01-26").answer == "broken", "on the day itself"
    assert judged(frozen("3 weeks"), rows, ", until: 2026-01-25").answer == "kept"
    assert judged(frozen("3 weeks"), rows, ", until: 2026-01-26").answer == "broken"


def test_a_plan_is_judged_by_the_wording_in_force_when_it_was_issued() -> None:
    text = book({"R": f"binds: {{{frozen('3 weeks')}}}"}) + (
        f"\nchanges: [{{time: 2026-02-02, author: A, rule: R, becomes: {{binds: {{{frozen('2 weeks')}}}}}}}]"
    )
    early, late = (kept(rulebook_from(text), log(*plans(*changed(at, 1, 140)))).judged for at in (3, 5))
    assert [one.answer for one in early] == ["broken", "kept"]
    assert [one.answer for one in late] == ["kept", "kept"]


def test_dates_of_plans_are_those_of_the_rulebook_wherever_its_clock_is() -> None:
    text = book({"R": f"binds: {{{frozen('3 weeks')}}}, since: 2026-01-26"}).replace("B\n", "B\ntimezone: Asia/Tokyo\n")
    (one,) = kept(rulebook_from(text), log(*plans(*changed(3, 1, 140)))).judged
    assert (one.answer, one.first_broken) == ("broken", datetime(2026, 1, 25, 15, tzinfo=UTC))


@pytest.mark.parametrize(("least", "answer"), [("7 days", "kept"), ("8 days", "broken"), ("2 weeks", "broken")])
def test_notice_as_long_as_agreed_keeps_the_rule(least: str, answer: str) -> None:
    one = judged(f"measure: notice of change, of: Car maker, at least: {least}", plans(*changed(5, 1, 140)))
    assert (one.answer, one.value) == (answer, 7.0)


def band(most: str, more: str = "") -> str:
    return f"measure: band breaches, of: Car maker, ahead: 2 weeks, at most: {most}{more}"


def test_what_is_bought_is_held_against_what_was_announced_so_many_periods_ahead() -> None:
    rows = [*plans(*[[100, 100, 100]] * 20), *bought(*[100] * 10, 115, 116, *[100] * 8)]
    one = judged(band("0 %", ", down: 15 %, up: 15 %"), rows)
    assert (one.answer, one.judged, one.broken, one.open) == ("broken", 18, 1, 2)
    (row,) = one.breaches.to_dicts()
    assert (row["period"], row["issued"], row["before"], row["after"]) == (week(11), week(9), 100.0, 116.0)
    assert row["by"] == pytest.approx(1.0)
    assert one.first_broken == week(11)
    assert judged(band("0 %", ", down: 15 %, up: 16 %"), rows).answer == "kept"
    assert judged(band("0 %", ", down: 0 %"), rows).answer == "kept", "20 % up where nothing is said"


def test_a_share_of_breaches_at_the_limit_is_kept() -> None:
    rows = [*plans(*[[100, 100, 100]] * 22), *bought(*[100] * 10, 150, *[100] * 11)]
    one = judged(band("5 %"), rows)
    assert (one.answer, one.judged, one.broken, one.value) == ("kept", 20, 1, pytest.approx(0.05))
    assert one.value_low <= one.value <= one.value_high
    few = judged(band("4 %"), rows)
    assert few.answer == "within chance"
    many = [*plans(*[[100, 100, 100]] * 22), *bought(*[150, 100] * 11)]
    assert judged(band("5 %"), many).answer == "broken"


def test_plans_that_mark_too_little_as_firm_break_what_is_to_be_announced() -> None:
    announced = "measure: 'frozen periods, announced', of: Car maker, at least: 3"
    assert judged(announced, plans(*STEADY, firm=3)).answer == "kept"
    rows = [*plans(*STEADY, firm=2), *plans(*STEADY, firm=4, part="P2")]
    one = judged(announced, rows)
    assert (one.answer, one.counted, one.judged, one.broken) == ("broken", "plans", 8, 8)
    assert one.breaches.select("part", "after", "by").unique().rows() == [("P1", 2.0, 1.0)]
    assert judged(announced, plans(*STEADY)).why == "the plans do not say what is firm"


def calm(limit: str, more: str = "") -> str:
    return f"measure: nervousness, of: Nervous, at most: {limit}{more}"


def test_what_is_one_number_is_that_of_see_with_its_interval() -> None:
    chronicle = read(history(weeks=60))
    sight = irrupt.see(chronicle)
    assert isinstance(sight, ScheduleSight)
    bias = next(one for one in sight.ledger if (one.measure, one.party) == ("bias of the plan", "Nervous"))
    limits = {
        "nervousness": "1 %",
        "bias of the plan": f"{(bias.low + bias.value) / 2}",
        "inflation of the plan": "90 %",
    }
    rules = {name: f"binds: {{measure: {name}, of: Nervous, at most: {limit}}}" for name, limit in limits.items()}
    rules["error"] = "binds: {measure: error of the plan (WMAPE), of: Nervous, at least: 10 %}"
    found = {one.rule.binds.measure: one for one in held(rules, chronicle).judged}  # type: ignore[union-attr]
    for entry in sight.ledger:
        if entry.party == "Nervous" and entry.measure in found:
            one = found[entry.measure]
            values = (one.value, one.value_low, one.value_high)
            assert values == pytest.approx((entry.value, entry.low, entry.high), rel=1e-9)
    assert [one.answer for one in found.values()] == ["broken", "within chance", "kept", "kept"]
    assert {name for name, one in found.items() if one.first_broken is not None} == {"nervousness", "bias of the plan"}


def test_of_few_plans_a_number_is_not_told_and_none_at_all_is() -> None:
    few = judged(calm("15 %"), history(weeks=6, horizon=2).to_dicts())
    assert (few.answer, "at least eight periods" in few.why) == ("cannot be told", True)
    assert judged(calm("0 %"), history(weeks=30).to_dicts()).answer == "broken"


def test_in_a_share_of_the_periods_a_number_is_told_period_by_period() -> None:
    rows = history(weeks=30).to_dicts()
    one = judged(calm("100 %", ", in: 90 %"), rows)
    assert (one.answer, one.judged, one.share, one.each) == ("kept", 29, 1.0, "week")
    assert judged(calm("1 %", ", in: 90 %, each: month"), rows).judged == 7


def test_a_rule_is_about_the_parts_and_plants_that_it_names() -> None:
    rows = [*plans(*changed(5, 1, 140)), *plans(*STEADY, part="P2")]
    assert judged(frozen(3, ", where: {part: P2}"), rows).answer == "kept"
    assert judged(frozen(3, ", where: {part: [P1, P2], plant: Kassel}"), rows).answer == "broken"
    everybody = f"measure: '{FROZEN}', at least: 3"
    assert judged(everybody, rows).broken == judged(frozen(3), rows).broken == 1


@pytest.mark.parametrize(
    ("binds", "says"),
    [
        (frozen(3, ", where: {part: P9}"), "nothing with part P9"),
        (frozen(3, ", where: {colour: red}"), "client, plant and part tell which are meant"),
        (frozen(3).replace("Car maker", "Car makr"), 'did you mean "Car maker"'),
        ("measure: variability of orders, at most: 1", "on orders that no plan announced"),
        ("measure: cycle time, at most: 3 h", "measured on an event log"),
        ("measure: call-offs delivered in full and on time, at least: 90 %", "cannot be measured here: Share of the"),
        ("always: Closed", "about cases of an event log"),
        ("measure: bias of the plan, ahead: 40, at most: 1 %", "no plan reaches so far ahead"),
    ],
)
def test_what_cannot_be_told_of_plans_has_its_reason(binds: str, says: str) -> None:
    one = judged(binds, plans(*STEADY))
    assert one.answer == "cannot be told"
    assert says in one.why


def test_an_event_log_says_nothing_of_plans() -> None:
    days = ["2026-01-05", "2026-01-06", "2026-02-05"]
    events = read(pl.DataFrame({"case": ["a", "a", "b"], "activity": ["x", "Closed", "Closed"], "end": days}))
    rules = {"Calm": f"binds: {{{frozen(3)}}}", "Closed": "binds: {always: Closed}"}
    calm, closed = held(rules, events).judged
    assert (calm.answer, "is measured on schedules" in calm.why) == ("cannot be told", True)
    assert closed.answer == "kept"
    both = replace(events, schedules=log(*plans(*changed(5, 1, 140))).schedules)
    assert [one.answer for one in held(rules, both).judged] == ["broken", "kept"], "records of both kinds"


def test_deliveries_alone_are_no_plans() -> None:
    with pytest.raises(DataError) as raised:
        held({"R": f"binds: {{{frozen(3)}}}"}, log(*bought(1, 2, 3)))
    assert "nothing is announced" in str(raised.value)


def test_where_records_name_no_client_they_are_those_of_the_one_in_the_rulebook() -> None:
    rows = log(*plans(*changed(5, 1, 140), client=None))
    found = held({"R": f"binds: {{{frozen(3)}}}"}, rows)
    assert found.judged[0].answer == "broken"
    assert any("what Car maker announces" in note for note in found.notes)
    two = {"R": f"binds: {{{frozen(3)}}}", "S": f"binds: {{{frozen(3).replace('Car', 'Van')}}}"}
    assert [one.answer for one in held(two, rows).judged] == ["cannot be told"] * 2


def test_periods_of_daily_plans_are_days() -> None:
    rows = plans(*changed(5, 1, 140), days=1)
    three, two = (judged(frozen(number), rows) for number in (3, 2))
    assert (three.step, three.answer, two.answer) == ("day", "broken", "kept")
    assert three.breaches["period"].to_list() == [MONDAY + timedelta(days=6)]
    assert judged(frozen("1 week"), rows).answer == "broken"
    assert three.each == "week"


def test_orders_are_held_against_their_variability() -> None:
    luck = np.random.default_rng(1)
    days = [date(2026, 1, 5) + timedelta(days=number) for number in range(140)]
    orders = pl.DataFrame({"order": [f"o{n}" for n in range(140)], "client": "A", "order date": days,
                           "quantity": luck.integers(90, 110, 140)})  # fmt: skip
    chronicle = read(orders)
    assert set(chronicle.schedules["kind"]) == {"order"}
    rules = {
        "Even": "binds: {measure: variability of orders, of: A, at most: 0.2}",
        "Late": "binds: {measure: variability of orders, of: A, at most: 0.2}, since: 2026-05-20",
        "Plan": f"binds: {{measure: '{FROZEN}', at least: 3}}",
    }
    even, late, plan = held(rules, chronicle).judged
    assert (even.answer, even.judged) == ("kept", 20)
    assert 0 < even.value < 0.2
    assert late.answer == plan.answer == "cannot be told"
    assert "orders that no plan announced" in plan.why


CELLS = st.lists(st.lists(st.integers(0, 5), min_size=4, max_size=4), min_size=2, max_size=9)


@settings(max_examples=settings().max_examples // 6, deadline=None)
@given(CELLS, CELLS, st.integers(1, 4), st.randoms(use_true_random=False))
def test_names_and_order_change_nothing_and_a_longer_horizon_breaks_no_less(
    one: list[list[int]], other: list[list[int]], periods: int, luck: Any
) -> None:
    rows = [*plans(*one), *plans(*other, part="P2")]
    rows[0]["quantity"] += 1.0  # Something is announced.
    renamed = [{**row, "part": {"P1": "Z", "P2": "A"}[row["part"]]} for row in rows]
    luck.shuffle(renamed)
    found, again = judged(frozen(periods), rows), judged(frozen(periods), renamed)
    for name in ("answer", "judged", "broken", "open", "first_broken", "spans"):
        assert getattr(found, name) == getattr(again, name), name
    assert sorted(found.breaches["by"]) == sorted(again.breaches["by"])
    assert found.breaches["by"].to_list() == sorted(found.breaches["by"], reverse=True), "the worst first"
    assert judged(frozen(periods + 1), rows).breaches.height >= found.breaches.height
    assert judged(frozen(periods, ", tolerance: 50 %"), rows).breaches.height <= found.breaches.height


@settings(max_examples=settings().max_examples // 2, deadline=None)
@given(CELLS, st.integers(1, 4))
def test_breaches_are_the_changes_that_a_plain_count_finds(issues: list[list[int]], periods: int) -> None:
    issues[0][0] = 1
    expected = set()
    for at in range(1, len(issues)):
        for lead in range(3):
            before, after = issues[at - 1][lead + 1], issues[at][lead]
            if lead + 1 < periods and abs(after - before) > 0.05 * before:
                expected.add((week(at), week(at + lead), float(before), float(after)))
    found = judged(frozen(periods), plans(*issues))
    assert set(found.breaches.select("issued", "period", "before", "after").iter_rows()) == expected


def test_a_client_who_keeps_his_horizon_keeps_the_rule_and_another_does_not() -> None:
    clients = (Client(name="Steady", frozen=4), Client(name="Nervous", frozen=1))
    rules = {
        name: f"binds: {{measure: '{FROZEN}', of: {name}, at least: {weeks}}}"
        for name, weeks in (("Steady", 4), ("Nervous", 4))
    }
    found = held(rules, read(history(clients, weeks=40)))
    assert [one.answer for one in found.judged] == ["kept", "broken"]
    assert found.breaches()["rule"].unique().to_list() == ["Nervous"]
    assert found.cases().height == 0


@pytest.mark.parametrize(
    "binds",
    [
        frozen("3 weeks"),
        frozen("10 days", ", tolerance: 0.1"),
        frozen("2 months"),
        frozen(4),
        band("5 %", ", down: 0.1, up: 1.5"),
        "measure: bias of the plan, of: A, ahead: 3, at most: 0.05",
    ],
)
def test_what_is_agreed_on_plans_reads_back_exactly(binds: str) -> None:
    rulebook = rulebook_from(book({"R": f"binds: {{{binds}}}"}))
    assert rulebook_from(rulebook_text(rulebook)) == rulebook


@pytest.mark.parametrize(
    ("binds", "says"),
    [
        (frozen("3 parts"), "a number of periods of the plans, or of days, weeks or months"),
        (frozen(-1), "a number of periods of the plans"),
        (frozen(3, ", down: 10 %"), '"down" goes with band breaches, not with "frozen periods, in effect"'),
        (band("5 %", ", down: 15"), "a share such as 15% or 0.15"),
        (band("5 %", ", band: 15 %"), "down: 15 %, up: 15 %"),
        ("measure: cycle time, at most: 3 h, tolerance: 5 %", "goes with frozen periods, in effect, notice of change"),
        ("always: Closed, ahead: 3", '"ahead" does not go with "always"'),
    ],
)
def test_terms_that_do_not_fit_are_refused(binds: str, says: str) -> None:
    with pytest.raises(ModelError) as raised:
        rulebook_from(book({"R": f"binds: {{{binds}}}"}))
    assert says in str(raised.value)


def test_who_calls_off_what_he_announced_keeps_his_band_however_late_it_is_delivered() -> None:
    """The firm delivers half in one week and the rest in the next: it was told as a breach of the client's."""
    late = bought(*[100] * 4, 50, 150, *[100] * 2)
    called = [row | {"kind": "call-off", "issued": row["period"], "quantity": 100.0} for row in late]
    band = "measure: band breaches, of: Car maker, ahead: 1, down: 15 %, up: 20 %, at most: 0 %"
    rule = {"R": f"binds: {{{band}}}"}
    kept_it, accused = held(rule, log(*plans(*STEADY), *late, *called)), held(rule, log(*plans(*STEADY), *late))
    assert [one.judged[0].answer for one in (kept_it, accused)] == ["kept", "broken"]
    source = "from the last call-off for each period; where nothing is called off, from the deliveries"
    assert f"What was bought: {source}" in kept_it.notes
    assert "What was bought: from the deliveries in the records" in accused.notes
