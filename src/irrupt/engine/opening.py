"""Cases that are open when a run begins: where each may be by then, and a draw of where it is.

Records show what was done last in a case, and when. It may be over; it may be on its way to a next step, in a delay
that is not over; or it waits there. How likely each of these is, given that nothing has been done since, follows from
the rules (shares, delays) and from how long such steps take to be done once they could begin, which a run of the same
organisation shows. What is left of a delay is drawn from its distribution beyond what has passed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.engine import pieces, streams
from irrupt.engine.tables import Tables
from irrupt.engine.ways import in_order
from irrupt.organisation.guards import CaseClass, Like, cell
from irrupt.organisation.likes import likes_of, made_for
from irrupt.organisation.model import START
from irrupt.organisation.races import soonest

RARE = 1e-4
"""What is less likely does not happen to open cases."""
GRID = np.concatenate([np.linspace(0.0, 0.99, 397), 1.0 - np.geomspace(0.01, RARE, 100)[1:], [1.0]])
"""Probabilities between which the share of delays that are not longer is looked up."""
WHERE, HOW_LONG = 3, 4
"""Occurrences, beside `streams.CLASS` and its like, of draws with the key of `start`."""

Spans = Mapping[tuple[str, str], npt.NDArray[np.float64]]
"""Activity, and the one before it -> seconds from when the step could begin until it was done, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """A case of which records do not show the end."""

    name: str
    client: str
    place: str
    """The step that was done last."""
    seen: Mapping[str, int]
    """How often each activity was done in it."""
    since: float
    """When the last step was done, in seconds since the origin."""
    silent: float
    """For how many seconds after that records show that nothing more was done; infinite: it was still open later."""
    came: float | None = None
    """When it came; None: when the last step was done."""
    clock: float | None = None
    """When its clock began; None: when the last step was done."""
    kind: str | None = None
    """Its class; None: it is drawn, where the client's cases have classes."""
    due: float | None = None
    """When it is due; None: it is drawn, where the client's cases are due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An open case, as a run takes it up."""

    client: str
    key: int
    kind: str | None
    quantity: float
    due: float
    place: str
    """The step to which it is on its way, or at which it waits."""
    seen: Counter[str]
    """How often it came to each activity, this step included."""
    flags: int
    came: float
    """When it came."""
    enabled: float
    clock: float
    """When its clock began."""
    ready: float
    """When it comes to its step, or begins to wait there in this run."""
    within: str | None = None
    """In the hours of which calendar its delay passes; None: all the time."""


class _Target(NamedTuple):
    """Where a route leads, and what the delay on it is."""

    place: str
    activity: str
    flags: int
    time: int
    calendar: int
    """In whose hours the delay passes; -1: all the time."""
    on_clock: bool
    """Whether it counts on the clock of the case."""
    older: tuple[tuple[float, int], ...]
    """From which age on the delay is another one, and which."""

    def at(self, age: float) -> _Target:
        """The same for a case of an *age* when it went on."""
        reached = [time for than, time in self.older if age >= than]
        return self._replace(time=reached[-1]) if reached else self


