"""When acts that wait for their moment were done in the runs of a comparison, or why they never were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.experiment.reviews import NEVER_TOLD
from irrupt.experiment.runs import Outcome, Plan
from irrupt.experiment.trials import Trial
from irrupt.experiment.watching import NEARLY, terms
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.regulation.conditions import Condition
from irrupt.regulation.model import Act
from irrupt.regulation.said import weeks_said
from irrupt.regulation.when import When, title_among
from irrupt.units import WEEK


def when_done(trial: Trial, outcome: Outcome, plan: Plan, tried: Sequence[Act]) -> Iterator[str]:
    """How often each act of *trial* that waited was done, when, and how often again; *tried*: all acts that are done in
    any run."""
    weeks = outcome.with_act[trial.name][outcome.done][:, len(trial.columns) :]
    for place, act in enumerate(trial.waiting):
        if act not in trial.acts:
            continue
        met = weeks[:, place][np.isfinite(weeks[:, place])]
        said = _("{act}: done in {n} of {runs} runs.")
        if len(met):
            said = _("{act}: done in {n} of {runs} runs, in half of these within {time}.")
            if np.median(met) == 0.0:
                said = _("{act}: done in {n} of {runs} runs, in half of these at once.")
        half = weeks_said(float(np.median(met))) if len(met) else ""
        said = said.format(act=title_among(act, tried, _), n=len(met), runs=len(weeks), time=half)
        if not len(met):
            said = " ".join([said, *_unknown(trial, act, weeks[:, place], outcome, plan), *_too_long(trial, act, plan)])
        yield f"{said} {_done_again(trial, act, weeks)}" if act.again else said


def _unknown(trial: Trial, act: When, weeks: Floats, outcome: Outcome, plan: Plan) -> Iterator[str]:
    """What *act*, done after so many *weeks* of each run, waits for that no run tells: nobody is late where nothing is
    due, and two hours before a Monday are too few for any case."""
    places = {(measure.name, party): at for at, (measure, party) in enumerate(trial.columns)}
    parties = plan.watched[trial.name].parties
    ways = act.condition.ways if isinstance(act.condition, Condition) else ()
    never = [way[0] for way in ways] if len(weeks) and (weeks == NEVER_TOLD).all() else []
    found: dict[str, None] = {}
    for term in terms(act):
        place = places.get((term.measure, parties[term]))
        said = f"{_(term.measure)} ({party_name(parties[term])})"
        if place is not None and not np.isfinite(outcome.without[trial.name][outcome.done][:, place]).any():
            found[said] = None
        elif term in never:
            found[_("{condition} over {time}").format(condition=said, time=weeks_said(term.weeks))] = None
    if found:
        yield _("No run tells what it waits for: {measures}.").format(measures=", ".join(found))


def _too_long(trial: Trial, act: When, plan: Plan) -> Iterator[str]:
    """That *act* looks back over more than passes until it is looked at for the last time, or is to be done later than
    that: it cannot be done."""
    ways = act.condition.ways if isinstance(act.condition, Condition) else ()
    weeks = min((max(term.weeks for term in way) for way in ways), default=0.0)
    last, begin = plan.watched[trial.name].last, plan.horizon.window.begin
    if weeks * WEEK > last + NEARLY:
        said = _(
            "What it waits for is told over {time}, and runs are looked at for less: measure more weeks (--weeks)."
        )
        yield said.format(time=weeks_said(weeks))
    elif act.lag * WEEK > last - begin + NEARLY:
        said = _("It is done {time} later, after all that is measured ({weeks}): measure more weeks (--weeks).")
        yield said.format(time=weeks_said(act.lag), weeks=weeks_said(plan.horizon.weeks))


def _done_again(trial: Trial, act: When, weeks: Floats) -> str:
    """How often what is done again was, over all runs."""
    times = [place for place, one in enumerate(trial.waiting) if one.nth > 1 and replace(one, nth=1) == act]
    often = np.isfinite(weeks[:, times]).sum(axis=1)
    said = _("Done again in {n} of {runs} runs, {mean} times in the mean of all.")
    return said.format(n=int((often > 0).sum()), runs=len(weeks), mean=number(float(often.mean()), 1))
