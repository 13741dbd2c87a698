"""What an act sets directly, read from its edits: an effect through that is by construction, any other is emergent.

Acts do not declare this; it is derived by comparing the rules before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from irrupt.organisation.asked import all_steps
from irrupt.organisation.authorship import Rule
from irrupt.organisation.guards import Guard, bounds, classes, clients_with
from irrupt.organisation.hands import Hands
from irrupt.organisation.likes import DATES, dated_alike
from irrupt.organisation.model import END, START, Check, Client, Organisation, Patience, Route, Step, Team
from irrupt.organisation.planning import Programme
from irrupt.organisation.returns import Return
from irrupt.organisation.rules import Edit, RuleChange, amended
from irrupt.organisation.staff import Person
from irrupt.regulation.acts.classes import moved_between, sets_apart, told_apart
from irrupt.regulation.touches import NOBODY, Touch, at_steps, teams_of

if TYPE_CHECKING:
    from irrupt.ledgers.model import Measure

Kind = Literal["by construction", "emergent"]
T = TypeVar("T")


def touched(edits: Iterable[Edit], organisation: Organisation) -> frozenset[Touch]:
    """What *edits*, made one after the other to *organisation*, set directly.

    >>> from datetime import datetime, timezone
    >>> rules = Organisation(name="", origin=datetime(2024, 1, 1, tzinfo=timezone.utc), clients={}, steps={},
    ...                      routes={}, teams={"Network": Team()})
    >>> edit = Edit(part="teams", key="Network", before=Team(), after=Team(priority={"Hospital A": 1}))
    >>> (touch,) = touched([edit], rules)
    >>> touch.aspect, touch.client, *touch.teams
    ('priority', 'Hospital A', 'Network')

    Raises `InvariantError` when an edit does not find the state that it says was there before.
    """
    found: set[Touch] = set()
    for edit in edits:
        change = RuleChange(time=organisation.origin, author="", rule=f"{edit.part} {edit.key}", edits=(edit,))
        after, told = amended(organisation, [change]), told_apart(edit)
        if told.before != told.after:
            found.update(_BY_PART[edit.part](told, organisation, after))
        organisation = after
    return frozenset(found)


def authored(changes: Iterable[RuleChange], organisation: Organisation) -> frozenset[Touch]:
    """Whose organising work *changes* are: those of their authors, and of clients for whom somebody speaks."""
    found = set()
    for change in changes:
        for author in change.authors:
            person = organisation.people.get(author)
            teams = frozenset({author} if person is None else person.teams)
            if person is None and author not in {*organisation.clients, *organisation.teams}:
                teams = frozenset(organisation.teams)  # Of prescribers, it is told of all teams together.
            found.add(Touch(aspect="organising", client=author, teams=teams))
        if change.channel == "relay" and change.claim is not None:
            found.add(Touch(aspect="organising", client=change.claim.party))
    return frozenset(found)


def kind(measure: Measure, who: Collection[str], touches: Iterable[Touch], *, at: Collection[str] = ()) -> Kind:
    """Whether an effect on *measure*, for a party that stands for the clients or teams *who*, is by construction.

    It is when an edited aspect is one that sets the measure directly, for at least one of them. *at*: of a measure of
    clients at teams, the teams.
    """
    for touch in touches:
        if touch.aspect in measure.set_by:
            within = touch.client is None or touch.client in who
            if measure.of == "team":
                within = not touch.teams.isdisjoint(who)
            elif measure.of == "client at team":
                within = within and not touch.teams.isdisjoint(at)
            if within:
                return "by construction"
    return "emergent"


Touches = Iterator[Touch]


def _clients(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    both = _both(edit, Client)
    plain = Client(cases_per_week=0.0)
    one, other = (client or plain for client in both)
    never = ("price", "penalty", "figure", "group", "classes", "quantity_by_class", *DATES)
    told = [client and replace(client, **{name: getattr(plain, name) for name in never}) for client in both]
    differ = {name for name in ("quantity", "price", "penalty") if getattr(one, name) != getattr(other, name)}
    if not dated_alike(one, other):
        differ.add("due")
        yield Touch(aspect="due", client=edit.key, teams=teams_of(after.steps.values()))
    if told[0] != told[1]:
        yield Touch(aspect="demand", client=edit.key, teams=teams_of(after.steps.values()))
    if differ and all(both):
        yield from _led(edit.key, after, lambda route: any(bounds(_guards([route]), name) for name in differ))
        yield from _left(edit.key, after, lambda guard: any(bounds([guard], name) for name in differ))
    yield from (Touch(aspect=aspect, client=edit.key) for aspect in ("price", "penalty") if aspect in differ)
    if all(both):
        yield from _classes(edit.key, one.classes, other.classes, after)


def _led(client: str, after: Organisation, theirs: Callable[[Route], bool]) -> Touches:
    """Those of the client's routes that other cases take than before."""
    ways = (after.routes, after.client_routes.get(client, {}))
    led = {route.to for routes in ways for way in routes.values() for route in way if theirs(route)}
    yield from [at_steps(_steps_called(led, after), "routes", client)] if led else []


