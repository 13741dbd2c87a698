"""Faults with their places in an organisation, and what many of them have in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator

from irrupt.errors import Fault, Path, did_you_mean, near, spelled
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, number
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.model import Organisation

TOLERANCE = 1e-6
"""How far the shares of one step may be from 1."""
Placed = tuple[Path, Fault]
Found = Iterator[Placed]


def fault(path: Path, found: str, expected: str = "", remedy: str = "") -> Placed:
    return path, Fault(spelled(path), found, expected, remedy)


def unknown(path: Path, message: str, name: str, known: Collection[str]) -> Found:
    """A fault when *name* is not among *known*. *message*, not translated yet, has a place for {name}."""
    if name not in known:
        yield fault(path, _(message).format(name=name), remedy=did_you_mean(name, known))


def in_range(path: Path, value: float, accept: Callable[[float], bool], expected: str) -> Found:
    if not (math.isfinite(value) and accept(value)):
        yield fault(path, f"{value:g}", expected)


def whole(path: Path, shares: Collection[float]) -> Found:
    """A fault when *shares* do not sum to 1."""
    sound = all(math.isfinite(share) and share >= 0 for share in shares)
    total = math.fsum(shares) if sound else 1.0
    if shares and abs(total - 1.0) > TOLERANCE:
        told = number(total, 6).rstrip("0").rstrip(".,")
        yield fault(path, _("the shares sum to {total}").format(total=told), "1")


def duration(organisation: Organisation, path: Path, duration: str | Distribution) -> Found:
    if not isinstance(duration, str) or duration in organisation.distributions:
        return
    found = _('"{text}" is neither a duration nor the name of a distribution').format(text=duration)
    if duration[:1].isdigit():
        yield fault(path, found, _("a duration such as 45 s, 12 min, 1.5 h or 2 days"))
    elif near(duration, organisation.distributions):
        yield from unknown(path, mark('no distribution "{name}"'), duration, organisation.distributions)
    else:
        written = "12 min, {exponential: 12 min}, {lognormal: {mean: 12 min, cv: 1}}"
        remedy = did_you_mean(duration, organisation.distributions)
        yield fault(path, found, _("a duration such as {written}").format(written=written), remedy)


def of_client(organisation: Organisation, path: Path, client: str | None) -> Found:
    if client is not None:
        yield from unknown((*path, "client"), mark('no client "{name}"'), client, organisation.clients)
