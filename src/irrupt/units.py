"""Lengths of time and numbers as people write them: `12 min`, `1h30`, `2 days`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number

MINUTE, HOUR, DAY, WEEK = 60.0, 3600.0, 86400.0, 604800.0
MOST_WEEKS = 52_000
"""A thousand years: the longest that anything may run. Calendars end with the year 9999."""
MONTH = 365.25 / 12 * DAY
"""A twelfth of a year, in the mean."""
SECONDS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("h", "hour", "hours"), HOUR),
    **dict.fromkeys(("d", "day", "days"), DAY),
    **dict.fromkeys(("week", "weeks"), WEEK),
    **dict.fromkeys(("month", "months"), MONTH),
}
_NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_PART = re.compile(rf"\s*({_NUMBER})\s*([A-Za-z]+)")
_MINUTES_AFTER_HOURS = re.compile(r"\s*(\d\d?)\s*$")
_PLAIN = re.compile(rf"[+-]?{_NUMBER}$")
LONGEST_SHORT = 6
"""Most characters of a number in a unit that is not seconds: 12.25 h is clearer than 44100 s, 1.66667 min is not."""


def parsed(text: str) -> float | None:
    """Seconds in *text*, or None when it is not a duration.

    >>> parsed("1.5 h"), parsed("1h30"), parsed("2 days 3 h"), parsed("soon")
    (5400.0, 5400.0, 183600.0, None)
    """
    total, at, unit = 0.0, 0, ""
    while match := _PART.match(text, at):
        unit = match[2].lower()
        if unit not in SECONDS:
            return None
        total += float(match[1]) * SECONDS[unit]
        at = match.end()
    if not unit:
        return None
    rest = text[at:]
    if SECONDS[unit] == HOUR and (match := _MINUTES_AFTER_HOURS.match(rest)):
        return total + float(match[1]) * MINUTE
    return None if rest.strip() else total


def seconds_in(value: object) -> float:
    """Seconds in *value*, a text with a unit. Raises `ValueError` that says what is wrong."""
    if isinstance(value, str):
        seconds = parsed(value)
        if seconds is not None:
            return seconds
    if is_number(value):
        raise ValueError(_('"{value}" has no unit: write {value} min, {value} h or {value} days').format(value=value))
    raise ValueError(
        _("{value} is not a duration: write 45 s, 12 min, 1.5 h, 1h30, 2 days or 3 weeks").format(value=shown(value))
    )


def weeks_in(value: object) -> float:
    """Weeks in *value*, a number of weeks or a text with a unit. Raises `ValueError` that says what is wrong.

    >>> weeks_in(3), weeks_in("3"), weeks_in("21 days")
    (3.0, 3.0, 3.0)
    """
    return _counted(value, WEEK)


def hours_of(value: object) -> float:
    """Hours in *value*, a number of hours or a text with a unit. Raises `ValueError` that says what is wrong.

    >>> hours_of(1.5), hours_of("1h30"), hours_of("2 h")
    (1.5, 1.5, 2.0)
    """
    return _counted(value, HOUR)


def whole_days_in(value: object) -> int:
    """Days in *value*, a number of days or a text with a unit. Raises `ValueError` that says what is wrong.

    >>> whole_days_in(3), whole_days_in("2 weeks")
    (3, 14)
    """
    days = _counted(value, DAY)
    if not days.is_integer():
        raise ValueError(_("{value} is not a whole number of days").format(value=shown(value)))
    return int(days)


def whole_weeks_in(value: object) -> int:
    """Weeks in *value*, a number of weeks or a text with a unit. Raises `ValueError` that says what is wrong.

    >>> whole_weeks_in(3), whole_weeks_in("14 days")
    (3, 2)
    """
    weeks = weeks_in(value)
    if not weeks.is_integer():
        raise ValueError(_("{value} is not a whole number of weeks").format(value=shown(value)))
    return int(weeks)


def whole_in(value: object) -> int:
    """The whole number in *value*, a number or its text. Raises `ValueError` that says what is wrong.

    >>> whole_in(3), whole_in("2")
    (3, 2)
    """
    if not (number := number_in(value)).is_integer():
        raise ValueError(_("{value} is not a whole number").format(value=shown(value)))
    return int(number)


def _counted(value: object, unit: float) -> float:
    return number_in(value) if is_number(value) else seconds_in(value) / unit


def written(seconds: float) -> str:
    """*seconds* in the unit that reads best; `parsed` gives exactly the same number back.

    >>> written(720.0), written(5400.0), written(100.0), written(86400.0)
    ('12 min', '1.5 h', '100 s', '1 day')
    """
    for name, size in (("day", DAY), ("h", HOUR), ("min", MINUTE)):
        if seconds >= size:
            text = number_text(seconds / size)
            if len(text) <= LONGEST_SHORT and float(text) * size == seconds:
                return f"{text} {name}" + ("s" if name == "day" and text != "1" else "")
    return f"{number_text(seconds)} s"


def readable(seconds: float) -> float:
    """*seconds*, which were worked out, to a tenth of the minutes, or a hundredth of the hours or days that they are.

    >>> time_said(readable(1248.06)), time_said(readable(52.3)), time_said(readable(4321.0))
    ('20.8 min', '52 s', '1.2 h')
    """
    step = next((size for least, size in ((DAY, DAY / 100), (HOUR, HOUR / 100), (MINUTE, 6.0)) if seconds >= least), 1)
    return float(round(round(seconds / step) * step))


def time_said(seconds: float) -> str:
    """*seconds* in the unit that reads best.

    >>> time_said(114.0), time_said(86400.0)
    ('1.9 min', '1 day')
    """
    amount, unit = written(seconds).split(" ", 1)
    digits = len(amount.partition(".")[2])
    shown = number(float(amount), digits)
    if unit.startswith("day"):
        return ngettext("{n} day", "{n} days", 1 if amount == "1" else 2).format(n=shown)
    return f"{shown} {unit}"


def number_text(value: float) -> str:
    """The shortest text that reads back as *value*, without `.0`.

    >>> number_text(2.0), number_text(0.1)
    ('2', '0.1')
    """
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def number_in(value: object) -> float:
    """The number in *value*, a number or its text. Raises `ValueError` that says what is wrong."""
    if not is_number(value):
        raise ValueError(_("{value} is not a number").format(value=shown(value)))
    return float(value)  # type: ignore[arg-type]


MOST_PLAIN = 4.0
"""The largest share that stands without its sign: 15 is rather 15 %."""


def ratio_in(value: object) -> float:
    """The number in *value*, a number or its text, in per cent where it says so. Raises `ValueError` that says what is
    wrong.

    >>> ratio_in(0.05), ratio_in("0.05"), ratio_in("5 %")
    (0.05, 0.05, 0.05)
    """
    text = value.strip() if isinstance(value, str) else ""
    return number_in(text[:-1].rstrip()) / 100 if text.endswith("%") else number_in(value)


def is_number(value: object) -> bool:
    """Whether *value* is a number or the text of one."""
    if isinstance(value, str):
        return _PLAIN.match(value.strip()) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def shown(value: object) -> str:
    """*value* as a message shows it."""
    if value is None:
        return _("nothing")
    if isinstance(value, Mapping):
        return _("a mapping")
    if isinstance(value, str | int | float):
        text = str(value)
        return '"' + (text if len(text) <= 60 else text[:59] + "…") + '"'
    return _("a list") if isinstance(value, Sequence) else type(value).__name__
