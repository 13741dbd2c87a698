"""What the acts of clients look like: under whose name they come, when, and after which quiet. A flag per activity."""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.observed import Steps, all_day, medians
from irrupt.chronicle.rows import distinct
from irrupt.units import HOUR

_NOBODY, _NAMED = 0.6, 0.2
"""How much more often nobody is named than for the others; and how seldom, for steps of staff."""
_BEGINS, _SINGLE, _OTHERS = 0.9, 0.8, 0.2
_FEW_CASES, _MANY_CASES, _SEVERAL, _CROWD, _BUSY = 3, 30, 10, 40, 0.9
"""Cases in which a client is named at most, and staff at least; how many clients are several, and a crowd; where the
busiest stand among all steps."""
_FEW, _PORTAL_OFF, _PORTAL_TIMES = 0.1, 0.15, 1.5
_ONE_NAME, _HALF = 0.95, 0.5
"""Share of the steps under one name, for it to be an account's; share of the activities that are done otherwise."""
_PARTLY, _ALWAYS = 0.2, 0.02
"""Share of the steps for which nobody is named, where some clients are written down by staff; among staff, at most."""
_BACK, _QUIET, _RESUMED = 0.5, 2.5 * HOUR, 50.0
"""Share of returns to what was done before; the median quiet before; how many times as long as what passes after."""
_LONG, _LONGER = 12 * HOUR, 5.0
"""Median pause that an act ends, in seconds and times the usual one."""
_AT_ONCE = 120.0
_DESK, _CLOSES = 0.8, 0.5
"""Share of what those who open the cases do that is such registering; share of steps that end a case."""


def nobody_named(steps: Steps) -> Flags:
    """Nobody is named, unlike for other steps."""
    nobody = steps.who < 0
    often = steps.share(nobody) > 1 - _NAMED
    return often & (steps.share(nobody) - steps.elsewhere(nobody) >= _NOBODY)


def partly_named(steps: Steps) -> Flags:
    """Nobody is named for a good part of the steps, while somebody always is for most activities."""
    share = steps.share(steps.who < 0)
    named = (share <= _ALWAYS) & (steps.counts > 0)
    return (share >= _PARTLY) & bool(named.sum() >= _HALF * (steps.counts > 0).sum())


def begins(steps: Steps) -> Flags:
    """Cases begin with it."""
    return np.asarray(steps.share(steps.first) >= _BEGINS)


def ends_quiet(steps: Steps, least: float = _LONG) -> Flags:
    """It ends a pause of *least* seconds that is much longer than that before other steps."""
    some = np.isfinite(steps.came)
    usual = float(np.median(steps.came[some])) if some.any() else 0.0
    return np.nan_to_num(medians(steps, steps.came)) >= max(least, _LONGER * usual)


def at_once(steps: Steps) -> Flags:
    """It follows upon another step within a minute or two, as what a program adds does."""
    came = np.nan_to_num(medians(steps, steps.came), nan=np.inf)
    return (came <= _AT_ONCE) & (steps.share(steps.first) < _HALF) & (not steps.daily)


def of_the_rest(steps: Steps, share: Floats) -> Floats:
    """The *share* of each activity's steps in the steps of all others."""
    rest: Floats = (share @ steps.counts - share * steps.counts) / np.maximum(steps.counts.sum() - steps.counts, 1)
    return rest


