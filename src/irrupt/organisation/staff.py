"""Who works, at what, and in which hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from irrupt.organisation.guards import CaseClass, Guard, Like

Serves = Literal["longest waiting", "teams in order", "first come"]
Span = tuple[datetime, datetime]
"""From one moment to another, in whole minutes, without a zone: on the clock of the organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works, in one team or several."""

    teams: tuple[str, ...]
    calendar: str
    does_not: tuple[str, ...] = ()
    """Activities of his teams that he does not do: he lacks the skill, or it is not his."""
    not_of_class: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Activity -> the classes of which he does no cases there, though he does others."""
    not_for_client: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Activity -> the clients whose cases he does not do there, though he does others'."""
    not_when: Mapping[str, Guard] = field(default_factory=dict)
    """Activity -> what a case is like that he does not do there, though he does others: one above a limit."""
    speed: float = 1.0
    """Work done per hour; 2 halves every duration."""
    at_once: int = 1
    """How many steps he can have in hand at the same time."""
    serves: Serves = "longest waiting"
    """Of several teams: whose case he takes. `longest waiting`: that of the highest priority, then the one that waits
    longest; `teams in order`: that of his first team where any waits; `first come`: the one that waits longest."""
    team_hours: Mapping[str, str] = field(default_factory=dict)
    """One of several teams -> the calendar in whose hours alone he takes up its work; what he has begun he goes on with
    in all of his hours. None said: in all of them."""
    absent: tuple[Span, ...] = ()
    """When he is off duty, whatever his calendar says. What he has in hand waits, as over night."""
    winds_down: float = 0.0
    """Seconds before each end of his hours in which he begins nothing more, and goes on with what he has begun."""
    pay: float | None = None
    """What an hour on duty is paid, in the money of the clients' prices; None: not known."""

    def in_teams(self, teams: tuple[str, ...]) -> Person:
        """The same, in other *teams*: with hours of those of them that he had any for."""
        return replace(self, teams=teams, team_hours={at: of for at, of in self.team_hours.items() if at in teams})

    @property
    def lacks(self) -> bool:
        """Whether there is anything in his teams that he does not do."""
        return bool(self.does_not or self.not_of_class or self.not_for_client or self.not_when)

    def does(self, activity: str, client: str | None = None, like: CaseClass = None) -> bool:
        """Whether he does an *activity* of his teams, in cases of a *client* that are of a class, or *like* that; None:
        of no special one.

        >>> ann = Person(teams=("Clerks",), calendar="office", not_of_class={"Draft": ("tax",)})
        >>> ann.does("Draft"), ann.does("Draft", like="tax")
        (True, False)
        >>> from irrupt.organisation.guards import guard_in
        >>> bob = Person(teams=("Clerks",), calendar="office",
        ...              not_when={"Draft": guard_in("quantity > 10")})
        >>> bob.does("Draft", like=Like("tax", 10.0)), bob.does("Draft", like=Like("tax", 11.0))
        (True, False)
        """
        kind = like.name if isinstance(like, Like) else like
        if activity in self.does_not or kind in self.not_of_class.get(activity, ()):
            return False
        guard = self.not_when.get(activity)
        if guard is not None and isinstance(like, Like) and guard.holds(like):
            return False
        return client not in self.not_for_client.get(activity, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Weekly hours: intervals in minutes from Monday 00:00, within the week (0 to 10080), sorted, not overlapping; and
    exceptions at dates.

    >>> office = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
    >>> office.minutes_per_week
    2400
    """

    hours: tuple[tuple[int, int], ...]
    closed: tuple[Span, ...] = ()
    """When nobody is on duty all the same: holidays."""
    extra: tuple[Span, ...] = ()
    """When people are on duty too, also where it is closed."""
    organising: tuple[tuple[int, int], ...] = ()
    """Weekly hours in addition to these in which they are on duty as well, and work on rules instead of cases."""

    @property
    def minutes_per_week(self) -> int:
        """Minutes on duty in a week without exceptions."""
        return sum(end - begin for begin, end in self.hours)


ALWAYS = Calendar(hours=((0, 10080),))
