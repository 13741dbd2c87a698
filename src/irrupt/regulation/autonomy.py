"""Whose rules set how work is done: read from rule changes, their edits and their authors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from irrupt.chronicle.arrays import rows
from irrupt.chronicle.rows import Legend, Rows
from irrupt.ledgers import Ledgers, Parties, Window, parties_of
from irrupt.ledgers.autonomy import NOBODYS, OWN, SET_BY, THEIRS, AutonomyReducer, Bound, unbound
from irrupt.organisation.authorship import RESPECTS, Rule, theirs_too
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import RuleChange, amended
from irrupt.regulation.construction import touched

if TYPE_CHECKING:
    from irrupt.chronicle.model import Chronicle
    from irrupt.regulation.history import History


def autonomy(chronicle: Chronicle, history: History) -> dict[str, dict[str, float]]:
    """Measure (`own order`, `own speed`, `own method`, `method written by those who do it`, `moves that others ask
    for`) -> team -> share of its steps or moves, over all that *chronicle* shows, real or simulated: each step under
    the rules of *history* at the moment at which it was done.

    Teams and clients of *history* that the Chronicle does not name count for nothing.
    """
    found, legend = rows(chronicle)
    parties = parties_of(legend)
    end = float(found.end[-1]) + 1.0 if len(found.end) else 1.0
    (_origin, first), *later = bound_over_time(history.changes, history.founding, legend)
    ledgers = Ledgers(legend, Window(begin=0.0, end=end), bound=first)
    last = 0
    for moment, bound in later:
        now = int(np.searchsorted(found.end, legend.second(moment), "right"))
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
    >>> from irrupt.regulation import Certification, Signature
    >>> rules = counter()
    >>> legend = Simulation(rules, seed=1, weeks=1).legend
    >>> def recorded(by):
    ...     act = Certification(activity="Serve", added="1 min", signed=Signature(author=by))
    ...     return bound_by(act.changes(rules, rules.origin), rules, legend)
    >>> [recorded(by).work.max() == whose for by, whose in (("Public", THEIRS), ("Desk", OWN), ("Ann", OWN))]
    [np.True_, np.True_, np.True_]
    """
    *_before, (_moment, bound) = bound_over_time(changes, founding, legend)
    return bound


def bound_over_time(
    changes: Iterable[RuleChange], founding: Organisation, legend: Legend
) -> Iterator[tuple[datetime, Bound]]:
    """The same at the beginning and after each of *changes*, with when it is made: how it was in records whose rules
    have a history. Of what a change sets, its author is the last to write."""
    cells, rules = _Cells(legend), founding
    bound = cells.said(founding)
    yield founding.origin, bound
    for change in changes:
        bound = bound.copy()
        for touch in touched(change.edits, rules):
            for team in touch.teams:
                own = theirs_too(change, {team, *rules.members(team)})
                for what, aspects in enumerate(SET_BY.values()):
                    if touch.aspect in aspects and not touch.often:
                        at = cells.at(touch.client, touch.activities, team)
                        bound.work[what][at] = OWN if own else THEIRS
        for person, place, whose in cells.placed(change):
            bound.posts[person, place] = whose
        rules = amended(rules, [change])
        said = None
        for edit in change.edits:
            for rule in (edit.before, edit.after) if edit.part == "rules" else ():
                if rule is not None:
                    said = cells.said(rules) if said is None else said
                    for what, at in cells.of(rule):
                        bound.work[what][at] = said.work[what][at]
        yield change.time, bound


class _Cells:
    """Places in a `Bound`, by names."""

    def __init__(self, legend: Legend) -> None:
        self.legend = legend
        self.clients = {name: number for number, name in enumerate(legend.clients)}
        self.activities = {name: number for number, name in enumerate(legend.activities)}
        self.teams = {name: number for number, name in enumerate(legend.teams)}
        self.people = {name: number for number, name in enumerate(legend.people)}

    def at(self, client: str | None, activities: Collection[str], team: str) -> tuple[Any, ...]:
        """Those of the cases of *client*, or of everybody's, of *activities*, or of all, at *team*; nothing of what the
        records do not name."""
        clients = [*self.clients.values()] if client is None else _numbers(self.clients, [client])
        of = _numbers(self.activities, activities) if activities else [*self.activities.values()]
        return np.ix_(clients, of, _numbers(self.teams, [team]))

    def of(self, rule: Rule) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """What *rule* sets, and of which steps."""
        for respect in rule.sets:
            yield RESPECTS.index(respect), self.at(rule.client, rule.activities, rule.team)

    def placed(self, change: RuleChange) -> Iterator[tuple[int, int, int]]:
        """Who works in which team after *change* who did not before, or no longer does; and whose rule that is."""
        for edit in change.edits:
            if edit.part != "people" or edit.key not in self.people or edit.before is None:
                continue  # Who is new has moved nowhere.
            old, new = set(edit.before.teams), set(edit.after.teams if edit.after else ())
            whose = OWN if theirs_too(change, {edit.key, *old}) else THEIRS
            for team in _numbers(self.teams, old ^ new):
                yield self.people[edit.key], team, whose if self.legend.teams[team] in new else NOBODYS

    def said(self, organisation: Organisation) -> Bound:
        """What the rules of *organisation* say of who wrote them: somebody else, where one of several is his."""
        found = unbound(self.legend)
        for rule in organisation.rules.values():
            team = {rule.team, *organisation.members(rule.team)}
            own = theirs_too(rule, team)
            for what, at in self.of(rule):
                found.work[what][at] = np.maximum(found.work[what][at], OWN if own else THEIRS)
        return found


def _numbers(among: Mapping[str, int], names: Collection[str]) -> list[int]:
    return [among[name] for name in sorted(names) if name in among]
