"""The history of rules of one run replays what was in force in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from irrupt.errors import DataError, UsageError
from irrupt.experiment import Comparison, Store, compare
from irrupt.experiment.histories import stored_rules
from irrupt.organisation import Organisation
from irrupt.regulation import Act, Bypass, FormClient, History, Priority, Signature, Volume, When

BUSY, CALM = "arrivals > 22 for A over 1 week", "arrivals <= 22 for A over 1 week"
SHORT: dict[str, Any] = {"weeks": 12, "warm_up_weeks": 4, "replications": 4, "seed": 3}
MINE = Priority(client="A", team="Network")
THEIRS = Priority(client="A", team="Network", rank=-1, signed=Signature(author="Network"))


@pytest.fixture(scope="module")
def compared(desk: Organisation) -> Comparison:
    return compare(desk, scenarios={"all": acts(), "taught": [*acts()[:1], taught()]}, **SHORT)


def acts() -> list[Act]:
    return [
        When(act=MINE, condition=BUSY, again=5),
        When(act=THEIRS, condition=CALM, again=5),
        When(act=Volume(client="A", change=0.02), condition=BUSY, again=2),
        Bypass(client="B", skips="Triage"),
    ]


@pytest.fixture(scope="module")
def store(desk: Organisation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Comparison]]:
    """A store to which runs were added twice, and the comparison whose runs it keeps."""
    path = tmp_path_factory.mktemp("stores") / "runs.store"
    asked = {"all": acts(), "taught": [*acts()[:1], taught()]}
    for replications in (2, 4):
        result = compare(desk, scenarios=asked, store=path, **(SHORT | {"replications": replications}))
    with Store(path, read_only=True) as opened:
        yield opened, result


def taught() -> When:
    act = FormClient(client="A", no_longer=("priority",))
    return When(act=act, condition="arrivals > 0 for A over 1 week", lag=8.0)


def test_at_each_moment_it_has_the_rules_that_were_then_in_force(compared: Comparison, desk: Organisation) -> None:
    assert compared.question is not None
    assert compared.outcome is not None
    (trial, _other), begin = compared.question.trials, desk.origin + timedelta(weeks=4)
    watch = compared.question.plan.watched["all"]
    for number in range(4):
        history = compared.history("all", number)
        met = compared.outcome.with_act["all"][number][len(trial.columns) :]
        for week in range(12):
            order = tuple(at for _when, at in sorted((met[at], at) for at in np.flatnonzero(met <= week)))
            assert history.at(begin + timedelta(weeks=week)) == watch.state(order).rules.organisation
        assert history.at(begin - timedelta(seconds=1)) == desk
        assert history.changes[0].rule.startswith("Cases of B skip")
    often = [len({change.time for change in compared.history("all", number).changes}) for number in range(4)]
    assert max(often) > 4, "more than once, each in its week"


def test_it_is_saved_and_read(compared: Comparison, tmp_path: Any) -> None:
    history = compared.history("all", 1)
    history.save(tmp_path / "history.json")
    assert History.load(tmp_path / "history.json") == history
    assert set(history.table()["author"]) == {"A", "B", "Network"}


def test_what_is_taken_back_is_in_it(compared: Comparison, desk: Organisation) -> None:
    """Nobody passes first any more once the client is formed, and the change that formed him says so."""
    history = compared.history("taught", 0)
    last = history.changes[-1]
    assert last.time == desk.origin + timedelta(weeks=12)
    assert last.author == "Management"
    assert not history.at(last.time).teams["Network"].priority
    assert history.at(last.time - timedelta(days=1)).teams["Network"].priority == {"A": 1}
    assert [edit.part for edit in last.edits] == ["teams", "rulebook"]


def test_what_is_taken_back_is_his_who_took_it_back(desk: Organisation) -> None:
    """Of two acts at one review one was told, whichever was written last, with what both had changed."""
    more = Volume(client="B", change=0.1)
    apart = [When(act=Volume(client="A", change=0.2), lag=1.0), When(act=more, lag=8.0)]
    formed = When(act=FormClient(client="A", no_longer=("priority", "volume")), lag=8.0)
    late = When(act=MINE, lag=8.0)
    for acts in ([*apart, formed, late], [late, formed, *apart]):
        history = compare(desk, scenarios={"both": acts}, **(SHORT | {"replications": 2})).history("both", 0)
        first, *last = history.changes
        assert first.author == "A"
        keys = {change.author: [(edit.part, edit.key) for edit in change.edits] for change in last}
        repertoire = ("rulebook", "repertoire of A")
        assert keys == {"Management": [("clients", "A"), repertoire], "B": [("clients", "B")]}
        end = history.at(last[0].time)
        assert (end.clients["A"], end.teams) == (desk.clients["A"], desk.teams)


def test_what_is_not_there_is_refused(compared: Comparison) -> None:
    with pytest.raises(UsageError, match="did you mean"):
        compared.history("al")
    with pytest.raises(UsageError, match="0 to 3"):
        compared.history("all", 4)


@pytest.mark.parametrize("scenario", ["all", "taught"])
def test_a_store_keeps_the_history_of_each_run(store: tuple[Store, Comparison], scenario: str) -> None:
    """The same as the comparison has it, to the value, though no act is done again to tell it."""
    opened, result = store
    kept = stored_rules(opened, scenario)
    assert sorted(kept.met) == [0, 1, 2, 3]
    for number in range(4):
        assert kept.history(number) == result.history(scenario, number)
    assert kept.history() == kept.history(0)
    with pytest.raises(UsageError, match="0 to 3"):
        kept.history(4)


def test_a_scenario_of_a_store_has_to_be_one(store: tuple[Store, Comparison]) -> None:
    opened, _result = store
    with pytest.raises(UsageError, match=r"which scenario.*all, taught"):
        stored_rules(opened)
    with pytest.raises(UsageError, match='did you mean "taught"'):
        stored_rules(opened, "taut")
    key = opened.contents()["key"][1]
    assert stored_rules(opened, key[:12]).scenario == "taught"


def test_a_store_of_an_earlier_irrupt_is_told_and_made_up_for(desk: Organisation, tmp_path: Path) -> None:
    """What it holds is not run again; the next comparison puts the rules beside it."""
    path, asked = tmp_path / "old.store", {"all": acts()}
    result = compare(desk, scenarios=asked, store=path, **SHORT)
    with closing(sqlite3.connect(path)) as database:
        for table in ("changed", "founded", "founding"):
            database.execute(f"DROP TABLE {table}")
    with Store(path, read_only=True) as old, pytest.raises(DataError, match="run the comparison again"):
        stored_rules(old)
    assert compare(desk, scenarios=asked, store=path, **SHORT).stored == 4
    with Store(path, read_only=True) as new:
        assert stored_rules(new).history(3) == result.history("all", 3)
