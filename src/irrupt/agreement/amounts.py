"""Limits of measures as they stand in files: in the unit of the measure, or in periods of plans."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from irrupt.agreement.bounds import Each, Measured
from irrupt.i18n import gettext as _
from irrupt.ledgers import schedules as measure
from irrupt.units import DAY, HOUR, MONTH, MOST_PLAIN, WEEK, number_text

Amount = float | tuple[float, str]
"""A plain number, or one with its unit: `s` for times in seconds, `h`, `%`, or the words that stand behind it."""
PERIODS = "periods"
"""The unit of what is counted in periods of plans."""
AT_A_LEAD = (measure.ERROR.name, measure.BIAS.name, measure.INFLATION.name, measure.BREACHES.name)
"""Measures of what was announced so many periods ahead."""
_GO_WITH: Mapping[str, tuple[str, ...]] = {
    "ahead": AT_A_LEAD,
    "down": (measure.BREACHES.name,),
    "up": (measure.BREACHES.name,),
    "tolerance": (measure.EFFECTIVE_FROZEN.name, measure.NOTICE.name),
}
"""Key -> the measures that it goes with."""
_WORDED = re.compile(r"(.*?)\s*(?:(?:\b(?:a|an|per|each|every)\s+|/\s*)(\w+))?")
_SECONDS_IN = {"h": HOUR, "days": DAY, "weeks": WEEK}


def in_unit(amount: Amount, unit: str, key: str) -> tuple[float, Each | None]:
    """*amount* in the *unit* of a measure; and, of what is counted a week, the time in which it is counted instead, or
    of what is counted in periods, how long these are. Raises `ValueError` that says what is expected."""
    if unit == PERIODS:
        return periods_in(amount, key)
    if not isinstance(amount, tuple):
        return _plain(amount, unit, key), None
    value, kind = amount
    noun, _a, period = unit.partition(" a ")
    if kind in ("s", "h") and noun in _SECONDS_IN:
        return value if kind == noun else _in_seconds(amount)[0] / _SECONDS_IN[noun], None
    if kind == "%" and unit in ("share", "ratio"):
        return value, None
    said = _WORDED.fullmatch(kind.lower())
    if said is not None and said[1] in ("", noun, noun.removesuffix("s")) and kind != "s":
        if period == "week" and value < 0:
            raise ValueError(_("{key}: expected {what}").format(key=key, what=_("a number, 0 or more")))
        if said[2] in (None, period):
            return value, None
        if period == "week" and said[2] in ("day", "month"):
            return value, said[2]  # type: ignore[return-value]
    text = _("a number of {unit}, or as many a day or a month") if period == "week" else _("a number of {unit}")
    wanted = text.format(unit=_(unit)) if unit else _("a plain number")
    raise ValueError(_("{key}: expected {what}").format(key=key, what=wanted))


def _plain(number: float, unit: str, key: str) -> float:
    """*number* without a unit, where it can be meant in no other: of hours it may be minutes, and days."""
    example = {"h": f"{number_text(number)} h", "share": f"{number_text(number)} %"}.get(unit, "")
    if example and (unit == "h" or number > MOST_PLAIN):
        raise ValueError(
            _("{key}: {n} of what? write {example}").format(key=key, n=number_text(number), example=example)
        )
    return number


def _in_seconds(amount: tuple[float, str]) -> tuple[float, str]:
    """*amount*, in seconds where it is in hours."""
    value, kind = amount
    return (value * HOUR, "s") if kind == "h" else amount


def periods_in(amount: Amount, key: str) -> tuple[float, Each | None]:
    """A number of periods, and how long they are where that is said.

    >>> periods_in((1814400.0, "s"), "at least"), periods_in((864000.0, "s"), "at least"), periods_in(3.0, "at least")
    ((3.0, 'week'), (10.0, 'day'), (3.0, None))
    """
    value, kind = _in_seconds(amount) if isinstance(amount, tuple) else (amount, PERIODS)
    if value < 0 or kind not in ("s", "period", PERIODS):
        what = _("a number of periods of the plans, or of days, weeks or months")
        raise ValueError(_("{key}: expected {what}").format(key=key, what=what))
    if kind != "s":
        return value, None
    lengths: tuple[tuple[Each, float], ...] = (("week", WEEK), ("month", MONTH))
    for length, seconds in lengths:
        number = round(value / seconds)
        if abs(value - number * seconds) < 1.0:
            return float(number), length
    return value / DAY, "day"


def periods_data(number: float, length: Each | None) -> Any:
    """So many periods, as they stand in files.

    >>> periods_data(3.0, "week"), periods_data(1.0, "month"), periods_data(4.0, None)
    ('3 weeks', '1 month', 4.0)
    """
    return number if length is None else f"{number_text(number)} {length}{'' if number == 1 else 's'}"


def terms_of_plans(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Measured` that only measures of plans have. Raises `ValueError` where *name* is no such measure,
    or what is given cannot be."""
    found: dict[str, Any] = {}
    for key, names in _GO_WITH.items():
        if key not in given:
            continue
        if name not in names:
            text = _('"{key}" goes with {measures}, not with "{name}"')
            raise ValueError(text.format(key=key, measures=", ".join(map(_, names)), name=name))
        if key == "ahead":
            found["ahead"], found["period"] = periods_in(given[key], key)
        else:
            found[key] = _share(given[key], key)
    return found


def _share(amount: Amount, key: str) -> float:
    value, kind = amount if isinstance(amount, tuple) else (amount, "")
    most = 1.0 if key != "up" else math.inf if kind else MOST_PLAIN
    if kind not in ("", "%") or not 0 <= value <= most:
        raise ValueError(_("{key}: expected {what}").format(key=key, what=_("a share such as 15% or 0.15")))
    return value


def amount_data(bound: Measured, amount: float) -> Any:
    """A limit of *bound* as it stands in files; `in_unit` reads it back."""
    from irrupt.ledgers import measures

    unit = measures()[bound.measure].unit
    if unit == PERIODS:
        return periods_data(amount, bound.period)
    if bound.per is not None:
        return f"{amount!r} {unit.removesuffix('week')}{bound.per}"
    if unit == "share" and amount > MOST_PLAIN:
        return f"{number_text(100 * amount)} %"
    return f"{number_text(amount)} h" if unit == "h" else amount
