"""Acts on rules of planning: what a client may change in his schedule, and how the firm plans on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Protocol

from irrupt.errors import Faults, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, ngettext, number
from irrupt.organisation.model import Organisation
from irrupt.organisation.planning import Band, LateChanges, Product, Programme
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.regulation.acts.demand import percent
from irrupt.regulation.acts.signature import (
    MANAGEMENT,
    UNSIGNED,
    Claiming,
    Periods,
    Ratio,
    Signature,
    Signed,
    change,
    in_numbers,
    in_periods,
    known,
    number_of_periods,
    refused,
    share_in,
    sign,
    usually,
    whole_periods,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenHorizon(Claiming):
    """The client may not change what he announced for the nearest periods: call-offs that he does not need in the end,
    or needs more of, he makes up for later.

    >>> FrozenHorizon(client="Carmaker", periods=3).claim.measure
    'nervousness'
    """

    name: ClassVar[str] = mark("frozen horizon")

    client: str
    """Whose schedule."""
    periods: Periods
    """The nearest periods, the one that begins included: a number of them, or a time such as `2 weeks`."""
    product: str | None = None
    """Of which product only."""
    kept: bool = True
    """Whether call-offs are not changed late any more either."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default Management claims: the nervousness of his schedule is to fall."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "periods", number_of_periods(self, "periods", self.periods, 1))
        sign(self, MANAGEMENT, "fluctuation", "nervousness", self.client)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of his programmes; none when they are like this already.

        Raises `ModelError` when *rules* has no such client or product, or a schedule is shorter.
        """
        programmes = ordered(self, rules)
        periods = whole_periods(self, "periods", self.periods, programmes.values())
        within(self, "periods", periods, programmes)
        rule = ngettext(
            "nothing changes in the {n} period of the schedule of {client} that begins",
            "nothing changes in the {n} nearest periods of the schedule of {client}",
            periods,
        )

        def after(programme: Programme) -> Programme:
            late = None if self.kept else programme.late_changes
            return replace(programme, frozen=periods, late_changes=late)

        return reprogrammed(self, rules, moment, rule.format(client=self.client, n=periods), after)


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeBand(Claiming):
    """What the client calls off stays near what he announced some periods before: he buys at least a part of it, and
    no more than so much above it (a quantity-flexibility contract).

    >>> VolumeBand(client="Carmaker", down=0.1, up=0.1).claim.expects
    'fall'
    """

    name: ClassVar[str] = mark("volume band")

    client: str
    """Whose schedule."""
    down: Ratio
    """By what share he may call off less: `10 %` or 0.1."""
    up: Ratio
    """By what share he may call off more."""
    ahead: Periods = 4
    """How many periods ahead what he announced counts: a number of them, or a time such as `4 weeks`."""
    product: str | None = None
    """Of which product only."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default Management claims: the bullwhip of his call-offs is to fall."""

    def __post_init__(self) -> None:
        wrong = Faults()
        with wrong:
            share_in(self, "down")
        with wrong:
            in_numbers(self, "up")
            if not 0 <= self.up < float("inf"):
                raise refused(self, "up", f"{self.up:g}", _("a share, 0 or more"))
        with wrong:
            object.__setattr__(self, "ahead", number_of_periods(self, "ahead", self.ahead, 1))
        wrong.tell()
        sign(self, MANAGEMENT, "fluctuation", "bullwhip of call-offs", self.client)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of his programmes; none when they are like this already.

        Raises `ModelError` when *rules* has no such client or product, or a schedule does not reach so far.
        """
        programmes = ordered(self, rules)
        ahead = whole_periods(self, "ahead", self.ahead, programmes.values())
        within(self, "ahead", ahead, programmes, beyond=1)
        rule = _(
            "call-offs of {client}: at most {down} % less and {up} % more than was announced {n} periods before"
        ).format(client=self.client, down=percent(self.down), up=percent(self.up), n=ahead)
        band = Band(down=self.down, up=self.up, ahead=ahead)
        return reprogrammed(self, rules, moment, rule, lambda programme: replace(programme, band=band))


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCallOff(Claiming):
    """The client changes call-offs that were frozen, as far as what he believes he needs has moved.

    >>> LateCallOff(client="Carmaker", share=0.15, by=0.2).claim.measure
    'lacking at the client'
    """

    name: ClassVar[str] = mark("late call-off")

    client: str
    """Whose schedule."""
    share: Ratio
    """Probability for each period: `15 %` or 0.15."""
    by: Ratio
    """At most this share up or down."""
    notice: Periods = 0
    """How many periods ahead, or a time such as `3 days`; 0: when the period begins."""
    product: str | None = None
    """Of which product only."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: what he lacks is to become less."""

    def __post_init__(self) -> None:
        wrong = Faults()
        with wrong:
            share_in(self, "share")
        with wrong:
            share_in(self, "by")
        with wrong:
            object.__setattr__(self, "notice", number_of_periods(self, "notice", self.notice, 0))
        wrong.tell()
        usually(self, channel="schedule")
        sign(self, self.client, "rigidity", "lacking at the client", self.client)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of his programmes; none when they are like this already.

        Raises `ModelError` when *rules* has no such client or product.
        """
        notice = whole_periods(self, "notice", self.notice, ordered(self, rules).values())
        rule = ngettext(
            "{share} % of the frozen call-offs of {client} change by up to {by} %, {n} period ahead",
            "{share} % of the frozen call-offs of {client} change by up to {by} %, {n} periods ahead",
            notice,
        )
        if not notice:
            rule = _("{share} % of the frozen call-offs of {client} change by up to {by} %, when their period begins")
        rule = rule.format(client=self.client, share=percent(self.share), by=percent(self.by), n=notice)
        late = LateChanges(share=self.share, by=self.by, notice=notice) if self.share and self.by else None
        return reprogrammed(self, rules, moment, rule, lambda programme: replace(programme, late_changes=late))


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastSharing(Claiming):
    """The firm plans on what the client announces, no more on what he called off in the past.

    >>> ForecastSharing(client="Carmaker").claim.measure
    'bullwhip of production'
    """

    name: ClassVar[str] = mark("forecast sharing")

    client: str
    """Whose schedule."""
    product: str | None = None
    """Of which product only."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default Management claims: the bullwhip of production is to fall."""

    def __post_init__(self) -> None:
        usually(self, channel="schedule")
        sign(self, MANAGEMENT, "fluctuation", "bullwhip of production", self.client)

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of how his products are planned; none when they are like this already.

        Raises `ModelError` when *rules* has no such client or product.
        """
        rule = _("Production is planned on the schedule of {client}").format(client=self.client)
        return _replanned(self, rules, moment, rule, lambda _name, product: replace(product, plans_on="schedule"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferStock(Claiming):
    """The firm keeps a stock against what the client changes.

    >>> BufferStock(client="Carmaker", periods=0.5).claim.expects
    'rise'
    """

    name: ClassVar[str] = mark("buffer stock")

    client: str
    """For whose call-offs."""
    periods: Periods
    """How much: what is needed, in the mean, in so many periods, or in a time such as `3 days`."""
    product: str | None = None
    """Of which product only."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default Management claims: more call-offs are to be delivered in full and on time."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "periods", number_of_periods(self, "periods", self.periods, 0))
        measure = "call-offs delivered in full and on time"
        sign(self, MANAGEMENT, "rigidity", measure, self.client, "rise")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of how his products are planned; none when they are like this already.

        Raises `ModelError` when *rules* has no such client or product.
        """
        periods = in_periods(self, "periods", self.periods, ordered(self, rules).values())
        rule = _("For {client}, {n} periods of what he needs are kept in stock").format(
            client=self.client, n=number(periods, 2)
        )

        def after(name: str, product: Product) -> Product:
            return replace(product, safety_stock=periods * rules.programmes[name].level)

        return _replanned(self, rules, moment, rule, after)


class ForProducts(Signed, Protocol):
    """An act that is about what a client orders by programme: all of it, or one product."""

    @property
    def client(self) -> str:
        """Whose schedule."""

    @property
    def product(self) -> str | None:
        """Of which product only."""


def ordered(act: ForProducts, rules: Organisation) -> dict[str, Programme]:
    """The programmes that *act* is about, by product, sorted. Raises `ModelError` when there are none."""
    known(act, ("client", act.client, rules.clients))
    his = {name: one for name, one in sorted(rules.programmes.items()) if one.client == act.client}
    if not his:
        raise refused(act, "client", _("no programme of {client} is known").format(client=act.client))
    if act.product is None:
        return his
    if act.product not in his:
        found = _('in the programmes of {client}, no "{product}"').format(client=act.client, product=act.product)
        raise refused(act, "product", found, remedy=did_you_mean(act.product, his))
    return {act.product: his[act.product]}


def within(
    act: ForProducts, parameter: str, periods: int, programmes: Mapping[str, Programme], beyond: int = 0
) -> None:
    """Raise `ModelError` when a schedule does not reach so many *periods*, and so many *beyond*."""
    for name, programme in programmes.items():
        if programme.horizon < periods + beyond:
            found = _("the schedule of {product} is for {n} periods").format(product=name, n=programme.horizon)
            raise refused(act, parameter, found, _("{n} at most").format(n=programme.horizon - beyond))


def reprogrammed(
    act: ForProducts, rules: Organisation, moment: datetime, rule: str, after: Callable[[Programme], Programme]
) -> tuple[RuleChange, ...]:
    """The change of the programmes that *act* is about; none where nothing changes."""
    edits = [
        Edit(part="programmes", key=name, before=programme, after=after(programme))
        for name, programme in ordered(act, rules).items()
        if after(programme) != programme
    ]
    return (change(act, moment, _about(act, rule), *edits),) if edits else ()


def _replanned(
    act: ForProducts, rules: Organisation, moment: datetime, rule: str, after: Callable[[str, Product], Product]
) -> tuple[RuleChange, ...]:
    edits = [
        Edit(part="products", key=name, before=rules.products[name], after=after(name, rules.products[name]))
        for name in ordered(act, rules)
        if after(name, rules.products[name]) != rules.products[name]
    ]
    return (change(act, moment, _about(act, rule), *edits),) if edits else ()


def _about(act: ForProducts, rule: str) -> str:
    return rule if act.product is None else _("{rule} ({product})").format(rule=rule, product=act.product)
