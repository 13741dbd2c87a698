"""Parties that stand for several: what those who are not named, and all together, are called everywhere.

A client or a team is a party by its name, so that nobody else may bear these; they are translated where they are shown.
"""

from __future__ import annotations

from collections.abc import Collection

from irrupt.i18n import gettext as _
from irrupt.i18n import mark

OTHER_CLIENTS = mark("other clients")
"""All clients who are not named; the small ones of a log together."""
ALL_CLIENTS = mark("all clients")
"""Everybody; the only client where none is visible."""
ALL_TEAMS = mark("all teams")
UNKNOWN_CLIENT = mark("unknown client")
"""Whoever brought the cases that name nobody."""
GROUPS = frozenset({OTHER_CLIENTS, ALL_CLIENTS, ALL_TEAMS, UNKNOWN_CLIENT})
"""Parties that stand for several, or for nobody known."""

CLIENTS_TOGETHER = GROUPS - {ALL_TEAMS}
"""Those of them that are no teams."""

MANAGEMENT = mark("Management")
"""The party that changes rules where no client does."""


def all_teams(teams: Collection[str]) -> str:
    """What all *teams* together are called in results: one alone bears its name.

    >>> all_teams(["Desk"]), all_teams(["Desk", "Network"])
    ('Desk', 'all teams')
    """
    return next(iter(teams)) if len(teams) == 1 else ALL_TEAMS


def as_team(name: str) -> str:
    """What a team is called whose *name* is that of a client, or of several parties together."""
    return _("{name} (team)").format(name=name)


def party_name(name: str) -> str:
    """A party as it is shown: clients and teams bear their own names, those of groups and of management are
    translated."""
    return _(name) if name in GROUPS or name == MANAGEMENT else name
