"""Is it kept? Each kind of bound on records where the answer is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.agreement import Judged, Kept, Rule, Rulebook, kept
from irrupt.agreement.bounds import (
    Always,
    Apart,
    AtMost,
    Bound,
    First,
    Measured,
    Never,
    OnlyAfter,
    OnlyBy,
    OnlyIn,
    Within,
)
from irrupt.agreement.hours import passed, time_is_up
from irrupt.chronicle import Chronicle, read
from irrupt.engine.chronicles import simulate
from irrupt.errors import DataError
from irrupt.organisation import Edit, RuleChange, load
from irrupt.organisation.hours import hours_in
from irrupt.organisation.staff import Calendar
from irrupt.regulation import Priority
from irrupt.reporting.agreed import details, kept_data, summary
from irrupt.reporting.agreed import found as said_of
from irrupt.wall import local_time

DESK = Path(__file__).parents[2] / "docs" / "examples" / "desk.yaml"
MONDAY = datetime(2024, 1, 1, 9, tzinfo=UTC)
HOUR, DAY = 3600.0, 86400.0


def log(*cases: str, client: str = "A", starts: bool = False) -> Chronicle:
    """Cases such as `open@0 solve@5 close@6`, in hours from a Monday morning; a year later one case that is over."""
    rows = []
    for number, case in enumerate([*cases, "open@9000 solve@9001 close@9002"]):
        for event in case.split():
            activity, at = event.split("@")
            team = "Desk" if activity != "solve" else "Network"
            end = MONDAY + timedelta(hours=float(at))
            rows.append((f"c{number}", activity, end - timedelta(minutes=30), end, team, client))
    frame = pl.DataFrame(rows, schema=["case", "activity", "start", "end", "team", "client"], orient="row")
    return read(frame if starts else frame.drop("start"))


def judged(bound: Bound, chronicle: Chronicle) -> Judged:
    (one,) = kept(Rulebook(name="B", founding={"R": Rule(text="t", binds=bound)}), chronicle).judged
    return one


def broken(bound: Bound, *cases: str) -> list[str]:
    """The cases that break *bound*; the last one of `log` never does."""
    return sorted(judged(bound, log(*cases)).cases["case"])


def test_a_limit_is_broken_by_cases_that_took_longer_and_by_those_that_never_came() -> None:
    cases = ("open@0 solve@5", "open@0 solve@5.5", "open@0 close@1", "open@0 open@6 solve@10")
    assert broken(Within(limit=5 * HOUR, to=("solve",)), *cases) == ["c1", "c2", "c3"]
    assert broken(Within(limit=5 * HOUR, begin=("open",), to=("solve",)), *cases) == ["c1", "c2", "c3"]
    assert broken(Within(limit=5.5 * HOUR, begin=("open",), to=("solve", "close")), *cases) == ["c3"]
    assert broken(Within(limit=6 * HOUR), *cases) == ["c3"]


def test_the_time_over_the_limit_is_told() -> None:
    one = judged(Within(limit=5 * HOUR, to=("solve",)), log("open@0 solve@7.5"))
    assert one.cases["by"].to_list() == [2.5 * HOUR]


def test_a_limit_is_broken_when_time_is_up_and_not_when_the_records_end() -> None:
    """What never came was dated at the end of the records, and what came late at when it came."""
    one = judged(Within(limit=5 * HOUR, to=("solve",)), log("open@0 solve@7.5", "open@24"))
    assert one.cases["broken"].to_list() == [MONDAY + timedelta(hours=5), MONDAY + timedelta(hours=29)]
    assert one.first_broken == MONDAY + timedelta(hours=5)
    assert judged(Within(limit=5 * HOUR), log("open@0 solve@7.5")).first_broken == one.first_broken


def test_time_in_office_hours_is_up_in_office_hours() -> None:
    tuesday = (datetime(2024, 1, 2), datetime(2024, 1, 3))
    office = Calendar(hours=hours_in("Mon-Fri 09:00-17:00"), closed=(tuesday,))
    one = judged(Within(limit=10 * HOUR, to=("solve",), hours=office), log("open@7", "open@103.5 solve@300"))
    assert one.cases["broken"].to_list() == [MONDAY + timedelta(days=3, hours=1), MONDAY + timedelta(days=8, hours=1.5)]


def test_a_limit_in_office_hours_stands_still_at_night() -> None:
    office = Calendar(hours=hours_in("Mon-Fri 09:00-17:00"))
    cases = ("open@0 solve@26", "open@7 solve@25", "open@103 solve@169")
    assert broken(Within(limit=9 * HOUR, to=("solve",), hours=office), *cases) == ["c0"]
    assert broken(Within(limit=9 * HOUR, to=("solve",)), *cases) == ["c0", "c1", "c2"]


def over_summer_time(*stamps: str, office: bool = False, **options: str) -> list[str]:
    """Whether one case, from its first to its last stamp, breaks limits of four hours, in Paris."""
    hours = Calendar(hours=hours_in("Mon-Sun 00:00-24:00")) if office else None
    limits = Within(limit=4 * HOUR, to=("solve",), hours=hours), Apart(limit=4 * HOUR, to=("solve",), hours=hours)
    book = {type(one).__name__: Rule(text="t", binds=one) for one in limits}
    steps = pl.DataFrame({"case": ["c"] * len(stamps), "activity": ["open", "solve"], "end": stamps})
    found = kept(Rulebook(name="B", timezone="Europe/Paris", founding=book), read(steps, **options)).judged
    return [one.name for one in found if one.cases.height]


@pytest.mark.parametrize(
    ("stamps", "by_time", "by_clock"),
    [
        (("2024-03-31T00:30:00+00:00", "2024-03-31T03:45:00+00:00"), ["Apart"], ["Within"]),
        (("2024-10-27T00:30:00+00:00", "2024-10-27T04:45:00+00:00"), ["Within"], ["Apart"]),
    ],
)
def test_limits_are_time_that_passes_where_it_is_told_and_hours_stay_those_of_the_clock(
    stamps: tuple[str, str], by_time: list[str], by_clock: list[str]
) -> None:
    """Clocks are put on and back between the two: an hour less, or more, has passed than they show."""
    assert over_summer_time(*stamps) == over_summer_time(*stamps, timezone="Europe/Paris") == by_time
    assert over_summer_time(*stamps, office=True) == by_clock
    shown = [local_time(datetime.fromisoformat(stamp), "Europe/Paris").isoformat() for stamp in stamps]
    assert over_summer_time(*shown, timezone="Europe/Paris") == by_time
    assert over_summer_time(*shown, local="Europe/Paris") == by_clock, "nobody says where these clocks are"


def test_days_are_those_of_the_clock() -> None:
    """Also where records keep midnight in Paris as an hour of UTC, and where an organisation is simulated."""
    bound = Within(limit=DAY, to=("solve",))
    days = [datetime(2024, 10, day, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC) for day in (27, 28)]
    table = pl.DataFrame({"case": ["c", "c"], "activity": ["open", "solve"], "end": days})
    assert judged(bound, read(table, timezone="Europe/Paris")).answer == "kept"
    later = read(table.with_columns(pl.col("end") + timedelta(minutes=7)), timezone="Europe/Paris")
    assert judged(bound, later).answer == "broken"
    assert judged(bound, replace(later, kind="simulated")).answer == "kept"


@settings(max_examples=25, deadline=None)
@given(
    begin=st.datetimes(datetime(2023, 1, 1), datetime(2024, 12, 31)),
    minutes=st.integers(0, 30000),
    pairs=st.lists(st.integers(0, 10080), min_size=2, max_size=6, unique=True).map(sorted),
)
def test_time_in_a_calendar_is_the_minutes_that_lie_in_it(begin: datetime, minutes: int, pairs: list[int]) -> None:
    begin = begin.replace(second=0, microsecond=0)
    calendar = Calendar(hours=tuple(zip(pairs[::2], pairs[1::2], strict=False)))
    week = np.zeros(10080, bool)
    for opens, closes in calendar.hours:
        week[opens:closes] = True
    first = begin.weekday() * 1440 + begin.hour * 60 + begin.minute
    expected = 60.0 * week[(first + np.arange(minutes)) % 10080].sum()
    ends = pl.Series([begin, begin + timedelta(minutes=minutes)]).dt.replace_time_zone("UTC")
    assert passed(ends[:1], ends[1:], calendar, "UTC")[0] == pytest.approx(expected, abs=1e-3)
    if expected:
        limit = expected / 3
        up = time_is_up(ends[:1], ends[1:], limit, calendar, "UTC")
        assert passed(ends[:1], up, calendar, "UTC")[0] == pytest.approx(limit, abs=2e-3)
        assert passed(ends[:1], up - timedelta(seconds=1), calendar, "UTC")[0] < limit, "and no sooner"


DATES = st.datetimes(datetime(2024, 3, 1), datetime(2024, 4, 10)).map(lambda at: at.replace(second=0, microsecond=0))
SPANS = st.lists(st.tuples(DATES, st.integers(1, 20000)), max_size=3).map(
    lambda some: tuple((begin, begin + timedelta(minutes=lasts)) for begin, lasts in some)
)


@settings(max_examples=25, deadline=None)
@given(begin=DATES, minutes=st.integers(0, 30000), closed=SPANS, extra=SPANS)
def test_holidays_and_extra_hours_count_minute_by_minute(
    begin: datetime,
    minutes: int,
    closed: tuple[tuple[datetime, datetime], ...],
    extra: tuple[tuple[datetime, datetime], ...],
) -> None:
    """Closed where it is closed, open in extra hours, also where it is closed."""
    calendar = Calendar(hours=hours_in("Mon-Fri 09:00-17:00"), closed=closed, extra=extra)

    def among(moment: datetime, spans: tuple[tuple[datetime, datetime], ...]) -> bool:
        return any(first <= moment < last for first, last in spans)

    each = [begin + timedelta(minutes=number) for number in range(minutes)]
    office = [moment.weekday() < 5 and 9 <= moment.hour < 17 for moment in each]
    open_ = sum((usual and not among(at, closed)) or among(at, extra) for at, usual in zip(each, office, strict=True))
    ends = pl.Series([begin, begin + timedelta(minutes=minutes)]).dt.replace_time_zone("UTC")
    assert passed(ends[:1], ends[1:], calendar, "UTC")[0] == pytest.approx(60.0 * open_, abs=1e-3)


def test_what_is_never_done_and_how_often_something_is() -> None:
    cases = ("open@0 solve@5 close@6", "open@0 open@1 solve@2", "open@0 chase@1 solve@2 solve@3")
    assert broken(Never(activity="chase"), *cases) == ["c2"]
    assert broken(Never(team="Network", activity="solve", client="A"), *cases) == ["c0", "c1", "c2", "c3"]
    assert broken(AtMost(activity="open", times=1), *cases) == ["c1"]
    assert broken(AtMost(activity="solve", times=1), *cases) == ["c2"]
    assert broken(AtMost(activity="solve", times=0), "open@0") == ["c1"]


def test_what_nobody_else_works_on_may_be_left_out_of_what_is_never_done() -> None:
    """As a bypass does: a case on which nobody else would work skips nothing."""
    cases = ("open@0 close@6", "open@0 solve@2", "solve@5", "open@8995 close@9001.5")
    for bound in (Never(activity="solve", unless_alone=True), Never(team="Network", unless_alone=True)):
        found = judged(bound, log(*cases))
        assert (sorted(found.cases["case"]), found.judged, found.free, found.open) == (["c1", "c4"], 2, 1, 1)
    rows = {"case": ["a", "b", "b"], "activity": ["solve", "solve", "answer"], "end": ["2024-01-01"] * 3}
    teams = {"team": ["Network", "Network", None]}  # What nobody of a team does is no work of others.
    alone = Never(activity="solve", unless_alone=True)
    assert judged(alone, read(pl.DataFrame(rows))).cases["case"].to_list() == ["b"]
    assert judged(alone, read(pl.DataFrame(rows | teams))).answer == "cannot be told"


def test_what_is_always_done_and_in_which_order() -> None:
    cases = ("open@0 solve@5 close@6", "open@0 solve@2 close@3 solve@4", "close@0 open@1", "open@0")
    assert broken(Always(activity="solve"), *cases) == ["c2", "c3"]
    assert broken(Always(activity="close", after="solve"), *cases) == ["c1"]
    assert broken(Always(activity="close", team="Network", after="solve"), *cases[:1]) == ["c0"]
    assert broken(OnlyAfter(activity="close", first="solve"), *cases) == ["c2"]
    assert broken(OnlyBy(activity="solve", by=("Network",)), *cases) == []
    assert broken(OnlyBy(activity="close", by=("Network",)), *cases) == ["c0", "c1", "c2", "c4"]


def test_what_is_done_after_a_long_silence_is_not_missing_before_it_is_over() -> None:
    """Tickets that close by themselves after a week, in records of many notes an hour apart: those that had not closed
    by the end were told to break the rule."""
    notes = " ".join(f"note@{hour}" for hour in range(1, 40))
    silent = f"open@0 {notes} solve@40 close@208"
    waiting = "open@8802 note@8803 solve@8900"
    forgotten = "open@8602 note@8603 solve@8700"
    assert broken(Always(activity="close", after="solve"), silent, waiting, forgotten) == ["c2"]
    assert broken(Always(activity="close"), silent, waiting, forgotten) == ["c2"]
    found = judged(Always(activity="close", after="solve"), log(silent, waiting))
    assert (found.answer, found.judged, found.open) == ("kept", 1, 2)


@pytest.mark.parametrize("seen_from", [0, 300])
def test_cases_that_began_before_the_records_break_no_rule_about_what_comes_first(seen_from: int) -> None:
    """An export of a stretch of time: what was opened before it was told never to have been opened, and to be late. Of
    records that begin with their first case, what begins otherwise breaks rules as before."""
    steps = ("open", "work", "solve", "close")
    rows = [
        (f"c{n}", step, MONDAY + timedelta(hours=6 * n + 20 * at)) for n in range(250) for at, step in enumerate(steps)
    ]
    rows += [("odd", "solve", MONDAY + timedelta(hours=700.0)), ("odd", "close", MONDAY + timedelta(hours=710.0))]
    since, until = (MONDAY + timedelta(hours=hours) for hours in (seen_from, 1500))
    seen = [row for row in rows if since <= row[2] < until]
    chronicle = read(pl.DataFrame(seen, schema=["case", "activity", "end"], orient="row"))
    bounds = {
        "Opened": Always(activity="open"),
        "Order": OnlyAfter(activity="solve", first="open"),
        "In time": Within(limit=41 * HOUR, to=("solve",)),
    }
    book = Rulebook(name="B", founding={name: Rule(text="t", binds=bound) for name, bound in bounds.items()})
    found = kept(book, chronicle)
    assert [one.cases["case"].to_list() for one in found.judged] == [["odd"], ["odd"], []]
    left_out = [note for note in found.notes if "begun before the records" in note]
    assert len(left_out) == (1 if seen_from else 0)


def test_who_did_it_is_no_other_where_nobody_is_named() -> None:
    rows = [("a", "solve", MONDAY, "Network"), ("b", "solve", MONDAY, None), ("c", "solve", MONDAY, "Desk")]
    chronicle = read(pl.DataFrame(rows, schema=["case", "activity", "end", "team"], orient="row"))
    found = judged(OnlyBy(activity="solve", by=("Network",)), chronicle)
    assert (found.cases["case"].to_list(), found.judged, found.free) == (["c"], 2, 1)


def test_where_nobodys_time_is_up_that_is_why_it_cannot_be_told() -> None:
    found = judged(Within(limit=10_000 * HOUR, to=("solve",)), log("open@0 solve@2"))
    assert (found.answer, found.why) == ("cannot be told", "no case has been there for long enough")


def test_cases_that_a_rule_says_nothing_about_are_not_judged() -> None:
    one = judged(OnlyAfter(activity="close", first="solve"), log("open@0 solve@2", "open@0 close@3"))
    assert (one.judged, one.broken, one.open, one.free) == (2, 1, 0, 1)


def test_a_case_that_may_still_go_on_is_not_judged_yet() -> None:
    chronicle = log("open@0 solve@9 close@10", "open@8995 solve@9001.5")
    one = judged(Always(activity="close", after="solve"), chronicle)
    assert (one.answer, one.judged, one.open) == ("kept", 1, 2), "the last case may be solved again"
    late = judged(Within(limit=HOUR, begin=("solve",), to=("close",)), log("open@8995 solve@9001.5"))
    assert (late.answer, late.judged, late.open) == ("kept", 1, 1)


def test_cases_are_over_after_what_hardly_any_goes_on_after() -> None:
    """Of books that were brought back it was told for weeks that it is not known yet whether they were."""
    lent = [f"ask@{at} lend@{at + 5} back@{at + 500}" for at in range(0, 8500, 200)]
    chronicle = log(*lent, "ask@8495 lend@8500 back@9001", "ask@8900 lend@8990")
    one = judged(OnlyBy(activity="lend", by=("Desk",)), chronicle)
    assert (one.judged, one.open, one.early) == (len(lent) + 1, 2, 0), "a book that is out, and the last case of all"
    again = [
        f"{case} lend@{at}" if at % 1000 < 400 else case
        for at, case in zip(range(600, 9000, 200), lent[:42], strict=True)
    ]
    still = judged(OnlyBy(activity="lend", by=("Desk",)), log(*again, "ask@8495 lend@8500 back@9001"))
    assert still.open == 3, "where two in five are lent again, the two that were back last may be as well"


def test_every_case_is_counted_once_and_the_broken_ones_are_told_apart() -> None:
    """974 cases, 33 of which it was not known, and 514 broken ones, 25 of which were in neither number."""
    ended = [f"ask@{at} lend@{at + 5} back@{at + 500}" for at in range(0, 8500, 200)]
    ended[0] = "ask@0 lend@5 solve@9 back@500"
    running = [f"ask@8900 {'lend' if n % 2 else 'solve'}@{8990 + n}" for n in range(8)]
    chronicle = log(*ended, *running)
    one = judged(Never(activity="solve"), chronicle)
    assert (one.judged, one.broken, one.early, one.open) == (len(ended), 1, 5, 4)
    assert one.judged + one.open + one.early + one.free == chronicle.events["case"].n_unique()
    assert one.cases.height == one.broken + one.early
    assert details(one, "UTC")[-1].startswith("broken in 6 cases (5 too recent for the share: ")


def test_what_is_never_done_may_still_be_done_in_a_case_that_goes_on() -> None:
    """Neither it nor the last case counts as kept; what is broken is broken at once."""
    chronicle = log("open@0 solve@9 close@10", "open@8995 solve@9001.5")
    one = judged(Never(activity="chase"), chronicle)
    assert (one.answer, one.judged, one.open) == ("kept", 1, 2)
    now = judged(Never(activity="chase"), log("open@0 solve@9 close@10", "open@8995 chase@9001.5"))
    assert (now.answer, now.judged, now.cases["case"].to_list()) == ("broken", 1, ["c1"])
    most = judged(Never(activity="chase", share=0.5), log("open@0 close@10", "open@8995 chase@9001.5"))
    assert (most.answer, most.share) == ("kept", 1.0), "one that goes on and breaks it has no like that keeps it yet"


def test_who_is_in_time_counts_when_all_would_be_late_who_are_not() -> None:
    """Every second case takes two hours, the others nine; at the end of the records the last ones in time are known,
    the last ones late are not."""
    taken = [(8900 + n, 8900 + n + (2 if n % 2 else 9)) for n in range(110)]
    cases = [f"open@{came} solve@{done}" if done <= 9010 else f"open@{came}" for came, done in taken]
    one = judged(Within(limit=8 * HOUR, to=("solve",), share=0.4), log(*cases))
    assert one.share == pytest.approx(0.5, abs=0.02)
    assert one.open == 8, "those that came in the last eight hours, and the last case of all"


def test_a_case_that_stands_still_is_not_late_before_it_goes_on() -> None:
    """Half of the cases pause for forty hours, so that nobody can tell yet whether one that has stood still for thirty
    is over; one whose last event is too late is late in any case, and what begins with the last event takes no time."""
    pausing = [f"open@{at} solve@{at + 40}" for at in range(0, 400, 20)]
    still, late = "open@8960 solve@8962 close@8972", "open@8960 solve@8990"
    one = judged(Within(limit=20 * HOUR, share=0.5), log(*pausing, still, late))
    assert one.cases["case"].to_list().count("c20") == 0
    assert one.cases["case"].to_list().count("c21") == 1
    assert judged(Within(limit=HOUR, begin=("close",)), log("open@0 close@5", "open@1 close@6")).answer == "kept"


def test_names_that_the_records_do_not_have_are_told() -> None:
    rules = {
        "Spelt": Rule(text="t", binds=Never(activity="slove")),
        "Asked": Rule(text="t", binds=Always(activity="solve", team="Netwrk")),
        "Good": Rule(text="t", binds=Never(activity="open", share=0.1)),
    }
    found = kept(Rulebook(name="B", founding=rules), log("open@0 solve@1"))
    assert [note.split(":")[0] for note in found.notes] == ["“Spelt”", "“Asked”"]
    assert 'did you mean "solve"?' in found.notes[0]


@pytest.mark.parametrize(
    "bound", [First(team="Netwrk"), OnlyIn(team="Netwrk", hours=Calendar(hours=((540, 1020),)))], ids=["first", "hours"]
)
def test_a_team_that_the_records_do_not_have_is_why_nothing_is_bound(bound: Bound) -> None:
    """It was said that no case had come, as if the team were there and idle."""
    found = judged(bound, log("open@0 solve@1", "open@1 solve@3", starts=True))
    assert found.answer == "cannot be told"
    assert found.why == 'no team "Netwrk" is in the records; did you mean "Network"?'


def test_a_wording_is_not_broken_before_it_is_in_force() -> None:
    """It is changed on a Wednesday, in a week whose cases break both wordings."""
    wednesday = MONDAY.replace(hour=0) + timedelta(days=9)
    cases = [f"open@{24 * day} solve@{24 * day + 9}" for day in range(21)]
    old = Rule(text="t", binds=Within(limit=8 * HOUR, to=("solve",)))
    new = Rule(text="t", binds=Within(limit=7 * HOUR, to=("solve",)))
    edit = Edit(part="rulebook", key="R", before=old, after=new)
    change = RuleChange(time=wednesday, author="A", rule="t", edits=(edit,))
    first, then = kept(Rulebook(name="B", founding={"R": old}, changes=(change,)), log(*cases)).judged
    assert first.broken_since == MONDAY
    assert then.broken_since == then.begin == wednesday


def test_a_rule_that_is_broken_from_a_day_on_is_found_in_the_half_in_which_it_is() -> None:
    """A year of cases, cut in two: from the hundredth day of the second half on, a third of A's cases go unchecked."""
    start = datetime(2024, 1, 1, 9, tzinfo=UTC)
    since = start + timedelta(days=182 + 100)
    rows, wrong = [], []
    for number in range(365 * 4):
        at, client = start + timedelta(hours=6 * number), "AB"[number % 2]
        steps = ["open", "check", "close"]
        if client == "A" and at >= since and number % 3 == 0:
            steps.remove("check")
            wrong.append(f"c{number}")
        rows += [(f"c{number}", step, at + timedelta(hours=nth), client) for nth, step in enumerate(steps)]
    frame = pl.DataFrame(rows, schema=["case", "activity", "end", "client"], orient="row")
    half = frame.group_by("case").agg(pl.col("end").min()).filter(pl.col("end") < start + timedelta(days=182))["case"]
    book = Rulebook(
        name="B",
        founding={
            "Checked": Rule(text="All is checked.", binds=Always(activity="check", after="open")),
            "Closed": Rule(text="In a day.", binds=Within(limit=DAY, to=("close",))),
        },
    )
    before, after = (kept(book, read(frame.filter(part))) for part in _halves(half))
    assert [one.answer for one in before.judged] == ["kept", "kept"]
    checked, closed = after.judged
    assert (checked.answer, closed.answer) == ("broken", "kept")
    assert set(checked.cases["case"]) <= set(wrong)
    assert len(wrong) - 2 <= checked.cases.height, "but the last ones, which may still be checked"
    assert set(checked.cases["client"]) == {"A"}
    assert checked.first_broken is not None
    assert since <= checked.first_broken < since + timedelta(days=2)
    assert checked.broken_since is not None
    assert since - timedelta(days=7) <= checked.broken_since <= since + timedelta(days=7)


