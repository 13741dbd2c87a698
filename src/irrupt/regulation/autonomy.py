"""Whose rules set how work is done: read from rule changes, their edits and their authors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from irrupt.chronicle.arrays import rows
from irrupt.chronicle.rows import Legend, Rows
from irrupt.ledgers import Ledgers, Parties, Window, parties_of
from irrupt.ledgers.autonomy import SET_BY, AutonomyReducer, Bound, unbound
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import RuleChange, amended
from irrupt.regulation.construction import touched

if TYPE_CHECKING:
    from irrupt.chronicle.model import Chronicle
    from irrupt.regulation.history import History


def autonomy(chronicle: Chronicle, history: History) -> dict[str, dict[str, float]]:
    """Measure (`own order`, `own speed`, `own method`) -> team -> share of its steps, over all that *chronicle* shows,
    real or simulated: each step under the rules of *history* at the moment at which it was done.

    Teams and clients of *history* that the Chronicle does not name count for nothing.
    """
    found, legend = rows(chronicle)
    parties = parties_of(legend)
    end = float(found.end[-1]) + 1.0 if len(found.end) else 1.0
    ledgers = Ledgers(legend, Window(begin=0.0, end=end), bound=unbound(legend))
    last = 0
    for moment, bound in bound_over_time(history.changes, history.founding, legend):
        now = int(np.searchsorted(found.end, (moment - legend.origin).total_seconds(), "right"))
        ledgers.add(Rows._make(column[last:now] for column in found))
        ledgers.bound_from_now(bound)
        last = max(now, last)
    ledgers.add(Rows._make(column[last:] for column in found))
    told = ledgers.result(Parties(teams=parties.teams))
    return {measure.name: told[measure.name] for measure in AutonomyReducer.measures}


def bound_by(changes: Iterable[RuleChange], founding: Organisation, legend: Legend) -> Bound:
    """What somebody else's rule sets after *changes*, made one after the other to *founding*.

    >>> from irrupt.engine import Simulation
    >>> from irrupt.engine.examples import counter
    >>> from irrupt.regulation import ImposedCheck, Signature
    >>> rules = counter()
    >>> legend = Simulation(rules, seed=1, weeks=1).legend
    >>> def checked(by):
    ...     check = ImposedCheck(client="Public", after="Serve", team="Desk", signed=Signature(author=by))
    ...     return bound_by(check.changes(rules, rules.origin), rules, legend)
    >>> checked("Public").any(), checked("Desk").any(), checked("Ann").any()
    (np.True_, np.False_, np.False_)
    """
    *_before, (_moment, bound) = [(None, unbound(legend)), *bound_over_time(changes, founding, legend)]
    return bound


def bound_over_time(
    changes: Iterable[RuleChange], founding: Organisation, legend: Legend
) -> Iterator[tuple[datetime, Bound]]:
    """The same after each of *changes*, with when it is made: how it was in records whose rules have a history."""
    bound, rules = unbound(legend), founding
    clients = {name: number for number, name in enumerate(legend.clients)}
    teams = {name: number for number, name in enumerate(legend.teams)}
    for change in changes:
        bound = bound.copy()
        for touch in touched(change.edits, rules):
            whose = slice(None) if touch.client is None else clients.get(touch.client, slice(0, 0))
            for team in touch.teams & teams.keys():
                own = change.force == "negotiated" or change.author in (team, *rules.members(team))
                for what, aspects in enumerate(SET_BY.values()):
                    if touch.aspect in aspects:
                        bound[what, whose, teams[team]] = not own
        rules = amended(rules, [change])
        yield change.time, bound
