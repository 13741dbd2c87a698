"""Faults of what parties are called."""

from __future__ import annotations

from irrupt.groups import ALL_CLIENTS, ALL_TEAMS, CLIENTS_TOGETHER
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.organisation.placed import Found, fault


def party_faults(organisation: Organisation) -> Found:
    """Clients and teams are parties by their names: none may bear two."""
    for name in organisation.clients:
        if name in organisation.teams:
            yield fault(("clients", name), _("a team is called so, too"), remedy=_("call one of them otherwise"))
    for part, name, named, others in (
        ("clients", ALL_CLIENTS, organisation.clients, {ALL_TEAMS}),
        ("teams", ALL_TEAMS, organisation.teams, CLIENTS_TOGETHER),
    ):
        if name in named and len(named) > 1:
            yield fault((part, name), _("all of them together are called so"), remedy=_("call it otherwise"))
        for other in sorted(others.intersection(named)):
            yield fault((part, other), _("several parties together are called so"), remedy=_("call it otherwise"))
