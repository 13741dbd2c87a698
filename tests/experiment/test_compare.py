"""With and without: relations that must hold whatever the organisation, and effects whose sign theory gives."""

from __future__ import annotations

import gc
import math
import sys
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

import numpy as np
import polars as pl
import pytest

from irrupt.engine import Simulation, Tables, tables
from irrupt.engine.examples import counter
from irrupt.errors import ModelError, UsageError
from irrupt.experiment import EFFECT_COLUMNS, Comparison, compare
from irrupt.experiment.executors import Threads
from irrupt.experiment.gathering import Gathering
from irrupt.experiment.horizon import ENOUGH_STEPS, Horizon, settled
from irrupt.experiment.overload import growing
from irrupt.experiment.runs import Outcome
from irrupt.experiment.trials import plan_of, trials_of
from irrupt.organisation import Claim, Distribution, Edit, Organisation, Route, RuleChange, amended
from irrupt.regulation import Bypass, ImposedCheck, Price, Priority, Signature, Volume, When

DAY = 86400.0
SHORT = {"replications": 12, "weeks": 5, "warm_up_weeks": 1, "run_out_weeks": 2}
PRIORITY = Priority(client="A", team="Network")
CHECK = ImposedCheck(client="A", after="Repair", activity="Check", team="Desk", duration="10 min")


@dataclass(frozen=True)
class Nothing:
    """Writes a rule that says what is so already."""

    name: ClassVar[str] = "nothing"
    client: str = "A"

    @property
    def claim(self) -> Claim:
        return Claim(author="A", aim="rigidity", measure="cycle time", party="A", expects="fall")

    def changes(self, rules: Organisation, moment: datetime) -> tuple[RuleChange, ...]:
        team = rules.teams["Network"]
        edit = Edit(part="teams", key="Network", before=team, after=replace(team, priority=dict(team.priority)))
        return (RuleChange(time=moment, author="A", rule="as before", edits=(edit,)),)


def effect(result: Comparison, measure: str, party: str) -> dict[str, object]:
    return result.effects.row(by_predicate=(pl.col("measure") == measure) & (pl.col("party") == party), named=True)


def test_an_act_equal_to_doing_nothing_makes_a_difference_of_exactly_zero(desk: Organisation) -> None:
    result = compare(desk, Nothing(), **SHORT)
    assert result.effects.select(pl.col("difference", "low", "high").abs().max()).row(0) == (0.0, 0.0, 0.0)
    assert set(result.effects["verdict"]) == {"no measurable effect"}
    assert result.tried[0].found[0].says == "no measurable effect"


def test_priority_helps_its_client_costs_the_others_and_no_average_shows_it(desk: Organisation) -> None:
    """One shared queue, work conserved: the mean over all clients stays, whoever goes first (Kleinrock 1965)."""
    result = compare(desk, PRIORITY, replications=30, weeks=8, warm_up_weeks=2, run_out_weeks=2)
    assert effect(result, "waiting for us", "A")["high"] < 0
    assert effect(result, "waiting for us", "other clients")["low"] > 0
    everyone = effect(result, "waiting for us", "all clients")
    assert everyone["low"] < 0 < everyone["high"] or abs(everyone["difference"]) < 0.1 * everyone["without"]
    assert result.tried[0].found[0].says == "as claimed"


@pytest.fixture(scope="module")
def small_ones(desk: Organisation) -> Organisation:
    """The same as learned from a log: the small clients are `other clients` together."""
    return replace(
        desk, clients={("other clients" if name == "B" else name): one for name, one in desk.clients.items()}
    )


def test_what_the_small_clients_of_a_log_do_is_measured_on_themselves(small_ones: Organisation) -> None:
    result = compare(small_ones, Volume(client="other clients", change=0.5), **SHORT)
    his = effect(result, "arrivals", "other clients")
    assert his["kind"] == "by construction"
    assert his["difference"] == pytest.approx(0.5 * 60, abs=6)
    assert effect(result, "arrivals", "A")["difference"] == 0.0
    claimed = result.tried[0].acts[0].claim.measure
    assert result.tried[0].found[0].difference == effect(result, claimed, "other clients")["difference"]


