"""What is recorded of each case, and who is shown it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from irrupt.errors import Faults
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.regulation.acts.followups import Followup, refuse_times
from irrupt.regulation.acts.naming import Naming, with_names
from irrupt.regulation.acts.procedure import ImposedCheck, check_name, distribution
from irrupt.regulation.acts.signature import (
    UNSIGNED,
    Names,
    Signature,
    both_or_none,
    change,
    known,
    one_or_more,
    refused,
    sign,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traceability(Naming):
    """Each time that an activity is done for the client it is recorded, and he, or who else is named, sees the record.

    Recording takes time of work. What he can then look up he may ask for less often: another activity comes less often
    behind one. What anybody does with what he sees is an act of its own.

    >>> act = Traceability(client="Hospital A", activity="Repair", duration="3 min")
    >>> act.seen, act.claim.measure
    (('Hospital A',), 'waiting for us')
    """

    name: ClassVar[str] = mark("traceability")

    client: str | None
    """Whose cases; None, in files `all clients`: everybody's."""
    activity: str
    """What is recorded."""
    duration: Distribution | float | str = "3 min"
    """Time of work for each record: a distribution, seconds, or text; `0 s` where it costs nobody time."""
    team: str | None = None
    """Who records it; None: the team that does most of what is recorded."""
    record: str = "Record"
    """What recording is called."""
    shown_to: Names = ()
    """Who sees the records; nobody named: the client, or everybody where no client is named."""
    after: str | None = None
    """What is asked for less often: after this activity ..."""
    then: str | None = None
    """... this one comes next less often."""
    times: float = 1.0
    """What its probability is multiplied by: 0.8 is a fifth less. Assumed, so vary it, 1 among the values."""
    signed: Signature = UNSIGNED
    """Who asks for it, and why. By default the client claims: waiting for us, for him, is to fall."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "shown_to", one_or_more(self.shown_to))  # One alone needs no brackets.
        wrong = Faults()
        with wrong:
            object.__setattr__(self, "duration", distribution(self, self.duration))
        with wrong:
            refuse_times(self, self.times)
        with wrong:
            both_or_none(self, self.after, self.then)
        wrong.tell()
        sign(self, self.client, "rigidity", "waiting for us", self.client or ALL_CLIENTS)

    @property
    def seen(self) -> tuple[str, ...]:
        """Who sees the records; empty: everybody."""
        return self.shown_to or ((self.client,) if self.client is not None else ())

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change: recording, who sees the records, and what is asked for less often; none when it is so already.

        Raises `ModelError` when *rules* has no such client, team or activity.
        """
        activities = rules.step_activities()
        known(self, ("activity", self.activity, activities), ("client", self.client, rules.clients))
        edits = list(self._recording(rules, moment))
        if self.after is not None and self.then is not None:
            fewer = Followup(after=self.after, then=self.then, times=self.times, client=self.client)
            fewer.refuse(self, rules)
            edits += fewer.edits(rules)
        if not edits and self._costs:
            return ()
        who = self.client or _("all clients")
        seen = ", ".join(self.seen) or _("everybody")
        rule = _("each {activity} for {client} is recorded, and shown to {seen}")
        text = rule.format(activity=self.activity, client=who, seen=seen)
        key = self._plain + (f" for {self.client}" if self.client else "")
        shown = {"text": key, "written": True, "visible to": list(self.seen)}
        return (change(self, moment, text, *edits, Edit(part="rulebook", key=key, before=None, after=shown)),)

    def named(self, rules: Organisation) -> Traceability:
        """The same, with recording called as it would be under *rules*, whatever is there by then."""
        return with_names(self, {self._plain: self._called(rules)})

    @property
    def _plain(self) -> str:
        return f"{self.record} {self.activity}"

    def _called(self, rules: Organisation) -> str:
        return self.names.get(self._plain) or check_name(rules, self._plain, self.activity, self.client)

    @property
    def _costs(self) -> bool:
        return isinstance(self.duration, Distribution) and self.duration.mean > 0

    def _recording(self, rules: Organisation, moment: datetime) -> tuple[Edit, ...]:
        if not self._costs:
            return ()
        if self.team is None and not any(one.team for one in rules.steps.values() if one.activity == self.activity):
            found = _('no team does "{activity}"').format(activity=self.activity)
            raise refused(self, "team", found, remedy=_("say which team records it"))
        step = ImposedCheck(
            client=self.client,
            after=self.activity,
            activity=self._called(rules),
            team=self.team,
            duration=self.duration,
            signed=self.signed,
        )
        return tuple(edit for made in step.changes(rules, moment) for edit in made.edits)
