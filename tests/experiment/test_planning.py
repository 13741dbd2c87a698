"""Acts on schedules and on hours, tried with and without: what does nothing changes nothing, and what is claimed is set
beside what is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from irrupt.engine.examples import workshop
from irrupt.errors import ModelError
from irrupt.experiment import compare
from irrupt.experiment.levers import cases_of, levers_of
from irrupt.organisation import Organisation, amended
from irrupt.organisation.planning import Temps
from irrupt.regulation import BufferStock, FlexibilityDemand, FrozenHorizon, LateCallOff, LevelledCallOff, VolumeBand
from irrupt.regulation.registry import act_from_dict, act_to_dict, parse_act

RUNS = {"replications": 3, "weeks": 8, "warm_up_weeks": 3, "run_out_weeks": 3, "workers": 1}


def test_an_act_that_asks_for_what_is_there_changes_exactly_nothing():
    rules = workshop()
    same = FrozenHorizon(client="Carmaker", product="Cover", periods=3)
    assert same.changes(rules, rules.origin) == ()
    effects = compare(rules, same, **RUNS).effects
    assert (effects["difference"].drop_nans() == 0.0).all()
    assert effects.filter(effects["measure"] == "finished stock")["without"].is_finite().all()


def test_temps_that_are_never_needed_change_exactly_nothing():
    """Another rule, other arrays in the loop; but nobody is hired."""
    rules = workshop()
    idle = replace(
        rules,
        capacity={"Assembly": replace(rules.capacity["Assembly"], overtime=None, temps=None)},
        programmes={name: replace(one, level=100.0) for name, one in rules.programmes.items()},
    )
    act = FlexibilityDemand(team="Assembly", shifts="Sat 06:00-12:00", notice_weeks=1, temps=3)
    assert act.changes(idle, idle.origin)
    effects = compare(idle, act, **RUNS).effects
    assert (effects["difference"].drop_nans() == 0.0).all()


def test_effects_on_the_schedule_are_by_construction_and_others_emergent():
    result = compare(workshop(), FrozenHorizon(client="Carmaker", periods=4), **RUNS)
    effects = result.effects.filter(result.effects["party"] == "Carmaker")
    kinds = dict(zip(effects["measure"], effects["kind"], strict=True))
    assert kinds["nervousness"] == "by construction"
    assert kinds["backlog of deliveries"] == kinds["finished stock"] == kinds["cycle time"] == "emergent"
    found = dict(zip(effects["measure"], effects["difference"], strict=True))
    assert found["nervousness"] < 0
    assert found["frozen periods, in effect"] > 0


def test_an_act_waits_for_a_measure_of_the_plan():
    act = parse_act("{frozen horizon: {client: Carmaker, periods: 4}, when: nervousness > 0 over 3 weeks}")
    met = compare(workshop(), act, **RUNS)
    never = parse_act("{frozen horizon: {client: Carmaker, periods: 4}, when: nervousness > 9 over 3 weeks}")
    quiet = compare(workshop(), never, **RUNS)
    assert (quiet.effects["difference"].drop_nans() == 0.0).all()
    assert not (met.effects["difference"].drop_nans() == 0.0).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "frozen horizon: {client: Carmaker, periods: 9}",
            "Bracket is for 8 periods; expected 8 at most",
        ),
        ("volume band: {client: Carmaker, down: 10 %, up: 10 %, ahead: 8}", "expected 7 at most"),
        (
            "frozen horizon: {client: Carmaker, periods: 2, product: Covr}",
            '"Covr"; did you mean "Cover"?',
        ),
        ("buffer stock: {client: Walk-in, periods: 1}", "no programme of Walk-in is known"),
    ],
)
def test_what_cannot_be_asked_is_refused(text, message):
    rules = workshop()
    rules = replace(rules, clients={**rules.clients, "Walk-in": replace(rules.clients["Carmaker"], cases_per_week=1.0)})
    with pytest.raises(ModelError) as caught:
        parse_act(text).changes(rules, rules.origin)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "frozen horizon: {client: Carmaker, periods: 0}",
        "volume band: {client: Carmaker, down: 2, up: 0.1}",
        "volume band: {client: Carmaker, down: 0.1, up: -0.1}",
        "late call-off: {client: Carmaker, share: 0.1, by: 0.1, notice: -1}",
        "buffer stock: {client: Carmaker, periods: -1}",
        "levelled call-off: {client: Carmaker, periods: 0}",
        "flexibility demand: {team: Assembly, temps: 2}",
        "flexibility demand: {team: Assembly}",
    ],
)
def test_numbers_that_make_no_sense_are_refused(text):
    with pytest.raises(ModelError):
        parse_act(text)


def once(rules: Organisation, act) -> Organisation:
    changes = act.changes(rules, rules.origin)
    assert act.changes(amended(rules, changes), rules.origin) == ()
    return amended(rules, changes)


def test_what_acts_write():
    rules = workshop()
    assert once(rules, LevelledCallOff(client="Carmaker", periods=9)).programmes["Cover"].levelled == 8
    assert once(rules, BufferStock(client="Carmaker", periods=1.5)).products["Cover"].safety_stock == 300.0
    late = once(rules, LateCallOff(client="Carmaker", share=0.1, by=0.2))
    assert late.programmes["Bracket"].late_changes is not None
    assert once(late, FrozenHorizon(client="Carmaker", periods=2)).programmes["Bracket"].late_changes is None
    announced = once(late, FrozenHorizon(client="Carmaker", periods=2, kept=False))
    assert announced.programmes["Bracket"].late_changes == late.programmes["Bracket"].late_changes
    band = once(late, VolumeBand(client="Carmaker", down=0.1, up=0.1, product="Cover"))
    assert [band.programmes[name].band is None for name in ("Bracket", "Cover")] == [True, False]
    follows = once(rules, FlexibilityDemand(team="Assembly", notice_weeks=0, temps=5))
    assert follows.capacity["Assembly"].temps == Temps(most=5, calendar="day", notice_weeks=0)
    assert follows.capacity["Assembly"].overtime == rules.capacity["Assembly"].overtime


def test_a_volume_is_that_of_programmes_too():
    rules = workshop()
    more = amended(rules, parse_act("volume: {client: Carmaker, change: 20 %}").changes(rules, rules.origin))
    assert {one.level for one in more.programmes.values()} == {240.0}
    assert more.clients == rules.clients


def test_power_over_goods_lies_in_schedules_and_in_stock():
    rules = workshop()
    levers = {(lever.holder, lever.zone): lever for lever in levers_of(rules, ["Carmaker", "Management"])}
    settings = [setting.label for setting in levers["Carmaker", "schedule"].settings]
    assert settings == ["half of frozen call-offs changed late", "half of the schedule frozen"]
    assert len(levers["Management", "stock"].settings) == 2
    assert any("plan" in setting.label for setting in levers["Management", "hours"].settings)
    assert cases_of(rules, "Carmaker") == pytest.approx(2 * 200 / 40)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("frozen horizon: {client: Carmaker, periods: 2 weeks}", "frozen horizon: {client: Carmaker, periods: 2}"),
        (
            "volume band: {client: Carmaker, down: 10 %, up: 10 %, ahead: 21 days}",
            "volume band: {client: Carmaker, down: 10 %, up: 10 %, ahead: 3}",
        ),
        (
            "late call-off: {client: Carmaker, share: 10 %, by: 20 %, notice: 1 week}",
            "late call-off: {client: Carmaker, share: 10 %, by: 20 %, notice: 1}",
        ),
        ("buffer stock: {client: Carmaker, periods: 3.5 days}", "buffer stock: {client: Carmaker, periods: 0.5}"),
        (
            "levelled call-off: {client: Carmaker, periods: 3 weeks}",
            "levelled call-off: {client: Carmaker, periods: 3}",
        ),
    ],
)
def test_periods_are_told_as_a_time_or_as_a_number(text, same):
    rules = workshop()
    written, plain = (parse_act(one) for one in (text, same))
    changes = [act.changes(rules, rules.origin) for act in (written, plain)]
    assert [[edit.after for edit in one.edits] for one in changes[0]] == [
        [edit.after for edit in one.edits] for one in changes[1]
    ]
    assert act_from_dict(act_to_dict(written)) == written


def test_a_week_of_days_has_five_of_them_and_only_whole_periods_are_frozen():
    rules = workshop()
    daily = {name: replace(one, period="day", horizon=20) for name, one in rules.programmes.items()}
    frozen = parse_act("frozen horizon: {client: Carmaker, periods: 1 week 2 days}")
    (change,) = frozen.changes(replace(rules, programmes=daily), rules.origin)
    assert {edit.after.frozen for edit in change.edits} == {7}
    with pytest.raises(ModelError, match=r"1 week 2 days is .* periods; expected whole periods"):
        frozen.changes(rules, rules.origin)
    both = {**rules.programmes, "Cover": daily["Cover"]}
    with pytest.raises(ModelError, match="those of these programmes differ"):
        frozen.changes(replace(rules, programmes=both), rules.origin)
    with pytest.raises(ModelError, match='"soon"; expected a number of periods, or a time such as "2 weeks"'):
        parse_act("frozen horizon: {client: Carmaker, periods: soon}")
    with pytest.raises(ModelError, match="expected 1 or more"):
        parse_act("frozen horizon: {client: Carmaker, periods: 0}")
