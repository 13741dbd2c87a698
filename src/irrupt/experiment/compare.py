"""Compare: the same organisation with and without an act, on the same random numbers.

compare(organisation, act)
    question              amended(organisation, act.changes(...)): the rules with the act, and the plan of the runs
    Gathering             pairs of runs, measured, as many as were asked for or until intervals are narrow enough
    answer                paired differences with what each is worth; each claim beside what was found
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from irrupt.engine import tables
from irrupt.errors import Fault, UsageError
from irrupt.experiment.answering import Question, answer, question, reached
from irrupt.experiment.effects import effects_of, with_bound
from irrupt.experiment.executors import Threads
from irrupt.experiment.gathering import Gathering, until_precise
from irrupt.experiment.horizon import settled
from irrupt.experiment.learned import PAIRS, spreads
from irrupt.experiment.model import Comparison
from irrupt.experiment.precision import precision_in, refuse_unwatched
from irrupt.experiment.runs import Executor, Outcome
from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation.model import Organisation
from irrupt.regulation.model import Act

USUAL, MOST = 100, 5000
"""Pairs of runs when nothing is asked for; most pairs when a precision is."""
LEAST_AT_BOUNDS = 12
"""Fewest replications at the bounds of service times, which take an eighth of those of the main result."""

Progress = Callable[[int, int], None]
"""Called with the number of replications done and their total."""
Watch = Callable[[Comparison], None]
"""Called with an answer that is not the last."""


def compare(
    organisation: Organisation,
    *acts: Act,
    scenarios: Mapping[str, Sequence[Act]] | None = None,
    replications: int | None = None,
    precision: str | Sequence[str] = (),
    seed: int = 1,
    weeks: float = 13,
    warm_up_weeks: float | None = None,
    run_out_weeks: float | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    watch: Watch | None = None,
    bounds: Mapping[str, Organisation] | None = None,
    alternatives: Sequence[Organisation] = (),
    detail: bool = False,
) -> Comparison:
    """Try each of *acts*, one at a time, against the same organisation without it.

    *scenarios* tries several acts together: name -> acts. Both runs of a pair share their random numbers; the act
    begins after *warm_up_weeks*, effects are measured over the following *weeks*, and *run_out_weeks* more let counted
    cases finish; both are taken from how long cases last when not given. There are 100 *replications*; with
    *precision*, as many as it takes, up to *replications* or 5,000: `2 %` of their level for the measures that claims
    name, or a measure and a width, `cycle time: 30 min`. *bounds* gives the same organisation learned with the
    `shortest` and with the `longest` plausible service times: effects are then shown at both ends too. *alternatives*
    are other organisations that the records support (`irrupt.alternatives`): the uncertainty of what was learned is
    then part of the intervals, and shown beside the noise of the runs; a precision is about the noise of the runs. With
    *detail* every client is told apart, and measured at every team and before every activity too.

    *progress* is called with the pairs done and their total, *watch* with a first answer after 20 pairs and with better
    ones as more are done. The result depends on *seed*, never on *workers*. Ctrl-C keeps the pairs that are finished;
    as nobody planned to look then, intervals are wider.

    Raises `ModelError` when an act names what *organisation* does not have, `UsageError` when a number makes no sense
    or there is no act.
    """
    begun = time.perf_counter()
    chosen = _named(acts, scenarios or {})
    _refuse_nonsense(chosen, replications, weeks, warm_up_weeks, run_out_weeks)
    widths = [precision_in(text) for text in ([precision] if isinstance(precision, str) else precision)]
    rules = tables(organisation)
    horizon = settled(rules, seed=seed, weeks=weeks, warm_up=warm_up_weeks, run_out=run_out_weeks)
    asked = question(organisation, chosen, horizon, seed, detail=detail)
    refuse_unwatched(widths, asked.trials)
    most = replications or (MOST if widths else USUAL)
    ends = bounds or {}
    telling = _Telling(progress, main=most, others=len(alternatives), ends=len(ends))
    gathering = Gathering(
        plan=asked.plan,
        executor=Threads(workers),
        outcome=Outcome.none(asked.plan),
        told=telling.told,
        seen=None if watch is None else lambda outcome: watch(answer(asked, outcome, "always")),
    )
    if widths:
        telling.settle(until_precise(gathering, asked.trials, widths, most))
    else:
        gathering.up_to(most)
    outcome = gathering.outcome
    if outcome.interrupted:
        result = answer(asked, outcome, "always")
    else:
        varied = spreads(alternatives, asked, outcome, gathering.executor, telling.varied)
        result = answer(asked, outcome, spreads=varied)
        result = replace(result, effects=_bounded(result.effects, asked, ends, telling, gathering.executor))
    return replace(result, precision=reached(asked, outcome, widths), seconds=time.perf_counter() - begun)


@dataclass(slots=True)
class _Telling:
    """How far it is, over the main result, the alternatives and the bounds."""

    progress: Progress | None
    main: int
    others: int
    ends: int
    before: int = 0

    @property
    def each(self) -> int:
        """Pairs at each bound."""
        return min(self.main, max(LEAST_AT_BOUNDS, self.main // 8))

    def told(self, count: int) -> None:
        if self.progress is not None:
            total = self.main + PAIRS * self.others + self.each * self.ends
            self.progress(self.before + count, total)

    def varied(self, count: int) -> None:
        """So many alternatives are done."""
        self.before = self.main
        self.told(PAIRS * count)

    def settle(self, main: int) -> None:
        """It took *main* pairs, not the most that there could be."""
        self.main = main
        self.told(main)


def _bounded(
    effects: pl.DataFrame, asked: Question, bounds: Mapping[str, Organisation], telling: _Telling, executor: Executor
) -> pl.DataFrame:
    """*effects* with what is found at the bounds of service times."""
    telling.before = telling.main + PAIRS * telling.others
    for end, other in bounds.items():
        there = question(other, asked.chosen, asked.horizon, asked.seed, detail=asked.detail)
        gathering = Gathering(plan=there.plan, executor=executor, outcome=Outcome.none(there.plan), told=telling.told)
        gathering.up_to(telling.each)
        if gathering.outcome.interrupted:
            break
        effects = with_bound(effects, end, effects_of(there.trials, gathering.outcome))
        telling.before += telling.each
    return effects


def _named(acts: Sequence[Act], scenarios: Mapping[str, Sequence[Act]]) -> dict[str, tuple[Act, ...]]:
    """Scenarios by name: each act alone, named by what it is and for whom, then those given."""
    named: dict[str, tuple[Act, ...]] = {}
    for act in acts:
        base = name = f"{act.name}: {act.client}" if act.client else act.name
        count = 1
        while name in named or name in scenarios:
            count += 1
            name = f"{base} ({count})"
        named[name] = (act,)
    return named | {name: tuple(several) for name, several in scenarios.items()}


def _refuse_nonsense(
    chosen: Mapping[str, Sequence[Act]], replications: int | None, weeks: float, *beside: float | None
) -> None:
    faults = []
    if not chosen:
        faults.append(Fault("compare", _("no act was given"), _("at least one act")))
    if replications is not None and replications < 2:
        faults.append(Fault("replications", str(replications), _("at least 2: an interval needs pairs to differ")))
    if weeks <= 0:
        faults.append(Fault("weeks", number(weeks), _("more than 0")))
    if any(time is not None and time < 0 for time in beside):
        faults.append(Fault("warm_up_weeks, run_out_weeks", _("a negative time"), _("0 or more")))
    if faults:
        raise UsageError(faults)
