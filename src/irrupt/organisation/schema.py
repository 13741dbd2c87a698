"""What may stand in an organisation's file, and the organisation that it makes. Also published as a JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, get_args

from pydantic import Field, model_validator

from irrupt.organisation import model, planning, pools, unsaid
from irrupt.organisation.authorship import Authority, Force, Respect, Rule
from irrupt.organisation.batch import Batch
from irrupt.organisation.border import Entry, checked, published, spaced
from irrupt.organisation.distributions import NONE
from irrupt.organisation.hands import Hands
from irrupt.organisation.hours import ALWAYS, hours_in
from irrupt.organisation.learned_schema import LearnedEntry, learned_in
from irrupt.organisation.planning_schema import CapacityEntry, ProductEntry, ProgrammeEntry, built
from irrupt.organisation.returns import Return
from irrupt.organisation.routes_schema import RouteEntry, Ways, routes_in
from irrupt.organisation.staff import Calendar, Person
from irrupt.organisation.values import (
    HOURS_SCHEMA,
    Amount,
    Count,
    DaysOfMonth,
    Duration,
    Figure,
    Hours,
    Moments,
    Names,
    Number,
    Origin,
    Profile,
    Season,
    Seconds,
    Set,
    Share,
    Sizes,
    Spans,
    Timed,
    Version,
    When,
    Whole,
)
from irrupt.yaml_marks import Document


class ClientEntry(Entry):
    """A client, or a group of clients recorded as one, and what he asks for."""

    cases_per_week: Number
    profile: Profile = ALWAYS
    growth: Number = 0.0
    season: Season = (1.0,) * 12
    days_of_month: DaysOfMonth = Field(default_factory=dict)
    working_days_of_month: DaysOfMonth = Field(default_factory=dict)
    evenness: Number = 0.0
    at_a_time: Sizes = Field(default_factory=dict)
    figure: Figure = "user"
    group: bool = False
    classes: dict[str, Share] = Field(default_factory=dict)
    quantity: Amount | None = None
    by_quantity: Names = ()
    quantity_by_class: dict[str, Amount] = Field(default_factory=dict)
    due: Timed | None = None
    due_by_class: dict[str, Timed] = Field(default_factory=dict)
    due_per_unit: Timed = NONE
    due_from: Literal["arrival", "day", "working day"] = "arrival"
    appointments: Moments = ()
    price: Number | None = None
    penalty: Number | None = None


class WorkEntry(Entry):
    """What is done, and by whom. Without an activity, it bears its own name. Place: the team whose step it is although
    nobody works on it. Per unit: time that each unit of the case's quantity adds. By class: class of cases -> by what
    the time is multiplied; by client: client -> by what that of his cases is;
    again: by what it is when the case was at its activity before."""

    activity: str | None = None
    team: str | None = None
    place: str | None = None
    duration: Timed = NONE
    per_unit: Timed = NONE
    by_class: dict[str, Number] = Field(default_factory=dict)
    by_client: dict[str, Number] = Field(default_factory=dict)
    again: Number = 1.0
    client_act: bool = False


class BatchEntry(Entry):
    """Cases that gather until there are enough (size), until the first has waited long enough, or until moments of the
    week (or a calendar's hours begin). Done: in one piece of work, or one by one. Set up: work before the first."""

    size: Whole | None = None
    longest_wait: Seconds | None = None
    at: Set = ()
    done: Literal["at once", "one by one"] = "at once"
    set_up: Timed = NONE


class StepEntry(WorkEntry):
    """A place in the procedure. Split: by which of its routes a case goes on, one, all at once, some, or the first
    whose delay is over. Join: parts of a case that is at several steps at once come together here. Alone: the first of
    them that comes here goes on alone, and the others are called off. Given up: the client takes his case back by it,
    and it ends there. Clock: that of the case begins anew when it is done. Batch: cases gather for it. Recording: time
    of it that goes into records."""

    given_up: bool = False
    split: Literal["one", "all", "some", "first"] = "one"
    join: bool = False
    alone: bool = False
    clock: bool = False
    batch: BatchEntry | None = None
    recording: Seconds = 0.0


class CheckEntry(WorkEntry):
    """A step put in behind every step that bears the activity *after*, for one client or for all."""

    after: str
    client: str | None = None


class PatienceEntry(Entry):
    """How long cases wait for the steps that bear the activity *at* before they are given up, and where they go then;
    for one client or for all; where again is no, only before it is done for the first time. Where as many cases as the
    longest queue wait already, they are given up at once. By client, where it is for all: client -> by what the time is
    multiplied for his cases. Without *at*, it is about a share of cases as a whole: after
    that time since they came they are called off, wherever they are. Without an activity, what is recorded bears its
    own name."""

    at: str | None = None
    lasts: Timed | None = None
    share: Share = 1.0
    longest_queue: Whole | None = None
    to: str = model.END
    client: str | None = None
    by_client: dict[str, Number] = Field(default_factory=dict)
    again: bool = True
    activity: str | None = None


class ReturnEntry(Entry):
    """A change that comes late: with a probability, *during* is done and the case goes back, once at most."""

    during: str
    back_to: str
    share: Share
    client: str | None = None


class HandsEntry(Entry):
    """Who does an activity, by who did others in the same case before: whoever did the last of them, or anybody but
    him. With a client, in his cases only. Of several for an activity, all hold."""

    activity: str
    by_who_did: Names = ()
    not_by_who_did: Names = ()
    client: str | None = None


class TeamEntry(Entry):
    """People who share a queue. Priority: client -> rank; a higher rank is taken first, 0 is everybody else's; then
    class priority: class of cases -> rank; then activity priority: activity -> rank; then the order. Ageing: the
    waiting time that raises a rank by one. Interrupts: what becomes of work in hand when a case of a higher rank comes:
    it is finished first, or left, and resumed or begun anew later by the same person. Limit: how many cases have room
    in the queue; others stay with those who would hand them over. Choice: who of those who are free takes a case."""

    priority: dict[str, Whole] = Field(default_factory=dict)
    class_priority: dict[str, Whole] = Field(default_factory=dict)
    activity_priority: dict[str, Whole] = Field(default_factory=dict)
    order: model.Order = "first come"
    ageing: Seconds | None = None
    interrupts: Literal["never", "resume", "restart"] = "never"
    at_end: Literal["pauses", "finishes"] = "pauses"
    limit: Whole | None = None
    choice: Literal["longest idle", "random", "fastest", "fewest teams", "in turn"] = "longest idle"


class PersonEntry(Entry):
    """Somebody who works, in one team or several; with a count, so many like him, each with a number behind him. Does
    not: activities of his teams that he does not do; not of class, not for client, not when: in some cases. Team hours:
    of one of several teams, the calendar in whose hours alone he takes up its work. Winds down: before each end of his
    hours, in which he begins nothing more."""

    teams: Names
    calendar: str
    does_not: Names = ()
    not_of_class: dict[str, Names] = Field(default_factory=dict)
    not_for_client: dict[str, Names] = Field(default_factory=dict)
    not_when: dict[str, When] = Field(default_factory=dict)
    count: Count | None = None
    speed: Number = 1.0
    at_once: Whole = 1
    serves: Literal["longest waiting", "teams in order", "first come"] = "longest waiting"
    team_hours: dict[str, str] = Field(default_factory=dict)
    winds_down: Seconds = 0.0
    pay: Number | None = None
    absent: Spans = ()


class CalendarEntry(Entry):
    """Weekly hours, and exceptions at dates: when it is closed (holidays), and extra hours, which hold even then. Hours
    alone may be written without a key. Organising: weekly hours in addition in which people work on rules instead."""

    hours: Hours
    closed: Spans = ()
    extra: Spans = ()
    organising: Hours = ()

    @model_validator(mode="before")
    @classmethod
    def _hours_alone(cls, data: object) -> object:
        return data if isinstance(data, Mapping) else {"hours": hours_in(data)}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [*HOURS_SCHEMA["anyOf"], handler(core_schema)]}


