"""Differences between clients: planted ones are found, chance is not taken for one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from irrupt.chronicle import read
from irrupt.reporting import report
from irrupt.sight import see

from .conftest import log_of


def kinds(sight, kind):
    return [finding for finding in sight.findings if finding.kind == kind]


def planted(events, seed, *, skip=0.0, longer=0.0):
    """Random events in which cases of A skip Lab, or wait longer before their last step."""
    random = np.random.default_rng(seed)
    made = events(seed, cases=600)
    last = {event["case"]: at for at, event in enumerate(made)}
    skips = {case for case in last if random.random() < skip}
    kept = []
    for at, event in enumerate(made):
        if event["client"] == "A":
            if event["team"] == "Lab" and event["case"] in skips and last[event["case"]] != at:
                continue
            if last[event["case"]] == at:
                event = event | {"start": event["start"] + longer, "end": event["end"] + longer}
        kept.append(event)
    return kept


def test_a_client_whose_cases_skip_a_team_is_found_with_the_size_of_the_difference(chronicle, events):
    made = planted(events, 1, skip=0.9)
    sight = see(chronicle(made, starts="measured"))
    told = kinds(sight, "client procedure")
    assert len(told) == 1
    assert told[0].numbers["clients"][0]["client"] == "A"
    first = told[0].numbers["clients"][0]["differences"][0]
    meets = {c: {e["case"] for e in made if e["client"] == c and e["team"] == "Lab"} for c in "ABC"}
    cases = {c: {e["case"] for e in made if e["client"] == c} for c in "ABC"}
    assert first["team"] == "Lab"
    goes_on = 0.01  # of what is to come in cases that are not over
    assert first["share"] == pytest.approx(len(meets["A"]) / len(cases["A"]), abs=goes_on)
    others = (len(meets["B"]) + len(meets["C"])) / (len(cases["B"]) + len(cases["C"]))
    assert first["others"] == pytest.approx(others, abs=goes_on)
    assert first["low"] < first["share"] - first["others"] < first["high"] < 0
    assert "meet team Lab" in told[0].text


def test_a_client_who_comes_often_before_the_records_end_goes_no_other_way():
    """Of his cases fewer are over; of a step that came for everybody, whoever came after it has more."""
    random, rows = np.random.default_rng(8), []
    begin = datetime(2026, 1, 5, 8, tzinfo=UTC)
    for client, weeks in (("A", [*range(12, 20)] * 20), ("B", [*range(20)] * 16), ("C", [*range(20)] * 16)):
        for case, week in enumerate(weeks):
            came = begin + timedelta(weeks=week, hours=float(random.uniform(0, 100)))
            steps = ["Open", *(["Check"] if week >= 10 else []), "Close"]
            for step, name in enumerate(steps):
                end = came + timedelta(days=10 * step)
                if end < begin + timedelta(weeks=20):
                    rows.append({"case": f"{client}{case}", "client": client, "activity": name, "end": end})
    sight = see(read(pl.DataFrame(rows)), use_period=False)
    assert not kinds(sight, "client procedure")


@pytest.mark.parametrize("since", [0, 28, 32])
@pytest.mark.parametrize("skips", [0.0, 0.5])
def test_what_is_still_to_come_in_cases_that_go_on_is_not_taken_for_another_way(since, skips):
    """Of a slow client, or of one who came lately, most cases have not come to their last steps yet."""
    sight = see(read(log_of(since, since, 14.0 if since < 32 else 4.0, skips)), use_period=False)
    found = kinds(sight, "client procedure")
    told = {what["activity"] for one in found for his in one.numbers["clients"] for what in his["differences"]}
    assert told == ({"Assess"} if skips else set())
    assert not kinds(sight, "footprint")


def test_what_only_cases_of_a_small_client_go_through_is_found():
    """As few cases as these meet it among all are fewer than a normal test asks for."""
    rows = [
        {"case": f"{client}{case}", "client": client, "activity": name, "end": begin + timedelta(hours=hour)}
        for client, cases in (("A", 600), ("B", 300), ("C", 40))
        for case in range(cases)
        for begin in [datetime(2026, 1, 5, 8, tzinfo=UTC) + timedelta(days=case * 140 / cases)]
        for hour, name in enumerate(["Open", *["Audit"] * (client == "C" and case % 2 == 0), "Close"])
    ]
    (one,) = kinds(see(read(pl.DataFrame(rows)), use_period=False), "client procedure")
    (his,) = one.numbers["clients"]
    assert (his["client"], his["differences"][0]["activity"], his["differences"][0]["share"]) == ("C", "Audit", 0.5)


def test_cases_that_clients_give_up_count_in_what_cases_go_through(chronicle):
    """Of a step after which one client cancels nothing was told, as if his cases never went through it."""
    events = [
        {"case": f"{client}{case}", "client": client, "activity": name, "end": 6.0 * case + at, "team": team}
        for client, often, then in (("A", 2, "cancelled by customer"), ("B", 10, "close"))
        for case in range(200)
        for at, name in enumerate(["open", "check", then] if case % often == 0 else ["open", "close"])
        for team in [None if "customer" in name else "Desk"]
    ]
    log = chronicle(events, client_acts=frozenset({"cancelled by customer"}))
    (one,) = kinds(see(log, clients={"A": "A", "B": "B"}, use_period=False), "client procedure")
    told = [(each["activity"], each["share"], each["others"]) for each in one.numbers["clients"][0]["differences"]]
    assert ("check", 0.5, 0.1) in told
    assert len(one.cases) == 100


def test_that_a_client_is_waited_for_more_often_is_told_once():
    """The footprint tells it; that his cases go through the wait more often would be the same again."""
    rows = [
        {"case": f"{client}{case}", "client": client, "activity": activity, "end": f"2026-01-{case % 28 + 1:02}T{hour}"}
        for client, waits in (("A", 3), ("B", 10), ("C", 10))
        for case in range(140)
        for activity, hour in (("Open", "08:00"), ("Awaiting customer", "09:00"), ("Close", "15:00"))
        if activity != "Awaiting customer" or case % waits == 0
    ]
    sight = see(read(pl.DataFrame(rows)), use_period=False)
    assert [finding.numbers["deed"] for finding in kinds(sight, "footprint")] == ["the client is waited for"]
    assert not kinds(sight, "client procedure")


def test_a_client_whose_cases_wait_longer_is_found(chronicle, events):
    sight = see(chronicle(planted(events, 2, longer=40.0), starts="measured"))
    told = kinds(sight, "waits of a client")
    (his,) = told[0].numbers["clients"]
    assert his["client"] == "A"
    assert told[0].numbers["measure"] == "waiting for us"
    assert his["low"] < 40 < his["high"]
    assert told[0].text.startswith("Cases of A wait for us ")
    assert len(told) == 1


def answered(times, asked="Request documents", answer="Documents received", weeks=8, cases=600):
    """Cases of three clients, each *asked* for something in a third of the cases; B takes so many *times* as long."""
    random, rows = np.random.default_rng(4), []
    begin = datetime(2026, 1, 5, 8, tzinfo=UTC)
    for case in range(cases):
        client = "ABC"[case % 3]
        at = begin + timedelta(hours=case * 168 * (weeks - 2) / cases)
        steps = ["Claim received", "Assess claim"]
        waited = float(random.lognormal(2.5, 0.8)) * (times if client == "B" else 1.0)
        if random.random() < 1 / 3:
            steps[1:1] = [asked, answer]
        for name in steps:
            at += timedelta(hours=waited if name == answer else float(random.exponential()))
            if name != answer and not 8 <= at.hour < 18:
                at += timedelta(hours=(8 - at.hour) % 24)
            staff, team = {asked: ("Ann", "Desk"), "Assess claim": ("Bob", "Lab")}.get(name, (None, None))
            rows.append({"case": f"{case:03d}", "client": client, "activity": name, "end": at, "resource": staff,
                         "team": team})  # fmt: skip
    return pl.DataFrame(rows)


@pytest.mark.parametrize(("times", "told"), [(4.0, ["B"]), (1.0, [])])
def test_a_client_who_is_slow_to_answer_is_found_in_eight_weeks(times, told):
    """A few who wait very long hid it: of 24 logs in which one took four times as long, it was told in two."""
    found = kinds(see(read(answered(times)), use_period=False), "waits of a client")
    of_him = [one for one in found if one.numbers["measure"] == "waiting for the client"]
    assert [client["client"] for one in of_him for client in one.numbers["clients"]] == told


def test_a_client_before_whose_steps_time_passes_is_found_where_nobody_is_seen_to_work_on_them():
    log = answered(4.0, "Send proof", "Proof approved")
    sight = see(read(log), use_period=False)
    found = [one for one in kinds(sight, "waits of a client") if one.numbers["measure"] == "unexplained delay"]
    assert [client["client"] for one in found for client in one.numbers["clients"]] == ["B"]
    assert "pass before steps on which nobody is seen to work" in found[0].text
    clients = dict(log.select("case", "client").iter_rows())
    assert {clients[case] for case in found[0].cases} == {"B"}


def test_many_clients_are_told_of_in_one_finding_and_all_are_in_its_numbers(chronicle, events):
    names = tuple("ABCDEFGHIJKLM")
    made, favoured, last = events(5, cases=4000, weeks=20, clients=names), set("ABCDEFG"), {}
    for event in made:
        last[event["case"]] = event["end"]
    late = {case for case in last if case[-1] in "02468"}
    for at, event in enumerate(made):
        if event["end"] == last[event["case"]] and event["client"] not in favoured:
            more = 30.0 if event["case"] in late else 50.0
            made[at] = event | {"start": event["start"] + more, "end": event["end"] + more}
    sight = see(chronicle(made, starts="measured"), clients={name: name for name in names})
    less = next(one for one in kinds(sight, "waits of a client") if "wait for us less" in one.text)
    assert {one["client"] for one in less.numbers["clients"]} == favoured
    assert less.text.count("(others ") == 5
    assert less.text.endswith("; 2 more clients.")
    assert len(kinds(sight, "waits of a client")) == 2


def test_the_whole_time_is_compared_where_starts_are_not_known(chronicle, events):
    made = [event | {"start": None} for event in planted(events, 2, longer=40.0)]
    sight = see(chronicle(made, starts="missing"))
    assert kinds(sight, "waits of a client")[0].numbers["measure"] == "cycle time"


@pytest.mark.slow
def test_chance_is_seldom_taken_for_a_difference(chronicle, events):
    """Holm keeps the chance of any wrong finding in a log at five per cent."""
    wrong = 0
    for seed in range(16):
        sight = see(chronicle(events(seed, cases=150), starts="measured"))
        wrong += bool(kinds(sight, "client procedure") or kinds(sight, "waits of a client"))
    assert wrong <= 4


def test_names_of_clients_do_not_matter(chronicle, events):
    made = planted(events, 3, skip=0.9, longer=40.0)
    renamed = [event | {"client": {"A": "Z", "B": "Y", "C": "X"}[event["client"]]} for event in made]
    one, other = (see(chronicle(log, starts="measured")) for log in (made, renamed))
    assert [finding.kind for finding in one.findings] == [finding.kind for finding in other.findings]
    names = str.maketrans("ABC", "ZYX")
    told = [kinds(sight, "client procedure")[0].numbers["clients"] for sight in (one, other)]
    shown = [[(his["client"], his["differences"]) for his in clients] for clients in told]
    assert [(client.translate(names), differences) for client, differences in shown[0]] == shown[1]


def test_clients_with_a_handful_of_cases_are_not_compared(chronicle, events):
    made = [e | {"client": "rare" if e["case"] in ("case 1", "case 2") else "A"} for e in events(4)]
    sight = see(chronicle(made, starts="measured"), clients={"rare": "rare", "A": "A"})
    assert not kinds(sight, "waits of a client")
    assert not kinds(sight, "client procedure")


def test_of_many_clients_each_has_a_row_of_what_he_does(chronicle, events, tmp_path):
    names = "ABCDEFG"
    log = chronicle(events(1, clients=names), client_acts=frozenset({"ask"}))
    sight = see(log, clients={name: name for name in names}, use_period=False)
    page = report(tmp_path / "see.html", sight).read_text(encoding="utf-8")
    before = page[: page.index("Share of cases in which it happens.")]
    table = page[before.rindex("<table") :].partition("</table>")[0]
    rows = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in table.split("<tr")]
    assert sorted(row[-3] for row in rows if row[-1:] == ["%"]) == [*names, "clients"]
