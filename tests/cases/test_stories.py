"""What stories say is found is what the cases bring, with other luck as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from irrupt import i18n
from irrupt.cases import case
from irrupt.experiment import compare
from irrupt.experiment.settling import settle
from irrupt.organisation import Organisation
from irrupt.regulation.scenario import Scenario

IN_FULL = "call-offs delivered in full and on time"
FOUND = {
    "chemicals": [
        ("operatives write, a fifth fewer corrections", "cycle time", "Coatings group", 5, 16),
        ("experts write, a fifth fewer corrections", "cycle time", "Coatings group", 20, 45),
        ("experts write, and it is learned as fast", "cycle time", "all clients", 7, 17),
        ("experts write, and operatives take a shortcut", "cycle time", "all clients", 7, 18),
        ("operatives write, half the corrections", "cycle time", "all clients", -1, 3.5),
        ("operatives write, a fifth fewer corrections", "own method", "Operators", 0.8, 0.9),
        ("experts write, a fifth fewer corrections", "own method", "Operators", -0.2, -0.1),
        ("operatives write, and releases are audited", "work without a pause", "Quality", 0.2, 0.3),
    ],
    "telecom": [
        ("technicians speak for two thirds", "waiting for us", "Home users", -0.6, 0),
        ("technicians speak for two thirds", "waiting for us", "other clients", 0.7, 1.6),
        ("they may for two thirds, and mostly hold back", "waiting for us", "other clients", 0, 0.4),
        ("speaking takes half an hour a day", "waiting for us", "Home users", 0.7, 1.4),
        ("both speak", "waiting for us", "Business users", -1.1, -0.4),
        ("both speak", "waiting for us", "Home users", 0.05, 0.4),
        ("agents let business users past the diagnosis", "cycle time", "Business users", -9, -7),
        ("agents let business users past the diagnosis", "cycle time", "other clients", -2.6, -1.3),
    ],
    "citizen": [
        ("citizens complete half of the files that lack something", "cycle time", "Citizens", -75, -60),
        ("citizens complete half of the files that lack something", "cases waiting at the team", "Examiners", 0.7, 4),
        ("appointments on two mornings", "waiting for us", "Citizens", -2.5, 2.5),
        ("appointments on two mornings", "waiting for us", "other clients", 2, 5),
        ("appointments every morning", "waiting for us", "Citizens", -7, -3.5),
        ("nearly all citizens call their case urgent", "waiting for us", "Citizens", -16, -4),
        ("nearly all citizens call their case urgent", "waiting for us", "other clients", 13, 45),
    ],
    "patient": [
        ("explaining takes three minutes", "waiting for us", "Patients", 1.4, 2.2),
        ("explaining takes three minutes", "waiting for us", "Sent by their doctor", -4, -2.7),
        ("explaining takes three minutes", "share of time at work", "Physicians", -0.08, -0.05),
        ("explaining takes ten minutes", "waiting for us", "Patients", 6.5, 8.3),
        ("explaining takes ten minutes", "given up", "Patients", 0.05, 0.08),
        ("explaining takes ten minutes", "rework", "Patients", -0.005, 0.005),
        ("patients are told to wait half as long again", "given up", "Patients", -0.065, -0.042),
        ("doctors who send them skip the first consultation", "given up", "other clients", -0.045, -0.028),
        ("patients are told to wait three times as long", "cycle time", "Patients", 1.5, 3.2),
    ],
    "consumer": [
        ("a tenth change their order while it is picked", "waiting for us", "Consumers", 6, 11),
        ("a fifth change their order while it is picked", "waiting for us", "Consumers", 35, 75),
        ("a fifth change their order while it is picked", "waiting for us", "other clients", 28, 65),
        ("a sale brings a tenth more", "waiting for us", "Consumers", 13, 28),
        ("a sale, and the early shift also works on Saturdays", "waiting for us", "Consumers", 9, 13),
        ("a tenth take it back when it is picked", "waiting for us", "Shops", -4.8, -2.8),
        ("a tenth take it back when it is picked", "work for nothing", "Consumers", 9.8, 11.2),
        ("orders come evenly", "waiting for us", "Consumers", -3.5, -0.8),
    ],
    "supplier": [
        ("hours follow the plan", IN_FULL, "Car maker", 0.075, 0.125),
        ("hours follow the plan", IN_FULL, "other clients", 0.055, 0.11),
        ("hours follow the plan", "overtime in the roster", "Assembly", 10.5, 12.5),
        ("hours follow the plan", "weeks changed after they were announced", "Assembly", 0.4, 0.49),
        ("three weeks frozen, and kept", "nervousness", "Car maker", -0.042, -0.035),
        ("three weeks frozen, and kept", "bullwhip of call-offs", "Car maker", 4, 6.2),
        ("three weeks frozen, and kept", IN_FULL, "Car maker", -0.08, -0.025),
        ("three weeks frozen, and kept", "overtime in the roster", "Assembly", 0, 0),
        ("three weeks frozen, call-offs evened out", "bullwhip of call-offs", "Car maker", -1.5, -0.85),
        ("three weeks frozen, call-offs evened out", IN_FULL, "Car maker", -0.025, 0.03),
        ("three weeks frozen, call-offs evened out", "lacking at the client", "Car maker", 0.012, 0.04),
        ("three weeks frozen, call-offs evened out", "stock at the client", "Car maker", 0.01, 0.08),
        ("volume band of 15 %", "bullwhip of call-offs", "Car maker", 2.7, 4.3),
        ("volume band of 15 %", "nervousness", "Car maker", -0.03, -0.022),
        ("volume band of 15 %", IN_FULL, "Car maker", -0.06, -0.015),
        (
            "hours follow the plan, three weeks frozen",
            "weeks changed after they were announced",
            "Assembly",
            0.34,
            0.42,
        ),
        ("hours follow the plan, three weeks frozen", "overtime in the roster", "Assembly", 11.2, 13.2),
    ],
}
BEFORE = {
    "chemicals": [("cycle time", "Coatings group", 43, 53), ("work without a pause", "Quality", 0.15, 0.17)],
    "citizen": [("waiting for us", "Citizens", 42, 52), ("cycle time", "Citizens", 137, 150)],
    "patient": [("given up", "Patients", 0.12, 0.135), ("share of time at work", "Physicians", 0.77, 0.81)],
    "consumer": [("waiting for us", "Consumers", 43, 49)],
    "telecom": [("waiting for us", "Home users", 16, 18)],
    "supplier": [(IN_FULL, "Car maker", 0.73, 0.78), ("share of time at work", "Assembly", 0.88, 0.93)],
}
"""What stories say of the time before: the same in each comparison."""
PAIRS = {"chemicals": 10, "supplier": 10}
"""Of runs, where the luck of a few would reach beyond what is said."""


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use(None)


def effects_in(plan: Scenario, rules: Organisation, scenarios: Mapping[str, Any], replications: int) -> pl.DataFrame:
    """What the *scenarios* of a case do to *rules*, over its times but with other luck."""
    return compare(
        rules,
        scenarios=scenarios,
        replications=replications,
        weeks=plan.weeks,
        warm_up_weeks=plan.warm_up_weeks,
        seed=plan.seed + 100,
        today=plan.today,
    ).effects


@pytest.mark.slow
@pytest.mark.parametrize("name", FOUND)
def test_a_case_brings_what_its_story_says(name: str) -> None:
    chosen = case(name)
    plan = chosen.scenario
    scenarios = dict(plan.comparisons)
    if plan.parties:
        scenarios = dict(settle(chosen.organisation, scenarios, plan.parties, seed=plan.seed).comparisons)
    wanted = {called: scenarios[called] for called, *_rest in FOUND[name]}
    effects = effects_in(plan, chosen.organisation, wanted, PAIRS.get(name, 6))
    wrong = []
    for measure, party, low, high in BEFORE[name]:
        levels = effects.filter((pl.col("measure") == measure) & (pl.col("party") == party))["without"]
        wrong += [("before", measure, party, one) for one in levels.unique() if not low <= one <= high]
    for called, measure, party, low, high in FOUND[name]:
        (one,) = effects.filter(
            (pl.col("scenario") == called) & (pl.col("measure") == measure) & (pl.col("party") == party)
        )["difference"]
        if not low <= one <= high:
            wrong.append((called, measure, party, one))
    assert not wrong


@pytest.mark.slow
def test_with_twice_the_stock_the_supplier_needs_nobodys_overtime() -> None:
    """Nearly all is delivered on time as it is, and the same hours of overtime buy nothing."""
    chosen = case("supplier")
    plan, rules = chosen.scenario, chosen.organisation
    stocked = {name: replace(one, safety_stock=2 * one.safety_stock) for name, one in rules.products.items()}
    called = "hours follow the plan"
    scenarios = {called: dict(plan.comparisons)[called]}
    effects = effects_in(plan, replace(rules, products=stocked), scenarios, 5)
    (service,) = effects.filter((pl.col("measure") == IN_FULL) & (pl.col("party") == "Car maker")).to_dicts()
    assert service["without"] > 0.98
    assert abs(service["difference"]) < 0.01
    (overtime,) = effects.filter(measure="overtime in the roster", party="Assembly")["difference"]
    assert 9.8 < overtime < 12.5
