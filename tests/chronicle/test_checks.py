"""Planted dirt is found, counted to the row, located and mended as said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from irrupt.chronicle import Chronicle, Problem, read
from irrupt.chronicle.checks import _repeated

CLEAN = 40
HEADER = ["case", "activity", "start", "end", "resource", "note"]


def clean() -> list[list[str]]:
    """Forty tidy rows: ten cases of four steps with measured starts."""
    base = dt.datetime(2024, 3, 4, 8)
    rows = []
    for i in range(CLEAN):
        begin = base + dt.timedelta(days=i // 4, hours=2 * (i % 4), seconds=i)
        end = begin + dt.timedelta(hours=1)
        label = ("Open", "Check", "Decide", "Close")[i % 4]
        rows.append([f"c{i // 4}", label, begin.isoformat(), end.isoformat(), f"p{i % 3}", str(i)])
    return rows


def log_of(rows: list[list[str]]) -> Chronicle:
    return read(pl.DataFrame(rows, schema=dict.fromkeys(HEADER, pl.String), orient="row"))


def found(log: Chronicle) -> dict[str, int]:
    return {problem.code: problem.count for problem in log.problems}


def problem(log: Chronicle, code: str) -> Problem:
    return next(p for p in log.problems if p.code == code)


def test_a_clean_log_has_no_problems_and_nothing_set_aside() -> None:
    log = log_of(clean())
    assert log.problems == ()
    assert log.set_aside is None
    assert log.events.height == CLEAN
    assert log.starts == "measured"


PLACES = st.sets(st.integers(0, CLEAN - 1), max_size=6)


@given(PLACES, PLACES, PLACES, PLACES, PLACES)
@settings(max_examples=8, deadline=None)
def test_rows_that_cannot_be_used_are_counted_by_their_first_fault_and_kept_aside(
    unreadable: set[int], missing: set[int], caseless: set[int], nameless: set[int], starts: set[int]
) -> None:
    rows = clean()
    for i in missing:
        rows[i][3] = ""
    for i in unreadable:
        rows[i][3] = "sometime"
    for i in caseless:
        rows[i][0] = "  "
    for i in nameless:
        rows[i][1] = ""
    for i in starts:
        rows[i][2] = "early"
    log = log_of(rows)
    missing, caseless, nameless = (
        missing - unreadable,
        caseless - missing - unreadable,
        nameless - caseless - missing - unreadable,
    )
    expected = {
        "unreadable time": len(unreadable),
        "never completed": len(missing - starts),
        "missing time": len(missing & starts),
        "missing case": len(caseless),
        "missing activity": len(nameless),
    }
    problems = found(log)
    assert {code: problems.get(code, 0) for code in expected} == expected
    out = unreadable | missing | caseless | nameless
    assert (log.set_aside.height if log.set_aside is not None else 0) == len(out)
    assert log.events.height == CLEAN - len(out)
    assert set(log.events["note"]) == {str(i) for i in range(CLEAN)} - {str(i) for i in out}
    assert problems.get("unreadable start", 0) == len(starts)


def test_places_are_the_rows_themselves() -> None:
    rows = clean()
    rows[6][3], rows[17][3] = "?!", "later"
    log = log_of(rows)
    assert problem(log, "unreadable time").places == ("row 7", "row 18")
    assert log.set_aside is not None
    assert log.set_aside["end"].to_list() == ["?!", "later"]
    assert log.set_aside["reason"].n_unique() == 1


def test_at_most_ten_places_are_shown() -> None:
    rows = clean()
    for row in rows[:20]:
        row[3] = "x"
    assert len(problem(log_of(rows), "unreadable time").places) == 10


def test_an_end_before_its_start_makes_the_start_unknown() -> None:
    rows = clean()
    rows[5][2], rows[5][3] = rows[5][3], rows[5][2]
    log = log_of(rows)
    assert found(log)["end before start"] == 1
    assert log.events.filter(pl.col("note") == "5")["start"].to_list() == [None]


def test_duplicates_are_set_aside_only_if_every_column_agrees() -> None:
    rows = clean()
    near = [*rows[3][:5], "other"]
    log = log_of([*rows, list(rows[3]), list(rows[3]), near])
    assert found(log)["duplicate"] == 2
    assert log.events.height == CLEAN + 1
    assert log.set_aside is not None
    assert log.set_aside.height == 2


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from([None, 0.0, float("nan"), 1.5]))))
def test_repeated_rows_are_those_that_whole_rows_tell(rows: list[tuple[str | None, float | None]]) -> None:
    table = pl.DataFrame(rows, schema={"name": pl.String, "value": pl.Float64}, orient="row")
    first = table.select(pl.struct(pl.all()).is_first_distinct()).to_series()
    assert _repeated(table).to_list() == (~first).to_list()


def test_with_times_to_the_day_equal_rows_are_kept_and_reported() -> None:
    rows = [["a", "pay", "", f"2024-01-{1 + i // 2:02d}", "", ""] for i in range(20)]
    log = log_of(rows)
    assert found(log)["duplicate"] == 10
    assert log.events.height == 20
    assert log.set_aside is None


def test_with_times_to_the_minute_and_nothing_else_equal_rows_are_kept_unless_all_are_written_twice() -> None:
    """Three goods receipts in a minute, as BPI Challenge 2019 has them where only names and times are left."""
    days = [f"2024-01-{day:02d}" for day in range(1, 6)]
    rows = [[f"c{i // 6}", "receive", "", f"{days[i // 12]}T09:{7 * (i // 3) % 60:02d}:00", "", ""] for i in range(60)]
    rows += [[f"c{i}", "order", "", f"{days[i // 2]}T08:{i:02d}:00", "", ""] for i in range(10)]
    log = log_of(rows)
    assert found(log)["duplicate"] == 40
    assert log.events.height == 70
    assert log.set_aside is None
    assert log_of([*rows, *rows]).events.height == 30
    seconds = [[*row[:3], row[3][:-2] + "30", *row[4:]] for row in rows]
    assert log_of(seconds).events.height == 30
    named = [[*row[:4], f"p{i % 7}", row[5]] for i, row in enumerate(rows)]
    assert found(log_of([*named, named[-1]]))["duplicate"] == 1


def test_a_day_that_stands_for_no_time_is_no_time() -> None:
    rows = clean()
    rows[5][3], rows[9][3], rows[12][2] = "9999-12-31T00:00:00", "1900-01-01T00:00:00", "1753-01-01T00:00:00"
    log = log_of(rows)
    assert found(log) == {"placeholder": 2, "placeholder start": 1}
    assert log.set_aside is not None
    assert log.set_aside["note"].to_list() == ["5", "9"]
    assert "9999-12-31" in log.set_aside["reason"][0]
    assert log.events["start"].null_count() == 1
    assert log.events["end"].dt.year().unique().to_list() == [2024]


def test_what_stands_for_no_time_is_none_though_it_stands_nearly_everywhere() -> None:
    rows = clean()
    for row in rows[:30]:
        row[3] = "0001-01-01T00:00:00"
    log = log_of(rows)
    assert found(log)["placeholder"] == 30
    assert log.events.height == 10


def test_records_of_a_century_are_no_placeholders() -> None:
    """Years without any record are what tells: dates that hospitals shift, and births, lie close together."""
    rows = clean()
    for number, row in enumerate(rows):
        year = 1920 + 5 * (number // 4) * 4
        row[2], row[3] = (f"{year}{moment[4:]}" for moment in row[2:4])
    assert "placeholder" not in found(log_of(rows))


def test_stray_blanks_are_trimmed() -> None:
    rows = clean()
    rows[0][1], rows[1][0], rows[2][4] = " Open ", "c0\u00a0", "p2\n"
    log = log_of(rows)
    assert found(log) == {"stray blanks": 3}
    assert_frame_equal(log.events, log_of(clean()).events)


def test_events_out_of_order_are_sorted() -> None:
    rows = clean()
    rows[1], rows[3] = rows[3], rows[1]
    log = log_of(rows)
    assert found(log) == {"out of order": 2}
    assert_frame_equal(log.events, log_of(clean()).events)


def test_a_file_with_the_newest_events_first_is_turned_round_without_a_problem() -> None:
    log = log_of(clean()[::-1])
    assert log.problems == ()
    assert_frame_equal(log.events, log_of(clean()).events)


@given(st.permutations(range(10)), st.integers(0, 10**6))
@settings(max_examples=settings().max_examples // 3, deadline=None)
def test_the_order_of_cases_in_the_file_does_not_matter(order: list[int], seed: int) -> None:
    """Cases may be shuffled and interleaved: only the order of rows within a case counts."""
    rows = clean()
    by_case = [rows[4 * c : 4 * c + 4] for c in order]
    mixed = [list(row) for step in zip(*by_case, strict=True) for row in step]
    original, shuffled = log_of(rows), log_of(mixed if seed % 2 else [row for case in by_case for row in case])
    assert_frame_equal(shuffled.events, original.events)
    assert shuffled.problems == original.problems


def test_equal_times_keep_the_order_of_the_file() -> None:
    rows = [["a", label, "", "2024-01-01 10:00:00", "", str(i)] for i, label in enumerate("QWERTZ")]
    log = log_of([*rows, ["a", "end", "", "2024-01-01 10:00:01", "", "9"]])
    assert log.events["activity"].to_list() == [*"QWERTZ", "end"]
    assert log.problems == ()
    assert any("order of the file" in note for note in log.notes)


def test_a_label_without_letters_is_kept_as_unknown() -> None:
    rows = clean()
    rows[2][1] = "-100"
    log = log_of(rows)
    assert found(log) == {"unknown activity": 1}
    assert "unknown (-100)" in log.activities()


def test_numbers_as_labels_stay_where_all_labels_are_numbers() -> None:
    rows = [
        [case, code, "", when, "", ""]
        for case, code, when in [("a", "10", "2024-01-01 10:00"), ("a", "20", "2024-01-02 11:00")]
    ]
    assert log_of(rows).activities() == ["10", "20"]


@pytest.mark.parametrize("marker", ["?", "EMPTY"])
def test_markers_mean_missing_where_the_file_uses_them_so(marker: str) -> None:
    rows = clean()
    for row in rows[:10]:
        row[4] = marker
    rows[0][5] = marker
    log = log_of(rows)
    assert log.events["resource"].null_count() == 10
    assert log.events["note"].null_count() == 1
    assert any(f'"{marker}" means missing: 11 cells' in note for note in log.notes)


def test_a_single_question_mark_is_text() -> None:
    rows = clean()
    rows[0][5] = "?"
    assert "?" in log_of(rows).events["note"]


def test_na_and_null_are_names() -> None:
    rows = clean()
    for row in rows[:4]:
        row[0] = "NA"
    rows[4][1] = "null"
    log = log_of(rows)
    assert "NA" in log.events["case"]
    assert "null" in log.activities()


def test_events_far_from_all_others_are_reported_and_kept() -> None:
    base = dt.datetime(2024, 3, 4, 8)
    rows = [[f"c{i}", "a", "", (base + dt.timedelta(hours=i)).isoformat(), "", str(i)] for i in range(300)]
    rows[7][3], rows[8][3] = "2004-01-01T00:00:00", "2042-12-31T00:00:00"
    log = log_of(rows)
    assert problem(log, "far outside").count == 2
    assert log.events.height == 300


def test_a_clock_that_starts_in_1970_is_noted() -> None:
    rows = [["a", f"s{i}", "", f"1970-01-01T0{i}:10:{i:02d}", "", ""] for i in range(9)]
    assert any("1970" in note for note in log_of(rows).notes)


def test_starts_that_equal_ends_everywhere_are_no_starts() -> None:
    rows = clean()
    for row in rows:
        row[2] = row[3]
    log = log_of(rows)
    assert log.starts == "missing"
    assert log.events["start"].null_count() == CLEAN


def test_zones_of_times_are_said() -> None:
    assert any("times read as UTC" in note for note in log_of(clean()).notes)
    rows = clean()
    for row in rows:
        row[2] += "+08:00"
        row[3] += "+08:00"
    log = log_of(rows)
    assert log.timezone == "Etc/GMT-8"
    assert not any("read as" in note for note in log.notes)


def test_a_zone_that_is_given_moves_naive_times_and_is_the_clock() -> None:
    frame = pl.DataFrame(clean(), schema=dict.fromkeys(HEADER, pl.String), orient="row")
    log = read(frame, timezone="Europe/Paris")
    assert log.timezone == "Europe/Paris"
    assert log.events["start"].min() == dt.datetime(2024, 3, 4, 7, tzinfo=dt.UTC)


def test_some_times_with_and_some_without_offset_are_noted() -> None:
    rows = clean()
    for row in rows[:10]:
        row[3] += "Z"
    assert any("30 times carry no offset" in note for note in log_of(rows).notes)


@pytest.mark.parametrize(
    ("begin", "end", "cases"),
    [("2024-03-06", None, 8), (None, "2024-03-06", 2), ("2024-03-05", dt.date(2024, 3, 7), 2)],
)
def test_a_period_keeps_whole_cases_that_begin_in_it(begin: str | None, end: str | dt.date | None, cases: int) -> None:
    log = read(pl.DataFrame(clean(), schema=dict.fromkeys(HEADER, pl.String), orient="row"), begin=begin, end=end)
    assert log.cases == cases
    assert log.events.height == 4 * cases


@pytest.mark.slow
def test_real_dirt_of_the_service_desk(real: Callable[[str], Chronicle]) -> None:
    log = real("data/uci498_incident_event_log.zip")
    counts = found(log)
    assert counts["unknown activity"] == 5
    assert 108_000 < log.events.height < 112_000
    assert counts["repeated state"] == 141_712 - log.events.height
    assert log.cases == 24_918
    assert log.set_aside is None


def test_lines_are_named_in_a_real_dirty_file(shared: Callable[[str], Path], real: Callable[[str], Chronicle]) -> None:
    log = real("data/robustness/daqapo_hospital_events_dirty.csv")
    assert problem(log, "missing time").places == ("line 15",)
    assert log.set_aside is not None
    rows = sum(1 for line in shared("data/robustness/daqapo_hospital_events_dirty.csv").read_text().splitlines()) - 1
    pairs = log.events["start"].drop_nulls().len()
    assert log.events.height + pairs + log.set_aside.height == rows


class TestRepeatedStates:
    """Rows that only repeat the state before."""

    @staticmethod
    def edits(rows: int = 60, team: bool = False) -> pl.DataFrame:
        """Tickets whose every state is written down three times."""
        base = dt.datetime(2024, 1, 1)
        states = [("New", "Active", "Closed")[i // 3 % 3] for i in range(rows)]
        frame = pl.DataFrame(
            {
                "case": [f"t{i // 9}" for i in range(rows)],
                "activity": states,
                "end": [base + dt.timedelta(minutes=7 * i) for i in range(rows)],
                "version": list(range(rows)),
            }
        )
        return frame.with_columns(team=pl.format("T{}", pl.col("version") % 2)) if team else frame

    def test_are_merged_and_the_first_of_each_run_is_kept(self) -> None:
        log = read(self.edits())
        assert log.events["version"].to_list() == list(range(0, 60, 3))
        merged = problem(log, "repeated state")
        assert merged.count == 40
        assert "--keep-repeats, in Python merge_repeats=False" in merged.done

    def test_stay_when_asked(self) -> None:
        assert read(self.edits(), merge_repeats=False).events.height == 60

    def test_are_no_repeats_when_the_team_changes(self) -> None:
        assert read(self.edits(team=True)).events.height == 60

    def test_stay_by_default_where_they_are_few(self) -> None:
        frame = self.edits().filter((pl.col("version") % 3 == 0) | (pl.col("version") < 6))
        assert read(frame).events.height == frame.height
        assert read(frame, merge_repeats=True).events.height == frame.height - 4

    def test_stay_where_start_times_tell_them_apart(self) -> None:
        frame = self.edits().with_columns(start=pl.col("end") - pl.duration(minutes=3))
        assert read(frame).events.height == 60

    def test_merging_twice_changes_nothing(self) -> None:
        once = read(self.edits())
        assert read(once.events, merge_repeats=True).events.equals(once.events)


def test_start_and_end_that_seem_exchanged_are_said_to_be() -> None:
    rows = [[case, activity, end, start, *rest] for case, activity, start, end, *rest in clean()]
    said = problem(log_of(rows), "end before start")
    assert said.count == CLEAN
    assert '--map "start=end" --map "end=start"' in said.done
    rows = clean()
    rows[3][2], rows[3][3] = rows[3][3], rows[3][2]
    assert "--map" not in problem(log_of(rows), "end before start").done


def of_clients(*names: str) -> Chronicle:
    """The tidy rows, with these clients in turn, a case each."""
    rows = [[*row, names[at // 4 % len(names)]] for at, row in enumerate(clean())]
    return read(pl.DataFrame(rows, schema=dict.fromkeys([*HEADER, "customer"], pl.String), orient="row"))


@pytest.mark.parametrize(
    ("names", "together"),
    [
        (("ACME GmbH", "Acme GmbH ", "ACME-GmbH", "Beta"), [{"ACME GmbH", "ACME-GmbH", "Acme GmbH"}]),
        (("Söhne & Co", "SÖHNE & CO.", "Sohne & Co", "Beta"), [{"Söhne & Co", "SÖHNE & CO.", "Sohne & Co"}]),
        (("Straßenbau", "STRASSENBAU", "Dr. No", "DR NO"), [{"Straßenbau", "STRASSENBAU"}, {"Dr. No", "DR NO"}]),
    ],
)
def test_clients_who_differ_in_spelling_only_are_told_and_stay_as_they_are(
    names: tuple[str, ...], together: list[set[str]]
) -> None:
    """A client in three spellings is three small ones: whoever reads the numbers has to know."""
    log = of_clients(*names)
    (said,) = (note for note in log.notes if "--client COLUMN" in note)
    told = said.partition(": ")[2].partition(";")[0]
    assert [set(some.split(" = ")) for some in told.split(", ")] == together
    assert set(log.events["client"]) == {name.strip() for name in names}


@pytest.mark.parametrize(
    "names",
    [
        ("10-1", "101", "1 01", "A-10", "A 11"),
        ("C", "C++", "C#", "c*"),
        ("Shop 1", "Shop 11", "Shop 1 1", "Shop 12"),
        ("Acme", "Acme GmbH", "Acmes", "-"),
    ],
)
def test_clients_whom_figures_or_signs_tell_apart_are_not_taken_for_one(names: tuple[str, ...]) -> None:
    assert not [note for note in of_clients(*names).notes if "spelling" in note]


def test_orders_tell_of_clients_who_differ_in_spelling_only() -> None:
    frame = pl.DataFrame(
        {
            "Order number": [f"O{at}" for at in range(30)],
            "Customer": ["ACME GmbH", "acme gmbh", "Beta"] * 10,
            "Order date": [dt.date(2024, 1, 1) + dt.timedelta(days=3 * at) for at in range(30)],
            "Quantity": [5 + at % 4 for at in range(30)],
        }
    )
    assert [note for note in read(frame).notes if "ACME GmbH = acme gmbh" in note]


@pytest.mark.parametrize(
    ("table", "place"),
    [
        (
            "case,activity,done\n" + "1,A,2024-01-01 09:00\n2,A,2024-01-02 09:00\n" * 5 + "1,B,soon\n",
            'line 12, column "done": "soon"',
        ),
        (
            "case,activity,start,end\n"
            + "1,A,2024-01-01 08:00,2024-01-01 09:00\n2,A,2024-01-02 08:00,2024-01-02 09:00\n" * 5
            + "1,B,soon,2024-01-01 10:00\n",
            'line 12, column "start"',
        ),
        (
            "issued,part,week of,quantity\n2024-01-01,P,2024-01-08,10\n2024-01-08,P,soon,11\n"
            "2024-01-08,P,2024-01-15,9\n",
            'line 3, column "week of": "soon"',
        ),
        (
            "issued,part,period,quantity\n2024-01-01,P,2024-01-08,10\n2024-01-08,P,2024-01-15,many\n"
            "soon,P,2024-01-15,9\n2024-01-08,P,2024-01-22,9\n",
            'line 4, column "issued": "soon"',
        ),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_with_its_column(table: str, place: str, tmp_path: Path) -> None:
    """Of a table with several columns of times the line alone did not say which."""
    file = tmp_path / "table.csv"
    file.write_text(table, encoding="utf-8")
    assert place in [one for problem in read(file).problems for one in problem.places]
