"""Which step an act means that names an activity, where cases go back to; and whom a client meets."""

from __future__ import annotations

from irrupt.i18n import gettext as _
from irrupt.organisation.flow import alike, graph, only_again, reachable, visits_of_class
from irrupt.organisation.likes import likes
from irrupt.organisation.model import END, START, Organisation
from irrupt.regulation.acts.signature import Signed, refused

_ALIKE = 0.05
"""Share of the cases of which it does not matter where else they go."""


def step_meant(
    act: Signed, parameter: str, name: str, rules: Organisation, client: str | None, behind: str | None = None
) -> str:
    """The step called *name*, or, of the steps of the activity *name*, the one that cases of *client* come to most;
    None: everybody's cases. Where some come there from an activity *behind* which it is, those alone count; else, of
    those at the same team, the one that cases come to only after others, if from there until that activity they go on
    otherwise than from the first: what is done again often does. Where they part only later, they do so for what was
    done in between, and the cases that go back have not done that.

    Raises `ModelError` when several are come to equally often.
    """
    if name in rules.steps:
        return name
    steps = dict.fromkeys((key for key, step in rules.steps.items() if step.activity == name), 0.0)
    again = dict(steps)
    for whose in rules.clients if client is None else (client,):
        cases = 1.0 if client is not None else rules.clients[whose].cases_per_week
        for kind, share in alike(rules, whose, likes(rules, whose)).items():
            for key, times in visits_of_class(rules, whose, kind).items():
                if key in steps:
                    steps[key] += cases * share * times
                for route in rules.routes_of(whose, key, kind) if rules.steps[key].activity == behind else ():
                    if route.to in again:
                        again[route.to] += cases * share * times * route.share
    leading = _most(again) if any(again.values()) else _most(steps)
    if behind is not None and len(leading) == 1 and not any(again.values()):
        team = rules.steps[leading[0]].whose
        there = {key: count for key, count in steps.items() if count > 0 and rules.steps[key].whose == team}
        clients = (*rules.clients,) if client is None else (client,)
        ways = [graph(rules, whose) for whose in clients]
        anew = [key for key in only_again(ways, there) if _otherwise(rules, clients, leading[0], key, behind)]
        leading = _most({key: there[key] for key in anew}) or leading
    if len(leading) > 1:
        found = _('several steps of "{activity}" are come to equally often: {steps}').format(
            activity=name, steps=", ".join(leading)
        )
        raise refused(act, parameter, found, remedy=_("say which step"))
    return leading[0]


def _otherwise(rules: Organisation, clients: tuple[str, ...], first: str, again: str, until: str) -> bool:
    """Whether cases of *clients* go on otherwise from *again* than from the *first* step, *until* an activity."""
    todo, seen = [(first, again)], {(first, again)}
    while todo:
        pair = todo.pop()
        one, other = (_onward(rules, clients, step) for step in pair)
        shares = [{activity: share for activity, (share, _to) in ways.items()} for ways in (one, other)]
        apart = sum(abs(shares[0].get(activity, 0.0) - shares[1].get(activity, 0.0)) for activity in {*one, *other})
        if apart > 2 * _ALIKE:
            return True
        if rules.steps[pair[0]].activity == until:
            continue
        both = ((one[activity][1], other[activity][1]) for activity in sorted({*one} & {*other} - {END}))
        new = {pair for pair in both if pair[0] != pair[1]} - seen
        seen |= new
        todo += sorted(new)
    return False


def _onward(rules: Organisation, clients: tuple[str, ...], step: str) -> dict[str, tuple[float, str]]:
    """Activity -> share of the cases of *clients* that go there from a *step*, and to which step of it most of them."""
    shares = dict[str, float]()
    whole = sum(rules.clients[whose].cases_per_week for whose in clients)
    for whose in clients:
        part = rules.clients[whose].cases_per_week / whole if len(clients) > 1 else 1.0
        for kind, share in likes(rules, whose).items():
            for route in rules.routes_of(whose, step, kind):
                shares[route.to] = shares.get(route.to, 0.0) + part * share * route.share
    found = dict[str, tuple[float, str]]()
    for to in sorted(shares, key=lambda to: (-shares[to], to)):
        activity = rules.steps[to].activity if to in rules.steps else END
        before, most = found.get(activity, (0.0, to))
        found[activity] = before + shares[to], most
    return found


def _most(steps: dict[str, float]) -> list[str]:
    """Those of *steps* that are come to most."""
    most = max(steps.values(), default=0.0)
    return sorted(key for key, count in steps.items() if count >= most * (1 - 1e-9))


def meets(rules: Organisation, client: str) -> list[str]:
    """The teams that cases of *client* come to, sorted: for what he does not skip, or for a check.

    >>> from irrupt.engine.examples import counter
    >>> meets(counter(), "Public")
    ['Desk']
    """
    come = {name: rules.steps[name] for name in reachable(graph(rules, client), START) if name in rules.steps}
    done = {step.activity for step in come.values()}
    checks = [check.step for check in rules.checks.values() if check.client in (None, client) and check.after in done]
    skipped = rules.skips.get(client, frozenset())
    steps = [step for name, step in come.items() if name not in skipped]
    return sorted({step.whose for step in (*steps, *checks) if step.whose is not None})
