"""What `see` says of a log."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from irrupt.chronicle import Chronicle
from irrupt.ledgers.model import Measure, Of
from irrupt.regulation.model import Act
from irrupt.showing import in_notebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The value of one measure for one party in the records, with its 95 % interval (over cases, or over weeks)."""

    ledger: str
    measure: str
    party: str
    unit: str
    of: Of = "client"
    """Whose value it is."""
    value: float
    low: float
    high: float
    shortest: float = float("nan")
    longest: float = float("nan")
    """Where start times are assumed: the value with the shortest and with the longest plausible service times."""

    @classmethod
    def valued(cls, measure: Measure, party: str, value: tuple[float, float, float]) -> Entry:
        """The *value* of a measure for a *party*, with both ends of its interval."""
        told, low, high = value
        return cls(
            ledger=measure.ledger, measure=measure.name, party=party, unit=measure.unit, value=told, low=low, high=high
        )

    @property
    def bracket(self) -> tuple[float, float] | None:
        """Between which values it lies, whatever is plausibly assumed, itself included; None where nothing is assumed.

        >>> one = Entry(ledger="market", measure="waiting for us", party="A", unit="h", value=2.0, low=1.0, high=3.0,
        ...             shortest=2.2, longest=2.1)
        >>> one.bracket
        (2.0, 2.2)
        """
        if not (math.isfinite(self.shortest) and math.isfinite(self.longest)):
            return None
        ends = [one for one in (self.value, self.shortest, self.longest) if math.isfinite(one)]
        return min(ends), max(ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found, as a sentence in the user's language, with the numbers behind it."""

    text: str
    kind: str
    """Stable name, for machines: `waits`, `co-production`, `organising`, `concentration`, `rework`, ..."""
    numbers: dict[str, Any] = field(default_factory=dict)
    cases: tuple[str, ...] = field(default=(), repr=False)
    """The names of the cases in which it shows, the plainest first."""
    cases_are: str = ""
    """Which cases these are, in the user's language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientAct:
    """Something that clients do or that the organisation waits for, and how often."""

    activity: str
    role: str
    """`client act` or `waiting for the client`."""
    share_of_cases: dict[str, float]
    """Party -> share of its cases in which it happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePart:
    """What part of the time of a party's cases is spent on one thing: hours per case, with a 95 % interval."""

    party: str
    of: Literal["client", "team"] = "client"
    """Of a team: hours that a case spends on it at this team, over the cases that meet the team."""
    part: str
    """A name of `irrupt.sight.split.PARTS`."""
    cases: int
    """Over how many cases: all of the party, or all that meet the team."""
    hours: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyChange:
    """A change in the cases of one party: shares before and after, and the interval of their difference."""

    party: str
    before: float
    after: float
    low: float
    high: float
    begin: datetime | None
    """When it changed for this party, where that is plain, and from when to when that may lie."""
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundChange:
    """A rule that seems to have changed: a share of cases or steps that is another one since."""

    name: str
    """Stable name, by which the user confirms or refutes it."""
    kind: Literal["activity", "path", "order", "hours", "priority", "class priority", "team"]
    what: tuple[str, ...]
    text: str
    begin: datetime
    """The week of the change, or the day if there are `days`, and from when to when it may lie."""
    first: datetime
    last: datetime
    before: float
    after: float
    p: float
    """Of all series of the log together: how often a log without change shows as much."""
    parties: tuple[PartyChange, ...]
    leads: str
    """The client whose cases changed first or alone; empty: nobody. Then dates and shares are those of his cases."""
    others: tuple[str, ...]
    """What else changed about then."""
    also: tuple[str, ...] = ()
    """Of that, what is no mere shadow on the ways around it: other steps, and the same at other teams."""
    followed: datetime | None = None
    """The week, or the day, in which all others' cases changed, where he led and they did."""
    then: tuple[tuple[str, datetime], ...] = ()
    """Who followed him before all others, one by one, and in which week, or on which day."""
    weekly: tuple[float, ...] = ()
    """The share in each week, where somebody leads in his cases; nan where there was nothing."""
    weekly_others: tuple[float, ...] = ()
    """The share in each week in all other cases, where somebody leads."""
    days: tuple[datetime, ...] = ()
    """In records of less than twelve weeks, the days of work of which `weekly` and `weekly_others` tell, in the place
    of weeks."""
    verdict: str = ""
    """`confirmed` or `refuted`, where the user said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """In what share of a party's cases something happens, beside all others' cases."""

    party: str
    deed: str
    """A name of `irrupt.sight.footprint.DEEDS`."""
    share: float
    low: float
    high: float
    others: float
    """The share in all cases but the party's."""
    difference: tuple[float, float]
    """Interval of the share minus the others'; nan where the party is no client, or has too few cases."""
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """Whom the cases of one client pass at one team, and what the order of service gives and takes."""

    client: str
    team: str
    share: float
    """Of those who wait when a step of his begins, the mean share that came before it; about a half by chance."""
    others: float
    """The same of all others' steps there."""
    difference: tuple[float, float]
    p: float
    gained: tuple[float, float, float]
    """Hours per step by which his begin earlier than in the order of arrival, with an interval; negative: later."""
    cost: tuple[float, float, float]
    """Hours per step by which all others' begin later for it, with an interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What of a team's steps is for one party's cases, and when it comes."""

    party: str
    team: str
    share: tuple[float, float, float]
    """Of the team's steps, those for this party, with an interval."""
    outside: tuple[float, float, float]
    """Of these, those that end outside Monday to Friday, 09:00 to 17:00, with an interval; nan where times are days."""
    by_hour: tuple[float, ...]
    """Steps a week that end in each hour of the day; empty where times are days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How far the cases of one party follow the written procedure."""

    party: str
    share: tuple[float, float, float]
    """Of its cases, those that follow to the letter, with an interval."""
    edits: tuple[float, float, float]
    """Steps, on average, that a case leaves out or does beside what is written, with an interval."""
    others: float
    """The share in all others' cases; nan where there are none."""
    difference: tuple[float, float]
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """In what share of all cases a step deviates from what is written, and how."""

    step: str
    how: str
    """A name of `irrupt.sight.prescribed`."""
    share: tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescribed:
    """Prescribed against real: the cases held against a written procedure."""

    name: str
    steps: tuple[str, ...]
    never: tuple[str, ...]
    """Written steps that the records never show."""
    cases: int
    """Cases that were held against it."""
    following: tuple[Following, ...]
    """All clients first, then each party."""
    deviations: tuple[Deviation, ...]
    """The commonest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """How far the cases of a client go another way than all others': total variation of what follows what, 0 to 1."""

    client: str
    distance: float
    chance: float
    """The distance of as many cases drawn at random, on average."""
    p: float
    """Of a permutation test, before clients are taken together."""
    echo: bool = False
    """He is only since others are who are further: beside all but these he goes the usual way."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Sight:
    """The client in an organisation's records."""

    chronicle: Chronicle
    """The cases in use, with estimated start times where the log has none; its notes say what was done."""
    cases: int
    events: int
    clients: int
    """How many clients the whole log names; 0: no client is visible."""
    begin: datetime
    end: datetime
    used_begin: datetime
    used_end: datetime
    used_cases: int
    used_events: int
    parties: dict[str, int]
    """Client or group -> number of its cases in use, largest groups last."""
    teams: dict[str, int]
    """Team -> steps done, largest first."""
    ledger: tuple[Entry, ...]
    arrivals: dict[str, list[int]]
    """Party -> cases that arrived in each week in use."""
    weeks: list[datetime]
    """Begin of each of these weeks; whole weeks only, unless there is none."""
    activity_by_hour: list[list[float]]
    """Seven rows (Monday first) of 24, by the local clock: steps done by people per hour of the week, mean per week.
    No rows where the records have days only: the hour would be made up."""
    arrivals_by_hour: list[list[float]]
    """The same for arriving cases."""
    team_load: dict[str, list[float]]
    """Team -> steps done in each week in use."""
    variants: list[tuple[str, int]]
    """The commonest ways through, `A → B → C`, with their number of cases, commonest first."""
    variant_count: int
    co_production: tuple[ClientAct, ...]
    organising: tuple[str, ...]
    """Rules that changed, as sentences; empty when none was found or looked for."""
    findings: tuple[Finding, ...]
    time_parts: tuple[TimePart, ...] = ()
    """Who waits for whom: of each party, the parts add up to the mean time of its cases."""
    changes: tuple[FoundChange, ...] = ()
    """Rules that seem to have changed, the plainest first; also among the rules of `chronicle`, as inferred."""
    footprints: tuple[Footprint, ...] = ()
    """Those of each party: what happens in its cases."""
    passings: tuple[Passing, ...] = ()
    """Whom the cases of named clients pass, by client and team."""
    loads: tuple[Load, ...] = ()
    """The load that each party causes, at all teams and at the largest ones."""
    apart: tuple[Apart, ...] = ()
    """How far each named client's procedure lies from all others'."""
    to_try: tuple[Act, ...] = ()
    """Acts that these records suggest to try, as `compare` takes them."""
    prescribed: Prescribed | None = None
    """How far cases follow a written procedure, where one was given."""

    _repr_html_ = in_notebook

    def __repr__(self) -> str:
        return f"<Sight of {self.chronicle.source!r}: {len(self.findings)} findings>"
