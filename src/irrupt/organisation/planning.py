"""Planning where goods are made: what clients announce, how the firm plans on it, and how hours follow the plan.

A *product* is a class of cases: its production orders are cases with a quantity and a due date. One client orders it,
by a programme (his rules of demand); the firm plans it (its rules of production); teams have hours that the plan can
stretch (rules of time and employment).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Period = Literal["week", "day"]
"""The step of all plans of an organisation: a week from Monday 00:00, or a day from Monday to Friday."""
PlansOn = Literal["schedule", "past"]
Interval = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A volume band: what he calls off for a period stays near what he announced for it some periods ahead."""

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
class Overtime:
    """Shifts that everybody in a team works in addition, in weeks in which the plan needs them."""

    shifts: tuple[tuple[Interval, ...], ...]
    """One after the other, as they are needed: weekly hours in minutes, as in calendars."""
    notice_weeks: int = 0
    """Weeks before their week from which on they are settled."""
    premium: float = 0.0
    """By what share their hours are paid better than usual ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Modulation:
    """Hours that are longer in some weeks and shorter in others, within an account."""

    more: tuple[tuple[Interval, ...], ...] = ()
    """Shifts that are added, one after the other."""
    less: tuple[tuple[Interval, ...], ...] = ()
    """Shifts that are taken away, one after the other."""
    account: float = 40.0
    """Hours a person by which he may be ahead or behind."""
    notice_weeks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Temps:
    """People who are hired for weeks in which the plan needs them."""

    most: int
    calendar: str
    speed: float = 1.0
    """Of their work."""
    notice_weeks: int = 0
    pay: float | None = None
    """What an hour of a temp costs; None: as much as one of the team's own people, on average."""


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
    """How the hours of a team follow the plan: modulated hours first, then overtime, then temps."""

    fill: float = 1.0
    """Share of its hours that the plan may fill before they are stretched."""
    roster_weeks: int = 2
    """Weeks before their week at which hours are announced."""
    overtime: Overtime | None = None
    modulation: Modulation | None = None
    temps: Temps | None = None
    supplements: Supplements = Supplements()
