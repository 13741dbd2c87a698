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

from irrupt.errors import Fault, UsageError
from irrupt.experiment.effects import effects_of, found_of, with_bound
from irrupt.experiment.model import Comparison, Tried
from irrupt.experiment.provenance import provenance
from irrupt.experiment.runs import Horizon, Outcome, Progress, run
from irrupt.experiment.trials import Trial, plan_of, trials_of
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number
from irrupt.organisation.model import Organisation
from irrupt.regulation.model import Act

LEAST_AT_BOUNDS = 12
"""Fewest replications at the bounds of service times, which take an eighth of those of the main result."""


def compare(
    organisation: Organisation,
    *acts: Act,
    scenarios: Mapping[str, Sequence[Act]] | None = None,
    replications: int = 100,
    seed: int = 1,
    weeks: float = 13,
    warm_up_weeks: float = 4,
    run_out_weeks: float = 3,
    workers: int | None = None,
    progress: Progress | None = None,
    bounds: Mapping[str, Organisation] | None = None,
) -> Comparison:
    """Try each of *acts*, one at a time, against the same organisation without it.

    *scenarios* tries several acts together: name -> acts. Both runs of a pair share their random numbers; the act
    begins after *warm_up_weeks*, effects are measured over the following *weeks*, and *run_out_weeks* more let counted
    cases finish. *bounds* gives the same organisation learned with the `shortest` and with the `longest` plausible
    service times: effects are then shown at both ends too. The result depends on *seed*, never on *workers*.
    Ctrl-C keeps the pairs that are finished.

    Raises `ModelError` when an act names what *organisation* does not have, `UsageError` when a number makes no sense
    or there is no act.
    """
    begun = time.perf_counter()
    chosen = _named(acts, scenarios or {})
    horizon = Horizon(warm_up=warm_up_weeks, weeks=weeks, run_out=run_out_weeks)
    _refuse_nonsense(chosen, replications, horizon)
    fleet = workers or os.cpu_count() or 1
    bounds = bounds or {}
    fewer = min(replications, max(LEAST_AT_BOUNDS, replications // 8))
    total = replications + fewer * len(bounds)

    def shown(before: int) -> Progress | None:
        return None if progress is None else lambda done, _total: progress(before + done, total)

    trials = trials_of(organisation, chosen, horizon)
    outcome = run(plan_of(organisation, trials, horizon, seed), replications, workers=fleet, progress=shown(0))
    effects = effects_of(trials, outcome)
    for index, (end, other) in enumerate(bounds.items()):
        if outcome.interrupted:
            break
        theirs = trials_of(other, chosen, horizon)
        plan = plan_of(other, theirs, horizon, seed)
        bounded = run(plan, fewer, workers=fleet, progress=shown(replications + index * fewer))
        effects = with_bound(effects, end, effects_of(theirs, bounded))
    return Comparison(
        organisation=organisation,
        effects=effects,
        tried=tuple(_tried(trial, outcome) for trial in trials),
        replications=int(outcome.done.sum()),
        seed=seed,
        weeks=weeks,
        warm_up_weeks=warm_up_weeks,
        run_out_weeks=run_out_weeks,
        seconds=time.perf_counter() - begun,
        notes=_notes(outcome, replications),
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


def _refuse_nonsense(chosen: Mapping[str, Sequence[Act]], replications: int, horizon: Horizon) -> None:
    faults = []
    if not chosen:
        faults.append(Fault("compare", _("no act was given"), _("at least one act")))
    if replications < 2:
        faults.append(Fault("replications", str(replications), _("at least 2: an interval needs pairs to differ")))
    if horizon.weeks <= 0:
        faults.append(Fault("weeks", number(horizon.weeks), _("more than 0")))
    if min(horizon.warm_up, horizon.run_out) < 0:
        faults.append(Fault("warm_up_weeks, run_out_weeks", _("a negative time"), _("0 or more")))
    if faults:
        raise UsageError(faults)


def _tried(trial: Trial, outcome: Outcome) -> Tried:
    return Tried(name=trial.name, acts=trial.acts, changes=trial.changes, found=found_of(trial, outcome))


def _notes(outcome: Outcome, wanted: int) -> tuple[str, ...]:
    notes = []
    done = int(outcome.done.sum())
    if outcome.interrupted:
        notes.append(_("Stopped early: {done} of {wanted} pairs of runs are counted.").format(done=done, wanted=wanted))
    unfinished = float(outcome.unfinished[outcome.done].mean()) if done else 0.0
    if unfinished >= 0.5:
        count = round(unfinished)
        notes.append(
            ngettext(
                "On average {n} case of a run had not finished at its end; it does not count in cycle times.",
                "On average {n} cases of a run had not finished at its end; they do not count in cycle times.",
                count,
            ).format(n=count)
        )
    return tuple(notes)
