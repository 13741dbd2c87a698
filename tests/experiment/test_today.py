"""What clients do today goes on whatever is tried: at once, or when its moment comes, on both sides."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from irrupt.errors import ModelError
from irrupt.experiment import compare, search, settle, sweep
from irrupt.experiment.model import Comparison
from irrupt.i18n import use
from irrupt.organisation import Organisation
from irrupt.regulation import Bypass, FormClient, ImposedCheck, Priority, Volume, When
from irrupt.regulation.when import bare
from irrupt.reporting.terminal import show

RUNS: dict[str, Any] = {"replications": 4, "weeks": 6, "warm_up_weeks": 2, "run_out_weeks": 1, "seed": 5}
MORE = When(act=Volume(client="B", change=0.3), condition="throughput > 0 over 1 week", lag=1.0)
CHECKS = When(act=ImposedCheck(client="A", after="Triage", activity="Look"), condition="cycle time > 1 h over 1 week")
ACT = Bypass(client="A", skips="Triage")


def levels(result: Comparison, scenario: str, side: str) -> pl.DataFrame:
    return result.effects.filter(scenario=scenario).select("measure", "party", level=side)


def test_both_sides_wait_for_what_waits_today(desk: Organisation) -> None:
    """The side without the act is today's acts tried alone, the other is all of them tried together: to the bit."""
    tried = compare(desk, scenarios={"act": [ACT]}, today=[MORE, CHECKS], **RUNS)
    apart = compare(desk, scenarios={"today": [MORE, CHECKS], "both": [MORE, CHECKS, ACT]}, **RUNS)
    for side, scenario in (("without", "today"), ("with", "both")):
        both = levels(tried, "act", side).join(
            levels(apart, scenario, "with"), on=["measure", "party"], suffix="_apart"
        )
        assert len(both) == len(tried.effects) > 50
        assert both["level"].eq_missing(both["level_apart"]).all()


def test_where_nothing_is_added_to_what_waits_today_nothing_differs(desk: Organisation) -> None:
    never = When(act=Priority(client="A", team="Network"), condition="arrivals > 100000 for all clients over 1 week")
    result = compare(desk, scenarios={"nothing": [never]}, today=[MORE, CHECKS], **RUNS)
    assert (result.effects["difference"].fill_nan(0.0) == 0.0).all()
    told = [note for note in result.notes if "on both sides" in note]
    assert told == [
        "volume: B when throughput > 0 cases a week over 1 week, lag 1 week, on both sides: done in 4 of 4 runs "
        "without what is tried, in 4 with it.",
        "imposed check: A when cycle time > 1 h over 1 week, on both sides: done in 4 of 4 runs without what is tried, "
        "in 4 with it.",
    ]


def test_what_is_tried_is_told_apart_from_what_waits_anyway(desk: Organisation) -> None:
    """Only the act that is tried sets something by construction, and its history holds both."""
    result = compare(desk, ACT, today=[MORE], **RUNS)
    alone = compare(desk, ACT, **RUNS)
    by_construction = [
        set(one.effects.filter(pl.col("kind").str.contains("construction")).select("measure", "party").rows())
        for one in (result, alone)
    ]
    assert by_construction[0] == by_construction[1]
    assert [change.author for change in result.history("bypass: A").changes] == ["A", "B"]


def test_what_is_tried_may_end_what_waits_today(desk: Organisation) -> None:
    """A client who is formed does no longer what he does today."""
    formed = FormClient(client="A", no_longer=("imposed check",))
    result = compare(desk, formed, today=[CHECKS], **RUNS)
    assert any("done in 4 of 4 runs without what is tried, in 0 with it" in note for note in result.notes)
    steps = result.effects.row(
        by_predicate=(pl.col("measure") == "steps per case") & (pl.col("party") == "A"), named=True
    )
    assert steps["difference"] < -0.5


def test_what_is_done_today_from_the_beginning_is_not_taken_back(desk: Organisation) -> None:
    """It was told that the client does it no longer, and that this moves nothing: it went on on both sides."""
    check = bare(CHECKS)
    formed = When(act=FormClient(client="A", no_longer=("imposed check",)), lag=1.0)
    found = r"form the client.*stays: imposed check: A; write it under compare"
    for tries in (
        lambda: compare(desk, formed, today=[check], **RUNS),
        lambda: compare(desk, scenarios={"taught": [ACT, formed]}, today=[check], **RUNS),
        lambda: sweep(desk, formed, today=[check], vary=["lag: 1, 2"], outputs=["rework of A"]),
        lambda: search(desk, formed, today=[check], lower=["rework of A"]),
        lambda: settle(desk, {"taught": [formed]}, [], today=[check]),
    ):
        with pytest.raises(ModelError, match=found):
            tries()
    other = FormClient(client="B", no_longer=("imposed check",))
    compare(desk, other, today=[check], **RUNS)