class _Way(NamedTuple):
    """Where a case may be: over, on its way, or waiting at the end of a route."""

    weight: float
    target: _Target | None = None
    """None: the case is over."""
    passed: float = 0.0
    """Seconds of the delay that have passed, in its hours."""
    below: float = 1.0
    """Probability of a delay that is not longer; 1: the case waits."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Where the cases may be that are open at a moment."""

    rules: Tables
    now: float
    """Seconds since the origin."""
    cases: tuple[tuple[OpenCase, tuple[_Way, ...]], ...]
    """Those that may be open, in the order in which their last steps were done."""
    looked_at: int
    """How many cases there were."""
    lost: int
    """Cases that have stood still for longer than anything in the rules lasts: they are left out."""
    orders: int = 0
    """Orders of planned goods, left out too: no record tells the stock and the announcements that they are for."""

    @property
    def expected(self) -> float:
        """How many of the cases are open."""
        return sum(
            sum(way.weight for way in ways if way.target is not None) / sum(way.weight for way in ways)
            for _case, ways in self.cases
        )

    def drawn(self, run: int) -> list[Opened]:
        """The cases that are open in the run with that key, with their luck."""
        found = []
        for case, ways in self.cases:
            key = streams.client_key(run, streams.key_of("open case", case.name))
            way = _taken(ways, _luck(key, WHERE))
            if way.target is not None:
                found.append(self._opened(case, key, way, way.target))
        return found

    def _opened(self, case: OpenCase, key: int, way: _Way, target: _Target) -> Opened:
        kind, quantity, due = self._attributes(case, key)
        seen = Counter(case.seen)
        seen[target.activity] += 1
        return Opened(
            client=case.client,
            key=key,
            kind=kind,
            quantity=quantity,
            due=due,
            place=target.place,
            seen=seen,
            flags=target.flags,
            came=_came(case),
            enabled=case.since,
            clock=_clock(case),
            ready=self.now if way.below >= 1.0 else self._ready(way, target, _luck(key, HOW_LONG)),
            within=None if target.calendar < 0 else self.rules.calendars[target.calendar],
        )

    def _attributes(self, case: OpenCase, key: int) -> tuple[str | None, float, float]:
        """Class, quantity and due date; what is not known is drawn."""
        asks, rules = self.rules.organisation.clients[case.client], self.rules.rules
        numbers = rules.clients[self.rules.clients.index(case.client)]
        kind, quantity, due = case.kind, 1.0, case.due
        if kind is None and asks.classes:
            lots = rules.lots[numbers["class_begin"] : numbers["class_end"]]
            luck = _luck(key, streams.QUANTITY if asks.by_quantity else streams.CLASS)
            drawn = lots["kind"][np.argmax(luck < lots["below"])]
            kind = self.rules.classes[int(drawn) - 1]
        if asks.quantity is not None:
            quantity = self._value(numbers["quantity"], _luck(key, streams.QUANTITY))
        if due is None and asks.due is not None:
            came = _came(case)
            since = math.floor(came / pieces.DAY) * pieces.DAY if asks.due_from == "day" else came
            due = max(since + self._value(numbers["due"], _luck(key, streams.DUE)), came)
        return kind, quantity, math.inf if due is None else due

    def _ready(self, way: _Way, target: _Target, luck: float) -> float:
        delay = self._value(target.time, min(way.below + luck * (1.0 - way.below), 1.0 - 2.0**-53))
        left = max(delay - way.passed, 0.0)
        if target.calendar < 0:
            return self.now + left
        rules = self.rules.rules
        return float(pieces.work_ends(rules.hours, rules.calendars[target.calendar], self.now, left))

    def _value(self, time: int, uniform: float) -> float:
        return float(pieces.seconds(self.rules.rules.times, self.rules.rules.cells, time, uniform))


def _clock(case: OpenCase) -> float:
    return case.since if case.clock is None else case.clock


def _came(case: OpenCase) -> float:
    return case.since if case.came is None else case.came


def _luck(key: int, what: int) -> float:
    return streams.draw(key, streams.key_of("place", START), what, streams.CASE)


def standing(rules: Tables, cases: Sequence[OpenCase], spans: Spans, now: float) -> Standing:
    """Where *cases* may be *now*, under *rules*; *spans* tell how long steps take there. Without orders of planned
    goods."""
    found, lost, looked_at = [], 0, len(cases)
    cases = [case for case in cases if not _is_order(rules, case)]
    known: dict[tuple[str, str, str | None, float | None], list[tuple[float, _Target | None]]] = {}
    for case in sorted(cases, key=lambda case: (case.since, case.name)):
        given = None if case.due is None or not len(rules.rules.givens) else case.due - _came(case)
        at = (case.client, case.place, case.kind, given)
        if at not in known:
            known[at] = _targets(rules, *at)
        ways = _ways(rules, case, known[at], spans, now)
        lost += not ways
        if any(way.target is not None for way in ways):
            found.append((case, ways))
    return Standing(rules, now, tuple(found), looked_at=len(cases), lost=lost, orders=looked_at - len(cases))


def _is_order(rules: Tables, case: OpenCase) -> bool:
    """Whether *case* is of a product, or of a client who brings nothing but what he orders by programme."""
    organisation = rules.organisation
    orders = case.kind is None and made_for(organisation, case.client)
    return case.kind in organisation.products or bool(orders and organisation.clients[case.client].cases_per_week == 0)


def _taken(ways: Sequence[_Way], luck: float) -> _Way:
    left = luck * sum(way.weight for way in ways)
    for way in ways[:-1]:
        if left < way.weight:
            return way
        left -= way.weight
    return ways[-1]


def _targets(
    rules: Tables, client: str, place: str, kind: str | None, given: float | None
) -> list[tuple[float, _Target | None]]:
    """The routes from *place*, with their shares, or with the chance that each is over first; None: out. Where guards
    ask what cases are like, each is as likely as there are such cases; but for the time *given* until one is due."""
    found: list[tuple[float, _Target | None]] = []
    for like, part in likes_of(rules.organisation, client, kind).items():
        if part > 0.0:
            one = like._replace(due=given) if given is not None and isinstance(like, Like) else like
            found += [(part * share, target) for share, target in _routes(rules, client, place, one)]
    return found