def cases_of(steps: Steps) -> Ints:
    """Per step: in how many cases whoever is named for it occurs, 0 if nobody is."""
    named = steps.who >= 0
    if not named.any():
        return np.zeros(len(steps.who), np.int64)
    cases = int(steps.case.max()) + 1
    pairs = distinct(steps.who[named] * cases + steps.case[named])
    count = np.bincount(pairs // cases, minlength=int(steps.who.max()) + 1)
    found: Ints = np.where(named, count[np.maximum(steps.who, 0)], 0)
    return found


def of_one_case(steps: Steps, cases: Ints) -> Flags:
    """Whoever is named occurs in one case only, unlike those who are named for the other activities."""
    single = cases == 1
    found: Flags = (steps.share(single) >= _SINGLE) & (steps.elsewhere(single) < _OTHERS)
    return found


def of_few_cases(steps: Steps, cases: Ints) -> Flags:
    """Several are named, each in a case or three, while others are named in very many."""
    return _by_many(steps, cases, _FEW_CASES, _SEVERAL)


def of_a_crowd(steps: Steps, cases: Ints) -> Flags:
    """Very many are named, each in a tenth of the cases of the busiest at most, and do nothing else."""
    busiest = float(np.quantile(cases[cases > 0], _BUSY)) if cases.any() else 0.0
    few = (cases > 0) & (cases <= busiest * _FEW)
    found = _by_many(steps, cases, busiest * _FEW, _CROWD)
    return found & bool(few.any() and found[steps.activity[few]].mean() >= _ONE_NAME)


def _by_many(steps: Steps, cases: Ints, most: float, several: int) -> Flags:
    """Nearly all is done by *several* people, each in *most* cases at most, unlike other steps."""
    few = (cases > 0) & (cases <= most)
    found: Flags = (steps.share(few) >= _SINGLE) & (_people(steps, few) >= several)
    return found & bool((cases >= _MANY_CASES).mean() >= _OTHERS)


def portal(steps: Steps, off: Floats) -> Flags:
    """Cases begin with it, entered under a tenth of the usual number of names, in the staff's free time too."""
    people = _people(steps, steps.who >= 0)
    usual = float(np.median(people[people > 0])) if (people > 0).any() else 0.0
    few = (people > 0) & (people <= _FEW * usual)
    found: Flags = few & begins(steps) & (off >= np.maximum(_PORTAL_OFF, _PORTAL_TIMES * of_the_rest(steps, off)))
    return found


def _people(steps: Steps, some: Flags) -> Ints:
    """How many names *some* steps of each activity are done under."""
    names = int(steps.who.max(initial=0)) + 1
    pairs = distinct(steps.activity[some] * names + steps.who[some])
    return np.bincount(pairs // names, minlength=steps.size)


def account(steps: Steps, off: Floats, least: float) -> Flags:
    """It is done under one name, unlike most others, in the staff's free time too, and begins cases or ends a quiet."""
    people = _people(steps, steps.who >= 0)
    names = int(steps.who.max(initial=0)) + 1
    named = steps.who >= 0
    table = np.bincount((steps.activity * names + steps.who)[named], minlength=steps.size * names)
    one = table.reshape(steps.size, names).max(axis=1) >= _ONE_NAME * np.maximum(steps.counts, 1)
    others = bool((people > 1).sum() >= _HALF * (people > 0).sum())
    comes = begins(steps) | ends_quiet(steps)
    found: Flags = one & others & comes & (off >= least) & all_day(steps)
    return found


def registered(steps: Steps) -> Flags:
    """It ends a long quiet, under the names of those who open the cases, and who hardly do anything else."""
    opens = begins(steps)
    named = steps.who >= 0
    names = int(steps.who.max(initial=0)) + 1
    here = np.zeros(names, bool)
    here[steps.who[named & opens[steps.activity]]] = True
    theirs = named & here[np.maximum(steps.who, 0)]
    closes = steps.share(steps.last) >= _CLOSES
    late = (steps.share(theirs) >= _ONE_NAME) & ends_quiet(steps) & ~closes & ~opens
    such = late | opens
    told = steps.activity[theirs & ~closes[steps.activity]]
    return such & bool(late.any() and len(told) and such[told].mean() >= _DESK)


def wakes(steps: Steps) -> Flags:
    """Between two steps of one activity it ends a long quiet, and the one who is named goes on much sooner."""
    inner = ~steps.first & ~steps.last
    back = inner & (np.roll(steps.activity, 1) == np.roll(steps.activity, -1))
    same = ~steps.last & (steps.who >= 0) & (steps.who == np.roll(steps.who, -1))
    before, after = medians(steps, steps.before), medians(steps, steps.after)
    quiet = (before >= _QUIET) & (before >= _RESUMED * np.maximum(after, 60.0))
    return quiet & (steps.share(back) >= _BACK) & (steps.share(same) >= _BACK)
