"""Faults of rules that say who does a step by who did others: that name nothing, contradict, or leave nobody."""

from __future__ import annotations

from itertools import pairwise

from irrupt.errors import Path
from irrupt.i18n import first_of, mark
from irrupt.i18n import gettext as _
from irrupt.organisation.asked import all_steps, asked_of_teams
from irrupt.organisation.hands import Hands, doers, left_at
from irrupt.organisation.model import Organisation
from irrupt.organisation.placed import Found, fault, of_client, unknown

MOST_NAMED = 2
"""Activities, none of whose doers does a step: the work loop keeps a queue for each set of people who are left."""


def hands(organisation: Organisation) -> Found:
    """Faults of `Organisation.hands`."""
    for name, rule in organisation.hands.items():
        path = ("hands", name)
        found = [*_names(organisation, path, rule), *of_client(organisation, path, rule.client)]
        yield from found or _nobody_left(organisation, path, rule)
    yield from _twice(organisation)


def _names(organisation: Organisation, path: Path, rule: Hands) -> Found:
    activities = {step.activity for step in all_steps(organisation)}
    if (rule.by_who_did is None) == (not rule.not_by_who_did):
        found = _("neither of both") if rule.by_who_did is None else _("both at once")
        yield fault(path, found, _("by who did, or not by who did"))
    if len(rule.not_by_who_did) > MOST_NAMED:
        yield fault((*path, "not by who did"), str(len(rule.not_by_who_did)), _("{n} at most").format(n=MOST_NAMED))
    yield from unknown((*path, "activity"), mark('no activity "{name}"'), rule.activity, activities)
    for activity in rule.rests_on:
        place = (*path, "by who did" if rule.by_who_did is not None else "not by who did")
        yield from unknown(place, mark('no activity "{name}"'), activity, activities)
        if activity in activities and not doers(organisation, activity):
            yield fault(place, _('nobody does "{activity}"').format(activity=activity), _("what a team does"))
    steps = [step for step in all_steps(organisation) if step.activity == rule.activity]
    if steps and all(step.team is None for step in steps):
        found = _('nobody does "{activity}"').format(activity=rule.activity)
        yield fault((*path, "activity"), found, _("what a team does"))
    limited = sorted(team for team in {step.team for step in steps} if team and _limit(organisation, team) is not None)
    if limited:
        found = _("only so many have room in the queue of {team}, which may be full of those that one person must do")
        yield fault((*path, "activity"), found.format(team=limited[0]), _("a team without a limit"))
    if any(step.batch is not None for step in steps):
        found = _('"{activity}" is done in batches, of cases that others may have to do')
        yield fault((*path, "activity"), found.format(activity=rule.activity), _("what is done case by case"))


def _limit(organisation: Organisation, team: str) -> int | None:
    return organisation.teams[team].limit if team in organisation.teams else None


def _nobody_left(organisation: Organisation, path: Path, rule: Hands) -> Found:
    """Where everybody may have done what keeps him from it, or nobody ever did."""
    teams = [team for team, activity in asked_of_teams(organisation) if activity == rule.activity]
    did = [doers(organisation, activity) for activity in rule.rests_on]
    crews = [{*organisation.members(team, rule.activity)} for team in teams]
    if not any(crew & some for crew in crews for some in did):
        found = _('nobody who does "{activity}" ever did {first}: it would never bind')
        found = found.format(activity=rule.activity, first=first_of([f'"{one}"' for one in rule.rests_on], MOST_NAMED))
        yield fault(path, found, _("activities that the same people do"))
    for team in sorted(teams):
        for who, left in left_at(organisation, team, rule):
            if not left and all(one is None or one in some for one, some in zip(who, did, strict=True)):
                names = first_of(sorted({one for one in who if one is not None}), MOST_NAMED)
                found = _('nobody else in {team} does "{activity}" where {who} did what it rests on')
                found = found.format(team=team, activity=rule.activity, who=names)
                yield fault(path, found, _("somebody else in it who does"))
                break


def _twice(organisation: Organisation) -> Found:
    rules = sorted((rule.activity, rule.client or "", name) for name, rule in organisation.hands.items())
    for (activity, client, first), (other, of, name) in pairwise(rules):
        if (activity, client) == (other, of):
            found = _('who does "{activity}" is said by "{first}" already').format(activity=activity, first=first)
            yield fault(("hands", name), found, _("one rule for each activity and client"), _("leave out one"))
