"""What was assumed, and what could not be learned, in plain sentences."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta

import numpy as np

from irrupt.discovery import change_notes
from irrupt.discovery.arrivals import demand_notes
from irrupt.discovery.building import Built
from irrupt.discovery.findings import Findings
from irrupt.discovery.log import Log
from irrupt.discovery.people import absences, people_notes
from irrupt.discovery.people.people_notes import listed
from irrupt.discovery.routes import beside
from irrupt.discovery.routes.pieces import all_but_over
from irrupt.discovery.routes.routing import FIRST_SYMBOL
from irrupt.discovery.times.repeats import ONCE
from irrupt.discovery.times.set_moments import ENDS, MOMENTS
from irrupt.i18n import date_text, ngettext, number
from irrupt.i18n import gettext as _
from irrupt.organisation import Organisation, Route
from irrupt.organisation.hours import DAY_MINUTES as MINUTES
from irrupt.organisation.hours import DAYS, clock_text
from irrupt.units import DAY, HOUR

_OVERLAPS = 0.02
_LONGER = 1.2
"""Times the usual time from which on it is told whose steps take longer."""
_TOLD = 0.01
"""Share by which work must have been changed for that to be told."""
_HALF = 0.5
"""Share of the cases that must begin with what nothing tells the time of, for it to be said."""


def notes_on(findings: Findings, built: Built) -> tuple[str, ...]:
    """Sentences for the user about how *built* came out of *findings*."""
    found = [
        *_on_the_day(findings.log),
        *_on_times(findings, built),
        *_on_teams(findings),
        *people_notes.on_hands(built.organisation),
        *people_notes.on_team_hours(built.organisation),
        *_on_closures(findings),
        *_on_absences(findings),
        *_on_cases(findings),
        *demand_notes.told(findings),
        *_on_clients(built.organisation),
        *_on_limits(findings),
    ]
    return tuple(found + _on_load(findings, built) + _on_queues(built))


def _on_the_day(log: Log) -> list[str]:
    """What a log of less than a day cannot tell."""
    if log.span[0] == log.span[1]:
        text = _(
            "All records bear one time, {moment}: how often cases come, when people work and how long anything takes "
            "cannot be learned. What the model has of these is made up; only which step follows which is told."
        )
        return [text.format(moment=f"{log.origin + timedelta(seconds=log.span[0]):%Y-%m-%d %H:%M}")]
    if not log.daily and log.span[1] - log.span[0] < DAY:
        hours = max(math.ceil((log.span[1] - log.span[0]) / HOUR), 1)
        text = ngettext(
            "All records lie within {n} hour: when in the day cases come and people work was told by it alone, every "
            "day is taken to be like it, and a part of it cannot predict the rest.",
            "All records lie within {n} hours: when in the day cases come and people work was told by these alone, "
            "every day is taken to be like them, and a part of them cannot predict the rest.",
            hours,
        )
        return [text.format(n=hours)]
    return []


def _on_times(findings: Findings, built: Built) -> list[str]:
    log, found = findings.log, []
    if log.daily and log.span[0] < log.span[1]:
        found.append(_("Times are days: hours of the day, hours of work and times of work could not be learned."))
    elif not log.daily and log.starts != "measured" and findings.worked.any():
        found.append(
            _(
                "The records have no start times, so work and waiting cannot be told apart: how long work takes was "
                "assumed. See how results move between the shortest and the longest plausible times of work."
            )
        )
        found.extend(_on_begun_at_once(findings))
        found.extend(_on_first_steps(findings))
    if log.untimed.any():
        found.append(
            _(
                "Of {activities} no start times are recorded, though of other activities they are: these are taken for "
                "moments on which no time is spent."
            ).format(activities=listed(tuple(np.array(log.activities)[log.untimed].tolist()), "activity"))
        )
    found.extend(_on_ages(findings, built))
    found.extend(_on_older(findings, built))
    found.extend(_on_moments(built.organisation))
    found.extend(_on_repeats(findings))
    found.extend(beside.told(findings.beside))
    overlap = float((log.left < all_but_over(log, np.arange(len(log.case)))).mean())
    if overlap > _OVERLAPS:
        found.append(
            _(
                "In {share} % of the steps the next step of the case began before they ended. Here steps follow one "
                "another, so only the time until then counts as work on them."
            ).format(share=number(100 * overlap, 0))
        )
    return found


def _on_begun_at_once(findings: Findings) -> list[str]:
    """Where the time of work is told though no starts are."""
    teams = np.unique(findings.teams.team[findings.worked & findings.timed])
    if not len(teams):
        return []
    text = _(
        "At {teams} work that finds somebody free finds nothing waiting: what waits there waits for people, who begin "
        "it at once, so that ends alone tell how long work takes."
    )
    return [text.format(teams=listed(tuple(findings.teams.names[team] for team in teams), "team"))]


def _on_first_steps(findings: Findings) -> list[str]:
    """What cases begin with, where our people do it and nothing tells how long it took them."""
    log = findings.log
    ours = (findings.teams.team >= 0) & (log.person >= 0) & ~log.acts[log.activity] & ~findings.worked
    first = log.begin[ours[log.begin]]
    count = np.bincount(log.activity[first], minlength=len(log.activities))
    names = [log.activities[one] for one in np.flatnonzero(count >= _HALF * log.cases).tolist()]
    if not names:
        return []
    text = _(
        "Cases begin with {activities}: ends alone do not tell how long that took, so no work is counted for it, and "
        "its people seem less busy than they are where it does take time. Say how long: "
        '--map "work={activity}: 10 min".'
    )
    return [text.format(activities=listed(tuple(names), "activity"), activity=names[0])]


def _on_ages(findings: Findings, built: Built) -> list[str]:
    """What is done at an age of the case."""
    names, often = _led_to(findings, built, lambda route: route.since == "clock")
    if not names:
        return []
    anew = tuple(sorted({step.activity for step in built.organisation.steps.values() if step.clock}))
    if not anew:
        text = _("When {activities} comes ({n} times) depends on how long ago the case began, not on the last step.")
        return [text.format(activities=listed(names, "activity"), n=number(often, 0))]
    text = _("When {activities} comes ({n} times) depends on how long ago {others} was done, not on the last step.")
    return [text.format(activities=listed(names, "activity"), n=number(often, 0), others=listed(anew, "activity"))]


def _on_older(findings: Findings, built: Built) -> list[str]:
    """What comes sooner or later in older cases."""
    names, often = _led_to(findings, built, lambda route: any(one.delay != route.delay for one in route.older))
    if not names:
        return []
    text = _("How long it takes until {activities} comes ({n} times) depends on how old the case is by then.")
    return [text.format(activities=listed(names, "activity"), n=number(often, 0))]


def _on_moments(organisation: Organisation) -> list[str]:
    """What is let go at set moments of the week, or ends at them."""
    texts = {
        MOMENTS: _("{activity} is begun at set moments of the week, whatever waits and whoever has time: {moments}."),
        ENDS: _("{activity} ends at set moments of the week, though not always at the next: {moments}."),
    }
    found = []
    for name, calendar in sorted(organisation.calendars.items()):
        for called, text in texts.items():
            if name.startswith(called):
                begins = (divmod(begin, MINUTES) for begin, _end in calendar.hours)
                moments = ", ".join(f"{_(DAYS[day])} {clock_text(minute)}" for day, minute in begins)
                found.append(text.format(activity=name.removeprefix(called), moments=moments))
    return found


def _on_repeats(findings: Findings) -> list[str]:
    """What takes another time when it is done again in a case."""
    again = ONCE if findings.variety.sizes is None else findings.variety.sizes.again
    said = [
        _("{activity} ({times} times as long)").format(activity=findings.log.activities[one], times=number(factor, 2))
        for one, factor in again.factors.items()
        if factor != 1.0
    ]
    text = _("Done again for the same case, these take another time than at first: {activities}.")
    if not said or again.elsewhere == 1.0:
        return [text.format(activities=listed(tuple(said), "activity"))] if said else []
    text += " " + _("What the records hardly ever show done again is taken to do as these: {times} times as long.")
    return [text.format(activities=listed(tuple(said), "activity"), times=number(again.elsewhere, 2))]


def _led_to(findings: Findings, built: Built, by: Callable[[Route], bool]) -> tuple[tuple[str, ...], int]:
    """The activities to which such routes lead, and how often they are done."""
    steps, log = built.organisation.steps, findings.log
    routes = (route for several in built.organisation.routes.values() for route in several if by(route))
    names = tuple(sorted({steps[route.to].activity for route in routes if route.to in steps}))
    return names, sum(int((log.activity == log.activities.index(name)).sum()) for name in names)


def _on_closures(findings: Findings) -> list[str]:
    found = findings.closures
    if not found.days:
        return []
    text = ngettext(
        "On {n} day nobody worked although such days are worked: {days}.",
        "On {n} days nobody worked although such days are worked: {days}.",
        len(found.days),
    ).format(n=len(found.days), days=listed(tuple(map(date_text, found.days)), "day"))
    if not found.again:
        return [f"{text} " + _("No such days are assumed for the time to come: write them into the calendars.")]
    dates = listed(tuple(f"{month:02}-{day:02}" for month, day in found.again), "day")
    return [f"{text} " + _("Dates that were so every year stay closed: {dates}.").format(dates=dates)]


def _on_absences(findings: Findings) -> list[str]:
    away = findings.workforce.away
    if not away:
        return []
    text = ngettext(
        "{n} person was away for days while others of the team worked: {names}.",
        "{n} people were away for days while others of their teams worked: {names}.",
        len(away),
    ).format(n=len(away), names=listed(tuple(sorted(away)), "person"))
    if absences.again(findings.workforce):
        return [f"{text} " + _("They are taken to be away as often in the time to come.")]
    return [f"{text} " + _("That is not assumed for the time to come: write it into the organisation, under absent.")]


def _on_teams(findings: Findings) -> list[str]:
    teams, found = findings.teams, []
    if not teams.names:
        found.append(
            _("Nobody's work could be learned: the records name no people, or no time that they could work in.")
        )
    elif not teams.recorded:
        found.append(_("Teams were found from who does what: {teams}.").format(teams=listed(teams.names, "team")))
    if teams.systems:
        found.append(
            _("Taken for systems, or names that many share, not for people: {names}.").format(
                names=listed(teams.systems, "name")
            )
        )
    if findings.few:
        text = ngettext(
            "{n} team did too few steps for people and hours to be told ({teams}): nobody is waited for there, and "
            "steps come when they came in the records.",
            "{n} teams did too few steps for people and hours to be told ({teams}): nobody is waited for there, and "
            "steps come when they came in the records.",
            len(findings.few),
        )
        found.append(text.format(n=len(findings.few), teams=listed(findings.few, "team")))
    return found + people_notes.told(findings)


def _on_cases(findings: Findings) -> list[str]:
    complete, found = findings.complete, []
    lost = 0 if findings.given_up is None else len(np.unique(findings.given_up.case))
    open_cases = int((~complete.ends).sum()) - lost
    if open_cases:
        found.append(
            ngettext(
                "{n} case was not over when the records stop: where it stands is not taken for its end.",
                "{n} cases were not over when the records stop: where they stand is not taken for their end.",
                open_cases,
            ).format(n=open_cases)
        )
    early = int((~complete.begins).sum())
    if early:
        found.append(
            ngettext(
                "{n} case had begun before the records do: its first step is not taken for its beginning.",
                "{n} cases had begun before the records do: their first step is not taken for their beginning.",
                early,
            ).format(n=early)
        )
    if complete.ended_since is not None:
        since = findings.log.origin + timedelta(seconds=complete.ended_since)
        text = _(
            "The records hold cases that ended since {date}, whenever they began: their lengths are a fair sample, and "
            "as many cases are taken to come as end."
        )
        found.append(text.format(date=date_text(since)))
    if complete.complete_only:
        found.append(
            _("The records hold only cases that were over when they stop: long cases count more to make up for it.")
        )
    found.extend(change_notes.told(findings))
    return found


def _on_load(findings: Findings, built: Built) -> list[str]:
    if not built.cut:
        return []
    if not findings.begins_told:
        text = _(
            "The time of work assumed would not fit in the hours of {teams}, or would make longer queues than "
            "recorded: less was assumed there."
        )
        return [text.format(teams=listed(tuple(sorted(built.cut)), "team"))]
    before, now = findings.workforce.people, built.organisation.people
    more = {name: person for name, person in now.items() if person.at_once > before[name].at_once}
    less = tuple(sorted({*built.cut} - {team for person in more.values() for team in person.teams}))
    found = []
    if less:
        text = _(
            "The work recorded hardly fits in the hours found of {teams}, or would make longer queues than recorded: "
            "they are taken to do it sooner."
        )
        found.append(text.format(teams=listed(less, "team")))
    if more:
        text = _(
            "These people are taken to cope with more at once than they are seen to have in hand, for queues to be as "
            "short as recorded: {people}."
        )
        people = tuple(f"{name} ({person.at_once})" for name, person in more.items())
        found.append(text.format(people=listed(people, "person")))
    return found


def _on_queues(built: Built) -> list[str]:
    changed = {team: 100 * (share - 1) for team, share in built.tuned.items() if abs(share - 1) >= _TOLD}
    if not changed:
        return []
    teams = tuple(f"{team} ({'+' if share > 0 else ''}{number(share, 0)} %)" for team, share in sorted(changed.items()))
    text = _("Queues tell how busy these teams are, too; work there was changed a little to fit them: {teams}.")
    return [text.format(teams=listed(teams, "team"))]


def _on_limits(findings: Findings) -> list[str]:
    """Above what amounts cases go another way, and after which steps."""
    cells, log = findings.variety.cells, findings.log
    if cells is None or cells.amount is None:
        return []
    above: dict[str, set[float]] = {}
    for symbol, limits in cells.limits.items():
        told = log.activities[findings.known.activity[symbol]] if symbol >= FIRST_SYMBOL else _("the begin")
        above.setdefault(told, set()).update(limits)
    text = _("Where cases go depends on {amount}, too: {limits}.")
    item = _("after {step}, above {numbers}")
    said = (item.format(step=step, numbers=", ".join(map(_plain, sorted(each)))) for step, each in above.items())
    return [text.format(amount=cells.amount.name, limits="; ".join(said))]


def _plain(value: float) -> str:
    """*value* with as many decimals as it has, two at most."""
    return number(value, 0 if value.is_integer() else 2)


def _on_clients(organisation: Organisation) -> list[str]:
    """Of which clients steps, and the delays before them, take longest beside others'."""
    longest: dict[str, tuple[float, str]] = {}
    for step in organisation.steps.values():
        for client, factor in step.by_client.items():
            longest[step.activity] = max(longest.get(step.activity, (_LONGER, "")), (factor, client))
    until = {name: _("until {activity}").format(activity=name) for name in organisation.step_activities()}
    for client, own in organisation.client_routes.items():
        for place, routes in own.items():
            usual = {route.to: organisation.distribution(route.delay).mean for route in organisation.routes[place]}
            for route in (one for one in routes if usual.get(one.to, 0.0) > 0):
                text = until[organisation.steps[route.to].activity]
                factor = organisation.distribution(route.delay).mean / usual[route.to]
                longest[text] = max(longest.get(text, (_LONGER, "")), (factor, client))
    told = sorted(((what, *by) for what, by in longest.items() if by[1]), key=lambda one: -one[1])
    if not told:
        return []
    item = _("{what}: {client}, {times} times the usual time")
    steps = tuple(item.format(what=what, client=client, times=number(by, 1)) for what, by, client in told)
    text = _("How long some steps take depends on whose case it is. Longest: {steps}.")
    return [text.format(steps=listed(steps, "activity", "; "))]
