"""Acts on how work is gathered: in batches, or case by case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from irrupt.errors import Faults
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.organisation.batch import Batch
from irrupt.organisation.hours import moments_data, moments_in
from irrupt.organisation.model import Organisation, Step
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.regulation.acts.signature import (
    MANAGEMENT,
    UNSIGNED,
    ForEverybody,
    Signature,
    change,
    known,
    reading,
    refused,
    seconds,
    sign,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering(ForEverybody):
    """Cases gather for an activity otherwise than before: by so many, for so long, until set moments; or no longer.

    Where they are done in batches already, these go on to be set up, and done at once or one by one, as before.

    >>> act = Gathering(activity="Fire", size=10)
    >>> act.signed.author, act.claim.measure
    ('Management', 'cycle time')
    """

    name: ClassVar[str] = mark("gathering")

    activity: str
    """For which they gather."""
    size: int | None = None
    """How many are enough; None: however many come by then."""
    longest_wait: float | str | None = None
    """After what time the first goes with those who have come: seconds, or text such as `2 days`. None: no matter."""
    at: str | tuple[str, ...] = ()
    """Moments at which all go who have come: Mon-Fri 16:00, or several such texts. Without any of the three, cases
    gather no longer."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default Management claims: cycle time, for all clients, is to fall."""

    def __post_init__(self) -> None:
        texts = (self.at,) if isinstance(self.at, str) else tuple(self.at)
        object.__setattr__(self, "at", texts)
        wrong = Faults()
        with wrong, reading(self, "at"):
            moments_in(list(texts))
        with wrong:
            if self.size is not None and self.size < 1:
                raise refused(self, "size", str(self.size), _("1 or more"))
        with wrong:
            if self.longest_wait is not None:
                seconds(self, "longest wait", self.longest_wait)
        wrong.tell()
        sign(self, MANAGEMENT, "rigidity", "cycle time", ALL_CLIENTS)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the steps that bear the activity; none when cases gather so already.

        Raises `ModelError` when *rules* has no such activity.
        """
        known(self, ("activity", self.activity, rules.step_activities()))
        steps = {name: step for name, step in rules.steps.items() if step.activity == self.activity}
        after = {name: replace(step, batch=self._batch(step)) for name, step in steps.items()}
        edits = [
            Edit(part="steps", key=name, before=steps[name], after=after[name])
            for name in sorted(steps)
            if after[name] != steps[name]
        ]
        return (change(self, moment, self._rule(), *edits),) if edits else ()

    def _batch(self, step: Step) -> Batch | None:
        if self.size is None and self.longest_wait is None and not self.at:
            return None
        wait = None if self.longest_wait is None else seconds(self, "longest wait", self.longest_wait)
        return replace(step.batch or Batch(), size=self.size, longest_wait=wait, at=moments_in(list(self.at)))

    def _rule(self) -> str:
        ends = [] if self.size is None else [_("there are {n}").format(n=self.size)]
        if self.longest_wait is not None:
            wait = self.longest_wait if isinstance(self.longest_wait, str) else f"{self.longest_wait:g} s"
            ends.append(_("the first has waited {time}").format(time=wait))
        if self.at:
            ends.append(_("the clock says {times}").format(times=", ".join(moments_data(moments_in(list(self.at))))))
        if not ends:
            return _("Cases do not gather for {activity}").format(activity=self.activity)
        until = _(" or ").join(ends)
        return _("Cases gather for {activity} until {until}").format(activity=self.activity, until=until)
