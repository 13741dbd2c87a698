"""How much an effect depends on what the records happened to show: the same acts on alternative organisations.

An organisation learned from a log is one of many that the log supports. The acts are tried on some of these too, with
the luck of the first replications of the main result. By how much an effect differs from one organisation to the next,
beyond the noise of the runs, is the uncertainty of what was learned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Floats
from irrupt.errors import Fault, ModelError
from irrupt.experiment.ahead import ahead
from irrupt.experiment.answering import Question, question_on
from irrupt.experiment.runs import Executor, Outcome
from irrupt.experiment.statistics import MISS, Spread, half_width
from irrupt.experiment.today import under
from irrupt.experiment.trials import Trial, trials_of
from irrupt.lately import forget
from irrupt.organisation.model import Organisation
from irrupt.organisation.validate import faults
from irrupt.regulation.model import Act
from irrupt.special import normal_cdf

LEAST_PAIRS = 2
"""Pairs of runs on each alternative, at least."""
SEVERAL = 2
"""Alternatives that it takes to tell how far these differ."""
_FARTHEST = -6.0
"""Standard deviations below 0 at which the spread that is left after the noise is held."""
_EVEN = 3.0
"""Alternatives for which it counts that errors are as likely on either side."""
FEWEST_ALIKE = 3
"""Parties of a measure for these to tell together how much of its spread is learned."""


def pairs_each(pairs: int, alternatives: int) -> int:
    """Pairs of runs on each alternative: on all together as many as in the main result.

    How far alternatives differ is told from differences that hold noise: what few pairs leave open of it makes
    intervals wider, by more than what they leave open of the effect itself.

    >>> pairs_each(100, 12), pairs_each(20, 12)
    (9, 2)
    """
    return max(LEAST_PAIRS, -(-pairs // max(alternatives, 1)))


def refuse_elsewhere(
    asked: Question, today: Sequence[Act], alternatives: Sequence[Organisation], bounds: Mapping[str, Organisation]
) -> None:
    """Raise `ModelError`, before anything is run, with all that keeps one of *alternatives* and *bounds* from being
    asked what is *asked*: which of them it is, and what it lacks.

    What was learned runs, and can be asked the same where it has the same names: to write the acts into each here, too,
    would keep a first answer waiting."""
    others = {f"alternatives > {number}": other for number, other in enumerate(alternatives, 1)}
    wrong: list[Fault] = []
    for where, other in (others | {f"bounds > {end}": other for end, other in bounds.items()}).items():
        if other.learned is not None and _names(asked.organisation) <= _names(other):
            continue
        found = faults(other, asked.organisation)
        try:
            if not found:
                trials_of(under(other, today), asked.chosen, asked.horizon, anyway=asked.anyway)
        except ModelError as error:
            found = list(error.faults)
        wrong += [replace(one, where=f"{where}: {one.where}") for one in found]
    if wrong:
        raise ModelError(wrong)


def _names(organisation: Organisation) -> set[tuple[str, str]]:
    """What acts may name in *organisation*."""
    found = {("activity", step.activity) for step in organisation.steps.values()}
    found |= {("class", kind) for client in organisation.clients.values() for kind in client.classes}
    for part in ("clients", "teams", "people", "calendars", "products", "rules"):
        found |= {(part, name) for name in getattr(organisation, part)}
    return found


def spreads(
    others: Sequence[Organisation],
    asked: Question,
    pairs: int,
    executor: Executor,
    done: Callable[[int], None] | None = None,
) -> dict[str, Spread]:
    """Scenario -> spread over *others* of the differences, told from *pairs* pairs of runs on each.

    *done* is called with the number of alternatives that are done. Ctrl-C leaves what these tell, if they are several.
    """
    found: dict[str, list[Floats]] = {trial.name: [] for trial in asked.trials}
    enough = 1
    try:
        for number, there in enumerate(ahead(partial(_asked_anew, asked), others)):
            for name, drawn in _drawn(there, asked, pairs, executor).items():
                found[name].append(drawn)
            if done is not None:
                done(number + 1)
    except KeyboardInterrupt:
        enough = SEVERAL
    return {
        trial.name: spread_of(np.array(found[trial.name]), [measure.name for measure, _party in trial.columns])
        for trial in asked.trials
        if len(found[trial.name]) >= enough
    }


def _asked_anew(asked: Question, other: Organisation) -> Question:
    """What is *asked*, of an *other* organisation; what the one before is made of serves no other."""
    forget()
    return question_on(other, asked)


def _drawn(there: Question, asked: Question, pairs: int, executor: Executor) -> dict[str, Floats]:
    """Scenario -> its differences in *pairs* pairs of runs of what is asked *there*, in the columns of *asked*."""
    result = Outcome.none(there.plan)
    for replication in executor.run(there.plan, result.missing(pairs)):
        result.put(replication)
    return {
        trial.name: aligned(result.differences(mine.name), mine, trial)
        for trial, mine in zip(asked.trials, there.trials, strict=True)
    }


def aligned(drawn: Floats, theirs: Trial, trial: Trial) -> Floats:
    """The columns of *trial*, taken from those of *theirs*; nan where it has none."""
    place = {(measure.name, party): index for index, (measure, party) in enumerate(theirs.columns)}
    indices = [place.get((measure.name, party), -1) for measure, party in trial.columns]
    padded = np.concatenate([drawn, np.full((len(drawn), 1), np.nan)], axis=1)
    found: Floats = padded[:, indices]
    return found


class _Parts(NamedTuple):
    """Variances of one column per entry, with their degrees of freedom."""

    between: Floats
    """Of the mean differences of alternatives."""
    alternatives: Floats
    within: Floats
    """How much of it the noise of the runs makes."""
    runs: Floats


def spread_of(drawn: Floats, measures: Sequence[str]) -> Spread:
    """By how much the differences *drawn*, of shape (alternatives, pairs, columns), vary over the alternatives.

    All alternatives share the luck of the runs. So an analysis of variance with two ways, alternatives and runs, parts
    what differs between alternatives from the noise in their means. How much greater the one is than the other is told
    by all parties of a measure together (one of *measures* per column), as far as these are alike: few alternatives
    tell a variance badly. Where the noise all but hides the spread, as much is taken as may be there on average; what
    is seen, with the noise, bounds it.

    Source: Satterthwaite 1946, An approximate distribution of estimates of variance components; Smyth 2004, Linear
    models and empirical Bayes methods, for variances that lend each other strength.

    >>> drawn = np.array([[[1.0], [2.0]], [[2.0], [3.0]], [[3.0], [4.0]]])
    >>> spread_of(drawn, ["cycle time"]).error
    array([1.])
    """
    apart = _apart(drawn)
    parts = _together(_parts(drawn), np.array(measures), apart)
    learned, freedom = _beyond_noise(parts)
    miss = np.full(learned.shape, MISS)
    bound = half_width(np.sqrt(parts.between), parts.alternatives, miss)
    told = np.isfinite(parts.between)
    hidden = told & (half_width(np.sqrt(learned), freedom, miss) > bound)
    return Spread(
        error=np.where(told, np.sqrt(np.where(hidden, parts.between, learned)), np.nan),
        freedom=np.where(hidden, parts.alternatives, freedom),
        alternatives=len(drawn),
        near=_near(drawn, apart),
    )


def _near(drawn: Floats, apart: Floats) -> Floats:
    """Which share of the spread of the alternatives in *drawn*, so far *apart*, lies on the side of zero of their mean:
    twice the squares there over all of them, drawn towards 1 by as many alternatives as `_EVEN`, and never more.

    A queue grows faster than its load: a few alternatives in which an act does far more than in the others make the
    spread wide, and say nothing of whether it does anything at all.

    Source: John 1982, The three-parameter two-piece normal family of distributions and its fitting.
    """
    known = np.isfinite(drawn)
    count = known.any(axis=1).sum(axis=0)
    squares = apart**2
    behind = np.where(apart * np.where(known, drawn, 0.0).sum(axis=(0, 1)) < 0, squares, 0.0).sum(axis=0)
    whole = squares.sum(axis=0)
    share = np.where(whole > 0, 2.0 * behind / np.where(whole > 0, whole, 1.0), 1.0)
    near: Floats = np.sqrt(np.minimum((count * share + _EVEN) / (count + _EVEN), 1.0))
    return near


def _beyond_noise(parts: _Parts) -> tuple[Floats, Floats]:
    """The variance between alternatives without that which the noise of the runs makes, and its degrees of freedom.

    What is left is no less than 0, and how sure it is, both variances say: its mean, and the degrees of freedom that
    tell as much, are those of a normal distribution around the difference of the two, of which the part below 0 is cut
    off. What is off by so uncertain a variance has the tails of Student's t with four degrees more (by its kurtosis).
    """
    plain = parts.between - parts.within
    sure = parts.between**2 / parts.alternatives + parts.within**2 / np.maximum(parts.runs, 1.0)
    noisy = (parts.within > 0) & (sure > 0)
    scale = np.sqrt(2.0 * np.where(noisy, sure, 1.0))
    place = np.maximum(np.where(noisy, plain, 0.0) / scale, _FARTHEST)
    cut = np.exp(-(place**2) / 2) / np.sqrt(2 * np.pi) / normal_cdf(place)
    mean = scale * (place + cut)
    variance = np.maximum(scale**2 * (1 - place * cut - cut**2), 1e-300)
    freedom = np.minimum(2 * mean**2 / variance + 4.0, parts.alternatives)
    return np.where(noisy, mean, np.maximum(parts.between, 0.0)), np.where(noisy, freedom, parts.alternatives)


def _parts(drawn: Floats) -> _Parts:
    known = np.isfinite(drawn)
    filled = np.where(known, drawn, 0.0)

    def mean(axis: tuple[int, ...]) -> Floats:
        found: Floats = filled.sum(axis=axis, keepdims=True) / np.maximum(known.sum(axis=axis, keepdims=True), 1)
        return found

    told = known.any(axis=1)
    means = mean((1,))
    residual = np.where(known, drawn - means - mean((0,)) + mean((0, 1)), 0.0)
    several, runs = told.sum(axis=0), known.any(axis=0).sum(axis=0)
    count = known.sum(axis=(0, 1))
    freedom = np.maximum(count - several - runs + 1, 0)
    centre = np.where(told, means[:, 0], 0.0).sum(axis=0) / np.maximum(several, 1)
    between = (np.where(told, means[:, 0] - centre, 0.0) ** 2).sum(axis=0) / np.maximum(several - 1, 1)
    noise = (residual**2).sum(axis=(0, 1)) / np.maximum(freedom, 1)
    within = np.where(freedom > 0, noise * several / np.maximum(count, 1), 0.0)
    return _Parts(
        between=np.where(several >= 2, between, np.nan),
        alternatives=np.maximum(several - 1.0, 1.0),
        within=within,
        runs=freedom.astype(float),
    )


def _apart(drawn: Floats) -> Floats:
    """By how much the mean of each alternative that tells anything lies above that of all: (alternatives, columns); 0
    where it does not tell."""
    known = np.isfinite(drawn)
    told = known.any(axis=1)
    means = np.where(known, drawn, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    centre = np.where(told, means, 0.0).sum(axis=0) / np.maximum(told.sum(axis=0), 1)
    apart: Floats = np.where(told, means - centre, 0.0)[told.sum(axis=1) > 0]
    return apart


def _worth(apart: Floats) -> float:
    """As how many variances that are told apart from each other those of so many columns count, by how their values go
    together: variances of normal values correlate as the squares of these do, less what chance makes of those."""
    freedom, count = apart.shape[0] - 1, apart.shape[1]
    if freedom < SEVERAL:
        return 1.0
    size = np.sqrt((apart**2).sum(axis=0))
    scaled = apart / np.where(size > 0, size, 1.0)
    squares = ((scaled.T @ scaled) ** 2).sum() - count
    beyond = (squares * freedom - count * (count - 1)) / (freedom - 1)
    return float(count**2 / (count + max(beyond, 0.0)))


def _together(parts: _Parts, measures: npt.NDArray[np.str_], apart: Floats) -> _Parts:
    """*parts* whose variances between alternatives, so far *apart*, lean on those of other parties of the same measure.

    By how much, these say: less, the more the ratios to the noise differ beyond what chance makes (all on a logarithmic
    scale, on which chance makes alike much of a difference everywhere), and the more they go up and down together. What
    all of them tell is the ratio, so both of its variances are as sure as it is.
    """
    between, freedom, runs = parts.between.copy(), parts.alternatives.copy(), parts.runs.copy()
    usable = (parts.between > 0) & (parts.within > 0) & (parts.runs > 0)
    for name in np.unique(measures):
        mine = np.flatnonzero((measures == name) & usable)
        if len(mine) < FEWEST_ALIKE:
            continue
        ratio = np.log(parts.between[mine] / parts.within[mine])
        chance = 2.0 / parts.alternatives[mine] + 2.0 / parts.runs[mine]
        worth = _worth(apart[:, mine])
        seen = chance.mean() * (1.0 - 1.0 / worth) * len(mine) / (len(mine) - 1.0)
        unlike = max(float(ratio.var(ddof=1) - seen), 0.0)
        own = (unlike + chance / worth) / (unlike + chance)
        between[mine] = parts.within[mine] * np.exp(own * ratio + (1 - own) * ratio.mean())
        freedom[mine] /= own
        runs[mine] /= own
    return parts._replace(between=between, alternatives=freedom, runs=runs)
