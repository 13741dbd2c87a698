"""Price and pay: what they change, what they set by construction, and as answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from irrupt.engine import Simulation
from irrupt.engine.examples import workshop
from irrupt.errors import ModelError, UsageError
from irrupt.experiment import compare
from irrupt.experiment.settling import settle
from irrupt.ledgers import Ledgers, Window, on_duty, parties_of
from irrupt.organisation import Distribution, Organisation, from_dict, to_dict
from irrupt.organisation.planning import Programme, Supplements
from irrupt.regulation import (
    FlexibilityDemand,
    ImposedCheck,
    Pay,
    Penalty,
    Price,
    Priority,
    Signature,
    Volume,
    When,
    load_scenario,
    verbs,
)
from irrupt.regulation.parties import Party
from irrupt.regulation.policies import Bargaining, Proposal, Reply
from irrupt.regulation.stakes import FIGURES, MANAGING, Stakes
from irrupt.units import WEEK

SHORT: dict[str, Any] = {"weeks": 4.0, "warm_up_weeks": 2.0, "run_out_weeks": 1.0, "replications": 3}


@pytest.fixture
def paid(desk: Organisation) -> Organisation:
    """Hospital A pays 300 a case and Hospital B 100; an hour of everybody's is paid 30."""
    prices = {"Hospital A": 300.0, "Hospital B": 100.0}
    return replace(
        desk,
        clients={name: replace(client, price=prices[name]) for name, client in desk.clients.items()},
        people={name: replace(person, pay=30.0) for name, person in desk.people.items()},
    )


def test_prices_and_pay_are_kept_in_files(paid: Organisation) -> None:
    data = to_dict(paid)
    assert from_dict(data) == paid
    data["clients"]["Hospital A"]["price"] = -300
    data["people"]["Ann"]["pay"] = -1
    with pytest.raises(ModelError) as caught:
        from_dict(data)
    assert [fault.expected for fault in caught.value.faults] == ["a number, 0 or more"] * 2


def test_a_price_moves_money_by_construction_and_nothing_else(paid: Organisation) -> None:
    """To the bit: the work is the same, only what it brings is not."""
    result = compare(paid, Price(client="Hospital A", change=0.1), **SHORT)
    moved = result.effects.filter(result.effects["difference"].abs() > 0)
    assert set(moved["measure"]) == {"turnover", "price per case"}
    assert set(moved["kind"]) == {"by construction"}
    own = moved.filter(party="Hospital A", measure="price per case")
    assert own["difference"].to_list() == pytest.approx([30.0])


def test_a_penalty_moves_what_lateness_costs_and_nothing_else(paid: Organisation) -> None:
    """By hand: what it costs is the penalty times the lateness of the cases that finish late."""
    his = replace(paid.clients["Hospital A"], due=Distribution.fixed(1.0), penalty=0.0)
    rules = replace(paid, clients={**paid.clients, "Hospital A": his})
    result = compare(rules, Penalty(client="Hospital A", per_day=24.0), **SHORT)
    moved = result.effects.filter(result.effects["difference"].abs() > 0)
    assert set(moved["measure"]) == {"cost of lateness"}
    assert set(moved["kind"]) == {"by construction"}
    of = {row["measure"]: row for row in result.effects.filter(party="Hospital A").to_dicts()}
    assert of["cost of lateness"]["without"] == 0.0
    finished = of["throughput"]["with"] * of["lateness"]["with"]
    assert of["cost of lateness"]["with"] == pytest.approx(finished, rel=0.3), "24 a day is 1 an hour"


def test_a_penalty_needs_something_that_is_due_and_a_known_one(desk: Organisation) -> None:
    with pytest.raises(ModelError, match="nothing of Hospital A is ever due"):
        Penalty(client="Hospital A", per_day=1.0).changes(desk, desk.origin)
    due = replace(desk.clients["Hospital A"], due=Distribution.fixed(1.0))
    rules = replace(desk, clients={**desk.clients, "Hospital A": due})
    with pytest.raises(ModelError, match="no penalty of Hospital A is known"):
        Penalty(client="Hospital A", per_day=1.0).changes(rules, desk.origin)
    with pytest.raises(ModelError, match="per day"):
        Penalty(client="Hospital A", per_day=-1.0)


def test_a_penalty_may_be_for_cases_of_a_class_that_alone_are_due(paid: Organisation) -> None:
    at_once = {"small": Distribution.fixed(1.0)}
    his = replace(paid.clients["Hospital A"], classes={"small": 0.5, "large": 0.5}, due_by_class=at_once, penalty=0.0)
    rules = replace(paid, clients={**paid.clients, "Hospital A": his})
    effects = compare(rules, Penalty(client="Hospital A", per_day=24.0), **SHORT).effects
    (row,) = effects.filter(party="Hospital A", measure="cost of lateness").to_dicts()
    assert row["difference"] > 0


