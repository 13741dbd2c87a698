"""Acts on what is paid: the price of a client's cases, what lateness costs, and the pay of a team's people."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from irrupt.i18n import gettext as _
from irrupt.i18n import mark, number
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.regulation.acts.demand import percent
from irrupt.regulation.acts.signature import (
    MANAGEMENT,
    UNSIGNED,
    Claiming,
    ForEverybody,
    Signature,
    change,
    known,
    refused,
    sign,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Claiming):
    """A client pays more for each of his cases, or less: the firm prices what he asks for, or he what he bears.

    >>> act = Price(client="Hospital A", change=0.05)
    >>> act.signed.author, act.claim.measure, act.claim.expects
    ('Management', 'turnover', 'rise')
    """

    name: ClassVar[str] = mark("price")

    client: str
    """Who pays."""
    change: float
    """Change of his price, as a share: `5 %` or 0.05 is a twentieth more."""
    signed: Signature = UNSIGNED
    """Who asks for it, and why. By default Management claims: his turnover is to follow."""

    def __post_init__(self) -> None:
        _refuse_no_share(self, self.change)
        sign(self, MANAGEMENT, "fluctuation", "turnover", self.client, "fall" if self.change < 0 else "rise")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of his price; none when nothing changes.

        Raises `ModelError` when *rules* has no such client, or no price of his.
        """
        known(self, ("client", self.client, rules.clients))
        before = rules.clients[self.client]
        if before.price is None:
            found = _("no price of {client} is known").format(client=self.client)
            raise refused(self, "client", found, _('"price" among what the organisation says of him'))
        after = replace(before, price=before.price * (1 + self.change))
        if after == before:
            return ()
        rule = (
            _("the price of {client} rises by {share} %")
            if self.change > 0
            else _("the price of {client} falls by {share} %")
        )
        text = rule.format(client=self.client, share=percent(abs(self.change)))
        return (change(self, moment, text, Edit(part="clients", key=self.client, before=before, after=after)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty(Claiming):
    """A client has each day paid by which a case of his is late or, where he orders by programme, a piece.

    >>> act = Penalty(client="Hospital A", per_day=20.0)
    >>> act.signed.author, act.claim.measure, act.claim.expects
    ('Hospital A', 'lateness', 'fall')
    """

    name: ClassVar[str] = mark("penalty")

    client: str
    """Who has it paid."""
    per_day: float
    """Money for each day, in that of his price; 0: none any more."""
    signed: Signature = UNSIGNED
    """Who asks for it, and why. By default he claims: lateness, for him, is to fall."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.per_day) and self.per_day >= 0):
            raise refused(self, "per day", f"{self.per_day:g}", _("a number, 0 or more"))
        sign(self, self.client, "rigidity", "lateness", self.client)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of his penalty; none when it is already so.

        Raises `ModelError` when *rules* has no such client, when nothing of his is ever due, or when his penalty is not
        known: without one, 0.
        """
        known(self, ("client", self.client, rules.clients))
        before = rules.clients[self.client]
        if before.due is None and all(one.client != self.client for one in rules.programmes.values()):
            found = _("nothing of {client} is ever due").format(client=self.client)
            raise refused(self, "client", found, _('"due" among what the organisation says of him'))
        if before.penalty is None:
            found = _("no penalty of {client} is known").format(client=self.client)
            raise refused(self, "client", found, _('"penalty" among what the organisation says of him, 0 for none'))
        after = replace(before, penalty=self.per_day)
        if after == before:
            return ()
        text = _("each day late costs {money} for {client}").format(client=self.client, money=number(self.per_day, 2))
        return (change(self, moment, text, Edit(part="clients", key=self.client, before=before, after=after)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay(ForEverybody):
    """The hours of a team's people are paid better, or worse.

    >>> act = Pay(team="Network", change=0.02)
    >>> act.signed.author, act.claim.measure
    ('Network', 'pay')
    """

    name: ClassVar[str] = mark("pay rise")

    team: str
    """Whose."""
    change: float
    """Change of their pay, as a share: `2 %` or 0.02 is a fiftieth more."""
    signed: Signature = UNSIGNED
    """Who asks for it, and why. By default the team claims: its pay is to follow."""

    def __post_init__(self) -> None:
        _refuse_no_share(self, self.change)
        sign(self, self.team, "rigidity", "pay", self.team, "fall" if self.change < 0 else "rise")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the pay of its people; none when nothing changes.

        Raises `ModelError` when *rules* has no such team, or nobody in it whose pay is known.
        """
        known(self, ("team", self.team, rules.teams))
        paid = {name: rules.people[name].pay for name in sorted(rules.members(self.team))}
        if all(pay is None for pay in paid.values()):
            found = _("no pay is known in {team}").format(team=self.team)
            raise refused(self, "team", found, _('"pay" among what the organisation says of people'))
        if self.change == 0:
            return ()
        edits = [
            Edit(part="people", key=name, before=person, after=replace(person, pay=pay * (1 + self.change)))
            for name, pay in paid.items()
            if pay is not None and (person := rules.people[name])
        ]
        rule = (
            _("the pay of {team} rises by {share} %") if self.change > 0 else _("the pay of {team} falls by {share} %")
        )
        return (change(self, moment, rule.format(team=self.team, share=percent(abs(self.change))), *edits),)


def _refuse_no_share(act: Price | Pay, share: float) -> None:
    if not (math.isfinite(share) and share >= -1):
        raise refused(act, "change", f"{share:g}", _("a share, -1 or more"))
