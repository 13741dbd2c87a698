"""Whose values are told: each client, the others, all of them, each team, all teams."""

from __future__ import annotations

from collections.abc import Iterable

from irrupt.chronicle.rows import Legend
from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS, OTHER_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.ledgers.model import Parties


def parties_of(legend: Legend, clients: Iterable[str] | None = None) -> Parties:
    """Each of *clients* (all, when None), the other clients together, all clients, each team, all teams.

    Raises `UsageError` when *clients* names somebody whom *legend* does not have.

    >>> from datetime import datetime, timezone
    >>> legend = Legend(origin=datetime(2024, 1, 1, tzinfo=timezone.utc), clients=("A", "B", "C"), activities=(),
    ...                 teams=("Desk",), people=())
    >>> parties_of(legend, ["B"]).clients
    {'B': (1,), 'other clients': (0, 2), 'all clients': (0, 1, 2)}
    >>> parties_of(legend).teams
    {'Desk': (0,), 'all teams': (0,)}
    """
    number = {name: at for at, name in enumerate(legend.clients)}
    named = list(dict.fromkeys(legend.clients if clients is None else clients))
    faults = [
        Fault(_("clients"), _('unknown client "{name}"').format(name=name), remedy=did_you_mean(name, number))
        for name in named
        if name not in number and name not in (ALL_CLIENTS, OTHER_CLIENTS)
    ]
    if faults:
        raise UsageError(faults)
    by_client: dict[str, tuple[int, ...]] = {name: (number[name],) for name in named if name in number}
    rest = tuple(at for name, at in number.items() if name not in by_client or name == OTHER_CLIENTS)
    if rest and by_client and rest != tuple(number.values()):
        by_client.pop(OTHER_CLIENTS, None)
        by_client[OTHER_CLIENTS] = rest
    by_client[ALL_CLIENTS] = tuple(number.values())
    by_team: dict[str, tuple[int, ...]] = {name: (at,) for at, name in enumerate(legend.teams)}
    if by_team:
        by_team[ALL_TEAMS] = tuple(range(len(legend.teams)))
    return Parties(clients=by_client, teams=by_team)
