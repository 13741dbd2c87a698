"""Cases that are open when a run begins: where each may be by then, and a draw of where it is.

Records show what was done last in a case, and when. It may be over; it may be on its way to a next step, in a delay
that is not over; or it waits there; and so may each part of a case that is at several steps at once. How likely each of
these is, given that nothing has been done since, follows from the rules (shares, delays) and from how long such steps
take to be done once they could begin, which a run of the same organisation shows. What is left of a delay is drawn from
its distribution beyond what has passed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.engine import pieces, streams
from irrupt.engine.attributes import attributes, kind_known, luck, value
from irrupt.engine.onward import Given, Going, Outcome, Target, outcomes
from irrupt.engine.tables import Tables
from irrupt.organisation.following import Stand
from irrupt.organisation.hands import Group
from irrupt.organisation.likes import ever_asks, made_for

RARE = 1e-4
"""What is less likely does not happen to open cases."""
GRID = np.concatenate([np.linspace(0.0, 0.99, 397), 1.0 - np.geomspace(0.01, RARE, 100)[1:], [1.0]])
"""Probabilities between which the share of delays that are not longer is looked up."""
WHERE, HOW_LONG = 3, 4
"""Occurrences, beside `streams.CLASS` and its like, of draws with the key of `start`; those behind are for further
parts."""

Spans = Mapping[tuple[str, str], Floats]
"""Activity, and the one before it (nothing: whichever) -> seconds from when the step could begin until it was done,
sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """A case of which records do not show the end."""

    name: str
    client: str
    stands: tuple[Stand, ...]
    """The steps that were done last, one in each part of it, in seconds since the origin."""
    seen: Mapping[str, int]
    """How often each activity was done in it."""
    silent: float
    """For how many seconds after the last step records show that nothing more was done; infinite: it was still open
    later."""
    came: float | None = None
    """When it came; None: when the last step was done."""
    clock: float | None = None
    """When its clock began; None: when the last step was done."""
    did: Mapping[Group, str] = field(default_factory=dict)
    """Who of those who work there did the last of some activities in it."""
    kind: str | None = None
    """Its class; None: it is drawn, where the client's cases have classes."""
    quantity: float | None = None
    """What it asks for; None: it is drawn, where the client's cases ask for different quantities."""
    due: float | None = None
    """When it is due; None: it is drawn, where the client's cases are due."""

    @property
    def since(self) -> float:
        """When the last step was done."""
        return max(stand.since for stand in self.stands)


class OpenPart(NamedTuple):
    """A part of an open case: mostly all of it."""

    place: str
    """The step to which it is on its way, or at which it waits."""
    occurrence: int
    """How often the case was at the activity of this step before."""
    flags: int
    enabled: float
    """When the step before was done."""
    ready: float
    """When it comes to its step, or begins to wait there in this run."""
    within: str | None = None
    """In the hours of which calendar its delay passes; None: all the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An open case, as a run takes it up."""

    client: str
    key: int
    kind: str | None
    quantity: float
    due: float
    seen: Counter[str]
    """How often it came to each activity, those of the steps of its parts included."""
    done: frozenset[str] = frozenset()
    """The activities that were done in it."""
    did: Mapping[Group, str] = field(default_factory=dict)
    """Who did the last of some activities."""
    came: float
    """When it came."""
    clock: float
    """When its clock began."""
    parts: tuple[OpenPart, ...]


class _Part(NamedTuple):
    """Where a part of a case may be: on its way, or waiting at the end of a route."""

    target: Target
    enabled: float
    """When it left the step before."""
    passed: float
    """Seconds of the delay that have passed, in its hours."""
    below: float
    """Probability of a delay that is not longer."""
    still: float
    """Probability that it is on its way; otherwise it waits."""


class _Way(NamedTuple):
    """Where a case may be, in all its parts."""

    weight: float
    parts: tuple[_Part, ...] = ()
    """Empty: the case is over."""


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
            sum(way.weight for way in ways if way.parts) / sum(way.weight for way in ways) for _case, ways in self.cases
        )

    def drawn(self, run: int) -> list[Opened]:
        """The cases that are open in the run with that key, with their luck."""
        found = []
        for case, ways in self.cases:
            key = streams.client_key(run, streams.key_of("open case", case.name))
            way = _taken(ways, luck(key, WHERE))
            if way.parts:
                found.append(self._opened(case, key, way))
        return found

    def _opened(self, case: OpenCase, key: int, way: _Way) -> Opened:
        kind, quantity, due = attributes(self.rules, case.client, key, _came(case), case)
        seen, parts = Counter(case.seen), []
        for number, part in enumerate(way.parts):
            target = part.target
            parts.append(
                OpenPart(
                    place=target.place,
                    occurrence=seen[target.activity],
                    flags=target.flags,
                    enabled=part.enabled,
                    ready=self._ready(part, luck(key, HOW_LONG + number)),
                    within=None if target.calendar < 0 else self.rules.calendars[target.calendar],
                )
            )
            seen[target.activity] += 1
        return Opened(
            client=case.client,
            key=key,
            kind=kind,
            quantity=quantity,
            due=due,
            seen=seen,
            done=frozenset(case.seen),
            did=case.did,
            came=_came(case),
            clock=_clock(case),
            parts=tuple(parts),
        )

    def _ready(self, part: _Part, luck: float) -> float:
        if luck >= part.still:
            return self.now
        target, luck = part.target, luck / part.still
        delay = value(self.rules, target.time, min(part.below + luck * (1.0 - part.below), 1.0 - 2.0**-53))
        left = max(delay - part.passed, 0.0)
        if target.calendar < 0:
            return self.now + left
        rules = self.rules.rules
        return float(pieces.work_ends(rules.hours, rules.calendars[target.calendar], self.now, left))


