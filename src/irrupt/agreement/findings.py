"""Changes of rules that `see` finds in records, taken into a rulebook's history: inferred, until somebody says so.

Where the change can be bound (a step, an order, a priority), the rule says in how many cases it holds since; so new
records tell whether it still does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl

from irrupt.agreement.bounds import Always, Bound, First, Never, OnlyAfter
from irrupt.agreement.cases import judged
from irrupt.agreement.model import Evidence, Rule, Rulebook
from irrupt.agreement.scene import CannotBeToldError, Scene, of_client, scene_of
from irrupt.groups import ALL_CLIENTS
from irrupt.organisation.rules import Edit, RuleChange
from irrupt.sight.changes import what_changed
from irrupt.sight.intervals import wilson
from irrupt.sight.model import FoundChange, Sight

FEWEST = 20
"""Cases since a change from which on it is told in how many of them it holds."""


def with_findings(rulebook: Rulebook, sight: Sight) -> Rulebook:
    """*rulebook* with the changes of rules that *sight* found, each in the history at its date, with the client who led
    as its author (nobody: no name), for whom it shows, and from when to when its date may lie.

    Left out is what the user refuted, and what stands in the rulebook already, whatever became of it there.
    """
    known = {*rulebook.founding, *(edit.key for change in rulebook.changes for edit in change.edits)}
    new = [one for one in sight.changes if one.verdict != "refuted" and one.name not in known]
    chronicle = sight.chronicle
    scene = scene_of(chronicle.with_events(chronicle.events.drop_nulls("end")), rulebook.timezone)
    both = (*rulebook.changes, *(_change(one, scene) for one in new))
    return replace(rulebook, changes=tuple(sorted(both, key=lambda change: change.time)))


def _change(found: FoundChange, scene: Scene) -> RuleChange:
    rule = Rule(
        text=what_changed(found),
        binds=next(_bounds(found, scene), None),
        author=_led_by(found),
        authority="confirmed" if found.verdict == "confirmed" else "inferred",
        written=False,
        evidence=tuple(_evidence(found, scene.chronicle.source)),
    )
    return RuleChange(
        time=found.begin,
        author=rule.author,
        rule=rule.text,
        edits=(Edit(part="rulebook", key=found.name, before=None, after=rule),),
        force="negotiated",
        authority=rule.authority,
        written=False,
    )


def _led_by(found: FoundChange) -> str:
    """The client whose cases changed first; that others make way for him does not say who began it."""
    return "" if found.kind == "priority" else found.leads


def _evidence(found: FoundChange, source: str) -> Iterator[Evidence]:
    """What changed for each party; for the one who led, or for all where nobody did, with the date of the change."""
    whose = found.leads or ALL_CLIENTS
    every = Evidence(
        source=source,
        measure=found.name,
        of=whose,
        unit="share",
        without=_short(found.before),
        with_=_short(found.after),
        date=found.begin,
        first=found.first,
        last=found.last,
    )
    if all(one.party != whose for one in found.parties):
        yield every
    for one in found.parties:
        before, after, low, high = map(_short, (one.before, one.after, one.low, one.high))
        told = replace(every, of=one.party, without=before, with_=after, low=low, high=high)
        yield told if one.party == whose else replace(told, date=one.begin, first=one.first, last=one.last)


def _short(share: float) -> float:
    return round(share, 4)


def _bounds(found: FoundChange, scene: Scene) -> Iterator[Bound]:
    """What the change binds, in the share of cases since in which it surely holds."""
    for bound in _candidates(found):
        try:
            his = of_client(scene, bound.client).filter(pl.col("arrival") >= found.last)
            answers = his.join(judged(bound, scene), on="case").filter(pl.col("kept").is_not_null() & pl.col("settled"))
        except CannotBeToldError:
            continue
        if answers.height >= FEWEST:
            low = wilson(float(answers["kept"].mean()), answers.height).low  # type: ignore[arg-type]
            if (share := math.floor(100 * low) / 100) > 0:
                yield replace(bound, share=share)


def _candidates(found: FoundChange) -> Iterable[Bound]:
    """What became more frequent is done at least so often; what became less, left out at least so often."""
    more, client = found.after > found.before, found.leads or None
    if found.kind == "activity":
        (activity,) = found.what
        return [(Always if more else Never)(activity=activity, client=client)]
    if found.kind == "order":
        first, then = found.what if more else reversed(found.what)
        return [OnlyAfter(activity=then, first=first, client=client)]
    if found.kind == "priority" and more:
        who, team = found.what
        return [First(team=team, client=who)]
    if found.kind == "class priority" and more:
        attribute, value, team = found.what
        return [First(team=team, where=((attribute, (value,)),))]
    return []
