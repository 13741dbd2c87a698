"""Hours that are kept are found to the minute; hours that are not kept are not made up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from irrupt.discovery.people.kept_hours import Pieces, _again, _filled, kept_hours
from irrupt.units import WEEK

DAY, HOUR = 86400.0, 3600.0


def at_work(shifts, weeks, random, *, mean=1200.0):
    """Starts and ends of jobs one after the other, with pauses, within *shifts*, seconds of a week."""
    moments = []
    for week in range(weeks):
        for begin, end in shifts:
            now = begin if random.random() < 0.6 else begin + random.exponential(mean)
            while now < end:
                moments.append(week * WEEK + now)
                now += random.exponential(mean)
                if now < end:
                    moments.append(week * WEEK + now)
                    now += 0.0 if random.random() < 0.7 else random.exponential(mean)
    return np.array(moments)


shift = st.tuples(st.integers(0, 6), st.integers(0, 15), st.sampled_from([4, 6, 8]), st.sampled_from([0, 30]))


@settings(max_examples=25, deadline=None)
@given(
    shifts=st.lists(shift, min_size=2, max_size=5, unique_by=lambda one: one[0]),
    seed=st.integers(0, 1000),
    weeks=st.integers(30, 60),
)
def test_hours_that_are_kept_are_found_to_the_minute(shifts, seed, weeks):
    true = sorted((d * 1440 + h * 60 + m, d * 1440 + (h + length) * 60 + m) for d, h, length, m in shifts)
    moments = at_work([(60.0 * b, 60.0 * e) for b, e in true], weeks, np.random.default_rng(seed))
    # Who is never seen near the end of a shift may go before it.
    seen = np.sort(moments % WEEK)
    edges = 60.0 * np.array(true)
    first, last = np.searchsorted(seen, edges[:, 0]), np.searchsorted(seen, edges[:, 1], "right") - 1
    assume((seen[first] - edges[:, 0]).max() < 300.0 and (edges[:, 1] - seen[last]).max() < 300.0)
    found = kept_hours(moments)
    assert found is not None
    assert found.hours == tuple(true)


def test_few_sightings_near_the_end_of_a_shift_do_not_hide_hours() -> None:
    """Whoever is seen twice a shift is, in half of the weeks, not seen in the last three quarters of an hour of one."""
    true = ((1020, 1200), (3900, 4080), (7740, 7920))
    random, moments = np.random.default_rng(0), []
    for week in range(60):
        for begin, end in true:
            seen = 60.0 * begin + np.append(0.0, random.uniform(0.0, 3 * HOUR, 1))
            last = 60.0 * end - (46.0 if week < 30 and end == 7920 else 8.0) * 60.0
            moments.extend(week * WEEK + seen[seen <= last])
    found = kept_hours(
        np.array([*moments, *(week * WEEK + 60.0 * end - 480.0 for week in (40, 50) for _b, end in true)])
    )
    assert found is not None
    assert found.hours == true


def test_night_shifts_over_the_end_of_the_week_are_found():
    shifts = [(0.0, 6 * HOUR), (6 * DAY + 22 * HOUR, WEEK), (2 * DAY + 22 * HOUR, 3 * DAY + 6 * HOUR)]
    found = kept_hours(at_work(shifts, 50, np.random.default_rng(1)))
    assert found is not None
    assert found.hours == ((0, 360), (2 * 1440 + 1320, 3 * 1440 + 360), (6 * 1440 + 1320, 10080))


@pytest.mark.parametrize(("begin", "end"), [(8, 16), (20, 28), (16, 24), (0, 8)])
def test_whoever_has_little_to_do_on_some_days_is_there_on_all_the_same(begin, end):
    shifts = [(d * DAY + begin * HOUR, d * DAY + end * HOUR) for d in range(5)]
    random = np.random.default_rng(6)
    moments = at_work(shifts, 60, random)
    day = np.floor((moments - begin * HOUR) / DAY) % 7
    seen = moments[random.random(len(moments)) < np.where(day >= 3, 0.02, 0.8)]
    found = kept_hours(seen)
    assert found is not None
    assert found.hours == tuple((round(b / 60), round(e / 60)) for b, e in shifts)
    saturday = (5 * DAY + begin * HOUR) + WEEK * np.array([3, 9, 20, 33, 41]) + HOUR
    again = kept_hours(np.concatenate((seen, saturday)))
    assert again is None or again == found


@pytest.mark.parametrize("day", [5, 6])
def test_who_came_on_few_saturdays_does_not_work_on_saturdays(day: int) -> None:
    """As often as would make a weekday on which there is little to do one of work."""
    random = np.random.default_rng(4)
    week = [(one * DAY + 8 * HOUR, one * DAY + 16 * HOUR) for one in range(5)]
    moments = at_work(week, 40, random)
    few = np.array([at * WEEK + day * DAY + 10 * HOUR + minute * 600.0 for at in (7, 19, 30) for minute in range(3)])
    found = kept_hours(np.sort(np.append(moments, few)))
    assert found is None or all(begin < day * 1440 or begin >= (day + 1) * 1440 for begin, _ in found.hours)
    assert kept_hours(moments) is not None


def test_a_long_pause_at_noon_is_found():
    shifts = [(d * DAY + b * HOUR, d * DAY + e * HOUR) for d in range(5) for b, e in ((8, 12), (13, 17))]
    found = kept_hours(at_work(shifts, 60, np.random.default_rng(2), mean=600.0))
    assert found is not None
    assert found.minutes_per_week == 5 * 8 * 60


def test_who_is_there_before_noon_and_in_the_evening_is_not_there_between():
    """Calls that waited through the afternoon made five hours of it work: he was told to be there from ten to seven."""
    luck = np.random.default_rng(2)
    begin, end = list[float](), list[float]()
    for day in (week * WEEK + number * DAY for week in range(40) for number in range(4)):
        next_day = 34 if day % WEEK < 3 * DAY else 4 * 24 + 10
        for opens, closes, goes_on in ((10, 12, 17), (17, 19, next_day)):
            now = day + opens * HOUR
            while now < day + closes * HOUR:
                begin.append(now)
                now += luck.exponential(1200.0)
                over = now - (day + closes * HOUR)
                end.append(now if over < 0 else day + goes_on * HOUR + min(over, HOUR))
                now += luck.exponential(1200.0)
    work = Pieces(np.array(begin), np.array(end))
    found = kept_hours(np.concatenate((work.begin, work.end)), work)
    assert found is not None
    assert found.hours[:2] == ((600, 720), (1020, 1140))


@pytest.mark.parametrize("seed", range(4))
def test_a_short_pause_that_single_days_do_not_tell_is_told_by_all_together(seed):
    """Half an hour in which less than a sighting a day was to be expected: seven months of Mondays do not tell it."""
    shifts = [(d * DAY + b * HOUR, d * DAY + e * HOUR) for d in range(5) for b, e in ((12, 16), (16.5, 20.5))]
    found = kept_hours(at_work(shifts, 30, np.random.default_rng(seed), mean=4200.0))
    assert found is not None
    assert found.hours == tuple((round(b / 60), round(e / 60)) for b, e in shifts)


def test_a_short_pause_in_few_sightings_is_not_made_up():
    shifts = [(d * DAY + 8 * HOUR, d * DAY + 16 * HOUR) for d in range(5)]
    found = kept_hours(at_work(shifts, 12, np.random.default_rng(3), mean=6000.0))
    assert found is None or found.minutes_per_week == 5 * 8 * 60


@pytest.mark.parametrize("share", [0.02, 0.2])
def test_overtime_now_and_then_means_that_hours_are_not_kept(share):
    random = np.random.default_rng(4)
    shifts = [(d * DAY + 8 * HOUR, d * DAY + 16 * HOUR) for d in range(5)]
    moments = at_work(shifts, 50, random)
    late = moments[random.random(len(moments)) < share]
    assert kept_hours(np.concatenate((moments, late + random.uniform(2, 9, len(late)) * HOUR))) is None


def test_whoever_is_there_every_other_week_keeps_no_weekly_hours():
    shifts = [(d * DAY + 8 * HOUR, d * DAY + 16 * HOUR) for d in range(5)]
    moments = at_work(shifts, 50, np.random.default_rng(5))
    assert kept_hours(moments[(moments // WEEK).astype(int) % 2 == 0]) is None


def test_round_the_clock_and_little_seen_give_nothing():
    random = np.random.default_rng(6)
    assert kept_hours(random.uniform(0, 50 * WEEK, 20_000)) is None
    assert kept_hours(random.uniform(0, 50 * WEEK, 50)) is None
    assert kept_hours(np.full(500, 1000.0)) is None


@pytest.mark.parametrize("stays", [True, False])
def test_whoever_has_little_to_do_late_in_the_day_is_there_if_what_he_has_in_hand_goes_on(stays):
    """An hour in which he is rarely seen looked like overtime, and whoever keeps it was sent home long before."""
    random = np.random.default_rng(7)
    day = np.array([week * WEEK + number * DAY for week in range(50) for number in range(5)])
    begin = (day[:, None] + random.uniform(8.0, 15.0, (len(day), 6)) * HOUR).ravel()
    work = Pieces(begin, begin + random.uniform(0.1, 0.9, len(begin)) * HOUR)
    late = day[:-1:12] + 15.7 * HOUR
    gone = late + random.uniform(0.4, 1.29, len(late)) * HOUR if stays else day[1::12] + 8.2 * HOUR
    over = day[3::24] + random.uniform(16.1, 16.4, len(day[3::24])) * HOUR
    begins, ends = (work.begin, late, over), (work.end, gone, over + 0.5 * HOUR)
    work = Pieces(np.concatenate(begins), np.concatenate(ends))
    moments = np.concatenate(work)
    found = kept_hours(moments, work)
    assert kept_hours(moments) is None
    assert (found is not None) == stays
    if found is not None:
        assert found.hours == tuple((number * 1440 + 480, number * 1440 + 1020) for number in range(5))


@pytest.mark.parametrize("runs_out", [True, False])
def test_whoever_has_nothing_left_to_do_is_there_to_the_end(runs_out):
    """On Saturdays he does what was left, an hour or two; or he goes at nine, and stays for more now and then."""
    random, pieces, in_hand = np.random.default_rng(8), [], None
    for week in range(60):
        for opens, closes in ((37, 42), (61, 66), (85, 90), (127, 131)):
            now, closes = opens, closes if runs_out or closes < 131 else 129 + 1.8 * (week % 9 == 0)
            until = opens + random.exponential(0.9) if runs_out and closes == 131 else closes
            begun, rest = in_hand or (week * WEEK + opens * HOUR, random.uniform(0.1, 0.5))
            while now + rest < closes and now < until:
                now += rest
                pieces.append((begun, round(week * WEEK + now * HOUR)))
                begun, rest = pieces[-1][1], random.uniform(0.1, 0.5)
            in_hand = None if now >= until else (begun, rest - (closes - now))
    if runs_out:
        pieces += [(9 * WEEK + at * HOUR, 9 * WEEK + (at + 0.28) * HOUR) for at in (129.9, 130.3, 130.7)]
    work = Pieces(*np.array(pieces).T)
    found = kept_hours(np.concatenate(work), work)
    assert (found is not None) == runs_out
    if found is not None:
        assert found.hours == ((2220, 2520), (3660, 3960), (5100, 5400), (7620, 7860))


@pytest.mark.parametrize("there", [True, False])
def test_whoever_goes_on_on_sundays_with_what_is_in_hand_is_there_on_sundays(there):
    """Others bring no work at the weekend: by Sunday hardly any is left."""
    luck = np.random.default_rng(7)
    begin, end = list[float](), list[float]()
    for day in (week * WEEK + number * DAY for week in range(40) for number in range(2, 6)):
        saturday = day % WEEK == 5 * DAY
        now, closes = day + luck.uniform(10, 16.5 if saturday else 10.5) * HOUR, day + 17 * HOUR
        while now < closes and not (saturday and luck.random() < 0.4):
            begin.append(now)
            now += luck.exponential(HOUR)
            next_day = 4 * DAY if saturday and not there else DAY
            end.append(now if now < closes else day + next_day + 10 * HOUR + min(now - closes, HOUR))
    work = Pieces(np.array(begin), np.array(end))
    found = kept_hours(np.concatenate((work.begin, work.end)), work)
    assert found is not None
    assert found.hours[:4] == tuple((day * 1440 + 600, day * 1440 + 1020) for day in range(2, 6))
    assert [begin for begin, _end in found.hours[4:]] == [6 * 1440 + 600] * there


@pytest.mark.parametrize(("friday", "saturday"), [((7, 12), None), ((7, 16), (7, 12)), ((10, 16), None)])
def test_a_day_of_the_week_may_be_shorter_than_the_others(friday, saturday):
    """On Fridays nobody is there after noon: what is silent on that day alone is no hour of it."""
    days = [*((d, 7, 16) for d in range(4)), (4, *friday), *([(5, *saturday)] if saturday else [])]
    shifts = [(d * DAY + b * HOUR, d * DAY + e * HOUR) for d, b, e in days]
    random = np.random.default_rng(9)
    moments = at_work(shifts, 60, random)
    seen = moments[random.random(len(moments)) < 0.02]
    found = kept_hours(seen)
    assert found is not None
    edges = np.array([[round(b / 60), round(e / 60)] for b, e in shifts])
    assert len(found.hours) == len(edges)
    assert np.abs(np.array(found.hours) - edges).max() <= 30


def test_a_month_tells_the_hours_that_are_kept_and_that_shifts_change() -> None:
    """Of a log that is cut to a few weeks, too; who has early and late shifts in turn, three weeks each, keeps none."""
    office = [(day * DAY + begin * HOUR, day * DAY + (begin + 4) * HOUR) for day in range(5) for begin in (8, 13)]
    found = kept_hours(at_work(office, 5, np.random.default_rng(2)))
    assert found is not None
    assert found.hours == tuple((int(begin) // 60, int(end) // 60) for begin, end in office)
    shifts = [[(day * DAY + begin * HOUR, day * DAY + (begin + 8) * HOUR) for day in range(5)] for begin in (6, 14)]
    early, late = (at_work(one, 3, np.random.default_rng(number)) for number, one in enumerate(shifts))
    assert kept_hours(np.concatenate([early, late + 3 * WEEK])) is None
    assert kept_hours(at_work(office, 3, np.random.default_rng(2))) is None


def test_what_takes_no_time_lies_in_no_hours() -> None:
    """It says when somebody was there, and nothing of how much of it lay in his hours."""
    shifts = [(day * DAY + 8 * HOUR, day * DAY + 16 * HOUR) for day in range(5)]
    begin = at_work(shifts, 30, np.random.default_rng(5))
    found = kept_hours(begin, Pieces(begin, begin))
    assert found is not None
    assert found.minutes_per_week == pytest.approx(5 * 8 * 60, abs=30)


def test_a_pause_counts_where_all_records_show_it_and_not_where_half_of_them_do() -> None:
    halves = np.array([[9.0, 10.0], [11.0, 12.0], [13.0, 17.0]])
    assert _filled(halves, np.array([[9.0, 17.0]])).tolist() == [[9.0, 17.0]]
    assert _filled(halves, np.array([[8.0, 12.0], [13.0, 17.0]])).tolist() == [[9.0, 12.0], [13.0, 17.0]]
    assert _filled(halves, halves).tolist() == halves.tolist()


def test_hours_that_begin_in_the_middle_of_the_records_are_not_kept() -> None:
    """For a month somebody is seen at all hours, then from nine to five."""
    days = DAY * np.arange(30.0)[:, None]
    always, office = (days + np.arange(begin * HOUR, end * HOUR, 600.0) for begin, end in ((0, 24), (9, 17)))
    bounds = np.array([[9 * HOUR, 17 * HOUR]])
    later = 30 * DAY + np.repeat(office, 4, axis=0).ravel()
    assert not _again(np.append(always, later), bounds, DAY)
    assert _again(np.append(office, 30 * DAY + office), bounds, DAY)


@pytest.mark.parametrize(("quiet", "kept"), [(9, True), (11, False)])
def test_a_quiet_hour_between_two_busy_ones_is_no_overtime(quiet: int, kept: bool) -> None:
    """A mill that works from 14 to 22, and on Saturdays from 8 to 12, when what is left of Fridays is done: in one hour
    little. If that is the last one, it may be overtime."""
    random = np.random.default_rng(9)
    day = np.array([week * WEEK + number * DAY for week in range(84) for number in range(5)])
    begin = (day[:, None] + random.uniform(14.0, 21.0, (len(day), 3)) * HOUR).ravel()
    friday = np.arange(84) * WEEK + 4 * DAY
    left = np.concatenate([np.repeat(hour, 6 if hour == quiet else 42) for hour in range(8, 12)])
    late = friday[np.arange(len(left)) % 84] + random.uniform(21.4, 21.9, len(left)) * HOUR
    over = friday[np.arange(len(left)) % 84] + DAY + (left + random.uniform(0.05, 0.95, len(left))) * HOUR
    work = Pieces(
        np.concatenate((begin, late)),
        np.concatenate((begin + random.uniform(0.3, 1.0, len(begin)) * HOUR, over)),
    )
    found = kept_hours(np.concatenate(work), work)
    assert (found is not None and found.hours[-1] == (5 * 1440 + 480, 5 * 1440 + 720)) == kept
