"""Messages that tell only what becomes of the plan before them: net changes, and that there is no demand any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from irrupt.chronicle.schedules.replacing import Told, prepared
from irrupt.chronicle.schedules.words import RECEIPT

if TYPE_CHECKING:
    from irrupt.chronicle.schedules.entries import Entry

_Series = tuple[str, str | None, str | None, str | None]
_Version = tuple[datetime, str]
_NEVER = datetime.max.replace(tzinfo=UTC)


class Applied(NamedTuple):
    """Plans after all that is told of the plans before them."""

    entries: list[Entry]
    baseless: list[str]
    """Places of changes that have no plan before them: they are taken for whole plans."""
    never: list[str]
    """Places where there is no demand for what no plan announced before."""


def applied(whole: Sequence[Entry], changes: Sequence[Told], nothing: Sequence[Entry] = ()) -> Applied:
    """The entries of *whole* plans, and of the plans that *changes*, one for each message, make of those before them.
    *nothing*: that there is no demand for a part, in an entry without a period.

    A change replaces the periods that it names; the others stay, as far as they are not over when it is issued. Where
    there is no demand, nought is announced for the periods of the plan before, as far as they are not over. Changes of
    one day are made in the order in which they were prepared.
    """
    ordered = sorted(changes, key=prepared)
    none_left = [*(one for change in ordered for one in change.nothing), *nothing]
    told = [*((change.entries, False) for change in ordered), *(([one], True) for one in none_left)]
    series = {_series(one) for entries, none in told for one in entries if none or _planned(one)}
    plans: dict[_Series, dict[_Version, list[Entry]]] = {name: {} for name in series}
    found = Applied([], [], [])
    for one in whole:
        if _planned(one) and _series(one) in series:
            plans[_series(one)].setdefault(_version(one), []).append(one)
        else:
            found.entries.append(one)
    for entries, none in sorted(told, key=lambda one: _issue(one[0])):
        found.entries.extend(one for one in entries if not none and not _planned(one))
        for name, news in _by_series([one for one in entries if none or _planned(one)]).items():
            base = _before(plans[name], _issue(news))
            if not base:
                (found.never if none else found.baseless).append(news[0].place)
            staying = list(_staying(base, news))
            now = [_nought(one, news[0]) for one in staying] if none else [*staying, *news]
            plans[name][_version(news[0])] = now
    found.entries.extend(one for known in plans.values() for version in known.values() for one in version)
    return found


def _before(known: Mapping[_Version, list[Entry]], issued: datetime) -> list[Entry]:
    """The latest of the versions that are *known* when something is *issued*; nothing where there is none."""
    before = sorted((version for version in known if version[0] <= issued), key=lambda version: version[0])
    return known[before[-1]] if before else []


def _nought(one: Entry, said: Entry) -> Entry:
    """*one*, of the plan before, where it is *said* that there is no demand."""
    return one._replace(quantity=0.0, cumulative=None, received=None, firm=None, place=said.place)


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
    for one in entries:
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
