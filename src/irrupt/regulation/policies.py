"""Policies: how a party answers what others propose. Those of irrupt, and those of other packages (`irrupt.policies`).

A policy is a frozen dataclass with a name and one method; there is nothing to inherit. It answers a proposal with a
reply; what a proposal would bring the party it may have tried first, on a small simulation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from typing import Annotated, Any, ClassVar, Literal, Protocol, runtime_checkable

from irrupt.arguments import Held, as_annotated
from irrupt.errors import Fault, ModelError
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number
from irrupt.regulation.conditions import Condition, parse
from irrupt.regulation.model import Act
from irrupt.units import shown

GROUP = "irrupt.policies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What acts bring a party, over the measures that it watches: the weighted sum of their changes in the direction
    that it wants, each in multiples of the smallest effect that matters; with its 95 % interval."""

    mean: float
    low: float
    high: float
    pairs: int
    """Pairs of runs that tell it."""
    untold: tuple[str, ...] = ()
    """What the party says it watches and no run tells."""

    @property
    def says(self) -> Literal["gains", "loses", "in doubt"]:
        """Whether the party gains or loses, or the interval holds zero."""
        if self.low > 0:
            return "gains"
        return "loses" if self.high < 0 else "in doubt"

    def __str__(self) -> str:
        if not self.untold or not self.pairs:
            return self._said()
        untold = ", ".join(map(_, self.untold))
        return _("{gain}, without {measures}, which no run tells").format(gain=self._said(), measures=untold)

    def _said(self) -> str:
        if not self.pairs:
            return _("nothing that is watched can be told")
        said = {
            "gains": _("a gain of {mean} times what matters ({low} to {high})"),
            "loses": _("a loss of {mean} times what matters ({low} to {high})"),
        }.get(self.says, _("neither a gain nor a loss that can be told: {mean} times what matters ({low} to {high})"))
        ends = (self.low, self.high) if self.says != "loses" else (-self.high, -self.low)
        mean = abs(self.mean) if self.says != "in doubt" else self.mean
        shown = {"mean": mean, "low": ends[0], "high": ends[1]}
        digits = 1 if abs(mean) >= 0.1 or mean == 0 else min(1 - math.floor(math.log10(abs(mean))), 6)
        return said.format(**{name: number(value, digits).replace("-", "−") for name, value in shown.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is put to a party: an act of another, on top of what is agreed already."""

    act: Act
    imposed: bool
    """Whether it is done whatever the answer; something may still be asked in return."""
    gain: Callable[[Sequence[Act]], Gain]
    """What acts, done on top of what is agreed already, would bring the party that answers. One of the kind of an
    earlier, for the same client or team, takes its place."""
    by: str = ""
    """Who proposes."""
    refused: tuple[str, ...] = ()
    """Who has refused what the party that answers proposed: a party as often as it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a party answers."""

    accepts: bool
    asks: tuple[Act, ...] = ()
    """What it asks in return: where that is refused, so is the proposal, unless it is imposed."""
    less: tuple[Act, ...] = ()
    """What it asks instead, one after the other, each time that it does not get what it asked."""
    only: Condition | None = None
    """What must hold, in the run itself, for what is accepted to be done: over the weeks before a review, and of the
    party that answers where nobody is named."""
    why: str = ""
    """In the user's language."""


@runtime_checkable
class Policy(Protocol):
    """How a party answers. Implement this in a frozen dataclass; its fields are its parameters."""

    name: ClassVar[str]
    """As written in scenario files."""

    def reply(self, proposal: Proposal) -> Reply:
        """The answer to *proposal*: the same whenever the same is proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepting:
    """Whatever is proposed is accepted."""

    name: ClassVar[str] = "accept"

    def reply(self, proposal: Proposal) -> Reply:
        """Yes."""
        return Reply(accepts=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusing:
    """Whatever is proposed is refused."""

    name: ClassVar[str] = "refuse"

    def reply(self, proposal: Proposal) -> Reply:
        """No."""
        return Reply(accepts=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculating(Held):
    """The party tries what is proposed first, and accepts it where it gains by its own watched measures.

    Where it loses, it tries the same with what it asks in return, and asks for the first of these with which it does
    not lose; where there is none, it refuses.
    """

    name: ClassVar[str] = "calculate"

    in_return: tuple[Act, ...] = ()
    """What it may ask in return, one of these at a time, tried in this order."""
    in_doubt: Literal["accept", "refuse"] = "accept"
    """What it does where the runs do not tell whether it gains."""

    def __post_init__(self) -> None:
        _refuse_odd(self.name, self.in_doubt)

    def reply(self, proposal: Proposal) -> Reply:
        """Yes where it gains; where it loses, yes in return for something, or no."""
        alone = proposal.gain([proposal.act])
        if enough(alone, self.in_doubt):
            return Reply(accepts=True, why=str(alone))
        for act in self.in_return:
            both = proposal.gain([proposal.act, act])
            if enough(both, self.in_doubt):
                why = _("alone {alone}; with what is asked in return {both}").format(alone=alone, both=both)
                return Reply(accepts=True, asks=(act,), why=why)
        return Reply(accepts=False, why=str(alone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bargaining(Held):
    """Alternating offers, each tried first: the party asks for what it likes best and comes down, step by step, and for
    its own acts it offers more and more, until one of the two gains enough.

    It asks for nothing where it gains without, and never for so little that it would lose.
    """

    name: ClassVar[str] = "bargain"

    asks: tuple[Act, ...] = ()
    """What it asks in return for acts of others, what it likes best first: a price, a notice, a volume. An act of the
    kind of the proposal takes its place: the same with more notice."""
    offers: tuple[Act, ...] = ()
    """What it adds to acts of its own that are not accepted, what costs it least first."""
    in_doubt: Literal["accept", "refuse"] = "accept"
    """What it does where the runs do not tell whether it gains."""

    def __post_init__(self) -> None:
        _refuse_odd(self.name, self.in_doubt)

    def reply(self, proposal: Proposal) -> Reply:
        """Yes where it gains; where it loses, yes in return for the first of what makes up for it, or no."""
        alone = proposal.gain([proposal.act])
        if enough(alone, self.in_doubt):
            return Reply(accepts=True, why=str(alone))
        good = tuple(act for act in self.asks if enough(proposal.gain([proposal.act, act]), self.in_doubt))
        return Reply(accepts=bool(good), asks=good[:1], less=good[1:], why=str(alone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembering(Held):
    """The party answers by what it has met: as it was answered, and as long as it is served well.

    Refused more often than it forgives by whoever proposes, it refuses in turn (tit for tat: Axelrod 1984).
    """

    name: ClassVar[str] = "remember"

    as_long_as: Annotated[Condition | None, str] = None
    """What must hold of what it meets in the run itself, such as `waiting for us < 10 h over 4 weeks`."""
    forgives: int = 0
    """Refusals that it lets pass."""

    def __post_init__(self) -> None:
        if isinstance(self.as_long_as, str):
            try:
                object.__setattr__(self, "as_long_as", parse(self.as_long_as))
            except ValueError as problem:
                raise ModelError(Fault(f"{self.name}: as long as", str(problem))) from None

    def reply(self, proposal: Proposal) -> Reply:
        """Yes, as long as it is served so, unless it remembers refusals."""
        times = proposal.refused.count(proposal.by)
        if times > self.forgives:
            why = ngettext("{n} refusal of {party} is remembered", "{n} refusals of {party} are remembered", times)
            return Reply(accepts=False, why=why.format(n=times, party=proposal.by))
        return Reply(accepts=True, only=self.as_long_as)


def _refuse_odd(policy: str, in_doubt: object) -> None:
    """Raise `ModelError` for anything else that a *policy* is to do *in_doubt*: it would refuse."""
    if in_doubt not in ("accept", "refuse"):
        raise ModelError(Fault(f"{policy}: in doubt", shown(in_doubt), _("accept or refuse")))


def acts_of(policy: Policy) -> tuple[Act, ...]:
    """What a party with this *policy* may ask or offer; a policy of one's own may keep a single act there."""
    said = (getattr(policy, parameter, ()) for parameter in ("in_return", "asks", "offers"))
    return tuple(act for acts in said for act in (acts if isinstance(acts, tuple) else (acts,)))


def enough(gain: Gain, in_doubt: str) -> bool:
    """Whether a party that gains so much accepts."""
    return gain.says == "gains" or (gain.says == "in doubt" and in_doubt == "accept")


BUILT_IN: tuple[type[Policy], ...] = (Accepting, Refusing, Calculating, Bargaining, Remembering)


@cache
def policies() -> Mapping[str, type[Policy]]:
    """Name -> policy, sorted by name.

    >>> list(policies())
    ['accept', 'bargain', 'calculate', 'refuse', 'remember']

    Raises `ModelError` when one of another package cannot be used.
    """
    found: dict[str, Any] = {policy.name: policy for policy in BUILT_IN}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.value):
        try:
            policy: Any = entry.load()
            if not all(hasattr(policy, needed) for needed in ("name", "reply", "__dataclass_fields__")):
                raise TypeError(_("it is no dataclass with a name and reply()"))
            found.setdefault(policy.name, policy)
        except Exception as problem:  # another package's code may fail in any way: the user is told which one did
            raise ModelError(
                Fault(entry.value, _("this policy cannot be loaded: {why}").format(why=problem))
            ) from problem
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A way to try a policy without any simulation: every set of acts brings what *brings* says."""

    brings: Mapping[int, float] = field(default_factory=dict)
    """Number of acts -> mean gain; its interval is one to either side."""

    def __call__(self, acts: Sequence[Act]) -> Gain:
        mean = self.brings.get(len(acts), 0.0)
        return Gain(mean=mean, low=mean - 1, high=mean + 1, pairs=1)


@as_annotated
def check_policy(policy: Policy, act: Act) -> None:
    """Try *policy* on *act*: what every policy promises. Raises `ModelError` with what it does not keep."""
    broken = []
    if not isinstance(policy, Policy):
        raise ModelError(Fault(type(policy).__name__, _("it lacks a name or reply()")))
    for imposed in (False, True):
        for brings in ({1: 5.0}, {1: -5.0}, {1: -5.0, 2: 5.0}, {}):
            proposal = Proposal(act=act, imposed=imposed, gain=Tried(brings=brings))
            first, again = policy.reply(proposal), policy.reply(proposal)
            if not isinstance(first, Reply):
                broken.append(_("it does not answer with a reply"))
            elif first != again:
                broken.append(_("asked twice, it answers differently"))
    if broken:
        raise ModelError(Fault(type(policy).__name__, promise) for promise in dict.fromkeys(broken))
