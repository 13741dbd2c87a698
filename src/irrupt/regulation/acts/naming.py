"""What a new step is called where nobody says it: as nothing else is, for what bears one name is counted as one.

A check called like what is done in each case anyway would count as doing it twice, as rework.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import TypeVar

from irrupt.organisation.model import Organisation, Step
from irrupt.regulation.acts.signature import Claiming


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming(Claiming):
    """An act that puts something in which it gives a name where nobody says one."""

    names: Mapping[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Plain name -> what is called so, or otherwise, once that is settled: whatever is there by then. It is no
    parameter, and acts that differ in it alone are the same act."""


NamingAct = TypeVar("NamingAct", bound=Naming)


def with_names(act: NamingAct, names: Mapping[str, str]) -> NamingAct:
    """*act*, with *names* settled."""
    found = replace(act)
    object.__setattr__(found, "names", names)
    return found


def free_name(names: Sequence[str], taken: Collection[str], made: Callable[[str], bool] = lambda name: False) -> str:
    """The first of *names*, the plainest first, that is not *taken*; a numbered one where all are. What the same act
    *made* before keeps its name.

    >>> free_name(["Check", "Check for A"], {"Check"}), free_name(["Check"], {"Check", "Check 2"})
    ('Check for A', 'Check 3')
    """
    numbered = (f"{names[-1]} {number}" for number in count(2))
    again = next((name for name in names if made(name)), None)
    return again or next(name for name in chain(names, numbered) if made(name) or name not in taken)


def borne(rules: Organisation, client: str | None, steps: Iterable[Step] | None = None) -> set[str]:
    """The activities that a step put in for *client* (None: for everybody) is not to be called like: those of *steps*
    (None: of all), of giving up, and of checks, but for checks that his cases never come to."""
    mine = (check.step for check in rules.checks.values() if client is None or check.client in (None, client))
    bearers = chain(rules.steps.values() if steps is None else steps, mine)
    return {step.activity for step in bearers} | {rule.activity for rule in rules.patience.values()}
