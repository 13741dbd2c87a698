"""The answer in short: scenarios beside each other, and grey where nothing is told apart."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from importlib.resources import files

import polars as pl
import pytest
from rich.cells import cell_len
from rich.console import Console

from irrupt import i18n
from irrupt.cases import case
from irrupt.engine.examples import counter
from irrupt.experiment import compare
from irrupt.experiment.model import Comparison
from irrupt.groups import OTHER_CLIENTS
from irrupt.regulation import FlexibilityDemand, Price, Volume
from irrupt.reporting import terminal
from irrupt.reporting.machine import to_json
from irrupt.reporting.page import page
from irrupt.reporting.sections.acts import undecided_said
from irrupt.reporting.sections.effects import decided, most_telling, sides
from irrupt.reporting.sections.grid import BESIDE, SHOWN, GridSide, _most_moved, grid, rows_of, tiny_teams
from irrupt.reporting.sections.grid import _sides as grid_sides


def side(comparison: Comparison, name: str) -> GridSide:
    return next(one for one in grid(comparison).sides if one.name == name)


def shown(comparison: Comparison, width: int = 100) -> str:
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(terminal.show(comparison))
    return out.getvalue()


def test_every_side_has_a_cell_for_every_scenario(comparison: Comparison) -> None:
    found = grid(comparison)
    assert found.scenarios == [tried.name for tried in comparison.tried]
    assert [one.name for one in found.sides] == ["client", "others", "teams"]
    assert all(len(row.cells) == len(found.scenarios) for one in found.sides for row in one.rows)
    assert all(len(one.rows) <= SHOWN for one in found.sides)


def test_nothing_is_called_a_claim_where_nobody_claims(comparison: Comparison) -> None:
    assert "What was claimed" in page(comparison=comparison)
    silent = [
        replace(one, found=tuple(replace(met, claim=replace(met.claim, given=False)) for met in one.found))
        for one in comparison.tried
    ]
    told = page(comparison=replace(comparison, tried=tuple(silent)))
    assert "What was looked at" in told
    assert "What was claimed" not in told


def test_what_was_found_is_no_claim_where_some_claim_and_others_do_not(comparison: Comparison) -> None:
    """Findings of acts without any claim stood under the claims of the others."""
    silent = [replace(met, claim=replace(met.claim, given=False)) for met in comparison.tried[0].found]
    tried = (comparison.tried[0], replace(comparison.tried[0], name="silent", found=tuple(silent)))
    told = grid(mixed := replace(comparison, tried=tried))
    assert [bool(said) for said in told.claims] == [True, False]
    assert [bool(said) for said in told.looked_at] == [False, True]
    rows = re.findall(r'<tr class="claims">.*?</tr>', page(comparison=mixed))
    assert ["nothing was claimed" in row for row in rows] == [True, False]
    assert [told.looked_at[1][0] in row for row in rows] == [False, True]


def test_as_many_scenarios_as_stand_beside_each_other_fit_the_page() -> None:
    """The last of five was cut off: long intervals, which could not break, made columns wider than the page."""
    style = files("irrupt.reporting").joinpath("templates", "style.css").read_text(encoding="utf-8")

    def rem(rule: str) -> float:
        return float(re.search(rule.format(number=r"([\d.]+)rem"), style)[1])  # type: ignore[index]

    name, column = rem(r"tbody th {{ min-width: {number}"), rem(r"table.grid td {{ min-width: {number}")
    assert name + BESIDE * column <= rem(r".page {{ max-width: {number}") - 2 * rem(r"padding: 3.5rem {number}")
    assert "nowrap" not in re.search(r"table.grid td i {.*", style)[0]  # type: ignore[index]


def test_a_cell_says_difference_half_interval_and_direction(comparison: Comparison) -> None:
    row = next(row for row in side(comparison, "client").rows if row.measure == "waiting for us")
    assert (row.head, row.cells[0].text, row.cells[0].reach) == ("waiting for us,\u202fdays", "▼ −1.59", "±\u202f0.13")
    assert row.cells[0].tone == "sure"
    others = next(row for row in side(comparison, "others").rows if row.measure == "waiting for us")
    assert (others.cells[0].text, others.cells[0].sign, others.cells[0].tone) == ("▲ +0.24", "?", "perhaps")


def test_what_is_not_told_apart_is_grey_and_in_words(comparison: Comparison) -> None:
    holds_zero = pl.col("measure") == "waiting for us"
    effects = comparison.effects.with_columns(
        low=pl.when(holds_zero).then(-9.0).otherwise("low"),
        high=pl.when(holds_zero).then(9.0).otherwise("high"),
        verdict=pl.when(holds_zero).then(pl.lit("undecided")).otherwise("verdict"),
    )
    row = next(r for r in side(replace(comparison, effects=effects), "client").rows if r.measure == "waiting for us")
    assert {(cell.text, cell.tone, cell.reach) for cell in row.cells} == {("undecided", "still", "")}


def test_teams_say_whose_value_it_is(comparison: Comparison) -> None:
    cells = [cell for row in side(comparison, "teams").rows for cell in row.cells if cell.row is not None]
    assert cells
    assert all(cell.party == cell.row["party"] for cell in cells if cell.row is not None)


def test_a_scenario_that_moves_nothing_leaves_sides_empty(comparison: Comparison) -> None:
    zero = [pl.lit(0.0).alias(name) for name in ("difference", "low", "high")]
    effects = comparison.effects.with_columns(*zero, verdict=pl.lit("no measurable effect"))
    still = replace(comparison, effects=effects)
    assert [row.measure for row in side(still, "client").rows] == ["waiting for us"]
    assert side(still, "others").rows == side(still, "teams").rows == []
    assert "nothing moves measurably" in page(comparison=still)
    assert "nothing moves measurably" in " ".join(shown(still).split())


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_no_line_is_wider_than_the_terminal(comparison: Comparison, width: int) -> None:
    text = shown(comparison, width)
    assert max(map(cell_len, text.splitlines())) <= width
    head = text[text.index("The answer in short") : text.index("market")]
    joined = " ".join(head.split())
    assert joined.count("For the client who acts") >= 1
    for word in ("priority", "check", "bypass"):
        assert word in joined


def test_one_scenario_alone_needs_no_grid_on_the_terminal(comparison: Comparison) -> None:
    alone = replace(comparison, tried=comparison.tried[:1])
    assert "The answer in short" not in shown(alone)
    assert "The answer in short" in page(comparison=alone)


def test_the_page_terminal_and_json_say_the_same(comparison: Comparison) -> None:
    told = json.loads(json.dumps(to_json(comparison)))["grid"]
    html, text = page(comparison=comparison), shown(comparison, 160)
    for one, row in zip(told, (row for part in grid(comparison).sides for row in part.rows), strict=True):
        assert one["measure"] == row.measure
        for cell, shown_cell in zip(one["cells"], [c for c in row.cells if c.row is not None], strict=True):
            assert cell["difference"] == pytest.approx(shown_cell.row["difference"])
            assert shown_cell.text in html
            assert shown_cell.text.split()[-1] in text


def test_it_speaks_french(comparison: Comparison) -> None:
    i18n.use("fr")
    text = " ".join(shown(comparison, 120).split())
    assert "La réponse en bref" in text
    assert "Pour le client qui agit" in text


def test_clients_who_are_told_apart_and_do_not_act_are_others() -> None:
    """What a certificate of one client does to the waits of the other, whom a claim names, is never called his own."""
    chosen = case("chemicals")
    ((name, acts), *_others) = chosen.scenario.comparisons
    tried = compare(chosen.organisation, scenarios={name: acts}, weeks=4, warm_up_weeks=2, replications=4)
    rows = tried.effects.to_dicts()
    concerned = sides(tried.tried[0], rows)
    assert (concerned.acting, concerned.clients) == (("Coatings group",), ("Coatings group", "Other customers"))
    parties = {
        name: {cell.row["party"] for row in side(tried, name).rows for cell in row.cells if cell.row}
        for name in ("client", "others")
    }
    assert parties == {"client": {"Coatings group"}, "others": {"Other customers"}}


def test_clients_who_act_together_each_have_a_side_of_their_own() -> None:
    """What a bypass asked in return did for those whom a doctor sent was told as what the patients gained who asked for
    an explanation, and wait longer for it."""
    chosen = case("patient")
    explained, skipped = (chosen.scenario.comparisons[at][1][0] for at in (1, 3))
    pairs = {"together": [explained, skipped], "alone": [explained]}
    tried = compare(chosen.organisation, scenarios=pairs, weeks=4, warm_up_weeks=2, replications=4)
    found = grid(tried).sides
    assert [one.head for one in found] == ["For Patients", "For Sent by their doctor", "For the teams concerned"]
    told = [[{cell.row["party"] for row in one.rows if (cell := row.cells[at]).row} for at in (0, 1)] for one in found]
    assert told[:2] == [[{"Patients"}, {"Patients"}], [{"Sent by their doctor"}, {OTHER_CLIENTS}]]
    assert not any(cell.party for one in found[:2] for row in one.rows for cell in row.cells)


def test_one_of_several_on_a_side_is_named(comparison: Comparison) -> None:
    rows = [row for row in comparison.effects.to_dicts() if row["of"] == "client"]
    acting = replace(sides(comparison.tried[0], rows), acting=tuple("ABCDE"))
    (_name, head, whom), *_others = grid_sides([acting], "ABCDE")
    assert (head, *whom) == ("For the client who acts", tuple("ABCDE")), "too many for sides of their own"


def test_many_scenarios_stand_in_several_tables(comparison: Comparison) -> None:
    several = replace(grid(comparison), scenarios=[str(at) for at in range(7)])
    assert [several.scenarios[part] for part in several.parts] == [["0", "1", "2", "3"], ["4", "5", "6"]]
    assert len(replace(several, scenarios=["0"]).parts) == 1
    repeated = [replace(one, name=f"{one.name} {at}") for at in range(4) for one in comparison.tried]
    many = replace(comparison, tried=tuple(repeated))
    assert page(comparison=many).count('<table class="grid">') == len(grid(many).parts) > 1


def test_rows_in_which_nothing_is_told_are_left_out_of_a_table(comparison: Comparison) -> None:
    """Where one of many scenarios moved a measure, whole blocks of dashes stood for the others."""
    silent = [replace(comparison.tried[0], name=f"other {at}", found=()) for at in range(6)]
    many = replace(comparison, tried=(*comparison.tried, *silent))
    (first, *_others, last), side = grid(many).parts, grid(many).sides[0]
    assert side.rows_in(first)
    assert not side.rows_in(last)
    told = page(comparison=many)
    tables = re.findall('<table class="grid">.*?</table>', told, re.DOTALL)
    assert "–</span>" not in tables[-1]
    assert "nothing moves measurably" in tables[-1]
    assert "nothing moves measurably" in shown(many, 60)
    assert grid(comparison).sides[0].rows_in(slice(0, len(comparison.tried))) == grid(comparison).sides[0].rows


def test_a_verdict_on_a_claim_names_what_was_claimed_and_by_whom(comparison: Comparison) -> None:
    assert grid(comparison).claims[0][0].startswith("Caller 1904 on waiting for us: the claim")


def test_a_claim_about_what_is_not_ones_own_names_whose_it_is(comparison: Comparison) -> None:
    """Or what becomes of others is read as what becomes of him who speaks."""
    (first, *rest), others = comparison.tried[0].found, replace(comparison.tried[0].found[0].claim, party="all clients")
    tried = replace(comparison.tried[0], found=(replace(first, claim=others), *rest))
    told = grid(replace(comparison, tried=(tried, *comparison.tried[1:]))).claims[0][0]
    assert told.startswith("Caller 1904 on waiting for us (all clients): the claim")


def test_where_no_client_is_told_apart_all_of_them_act() -> None:
    """More cases of a log without clients were told as an effect on others, and the client who acts as not moved."""
    usual = counter(load=0.5, cases_per_week=200.0)
    nobody = replace(usual, clients={"all clients": replace(usual.clients["Public"], group=True)})
    tried = compare(nobody, Volume(client="all clients", change=0.2), weeks=6, warm_up_weeks=2, replications=6)
    found = grid(tried).sides
    assert [one.name for one in found] == ["client", "teams"]
    assert found[0].head == "For all clients"
    assert "arrivals" in [row.measure for row in found[0].rows]


def test_what_nobody_asks_for_is_not_told_for_the_client_who_acts() -> None:
    """Longer hours of a team stood beside what a client does, under “the client who acts”, and were those of all."""
    usual = counter(load=0.8, cases_per_week=200.0)
    two = replace(usual, clients={name: replace(usual.clients["Public"], cases_per_week=100.0) for name in ("A", "B")})
    (team,) = two.teams
    acts = {"more": [Volume(client="A", change=0.3)], "longer": [FlexibilityDemand(team=team, shifts="Sat 8-20")]}
    tried = compare(two, scenarios=acts, weeks=6, warm_up_weeks=2, replications=6)
    mine = side(tried, "client")
    assert mine.head == "For the client who acts"
    assert {tuple(cell.party for cell in row.cells if cell.row) for row in mine.rows} <= {("", "all clients"), ("",)}
    assert any(cell.party == "all clients" for row in mine.rows for cell in row.cells)


def test_a_client_about_whom_others_act_is_not_told_as_who_acts() -> None:
    """A price that Management raises stood under “the client who acts”, and so did what a plant freezes."""
    usual = counter(load=0.8, cases_per_week=200.0)
    public = replace(usual.clients["Public"], cases_per_week=100.0, price=10.0)
    two = replace(usual, clients={"A": public, "B": public})
    brings, dearer, his = Volume(client="A", change=0.3), Price(client="A", change=0.2), Price(client="B", change=0.2)
    few = {"weeks": 4, "warm_up_weeks": 2, "replications": 2}
    for acts, head in (
        ([brings, brings], "For the client who acts"),
        ([dearer, brings], "For A"),
        ([dearer, his], "For the client concerned"),
    ):
        tried = compare(two, scenarios={str(at): [act] for at, act in enumerate(acts)}, **few)
        mine = side(tried, "client")
        assert mine.head == head
        named = {cell.party for row in mine.rows for cell in row.cells if cell.row}
        assert named == ({"A", "B"} if head == "For the client concerned" else {""})


def test_the_teams_are_not_told_by_one_that_does_next_to_nothing(comparison: Comparison) -> None:
    """The effect of a team that does one step in a thousand is ten times that of the other one."""
    rows = [row for row in comparison.effects.to_dicts() if row["of"] == "team" and decided(row)]
    one = next(row for row in rows if row["measure"] not in ("steps done",))
    large = {**one, "party": "Large"}
    tiny = one | {"party": "Tiny"} | {name: 10 * one[name] for name in ("difference", "low", "high")}
    steps = [
        {**one, "measure": "steps done", "party": name, "without": n} for name, n in (("Tiny", 1.0), ("Large", 999.0))
    ]
    whom = ("Tiny", "Large")
    assert tiny_teams(steps) == {"Tiny"}
    assert rows_of("teams", [large, tiny], whom)[one["measure"]]["party"] == "Tiny", "nobody knows who is tiny"
    assert rows_of("teams", [large, tiny, *steps], whom)[one["measure"]]["party"] == "Large"
    assert rows_of("teams", [tiny, *steps], whom)[one["measure"]]["party"] == "Tiny", "where no other one tells"


def test_what_stands_in_one_row_is_about_one_team_where_it_can_be(comparison: Comparison) -> None:
    """The wait at a team that hardly counts stood there, since it emerges, beside that of one that waits a day more."""
    row = next(row for row in comparison.effects.to_dicts() if row["of"] == "team" and decided(row))
    large = {**row, "party": "Large", "kind": "by construction"}
    small = {**row, "party": "Small", "kind": "emergent", "difference": row["difference"] / 2}
    whom = ("Large", "Small")
    assert rows_of("teams", [large, small], whom)[row["measure"]]["party"] == "Small"
    most = _most_moved("teams", [[large, small]], [whom])
    assert rows_of("teams", [large, small], whom, most)[row["measure"]]["party"] == "Large"
    still = {**large, "verdict": "no measurable effect"}
    assert rows_of("teams", [still, small], whom, most)[row["measure"]]["party"] == "Small"


def test_what_is_undecided_is_named_where_somebody_watches_it() -> None:
    rows = [
        {"measure": "wait at the team", "party": "Desk", "more": 40.0},
        {"measure": "rests under 11 hours", "party": "Night", "more": float("nan")},
        {"measure": "share of time at work", "party": "Desk", "more": 90.0},
    ]
    assert undecided_said(rows) == (
        "undecided of what teams watch: wait at the team (Desk), rests under 11 hours (Night), "
        "share of time at work (Desk); about 90 more pairs would settle it"
    )
    assert "more pairs" not in undecided_said(rows[1:2])


@pytest.mark.slow
def test_conditions_of_employment_are_kept_apart_from_those_at_work(comparison: Comparison) -> None:
    """Status, guarantee and protection stand in a list of their own; where nothing is known of them, that is said."""
    chosen = case("supplier")
    ((name, acts), *_others) = chosen.scenario.comparisons
    planned = compare(chosen.organisation, scenarios={name: acts}, weeks=4, warm_up_weeks=4, replications=4)
    alone = shown(planned)
    at_work, employment = alone[alone.index("\nwork ") :].split("work, conditions of employment")
    assert "hours by temps" in employment
    assert "hours by temps" not in at_work
    assert "weekend work" not in employment
    assert "work, conditions of employment" in page(comparison=planned)
    assert "conditions of employment" not in shown(comparison)
    assert "Nothing is known of contracts" in page(comparison=comparison)


def test_what_surely_matters_comes_first_then_what_is_watched() -> None:
    """Whether somebody watches it does not make an effect larger."""

    def row(measure: str, least: float, kind: str = "emergent") -> dict[str, object]:
        ends = {"low": least, "difference": 2.0, "high": 3.0, "matters": 1.0}
        return {"measure": measure, "verdict": "rises", "kind": kind, **ends}

    rows = [row("a", 0.5), row("b", 1.5, "by construction"), row("c", 1.5), row("d", 1.5)]
    assert [one["measure"] for one in most_telling(rows, watched={"a", "d"})] == ["d", "c", "b", "a"]
