"""Acts on rules of demand: what a client asks for, how much of it and when."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import Claim, Edit, RuleChange
from irrupt.regulation.acts.signature import UNSIGNED, Signature, change, known, refused, sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """The client brings more cases, or fewer, with the same profile over the week.

    >>> act = Volume(client="Hospital A", change=-0.25)
    >>> act.claim.measure, act.claim.expects
    ('throughput', 'fall')
    """

    name: ClassVar[str] = "volume"

    client: str
    """Whose cases."""
    change: float
    """Change of his cases per week, as a share: `20 %` or 0.2 is a fifth more, `-25 %` a quarter fewer."""
    signed: Signature = UNSIGNED
    """Who does it, and why. By default he claims: his throughput is to follow."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.change) and self.change >= -1):
            raise refused(self, "change", f"{self.change:g}", _("a share, -1 or more"))
        expects = "fall" if self.change < 0 else "rise"
        sign(self, self.client, "fluctuation", "throughput", self.client, expects)  # type: ignore[arg-type]

    @property
    def claim(self) -> Claim:
        """What its author says is wrong."""
        return self.signed.claim

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        """One change of the client's demand; none when nothing changes.

        Raises `ModelError` when *rules* has no such client.
        """
        known(self, ("client", self.client, rules.clients))
        before = rules.clients[self.client]
        after = replace(before, cases_per_week=before.cases_per_week * (1 + self.change))
        if after == before:
            return ()
        if self.change > 0:
            rule = _("{client} brings {share} % more cases")
        else:
            rule = _("{client} brings {share} % fewer cases")
        text = rule.format(client=self.client, share=_percent(abs(self.change)))
        return (change(self, moment, text, Edit(part="clients", key=self.client, before=before, after=after)),)


def _percent(share: float) -> str:
    percent = round(100 * share, 1)
    return number(percent, 0 if percent.is_integer() else 1)
