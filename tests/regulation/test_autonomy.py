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
from irrupt.ledgers.autonomy import METHOD, NOBODYS, OWN, THEIRS
from irrupt.organisation import Organisation, Rule, RuleChange, amended
from irrupt.organisation.rules import Claim
from irrupt.regulation import (
    Audit,
    Bypass,
    Certification,
    History,
    ImposedCheck,
    Priority,
    Signature,
    Transmission,
    When,
    Writing,
)
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
    found = bound_by(changes(desk, act), desk, legend).work
    orders = found[0, legend.clients.index("Hospital A"), :, legend.teams.index("Network")]
    assert set(orders) == {THEIRS if bound else OWN}
    assert np.count_nonzero(found) == len(orders)


def test_an_audit_sets_how_it_is_done_itself_and_nothing_that_comes_behind(desk: Organisation) -> None:
    legend = replace(legend := Simulation(desk, seed=1, weeks=1).legend, activities=(*legend.activities, "Audit"))
    act = Audit(client="Hospital A", after="Triage", share=0.1, team="Servers", finds=0.2, back_to="Triage")
    found = bound_by(changes(desk, act), desk, legend).work
    place = METHOD, legend.clients.index("Hospital A"), legend.activities.index("Audit"), legend.teams.index("Servers")
    assert found[place] == THEIRS
    assert np.count_nonzero(found) == 1


def test_the_last_to_write_counts_and_each_moment_has_its_own(desk: Organisation) -> None:
    legend = Simulation(desk, seed=1, weeks=1).legend
    first = Priority(client="Hospital A", team="Network", rank=1)
    second = Priority(client="Hospital A", team="Network", rank=2, signed=Signature(author="Network"))
    one = first.changes(desk, desk.origin)
    two = second.changes(amended(desk, one), desk.origin)
    found = [bound.work.max() for _moment, bound in bound_over_time([*one, *two], desk, legend)]
    assert found == [NOBODYS, THEIRS, OWN]
    _first, *others = (bound.work for _moment, bound in bound_over_time([*one, *two], desk, legend))
    assert not np.shares_memory(*others)


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
        found = bound_by(act.changes(desk, desk.origin), desk, legend).work
        assert (found[1:, :, :, legend.teams.index("Network")].max() == THEIRS) == bound


def test_what_happens_less_often_is_nobodys_method(desk: Organisation) -> None:
    """A certificate by which something comes next less often sets no way; one after which it never comes closes one."""
    legend = Simulation(desk, seed=1, weeks=1).legend
    rare = {**CERTIFIED, "then": "Resolve", "signed": Signature(author="Experts")}
    for times, closed in ((0.5, False), (0.0, True)):
        made = Certification(**{**rare, "times": times}).changes(desk, desk.origin)
        assert (bound_by(made, desk, legend).work[METHOD] == THEIRS).any() == closed


def test_it_is_counted_in_a_chronicle_with_a_history_of_rules(desk: Organisation) -> None:
    """By hand from the events: the checks that Management wrote for Network, of all that it did."""
    moment = desk.origin + timedelta(weeks=2)
    signed = Signature(author="Management")
    made = ImposedCheck(client="Hospital A", after="Resolve", team="Network", signed=signed).changes(desk, moment)
    chronicle = simulate(desk, weeks=4, seed=1, changes=made)
    found = autonomy(chronicle, History(founding=desk, changes=made))
    done = chronicle.events.filter(team="Network").filter(pl.col("resource").is_not_null())
    bound = done.filter((pl.col("client") == "Hospital A") & (pl.col("end") > moment), activity="Check")
    assert 0 < bound.height < done.height
    assert found["own method"]["Network"] == pytest.approx(1 - bound.height / done.height)
    assert found["own order"]["Network"] == 1.0
    assert autonomy(chronicle, History(founding=desk))["own method"]["Network"] == 1.0


SECRET = Rule(author="Network", team="Network", activities=("Close",), written=False, visible_to=("Network",))
FOUNDING = {
    "How cases are resolved": Rule(author="Experts", team="Network", activities=("Resolve",)),
    "How cases are closed": SECRET,
}


def test_the_organisation_says_who_wrote_its_rules(desk: Organisation) -> None:
    """Of what experts wrote the method is theirs; of the team's own secret its own; of the rest nobody's."""
    legend = Simulation(desk, seed=1, weeks=1).legend
    found = bound_by((), replace(desk, rules=FOUNDING), legend).work
    at = {name: number for number, name in enumerate(legend.activities)}
    network = found[METHOD, :, :, legend.teams.index("Network")]
    assert set(network[:, at["Resolve"]]) == {THEIRS}
    assert set(network[:, at["Close"]]) == {OWN}
    assert set(network[:, at["Triage"]]) == {NOBODYS}
    assert np.count_nonzero(found) == 2 * len(legend.clients)


