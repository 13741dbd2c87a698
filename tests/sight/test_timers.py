"""Steps that a clock lets come are told, with their time and their cases; those of chance are not."""

from __future__ import annotations

import numpy as np
import pytest

from irrupt.chronicle.clockwork import by_program, dated
from irrupt.groups import ALL_CLIENTS
from irrupt.sight import see
from irrupt.sight.split import BATCH, CLOCK_TIME, UNEXPLAINED


def closed(chronicle, fixed, seed=1, **more):
    """Cases solved within hours, and closed after 120 hours in this share of them, else after some days."""
    random, made = np.random.default_rng(seed), []
    for case in range(150):
        begin = 10.0 * case
        after = 120.0 if random.random() < fixed else random.uniform(20, 300)
        for name, end in (("ask", 0.0), ("solve", random.uniform(1, 9)), ("close", 0.0)):
            begin = begin + (after if name == "close" else end)
            made.append({"case": f"{case:03d}", "activity": name, "end": begin, "team": "Desk", "resource": "Ann"})
    sight = see(chronicle(made, **more), use_period=False)
    return sight, [one for one in sight.findings if one.kind == "fixed delay"]


@pytest.mark.parametrize("fixed", [0.4, 1.0])
def test_a_fixed_time_is_found_with_its_share_and_its_cases(chronicle, fixed):
    sight, (one,) = closed(chronicle, fixed)
    (pair,) = one.numbers["pairs"]
    assert pair["hours"] == pytest.approx(120.0, rel=0.001)
    share, low, high = pair["share"]
    assert low <= fixed <= high
    assert len(one.cases) == round(share * sight.used_cases)
    assert one.text.startswith("“close” comes 5.0\u202fdays after “solve”")


def test_times_of_chance_are_not_told(chronicle):
    assert not any(closed(chronicle, 0.0, seed)[1] for seed in range(3))


def spent(sight):
    """Part -> hours of a case."""
    return {one.part: one.hours for one in sight.time_parts if one.party == ALL_CLIENTS and one.of == "client"}


@pytest.mark.parametrize("fixed", [0.4, 1.0])
def test_the_time_that_a_clock_keeps_waits_for_nobody(chronicle, fixed):
    sight, (one,) = closed(chronicle, fixed)
    kept = one.numbers["pairs"][0]["share"][0] * 120.0
    assert spent(sight)[CLOCK_TIME] == pytest.approx(kept, rel=1e-3)
    entries = {(entry.measure, entry.party): entry.value for entry in sight.ledger}
    cycle, ours = entries["cycle time", ALL_CLIENTS], entries["waiting for us", ALL_CLIENTS]
    assert ours < cycle - kept
    assert sum(spent(sight).values()) == pytest.approx(cycle)


def by_the_day(chronicle, penalty, sent, seed=1):
    """Fines in records of days: sent on each day in *sent*, then a penalty after *penalty* days for each case."""
    random, made = np.random.default_rng(seed), []
    days = np.asarray(sent)
    for case in range(400):
        asked = int(random.integers(0, 330))
        send = int(days[days > asked][0])
        late = send + int(penalty(random))
        for name, day in (("ask", asked), ("send", send), ("penalty", late)):
            made.append({"case": f"{case:03d}", "activity": name, "end": 24.0 * day})
    return see(chronicle(made), use_period=False)


def test_in_records_of_days_clocks_and_batches_explain_what_passes(chronicle):
    sight = by_the_day(chronicle, lambda random: 60, range(30, 391, 30))
    kinds = {one.kind: one for one in sight.findings}
    assert [pair["hours"] for pair in kinds["fixed delay"].numbers["pairs"]] == [60 * 24.0]
    assert kinds["batch"].numbers["activity"] == "send"
    assert spent(sight)[CLOCK_TIME] == 60 * 24.0
    assert spent(sight)[BATCH] > 0.8 * (spent(sight)[BATCH] + spent(sight).get(UNEXPLAINED, 0.0))


