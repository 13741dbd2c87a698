"""Whether ranks rise with waiting: whoever has waited long passes before what has a higher rank.

Where ranks do not explain whom a team passes over, and how long these and those waited does, the time is looked for
after which a case rises by one rank: that which explains most choices. It is believed where, found in one half of the
weeks, it explains at least half of what the ranks alone leave unexplained in the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.queues.choices import Choices, among, explained, outranked

_FEWEST = 50
"""Choices that rising ranks must explain beyond what ranks explain, and that one half of the weeks must hold."""
_OF_REST = 0.5
"""Share of what ranks alone leave unexplained that rising ones must explain."""
_TRIED, _NEAR, _BETWEEN = 64, 4, 24
"""Times that are tried, the best of these that are looked at more closely, and the times tried around each."""
_AT_FIRST = 6
_MINUTE = 60.0
"""Seconds that a rank takes to rise at the least, and to which that is told."""
_USUAL = _MINUTE * np.array([15, 30, 60, 120, 180, 240, 360, 480, 720, *(1440 * np.arange(1, 15)), 30240, 40320, 43200])
"""Times, in seconds, after which people say that something has waited too long."""


class Standing(NamedTuple):
    """What each step of a team has before any waiting."""

    above: Ints
    """The rank of its client, which rises."""
    rest: Ints
    """By what those of one such rank are told apart, the greatest first."""


class Waits(NamedTuple):
    """How long the two cases of each pair of choices had waited, in seconds."""

    taken: Floats
    passed: Floats

    @classmethod
    def of(cls, choices: Choices, came: Floats, begun: Floats) -> Waits:
        """When each of *choices* was made, among steps that *came* and were *begun* then."""
        now = begun[choices.taken]
        return cls(now - came[choices.taken], now - came[choices.passed])


def alike(choices: Choices, waits: Waits) -> Iterator[Choices]:
    """Those of *choices* between cases that would have risen as far, for some times that a rank may take to rise."""
    for time in _times(waits, np.linspace(0.2, 0.95, _AT_FIRST)):
        same = among(choices, np.floor(waits.taken / time) == np.floor(waits.passed / time))
        if same.size >= _FEWEST:
            yield same


def rising(
    choices: Choices, came: Floats, waits: Waits, standings: Sequence[Standing], broken: Flags
) -> tuple[int, float] | None:
    """Which of *standings* rises with waiting, and after how many seconds by one, where this explains clearly more of
    the *choices* than ranks that stay, of whose pairs some are *broken*; None: nothing rises."""
    stay = explained(choices, broken)
    if (1.0 - stay) * choices.size < _FEWEST or not standings:
        return None
    tried = [_best(choices, came, waits, one) for one in standings]
    chosen = max(range(len(tried)), key=lambda at: tried[at][1])
    time, share = tried[chosen]
    if (share - stay) * choices.size < _FEWEST or share - stay < _OF_REST * (1.0 - stay):
        return None
    early = choices.number < choices.size // 2
    found, _share = _best(among(choices, early), came, _only(waits, early), standings[chosen])
    other = among(choices, ~early)
    stay = explained(other, broken[~early])
    share = explained(other, _wrong(other, came, _only(waits, ~early), standings[chosen], found))
    return (chosen, time) if share - stay >= _OF_REST * (1.0 - stay) else None


def _best(choices: Choices, came: Floats, waits: Waits, standing: Standing) -> tuple[float, float]:
    """After how many seconds ranks rise by one, as *choices* tell, and the share of these that this explains: a usual
    time where it explains as many as any other."""
    behind = outranked(choices, standing.rest, came)

    def shares(times: Floats) -> Floats:
        return np.array([explained(choices, _wrong(choices, came, waits, standing, one, behind)) for one in times])

    longest = max(waits.taken.max(), waits.passed.max())
    usual = _USUAL[longest > _USUAL]
    times = np.union1d(_times(waits, np.linspace(0.02, 0.998, _TRIED)), usual)
    found = shares(times)
    best = np.argsort(-found, kind="stable")[:_NEAR]
    ends = times[np.maximum(best - 1, 0)], times[np.minimum(best + 1, len(times) - 1)]
    near = np.linspace(*ends, _BETWEEN).ravel()
    times, found = np.append(times, near), np.append(found, shares(near))
    as_good = found >= float(found.max()) - 1.5 / choices.size
    called = as_good & np.isin(times, usual)
    chosen = times[called] if called.any() else times[as_good]
    return _MINUTE * round(float(np.sort(chosen)[len(chosen) // 2]) / _MINUTE), float(found.max())


def _times(waits: Waits, parts: Floats) -> Floats:
    """Times that a rank may take to rise, so that the *parts* of all cases that waited had not risen."""
    return np.unique(np.maximum(np.quantile(np.append(waits.taken, waits.passed), parts), _MINUTE))


def _wrong(
    choices: Choices, came: Floats, waits: Waits, standing: Standing, time: float, behind: Flags | None = None
) -> Flags:
    """Whether the case that was passed over comes first, where ranks rise by one in so much *time*; *behind*: whether
    it does among those of one rank."""
    mine = standing.above[choices.taken] + np.floor(waits.taken / time)
    other = standing.above[choices.passed] + np.floor(waits.passed / time)
    behind = outranked(choices, standing.rest, came) if behind is None else behind
    found: Flags = (other > mine) | ((other == mine) & behind)
    return found


def _only(waits: Waits, kept: Flags) -> Waits:
    return Waits(waits.taken[kept], waits.passed[kept])
