"""What was learned about people, in plain sentences."""

from __future__ import annotations

import numpy as np

from irrupt.discovery.findings import Findings
from irrupt.discovery.people.able import CLIENT
from irrupt.discovery.queues.choices import SAME
from irrupt.i18n import Counted, and_more, ngettext, number
from irrupt.i18n import gettext as _
from irrupt.organisation import Calendar, Organisation
from irrupt.organisation.hours import calendar_said, shared
from irrupt.units import time_said

_NAMED = 5


def told(findings: Findings) -> list[str]:
    """Sentences about who does what, until when, and in which order."""
    staff, found = findings.workforce, []
    if staff.left_out:
        found.append(
            ngettext(
                "{n} person comes and goes, or has left; others are taken to do that work.",
                "{n} people come and go, or have left; others are taken to do their work.",
                staff.left_out,
            ).format(n=staff.left_out)
        )
    late = tuple(name for name, is_so in zip(findings.teams.names, staff.finishing.tolist(), strict=False) if is_so)
    if late:
        found.append(
            _("Teams whose people finish what they have begun before they go, even after their hours: {teams}.").format(
                teams=listed(late, "team")
            )
        )
    found += _winding_down(findings)
    skilled = tuple(
        f"{name} ({listed(one.does_not, 'activity')})" for name, one in staff.people.items() if one.does_not
    )
    if skilled:
        text = _("People who never do this or that of the work of their team: {people}.")
        found.append(text.format(people=listed(skilled, "person")))
    found += [*_in_some_cases(findings), *_on_desks(findings), *_in_turn(findings), *_on_straight(findings)]
    ordered = tuple(
        f"{name} ({' > '.join(one.teams)})" for name, one in staff.people.items() if one.serves == "teams in order"
    )
    if ordered:
        text = _("People of several teams who serve one of them before another: {people}.")
        found.append(text.format(people=listed(ordered, "person")))
    if staff.anonymous:
        found.append(
            _("No member is recorded of {teams}: as many people as the work needs are assumed.").format(
                teams=listed(staff.anonymous, "team")
            )
        )
    return found


def _winding_down(findings: Findings) -> list[str]:
    """Who begins nothing more before his hours end, and how long before."""
    whose = dict[float, list[str]]()
    for name, one in findings.workforce.people.items():
        if one.winds_down:
            whose.setdefault(one.winds_down, []).append(name)
    told = tuple(
        _("{people} (the last {time})").format(people=listed(tuple(who), "person"), time=time_said(seconds))
        for seconds, who in sorted(whose.items())
    )
    text = _("People who begin nothing more shortly before their hours end: {people}.")
    return [text.format(people=listed(told, "person", "; "))] if told else []


def _in_some_cases(findings: Findings) -> list[str]:
    """Who does not do what in cases of some clients, or of some classes."""
    log, found = findings.log, dict[tuple[str, str], list[str]]()
    for name in sorted(findings.workforce.people.keys() & {*log.people}):
        for activity, kind, values in findings.workforce.skills.values(log.people.index(name)):
            of = log.activities[activity], ", ".join(kind.values[value] for value in values)
            found.setdefault(of, []).append(name)
    text = _("Done by only some of the team in some cases: {activities}.")
    told = tuple(
        _("{activity} ({cases}: not {people})").format(
            activity=activity, cases=cases, people=listed(tuple(who), "person")
        )
        for (activity, cases), who in found.items()
    )
    return [text.format(activities=listed(told, "activity", "; "))] if told else []


def on_hands(organisation: Organisation) -> list[str]:
    """What is done by whoever did something else before, and what by somebody else."""
    same, other = (
        tuple(
            _("{activity} ({first})").format(activity=rule.activity, first=", ".join(rule.rests_on))
            for rule in organisation.hands.values()
            if bool(rule.by_who_did) == by
        )
        for by in (True, False)
    )
    texts = (
        (same, _("Done by whoever did another step of the case: {activities}.")),
        (other, _("Not done by whoever did another step of the case: {activities}.")),
    )
    return [text.format(activities=listed(steps, "activity")) for steps, text in texts if steps]


