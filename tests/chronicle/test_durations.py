"""Logs with a time and a duration for each step: the other time is reckoned, or it is said why not."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from irrupt.chronicle import read
from irrupt.chronicle.durations import seconds
from irrupt.errors import UsageError

TOOK = [35, 5, 90, 61]


def steps(time: str, duration: str, values: list[object]) -> pl.DataFrame:
    """Two cases of two steps each; *time* and *duration* are the names of the columns."""
    return pl.DataFrame(
        {
            "case": ["a", "a", "b", "b"],
            "activity": ["check", "decide", "check", "decide"],
            time: ["2025-01-06 08:00", "2025-01-06 12:00", "2025-01-07 08:00", "2025-01-08 12:00"],
            duration: values,
        }
    )


def minutes(log: pl.DataFrame) -> list[float]:
    found = (log["end"] - log["start"]).dt.total_seconds() / 60
    return [round(value, 3) for value in found.to_list()]


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("duration (min)", TOOK),
        ("Duration_Minutes", [str(took) for took in TOOK]),
        ("Dauer", [f"0:{took:02d}:00" if took < 60 else f"1:{took - 60:02d}:00" for took in TOOK]),
        ("durée", [f"{took // 60} h {took % 60} min" for took in TOOK]),
        ("processing time", [f"PT{took}M" for took in TOOK]),
        ("Bearbeitungszeit (h)", [f"{took / 60:.5f}".replace(".", ",") for took in TOOK]),
        ("duration in s", [took * 60.0 for took in TOOK]),
        ("Handle time (min)", TOOK),
        ("Labour time (min)", TOOK),
        ("Minutes worked", TOOK),
        ("Gesprächszeit (min)", TOOK),
        ("Behandlungsdauer (Min.)", TOOK),
        ("Temps de travail (mn)", TOOK),
        ("Tiempo de atención (minutos)", TOOK),
        ("Tempo di gestione (minuti)", TOOK),
        ("Tempo de atendimento (min)", TOOK),
        ("Afhandeltijd (minuten)", TOOK),
        ("Czas rozmowy (min)", TOOK),
        ("duration_ms", [took * 60_000 for took in TOOK]),
        ("duration", [timedelta(minutes=took) for took in TOOK]),
        ("duration", [f"0 days {took // 60:02d}:{took % 60:02d}:00" for took in TOOK]),
    ],
)
@pytest.mark.parametrize("time", ["start", "end"])
def test_the_other_time_is_reckoned(name: str, values: list[object], time: str) -> None:
    log = read(steps(time, name, values))
    assert log.starts == "measured"
    assert minutes(log.events) == pytest.approx(TOOK, abs=0.02)
    known = log.events[time].dt.to_string("%H:%M").to_list()
    assert known == ["08:00", "12:00", "08:00", "12:00"]
    assert log.mapping[time] == time
    assert log.mapping["duration"] == name


def test_who_speaks_a_part_of_the_time_works_the_whole() -> None:
    frame = steps("Start", "Talk time (min)", [5, 5, 9, 8]).with_columns(pl.Series("Handle time (min)", TOOK))
    assert minutes(read(frame).events) == TOOK


@pytest.mark.parametrize("name", ["Lead time (h)", "Wartezeit (min)", "Response time (min)", "Gesamtdauer (h)"])
def test_how_long_somebody_waits_is_no_work(name: str) -> None:
    assert read(steps("start", name, TOOK)).starts == "missing"


def test_numbers_without_a_unit_are_not_read_and_told_of() -> None:
    log = read(steps("start", "duration", TOOK))
    assert log.starts == "missing"
    assert any("unit" in note and '--map "duration=duration in minutes"' in note for note in log.notes)
    log = read(steps("start", "duration", TOOK), mapping={"duration": "duration in minutes"})
    assert minutes(log.events) == TOOK


def test_a_column_asked_for_that_holds_no_durations_is_refused() -> None:
    with pytest.raises(UsageError, match="duration"):
        read(steps("start", "note", ["a", "b", "c", "d"]), mapping={"duration": "note"})
    with pytest.raises(UsageError, match="a column of the table"):
        read(steps("start", "note", ["a", "b", "c", "d"]), mapping={"duration": "length"})


def test_the_time_to_the_next_step_is_no_work() -> None:
    hours = list(range(1, 25))
    moments = pl.Series([0, *hours]).cum_sum()
    frame = pl.DataFrame(
        {
            "case": ["a"] * len(moments),
            "activity": ["check", "decide"] * (len(moments) // 2) + ["check"],
            "start": [f"2025-01-{6 + at // 24:02d} {at % 24:02d}:00" for at in moments],
            "duration (h)": [*hours, 0],
        }
    )
    log = read(frame)
    assert log.starts == "missing"
    assert any("reaches from each step to the next" in note for note in log.notes)


def test_durations_of_cases_are_no_durations_of_steps() -> None:
    assert read(steps("start", "Case duration (h)", TOOK)).starts == "missing"
    assert read(steps("start", "duration (h)", [3, 3, 5, 5])).starts == "missing"


def test_times_of_the_day_and_durations_are_told_apart() -> None:
    frame = steps("Beginn", "Dauer", ["00:35:00", "00:05:00", "01:30:00", "01:01:00"])
    log = read(frame.with_columns(pl.col("Beginn").str.slice(0, 10)))
    assert log.mapping["duration"] == "Dauer"


def test_what_is_no_duration_is_left_out() -> None:
    log = read(steps("end", "duration (min)", ["35", "", "90", "61"]))
    assert [problem.count for problem in log.problems if problem.code == "duration unread"] == [1]
    assert log.events["start"].null_count() == 1


def test_nothing_negative_is_a_duration() -> None:
    assert seconds(pl.Series("duration (min)", [-5, 10])).to_list() == [None, 600.0]  # type: ignore[union-attr]
