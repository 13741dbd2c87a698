"""Planning: what clients announce where goods are made, how the firm plans on it, and how hours follow.

A *product* is a class of cases: its production orders are cases with a quantity and a due date. One client orders it,
by a programme (his rules of demand); the firm plans it (its rules of production). Teams have hours that can be
stretched (rules of time and employment): by the plan where there is one, or anywhere by what waits for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Period = Literal["week", "day"]
PERIODS_A_WEEK: Mapping[Period, int] = {"week": 1, "day": 5}
"""Days of programmes are Monday to Friday."""
"""The step of all plans of an organisation: a week from Monday 00:00, or a day from Monday to Friday."""
PlansOn = Literal["schedule", "past"]
Interval = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A volume band: what he calls off for a period stays near what he announced for it some periods ahead, even if he
    changes it late, and so does what he announces from then on."""

    down: float
    """He buys at least this share less."""
    up: float
    """He buys at most this share more."""
    ahead: int
    """How many periods ahead what he announces counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateChanges:
    """Call-offs that are changed although they were announced as frozen."""

    share: float
    """Probability for each period."""
    by: float
    """At most this share up or down, as far as what he then believes he needs has moved."""
    notice: int = 0
    """How many periods ahead; 0: when the period begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Nearest periods in which he pays for what he changes, instead of being refused it: for quantities that were
    announced in them already."""

    periods: int
    """How many, the one that begins included: 2 or more, for that one itself cannot change any more."""
    price: float
    """What he pays for each piece more or less than he announced, in the money of his price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """How a client orders a product: every period he issues a schedule for several periods ahead, and the nearest ones
    become call-offs. What he calls off adds up, in the long run, to what he needs."""

    client: str
    level: float
    """What he needs in a period, in the mean."""
    period: Period = "week"
    varies: float = 0.0
    """Standard deviation of what he needs in a period, as a share of the level."""
    correlation: float = 0.0
    """Of what he needs with what he needed the period before."""
    moves: float = 0.0
    """Standard deviation of what one period's news change in what he believes he will need, as a share of it."""
    horizon: int = 8
    """Periods that a schedule is for, the one that begins included."""
    frozen: int = 1
    """The nearest periods, the one that begins included, whose quantities stay as they were first announced there."""
    inflation: float = 0.0
    """By what share forecasts beyond the frozen periods are above what he believes he will need."""
    distrust: float = 0.0
    """How much this share grows when, over the last four periods, all deliveries were late; in proportion below."""
    buffer: float = 0.0
    """The stock that he wants to keep himself."""
    levelled: int = 1
    """Over how many periods he evens out what he calls off."""
    band: Band | None = None
    late_changes: LateChanges | None = None
    zones: tuple[Zone, ...] = ()
    """Zones in which changes are paid for, the nearest first; a piece is paid for in the first one that it lies in."""
    pack: float = 1.0
    """Quantities are multiples of this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """How the firm plans a product: a rolling plan of receipts, of which the nearest is released every period."""

    plans_on: PlansOn = "schedule"
    """What it expects to deliver: what the client's schedule says, or what he called off in the past."""
    past: int = 4
    """Periods of the past whose mean it expects."""
    lead: int = 1
    """Periods from the release of a production order until its goods are to be there."""
    lot: float = 1.0
    """Orders are multiples of this."""
    minimum: float = 0.0
    """The least that is released at once."""
    largest: float | None = None
    """The largest order: what is more is released as several; None: there is none."""
    cover: int = 1
    """Periods of expected deliveries that an order is for."""
    safety_stock: float = 0.0
    """What is to be in stock when everything comes as planned."""
    safety_time: int = 0
    """Periods by which goods are to be there before they are called off."""
    freeze: int = 0
    """Further periods in which its own plan is not changed any more."""
    holding: float | None = None
    """What a finished piece in stock costs a day, in the money of clients' prices; None: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """How much waits for a team, in one way or several: what is not said does not count."""

    cases: int | None = None
    """Cases in its queue."""
    oldest: float | None = None
    """Seconds for which the first of them has waited, nights included."""
    load: float | None = None
    """The work of these cases, as it is to be expected, as a share of what the team does in a usual week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtime:
    """Hours that everybody in a team works in addition: in weeks in which the plan needs them or, where it says *when*,
    from day to day while too much waits."""

    shifts: tuple[tuple[Interval, ...], ...] = ()
    """One after the other, as they are needed: weekly hours in minutes, as in calendars."""
    premium: float = 0.0
    """By what share their hours are paid better than usual ones."""
    when: Queue | None = None
    """They begin when more waits than this, in any of these ways; None: when the plan needs them."""
    until: Queue | None = None
    """They end when less waits than this, in all of these ways; None: when no more waits than `when` says."""
    notice: int = 0
    """Days before their day, or before their week where the plan decides, at which they are settled."""
    daily: float = 0.0
    """Hours by which each working day of everybody is longer, at its end, beside the shifts."""
    most: float | None = None
    """Hours a person and week, at most; None: as many as there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Modulation:
    """Hours that are longer at some times and shorter at others, within an account: as the plan needs them or, where it
    says *when*, longer while too much waits, and given back afterwards."""

    more: tuple[tuple[Interval, ...], ...] = ()
    """Shifts that are added, one after the other."""
    less: tuple[tuple[Interval, ...], ...] = ()
    """Shifts that are taken away, one after the other."""
    account: float = 40.0
    """Hours a person by which he may be ahead or behind."""
    when: Queue | None = None
    """As of overtime."""
    until: Queue | None = None
    notice: int = 0
    daily: float = 0.0
    """Hours by which each working day of everybody is longer, or shorter when they are given back, at its end."""
    within_weeks: int | None = None
    """Weeks from the first hour that is added within which all are given back; None: whenever less waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Temps:
    """People who are hired: for weeks in which the plan needs them or, where it says *when*, all of them when too much
    waits."""

    most: int
    calendar: str
    speed: float = 1.0
    """Of their work."""
    pay: float | None = None
    """What an hour of a temp costs; None: as much as one of the team's own people, on average."""
    when: Queue | None = None
    """As of overtime."""
    until: Queue | None = None
    notice: int = 0
    weeks: int | None = None
    """Weeks for which they are hired each time, whatever waits by then; None: for as long as too much waits."""
    also: tuple[str, ...] = ()
    """Other teams whose work they do, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplements:
    """By what share an hour is paid better that comes, or falls away, after hours were announced: by how long before
    its day this is told."""

    same_day: float = 0.0
    day_before: float = 0.0
    days: float = 0.0
    """Less than two weeks."""
    weeks: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How the hours of a team follow the plan, or what waits for it: modulated hours first, then overtime, then
    temps."""

    fill: float = 1.0
    """Share of its hours that the plan may fill before they are stretched."""
    roster_weeks: int = 2
    """Weeks before their week at which hours are announced."""
    overtime: Overtime | None = None
    modulation: Modulation | None = None
    temps: Temps | None = None
    supplements: Supplements = Supplements()
    author: str | None = None
    """Who wrote this rule, where that is known."""
    valid: tuple[tuple[datetime, datetime], ...] = ()
    """When hours are stretched by it at all, on the clock of the organisation, as far as they follow what waits; none:
    always."""

    @property
    def kinds(self) -> dict[str, Overtime | Modulation | Temps]:
        """In which ways hours are stretched, modulated hours first."""
        found = {"modulation": self.modulation, "overtime": self.overtime, "temps": self.temps}
        return {name: rule for name, rule in found.items() if rule is not None}

    @property
    def follows_queue(self) -> bool:
        """Whether hours follow what waits, not a plan.

        >>> Capacity(overtime=Overtime(daily=2.0, when=Queue(cases=40))).follows_queue
        True
        """
        return any(rule.when is not None for rule in self.kinds.values())


def follows_queues(capacity: Mapping[str, Capacity]) -> bool:
    """Whether the hours of any team follow what waits for it."""
    return any(rule.follows_queue for rule in capacity.values())
