"""Which step an act means that names an activity: where cases go back to."""

from __future__ import annotations

from irrupt.i18n import gettext as _
from irrupt.organisation.flow import graph, only_again, visits_of_class
from irrupt.organisation.likes import likes
from irrupt.organisation.model import Organisation
from irrupt.regulation.acts.signature import Signed, refused


def step_meant(
    act: Signed, parameter: str, name: str, rules: Organisation, client: str | None, behind: str | None = None
) -> str:
    """The step called *name*, or, of the steps of the activity *name*, the one that cases of *client* come to most;
    None: everybody's cases. Where some come there from an activity *behind* which it is, those alone count; else, of
    those at the same team, the one that cases come to only after others: what is done again often goes on otherwise
    than what is done for the first time.

    Raises `ModelError` when several are come to equally often.
    """
    if name in rules.steps:
        return name
    steps = dict.fromkeys((key for key, step in rules.steps.items() if step.activity == name), 0.0)
    again = dict(steps)
    for whose in rules.clients if client is None else (client,):
        cases = 1.0 if client is not None else rules.clients[whose].cases_per_week
        for kind, share in likes(rules, whose).items():
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
        ways = [graph(rules, whose) for whose in (rules.clients if client is None else (client,))]
        leading = _most({key: there[key] for key in only_again(ways, there)}) or leading
    if len(leading) > 1:
        found = _('several steps of "{activity}" are come to equally often: {steps}').format(
            activity=name, steps=", ".join(leading)
        )
        raise refused(act, parameter, found, remedy=_("say which step"))
    return leading[0]


def _most(steps: dict[str, float]) -> list[str]:
    """Those of *steps* that are come to most."""
    most = max(steps.values(), default=0.0)
    return sorted(key for key, count in steps.items() if count >= most * (1 - 1e-9))
