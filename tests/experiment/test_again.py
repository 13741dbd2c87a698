"""Acts that are done again each time that their condition is met anew, and acts upon one rule in the order of time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.engine import simulate, tables
from irrupt.errors import ModelError
from irrupt.experiment import compare
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.runs import Plan, Task, replicate
from irrupt.experiment.trials import plan_of, trials_of
from irrupt.organisation import Organisation, amended
from irrupt.regulation import (
    Act,
    Certification,
    DueDate,
    FormClient,
    OrganisingTime,
    Price,
    Priority,
    Shortcut,
    Signature,
    Volume,
    When,
    act_from_dict,
    act_to_dict,
)
from irrupt.regulation.when import MOST_AGAIN, IfRefused, title

WARM, WEEKS, SEED = 4, 16, 3
HORIZON = Horizon(warm_up=float(WARM), weeks=float(WEEKS), run_out=0.0)
FIRST = Priority(client="A", team="Network")
BUSY = "arrivals > 22 for A over 1 week"
"""Of A, in the week before; those of the weekend are not seen yet."""


def plan(desk: Organisation, *acts: Act) -> tuple[Plan, int]:
    """The runs, and from which value on they tell when acts were done."""
    trials = trials_of(desk, {"it": acts}, HORIZON)
    return plan_of(tables(desk), trials, HORIZON, SEED), len(trials[0].columns)


def times(desk: Organisation, act: When, number: int) -> list[float]:
    """At which reviews *act* was done in the run of this *number*."""
    runs, values = plan(desk, act)
    met = replicate(runs, Task(number, ("it",))).pairs["it"].with_act[values:]
    return sorted(met[np.isfinite(met)].tolist())


def by_hand(desk: Organisation, number: int, again: int, pause: float) -> list[float]:
    """The same from the cases that have come, which no priority changes, and were seen in the week before a review."""
    log = simulate(desk, weeks=WARM + WEEKS, seed=SEED, replication=number)
    seen = log.events.filter(client="A").sort("end").unique("case", keep="first")
    done: list[float] = []
    free = True
    for review in range(WEEKS):
        now = desk.origin + timedelta(weeks=WARM + review)
        came = seen.filter((pl.col("ready") >= now - timedelta(weeks=1)) & (pl.col("end") < now)).height
        if came <= 22:
            free = True
        elif free and len(done) <= again and (not done or review >= done[-1] + pause):
            done.append(float(review))
            free = False
    return done


@pytest.mark.one_in(2)
@pytest.mark.parametrize("known", ["sums over cases", "ledgers"])
@pytest.mark.parametrize(("again", "pause"), [(0, 0.0), (2, 0.0), (MOST_AGAIN, 0.0), (MOST_AGAIN, 4.0)])
def test_it_is_done_each_time_that_its_condition_is_met_anew(
    desk: Organisation, again: int, pause: float, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if known == "ledgers":
        monkeypatch.setattr("irrupt.experiment.watching.MADE_OF", {})
    act = When(act=FIRST, condition=BUSY, again=again, pause=pause)
    found = [times(desk, act, number) for number in range(3)]
    assert found == [by_hand(desk, number, again, pause) for number in range(3)]
    assert max(map(len, found)) == {0: 1, 2: 3}.get(again, max(map(len, found)))
    assert max(map(len, found)) >= (3 if again else 1)


def test_each_time_it_is_done_to_the_rules_in_force_and_told(desk: Organisation) -> None:
    act = When(act=Volume(client="A", change=0.1), condition=BUSY, again=2)
    runs, _values = plan(desk, act)
    rates = [
        runs.watched["it"].state(done).rules.organisation.clients["A"].cases_per_week for done in ((), (0,), (0, 1))
    ]
    assert rates == pytest.approx([30, 33, 36.3])
    result = compare(desk, act, weeks=8, warm_up_weeks=4, replications=3, seed=2)
    (note,) = [note for note in result.notes if "done in" in note]
    assert "Done again in " in note
    assert result.rules.height == 1, "what is tried is one act"


def test_what_follows_of_itself_follows_each_time(desk: Organisation) -> None:
    """A day is spent on rules in each week after a busy one, and in no other."""
    spend = OrganisingTime(team="Network", shifts="Fri 9-17", lasts=1.0)
    runs, values = plan(desk, When(act=spend, condition=BUSY, again=MOST_AGAIN))
    met = replicate(runs, Task(0, ("it",))).pairs["it"].with_act[values:]
    begun, over = met[0::2], met[1::2]
    assert np.isfinite(begun).sum() >= 3
    assert np.array_equal(begun[np.isfinite(over)] + 1.0, over[np.isfinite(over)])
    assert np.array_equal(begun[np.isfinite(begun)][1:], np.unique(begun[np.isfinite(begun)])[1:])


def test_a_phase_does_not_begin_again_before_it_is_over(desk: Organisation) -> None:
    """The end of the first ended the second."""
    spend = OrganisingTime(team="Network", shifts="Fri 9-17", lasts=4.0)
    runs, values = plan(desk, When(act=spend, condition=BUSY, again=MOST_AGAIN))
    for number in range(3):
        met = replicate(runs, Task(number, ("it",))).pairs["it"].with_act[values:]
        begun, over = met[0::2], met[1::2]
        assert all(later > end for later, end in zip(begun[1:], over, strict=False) if np.isfinite(later))


def test_what_has_left_a_repertoire_is_not_told_as_done(desk: Organisation) -> None:
    """It was, each time that its moment came."""
    taught = When(act=FormClient(client="A", no_longer=("priority",)), lag=8.0)
    runs, values = plan(desk, When(act=FIRST, condition=BUSY, again=MOST_AGAIN), taught)
    met = [replicate(runs, Task(number, ("it",))).pairs["it"].with_act[values:] for number in range(3)]
    assert [one[-1] for one in met] == [8.0, 8.0, 8.0]
    assert all(np.nanmax(one[:-1], initial=0.0) < 8.0 for one in met)


def test_who_is_first_is_what_was_said_last(desk: Organisation) -> None:
    """Two parties upon one rule: in whatever order their acts are written, the later one in a run holds. The order in
    which they were written held, so that one could be answered before it was done."""
    early = When(
        act=Priority(client="A", team="Network", rank=-1, signed=Signature(author="Network")),
        condition="arrivals > 40 for all clients over 1 week",
    )
    late = When(act=FIRST, condition=BUSY, lag=1.0)
    runs, _values = plan(desk, late, early)
    ranks = {
        done: runs.watched["it"].state(done).rules.organisation.teams["Network"].priority.get("A", 0)
        for done in ((0,), (1,), (0, 1), (1, 0))
    }
    assert ranks == {(0,): 1, (1,): -1, (0, 1): -1, (1, 0): 1}
    short = {"weeks": 12, "warm_up_weeks": 4, "replications": 4, "seed": 5}
    both = compare(desk, scenarios={"one": [early, late], "other": [late, early]}, **short)
    effects = [both.effects.filter(scenario=name).drop("scenario") for name in ("one", "other")]
    assert effects[0].equals(effects[1])
    assert not effects[0].equals(compare(desk, early, **short).effects.drop("scenario"))


def test_two_parties_take_it_from_each_other_by_turns(desk: Organisation) -> None:
    mine = When(act=FIRST, condition=BUSY, again=5)
    theirs = When(
        act=Priority(client="A", team="Network", rank=0, signed=Signature(author="Network")),
        condition="arrivals <= 22 for A over 1 week",
        again=5,
    )
    runs, values = plan(desk, mine, theirs)
    met = replicate(runs, Task(1, ("it",))).pairs["it"].with_act[values:]
    ours, others = (np.sort(met[np.isfinite(met)]) for met in (met[:6], met[6:]))
    assert min(len(ours), len(others)) >= 3
    assert not set(ours) & set(others)
    state = runs.watched["it"].state((0, 6, 1))
    assert state.rules.organisation.teams["Network"].priority == {"A": 1}


UPON_ONE_RULE = (
    When(act=Price(client="A", change=0.05), condition=BUSY, again=3),
    When(act=Price(client="A", change=-0.05, signed=Signature(author="B")), condition=BUSY, lag=1.0, again=2),
    DueDate(client="A", due="3 days"),
    When(act=Volume(client="A", change=-0.5), condition="arrivals > 20 for A over 1 week", again=3),
    When(act=Volume(client="A", change=1.0), condition="arrivals < 20 for A over 1 week", again=3),
    When(act=Certification(activity="Repair", added="5 min"), condition=BUSY, again=2),
    Shortcut(team="Network", activity="Repair", times=0.9),
)


@given(st.lists(st.sampled_from(UPON_ONE_RULE), min_size=2, max_size=4, unique_by=id))
@settings(max_examples=settings().max_examples // 2)
def test_several_acts_upon_one_rule_stand_in_any_order_with_what_is_done_again(
    desk: Organisation, acts: list[Act]
) -> None:
    """What was changed again was left out of what is touched, and what came behind it did not find its state."""
    priced = replace(desk, clients={name: replace(one, price=90.0) for name, one in desk.clients.items()})
    (trial,) = trials_of(priced, {"it": acts}, HORIZON)
    assert amended(priced, trial.changes) == trial.rules
    assert len(trial.told) == len(acts)
    touches = {touch for act in acts for touch in trials_of(priced, {"it": [act]}, HORIZON)[0].touches}
    assert trial.touches == touches


def test_why_nothing_moves_is_told_of_what_is_done_again_too(desk: Organisation) -> None:
    """What of the acts moved something is taken out, with all the times that it was done."""
    first = When(act=Volume(client="A", change=0.3), condition="arrivals > 1 for A over 1 week", again=3)
    acts = [first, DueDate(client="A", due="3 days")]
    (tried,) = compare(desk, scenarios={"both": acts}, weeks=4, warm_up_weeks=4, replications=4, seed=2).tried
    assert [one.verdict for one in tried.found] == ["rises", "undecided"]
    assert [one.kind for one in tried.reasons] == ["no order by date"]


def test_it_is_written_and_read_and_what_makes_no_sense_is_refused() -> None:
    act = When(act=FIRST, condition="cycle time > 16 h over 4 weeks", again=2, pause=4.0)
    data = act_to_dict(act)
    assert (data["again"], data["pause"]) == (2, "4 weeks")
    assert act_from_dict(data) == act
    assert title(act) == "priority: A when cycle time > 16 h over 4 weeks, again 2, pause 4 weeks"
    for said, often in (("2 times", 2), ("1 time", 1), (True, MOST_AGAIN), ("yes", MOST_AGAIN)):
        assert act_from_dict({**data, "again": said}).again == often  # type: ignore[attr-defined]
    for wrong, found in (
        ({"again": "often"}, 'again: "often": write how many times more'),
        ({"again": 10}, "write how many times more"),
        ({"pause": "soon"}, 'pause: "soon" is not a duration'),
    ):
        with pytest.raises(ModelError, match=found):
            act_from_dict({**data, **wrong})
    plain = {key: value for key, value in data.items() if key not in ("again", "when")}
    with pytest.raises(ModelError, match='pause: it is done once: "again" is missing'):
        act_from_dict(plain)
    with pytest.raises(ModelError, match='again: nothing is said of when: "when" is missing'):
        act_from_dict({**plain, "again": 2})
    for values in ({"again": 10}, {"pause": -1.0}, {"again": 1, "condition": None}, {"pause": 1.0}):
        with pytest.raises(ModelError):
            When(**{"act": FIRST, "condition": "cycle time > 16 h over 4 weeks", **values})  # type: ignore[arg-type]


def test_only_rules_that_come_about_are_made(desk: Organisation) -> None:
    """Three acts of which each may be done ten times lead to more sets of rules than anybody would wait for."""
    acts = [When(act=FIRST, condition=f"arrivals > {bound} over 1 week", again=MOST_AGAIN) for bound in (20, 21, 22)]
    runs, _values = plan(desk, *acts)
    assert len(runs.watched["it"].states) == 2**3 + 3 * MOST_AGAIN + 1
    met = {number: runs.watched["it"].state(tuple(range(number))) for number in (1, 30)}
    assert met[1].rules.organisation == met[30].rules.organisation


def test_an_act_waits_for_one_thing(desk: Organisation) -> None:
    """What an act within waited for was lost; and what is kept for a refusal was done, whoever refused."""
    waits = When(act=FIRST, condition=BUSY)
    kept = IfRefused(act=FIRST, of="bypass")
    for act in (waits, kept):
        with pytest.raises(ModelError, match="waits for something itself; expected one condition"):
            When(act=act, lag=1.0)
    with pytest.raises(ModelError, match=r"priority: A if bypass is refused  nobody has answered yet; settle\(\)"):
        compare(desk, kept, weeks=1, warm_up_weeks=1, replications=2)