class RuleEntry(Entry):
    """A rule on how a team does its work, and who wrote it. Sets: what it sets of the work. Activities: of which; none:
    of all that the team does. It changes nothing in the work, and tells whose rule it follows."""

    author: str
    agreed_by: Names = ()
    team: str
    sets: tuple[Respect, ...] = ("method",)
    activities: Names = ()
    client: str | None = None
    text: str = ""
    force: Force = "imposed"
    authority: Authority = "confirmed"
    written: bool = True
    visible_to: Names = ()


class OrganisationFile(Entry):
    """An organisation: who asks for what, by which steps, done by whom and when."""

    schema_version: Version = 1
    name: str
    timezone: str = "UTC"
    origin: Origin = unsaid.ORIGIN
    """A Monday, 00:00 local time: when simulated time begins."""
    learned: LearnedEntry | None = None
    clients: dict[str, ClientEntry]
    steps: dict[str, StepEntry]
    routes: dict[str, Ways]
    client_routes: dict[str, dict[str, Ways]] = Field(default_factory=dict)
    skips: dict[str, Names] = Field(default_factory=dict)
    checks: dict[str, CheckEntry] = Field(default_factory=dict)
    patience: dict[str, PatienceEntry] = Field(default_factory=dict)
    returns: dict[str, ReturnEntry] = Field(default_factory=dict)
    hands: dict[str, HandsEntry] = Field(default_factory=dict)
    teams: dict[str, TeamEntry] = Field(default_factory=dict)
    people: dict[str, PersonEntry] = Field(default_factory=dict)
    calendars: dict[str, CalendarEntry] = Field(default_factory=dict)
    programmes: dict[str, ProgrammeEntry] = Field(default_factory=dict)
    products: dict[str, ProductEntry] = Field(default_factory=dict)
    capacity: dict[str, CapacityEntry] = Field(default_factory=dict)
    rules: dict[str, RuleEntry] = Field(default_factory=dict)
    distributions: dict[str, Duration] = Field(default_factory=dict)


