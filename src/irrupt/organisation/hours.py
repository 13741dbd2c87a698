"""Working hours as people write them: `Mon-Fri 09:00-17:00`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from irrupt.i18n import gettext as _
from irrupt.organisation.staff import ALWAYS as ALWAYS_OPEN
from irrupt.organisation.staff import Calendar
from irrupt.units import number_in, shown

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_MINUTES, WEEK_MINUTES = 1440, 10080
"""In minutes."""
Interval = tuple[int, int]

_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
_DAY_NAME = re.compile(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b")
_DAYS = rf"{_DAY}(?:\s*-\s*{_DAY})?"
_TIME = r"\d\d?(?::\d\d)?"
_SHORT = re.compile(
    rf"\s*({_DAYS}(?:[\s,]+{_DAYS})*)\s+({_TIME}\s*-\s*{_TIME}(?:[\s,]+{_TIME}\s*-\s*{_TIME})*)\s*", re.IGNORECASE
)
_MOMENTS = re.compile(rf"\s*({_DAYS}(?:[\s,]+{_DAYS})*)\s+({_TIME}(?:[\s,]+{_TIME})*)\s*", re.IGNORECASE)
_LONG = re.compile(rf"\s*({_DAY})\s+({_TIME})\s*-\s*({_DAY})\s+({_TIME})\s*", re.IGNORECASE)
ALWAYS = (1.0,) * 168
"""A client's profile: the same intensity at every hour of the week."""
OFFICE_HOURS = tuple(float(9 <= hour % 24 < 17 and hour // 24 < 5) for hour in range(168))
"""A client's profile: the same intensity at every hour from Monday to Friday, 09:00 to 17:00, none at others."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NAMED = {"always": "Mon 00:00 - Sun 24:00", "office hours": "Mon-Fri 09:00-17:00"}


def hours_in(data: object) -> tuple[Interval, ...]:
    """Intervals in minutes of the week, sorted, that *data*, a text or a list of texts, stands for.

    `Mon-Fri 22:00-06:00` ends on the next morning; `Fri 18:00 - Mon 06:00` is one interval over several days, cut at
    the end of the week. Intervals that touch are kept apart.

    >>> hours_in("Sun 22:00-06:00")
    ((0, 360), (9960, 10080))

    Raises `ValueError` that says what is wrong.
    """
    texts = [data] if isinstance(data, str) else data
    if not isinstance(texts, Sequence):
        raise ValueError(_("{found} is not a list of hours such as Mon-Fri 09:00-17:00").format(found=shown(data)))
    return tuple(sorted(piece for text in texts for piece in _intervals(text)))


def _intervals(text: object) -> Iterable[Interval]:
    if isinstance(text, Sequence) and not isinstance(text, str) and len(text) == 2:
        begin, end = (number_in(minute) for minute in text)
        if begin.is_integer() and end.is_integer():
            return [(int(begin), int(end))]
    if not isinstance(text, str):
        raise ValueError(_("{found} is not a text such as Mon-Fri 09:00-17:00").format(found=shown(text)))
    text = NAMED.get(text, text)
    if match := _LONG.fullmatch(text):
        begin = _day(match[1]) * DAY_MINUTES + minutes_of(match[2])
        end = _day(match[3]) * DAY_MINUTES + minutes_of(match[4])
        return _cut(begin, end if end > begin else end + WEEK_MINUTES)
    match = _SHORT.fullmatch(text)
    if match is None:
        raise ValueError(
            _("{found} is not hours: write Mon-Fri 09:00-17:00, Sat 22:00-06:00 or always").format(found=shown(text))
        )
    pieces: list[Interval] = []
    for day in _days(match[1]):
        for times in re.findall(rf"({_TIME})\s*-\s*({_TIME})", match[2]):
            begin, end = (minutes_of(time) for time in times)
            pieces.extend(
                _cut(day * DAY_MINUTES + begin, day * DAY_MINUTES + (end if end > begin else end + DAY_MINUTES))
            )
    return pieces


def _cut(begin: int, end: int) -> list[Interval]:
    """The interval, in two pieces when it runs over the end of the week."""
    if end <= WEEK_MINUTES:
        return [(begin, end)]
    return [(0, end - WEEK_MINUTES), *([(begin, WEEK_MINUTES)] if begin < WEEK_MINUTES else [])]


def _day(name: str) -> int:
    return DAYS.index(name[:3].capitalize())


def _days(text: str) -> list[int]:
    """Days in *text*; `Fri-Mon` runs over the end of the week."""
    found: list[int] = []
    for first, last in re.findall(rf"({_DAY})(?:\s*-\s*({_DAY}))?", text, re.IGNORECASE):
        begin = _day(first)
        length = (_day(last or first) - begin) % 7
        found.extend((begin + step) % 7 for step in range(length + 1))
    return found


def minutes_of(time: str) -> int:
    """Minutes from midnight to *time*: `9`, `09:00`, `24:00`. Raises `ValueError` when it is no time of day."""
    hours, minutes = (int(part or 0) for part in time.partition(":")[::2])
    if minutes > 59 or hours * 60 + minutes > DAY_MINUTES:
        raise ValueError(_("{time} is not a time of day between 00:00 and 24:00").format(time=time))
    return hours * 60 + minutes


def moments_in(data: object) -> tuple[int, ...]:
    """Minutes of the week, sorted, that *data*, a text or a list of texts, stands for.

    >>> moments_in(["Mon-Tue 09:00", "Fri 14:00 15:30"])
    (540, 1980, 6600, 6690)

    Raises `ValueError` that says what is wrong.
    """
    texts = [data] if isinstance(data, str) else data
    found: set[int] = set()
    for text in texts if isinstance(texts, Sequence) else [texts]:
        match = _MOMENTS.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise ValueError(
                _("{found} is not moments of the week: write Mon-Fri 09:00 14:00").format(found=shown(text))
            )
        minutes = [minutes_of(time) for time in re.findall(_TIME, match[2])]
        if max(minutes) == DAY_MINUTES:
            raise ValueError(_("{time} is not a time of day between 00:00 and 24:00").format(time="24:00"))
        found |= {day * DAY_MINUTES + minute for day in _days(match[1]) for minute in minutes}
    return tuple(sorted(found))


def moments_data(moments: Sequence[int]) -> list[str]:
    """Minutes of the week as texts that `moments_in` reads back exactly.

    >>> moments_data((540, 1980, 6600, 6690))
    ['Mon-Tue 09:00', 'Fri 14:00 15:30']
    """
    of_day: dict[int, list[str]] = {}
    for moment in moments:
        of_day.setdefault(moment // DAY_MINUTES, []).append(clock_text(moment % DAY_MINUTES))
    days: dict[str, list[int]] = {}
    for day, times in of_day.items():
        days.setdefault(" ".join(times), []).append(day)
    return [f"{_days_text(which)} {times}" for times, which in days.items()]


def hours_data(calendar: Calendar) -> str | list[str] | list[list[int]]:
    """*calendar* as plain values that `hours_in` reads back exactly: what stands in files.

    >>> hours_data(Calendar(hours=((540, 1020), (1980, 2460))))
    'Mon-Tue 09:00-17:00'
    """
    hours = calendar.hours
    if hours == ALWAYS_OPEN.hours:
        return "always"
    if any(not 0 <= begin < end <= WEEK_MINUTES for begin, end in hours) or list(hours) != sorted(hours):
        return [list(interval) for interval in hours]
    groups: dict[Interval, list[int]] = {}
    long: list[str] = []
    for begin, end in _joined(hours):
        day, start = divmod(begin, DAY_MINUTES)
        if end - begin < DAY_MINUTES or (start == 0 and end - begin == DAY_MINUTES):
            groups.setdefault((start, end - day * DAY_MINUTES), []).append(day)
        else:
            last = (end - 1) // DAY_MINUTES
            long.append(f"{DAYS[day]} {clock_text(start)} - {DAYS[last % 7]} {clock_text(end - last * DAY_MINUTES)}")
    ordered = sorted(groups.items(), key=lambda entry: (entry[1], entry[0]))
    short = [f"{_days_text(days)} {clock_text(begin)}-{_end_clock(end)}" for (begin, end), days in ordered]
    texts = short + long
    return texts[0] if len(texts) == 1 else texts


def hours_said(hours: str | Iterable[object]) -> str:
    """*hours* of a week, such as `Mon-Fri 9-17`, or several such, with the days in the user's language.

    >>> hours_said("Mon-Fri 9-17"), hours_said(["Mon 9-17", "Tue 9-12"])
    ('Mon-Fri 9-17', 'Mon 9-17, Tue 9-12')
    """
    text = hours if isinstance(hours, str) else ", ".join(map(str, hours))
    return _DAY_NAME.sub(lambda day: _(day[0]), text)


def calendar_said(calendar: Calendar) -> str:
    """The weekly hours of a *calendar*; its exceptions are left to files.

    >>> calendar_said(Calendar(hours=((540, 1020), (1980, 2460))))
    'Mon-Tue 09:00-17:00'
    """
    return hours_said(hours_data(calendar))


def _joined(hours: Sequence[Interval]) -> list[Interval]:
    """*hours* with the night from Sunday to Monday in one piece."""
    if len(hours) > 1 and hours[0][0] == 0 and hours[-1][1] == WEEK_MINUTES:
        night = (hours[-1][0], WEEK_MINUTES + hours[0][1])
        if night[1] - night[0] < DAY_MINUTES:
            return [*hours[1:-1], night]
    return list(hours)


def clock_text(minute: int) -> str:
    """A minute of the day as `09:00`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _end_clock(minute: int) -> str:
    return clock_text(minute if minute <= DAY_MINUTES else minute - DAY_MINUTES)


def _days_text(days: Sequence[int]) -> str:
    """`Mon-Wed Fri` for 0, 1, 2, 4."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return " ".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)


def joined(hours: Iterable[Interval]) -> tuple[Interval, ...]:
    """*hours* in order, those that overlap in one piece; those that only touch are kept apart.

    >>> joined([(60, 120), (0, 60), (100, 180)])
    ((0, 60), (60, 180))
    """
    pieces: list[Interval] = []
    for begin, end in sorted(hours):
        if pieces and begin < pieces[-1][1]:
            pieces[-1] = (pieces[-1][0], max(end, pieces[-1][1]))
        else:
            pieces.append((begin, end))
    return tuple(pieces)


def reduced(hours: Iterable[Interval], less: Iterable[Interval]) -> tuple[Interval, ...]:
    """*hours* without those of *less*.

    >>> reduced([(0, 240), (300, 360)], [(180, 320)])
    ((0, 180), (320, 360))
    """
    left = list(hours)
    for begin, end in less:
        pieces = [((b, min(e, begin)), (max(b, end), e)) for b, e in left]
        left = [piece for pair in pieces for piece in pair if piece[0] < piece[1]]
    return tuple(sorted(left))


def shared(one: Iterable[Interval], other: Iterable[Interval]) -> tuple[Interval, ...]:
    """Those of the hours of *one* that are hours of the *other*, too.

    >>> shared([(0, 240), (300, 360)], [(180, 320)])
    ((180, 240), (300, 320))
    """
    mine = tuple(one)
    return reduced(mine, reduced(mine, other))
