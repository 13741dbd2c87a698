"""Faults of clients, and of what they ask for and when."""

from __future__ import annotations

import math
from collections.abc import Mapping

from irrupt.errors import Path
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, number
from irrupt.organisation.distributions import NONE
from irrupt.organisation.hours import MONTHS, WEEK_MINUTES
from irrupt.organisation.model import Client, Organisation
from irrupt.organisation.placed import Found, duration, fault, in_range, unknown, whole
from irrupt.organisation.year import LONGEST, MOST_WORKING

MOST_CASES = 100_000_000
"""Of one client a week, more than a hundred a second."""
FIGURES = ("consumer", "user", "citizen", "patient", "industrial")


def client_faults(organisation: Organisation) -> Found:
    """What is wrong with clients, and with when they bring their cases."""
    if not organisation.clients:
        yield fault(("clients",), _("there are none"), _("at least one client"))
    for name, client in organisation.clients.items():
        path = ("clients", name)
        expected = _("a number, 0 or more")
        if client.cases_per_week > MOST_CASES:
            expected = _("{n} at most").format(n=number(MOST_CASES, 0))
        yield from in_range(
            (*path, "cases per week"), client.cases_per_week, lambda value: 0 <= value <= MOST_CASES, expected
        )
        yield from in_range((*path, "growth"), client.growth, lambda value: True, _("a number"))
        yield from in_range(
            (*path, "evenness"), client.evenness, lambda value: 0 <= value <= 1, _("a number from 0 to 1")
        )
        for name in ("price", "penalty"):
            if (value := getattr(client, name)) is not None:
                yield from in_range((*path, name), value, lambda value: value >= 0, _("a number, 0 or more"))
        yield from _profile((*path, "profile"), client)
        yield from unknown((*path, "figure"), mark('no figure "{name}"'), client.figure, FIGURES)
        yield from _season((*path, "season"), client.season)
        yield from _days((*path, "days of month"), client.days_of_month, LONGEST)
        yield from _days((*path, "working days of month"), client.working_days_of_month, MOST_WORKING)
        yield from _at_a_time((*path, "at a time"), client)
        yield from _classes((*path, "classes"), client)
        if list(client.appointments) != sorted(
            {minute for minute in client.appointments if 0 <= minute < WEEK_MINUTES}
        ):
            yield fault((*path, "appointments"), _("moments out of order, twice, or not in the week"))
        if client.due is not None:
            yield from duration(organisation, (*path, "due"), client.due)
        yield from _due(organisation, path, client)


def _due(organisation: Organisation, path: Path, client: Client) -> Found:
    for name, due in client.due_by_class.items():
        place = (*path, "due by class", name)
        yield from unknown(place, mark('no class "{name}"'), name, client.classes)
        yield from duration(organisation, place, due)
    yield from duration(organisation, (*path, "due per unit"), client.due_per_unit)
    if client.due is None and client.due_per_unit != NONE:
        yield fault((*path, "due per unit"), _("nothing to add it to"), _("due: a time"))


def _season(path: Path, season: tuple[float, ...]) -> Found:
    if len(season) == 12 and all(map(math.isfinite, season)) and min(season) >= 0:
        return
    if len(season) != 12:
        yield fault(path, _("{n} numbers").format(n=len(season)), _("12, one for each month"))
    for month, factor in zip(MONTHS, season, strict=False):
        yield from in_range((*path, month), factor, lambda value: value >= 0, _("a number, 0 or more"))


def _days(path: Path, days: Mapping[int, float], most: int) -> Found:
    for day, factor in days.items():
        if not 1 <= abs(day) <= most:
            expected = _("1 to {most}, or -1, the last one, to -{most}").format(most=most)
            yield fault((*path, str(day)), _("no such day in any month"), expected)
        yield from in_range((*path, str(day)), factor, lambda value: value >= 0, _("a number, 0 or more"))


def _at_a_time(path: Path, client: Client) -> Found:
    for count, share in client.at_a_time.items():
        if count < 1:
            yield fault(path, str(count), _("whole numbers, 1 or more"))
        yield from in_range((*path, str(count)), share, lambda value: value >= 0, _("a share from 0 to 1"))
    yield from whole(path, client.at_a_time.values())


def _classes(path: Path, client: Client) -> Found:
    for name, share in client.classes.items():
        if not name:
            yield fault(path, _("a class without a name"), _("a name"))
        yield from in_range((*path, name), share, lambda value: value >= 0, _("a share from 0 to 1"))
    yield from whole(path, client.classes.values())
    if client.by_quantity and (sorted(client.by_quantity) != sorted(client.classes) or client.quantity is None):
        found = _("all classes, each once, and a quantity by which they differ")
        yield fault((*path[:-1], "by quantity"), ", ".join(client.by_quantity), found)
    for name in client.quantity_by_class:
        yield from unknown((*path[:-1], "quantity by class", name), mark('no class "{name}"'), name, client.classes)
    if client.by_quantity and client.quantity_by_class:
        one = _("one of both: by quantity, or quantity by class")
        yield fault((*path[:-1], "quantity by class"), ", ".join(client.quantity_by_class), one)


def _profile(path: Path, client: Client) -> Found:
    profile = client.profile
    if len(profile) != 168:
        yield fault(path, _("{n} numbers").format(n=len(profile)), _("168, one for each hour of the week"))
    elif not math.isfinite(math.fsum(profile)) or min(profile) < 0:
        yield fault(path, _("a number that is negative or not finite"), _("168 numbers, 0 or more"))
    elif max(profile) == 0:
        yield fault(path, _("all zero"), _("a number above 0 for at least one hour"))
