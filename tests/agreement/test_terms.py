"""What contracts say: by class, in working days, caps, who and in which hours; against answers known otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.agreement import Judged, Rule, Rulebook, kept
from irrupt.agreement.bounds import Measured, Within
from irrupt.agreement.files import rulebook_from, rulebook_text
from irrupt.chronicle import Chronicle, read
from irrupt.errors import ModelError

MONDAY = datetime(2024, 1, 1)
Row = tuple[str, str, str, str, datetime, datetime, str, str]
STEPS = st.tuples(
    st.sampled_from(["open", "work", "check", "close"]),
    st.sampled_from([("Ann", "Desk"), ("Bob", "Desk"), ("Cid", "Field")]),
    st.integers(0, 60 * 24),
    st.integers(0, 120),
)
CLASSES = {"priority": ("P1", "P2"), "level": ("0", "1.0")}
CASES = st.lists(
    st.tuples(st.sampled_from(["P1", "P2"]), st.lists(STEPS, min_size=1, max_size=5)), min_size=1, max_size=8
)


def log(cases: list[tuple[str, list[tuple[str, tuple[str, str], int, int]]]]) -> tuple[Chronicle, list[list[Row]]]:
    """Cases a day apart, each step so many minutes after the one before; and one of each class that is long over."""
    whole = ("open", ("Ann", "Desk"), 600, 10), ("close", ("Ann", "Desk"), 60, 10)
    rows = []
    for number, (kind, steps) in enumerate([*cases, ("P1", list(whole)), ("P2", list(whole))]):
        at = MONDAY + timedelta(days=number + (40 if number >= len(cases) else 0))
        case = []
        for activity, (who, team), later, lasts in steps:
            start = at + timedelta(minutes=later)
            at = start + timedelta(minutes=lasts)
            case.append((f"c{number}", kind, f"{number % 2}", activity, start, at, who, team))
        rows.append(case)
    names = ["case", "priority", "level", "activity", "start", "end", "resource", "team"]
    frame = pl.DataFrame([row for case in rows for row in case], schema=names, orient="row")
    return read(frame.with_columns(pl.col("level").cast(pl.Float64))), rows


def all_judged(binds: Iterable[str], chronicle: Chronicle) -> dict[str, Judged]:
    """In one look at the records, which takes most of the time."""
    named = {f"R{number}": one for number, one in enumerate(binds)}
    rules = ", ".join(f"{name}: {{text: t, binds: {one}}}" for name, one in named.items())
    answers = kept(rulebook_from(f"{{rulebook: B, rules: {{{rules}}}}}"), chronicle).judged
    return {named[one.name]: one for one in answers}


def judged(binds: str, chronicle: Chronicle) -> Judged:
    return all_judged([binds], chronicle)[binds]


def broken(binds: str, chronicle: Chronicle) -> set[str]:
    return set(judged(binds, chronicle).cases["case"])


def fault(binds: str) -> str:
    with pytest.raises(ModelError) as raised:
        rulebook_from(f"{{rulebook: B, rules: {{R: {{text: t, binds: {binds}}}}}}}")
    return str(raised.value)


@settings(max_examples=settings().max_examples // 5, deadline=None)
@given(CASES)
def test_what_may_not_follow_who_may_not_do_it_and_when(cases: list) -> None:  # type: ignore[type-arg]
    """Each against a plain loop over the rows."""
    chronicle, rows = log(cases)
    names = [[row[3] for row in case] for case in rows]

    def first(name: str, number: int) -> int:
        return names[number].index(name) if name in names[number] else 99

    known = {name for case in names for name in case}
    expected = {
        "{never: open, after: close}": [
            any(name == "open" for name in names[n][first("close", n) + 1 :]) for n in range(len(rows))
        ],
        "{order: [open, close]}": [first("close", n) < first("open", n) < 99 for n in range(len(rows))],
        "{activity: close, only by: [Desk]}": [any(r[3] == "close" and r[7] != "Desk" for r in case) for case in rows],
        "{activity: close, only by: [Ann, Field]}": [
            any(r[3] == "close" and r[6] != "Ann" and r[7] != "Field" for r in case) for case in rows
        ],
        "{activity: close, not by who did: open}": [
            any(a[3] == "open" and b[3] == "close" and a[6] == b[6] for at, b in enumerate(case) for a in case[:at])
            for case in rows
        ],
        "{activity: close, by who did: open}": [
            any(
                b[3] == "close" and b[6] != who
                for at, b in enumerate(case)
                for who in [a[6] for a in case[:at] if a[3] == "open"][-1:]
            )
            for case in rows
        ],
        "{activity: close, by who did: [open, close]}": [
            any(
                b[3] == "close" and b[6] != who
                for at, b in enumerate(case)
                for who in [a[6] for a in case[:at] if a[3] in ("open", "close")][-1:]
            )
            for case in rows
        ],
        "{team: Desk, only in: Mon-Sun 08:00-20:00}": [
            any(r[7] == "Desk" and not all(8 * 60 <= t.hour * 60 + t.minute <= 20 * 60 for t in r[4:6]) for r in case)
            for case in rows
        ],
    }
    assert {"open", "close"} <= known
    found = all_judged(expected, chronicle)
    for binds, answers in expected.items():
        assert set(found[binds].cases["case"]) == {f"c{n}" for n, one in enumerate(answers) if one}, binds


@pytest.mark.slow
@settings(max_examples=settings().max_examples // 8, deadline=None)
@given(CASES)
def test_a_rule_for_each_class_is_the_rule_for_all_class_by_class(cases: list) -> None:  # type: ignore[type-arg]
    """What breaks it, and how many are counted: of all classes together as of all cases, however values are written."""
    chronicle, _rows = log(cases)
    rules = ["within: 2 h, to: close", "never: check", "activity: close, only after: open"]
    classes = [
        f"{column}: {value}" for column, values in CLASSES.items() for value in (*values, f"[{', '.join(values)}]")
    ]
    measured = "measure: arrivals, at most: 1, each: day"
    whose = ["", *(f", where: {{{one}}}" for one in classes)]
    found = all_judged([f"{{{rule}{where}}}" for rule in (*rules, measured) for where in whose], chronicle)
    for rule in (*rules, measured):
        whole, *of_classes = (found[f"{{{rule}{where}}}"] for where in whose)
        for *parts, both in (of_classes[:3], of_classes[3:]):
            assert (both.judged, both.broken, both.open) == (whole.judged, whole.broken, whole.open)
            if rule == measured:
                sums = [sum(span.value for span in one) for one in zip(*(p.spans for p in parts), strict=True)]
                assert sums == pytest.approx([span.value for span in whole.spans])
                continue
            assert sum(part.broken for part in parts) == whole.broken
            assert {c for part in parts for c in part.cases["case"]} == set(whole.cases["case"])


def test_no_sooner_than_is_the_other_side_of_no_later_than() -> None:
    steps = [[("open", ("Ann", "Desk"), 600, 0), ("close", ("Ann", "Desk"), minutes, 0)] for minutes in (30, 60, 90)]
    chronicle, _rows = log([("P1", case) for case in steps])
    assert broken("{at least: 1 h, from: open, to: close}", chronicle) == {"c0"}
    assert broken("{within: 1 h, from: open, to: close}", chronicle) >= {"c2"}
    found = judged("{at least: 1 h, from: open, to: close}", chronicle)
    assert found.cases["by"].to_list() == [1800.0]


def test_what_may_still_go_on_is_not_over_too_soon() -> None:
    rows = [
        (f"c{n}", MONDAY + timedelta(days=n), MONDAY + timedelta(days=n + (0.5 if n == 3 else 2))) for n in range(9)
    ]
    came = [(case, "open", begin) for case, begin, _end in rows] + [(case, "close", end) for case, _begin, end in rows]
    came += [("open yet", "open", MONDAY + timedelta(days=9.9)), ("open yet", "work", MONDAY + timedelta(days=10))]
    chronicle = read(pl.DataFrame(came, schema=["case", "activity", "end"], orient="row"))
    for binds in ("{at least: 1 day}", "{at least: 1 day, from: open}"):
        assert broken(binds, chronicle) == {"c3"}


@pytest.mark.parametrize(
    ("hours", "day"),
    [("Mon-Fri 08:00-18:00", 10), ("Mon-Fri 09:00-12:00 13:00-17:00", 7), ("Mon-Thu 22:00-06:00", 8), ("always", 24)],
)
def test_working_days_are_as_long_as_those_of_the_hours(hours: str, day: int) -> None:
    """Two days in office hours are 48 of these hours, nearly five days: who writes working days gets two."""
    text = "{{rulebook: B, rules: {{R: {{text: t, binds: {{within: {time}, hours: {hours}}}}}}}}}"
    book, plain = (rulebook_from(text.format(time=time, hours=hours)) for time in ("2 working days", f"{2 * day} h"))
    meant = book.founding["R"].binds
    assert isinstance(meant, Within)
    assert replace(meant, working_days=None) == plain.founding["R"].binds
    assert "2 working days" in rulebook_text(book)


def test_less_than_nothing_is_agreed_on_by_nobody() -> None:
    assert "0 or more" in fault("{within: -2 working days, to: close, hours: Mon-Fri 08:00-18:00}")
    assert "0 or more" in fault("{measure: arrivals, at most: -80 cases a month}")


def test_records_may_have_any_column_and_leave_cells_empty() -> None:
    chronicle, _rows = log([])
    events = chronicle.events.with_columns(
        place=pl.lit("here"), priority=pl.when(pl.col("case") == "c0").then(None).otherwise(pl.col("priority"))
    )
    chronicle = chronicle.with_events(events)
    assert judged("{never: open, where: {place: here}}", chronicle).answer == "broken"
    assert "no case with priority P9" in judged("{never: open, where: {priority: P9}}", chronicle).why


def test_hours_begin_and_end_to_the_second() -> None:
    times = {"edge": "09:00:00", "early": "08:59:30", "in": "16:59:59", "late": "17:00:30", "other edge": "17:00:00"}
    rows = [(case, "open", f"2024-01-02T{time}") for case, time in times.items()] + [
        ("over", "open", "2024-02-01T10:00")
    ]
    chronicle = read(pl.DataFrame(rows, schema=["case", "activity", "end"], orient="row"))
    assert broken("{activity: open, only in: Mon-Fri 09:00-17:00}", chronicle) == {"early", "late"}


def test_dates_tell_no_hours_and_are_in_force_to_the_last() -> None:
    rows = [(f"c{n}", "open", MONDAY + timedelta(days=n)) for n in range(30)]
    frame = pl.DataFrame(rows, schema=["case", "activity", "end"], orient="row").with_columns(pl.col("end").dt.date())
    chronicle = read(frame)
    assert judged("{activity: open, only in: Mon-Fri 07:00-19:00}", chronicle).answer == "cannot be told"
    last = judged("{never: open}", chronicle)
    assert not last.over
    assert last.end.date() == rows[-1][2].date()


def test_dates_tell_whole_days_that_pass_and_no_hours() -> None:
    """Whatever was done on the day on which it was asked for was within four hours, and in the night."""
    days = ["2024-01-05", "2024-01-08", "2024-06-03"]
    frame = pl.DataFrame({"case": ["a", "a", "b"], "activity": ["open", "solve", "open"], "end": days})
    chronicle = read(frame)
    assert judged("{activity: solve, only in: Mon-Fri 07:00-19:00}", chronicle).answer == "cannot be told"
    assert "days, not times" in judged("{within: 4 h, to: solve}", chronicle).why
    assert judged("{at least: 36 h, to: solve}", chronicle).answer == "cannot be told"
    assert judged("{within: 4 h, to: solve, hours: office hours}", chronicle).answer == "cannot be told"
    assert judged("{within: 1 working day, to: solve, hours: office hours}", chronicle).answer == "kept"
    assert judged("{within: 3 days, to: solve}", chronicle).answer == "kept"
    assert judged("{within: 2 days, to: solve}", chronicle).answer == "broken"


def test_working_days_need_hours_and_days_within_hours_are_told() -> None:
    chronicle, _rows = log([])
    assert "working days in which hours?" in fault("{within: 2 working days, to: close}")
    book = "{rulebook: B, rules: {R: {text: t, binds: {within: 2 days, to: close, hours: Mon-Fri 08:00-18:00}}}}"
    assert any("4.8 working days" in note for note in kept(rulebook_from(book), chronicle).notes)
    agreed = book.replace("2 days", "24 working days")
    assert kept(rulebook_from(agreed), chronicle).notes == ()


def test_a_cap_of_a_month_is_on_what_comes_in_each_month() -> None:
    """31 cases in January and 29 in February, one a day: a cap of 30 a month is broken once, though no week has more
    than seven. The number alone is held against cases a week, and that is told."""
    rows = [(f"c{n}", "open", MONDAY + timedelta(days=n)) for n in range(70)]
    chronicle = read(pl.DataFrame(rows, schema=["case", "activity", "end"], orient="row"))
    for words in ("30 cases a month", "30 a month", "30 per month", "30 cases/month"):
        found = judged(f"{{measure: arrivals, at most: {words}}}", chronicle)
        assert [round(span.value) for span in found.spans if span.judged] == [31, 29][-len(found.spans) :], words
    book = "{rulebook: B, rules: {R: {text: t, binds: {measure: arrivals, at most: 30, each: month}}}}"
    assert any("30 cases a month" in note for note in kept(rulebook_from(book), chronicle).notes)


@pytest.mark.parametrize("words", ["20 cases a week", "20 cases", "20 a week", "20 case per week", "20"])
def test_an_amount_may_bear_the_unit_of_its_measure(words: str) -> None:
    text = "{{rulebook: B, rules: {{R: {{text: t, binds: {{measure: arrivals, at most: {words}}}}}}}}}"
    assert rulebook_from(text.format(words=words)) == rulebook_from(text.format(words="20"))


@pytest.mark.parametrize(
    ("binds", "says"),
    [
        ("{measure: arrivals, at most: 20 days}", "expected a number of cases a week"),
        ("{measure: notice of change, at least: 10 cases}", "expected a number of days"),
        ("{measure: cycle time, at most: 3}", "at most: 3 of what? write 3 h"),
        ("{measure: nervousness, at most: 15}", "at most: 15 of what? write 15 %"),
        ("{within: 2 days, from: open, to: open}", "after the last open of a case none comes any more"),
        ("{within: 1 h, class: P1}", "where: {…} with a column"),
        ("{activity: Checked, before: Closed}", "only after"),
        ("{within: 1 h, except: August}", "closed:"),
        ("{within: 1 h, where: P1}", "not a column and a value"),
        ("{order: [open, open]}", "two activities or more"),
        ("{only in: office hours}", 'the key "activity" is missing'),
        ("{measure: wait at the team, at most: 2 h, where: {class: a}}", "goes with measures of clients"),
    ],
)
def test_what_people_write_otherwise_is_told_with_what_to_write(binds: str, says: str) -> None:
    assert says in fault(binds)


@pytest.mark.parametrize(("measure", "most"), [("cycle time", 7.1), ("cycle time", 0.1 + 0.2), ("nervousness", 4.5)])
def test_limits_are_written_with_the_unit_with_which_they_are_read(measure: str, most: float) -> None:
    bound = Measured(measure=measure, party="all clients", at_most=most)
    book = Rulebook(name="B", founding={"R": Rule(text="t", binds=bound)})
    assert rulebook_from(rulebook_text(book)) == book


def test_keys_that_stand_one_level_too_high_are_told_where_they_belong() -> None:
    with pytest.raises(ModelError) as raised:
        rulebook_from("{rulebook: B, rules: {R: {text: t, within: 5 days, valid from: 2024-01-01}}}")
    assert "it belongs under binds" in str(raised.value)
    assert "since:" in str(raised.value)


@pytest.mark.parametrize(
    ("where", "says"), [("prioriti: P1", 'did you mean "priority"?'), ("priority: P9", "known: P1, P2")]
)
def test_columns_and_values_that_are_not_there_are_told(where: str, says: str) -> None:
    chronicle, _rows = log([])
    found = judged(f"{{within: 2 days, where: {{{where}}}}}", chronicle)
    assert found.answer == "cannot be told"
    assert says in found.why


def test_until_a_date_is_until_the_end_of_that_day() -> None:
    """Valid until 31 May: whoever writes it means the day, too; a moment is a moment."""
    text = "{{rulebook: B, timezone: Europe/Paris, rules: {{R: {{text: t, until: {until}}}}}}}"
    day, moment = (rulebook_from(text.format(until=until)) for until in ("2024-05-31", "2024-06-01T00:00:00+02:00"))
    assert day == moment
    assert rulebook_from(rulebook_text(day)) == day
    assert set(day.at(datetime(2024, 5, 31, 23))) == {"R"}
    assert not day.at(datetime(2024, 6, 1, 1))
