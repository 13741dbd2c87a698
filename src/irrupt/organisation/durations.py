"""Distributions of times as people write them: `12 min`, `{lognormal: {mean: 1.5 h, cv: 0.8}}`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from irrupt.i18n import gettext as _
from irrupt.organisation.distributions import Distribution
from irrupt.units import SECONDS, number_in, seconds_in, shown, written


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
    if kind == "lognormal":
        return Distribution.lognormal(mean, cv)
    return Distribution.gamma(mean, cv) if kind == "gamma" else Distribution.weibull(mean, cv)


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


KINDS = ("fixed", "exponential", "lognormal", "gamma", "weibull", "uniform", "quantiles")


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
    size = SECONDS.get(str(unit).lower())
    if size is None:
        raise ValueError(_("quantiles: no unit {unit}; known: s, min, h, days").format(unit=shown(unit)))
    return tuple(number_in(value) * size for value in values)


def _mean_and_cv(kind: str, value: object, read: Callable[[object], float]) -> tuple[float, float]:
    if not isinstance(value, Mapping) or "mean" not in value or "cv" not in value:
        found = shown(value) if not isinstance(value, Mapping) else ", ".join(map(shown, value)) or shown(None)
        raise ValueError(_("{kind}: needs {{mean: 12 min, cv: 1.2}}, found {found}").format(kind=kind, found=found))
    _refuse(kind, {key: content for key, content in value.items() if key not in ("mean", "cv")})
    return read(value["mean"]), number_in(value["cv"])
