"""What `see` says of schedules: what is planted is found, what is not is not, and each finding has its interval."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import irrupt
from irrupt import i18n
from irrupt.chronicle.schedules.invented import Client, history
from irrupt.errors import DataError, UsageError
from irrupt.ledgers.bullwhip import bullwhip
from irrupt.reporting.sections.announced import bought
from irrupt.sight import Rates, ScheduleSight, serial
from irrupt.sight.rates import load_rates

CLIENTS = (
    Client(name="Steady", moves=0.03, frozen=4, announced=4),
    Client(name="Nervous", moves=0.25, frozen=1, announced=4, inflation=0.3, parts=6, plants=2),
)


@pytest.fixture(scope="module")
def sight() -> ScheduleSight:
    found = irrupt.see(irrupt.read(history(CLIENTS, weeks=110, horizon=14, seed=3)))
    assert isinstance(found, ScheduleSight)
    return found


def value(sight: ScheduleSight, measure: str, party: str) -> tuple[float, float, float]:
    return next((e.value, e.low, e.high) for e in sight.ledger if (e.measure, e.party) == (measure, party))


def test_sizes_are_told(sight: ScheduleSight) -> None:
    assert (sight.clients, sight.parts, sight.plants, sight.versions) == (2, 9, 3, 220)
    assert sight.step == "week"
    assert set(sight.sources.values()) == {"delivered"}
    assert list(sight.curves) == ["Nervous", "Steady", "all clients"]


def test_every_value_lies_in_its_interval(sight: ScheduleSight) -> None:
    for entry in (*sight.ledger, *sight.by_part):
        assert entry.low <= entry.value + 1e-9 <= entry.high + 2e-9, entry


def test_what_is_planted_is_found(sight: ScheduleSight) -> None:
    assert value(sight, "frozen periods, in effect", "Nervous")[0] == 1.0
    assert value(sight, "frozen periods, announced", "Nervous")[0] == 4.0
    assert value(sight, "frozen periods, in effect", "Steady")[0] >= 4.0
    low, high = value(sight, "bias of the plan", "Nervous")[1:]
    assert low < 0.3 < high
    assert value(sight, "nervousness", "Nervous")[1] > value(sight, "nervousness", "Steady")[2]
    kinds = {(one.kind, party["party"]) for one in sight.findings for party in one.numbers["parties"]}
    assert ("frozen horizon", "Nervous") in kinds
    assert sight.findings[0].numbers["parties"][0]["party"] == "Nervous"


def test_the_same_of_several_clients_is_one_finding(sight: ScheduleSight) -> None:
    texts = [one.text for one in sight.findings]
    assert len({text.split(":")[0] for text in texts}) == len(texts)
    (nervousness,) = [one for one in sight.findings if one.kind == "nervousness"]
    values = [one["nervousness"][0] for one in nervousness.numbers["parties"]]
    assert values == sorted(values, reverse=True)
    assert len(values) == 2
    for one in nervousness.numbers["parties"]:
        assert f"for {one['party']}" in nervousness.text


def test_only_some_leads_that_are_kept_tell_nothing_of_how_plans_change() -> None:
    """Of what was announced one, four and eight weeks ahead, no plan can be set beside the one before it, and nobody
    knows for how many weeks it stays; how wrong it was is known."""
    plans = history(CLIENTS, weeks=60, horizon=14, seed=3).filter(kind="forecast")
    ahead = (pl.col("period") - pl.col("issued")).dt.total_days() // 7
    sight = irrupt.see(irrupt.read(plans.filter(ahead.is_in([1, 4, 8]))))
    assert isinstance(sight, ScheduleSight)
    told = {(entry.measure, entry.party) for entry in sight.ledger}
    assert ("error of the plan (WMAPE)", "Nervous") in told
    assert not told & {(one, "Nervous") for one in ("nervousness", "frozen periods, in effect", "notice of change")}


def test_the_curve_rises_with_the_lead(sight: ScheduleSight) -> None:
    errors = [one.error[0] for one in sight.curves["Nervous"]]
    assert errors[0] == 0.0
    assert errors[1] < errors[6] < errors[-1]


def test_no_finding_without_an_interval(sight: ScheduleSight) -> None:
    for finding in sight.findings:
        for party in finding.numbers["parties"]:
            ranges = [numbers for numbers in party.values() if isinstance(numbers, list)]
            assert ranges, finding
            assert not any(math.isnan(end) for numbers in ranges for end in numbers)


def test_a_triangle_tells_what_was_said_for_each_week(sight: ScheduleSight) -> None:
    first = sight.triangles[0]
    assert first.client == "Nervous"
    assert len(first.quantity) == len(first.issues)
    last = [row[-1] for row in first.quantity]
    assert last[-1] == first.bought[-1]
    assert math.isnan(first.quantity[-1][0])


def test_hours_follow_from_rates() -> None:
    chronicle = irrupt.read(history(CLIENTS, weeks=30, horizon=6))
    one = irrupt.see(chronicle, rates=Rates(hours_per_piece=0.1))
    other = irrupt.see(chronicle, rates=Rates(hours_per_piece=0.2))
    assert isinstance(one, ScheduleSight)
    assert isinstance(other, ScheduleSight)
    name = "hours moved at short notice"
    assert value(other, name, "Nervous")[0] == pytest.approx(2 * value(one, name, "Nervous")[0])
    assert value(one, name, "Steady")[0] == 0.0
    parts = {f"N{at:03d}": 0.0 for at in range(1, 7)}
    none = irrupt.see(chronicle, rates=Rates(hours_per_piece=0.1, parts=parts))
    assert isinstance(none, ScheduleSight)
    assert value(none, name, "Nervous")[0] == 0.0


def test_hours_a_week_are_those_of_the_steps_from_plan_to_plan() -> None:
    """Ten plans, week by week: nine steps, each of which moves twenty pieces within the short notice."""
    monday = [datetime(2024, 1, 1) + timedelta(weeks=week) for week in range(12)]
    rows = [("P", monday[at], monday[at + lead], 100 + 10 * at) for at in range(10) for lead in range(3)]
    chronicle = irrupt.read(pl.DataFrame(rows, schema=["part", "issued", "period", "quantity"], orient="row"))
    found = irrupt.see(chronicle, rates=Rates(hours_per_piece=0.1, short_notice=2))
    assert isinstance(found, ScheduleSight)
    assert value(found, "hours moved at short notice", found.ledger[0].party)[0] == pytest.approx(2.0)


def test_where_what_was_bought_comes_from_is_said(sight: ScheduleSight) -> None:
    assert bought(sight) == ["What was bought: from the deliveries in the records"]


def test_rates_are_read_and_all_their_faults_told(tmp_path: Path) -> None:
    path = tmp_path / "rates.yaml"
    path.write_text("hours per piece: 0.05\nparts: {A: 0.1}\nshort notice: 3\n", encoding="utf-8")
    assert load_rates(path) == Rates(hours_per_piece=0.05, parts={"A": 0.1}, short_notice=3)
    path.write_text("hour per piece: 0.05\nparts: {A: much}\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_rates(path)
    assert [fault.where.removeprefix(f"{path}:") for fault in caught.value.faults] == [
        "1:1",
        "1:1",
        "2:12",
    ]


def test_rates_of_parts_that_nobody_announces_are_refused_with_their_place(tmp_path: Path) -> None:
    chronicle = irrupt.read(history(CLIENTS, weeks=12, horizon=6))
    path = tmp_path / "rates.yaml"
    path.write_text("hours per piece: 0.05\nparts: {N001: 0.1, N-002: 0.2, Z: 1}\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        irrupt.see(chronicle, rates=load_rates(path))
    assert [fault.where for fault in caught.value.faults] == [f"{path}:2:20", f"{path}:2:32"]
    assert "N002" in caught.value.faults[0].remedy


def test_few_plans_give_that_answer() -> None:
    found = irrupt.see(irrupt.read(history(CLIENTS, weeks=3, horizon=6)))
    assert [finding.kind for finding in found.findings] == ["too few"]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("weeks", [3, 6, 9, 14])
def test_no_value_is_given_without_its_interval(weeks: int) -> None:
    chronicle = irrupt.read(history(CLIENTS, weeks=weeks, horizon=6))
    found = irrupt.see(chronicle)
    assert isinstance(found, ScheduleSight)
    for entry in (*found.ledger, *found.by_part):
        assert not math.isnan(entry.low + entry.high), entry
    for ahead in (one for curve in found.curves.values() for one in curve):
        for value in (ahead.error, ahead.mape, ahead.bias, ahead.breaches, ahead.changed):
            assert math.isnan(sum(value)) == math.isnan(value[0])
    if weeks == 3:
        assert {entry.measure for entry in found.ledger} <= {"frozen periods, announced"}
        assert not any(found.curves.values())


def test_one_plan_alone_without_clients_parts_or_deliveries_is_looked_at() -> None:
    frame = pl.DataFrame({"issued": "2024-01-01", "week": ["2024-W01", "2024-W02"], "quantity": [1, 2]})
    found = irrupt.see(irrupt.read(frame))
    assert isinstance(found, ScheduleSight)
    assert not found.curves
    assert not found.ledger
    assert found.findings[0].kind == "too few"


def test_the_bullwhip_is_told_where_call_offs_and_deliveries_are_known() -> None:
    frame = history((Client(name="A", parts=1),), weeks=40, horizon=4)
    luck = pl.Series(np.random.default_rng(1).normal(1.0, 0.5, 40).clip(0))
    calls = frame.filter((pl.col("kind") == "forecast") & (pl.col("issued") == pl.col("period")))
    calls = calls.with_columns(kind=pl.lit("call-off"), quantity=400 * luck)
    found = irrupt.see(irrupt.read(pl.concat([frame, calls])))
    assert isinstance(found, ScheduleSight)
    ratio, low, _high = value(found, "bullwhip ratio", "A")
    assert ratio > low > 1.0


def test_what_is_not_announced_anew_stays_in_the_picture_as_it_was_said() -> None:
    """Parts whose plans come in turn add up to what was known of both, rather than to a plan that swings."""
    weeks = [datetime(2024, 1, 1) + timedelta(weeks=week) for week in range(22)]
    rows = [
        ("AB"[week % 2], weeks[week], weeks[week + lead], (100.0, 300.0)[week % 2])
        for week in range(16)
        for lead in range(6)
    ]
    frame = pl.DataFrame(rows, schema=["part", "issued", "period", "quantity"], orient="row")
    found = irrupt.see(irrupt.read(frame.with_columns(client=pl.lit("Acme"))))
    assert isinstance(found, ScheduleSight)
    both = next(one for one in found.triangles if not one.part)
    for at, row in enumerate(both.quantity[1:11], start=1):
        assert list(row[at : at + 6]) == [400.0] * 5 + [(100.0, 300.0)[at % 2]]
        assert all(map(math.isnan, (*row[:at], *row[at + 6 :])))


def test_weeks_without_a_delivery_count_in_the_bullwhip() -> None:
    """Who is delivered to every other week, two weeks' call-offs at once, evens them out: seen only in the weeks of
    deliveries, his call-offs would vary more than what is delivered."""
    frame = history((Client(name="A", parts=1),), weeks=40, horizon=4)
    calls = frame.filter((pl.col("kind") == "forecast") & (pl.col("issued") == pl.col("period"))).sort("period")
    ordered = np.random.default_rng(1).choice([80.0, 100.0, 120.0], calls.height)
    calls = calls.with_columns(kind=pl.lit("call-off"), quantity=pl.Series(ordered))
    served = np.where(np.arange(calls.height) % 2, ordered + np.roll(ordered, 1), 0.0)
    made = calls.with_columns(kind=pl.lit("delivered"), quantity=pl.Series(served)).filter(pl.col("quantity") > 0)
    found = irrupt.see(irrupt.read(pl.concat([frame.filter(kind="forecast"), calls, made])))
    assert isinstance(found, ScheduleSight)
    assert value(found, "bullwhip ratio", "A")[0] == pytest.approx(bullwhip(ordered[1:], served[1:]))


@pytest.mark.parametrize(("late", "less"), [(0, 0.0), (7, 0.0), (0, 0.25)], ids=["as called", "a week late", "short"])
def test_what_is_delivered_of_what_is_called_off_is_told_by_period(late: int, less: float) -> None:
    frame = history((Client(name="A", parts=2),), weeks=40, horizon=4)
    made = pl.col("kind") == "delivered"
    calls = frame.filter(made).with_columns(kind=pl.lit("call-off"), plan=pl.lit("1"))
    moved = pl.when(made).then(pl.col("period") + pl.duration(days=late)).otherwise("period")
    cut = pl.when(made).then(pl.col("quantity") * (1 - less)).otherwise("quantity")
    found = irrupt.see(irrupt.read(pl.concat([frame.with_columns(period=moved, quantity=cut), calls])))
    assert isinstance(found, ScheduleSight)
    share, low, high = value(found, "delivered in the period called off for", "A")
    assert low <= share <= high
    quantity = frame.filter(made).pivot("period", index="part", values="quantity").drop("part").to_numpy()
    on_time = np.minimum(quantity[:, 1:], quantity[:, :-1]).sum() / quantity[:, 1:].sum() if late else 1 - less
    assert share == pytest.approx(on_time, abs=1e-9)
    assert any(one.kind == "service" for one in found.findings)


def test_a_client_who_is_delivered_to_without_a_plan_is_no_trouble() -> None:
    frame = history((Client(name="A", parts=2),), weeks=20, horizon=4)
    made = frame.filter(kind="delivered")
    unplanned = made.with_columns(client=pl.lit("B"), quantity=pl.col("quantity") * 9)
    other_part = made.with_columns(part=pl.lit("P9"), quantity=pl.col("quantity") * 9)
    found = irrupt.see(irrupt.read(pl.concat([frame, unplanned, other_part])))
    assert isinstance(found, ScheduleSight)
    assert {one.client for one in found.triangles} == {"A"}


def test_daily_and_monthly_plans_are_counted_in_their_own_periods() -> None:
    weekly = history(CLIENTS, weeks=12, horizon=4)
    first = pl.lit(weekly["issued"].min())

    def days(name: str) -> pl.Expr:
        return first + pl.duration(days=(pl.col(name) - first).dt.total_days() // 7)

    daily = weekly.with_columns(issued=days("issued"), period=days("period"))
    assert irrupt.see(irrupt.read(daily)).step == "day"  # type: ignore[union-attr]


def test_nothing_that_can_be_measured_is_a_clear_error() -> None:
    frame = pl.DataFrame(
        {"part": "x", "issued": "2024-03-01", "period": ["2024-01-01", "2024-01-08"], "quantity": [1, 2]}
    )
    with pytest.raises(DataError):
        irrupt.see(irrupt.read(frame))


def test_intervals_of_ratios_hold_the_truth_as_often_as_they_say() -> None:
    """Moving averages of order three: neighbours resemble each other; a naive interval holds it less often."""
    luck = np.random.default_rng(5)
    held = 0
    for _trial in range(400):
        noise = luck.normal(size=123)
        above = 5 + noise[3:] + noise[2:-1] + noise[1:-2] + noise[:-3]
        low, high = serial.of_serial_ratio(above, np.full(120, 10.0), lags=4)
        held += low <= 0.5 <= high
    assert 0.88 <= held / 400 <= 0.98


def test_resamples_are_the_same_each_time() -> None:
    assert np.array_equal(serial.blocks(30), serial.blocks(30))
    assert serial.blocks(30).shape == (serial.RESAMPLES, 30)


def test_orders_are_seen_per_client() -> None:
    weeks = pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 12, 23), "1d", eager=True, time_zone="UTC")
    steady = pl.DataFrame({"customer": "steady", "date": weeks, "quantity": 10.0})
    wave = steady.with_columns(
        customer=pl.lit("wave"), quantity=pl.when(pl.col("date").dt.week() % 4 == 0).then(40.0).otherwise(1.0)
    )
    found = irrupt.see(irrupt.read(pl.concat([steady, wave])))
    assert isinstance(found, ScheduleSight)
    assert found.of == "orders"
    assert value(found, "share in the total's variance", "wave")[0] == pytest.approx(1.0, abs=1e-6)
    assert "moves the total" in {finding.kind for finding in found.findings}
    assert value(found, "variability of orders", "steady")[0] == 0.0


def test_clients_who_move_the_total_less_than_they_order_are_told_in_one_sentence() -> None:
    """Eleven order alike from week to week, one in waves."""
    rng, weeks = (
        np.random.default_rng(3),
        pl.datetime_range(pl.datetime(2023, 1, 2), pl.datetime(2024, 12, 23), "1w", eager=True, time_zone="UTC"),
    )
    orders = [
        pl.DataFrame({"customer": f"K{n}", "date": weeks, "quantity": rng.normal(30.0, 1.0, len(weeks))})
        for n in range(6)
    ]
    waves = np.where(np.arange(len(weeks)) % 4 == 0, 150.0, 1.0)
    orders.append(pl.DataFrame({"customer": "wave", "date": weeks, "quantity": waves}))
    found = irrupt.see(irrupt.read(pl.concat(orders))).findings
    moving = [one for one in found if one.kind == "moves the total"]
    assert len(moving) == 2
    (less,) = (one for one in moving if "clients" in one.numbers)
    assert less.text.startswith("Smaller parts in the ups and downs of the total quantity than in what is ordered: K")
    assert {one["party"] for one in less.numbers["clients"]} >= {"K0", "K1"}


@pytest.mark.parametrize(("column", "said"), [("quantity", "the total quantity"), ("value", "the total value")])
def test_findings_about_orders_say_whether_pieces_or_money_are_added_up(column: str, said: str) -> None:
    rng = np.random.default_rng(4)
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 12, 27), eager=True).alias("order date").to_frame()
    orders = days.with_columns(
        pl.Series("order number", [f"A{at}" for at in range(days.height)]),
        pl.Series("customer", rng.choice(["K1", "K2", "K3", "K4"], days.height, p=[0.1, 0.2, 0.3, 0.4])),
        pl.Series(column, rng.lognormal(3.0, 0.5, days.height).round(2)),
    )
    in_waves = (pl.col("customer") == "K1") & (pl.col("order date").dt.week() % 4 == 0)
    orders = orders.with_columns(pl.when(in_waves).then(20 * pl.col(column)).otherwise(column).alias(column))
    texts = {finding.kind: finding.text for finding in irrupt.see(irrupt.read(orders)).findings}
    assert {"concentration", "variability", "moves the total"} <= texts.keys()
    assert all(said in texts[kind] for kind in ("concentration", "variability", "moves the total"))


def odd() -> dict[str, pl.DataFrame]:
    plan = history((Client(name="A", parts=2),), weeks=14, horizon=5).filter(kind="forecast").drop("kind")
    quantity = pl.col("quantity")
    return {
        "nothing but noughts": plan.with_columns(quantity=pl.lit(0.0)),
        "below nought": plan.with_columns(-quantity),
        "huge": plan.with_columns(quantity * 1e12),
        "no client": plan.drop("client"),
        "empty names": plan.with_columns(client=pl.lit(""), part=pl.lit("")),
        "hostile name": plan.with_columns(client=pl.lit("<b>\x00\u202e[red]")),
        "one issue": plan.with_columns(issued=pl.col("issued").min(), plan=pl.lit("1")),
        "text": plan.with_columns(pl.all().cast(pl.String)),
        "one row": plan.head(1),
        "twice": pl.concat([plan, plan]),
        "lumpy": plan.filter(pl.col("period").dt.week() % 4 == 0),
    }


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", list(odd()))
def test_odd_schedules_are_seen_without_a_warning(name: str) -> None:
    found = irrupt.see(irrupt.read(odd()[name]))
    assert found.findings
    assert not any("nan" in finding.text for finding in found.findings)


def test_of_few_clients_half_are_the_largest_and_who_cancels_most_is_told_first() -> None:
    """\"The 4 largest of 5 clients order 98 %\" tells nothing; that one of them cancels a fifth was told last."""
    rng = np.random.default_rng(2)
    days = pl.date_range(pl.date(2022, 1, 3), pl.date(2022, 12, 30), eager=True).sample(
        1500, with_replacement=True, seed=1
    )
    client = rng.choice(["K1", "K2", "K3", "K4", "K5"], 1500, p=[0.1, 0.15, 0.2, 0.25, 0.3])
    quantity = np.where(client == "K5", 100, 5) + rng.integers(0, 5, 1500)
    gone = rng.random(1500) < np.where(client == "K2", 0.25, 0.02)
    names = {"order number": [f"A{at}" for at in range(1500)], "customer": client, "order date": days}
    status = np.where(gone, "cancelled", "shipped")
    found = irrupt.see(irrupt.read(pl.DataFrame({**names, "quantity": quantity, "status": status})))
    texts = [one.text for one in found.findings]
    assert any(text.startswith("The 2 largest of 5 clients order") for text in texts)
    kinds = [(one.kind, one.numbers.get("party")) for one in found.findings]
    smaller = [at for at, text in enumerate(texts) if "maller part" in text]
    assert smaller
    assert kinds.index(("cancellations", "K2")) < min(smaller)
    share = next(e.value for e in found.ledger if (e.measure, e.party) == ("cancelled orders", "K2"))
    assert share == pytest.approx(gone[client == "K2"].mean(), abs=0.01)


