"""Times as people write them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle import read, stamps, times
from irrupt.chronicle.times import is_form, read_times, readable_share

MOMENTS = st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2069, 12, 31))
FORMS = (
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%d-%b-%Y %H:%M:%S",
    "%d %B %Y %H:%M:%S",
    "%b %d, %Y %I:%M:%S %p",
    "%B %d, %Y %H:%M:%S",
    "%a, %d %b %Y %H:%M:%S",
    "%d/%m/%y %H:%M:%S",
    "%Y%m%dT%H%M%S",
    "%Y%m%d%H%M%S",
    "%a %b %d %H:%M:%S %Y",
    "%d/%b/%Y:%H:%M:%S",
    "%d-%m-%Y:%H.%M.%S",
    "%Y-%m-%d-%H.%M.%S",
    "%Y-%m-%d_%H-%M-%S",
    "%d/%m/%Y - %H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
)


def texts(column: pl.Series) -> list[str]:
    """Moments in short form."""
    return column.dt.to_string("%Y-%m-%d %H:%M").to_list()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("form", FORMS)
@given(moments=st.lists(MOMENTS, min_size=1, max_size=10))
@settings(max_examples=settings().max_examples // 3, deadline=None)
def test_every_common_form_gives_back_the_moment(form: str, moments: list[dt.datetime]) -> None:
    moments = [*(m.replace(microsecond=0) for m in moments), dt.datetime(2016, 2, 29, 13, 5, 9)]
    times = read_times(pl.Series([m.strftime(form) for m in moments]))
    assert times.moments.to_list() == [m.replace(tzinfo=dt.UTC) for m in moments]
    assert not times.unreadable.any()
    assert times.naive == len(moments)


@given(st.lists(MOMENTS, min_size=1, max_size=10), st.integers(-14 * 4, 14 * 4))
@settings(max_examples=40, deadline=None)
def test_an_offset_moves_the_moment_and_is_reported(moments: list[dt.datetime], quarters: int) -> None:
    zone = dt.timezone(dt.timedelta(minutes=15 * quarters))
    times = read_times(pl.Series([m.replace(tzinfo=zone).isoformat() for m in moments]), "Asia/Tokyo")
    assert times.moments.to_list() == [m.replace(tzinfo=zone) for m in moments]
    assert times.naive == 0
    assert times.offsets.null_count() == 0


@pytest.mark.parametrize("scale", [1, 1_000, 1_000_000, 1_000_000_000])
@given(st.lists(st.integers(946_684_800, 2_500_000_000), min_size=1, max_size=8))
@settings(max_examples=15, deadline=None)
def test_counts_since_1970_in_any_unit(scale: int, seconds: list[int]) -> None:
    expected = [dt.datetime.fromtimestamp(s, dt.UTC) for s in seconds]
    assert read_times(pl.Series([s * scale for s in seconds])).moments.to_list() == expected
    assert read_times(pl.Series([str(s * scale) for s in seconds])).moments.to_list() == expected


@given(st.lists(MOMENTS, min_size=2, max_size=10), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_order_of_rows_does_not_matter(moments: list[dt.datetime], random: object) -> None:
    column = [m.strftime("%d/%m/%Y %H:%M") for m in moments]
    places = list(range(len(column)))
    random.shuffle(places)  # type: ignore[attr-defined]
    straight = read_times(pl.Series(column)).moments.to_list()
    assert read_times(pl.Series([column[i] for i in places])).moments.to_list() == [straight[i] for i in places]


def test_a_figure_above_twelve_settles_what_is_the_day() -> None:
    day_first = read_times(pl.Series(["1/2/2020", "13/2/2020"]))
    month_first = read_times(pl.Series(["1/2/2020", "2/13/2020"]))
    assert texts(day_first.moments) == ["2020-02-01 00:00", "2020-02-13 00:00"]
    assert texts(month_first.moments) == ["2020-01-02 00:00", "2020-02-13 00:00"]
    assert day_first.certain
    assert month_first.certain


def test_days_in_a_row_tell_the_month_even_below_thirteen() -> None:
    times = read_times(pl.Series([f"3/{day}/2020" for day in range(1, 12)]))
    assert (times.order, times.certain) == ("month", True)


def test_where_nothing_tells_the_day_is_first_and_that_is_said() -> None:
    times = read_times(pl.Series(["3/4/2020"]))
    assert texts(times.moments) == ["2020-04-03 00:00"]
    assert not times.certain


@pytest.mark.parametrize(
    ("pattern", "hour", "begins", "certain"),
    [
        ("%d/%m/%Y", "", ("2024-01-01 00:00", "2024-12-01 00:00"), False),
        ("%m/%d/%Y", "", ("2024-01-01 00:00", "2024-12-01 00:00"), False),
        ("%d/%m/%Y", " 00:00", ("2024-01-01 00:00", "2024-12-01 00:00"), False),
        # with hours they are the first days of January: nobody works at half past nine on the first of each month only
        ("%d/%m/%Y", " 09:30", ("2024-01-01 09:30", "2024-01-12 09:30"), True),
    ],
)
def test_days_of_which_one_figure_is_always_1_are_begins_of_months_and_it_is_said_that_nothing_tells(
    pattern: str, hour: str, begins: tuple[str, str], certain: bool
) -> None:
    """A plan of a year by months is not one of twelve days in January."""
    column = pl.Series([dt.date(2024, month, 1).strftime(pattern) + hour for month in range(1, 13)])
    times = read_times(column)
    assert (texts(times.moments)[0], texts(times.moments)[-1], times.certain) == (*begins, certain)


def test_another_column_may_tell() -> None:
    assert texts(read_times(pl.Series(["3/4/2020"]), "UTC", "month").moments) == ["2020-03-04 00:00"]


@pytest.mark.parametrize("impossible", ["13/45/2025", "45/13/2025", "31/31/2025", "31/02/2025", "00/13/2025"])
@pytest.mark.parametrize("first", ["day", "month"])
def test_a_date_that_there_is_in_neither_order_tells_of_none(impossible: str, first: str) -> None:
    """One typing error, told as unreadable, and all dates were said to be written in two ways."""
    days = ["1/4/2025", "17/4/2025"] if first == "day" else ["4/1/2025", "4/17/2025"]
    times = read_times(pl.Series([*days, impossible]))
    assert (times.order, times.mixed, times.unreadable.to_list()) == (first, False, [False, False, True])
    assert texts(times.moments)[:2] == ["2025-04-01 00:00", "2025-04-17 00:00"]


def test_mixed_orders_are_read_row_by_row_and_reported() -> None:
    times = read_times(pl.Series(["13/2/2020", "2/13/2020", "14/2/2020"]))
    assert texts(times.moments) == ["2020-02-13 00:00", "2020-02-13 00:00", "2020-02-14 00:00"]
    assert times.mixed


def test_of_mixed_orders_those_that_could_be_either_are_told_with_their_lines(tmp_path: Path) -> None:
    """Nobody could find them: 3 January was read as 1 March, and no line was told."""
    days = ["13/02/2020", "02/13/2020", "14/02/2020", "03/02/2020 10:00", "04/04/2020", "2020-02-03", "x"]
    assert read_times(pl.Series(days)).unsure.to_list() == [False, False, False, True, False, False, False]
    assert not read_times(pl.Series(days[2:])).unsure.any()
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["case,activity,time", *(f"{at},A,{day}" for at, day in enumerate(days[:-1]))]) + "\n")
    (found,) = (one for one in read(log).problems if one.code == "unclear dates")
    assert "1 date such as 03/02/2020 10:00 can be read with the day or the month first" in found.found
    assert "5" in found.places[0]


def test_different_forms_in_one_column() -> None:
    column = ["2020-02-01T10:00:00Z", "2020-02-01 10:00", "1 févr. 2020 10:00", "01.02.2020 10:00", "1580551200"]
    assert set(texts(read_times(pl.Series(column)).moments)) == {"2020-02-01 10:00"}


@pytest.mark.parametrize(
    "text", ["31/02/2016", "2016-13-45", "0000-00-00", "soon", "12:30", "1/2", "99/99/9999", "-", "1e5"]
)
def test_what_is_no_time_is_marked_and_not_guessed(text: str) -> None:
    times = read_times(pl.Series([text, "2016-02-29"]))
    assert times.unreadable.to_list() == [True, False]
    assert times.moments.null_count() == 1


def test_empty_is_missing_not_unreadable() -> None:
    assert not read_times(pl.Series(["", None, " "])).unreadable.any()


def test_what_is_told_within_the_hour_that_the_clock_skips_is_at_its_end_and_counted() -> None:
    """Moved on by an hour, it would come after what is told later."""
    times = read_times(pl.Series(["2016-03-27 02:30", "2016-03-27 03:10", "2016-03-27 04:00"]), "Europe/Paris")
    assert texts(times.moments) == ["2016-03-27 01:00", "2016-03-27 01:10", "2016-03-27 02:00"]
    assert times.skipped == 1


def test_the_hour_that_comes_twice_is_the_first() -> None:
    assert texts(read_times(pl.Series(["2016-10-30 02:30"]), "Europe/Paris").moments) == ["2016-10-30 00:30"]


def test_typed_times_keep_their_moment() -> None:
    zoned = pl.Series([dt.datetime(2020, 7, 1, 12)]).dt.replace_time_zone("Europe/Paris")
    assert texts(read_times(zoned).moments) == ["2020-07-01 10:00"]
    assert texts(read_times(pl.Series([dt.date(2020, 7, 1)]), "Europe/Paris").moments) == ["2020-06-30 22:00"]


@pytest.mark.parametrize(
    ("column", "share"),
    [
        (pl.Series(["2020-01-01", "x"]), 0.5),
        (pl.Series(["Caller 12", "Group 7"]), 0.0),
        (pl.Series([1_500_000_000]), 1.0),
        (pl.Series([1, 2, 3]), 0.0),
        (pl.Series([None, None], dtype=pl.String), 0.0),
        (pl.Series([True]), 0.0),
    ],
)
def test_share_of_values_that_are_times(column: pl.Series, share: float) -> None:
    assert readable_share(column) == share


def test_dates_that_nothing_decides_are_marked_and_others_are_not() -> None:
    times = read_times(pl.Series(["3/4/2020 10:00", "2020-05-01", None]))
    assert times.unsure.to_list() == [True, False, False]
    assert not read_times(pl.Series(["3/4/2020", "13/4/2020"])).unsure.any()


def test_what_the_user_says_of_dates_goes_before_the_evidence() -> None:
    column = pl.Series(["3/4/2020", "13/4/2020", "4/13/2020"])
    assert texts(read_times(column, form="month first").moments)[0] == "2020-03-04 00:00"
    assert texts(read_times(column, form="day first").moments)[0] == "2020-04-03 00:00"
    assert not read_times(column, form="day first").unsure.any()


@settings(max_examples=50, deadline=None)
@given(
    moments=st.lists(st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2068, 12, 31)), min_size=1, max_size=10),
    pattern=st.sampled_from(["%d.%m.%y %H:%M:%S", "%Y%j %H%M%S", "%m-%d-%Y at %I.%M.%S %p", "%s"]),
)
def test_times_written_by_a_pattern_are_read_by_it(moments: list[dt.datetime], pattern: str) -> None:
    whole = [moment.replace(microsecond=0) for moment in moments]
    written = pl.Series(whole).dt.replace_time_zone("UTC").dt.strftime(pattern)
    assert is_form(pattern)
    assert read_times(written, form=pattern).moments.dt.replace_time_zone(None).to_list() == whole


@pytest.mark.parametrize("text", ["", "%", "%Q", "american", "%%", "%d", "%H:%M", "dd.mm.yyyy"])
def test_what_is_no_way_of_writing_times_is_not_taken_for_one(text: str) -> None:
    assert not is_form(text)


WRITTEN = (
    "2024-03-31 02:30",
    "2024-05-01T10:00:00+0200",
    "3/4/2020",
    "13/4/2020",
    "12/25/2020 10:00",
    "1712345678",
    "",
    "x",
)


@given(
    texts=st.lists(st.none() | st.sampled_from(WRITTEN), max_size=12),
    size=st.integers(1, 5),
    form=st.sampled_from([None, "day first", "%d/%m/%Y"]),
)
def test_it_does_not_matter_how_many_rows_are_read_at_a_time(
    texts: list[str | None], size: int, form: str | None
) -> None:
    """Evidence on which of two figures is the day is that of the whole column."""
    column = pl.Series("at", texts, dtype=pl.String)
    whole = read_times(column, "Europe/Paris", form=form)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(times, "_BLOCK", size)
        parts = read_times(column, "Europe/Paris", form=form)
    for name in ("moments", "offsets", "unsure", "unreadable"):
        assert getattr(parts, name).equals(getattr(whole, name), null_equal=True)
    rest = ("order", "certain", "mixed", "skipped", "naive")
    assert [getattr(parts, name) for name in rest] == [getattr(whole, name) for name in rest]


def test_months_are_read_by_any_of_their_names() -> None:
    words = {word: month for month, words in enumerate(stamps._MONTHS, start=1) for word in words.split("|")}
    read = read_times(pl.Series([f"5 {word}. 2024" for word in words])).moments
    assert read.dt.month().to_list() == [*words.values()]


def test_a_full_hour_needs_no_minutes() -> None:
    read = read_times(pl.Series(["06/01/2026 8h", "06/01/2026 à 14 h", "07/01/2026 8h05"]))
    assert texts(read.moments) == ["2026-01-06 08:00", "2026-01-06 14:00", "2026-01-07 08:05"]


def test_dates_with_a_point_behind_them_as_in_hungarian_are_read() -> None:
    read = read_times(pl.Series(["2025.09.29.", "2025.10.06. 08:15"])).moments
    assert read.dt.strftime("%d.%m.%Y %H:%M").to_list() == ["29.09.2025 00:00", "06.10.2025 08:15"]
