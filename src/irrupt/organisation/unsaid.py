"""What a file need not say: shares that follow from the others, and hours that need no name."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from irrupt.organisation.hours import hours_in
from irrupt.organisation.model import Split

ORIGIN = datetime(2024, 1, 1)
"""When simulated time begins where nothing is said: a Monday."""


def shares(written: Sequence[tuple[Hashable, float | None]], split: Split = "one") -> list[float]:
    """The shares of the routes of a step, each *written* with whose it is; one that is not said takes what the
    others of the same cases leave, several take equal parts of it. Where all routes are taken, or the first, it is 1.

    >>> shares([(None, 0.3), (None, None)]), shares([(None, None)]), shares([("large", None), (None, None)])
    ([0.3, 0.7], [1.0], [1.0, 1.0])
    >>> shares([(None, None), (None, None)]), shares([(None, None), (None, None)], "all")
    ([0.5, 0.5], [1.0, 1.0])
    """
    if split != "one":
        return [1.0 if share is None else share for _only, share in written]
    left: dict[Hashable, float] = {}
    for only in {only for only, _share in written}:
        mine = [share for other, share in written if other == only]
        unsaid = mine.count(None)
        rest = 1.0 - sum(share for share in mine if share is not None)
        left[only] = max(round(rest, 12), 0.0) / max(unsaid, 1)
    return [left[only] if share is None else share for only, share in written]


def hours_named(calendars: Mapping[str, object], names: Iterable[str | None]) -> Iterator[str]:
    """Those of *names* that no calendar bears and that say hours themselves, such as `office hours` or `Mon-Fri 8-16`.

    >>> list(hours_named({"shop": ...}, ["shop", "office hours", "Mon-Sat 7-19", "nights", None, "always", "always"]))
    ['office hours', 'Mon-Sat 7-19', 'always']
    """
    for name in dict.fromkeys(names):
        if name is None or name in calendars:
            continue
        try:
            hours_in(name)
        except ValueError:
            continue
        yield name
