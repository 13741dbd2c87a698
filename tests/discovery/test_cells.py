"""Where cases go by whose they are: few cases of many clients tell much together and little each."""

from __future__ import annotations

import numpy as np
import pytest

from irrupt.discovery import cells

CLIENTS, MOVES = 17, 4000


def moves(seed: int, spread: float) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray, np.ndarray]:
    """Moves of many clients, each of whom goes one of two ways about as often as all, give or take *spread*."""
    luck = np.random.default_rng(seed)
    client = luck.choice(CLIENTS, MOVES, p=np.arange(1, CLIENTS + 1) / np.arange(1, CLIENTS + 1).sum())
    history, kind = luck.integers(0, 3, MOVES), luck.integers(0, 2, MOVES)
    own = np.clip(0.4 + spread * luck.standard_normal(CLIENTS), 0.05, 0.95)
    following = (luck.random(MOVES) < own[client] - 0.15 * (history == 1) + 0.1 * kind).astype(np.int64)
    features = {"class": kind, "client": client, "history": history}
    return features, np.arange(MOVES), luck.integers(0, 2, MOVES), following


@pytest.mark.parametrize("seed", range(4))
def test_the_share_of_each_of_many_clients_is_told_beside_class_and_history(seed: int) -> None:
    chosen, prior = cells._chosen(*moves(seed, 0.12))
    assert set(chosen) == {"class", "client", "history"}
    assert prior > 4.0


@pytest.mark.parametrize("seed", range(4))
def test_clients_who_are_alike_are_not_told_apart(seed: int) -> None:
    assert "client" not in cells._chosen(*moves(seed, 0.0))[0]


def test_a_prior_is_what_predicts_best() -> None:
    features, at, folds, following = moves(1, 0.12)
    best, prior = cells._predicted(features, ("client",), at, folds, following)
    others = []
    for one in cells._PRIORS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cells, "_PRIORS", np.array([one]))
            others.append((cells._predicted(features, ("client",), at, folds, following)[0], float(one)))
    assert max(others) == (pytest.approx(best), prior)