def _halves(first: pl.Series) -> tuple[pl.Expr, pl.Expr]:
    early = pl.col("case").is_in(first.implode())
    return early, ~early


def first_at(*cases: tuple[str, float, float]) -> Judged:
    """Cases (client, hours at which it comes to Network, hours at which it is taken)."""
    rows = []
    for number, (client, came, taken) in enumerate(cases):
        for activity, team, start, end in (("open", "Desk", came - 1, came), ("solve", "Network", taken, taken + 1)):
            moments = [MONDAY + timedelta(hours=at) for at in (start, end)]
            rows.append((f"c{number}", activity, *moments, team, client))
    frame = pl.DataFrame(rows, schema=["case", "activity", "start", "end", "team", "client"], orient="row")
    return judged(First(team="Network", client="A"), read(frame))


def test_while_who_is_first_waits_nobody_else_is_taken() -> None:
    assert first_at(("A", 0, 5), ("B", 1, 6)).answer == "kept"
    passed_over = first_at(("A", 0, 5), ("B", 1, 4))
    assert (passed_over.answer, passed_over.cases["case"].to_list()) == ("broken", ["c0"])
    assert first_at(("A", 3, 5), ("B", 1, 4)).answer == "broken"  # Whenever it came.
    assert first_at(("A", 3, 5), ("B", 1, 3)).answer == "kept"  # Taken before A came.
    assert first_at(("A", 0, 5), ("A", 1, 4)).answer == "kept"


