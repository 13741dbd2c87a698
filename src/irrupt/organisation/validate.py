"""Everything that keeps an organisation from running, found at once.

Values that cannot exist (a negative duration) are refused where they are made; this is about values that
contradict each other: names that nothing bears, shares that do not sum to 1, places that cases never leave.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

from irrupt.errors import Fault, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, number
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.flow import circles, closed, traps
from irrupt.organisation.model import END, START, Calendar, Client, Order, Organisation, Person, Route, Step
from irrupt.organisation.validate_planning import planning_faults

FIGURES = ("consumer", "user", "citizen", "patient", "industrial")
TOLERANCE = 1e-6
"""How far the shares of one step may be from 1."""
MOST_RETURNS = 62
"""The work loop keeps one bit of a word for each."""
MINUTES = 10080
"""Minutes in a week."""

Path = tuple[str | int, ...]
"""Where something is in an organisation and in its file: keys, and positions in lists from 0."""
Placed = tuple[Path, Fault]
Found = Iterator[Placed]


def faults(organisation: Organisation) -> list[Fault]:
    """Everything that keeps *organisation* from running; empty when nothing does.

    `Fault.where` is the place in the organisation: `steps > Triage > team`.

    >>> from datetime import datetime, timezone
    >>> nothing = Organisation(name="", origin=datetime(2024, 1, 1, tzinfo=timezone.utc), clients={}, steps={},
    ...                        routes={})
    >>> for fault in faults(nothing):
    ...     print(fault)
    clients  there are none; expected at least one client
    routes > start  there are no routes; expected where cases begin
    """
    return [fault for _path, fault in placed_faults(organisation)]


def placed_faults(organisation: Organisation) -> list[Placed]:
    """The same faults, each with its path, so that a file can tell line and column."""
    found = [
        *_clients(organisation),
        *_steps(organisation),
        *_routes(organisation),
        *_skips(organisation),
        *_checks(organisation),
        *_patience(organisation),
        *_circles(organisation),
        *_returns(organisation),
        *_teams(organisation),
        *_people(organisation),
        *_calendars(organisation),
        *planning_faults(organisation),
        *_origin(organisation),
    ]
    return found + list(_endless(organisation))


def spelled(path: Path) -> str:
    """*path* as people read it; positions in lists are counted from 1.

    >>> spelled(("routes", "Triage", 0, "to"))
    'routes > Triage > 1 > to'
    """
    return " > ".join(str(part + 1) if isinstance(part, int) else part for part in path)


def _fault(path: Path, found: str, expected: str = "", remedy: str = "") -> Placed:
    return path, Fault(spelled(path), found, expected, remedy)


def _unknown(path: Path, message: str, name: str, known: Collection[str]) -> Found:
    """A fault when *name* is not among *known*. *message*, not translated yet, has a place for {name}."""
    if name not in known:
        yield _fault(path, _(message).format(name=name), remedy=did_you_mean(name, known))


def _number(path: Path, value: float, accept: Callable[[float], bool], expected: str) -> Found:
    if not (math.isfinite(value) and accept(value)):
        yield _fault(path, f"{value:g}", expected)


def _clients(organisation: Organisation) -> Found:
    if not organisation.clients:
        yield _fault(("clients",), _("there are none"), _("at least one client"))
    for name, client in organisation.clients.items():
        path = ("clients", name)
        yield from _number(
            (*path, "cases per week"), client.cases_per_week, lambda value: value >= 0, _("a number, 0 or more")
        )
        yield from _number((*path, "growth"), client.growth, lambda value: True, _("a number"))
        yield from _number(
            (*path, "evenness"), client.evenness, lambda value: 0 <= value <= 1, _("a number from 0 to 1")
        )
        yield from _profile((*path, "profile"), client)
        yield from _unknown((*path, "figure"), mark('no figure "{name}"'), client.figure, FIGURES)
        yield from _classes((*path, "classes"), client)
        if list(client.appointments) != sorted({minute for minute in client.appointments if 0 <= minute < MINUTES}):
            yield _fault((*path, "appointments"), _("moments out of order, twice, or not in the week"))
        if client.due is not None:
            yield from _duration(organisation, (*path, "due"), client.due)


def _classes(path: Path, client: Client) -> Found:
    for name, share in client.classes.items():
        if not name:
            yield _fault(path, _("a class without a name"), _("a name"))
        yield from _number((*path, name), share, lambda value: value >= 0, _("a share from 0 to 1"))
    yield from _whole(path, client.classes.values())


def _whole(path: Path, shares: Collection[float]) -> Found:
    """A fault when *shares* do not sum to 1."""
    sound = all(math.isfinite(share) and share >= 0 for share in shares)
    total = math.fsum(shares) if sound else 1.0
    if shares and abs(total - 1.0) > TOLERANCE:
        yield _fault(path, _("the shares sum to {total}").format(total=number(total, 6)), "1")


def _profile(path: Path, client: Client) -> Found:
    profile = client.profile
    if len(profile) != 168:
        yield _fault(path, _("{n} numbers").format(n=len(profile)), _("168, one for each hour of the week"))
    elif not math.isfinite(math.fsum(profile)) or min(profile) < 0:
        yield _fault(path, _("a number that is negative or not finite"), _("168 numbers, 0 or more"))
    elif max(profile) == 0:
        yield _fault(path, _("all zero"), _("a number above 0 for at least one hour"))


def _step(organisation: Organisation, path: Path, step: Step) -> Found:
    if step.team is not None:
        yield from _unknown((*path, "team"), mark('no team "{name}"'), step.team, organisation.teams)
    if step.place is not None:
        yield from _unknown((*path, "place"), mark('no team "{name}"'), step.place, organisation.teams)
        if step.team is not None:
            yield _fault((*path, "place"), _("both a team that works on it and a place"), remedy=_("leave out one"))
    yield from _duration(organisation, (*path, "duration"), step.duration)
    yield from _duration(organisation, (*path, "per unit"), step.per_unit)
    for name, factor in step.by_class.items():
        place = (*path, "by class", name)
        yield from _unknown(place, mark('no class "{name}"'), name, organisation.classes())
        yield from _number(place, factor, lambda value: value >= 0, _("a number, 0 or more"))


def _duration(organisation: Organisation, path: Path, duration: str | Distribution) -> Found:
    if not isinstance(duration, str) or duration in organisation.distributions:
        return
    if duration[:1].isdigit():
        found = _('"{text}" is neither a duration nor the name of a distribution').format(text=duration)
        yield _fault(path, found, _("a duration such as 45 s, 12 min, 1.5 h or 2 days"))
    else:
        yield from _unknown(path, mark('no distribution "{name}"'), duration, organisation.distributions)


def _steps(organisation: Organisation) -> Found:
    for name, step in organisation.steps.items():
        path = ("steps", name)
        if name in (START, END):
            yield _fault(path, _('a step cannot be called "{name}"').format(name=name), remedy=_("rename it"))
        yield from _step(organisation, path, step)


def _routes(organisation: Organisation) -> Found:
    places = {START, *organisation.steps}
    for name, routes in organisation.routes.items():
        yield from _unknown(("routes", name), mark('no step "{name}"'), name, places)
        yield from _routes_at(organisation, ("routes", name), routes)
    missing = [name for name in organisation.steps if name not in organisation.routes]
    if START not in organisation.routes:
        yield _fault(("routes", START), _("there are no routes"), _("where cases begin"))
    for name in missing:
        yield _fault(("routes", name), _("there are no routes"), _("where cases go after this step"))
    for client, changed in organisation.client_routes.items():
        path = ("client routes", client)
        yield from _unknown(path, mark('no client "{name}"'), client, organisation.clients)
        for name, routes in changed.items():
            yield from _unknown((*path, name), mark('no step "{name}"'), name, places)
            yield from _routes_at(organisation, (*path, name), routes)


def _routes_at(organisation: Organisation, path: Path, routes: tuple[Route, ...]) -> Found:
    if not routes:
        yield _fault(path, _("there are no routes"), _("at least one"))
        return
    for index, route in enumerate(routes):
        if route.to != END and route.to not in organisation.steps:
            known = (END, *organisation.steps)
            yield from _unknown((*path, index, "to"), mark('no step "{name}"'), route.to, known)
        if not (math.isfinite(route.share) and route.share >= 0):
            yield _fault((*path, index, "share"), f"{route.share:g}", _("a share from 0 to 1"))
        yield from _duration(organisation, (*path, index, "delay"), route.delay)
        if route.hours is not None:
            place = (*path, index, "hours")
            yield from _unknown(place, mark('no calendar "{name}"'), route.hours, organisation.calendars)
        if route.waits_for not in ("nobody", "client"):
            place = (*path, index, "waits for")
            yield from _unknown(place, mark('cannot wait for "{name}"'), route.waits_for, ("nobody", "client"))
        if route.only is not None:
            yield from _unknown((*path, index, "only"), mark('no class "{name}"'), route.only, organisation.classes())
    for only in sorted({route.only or "" for route in routes}):
        yield from _whole(path, [route.share for route in routes if (route.only or "") == only])


def _endless(organisation: Organisation) -> Found:
    """Places from which a client's cases never get out."""
    shared: set[str] = set()
    plain = [name for name in organisation.clients if not organisation.client_routes.get(name)]
    if plain or not organisation.clients:
        shared = traps(organisation, None)
        for name in sorted(shared):
            path: Path = ("routes", name)
            yield _fault(path, _("from here no case ever ends"), _('a way to "{end}"').format(end=END))
        yield from _closed(organisation, None)
    for client, changed in organisation.client_routes.items():
        if client not in organisation.clients or not changed:
            continue
        yield from _closed(organisation, client)
        for name in sorted(traps(organisation, client) - shared):
            path = ("client routes", client, name) if name in changed else ("routes", name)
            found = _("from here no case of {client} ever ends").format(client=client)
            yield _fault(path, found, _('a way to "{end}"').format(end=END))


