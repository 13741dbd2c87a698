"""What a rule binds: bounds that records can keep or break.

Those on cases are the constraints of declarative process models: absence, existence, response, precedence and their
negation (Pesic & van der Aalst 2006, A Declarative Approach for Flexible Business Processes Management), and on times,
hours and hands. Two more are on queues and on measures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from irrupt.organisation.staff import Calendar

Each = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What all bounds have: whose cases, and in how many of them it must hold."""

    client: str | None = None
    """None: everybody's cases."""
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Columns of the records, each with values of which a case must have one: that which it has first."""
    share: float = 1.0
    """The share of cases, or of periods, in which it must hold."""
    each: Each = "week"
    """The period by which it is looked at over time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Within(Bound):
    """*to* comes within *limit* seconds after every *begin*, counted in *hours*."""

    limit: float
    begin: tuple[str, ...] = ()
    """Activities; none: the arrival of the case."""
    to: tuple[str, ...] = ()
    """Activities, whichever comes first; none: the last event of the case."""
    hours: Calendar | None = None
    """None: all the time."""
    working_days: float | None = None
    """How many days of these hours *limit* was agreed to be, where it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart(Within):
    """*to* does not come sooner than *limit* seconds after any *begin*, counted in *hours*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Never(Bound):
    """*activity* is not done: not at all, not by *team*, or no more once *after* has been done."""

    activity: str | None = None
    team: str | None = None
    after: str | None = None
    unless_alone: bool = False
    """Whether cases in which somebody does this, and nobody anything else, are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Always(Bound):
    """*activity* is done: at least once, or after every *after* before the case is over."""

    activity: str
    after: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtMost(Bound):
    """*activity* is done no more than so many *times* in a case."""

    activity: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyAfter(Bound):
    """*activity* is not done before *first* has been done."""

    activity: str
    first: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Bound):
    """Those of *activities* that are done are done for the first time in this order."""

    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyBy(Bound):
    """*activity* is done by nobody but *by*, teams or people."""

    activity: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherHands(Bound):
    """*activity* is not done by a person who has done *first* in the same case before."""

    activity: str
    first: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SameHands(Bound):
    """*activity* is done by whoever did the last of some *others* in the same case before it."""

    activity: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyIn(Bound):
    """What *team* does, or *activity*, begins and ends in *hours*."""

    hours: Calendar
    activity: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class First(Bound):
    """While a case of the client waits at *team*, no case of others is taken, whenever it came."""

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Bound):
    """A *measure* of a *party* lies between *at_least* and *at_most*, in the measure's unit: in each period where it is
    measured on events, over all plans since where it is measured on schedules."""

    measure: str
    party: str
    at_least: float | None = None
    at_most: float | None = None
    per: Each | None = None
    """Of what is counted a week: the time in which it is counted instead; None: a week."""
    period: Each | None = None
    """Of plans: how long the periods are that limits, or *ahead*, count; None: as long as those of the plans."""
    ahead: float | None = None
    """Of what is announced beside what is bought: how many periods ahead; None: as `see` has it."""
    down: float | None = None
    up: float | None = None
    """The band: by what shares what is bought may be below and above what was announced; None: as `see` has it."""
    tolerance: float | None = None
    """By what share a quantity may move and still count as unchanged; None: as `see` has it."""
