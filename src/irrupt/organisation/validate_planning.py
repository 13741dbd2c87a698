"""What keeps the planning of an organisation from working: programmes, products; and capacity, wherever it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from irrupt.errors import Fault
from irrupt.i18n import gettext as _
from irrupt.organisation.flow import graph_of, reachable
from irrupt.organisation.model import START, Organisation
from irrupt.organisation.planning import Period, PlansOn, Product, Programme
from irrupt.organisation.validate_capacity import Found, Path, at_least, capacities, named, number

MOST_PERIODS = 120
"""Of one schedule."""


def planning_faults(organisation: Organisation) -> Iterator[tuple[Path, Fault]]:
    """Each fault with its path."""
    for path, found, expected, remedy in (
        *_programmes(organisation),
        *_products(organisation),
        *capacities(organisation),
    ):
        yield path, Fault(" > ".join(map(str, path)), found, expected, remedy)


def _programmes(organisation: Organisation) -> Found:
    periods = {programme.period for programme in organisation.programmes.values()}
    for name, programme in organisation.programmes.items():
        path: Path = ("programmes", name)
        if name not in organisation.products:
            yield path, _("no product of this name"), _("the same name among products"), ""
        if any(name in client.classes for client in organisation.clients.values()):
            yield path, _("a class of cases that clients bring has this name"), _("another name"), ""
        yield from named((*path, "client"), _('no client "{name}"'), programme.client, organisation.clients)
        yield from named((*path, "period"), _('no period "{name}"'), programme.period, get_args(Period))
        if len(periods) > 1:
            yield (*path, "period"), _("programmes have different periods"), _("the same for all"), ""
        yield from _programme(path, programme)
    if organisation.programmes:
        yield from _given_up(organisation)


def _given_up(organisation: Organisation) -> Found:
    """Where production orders would be given up, and would count as made."""
    found = _("production orders are not given up")
    for name, patience in organisation.patience.items():
        if patience.client is None or patience.client in {p.client for p in organisation.programmes.values()}:
            yield ("patience", name), found, _("the name of a client without a programme"), ""
    given_up = {name for name, step in organisation.steps.items() if step.given_up}
    if given_up:
        for product, programme in organisation.programmes.items():
            ways = graph_of(organisation, programme.client, product)
            for name in sorted(given_up & reachable(ways, START)):
                yield ("steps", name, "given up"), found, _("no way there for {name}").format(name=product), ""


def _programme(path: Path, programme: Programme) -> Found:
    nought = ("level", "varies", "moves", "inflation", "distrust", "buffer")
    yield from at_least(path, programme, 0, *nought)
    yield from at_least(path, programme, 1, "frozen", "levelled")
    yield from number((*path, "pack"), programme.pack, lambda value: value > 0, _("a number above 0"))
    inside = _("a number between -1 and 1")
    yield from number((*path, "correlation"), programme.correlation, lambda value: -1 < value < 1, inside)
    expected = _("from 1 to {most}").format(most=MOST_PERIODS)
    yield from number((*path, "horizon"), programme.horizon, lambda value: 1 <= value <= MOST_PERIODS, expected)
    within = _("at most the {n} periods of the horizon").format(n=programme.horizon)
    for name in ("frozen", "levelled"):
        value = getattr(programme, name)
        yield from number((*path, name), value, lambda value: value <= programme.horizon, within)
    if programme.band is not None:
        place = (*path, "band")
        yield from at_least(place, programme.band, 0, "up")
        share = _("a share from 0 to 1")
        yield from number((*place, "down"), programme.band.down, lambda value: 0 <= value <= 1, share)
        ahead = _("from 1 to one less than the horizon")
        good = 1 <= programme.band.ahead < programme.horizon
        yield from number((*place, "ahead"), programme.band.ahead, lambda value: good, ahead)
    if programme.late_changes is not None:
        place = (*path, "late changes")
        late = programme.late_changes
        for name in ("share", "by"):
            yield from number((*place, name), getattr(late, name), lambda value: 0 <= value <= 1, _("0 to 1"))
        yield from at_least(place, late, 0, "notice")
    before = 1
    for at, zone in enumerate(programme.zones):
        place = (*path, "zones", at)
        expected = _("a whole number from {first} to {last}").format(first=before + 1, last=programme.horizon)
        if not before < zone.periods <= programme.horizon:
            yield (*place, "periods"), str(zone.periods), expected, ""
        yield from at_least(place, zone, 0, "price")
        before = max(before, zone.periods)


def _products(organisation: Organisation) -> Found:
    for name, product in organisation.products.items():
        path: Path = ("products", name)
        yield from named((*path, "plans on"), _('cannot plan on "{name}"'), product.plans_on, get_args(PlansOn))
        yield from at_least(path, product, 0, "minimum", "safety_stock", "safety_time", "freeze")
        yield from at_least(path, product, 1, "past", "lead", "cover")
        yield from number((*path, "lot"), product.lot, lambda value: value > 0, _("a number above 0"))
        if product.holding is not None:
            yield from at_least(path, product, 0, "holding")
        if product.largest is not None:
            yield from at_least(path, product, product.lot, "largest")
        programme = organisation.programmes.get(name)
        if programme is None:
            yield path, _("no programme: nobody orders it"), _("the same name among programmes"), ""
        elif product.lead + product.safety_time > programme.horizon:
            yield from _farther(path, product, programme)


def _farther(path: Path, product: Product, programme: Programme) -> Found:
    found = _("lead and safety time are {n} periods").format(n=product.lead + product.safety_time)
    yield path, found, _("at most the {n} periods of the horizon").format(n=programme.horizon), ""