def _closed(organisation: Organisation, client: str | None) -> Found:
    """Places at which a class of a client's cases has no routes."""
    own = organisation.client_routes.get(client, {}) if client is not None else {}
    for place, kind in closed(organisation, client):
        path = ("client routes", client, place) if client is not None and own.get(place) else ("routes", place)
        without = _("no route is for cases without a class")
        found = without if kind is None else _("no route is for cases of the class {name}").format(name=kind)
        yield _fault(path, found, _('routes for them, or for all, without "only"'))


def _skips(organisation: Organisation) -> Found:
    for client, steps in organisation.skips.items():
        yield from _unknown(("skips", client), mark('no client "{name}"'), client, organisation.clients)
        for step in sorted(steps):
            yield from _unknown(("skips", client, step), mark('no step "{name}"'), step, organisation.steps)


def _checks(organisation: Organisation) -> Found:
    activities = {step.activity for step in organisation.steps.values()}
    for name, check in organisation.checks.items():
        path = ("checks", name)
        yield from _unknown((*path, "after"), mark('no activity "{name}"'), check.after, activities)
        yield from _of_client(organisation, path, check.client)
        yield from _step(organisation, path, check.step)


def _patience(organisation: Organisation) -> Found:
    seen: dict[tuple[str, str | None], str] = {}
    for name, rule in organisation.patience.items():
        path = ("patience", name)
        bearers = [step for step in organisation.steps.values() if step.activity == rule.at]
        known = {step.activity for step in organisation.steps.values()}
        yield from _unknown((*path, "at"), mark('no activity "{name}"'), rule.at, known)
        if bearers and all(step.team is None for step in bearers):
            yield _fault((*path, "at"), _("nobody waits there, for no team does it"), _("an activity of a team"))
        yield from _duration(organisation, (*path, "lasts"), rule.lasts)
        yield from _unknown((*path, "to"), mark('no step "{name}"'), rule.to, (END, *organisation.steps))
        yield from _of_client(organisation, path, rule.client)
        other = seen.setdefault((rule.at, rule.client), name)
        if other != name:
            yield _fault(path, _("for the same cases as {name}").format(name=other), _("one patience for each"))


