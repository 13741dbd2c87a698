"""What a sweep found: values at every point, and the curves, thresholds, indices and fronts that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from irrupt.arguments import as_annotated
from irrupt.arraytypes import Floats
from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.experiment import fronts
from irrupt.experiment.designs import Kind, Parameter
from irrupt.experiment.outputs import Output
from irrupt.experiment.responses import RESAMPLES, Index, lacking, sensitivity, threshold
from irrupt.experiment.varied import Interval, Reach, reach, shifts
from irrupt.i18n import gettext as _
from irrupt.regulation.model import Act


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Sweep:
    """What was tried, and what came of it."""

    parameters: tuple[Parameter, ...]
    outputs: tuple[Output, ...]
    kind: Kind
    points: Floats
    """(points, parameters)"""
    without: Floats
    """(outputs, points, replications): values without the act."""
    with_act: Floats
    seed: int
    acts: tuple[Act, ...] = ()
    today: tuple[Act, ...] = ()
    """What was tried, all of it together; and what clients do anyway, on both sides."""
    others: tuple[Floats, Floats] | None = None
    """The same on alternatives that the records support: (outputs, points, alternatives, pairs), without and with."""
    interrupted: bool = False
    """Whether it was ended by Ctrl-C: what was finished is there, as many pairs of runs at each point."""
    missing: int = 0
    """Points that are not there."""

    def __repr__(self) -> str:
        tried = f"{len(self.points)} points, {len(self.outputs)} outputs, {self.with_act.shape[2]} pairs of runs each"
        return f"<Sweep of {'; '.join(one.name for one in self.parameters)}: {tried}>"

    @property
    def differences(self) -> Floats:
        """With minus without: (outputs, points, replications)."""
        return self.with_act - self.without

    @property
    def drawn(self) -> Floats | None:
        """With minus without on alternatives; None where there are none."""
        return None if self.others is None else self.others[1] - self.others[0]

    def curve(self, at: int) -> Reach:
        """The mean differences of an output at all points, by its place."""
        drawn = self.drawn
        return reach(self.differences[at], None if drawn is None else drawn[at])

    @property
    def table(self) -> pl.DataFrame:
        """One row per point and output: settings, `output`, `unit`, `without`, `with`, `difference`, `low`, `high`, and
        what half of the interval is made of: `noise` of the runs, and what was `learned` (null where that is not
        known); their squares add up to its square."""
        rows = []
        for at, output in enumerate(self.outputs):
            reached = self.curve(at)
            for point, found in enumerate(reached.found):
                settings = {one.name: float(self.points[point, n]) for n, one in enumerate(self.parameters)}
                told = {"output": output.name, "unit": output.unit}
                levels = {
                    "without": float(np.nanmean(self.without[at, point])),
                    "with": float(np.nanmean(self.with_act[at, point])),
                }
                learned = float(reached.learned[point])
                ends = {"difference": found.value, "low": found.low, "high": found.high}
                parts = {"noise": float(reached.noise[point]), "learned": None if np.isnan(learned) else learned}
                rows.append({**settings, **told, **levels, **ends, **parts})
        return pl.DataFrame(rows, schema_overrides={"learned": pl.Float64}, infer_schema_length=None)

    def output(self, text: str) -> int:
        """The place of the output called *text*. Raises `UsageError` when it was not asked for."""
        names = [one.name for one in self.outputs]
        if text not in names:
            found = _('"{name}" was not measured').format(name=text)
            raise UsageError(Fault("sweep", found, remedy=did_you_mean(text, names)))
        return names.index(text)

    @as_annotated
    def threshold(self, output: str, level: float) -> Interval | None:
        """From which setting of its only parameter the difference of *output* passes *level*: see `responses`.

        Raises `UsageError` when several parameters were varied.
        """
        if len(self.parameters) != 1:
            raise UsageError(Fault("threshold", str(len(self.parameters)), _("one parameter that is varied")))
        at = self.output(output)
        moved = self._moved([at], RESAMPLES)
        moved = None if moved is None else moved[:, 0]
        return threshold(self.points[:, 0], self.differences[at], level, seed=self.seed, moved=moved)

    def _moved(self, outputs: Sequence[int], resamples: int) -> Floats | None:
        """By how much the differences of *outputs* may be off for want of records; None where nobody knows."""
        drawn = self.drawn
        return None if drawn is None else shifts(drawn[list(outputs)], resamples, self.seed)

    @as_annotated
    def sensitivity(self, output: str) -> dict[str, Index]:
        """Parameter -> how much of the variance of the difference of *output* it makes: see `responses`.

        Raises `UsageError` when the design was another one, or points of it are missing.
        """
        if self.kind != "sensitivity" or self.missing:
            raise UsageError(Fault("design", self.kind, _("the design for sensitivity indices")))
        at, drawn = self.output(output), self.drawn
        others = None if drawn is None else drawn[at].mean(axis=2).T
        found = sensitivity(self._means(at), len(self.parameters), seed=self.seed, others=others)
        return {one.name: index for one, index in zip(self.parameters, found, strict=True)}

    def lacking(self, output: str) -> int | None:
        """How many base points the sensitivity indices of *output* take; None: there are enough. See `responses`."""
        return lacking(self._means(self.output(output)), len(self.parameters))

    def _means(self, at: int) -> Floats:
        """The mean difference of an output at each point, from the replications that tell of all of them."""
        differences = self.differences[at]
        means: Floats = differences[:, np.isfinite(differences).all(axis=0)].mean(axis=1)
        return means

    @as_annotated
    def front(
        self,
        lower: Sequence[str] = (),
        higher: Sequence[str] = (),
        at_most: Sequence[tuple[str, float]] = (),
    ) -> pl.DataFrame:
        """The Pareto front, points that no other beats: settings, goals, `share` of resamples in which they are on it.

        *lower*, *higher*: outputs whose difference should be low, or high. *at_most*: outputs whose level with the act
        must not pass a limit, its interval included. A point of which something is not known is not on the front.
        """
        places = [self.output(name) for name in (*lower, *higher)]
        allowed = np.ones(len(self.points), bool)
        for name, limit in at_most:
            at = self.output(name)
            levels = reach(self.with_act[at], None if self.others is None else self.others[1][at])
            allowed &= np.array([one.high <= limit for one in levels.found])
        signs = np.array([1.0] * len(lower) + [-1.0] * len(higher))
        goals = signs[:, None, None] * self.differences[places]
        over = np.broadcast_to(np.where(allowed, 0.0, 1.0)[:, None], (1, *goals.shape[1:]))
        moved = self._moved(places, fronts.RESAMPLES)
        if moved is not None:
            moved = np.concatenate([signs[:, None] * moved, np.zeros_like(moved[:, :1])], axis=1)
        on, share, _kept = fronts.standing(goals, over, seed=self.seed, moved=moved)
        settings = {one.name: self.points[on, n] for n, one in enumerate(self.parameters)}
        told = {self.outputs[place].name: self.differences[place][on].mean(axis=1) for place in places}
        return pl.DataFrame(settings | told | {"share": share[on]})
