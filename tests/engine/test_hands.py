"""Steps that are done by whoever did others in the case, or by somebody else."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.chronicle.rows import Rows
from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.engine.tables import tables
from irrupt.organisation import Client, Distribution, Hands, Organisation, Person, Route, Step, Team

BOTH = pytest.mark.parametrize("reference", [False, True])
OTHER = Hands(activity="Check", not_by_who_did=("Code",))
SAME = Hands(activity="Check", by_who_did=("Code",))


def office(hands: dict[str, Hands], *, team: Team | None = None, **people: Person) -> Organisation:
    """Code, then check; one case in five is coded again. *people*, or three who do both."""
    plain = counter(0.5)
    steps = {
        "code": Step(activity="Code", team="Desk", duration=Distribution.exponential(2000.0)),
        "check": Step(activity="Check", team="Desk", duration=Distribution.exponential(1000.0)),
    }
    usual = {name: Person(teams=("Desk",), calendar="always") for name in ("Ann", "Bob", "Cy")}
    return replace(
        plain,
        clients={name: Client(cases_per_week=200.0) for name in ("A", "B")},
        steps=steps,
        routes={
            "start": (Route(to="code", share=1.0),),
            "code": (Route(to="check", share=1.0),),
            "check": (Route(to="code", share=0.2), Route(to="end", share=0.8)),
        },
        teams={"Desk": team or Team()},
        people=people or usual,
        hands=hands,
    )


def test_who_does_what_is_compiled_once_for_organisations_that_share_it() -> None:
    plain = tables(office({"four eyes": OTHER}))
    slower = replace(plain.organisation, distributions={"long": Distribution.fixed(60.0)})
    more = {**plain.organisation.people, "Di": Person(teams=("Desk",), calendar="always")}
    assert tables(slower, plain).ties is plain.ties
    for other in (slower, replace(plain.organisation, people=more), replace(plain.organisation, hands={})):
        for one, beside in zip(tables(other).rules, tables(other, plain).rules, strict=True):
            assert np.array_equal(one, beside)


def shares(organisation: Organisation, rows: Rows) -> dict[str, float]:
    """Client -> share of checks done by who coded last."""
    legend = Simulation(organisation, seed=1, weeks=0.0).legend
    coder, same = dict[int, int](), dict[str, list[bool]]()
    for at in np.argsort(rows.end, kind="stable").tolist():
        if legend.activities[rows.activity[at]] == "Code":
            coder[rows.case[at]] = rows.person[at]
        else:
            same.setdefault(legend.clients[rows.client[at]], []).append(coder[rows.case[at]] == rows.person[at])
    return {client: float(np.mean(told)) for client, told in same.items()}


@pytest.mark.one_in(2)
@BOTH
@pytest.mark.parametrize("order", ["first come", "earliest due", "last come"])
def test_a_step_is_not_done_by_who_did_the_other(make: SimpleNamespace, reference: bool, order: Any) -> None:
    rules = office({"four eyes": OTHER}, team=Team(order=order))
    assert shares(rules, make.whole(rules, weeks=1.0, reference=reference)) == {"A": 0.0, "B": 0.0}


@BOTH
def test_a_step_is_done_by_who_did_the_other(make: SimpleNamespace, reference: bool) -> None:
    rules = office({"one hand": SAME})
    assert shares(rules, make.whole(rules, weeks=1.0, reference=reference)) == {"A": 1.0, "B": 1.0}


@pytest.mark.one_in(2)
@BOTH
def test_a_rule_for_one_client_comes_before_that_for_all(make: SimpleNamespace, reference: bool) -> None:
    own = office({"one hand": replace(SAME, client="A")})
    found = shares(own, make.whole(own, weeks=1.0, reference=reference))
    assert found["A"] == 1.0
    assert 0.2 < found["B"] < 0.5
    both = office({"one hand": replace(SAME, client="A"), "four eyes": OTHER})
    assert shares(both, make.whole(both, weeks=1.0, reference=reference)) == {"A": 1.0, "B": 0.0}


@pytest.mark.one_in(2)
@BOTH
@pytest.mark.parametrize(("rule", "does_not"), [(OTHER, "Ann"), (SAME, "Bob")])
def test_where_one_alone_does_the_first_it_is_a_matter_of_skill(
    make: SimpleNamespace, reference: bool, rule: Hands, does_not: str
) -> None:
    """Bob does not code: so he alone checks, or Ann does, to the bit as where the other has not learned to."""
    ann, bob = Person(teams=("Desk",), calendar="always"), Person(teams=("Desk",), calendar="office")
    bob = replace(bob, does_not=("Code",))
    bound = office({"": rule}, Ann=ann, Bob=replace(bob, calendar="always"))
    people = {
        name: replace(one, does_not=(*one.does_not, "Check")) if name == does_not else one
        for name, one in bound.people.items()
    }
    skilled = replace(bound, hands={}, people=people)
    one, other = (make.whole(rules, weeks=0.7, reference=reference) for rules in (bound, skilled))
    assert len(one.case) > 400
    assert make.same(one, other)


@pytest.mark.one_in(2)
@BOTH
def test_what_rests_on_a_later_step_binds_nobody(make: SimpleNamespace, reference: bool) -> None:
    plain = office({})
    once = replace(plain, routes={**plain.routes, "check": (Route(to="end", share=1.0),)})
    bound = replace(once, hands={"": Hands(activity="Code", not_by_who_did=("Check",))})
    assert make.same(
        make.whole(once, weeks=1.0, reference=reference), make.whole(bound, weeks=1.0, reference=reference)
    )


def test_other_hands_cost_waiting_and_never_work(make: SimpleNamespace) -> None:
    """The same work is done, by others; who may not check waits, and so do cases."""
    free, bound = (make.whole(office(hands), weeks=30.0) for hands in ({}, {"": OTHER}))
    assert len(free.case) == len(bound.case)
    assert np.isclose((free.end - free.start).sum(), (bound.end - bound.start).sum())
    assert (bound.start - bound.ready).sum() > 1.05 * (free.start - free.ready).sum()


@pytest.mark.one_in(2)
@BOTH
def test_who_is_gone_binds_nobody(make: SimpleNamespace, reference: bool) -> None:
    """What Ann coded is checked by others when she has left; the two who stay go on as before."""
    plain = office({"one hand": SAME})
    rules = replace(plain, clients={name: Client(cases_per_week=260.0) for name in plain.clients})
    left = replace(rules, people={name: one for name, one in rules.people.items() if name != "Ann"})
    rows = make.whole(rules, weeks=1.0, reference=reference, pauses=[(300_000.0, left)])
    assert len(np.unique(rows.case[(rows.flags & 2) > 0])) == len(np.unique(rows.case))
    found = shares(rules, rows)
    assert 0.97 < min(found.values()) < 1.0


@pytest.mark.one_in(2)
@BOTH
def test_a_rule_that_comes_knows_nothing_of_what_was_done_before(make: SimpleNamespace, reference: bool) -> None:
    """And one that goes leaves cases to whoever is free."""
    bound, free = office({"one hand": SAME}), office({})
    rows = make.whole(free, weeks=1.0, reference=reference, pauses=[(300_000.0, bound)])
    late = rows.case[(rows.activity == 1) & (rows.ready > 300_000.0)]
    assert len(late) > 100
    kept = Rows(*(column[rows.case > late.min() + 40] for column in rows))
    assert shares(bound, kept) == {"A": 1.0, "B": 1.0}
    assert shares(bound, make.whole(bound, weeks=1.0, reference=reference, pauses=[(300_000.0, free)]))["A"] < 0.9


@pytest.mark.one_in(2)
@BOTH
def test_the_last_of_those_who_coded_counts(make: SimpleNamespace, reference: bool) -> None:
    """Coded again by somebody else, a case is checked by him, or not by him."""
    for rule, share in ((SAME, 1.0), (OTHER, 0.0)):
        rules = office({"": rule})
        rows = make.whole(rules, weeks=1.0 if reference else 6.0, reference=reference)
        coders = {}
        for case, activity, person in zip(rows.case, rows.activity, rows.person, strict=True):
            coders.setdefault(case, set()).update({person} if activity == 1 else set())
        assert any(len(some) > 1 for some in coders.values())
        assert set(shares(rules, rows).values()) == {share}


@BOTH
def test_two_activities_are_kept_from_their_doers(make: SimpleNamespace, reference: bool) -> None:
    """Whoever signs has neither coded nor checked."""
    plain = office({"four eyes": OTHER})
    sign = Step(activity="Sign", team="Desk", duration=Distribution.exponential(500.0))
    rules = replace(
        plain,
        steps={**plain.steps, "sign": sign},
        routes={**plain.routes, "check": (Route(to="sign", share=1.0),), "sign": (Route(to="end", share=1.0),)},
        hands={
            **plain.hands,
            "not his code": Hands(activity="Sign", not_by_who_did=("Code",)),
            "not his check": Hands(activity="Sign", not_by_who_did=("Check",)),
        },
    )
    rows = make.whole(rules, weeks=1.0, reference=reference)
    done: dict[int, list[int]] = {}
    for case, person in zip(rows.case.tolist(), rows.person.tolist(), strict=True):
        done.setdefault(case, []).append(person)
    assert len(done) > 300
    assert all(len({*people}) == 3 for people in done.values())


@pytest.mark.one_in(2)
@BOTH
def test_it_holds_for_a_check_that_is_imposed_and_for_who_goes_straight_on(
    make: SimpleNamespace, reference: bool
) -> None:
    plain = office({"four eyes": OTHER})
    ways = {**plain.routes, "code": (Route(to="check", share=1.0, straight_on=1.0),)}
    rules = replace(plain, routes=ways)
    assert shares(rules, make.whole(rules, weeks=1.0, reference=reference)) == {"A": 0.0, "B": 0.0}
    same = replace(rules, hands={"one hand": SAME})
    rows = make.whole(same, weeks=1.0, reference=reference)
    assert shares(same, rows) == {"A": 1.0, "B": 1.0}
    checks = rows.activity == 0
    assert np.array_equal(rows.start[checks], rows.enabled[checks])


@pytest.mark.one_in(2)
@BOTH
def test_whoever_did_the_last_of_several_goes_on(make: SimpleNamespace, reference: bool) -> None:
    """A file is in one hand, whoever touched it last: from the second step on always the first one's."""
    plain = office({})
    one_hand = {name: Hands(activity=name, by_who_did=("Code", "Check")) for name in ("Code", "Check")}
    rows = make.whole(replace(plain, hands=one_hand), reference=reference)
    hands: dict[int, set[int]] = {}
    for case, person in zip(rows.case.tolist(), rows.person.tolist(), strict=True):
        hands.setdefault(case, set()).add(person)
    assert set(map(len, hands.values())) == {1}
    assert len({person for some in hands.values() for person in some}) == 3
