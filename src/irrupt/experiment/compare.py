"""Compare: the same organisation with and without an act, on the same random numbers.

compare(organisation, act)
    trials                amended(organisation, act.changes(...)): the rules with the act
    run(plan, ...)        pairs of runs, measured
    effects               paired differences, with what each is worth
    Tried                 each claim beside what was found
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence

from irrupt.engine import tables
from irrupt.errors import Fault, UsageError
from irrupt.experiment.effects import effects_of, found_of, with_bound
from irrupt.experiment.horizon import Horizon, settled
from irrupt.experiment.model import Comparison, Tried
from irrupt.experiment.provenance import provenance
from irrupt.experiment.runs import Outcome, Progress, run
from irrupt.experiment.trials import Trial, plan_of, trials_of
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number
from irrupt.ledgers import ALL_CLIENTS
from irrupt.organisation.model import Organisation
from irrupt.regulation.model import Act

MANY = 0.1
"""Share of unfinished cases from which cycle times must not be trusted."""
LEAST_AT_BOUNDS = 12
"""Fewest replications at the bounds of service times, which take an eighth of those of the main result."""


def compare(
    organisation: Organisation,
    *acts: Act,
    scenarios: Mapping[str, Sequence[Act]] | None = None,
    replications: int = 100,
    seed: int = 1,
    weeks: float = 13,
    warm_up_weeks: float | None = None,
    run_out_weeks: float | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    bounds: Mapping[str, Organisation] | None = None,
    detail: bool = False,
) -> Comparison:
    """Try each of *acts*, one at a time, against the same organisation without it.

    *scenarios* tries several acts together: name -> acts. Both runs of a pair share their random numbers; the act
    begins after *warm_up_weeks*, effects are measured over the following *weeks*, and *run_out_weeks* more let counted
    cases finish; both are taken from how long cases last when not given. *bounds* gives the same organisation learned
    with the `shortest` and with the `longest` plausible service times: effects are then shown at both ends too. With
    *detail* every client is told apart, and measured at every team and before every activity too. The result depends on
    *seed*, never on *workers*. Ctrl-C keeps the pairs that are finished.

    Raises `ModelError` when an act names what *organisation* does not have, `UsageError` when a number makes no sense
    or there is no act.
    """
    begun = time.perf_counter()
    chosen = _named(acts, scenarios or {})
    _refuse_nonsense(chosen, replications, weeks, warm_up_weeks, run_out_weeks)
    rules = tables(organisation)
    horizon = settled(rules, seed=seed, weeks=weeks, warm_up=warm_up_weeks, run_out=run_out_weeks)
    fleet = workers or os.cpu_count() or 1
    bounds = bounds or {}
    fewer = min(replications, max(LEAST_AT_BOUNDS, replications // 8))
    total = replications + fewer * len(bounds)

    def shown(before: int) -> Progress | None:
        return None if progress is None else lambda done, _total: progress(before + done, total)

    trials = trials_of(organisation, chosen, horizon, detail=detail)
    outcome = run(plan_of(rules, trials, horizon, seed, detail=detail), replications, workers=fleet, progress=shown(0))
    effects = effects_of(trials, outcome)
    for index, (end, other) in enumerate(bounds.items()):
        if outcome.interrupted:
            break
        theirs = trials_of(other, chosen, horizon, detail=detail)
        plan = plan_of(tables(other), theirs, horizon, seed, detail=detail)
        bounded = run(plan, fewer, workers=fleet, progress=shown(replications + index * fewer))
        effects = with_bound(effects, end, effects_of(theirs, bounded))
    return Comparison(
        organisation=organisation,
        effects=effects,
        tried=tuple(_tried(trial, outcome) for trial in trials),
        replications=int(outcome.done.sum()),
        seed=seed,
        weeks=weeks,
        warm_up_weeks=horizon.warm_up,
        run_out_weeks=horizon.run_out,
        seconds=time.perf_counter() - begun,
        notes=_notes(trials, outcome, horizon, replications),
        provenance=provenance(organisation, chosen, replications=replications, seed=seed, horizon=horizon),
    )


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
    chosen: Mapping[str, Sequence[Act]], replications: int, weeks: float, *beside: float | None
) -> None:
    faults = []
    if not chosen:
        faults.append(Fault("compare", _("no act was given"), _("at least one act")))
    if replications < 2:
        faults.append(Fault("replications", str(replications), _("at least 2: an interval needs pairs to differ")))
    if weeks <= 0:
        faults.append(Fault("weeks", number(weeks), _("more than 0")))
    if any(time is not None and time < 0 for time in beside):
        faults.append(Fault("warm_up_weeks, run_out_weeks", _("a negative time"), _("0 or more")))
    if faults:
        raise UsageError(faults)


def _tried(trial: Trial, outcome: Outcome) -> Tried:
    return Tried(name=trial.name, acts=trial.acts, changes=trial.changes, found=found_of(trial, outcome))


def _notes(trials: Sequence[Trial], outcome: Outcome, horizon: Horizon, wanted: int) -> tuple[str, ...]:
    notes = []
    done = int(outcome.done.sum())
    if outcome.interrupted:
        notes.append(_("Stopped early: {done} of {wanted} pairs of runs are counted.").format(done=done, wanted=wanted))
    unfinished = float(outcome.unfinished[outcome.done].mean()) if done else 0.0
    share = unfinished / max(_arrived(trials[0], outcome, horizon), 1.0)
    if share >= MANY:
        text = _(
            "{share} % of the cases had not finished when the runs ended, and the longest are missing from cycle "
            "times: do not build on these before trying a longer time (warm-up, weeks), or less load."
        )
        notes.append(text.format(share=number(100 * share, 0)))
    elif unfinished >= 0.5:
        count = round(unfinished)
        text = ngettext(
            "On average {n} case of a run had not finished at its end; it does not count in cycle times.",
            "On average {n} cases of a run had not finished at its end; they do not count in cycle times.",
            count,
        )
        notes.append(text.format(n=number(count, 0)))
    if trials[0].rules.learned is not None:
        notes.append(
            _("Intervals hold the noise of the runs, not yet the uncertainty of what was learned from the records.")
        )
    return tuple(notes)


def _arrived(trial: Trial, outcome: Outcome, horizon: Horizon) -> float:
    """Cases that arrive in the horizon of the baseline, on average."""
    names = [(measure.name, party) for measure, party in trial.columns]
    column = outcome.without[trial.name][outcome.done][:, names.index(("arrivals", ALL_CLIENTS))]
    return float(column.mean()) * horizon.weeks