def test_the_small_clients_of_a_log_are_among_the_others_of_who_acts(small_ones: Organisation) -> None:
    result = compare(small_ones, PRIORITY, **SHORT)
    others = effect(result, "arrivals", "other clients")
    assert others["without"] == pytest.approx(60 + 30, abs=10)
    claim = Claim(author="A", aim="rigidity", measure="waiting for us", party="other clients", expects="fall")
    about = compare(small_ones, replace(PRIORITY, signed=Signature(claim=claim)), **SHORT)
    assert effect(about, "arrivals", "other clients")["without"] == others["without"]


def test_a_check_adds_steps_by_construction_and_waiting_by_emergence(desk: Organisation) -> None:
    result = compare(desk, CHECK, **SHORT)
    steps = effect(result, "steps per case", "A")
    assert steps["kind"] == "by construction"
    assert steps["low"] > 0
    assert effect(result, "steps per case", "other clients")["difference"] == 0.0
    assert effect(result, "steps per case", "other clients")["kind"] == "emergent"
    assert effect(result, "cycle time", "A")["kind"] == "emergent"
    assert effect(result, "steps done", "Desk")["kind"] == "by construction"


def test_a_bypass_takes_steps_out_of_his_cases_only(desk: Organisation) -> None:
    result = compare(desk, Bypass(client="A", skips="Triage"), **SHORT)
    assert effect(result, "steps per case", "A")["high"] < -0.5
    assert effect(result, "arrivals", "A")["difference"] == 0.0
    assert effect(result, "steps per case", "other clients")["difference"] == 0.0


def test_arrivals_are_shared_whatever_the_act_does(desk: Organisation) -> None:
    result = compare(desk, PRIORITY, CHECK, **SHORT)
    arrivals = result.effects.filter(pl.col("measure") == "arrivals")
    assert arrivals["difference"].abs().max() == 0.0


@pytest.mark.one_in(2)
@pytest.mark.parametrize("workers", [2, 3])
def test_the_number_of_workers_changes_nothing(desk: Organisation, workers: int) -> None:
    one = compare(desk, PRIORITY, CHECK, workers=1, **SHORT)
    other = compare(desk, PRIORITY, CHECK, workers=workers, **SHORT)
    assert one.effects.equals(other.effects, null_equal=True)


def test_a_second_act_changes_nothing_about_the_first(desk: Organisation) -> None:
    alone = compare(desk, PRIORITY, **SHORT).effects
    beside = compare(desk, CHECK, PRIORITY, **SHORT).effects.filter(pl.col("scenario") == "priority: A")
    assert alone.equals(beside, null_equal=True)


def test_declaration_order_changes_nothing(desk: Organisation) -> None:
    turned = replace(
        desk,
        clients=dict(reversed(desk.clients.items())),
        people=dict(reversed(desk.people.items())),
        steps=dict(reversed(desk.steps.items())),
    )
    assert compare(desk, CHECK, **SHORT).effects.equals(compare(turned, CHECK, **SHORT).effects, null_equal=True)


def test_other_seeds_give_other_numbers_and_the_same_seed_the_same(desk: Organisation) -> None:
    one, same, other = (compare(desk, PRIORITY, seed=seed, **SHORT).effects for seed in (1, 1, 2))
    assert one.equals(same, null_equal=True)
    assert not one.equals(other, null_equal=True)


def test_common_random_numbers_narrow_the_interval(desk: Organisation) -> None:
    """The variance of the paired difference against that of a difference of independent runs."""
    small = ImposedCheck(client="A", after="Repair", activity="Check", team="Desk", duration="2 min")
    horizon = Horizon(warm_up=1, weeks=5, run_out=2)
    trials = trials_of(desk, {"check": (small,)}, horizon)
    plan = plan_of(tables(desk), trials, horizon, seed=1)
    gathering = Gathering(plan=plan, executor=Threads(2), outcome=Outcome.none(plan))
    gathering.up_to(40)
    outcome = gathering.outcome
    column = [(measure.name, party) for measure, party in trials[0].columns].index(("cycle time", "A"))
    without, with_act = outcome.without["check"][:, column], outcome.with_act["check"][:, column]
    assert np.var(with_act - without) < (np.var(with_act) + np.var(without)) / 5


