"""The answer in one screen: nothing invented, what is left out counted, no wider than the terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from irrupt import i18n
from irrupt.experiment.model import Comparison, Reason
from irrupt.organisation.model import Organisation
from irrupt.regulation.when import title
from irrupt.reporting.brief import brief, seen_in_short
from irrupt.sight.model import Finding, Sight


def shown(result: Any, width: int = 80) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(brief(result))
    return out.getvalue().replace("\u202f", " ")


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("name", ["sight", "organisation", "comparison"])
def test_it_fits_in_one_screen(request: pytest.FixtureRequest, name: str, width: int, language: str) -> None:
    i18n.use(language)
    lines = shown(request.getfixturevalue(name), width).splitlines()
    assert max(map(len, lines)) <= width
    if width >= 80:
        assert len(lines) <= (40 if language == "en" else 46)


def test_each_act_has_its_claim_beside_what_was_found_and_who_is_moved(comparison: Comparison) -> None:
    text = " ".join(shown(comparison).split())
    assert "100 pairs of runs, 13 weeks" in text
    claim, finding = "“Group 70 is slow to react.” (waiting for us, to fall)", "−1.59 days ± 0.13 (−25.1 %)."
    for before, after in ((claim, finding), (finding, "The claim holds."), ("The claim holds.", "other clients")):
        assert text.index(before) < text.index(after), (before, after)
    assert text.count(claim) == 3
    assert "The opposite of the claim was found." in text
    assert text.index("Undecided") < text.index("How far to trust it")


def test_it_says_how_far_to_trust_the_model_and_names_what_it_predicts_badly(comparison: Comparison) -> None:
    text = " ".join(shown(comparison).split())
    assert "1 better; 1 about as good; 1 less good (when cases arrive); 1 much worse (time since" in text
    by_hand = replace(comparison, organisation=replace(comparison.organisation, learned=None))
    assert "written by hand" in " ".join(shown(by_hand).split())


def test_what_was_only_looked_at_is_not_called_a_claim(comparison: Comparison) -> None:
    found = comparison.tried[0].found[0]
    unsaid = replace(found, claim=replace(found.claim, given=False, text=""))
    text = shown(replace(comparison, tried=(replace(comparison.tried[0], found=(unsaid,)),)))
    assert "claimed" not in text
    assert "found" in text
    assert "waiting for us" in text


def test_among_many_acts_each_is_told_in_fewer_words(comparison: Comparison) -> None:
    many = replace(comparison, tried=comparison.tried * 2)
    text = shown(many)
    assert text.count("the claim holds") == 2
    assert " ".join(text.split()).count("−1.59 days ± 0.13: the claim holds") == 2, "with what was found beside it"
    assert "“" not in text
    assert len(text.splitlines()) < 2 * len(shown(comparison).splitlines())
    still = Reason(kind="never met"), Reason(kind="so already")
    why = shown(replace(many, tried=tuple(replace(one, reasons=still) for one in many.tried)))
    assert why.count("The moment that it waits for") == len(many.tried)
    assert "so already" not in why, "the first alone"


def test_what_does_not_move_is_told_in_one_line(comparison: Comparison) -> None:
    still = comparison.effects.with_columns(difference=0.0, low=0.0, high=0.0).with_columns(
        verdict=comparison.effects["verdict"].replace(["rises", "falls", "undecided"], "no measurable effect")
    )
    tried = replace(comparison.tried[0], found=(replace(comparison.tried[0].found[0], verdict="no measurable effect"),))
    answer = replace(comparison, effects=still, tried=(tried,))
    line = next(line for line in shown(answer, 200).splitlines() if "nothing moves" in line)
    assert "Caller 1904" in line
    assert "other clients" in line


def test_for_whom_only_the_claim_moves_nothing_else_does(comparison: Comparison) -> None:
    """What he claimed was found to fall, and below it stood that nothing moves for him."""
    still = comparison.effects.with_columns(verdict=pl.lit("no measurable effect"))
    text = shown(replace(comparison, effects=still), 200)
    assert comparison.tried[0].found[0].verdict == "falls"
    assert "nothing else  moves for Caller 1904" in text
    assert "nothing moves for other clients" in text


def test_effects_beyond_one_line_are_counted(comparison: Comparison) -> None:
    acting = [line for line in shown(comparison).splitlines() if line.startswith("Caller 1904")]
    assert acting
    assert all(line.rstrip().endswith("more") or line.count(";") <= 1 for line in acting)


def test_findings_are_numbered_as_in_the_whole_answer_and_shortened_between_clauses(sight: Sight) -> None:
    long = Finding(text="; ".join(["a clause of some forty characters, no less"] * 9) + ".", kind="rework")
    many = replace(sight, findings=(*sight.findings, long, *(replace(long, kind="step") for _ in range(5))))
    text = shown(many)
    assert "(6 of 9 findings)" in text
    assert "no less; …" in " ".join(text.split())
    asked = Finding(text="61 % of cases follow the written procedure.", kind="written procedure")
    assert asked.text in shown(replace(many, findings=(*many.findings, asked)))
    out = io.StringIO()
    Console(file=out, width=80).print(seen_in_short(many, ("rework",)))
    assert out.getvalue().splitlines()[1].lstrip().startswith("4")


def test_bounds_that_hardly_differ_are_left_out(sight: Sight) -> None:
    narrow = [
        replace(one, shortest=one.value * 0.99, longest=one.value * 1.01) if one.measure == "waiting for us" else one
        for one in sight.ledger
    ]
    text = shown(replace(sight, ledger=tuple(narrow)))
    assert text.count("(") < shown(sight).count("(")
    assert "(1.2–19.0)" in text


def test_an_organisation_counts_the_assumptions_it_leaves_out(organisation: Organisation) -> None:
    assert organisation.learned is not None
    notes = tuple(f"Assumption {n}." for n in range(8))
    text = shown(replace(organisation, learned=replace(organisation.learned, notes=notes)))
    assert "Assumption 2." in text
    assert "Assumption 3." not in text
    assert "5 more assumptions" in text


def test_where_no_client_is_told_apart_nobody_counts_one(organisation: Organisation) -> None:
    (client,) = list(organisation.clients.values())[:1]
    text = " ".join(shown(replace(organisation, clients={"all clients": client}), 200).split())
    assert "It holds all clients, 9 teams" in text
    assert "Clients the records name no client" in text


def test_what_several_acts_look_at_is_found_once(comparison: Comparison) -> None:
    """Also where one claims what another only looks at; two claims of one thing have one finding."""
    tried = comparison.tried[0]
    claimed = tried.found[0]
    looked = replace(claimed, claim=replace(claimed.claim, given=False, text=""))
    again = replace(claimed, claim=replace(claimed.claim, text="They are late."))

    def told(*found: Any) -> str:
        return " ".join(shown(replace(comparison, tried=(replace(tried, found=found),)), 200).split())

    alone = told(looked)
    assert told(looked, replace(looked, claim=replace(looked.claim, author="Network"))) == alone
    assert told(looked, claimed) == told(claimed)
    both = told(claimed, again)
    assert both.count("−1.59 days") == both.count("The claim holds.") == 1
    assert both.index("“They are late.”") < both.index("−1.59 days")
    many = told(*(replace(looked, claim=replace(looked.claim, author=str(n))) for n in range(4)))
    assert many == alone


def test_acts_of_one_kind_are_headed_by_their_rules_not_by_numbers(comparison: Comparison) -> None:
    first = comparison.tried[0]
    rule = first.changes[0].rule
    usual = " + ".join(map(title, first.acts))
    for name, headed in ((usual, rule), (f"{usual} (2)", rule), ("own name", f"own name: {rule}")):
        effects = comparison.effects.with_columns(scenario=pl.col("scenario").replace(first.name, name))
        several = (replace(first, name=name), *comparison.tried[1:])
        text = shown(replace(comparison, tried=several, effects=effects), 200)
        assert any(one.strip() == headed for one in text.splitlines()), name


def test_how_what_ifs_are_answered_can_be_understood_alone(organisation: Organisation) -> None:
    """“What-ifs: well” stood there, and in French « Durées de travail : mesuré »."""
    assert organisation.learned is not None
    known = replace(organisation, learned=replace(organisation.learned, starts="measured", work="measured", notes=()))
    text = " ".join(shown(known, 200).split())
    assert "What-ifs answered " in text
    assert "Service times measured: the records have start times" in text
    i18n.use("fr")
    assert "Durées de travail mesurées : les données ont" in " ".join(shown(known, 200).split())


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_whose_effect_is_told_stands_in_one_line(comparison: Comparison, language: str) -> None:
    """French broke "les autres clients" over two lines, the second of them empty, in nearly every block."""
    i18n.use(language)
    label = i18n.gettext("other clients")
    assert any(line.startswith(label + " ") for line in shown(comparison).splitlines())