def test_a_queue_that_serves_who_comes_first_keeps_no_priority() -> None:
    """A queue in which nobody is passed over is not one in which a client is first."""
    desk = load(DESK)
    first = Priority(client="Hospital A", team="Network").changes(desk, desk.origin)
    rule = First(team="Network", client="Hospital A")
    served, in_turn = (judged(rule, simulate(desk, weeks=4, seed=1, changes=made)) for made in (first, ()))
    assert (served.answer, served.broken) == ("kept", 0)
    assert in_turn.answer == "broken"
    assert in_turn.share < 0.8


def test_without_start_times_nobody_can_tell_who_was_first() -> None:
    one = judged(First(team="Network", client="A"), log("open@0 solve@1"))
    assert (one.answer, one.judged) == ("cannot be told", 0)
    assert "start times" in one.why


@pytest.mark.parametrize(
    ("bound", "says"),
    [
        (Always(activity="close", after="slove"), 'did you mean "solve"'),
        (Never(activity="open", client="Z"), "no case of Z"),
        (Measured(measure="steps done", party="Netwrk", at_most=1.0), 'did you mean "Network"'),
        (Measured(measure="cycle time", party="Z", at_most=1.0), "no case of Z"),
        (None, "nothing that records can"),
    ],
)
def test_what_cannot_be_told_is_said_with_its_reason(bound: Bound | None, says: str) -> None:
    cases = [f"open@{24 * day} solve@{24 * day + 3}" for day in range(60)]
    one = judged(bound, log(*cases))  # type: ignore[arg-type]
    assert one.answer == "cannot be told"
    assert says in one.why


