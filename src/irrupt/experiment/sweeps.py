"""Sweep: an act tried at many settings, of itself or of the organisation, on the same random numbers.

Of each pair of runs only the outputs asked for are kept, so a sweep of any length takes the same memory. With a store
nothing is run twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Unpack

import numpy as np

from irrupt.arguments import as_annotated
from irrupt.arraytypes import Flags, Floats
from irrupt.engine import tables
from irrupt.errors import Fault, ModelError, UsageError
from irrupt.experiment.answering import Question, question
from irrupt.experiment.begun import with_past
from irrupt.experiment.designs import Kind, Parameter, design, parameter_in, set_to
from irrupt.experiment.gathering import FIRST, Gathering
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.keeping import keeping
from irrupt.experiment.learned import SEVERAL, pairs_each
from irrupt.experiment.outputs import Output, output_in, unmeasured
from irrupt.experiment.running import AboutRuns, not_there, refuse_no_acts, running_in
from irrupt.experiment.runs import Executor, Outcome
from irrupt.experiment.store import Store
from irrupt.experiment.swept import Sweep
from irrupt.experiment.today import refuse_taken_back, under
from irrupt.experiment.trials import told_apart
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.regulation.model import Act
from irrupt.regulation.when import waiting_in

SCENARIO = "sweep"
USUAL = 20
"""Pairs of runs at each point."""


@as_annotated
def sweep(
    organisation: Organisation,
    *acts: Act,
    vary: Sequence[str],
    outputs: Sequence[str],
    kind: Kind = "grid",
    points: int = 64,
    today: Sequence[Act] = (),
    alternatives: Sequence[Organisation] = (),
    progress: Callable[[int, int], None] | None = None,
    **about: Unpack[AboutRuns],
) -> Sweep:
    """Try *acts* together at many settings of what *vary* names, each beside the same organisation without them.

    *vary*: `imposed check > duration: 5 min .. 40 min`, `clients > Hospital A > share of cases: 10 %, 30 %, 50 %`.
    *outputs*: `cycle time of other clients`. *kind*: a `grid` of all combinations, or *points* settings as a `latin`
    hypercube, a `sobol` sequence, or for `sensitivity` indices. All points share their random numbers. *today*: acts
    that are done anyway, on both sides; they may be varied too. *about* are the settings of the runs, all by keyword
    (`experiment.Running`); there are 20 *replications* at each point.

    *alternatives* are other organisations that the records support (`irrupt.alternatives`). Each point is tried on
    these too, on fewer pairs of runs: intervals then hold the uncertainty of what was learned beside their noise.
    Ctrl-C leaves what is finished: all points have 20 pairs of runs before any has more; alternatives come last.

    Raises `UsageError` for what is not understood, `ModelError` for settings that are not possible.

    >>> from irrupt.engine.examples import counter
    >>> from irrupt.regulation.acts import Volume
    >>> found = sweep(counter(), Volume(client="Public", change=0.1), vary=["volume > change: 10 %, 20 %"],
    ...               outputs=["arrivals of Public"], replications=4, weeks=4)
    >>> found.table["difference"].is_sorted()
    True
    """
    refuse_no_acts([*acts, *today])
    refuse_taken_back(acts, today)
    parameters, wanted = tuple(map(parameter_in, vary)), tuple(map(output_in, outputs))
    missing = not_there(
        "sweep",
        (acts, _("nothing to try"), _("an act")),
        (parameters, _("nothing to vary"), _("a setting and its values (--vary)")),
        (wanted, _("nothing to measure"), _("a measure, and whose (--measure, in Python outputs)")),
    )
    tried = _Tried(acts=acts, today=today, parameters=parameters)
    if missing and parameters:
        missing += tried.wrong(organisation, kind)
    running = running_in(about, missing)
    replications, seed = running.replications or USUAL, running.seed
    each = pairs_each(replications, len(alternatives)) if alternatives else 0
    settings = design(parameters, kind, points, seed)
    horizon = running.chosen(tables(tried.at(organisation, settings[0].tolist())[0])).horizon
    found = _nothing_yet(parameters, wanted, kind, settings, replications, seed)
    others = _room(found, len(alternatives), each) if alternatives else None
    found = replace(found, acts=acts, today=tuple(today), others=others)
    with running.opened() as store:
        whom = frozenset(one.party for one in wanted)
        runs = _Runs(tried=tried, about=whom, horizon=horizon, seed=seed, executor=running.by, store=store)
        planned = len(settings) * (replications + each * len(alternatives))
        trying = _Trying(found=found, runs=runs, planned=planned, progress=progress)
        try:
            trying.main(organisation)
            trying.elsewhere(alternatives, each)
        except KeyboardInterrupt:
            return trying.finished()
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """What each point sets."""

    acts: Sequence[Act]
    today: Sequence[Act]
    parameters: Sequence[Parameter]

    def at(self, organisation: Organisation, row: Sequence[float]) -> tuple[Organisation, Sequence[Act], Sequence[Act]]:
        """*organisation* as it is anyway, what waits anyway, and the acts, at the settings of *row*."""
        rules, acts = set_to(organisation, (*self.today, *self.acts), self.parameters, row)
        anyway = len(self.today)
        return under(rules, acts[:anyway]), waiting_in(acts[:anyway]), acts[anyway:]

    def wrong(self, organisation: Organisation, kind: Kind) -> Sequence[Fault]:
        """What is wrong with the first of the settings, if anything is, to be told beside what is missing."""
        try:
            self.at(organisation, design(self.parameters, kind, 1, 1)[0].tolist())
        except (ModelError, UsageError) as error:
            return error.faults
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Runs:
    """How each point is run."""

    tried: _Tried
    about: frozenset[str]
    """Those whom measures are about: clients among them are told apart at every point."""
    horizon: Horizon
    seed: int
    executor: Executor
    store: Store | None

    def run(self, organisation: Organisation, row: Sequence[float], begin: int, end: int) -> tuple[Question, Outcome]:
        """What the pairs of runs from *begin* to *end* come to at the settings of *row*."""
        rules, anyway, changed = self.tried.at(organisation, row)
        begun = with_past(rules, self.horizon.warm_up)
        apart = told_apart(rules.clients, (), self.about)
        asked = question(begun, {SCENARIO: changed}, self.horizon, self.seed, apart=apart, anyway=anyway)
        return asked, _run(asked, begin, end, self.executor, self.store)

    def anyhow(self, other: Organisation, row: Sequence[float], pairs: int) -> tuple[Question, Outcome] | None:
        """The same on an alternative; None where it cannot be done there: that tells nothing."""
        try:
            return self.run(other, row, 0, pairs)
        except ModelError:
            return None


@dataclass(slots=True, kw_only=True)
class _Trying:
    """A sweep on its way."""

    found: Sweep
    runs: _Runs
    planned: int
    """Pairs of runs that there will be."""
    progress: Callable[[int, int], None] | None
    done: int = 0
    there: Flags = field(init=False)
    """Which pairs of runs are there: (points, replications)."""
    alternatives: int = 0
    """On how many alternatives every point was tried."""

    def __post_init__(self) -> None:
        self.there = np.zeros(self.found.with_act.shape[1:], bool)

    def main(self, organisation: Organisation) -> None:
        """Try every point: a first round of pairs of runs, and again as many as there are."""
        points, replications = self.there.shape
        begin, end = 0, min(FIRST, replications)
        while begin < end:
            for place in range(points):
                asked, outcome = self.runs.run(organisation, self.found.points[place].tolist(), begin, end)
                _take(self.found.outputs, _sides(self.found, place), asked, outcome, begin)
                self.there[place, begin:end] = outcome.done[begin:end]
                if outcome.interrupted:
                    raise KeyboardInterrupt
                self._tell(end - begin)
            begin, end = end, min(2 * end, replications)

    def elsewhere(self, alternatives: Sequence[Organisation], each: int) -> None:
        """Try every point on *alternatives* too, *each* pairs of runs."""
        for at, other in enumerate(alternatives):
            for place, row in enumerate(self.found.points.tolist()):
                there = self.runs.anyhow(other, row, each)
                if there is not None:
                    _take(self.found.outputs, _sides(self.found, place, at), *there, strict=False)
                    if there[1].interrupted:
                        raise KeyboardInterrupt
                self._tell(each)
            self.alternatives += 1

    def _tell(self, pairs: int) -> None:
        self.done += pairs
        if self.progress is not None:
            self.progress(self.done, self.planned)

    def finished(self) -> Sweep:
        """What Ctrl-C left: the points that had their first round, and the pairs of runs that all of these have; of
        none, those of the first. Raises `KeyboardInterrupt` when there are not even several of these."""
        each = self.there.sum(axis=1)
        points = each >= min(FIRST, self.there.shape[1])
        points = points if points.any() else each >= SEVERAL
        if not points.any():
            raise KeyboardInterrupt
        pairs = self.there[points].all(axis=0)
        found, others = self.found, self.found.others
        if others is not None:
            several = self.alternatives >= SEVERAL
            others = (others[0][:, :, : self.alternatives], others[1][:, :, : self.alternatives]) if several else None
        return replace(
            found,
            points=found.points[points],
            without=found.without[:, points][:, :, pairs],
            with_act=found.with_act[:, points][:, :, pairs],
            others=others,
            interrupted=True,
            missing=int((~points).sum()),
        )


def _room(found: Sweep, *inside: int) -> tuple[Floats, Floats]:
    shape = (*found.without.shape[:2], *inside)
    return np.full(shape, np.nan), np.full(shape, np.nan)


def _sides(found: Sweep, place: int, alternative: int | None = None) -> tuple[Floats, Floats]:
    """Where the values of a point go, without and with the acts: (outputs, pairs)."""
    if alternative is None or found.others is None:
        return found.without[:, place], found.with_act[:, place]
    without, with_act = found.others
    return without[:, place, alternative], with_act[:, place, alternative]


def _nothing_yet(
    parameters: tuple[Parameter, ...],
    outputs: tuple[Output, ...],
    kind: Kind,
    points: Floats,
    replications: int,
    seed: int,
) -> Sweep:
    shape = (len(outputs), len(points), replications)
    return Sweep(
        parameters=parameters,
        outputs=outputs,
        kind=kind,
        points=points,
        without=np.full(shape, np.nan),
        with_act=np.full(shape, np.nan),
        seed=seed,
    )


def _run(asked: Question, begin: int, end: int, executor: Executor, store: Store | None) -> Outcome:
    outcome = Outcome.none(asked.plan)
    kept = None if store is None else keeping(asked, store)
    if kept is not None:
        kept.recall(outcome, end)
    outcome.grow(end)
    outcome.has[SCENARIO][:begin] = True
    gathering = Gathering(plan=asked.plan, executor=executor, outcome=outcome, kept=None if kept is None else kept.kept)
    gathering.up_to(end)
    return outcome


def _take(
    outputs: Sequence[Output],
    sides: tuple[Floats, Floats],
    asked: Question,
    outcome: Outcome,
    begin: int = 0,
    *,
    strict: bool = True,
) -> None:
    """Put the values of *outputs* where they go, from the pair *begin* on; if *strict*, refuse what is lacking."""
    columns = {(measure.name, party): at for at, (measure, party) in enumerate(asked.trials[0].columns)}
    without, with_act = sides
    end = len(outcome.done)
    for at, output in enumerate(outputs):
        column = columns.get((output.measure, output.party))
        if column is None and strict:
            raise unmeasured(output, columns)
        if column is not None:
            without[at, begin:end] = outcome.without[SCENARIO][begin:end, column]
            with_act[at, begin:end] = outcome.with_act[SCENARIO][begin:end, column]
