"""Steps that are done in batches: how long cases gather, how many go together, and how long these wait then."""

from __future__ import annotations

import math
from typing import Any

from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation.batch import Batch
from irrupt.organisation.distributions import NONE, Distribution
from irrupt.organisation.model import Organisation, Step
from irrupt.verify import theory
from irrupt.verify.building import EXPONENTIAL, check, squared, station, waits
from irrupt.verify.model import UNIT, Case


def gathered(load: float, batch: Batch, team: str | None = None, time: Distribution = EXPONENTIAL) -> Organisation:
    """A step that is done in batches, by a team or by nobody."""
    step = Step(activity="Serve", team=team, duration=time, batch=batch)
    parts: dict[str, Any] = {} if team else {"teams": {}, "people": {}}
    return station(load, steps={"Serve": step}, **parts)


def enough(size: int, load: float) -> Case:
    """Who comes first of *size* waits for all the others to come, who comes last for nobody."""
    mean = (size - 1) / 2.0 / load
    square = (size - 1) * (1.0 / 2.0 + (2 * size - 1) / 6.0) / load**2
    return Case(
        key=f"batch {size}",
        name=_("batches of {size}").format(size=size),
        source="Erlang 1909",
        organisation=gathered(load, Batch(size=size)),
        checks=(waits(mean), squared(square)),
    )


def in_time(load: float, wait: float) -> Case:
    """Those go with the first of them who come while it waits."""
    others = load * wait
    mean = (wait + others * wait / 2.0) / (1.0 + others)
    return Case(
        key="batch in time",
        name=_("batches that wait {time}").format(time=number(wait, 1)),
        source="Poisson 1837",
        organisation=gathered(load, Batch(longest_wait=wait * UNIT)),
        checks=(waits(mean), check(_("batches per case"), 1.0 / (1.0 + others), lambda steps: 1.0 / steps.together)),
    )


def sizes(size: int, load: float, wait: float) -> Case:
    """One, and as many others as come in time, but not more than are enough."""
    chances = [math.exp(-load * wait) * (load * wait) ** n / math.factorial(n) for n in range(size - 1)]
    chances.append(1.0 - math.fsum(chances))
    mean = math.fsum((n + 1) * chance for n, chance in enumerate(chances))
    square = math.fsum((n + 1) ** 2 * chance for n, chance in enumerate(chances))
    return Case(
        key="batch sizes",
        name=_("batches of {size}, that wait {time}").format(size=size, time=number(wait, 1)),
        source="Poisson 1837",
        organisation=gathered(load, Batch(size=size, longest_wait=wait * UNIT)),
        checks=(
            check(_("batches per case"), 1.0 / mean, lambda steps: 1.0 / steps.together),
            check(_("cases in the batch of a case"), square / mean, lambda steps: steps.together),
        ),
    )


def at_moments(load: float, minutes: int) -> Case:
    """All go who have come, every so many minutes, which are units of time."""
    return Case(
        key="batch at",
        name=_("batches every {time}").format(time=minutes),
        source="Poisson 1837",
        organisation=gathered(load, Batch(at=tuple(range(0, 10080, minutes)))),
        checks=(waits(minutes / 2.0), squared(minutes**2 / 3.0)),
    )


def one_by_one(size: int, load: float, set_up: float) -> Case:
    """Each waits for the others to come, and for the work on those before it; the set-up is work on the first."""
    batch = Batch(size=size, done="one by one", set_up=Distribution.fixed(set_up * UNIT))
    mean = (size - 1) / 2.0 / load + (size - 1) / 2.0 + set_up * (size - 1) / size
    work = check(_("mean work"), 1.0 + set_up / size, lambda steps: steps.work)
    return Case(
        key="batch by one",
        name=_("batches of {size}, one by one").format(size=size),
        source="Erlang 1909",
        organisation=gathered(load, batch),
        checks=(waits(mean), work),
    )


def served(size: int, load: float) -> Case:
    """Full batches come to one person as in a queue with arrivals that have Erlang's distribution."""
    share = theory.erlang_arrivals(size, load)
    mean = (size - 1) / 2.0 / (size * load) + share / (1.0 - share)
    return Case(
        key=f"bulk {size} {load:g}",
        name=_("batches of {size}, one person, load {load}").format(size=size, load=number(load, 2)),
        source="Bailey 1954",
        organisation=gathered(size * load, Batch(size=size), "Desk"),
        checks=(waits(mean),),
    )


def heated(size: int, load: float) -> Case:
    """The same, with the whole work before the first case."""
    share = theory.erlang_arrivals(size, load)
    mean = (size - 1) / 2.0 / (size * load) + share / (1.0 - share)
    return Case(
        key="bulk set up",
        name=_("batches of {size}, all work in the set-up").format(size=size),
        source="Bailey 1954",
        organisation=gathered(size * load, Batch(size=size, set_up=EXPONENTIAL), "Desk", NONE),
        checks=(waits(mean),),
    )


def in_batches() -> tuple[Case, ...]:
    """All of them."""
    return (
        *(enough(size, 0.8) for size in (2, 5)),
        in_time(0.8, 3.0),
        sizes(5, 0.8, 2.5),
        at_moments(0.8, 10),
        one_by_one(4, 0.8, 0.5),
        *(served(*of) for of in ((2, 0.5), (4, 0.75), (10, 0.9))),
        heated(3, 0.7),
    )