def test_a_measure_is_held_against_each_whole_period() -> None:
    cases = [
        f"open@{h} solve@{h + (2 if h < 24 * 28 else 8)} close@{h + (3 if h < 24 * 28 else 9)}"
        for h in range(0, 24 * 56, 4)
    ]
    chronicle = log(*cases)
    one = judged(Measured(measure="cycle time", party="A", at_most=5.0), chronicle)
    assert (one.answer, one.judged, one.broken) == ("broken", 8, 4)
    assert one.broken_since == one.first_broken == datetime(2024, 1, 29, tzinfo=UTC)
    assert judged(Measured(measure="cycle time", party="A", at_most=5.0, share=0.5), chronicle).answer == "kept"
    assert judged(Measured(measure="cycle time", party="all clients", at_least=2.0), chronicle).answer == "kept"


def test_weeks_in_which_a_measure_is_kept_interrupt_since_when_it_is_not() -> None:
    """Of a measure each period counts as one: none was enough to interrupt, and the first bad week was told."""
    slow = {1, 6, 7}
    cases = [f"open@{h} solve@{h + (8 if h // 168 in slow else 2)}" for h in range(0, 24 * 56, 4)]
    one = judged(Measured(measure="cycle time", party="A", at_most=5.0), log(*cases))
    assert [number for number, span in enumerate(one.spans) if not span.kept] == sorted(slow)
    assert one.first_broken == datetime(2024, 1, 8, tzinfo=UTC)
    assert one.broken_since == datetime(2024, 2, 12, tzinfo=UTC)