def _circles(organisation: Organisation) -> Found:
    for name in circles(organisation):
        found = _("cases would be given up for ever, at one moment")
        yield _fault(("patience", name), found, _("some time, or another way"))


def _returns(organisation: Organisation) -> Found:
    known = {step.activity for step in organisation.steps.values()}
    for name, rule in organisation.returns.items():
        path = ("returns", name)
        yield from _unknown((*path, "during"), mark('no activity "{name}"'), rule.during, known)
        yield from _unknown((*path, "back to"), mark('no step "{name}"'), rule.back_to, organisation.steps)
        yield from _number((*path, "share"), rule.share, lambda value: 0 <= value <= 1, _("a share from 0 to 1"))
        yield from _of_client(organisation, path, rule.client)
    if len(organisation.returns) > MOST_RETURNS:
        yield _fault(("returns",), str(len(organisation.returns)), _("{n} at most").format(n=MOST_RETURNS))


def _of_client(organisation: Organisation, path: Path, client: str | None) -> Found:
    if client is not None:
        yield from _unknown((*path, "client"), mark('no client "{name}"'), client, organisation.clients)


def _teams(organisation: Organisation) -> Found:
    staffed = {team for person in organisation.people.values() for team in person.teams}
    steps = [*organisation.steps.values(), *(check.step for check in organisation.checks.values())]
    doing, places = {step.team for step in steps}, {step.place for step in steps}
    for name, team in organisation.teams.items():
        path = ("teams", name)
        if name not in staffed and (name in doing or name not in places):
            yield _fault(path, _("nobody works in this team"), _("at least one person"))
        yield from _ranks((*path, "priority"), team.priority, mark('no client "{name}"'), organisation.clients)
        classes = organisation.classes()
        yield from _ranks((*path, "class priority"), team.class_priority, mark('no class "{name}"'), classes)
        yield from _unknown((*path, "order"), mark('no order "{name}"'), team.order, get_args(Order))


