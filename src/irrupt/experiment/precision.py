"""How narrow intervals are to be, and how many pairs of runs that takes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.experiment.effects import Judged, pairs_for
from irrupt.experiment.trials import Trial
from irrupt.groups import ALL_TEAMS
from irrupt.i18n import gettext as _
from irrupt.ledgers import measures
from irrupt.regulation.conditions import level_in
from irrupt.units import is_number, ratio_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """Half of the interval of a difference is to be at most so wide."""

    text: str
    """As it was asked for."""
    width: float
    """A share of the level without the act, or in the unit of the measure."""
    relative: bool
    measure: str | None = None
    """None: the measures that the claims name."""


def precision_in(text: str) -> Precision:
    """The precision that *text* asks for: `2 %`, or for one measure `cycle time: 30 min`, `rework: 0.01`.

    Per cent are of the level without the act; without a measure, those that claims name are meant.

    >>> [precision_in(text).width for text in ("2 %", "cycle time: 30 min", "throughput: 1 case a week")]
    [0.02, 0.5, 1.0]

    Raises `UsageError` for what is not understood.
    """
    name, colon, asked = text.rpartition(":")
    name, asked = name.strip(), asked.strip()
    measure = measures().get(name)
    if colon and measure is None:
        found = _('no measure "{name}"').format(name=name)
        raise UsageError(Fault("precision", found, remedy=did_you_mean(name, measures())))
    relative, width = asked.endswith("%"), math.nan
    if relative and is_number(asked.removesuffix("%")):
        width = ratio_in(asked)
    elif asked and measure is not None and not relative:
        try:
            width = level_in(name, asked)
        except ValueError as error:
            raise UsageError(Fault("precision", str(error))) from None
    if not (math.isfinite(width) and width > 0):
        expected = _('a share such as "2 %", or a measure and a width such as "cycle time: 30 min"')
        raise UsageError(Fault("precision", text, expected))
    return Precision(text=text.strip(), width=width, relative=relative, measure=name if colon else None)


def watched(trial: Trial, measure: str | None) -> list[int]:
    """The columns of *trial* on which a precision for *measure* is: those of its clients and of all others; for a
    measure of teams, those of the team that a claim names and of all teams."""
    claims = {(act.claim.measure, act.claim.party) for act in trial.acts}
    names = {name for name, _party in claims} if measure is None else {measure}
    return [
        index
        for index, (one, party) in enumerate(trial.columns)
        if one.name in names and (one.of == "client" or party == ALL_TEAMS or (one.name, party) in claims)
    ]


def missing_pairs(asked: Precision, trial: Trial, said: Judged) -> int | None:
    """About how many more pairs of runs *asked* takes on *trial*: 0 when it is reached, None when too many, or when no
    run could help, since what was learned is too unsure.

    What no run could measure asks for nothing.
    """
    most = 0
    for goal, index in _goals(asked, trial, said):
        half = float(said.high[index] - said.low[index]) / 2
        if math.isnan(half) or half <= goal:
            continue
        pairs, sure = int(said.result.pairs[index]), float(np.nan_to_num(said.learned[index]))
        if sure >= goal:
            return None
        left = math.sqrt(goal**2 - sure**2)
        more = max(pairs, 2) if math.isinf(half) else pairs_for(float(said.noise[index]), left, pairs)
        if more is None:
            return None
        most = max(most, more)
    return most


def _goals(asked: Precision, trial: Trial, said: Judged) -> Iterator[tuple[float, int]]:
    for index in watched(trial, asked.measure):
        level = abs(float(said.result.without[index]))
        goal = asked.width * level if asked.relative else asked.width
        yield (goal if goal > 0 else float(said.matters[index])), index


def refuse_unwatched(asked: Sequence[Precision], trials: Sequence[Trial]) -> None:
    """Raise `UsageError` for precisions that are about nothing measured in any of *trials*."""
    faults = [
        Fault("precision", one.text, _("a measure that is measured for a party of an act"))
        for one in asked
        if not any(watched(trial, one.measure) for trial in trials)
    ]
    if faults:
        raise UsageError(faults)
