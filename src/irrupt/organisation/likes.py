"""What the cases of a client are like: of which classes, and in which cells of what guards of routes ask."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from irrupt.organisation.distributions import Distribution
from irrupt.organisation.guards import MILLI, CaseClass, Guard, Like, cells, compared
from irrupt.organisation.model import Client, DueFrom, Organisation
from irrupt.organisation.promised import in_working_days

DATES = ("due", "due_by_class", "due_per_unit", "due_from")
"""What of a client says when his cases are due."""
_NOON = 43200.0
_NOTHING = 1e-9
"""Shares that differ by less are the same."""
_POINTS = 400
"""Lines through which a blended distribution goes, up to"""
_TAIL = 1e-4
"""this probability of more."""


def kinds(organisation: Organisation, client: str | None) -> dict[str | None, float]:
    """The classes of the cases of *client* with their shares, or None for cases without a class; for client None, the
    classes of all clients without routes of their own.

    >>> from datetime import UTC, datetime
    >>> from irrupt.organisation.model import Client
    >>> shops = Client(cases_per_week=1.0, classes={"small": 0.75, "large": 0.25})
    >>> rules = Organisation(name="", origin=datetime(2024, 1, 1, tzinfo=UTC), clients={"Shops": shops}, steps={},
    ...                      routes={})
    >>> kinds(rules, "Shops")
    {'large': 0.25, 'small': 0.75}
    """
    own = organisation.client_routes
    names = [client] if client is not None else [name for name in sorted(organisation.clients) if not own.get(name)]
    found: dict[str | None, float] = {}
    for name in names:
        known = organisation.clients.get(name)
        classes = known.classes if known else {}
        shares: dict[str | None, float] = {kind: classes[kind] for kind in sorted(classes) if classes[kind] > 0}
        made = made_for(organisation, name)
        brings = not made or known is None or known.cases_per_week > 0
        found.update(shares if shares else {None: 1.0} if brings else {})
        found.update({kind: 0.0 if brings else 1 / len(made) for kind in made if kind not in found})
    return found or {None: 1.0}


def ever_due(client: Client) -> bool:
    """Whether any cases of *client* are due: all, or those of some classes."""
    return client.due is not None or bool(client.due_by_class)


def ever_asks(client: Client) -> bool:
    """Whether cases of *client* ask for quantities: all, or those of some classes."""
    return client.quantity is not None or bool(client.quantity_by_class)


def asked_of(client: Client, case_class: str | None) -> Distribution:
    """The quantity for which his cases of a class ask.

    >>> from irrupt.organisation import Client
    >>> asked_of(Client(cases_per_week=1.0), None).mean
    1.0
    """
    return client.quantity_by_class.get(case_class or "", client.quantity or Distribution.fixed(1.0))


def blended(parts: Mapping[Distribution, float]) -> Distribution:
    """The distribution of what is drawn from each of *parts* as often as its weight says: to four digits of a
    probability.

    >>> round(blended({Distribution.fixed(1.0): 3.0, Distribution.fixed(5.0): 1.0}).mean, 1)
    2.0
    """
    parts = {part: weight for part, weight in parts.items() if weight > 0.0}
    if len(parts) == 1:
        return next(iter(parts))
    total = math.fsum(parts.values())

    def reached(bound: float) -> float:
        return math.fsum(weight * _below(part, bound)[1] for part, weight in parts.items()) / total

    highest = 1.0
    while reached(highest) < 1.0 - _TAIL:
        highest *= 2.0
    points = []
    for number in range(_POINTS + 1):
        low, high, share = 0.0, highest, max(number / _POINTS * (1.0 - _TAIL), _NOTHING)
        for _half in range(60):
            middle = 0.5 * (low + high)
            low, high = (low, middle) if reached(middle) >= share else (middle, high)
        points.append(high)
    return Distribution.quantiles(tuple(sorted(points)))


def dated_alike(one: Client, other: Client) -> bool:
    """Whether as many cases of the one as of the other are due after as long, and so are those of each class that both
    have: a class that is told apart anew, with the dates of the old one, is no change of dates."""
    if (one.due_per_unit, one.due_from) != (other.due_per_unit, other.due_from):
        return False
    both = {kind for kind, share in one.classes.items() if share > 0 and other.classes.get(kind, 0.0) > 0}
    if any(one.due_by_class.get(kind, one.due) != other.due_by_class.get(kind, other.due) for kind in both):
        return False
    shares: dict[str | Distribution | None, float] = {}
    for client, sign in ((one, 1), (other, -1)):
        for kind, share in (client.classes or {"": 1.0}).items():
            due = client.due_by_class.get(kind, client.due)
            shares[due] = shares.get(due, 0.0) + sign * share
    return all(abs(share) < _NOTHING for share in shares.values())


def made_for(organisation: Organisation, client: str) -> list[str]:
    """The products whose programme is that of *client*: classes of cases that he does not bring but that are released
    for him."""
    return sorted(product for product, programme in organisation.programmes.items() if programme.client == client)


def likes(
    organisation: Organisation, client: str | None, guards: Sequence[Guard] | None = None
) -> dict[CaseClass, float]:
    """The same, told apart further as far as guards of routes do: what his cases may be like, with their shares."""
    found: dict[CaseClass, float] = {}
    guards = organisation.guards() if guards is None else guards
    for kind, share in kinds(organisation, client).items():
        for like, part in likes_of(organisation, client, kind, guards).items():
            found[like] = found.get(like, 0.0) + share * part
    return found


def likes_of(
    organisation: Organisation, client: str | None, case_class: str | None, guards: Sequence[Guard] | None = None
) -> dict[CaseClass, float]:
    """What cases of a class may be like, with their shares among them; the class itself where no guard asks. *guards*
    are all there are, where they are known."""
    guards = organisation.guards() if guards is None else guards
    if not guards:
        return {case_class: 1.0}
    asks = organisation.clients.get(client) if client is not None else None
    quantities, dues = compared(guards)
    of_quantity = _shares(_reached(organisation, asks, case_class, quantities))
    of_due = _shares(_due(organisation, asks, case_class, dues))
    shares = [many * late for many in of_quantity for late in of_due]
    return {Like(case_class, *cell): share for cell, share in zip(cells(quantities, dues), shares, strict=True)}


def _shares(reached: Sequence[float]) -> list[float]:
    """Shares of cells out of the shares of what is below the first bound, not above it, below the next, ..."""
    ends = [0.0, *reached, 1.0]
    return [max(end - begin, 0.0) for begin, end in pairwise(ends)]


def _reached(
    organisation: Organisation, asks: Client | None, case_class: str | None, rising: Sequence[float]
) -> list[float]:
    """Shares of the cases of a class whose quantity is below each of *rising* bounds, and not above it."""
    asked = Distribution.fixed(1.0) if asks is None else asked_of(asks, case_class)
    product, programme = organisation.products.get(case_class or ""), organisation.programmes.get(case_class or "")
    if product is not None and programme is not None:
        size = product.largest or max(product.lot, product.minimum, product.cover * programme.level)
        asked = Distribution.fixed(size)
    found = [share for bound in rising for share in _below(asked, bound)]
    if asks is None or case_class is None or not {case_class} <= asks.classes.keys() & {*asks.by_quantity}:
        return found
    # One draw decides on class and quantity: these are the shares within the part of it that makes this class.
    before = asks.by_quantity[: asks.by_quantity.index(case_class)]
    begin, part = sum(asks.classes.get(name, 0.0) for name in before), asks.classes[case_class]
    return [min(max((share - begin) / part, 0.0), 1.0) if part > 0 else share for share in found]


def _due(
    organisation: Organisation, asks: Client | None, case_class: str | None, rising: Sequence[float]
) -> list[float]:
    """The same of the time until cases are due, in milliseconds; what is due from the begin of the day, as if it came
    at noon, and each as if it asked for the mean quantity."""
    nothing = [0.0] * (2 * len(rising))
    due = None if asks is None else asks.due_by_class.get(case_class or "", asks.due)
    if asks is None or due is None:
        return nothing
    if any(isinstance(time, str) and time not in organisation.distributions for time in (due, asks.due_per_unit)):
        return nothing  # That it names no distribution is a fault that is told elsewhere.
    much = 1.0 if asks.quantity is None else asks.quantity.mean
    asked, more = organisation.distribution(due), much * organisation.distribution(asks.due_per_unit).mean
    return [share for bound in rising for share in _due_below(asked, asks.due_from, bound / MILLI, more)]


def _due_below(asked: Distribution, counted: DueFrom, bound: float, more: float) -> Iterable[float]:
    """The same of one *bound*, where the quantity asks for so much *more*; what counts working days comes on one."""
    since = bound + (0.0 if counted == "arrival" else _NOON)
    if counted != "working day":
        return _below(asked, since - more)
    each = [_below(asked, in_working_days(day, since) - more) for day in range(5)]
    return (sum(shares) / len(each) for shares in zip(*each, strict=True))


def _below(asked: Distribution, bound: float) -> tuple[float, float]:
    """Probabilities of less than a *bound*, and of not more than it."""
    from irrupt.special import gamma_lower, normal_cdf

    if asked.kind == "quantiles":
        return _among(asked.points, bound)
    if asked.kind == "fixed" or asked.mean == 0.0 or (asked.kind in ("lognormal", "gamma") and asked.cv == 0.0):
        return float(asked.mean < bound), float(asked.mean <= bound)
    if bound <= 0.0:
        return 0.0, 0.0
    if asked.kind == "uniform":
        if asked.high == asked.low:
            return float(asked.low < bound), float(asked.low <= bound)
        share = min(max((bound - asked.low) / (asked.high - asked.low), 0.0), 1.0)
    elif asked.kind == "exponential":
        share = -math.expm1(-bound / asked.mean)
    elif asked.kind == "gamma":
        share = float(gamma_lower(asked.cv**-2, bound / (asked.mean * asked.cv**2)))
    else:
        spread = math.sqrt(math.log1p(asked.cv**2))
        share = float(normal_cdf((math.log(bound / asked.mean) + spread**2 / 2) / spread))
    return share, share


def _among(points: Sequence[float], bound: float) -> tuple[float, float]:
    """The same of lines through *points*, which do not fall."""
    count = len(points) - 1
    shares = []
    for reaches in ((lambda point: point < bound), (lambda point: point <= bound)):
        at = sum(map(reaches, points))
        if at in (0, len(points)):
            shares.append(0.0 if at == 0 else 1.0)
            continue
        low, high = points[at - 1], points[at]
        shares.append((at - 1 + (bound - low) / (high - low)) / count)
    return shares[0], shares[1]
