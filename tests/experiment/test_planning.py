"""Acts on schedules and on hours, tried with and without: what does nothing changes nothing, and what is claimed is set
beside what is found."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

from irrupt.engine.examples import workshop
from irrupt.engine.planning.charges import price_of
from irrupt.errors import ModelError
from irrupt.experiment import compare
from irrupt.experiment.levers import cases_of, levers_of
from irrupt.experiment.settling import settle
from irrupt.organisation import Organisation, amended, from_dict, to_dict
from irrupt.organisation.planning import LateChanges, Temps, Zone
from irrupt.organisation.validate import faults
from irrupt.regulation import (
    Act,
    BufferStock,
    FlexibilityDemand,
    FrozenHorizon,
    LateCallOff,
    LevelledCallOff,
    PriceOfChanges,
    Signature,
    VolumeBand,
    touched,
)
from irrupt.regulation.parties import Party
from irrupt.regulation.plain import act_to_dict
from irrupt.regulation.policies import Calculating, Proposal, Reply
from irrupt.regulation.registry import act_from_dict, parse_act
from irrupt.regulation.stakes import Stakes, usual_stakes
from irrupt.regulation.touches import Touch
from irrupt.regulation.verbs import verbs


@dataclass(frozen=True)
class Asking:
    """Accepts, and asks for the same in return each time."""

    asks: Act
    name: ClassVar[str] = "asking"

    def reply(self, proposal: Proposal) -> Reply:
        return Reply(accepts=True, asks=(self.asks,))


def sold(rules: Organisation) -> Organisation:
    """*rules* in which the price of what clients buy is known."""
    return replace(rules, clients={name: replace(one, price=500.0) for name, one in rules.clients.items()})


RUNS = {"replications": 3, "weeks": 8, "warm_up_weeks": 3, "run_out_weeks": 3, "workers": 1}


def test_what_a_client_pays_does_not_depend_on_the_orders_in_which_the_firm_makes_it():
    """He buys pieces: twice as many production orders of half the size bring no more."""
    rules = sold(workshop())
    halved = {name: replace(one, largest=one.lot) for name, one in rules.products.items()}
    act = parse_act("price: {client: Carmaker, change: 10 %}")
    found = [compare(replace(rules, products=some), act, **RUNS).effects for some in (rules.products, halved)]
    one, other = ({row["measure"]: row for row in effects.filter(party="Carmaker").to_dicts()} for effects in found)
    more = other["production orders released"]["without"] / one["production orders released"]["without"]
    assert more > 1.5
    assert other["turnover"]["without"] == pytest.approx(one["turnover"]["without"], rel=0.1)
    for rows in (one, other):
        assert rows["price per case"]["without"] == pytest.approx(500.0)
        assert rows["turnover"]["difference"] == pytest.approx(0.1 * rows["turnover"]["without"])


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
    act = FlexibilityDemand(team="Assembly", shifts="Sat 06:00-12:00", notice=7, temps=3)
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
    never = parse_act("{frozen horizon: {client: Carmaker, periods: 4}, when: nervousness > 900 % over 3 weeks}")
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
    (even,) = LevelledCallOff(client="Carmaker", periods=9).changes(rules, rules.origin)
    assert even.rule == "Call-offs of Carmaker are evened out over 8 periods"
    assert once(rules, BufferStock(client="Carmaker", periods=1.5)).products["Cover"].safety_stock == 300.0
    late = once(rules, LateCallOff(client="Carmaker", share=0.1, by=0.2))
    assert late.programmes["Bracket"].late_changes is not None
    assert once(late, FrozenHorizon(client="Carmaker", periods=2)).programmes["Bracket"].late_changes is None
    announced = once(late, FrozenHorizon(client="Carmaker", periods=2, kept=False))
    assert announced.programmes["Bracket"].late_changes == late.programmes["Bracket"].late_changes
    band = once(late, VolumeBand(client="Carmaker", down=0.1, up=0.1, product="Cover"))
    assert [band.programmes[name].band is None for name in ("Bracket", "Cover")] == [True, False]
    follows = once(rules, FlexibilityDemand(team="Assembly", notice=0, temps=5))
    assert follows.capacity["Assembly"].temps == Temps(most=5, calendar="day", notice=0)
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


def test_what_a_client_changes_has_a_price_that_moves_money_and_nothing_else():
    """He pays, the firm gets it: turnover rises by what changes cost. What he changes stays his decision, so all else
    is to the bit the same; and a price of nothing changes nothing at all."""
    rules = sold(workshop())
    late = LateCallOff(client="Carmaker", share=0.8, by=0.3)
    act = parse_act("price of changes: {client: Carmaker, periods: 3 weeks, per piece: 2}")
    result = compare(rules, act, today=[late], **RUNS)
    rows = {row["measure"]: row for row in result.effects.filter(party="Carmaker").to_dicts()}
    assert rows["cost of changes"]["without"] == 0.0
    assert rows["cost of changes"]["difference"] > 0
    assert rows["turnover"]["difference"] == pytest.approx(rows["cost of changes"]["difference"])
    assert {rows[name]["kind"] for name in ("cost of changes", "turnover")} == {"by construction"}
    others = [row["difference"] for name, row in rows.items() if name not in ("cost of changes", "turnover")]
    assert {value for value in others if value is not None and np.isfinite(value)} == {0.0}
    free = parse_act("price of changes: {client: Carmaker, periods: 3, per piece: 0}")
    assert free.changes(rules, rules.origin) == ()
    plain = compare(rules, late, **RUNS).effects
    assert "cost of changes" not in plain["measure"]


def test_a_change_that_is_priced_is_not_refused_and_one_that_is_refused_costs_nothing():
    """Where call-offs are frozen in truth, nothing that was announced within the zone is changed, and nothing paid."""
    zones = (Zone(periods=3, price=2.0),)
    rules = sold(workshop())
    late = LateChanges(share=0.8, by=0.3)
    priced = {name: replace(one, zones=zones, frozen=3, late_changes=late) for name, one in rules.programmes.items()}
    act = FrozenHorizon(client="Carmaker", periods=3)
    effects = compare(replace(rules, programmes=priced), act, **RUNS).effects
    (row,) = effects.filter(party="Carmaker", measure="cost of changes").to_dicts()
    assert row["without"] > 0
    assert row["with"] == 0.0
    assert row["kind"] == "by construction"


def test_zones_follow_one_another_and_the_nearest_price_holds():
    rules = workshop()
    near = parse_act("price of changes: {client: Carmaker, periods: 2, per piece: 5, product: Cover}")
    far = parse_act("price of changes: {client: Carmaker, periods: 4 weeks, per piece: 2, product: Cover}")
    (first,) = far.changes(rules, rules.origin)
    both = amended(rules, [first])
    (second,) = near.changes(both, rules.origin)
    assert "the 2 nearest periods of his schedule costs 5.00 a piece" in second.rule
    assert "the 4 nearest periods" in first.rule
    assert verbs(second) == ("calculate",)
    assert touched(second.edits, both) == {Touch(aspect="charges", client="Carmaker")}
    both = amended(both, [second])
    programme = both.programmes["Cover"]
    assert [price_of(programme, lead) for lead in range(5)] == [5.0, 5.0, 2.0, 2.0, 0.0]
    assert both.programmes["Bracket"].zones == ()
    assert near.changes(both, rules.origin) == ()
    gone = parse_act("price of changes: {client: Carmaker, periods: 4, per piece: 0, product: Cover}")
    left = amended(both, gone.changes(both, rules.origin)).programmes["Cover"]
    assert left.zones == (Zone(periods=2, price=5.0),)
    assert from_dict(to_dict(both)) == both
    assert act_from_dict(act_to_dict(near)) == near


@pytest.mark.parametrize(
    ("zones", "place"),
    [
        ((Zone(periods=1, price=1.0),), ("zones", 0, "periods")),
        ((Zone(periods=9, price=1.0),), ("zones", 0, "periods")),
        ((Zone(periods=2, price=1.0), Zone(periods=2, price=2.0)), ("zones", 1, "periods")),
        ((Zone(periods=2, price=-1.0),), ("zones", 0, "price")),
    ],
)
def test_zones_that_make_no_sense_are_told_with_their_place(zones, place):
    rules = workshop()
    cover = replace(rules.programmes["Cover"], zones=zones)
    wrong = replace(rules, programmes={**rules.programmes, "Cover": cover})
    assert [fault.where for fault in faults(wrong)] == [" > ".join(map(str, ("programmes", "Cover", *place)))]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("price of changes: {client: Carmaker, periods: 1, per piece: 1}", "periods: 1; expected 2 or more"),
        ("price of changes: {client: Carmaker, periods: 1 week, per piece: 1}", "1; expected 2 or more"),
        ("price of changes: {client: Carmaker, periods: 9, per piece: 1}", "expected 8 at most"),
        ("price of changes: {client: Walk-in, periods: 2, per piece: 1}", "no programme of Walk-in is known"),
        (
            "price of changes: {client: Carmaker, periods: 2, per piece: -1}",
            "per piece: -1; expected a number, 0 or more",
        ),
    ],
)
def test_prices_that_cannot_be_asked_are_refused(text, message):
    rules = workshop()
    rules = replace(rules, clients={**rules.clients, "Walk-in": replace(rules.clients["Carmaker"])})
    with pytest.raises(ModelError, match=re.escape(message)):
        parse_act(text).changes(rules, rules.origin)


@pytest.mark.slow
def test_a_client_weighs_the_price_that_is_asked_for_his_changes():
    """Changes that he may make for nothing he makes; at a price that takes more than they bring he leaves them."""
    rules = sold(workshop())
    late = LateCallOff(client="Carmaker", share=0.8, by=0.3, signed=Signature(force="negotiated"))
    watches = {"lacking at the client": 1.0, "cost of changes": 1.0}
    answers = []
    for money in (0.0001, 1000.0):
        asks = PriceOfChanges(client="Carmaker", periods=3, per_piece=money)
        firm = Party(name="Management", stakes=Stakes(watches={"backlog of deliveries": 1.0}), policy=Asking(asks))
        client = Party(name="Carmaker", stakes=Stakes(watches=watches), policy=Calculating())
        settled = settle(rules, {"late": [late]}, [firm, client], replications=4, weeks=6)
        answers.append([act.name for act in settled.comparisons.get("late", ())])
    assert answers == [["late call-off", "price of changes"], []]


def test_who_orders_watches_what_his_changes_cost_where_they_cost_something():
    rules = sold(workshop())
    (change,) = PriceOfChanges(client="Carmaker", periods=2, per_piece=1.0).changes(rules, rules.origin)
    assert "cost of changes" not in usual_stakes(rules, "Carmaker").watches
    assert usual_stakes(amended(rules, [change]), "Carmaker").watches["cost of changes"] > 0


@pytest.mark.slow
def test_hours_that_follow_the_plan_are_paid_once():
    """What a team's hours cost is what the usual ones do, and what overtime and temps do."""
    rules = workshop()
    rules = replace(
        rules,
        people={name: replace(one, pay=20.0) for name, one in rules.people.items()},
        programmes={name: replace(one, level=1.2 * one.level) for name, one in rules.programmes.items()},
    )
    act = FlexibilityDemand(team="Assembly", shifts="Sat 06:00-12:00", notice=7, temps=3)
    effects = compare(rules, act, weeks=12, warm_up_weeks=4, replications=3).effects
    for column in ("without", "with"):
        told = {
            name: effects.filter(measure=name, party="Assembly")[column][0]
            for name in ("cost of hours", "cost of flexible hours")
        }
        assert told["cost of flexible hours"] > 0
        assert told["cost of hours"] == pytest.approx(4 * 40.0 * 20.0 + told["cost of flexible hours"])
