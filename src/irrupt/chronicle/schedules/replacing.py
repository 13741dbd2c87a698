"""Messages that stand instead of others with the same number and day, in whatever order they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from irrupt.chronicle.schedules.words import RECEIPT

if TYPE_CHECKING:
    from irrupt.chronicle.schedules.entries import Entry

_Version = tuple[object, ...]
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Head(NamedTuple):
    """What a message says of itself."""

    place: str = ""
    replaces: bool = False
    """Whether it stands instead of what was told under its number on its day."""
    cancels: bool = False
    """Whether it takes that back."""
    prepared: datetime | None = None
    """When its interchange was made, as far as it is told."""


class Told(NamedTuple):
    """One message."""

    head: Head
    content: int
    """The same number for messages that say the same."""
    entries: Sequence[Entry]
    nothing: Sequence[Entry]
    """The parts for which it says that there is no demand."""


class Standing(NamedTuple):
    """What is left of messages where some stand instead of others."""

    entries: list[Entry]
    nothing: list[Entry]
    replaced: list[str]
    """Places of messages that replace others."""
    taken_back: list[str]
    """Places of messages that take back what they name."""
    repeated: list[int]
    """Where messages stand among all that replace others by the same."""


def standing(messages: Sequence[Told]) -> Standing:
    """What stands of all *messages*, in the order in which they were prepared.

    Of each part, what was told under the same number on the same day stands together, unless messages replace it: then
    the one that was prepared last stands, or, of those prepared at the same time, the one that was read last. Parts
    that it leaves out stay as they were told. The cost grows with the number of entries.
    """
    found = Standing([], [], [], [], [])
    said: dict[_Version, int] = {}
    """The content of what was told last of each version; -1 where several messages tell it together."""
    last: dict[_Version, int] = {}
    gone: dict[_Version, int] = {}
    """Version -> the last message that replaces it, and the last that also may tell that there is no demand for it."""
    for at in sorted(range(len(messages)), key=lambda at: _when(messages[at])):
        message, replaces = messages[at], replacing(messages[at])
        named, deleted = _versions(message.entries), _versions(message.nothing)
        before = {said.get(one) for one in (*named, *deleted)}
        if replaces and before == {message.content}:
            found.repeated.append(at)
            continue
        found.replaced.extend([message.head.place] if replaces and before != {None} else [])
        found.taken_back.extend([message.head.place] if message.head.cancels else [])
        said |= {one: message.content if replaces or one not in said else -1 for one in (*named, *deleted)}
        last |= dict.fromkeys(named if replaces else (), at)
        gone |= dict.fromkeys((*named, *deleted) if replaces else (), at)
    _keep(messages, found, last, gone)
    return found


def _keep(
    messages: Sequence[Told], found: Standing, last: Mapping[_Version, int], gone: Mapping[_Version, int]
) -> None:
    """Add to *found* what stands of each of the *messages*; deliveries that they mention once, however often told."""
    repeated, heard = set(found.repeated), set[int]()
    for at, message in sorted(enumerate(messages), key=lambda one: prepared(one[1])):
        if at not in repeated:
            own = (one for one in message.entries if one.kind != RECEIPT or message.content not in heard)
            found.entries.extend(one for one in own if last.get(_version(one), at) == at)
            found.nothing.extend(one for one in message.nothing if gone.get(_version(one), at) == at)
            heard.add(message.content)


def replacing(message: Told) -> bool:
    """Whether *message* stands instead of others: it says so, and has a number by which they are known."""
    return message.head.replaces and bool(_versions(message.entries) or _versions(message.nothing))


def _when(message: Told) -> tuple[bool, datetime]:
    """Where *message* belongs in time: what replaces nothing first, the others as they were prepared."""
    return (True, prepared(message)) if replacing(message) else (False, _LONG_AGO)


def prepared(message: Told) -> datetime:
    """When *message* was prepared: long ago where it does not tell."""
    return message.head.prepared or _LONG_AGO


def _versions(entries: Sequence[Entry]) -> list[_Version]:
    """The versions of plans, known by their numbers, to which *entries* belong."""
    return list(dict.fromkeys(_version(one) for one in entries if one.kind != RECEIPT and one.plan is not None))


def _version(one: Entry) -> _Version:
    """What makes *one* a part of the same version of the same plan as others."""
    return one.kind, one.client, one.plant, one.part, one.plan, one.issued
