"""Net changes: messages that name only what becomes different of the plan before them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from irrupt.chronicle.schedules.words import RECEIPT

if TYPE_CHECKING:
    from irrupt.chronicle.schedules.entries import Entry

_Series = tuple[str, str | None, str | None, str | None]
_Version = tuple[datetime, str]
_NEVER = datetime.max.replace(tzinfo=UTC)


def applied(whole: Sequence[Entry], changes: Sequence[Sequence[Entry]]) -> tuple[list[Entry], list[str]]:
    """The entries of *whole* plans, and of the plans that *changes*, one for each message, make of those before them.
    And the places of changes that have no plan before them: they are taken for whole plans.

    A change replaces the periods that it names; the others stay, as far as they are not over when it is issued.
    """
    changed = {_series(one) for entries in changes for one in entries if _planned(one)}
    plans: dict[_Series, dict[_Version, list[Entry]]] = {name: {} for name in changed}
    rest, strangers = [], []
    for one in whole:
        if _planned(one) and _series(one) in changed:
            plans[_series(one)].setdefault(_version(one), []).append(one)
        else:
            rest.append(one)
    for entries in sorted(changes, key=_issue):
        rest += [one for one in entries if not _planned(one)]
        for name, news in _by_series(entries).items():
            before = sorted((known for known in plans[name] if known[0] <= _issue(news)), key=lambda known: known[0])
            base = plans[name][before[-1]] if before else []
            strangers += [] if before else [news[0].place]
            plans[name][_version(news[0])] = [*_staying(base, news), *news]
    return [*rest, *(one for known in plans.values() for version in known.values() for one in version)], strangers


def _planned(one: Entry) -> bool:
    return one.kind != RECEIPT and one.issued is not None and one.period is not None


def _series(one: Entry) -> _Series:
    return one.kind, one.client, one.plant, one.part


def _version(one: Entry) -> _Version:
    return one.issued or _NEVER, one.plan or ""


def _issue(entries: Sequence[Entry]) -> datetime:
    return next((one.issued for one in entries if one.kind != RECEIPT and one.issued), _NEVER)


def _by_series(entries: Sequence[Entry]) -> dict[_Series, list[Entry]]:
    found: dict[_Series, list[Entry]] = {}
    for one in filter(_planned, entries):
        found.setdefault(_series(one), []).append(one)
    return found


def _staying(base: Sequence[Entry], news: Sequence[Entry]) -> Iterator[Entry]:
    """What of a plan, *base*, stays beside the *news*: what is not over, and for other periods."""
    issued, named = _issue(news), {one.period for one in news}
    begun = max((one.period for one in base if one.period and one.period <= issued), default=None)
    over = [one for one in base if one.period and one.period <= issued and (one.period != begun or _ended(one, issued))]
    totals = [one.cumulative for one in over if one.cumulative is not None]
    received = next((one.received for one in news if one.received is not None), max(totals, default=None))
    for one in base:
        if one not in over and one.period not in named and not one.backlog:
            own = one.received if received is None else received
            yield one._replace(issued=issued, plan=news[0].plan, received=own)


def _ended(one: Entry, issued: datetime) -> bool:
    """Whether the period of *one* is over when news are *issued*; where it does not tell how long it is, it is not."""
    if one.until is None and one.days is not None and one.period is not None:
        return (issued - one.period).days >= one.days
    return one.until is not None and one.until <= issued