def _routes(rules: Tables, client: str, place: str, like: CaseClass) -> list[tuple[float, _Target | None]]:
    """The same for cases that are alike."""
    of = like if isinstance(like, Like) else Like(like)
    data, number = rules.rules, 0 if of.name is None else 1 + rules.classes.index(of.name)
    at = data.clients["way"][rules.clients.index(client)] + data.class_way[number]
    at += cell(data.quantities.tolist(), data.givens.tolist(), of.quantity, of.due)
    way = data.ways[at, rules.nodes.index(place)]
    routes = data.routes[way["begin"] : way["end"]]
    shares = routes["share"].tolist()
    if rules.organisation.steps[place].split == "first":
        ways = in_order(rules.organisation.routes_of(client, place, like))
        shares = soonest([rules.organisation.distribution(route.delay) for route in ways]) if ways else shares
    found: list[tuple[float, _Target | None]] = []
    for share, route in zip(shares, routes, strict=True):
        target = None
        if route["to"] >= 0:
            to = rules.nodes[route["to"]]
            target = _Target(
                place=to,
                activity=rules.organisation.steps[to].activity,
                flags=int(data.nodes["flags"][route["to"]] | route["flags"]),
                time=int(route["time"]),
                calendar=int(route["calendar"]),
                on_clock=bool(route["since"]),
                older=tuple(data.older[route["older_begin"] : route["older_end"]].tolist()),
            )
        found.append((share, target))
    return found


def _ways(
    rules: Tables, case: OpenCase, targets: Sequence[tuple[float, _Target | None]], spans: Spans, now: float
) -> tuple[_Way, ...]:
    """Where *case* may be, each weighted by how likely that is with nothing done since."""
    found = []
    # Where it is known to go on, how long it has stood still says only where it stands.
    sure = case.silent == math.inf
    before = rules.organisation.steps[case.place].activity
    for share, target in targets:
        if target is None:
            found += [] if sure else [_Way(share)]
            continue
        target = target.at(case.since - _clock(case))
        span, here = spans.get((target.activity, before)), now - case.since
        still_for = here if sure else case.silent
        begun = _clock(case) if target.on_clock else case.since
        older = 1.0 - _passed(rules, target, begun, case.since)[1] if target.on_clock else 1.0
        if older <= 0.0:
            # Nothing lasts so long as it had been under way already: it goes on at once.
            older = 1.0
        open_yet = max(
            _longer(span, still_for), (1.0 - _passed(rules, target, begun, case.since + still_for)[1]) / older
        )
        if open_yet < RARE and not sure:
            continue
        passed, below = _passed(rules, target, begun, now)
        still = min((1.0 - below) / older / max(_longer(span, here), (1.0 - below) / older, RARE), 1.0)
        weight = share * max(open_yet, RARE)
        found += [_Way(weight * still, target, passed, below)] if still > 0.0 else []
        found += [_Way(weight * (1.0 - still), target)] if still < 1.0 else []
    return tuple(found)


def _longer(spans: npt.NDArray[np.float64] | None, than: float) -> float:
    """Share of steps that took longer."""
    if spans is None or not len(spans):
        return 0.0
    return 1.0 - float(np.searchsorted(spans, than, side="right")) / len(spans)


@lru_cache(maxsize=65536)
def _delays(rules: Tables, time: int) -> npt.NDArray[np.float64]:
    """The delays that are not exceeded with the probabilities of the grid."""
    return np.array([pieces.seconds(rules.rules.times, rules.rules.cells, time, at) for at in GRID[1:-1]])


def _passed(rules: Tables, target: _Target, since: float, now: float) -> tuple[float, float]:
    """How much of the delay to *target* has passed, in its hours; and the probability of one that is not longer."""
    passed = now - since
    if target.calendar >= 0:
        whose, hours = rules.rules.calendars[target.calendar], rules.rules.hours
        passed = float(pieces.on_duty(hours, whose, max(since, 0.0), now))
        if since < 0.0:
            # Before its time began, all weeks were as usual.
            weeks = math.ceil((hours["begin"][whose["hours_cycle"]] - since) / pieces.WEEK) * pieces.WEEK
            passed += float(pieces.on_duty(hours, whose, since + weeks, min(now, 0.0) + weeks))
    return passed, float(GRID[np.searchsorted(_delays(rules, target.time), passed, side="right")])
