"""Organisations as files that people can read, edit and compare line by line.

    load(path) -> Organisation          dump(organisation, path)
    from_dict(data) -> Organisation     to_dict(organisation) -> data

Reading what was written gives the same organisation, to the last bit. Reading says all that is wrong at once, each
with its line and column.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import time
from typing import Any

from irrupt.arguments import as_annotated
from irrupt.errors import ModelError
from irrupt.organisation.authorship import Rule
from irrupt.organisation.batch import Batch
from irrupt.organisation.dated import spans_data
from irrupt.organisation.distributions import NONE, Distribution, Older
from irrupt.organisation.durations import amount_data, distribution_data
from irrupt.organisation.hours import ALWAYS, MONTHS, OFFICE_HOURS, hours_data, moments_data
from irrupt.organisation.learned import Distance, Learned
from irrupt.organisation.model import Check, Client, Organisation, Patience, Route, Step, Team
from irrupt.organisation.planning import LateChanges
from irrupt.organisation.staff import Calendar, Person
from irrupt.organisation.validate import faults
from irrupt.saving import save_text
from irrupt.units import DAY, is_number, parsed, written

SCHEMA_VERSION = 1
Data = dict[str, Any]


def load(path: str | os.PathLike[str]) -> Organisation:
    """The organisation in the file at *path* (YAML, or JSON); see `dump` for an example.

    Raises `ModelError` with everything that is wrong in it (`file:line:column  what; did you mean ...?`), and
    `UsageError` when there is no such file.
    """
    from irrupt.organisation.described import organisation_in
    from irrupt.yaml_marks import read

    with _keeping_all():
        return organisation_in(read(path))


@contextmanager
def _keeping_all() -> Iterator[None]:
    """Of the millions of things that a large file becomes none is rubbish: to look for it takes most of the time."""
    looked_for = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked_for:
            gc.enable()


@as_annotated
def dump(organisation: Organisation, path: str | os.PathLike[str]) -> None:
    """Write *organisation* to the file at *path*, whole or not at all.

    Raises `ModelError` if *organisation* cannot run, so that what was written can be read again.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from irrupt.engine.examples import counter
    >>> with TemporaryDirectory() as folder:
    ...     dump(counter(), Path(folder, "counter.yaml"))
    ...     load(Path(folder, "counter.yaml"))
    <Organisation 'counter': 1 clients, 1 steps, 1 people>
    """
    wrong = faults(organisation)
    if wrong:
        raise ModelError(wrong)
    save_text(path, text_of(organisation))


def text_of(organisation: Organisation) -> str:
    """What `dump` writes."""
    from irrupt.organisation.yaml_text import yaml_text

    return yaml_text(to_dict(organisation))


def to_dict(organisation: Organisation) -> Data:
    """*organisation* as plain values (texts, numbers, lists, mappings), as they stand in its file.

    >>> from datetime import datetime, timezone
    >>> rules = Organisation(name="Desk", origin=datetime(2024, 1, 1, tzinfo=timezone.utc), routes={},
    ...                      clients={"A": Client(cases_per_week=5)}, steps={"Answer": Step(activity="Answer")})
    >>> to_dict(rules)["origin"], to_dict(rules)["clients"], to_dict(rules)["steps"]
    ('2024-01-01', {'A': {'cases per week': 5}}, {'Answer': {}})
    """
    data: Data = {"schema version": SCHEMA_VERSION, "name": organisation.name, "timezone": organisation.timezone}
    data["origin"] = _origin(organisation)
    if organisation.learned is not None:
        data["learned"] = _learned(organisation.learned)
    for part, encode in PARTS.items():
        entries: Mapping[str, Any] = getattr(organisation, part)
        if entries or part in ("clients", "steps", "routes"):
            data[part.replace("_", " ")] = {name: encode(name, entry) for name, entry in entries.items()}
    return data


def from_dict(data: Mapping[str, Any]) -> Organisation:
    """The organisation that `to_dict` made *data* from.

    Raises `ModelError` with everything that is wrong, `Fault.where` being the path of keys.
    """
    from irrupt.organisation.described import organisation_in
    from irrupt.yaml_marks import Document

    return organisation_in(Document(source="", data=data))


def _origin(organisation: Organisation) -> str:
    """The date where it is a midnight in the organisation's zone, or else the moment."""
    from irrupt.wall import known

    moment = organisation.origin
    if moment.tzinfo is None or not known(organisation.timezone):
        return moment.isoformat()
    begin = organisation.timeline.begin
    return begin.date().isoformat() if begin.time() == time() else moment.isoformat()


def _sparse(entry: Any, *names: str) -> Data:
    """Those fields of *entry* that differ from their defaults."""
    defaults = {name: type(entry).__dataclass_fields__[name].default for name in names}
    values = {name: getattr(entry, name) for name in names}
    said = {name.replace("_", " "): value for name, value in values.items() if value != defaults[name]}
    return {name: one_or_list(value) if isinstance(value, tuple) else value for name, value in said.items()}