def one_worker() -> Chronicle:
    """Six weeks of one person who solves a case as soon as he has solved the one before; no start times."""
    rng, rows = np.random.default_rng(1), []
    for day in (day for day in range(42) if day % 7 < 5):
        free = 0.0
        for number in range(12):
            came = 24.0 * day + 0.6 * number
            free = max(free, came) + 0.1 + rng.exponential(0.3)
            for activity, at, who in (("open", came, None), ("solve", free, "ann"), ("close", free + 20, None)):
                rows.append((f"c{day}-{number}", activity, MONDAY + timedelta(hours=at), "Desk", who, "A"))
    names = ["case", "activity", "end", "team", "resource", "client"]
    return read(pl.DataFrame(rows, schema=names, orient="row"))


def test_what_depends_on_assumed_service_times_is_not_told() -> None:
    chronicle = one_worker()
    limits = (0.01, 0.26, 0.28, 0.29, 2.0)
    found = [judged(Measured(measure="waiting for us", party="A", at_most=limit), chronicle) for limit in limits]
    assert (found[0].answer, found[-1].answer) == ("broken", "kept")
    assert any(one.answer == "cannot be told" and "service times" in one.why for one in found)


def test_since_when_a_rule_is_not_kept() -> None:
    def week(number: int, share: float) -> list[str]:
        begin = 168 * number
        return [f"open@{begin + i} solve@{begin + i + (1 if i < share * 20 else 9)}" for i in range(20)]

    shares = (1.0, 0.5, 1.0, 1.0, 0.4, 0.3)
    cases = [case for number, share in enumerate(shares) for case in week(number, share)]
    frame = log(*cases).between(None, MONDAY + timedelta(days=300))
    one = judged(Within(limit=2 * HOUR, to=("solve",), share=0.9), frame)
    assert one.answer == "broken"
    assert [span.kept for span in one.spans] == [share >= 0.9 for share in shares]
    assert one.first_broken == MONDAY + timedelta(weeks=1, hours=10 + 2)
    assert one.broken_since == datetime(2024, 1, 29, tzinfo=UTC)


