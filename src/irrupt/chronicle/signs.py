"""Whose act an activity is, where its label tells nothing: signs of behaviour that are plain enough to go by alone.

What staff does follows its own rhythm; what clients do breaks it. What clients are asked is followed by what they do.
A wait is told by the pause after which the same person goes on, but not for whom: the commonest is for the client. What
is directed to clients otherwise behaves as other work does, and is taken for it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Floats
from irrupt.chronicle.comings import (
    account,
    at_once,
    begins,
    cases_of,
    ends_quiet,
    nobody_named,
    of_a_crowd,
    of_few_cases,
    of_one_case,
    of_the_rest,
    partly_named,
    portal,
    registered,
    wakes,
)
from irrupt.chronicle.model import Role
from irrupt.chronicle.observed import FEWEST, Steps, all_day, every_day, medians, off_duty, steps_of
from irrupt.chronicle.told import ACT, INSIDE, TOWARD, UNKNOWN, WAITING
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.units import HOUR

_NAMED = 0.2
"""Share of steps for which nobody is named, at most, for them to be those of staff."""
_OFF, _MOSTLY_OFF, _NIGHT = 0.25, 0.4, 0.9
"""Share outside the staff's hours: of clients, of clients who have a day of rest, and of programs that run at night."""
_SOON = HOUR
_ASKS, _STATE = 0.6, 0.6
"""Share of the steps, but the last, that what a client does follows next; share upon which a state follows at once."""
_MINUTES, _LATER = 120.0, 1.5
"""How long he takes at least, in seconds and times what passes before other steps."""
_WAITED, _LONGER, _GOES_ON = 12 * HOUR, 5.0, 0.5
"""Median pause after a wait, in seconds and times that after others; the share after which the same person goes on."""
_INNER, _ENDS = 0.5, 0.8
_IN_HOURS = 0.1
"""More than the other steps, at most, outside the hours of the staff."""


class Sign(NamedTuple):
    """A role that behaviour alone tells, how surely, and by what."""

    role: Role
    sure: float
    because: str
    asks: bool = False
    """The client is asked for something: he is waited for afterwards."""


def signs(events: pl.DataFrame, timezone: str, acts: Collection[str] = ()) -> dict[str, Sign]:
    """Activity -> what its behaviour plainly tells, where it does; *acts*: known to be those of clients."""
    known = events.filter(pl.col("activity").is_not_null() & pl.col("end").is_not_null())
    if not known.height:
        return {}
    names = known["activity"].unique().sort()
    steps = steps_of(known, names, timezone)
    told = names.is_in(list(acts)).to_numpy()
    enough = steps.counts >= FEWEST
    found: dict[int, Sign] = {}
    off = off_duty(steps)
    for sign, tells in _clients(steps, off):
        for at in np.flatnonzero(enough & tells & ~told).tolist():
            found.setdefault(at, sign)
    his = told | np.isin(np.arange(steps.size), list(found))
    for sign, tells in _inside(steps, his, off):
        for at in np.flatnonzero(enough & tells & ~told).tolist():
            found.setdefault(at, sign)
    return {names[at]: sign for at, sign in found.items()}


_ACTS = (
    (0.85, mark("nobody is named for it, unlike for other steps, and it comes outside the staff's hours")),
    (0.85, mark("whoever is named for it is named in that one case only")),
    (0.8, mark("whoever is named for it is named in very few cases")),
    (0.75, mark("cases begin with it, and nobody is named for it, unlike for other steps")),
    (0.75, mark("it ends a quiet, and nobody is named for it, unlike for other steps")),
    (0.75, mark("cases begin with it, under few names and outside the staff's hours")),
    (0.75, mark("it comes under one name, after a quiet or first, and outside the staff's hours")),
    (0.7, mark("often nobody is named for it, and it comes first, after a quiet or outside the staff's hours")),
    (0.7, mark("it comes at any hour, also when hardly anything else is done")),
    (0.75, mark("it ends a long quiet, and the work goes on where it was")),
    (0.65, mark("very many are named for it, each in few cases, and for nothing else")),
    (0.6, mark("those who open the cases register it after a long quiet, and do little else")),
)
"""How sure each sign of an act of the client is, and what it is told by; the surest first."""


def _clients(steps: Steps, off: Floats) -> list[tuple[Sign, Flags]]:
    """Signs of what clients do, the surest first."""
    cases = cases_of(steps)
    human = ~(_by_clock(steps, off) | at_once(steps))
    missing, quiet = nobody_named(steps) & human, ends_quiet(steps)
    later = ends_quiet(steps, _SOON)
    first, round_the_clock = begins(steps), (off >= _OFF) & all_day(steps)
    anybody = bool((steps.who >= 0).any())
    told = (
        missing & round_the_clock,
        of_one_case(steps, cases),
        of_few_cases(steps, cases),
        missing & first,
        missing & later,
        portal(steps, off),
        account(steps, off, _OFF) & human,
        partly_named(steps) & (first | quiet | round_the_clock) & human & anybody,
        round_the_clock & (every_day(steps) | (off >= _MOSTLY_OFF)) & human & (not anybody),
        wakes(steps) & human,
        of_a_crowd(steps, cases),
        registered(steps) & human,
    )
    return [(Sign(ACT, sure, _(text)), tells) for (sure, text), tells in zip(_ACTS, told, strict=True)]


