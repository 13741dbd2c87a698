"""What an author does by a rule change: he rationalises, calculates, manages, organises. Derived from the edits.

* *rationalise*: fewer or more uniform steps, by the same way, in a set time;
* *calculate*: measures, thresholds, quantities, classes;
* *manage*: priorities, dates, hours, allocations;
* *organise*: who may decide, write, see, check or do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Literal, get_args

from irrupt.i18n import mark
from irrupt.organisation.likes import DATES
from irrupt.organisation.model import Client, Step
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.organisation.staff import Person
from irrupt.regulation.acts.classes import told_apart

Verb = Literal["rationalise", "calculate", "manage", "organise"]
VERBS: tuple[Verb, ...] = get_args(Verb)
DOES: Mapping[Verb, str] = {
    "rationalise": mark("to rationalise"),
    "calculate": mark("to calculate"),
    "manage": mark("to manage"),
    "organise": mark("to organise"),
}
"""Verb -> what is said of its author."""


def verbs(change: RuleChange) -> tuple[Verb, ...]:
    """What the author of *change* does by it.

    >>> from datetime import UTC, datetime
    >>> from irrupt.organisation.model import Team
    >>> edit = Edit(part="teams", key="Network", before=Team(), after=Team(priority={"Hospital A": 1}))
    >>> verbs(RuleChange(time=datetime(2024, 1, 1, tzinfo=UTC), author="A", rule="A first", edits=(edit,)))
    ('manage',)
    """
    new = {edit.key for edit in change.edits if edit.part == "steps" and edit.before is None}
    told = [told_apart(edit) for edit in change.edits if not _leads_to(edit, new)]
    found = {verb for edit in told for verb in _BY_PART[edit.part](edit)}
    if change.channel == "relay" or change.visible_to or not change.written:
        found.add("organise")
    return tuple(verb for verb in VERBS if verb in found)


def _leads_to(edit: Edit, new: Collection[str]) -> bool:
    """Whether *edit* does no more than lead cases to *new* steps, or on from them."""
    if edit.part == "routes":
        return edit.key in new or any(route.to in new for route in edit.after or ())
    if edit.part == "client_routes":
        return any(route.to in new for routes in (edit.after or {}).values() for route in routes)
    return False


def _always(verb: Verb) -> Callable[[Edit], Iterator[Verb]]:
    def found(edit: Edit) -> Iterator[Verb]:
        if edit.before != edit.after:
            yield verb

    return found


def _clients(edit: Edit) -> Iterator[Verb]:
    before, after = edit.before or Client(cases_per_week=0.0), edit.after or Client(cases_per_week=0.0)
    dated = {
        name: getattr(before, name)
        for name in ("profile", "season", "days_of_month", "working_days_of_month", "at_a_time", *DATES, "appointments")
    }
    if any(getattr(after, name) != value for name, value in dated.items()):
        yield "manage"
    if before.figure != after.figure:
        yield "organise"
    if replace(after, figure=before.figure, **dated) != before:
        yield "calculate"


def _steps(edit: Edit) -> Iterator[Verb]:
    """Another team, a new step of a team and what is recorded say who does, checks and sees; a step by which cases are
    taken back, how many there are; all else how it is done."""
    old: Step | None = edit.before
    new: Step | None = edit.after
    if new is None:
        yield "rationalise"
        return
    if old is None:
        if new.team is not None:
            yield "organise"
        elif new.given_up:
            yield "calculate"
        return
    if (old.team, old.recording) != (new.team, new.recording):
        yield "organise"
    if replace(old, team=new.team, recording=new.recording) != new:
        yield "rationalise"


def _people(edit: Edit) -> Iterator[Verb]:
    old: Person | None = edit.before
    new: Person | None = edit.after
    if old is None or new is None:
        yield "manage"
        return
    if old.teams != new.teams:
        yield "organise"
    if old.pay != new.pay:
        yield "calculate"
    if replace(old, teams=new.teams, pay=new.pay) != new:
        yield "manage"


_BY_PART: Mapping[str, Callable[[Edit], Iterator[Verb]]] = {
    "clients": _clients,
    "steps": _steps,
    "routes": _always("rationalise"),
    "client_routes": _always("rationalise"),
    "skips": _always("rationalise"),
    "returns": _always("calculate"),
    "checks": _always("organise"),
    "hands": _always("organise"),
    "patience": _always("calculate"),
    "teams": _always("manage"),
    "people": _people,
    "calendars": _always("manage"),
    "programmes": _always("calculate"),
    "products": _always("calculate"),
    "capacity": _always("manage"),
    "rulebook": _always("organise"),
    "rules": _always("organise"),
}