def test_flexible_hours_cost_what_their_rules_say() -> None:
    """Overtime at half as much again, temps at their own pay, and a supplement on what changes at short notice."""
    rules = workshop()
    programmes = {name: replace(one, level=1.2 * one.level) for name, one in rules.programmes.items()}
    rules = replace(rules, programmes=programmes)
    people = {name: replace(person, pay=20.0) for name, person in rules.people.items()}
    plain = rules.capacity["Assembly"]

    def measured(**terms: Any) -> dict[str, float]:
        rules_ = replace(rules, people=people, capacity={"Assembly": replace(plain, **terms)})
        run = Simulation(rules_, seed=2, weeks=26)
        ledgers = Ledgers(run.legend, Window(begin=0.0, end=26 * WEEK), on_duty(rules_))
        for rows in run.run():
            ledgers.add(rows)
        ledgers.plan(run.planned)
        return {
            name: values["Assembly"]
            for name, values in ledgers.result(parties_of(run.legend)).items()
            if "Assembly" in values
        }

    assert plain.overtime is not None
    assert plain.temps is not None
    usual = measured()
    dear = measured(
        overtime=replace(plain.overtime, premium=0.5),
        temps=replace(plain.temps, pay=50.0),
        supplements=Supplements(days=0.25),
    )
    overtime = usual["overtime in the roster"]
    total = 4 * 40.0 / (usual["hours guaranteed"] or 1.0)
    temps, changed = usual["hours by temps"] * total, usual["hours changed days before"] * total
    assert min(overtime, temps, changed) > 0
    assert usual["cost of flexible hours"] == pytest.approx(20.0 * (overtime + temps))
    assert dear["cost of flexible hours"] == pytest.approx(30.0 * overtime + 50.0 * temps + 5.0 * changed)
    assert usual["cost of hours"] == pytest.approx(20.0 * (160.0 + overtime + temps))
    assert usual["pay"] == dear["pay"] == 20.0


def test_pay_moves_pay_and_cost_by_construction(paid: Organisation) -> None:
    result = compare(paid, Pay(team="Network", change=0.5), **SHORT)
    moved = result.effects.filter(result.effects["difference"].abs() > 0)
    assert set(moved["measure"]) == {"pay", "cost of hours"}
    assert set(moved["kind"]) == {"by construction"}
    assert moved.filter(party="Network", measure="pay")["difference"].to_list() == pytest.approx([15.0])


def test_a_price_that_waits_counts_from_its_review_on(paid: Organisation) -> None:
    """Four weeks are measured; a price from the third on moves the mean price by about half."""
    late = When(act=Price(client="Hospital A", change=0.1), lag=2.0)
    own = compare(paid, late, **SHORT).effects.filter(party="Hospital A", measure="price per case")
    assert 3.0 < own["difference"].item() < 27.0


def test_what_is_not_known_cannot_be_raised(desk: Organisation) -> None:
    with pytest.raises(ModelError, match="no price of Hospital A is known"):
        Price(client="Hospital A", change=0.1).changes(desk, desk.origin)
    with pytest.raises(ModelError, match="no pay is known in Network"):
        Pay(team="Network", change=0.1).changes(desk, desk.origin)
    with pytest.raises(ModelError, match="-1 or more"):
        Price(client="Hospital A", change=-2.0)
    meant = "2,000 % more; expected 1,000 % at most; write 20 % where that is meant"
    for raised in (lambda: Price(client="Hospital A", change=20), lambda: Pay(team="Network", change=20.0)):
        with pytest.raises(ModelError, match=meant):
            raised()
    assert Price(client="Hospital A", change="20 %").change == 0.2  # type: ignore[arg-type]
    effects = compare(desk, Volume(client="Hospital A", change=0.1), **SHORT).effects
    assert not {"turnover", "pay"} & set(effects["measure"])


def test_a_client_weighs_by_volume_and_by_turnover(paid: Organisation, desk: Organisation) -> None:
    """A brings a quarter of the cases and half of the turnover."""
    party = Party(name="Hospital A")
    assert (party.weight(paid), party.weight(paid, "turnover")) == (0.25, 0.5)
    with pytest.raises(UsageError, match="expected volume, turnover"):
        party.weight(paid, "cases")  # type: ignore[arg-type]
    assert (party.weight(desk), party.weight(desk, "turnover")) == (0.25, 0.0)


def test_a_client_who_orders_by_programme_weighs_by_the_pieces_that_he_needs(paid: Organisation) -> None:
    """50 a week at 2 bring half of what Hospital A brings; 10 a day at 2, from Monday to Friday, bring 100 as well."""
    priced = replace(paid.clients["Hospital A"], cases_per_week=0.0, price=2.0)
    rules = replace(paid, clients={**paid.clients, "Carmaker": priced})
    before = sum(one.cases_per_week * (one.price or 0.0) for one in paid.clients.values())
    party = Party(name="Carmaker")
    assert (party.weight(rules), party.weight(rules, "turnover")) == (0.0, 0.0)
    weekly = replace(rules, programmes={"Cover": Programme(client="Carmaker", level=50.0)})
    assert party.weight(weekly, "turnover") == pytest.approx(100.0 / (before + 100.0))
    daily = replace(rules, programmes={"Cover": Programme(client="Carmaker", level=10.0, period="day")})
    assert party.weight(daily, "turnover") == pytest.approx(100.0 / (before + 100.0))


