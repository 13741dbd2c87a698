"""Faults of rules that say who does a step by who did others: that name nothing, contradict, or leave nobody.

One that binds nobody is none: whoever did both may have left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from irrupt.errors import Path
from irrupt.i18n import first_of, mark
from irrupt.i18n import gettext as _
from irrupt.organisation.asked import all_steps, asked_of_teams, guards_on, occurs
from irrupt.organisation.hands import Hands, bound, doers, groups, left_at, may_do
from irrupt.organisation.model import Organisation
from irrupt.organisation.placed import Found, fault, of_client, unknown
from irrupt.organisation.presence import all_away

MOST_KEPT = 2
"""Rules that keep people from a step, at most: the work loop has a queue for each set of people who are left."""
MOST_GROUPS = 62
"""The work loop keeps one bit of a word for each."""
_NAMED = 3
Who = Mapping[str, frozenset[str]]
"""Activity -> who does it."""


def hands(organisation: Organisation) -> Found:
    """Faults of `Organisation.hands`."""
    if not organisation.hands:
        return
    who = doers(organisation)
    for name, rule in organisation.hands.items():
        path = ("hands", name)
        yield from (*_names(organisation, path, rule, who), *of_client(organisation, path, rule.client))
    if len(groups(organisation)) > MOST_GROUPS:
        yield fault(("hands",), str(len(groups(organisation))), _("{n} at most").format(n=MOST_GROUPS))
    for activity, client in sorted(
        {(rule.activity, rule.client) for rule in organisation.hands.values()}, key=lambda one: (one[0], one[1] or "")
    ):
        yield from _together(organisation, bound(organisation, activity, client), who)


def _names(organisation: Organisation, path: Path, rule: Hands, who: Who) -> Found:
    every = all_steps(organisation)
    activities = {step.activity for step in every}
    if bool(rule.by_who_did) == bool(rule.not_by_who_did):
        found = _("both at once") if rule.by_who_did else _("neither of both")
        yield fault(path, found, _("by who did, or not by who did"))
    yield from unknown((*path, "activity"), mark('no activity "{name}"'), rule.activity, activities)
    for activity in rule.rests_on:
        place = (*path, "by who did" if rule.by_who_did else "not by who did")
        yield from unknown(place, mark('no activity "{name}"'), activity, activities)
        if activity in activities and not who.get(activity):
            yield fault(place, _('nobody does "{activity}"').format(activity=activity), _("what a team does"))
    steps = [step for step in every if step.activity == rule.activity]
    if steps and all(step.team is None for step in steps):
        found = _('nobody does "{activity}"').format(activity=rule.activity)
        yield fault((*path, "activity"), found, _("what a team does"))
    for found, expected in by_case(organisation, rule.activity):
        yield fault((*path, "activity"), found, expected)


def by_case(organisation: Organisation, activity: str) -> Iterator[tuple[str, str]]:
    """What keeps it from hanging on the case who does an *activity*, and what is asked instead."""
    steps = [step for step in all_steps(organisation) if step.activity == activity]
    limited = sorted(team for team in {step.team for step in steps} if team and _limit(organisation, team) is not None)
    if limited:
        found = _("only so many have room in the queue of {team}, which may be full of those that one person must do")
        yield found.format(team=limited[0]), _("a team without a limit")
    if any(step.batch is not None and step.batch.size != 1 for step in steps):
        found = _('"{activity}" is done in batches, of cases that others may have to do')
        yield found.format(activity=activity), _("what is done case by case")


def _limit(organisation: Organisation, team: str) -> int | None:
    return organisation.teams[team].limit if team in organisation.teams else None


def _did(rule: Hands, who: Who) -> frozenset[str]:
    """Who may have done what a *rule* rests on."""
    return frozenset().union(*(who.get(activity, frozenset()) for activity in rule.rests_on))


def idle(path: Path, rule: Hands, who: Who) -> Found:
    """A rule about what the same people never do, which nobody need ask for."""
    if not who.get(rule.activity, frozenset()) & _did(rule, who):
        found = _('nobody who does "{activity}" ever did {first}: it would never bind')
        found = found.format(activity=rule.activity, first=first_of([f'"{one}"' for one in rule.rests_on], _NAMED))
        yield fault(path, found, _("activities that the same people do"))


def _together(organisation: Organisation, rules: tuple[Hands, ...], who: Who) -> Found:
    """Several *rules* for the same steps: too many, or where everybody may have done what keeps him from it."""
    path = ("hands", [name for name, rule in organisation.hands.items() if rule in rules][-1])
    if len(rules) > (1 if any(rule.by_who_did for rule in rules) else MOST_KEPT):
        found = _('{n} rules for who does "{activity}"').format(n=len(rules), activity=rules[0].activity)
        yield fault(path, found, _("one by who did, or two not by who did"))
        return
    if rules[0].by_who_did:
        return
    did = [_did(rule, who) for rule in rules]
    activity = rules[0].activity
    for team in sorted(team for team, one in asked_of_teams(organisation) if one == activity):
        asked = may_do(organisation, team, activity) if team in organisation.teams else {}
        guards = guards_on(organisation, team, activity)
        there = [found for whose, found in asked.items() if occurs(organisation, whose, guards)]
        crews = dict.fromkeys(crew for crew, theirs in there if theirs == rules)
        kept = next((ones for crew in crews for ones in _all_kept(crew, rules, did)), None)
        found, expected = (
            _('nobody else in {team} does "{activity}" where {who} did what it rests on'),
            _("somebody else in it who does"),
        )
        if kept is None:
            present = dict.fromkeys(frozenset(_present(organisation, crew)) for crew in crews)
            kept = next((ones for crew in present for ones in _all_kept(crew, rules, did)), None)
            found = _(
                'whoever else in {team} does "{activity}" where {who} did what it rests on is away all through the '
                "first year"
            )
            expected = _("somebody who is there for some hours")
        if kept is not None:
            yield fault(path, found.format(team=team, activity=activity, who=first_of(kept, _NAMED)), expected)


def _present(organisation: Organisation, crew: Collection[str]) -> list[str]:
    """Those of a *crew* who are there at some time in the first year."""
    return [name for name in crew if not all_away(organisation, [name])]


def _all_kept(crew: Collection[str], rules: Sequence[Hands], did: Sequence[Collection[str]]) -> Iterator[list[str]]:
    """Those of a *crew*, if they are all of it, whom *rules* keep from a step; *did*: who may have done what each of
    these rests on."""
    # Nobody is kept from it by more than as many people.
    for ones, remain in left_at(crew, rules) if 0 < len(crew) <= len(rules) else ():
        if not remain and all(one is None or one in some for one, some in zip(ones, did, strict=True)):
            yield sorted({one for one in ones if one is not None})
