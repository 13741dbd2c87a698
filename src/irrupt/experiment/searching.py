"""Search: which acts, answers and settings serve which party, as a front over measures of different parties.

search(organisation, *acts, lower=..., higher=...)
    explore     candidates in batches, each on a few pairs of runs, all with the same luck; what comes next is proposed
                by an optimiser, or all are tried where they are few
    refine      twice as many pairs for those who may be on the front, until the number asked for
    again       who is left is measured again with other luck: what was picked because it looked good looks too good
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Unpack

import numpy as np

from irrupt.arguments import as_annotated
from irrupt.arraytypes import Floats
from irrupt.engine import tables
from irrupt.engine.streams import derived
from irrupt.experiment.begun import with_past
from irrupt.experiment.bench import Bench, Cut
from irrupt.experiment.candidates import Candidate, Space, refuse_unknown
from irrupt.experiment.designs import parameter_in
from irrupt.experiment.fronts import RESAMPLES, Standing, standing
from irrupt.experiment.learned import pairs_each
from irrupt.experiment.optimiser import Proposer
from irrupt.experiment.running import AboutRuns, not_there, refuse_no_acts, running_in
from irrupt.experiment.searched import Goal, Limit, Search, Served, goals_in, limits_in
from irrupt.experiment.today import refuse_taken_back, under
from irrupt.experiment.varied import reach, shifts
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.regulation.answers import Answer
from irrupt.regulation.model import Act
from irrupt.regulation.when import waiting_in

USUAL = 40
"""Pairs of runs of those who may be on the front."""
FIRST = 8
"""Pairs of runs on which a candidate is looked at for the first time."""
BATCH = 16
"""Candidates that are run together: they share the runs without any act."""
PERHAPS = 0.02
"""Share of resamples in which a candidate must be on the front to be looked at more closely."""
MOST_AGAIN = 40
"""Candidates that are measured again, at most."""


@as_annotated
def search(
    organisation: Organisation,
    *acts: Act,
    answers: Sequence[Answer] = (),
    vary: Sequence[str] = (),
    lower: Sequence[str] = (),
    higher: Sequence[str] = (),
    at_most: Sequence[tuple[str, float]] = (),
    at_least: Sequence[tuple[str, float]] = (),
    today: Sequence[Act] = (),
    candidates: int = 100,
    alternatives: Sequence[Organisation] = (),
    progress: Callable[[int, int], None] | None = None,
    **about: Unpack[AboutRuns],
) -> Search:
    """Look for what serves whom best: each of *acts* done or not, of *answers* given or not, *vary* at any setting.

    *lower*, *higher*: what is to fall or to rise, and whose: `waiting for us of Hospital A`. Goals are never added up:
    the result is a Pareto front, the candidates that no other dominates.

    *at_most*, *at_least*: limits of what is measured with the acts, such as `share of time at work of every team`, 0.9.
    *vary* names settings of acts and of the organisation as `sweep` does; what is the organisation's may also stay as
    it is, and is set when acts begin. *today*: acts that are done anyway. *about* are the settings of the runs, all by
    keyword (`experiment.Running`).

    *alternatives* are other organisations that the records support (`irrupt.alternatives`): who is left is measured on
    these too, on fewer pairs of runs, so that intervals, limits and fronts hold the uncertainty of what was learned.

    Up to *candidates* are tried, by an optimiser (Optuna, `pip install irrupt[search]`), or all there are, if they are
    no more. Each is looked at on 8 pairs of runs; those who may be on the front get more, up to *replications* (40),
    and are then measured again with fresh random numbers. Only this last measure is told. All share their random
    numbers; the result depends on *seed*, never on who runs it. With a *store* a search that was ended goes on where it
    was. Ctrl-C leaves what was found until then.

    Raises `UsageError` for what is not understood, `ModelError` for what is not in *organisation*.

    >>> from irrupt.engine.examples import counter
    >>> from irrupt.regulation.acts import Volume
    >>> less = Volume(client="Public", change=-0.2)
    >>> found = search(counter(), less, lower=["cycle time of Public"], replications=8, weeks=8)
    >>> [one.acts for one in found.front] == [(less,)]
    True
    """
    begun = time.perf_counter()
    refuse_no_acts([*acts, *today])
    refuse_taken_back(acts, today)
    goals, limits = goals_in(lower, higher), limits_in(at_most, at_least, organisation)
    parameters = tuple(parameter_in(text) for text in vary)
    missing = not_there(
        "search",
        (acts or parameters, _("nothing to choose from"), _("an act, or something to vary")),
        (goals, _("nothing to search for"), _("a measure that is to be low or high (--lower, --higher)")),
        (candidates >= 2, _("{n} candidates").format(n=candidates), _("at least 2")),
    )
    running = running_in(about, missing)
    organisation, *alternatives = (under(one, today) for one in (organisation, *alternatives))
    space = Space(organisation=organisation, acts=tuple(acts), answers=tuple(answers), parameters=parameters)
    refuse_unknown(space)
    horizon = running.chosen(tables(organisation)).horizon
    rules, *others = (tables(with_past(one, horizon.warm_up)) for one in (organisation, *alternatives))
    with running.opened() as store:
        bench = Bench(
            rules=rules,
            anyway=waiting_in(today),
            space=space,
            horizon=horizon,
            outputs=tuple(dict.fromkeys([*(one.output for one in goals), *(one.output for one in limits)])),
            executor=running.by,
            store=store,
        )
        looking = Looking(
            bench=bench,
            others=[replace(bench, rules=other) for other in others],
            goals=goals,
            limits=limits,
            most=candidates,
            pairs=running.replications or USUAL,
            seed=running.seed,
            progress=progress,
        )
        found = looking.found()
    return replace(found, today=tuple(today), seconds=time.perf_counter() - begun)


@dataclass(slots=True)
class Looking:
    """A search on its way."""

    bench: Bench
    others: Sequence[Bench]
    """The same on alternatives that the records support."""
    goals: Sequence[Goal]
    limits: Sequence[Limit]
    most: int
    pairs: int
    seed: int
    progress: Callable[[int, int], None] | None
    tried: list[Candidate] = field(default_factory=list)
    values: dict[str, Floats] = field(default_factory=dict)
    """Key of a candidate -> its values without and with the acts, of shape (2, outputs, pairs)."""
    elsewhere: list[dict[str, Floats]] = field(default_factory=list)
    """For each alternative, the same of those who were measured again."""
    impossible: int = 0
    every: bool = False
    left_out: int = 0
    done: int = 0
    planned: int = 0
    """Pairs of runs that are done, and about how many there will be."""

    def found(self) -> Search:
        """All of it; after Ctrl-C what is there, if anything is."""
        left: list[Candidate] = []
        again: dict[str, Floats] = {}
        interrupted = False
        try:
            self._explore()
            left = self._refined()
            each = pairs_each(self.pairs, len(self.others))
            self.planned = self.done + (self.pairs + each * len(self.others)) * len(left)
            afresh = derived(self.seed, "search: measured again")
            again = self._measured(left, 0, self.pairs, afresh)
            for other in self.others:
                self.elsewhere.append(self._measured(left, 0, each, afresh, other))
        except KeyboardInterrupt:
            interrupted = True
            if len(self.values) < 2:
                raise
            left = left or self._perhaps(self.tried)
        return self._told(left, again, interrupted)

    def _explore(self) -> None:
        first = min(FIRST, self.pairs)
        waiting = self.bench.space.every(self.most)
        self.every = waiting is not None
        proposer = None if waiting is not None else Proposer(self.bench.space, len(self.goals), self.most, self.seed)
        count = self.most if waiting is None else len(waiting)
        self.planned = count * first + self.pairs * count // 3
        while (room := self.most - len(self.tried) - self.impossible) > 0:
            batch = (waiting or [])[: min(BATCH, room)] if proposer is None else proposer.ask(min(BATCH, room))
            if not batch:
                break
            waiting = (waiting or [])[len(batch) :]
            try:
                found = self._measured(batch, 0, first, self.seed)
            except Cut as cut:
                # later, what is there of all who were tried before tells more
                if not self.tried:
                    self._take(batch, cut.values)
                raise
            for one in batch:
                if proposer is not None:
                    proposer.tell(one, *self._as_told(found.get(one.key)))
            self._take(batch, found)

    def _take(self, batch: Sequence[Candidate], found: Mapping[str, Floats]) -> None:
        self.values |= found
        self.tried += [one for one in batch if one.key in found]
        self.impossible += sum(one.key not in found for one in batch)

    def _as_told(self, values: Floats | None) -> tuple[list[float] | None, list[float]]:
        """What the optimiser is told: the means of the goals, and by how much limits are passed."""
        if values is None:
            return None, []
        goals, over = self._sides([values])
        return goals[:, 0].mean(axis=1).tolist(), over[:, 0].mean(axis=1).tolist()

    def _refined(self) -> list[Candidate]:
        """Who may be on the front when all pairs asked for are there."""
        count = min(FIRST, self.pairs)
        left = self._perhaps(self.tried)
        while count < self.pairs:
            then = min(2 * count, self.pairs)
            self.planned = self.done + (2 * self.pairs - count) * len(left)
            more = self._measured(left, count, then, self.seed)
            for key, values in more.items():
                self.values[key] = np.concatenate([self.values[key], values], axis=2)
            left, count = self._perhaps(left), then
        return left

    def _perhaps(self, among: Sequence[Candidate]) -> list[Candidate]:
        """Those of *among* who may be on the front, as far as the pairs that all of them have can tell; of those who
        come to the same, the simplest."""
        simplest: dict[bytes, int] = {}
        for at in sorted(range(len(among)), key=lambda at: (len(among[at].acts), at)):
            simplest.setdefault(self.values[among[at].key].tobytes(), at)
        apart = [among[at] for at in sorted(simplest.values())]
        share = standing(*self._sides([self.values[one.key] for one in apart]), seed=self.seed).share
        kept = [at for at in np.argsort(-share, kind="stable").tolist() if share[at] >= PERHAPS]
        kept = kept or self._nearest(apart)
        self.left_out += len(kept[MOST_AGAIN:])
        return [apart[at] for at in sorted(kept[:MOST_AGAIN])]

    def _nearest(self, among: Sequence[Candidate]) -> list[int]:
        """Where in *among* who comes nearest to the limits stands, if there are limits: it is told by how much it
        misses them when nobody keeps them."""
        if not (self.limits and among):
            return []
        _goals, over = self._sides([self.values[one.key] for one in among])
        scales = np.array([one.scale for one in self.limits])
        passed = (over.mean(axis=2) / scales[:, None]).max(axis=0)
        return [int(np.nan_to_num(passed, nan=np.inf).argmin())]

    def _sides(self, values: Sequence[Floats]) -> tuple[Floats, Floats]:
        """Goals, less being better, and by how much limits are passed, with the acts and in the pairs that are there
        for all: (goals or limits, candidates, pairs)."""
        places = {one: at for at, one in enumerate(self.bench.outputs)}
        pairs = min((one.shape[2] for one in values), default=0)
        levels = np.array([one[1, :, :pairs] for one in values]).reshape(len(values), len(places), pairs)
        goals = [-one.sign * levels[:, places[one.output]] for one in self.goals]
        over = [one.sign * (levels[:, places[one.output]] - one.level) for one in self.limits]
        return np.array(goals), np.array(over).reshape(len(over), len(values), pairs)

    def _measured(
        self, who: Sequence[Candidate], begin: int, end: int, seed: int, other: Bench | None = None
    ) -> dict[str, Floats]:
        """Values of the pairs from *begin* to *end* of each of *who* that can be done, on an *other* bench where said;
        what is not measured there tells nothing."""
        found: dict[str, Floats] = {}
        for at in range(0, len(who), BATCH):
            batch = who[at : at + BATCH]

            def told(count: int, before: int = self.done, size: int = len(batch)) -> None:
                if self.progress is not None:
                    now = before + max(count - begin, 0) * size
                    self.progress(now, max(self.planned, now))

            bench, whole = (self.bench, True) if other is None else (other, False)
            found |= bench.measured(batch, begin, end, seed, told, whole=whole)
            self.done += (end - begin) * len(batch)
        return found

    def _drawn(self, who: Sequence[Candidate]) -> dict[str, Floats]:
        """Key -> what alternatives tell: (2, outputs, alternatives, pairs), nan where one cannot do it."""
        shape = next((values.shape for there in self.elsewhere for values in there.values()), None)
        if shape is None:
            return {}
        nothing = np.full(shape, np.nan)
        return {one.key: np.stack([there.get(one.key, nothing) for there in self.elsewhere], axis=2) for one in who}

    def _moved(self, who: Sequence[Candidate], drawn: Mapping[str, Floats]) -> Floats | None:
        """By how much goals and limits may be off for want of records, as in `_sides`; None where nobody knows."""
        if not drawn:
            return None
        places = {one: at for at, one in enumerate(self.bench.outputs)}
        without, with_acts = (np.array([drawn[one.key][side] for one in who]) for side in (0, 1))
        goals = [(places[one.output], -one.sign) for one in self.goals]
        sides = [sign * (with_acts[:, place] - without[:, place]) for place, sign in goals]
        sides += [one.sign * with_acts[:, places[one.output]] for one in self.limits]
        return shifts(np.array(sides), RESAMPLES, self.seed)

    def _told(self, left: Sequence[Candidate], again: dict[str, Floats], interrupted: bool) -> Search:
        values = again or self.values
        who = [one for one in left if one.key in values]
        drawn = self._drawn(who)
        sides = self._sides([values[one.key] for one in who])
        stand = standing(*sides, seed=self.seed, moved=self._moved(who, drawn))
        served = [self._served(one, values[one.key], drawn.get(one.key), at, stand) for at, one in enumerate(who)]
        return Search(
            organisation=self.bench.space.organisation,
            space=self.bench.space,
            goals=tuple(self.goals),
            limits=tuple(self.limits),
            found=tuple(sorted(served, key=lambda one: (not one.on, one.goals[0].value))),
            tried=len(self.tried),
            impossible=self.impossible,
            every=self.every,
            again=bool(again),
            left_out=self.left_out,
            pairs=min((values[one.key].shape[2] for one in who), default=0),
            weeks=self.bench.horizon.weeks,
            seed=self.seed,
            alternatives=len(self.elsewhere),
            interrupted=interrupted,
        )

    def _served(self, one: Candidate, values: Floats, drawn: Floats | None, at: int, stand: Standing) -> Served:
        places = {output: place for place, output in enumerate(self.bench.outputs)}
        first = self.values[one.key]
        goals = [places[goal.output] for goal in self.goals]
        moved = reach((values[1] - values[0])[goals], None if drawn is None else (drawn[1] - drawn[0])[goals])
        limits = [places[limit.output] for limit in self.limits]
        return Served(
            acts=one.acts,
            settings=one.settings,
            goals=tuple(moved.found),
            noise=tuple(moved.noise.tolist()),
            learned=tuple(moved.learned.tolist()),
            levels=tuple(reach(values[1][limits], None if drawn is None else drawn[1][limits]).found),
            kept=tuple(stand.kept[:, at].tolist()),
            first=tuple(float((first[1, place] - first[0, place]).mean()) for place in goals),
            on=bool(stand.on[at]),
            share=float(stand.share[at]),
        )