def test_no_case_waits_longer_for_a_batch_than_since_the_one_before(chronicle):
    """Fines are sent every thirty days, each a hundred days after it came at the earliest; one is sent on the day."""
    made = []
    for case in range(600):
        came = case
        for name, day in (("ask", came), ("send", came if case % 30 == 0 else -(-(came + 100) // 30) * 30)):
            made.append({"case": f"{case:03d}", "activity": name, "end": 24.0 * day})
    sight = see(chronicle(made), use_period=False)
    (batch,) = (one for one in sight.findings if one.kind == "batch")
    assert batch.numbers["hours"][0] == pytest.approx(24.0 * 28, abs=24.0)
    assert spent(sight)[UNEXPLAINED] == pytest.approx(24.0 * 82, abs=24.0)


def test_in_records_of_days_chance_is_neither_clock_nor_batch(chronicle):
    sight = by_the_day(chronicle, lambda random: random.integers(55, 66), range(391))
    assert not {"fixed delay", "batch", "program"} & {one.kind for one in sight.findings}
    assert CLOCK_TIME not in spent(sight)


def test_in_records_of_days_all_that_a_case_takes_is_told(chronicle):
    """Clocks, batches and what the records do not tell of make up the whole, and no measure says otherwise."""
    sight = by_the_day(chronicle, lambda random: 60, [*range(30, 330, 30), *range(331, 391)])
    said = sight.findings[0].text
    assert "until a batch is gathered" in said
    assert "pass until a time that a clock keeps" in said
    assert "the records do not tell what it waits for" in said
    assert not any(one.measure == "unexplained delay" for one in sight.ledger)


def noted(random, at_night):
    """Seconds: invoices noted a day or two after each other, at midnight to the second, or at any time of the day."""
    days = np.cumsum(random.choice([1, 1, 1, 2, 3], (150, 2)), axis=1) + random.integers(0, 300, (150, 1))
    return 86400.0 * days + (0.0 if at_night else random.uniform(0, 86400, days.shape))


def test_dates_without_a_time_of_the_day_keep_no_clock(chronicle):
    """A third of them come a day after the other: days are whole numbers, whatever lets them come."""
    random, made = np.random.default_rng(1), []
    for case, invoices in enumerate(noted(random, at_night=True) / 3600.0):
        made.append({"case": f"{case:03d}", "activity": "order", "end": invoices[0] - random.uniform(30, 90)})
        made += [{"case": f"{case:03d}", "activity": "invoice", "end": end} for end in invoices]
    sight = see(chronicle(made), use_period=False)
    assert not {"fixed delay", "program"} & {one.kind for one in sight.findings}


@pytest.mark.parametrize("at_night", [True, False])
def test_dates_without_a_time_of_the_day_are_known_by_it(at_night):
    end = noted(np.random.default_rng(1), at_night).ravel()
    summer = np.where(end > 150 * 86400, end - 3600, end)
    assert dated(np.zeros(len(end), np.int64), summer, 1).tolist() == [at_night]
    ends = np.concatenate([summer + 59, summer + 5e6])
    assert not by_program(np.repeat([0, 1], len(end)), ends, np.full(len(ends), np.nan), 2).any()


def test_several_that_come_after_a_fixed_time_are_told_together(chronicle):
    random, made = np.random.default_rng(1), []
    for case in range(150):
        begin = 10.0 * case
        for name, after in (("ask", 0.0), ("remind", 48.0), ("warn", 120.0), ("close", random.uniform(20, 300))):
            begin += after
            made.append({"case": f"{case:03d}", "activity": name, "end": begin, "team": "Desk", "resource": "Ann"})
    (one,) = (each for each in see(chronicle(made), use_period=False).findings if each.kind == "fixed delay")
    assert [pair["after"] for pair in one.numbers["pairs"]] == ["remind", "warn"]
    assert one.text.count("comes") == 2


def runs(random, many, every, hand=0.0):
    """Seconds of runs at the second minute of every so many, but a share of them at any time."""
    day = random.uniform(0, 30, many) * 86400 // (60 * every) * 60 * every + 120 + random.uniform(1, 50, many)
    return np.where(random.random(many) < hand, random.uniform(0, 30 * 86400, many), day)


@pytest.mark.parametrize("every", [10, 30, 60])
def test_what_a_program_does_is_told_by_its_minute(every):
    random = np.random.default_rng(every)
    end = np.concatenate([random.uniform(0, 30 * 86400, 400), runs(random, 200, every, hand=0.3)])
    activity = np.repeat([0, 1], [400, 200])
    never = np.full(len(end), np.nan)
    assert by_program(activity, end, never, 2).tolist() == [0, every]
    rounded = np.concatenate([end[:400], np.floor(end[400:] / 60) * 60])
    assert not by_program(activity, rounded, never, 2).any()
    together = np.concatenate([runs(random, 400, every), end[400:]])
    assert not by_program(activity, together, never, 2).any()


@pytest.mark.parametrize("every", [10, 30])
def test_a_program_is_told_where_all_times_are_cut_off_to_the_minute(every):
    """By the minute to which nobody rounds; or, where it runs at full tens, by the set time that cases wait for it. Who
    rounds to tens or writes what was arranged for the half hour is no program."""
    random = np.random.default_rng(every)
    activity = np.repeat([0, 1], [400, 200])
    own = runs(random, 200, every, hand=0.3)
    never, awaited = np.full(600, np.nan), np.concatenate([np.full(400, 3e3), np.full(200, 15.0 * 86400)])
    for shift, since, told in ((0, never, every), (-120, never, 0), (-120, awaited, every)):
        end = np.floor(np.concatenate([random.uniform(0, 30 * 86400, 400), own + shift]) / 60) * 60
        assert by_program(activity, end, since, 2).tolist() == [0, told]
    halves = np.floor(random.uniform(0, 30 * 24, 200)) * 3600 + np.where(random.random(200) < 0.2, 1800, 0)
    end = np.floor(np.concatenate([random.uniform(0, 30 * 86400, 400), halves]) / 60) * 60
    assert not by_program(activity, end, never, 2).any()


def test_what_the_client_does_after_a_fixed_time_is_not_told_to_be_a_clocks(chronicle):
    assert not closed(chronicle, 1.0, client_acts=frozenset({"close"}))[1]
