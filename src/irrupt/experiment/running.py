"""The settings of an experiment's runs: how many, over which time, by whom, and where they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from numbers import Real
from pathlib import Path
from typing import TypedDict

from irrupt.engine import Tables
from irrupt.engine.streams import MOST_RUNS, seed_faults
from irrupt.errors import Fault, UsageError, did_you_mean, whole_faults
from irrupt.experiment.executors import Threads, workers_faults
from irrupt.experiment.horizon import Chosen, chosen
from irrupt.experiment.runs import Executor
from irrupt.experiment.store import Store
from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.lately import forget
from irrupt.regulation.model import Act
from irrupt.units import MOST_WEEKS

SHORTEST_REVIEW = 1 / 168
"""Weeks between two looks at what acts wait for, at least."""
_TIMES = ("weeks", "warm_up_weeks", "run_out_weeks", "review_weeks")
"""Settings that are weeks."""


class AboutRuns(TypedDict, total=False):
    """What `compare`, `sweep` and `search` take alike, by keyword; what is not given is as in `Running`."""

    replications: int | None
    seed: int
    weeks: float | None
    warm_up_weeks: float | None
    run_out_weeks: float | None
    review_weeks: float
    workers: int | None
    executor: Executor | None
    store: Store | str | Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """How an experiment is run: first what a result depends on, then who runs it and where it is kept, which never
    changes one."""

    replications: int | None = None
    """Pairs of runs, at least 2; None: as many as is usual there."""
    seed: int = 1
    """The same seed gives the same result."""
    weeks: float | None = None
    """Weeks that are measured; None: 13, or fewer where so many steps come that fewer are enough."""
    warm_up_weeks: float | None = None
    """Weeks before the acts begin; None: as many as cases need to pass, and their number to settle."""
    run_out_weeks: float | None = None
    """Weeks after those that are measured, in which counted cases can finish; None: as many as cases need to pass."""
    review_weeks: float = 1.0
    """From one look at what acts wait for to the next."""
    workers: int | None = None
    """Threads, where no executor is given; None: one for each core."""
    executor: Executor | None = None
    """Who runs the pairs."""
    store: Store | str | Path | None = None
    """Where every pair is kept, so that none is run twice."""

    def __post_init__(self) -> None:
        faults = []
        if self.replications is not None:
            expected = _("at least 2: an interval needs pairs to differ")
            faults += whole_faults("replications", self.replications, 2, expected, MOST_RUNS)
        faults += [*self._time_faults(), *seed_faults(self.seed), *workers_faults(self.workers)]
        if self.executor is not None and not isinstance(self.executor, Executor):
            faults.append(
                Fault("executor", repr(self.executor), _("an executor, such as irrupt.experiment.Threads(2)"))
            )
        if self.store is not None and not isinstance(self.store, Store | str | Path):
            faults.append(Fault("store", repr(self.store), _("a path, or an irrupt.experiment.Store")))
        if faults:
            raise UsageError(faults)

    def _time_faults(self) -> Iterator[Fault]:
        """What is wrong with the times."""
        said = {name: time for name in _TIMES if (time := getattr(self, name)) is not None}
        times = {name: float(time) for name, time in said.items() if isinstance(time, Real)}
        yield from (Fault(name, repr(said[name]), _("a number of weeks")) for name in said if name not in times)
        if "weeks" in times and not times["weeks"] > 0:
            yield Fault("weeks", number(times["weeks"]), _("more than 0"))
        if any(name in times and not times[name] >= 0 for name in ("warm_up_weeks", "run_out_weeks")):
            yield Fault("warm_up_weeks, run_out_weeks", _("a negative time"), _("0 or more"))
        for name, weeks in times.items():
            if weeks > MOST_WEEKS:
                yield Fault(name, number(weeks, 0), _("{n} weeks at most").format(n=number(MOST_WEEKS, 0)))
        if "review_weeks" in times and not times["review_weeks"] >= SHORTEST_REVIEW:
            yield Fault("review_weeks", number(times["review_weeks"]), _("an hour at least"))

    @property
    def by(self) -> Executor:
        """Who runs the pairs."""
        return self.executor or Threads(self.workers)

    def chosen(self, rules: Tables) -> Chosen:
        """The time that runs under *rules* cover; what is not said is taken from how they go."""
        return chosen(
            rules,
            seed=self.seed,
            weeks=self.weeks,
            warm_up=self.warm_up_weeks,
            run_out=self.run_out_weeks,
            review=self.review_weeks,
        )

    @contextmanager
    def opened(self) -> Iterator[Store | None]:
        """The store, opened where it was named. Behind it, nothing is kept of the organisations that were tried."""
        try:
            if self.store is None or isinstance(self.store, Store):
                yield self.store
            else:
                with Store(self.store) as store:
                    yield store
        finally:
            forget()


def said_in(about: AboutRuns) -> dict[str, float]:
    """The times in *about* that somebody said: those that are not chosen, and not usual.

    >>> said_in({"weeks": 4.0, "warm_up_weeks": None, "review_weeks": 1.0, "seed": 3})
    {'weeks': 4.0}
    """
    times = {
        "weeks": about.get("weeks"),
        "warm_up_weeks": about.get("warm_up_weeks"),
        "run_out_weeks": about.get("run_out_weeks"),
        "review_weeks": about.get("review_weeks"),
    }
    usual = Running()
    return {name: time for name, time in times.items() if time is not None and time != getattr(usual, name)}


def not_there(where: str, *needed: tuple[object, str, str]) -> list[Fault]:
    """What is not there of what is *needed*: the thing itself, what is found where it is not, what is expected."""
    return [Fault(where, found, expected) for there, found, expected in needed if not there]


def running_in(about: AboutRuns, wrong: Sequence[Fault] = ()) -> Running:
    """The settings in *about*. Raises `UsageError` with what makes no sense in them, after what else is *wrong*, and
    for a setting that does not exist."""
    known = [one.name for one in fields(Running)]
    unknown = [name for name in about if name not in known]
    if unknown:
        found = _('no setting "{name}"')
        raise UsageError([Fault("", found.format(name=name), remedy=did_you_mean(name, known)) for name in unknown])
    try:
        running = Running(**about)
    except UsageError as error:
        raise UsageError([*wrong, *error.faults]) from None
    if wrong:
        raise UsageError(wrong)
    return running


def together(scenarios: Mapping[str, Sequence[Act] | Act]) -> dict[str, tuple[Act, ...]]:
    """The acts of each of *scenarios*, of which one alone needs no brackets."""
    return {
        name: (acts,) if isinstance(acts, Act) or not isinstance(acts, Iterable) else tuple(acts)
        for name, acts in scenarios.items()
    }


def refuse_no_acts(acts: Iterable[object]) -> None:
    """Raise `UsageError` for what is among *acts* and is none."""
    needed = ("name", "client", "claim", "changes")
    found, wanted = _("is no act: it lacks {names}"), _("an act of irrupt.acts, or one of your own with {names}")
    faults = []
    for act in acts:
        missing = [name for name in needed if not hasattr(act, name)]
        if isinstance(act, type) and not missing:
            faults.append(Fault(act.__name__, _("is no act but a kind of them"), f"{act.__name__}(…)"))
        elif missing:
            expected = wanted.format(names=", ".join(needed))
            faults.append(Fault(type(act).__name__, found.format(names=", ".join(missing)), expected))
    if faults:
        raise UsageError(list(dict.fromkeys(faults)))