def one_or_list(names: tuple[str, ...]) -> Any:
    """*names* as they stand in a file: one alone needs no brackets."""
    return names[0] if len(names) == 1 else [*names]


def _mapped(entry: Any, *names: str) -> Data:
    """Those fields of *entry* that name anything."""
    return {name.replace("_", " "): dict(named) for name in names if (named := getattr(entry, name))}


def _timed(duration: str | Distribution) -> Any:
    """A duration, or the name of a distribution; a name that reads like a duration is marked as a name."""
    if isinstance(duration, Distribution):
        return distribution_data(duration)
    return {"named": duration} if parsed(duration) is not None or is_number(duration) else duration


def _dates(client: Client) -> Data:
    """When the cases of *client* are due."""
    data: Data = {} if client.due is None else {"due": _timed(client.due)}
    if client.due_by_class:
        data["due by class"] = {name: _timed(due) for name, due in client.due_by_class.items()}
    if client.due_per_unit != NONE:
        data["due per unit"] = _timed(client.due_per_unit)
    return data | _sparse(client, "due_from") if data else data


def _client(name: str, client: Client) -> Data:
    data = {
        "cases per week": client.cases_per_week,
        **_sparse(client, "growth", "evenness", "figure", "group", "price", "penalty"),
    }
    if client.profile == OFFICE_HOURS:
        data["profile"] = "office hours"
    elif client.profile != ALWAYS:
        data["profile"] = [list(client.profile[at : at + 24]) for at in range(0, len(client.profile), 24)]
    season = {month: factor for month, factor in zip(MONTHS, client.season, strict=False) if factor != 1.0}
    if season:
        data["season"] = season
    data |= _mapped(client, "days_of_month", "working_days_of_month")
    if client.at_a_time:
        always = len(client.at_a_time) == 1
        data["at a time"] = next(iter(client.at_a_time)) if always else dict(client.at_a_time)
    data |= _mapped(client, "classes")
    if client.quantity is not None:
        data["quantity"] = amount_data(client.quantity)
    if client.by_quantity:
        data["by quantity"] = list(client.by_quantity)
    if client.quantity_by_class:
        data["quantity by class"] = {name: amount_data(asked) for name, asked in client.quantity_by_class.items()}
    data |= _dates(client)
    if client.appointments:
        data["appointments"] = moments_data(client.appointments)
    return data


def _step(name: str, step: Step) -> Data:
    data: Data = {} if step.activity == name else {"activity": step.activity}
    if step.team is not None:
        data["team"] = step.team
    if step.place is not None:
        data["place"] = step.place
    if step.duration != NONE:
        data["duration"] = _timed(step.duration)
    if step.per_unit != NONE:
        data["per unit"] = _timed(step.per_unit)
    data |= _mapped(step, "by_class", "by_client")
    data |= _sparse(step, "again")
    if step.recording:
        data["recording"] = written(step.recording)
    if step.client_act:
        data["client act"] = True
    data |= _sparse(step, "given_up", "split", "join", "alone", "clock")
    return data if step.batch is None else data | {"batch": _batch(step.batch)}


def _batch(batch: Batch) -> Data:
    data = _sparse(batch, "size")
    if batch.longest_wait is not None:
        data["longest wait"] = written(batch.longest_wait)
    if isinstance(batch.at, str):
        data["at"] = {"calendar": batch.at} if any(sign.isdigit() for sign in batch.at) else batch.at
    elif batch.at:
        data["at"] = moments_data(batch.at)
    data |= _sparse(batch, "done")
    return data if batch.set_up == NONE else data | {"set up": _timed(batch.set_up)}


def _routes(name: str, routes: tuple[Route, ...]) -> list[Data]:
    return [_route(route) for route in routes]


def _route(route: Route) -> Data:
    data: Data = {"to": route.to, "share": route.share}
    if route.delay != NONE:
        data["delay"] = _timed(route.delay)
    if route.hours is not None:
        data["hours"] = route.hours
    if route.since != "step":
        data["since"] = route.since
    if route.older:
        data["older"] = [_older(one) for one in route.older]
    if route.waits_for != "nobody":
        data["waits for"] = route.waits_for
    if route.straight_on:
        data["straight on"] = route.straight_on
    if route.only is not None:
        data["only"] = route.only
    if route.when is not None:
        data["when"] = str(route.when)
    return data


def _older(one: Older) -> Data:
    data: Data = {"than": written(one.than), "delay": _timed(one.delay)}
    return data if one.straight_on is None else data | {"straight on": one.straight_on}


def _client_routes(name: str, routes: Mapping[str, tuple[Route, ...]]) -> Data:
    return {step: _routes(step, changed) for step, changed in routes.items()}


def _check(name: str, check: Check) -> Data:
    data: Data = {"after": check.after}
    if check.client is not None:
        data["client"] = check.client
    return data | _step(name, check.step)


