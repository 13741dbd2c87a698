"""Candidates of a search: which acts are done, which answers are given, and at what settings."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from irrupt.errors import Fault, ModelError
from irrupt.experiment.designs import Parameter, set_to
from irrupt.groups import ALL_CLIENTS
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import RuleChange, difference
from irrupt.regulation import act_to_dict
from irrupt.regulation.acts.signature import (
    MANAGEMENT,
    UNSIGNED,
    ForEverybody,
    Signature,
    change,
    sign,
)
from irrupt.regulation.answers import Answer, answered
from irrupt.regulation.model import Act
from irrupt.regulation.when import bare

Choice = tuple[bool | float, ...]
"""For each act and each answer whether it is chosen; then a value for each parameter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged(ForEverybody):
    """A place in the organisation is set to a value from the moment when acts begin."""

    name: ClassVar[str] = "setting"

    path: tuple[str, ...]
    """The place, as it stands in the organisation's file."""
    value: float
    """In seconds where it is a *time*."""
    time: bool = False
    signed: Signature = UNSIGNED

    def __post_init__(self) -> None:
        sign(self, MANAGEMENT, "rigidity", "cycle time", ALL_CLIENTS)

    @property
    def parameter(self) -> Parameter:
        """The place as a parameter."""
        return Parameter(path=self.path, low=self.value, high=self.value, time=self.time)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of what lies there. Raises `ModelError` for no such place, or no such value."""
        place = self.parameter
        after, _acts = set_to(rules, (), [place], [self.value])
        edits = difference(rules, replace(after, learned=rules.learned, distributions=rules.distributions))
        return (change(self, moment, f"{place.name} = {place.shown(self.value)}", *edits),) if edits else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Acts that are done together, at some settings."""

    acts: tuple[Act, ...]
    settings: Mapping[str, float] = field(default_factory=dict)
    """Name of a parameter -> its value, of those that make a difference here."""

    @property
    def key(self) -> str:
        """The same for candidates that are the same."""
        return json.dumps([act_to_dict(act) for act in self.acts], sort_keys=True, default=str)


@dataclass(frozen=True)
class Space:
    """All that could be done: each of *acts* or not, each of *answers* to them or not, and *parameters* set."""

    organisation: Organisation
    acts: tuple[Act, ...]
    answers: tuple[Answer, ...] = ()
    parameters: tuple[Parameter, ...] = ()

    @cached_property
    def _own(self) -> frozenset[str]:
        """Names of the acts that could be done."""
        return frozenset(
            [*(bare(act).name for act in self.acts), *(answer.names for answer in self.answers if answer.names)]
        )

    def of_act(self, parameter: Parameter) -> bool:
        """Whether *parameter* is of an act; or else of the organisation."""
        return parameter.path[0] in self._own

    @property
    def switches(self) -> int:
        """How many choices between yes and no there are: acts, answers, and parameters of the organisation that may
        stay as they are today."""
        return len(self.acts) + len(self.answers) + sum(not self.of_act(one) for one in self.parameters)

    def candidate(self, choice: Choice) -> Candidate:
        """What *choice* comes to: `switches` truths, then a value for each parameter. What is refused, answers nobody
        or sets nothing leaves no trace.

        Raises `ModelError` when a parameter names what is not there.
        """
        truths, values = choice[: self.switches], [float(value) for value in choice[self.switches :]]
        taken = iter(truths)
        acts = [act for act in self.acts if next(taken)]
        answers = [answer for answer in self.answers if next(taken)]
        done, _refusals = answered(acts, answers, nobody_else=True)
        names = {bare(act).name for act in done}
        settings: dict[str, float] = {}
        arranged: list[Act] = []
        for one, value in zip(self.parameters, values, strict=True):
            if self.of_act(one):
                if one.path[0] in names:
                    settings[one.name] = value
            elif next(taken):
                settings[one.name] = value
                arranged.append(Arranged(path=one.path, value=value, time=one.time))
        mine = [one for one in self.parameters if one.name in settings and self.of_act(one)]
        _rules, changed = set_to(self.organisation, done, mine, [settings[one.name] for one in mine])
        return Candidate(acts=(*arranged, *changed), settings=settings)

    def every(self, most: int) -> list[Candidate] | None:
        """All candidates there are; None when they are more than *most*, or without number."""
        listed = [one.settings for one in self.parameters]
        rough = 2**self.switches
        for settings in listed:
            rough *= len(settings)
        if not rough or rough > 64 * most:
            return None
        found: dict[str, Candidate] = {}
        for choice in itertools.product(*[(False, True)] * self.switches, *listed):
            one = self.candidate(choice)
            found.setdefault(one.key, one)
        return list(found.values()) if len(found) <= most else None

    def first(self) -> Iterator[Choice]:
        """What is looked at first: as today, each act or answer alone, all together; parameters in the middle."""
        middle = [
            one.settings[len(one.settings) // 2] if one.settings else (one.low + one.high) / 2
            for one in self.parameters
        ]
        nobody = [False] * self.switches
        yield (*nobody, *middle)
        for at in range(self.switches):
            yield (*nobody[:at], True, *nobody[at + 1 :], *middle)
        yield (*([True] * len(self.acts)), *nobody[len(self.acts) :], *middle)


def refuse_unknown(space: Space) -> None:
    """Raise `ModelError` with all that *space* names and its organisation does not have."""
    organisation = space.organisation
    faults: list[Fault] = []
    for act in space.acts:
        try:
            act.changes(organisation, organisation.origin)
        except ModelError as error:
            faults += [fault for fault in error.faults if fault not in faults]
    for one in space.parameters:
        try:
            set_to(organisation, [*space.acts, *_asked(space.answers)], [one], [one.low])
        except ModelError as error:
            faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        raise ModelError(faults)


def _asked(answers: Sequence[Answer]) -> list[Act]:
    return [answer.act for answer in answers if answer.act is not None]
