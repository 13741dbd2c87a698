"""Which what-ifs an organisation learned from records can answer: well, weakly, or not at all, and why."""

from __future__ import annotations

from typing import Literal, NamedTuple

from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.organisation.learned import trust
from irrupt.organisation.model import Organisation

Grade = Literal["well", "weakly", "not at all"]
GRADES = (mark("well"), mark("weakly"), mark("not at all"))
_FEW_CASES = 200
"""Cases below which shares and times are known badly."""


class Support(NamedTuple):
    """How well one kind of what-ifs is answered."""

    rules: str
    """Of what: `demand`, `procedure`, `order of queues`, `hours and staff`."""
    grade: Grade
    why: tuple[str, ...]
    """What speaks against it; empty where nothing does."""


RULES = (mark("demand"), mark("procedure"), mark("order of queues"), mark("hours and staff"))


def support(organisation: Organisation) -> tuple[Support, ...]:
    """What the records behind *organisation* allow to ask; empty where it was written by hand.

    Volume and appointments are about demand; checks, bypasses, certificates, complete files and late changes about
    procedure; priority about the order of queues; shifts and who leaves about hours and staff.

    >>> from irrupt.engine.examples import counter
    >>> support(counter())
    ()
    """
    if organisation.learned is None:
        return ()
    general, queues, none = _against(organisation)
    found = []
    for rules in RULES:
        why = none[rules] or (general if rules == "procedure" else general + queues)
        grade: Grade = "not at all" if none[rules] else "weakly" if why else "well"
        found.append(Support(rules, grade, tuple(why)))
    return tuple(found)


def _against(organisation: Organisation) -> tuple[list[str], list[str], dict[str, list[str]]]:
    """What speaks against any what-if, what against those that move queues, and what rules one out."""
    learned = organisation.learned
    assert learned is not None
    general, queues = [], []
    if learned.cases < _FEW_CASES:
        general.append(_("the records hold few cases"))
    if learned.present is not None:
        general.append(_("ways of working changed within the records"))
    if not learned.fidelity:
        general.append(_("predictions were not checked on held-out records"))
    if any(trust(one) in ("worse", "much worse") for one in learned.fidelity if one.unit == "h"):
        general.append(_("held-out times are predicted worse than by repeating the past"))
    if not organisation.people:
        queues.append(_("nobody's work could be learned"))
    elif learned.work != "measured" and not learned.told:
        queues.append(_("work and waiting cannot be told apart without start times"))
    none: dict[str, list[str]] = {rules: [] for rules in RULES}
    if learned.begin == learned.end:
        general.append(_("all records bear one time"))
        return general, queues, {rules: [] if rules == "procedure" else general for rules in RULES}
    if not organisation.people:
        none["order of queues"] = none["hours and staff"] = [_("nobody's work could be learned")]
    elif len(organisation.clients) < 2 and not organisation.classes():
        none["order of queues"] = [_("all cases are alike: one client, and no classes")]
    return general, queues, none