def test_who_is_formed_today_does_it_neither_today_nor_when_it_is_tried(desk: Organisation) -> None:
    """He was told to do it on both sides, and did it when it was tried; formed later, he went on without a word."""
    check = bare(CHECKS)
    formed = FormClient(client="A", no_longer=("imposed check",))
    result = compare(desk, ACT, today=[check, formed], **RUNS)
    assert any(note.endswith("do today: form the client: A.") for note in result.notes)
    with pytest.raises(ModelError, match=r"imposed check  who does it is formed under clients, and does it no longer"):
        compare(desk, check, today=[formed], **RUNS)
    with pytest.raises(ModelError, match=r"form the client  what clients do today.*stays: imposed check: A"):
        compare(desk, ACT, today=[check, When(act=formed, lag=1.0)], **RUNS)


def test_what_waits_today_may_be_upon_the_rule_that_is_tried(desk: Organisation) -> None:
    """To show what a comparison concerns, its changes were made anew to rules on which they were never made."""
    today = When(act=Priority(client="B", team="Network"), lag=1.0)
    result = compare(desk, Priority(client="A", team="Network"), today=[today], **RUNS)
    assert result.tried[0].teams == {"Network"}
    out = StringIO()
    Console(file=out, width=100).print(show(result))
    assert "Network" in out.getvalue()


def test_pairs_are_kept_by_what_waits_today(desk: Organisation, tmp_path: Path) -> None:
    store = tmp_path / "pairs"
    first = compare(desk, ACT, today=[MORE], store=store, **RUNS)
    assert compare(desk, ACT, today=[MORE], store=store, **RUNS).stored == 4
    other = compare(desk, ACT, today=[CHECKS], store=store, **RUNS)
    assert other.stored == 0
    assert compare(desk, ACT, today=[MORE], store=store, **RUNS).effects.equals(first.effects)


@pytest.mark.slow
def test_sweeps_wait_with_it_too(desk: Organisation) -> None:
    """One point of a sweep is a comparison."""
    act = Priority(client="A", team="Network")
    tried = compare(desk, act, today=[MORE], **RUNS)
    ranks = ["priority > rank: 1, 2"]
    swept = sweep(desk, act, today=[MORE], vary=ranks, outputs=["cycle time of A"], **RUNS)
    wanted = tried.effects.row(by_predicate=(pl.col("measure") == "cycle time") & (pl.col("party") == "A"), named=True)
    assert swept.differences[0, 0].mean() == pytest.approx(wanted["difference"], rel=1e-12)


def test_what_bears_the_name_of_its_comparison_says_it_once_in_each_language(
    desk: Organisation, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: use("en"))
    result = compare(desk, MORE, CHECKS, today=[MORE], **RUNS)
    done = sorted(note.split(": done in")[0] for note in result.notes if ": done in" in note)
    assert done == [
        "imposed check: A when cycle time > 1 h over 1 week",
        "imposed check: A when cycle time > 1 h over 1 week: volume: B when throughput > 0 cases a week over 1 week, "
        "lag 1 week, on both sides",
        "volume: B when throughput > 0 cases a week over 1 week, lag 1 week",
    ]
    use("fr")
    told = compare(desk, CHECKS, ACT, **RUNS).notes[0]
    french = "contrôle imposé : A quand durée du dossier > 1 h sur 1 semaine : fait dans"
    assert told.replace("\u202f", " ").startswith(french)


def test_a_scenario_without_a_name_is_not_taken_for_the_side_without(desk: Organisation) -> None:
    """What it waits for was done on both sides, and nothing differed."""
    result = compare(desk, scenarios={"": [CHECKS]}, **RUNS)
    named = compare(desk, scenarios={"checks": [CHECKS]}, **RUNS)
    assert result.tried[0].name == "imposed check: A when cycle time > 1 h over 1 week"
    assert result.effects.drop("scenario").equals(named.effects.drop("scenario"))
    assert result.effects["difference"].abs().max() > 0.5
