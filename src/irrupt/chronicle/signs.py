"""Whose act an activity is, where its label tells nothing: signs of behaviour that are plain enough to go by alone.

What staff does follows its own rhythm; what clients do breaks it. What clients are asked is followed by what they do.
A wait is told by the pause after which the same person goes on, but not for whom: the commonest is for the client. What
is directed to clients otherwise behaves as other work does, and is taken for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.chronicle.clockwork import by_program, commonest, near
from irrupt.chronicle.model import Role
from irrupt.chronicle.rows import distinct
from irrupt.chronicle.told import ACT, INSIDE, TOWARD, UNKNOWN, WAITING
from irrupt.i18n import gettext as _

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_FEWEST = 20
"""Events that an activity needs."""
_FIXED, _SHORTEST = 0.5, 12 * 3600.0
_NOBODY, _NAMED = 0.6, 0.2
"""How much more often nobody is named than for the others; and how seldom, for steps of staff."""
_OFF, _HOURS, _PART = 0.25, 8, 0.01
"""Share outside the staff's hours; hours of the day that it comes in at least, each with this part of it: a nightly run
of a program comes in fewer."""
_DAY_PART = 0.04
_BEGINS, _SINGLE, _OTHERS = 0.9, 0.8, 0.2
_FEW, _PORTAL_OFF, _PORTAL_TIMES = 0.1, 0.15, 1.5
_BACK, _QUIET, _RESUMED = 0.5, 2.5 * 3600.0, 50.0
"""Share of returns to what was done before; the median quiet before; how many times as long as what passes after."""
_SOON = 3600.0
_ASKS = 0.7
"""Share of the steps that what a client does follows next."""
_WAITED, _LONGER, _GOES_ON = 12 * 3600.0, 5.0, 0.5
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


class _Steps(NamedTuple):
    """Events as arrays, case by case."""

    size: int
    activity: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    end: Floats
    before: Floats
    """Seconds since the end of the step before; nan where there is none."""
    after: Floats
    first: Flags
    last: Flags
    who: npt.NDArray[np.int64]
    """-1: nobody is named."""
    case: npt.NDArray[np.int64]
    hour: npt.NDArray[np.int64]
    """Of the week, on the clock of the organisation."""
    daily: bool
    by_clock: Flags
    """Per activity: a clock or a program lets it come."""

    def share(self, happens: Flags) -> Floats:
        """Share of the steps of each activity."""
        found: Floats = np.bincount(self.activity, happens, self.size) / np.maximum(self.counts, 1)
        return found

    def elsewhere(self, happens: Flags) -> Floats:
        """Share of the steps of all other activities."""
        hits = np.bincount(self.activity, happens, self.size)
        found: Floats = (hits.sum() - hits) / np.maximum(self.counts.sum() - self.counts, 1)
        return found


def signs(events: pl.DataFrame, timezone: str) -> dict[str, Sign]:
    """Activity -> what its behaviour plainly tells, where it does."""
    known = events.filter(pl.col("activity").is_not_null() & pl.col("end").is_not_null())
    if not known.height:
        return {}
    names = known["activity"].unique().sort()
    steps = _steps(known, names, timezone)
    enough = steps.counts >= _FEWEST
    found: dict[int, Sign] = {}
    for tell in (_clients, _inside):
        for sign, tells in tell(steps, found):
            for at in np.flatnonzero(enough & tells).tolist():
                found.setdefault(at, sign)
    return {names[at]: sign for at, sign in found.items()}


def _clients(steps: _Steps, _found: Mapping[int, Sign]) -> list[tuple[Sign, Flags]]:
    """Signs of what clients do, the surest first, and of what a clock does, which might be taken for it."""
    nobody = steps.who < 0
    missing = (steps.share(nobody) - steps.elsewhere(nobody) >= _NOBODY) & (steps.share(nobody) > 1 - _NAMED)
    off = _off_duty(steps)
    begins = steps.share(steps.first) >= _BEGINS
    return [
        (Sign(INSIDE, 0.9, _("a clock or a program lets it come")), steps.by_clock),
        (
            Sign(
                ACT, 0.85, _("nobody is named for it, unlike for other steps, and it comes outside the staff's hours")
            ),
            missing & (off >= _OFF) & _all_day(steps),
        ),
        (Sign(ACT, 0.85, _("whoever is named for it is named in that one case only")), _of_one_case(steps)),
        (
            Sign(ACT, 0.75, _("cases begin with it, and nobody is named for it, unlike for other steps")),
            missing & begins,
        ),
        (Sign(ACT, 0.75, _("cases begin with it, under few names and outside the staff's hours")), _portal(steps, off)),
        (
            Sign(ACT, 0.7, _("it comes at any hour, also when hardly anything else is done")),
            (off >= _OFF) & _all_day(steps) & _every_day(steps) & nobody.all(),
        ),
        (Sign(ACT, 0.75, _("it ends a long quiet, and the work goes on where it was")), _wakes(steps)),
    ]


def _inside(steps: _Steps, found: Mapping[int, Sign]) -> list[tuple[Sign, Flags]]:
    """Signs of what clients are asked, of waits, and of work inside, the surest first; *found*: told already."""
    acts = np.isin(np.arange(steps.size), [at for at, sign in found.items() if sign.role == ACT])
    waits = _waits(steps)
    commonest = waits & (steps.counts == np.max(steps.counts, where=waits, initial=0))
    return [
        (Sign(TOWARD, 0.75, _("what a client does follows next"), asks=True), _asks(steps, acts)),
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
        (Sign(INSIDE, 0.7, _("people who work on many cases do it, within their hours")), _by_staff(steps)),
    ]


def _steps(known: pl.DataFrame, names: pl.Series, timezone: str) -> _Steps:
    activity = known["activity"].cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)
    case = known["case"].rle_id().to_numpy().astype(np.int64)
    end = known["end"].cast(pl.Int64).to_numpy() / 1e6
    begin = known["start"].cast(pl.Int64).to_numpy() / 1e6 if known["start"].null_count() < known.height else end
    begin = np.where(np.isnan(begin), end, begin)
    first = np.diff(case, prepend=-1) != 0
    last = np.append(first[1:], True)
    local = pl.col("end").dt.convert_time_zone(timezone)
    hour = known.select((local.dt.weekday().cast(pl.Int64) - 1) * 24 + local.dt.hour().cast(pl.Int64)).to_series()
    before = np.where(first, np.nan, begin - np.roll(end, 1))
    daily = bool((end // 1 % 3600 == 0).mean() > 0.98)
    counts = np.bincount(activity, minlength=len(names))
    return _Steps(
        size=len(names),
        activity=activity,
        counts=counts,
        end=end,
        before=before,
        after=np.where(last, np.nan, np.roll(begin, -1) - end),
        first=first,
        last=last,
        who=known["resource"].cast(pl.Categorical).to_physical().cast(pl.Int64).fill_null(-1).to_numpy(),
        case=case,
        hour=hour.to_numpy(),
        daily=daily,
        by_clock=_by_clock(activity, counts, end, before, daily),
    )


def _by_clock(
    activity: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], end: Floats, before: Floats, daily: bool
) -> Flags:
    """Per activity: it comes a set time after the step before, or when a program runs."""
    found = np.zeros(len(counts), bool) if daily else by_program(activity, end, before, len(counts)) > 0
    waited = np.nan_to_num(before) >= _SHORTEST
    often = np.bincount(activity, waited, len(counts)) >= _FIXED * np.maximum(counts, _FEWEST)
    for at in np.flatnonzero(often).tolist():
        gap = before[waited & (activity == at)]
        found[at] |= bool(near(gap, commonest(gap)).sum() >= _FIXED * counts[at])
    return found


def _off_duty(steps: _Steps) -> Floats:
    """Share of each activity outside the hours in which the named steps of all others are seen (all, if none is)."""
    off = np.zeros(steps.size)
    if steps.daily:
        return off
    table = np.bincount(steps.activity * 168 + steps.hour, minlength=steps.size * 168).reshape(steps.size, 168)
    named = steps.who >= 0 if (steps.who >= 0).any() else np.ones(len(steps.who), bool)
    staff = np.bincount((steps.activity * 168 + steps.hour)[named], minlength=steps.size * 168).reshape(steps.size, 168)
    for at in range(steps.size):
        seen = staff.sum(axis=0) - staff[at]
        if not seen.any():
            continue
        usual = np.sort(seen)[::-1]
        middle = usual[min(int(np.searchsorted(np.cumsum(usual), usual.sum() / 2)), 167)]
        off[at] = table[at][seen < 0.1 * middle].sum() / max(steps.counts[at], 1)
    return off


def _of_the_rest(steps: _Steps, share: Floats) -> Floats:
    """The *share* of each activity's steps in the steps of all others."""
    rest: Floats = (share @ steps.counts - share * steps.counts) / np.maximum(steps.counts.sum() - steps.counts, 1)
    return rest


