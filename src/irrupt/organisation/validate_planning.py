"""What keeps the planning of an organisation from working: programmes, products, capacity."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from typing import get_args

from irrupt.errors import Fault, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.organisation.planning import Capacity, Interval, Modulation, Period, PlansOn, Product, Programme

MOST_PERIODS = 120
"""Of one schedule."""
Path = tuple[str | int, ...]
Trouble = tuple[Path, str, str, str]
"""Path, what was found, what was expected, remedy."""
Found = Iterator[Trouble]


def planning_faults(organisation: Organisation) -> Iterator[tuple[Path, Fault]]:
    """Each fault with its path."""
    for path, found, expected, remedy in (
        *_programmes(organisation),
        *_products(organisation),
        *_capacities(organisation),
    ):
        yield path, Fault(" > ".join(map(str, path)), found, expected, remedy)


def _number(path: Path, value: float, accept: Callable[[float], bool], expected: str) -> Found:
    if not (math.isfinite(value) and accept(value)):
        yield path, f"{value:g}", expected, ""


def _at_least(path: Path, rule: object, least: float, *names: str) -> Found:
    for name in names:
        place = (*path, name.replace("_", " "))
        expected = _("a number, {least:g} or more").format(least=least)
        yield from _number(place, getattr(rule, name), lambda value: value >= least, expected)


def _known(path: Path, found: str, name: str, known: Collection[str]) -> Found:
    if name not in known:
        yield path, found.format(name=name), "", did_you_mean(name, known)


def _programmes(organisation: Organisation) -> Found:
    periods = {programme.period for programme in organisation.programmes.values()}
    for name, programme in organisation.programmes.items():
        path: Path = ("programmes", name)
        if name not in organisation.products:
            yield path, _("no product of this name"), _("the same name among products"), ""
        if any(name in client.classes for client in organisation.clients.values()):
            yield path, _("a class of cases that clients bring has this name"), _("another name"), ""
        yield from _known((*path, "client"), _('no client "{name}"'), programme.client, organisation.clients)
        yield from _known((*path, "period"), _('no period "{name}"'), programme.period, get_args(Period))
        if len(periods) > 1:
            yield (*path, "period"), _("programmes have different periods"), _("the same for all"), ""
        yield from _programme(path, programme)
    if organisation.programmes and organisation.patience:
        for name, patience in organisation.patience.items():
            if patience.client is None or patience.client in {p.client for p in organisation.programmes.values()}:
                found = _("production orders are not given up")
                yield ("patience", name), found, _("the name of a client without a programme"), ""


def _programme(path: Path, programme: Programme) -> Found:
    nought = ("level", "varies", "moves", "inflation", "distrust", "buffer")
    yield from _at_least(path, programme, 0, *nought)
    yield from _at_least(path, programme, 1, "frozen", "levelled")
    yield from _number((*path, "pack"), programme.pack, lambda value: value > 0, _("a number above 0"))
    inside = _("a number between -1 and 1")
    yield from _number((*path, "correlation"), programme.correlation, lambda value: -1 < value < 1, inside)
    expected = _("from 1 to {most}").format(most=MOST_PERIODS)
    yield from _number((*path, "horizon"), programme.horizon, lambda value: 1 <= value <= MOST_PERIODS, expected)
    within = _("at most the {n} periods of the horizon").format(n=programme.horizon)
    for name in ("frozen", "levelled"):
        value = getattr(programme, name)
        yield from _number((*path, name), value, lambda value: value <= programme.horizon, within)
    if programme.band is not None:
        place = (*path, "band")
        yield from _at_least(place, programme.band, 0, "up")
        share = _("a share from 0 to 1")
        yield from _number((*place, "down"), programme.band.down, lambda value: 0 <= value <= 1, share)
        ahead = _("from 1 to one less than the horizon")
        good = 1 <= programme.band.ahead < programme.horizon
        yield from _number((*place, "ahead"), programme.band.ahead, lambda value: good, ahead)
    if programme.late_changes is not None:
        place = (*path, "late changes")
        late = programme.late_changes
        for name in ("share", "by"):
            yield from _number((*place, name), getattr(late, name), lambda value: 0 <= value <= 1, _("0 to 1"))
        yield from _at_least(place, late, 0, "notice")
    before = 1
    for at, zone in enumerate(programme.zones):
        place = (*path, "zones", at)
        expected = _("a whole number from {first} to {last}").format(first=before + 1, last=programme.horizon)
        if not before < zone.periods <= programme.horizon:
            yield (*place, "periods"), str(zone.periods), expected, ""
        yield from _at_least(place, zone, 0, "price")
        before = max(before, zone.periods)


def _products(organisation: Organisation) -> Found:
    for name, product in organisation.products.items():
        path: Path = ("products", name)
        yield from _known((*path, "plans on"), _('cannot plan on "{name}"'), product.plans_on, get_args(PlansOn))
        yield from _at_least(path, product, 0, "minimum", "safety_stock", "safety_time", "freeze")
        yield from _at_least(path, product, 1, "past", "lead", "cover")
        yield from _number((*path, "lot"), product.lot, lambda value: value > 0, _("a number above 0"))
        if product.holding is not None:
            yield from _at_least(path, product, 0, "holding")
        if product.largest is not None:
            yield from _at_least(path, product, product.lot, "largest")
        programme = organisation.programmes.get(name)
        if programme is None:
            yield path, _("no programme: nobody orders it"), _("the same name among programmes"), ""
        elif product.lead + product.safety_time > programme.horizon:
            yield from _farther(path, product, programme)


def _farther(path: Path, product: Product, programme: Programme) -> Found:
    found = _("lead and safety time are {n} periods").format(n=product.lead + product.safety_time)
    yield path, found, _("at most the {n} periods of the horizon").format(n=programme.horizon), ""


def _capacities(organisation: Organisation) -> Found:
    for team, capacity in organisation.capacity.items():
        path: Path = ("capacity", team)
        yield from _known(path, _('no team "{name}"'), team, organisation.teams)
        if not organisation.programmes:
            yield path, _("there is no plan for hours to follow"), _("programmes and products"), ""
        yield from _number((*path, "fill"), capacity.fill, lambda value: value > 0, _("a share above 0"))
        yield from _at_least(path, capacity, 0, "roster_weeks")
        yield from _stretched(organisation, path, capacity)


def _stretched(organisation: Organisation, path: Path, capacity: Capacity) -> Found:
    for name in ("overtime", "modulation", "temps"):
        if (rule := getattr(capacity, name)) is not None:
            yield from _at_least((*path, name), rule, 0, "notice_weeks")
    yield from _at_least((*path, "supplements"), capacity.supplements, 0, "same_day", "day_before", "days", "weeks")
    if capacity.overtime is not None:
        yield from _at_least((*path, "overtime"), capacity.overtime, 0, "premium")
        yield from _shifts((*path, "overtime", "shifts"), capacity.overtime.shifts)
    if capacity.modulation is not None:
        place = (*path, "modulation")
        yield from _at_least(place, capacity.modulation, 0, "account")
        for name in ("more", "less"):
            yield from _shifts((*place, name), getattr(capacity.modulation, name))
        yield from _left(organisation, path, capacity.modulation)
    if capacity.temps is not None:
        place = (*path, "temps")
        yield from _at_least(place, capacity.temps, 0, "most")
        calendar = capacity.temps.calendar
        yield from _known((*place, "calendar"), _('no calendar "{name}"'), calendar, organisation.calendars)
        yield from _number((*place, "speed"), capacity.temps.speed, lambda value: value > 0, _("a number above 0"))
        if capacity.temps.pay is not None:
            yield from _at_least(place, capacity.temps, 0, "pay")


def _shifts(path: Path, shifts: tuple[tuple[Interval, ...], ...]) -> Found:
    for index, shift in enumerate(shifts):
        if not shift or any(not 0 <= begin < end <= 10080 for begin, end in shift):
            yield (*path, index), _("no hours of the week"), _("hours such as Sat 06:00-12:00"), ""


def _left(organisation: Organisation, path: Path, modulation: Modulation) -> Found:
    """Nobody may be left without hours."""
    from irrupt.organisation.hours import reduced

    gone = tuple(interval for shift in modulation.less for interval in shift)
    for name in sorted({organisation.people[person].calendar for person in organisation.members(str(path[-1]))}):
        calendar = organisation.calendars.get(name)
        if calendar is not None and not reduced(calendar.hours, gone):
            yield (*path, "modulation", "less"), _("nothing is left of {name}").format(name=name), "", ""
