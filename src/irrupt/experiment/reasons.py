"""Why an act moves so little: what the cases that its rules are about meet in the runs without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, partial

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags
from irrupt.chronicle.rows import Legend, Rows
from irrupt.engine.standing import Stands
from irrupt.experiment.answering import Question
from irrupt.experiment.done import Steps, numbers
from irrupt.experiment.model import Comparison, Reason, Tried
from irrupt.experiment.runs import Outcome
from irrupt.experiment.trials import Trial
from irrupt.groups import ALL_CLIENTS
from irrupt.organisation import Return
from irrupt.organisation.rules import amended
from irrupt.regulation import Touch, touched
from irrupt.regulation.acts.classes import moved_in_rank
from irrupt.units import HOUR, WEEK

RUNS, AT_ONCE, ENOUGH = 8, 2, 50_000
"""Runs of the baseline that are looked into at most, and at a time, until there are enough steps."""
STAFFING = ("staff", "calendars", "capacity")
NO_STEPS = ("authors", "organising", "priority")
"""What is not about steps that cases come to."""
RARE, ANYWAY = 0.05, 0.9
"""Share of cases up to which they hardly come somewhere; and that from which on they go there anyway."""
LONG = 0.1
"""Part of the time that is measured from which on it matters that a case takes so long."""
BUSY = 0.7
"""Share of time at work from which it is no reason any more."""


def with_reasons(result: Comparison, asked: Question, outcome: Outcome, at_once: int) -> Comparison:
    """*result* with what tells why, for each scenario that moves nothing of what it was to move, or cannot move all of
    it in the time that is measured; looked into are *at_once* runs at most at a time."""
    steps = cache(partial(_steps, asked, at_once))
    trials = {trial.name: trial for trial in asked.trials}
    tried = []
    for one in result.tried:
        trial = trials[one.name]
        still = _still(trial, one, asked)
        found = [] if still is None else [*_reasons(still, result, steps, outcome)]
        if one.found and all(claim.verdict == "not tried" for claim in one.found):
            found = [Reason(kind="never met")]
        tried.append(replace(one, reasons=(*found, *_open_ends(trial, result, outcome))))
    return replace(result, tried=tuple(tried))


def _still(trial: Trial, tried: Tried, asked: Question) -> Trial | None:
    """*trial* with those of its changes alone whose claims were tried and nothing is found of; None where there
    are none."""
    moved = [found.claim for found in tried.found if found.verdict in ("rises", "falls", "not tried")]
    if not moved:
        return trial
    left, touches, rules = [], set[Touch](), asked.organisation
    if asked.anyway or all(change.claim in moved for change in trial.changes):
        return None
    for change in trial.changes:
        if change.claim not in moved:
            left.append(change)
            touches |= touched(change.edits, rules)
        rules = amended(rules, [change])
    return replace(trial, changes=tuple(left), touches=frozenset(touches))


def _steps(asked: Question, at_once: int) -> Steps:
    """What is done in the first runs of the baseline."""
    window = asked.horizon.window

    def measured(number: int) -> tuple[Rows, Legend, set[Stands]]:
        run = asked.plan.begun(number)
        rows = run.rows_until(asked.horizon.total * WEEK)
        inside = rows.ready >= window.begin
        return Rows._make(column[inside] if len(column) else column for column in rows), run.legend, run.stands

    found: list[tuple[Rows, Legend, set[Stands]]] = []
    with ThreadPoolExecutor(min(at_once, AT_ONCE)) as pool:
        while len(found) < RUNS and sum(len(rows.case) for rows, _legend, _open in found) < ENOUGH:
            found += pool.map(measured, range(len(found), len(found) + AT_ONCE))
    return Steps([rows for rows, _legend, _open in found], found[-1][1], set().union(*(some for *_rest, some in found)))


def _reasons(trial: Trial, result: Comparison, steps: Callable[[], Steps], outcome: Outcome) -> Iterator[Reason]:
    """What tells why *trial* moves nothing of what it was to move, the most telling first. Not every act asks for the
    *steps* done without it, which take runs of their own."""
    same = _same(trial, outcome)
    if not any(change.edits for change in trial.changes):
        yield Reason(kind="so already")
        return
    found = []
    for touch in sorted(trial.touches, key=_by_name):
        if touch.aspect == "priority":
            found.append(_of_queue(touch, trial, steps(), result.effects))
        elif touch.aspect in STAFFING:
            found += _of_people(touch, trial, result.effects)
        elif touch.aspect == "skips" and _more_skipped(touch, trial):
            found += [*_of_rare_steps(touch, steps())] or [*_of_what_follows(touch, steps())]
        elif touch.aspect == "durations" and touch.activities:
            found += _of_rare_steps(touch, steps())
        if same and touch.aspect not in NO_STEPS and (touch.client is not None or touch.activities):
            found += _of_steps(touch, steps())
    found += [*_of_dates(trial), *_of_rework(trial), *_of_returns(trial, steps)]
    yield from dict.fromkeys(found)
    if same and not found:
        yield Reason(kind="nothing differs")


def _by_name(touch: Touch) -> tuple[str, ...]:
    return touch.aspect, touch.client or "", *sorted(touch.teams), *sorted(touch.activities)


def _same(trial: Trial, outcome: Outcome) -> bool:
    """Whether nothing that is measured differs in any pair of runs."""
    measures = len(trial.columns)
    without, with_act = (side[trial.name][outcome.done][:, :measures] for side in (outcome.without, outcome.with_act))
    return np.array_equal(without, with_act, equal_nan=True)


def _of_queue(touch: Touch, trial: Trial, steps: Steps, effects: pl.DataFrame) -> Reason:
    """Of an order in which cases are taken: how long these cases wait, and for how much of it behind others."""
    count, waits, behind, come, cases = 0, 0.0, 0.0, 0, 0
    for rows, asked in steps.of(touch.client, touch.teams, ()):
        mine = asked & (rows.person >= 0)
        count += int(mine.sum())
        waits += float((rows.start - rows.ready)[mine].sum())
        come += len(np.unique(rows.case[mine]))
        cases += steps.cases(rows, touch.client)
        behind += sum(_behind(rows, mine & (rows.team == team), touch.client) for team in np.unique(rows.team[mine]))
    party = touch.client or ALL_CLIENTS
    if not count and steps.stand(touch.client, touch.teams, ()):
        return Reason(kind="none done", client=party, teams=tuple(sorted(touch.teams)))
    ours = _without(effects, trial.name, "waiting for us", party)
    return Reason(
        kind="order",
        client=party,
        teams=tuple(sorted(touch.teams)),
        steps=count / len(steps.rows),
        wait=waits / HOUR / max(come, 1),
        behind=behind / HOUR / max(come, 1),
        share=come / max(cases, 1),
        passing=_passing(touch, trial),
        cycle=_without(effects, trial.name, "cycle time", party),
        ours=ours,
        unqueued=max(ours - _queued(steps, touch.client), 0.0),
    )


def _passing(touch: Touch, trial: Trial) -> float:
    """The share of the client's cases whose rank at the teams *trial* changes: all, or those of some classes, or those
    that come to be of a class, or spoken for, of another rank."""
    edits = [edit for change in trial.changes for edit in change.edits]
    his = [edit for edit in edits if edit.part == "clients" and edit.key == touch.client]
    if touch.client is None or any(not (edit.before and edit.after) for edit in his):
        return 1.0
    now = trial.rules.clients[touch.client]
    old, new = (his[0].before.classes, his[-1].after.classes) if his else (now.classes, now.classes)
    shares = [0.0]
    for name in touch.teams:
        teams = [edit for edit in edits if edit.part == "teams" and edit.key == name]
        before, after = (teams[0].before, teams[-1].after) if teams else (trial.rules.teams[name],) * 2
        if not before or not after or before.priority.get(touch.client) != after.priority.get(touch.client):
            return 1.0
        shares.append(moved_in_rank(old, new, before.class_priority, after.class_priority))
    return max(shares)


def _queued(steps: Steps, client: str | None) -> float:
    """Hours that a case of this client waits for a person at any team."""
    parts = [(rows, asked & (rows.person >= 0)) for rows, asked in steps.of(client, (), ())]
    waits = sum(float((rows.start - rows.ready)[mine].sum()) for rows, mine in parts)
    return waits / HOUR / max(sum(len(np.unique(rows.case[mine])) for rows, mine in parts), 1)


def _behind(rows: Rows, mine: Flags, client: str | None) -> float:
    """Seconds that steps of *mine*, all at one team, would have begun earlier, had each begun when the first of another
    case did that was taken while it waited, or while those waited before it on whom it waited."""
    if not mine.any():
        return 0.0
    number = rows.client[mine][0] if client is not None else -1
    there = (rows.team == rows.team[mine][0]) & (rows.person >= 0)
    others = np.sort(rows.start[there & (rows.client != number)])
    if not len(others):
        return 0.0
    order = np.argsort(rows.ready[mine], kind="stable")
    ready, start = rows.ready[mine][order], rows.start[mine][order]
    nobody = np.append(True, ready[1:] > np.maximum.accumulate(start)[:-1])  # of his waits when this one comes
    since = ready[nobody][np.cumsum(nobody) - 1]
    at = np.searchsorted(others, since, "right")
    first = np.where(at < len(others), others[np.minimum(at, len(others) - 1)], np.inf)
    return float(np.maximum(start - np.maximum(first, ready), 0.0).sum())


def _of_people(touch: Touch, trial: Trial, effects: pl.DataFrame) -> Iterator[Reason]:
    """Of who works when: how much of their hours people are at work."""
    for team in sorted(touch.teams):
        share = _without(effects, trial.name, "share of time at work", team)
        if share < BUSY:
            yield Reason(kind="people" if _somebody_leaves(team, trial) else "hours", teams=(team,), share=share)


def _somebody_leaves(team: str, trial: Trial) -> bool:
    edits = (edit for change in trial.changes for edit in change.edits if edit.part == "people")
    return any(
        team in edit.before.teams and (not edit.after or team not in edit.after.teams) for edit in edits if edit.before
    )


def _more_skipped(touch: Touch, trial: Trial) -> bool:
    """Whether cases are to skip more than before, not less."""
    edits = (edit for change in trial.changes for edit in change.edits if edit.part == "skips")
    return any(edit.key == touch.client and (edit.after or set()) > (edit.before or set()) for edit in edits)


def _of_what_follows(touch: Touch, steps: Steps) -> Iterator[Reason]:
    """Of what is skipped: which activity comes straight behind it, and how much time passes until then, where that is
    more than what is skipped takes itself. Nobody spares that time by skipping what is before it."""
    spent, count = 0.0, 0
    passes: dict[int, list[float]] = {}
    worked: set[int] = set()
    for rows, asked in steps.of(touch.client, touch.teams, touch.activities):
        by_case = np.argsort(rows.case, kind="stable")
        here, then = by_case[:-1], by_case[1:]
        straight = (rows.case[here] == rows.case[then]) & (rows.enabled[then] == rows.end[here])
        behind = then[asked[here] & ~asked[then] & straight & (rows.activity[then] >= 0)]
        spent, count = spent + float((rows.end - rows.enabled)[asked].sum()), count + int(asked.sum())
        for activity in np.unique(rows.activity[behind]).tolist():
            at = behind[rows.activity[behind] == activity]
            passes.setdefault(activity, []).extend((rows.ready - rows.enabled)[at].tolist())
            if (rows.person[at] >= 0).any():
                worked.add(activity)
    if not passes:
        return
    most = max(sorted(passes), key=lambda activity: sum(passes[activity]))
    if sum(passes[most]) > spent:
        yield Reason(
            kind="still follows",
            client=touch.client or ALL_CLIENTS,
            activities=tuple(sorted(touch.activities)),
            then=steps.legend.activities[most],
            spent=spent / HOUR / count,
            passes=sum(passes[most]) / len(passes[most]) / HOUR,
            worked=most in worked,
        )


def _of_steps(touch: Touch, steps: Steps) -> Iterator[Reason]:
    """Of what nobody comes to, or what waits there to the end: the steps of these cases that the rule is about."""
    if not any(part.asked.any() for part in steps.of(touch.client, (), touch.activities)):
        activities = tuple(sorted(touch.activities))
        met = Reason(kind="nothing comes", client=touch.client or ALL_CLIENTS, activities=activities)
        yield replace(met, kind="none done") if steps.stand(touch.client, (), touch.activities) else met


def _of_rare_steps(touch: Touch, steps: Steps) -> Iterator[Reason]:
    """Of what hardly any case comes to."""
    come, cases = (
        sum(len(np.unique(rows.case[asked])) for rows, asked in steps.of(touch.client, (), activities))
        for activities in (touch.activities, ())
    )
    if 0 < come <= RARE * cases:
        activities = tuple(sorted(touch.activities))
        client = touch.client or ALL_CLIENTS
        yield Reason(kind="hardly comes", client=client, activities=activities, share=come / cases)


def _of_dates(trial: Trial) -> Iterator[Reason]:
    """Of other dates, where nobody takes first what is due first and no way hangs on them."""
    asked = {touch.aspect for touch in trial.touches}
    by_date = any(team.order == "earliest due" for team in trial.rules.teams.values())
    if "due" in asked and not by_date and not {"routes", "priority"} & asked:
        clients = {touch.client or ALL_CLIENTS for touch in trial.touches if touch.aspect == "due"}
        yield from (Reason(kind="no order by date", client=client) for client in sorted(clients))


def _of_rework(trial: Trial) -> Iterator[Reason]:
    """Of work that is to be done again less often, where only how long work takes is changed."""
    for change in trial.changes:
        kept = [edit for edit in change.edits if edit.part == "steps" and edit.before and edit.after]
        if change.claim is None or change.claim.measure != "rework" or not kept or len(kept) < len(change.edits):
            continue
        longer = sorted({edit.after.activity for edit in kept})
        if any(touch.aspect == "durations" and touch.activities.issuperset(longer) for touch in trial.touches):
            yield Reason(kind="as often", activities=tuple(longer))


def _of_returns(trial: Trial, steps: Callable[[], Steps]) -> Iterator[Reason]:
    """Of cases that are sent back to where they go next anyway."""
    for edit in (edit for change in trial.changes for edit in change.edits if edit.part == "returns" and edit.after):
        assert isinstance(edit.after, Return)
        then = trial.rules.steps[edit.after.back_to].activity
        (number,) = numbers(steps().legend.activities, (then,)) or (-1,)
        went = count = 0
        for rows, asked in steps().of(edit.after.client, (), (edit.after.during,)):
            by_case = np.argsort(rows.case, kind="stable")
            here, behind = by_case[:-1], by_case[1:]
            followed = asked[here] & (rows.case[here] == rows.case[behind])
            count += int(followed.sum())
            went += int((followed & (rows.activity[behind] == number)).sum())
        if count and went >= ANYWAY * count:
            client, during = edit.after.client or ALL_CLIENTS, (edit.after.during,)
            yield Reason(kind="goes there anyway", client=client, activities=during, then=then, share=went / count)


def _open_ends(trial: Trial, result: Comparison, outcome: Outcome) -> Iterator[Reason]:
    """Of a client who brings more cases, or fewer, where these take long beside the time that is measured: those that
    came before are still finished in it, and those that come late not yet."""
    for touch in sorted(trial.touches, key=_by_name):
        if touch.aspect != "demand" or touch.client is None or not _brings_otherwise(touch.client, trial):
            continue
        cycle = _cycle(touch.client, trial, outcome)
        if cycle > LONG * result.weeks * WEEK / HOUR:
            share = cycle * HOUR / (result.weeks * WEEK)
            yield Reason(kind="open ends", client=touch.client, cycle=cycle, share=share)


def _cycle(client: str, trial: Trial, outcome: Outcome) -> float:
    """Hours that a case of *client* takes in the runs without the act; nan where that is not measured. Who brings none
    with the act has no difference, and these runs alone tell."""
    column = "cycle time", client
    if column not in trial.layout:
        return float("nan")
    values = outcome.without[trial.name][outcome.done][:, trial.layout.index(column)]
    values = values[np.isfinite(values)]
    return float(values.mean()) if len(values) else float("nan")


def _brings_otherwise(client: str, trial: Trial) -> bool:
    """Whether more cases of *client* are to come than before, or fewer, and his throughput is claimed to show it."""
    claimed = any(
        change.claim is not None and (change.claim.measure, change.claim.party) == ("throughput", client)
        for change in trial.changes
    )
    edits = (edit for change in trial.changes for edit in change.edits)
    return claimed and any(
        edit.part == "clients"
        and edit.key == client
        and edit.before is not None
        and edit.after is not None
        and edit.before.cases_per_week != edit.after.cases_per_week
        for edit in edits
    )


def _without(effects: pl.DataFrame, scenario: str, measure: str, party: str) -> float:
    """The value of the baseline; nan where it is not measured."""
    said = effects.filter(
        (pl.col("scenario") == scenario) & (pl.col("measure") == measure) & (pl.col("party") == party)
    )
    return float(said["without"][0]) if said.height else float("nan")
