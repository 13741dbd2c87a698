"""When people are on duty: as it is given, and as the compiled loops read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.rows import WEEK, Legend
from irrupt.organisation.model import Organisation

Weekly = tuple[tuple[int, int], ...]
"""Weekly hours in minutes from Monday 00:00, as in `Calendar`."""

OFFICE: Weekly = tuple((day * 1440 + 9 * 60, day * 1440 + 17 * 60) for day in range(5))
"""Office hours: Monday to Friday, 09:00 to 17:00."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """When somebody is on duty, and for which teams."""

    teams: tuple[str, ...]
    hours: Weekly
    at_once: int = 1
    """How many steps he can have in hand: his hours count that many times."""


OnDuty = Mapping[str, Duty]
"""Person -> when he is on duty."""

TeamHours = Mapping[str, Weekly]
"""Team -> hours in which its steps are worked on, by whomever: taken where they are known better than people's own."""


def on_duty(organisation: Organisation) -> dict[str, Duty]:
    """Person -> when he is on duty, as the rules of *organisation* have it."""
    return {
        name: Duty(teams=person.teams, hours=organisation.calendars[person.calendar].hours, at_once=person.at_once)
        for name, person in organisation.people.items()
    }


class Hours(NamedTuple):
    """Weekly hours of all people of a legend, then of all its teams; none where they are not known."""

    people: int
    """How many people: team t is number *people* + t."""
    bounds: npt.NDArray[np.float64]
    """(stretches, 2): begin and end of each, in seconds of the week."""
    slices: npt.NDArray[np.int64]
    """The stretches of number n are rows `slices[n]` to `slices[n + 1]` of *bounds*."""
    per_week: npt.NDArray[np.float64]
    """Seconds on duty in a week."""
    first: npt.NDArray[np.int64]
    """(numbers, 168): the first stretch that ends after the begin of each hour of the week, or one past the last."""

    def everybody(self, begin: float, end: float) -> npt.NDArray[np.float64]:
        """Seconds on duty between two moments, of each number."""
        on, off = self.bounds.T
        whose = np.repeat(np.arange(len(self.per_week)), np.diff(self.slices))

        def until(moment: float) -> npt.NDArray[np.float64]:
            weeks, rest = divmod(moment, WEEK)
            inside = np.clip(rest - on, 0.0, off - on)
            return weeks * self.per_week + np.bincount(whose, inside, minlength=len(self.per_week))

        seconds: npt.NDArray[np.float64] = until(end) - until(begin)
        return seconds


def hours_known(
    legend: Legend, on_duty: OnDuty | None = None, teams: TeamHours | None = None, *, within: Weekly | None = None
) -> Hours:
    """The hours of everybody in *legend*, or only their part that lies *within* other weekly hours.

    >>> from datetime import datetime, timezone
    >>> legend = Legend(origin=datetime(2024, 1, 1, tzinfo=timezone.utc), clients=(), activities=(), teams=("Desk",),
    ...                 people=("Ann",))
    >>> hours = hours_known(legend, {"Ann": Duty(teams=("Desk",), hours=((480, 600),))}, within=OFFICE)
    >>> hours.per_week.tolist(), hours.everybody(0.0, 86400.0).tolist()
    ([3600.0, 0.0], [3600.0, 0.0])
    """
    people, of_team = on_duty or {}, teams or {}
    weekly = [people[name].hours if name in people else () for name in legend.people]
    weekly += [of_team.get(name, ()) for name in legend.teams]
    return _table(len(legend.people), tuple(weekly), within)


@lru_cache(maxsize=32)
def _table(people: int, weekly: tuple[Weekly, ...], within: Weekly | None) -> Hours:
    """Kept, since replications ask for the same again; nobody writes into it."""
    if within is not None:
        weekly = tuple(_common(one, within) for one in weekly)
    slices = np.cumsum([0, *(len(one) for one in weekly)], dtype=np.int64)
    first = np.empty((len(weekly), 168), np.int64)
    per_week = []
    for number, one in enumerate(weekly):
        bounds = np.array(one, np.int64).reshape(-1, 2)
        first[number] = slices[number] + np.searchsorted(bounds[:, 1], 60 * np.arange(168), "right")
        per_week.append(60.0 * (bounds[:, 1] - bounds[:, 0]).sum())
    return Hours(
        people=people,
        bounds=60.0 * np.array([stretch for one in weekly for stretch in one], np.float64).reshape(-1, 2),
        slices=slices,
        per_week=np.array(per_week, np.float64),
        first=first,
    )


def _common(one: Weekly, other: Weekly) -> Weekly:
    """The stretches that two weekly hours share."""
    return tuple((max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) < min(b, d))