def on_team_hours(organisation: Organisation) -> list[str]:
    """Who takes up the work of one of his teams at certain hours only."""
    people = tuple(
        _("{person} ({team}: {hours})").format(
            person=name, team=team, hours=_said(organisation.calendars[calendar], organisation.calendars[one.calendar])
        )
        for name, one in organisation.people.items()
        for team, calendar in one.team_hours.items()
    )
    text = _("People of several teams who take up the work of one of them at certain hours only: {people}.")
    return [text.format(people=listed(people, "person", "; "))] if people else []


def _said(calendar: Calendar, own: Calendar) -> str:
    """The hours of a *calendar* that are hours of somebody's *own*, too."""
    return calendar_said(Calendar(hours=shared(own.hours, calendar.hours)))


def _on_desks(findings: Findings) -> list[str]:
    """What is the work of one team or another."""
    whose = _("client")
    parted = tuple(f"{name} ({whose if by == CLIENT else by})" for name, by in findings.teams.desks)
    text = _("Done by one team or another, by whose the case is or what it is like: {activities}.")
    return [text.format(activities=listed(parted, "activity"))] if parted else []


def _in_turn(findings: Findings) -> list[str]:
    """Which teams take cases in another order than first come, and in which."""
    orders = {
        "last come": _("what came last first"),
        "earliest due": _("what is due first"),
        "oldest": _("the oldest case first"),
        "smallest": _("the smallest first"),
        "largest": _("the largest first"),
    }
    log, said = findings.log, []
    waits = {log.activities[one] for one in np.unique(log.activity[log.start - log.enabled > SAME])}
    for name, team in findings.orders.items():
        ways = [orders[team.order]] if team.order in orders else []
        told = {activity: rank for activity, rank in team.activity_priority.items() if activity in waits}
        for ranks in (told, team.class_priority, team.priority):
            first, last = (
                _values(findings, {one for one, rank in ranks.items() if rank * side > 0}) for side in (1, -1)
            )
            ways += [_("{names} last").format(names=listed(last, "value"))] if last else []
            ways += [_("{names} first").format(names=listed(first, "value"))] if first else []
        if team.ageing is not None:
            ways.insert(0, _("a rank higher for each {time} of waiting").format(time=time_said(team.ageing)))
        if ways:
            said.append(f"{name} ({'; '.join(reversed(ways))})")
    text = _("Teams that do not take first what came first: {teams}.")
    return [text.format(teams=listed(tuple(said), "team"))] if said else []


def _values(findings: Findings, ranked: set[str]) -> tuple[str, ...]:
    """What those that are *ranked* have in common, where they are classes that several attributes make: all cases with
    one of some values of one of these."""
    cells = findings.variety.cells
    if cells is not None and cells.finer is not None and ranked:
        here, values = np.isin(cells.finer[0].values, [*ranked]), cells.finer[1]
        for kind in findings.variety.table.kinds:
            chosen = np.unique(values[kind.name][here]) if kind.name in values else np.empty(0, np.int64)
            if len(chosen) and np.array_equal(np.isin(values[kind.name], chosen), here):
                return tuple(kind.values[one] for one in chosen)
    return tuple(sorted(ranked))


def _on_straight(findings: Findings) -> list[str]:
    """With what people go straight on, and how often: what is done most comes first."""
    log, known, often = findings.log, findings.known, dict[tuple[str, str], list[int]]()
    for (before, after), hop in findings.straight.hops.items():
        names = log.activities[known.activity[before]], log.activities[known.activity[after]]
        count = often.setdefault(names, [0, 0])
        count[0] += int(findings.straight.on[hop.steps].sum())
        count[1] += len(hop.steps)
    said = tuple(
        _("{first} > {second} ({share} %)").format(first=first, second=second, share=number(100 * on / every, 0))
        for (first, second), (on, every) in sorted(often.items(), key=lambda item: (-item[1][0], item[0]))
    )
    text = _("Whoever has done the first of these goes straight on with the second, before all that waits: {steps}.")
    return [text.format(steps=listed(said, "activity"))] if said else []


def listed(names: tuple[str, ...], of: Counted, mark: str = ", ") -> str:
    """The first of *names*, and how many more there are *of* that kind."""
    return and_more(mark.join(names[:_NAMED]), len(names) - _NAMED, of)
