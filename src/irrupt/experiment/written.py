"""Acts done one after the other, in the order in which they are written: what a scenario tells, and is measured by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from irrupt.experiment.watching import Course
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import RuleChange
from irrupt.regulation.doing import done_without
from irrupt.regulation.model import Act
from irrupt.regulation.when import When, each_time, followers, gone_after, named
from irrupt.units import WEEK


class Written(NamedTuple):
    """What comes of acts, done in the order in which they are written, each as often as it may be."""

    rules: Organisation
    """The rules once all are done."""
    changes: tuple[RuleChange, ...]
    """All that is changed, each on what those before leave; what is taken back later is among them."""
    told: tuple[RuleChange, ...]
    """Those of them that are told: of what is done again, the first."""
    scheduled: tuple[Act, ...]
    """The acts, each time that they may be done, with what follows of itself."""
    settled: tuple[Act, ...]
    """The same; what they put in is called as it is in this order, in whatever order they begin."""

    def course(self, organisation: Organisation, moment: datetime) -> Course:
        """The acts, done to *organisation* from *moment* on."""
        return Course(acts=self.scheduled, settled=self.settled, organisation=organisation, moment=moment)


def all_done(organisation: Organisation, acts: Sequence[Act], moment: datetime) -> Written:
    """What comes of all *acts*, from *moment* on. Raises `ModelError` when one of them names what is not there."""
    never = gone_after([act for act in acts if not isinstance(act, When)], acts)
    found = _in_turn(organisation, acts, never, moment)
    gone = gone_after(acts, acts)
    if len(gone) == len(never):
        return found
    return found._replace(rules=_in_turn(organisation, acts, gone, moment, taken_back=gone).rules)


def _in_turn(
    organisation: Organisation,
    acts: Sequence[Act],
    left_out: Sequence[Act],
    moment: datetime,
    taken_back: Sequence[Act] = (),
) -> Written:
    """The same, where those *left out* are not done; *taken_back*: those of them that are done before."""
    rules, changes, told = organisation, list[RuleChange](), list[RuleChange]()
    scheduled, settled = list[Act](), list[Act]()
    line = organisation.timeline
    for act in acts:
        for time in each_time(act):
            for one in (time, *followers(time, rules)):
                lag, again = (WEEK * one.lag, one.nth > 1) if isinstance(one, When) else (0.0, False)
                scheduled.append(one)
                settled.append(one if act in left_out else named(one, rules))
                if act in left_out:
                    continue
                rules, made = done_without(rules, one, line.moment(line.second(moment) + lag), taken_back)
                changes += made
                told += () if again else made
    return Written(rules, tuple(changes), tuple(told), tuple(scheduled), tuple(settled))
