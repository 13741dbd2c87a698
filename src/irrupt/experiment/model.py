"""What a comparison says."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl

from irrupt.arguments import as_annotated
from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.experiment.statistics import Looks
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import RuleChange
from irrupt.regulation.model import Act
from irrupt.regulation.verdicts import Found as Found
from irrupt.regulation.verdicts import Verdict as Verdict
from irrupt.showing import in_notebook

if TYPE_CHECKING:
    from irrupt.experiment.answering import Question
    from irrupt.experiment.runs import Outcome
    from irrupt.experiment.trials import Trial
    from irrupt.regulation.history import History

EFFECT_COLUMNS: dict[str, pl.DataType] = {
    "scenario": pl.String(),
    "ledger": pl.String(),
    "measure": pl.String(),
    "party": pl.String(),
    "of": pl.String(),
    "unit": pl.String(),
    "without": pl.Float64(),
    "with": pl.Float64(),
    "difference": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "noise": pl.Float64(),
    "learned": pl.Float64(),
    "level": pl.Float64(),
    "freedom": pl.Float64(),
    "matters": pl.Float64(),
    "verdict": pl.String(),
    "kind": pl.String(),
    "more": pl.Int64(),
    "shortest": pl.Float64(),
    "longest": pl.Float64(),
}
"""One row per scenario, measure and party. `low`, `high`: interval of the paired difference (with minus without) at the
confidence `level`: 95 % for what a claim names, higher for the others, so that of all differences told apart at most 5
% are wrong on average; `freedom`: its degrees of freedom, in Student's distribution. `noise`, `learned`: what the noise
of the runs makes of half of it, and the uncertainty of what was learned from the records (null where that is not known,
and then not in the interval); their squares add up to its square. `matters`: smallest effect that matters, in the
measure's unit. `kind`: `by construction` or `emergent`. `more`: where undecided, about how many more pairs of runs
would decide. `shortest`, `longest`: the difference with the shortest and the longest plausible service times, where
start times are assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What the cases that a rule is about meet in the runs without it: why the rule moves so little."""

    kind: Literal[
        "order", "people", "hours", "still follows", "nothing comes", "none done", "hardly comes",
        "goes there anyway", "no order by date", "as often", "open ends", "never met", "so already", "nothing differs",
    ]  # fmt: skip
    """It is about the *order* in which cases are taken, about *people*, or about their *hours*; what takes the time
    *still follows* what is skipped; *nothing comes* to what it changes, or it *hardly comes* there, or what comes there
    waits, and *none* is *done*; a case that is sent back *goes there anyway*; *no order by date* makes anybody take
    cases by when they are due; what is to become rarer comes *as often*; the cases that come before and after leave
    *open ends* of the time that is measured; the moment that it waits for is *never met*; all that it asks for is *so
    already*; *nothing differs* in any run."""
    client: str = ""
    teams: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    steps: float = math.nan
    """Steps of these cases at the teams, a run."""
    wait: float = math.nan
    """Hours that each of them waits there for a person."""
    behind: float = math.nan
    """Hours of it after somebody else's case was taken before: about what passing first can save it at most."""
    passing: float = 1.0
    """Of those of the client's cases that come to the teams, how many are to pass: all, or those for which somebody
    speaks, or that come to be of a class that passes."""
    cycle: float = math.nan
    """Hours that their cases take."""
    ours: float = math.nan
    """Hours of these that they wait for us,"""
    unqueued: float = math.nan
    """and of these, those in which they stand in no queue: no order changes them."""
    share: float = math.nan
    """Of the hours of the team's people, in which they are at work; of cases, those that come there; or, of the time
    that is measured, that which a case takes."""
    then: str = ""
    """The activity that still follows what is skipped, or that comes next anyway."""
    spent: float = math.nan
    """Hours that what is skipped takes, each time."""
    passes: float = math.nan
    """Hours that pass behind it until the other activity can begin, each time."""
    worked: bool = True
    """Whether people of the organisation work on that one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One scenario: its acts, their rule changes, and each claim beside what was found."""

    name: str
    acts: tuple[Act, ...]
    changes: tuple[RuleChange, ...]
    found: tuple[Found, ...]
    """One per claim, in the order of the acts; a claim that several acts make, once."""
    teams: frozenset[str] = frozenset()
    """The teams whose work the acts set directly."""
    reasons: tuple[Reason, ...] = ()
    """Why it moves nothing of what it was to move, or less, where that is so and runs tell it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A precision that was asked for, and whether it is there."""

    text: str
    reached: bool
    more: int | None
    """About how many more pairs of runs it would take: 0 when it is there, None when nobody could wait for it."""
    learned: bool = False
    """Whether no run could do it, since what was learned from the records is too unsure for it."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Comparison:
    """Each scenario against the same baseline, on the same random numbers."""

    organisation: Organisation
    effects: pl.DataFrame
    """`EFFECT_COLUMNS`."""
    tried: tuple[Tried, ...]
    replications: int
    seed: int
    weeks: float
    warm_up_weeks: float
    run_out_weeks: float
    seconds: float
    """Wall time that the runs took."""
    alternatives: int = 0
    """Organisations that the records support alike, on which the acts were tried too; 0: intervals hold the noise of
    the runs alone."""
    looks: Looks = "once"
    """Whether intervals are for one look, planned beforehand, or hold at all looks together: wider, for answers that
    are shown before the end."""
    precision: tuple[Reached, ...] = ()
    settled_weeks: float | None = None
    """Weeks after which the number of open cases settles without any act (MSER-5); None: not found."""
    stored: int = 0
    """Pairs of runs that were in the store already."""
    notes: tuple[str, ...] = ()
    """In the user's language: overload, cases that did not finish, ..."""
    parties: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What the parties did before: who, and in sentences what he answered; and what is not compared since all of it is
    refused."""
    provenance: dict[str, Any] | None = None
    """Versions, platform, arguments: what is needed to make it again."""
    question: Question | None = field(default=None, repr=False, compare=False)
    """What was run."""
    outcome: Outcome | None = field(default=None, repr=False, compare=False)
    """What each pair of runs came to."""

    _repr_html_ = in_notebook

    def __repr__(self) -> str:
        return f"<Comparison: {'; '.join(one.name for one in self.tried)}; {self.replications} pairs of runs>"

    @as_annotated
    def pairs(self, scenario: str, measure: str, party: str) -> pl.DataFrame:
        """One row per pair of runs: `replication`, `without`, `with`, `difference`, in the unit of the measure.

        Raises `UsageError` when there is no such scenario, or this is not measured in it.
        """
        assert self.question is not None
        assert self.outcome is not None
        columns = [(one.name, whose) for one, whose in self._trial(scenario).columns]
        if (measure, party) not in columns:
            wrong = _('"{measure}" is not measured for "{party}"').format(measure=measure, party=party)
            known = [whose for one, whose in columns if one == measure] or [one for one, _whose in columns]
            raise UsageError(Fault("pairs", wrong, remedy=did_you_mean(party, known)))
        at, done = columns.index((measure, party)), self.outcome.done
        without, with_act = (side[scenario][done, at] for side in (self.outcome.without, self.outcome.with_act))
        values = {"without": without, "with": with_act, "difference": with_act - without}
        return pl.DataFrame({"replication": np.flatnonzero(done), **values})

    @as_annotated
    def history(self, scenario: str, replication: int = 0) -> History:
        """The rules in the run with the acts of *scenario* in one pair of runs: the founding ones, and each change at
        the moment at which it was made in this run, so that `at(moment)` gives the rules then in force, exactly.

        Raises `UsageError` when there is no such scenario or pair.
        """
        from irrupt.experiment.histories import history_of

        assert self.question is not None
        assert self.outcome is not None
        there = np.flatnonzero(self.outcome.done).tolist()
        if replication not in there:
            raise UsageError(Fault("replication", str(replication), _("0 to {n}").format(n=max(there, default=0))))
        return history_of(self.question, self.outcome, self._trial(scenario), replication)

    def _trial(self, scenario: str) -> Trial:
        assert self.question is not None
        trials = {trial.name: trial for trial in self.question.trials}
        if scenario not in trials:
            raise UsageError(Fault("scenario", scenario, remedy=did_you_mean(scenario, trials)))
        return trials[scenario]

    @property
    def rules(self) -> pl.DataFrame:
        """Every rule change that was tried: the columns of a Chronicle's rules, and the scenario. What waits for its
        moment is there once, as if it came at once; when it came in a run, `history` tells.
        """
        from irrupt.regulation import rules_table

        tables = [rules_table(one.changes).with_columns(scenario=pl.lit(one.name)) for one in self.tried]
        return pl.concat(tables)