def _patience(name: str, patience: Patience) -> Data:
    lasts: Data = {} if patience.lasts is None else {"lasts": _timed(patience.lasts)}
    data: Data = {
        **_sparse(patience, "at"),
        **lasts,
        **_sparse(patience, "share", "longest_queue", "to", "client", "again"),
        **_mapped(patience, "by_client"),
    }
    return data if patience.activity == name else data | {"activity": patience.activity}


def _team(name: str, team: Team) -> Data:
    data = _mapped(team, "priority", "class_priority", "activity_priority")
    data |= _sparse(team, "order", "interrupts", "at_end", "limit", "choice")
    return data if team.ageing is None else data | {"ageing": written(team.ageing)}


def _person(name: str, person: Person) -> Data:
    data: Data = {
        "teams": list(person.teams),
        "calendar": person.calendar,
        **_sparse(person, "speed", "at_once", "serves", "pay"),
        **_mapped(person, "team_hours"),
    }
    if person.winds_down:
        data["winds down"] = written(person.winds_down)
    if person.does_not:
        data["does not"] = list(person.does_not)
    for key, lacks in _mapped(person, "not_of_class", "not_for_client").items():
        data[key] = {activity: one_or_list(of) for activity, of in lacks.items()}
    if person.not_when:
        data["not when"] = {activity: str(guard) for activity, guard in person.not_when.items()}
    return data | {"absent": spans_data(person.absent)} if person.absent else data


def _calendar(_name: str, calendar: Calendar) -> Any:
    return calendar_data(calendar)


def calendar_data(calendar: Calendar) -> Any:
    """Hours as people write them, and the exceptions if there are any."""
    spans = {"closed": calendar.closed, "extra": calendar.extra}
    exceptions: Data = {key: spans_data(found) for key, found in spans.items() if found}
    if calendar.organising:
        exceptions["organising"] = hours_data(Calendar(hours=calendar.organising))
    return {"hours": hours_data(calendar), **exceptions} if exceptions else hours_data(calendar)


def _planned(rule: Any) -> Data:
    """Those fields of a rule of planning that differ from their defaults; shifts and times as people write them."""
    data: Data = {}
    for field in fields(rule):
        value = getattr(rule, field.name)
        if value == field.default:
            continue
        if field.name in ("shifts", "more", "less"):
            value = [hours_data(Calendar(hours=shift)) for shift in value]
        if field.name == "zones":
            value = [_planned(zone) for zone in value]
        if field.name == "also":
            value = list(value)
        if field.name == "valid":
            value = spans_data(value)
        if field.name == "oldest":
            value = written(value)
        if field.name == "notice" and not isinstance(rule, LateChanges):
            value = written(value * DAY)
        data[field.name.replace("_", " ")] = _planned(value) if is_dataclass(value) else value
    return data


def _rule(name: str, rule: Rule) -> Data:
    data: Data = {"author": rule.author, "team": rule.team}
    for key in ("agreed_by", "sets", "activities", "visible_to"):
        value = getattr(rule, key)
        if value != Rule.__dataclass_fields__[key].default:
            data[key.replace("_", " ")] = list(value)
    return data | _sparse(rule, "client", "text", "force", "authority", "written")


def _learned(learned: Learned) -> Data:
    data: Data = {"source": learned.source, "cases": learned.cases, "events": learned.events}
    data |= {"begin": learned.begin.isoformat(), "end": learned.end.isoformat(), "starts": learned.starts}
    data |= _sparse(learned, "work", "told")
    if learned.present is not None:
        data["present"] = learned.present.isoformat()
    if learned.notes:
        data["notes"] = list(learned.notes)
    if learned.fidelity:
        data["fidelity"] = [_distance(distance) for distance in learned.fidelity]
    return data


def _distance(distance: Distance) -> Data:
    names = ("name", "unit", "model", "spread", "replay", "floor")
    return {name: getattr(distance, name) for name in names}


PARTS: dict[str, Callable[[str, Any], Any]] = {
    "clients": _client,
    "steps": _step,
    "routes": _routes,
    "client_routes": _client_routes,
    "skips": lambda name, steps: sorted(steps),
    "checks": _check,
    "patience": _patience,
    "returns": lambda name, back: _sparse(back, "during", "back_to", "share", "client"),
    "hands": lambda name, hands: _sparse(hands, "activity", "by_who_did", "not_by_who_did", "client"),
    "teams": _team,
    "people": _person,
    "calendars": _calendar,
    "programmes": lambda name, programme: _planned(programme),
    "products": lambda name, product: _planned(product),
    "capacity": lambda name, capacity: _planned(capacity),
    "rules": _rule,
    "distributions": lambda name, distribution: distribution_data(distribution),
}
"""Part of an organisation -> how one of its entries becomes plain values."""


def json_schema() -> Data:
    """The JSON Schema of organisation files, for editors and other programs."""
    from irrupt.organisation import schema

    return schema.json_schema()
