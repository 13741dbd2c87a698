"""The firm forms its client: what he expects and sees, and what he does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, cast

from irrupt.errors import Faults, did_you_mean
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, number
from irrupt.organisation.model import END, Organisation, Patience
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.organisation.values import Figure
from irrupt.regulation.acts.signature import (
    MANAGEMENT,
    UNSIGNED,
    Claiming,
    Later,
    Names,
    Signature,
    change,
    known,
    refused,
    sign,
    weeks_of,
)
from irrupt.regulation.model import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class FormClient(Claiming):
    """The firm forms its client: what he expects of it, with which eyes he looks at it, and what he does.

    How long he waits before he gives up is multiplied; another figure watches other measures. What he does no longer he
    leaves from then on, and takes back where he has done it in the same comparison. What he learns he then does.

    >>> FormClient(client="Callers", waits=1.5).signed.author
    'Management'
    """

    name: ClassVar[str] = mark("form the client")

    client: str
    """Who is formed."""
    waits: float = 1.0
    """What the time for which his cases wait before they are given up is multiplied by."""
    figure: Figure | None = None
    """With which eyes he looks from then on: consumer, user, citizen, patient or industrial; None: as before."""
    no_longer: Names = ()
    """Kinds of acts that leave his repertoire: `late change`, or several."""
    learns: tuple[Act, ...] = ()
    """Acts that come into his repertoire, and that he then does: a list of acts, as in a scenario."""
    learning: float | str | None = None
    """How long it takes until he does what he learns, in weeks, or as text such as `4 weeks`; None: no time."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default Management claims: fewer of his cases are given up; or, where it forms what he
    does, that waiting for us, for all clients, is to fall."""

    def __post_init__(self) -> None:
        for name in ("no_longer", "learns"):
            given = getattr(self, name)
            object.__setattr__(self, name, (given,) if isinstance(given, str) else tuple(given))
        wrong = Faults()
        with wrong:
            object.__setattr__(self, "learning", weeks_of(self, "learning", self.learning))
        with wrong:
            if not 0 < self.waits < float("inf"):
                raise refused(self, "waits", f"{self.waits:g}", _("a number above 0"))
            if self.waits == 1.0 and self.figure is None and not (self.no_longer or self.learns):
                raise refused(self, "", _("nothing changes"), _("waits, figure, no longer, or learns"))
        with wrong:
            self._refuse_unknown()
            both = sorted({act.name for act in self.learns} & set(self.no_longer))
            if both:
                raise refused(self, "learns", _("{act} is among what he does no longer").format(act=both[0]))
        wrong.tell()
        if self.waits == 1.0 and (self.no_longer or self.learns):
            sign(self, MANAGEMENT, "fluctuation", "waiting for us", ALL_CLIENTS)
        sign(self, MANAGEMENT, "fluctuation", "given up", self.client, "fall" if self.waits >= 1 else "rise")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of his patience and figure, and of his repertoire; none when nothing changes.

        Raises `ModelError` when *rules* has no such client, or when his cases never give up and are to wait otherwise.
        """
        known(self, ("client", self.client, rules.clients))
        edits = list(self._patience(rules)) if self.waits != 1.0 else []
        if self.waits != 1.0 and not edits:
            raise refused(self, "waits", _("cases of {client} are never given up").format(client=self.client))
        before = rules.clients[self.client]
        if self.figure not in (None, before.figure):
            after = replace(before, figure=self.figure)
            edits.append(Edit(part="clients", key=self.client, before=before, after=after))
        edits += self._repertoire()
        return (change(self, moment, "; ".join(self._said()), *edits),) if edits else ()

    def later(self, rules: Organisation) -> tuple[Later, ...]:
        """What he learns, he does."""
        weeks = cast("float | None", self.learning)
        return tuple((weeks or 0.0, act) for act in self.learns)

    def _refuse_unknown(self) -> None:
        from irrupt.regulation.registry import acts
        from irrupt.regulation.when import bare, title

        for act in self.learns:
            if bare(act) is not act:
                found = _('"{act}" waits for something itself').format(act=title(act, _))
                raise refused(self, "learns", found, _('acts that wait for nothing: "learning" says when he does them'))
        for name in self.no_longer:
            if name not in acts():
                raise refused(
                    self, "no longer", _('no act "{name}"').format(name=name), remedy=did_you_mean(name, acts())
                )

    def _repertoire(self) -> Iterator[Edit]:
        if not (self.no_longer or self.learns):
            return
        can, cannot = sorted({act.name for act in self.learns}), sorted(self.no_longer)
        before, after = {"does": cannot, "does not": can}, {"does": can, "does not": cannot}
        yield Edit(part="rulebook", key=f"repertoire of {self.client}", before=before, after=after)

    def _said(self) -> Iterator[str]:
        if self.waits != 1.0:
            yield _("cases of {client} wait {times} times as long before they are given up").format(
                client=self.client, times=number(self.waits, 2)
            )
        if self.figure is not None:
            yield _("other eyes for {client}: {figure}").format(client=self.client, figure=_(str(self.figure)))
        if self.no_longer:
            yield _("no longer done by {client}: {acts}").format(
                client=self.client, acts=", ".join(map(_, self.no_longer))
            )
        if self.learns:
            names = (_(act.name) for act in self.learns)
            yield _("learned by {client}: {acts}").format(client=self.client, acts=", ".join(names))

    def _patience(self, rules: Organisation) -> Iterator[Edit]:
        """Of all by which his cases are given up. What is for all stays one rule, with another time for him: his cases
        keep their luck. Changes that come late are no giving up."""
        own: Mapping[str, Patience] = {n: p for n, p in sorted(rules.patience.items()) if p.client == self.client}
        had = {rule.at for rule in own.values() if rule.at is not None}
        for name, rule in sorted(rules.patience.items()):
            if rule.lasts is None or (rule.at is None and rule.to != END):
                continue
            if name in own:
                after = replace(rule, lasts=rules.distribution(rule.lasts).times(self.waits))
            elif rule.client is None and rule.at not in had:
                times = rule.by_client.get(self.client, 1.0) * self.waits
                after = replace(rule, by_client={**rule.by_client, self.client: times})
            else:
                continue
            yield Edit(part="patience", key=name, before=rule, after=after, relative=True)