def _clock(case: OpenCase) -> float:
    return case.since if case.clock is None else case.clock


def _came(case: OpenCase) -> float:
    return case.since if case.came is None else case.came


def standing(
    rules: Tables, cases: Sequence[OpenCase], spans: Spans, now: float, unrecorded: Collection[str] = ()
) -> Standing:
    """Where *cases* may be *now*, under *rules*; *spans* tell how long steps take there, and which are *unrecorded*
    (`irrupt.organisation.following`). Without orders of planned goods."""
    found, lost, looked_at = [], 0, len(cases)
    cases = [_told(rules, case) for case in cases if not _is_order(rules, case)]
    known: dict[tuple[object, ...], list[Outcome]] = {}
    for case in sorted(cases, key=lambda case: (case.since, case.name)):
        given = None if case.due is None or not len(rules.rules.givens) else case.due - _came(case)
        like = Given(case.kind, case.quantity if len(rules.rules.quantities) else None, given)
        at = (case.client, like, *(stand._replace(since=0.0) for stand in case.stands))
        if at not in known:
            known[at] = outcomes(rules, case.client, like, case.stands, unrecorded)
        ways = _ways(rules, case, known[at], spans, now)
        lost += not ways
        if any(way.parts for way in ways):
            found.append((case, ways))
    return Standing(rules, now, tuple(found), looked_at=len(cases), lost=lost, orders=looked_at - len(cases))


def _told(rules: Tables, case: OpenCase) -> OpenCase:
    """*case* with the class that its quantity makes it, and with that where the client's cases ask for any."""
    asks = ever_asks(rules.organisation.clients[case.client])
    return replace(case, kind=kind_known(rules, case.client, case), quantity=case.quantity if asks else None)


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


def _ways(rules: Tables, case: OpenCase, known: Sequence[Outcome], spans: Spans, now: float) -> tuple[_Way, ...]:
    """Where *case* may be, each weighted by how likely that is with nothing done since."""
    found = []
    # Where it is known to go on, how long it has stood still says only where it stands.
    sure = case.silent == math.inf
    for share, going in known:
        if not going:
            found += [] if sure else [_Way(share)]
            continue
        places = [_place(rules, case, one, spans, now) for one in going]
        open_yet: dict[str, float] = {}
        for one, (chance, _part) in zip(going, places, strict=True):
            # Of those that come together, the last one counts.
            open_yet[one.target.place] = max(chance, open_yet.get(one.target.place, 0.0))
        if min(open_yet.values()) < RARE and not sure:
            continue
        weight = share * math.prod(max(chance, RARE) for chance in open_yet.values())
        first, *others = (part for _chance, part in places)
        for chance, still in ((first.still, 1.0), (1.0 - first.still, 0.0)):
            found += [_Way(weight * chance, (first._replace(still=still), *others))] if chance > 0.0 else []
    return tuple(found)


def _place(rules: Tables, case: OpenCase, going: Going, spans: Spans, now: float) -> tuple[float, _Part]:
    """How likely nothing would be done yet where a part is *going*; and where it may be by then."""
    since = max(case.stands[at].since for at in going.of)
    target = going.target.at(since - _clock(case))
    span, here = spans.get((target.activity, going.before)), now - since
    # A part may have stood still for longer than the case.
    still_for = here if case.silent == math.inf else case.silent + (case.since - since)
    begun = _clock(case) if target.on_clock else since
    older = 1.0 - _passed(rules, target, begun, since)[1] if target.on_clock else 1.0
    if older <= 0.0:
        # Nothing lasts so long as it had been under way already: it goes on at once.
        older = 1.0
    open_yet, waits = 1.0, 1.0
    if not going.awaited:
        on_its_way = (1.0 - _passed(rules, target, begun, since + still_for)[1]) / older
        open_yet, waits = max(_longer(span, still_for), on_its_way), _longer(span, here)
    passed, below = _passed(rules, target, begun, now)
    still = min((1.0 - below) / older / max(waits, (1.0 - below) / older, RARE), 1.0)
    return open_yet, _Part(target, since, passed, below, still)


def _longer(spans: Floats | None, than: float) -> float:
    """Share of steps that took longer."""
    if spans is None or not len(spans):
        return 0.0
    return 1.0 - float(np.searchsorted(spans, than, side="right")) / len(spans)


@lru_cache(maxsize=65536)
def _delays(rules: Tables, time: int) -> Floats:
    """The delays that are not exceeded with the probabilities of the grid."""
    return np.array([pieces.seconds(rules.rules.times, rules.rules.cells, time, at) for at in GRID[1:-1]])


def unlike_quantities(rules: Tables, values: Mapping[str, Sequence[float]]) -> float:
    """By how much the share of cases up to some number differs most from that of the quantity in the rules. *values*:
    client -> numbers of his cases."""
    far, count = np.zeros(len(GRID) - 2), 0
    for client, numbers in values.items():
        quantity = int(rules.rules.clients[rules.clients.index(client)]["quantity"])
        if quantity >= 0:
            least, has = _delays(rules, quantity), np.sort(numbers)
            below, reached = (np.searchsorted(has, least, side=side) for side in ("left", "right"))
            expected = GRID[1:-1] * len(has)
            far += np.maximum(below - expected, 0.0) - np.maximum(expected - reached, 0.0)
            count += len(has)
    return float(np.abs(far).max()) / count if count else 1.0


def _passed(rules: Tables, target: Target, since: float, now: float) -> tuple[float, float]:
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