def test_a_case_is_judged_by_the_wording_in_force_when_it_came() -> None:
    change = RuleChange(
        time=MONDAY + timedelta(days=7),
        author="A",
        rule="t",
        edits=(
            Edit(
                part="rulebook",
                key="R",
                before=Rule(text="t", binds=Within(limit=5 * HOUR, to=("solve",))),
                after=Rule(text="t", binds=Within(limit=HOUR, to=("solve",))),
            ),
        ),
    )
    book = Rulebook(name="B", founding={"R": change.edits[0].before}, changes=(change,))
    early, late = kept(book, log("open@0 solve@4", "open@200 solve@204")).judged
    assert (early.answer, early.judged) == ("kept", 1)
    assert (late.answer, late.cases["case"].to_list()) == ("broken", ["c1"])
    assert early.end == late.begin == change.time


@pytest.mark.parametrize("ended", [False, True])
def test_a_case_that_comes_as_the_wording_changes_is_judged_by_the_new_one_alone(ended: bool) -> None:
    """Where records tell days only, all cases of a day come at the midnight at which a rule of that day begins."""
    old, new = (Rule(text="t", binds=Within(limit=hours * HOUR, to=("solve",))) for hours in (5, 1))
    change = RuleChange(
        time=MONDAY + timedelta(days=1),
        author="A",
        rule="t",
        edits=(Edit(part="rulebook", key="R", before=old, after=None if ended else new),),
    )
    book = Rulebook(name="B", founding={"R": old}, changes=(change,))
    first, *then = kept(book, log("open@0 solve@4", "open@24 solve@34")).judged
    assert (first.answer, first.judged) == ("kept", 1)
    assert [one.cases["case"].to_list() for one in then] == ([] if ended else [["c1"]])


