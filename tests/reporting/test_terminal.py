"""Results on a terminal: narrow or wide, with colours or without, in two languages."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from irrupt import i18n
from irrupt.organisation.model import Organisation
from irrupt.reporting import show
from irrupt.sight.model import Sight, TimePart
from irrupt.sight.split import CLOCK_TIME

RESULTS = ("chronicle", "sight", "organisation", "comparison")


def shown(result: Any, width: int = 100, **options: Any) -> str:
    out = io.StringIO()
    Console(file=out, width=width, **options).print(show(result))
    return out.getvalue()


@pytest.fixture(params=RESULTS)
def result(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.mark.one_in(2)
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
        "1 more team: see the report",
    ):
        assert said in text


def test_what_the_client_is_waited_for_after_is_not_said_to_be_done_by_him(sight: Sight) -> None:
    from dataclasses import replace

    from irrupt.sight.model import ClientAct

    one = ClientAct(activity="Documents supplied", role="client act", share_of_cases={"A": 0.4})
    asked = replace(one, activity="Ask for documents", role="waiting for the client")
    text = " ".join(shown(replace(sight, co_production=(one, asked))).split())
    assert "Documents supplied (40" in text
    assert "Ask for documents, waiting for the client (40" in text


def test_bounds_stand_beside_values_that_rest_on_assumed_starts(sight: Sight) -> None:
    lines = shown(sight).splitlines()
    at = next(index for index, line in enumerate(lines) if "working for him, h" in line)
    assert lines[at].split()[-4:] == ["4.1", "5.5", "6.8", "8.2"]
    assert lines[at + 1].count("(1.2–19.0)") == 4


def test_problems_say_where_and_what_was_done(chronicle: Any) -> None:
    text = shown(chronicle, 120)
    assert '5 events in state "-100"; left as it is' in text
    assert "line 1022; line 40231" in text


def test_an_organisation_says_how_far_to_trust_it(organisation: Organisation) -> None:
    text = shown(organisation)
    assert "Much worse than repeating the past: time since the case began." in text
    assert "31.0 h ± 2.9" in text.replace("\u202f", " ")
    assert "Repeating the past, the simplest prediction there is" in " ".join(text.split())


def plain(result: Any, width: int = 80) -> str:
    return shown(result, width).replace("\u202f", " ")


def test_a_comparison_is_a_grid_of_measures_and_parties(comparison: Any) -> None:
    lines = plain(comparison, 100).splitlines()
    head = next(line for line in lines if line.startswith("market"))
    assert head.split() == ["market", "Caller", "1904", "other", "clients", "all", "clients"]
    after = lines[lines.index(head) :]
    (row, *_others) = [line.split() for line in after if "waiting for us" in line and "±" in line]
    assert row == ["waiting", "for", "us", "−1.59", "days", "±", "0.13", "+0.24", "days", "±", "0.13?", "none"]
    assert any(line.startswith("power  not what one act does: irrupt power measures it") for line in lines)


def test_the_claim_comes_before_the_rule_and_the_grid(comparison: Any) -> None:
    text = " ".join(plain(comparison).split())
    order = [
        "Caller 1904: priority at Group 70",
        "Claimed by Caller 1904: “Group 70 is slow to react.”",
        "Found: it falls by 1.59 days",
    ]
    order += ["The claim holds.", "are taken before others at Group 70", "from 28 Mar 2016 on", "market"]
    places = [text.index(said) for said in order]
    assert places == sorted(places)


def test_where_nothing_was_recorded_an_act_begins_in_a_week_of_each_run(comparison: Any) -> None:
    from dataclasses import replace

    written = replace(comparison, organisation=replace(comparison.organisation, learned=None))
    assert "from week 5 of each run on" in " ".join(plain(written).split())


def test_how_far_the_model_can_be_trusted_comes_before_all_effects(comparison: Any) -> None:
    from dataclasses import replace

    text = " ".join(plain(comparison).split())
    order = ["beside repeating the past: 1 as close", "What-ifs are answered"]
    order += [comparison.notes[0], comparison.tried[0].name, "Found:"]
    places = [text.index(said) for said in order]
    assert places == sorted(places)
    never = replace(comparison, organisation=replace(comparison.organisation, learned=None))
    assert "repeating the past" not in plain(never)


def test_all_clients_make_room_first_and_the_own_client_never(comparison: Any) -> None:
    heads = {
        width: [line for line in plain(comparison, width).splitlines() if "market" in line] for width in (40, 70, 100)
    }
    assert "all" in heads[100][0]
    assert "all " not in heads[70][0]
    assert "clients" in " ".join(heads[70])
    assert "1904" in plain(comparison, 40)


def test_teams_stand_apart_the_one_that_the_act_touches_first(comparison: Any) -> None:
    lines = plain(comparison, 100).splitlines()
    head = next(line for line in lines if line.startswith("work"))
    assert head.split() == ["work", "Group", "70", "all", "teams"]
    assert any("other teams: Group 24" in line for line in lines)


def test_what_moves_for_teams_alone_stands_under_its_ledger_and_the_only_team_is_no_other(comparison: Any) -> None:
    """It began behind the ledger before, with “other teams” where there was one team."""
    from dataclasses import replace

    import polars as pl

    only = comparison.effects.filter((pl.col("of") == "client") | (pl.col("party") == "Group 24"))
    one = replace(
        comparison, effects=only, tried=tuple(replace(tried, teams=frozenset()) for tried in comparison.tried)
    )
    lines = plain(one, 100).splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.strip().startswith("Group 24, ")][:1]
    assert lines[at - 1].strip() == "work"
    assert "other teams" not in plain(one, 100)


def test_what_moves_for_nobody_is_named_in_one_line(comparison: Any) -> None:
    from dataclasses import replace

    import polars as pl

    still = pl.when(pl.col("measure") == "cycle time").then(0.0)
    calm = comparison.effects.with_columns(
        *(still.otherwise(pl.col(name)).alias(name) for name in ("difference", "low", "high")),
        verdict=pl.when(pl.col("measure") == "cycle time").then(pl.lit("no measurable effect")).otherwise("verdict"),
    )
    text = plain(replace(comparison, effects=calm))
    assert text.count("exactly the same: cycle time") == 3


def test_bounds_are_shown_only_where_they_change_the_answer(comparison: Any) -> None:
    from dataclasses import replace

    import polars as pl

    same = comparison.effects.with_columns(shortest="difference", longest="difference")
    assert "…" not in plain(replace(comparison, effects=same))
    turned = same.with_columns(shortest=0.8 * pl.col("difference"), longest=-pl.col("difference"))
    assert "(−1.27 … +1.59)" in plain(replace(comparison, effects=turned))


def test_french_reads_french(comparison: Any) -> None:
    i18n.use("fr")
    text = shown(comparison, 140)
    assert "L’affirmation se vérifie." in text
    assert "pouvoir  non ce que fait un seul acte" in text


def test_a_change_of_rules_is_told_once(sight: Sight) -> None:
    """As a finding, to which the line about organising leads; where no finding tells it, there."""
    from dataclasses import replace

    from irrupt.sight.model import Finding, FoundChange

    change = FoundChange(
        name="activity: do", kind="activity", what=("do",), text="“do” in 9 % of cases", begin=sight.begin,
        first=sight.begin, last=sight.begin, before=0.0, after=0.09, p=0.01, parties=(), leads="", others=(),
    )  # fmt: skip
    told = Finding(text="Since then, “do” in 9 % of cases.", kind="rule change")
    both = plain(replace(sight, changes=(change,), findings=(*sight.findings, told), organising=()), 200)
    assert both.count("“do” in 9 % of cases") == 1
    assert f"a rule seems to have changed: finding {len(sight.findings) + 1}" in both
    sure = replace(sight, changes=(replace(change, verdict="confirmed"),), findings=(told,), organising=())
    assert "a rule changed: finding 1" in plain(sure, 200)
    assert "“do” in 9 % of cases (inferred)" in plain(replace(sight, changes=(change,), organising=()), 200)


def test_the_time_until_a_set_time_stands_between_waiting_and_work(sight: Sight) -> None:
    party = next(one.party for one in sight.ledger if one.of == "client")
    clock = TimePart(party=party, part=CLOCK_TIME, cases=9, hours=60.0, low=50.0, high=70.0)
    text = shown(replace(sight, time_parts=(clock,)))
    assert text.index("waiting for us") < text.index("waiting for a set time, h") < text.index("working for him")
    assert "waiting for a set time" not in shown(replace(sight, time_parts=()))
