"""How findings about schedules name periods and values."""

from __future__ import annotations

from irrupt.chronicle.schedules.steps import Step
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.sight import words

Value = tuple[float, float, float]
"""A value and the ends of its interval."""


def ahead(lead: int, step: Step) -> str:
    """A lead in words.

    >>> ahead(4, "week"), ahead(0, "week")
    ('4 weeks ahead', 'for the current week')
    """
    if lead == 0:
        return {
            "day": _("for the current day"),
            "week": _("for the current week"),
            "month": _("for the current month"),
        }[step]
    text = {
        "day": ngettext("{n} day ahead", "{n} days ahead", lead),
        "week": ngettext("{n} week ahead", "{n} weeks ahead", lead),
        "month": ngettext("{n} month ahead", "{n} months ahead", lead),
    }[step]
    return text.format(n=lead)


def periods(count: float, step: Step) -> str:
    """So many periods.

    >>> periods(2, "week"), periods(1, "month")
    ('2 weeks', '1 month')
    """
    n = round(count)
    text = {
        "day": ngettext("{n} day", "{n} days", n),
        "week": ngettext("{n} week", "{n} weeks", n),
        "month": ngettext("{n} month", "{n} months", n),
    }[step]
    return text.format(n=words.count(n))


def share(value: Value) -> str:
    """A share per cent, with its interval."""
    return words.percent(*value)


def round_share(value: float) -> str:
    """A share that somebody set: without needless decimals.

    >>> round_share(0.05), round_share(0.125)
    ('5\u202f%', '12.5\u202f%')
    """
    from irrupt.i18n import number as written

    whole = abs(100 * value - round(100 * value)) < 1e-9
    return written(100 * value, 0 if whole else 1) + "\u202f%"


def number(value: Value, digits: int = 1) -> str:
    """A number with its interval.

    >>> number((-1.25, -2.0, -0.5)), number((3.0, float("nan"), 4.0), 0)
    ('\u22121.2 (\u22122.0 to \u22120.5)', '3')
    """
    from irrupt.i18n import number as written

    text, low, high = (written(one, digits).replace("-", "\u2212") for one in value)
    if value[1] != value[1] or value[2] != value[2]:
        return text
    return text + " " + _("({low} to {high})").format(low=low, high=high)


def known(value: Value) -> bool:
    """Whether there is a value and an interval."""
    return all(one == one for one in value)