def _left(client: str, after: Organisation, asks: Callable[[Guard], bool], moved: Collection[str] = ()) -> Touches:
    """The steps that some people leave to others in cases of classes that are *moved*, or where a guard *asks* what
    these are like."""
    left = {name for one in after.people.values() for name, those in one.not_of_class.items() if {*moved} & {*those}}
    left |= {name for one in after.people.values() for name, guard in one.not_when.items() if asks(guard)}
    if teams_of(apart := [step for step in all_steps(after) if step.activity in left]):
        yield at_steps(apart, "staff", client)


def _guards(routes: Iterable[Route]) -> list[Guard]:
    return [route.when for route in routes if route.when is not None]


def _classes(client: str, old: Mapping[str, float], new: Mapping[str, float], after: Organisation) -> Touches:
    """What hangs on the classes whose shares of the client's cases change; on parts that are spoken for, their rank."""
    moved, parts = moved_between(old, new)
    timed = [step for step in after.steps.values() if moved & set(step.by_class)]
    if teams_of(timed):
        yield at_steps(timed, "durations", client)
    yield from _left(client, after, lambda guard: bool(moved & classes([guard])), moved)
    yield from _led(client, after, lambda route: route.only in moved or bool(moved & classes(_guards([route]))))
    ranks = {name: team.class_priority for name, team in after.teams.items()}
    ranked = frozenset(name for name, rank in ranks.items() if moved & set(rank) or sets_apart(rank, parts))
    if ranked:
        yield Touch(aspect="priority", client=client, teams=ranked)