def test_parties_watch_money_where_there_is_any(paid: Organisation, desk: Organisation) -> None:
    assert set(Party(name="Hospital A").watches(paid)) - set(FIGURES["user"].watches) == {"price per case"}
    assert set(Party(name="Management").watches(paid)) - set(MANAGING.watches) == {"turnover", "cost of hours"}
    assert "pay" in Party(name="Network").watches(paid)
    assert "turnover" not in Party(name="Management").watches(desk)
    assert Party(name="Management").wish("turnover") == "rise"
    assert Party(name="Hospital A").wish("price per case") == "fall"


def test_the_verb_of_money(paid: Organisation) -> None:
    (price,) = Price(client="Hospital A", change=0.1).changes(paid, paid.origin)
    (pay,) = Pay(team="Network", change=0.1).changes(paid, paid.origin)
    assert (verbs(price), verbs(pay)) == (("calculate",), ("calculate",))


def test_a_price_is_an_answer(tmp_path: Path) -> None:
    """Whoever does the act pays more; it names what it answers."""
    file = tmp_path / "priced.yaml"
    text = """
compare: [Hospital A: [priority: {team: Network}]]
answers: {Management: [price: {for: priority, change: 5 %}]}
"""
    file.write_text(text)
    ((_name, acts),) = load_scenario(file).comparisons
    first, price = acts
    assert isinstance(first, Priority)
    assert isinstance(price, Price)
    assert (price.client, price.change, price.signed.author) == ("Hospital A", 0.05, "Management")
    assert price.signed.answers == "priority: Hospital A"
    for wrong, says in (("change: much", "much"), ("change: -2", "-1 or more"), ("by: 5 %", "{for: ACT, change: 5 %}")):
        file.write_text(text.replace("change: 5 %", wrong))
        with pytest.raises(ModelError, match=says):
            load_scenario(file)


@dataclass(frozen=True)
class UpTo:
    """Takes prices up to so much, without trying."""

    name: ClassVar[str] = "up to"
    most: float

    def reply(self, proposal: Proposal) -> Reply:
        return Reply(accepts=isinstance(proposal.act, Price) and proposal.act.change <= self.most)


@pytest.mark.parametrize(("most", "agreed"), [(1.0, [0.9]), (0.7, [0.6]), (0.01, [])])
def test_prices_are_bargained_over(paid: Organisation, most: float, agreed: list[float]) -> None:
    """The firm prices the work of a check: it comes down, but not to what no longer makes up for the work."""
    check = ImposedCheck(client="Hospital A", after="Resolve", duration="2 h", signed=Signature(force="negotiated"))
    steps = (0.9, 0.6, 1e-6)
    asks = tuple(Price(client="Hospital A", change=share, signed=Signature(author="Management")) for share in steps)
    watches = Stakes(watches={"work done": 1.0, "turnover": 1.0})
    firm = Party(name="Management", stakes=watches, policy=Bargaining(asks=asks))
    client = Party(name="Hospital A", policy=UpTo(most))
    found = settle(paid, {"it": [check]}, [firm, client], replications=4, weeks=3).comparisons.get("it", ())
    assert [act.change for act in found if isinstance(act, Price)] == agreed
    signed = [replace(check, signed=replace(check.signed, agreed_by=("Management",)))] if agreed else []
    assert [act for act in found if isinstance(act, ImposedCheck)] == signed


def test_pay_is_bargained_over_by_those_who_work(paid: Organisation) -> None:
    """Servers, who always have work waiting, take a Saturday for more pay, and not without. Nobody answers for the
    firm, so they get what they ask; this takes each run to be measured under hours of its own."""
    saturday = FlexibilityDemand(team="Servers", shifts="Sat 9-17", signed=Signature(author="Management"))
    saturday = replace(saturday, signed=replace(saturday.signed, force="negotiated"))
    watches = Stakes(watches={"weekend work": 1.0, "pay": 1.0})
    asks = (Pay(team="Servers", change=0.9), Pay(team="Servers", change=0.3))
    team = Party(name="Servers", stakes=watches, policy=Bargaining(asks=asks))
    granted: dict[str, Any] = {"force": "negotiated", "answers": "flexibility demand", "agreed_by": ("Management",)}
    assert settle(paid, {"it": [saturday]}, [team], replications=4, weeks=3).comparisons["it"][1:] == (
        replace(asks[0], signed=replace(asks[0].signed, **granted)),
    )
    assert (
        settle(paid, {"it": [saturday]}, [replace(team, policy=Bargaining())], replications=4, weeks=3).comparisons
        == {}
    )
