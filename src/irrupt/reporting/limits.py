"""What was agreed, and shares beside it, in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from irrupt.agreement.amounts import PERIODS
from irrupt.agreement.bounds import Each, Measured
from irrupt.chronicle.schedules.steps import DAYS
from irrupt.i18n import gettext as _
from irrupt.ledgers import measures
from irrupt.reporting.words import amount, digits_for, digits_within, joined, number_of, unit_for, with_unit, written
from irrupt.sight import terms

_DIGITS = 4
"""Behind the point, of what was agreed: what has more was made of another unit."""


def exactly(value: float, unit: str) -> str:
    """A number that was agreed, with its unit: to the last digit, where `amount` would round it.

    >>> exactly(0.9995, "share"), exactly(0.9, "share"), exactly(30.25, "h")
    ('99.95\\u202f%', '90.0\\u202f%', '30.25\\u202fh')
    """
    shown = unit_for(unit, [value])
    number = value * shown.factor
    digits = next((digits for digits in range(_DIGITS + 1) if abs(round(number, digits) - number) < 1e-9), 0)
    if digits <= (1 if unit == "share" else digits_for([number])):
        return amount(value, unit)
    return with_unit(written(number, digits), shown)


def unit_of(bound: Measured) -> str:
    """In which unit its limits and what is measured are: what is counted in a period has no \"a week\"."""
    unit = measures()[bound.measure].unit
    return unit if bound.per is None else unit.removesuffix(" a week")


def limits_of(bound: Measured, step: Each | None) -> Iterator[tuple[float, str]]:
    """Each limit as a number, and in words: of what is counted in periods of plans, in those that are *step* long;
    None: nobody says how long they are."""
    for limit, text in ((bound.at_most, _("at most {amount}")), (bound.at_least, _("at least {amount}"))):
        if limit is None:
            continue
        if unit_of(bound) == PERIODS:
            length = bound.period or step
            said = number_of(limit) if length is None else terms.periods(limit, length)
            yield limit * DAYS[length] / DAYS[step] if length and step else limit, text.format(amount=said)
        else:
            yield limit, text.format(amount=measured(limit, bound, step, exactly))


def agreed_limits(bound: Measured, step: Each | None) -> str:
    """The limits in words."""
    return joined(text for _limit, text in limits_of(bound, step))


def measured(value: float, bound: Measured, step: Each | None, say: Callable[[float, str], str] = amount) -> str:
    """A value of the measure in words; plans have periods that are *step* long. *say* puts a number and its unit."""
    unit = unit_of(bound)
    if unit in (PERIODS, "days") and float(value).is_integer():
        return terms.periods(value, step if unit == PERIODS and step else "day")
    return say(value, unit)


def shares(*of: float) -> list[str]:
    """Shares per cent with the same decimals: so many that what is not quite all, or nothing, does not look so.

    >>> shares(0.9996, 0.99, 1.0)
    ['99.96\\u202f%', '99.00\\u202f%', '100.00\\u202f%']
    """
    unit = unit_for("share", ())
    values = [unit.factor * end for end in of]
    digits = max(digits_within(values[0], values[1], values[2]), *map(_digits_short_of_all, values))
    return [with_unit(written(value, digits), unit) for value in values]


def _digits_short_of_all(percent: float) -> int:
    """Digits behind the point with which what is not quite all, or not quite nothing, does not look so.

    >>> _digits_short_of_all(99.96), _digits_short_of_all(100.0), _digits_short_of_all(50.0)
    (2, 0, 0)
    """
    left = min(percent, 100.0 - percent)
    return max(0, math.ceil(-math.log10(2 * left))) if left > 1e-9 else 0
