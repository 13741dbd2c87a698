"""Autonomy is a matter of who writes: what teams write or negotiate is their own, what others write is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from irrupt.engine import Simulation
from irrupt.engine.chronicles import simulate
from irrupt.experiment import compare
from irrupt.organisation import Organisation, RuleChange, amended
from irrupt.organisation.rules import Claim
from irrupt.regulation import Bypass, Certification, History, ImposedCheck, Priority, Signature, When
from irrupt.regulation.autonomy import autonomy, bound_by, bound_over_time

CLAIM = Claim(author="Management", aim="rigidity", measure="own method", party="Network", expects="fall")
SHORT: dict[str, Any] = {"weeks": 4.0, "warm_up_weeks": 2.0, "run_out_weeks": 1.0, "replications": 3}
CERTIFIED = {"activity": "Resolve", "added": "12 min", "after": "Confirm", "then": "Resolve at Network", "times": 0.5}


def changes(desk: Organisation, *acts: Any) -> list[RuleChange]:
    made: list[RuleChange] = []
    for act in acts:
        made += act.changes(desk, desk.origin)
    return made


@pytest.mark.parametrize(
    ("author", "force", "bound"),
    [
        ("Management", "imposed", True),
        ("Hospital A", "imposed", True),
        ("First line", "imposed", True),
        ("Network", "imposed", False),
        ("Bob", "imposed", False),
        ("Management", "negotiated", False),
    ],
)
def test_whose_rule_it_is(desk: Organisation, author: str, force: Any, bound: bool) -> None:
    """Of another team is of somebody else; of somebody in the team is its own."""
    legend = Simulation(desk, seed=1, weeks=1).legend
    act = Priority(client="Hospital A", team="Network", signed=Signature(author=author, force=force))
    found = bound_by(changes(desk, act), desk, legend)
    order = found[0, legend.clients.index("Hospital A"), legend.teams.index("Network")]
    assert (bool(order), int(found.sum())) == (bound, int(bound))


def test_the_last_to_write_counts_and_each_moment_has_its_own(desk: Organisation) -> None:
    legend = Simulation(desk, seed=1, weeks=1).legend
    first = Priority(client="Hospital A", team="Network", rank=1)
    second = Priority(client="Hospital A", team="Network", rank=2, signed=Signature(author="Network"))
    one = first.changes(desk, desk.origin)
    two = second.changes(amended(desk, one), desk.origin)
    found = [bound.sum() for _moment, bound in bound_over_time([*one, *two], desk, legend)]
    assert found == [1, 0]
    assert not np.shares_memory(*(bound for _moment, bound in bound_over_time([*one, *two], desk, legend)))


def test_autonomy_falls_where_experts_write_and_stays_where_operatives_do(desk: Organisation) -> None:
    """The same check, and to the bit the same work, whoever writes it; only whose method it is differs."""
    found = {}
    for author in ("Experts", "Network"):
        signed = Signature(author=author, claim=replace(CLAIM, author=author))
        act = ImposedCheck(client="Hospital A", after="Resolve", team="Network", signed=signed)
        found[author] = compare(desk, act, **SHORT).effects
    own = {author: effects.filter(measure="own method", party="Network") for author, effects in found.items()}
    assert own["Network"]["difference"].item() == 0.0
    assert own["Experts"]["difference"].item() < -0.1
    assert own["Experts"]["kind"].item() == "by construction"
    rest = [effects.filter(effects["measure"] != "own method") for effects in found.values()]
    assert rest[0]["difference"].equals(rest[1]["difference"])


def test_what_waits_binds_from_its_moment_on(desk: Organisation) -> None:
    """A priority of all that Servers do for Hospital B: at once for all steps, half way through for half of them."""
    signed = Signature(author="Management", claim=replace(CLAIM, measure="own order", party="Servers"))
    act = Priority(client="Hospital B", team="Servers", rank=3, signed=signed)
    half, whole = (
        compare(desk, one, **SHORT).effects.filter(measure="own order", party="Servers")["difference"].item()
        for one in (When(act=act, lag=2.0), act)
    )
    assert whole < -0.5
    assert half == pytest.approx(whole / 2, abs=0.1)


def test_it_is_told_in_detail_or_where_a_claim_is_about_it(desk: Organisation) -> None:
    act = Bypass(client="Hospital A", skips="Triage")
    names = {"own order", "own speed", "own method"}
    assert not names & set(compare(desk, act, **SHORT).effects["measure"])
    assert names <= set(compare(desk, act, detail=True, **SHORT).effects["measure"])


def test_who_writes_a_certificate_decides_whose_speed_it_is(desk: Organisation) -> None:
    legend = Simulation(desk, seed=1, weeks=1).legend
    for author, bound in (("Experts", True), ("Network", False)):
        act = Certification(**{**CERTIFIED, "then": "Resolve"}, signed=Signature(author=author))
        found = bound_by(act.changes(desk, desk.origin), desk, legend)
        assert bool(found[1:, :, legend.teams.index("Network")].any()) == bound


def test_it_is_counted_in_a_chronicle_with_a_history_of_rules(desk: Organisation) -> None:
    """By hand from the events: what Network did before Management wrote, of all that it did."""
    moment = desk.origin + timedelta(weeks=2)
    signed = Signature(author="Management")
    made = ImposedCheck(client="Hospital A", after="Resolve", team="Network", signed=signed).changes(desk, moment)
    chronicle = simulate(desk, weeks=4, seed=1, changes=made)
    found = autonomy(chronicle, History(founding=desk, changes=made))
    done = chronicle.events.filter(team="Network").filter(pl.col("resource").is_not_null())
    bound = done.filter((pl.col("client") == "Hospital A") & (pl.col("end") > moment))
    assert 0 < bound.height < done.height
    assert found["own method"]["Network"] == pytest.approx(1 - bound.height / done.height)
    assert found["own order"]["Network"] == 1.0
    assert autonomy(chronicle, History(founding=desk))["own method"]["Network"] == 1.0
