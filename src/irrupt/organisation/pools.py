"""People who are alike, and stand in a file once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, TypeVar

from irrupt.errors import Path
from irrupt.i18n import gettext as _
from irrupt.organisation.placed import Found, fault


class Counted(Protocol):
    """An entry that may stand for several."""

    count: int | None


One = TypeVar("One", bound=Counted)


def each(people: Mapping[str, One]) -> dict[str, One]:
    """Everybody by a name of his own: so many as an entry says are called by its name and a number."""
    return {name: entry for written, entry in people.items() for name in names(written, entry)}


def names(written: str, entry: Counted) -> Iterator[str]:
    """The people for whom an entry stands.

    >>> from types import SimpleNamespace
    >>> list(names("Clerk", SimpleNamespace(count=3))), list(names("Ann", SimpleNamespace(count=None)))
    (['Clerk 1', 'Clerk 2', 'Clerk 3'], ['Ann'])
    """
    if entry.count is None:
        yield written
    else:
        yield from (f"{written} {number}" for number in range(1, entry.count + 1))


def twice(people: Mapping[str, Counted]) -> Found:
    """Faults where two entries stand for one name."""
    seen = set[str]()
    for written, entry in people.items():
        found = set(names(written, entry))
        for name in sorted(found & seen):
            yield fault(("people", written), _('"{name}" is somebody else, too').format(name=name))
        seen |= found


def written(path: Path, people: Mapping[str, Counted]) -> Path:
    """*path* in what was written: of somebody who stands in it with others, that entry."""
    if path[:1] != ("people",) or len(path) < 2 or path[1] in people:
        return path
    return ("people", next((name for name in people if str(path[1]).startswith(f"{name} ")), path[1]), *path[2:])
