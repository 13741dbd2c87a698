"""Designs: which settings of which parameters are tried.

A parameter is a place in an act or in the organisation, named by its path as it stands in their files:
`imposed check > duration`, `clients > Hospital A > cases per week`, `people > Chloe > speed`. One more is ours:
`clients > Hospital A > share of cases`, which leaves the number of all cases what it is.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.errors import Fault, ModelError, UsageError, did_you_mean
from irrupt.experiment.sobol import MOST, sobol
from irrupt.i18n import gettext as _
from irrupt.organisation import from_dict, to_dict
from irrupt.organisation.model import Organisation
from irrupt.regulation import act_to_dict
from irrupt.regulation.model import Act
from irrupt.regulation.registry import act_from_dict
from irrupt.units import parsed, written

Kind = Literal["grid", "latin", "sobol", "sensitivity"]
Points = Floats
SHARE = "share of cases"
ON_GRID = 5
"""Settings of a parameter on a grid, where only its ends are given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One place that is varied, and between what."""

    path: tuple[str, ...]
    low: float
    high: float
    settings: tuple[float, ...] = ()
    """The only settings, where they are listed."""
    time: bool = False
    """Whether settings are durations, in seconds."""
    percent: bool = False
    """Whether settings are shares, and shown as such."""

    @property
    def name(self) -> str:
        """Its path, as it is written."""
        return " > ".join(self.path)

    def shown(self, value: float) -> Any:
        """*value* as it stands in a file."""
        return written(value) if self.time else float(f"{value:.12g}")


def parameter_in(text: str) -> Parameter:
    """The parameter in *text*: `PATH: LOW .. HIGH` or `PATH: A, B, C`, numbers, per cent or durations.

    >>> found = parameter_in("imposed check > duration: 5 min .. 40 min")
    >>> found.path, found.low, found.high
    (('imposed check', 'duration'), 300.0, 2400.0)

    Raises `UsageError` for what is not understood.
    """
    name, colon, values = text.rpartition(":")
    path = tuple(part.strip() for part in name.split(">"))
    ends = values.split("..")
    listed = ends if len(ends) == 2 else values.split(",")
    found = [_value(one.strip()) for one in listed]
    known = [one for one in found if one is not None]
    if not colon or len(path) < 2 or not all(path) or len(known) < 2 or len(known) < len(found):
        expected = _('a path and two ends or more settings, such as "imposed check > duration: 5 min .. 40 min"')
        raise UsageError(Fault("vary", text, expected))
    numbers = sorted(value for value, _kind in known)
    if numbers[0] == numbers[-1]:
        raise UsageError(Fault("vary", text, _("settings that differ")))
    return Parameter(
        path=path,
        low=numbers[0],
        high=numbers[-1],
        settings=() if len(ends) == 2 else tuple(numbers),
        time=any(kind == "time" for _value, kind in known),
        percent=all(kind == "percent" for _value, kind in known),
    )


def _value(text: str) -> tuple[float, str] | None:
    """A number, a share or a duration, and which of these."""
    try:
        if text.endswith("%"):
            return (float(text.removesuffix("%")) / 100, "percent")
        return (float(text), "number")
    except ValueError:
        seconds = parsed(text)
        return None if seconds is None else (seconds, "time")


def design(parameters: Sequence[Parameter], kind: Kind, points: int, seed: int = 1) -> Points:
    """Settings to try, one row each: on a grid, as a Latin hypercube, as a scrambled Sobol' sequence, or for
    sensitivity indices (`points` times the number of parameters and two).

    Grid: all combinations of the settings, or of five between the ends. Source of the last: Saltelli et al. 2010,
    Variance based sensitivity analysis of model output.

    >>> design([parameter_in("a > b: 0 .. 1"), parameter_in("a > c: 1, 2")], "grid", 0).shape
    (10, 2)

    Raises `UsageError` when there are too few points, or too many parameters for a Sobol' sequence.
    """
    if kind == "grid":
        return np.array(list(itertools.product(*[one.settings or _even(one) for one in parameters])))
    if points < 2:
        raise UsageError(Fault("points", str(points), _("2 or more")))
    width = len(parameters)
    if kind == "sobol" and width > MOST:
        raise UsageError(Fault("vary", str(width), _("at most {n} for a Sobol' sequence").format(n=MOST)))
    if kind == "sensitivity":
        both = _cube(points, 2 * width, seed)
        first, second = both[:, :width], both[:, width:]
        mixed = [np.where(np.arange(width) == at, second, first) for at in range(width)]
        unit = np.vstack([first, second, *mixed])
    else:
        unit = sobol(points, width, seed) if kind == "sobol" else _cube(points, width, seed)
    return np.column_stack([_scaled(one, unit[:, at]) for at, one in enumerate(parameters)])


def _even(parameter: Parameter) -> list[float]:
    found: list[float] = np.linspace(parameter.low, parameter.high, ON_GRID).tolist()
    return found


def _scaled(parameter: Parameter, unit: Points) -> Points:
    if parameter.settings:
        listed: Points = np.array(parameter.settings)[(unit * len(parameter.settings)).astype(int)]
        return listed
    return parameter.low + unit * (parameter.high - parameter.low)


def _cube(points: int, width: int, seed: int) -> Points:
    """A Latin hypercube (McKay, Beckman & Conover 1979): each of *points* slices of each side holds one point."""
    generator = np.random.Generator(np.random.PCG64(seed))
    slices = generator.permuted(np.tile(np.arange(points), (width, 1)), axis=1).T
    cube: Points = (slices + generator.random((points, width))) / points
    return cube


def set_to(
    organisation: Organisation, acts: Sequence[Act], parameters: Sequence[Parameter], values: Sequence[float]
) -> tuple[Organisation, tuple[Act, ...]]:
    """*organisation* and *acts* with *parameters* set to *values*.

    Raises `ModelError` when a parameter names what is not there, or a value is not possible.
    """
    rules: dict[str, Any] | None = None
    written_acts = [copy.deepcopy(act_to_dict(act)) for act in acts]
    for one, value in zip(parameters, values, strict=True):
        names = [act.name for act in acts]
        if one.path[0] in names:
            for act in written_acts:
                if one.path[0] in act:
                    _set(act, one, value)
            continue
        share = one.path[0] == "clients" and one.path[-1] == SHARE
        if share and rules is None:  # this one needs no detour, which takes longer than some runs
            organisation = _shared(organisation, one, value)
            continue
        if rules is None:
            rules = dict(to_dict(organisation))
        if one.path[0] not in rules:
            remedy = did_you_mean(one.path[0], [*names, *rules])
            raise ModelError(Fault(one.name, _("no act and no part of the organisation has this name"), remedy=remedy))
        rules[one.path[0]] = copy.deepcopy(rules[one.path[0]])
        if share:
            rates = {name: client["cases per week"] for name, client in rules["clients"].items()}
            for name, rate in _share(rates, one, value).items():
                rules["clients"][name]["cases per week"] = rate
        else:
            _set(rules, one, value)
    changed = tuple(act_from_dict(act) for act in written_acts) if written_acts != _as_dicts(acts) else tuple(acts)
    return (organisation if rules is None else from_dict(rules)), changed


def _as_dicts(acts: Sequence[Act]) -> list[dict[str, Any]]:
    return [act_to_dict(act) for act in acts]


def _set(data: dict[str, Any], parameter: Parameter, value: float) -> None:
    place: Any = data
    for part in parameter.path[:-1]:
        place = _entered(place, part, parameter)
    if not isinstance(place, dict):
        raise ModelError(Fault(parameter.name, _("there is nothing of this name")))
    place[parameter.path[-1]] = parameter.shown(value)


def _entered(place: Any, part: str, parameter: Parameter) -> Any:
    if isinstance(place, Mapping) and part in place:
        return place[part]
    if isinstance(place, list) and part.isdigit() and 1 <= int(part) <= len(place):
        return place[int(part) - 1]
    known = place if isinstance(place, Mapping) else [str(n + 1) for n in range(len(place))] if place else []
    found = _('there is no "{name}"').format(name=part)
    raise ModelError(Fault(parameter.name, found, remedy=did_you_mean(part, map(str, known))))


def _shared(organisation: Organisation, parameter: Parameter, value: float) -> Organisation:
    """*organisation* where a client brings *value* of all cases."""
    rates = {name: client.cases_per_week for name, client in organisation.clients.items()}
    found = _share(rates, parameter, value)
    clients = {name: replace(client, cases_per_week=found[name]) for name, client in organisation.clients.items()}
    return replace(organisation, clients=clients)


def _share(rates: Mapping[str, float], parameter: Parameter, value: float) -> dict[str, float]:
    """Cases a week by client where one brings *value* of all cases, and the others keep their proportions."""
    _entered(rates, parameter.path[1], parameter)
    whole, his = sum(rates.values()), rates[parameter.path[1]]
    if not 0 <= value <= 1 or whole <= his:
        raise ModelError(Fault(parameter.name, str(value), _("a share from 0 to 1, of several clients")))
    rest = (1 - value) * whole / (whole - his)
    return {name: value * whole if name == parameter.path[1] else rest * rate for name, rate in rates.items()}
