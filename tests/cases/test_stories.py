"""What stories say is found is what the cases bring, with other luck as well."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest

from irrupt import i18n
from irrupt.cases import case
from irrupt.experiment import compare
from irrupt.experiment.settling import settle

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
}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use(None)


@pytest.mark.parametrize("name", FOUND)
def test_a_case_brings_what_its_story_says(name: str) -> None:
    chosen = case(name)
    plan = chosen.scenario
    scenarios = dict(plan.comparisons)
    if plan.parties:
        scenarios = dict(settle(chosen.organisation, scenarios, plan.parties, seed=plan.seed).comparisons)
    wanted = {called: scenarios[called] for called, *_rest in FOUND[name]}
    effects = compare(
        chosen.organisation,
        scenarios=wanted,
        replications=16,
        weeks=plan.weeks,
        warm_up_weeks=plan.warm_up_weeks,
        seed=plan.seed + 100,
    ).effects
    wrong = []
    for called, measure, party, low, high in FOUND[name]:
        (one,) = effects.filter(
            (pl.col("scenario") == called) & (pl.col("measure") == measure) & (pl.col("party") == party)
        )["difference"]
        if not low <= one <= high:
            wrong.append((called, measure, party, one))
    assert not wrong