def _ranks(path: Path, ranks: Mapping[str, int], message: str, known: Collection[str]) -> Found:
    for name, rank in ranks.items():
        yield from _unknown((*path, name), message, name, known)
        if not isinstance(rank, int) or isinstance(rank, bool) or abs(rank) > 10**6:
            yield _fault((*path, name), _("rank {rank}").format(rank=rank), _("a whole number"))


def _people(organisation: Organisation) -> Found:
    for name, person in organisation.people.items():
        path = ("people", name)
        yield from _person_teams(organisation, path, person)
        yield from _unknown((*path, "calendar"), mark('no calendar "{name}"'), person.calendar, organisation.calendars)
        yield from _number((*path, "speed"), person.speed, lambda value: value > 0, _("a number above 0"))
        yield from _number((*path, "at once"), person.at_once, lambda value: value >= 1, _("1 or more"))


def _person_teams(organisation: Organisation, path: Path, person: Person) -> Found:
    for index, team in enumerate(person.teams):
        yield from _unknown((*path, "teams", index), mark('no team "{name}"'), team, organisation.teams)
        if team in person.teams[:index]:
            yield _fault((*path, "teams", index), _('team "{name}" twice').format(name=team), _("each team once"))


def _calendars(organisation: Organisation) -> Found:
    for name, calendar in organisation.calendars.items():
        yield from _hours(("calendars", name), calendar)


def _hours(path: Path, calendar: Calendar) -> Found:
    last = 0
    if not calendar.hours:
        yield _fault(path, _("it never opens"), _("at least one interval"))
    for begin, end in calendar.hours:
        if not 0 <= begin < end <= MINUTES:
            found = _("an interval from minute {begin} to minute {end}").format(begin=begin, end=end)
            yield _fault(path, found, _("a begin before the end, within the week"))
        elif begin < last:
            found = _("intervals overlap or are not in order at {time}").format(time=clock(begin))
            yield _fault(path, found, _("intervals one after the other"))
        last = max(last, end)


def clock(minute: int) -> str:
    """*minute* of the week as day and time.

    >>> clock(1440 + 9 * 60)
    'Tue 09:00'
    """
    day, rest = divmod(minute, 1440)
    return f"{DAYS[day % 7]} {rest // 60:02d}:{rest % 60:02d}"


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _origin(organisation: Organisation) -> Found:
    try:
        zone = ZoneInfo(organisation.timezone)
    except (KeyError, ValueError, OSError):
        found = _('no time zone "{name}"').format(name=organisation.timezone)
        yield _fault(("timezone",), found, _("a name such as Europe/Paris"))
        return
    yield from _aware(("origin",), [organisation.origin])
    if organisation.origin.tzinfo is not None:
        local = organisation.origin.astimezone(zone)
        if local.weekday() != 0 or (local.hour, local.minute, local.second, local.microsecond) != (0, 0, 0, 0):
            yield _fault(
                ("origin",), f"{DAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}", _("a Monday, 00:00 local time")
            )
    if organisation.learned is not None:
        yield from _aware(("learned", "begin"), [organisation.learned.begin])
        yield from _aware(("learned", "end"), [organisation.learned.end])


def _aware(path: Path, moments: Iterable[datetime]) -> Found:
    for moment in moments:
        if moment.tzinfo is None:
            yield _fault(path, f"{moment:%Y-%m-%d %H:%M}", _("a moment with its time zone"))
