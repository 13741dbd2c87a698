"""Answers that have a form of their own: what a party does back depends on the act that it answers.

Each is a frozen dataclass whose fields are its parameters, and makes an act of the one that it answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

from irrupt.errors import Fault, ModelError
from irrupt.i18n import gettext as _
from irrupt.regulation.acts import BufferStock, Priority, Relay, Signature, Transmission, Writing
from irrupt.regulation.acts.signature import Periods
from irrupt.regulation.model import Act


class Making(Protocol):
    """What an answer makes of the act that it answers."""

    name: ClassVar[str]
    """As written in scenario files."""
    makes: ClassVar[str]
    """The name of the act that it makes."""

    def act(self, by: Act, party: str) -> Act:
        """What *party* does back to the act *by*. Raises `ModelError` where that makes no sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeLess:
    """The client whose act it is comes after others at a team."""

    name: ClassVar[str] = "serve less"
    makes: ClassVar[str] = Priority.name

    at: str
    """Where."""
    rank: int = -1
    """Below 0: the lower, the later."""

    def __post_init__(self) -> None:
        """Raise `ModelError` when he would not come later."""
        if self.rank >= 0:
            raise ModelError(Fault("rank", str(self.rank), _("a whole number below 0")))

    def act(self, by: Act, party: str) -> Act:
        """His rank at the team."""
        return Priority(client=_client(self.name, by), team=self.at, rank=self.rank, signed=Signature(author=party))


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer:
    """The firm keeps a stock against what the client does."""

    name: ClassVar[str] = "buffer"
    makes: ClassVar[str] = BufferStock.name

    periods: Periods
    """How much: what is needed in so many periods, or in a time such as `3 days`."""
    product: str | None = None
    """Of which product only."""

    def act(self, by: Act, party: str) -> Act:
        """The stock."""
        signed = Signature(author=party)
        return BufferStock(client=_client(self.name, by), periods=self.periods, product=self.product, signed=signed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restrain:
    """A team holds back the discretion that a relay gives it: by itself, and unwritten."""

    name: ClassVar[str] = "restrain"
    makes: ClassVar[str] = Relay.name

    by: float
    """For which share of the cases for which it might speak, and would, it does not."""

    def __post_init__(self) -> None:
        """Raise `ModelError` when it is no share."""
        if not 0 <= self.by <= 1:
            raise ModelError(Fault("by", f"{self.by:g}", _("a share from 0 to 1")))

    def act(self, by: Act, party: str) -> Act:
        """The same relay, restrained."""
        if not isinstance(by, Relay):
            raise ModelError(Fault(self.name, _("{act} gives no discretion").format(act=by.name), Relay.name))
        restraint = 1.0 - (1.0 - by.restraint) * (1.0 - self.by)
        return replace(by, restraint=restraint, signed=_own(party, channel=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOneself:
    """A team writes itself how it does what the act is about."""

    name: ClassVar[str] = "write oneself"
    makes: ClassVar[str] = Writing.name

    rule: str = ""
    """Which rule; empty: the one that the act names, or one on its activity."""

    def act(self, by: Act, party: str) -> Act:
        """The rule, written by the team."""
        return _writing(self.rule, by, party, Signature(author=party))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepUnwritten:
    """A team goes on by a practice that it keeps to itself, whatever is written or was to be shown."""

    name: ClassVar[str] = "keep unwritten"
    makes: ClassVar[str] = Writing.name

    rule: str = ""
    """Which rule; empty: the one that the act names, or one on its activity."""

    def act(self, by: Act, party: str) -> Act:
        """The rule as the team keeps it."""
        return _writing(self.rule, by, party, _own(party))


MAKING: Mapping[str, type[Making]] = {
    one.name: one for one in (ServeLess, Buffer, Restrain, WriteOneself, KeepUnwritten)
}
"""Name of an answer -> what it makes."""


def keeps_back(making: Making | None, by: Act, party: str) -> bool:
    """Whether what *party* makes of the act *by* is done in its place: nobody else shows what only the party knows, and
    so nobody learns it."""
    if not (isinstance(by, Transmission) and isinstance(making, KeepUnwritten)):
        return False
    return by.holder == party and making.rule in ("", by.practice)


def _own(party: str, *, channel: bool = False) -> Signature:
    """Of *party* by itself: unwritten, and seen by nobody else."""
    return Signature(author=party, written=False, visible_to=(party,), channel="relay" if channel else "instrument")


def _client(answer: str, by: Act) -> str:
    if by.client is None:
        raise ModelError(Fault(answer, _("{act} is no act of one client").format(act=by.name)))
    return by.client


def _writing(rule: str, by: Act, party: str, signed: Signature) -> Act:
    """The activity that *by* is about, written by *party*."""
    activity = next((value for name in ("activity", "after") if (value := getattr(by, name, None))), None)
    activities = getattr(by, "activities", None) or (() if activity is None else (activity,))
    named = rule or getattr(by, "rule", "") or getattr(by, "practice", "")
    named = named or _("how {activity} is done").format(activity=", ".join(activities) or by.name)
    return Writing(rule=named, team=party, activities=tuple(activities), signed=signed)
