"""Levers: what each party controls, zone by zone, and the settings at which that is tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from irrupt.errors import ModelError
from irrupt.i18n import gettext as _
from irrupt.organisation.flow import visits
from irrupt.organisation.hours import moments_data
from irrupt.organisation.likes import likes_of, made_for
from irrupt.organisation.model import END, START, Organisation, Route
from irrupt.organisation.planning import PERIODS_A_WEEK
from irrupt.regulation.acts import (
    BufferStock,
    Bypass,
    DueDate,
    FlexibilityDemand,
    FrozenHorizon,
    Gathering,
    ImposedCheck,
    LateCallOff,
    Priority,
    StaffLeave,
    Volume,
)
from irrupt.regulation.acts.signature import MANAGEMENT
from irrupt.regulation.model import Act
from irrupt.regulation.settings import TakeBack, WorkOrder, WorkPace
from irrupt.regulation.stakes import Zone

MORE, LESS = 0.2, -0.2
"""Shares by which a client may change how much he asks for, and in what time."""
SLOWER, FASTER = 0.9, 1.1
"""What a team can make of its pace."""
SATURDAY = "Sat 09:00-13:00"
MUCH = 0.25
"""Share of what a team does in a usual week: when more work waits, hours follow."""
LATE = 0.5
"""Share of frozen call-offs that a client may change late, by up to half as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One way in which a party can use a lever; today's way is always among them and needs no setting."""

    label: str
    acts: tuple[Act, ...]
    takes_back: bool = False
    """Whether it is the lever left alone, where the party uses it today: the difference is exercised power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """What a party controls in one zone."""

    holder: str
    zone: Zone
    settings: tuple[Setting, ...]
    allowed: bool | None = None
    """Whether rules allow it; None: as the rights of the party's stakes have it."""


def levers_of(organisation: Organisation, holders: Sequence[str]) -> tuple[Lever, ...]:
    """The levers of *holders*: clients, teams, or Management. What *organisation* gives no room for is left out.

    A client can ask for a fifth more or less, and for dates a fifth sooner or later where his cases are due, be served
    first wherever people work, go past the first activity, have a
    check of a quarter of an hour put in before the end, and give up what he has of these today. Where he orders by
    programme, he can change half of his frozen call-offs late, or none, or freeze half of his schedule. Management can
    add Saturday mornings, every week, as the plan needs them or while much waits, or let somebody go, in every team of
    its own. Where cases gather for an activity, it can let half as many be enough, or twice as many; of goods that are
    planned, it can keep what is needed in two periods, or nothing. A team can take its cases in another order, and work
    a tenth slower or faster.
    """
    found: list[Lever] = []
    for holder in holders:
        if holder in organisation.clients:
            found += _client(organisation, holder)
            found += [_schedule(organisation, holder)] if made_for(organisation, holder) else []
        elif holder in organisation.teams:
            found += _team(holder)
        elif holder == MANAGEMENT:
            found += [*_management(organisation), _batches(organisation)]
            found += [_stock(organisation)] if organisation.products else []
    kept = (_usable(organisation, lever) for lever in found)
    return tuple(lever for lever in kept if lever.settings)


def _client(organisation: Organisation, client: str) -> Iterator[Lever]:
    work = work_of_teams(organisation, [client])
    teams = [team for team in sorted(work) if work[team] > 0]
    first = tuple(Priority(client=client, team=team, rank=_first_rank(organisation, client, team)) for team in teams)
    back = {what: TakeBack(client=client, what=what) for what in ("priority", "skips", "checks")}
    begins, ends = _first_and_last(organisation, client)
    yield from _asked(client)
    yield Lever(
        holder=client,
        zone="priority",
        settings=(
            Setting(label=_("first everywhere"), acts=first),
            Setting(label=_("in turn"), acts=(back["priority"],), takes_back=True),
        ),
    )
    past = () if begins is None else (Bypass(client=client, skips=begins),)
    yield Lever(
        holder=client,
        zone="method",
        settings=(
            Setting(label=_("past {activity}").format(activity=begins), acts=past),
            Setting(label=_("by every step"), acts=(back["skips"],), takes_back=True),
        ),
    )
    check = () if ends is None else (ImposedCheck(client=client, after=ends),)
    yield Lever(
        holder=client,
        zone="verdict",
        settings=(
            Setting(label=_("a check after {activity}").format(activity=ends), acts=check),
            Setting(label=_("no check of his own"), acts=(back["checks"],), takes_back=True),
        ),
    )


def _first_rank(organisation: Organisation, client: str, team: str) -> int:
    """The rank at *team* by which *client* passes before all others, also those who pass before the rest today: his
    own, if it does so already."""
    ranks = organisation.teams[team].priority
    highest = max([0, *(rank for name, rank in ranks.items() if name != client)])
    return max(ranks.get(client, 0), highest + 1)


def _asked(client: str) -> Iterator[Lever]:
    """How much he asks for, and by when."""
    yield Lever(
        holder=client,
        zone="volume",
        settings=(
            Setting(label=_("a fifth more"), acts=(Volume(client=client, change=MORE),)),
            Setting(label=_("a fifth less"), acts=(Volume(client=client, change=LESS),)),
        ),
    )
    yield Lever(
        holder=client,
        zone="date",
        settings=(
            Setting(label=_("due a fifth sooner"), acts=(DueDate(client=client, times=1 + LESS),)),
            Setting(label=_("due a fifth later"), acts=(DueDate(client=client, times=1 + MORE),)),
        ),
    )


def _schedule(organisation: Organisation, client: str) -> Lever:
    half = min(organisation.programmes[name].horizon for name in made_for(organisation, client)) // 2
    late, kept = LateCallOff(client=client, share=LATE, by=LATE / 2), LateCallOff(client=client, share=0.0, by=0.0)
    return Lever(
        holder=client,
        zone="schedule",
        settings=(
            Setting(label=_("half of frozen call-offs changed late"), acts=(late,)),
            Setting(label=_("half of the schedule frozen"), acts=(FrozenHorizon(client=client, periods=max(half, 1)),)),
            Setting(label=_("nothing changed late"), acts=(kept,), takes_back=True),
        ),
    )


def _stock(organisation: Organisation) -> Lever:
    clients = sorted({programme.client for programme in organisation.programmes.values()})
    return Lever(
        holder=MANAGEMENT,
        zone="stock",
        settings=tuple(
            Setting(label=label, acts=tuple(BufferStock(client=client, periods=periods) for client in clients))
            for label, periods in ((_("two periods in stock"), 2.0), (_("nothing in stock"), 0.0))
        ),
    )


def _team(team: str) -> Iterator[Lever]:
    yield Lever(
        holder=team,
        zone="order",
        settings=(
            Setting(label=_("the last first"), acts=(WorkOrder(team=team, order="last come"),)),
            Setting(label=_("the shortest first"), acts=(WorkOrder(team=team, order="shortest"),)),
        ),
    )
    yield Lever(
        holder=team,
        zone="pace",
        settings=(
            Setting(label=_("a tenth slower"), acts=(WorkPace(team=team, times=SLOWER),)),
            Setting(label=_("a tenth faster"), acts=(WorkPace(team=team, times=FASTER),)),
        ),
    )


def _spared(organisation: Organisation, team: str) -> list[str]:
    """The members of a *team* without whom the others still do all that it is asked for."""
    members = sorted(organisation.members(team))
    return [name for name in members if _changes(organisation, StaffLeave(person=name, team=team, stays=True))]


def _management(organisation: Organisation) -> Iterator[Lever]:
    work = work_of_teams(organisation, list(organisation.clients))
    teams = [team for team in sorted(work) if work[team] > 0]
    leaving = tuple(
        StaffLeave(person=spared[0], team=team, stays=True) for team in teams if (spared := _spared(organisation, team))
    )
    weekend = tuple(FlexibilityDemand(team=team, shifts=SATURDAY) for team in teams)
    planned = tuple(FlexibilityDemand(team=team, shifts=SATURDAY, notice="1 week") for team in teams)
    waiting = tuple(FlexibilityDemand(team=team, shifts=SATURDAY, load=MUCH, notice="1 day") for team in teams)
    yield Lever(
        holder=MANAGEMENT,
        zone="hours",
        settings=(
            Setting(label=_("Saturday mornings"), acts=weekend),
            Setting(label=_("Saturday mornings as the plan needs them"), acts=planned),
            Setting(label=_("Saturday mornings while much waits"), acts=waiting),
            Setting(label=_("one fewer in each team"), acts=leaving),
        ),
    )