def _rulebook(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    """A rule that binds nothing in the model."""
    yield from ()


def _steps(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    old, new = _both(edit, Step)
    both = [step for step in (old, new) if step]
    if old is None:  # Nobody comes to a new step before a way leads there, which is an edit of its own.
        return
    if new is None:
        yield at_steps(both, "routes")
        return
    times = ("duration", "per_unit", "by_class", "by_client", "again", "batch", "recording")
    if replace(old, **{name: getattr(new, name) for name in times}) != new:
        yield at_steps(both, "routes")
    if _time(old, before) != _time(new, after):
        yield at_steps(both, "durations")


def _time(step: Step, organisation: Organisation) -> tuple[Any, ...]:
    times = organisation.distribution(step.duration), organisation.distribution(step.per_unit)
    return *times, step.by_class, step.by_client, step.again, step.batch, step.recording


def _routes(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    for client in _who_comes(edit.key, after):
        yield from _rerouted(edit.before or (), edit.after or (), client, before, after)


def _who_comes(step: str, organisation: Organisation) -> list[str | None]:
    """The clients whose own routes lead to *step*; [None] where everybody's do, or it is the start."""
    if step == START or any(_leads(ways, step) for ways in organisation.routes.values()):
        return [None]
    own = organisation.client_routes.items()
    return [client for client, routes in own if any(_leads(ways, step) for ways in routes.values())]


def _leads(ways: Iterable[Route], step: str) -> bool:
    return any(way.to == step and way.share for way in ways)


def _client_routes(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    for step in sorted({*(edit.before or {}), *(edit.after or {})}):
        plain = before.routes.get(step, ())
        old = (edit.before or {}).get(step) or plain
        new = (edit.after or {}).get(step) or plain
        yield from _rerouted(old, new, edit.key, before, after)


def _rerouted(
    old: tuple[Route, ...], new: tuple[Route, ...], client: str | None, before: Organisation, after: Organisation
) -> Touches:
    before_and_after = _totals(old), _totals(new)
    shares = _changed(*before_and_after)
    opened = shares - (before_and_after[0].keys() & before_and_after[1].keys())
    if opened:
        yield at_steps(_steps_called(opened, after), "routes", client)
        behind = _behind([step for step in opened if not {None, client} & {*_who_comes(step, before)}], after)
        if behind:
            yield replace(at_steps(_steps_called(behind, after), "routes", client), often=True)
    if any(_left_at(step, client, after) for step in _steps_called(shares, after)):
        yield Touch(aspect="ending", client=client)
    if shares - opened:
        yield replace(at_steps(_steps_called(shares - opened, after), "routes", client), often=True)
    delays = _changed(_delays(old, before), _delays(new, after)) - shares
    if delays:
        yield at_steps(_steps_called(delays, after), "delays", client)


def _behind(opened: Sequence[str], organisation: Organisation) -> set[str]:
    """The steps that come straight behind those *opened*, and behind what is only recorded there."""
    found, todo = set[str](), [*opened]
    while todo:
        new = {way.to for way in organisation.routes.get(todo.pop(), ())} - found
        found |= new
        todo += [name for name in new if _only_recorded(name, organisation)]
    return found


def _only_recorded(step: str, organisation: Organisation) -> bool:
    return step in organisation.steps and organisation.steps[step].whose is None


def _totals(routes: tuple[Route, ...]) -> dict[str, dict[object, float]]:
    """Where to -> of which cases -> share."""
    shares: dict[str, dict[object, float]] = {}
    for route in routes:
        if route.share:
            of_class = shares.setdefault(route.to, {})
            of_class[route.whose] = of_class.get(route.whose, 0.0) + route.share
    return shares


def _delays(routes: tuple[Route, ...], organisation: Organisation) -> dict[str, list[Any]]:
    delays: dict[str, list[Any]] = {}
    for route in routes:
        if route.share:
            lasts = organisation.distribution(route.delay), route.hours, route.since, route.straight_on
            older = [(one.than, organisation.distribution(one.delay), one.straight_on) for one in route.older]
            delays.setdefault(route.to, []).append((route.whose, route.share, *lasts, older, route.waits_for))
    return delays


def _skips(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    changed = (edit.before or NOBODY) ^ (edit.after or NOBODY)
    if changed:
        skipped = _steps_called(changed, before)
        yield at_steps(skipped, "skips", edit.key)
        if any(_left_at(step, edit.key, before) for step in skipped):
            yield Touch(aspect="ending", client=edit.key)


def _checks(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    for check in filter(None, _both(edit, Check)):
        yield at_steps([check.step], "checks", check.client)


def _patience(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    for rule in filter(None, _both(edit, Patience)):
        for client in edit.whose_patience:
            bearers = [step for step in after.steps.values() if rule.at in (None, step.activity)]
            yield at_steps(bearers, "routes", client)
            if rule.at is None and rule.to == END:
                yield Touch(aspect="ending", client=client)


def _hands(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    for rule in filter(None, _both(edit, Hands)):
        yield at_steps([step for step in all_steps(after) if step.activity == rule.activity], "hands", rule.client)


def _left_at(step: Step, client: str | None, organisation: Organisation) -> bool:
    """Whether cases of *client* are given up by *step* or while they wait for it: who does not come there cannot be."""
    rules = [rule for rule in organisation.patience.values() if rule.at == step.activity and rule.to == END]
    return step.given_up or any(rule.client is None or client in (None, rule.client) for rule in rules)


def _returns(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    for rule in filter(None, _both(edit, Return)):
        back = _steps_called([rule.back_to], after)
        yield at_steps(back, "routes", rule.client)
        if any(_left_at(step, rule.client, after) for step in back):
            yield Touch(aspect="ending", client=rule.client)


def _teams(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    old, new = _both(edit, Team)
    ranks = [{client: rank for client, rank in team.priority.items() if rank} if team else {} for team in (old, new)]
    at = Touch(aspect="priority", teams=frozenset({edit.key}))
    yield from (replace(at, client=client) for client in sorted(_changed(*ranks)))
    if old is None or new is None:
        yield replace(at, aspect="staff")
        return
    yield from [replace(at, aspect="calendars")] if old.at_end != new.at_end else []
    if replace(old, priority=new.priority, class_priority=new.class_priority, at_end=new.at_end) != new:
        yield at
    served = _changed(old.class_priority, new.class_priority)
    yield from (replace(at, client=client) for client in clients_with(served, after))
    yield from [replace(at, aspect="interrupts")] if old.interrupts != new.interrupts else []


def _people(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    old, new = _both(edit, Person)
    teams = frozenset(team for person in (old, new) if person for team in person.teams)
    if old is None or new is None:
        yield Touch(aspect="staff", teams=teams)
        return
    if before.calendars.get(old.calendar) != after.calendars.get(new.calendar) or old.absent != new.absent:
        yield Touch(aspect="calendars", teams=teams)
    if old.pay != new.pay:
        yield Touch(aspect="pay", teams=teams)
    if replace(old, calendar=new.calendar, absent=new.absent, pay=new.pay) != new:
        yield Touch(aspect="staff", teams=teams)


def _calendars(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    everybody = after.people.values()
    teams = {team for person in everybody if person.calendar == edit.key for team in person.teams}
    teams |= {team for person in everybody for team, name in person.team_hours.items() if name == edit.key}
    if teams:
        yield Touch(aspect="calendars", teams=frozenset(teams))


def _programmes(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    both = _both(edit, Programme)
    zones = [() if rule is None else rule.zones for rule in both]
    orders = [rule and replace(rule, zones=()) for rule in both]
    for rule in both:
        if rule is not None and orders[0] != orders[1]:
            yield Touch(aspect="schedule", client=rule.client)
        if rule is not None and zones[0] != zones[1]:
            yield Touch(aspect="charges", client=rule.client)


def _products(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    programme = after.programmes.get(edit.key) or before.programmes.get(edit.key)
    yield Touch(aspect="planning", client=programme.client if programme else None)


def _capacity(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    yield Touch(aspect="capacity", teams=frozenset({edit.key}))


def _rules(edit: Edit, before: Organisation, after: Organisation) -> Touches:
    for rule in _both(edit, Rule):
        if rule is not None:
            teams, activities = frozenset({rule.team}), frozenset(rule.activities)
            yield Touch(aspect="authors", client=rule.client, teams=teams, activities=activities)


_BY_PART: Mapping[str, Callable[[Edit, Organisation, Organisation], Touches]] = {
    "clients": _clients,
    "steps": _steps,
    "routes": _routes,
    "client_routes": _client_routes,
    "skips": _skips,
    "checks": _checks,
    "patience": _patience,
    "returns": _returns,
    "hands": _hands,
    "teams": _teams,
    "people": _people,
    "calendars": _calendars,
    "rulebook": _rulebook,
    "programmes": _programmes,
    "products": _products,
    "capacity": _capacity,
    "rules": _rules,
}


def _both(edit: Edit, _of: type[T]) -> tuple[T | None, T | None]:
    return edit.before, edit.after


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(key for key in {*before, *after} if before.get(key) != after.get(key))


def _steps_called(names: Iterable[str], organisation: Organisation) -> list[Step]:
    return [organisation.steps[name] for name in names if name in organisation.steps]