@pytest.mark.parametrize(("author", "expected"), [("Network", "rises"), ("Experts", "falls")])
def test_autonomy_rises_where_operatives_write_and_falls_where_experts_do(
    desk: Organisation, author: str, expected: str
) -> None:
    """Part of the work is written by experts, part by the team: who writes both anew decides, and the work is to the
    bit the same. Source: Segrestin 1997."""
    check = ImposedCheck(client=None, after="Resolve", team="Network", signed=Signature(author="Network"))
    checked = amended(desk, check.changes(desk, desk.origin))
    rules = replace(checked, rules={**FOUNDING, "How it is checked": replace(SECRET, activities=("Check",))})
    acts = [
        Writing(rule=name, team="Network", activities=rule.activities, signed=Signature(author=author, claim=CLAIM))
        for name, rule in rules.rules.items()
    ]
    effects = compare(rules, scenarios={"writes": acts}, **SHORT).effects
    own = effects.filter(measure="own method", party="Network")
    assert (own["verdict"].item(), own["kind"].item()) == (expected, "by construction")
    near = effects.filter(measure="method written by those who do it", party="Network")
    assert near["with"].item() == (1.0 if author == "Network" else 0.0)
    work = effects.filter(~pl.col("measure").is_in(["own method", "method written by those who do it"]))
    assert set(work["difference"].drop_nulls().drop_nans()) == {0.0}


def test_a_rule_that_is_written_anew_leaves_others_as_they_are(desk: Organisation) -> None:
    """What Management set by a check stays its own where Network writes about something else."""
    rules = replace(desk, rules=FOUNDING)
    check = ImposedCheck(client=None, after="Resolve", team="Network", signed=Signature(author="Management"))
    made = check.changes(rules, desk.origin)
    own = Writing(rule="How cases are resolved", team="Network", activities=("Resolve",))
    after = amended(rules, made)
    legend = Simulation(after, seed=1, weeks=1).legend
    network = bound_by([*made, *own.changes(after, desk.origin)], rules, legend).work[METHOD, 0, :, 1]
    at = {name: number for number, name in enumerate(legend.activities)}
    assert legend.teams[1] == "Network"
    assert (network[at["Check"]], network[at["Resolve"]], network[at["Close"]]) == (THEIRS, OWN, OWN)


@pytest.mark.parametrize(
    ("agreed_by", "expected"),
    [([], OWN), (["Management"], THEIRS), (["Management", "Network"], OWN), (["Somebody in it"], OWN)],
)
def test_what_is_negotiated_over_their_heads_is_not_their_own(
    desk: Organisation, agreed_by: list[str], expected: int
) -> None:
    """Where all who agreed are known, the team, or somebody in it, has to be among them: in acts, and in the rules that
    an organisation begins with."""
    legend = Simulation(desk, seed=1, weeks=1).legend
    known = tuple(min(desk.members("Network")) if one == "Somebody in it" else one for one in agreed_by)
    signed = Signature(author="Hospital A", force="negotiated", agreed_by=known)
    act = Writing(rule="How it is resolved", team="Network", activities=("Resolve",), signed=signed)
    made = act.changes(desk, desk.origin)
    written = amended(desk, made)
    assert written.rules["How it is resolved"].authors == ("Hospital A", *known)
    for bound in (bound_by(made, desk, legend), bound_by((), written, legend)):
        network = bound.work[METHOD, 0, legend.activities.index("Resolve"), legend.teams.index("Network")]
        assert network == expected
    check = ImposedCheck(client=None, after="Resolve", team="Network", signed=signed)
    checked = check.changes(desk, desk.origin)
    assert bound_by(checked, desk, Simulation(amended(desk, checked), seed=1, weeks=1).legend).work.max() == expected


@pytest.mark.parametrize(
    ("agreed_by", "whose"), [((), THEIRS), (("Servers",), THEIRS), (("Network",), OWN), (("Servers", "Network"), OWN)]
)
def test_who_is_taught_anothers_work_is_put_there_by_those_who_agreed(
    desk: Organisation, agreed_by: tuple[str, ...], whose: int
) -> None:
    """Whether the team that is to do it too has a part in it, not the one that knew it."""
    force = "negotiated" if agreed_by else "imposed"
    signed = Signature(author="Hospital A", force=force, agreed_by=agreed_by)
    act = Transmission(practice="x", holder="Servers", learner="Network", signed=signed)
    legend = Simulation(desk, seed=1, weeks=1).legend
    posts = bound_by(act.changes(desk, desk.origin), desk, legend).posts
    servers = legend.teams.index("Servers")
    for name in legend.people:
        newly = "Network" in desk.people[name].teams and "Servers" not in desk.people[name].teams
        assert posts[legend.people.index(name), servers] == (whose if newly else NOBODYS)
    assert not posts[:, [at for at in range(len(legend.teams)) if at != servers]].any()
