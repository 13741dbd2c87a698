"""Where cases go by whose they are: few cases of many clients tell much together and little each."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irrupt.discovery.kinds.attributes import Attribute
from irrupt.discovery.procedure import LEAST_SHARE, Moves
from irrupt.discovery.routes import cells
from irrupt.discovery.routes.limits import Amount

CLIENTS, MOVES = 17, 4000


def after(seed: int, spread: float) -> cells._After:
    """Moves of many clients, each of whom goes one of two ways about as often as all, give or take *spread*."""
    luck = np.random.default_rng(seed)
    client = luck.choice(CLIENTS, MOVES, p=np.arange(1, CLIENTS + 1) / np.arange(1, CLIENTS + 1).sum())
    history, kind = luck.integers(0, 3, MOVES), luck.integers(0, 2, MOVES)
    own = np.clip(0.4 + spread * luck.standard_normal(CLIENTS), 0.05, 0.95)
    following = (luck.random(MOVES) < own[client] - 0.15 * (history == 1) + 0.1 * kind).astype(np.int64)
    features = {"class": kind, "client": client, "history": history}
    return cells._After(features, following, luck.integers(0, 2, MOVES))


@pytest.mark.parametrize("seed", range(4))
def test_the_share_of_each_of_many_clients_is_told_beside_class_and_history(seed: int) -> None:
    chosen, prior = after(seed, 0.12).best()[:2]
    assert set(chosen) == {"class", "client", "history"}
    assert prior > 4.0


@pytest.mark.parametrize("seed", range(4))
def test_clients_who_are_alike_are_not_told_apart(seed: int) -> None:
    assert "client" not in after(seed, 0.0).best()[0]


def test_a_prior_is_what_predicts_best() -> None:
    alone = ("client",)
    best, prior = after(1, 0.12).predicted([alone])[alone]
    others = []
    for one in cells._PRIORS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cells, "_PRIORS", np.array([one]))
            others.append((after(1, 0.12).predicted([alone])[alone][0], float(one)))
    assert max(others) == (pytest.approx(best), prior)


def by_masks(alike: list[np.ndarray], following: np.ndarray, counts: np.ndarray, width: int, prior: float) -> Any:
    """The shares of nested sets of moves, set by set over all of them."""
    mine = np.ones(len(following), bool)
    seen = np.bincount(following, counts, width)
    share = seen / seen.sum()
    for more in alike:
        mine = mine & more
        seen = np.bincount(following[mine], counts[mine], width)
        share = (seen + prior * share) / (seen.sum() + prior)
    return share


@given(seed=st.integers(0, 10**6), number=st.integers(1, 200), prior=st.sampled_from(cells._PRIORS.tolist()))
def test_shares_of_few_are_drawn_towards_those_of_more(seed: int, number: int, prior: float) -> None:
    luck = np.random.default_rng(seed)
    mine = {name: luck.integers(0, 3, number) for name in ("class", "client", "history")}
    following, counts = luck.integers(0, 6, number), luck.random(number) + 0.01
    pooled = cells._Pooled(mine, following, counts, 6, prior)
    for cell in ((("client", 1),), (("client", 1), ("class", 2)), (("class", 0), ("history", 2), ("client", 7))):
        masks = [mine[name] == value for name, value in cell]
        share, seen, at = pooled.alike(cell)
        np.testing.assert_array_equal(at, np.flatnonzero(np.logical_and.reduce(masks)))
        assert seen == counts[at].sum() or seen == pytest.approx(counts[at].sum())
        np.testing.assert_array_equal(share, by_masks(masks, following, counts, 6, prior))


@given(
    shares=st.lists(st.floats(0.001, 1.0), min_size=1, max_size=80),
    power=st.floats(1.0, 8.0),
    seen=st.floats(0.0, 10_000.0),
    out=st.integers(0, 79),
)
def test_of_moves_only_rare_ones_are_left_out_and_never_the_way_to_the_end(
    shares: list[float], power: float, seen: float, out: int
) -> None:
    share = np.array(shares) ** power
    share /= share.sum()
    way_out = out if out < len(share) else None
    told = cells._told(share, seen, way_out)
    assert told
    assert all(told[symbol] == share[symbol] for symbol in told)
    for symbol in set(range(len(share))) - told.keys():
        assert share[symbol] < LEAST_SHARE or (share[symbol] * seen < cells._RARE and share[symbol] < cells._SMALL)
        assert symbol != way_out or share[symbol] < LEAST_SHARE


@pytest.mark.parametrize(
    ("chosen", "everywhere"),
    [(("class", "client"), True), (("client", "history"), True), (("history", "client"), False)],
)
def test_where_a_client_never_was_his_cases_go_as_after_that_step_elsewhere(
    chosen: tuple[str, ...], everywhere: bool
) -> None:
    """Simulated cases come there all the same. Where how they came tells more than whose they are, they go as all."""
    luck = np.random.default_rng(3)
    number = 600
    case = np.arange(number)
    client, state, kind = luck.integers(0, 3, number), luck.integers(0, 4, number), luck.integers(0, 2, number)
    state[client == 2] %= 2
    following = np.where(client == 2, 4, luck.integers(1, 4, number))
    moves = Moves(symbol=np.full(number, 2), state=state, following=following, case=case, weight=np.ones(number))
    log: Any = SimpleNamespace(client=client, clients=("A", "B", "C"))
    found = cells.Cells(kind=Attribute(name="kind", values=("x", "y"), of_case=kind), sets={2: chosen}, priors={2: 4.0})
    told = cells.shares(log, found, moves, np.ones(number), dict.fromkeys(range(4), 1))
    assert {(at, whose) for at, whose, _kind, _above in told} == {
        *((at, whose) for at in range(4) for whose in (None, 0, 1)),
        *((at, 2) for at in (range(4) if everywhere else (0, 1))),
    }
    assert {number for _at, _whose, number, _above in told} == ({None, 0, 1} if "class" in chosen else {None})
    if everywhere:
        assert told[3, 2, None, None][4] > 0.97
        assert told[3, None, None, None][4] < 0.5


@pytest.mark.parametrize("with_kind", [False, True])
def test_amounts_tell_where_cases_go_whatever_is_known_beside(with_kind: bool) -> None:
    """After one step all of more than 500 go another way; after the other, as after the first of another amount, which
    way they go has nothing to do with it."""
    number = 800
    case = np.tile(np.arange(number // 2), 2)
    luck = np.random.default_rng(4)
    size, other = luck.integers(1, 1000, number // 2).astype(float), luck.integers(1, 1000, number // 2).astype(float)
    symbol = np.repeat([2, 3], number // 2)
    following = np.where(symbol == 2, 4 + (size[case] > 500.0), luck.integers(6, 8, number))
    moves = Moves(symbol=symbol, state=symbol, following=following, case=case, weight=np.ones(number))
    log: Any = SimpleNamespace(client=np.zeros(number // 2, np.int64), folds=np.arange(number // 2) % 2)
    kind = Attribute(name="kind", values=("x", "y"), of_case=case[: number // 2] % 2)
    known = cells.Cells(kind=kind, sets={3: ("class",)}, priors={3: 2.0}) if with_kind else None
    found, gain = cells.by_amount(log, known, Amount("size", size), moves)
    assert found is not None
    assert found.limits.keys() == {2}
    assert found.limits[2] == (pytest.approx(500.0, abs=5.0),)
    assert (found.amount, found.kind) == (Amount("size", size), kind if with_kind else None)
    assert found.sets.keys() == found.priors.keys() == {2, 3}
    assert "amount" in found.sets[2]
    assert "amount" not in found.sets[3]
    if with_kind:
        assert (found.sets[3], found.priors[3]) == (("class",), 2.0)
    # what is sure once the amount is known was one of two ways that were as likely
    assert gain == pytest.approx(number / 2 * np.log(2.0), rel=0.1)
    assert cells.by_amount(log, known, Amount("other", other), moves) == (known, 0.0)


def test_of_very_many_moves_all_are_told_that_are_not_next_to_never() -> None:
    """Where each of them is rare, none stands out."""
    share = np.array([0.5 * LEAST_SHARE, *[(1.0 - 0.5 * LEAST_SHARE) / 200] * 200])
    assert cells._told(share, 1.0, None) == dict(enumerate(share.tolist()[1:], 1))
