"""Why an act moves nothing of what it was to move, or less, in sentences."""

from __future__ import annotations

import math

from irrupt.experiment.model import Reason, Tried
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.reporting.words import amount, listed

AT_ONCE = 1 / 60
"""Hours below which nobody waits to speak of."""
FEW = 0.02
"""Part of a wait, or of the time of a case, that is little."""
ALL = 0.9
"""Share of cases that are about all."""
MOST = 0.5
"""Part of the time for which a case waits for us, that is most of it."""


_PLAIN = {
    "people": mark("People of {teams} are at work in {share} of their hours: others do what one of them leaves."),
    "hours": mark(
        "People of {teams} are at work in {share} of their hours: they have time enough, in other hours too."
    ),
    "hardly comes": mark("Only {share} of the cases of {client} come to {activities} in these runs."),
    "goes there anyway": mark("Behind {activities}, {share} of the cases of {client} go to {then} anyway."),
    "no order by date": mark(
        "No team takes first what is due first: when cases of {client} are due changes what is late, and not the order "
        "of work."
    ),
    "as often": mark(
        "It changes how long {activities} takes, and not where cases go: nothing is assumed to become rarer (in a "
        "certification, “after”, “then” and “times” say what)."
    ),
    "open ends": mark(
        "A case of {client} takes {cycle}, {share} of the time that is measured: in it, cases that came before are "
        "still finished, and those that come late are not yet. So throughput moves by less than what comes; more weeks "
        "(--weeks) bring them closer."
    ),
}
"""Reasons of one sentence."""


def reasons(tried: Tried) -> list[str]:
    """What tells why *tried* moves nothing of what it was to move, or less than that, a sentence for each; none where
    it does, or where runs do not tell."""
    return list(dict.fromkeys(filter(None, map(reason, tried.reasons))))


def reason(one: Reason) -> str:
    """*one* in words."""
    names = {"client": party_name(one.client), "teams": listed(one.teams), "activities": listed(one.activities)}
    if one.kind == "order":
        return _of_order(one, names)
    if one.kind == "still follows":
        return _of_what_follows(one, names)
    if one.kind == "nothing comes":
        return _of_steps(one, names)
    if one.kind == "none done":
        return _of_none(one, names)
    if one.kind in _PLAIN:
        numbers = {"share": amount(one.share, "share"), "cycle": amount(one.cycle, "h"), "then": one.then}
        return _(_PLAIN[one.kind]).format(**numbers, **names)
    if one.kind == "never met":
        return _("The moment that it waits for did not come in the weeks that are measured, in any run.")
    if one.kind == "so already":
        return _("It changes no rule: what it asks for is so already.")
    return _("With it and without it, all that is measured is the same in every run.")


def _of_order(one: Reason, names: dict[str, str]) -> str:
    if not one.steps:
        return _("No case of {client} comes to {teams} in these runs.").format(**names)
    if not one.passing:
        return _("In the end no case of {client} is to pass first at {teams}.").format(**names)
    if one.wait < AT_ONCE:
        text = _("Cases of {client} hardly wait at {teams}: somebody is free at once.")
    elif one.behind < max(AT_ONCE, FEW * one.wait):
        text = _(
            "Cases of {client} wait at {teams} for {wait} of the {cycle} that they take, and not behind others: until "
            "work in hand is done, or somebody's hours begin, there is nobody to pass."
        )
    else:
        text = _of_passing(one)
    if one.unqueued > max(MOST * one.ours, one.wait):
        late = _("These cases wait for us {ours} in all, {unqueued} of it in no queue: no order changes that.")
        text = f"{text} {late}"
    hours = {name: getattr(one, name) for name in ("wait", "behind", "cycle", "ours", "unqueued")}
    hours["most"] = one.behind * one.share * one.passing
    shares = {"come": amount(one.share, "share"), "passing": amount(one.passing, "share")}
    told = {name: amount(value, "h") for name, value in hours.items() if math.isfinite(value)}
    return text.format(**told, **shares, **names)


def _of_passing(one: Reason) -> str:
    """What passing first can save at most, of all cases of the client."""
    if one.passing < ALL:
        return _(
            "Passing first at {teams} can save {client} at most about {most} of the {cycle} that a case takes: "
            "{passing} of the cases that come there are to pass; one waits there for {behind} while others are taken "
            "before it."
        )
    if one.share < ALL:
        return _(
            "Passing first at {teams} can save {client} at most about {most} of the {cycle} that a case takes: {come} "
            "of the cases come there; one waits there for {behind} while others are taken before it."
        )
    return _(
        "Passing first at {teams} can save {client} at most about {behind} of the {cycle} that a case takes: for so "
        "long, others are taken before it."
    )


def _of_what_follows(one: Reason, names: dict[str, str]) -> str:
    if one.spent < AT_ONCE:
        text = _("Skipping {activities} saves {client} hardly any time: {then} still follows, {passes} later.")
    else:
        text = _("Skipping {activities} saves {client} {spent} each time: {then} still follows, {passes} later.")
    if not one.worked:
        both = _(
            "In a scenario file, a second bypass beside it, of {then}, skips both; a complete file makes both rarer."
        )
        text = f"{text} {both}"
    hours = {"spent": amount(one.spent, "h"), "passes": amount(one.passes, "h")}
    return text.format(then=one.then, **hours, **names)


def _of_steps(one: Reason, names: dict[str, str]) -> str:
    if not one.activities:
        return _("No case of {client} comes in these runs.").format(**names)
    return _("No case of {client} comes to {activities} in these runs.").format(**names)


def _of_none(one: Reason, names: dict[str, str]) -> str:
    if one.activities:
        return _(
            "Cases of {client} come to {activities} in these runs, and none is done there: they wait to the end."
        ).format(**names)
    if one.teams:
        return _(
            "Cases of {client} come to {teams} in these runs, and none is done there: they wait to the end."
        ).format(**names)
    return _("Cases of {client} come in these runs, and nothing is done with any: they wait to the end.").format(
        **names
    )
