"""Where candidates of a search are run: many at a time, each beside the same runs without any act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.engine import Tables
from irrupt.errors import ModelError
from irrupt.experiment.answering import Question
from irrupt.experiment.candidates import Candidate, Space
from irrupt.experiment.gathering import Gathering
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.keeping import keeping
from irrupt.experiment.outputs import Output, unmeasured
from irrupt.experiment.runs import Executor, Outcome
from irrupt.experiment.store import Store
from irrupt.experiment.trials import Trial, plan_of, told_apart, trials_of
from irrupt.organisation.planning import follows_queues
from irrupt.regulation.doing import done_to
from irrupt.regulation.model import Act


class Cut(KeyboardInterrupt):
    """Ctrl-C: *values* are those of the pairs that are finished, as `Bench.measured` gives them."""

    def __init__(self, values: dict[str, Floats]) -> None:
        super().__init__()
        self.values = values


@dataclass(slots=True, kw_only=True)
class Bench:
    """Runs candidates and takes the *outputs* asked for."""

    rules: Tables
    anyway: Sequence[Act] = ()
    """Acts that wait for their moment whatever is tried."""
    space: Space
    horizon: Horizon
    outputs: Sequence[Output]
    executor: Executor
    store: Store | None
    apart: frozenset[str] = field(init=False)
    """Clients who are told apart for every candidate, so that `other clients` are always the same."""
    stretched: bool = field(init=False)
    """Whether hours follow what waits for any candidate: they are measured for all."""

    def __post_init__(self) -> None:
        asked = [answer.act for answer in self.space.answers if answer.act is not None]
        acts = [*self.space.acts, *asked]
        about = {one.party for one in self.outputs}.union(act.claim.party for act in acts)
        own = {name for act in acts for name in (act.client, act.claim.author)}
        self.apart = told_apart(self.rules.organisation.clients, own, about)
        self.stretched = any(map(self._stretches, acts))

    def measured(
        self,
        who: Sequence[Candidate],
        begin: int,
        end: int,
        seed: int,
        told: Callable[[int], None],
        *,
        whole: bool = True,
    ) -> dict[str, Floats]:
        """Key -> values without and with the acts, in the pairs from *begin* to *end*, of each of *who* that can be
        done: an array of shape (2, outputs, pairs). *told* is called with the number of pairs that are there.

        Raises `Cut` on Ctrl-C, or `KeyboardInterrupt` when hardly a pair is finished; those that are, are in the store.
        Raises `UsageError` when an output is not measured, where the *whole* of them is wanted; else it is nan.
        """
        trials = {str(at): trial for at, one in enumerate(who) if (trial := self._trial(str(at), one)) is not None}
        if not trials:
            return {}
        asked = self._question(trials, seed)
        outcome = Outcome.none(asked.plan)
        kept = None if self.store is None else keeping(asked, self.store)
        if kept is not None:
            kept.recall(outcome, end)
        outcome.grow(end)
        for has in outcome.has.values():
            has[:begin] = True
        gathering = Gathering(
            plan=asked.plan,
            executor=self.executor,
            outcome=outcome,
            kept=None if kept is None else kept.kept,
            told=told,
        )
        gathering.up_to(end)
        done = begin + np.flatnonzero(outcome.done[begin:end])
        found = {who[int(name)].key: self._taken(trial, outcome, done, whole) for name, trial in trials.items()}
        if outcome.interrupted:
            raise Cut(found)
        return found

    def _stretches(self, act: Act) -> bool:
        """Whether hours follow what waits once *act* is done."""
        rules = self.rules.organisation
        try:
            return follows_queues(done_to(rules, act, rules.origin).rules.capacity)
        except ModelError:
            return False

    def _trial(self, name: str, one: Candidate) -> Trial | None:
        try:
            (trial,) = trials_of(
                self.rules.organisation,
                {name: one.acts},
                self.horizon,
                apart=self.apart,
                stretched=self.stretched,
                anyway=self.anyway,
            )
        except ModelError:
            return None
        return trial

    def _question(self, trials: Mapping[str, Trial], seed: int) -> Question:
        chosen = {name: trial.acts for name, trial in trials.items()}
        listed = list(trials.values())
        plan = plan_of(self.rules, listed, self.horizon, seed, anyway=self.anyway)
        return Question(
            organisation=self.rules.organisation,
            chosen=chosen,
            horizon=self.horizon,
            seed=seed,
            trials=listed,
            plan=plan,
            detail=False,
            anyway=tuple(self.anyway),
        )

    def _taken(self, trial: Trial, outcome: Outcome, done: Ints, whole: bool) -> Floats:
        columns = {(measure.name, party): at for at, (measure, party) in enumerate(trial.columns)}
        for one in self.outputs if whole else ():
            if (one.measure, one.party) not in columns:
                raise unmeasured(one, columns)
        places = np.array([columns.get((one.measure, one.party), -1) for one in self.outputs])
        sides = (outcome.without[trial.name], outcome.with_act[trial.name])
        return np.array([np.where(places[:, None] < 0, np.nan, side[done][:, places].T) for side in sides])