def _batches(organisation: Organisation) -> Lever:
    sized = {step.activity: step.batch for _name, step in sorted(organisation.steps.items()) if step.batch}
    known = [(name, batch) for name, batch in sized.items() if batch.size and not isinstance(batch.at, str)]

    def gathering(times: float) -> tuple[Act, ...]:
        return tuple(
            Gathering(
                activity=name,
                size=max(round((batch.size or 1) * times), 1),
                longest_wait=batch.longest_wait,
                at=tuple(moments_data([one for one in batch.at if isinstance(one, int)])),
            )
            for name, batch in known
        )

    return Lever(
        holder=MANAGEMENT,
        zone="method",
        settings=(
            Setting(label=_("batches half as large"), acts=gathering(0.5)),
            Setting(label=_("batches twice as large"), acts=gathering(2.0)),
        ),
    )


def work_of_teams(organisation: Organisation, clients: Sequence[str]) -> dict[str, float]:
    """Team -> steps a week that the cases of *clients* bring it."""
    work = dict.fromkeys(organisation.teams, 0.0)
    for client in clients:
        for name, often in visits(organisation, client).items():
            step = organisation.steps[name]
            if step.team is not None and not step.client_act:
                work[step.team] += often * cases_of(organisation, client)
    return work


def cases_of(organisation: Organisation, client: str) -> float:
    """Cases a week that a client brings, with the production orders that are released for him."""
    found = organisation.clients[client].cases_per_week
    for name in made_for(organisation, client):
        programme, product = organisation.programmes[name], organisation.products[name]
        order = product.largest or max(product.lot, product.minimum, product.cover * programme.level)
        found += programme.level * PERIODS_A_WEEK[programme.period] / order
    return found


def _first_and_last(organisation: Organisation, client: str) -> tuple[str | None, str | None]:
    """The activities of ours with which most of the client's cases begin, and end."""
    often = visits(organisation, client)
    begins: dict[str, float] = {}
    ends: dict[str, float] = {}
    for route, share in _likely(organisation, client, START):
        _count(organisation, begins, route.to, share)
    for name, times in often.items():
        share = sum(share for route, share in _likely(organisation, client, name) if route.to == END)
        _count(organisation, ends, name, times * share)
    return _most(begins), _most(ends)


def _likely(organisation: Organisation, client: str, place: str) -> Iterator[tuple[Route, float]]:
    """The routes of the client's cases without a class from *place*, each with its share of them."""
    for like, part in likes_of(organisation, client, None).items():
        for route in organisation.routes_of(client, place, like):
            yield route, part * route.share


def _count(organisation: Organisation, found: dict[str, float], name: str, times: float) -> None:
    step = organisation.steps.get(name)
    if step is not None and step.team is not None and not step.client_act and times > 0:
        found[step.activity] = found.get(step.activity, 0.0) + times


def _most(found: Mapping[str, float]) -> str | None:
    return min(found, key=lambda name: (-found[name], name), default=None)


def _usable(organisation: Organisation, lever: Lever) -> Lever:
    """*lever* with the settings that change anything; of several acts of one, those that are refused are left out."""
    settings = []
    for setting in lever.settings:
        acts = tuple(act for act in setting.acts if _changes(organisation, act))
        if acts:
            settings.append(Setting(label=setting.label, acts=acts, takes_back=setting.takes_back))
    return Lever(holder=lever.holder, zone=lever.zone, settings=tuple(settings), allowed=lever.allowed)


def _changes(organisation: Organisation, act: Act) -> bool:
    try:
        return bool(act.changes(organisation, organisation.origin))
    except ModelError:
        return False


def scenarios_of(levers: Sequence[Lever]) -> dict[str, tuple[Lever, Setting]]:
    """A name for each setting of each of *levers*."""
    numbers = count(1)
    return {
        f"{next(numbers)}. {lever.holder}: {lever.zone}, {setting.label}": (lever, setting)
        for lever in levers
        for setting in lever.settings
    }