def test_runs_are_long_enough_for_long_cases(desk: Organisation) -> None:
    slow = (Route(to="Repair", share=0.8, delay=Distribution.uniform(60 * DAY, 90 * DAY)), Route(to="end", share=0.2))
    patient = settled(tables(replace(desk, routes={**desk.routes, "Triage": slow})), seed=1, weeks=5)
    assert 11 <= patient.warm_up <= 15
    assert 11 <= patient.run_out <= 15
    assert settled(tables(desk), seed=1, weeks=5) == Horizon(warm_up=4, weeks=5, run_out=3)
    assert settled(tables(desk), seed=1) == Horizon(warm_up=4, weeks=13, run_out=3)


@pytest.mark.parametrize("times", [1, 30, 100, 1000])
def test_where_very_many_cases_come_fewer_weeks_are_enough(desk: Organisation, times: int) -> None:
    """As few whole weeks as bring 300,000 steps together; a week at least, and never more than usual."""
    clients = {name: replace(one, cases_per_week=times * one.cases_per_week) for name, one in desk.clients.items()}
    rules = tables(replace(desk, clients=clients))
    steps = sum(len(rows.case) for rows in Simulation(rules, seed=1, weeks=1.0).run())
    found = settled(rules, seed=1)
    assert found.weeks == min(max(float(math.ceil(found.weeks)), 1.0), 13.0)
    assert found.weeks == 13 or found.weeks * steps > 0.9 * ENOUGH_STEPS
    assert found.weeks == 1 or (found.weeks - 1) * steps < 1.1 * ENOUGH_STEPS
    assert found.warm_up >= min(4, found.weeks)
    assert settled(rules, seed=1, weeks=5).weeks == 5


