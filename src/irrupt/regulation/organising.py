"""Who organises: what a history of rules says of each of its authors, and of its rhythm."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import fmean, pstdev

import polars as pl

from irrupt.organisation.rules import Edit, RuleChange, regulation
from irrupt.organisation.staff import Calendar
from irrupt.regulation.standing import standing
from irrupt.regulation.verbs import verbs
from irrupt.units import DAY

AUTHOR_COLUMNS: dict[str, pl.DataType] = {
    "author": pl.String(),
    "changes": pl.Int64(),
    "share": pl.Float64(),
    "relayed": pl.Int64(),
    "control": pl.Int64(),
    "autonomous": pl.Int64(),
    "joint": pl.Int64(),
    "unwritten": pl.Int64(),
    "shown": pl.Int64(),
    "hours": pl.Float64(),
    "verbs": pl.List(pl.String()),
}
"""One row per author, most changes first; a change with several authors counts for each of them. `share`: of all
changes, so that shares may add up to more than one. `relayed`: through front-line staff; the others he
made himself. `control`, `autonomous`, `joint`: how his rules were produced (Reynaud 1988). `unwritten`: not written
down. `shown`: changes by which more parties see a rule than before, among them secrets that become shared. `hours`: of
organising work. `verbs`: what he does, all changes together."""


def authors(changes: Iterable[RuleChange], workers: Collection[str] = ()) -> pl.DataFrame:
    """`AUTHOR_COLUMNS` of *changes*, where *workers* are the parties who do the work: teams and people. What is only
    learned is no change of theirs.

    >>> authors([]).columns[:3]
    ['author', 'changes', 'share']
    """
    everything = [change for change in changes if not change.learned]
    by_author: dict[str, list[RuleChange]] = {}
    for change in everything:
        for author in dict.fromkeys(change.authors):
            by_author.setdefault(author, []).append(change)
    rows = []
    for author, made in sorted(by_author.items(), key=lambda item: (-len(item[1]), item[0])):
        kinds = [regulation(change, workers) for change in made]
        does = {verb for change in made for verb in verbs(change)}
        rows.append(
            {
                "author": author,
                "changes": len(made),
                "share": len(made) / len(everything),
                "relayed": sum(change.channel == "relay" for change in made),
                **{kind: kinds.count(kind) for kind in ("control", "autonomous", "joint")},
                "unwritten": sum(not change.written for change in made),
                "shown": sum(any(map(_shown, change.edits)) for change in made),
                "hours": sum(change.organising_hours for change in made),
                "verbs": sorted(does),
            }
        )
    return pl.DataFrame(rows, schema=AUTHOR_COLUMNS, orient="row")


def _shown(edit: Edit) -> bool:
    """Whether more parties see a rule after *edit* than before."""
    if edit.part not in ("rulebook", "rules") or edit.before is None or edit.after is None:
        return False
    before, after = _seeing(edit.before), _seeing(edit.after)
    return bool(before) and (not after or before < after)


def _seeing(rule: object) -> set[str]:
    """The parties who can see a rule; empty: all."""
    seen = rule.get("visible to") if isinstance(rule, dict) else getattr(rule, "visible_to", ())
    return set(seen or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often rules change, and how regularly."""

    changes: int
    per_quarter: float
    """Changes in 13 weeks; nan where no time passes."""
    burstiness: float
    """From -1, at equal distances: permanent organising work, through 0, independently of each other, to 1, in bursts
    of redesign (Goh & Barabási 2008, Burstiness and memory in complex systems). nan for fewer than three moments."""


def rhythm(changes: Iterable[RuleChange], since: datetime | None = None, until: datetime | None = None) -> Rhythm:
    """The rhythm of *changes*, of which what is only learned is none. For burstiness, those of one moment count as one.

    They are counted from *since* (None: the first of them) to *until*, also where nobody changes anything any more.
    None: the last of them; then the first ones only begin the time that is counted.

    >>> rhythm([]).changes
    0
    """
    times = sorted(change.time for change in changes if not change.learned)
    moments = sorted({*times})
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    mean, spread = (fmean(gaps), pstdev(gaps)) if len(gaps) > 1 else (float("nan"), float("nan"))
    begin, end = since or min(times, default=None), until or max(times, default=None)
    counted = len(times) if since or until else sum(time > moments[0] for time in times)
    lasts = (end - begin).total_seconds() if begin and end else 0.0
    return Rhythm(
        changes=len(times),
        per_quarter=counted / lasts * 13 * 7 * 86400 if lasts > 0 else float("nan"),
        burstiness=(spread - mean) / (spread + mean),
    )


LIFE_COLUMNS: dict[str, pl.DataType] = {
    "regulation": pl.String(),
    "share": pl.Float64(),
    "rules": pl.Int64(),
    "ended": pl.Int64(),
    "half_life": pl.Float64(),
}
"""One row per kind of regulation. `share`: of all rules. `rules`: what was set, change by change; `ended`: of these,
those of which nothing is left, since somebody has set all of it anew or taken it back. `half_life`: days after which
half of them have ended; null where fewer have."""


def lives(
    changes: Iterable[RuleChange],
    until: datetime,
    workers: Collection[str] = (),
    calendars: Mapping[str, Calendar] | None = None,
) -> pl.DataFrame:
    """`LIFE_COLUMNS` of *changes* up to *until*: how long what control, autonomous and joint regulation set lasts.
    *calendars*: those of the founding rules.

    What has not ended by *until* is known to have lasted so long: it counts as in a table of lives (Kaplan & Meier
    1958, Nonparametric Estimation from Incomplete Observations).
    """
    spans: dict[str, list[tuple[float, bool]]] = {kind: [] for kind in ("control", "autonomous", "joint")}
    for rule in standing(changes, until, calendars):
        lasted = (rule.ended or until) - rule.change.time
        spans[regulation(rule.change, workers)].append((lasted.total_seconds() / DAY, rule.ended is not None))
    total = sum(map(len, spans.values()))
    rows = [
        {
            "regulation": kind,
            "share": len(found) / total if total else 0.0,
            "rules": len(found),
            "ended": sum(ended for _days, ended in found),
            "half_life": _half_life(found),
        }
        for kind, found in spans.items()
    ]
    return pl.DataFrame(rows, schema=LIFE_COLUMNS, orient="row")


def _half_life(spans: Sequence[tuple[float, bool]]) -> float | None:
    """The first time by which half have ended, where those that have not are known to have lasted so long."""
    alive, share = len(spans), 1.0
    for days, ended in sorted(spans, key=lambda span: (span[0], not span[1])):
        if ended:
            share *= 1 - 1 / alive
            if share <= 0.5 + 1e-12:
                return days
        alive -= 1
    return None
