"""What is asked of teams, and who alone does it."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from irrupt.i18n import gettext as _

if TYPE_CHECKING:
    from irrupt.organisation.model import Organisation, Step


Whose = tuple[str | None, str | None]
"""The client and the class of cases; None: any of which nothing is said."""


WHO_DOES_WHAT = ("steps", "checks", "teams", "people", "clients", "products")
"""The parts of an organisation that say what is asked of teams, and who does it in whose cases."""


def all_steps(organisation: Organisation) -> list[Step]:
    """The steps of the procedure, then those of checks."""
    return [*organisation.steps.values(), *(check.step for check in organisation.checks.values())]


def asked_of_teams(organisation: Organisation) -> set[tuple[str, str]]:
    """Each team with each activity that is asked of it."""
    return {(step.team, step.activity) for step in all_steps(organisation) if step.team is not None}


def crews(organisation: Organisation, team: str, activity: str) -> dict[Whose, frozenset[str]]:
    """Who of a *team* does an *activity*, by whose the case is and of which class: for all clients and classes to whom
    it matters, each with each, and None, which stands for all others.

    >>> from dataclasses import replace
    >>> from irrupt.engine.examples import counter
    >>> rules = counter()
    >>> bob = replace(rules.people["Ann"], not_of_class={"Serve": ("tax",)})
    >>> found = crews(replace(rules, people={**rules.people, "Bob": bob}), "Desk", "Serve")
    >>> {whose: sorted(crew) for whose, crew in found.items()}
    {(None, None): ['Ann', 'Bob'], (None, 'tax'): ['Ann']}
    """
    people = [(name, one) for name, one in organisation.people.items() if team in one.teams]
    clients = sorted({client for _name, one in people for client in one.not_for_client.get(activity, ())})
    classes = sorted({kind for _name, one in people for kind in one.not_of_class.get(activity, ())})
    return {
        whose: frozenset(name for name, one in people if one.does(activity, *whose))
        for whose in product((None, *clients), (None, *classes))
    }


def occurs(organisation: Organisation, whose: Whose) -> bool:
    """Whether there may be such cases: a class that a client has no cases of is nothing that is left to anybody."""
    client, kind = whose
    if client is None or kind is None or client not in organisation.clients:
        return True
    return kind in organisation.clients[client].classes or kind in organisation.products


def in_cases_of(whose: Whose) -> str:
    """Behind an activity: in whose cases; nothing where these are any.

    >>> in_cases_of((None, None)), in_cases_of(("Shops", None)), in_cases_of(("Shops", "large"))
    ('', ' in cases of Shops', ' in cases of Shops of the class large')
    """
    client, kind = whose
    if client is not None and kind is not None:
        return _(" in cases of {client} of the class {name}").format(client=client, name=kind)
    if client is not None:
        return _(" in cases of {client}").format(client=client)
    return "" if kind is None else _(" in cases of the class {name}").format(name=kind)


def alone(organisation: Organisation, team: str) -> dict[str, list[tuple[str, Whose]]]:
    """Person -> the activities of *team*, sorted, that nobody else in it does, and in whose cases.

    >>> from irrupt.engine.examples import counter
    >>> alone(counter(), "Desk")
    {'Ann': [('Serve', (None, None))]}
    """
    found: dict[str, list[tuple[str, Whose]]] = {}
    for activity in sorted(activity for one, activity in asked_of_teams(organisation) if one == team):
        for whose, crew in crews(organisation, team, activity).items():
            for name in crew if len(crew) == 1 and occurs(organisation, whose) else ():
                found.setdefault(name, []).append((activity, whose))
    return found
