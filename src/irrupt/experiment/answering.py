"""A question is what is tried on which organisation; an answer is what the pairs of runs say to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from irrupt.engine import Tables, tables
from irrupt.engine.opening import Standing
from irrupt.experiment.effects import Spreads, effects_of, found_of, judged
from irrupt.experiment.gathering import shortfall
from irrupt.experiment.horizon import ENOUGH_STEPS, MEASURED, Chosen, Horizon
from irrupt.experiment.model import Comparison, Reached, Tried
from irrupt.experiment.precision import Precision
from irrupt.experiment.runs import MANY, Outcome, Plan
from irrupt.experiment.starting import Start
from irrupt.experiment.statistics import Looks
from irrupt.experiment.trials import Trial, plan_of, trials_of
from irrupt.experiment.waited import when_done
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import date_text, ngettext, number
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.regulation.contradictions import one_after_the_other
from irrupt.regulation.model import Act
from irrupt.regulation.scenario_names import scenario_said
from irrupt.regulation.when import title_among

FEW = 20
"""Pairs of runs below which intervals of skew differences are a little too short (benchmarks/intervals.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is tried, on what, over which time."""

    organisation: Organisation
    chosen: Mapping[str, Sequence[Act]]
    horizon: Horizon
    seed: int
    trials: Sequence[Trial]
    plan: Plan
    detail: bool
    start: Start | None = None
    """The end of a log whose open cases are those with which runs begin."""
    anyway: tuple[Act, ...] = ()
    """Acts that wait for their moment on both sides."""


def question(
    organisation: Organisation | Tables,
    chosen: Mapping[str, Sequence[Act]],
    horizon: Horizon,
    seed: int,
    *,
    detail: bool = False,
    apart: Collection[str] = (),
    start: Start | None = None,
    anyway: Sequence[Act] = (),
) -> Question:
    """*chosen* tried on *organisation*, measured in detail or not; clients *apart* are told apart in any case. What
    waits for its moment *anyway* does so on both sides.

    Raises `ModelError` when an act names what is not there.
    """
    rules = tables(organisation)
    organisation = rules.organisation
    trials = trials_of(organisation, chosen, horizon, detail=detail, apart=apart, anyway=anyway)
    return Question(
        organisation=organisation,
        chosen=chosen,
        horizon=horizon,
        seed=seed,
        trials=trials,
        plan=plan_of(rules, trials, horizon, seed, detail=detail, start=start, anyway=anyway),
        detail=detail,
        start=start,
        anyway=tuple(anyway),
    )


def question_on(other: Organisation, asked: Question) -> Question:
    """What is *asked*, of an *other* organisation."""
    return question(
        other,
        asked.chosen,
        asked.horizon,
        asked.seed,
        detail=asked.detail,
        start=asked.start,
        anyway=asked.anyway,
    )


def answer(asked: Question, outcome: Outcome, looks: Looks = "once", spreads: Spreads | None = None) -> Comparison:
    """What the finished replications of *outcome* say to *asked*, where *spreads* tell how sure what was learned is:
    none of them where it was ended before that was known, None where nobody can know."""
    done, known = int(outcome.done.sum()), spreads or {}
    said = {trial.name: judged(trial, outcome, looks, known.get(trial.name)) for trial in asked.trials}
    return Comparison(
        organisation=asked.organisation,
        effects=effects_of(asked.trials, said),
        tried=tuple(
            Tried(
                name=one.name,
                acts=one.acts,
                changes=one.told,
                found=found_of(one, said[one.name], outcome),
                teams=one.teams,
            )
            for one in asked.trials
        ),
        replications=done,
        seed=asked.seed,
        weeks=asked.horizon.weeks,
        warm_up_weeks=asked.horizon.warm_up,
        run_out_weeks=asked.horizon.run_out,
        seconds=0.0,
        alternatives=tried_on(known),
        looks=looks,
        notes=tuple(_notes(asked, outcome, spreads)) if done else (),
        question=asked,
        outcome=outcome,
    )


def reached(
    asked: Question, outcome: Outcome, precision: Sequence[Precision], spreads: Spreads | None
) -> tuple[Reached, ...]:
    """Which precisions are there, and about how many more pairs the others take, if these can help."""
    found = []
    for one in precision:
        more = shortfall(asked.trials, outcome, [one], spreads)
        learned = more is None and shortfall(asked.trials, outcome, [one]) is not None
        found.append(Reached(text=one.text, reached=more == 0, more=more, learned=learned))
    return tuple(found)


def tried_on(spreads: Spreads) -> int:
    """On how many other organisations the acts were tried."""
    return max((one.alternatives for one in spreads.values()), default=0)


def looked_before(times: int) -> str:
    """What is to be borne in mind where an answer from fewer of the same pairs was shown before."""
    return ngettext(
        "{n} answer from fewer of these pairs of runs was shown before. If it made you add more, each of the two "
        "misses with 5 %, and one of them at least with up to {share} %.",
        "{n} answers from fewer of these pairs of runs were shown before. If they made you add more, each misses with "
        "5 %, and one of them at least with up to {share} %.",
        times,
    ).format(n=number(times, 0), share=number(min(5 * (times + 1), 100), 0))


def warmed_up(weeks: float | None, horizon: Horizon, passed: float) -> list[str]:
    """A warning where what is measured begins before the number of open cases has settled, after *weeks*; or that the
    warm-up is longer for it than the weeks in which nine cases in ten have *passed*."""
    if weeks is not None and weeks <= horizon.warm_up:
        if horizon.warm_up <= passed:
            return []
        text = _(
            "The warm-up takes {warm} weeks, since the number of open cases settles only after {weeks} weeks; nine "
            "cases in ten pass within {passed}."
        )
        numbers = {"warm": number(horizon.warm_up, 0), "passed": number(passed, 0)}
        return [text.format(weeks=number(weeks, 1), **numbers)]
    if weeks is None:
        text = _(
            "The number of open cases does not settle within {total} weeks: levels belong to these weeks, not to a "
            "steady state. Try a longer warm-up, or less load."
        )
        return [text.format(total=number(horizon.total, 0))]
    text = _("The number of open cases settles only after {weeks} weeks; a warm-up of {warm} weeks is short.")
    return [text.format(weeks=number(weeks, 1), warm=number(horizon.warm_up, 1))]


def fewer_tried(missing: int) -> list[str]:
    """That *missing* of the organisations that the records support were not tried, since it was ended before."""
    text = ngettext(
        "Stopped early: {n} more organisation that the records support was to be tried.",
        "Stopped early: {n} more organisations that the records support were to be tried.",
        missing,
    )
    return [text.format(n=number(missing, 0))] if missing else []


def measured_less(time: Chosen) -> list[str]:
    """That fewer weeks are measured than usual, where that is so."""
    if not time.fewer:
        return []
    text = ngettext(
        "{n} week is measured and not {usual}: at least {steps} steps come in it, which is enough.",
        "{n} weeks are measured and not {usual}: at least {steps} steps come in them, which is enough.",
        round(time.horizon.weeks),
    )
    return [text.format(n=number(time.horizon.weeks, 0), usual=MEASURED, steps=number(ENOUGH_STEPS, 0))]


def _began(start: Start, standing: Standing) -> str:
    text = _("The runs begin on {date} with the cases that are open then in the log: about {n} of {all}.")
    date = date_text(start.moment.date())
    told = text.format(date=date, n=number(standing.expected, 0), all=number(standing.looked_at, 0))
    lost = ngettext(
        "{n} case has stood still for longer than anything lasts in the model, and is left out.",
        "{n} cases have stood still for longer than anything lasts in the model, and are left out.",
        standing.lost,
    )
    orders = ngettext(
        "{n} open order of planned goods is left out: their plan begins anew, with its opening stock.",
        "{n} open orders of planned goods are left out: their plan begins anew, with its opening stock.",
        standing.orders,
    )
    left_out = ((lost, standing.lost), (orders, standing.orders))
    return " ".join([told, *(said.format(n=number(count, 0)) for said, count in left_out if count)])


def _notes(asked: Question, outcome: Outcome, spreads: Spreads | None) -> list[str]:
    notes = []
    pairs = int(outcome.done.sum())
    if outcome.interrupted:
        text = ngettext(
            "Stopped early, with {n} pair of runs. Intervals are wider than usual, since nobody planned to look then.",
            "Stopped early, with {n} pairs of runs. Intervals are wider than usual, since nobody planned to look then.",
            pairs,
        )
        notes.append(text.format(n=number(pairs, 0)))
    if asked.start is not None and asked.plan.opening is not None:
        notes.append(_began(asked.start, asked.plan.opening.standing))
    notes += _of_trials(asked, outcome)
    unfinished = float(outcome.unfinished[outcome.done].mean())
    if unfinished / max(_arrived(asked, outcome), 1.0) >= MANY:
        text = _(
            "{share} % of the cases had not finished when the runs ended, and the longest are missing from cycle "
            "times: do not build on these before trying a longer time (warm-up, weeks), or less load."
        )
        notes.append(text.format(share=number(100 * unfinished / _arrived(asked, outcome), 0)))
    elif unfinished >= 0.5:
        count = round(unfinished)
        text = ngettext(
            "On average {n} case of a run had not finished at its end; it does not count in cycle times.",
            "On average {n} cases of a run had not finished at its end; they do not count in cycle times.",
            count,
        )
        notes.append(text.format(n=number(count, 0)))
    if pairs < FEW:
        text = ngettext(
            "{n} pair of runs is few: where some pairs differ far more than others, or most do not differ at all, "
            "intervals miss in 6 to 12 of 100 cases instead of 5. From {few} pairs on they do not.",
            "{n} pairs of runs are few: where some pairs differ far more than others, or most do not differ at all, "
            "intervals miss in 6 to 12 of 100 cases instead of 5. From {few} pairs on they do not.",
            pairs,
        )
        notes.append(text.format(n=number(pairs, 0), few=FEW))
    if asked.organisation.learned is not None:
        notes.append(_uncertainty(spreads))
    return notes


def _of_trials(asked: Question, outcome: Outcome) -> Iterable[str]:
    """What is to be said of single comparisons: each names its own, unless it is so in all of them."""
    told: list[tuple[str, str]] = []
    for trial in asked.trials:
        called = scenario_said(trial.name, trial.acts, _)
        told += [(called, note) for note in (*_pairs(trial, asked), *_anyway(trial, outcome, asked))]
        # what is called as its only act says so already
        name = "" if [title_among(act, _tried(asked)) for act in trial.acts] == [trial.name] else called
        told += [(name, note) for note in when_done(trial, outcome, asked.plan, _tried(asked))]
    times = Counter(note for _name, note in dict.fromkeys(told))
    everywhere = {note for note, count in times.items() if count == len(asked.trials)}
    named = _("{head}: {said}")
    return dict.fromkeys(
        note if note in everywhere or not name else named.format(head=name, said=note) for name, note in told
    )


def _tried(asked: Question) -> list[Act]:
    """All acts that are done in any run: what one is called tells it from the others."""
    return [*asked.anyway, *(act for acts in asked.chosen.values() for act in acts)]


def _pairs(trial: Trial, asked: Question) -> Iterator[str]:
    """The demands that cannot both hold, and those of which one changes what the other leaves."""
    for pair in trial.contradictions:
        yield _("Contradictory demands: {first} and {second}: {why}.").format(
            first=pair.first, second=pair.second, why=pair.why
        )
    acts = [*asked.anyway, *trial.acts]
    yield from one_after_the_other(acts, asked.organisation, asked.organisation.timeline.after(asked.horizon.warm_up))


def _anyway(trial: Trial, outcome: Outcome, asked: Question) -> Iterator[str]:
    """In how many runs, on each side, what waits on both was done."""
    begin, done = len(trial.columns), outcome.done
    for place, act in enumerate(trial.waiting):
        if act not in asked.anyway or act in trial.acts:
            continue
        before, after = (
            int(np.isfinite(side[trial.name][done][:, begin + place]).sum())
            for side in (outcome.without, outcome.with_act)
        )
        said = _("{act}, on both sides: done in {n} of {runs} runs without what is tried, in {m} with it.")
        yield said.format(act=title_among(act, _tried(asked), _), n=before, m=after, runs=int(done.sum()))


def _uncertainty(spreads: Spreads | None) -> str:
    """What the intervals of a learned organisation hold."""
    if spreads is not None and not spreads:
        return _(
            "Intervals hold the noise of the runs alone: they were ended before the acts were tried on other "
            "organisations that the records support too."
        )
    alternatives = tried_on(spreads or {})
    if not alternatives:
        return _(
            "Intervals hold the noise of the runs alone. How sure what was learned is, only the log tells: give the "
            "log itself instead of the organisation learned from it."
        )
    text = ngettext(
        "Intervals hold the noise of the runs and the uncertainty of what was learned: the acts were tried on {n} "
        "other organisation that the records support too.",
        "Intervals hold the noise of the runs and the uncertainty of what was learned: the acts were tried on {n} "
        "other organisations that the records support too.",
        alternatives,
    )
    return text.format(n=number(alternatives, 0))


def _arrived(asked: Question, outcome: Outcome) -> float:
    """Cases that arrive in the horizon of the baseline, on average."""
    trial = asked.trials[0]
    names = [(measure.name, party) for measure, party in trial.columns]
    column = outcome.without[trial.name][outcome.done][:, names.index(("arrivals", ALL_CLIENTS))]
    return max(float(column.mean()) * asked.horizon.weeks, 1.0)