@pytest.mark.parametrize(("spoken", "called"), [("en", "the client"), ("fr", "le client")])
def test_a_client_whom_the_records_do_not_name_is_called_so_in_sentences(spoken: str, called: str) -> None:
    """French sentences had `unknown client` in them."""
    plans = history(CLIENTS[1:], weeks=40, seed=1).drop("client")
    i18n.use(spoken)
    try:
        found = irrupt.see(irrupt.read(plans))
    finally:
        i18n.use(None)
    assert any(called in one.text for one in found.findings)
    assert not any("unknown client" in one.text for one in found.findings)
    assert found.findings[0].numbers["parties"][0]["party"] == "unknown client"


def test_what_says_nothing_of_the_records_is_refused() -> None:
    """Bands were passed over in logs, clients and starts in plans, and both in orders, as if they had been heeded."""
    steps = pl.DataFrame({"case": ["a", "a"], "activity": ["ask", "give"], "end": ["2024-01-01", "2024-01-02"]})
    with pytest.raises(UsageError) as log:
        irrupt.see(irrupt.read(steps), band=0.1, tolerance=0.2, rates=Rates(hours_per_piece=0.1))
    assert {fault.where for fault in log.value.faults} == {"band", "tolerance", "rates"}
    assert "holds an event log; expected plans, as clients announce them; leave it out" in str(log.value)
    with pytest.raises(UsageError) as plans:
        irrupt.see(
            irrupt.read(history(CLIENTS, weeks=20, horizon=4, seed=3)), clients={"Steady": "A"}, use_period=False
        )
    assert [fault.where for fault in plans.value.faults] == ["clients", "use_period"]
    orders = pl.DataFrame(
        {"order": [1, 2], "customer": ["A", "B"], "order date": ["2024-03-04"] * 2, "quantity": [5, 6]}
    )
    with pytest.raises(UsageError, match=r"^band  .* holds orders that no plan announced"):
        irrupt.see(irrupt.read(orders), band=0.1)
