"""Faults of teams, people, calendars and the clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import get_args

from irrupt.errors import Path, near
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.organisation import dated
from irrupt.organisation.asked import all_steps, asked_of_teams, comes_to, crews, guards_on, in_cases_of
from irrupt.organisation.authorship import RESPECTS
from irrupt.organisation.guards import classes
from irrupt.organisation.hours import WEEK_MINUTES, Interval, reduced
from irrupt.organisation.model import AtEnd, Choice, Interruption, Order, Organisation
from irrupt.organisation.placed import Found, fault, in_range, unknown
from irrupt.organisation.presence import YEAR, all_away, meets
from irrupt.organisation.staff import Calendar, Person, Serves, Span
from irrupt.organisation.validate_hands import by_case

YEARS = 100
"""Exceptions later than this are refused: the loop keeps the hours of every week up to the last of them."""
MOST_RANK = 10**6
"""Either way: the work loop adds up ranks of client, class and activity."""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def teams(organisation: Organisation) -> Found:
    staffed = {team for person in organisation.people.values() for team in person.teams}
    steps = all_steps(organisation)
    doing, places = {step.team for step in steps}, {step.place for step in steps}
    classes, activities = organisation.classes(), organisation.activities()
    for name, team in organisation.teams.items():
        path = ("teams", name)
        if name not in staffed and (name in doing or name not in places):
            yield fault(path, _("nobody works in this team"), _("at least one person"))
        elif name in doing and all_away(organisation, organisation.members(name)):
            found = _("everybody in it is away all through the first year: nobody would ever work")
            yield fault(path, found, _("somebody who is there for some hours"))
        yield from _ranks((*path, "priority"), team.priority, mark('no client "{name}"'), organisation.clients)
        yield from _ranks((*path, "class priority"), team.class_priority, mark('no class "{name}"'), classes)
        yield from _ranks(
            (*path, "activity priority"), team.activity_priority, mark('no activity "{name}"'), activities
        )
        yield from unknown((*path, "order"), mark('no order "{name}"'), team.order, get_args(Order))
        if team.ageing is not None:
            place = (*path, "ageing")
            yield from in_range(place, team.ageing, lambda value: value > 0, _("a number above 0"))
            if team.order != "first come":
                found = _("ranks rise with waiting, and the order is {order}").format(order=team.order)
                yield fault(place, found, remedy="order: first come")
            if team.interrupts != "never":
                found = _("ranks rise with waiting, and those of work in hand do not")
                yield fault(place, found, _("ageing, or interrupts"))
        if team.limit is not None:
            yield from in_range((*path, "limit"), team.limit, lambda value: value >= 0, _("0 or more"))
        yield from unknown((*path, "at end"), mark('no "{name}" at the end of hours'), team.at_end, get_args(AtEnd))
        yield from unknown(
            (*path, "interrupts"), mark('cannot interrupt by "{name}"'), team.interrupts, get_args(Interruption)
        )
        yield from unknown((*path, "choice"), mark('no choice "{name}"'), team.choice, get_args(Choice))


def _ranks(path: Path, ranks: Mapping[str, int], message: str, known: Collection[str]) -> Found:
    for name, rank in ranks.items():
        yield from unknown((*path, name), message, name, known)
        if not isinstance(rank, int) or isinstance(rank, bool) or abs(rank) > MOST_RANK:
            expected = _("a whole number from {first} to {last}").format(first=-MOST_RANK, last=MOST_RANK)
            yield fault((*path, name), _("rank {rank}").format(rank=rank), expected)


def rules(organisation: Organisation) -> Found:
    activities = organisation.activities()
    for name, rule in organisation.rules.items():
        path = ("rules", name)
        yield from unknown((*path, "team"), mark('no team "{name}"'), rule.team, organisation.teams)
        if rule.client is not None:
            yield from unknown((*path, "client"), mark('no client "{name}"'), rule.client, organisation.clients)
        for at, activity in enumerate(rule.activities):
            yield from unknown((*path, "activities", at), mark('no activity "{name}"'), activity, activities)
        if not rule.author:
            yield fault((*path, "author"), _("nobody"), _("who wrote it"))
        if rule.agreed_by and rule.force == "imposed":
            yield fault((*path, "agreed by"), _("what is imposed is not agreed"), _("force: negotiated"))
        if not rule.sets:
            yield fault((*path, "sets"), _("nothing"), ", ".join(RESPECTS))
        for at, respect in enumerate(rule.sets):
            yield from unknown((*path, "sets", at), mark('"{name}" is nothing that a rule sets'), respect, RESPECTS)


def skills(organisation: Organisation) -> Found:
    """Somebody does each activity of a team, some of whose members do not do all of them; for whomever the case is."""
    if not any(person.lacks for person in organisation.people.values()):
        return
    steps = [(("steps", name), step) for name, step in organisation.steps.items()]
    steps += [(("checks", name), check.step) for name, check in organisation.checks.items()]
    wrong = {asked: _left_to_nobody(organisation, *asked) for asked in asked_of_teams(organisation)}
    for path, step in steps:
        if step.team is not None and (found := wrong[step.team, step.activity]) is not None:
            yield fault((*path, "team"), *found)


def _left_to_nobody(organisation: Organisation, team: str, activity: str) -> tuple[str, str] | None:
    """What is found and expected where nobody of a *team* that has people does an *activity*; None where somebody
    does."""
    if not any(True for _name in organisation.members(team)):
        return None
    guards = guards_on(organisation, team, activity)
    for whose, crew in crews(organisation, team, activity).items():
        if (crew and not all_away(organisation, crew)) or not comes_to(organisation, team, activity, whose, guards):
            continue
        if crew:
            found = _('whoever in {team} does "{activity}"{whose} is away all through the first year')
            expected = _("somebody who is there for some hours")
        else:
            found, expected = _('nobody in {team} does "{activity}"{whose}'), _("somebody in it who does")
        return found.format(team=team, activity=activity, whose=in_cases_of(whose)), expected
    return None


def people(organisation: Organisation) -> Found:
    above, least, amount = _("a number above 0"), _("1 or more"), _("a number, 0 or more")  # Once for many people.
    activities = organisation.activities() if any(one.lacks for one in organisation.people.values()) else []
    for name, person in organisation.people.items():
        path = ("people", name)
        yield from _person_teams(organisation, path, person)
        yield from _lacks(organisation, path, person, activities)
        yield from unknown((*path, "calendar"), mark('no calendar "{name}"'), person.calendar, organisation.calendars)
        yield from in_range((*path, "speed"), person.speed, lambda value: value > 0, above)
        yield from _spans(organisation, (*path, "absent"), person.absent)
        yield from in_range((*path, "at once"), person.at_once, lambda value: value >= 1, least)
        yield from _winds_down(organisation, path, person)
        yield from unknown((*path, "serves"), mark('no "{name}" among several teams'), person.serves, get_args(Serves))
        yield from _serves(organisation, path, person)
        yield from _team_hours(organisation, path, person)
        if person.pay is not None:
            yield from in_range((*path, "pay"), person.pay, lambda value: value >= 0, amount)


def _winds_down(organisation: Organisation, path: Path, person: Person) -> Found:
    """Whoever winds down all through his hours would never begin anything."""
    calendar = organisation.calendars.get(person.calendar)
    hours = () if calendar is None else calendar.hours
    longest = max((until - begin for begin, until in hours), default=10080) / 60
    expected = _("a time from 0 on, of less than his longest hours ({hours:g} h)").format(hours=longest)
    yield from in_range((*path, "winds down"), person.winds_down / 3600, lambda value: 0 <= value < longest, expected)


def _lacks(organisation: Organisation, path: Path, person: Person, activities: Sequence[str]) -> Found:
    """What *person* does not do, which names nothing; of what is done in batches or has little room, all cases."""
    named: list[tuple[str, int | str, str]] = [("does not", at, name) for at, name in enumerate(person.does_not)]
    limits = (
        ("not of class", person.not_of_class, mark('no class "{name}"'), organisation.classes()),
        ("not for client", person.not_for_client, mark('no client "{name}"'), organisation.clients),
    )
    for key, lacks, message, known in limits:
        for activity, those in lacks.items():
            place = (*path, key, activity)
            named.append((key, activity, activity))
            for at, name in enumerate(those):
                yield from unknown((*place, at), message, name, known)
            for found, expected in by_case(organisation, activity) if those else ():
                yield fault(place, found, expected)
    for activity, guard in person.not_when.items():
        place = (*path, "not when", activity)
        named.append(("not when", activity, activity))
        for name in sorted(classes([guard])):
            yield from unknown(place, mark('no class "{name}"'), name, organisation.classes())
        for found, expected in by_case(organisation, activity):
            yield fault(place, found, expected)
    for key, place_in, activity in named:
        # one that is not there may come, with a check that a client imposes; but it is not one that is misspelt
        if activity not in activities and near(activity, activities):
            yield from unknown((*path, key, place_in), mark('no activity "{name}"'), activity, activities)


def _serves(organisation: Organisation, path: Path, person: Person) -> Found:
    """Whoever does not look at ranks would take up what he was interrupted at for one of a higher rank."""
    known = [team for team in person.teams if team in organisation.teams]
    pressed = [team for team in known if organisation.teams[team].interrupts != "never"]
    if person.serves == "first come" and len(known) > 1 and pressed:
        found = _("first come, with work interrupted at {team}").format(team=pressed[0])
        yield fault((*path, "serves"), found, _("longest waiting, or work that is not interrupted"))


def _team_hours(organisation: Organisation, path: Path, person: Person) -> Found:
    """Hours of teams that are not his, or that he never has any of his own in."""
    for team, calendar in person.team_hours.items():
        place = (*path, "team hours", team)
        yield from unknown(place, mark('no team "{name}" among his'), team, person.teams)
        yield from unknown(place, mark('no calendar "{name}"'), calendar, organisation.calendars)
        if {calendar, person.calendar} <= {*organisation.calendars} and not meets(organisation, person, calendar):
            found = _("none of his own hours lie in them: he would never work for {team}").format(team=team)
            yield fault(place, found, _("a calendar that shares some hours with his own"))


def _person_teams(organisation: Organisation, path: Path, person: Person) -> Found:
    for index, team in enumerate(person.teams):
        yield from unknown((*path, "teams", index), mark('no team "{name}"'), team, organisation.teams)
        if team in person.teams[:index]:
            yield fault((*path, "teams", index), _('team "{name}" twice').format(name=team), _("each team once"))


def calendars(organisation: Organisation) -> Found:
    for name, calendar in organisation.calendars.items():
        path = ("calendars", name)
        if not calendar.hours and calendar.extra:
            yield fault(path, _("it never opens again after its extra hours"), _("at least one interval each week"))
        elif not calendar.hours:
            yield fault(path, _("it never opens"), _("at least one interval"))
        yield from _hours(path, calendar.hours)
        yield from _hours((*path, "organising"), calendar.organising)
        if reduced(calendar.hours, calendar.organising) != reduced(calendar.hours, ()):
            found = _("some of these are hours for cases as well")
            yield fault((*path, "organising"), found, _("hours in addition to those"))
        wrong = [
            *_spans(organisation, (*path, "closed"), calendar.closed),
            *_spans(organisation, (*path, "extra"), calendar.extra),
        ]
        yield from wrong
        if calendar.closed and not wrong and not _opens(organisation, calendar):
            found = _("it is closed all through the first year: nobody would ever work")
            yield fault((*path, "closed"), found, _("dates that leave some hours"))


def _opens(organisation: Organisation, calendar: Calendar) -> bool:
    """Whether *calendar* has any hours in the year from the origin on."""
    try:
        hours = dated.clock(organisation, calendar)
    except (KeyError, ValueError):  # the clock of the organisation is a fault of its own
        return True
    return any(hours.week(number) for number in range(YEAR))


def _spans(organisation: Organisation, path: Path, spans: Sequence[Span]) -> Found:
    for index, (begin, end) in enumerate(spans):
        found = f"{begin:%Y-%m-%d %H:%M} - {end:%Y-%m-%d %H:%M}"
        if begin.tzinfo is not None or end.tzinfo is not None:
            yield fault((*path, index), found, _("moments without a time zone: those of the organisation's clock"))
        elif not begin < end:
            yield fault((*path, index), found, _("a begin before the end"))
        elif any((moment.second, moment.microsecond) != (0, 0) for moment in (begin, end)):
            yield fault((*path, index), found, _("whole minutes"))
        elif end.year > organisation.origin.year + YEARS:
            yield fault((*path, index), found, _("an end within {n} years of the origin").format(n=YEARS))


def _hours(path: Path, hours: Sequence[Interval]) -> Found:
    last = 0
    for begin, end in hours:
        if not 0 <= begin < end <= WEEK_MINUTES:
            found = _("an interval from minute {begin} to minute {end}").format(begin=begin, end=end)
            yield fault(path, found, _("a begin before the end, within the week"))
        elif begin < last:
            found = _("intervals overlap or are not in order at {time}").format(time=clock(begin))
            yield fault(path, found, _("intervals one after the other"))
        last = max(last, end)


def clock(minute: int) -> str:
    """*minute* of the week as day and time.

    >>> clock(1440 + 9 * 60)
    'Tue 09:00'
    """
    day, rest = divmod(minute, 1440)
    return f"{DAYS[day % 7]} {rest // 60:02d}:{rest % 60:02d}"


def origin(organisation: Organisation) -> Found:
    from irrupt.wall import known

    if not known(organisation.timezone):
        found = _('no time zone "{name}"').format(name=organisation.timezone)
        yield fault(("timezone",), found, _("a name such as Europe/Paris"))
        return
    yield from _aware(("origin",), [organisation.origin])
    if organisation.origin.tzinfo is not None:
        local = organisation.timeline.begin
        if local.weekday() != 0 or (local.hour, local.minute, local.second, local.microsecond) != (0, 0, 0, 0):
            yield fault(("origin",), f"{DAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}", _("a Monday, 00:00 local time"))
    if organisation.learned is not None:
        yield from _aware(("learned", "begin"), [organisation.learned.begin])
        yield from _aware(("learned", "end"), [organisation.learned.end])


def _aware(path: Path, moments: Iterable[datetime]) -> Found:
    for moment in moments:
        if moment.tzinfo is None:
            yield fault(path, f"{moment:%Y-%m-%d %H:%M}", _("a moment with its time zone"))