def test_that_fewer_weeks_are_measured_is_told(desk: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("irrupt.experiment.horizon.ENOUGH_STEPS", 300)
    act = Priority(client="A", team="Network")
    fewer = compare(desk, act, replications=2)
    assert fewer.weeks < 13
    assert any("measured and not 13" in note for note in fewer.notes)
    said = compare(desk, act, replications=2, weeks=fewer.weeks)
    assert not any("measured and not" in note for note in said.notes)


def test_many_unfinished_cases_are_a_warning(desk: Organisation) -> None:
    few = {name: person for name, person in desk.people.items() if name != "n1"}
    swamped = compare(replace(desk, people=few), CHECK, **(SHORT | {"run_out_weeks": 0}))
    assert any("do not build on these" in note for note in swamped.notes)
    assert not any("do not build on these" in note for note in compare(desk, CHECK, **SHORT).notes)


def test_several_acts_in_one_scenario_follow_each_other(desk: Organisation) -> None:
    result = compare(desk, scenarios={"both": (PRIORITY, CHECK)}, **SHORT)
    (tried,) = result.tried
    assert [change.author for change in tried.changes] == ["A", "A"]
    assert len(tried.found) == 2
    assert set(result.effects["scenario"]) == {"both"}
    assert result.rules.select("scenario", "author").rows() == [("both", "A"), ("both", "A")]


def test_what_is_wrong_in_any_scenario_is_told_at_once(desk: Organisation) -> None:
    with pytest.raises(ModelError) as caught:
        compare(desk, Priority(client="Z", team="Network"), Bypass(client="A", skips="Triag"), **SHORT)
    assert [fault.where for fault in caught.value.faults] == ["priority: client", "bypass: skips"]


def test_a_claim_about_what_cannot_be_told_here_is_not_called_unknown(desk: Organisation) -> None:
    claim = Claim(author="A", aim="rigidity", measure="finished stock", party="A", expects="fall")
    with pytest.raises(ModelError, match='"finished stock" cannot be told of this organisation'):
        compare(desk, replace(PRIORITY, signed=Signature(claim=claim)), **SHORT)


def test_what_moves_money_alone_surely_moves_no_work(desk: Organisation) -> None:
    """All else was undecided where other measures of the client moved; where something waits for money, it still is."""
    paid = replace(desk, clients={name: replace(one, price=9.0) for name, one in desk.clients.items()})
    price = Price(client="A", change=0.1)
    late = When(act=Volume(client="A", change=0.5), condition="turnover > 1000000 over 1 week")
    for acts, surely in (([price], True), ([price, late], False)):
        told = compare(paid, scenarios={"one": acts}, **SHORT).effects.filter(party="A")
        still = told.filter(~pl.col("measure").is_in(["turnover", "price per case"]))
        assert still.height > 15
        assert ((still["low"] == 0) & (still["high"] == 0)).all() is surely


def test_one_act_alone_needs_no_brackets(desk: Organisation) -> None:
    """As in files."""
    alone, listed = (compare(desk, scenarios={"one": acts}, **SHORT).effects for acts in (PRIORITY, [PRIORITY]))
    assert alone.equals(listed)


def test_bounds_fill_their_columns_and_leave_the_rest(desk: Organisation) -> None:
    slow = replace(desk, people={name: replace(person, speed=0.9) for name, person in desk.people.items()})
    plain = compare(desk, CHECK, **SHORT).effects
    bounded = compare(desk, CHECK, bounds={"shortest": desk, "longest": slow}, **SHORT).effects
    main = [name for name in EFFECT_COLUMNS if name not in ("shortest", "longest")]
    assert bounded.select(main).equals(plain.select(main), null_equal=True)
    assert bounded["longest"].null_count() == 0
    same = bounded.filter(pl.col("measure") == "steps per case")
    assert (same["shortest"] - same["difference"]).abs().max() < 0.05


def test_progress_is_told_and_ends_at_the_total(desk: Organisation) -> None:
    told: list[tuple[int, int]] = []
    compare(desk, PRIORITY, progress=lambda done, total: told.append((done, total)), **SHORT)
    assert told[-1] == (12, 12)
    assert [done for done, _total in told] == sorted(done for done, _total in told)


def test_ctrl_c_keeps_the_pairs_that_are_finished(desk: Organisation) -> None:
    def stop(done: int, total: int) -> None:
        assert threading.current_thread() is threading.main_thread()
        if done >= 4:
            raise KeyboardInterrupt

    result = compare(desk, PRIORITY, progress=stop, workers=1, **(SHORT | {"replications": 400}))
    assert 4 <= result.replications < 400
    assert result.looks == "always"
    assert any("Stopped early" in note for note in result.notes)
    assert effect(result, "cycle time", "A")["low"] < effect(result, "cycle time", "A")["high"]


@pytest.mark.parametrize("stage", ["with_reasons", "growing"])
def test_ctrl_c_after_the_last_pair_keeps_them_all(
    desk: Organisation, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """What is looked at beside them is left out, and it is said."""

    def stop(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["irrupt.experiment.compare"], stage, stop)
    result = compare(desk, PRIORITY, bounds={"shortest": desk, "longest": desk}, **SHORT)
    assert (result.replications, result.looks) == (SHORT["replications"], "once")
    assert [note for note in result.notes if "Stopped early: all pairs of runs are there" in note]
    assert result.effects["shortest"].null_count() == result.effects.height


def test_queues_are_looked_at_by_as_many_as_run_the_pairs(desk: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    by: set[threading.Thread] = set()

    def watched(*given: Any) -> Any:
        by.add(threading.current_thread())
        time.sleep(0.05)
        return growing(*given)

    monkeypatch.setattr(sys.modules["irrupt.experiment.compare"], "growing", watched)
    compare(desk, PRIORITY, CHECK, workers=1, **SHORT)
    assert len(by) == 1


def test_all_that_is_wrong_with_the_call_is_said_at_once(desk: Organisation) -> None:
    with pytest.raises(UsageError) as caught:
        compare(desk, replications=1, weeks=0, warm_up_weeks=-1)
    assert len(caught.value.faults) == 4


def test_a_claim_about_what_is_not_measured_is_refused(desk: Organisation) -> None:
    claim = Claim(author="A", aim="rigidity", measure="cycle tme", party="A", expects="fall")
    with pytest.raises(ModelError, match="cycle time"):
        compare(desk, Priority(client="A", team="Network", signed=Signature(claim=claim)), **SHORT)
    team = Claim(author="A", aim="rigidity", measure="cycle time", party="Network", expects="fall")
    with pytest.raises(ModelError, match="Network"):
        compare(desk, Priority(client="A", team="Network", signed=Signature(claim=team)), **SHORT)


def test_an_act_on_somebody_unknown_is_refused_with_a_suggestion(desk: Organisation) -> None:
    with pytest.raises(ModelError, match="Network"):
        compare(desk, Priority(client="A", team="Netwrk"), **SHORT)


def test_the_result_says_how_it_was_made(desk: Organisation) -> None:
    result = compare(desk, PRIORITY, seed=9, **SHORT)
    assert result.provenance is not None
    assert result.provenance["seed"] == 9
    assert len(result.provenance["organisation_sha256"]) == 64
    assert result.effects.columns == list(EFFECT_COLUMNS)


def test_what_is_done_today_is_on_both_sides(desk: Organisation) -> None:
    """The same as comparing in an organisation in which it is the rule already."""
    habit, act = Bypass(client="B", skips="Triage"), Priority(client="A", team="Network")
    changed = amended(desk, habit.changes(desk, desk.origin))
    result = compare(desk, act, today=[habit], **SHORT)
    assert result.effects.equals(compare(changed, act, **SHORT).effects)
    assert result.organisation == changed
    assert result.notes[0] == "On both sides clients do what they do today: bypass: B."
    assert result.provenance is not None
    assert [list(one) for one in result.provenance["today"]] == [["bypass", "claim"]]


def test_what_is_told_on_one_side_only_is_no_effect(desk: Organisation) -> None:
    """Who wrote the method is known with the act alone: there is nothing to compare, and nothing is undecided."""
    own = Claim(author="Network", aim="rigidity", measure="own method", party="Network", expects="rise")
    signed = Signature(author="Network", claim=own)
    act = ImposedCheck(client=None, after="Repair", team="Network", signed=signed)
    effects = compare(desk, act, weeks=3, warm_up_weeks=1, run_out_weeks=1, replications=3).effects
    assert "own method" in effects["measure"]
    assert "method written by those who do it" not in effects["measure"]


def test_what_is_no_organisation_or_no_act_is_told_as_such(desk: Organisation) -> None:
    with pytest.raises(
        UsageError, match=r"organisation  a value of type str; expected Organisation; irrupt\.discover makes one"
    ):
        compare("desk.yaml", PRIORITY)  # type: ignore[arg-type]

    class Nudge:
        def changes(self, rules: Organisation, moment: datetime) -> list[RuleChange]:
            return []

    with pytest.raises(UsageError, match="Nudge  is no act: it lacks name, client, claim"):
        compare(desk, Nudge())  # type: ignore[arg-type]


@pytest.mark.slow
def test_nothing_is_kept_of_organisations_that_were_tried() -> None:
    """Whoever tries one organisation after the other kept all of them, and what they were compiled to."""

    def left() -> int:
        gc.collect()
        return sum(type(one) in (Organisation, Tables, Route) for one in gc.get_objects())

    act = ImposedCheck(client="Public", after="Serve")
    before = left()
    for _turn in range(2):
        compare(counter(0.5), act, replications=2, weeks=2, review_weeks=1.0, alternatives=[counter(0.6), counter(0.4)])
    assert left() == before


def test_what_an_alternative_lacks_is_told_as_its_own_before_anything_is_run(desk: Organisation) -> None:
    """The act was said to name no client of the organisation, and only after all pairs of runs."""
    known = desk.clients["A"]
    lacking = replace(desk, clients={"New": known})
    broken = replace(desk, clients={**desk.clients, "New": 3})  # type: ignore[dict-item]
    done: list[int] = []
    with pytest.raises(ModelError) as wrong:
        compare(
            desk,
            PRIORITY,
            alternatives=[desk, lacking, broken],
            bounds={"longest": lacking},
            progress=lambda pairs, _of: done.append(pairs),
        )
    assert [str(fault) for fault in wrong.value.faults] == [
        'alternatives > 2: priority: client  no client "A"; known: New',
        "alternatives > 3: clients > New  a value of type int; expected Client",
        'bounds > longest: priority: client  no client "A"; known: New',
    ]
    assert not done