def _all_day(steps: _Steps) -> Flags:
    """Whether it comes in many hours of the day."""
    table = np.bincount(steps.activity * 24 + steps.hour % 24, minlength=steps.size * 24).reshape(steps.size, 24)
    found: Flags = (table >= _PART * np.maximum(steps.counts, 1)[:, None]).sum(axis=1) >= _HOURS
    return found


def _every_day(steps: _Steps) -> Flags:
    """Whether it comes on all seven days of the week: shifts, too, know days of rest."""
    table = np.bincount(steps.activity * 7 + steps.hour // 24, minlength=steps.size * 7).reshape(steps.size, 7)
    daily: Flags = table >= _DAY_PART * np.maximum(steps.counts, 1)[:, None]
    return np.asarray(daily.all(axis=1))


def _single(steps: _Steps) -> Flags:
    """Per step: whoever is named for it occurs in one case only."""
    named = steps.who >= 0
    who, case = steps.who[named], steps.case[named]
    own = np.zeros(int(who.max(initial=0)) + 1, np.int64)
    own[who] = case
    several = np.bincount(who, case != own[who], len(own)) > 0
    single: Flags = named & ~several[np.maximum(steps.who, 0)]
    return single


def _of_one_case(steps: _Steps) -> Flags:
    """Whoever is named occurs in one case only, unlike those who are named for the other activities."""
    single = _single(steps)
    found: Flags = (steps.share(single) >= _SINGLE) & (steps.elsewhere(single) < _OTHERS)
    return found


def _portal(steps: _Steps, off: Floats) -> Flags:
    """Cases begin with it, entered under a tenth of the usual number of names, in the staff's free time too."""
    named = steps.who >= 0
    names = int(steps.who.max(initial=0)) + 1
    pairs = distinct(steps.activity[named] * names + steps.who[named])
    people = np.bincount(pairs // names, minlength=steps.size)
    usual = float(np.median(people[people > 0])) if (people > 0).any() else 0.0
    rest = _of_the_rest(steps, off)
    few = (people > 0) & (people <= _FEW * usual)
    begins = steps.share(steps.first) >= _BEGINS
    found: Flags = few & begins & (off >= np.maximum(_PORTAL_OFF, _PORTAL_TIMES * rest))
    return found


def _medians(steps: _Steps, pause: Floats) -> Floats:
    some = np.isfinite(pause)
    frame = pl.DataFrame({"activity": steps.activity[some], "pause": pause[some]})
    told = frame.group_by("activity").agg(pl.col("pause").median())
    found = np.full(steps.size, np.nan)
    found[told["activity"].to_numpy()] = told["pause"].to_numpy()
    return found


def _wakes(steps: _Steps) -> Flags:
    """Between two steps of one activity it ends a long quiet, and the one who is named goes on much sooner."""
    inner = ~steps.first & ~steps.last
    back = inner & (np.roll(steps.activity, 1) == np.roll(steps.activity, -1))
    same = ~steps.last & (steps.who >= 0) & (steps.who == np.roll(steps.who, -1))
    before, after = _medians(steps, steps.before), _medians(steps, steps.after)
    quiet = (before >= _QUIET) & (before >= _RESUMED * np.maximum(after, 60.0))
    return quiet & (steps.share(back) >= _BACK) & (steps.share(same) >= _BACK)


def _between(steps: _Steps) -> Flags:
    """Staff is named, and in the middle both what passes before and what passes after is an hour at most."""
    before, after = _medians(steps, steps.before), _medians(steps, steps.after)
    soon = (np.nan_to_num(before, nan=np.inf) <= _SOON) & (np.nan_to_num(after, nan=np.inf) <= _SOON)
    staff = steps.share(steps.who < 0) <= _NAMED
    middle = (steps.share(steps.first) < 0.5) & (steps.share(steps.last) < 0.5)
    found: Flags = soon & staff & middle & (not steps.daily) & bool((steps.who >= 0).any())
    return found


def _asks(steps: _Steps, acts: Flags) -> Flags:
    """Staff is named, and one of the clients' *acts* follows next, mostly."""
    then = ~steps.last & np.roll(acts[steps.activity], -1)
    found: Flags = (steps.share(then) >= _ASKS) & (steps.share(steps.who < 0) <= _NAMED) & bool((steps.who >= 0).any())
    return found


def _left(steps: _Steps) -> Flags:
    """A pause follows that is much longer than after other steps; no clock ends it, and it does not close the case."""
    if steps.daily:
        return np.zeros(steps.size, bool)
    closes = ~steps.last & np.roll(steps.last, -1)
    goes_on = ~steps.last & ~closes
    usual = float(np.median(steps.after[goes_on])) if goes_on.any() else 0.0
    kept = ~steps.last & np.roll(steps.by_clock[steps.activity], -1)
    pause = _medians(steps, np.where(kept, np.nan, steps.after))
    long = (np.nan_to_num(pause) >= max(_WAITED, _LONGER * usual)) & (steps.share(kept) < 0.5)
    found: Flags = long & (steps.share(steps.last | closes) < 0.5)
    return found


def _waits(steps: _Steps) -> Flags:
    """The same person goes on after a long pause."""
    same = ~steps.last & (steps.who >= 0) & (steps.who == np.roll(steps.who, -1))
    found: Flags = _left(steps) & (steps.share(same) >= _GOES_ON)
    return found


def _by_staff(steps: _Steps) -> Flags:
    """Somebody is named who occurs in several cases, in the hours of the staff. Cases do not begin with it; nor do they
    end with it: who closes a case may as well hand something over. Nor does the case rest after it for long: who leaves
    it may as well have asked somebody for something."""
    if steps.daily:
        return np.zeros(steps.size, bool)
    several, off = (steps.who >= 0) & ~_single(steps), _off_duty(steps)
    in_hours = off - _of_the_rest(steps, off) < _IN_HOURS
    middle = (steps.share(steps.first) < _INNER) & (steps.share(steps.last) < _ENDS)
    found: Flags = (steps.share(several) > 1 - _NAMED) & middle & in_hours & ~_left(steps)
    return found