def organisation_of(file: OrganisationFile) -> model.Organisation:
    """The organisation that *file* describes, whether it can run or not."""
    file = _said(file)
    parts: dict[str, Any] = {
        part: {name: build(name, entry) for name, entry in getattr(file, part).items()}
        for part, build in BUILDERS.items()
    }
    return model.Organisation(
        name=file.name,
        timezone=file.timezone,
        origin=_midnight(file.origin, file.timezone),
        learned=None if file.learned is None else learned_in(file.learned),
        distributions=file.distributions,
        **parts,
    )


def _said(file: OrganisationFile) -> OrganisationFile:
    """*file* with the shares and calendars that it need not say."""

    def filled(step: str, entries: list[RouteEntry]) -> list[RouteEntry]:
        split = file.steps[step].split if step in file.steps else "one"
        found = unsaid.shares([((entry.only, entry.when), entry.share) for entry in entries], split)
        return [entry.model_copy(update={"share": share}) for entry, share in zip(entries, found, strict=True)]

    routes = {step: filled(step, entries) for step, entries in file.routes.items()}
    own = {
        client: {step: filled(step, entries) for step, entries in changed.items()}
        for client, changed in file.client_routes.items()
    }
    entries = [*routes.values(), *(ways for changed in own.values() for ways in changed.values())]
    named = [name for person in file.people.values() for name in (person.calendar, *person.team_hours.values())]
    named += [entry.hours for ways in entries for entry in ways if entry.hours is not None]
    hours = {name: CalendarEntry(hours=name) for name in unsaid.hours_named(file.calendars, named)}
    some = {
        "routes": routes,
        "client_routes": own,
        "calendars": file.calendars | hours,
        "people": pools.each(file.people),
    }
    return file.model_copy(update=some)


def _midnight(moment: datetime, timezone_name: str) -> datetime:
    """*moment* as it is or, when it is naive, in the zone of that name; in UTC where there is none."""
    from irrupt.wall import in_utc, known

    return in_utc(moment, timezone_name if known(timezone_name) else "UTC")


def _step(name: str, entry: WorkEntry) -> model.Step:
    return model.Step(
        activity=name if entry.activity is None else entry.activity,
        team=entry.team,
        place=entry.place,
        duration=entry.duration,
        per_unit=entry.per_unit,
        by_class=entry.by_class,
        by_client=entry.by_client,
        again=entry.again,
        client_act=entry.client_act,
        **entry.model_dump(include={"given_up", "split", "join", "alone", "clock", "recording"}),
        batch=Batch(**entry.batch.given()) if isinstance(entry, StepEntry) and entry.batch else None,
    )


def _rule(name: str, entry: RuleEntry) -> Rule:
    lists = {key: tuple(getattr(entry, key)) for key in ("agreed_by", "sets", "activities", "visible_to")}
    agreed: dict[str, Any] = {"force": "negotiated"} if entry.agreed_by else {}
    return Rule(**agreed | entry.given() | lists)


BUILDERS: dict[str, Callable[[str, Any], Any]] = {
    "clients": lambda name, entry: model.Client(**entry.given()),
    "steps": _step,
    "routes": lambda name, entries: routes_in(entries),
    "client_routes": lambda name, changed: {step: routes_in(entries) for step, entries in changed.items()},
    "skips": lambda name, steps: frozenset(steps),
    "checks": lambda name, entry: model.Check(after=entry.after, client=entry.client, step=_step(name, entry)),
    "patience": lambda name, entry: model.Patience(**{"activity": name} | entry.given()),
    "returns": lambda name, entry: Return(**entry.given()),
    "hands": lambda name, entry: Hands(**entry.given()),
    "teams": lambda name, entry: model.Team(**entry.given()),
    "people": lambda name, entry: Person(**{key: of for key, of in entry.given().items() if key != "count"}),
    "calendars": lambda name, entry: Calendar(**entry.given()),
    "programmes": lambda name, entry: built(planning.Programme, entry),
    "products": lambda name, entry: built(planning.Product, entry),
    "capacity": lambda name, entry: built(planning.Capacity, entry),
    "rules": _rule,
}
"""Part of an organisation -> how one of its entries is made from what stands in a file."""


def entry_in(part: str, name: str, data: Any) -> Any:
    """The entry called *name* of a *part*, from plain values as `files.PARTS` makes them. Raises `ModelError`."""
    kind: Any = get_args(OrganisationFile.model_fields[part].annotation)[1]
    return BUILDERS[part](name, checked(kind, Document(source=f"{spaced(part)} > {name}", data=data)))


def json_schema() -> dict[str, Any]:
    """The JSON Schema of organisation files.

    >>> json_schema()["title"]
    'irrupt organisation, version 1'
    """
    return published(OrganisationFile, "irrupt organisation, version 1")
