"""How findings write numbers: hours in the unit that reads best, shares per cent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from irrupt.i18n import date_text, ngettext, number, unit_after
from irrupt.i18n import gettext as _
from irrupt.wall import known, local_time

_WHOLE = 0.9995
"""A share from here on is told as the whole; below what it leaves, with one digit more."""
_FINEST = 3
"""Digits behind the point, at most, so that the ends of an interval differ as they are written."""
_SCALES = ((1 / 60, 3600.0), (1.0, 60.0), (96.0, 1.0), (math.inf, 1 / 24))


def _digits(value: float) -> int:
    return 0 if value == 0 or abs(value) >= 100 else 1


def _minus(text: str) -> str:
    return text.replace("-", "\u2212")


def scale(hours: float) -> tuple[float, str]:
    """By what to multiply so many *hours*, and the unit in which they read best then, in findings and in tables:
    seconds below one minute, minutes below one hour, days from four days on.

    >>> [scale(hours)[1] for hours in (0.001, 0.0, 0.5, 72.0, 240.0)]
    ['s', 'min', 'min', 'h', 'days']
    """
    factor = next(factor for limit, factor in _SCALES if abs(hours) < limit) if hours else 60.0
    return factor, {3600.0: _("s"), 60.0: _("min"), 1.0: _("h")}.get(factor, _("days"))


_READABLE = 0.5
"""Of the unit of a whole, how much of it a part must be, at least, to be told in it."""


def scale_of_part(hours: float, whole: float) -> tuple[float, str]:
    """The same for a part of so many hours beside a *whole* of which it is one: in the unit of the whole, so that both
    can be held against each other, unless little of it would be left.

    >>> scale_of_part(72.7, 204.0)[1], scale_of_part(0.2, 204.0)[1]
    ('days', 'min')
    """
    factor, unit = scale(whole)
    return (factor, unit) if abs(hours) * factor >= _READABLE else scale(hours)


def duration(
    hours: float, low: float = math.nan, high: float = math.nan, *, like: float = math.nan, whole: float = math.nan
) -> str:
    """Hours as minutes, hours or days, with an interval where there is one; beside *like*, in the unit in which these
    hours read best; as a part of a *whole*, as `scale_of_part` says.

    >>> duration(38.04, 36.2, 40.4), duration(0.25), duration(240.0), duration(1.09, 1.07, 1.11)
    ('38.0\\u202fh (36.2 to 40.4)', '15.0\\u202fmin', '10.0\\u202fdays', '1.09\\u202fh (1.07 to 1.11)')
    >>> from irrupt.i18n import use
    >>> use("fr"); duration(38.4, whole=204.0), duration(48.0, whole=204.0), use("en")
    ('1,6\\u202fjour', '2,0\\u202fjours', None)
    """
    factor, unit = scale_of_part(hours, whole) if whole > 0 else scale(like if like > 0 else hours)
    digits = _digits(hours * factor)
    known = not math.isnan(low) and not math.isnan(high)
    while known and low < high and digits < _FINEST and len({number(e * factor, digits) for e in (low, high)}) == 1:
        digits += 1
    written = _minus(number(hours * factor, digits))
    text = f"{written}\u202f{unit_after(written, unit)}"
    if not known:
        return text
    ends = (_minus(number(end * factor, digits)) for end in (low, high))
    return text + " " + _("({low} to {high})").format(**dict(zip(("low", "high"), ends, strict=True)))


def percent(share: float, low: float = math.nan, high: float = math.nan) -> str:
    """A share per cent, with an interval where there is one.

    >>> percent(0.314, 0.299, 0.33), percent(0.004), percent(0.4, 0.399, 0.401)
    ('31\\u202f% (30 to 33)', '0.4\\u202f%', '40\\u202f%')
    """
    digits = 0 if share in (0.0, 1.0) or 0.1 <= abs(share) <= 0.99 or abs(share) >= _WHOLE else 1
    digits = 2 if 0 < abs(share) < 1 - _WHOLE else digits
    text = _minus(number(100 * share, digits)) + "\u202f%"
    if math.isnan(low) or math.isnan(high):
        return text
    least, most = (_minus(number(100 * end, digits)) for end in (low, high))
    if text == f"{least}\u202f%" == f"{most}\u202f%":
        return text
    return text + " " + _("({low} to {high})").format(low=least, high=most)


def number_with(value: float, low: float = math.nan, high: float = math.nan) -> str:
    """A number with its interval; two digits of it at least, also where it is below one.

    >>> number_with(1.25, 1.0, 1.5), number_with(0.144, 0.12, 0.163), number_with(0.0, 0.0, 0.0)
    ('1.2 (1.0 to 1.5)', '0.14 (0.12 to 0.16)', '0 (0 to 0)')
    """
    digits = max(_digits(value), min(1 - math.floor(math.log10(abs(value))), _FINEST) if 0 < abs(value) < 1 else 0)
    said = [number(one, digits if one else 0) for one in (value, low, high)]
    if math.isnan(low) or math.isnan(high):
        return said[0]
    return said[0] + " " + _("({low} to {high})").format(low=said[1], high=said[2])


def points(low: float, high: float) -> str:
    """The ends of a difference of shares, in points.

    >>> points(-0.31, -0.25)
    '−31 to −25 points'
    """
    digits = 0 if max(abs(low), abs(high)) >= 0.1 else 1

    def end(value: float) -> str:
        return ("+" if round(100 * value, digits) > 0 else "") + _minus(number(100 * value, digits))

    return _("{low} to {high} points").format(low=end(low), high=end(high))


def longer(low: float, high: float, *, like: float = math.nan) -> str:
    """The ends of a difference of durations, in the unit of the larger, or of *like*.

    >>> longer(-20.1, -13.5)
    '−20.1 to −13.5\\u202fh'
    """
    largest = max(abs(low), abs(high))
    factor, unit = scale(like if like > 0 else largest)

    def end(value: float) -> str:
        return ("+" if value > 0 else "") + _minus(number(value * factor, _digits(largest * factor)))

    return _("{low} to {high}").format(low=end(low), high=end(high)) + "\u202f" + unit


def count(value: float) -> str:
    """A whole number of things."""
    return number(value, 0)


def days(begin: datetime, end: datetime, timezone: str) -> str:
    """From which day to which, or the day on which both moments lie.

    >>> from datetime import UTC
    >>> days(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC), "UTC")
    '1 Jan 2024 to 1 Mar 2024'
    >>> days(datetime(2024, 1, 1, 9, tzinfo=UTC), datetime(2024, 1, 1, 17, tzinfo=UTC), "UTC")
    '1 Jan 2024'
    """
    first, last = day(begin, timezone), day(end, timezone)
    return first if first == last else _("{begin} to {end}").format(begin=first, end=last)


def day(moment: datetime, timezone: str = "UTC") -> str:
    """The date of *moment* on the organisation's clock: `29 Feb 2016`.

    >>> from datetime import UTC
    >>> day(datetime(2016, 2, 29, 23, tzinfo=UTC)), day(datetime(2016, 2, 29, 23, tzinfo=UTC), "Europe/Paris")
    ('29 Feb 2016', '1 Mar 2016')
    """
    if moment.tzinfo is not None and moment.year > 1 and moment.year < 9999:
        moment = local_time(moment, timezone if known(timezone) else "UTC")
    return date_text(moment)


def since(moment: datetime, timezone: str, *, daily: bool) -> str:
    """Since which week something is so; or, where it is told by days (*daily*), since which of them."""
    return (_("since {day}") if daily else _("since the week of {day}")).format(day=day(moment, timezone))


def when(moment: datetime, timezone: str, *, daily: bool) -> str:
    """In which week something changed, or on which day."""
    return (_("on {day}") if daily else _("in the week of {day}")).format(day=day(moment, timezone))


def clients_listed(said: Sequence[str], n: int) -> str:
    """What is *said* of the first of *n* clients, one after the other, and how many more there are.

    >>> clients_listed(["A 5 %", "B 4 %"], 3), clients_listed(["A 5 %"], 1)
    ('A 5 %; B 4 %; 1 more client', 'A 5 %')
    """
    hidden = n - len(said)
    more = ngettext("{count} more client", "{count} more clients", hidden).format(count=count(hidden))
    return _("; ").join([*said, more] if hidden else said)
