"""Routing: histories are kept where they pay, and only there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.discovery.log import Ints
from irrupt.discovery.procedure import _own_shares
from irrupt.discovery.routes import routing
from irrupt.discovery.routes.routing import OVER, START, UNTOLD, Automaton, learn

A, B, C = 2, 3, 4


def learned(cases: list[list[int]]) -> Automaton:
    symbols, begin = joined(cases)
    whole = np.ones(len(cases), bool)
    return learn(symbols, begin, whole, np.where(whole, OVER, UNTOLD), np.ones(len(cases)), np.ones(len(symbols)))


def joined(cases: list[list[int]]) -> tuple[Ints, Ints]:
    begin = np.cumsum([0, *(len(case) for case in cases)])[:-1]
    return np.array([symbol for case in cases for symbol in case], np.int64), begin.astype(np.int64)


def first_order(count: int, seed: int) -> list[list[int]]:
    rng = np.random.default_rng(seed)
    cases = []
    for _ in range(count):
        case = [A]
        while rng.random() < 0.7 and len(case) < 40:
            case.append(int(rng.choice([A, B, C], p=[0.2, 0.5, 0.3])))
        cases.append(case)
    return cases


def test_a_process_without_memory_gets_one_state_per_symbol() -> None:
    automaton = learned(first_order(2_000, 1))
    assert len(automaton.symbol) <= 5
    shares = {symbol: share for symbol, (_to, share) in automaton.routes[1].items()}
    assert shares[OVER] == pytest.approx(0.3, abs=0.03)


def test_what_was_done_two_steps_ago_is_remembered_where_it_decides() -> None:
    """After A or B comes C; after C comes what was not there before: only history tells."""
    rng = np.random.default_rng(2)
    cases = [[A, C, B] if rng.random() < 0.5 else [B, C, A] for _ in range(300)]
    automaton = learned(cases)
    states = automaton.trace(*joined(cases))
    after_c = {tuple(automaton.routes[state]) for state, symbol in enumerate(automaton.symbol) if symbol == C}
    assert after_c == {(A,), (B,)}
    assert (states >= 0).all()


def test_a_loop_is_left_after_as_many_rounds_as_recorded() -> None:
    automaton = learned([[A, B, A, B, A, C] for _ in range(200)])
    state, path = START, []
    while True:
        ((symbol, (to, _share)),) = automaton.routes[state].items()
        if symbol == OVER:
            break
        path.append(symbol)
        state = to
    assert path == [A, B, A, B, A, C]


@given(st.lists(st.lists(st.integers(2, 6), min_size=1, max_size=8), min_size=1, max_size=60))
@settings(deadline=None)
def test_shares_sum_to_one_and_every_recorded_case_can_happen(cases: list[list[int]]) -> None:
    automaton = learned(cases)
    for leads in automaton.routes:
        assert sum(share for _to, share in leads.values()) == pytest.approx(1.0)
    symbols, begin = joined(cases)
    states = automaton.trace(symbols, begin)
    assert (states >= 0).all()
    assert (automaton.symbol[states] == symbols).all()


@given(st.permutations([2, 3, 4, 5]), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_numbers_of_symbols_and_order_of_cases_do_not_matter(names: list[int], random: object) -> None:
    cases = first_order(300, 4)
    renamed = [[names[symbol - 2] for symbol in case] for case in cases]
    random.shuffle(renamed)  # type: ignore[attr-defined]
    one, other = learned(cases), learned(renamed)
    assert len(one.symbol) == len(other.symbol)
    shares = sorted(round(share, 12) for leads in one.routes for _to, share in leads.values())
    assert shares == sorted(round(share, 12) for leads in other.routes for _to, share in leads.values())


def test_what_an_unfinished_case_did_last_is_not_taken_for_an_end() -> None:
    cases = [[A, B]] * 50 + [[A]] * 50
    symbols, begin = joined(cases)
    then = np.array([OVER] * 50 + [UNTOLD] * 50)
    automaton = learn(symbols, begin, np.ones(100, bool), then, np.ones(100), np.ones(len(symbols)))
    after_a = next(leads for state, leads in enumerate(automaton.routes) if automaton.symbol[state] == A)
    assert set(after_a) == {B}


def test_where_a_case_was_sent_to_last_is_where_it_went() -> None:
    cases = [[A, B]] * 30 + [[A, C]] * 30 + [[A]] * 40
    symbols, begin = joined(cases)
    then = np.array([OVER] * 60 + [B] * 40)
    automaton = learn(symbols, begin, np.ones(100, bool), then, np.ones(100), np.ones(len(symbols)))
    after_a = next(leads for state, leads in enumerate(automaton.routes) if automaton.symbol[state] == A)
    assert {symbol: share for symbol, (_to, share) in after_a.items()} == pytest.approx({B: 0.7, C: 0.3})


def test_a_client_who_takes_one_of_many_ways_far_more_often_has_shares_of_his_own():
    """To one of forty teams go half of his cases, and a fortieth of others'; to hold all forty against others' would
    take ten times as many."""
    others = np.full(40, 600.0)
    his = np.full(40, 1.5)
    his[7] = 60.0
    shares = _own_shares(his, others + his)
    assert shares is not None
    assert shares.sum() == pytest.approx(1.0)
    assert shares[7] == pytest.approx(0.5, abs=0.02)
    assert np.delete(shares, 7) == pytest.approx(np.full(39, shares[0]))


def test_what_a_client_clearly_does_otherwise_is_his_and_the_rest_goes_as_everybodys():
    """Three in ten of his hundred cases go the first way, where six of ten do of all; what is left of his goes the
    others alike, as everybody's does, though 37 and 33 went there. All are drawn towards everybody's by one case."""
    everybody = np.array([6000.0, 2000.0, 2000.0])
    drawn = (100 * np.array([0.3, 0.35, 0.35]) + np.array([0.6, 0.2, 0.2])) / 101
    assert _own_shares(np.array([30.0, 37.0, 33.0]), everybody) == pytest.approx(drawn)


def test_where_clients_are_alike_hardly_any_has_shares_of_his_own():
    random = np.random.default_rng(5)
    told = 0
    for _ in range(2000):
        usual = random.dirichlet(np.full(int(random.integers(2, 40)), 0.5))
        his, others = (random.multinomial(n, usual).astype(float) for n in (random.integers(10, 300), 2000))
        told += _own_shares(his, his + others) is not None
    assert told <= 10


def test_where_histories_would_make_too_many_states_there_is_one_for_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or too many routes. What was done two steps ago is forgotten then, and C leads to both as often as it did."""
    cases = [[A, C, B], [B, C, A], [B, C, A]] * 100
    assert len(learned(cases).symbol) > 4
    for limit in ("_STATES", "_ROUTES"):
        with monkeypatch.context() as patch:
            patch.setattr(routing, limit, 3)
            plain = learned(cases)
        assert sorted(plain.symbol.tolist()) == [START, A, B, C]
        assert all(len(history) == 0 for history in plain.history)
        leads = plain.routes[plain.symbol.tolist().index(C)]
        assert {symbol: share for symbol, (_to, share) in leads.items()} == pytest.approx({A: 2 / 3, B: 1 / 3})
