"""Results on a terminal: narrow or wide, with colours or without, in two languages."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from irrupt import i18n
from irrupt.organisation.model import Organisation
from irrupt.reporting import show
from irrupt.sight.model import Sight

RESULTS = ("chronicle", "sight", "organisation", "comparison")


def shown(result: Any, width: int = 100, **options: Any) -> str:
    out = io.StringIO()
    Console(file=out, width=width, **options).print(show(result))
    return out.getvalue()


@pytest.fixture(params=RESULTS)
def result(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_line_is_wider_than_the_terminal(result: Any, width: int, language: str) -> None:
    i18n.use(language)
    assert max(map(len, shown(result, width).splitlines())) <= width


def test_colours_are_left_out_where_they_are_not_wanted(result: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" in shown(result, force_terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    coloured = [code for code in ("\x1b[31", "\x1b[32", "\x1b[33") if code in shown(result, force_terminal=True)]
    assert coloured == []


def test_names_are_text_not_markup(sight: Sight) -> None:
    from dataclasses import replace

    odd = replace(sight, teams={"[red]A[/red]": 3}, organising=("[link=x]y",), co_production=(), findings=())
    odd = replace(odd, ledger=tuple(replace(entry, party="[bold]B") for entry in sight.ledger[:4]))
    text = shown(odd)
    assert "[bold]B" in text
    assert "[link=x]y" in text


def test_a_sight_says_who_waits_for_whom_what_clients_do_and_what_stands_out(sight: Sight) -> None:
    text = shown(sight)
    for said in (
        "24,918 cases, 141,712 events, 29 Feb 2016 to 18 Feb 2017; 5,244 clients",
        "waiting for us, days",
        "co-production",
        "organising",
        "Since 4 April",
        "2 kinds of problems, no row lost.",
        "One team, Group 70, does 44 % of all steps.",
        "1 more: see the report",
    ):
        assert said in text


def test_bounds_stand_beside_values_that_rest_on_assumed_starts(sight: Sight) -> None:
    lines = shown(sight).splitlines()
    at = next(index for index, line in enumerate(lines) if "working for him, h" in line)
    assert lines[at].split()[-4:] == ["4.1", "5.5", "6.8", "8.2"]
    assert lines[at + 1].count("(1.2–19.0)") == 4


def test_problems_say_where_and_what_was_done(chronicle: Any) -> None:
    text = shown(chronicle, 120)
    assert 'the state is "-100"; left as it is' in text
    assert "line 1022, line 40231" in text


def test_an_organisation_says_how_far_to_trust_it(organisation: Organisation) -> None:
    text = shown(organisation)
    assert "Much worse than repeating the past: time since the case began (RED)." in text
    assert "31.0 h (± 4.0)" in text.replace("\u202f", " ")


def test_a_comparison_shows_effects_that_matter_and_counts_the_others(comparison: Any) -> None:
    text = shown(comparison, 140).replace("\u202f", " ")
    assert "The claim holds." in text
    assert "The opposite of the claim was found." in text
    assert "waiting for us  Caller 1904    −1.59 days ± 0.13" in text
    assert "market  2 undecided, 1 no measurable effect" in text
    assert "power  nothing measured" in text
    assert "by construction" in text
    assert "3 % of the cases did not finish" in text


def test_french_reads_french(comparison: Any) -> None:
    i18n.use("fr")
    text = shown(comparison, 140)
    assert "L’affirmation se vérifie." in text
    assert "pouvoir  rien n’est mesuré" in text
