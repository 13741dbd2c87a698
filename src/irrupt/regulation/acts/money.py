"""Acts on what is paid: the price of a client's cases, what lateness costs, and the pay of a team's people."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from irrupt.i18n import gettext as _
from irrupt.i18n import mark, number
from irrupt.organisation.likes import ever_due
from irrupt.organisation.model import Organisation
from irrupt.organisation.planning import Programme, Zone
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.regulation.acts.demand import percent, refuse_many_times
from irrupt.regulation.acts.planning import ordered, reprogrammed, within
from irrupt.regulation.acts.signature import (
    MANAGEMENT,
    UNSIGNED,
    Claiming,
    ForEverybody,
    Periods,
    Ratio,
    Signature,
    change,
    in_numbers,
    known,
    number_of_periods,
    refused,
    sign,
    whole_periods,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Claiming):
    """A client pays more for each of his cases (or pieces, where he orders by programme), or less: the firm prices what
    he asks for, or he what he bears.

    >>> act = Price(client="Hospital A", change=0.05)
    >>> act.signed.author, act.claim.measure, act.claim.expects
    ('Management', 'turnover', 'rise')
    """

    name: ClassVar[str] = mark("price")

    client: str
    """Who pays."""
    change: Ratio
    """Change of his price, as a share: `5 %` or 0.05 is a twentieth more."""
    signed: Signature = UNSIGNED
    """Who asks for it, and why. By default Management claims: his turnover is to follow."""

    def __post_init__(self) -> None:
        _refuse_no_share(self)
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
        edit = Edit(part="clients", key=self.client, before=before, after=after, relative=True)
        return (change(self, moment, text, edit),)


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
        if not ever_due(before) and all(one.client != self.client for one in rules.programmes.values()):
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
class PriceOfChanges(Claiming):
    """A client pays for each piece that he changes in the nearest periods of his schedule: what is not refused has a
    price. Several make zones, each with its own.

    >>> act = PriceOfChanges(client="Carmaker", periods=2, per_piece=5.0)
    >>> act.signed.author, act.claim.measure, act.claim.expects
    ('Management', 'cost of changes', 'rise')
    """

    name: ClassVar[str] = mark("price of changes")

    client: str
    """Whose schedule."""
    periods: Periods
    """Of quantities announced for the nearest periods, the one that begins included (as those of a frozen horizon): a
    number of them, 2 or more, or a time such as `2 weeks`. Where nearer ones have a price of their own, that holds."""
    per_piece: float
    """Money for each piece more or less than he announced, in that of his price; 0: nothing any more."""
    product: str | None = None
    """Of which product only."""
    signed: Signature = UNSIGNED
    """Who asks for it, and why. By default Management claims: the cost of changes, for him, is to rise."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "periods", number_of_periods(self, "periods", self.periods, 2))
        if not (math.isfinite(self.per_piece) and self.per_piece >= 0):
            raise refused(self, "per piece", f"{self.per_piece:g}", _("a number, 0 or more"))
        sign(self, MANAGEMENT, "fluctuation", "cost of changes", self.client, "rise")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of his programmes; none when they are like this already.

        Raises `ModelError` when *rules* has no such client or product, or a schedule is shorter.
        """
        programmes = ordered(self, rules)
        periods = whole_periods(self, "periods", self.periods, programmes.values())
        within(self, "periods", periods, programmes)
        if periods < 2:
            raise refused(self, "periods", f"{periods}", _("{least:g} or more").format(least=2))
        rule = _("what {client} changes in the {n} nearest periods of his schedule costs {money} a piece").format(
            client=self.client, n=periods, money=number(self.per_piece, 2)
        )

        def after(programme: Programme) -> Programme:
            prices = {zone.periods: zone.price for zone in programme.zones} | {periods: self.per_piece}
            zones = [Zone(periods=reach, price=price) for reach, price in sorted(prices.items())]
            while zones and not zones[-1].price:
                zones.pop()
            return replace(programme, zones=tuple(zones))

        return reprogrammed(self, rules, moment, rule, after)


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
    change: Ratio
    """Change of their pay, as a share: `2 %` or 0.02 is a fiftieth more."""
    signed: Signature = UNSIGNED
    """Who asks for it, and why. By default the team claims: its pay is to follow."""

    def __post_init__(self) -> None:
        _refuse_no_share(self)
        sign(self, self.team, "rigidity", "pay", self.team, "fall" if self.change < 0 else "rise")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the pay of its people; none when nothing changes.

        Raises `ModelError` when *rules* has no such team, or nobody in it whose pay is known.
        """
        known(self, ("team", self.team, rules.teams), rules=rules)
        paid = {name: rules.people[name].pay for name in sorted(rules.members(self.team))}
        if all(pay is None for pay in paid.values()):
            found = _("no pay is known in {team}").format(team=self.team)
            raise refused(self, "team", found, _('"pay" among what the organisation says of people'))
        if self.change == 0:
            return ()
        edits = [
            Edit(part="people", key=name, before=who, after=replace(who, pay=pay * (1 + self.change)), relative=True)
            for name, pay in paid.items()
            if pay is not None and (who := rules.people[name])
        ]
        rule = (
            _("the pay of {team} rises by {share} %") if self.change > 0 else _("the pay of {team} falls by {share} %")
        )
        return (change(self, moment, rule.format(team=self.team, share=percent(abs(self.change))), *edits),)


def _refuse_no_share(act: Price | Pay) -> None:
    in_numbers(act, "change")
    if not (math.isfinite(act.change) and act.change >= -1):
        raise refused(act, "change", f"{act.change:g}", _("a share, -1 or more"))
    refuse_many_times(act, act.change, _("write {n} % where that is meant"))
