"""What to try next: Optuna, an extra (`pip install irrupt[search]`), asks in batches and learns from what it is told.

It proposes by a tree-structured Parzen estimator for several goals and limits (Ozaki, Tanigaki, Watanabe, Nomura &
Onishi 2022, Multiobjective tree-structured Parzen estimator). Until it has been told a quarter of what it may ask, the
choices are evenly spread.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from irrupt.engine.streams import derived
from irrupt.errors import Fault, UsageError
from irrupt.experiment.candidates import Candidate, Choice, Space
from irrupt.experiment.designs import Parameter, design
from irrupt.i18n import gettext as _

PROPOSED, FRUITLESS = 3, 50
"""Times the size of a batch that it is asked before chance is, where it proposes what is known; and times that chance
is before nothing new is expected."""


class Proposer:
    """Proposes candidates of *space*, at most *most* of them, and is told what *goals* values they came to, less being
    better. The same *seed* and the same answers give the same proposals.

    Raises `UsageError` when Optuna is not installed.
    """

    def __init__(self, space: Space, goals: int, most: int, seed: int) -> None:
        self.optuna = _optuna()
        self.space = space
        self.spread = max(most // 4, 1)
        sampler = self.optuna.samplers.TPESampler(seed=derived(seed, "proposals"), n_startup_trials=0)
        self.study = self.optuna.create_study(directions=["minimize"] * goals, sampler=sampler)
        self.known: dict[str, tuple[Sequence[float], Sequence[float]] | None] = {}
        self.waiting: dict[str, Any] = {}
        self.first = itertools.chain(space.first(), self._spread(max(self.spread, 2), seed))
        more = (derived(seed, f"spread {at}") for at in itertools.count(1))
        self.chance = itertools.chain.from_iterable(self._spread(64, one) for one in more)

    def _spread(self, points: int, seed: int) -> Iterator[Choice]:
        unit = [Parameter(path=("",), low=0.0, high=1.0)] * self.space.switches
        for row in design([*unit, *self.space.parameters], "latin", points, seed).tolist():
            yield (*(value >= 0.5 for value in row[: len(unit)]), *row[len(unit) :])

    def ask(self, batch: int) -> list[Candidate]:
        """Up to *batch* candidates that are not known yet; none when nothing new is found."""
        found: list[Candidate] = []
        for attempt in range(FRUITLESS * batch):
            if len(found) == batch:
                break
            choice = next(self.first, None) if len(self.known) + len(found) < self.spread else None
            if choice is None and attempt >= PROPOSED * batch:
                choice = next(self.chance)
            if choice is not None and self._known(choice):
                continue
            trial, choice = self._asked(choice)
            one = self.space.candidate(choice)
            if one.key in self.known:
                self._tell(trial, self.known[one.key])
            elif one.key in self.waiting:
                self.study.tell(trial, state=self.optuna.trial.TrialState.FAIL)
            else:
                self.waiting[one.key] = trial
                found.append(one)
        return found

    def _known(self, choice: Choice) -> bool:
        key = self.space.candidate(choice).key
        return key in self.known or key in self.waiting

    def _asked(self, choice: Choice | None) -> tuple[Any, Choice]:
        names = [f"{at}" for at in range(self.space.switches + len(self.space.parameters))]
        if choice is not None:
            self.study.enqueue_trial(dict(zip(names, choice, strict=True)))
        trial = self.study.ask()
        truths = [trial.suggest_categorical(name, [False, True]) for name in names[: self.space.switches]]
        values = [
            trial.suggest_categorical(name, list(one.settings))
            if one.settings
            else trial.suggest_float(name, one.low, one.high)
            for name, one in zip(names[self.space.switches :], self.space.parameters, strict=True)
        ]
        return trial, (*truths, *values)

    def tell(self, one: Candidate, goals: Sequence[float] | None, over: Sequence[float] = ()) -> None:
        """What *one* came to: its *goals*, and by how much it passes each limit; None: it cannot be done or told."""
        known = None if goals is None or not np.isfinite([*goals, *over]).all() else (list(goals), list(over))
        self.known[one.key] = known
        trial = self.waiting.pop(one.key, None)
        if trial is not None:
            self._tell(trial, known)

    def _tell(self, trial: Any, known: tuple[Sequence[float], Sequence[float]] | None) -> None:
        if known is None:
            self.study.tell(trial, state=self.optuna.trial.TrialState.FAIL)
            return
        for at, value in enumerate(known[1]):
            trial.set_constraint(str(at), value)
        self.study.tell(trial, known[0])


def _optuna() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import optuna
    except ImportError:
        remedy = _("pip install irrupt[search], or list fewer settings: few enough candidates are all tried without it")
        raise UsageError(Fault("search", _("Optuna is not installed"), remedy=remedy)) from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna
