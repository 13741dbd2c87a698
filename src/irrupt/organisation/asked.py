"""What is asked of teams, and who alone does it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

from irrupt.i18n import gettext as _
from irrupt.organisation.guards import CaseClass, Guard, Like, cells, classes, compared
from irrupt.units import number_text, written

if TYPE_CHECKING:
    from irrupt.organisation.model import Organisation, Step


Whose = tuple[str | None, CaseClass]
"""The client and the class of cases, or what they are like; None: any of which nothing is said."""


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
    it matters, each with each, and None, which stands for all others. Where guards ask, by what cases are like, too;
    None stands for none of them then.

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
    guards = guards_on(organisation, team, activity)
    named = sorted({kind for _name, one in people for kind in one.not_of_class.get(activity, ())} | classes(guards))
    kinds: list[CaseClass] = [None, *named]
    if guards:
        kinds = [None, *(Like(kind, *cell) for kind in (None, *named) for cell in cells(*compared(guards)))]
    return {
        whose: frozenset(name for name, one in people if one.does(activity, *whose))
        for whose in product((None, *clients), kinds)
    }


def guards_on(organisation: Organisation, team: str, activity: str) -> list[Guard]:
    """What cases are like of which some of a *team* do not do an *activity*, each once."""
    found = (one.not_when.get(activity) for one in organisation.people.values() if team in one.teams)
    return list(dict.fromkeys(guard for guard in found if guard is not None))


def occurs(organisation: Organisation, whose: Whose, guards: Sequence[Guard] = ()) -> bool:
    """Whether there may be such cases: a class that a client has no cases of is nothing that is left to anybody, nor is
    what no case is like, as far as *guards* tell."""
    client, like = whose
    if isinstance(like, Like):
        return _there_are(organisation, client, like, guards)
    if client is None or like is None or client not in organisation.clients:
        return True
    return like in organisation.clients[client].classes or like in organisation.products


def comes_to(organisation: Organisation, team: str, activity: str, whose: Whose, guards: Sequence[Guard] = ()) -> bool:
    """Whether there may be such cases, and routes may bring them to a *team* for an *activity*."""
    return occurs(organisation, whose, guards) and _may_come(organisation, team, activity, whose)


def _may_come(organisation: Organisation, team: str, activity: str, whose: Whose) -> bool:
    """Whether routes may bring such a case to a *team* for an *activity*. Checks are put in wherever it goes, and
    orders for stock are released anywhere: what these ask for counts as coming."""
    from irrupt.organisation.flow import onward, reachable
    from irrupt.organisation.likes import kinds, likes_of
    from irrupt.organisation.model import START

    client, like = whose
    kind = like.name if isinstance(like, Like) else like
    checks = ((check.step.team, check.step.activity) for check in organisation.checks.values())
    if kind is None or organisation.products or (team, activity) in checks:
        return True
    steps = {name for name, one in organisation.steps.items() if (one.team, one.activity) == (team, activity)}
    return any(
        not steps.isdisjoint(reachable(onward(organisation, one, such), START))
        for one in (organisation.clients if client is None else [client])
        if kind in kinds(organisation, one)
        for such in likes_of(organisation, one, kind)
    )


def _there_are(organisation: Organisation, client: str | None, like: Like, guards: Sequence[Guard]) -> bool:
    """Whether there may be cases that are *like* that."""
    from irrupt.organisation.likes import kinds, likes_of

    if like.name in organisation.products:
        return True
    named = classes(guards)
    for one in organisation.clients if client is None else [client]:
        for kind in kinds(organisation, one):
            if like.name == kind or (like.name is None and kind not in named):
                found = likes_of(organisation, one, kind, guards)
                if found.get(like._replace(name=kind), 0.0) > 0.0:
                    return True
    return False


def in_cases_of(whose: Whose) -> str:
    """Behind an activity: in whose cases; nothing where these are any.

    >>> in_cases_of((None, None)), in_cases_of(("Shops", None)), in_cases_of(("Shops", "large"))
    ('', ' in cases of Shops', ' in cases of Shops of the class large')
    >>> in_cases_of((None, Like(None, 12.0)))
    ' in cases with a quantity of 12'
    """
    client, kind = whose
    if isinstance(kind, Like):
        found = in_cases_of((client, kind.name)) or _(" in cases")
        if kind.quantity != 1.0 or math.isinf(kind.due):
            found += _(" with a quantity of {n}").format(n=number_text(kind.quantity))
        return found + _due_after(kind.due)
    if client is not None and kind is not None:
        return _(" in cases of {client} of the class {name}").format(client=client, name=kind)
    if client is not None:
        return _(" in cases of {client}").format(client=client)
    return "" if kind is None else _(" in cases of the class {name}").format(name=kind)


def _due_after(due: float) -> str:
    """Behind cases: in what time they are due, which is a millisecond off the bound of a guard where it lies beyond."""
    if math.isinf(due):
        return ""
    near = round(due)
    texts = _(" that are due in less than {time}"), _(" that are due in {time}"), _(" that are due in more than {time}")
    return texts[1 + (due > near) - (due < near)].format(time=written(near))


def alone(organisation: Organisation, team: str) -> dict[str, list[tuple[str, Whose]]]:
    """Person -> the activities of *team*, sorted, that nobody else in it does, and in whose cases.

    >>> from irrupt.engine.examples import counter
    >>> alone(counter(), "Desk")
    {'Ann': [('Serve', (None, None))]}
    """
    found: dict[str, list[tuple[str, Whose]]] = {}
    for activity in sorted(activity for one, activity in asked_of_teams(organisation) if one == team):
        guards = guards_on(organisation, team, activity)
        for whose, crew in crews(organisation, team, activity).items():
            for name in crew if len(crew) == 1 and comes_to(organisation, team, activity, whose, guards) else ():
                found.setdefault(name, []).append((activity, whose))
    return found
