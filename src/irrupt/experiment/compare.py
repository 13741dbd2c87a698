"""Compare: the same organisation with and without an act, on the same random numbers.

compare(organisation, act)
    question              done_to(organisation, act, ...): the rules with the act, and the plan of the runs
    Gathering             pairs of runs, measured, as many as were asked for or until intervals are narrow enough
    answer                paired differences with what each is worth; each claim beside what was found
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Unpack

from irrupt.arguments import as_annotated
from irrupt.engine import tables
from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.experiment.ahead import ahead
from irrupt.experiment.answering import (
    Question,
    answer,
    fewer_tried,
    looked_before,
    measured_less,
    question,
    question_on,
    reached,
    tried_on,
    warmed_up,
)
from irrupt.experiment.begun import with_past
from irrupt.experiment.bounds import found_there, with_bound
from irrupt.experiment.effects import Spreads
from irrupt.experiment.gathering import Gathering, shortfall, until_precise
from irrupt.experiment.horizon import PILOT, Chosen
from irrupt.experiment.keeping import Keeping, keeping
from irrupt.experiment.learned import pairs_each, refuse_elsewhere, spreads
from irrupt.experiment.model import Comparison
from irrupt.experiment.overload import growing, told_left
from irrupt.experiment.overload import told as overloaded
from irrupt.experiment.precision import Precision, precision_in, refuse_unwatched
from irrupt.experiment.provenance import provenance
from irrupt.experiment.reasons import with_reasons
from irrupt.experiment.recorded import Size, expected, forget_unwritten, recorded
from irrupt.experiment.running import AboutRuns, not_there, refuse_no_acts, running_in, said_in, together
from irrupt.experiment.runs import Executor, Outcome
from irrupt.experiment.starting import Start
from irrupt.experiment.store import Store
from irrupt.experiment.today import refuse_taken_back, told, under
from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation.model import Organisation
from irrupt.regulation.model import Act
from irrupt.regulation.scenario_names import scenario_said
from irrupt.regulation.when import title_among, waiting_in

USUAL, MOST = 100, 5000
"""Pairs of runs when nothing is asked for; most pairs when a precision is."""
LEAST_AT_BOUNDS = 8
"""Fewest replications at the bounds of service times, which take a twelfth of those of the main result."""

Progress = Callable[[int, int], None]
"""Called with the number of replications done and their total."""
Watch = Callable[[Comparison], None]
"""Called with an answer that is not the last."""


@as_annotated
def compare(
    organisation: Organisation,
    *acts: Act,
    scenarios: Mapping[str, Sequence[Act] | Act] | None = None,
    today: Sequence[Act] = (),
    precision: str | Sequence[str] = (),
    chronicles: str | Path | None = None,
    sized: Callable[[Size], None] | None = None,
    progress: Progress | None = None,
    watch: Watch | None = None,
    bounds: Mapping[str, Organisation] | None = None,
    alternatives: Sequence[Organisation] = (),
    detail: bool = False,
    start: Start | None = None,
    **about: Unpack[AboutRuns],
) -> Comparison:
    """Simulate *organisation* with and without each of *acts*, and estimate the paired differences.

    Both runs of a pair use common random numbers. What is compared:

    - *acts* are tried one at a time; *scenarios* (name -> acts, or one) tries several together.
    - *today*: acts that happen anyway, on both sides and from the beginning; those that wait for a condition wait on
      both sides, from when acts begin.
    - *start* (`irrupt.start_of(log)`): runs begin with the cases that are open at the end of a log instead of empty,
      and acts begin at once.

    Over which time and how often; all keyword arguments of `irrupt.experiment.Running` can be given as *about*:

    - acts begin after *warm_up_weeks*, effects are measured over the next *weeks*, and *run_out_weeks* more let the
      cases that count finish. By default all three are chosen from how long cases last and when their number settles.
      Conditions of acts are checked every *review_weeks*.
    - *replications* pairs of runs (100), or with *precision* as many as it takes, at most *replications* or 5,000:
      `2 %` (of their level, for the measures that claims name), or a measure and the width of its interval,
      `cycle time: 30 min`. Precision is about the noise of the runs alone.
    - results depend on *seed*, and never on *workers* or *executor*, who run the pairs.

    What intervals hold beside the noise of the runs:

    - *alternatives* (`irrupt.alternatives`): the uncertainty of what was learned from the log.
    - *bounds*: the organisation learned with the `shortest` and with the `longest` plausible durations, for logs
      without start times. Effects are shown at both ends.

    What is kept and told: with *detail* every client is measured separately, at every team and before every activity.
    *store* is a file that keeps each pair, so that none is run twice, even after an interruption. *chronicles* is a
    folder for the event logs of all runs (Parquet); *sized* is called beforehand with the room that they take.
    *progress* is called with the pairs done and their total, *watch* with a first result after 20 pairs and better ones
    as more are done. Ctrl-C keeps the pairs that are finished; intervals are then wider, as nobody planned to look at
    that moment.

    Raises `ModelError` if an act names what *organisation* does not have, `UsageError` if there is no act or a number
    makes no sense.

    >>> from irrupt.engine.examples import counter
    >>> from irrupt.regulation.acts import Volume
    >>> result = compare(counter(), Volume(client="Public", change=0.1), replications=4, weeks=4, seed=1)
    >>> first = result.effects.row(0, named=True)
    >>> first["measure"], first["party"], first["kind"], first["difference"] > 0
    ('arrivals', 'Public', 'by construction', True)
    """
    begun = time.perf_counter()
    apart = together(scenarios or {})
    tried = [*acts, *(act for several in apart.values() for act in several)]
    refuse_no_acts([*tried, *today])
    refuse_taken_back(tried, today)
    chosen = _named(acts, apart)
    missing = not_there("compare", (chosen, _("no act was given"), _("at least one act")))
    running = running_in(about, [*missing, *_bounds_faults(bounds or {})])
    widths = [precision_in(text) for text in ([precision] if isinstance(precision, str) else precision)]
    if start is not None:
        running = replace(running, warm_up_weeks=_begins(start, running.warm_up_weeks))
        organisation, alternatives = start.rebased(organisation), [start.rebased(other) for other in alternatives]
        bounds = {end: start.rebased(other) for end, other in (bounds or {}).items()}
    organisation = under(organisation, today)
    time_chosen = running.chosen(tables(organisation))
    horizon, passed = time_chosen.horizon, time_chosen.horizon.warm_up
    rules = with_past(organisation, passed)
    asked = question(rules, chosen, horizon, running.seed, detail=detail, start=start, anyway=waiting_in(today))
    refuse_unwatched(widths, asked.trials)
    refuse_elsewhere(asked, today, alternatives, bounds or {})
    alternatives = [with_past(under(other, today), passed) for other in alternatives]
    asked = asked if chronicles is None else recorded(asked, chronicles)
    most = running.replications or (MOST if widths else USUAL)
    ends = {end: with_past(under(other, today), passed) for end, other in (bounds or {}).items()}
    telling = _Telling(progress, main=most, others=len(alternatives), ends=len(ends))
    with running.opened() as store:
        runs = _Runs(executor=running.by, store=store, telling=telling, time=time_chosen, sized=sized)
        shown = None if watch is None else lambda so_far: watch(told(so_far, today))
        result = runs.answer(asked, most, widths, shown, alternatives)
        if result.looks == "once" and result.alternatives == len(alternatives):
            result = runs.completed(result, asked, ends)
    made = provenance(organisation, chosen, replications=result.replications, seed=running.seed, horizon=asked.horizon)
    made["times_said"] = said_in(about)
    if start is not None:
        made["open"] = start.made()
    return told(replace(result, seconds=time.perf_counter() - begun, provenance=made), today)


@dataclass(frozen=True, slots=True)
class _Runs:
    """Where pairs of runs are run, and where they are kept."""

    executor: Executor
    store: Store | None
    telling: _Telling
    time: Chosen
    sized: Callable[[Size], None] | None = None

    def answer(
        self,
        asked: Question,
        most: int,
        widths: Sequence[Precision],
        watch: Watch | None,
        alternatives: Sequence[Organisation],
    ) -> Comparison:
        """The answer to *asked* with *most* pairs, or as many as *widths* take, and what *alternatives* tell."""
        seen = None if watch is None else lambda outcome: watch(answer(asked, outcome, "always"))
        gathering, kept = self._begun(asked, most, seen)
        if asked.plan.chronicles is not None:
            forget_unwritten(asked, gathering.outcome)
            size = expected(asked, gathering.outcome, most)
            (self.sized or (lambda _size: None))(size)
        stored = int(gathering.outcome.done.sum())
        count, varied = self._gathered(gathering, asked, most, widths, alternatives)
        outcome = gathering.outcome
        if outcome.interrupted:
            result = answer(asked, outcome, "always", varied)
            return replace(result, precision=reached(asked, outcome, widths, varied), stored=stored)
        outcome = outcome.first(count)
        result = answer(asked, outcome, spreads=varied)
        begins = asked.start is not None
        before = 0 if kept is None else kept.looked(count)
        return replace(
            result,
            precision=reached(asked, outcome, widths, varied),
            stored=min(stored, count),
            settled_weeks=None if begins else self.time.settles,
            notes=(
                *result.notes,
                *(fewer_tried(len(alternatives) - result.alternatives) if result.alternatives else []),
                *measured_less(self.time),
                *([] if begins else warmed_up(self.time.settles, asked.horizon, self.time.passed)),
                *([looked_before(before)] if before else []),
            ),
        )

    def _gathered(
        self,
        gathering: Gathering,
        asked: Question,
        most: int,
        widths: Sequence[Precision],
        alternatives: Sequence[Organisation],
    ) -> tuple[int, Spreads | None]:
        """How many pairs were gathered, and what *alternatives* tell; None where there are none.

        Intervals hold both. So where these are still wider than *widths*, more pairs are added, as long as they help.
        """
        varied: Spreads | None = {} if alternatives else None
        count = until_precise(gathering, asked.trials, widths, most) if widths else gathering.up_to(most)
        while not gathering.outcome.interrupted:
            self.telling.settle(count)
            if not alternatives:
                break
            varied = spreads(alternatives, asked, self.telling.each, self.executor, self.telling.varied)
            self.telling.before += self.telling.each * len(alternatives)
            more = shortfall(asked.trials, gathering.outcome.first(count), widths, varied)
            if not more or count >= most or tried_on(varied) < len(alternatives):
                break
            self.telling.before = 0
            count = gathering.up_to(min(most, count + max(more, count // 4)))
        return count, varied

    def completed(self, result: Comparison, asked: Question, bounds: Mapping[str, Organisation]) -> Comparison:
        """*result* with what more runs tell beside its pairs: why acts move nothing, which queues grow without bound,
        and what is found at the *bounds* of service times. Ctrl-C leaves the rest, and keeps all pairs."""
        assert result.outcome is not None
        try:
            result = with_reasons(result, asked, result.outcome, self.executor.at_once)
            result = replace(result, notes=(*result.notes, *_overloaded(asked, self.executor.at_once)))
        except KeyboardInterrupt:
            text = _("Stopped early: all pairs of runs are there, but not all that is looked at beside them.")
            return replace(result, notes=(*result.notes, text))
        return self._bounded(result, asked, bounds)

    def _bounded(self, result: Comparison, asked: Question, bounds: Mapping[str, Organisation]) -> Comparison:
        """*result* with what is found at the *bounds* of service times, from fewer pairs. Ctrl-C leaves the rest."""
        assert result.outcome is not None
        effects, fewer = result.effects, self.telling.fewer
        try:
            questions = ahead(lambda other: question_on(other, asked), bounds.values())
            for end, there in zip(bounds, questions, strict=True):
                gathering, _kept = self._begun(there, fewer, None)
                gathering.up_to(fewer)
                if gathering.outcome.interrupted:
                    raise KeyboardInterrupt
                found = {
                    trial.name: found_there(trial, its, gathering.outcome, result.outcome)
                    for trial, its in zip(asked.trials, there.trials, strict=True)
                }
                effects = with_bound(effects, end, asked.trials, found)
                self.telling.before += fewer
        except KeyboardInterrupt:
            text = _("Stopped early: the shortest and the longest plausible service times were not both tried.")
            return replace(result, notes=(*result.notes, text))
        return replace(result, effects=effects)

    def _begun(
        self, asked: Question, most: int, seen: Callable[[Outcome], None] | None
    ) -> tuple[Gathering, Keeping | None]:
        """The replications of *asked* that are stored, ready to be added to."""
        outcome = Outcome.none(asked.plan)
        kept = None if self.store is None else keeping(asked, self.store)
        if kept is not None:
            kept.recall(outcome, most)
        gathering = Gathering(
            plan=asked.plan,
            executor=self.executor,
            outcome=outcome,
            kept=None if kept is None else kept.kept,
            told=self.telling.told,
            seen=seen,
        )
        return gathering, kept


@dataclass(slots=True)
class _Telling:
    """How far it is, over the main result, the alternatives and the bounds."""

    progress: Progress | None
    main: int
    others: int
    ends: int
    before: int = 0

    @property
    def fewer(self) -> int:
        """Pairs of runs at each bound."""
        return min(self.main, max(LEAST_AT_BOUNDS, self.main // 12))

    @property
    def each(self) -> int:
        """Pairs of runs on each alternative."""
        return pairs_each(self.main, self.others)

    def told(self, count: int) -> None:
        if self.progress is not None:
            total = self.main + self.each * self.others + self.fewer * self.ends
            self.progress(self.before + count, total)

    def varied(self, count: int) -> None:
        """So many alternatives are done."""
        self.told(self.each * count)

    def settle(self, main: int) -> None:
        """It took *main* pairs, which may be less than the most that there could be."""
        self.main = main
        if not self.before:
            self.told(main)
        self.before = main


def _overloaded(asked: Question, at_once: int) -> list[str]:
    """Of whom nobody is left, and queues that grow without bound, in a run of the baseline, and with each scenario that
    does not wait for its moment; so many runs *at_once* as those of pairs, on the cores of this machine."""
    plan, weeks = asked.plan, asked.horizon.total
    names = [name for name in plan.scenarios if name not in plan.watched]
    acts = [(asked.horizon.warm_up, lambda run, rules=plan.scenarios[name]: run.change(rules)) for name in names]
    pool = ThreadPoolExecutor(min(at_once, os.cpu_count() or 1))
    try:
        before, *after = pool.map(lambda act: growing(plan.begun(PILOT), weeks, act), [None, *acts])
    finally:
        pool.shutdown(cancel_futures=True)
    gone = told_left(asked.organisation, weeks)
    notes = [*gone, *overloaded(before)]
    for name, found in zip(names, after, strict=True):
        said = scenario_said(name, asked.chosen[name], _)
        notes += [*told_left(plan.scenarios[name].organisation, weeks, gone, said), *overloaded(found, before, said)]
    return notes


def _begins(start: Start, warm_up_weeks: float | None) -> float:
    """When acts begin, in weeks: at once."""
    if warm_up_weeks is not None:
        raise UsageError(Fault("warm_up_weeks", number(warm_up_weeks), _("none where runs begin with open cases")))
    return start.weeks


def _bounds_faults(bounds: Mapping[str, Organisation]) -> list[Fault]:
    """What is at no end of plausible durations."""
    ends = ("shortest", "longest")
    return [Fault("bounds", end, remedy=did_you_mean(end, ends)) for end in bounds if end not in ends]


def _named(acts: Sequence[Act], scenarios: Mapping[str, Sequence[Act]]) -> dict[str, tuple[Act, ...]]:
    """Scenarios by name: each act alone, named by what it is and for whom, then those given, of which one without a
    name is called by its acts: no name at all is that of the side without."""
    named: dict[str, tuple[Act, ...]] = {}
    among = [*acts, *(act for several in scenarios.values() for act in several)]

    def called(several: Sequence[Act]) -> str:
        base = name = " + ".join(title_among(act, among) for act in several)
        count = 1
        while name in named or name in scenarios:
            count += 1
            name = f"{base} ({count})"
        return name

    for act in acts:
        named[called([act])] = (act,)
    for name, several in scenarios.items():
        named[name or called(several)] = tuple(several)
    return named
