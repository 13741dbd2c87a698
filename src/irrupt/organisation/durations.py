"""Durations as people write them: `12 min`, `{lognormal: {mean: 1.5 h, cv: 0.8}}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from irrupt.i18n import gettext as _
from irrupt.organisation.distributions import Distribution

MINUTE, HOUR, DAY, WEEK = 60.0, 3600.0, 86400.0, 604800.0
MONTH = 365.25 / 12 * DAY
"""A twelfth of a year, in the mean."""
_SECONDS = {
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
        if unit not in _SECONDS:
            return None
        total += float(match[1]) * _SECONDS[unit]
        at = match.end()
    if not unit:
        return None
    rest = text[at:]
    if _SECONDS[unit] == HOUR and (match := _MINUTES_AFTER_HOURS.match(rest)):
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
    return number_in(value) if is_number(value) else seconds_in(value) / WEEK


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


def distribution_data(distribution: Distribution, value: Callable[[float], Any] = written) -> Any:
    """*distribution* as plain values: what stands in files. *value*: how one of its values is written.

    >>> distribution_data(Distribution.lognormal(720.0, 1.2))
    {'lognormal': {'mean': '12 min', 'cv': 1.2}}
    """
    kind = distribution.kind
    if kind == "fixed":
        return value(distribution.mean)
    if kind == "exponential":
        return {kind: value(distribution.mean)}
    if kind == "uniform":
        return {kind: [value(distribution.low), value(distribution.high)]}
    if kind == "quantiles":
        return {kind: list(distribution.points), **({"unit": "s"} if value is written else {})}
    return {kind: {"mean": value(distribution.mean), "cv": distribution.cv}}


def distribution_in(data: object, value: Callable[[object], float] = seconds_in) -> Distribution:
    """The distribution that *data* stands for; *value*: how one of its values is read. Raises `ValueError` that says
    what is wrong.

    >>> distribution_in({"uniform": ["5 min", "10 min"]}) == Distribution.uniform(300.0, 600.0)
    True
    """
    if not isinstance(data, Mapping):
        return Distribution.fixed(value(data))
    kind = next((key for key in data if key in KINDS), None)
    if kind is None:
        raise ValueError(
            _("no kind of distribution among {keys}; known: {kinds}").format(
                keys=", ".join(map(shown, data)) or shown(None), kinds=", ".join(KINDS)
            )
        )
    others = {key: content for key, content in data.items() if key != kind}
    unit = others.pop("unit", None) if kind == "quantiles" and value is seconds_in else None
    _refuse(kind, others)
    found = data[kind]
    if kind == "fixed":
        return Distribution.fixed(value(found))
    if kind == "exponential":
        return Distribution.exponential(value(found))
    if kind == "uniform":
        low, high = (value(bound) for bound in _listed(kind, found, 2))
        return Distribution.uniform(low, high)
    if kind == "quantiles":
        return Distribution.quantiles(_points(_listed(kind, found), unit, value))
    mean, cv = _mean_and_cv(kind, found, value)
    return Distribution.lognormal(mean, cv) if kind == "lognormal" else Distribution.gamma(mean, cv)


def amount_data(distribution: Distribution) -> Any:
    """*distribution* of a quantity as plain values.

    >>> amount_data(Distribution.uniform(1.0, 20.0))
    {'uniform': [1.0, 20.0]}
    """
    return distribution_data(distribution, float)


def amount_in(data: object) -> Distribution:
    """The distribution of a quantity, in numbers without a unit, that *data* stands for.

    >>> amount_in({"lognormal": {"mean": 12, "cv": 0.5}}).mean
    12.0

    Raises `ValueError` that says what is wrong.
    """
    return distribution_in(data, number_in)


KINDS = ("fixed", "exponential", "lognormal", "gamma", "uniform", "quantiles")


def _refuse(kind: str, others: Mapping[Any, object]) -> None:
    if others:
        raise ValueError(_("{kind}: unknown key {keys}").format(kind=kind, keys=", ".join(map(shown, others))))


def _listed(kind: str, value: object, length: int | None = None) -> Sequence[object]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ValueError(_("{kind}: needs a list, found {value}").format(kind=kind, value=shown(value)))
    if length is not None and len(value) != length:
        raise ValueError(_("{kind}: needs {n} values, found {found}").format(kind=kind, n=length, found=len(value)))
    return value


def _points(values: Sequence[object], unit: object, read: Callable[[object], float]) -> tuple[float, ...]:
    if unit is None:
        return tuple(read(value) for value in values)
    size = _SECONDS.get(str(unit).lower())
    if size is None:
        raise ValueError(_("quantiles: no unit {unit}; known: s, min, h, days").format(unit=shown(unit)))
    return tuple(number_in(value) * size for value in values)


def _mean_and_cv(kind: str, value: object, read: Callable[[object], float]) -> tuple[float, float]:
    if not isinstance(value, Mapping) or "mean" not in value or "cv" not in value:
        found = shown(value) if not isinstance(value, Mapping) else ", ".join(map(shown, value)) or shown(None)
        raise ValueError(_("{kind}: needs {{mean: 12 min, cv: 1.2}}, found {found}").format(kind=kind, found=found))
    _refuse(kind, {key: content for key, content in value.items() if key not in ("mean", "cv")})
    return read(value["mean"]), number_in(value["cv"])
