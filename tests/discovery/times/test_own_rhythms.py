"""Whose part of a delay passes in a rhythm of his own, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.discovery.times import own_rhythms


@pytest.mark.parametrize(
    ("steps", "own"), [((200, 25), [0]), ((200, 24), []), ((25, 200), [0]), ((24, 200), []), ((99, 99, 99), [0, 1])]
)
def test_enough_steps_are_left_to_those_who_have_no_rhythm_of_their_own(
    steps: tuple[int, ...], own: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However clearly each client's part passes in one; whoever is last passes as the rest does. Nobody knows whose the
    first step is."""
    monkeypatch.setattr(own_rhythms, "_clearly", lambda *_told: True)
    client = np.append(-1, np.repeat(np.arange(len(steps)), steps))
    log = SimpleNamespace(client=client, case=np.arange(len(client)))
    known = SimpleNamespace(activity=np.array([0, 0, 5]))
    asked: Any = SimpleNamespace(
        findings=SimpleNamespace(log=log, known=known), rhythm=lambda activity, number: (activity, number)
    )
    delay: Any = SimpleNamespace(symbol=2, steps=np.arange(1, len(client)))
    found = own_rhythms._clients(asked, delay)
    assert [(number, rhythm) for number, _his, rhythm in found] == [(number, (5, number)) for number in own]
    assert all(client[his].tolist() == [number] * steps[number] for number, his, _rhythm in found)
