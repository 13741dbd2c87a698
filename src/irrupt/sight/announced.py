"""What `see` says of schedules and of orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from irrupt.chronicle import Chronicle
from irrupt.chronicle.schedules.steps import Step
from irrupt.showing import in_notebook
from irrupt.sight.model import Entry, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What moving quantities costs."""

    hours_per_piece: float
    """Hours of work for one piece."""
    parts: dict[str, float] = field(default_factory=dict)
    """Part -> hours per piece, where they differ."""
    short_notice: int = 2
    """Periods ahead within which a move counts: this one and the next, when 2."""
    source: str = field(default="rates", compare=False)
    """Where they stand, for messages."""
    places: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Part -> file, line and column of its hours, where they were read from a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """How well what was announced so many periods ahead told what was bought, each with its 95 % interval."""

    lead: int
    error: tuple[float, float, float]
    """Absolute differences over what was bought (WMAPE)."""
    mape: tuple[float, float, float]
    """Mean of the relative differences."""
    bias: tuple[float, float, float]
    breaches: tuple[float, float, float]
    changed: tuple[float, float, float]
    """Share of the quantity announced before that one plan changes at this lead."""
    counted: int
    """Quantities that these are made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Triangle:
    """What was announced when, for each of the latest periods."""

    client: str
    part: str
    """Empty: all his parts together."""
    issues: tuple[datetime, ...]
    periods: tuple[datetime, ...]
    quantity: tuple[tuple[float, ...], ...]
    """Issue × period; nan where nothing is said."""
    bought: tuple[float, ...]
    """Period -> what was bought in the end; nan where that is not known."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ScheduleSight:
    """The client in schedules, or in orders."""

    chronicle: Chronicle
    of: Literal["plans", "orders"]
    step: Step
    """The periods in which all is counted."""
    rows: int
    versions: int
    """Plans, each client's counted apart; or orders."""
    clients: int
    parts: int
    plants: int
    begin: datetime
    """The first issue, or the first order."""
    end: datetime
    used_versions: int
    """Of orders only those in whole periods are used: how they vary shows in these alone. Of plans, all are."""
    used_begin: datetime
    used_end: datetime
    parties: dict[str, float]
    """Client or group -> what he bought, largest first, groups last."""
    sources: dict[str, str]
    """Client -> where what was bought is known from: `delivered`, `call-off` or `last plan`."""
    ledger: tuple[Entry, ...]
    """Per client."""
    by_part: tuple[Entry, ...]
    """The same for the largest parts, with the part as the party: `client / part`."""
    curves: dict[str, tuple[Ahead, ...]]
    """Client or group -> lead by lead."""
    triangles: tuple[Triangle, ...]
    series: dict[str, list[float]]
    """Client or group -> quantity bought or ordered in each period."""
    periods: list[datetime]
    findings: tuple[Finding, ...]
    band: float
    tolerance: float
    rates: Rates | None = None

    _repr_html_ = in_notebook

    def __repr__(self) -> str:
        return f"<ScheduleSight of {self.chronicle.source!r}: {len(self.findings)} findings>"
