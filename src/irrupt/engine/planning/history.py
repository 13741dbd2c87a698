"""What hours that follow a plan, or what waits, changed in the rules of one run: with before and after, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from irrupt.engine.planning.stretching import Turn
from irrupt.engine.tables import Tables
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import RuleChange, difference
from irrupt.units import DAY


def changes(hours_changed: Sequence[tuple[float, Tables, Tables]], turns: Sequence[Turn]) -> Iterator[RuleChange]:
    """Each change of the hours in force, from usual ones on; what acts changed at the same time is left out.

    *hours_changed*: when, the rules then, and these without hours that follow anything. *turns* say what waited.
    """
    before: Tables | None = None
    usual: Tables | None = None
    since = -1
    for moment, rules, now_usual in hours_changed:
        # Where the usual rules have become others, hours are told from these on.
        if before is None or now_usual is not usual:
            before, usual = now_usual, now_usual
        edits = difference(before.organisation, rules.organisation)
        teams = _teams(before.organisation, rules.organisation)
        before, day = rules, round(moment // DAY)
        if not teams:
            continue
        yield RuleChange(
            time=usual.organisation.timeline.moment(moment),
            author=usual.organisation.capacity[teams[0]].author or teams[0],
            rule="; ".join(_told(rules.organisation, team) for team in teams),
            edits=edits,
            reason="; ".join(
                _reasons([turn for turn in turns if since < turn.since <= day and not turn.rule_ends], teams)
            ),
        )
        since = day


def _teams(before: Organisation, after: Organisation) -> list[str]:
    """Those whose hours differ, of those with a rule for them."""
    return [team for team in sorted(after.capacity) if _weekly(before, team) != _weekly(after, team)]


def _weekly(rules: Organisation, team: str) -> dict[str, tuple[tuple[int, int], ...]]:
    return {name: rules.calendars[rules.people[name].calendar].hours for name in rules.members(team)}


def _told(rules: Organisation, team: str) -> str:
    hours = [rules.calendars[rules.people[name].calendar].minutes_per_week for name in rules.members(team)]
    told = ngettext("{team}: {n} person, {hours} h a week", "{team}: {n} people, {hours} h a week", len(hours))
    return told.format(team=team, n=len(hours), hours=number(sum(hours) / 60))


def _reasons(turns: Sequence[Turn], teams: Sequence[str]) -> Iterator[str]:
    """What waited when it was decided last that hours of *teams* become other ones."""
    latest = {turn.team: turn.waiting.cases for turn in turns if turn.team in teams}
    for team, cases in latest.items():
        told = ngettext("{n} case waits for {team}", "{n} cases wait for {team}", cases)
        yield told.format(n=cases, team=team) if cases else _("nothing waits for {team}").format(team=team)