def _by_clock(steps: Steps, off: Floats) -> Flags:
    """A clock lets it come, or a program that runs at a few hours, while the staff is away."""
    return steps.by_clock | ((off >= _NIGHT) & ~all_day(steps))


def _inside(steps: Steps, acts: Flags, off: Floats) -> list[tuple[Sign, Flags]]:
    """Signs of what clients are asked, of waits, and of work inside, the surest first; *acts* of clients are known."""
    waits = _waits(steps)
    commonest = waits & (steps.counts == np.max(steps.counts, where=waits, initial=0))
    before_him = _before_him(steps, acts)
    upon_his = steps.share(~steps.first & np.roll(acts[steps.activity], 1)) >= _STATE
    states = before_him & at_once(steps) & ~upon_his
    return [
        (Sign(WAITING, 0.7, _("it follows at once upon another step, and a client ends the pause after it")), states),
        (Sign(TOWARD, 0.75, _("what a client does follows next"), asks=True), before_him & ~states),
        (Sign(TOWARD, 0.7, _("a wait for the client follows at once")), _opens(steps, states) & ~acts),
        (Sign(INSIDE, 0.65, _("a clock or a program lets it come")), _by_clock(steps, off)),
        (Sign(INSIDE, 0.8, _("staff does it, soon after a step and soon before the next")), _between(steps)),
        (
            Sign(
                WAITING,
                0.6,
                _("a long pause follows, after which the same person goes on: the commonest such wait is for clients"),
            ),
            commonest,
        ),
        (
            Sign(UNKNOWN, 0.5, _("a long pause follows, after which the same person goes on: for whom, nothing tells")),
            waits,
        ),
        (Sign(INSIDE, 0.7, _("people who work on many cases do it, within their hours")), _by_staff(steps, off)),
    ]


def _before_him(steps: Steps, acts: Flags) -> Flags:
    """One of the clients' *acts* follows next, mostly, and after a pause."""
    then = ~steps.last & np.roll(acts[steps.activity], -1)
    goes_on = 1 - steps.share(steps.last)
    later = np.where(steps.last, np.nan, np.roll(steps.came, -1))
    follows = (steps.share(then) >= _ASKS * goes_on) & (goes_on >= _INNER)
    usual = float(np.nanmedian(steps.came)) if np.isfinite(steps.came).any() else 0.0
    return follows & ~acts & (np.nan_to_num(medians(steps, later)) > max(_MINUTES, _LATER * usual))


def _opens(steps: Steps, states: Flags) -> Flags:
    """One of the *states* follows next, mostly."""
    then = ~steps.last & np.roll(states[steps.activity], -1)
    return np.asarray(steps.share(then) >= _STATE)


def _between(steps: Steps) -> Flags:
    """Staff is named, and in the middle both what passes before and what passes after is an hour at most."""
    before, after = medians(steps, steps.before), medians(steps, steps.after)
    soon = (np.nan_to_num(before, nan=np.inf) <= _SOON) & (np.nan_to_num(after, nan=np.inf) <= _SOON)
    staff = steps.share(steps.who < 0) <= _NAMED
    middle = (steps.share(steps.first) < 0.5) & (steps.share(steps.last) < 0.5)
    found: Flags = soon & staff & middle & (not steps.daily) & bool((steps.who >= 0).any())
    return found


def _left(steps: Steps) -> Flags:
    """A pause follows that is much longer than after other steps; no clock ends it, and it does not close the case."""
    if steps.daily:
        return np.zeros(steps.size, bool)
    closes = ~steps.last & np.roll(steps.last, -1)
    goes_on = ~steps.last & ~closes
    usual = float(np.median(steps.after[goes_on])) if goes_on.any() else 0.0
    kept = ~steps.last & np.roll(steps.by_clock[steps.activity], -1)
    pause = medians(steps, np.where(kept, np.nan, steps.after))
    long = (np.nan_to_num(pause) >= max(_WAITED, _LONGER * usual)) & (steps.share(kept) < 0.5)
    found: Flags = long & (steps.share(steps.last | closes) < 0.5)
    return found


def _waits(steps: Steps) -> Flags:
    """The same person goes on after a long pause."""
    same = ~steps.last & (steps.who >= 0) & (steps.who == np.roll(steps.who, -1))
    found: Flags = _left(steps) & (steps.share(same) >= _GOES_ON)
    return found


def _by_staff(steps: Steps, off: Floats) -> Flags:
    """Somebody is named who occurs in several cases, in the hours of the staff. Cases do not begin with it; nor do they
    end with it: who closes a case may as well hand something over. Nor does the case rest after it for long: who leaves
    it may as well have asked somebody for something."""
    if steps.daily:
        return np.zeros(steps.size, bool)
    several = cases_of(steps) > 1
    in_hours = off - of_the_rest(steps, off) < _IN_HOURS
    middle = (steps.share(steps.first) < _INNER) & (steps.share(steps.last) < _ENDS)
    found: Flags = (steps.share(several) > 1 - _NAMED) & middle & in_hours & ~_left(steps)
    return found