def test_a_share_that_chance_may_have_made_is_told_apart() -> None:
    cases = [f"open@{i} solve@{i + (1 if i % 10 else 9)}" for i in range(40)]
    bound = Within(limit=2 * HOUR, to=("solve",), share=0.93)
    assert judged(bound, log(*cases)).answer == "within chance"
    assert judged(bound, log(*(cases * 50))).answer == "broken"


@settings(max_examples=settings().max_examples // 8, deadline=None)
@given(st.permutations(range(12)), st.floats(0, 10))
def test_neither_the_order_of_cases_nor_a_looser_limit_breaks_more(order: list[int], extra: float) -> None:
    cases = [f"open@{i} solve@{i + 1 + i % 5}" for i in range(12)]
    bound = Within(limit=3 * HOUR, to=("solve",))
    plain = judged(bound, log(*cases))
    assert judged(bound, log(*(cases[i] for i in order))).broken == plain.broken
    assert judged(Within(limit=(3 + extra) * HOUR, to=("solve",)), log(*cases)).broken <= plain.broken


def test_groups_of_clients_have_rules_like_single_ones() -> None:
    chronicle = log("open@0 solve@9", "open@0 solve@1")
    place = pl.when(pl.col("case") == "c0").then(pl.lit("North")).otherwise(pl.lit("South")).alias("site")
    grouped = chronicle.with_events(chronicle.events.with_columns(place), groups="site")
    assert judged(Within(limit=5 * HOUR, to=("solve",), client="North"), grouped).judged == 1
    assert judged(Within(limit=5 * HOUR, to=("solve",), client="South"), grouped).answer == "kept"


def test_records_without_any_time_are_refused() -> None:
    empty = log("open@0").with_events(log("open@0").events.head(0))
    with pytest.raises(DataError):
        kept(Rulebook(name="B"), empty)


def test_all_broken_cases_stand_in_one_table() -> None:
    rules = {
        "One": Rule(text="t", binds=Never(activity="chase")),
        "Two": Rule(text="t", binds=AtMost(activity="open", times=0)),
    }
    found: Kept = kept(Rulebook(name="B", founding=rules), log("open@0 chase@1"))
    assert found.cases().select("rule", "case").rows() == [("One", "c0"), ("Two", "c0"), ("Two", "c1")]
    assert found.broken


def test_a_rule_that_is_not_in_force_in_the_records_says_so_and_since_or_until_when_it_is() -> None:
    """It does not vanish, breaks nothing, and is no answer for any other: rules go in and come out."""
    bound = Always(activity="never done")
    early, late = datetime(2023, 12, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    founding = {
        "Gone": Rule(text="t", binds=bound, until=early),
        "Kept": Rule(text="t", binds=Never(activity="never done")),
        "Later": Rule(text="t", binds=bound, since=late),
        "Habit": Rule(text="t", binds=bound, authority="inferred", until=early),
    }
    found = kept(Rulebook(name="B", founding=founding), log("open@0 solve@1"))
    assert [(one.name, one.answer, one.begin, one.end) for one in found.judged if one.name != "Kept"] == [
        ("Gone", "not in force", None, early),
        ("Later", "not in force", late, None),
    ]
    assert not found.broken
    said = [*map(said_of, found.judged)]
    assert said[0] == "in force until 30 Nov 2023, before these records"
    assert said[2] == "in force from 1 Jan 2030 on, after these records"
    data = kept_data(found)["rules"]
    assert [(one["name"], one["answer"]) for one in data if one["answer"] != "kept"] == [
        ("Gone", "not in force"),
        ("Later", "not in force"),
    ]
    assert (data[0]["begin"], data[0]["end"][:10], data[2]["end"]) == (None, "2023-12-01", None)
    assert summary(found) == "is kept: 1; not in force: 2"


def test_a_rule_that_ended_before_the_records_and_comes_again_after_them_says_both() -> None:
    rule = Rule(text="t", binds=Always(activity="open"))
    times = [datetime(year, 6, 1, tzinfo=UTC) for year in (2020, 2021, 2022, 2030, 2031)]
    after = [replace(rule, text="old"), replace(rule, text="last"), None, replace(rule, text="again"), rule]
    before = [None, *after[:-1]]
    changes = tuple(
        RuleChange(time=time, author="A", rule="R", edits=(Edit(part="rulebook", key="R", before=was, after=new),))
        for time, was, new in zip(times, before, after, strict=True)
    )
    found = kept(Rulebook(name="B", changes=changes), log("open@0 solve@1"))
    assert [(one.rule.text, one.begin, one.end) for one in found.judged] == [
        ("last", times[1], times[2]),
        ("again", times[3], times[4]),
    ]
    assert summary(found).startswith("no rule was in force while these records were made")


def test_a_rule_is_in_force_here_from_the_day_on_which_records_and_rule_both_are() -> None:
    """The week in which the records begin may begin before them: that is no day of theirs."""
    chronicle = log(*(f"open@{day * 24} solve@{day * 24 + 1}" for day in range(3, 40)))
    measured = judged(Measured(measure="arrivals", party="all clients", at_most=9.0), chronicle)
    of_cases = judged(Always(activity="open"), chronicle)
    assert measured.begin == of_cases.begin == MONDAY + timedelta(days=3)
    assert any("from 4 Jan 2024" in said and "whole weeks: 8 Jan 2024 to" in said for said in details(measured, "UTC"))
